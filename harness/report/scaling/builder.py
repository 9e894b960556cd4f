"""Builds the summary of a scaling from what its runs show."""

from harness.errors import InputError
from harness.experiments.scaling.grown import Grown, grown_of
from harness.experiments.scaling.laws import Growth, Law
from harness.experiments.scaling.sizes import CPU, PhaseGrowth, SizeGrowth
from harness.experiments.scaling.split import SplitOver
from harness.experiments.scaling.trials import TrialGrowth
from harness.model.plan import Plan
from harness.model.scaling import Scaled, Stage
from harness.report.quantity import Measure, Unit, known, unknown
from harness.report.scaling.sentences import basis, headline, statements, warnings
from harness.report.scaling.summary import (
    AheadLine,
    Curve,
    Factor,
    HeldLine,
    LawLine,
    Picture,
    RunLine,
    ScalingSummary,
    SizeLine,
    SplitPart,
    TrialLine,
)
from harness.report.scaling.words import growth_text, size_text
from harness.report.scaling.workers import worker_part
from harness.stats.interval import Interval

VERSION = "study-harness"
_AHEAD = (2, 5, 10)
_TELLS_NOTHING = 100.0  # upper bound over lower: a law that is carried on so far out says nothing
_PHASES_DRAWN = 6
_SAMPLES = 40


def build(scaled: Scaled) -> ScalingSummary:
    """Every number and sentence of the report. Raises InputError where no run of the scaling has ended well."""
    grown = grown_of(scaled)
    scaling = scaled.scaling
    if not grown.runs:
        raise InputError(
            f"no run of {scaling.id} ended well, so that it shows nothing: see its cells in {scaled.folder}"
        )
    sizes = grown.sizes
    return ScalingSummary(
        id=scaling.id,
        version=scaling.machine.versions.get(VERSION) or "",
        started_s=scaling.started_s,
        workload=scaling.base.workload,
        unit=scaling.unit,
        headline=headline(grown),
        statements=statements(grown),
        warnings=warnings(grown),
        is_sound=_is_sound(grown),
        sizes=() if sizes is None else _sizes(sizes, scaled),
        laws=() if sizes is None else _laws(sizes),
        held=() if sizes is None else _held(sizes),
        ahead=() if sizes is None else _ahead(sizes, scaling.unit),
        trials=() if grown.trials is None else _trials(grown.trials, scaling.unit),
        workers=None if grown.workers is None else worker_part(grown.workers, scaling.unit),
        split=None if grown.split is None else _split(grown.split, grown),
        picture=None if sizes is None else _picture(sizes, grown),
        runs=_runs(grown),
        basis=basis(grown),
        settings=_settings(scaling.base),
        command=" ".join(scaling.command),
    )


def _is_sound(grown: Grown) -> bool:
    has_died = any(cell.died is not None for cell in grown.scaled.cells)
    asked = len({arm.size for arm in grown.scaled.scaling.arms}) > 1
    return not has_died and (grown.sizes is not None or not asked)


def _sizes(sizes: SizeGrowth, scaled: Scaled) -> tuple[SizeLine, ...]:
    return tuple(
        SizeLine(
            size=point.size,
            label=size_text(point.size, scaled.scaling.unit),
            runs=point.runs,
            cpu=known(Unit.SECONDS, point.cpu_s, "geometric mean over runs"),
            wall=known(Unit.SECONDS, point.wall_s, "geometric mean over runs"),
            fitted=_maybe(Unit.SECONDS, sizes.cpu.at(point.size), sizes.cpu.words),
            is_held_out=point.size == scaled.scaling.held_out,
        )
        for point in sizes.points
    )


def _laws(sizes: SizeGrowth) -> tuple[LawLine, ...]:
    ends = sizes.points[0], sizes.points[-1]
    whole = [
        _law(name, law, (low, high), 1.0 if law is sizes.cpu else None)
        for name, law, low, high in (
            ("trial", sizes.cpu, ends[0].cpu_s.value, ends[1].cpu_s.value),
            ("trial, wall", sizes.wall, ends[0].wall_s.value, ends[1].wall_s.value),
        )
    ]
    return (*whole, *(_phase(phase) for phase in sizes.phases if phase.law is not None or phase.share > 0))


