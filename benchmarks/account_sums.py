"""Whether a run's account adds up to its launcher's wall, and its places to what the script's own clocks say.

    python benchmarks/account_sums.py [--repeats 3]

Each script times its own sections. A line says, section by section, what the script measured and what the account says;
bar: 2 % of the section or 20 ms per process, whichever is larger, on a quiet machine. It is no part of the suite.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from harness.model.store import OUTCOME, read_json
from harness.profile.account.facts import PlaceKind, RunAccount
from harness.profile.build import build
from harness.profile.facts import PartKind

SHARE, SECONDS = 0.02, 0.02
HEAD = """
import json, time, multiprocessing, optuna
optuna.logging.set_verbosity(optuna.logging.WARNING)
said = {}
def work(seconds):
    until = time.perf_counter() + seconds
    while time.perf_counter() < until: sum(range(200))
def timed(name, seconds):
    began = time.perf_counter(); work(seconds)
    said[name] = said.get(name, 0.0) + time.perf_counter() - began
def objective(trial):
    timed("trial", 0.01)
    return trial.suggest_float("x", 0, 1)
def note(study, trial): timed("callback", 0.02)
"""
SCRIPTS = {
    "one process": HEAD
    + """
timed("before", 0.6)
study = optuna.create_study(sampler=optuna.samplers.RandomSampler())
study.optimize(objective, n_trials=60, callbacks=[note])
timed("studies", 0.3)
study.optimize(objective, n_trials=20, callbacks=[note])
timed("after", 0.5)
json.dump(said, open("said.json", "w"))
""",
    "four threads": HEAD.replace("work(seconds)\n    said", "time.sleep(seconds)\n    said")
    + """
timed("before", 0.4)
study = optuna.create_study(sampler=optuna.samplers.RandomSampler())
study.optimize(objective, n_trials=80, n_jobs=4, callbacks=[note])
timed("after", 0.4)
json.dump({name: seconds for name, seconds in said.items() if name in ("before", "after")}, open("said.json", "w"))
""",
    "ask and tell": HEAD
    + """
timed("before", 0.3)
study = optuna.create_study(sampler=optuna.samplers.RandomSampler())
for _ in range(60):
    trial = study.ask(); study.tell(trial, objective(trial)); timed("between", 0.01)
timed("after", 0.3)
json.dump(said, open("said.json", "w"))
""",
}
KINDS = {
    "before": PlaceKind.BEFORE,
    "studies": PlaceKind.STUDIES,
    "after": PlaceKind.AFTER,
    "callback": PlaceKind.CALLBACK,
    "trial": PlaceKind.TRIAL,
    "between": PlaceKind.BETWEEN,
}


def account_of(code: str, folder: Path) -> tuple[RunAccount, dict[str, float], float]:
    """The account of a script's run, what the script's own clocks said, and the launcher's wall."""
    (folder / "script.py").write_text(code, encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "harness", "run", "--no-stacks", "script.py"],
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    (record,) = (folder / ".harness" / "runs").iterdir()
    account, outcome = build(record).account, read_json(record / OUTCOME)
    assert account is not None
    assert outcome is not None
    return account, json.loads((folder / "said.json").read_text(encoding="utf-8")), float(outcome["wall_s"])


def rows(code: str) -> Iterator[tuple[str, float, float]]:
    """Section, what was measured, and what the account says."""
    with tempfile.TemporaryDirectory() as name:
        account, said, wall_s = account_of(code, Path(name))
    yield "run", wall_s, sum(place.wall_s for place in account.places)
    for process in account.processes:
        yield f"process {process.pid}", process.wall_s, sum(place.wall_s for place in process.places)
    for section, measured_s in said.items():
        kind = KINDS[section]
        told = [place for place in account.places if place.kind is kind]
        if kind is PlaceKind.TRIAL:  # what the script measured is its objective
            told = [place for place in told if place.part is PartKind.OBJECTIVE]
        yield section, measured_s, sum(place.wall_s for place in told)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=1)
    worst = 0
    for _ in range(parser.parse_args().repeats):
        for name, code in SCRIPTS.items():
            for section, measured_s, told_s in rows(code):
                off_s = abs(told_s - measured_s)
                is_within = off_s <= max(SHARE * measured_s, SECONDS)
                worst += not is_within
                print(f"{name:14} {section:16} {measured_s:8.3f} s  {told_s:8.3f} s  {'' if is_within else 'OFF'}")
    print(f"{worst} sections are off by more than {SHARE:.0%} and {SECONDS * 1000:.0f} ms")


if __name__ == "__main__":
    main()
