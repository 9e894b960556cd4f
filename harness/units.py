"""Numbers to text and back, in the units that people write."""

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime

from harness.errors import InputError

_SECONDS = {"s": 1, "min": 60, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_HOURS_FROM_S = 7200.0
_BLANKS = re.compile(r"\s+")
_INTERVAL = re.compile(r"([1-9][0-9]*)\s*(s|min|m|h|d|w)", re.ASCII)


_BYTE_UNITS = {"": 1, "B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}


def parse_interval(text: str) -> int:
    """Seconds in an interval such as `30s`, `10min` (or `10m`, as exchanges write it), `1h`, `1d`, `1w`.

    Raises InputError for anything else. A month is no interval: it has no fixed length.
    """
    match = _INTERVAL.fullmatch(text.strip())
    if match is None:
        raise InputError(
            f"{text!r} is not an interval: write a whole number above zero and one of s, min, h, d, w, such as 10min"
        )
    return int(match[1]) * _SECONDS[match[2]]


def interval_text(seconds: int) -> str:
    """The shortest text that `parse_interval` reads back as `seconds`: 600 is `10min`, 90 is `90s`."""
    if seconds < 1:
        raise InputError(f"an interval of {seconds} s has no text: it must be at least one second")
    for unit in ("w", "d", "h", "min"):
        if seconds % _SECONDS[unit] == 0:
            return f"{seconds // _SECONDS[unit]}{unit}"
    return f"{seconds}s"


def count_text(value: float) -> str:
    """A count with thousands separators: `262,782`. A fraction of a count keeps three digits."""
    return f"{value:,.0f}" if float(value).is_integer() else significant(value)


def significant(value: float, digits: int = 3) -> str:
    """`digits` significant digits, thousands separated, never in powers of ten: `1,050`, `21.4`, `0.031`."""
    return f"{value:,.{_decimals(value, digits)}f}"


def seconds_text(value: float) -> str:
    """A duration in the unit that suits it: `4.28 h`, `1,050 s`, `21.4 s`, `310 ms`, `24.8 µs`, `12 ns`."""
    return scaled_text(value, seconds_scale(value))


def bytes_text(value: float) -> str:
    """A size in binary units: `14.0 MiB`, `512 B`."""
    return scaled_text(value, bytes_scale(value))


def parse_bytes(text: str) -> int:
    """Bytes in "64MiB", "1.5 GiB", "500kB" or a plain number; raises InputError for anything else, and for none."""
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]*)", text.strip())
    factor = None if found is None else _BYTE_UNITS.get(found[2])
    if found is None or factor is None or round(float(found[1]) * factor) < 1:
        raise InputError(f"{text!r} is no size: write a number of bytes, or one of kB, MB, GB, KiB, MiB, GiB behind it")
    return round(float(found[1]) * factor)


def parse_share(text: str) -> float:
    """A share of one in "10%", "10 %" or "0.1"; raises InputError for anything else, infinities and NaN included."""
    plain = text.strip()
    try:
        share = float(plain[:-1]) / 100 if plain.endswith("%") else float(plain)
    except ValueError:
        share = math.nan
    if not math.isfinite(share):
        raise InputError(f"{text!r} is no share: write one such as 10% or 0.1")
    return share


def ratio_text(value: float) -> str:
    """A ratio with its sign of multiplication: `13.8×`."""
    return f"{significant(value)}×"


def percent_text(share: float) -> str:
    """A share of one as a percentage; what is not quite none or all is not shown as if it were."""
    if 0 < share < 0.001:
        return "< 0.1 %"
    if 0.9995 <= share < 1:
        return "> 99.9 %"
    is_near_an_end = 0 < share < 0.1 or 0.99 < share < 1
    return f"{share * 100:.1f} %" if is_near_an_end else f"{share * 100:.0f} %"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A unit to print in: `value / factor` followed by `symbol`."""

    factor: float
    symbol: str


def seconds_scale(value: float) -> Scale:
    """The scale that prints a duration of this size with few zeros."""
    size = abs(value)
    if size >= _HOURS_FROM_S:
        return Scale(factor=3600.0, symbol=" h")
    for factor, symbol in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if size >= 0.9995 * factor or (size == 0 and factor == 1.0):
            return Scale(factor=factor, symbol=f" {symbol}")
    return Scale(factor=1e-9, symbol=" ns")


def bytes_scale(value: float) -> Scale:
    """The binary scale that prints a size of this order with few zeros."""
    for power, symbol in ((3, "GiB"), (2, "MiB"), (1, "KiB")):
        if abs(value) >= 0.9995 * 1024**power:
            return Scale(factor=float(1024**power), symbol=f" {symbol}")
    return Scale(factor=1.0, symbol=" B")


def scaled_text(value: float, scale: Scale) -> str:
    """Three significant digits of a value in a given scale."""
    return f"{significant(value / scale.factor)}{scale.symbol}"


def range_text(low: float, value: float, high: float, scale: Scale) -> str:
    """The bounds of an interval in the scale and to the last digit of its value: `20.1 – 22.3 s`."""
    decimals = _decimals(value / scale.factor, 3)
    return f"{low / scale.factor:,.{decimals}f} – {high / scale.factor:,.{decimals}f}{scale.symbol}"


def time_text(at_s: float) -> str:
    """A moment since the Unix epoch, in UTC and to the minute."""
    return datetime.fromtimestamp(at_s, tz=UTC).strftime("%Y-%m-%d %H:%M UTC")


def printable(text: str) -> str:
    """Text that cannot steer a terminal, break XML or reorder a line: each such character becomes U+FFFD.

    Control, format (bidirectional overrides), surrogate and unassigned characters are replaced; blanks of every kind,
    line ends included, become one space.
    """
    spaced = _BLANKS.sub(" ", text)
    return "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(c)[0] == "C" else c for c in spaced)


def _decimals(value: float, digits: int) -> int:
    if value == 0 or not math.isfinite(value):
        return 0
    order = math.floor(math.log10(abs(value)))
    if round(abs(value), digits - 1 - order) >= 10 ** (order + 1):
        order += 1
    return min(max(digits - 1 - order, 0), 12)
