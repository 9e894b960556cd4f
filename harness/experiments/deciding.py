"""The decisions of a comparison as far as it has come: planned pairs, levels over looks, Holm over levers, answers."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.experiments.contrasts import Blocks, Contrast, baseline_of, blocks_of, contrasts, control, whole
from harness.experiments.dying import died_from_the_start
from harness.experiments.values import first_difference
from harness.model.comparison import Aim, Answering, ArmRole, Comparison
from harness.model.comparisons import Compared
from harness.model.metric import Metric
from harness.stats.answer import Answer, answer, more_pairs
from harness.stats.holm import holm
from harness.stats.pairs import FEWEST, PairedResult, ratio_of_logs
from harness.stats.sequential import MOST_LOOKS, alpha_after_pilot, look_fractions, overall_p, planned_pairs, spending


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a comparison says of one contrast. The interval is at the level at which it was decided."""

    contrast: Contrast
    metric: Metric
    logs: Mapping[int, float]  # by block
    result: PairedResult | None  # None without a single pair
    level: float  # 1 - level is the confidence of the interval
    adjusted_p: float | None  # over looks and levers together
    answer: Answer
    more_pairs: int | None  # until it would be decided; None where that is not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """All contrasts of cost, and the controls by each metric that decides somewhere."""

    planned: int  # pairs, from the pilot
    done: int  # blocks
    fractions: tuple[float, ...]  # of the planned pairs, at which was looked
    levers: tuple[Decided, ...]
    same: tuple[Decided, ...]  # the A/A arm
    slowed: tuple[Decided, ...]

    @property
    def are_settled(self) -> bool:
        """Whether more pairs would change nothing: every lever is decided, and the controls are as they should be."""
        is_sound = not any(why_void(one.metric, self.same, self.slowed) for one in self.levers)
        return is_sound and all(one.answer is not Answer.INCONCLUSIVE for one in self.levers)


def decide(compared: Compared, out: Mapping[str, str] | None = None) -> Decisions:
    """Everything that can be decided from the cells so far. `out` is what `out_of` gives, where that is known."""
    comparison, blocks = compared.comparison, blocks_of(compared)
    live = live_contrasts(compared, out_of(compared) if out is None else out)
    done = blocks_done(compared)
    planned = pairs_planned(comparison, live, blocks)
    fractions = _fractions(compared, done, planned)
    metrics = deciding_metrics(live)
    same, slowed = control(comparison, ArmRole.SAME), control(comparison, ArmRole.SLOWED)
    steps = _Steps(aim=comparison.aim, alpha=alpha_tested(comparison.aim), fractions=fractions, blocks=blocks)
    shown = dict.fromkeys(found for found in map(control_metric, metrics) if found is not None) or (Metric.CPU,)
    return Decisions(
        planned=planned,
        done=done,
        fractions=fractions,
        levers=steps.family([(one, one.metric) for one in live]),
        same=() if same is None else steps.family([(same, metric) for metric in metrics]),
        slowed=() if slowed is None else steps.family([(slowed, metric) for metric in shown]),
    )


def control_metric(metric: Metric) -> Metric | None:
    """In what the slowed arm has to be seen for a ruling by a metric; None for bytes, which no slowdown changes."""
    if metric in (Metric.MEMORY, Metric.STORED):
        return None
    return Metric.WALL if metric in (Metric.WALL, Metric.RUN_WALL) else Metric.CPU


def why_void(metric: Metric, same: Sequence[Decided], slowed: Sequence[Decided]) -> tuple[str, ...]:
    """Why nothing may be ruled by a metric, a clause each: a difference where there is none, or none where there is."""
    needed = control_metric(metric)
    differing = [one for one in same if one.metric is metric and one.answer in (Answer.FASTER, Answer.SLOWER)]
    unseen = [one for one in slowed if one.metric is needed and one.answer is not Answer.SLOWER]
    return (
        *(f"two arms that are the same differ in {_named(one.metric)}" for one in differing),
        *(f"the slowdown that was put in is not seen in {_named(one.metric)}" for one in unseen),
    )


def void_by(compared: Compared, metric: Metric) -> tuple[str, ...]:
    """The same by a metric that decides on no lever of the comparison: its controls are tested by themselves."""
    aim, blocks = compared.comparison.aim, blocks_of(compared)
    steps = _Steps(aim=aim, alpha=alpha_tested(aim), fractions=(1.0,), blocks=blocks)
    same, slowed = control(compared.comparison, ArmRole.SAME), control(compared.comparison, ArmRole.SLOWED)
    needed = control_metric(metric)
    return why_void(
        metric,
        () if same is None else steps.family([(same, metric)]),
        () if slowed is None or needed is None else steps.family([(slowed, needed)]),
    )


def _named(metric: Metric) -> str:
    return metric.value.replace("cpu", "CPU").replace("-", " ")


def out_of(compared: Compared) -> Mapping[str, str]:
    """Arms that are not compared to the end: withdrawn for their values, or given up as they died; with why."""
    dead = {name: f"its first runs died: {how}" for name, how in given_up(compared).items()}
    differing = {name: f"its values differ from the baseline's, {how}" for name, how in withdrawn(compared).items()}
    return {**dead, **differing}


def live_contrasts(compared: Compared, out: Mapping[str, str]) -> tuple[Contrast, ...]:
    """Contrasts of cost of which no arm is out; all levers together last."""
    total = whole(compared.comparison)
    found = (*contrasts(compared.comparison), *(() if total is None else (total,)))
    cost = (one for one in found if one.answering is Answering.COST)
    return tuple(one for one in cost if not out.keys() & set(one.arms))


