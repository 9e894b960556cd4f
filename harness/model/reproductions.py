"""Reproductions on disk: `<home>/reproductions/<id>.json` names the runs, whose records lie beside it."""

from collections.abc import Mapping
from pathlib import Path

from harness.errors import InputError, RecordError
from harness.model.codec import decode
from harness.model.experiment import Reproduction
from harness.model.home import make_folder
from harness.model.record import READABLE, Record
from harness.model.store import read_json, read_present, write_json

FOLDER = "reproductions"


def is_manifest(path: Path) -> bool:
    """Whether a path stands for a reproduction: everything else that is recorded is a folder."""
    return path.suffix == ".json"


def write_reproduction(root: Path, reproduction: Reproduction) -> Path:
    """Write or renew a manifest; returns its path."""
    path = make_folder(root, FOLDER) / f"{reproduction.id}.json"
    write_json(path, reproduction, is_synced=True)
    return path


def latest_reproduction(root: Path) -> Path:
    """The manifest of the newest reproduction. Raises InputError when there is none."""
    found = sorted((root / FOLDER).glob("*.json"))
    if not found:
        raise InputError(f"no reproduction is recorded in {root}: run `harness reproduce` first")
    return found[-1]


def read_reproduction(path: Path) -> tuple[Reproduction, Mapping[str, Record]]:
    """A manifest and the records of its runs that are still there, by run id. Raises RecordError for a damaged one."""
    data = read_json(path)
    if data is None:
        raise RecordError(f"{path} is not there: manifests lie in .harness/{FOLDER}/")
    if data.get("schema") not in READABLE:
        raise RecordError(
            f"{path}: schema {data.get('schema')!r} is none of {READABLE}, which this version reads: "
            "update study-harness, or measure again"
        )
    manifest = decode(Reproduction, data, str(path))
    runs = path.parent.parent / "runs"
    return manifest, read_present(runs, (run.run for run in manifest.runs))
