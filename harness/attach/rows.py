"""The row of a finished trial, from what was known of it while it was open."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from harness.attach.instruments import Instruments
from harness.attach.open_trials import OpenTrial
from harness.model.record import WHOLE_OBJECTIVE, TrialState
from harness.model.store import finite

_GIGA = 1e9
_SHORTEST_SHARE = 0.002  # of the trial: a shorter stretch could not be seen
_SHORTEST_NS = 1_000_000
_MOST_SEGMENTS = 64
_OBSERVED = frozenset({"storage", "suggest", "pruner", "gc"})
_STORED = {state: state.value for state in TrialState}
_SHARED_S = 0.001  # a trial whose time is this much shorter than it was open shared its thread, or changed it


class Ending(NamedTuple):
    """How and where a trial ended; made twice per trial, so no dataclass."""

    pid: int
    worker: int
    wall_ns: int
    state: TrialState
    values: Sequence[float] | None


def trial_row(trial: OpenTrial, ending: Ending, read: Instruments) -> dict[str, Any]:
    """The row as `store.encode_trial` stores it, written out by hand, as it runs once per trial; reads memory now.

    What says nothing is left out.
    """
    tally = trial.tally
    row = _known_row(trial, ending, tally.wall_ns, tally.cpu_ns, tally.process_ns)
    row["spans"] = seconds(tally.totals)
    row["before"] = seconds(trial.before)
    row["rss_bytes"] = read.rss()
    row["rss_before_bytes"] = trial.rss_before_bytes
    row["written_bytes"] = tally.written_bytes
    elapsed_s = (ending.wall_ns - trial.began_wall_ns) / _GIGA
    is_plain = trial.open_at_once == 1 and abs(elapsed_s - row["wall_s"]) < _SHARED_S
    if trial.open_at_once != 1:
        row["open_at_once"] = trial.open_at_once
    if tally.runqueue_ns is not None:
        row["runqueue_s"] = tally.runqueue_ns / _GIGA
    if tally.calls:
        row["calls"] = tally.calls
    if trial.share != 1.0:
        row["share"] = trial.share
    if not is_plain:
        row["elapsed_s"] = elapsed_s
    elif tally.passages and (segments := _segments(trial)):
        row["segments"] = segments
    children_s = read.children_s() - trial.children_s
    if children_s:
        row["children_cpu_s"] = children_s
    if trial.is_peak_own:
        row["peak_rss_bytes"] = read.peak()
    native = _native(trial, read)
    if native is not None:
        row["native"] = native
    return row


def ending_row(trial: OpenTrial, ending: Ending, wall_ns: float, cpu_ns: float) -> dict[str, Any]:
    """What is noted before the storage hears of the ending: what the trial is, and how long it took until now.

    It is read only where the process is killed before the trial's row is written, and yet it is written for every
    trial: so the CPU is that of the trial's own thread alone.
    """
    return _known_row(trial, ending, wall_ns, cpu_ns, cpu_ns)


def _known_row(trial: OpenTrial, ending: Ending, wall_ns: float, cpu_ns: float, process_ns: float) -> dict[str, Any]:
    """Nanoseconds are divided, not multiplied: those quotients are short in JSON."""
    values = ending.values
    return {
        "kind": "trial",
        "number": -1 if trial.number is None else trial.first + trial.number,
        "worker": ending.worker,
        "pid": ending.pid,
        "thread": trial.thread.index,
        "state": _STORED[ending.state],
        "values": None if values is None else [finite(float(value)) for value in values],
        "params": trial.params,
        "started_s": round(trial.began_s, 6),
        "wall_s": wall_ns / _GIGA,
        "cpu_s": cpu_ns / _GIGA,
        "process_cpu_s": process_ns / _GIGA,
        "spans": {},
        "before": {},
        "rss_bytes": None,
        "native_thread": trial.thread.native,
        "study": trial.study,
    }


def _native(trial: OpenTrial, read: Instruments) -> tuple[float, float, float, int] | None:
    """A plain tuple: a named one is no value that a row is encoded from."""
    if read.native is None:
        return None
    tally = trial.tally
    native = read.native.after(trial.native, tally.cpu_ns / _GIGA, tally.process_ns / _GIGA)
    return None if native is None else (native.cpu_s, native.queued_s, native.busy_s, native.threads)


def seconds(totals: Mapping[str, Sequence[float]]) -> dict[str, tuple[float, float, float]]:
    """Spans as stored, [calls, wall_s, cpu_s], from nanoseconds."""
    return {name: (calls, wall_ns / _GIGA, cpu_ns / _GIGA) for name, (calls, wall_ns, cpu_ns) in totals.items()}


def _segments(trial: OpenTrial) -> list[tuple[str, float, float]]:
    """The passages worth drawing: long enough to be seen, the longest if there are many, in order of time."""
    shortest_ns = max(_SHORTEST_NS, trial.tally.wall_ns * _SHORTEST_SHARE)
    seen = [
        (name, began_ns, wall_ns)
        for name, began_ns, wall_ns in trial.tally.passages
        if wall_ns >= shortest_ns and name != WHOLE_OBJECTIVE
    ]
    if len(seen) > _MOST_SEGMENTS:  # what the user marked comes before the calls that we observe, which may be hundreds
        seen = sorted(seen, key=lambda passage: (passage[0] in _OBSERVED, -passage[2]))[:_MOST_SEGMENTS]
    return [
        (name, round(max(began_ns - trial.began_wall_ns, 0) / _GIGA, 6), round(wall_ns / _GIGA, 6))
        for name, began_ns, wall_ns in sorted(seen, key=lambda passage: (passage[1], -passage[2]))
    ]
