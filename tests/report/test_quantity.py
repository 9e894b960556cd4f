"""Measures are a number or a reason, and ratios keep their intervals honest."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.report.quantity import Measure, Unit, known, ratio, unknown
from harness.stats.interval import Interval

POSITIVE = st.floats(min_value=1e-6, max_value=1e6)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_value_that_is_not_finite_is_no_measurement(value: float) -> None:
    measure = known(Unit.SECONDS, value, "division by nothing")
    assert measure.value is None
    assert "not a finite number (division by nothing)" in (measure.missing or "")


def test_a_ratio_of_something_missing_says_what_was_missing() -> None:
    there = known(Unit.SECONDS, 2.0, "measured")
    assert ratio(unknown(Unit.SECONDS, "no run"), there, "").missing == "no run"
    assert ratio(there, unknown(Unit.SECONDS, "it failed"), "").missing == "it failed"
    assert ratio(there, known(Unit.SECONDS, 0.0, "measured"), "").value is None


def test_a_ratio_of_plain_values_has_no_interval() -> None:
    found = ratio(known(Unit.SECONDS, 6.0, ""), known(Unit.SECONDS, 2.0, ""), "")
    assert found == Measure(unit=Unit.RATIO, value=3.0, basis="")


@given(POSITIVE, POSITIVE, st.floats(1.0, 3.0), st.floats(1.0, 3.0))
def test_a_ratio_lies_inside_its_bounds(above: float, below: float, wide: float, narrow: float) -> None:
    top = Interval(value=above, low=above / wide, high=above * wide)
    bottom = Interval(value=below, low=below / narrow, high=below * narrow)
    found = ratio(known(Unit.SECONDS, top, ""), known(Unit.SECONDS, bottom, ""), "")
    assert found.low is not None
    assert found.high is not None
    assert found.value is not None
    assert found.low <= found.value * (1 + 1e-12)
    assert found.value <= found.high * (1 + 1e-12)


def test_bounds_of_a_ratio_hold_for_a_numerator_that_may_be_negative() -> None:
    top, bottom = Interval(value=1.0, low=-1.0, high=3.0), Interval(value=2.0, low=1.0, high=4.0)
    found = ratio(known(Unit.SECONDS, top, ""), known(Unit.SECONDS, bottom, ""), "")
    assert (found.low, found.high) == (-1.0, 3.0)
