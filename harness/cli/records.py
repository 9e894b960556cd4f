"""The records below the home: found by what the user calls them, and listed with what each is."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from harness.errors import InputError, RecordError
from harness.model.record import Origin
from harness.model.reproductions import FOLDER as REPRODUCTIONS
from harness.model.reproductions import is_manifest
from harness.model.store import HEADER, OUTCOME, read_header, read_json

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
    return next((kind for kind, (_, file) in _EXPERIMENTS.items() if (path / file).is_file()), Kind.RUN)


def find(name: str, root: Path) -> Path:
    """A record's or an experiment's folder or a reproduction's manifest, by path, id, or a part that only one id has.

    Raises InputError when there is none, or several.
    """
    given = Path(name)
    inside = {HEADER, *(file for _, file in _EXPERIMENTS.values())}
    if given.is_file() and is_manifest(given):
        return given.parent if given.name in inside else given
    if any((given / file).is_file() for file in inside):
        return given
    known = {path.name.removesuffix(".json"): path for path in (*_runs(root), *_series(root))}
    if name in known:
        return known[name]
    alike = [found for found in known if name and name in found]
    if len(alike) == 1:
        return known[alike[0]]
    if given.exists() and not alike:
        return given  # no record: whoever reads it says so
    raise InputError(_refusal(name, root, alike or difflib.get_close_matches(name, known, n=1), is_part=bool(alike)))


def newest(root: Path) -> Path:
    """The newest run or series of runs; the runs of a series are its own. Raises InputError when there is none."""
    series = max(_series(root), key=lambda path: path.name, default=None)
    for folder in sorted(_runs(root), key=lambda path: path.name, reverse=True):
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


def _runs(root: Path) -> list[Path]:
    """Folders that are or were to become records."""
    return [path for path in (root / RUNS).glob("*") if path.is_dir()]


def _manifests(root: Path) -> list[Path]:
    return list((root / REPRODUCTIONS).glob("*.json"))


def _experiments(root: Path) -> list[Path]:
    """Folders of comparisons and of what else consists of runs."""
    places = [(root / folder, file) for folder, file in _EXPERIMENTS.values()]
    return [path for place, file in places for path in place.glob("*") if (path / file).is_file()]


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
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    try:
        header = read_header(folder)
        trials = sum(_trials(path) for path in folder.glob("trials-*.jsonl"))
        outcome = read_json(folder / OUTCOME)
    except (RecordError, OSError) as error:
        return _damaged(folder.name, "unknown", size, error)
    ending = None if outcome is None else str(outcome.get("ending", "unknown"))
    return Listed(
        id=folder.name,
        kind=header.origin.value,
        label=header.label,
        started_s=header.started_s,
        trials=trials,
        ending=ending,
        size_bytes=size,
    )


def _trials(path: Path) -> int:
    """Rows of trials in a file, without decoding them: a row begins with its kind."""
    with path.open("rb") as rows:
        return sum(b'"trial"' in row[:24] for row in rows if row.endswith(b"\n"))


def _reproduction(path: Path) -> Listed:
    size = path.stat().st_size
    try:
        data = read_json(path) or {}
        started = data.get("started_s")
        runs = data.get("runs")
    except RecordError as error:
        return _damaged(path.stem, REPRODUCTION, size, error)
    return Listed(
        id=path.stem,
        kind=REPRODUCTION,
        label=f"{len(runs)} runs" if isinstance(runs, list) else None,
        started_s=float(started) if isinstance(started, int | float) else None,
        trials=None,
        ending=None,
        size_bytes=size,
    )


def _experiment(folder: Path) -> Listed:
    """A comparison or another experiment; what was asked for tells what it is about."""
    kind = kind_of(folder)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    try:
        data = read_json(folder / _EXPERIMENTS[kind][1]) or {}
        label = _about(kind, data, folder)
        ending = _how_far(folder) if kind is Kind.COMPARISON else None
    except (RecordError, OSError) as error:
        return _damaged(folder.name, kind.value, size, error)
    started = data.get("started_s")
    return Listed(
        id=folder.name,
        kind=kind.value,
        label=label,
        started_s=float(started) if isinstance(started, int | float) else None,
        trials=None,
        ending=ending,
        size_bytes=size,
    )


def _about(kind: Kind, data: dict[str, Any], folder: Path) -> str | None:
    """The workload, the levers and how many runs there are, as far as they are told."""
    base, levers = data.get("base"), data.get("levers")
    workload = base.get("workload") if isinstance(base, dict) else None
    if kind is Kind.RULINGS:
        return f"on {data['ledger']}" if isinstance(data.get("ledger"), str) else None
    if kind is not Kind.COMPARISON:
        return workload
    cells = _lines(folder / "cells.jsonl")
    named = ", ".join(str(lever) for lever in levers) if isinstance(levers, list) else "levers"
    return f"{named} on {workload}, {cells} {'run' if cells == 1 else 'runs'}"


def _how_far(folder: Path) -> str:
    """Whether the last look at a comparison was the last of all."""
    from harness.model.comparisons import LOOKS
    from harness.model.lines import stream_rows

    looks = [row for row in stream_rows(folder / LOOKS) if row is not None]
    return "finished" if looks and looks[-1].get("is_last") else "unfinished"


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


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
