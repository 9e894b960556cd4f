"""The recorder: an observed study is the same study, and each of its trials is one row that adds up."""

import os
import threading
import time as clock
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import optuna
import pytest
from optuna.samplers import BaseSampler

from harness.attach.proxy import inner_of
from harness.attach.recorder import Recorder
from harness.attach.sampler import SUGGEST
from harness.attach.storage import STORAGE
from harness.attach.studies import observed
from harness.model.appending import RowFile
from harness.model.endings import read_endings
from harness.model.plan import SamplerKind, StorageKind
from harness.model.record import Record, TrialState
from harness.model.store import HEADER, decode_trial, read_record, write_json
from harness.probes.ledger import Ledger
from harness.probes.spans import hear, span
from harness.runner.samplers import sampler_for
from tests.attach.conftest import INSTRUMENTS, OpenInner
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


Observe = Callable[..., Observed]


@pytest.fixture
def observe(tmp_path: Path) -> Iterator[Observe]:
    """Makes a study that is observed until the test ends."""
    with ExitStack() as stack:

        def made(inner: optuna.storages.BaseStorage, sampler: BaseSampler, ledger: Ledger, **how: Any) -> Observed:
            recorder = Recorder(tmp_path, 0, ledger, INSTRUMENTS)
            stack.enter_context(observed(recorder))
            study = optuna.create_study(storage=inner, sampler=sampler, **how)
            recorder.ready(startup_wall_s=0.5, startup_cpu_s=0.25)
            return Observed(study=study, recorder=recorder, folder=tmp_path)

        yield made


@pytest.mark.parametrize("storage", StorageKind)
@pytest.mark.parametrize("sampler", [kind for kind in SamplerKind if kind is not SamplerKind.REPLAY])
def test_a_seeded_study_is_the_same_with_and_without_observers(
    sampler: SamplerKind, storage: StorageKind, open_inner: OpenInner, observe: Observe
) -> None:
    plain = optuna.create_study(storage=open_inner(storage), sampler=sampler_for(sampler, 7, 0))
    expected = outcome_of(optimise(plain))
    watched = observe(open_inner(storage), sampler_for(sampler, 7, 0), Ledger())
    hear(watched.recorder.ledger)

    found = outcome_of(optimise(watched.study))

    assert repr(found) == repr(expected)
    rows = watched.record().trials
    assert [row.number for row in rows] == list(range(TRIALS))
    assert [dict(row.params) for row in rows] == [params for _, _, _, params, _ in expected]
    for row, (_, state, values, _, _) in zip(rows, expected, strict=True):
        assert row.state.value == state.name.lower()
        if row.state is TrialState.COMPLETE:
            assert row.values == tuple(values)


@pytest.fixture
def small(observe: Observe, open_inner: OpenInner) -> Observed:
    return observe(open_inner(StorageKind.MEMORY), sampler_for(SamplerKind.NUMBERED, 1, 0), Ledger())


def test_every_ending_is_recorded(small: Observed) -> None:
    optimise(small.study)

    states = [row.state for row in small.record().trials]
    assert [number for number, state in enumerate(states) if state is TrialState.PRUNED] == [3, 7, 11]
    assert [number for number, state in enumerate(states) if state is TrialState.FAIL] == [5, 6]


def test_rows_are_spans_and_an_unattributed_rest_that_is_never_negative(small: Observed) -> None:
    hear(small.recorder.ledger)

    def marked(trial: optuna.Trial) -> float:
        with span("load"):
            return objective(trial)

    small.study.optimize(marked, n_trials=3)

    for row in small.record().trials:
        assert {"other", "load", SUGGEST, STORAGE} <= set(row.spans)
        assert row.unattributed.wall_s >= -1e-9
        assert row.unattributed.cpu_s >= -1e-9
        assert sum(s.wall_s for s in row.spans.values()) + row.unattributed.wall_s == pytest.approx(row.wall_s)


def test_time_between_trials_is_before_the_next_and_time_after_the_last_in_the_end(
    observe: Observe, open_inner: OpenInner
) -> None:
    time = FakeTime()
    ledger = Ledger(time.clocks)
    watched = observe(open_inner(StorageKind.MEMORY), sampler_for(SamplerKind.NUMBERED, 1, 0), ledger)

    def after(study: optuna.Study, trial: optuna.trial.FrozenTrial) -> None:
        ledger.enter("callback")
        time.pass_(1_000_000_000)
        ledger.leave()

    def inside(trial: optuna.Trial) -> float:
        time.pass_(250_000_000, thread_ns=125_000_000)
        return 0.0

    watched.study.optimize(inside, n_trials=2, callbacks=[after])

    record = watched.record()
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
    rows = small.record().trials
    assert [(row.number, row.values) for row in rows] == [(0, (0.0,)), (1, (1.0,)), (2, (2.0,))]
    assert [row.open_at_once for row in rows] == [3, 3, 3]


