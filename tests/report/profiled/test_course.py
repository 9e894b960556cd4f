"""The course keeps each trial where they are few, and tells a trend from the first and the last tenth."""

from dataclasses import replace

import numpy as np
import pytest

from harness.report.profiled.course import EXACT, GROUPS, course
from tests.profiles import fake_profile, fake_trials, span_columns
from tests.report.profiled.reports import empty_profile, history_profile


def test_every_trial_of_a_small_study_is_a_point() -> None:
    picture = course(fake_profile())
    assert picture is not None
    assert picture.trials_per_point == 1
    assert len(picture.durations) == len(picture.sampler) == 300


def test_a_large_study_is_told_in_medians_of_groups() -> None:
    trials = 100_000
    wall_s = np.tile([0.1, 0.2, 0.9], trials)[:trials]
    picture = course(fake_profile(trials=fake_trials(trials, wall_s=wall_s)))
    assert picture is not None
    assert len(picture.durations) <= GROUPS
    assert {point.middle_s for point in picture.durations} == {0.2}
    assert all(point.low_s == 0.1 and point.high_s == 0.9 for point in picture.durations)
    assert picture.durations[-1].trial < trials


def test_trials_stand_in_the_order_in_which_they_started() -> None:
    given = fake_trials(EXACT)
    wall_s = np.arange(EXACT, dtype=float)
    backwards = replace(given, started_s=given.started_s[::-1].copy(), wall_s=wall_s)
    picture = course(fake_profile(trials=backwards))
    assert picture is not None
    first = np.argsort(backwards.started_s, kind="stable")[0]
    assert picture.durations[0].middle_s == wall_s[first]


def test_a_sampler_that_slows_down_is_told() -> None:
    growing = replace(span_columns(200, 0.0, 0.0), wall_s=np.linspace(0.01, 0.1, 200))
    trials = fake_trials(200)
    picture = course(fake_profile(trials=replace(trials, spans={**trials.spans, "suggest": growing})))
    assert picture is not None
    assert "the sampler took 14.3 ms and 95.7 ms (6.69×)" in picture.statement


def test_a_history_has_no_sampler() -> None:
    picture = course(history_profile())
    assert picture is not None
    assert picture.sampler == ()
    assert "sampler" not in picture.statement


@pytest.mark.parametrize("trials", [2, 19])
def test_few_trials_tell_no_trend(trials: int) -> None:
    picture = course(fake_profile(trials=fake_trials(trials)))
    assert picture is not None
    assert "too few" in picture.statement


def test_one_trial_has_no_course() -> None:
    assert course(fake_profile(trials=fake_trials(1))) is None
    assert course(empty_profile()) is None
