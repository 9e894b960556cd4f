from pathlib import Path
from typing import Any

import pytest

from harness.model.endings import EndingSlots
from harness.model.record import Death, Header, Origin
from harness.model.store import encode_trial
from harness.model.unwritten import unwritten_path
from harness.profile.build import build
from harness.profile.missing import Found, missing_of
from harness.profile.processes import processes_of
from harness.profile.reading.table import read_trials
from harness.profile.studies import studies_of
from tests.profiles import (
    end_row,
    fake_memory,
    fake_profile,
    fake_stacks,
    header,
    outcome,
    record_rows,
    start_row,
    study_row,
    trial_row,
    write_record,
)


def found_in(folder: Path, rows: list[Any], head: Header | None = None, **changes: Any) -> Found:
    """What is found in a record that lacks nothing but what its rows and the changes lack."""
    table = read_trials(write_record(folder, rows))
    given: dict[str, Any] = {
        "header": head or header(stacks_hz=20.0),
        "outcome": outcome(),
        "table": table,
        "studies": fake_profile().studies,
        "processes": processes_of(table),
        "memory": fake_memory(),
        "stacks": fake_stacks(),
    }
    return Found(**{**given, **changes})


def one(folder: Path, rows: list[Any], **changes: Any) -> str:
    (sentence,) = missing_of(found_in(folder, rows, **changes))
    return sentence


def whole(*numbers: int) -> list[Any]:
    return [start_row(), study_row(), *(trial_row(number) for number in numbers), end_row()]


def test_a_whole_record_lacks_nothing(tmp_path: Path) -> None:
    assert missing_of(found_in(tmp_path / "r", record_rows())) == ()


def test_few_samples_are_told_with_the_way_out(tmp_path: Path) -> None:
    few = fake_stacks(samples=18)
    said = one(tmp_path / "r", record_rows(), stacks=few)
    assert said.startswith("18 stack samples lie inside trials: too few")
    assert said.endswith("Run longer or with `--rate 100`.")
    fast = one(tmp_path / "f", record_rows(), stacks=few, head=header(stacks_hz=500.0))
    assert fast.endswith("Run longer.")


def test_a_killed_process_is_named(tmp_path: Path) -> None:
    rows = [row for row in record_rows() if row != end_row(4001)]
    assert one(tmp_path / "r", rows).startswith("1 process (4001) left no books (killed, or left by os._exit, early)")


def test_books_that_were_not_closed_are_named(tmp_path: Path) -> None:
    rows = [row for row in record_rows() if row not in (end_row(4001), end_row(4002))]
    rows += [end_row(4001, is_final=False), end_row(4002, is_final=False)]
    assert one(tmp_path / "r", rows).startswith("2 processes (4001, 4002) did not close the books")


def test_torn_lines_are_counted(tmp_path: Path) -> None:
    rows = [*whole(0, 1), '{"kind":"tri']
    assert one(tmp_path / "r", rows) == "1 last line was torn: a process was killed while it wrote."


def test_rows_that_found_no_room_are_counted(tmp_path: Path) -> None:
    rows = [start_row(), study_row(), trial_row(0), end_row(dropped=1234)]
    assert one(tmp_path / "r", rows).startswith("1,234 rows of 1 process (4000) could not be written")


def test_a_killed_process_that_lacked_room_is_not_said_to_have_kept_every_trial(tmp_path: Path) -> None:
    rows = [start_row(), study_row(), trial_row(0), end_row(is_final=False, dropped=1)]
    unwritten_path(tmp_path / "a", 4000, 8).parent.mkdir()
    unwritten_path(tmp_path / "a", 4000, 8).touch()

    sentences = missing_of(found_in(tmp_path / "a", rows))

    assert not [sentence for sentence in sentences if "every trial that finished" in sentence]
    assert [sentence for sentence in sentences if sentence.startswith("8 rows of 1 process (4000)")]
    assert one(tmp_path / "b", [*rows[:-1], end_row(is_final=False)]).endswith("every trial that finished is.")


def test_a_trial_whose_end_nobody_can_confirm_is_named(tmp_path: Path) -> None:
    (tmp_path / "r").mkdir()
    EndingSlots(tmp_path / "r", 4000).note(0, encode_trial(trial_row(2)))
    assert one(tmp_path / "r", whole(0, 1)).startswith("1 trial (2) ended as the process was killed")


def test_a_fault_of_the_watcher_is_said(tmp_path: Path) -> None:
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "fault-4000.txt").write_text("Traceback")
    assert one(tmp_path / "r", whole(0, 1)).startswith("The watcher itself failed in 1 process")


def test_a_worker_that_died_in_its_first_trial_is_named(tmp_path: Path) -> None:
    rows = [*whole(0, 1), start_row(4001), study_row(4001)]
    assert one(tmp_path / "r", rows).startswith("1 process (4001) finished no trial: killed in the first one")


