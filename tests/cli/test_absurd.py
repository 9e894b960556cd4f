"""Some absurd values in fields of a record of each kind (all of them: `python -m tests.absurd`), and hostile files."""

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.absurd import attempt, changes, trial
from tests.disk import Everything, write_all

TRIED = {"run": 8, "history": 6, "comparison": 8, "scaling": 8, "reproduction": 2, "rulings": 2, "probing": 16}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Everything:
    return write_all(tmp_path_factory.mktemp("absurd") / "home")


@pytest.mark.parametrize(("kind", "count"), TRIED.items())
def test_an_absurd_value_is_read_or_refused_in_a_sentence(whole: Everything, kind: str, count: int) -> None:
    home = whole.run.parent.parent
    known = list(changes(home, kind, whole.by_kind()[kind]))
    tried = random.Random(10).sample(known, count)
    assert {str(change): wrong for change in tried if (wrong := trial(home, whole, change)) is not None} == {}


def zeros(path: Path) -> None:
    os.truncate(path, 2**40)  # no block of it is on the disk


def deep(path: Path) -> None:
    path.write_text("[" * 100_000)


def deep_field(path: Path) -> None:
    path.write_text(f'{{"schema":3,"kind":"trial","x":{"[" * 100_000}{"]" * 100_000}}}\n')


def wide(path: Path) -> None:
    path.write_text('{"schema":' + "9" * 100_000 + "}\n")


HOSTILE: tuple[Callable[[Path], None], ...] = (
    zeros,
    deep,
    deep_field,
    wide,
    lambda path: path.write_bytes(b""),
    lambda path: path.write_bytes(b"\0" * 364),
    lambda path: path.write_bytes(b"\xff\xfe{"),
    lambda path: path.write_text("[]"),
    lambda path: path.write_text('{"schema":3}'),
    lambda path: path.write_text("NaN\n" * 3),
    lambda path: path.write_text('"' + "x" * 100_000),
)
FILES = {
    "run": ("run.json", "outcome.json", "trials-4000.jsonl", "memory.jsonl", "stacks.jsonl", "memory-lines-4000.json"),
    "comparison": ("comparison.json", "cells.jsonl", "looks.jsonl"),
    "scaling": ("scaling.json", "cells.jsonl", "prediction.json", "ended.json"),
    "rulings": ("rulings.json", "ledger.toml"),
    "reproduction": ("",),
    "probing": ("",),
    "points": ("",),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_hostile_file_is_read_or_refused_in_a_sentence(whole: Everything, tmp_path: Path, kind: str) -> None:
    home = whole.run.parent.parent
    place = whole.by_kind()[kind]
    wrong = {}
    for index, spoil in enumerate(HOSTILE):
        file = FILES[kind][index % len(FILES[kind])]
        path = place / file if file else place
        kept = shutil.copy(path, tmp_path / "kept")
        try:
            spoil(path)
            wrong[f"{file} {index}"] = attempt(home, kind, place, tmp_path / "out")
        finally:
            path.unlink()
            shutil.copy(kept, path)
    assert {name: fault for name, fault in wrong.items() if fault is not None} == {}