def _phase(phase: PhaseGrowth) -> LawLine:
    ends = phase.cpu_s[0], phase.cpu_s[-1]
    if phase.law is not None:
        return _law(phase.name, phase.law, ends, phase.share)
    why = "a part of the trial too small to be fitted"
    return LawLine(
        name=phase.name,
        share=known(Unit.SHARE, phase.share, "on the largest size"),
        smallest=known(Unit.SECONDS, ends[0], "mean over runs"),
        largest=known(Unit.SECONDS, ends[1], "mean over runs"),
        fixed=unknown(Unit.SECONDS, why),
        slope=unknown(Unit.SECONDS, why),
        exponent=unknown(Unit.COUNT, why),
        growth="not fitted",
        is_whole=False,
    )


def _law(name: str, law: Law, ends: tuple[float, float], share: float | None) -> LawLine:
    is_line = law.growth in (Growth.LINEAR, Growth.FLAT)
    return LawLine(
        name=name,
        share=_maybe(Unit.SHARE, share, "on the largest size", "of CPU alone"),
        smallest=known(Unit.SECONDS, ends[0], "mean over runs"),
        largest=known(Unit.SECONDS, ends[1], "mean over runs"),
        fixed=_maybe(Unit.SECONDS, law.fixed, law.words),
        slope=_maybe(Unit.SECONDS, law.slope if is_line else None, law.words, "the law is no line"),
        exponent=_maybe(Unit.COUNT, law.exponent, law.words, "it does not grow, or no exponent was found"),
        growth=growth_text(law.growth),
        is_whole=name.startswith("trial"),
    )


def _held(sizes: SizeGrowth) -> tuple[HeldLine, ...]:
    return tuple(
        HeldLine(
            quantity="CPU" if held.foretold.quantity == CPU else "wall",
            foretold=known(
                Unit.SECONDS,
                Interval(value=held.foretold.value, low=held.foretold.low, high=held.foretold.high),
                held.foretold.basis,
            ),
            measured=known(Unit.SECONDS, held.measured, "geometric mean over runs"),
            runs=held.runs,
            inside=held.inside,
            fell=held.fell.value,
            basis=held.foretold.basis,
        )
        for held in sizes.held
    )


def _ahead(sizes: SizeGrowth, unit: str) -> tuple[AheadLine, ...]:
    if sizes.cpu.growth in (Growth.UNKNOWN, Growth.FLAT, Growth.NO_LAW):
        return ()
    largest = sizes.points[-1].size
    found = []
    for times in _AHEAD:
        told = sizes.cpu.foretell(times * largest)
        if told is not None and _tells(told):
            label = size_text(times * largest, unit) if unit != "share" else f"{times} times the data"
            measure = known(Unit.SECONDS, told, f"{sizes.cpu.words}, carried on")
            found.append(AheadLine(size=times * largest, label=label, cpu=measure))
    return tuple(found)


def _tells(told: Interval) -> bool:
    """Whether a number is bounded at all: one that its own bounds leave open over orders of magnitude is none."""
    return told.low is not None and told.high is not None and told.high <= _TELLS_NOTHING * told.low


def _trials(trials: TrialGrowth, unit: str) -> tuple[TrialLine, ...]:
    per_size = [
        TrialLine(
            label=size_text(line.size, unit),
            runs=line.runs,
            per_thousand=known(Unit.SECONDS, line.per_thousand_s, "mean of the runs' slopes"),
            first=known(Unit.SECONDS, line.first_s, "the runs' lines at trial 0"),
        )
        for line in trials.by_size
    ]
    over = TrialLine(
        label="all sizes",
        runs=sum(line.runs for line in trials.by_size),
        per_thousand=known(Unit.SECONDS, trials.per_thousand_s, "mean of the runs' slopes"),
        first=unknown(Unit.SECONDS, "it differs with the size"),
    )
    return (*per_size, over) if len(per_size) > 1 else (over,)


