from pathlib import Path

import numpy as np
import pytest

from harness.errors import RecordError
from harness.model.machine import Machine, Python
from harness.model.record import Birth, Ending, Origin
from harness.model.store import HEADER, OUTCOME
from harness.profile.build import build
from harness.profile.facts import PartKind
from tests.fakes import EPOCH_S, MIB
from tests.profiles import (
    TRIAL_S,
    fake_profile,
    header,
    outcome,
    record_rows,
    start_row,
    study_row,
    tree_memory,
    trial_row,
    write_record,
)

REFERENCE = Path(__file__).parents[2] / "reports" / "reference" / "records" / "runs"


def test_a_record_that_lacks_nothing_is_the_shared_fake(tmp_path: Path) -> None:
    memory = [tree_memory(float(at_s), {4000: MIB * at_s}) for at_s in range(1, 5)]
    profile = build(write_record(tmp_path / "r", record_rows(), memory=memory, end=outcome()))
    expected = fake_profile()
    for name in ("run", "origin", "label", "command", "started_s", "ending", "exit_code", "wall_s", "cpu_s"):
        assert getattr(profile, name) == getattr(expected, name), name
    for name in ("usable_cores", "memory_limit_bytes", "studies", "repeated", "duplicates"):
        assert getattr(profile, name) == getattr(expected, name), name
    assert profile.watching_cpu_s_per_trial == pytest.approx(expected.watching_cpu_s_per_trial)
    assert profile.memory is not None
    assert profile.memory.peak_pss_bytes == 450 * MIB
    assert len(profile.trials) == 300
    assert profile.stacks is None
    assert [sentence[:9] for sentence in profile.missing] == ["No stacks"]


def test_every_reference_run_is_profiled() -> None:
    folders = sorted(REFERENCE.iterdir())
    assert folders
    for folder in folders:
        profile = build(folder)
        assert profile.origin == Origin.PLAN.value
        assert profile.ending == Ending.FINISHED.value
        assert profile.ledger is not None
        inside = [part for part in profile.ledger.parts if part.kind is not PartKind.BETWEEN]
        assert sum(part.wall_s_per_trial for part in inside) == pytest.approx(profile.trials.wall_s.mean())
        (study,) = profile.studies
        assert (study.name, study.trials) == (profile.label, len(profile.trials))
        assert study.storage in ("RDBStorage", "JournalStorage")
        assert study.optuna is not None
        assert profile.memory is not None
        assert profile.memory.peak_pss_bytes is not None
        assert [sentence[:9] for sentence in profile.missing] == ["No stacks"]


def test_the_threads_of_the_reference_wait_for_one_another() -> None:
    (folder,) = REFERENCE.glob("*synthetic--as-found--nine-threads*")
    profile = build(folder)
    assert profile.processes[0].threads == 9
    assert profile.ledger is not None
    assert profile.ledger.waiting is not None
    assert profile.ledger.waiting.gil_s > 0.5 * profile.ledger.wall_s_per_trial


def test_a_run_that_was_killed_keeps_every_finished_trial(tmp_path: Path) -> None:
    rows = [start_row(), study_row(), trial_row(0), trial_row(2), '{"kind":"trial","nu']
    profile = build(write_record(tmp_path / "r", rows))
    assert profile.trials.number.tolist() == [0, 2]
    assert (profile.ending, profile.wall_s, profile.exit_code) == (None, None, None)
    assert profile.watching_cpu_s_per_trial is None
    assert len(profile.missing) == 6


def test_a_record_without_a_trial_is_a_profile_all_the_same(tmp_path: Path) -> None:
    profile = build(write_record(tmp_path / "r", [], end=outcome(ending=Ending.FAILED, exit_code=1)))
    assert (len(profile.trials), profile.ledger, profile.processes, profile.studies) == (0, None, (), ())
    assert profile.ending == "failed"
    assert profile.duplicates.trials == 0


def test_two_studies_of_a_run_are_kept_apart(tmp_path: Path) -> None:
    rows = [start_row(), study_row(), study_row(index=1, name="inner"), trial_row(0), trial_row(0, study=1)]
    profile = build(write_record(tmp_path / "r", rows, end=outcome()))
    assert [(study.name, study.trials) for study in profile.studies] == [("prices", 1), ("inner", 1)]
    assert profile.duplicates.trials == 0


def test_a_free_threaded_interpreter_has_no_gil_to_wait_for(tmp_path: Path) -> None:
    rows = [trial_row(n, thread=n % 3, started_s=EPOCH_S, cpu_s=TRIAL_S / 3, process_cpu_s=TRIAL_S) for n in range(3)]
    locked = build(write_record(tmp_path / "locked", rows)).ledger
    free = build(
        write_record(tmp_path / "free", rows, head=header(machine=Machine(python=Python(has_gil=False))))
    ).ledger
    assert locked is not None
    assert locked.waiting is not None
    assert free is not None
    assert free.waiting is not None
    assert locked.waiting.gil_s > 0
    assert free.waiting.gil_s == 0
    assert free.waiting.total_s == locked.waiting.total_s


def test_a_forked_worker_has_its_parent(tmp_path: Path) -> None:
    profile = build(write_record(tmp_path / "r", record_rows(), end=outcome()))
    assert [(process.parent, process.birth) for process in profile.processes[1:]] == [(4000, Birth.FORKED)] * 2


def test_a_span_name_for_every_trial_does_not_make_a_part_for_every_trial(tmp_path: Path) -> None:
    span = trial_row().spans["load"]
    rows = [trial_row(number, spans={f"span {number}": span}) for number in range(1000)]
    profile = build(write_record(tmp_path / "r", rows))
    assert profile.ledger is not None
    assert len(profile.ledger.parts) < 110
    assert np.isclose(
        sum(part.wall_s_per_trial for part in profile.ledger.parts if part.kind is PartKind.USER), span.wall_s
    )


@pytest.mark.parametrize("name", [HEADER, OUTCOME])
@pytest.mark.parametrize("text", ["{", "[]", '{"schema": 99}', "\0"])
def test_a_damaged_file_is_one_sentence(tmp_path: Path, name: str, text: str) -> None:
    folder = write_record(tmp_path / "r", record_rows(3), end=outcome())
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(RecordError, match=rf"{name}"):
        build(folder)


def test_a_folder_that_is_no_record_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="is not a record"):
        build(tmp_path)
    with pytest.raises(RecordError, match="is not a record"):
        build(tmp_path / "none")
