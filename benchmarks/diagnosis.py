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
from diagnosis.judge import Grade
from diagnosis.mending import measure, read_savings, write_savings
from diagnosis.running import Result, examine, judged, load_beside, missing

REPORTS = Path(__file__).resolve().parents[1] / "reports" / "diagnosis"
MENDING = REPORTS / "mending.json"
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
    parser.add_argument(
        "--again", action="store_true", help="examine what is not right a second time; the second counts"
    )
    parser.add_argument(
        "--mending", metavar="PAIRS", type=int, help="measure what the mended twins save, plain, instead"
    )
    parser.add_argument("--judge", metavar="DIR", type=Path, help="judge what --keep kept there, and run nothing")
    parser.add_argument("--note", default="", help="a sentence on the conditions, for the board")
    parser.add_argument("--list", action="store_true", help="print the cases and run none")
    options = parser.parse_args()
    cases = chosen(options)
    if options.list:
        for case in cases:
            print(f"{case.name:32} {case.title}")
        return 0
    if options.mending:
        return measure_mending(cases, options.mending, options.out or REPORTS)
    if options.judge:
        return judge_again(cases, options)
    return sit(cases, options)


def sit(cases: Sequence[Case], options: argparse.Namespace) -> int:
    """Examines the cases one after another, and prints and writes the board."""
    results: list[Result] = []
    left_out: dict[str, tuple[str, ...]] = {}
    savings = read_savings(MENDING)
    with tempfile.TemporaryDirectory(prefix="diagnosis-", dir=scratch()) as place, load_beside(options.load):
        for case in cases:
            lacks = missing(case)
            if lacks:
                left_out[case.name] = lacks
                continue
            result = examine_in(case, Path(place), options.keep)
            if options.again and result.judgment.grade is not Grade.RIGHT:
                print(line_of(result), flush=True)
                result = examine_in(case, Path(place), options.keep)
            results.append(result)
            print(line_of(result), flush=True)
    board = Board(results=tuple(results), left_out=left_out, load=options.load, note=options.note, savings=savings)
    return finish(board, options)


def judge_again(cases: Sequence[Case], options: argparse.Namespace) -> int:
    """The board of cases that were run before."""
    kept = [case for case in cases if (options.judge / case.name / "ended.json").exists()]
    results = tuple(judged(case, options.judge / case.name) for case in kept)
    for result in results:
        print(line_of(result))
    return finish(
        Board(results=results, left_out={}, load=options.load, note=options.note, savings=read_savings(MENDING)),
        options,
    )


def finish(board: Board, options: argparse.Namespace) -> int:
    print(summary_of(board))
    if options.out:
        board.write(options.out)
    return 0 if board.is_met else 1


def examine_in(case: Case, place: Path, keep: Path | None) -> Result:
    folder = place / case.name
    result = examine(case, folder)
    if keep:
        shutil.rmtree(keep / case.name, ignore_errors=True)
        shutil.copytree(folder, keep / case.name)
    shutil.rmtree(folder)
    return result


def measure_mending(cases: Sequence[Case], pairs: int, out: Path) -> int:
    """Plain runs of each script and its mended twin, in turn; what the others saved before is kept."""
    path = out / "mending.json"
    savings = dict(read_savings(path))
    with tempfile.TemporaryDirectory(prefix="mending-", dir=scratch()) as place:
        for case in cases:
            if case.mended and not missing(case):
                savings[case.name] = measure(case, Path(place), pairs)
                print(
                    f"{case.name:32} saves {savings[case.name].wall:.0%} of wall, {savings[case.name].cpu:.0%} of CPU"
                )
                write_savings(path, savings, f"python benchmarks/diagnosis.py --mending {pairs}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
