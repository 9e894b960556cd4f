"""Growth with the data: a law for the whole trial and for each phase that matters, and the prediction held out."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from harness.experiments.scaling.laws import Law, law_of
from harness.experiments.scaling.runs import SizedRun
from harness.model.scaling import Foretold, Prediction, Scaled, Stage
from harness.stats.cost_model import Point
from harness.stats.interval import Interval
from harness.stats.pairs import geometric_mean, ratio_of_logs

CPU, WALL = "cpu", "wall"
LEAST_SHARE = 0.01  # of the trial's CPU at any size: what is below is not fitted
_LEAST_S = 1e-7  # a phase that a run did not enter


class Fell(Enum):
    """Where what was measured lies to what was foretold."""

    INSIDE = "inside"
    BELOW = "below"
    ABOVE = "above"


@dataclass(frozen=True, slots=True, kw_only=True)
class SizePoint:
    """What the runs of one size in one worker say together."""

    size: float
    runs: int
    cpu_s: Interval
    wall_s: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseGrowth:
    """One phase of a trial. `law` is None where it is too small to be fitted."""

    name: str
    cpu_s: tuple[float, ...]  # by size, smallest first
    share: float  # of the trial's CPU at the largest size
    law: Law | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A prediction beside what was measured after it."""

    foretold: Foretold
    measured: Interval  # geometric mean over runs
    runs: tuple[float, ...]
    fell: Fell
    inside: int  # of the runs


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeGrowth:
    """How cost grows with the data, in one worker."""

    points: tuple[SizePoint, ...]  # smallest first
    cpu: Law
    wall: Law
    phases: tuple[PhaseGrowth, ...]  # the largest share first
    held: tuple[Held, ...]
    drift: Interval | None  # CPU of the anchor's runs in the second stage over those in the first


def alone(runs: Sequence[SizedRun], workers: int) -> list[SizedRun]:
    """The runs that growth with the data is read from."""
    return [run for run in runs if run.workers == workers]


def size_growth(scaled: Scaled, runs: Sequence[SizedRun]) -> SizeGrowth:
    """Laws over all sizes, the one held out included, and how the prediction made without it did."""
    by_size = {size: [run for run in runs if run.size == size] for size in sorted({run.size for run in runs})}
    return SizeGrowth(
        points=tuple(_point(size, some) for size, some in by_size.items()),
        cpu=law_of(_points(runs, lambda run: run.cpu_s)),
        wall=law_of(_points(runs, lambda run: run.wall_s)),
        phases=_phases(by_size),
        held=_held(scaled.prediction, runs),
        drift=_drift(runs),
    )


def foretell(scaled: Scaled, runs: Sequence[SizedRun], made_s: float) -> Prediction | None:
    """What the first stage says of the size held out; None where nothing is held out, or no law could be fitted."""
    size = scaled.scaling.held_out
    used = [run for run in runs if run.stage is Stage.FIT]
    if size is None:
        return None
    found = []
    for quantity, cost in ((CPU, lambda run: run.cpu_s), (WALL, lambda run: run.wall_s)):
        law = law_of(_points(used, cost))
        told = law.foretell(size)
        if told is not None:
            found.append(Foretold(quantity=quantity, value=told.value, low=told.low, high=told.high, basis=law.words))
    if not found:
        return None
    return Prediction(made_s=made_s, size=size, foretold=tuple(found), runs=tuple(run.run for run in used))


def _points(runs: Sequence[SizedRun], cost: Callable[[SizedRun], float]) -> list[Point]:
    return [Point(size=run.size, cost=max(cost(run), _LEAST_S)) for run in runs]


def _point(size: float, runs: Sequence[SizedRun]) -> SizePoint:
    cpu_s, wall_s = geometric_mean([run.cpu_s for run in runs]), geometric_mean([run.wall_s for run in runs])
    if cpu_s is None or wall_s is None:
        raise AssertionError("a size without a run")
    return SizePoint(size=size, runs=len(runs), cpu_s=cpu_s, wall_s=wall_s)


def _phases(by_size: dict[float, list[SizedRun]]) -> tuple[PhaseGrowth, ...]:
    runs = [run for some in by_size.values() for run in some]
    found = []
    for name in dict.fromkeys(name for run in runs for name in run.phases):
        means = tuple(sum(_cpu(run, name) for run in some) / len(some) for some in by_size.values())
        wholes = [sum(run.cpu_s for run in some) / len(some) for some in by_size.values()]
        shares = [mean / whole for mean, whole in zip(means, wholes, strict=True)]
        is_fitted = max(shares) >= LEAST_SHARE
        law = law_of(_points(runs, lambda run, name=name: _cpu(run, name))) if is_fitted else None  # type: ignore[misc]
        found.append(PhaseGrowth(name=name, cpu_s=means, share=shares[-1], law=law))
    return tuple(sorted(found, key=lambda phase: phase.share, reverse=True))


def _cpu(run: SizedRun, name: str) -> float:
    return run.phases[name].cpu_s if name in run.phases else 0.0


def _held(prediction: Prediction | None, runs: Sequence[SizedRun]) -> tuple[Held, ...]:
    if prediction is None:
        return ()
    after = [run for run in runs if run.size == prediction.size and run.stage is Stage.TEST]
    found = []
    for told in prediction.foretold:
        costs = tuple(run.cpu_s if told.quantity == CPU else run.wall_s for run in after)
        measured = geometric_mean(costs)
        if measured is not None:
            inside = sum(_fell(told, cost) is Fell.INSIDE for cost in costs)
            fell = _fell(told, measured.value)
            found.append(Held(foretold=told, measured=measured, runs=costs, fell=fell, inside=inside))
    return tuple(found)


def _fell(told: Foretold, cost: float) -> Fell:
    if told.low is not None and cost < told.low:
        return Fell.BELOW
    if told.high is not None and cost > told.high:
        return Fell.ABOVE
    return Fell.INSIDE


def _drift(runs: Sequence[SizedRun]) -> Interval | None:
    """By pairs of the same block, which have the same seed."""
    after = {run.block: run for run in runs if run.is_anchor}
    sizes = {run.size for run in after.values()}
    before = {run.block: run for run in runs if run.stage is Stage.FIT and run.size in sizes}
    return paired(before, after, lambda run: run.cpu_s)


def paired(
    before: Mapping[int, SizedRun], after: Mapping[int, SizedRun], cost: Callable[[SizedRun], float]
) -> Interval | None:
    """Ratio after / before over the blocks that have both; None without any."""
    logs = [math.log(cost(after[block]) / cost(before[block])) for block in sorted(set(before) & set(after))]
    return ratio_of_logs(logs, 0.05).ratio if logs else None
