"""Lanes of a run: for each thread that was seen, the stretches of time that it passed, and the place of each.

A stretch has one place, or a mixture: of a trial it is known how long each part took, not when each was entered.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from harness.profile.account.facts import PlaceKind
from harness.profile.columns import Floats
from harness.profile.facts import PartKind


@dataclass(frozen=True, slots=True)
class Key:
    """What makes two stretches the same place."""

    kind: PlaceKind
    name: str
    part: PartKind | None = None
    where: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretches:
    """Stretches of one thread. All arrays have shape (n,); `mixture` holds seconds of each place in each stretch.

    What a mixture leaves of a stretch is `rest`'s.
    """

    started_s: Floats
    ended_s: Floats
    rest: Key
    mixture: Mapping[Key, Floats] = field(default_factory=dict)
    is_active: bool = True  # False: the thread waits, and its time is whoever's it waits for

    def __len__(self) -> int:
        return len(self.started_s)

    @property
    def wall_s(self) -> Floats:
        wall_s: Floats = self.ended_s - self.started_s
        return wall_s


def stretch(began_s: float, ended_s: float, key: Key, *, is_active: bool = True) -> Stretches:
    """A single one, of a single place; empty where it would end before it begins."""
    if ended_s <= began_s:
        nothing: Floats = np.empty(0)
        return Stretches(started_s=nothing, ended_s=nothing, rest=key, is_active=is_active)
    return Stretches(started_s=np.array([began_s]), ended_s=np.array([ended_s]), rest=key, is_active=is_active)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One thread of a process."""

    process: int  # index into the run's
    is_main: bool
    stretches: tuple[Stretches, ...]  # none overlaps another


def clipped(stretches: Stretches, began_s: float, ended_s: float) -> Stretches:
    """The part of each that lies within a time, its mixture in proportion."""
    started = np.clip(stretches.started_s, began_s, ended_s)
    ended = np.clip(stretches.ended_s, began_s, ended_s)
    kept = ended > started
    whole_s = stretches.wall_s
    share = np.divide(ended - started, whole_s, out=np.zeros(len(stretches)), where=whole_s > 0)
    return Stretches(
        started_s=started[kept],
        ended_s=ended[kept],
        rest=stretches.rest,
        mixture={key: (seconds * share)[kept] for key, seconds in stretches.mixture.items()},
        is_active=stretches.is_active,
    )
