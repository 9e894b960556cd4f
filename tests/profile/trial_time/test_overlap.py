from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.profile.columns import Trials
from harness.profile.trial_time.overlap import gaps_before, meanwhile, most_at_once, stretches_of, threads_of
from tests.profiles import fake_trials

Passage = tuple[int, int, float, float]  # process, thread, begin, length


def trials_at(passages: list[Passage]) -> Trials:
    count = len(passages)
    process, thread, began, lasted = zip(*passages, strict=True)
    started_s = np.array(began, dtype=np.float64)
    return replace(
        fake_trials(count),
        process=np.array(process, dtype=np.int64),
        thread=np.array(thread, dtype=np.int64),
        started_s=started_s,
        ended_s=started_s + np.array(lasted),
        wall_s=np.array(lasted, dtype=np.float64),
    )


passages = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 50).map(float), st.integers(1, 20).map(float)),
    min_size=1,
    max_size=30,
)


def test_threads_of_different_processes_are_different() -> None:
    assert len(set(threads_of(trials_at([(0, 0, 0, 1), (0, 1, 0, 1), (1, 0, 0, 1), (1, 0, 2, 1)])).tolist())) == 3


def test_gaps_are_counted_within_a_thread_and_never_below_none() -> None:
    trials = trials_at([(0, 0, 0, 2), (0, 0, 5, 1), (0, 0, 5.5, 0.1), (0, 1, 3, 1), (0, 0, 7, 1), (1, 0, 9, 1)])
    np.testing.assert_allclose(gaps_before(trials), [np.nan, 3, 0, np.nan, 1, np.nan])


def test_trials_open_at_once_in_a_thread_are_one_stretch() -> None:
    stretches = stretches_of(trials_at([(0, 0, 0, 10), (0, 0, 2, 1), (0, 0, 4, 8), (0, 0, 20, 1)]))
    np.testing.assert_allclose(stretches.started_s, [0, 20])
    np.testing.assert_allclose(stretches.ended_s, [12, 21])


def test_one_trial_makes_room_for_the_next_at_the_same_moment() -> None:
    trials = trials_at([(0, 0, 0, 1), (0, 1, 1, 1), (0, 2, 2, 1), (1, 0, 0, 3), (1, 1, 1, 1)])
    assert most_at_once(stretches_of(trials), 3).tolist() == [1, 2, 0]


@given(passages)
def test_stretches_cover_each_moment_of_a_thread_once(given_passages: list[Passage]) -> None:
    trials = trials_at(given_passages)
    stretches = stretches_of(trials)
    covered = {
        (process, thread, moment)
        for process, thread, began, lasted in given_passages
        for moment in range(int(began), int(began + lasted))
    }
    assert float((stretches.ended_s - stretches.started_s).sum()) == pytest.approx(len(covered))
    at_once = most_at_once(stretches, 3)
    for process in range(3):
        moments = [moment for owner, _, moment in covered if owner == process]
        assert at_once[process] == max((moments.count(moment) for moment in set(moments)), default=0)


@given(passages)
def test_what_a_group_spent_meanwhile_is_its_share_of_each_overlap(given_passages: list[Passage]) -> None:
    trials = trials_at(given_passages)
    amount = np.arange(1.0, len(trials) + 1)
    found = meanwhile(trials, trials.process, amount)
    for index in range(len(trials)):
        low, high = trials.started_s[index], trials.ended_s[index]
        shared = np.minimum(trials.ended_s, high) - np.maximum(trials.started_s, low)
        same = trials.process == trials.process[index]
        expected = (amount * np.clip(shared, 0, None) / (trials.ended_s - trials.started_s))[same].sum()
        assert found[index] == pytest.approx(expected, rel=1e-6, abs=1e-6)
