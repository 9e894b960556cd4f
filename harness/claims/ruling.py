"""Rulings: what the arithmetic and the measurement together say of a claim. Pure; docs/claims.md has the same in words.

A claimed gain is judged on one axis, the number of times as fast, where 1 is no difference. Its margin is the claim's
own, or half the claimed gain where that is less: what is claimed to be small may not be dismissed as nothing.
"""

import math
from dataclasses import dataclass

from harness.claims.arithmetic import Arithmetic, percent, times_faster
from harness.claims.measured import Measured
from harness.claims.words import range_text, value_text
from harness.model.claim import Claim, Consistency, EvidenceKind, Form, Ruling, Span
from harness.stats.interval import Interval
from harness.stats.sequential import pairs_needed

_POWER = 0.80


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """A ruling with its reason in a sentence, and the pairs that an inconclusive one still needs."""

    ruling: Ruling
    reason: str
    pairs_needed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """A measured gain, in times as fast."""

    low: float
    value: float
    high: float


def rule(claim: Claim, arithmetic: Arithmetic, measured: Measured) -> Ruled:
    """The ruling on a claim."""
    if claim.needs is not None:
        return Ruled(ruling=Ruling.NOT_TESTABLE, reason=f"Not testable here: {claim.needs}.{_besides(arithmetic)}")
    if measured.inapplicable is not None:
        said = f"Not testable here: {measured.inapplicable}.{_besides(arithmetic)}"
        return Ruled(ruling=Ruling.NOT_TESTABLE, reason=said)
    if claim.evidence is EvidenceKind.ARITHMETIC:
        return _by_figures(arithmetic)
    is_impossible = arithmetic.consistency is Consistency.IMPOSSIBLE
    interval = measured.interval
    if measured.opposite is not None and not is_impossible:
        return Ruled(ruling=Ruling.REFUTED, reason=f"The opposite: {measured.opposite}.")
    if measured.most is not None and claim.claimed is not None and measured.most < claim.claimed.low:
        here = value_text(claim, Interval(value=measured.most))
        why = f"{measured.missing}; by what was spent, it is at most {here}; claimed: {range_text(claim)}"
        return Ruled(ruling=Ruling.REFUTED, reason=f"Not so much: {why}.")
    if interval is None or measured.unsound is not None:
        if is_impossible:
            return _above_its_ceiling(claim, arithmetic, measured)
        why = measured.unsound or measured.missing or "nothing was measured"
        shown = "" if interval is None else f" What was measured: {value_text(claim, interval)}."
        return Ruled(ruling=Ruling.INCONCLUSIVE, reason=f"Nothing is ruled: {why}.{shown}")
    is_gain = claim.form is not Form.VALUE and claim.claimed is not None and _gain(claim.form, claim.claimed.low) > 1
    ruled = _of_gain(claim, measured, interval) if is_gain else _of_value(claim, interval)
    if is_impossible and ruled.ruling not in (Ruling.CONFIRMED, Ruling.REFUTED):
        return _above_its_ceiling(claim, arithmetic, measured)
    return ruled


def stopped_holding(claim: Claim, ruled: Ruled, *, strict: bool) -> bool:
    """Whether a ruling is another one than its ledger expects; what is open fails only where `strict` is asked for."""
    if ruled.ruling is claim.expected:
        return False
    return strict or ruled.ruling not in (Ruling.INCONCLUSIVE, Ruling.NOT_TESTABLE)


def _by_figures(arithmetic: Arithmetic) -> Ruled:
    match arithmetic.consistency:
        case Consistency.CONSISTENT:
            return Ruled(ruling=Ruling.CONFIRMED, reason="Its figures come to what it says.")
        case Consistency.INCONSISTENT | Consistency.IMPOSSIBLE:
            return Ruled(ruling=Ruling.REFUTED, reason="Its own figures do not come to what it says.")
        case Consistency.NOT_CHECKABLE:
            return Ruled(ruling=Ruling.INCONCLUSIVE, reason="There are no figures to check it by.")


def _besides(arithmetic: Arithmetic) -> str:
    match arithmetic.consistency:
        case Consistency.IMPOSSIBLE:
            return " Its own figures leave no room for it."
        case Consistency.INCONSISTENT:
            return " Its own figures do not come to all of it."
        case Consistency.CONSISTENT | Consistency.NOT_CHECKABLE:
            return ""


def _above_its_ceiling(claim: Claim, arithmetic: Arithmetic, measured: Measured) -> Ruled:
    ceiling = arithmetic.ceiling
    most = "" if ceiling is None else f": at most {_of_saving(claim.form, ceiling)}"
    shown = "" if measured.interval is None else f" Measured: {value_text(claim, measured.interval)}."
    return Ruled(ruling=Ruling.REFUTED, reason=f"Above the ceiling that its own figures set{most}.{shown}")


