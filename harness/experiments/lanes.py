"""The trials of each worker of a run, in order of time."""

from collections import defaultdict
from collections.abc import Sequence

from harness.model.record import TrialRow


def lanes_of(rows: Sequence[TrialRow]) -> list[list[TrialRow]]:
    """One lane for each thread of each process."""
    lanes: dict[tuple[int, int], list[TrialRow]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.started_s):
        lanes[(row.pid, row.thread)].append(row)
    return list(lanes.values())
