"""Rule: a place other than the objective takes more than 30 % of the run, and no special rule said why."""

from collections.abc import Iterator

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.places import ALWAYS, THE_RUN, ceiling_of, line_text, seen_text, size_text
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.profile.account.facts import Place, PlaceKind
from harness.profile.facts import PartKind

LIKELY = 0.3  # of the ceiling: what is there for a purpose is seldom saved altogether
_PARTS = {
    PartKind.STORAGE: (
        "The storage",
        (
            "Write less in each trial (attributes, reports), or keep the study in memory or in a `JournalStorage` on a "
            "local disk while it runs."
        ),
    ),
    PartKind.PRUNER: ("The pruner", "Ask `trial.should_prune()` at fewer steps, or use `NopPruner`."),
    PartKind.GC: (
        "Garbage collection",
        "Call `gc.collect(); gc.freeze()` once before `optimize`, so that what is alive then is not walked again.",
    ),
    PartKind.UNATTRIBUTED: (
        "Optuna's own code around the trials",
        (
            "Trials this cheap cost less than their handling: do more in each (a larger batch), lower "
            "Optuna's logging, or suggest fewer parameters."
        ),
    ),
}
_KINDS = {
    PlaceKind.IDLE: (
        "Workers without a trial",
        "Let each worker take the next trial when it is free, and begin when the first worker is ready.",
    ),
    PlaceKind.UNSEEN: (
        "Time in processes that left no account",
        (
            "Look at how those processes began and ended: killed ones, and interpreters that do not load site-packages "
            "(`-S`, `-I`), tell nothing of themselves."
        ),
    ),
}


def judge(case: Case) -> Iterator[Finding]:
    """One finding for each such place; `registry.find` leaves out what another finding explains at least half of."""
    profile = case.profile
    if profile.account is None or case.whole is None:
        return
    for place in profile.account.places:
        told = _told(place)
        if told is None or place.share <= ALWAYS:
            continue
        name, remedy = told
        ceiling = ceiling_of(place.wall_s, profile)
        yield Finding(
            rule=RULE.key,
            title=f"{name} takes {size_text(place)}{line_text(place)}",
            evidence=tuple(seen_text(place)),
            ceiling_s_per_trial=ceiling.s_per_trial,
            ceiling_share=ceiling.share,
            likely_share=None if ceiling.share is None else LIKELY * ceiling.share,
            share_of=THE_RUN,
            basis="At most: all of that time; it is named because it is large, and what of it is wasted is not known.",
            remedy=remedy,
            command=proof(profile),
            where=place.where,
        )


def _told(place: Place) -> tuple[str, str] | None:
    """Name and remedy; None for the objective's own parts, and for places that have rules of their own."""
    if place.kind in (PlaceKind.TRIAL, PlaceKind.BETWEEN) and place.part is not None:
        return _PARTS.get(place.part)
    return _KINDS.get(place.kind)


RULE = Rule(key="large-place", judge=judge)
