"""Intervals of bars: text to seconds and back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import InputError
from harness.units import interval_text, parse_interval


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30s", 30), ("10min", 600), ("10m", 600), ("1h", 3600), ("1d", 86_400), ("2w", 1_209_600), (" 15 min ", 900)],
)
def test_usual_intervals_are_read(text: str, seconds: int) -> None:
    assert parse_interval(text) == seconds


@pytest.mark.parametrize("text", ["", "10", "min", "0min", "-5min", "1.5h", "1M", "10 minutes", "1h30min", "１h"])
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InputError, match=r"is not an interval: .* such as 10min"):
        parse_interval(text)


@settings(deadline=None)
@given(st.integers(1, 10**9))
def test_text_reads_back_as_the_same_interval(seconds: int) -> None:
    assert parse_interval(interval_text(seconds)) == seconds


def test_text_uses_the_largest_unit_that_fits() -> None:
    assert [interval_text(s) for s in (90, 600, 5400, 7200, 86_400)] == ["90s", "10min", "90min", "2h", "1d"]


def test_no_time_has_no_text() -> None:
    with pytest.raises(InputError, match="at least one second"):
        interval_text(0)
