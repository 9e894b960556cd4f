"""Rule: starting Python and importing modules takes a large part of the run."""

from collections.abc import Iterator

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.places import ALWAYS, LEAST_S, OFTEN, THE_RUN, ceiling_of, is_worth_mending, size_text
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.findings.words import counted, listed
from harness.profile.account.facts import ImportCost, Place, PlaceKind
from harness.units import percent_text, seconds_text

OPTUNAS = frozenset({"optuna", "numpy", "sqlalchemy", "alembic", "tqdm", "colorlog", "packaging", "yaml", "mako"})
NAMED = 4


def judge(case: Case) -> Iterator[Finding]:
    """At most one finding: imports of nearly a third of the run, or of a tenth that matters without Optuna's own."""
    profile, account = case.profile, case.profile.account
    if account is None:
        return
    imports = next((one for one in account.places if one.kind is PlaceKind.IMPORTS and one.name == "imports"), None)
    start = next((one for one in account.places if one.kind is PlaceKind.START), None)
    if start is not None and start.share > ALWAYS and start.wall_s >= LEAST_S:
        yield _of_start(case, start)
    if imports is None or not account.imports or (not len(profile.trials) and imports.wall_s < LEAST_S):
        return
    own = [one for one in account.imports if one.name.lower() not in OPTUNAS]
    avoidable = min(sum(one.own_s for one in own) / max(sum(one.own_s for one in account.imports), 1e-9), 1.0)
    likely = avoidable * imports.share
    if not is_worth_mending(imports, profile) or (imports.share <= ALWAYS and likely < OFTEN):
        return
    ceiling = ceiling_of(imports.wall_s, profile)
    yield Finding(
        rule=RULE.key,
        title=f"Imports take {size_text(imports)}: {_named(account.imports)}",
        evidence=tuple(_evidence(imports, account.imports)),
        ceiling_s_per_trial=ceiling.s_per_trial,
        ceiling_share=ceiling.share,
        likely_share=None if ceiling.share is None else min(likely, ceiling.share),
        is_certain=likely >= OFTEN,
        share_of=THE_RUN,
        basis="At most: all imports; those of Optuna itself (and NumPy, tqdm and what else it needs) will stay.",
        remedy="Give one start more trials; import what only some code paths need inside the functions that need it, "
        "and take the part of a package that is used (`from scipy.stats import rankdata` still imports scipy.stats).",
        command=proof(profile),
        where=imports.where,
    )


def _of_start(case: Case, place: Place) -> Finding:
    ceiling = ceiling_of(place.wall_s, case.profile)
    return Finding(
        rule=RULE.key,
        title=f"Starting the interpreter takes {size_text(place)}",
        evidence=("That is Python's own start: site-packages, their .pth files, and other start-up files.",),
        ceiling_s_per_trial=ceiling.s_per_trial,
        ceiling_share=ceiling.share,
        is_certain=False,
        share_of=THE_RUN,
        basis="At most: all of it.",
        remedy="Give one start more trials, and look at what the environment's .pth files do "
        "(`python -X importtime -c ''`).",
        command=proof(case.profile),
    )


def _named(imports: tuple[ImportCost, ...]) -> str:
    whole_s = max(sum(one.own_s for one in imports), 1e-9)
    return listed([f"{one.name} {percent_text(one.own_s / whole_s)} of that" for one in imports[:NAMED]], NAMED)


def _evidence(place: Place, imports: tuple[ImportCost, ...]) -> Iterator[str]:
    heaviest = imports[0]
    processes = f" in {counted(heaviest.processes, 'process', 'processes')}" if heaviest.processes > 1 else ""
    yield (
        f"The heaviest is {heaviest.name}{processes}: {seconds_text(heaviest.own_s)} by itself, "
        f"{seconds_text(heaviest.wall_s)} with what it imports."
    )
    if place.where is not None and place.where_share is not None:
        yield f"{percent_text(place.where_share)} of the stack samples during imports lay below {place.where}."


RULE = Rule(key="slow-imports", judge=judge)
