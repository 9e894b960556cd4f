"""The writes of a running trial that a one-write storage keeps back; those of any other trial go through."""

from typing import Any

from optuna.storages import BaseStorage

from harness.runner.storages.pending import PendingTrials, given_back


class KeepsWrites(BaseStorage):  # never the last in line: `super()` is the storage itself
    """Stands before the storage's own class; whoever mixes it in has `_trials`, and writes them when a trial ends."""

    _trials: PendingTrials

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
