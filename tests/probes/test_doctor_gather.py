import importlib
import itertools
import py_compile
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.model.codec import decode, encode
from harness.model.machine import Load
from harness.probes.doctor import Check, Facts, Sources, Status, gather, is_ready, judge
from harness.probes.doctor.gather import _look_into_child, _try_disk
from harness.probes.doctor.noise import measure_clock, measure_noise, spread_percent
from harness.probes.doctor.packages import read_package, uncompiled


class Ticking:
    """A clock that moves by the next of its steps at each reading."""

    def __init__(self, *steps: float) -> None:
        self._steps: Iterator[float] = itertools.cycle(steps)
        self.now_s = 0.0

    def __call__(self) -> float:
        self.now_s += next(self._steps)
        return self.now_s


@pytest.fixture
def bare(tmp_path: Path) -> Facts:
    """A machine without /proc, /sys, /dev/shm, programs or modules."""
    noise = measure_noise(run_s=0.001, budget_s=0.004, wall=Ticking(0.01), cpu=Ticking(0.01))
    return gather(
        Sources(
            folder=tmp_path / "not" / "made" / "yet",
            proc=tmp_path / "proc",
            sys=tmp_path / "sys",
            shared_memory=tmp_path / "shm",
            environment={},
            which=lambda name: None,
            has_module=lambda name: False,
            noise=lambda: noise,
        )
    )


def check(facts: Facts, name: str) -> Check:
    return next(check for check in judge(facts) if check.name == name)


@pytest.mark.process
def test_without_proc_every_meter_is_missing_and_the_doctor_says_so(bare: Facts) -> None:
    assert bare.machine.load == Load()
    assert bare.shared_memory is None
    for name in ("/proc", "PSS and USS", "Peak reset", "Pressure", "Steal", "Memory", "Shared memory", "git", "Ray"):
        assert check(bare, name).status is Status.MISSING, name
    assert "None" in check(bare, "/proc").found
    assert is_ready(judge(bare))  # less is measured, but the harness works


@pytest.mark.process
def test_gathering_leaves_nothing_behind_and_makes_no_folder(bare: Facts, tmp_path: Path) -> None:
    assert bare.disk.is_writable
    assert list(tmp_path.iterdir()) == []


@pytest.mark.process
def test_facts_survive_json_and_name_no_path(bare: Facts, tmp_path: Path) -> None:
    assert decode(Facts, encode(bare)) == bare
    assert str(tmp_path) not in str(encode(bare))


def test_a_clocks_step_is_the_smallest_between_readings() -> None:
    clock = measure_clock("fake", Ticking(0.0, 0.004, 0.001), cost=Ticking(1.0))
    assert clock.step_s == pytest.approx(0.001)
    assert clock.reading_s == pytest.approx(1.0 / 5_000)


def test_a_coarse_clocks_step_is_taken_from_one_tick_to_the_next() -> None:
    readings = itertools.count()
    clock = measure_clock("coarse", lambda: 0.01 * ((next(readings) + 300) // 7_000), cost=Ticking(1.0))
    assert clock.step_s == pytest.approx(0.01)


def test_a_clock_that_stands_still_is_an_error_not_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.probes.doctor.noise._CLOCK_LIMIT", 1_000)
    with pytest.raises(ValueError, match="stood still"):
        measure_clock("stopped", lambda: 5.0)


@pytest.mark.parametrize(
    ("samples", "percent"),
    [([1.0, 1.0, 1.0], 0.0), ([1.0, 2.0, 3.0], 50.0), ([2.0, 2.0, 2.0, 90.0], 0.0), ([0.0], 0.0)],
)
def test_spread_is_the_median_deviation_over_the_median(samples: list[float], percent: float) -> None:
    assert spread_percent(samples) == pytest.approx(percent)


def test_equal_work_on_a_steady_clock_has_no_noise() -> None:
    noise = measure_noise(run_s=0.01, budget_s=0.2, wall=Ticking(0.02), cpu=Ticking(0.01))
    assert noise.runs == 20
    assert noise.cpu_spread_percent == pytest.approx(0.0, abs=1e-6)
    assert noise.arms_ratio == pytest.approx(1.0)
    assert noise.waiting_percent == pytest.approx(50.0)


def test_a_drift_within_pairs_does_not_favour_an_arm() -> None:
    # Every second run takes half as long again. In A B B A order that falls on either arm equally often.
    noise = measure_noise(run_s=0.01, budget_s=0.4, wall=Ticking(0.1), cpu=Ticking(0.02, 0.02, 0.02, 0.03))
    assert noise.cpu_spread_percent > 10
    assert noise.arms_ratio == pytest.approx((1.5 + 1 / 1.5) / 2)


def test_our_own_requirements_are_met_where_our_tests_run() -> None:
    package = read_package()
    assert package.is_installed
    assert package.is_python_met
    assert {"optuna", "numpy"} <= {one.name for one in package.requirements}
    assert "pytest" not in {one.name for one in package.requirements}  # of an extra
    assert all(one.is_met for one in package.requirements)


def test_a_package_that_is_not_installed_is_told_apart() -> None:
    assert not read_package("no-such-distribution-of-ours").is_installed


def test_a_module_without_compiled_files_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("plain_of_ours", "compiled_of_ours"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("")
    py_compile.compile(str(tmp_path / "compiled_of_ours" / "__init__.py"), doraise=True)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    assert uncompiled(("plain_of_ours", "compiled_of_ours", "absent_of_ours")) == ("plain_of_ours",)


def test_a_folder_that_cannot_be_written_is_judged_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from harness.probes.doctor.gather import _try_disk

    def refuse(*args: object, **kwargs: object) -> Callable[[], None]:
        raise PermissionError

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    disk = _try_disk(tmp_path)
    assert (disk.is_writable, disk.fsync_s) == (False, None)


@pytest.mark.parametrize(
    ("before", "after", "accepts", "works"),
    [(100 << 20, 60 << 20, True, True), (100 << 20, 100 << 20, True, False), (100 << 20, 60 << 20, False, False)],
    ids=["falls", "accepted and ignored", "refused"],
)
def test_a_peak_reset_counts_only_when_the_peak_falls(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, before: int, after: int, accepts: bool, works: bool
) -> None:
    module = importlib.import_module("harness.probes.doctor.gather")  # the package's name of it is its function
    peaks = iter((before, after))
    monkeypatch.setattr(module, "peak_rss_bytes", lambda proc: next(peaks))
    monkeypatch.setattr(module, "reset_peak", lambda proc: accepts)
    assert module._peak_falls(tmp_path) is works


@pytest.mark.parametrize("file", ["home", "home/runs"])
def test_a_file_in_place_of_the_records_folder_is_no_folder_that_can_be_written(tmp_path: Path, file: str) -> None:
    home, place = tmp_path / "home", tmp_path / file
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("")
    assert not _try_disk(home).is_writable
    place.unlink()
    assert _try_disk(home).is_writable


def test_a_child_that_cannot_be_started_is_no_traceback(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "none"))
    assert _look_into_child(Path("/proc")) == (False, None)
