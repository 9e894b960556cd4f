"""What reading a large study's history costs: time and memory of reading, recording and the whole command.

    python benchmarks/history_reading.py [--trials 100000] [--params 6]

A SQLite database and a journal file are filled in a temporary folder; each step runs in a fresh process.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from histories.filling import Size, fill_database, fill_journal

READ = "from harness.attach.histories.reading import read_history; h = read_history(sys.argv[1])"
RECORD = (
    f"{READ}; from pathlib import Path; from harness.attach.histories.recording import record;"
    "record(h, Path('home'), command=('x',), commit=None)"
)
COMMAND = "from harness.cli import app; app(['study', sys.argv[1], '--out', 'report'], standalone_mode=False)"
STEPS = {"read": READ, "read and record": RECORD, "harness study": COMMAND}
_METERS = (
    "import json, resource, sys, time; began = time.perf_counter()\n{step}\n"
    "used = resource.getrusage(resource.RUSAGE_SELF)\n"
    "peak = next(line for line in open('/proc/self/status') if line.startswith('VmHWM'))\n"
    "print(json.dumps([time.perf_counter() - began, used.ru_utime + used.ru_stime, int(peak.split()[1]) / 1024]))"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=100_000)
    parser.add_argument("--params", type=int, default=6)
    arguments = parser.parse_args()
    size = Size(trials=arguments.trials, params=arguments.params)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill_database(f"sqlite:///{folder}/study.db", "big", size)
        fill_journal(folder / "study.log", "big", size)
        print(f"{size.trials:,} trials of {size.params} parameters")
        print(f"{'storage':<12}{'step':<18}{'wall s':>8}{'CPU s':>8}{'peak MiB':>10}")
        for storage in ("study.db", "study.log"):
            for step, code in STEPS.items():
                wall_s, cpu_s, peak_mib = _run(code, folder, storage)
                print(f"{storage:<12}{step:<18}{wall_s:>8.1f}{cpu_s:>8.1f}{peak_mib:>10.0f}", flush=True)


def _run(code: str, folder: Path, storage: str) -> tuple[float, float, float]:
    command = [sys.executable, "-c", _METERS.format(step=code), storage]
    environment = {**os.environ, "HARNESS_HOME": str(folder / "home")}
    done = subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True)
    wall_s, cpu_s, peak_mib = json.loads(done.stdout.splitlines()[-1])
    return wall_s, cpu_s, peak_mib


if __name__ == "__main__":
    main()
