"""The recorder: an observed study is the same study, and each of its trials is one row that adds up."""

import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import optuna
import pytest
from optuna.samplers import BaseSampler

from harness.attach.recorder import Recorder
from harness.attach.sampler import SUGGEST, ObservedSampler
from harness.attach.storage import STORAGE, ObservedStorage
from harness.model.plan import SamplerKind, StorageKind
from harness.model.record import Record, TrialState
from harness.model.store import HEADER, read_record, write_json
from harness.probes.ledger import Ledger
from harness.probes.spans import hear, span
from harness.runner.samplers import sampler_for
from tests.attach.conftest import OpenInner
from tests.fakes import FakeTime, a_header

TRIALS = 12


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    level = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    before = hear(None)
    yield
    hear(before)
    optuna.logging.set_verbosity(level)


def objective(trial: optuna.Trial) -> float:
    """Two numbers and a choice; each fourth trial is pruned, and two others end without a value."""
    x = trial.suggest_float("x", -1, 1)
    n = trial.suggest_int("n", 1, 100, log=True)
    kind = trial.suggest_categorical("kind", ["a", "b", None])
    trial.report(x, 0)
    if trial.number % 4 == 3:
        raise optuna.TrialPruned
    if trial.number == 5:
        raise ValueError("five")
    if trial.number == 6:
        return float("nan")
    return x * x + n + len(kind or "")


def optimise(study: optuna.Study) -> optuna.Study:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # CMA-ES hands the choice to another sampler and says so
        study.optimize(objective, n_trials=TRIALS, catch=(ValueError,))
    return study


def outcome_of(study: optuna.Study) -> list[tuple[Any, ...]]:
    return [(t.number, t.state, t.values, t.params, t.intermediate_values) for t in study.get_trials()]


@dataclass(frozen=True, kw_only=True)
class Observed:
    """A study under observation and where its rows go."""

    study: optuna.Study
    recorder: Recorder
    folder: Path

    def record(self) -> Record:
        self.recorder.finish(peak_rss_bytes=None)
        write_json(self.folder / HEADER, a_header())
        return read_record(self.folder)


def observe(folder: Path, inner: optuna.storages.BaseStorage, sampler: BaseSampler, ledger: Ledger) -> Observed:
    recorder = Recorder(folder, 0, ledger, lambda: 1_000)
    storage, watched = ObservedStorage(inner, recorder), ObservedSampler(sampler, ledger)
    study = optuna.create_study(storage=storage, sampler=watched)
    recorder.ready(startup_wall_s=0.5, startup_cpu_s=0.25)
    return Observed(study=study, recorder=recorder, folder=folder)


@pytest.mark.parametrize("storage", StorageKind)
@pytest.mark.parametrize("sampler", SamplerKind)
def test_a_seeded_study_is_the_same_with_and_without_observers(
    sampler: SamplerKind, storage: StorageKind, open_inner: OpenInner, tmp_path: Path
) -> None:
    plain = optuna.create_study(storage=open_inner(storage), sampler=sampler_for(sampler, 7, 0))
    observed = observe(tmp_path, open_inner(storage), sampler_for(sampler, 7, 0), Ledger())
    hear(observed.recorder.ledger)

    expected, found = outcome_of(optimise(plain)), outcome_of(optimise(observed.study))

    assert repr(found) == repr(expected)
    rows = observed.record().trials
    assert [row.number for row in rows] == list(range(TRIALS))
    assert [dict(row.params) for row in rows] == [params for _, _, _, params, _ in expected]
    for row, (_, state, values, _, _) in zip(rows, expected, strict=True):
        assert row.state.value == state.name.lower()
        if row.state is TrialState.COMPLETE:
            assert row.values == tuple(values)


@pytest.fixture
def small(tmp_path: Path, open_inner: OpenInner) -> Observed:
    return observe(tmp_path, open_inner(StorageKind.MEMORY), sampler_for(SamplerKind.NUMBERED, 1, 0), Ledger())


def test_every_ending_is_recorded(small: Observed) -> None:
    optimise(small.study)

    states = [row.state for row in small.record().trials]
    assert [number for number, state in enumerate(states) if state is TrialState.PRUNED] == [3, 7, 11]
    assert [number for number, state in enumerate(states) if state is TrialState.FAIL] == [5, 6]


def test_rows_are_spans_and_an_unattributed_rest_that_is_never_negative(small: Observed) -> None:
    hear(small.recorder.ledger)

    def marked(trial: optuna.Trial) -> float:
        with span("other"), span("load"):
            return objective(trial)

    small.study.optimize(marked, n_trials=3)

    for row in small.record().trials:
        assert {"other", "load", SUGGEST, STORAGE} <= set(row.spans)
        assert row.unattributed.wall_s >= -1e-9
        assert row.unattributed.cpu_s >= -1e-9
        assert sum(s.wall_s for s in row.spans.values()) + row.unattributed.wall_s == pytest.approx(row.wall_s)


