"""What tests of `harness run` share: running the real command on a script, and the record that it left."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.model.record import Record
from harness.model.store import read_record

SCRIPTS = Path(__file__).parent / "scripts"
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, kw_only=True)
class Run:
    """A finished `harness run`."""

    exit_code: int
    out: str
    err: str
    records: tuple[Path, ...]

    @property
    def record(self) -> Record:
        return read_record(self.records[-1])


def environment(home: Path, changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """Ours, with records below `home` and the package importable from anywhere."""
    return {**os.environ, "HARNESS_HOME": str(home), "PYTHONPATH": str(ROOT), **(changes or {})}


def harness_run(
    words: Sequence[str],
    folder: Path,
    *,
    flags: Sequence[str] = (),
    changes: Mapping[str, str] | None = None,
    **how: object,
) -> Run:
    """`harness run WORDS` in `folder`, without stacks, to its end."""
    home = folder / "home"
    done = subprocess.run(
        [sys.executable, *flags, "-m", "harness", "run", "--no-stacks", "--out", str(folder / "report"), *words],
        cwd=folder,
        env=environment(home, changes),
        capture_output=True,
        text=True,
        timeout=120,
        **how,  # type: ignore[call-overload]
    )
    runs = home / "runs"
    records = tuple(sorted(runs.iterdir())) if runs.exists() else ()
    return Run(exit_code=done.returncode, out=done.stdout, err=done.stderr, records=records)
