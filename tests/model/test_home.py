"""Where records live."""

import re
from pathlib import Path

import pytest

from harness.errors import InputError
from harness.model.home import home, make_folder, new_run_folder

NOON_S = 1_767_268_800.0  # 2026-01-01 12:00 UTC


def test_records_live_below_the_current_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert home({}) == tmp_path / ".harness"
    assert home({"HARNESS_HOME": ""}) == tmp_path / ".harness"


def test_harness_home_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARNESS_HOME", "elsewhere")

    assert home() == Path("elsewhere")


def test_runs_are_named_by_time_and_label_and_never_collide(tmp_path: Path) -> None:
    folders = [new_run_folder(tmp_path, "as found/9 threads", NOON_S) for _ in range(20)]

    assert len(set(folders)) == 20
    assert all(re.fullmatch(r"20260101T120000-as-found-9-threads-[0-9a-f]{6}", folder.name) for folder in folders)
    assert new_run_folder(tmp_path, "a", NOON_S + 1).name > max(folder.name for folder in folders)


def test_a_long_label_still_makes_a_folder(tmp_path: Path) -> None:
    assert new_run_folder(tmp_path, "µ" * 500, NOON_S).is_dir()


def test_a_folder_that_cannot_be_written_is_refused_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(InputError, match=r"no record can be kept in .*file \(.+\): set HARNESS_HOME to a folder"):
        new_run_folder(tmp_path / "file", "arm", NOON_S)


def test_every_folder_of_the_records_is_refused_in_the_same_way(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(InputError, match=r"no record can be kept in .*file \(.+\): set HARNESS_HOME"):
        make_folder(tmp_path / "file", "bars")
