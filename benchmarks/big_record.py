"""Times reading, profiling and rendering a large record, each in a process of its own, beside the targets.

Usage: python benchmarks/big_record.py [--trials 100000] [--workers 16] [--keep FOLDER]

"profile" imports and builds the profile; "report" is the whole of `harness report RUN`. CPU and the peak of resident
memory (VmHWM) are the child's own. `--keep` makes the record there, or uses the one that is there already.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from made_record import make_record

MIB = 1024**2
TARGET_S, TARGET_MIB = 10.0, 500.0
_PROFILE = """
from harness.profile.build import build
build(Path(sys.argv[1]))
"""
_REPORT = """
from harness.cli import main
sys.argv = ["harness", "report", sys.argv[1], "--out", sys.argv[2]]
try:
    main()
except SystemExit as end:
    if end.code:
        raise
"""
_CHILD = """
import json, resource, sys, time
from pathlib import Path
began_s = time.perf_counter()
{work}
usage = resource.getrusage(resource.RUSAGE_SELF)
peak_kib = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
figures = dict(wall_s=time.perf_counter() - began_s, cpu_s=usage.ru_utime + usage.ru_stime, peak_mib=peak_kib / 1024)
print(json.dumps(figures), file=sys.stderr)
"""


def measure(work: str, folder: Path, out: Path) -> dict[str, float]:
    """Wall and CPU seconds and peak memory of some work on a record, in a fresh process."""
    child = [sys.executable, "-c", _CHILD.format(work=work), str(folder), str(out)]
    done = subprocess.run(child, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    figures: dict[str, float] = json.loads(done.stderr.splitlines()[-1])
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description="Time reading, profiling and rendering of a large record.")
    parser.add_argument("--trials", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=16)
    parser.add_argument("--keep", type=Path, help="make the record here, or use the one that is here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch) / "record"
        if not folder.exists():
            make_record(folder, options.trials, options.workers)
        size = sum(path.stat().st_size for path in folder.iterdir())
        print(f"record of {options.trials:,} trials from {options.workers} workers: {size / MIB:.0f} MiB")
        for name, work in (("profile", _PROFILE), ("report", _REPORT)):
            found = measure(work, folder, Path(scratch) / "report")
            print(f"{name:8} {found['wall_s']:6.2f} s wall, {found['cpu_s']:6.2f} s CPU, {found['peak_mib']:6.1f} MiB")
        print(f"target   {TARGET_S:6.2f} s in all, {TARGET_MIB:.1f} MiB")


if __name__ == "__main__":
    main()
