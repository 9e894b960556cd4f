"""What a design compares: for each lever the arms with it over those without, as weights on logarithms of cost."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from harness.experiments.figures import NO_FIGURES, figures
from harness.model.comparison import Answering, Arm, ArmRole, Comparison, Design
from harness.model.comparisons import Compared
from harness.model.metric import Metric

Blocks = Mapping[int, Mapping[str, Mapping[Metric, float | None]]]  # block, arm, metric: a run's number


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """One question: how many times what `without` takes does `with_` take; geometric means over several arms."""

    name: str  # the lever, or what the arms are
    metric: Metric  # that decides
    with_: tuple[str, ...]  # names of arms
    without: tuple[str, ...]
    levers: tuple[str, ...]
    answering: Answering = Answering.COST

    @property
    def arms(self) -> tuple[str, ...]:
        return (*self.without, *self.with_)

    def logs(self, blocks: Blocks, metric: Metric) -> dict[int, float]:
        """The logarithm of the ratio, by block; blocks that lack a number of any arm are left out."""
        found = {}
        for number, block in sorted(blocks.items()):
            above = [block.get(name, NO_FIGURES)[metric] for name in self.with_]
            below = [block.get(name, NO_FIGURES)[metric] for name in self.without]
            if all(value is not None and value > 0 for value in (*above, *below)):
                found[number] = _mean_log(above) - _mean_log(below)
        return found


def blocks_of(compared: Compared) -> Blocks:
    """The figures of every cell that did not die, by block and arm."""
    found: dict[int, dict[str, Mapping[Metric, float | None]]] = {}
    for cell in compared.cells:
        record = compared.records.get(cell.run)
        if cell.died is None and record is not None:
            found.setdefault(cell.block, {})[cell.arm] = figures(record)
    return found


def baseline_of(comparison: Comparison, answering: Answering = Answering.COST) -> Arm | None:
    """The arm that the others of its kind are compared with; None where no arm is compared by that."""
    arms = (arm for arm in comparison.arms if arm.role is ArmRole.BASELINE and arm.answering is answering)
    return next(arms, None)


def control(comparison: Comparison, role: ArmRole) -> Contrast | None:
    """The A/A arm or the slowed one over what it repeats, by CPU."""
    base = baseline_of(comparison)
    arm = next((arm for arm in comparison.arms if arm.role is role), None)
    if base is None or arm is None:
        return None
    return Contrast(name=arm.name, metric=Metric.CPU, with_=(arm.name,), without=(arm.of or base.name,), levers=())


def contrasts(comparison: Comparison) -> tuple[Contrast, ...]:
    """One for each lever, in the order in which they were asked for."""
    metrics = dict(zip(comparison.levers, comparison.metrics, strict=True))
    found = (_of_lever(comparison, label, metric) for label, metric in metrics.items())
    return tuple(one for one in found if one is not None)


def whole(comparison: Comparison) -> Contrast | None:
    """All levers together over the baseline, where the design has an arm with all of several."""
    arms = [arm for arm in _lever_arms(comparison) if set(arm.levers) == set(comparison.levers)]
    if len(comparison.levers) < 2 or not arms:
        return None
    base = baseline_of(comparison, arms[0].answering)
    if base is None:
        return None
    metrics = set(comparison.metrics)
    return Contrast(
        name="all together",
        metric=comparison.metrics[0] if len(metrics) == 1 else Metric.CPU,
        with_=(arms[0].name,),
        without=(base.name,),
        levers=comparison.levers,
        answering=arms[0].answering,
    )


def simple(comparison: Comparison, lever: str, other: str) -> Contrast | None:
    """In a factorial: a lever's effect once another is on, the rest off."""
    arms = {frozenset(arm.levers): arm for arm in _lever_arms(comparison)}
    both, alone = arms.get(frozenset((lever, other))), arms.get(frozenset((other,)))
    if both is None or alone is None:
        return None
    metric = dict(zip(comparison.levers, comparison.metrics, strict=True))[lever]
    name = f"{lever}, with {other}"
    return Contrast(name=name, metric=metric, with_=(both.name,), without=(alone.name,), levers=(lever,))


def _of_lever(comparison: Comparison, label: str, metric: Metric) -> Contrast | None:
    pair = _arms_of(comparison, label)
    if pair is None:
        return None
    with_, without = pair
    return Contrast(
        name=label,
        metric=metric,
        with_=tuple(arm.name for arm in with_),
        without=tuple(arm.name for arm in without),
        levers=(label,),
        answering=with_[0].answering,
    )


def _arms_of(comparison: Comparison, label: str) -> tuple[Sequence[Arm], Sequence[Arm]] | None:
    """Arms with the lever, and those that are the same without it."""
    arms = _lever_arms(comparison)
    match comparison.design:
        case Design.ONE_AT_A_TIME:
            alone = [arm for arm in arms if arm.levers == (label,)]
            return _over_baseline(comparison, alone[:1])
        case Design.LEAVE_ONE_OUT:
            everything = [arm for arm in arms if set(arm.levers) == set(comparison.levers)]
            without = [arm for arm in arms if set(arm.levers) == set(comparison.levers) - {label}]
            return (everything, without) if everything and without else _over_baseline(comparison, everything)
        case Design.FACTORIAL:
            base = baseline_of(comparison, arms[0].answering) if arms else None
            all_arms = arms if base is None else [base, *arms]
            with_ = [arm for arm in all_arms if label in arm.levers]
            without = [arm for arm in all_arms if label not in arm.levers]
            return (with_, without) if len(with_) == len(without) > 0 else None
        case Design.CUMULATIVE:
            base = baseline_of(comparison, arms[0].answering) if arms else None
            steps = sorted(arms, key=lambda arm: len(arm.levers))
            ladder = steps if base is None else [base, *steps]
            found = ((after, before) for before, after in pairwise(ladder) if after.levers[-1] == label)
            return next((([after], [before]) for after, before in found), None)


def _over_baseline(comparison: Comparison, arms: Sequence[Arm]) -> tuple[Sequence[Arm], Sequence[Arm]] | None:
    base = baseline_of(comparison, arms[0].answering) if arms else None
    return None if base is None else (arms, [base])


def _lever_arms(comparison: Comparison) -> list[Arm]:
    return [arm for arm in comparison.arms if arm.role is ArmRole.LEVERS]


def _mean_log(values: Sequence[float | None]) -> float:
    return math.fsum(math.log(value) for value in values if value) / len(values)
