"""Target: closing the record of 20,000 trials takes the watched process at most 1 s of CPU and 30 MiB."""

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import mkdtemp

from harness.runner.script import watched_environment
from speed.processes import HERE
from speed.target import Measured, median

TRIALS = 20_000
LIMIT_S, LIMIT_MIB = 1.0, 30.0
CASES = {"small attributes": 4, "a table of 100 rows as an attribute": 0}  # name -> small attributes; 0: the table


def measure(pairs: int, root: Path) -> list[Measured]:
    """Fresh processes of a plain script, watched; each reads its clock and its memory before and after our exit."""
    return [line for name, attributes in CASES.items() for line in _case(name, attributes, pairs, root)]


def _case(name: str, attributes: int, pairs: int, root: Path) -> list[Measured]:
    cpu_s, rises = [], []
    for _ in range(pairs):
        environment = watched_environment(dict(os.environ), Path(mkdtemp(dir=root)))
        command = [sys.executable, "-P", str(HERE / "closing_child.py"), str(TRIALS), str(attributes)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        taken = json.loads(done.stdout.splitlines()[-1])
        cpu_s.append(taken["cpu_s"])
        rises.append(taken["peak_mib"])
    what = f"{TRIALS:,} trials, {name}"
    return [
        Measured(what=f"{what}: closing, CPU", value=median(cpu_s), unit="s", limit=LIMIT_S),
        Measured(what=f"{what}: closing, rise of the peak", value=median(rises), unit="MiB", limit=LIMIT_MIB),
    ]
