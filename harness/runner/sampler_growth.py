"""What a study's own history costs: the sampler's time and the memory at growing numbers of trials.

`python -m harness.runner.sampler_growth ASKED` prints a History as JSON, from a fresh process. The trials are made up,
with as many parameters and objectives as the study's, and live in Optuna's memory storage: no database is in the times.
"""

import gc
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.model.codec import decode, encode
from harness.model.plan import SamplerKind
from harness.model.probing import History, SamplerCost
from harness.probes.memory import process_memory

if TYPE_CHECKING:
    import optuna

REPEATS = 5
_SIZES = (20, 60, 200, 600, 2000, 6000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be measured: a sampler by name, parameters and objectives, trials at most, seconds at most."""

    sampler: str
    parameters: int
    objectives: int
    trials: int
    budget_s: float


def measure_history(asked: Asked, environment: Mapping[str, str], folder: Path) -> History | None:
    """The history's cost, measured in a process of its own; None when it failed or took far too long."""
    command = [sys.executable, "-P", "-m", "harness.runner.sampler_growth", json.dumps(asdict(asked))]
    try:
        done = subprocess.run(
            command, env=dict(environment), cwd=folder, capture_output=True, timeout=3 * asked.budget_s + 30, check=True
        )
        return decode(History, json.loads(done.stdout), "the sampler's probe")
    except (subprocess.SubprocessError, ValueError):
        return None


def grow(asked: Asked) -> History:
    """Measure in this process. Sizes stop at the trials asked for, or when the time is used up."""
    import optuna

    from harness.runner.samplers import sampler_for

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    sampler = sampler_for(SamplerKind(asked.sampler), 0, 0)
    study = optuna.create_study(directions=["minimize"] * asked.objectives, sampler=sampler)
    ends_s = time.perf_counter() + asked.budget_s
    draw = random.Random(0)
    points: list[SamplerCost] = []
    added, before_bytes = 0, _own_bytes()
    for size in [*(size for size in _SIZES if size < asked.trials), min(asked.trials, _SIZES[-1])]:
        missing = size - len(points) * REPEATS - added
        study.add_trials([_made_up(asked, draw) for _ in range(missing)])
        added += max(missing, 0)
        repeats = [_suggest(study, asked, draw) for _ in range(REPEATS)]
        points.append(
            SamplerCost(trials=size, wall_s=tuple(wall for wall, _ in repeats), cpu_s=tuple(cpu for _, cpu in repeats))
        )
        if time.perf_counter() > ends_s:
            break
    grown = _own_bytes() - before_bytes
    trials = added + len(points) * REPEATS
    return History(parameters=asked.parameters, sampler=tuple(points), bytes_per_trial=max(grown, 0) / trials)


def _suggest(study: "optuna.Study", asked: Asked, draw: random.Random) -> tuple[float, float]:
    """Wall and CPU seconds for one more trial's parameters; the trial itself is then told."""
    began_s, began_cpu_s = time.perf_counter(), time.thread_time()
    trial = study.ask()
    for index in range(asked.parameters):
        trial.suggest_float(f"x{index}", 0.0, 1.0)
    took = time.perf_counter() - began_s, time.thread_time() - began_cpu_s
    study.tell(trial, [draw.random() for _ in range(asked.objectives)])
    return took


def _made_up(asked: Asked, draw: random.Random) -> "optuna.trial.FrozenTrial":
    import optuna

    names = [f"x{index}" for index in range(asked.parameters)]
    values: dict[str, Any] = {name: draw.random() for name in names}
    whole = optuna.distributions.FloatDistribution(0.0, 1.0)
    return optuna.trial.create_trial(
        params=values,
        distributions=dict.fromkeys(names, whole),
        values=[draw.random() for _ in range(asked.objectives)],
    )


def _own_bytes() -> int:
    gc.collect()
    memory = process_memory(os.getpid())
    return 0 if memory is None else memory.uss_bytes or memory.rss_bytes or 0


if __name__ == "__main__":
    sys.stdout.write(json.dumps(encode(grow(Asked(**json.loads(sys.argv[1]))))))
