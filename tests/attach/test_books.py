"""The books of a process: written late, kept while there is no room, and closed in the room that was kept."""

import json
import os
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.attach import books as module
from harness.attach.books import Books
from harness.model.appending import RowFile
from harness.model.store import RESERVE
from harness.model.unwritten import read_unwritten

Room = Callable[[int | None], None]


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    """Sets how many bytes the disk has left (None: as many as it likes); the reserve gives its own when it goes."""
    left: list[int | None] = [None]
    write = RowFile.write

    def limited(self: RowFile, line: bytes) -> None:
        free = left[0]
        if free is not None and (tmp_path / RESERVE).exists() is False:
            free, left[0] = free + 100, free + 100
            (tmp_path / RESERVE).mkdir()  # given once
        if free is not None and len(line) > free:
            raise OSError(28, "No space left on device")
        write(self, line)
        if free is not None:
            left[0] = free - len(line)

    (tmp_path / RESERVE).write_bytes(b"0")
    monkeypatch.setattr(RowFile, "write", limited)

    def set_room(free: int | None) -> None:
        left[0] = free

    return set_room


def rows(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for path in sorted(folder.glob("trials-*")) for line in path.read_text().splitlines()]


def test_no_file_is_made_before_there_is_a_row(tmp_path: Path) -> None:
    books = Books(tmp_path)
    assert not books.is_open
    assert rows(tmp_path) == []

    books.append({"n": 1})

    assert books.is_open
    assert rows(tmp_path) == [{"n": 1}]


def test_rows_wait_for_room_in_their_order(tmp_path: Path, room: Room) -> None:
    books = Books(tmp_path)
    room(0)
    for number in range(5):
        books.append({"n": number})
    assert (books.dropped, rows(tmp_path), read_unwritten(tmp_path)) == (5, [], {os.getpid(): 4})

    room(None)
    books.append({"n": 5})

    assert (books.dropped, read_unwritten(tmp_path)) == (0, {})
    assert rows(tmp_path) == [{"n": number} for number in range(6)]


def test_no_more_rows_wait_than_memory_is_meant_for(
    tmp_path: Path, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_KEPT_BYTES", 20)
    books = Books(tmp_path)
    room(0)
    for number in range(6):
        books.append({"n": number})  # 8 bytes with the line's end

    room(None)
    books.append_last({"dropped": books.dropped})

    assert rows(tmp_path) == [{"n": 4}, {"n": 5}, {"dropped": 4}]


def test_the_last_row_takes_the_room_that_was_kept_and_the_rest_what_is_left(
    tmp_path: Path, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RESERVE_BYTES", 100)
    books = Books(tmp_path)
    books.append({"n": 0})
    room(0)
    for number in range(1, 10):
        books.append({"n": number, "text": "x" * 20})
    books.append_last({"dropped": books.dropped})
    books.close()

    assert rows(tmp_path)[:2] == [{"n": 0}, {"dropped": 9}]
    assert rows(tmp_path)[-1] == {"dropped": 8}
    assert len(rows(tmp_path)) == 4
    assert read_unwritten(tmp_path) == {os.getpid(): 8}


def test_a_file_that_may_not_grow_is_followed_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (20, 20))
    books = Books(tmp_path)
    for number in range(25):
        books.append({"n": number})

    assert books.dropped == 0
    assert rows(tmp_path) == [{"n": number} for number in range(25)]
    assert all(path.stat().st_size <= 20 for path in tmp_path.iterdir())


def test_no_files_are_made_where_none_may_hold_a_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (0, 0))
    books = Books(tmp_path)
    for number in range(9):
        books.append({"n": number})
    books.append_last({})

    assert read_unwritten(tmp_path) == {os.getpid(): 9}
    assert len(list(tmp_path.glob("trials-*"))) == 1


def test_a_folder_that_is_gone_stops_nobody(tmp_path: Path) -> None:
    folder = tmp_path / "record"
    folder.mkdir()
    books = Books(folder)
    books.append({"n": 0})
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()

    books.append({"n": 1})
    assert books.dropped == 1
    folder.mkdir()
    books.append_last({"n": 2})

    assert rows(folder) == [{"n": 1}, {"n": 2, "dropped": 0}]


def test_a_forked_child_has_a_file_and_a_count_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (0, 0))
    books = Books(tmp_path)
    books.append({"n": 1})
    assert books.dropped == 1

    monkeypatch.undo()
    monkeypatch.setattr("os.getpid", lambda: 77)
    books.forget()
    books.append({"n": 2})

    assert books.dropped == 0
    assert json.loads((tmp_path / "trials-77.jsonl").read_text()) == {"n": 2}
