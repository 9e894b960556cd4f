import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.workloads.topstepb.reading.checks import check_prices, check_times, check_volume, step_notes
from harness.workloads.topstepb.reading.flaw import Flaw

NAMES = ("open", "high", "low", "close")
GOOD = ((10.0, 12.0, 9.0, 11.0), (11.0, 13.0, 10.5, 12.0), (12.0, 12.0, 10.0, 10.0), (10.0, 11.0, 9.5, 10.5))

price = st.floats(0.01, 1e6)
row = st.tuples(price, price, price, price)


def columns(rows: tuple[tuple[float, ...], ...] | list[tuple[float, ...]]) -> list[np.ndarray]:
    return list(np.array(rows, dtype=np.float64).T)


@settings(deadline=None)
@given(st.lists(row, min_size=1, max_size=6))
def test_rows_pass_exactly_when_every_one_is_consistent(rows: list[tuple[float, float, float, float]]) -> None:
    consistent = all(low <= min(o, c) and max(o, c) <= high for o, high, low, c in rows)
    try:
        check_prices(NAMES, columns(rows))
    except Flaw as flaw:
        assert not consistent
        if flaw.row is not None:
            o, high, low, c = rows[flaw.row]
            assert not (low <= min(o, c) and max(o, c) <= high)
    else:
        assert consistent


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 0.0, -1.0])
@pytest.mark.parametrize("place", range(4))
def test_a_price_that_is_no_positive_number_is_refused_with_its_row(bad: float, place: int) -> None:
    rows = [list(row) for row in GOOD]
    rows[2][place] = bad
    with pytest.raises(Flaw, match=NAMES[place]) as caught:
        check_prices(NAMES, columns([tuple(row) for row in rows]))
    assert caught.value.row == 2


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ((10.0, 9.0, 9.5, 9.2), "'high' 9.0 is below 'low' 9.5"),
        ((10.0, 9.9, 9.0, 9.5), "'high' 9.9 is below 'open' 10.0"),
        ((9.5, 9.9, 9.0, 10.0), "'high' 9.9 is below 'close' 10.0"),
        ((9.5, 11.0, 9.6, 10.0), "'open' 9.5 is below 'low' 9.6"),
        ((9.7, 11.0, 9.6, 9.5), "'close' 9.5 is below 'low' 9.6"),
    ],
)
def test_a_contradiction_is_told_in_words(changed: tuple[float, ...], reason: str) -> None:
    with pytest.raises(Flaw, match=reason) as caught:
        check_prices(NAMES, columns([*GOOD[:3], changed]))
    assert caught.value.row == 3


def test_swapped_columns_are_told_from_a_bad_row() -> None:
    opened, high, low, close = columns(GOOD)
    with pytest.raises(Flaw, match="'low' is the highest and 'high' the lowest") as caught:
        check_prices(NAMES, (opened, low, high, close))
    assert caught.value.row is None
    with pytest.raises(Flaw, match="'close' is the highest and 'low' the lowest"):
        check_prices(NAMES, (opened, close, low, high))


def test_volume_may_be_zero_but_not_negative_or_undefined() -> None:
    check_volume("v", np.array([0.0, 1.0]))
    for bad in (-1.0, math.nan, math.inf):
        with pytest.raises(Flaw) as caught:
            check_volume("v", np.array([0.0, bad]))
        assert caught.value.row == 1


@settings(deadline=None)
@given(st.lists(st.integers(1, 5), min_size=1, max_size=19))
def test_interval_is_the_smallest_of_the_most_frequent_steps(steps: list[int]) -> None:
    time_ms = np.cumsum([0, *steps]).astype(np.int64) * 1000
    most = max(map(steps.count, steps))
    assert check_times(time_ms) == min(step for step in steps if steps.count(step) == most)


@pytest.mark.parametrize(
    ("seconds", "reason", "row"),
    [
        ((0, 60, 60, 120), "the same as that of the row before", 2),
        ((0, 60, 30, 120), "earlier than that of the row before", 2),
        ((180, 120, 60, 0), "earlier", 1),
        ((60, 0), "earlier", 1),
        ((0, 0.5, 1.0), "500 ms apart", None),
    ],
)
def test_times_that_do_not_rise_in_seconds_are_refused(
    seconds: tuple[float, ...], reason: str, row: int | None
) -> None:
    with pytest.raises(Flaw, match=reason) as caught:
        check_times((np.array(seconds) * 1000).astype(np.int64))
    assert caught.value.row == row


def test_steps_shorter_than_the_interval_are_noted() -> None:
    assert step_notes(np.array([0, 60_000, 90_000, 150_000, 210_000]), 60) == (
        "1 step between bars is shorter than the interval of 60 s",
    )
    assert step_notes(np.array([0, 60_000, 180_000]), 60) == ()


def test_irregular_bars_are_recognized_in_whole_seconds() -> None:
    steps = np.random.default_rng(1).integers(1, 30, 2000)
    steps[::9] = 7
    with pytest.raises(Flaw, match=r"irregular: their most frequent step, 7 s, is 1\d% of all steps"):
        check_times(np.cumsum(steps) * 1000)


def test_many_holes_do_not_make_bars_irregular() -> None:
    steps = np.random.default_rng(1).integers(1, 9, 2000) * 60
    assert check_times(np.cumsum(steps) * 1000) == 60


def test_months_and_days_of_a_local_calendar_are_regular() -> None:
    months = np.arange("2000-01", "2020-01", dtype="datetime64[M]").astype("datetime64[ms]").astype(np.int64)
    assert check_times(months) == 31 * 86_400
    days = np.array([24, 24, 23, 24, 72, 25, 24] * 10).cumsum() * 3_600_000
    assert check_times(days) == 86_400
    assert step_notes(days, 86_400) == ()


def test_all_bad_rows_are_known() -> None:
    rows = [GOOD[0], (10.0, 9.0, 9.5, 9.2), GOOD[1], (10.0, 9.9, 9.0, 9.5)]
    with pytest.raises(Flaw) as caught:
        check_prices(NAMES, columns(rows))
    assert caught.value.rows == (1, 3)


def test_a_column_without_a_number_gets_a_way_out_that_helps() -> None:
    with pytest.raises(Flaw, match="not a finite number in any row; remove the column"):
        check_volume("volume", np.full(3, math.nan))
