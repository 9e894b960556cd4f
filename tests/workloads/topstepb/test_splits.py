"""Splits: the sizes and gaps that are promised, whatever holes the bars have."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from harness.errors import DataError, InputError
from harness.workloads.topstepb.market import MarketSpec, make_market
from harness.workloads.topstepb.splits import DAY_S, Splits, split, split_times

MINUTE_MS = 60_000


def regular(bars: int, minutes: int) -> np.ndarray:
    return np.arange(bars, dtype=np.int64) * minutes * MINUTE_MS


@st.composite
def holed_times(draw: st.DrawFn) -> np.ndarray:
    """Strictly increasing times: mostly one step, with holes of up to forty days anywhere."""
    bars = draw(st.integers(5, 400))
    steps = np.full(bars, draw(st.sampled_from([1, 5, 15, 60, 240])) * MINUTE_MS, dtype=np.int64)
    for _ in range(draw(st.integers(0, 5))):
        steps[draw(st.integers(0, bars - 1))] += draw(st.integers(1, 40 * 24 * 60)) * MINUTE_MS
    return draw(st.integers(-(10**12), 2 * 10**12)) + np.cumsum(steps)


def attempt(time_ms: np.ndarray, gap_s: int, warm_up: int = 0) -> Splits:
    try:
        return split_times(time_ms, gap_s=gap_s, warm_up=warm_up)
    except DataError:
        assume(False)
        raise


unhurried = settings(deadline=None)  # no test depends on how busy the machine is
gaps_s = st.sampled_from([0, 60, 3600, DAY_S])


@pytest.mark.parametrize(
    ("bars", "minutes", "sizes"), [(262_782, 10, (157_669, 52_556, 52_271)), (5_000, 15, (3_000, 1_000, 810))]
)
def test_gap_free_bars_split_as_the_seed_says(bars: int, minutes: int, sizes: tuple[int, int, int]) -> None:
    assert split_times(regular(bars, minutes)).sizes == sizes


def test_bars_are_split_by_their_own_times() -> None:
    bars = make_market(MarketSpec(bars=5_000, interval_s=900))
    parts = split(bars)
    assert parts.sizes == (3_000, 1_000, 810)
    assert (parts.validate_gap_s, parts.test_gap_s) == (DAY_S, DAY_S)
    assert parts.unused == 190


def test_a_share_may_have_no_test_part_and_never_a_short_validate_part() -> None:
    assert split_times(regular(500, 15), wants_test=False).sizes == (300, 100, 0)
    assert split_times(regular(500, 15), wants_test=False).test_gap_s == math.inf
    assert split_times(regular(5_000, 15), wants_test=False) == split_times(regular(5_000, 15))
    with pytest.raises(DataError, match="two gaps of 86400 s no test bar is left; give more bars"):
        split_times(regular(500, 15))
    with pytest.raises(DataError, match="40 validate bars and a gap of 86400 s not all validate bars are left"):
        split_times(regular(200, 15), wants_test=False)


@unhurried
@given(holed_times(), gaps_s, st.integers(0, 50))
def test_no_part_begins_within_the_gap_after_the_one_before(time_ms: np.ndarray, gap_s: int, warm_up: int) -> None:
    parts = attempt(time_ms, gap_s, warm_up)
    for before, after in ((parts.train, parts.validate), (parts.validate, parts.test)):
        assert before.stop <= after.start
        assert time_ms[after.start] - time_ms[before.stop - 1] >= gap_s * 1000


@unhurried
@given(holed_times(), gaps_s)
def test_a_part_begins_at_the_first_bar_that_may(time_ms: np.ndarray, gap_s: int) -> None:
    parts = attempt(time_ms, gap_s)
    for before, after in ((parts.train, parts.validate), (parts.validate, parts.test)):
        between = time_ms[before.stop : after.start] - time_ms[before.stop - 1]
        assert (between < gap_s * 1000).all()


@unhurried
@given(holed_times(), gaps_s)
def test_sizes_follow_the_number_of_bars(time_ms: np.ndarray, gap_s: int) -> None:
    parts = attempt(time_ms, gap_s)
    n = len(time_ms)
    train, validate, test = parts.sizes
    assert (train, validate) == (int(0.6 * n), int(0.2 * n))
    assert test >= 1
    assert parts.test.stop == n
    assert train + validate + test + parts.unused == n


@unhurried
@given(holed_times(), gaps_s, st.integers(-(10**12), 10**12))
def test_a_shift_in_time_changes_nothing(time_ms: np.ndarray, gap_s: int, shift_ms: int) -> None:
    assert attempt(time_ms, gap_s) == attempt(time_ms + shift_ms, gap_s)


@unhurried
@given(holed_times(), gaps_s, st.integers(0, 50))
def test_warm_up_is_taken_only_from_between_the_parts(time_ms: np.ndarray, gap_s: int, warm_up: int) -> None:
    parts = attempt(time_ms, gap_s, warm_up)
    assert parts.validate_warm_up == min(warm_up, parts.validate.start - parts.train.stop)
    assert parts.test_warm_up == min(warm_up, parts.test.start - parts.validate.stop)
    assert parts.validate_with_warm_up.start >= parts.train.stop
    assert parts.test_with_warm_up.start >= parts.validate.stop
    assert parts.validate_with_warm_up.stop == parts.validate.stop


@unhurried
@given(holed_times(), gaps_s, st.integers(1, 10**9))
def test_bars_after_a_part_begins_have_no_say_in_where_it_does(time_ms: np.ndarray, gap_s: int, later_ms: int) -> None:
    parts = attempt(time_ms, gap_s)
    moved = time_ms.copy()
    moved[parts.test.start + 1 :] += later_ms
    assert attempt(moved, gap_s) == parts


def test_a_hole_wider_than_the_gap_takes_its_place() -> None:
    time_ms = regular(1_000, 60)
    time_ms[600:] += 30 * DAY_S * 1000
    parts = split_times(time_ms)
    assert parts.validate == slice(600, 800)
    assert parts.validate_gap_s == 30 * DAY_S + 3600
    assert parts.test_gap_s == DAY_S


def test_without_a_gap_the_parts_touch() -> None:
    parts = split_times(regular(100, 10), gap_s=0)
    assert (parts.train, parts.validate, parts.test) == (slice(0, 60), slice(60, 80), slice(80, 100))


@pytest.mark.parametrize("bars", [0, 1, 4])
def test_a_handful_of_bars_is_refused(bars: int) -> None:
    with pytest.raises(DataError, match=rf"^tiny holds {bars} bars, too few to split"):
        split_times(regular(bars, 10), name="tiny")


def test_bars_that_the_gaps_use_up_are_refused_with_the_counts() -> None:
    with pytest.raises(DataError, match=r"after 300 train bars, 100 validate bars and two gaps of 86400 s no test bar"):
        split_times(regular(500, 10))


def test_validate_is_never_cut_short() -> None:
    time_ms = regular(100, 10)
    with pytest.raises(DataError, match="too few to split"):
        split_times(time_ms, gap_s=25 * 600)  # leaves 16 bars behind the first gap, of 20


@pytest.mark.parametrize("wrong", [{"gap_s": -1}, {"warm_up": -1}])
def test_negative_gaps_and_warm_ups_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(InputError, match="must not be negative"):
        split_times(regular(100, 10), **wrong)
