import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.model.memory import ProcessMemory
from harness.probes.memory import RssMeter, peak_rss_bytes, process_memory, reset_peak, rss_bytes, tree_memory

Plant = Callable[[Mapping[str, str]], Path]
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
BLOCK_BYTES = 64 << 20
needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="reads the real /proc")


def rollup(*, rss: int, pss: int, clean: int, dirty: int, huge: int = 0) -> str:
    """A smaps_rollup in kB."""
    return (
        "56139c718000-7fff7bdec000 ---p 00000000 00:00 0                          [rollup]\n"
        f"Rss:                {rss} kB\nPss:                 {pss} kB\nPss_Dirty:           1 kB\n"
        f"Private_Clean:        {clean} kB\nPrivate_Dirty:       {dirty} kB\nPrivate_Hugetlb:     {huge} kB\n"
    )


def process(pid: int, *, children: str = "", **sizes: int) -> dict[str, str]:
    return {f"{pid}/smaps_rollup": rollup(**sizes), f"{pid}/task/{pid}/children": children, "self/statm": ""}


def test_uss_is_what_is_private_and_pss_is_the_kernels(plant: Plant) -> None:
    proc = plant(process(7, rss=100, pss=60, clean=10, dirty=30, huge=2))
    assert process_memory(7, proc) == ProcessMemory(
        pid=7, rss_bytes=100 * 1024, uss_bytes=42 * 1024, pss_bytes=60 * 1024
    )


def test_a_process_whose_share_is_kept_from_us_still_has_its_rss(plant: Plant) -> None:
    proc = plant({"self/statm": "", "7/statm": "500 25 10 1 0 5 0\n"})
    assert process_memory(7, proc) == ProcessMemory(pid=7, rss_bytes=25 * PAGE_BYTES, uss_bytes=None, pss_bytes=None)


@pytest.mark.parametrize("files", [{}, {"7/statm": "0 0 0 0 0 0 0\n"}], ids=["ended", "zombie"])
def test_a_process_that_has_ended_has_no_memory(plant: Plant, files: dict[str, str]) -> None:
    assert process_memory(7, plant({"self/statm": "", **files})) is None


def test_a_tree_adds_up_pss_over_all_generations(plant: Plant) -> None:
    proc = plant(
        process(7, rss=100, pss=50, clean=1, dirty=1, children="8 9 ")
        | process(8, rss=100, pss=30, clean=1, dirty=1, children="10")
        | process(9, rss=100, pss=15, clean=1, dirty=1)
        | process(10, rss=100, pss=5, clean=1, dirty=1)
        | process(11, rss=100, pss=1000, clean=1, dirty=1)
    )
    sample = tree_memory(7, proc, clock=lambda: 12.5)
    assert sample.at_s == 12.5
    assert sorted(member.pid for member in sample.processes) == [7, 8, 9, 10]
    assert sample.processes[0].pid == 7
    assert sample.pss_bytes == 100 * 1024
    assert sample.vanished == 0


def test_children_of_every_thread_belong_to_the_tree(plant: Plant) -> None:
    proc = plant(
        process(7, rss=100, pss=50, clean=1, dirty=1)
        | {"7/task/77/children": "8"}
        | process(8, rss=100, pss=30, clean=1, dirty=1)
    )
    assert [member.pid for member in tree_memory(7, proc).processes] == [7, 8]


def test_processes_that_vanish_while_they_are_read_are_counted(plant: Plant) -> None:
    proc = plant(process(7, rss=100, pss=50, clean=1, dirty=1, children="8 9"))
    sample = tree_memory(7, proc)
    assert [member.pid for member in sample.processes] == [7]
    assert sample.pss_bytes == 50 * 1024
    assert sample.vanished == 2


def test_a_sum_that_lacks_a_share_is_not_given(plant: Plant) -> None:
    proc = plant(process(7, rss=100, pss=50, clean=1, dirty=1, children="8") | {"8/statm": "9 4 0 0 0 0 0\n"})
    sample = tree_memory(7, proc)
    assert len(sample.processes) == 2
    assert sample.pss_bytes is None


def test_a_tree_that_has_ended_is_empty_and_has_no_sum(plant: Plant) -> None:
    sample = tree_memory(7, plant({"self/statm": ""}))
    assert (sample.processes, sample.pss_bytes, sample.vanished) == ((), None, 1)


def test_a_kernel_without_lists_of_children_is_searched_by_parents(plant: Plant) -> None:
    files = {"self/statm": "", "version": "Linux"}
    for pid, parent in ((7, 1), (8, 7), (9, 8), (10, 1)):
        files[f"{pid}/smaps_rollup"] = rollup(rss=10, pss=10, clean=1, dirty=1)
        files[f"{pid}/stat"] = f"{pid} (odd) name (x) S {parent} {pid} 1 0 -1\n"
    assert [member.pid for member in tree_memory(7, plant(files)).processes] == [7, 8, 9]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(shares=st.lists(st.integers(min_value=0, max_value=1 << 30), min_size=1, max_size=6))
