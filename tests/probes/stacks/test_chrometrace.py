import json
from pathlib import Path
from typing import Any

import pytest

from harness.model.stacks import Frame
from harness.probes.stacks.chrometrace import Held, held, read_events
from harness.probes.stacks.torn import without_torn

Stack = list[tuple[str, int, str]]


class Trace:
    """Writes what py-spy 0.4 would: frames that leave or join the stack that was last seen under an identifier."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self._before: dict[int, Stack] = {}

    def look(self, at_us: int, pid: int, native: int, frames: Stack, tid: int = 77) -> "Trace":
        marks: Stack = [("", 0, f'process {pid}:"python x.py"'), ("", 0, f"thread ({native}): MainThread")]
        stack, before = marks + frames, self._before.get(tid, [])
        same = 0
        while same < min(len(stack), len(before)) and stack[same] == before[same]:
            same += 1
        self.events += [self._event(frame, "E", pid, tid, at_us) for frame in reversed(before[same:])]
        self.events += [self._event(frame, "B", pid, tid, at_us) for frame in stack[same:]]
        self._before[tid] = stack
        return self

    def end(self, at_us: int) -> "Trace":
        for tid, stack in self._before.items():
            self.events += [self._event(frame, "E", 1, tid, at_us) for frame in reversed(stack)]
        return self

    def _event(self, frame: tuple[str, int, str], phase: str, pid: int, tid: int, at_us: int) -> dict[str, Any]:
        file, line, name = frame
        return {
            "args": {"filename": file, "line": line},
            "cat": "py-spy",
            "name": name,
            "ph": phase,
            "pid": pid,
            "tid": tid,
            "ts": at_us,
        }

    def write(self, path: Path) -> Path:
        path.write_text(json.dumps(self.events, separators=(",", ":"), ensure_ascii=False) + "\n", encoding="utf-8")
        return path


MAIN = ("/x.py", 1, "<module>")
F, G = ("/x.py", 5, "f"), ("/x.py", 9, "g")


def read(path: Path, *, lived: bool = True) -> list[Held]:
    return list(held(read_events(path), lived=lambda pid, native: lived, most_s=0.05))


def seen(stretches: list[Held]) -> list[tuple[int, int, float, float, str]]:
    return [
        (one.pid, one.native_thread, round(one.began_s, 6), round(one.wall_s, 6), one.frames[-1].function)
        for one in stretches
    ]


def test_a_stack_holds_until_the_look_that_differs(tmp_path: Path) -> None:
    trace = Trace().look(1000, 1, 10, [MAIN, F]).look(2000, 1, 10, [MAIN, F]).look(3000, 1, 10, [MAIN, G]).end(4000)
    assert seen(read(trace.write(tmp_path / "t.json"))) == [(1, 10, 0.001, 0.002, "f"), (1, 10, 0.003, 0.001, "g")]


def test_forked_processes_that_share_an_identifier_are_told_apart(tmp_path: Path) -> None:
    trace = Trace()
    for at_us in (1000, 2000, 3000):
        trace.look(at_us, 1, 10, [MAIN, F]).look(at_us, 2, 20, [MAIN, G])  # within the same microsecond
    stretches = read(trace.end(4000).write(tmp_path / "t.json"))
    total = {pid: round(sum(one.wall_s for one in stretches if one.pid == pid), 6) for pid in (1, 2)}
    assert total == {1: 0.003, 2: 0.003}
    assert {(one.pid, one.native_thread, one.frames[-1].function) for one in stretches} == {(1, 10, "f"), (2, 20, "g")}


def test_an_identifier_that_a_new_thread_got_is_the_new_threads(tmp_path: Path) -> None:
    trace = Trace().look(1000, 1, 10, [MAIN, F]).look(2000, 1, 11, [MAIN, F]).end(3000)
    assert {row[1] for row in seen(read(trace.write(tmp_path / "t.json")))} == {10, 11}


def test_a_thread_that_was_gone_is_not_charged_to_the_end_of_the_trace(tmp_path: Path) -> None:
    trace = Trace().look(1000, 1, 10, [MAIN, F]).look(9_000_000, 2, 20, [MAIN, G], tid=78).end(10_000_000)
    path = trace.write(tmp_path / "t.json")
    assert max(row[3] for row in seen(read(path, lived=False))) == pytest.approx(0.05)
    assert max(row[3] for row in seen(read(path))) == pytest.approx(9.999)


def test_names_of_any_kind_come_back(tmp_path: Path) -> None:
    odd = ("/tmp/a b;\"},{'.py", 3, 'say"},{"args":\\ \u202e\x07')
    stretches = read(Trace().look(1, 1, 10, [MAIN, odd]).end(9).write(tmp_path / "t.json"))
    assert stretches[0].frames[-1] == Frame(file=odd[0], line=3, function=odd[2])


@pytest.mark.parametrize("text", ["[]\n", "", " "])
def test_a_trace_without_events_has_no_stretches(tmp_path: Path, text: str) -> None:
    path = tmp_path / "t.json"
    path.write_text(text)
    assert read(path) == []


@pytest.mark.parametrize("text", ["<svg/>", '[{"args":5}]', '[{"args":{"filename":"", "line":'])
def test_something_else_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "t.json"
    path.write_text(text)
    with pytest.raises(ValueError, match="no chrome trace"):
        read(path)


def test_a_trace_that_breaks_off_gives_what_it_has(tmp_path: Path) -> None:
    path = Trace().look(1000, 1, 10, [MAIN, F]).look(2000, 1, 10, [MAIN, G]).end(3000).write(tmp_path / "t.json")
    whole = path.read_bytes()
    for length in range(whole.index(b'"ts":2000') + len('"ts":2000},{"args":'), len(whole)):
        path.write_bytes(whole[:length])
        assert seen(read(path))[0] == (1, 10, 0.001, 0.001, "f")


def test_a_torn_look_is_taken_out_and_its_time_goes_to_the_one_before(tmp_path: Path) -> None:
    trace = Trace()
    for at_us, frames in ((1000, [MAIN, F]), (2000, [MAIN, F, G]), (3000, [G]), (4000, [MAIN, F])):
        trace.look(at_us, 1, 10, frames)
    trace.look(5000, 1, 10, [MAIN, ("stop", 0, "")]).look(6000, 1, 10, [MAIN, F])
    found = without_torn(read(trace.end(7000).write(tmp_path / "t.json")))
    assert [(row[3], row[4]) for row in seen(found)] == [(0.001, "f"), (0.002, "g"), (0.002, "f"), (0.001, "f")]


def test_a_function_that_calls_itself_from_the_root_is_not_torn(tmp_path: Path) -> None:
    trace = Trace().look(1000, 1, 10, [F, F]).look(2000, 1, 10, [F]).end(3000)
    assert len(without_torn(read(trace.write(tmp_path / "t.json")))) == 2