def test_time_between_trials_is_before_the_next_and_time_after_the_last_in_the_end(
    tmp_path: Path, open_inner: OpenInner
) -> None:
    time = FakeTime()
    ledger = Ledger(time.clocks)
    observed = observe(tmp_path, open_inner(StorageKind.MEMORY), sampler_for(SamplerKind.NUMBERED, 1, 0), ledger)

    def after(study: optuna.Study, trial: optuna.trial.FrozenTrial) -> None:
        ledger.enter("callback")
        time.pass_(1_000_000_000)
        ledger.leave()

    def inside(trial: optuna.Trial) -> float:
        time.pass_(250_000_000, thread_ns=125_000_000)
        return 0.0

    observed.study.optimize(inside, n_trials=2, callbacks=[after])

    record = observed.record()
    assert ["callback" in row.before for row in record.trials] == [False, True]
    assert record.trials[1].before["callback"].wall_s == pytest.approx(1.0)
    assert record.ends[0].after["callback"].wall_s == pytest.approx(1.0)
    assert [row.wall_s for row in record.trials] == pytest.approx([0.25, 0.25])
    assert [row.cpu_s for row in record.trials] == pytest.approx([0.125, 0.125])
    assert record.trials[1].started_s - record.trials[0].ended_s == pytest.approx(1.0, abs=1e-5)
    assert record.ends[0].study_wall_s == pytest.approx(2.5)


def test_an_enqueued_trial_is_recorded_with_its_parameters(small: Observed) -> None:
    small.study.enqueue_trial({"x": 0.25, "n": 3, "kind": "b"})
    small.study.add_trial(optuna.create_trial(value=1.0))
    small.study.optimize(objective, n_trials=2)

    rows = small.record().trials
    assert [row.number for row in rows] == [0, 2]
    assert rows[0].params == {"x": 0.25, "n": 3, "kind": "b"}


def test_ask_and_tell_is_recorded(small: Observed) -> None:
    for _ in range(2):
        trial = small.study.ask()
        trial.suggest_float("x", 0, 1)
        small.study.tell(trial, 0.5)

    assert [(row.number, row.values) for row in small.record().trials] == [(0, (0.5,)), (1, (0.5,))]


def test_trials_asked_together_do_not_break_the_study(small: Observed) -> None:
    trials = [small.study.ask() for _ in range(3)]
    for trial in trials:
        trial.suggest_float("x", 0, 1)
        small.study.tell(trial, float(trial.number))

    assert len(small.study.get_trials(states=[optuna.trial.TrialState.COMPLETE])) == 3
    recorded = [(row.number, row.values) for row in small.record().trials]
    assert recorded == [(2, (2.0,))]  # only the last asked was the thread's own


def test_a_study_inside_a_trial_does_not_break_it(small: Observed) -> None:
    def outer(trial: optuna.Trial) -> float:
        inner = optuna.create_study(storage=small.study._storage)
        inner.optimize(lambda t: t.suggest_float("y", 0, 1), n_trials=2)
        return trial.suggest_float("x", 0, 1) + inner.best_value

    small.study.optimize(outer, n_trials=2)

    assert len(small.study.trials) == 2
    small.record()


def test_a_trial_told_from_another_thread_does_not_break_the_study(small: Observed) -> None:
    trial = small.study.ask()
    thread = threading.Thread(target=small.study.tell, args=(trial, 1.0))
    thread.start()
    thread.join()

    assert small.study.best_value == 1.0
    assert small.record().trials == ()


def test_threads_write_whole_rows_of_their_own(small: Observed) -> None:
    hear(small.recorder.ledger)
    small.study.optimize(lambda t: t.suggest_float("x", 0, 1), n_trials=40, n_jobs=4)

    record = small.record()
    assert [row.number for row in record.trials] == list(range(40))
    assert record.torn_lines == 0
    in_study = {t.number: t.params for t in small.study.get_trials()}
    assert {row.number: dict(row.params) for row in record.trials} == in_study


def test_several_objectives_have_several_values(tmp_path: Path, recorder: Recorder, open_inner: OpenInner) -> None:
    storage = ObservedStorage(open_inner(StorageKind.MEMORY), recorder)
    study = optuna.create_study(storage=storage, directions=["minimize", "maximize"])
    study.optimize(lambda t: (1.0, 2.0), n_trials=1)

    assert Observed(study=study, recorder=recorder, folder=tmp_path).record().trials[0].values == (1.0, 2.0)


def test_the_process_says_when_it_was_ready_and_what_it_took(small: Observed) -> None:
    small.study.optimize(lambda t: 1.0, n_trials=3)

    record = small.record()
    (start,), (end,) = record.starts, record.ends
    assert (start.startup_wall_s, start.startup_cpu_s) == (0.5, 0.25)
    assert end.pid == start.pid == record.trials[0].pid
    assert start.ready_s <= record.trials[0].started_s
    assert end.events > 0
    assert end.event_cpu_s > 0
    assert end.study_wall_s >= sum(row.wall_s for row in record.trials)


def test_a_pause_of_the_study_is_the_same_study(small: Observed) -> None:
    small.study.optimize(objective, n_trials=1)
    small.study.optimize(objective, n_trials=1)

    assert [row.number for row in small.record().trials] == [0, 1]
