"""The records below the home: found by what the user calls them, and listed with what each is."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.errors import InputError, RecordError
from harness.model.record import Origin
from harness.model.reproductions import FOLDER as REPRODUCTIONS
from harness.model.store import HEADER, OUTCOME, read_header, read_json

RUNS = "runs"
REPRODUCTION = "reproduction"
_NAMED_AT_MOST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A record as `harness runs` lists it. What is not known is None; `damage` says why."""

    id: str
    kind: str  # an Origin's value, or "reproduction"
    label: str | None
    started_s: float | None
    trials: int | None
    ending: str | None
    size_bytes: int
    damage: str | None = None


def is_manifest(path: Path) -> bool:
    """Whether a path stands for a reproduction rather than for one run."""
    return path.suffix == ".json"


def find(name: str, root: Path) -> Path:
    """A record's folder or a reproduction's manifest, by path, by id, or by a part of an id that only one has.

    Raises InputError when there is none, or several.
    """
    given = Path(name)
    if given.is_file() and is_manifest(given):
        return given.parent if given.name == HEADER else given
    if (given / HEADER).is_file():
        return given
    known = {path.name.removesuffix(".json"): path for path in (*_runs(root), *_manifests(root))}
    if name in known:
        return known[name]
    alike = [found for found in known if name and name in found]
    if len(alike) == 1:
        return known[alike[0]]
    if given.exists() and not alike:
        return given  # no record: whoever reads it says so
    raise InputError(_refusal(name, root, alike or difflib.get_close_matches(name, known, n=1), is_part=bool(alike)))


def newest(root: Path) -> Path:
    """The newest run or reproduction; the runs of a reproduction are its own. Raises InputError when there is none."""
    manifest = max(_manifests(root), key=lambda path: path.name, default=None)
    for folder in sorted(_runs(root), key=lambda path: path.name, reverse=True):
        if manifest is not None and folder.name < manifest.stem:
            return manifest
        if manifest is None or read_header(folder).origin is not Origin.PLAN:
            return folder
    if manifest is None:
        raise InputError(
            f"nothing is recorded in {root}: `harness run SCRIPT` or `harness study URL` records something"
        )
    return manifest


def listed(root: Path) -> list[Listed]:
    """Every record below the home, newest first; a damaged one says why instead of stopping the list."""
    found = [*(_run(folder) for folder in _runs(root)), *(_reproduction(path) for path in _manifests(root))]
    return sorted(found, key=lambda line: line.id, reverse=True)


def _runs(root: Path) -> list[Path]:
    """Folders that are or were to become records."""
    return [path for path in (root / RUNS).glob("*") if path.is_dir()]


def _manifests(root: Path) -> list[Path]:
    return list((root / REPRODUCTIONS).glob("*.json"))


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
