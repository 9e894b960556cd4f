"""What a study's own history costs: the sampler's time and the memory at growing numbers of trials.

`python -m harness.runner.sampler_growth < ASKED` prints a History as JSON, from a fresh process. Trials are made up
with the study's own parameters and number of objectives, and live in memory storage: no database is in the times.
"""

import gc
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.model.codec import decode, encode
from harness.model.plan import SamplerKind
from harness.model.probing import SPACE, History, SamplerCost, Space, SpaceParameter
from harness.model.record import Record
from harness.model.store import read_json
from harness.probes.memory import process_memory

if TYPE_CHECKING:
    import optuna

REPEATS = 5
_SIZES = (5, 12, 20, 60, 200, 600, 2000, 6000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be measured: a sampler by name, parameters and objectives, trials at most, seconds at most."""

    sampler: str
    parameters: int
    objectives: int
    trials: int
    budget_s: float
    space: tuple[SpaceParameter, ...] = ()  # the study's own parameters; else as many floats


def measure_history(asked: Asked, environment: Mapping[str, str], folder: Path) -> History | None:
    """The history's cost, measured in a process of its own; None when it failed or took far too long."""
    command = [sys.executable, "-P", "-m", "harness.runner.sampler_growth"]
    try:
        done = subprocess.run(
            command,
            input=json.dumps(encode(asked)).encode(),  # an argument may be too long for a space of many choices
            env=dict(environment),
            cwd=folder,
            capture_output=True,
            timeout=3 * asked.budget_s + 30,
            check=True,
        )
        return decode(History, json.loads(done.stdout), "the sampler's probe")
    except (subprocess.SubprocessError, ValueError):
        return None


def space_of(record: Record) -> tuple[SpaceParameter, ...]:
    """The parameters that a short run suggested; none where it kept none."""
    data = read_json(record.folder / SPACE)
    return () if data is None else decode(Space, data, str(record.folder / SPACE)).parameters


def grow(asked: Asked) -> History:
    """Measure in this process. Sizes stop at the trials asked for, or when the time is used up."""
    import optuna

    from harness.runner.samplers import sampler_for

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    sampler = sampler_for(SamplerKind(asked.sampler), 0, 0)
    study = optuna.create_study(directions=["minimize"] * asked.objectives, sampler=sampler)
    ends_s = time.perf_counter() + asked.budget_s
    draw = random.Random(0)
    space = _space(asked)
    points: list[SamplerCost] = []
    added, before_bytes = 0, _own_bytes()
    for size in [*(size for size in _SIZES if size < asked.trials), min(asked.trials, _SIZES[-1])]:
        missing = size - len(points) * REPEATS - added
        study.add_trials([_made_up(asked, space, draw) for _ in range(missing)])
        added += max(missing, 0)
        repeats = [_suggest(study, asked, space, draw) for _ in range(REPEATS)]
        points.append(
            SamplerCost(trials=size, wall_s=tuple(wall for wall, _ in repeats), cpu_s=tuple(cpu for _, cpu in repeats))
        )
        if time.perf_counter() > ends_s:
            break
    grown = _own_bytes() - before_bytes
    trials = added + len(points) * REPEATS
    return History(
        parameters=asked.parameters,
        sampler=tuple(points),
        bytes_per_trial=max(grown, 0) / trials,
        has_own_space=bool(asked.space),
    )


Drawn = tuple[str, "optuna.distributions.BaseDistribution", float]  # a name, what it is drawn from, and how often


def _space(asked: Asked) -> list[Drawn]:
    """The study's own parameters; where they are not known, as many floats."""
    import optuna

    own = [(one.name, optuna.distributions.json_to_distribution(one.distribution), one.share) for one in asked.space]
    whole = optuna.distributions.FloatDistribution(0.0, 1.0)
    return own or [(f"x{index}", whole, 1.0) for index in range(asked.parameters)]


def _drawn(space: list[Drawn], draw: random.Random) -> list[Drawn]:
    """The parameters of one trial: all of them, but those that not every trial has."""
    return [one for one in space if one[2] >= 1 or draw.random() < one[2]]


def _suggest(study: "optuna.Study", asked: Asked, space: list[Drawn], draw: random.Random) -> tuple[float, float]:
    """Wall and CPU seconds for one more trial's parameters; the trial itself is then told."""
    drawn = _drawn(space, draw)
    began_s, began_cpu_s = time.perf_counter(), time.thread_time()
    trial = study.ask()
    for name, distribution, _ in drawn:
        trial._suggest(name, distribution)
    took = time.perf_counter() - began_s, time.thread_time() - began_cpu_s
    study.tell(trial, [draw.random() for _ in range(asked.objectives)])
    return took


def _made_up(asked: Asked, space: list[Drawn], draw: random.Random) -> "optuna.trial.FrozenTrial":
    import optuna

    drawn = _drawn(space, draw)
    return optuna.trial.create_trial(
        params={name: _value(distribution, draw) for name, distribution, _ in drawn},
        distributions={name: distribution for name, distribution, _ in drawn},
        values=[draw.random() for _ in range(asked.objectives)],
    )


def _value(distribution: Any, draw: random.Random) -> Any:
    """A value of any of Optuna's three kinds of distribution."""
    choices = getattr(distribution, "choices", None)
    if choices is not None:
        return draw.choice(choices)
    low, high, step = distribution.low, distribution.high, distribution.step
    if step is not None:
        value = low + step * draw.randrange(round((high - low) / step) + 1)
        return int(value) if isinstance(low, int) else min(float(value), high)
    if distribution.log:
        return min(max(low * (high / low) ** draw.random(), low), high)
    return draw.uniform(low, high)


def _own_bytes() -> int:
    gc.collect()
    memory = process_memory(os.getpid())
    return 0 if memory is None else memory.uss_bytes or memory.rss_bytes or 0


if __name__ == "__main__":
    sys.stdout.write(json.dumps(encode(grow(decode(Asked, json.loads(sys.stdin.buffer.read()), "what is asked")))))
