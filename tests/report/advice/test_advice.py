"""Advice says what its probes showed: the study's time and memory with intervals, workers that fit, and warnings."""

import math
from dataclasses import replace

import pytest

from harness.errors import InputError
from harness.model.machine import Machine, Processor, SystemMemory
from harness.model.plan import StorageKind
from harness.model.probing import Cut, Role
from harness.model.record import Ending, Record, TrialState
from harness.report.advice import build
from harness.report.advice.forecasts import FREE
from harness.report.advice.sampling import cost_s, total_s
from harness.report.advice.summary import Advice, Concern, Forecast
from harness.report.advice.words import counted, duration_text, span_text
from harness.report.advice.workers import fit_of
from harness.report.quantity import Unit, known, unknown
from harness.stats.interval import Interval
from tests.fakes import MIB
from tests.report.advice.made import HISTORY, PLANNED, Objective, a_probing


def advice(objective: Objective | None = None, **changes: object) -> Advice:
    return build(*a_probing(objective, **changes))


def forecast(given: Advice, how: str) -> Forecast:
    return next(one for one in given.forecasts if one.how == how)


def warned(given: Advice, concern: Concern) -> list[str]:
    return [one.sentence for one in given.warnings if one.concern is concern]


def test_the_study_takes_its_trials_its_sampler_and_its_start() -> None:
    given = advice()
    trial_s, sampler_s = given.trial.wall.value, given.sampler.total.value
    assert trial_s == pytest.approx(1.0, rel=0.03)
    assert sampler_s is not None
    assert forecast(given, "1 worker").wall.value == pytest.approx(1000 * trial_s + sampler_s + 0.9, rel=0.001)
    assert given.headline == f"1,000 trials of mine:objective take {span_text(given.forecasts[0].wall)} in one worker."


def test_the_interval_holds_the_runs_that_it_was_made_from() -> None:
    wall = advice().trial.wall
    assert wall.low is not None
    assert wall.high is not None
    assert wall.low < 0.98
    assert wall.high > 1.03


def test_the_sampler_is_summed_along_its_growth_and_carried_on() -> None:
    points = [(point.trials, point.wall_s) for point in HISTORY.sampler]
    middle = math.fsum((0.003, 0.015)) / 2
    assert cost_s(points, 310, min) == pytest.approx(0.002 + 0.012 * 290 / 580)
    assert cost_s(points, 1180, max) == pytest.approx(0.028)
    assert total_s(points, 600, lambda repeats: sorted(repeats)[1]) == pytest.approx(20 * 0.003 + 580 * middle)
    assert total_s(points, 10, min) == pytest.approx(10 * 0.002)


def test_a_long_study_is_warned_of_its_sampler() -> None:
    (sentence,) = warned(advice(Objective(trial_s=lambda share: 0.02)), Concern.SAMPLER)
    assert sentence.startswith("The tpe sampler takes")
    assert "measured to 600 trials, then carried on" in sentence
    assert warned(advice(), Concern.SAMPLER) == []


def test_threads_that_hold_the_lock_gain_nothing_and_processes_are_named() -> None:
    (sentence,) = warned(advice(), Concern.THREADS)
    assert "2 threads (n_jobs) did" in sentence
    assert "a trial holds the GIL" in sentence
    threads = forecast(advice(workers=2), "2 threads")
    assert threads.speedup.value == pytest.approx(1.0, abs=0.1)
    assert forecast(advice(workers=2), "2 processes").speedup.value == pytest.approx(2.0, rel=0.05)


def test_threads_that_do_not_hold_it_are_worth_as_many_cores() -> None:
    given = advice(Objective(thread_stretch=1.0), workers=2)
    assert warned(given, Concern.THREADS) == []
    assert forecast(given, "2 threads").speedup.value == pytest.approx(2.0, rel=0.05)


def test_workers_that_wait_for_each_other_whatever_they_are_are_told_so() -> None:
    (sentence,) = warned(advice(Objective(process_stretch=2.0)), Concern.THREADS)
    assert "whatever they are" in sentence
    assert "GIL" not in sentence


