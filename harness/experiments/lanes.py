"""The trials of each worker of a run, in order of time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from harness.model.record import Ending, Record, TrialRow, TrialState


def lanes_of(rows: Sequence[TrialRow]) -> list[list[TrialRow]]:
    """One lane for each thread of each process."""
    lanes: dict[tuple[int, int], list[TrialRow]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.started_s):
        lanes[(row.pid, row.thread)].append(row)
    return list(lanes.values())


def without_cut_trials(record: Record) -> Record:
    """A run without the trials that its time-out cut off: Optuna fails them, and how long they take is not known.

    Only each worker's last trial can be one.
    """
    if record.outcome is None or record.outcome.ending is not Ending.TIMED_OUT:
        return record
    cut = {id(lane[-1]) for lane in lanes_of(record.trials) if lane[-1].state is TrialState.FAIL}
    return replace(record, trials=tuple(row for row in record.trials if id(row) not in cut))
