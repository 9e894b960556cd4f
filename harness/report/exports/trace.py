"""Trials and their spans as trace events, which Perfetto and chrome://tracing open.

Format: "Trace Event Format", https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU; times are
microseconds since the record began. Trials of one thread that overlap (ask and tell) are async events, as slices of a
thread must nest.
"""

import json
import math
from collections.abc import Iterator

import numpy as np

from harness.profile.columns import STATES, Trials
from harness.profile.facts import Profile
from harness.units import printable


def trace(profile: Profile) -> str:
    """The file's text, one event to a line."""
    events = (*_names(profile), *_trials(profile), *_segments(profile), *_memory(profile))
    return '{"displayTimeUnit":"ms","traceEvents":[\n' + ",\n".join(events) + "\n]}\n"


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


def _trials(profile: Profile) -> Iterator[str]:
    trials = profile.trials
    pids = [process.pid for process in profile.processes]
    states = [json.dumps(state.value) for state in STATES]
    studies = [_text(study.name) for study in profile.studies]
    starts, ends = _ns(trials.started_s, profile.started_s), _ns(trials.ended_s, profile.started_s)
    columns = zip(
        trials.number.tolist(),
        trials.study.tolist(),
        trials.process.tolist(),
        _threads(trials).tolist(),
        trials.state.tolist(),
        trials.value.tolist(),
        trials.open_at_once.tolist(),
        starts,
        ends,
        strict=True,
    )
    for number, study, process, tid, state, value, at_once, start, end in columns:
        said = f'"number":{number},"state":{states[state]}'
        if study < len(studies):
            said += f',"study":{studies[study]}'
        if not math.isnan(value):
            said += f',"value":{value!r}' if math.isfinite(value) else f',"value":"{value}"'
        head = f'"cat":"trial","name":"trial {number}","pid":{pids[process]},"tid":{tid}'
        if at_once <= 1:
            yield f'{{"ph":"X",{head},"ts":{_us(start)},"dur":{_us(end - start)},"args":{{{said}}}}}'
        else:
            yield f'{{"ph":"b",{head},"id":"{study}.{number}","ts":{_us(start)},"args":{{{said}}}}}'
            yield f'{{"ph":"e",{head},"id":"{study}.{number}","ts":{_us(end)}}}'


def _segments(profile: Profile) -> Iterator[str]:
    """The long stretches of spans inside trials, kept within their trial."""
    trials, segments = profile.trials, profile.trials.segments
    if len(segments) == 0:
        return
    pids = [process.pid for process in profile.processes]
    names = [_text(name) for name in segments.names]
    threads = _threads(trials).tolist()
    processes, at_once = trials.process.tolist(), trials.open_at_once.tolist()
    trial_starts, trial_ends = _ns(trials.started_s, profile.started_s), _ns(trials.ended_s, profile.started_s)
    starts = _ns(segments.started_s, profile.started_s)
    lengths = np.rint(segments.wall_s * 1e9).astype(np.int64).tolist()
    for trial, span, start, length in zip(
        segments.trial.tolist(), segments.span.tolist(), starts, lengths, strict=True
    ):
        if at_once[trial] > 1:
            continue
        begin = max(start, trial_starts[trial])
        end = min(start + length, trial_ends[trial])
        if end > begin:
            place = f'"pid":{pids[processes[trial]]},"tid":{threads[trial]}'
            yield f'{{"ph":"X","cat":"span","name":{names[span]},{place},"ts":{_us(begin)},"dur":{_us(end - begin)}}}'


def _memory(profile: Profile) -> Iterator[str]:
    if profile.memory is None or not profile.processes:
        return
    pid = profile.processes[0].pid
    for point in profile.memory.tree:
        at = _us(round(point.at_s * 1e9))
        head = f'"name":"PSS of the process tree","pid":{pid},"ts":{at}'
        yield f'{{"ph":"C",{head},"args":{{"bytes":{point.pss_bytes}}}}}'


def _threads(trials: Trials) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """The kernel's thread id where it is known, else the place of the thread in its process."""
    return np.where(trials.native_thread > 0, trials.native_thread, trials.thread + 1)


def _ns(moments_s: np.ndarray[tuple[int, ...], np.dtype[np.float64]], zero_s: float) -> list[int]:
    """Whole nanoseconds, so that what ends together ends at the same number."""
    found: list[int] = np.rint((moments_s - zero_s) * 1e9).astype(np.int64).tolist()
    return found


def _us(ns: int) -> str:
    return f"{ns / 1000:.3f}"


def _text(said: str) -> str:
    return json.dumps(printable(said), ensure_ascii=False)
