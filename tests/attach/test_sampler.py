"""The sampler observer passes Optuna's own conformance suites, and charges time apart from the storage's."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import cast
from unittest.mock import MagicMock, create_autospec

import optuna
import pytest
from optuna.samplers import BaseSampler, RandomSampler, TPESampler
from optuna.testing.pytest_samplers import BasicSamplerTestCase, MultiObjectiveSamplerTestCase, RelativeSamplerTestCase

from harness.attach.recorder import Recorder
from harness.attach.sampler import SUGGEST, ObservedSampler
from harness.attach.storage import STORAGE
from harness.attach.studies import observed
from harness.model.plan import StorageKind
from harness.model.store import HEADER, read_record, write_json
from harness.probes.ledger import Ledger
from harness.runner.samplers import NumberedSampler
from tests.attach.conftest import INSTRUMENTS, OpenInner
from tests.fakes import FakeTime, a_header

CALLS = sorted(name for name, member in vars(BaseSampler).items() if callable(member) and not name.startswith("_"))
MakeSampler = Callable[[], BaseSampler]


def observed_sampler(inner: BaseSampler, recorder: Recorder) -> BaseSampler:
    return cast(BaseSampler, ObservedSampler(inner, recorder))


class TestOverRandom(BasicSamplerTestCase, MultiObjectiveSamplerTestCase):
    @pytest.fixture
    def sampler(self, recorder: Recorder) -> MakeSampler:
        return lambda: observed_sampler(RandomSampler(seed=0), recorder)


class TestOverTPE(BasicSamplerTestCase, RelativeSamplerTestCase, MultiObjectiveSamplerTestCase):
    @pytest.fixture
    def sampler(self, recorder: Recorder) -> MakeSampler:
        return lambda: observed_sampler(TPESampler(seed=0, n_startup_trials=0), recorder)


class TestOverNumbered(BasicSamplerTestCase, MultiObjectiveSamplerTestCase):
    @pytest.fixture
    def sampler(self, recorder: Recorder) -> MakeSampler:
        return lambda: observed_sampler(NumberedSampler(0), recorder)


@pytest.mark.parametrize("name", CALLS)
def test_every_call_reaches_the_inner_sampler_and_is_charged(name: str, recorder: Recorder) -> None:
    inner = create_autospec(BaseSampler, instance=True)
    arguments = [MagicMock(name=p) for p in list(inspect.signature(getattr(BaseSampler, name)).parameters)[1:]]

    answer = getattr(ObservedSampler(inner, recorder), name)(*arguments)

    passed = getattr(inner, name)
    assert [id(item) for item in passed.call_args.args] == [id(item) for item in arguments]
    assert answer is passed.return_value or answer is None
    assert recorder.ledger.cut().spans[SUGGEST].calls == 1


def test_storage_time_inside_a_sampler_call_is_the_storages(open_inner: OpenInner, tmp_path: Path) -> None:
    time = FakeTime()
    recorder = Recorder(tmp_path, 0, Ledger(time.clocks), INSTRUMENTS)

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
    with observed(recorder):
        study = optuna.create_study(storage=inner, sampler=Slow())
        trial = study.ask()
        trial.suggest_float("x", 0, 1)
        study.tell(trial, 1.0)
    recorder.finish(None)
    write_json(tmp_path / HEADER, a_header())

    (row,) = read_record(tmp_path).trials
    assert round(row.spans[SUGGEST].wall_s * 1e9) == 12
    assert round(row.spans[STORAGE].wall_s * 1e9) == 100


def test_what_only_the_inner_sampler_has_is_found(recorder: Recorder) -> None:
    sampler = ObservedSampler(TPESampler(n_startup_trials=3), recorder)

    assert sampler._n_startup_trials == 3
    with pytest.raises(AttributeError):
        sampler.no_such_thing  # noqa: B018
