"""Narrower ranges: the sampler is asked for a part of each parameter's range round the best point so far."""

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from optuna import Study
from optuna.distributions import BaseDistribution, FloatDistribution, IntDistribution
from optuna.samplers import BaseSampler, CmaEsSampler
from optuna.trial import FrozenTrial

from harness.runner.searching.passing import PassingSampler


class NarrowingSampler(PassingSampler):
    """Lets `inner` draw from `width` of each range, centred on `centre`; the trial records the range that it asked for.

    A parameter that the centre lacks keeps its range, and so do categorical ones.
    """

    def __init__(self, inner: BaseSampler, width: float, centre: Mapping[str, Any]) -> None:
        super().__init__(inner)
        self._width = width
        self._centre = centre

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        narrow = {name: self._narrow(name, distribution) for name, distribution in search_space.items()}
        # CMA-ES keeps a state in the ranges that it began with: it is asked there, and what lies outside is brought in
        asked = search_space if isinstance(self.inner, CmaEsSampler) else narrow
        drawn = self.inner.sample_relative(study, trial, asked)
        return {name: inside(narrow[name], value) if name in narrow else value for name, value in drawn.items()}

    def sample_independent(
        self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        narrow = self._narrow(param_name, param_distribution)
        return inside(narrow, self.inner.sample_independent(study, trial, param_name, narrow))

    def _narrow(self, name: str, distribution: BaseDistribution) -> BaseDistribution:
        return narrowed(distribution, self._width, self._centre[name]) if name in self._centre else distribution


def narrowed(distribution: BaseDistribution, width: float, centre: Any) -> BaseDistribution:
    """`width` of a distribution's range round `centre`, shifted to lie inside it.

    Logarithmic ranges are measured in logarithms; whole numbers and steps stay on their grid, with at least two points
    where there are two. Narrowing what is narrow already by the same width and centre would go on: ask once.
    """
    match distribution:
        case FloatDistribution(low=low, high=high, step=float(step)):
            first, last = _cells(round((high - low) / step), width, (centre - low) / step)
            return FloatDistribution(_on_grid(low, first, step), _on_grid(low, last, step), step=step)
        case FloatDistribution(low=low, high=high, log=True):
            at = _clipped(centre, low, high)
            inner, outer = _stretch(math.log(low), math.log(high), width, math.log(at))
            begin, end = _clipped(math.exp(inner), low, at), _clipped(math.exp(outer), at, high)
            return FloatDistribution(begin, end, log=True)
        case FloatDistribution(low=low, high=high):
            inner, outer = _stretch(low, high, width, centre)
            return FloatDistribution(inner, outer)
        case IntDistribution(low=low, high=high, log=True):
            at = math.log(_clipped(centre, low, high))
            inner, outer = _stretch(math.log(low - 0.5), math.log(high + 0.5), width, at)
            first, last = math.ceil(math.exp(inner) - 1e-9), math.floor(math.exp(outer) + 1e-9)
            return IntDistribution(max(min(first, centre), low), min(max(last, centre), high), log=True)
        case IntDistribution(low=low, high=high, step=step):
            first, last = _cells((high - low) // step, width, (centre - low) / step)
            return IntDistribution(low + first * step, low + last * step, step=step)
    return distribution


def _stretch(low: float, high: float, width: float, centre: float) -> tuple[float, float]:
    """The bounds of a part of [low, high], of so much of its width, round a point of it."""
    half = (high - low) * width / 2
    first = _clipped(centre - half, low, max(high - 2 * half, low))
    return first, high if width == 1 else min(max(first + 2 * half, _clipped(centre, low, high)), high)


def _cells(cells: int, width: float, centre: float) -> tuple[int, int]:
    """First and last grid point of a part of the grid 0..cells, round a point of it."""
    span = min(max(round(cells * width), 1), cells)
    first = int(_clipped(round(centre) - span // 2, 0, cells - span))
    return first, first + span


def _on_grid(low: float, cell: int, step: float) -> float:
    """In decimals, as Optuna reckons: 0.1 * 3 is not a multiple of 0.1 in binary."""
    return float(Decimal(str(low)) + cell * Decimal(str(step)))


def _clipped(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


def inside(distribution: BaseDistribution, value: Any) -> Any:
    """The value, or the end of the range that it lies beyond: some samplers remember bounds of their own."""
    match distribution:
        case FloatDistribution(low=low, high=high) | IntDistribution(low=low, high=high):
            return min(max(value, low), high)
    return value
