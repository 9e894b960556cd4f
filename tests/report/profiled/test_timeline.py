"""Lanes show every trial where there are few, and shares of time that add up where there are many."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.model.record import TrialState
from harness.profile.columns import STATES, Trials
from harness.profile.facts import Profile
from harness.report.profiled.timeline import EXACT_TRIALS, LANES, RECTANGLES, timeline
from tests.fakes import EPOCH_S
from tests.profiles import PIDS, fake_process, fake_profile, fake_trials
from tests.report.profiled.reports import empty_profile


def many(trials: int, lanes: int, wall_s: float = 0.05, gap_s: float = 0.05) -> Profile:
    """`lanes` processes whose trials of equal length are dealt out in turn, the same gap after each."""
    number = np.arange(trials)
    started_s = EPOCH_S + 2 + (number // lanes) * (wall_s + gap_s)
    columns = replace(
        fake_trials(trials),
        process=number % lanes,
        native_thread=np.full(trials, -1),
        started_s=started_s,
        ended_s=started_s + wall_s,
        wall_s=np.full(trials, wall_s),
    )
    processes = tuple(replace(fake_process(), pid=5000 + lane, trials=trials // lanes) for lane in range(lanes))
    return fake_profile(trials=columns, processes=tuple(replace(p, ready_s=EPOCH_S + 2) for p in processes))


def test_each_trial_of_a_small_study_is_a_bar_of_its_own() -> None:
    picture = timeline(fake_profile())
    assert picture is not None
    assert not picture.is_dense
    assert sorted(stretch.trial or 0 for lane in picture.lanes for stretch in lane.stretches) == list(range(300))
    assert [lane.process for lane in picture.lanes] == list(PIDS)


def test_a_bar_has_its_trials_begin_end_and_state() -> None:
    profile = fake_profile()
    picture = timeline(profile)
    assert picture is not None
    bar = picture.lanes[0].stretches[3]  # number 9, which was pruned
    assert bar.trial == 9
    assert bar.state is TrialState.PRUNED
    assert bar.start_s == pytest.approx(profile.trials.started_s[9] - (EPOCH_S + 1.5))
    assert bar.end_s - bar.start_s == pytest.approx(profile.trials.wall_s[9])


def test_a_large_study_keeps_below_the_limit_of_rectangles() -> None:
    picture = timeline(many(100_000, 16))
    assert picture is not None
    assert picture.is_dense
    assert sum(len(lane.stretches) for lane in picture.lanes) <= RECTANGLES
    assert sum(lane.trials for lane in picture.lanes) == 100_000


def test_gaps_of_a_dense_lane_show_as_missing_height() -> None:
    picture = timeline(many(4 * EXACT_TRIALS, 2, wall_s=0.03, gap_s=0.07))
    assert picture is not None
    heights: dict[float, float] = {}
    for stretch in picture.lanes[0].stretches:
        heights[stretch.start_s] = heights.get(stretch.start_s, 0.0) + stretch.busy_share
    inner = list(heights.values())[1:-1]
    assert min(inner) > 0.1
    assert max(inner) < 0.6


def test_a_pause_of_all_workers_is_a_stretch_without_a_bar() -> None:
    profile = many(4 * EXACT_TRIALS, 2)
    later = profile.trials.number >= 2 * EXACT_TRIALS
    started_s = profile.trials.started_s + np.where(later, 60.0, 0.0)
    paused = replace(profile.trials, started_s=started_s, ended_s=started_s + profile.trials.wall_s)
    picture = timeline(replace(profile, trials=paused))
    assert picture is not None
    for lane in picture.lanes:
        ends = sorted((stretch.start_s, stretch.end_s) for stretch in lane.stretches)
        gaps = [after[0] - before[1] for before, after in pairwise(ends)]
        assert max(gaps) == pytest.approx(60.0, rel=0.1)


def test_one_failure_among_thousands_is_seen() -> None:
    profile = many(20_000, 4)
    state = np.full(20_000, STATES.index(TrialState.COMPLETE))
    state[7_777] = STATES.index(TrialState.FAIL)
    picture = timeline(replace(profile, trials=replace(profile.trials, state=state)))
    assert picture is not None
    failed = [s for lane in picture.lanes for s in lane.stretches if s.state is TrialState.FAIL]
    assert len(failed) in (1, 2)  # two where it lies on the edge of two columns
    assert picture.states == (TrialState.COMPLETE, TrialState.FAIL)


def test_more_lanes_than_can_be_drawn_are_counted() -> None:
    picture = timeline(many(300, 3 * LANES))
    assert picture is not None
    assert len(picture.lanes) == LANES
    assert picture.lanes_left_out == 2 * LANES


def test_a_history_that_does_not_tell_workers_has_lanes_without_process_ids() -> None:
    profile = many(40, 1)
    picture = timeline(replace(profile, processes=(replace(profile.processes[0], pid=0, threads=2),)))
    assert picture is not None
    assert picture.lanes[0].label == "lane 1"
    assert "process" not in picture.statement


def test_without_a_finished_trial_there_is_no_timeline() -> None:
    assert timeline(empty_profile()) is None


trial_times = st.lists(
    st.tuples(st.floats(0, 1000), st.floats(0, 50), st.integers(0, 2), st.integers(0, 3)),
    min_size=1,
    max_size=60,
)


@settings(deadline=None)
@given(trial_times, st.integers(1, 40))
def test_bars_lie_within_the_lane_and_the_study(times: list[tuple[float, float, int, int]], copies: int) -> None:
    columns = _columns(times * copies)
    picture = timeline(replace(fake_profile(), trials=columns))
    assert picture is not None
    for lane in picture.lanes:
        for bar in lane.stretches:
            assert -1e-6 <= bar.start_s <= bar.end_s <= picture.span_s * (1 + 1e-9) + 1e-6
            assert 0 < bar.busy_share <= 1
            assert bar.below_share + bar.busy_share <= 1 + 1e-9


def _columns(times: list[tuple[float, float, int, int]]) -> Trials:
    trials = len(times)
    started_s = EPOCH_S + 2 + np.array([start for start, *_ in times])
    wall_s = np.array([wall for _, wall, *_ in times])
    return replace(
        fake_trials(trials),
        process=np.array([process for *_, process, _ in times]),
        thread=np.array([thread for *_, thread in times]),
        state=np.array([thread % len(STATES) for *_, thread in times]),
        started_s=started_s,
        ended_s=started_s + wall_s,
        wall_s=wall_s,
    )
