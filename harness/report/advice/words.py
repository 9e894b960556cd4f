"""Durations and counts as advice says them: a study's hours and days, and shares of the data."""

from harness.report.quantity import Measure
from harness.units import bytes_text, count_text, percent_text, seconds_text, significant

_SCALES = ((86_400.0, 2.0, "days"), (3600.0, 2.0, "hours"), (60.0, 2.0, "minutes"))


def duration_text(seconds: float) -> str:
    """A duration in the largest unit of which there are two: `3.1 hours`, `12.4 minutes`, `85 s`."""
    for unit_s, least, name in _SCALES:
        if seconds >= least * unit_s:
            return f"{significant(seconds / unit_s)} {name}"
    return seconds_text(seconds)


def span_text(measure: Measure) -> str:
    """A duration with its interval in the same unit: `3.1 hours (2.4 – 4.0)`; why, where it is not known."""
    if measure.value is None:
        return f"not known: {measure.missing}"
    said = duration_text(measure.value)
    if measure.low is None or measure.high is None:
        return said
    low, high = duration_text(measure.low), duration_text(measure.high)
    return f"{said} (95 %: {low} to {high})"


def bytes_span_text(measure: Measure) -> str:
    """A size with its interval."""
    if measure.value is None:
        return f"not known: {measure.missing}"
    said = bytes_text(measure.value)
    if measure.low is None or measure.high is None:
        return said
    return f"{said} (95 %: {bytes_text(measure.low)} to {bytes_text(measure.high)})"


def share_text(share: float) -> str:
    """A share of the data."""
    return "all" if share == 1 else percent_text(share)


def counted(number: float, one: str) -> str:
    """A count with its noun: `1 worker`, `4 workers`, `2 processes`."""
    many = f"{one}es" if one.endswith("s") else f"{one}s"
    return f"{count_text(number)} {one if number == 1 else many}"
