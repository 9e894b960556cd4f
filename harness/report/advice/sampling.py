"""The sampler's own time over a whole study: what was measured at several numbers of trials, summed and carried on."""

import statistics
from collections.abc import Callable, Sequence
from itertools import pairwise

from harness.model.probing import Probing
from harness.report.advice.summary import Sampler
from harness.report.quantity import Measure, Unit, known, unknown
from harness.stats.interval import Interval

_NOT_PROBED = "the sampler was not probed"


def sampler_of(probing: Probing) -> Sampler:
    """What the planned sampler takes; nothing is carried on below the fewest trials it was measured at."""
    name, trials = probing.planned.sampler.value, probing.planned.trials
    if probing.history is None or not probing.history.sampler:
        missing = unknown(Unit.SECONDS, _NOT_PROBED)
        return Sampler(
            name=name, total=missing, total_cpu=missing, first_trial=missing, last_trial=missing, measured_to=None
        )
    points = probing.history.sampler
    wall = [(point.trials, point.wall_s) for point in points]
    measured_to = points[-1].trials
    basis = f"measured with up to {measured_to:,} trials" + (", then carried on" if trials > measured_to else "")
    return Sampler(
        name=name,
        total=_total(wall, trials, basis),
        total_cpu=_total([(point.trials, point.cpu_s) for point in points], trials, basis),
        first_trial=known(Unit.SECONDS, statistics.fmean(points[0].wall_s), f"with {points[0].trials} trials"),
        last_trial=known(Unit.SECONDS, cost_s(wall, trials, statistics.fmean), basis),
        measured_to=measured_to,
    )


def _total(points: Sequence["At"], trials: int, basis: str) -> Measure:
    """With the least and the most of the repeats as bounds."""
    low, middle, high = (total_s(points, trials, of) for of in (min, statistics.fmean, max))
    return known(Unit.SECONDS, Interval(value=middle, low=min(low, middle), high=max(high, middle)), basis)


At = tuple[int, Sequence[float]]  # a number of trials, and the repeats that were measured there
Pick = Callable[[Sequence[float]], float]  # of the repeats at one number of trials


def cost_s(points: Sequence[At], trials: int, pick: Pick) -> float:
    """Seconds for one trial's parameters with so many trials: on the straight line between two points, or beyond."""
    if trials <= points[0][0] or len(points) == 1:
        return pick(points[0][1])
    for low, high in pairwise(points):
        if trials <= high[0]:
            return _between(low, high, trials, pick)
    return max(_between(points[-2], points[-1], trials, pick), pick(points[-1][1]))


def total_s(points: Sequence[At], trials: int, pick: Pick) -> float:
    """Seconds over all trials of a study: the area below those lines."""
    places = [0, *(place for place, _ in points if place < trials), trials]
    return sum(
        (high - low) * (cost_s(points, low, pick) + cost_s(points, high, pick)) / 2 for low, high in pairwise(places)
    )


def _between(low: At, high: At, trials: int, pick: Pick) -> float:
    start_s, end_s = pick(low[1]), pick(high[1])
    width = high[0] - low[0]
    return start_s + (end_s - start_s) * (trials - low[0]) / width if width else end_s
