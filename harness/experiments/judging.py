"""What a comparison shows: per lever the answer, its ceiling, what it acts on and every metric; and if all is sound."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.experiments.circumstances import ArmValues, Busy, Machinery, busy, machinery, values
from harness.experiments.contrasts import (
    Blocks,
    Contrast,
    blocks_of,
    contrasts,
    control,
    whole,
)
from harness.experiments.deciding import Decided, Decisions, decide, given_up, out_of, void_by, why_void, withdrawn
from harness.experiments.factors import Simple, interactions, simple_effects
from harness.experiments.figures import NO_FIGURES, span_cpu_s
from harness.experiments.quality import Searched, searched
from harness.experiments.shares import Ceiling, Expected, ceiling, expected_slowdown
from harness.levers.registry import lever
from harness.model.comparison import Answering, ArmRole, Cell
from harness.model.comparisons import Compared
from harness.model.metric import Metric
from harness.model.record import Record
from harness.stats.factorial import FactorEffect
from harness.stats.pairs import PairedResult, ratio_of_logs

SHOWN = tuple(metric for metric in Metric if metric is not Metric.SCORE)


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricResult:
    """One metric of a contrast: geometric means of both sides, and the ratio with an interval at 1 - alpha."""

    metric: Metric
    before: float
    after: float
    result: PairedResult | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """The CPU in the spans that a lever acts on, and what became of it."""

    spans: tuple[str, ...]
    before_s: float  # mean over runs
    after_s: float
    result: PairedResult | None  # None where nothing is left of it, or there was none


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What is said of one lever, or of all together, by cost. `out` says why its arm was not compared to the end."""

    contrast: Contrast
    decided: Decided | None
    metrics: tuple[MetricResult, ...]  # the deciding one first
    ceiling: Ceiling | None
    component: Component | None
    out: str | None = None

    @property
    def is_above_ceiling(self) -> bool:
        """Whether more was saved, beyond doubt, than the spans that it acts on had to give."""
        result = None if self.decided is None else self.decided.result
        high = None if result is None else result.ratio.high
        return self.ceiling is not None and high is not None and high < self.ceiling.least_ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """All that the records of a comparison show."""

    compared: Compared
    decisions: Decisions
    void: Mapping[Metric, tuple[str, ...]]  # why nothing is ruled by a deciding metric; sound ones are left out
    levers: tuple[Judgement, ...]  # by cost, in the order asked for
    total: Judgement | None  # all levers together
    searches: tuple[Searched, ...]  # by quality
    interactions: tuple[FactorEffect, ...]  # of a factorial, of two levers and more
    simple: tuple[Simple, ...]
    expected: Expected | None  # of the slowed arm
    dead: tuple[Cell, ...]
    withdrawn: Mapping[str, str]
    given_up: Mapping[str, str]
    values: tuple[ArmValues, ...]
    machinery: Machinery
    busy: Busy

    @property
    def is_sound(self) -> bool:
        """Whether the A/A arm does not differ and the slowdown is seen, by every metric that decides."""
        return not self.void

    @property
    def rules_nothing(self) -> bool:
        """Whether that fails by every metric that decides."""
        return set(self.void) >= {one.metric for one in self.decisions.same} and bool(self.void)

    @property
    def is_nothing_left(self) -> bool:
        """Whether the arms of all levers were taken out: withdrawn for their values, or given up as they died."""
        arms = [one.contrast.arms for one in self.searches]
        are_searches_out = all(self.given_up.keys() & set(names) for names in arms)
        return bool(self.levers or arms) and are_searches_out and all(one.out is not None for one in self.levers)

    @property
    def unsound(self) -> tuple[str, ...]:
        """Why it fails, each clause once."""
        return tuple(dict.fromkeys(clause for clauses in self.void.values() for clause in clauses))

    def void_by(self, metric: Metric) -> tuple[str, ...]:
        """Why nothing is ruled by a metric, which need not decide on any lever; nothing where it is sound."""
        is_deciding = any(one.metric is metric for one in self.decisions.same)
        return self.void.get(metric, ()) if is_deciding else void_by(self.compared, metric)


def judge(compared: Compared) -> Judged:
    """Judge a comparison as far as it has come; pure, from its records."""
    comparison, blocks = compared.comparison, blocks_of(compared)
    out, differing = out_of(compared), withdrawn(compared)
    decisions = decide(compared, out)
    decided = {one.contrast.name: one for one in decisions.levers}
    total = whole(comparison)
    slowed = control(comparison, ArmRole.SLOWED)
    return Judged(
        compared=compared,
        decisions=decisions,
        void=_void(decisions),
        levers=tuple(
            _judgement(compared, blocks, one, decided.get(one.name), out)
            for one in contrasts(comparison)
            if one.answering is Answering.COST
        ),
        total=None
        if total is None or total.answering is not Answering.COST
        else _judgement(compared, blocks, total, decided.get(total.name), out),
        searches=searched(compared),
        interactions=interactions(compared, blocks, out),
        simple=simple_effects(compared, blocks, out),
        expected=None
        if slowed is None
        else expected_slowdown(_records(compared, slowed.without), comparison.aim.slowdown),
        dead=tuple(cell for cell in compared.cells if cell.died is not None),
        withdrawn=differing,
        given_up=given_up(compared),
        values=values(compared, differing),
        machinery=machinery(compared),
        busy=busy(compared),
    )


