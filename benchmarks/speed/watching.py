"""Target: an unmodified script that is watched costs at most 2 % more CPU, or 0.3 ms per trial, flat in the trials."""

import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from shutil import copyfile
from statistics import fmean, linear_regression
from tempfile import mkdtemp

from harness.profile.processes import watching_cpu_s
from harness.profile.reading.table import read_trials
from harness.runner.script import watched_environment
from histories.filling import Size, fill_database
from speed.processes import HERE, run_in_lockstep
from speed.target import Measured, in_turn, median

STUDY = "watched"
LIMIT_MS, LIMIT_SHARE = 0.3, 0.02
FIRST = 10  # the trials before it pay for what is imported late
WINDOWS = 10
FLAT_MS = 0.03  # a tenth of the limit, over all trials: what is called flat


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A study to be watched."""

    name: str
    trials: int
    storage: str
    attributes: int = 0
    parameters: int = 6
    held: int = 0  # trials that the storage has before


CASES = (
    Case(name="memory, 20,000 trials", trials=20_001, storage="memory"),
    Case(name="memory, 110 attributes a trial", trials=2_001, storage="memory", attributes=110),
    Case(name="SQLite", trials=211, storage="sqlite"),
    Case(name="SQLite, from its 20,000th trial on", trials=106, storage="sqlite", held=20_000),
)


def measure(pairs: int, root: Path) -> list[Measured]:
    """Pairs of fresh processes that run the same script in lockstep, one of them watched as `harness run` watches."""
    return [line for case in CASES for line in _case(case, pairs, root)]


def _case(case: Case, pairs: int, root: Path) -> list[Measured]:
    costs, bares, rises, told = [], [], [], []
    for pair in range(pairs):
        watched_ns, bare_ns, told_s = _clocks(case, in_turn(pair), root)
        told.append(told_s * 1e3 / case.trials)
        profile = _profile_ms(watched_ns, bare_ns)
        costs.append(fmean(profile))
        rises.append(_rise_ms(profile))
        bares.append((bare_ns[-1] - bare_ns[FIRST]) * 1e-6 / (len(bare_ns) - 1 - FIRST))
    limit_ms = max(LIMIT_MS, LIMIT_SHARE * median(bares).value)
    return [
        Measured(
            what=f"{case.name}: watching, CPU per trial", value=median(costs), unit="ms", limit=round(limit_ms, 3)
        ),
        Measured(what=f"{case.name}: its rise over all trials", value=median(rises), unit="ms", limit=FLAT_MS),
        Measured(what=f"{case.name}: the cost that the report prints", value=median(told), unit="ms"),
        Measured(what=f"{case.name}: a trial that nobody watches", value=median(bares), unit="ms"),
    ]


def _profile_ms(watched_ns: list[int], bare_ns: list[int]) -> list[float]:
    """What watching adds to a trial, in ms of CPU: the mean of each tenth of the trials."""
    watched, bare = ([after - before for before, after in pairwise(clock)] for clock in (watched_ns, bare_ns))
    width = (len(bare) - FIRST) // WINDOWS
    starts = range(FIRST, FIRST + width * WINDOWS, width)
    return [(fmean(watched[at : at + width]) - fmean(bare[at : at + width])) * 1e-6 for at in starts]


def _rise_ms(profile: list[float]) -> float:
    """Rise of the least-squares line through the tenths' means, from the first trial to the last."""
    return linear_regression(range(len(profile)), profile).slope * len(profile)


def _clocks(case: Case, order: tuple[int, int], root: Path) -> tuple[list[int], list[int], float]:
    """The clocks of the watched and of the bare script, and what the record says that watching has cost."""
    folders = [Path(mkdtemp(dir=root)) for _ in order]
    programs = [
        [
            str(HERE / "watching_child.py"),
            str(case.trials),
            case.storage,
            str(case.attributes),
            str(case.parameters),
            _url(case, folder, root),
        ]
        for folder in folders
    ]
    record = Path(mkdtemp(dir=root))
    environments = [({}, watched_environment({}, record))[arm] for arm in order]
    lines = run_in_lockstep(programs, root, environments)
    clocks = dict(zip(order, (json.loads(line) for line in lines), strict=True))
    told_s = sum(watching_cpu_s(end) for end in read_trials(record).ends.values())
    return clocks[1], clocks[0], told_s


def _url(case: Case, folder: Path, root: Path) -> str:
    """A storage of an arm's own; one that holds trials is filled once and copied."""
    if case.storage == "memory":
        return ""
    if case.held:
        filled = root / f"held-{case.held}.db"
        if not filled.exists():
            fill_database(f"sqlite:///{filled}", STUDY, Size(trials=case.held, params=case.parameters))
        copyfile(filled, folder / "study.db")
    return f"sqlite:///{folder}/study.db"
