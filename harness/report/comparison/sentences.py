"""What is said of each lever, of the controls and of the whole, a sentence each."""

import math
from collections.abc import Sequence

from harness.experiments.deciding import Decided
from harness.experiments.factors import Simple
from harness.experiments.judging import Component, Judged, Judgement
from harness.experiments.quality import Finding, Searched
from harness.experiments.shares import Ceiling, Expected
from harness.model.comparison import Aim
from harness.model.metric import TIMES, Metric
from harness.report.comparison.summary import LeverLine, Ruling, SearchLine
from harness.report.comparison.words import bounds, change_bounds, label, pairs_text, times_text
from harness.stats.answer import Answer, reaches_margin
from harness.stats.factorial import FactorEffect
from harness.units import count_text, percent_text, printable, ratio_text, significant

_MOST_SAID = 4  # clauses of a headline


def of_lever(one: Judgement, aim: Aim, *, is_sound: bool) -> str:
    """What a lever does, as a clause that begins with its name. Sound is what its metric's controls have to be."""
    name = printable(one.contrast.name)
    if one.out is not None:
        return f"{name} is not compared: {printable(one.out)}"
    decided = one.decided
    if decided is None or decided.result is None:
        return f"{name} has no pair in which both runs ended"
    what, ratio, pairs = label(decided.metric), decided.result.ratio, pairs_text(decided.result.pairs)
    if not is_sound:
        return f"{name} measures {ratio_text(ratio.value)} the {what}, and nothing is ruled"
    sure = ", ".join(part for part in (change_bounds(ratio), pairs) if part is not None)
    match decided.answer:
        case Answer.FASTER | Answer.SLOWER:
            small = "" if reaches_margin(decided.result, aim.effect) else f", less than {percent_text(aim.effect)}"
            return f"{name} {times_text(ratio, what)} ({sure}){small}"
        case Answer.SAME:
            found = ", ".join(part for part in (bounds(ratio), pairs) if part is not None)
            return f"{name} makes no difference of {percent_text(aim.effect)} or more in {what} ({found})"
        case Answer.INCONCLUSIVE:
            found = ", ".join(part for part in (bounds(ratio), pairs) if part is not None)
            return f"of {name} the {what} cannot be told yet: {ratio_text(ratio.value)} ({found}{_more(decided)})"


def of_component(one: Judgement, component: Component | None, ceiling: Ceiling) -> str:
    """The ratio of what a lever acts on, its share, and the ratio end to end."""
    spans, what = listed(ceiling.spans), label(one.contrast.metric)
    share = f"{percent_text(ceiling.share)} of the {what}"
    said = f"It acts on {spans}, {share}: were that free, {ratio_text(ceiling.least_ratio)} would be left"
    if component is not None and component.result is not None:
        said += f"; it takes {ratio_text(component.result.ratio.value)} of that"
    elif component is not None and component.before_s > 0 and component.after_s == 0:
        said += "; nothing of it is left"
    result = None if one.decided is None else one.decided.result
    if result is not None:
        said += f", and {ratio_text(result.ratio.value)} end to end"
    if one.is_above_ceiling:
        said += f". That is more than all of {spans}: something else changed with it"
    return f"{said}."


def notes_of(one: Judgement, aim: Aim) -> tuple[str, ...]:
    """What changes beside what decides: memory, wall time and CPU, where it is certain and as large as the effect."""
    beside = (Metric.CPU, Metric.WALL, Metric.MEMORY, Metric.STORED)
    deciding = None if one.decided is None or one.decided.result is None else one.decided.result.ratio.value
    said = []
    for found in one.metrics:
        result = found.result
        if found.metric is one.contrast.metric or found.metric not in beside or result is None:
            continue
        low, high = result.ratio.low, result.ratio.high
        is_certain = low is not None and high is not None and (low > 1 or high < 1)
        is_told = found.metric in TIMES and deciding is not None
        if is_told and abs(math.log(result.ratio.value / (deciding or 1.0))) < math.log1p(aim.effect):
            continue  # as much as what decides
        if is_certain and reaches_margin(result, aim.effect):
            predicate = times_text(result.ratio, label(found.metric))
            said.append(f"It also {predicate} ({change_bounds(result.ratio)}).")
    return tuple(said)


