"""The worker timeline: one lane per thread of a process, exact where trials are few, shares of time where dense."""

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np

from harness.model.record import TrialState
from harness.profile.columns import STATES, Floats, Trials, Whole
from harness.profile.facts import Process, Profile
from harness.report.profiled.pictures import Lane, Stretch, Timeline
from harness.report.profiled.words import plural
from harness.units import percent_text, seconds_text, significant

RECTANGLES = 2000  # more slow a browser down and cannot be told apart
LANES = 40
EXACT_TRIALS = 250  # of a lane: each is some pixels wide
COLUMNS = 240
_STEPS = 20  # heights of a dense bar that are told apart

_States = tuple[TrialState, ...]


def timeline(profile: Profile) -> Timeline | None:
    """When trials ran; None without a finished trial."""
    trials = profile.trials
    if len(trials) == 0 or profile.slowing:
        return None
    zero_s = _zero_s(profile)
    span_s = max(float(np.max(trials.ended_s)) - zero_s, 1e-9)
    lanes, left_out = _lanes(trials)
    counts = [len(rows) for rows in lanes]
    is_dense = max(counts) > EXACT_TRIALS or sum(counts) > RECTANGLES
    states = tuple(state for index, state in enumerate(STATES) if np.any(trials.state == index))
    columns = max(20, min(COLUMNS, RECTANGLES // (len(lanes) * len(states))))
    edges = np.linspace(0.0, span_s, columns + 1)
    drawn = []
    for rows in lanes:
        found = _dense(trials, rows, edges, zero_s) if is_dense else _exact(trials, rows, zero_s)
        process = profile.processes[int(trials.process[rows[0]])]
        label = _label(process, int(trials.thread[rows[0]]))
        drawn.append(Lane(label=label, process=process.pid, trials=len(rows), stretches=tuple(found)))
    return Timeline(
        statement=_statement(profile, len(lanes) + left_out),
        note=_note(is_dense, span_s / columns),
        span_s=span_s,
        is_dense=is_dense,
        lanes=tuple(drawn),
        lanes_left_out=left_out,
        states=states,
    )


def _label(process: Process, thread: int) -> str:
    if process.pid <= 0:  # a history that does not tell which worker ran a trial
        return f"lane {thread + 1}"
    return str(process.pid) if process.threads <= 1 else f"{process.pid} · {thread + 1}"


def _zero_s(profile: Profile) -> float:
    first = float(np.min(profile.trials.started_s))
    return min((process.ready_s for process in profile.processes if process.ready_s <= first), default=first)


def _lanes(trials: Trials) -> tuple[list[Whole], int]:
    """Rows of each thread in order of their start; the threads in order of process and thread, the busiest kept."""
    key = trials.process * (int(np.max(trials.thread)) + 1) + trials.thread
    order = np.lexsort((trials.started_s, key))
    cuts = np.flatnonzero(np.diff(key[order])) + 1
    lanes = np.split(order, cuts)
    busiest = sorted(range(len(lanes)), key=lambda lane: -float(np.sum(trials.wall_s[lanes[lane]])))[:LANES]
    return [lanes[lane] for lane in sorted(busiest)], len(lanes) - len(busiest)


def _exact(trials: Trials, rows: Whole, zero_s: float) -> Iterator[Stretch]:
    for row in rows:
        yield Stretch(
            start_s=float(trials.started_s[row]) - zero_s,
            end_s=float(trials.ended_s[row]) - zero_s,
            state=STATES[int(trials.state[row])],
            trial=int(trials.number[row]),
            busy_share=1.0,
            below_share=0.0,
        )


def _dense(trials: Trials, rows: Whole, edges: Floats, zero_s: float) -> Iterator[Stretch]:
    """Columns of equal width, each state's share of it stacked; equal neighbours become one bar."""
    width_s = float(edges[1] - edges[0])
    below = np.zeros(len(edges) - 1)
    for index, state in enumerate(STATES):
        mine = rows[trials.state[rows] == index]
        if len(mine) == 0:
            continue
        covered = np.diff(_covered_s(trials.started_s[mine] - zero_s, trials.ended_s[mine] - zero_s, edges)) / width_s
        shares = np.round(np.clip(covered, 0.0, 1.0) * _STEPS) / _STEPS
        if state is TrialState.FAIL:  # however short, a failure is seen
            shares = np.where(covered > 0, np.maximum(shares, 1 / _STEPS), shares)
        shares = np.minimum(shares, 1.0 - below)
        for (share, bottom), stretch in _runs(shares, below):
            if share > 0:
                yield Stretch(
                    start_s=float(edges[stretch.start]),
                    end_s=float(edges[stretch.stop]),
                    state=state,
                    trial=None,
                    busy_share=share,
                    below_share=bottom,
                )
        below = below + shares


def _covered_s(started_s: Floats, ended_s: Floats, edges: Floats) -> Floats:
    """Trial-seconds up to each edge: overlapping trials count once each."""
    return _ramp(started_s, edges) - _ramp(ended_s, edges)


def _ramp(moments_s: Floats, edges: Floats) -> Floats:
    """Sum over moments of max(edge - moment, 0)."""
    ordered = np.sort(moments_s)
    sums = np.concatenate(([0.0], np.cumsum(ordered)))
    before = np.searchsorted(ordered, edges)
    return np.asarray(before * edges - sums[before])


def _runs(shares: Floats, below: Floats) -> Iterator[tuple[tuple[float, float], slice]]:
    pairs: Sequence[tuple[float, float]] = [
        (round(float(share), 3), round(float(bottom), 3)) for share, bottom in zip(shares, below, strict=True)
    ]
    at = 0
    for pair, group in groupby(pairs):
        length = sum(1 for _ in group)
        yield pair, slice(at, at + length)
        at += length


def _statement(profile: Profile, lanes: int) -> str:
    processes = sum(process.trials > 0 and process.pid > 0 for process in profile.processes)
    where = f"{plural(lanes, 'thread')} of {plural(processes, 'process', 'processes')}"
    if not processes:
        where = plural(lanes, "lane")
    ledger = profile.ledger
    if ledger is None:
        return f"Trials ran in {where}."
    said = f"Trials ran in {where} over {seconds_text(ledger.span_s)}"
    if lanes == 1:
        return f"{said}; {percent_text(ledger.idle_share)} of the time lay in no trial."
    said += f", {significant(ledger.parallelism)} at a time on average"
    return f"{said}; {percent_text(ledger.idle_share)} of the workers' time lay in no trial."


def _note(is_dense: bool, column_s: float) -> str:
    if is_dense:
        return (
            f"Each column is {seconds_text(column_s)} wide; the height of its bar is the share of that time that the "
            "thread spent in trials, so gaps show as missing height. Zero is when the first process was ready."
        )
    return "Each bar is a trial, each gap is time in no trial. Zero is when the first process was ready."