def _of_gain(claim: Claim, measured: Measured, interval: Interval) -> Ruled:
    claimed = claim.claimed
    assert claimed is not None
    said, here = range_text(claim), value_text(claim, interval)
    if interval.low is None or interval.high is None:
        return Ruled(ruling=Ruling.INCONCLUSIVE, reason=f"{here}, without an interval: too few runs to rule.")
    low = _gain(claim.form, claimed.low)
    at = _bounds(claim.form, interval)
    margin = min(claim.effect, (low - 1) / 2)
    if at.high < 1:
        return Ruled(ruling=Ruling.REFUTED, reason=f"The opposite: {here}, where {said} is claimed.")
    if 1 / (1 + margin) < at.low and at.high < 1 + margin:
        return Ruled(
            ruling=Ruling.REFUTED, reason=f"No difference of {percent(margin)} or more: {here}; claimed: {said}."
        )
    if at.high < low:
        kind = Ruling.OVERSTATED if at.low > 1 else Ruling.REFUTED
        how = "A gain, but less than claimed" if kind is Ruling.OVERSTATED else "No gain that can be told from none"
        return Ruled(ruling=kind, reason=f"{how}: {here}; claimed: {said}.")
    if at.low >= low:
        high = None if claimed.high is None else _gain(claim.form, claimed.high)
        more = " More than claimed" if high is not None and at.low > high else " As claimed"
        return Ruled(ruling=Ruling.CONFIRMED, reason=f"{more.strip()}: {here}; claimed: {said}.")
    needed = _pairs(measured, at.value, low)
    return Ruled(
        ruling=Ruling.INCONCLUSIVE,
        reason=f"The interval holds the low end of the claim and less: {here}; claimed: {said}.{_more(needed)}",
        pairs_needed=needed,
    )


def _of_value(claim: Claim, interval: Interval) -> Ruled:
    claimed = claim.claimed
    assert claimed is not None
    said, here = range_text(claim), value_text(claim, interval)
    low, high = widened(claimed, claim.tolerance)
    low = low if claim.form is Form.VALUE else -math.inf  # at most so much of a gain: none, or the opposite, is less
    at_low = interval.value if interval.low is None else interval.low
    at_high = interval.value if interval.high is None else interval.high
    within = _within(claim.tolerance)
    if at_low >= low and at_high <= high:
        return Ruled(ruling=Ruling.CONFIRMED, reason=f"{here}; claimed: {said}{within}.")
    if at_high < low or at_low > high:
        how = "Another number" if claim.form is Form.VALUE else "More is to be gained"
        return Ruled(ruling=Ruling.REFUTED, reason=f"{how}: {here}; claimed: {said}{within}.")
    return Ruled(
        ruling=Ruling.INCONCLUSIVE, reason=f"The interval lies partly outside: {here}; claimed: {said}{within}."
    )


def _within(tolerance: float) -> str:
    if not tolerance:
        return ""
    return f", to within {percent(tolerance)}" if tolerance < 0.5 else f", to within a factor of {1 + tolerance:g}"


def widened(span: Span, tolerance: float) -> tuple[float, float]:
    """The range with its tolerance as a factor; what is stated as one number is as exact as doubles are."""
    factor = 1 + tolerance + 1e-9
    high = math.inf if span.high is None else span.high
    low = span.low / factor if span.low > 0 else span.low * factor
    return low, high * factor if high > 0 else high / factor


def _gain(form: Form, value: float) -> float:
    return times_faster(value) if form is Form.SAVES else value


def _bounds(form: Form, interval: Interval) -> Bounds:
    assert interval.low is not None
    assert interval.high is not None
    return Bounds(low=_gain(form, interval.low), value=_gain(form, interval.value), high=_gain(form, interval.high))


def _of_saving(form: Form, saving: float) -> str:
    return percent(saving) if form is Form.SAVES else f"{times_faster(saving):.3g}×"


def _pairs(measured: Measured, at: float, low: float) -> int | None:
    """Pairs in all until an estimate where it is now would be told from the claim's low end."""
    distance = abs(math.log(at) - math.log(low))
    if measured.spread is None or distance < 1e-6 or not math.isfinite(distance):
        return None
    wanted = pairs_needed(measured.spread, math.expm1(distance), measured.alpha, _POWER, 1)
    return max(wanted - len(measured.samples), 1)


def _more(pairs: int | None) -> str:
    if pairs is None:
        return ""
    if pairs > 1000:
        return " No number of pairs that could be run would tell: it lies too near to the claim's low end."
    return f" About {pairs} more {'pair' if pairs == 1 else 'pairs'} would tell."
