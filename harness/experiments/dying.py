"""Arms that are given up: all of their first runs died."""

from collections.abc import Hashable, Iterable
from typing import TypeVar

GIVEN_UP_AFTER = 2  # first runs of an arm that all died
ALL_FAILED = "all trials failed"  # how a run is said to have ended in which they did: another one would end so too

Arm = TypeVar("Arm", bound=Hashable)


def died_from_the_start(ends: Iterable[tuple[Arm, str | None]]) -> dict[Arm, str]:
    """Arms whose first runs all died, by how the last of these did. `ends`: arm and cause of death, if any."""
    first: dict[Arm, list[str | None]] = {}
    for arm, died in ends:
        seen = first.setdefault(arm, [])
        if len(seen) < GIVEN_UP_AFTER:
            seen.append(died)
    return {arm: str(seen[-1]) for arm, seen in first.items() if _is_hopeless(seen)}


def _is_hopeless(first: list[str | None]) -> bool:
    """Whether all of an arm's first runs died, or the very first in a way that no chance has a part in."""
    died = [how for how in first if how is not None]
    if len(died) < len(first) or not died:
        return False
    return len(died) == GIVEN_UP_AFTER or died[0].startswith(ALL_FAILED)
