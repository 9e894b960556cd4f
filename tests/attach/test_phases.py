"""A process's phases are one row at a time, the last of which counts, whatever becomes of the record."""

import json
from pathlib import Path

from harness.attach.import_clock import ImportClock
from harness.attach.phases import FILE, MOST_LOOPS, Phases, _json


def rows(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / FILE).read_text().splitlines()]


def test_rows_are_written_sparingly_until_the_end(tmp_path: Path) -> None:
    phases = Phases(str(tmp_path), ImportClock())

    for _ in range(5):
        phases.write()
    phases.end()

    assert [row["is_final"] for row in rows(tmp_path)] == [False, True]
    first = rows(tmp_path)[0]
    assert first["started_s"] is None or first["started_s"] <= first["ready_s"]  # type: ignore[operator]


def test_many_loops_are_counted_to_the_last(tmp_path: Path) -> None:
    phases = Phases(str(tmp_path), ImportClock())
    for _ in range(MOST_LOOPS + 10):
        phases.loop_ends(phases.loop_begins())
    phases.end()

    loops = rows(tmp_path)[-1]["loops"]
    assert isinstance(loops, list)
    assert len(loops) == MOST_LOOPS
    assert sum(loop[4] for loop in loops) == MOST_LOOPS + 10


def test_a_fork_begins_anew(tmp_path: Path) -> None:
    phases = Phases(str(tmp_path), ImportClock())
    phases.loop_begins()
    phases.called_back("note", "study.py:3", 5, 5)
    phases.after_fork()
    phases.end()

    row = rows(tmp_path)[-1]
    assert row["is_fork"] is True
    assert row["loops"] == row["callbacks"] == []


def test_a_record_that_is_gone_harms_nobody(tmp_path: Path) -> None:
    phases = Phases(str(tmp_path / "gone"), ImportClock())

    phases.end()

    assert not (tmp_path / "gone").exists()


def test_text_of_the_users_is_json() -> None:
    value = {'a "b"\\': ["é\n\ud800", None, True, 1, 0.5]}

    assert json.loads(_json(value).encode("utf-8", "replace")) == {'a "b"\\': ["é  ", None, True, 1, 0.5]}
