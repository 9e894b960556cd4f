"""The exam with known answers: `python benchmarks/diagnosis.py [--only NAME] [--load 2] [--third N] [--out DIR]`.

Runs each case of `benchmarks/diagnosis/cases` under `harness run --json`, in a process and a folder of its own, and
prints a scoreboard. Exit code 1 when the bar is missed: nothing wrong, at most 3 % silent, at least
95 % right and first.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from diagnosis.board import Board, line_of, summary_of
from diagnosis.case import Case, load_all
from diagnosis.running import examine, load_beside, missing

ROOM_BYTES = 256 * 1024**2


def third(cases: Sequence[Case], number: int) -> tuple[Case, ...]:
    """Every third case from `number` (0, 1 or 2) on."""
    return tuple(case for index, case in enumerate(cases) if index % 3 == number)


def chosen(options: argparse.Namespace) -> tuple[Case, ...]:
    cases = load_all()
    if options.only:
        known = {case.name for case in cases}
        for name in options.only:
            if name not in known:
                sys.exit(f"{name} is no case; they are {', '.join(sorted(known))}")
        return tuple(case for case in cases if case.name in options.only)
    return cases if options.third is None else third(cases, options.third)


def scratch() -> Path | None:
    """Where cases run: in memory where there is room, so that what a storage costs does not depend on the disk."""
    memory = Path("/dev/shm")
    has_room = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM_BYTES
    return memory if has_room else None


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", metavar="NAME", action="append", help="this case alone; may be given several times")
    parser.add_argument("--load", metavar="N", type=int, default=0, help="busy loops next to it")
    parser.add_argument("--third", metavar="N", type=int, choices=(0, 1, 2), help="every third case from this one on")
    parser.add_argument("--out", metavar="DIR", type=Path, help="write the board there, as Markdown and JSON")
    parser.add_argument("--keep", metavar="DIR", type=Path, help="keep each case's folder there, records included")
    parser.add_argument("--list", action="store_true", help="print the cases and run none")
    options = parser.parse_args()
    cases = chosen(options)
    if options.list:
        for case in cases:
            print(f"{case.name:32} {case.title}")
        return 0
    results, left_out = [], {}
    with tempfile.TemporaryDirectory(prefix="diagnosis-", dir=scratch()) as place, load_beside(options.load):
        for case in cases:
            lacks = missing(case)
            if lacks:
                left_out[case.name] = lacks
                continue
            folder = Path(place) / case.name
            results.append(examine(case, folder))
            if options.keep:
                shutil.copytree(folder, options.keep / case.name, dirs_exist_ok=True)
            shutil.rmtree(folder)
            print(line_of(results[-1]), flush=True)
    board = Board(results=tuple(results), left_out=left_out, load=options.load)
    print(summary_of(board))
    if options.out:
        board.write(options.out)
    return 0 if board.is_met else 1


if __name__ == "__main__":
    sys.exit(main())
