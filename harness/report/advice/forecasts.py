"""Forecasts: what the whole study takes in one worker and in several, with intervals that hold all that varies."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from harness.model.probing import Probing, Role
from harness.report.advice.points import RunPoint
from harness.report.advice.summary import Fit, Forecast, Sampler, Trial, WorkerMemory
from harness.report.advice.words import counted
from harness.report.advice.workers import GAINLESS, Parallel, ideal_speedup, parallel_of
from harness.report.quantity import Measure, Unit, known, unknown
from harness.stats.interval import Interval

FREE = "1 worker, free core"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What forecasts are made from."""

    probing: Probing
    trial: Trial
    sampler: Sampler
    memory: WorkerMemory
    fit: Fit
    points: Sequence[RunPoint]
    serial: Sequence[RunPoint]

    def parallel(self, role: Role) -> Parallel | None:
        return parallel_of(self.points, self.serial, role)


def forecasts(given: Known) -> tuple[Forecast, ...]:
    """One worker, as busy as the machine is and with a core free; then processes and threads, as asked and advised."""
    asked, advised = given.probing.workers, given.fit.advised
    trials = given.probing.planned.trials  # more workers than that find none to run
    counts = sorted({min(count, trials) for count in (asked, advised) if min(count, trials) > 1})
    several = [_several(given, Role.PROCESSES, count) for count in counts]
    threads = given.parallel(Role.THREADS)
    at_once = max(counts, default=0) or (threads.workers if threads else 0)
    if at_once > 1 and threads is not None:
        several.append(_several(given, Role.THREADS, at_once))
    free = [] if given.trial.free_wall.value is None else [_free(given)]
    return (_alone(given, given.trial.wall, given.sampler.total, "1 worker"), *free, *several)


def _free(given: Known) -> Forecast:
    return _alone(given, given.trial.free_wall, given.sampler.total_cpu, FREE)


def _alone(given: Known, cost: Measure, sampler: Measure, how: str) -> Forecast:
    return Forecast(
        how=how,
        workers=1,
        wall=_wall(given, cost, sampler, (1.0, 1.0, 1.0)),
        speedup=known(Unit.RATIO, 1.0, "by definition"),
        memory=given.memory.need,
    )


def _several(given: Known, role: Role, workers: int) -> Forecast:
    measured = given.parallel(role)
    speedups = _speedups(given, workers, measured)
    kind = "process" if role is Role.PROCESSES else "thread"
    basis = "what cores allow; not probed"
    if measured is not None:
        basis = f"probed with {counted(measured.workers, kind)}"
    return Forecast(
        how=counted(workers, kind),
        workers=workers,
        wall=_wall(given, given.trial.wall, given.sampler.total, speedups),
        speedup=_of_study(given, speedups, basis),
        memory=_times(given.memory.need, workers) if role is Role.PROCESSES else given.memory.need,
    )


def _of_study(given: Known, speedups: tuple[float, float, float], basis: str) -> Measure:
    """Of the whole study: start-up, which each worker has, is not shared out."""
    each = given.trial.wall.value
    if each is None:
        low, value, high = speedups
        return known(Unit.RATIO, Interval(value=value, low=low, high=high), basis)
    once = (given.trial.startup.value or 0.0) + (given.trial.first_extra.value or 0.0)
    all_s = given.probing.planned.trials * each + (given.sampler.total.value or 0.0)
    low, value, high = ((once + all_s) / (once + all_s / one) for one in speedups)
    return known(Unit.RATIO, Interval(value=value, low=low, high=high), basis)


def _speedups(given: Known, workers: int, measured: Parallel | None) -> tuple[float, float, float]:
    """Least, likely and greatest speed-up: what workers were worth to each other, and never more than cores and the
    number of trials allow.

    Workers that gained nothing in the probes gain nothing however many they are. At the most all wait for nobody; at
    the least, where they were not probed, they gain nothing.
    """
    trials = given.probing.planned.trials
    rounds = math.ceil(trials / workers)  # of trials, one after another, in the worker that has most
    ideal = ideal_speedup(workers, given.trial.busy_cores.value or 1.0, given.probing.machine)
    ideal = min(ideal, trials / rounds)
    if measured is None:
        return 1.0, ideal, ideal
    if measured.speedup < GAINLESS:
        each = [measured.workers * one for one in measured.efficiencies]
        return min(each), measured.speedup, max(*each, 1.0)
    least, likely = (
        min(measured.speedup_of(workers, one), ideal) for one in (min(measured.efficiencies), measured.efficiency)
    )
    return min(least, likely), likely, ideal


def _wall(given: Known, cost: Measure, sampler: Measure, speedup: tuple[float, float, float]) -> Measure:
    """Start-up, then all trials with the sampler's time, shared out. Far ends are paired: wider than 95 %."""
    each = cost.interval
    if each is None:
        return unknown(Unit.SECONDS, cost.missing or "no probe finished a trial")
    least, likely, most = speedup
    trials = given.probing.planned.trials
    startup = given.trial.startup.interval or Interval(value=0.0)
    extra_s = given.trial.first_extra.value or 0.0
    once = startup.value + extra_s
    ours = sampler.interval or Interval(value=0.0)
    value = once + (trials * each.value + ours.value) / likely
    if each.low is None or each.high is None:
        return known(Unit.SECONDS, value, "one probe, without an interval")
    low_s = trials * each.low + (ours.value if ours.low is None else ours.low)
    high_s = trials * each.high + (ours.value if ours.high is None else ours.high)
    low_once = (startup.value if startup.low is None else startup.low) + extra_s
    high_once = (startup.value if startup.high is None else startup.high) + extra_s
    interval = Interval(value=value, low=low_once + low_s / most, high=high_once + high_s / least)
    return known(Unit.SECONDS, interval, cost.basis or "")


def _times(measure: Measure, count: int) -> Measure:
    interval = measure.interval
    return measure if interval is None else known(measure.unit, interval.scaled(count), measure.basis or "")
