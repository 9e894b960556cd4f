"""What stack samples cost a study, as a share of its own CPU: `python benchmarks/stack_cost.py [--rounds N]`.

Prints a table: the study's CPU beside its CPU unwatched, and the CPU of what watches it. Every round runs all arms in
a random order, each in a fresh process tree; figures are medians of ratios within rounds, with their 95 % interval.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.model.stacks import StackSource
from harness.probes.stacks import DEFAULT_HZ, INSIDE_HZ
from harness.probes.stacks.budget import COST_SHARE
from harness.probes.stacks.in_process import InProcessSampler
from harness.probes.stacks.permission import find_py_spy
from harness.probes.stacks.spy import PySpy, Refused, options, start
from harness.stats.interval import Interval, median_of
from harness.units import Scale, percent_text, range_text

LIMIT = 0.05
STUDIES = {"serial": 1, "processes": 4, "threads": 1}
PERCENT = Scale(factor=0.01, symbol=" %")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One way to sample; a rate of 0 is none at all."""

    rate_hz: int
    source: StackSource = StackSource.PY_SPY
    cost_share: float | None = None  # what py-spy adapts its rate to; None: it keeps the rate
    is_pausing: bool = False  # py-spy stops the process while it looks: measured to be compared with

    @property
    def name(self) -> str:
        if self.rate_hz == 0:
            return "none"
        most = "" if self.cost_share is None else "at most "
        return f"{self.source.value}{', pausing' if self.is_pausing else ''}, {most}{self.rate_hz} Hz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """CPU seconds of the study's process tree and of the sampler beside it."""

    study_s: float
    beside_s: float


def run(arm: Arm, study: str, trials: int, folder: Path) -> Spent:
    """Run the study once under one arm."""
    inside = f"{arm.rate_hz}" if arm.rate_hz and arm.source is StackSource.IN_PROCESS else "0"
    child = subprocess.Popen([sys.executable, __file__, "--child", study, str(trials), inside, str(folder)])
    watching: Callable[[], float] | None = None
    if arm.rate_hz and arm.source is StackSource.PY_SPY:
        if arm.is_pausing:
            watching = pausing(child.pid, arm.rate_hz, folder / "trace.json")
        else:
            watching = looking(start(child.pid, folder, arm.rate_hz, cost_share=arm.cost_share))
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise SystemExit(f"the study under {arm.name} ended with {child.returncode}")
    return Spent(study_s=usage.ru_utime + usage.ru_stime, beside_s=0.0 if watching is None else watching())


def looking(spy: PySpy | Refused) -> Callable[[], float]:
    """Samples as `harness run` takes them: CPU of py-spy and of reading its traces, which is ours."""
    if isinstance(spy, Refused):
        raise SystemExit(spy.why)
    began_s = time.process_time()
    return lambda: spy.stop().cpu_s + time.process_time() - began_s


def pausing(pid: int, rate_hz: int, trace: Path) -> Callable[[], float]:
    """The same looks with the process stopped meanwhile; for its CPU alone."""
    time.sleep(0.2)  # until the interpreter can be read
    asked = [word for word in options(pid, rate_hz, 600, trace) if word != "--nonblocking"]
    process = subprocess.Popen([str(find_py_spy()), *asked], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def ended() -> float:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return usage.ru_utime + usage.ru_stime

    return ended


def child(study: str, trials: int, inside_hz: float, folder: Path) -> None:
    """A study with deep pandas stacks, in this process, in four forked ones or in four threads."""
    import numpy as np
    import optuna
    import pandas as pd

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    close = pd.Series(np.cumsum(np.random.default_rng(0).normal(size=1_000)) + 100)

    def slope(window: pd.Series) -> float:
        x = np.arange(len(window))
        distance = x - x.mean()
        return float((window * distance).cumsum().iloc[-1] / (distance * distance).sum())

    def objective(trial: optuna.Trial) -> float:
        slopes = close.rolling(trial.suggest_int("length", 5, 40)).apply(slope, raw=False)
        table = pd.DataFrame({"close": close, "slope": slopes, "group": np.arange(len(close)) % 37})
        by_group = table.groupby("group").agg({"close": ["mean", "std"], "slope": "sum"})
        return float(table.merge(table, on="group")["close_x"].sum() + by_group.iloc[0, 0])

    def optimise(seed: int, count: int, threads: int = 1) -> None:
        sampler = None
        if inside_hz:
            sampler = InProcessSampler(folder, inside_hz, "measured", lambda ident: (0, "objective"))
            sampler.start()
        made = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=seed))
        made.optimize(objective, n_trials=count, n_jobs=threads)
        if sampler is not None:
            sampler.stop()

    if study != "processes":
        optimise(0, trials, threads=4 if study == "threads" else 1)
        return
    workers = []
    for seed in range(STUDIES[study]):
        pid = os.fork()
        if pid == 0:
            optimise(seed, trials)
            os._exit(0)
        workers.append(pid)
    for pid in workers:
        os.waitpid(pid, 0)


def measure(study: str, arms: Sequence[Arm], rounds: int, trials: int) -> list[tuple[str, str, str, str]]:
    """One line per arm: what it is, the study's CPU ratio - 1, the CPU beside it, and both together."""
    spent: dict[Arm, list[Spent]] = {arm: [] for arm in arms}
    for turn in range(rounds):
        for arm in random.Random(turn).sample(list(arms), len(arms)):
            with tempfile.TemporaryDirectory() as folder:
                spent[arm].append(run(arm, study, trials, Path(folder)))
    bases = [one.study_s for one in spent[arms[0]]]
    lines = []
    for arm in arms[1:]:
        slowed = [one.study_s / base - 1 for one, base in zip(spent[arm], bases, strict=True)]
        beside = [one.beside_s / base for one, base in zip(spent[arm], bases, strict=True)]
        both = [one + other for one, other in zip(slowed, beside, strict=True)]
        lines.append((f"{study}: {arm.name}", *(text(sample) for sample in (slowed, beside, both))))
    return lines


def text(sample: Sequence[float]) -> str:
    found = median_of(sample)
    assert found is not None, "at least one round"
    return f"{found.value:+.1%}{between(found)}"


def between(found: Interval) -> str:
    if found.low is None or found.high is None:
        return ""
    return f" ({range_text(found.low, found.value, found.high, PERCENT)})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=6, help="six are the fewest whose median has an interval")
    parser.add_argument("--trials", type=int, default=20, help="trials of one process")
    parser.add_argument("--studies", nargs="+", choices=list(STUDIES), default=list(STUDIES))
    parser.add_argument("--rates", nargs="+", type=int, default=[10, 20, 25, 50, 100])
    parser.add_argument("--pausing", action="store_true", help="measure py-spy's pausing looks as well")
    asked = parser.parse_args()
    arms = [Arm(rate_hz=0), *(Arm(rate_hz=rate) for rate in asked.rates)]
    if asked.pausing:
        arms += [Arm(rate_hz=rate, is_pausing=True) for rate in asked.rates]
    arms.append(Arm(rate_hz=DEFAULT_HZ, cost_share=COST_SHARE))
    arms.append(Arm(rate_hz=INSIDE_HZ, source=StackSource.IN_PROCESS))
    print(f"shares of the unwatched study's CPU; at most {percent_text(LIMIT)} in all is what a default may cost")
    print(f"{'study: sampler':42}  {'study slowed by':26}  {'CPU beside it':26}  both")
    for study in asked.studies:
        for what, slowed, beside, both in measure(study, arms, asked.rounds, asked.trials):
            print(f"{what:42}  {slowed:26}  {beside:26}  {both}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), Path(sys.argv[5]))
    else:
        main()