def _split(split: SplitOver, grown: Grown) -> SplitPart:
    unit = grown.scaled.scaling.unit
    over = f"{split.blocks} blocks, each by itself"
    ratio = split.large / split.small
    power = "" if split.exponent == 1 else f", to the power {split.exponent:.2f}"
    factors = [
        Factor(
            name="size",
            ratio=known(Unit.RATIO, split.size, "counted" if split.exponent == 1 else over),
            why=f"{ratio:,.3g} times the data{power}: what a trial without a fixed cost would grow by",
        ),
        Factor(
            name="fixed cost",
            ratio=known(Unit.RATIO, split.fixed, over),
            why="below 1: the part of a trial that does not grow weighs less on much data",
        ),
    ]
    where = "in one worker"
    note = "Wall time of the study per trial; the factors multiply to the total."
    if split.contention is not None and split.crowd_small is not None and split.crowd_large is not None:
        where = f"in {split.workers} workers"
        why = "above 1: workers are more in each other's way on the large data than on the small; below 1: less"
        factors.append(Factor(name="contention", ratio=known(Unit.RATIO, split.contention, over), why=why))
        note += (
            f" {split.workers} workers take {split.crowd_small.value:.2f} of one worker's time per trial on the small "
            f"data and {split.crowd_large.value:.2f} on the large; {1 / split.workers:.3g} would be perfect, 1 brings "
            "nothing."
        )
    return SplitPart(
        title=f"{size_text(split.large, unit)} over {size_text(split.small, unit)}, {where}",
        total=known(Unit.RATIO, split.total, over),
        factors=tuple(factors),
        note=note,
    )


def _picture(sizes: SizeGrowth, grown: Grown) -> Picture:
    scaling = grown.scaled.scaling
    single = [run for run in grown.runs if run.workers == 1]
    after = [run for run in single if run.stage is Stage.TEST and run.size == scaling.held_out]
    at = [point.size for point in sizes.points]
    told = next((held for held in sizes.held if held.foretold.quantity == CPU), None)
    drawn = [phase for phase in sizes.phases if phase.law is not None][:_PHASES_DRAWN]
    return Picture(
        runs=tuple((run.size, run.cpu_s) for run in single if run not in after),
        after=tuple((run.size, run.cpu_s) for run in after),
        law=Curve(name="trial", points=_sampled(sizes.cpu, at[0], at[-1])),
        phases=tuple(
            Curve(name=phase.name, points=tuple((size, cost) for size, cost in zip(at, phase.cpu_s, strict=True)))
            for phase in drawn
        ),
        foretold=None
        if told is None
        else known(
            Unit.SECONDS,
            Interval(value=told.foretold.value, low=told.foretold.low, high=told.foretold.high),
            told.foretold.basis,
        ),
        foretold_size=scaling.held_out or at[-1],
    )


def _sampled(law: Law, low: float, high: float) -> tuple[tuple[float, float], ...]:
    sizes = [low * (high / low) ** (place / _SAMPLES) for place in range(_SAMPLES + 1)]
    costs = [(size, law.at(size)) for size in sizes]
    return tuple((size, cost) for size, cost in costs if cost is not None and cost > 0)


def _runs(grown: Grown) -> tuple[RunLine, ...]:
    by_run = {run.run: run for run in grown.runs}
    lines = []
    for cell in grown.scaled.cells:
        run = by_run.get(cell.run)
        why = cell.died or "its record is gone"
        lines.append(
            RunLine(
                stage="fitted" if cell.stage is Stage.FIT else "after the prediction",
                block=cell.block + 1,
                arm=cell.arm,
                cpu=unknown(Unit.SECONDS, why) if run is None else known(Unit.SECONDS, run.cpu_s, "measured"),
                wall=unknown(Unit.SECONDS, why) if run is None else known(Unit.SECONDS, run.wall_s, "measured"),
                died=why if run is None else None,
            )
        )
    return tuple(lines)


def _settings(base: Plan) -> tuple[tuple[str, str], ...]:
    chosen = [
        ("trials per run", str(base.trials)),
        ("sampler", base.sampler.value),
        ("storage", base.storage.value),
        ("data", base.data.value),
    ]
    return (*chosen, *((name, str(value)) for name, value in base.settings))


def _maybe(unit: Unit, value: Interval | float | None, basis: str, why: str = "it was not fitted") -> Measure:
    return unknown(unit, why) if value is None else known(unit, value, basis)
