"""Trials and their spans as trace events, which Perfetto and chrome://tracing open.

Format: "Trace Event Format", https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU; times are
microseconds since the record began. Trials of one thread that overlap (ask and tell) are async events, as slices of a
thread must nest.
"""

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from harness.profile.columns import STATES, Floats, Trials, Whole
from harness.profile.facts import Profile
from harness.units import printable

_SLIP_NS = 1000  # moments since the epoch, as floating-point numbers, are some 240 ns apart


@dataclass(frozen=True, slots=True, kw_only=True)
class _Places:
    """Where and when each trial is drawn; nanoseconds since the record began."""

    pid: list[int]
    tid: list[int]
    start_ns: list[int]
    end_ns: list[int]


def trace(profile: Profile) -> str:
    """The file's text, one event to a line."""
    places = _places(profile)
    events = (*_names(profile), *_trials(profile, places), *_segments(profile, places), *_memory(profile))
    return '{"displayTimeUnit":"ms","traceEvents":[\n' + ",\n".join(events) + "\n]}\n"


def _places(profile: Profile) -> _Places:
    trials = profile.trials
    pids = np.array([process.pid for process in profile.processes], dtype=np.int64)
    tids = _threads(trials)
    start, end = _ns(trials.started_s, profile.started_s), _ns(trials.ended_s, profile.started_s)
    order = np.lexsort((start, tids, trials.process))
    before, after = order[:-1], order[1:]
    same = (trials.process[before] == trials.process[after]) & (tids[before] == tids[after])
    slipped = same & (start[after] < end[before]) & (start[after] > end[before] - _SLIP_NS)
    start[after[slipped]] = end[before[slipped]]
    return _Places(
        pid=pids[trials.process].tolist() if len(pids) else [],
        tid=tids.tolist(),
        start_ns=start.tolist(),
        end_ns=np.maximum(start, end).tolist(),
    )


def _names(profile: Profile) -> Iterator[str]:
    """What each process and thread is called, and in which order they stand."""
    for place, process in enumerate(profile.processes):
        name = _text(f"{profile.label}, process {process.pid}")
        yield f'{{"ph":"M","name":"process_name","pid":{process.pid},"tid":0,"args":{{"name":{name}}}}}'
        yield f'{{"ph":"M","name":"process_sort_index","pid":{process.pid},"tid":0,"args":{{"sort_index":{place}}}}}'
    trials = profile.trials
    seen = set(zip(trials.process.tolist(), trials.thread.tolist(), _threads(trials).tolist(), strict=True))
    for process, thread, tid in sorted(seen):
        pid = profile.processes[process].pid
        name = _text(f"trials, thread {thread + 1}")
        yield f'{{"ph":"M","name":"thread_name","pid":{pid},"tid":{tid},"args":{{"name":{name}}}}}'


def _trials(profile: Profile, places: _Places) -> Iterator[str]:
    trials = profile.trials
    states = [json.dumps(state.value) for state in STATES]
    studies = [_text(study.name) for study in profile.studies]
    columns = zip(
        trials.number.tolist(),
        trials.study.tolist(),
        trials.state.tolist(),
        trials.value.tolist(),
        trials.open_at_once.tolist(),
        strict=True,
    )
    for row, (number, study, state, value, at_once) in enumerate(columns):
        said = f'"number":{number},"state":{states[state]}'
        if study < len(studies):
            said += f',"study":{studies[study]}'
        if not math.isnan(value):
            said += f',"value":{value!r}' if math.isfinite(value) else f',"value":"{value}"'
        start, end = places.start_ns[row], places.end_ns[row]
        head = f'"cat":"trial","name":"trial {number}","pid":{places.pid[row]},"tid":{places.tid[row]}'
        if at_once <= 1:
            yield f'{{"ph":"X",{head},"ts":{_us(start)},"dur":{_us(end - start)},"args":{{{said}}}}}'
        else:
            yield f'{{"ph":"b",{head},"id":"{study}.{number}","ts":{_us(start)},"args":{{{said}}}}}'
            yield f'{{"ph":"e",{head},"id":"{study}.{number}","ts":{_us(end)}}}'


