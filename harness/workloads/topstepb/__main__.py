"""The reference study as a script, to be watched like any other: `python -m harness.workloads.topstepb FORM`.

    harness run -m harness.workloads.topstepb as-found

As found it is the seed's optimiser (nine threads, a Python slope for each row, a load and 110 attributes in each trial,
SQLite); mended it gives the same values without all that.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.errors import HarnessError
from harness.model.home import home
from harness.model.plan import DataAccess
from harness.workloads.marks.following import use_data_access
from harness.workloads.topstepb.bars_files import bars_path
from harness.workloads.topstepb.objective import objective_for
from harness.workloads.topstepb.rungs import Rung
from harness.workloads.topstepb.settings import Attributes, Settings

BARS = "crypto:262782:10min:1"
WAIT_S = 120  # for SQLite's lock: nine threads with 110 commits per trial lose trials to the driver's five seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One of the two forms of the study."""

    rung: Rung
    attributes: Attributes
    data: DataAccess
    jobs: int
    is_stored: bool


FORMS = {
    "as-found": Form(
        rung=Rung.AS_FOUND, attributes=Attributes.SEPARATE, data=DataAccess.PER_TRIAL, jobs=9, is_stored=True
    ),
    "mended": Form(rung=Rung.COMPILED, attributes=Attributes.ONE, data=DataAccess.REUSE, jobs=1, is_stored=False),
}


def main(argv: Sequence[str]) -> int:
    """Run the study and print its best value; the exit code."""
    parser = argparse.ArgumentParser(prog="harness.workloads.topstepb", description="The reference study as a script.")
    parser.add_argument("form", choices=list(FORMS))
    parser.add_argument("--trials", type=int, default=18)
    parser.add_argument("--jobs", type=int, help="threads; the form's own number by default")
    parser.add_argument("--bars", default=BARS, help=f"a file of bars, or a market to make ({BARS})")
    asked = parser.parse_args(argv)
    try:
        best = optimise(FORMS[asked.form], asked.bars, asked.trials, asked.jobs)
    except HarnessError as error:
        parser.exit(error.exit_code, f"{parser.prog}: {error}\n")
    print(f"best value {best:.6f}")  # noqa: T201 - a script of its own
    return 0


def optimise(form: Form, bars: str, trials: int, jobs: int | None) -> float:
    """The best value of the study."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    use_data_access(form.data)
    settings = Settings(bars=bars, rung=form.rung, attributes=form.attributes)
    path = bars_path(bars, Path(os.path.relpath(home())))  # a report of it then names no folder of ours
    with tempfile.TemporaryDirectory(dir=".", prefix="study-") as folder:
        url = f"sqlite:///{Path(folder).name}/study.db?timeout={WAIT_S}" if form.is_stored else None
        study = optuna.create_study(storage=url, direction="maximize", sampler=optuna.samplers.RandomSampler(seed=1))
        study.optimize(objective_for(path, settings), n_trials=trials, n_jobs=form.jobs if jobs is None else jobs)
        return study.best_value


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
