"""The storage observer: passes every call on, charges its time to "storage", and learns of trials from the calls."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from harness.attach.charging import passing_on
from harness.attach.hidden import hide_frame
from harness.attach.proxy import Proxy
from harness.attach.recorder import Recorder, StudyKey
from harness.model.record import TrialState

if TYPE_CHECKING:
    from optuna import Study
    from optuna.distributions import BaseDistribution
    from optuna.storages import BaseStorage
    from optuna.trial import FrozenTrial
    from optuna.trial import TrialState as OptunaState

STORAGE = "storage"
_ENDED = {"COMPLETE": TrialState.COMPLETE, "PRUNED": TrialState.PRUNED, "FAIL": TrialState.FAIL}


def _passing_on(name: str) -> Any:
    return passing_on(STORAGE, name)


def _writing(name: str) -> Any:
    return passing_on(STORAGE, name, is_writing=True)


def _note_param(storage: "ObservedStorage", args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    trial_id, name, value, distribution = args if len(args) == 4 else _param_of(*args, **kwargs)
    recorder = storage._harness_recorder
    recorder.param(id(storage._harness_inner), trial_id, name, distribution.to_external_repr(value))


def _param_of(
    trial_id: int, param_name: str, param_value_internal: float, distribution: "BaseDistribution"
) -> tuple[int, str, float, "BaseDistribution"]:
    return trial_id, param_name, param_value_internal, distribution


_get_trial = passing_on(STORAGE, "get_trial")
_remove_session = passing_on(STORAGE, "remove_session")


class ObservedStorage(Proxy):
    """Stands before the storage that a study uses. Build it on what `optuna.storages.get_storage` returns.

    A new trial without a template, or a waiting trial set running, begins a trial on the calling thread; a finished
    state ends it. What goes in and comes out is untouched. `study` tells which study it stands in, where that is known.
    """

    __slots__ = ()

    def __init__(self, inner: "BaseStorage", recorder: Recorder, study: "Callable[[], Study | None] | None" = None):
        self._harness_inner = inner
        self._harness_recorder = recorder
        self._harness_study = study or (lambda: None)

    def create_new_trial(self, study_id: int, template_trial: "FrozenTrial | None" = None) -> int:
        recorder = self._harness_recorder
        if template_trial is None:
            # the creation itself belongs to the trial; its id comes with the answer
            opened = recorder.begin(self, StudyKey(id(self._harness_inner), study_id))
        recorder.ledger.enter(STORAGE, "create_new_trial")
        try:
            trial_id = int(self._harness_inner.create_new_trial(study_id, template_trial))
        except BaseException as error:
            hide_frame(error)
            recorder.ledger.leave()
            if template_trial is None:
                recorder.abandon(opened)
            raise
        recorder.ledger.leave()
        if template_trial is None:
            recorder.identify(opened, trial_id)
        return trial_id

    def get_trial(self, trial_id: int) -> "FrozenTrial":
        try:
            trial: FrozenTrial = _get_trial(self, trial_id)
        except BaseException as error:
            hide_frame(error)
            raise
        self._harness_recorder.seen(id(self._harness_inner), trial_id, trial)
        return trial

    def set_trial_state_values(
        self, trial_id: int, state: "OptunaState", values: Sequence[float] | None = None
    ) -> bool:
        recorder, storage = self._harness_recorder, id(self._harness_inner)
        ended = _ENDED.get(state.name)
        if ended is not None:
            recorder.ending(storage, trial_id, ended, values)
        recorder.ledger.enter(STORAGE, "set_trial_state_values")
        changed = False
        try:
            changed = bool(self._harness_inner.set_trial_state_values(trial_id, state, values))
        except BaseException as error:
            hide_frame(error)
            raise
        finally:
            recorder.ledger.leave()
            if ended is not None and not changed:
                recorder.not_ended(storage, trial_id)
        if changed and state.name == "RUNNING":
            study = self._harness_study()
            study_id = -1 if study is None else study._study_id
            opened = recorder.begin(self, StudyKey(storage, study_id))
            recorder.identify(opened, trial_id)
        elif changed and ended is not None:
            self._ended(trial_id, ended, values)
        return changed

    def _ended(self, trial_id: int, state: TrialState, values: Sequence[float] | None) -> None:
        recorder = self._harness_recorder
        if not recorder.end(id(self._harness_inner), trial_id, state, values):
            study = self._harness_study()
            key = StudyKey(id(self._harness_inner), -1 if study is None else study._study_id)
            recorder.told(self, key, trial_id, (state, values))

    def remove_session(self) -> None:
        """The last that Optuna's loop does."""
        try:
            _remove_session(self)
        except BaseException as error:
            hide_frame(error)
            raise
        self._harness_recorder.pause()

    set_trial_param = passing_on(STORAGE, "set_trial_param", note=_note_param)
    create_new_study = _passing_on("create_new_study")
    delete_study = _passing_on("delete_study")
    set_study_user_attr = _writing("set_study_user_attr")
    set_study_system_attr = _writing("set_study_system_attr")
    get_study_id_from_name = _passing_on("get_study_id_from_name")
    get_study_name_from_id = _passing_on("get_study_name_from_id")
    get_study_directions = _passing_on("get_study_directions")
    get_study_user_attrs = _passing_on("get_study_user_attrs")
    get_study_system_attrs = _passing_on("get_study_system_attrs")
    get_all_studies = _passing_on("get_all_studies")
    get_trial_id_from_study_id_trial_number = _passing_on("get_trial_id_from_study_id_trial_number")
    get_trial_number_from_id = _passing_on("get_trial_number_from_id")
    get_trial_param = _passing_on("get_trial_param")
    set_trial_intermediate_value = _writing("set_trial_intermediate_value")
    set_trial_user_attr = _writing("set_trial_user_attr")
    set_trial_system_attr = _writing("set_trial_system_attr")
    get_all_trials = _passing_on("get_all_trials")
    get_n_trials = _passing_on("get_n_trials")
    get_best_trial = _passing_on("get_best_trial")
    get_trial_params = _passing_on("get_trial_params")
    get_trial_user_attrs = _passing_on("get_trial_user_attrs")
    get_trial_system_attrs = _passing_on("get_trial_system_attrs")
    check_trial_is_updatable = _passing_on("check_trial_is_updatable")
