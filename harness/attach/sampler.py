"""The sampler observer: passes every call on, charges its time to "suggest", and marks where the objective runs."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from harness.attach.proxy import Proxy
from harness.attach.recorder import Recorder

if TYPE_CHECKING:
    from optuna import Study
    from optuna.distributions import BaseDistribution
    from optuna.samplers import BaseSampler
    from optuna.trial import FrozenTrial, TrialState

SUGGEST = "suggest"

T = TypeVar("T")


class ObservedSampler(Proxy):
    """Stands before the sampler that a study uses; storage calls made inside it are charged to the storage.

    Optuna calls `before_trial` last before it hands the trial to the objective, and `after_trial` first after it: what
    lies between is the objective's.
    """

    __slots__ = ()

    def __init__(self, inner: "BaseSampler", recorder: Recorder) -> None:
        self._harness_inner = inner
        self._harness_recorder = recorder

    def reseed_rng(self) -> None:
        _call(self, self._harness_inner.reseed_rng)

    def infer_relative_search_space(self, study: "Study", trial: "FrozenTrial") -> "dict[str, BaseDistribution]":
        return _call(self, self._harness_inner.infer_relative_search_space, study, trial)

    def sample_relative(
        self, study: "Study", trial: "FrozenTrial", search_space: "dict[str, BaseDistribution]"
    ) -> dict[str, Any]:
        return _call(self, self._harness_inner.sample_relative, study, trial, search_space)

    def sample_independent(
        self, study: "Study", trial: "FrozenTrial", param_name: str, param_distribution: "BaseDistribution"
    ) -> Any:
        return _call(self, self._harness_inner.sample_independent, study, trial, param_name, param_distribution)

    def before_trial(self, study: "Study", trial: "FrozenTrial") -> None:
        _call(self, self._harness_inner.before_trial, study, trial)
        self._harness_recorder.objective_begins()

    def after_trial(
        self, study: "Study", trial: "FrozenTrial", state: "TrialState", values: Sequence[float] | None
    ) -> None:
        self._harness_recorder.objective_ends()
        _call(self, self._harness_inner.after_trial, study, trial, state, values)


def _call(sampler: ObservedSampler, method: Callable[..., T], *args: Any) -> T:
    ledger = sampler._harness_recorder.ledger
    ledger.enter(SUGGEST)
    try:
        return method(*args)
    finally:
        ledger.leave()