def test_trials_open_at_once_share_the_threads_time_and_add_up_to_it(observe: Observe, open_inner: OpenInner) -> None:
    time = FakeTime()
    watched = observe(open_inner(StorageKind.MEMORY), sampler_for(SamplerKind.NUMBERED, 1, 0), Ledger(time.clocks))
    first = watched.study.ask()
    time.pass_(1_000_000_000)
    second = watched.study.ask()
    time.pass_(3_000_000_000)
    watched.study.tell(first, 1.0)
    time.pass_(5_000_000_000)
    watched.study.tell(second, 2.0)

    rows = watched.record().trials
    assert [row.wall_s for row in rows] == pytest.approx([1 + 1.5, 1.5 + 5])
    assert [row.ended_s - row.started_s for row in rows] == pytest.approx([4, 8], abs=1e-5)
    assert sum(row.wall_s for row in rows) == pytest.approx(9)


def test_a_trial_knows_its_share_of_the_data_and_its_number_in_a_run_of_several_studies(
    observe: Observe, open_inner: OpenInner
) -> None:
    watched = observe(open_inner(StorageKind.MEMORY), sampler_for(SamplerKind.NUMBERED, 1, 0), Ledger())
    watched.recorder.evaluated_on(0.25, 99)  # no trial is open: nobody's

    def objective(trial: optuna.Trial) -> float:
        if trial.number:
            watched.recorder.evaluated_on(0.1, 25)
        return 1.0

    watched.study.optimize(objective, n_trials=2)

    assert [(row.number, row.share) for row in watched.record().trials] == [(0, 1.0), (26, 0.1)]


def test_a_study_inside_a_trial_is_a_part_of_it(observe: Observe, open_inner: OpenInner) -> None:
    time = FakeTime()
    watched = observe(open_inner(StorageKind.MEMORY), sampler_for(SamplerKind.NUMBERED, 1, 0), Ledger(time.clocks))

    def slow(trial: optuna.Trial) -> float:
        time.pass_(1_000_000_000)
        return trial.suggest_float("y", 0, 1)

    def outer(trial: optuna.Trial) -> float:
        time.pass_(250_000_000)
        inner = optuna.create_study()
        inner.optimize(slow, n_trials=2)
        time.pass_(500_000_000)
        return trial.suggest_float("x", 0, 1) + inner.best_value

    watched.study.optimize(outer, n_trials=2)

    record = watched.record()
    outers = [row for row in record.trials if "nested study" in row.spans]
    inners = [row for row in record.trials if "nested study" not in row.spans]
    assert [row.wall_s for row in inners] == pytest.approx([1.0] * 4)
    assert [row.wall_s for row in outers] == pytest.approx([2.75] * 2)
    assert [row.spans["nested study"].calls for row in outers] == [2, 2]
    assert [row.spans["nested study"].wall_s for row in outers] == pytest.approx([2.0] * 2)
    assert [row.spans["other"].wall_s for row in outers] == pytest.approx([0.75] * 2)
    assert [row.name for row in record.studies] == [watched.study.study_name, *(r.name for r in record.studies[1:])]
    assert len(record.studies) == 3


def test_a_trial_told_from_another_thread_has_its_length_and_what_is_known(
    observe: Observe, open_inner: OpenInner
) -> None:
    time = FakeTime()
    watched = observe(open_inner(StorageKind.MEMORY), sampler_for(SamplerKind.NUMBERED, 1, 0), Ledger(time.clocks))
    trial = watched.study.ask()
    time.pass_(2_000_000_000)
    thread = threading.Thread(target=watched.study.tell, args=(trial, 1.0))
    thread.start()
    thread.join()

    assert watched.study.best_value == 1.0
    (row,) = watched.record().trials
    assert (row.values, row.ended_s - row.started_s) == ((1.0,), pytest.approx(2.0, abs=1e-5))


def test_a_trial_that_another_process_began_has_no_row(small: Observed, open_inner: OpenInner) -> None:
    storage = small.study._storage
    trial_id = inner_of(storage).create_new_trial(small.study._study_id)  # as if by another

    storage.set_trial_state_values(trial_id, optuna.trial.TrialState.FAIL)

    assert small.record().trials == ()


def test_a_span_that_the_objective_leaves_open_ends_with_it(small: Observed) -> None:
    hear(small.recorder.ledger)

    def careless(trial: optuna.Trial) -> float:
        span("forgotten").__enter__()
        return trial.suggest_float("x", 0, 1)

    small.study.optimize(careless, n_trials=3)

    assert small.recorder.ledger.depth == 0
    assert [row.spans["forgotten"].calls for row in small.record().trials] == [1, 1, 1]


