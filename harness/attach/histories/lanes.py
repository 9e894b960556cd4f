"""Trials that overlap in time, laid side by side into as few lanes as hold them: a guess at threads, never at who."""

import heapq
from collections.abc import Sequence


def lay_out(intervals: Sequence[tuple[float, float]]) -> list[int]:
    """A lane for each (begin, end) such that no two of a lane overlap; each takes the lowest lane that is free.

    As many lanes as intervals are open at once at most. One may begin at the moment another ends.
    """
    lanes = [0] * len(intervals)
    busy: list[tuple[float, int]] = []  # (end, lane)
    free: list[int] = []
    for index in sorted(range(len(intervals)), key=lambda index: intervals[index]):
        begin, end = intervals[index]
        while busy and busy[0][0] <= begin:
            heapq.heappush(free, heapq.heappop(busy)[1])
        lane = heapq.heappop(free) if free else len(busy)
        heapq.heappush(busy, (max(begin, end), lane))
        lanes[index] = lane
    return lanes
