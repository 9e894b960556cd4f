"""The summary's numbers: each against a fake whose answer is known, and none where nothing was measured."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model.experiment import Dataset, Made, Reproduction, Role
from harness.model.fixed_work import FixedWork
from harness.model.record import Ending, Outcome, Record, TrialState
from harness.report.quantity import Measure, Unit, known
from harness.report.reproduction import build
from harness.report.reproduction.busyness import bounded_stretch
from harness.report.reproduction.runs import UsableRun
from harness.report.summary import Agreement, ComparisonRow, Summary
from tests.fakes import Cost, fake_reproduction, fake_trials

Fake = tuple[Reproduction, dict[str, Record]]
SECONDS = st.floats(min_value=0, max_value=1e4, allow_nan=False)


def row_of(summary: Summary, key: str) -> ComparisonRow:
    return next(row for row in summary.table if row.key == key)


def value_of(measure: Measure) -> float:
    assert measure.value is not None, measure.missing
    return measure.value


def changed(fake: Fake, role: Role, **changes: object) -> Fake:
    """The fake with every record of a role changed."""
    reproduction, records = fake
    runs = [run.run for run in reproduction.runs if run.arm.role is role]
    return reproduction, {**records, **{run: replace(records[run], **changes) for run in runs}}


def without(fake: Fake, role: Role) -> Fake:
    """The fake as planned, with the runs of a role not carried out."""
    reproduction, records = fake
    return replace(reproduction, runs=tuple(run for run in reproduction.runs if run.arm.role is not role)), records


def ended(ending: Ending, detail: str | None = None) -> Outcome:
    return Outcome(ending=ending, detail=detail, exit_code=1, wall_s=1.0, cpu_s=1.0, peak_pss_bytes=None)


def test_the_line_finds_the_fixed_and_the_growing_part(summary: Summary) -> None:
    model = summary.cost_model
    assert model.slope.value == pytest.approx(81.5, rel=0.03)  # 80 and 1.5 µs per bar in the fake
    assert model.fixed.value == pytest.approx(0.35, rel=0.05)
    assert model.fixed.low < model.fixed.value < model.fixed.high
    assert len(model.points) == 5


def test_the_total_is_fifty_fitted_trials_times_what_the_threads_make_of_them(summary: Summary) -> None:
    point = next(point for point in summary.cost_model.points if point.bars_per_trial == 210_225)
    stretch = value_of(summary.overlap.study_wall_ratio)
    total = row_of(summary, "total").real
    assert total.value == pytest.approx(50 * point.fitted_s_per_trial * stretch)
    assert total.low < total.value < total.high
    assert "extrapolated from 5 runs" in total.basis


def test_the_ratio_of_two_extrapolated_totals_has_a_narrower_interval_than_both_ends_apart(summary: Summary) -> None:
    row = row_of(summary, "total")
    assert row.ratio.value == pytest.approx(row.real.value / row.synthetic.value)
    assert row.ratio.high - row.ratio.low < row.real.high / row.synthetic.low - row.real.low / row.synthetic.high


def test_a_study_that_ran_every_trial_is_measured_and_not_extrapolated() -> None:
    reproduction, records = fake_reproduction()
    nine = next(run for run in reproduction.runs if run.arm.role is Role.NINE_THREADS)
    rows = fake_trials(50, Cost(spans={"strategy": 0.5}, stretch=9.0), threads=9)
    summary = build(reproduction, {**records, nine.run: replace(records[nine.run], trials=rows)})
    total = row_of(summary, "total").synthetic
    assert total.value == pytest.approx(max(row.ended_s for row in rows) - records[nine.run].starts[0].ready_s)
    assert total.basis == "measured, 50 trials, nine threads"
    assert total.low is None, "one run has no interval"


def test_nine_threads_stretch_the_trial_and_not_the_study(summary: Summary) -> None:
    assert summary.overlap.trial_wall_ratio.value == pytest.approx(9, rel=0.05)
    assert summary.overlap.study_wall_ratio.value == pytest.approx(1, rel=0.05)
    assert [line.lanes for line in summary.overlap.timelines] == [1, 1, 9]


def test_the_largest_span_is_of_the_as_found_trial_with_the_most_bars(summary: Summary) -> None:
    assert summary.headline.largest_span == "indicators"
    assert summary.headline.largest_share.value == pytest.approx(0.957, abs=0.01)


def test_the_mended_study_is_compared_by_its_whole_cpu(summary: Summary) -> None:
    mended_s = 50 * (0.004 + 0.001 + 0.002)  # spans, unattributed, between trials
    assert summary.headline.mended_ratio.value == pytest.approx(50 * 17.4 / mended_s, rel=0.02)


def test_memory_growth_begins_before_the_first_trial(summary: Summary) -> None:
    line = summary.memory[0]
    assert (
        line.growth.value == line.peak_pss_bytes - line.tree[4].bytes
    )  # the sample at one second, as the trial begins


@given(st.dictionaries(st.text(min_size=1, max_size=8), SECONDS, max_size=6), SECONDS, SECONDS)
def test_spans_and_the_unattributed_rest_add_up_to_the_trial(
    spans: dict[str, float], unattributed_s: float, between_s: float
) -> None:
    cost = Cost(spans=spans, unattributed_s=unattributed_s, between_s=between_s, stretch=3.0)
    reproduction, records = fake_reproduction()
    run = reproduction.runs[0]
    single = replace(reproduction, arms=(run.arm,), runs=(run,))
    arm = build(single, {run.run: replace(records[run.run], trials=fake_trials(5, cost))}).breakdowns[0]
    assert sum(part.cpu_s_per_trial for part in arm.parts) == pytest.approx(arm.cpu_s_per_trial, abs=1e-9)
    assert sum(part.wall_s_per_trial for part in arm.parts) == pytest.approx(arm.wall_s_per_trial, abs=1e-9)
    assert arm.wall_s_per_trial - arm.cpu_s_per_trial == arm.waiting_s_per_trial
    if arm.cpu_s_per_trial + arm.between_cpu_s_per_trial > 0:
        assert sum(part.cpu_share for part in arm.parts) + arm.between_cpu_share == pytest.approx(1)


@pytest.mark.parametrize("role", list(Role))
def test_an_arm_that_was_not_carried_out_is_said_to_be_missing(role: Role) -> None:
    summary = build(*without(fake_reproduction(), role))
    assert role not in {arm.role for arm in summary.breakdowns}
    lines = [line for line in summary.runs if line.role is role]
    assert lines
    assert all(line.ending == "not carried out" and line.run is None for line in lines)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("ending", [ending for ending in Ending if ending is not Ending.FINISHED])
def test_the_numbers_of_a_run_that_did_not_finish_are_not_used(role: Role, ending: Ending) -> None:
    fake = fake_reproduction()
    failed = build(*changed(fake, role, outcome=ended(ending, "why it ended")))
    absent = build(*without(fake, role))
    assert failed.breakdowns == absent.breakdowns
    assert failed.headline.ratio.value == absent.headline.ratio.value
    assert {line.detail for line in failed.runs if line.role is role} == {"why it ended"}
    assert not any(line.is_used for line in failed.runs if line.role is role)


def test_a_cell_without_a_measurement_says_why_and_is_no_zero() -> None:
    summary = build(*changed(fake_reproduction(), Role.ONE_THREAD, outcome=ended(Ending.TIMED_OUT)))
    for key in ("load", "per_bar", "trial_one", "strategy"):
        cell = row_of(summary, key).real
        assert cell.value is None
        assert "timed out" in cell.missing
    assert summary.cost_model.fixed.value is None
    assert "there are 1" in summary.cost_model.statements[0]


def test_a_run_without_an_outcome_or_a_record_is_not_used() -> None:
    reproduction, records = fake_reproduction()
    first, second = (run.run for run in reproduction.runs[:2])
    records = {run: record for run, record in records.items() if run != second}
    summary = build(reproduction, {**records, first: replace(records[first], outcome=None)})
    details = {line.run: line.detail for line in summary.runs}
    assert "launcher was killed" in details[first]
    assert details[second] == "left no record"


def test_a_run_whose_trials_all_failed_is_not_used() -> None:
    reproduction, records = fake_reproduction()
    run = next(run.run for run in reproduction.runs if run.arm.role is Role.NINE_THREADS)
    rows = tuple(replace(row, state=TrialState.FAIL, values=None) for row in records[run].trials)
    summary = build(reproduction, {**records, run: replace(records[run], trials=rows)})
    line = next(line for line in summary.runs if line.run == run)
    assert (line.is_used, line.detail) == (False, "has no trial that succeeded")


def test_nothing_at_all_gives_a_report_that_says_so() -> None:
    reproduction, _ = fake_reproduction()
    summary = build(replace(reproduction, runs=()), {})
    assert summary.headline.sentence == "Nothing could be measured: no run of this reproduction finished."
    keys = ("total", "trial_one", "load")
    assert [row_of(summary, key).real.value for key in keys] == [None, None, None]
    assert summary.machine is None


def test_equal_values_are_stated_with_their_count(summary: Summary) -> None:
    check = next(check for check in summary.value_checks if check.bars == 5_000)
    assert (check.agreement, check.differing) == (Agreement.SAME, 0)
    assert check.compared == 8 + 8 + 18  # the second run, then of nine threads and of mended the trials seen before


def test_the_first_differing_trial_is_named_with_both_values() -> None:
    reproduction, records = fake_reproduction()
    run = next(run.run for run in reproduction.runs if run.arm.role is Role.MENDED and run.arm.dataset is Dataset.REAL)
    rows = list(records[run].trials)
    rows[1] = replace(rows[1], values=(0.25,))
    rows[2] = replace(rows[2], values=(0.125,))
    summary = build(reproduction, {**records, run: replace(records[run], trials=tuple(rows))})
    check = next(check for check in summary.value_checks if check.bars == 262_782)
    assert (check.agreement, check.differing) == (Agreement.DIFFERENT, 2)
    assert "trial 1: 0.501 against 0.25, with the same parameters" in check.statement
    assert any("must not be compared" in sentence for sentence in summary.headline.statements)
    assert summary.headline.mended_ratio.value is None
    assert "mended" not in summary.headline.sentence


def test_nine_threads_with_other_values_are_not_compared_with_one() -> None:
    reproduction, records = fake_reproduction()
    run = next(run.run for run in reproduction.runs if run.arm.role is Role.NINE_THREADS)
    rows = (replace(records[run].trials[0], values=(0.25,)), *records[run].trials[1:])
    summary = build(reproduction, {**records, run: replace(records[run], trials=rows)})
    assert summary.overlap.trial_wall_ratio.value is None
    assert "do not give the same values" in summary.overlap.statement


def test_trials_that_failed_are_counted_and_left_out() -> None:
    reproduction, records = fake_reproduction()
    run = reproduction.runs[0].run
    rows = (replace(records[run].trials[0], state=TrialState.FAIL, values=None), *records[run].trials[1:])
    summary = build(reproduction, {**records, run: replace(records[run], trials=rows, torn_lines=1)})
    line = next(line for line in summary.runs if line.run == run)
    assert line.is_used
    assert line.detail == "1 of 8 trials failed; 1 unreadable last line of its rows left out"
    check = next(check for check in summary.value_checks if check.bars == 5_000)
    assert (check.agreement, check.failed) == (Agreement.SAME, 1)
    assert check.statement.endswith("1 trial failed in some run and left no value to compare.")
    assert next(point for point in summary.cost_model.points if point.run == run).trials == 7


def test_a_wall_time_measured_and_one_extrapolated_make_no_ratio(summary: Summary) -> None:
    row = row_of(summary, "trial_nine")
    assert row.synthetic.basis.startswith("measured")
    assert row.real.basis.startswith("extrapolated")
    assert row.ratio.value is None


def test_what_is_assumed_to_grow_with_the_bars_has_their_exact_ratio(summary: Summary) -> None:
    row = row_of(summary, "linear")
    assert row.ratio.value == 210_225 / 4_000
    assert row.ratio.low is None


def test_one_run_alone_is_not_called_equal() -> None:
    summary = build(*fake_reproduction())
    check = next(check for check in summary.value_checks if check.bars == 50_000)
    assert check.agreement is Agreement.NOT_COMPARED


def test_the_seeds_ratio_is_explained_by_the_seeds_own_sizes() -> None:
    reproduction, records = fake_reproduction()
    larger = {
        run: replace(record, facts={**record.facts, "bars": 350_957, "bars_per_trial": 280_765})
        if record.facts.get("bars") == 262_782
        else record
        for run, record in records.items()
    }

    summary = build(reproduction, larger)

    assert "fixed part costs as much as 12,175 bars" in summary.cost_model.statements[-1]
    assert row_of(summary, "strategy").label == "Strategy on all real bars"


def test_generated_bars_are_not_passed_off_as_real() -> None:
    reproduction, records = fake_reproduction()
    made = Made(dataset=Dataset.REAL, name="crypto", bars=262_782, wall_s=0.3, cpu_s=0.3)

    assert "stand-in" in build(replace(reproduction, made=(made,)), records).table_note
    assert "stand-in" not in build(replace(reproduction, made=()), records).table_note


def test_a_reproduction_that_was_cut_short_says_how_much_is_missing() -> None:
    whole, records = fake_reproduction()
    cut = replace(whole, runs=whole.runs[:-2])
    kept = {run.run: records[run.run] for run in cut.runs}
    sentence = f"Incomplete: {len(cut.runs)} of {len(whole.runs)} planned runs were carried out."
    assert any(sentence in statement for statement in build(cut, kept).headline.statements)
    assert not any("Incomplete" in statement for statement in build(whole, records).headline.statements)


def test_a_report_is_sound_only_when_every_run_could_be_used() -> None:
    whole, records = fake_reproduction()
    assert build(whole, records).is_sound
    failed = next(iter(records))
    outcome = records[failed].outcome
    assert outcome is not None
    broken = replace(records[failed], outcome=replace(outcome, ending=Ending.TIMED_OUT, detail="stopped"))
    assert not build(whole, {**records, failed: broken}).is_sound


def beside(fake: Fake, cpu_s: dict[Role, float]) -> Fake:
    """The fake with what the same fixed work took beside the runs of each role."""
    reproduction, records = fake
    runs = tuple(
        replace(run, before=work, after=work)
        for run in reproduction.runs
        for work in (FixedWork(cpu_s=cpu_s.get(run.arm.role, 0.010), wall_s=0.02),)
    )
    return replace(reproduction, runs=runs), records


def test_on_a_quiet_machine_nothing_is_widened_or_said() -> None:
    plain, quiet = build(*fake_reproduction()), build(*beside(fake_reproduction(), {Role.MENDED: 0.0103}))
    assert quiet.headline.mended_ratio == plain.headline.mended_ratio
    assert quiet.headline.statements == plain.headline.statements


def test_two_intervals_of_the_same_study_quiet_and_busy_do_not_exclude_each_other() -> None:
    """CPU of the study as found came out at 1.7 times itself, as the cores were shared: the ratio would too."""
    plain = build(*fake_reproduction()).headline.mended_ratio
    busy = build(*beside(fake_reproduction(), {Role.ONE_THREAD: 0.017, Role.SIZE: 0.017, Role.MENDED: 0.012}))
    found = busy.headline.mended_ratio
    assert (found.low, found.high) == (
        pytest.approx((plain.low or value_of(plain)) / 1.7),
        pytest.approx((plain.high or value_of(plain)) * 1.2),
    )
    assert "widened, as the same work took up to 1.70× the CPU between the runs" in (found.basis or "")
    (said,) = [one for one in busy.headline.statements if "machine was busy" in one]
    assert "up to 1.70× the CPU" in said


def test_beyond_twice_the_cpu_a_ratio_is_refused() -> None:
    busy = build(*beside(fake_reproduction(), {Role.ONE_THREAD: 0.025}))
    assert busy.headline.mended_ratio.value is None
    assert "too busy" in (busy.headline.mended_ratio.missing or "")


@pytest.mark.parametrize(
    ("stretch", "cores", "value"), [(0.4, 1.0, 1.0), (0.4, 1.6, 0.625), (0.7, 1.6, 0.7), (1.3, 1.0, 1.3)]
)
def test_a_total_is_never_below_the_cpu_that_it_needs(stretch: float, cores: float, value: float) -> None:
    class Run:
        study_cpu_s, study_wall_s = 10.0 * cores, 10.0

    runs: list[UsableRun] = [Run()]  # type: ignore[list-item]
    found = bounded_stretch(known(Unit.RATIO, stretch, "measured"), runs)
    assert found.value == pytest.approx(value)
    assert ("less than the CPU allows" in (found.basis or "")) == (value != stretch)
    if value != stretch:
        assert (found.low, found.high) == (pytest.approx(value), pytest.approx(1.0))
