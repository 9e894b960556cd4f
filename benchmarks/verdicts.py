"""Whether verdicts are right: `python benchmarks/verdicts.py simulate [--quick]`, `... stream`, `... replay`.

`simulate` carries the whole procedure (pilot, planned pairs, looks, Holm) out on noise of known kinds: how often
identical arms are said to differ, how often a true +10 % is seen, how often intervals hold the truth, and what
pytest-benchmark, asv and pyperf would have said. `stream` records real runs of one short study in fresh processes,
identical ones and ones slowed by 10 %; `replay` applies every rule to that stream. Tables go to the console, numbers
to reports/verdicts/.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from being_right import replay
from being_right.simulation import FULL, PARTS, QUICK, Size
from being_right.stream import read_stream, record_stream
from being_right.tables import table, write, written
from harness.model.comparison import Aim

FOLDER = Path("reports/verdicts")
STREAM = FOLDER / "stream.json"


def simulate(parts: Sequence[str], size: Size, out: Path) -> None:
    """Print every table, and keep its numbers as it is done; tables of other parts stay in the file."""
    for name in parts:
        began_s = time.perf_counter()
        rows = list(PARTS[name](size))
        print(f"\n## {name} ({time.perf_counter() - began_s:.0f} s)\n\n{table(rows)}", flush=True)
        write(out, {**written(out), name: rows}, {"experiments": size.experiments, "samples": size.samples})
    print(f"\nwritten to {out}")


def record(runs: int, home: Path | None, out: Path) -> None:
    """Record the stream, or what is missing of it."""
    with tempfile.TemporaryDirectory(prefix="verdicts-") as folder:
        record_stream(runs, home if home is not None else Path(folder), out, tell=lambda said: print(said, flush=True))
    print(f"written to {out}")


def replay_stream(path: Path, resamples: int, out: Path) -> None:
    """Print what every rule says of a recorded stream, and keep the numbers."""
    if not path.exists():
        raise SystemExit(f"{path} is not there: record it with `python benchmarks/verdicts.py stream`")
    runs = read_stream(path)
    tables = {
        "stream": list(replay.described(runs)),
        "student": list(replay.student(runs, resamples)),
        "verdicts": [*replay.ours(runs, resamples, Aim()), *replay.others(runs)],
    }
    for name, rows in tables.items():
        print(f"\n## {name}\n\n{table(rows)}")
    write(out, tables, {"runs": len(runs), "resamples": resamples})
    print(f"\nwritten to {out}")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = options.add_subparsers(dest="kind", required=True)
    simulated = kinds.add_parser("simulate", help="noise of known kinds")
    simulated.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    simulated.add_argument("--quick", action="store_true", help="seconds instead of minutes, and rough")
    simulated.add_argument("--out", type=Path)
    streamed = kinds.add_parser("stream", help="record real runs; goes on where it was")
    streamed.add_argument("--runs", type=int, default=336, help="identical ones; a third as many slowed ones between")
    streamed.add_argument("--home", type=Path, help="keep the runs' records there; else they are dropped")
    streamed.add_argument("--out", type=Path, default=STREAM)
    replayed = kinds.add_parser("replay", help="every rule on the recorded stream")
    replayed.add_argument("file", nargs="?", type=Path, default=STREAM)
    replayed.add_argument("--resamples", type=int, default=20000)
    replayed.add_argument("--out", type=Path, default=FOLDER / "replayed.json")
    given = options.parse_args()
    match given.kind:
        case "simulate":
            unknown = [part for part in given.parts if part not in PARTS]
            if unknown:
                options.error(f"no part is called {unknown[0]!r}; there are {', '.join(PARTS)}")
            name = "simulated-quick.json" if given.quick else "simulated.json"
            simulate(given.parts or list(PARTS), QUICK if given.quick else FULL, given.out or FOLDER / name)
        case "stream":
            record(given.runs, given.home, given.out)
        case "replay":
            replay_stream(given.file, given.resamples, given.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
