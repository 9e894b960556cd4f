"""The row of a finished trial, from what was known of it while it was open."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.attach.instruments import Instruments
from harness.attach.open_trials import OpenTrial
from harness.model.record import WHOLE_OBJECTIVE, TrialRow, TrialState
from harness.probes.ledger import Stretch

_NANO = 1e-9
_SHORTEST_SHARE = 0.002  # of the trial: a shorter stretch could not be seen
_SHORTEST_S = 0.001
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


def trial_row(trial: OpenTrial, ending: Ending, read: Instruments) -> TrialRow:
    """The row; reads memory as it is now."""
    tally, values = trial.tally, ending.values
    elapsed_s = (ending.wall_ns - trial.began_wall_ns) * _NANO
    is_plain = trial.open_at_once == 1 and abs(elapsed_s - tally.wall_s) < _SHARED_S
    return TrialRow(
        number=-1 if trial.number is None else trial.first + trial.number,
        worker=ending.worker,
        pid=ending.pid,
        thread=trial.thread.index,
        state=ending.state,
        values=None if values is None else tuple(float(value) for value in values),
        params=trial.params,
        started_s=trial.began_s,
        wall_s=tally.wall_s,
        cpu_s=tally.cpu_s,
        process_cpu_s=tally.process_cpu_s,
        spans=tally.spans,
        before=trial.before,
        rss_bytes=read.rss(),
        study=trial.study,
        native_thread=trial.thread.native,
        elapsed_s=None if is_plain else elapsed_s,
        open_at_once=trial.open_at_once,
        children_cpu_s=read.children_s() - trial.children_s,
        runqueue_s=tally.runqueue_s,
        rss_before_bytes=trial.rss_before_bytes,
        peak_rss_bytes=read.peak() if trial.is_peak_own else None,
        calls=tally.calls,
        written_bytes=tally.written_bytes,
        native=_native(trial, read),
        segments=_segments(trial) if is_plain else (),
        share=trial.share,
    )


def _native(trial: OpenTrial, read: Instruments) -> tuple[float, float, float, int] | None:
    """A plain tuple: a named one is no value that a row is encoded from."""
    if read.native is None:
        return None
    native = read.native.after(trial.native, trial.tally.cpu_s, trial.tally.process_cpu_s)
    return None if native is None else (native.cpu_s, native.queued_s, native.busy_s, native.threads)


def _segments(trial: OpenTrial) -> tuple[tuple[str, float, float], ...]:
    """The stretches worth drawing: long enough to be seen, the longest if there are many, in order of time."""
    shortest_ns = max(_SHORTEST_S / _NANO, trial.tally.wall_s * _SHORTEST_SHARE / _NANO)
    seen: list[Stretch] = [
        stretch
        for stretch in trial.tally.stretches
        if stretch.wall_ns >= shortest_ns and stretch.name != WHOLE_OBJECTIVE
    ]
    if len(seen) > _MOST_SEGMENTS:  # what the user marked comes before the calls that we observe, which may be hundreds
        seen = sorted(seen, key=lambda stretch: (stretch.name in _OBSERVED, -stretch.wall_ns))[:_MOST_SEGMENTS]
    return tuple(
        (
            stretch.name,
            round(max(stretch.began_ns - trial.began_wall_ns, 0) * _NANO, 6),
            round(stretch.wall_ns * _NANO, 6),
        )
        for stretch in sorted(seen, key=lambda stretch: (stretch.began_ns, -stretch.wall_ns))
    )
