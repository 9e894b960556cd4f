"""Samplers of a plan: Optuna's own, and one whose draws depend on nothing but seed, trial number and name."""

import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from optuna import Study
from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler, CmaEsSampler, RandomSampler, TPESampler
from optuna.trial import FrozenTrial

from harness.model.plan import SamplerKind


class NumberedSampler(BaseSampler):
    """Uniform draws fixed by (seed, trial number, parameter name): a counter instead of a state.

    So every backend, order and arm of an experiment gives trial n the same parameters, which a seeded stateful sampler
    does in one serial process only. Draws go through RandomSampler's own transformation, so steps, logs and choices
    are Optuna's.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        return {}

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: Mapping[str, BaseDistribution]
    ) -> dict[str, Any]:
        return {}

    def sample_independent(
        self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        words = (self._seed, trial.number, zlib.crc32(param_name.encode()))
        seed = int(np.random.SeedSequence(words).generate_state(1)[0])
        return RandomSampler(seed=seed).sample_independent(study, trial, param_name, param_distribution)


def sampler_for(kind: SamplerKind, seed: int, worker: int) -> BaseSampler:
    """The plan's sampler for one worker; stateful ones are seeded apart, or all workers would draw the same."""
    match kind:
        case SamplerKind.NUMBERED:
            return NumberedSampler(seed)
        case SamplerKind.RANDOM:
            return RandomSampler(seed=seed + worker)
        case SamplerKind.TPE:
            return TPESampler(seed=seed + worker)
        case SamplerKind.CMAES:
            return CmaEsSampler(seed=seed + worker)
