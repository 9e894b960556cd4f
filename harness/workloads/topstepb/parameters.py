"""Parameters: the nine tuned numbers of the reference strategy, and the space they are searched in."""

import math
from dataclasses import dataclass
from enum import Enum

from harness.errors import InputError


class Kind(Enum):
    """Which of a trial's `suggest_*` methods a dimension is for."""

    INT = "int"
    FLOAT = "float"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One axis of a search space; both bounds are included. `log` searches the logarithm evenly."""

    name: str
    kind: Kind
    low: float
    high: float
    log: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """What a trial chooses. Spans and lengths count bars; multiples and the slope are in average true ranges.

    The defaults are the textbook settings (12/26 averages, 14-bar RSI and ATR). Any point of SPACE is valid: the slow
    span is a multiple of the fast one, so no trial is lost to averages in the wrong order.
    """

    fast_span: int = 12
    slow_ratio: float = 26 / 12
    rsi_length: int = 14
    rsi_limit: float = 75.0  # a long needs an RSI below it, a short one above 100 minus it
    slope_length: int = 20
    slope_minimum: float = 0.02  # average true ranges per bar, in the direction of the trade
    atr_length: int = 14
    stop_atr: float = 2.0
    target_atr: float = 3.0

    def __post_init__(self) -> None:
        for name in ("fast_span", "rsi_length", "slope_length", "atr_length"):
            length = getattr(self, name)
            if not isinstance(length, int) or length < 2:
                raise InputError(f"parameter {name} is {length!r}: it counts bars, so give a whole number from 2 up")
        for name, low, high in _LIMITS:
            value = getattr(self, name)
            if not (math.isfinite(value) and low < value <= high):
                raise InputError(f"parameter {name} is {value!r}: give a number above {low:g} and up to {high:g}")
        if self.slow_span <= self.fast_span:
            raise InputError(
                f"parameter slow_ratio is {self.slow_ratio!r}, so both averages span {self.fast_span} bars: raise it"
            )

    @property
    def slow_span(self) -> int:
        """Bars of the slow average."""
        return round(self.fast_span * self.slow_ratio)

    @property
    def first_signal_row(self) -> int:
        """The first row at which every indicator, and the slow average one row earlier, has seen its full length."""
        return max(self.slow_span, self.rsi_length, self.slope_length - 1, self.atr_length - 1)


_LIMITS = (
    ("slow_ratio", 1.0, 1000.0),
    ("rsi_limit", 50.0, 100.0),
    ("slope_minimum", -1.0, 1.0),
    ("stop_atr", 0.0, 1000.0),
    ("target_atr", 0.0, 1000.0),
)

SPACE = (
    Dimension(name="fast_span", kind=Kind.INT, low=4, high=60, log=True),
    Dimension(name="slow_ratio", kind=Kind.FLOAT, low=1.5, high=8.0, log=True),
    Dimension(name="rsi_length", kind=Kind.INT, low=5, high=40),
    Dimension(name="rsi_limit", kind=Kind.FLOAT, low=60.0, high=95.0),
    Dimension(name="slope_length", kind=Kind.INT, low=10, high=50),
    Dimension(name="slope_minimum", kind=Kind.FLOAT, low=0.0, high=0.1),
    Dimension(name="atr_length", kind=Kind.INT, low=5, high=50),
    Dimension(name="stop_atr", kind=Kind.FLOAT, low=1.0, high=6.0),
    Dimension(name="target_atr", kind=Kind.FLOAT, low=1.0, high=10.0),
)
