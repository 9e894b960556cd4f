"""What disturbs runs: logarithms of cost along a stream of runs, one model for each way in which machines misbehave."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Model = Callable[[np.random.Generator, int, float], Array]  # generator, runs, spread of one run

BURST_SHARE, BURST_RUNS = 0.15, 20  # of the stream, and how long one lasts on average


def lognormal(random: np.random.Generator, runs: int, spread: float) -> Array:
    """Runs that do not depend on each other, with no tails."""
    return random.normal(0.0, spread, runs)


def heavy(random: np.random.Generator, runs: int, spread: float) -> Array:
    """Student's t with 3 degrees of freedom, on the logarithm, at the same standard deviation."""
    return np.asarray(random.standard_t(3, runs) * spread / np.sqrt(3.0))


def spikes(random: np.random.Generator, runs: int, spread: float) -> Array:
    """One run in twenty takes longer by a Pareto amount: the right tail of real processes."""
    hit = random.random(runs) < 0.05
    return random.normal(0.0, spread / 2, runs) + np.where(hit, np.log1p(spread * 2 * (1 + random.pareto(2, runs))), 0)


def drift(random: np.random.Generator, runs: int, spread: float) -> Array:
    """Each run remembers half of the one before: AR(1) with 0.5."""
    shocks = random.normal(0.0, spread * np.sqrt(0.75), runs)
    found = np.empty(runs)
    found[0] = random.normal(0.0, spread)
    for place in range(1, runs):
        found[place] = 0.5 * found[place - 1] + shocks[place]
    return found


def walk(random: np.random.Generator, runs: int, spread: float) -> Array:
    """A random walk of a third of the spread per run, beside noise: a machine that goes on getting warmer or busier."""
    return np.cumsum(random.normal(0.0, spread / 3, runs)) + random.normal(0.0, spread, runs)


def trend(random: np.random.Generator, runs: int, spread: float) -> Array:
    """Every run a twentieth of the spread slower than the one before, beside noise."""
    return np.arange(runs) * spread / 20 + random.normal(0.0, spread, runs)


def bursts(random: np.random.Generator, runs: int, spread: float) -> Array:
    """A neighbour comes for some twenty runs and slows them by 30 %, with twice the noise."""
    leaves, comes = 1 / BURST_RUNS, BURST_SHARE / (1 - BURST_SHARE) / BURST_RUNS
    chance, is_here = random.random(runs), np.empty(runs, dtype=bool)
    here = random.random() < BURST_SHARE
    for place in range(runs):
        here = chance[place] >= leaves if here else chance[place] < comes
        is_here[place] = here
    return random.normal(0.0, spread, runs) * np.where(is_here, 2.0, 1.0) + np.where(is_here, np.log(1.3), 0.0)


MODELS: Mapping[str, Model] = {
    "lognormal": lognormal,
    "heavy tails": heavy,
    "spikes": spikes,
    "drift AR(1) 0.5": drift,
    "random walk": walk,
    "steady trend": trend,
    "bursts": bursts,
}
