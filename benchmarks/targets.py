"""The speed targets, measured: `python benchmarks/targets.py [NAME...]` prints what was asked, found and met.

The exit code says whether everything ran, not whether everything was met: on a busy machine that is for people to read.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path

from harness.units import significant
from speed import TARGETS
from speed.target import Measured

PAIRS = 8  # six are the fewest whose median has a 95 % interval
_HEAD = ("target", "what", "median", "95 % interval", "limit", "")


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Measure the speed targets.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(TARGETS)} (all)")
    parser.add_argument("--pairs", type=int, default=PAIRS, help=f"pairs of runs per target ({PAIRS})")
    parser.add_argument("--json", action="store_true", help="print JSON, not a table")
    asked = parser.parse_args(argv)
    unknown = sorted(set(asked.names) - set(TARGETS))
    if unknown or asked.pairs < 1:
        parser.error(f"no target is called {', '.join(unknown)}" if unknown else "there must be at least one pair")
    found = {}
    with tempfile.TemporaryDirectory() as root:
        for name in asked.names or TARGETS:
            print(f"measuring {name} ...", file=sys.stderr)
            found[name] = import_module(TARGETS[name]).measure(asked.pairs, Path(root))
    print(as_json(found) if asked.json else as_table(found))
    return 0


def as_json(found: Mapping[str, Sequence[Measured]]) -> str:
    """A list with an object for each line."""
    rows = [
        {
            "target": name,
            "what": line.what,
            "unit": line.unit,
            "median": line.value.value,
            "low": line.value.low,
            "high": line.value.high,
            "limit": line.limit,
            "verdict": line.verdict.value,
        }
        for name, lines in found.items()
        for line in lines
    ]
    return json.dumps(rows, indent=1)


def as_table(found: Mapping[str, Sequence[Measured]]) -> str:
    """Columns of text, each as wide as its widest cell."""
    rows = [_HEAD, *((name, *_cells(line)) for name, lines in found.items() for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _cells(line: Measured) -> tuple[str, str, str, str, str]:
    low, high = line.value.low, line.value.high
    between = "" if low is None or high is None else f"{significant(low)} to {significant(high)}"
    limit = "" if line.limit is None else f"<= {line.limit:g} {line.unit}"
    return line.what, f"{significant(line.value.value)} {line.unit}", between, limit, line.verdict.value


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
