"""The memory verdict, also by simulation: how often each kind of series is called a leak."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from harness.profile.facts import Verdict
from harness.profile.growth import growth_of
from tests.fakes import MIB

Series = NDArray[np.float64]
ROUNDS = 60


def flat(draw: np.random.Generator, count: int) -> Series:
    """Noise of 4 MiB round a level."""
    return 200 * MIB + draw.normal(0, 4 * MIB, count)


def settling(draw: np.random.Generator, count: int) -> Series:
    """Caches fill, then no more."""
    filled = 60 * MIB * (1 - np.exp(-np.arange(count) / (count / 10)))
    return 200 * MIB + filled + draw.normal(0, MIB, count)


def stepwise(draw: np.random.Generator, count: int) -> Series:
    """The allocator keeps what a few large trials once got."""
    series = np.full(count, 200.0 * MIB)
    for at in draw.integers(0, count, 4):
        series[at:] += draw.exponential(12 * MIB)
    return series + draw.normal(0, 0.3 * MIB, count)


def wandering(draw: np.random.Generator, count: int) -> Series:
    """A random walk: every trial moves the level up or down for good."""
    return 200 * MIB + np.cumsum(draw.normal(0, 4 * MIB, count))


def highest_so_far(draw: np.random.Generator, count: int) -> Series:
    """Memory is never given back: the level is the largest trial's so far."""
    return 200 * MIB + np.maximum.accumulate(draw.exponential(8 * MIB, count))


def leaking(draw: np.random.Generator, count: int) -> Series:
    return flat(draw, count) + np.arange(count) * MIB


def leaking_in_arenas(draw: np.random.Generator, count: int) -> Series:
    """A MiB per trial that the allocator takes from the kernel 8 MiB at a time."""
    return 200 * MIB + np.floor(np.arange(count) / 8) * 8 * MIB + draw.normal(0, 0.3 * MIB, count)


def leaking_now_and_then(draw: np.random.Generator, count: int) -> Series:
    """One trial in ten loses 10 MiB."""
    return flat(draw, count) + np.cumsum(draw.random(count) < 0.1) * 10.0 * MIB


def verdicts(make: Callable[[np.random.Generator, int], Series], count: int) -> dict[Verdict, int]:
    draw = np.random.default_rng(20261124)
    judged = [growth_of(1, make(draw, count), None).verdict for _ in range(ROUNDS)]
    return {verdict: judged.count(verdict) for verdict in Verdict}


@pytest.mark.parametrize("count", [20, 60, 300])
@pytest.mark.parametrize("make", [flat, settling, stepwise, wandering, highest_so_far])
def test_what_does_not_leak_is_seldom_called_a_leak(
    make: Callable[[np.random.Generator, int], Series], count: int
) -> None:
    assert verdicts(make, count)[Verdict.LEAK] <= 0.05 * ROUNDS


@pytest.mark.parametrize("count", [300, 600])
@pytest.mark.parametrize("make", [leaking, leaking_in_arenas, leaking_now_and_then])
def test_a_leak_of_a_mebibyte_per_trial_is_seen(make: Callable[[np.random.Generator, int], Series], count: int) -> None:
    assert verdicts(make, count)[Verdict.LEAK] >= 0.95 * ROUNDS


def test_a_flat_series_is_cleared_when_it_is_long_enough() -> None:
    assert verdicts(flat, 300)[Verdict.NONE] >= 0.9 * ROUNDS


@pytest.mark.parametrize("count", [60, 300])
def test_a_leak_is_never_cleared(count: int) -> None:
    for make in (leaking, leaking_in_arenas, leaking_now_and_then):
        assert verdicts(make, count)[Verdict.NONE] <= 0.02 * ROUNDS


def test_the_growth_is_measured_within_five_per_cent() -> None:
    growth = growth_of(1, leaking(np.random.default_rng(1), 200), None)
    assert growth.bytes_per_trial is not None
    assert growth.bytes_per_trial.value == pytest.approx(MIB, rel=0.05)


def test_few_trials_leave_it_undecided_and_say_how_many_are_needed() -> None:
    growth = growth_of(1, np.full(12, 1e8), None)
    assert growth.verdict is Verdict.UNDECIDED
    assert growth.bytes_per_trial is None
    assert growth.because == "12 trials are too few to tell growth from noise: 13 are needed."
    assert growth_of(1, np.full(13, 1e8), None).bytes_per_trial is not None


def test_no_trials_are_no_error() -> None:
    assert growth_of(1, np.empty(0), None).trials == 0


def test_growth_of_optunas_history_is_growth_and_named() -> None:
    resident = 200 * MIB + np.arange(400) * 60_000.0
    assert growth_of(1, resident, None).verdict is Verdict.LEAK
    growth = growth_of(1, resident, 40_000.0)
    assert growth.verdict is Verdict.HISTORY
    assert "attributes" in growth.because
    assert growth_of(1, np.full(400, 200.0 * MIB), 40_000.0).verdict is Verdict.NONE


def test_what_the_next_trial_uses_again_is_no_growth() -> None:
    """An allocator that gives back less after each trial: the peaks tell that nothing is kept."""
    rise = 50 * MIB + np.arange(60) * float(MIB)
    assert growth_of(1, rise, None).verdict is Verdict.LEAK
    growth = growth_of(1, rise, None, np.full(60, 150.0 * MIB))
    assert growth.verdict is Verdict.NONE
    assert growth.because.startswith("The peak within trials grew by at most")


@pytest.mark.parametrize("peaks", [np.full(60, np.nan), 80 * MIB + np.arange(60) * float(MIB)])
def test_peaks_that_grow_too_or_are_not_known_clear_nothing(peaks: Series) -> None:
    assert growth_of(1, 50 * MIB + np.arange(60) * float(MIB), None, peaks).verdict is Verdict.LEAK


def test_peaks_too_noisy_to_tell_clear_nothing() -> None:
    peaks = 400 * MIB + np.random.default_rng(1).normal(0, 100 * MIB, 60)
    assert growth_of(1, 50 * MIB + np.arange(60) * float(MIB), None, peaks).verdict is not Verdict.NONE


def test_a_leak_beside_the_history_is_still_one() -> None:
    growth = growth_of(1, 200 * MIB + np.arange(400) * float(MIB), 40_000.0)
    assert growth.verdict is Verdict.LEAK
    assert "39.1 KiB" in growth.because


def test_growth_that_does_not_matter_for_this_study_is_none() -> None:
    resident = 200 * MIB + np.arange(400) * 1000.0
    growth = growth_of(1, resident, None)
    assert growth.verdict is Verdict.NONE
    assert growth.because == "RSS grew by at most 312 KiB; 8.00 MiB over these 320 trials would matter."


def test_two_per_cent_of_a_large_process_do_not_matter() -> None:
    rise = np.arange(100) * 0.5 * MIB  # 40 MiB over the trials that are judged
    assert growth_of(1, 200 * MIB + rise, None).verdict is Verdict.LEAK
    assert growth_of(1, 4000 * MIB + rise, None).verdict is Verdict.NONE


def test_warming_up_is_not_judged() -> None:
    resident = np.full(100, 300.0 * MIB)
    resident[:20] = np.linspace(100, 300, 20) * MIB
    growth = growth_of(1, resident, None)
    assert growth.trials == 80
    assert growth.verdict is Verdict.NONE
