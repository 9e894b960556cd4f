"""Arms that are given up: all of their first runs died."""

from collections.abc import Hashable, Iterable
from typing import TypeVar

GIVEN_UP_AFTER = 2  # first runs of an arm that all died

Arm = TypeVar("Arm", bound=Hashable)


def died_from_the_start(ends: Iterable[tuple[Arm, str | None]]) -> dict[Arm, str]:
    """Arms whose first runs all died, by how the last of these did. `ends`: arm and cause of death, if any."""
    first: dict[Arm, list[str | None]] = {}
    for arm, died in ends:
        seen = first.setdefault(arm, [])
        if len(seen) < GIVEN_UP_AFTER:
            seen.append(died)
    return {
        arm: str(seen[-1])
        for arm, seen in first.items()
        if len(seen) == GIVEN_UP_AFTER and all(died is not None for died in seen)
    }
