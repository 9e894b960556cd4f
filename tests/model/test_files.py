"""A file is there whole or as it was before."""

import os
from pathlib import Path

import pytest

from harness.model.appending import append_row
from harness.model.comparison import Cell
from harness.model.comparisons import add_cell
from harness.model.files import draft_of
from harness.model.store import write_json


def test_the_file_appears_when_the_block_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with draft_of(path) as draft:
        draft.write_text("whole")
        assert not path.exists()
    assert path.read_text() == "whole"
    assert list(tmp_path.iterdir()) == [path]


def test_a_block_that_raises_leaves_the_file_before_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("before")
    with pytest.raises(UnicodeEncodeError), draft_of(path) as draft:
        draft.write_text("half \udc80", encoding="utf-8")
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_rises_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), draft_of(tmp_path / "nowhere" / "a.txt") as draft:
        draft.write_text("")


def test_what_is_synced_is_on_the_disk_before_it_has_its_name_and_the_name_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, bool]] = []

    def note(descriptor: int) -> None:
        seen.append((Path(f"/proc/self/fd/{descriptor}").readlink().name, (tmp_path / "a.json").exists()))

    monkeypatch.setattr(os, "fsync", note)
    write_json(tmp_path / "a.json", {"a": 1}, is_synced=True)
    append_row(tmp_path / "rows.jsonl", {"a": 1}, is_synced=True)
    write_json(tmp_path / "b.json", {"a": 1})

    (draft, had_name), *others = seen
    assert (draft.startswith(".a.json."), had_name) == (True, False)
    assert others == [(tmp_path.name, True), ("rows.jsonl", True), (tmp_path.name, True)]


def test_a_cell_is_on_the_disk_after_its_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(os, "fsync", lambda number: synced.append(Path(f"/proc/self/fd/{number}").readlink()))
    run, folder = tmp_path / "runs" / "a-run", tmp_path / "comparisons" / "c"
    run.mkdir(parents=True)
    folder.mkdir(parents=True)
    for name in ("run.json", "trials-1.jsonl"):
        (run / name).write_text("{}")

    add_cell(folder, Cell(block=0, place=0, arm="a", run="a-run", launch_cpu_s=0.0, launch_wall_s=0.0))

    order = [str(path.relative_to(tmp_path)) for path in synced]
    assert order[:4] == ["runs/a-run/run.json", "runs/a-run/trials-1.jsonl", "runs/a-run", "runs"]
    assert order[-2:] == ["comparisons/c/cells.jsonl", "comparisons/c"]