@pytest.mark.parametrize(
    ("end", "why"),
    [
        ({"open_trials": 1}, "what was asked for here was left for another process to tell"),  # `optuna ask`
        ({"open_trials": 0}, "what was begun here was refused or taken over by another"),
        ({"is_final": False, "open_trials": 1}, "killed in the first one, or left by os._exit"),
        (
            {"deaths": (Death(error="ValueError", message="", where=None, count=1),), "open_trials": 1},
            "an exception ended the loop first",
        ),
    ],
)
def test_why_a_process_finished_no_trial_is_what_is_known(tmp_path: Path, end: dict[str, Any], why: str) -> None:
    rows = [*whole(0, 1), start_row(4001), study_row(4001), end_row(4001, **end)]
    assert f"1 process (4001) finished no trial: {why}." in missing_of(found_in(tmp_path / "r", rows))


def test_a_leader_that_runs_no_trials_is_not_missed(tmp_path: Path) -> None:
    rows = [*whole(0, 1), start_row(3999, worker=-1), end_row(3999)]
    planned = header(origin=Origin.PLAN, stacks_hz=20.0)
    assert missing_of(found_in(tmp_path / "plan", rows, head=planned)) == ()
    watched = one(tmp_path / "script", rows)  # there a process says that it is ready when its first trial begins
    assert watched.startswith("1 process (3999) finished no trial")


def test_numbers_that_left_no_row_are_named(tmp_path: Path) -> None:
    assert one(tmp_path / "r", whole(0, 1, 3, 6)) == (
        "3 trials of study 'prices' between numbers 0 and 6 left no row (2, 4, 5): "
        "in flight when a worker died, or run elsewhere."
    )


def test_of_many_absent_numbers_five_are_named(tmp_path: Path) -> None:
    assert "996 trials" in (sentence := one(tmp_path / "r", whole(0, 2, 4, 999)))
    assert "(1, 3, 5, 6, 7, ...)" in sentence


def test_a_later_stage_of_a_plan_goes_on_counting(tmp_path: Path) -> None:
    rows = [
        start_row(),
        *(study_row(index=index, name=name) for index, name in enumerate(("study", "study-2"))),
        *(trial_row(number, study=number // 2) for number in range(4)),
        end_row(),
    ]
    folder = write_record(tmp_path / "r", rows)
    studies = studies_of(read_trials(folder), header(), None)

    of_plan = missing_of(found_in(tmp_path / "p", rows, header(origin=Origin.PLAN, stacks_hz=20.0), studies=studies))
    of_script = missing_of(found_in(tmp_path / "s", rows, studies=studies))

    assert of_plan == ()
    assert ["study-2" in sentence for sentence in of_script] == [True]


def test_a_resumed_study_does_not_lack_what_was_before(tmp_path: Path) -> None:
    assert one(tmp_path / "r", whole(1000, 1001)) == (
        "1,000 trials of study 'prices', numbered below 1,000, came before this record or ran elsewhere."
    )


def test_trials_without_a_number_are_counted(tmp_path: Path) -> None:
    assert one(tmp_path / "r", whole(-1, 0)).startswith("1 trial has no number")


def test_a_process_without_start_is_named(tmp_path: Path) -> None:
    rows = [study_row(), trial_row(0), end_row()]
    assert "(4000) left no row of the start" in one(tmp_path / "r", rows)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"outcome": None}, "How the run ended is not known"),
        ({"memory": None}, "There are no samples of the process tree's memory"),
        ({"memory": fake_memory(tree=())}, "There are no samples of the process tree's memory"),
        ({"stacks": None}, "No stack sample was taken, though they were asked for"),
        ({"stacks": None, "head": header()}, "No stacks were sampled, as none were asked for"),
    ],
)
def test_what_was_not_measured_is_said(tmp_path: Path, change: dict[str, Any], sentence: str) -> None:
    assert one(tmp_path / "r", whole(0, 1), **change).startswith(sentence)


def test_what_this_machine_does_not_tell_is_said(tmp_path: Path) -> None:
    rows = [start_row(), study_row(), trial_row(0, rss_bytes=None, runqueue_s=None), end_row()]
    memory, cores = missing_of(found_in(tmp_path / "r", rows))
    assert memory.startswith("The memory after each trial is not known")
    assert cores.startswith("Waiting for a free core cannot be told from other waiting")


def test_a_record_without_trials_says_so(tmp_path: Path) -> None:
    assert "No trial finished, so there is nothing to account for." in missing_of(
        found_in(tmp_path / "r", [start_row()])
    )


def test_a_history_is_one_sentence_and_its_gaps(tmp_path: Path) -> None:
    rows = [study_row(), trial_row(0), trial_row(2)]
    history, absent = missing_of(found_in(tmp_path / "r", rows, head=header(origin=Origin.HISTORY)))
    assert history.startswith("This was read from the study's storage without a rerun")
    assert absent.endswith("left no row (1): they have not finished.")


def test_a_hostile_study_name_cannot_reorder_the_sentence(tmp_path: Path) -> None:
    rows = [start_row(), study_row(name="a\u202eb\n"), trial_row(0), trial_row(2), end_row()]
    folder = write_record(tmp_path / "r", rows, end=outcome())
    sentences = " ".join(build(folder).missing)
    assert "\u202e" not in sentences
    assert "1 trial of study 'a\N{REPLACEMENT CHARACTER}b '" in sentences
