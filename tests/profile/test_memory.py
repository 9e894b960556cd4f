import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from harness.model.store import MEMORY
from harness.profile.facts import TreePoint, Verdict
from harness.profile.memory import Samples, memory_of, read_samples, thinned
from tests.fakes import EPOCH_S, MIB
from tests.profiles import PIDS, fake_process, fake_trials, tree_memory, write_record

PROCESSES = tuple(fake_process(pid) for pid in PIDS)


def samples_of(folder: Path) -> Samples:
    memory = [
        tree_memory(0.5, {3999: 10 * MIB, 4000: 100 * MIB}),
        tree_memory(1.5, {3999: 10 * MIB, 4000: 150 * MIB, 4001: 90 * MIB}),
        tree_memory(2.5, {3999: 10 * MIB, 4000: 120 * MIB}),
    ]
    return read_samples(write_record(folder, [], memory=memory), EPOCH_S)


def test_the_tree_is_told_over_time(tmp_path: Path) -> None:
    memory = memory_of(samples_of(tmp_path / "r"), fake_trials(), PROCESSES, None)
    assert memory is not None
    assert memory.tree == (
        TreePoint(at_s=0.5, pss_bytes=130 * MIB, processes=2),
        TreePoint(at_s=1.5, pss_bytes=280 * MIB, processes=3),
        TreePoint(at_s=2.5, pss_bytes=150 * MIB, processes=2),
    )
    assert memory.peak_pss_bytes == 280 * MIB


def test_the_launchers_own_peak_counts_where_it_is_larger(tmp_path: Path) -> None:
    memory = memory_of(samples_of(tmp_path / "r"), fake_trials(), PROCESSES, 300 * MIB)
    assert memory is not None
    assert memory.peak_pss_bytes == 300 * MIB


def test_a_worker_has_its_last_and_its_largest_uss(tmp_path: Path) -> None:
    processes = (PROCESSES[0], replace(PROCESSES[1], peak_rss_bytes=None), replace(PROCESSES[2], peak_rss_bytes=None))
    memory = memory_of(samples_of(tmp_path / "r"), fake_trials(), processes, None)
    assert memory is not None
    first, second, third = memory.workers
    assert (first.uss_bytes, first.peak_uss_bytes, first.peak_rss_bytes) == (120 * MIB, 150 * MIB, 180 * MIB)
    assert (second.uss_bytes, second.peak_rss_bytes) == (90 * MIB, 120 * MIB)
    assert (third.uss_bytes, third.peak_uss_bytes, third.peak_rss_bytes) == (None, None, None)


def test_what_could_not_be_read_is_not_zero(tmp_path: Path) -> None:
    sample = tree_memory(1.0, {4000: MIB})
    unread = replace(
        sample,
        pss_bytes=None,
        processes=(replace(sample.processes[0], uss_bytes=None, rss_bytes=None, pss_bytes=None),),
    )
    samples = read_samples(write_record(tmp_path / "r", [], memory=[unread]), EPOCH_S)
    memory = memory_of(samples, fake_trials(), PROCESSES, None)
    assert memory is not None
    assert memory.tree == ()
    assert memory.peak_pss_bytes is None
    assert memory.workers[0].uss_bytes is None


def test_a_torn_sample_and_a_damaged_one_are_left_out(tmp_path: Path) -> None:
    folder = write_record(tmp_path / "r", [], memory=[tree_memory(1.0, {4000: MIB})])
    with (folder / MEMORY).open("a", encoding="utf-8") as file:
        file.write('{"at_s":12')
    assert len(read_samples(folder, EPOCH_S).tree) == 1
    (folder / MEMORY).write_text(json.dumps({"at_s": 1.0}) + "\n", encoding="utf-8")
    assert read_samples(folder, EPOCH_S).tree == []


def test_growth_is_judged_per_process_in_order_of_time() -> None:
    trials = fake_trials()
    leaking = np.where(trials.process == 1, 150.0 * MIB + trials.number * MIB, 150.0 * MIB)
    shuffled = replace(trials, rss_bytes=leaking, peak_rss_bytes=leaking + MIB)
    memory = memory_of(Samples(), shuffled, PROCESSES, None)
    assert memory is not None
    assert [growth.verdict for growth in memory.growth] == [Verdict.NONE, Verdict.LEAK, Verdict.NONE]
    assert [growth.trials for growth in memory.growth] == [80, 80, 80]
    grown = memory.growth[1].bytes_per_trial
    assert grown is not None
    assert grown.value == pytest.approx(3 * MIB)  # every third trial is this process's


def test_the_history_grows_by_the_other_processes_trials_too() -> None:
    memory = memory_of(Samples(), fake_trials(), PROCESSES, None)
    assert memory is not None
    assert memory.growth[0].history_bytes_per_trial == pytest.approx(3 * 3000, rel=0.02)


def test_a_history_that_is_not_known_is_none() -> None:
    memory = memory_of(Samples(), fake_trials(), (fake_process(history_bytes=None), *PROCESSES[1:]), None)
    assert memory is not None
    assert memory.growth[0].history_bytes_per_trial is None


def test_the_peak_within_a_trial_is_told_over_what_there_was_before() -> None:
    memory = memory_of(Samples(), fake_trials(), PROCESSES, None)
    assert memory is not None
    assert memory.peak_growth_bytes == 11 * MIB
    unknown = fake_trials(peak_rss_bytes=np.full(300, np.nan))
    memory = memory_of(Samples(), unknown, PROCESSES, None)
    assert memory is not None
    assert memory.peak_growth_bytes is None


def test_where_nothing_is_known_there_is_no_memory() -> None:
    assert memory_of(Samples(), fake_trials(rss_bytes=np.full(300, np.nan)), PROCESSES, None) is None


def test_thinning_keeps_every_peak_and_the_order() -> None:
    points = [TreePoint(at_s=float(at), pss_bytes=(at * 7919) % 1000, processes=1) for at in range(1000)]
    few = thinned(points, limit=30)
    assert len(few) == 30
    assert max(point.pss_bytes for point in few) == max(point.pss_bytes for point in points)
    assert [point.at_s for point in few] == sorted(point.at_s for point in few)
    assert thinned(points[:30], limit=30) == tuple(points[:30])
