"""The books of a process: written late, dropped where there is no room, and closed in the room that was kept."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from harness.attach.books import Books
from harness.model.store import RESERVE, RowFile


@pytest.fixture
def full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on a disk that is full while the reserve is there."""
    append = RowFile.append

    def refuse(self: RowFile, row: Mapping[str, Any]) -> None:
        if (tmp_path / RESERVE).exists():
            raise OSError(28, "No space left on device")
        append(self, row)

    (tmp_path / RESERVE).write_bytes(b"0")
    monkeypatch.setattr(RowFile, "append", refuse)
    return tmp_path


def rows(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for path in folder.glob("trials-*.jsonl") for line in path.read_text().splitlines()]


def test_no_file_is_made_before_there_is_a_row(tmp_path: Path) -> None:
    books = Books(tmp_path)
    assert not books.is_open
    assert rows(tmp_path) == []

    books.append({"n": 1})

    assert books.is_open
    assert rows(tmp_path) == [{"n": 1}]


def test_the_last_row_takes_the_room_that_was_kept(full: Path) -> None:
    books = Books(full)

    books.append({"n": 1})
    books.append({"n": 2})
    books.append_last({"dropped": books.dropped})

    assert rows(full) == [{"dropped": 2}]


def test_a_forked_child_has_a_file_and_a_count_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    books = Books(tmp_path)
    books.append({"n": 1})
    books.dropped = 3

    monkeypatch.setattr("os.getpid", lambda: 77)
    books.forget()
    books.append({"n": 2})

    assert books.dropped == 0
    assert json.loads((tmp_path / "trials-77.jsonl").read_text()) == {"n": 2}
