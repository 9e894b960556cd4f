"""Builds the summary of a comparison from what its records show; pure."""

import math
import shlex
from collections.abc import Mapping

from harness.experiments.deciding import Decided
from harness.experiments.figures import NO_FIGURES, figures
from harness.experiments.judging import Judged, Judgement, MetricResult
from harness.model.comparison import Answering, ArmRole, Cell
from harness.model.metric import Metric
from harness.report.comparison import sentences
from harness.report.comparison.designs import interactions, once, steps
from harness.report.comparison.setting import arms_of, how, machine_facts, settings
from harness.report.comparison.summary import (
    CellLine,
    ComparisonSummary,
    ComponentLine,
    ControlLine,
    LeverLine,
    MetricLine,
    Named,
    Ruling,
    Sample,
)
from harness.report.comparison.trajectories import search_lines
from harness.report.comparison.words import label, pairs_text, ratio_of, ruling_of, unit
from harness.report.quantity import Measure, Unit, known, unknown
from harness.stats.answer import Answer
from harness.units import percent_text, printable

_ENDING = 0.1  # of a run's CPU after its last trial: from there on it hides a lever
_NOT_COMPARED = "its arm was not compared"


def build(judged: Judged, version: str) -> ComparisonSummary:
    """Every number and sentence of the report."""
    comparison, decisions = judged.compared.comparison, judged.decisions
    levers = tuple(_lever(judged, one) for one in judged.levers)
    by_name = {line.name: line.ratio for line in levers}
    total = None if judged.total is None else _lever(judged, judged.total)
    searches = search_lines(judged)
    machinery = judged.machinery
    return ComparisonSummary(
        id=printable(comparison.id),
        version=version,
        started_s=comparison.started_s,
        workload=printable(comparison.base.workload),
        design=comparison.design.value,
        trials=comparison.base.trials,
        pairs=decisions.done,
        planned_pairs=decisions.planned,
        effect=comparison.aim.effect,
        alpha=comparison.aim.alpha,
        is_sound=judged.is_sound,
        is_finished=_is_finished(judged),
        headline=sentences.headline(judged, levers, total, searches),
        statements=_statements(judged),
        warnings=_warnings(judged),
        levers=levers,
        total=total,
        controls=_controls(judged),
        steps=steps(judged, by_name),
        interactions=interactions(judged),
        once=once(judged),
        searches=searches,
        skipped=tuple(Named(name=printable(one.lever), text=printable(one.why)) for one in comparison.skipped),
        values=sentences.values_sentence(judged),
        how=how(judged),
        looks=tuple(printable(look.why) for look in judged.compared.looks),
        machinery_share=unknown(Unit.SHARE, "no run has ended")
        if machinery.share is None
        else known(Unit.SHARE, machinery.share, "of the wall time beyond start-up"),
        startup=known(Unit.SECONDS, machinery.startup_s, f"{machinery.cells} runs, until their first trials began"),
        machine_facts=machine_facts(comparison.machine, judged.busy),
        settings=settings(comparison.base),
        arms=arms_of(comparison),
        cells=tuple(_cell(judged, cell) for cell in judged.compared.cells),
        command=printable(shlex.join(comparison.command)),
    )


def _is_finished(judged: Judged) -> bool:
    """Nothing is left to run, or the last look was made and every search that is still run has all its seeds."""
    comparison, looks = judged.compared.comparison, judged.compared.looks
    if judged.is_nothing_left:
        return True
    seeds = comparison.aim.seeds
    running = [arm.name for arm in comparison.arms if arm.answering is Answering.QUALITY]
    running = [name for name in running if name not in judged.given_up]
    cells = [cell.arm for cell in judged.compared.cells]
    return bool(looks) and looks[-1].is_last and all(cells.count(name) >= seeds for name in running)


def _statements(judged: Judged) -> tuple[str, ...]:
    """Ceilings first, then whether values agreed."""
    said = [
        printable(one.contrast.name) + sentences.of_component(one, one.component, one.ceiling).removeprefix("It")
        for one in judged.levers
        if one.ceiling is not None and one.out is None
    ]
    return (*said, sentences.values_sentence(judged))


def _warnings(judged: Judged) -> tuple[str, ...]:
    comparison = judged.compared.comparison
    said = list(sentences.of_void(judged))
    ending = judged.machinery.ending_share
    if ending is not None and ending > _ENDING:
        said.append(
            f"{percent_text(ending)} of the CPU of a run is its process coming to an end, and blurs the rest: "
            "give more --trials."
        )
    if not _is_finished(judged):
        done, planned = judged.decisions.done, judged.decisions.planned
        said.append(
            f"It has not ended: {pairs_text(done)} of {planned} planned so far. "
            f"`harness compare --resume {comparison.id}` goes on."
        )
    said += [
        f"Pair {cell.block + 1}, {printable(cell.arm)}: the run died ({printable(str(cell.died))})."
        for cell in judged.dead
    ]
    said += [f"{printable(name)} was given up: {printable(why)}." for name, why in judged.given_up.items()]
    said += [
        f"{printable(name)} was withdrawn, as its values differ from the baseline's: {printable(why)}."
        for name, why in judged.withdrawn.items()
    ]
    said += [f"{printable(one.lever)} does not apply: {printable(one.why)}." for one in comparison.skipped]
    return tuple(said)


