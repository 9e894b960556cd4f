"""The storage observer: passes every call on, charges its time to "storage", and learns of trials from the calls."""

import copy
from collections.abc import Callable, Sequence
from typing import Any

from optuna.distributions import BaseDistribution
from optuna.storages import BaseStorage
from optuna.trial import FrozenTrial
from optuna.trial import TrialState as OptunaState

from harness.attach.recorder import Recorder
from harness.model.record import TrialState

STORAGE = "storage"
_ENDED = {
    OptunaState.COMPLETE: TrialState.COMPLETE,
    OptunaState.PRUNED: TrialState.PRUNED,
    OptunaState.FAIL: TrialState.FAIL,
}


def _passing_on(name: str) -> Callable[..., Any]:
    def call(self: "ObservedStorage", *args: Any, **kwargs: Any) -> Any:
        ledger = self._recorder.ledger
        ledger.enter(STORAGE)
        try:
            return getattr(self._inner, name)(*args, **kwargs)
        finally:
            ledger.leave()

    call.__name__ = name
    return call


class ObservedStorage(BaseStorage):
    """Stands before the storage that a study uses. Build it on what `optuna.storages.get_storage` returns.

    A new trial without a template, or a waiting trial set running, begins a trial on the calling thread; a finished
    state ends it. What goes in and comes out is untouched.
    """

    def __init__(self, inner: BaseStorage, recorder: Recorder) -> None:
        self._inner = inner
        self._recorder = recorder

    def create_new_trial(self, study_id: int, template_trial: FrozenTrial | None = None) -> int:
        if template_trial is None:
            self._recorder.begin(-1)  # the creation itself belongs to the trial; its id comes with the answer
        self._recorder.ledger.enter(STORAGE)
        try:
            trial_id = self._inner.create_new_trial(study_id, template_trial)
        finally:
            self._recorder.ledger.leave()
        if template_trial is None:
            self._recorder.identify(trial_id)
        return trial_id

    def get_trial(self, trial_id: int) -> FrozenTrial:
        self._recorder.ledger.enter(STORAGE)
        try:
            trial = self._inner.get_trial(trial_id)
        finally:
            self._recorder.ledger.leave()
        if self._recorder.awaits_number and self._recorder.open_trial == trial_id:
            self._recorder.number(trial.number)
        return trial

    def set_trial_param(
        self, trial_id: int, param_name: str, param_value_internal: float, distribution: BaseDistribution
    ) -> None:
        self._recorder.ledger.enter(STORAGE)
        try:
            self._inner.set_trial_param(trial_id, param_name, param_value_internal, distribution)
        finally:
            self._recorder.ledger.leave()
        self._recorder.param(trial_id, param_name, distribution.to_external_repr(param_value_internal))

    def set_trial_state_values(self, trial_id: int, state: OptunaState, values: Sequence[float] | None = None) -> bool:
        self._recorder.ledger.enter(STORAGE)
        try:
            changed = self._inner.set_trial_state_values(trial_id, state, values)
        finally:
            self._recorder.ledger.leave()
        if state is OptunaState.RUNNING:
            if changed:
                self._recorder.begin(trial_id)
        elif state in _ENDED and changed:
            self._recorder.end(trial_id, _ENDED[state], values)
        return changed

    create_new_study = _passing_on("create_new_study")
    delete_study = _passing_on("delete_study")
    set_study_user_attr = _passing_on("set_study_user_attr")
    set_study_system_attr = _passing_on("set_study_system_attr")
    get_study_id_from_name = _passing_on("get_study_id_from_name")
    get_study_name_from_id = _passing_on("get_study_name_from_id")
    get_study_directions = _passing_on("get_study_directions")
    get_study_user_attrs = _passing_on("get_study_user_attrs")
    get_study_system_attrs = _passing_on("get_study_system_attrs")
    get_all_studies = _passing_on("get_all_studies")
    get_trial_id_from_study_id_trial_number = _passing_on("get_trial_id_from_study_id_trial_number")
    get_trial_number_from_id = _passing_on("get_trial_number_from_id")
    get_trial_param = _passing_on("get_trial_param")
    set_trial_intermediate_value = _passing_on("set_trial_intermediate_value")
    set_trial_user_attr = _passing_on("set_trial_user_attr")
    set_trial_system_attr = _passing_on("set_trial_system_attr")
    get_all_trials = _passing_on("get_all_trials")
    get_n_trials = _passing_on("get_n_trials")
    get_best_trial = _passing_on("get_best_trial")
    get_trial_params = _passing_on("get_trial_params")
    get_trial_user_attrs = _passing_on("get_trial_user_attrs")
    get_trial_system_attrs = _passing_on("get_trial_system_attrs")
    remove_session = _passing_on("remove_session")
    check_trial_is_updatable = _passing_on("check_trial_is_updatable")

    def __deepcopy__(self, memo: dict[int, Any]) -> "ObservedStorage":
        return type(self)(copy.deepcopy(self._inner, memo), self._recorder)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name in ("_inner", "_recorder"):
            raise AttributeError(name)
        return getattr(self._inner, name)
