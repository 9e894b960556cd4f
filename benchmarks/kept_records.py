"""Copies what an experiment rests on, so that it can be committed beside its report.

python benchmarks/kept_records.py EXPERIMENT TO [--out FOLDER]

EXPERIMENT is the folder of a ruling or a comparison in a home for records; TO becomes a home with that experiment and
all that it names, and nothing else. Left out are a study's storage and what runs printed. The folder that the command
was given with --out is written as FOLDER, and the home is left out of paths: both may be anywhere on a machine.
"""

import argparse
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from harness.claims.rulings import read_rulings
from harness.errors import HarnessError
from harness.model.claim import EvidenceKind
from harness.model.comparisons import COMPARISON, read_cells, read_comparison
from harness.model.reproductions import FOLDER as REPRODUCTIONS
from harness.model.reproductions import read_reproduction
from harness.model.store import HEADER, read_json, write_json

LEFT_OUT = ("study.*", "stdout.txt", "stderr.txt", "lock")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("experiment", type=Path)
    asked.add_argument("to", type=Path)
    asked.add_argument("--out", default="reports/latest")
    given = asked.parse_args()
    try:
        print(f"{keep(given.experiment, given.to, given.out)} runs are kept in {given.to}")
    except HarnessError as error:
        raise SystemExit(str(error)) from error


def keep(experiment: Path, to: Path, out: str) -> int:
    """Copy an experiment with all that it names; returns the number of runs."""
    home = experiment.resolve().parent.parent
    copied = {path for path in parts_of(experiment.resolve()) if path.exists()}
    for path in sorted(copied):
        target = to / path.relative_to(home)
        if path.is_dir():
            shutil.copytree(path, target, ignore=shutil.ignore_patterns(*LEFT_OUT), dirs_exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    runs = [path for path in copied if path.parent.name == "runs"]
    for path in runs:
        for rows in (to / path.relative_to(home)).glob("trials-*.jsonl"):
            rows.write_text(within_home(rows.read_text(encoding="utf-8"), path.name), encoding="utf-8")
        header = to / path.relative_to(home) / HEADER
        data = read_json(header)
        assert isinstance(data, dict)
        write_json(header, {**data, "argv": with_out(data["argv"], out)})
    return len(runs)


def parts_of(experiment: Path) -> Iterator[Path]:
    """The paths of an experiment and of everything that it names."""
    home = experiment.parent.parent
    yield experiment
    if (experiment / COMPARISON).exists():
        recording = read_comparison(experiment).recording
        cells = read_cells(experiment)
        named = [recording, *(cell.run for cell in cells), *(cell.scored for cell in cells)]
        yield from (home / "runs" / name for name in named if name is not None)
        return
    for evidence in read_rulings(experiment)[0].evidence:
        for name in evidence.ids:
            match evidence.kind:
                case EvidenceKind.COMPARISON:
                    yield from parts_of(home / "comparisons" / name)
                case EvidenceKind.REPRODUCTION:
                    manifest = home / REPRODUCTIONS / f"{name}.json"
                    yield manifest
                    yield from (home / "runs" / run for run in read_reproduction(manifest)[1])
                case _:
                    yield home / "runs" / name


def within_home(text: str, run: str) -> str:
    """Rows with the run's folder as seen from its home: where a study's storage lay is a path of a machine."""
    return re.sub(rf"/(?:[^/\"\s]+/)+runs/{re.escape(run)}", f"runs/{run}", text)


def with_out(argv: list[str], out: str) -> list[str]:
    """A command with another folder behind --out."""
    return [out if index and argv[index - 1] == "--out" else word for index, word in enumerate(argv)]


if __name__ == "__main__":
    main()