def of_same(decided: Decided, repeats: str) -> str:
    """The A/A arm; `repeats` is what it repeats: the baseline, or the last step."""
    what = label(decided.metric)
    if decided.result is None:
        return f"{repeats} has no second run to compare its {what} with."
    found = f"{ratio_text(decided.result.ratio.value)} ({bounds(decided.result.ratio) or 'no interval'})"
    if decided.answer in (Answer.FASTER, Answer.SLOWER):
        return f"{repeats} differs from itself in {what}: {found}. The machine or the study drifts."
    return f"{repeats} against itself in {what}: {found}, which is the noise floor."


def of_slowed(decided: Decided, expected: Expected | None, slowdown: float) -> str:
    """The positive control."""
    what = label(decided.metric)
    if decided.result is None:
        return "The slowed arm has no pair in which both runs ended."
    found = f"{ratio_text(decided.result.ratio.value)} ({bounds(decided.result.ratio) or 'no interval'})"
    should = f", where {expected_text(expected)} was put in" if expected is not None else ""
    if decided.answer is Answer.SLOWER:
        return f"Objectives slowed by {percent_text(slowdown)} are seen in {what}: {found}{should}."
    more = "" if not decided.more_pairs else f"; about {count_text(decided.more_pairs)} more pairs would show it"
    return f"Objectives slowed by {percent_text(slowdown)} are not seen in {what}: {found}{should}{more}."


def expected_text(expected: Expected) -> str:
    """The ratio that the control should show, as one number or as two."""
    low, high = ratio_text(expected.low), ratio_text(expected.high)
    return low if low == high else f"{low.removesuffix('×')} to {high}"


def of_interaction(effect: FactorEffect, margin: float) -> str:
    """Whether levers do together what each alone promises."""
    names, ratio = listed(effect.factors), effect.ratio
    found = f"{ratio_text(ratio.value)} ({bounds(ratio) or 'no interval'})"
    if ratio.low is None or ratio.high is None:
        return f"What {names} do together cannot be told from one or two blocks: {found}."
    if ratio.low > 1 / (1 + margin) and ratio.high < 1 + margin:
        much = percent_text(margin)
        return f"{names} do not depend on each other by {much} or more: together {found} of their product."
    if ratio.low > 1:
        return f"Together {names} save less than each alone promises: {found} of their product."
    if ratio.high < 1:
        return f"Together {names} save more than each alone promises: {found} of their product."
    return f"Whether {names} depend on each other cannot be told yet: {found} of their product."


def of_simple(one: Simple, metric: Metric, margin: float) -> str:
    """Does a lever still pay once another is on?"""
    alone, together = one.alone.ratio, one.together.ratio
    low, high = together.low, together.high
    beside = f"{ratio_text(together.value)} the {label(metric)} ({bounds(together) or 'no interval'})"
    beside += f", against {ratio_text(alone.value)} alone"
    if low is None or high is None:
        return f"Once {one.other} is on, {one.lever} measures {beside}."
    if high < 1:
        return f"{one.lever} still pays once {one.other} is on: {beside}."
    if low > 1:
        return f"{one.lever} costs once {one.other} is on: {beside}."
    if low > 1 / (1 + margin) and high < 1 + margin:
        return f"{one.lever} makes no difference any more once {one.other} is on: {beside}."
    return f"Whether {one.lever} pays once {one.other} is on cannot be told yet: {beside}."