def _segments(profile: Profile, places: _Places) -> Iterator[str]:
    """The long stretches of spans inside trials, kept within their trial and within what encloses them."""
    found = _nested(profile, places)
    names = [f'{{"ph":"X","cat":"span","name":{_text(name)},' for name in profile.trials.segments.names]
    wheres = [f'"pid":{pid},"tid":{tid},"ts":' for pid, tid in zip(places.pid, places.tid, strict=True)]
    for trial, span, begin, end in found:
        yield f'{names[span]}{wheres[trial]}{begin / 1000:.3f},"dur":{(end - begin) / 1000:.3f}}}'


def _nested(profile: Profile, places: _Places) -> Iterator[tuple[int, int, int, int]]:
    """Trial, span, begin and end of each stretch in nanoseconds, in order of trial and begin.

    Where stretches of a trial follow one another, as they nearly always do, arrays settle it for all trials at once.
    """
    segments = profile.trials.segments
    start, length = _ns(segments.started_s, profile.started_s), _ns(segments.wall_s, 0.0)
    order = np.lexsort((-length, start, segments.trial))
    trial, span, start = segments.trial[order], segments.span[order], start[order]
    trial_start, trial_end = np.array(places.start_ns, dtype=np.int64), np.array(places.end_ns, dtype=np.int64)
    end = np.minimum(start + length[order], trial_end[trial])
    same = np.diff(trial, prepend=-1) == 0
    before = np.where(same, np.roll(end, 1), trial_start[trial])
    tangled = np.unique(trial[same & (start < before - _SLIP_NS)])
    begin = np.maximum(start, before)
    is_plain = (end > begin) & (profile.trials.open_at_once[trial] <= 1) & ~np.isin(trial, tangled)
    yield from zip(*(column[is_plain].tolist() for column in (trial, span, begin, end)), strict=True)
    for number in tangled.tolist():
        if profile.trials.open_at_once[number] <= 1:
            rows = slice(*np.searchsorted(trial, (number, number + 1)).tolist())
            limits = (places.start_ns[number], places.end_ns[number])
            stretches = zip(*(column[rows].tolist() for column in (span, start, end)), strict=True)
            yield from ((number, *stretch) for stretch in _untangled(stretches, limits))


def _untangled(stretches: Iterable[tuple[int, int, int]], limits: tuple[int, int]) -> Iterator[tuple[int, int, int]]:
    """Stretches (span, start, end) of one trial, each cut to the one that it began in."""
    closed, enclosing = limits[0], [limits[1]]
    for span, start, end in stretches:
        while len(enclosing) > 1 and enclosing[-1] <= start + _SLIP_NS:
            closed = max(closed, enclosing.pop())
        begin, last = max(start, closed), min(end, enclosing[-1])
        if last > begin:
            enclosing.append(last)
            yield span, begin, last


def _memory(profile: Profile) -> Iterator[str]:
    if profile.memory is None or not profile.processes:
        return
    pid = profile.processes[0].pid
    for point in profile.memory.tree:
        at = _us(round(point.at_s * 1e9))
        head = f'"name":"PSS of the process tree","pid":{pid},"ts":{at}'
        yield f'{{"ph":"C",{head},"args":{{"bytes":{point.pss_bytes}}}}}'


def _threads(trials: Trials) -> Whole:
    """The kernel's thread id where it is known, else the place of the thread in its process."""
    return np.where(trials.native_thread > 0, trials.native_thread, trials.thread + 1)


def _ns(moments_s: Floats, zero_s: float) -> Whole:
    """Whole nanoseconds, so that what ends together ends at the same number."""
    return np.rint((moments_s - zero_s) * 1e9).astype(np.int64)


def _us(ns: int) -> str:
    return f"{ns / 1000:.3f}"


def _text(said: str) -> str:
    return json.dumps(printable(said), ensure_ascii=False)
