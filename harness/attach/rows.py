"""The row of a finished trial, from what was known of it while it was open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.attach.instruments import Instruments
from harness.attach.open_trials import OpenTrial, Tally
from harness.model.record import WHOLE_OBJECTIVE, TrialState
from harness.model.store import finite

_GIGA = 1e9
_SHORTEST_SHARE = 0.002  # of the trial: a shorter stretch could not be seen
_SHORTEST_NS = 1_000_000
_MOST_SEGMENTS = 64
_OBSERVED = frozenset({"storage", "suggest", "pruner", "gc"})
_SHARED_S = 0.001  # a trial whose time is this much shorter than it was open shared its thread, or changed it


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How and where a trial ended."""

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
    row = ending_row(trial, ending, tally)
    row["before"] = seconds(trial.before)
    row["rss_bytes"] = read.rss()
    row["rss_before_bytes"] = trial.rss_before_bytes
    row["written_bytes"] = tally.written_bytes
    elapsed_s = (ending.wall_ns - trial.began_wall_ns) / _GIGA
    is_plain = trial.open_at_once == 1 and abs(elapsed_s - row["wall_s"]) < _SHARED_S
    row.update(_seldom(trial))
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


def ending_row(trial: OpenTrial, ending: Ending, tally: Tally) -> dict[str, Any]:
    """What is known before the storage hears of the ending: all but memory, and the storage's last call.

    Nanoseconds are divided, not multiplied: those quotients are short in JSON.
    """
    values = ending.values
    return {
        "kind": "trial",
        "number": -1 if trial.number is None else trial.first + trial.number,
        "worker": ending.worker,
        "pid": ending.pid,
        "thread": trial.thread.index,
        "state": ending.state.value,
        "values": None if values is None else [finite(float(value)) for value in values],
        "params": trial.params,
        "started_s": round(trial.began_s, 6),
        "wall_s": tally.wall_ns / _GIGA,
        "cpu_s": tally.cpu_ns / _GIGA,
        "process_cpu_s": tally.process_ns / _GIGA,
        "spans": seconds(tally.totals),
        "before": {},
        "rss_bytes": None,
        "native_thread": trial.thread.native,
        "study": trial.study,
    }


def _seldom(trial: OpenTrial) -> dict[str, Any]:
    """What says something of some trials only."""
    row: dict[str, Any] = {}
    if trial.open_at_once != 1:
        row["open_at_once"] = trial.open_at_once
    if trial.tally.runqueue_ns is not None:
        row["runqueue_s"] = trial.tally.runqueue_ns / _GIGA
    if trial.tally.calls:
        row["calls"] = trial.tally.calls
    if trial.share != 1.0:
        row["share"] = trial.share
    return row


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
