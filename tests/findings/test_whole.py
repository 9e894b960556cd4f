"""What a saving inside trials saves of the study: examples, and the laws that hold for any study."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.findings.case import case_of
from harness.findings.whole import Lock, Whole
from harness.profile.facts import Part, PartKind
from tests.findings.cases import interrupted, threads
from tests.findings.studies import study, with_ledger, with_processes, with_trials

shares = st.floats(0, 1)
seconds = st.floats(0, 1e4)


@st.composite
def wholes(draw: st.DrawFn) -> Whole:
    s_per_trial = draw(st.floats(1e-6, 1e4))
    lock = Lock(busy=draw(shares), cpu_s_per_trial=draw(st.floats(1e-9, 1e4)))
    return Whole(
        trials=draw(st.integers(1, 10**6)),
        stood_still_s=0.0,
        s_per_trial=s_per_trial,
        trial_s=s_per_trial * draw(st.floats(0.5, 100)),
        lock=draw(st.sampled_from([None, lock])),
    )


@given(wholes(), seconds, seconds)
def test_a_saving_is_never_above_the_whole(whole: Whole, wall_s: float, cpu_s: float) -> None:
    saving = whole.saved_by(wall_s, cpu_s)
    assert 0 <= saving.s_per_trial <= whole.s_per_trial
    assert 0 <= saving.share <= 1
    assert saving.share == pytest.approx(saving.s_per_trial / whole.s_per_trial)


@given(wholes(), seconds, seconds, seconds, seconds)
def test_more_work_saves_no_less(whole: Whole, wall_s: float, cpu_s: float, more_wall_s: float, more_s: float) -> None:
    less = whole.saved_by(wall_s, cpu_s).s_per_trial
    assert whole.saved_by(wall_s + more_wall_s, cpu_s + more_s).s_per_trial >= less * (1 - 1e-9)


@given(wholes())
def test_all_of_a_trial_is_all_of_the_study(whole: Whole) -> None:
    cpu_s = None if whole.lock is None else whole.lock.cpu_s_per_trial
    everything_s = max(whole.trial_s, whole.s_per_trial)
    assert whole.saved_by(everything_s, cpu_s).share == pytest.approx(1)


def test_one_worker_saves_what_a_trial_saves() -> None:
    whole = case_of(study()).whole
    assert whole is not None
    assert whole.lock is None
    assert whole.saved_by(0.05).s_per_trial == pytest.approx(0.05)


def test_workers_share_a_saving_out() -> None:
    whole = case_of(study(workers=4)).whole
    assert whole is not None
    assert whole.at_once == pytest.approx(4)
    assert whole.saved_by(0.05).s_per_trial == pytest.approx(0.05 / 4)


def test_under_one_lock_only_cpu_counts() -> None:
    whole = case_of(threads(9, cpu_s=0.2)).whole
    assert whole is not None
    assert whole.lock == Lock(busy=pytest.approx(1), cpu_s_per_trial=pytest.approx(0.2))
    assert whole.saved_by(1.6, 0.0).share == pytest.approx(0, abs=1e-6)  # nothing but waiting for the others
    assert whole.saved_by(0.0, 0.1).share == pytest.approx(0.5)


def test_where_the_lock_is_free_a_part_saves_at_most_its_wall() -> None:
    whole = Whole(trials=10, stood_still_s=0.0, s_per_trial=1.0, trial_s=4.0, lock=Lock(busy=0.8, cpu_s_per_trial=0.8))
    assert whole.saved_by(0.4, 0.0).s_per_trial == pytest.approx(0.1)
    assert whole.saved_by(4.0, 0.0).s_per_trial == pytest.approx(0.2)


def test_a_gap_in_which_nothing_was_seen_is_no_work() -> None:
    profile = study()
    assert profile.ledger is not None
    *parts, last = profile.ledger.parts
    assert last.kind is PartKind.BETWEEN
    whole, before = (
        case_of(with_ledger(profile, parts=(*parts, last, _gap(last, 0.5)))).whole,
        case_of(profile).whole,
    )
    assert whole is not None
    assert before is not None
    assert whole.trial_s == before.trial_s


def test_a_standstill_is_no_cost_of_the_study() -> None:
    whole = case_of(interrupted()).whole
    assert whole is not None
    assert whole.stood_still_s == pytest.approx(30_000, rel=0.01)
    assert whole.s_per_trial < 1
    assert whole.at_once == pytest.approx(4, rel=0.05)


def test_threads_are_counted_at_once_however_many_there_were() -> None:
    profile = threads(4)
    ended_s = profile.trials.ended_s - 0.01
    every = with_trials(profile, thread=profile.trials.number, ended_s=ended_s)  # a new thread for each trial
    (interpreter,) = case_of(with_processes(every, threads=len(every.trials))).interpreters
    assert interpreter.threads == 4


def test_without_a_finished_trial_there_is_no_whole() -> None:
    assert case_of(study(ledger=None)).whole is None
    assert case_of(with_ledger(study(), span_s=0.0)).whole is None


def _gap(part: Part, wall_s: float) -> Part:
    return replace(part, name="rest between trials", wall_s_per_trial=wall_s, cpu_s_per_trial=None)
