"""What a factorial shows beside main effects: interactions, and whether a lever still pays once another is on."""

from collections.abc import Mapping
from dataclasses import dataclass

from harness.experiments.contrasts import Blocks, Contrast, baseline_of, simple
from harness.experiments.figures import NO_FIGURES
from harness.model.comparison import Answering, Design
from harness.model.comparisons import Compared
from harness.model.metric import Metric
from harness.stats.factorial import FactorEffect, effects
from harness.stats.pairs import PairedResult, ratio_of_logs


@dataclass(frozen=True, slots=True, kw_only=True)
class Simple:
    """In a factorial: what a lever does once another is on, beside what it does alone."""

    lever: str
    other: str
    alone: PairedResult
    together: PairedResult


def interactions(compared: Compared, blocks: Blocks, out: Mapping[str, str]) -> tuple[FactorEffect, ...]:
    """By the metric that all levers share, else by CPU; none where an arm is out or no block is whole."""
    comparison = compared.comparison
    arms = {frozenset(arm.levers): arm.name for arm in comparison.arms if arm.levers}
    base = baseline_of(comparison)
    is_factorial = comparison.design is Design.FACTORIAL and len(comparison.levers) > 1
    if not is_factorial or base is None or any(name in out for name in arms.values()):
        return ()
    metric = comparison.metrics[0] if len(set(comparison.metrics)) == 1 else Metric.CPU
    arms[frozenset()] = base.name
    cells = [
        {some: value for some, name in arms.items() if (value := block.get(name, NO_FIGURES)[metric])}
        for block in blocks.values()
    ]
    full = [block for block in cells if len(block) == 2 ** len(comparison.levers)]
    if not full:
        return ()
    found = effects(full, comparison.levers, comparison.aim.alpha)
    return tuple(effect for effect in found if len(effect.factors) > 1)


def simple_effects(compared: Compared, blocks: Blocks, out: Mapping[str, str]) -> tuple[Simple, ...]:
    """Each lever alone and once each other one is on, by what decides on it; arms that are out have none."""
    comparison = compared.comparison
    if comparison.design is not Design.FACTORIAL:
        return ()
    found = []
    for one in comparison.levers:
        for other in comparison.levers:
            pair = _alone_and_with(compared, one, other)
            if one == other or pair is None or any(arm in out for contrast in pair for arm in contrast.arms):
                continue
            logs = [list(contrast.logs(blocks, contrast.metric).values()) for contrast in pair]
            if all(logs):
                alone, together = (ratio_of_logs(some, comparison.aim.alpha) for some in logs)
                found.append(Simple(lever=one, other=other, alone=alone, together=together))
    return tuple(found)


def _alone_and_with(compared: Compared, one: str, other: str) -> tuple[Contrast, Contrast] | None:
    together = simple(compared.comparison, one, other)
    base = baseline_of(compared.comparison)
    arm = next((arm for arm in compared.comparison.arms if arm.levers == (one,)), None)
    if together is None or base is None or arm is None or arm.answering is not Answering.COST:
        return None
    alone = Contrast(name=one, metric=together.metric, with_=(arm.name,), without=(base.name,), levers=(one,))
    return alone, together
