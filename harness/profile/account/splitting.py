"""Splits a stretch of time over the threads at work in it: each moment is shared evenly by those that are not waiting.

So what n workers do side by side counts with a share of the run's wall, what one does alone counts whole, and a thread
that waits for others counts nothing as long as one of them works.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from harness.profile.account.lanes import Key, Lane, Stretches, clipped
from harness.profile.columns import Floats


def split(lanes: Sequence[Lane], fallback: Lane, began_s: float, ended_s: float) -> dict[Key, float]:
    """Seconds of each place from one moment to another. While no thread is active, they are the fallback's."""
    active = _within([one for lane in lanes for one in lane.stretches if one.is_active], began_s, ended_s)
    found: dict[Key, float] = defaultdict(float)
    share = _Share(active, began_s, ended_s)
    for one in active:
        _add(found, one, share.of(one.started_s, one.ended_s))
    for one in _within([one for one in fallback.stretches if not one.is_active], began_s, ended_s):
        _add(found, one, share.free(one.started_s, one.ended_s))
    return dict(found)


class _Share:
    """How much of the time one thread's stretch gets, and how much nobody's is."""

    def __init__(self, active: Sequence[Stretches], began_s: float, ended_s: float) -> None:
        starts = np.concatenate([one.started_s for one in active] or [np.empty(0)])
        ends = np.concatenate([one.ended_s for one in active] or [np.empty(0)])
        at_s = np.concatenate(([began_s], starts, ends, [ended_s]))
        change = np.concatenate(([0], np.ones(len(starts)), -np.ones(len(ends)), [0]))
        order = np.argsort(at_s, kind="stable")
        self._at_s = at_s[order]
        at_work = np.cumsum(change[order])[:-1]
        steps_s = np.diff(self._at_s)
        each = np.divide(steps_s, at_work, out=np.zeros(len(steps_s)), where=at_work > 0.5)
        self._each = np.concatenate(([0.0], np.cumsum(each)))
        self._nobody = np.concatenate(([0.0], np.cumsum(np.where(at_work > 0.5, 0.0, steps_s))))

    def of(self, started_s: Floats, ended_s: Floats) -> Floats:
        each: Floats = np.interp(ended_s, self._at_s, self._each) - np.interp(started_s, self._at_s, self._each)
        return each

    def free(self, started_s: Floats, ended_s: Floats) -> Floats:
        free: Floats = np.interp(ended_s, self._at_s, self._nobody) - np.interp(started_s, self._at_s, self._nobody)
        return free


def _within(stretches: Sequence[Stretches], began_s: float, ended_s: float) -> list[Stretches]:
    return [inside for one in stretches if len(inside := clipped(one, began_s, ended_s))]


def _add(found: dict[Key, float], one: Stretches, seconds: Floats) -> None:
    """Hand the seconds of each stretch out by its mixture, which may not be more than the whole."""
    whole_s = one.wall_s
    mixed_s: Floats = np.zeros(len(one))
    for part_s in one.mixture.values():
        mixed_s = mixed_s + part_s
    bound_s = np.maximum(np.maximum(whole_s, mixed_s), 1e-12)
    left = seconds.sum()
    for key, part_s in one.mixture.items():
        given = float((seconds * part_s / bound_s).sum())
        found[key] += given
        left -= given
    found[one.rest] += max(float(left), 0.0)
