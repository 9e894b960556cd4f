"""What a run took: start-up is taken off once for every process, and spans between trials count."""

from dataclasses import replace

import pytest

from harness.experiments.figures import NO_FIGURES, figures, span_cpu_s, wall_s
from harness.model.metric import Metric
from harness.model.record import Ending, ProcessStart, Record, TrialState
from tests.comparisons import BASE
from tests.fakes import EPOCH_S, MIB, Cost, fake_record, fake_trials, span_time


@pytest.fixture
def record() -> Record:
    return fake_record("run", BASE, fake_trials(5, Cost(spans={"load": 0.1, "split": 0.02, "storage": 0.05})))


def test_cpu_leaves_out_the_start_up_of_every_process(record: Record) -> None:
    leader = ProcessStart(pid=1, worker=-1, ready_s=EPOCH_S + 0.4, startup_wall_s=0.3, startup_cpu_s=0.25)
    both = replace(record, starts=(leader, *record.starts))
    assert record.outcome is not None
    assert figures(both)[Metric.CPU] == pytest.approx(record.outcome.cpu_s - 0.8 - 0.25)
    assert figures(both)[Metric.RUN_CPU] == record.outcome.cpu_s
    assert figures(both)[Metric.STARTUP_CPU] == pytest.approx(1.05)


def test_wall_begins_with_the_first_process_that_is_ready(record: Record) -> None:
    leader = ProcessStart(pid=1, worker=-1, ready_s=EPOCH_S + 0.4, startup_wall_s=0.3, startup_cpu_s=0.25)
    both = replace(record, starts=(*record.starts, leader))
    assert wall_s(both) == pytest.approx(wall_s(record) + 0.6)


def test_spans_before_trials_and_after_the_last_count(record: Record) -> None:
    assert figures(record)[Metric.STORAGE_CPU] == pytest.approx(5 * (0.05 + 0.002))
    ended = replace(record, ends=(replace(record.ends[0], after={"storage": span_time(0.5)}),))
    assert span_cpu_s(ended, ("storage",)) == pytest.approx(5 * (0.05 + 0.002) + 0.5)


def test_loading_is_what_sources_take_and_no_feature_is_none_of_it(record: Record) -> None:
    assert figures(record)[Metric.LOAD_CPU] == pytest.approx(5 * (0.1 + 0.02))
    assert figures(record)[Metric.FEATURE_CPU] == 0
    assert figures(record)[Metric.MEMORY] == 220 * MIB
    assert figures(record)[Metric.STORED] is None


def test_a_run_that_did_not_finish_gives_no_figure(record: Record) -> None:
    assert record.outcome is not None
    killed = replace(record, outcome=replace(record.outcome, ending=Ending.KILLED))
    assert figures(killed) == NO_FIGURES
    assert figures(replace(record, outcome=None)) == NO_FIGURES


def test_a_run_in_which_every_trial_failed_gives_no_figure(record: Record) -> None:
    failed = tuple(replace(row, state=TrialState.FAIL, values=None) for row in record.trials)
    assert figures(replace(record, trials=failed)) == NO_FIGURES


def test_every_metric_has_an_entry(record: Record) -> None:
    assert set(figures(record)) == set(Metric) == set(NO_FIGURES)
