"""Samplers of a plan: Optuna's own, and one whose draws depend on nothing but seed, trial number and name."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from typing import Any

from optuna import Study
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.samplers import BaseSampler, CmaEsSampler, RandomSampler, TPESampler
from optuna.trial import FrozenTrial

from harness.errors import InputError
from harness.model.plan import SEEDS, SamplerKind
from harness.model.points import Point

_APART = 1_000_003  # between the seeds of two stages: no worker's, nor the next seed of an experiment


class NumberedSampler(BaseSampler):
    """Uniform draws fixed by (seed, trial number, parameter name): a counter instead of a state.

    So every backend, order and arm of an experiment gives trial n the same parameters, which a seeded stateful sampler
    does in one serial process only. `first` is the number that the study's first trial has in the run, where stages of
    a search are studies of their own.
    """

    def __init__(self, seed: int, first: int = 0) -> None:
        self._seed = seed
        self._first = first

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        return {}

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: Mapping[str, BaseDistribution]
    ) -> dict[str, Any]:
        return {}

    def sample_independent(
        self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        word = hashlib.blake2b(
            f"{self._seed}/{self._first + trial.number}/{param_name}".encode(), digest_size=8
        ).digest()
        return place(param_distribution, (int.from_bytes(word, "big") >> 11) * 2.0**-53)


def place(distribution: BaseDistribution, share: float) -> Any:
    """The point at a share (0 <= share < 1) of a distribution's range, uniform where the share is.

    Integers and steps have cells of equal width, as in Optuna's RandomSampler. Raises InputError for a distribution
    of a kind that Optuna 5 does not have.
    """
    match distribution:
        case FloatDistribution(low=low, high=high, step=None, log=True):
            return min(max(math.exp(math.log(low) + share * (math.log(high) - math.log(low))), low), high)
        case FloatDistribution(low=low, high=high, step=None):
            return min(low + share * (high - low), high)
        case FloatDistribution(low=low, high=high, step=float(step)):
            return min(low + int(share * (round((high - low) / step) + 1)) * step, high)
        case IntDistribution(low=low, high=high, log=True):
            inner, outer = math.log(low - 0.5), math.log(high + 0.5)
            return min(max(round(math.exp(inner + share * (outer - inner))), low), high)
        case IntDistribution(low=low, high=high, step=step):
            return low + int(share * ((high - low) // step + 1)) * step
        case CategoricalDistribution(choices=choices):
            return choices[int(share * len(choices))]
    raise InputError(f"the numbered sampler cannot draw from a {type(distribution).__name__}: choose another sampler")


class ReplaySampler(NumberedSampler):
    """Parameters that were recorded, by trial number; raises InputError for a trial or a name that was not."""

    def __init__(self, points: Sequence[Point], first: int = 0) -> None:
        super().__init__(0, first)
        self._points = points

    def sample_independent(
        self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        number = self._first + trial.number
        if number >= len(self._points) or param_name not in self._points[number]:
            raise InputError(
                f"trial {number} asks for {param_name!r}, which was not recorded for it: what the objective asks "
                "for depends on more than its parameters, so it cannot be replayed"
            )
        value = self._points[number][param_name]
        if isinstance(param_distribution, CategoricalDistribution) and value not in param_distribution.choices:
            return next(choice for choice in param_distribution.choices if repr(choice) == value)
        return value


def sampler_for(kind: SamplerKind, seed: int, worker: int, points: Sequence[Point] = (), first: int = 0) -> BaseSampler:
    """The plan's sampler for one worker and one study of the run, whose first trial has the number `first` there.

    Stateful samplers are seeded apart, or all workers, and all stages, would draw the same.
    """
    own = (seed + worker + first * _APART) % SEEDS
    match kind:
        case SamplerKind.NUMBERED:
            return NumberedSampler(seed, first)
        case SamplerKind.RANDOM:
            return RandomSampler(seed=own)
        case SamplerKind.TPE:
            return TPESampler(seed=own)
        case SamplerKind.CMAES:
            return CmaEsSampler(seed=own)
        case SamplerKind.REPLAY:
            return ReplaySampler(points, first)
