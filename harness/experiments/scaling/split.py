"""Why a large dataset takes so many times a small one's time: its size, the fixed cost, workers in each other's way.

All of it from runs of four kinds: small and large, in one worker and in several. A ratio of totals at W workers,

    T(large, W) / T(small, W) = size * fixed * contention

has three factors: `size` is (large / small)^c, what a cost without a fixed part would grow by; `fixed` is the rest of
T(large, 1) / T(small, 1), below 1 as a fixed cost does not grow; `contention` is how much more several workers are in
each other's way on the large data than on the small. T is the study's wall time per trial.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields

from harness.experiments.scaling.runs import SizedRun
from harness.model.scaling import Stage
from harness.stats.interval import Interval
from harness.stats.pairs import ratio_of_logs
from harness.stats.splitting import Corners, split_ratio

_ALPHA = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """The factors of one block, or of all of them together."""

    total: float  # large over small, both at `workers`
    size: float
    fixed: float
    contention: float
    crowd_small: float  # several workers over one: 1 / workers is perfect, 1 means that they bring nothing
    crowd_large: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitOver:
    """The factors over all blocks, each block by itself, with Student's interval on their logarithms."""

    small: float
    large: float
    workers: int
    exponent: float
    blocks: int
    total: Interval
    size: Interval
    fixed: Interval
    contention: Interval | None  # None in one worker: there is nothing to be in the way of
    crowd_small: Interval | None
    crowd_large: Interval | None


def split_over(runs: Sequence[SizedRun], exponent: float | None) -> SplitOver | None:
    """The split between the smallest and the largest size; None with fewer than two sizes in one worker."""
    sizes = sorted({run.size for run in runs if run.workers == 1})
    if len(sizes) < 2:
        return None
    small, large = sizes[0], sizes[-1]
    power = 1.0 if exponent is None else exponent
    several = {run.workers for run in runs if run.size == small} & {run.workers for run in runs if run.size == large}
    workers = max(several, default=1)
    found = []
    for block in sorted({run.block for run in runs}):
        corners = _corners([run for run in runs if run.block == block], small, large, workers)
        if corners is not None:
            found.append(_factors(corners, large / small, power))
    if not found:
        return None
    over = {field.name: _over([getattr(one, field.name) for one in found]) for field in fields(Factors)}
    is_alone = workers == 1
    return SplitOver(
        small=small,
        large=large,
        workers=workers,
        exponent=power,
        blocks=len(found),
        total=over["total"],
        size=over["size"],
        fixed=over["fixed"],
        contention=None if is_alone else over["contention"],
        crowd_small=None if is_alone else over["crowd_small"],
        crowd_large=None if is_alone else over["crowd_large"],
    )


def _corners(runs: Sequence[SizedRun], small: float, large: float, workers: int) -> Corners | None:
    def wall_s(size: float, count: int) -> float | None:
        """Of the run in the later stage where there are two: beside the others of its block."""
        mine = [run for run in runs if (run.size, run.workers) == (size, count)]
        late = [run for run in mine if run.stage is Stage.TEST] or mine
        return late[0].wall_s if late else None

    found = (wall_s(small, 1), wall_s(large, 1), wall_s(small, workers), wall_s(large, workers))
    if any(cost is None for cost in found):
        return None
    alone_small, alone_large, shared_small, shared_large = (float(cost) for cost in found if cost is not None)
    return Corners(small=alone_small, large=alone_large, small_shared=shared_small, large_shared=shared_large)


def _factors(corners: Corners, ratio: float, exponent: float) -> Factors:
    split = split_ratio(corners, ratio, exponent)
    return Factors(
        total=corners.large_shared / corners.small_shared,
        size=split.size,
        fixed=corners.large / corners.small / split.size,
        contention=split.contention_large / split.contention_small,
        crowd_small=split.contention_small,
        crowd_large=split.contention_large,
    )


def _over(values: Sequence[float]) -> Interval:
    if max(values) - min(values) <= 1e-12 * max(values):
        return Interval(value=values[0])
    return ratio_of_logs([math.log(value) for value in values], _ALPHA).ratio
