"""The summary's sentences and numbers: what is told, what is left out and counted, what is missing and why."""

from dataclasses import replace
from typing import Any

import pytest

from harness.findings.finding import Finding
from harness.model.stacks import StackSource
from harness.profile.facts import Duplicates, PartKind, Profile, RepeatedWork
from harness.report.profiled import build
from harness.report.profiled.costs import PROCESSES, REPEATED
from harness.report.profiled.summary import ProfileSummary
from harness.report.quantity import Unit
from tests.profiles import fake_ledger, fake_part, fake_process, fake_profile, fake_stacks
from tests.report.profiled.reports import FINDINGS, NOTHING, VERSION, empty_profile, history_profile, profiled


def summary_of(profile: Profile, findings: tuple[Finding, ...] = ()) -> ProfileSummary:
    return build([profiled(profile, findings, NOTHING)], VERSION).runs[0]


def repeated(**changes: Any) -> RepeatedWork:
    return replace(fake_profile().repeated[0], **changes)


def test_the_verdict_is_the_headline() -> None:
    assert summary_of(fake_profile()).headline.sentence == NOTHING


def test_a_killed_run_with_trials_says_how_it_ended() -> None:
    told = summary_of(fake_profile(ending="out_of_memory", ending_detail="killed by the kernel.")).headline.statements
    assert told[-1] == (
        "The run was ended for want of memory (killed by the kernel). What it recorded until then is here."
    )


def test_a_run_without_a_finished_trial_says_so_first() -> None:
    summary = summary_of(empty_profile())
    assert summary.headline.sentence == "No trial of optimise.py finished: the run was killed (signal 9)."
    assert all(number.measure.value is None for number in summary.headline.numbers)
    assert summary.ledger is summary.timeline is summary.course is summary.memory is summary.stacks is None


def test_a_history_knows_wall_and_nothing_else_and_says_why() -> None:
    summary = summary_of(history_profile())
    wall, cpu, at_a_time, memory = (number.measure for number in summary.headline.numbers)
    assert wall.value == pytest.approx(0.196)
    assert at_a_time.value is not None
    assert "history" in (cpu.missing or "")
    assert "history" in (memory.missing or "")
    assert summary.watching == "Nothing was run or watched."
    assert summary.commands == ("harness study sqlite:///study.db",)
    assert summary.ledger is not None
    assert [part.label for part in summary.ledger.parts] == ["the whole trial"]


def test_a_study_that_optuna_named_has_no_name_in_the_headline() -> None:
    given = fake_profile()
    study = replace(given.studies[0], name="no-name-3cacbdb1-a4c9-4d49-93f1-5becbd931266")
    assert "300 trials of a study without a name" in summary_of(replace(given, studies=(study,))).headline.statements[0]


def test_savings_are_told_in_what_they_are_known_in() -> None:
    lines = summary_of(fake_profile(), FINDINGS).findings
    assert [line.saving for line in lines] == ["77 % of the study's time, 51.6 ms per trial", "3.50 MiB", None]


def test_parts_of_the_ledger_keep_their_sums() -> None:
    summary = summary_of(fake_profile())
    assert summary.ledger is not None
    parts = summary.ledger.parts
    assert sum(part.wall_share for part in parts) == pytest.approx(1.0)
    assert [part.label for part in parts if part.kind is PartKind.OBJECTIVE] == ["objective, the rest"]


def test_an_objective_without_marks_is_told_how_to_set_them() -> None:
    parts = (fake_part("other", PartKind.OBJECTIVE, 0.19, 0.18), fake_part("storage", PartKind.STORAGE, 0.01, 0.004))
    ledger = summary_of(fake_profile(ledger=fake_ledger(parts=parts))).ledger
    assert ledger is not None
    assert [part.label for part in ledger.parts] == ["objective", "storage"]
    assert "harness.span" in ledger.statements[0]


def test_waiting_below_what_clocks_resolve_is_none() -> None:
    parts = (fake_part("gc", PartKind.GC, 0.01, 0.01, waiting_s_per_trial=-5.55e-17),)
    ledger = summary_of(fake_profile(ledger=fake_ledger(parts=parts))).ledger
    assert ledger is not None
    assert ledger.parts[0].waiting_s_per_trial == 0.0


def test_waiting_is_told_largest_first_and_adds_up() -> None:
    ledger = summary_of(fake_profile()).ledger
    assert ledger is not None
    shares = [line.share for line in ledger.waiting]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1.0)


def test_more_repeated_work_than_is_listed_is_counted() -> None:
    summary = summary_of(fake_profile(repeated=tuple(repeated(arguments=str(n)) for n in range(REPEATED + 3))))
    assert len(summary.repeated) == REPEATED
    assert summary.repetition[0].startswith("3 more pieces of repeated work")


def test_duplicate_parameters_are_told_with_their_cost() -> None:
    duplicates = Duplicates(trials=12, wall_s=2.4, groups=5, most=4)
    (told,) = summary_of(fake_profile(duplicates=duplicates)).repetition
    assert told == (
        "12 trials had parameters that an earlier trial of the study had already (5 groups, the largest of 4); "
        "they took 2.40 s."
    )


def test_hundreds_of_processes_are_listed_by_their_trials_and_counted() -> None:
    many = tuple(replace(fake_process(), pid=7000 + place, trials=place) for place in range(PROCESSES + 100))
    summary = summary_of(fake_profile(processes=(*fake_profile().processes, *many)))
    assert len(summary.processes) == PROCESSES
    assert summary.processes_left_out == 103
    assert min(line.trials for line in summary.processes) >= 100


def test_a_process_that_was_killed_is_told_so() -> None:
    killed = replace(fake_process(), closed=False, dropped=3)
    summary = summary_of(fake_profile(processes=(killed, *fake_profile().processes[1:])))
    assert summary.processes[0].ending == "killed, or left by os._exit, 3 rows lost"


def test_samples_from_inside_say_why() -> None:
    stacks = fake_stacks(source=StackSource.IN_PROCESS, why="ptrace is refused here")
    summary = summary_of(fake_profile(stacks=stacks))
    assert summary.stacks is not None
    assert summary.stacks.statement.endswith(
        "a thread in each process looked, up to 20 times a second, as ptrace is refused here."
    )


def test_one_run_is_not_compared() -> None:
    assert build([profiled(fake_profile())], VERSION).comparison is None


def test_two_runs_stand_side_by_side_with_a_warning() -> None:
    other = fake_profile(label="mended.py", ledger=fake_ledger(wall_s_per_trial=0.098))
    comparison = build([profiled(fake_profile()), profiled(other)], VERSION).comparison
    assert comparison is not None
    assert "no experiment" in comparison.warning
    assert comparison.names == ("optimise.py", "mended.py")
    rows = {row.label: row for row in comparison.rows}
    assert rows["Wall of a trial"].change[0].value == pytest.approx(0.5)
    assert rows["Trials"].measures[0].unit is Unit.COUNT


def test_runs_of_one_name_are_told_apart() -> None:
    comparison = build([profiled(fake_profile())] * 3, VERSION).comparison
    assert comparison is not None
    assert comparison.names == ("1: optimise.py", "2: optimise.py", "3: optimise.py")


def test_what_one_of_two_runs_lacks_has_no_ratio() -> None:
    comparison = build([profiled(fake_profile()), profiled(history_profile())], VERSION).comparison
    assert comparison is not None
    rows = {row.label: row for row in comparison.rows}
    assert rows["CPU of a trial"].change[0].value is None
    assert rows["Wall in backtest"].measures[1].missing == "not in this run"
