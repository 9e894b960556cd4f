"""Records are found by path, id or a part of it, and listed with what each is; damage is told, not raised."""

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest

from harness.cli import records
from harness.errors import InputError, RecordError
from harness.model.record import Ending, Origin
from harness.model.store import HEADER
from tests.profiles import PIDS, header, outcome, record_rows, write_record

OLD, NEW = "20261101T000000-optimise-aaaaaa", "20261102T000000-optimise-bbbbbb"


def record(root: Path, name: str = OLD, origin: Origin = Origin.SCRIPT, trials: int = 6) -> Path:
    head = header(id=name, origin=origin, started_s=1_790_000_000.0 + len(name))
    return write_record(root / "runs" / name, record_rows(trials), head=head, end=outcome())


def manifest(root: Path, name: str) -> Path:
    path = root / "reproductions" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"schema": 2, "id": name, "started_s": 1_790_000_000.0, "runs": [{}, {}]}))
    return path


def test_a_run_is_found_by_its_id_a_part_of_it_and_its_path(tmp_path: Path) -> None:
    folder = record(tmp_path)
    record(tmp_path, NEW)
    for name in (OLD, "aaaaaa", str(folder), str(folder / HEADER)):
        assert records.find(name, tmp_path) == folder


def test_a_manifest_is_found_by_its_path_and_its_id(tmp_path: Path) -> None:
    path = manifest(tmp_path, "20261103T000000-cccccc")
    assert records.find(str(path), tmp_path) == path
    assert records.find("cccccc", tmp_path) == path
    assert records.is_manifest(path)


def test_a_script_beside_its_record_does_not_hide_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = record(tmp_path / "home")
    Path("optimise").mkdir()
    Path("optimise-aaaaaa").write_text("a script")
    assert records.find("optimise", tmp_path / "home") == folder
    assert records.find("optimise-aaaaaa", tmp_path / "home") == folder


def test_a_folder_that_is_no_record_is_left_to_its_reader(tmp_path: Path) -> None:
    record(tmp_path)
    assert records.find(str(tmp_path), tmp_path) == tmp_path


def test_a_part_of_several_names_is_refused_with_the_names(tmp_path: Path) -> None:
    record(tmp_path)
    record(tmp_path, NEW)
    with pytest.raises(InputError, match=f"several records' names: write more of one of {NEW}, {OLD}"):
        records.find("optimise", tmp_path)


def test_a_misspelt_name_is_answered_with_the_nearest(tmp_path: Path) -> None:
    record(tmp_path)
    with pytest.raises(
        InputError, match=rf"there is no record .* \(did you mean '{OLD}'\?\): `harness runs` lists them"
    ):
        records.find("20261101T000000-optimize-aaaaaa", tmp_path)


def test_nothing_alike_gets_no_guess(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"there is no record 'x' in [^(]*: `harness runs`"):
        records.find("x", tmp_path)


def test_the_newest_is_the_last_run(tmp_path: Path) -> None:
    record(tmp_path)
    newest = record(tmp_path, NEW)
    assert records.newest(tmp_path) == newest


def test_the_runs_of_a_reproduction_stand_behind_it(tmp_path: Path) -> None:
    path = manifest(tmp_path, "20261103T000000-cccccc")
    record(tmp_path, "20261103T000100-arm-dddddd", Origin.PLAN)
    record(tmp_path, OLD)
    assert records.newest(tmp_path) == path


def test_a_run_after_a_reproduction_is_newer(tmp_path: Path) -> None:
    manifest(tmp_path, "20261103T000000-cccccc")
    newest = record(tmp_path, "20261104T000000-optimise-eeeeee")
    assert records.newest(tmp_path) == newest


def test_nothing_recorded_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nothing is recorded in .*: `harness run SCRIPT`"):
        records.newest(tmp_path)
    assert records.listed(tmp_path) == []


def test_the_list_has_the_newest_first_with_what_each_is(tmp_path: Path) -> None:
    record(tmp_path)
    record(tmp_path, NEW, Origin.HISTORY, trials=9)
    manifest(tmp_path, "20261103T000000-cccccc")
    found = records.listed(tmp_path)
    assert [(line.id[:8], line.kind, line.trials) for line in found] == [
        ("20261103", "reproduction", None), ("20261102", "history", 9), ("20261101", "script", 6)]  # fmt: skip
    assert found[-1].ending == Ending.FINISHED.value
    assert found[-1].label == "optimise.py"


def test_sizes_are_those_on_disk(tmp_path: Path) -> None:
    folder = record(tmp_path)
    (line,) = records.listed(tmp_path)
    assert line.size_bytes == sum(path.stat().st_size for path in folder.iterdir())


def test_a_torn_row_is_not_counted(tmp_path: Path) -> None:
    folder = record(tmp_path)
    with (folder / f"trials-{PIDS[0]}.jsonl").open("a") as rows:
        rows.write('{"kind":"trial","number":99,"wor')
    assert records.listed(tmp_path)[0].trials == 6


@pytest.mark.parametrize("text", ["{", "[]", '{"schema": 99}', '{"schema": 2}'])
def test_a_damaged_record_is_listed_with_the_reason(tmp_path: Path, text: str) -> None:
    record(tmp_path)
    (record(tmp_path, NEW) / HEADER).write_text(text)
    damaged, whole = records.listed(tmp_path)
    assert damaged.id == NEW
    assert damaged.damage is not None
    assert HEADER in damaged.damage
    assert whole.damage is None


