import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harness.errors import LackingError
from harness.probes import memory_lines
from harness.probes.memory_lines import MemoryLines, codes_of, memory_profiler, plain_function
from harness.profile.memory_lines import MemoryLine, read_memory_lines

BYTES = 64 << 20
kept: list[Any] = []


def helper(size: int) -> Any:
    return np.ones(size, dtype=np.uint8)


def objective(trial: int) -> float:
    kept.append(helper(BYTES))
    return float(trial)


class Objective:
    def __call__(self, trial: int) -> float:
        return objective(trial)


def doubled(function: Callable[[int], float]) -> Callable[[int], float]:
    @functools.wraps(function)
    def twice(trial: int) -> float:
        return 2 * function(trial)

    return twice


def lines(folder: Path) -> dict[str, MemoryLine]:
    return {line.source: line for line in read_memory_lines(folder) or ()}


def test_the_line_that_takes_memory_is_named_with_what_it_took(tmp_path: Path) -> None:
    probe = MemoryLines(tmp_path)
    watched = probe.watch(objective)
    assert [watched(trial) for trial in (1, 2)] == [1.0, 2.0]
    probe.stop()
    kept.clear()
    found = lines(tmp_path)["return np.ones(size, dtype=np.uint8)"]
    assert found.occurrences == 2
    assert found.increment_bytes == pytest.approx(2 * BYTES, rel=0.05)
    assert abs(lines(tmp_path)["return float(trial)"].increment_bytes) < BYTES / 10


def test_an_objective_that_raises_raises_and_its_lines_are_kept(tmp_path: Path) -> None:
    def failing(trial: int) -> float:
        raise ValueError(f"no {trial}")

    probe = MemoryLines(tmp_path)
    with pytest.raises(ValueError, match="no 3"):
        probe.watch(failing)(3)
    assert sys.gettrace() is None
    probe.stop()
    assert 'raise ValueError(f"no {trial}")' in lines(tmp_path)


def test_a_tool_that_traces_already_goes_first(tmp_path: Path) -> None:
    probe = MemoryLines(tmp_path)
    watched = probe.watch(lambda trial: 1.0)
    sys.settrace(lambda *_: None)
    try:
        assert watched(0) == 1.0
        assert sys.gettrace() is not None
    finally:
        sys.settrace(None)
    probe.stop()
    assert read_memory_lines(tmp_path) is None


def test_what_calls_the_objective_sees_its_name(tmp_path: Path) -> None:
    assert MemoryLines(tmp_path).watch(objective).__name__ == "objective"


@pytest.mark.parametrize(
    "wrapped", [objective, functools.partial(objective), Objective(), Objective().__call__, doubled(objective)]
)
def test_the_code_is_found_however_the_objective_is_wrapped(wrapped: Callable[[int], float]) -> None:
    names = {code.co_name for code in codes_of(wrapped)}
    assert {"objective", "helper"} <= names


def test_one_without_python_code_is_left_alone(tmp_path: Path) -> None:
    assert MemoryLines(tmp_path).watch(abs) is abs
    assert plain_function(abs) is abs


def test_a_forked_child_forgets_its_parents_lines(tmp_path: Path) -> None:
    probe = MemoryLines(tmp_path)
    probe.watch(lambda trial: 1.0)(0)
    probe.restart_after_fork()
    probe.stop()
    assert read_memory_lines(tmp_path) is None


def test_a_folder_that_is_gone_does_not_end_the_study(tmp_path: Path) -> None:
    probe = MemoryLines(tmp_path / "gone")
    assert probe.watch(lambda trial: 1.0)(0) == 1.0
    probe.stop()


def test_lines_reach_the_disk_while_the_study_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_lines, "WRITE_EVERY_S", -1.0)
    MemoryLines(tmp_path).watch(lambda trial: 1.0)(0)
    assert (tmp_path / f"memory-lines-{os.getpid()}.json").exists()


def test_without_memory_profiler_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "memory_profiler", None)
    with pytest.raises(LackingError, match="pip install"):
        memory_profiler()
