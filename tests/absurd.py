"""Absurd values in every field of a record of every kind: each is read and rendered, or refused in a sentence.

`python -m tests.absurd [--share 0.1] [--seed 7] [KIND]...` tries that share of all places and values.
"""

import argparse
import contextlib
import io
import json
import random
import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.cli.records import listed
from harness.cli.report import report
from harness.errors import HarnessError
from harness.experiments.marks import read_marks
from harness.model.points import read_points
from harness.model.probing import read_probing
from harness.model.store import read_record
from harness.report.advice import build as build_advice
from harness.report.advice.write import write_advice
from tests.disk import Everything, write_all

DEEP: Any = []
for _ in range(500):
    DEEP = [DEEP]
NUMBERS = (-1, 0, 1, 2**31, 2**63, 10**30, 10**400, -(10**30), -0.5, 0.5, 1e18, 1e308, -1e308, 5e-324, "NaN!", "inf!")
TEXTS = ("", "x", "nan", "Infinity", "\ud800", "\0", "a\x1b[31m\n\u202eb", "../..", "x" * 5_000)
VALUES: tuple[Any, ...] = (None, True, *NUMBERS, *TEXTS, [], {}, [[]], [None], {"": None}, {"a": {"b": 1}}, DEEP)
LONGEST_S = 20.0  # of CPU
WAITED_S = 300  # for something that never comes: a pipe


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One value put in one place of one file."""

    kind: str
    file: str  # below the folder of records
    line: int | None  # of a file of rows
    where: tuple[str | int, ...]
    value: int  # its place in VALUES

    def __str__(self) -> str:
        value = repr(VALUES[self.value])[:40]
        return f"{self.kind}: {self.file}:{self.line} {'.'.join(map(str, self.where))} = {value}"


def changes(root: Path, kind: str, place: Path) -> Iterator[Change]:
    """Every place of the files of a record, with every value."""
    files = sorted(place.glob("*.json*")) if place.is_dir() else [place]
    for path in files:
        lines = path.read_text(encoding="utf-8").splitlines() if path.suffix == ".jsonl" else [path.read_text("utf-8")]
        seen: set[object] = set()
        for number, line in enumerate(lines):
            data = json.loads(line)
            form = (data.get("kind"), tuple(data)) if path.suffix == ".jsonl" else number
            if form in seen:
                continue  # one row of each form
            seen.add(form)
            for where in places(data, ()):
                for value in range(len(VALUES)):
                    yield Change(
                        kind=kind,
                        file=str(path.relative_to(root)),
                        line=number if path.suffix == ".jsonl" else None,
                        where=where,
                        value=value,
                    )


def places(data: Any, above: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    """Every place in plain data; of a list its first two items."""
    keys: Any = list(data) if isinstance(data, dict) else range(min(len(data), 2)) if isinstance(data, list) else ()
    for key in keys:
        yield (*above, key)
        yield from places(data[key], (*above, key))


def apply(root: Path, change: Change) -> None:
    path = root / change.file
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines() if change.line is not None else [text]
    index = change.line or 0
    data = json.loads(lines[index])
    node = data
    for key in change.where[:-1]:
        node = node[key]
    node[change.where[-1]] = VALUES[change.value]
    lines[index] = json.dumps(data).replace('"NaN!"', "NaN").replace('"inf!"', "Infinity")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def readers(kind: str, place: Path, out: Path) -> tuple[Callable[[], object], ...]:
    """Whatever reads or renders a record of a kind."""
    home = place.parent.parent if kind != "points" else place.parent
    listing = lambda: listed(home)  # noqa: E731
    if kind == "probing":
        return listing, lambda: write_advice(build_advice(*read_probing(place)), out)
    if kind == "points":
        return (lambda: read_points(place),)
    rendered = lambda: report([str(place)], out)  # noqa: E731
    if kind in ("run", "history"):
        return listing, rendered, lambda: read_record(place), lambda: read_marks(place)
    return listing, rendered


class TooLongError(Exception):
    """A reader did not come to an end."""


def attempt(root: Path, kind: str, place: Path, out: Path) -> str | None:
    """Read and render; what went wrong where that was no sentence of ours."""

    def stop(number: int, frame: object) -> None:
        raise TooLongError

    before = [signal.signal(number, stop) for number in (signal.SIGALRM, signal.SIGPROF)]
    try:
        for read in readers(kind, place, out):
            signal.alarm(WAITED_S)
            signal.setitimer(signal.ITIMER_PROF, LONGEST_S)
            try:
                with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                    read()
            except HarnessError as error:
                if not str(error).strip() or len(str(error)) > 4_000:
                    return f"a refusal of {len(str(error))} characters"
            except Exception as error:
                last = traceback.extract_tb(error.__traceback__)[-6:]
                at = " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed(last))
                return f"{type(error).__name__}: {str(error)[:100]} at {at}"
    finally:
        signal.alarm(0)
        signal.setitimer(signal.ITIMER_PROF, 0)
        for number, handler in zip((signal.SIGALRM, signal.SIGPROF), before, strict=True):
            signal.signal(number, handler)
    return None


def trial(root: Path, everything: Everything, change: Change) -> str | None:
    """Put a value in its place, read, and put back what was there."""
    path, out = root / change.file, root.parent / "out"
    whole = path.read_bytes()
    try:
        apply(root, change)
        return attempt(root, change.kind, everything.by_kind()[change.kind], out)
    finally:
        path.write_bytes(whole)
        shutil.rmtree(out, ignore_errors=True)


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("kinds", nargs="*")
    asked = parser.parse_args(words)
    chance = random.Random(asked.seed)
    found: dict[str, int] = {}
    tried = 0
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "home"
        everything = write_all(root)
        for kind, place in everything.by_kind().items():
            if asked.kinds and kind not in asked.kinds:
                continue
            for change in changes(root, kind, place):
                if chance.random() >= asked.share:
                    continue
                tried += 1
                wrong = trial(root, everything, change)
                if wrong is not None:
                    key = wrong.partition(" at ")[2] or wrong
                    found[key] = found.get(key, 0) + 1
                    if found[key] == 1:
                        sys.stdout.write(f"{change}\n    {wrong}\n")
                        sys.stdout.flush()
    sys.stdout.write(f"{tried} changes, {sum(found.values())} wrong in {len(found)} ways\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
