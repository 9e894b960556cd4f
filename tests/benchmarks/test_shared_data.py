"""The benchmark of shared data: what it makes of runs, and one run of each kind that it measures."""

from pathlib import Path

import pytest

import shared_data
from harness.model.plan import DataAccess
from shared_data import TINY_BYTES, Arm, Seen, fits, table, write_columns

GIB = 2**30


def runs(peaks: dict[int, int], start_cpu_s: float) -> dict[Arm, list[Seen]]:
    return {
        Arm(access=access, data_bytes=size): [
            Seen(peak_pss_bytes=peak, start_cpu_s=start_cpu_s + shift, start_wall_s=2.0) for shift in (0.0, 0.1)
        ]
        for access in DataAccess
        if access is not DataAccess.REUSE
        for size, peak in peaks.items()
    }


@pytest.mark.parametrize(("peak", "verdict"), [(1.1, "1.100 (limit 1.15: met)"), (1.2, "1.200 (limit 1.15: missed)")])
def test_what_stands_above_the_base_is_judged_in_times_the_data(peak: float, verdict: str) -> None:
    base = 400 * 2**20
    text = table(runs({TINY_BYTES: base, 10 * 2**20: base, GIB: base + round(peak * GIB)}, 1.0), 8)
    assert f"above base, in times the data: {verdict}" in text
    assert "start_cpu_s, shared, 1.00 GiB over 10.0 MiB: 1.00×" in text


def test_what_does_not_fit_into_the_machine_is_not_tried() -> None:
    assert fits(Arm(access=DataAccess.PER_TRIAL, data_bytes=TINY_BYTES), 8)
    assert not fits(Arm(access=DataAccess.PER_TRIAL, data_bytes=2**60), 8)


@pytest.mark.process
def test_a_run_is_carried_out_and_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, repository: Path) -> None:
    for name in ("LARGE_SOURCE", "LARGE_SOURCE_WORKERS"):
        monkeypatch.setenv(name, "")  # put back afterwards
    monkeypatch.chdir(repository / "benchmarks")
    data = write_columns(tmp_path / "data", TINY_BYTES)
    found = shared_data.seen(Arm(access=DataAccess.SHARED, data_bytes=TINY_BYTES), 2, data, tmp_path / "home")
    assert found.peak_pss_bytes > TINY_BYTES
    assert not (tmp_path / "home").exists()
