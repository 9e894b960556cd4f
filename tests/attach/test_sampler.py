"""The sampler observer passes Optuna's own conformance suites, and charges time apart from the storage's."""

import inspect
from collections.abc import Callable
from unittest.mock import MagicMock, create_autospec

import optuna
import pytest
from optuna.samplers import BaseSampler, RandomSampler, TPESampler
from optuna.testing.pytest_samplers import BasicSamplerTestCase, MultiObjectiveSamplerTestCase, RelativeSamplerTestCase

from harness.attach.recorder import Recorder
from harness.attach.sampler import SUGGEST, ObservedSampler
from harness.attach.storage import STORAGE, ObservedStorage
from harness.model.plan import StorageKind
from harness.probes.ledger import Ledger
from harness.runner.samplers import NumberedSampler
from tests.attach.conftest import OpenInner
from tests.fakes import FakeTime

CALLS = sorted(name for name, member in vars(BaseSampler).items() if callable(member) and not name.startswith("_"))
MakeSampler = Callable[[], BaseSampler]


class TestOverRandom(BasicSamplerTestCase, MultiObjectiveSamplerTestCase):
    @pytest.fixture
    def sampler(self) -> MakeSampler:
        return lambda: ObservedSampler(RandomSampler(seed=0), Ledger())


class TestOverTPE(BasicSamplerTestCase, RelativeSamplerTestCase, MultiObjectiveSamplerTestCase):
    @pytest.fixture
    def sampler(self) -> MakeSampler:
        return lambda: ObservedSampler(TPESampler(seed=0, n_startup_trials=0), Ledger())


class TestOverNumbered(BasicSamplerTestCase, MultiObjectiveSamplerTestCase):
    @pytest.fixture
    def sampler(self) -> MakeSampler:
        return lambda: ObservedSampler(NumberedSampler(0), Ledger())


@pytest.mark.parametrize("name", CALLS)
def test_every_call_reaches_the_inner_sampler_and_is_charged(name: str) -> None:
    inner = create_autospec(BaseSampler, instance=True)
    ledger = Ledger()
    arguments = [MagicMock(name=p) for p in list(inspect.signature(getattr(BaseSampler, name)).parameters)[1:]]

    answer = getattr(ObservedSampler(inner, ledger), name)(*arguments)

    passed = getattr(inner, name)
    assert [id(item) for item in passed.call_args.args] == [id(item) for item in arguments]
    assert answer is passed.return_value or answer is None
    assert ledger.cut().spans[SUGGEST].calls == 1


def test_storage_time_inside_a_sampler_call_is_the_storages(open_inner: OpenInner, recorder: Recorder) -> None:
    time = FakeTime()
    ledger = Ledger(time.clocks)
    recorder.ledger = ledger

    class Slow(RandomSampler):
        """Thinks for 5 ns, asks the storage, which takes 100 ns, and thinks for 7 ns."""

        def infer_relative_search_space(
            self, study: optuna.Study, trial: optuna.trial.FrozenTrial
        ) -> dict[str, optuna.distributions.BaseDistribution]:
            time.pass_(5)
            study._storage.get_n_trials(study._study_id)
            time.pass_(7)
            return {}

    inner = open_inner(StorageKind.MEMORY)
    counted = inner.get_n_trials
    inner.get_n_trials = lambda *args, **kwargs: (time.pass_(100), counted(*args, **kwargs))[1]  # type: ignore[method-assign]
    study = optuna.create_study(storage=ObservedStorage(inner, recorder), sampler=ObservedSampler(Slow(), ledger))
    ledger.cut()

    study.ask().suggest_float("x", 0, 1)

    spans = ledger.cut().spans
    assert round(spans[SUGGEST].wall_s * 1e9) == 12
    assert round(spans[STORAGE].wall_s * 1e9) == 100


def test_what_only_the_inner_sampler_has_is_found() -> None:
    sampler = ObservedSampler(TPESampler(n_startup_trials=3), Ledger())

    assert sampler._n_startup_trials == 3
    with pytest.raises(AttributeError):
        sampler.no_such_thing  # noqa: B018