def deciding_metrics(live: Sequence[Contrast]) -> tuple[Metric, ...]:
    """Each once; CPU where nothing is left to decide."""
    return tuple(dict.fromkeys(one.metric for one in live)) or (Metric.CPU,)


def blocks_done(compared: Compared) -> int:
    """How many blocks the baseline of cost has ended, dead or alive."""
    base = baseline_of(compared.comparison)
    return len({cell.block for cell in compared.cells if base is not None and cell.arm == base.name})


def withdrawn(compared: Compared) -> Mapping[str, str]:
    """Arms that are compared by cost and gave other values than the baseline, by the first difference."""
    base = baseline_of(compared.comparison)
    if base is None:
        return {}
    checked = {arm.name for arm in compared.comparison.arms if arm.answering is Answering.COST}
    alive = [cell for cell in compared.cells if cell.died is None and cell.run in compared.records]
    reference = next((compared.records[cell.run] for cell in alive if cell.arm == base.name), None)
    found: dict[str, str] = {}
    for cell in alive if reference is not None else ():
        if cell.arm in checked and cell.arm not in found:
            difference = None if reference is None else first_difference(reference, compared.records[cell.run])
            if difference is not None:
                found[cell.arm] = difference.sentence
    return found


def given_up(compared: Compared) -> Mapping[str, str]:
    """Arms whose first cells all died, by how the last of these did."""
    found = died_from_the_start((cell.arm, cell.died) for cell in compared.cells)
    return {arm.name: found[arm.name] for arm in compared.comparison.arms if arm.name in found}


def alpha_tested(aim: Aim) -> float:
    """What of alpha is spent at the looks: all of it where the user fixed the pairs, else what planning leaves."""
    return aim.alpha if aim.pairs is not None else alpha_after_pilot(aim.alpha)


def pairs_planned(comparison: Comparison, live: Sequence[Contrast], blocks: Blocks) -> int:
    """What the aim takes, from the spread that the pilot's blocks show: the same whenever it is asked for.

    Only spreads are used, never a difference: the largest decides, of all levers and controls (docs/statistics.md), for
    a lever's share of alpha; at least the pilot's pairs, at most what the aim allows.
    """
    aim = comparison.aim
    if aim.pairs is not None:
        return aim.pairs
    if not live:
        return aim.seeds  # nothing but searches: the controls have as many pairs as there are seeds
    asked = [(one, one.metric) for one in live]
    for role in (ArmRole.SAME, ArmRole.SLOWED):
        found = control(comparison, role)
        asked += [] if found is None else [(found, metric) for metric in deciding_metrics(live)]
    spreads = []
    for contrast, metric in asked:
        logs = [log for block, log in contrast.logs(blocks, metric).items() if block < aim.pilot_pairs]
        if len(logs) >= FEWEST:
            spreads.append(ratio_of_logs(logs, aim.alpha).spread or 0.0)
    if not spreads:
        return aim.pilot_pairs
    wanted = planned_pairs(spreads, aim.effect, aim.alpha / len(live), aim.power, aim.looks)
    return min(max(wanted, aim.pilot_pairs), max(aim.most_pairs, aim.pilot_pairs))


def look_points(aim: Aim, planned: int) -> tuple[int, ...]:
    """After how many blocks is tested: evenly spaced to the last, those within the pilot left out."""
    if aim.pairs is not None:
        return (aim.pairs,)
    points = (math.ceil(planned * fraction - 1e-9) for fraction in look_fractions(aim.looks))
    return tuple(dict.fromkeys(point for point in points if point > aim.pilot_pairs)) or (planned,)


def _fractions(compared: Compared, done: int, planned: int) -> tuple[float, ...]:
    """Shares of the planned pairs at which was tested, this time included."""
    before = [look.after_blocks for look in compared.looks if look.alpha > 0 and look.after_blocks < done]
    at = [*before[: MOST_LOOKS - 1], max(done, 1)]
    return tuple(dict.fromkeys(min(blocks / planned, 1.0) for blocks in at))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Steps:
    """One look: sequential p-values, Holm over a family, intervals at the level that each was held against."""

    aim: Aim
    alpha: float  # of the whole family over all looks
    fractions: tuple[float, ...]
    blocks: Blocks

    def family(self, asked: Sequence[tuple[Contrast, Metric]]) -> tuple[Decided, ...]:
        """Decide on several contrasts together."""
        logs = [contrast.logs(self.blocks, metric) for contrast, metric in asked]
        raw = [_p_value(found) for found in logs]
        overall = [1.0 if p is None else overall_p(p, self.fractions) for p in raw]
        decisions = holm(overall, self.alpha) if overall else ()
        return tuple(
            self._decided(contrast, metric, found, decision.level, None if p is None else decision.adjusted_p)
            for (contrast, metric), found, decision, p in zip(asked, logs, decisions, raw, strict=True)
        )

    def _decided(
        self, contrast: Contrast, metric: Metric, logs: Mapping[int, float], share: float, adjusted_p: float | None
    ) -> Decided:
        level = spending(share, self.fractions)[-1]
        result = ratio_of_logs(list(logs.values()), level) if logs else None
        return Decided(
            contrast=contrast,
            metric=metric,
            logs=logs,
            result=result,
            level=level,
            adjusted_p=adjusted_p,
            answer=Answer.INCONCLUSIVE if result is None else answer(result, self.aim.effect),
            more_pairs=None if result is None else more_pairs(result, self.aim.effect, share, self.aim.power),
        )


def _p_value(logs: Mapping[int, float]) -> float | None:
    return ratio_of_logs(list(logs.values()), 0.05).p_value if logs else None
