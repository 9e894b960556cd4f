"""Rule: a callback of `optimize` takes a large part of the run."""

from collections.abc import Iterator

import numpy as np

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.places import THE_RUN, ceiling_of, size_text
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.findings.words import counted
from harness.model.record import CALLBACK
from harness.profile.account.facts import Place, PlaceKind
from harness.profile.facts import Profile
from harness.units import seconds_text

LEAST_SHARE = 0.05  # of the run
LEAST_TRIALS = 20
GREW = 1.5  # times the first tenth's time in the last tenth


def judge(case: Case) -> Iterator[Finding]:
    """One finding for each callback that is large enough."""
    profile = case.profile
    if profile.account is None:
        return
    for place in profile.account.places:
        if place.kind is PlaceKind.CALLBACK and place.share >= LEAST_SHARE:
            yield _finding(profile, place)


def _finding(profile: Profile, place: Place) -> Finding:
    ceiling = ceiling_of(place.wall_s, profile)
    grown = _growth(profile, place)
    return Finding(
        rule=RULE.key,
        title=f"The {place.name} takes {size_text(place)}",
        evidence=tuple(_evidence(place, grown)),
        ceiling_s_per_trial=ceiling.s_per_trial,
        ceiling_share=ceiling.share,
        share_of=THE_RUN,
        basis="At most: all of the callback's time, as measured from its call to its return.",
        remedy="Call it less often (`if trial.number % 50 == 0`), or do its work once after the study"
        + (
            "; use the trial that it is given instead of `study.trials`, which copies every trial at each access."
            if grown is not None
            else "; what it writes or sends can go to a thread of its own."
        ),
        command=proof(profile),
        where=place.where,
    )


def _evidence(place: Place, grown: tuple[float, float] | None) -> Iterator[str]:
    calls = place.calls or 0
    if calls:
        cpu = "" if place.cpu_s is None else f", {seconds_text(place.cpu_s / calls)} of it CPU"
        each = seconds_text(place.wall_s / calls)
        yield f"It was called {counted(calls, 'time')}; the run waited {each} a call{cpu}."
    if grown is not None:
        yield (
            f"It grows with the study: {seconds_text(grown[0])} a call in the first tenth of the trials, "
            f"{seconds_text(grown[1])} in the last."
        )


def _growth(profile: Profile, place: Place) -> tuple[float, float] | None:
    """Medians of the first and last tenth of its calls, where it surely grew."""
    name = place.name.removeprefix("callback ")
    for span, columns in profile.trials.before.items():
        if span.removeprefix(CALLBACK).partition(" (")[0] != name or not span.startswith(CALLBACK):
            continue
        order = np.argsort(profile.trials.started_s, kind="stable")
        wall_s = columns.wall_s[order][columns.calls[order] > 0]
        tenth = len(wall_s) // 10
        if len(wall_s) < LEAST_TRIALS:
            return None
        first_s, last_s = float(np.median(wall_s[:tenth])), float(np.median(wall_s[-tenth:]))
        return (first_s, last_s) if last_s >= GREW * first_s else None
    return None


RULE = Rule(key="heavy-callback", judge=judge)
