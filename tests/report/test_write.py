"""A report is written whole or not at all."""

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest

from harness.errors import InputError
from harness.report.summary import Summary
from harness.report.write import prepare, write_files, write_report


def test_three_files_are_written_and_nothing_else(summary: Summary, tmp_path: Path) -> None:
    out = tmp_path / "reports" / "latest"
    written = write_report(summary, out)
    assert [path.name for path in written] == ["index.html", "report.md", "report.json"]
    assert sorted(path.name for path in out.iterdir()) == ["index.html", "report.json", "report.md"]


def test_a_second_report_replaces_the_first(summary: Summary, tmp_path: Path) -> None:
    (tmp_path / "report.md").write_text("old")
    write_report(summary, tmp_path)
    first = [path.read_bytes() for path in sorted(tmp_path.iterdir())]
    write_report(summary, tmp_path)
    assert [path.read_bytes() for path in sorted(tmp_path.iterdir())] == first


def test_a_folder_that_cannot_be_written_is_named_in_one_sentence(summary: Summary, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match=r"cannot be written to .*file.*name another folder"):
        write_report(summary, tmp_path / "file")


def test_a_file_that_cannot_be_replaced_leaves_no_draft(summary: Summary, tmp_path: Path) -> None:
    (tmp_path / "report.md").mkdir()
    (tmp_path / "report.md" / "kept").touch()
    with pytest.raises(InputError):
        write_report(summary, tmp_path)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_two_that_prepare_the_same_folder_do_not_meet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it was found: each wrote `.writable` and removed it, so that the second found nothing to remove."""
    made, other = tempfile.TemporaryFile, 0

    def meanwhile(**how: Any) -> Any:
        nonlocal other
        other += 1
        if other == 1:
            prepare(tmp_path)
        return made(**how)

    monkeypatch.setattr(tempfile, "TemporaryFile", meanwhile)
    prepare(tmp_path)
    assert other == 2
    assert list(tmp_path.iterdir()) == []


def test_half_a_character_is_written_as_its_escape(tmp_path: Path) -> None:
    (written,) = write_files({"report.json": '{"x": "a\ud800b"}'}, tmp_path)
    assert json.loads(written.read_text(encoding="utf-8")) == {"x": "a\ud800b"}
