"""What the storage levers save: `python benchmarks/one_write.py [--lever one-write] [--pairs 8] [--trials 40]`.

`python benchmarks/one_write.py --count` counts alone: statements, commits and stored bytes have no noise.

For each storage and each kind of trial: a plain run and one with the lever, in pairs of fresh processes, half of the
pairs in either order. CPU and wall are those of the storage's calls per trial, from the record's `storage` span; the
ratio plain / lever is the geometric mean over pairs, with Student's 95 % interval on the logarithms.
"""

import argparse
import contextlib
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

import optuna
from optuna.storages import JournalStorage
from sqlalchemy import event

from before_after import between, orders
from cases.studies import carry_out
from harness.levers.storage import COMPRESS, ONE_WRITE, SQLITE_TUNED
from harness.model.plan import Plan, SamplerKind, StorageKind
from harness.model.record import Record
from harness.runner.samplers import sampler_for
from harness.runner.storages import close_storage, open_storage
from harness.stats.interval import Interval
from harness.stats.pairs import paired_ratio
from harness.units import significant

HOME = Path(__file__).parent  # the objectives are found from here
LEVERS = {lever.name: lever for lever in (ONE_WRITE, SQLITE_TUNED, COMPRESS)}
WRITTEN = ("nothing", "attributes_10", "attributes_110", "reports_100", "returns")
LARGE = ("attributes_110", "curve", "returns", "results")
COUNTED = 10  # trials, after as many that are not


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A storage, what a trial writes, and who suggests."""

    storage: StorageKind
    written: str
    sampler: SamplerKind = SamplerKind.NUMBERED

    @property
    def name(self) -> str:
        return f"{self.storage.value} {self.written} {self.sampler.value}"

    def plan(self, trials: int) -> Plan:
        workload = f"cases.written:{self.written}"
        return Plan(workload=workload, trials=trials, storage=self.storage, sampler=self.sampler)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What the storage's calls of one run took, per trial."""

    cpu_ms: float
    wall_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a trial causes, in one process with nobody else on the storage."""

    statements: float  # of SQL; of a journal, lines
    commits: float  # of a journal, appends: each is one fsync
    stored_bytes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One case's outcome. Ratios are plain / lever: above 1, the lever saves."""

    case: str
    plain: Spent
    lever: Spent
    cpu: Interval
    wall: Interval
    counts: tuple[Counts, Counts]


def cases(lever: str) -> list[Case]:
    """What a lever could change."""
    storages = (StorageKind.SQLITE,) if lever == SQLITE_TUNED.name else (StorageKind.SQLITE, StorageKind.JOURNAL)
    written = LARGE if lever == COMPRESS.name else WRITTEN
    found = [Case(storage=storage, written=kind) for storage in storages for kind in written]
    if lever == COMPRESS.name:
        return found
    return [*found, *(Case(storage=storage, written="nothing", sampler=SamplerKind.TPE) for storage in storages)]


def spent(record: Record) -> Spent:
    spans = [spans["storage"] for row in record.trials for spans in (row.spans, row.before) if "storage" in spans]
    count = len(record.trials)
    return Spent(
        cpu_ms=1e3 * sum(span.cpu_s for span in spans) / count, wall_ms=1e3 * sum(span.wall_s for span in spans) / count
    )


def counted(plan: Plan) -> Counts:
    """Run a few trials in this process and count."""
    objective = getattr(import_module("cases.written"), plan.workload.partition(":")[2])
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        storage = open_storage(plan, Path(folder))
        study = optuna.create_study(storage=storage, sampler=sampler_for(plan.sampler, 0, 0))
        study.optimize(objective, n_trials=COUNTED)
        before = _size(Path(folder))
        with _counting(storage, counts):
            study.optimize(objective, n_trials=COUNTED)
        close_storage(storage)
        grown = _size(Path(folder)) - before
    return Counts(
        statements=counts["statements"] / COUNTED, commits=counts["commits"] / COUNTED, stored_bytes=grown / COUNTED
    )


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("study.*"))


@contextlib.contextmanager
def _counting(storage: Any, counts: Counter[str]) -> Iterator[None]:
    if isinstance(storage, JournalStorage):
        backend: Any = storage._backend
        append = backend.append_logs

        def appending(logs: list[dict[str, Any]]) -> None:
            counts.update(statements=len(logs), commits=1)
            append(logs)

        backend.append_logs = appending
        yield
        return
    engine = storage._backend.engine
    event.listen(engine, "before_cursor_execute", lambda *_: counts.update(statements=1))
    event.listen(engine, "commit", lambda *_: counts.update(commits=1))
    yield


