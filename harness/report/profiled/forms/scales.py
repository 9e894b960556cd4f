"""The units that axes of figures are written in."""

from harness.units import Scale, seconds_scale


def time_scale(span_s: float) -> Scale:
    """Hours, minutes, or what `units` writes a duration of this size in."""
    if span_s >= 3 * 3600:
        return Scale(factor=3600.0, symbol=" h")
    if span_s >= 3 * 60:
        return Scale(factor=60.0, symbol=" min")
    return seconds_scale(span_s)
