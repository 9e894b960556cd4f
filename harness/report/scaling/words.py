"""Sizes, laws and limits in words."""

from harness.experiments.scaling.laws import Growth, Law
from harness.experiments.scaling.workers import Limit
from harness.report.quantity import Measure
from harness.stats.interval import Interval
from harness.units import count_text, percent_text, range_text, ratio_text, seconds_scale, seconds_text

SHARE = "share"
_MATTERS = 1.15  # times the trials of fewer workers


def size_text(size: float, unit: str) -> str:
    """A size with its unit: `5,000 rows`, `25 % of the data`."""
    if unit == SHARE:
        return "all of the data" if size == 1 else f"{percent_text(size)} of the data"
    return f"{count_text(size)} {unit}"


def one_of(unit: str) -> str:
    """What a slope is per: `row`, `cpu_ms`, `all of the data`."""
    return {"rows": "row", SHARE: "all of the data"}.get(unit, unit)


def exponent_text(exponent: Interval | Measure) -> str:
    """An exponent with its interval: `0.99 (0.97 – 1.02)`; bounds that were not found stand as what they are."""
    value, low, high = exponent.value, exponent.low, exponent.high
    if value is None:
        return "–"
    if low is None and high is None:
        return f"{value:.2f}"
    if low is None:
        return f"{value:.2f} (at most {high:.2f})"
    if high is None:
        return f"{value:.2f} (at least {low:.2f})"
    return f"{value:.2f} ({low:.2f} – {high:.2f})"


def growth_text(growth: Growth) -> str:
    """A law's kind for a table."""
    match growth:
        case Growth.FLAT:
            return "flat"
        case Growth.LINEAR:
            return "linear"
        case Growth.POWER:
            return "power"
        case Growth.NO_LAW:
            return "no law"
        case Growth.UNKNOWN:
            return "not known"


def limit_text(limit: Limit) -> str:
    """What holds workers back, for a table."""
    match limit:
        case Limit.NONE:
            return "nothing"
        case Limit.CORES:
            return "cores"
        case Limit.GIL:
            return "the GIL"
        case Limit.STORAGE:
            return "the storage"
        case Limit.BANDWIDTH:
            return "memory, caches"
        case Limit.WAITING:
            return "other waiting"


def limit_sentence(limit: Limit, kind: str, busy: float) -> str:
    """Why more workers bring no more, as a sentence without its end."""
    match limit:
        case Limit.NONE:
            return f"nothing holds these {kind} back"
        case Limit.CORES:
            return f"a trial waits until a core is free, other work's included; these {kind} kept {_cores(busy)} busy"
        case Limit.GIL:
            return f"all {kind} together computed on {_cores(busy)} and waited for the one GIL"
        case Limit.STORAGE:
            return "trials wait in the storage for each other: its lock is what they share"
        case Limit.BANDWIDTH:
            return (
                f"the same trial takes more CPU among several {kind}: memory bandwidth, shared caches or hyper-threads"
            )
        case Limit.WAITING:
            return "trials wait for something else than a core, the GIL or the storage: locks, sleep, another process"


def hidden_text(gain: float | None) -> str:
    """What noise may hide of the gain of more workers; nothing where that is little."""
    if gain is None or gain < _MATTERS:
        return ""
    return f", though noise may hide {ratio_text(gain)}: more --blocks would tell"


def _cores(busy: float) -> str:
    return "1 core" if f"{busy:.2g}" == "1" else f"{busy:.2g} cores"


def seconds_with(interval: Interval) -> str:
    """Seconds with bounds: `21.4 s (20.1 – 22.9 s)`."""
    said = seconds_text(interval.value)
    if interval.low is None or interval.high is None:
        return said
    return f"{said} ({range_text(interval.low, interval.value, interval.high, seconds_scale(interval.value))})"


def ratio_with(interval: Interval) -> str:
    """A ratio with bounds: `13.8× (13.1 – 14.5)`."""
    said = ratio_text(interval.value)
    if interval.low is None or interval.high is None:
        return said
    digits = 3
    return f"{said} ({interval.low:,.{digits}g} – {interval.high:,.{digits}g})"


def law_text(law: Law, unit: str, largest: float) -> str:
    """A law as a sum: `0.30 s + 81.2 µs per row`; the fixed part is left out where there is none.

    The part that grows otherwise than in proportion is given for the largest size.
    """
    slope = law.slope
    fixed = law.fixed
    if slope is None or fixed is None:
        return "not known"
    per = one_of(unit)
    if law.growth is Growth.POWER and law.exponent is not None:
        part_s = slope.value * largest**law.exponent.value
        grown = unit if unit != SHARE else "the data"
        part = f"{seconds_text(part_s)} on {size_text(largest, unit)} that grow as {grown}^{law.exponent.value:.2f}"
    else:
        part = f"{seconds_text(slope.value)} {'for' if unit == SHARE else 'per'} {per}"
    return part if fixed.value <= 0 else f"{seconds_text(fixed.value)} + {part}"


def per_unit(unit: str) -> str:
    """What a slope is per, as a column's name."""
    return "All data" if unit == SHARE else f"Per {one_of(unit)}"