def test_a_share_that_runs_one_at_a_time_bounds_any_number_of_workers() -> None:
    """Two threads do 1.5 times the work of one: a third of it takes turns, and three times is all there is."""
    many = Machine(processor=Processor(usable_cores=64), memory=SystemMemory(total_bytes=64 * 1024 * MIB))
    given = advice(Objective(thread_stretch=4 / 3), machine=many, workers=16)
    assert forecast(given, "64 threads").speedup.value == pytest.approx(64 / (1 + 63 / 3), rel=0.1)


def test_more_workers_than_cores_gain_no_more_than_cores() -> None:
    given = advice(workers=9)
    assert forecast(given, "9 processes").speedup.value == pytest.approx(2.0, rel=0.05)
    assert warned(given, Concern.WORKERS) == ["9 workers were asked for; more than 2 share the same cores."]
    assert given.fit.by_cores == given.fit.advised == 2


def test_a_thread_that_keeps_a_little_more_than_a_core_busy_is_one_worker_a_core() -> None:
    probing, _ = a_probing()  # on two cores
    fits = [fit_of(probing, known(Unit.BYTES, MIB, "made up"), busy).by_cores for busy in (1.0, 1.04, 1.2, 0.5)]
    assert fits == [2, 2, 1, 4]


def test_more_workers_than_trials_gain_no_more_than_trials() -> None:
    given = advice(Objective(stretch=100.0, process_stretch=1.0), planned=replace(PLANNED, trials=10), workers=8)
    assert [one.how for one in given.forecasts if "processes" in one.how] == ["8 processes", "10 processes"]
    trial_s = given.trial.wall.value
    assert trial_s is not None
    for how, rounds in (("8 processes", 2), ("10 processes", 1)):
        wall_s = forecast(given, how).wall.value
        assert wall_s is not None
        assert wall_s > rounds * trial_s


def test_a_trial_that_the_time_out_cut_off_is_no_measurement() -> None:
    probing, records = a_probing()
    whole = build(probing, records).trial.wall.value

    def cut(record: Record) -> Record:
        *rows, last = record.trials
        assert record.outcome is not None
        failed = replace(last, state=TrialState.FAIL, wall_s=last.wall_s / 100)
        return replace(record, trials=(*rows, failed), outcome=replace(record.outcome, ending=Ending.TIMED_OUT))

    found = build(probing, {run: cut(record) for run, record in records.items()}).trial.wall.value
    assert found == pytest.approx(whole, rel=0.01)


def test_waiting_workers_leave_cores_for_more() -> None:
    given = advice(Objective(stretch=4.0))
    assert given.trial.busy_cores.value == pytest.approx(0.25)
    assert given.fit.by_cores == 8


def test_a_queue_for_cores_is_told_and_taken_off() -> None:
    given = advice(Objective(queued_s=0.5))
    free, busy = forecast(given, FREE).wall, forecast(given, "1 worker").wall
    assert busy.value is not None
    assert free.value is not None
    assert busy.value - free.value > 450
    assert given.trial.busy_cores.value == pytest.approx(1.0)
    (sentence,) = warned(given, Concern.MACHINE)
    assert "other work had the cores" in sentence
    assert warned(advice(), Concern.MACHINE) == []


def test_memory_is_what_a_worker_alone_holds_with_history_and_data_apart() -> None:
    memory = advice().memory
    assert memory.peak.value == pytest.approx(140 * MIB, rel=0.01)
    assert memory.data.value == pytest.approx(40 * MIB, rel=0.01)
    assert memory.history.value == pytest.approx(1000 * 8192)
    assert memory.need.value == pytest.approx(140 * MIB + 1000 * 8192, rel=0.01)


def test_growth_is_carried_to_the_end_of_the_study_and_warned_of() -> None:
    given = advice(Objective(grows_mib=0.5))
    assert given.memory.growth.value == pytest.approx(0.5 * MIB)
    assert given.memory.need.value == pytest.approx(140 * MIB + 1000 * 8192 + 500 * MIB, rel=0.01)
    assert "Memory grows by 512 KiB per trial: 500 MiB over the study" in warned(given, Concern.MEMORY)[0]