def _lever(judged: Judged, one: Judgement) -> LeverLine:
    decided, aim = one.decided, judged.compared.comparison.aim
    result = None if decided is None else decided.result
    void = judged.void_by(one.contrast.metric)
    ruling = Ruling.OUT
    if one.out is None:
        ruling = ruling_of(Answer.INCONCLUSIVE if decided is None else decided.answer)
        ruling = Ruling.NOT_RULED if void else ruling
    return LeverLine(
        name=printable(one.contrast.name),
        levers=one.contrast.levers,
        ruling=ruling,
        sentence=sentences.of_lever(one, aim, is_sound=not void),
        metric=one.contrast.metric.value,
        metric_label=label(one.contrast.metric),
        ratio=unknown(Unit.RATIO, _NOT_COMPARED) if decided is None else ratio_of(result, decided.level),
        confidence=None if decided is None else 1 - decided.level,
        adjusted_p=None if decided is None else decided.adjusted_p,
        pairs=0 if result is None else result.pairs,
        more_pairs=None if decided is None else decided.more_pairs,
        component=_component(one, aim.alpha),
        metrics=tuple(_metric(found, one, aim.alpha) for found in one.metrics),
        samples=() if decided is None else _samples(decided.logs),
        notes=sentences.notes_of(one, aim),
    )


def _component(one: Judgement, alpha: float) -> ComponentLine | None:
    if one.ceiling is None:
        return None
    ceiling, found = one.ceiling, one.component
    runs = f"{ceiling.runs} runs without it"
    missing = unknown(Unit.SECONDS, _NOT_COMPARED)
    return ComponentLine(
        name=" + ".join(ceiling.spans),
        before=missing if found is None else known(Unit.SECONDS, found.before_s, "mean of a run"),
        after=missing if found is None else known(Unit.SECONDS, found.after_s, "mean of a run"),
        ratio=ratio_of(None if found is None else found.result, alpha, "nothing of it is left to compare"),
        share=known(Unit.SHARE, ceiling.share, runs),
        least_ratio=known(Unit.RATIO, ceiling.least_ratio, runs),
        is_exceeded=one.is_above_ceiling,
        sentence=sentences.of_component(one, found, ceiling),
    )


def _metric(found: MetricResult, one: Judgement, alpha: float) -> MetricLine:
    """The deciding one with the interval at which it was decided."""
    decides, decided = found.metric is one.contrast.metric, one.decided
    basis = "geometric mean of a run"
    return MetricLine(
        metric=found.metric.value,
        label=label(found.metric),
        decides=decides,
        before=known(unit(found.metric), found.before, basis),
        after=known(unit(found.metric), found.after, basis),
        ratio=ratio_of(decided.result, decided.level) if decides and decided else ratio_of(found.result, alpha),
    )


def _samples(logs: Mapping[int, float]) -> tuple[Sample, ...]:
    return tuple(Sample(pair=block + 1, ratio=math.exp(log)) for block, log in sorted(logs.items()))


def _controls(judged: Judged) -> tuple[ControlLine, ...]:
    slowdown, expected = judged.compared.comparison.aim.slowdown, judged.expected
    repeated = next((arm.of for arm in judged.compared.comparison.arms if arm.role is ArmRole.SAME), None)
    repeats = "The baseline" if repeated is None else "The last step"
    same = [
        _control(one, repeated, one.answer not in (Answer.FASTER, Answer.SLOWER), sentences.of_same(one, repeats))
        for one in judged.decisions.same
    ]
    slowed = []
    for one in judged.decisions.slowed:
        bounds = None if expected is None else (expected.low, expected.high)
        said = sentences.of_slowed(one, expected, slowdown)
        slowed.append(_control(one, repeated, one.answer is Answer.SLOWER, said, bounds))
    return (*same, *slowed)


def _control(
    one: Decided, repeats: str | None, is_as_it_should_be: bool, said: str, expected: tuple[float, float] | None = None
) -> ControlLine:
    name = one.contrast.name if repeats is None else one.contrast.name.replace(repeats, "last step", 1)
    return ControlLine(
        name=printable(name),
        metric_label=label(one.metric),
        ratio=ratio_of(one.result, one.level),
        expected_low=None if expected is None else expected[0],
        expected_high=None if expected is None else expected[1],
        is_as_it_should_be=is_as_it_should_be,
        sentence=said,
        samples=_samples(one.logs),
    )


def _cell(judged: Judged, cell: Cell) -> CellLine:
    record = judged.compared.records.get(cell.run)
    found = NO_FIGURES if record is None else figures(record)
    why = "its record is gone" if record is None else "it did not finish"

    def measure(metric: Metric) -> Measure:
        value = found[metric]
        return unknown(unit(metric), why) if value is None else known(unit(metric), value, "measured")

    return CellLine(
        block=cell.block + 1,
        place=cell.place + 1,
        arm=printable(cell.arm),
        run=printable(cell.run),
        cpu=measure(Metric.CPU),
        wall=measure(Metric.WALL),
        memory=measure(Metric.MEMORY),
        died=None if cell.died is None else printable(cell.died),
    )
