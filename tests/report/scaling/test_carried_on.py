"""A law is carried on only as far as the runs tell where it goes."""

import pytest

from harness.report.scaling.builder import _tells
from harness.stats.interval import Interval


def test_a_bounded_number_is_shown() -> None:
    assert _tells(Interval(value=2.0, low=1.0, high=4.0))


@pytest.mark.parametrize(
    "told",
    [
        Interval(value=48.6, low=0.0, high=96_477.4),
        Interval(value=2.0, low=0.01, high=1.5),
        Interval(value=2.0),
    ],
)
def test_one_that_may_be_anything_is_not(told: Interval) -> None:
    assert not _tells(told)
