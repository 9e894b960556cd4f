"""The part of a scaling's report that is about workers."""

from harness.experiments.scaling.workers import Limit, WorkerGrowth, WorkerPoint
from harness.model.plan import Backend
from harness.report.quantity import Measure, Unit, known, unknown
from harness.report.scaling.summary import WorkerLine, WorkerPart
from harness.report.scaling.words import hidden_text, limit_sentence, limit_text, size_text
from harness.units import count_text

_SAMPLES = 40
_ALONE = "one worker is what the others are held against"


def worker_part(workers: WorkerGrowth, unit: str) -> WorkerPart:
    """All about workers on one size."""
    kind = "threads" if workers.backend is Backend.THREADS else "processes"
    usl = workers.usl
    why = "it takes four numbers of workers"
    return WorkerPart(
        kind=kind,
        size=size_text(workers.size, unit),
        lines=tuple(_line(point) for point in workers.points),
        serial=known(Unit.SHARE, workers.serial, "Amdahl's law through all runs"),
        contention=unknown(Unit.SHARE, why) if usl is None else known(Unit.SHARE, usl.contention, "Gunther's law"),
        coherency=unknown(Unit.SHARE, why) if usl is None else known(Unit.SHARE, usl.coherency, "Gunther's law"),
        best=workers.best,
        enough=workers.enough,
        verdict=_verdict(workers, kind),
        curve=_curve(workers),
    )


def _verdict(workers: WorkerGrowth, kind: str) -> str:
    most = workers.points[-1]
    why = limit_sentence(workers.limit, kind, most.busy_cores)
    best = "1 worker" if workers.best == 1 else f"{count_text(workers.best)} {kind}"
    if workers.enough == workers.best:
        choice = f"{best} finish most trials, and fewer finish fewer"
    else:
        fewest = "1 worker is" if workers.enough == 1 else f"{count_text(workers.enough)} {kind} are"
        choice = f"{best} finish most trials, but {fewest} within noise of that{hidden_text(workers.hidden_gain)}"
    said = f"{choice[:1].upper()}{choice[1:]}."
    return said if workers.limit is Limit.NONE else f"{said} At {count_text(most.workers)}, {why}."


def _line(point: WorkerPoint) -> WorkerLine:
    over = "pairs of runs in one block"
    is_alone = point.workers == 1

    def ratio(value: Measure) -> Measure:
        return unknown(value.unit, _ALONE) if is_alone else value

    return WorkerLine(
        workers=point.workers,
        runs=point.runs,
        trials_per_s=known(Unit.COUNT, point.trials_per_s, "geometric mean over runs"),
        speedup=ratio(known(Unit.RATIO, point.speedup, over)),
        efficiency=ratio(known(Unit.SHARE, point.efficiency, over)),
        cpu_ratio=ratio(known(Unit.RATIO, point.cpu_ratio, over)),
        busy_cores=known(Unit.COUNT, point.busy_cores, "CPU of all trials over their time"),
        trial_wall=known(Unit.SECONDS, point.trial_wall_s, "mean over runs"),
        extra_cpu=ratio(known(Unit.SECONDS, point.extra.cpu_s, "over one worker's")),
        extra_queue=ratio(known(Unit.SECONDS, point.extra.queue_s, "over one worker's")),
        extra_storage=ratio(known(Unit.SECONDS, point.extra.storage_s, "over one worker's")),
        extra_other=ratio(known(Unit.SECONDS, point.extra.other_s, "over one worker's")),
        limit="–" if is_alone else limit_text(point.limit),
    )


def _curve(workers: WorkerGrowth) -> tuple[tuple[float, float], ...]:
    """Gunther's law where it was fitted, else Amdahl's from the rate of one worker."""
    most = workers.points[-1].workers
    usl = workers.usl
    rate = workers.points[0].trials_per_s.value if usl is None else usl.rate
    contention = workers.serial.value if usl is None else usl.contention.value
    coherency = 0.0 if usl is None else usl.coherency.value
    found = []
    for place in range(_SAMPLES + 1):
        count = 1 + (most - 1) * place / _SAMPLES
        slowed = 1 + contention * (count - 1) + coherency * count * (count - 1)
        if slowed > 0:
            found.append((count, rate * count / slowed))
    return tuple(found)