def measure(case: Case, lever: str, trials: int, pairs: int, root: Path) -> Line:
    """Pairs of fresh processes, either arm first as often as the other (but for an odd pair), at random."""
    plain = case.plan(trials)
    arms = (plain, LEVERS[lever](plain))
    found: tuple[list[Spent], list[Spent]] = ([], [])
    for pair, order in enumerate(orders(pairs, seed=len(case.name))):
        for arm in order:
            plan = replace(arms[arm], seed=pair)
            found[arm].append(spent(carry_out(plan, root, ("plain", lever)[arm])))
    without, with_ = found
    return Line(
        case=case.name,
        plain=_medians(without),
        lever=_medians(with_),
        cpu=paired_ratio([one.cpu_ms for one in with_], [one.cpu_ms for one in without]),
        wall=paired_ratio([one.wall_ms for one in with_], [one.wall_ms for one in without]),
        counts=(counted(arms[0]), counted(arms[1])),
    )


def _medians(sample: Sequence[Spent]) -> Spent:
    return Spent(cpu_ms=median(one.cpu_ms for one in sample), wall_ms=median(one.wall_ms for one in sample))


def shown(line: Line) -> str:
    without, with_ = line.counts
    return "  ".join(
        (
            f"{line.case:30}",
            f"{line.plain.cpu_ms:8.2f} {line.lever.cpu_ms:8.2f} ms {_between(line.cpu):>24}",
            f"{line.plain.wall_ms:8.2f} {line.lever.wall_ms:8.2f} ms {_between(line.wall):>24}",
            _counts_text(without, with_),
        )
    )


def _counts(case: Case, lever: str) -> str:
    plain = case.plan(COUNTED)
    return _counts_text(counted(plain), counted(LEVERS[lever](plain)))


def _counts_text(without: Counts, with_: Counts) -> str:
    return (
        f"{without.statements:6.1f} {with_.statements:5.1f}  {without.commits:6.1f} {with_.commits:5.1f}  "
        f"{without.stored_bytes / 1024:7.1f} {with_.stored_bytes / 1024:7.1f} KiB"
    )


COUNTS_HEAD = f"{'':30}  {'statements':12}  {'commits':12}  stored"
HEAD = "  ".join(
    (
        f"{'':30}",
        f"{'storage CPU per trial: plain, lever, ratio':45}",
        f"{'wall':45}",
        COUNTS_HEAD.strip(),
    )
)


def _between(ratio: Interval) -> str:
    return f"{significant(ratio.value)} x {between(ratio)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lever", choices=LEVERS, default=ONE_WRITE.name)
    parser.add_argument("--pairs", type=int, default=8, help="of runs; three are the fewest with an interval")
    parser.add_argument("--trials", type=int, default=40, help="of each run")
    parser.add_argument("--only", metavar="WORD", default="", help="cases whose name has this word in it")
    parser.add_argument("--count", action="store_true", help="count, and measure no time")
    parser.add_argument("--json", action="store_true", help="print JSON, not a table")
    asked = parser.parse_args()
    if asked.pairs < 1 or asked.trials < 1:
        parser.error("at least one pair and one trial")
    chosen = [case for case in cases(asked.lever) if asked.only in case.name]
    if not chosen:
        parser.error(f"no case has {asked.only!r} in its name: {', '.join(case.name for case in cases(asked.lever))}")
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    if asked.count:
        print(COUNTS_HEAD, *(f"{case.name:30}  {_counts(case, asked.lever)}" for case in chosen), sep="\n")
        return
    lines = []
    with tempfile.TemporaryDirectory() as root, contextlib.chdir(HOME):
        for case in chosen:
            print(f"measuring {asked.lever} on {case.name} ...", file=sys.stderr)
            lines.append(measure(case, asked.lever, asked.trials, asked.pairs, Path(root)))
    if asked.json:
        print(json.dumps([asdict(line) for line in lines], indent=1))
    else:
        print(HEAD, *(shown(line) for line in lines), sep="\n")


if __name__ == "__main__":
    main()
