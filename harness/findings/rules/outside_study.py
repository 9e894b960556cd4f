"""Rule: the script spends a large part of the run before, between or after its studies."""

from collections.abc import Iterator

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.places import THE_RUN, ceiling_of, is_worth_mending, line_text, places_of, seen_text, size_text
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.profile.account.facts import Place, PlaceKind
from harness.profile.facts import Profile
from harness.units import percent_text, seconds_text

KINDS = (PlaceKind.BEFORE, PlaceKind.STUDIES, PlaceKind.AFTER, PlaceKind.SCRIPT)
_COMPILERS = frozenset({"numba", "llvmlite", "jax", "jaxlib", "torch", "cython", "pythran", "triton"})
READS_TRIALS = "optuna"  # what is most of a place in there takes longer with every trial
_MOST = 0.5
_WHEN = {
    PlaceKind.BEFORE: "Before the first trial the script spends",
    PlaceKind.STUDIES: "Between two studies the script spends",
    PlaceKind.AFTER: "After the last trial the script spends",
    PlaceKind.SCRIPT: "Outside every study the script spends",
}


def judge(case: Case) -> Iterator[Finding]:
    """One finding for each such place."""
    profile = case.profile
    for place in places_of(profile, *KINDS):
        if place.library != READS_TRIALS and not is_worth_mending(place, profile):
            continue
        ceiling = ceiling_of(place.wall_s, profile)
        load = _load(profile, place)
        yield Finding(
            rule=RULE.key,
            title=f"{_WHEN[place.kind]} {size_text(place)}{line_text(place)}",
            evidence=(*seen_text(place), *(() if load is None else (load[0],))),
            ceiling_s_per_trial=ceiling.s_per_trial,
            ceiling_share=ceiling.share,
            share_of=THE_RUN,
            basis="At most: all of that time; a longer study spends a smaller share of its own there.",
            remedy=_remedy(place, is_load=load is not None and load[1]),
            command=proof(profile),
            where=place.where,
        )


def _load(profile: Profile, place: Place) -> tuple[str, bool] | None:
    """The heaviest reading of data outside trials, in words, and whether it is most of the place."""
    if place.kind is not PlaceKind.BEFORE:
        return None
    found = [
        (one.wall_s, one)
        for process in profile.processes
        for one in process.loads
        if one.wall_s is not None and not one.calls_in_trials
    ]
    if not found:
        return None
    wall_s, load = max(found, key=lambda item: item[0])
    if wall_s < 0.1 * place.wall_s:
        return None
    share = percent_text(min(wall_s / place.wall_s, 1.0))
    said = f"{load.what}({load.arguments}) took {seconds_text(wall_s)} before the trials, {share} of it."
    return said, wall_s >= _MOST * place.wall_s


def _remedy(place: Place, *, is_load: bool) -> str:
    if place.library == READS_TRIALS:
        return (
            "`study.trials`, `study.best_trial` and `trials_dataframe` read and copy every trial at each access: keep "
            "`trials = study.get_trials(deepcopy=False)` once, in front of the loop."
        )
    if place.library in _COMPILERS:
        return (
            "That is compilation: keep its result between runs (numba: `cache=True`), or compile only what the "
            "objective calls."
        )
    if place.library in ("sqlalchemy", "alembic"):
        return (
            "That is the database being opened and its tables made: keep one storage object, reuse the database, or "
            "take a journal or no storage at all for short studies."
        )
    if is_load or place.library in ("pandas", "pyarrow", "polars"):
        return (
            "Load faster: Parquet, Feather or `.npy` instead of CSV, only the columns and rows that are used, or the "
            "prepared table kept in a file between runs."
        )
    match place.kind:
        case PlaceKind.BEFORE:
            return (
                "Prepare it once and keep the result in a file, leave out what no trial uses, or give one start more "
                "trials."
            )
        case _:
            return "Do it once instead of in a loop, leave out what nobody reads, or move it into a script of its own."


RULE = Rule(key="outside-study", judge=judge)