def test_long_stretches_are_kept_with_their_place_in_the_trial(observe: Observe, open_inner: OpenInner) -> None:
    time = FakeTime()
    watched = observe(open_inner(StorageKind.MEMORY), sampler_for(SamplerKind.NUMBERED, 1, 0), Ledger(time.clocks))
    hear(watched.recorder.ledger)

    def objective(trial: optuna.Trial) -> float:
        time.pass_(100_000_000)
        with span("outer"):
            time.pass_(10_000_000)
            with span("inner"):
                time.pass_(20_000_000)
            with span("blink"):
                time.pass_(100_000)
        return 1.0

    watched.study.optimize(objective, n_trials=1)

    (row,) = watched.record().trials
    assert row.segments == (("outer", 0.1, pytest.approx(0.0301)), ("inner", 0.11, pytest.approx(0.02)))


def test_marked_spans_are_kept_before_hundreds_of_storage_calls(observe: Observe, open_inner: OpenInner) -> None:
    time = FakeTime()
    watched = observe(open_inner(StorageKind.MEMORY), sampler_for(SamplerKind.NUMBERED, 1, 0), Ledger(time.clocks))
    hear(watched.recorder.ledger)

    def objective(trial: optuna.Trial) -> float:
        with span("mine"):
            time.pass_(20_000_000)
        for _ in range(100):
            watched.recorder.ledger.enter(STORAGE)
            time.pass_(30_000_000)
            watched.recorder.ledger.leave()
        return 1.0

    watched.study.optimize(objective, n_trials=1)

    (row,) = watched.record().trials
    assert len(row.segments) == 64
    assert row.segments[0][0] == "mine"


def test_what_waits_for_the_next_trial_is_called_once(small: Observed) -> None:
    called: list[int] = []
    small.recorder.on_next_trial = lambda: called.append(1)

    small.study.optimize(lambda trial: 1.0, n_trials=3)

    assert called == [1]


def test_calls_and_bytes_of_the_storage_are_counted(small: Observed) -> None:
    def writes(trial: optuna.Trial) -> float:
        for index in range(7):
            trial.set_user_attr(f"a{index}", 1.0)
        trial.set_user_attr("text", "x" * 100)
        trial.report(0.5, 1)
        return trial.suggest_float("x", 0, 1)

    small.study.optimize(writes, n_trials=2)

    for row in small.record().trials:
        assert row.calls["set_trial_user_attr"] == 8
        assert row.calls["set_trial_intermediate_value"] == 1
        assert row.calls["set_trial_param"] == 1
        assert row.calls["create_new_trial"] == 1
        assert row.written_bytes == 7 * 8 + 100 + 8


def test_the_peak_is_a_trials_own_only_while_it_is_alone(small: Observed) -> None:
    first = small.study.ask()
    second = small.study.ask()
    small.study.tell(first, 1.0)
    small.study.tell(second, 1.0)
    small.study.optimize(lambda trial: 1.0, n_trials=1)

    small.recorder._last_wall_s = 1.0  # as if trials were long
    small.study.optimize(lambda trial: 1.0, n_trials=1)

    assert [row.peak_rss_bytes for row in small.record().trials] == [None, None, None, 3_000]