def test_memory_limits_workers_before_cores_do() -> None:
    small = Machine(
        processor=Processor(usable_cores=16), memory=SystemMemory(total_bytes=1024 * MIB, limit_bytes=400 * MIB)
    )
    given = advice(machine=small, workers=4)
    assert given.fit.by_memory == given.fit.advised == 2
    assert warned(given, Concern.MEMORY) == ["4 workers were asked for, and memory has room for 2."]


def test_a_worker_that_does_not_fit_at_all_is_warned_of_first() -> None:
    tiny = Machine(processor=Processor(usable_cores=2), memory=SystemMemory(limit_bytes=100 * MIB))
    given = advice(machine=tiny)
    assert given.warnings[0].concern is Concern.MEMORY
    assert "100 MiB are too few" in given.warnings[0].sentence
    assert given.fit.advised == 1


def test_a_machine_of_which_nothing_is_known_bounds_nothing() -> None:
    fit = advice(machine=Machine()).fit
    assert (fit.by_cores, fit.by_memory, fit.advised) == (None, None, 1)


def test_a_dear_storage_is_named_with_its_lock() -> None:
    given = advice(Objective(storage_s=0.6), planned=replace(PLANNED, storage=StorageKind.SQLITE))
    (sentence,) = warned(given, Concern.STORAGE)
    assert "of a trial is the sqlite storage" in sentence
    assert "one lock" in sentence


def test_what_was_not_probed_whole_is_said() -> None:
    probing, records = a_probing()
    small = tuple(probe for probe in probing.probes if probe.share < 1)
    given = build(replace(probing, probes=small, left_out=("The budget had no room.",)), records)
    assert warned(given, Concern.TIME)[-1] == "No probe had more than 25 % of the data: all is carried on from there."
    assert warned(given, Concern.DATA) == ["The budget had no room."]
    assert given.trial.wall.value == pytest.approx(1.0, rel=0.1)


def test_growth_faster_than_the_data_is_said_and_carried_on() -> None:
    probing, records = a_probing(Objective(trial_s=lambda share: 4 * share**2 + 0.02, storage_s=0.001))
    small = tuple(probe for probe in probing.probes if probe.share < 1)
    given = build(replace(probing, probes=small), records)
    assert any("to the power" in sentence and "carried on so" in sentence for sentence in warned(given, Concern.TIME))


def test_without_a_source_the_reason_is_shown() -> None:
    given = advice(cut=Cut.NONE, why_uncut="no harness.source is called")
    assert warned(given, Concern.DATA)[0].endswith("only trials are carried on: no harness.source is called.")


def test_one_probe_gives_a_number_without_an_interval_and_says_so() -> None:
    probing, records = a_probing()
    one = tuple(probe for probe in probing.probes if (probe.role, probe.share, probe.block) == (Role.SIZE, 1.0, 1))
    given = build(replace(probing, probes=one), records)
    assert given.trial.wall.low is None
    assert "rests on too few probes" in warned(given, Concern.TIME)[0]
    assert forecast(given, "1 worker").wall.value is not None


def test_no_sampler_probe_leaves_its_time_out_and_says_so() -> None:
    given = advice(history=None)
    assert given.sampler.total.missing == "the sampler was not probed"
    assert forecast(given, "1 worker").wall.value == pytest.approx(1000, rel=0.05)
    assert given.memory.history.missing == "it was not probed"


def test_a_probing_without_a_finished_trial_is_refused() -> None:
    probing, _ = a_probing()
    with pytest.raises(InputError, match="larger --budget"):
        build(probing, {})


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.05, "50.0 ms"), (85, "85.0 s"), (744, "12.4 minutes"), (11_160, "3.10 hours"), (250_000, "2.89 days")],
)
def test_durations_are_said_in_the_largest_unit_of_which_there_are_two(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


def test_spans_and_counts_are_said_with_their_nouns() -> None:
    measure = known(Unit.SECONDS, Interval(value=100.0, low=90.0, high=130.0), "")
    assert span_text(measure) == "100 s (95 %: 90.0 s to 2.17 minutes)"
    assert span_text(unknown(Unit.SECONDS, "nobody looked")) == "not known: nobody looked"
    assert [counted(n, one) for n, one in ((1, "process"), (2, "process"), (1, "trial"), (3, "trial"))] == [
        "1 process",
        "2 processes",
        "1 trial",
        "3 trials",
    ]
