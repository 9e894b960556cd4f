"""Runs one case of the calibration: `python -m harness.workloads.calibration CASE`."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from harness.errors import HarnessError, InputError
from harness.workloads.calibration.case import Case, Start
from harness.workloads.calibration.cases import CASES, case_named
from harness.workloads.calibration.driver import MEMORY, Task, run_case, task_of, work


def main(argv: list[str]) -> int:
    """Exit code of the script; errors that a user can act on are one sentence."""
    given = _parser().parse_args(argv)
    try:
        if given.work is not None:
            work(task_of(given.work))
        elif given.case is None:
            sys.stdout.write("".join(f"{case.name:20} {case.about}\n" for case in CASES.values()))
        else:
            _run(case_named(given.case), given)
    except HarnessError as error:
        sys.stderr.write(f"calibration: {error}\n")
        return error.exit_code
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m harness.workloads.calibration",
        description="Run a study whose costs are known by construction; without a case, list them.",
    )
    parser.add_argument("case", nargs="?", metavar="CASE")
    parser.add_argument("--trials", type=int, help="trials in all; the case's own number by default")
    parser.add_argument("--jobs", type=int, help="threads, or workers that share the study")
    parser.add_argument("--storage", help="memory, journal, sqlite or a database's URL")
    parser.add_argument("--size", action="append", default=[], metavar="NAME=NUMBER", help="a size of the case")
    parser.add_argument("--tally", metavar="FILE", help="where each trial writes what it really put in")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    return parser


def _run(case: Case, given: argparse.Namespace) -> None:
    sizes = case.sized(dict(_size(text) for text in given.size))
    default = MEMORY if case.start is Start.OPTIMIZE else "journal"
    with tempfile.TemporaryDirectory(prefix="calibration-") as folder:
        task = Task(
            case=case.name,
            sizes=sizes,
            storage=_storage(given.storage or default, Path(folder)),
            trials=case.trials if given.trials is None else given.trials,
            tally=None if given.tally is None else os.path.abspath(given.tally),  # noqa: PTH100 - as text
        )
        run_case(task, case.jobs if given.jobs is None else given.jobs)


def _size(text: str) -> tuple[str, float]:
    name, _, number = text.partition("=")
    try:
        return name, float(number)
    except ValueError:
        raise InputError(f"{text!r} is no size: write name=number") from None


def _storage(name: str, folder: Path) -> str:
    match name:
        case "journal":
            return f"journal:{folder / 'study.journal'}"
        case "sqlite":
            return f"sqlite:///{folder / 'study.sqlite3'}"
        case _:
            return name


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
