"""A claim against its claimant's own figures: is it what they come to, and do they leave room for it at all?

Every rule gives a worked line, so that a reader can do the sum again.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from harness.model.claim import Check, Claim, Consistency, Form, Rule, Span
from harness.units import significant

_ORDER = (Consistency.IMPOSSIBLE, Consistency.INCONSISTENT, Consistency.CONSISTENT, Consistency.NOT_CHECKABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """One check with its sum. `ceiling` is the share of the cost that could be saved at most."""

    consistency: Consistency
    line: str
    ceiling: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arithmetic:
    """All checks of a claim, and the worst that they say."""

    consistency: Consistency
    worked: tuple[Worked, ...]

    @property
    def ceiling(self) -> float | None:
        """The lowest ceiling of all."""
        return min((one.ceiling for one in self.worked if one.ceiling is not None), default=None)


def check(claim: Claim) -> Arithmetic:
    """Work out every check of a claim."""
    worked = tuple(_work(one, claim) for one in claim.checks)
    found = {one.consistency for one in worked} or {Consistency.NOT_CHECKABLE}
    return Arithmetic(consistency=next(one for one in _ORDER if one in found), worked=worked)


def times_faster(saving: float) -> float:
    """How many times as fast a cost is of which a share is saved."""
    return math.inf if saving >= 1 else 1 / (1 - saving)


def as_saving(claim: Claim) -> Span | None:
    """The claimed range as a share of the cost; None for a claim about a number."""
    span = claim.claimed
    if span is None or claim.form is Form.VALUE:
        return None
    if claim.form is Form.SAVES:
        return span
    return Span(low=1 - 1 / span.low, high=None if span.high is None else 1 - 1 / span.high)


def _work(one: Check, claim: Claim) -> Worked:
    match one.rule:
        case Rule.RATIO | Rule.PRODUCT | Rule.SHARE:
            return _product(one)
        case Rule.SUM:
            total = math.fsum(one.terms)
            terms = " + ".join(number(term) for term in one.terms)
            return _against(one, total, f"{terms} = {number(total, 4)}")
        case Rule.CEILING:
            return _ceiling(one, claim)
        case Rule.COMBINED:
            return _combined(one)
        case Rule.SCHEDULE:
            return _schedule(one, claim)
        case Rule.NONE:
            return Worked(consistency=Consistency.NOT_CHECKABLE, line=one.why or "no figures are given to check it by")


def _product(one: Check) -> Worked:
    value = math.prod(one.times) / math.prod(one.over)
    above = " × ".join(number(factor) for factor in one.times)
    below = "".join(f" ÷ {number(factor)}" for factor in one.over)
    is_share = one.rule is Rule.SHARE
    return _against(
        one, value, f"{above}{below} = {percent(value) if is_share else number(value, 4)}", is_share=is_share
    )


def _against(one: Check, value: float, sum_text: str, *, is_share: bool = False) -> Worked:
    """What is stated beside what was worked out; as exact as the statement is rounded, unless a tolerance is given."""
    assert one.stated is not None
    low, high = one.stated.low, one.stated.low if one.stated.high is None else one.stated.high
    near = (_half_a_digit(low), _half_a_digit(high))
    if one.tolerance is not None:
        near = (abs(low) * one.tolerance, abs(high) * one.tolerance)
    slack = 1e-9 * max(abs(value), 1.0)
    is_same = low - near[0] - slack <= value <= high + near[1] + slack
    shown = percent if is_share else number
    said = shown(low) if low == high else f"{shown(low)} to {shown(high)}"
    unit = "" if is_share or not one.unit else f" {one.unit}"
    allowance = f", to within {percent(one.tolerance)}" if one.tolerance else ""
    line = f"{sum_text}{unit}; stated: {said}{unit}{allowance}"
    kind = Consistency.CONSISTENT if is_same else Consistency.INCONSISTENT
    return Worked(consistency=kind, line=_with_why(line, one))


def _ceiling(one: Check, claim: Claim) -> Worked:
    assert one.part is not None
    if one.whole is None:
        return _room(one, claim, one.part, f"{percent(one.part)} of the cost")
    share = one.part / one.whole
    unit = f" {one.unit}" if one.unit else ""
    return _room(one, claim, share, f"{number(one.part)}{unit} of {number(one.whole)}{unit} is {percent(share)}")


def _schedule(one: Check, claim: Claim) -> Worked:
    trials = sum(stage.trials for stage in one.stages)
    work = math.fsum(stage.trials * stage.share for stage in one.stages)
    parts = " + ".join(f"{stage.trials} × {percent(stage.share)}" for stage in one.stages)
    text = f"{parts} = {number(work)} whole trials' work in {number(trials)} trials"
    return _room(one, claim, 1 - work / trials, text)


def _room(one: Check, claim: Claim, ceiling: float, text: str) -> Worked:
    """Whether the claimed saving fits below a ceiling."""
    line = f"{text}: at most {saving_text(ceiling)}"
    claimed = as_saving(claim)
    if claimed is None:
        return Worked(consistency=Consistency.CONSISTENT, line=_with_why(line, one), ceiling=ceiling)
    high = claimed.low if claimed.high is None else claimed.high
    said = saving_text(claimed.low) if high == claimed.low else f"{saving_text(claimed.low)} to {saving_text(high)}"
    line = f"{line}; claimed: {said}"
    slack = 1e-9
    if ceiling < claimed.low - slack:
        kind = Consistency.IMPOSSIBLE
    else:
        kind = Consistency.CONSISTENT if ceiling >= high - slack else Consistency.INCONSISTENT
    return Worked(consistency=kind, line=_with_why(line, one), ceiling=ceiling)


def _combined(one: Check) -> Worked:
    assert one.stated is not None
    lows, highs = [low for low, _ in one.savings], [high for _, high in one.savings]
    low, high = 1 - math.prod(1 - share for share in lows), 1 - math.prod(1 - share for share in highs)
    stated_high = one.stated.low if one.stated.high is None else one.stated.high
    line = (
        f"1 − {_left(lows)} = {percent(low)} and 1 − {_left(highs)} = {percent(high)}; "
        f"stated: {percent(one.stated.low)} to {percent(stated_high)}"
    )
    is_inside = low - 0.005 <= one.stated.low and stated_high <= high + 0.005
    kind = Consistency.CONSISTENT if is_inside else Consistency.INCONSISTENT
    return Worked(consistency=kind, line=_with_why(line, one))


def _left(savings: Sequence[float]) -> str:
    return " × ".join(number(1 - share) for share in savings)


def _with_why(line: str, one: Check) -> str:
    return line if one.why is None else f"{line} ({one.why})"


def _half_a_digit(stated: float) -> float:
    """Half a unit of the last digit that is not a zero at the end: 52.6 is 0.05, 210,000 is 5,000."""
    if stated == 0:
        return 0.0
    exponent = Decimal(repr(stated)).normalize().as_tuple().exponent
    return 0.5 * 10.0 ** int(exponent)


def number(value: float, digits: int = 6) -> str:
    """A figure as people write it: whole numbers in full, the rest without zeros at the end."""
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{value:,.0f}"
    text = significant(value, digits)
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(share: float) -> str:
    """A share with up to three digits: `0.145 %`, `35 %`."""
    text = significant(share * 100, 3)
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{text} %".replace("-", "−")


def saving_text(saving: float) -> str:
    """A saving in both its forms: `35 % saved (1.54×)`."""
    faster = times_faster(saving)
    shown = "without bound" if math.isinf(faster) else f"{number(faster, 4)}×"
    return f"{percent(saving)} saved ({shown})"
