"""Builds the summary of advice from a probing and the records of its probes."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import replace

from harness.errors import InputError
from harness.model.plan import Plan
from harness.model.probing import Cut, Probing, Role
from harness.model.record import Record
from harness.report.advice.concerns import warnings
from harness.report.advice.forecasts import FREE, Known, forecasts
from harness.report.advice.points import RunPoint, run_points, sizes
from harness.report.advice.sampling import sampler_of
from harness.report.advice.summary import Advice, Forecast, PointLine, Trial
from harness.report.advice.words import bytes_span_text, counted, duration_text, span_text
from harness.report.advice.workers import fit_of, memory_of
from harness.report.quantity import Measure, Unit, known, unknown
from harness.stats.interval import Interval
from harness.stats.prediction import Basis, Prediction, multiplied, predict_mean
from harness.units import seconds_text

VERSION = "study-harness"
_STARTUP_SHARE = 0.1  # of the whole, from which start-up is told apart from the trials
_BLAS = "OMP_NUM_THREADS"  # the launcher sets it, and those of each library, to 1 unless the user has set it


def build(probing: Probing, records: Mapping[str, Record]) -> Advice:
    """Every number and sentence of the advice. Raises InputError when no probe left a finished trial."""
    points = run_points(probing, records)
    serial = sizes(points)
    if not serial:
        raise InputError(f"no probe of {probing.id} finished a trial: run harness advise again with a larger --budget")
    found = predict_mean([point.sampled(point.undisturbed_s) for point in serial], 1.0, probing.planned.trials)
    alone = [point for point in points if point.role in (Role.SIZE, Role.WARM)]
    trial = _trial(serial, alone, found, probing.planned.trials)
    memory = memory_of(probing, alone)
    given = Known(
        probing=probing,
        trial=trial,
        sampler=sampler_of(probing),
        memory=memory,
        fit=fit_of(probing, memory.need, trial.busy_cores.value or 1.0),
        points=points,
        serial=serial,
    )
    made = forecasts(given)
    return Advice(
        id=probing.id,
        version=probing.machine.versions.get(VERSION) or "",
        started_s=probing.started_s,
        workload=probing.planned.workload,
        trials=probing.planned.trials,
        headline=_headline(probing.planned, made, trial.startup.value),
        statements=tuple(_statements(given, made)),
        warnings=warnings(given, found, made),
        forecasts=made,
        trial=trial,
        sampler=given.sampler,
        memory=memory,
        fit=given.fit,
        points=tuple(_line(point) for point in points),
        basis=tuple(_basis(probing, serial, found)),
        settings=_settings(probing.planned),
    )


def _trial(serial: Sequence[RunPoint], alone: Sequence[RunPoint], found: Prediction, trials: int) -> Trial:
    top_share = max(point.share for point in serial)
    top = [point for point in serial if point.share == top_share]
    basis = _how(found.basis, len(serial))
    cpu = predict_mean([point.sampled(point.trial_cpu_s) for point in serial], 1.0, trials).interval
    is_queue_known = all(point.free_wall_s is not None for point in serial)
    free = _not_below(found.interval, cpu)
    extras = [point.first_extra_s for point in top if point.first_extra_s is not None]
    startups = [point.startup_s for point in top]
    return Trial(
        wall=known(Unit.SECONDS, _disturbed(alone, free, cpu) if is_queue_known else free, basis),
        free_wall=known(Unit.SECONDS, free, basis)
        if is_queue_known
        else unknown(Unit.SECONDS, "the kernel does not tell here how long a thread waits for a core"),
        cpu=known(Unit.SECONDS, cpu, basis),
        busy_cores=known(Unit.COUNT, statistics.fmean(point.busy_cores for point in top), "probes of one worker"),
        storage_share=known(
            Unit.SHARE,
            min(statistics.fmean(p.storage_wall_s / p.trial_wall_s for p in top), 1.0),
            "probes of one worker",
        ),
        startup=known(Unit.SECONDS, _range(startups), "probes of one worker"),
        first_extra=known(Unit.SECONDS, statistics.fmean(extras), "probes of one worker")
        if extras
        else unknown(Unit.SECONDS, "the probes had too few trials"),
    )


def _disturbed(alone: Sequence[RunPoint], free: Interval, cpu: Interval) -> Interval:
    """Wall time on a machine as busy as it was: what trials take by themselves, times what queueing made of it.

    The two are predicted apart, because how busy the machine was does not depend on the share of the data: all runs in
    one worker tell of it, the warm one too.
    """
    stretches = [max(point.trial_wall_s, 1e-9) / max(point.undisturbed_s, 1e-9) for point in alone]
    return _not_below(multiplied(free, stretches) or free, cpu)


def _not_below(wall: Interval, cpu: Interval) -> Interval:
    """Wall time is never less than the thread's CPU, of which probes on a busy machine know more."""
    if wall.low is None or cpu.low is None:
        return wall
    return replace(wall, low=min(max(wall.low, cpu.low), wall.value))


