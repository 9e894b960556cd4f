"""The trace keeps to the Trace Event Format: complete events that nest, names for processes and threads, counters."""

import json
from collections import defaultdict
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.profile.columns import Segments
from harness.profile.facts import Profile
from harness.report.exports.trace import trace
from tests.profiles import PIDS, fake_profile, fake_trials
from tests.report.profiled.reports import empty_profile, history_profile

NEEDED = {"X": {"name", "cat", "pid", "tid", "ts", "dur"}, "M": {"name", "pid", "tid", "args"},
          "C": {"name", "pid", "ts", "args"}, "b": {"name", "cat", "id", "pid", "tid", "ts"},
          "e": {"name", "cat", "id", "pid", "tid", "ts"}}  # fmt: skip


def events_of(profile: Profile) -> list[dict[str, Any]]:
    data = json.loads(trace(profile))
    assert set(data) == {"displayTimeUnit", "traceEvents"}
    found: list[dict[str, Any]] = data["traceEvents"]
    return found


def test_every_event_has_the_fields_of_its_phase() -> None:
    for event in events_of(fake_profile()):
        assert NEEDED[event["ph"]] <= set(event)
        assert event.get("dur", 0) >= 0
        assert isinstance(event["pid"], int)


def test_a_trial_is_an_event_with_its_number_state_value_and_study() -> None:
    trials = [event for event in events_of(fake_profile()) if event.get("cat") == "trial"]
    assert len(trials) == 300
    ninth = next(event for event in trials if event["name"] == "trial 9")
    assert ninth["args"] == {"number": 9, "state": "pruned", "study": "prices", "value": 2.0}
    assert ninth["dur"] == pytest.approx(196_000, abs=1)
    assert ninth["pid"] == ninth["tid"] == PIDS[0]


def nests(profile: Profile) -> bool:
    """Whether no slice of a thread ends after the one that it began in, to the nanosecond."""
    open_until: dict[tuple[int, int], list[int]] = defaultdict(list)
    slices = [event for event in events_of(profile) if event["ph"] == "X"]
    spans = [(e["pid"], e["tid"], round(e["ts"] * 1000), round(e["dur"] * 1000)) for e in slices]
    for pid, tid, start, length in sorted(spans, key=lambda span: (span[2], -span[3])):
        above = open_until[pid, tid]
        while above and above[-1] <= start:
            above.pop()
        if above and start + length > above[-1]:
            return False
        above.append(start + length)
    return True


def test_slices_of_a_thread_nest() -> None:
    assert nests(fake_profile())


@given(st.lists(st.tuples(st.floats(0, 0.19), st.floats(1e-4, 0.2)), min_size=1, max_size=12))
def test_stretches_nest_whatever_the_clock_said(stretches: list[tuple[float, float]]) -> None:
    trials = fake_trials(1)
    offsets = np.array(sorted(offset for offset, _ in stretches))
    segments = Segments(
        names=("a",),
        trial=np.zeros(len(stretches), dtype=np.int64),
        span=np.zeros(len(stretches), dtype=np.int64),
        started_s=trials.started_s[0] + offsets,
        wall_s=np.array([wall for _, wall in stretches]),
    )
    assert nests(fake_profile(trials=replace(trials, segments=segments)))


def test_a_trial_that_follows_another_at_once_does_not_overlap_it() -> None:
    trials = fake_trials(3000)
    started_s = trials.started_s[0] + (trials.number // 3) * 0.0123456789
    packed = replace(trials, started_s=started_s, ended_s=started_s + 0.0123456789, wall_s=np.full(3000, 0.0123456789))
    assert nests(fake_profile(trials=replace(packed, segments=Segments())))


def test_long_stretches_of_spans_lie_in_their_trial() -> None:
    spans = [event for event in events_of(fake_profile()) if event.get("cat") == "span"]
    assert len(spans) == 600
    assert {event["name"] for event in spans} == {"load", "backtest"}


def test_processes_and_threads_have_names() -> None:
    named = [event for event in events_of(fake_profile()) if event["name"] == "process_name"]
    assert [event["args"]["name"] for event in named] == [f"optimise.py, process {pid}" for pid in PIDS]
    threads = [event for event in events_of(fake_profile()) if event["name"] == "thread_name"]
    assert {(event["pid"], event["tid"]) for event in threads} == {(pid, pid) for pid in PIDS}


def test_memory_is_a_counter() -> None:
    counters = [event for event in events_of(fake_profile()) if event["ph"] == "C"]
    assert len(counters) == 18
    assert counters[0]["args"]["bytes"] > 0


def test_trials_that_overlap_in_a_thread_are_async_events_in_pairs() -> None:
    trials = fake_trials(30)
    both = replace(trials, open_at_once=np.full(30, 2))
    events = events_of(fake_profile(trials=both))
    begun = [event["id"] for event in events if event["ph"] == "b"]
    ended = [event["id"] for event in events if event["ph"] == "e"]
    assert begun == ended
    assert len(set(begun)) == 30
    assert not [event for event in events if event["ph"] == "X"]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_value_that_json_cannot_hold_does_not_break_the_file(value: float) -> None:
    trials = fake_trials(3)
    trials.value[1] = value
    text = trace(fake_profile(trials=trials))
    data = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    args = [event["args"] for event in data["traceEvents"] if event.get("cat") == "trial"]
    assert args[1].get("value") == (None if np.isnan(value) else str(value))


def test_a_history_has_its_trials_and_nothing_else() -> None:
    assert {event["ph"] for event in events_of(history_profile())} == {"M", "X"}


def test_no_trial_leaves_a_file_that_opens() -> None:
    assert events_of(empty_profile()) == []
