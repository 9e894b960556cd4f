"""The records below the home: found by what the user calls them, and listed with what each is."""

import difflib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from harness.errors import InputError, RecordError
from harness.model.codec import decode
from harness.model.comparisons import LOOKS
from harness.model.home import VARIABLE
from harness.model.lines import stream_rows
from harness.model.opening import is_file, is_folder, is_there, open_plain
from harness.model.record import Origin
from harness.model.reproductions import FOLDER as REPRODUCTIONS
from harness.model.reproductions import is_manifest
from harness.model.store import HEADER, read_header, read_json, read_outcome

RUNS = "runs"
REPRODUCTION = "reproduction"
_NAMED_AT_MOST = 4


class Kind(Enum):
    """What a path stands for, and so who reads it."""

    RUN = "run"
    REPRODUCTION = REPRODUCTION
    COMPARISON = "comparison"
    SCALING = "scaling"
    RULINGS = "rulings"


# experiments that keep a folder of their own: where it lies, and the file that says what was asked for
_EXPERIMENTS = {
    Kind.COMPARISON: ("comparisons", "comparison.json"),
    Kind.SCALING: ("scalings", "scaling.json"),
    Kind.RULINGS: ("claims", "rulings.json"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A record as `harness runs` lists it. What is not known is None; `damage` says why."""

    id: str
    kind: str  # an Origin's value, or a Kind's
    label: str | None
    started_s: float | None
    trials: int | None
    ending: str | None
    size_bytes: int
    damage: str | None = None


def kind_of(path: Path) -> Kind:
    """What a path stands for; a run where it is nothing else, for whoever reads it to say so."""
    if is_manifest(path):
        return Kind.REPRODUCTION
    return next((kind for kind, (_, file) in _EXPERIMENTS.items() if is_file(path / file)), Kind.RUN)


def find(name: str, root: Path) -> Path:
    """A record's or an experiment's folder or a reproduction's manifest, by path, id, or a part that only one id has.

    Raises InputError when there is none, or several.
    """
    given = _followed(Path(name))
    inside = {HEADER, *(file for _, file in _EXPERIMENTS.values())}
    if is_file(given) and is_manifest(given):
        return given.parent if given.name in inside else given
    if any(is_file(given / file) for file in inside):
        return given
    known = {path.name.removesuffix(".json"): path for path in (*_runs(root), *_series(root))}
    if name in known:
        return known[name]
    alike = [found for found in known if name and name in found]
    if len(alike) == 1:
        return known[alike[0]]
    if is_there(given) and not alike:
        return given  # no record: whoever reads it says so
    raise InputError(_refusal(name, root, alike or difflib.get_close_matches(name, known, n=1), is_part=bool(alike)))


def newest(root: Path) -> Path:
    """The newest run or series of runs; the runs of a series are its own. Raises InputError when there is none.

    A folder without a header is no record yet, or never became one: it is passed over.
    """
    series = max(_series(root), key=lambda path: path.name, default=None)
    runs = [folder for folder in _runs(root) if is_file(folder / HEADER)]
    for folder in sorted(runs, key=lambda path: path.name, reverse=True):
        if series is not None and folder.name < series.name.removesuffix(".json"):
            return series
        if series is None or read_header(folder).origin is not Origin.PLAN:
            return folder
    if series is None:
        raise InputError(
            f"nothing is recorded in {root}: `harness run SCRIPT` or `harness study URL` records something"
        )
    return series


def listed(root: Path) -> list[Listed]:
    """Every record below the home, newest first; a damaged one says why instead of stopping the list."""
    found = [
        *(_run(folder) for folder in _runs(root)),
        *(_reproduction(path) for path in _manifests(root)),
        *(_experiment(folder) for folder in _experiments(root)),
    ]
    return sorted(found, key=lambda line: line.id, reverse=True)


def _followed(path: Path) -> Path:
    """What a link that the user names leads to; links inside records are not followed."""
    return path.resolve() if path.is_symlink() else path


def _inside(folder: Path) -> list[Path]:
    """What lies in a folder of records; nothing where there is no such folder. Raises InputError for one kept shut."""
    try:
        return list(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        if is_folder(folder.parent) or not is_there(folder.parent):
            return []
        raise InputError(f"{folder.parent} is not a folder: set {VARIABLE} to the folder of records") from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"the records in {folder} cannot be listed ({reason}): ask its owner for access") from error


def _runs(root: Path) -> list[Path]:
    """Folders that are or were to become records."""
    return [path for path in _inside(root / RUNS) if is_folder(path)]


def _manifests(root: Path) -> list[Path]:
    return [path for path in _inside(root / REPRODUCTIONS) if is_manifest(path)]


def _experiments(root: Path) -> list[Path]:
    """Folders of comparisons and of what else consists of runs."""
    places = [(root / folder, file) for folder, file in _EXPERIMENTS.values()]
    return [path for place, file in places for path in _inside(place) if is_file(path / file)]


def _series(root: Path) -> list[Path]:
    """What consists of several runs."""
    return [*_manifests(root), *_experiments(root)]


def _refusal(name: str, root: Path, alike: Sequence[str], *, is_part: bool) -> str:
    if is_part:
        shown = ", ".join(sorted(alike, reverse=True)[:_NAMED_AT_MOST])
        more = f" and {len(alike) - _NAMED_AT_MOST} more" if len(alike) > _NAMED_AT_MOST else ""
        return f"{name!r} is a part of several records' names: write more of one of {shown}{more}"
    guess = f" (did you mean {alike[0]!r}?)" if alike else ""
    return f"there is no record {name!r} in {root}{guess}: `harness runs` lists them"


def _run(folder: Path) -> Listed:
    size = _size(folder)
    try:
        header = read_header(_unlinked(folder))
        trials = sum(_trials(path) for path in folder.glob("trials-*.jsonl"))
        outcome = read_outcome(folder)
    except (RecordError, OSError) as error:
        return _damaged(folder.name, "unknown", size, error)
    return Listed(
        id=folder.name,
        kind=header.origin.value,
        label=header.label,
        started_s=header.started_s,
        trials=trials,
        ending=None if outcome is None else outcome.ending.value,
        size_bytes=size,
    )


def _unlinked(path: Path) -> Path:
    if path.is_symlink():
        raise RecordError(f"{path} is a link, which is not followed: put what it names in its place")
    return path


def _size(path: Path) -> int:
    """Bytes of a file, or of all files in a folder; links count as what they are."""
    places = [path] if is_file(path) else [Path(at) / name for at, _, names in os.walk(path) for name in names]
    return sum(map(_file_size, places))


def _file_size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:  # gone since, or not ours to see
        return 0


def _trials(path: Path) -> int:
    """Rows of trials in a file, without decoding them: a row begins with its kind."""
    with open_plain(path) as rows:
        return sum(b'"trial"' in row[:24] for row in rows if row.endswith(b"\n"))


def _reproduction(path: Path) -> Listed:
    size = _size(path)
    try:
        data = read_json(path) or {}
        runs, started_s = data.get("runs"), started_of(data, path)
    except RecordError as error:
        return _damaged(path.stem, REPRODUCTION, size, error)
    return Listed(
        id=path.stem,
        kind=REPRODUCTION,
        label=f"{len(runs)} runs" if isinstance(runs, list) else None,
        started_s=started_s,
        trials=None,
        ending=None,
        size_bytes=size,
    )


def _experiment(folder: Path) -> Listed:
    """A comparison or another experiment; what was asked for tells what it is about."""
    kind = kind_of(folder)
    size = _size(folder)
    try:
        data = read_json(_unlinked(folder) / _EXPERIMENTS[kind][1]) or {}
        label = _about(kind, data, folder)
        ending = _how_far(folder) if kind is Kind.COMPARISON else None
        started_s = started_of(data, folder)
    except (RecordError, OSError) as error:
        return _damaged(folder.name, kind.value, size, error)
    return Listed(
        id=folder.name,
        kind=kind.value,
        label=label,
        started_s=started_s,
        trials=None,
        ending=ending,
        size_bytes=size,
    )


def started_of(data: dict[str, Any], at: Path) -> float | None:
    """When an experiment began; None where that is not told. Raises RecordError for what is no time."""
    started_s = data.get("started_s")
    return None if started_s is None else decode(float, started_s, f"{at}.started_s")


def _about(kind: Kind, data: dict[str, Any], folder: Path) -> str | None:
    """The workload, the levers and how many runs there are, as far as they are told."""
    base, levers = data.get("base"), data.get("levers")
    workload = base.get("workload") if isinstance(base, dict) else None
    workload = workload if isinstance(workload, str) else None
    if kind is Kind.RULINGS:
        return f"on {data['ledger']}" if isinstance(data.get("ledger"), str) else None
    if kind is not Kind.COMPARISON:
        return workload
    cells = sum(row is not None for row in stream_rows(folder / "cells.jsonl"))
    named = ", ".join(str(lever)[:80] for lever in levers[:20]) if isinstance(levers, list) else "levers"
    return f"{named} on {workload}, {cells} {'run' if cells == 1 else 'runs'}"


def _how_far(folder: Path) -> str:
    """Whether the last look at a comparison was the last of all."""
    looks = [row for row in stream_rows(folder / LOOKS) if row is not None]
    return "finished" if looks and looks[-1].get("is_last") is True else "unfinished"


def _damaged(name: str, kind: str, size: int, error: Exception) -> Listed:
    return Listed(
        id=name,
        kind=kind,
        label=None,
        started_s=None,
        trials=None,
        ending=None,
        size_bytes=size,
        damage=str(error),
    )


def found_all(names: Sequence[str], root: Path) -> Iterator[Path]:
    """`find` for each; the newest where none is named."""
    if not names:
        yield newest(root)
    for name in names:
        yield find(name, root)