def test_the_trees_share_is_the_sum_of_its_processes(
    tmp_path_factory: pytest.TempPathFactory, shares: list[int]
) -> None:
    proc = tmp_path_factory.mktemp("proc")
    files: dict[str, str] = {"self/statm": ""}
    for pid, share in enumerate(shares, start=1):  # a chain: each the parent of the next
        files[f"{pid}/smaps_rollup"] = rollup(rss=share + 1, pss=share, clean=0, dirty=0)
        files[f"{pid}/task/{pid}/children"] = str(pid + 1) if pid < len(shares) else ""
    for name, text in files.items():
        (proc / name).parent.mkdir(parents=True, exist_ok=True)
        (proc / name).write_text(text)
    assert tree_memory(1, proc).pss_bytes == sum(shares) * 1024


def test_without_proc_only_the_rss_is_known(tmp_path: Path) -> None:
    reading = process_memory(os.getpid(), tmp_path)
    assert reading is not None
    assert reading.rss_bytes is not None
    assert reading.rss_bytes > PAGE_BYTES
    assert (reading.uss_bytes, reading.pss_bytes) == (None, None)
    sample = tree_memory(os.getpid(), tmp_path)
    assert os.getpid() in {member.pid for member in sample.processes}
    assert sample.pss_bytes is None
    assert peak_rss_bytes(proc=tmp_path) is None
    assert reset_peak(tmp_path) is False
    meter = RssMeter(tmp_path)()
    assert meter is not None
    assert meter > PAGE_BYTES


def test_a_reset_writes_five_to_clear_refs_and_makes_no_file(plant: Plant, tmp_path: Path) -> None:
    proc = plant({"self/clear_refs": ""})
    assert reset_peak(proc) is True
    assert (proc / "self/clear_refs").read_text() == "5"
    (proc / "self/clear_refs").unlink()
    assert reset_peak(proc) is False
    assert not (tmp_path / "self/clear_refs").exists()


def test_the_meter_reads_the_second_field_in_pages(plant: Plant) -> None:
    proc = plant({"self/statm": "900 25 10 1 0 5 0\n"})
    meter = RssMeter(proc)
    assert meter() == 25 * PAGE_BYTES
    (proc / "self/statm").write_text("900 31 10 1 0 5 0\n")
    assert meter() == 31 * PAGE_BYTES


@needs_linux
def test_the_meter_survives_a_script_that_closes_every_descriptor(tmp_path: Path) -> None:
    meter = RssMeter()
    first = meter()
    number = meter._file.number()
    os.close(number)
    (tmp_path / "statm").write_text("9 9 9 9 9 9 9")
    with (tmp_path / "statm").open() as own:
        os.dup2(own.fileno(), number)
        second = meter()
        assert os.fstat(number).st_ino == os.fstat(own.fileno()).st_ino  # neither read nor closed
        os.close(number)
    assert first is not None
    assert second is not None
    assert abs(second - first) < BLOCK_BYTES


@needs_linux
def test_the_meter_agrees_with_the_kernels_exact_reading() -> None:
    reading = process_memory(os.getpid())
    quick = rss_bytes()
    assert reading is not None
    assert reading.rss_bytes is not None
    assert quick is not None
    assert quick == pytest.approx(reading.rss_bytes, rel=0.1)


@needs_linux
@pytest.mark.process
def test_a_forked_child_reads_its_own_size() -> None:
    code = f"""
import os
from harness.probes.memory import rss_bytes
before = rss_bytes()
reader, writer = os.pipe()
child = os.fork()
if child == 0:
    block = b"x" * {BLOCK_BYTES}
    os.write(writer, str(rss_bytes()).encode())
    os._exit(0)
os.waitpid(child, 0)
print(before, int(os.read(reader, 64)), rss_bytes())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    before, child, after = (int(number) for number in done.stdout.split())
    assert child > before + BLOCK_BYTES // 2
    assert after < before + BLOCK_BYTES // 2


@needs_linux
@pytest.mark.process
def test_a_peak_is_seen_after_it_has_passed_and_can_be_reset() -> None:
    code = f"""
from harness.probes.memory import peak_rss_bytes, reset_peak
block = b"x" * {BLOCK_BYTES}
del block
before = peak_rss_bytes()
if reset_peak():
    print(before, peak_rss_bytes())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    if not done.stdout:
        pytest.skip("this kernel refuses the reset")
    before, after = (int(number) for number in done.stdout.split())
    assert before > BLOCK_BYTES
    assert after < before - BLOCK_BYTES // 2


@needs_linux
@pytest.mark.process
def test_a_forked_childs_shared_pages_are_counted_once() -> None:
    code = f"""
import os
from harness.probes.memory import tree_memory
block = b"x" * {BLOCK_BYTES}
reader, writer = os.pipe()
child = os.fork()
if child == 0:
    os.read(reader, 1)
    os._exit(0)
sample = tree_memory(os.getpid())
os.write(writer, b"x")
os.waitpid(child, 0)
print(len(sample.processes), sample.pss_bytes, sum(member.rss_bytes for member in sample.processes))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    processes, pss, rss = done.stdout.split()
    assert processes == "2"
    if pss == "None":
        pytest.skip("this kernel keeps PSS from us")
    assert int(pss) < 1.6 * BLOCK_BYTES
    assert int(rss) > 2 * BLOCK_BYTES
