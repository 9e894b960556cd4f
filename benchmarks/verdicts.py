"""Whether verdicts are right: `python benchmarks/verdicts.py simulate [--quick]`, `... stream`, `... replay`.

`simulate` carries the whole procedure (pilot, planned pairs, looks, Holm) out on noise of known kinds: how often
identical arms are said to differ, how often a true +10 % is seen, how often intervals hold the truth, and what
pytest-benchmark, asv and pyperf would have said. `stream` records real runs of one short study in fresh processes, identical ones and
ones slowed by 10 %; `replay` applies every rule to that stream. Tables go to the console, numbers to reports/verdicts/.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from being_right import simulation
from being_right.simulation import FULL, QUICK, Row, Size
from being_right.tables import table, write

FOLDER = Path("reports/verdicts")
PARTS: dict[str, Callable[[Size], Iterator[Row]]] = {
    "false alarms": simulation.false_alarms,
    "power": simulation.power,
    "coverage": simulation.coverage,
    "estimators": simulation.estimators,
    "other rules": simulation.beside_others,
}


def simulate(parts: Sequence[str], size: Size, out: Path) -> None:
    """Print every table, and keep its numbers."""
    tables: dict[str, Sequence[Row]] = {}
    for name in parts:
        began_s = time.perf_counter()
        rows = list(PARTS[name](size))
        print(f"\n## {name} ({time.perf_counter() - began_s:.0f} s)\n\n{table(rows)}", flush=True)
        tables[name] = rows
    write(out, tables, {"experiments": size.experiments, "samples": size.samples})
    print(f"\nwritten to {out}")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = options.add_subparsers(dest="kind", required=True)
    asked = kinds.add_parser("simulate", help="noise of known kinds")
    asked.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    asked.add_argument("--quick", action="store_true", help="seconds instead of minutes, and rough")
    asked.add_argument("--out", type=Path)
    given = options.parse_args()
    unknown = [part for part in given.parts if part not in PARTS]
    if unknown:
        options.error(f"no part is called {unknown[0]!r}; there are {', '.join(PARTS)}")
    size = QUICK if given.quick else FULL
    simulate(given.parts or list(PARTS), size, given.out or FOLDER / f"simulated{'-quick' if given.quick else ''}.json")
    return 0


if __name__ == "__main__":
    sys.exit(main())
