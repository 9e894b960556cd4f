"""Times profile and report of a record of any size, each in a process of its own.

Usage: python benchmarks/big_record.py [--trials 100000] [--workers 16] [--keep FOLDER]

`--keep` makes the record there, or uses the one that is there already. The target itself is measured by
`python benchmarks/targets.py large-record`.
"""

import argparse
import tempfile
from pathlib import Path

from made_record import make_record
from speed.large_record import LIMIT_MIB, LIMIT_S, TRIALS, WORKERS, profile_cost, report_cost

MIB = 1024**2


def main() -> None:
    parser = argparse.ArgumentParser(description="Time reading, profiling and rendering of a large record.")
    parser.add_argument("--trials", type=int, default=TRIALS)
    parser.add_argument("--workers", type=int, default=WORKERS)
    parser.add_argument("--keep", type=Path, help="make the record here, or use the one that is here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch) / "record"
        if not folder.exists():
            make_record(folder, options.trials, options.workers)
        size = sum(path.stat().st_size for path in folder.iterdir())
        print(f"record in {folder}: {size / MIB:.0f} MiB")
        for name, cost in (
            ("profile", profile_cost(folder)),
            ("report", report_cost(folder, Path(scratch) / "report")),
        ):
            print(f"{name:8} {cost.wall_s:6.2f} s wall {cost.cpu_s:6.2f} s CPU {cost.peak_mib:6.1f} MiB")
        print(f"limit    {LIMIT_S:6.2f} s {LIMIT_MIB:.0f} MiB, for {TRIALS:,} trials from {WORKERS} workers")


if __name__ == "__main__":
    main()
