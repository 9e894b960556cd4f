from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from harness.attach.histories.lanes import lay_out

MOMENTS = st.integers(0, 50).map(float)
INTERVALS = st.lists(st.tuples(MOMENTS, MOMENTS).map(lambda ends: (min(ends), max(ends))), max_size=40)


def test_one_after_another_share_a_lane() -> None:
    assert lay_out([(0.0, 1.0), (1.0, 2.0), (5.0, 6.0)]) == [0, 0, 0]


def test_the_lowest_free_lane_is_taken_whatever_the_order_given() -> None:
    assert lay_out([(4.0, 5.0), (0.0, 3.0), (1.0, 9.0), (2.0, 3.0)]) == [0, 0, 1, 2]


@given(INTERVALS)
def test_no_two_of_a_lane_overlap(intervals: list[tuple[float, float]]) -> None:
    lanes = lay_out(intervals)
    for lane in set(lanes):
        mine = sorted(interval for interval, of in zip(intervals, lanes, strict=True) if of == lane)
        assert all(before[1] <= after[0] for before, after in pairwise(mine))


@given(INTERVALS.map(lambda found: [(begin, end) for begin, end in found if begin < end]))
def test_there_are_no_more_lanes_than_are_open_at_once(intervals: list[tuple[float, float]]) -> None:
    open_at_once = max((sum(b <= at < e for b, e in intervals) for at, _ in intervals), default=0)
    assert max(lay_out(intervals), default=-1) + 1 == open_at_once
