"""What levers do together: the waterfall, interactions, and whether one still pays after another."""

import math
from collections.abc import Mapping
from itertools import pairwise

from harness.experiments.contrasts import Contrast, baseline_of, blocks_of
from harness.experiments.figures import NO_FIGURES
from harness.experiments.judging import Judged
from harness.model.comparison import Arm, ArmRole, Design
from harness.model.metric import Metric
from harness.report.comparison import sentences
from harness.report.comparison.summary import InteractionLine, OnceLine, StepLine
from harness.report.comparison.words import confidence_text, ratio_of, unit
from harness.report.quantity import Measure, Unit, known, unknown
from harness.stats.interval import Interval
from harness.stats.pairs import ratio_of_logs
from harness.units import printable


def steps(judged: Judged, decided: Mapping[str, Measure]) -> tuple[StepLine, ...]:
    """The waterfall of a cumulative design: what a run takes after each step, over the step before and in all."""
    comparison = judged.compared.comparison
    base = baseline_of(comparison)
    if comparison.design is not Design.CUMULATIVE or base is None or judged.total is None:
        return ()
    metric = judged.total.contrast.metric
    out = {**judged.withdrawn, **judged.given_up}
    arms = [base, *(arm for arm in comparison.arms if arm.role is ArmRole.LEVERS and arm.name not in out)]
    first = StepLine(
        name="as it is",
        cost=_cost(judged, base, metric),
        ratio=unknown(Unit.RATIO, "the first"),
        total=unknown(Unit.RATIO, "the first"),
    )
    found = [
        StepLine(
            name=printable(f"+ {after.levers[-1]}"),
            cost=_cost(judged, after, metric),
            ratio=_step_ratio(judged, (before, after), metric, decided),
            total=_over(judged, after, base, metric),
        )
        for before, after in pairwise(arms)
    ]
    return (first, *found)


def _step_ratio(judged: Judged, step: tuple[Arm, Arm], metric: Metric, decided: Mapping[str, Measure]) -> Measure:
    """As it was decided on the lever, where it was by the same metric and over the same arm."""
    before, after = step
    comparison = judged.compared.comparison
    metrics = dict(zip(comparison.levers, comparison.metrics, strict=True))
    label = after.levers[-1]
    is_next = len(after.levers) == len(before.levers) + 1
    if is_next and metrics.get(label) is metric and label in decided:
        return decided[label]
    return _over(judged, after, before, metric)


def _cost(judged: Judged, arm: Arm, metric: Metric) -> Measure:
    blocks = blocks_of(judged.compared).values()
    found = [value for block in blocks if (value := block.get(arm.name, NO_FIGURES)[metric])]
    if not found:
        return unknown(unit(metric), "no run of it ended")
    mean = math.exp(math.fsum(math.log(value) for value in found) / len(found))
    return known(unit(metric), Interval(value=mean), f"geometric mean of {len(found)} runs")


def _over(judged: Judged, after: Arm, before: Arm, metric: Metric) -> Measure:
    alpha = judged.compared.comparison.aim.alpha
    contrast = Contrast(name=after.name, metric=metric, with_=(after.name,), without=(before.name,), levers=())
    logs = list(contrast.logs(blocks_of(judged.compared), metric).values())
    return ratio_of(ratio_of_logs(logs, alpha) if logs else None, alpha)


def interactions(judged: Judged) -> tuple[InteractionLine, ...]:
    """Of a factorial: joint effects over the products of single ones."""
    aim = judged.compared.comparison.aim
    return tuple(
        InteractionLine(
            name=printable(" × ".join(effect.factors)),
            ratio=known(
                Unit.RATIO, effect.ratio, f"{effect.blocks} whole blocks, {confidence_text(aim.alpha)} interval"
            ),
            sentence=printable(sentences.of_interaction(effect, aim.effect)),
        )
        for effect in judged.interactions
    )


def once(judged: Judged) -> tuple[OnceLine, ...]:
    """Of a factorial: each lever alone, and once another is on."""
    comparison = judged.compared.comparison
    metrics = dict(zip(comparison.levers, comparison.metrics, strict=True))
    return tuple(
        OnceLine(
            lever=printable(one.lever),
            other=printable(one.other),
            alone=ratio_of(one.alone, comparison.aim.alpha),
            together=ratio_of(one.together, comparison.aim.alpha),
            sentence=printable(sentences.of_simple(one, metrics[one.lever], comparison.aim.effect)),
        )
        for one in judged.simple
    )
