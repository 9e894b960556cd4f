"""The writes of a running trial that a one-write storage keeps back; those of any other trial go through."""

from typing import Any

from optuna.distributions import BaseDistribution
from optuna.storages import BaseStorage

from harness.runner.storages.pending import PendingTrials, given_back


class KeepsWrites(BaseStorage):  # never the last in line: `super()` is the storage itself
    """Stands before the storage's own class; whoever mixes it in opens the books, and writes them when a trial ends."""

    def _open_books(self) -> None:
        self._trials = PendingTrials()
        self._distributions: dict[tuple[int, str], BaseDistribution] = {}

    def __getstate__(self) -> dict[Any, Any]:
        state: dict[Any, Any] = super().__getstate__()  # type: ignore[assignment]
        del state["_trials"], state["_distributions"]  # a copy runs trials of its own
        return state

    def __setstate__(self, state: dict[Any, Any]) -> None:
        super().__setstate__(state)  # type: ignore[misc]
        self._open_books()

    def set_trial_user_attr(self, trial_id: int, key: str, value: Any) -> None:
        pending = self._trials.running(trial_id)
        if pending is None:
            super().set_trial_user_attr(trial_id, key, value)  # type: ignore[safe-super]
        else:
            pending.user[key] = given_back(value)

    def set_trial_system_attr(self, trial_id: int, key: str, value: Any) -> None:
        pending = self._trials.running(trial_id)
        if pending is None:
            super().set_trial_system_attr(trial_id, key, value)  # type: ignore[safe-super]
        else:
            pending.system[key] = given_back(value)

    def set_trial_intermediate_value(self, trial_id: int, step: int, intermediate_value: float) -> None:
        pending = self._trials.running(trial_id)
        if pending is None:
            super().set_trial_intermediate_value(trial_id, step, intermediate_value)  # type: ignore[safe-super]
        else:
            pending.report(step, intermediate_value)
