"""A place outside trials has the innermost line of the user's own below which most of its samples lie."""

from pathlib import Path
from typing import Any

import pytest

from harness.model.stacks import Frame, Stacks, StackSample, StackSource
from harness.profile.account.facts import PlaceKind
from harness.profile.account.lines import Heaviest, gaps_of, heaviest_lines
from harness.profile.account.pool import pool_use
from harness.profile.code_kinds import code_of
from harness.profile.processes import processes_of
from harness.profile.reading.table import read_trials
from tests.fakes import EPOCH_S
from tests.profile.account.test_account import phases, row, trial
from tests.profiles import study_row, write_record

SCRIPT, LIBRARY = "/home/u/study.py", "/venv/lib/python3.11/site-packages/optuna/study.py"
MAIN, REPORT, READ = (
    Frame(file=SCRIPT, line=40, function="<module>"),
    Frame(file=SCRIPT, line=20, function="report"),
    Frame(file=LIBRARY, line=9, function="trials"),
)
FRAMES = (MAIN, REPORT, READ, Frame(file="/lib/python3.11/threading.py", line=3, function="wait"))


def stacks(*samples: tuple[float, int], pid: int = 4000, native: int = 4000) -> list[StackSample]:
    """Samples at a second of the run with a stack of `stacks_of`."""
    return [
        StackSample(
            at_s=EPOCH_S + at_s, pid=pid, native_thread=native, stack=stack, span=None, trial=None, weight_s=0.05
        )
        for at_s, stack in samples
    ]


def stacks_of(samples: list[StackSample]) -> Stacks:
    return Stacks(
        source=StackSource.PY_SPY,
        rate_hz=20.0,
        why=None,
        frames=FRAMES,
        stacks=((0, 1, 2), (0,), (3,), (0, 1)),
        samples=tuple(samples),
    )


def found(tmp_path: Path, samples: list[StackSample], **changes: Any) -> dict[PlaceKind, Heaviest]:
    given = stacks_of(samples)
    return heaviest_lines(given, phases(tmp_path, row(**changes)), code_of(given.frames, ("study.py",)))


def test_most_of_the_time_after_the_study_lies_below_one_line(tmp_path: Path) -> None:
    after = [(14.1 + 0.1 * index, 0 if index < 8 else 1) for index in range(10)]

    told = found(tmp_path, stacks(*after, (5.0, 0), (5.1, 0)))

    assert set(told) == {PlaceKind.AFTER}  # what lies in the loop is no place of the script's own
    after_it = told[PlaceKind.AFTER]
    assert (after_it.where, after_it.function, after_it.library) == ("study.py:20", "report", "optuna")
    assert after_it.samples == 10
    assert after_it.share == pytest.approx(0.8)


def test_no_line_is_named_from_few_samples(tmp_path: Path) -> None:
    assert found(tmp_path, stacks((14.1, 0), (14.2, 0))) == {}


def test_samples_during_imports_are_theirs(tmp_path: Path) -> None:
    told = found(tmp_path, stacks(*((1.1 + 0.1 * index, 1) for index in range(10))))

    assert told[PlaceKind.IMPORTS].where == "study.py:40"


def test_the_loop_around_ask_and_tell_is_told_by_its_line(tmp_path: Path) -> None:
    table = read_trials(
        write_record(tmp_path / "record", [study_row(4000), *(trial(number, 4.0 + number, 0.2) for number in range(5))])
    )
    between = gaps_of(table.trials, processes_of(table))
    samples = stacks(*((4.3 + 0.1 * index, 0) for index in range(7)), *((5.02 + 0.02 * index, 1) for index in range(7)))
    given, code = stacks_of(samples), code_of(FRAMES, ("study.py",))
    asked = phases(tmp_path / "asked", row(loops=[], tells=[EPOCH_S + 4, EPOCH_S + 9, 1.0, 2.0]))

    told = heaviest_lines(given, asked, code, between)

    assert told[PlaceKind.BETWEEN].where == "study.py:20"
    assert told[PlaceKind.BETWEEN].samples == 7  # those inside trials are none of it
    assert heaviest_lines(given, phases(tmp_path / "loop", row()), code, between) == {}  # Optuna's own loop


def test_other_threads_and_processes_do_not_count(tmp_path: Path) -> None:
    after = [(14.1 + 0.1 * index, 0) for index in range(10)]

    assert found(tmp_path, [*stacks(*after, native=4010), *stacks(*after, pid=5000)]) == {}


def test_a_pool_s_workers_are_busy_as_far_as_they_do_not_wait(tmp_path: Path) -> None:
    rows = [study_row(4000), *(trial(number, 4.0, 4.0, native_thread=4000) for number in range(4))]
    table = read_trials(write_record(tmp_path / "record", rows))
    told = phases(tmp_path, row(loops=[], tells=[EPOCH_S + 4, EPOCH_S + 8, 1.0, 2.0]))
    moments = [4.1 + 0.05 * index for index in range(40)]
    samples = [
        *stacks(*((at_s, 3) for at_s in moments), pid=4001, native=4001),
        *stacks(*((at_s, 3 if index % 4 == 0 else 2) for index, at_s in enumerate(moments)), pid=4002, native=4002),
        *stacks(*((at_s, 2) for at_s in moments), pid=4003, native=4003),  # a resource tracker
    ]

    use = pool_use(stacks_of(samples), table.trials, processes_of(table), told)

    assert use is not None
    assert (use.workers, use.batches, use.samples) == (2, 1, 80)
    assert abs(use.busy_share - (1 + 0.25) / 2) < 0.01


def test_without_trials_asked_for_there_is_no_pool(tmp_path: Path) -> None:
    table = read_trials(write_record(tmp_path / "record", [study_row(4000), trial(0, 4.0, 4.0)]))

    assert pool_use(stacks_of([]), table.trials, processes_of(table), phases(tmp_path, row())) is None
