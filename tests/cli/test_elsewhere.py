"""A record that comes from somewhere else shows only itself: no name in it, and no link, leads out of its folder."""

import json
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from harness.claims.rulings import read_rulings
from harness.cli.report import report
from harness.errors import HarnessError, InputError, RecordError
from harness.experiments.marks import read_marks
from harness.model.comparisons import read_compared
from harness.model.points import read_points
from harness.model.probing import read_probing
from harness.model.reproductions import read_reproduction
from harness.model.scaling import read_scaled
from harness.model.store import HEADER, read_header, read_record
from harness.profile.build import build
from harness.profile.memory_lines import read_memory_lines
from harness.profile.stack_files import read_stacks
from harness.report.write import part_of
from tests.disk import Everything, write_all

Read = Callable[[Path], Any]
OUTSIDE = ("../../victim", "../victim", "..", ".", "", "/etc", "a/b", ".hidden", "-option", "a\0b", "a\nb", "x" * 300)
PLACES: tuple[tuple[str, str, tuple[str | int, ...], Read], ...] = (  # kind, file, where the name stands, reader
    ("run", HEADER, ("id",), read_header),
    ("comparison", "comparison.json", ("id",), read_compared),
    ("comparison", "comparison.json", ("recording",), read_compared),
    ("comparison", "comparison.json", ("base", "replay"), read_compared),
    ("comparison", "cells.jsonl", ("run",), read_compared),
    ("comparison", "cells.jsonl", ("scored",), read_compared),
    ("scaling", "scaling.json", ("id",), read_scaled),
    ("scaling", "scaling.json", ("warm",), read_scaled),
    ("scaling", "cells.jsonl", ("run",), read_scaled),
    ("scaling", "prediction.json", ("runs", 0), read_scaled),
    ("reproduction", "", ("id",), read_reproduction),
    ("reproduction", "", ("runs", 0, "run"), read_reproduction),
    ("rulings", "rulings.json", ("id",), read_rulings),
    ("rulings", "rulings.json", ("evidence", 0, "ids", 0), read_rulings),
    ("probing", "", ("id",), read_probing),
    ("probing", "", ("probes", 0, "run"), read_probing),
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Everything:
    return write_all(tmp_path_factory.mktemp("elsewhere") / "home")


@pytest.fixture
def copied(whole: Everything, tmp_path: Path) -> Everything:
    """Everything once more, to be changed."""
    home = whole.run.parent.parent
    shutil.copytree(home, tmp_path / "home")
    return Everything(**{kind: tmp_path / "home" / path.relative_to(home) for kind, path in whole.by_kind().items()})


def called(value: object) -> str:
    """A case's name: the same in every process that collects it."""
    return str(getattr(value, "__name__", value))[:40]


def put(data: Any, where: tuple[str | int, ...], value: object) -> Any:
    *above, last = where
    node = data
    for key in above:
        node = node[key]
    node[last] = value
    return data


@pytest.mark.parametrize(("kind", "file", "where", "read"), PLACES, ids=called)
def test_every_name_in_a_record_is_one_component(
    copied: Everything, kind: str, file: str, where: tuple[str | int, ...], read: Read
) -> None:
    place = copied.by_kind()[kind]
    path = place / file if file else place
    read(place)  # as it is, it can be read
    lines = path.read_text(encoding="utf-8").splitlines() if path.suffix == ".jsonl" else [path.read_text("utf-8")]
    for name in OUTSIDE:
        changed = [json.dumps(put(json.loads(lines[0]), where, name)), *lines[1:]]
        path.write_text("\n".join(changed) + "\n", encoding="utf-8")
        with pytest.raises(InputError):
            read(place)


LINKED: tuple[tuple[str, str, Read], ...] = (
    ("run", HEADER, read_record),
    ("run", "outcome.json", read_record),
    ("run", "facts.json", read_record),
    ("run", "memory.jsonl", read_record),
    ("run", "trials-4000.jsonl", read_record),
    ("run", "trials-4000.jsonl", build),
    ("run", "memory.jsonl", build),
    ("run", "stacks.jsonl", read_stacks),
    ("run", "memory-lines-4000.json", read_memory_lines),
    ("run", "marks-0.json", read_marks),
    ("run", "allocations.collapsed.txt", lambda folder: report([str(folder)], folder.parent / "out")),
    ("history", "history.json", build),
    ("comparison", "comparison.json", read_compared),
    ("comparison", "cells.jsonl", read_compared),
    ("comparison", "looks.jsonl", read_compared),
    ("scaling", "scaling.json", read_scaled),
    ("scaling", "cells.jsonl", read_scaled),
    ("scaling", "prediction.json", read_scaled),
    ("scaling", "ended.json", read_scaled),
    ("rulings", "rulings.json", read_rulings),
    ("rulings", "ledger.toml", read_rulings),
    ("reproduction", "", read_reproduction),
    ("probing", "", read_probing),
    ("points", "", read_points),
)


@pytest.mark.parametrize(("kind", "file", "read"), LINKED, ids=called)
@pytest.mark.parametrize("to", ["moved", "zero", "pipe"])
def test_no_link_device_or_pipe_is_read_in_place_of_a_file(
    copied: Everything, tmp_path: Path, kind: str, file: str, read: Read, to: str
) -> None:
    place = copied.by_kind()[kind]
    path = place / file if file else place
    moved = path.rename(tmp_path / "moved")
    if to == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(moved if to == "moved" else "/dev/zero")
    with pytest.raises(RecordError, match=r"is a (link|pipe)"):
        read(place)


@pytest.mark.parametrize(
    ("kind", "below", "read"),
    [
        ("comparison", "runs", read_compared),
        ("scaling", "runs", read_scaled),
        ("reproduction", "runs", read_reproduction),
        ("probing", "runs", read_probing),
    ],
)
def test_a_link_in_place_of_a_run_is_not_followed(
    copied: Everything, tmp_path: Path, kind: str, below: str, read: Read
) -> None:
    for folder in (copied.run.parent.parent / below).iterdir():
        folder.symlink_to(folder.rename(tmp_path / f"moved-{folder.name}"))
    with pytest.raises(RecordError, match="is a link, which is not followed"):
        read(copied.by_kind()[kind])


@pytest.mark.parametrize("is_link", [False, True])
def test_a_report_on_rulings_writes_only_below_its_folder(copied: Everything, tmp_path: Path, is_link: bool) -> None:
    """As it was found: evidence named `../../victim` was a comparison, whose report then went to `out/../victim`."""
    victim, out = tmp_path / "victim", tmp_path / "out"
    victim.mkdir()
    for name in ("index.html", "report.json", "report.md"):
        (victim / name).write_text("mine")
    if is_link:
        (out / "evidence").mkdir(parents=True)
        (out / "evidence" / copied.comparison.name).symlink_to(victim)
    else:
        shutil.copytree(copied.comparison, victim, dirs_exist_ok=True)
        path = copied.rulings / "rulings.json"
        data = json.loads(path.read_text())
        data["evidence"] = [evidence for evidence in data["evidence"] if evidence["kind"] == "comparison"]
        data["evidence"][0]["ids"] = ["../../victim"]
        path.write_text(json.dumps(data))
    with suppress(HarnessError):
        report([str(copied.rulings)], out)
    assert [(victim / name).read_text() for name in ("index.html", "report.json", "report.md")] == ["mine"] * 3


def test_a_part_of_a_report_lies_below_it(tmp_path: Path) -> None:
    assert part_of(tmp_path, "evidence", "20261128T060410-b819") == tmp_path / "evidence" / "20261128T060410-b819"
    with pytest.raises(InputError, match="cannot be written"):
        part_of(tmp_path, "..", "x")
    (tmp_path / "evidence").symlink_to("/tmp")
    with pytest.raises(InputError, match="is a link"):
        part_of(tmp_path, "evidence", "x")
