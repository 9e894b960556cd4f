"""Samplers that stand before another one: what they do not decide is its own."""

from collections.abc import Mapping, Sequence
from typing import Any

from optuna import Study
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers import BaseSampler
from optuna.trial import FrozenTrial, TrialState


class PassingSampler(BaseSampler):
    """Hands every call on to `inner`."""

    def __init__(self, inner: BaseSampler) -> None:
        self.inner = inner

    def __str__(self) -> str:
        return str(self.inner)

    def reseed_rng(self) -> None:
        self.inner.reseed_rng()

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        return self.inner.infer_relative_search_space(study, trial)

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        return self.inner.sample_relative(study, trial, search_space)

    def sample_independent(
        self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        return self.inner.sample_independent(study, trial, param_name, param_distribution)

    def before_trial(self, study: Study, trial: FrozenTrial) -> None:
        self.inner.before_trial(study, trial)

    def after_trial(self, study: Study, trial: FrozenTrial, state: TrialState, values: Sequence[float] | None) -> None:
        self.inner.after_trial(study, trial, state, values)


class GivenSampler(PassingSampler):
    """Gives the first trials points that were found before, by trial number, and leaves the others to `inner`.

    `Study.enqueue_trial` does the same through the storage, where several processes can take the same waiting trial
    (seen on SQLite: 8 of 40 were run twice). `first` is the number of the first trial that is given a point.
    """

    def __init__(self, inner: BaseSampler, points: Sequence[Mapping[str, Any]], first: int = 0) -> None:
        super().__init__(inner)
        self._points = points
        self._first = first

    def _point(self, trial: FrozenTrial) -> Mapping[str, Any] | None:
        place = trial.number - self._first
        return self._points[place] if 0 <= place < len(self._points) else None

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        return {} if self._point(trial) is not None else super().infer_relative_search_space(study, trial)

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        return {} if self._point(trial) is not None else super().sample_relative(study, trial, search_space)

    def sample_independent(
        self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        point = self._point(trial)
        if point is not None and param_name in point and _holds(param_distribution, point[param_name]):
            return point[param_name]
        return super().sample_independent(study, trial, param_name, param_distribution)


def _holds(distribution: BaseDistribution, value: Any) -> bool:
    """Whether a value can be suggested: an objective's ranges may depend on the trial."""
    match distribution:
        case FloatDistribution(low=low, high=high) | IntDistribution(low=low, high=high):
            return bool(low <= value <= high)
        case CategoricalDistribution(choices=choices):
            return value in choices
    return True
