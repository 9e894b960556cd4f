from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from harness.model.memory import TreeMemory
from harness.profile.columns import Trials
from harness.profile.facts import Helpers, Process
from harness.profile.helpers import helpers_of
from tests.fakes import EPOCH_S, MIB
from tests.profiles import PIDS, fake_process, fake_trials, tree_memory, write_record

ROOT, LEADER, FIRST, SECOND, TRACKER = PIDS[0], 3999, 5000, 5001, 5002
PROCESSES = (fake_process(ROOT),)
Used = Mapping[int, tuple[float, float]]


def trials(count: int = 20, lasts_s: float = 1.0, children_s: float = 0.0) -> Trials:
    """One after another from second 10 on."""
    started_s = EPOCH_S + 10 + lasts_s * np.arange(count)
    return fake_trials(
        count,
        process=np.zeros(count, dtype=np.int64),
        started_s=started_s,
        ended_s=started_s + lasts_s,
        children_cpu_s=np.full(count, children_s),
    )


def sample(at_s: float, used: Used) -> TreeMemory:
    """The root, and the CPU and run-queue seconds of others so far."""
    tree = tree_memory(at_s, {ROOT: MIB, **dict.fromkeys(used, MIB)})
    processes = tuple(
        replace(one, cpu_s=used[one.pid][0], queued_s=used[one.pid][1]) if one.pid in used else replace(one, cpu_s=99.0)
        for one in tree.processes
    )
    return replace(tree, processes=processes)


def found(
    folder: Path, samples: Iterable[TreeMemory], given: Trials, processes: tuple[Process, ...] = PROCESSES
) -> Helpers | None:
    return helpers_of(write_record(folder / "r", [], memory=samples), given, processes)


def test_what_workers_cost_to_start_is_told_apart_from_what_they_compute(tmp_path: Path) -> None:
    pool = [
        sample(at_s, {FIRST: (5.0 + 0.2 * (at_s - 10), 0.1 * at_s), SECOND: (5.0 + 0.1 * (at_s - 10), 0.0)})
        for at_s in range(12, 31)
    ]
    helpers = found(tmp_path, [sample(5, {}), *pool], trials())
    assert helpers is not None
    assert helpers.count == 2
    assert helpers.cpu_s_per_trial == pytest.approx(0.3)
    assert helpers.queued_s_per_trial == pytest.approx(0.1)
    assert helpers.startup_cpu_s == pytest.approx(10.0)


def test_short_studies_are_read_from_their_first_trial_on(tmp_path: Path) -> None:
    samples = [sample(11.2, {FIRST: (3.0, 0.0)}), sample(19.2, {FIRST: (4.0, 0.0)})]  # none in the second half but one
    helpers = found(tmp_path, samples, trials(10))
    assert helpers is not None
    assert helpers.cpu_s_per_trial == pytest.approx(1.0 / 8)
    assert helpers.startup_cpu_s == pytest.approx(3.0 - 1.0 / 8)


def test_where_no_two_samples_lie_apart_start_up_is_part_of_the_trials(tmp_path: Path) -> None:
    helpers = found(tmp_path, [sample(9, {}), sample(19.9, {FIRST: (4.0, 1.0)})], trials(10))
    assert helpers == Helpers(
        count=1,
        cpu_s_per_trial=pytest.approx(4.0 / 9),
        queued_s_per_trial=pytest.approx(1.0 / 9),
        startup_cpu_s=None,
    )


def test_what_hardly_computes_is_no_helper(tmp_path: Path) -> None:
    samples = [sample(at_s, {FIRST: (at_s, 0.0), TRACKER: (0.05 * at_s, 0.0)}) for at_s in range(12, 31)]
    helpers = found(tmp_path, samples, trials())
    assert helpers is not None
    assert helpers.count == 1
    assert found(tmp_path, [sample(at_s, {TRACKER: (0.1, 0.0)}) for at_s in range(12, 31)], trials()) is None


def test_the_script_itself_and_whoever_started_a_process_with_trials_are_no_helpers(tmp_path: Path) -> None:
    workers = (replace(fake_process(FIRST), parent=LEADER),)
    samples = [sample(at_s, {LEADER: (at_s, 0.0), FIRST: (at_s, 0.0)}) for at_s in range(12, 31)]
    assert found(tmp_path, samples, trials(), workers) is None


def test_a_helper_that_has_ended_keeps_what_it_computed(tmp_path: Path) -> None:
    samples = [sample(at_s, {FIRST: (0.5 * at_s, 0.0)} if at_s < 26 else {}) for at_s in range(12, 31)]
    helpers = found(tmp_path, samples, trials())
    assert helpers is not None
    assert helpers.cpu_s_per_trial == pytest.approx(0.5 * (25 - 21) / 9)


def test_commands_that_a_trial_waited_for_are_its_children_s_cpu(tmp_path: Path) -> None:
    helpers = found(tmp_path, [], trials(children_s=0.25))
    assert helpers == Helpers(count=1, cpu_s_per_trial=0.25, queued_s_per_trial=0.0, startup_cpu_s=None)


@pytest.mark.parametrize("given", [trials(), fake_trials(0)], ids=["nothing", "no trial"])
def test_none_where_nobody_helped(tmp_path: Path, given: Trials) -> None:
    assert found(tmp_path, [], given) is None


def test_samples_of_before_there_was_cpu_in_them_tell_nothing(tmp_path: Path) -> None:
    old = [tree_memory(float(at_s), {ROOT: MIB, FIRST: MIB}) for at_s in range(5, 31)]
    assert found(tmp_path, old, trials()) is None


def test_commands_are_told_by_the_kernel_alone_and_counted_as_they_start(tmp_path: Path) -> None:
    """Samples see some of the forty, with CPU that is in the account of those waited for already."""
    samples = [sample(10.5 + n, {FIRST + n: (0.15, 0.0)}) for n in range(0, 18, 3)]
    process = fake_process(ROOT, commands=20)
    helpers = found(tmp_path, samples, trials(children_s=0.22), (process,))
    assert helpers is not None
    assert helpers.cpu_s_per_trial == pytest.approx(0.22)
    assert helpers.commands_per_trial == pytest.approx(1.0)


def test_a_pool_beside_commands_outlives_trials(tmp_path: Path) -> None:
    pool = [sample(at_s + 0.5, {FIRST: (0.2 * at_s, 0.0), SECOND + at_s: (0.15, 0.0)}) for at_s in range(10, 30)]
    helpers = found(tmp_path, pool, trials(children_s=0.22))
    assert helpers is not None
    assert helpers.cpu_s_per_trial == pytest.approx(0.42)
    assert helpers.commands_per_trial is None


def test_the_command_of_one_long_trial_is_no_pool(tmp_path: Path) -> None:
    """On a busy machine some trials last many times as long as the median, and so do their commands."""
    given = trials(children_s=0.22)
    given = replace(given, ended_s=given.ended_s + np.where(given.number == 19, 10.0, 0.0))
    long = [sample(29.2 + tenth / 4, {FIRST: (0.05 * tenth, 0.1 * tenth)}) for tenth in range(40)]
    helpers = found(tmp_path, long, given)
    assert helpers is not None
    assert helpers.cpu_s_per_trial == pytest.approx(0.22)
    assert helpers.queued_s_per_trial == pytest.approx(0.44)


def test_commands_that_nobody_counted_have_no_number(tmp_path: Path) -> None:
    helpers = found(tmp_path, [], trials(children_s=0.22))
    assert helpers is not None
    assert helpers.commands_per_trial is None
