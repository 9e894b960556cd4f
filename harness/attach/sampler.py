"""The sampler observer: passes every call on and charges its time to "suggest"."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from optuna import Study
from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler
from optuna.trial import FrozenTrial, TrialState

from harness.probes.ledger import Ledger

SUGGEST = "suggest"

T = TypeVar("T")


class ObservedSampler(BaseSampler):
    """Stands before the sampler that a study uses; storage calls made inside it are charged to the storage."""

    def __init__(self, inner: BaseSampler, ledger: Ledger) -> None:
        self._inner = inner
        self._ledger = ledger

    def reseed_rng(self) -> None:
        self._call(self._inner.reseed_rng)

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        return self._call(self._inner.infer_relative_search_space, study, trial)

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        return self._call(self._inner.sample_relative, study, trial, search_space)

    def sample_independent(
        self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        return self._call(self._inner.sample_independent, study, trial, param_name, param_distribution)

    def before_trial(self, study: Study, trial: FrozenTrial) -> None:
        self._call(self._inner.before_trial, study, trial)

    def after_trial(self, study: Study, trial: FrozenTrial, state: TrialState, values: Sequence[float] | None) -> None:
        self._call(self._inner.after_trial, study, trial, state, values)

    def _call(self, method: Callable[..., T], *args: Any) -> T:
        self._ledger.enter(SUGGEST)
        try:
            return method(*args)
        finally:
            self._ledger.leave()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name in ("_inner", "_ledger"):
            raise AttributeError(name)
        return getattr(self._inner, name)
