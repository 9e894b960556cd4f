"""Target: an unmodified script that is watched costs at most 2 % more CPU, or 0.3 ms per trial, flat in the trials."""

import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import fmean, linear_regression
from tempfile import mkdtemp

from harness.runner.script import watched_environment
from speed.processes import HERE, run_in_lockstep
from speed.target import Measured, in_turn, median

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


CASES = (
    Case(name="memory, 20,000 trials", trials=20_001, storage="memory"),
    Case(name="memory, 110 attributes a trial", trials=2_001, storage="memory", attributes=110),
    Case(name="SQLite", trials=211, storage="sqlite"),
)


def measure(pairs: int, root: Path) -> list[Measured]:
    """Pairs of fresh processes that run the same script in lockstep, one of them watched as `harness run` watches."""
    return [line for case in CASES for line in _case(case, pairs, root)]


def _case(case: Case, pairs: int, root: Path) -> list[Measured]:
    costs, bares, rises = [], [], []
    for pair in range(pairs):
        watched_ns, bare_ns = _clocks(case, in_turn(pair), root)
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


def _clocks(case: Case, order: tuple[int, int], root: Path) -> tuple[list[int], list[int]]:
    """The clocks of the watched and of the bare script."""
    program = [
        str(HERE / "watching_child.py"),
        str(case.trials),
        case.storage,
        str(case.attributes),
        str(case.parameters),
    ]
    watched = watched_environment({}, Path(mkdtemp(dir=root)))
    environments = [({}, watched)[arm] for arm in order]
    lines = run_in_lockstep([program, program], root, environments)
    clocks = dict(zip(order, (json.loads(line) for line in lines), strict=True))
    return clocks[1], clocks[0]
