"""A report on runs is written whole, with the exports beside it."""

from pathlib import Path

import pytest

from harness.errors import InputError
from harness.report.profiled.forms import json_export
from harness.report.profiled.forms.write import write_report
from harness.report.profiled.summary import ProfileReport


def test_three_files_and_the_exports_are_written(report: ProfileReport, tmp_path: Path) -> None:
    written = write_report(report, tmp_path / "out", {"trace.json": "{}"})
    assert [path.name for path in written] == ["index.html", "report.md", "report.json", "trace.json"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(path.name for path in written)
    assert json_export.parse((tmp_path / "out" / "report.json").read_text(encoding="utf-8")) == report


def test_a_report_is_the_same_each_time(any_report: ProfileReport, tmp_path: Path) -> None:
    first = [path.read_bytes() for path in write_report(any_report, tmp_path)]
    assert [path.read_bytes() for path in write_report(any_report, tmp_path)] == first


def test_a_folder_that_cannot_be_written_is_named_in_one_sentence(report: ProfileReport, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match=r"cannot be written to .*file.*name another folder"):
        write_report(report, tmp_path / "file")
