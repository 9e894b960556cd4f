"""The storage observer passes Optuna's own conformance suite, and passes every call on."""

import inspect
from collections.abc import Callable
from unittest.mock import MagicMock, create_autospec

import pytest
from optuna.distributions import FloatDistribution
from optuna.storages import BaseStorage
from optuna.study import StudyDirection
from optuna.testing.pytest_storages import StorageTestCase
from optuna.trial import FrozenTrial, TrialState

from harness.attach.recorder import Recorder
from harness.attach.storage import STORAGE, ObservedStorage
from harness.model.plan import StorageKind
from tests.attach.conftest import OpenInner

CALLS = sorted(name for name, member in vars(BaseStorage).items() if callable(member) and not name.startswith("_"))


class _Conformance(StorageTestCase):
    kind: StorageKind

    @pytest.fixture
    def storage(self, recorder: Recorder, open_inner: OpenInner) -> BaseStorage:
        return ObservedStorage(open_inner(self.kind), recorder)


class TestOverMemory(_Conformance):
    kind = StorageKind.MEMORY


class TestOverSqlite(_Conformance):
    kind = StorageKind.SQLITE


class TestOverJournal(_Conformance):
    kind = StorageKind.JOURNAL


EXPECTED: dict[str, Callable[[object], object]] = {
    "create_new_trial": lambda _: 1,  # what int() makes of a mock
    "set_trial_state_values": lambda _: True,
    "remove_session": lambda _: None,
}


def test_optuna_has_the_calls_that_are_known() -> None:
    assert {"create_new_trial", "set_trial_state_values", "get_best_trial", "remove_session"} <= set(CALLS)


@pytest.mark.parametrize("name", CALLS)
def test_every_call_is_defined_here_and_not_inherited(name: str) -> None:
    assert name in vars(ObservedStorage), f"BaseStorage.{name} would run on the base class, past the inner storage"


@pytest.mark.parametrize("name", CALLS)
def test_every_call_reaches_the_inner_storage_once_and_is_charged(name: str, recorder: Recorder) -> None:
    inner = create_autospec(BaseStorage, instance=True)
    storage = ObservedStorage(inner, recorder)
    recorder.ledger.cut()
    arguments = [MagicMock(name=p) for p in list(inspect.signature(getattr(BaseStorage, name)).parameters)[1:]]

    answer = getattr(storage, name)(*arguments)

    assert [call[0] for call in inner.method_calls] == [name]
    passed = getattr(inner, name)
    assert [id(item) for item in passed.call_args.args] == [id(item) for item in arguments]
    assert answer is EXPECTED.get(name, lambda value: value)(passed.return_value)
    assert recorder.ledger.cut().spans[STORAGE].calls == 1


@pytest.mark.parametrize("name", CALLS)
def test_an_error_of_the_inner_storage_rises_and_closes_the_span(name: str, recorder: Recorder) -> None:
    inner = create_autospec(BaseStorage, instance=True)
    getattr(inner, name).side_effect = KeyError("gone")
    arguments = [MagicMock() for _ in list(inspect.signature(getattr(BaseStorage, name)).parameters)[1:]]

    with pytest.raises(KeyError, match="gone"):
        getattr(ObservedStorage(inner, recorder), name)(*arguments)

    recorder.ledger.cut()
    assert recorder.ledger.cut().spans == {}  # a span that is still open would be charged again


def test_what_only_the_inner_storage_has_is_found(recorder: Recorder, open_inner: OpenInner) -> None:
    inner = open_inner(StorageKind.SQLITE)
    storage = ObservedStorage(inner, recorder)

    assert storage._backend is inner._backend  # type: ignore[attr-defined]
    with pytest.raises(AttributeError):
        storage.no_such_thing  # noqa: B018


def test_a_template_trial_begins_nothing(recorder: Recorder, open_inner: OpenInner) -> None:
    storage = ObservedStorage(open_inner(StorageKind.MEMORY), recorder)
    study_id = storage.create_new_study([StudyDirection.MINIMIZE])
    template = FrozenTrial(
        number=-1,
        trial_id=-1,
        state=TrialState.COMPLETE,
        value=1.0,
        datetime_start=None,
        datetime_complete=None,
        params={"x": 0.5},
        distributions={"x": FloatDistribution(0, 1)},
        user_attrs={},
        system_attrs={},
        intermediate_values={},
    )

    storage.create_new_trial(study_id, template_trial=template)

    assert recorder.trials_in_flight == 0


def test_a_trial_that_another_worker_took_is_not_begun(recorder: Recorder) -> None:
    inner = create_autospec(BaseStorage, instance=True)
    inner.set_trial_state_values.return_value = False

    assert ObservedStorage(inner, recorder).set_trial_state_values(3, TrialState.RUNNING) is False
    assert recorder.trials_in_flight == 0
