import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from harness.probes.memory import tree_memory
from harness.probes.process_cpu import process_cpu_s, queued_s

Plant = Callable[[Mapping[str, str]], Path]
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def stat(user: int, system: int, name: str = "python") -> str:
    """proc(5), /proc/<pid>/stat: utime and stime are its 14th and 15th fields."""
    return f"7 ({name}) S 1 7 7 0 -1 4194304 12 0 0 0 {user} {system} 900 800 20 0 5 0 1234 0 0\n"


def test_user_and_system_time_add_up_in_seconds(plant: Plant) -> None:
    assert process_cpu_s(7, plant({"7/stat": stat(3 * TICKS_PER_S, TICKS_PER_S)})) == 4.0


def test_a_name_with_blanks_and_brackets_shifts_nothing(plant: Plant) -> None:
    assert process_cpu_s(7, plant({"7/stat": stat(TICKS_PER_S, 0, name="a) S 9 (b")})) == 1.0


def test_waiting_for_a_core_is_the_second_number_in_seconds(plant: Plant) -> None:
    assert queued_s(7, plant({"7/schedstat": "9000000000 2500000000 314\n"})) == 2.5


@pytest.mark.parametrize("files", [{}, {"7/stat": "7 (x) S 1\n", "7/schedstat": "5\n"}], ids=["ended", "cut"])
def test_what_cannot_be_read_is_not_known(plant: Plant, files: dict[str, str]) -> None:
    proc = plant({"self/statm": "", **files})
    assert process_cpu_s(7, proc) is None
    assert queued_s(7, proc) is None


def test_a_sample_of_the_tree_holds_each_process_s_cpu(plant: Plant) -> None:
    proc = plant(
        {
            "self/statm": "",
            "7/smaps_rollup": "Rss: 10 kB\nPss: 10 kB\nPrivate_Clean: 1 kB\n",
            "7/stat": stat(TICKS_PER_S, TICKS_PER_S),
            "7/schedstat": "1 500000000 1\n",
            "7/task/7/children": "8",
            "8/smaps_rollup": "Rss: 10 kB\nPss: 10 kB\nPrivate_Clean: 1 kB\n",
        }
    )
    first, second = tree_memory(7, proc).processes
    assert (first.cpu_s, first.queued_s) == (2.0, 0.5)
    assert (second.cpu_s, second.queued_s) == (None, None)


@pytest.mark.skipif(sys.platform != "linux", reason="reads the real /proc")
def test_this_process_has_used_what_its_own_clock_says() -> None:
    before = sum(os.times()[:2])
    read_s = process_cpu_s(os.getpid())
    assert read_s is not None
    assert before <= read_s + 1 / TICKS_PER_S
    assert read_s <= sum(os.times()[:2]) + 1 / TICKS_PER_S