def _range(values: Sequence[float]) -> Interval:
    return Interval(value=statistics.fmean(values), low=min(values), high=max(values))


def _how(basis: Basis, runs: int) -> str:
    match basis:
        case Basis.FITTED:
            return f"a line through {counted(runs, 'run')} on several shares of the data"
        case Basis.REPEATED:
            return f"{counted(runs, 'run')} on the data that the study has"
        case Basis.POWER:
            return "the two largest shares of the data, carried on at their own rate of growth"
        case Basis.SCALED:
            return f"{counted(runs, 'run')} on one smaller share of the data, carried on in proportion"
        case Basis.SINGLE:
            return "one run, without an interval"


def _headline(planned: Plan, made: tuple[Forecast, ...], startup_s: float | None) -> str:
    wall = made[0].wall
    takes = "takes" if planned.trials == 1 else "take"
    said = f"{counted(planned.trials, 'trial')} of {planned.workload} {takes} {span_text(wall)} in one worker"
    if startup_s is None or wall.value is None or startup_s < _STARTUP_SHARE * wall.value:
        return f"{said}."
    trials_s = max(wall.value - startup_s, 0.0)
    return f"{said}: {duration_text(startup_s)} to start and import, {duration_text(trials_s)} for the trials."


def _statements(given: Known, made: tuple[Forecast, ...]) -> list[str]:
    fit, need = given.fit, given.memory.need
    said = [f"A trial takes {_with_cpu(given.trial)} on all of the data, the sampler apart."]
    said += [f"With a core free for it all the time: {span_text(one.wall)}." for one in made if one.how == FREE]
    said.append(f"Each worker needs {bytes_span_text(need)} of memory.")
    said.append(f"This machine has room for {counted(fit.advised, 'worker')} ({fit.because}).")
    return said


def _with_cpu(trial: Trial) -> str:
    cpu = trial.cpu.value
    return span_text(trial.wall) + ("" if cpu is None else f", of which its thread computes {seconds_text(cpu)},")


def _line(point: RunPoint) -> PointLine:
    names = {
        Role.WARM: "first, to warm up",
        Role.SIZE: "1 worker",
        Role.THREADS: "threads",
        Role.PROCESSES: "processes",
    }
    missing = unknown(Unit.SHARE, "one trial")
    return PointLine(
        what=names[point.role],
        share=point.share,
        workers=point.workers,
        trials=point.trials,
        wall=known(Unit.SECONDS, point.trial_wall_s, "measured"),
        cpu=known(Unit.SECONDS, point.trial_cpu_s, "measured"),
        spread=missing if point.spread is None else known(Unit.SHARE, point.spread, "measured"),
        peak=_bytes(point.peak_bytes),
    )


def _bytes(size: int | None) -> Measure:
    return unknown(Unit.BYTES, "not readable here") if size is None else known(Unit.BYTES, size, "measured")


def _basis(probing: Probing, serial: Sequence[RunPoint], found: Prediction) -> list[str]:
    runs, took = counted(len(probing.probes), "run"), duration_text(probing.probing_s)
    said = [
        f"{runs} in fresh processes took {took}, in random order within blocks; the first is not counted.",
        f"The time of a trial comes from {_how(found.basis, len(serial))}.",
        "Each run drew parameters of its own: its interval holds what differs with them, and from run to run.",
        "A sampler that learns tries other parameters than random ones; where cost depends on them, so does the time.",
    ]
    threads = probing.machine.thread_settings.get(_BLAS)
    if threads is not None:
        said.append(f"Probes ran with {_BLAS}={threads}; a study that is started without it may use more cores.")
    if probing.planned.directions is not None:
        said.append(f"Direction: {probing.planned.directions.text}.")
    match probing.cut:
        case Cut.SOURCE:
            said.append("A share of the data is the first rows of what each harness.source brings; it still loads all.")
        case Cut.SETTING:
            said.append("A share of the data is the first rows, by the workload's own setting.")
        case Cut.NONE:
            said.append("All probes had all of the data.")
    return said


def _settings(planned: Plan) -> tuple[tuple[str, str], ...]:
    chosen = [("sampler", planned.sampler.value), ("storage", planned.storage.value), ("data", planned.data.value)]
    return (*chosen, *((name, str(value)) for name, value in planned.settings))