def _void(decisions: Decisions) -> Mapping[Metric, tuple[str, ...]]:
    metrics = dict.fromkeys(one.metric for one in (*decisions.same, *decisions.levers))
    found = {metric: why_void(metric, decisions.same, decisions.slowed) for metric in metrics}
    return {metric: clauses for metric, clauses in found.items() if clauses}


def _why_out(contrast: Contrast, out: Mapping[str, str]) -> str | None:
    """Why an arm of a contrast is not compared to the end, as a clause; None where all are."""
    for arm in contrast.arms:
        if arm in out:
            return out[arm] if contrast.name == arm else f"of the arm {arm}, {out[arm].removeprefix('its ')}"
    return None


def _judgement(
    compared: Compared, blocks: Blocks, contrast: Contrast, decided: Decided | None, out: Mapping[str, str]
) -> Judgement:
    spans = _touched(contrast.levers)
    why = _why_out(contrast, out)
    return Judgement(
        contrast=contrast,
        decided=decided,
        metrics=() if why is not None else _metrics(compared, blocks, contrast),
        ceiling=ceiling(_records(compared, contrast.without), spans, contrast.metric),
        component=None if why is not None else _component(compared, contrast, spans),
        out=why,
    )


def _touched(labels: Sequence[str]) -> tuple[str, ...]:
    """Spans that the levers act on; none where one of them acts on everything."""
    spans = [lever(label).touches for label in labels]
    return tuple(dict.fromkeys(span for some in spans for span in some)) if all(spans) else ()


def _metrics(compared: Compared, blocks: Blocks, contrast: Contrast) -> tuple[MetricResult, ...]:
    ordered = (contrast.metric, *(metric for metric in SHOWN if metric is not contrast.metric))
    found = (_metric(blocks, contrast, metric, compared.comparison.aim.alpha) for metric in ordered)
    return tuple(one for one in found if one is not None)


def _metric(blocks: Blocks, contrast: Contrast, metric: Metric, alpha: float) -> MetricResult | None:
    logs = contrast.logs(blocks, metric)
    used = [blocks[block] for block in logs]
    if not used:
        return None
    return MetricResult(
        metric=metric,
        before=_geometric(used, contrast.without, metric),
        after=_geometric(used, contrast.with_, metric),
        result=ratio_of_logs(list(logs.values()), alpha),
    )


def _geometric(
    used: Sequence[Mapping[str, Mapping[Metric, float | None]]], arms: Sequence[str], metric: Metric
) -> float:
    found = [block.get(arm, NO_FIGURES)[metric] for block in used for arm in arms]
    return math.exp(statistics.fmean(math.log(value) for value in found if value))


def _component(compared: Compared, contrast: Contrast, spans: tuple[str, ...]) -> Component | None:
    """Over the arms' own spans, block by block."""
    if not spans:
        return None
    before = _span_costs(compared, contrast.without, spans)
    after = _span_costs(compared, contrast.with_, spans)
    both = [block for block in sorted(before) if block in after]
    if not both:
        return None
    logs = [math.log(after[block] / before[block]) for block in both if after[block] > 0 and before[block] > 0]
    is_whole = len(logs) == len(both)
    return Component(
        spans=spans,
        before_s=statistics.fmean(before[block] for block in both),
        after_s=statistics.fmean(after[block] for block in both),
        result=ratio_of_logs(logs, compared.comparison.aim.alpha) if is_whole else None,
    )


def _span_costs(compared: Compared, arms: Sequence[str], spans: tuple[str, ...]) -> Mapping[int, float]:
    """Mean CPU over the arms in those spans, by blocks that have all of them."""
    found: dict[int, list[float]] = {}
    for cell in compared.cells:
        if cell.arm in arms and cell.died is None and cell.run in compared.records:
            found.setdefault(cell.block, []).append(span_cpu_s(compared.records[cell.run], spans))
    return {block: statistics.fmean(costs) for block, costs in found.items() if len(costs) == len(arms)}


def _records(compared: Compared, arms: Sequence[str]) -> list[Record]:
    return [
        compared.records[cell.run]
        for cell in compared.cells
        if cell.arm in arms and cell.died is None and cell.run in compared.records
    ]