def of_search(one: Searched) -> str:
    """What a lever that changes the search finds, as a clause that begins with its name."""
    name, result = printable(one.contrast.name), one.result
    if result is None or one.why is not None:
        return f"what {name} finds cannot be judged: {one.why}"
    score, time = result.score.difference, result.time_to_quality
    sign = 1 if one.maximise else -1
    change = f"{signed(score.value)} in score for the same CPU"
    if score.low is not None and score.high is not None:
        change += f" ({signed(score.low)} to {signed(score.high)}, {result.seeds} seeds)"
    got = f"it gets as far as the search without it in {time.reached} of {time.seeds} seeds"
    if time.ratio is not None:
        sure = bounds(time.ratio)
        got = f"it is as good after {ratio_text(time.ratio.value)} the CPU{'' if sure is None else f' ({sure})'}"
        got += "" if time.reached == time.seeds else f", in {time.reached} of {time.seeds} seeds at all"
    match one.finding:
        case Finding.FASTER:
            return f"{name} pays: {got}; {change}"
        case Finding.BETTER:
            return f"{name} finds better: {change}; {got}"
        case Finding.SLOWER:
            worse = score.value * sign < 0
            return f"{name} does not pay: {change if worse else got}; {got if worse else change}"
        case Finding.INCONCLUSIVE:
            return f"of {name} it cannot be told yet whether it pays: {change}; {got}"


def of_void(judged: Judged) -> tuple[str, ...]:
    """By which metrics nothing is ruled, and why, where others are sound: a sentence each."""
    if judged.rules_nothing:
        return ()
    return tuple(
        f"By {label(metric)} nothing is ruled: {'; '.join(clauses)}{_way_out(judged)}."
        for metric, clauses in judged.void.items()
    )


def _way_out(judged: Judged) -> str:
    more = max((one.more_pairs or 0 for one in judged.decisions.slowed), default=0)
    return f"; about {count_text(more)} more pairs would show it" if more else ""


def listed(names: Sequence[str]) -> str:
    """Names in a sentence: `load, split and storage`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def signed(value: float) -> str:
    """A difference with its sign, as `+0.0191`."""
    return f"{'+' if value >= 0 else '−'}{significant(abs(value))}"


def headline(
    judged: Judged, levers: Sequence[LeverLine], total: LeverLine | None, searches: Sequence[SearchLine]
) -> str:
    """The verdict in one sentence."""
    if judged.is_nothing_left:
        out = {**judged.given_up, **judged.withdrawn}.items()
        return f"Nothing was compared: {'; '.join(f'{printable(name)}, {printable(why)}' for name, why in out)}."
    if judged.rules_nothing:
        return f"Nothing is ruled: {'; '.join(judged.unsound)}{_way_out(judged)}."
    order = (Ruling.FASTER, Ruling.SLOWER, Ruling.SAME, Ruling.INCONCLUSIVE, Ruling.NOT_RULED, Ruling.OUT)
    ruled = [(order.index(line.ruling), -_size(line.ratio.value), line.sentence) for line in levers]
    ruled += [(order.index(line.ruling), -_size(line.time_ratio.value), line.sentence) for line in searches]
    said = [sentence for _, _, sentence in sorted(ruled, key=lambda found: found[:2])]
    if total is not None and total.ruling is not Ruling.OUT:
        said.insert(0, total.sentence)
    if not said:
        return "Nothing was compared."
    if len(said) > _MOST_SAID:
        said = [*said[: _MOST_SAID - 1], f"{len(said) - _MOST_SAID + 1} more below"]
    text = "; ".join(said)
    starts_with_a_name = not text.startswith(("of ", "what ", "all "))
    return f"{text if starts_with_a_name else text[0].upper() + text[1:]}."


def _size(ratio: float | None) -> float:
    """How far a ratio is from 1, either way."""
    return abs(math.log(ratio)) if ratio else 0.0


def values_sentence(judged: Judged) -> str:
    """Whether all arms gave the same values."""
    if not judged.values:
        return "No arm was compared by cost alone, so values were not held against each other."
    trials = sum(arm.trials for arm in judged.values)
    differing = [arm for arm in judged.values if arm.difference is not None]
    runs = sum(arm.runs for arm in judged.values)
    if not differing:
        return (
            f"All {count_text(trials)} trials of {count_text(runs)} runs with the same parameters gave the same "
            "values, bit for bit."
        )
    said = "; ".join(f"{printable(arm.arm)}: {printable(str(arm.difference))}" for arm in differing)
    return f"Some arms gave other values than the baseline and were withdrawn: {said}."


def _more(decided: Decided) -> str:
    if not decided.more_pairs:
        return ""
    return f"; if so it is, about {count_text(decided.more_pairs)} more would tell"
