from pathlib import Path

import pytest

from harness.model.record import Birth
from harness.profile.processes import processes_of
from harness.profile.reading.table import read_trials
from tests.fakes import EPOCH_S, MIB
from tests.profiles import (
    GC_BETWEEN_S,
    PIDS,
    TRIAL_S,
    end_row,
    fake_process,
    record_rows,
    start_row,
    trial_row,
    write_record,
)


def test_a_process_is_what_its_rows_say(tmp_path: Path) -> None:
    processes = processes_of(read_trials(write_record(tmp_path / "r", record_rows())))
    for process, pid in zip(processes, PIDS, strict=True):
        expected = fake_process(pid)
        for name in expected.__dataclass_fields__:
            found, faked = getattr(process, name), getattr(expected, name)
            if isinstance(faked, float):
                assert found == pytest.approx(faked, abs=0.006), name  # the fake's last trial ends a gap later
            else:
                assert found == faked, name
    assert processes[0].birth is Birth.LAUNCHED
    assert processes[1].birth is Birth.FORKED


def test_a_process_without_start_begins_with_its_first_trial(tmp_path: Path) -> None:
    (process,) = processes_of(read_trials(write_record(tmp_path / "r", [trial_row(3), trial_row(0)])))
    assert process.ready_s == process.started_s == process.first_trial_s
    assert process.first_trial_s == pytest.approx(EPOCH_S + 1.5 + GC_BETWEEN_S, abs=1e-6)
    assert process.busy_s == pytest.approx(2 * TRIAL_S)


def test_a_killed_process_has_no_closed_books(tmp_path: Path) -> None:
    rows = [start_row(4000), trial_row(0, 4000), start_row(4001), trial_row(1, 4001), end_row(4001, is_final=False)]
    killed, partly = processes_of(read_trials(write_record(tmp_path / "r", rows)))
    assert (killed.closed, killed.study_cpu_s, killed.recording_cpu_s) == (False, None, None)
    assert killed.peak_rss_bytes == 160 * MIB  # of its trials
    assert (partly.closed, partly.peak_rss_bytes) == (False, 180 * MIB)


def test_a_leader_without_trials_is_not_among_them(tmp_path: Path) -> None:
    rows = [start_row(3999), end_row(3999), start_row(4000), trial_row(0, 4000)]
    assert [process.pid for process in processes_of(read_trials(write_record(tmp_path / "r", rows)))] == [4000]


def test_threads_are_those_that_ran_trials(tmp_path: Path) -> None:
    rows = [trial_row(number, thread=number % 4) for number in range(12)]
    (process,) = processes_of(read_trials(write_record(tmp_path / "r", rows)))
    assert (process.threads, process.trials) == (4, 12)


def test_the_peak_is_the_largest_of_any_trial_though_each_resets_the_kernels(tmp_path: Path) -> None:
    rows = [trial_row(0, peak_rss_bytes=900 * MIB), trial_row(1), end_row(peak_rss_bytes=170 * MIB)]
    (process,) = processes_of(read_trials(write_record(tmp_path / "r", rows)))
    assert process.peak_rss_bytes == 900 * MIB
    nothing = {"rss_bytes": None, "rss_before_bytes": None, "peak_rss_bytes": None}
    (process,) = processes_of(read_trials(write_record(tmp_path / "s", [trial_row(0, **nothing)])))
    assert process.peak_rss_bytes is None
