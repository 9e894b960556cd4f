"""A law is carried on only as far as the runs tell where it goes."""

import pytest

from harness.report.scaling.builder import _carried_on
from harness.stats.interval import Interval


def test_a_bounded_number_is_shown() -> None:
    assert _carried_on(Interval(value=2.0, low=1.0, high=4.0), "a + b n").value == 2.0


@pytest.mark.parametrize(
    "told",
    [
        Interval(value=48.6, low=0.0, high=96_477.4),
        Interval(value=2.0, low=0.01, high=1.5),
        Interval(value=2.0),
    ],
)
def test_one_that_may_be_anything_is_not(told: Interval) -> None:
    found = _carried_on(told, "a + b n^c")

    assert found.value is None
    assert found.missing == "the runs do not tell how the law goes on: measure larger sizes"
