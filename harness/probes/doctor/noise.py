"""Measures clocks and the noise floor: the same work over and over, and how far its times lie apart."""

import time
from collections.abc import Callable
from itertools import pairwise
from statistics import median

from harness.probes.doctor.facts import Clock, Noise

__all__ = ["CLOCKS", "measure_clock", "measure_noise"]

Read = Callable[[], float]

CLOCKS: tuple[tuple[str, Read], ...] = (
    ("perf_counter", time.perf_counter),
    ("thread_time", time.thread_time),
    ("process_time", time.process_time),
)
_CLOCK_READINGS = 5_000
_CLOCK_LIMIT = 5_000_000  # readings to see one step: a second or so of a clock that stands still
_FIRST_ITERATIONS = 1_000
_MOST_ITERATIONS = 1 << 26


def measure_clock(name: str, read: Read, cost: Read = time.perf_counter) -> Clock:
    """The smallest positive step between neighbouring readings. Raises ValueError for a clock that never moves."""
    started = cost()
    readings = [read() for _ in range(_CLOCK_READINGS)]
    reading_s = (cost() - started) / _CLOCK_READINGS
    steps = [after - before for before, after in pairwise(readings) if after > before]
    return Clock(name=name, step_s=min(steps) if steps else _next_step(name, read), reading_s=reading_s)


def _next_step(name: str, read: Read) -> float:
    """The step of a clock too coarse to move within the first readings: from one tick to the next."""
    tick = before = read()
    ticks = []
    for _ in range(_CLOCK_LIMIT):
        now = read()
        if now > tick:
            ticks.append(now - tick)
            tick = now
            if len(ticks) == 2:  # the first is cut short by where we came in
                return ticks[1]
    if not ticks:
        raise ValueError(f"clock {name} stood still at {before} s over {_CLOCK_LIMIT} readings")
    return ticks[0]


def measure_noise(
    *, run_s: float = 0.005, budget_s: float = 1.0, wall: Read = time.perf_counter, cpu: Read = time.thread_time
) -> Noise:
    """Run a kernel of about `run_s` CPU seconds, `budget_s` in all, as two equal arms in the order A B B A ..."""
    iterations = _calibrate(run_s, cpu)
    pairs = max(2, round(budget_s / run_s / 2))
    walls, cpus = [], []
    for _ in range(2 * pairs):
        wall_mark, cpu_mark = wall(), cpu()
        _kernel(iterations)
        cpus.append(cpu() - cpu_mark)
        walls.append(wall() - wall_mark)
    # Each pair has its own order, so that a steady drift cancels over two pairs.
    firsts, seconds = cpus[0::2], cpus[1::2]
    ratios = [
        (second / first if pair % 2 == 0 else first / second)
        for pair, (first, second) in enumerate(zip(firsts, seconds, strict=True))
        if first > 0 and second > 0
    ]
    return Noise(
        runs=2 * pairs,
        median_wall_s=median(walls),
        median_cpu_s=median(cpus),
        wall_spread_percent=spread_percent(walls),
        cpu_spread_percent=spread_percent(cpus),
        arms_ratio=median(ratios) if ratios else 1.0,
        waiting_percent=max(0.0, 100 * (1 - sum(cpus) / sum(walls))) if sum(walls) > 0 else 0.0,
    )


def spread_percent(samples: list[float]) -> float:
    """Median absolute deviation over the median, in percent (not scaled to a standard deviation)."""
    middle = median(samples)
    return 100 * median(abs(sample - middle) for sample in samples) / middle if middle > 0 else 0.0


def _calibrate(run_s: float, cpu: Read) -> int:
    """Iterations of the kernel that take about `run_s`."""
    iterations = _FIRST_ITERATIONS
    while iterations < _MOST_ITERATIONS:
        mark = cpu()
        _kernel(iterations)
        if cpu() - mark >= run_s:
            break
        iterations *= 2
    return iterations


def _kernel(iterations: int) -> int:
    """Integer work in the interpreter: no memory to wait for, nothing to collect."""
    state = 1
    for _ in range(iterations):
        state = (state * 1_103_515_245 + 12_345) & 0x7FFFFFFF
    return state
