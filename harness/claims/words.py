"""Claims' numbers in words: on the claim's own axis, in the units that people write."""

import math

from harness.claims.arithmetic import number, percent
from harness.model.claim import Claim, Form, Quantity
from harness.stats.interval import Interval
from harness.units import bytes_text, seconds_text, significant

_EXACT = ("s", "ms", "B", "MB", "MiB", "GiB")  # a claimed number is shown with all its digits


def axis_text(claim: Claim, value: float) -> str:
    """One number on the claim's axis."""
    match claim.form:
        case Form.SAVES:
            return percent(value)
        case Form.FASTER:
            return f"{_times(value)}×"
        case Form.VALUE:
            if claim.quantity in (Quantity.SECONDS, Quantity.BYTES) and claim.unit:
                digits = 4 if 0 < claim.tolerance < 0.01 else 3
                return f"{number(value / claim.scale, digits)} {claim.unit}"
            return quantity_text(claim.quantity, value)


def quantity_text(quantity: Quantity, value: float) -> str:
    """A measured number with its unit."""
    match quantity:
        case Quantity.SECONDS:
            return seconds_text(value)
        case Quantity.BYTES:
            return bytes_text(value)
        case Quantity.BARS:
            return f"{number(value)} bars"
        case Quantity.COUNT:
            return number(value)
        case Quantity.RATIO:
            return f"{_times(value)}×"
        case Quantity.SHARE:
            return percent(value)
        case Quantity.PER_BAR:
            return seconds_text(value * 1e-6) + " per bar"


def range_text(claim: Claim) -> str:
    """What is claimed, in words."""
    if claim.claimed is None:
        return "no number"
    low, high = claim.claimed.low, claim.claimed.high
    exact = claim.form is Form.VALUE and claim.unit in _EXACT and low == high
    if claim.form is Form.VALUE and claim.quantity is Quantity.RATIO and low == high:
        return f"{number(low)}×"
    if exact:
        return f"{number(low / claim.scale)} {claim.unit}"
    ending = {Form.SAVES: " saved", Form.FASTER: " as fast", Form.VALUE: ""}[claim.form]
    none = {Form.SAVES: 0.0, Form.FASTER: 1.0, Form.VALUE: 0.0}[claim.form]
    if high is None:
        return f"{axis_text(claim, low)} or more{ending}"
    if low == high:
        return f"{axis_text(claim, low)}{ending}"
    if low == 0 or (low <= none and claim.form is not Form.VALUE):
        return f"at most {axis_text(claim, high)}{ending}"
    return f"{axis_text(claim, low)} to {axis_text(claim, high)}{ending}"


def value_text(claim: Claim, interval: Interval) -> str:
    """What was measured, with its interval: `3.2 % saved (−0.5 % to 7.1 %)`, `1.4 times as slow (1.3 to 1.5)`."""
    if claim.form is Form.VALUE:
        bounds = _bounds_text(claim, interval)
        return f"{axis_text(claim, interval.value)}{bounds}"
    gain = interval.value if claim.form is Form.FASTER else 1 / (1 - interval.value) if interval.value < 1 else math.inf
    if claim.form is Form.SAVES and gain < 1:
        low, high = (None if one is None else -one for one in (interval.high, interval.low))
        bounds = "" if low is None or high is None else f" ({percent(low)} to {percent(high)})"
        return f"{percent(-interval.value)} more{bounds}"
    ending = " saved" if claim.form is Form.SAVES else " as fast"
    return f"{axis_text(claim, interval.value)}{ending}{_bounds_text(claim, interval)}"


def _bounds_text(claim: Claim, interval: Interval) -> str:
    if interval.low is None or interval.high is None or interval.low == interval.high:
        return ""
    return f" ({axis_text(claim, interval.low)} to {axis_text(claim, interval.high)})"


def _times(value: float) -> str:
    text = significant(value)
    return text.rstrip("0").rstrip(".") if "." in text else text
