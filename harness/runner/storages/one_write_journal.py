"""Optuna's journal storage, but that what a trial was given is appended at once, with one fsync, when it ends."""

import copy
from collections.abc import Container, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from optuna.distributions import BaseDistribution, check_distribution_compatibility, distribution_to_json
from optuna.storages import JournalStorage
from optuna.storages.journal._storage import JournalOperation
from optuna.trial import FrozenTrial, TrialState

from harness.runner.storages.keeping import KeepsWrites
from harness.runner.storages.pending import Param, PendingTrial

Log = dict[str, Any]


class OneWriteJournal(KeepsWrites, JournalStorage):
    """A JournalStorage that keeps what the trials of this process were given until they end.

    The state comes last in what is appended, so that a trial is finished only where all of it is there.
    """

    def __init__(self, log_storage: Any) -> None:
        super().__init__(log_storage)
        self._open_books()

    def delete_study(self, study_id: int) -> None:
        super().delete_study(study_id)
        self._trials.forget(study_id)
        self._distributions = {key: kind for key, kind in self._distributions.items() if key[0] != study_id}

    def create_new_trial(self, study_id: int, template_trial: FrozenTrial | None = None) -> int:
        trial_id = super().create_new_trial(study_id, template_trial)
        if template_trial is None:
            self._begin(study_id, trial_id)
        return trial_id

    def _begin(self, study_id: int, trial_id: int) -> None:
        with self._thread_lock:
            created = self._replay_result.get_trial(trial_id)
        self._trials.begin(study_id, created)

    def set_trial_param(
        self, trial_id: int, param_name: str, param_value_internal: float, distribution: BaseDistribution
    ) -> None:
        pending = self._trials.running(trial_id)
        if pending is None:
            super().set_trial_param(trial_id, param_name, param_value_internal, distribution)
            return
        previous = self._earlier(pending.study_id, param_name)
        if previous is not None:
            check_distribution_compatibility(previous, distribution)
        self._distributions.setdefault((pending.study_id, param_name), distribution)
        # the journal takes the last of several values, a database the first
        pending.params[param_name] = Param(internal=param_value_internal, distribution=distribution)

    def _earlier(self, study_id: int, name: str) -> BaseDistribution | None:
        """The distribution that the study has for a parameter; looked for in its trials until there is one."""
        known = self._distributions.get((study_id, name))
        if known is not None:
            return known
        trials = super().get_all_trials(study_id, deepcopy=False)
        return next((trial.distributions[name] for trial in trials if name in trial.distributions), None)

    def set_trial_state_values(self, trial_id: int, state: TrialState, values: Sequence[float] | None = None) -> bool:
        pending = self._trials.running(trial_id)
        if pending is None or not state.is_finished():
            changed = super().set_trial_state_values(trial_id, state, values)
            if changed and state is TrialState.RUNNING:  # a waiting trial that this process has taken up
                self._begin(self._replay_result._trial_id_to_study_id[trial_id], trial_id)
            return changed
        with self._thread_lock:
            by_me = {"worker_id": self._replay_result.worker_id}
            logs = [*_logs(trial_id, pending), _end(trial_id, state, values)]
            self._backend.append_logs([{"op_code": log.pop("op_code"), **by_me, **log} for log in logs])
            self._sync_with_backend()
        self._trials.end(trial_id)
        return True

    def get_trial(self, trial_id: int) -> FrozenTrial:
        pending = self._trials.running(trial_id)
        return super().get_trial(trial_id) if pending is None else pending.seen()

    def get_all_trials(
        self, study_id: int, deepcopy: bool = True, states: Container[TrialState] | None = None
    ) -> list[FrozenTrial]:
        trials = self._trials.over(super().get_all_trials(study_id, deepcopy=False, states=states))
        return copy.deepcopy(trials) if deepcopy else trials


def _logs(trial_id: int, pending: PendingTrial) -> Iterable[Log]:
    """What JournalStorage would have written, in one order: parameters, attributes, reports."""
    for name, param in pending.params.items():
        yield {
            "op_code": JournalOperation.SET_TRIAL_PARAM,
            "trial_id": trial_id,
            "param_name": name,
            "param_value_internal": param.internal,
            "distribution": distribution_to_json(param.distribution),
        }
    for key, value in pending.user.items():
        yield {"op_code": JournalOperation.SET_TRIAL_USER_ATTR, "trial_id": trial_id, "user_attr": {key: value}}
    for key, value in pending.system.items():
        yield {"op_code": JournalOperation.SET_TRIAL_SYSTEM_ATTR, "trial_id": trial_id, "system_attr": {key: value}}
    for step, given in pending.intermediate.items():
        yield {
            "op_code": JournalOperation.SET_TRIAL_INTERMEDIATE_VALUE,
            "trial_id": trial_id,
            "step": step,
            "intermediate_value": given,
        }


def _end(trial_id: int, state: TrialState, values: Sequence[float] | None) -> Log:
    return {
        "op_code": JournalOperation.SET_TRIAL_STATE_VALUES,
        "trial_id": trial_id,
        "state": state,
        "values": values,
        "datetime_complete": datetime.now(tz=UTC).isoformat(timespec="microseconds"),
    }