def test_a_folder_without_a_header_is_listed_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "runs" / NEW).mkdir(parents=True)
    (line,) = records.listed(tmp_path)
    assert "is not a record" in (line.damage or "")


def test_a_damaged_newest_run_is_named(tmp_path: Path) -> None:
    manifest(tmp_path, "20261101T000000-cccccc")
    (record(tmp_path, NEW) / HEADER).write_text("{")
    with pytest.raises(RecordError, match=NEW):
        records.newest(tmp_path)


def test_a_folder_that_never_became_a_record_does_not_hide_the_newest_one(tmp_path: Path) -> None:
    newest = record(tmp_path, OLD)
    (tmp_path / "runs" / NEW).mkdir()
    assert records.newest(tmp_path) == newest


def test_a_home_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(InputError, match=r"home is not a folder: set HARNESS_HOME"):
        records.listed(tmp_path / "home")


def test_a_folder_that_may_not_be_read_is_said_and_not_taken_for_an_empty_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(tmp_path)

    def shut(path: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "iterdir", shut)
    for look in (records.listed, records.newest):
        with pytest.raises(InputError, match=r"cannot be listed \(Permission denied\): ask its owner"):
            look(tmp_path)


def test_a_record_that_may_not_be_read_is_a_line_of_the_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shut, opened = record(tmp_path, NEW), os.open
    record(tmp_path)

    def refused(path: object, *args: Any, **kwargs: Any) -> int:
        if str(path).startswith(str(shut)):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return opened(path, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", refused)
    damaged, whole = records.listed(tmp_path)
    assert "cannot be read (Permission denied)" in (damaged.damage or "")
    assert whole.trials == 6


@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "device"])
def test_no_kind_of_file_stops_the_list(tmp_path: Path, kind: str) -> None:
    record(tmp_path)
    hostile = record(tmp_path, NEW) / "outcome.json"
    hostile.unlink()
    match kind:
        case "link":
            hostile.symlink_to("/dev/zero")
        case "pipe":
            os.mkfifo(hostile)
        case "folder":
            hostile.mkdir()
        case _:
            hostile.symlink_to("/dev/tty")
    damaged, whole = records.listed(tmp_path)
    assert damaged.damage is not None
    assert whole.damage is None


def test_a_link_in_place_of_a_record_is_a_line_of_the_list_and_what_the_user_names_is_followed(tmp_path: Path) -> None:
    moved = record(tmp_path, NEW).rename(tmp_path / NEW)
    (tmp_path / "runs" / NEW).symlink_to(moved)
    (line,) = records.listed(tmp_path)
    assert "is a link, which is not followed" in (line.damage or "")
    assert records.find(str(tmp_path / "runs" / NEW), tmp_path) == moved


# -- experiments of several runs -----------------------------------------------------------------------------------


def comparison(root: Path, name: str, *, looks: str = "", cells: int = 3) -> Path:
    folder = root / "comparisons" / name
    folder.mkdir(parents=True)
    asked = {"schema": 1, "started_s": 1_790_000_000.0, "levers": ["gc", "reuse"], "base": {"workload": "m:f"}}
    (folder / "comparison.json").write_text(json.dumps(asked))
    (folder / "cells.jsonl").write_text("{}\n" * cells)
    (folder / "looks.jsonl").write_text(looks)
    return folder


def test_a_comparison_is_found_by_its_id_its_folder_and_its_file(tmp_path: Path) -> None:
    folder = comparison(tmp_path, "20261103T000000-cccc")
    for name in ("cccc", str(folder), str(folder / "comparison.json")):
        assert records.find(name, tmp_path) == folder
    assert records.kind_of(folder) is records.Kind.COMPARISON
    assert records.kind_of(record(tmp_path)) is records.Kind.RUN


def test_a_comparison_is_listed_with_its_levers_and_whether_it_has_ended(tmp_path: Path) -> None:
    comparison(tmp_path, "20261103T000000-cccc", looks='{"is_last":false}\n{"is_last":true}\n')
    comparison(tmp_path, "20261102T000000-dddd", looks='{"is_last":false}\n{"is_la', cells=1)
    found = [(line.kind, line.label, line.ending) for line in records.listed(tmp_path)]
    assert found == [
        ("comparison", "gc, reuse on m:f, 3 runs", "finished"),
        ("comparison", "gc, reuse on m:f, 1 run", "unfinished"),
    ]


def test_a_damaged_comparison_is_listed_with_the_reason(tmp_path: Path) -> None:
    folder = comparison(tmp_path, "20261103T000000-cccc")
    (folder / "comparison.json").write_text("{")
    (line,) = records.listed(tmp_path)
    assert line.damage is not None
    assert "damaged" in line.damage


def test_the_newest_is_a_comparison_rather_than_the_runs_that_it_consists_of(tmp_path: Path) -> None:
    record(tmp_path, OLD)
    folder = comparison(tmp_path, "20261101T120000-cccc")
    record(tmp_path, NEW, origin=Origin.PLAN)
    assert records.newest(tmp_path) == folder
    script = record(tmp_path, "20261104T000000-optimise-cccccc")
    assert records.newest(tmp_path) == script
