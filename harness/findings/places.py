"""What rules on places of a run have in common: the place's share, its line in words, and its ceiling."""

from collections.abc import Iterator
from dataclasses import dataclass

from harness.profile.account.facts import Place, PlaceKind
from harness.profile.facts import Profile
from harness.units import percent_text, seconds_text

ALWAYS = 0.3  # of the run: a place this large is always told
OFTEN = 0.1  # of the run, and at least
LEAST_S = 0.5
WORTH_S = 5.0  # of a cost that more trials do not raise: below it a longer run mends it, and nobody waits for it
THE_RUN = "the run's time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """The ceiling of a finding on a place; without a trial there is none per trial."""

    s_per_trial: float | None
    share: float | None


def places_of(profile: Profile, *kinds: PlaceKind) -> Iterator[Place]:
    """The places of some kinds that are large enough to be told of."""
    if profile.account is None:
        return
    for place in profile.account.places:
        if place.kind in kinds and is_large(place):
            yield place


def is_large(place: Place) -> bool:
    """Nearly a third of the run, or a tenth of it that takes half a second."""
    return place.share > ALWAYS or (place.share >= OFTEN and place.wall_s >= LEAST_S)


def is_worth_mending(place: Place, profile: Profile) -> bool:
    """Of a place whose cost more trials do not raise: nearly a third of the run, or a tenth that is waited for.

    A short run is mostly a try: what its start takes is a small share of the real one. On a machine that others used
    the wait for a core is not the place's own, so that its CPU counts there.
    """
    if place.share > ALWAYS:
        return True
    own_s = place.wall_s if profile.busy is None or place.cpu_s is None else min(place.cpu_s, place.wall_s)
    return place.share >= OFTEN and own_s >= WORTH_S


def ceiling_of(wall_s: float, profile: Profile) -> Ceiling:
    """All of that wall, as a share of the run's."""
    trials, account = len(profile.trials), profile.account
    if not trials or account is None:
        return Ceiling(s_per_trial=None, share=None)
    return Ceiling(s_per_trial=wall_s / trials, share=min(wall_s / account.wall_s, 1.0))


def size_text(place: Place) -> str:
    """`5.79 s, 61 % of the run`."""
    return f"{seconds_text(place.wall_s)}, {percent_text(place.share)} of the run"


def line_text(place: Place) -> str:
    """` in study.py:18 (report)`; empty where no line makes up most of it."""
    if place.where is None:
        return ""
    return f", in {place.where}" if place.function in (None, "<module>") else f", in {place.where} ({place.function})"


def seen_text(place: Place) -> Iterator[str]:
    """What the stack samples and the CPU clock say of a place."""
    if place.where is not None and place.where_share is not None:
        library = "" if place.library is None else f", most of it inside {place.library}"
        yield f"{percent_text(place.where_share)} of the stack samples taken there lay below {place.where}{library}."
    if place.cpu_s is not None and place.wall_s > 0:
        yield f"It took {seconds_text(place.cpu_s)} of CPU."