def test_rows_wait_while_the_disk_is_full_and_the_study_goes_on(
    small: Observed, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = RowFile.write

    def full(self: RowFile, line: bytes) -> None:
        if b'"number":2' not in line and line.startswith(b'{"kind":"trial"') and not is_free:
            raise OSError(28, "No space left on device")
        write(self, line)

    is_free = False
    monkeypatch.setattr(RowFile, "write", full)
    small.study.optimize(lambda trial: 1.0, n_trials=3)
    assert small.recorder.books.dropped == 3
    is_free = True

    record = small.record()
    assert [row.number for row in record.trials] == [0, 1, 2]
    assert record.ends[0].dropped == 0


def test_a_trial_is_noted_before_its_storage_hears_of_its_end(
    observe: Observe, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[dict[str, Any]] = []

    class Looking(optuna.storages.InMemoryStorage):
        def set_trial_state_values(self, trial_id: int, state: Any, values: Any = None) -> bool:
            noted.extend(read_endings(watched.folder) if state.is_finished() else ())
            if trial_id == 1:
                raise RuntimeError("no room")
            return super().set_trial_state_values(trial_id, state, values)

    watched = observe(Looking(), sampler_for(SamplerKind.NUMBERED, 1, 0), Ledger())
    watched.study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=1)
    trial = watched.study.ask()
    with pytest.raises(RuntimeError, match="no room"):
        watched.study.tell(trial, 1.0)
    assert list(read_endings(watched.folder)) == []  # the storage has refused it

    (row,) = watched.record().trials
    first = decode_trial(noted[0])
    assert (first.number, first.state, first.values, first.params) == (0, row.state, row.values, row.params)
    assert (first.started_s, first.native_thread) == (row.started_s, row.native_thread)
    assert 0 < first.wall_s < row.wall_s
    assert first.spans["storage"].calls == row.spans["storage"].calls - 1
    assert sum(span.wall_s for span in first.spans.values()) <= first.wall_s


def test_our_own_time_is_between_trials_under_its_own_name(observe: Observe, open_inner: OpenInner) -> None:
    time = FakeTime()
    watched = observe(open_inner(StorageKind.MEMORY), sampler_for(SamplerKind.NUMBERED, 1, 0), Ledger(time.clocks))
    append = watched.recorder.books.append

    def slow(row: dict[str, Any]) -> None:
        time.pass_(1_000_000)
        append(row)

    watched.recorder.books.append = slow  # type: ignore[method-assign,assignment]
    watched.study.optimize(lambda trial: 1.0, n_trials=3)

    first, *others = watched.record().trials
    assert (first.before["watching"].wall_s, first.wall_s) == (pytest.approx(0.001), 0.0)  # the study's own row
    assert [row.before["watching"].wall_s for row in others] == [pytest.approx(0.001)] * 2
    assert [row.wall_s for row in others] == [0.0] * 2
    (end,) = watched.record().ends
    assert end.recording_cpu_s == pytest.approx(0.004)


def test_a_fault_of_ours_is_noted_and_never_the_studys(small: Observed, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise KeyError("ours")

    monkeypatch.setattr(small.recorder, "_begin", fail)
    small.study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=1)
    monkeypatch.undo()
    monkeypatch.setattr(small.recorder, "_end", fail)
    small.study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=1)

    assert [trial.state.name for trial in small.study.trials] == ["COMPLETE"] * 2
    assert (small.folder / f"fault-{os.getpid()}.txt").read_text().count("KeyError: 'ours'") == 2


def test_the_books_so_far_are_there_when_a_process_is_killed(observe: Observe, open_inner: OpenInner) -> None:
    time = FakeTime()
    watched = observe(open_inner(StorageKind.MEMORY), sampler_for(SamplerKind.NUMBERED, 1, 0), Ledger(time.clocks))

    def slow(trial: optuna.Trial) -> float:
        time.pass_(1_500_000_000)
        return 1.0

    watched.study.optimize(slow, n_trials=4)
    write_json(watched.folder / HEADER, a_header())

    (end,) = read_record(watched.folder).ends
    assert not end.is_final
    assert end.study_wall_s == pytest.approx(6.0)


def test_threads_write_whole_rows_of_their_own(small: Observed) -> None:
    hear(small.recorder.ledger)
    small.study.optimize(lambda t: t.suggest_float("x", 0, 1), n_trials=40, n_jobs=4)

    record = small.record()
    assert [row.number for row in record.trials] == list(range(40))
    assert record.torn_lines == 0
    in_study = {t.number: t.params for t in small.study.get_trials()}
    assert {row.number: dict(row.params) for row in record.trials} == in_study


def test_several_objectives_have_several_values(observe: Observe, open_inner: OpenInner) -> None:
    sampler = sampler_for(SamplerKind.NUMBERED, 1, 0)
    watched = observe(open_inner(StorageKind.MEMORY), sampler, Ledger(), directions=["minimize", "maximize"])
    watched.study.optimize(lambda t: (1.0, 2.0), n_trials=1)

    record = watched.record()
    assert record.trials[0].values == (1.0, 2.0)
    assert record.studies[0].directions == ("minimize", "maximize")


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


def test_threads_that_begin_together_open_the_books_once(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, 0, Ledger(), INSTRUMENTS)
    together = threading.Barrier(4)

    def open_books() -> None:
        clock.sleep(0.02)  # a switch of threads, just here
        recorder.ready(startup_wall_s=0.5, startup_cpu_s=0.25)

    recorder.on_first_trial = open_books

    def objective(trial: optuna.Trial) -> float:
        return trial.suggest_float("x", 0, 1)

    with observed(recorder):
        study = optuna.create_study()

        def work() -> None:
            together.wait()
            study.optimize(objective, n_trials=1)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    recorder.finish(None)
    write_json(tmp_path / HEADER, a_header())

    record = read_record(tmp_path)
    assert (len(record.starts), len(record.trials)) == (1, 4)
