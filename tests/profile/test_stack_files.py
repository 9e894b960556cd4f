import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from harness.model.stacks import Frame, StackSource
from harness.probes.stacks.writer import StackWriter
from harness.profile.stack_files import read_stacks

Line = Mapping[str, Any]


def source(kind: str = "py-spy", rate_hz: float = 20.0, why: str | None = None) -> Line:
    return {"kind": "source", "source": kind, "rate_hz": rate_hz, "why": why, "began_s": 0.0}


def rows(*lines: Line) -> str:
    return "".join(f"{json.dumps(line)}\n" for line in lines)


def one_stack(line: int = 1) -> tuple[Line, Line]:
    return {"kind": "frame", "id": 0, "file": "/a.py", "line": line, "function": "f"}, {
        "kind": "stack",
        "id": 0,
        "frames": [0],
    }


def sample(at_s: float, pid: int = 1, weight_s: float = 0.05) -> list[Any]:
    return [at_s, pid, pid, 0, None, None, weight_s]


def test_files_are_merged_in_order_of_time_with_frames_once(tmp_path: Path) -> None:
    for name, pid, at_s in (("stacks-a.jsonl", 1, 2.0), ("stacks-b.jsonl", 2, 1.0)):
        samples = {"kind": "samples", "rows": [sample(at_s, pid)]}
        (tmp_path / name).write_text(rows(source(), *one_stack(), samples))
    found = read_stacks(tmp_path)
    assert found is not None
    assert (found.frames, found.stacks) == ((Frame(file="/a.py", line=1, function="f"),), ((0,),))
    assert [(one.at_s, one.pid) for one in found.samples] == [(1.0, 2), (2.0, 1)]


def test_what_the_writer_writes_is_what_is_read(tmp_path: Path) -> None:
    writer = StackWriter(tmp_path / "stacks-1.jsonl", StackSource.IN_PROCESS, 10.0, why="refused", began_s=1.0)
    stack = writer.stack([("/a.py", 3, "f"), ("/b.py", 4, "g")])
    writer.sample((2.0, 11, 12, stack, "load", 7, 0.1))
    writer.flush()
    writer.close()
    found = read_stacks(tmp_path)
    assert found is not None
    assert (found.source, found.rate_hz, found.why) == (StackSource.IN_PROCESS, 10.0, "refused")
    (only,) = found.samples
    assert (only.native_thread, only.span, only.trial, only.weight_s) == (12, "load", 7, 0.1)
    assert [found.frames[index].function for index in found.stacks[only.stack]] == ["f", "g"]


def test_a_stack_that_held_for_long_becomes_samples_that_can_be_cut(tmp_path: Path) -> None:
    samples = {"kind": "samples", "rows": [sample(10.0, weight_s=3.0)]}
    (tmp_path / "stacks-a.jsonl").write_text(rows(source(), *one_stack(), samples))
    found = read_stacks(tmp_path)
    assert found is not None
    assert len(found.samples) == 20
    assert sum(one.weight_s for one in found.samples) == pytest.approx(3.0)
    assert found.samples[-1].at_s == pytest.approx(12.85)


def test_a_late_look_from_inside_stays_one_sample(tmp_path: Path) -> None:
    samples = {"kind": "samples", "rows": [sample(10.0, weight_s=3.0)]}
    (tmp_path / "stacks-1.jsonl").write_text(rows(source("in-process"), *one_stack(), samples))
    found = read_stacks(tmp_path)
    assert found is not None
    assert len(found.samples) == 1


def test_a_process_seen_by_both_is_taken_from_py_spy(tmp_path: Path) -> None:
    for name, kind, pid in (("a", "py-spy", 1), ("b", "in-process", 1), ("c", "in-process", 2)):
        samples = {"kind": "samples", "rows": [sample(1.0, pid)]}
        (tmp_path / f"stacks-{name}.jsonl").write_text(rows(source(kind), *one_stack(), samples))
    found = read_stacks(tmp_path)
    assert found is not None
    assert (found.source, [one.pid for one in found.samples]) == (StackSource.PY_SPY, [1, 2])


def test_every_torn_last_line_is_tolerated(tmp_path: Path) -> None:
    text = rows(source(), *one_stack(), {"kind": "samples", "rows": [sample(1.0)]})
    path = tmp_path / "stacks-a.jsonl"
    for length in range(len(text)):
        path.write_text(text[:length])
        read_stacks(tmp_path)  # raises nothing


@pytest.mark.parametrize(
    "line",
    [
        {"kind": "samples", "rows": [[1.0, 1, 1, 99, None, None, 0.1]]},
        {"kind": "samples", "rows": [[1.0]]},
        {"kind": "stack", "id": 0, "frames": [5]},
        {"kind": "tune"},
        {"kind": "source", "source": "py-spy", "rate_hz": 0, "why": None},
        {"kind": "samples", "rows": [[1e300, 1, 1, 0, None, None, 0.1]]},
        {"kind": "samples", "rows": [[1.0, 1, 1, 0, None, None, 1e9]]},
        {"kind": "samples", "rows": [[1.0, 2**70, 1, 0, None, None, 0.1]]},
        {"kind": "samples", "rows": [[1.0, 1, 1, 0, [], None, 0.1]]},
        {},
    ],
)
def test_a_damaged_row_costs_that_row(tmp_path: Path, line: Line) -> None:
    path = tmp_path / "stacks-a.jsonl"
    path.write_text(rows(source(), line, *one_stack(), {"kind": "samples", "rows": [sample(1.0)]}))
    stacks = read_stacks(tmp_path)
    assert stacks is not None
    assert len(stacks.samples) == 1


def test_samples_without_a_source_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "stacks-a.jsonl").write_text(rows(*one_stack()))
    assert read_stacks(tmp_path) is None
