"""Regimes: the kinds of market that can be made, and the numbers that set each apart."""

from dataclasses import dataclass, replace
from enum import Enum


class Regime(Enum):
    """A kind of market; docs/synthetic-market.md says what each stands for and how it compares with real bars."""

    CALM = "calm"
    CRYPTO = "crypto"
    FUTURES = "futures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """One part of a logarithm that wanders about zero and forgets half of where it was in `half_life_s`."""

    variance: float  # of the part itself; a bar sees its mean over the bar, which varies less
    half_life_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What a regime's bars look like; hours are of the day in UTC, and hourly figures are relative to each other."""

    annual_volatility: float  # root mean square log return per year of 365 days, closures included
    start_price: float
    ticks_per_unit: int  # the tick is 1 / ticks_per_unit
    volatility_scales: tuple[Scale, Scale, Scale]  # of the log of volatility
    burst: Scale  # its square is added to the log of volatility: a tail of exponent 1 / (2 variance)
    hour_volatility: tuple[float, ...]
    weekend_volatility: float  # Saturday and Sunday relative to the other days
    bounce: float  # share of a bar's shock that the next bar takes back
    wick_scale: float  # volatility inside a bar, relative to the one that moves it
    same_open_share: float  # bars that open at the previous close; the others open a tick or so away
    volume_per_s: float  # median at the average hour
    lots_per_unit: int  # volume is a whole number of 1 / lots_per_unit
    hour_volume: tuple[float, ...]
    weekend_volume: float
    volume_on_volatility: float  # change of log volume per change of log volatility
    volume_on_range: float  # and per change of what the bar's log range adds to it
    volume_scales: tuple[Scale, Scale]  # of log volume, apart from volatility
    has_sessions: bool = False  # closed daily from 22:00 to 23:00, and from Friday 22:00 to Sunday 23:00
    closed_variance: float = 0.0  # variance per second of a closure, relative to an open second

    def __post_init__(self) -> None:
        assert len(self.hour_volatility) == len(self.hour_volume) == 24


MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86_400

# By UTC hour: real ten-minute BNB/USDT bars of 2024-26, and five-minute ES bars of 2026 moved from New York to UTC.
# fmt: off
_CRYPTO_VOLATILITY = (
    1.13, 1.10, 1.02, 0.92, 0.88, 0.86, 0.89, 0.92, 0.95, 0.93, 0.89, 0.90,
    1.00, 1.16, 1.35, 1.28, 1.17, 1.07, 0.98, 0.94, 0.95, 0.93, 0.92, 0.98,
)
_CRYPTO_VOLUME = (
    1.00, 1.02, 0.97, 0.86, 0.82, 0.83, 0.91, 1.05, 1.11, 1.10, 1.08, 1.02,
    1.13, 1.31, 1.51, 1.46, 1.29, 1.07, 0.88, 0.79, 0.76, 0.71, 0.69, 0.77,
)
_FUTURES_VOLATILITY = (
    0.85, 0.85, 0.75, 0.65, 0.55, 0.50, 0.60, 0.80, 0.90, 0.90, 0.85, 0.83,
    1.05, 1.22, 1.76, 1.94, 1.59, 1.31, 1.22, 1.10, 1.28, 0.76, 0.00, 0.79,
)
_FUTURES_VOLUME = (
    0.20, 0.20, 0.20, 0.14, 0.10, 0.09, 0.13, 0.16, 0.26, 0.33, 0.29, 0.30,
    0.47, 0.69, 2.84, 3.49, 2.72, 2.06, 1.97, 1.79, 3.35, 0.88, 0.00, 0.18,
)
# fmt: on

_CRYPTO = Traits(
    annual_volatility=0.63,
    start_price=600.0,
    ticks_per_unit=10,
    volatility_scales=(
        Scale(variance=0.05, half_life_s=2 * HOUR_S),
        Scale(variance=0.09, half_life_s=1 * DAY_S),
        Scale(variance=0.11, half_life_s=14 * DAY_S),
    ),
    burst=Scale(variance=0.19, half_life_s=1 * HOUR_S),
    hour_volatility=_CRYPTO_VOLATILITY,
    weekend_volatility=0.75,
    bounce=0.03,
    wick_scale=0.93,
    same_open_share=0.53,
    volume_per_s=2.4,
    lots_per_unit=1000,
    hour_volume=_CRYPTO_VOLUME,
    weekend_volume=0.63,
    volume_on_volatility=1.2,
    volume_on_range=0.8,
    volume_scales=(Scale(variance=0.2, half_life_s=10 * MINUTE_S), Scale(variance=0.3, half_life_s=30 * DAY_S)),
)

_FUTURES = Traits(
    annual_volatility=0.19,
    start_price=6000.0,
    ticks_per_unit=4,
    volatility_scales=(
        Scale(variance=0.02, half_life_s=2 * HOUR_S),
        Scale(variance=0.03, half_life_s=1 * DAY_S),
        Scale(variance=0.07, half_life_s=14 * DAY_S),
    ),
    burst=Scale(variance=0.17, half_life_s=30 * MINUTE_S),
    hour_volatility=_FUTURES_VOLATILITY,
    weekend_volatility=1.0,
    bounce=0.0,
    wick_scale=1.0,
    same_open_share=0.51,
    volume_per_s=6.0,
    lots_per_unit=1,
    hour_volume=_FUTURES_VOLUME,
    weekend_volume=1.0,
    volume_on_volatility=1.1,
    volume_on_range=0.7,
    volume_scales=(Scale(variance=0.1, half_life_s=10 * MINUTE_S), Scale(variance=0.15, half_life_s=5 * DAY_S)),
    has_sessions=True,
    closed_variance=0.2,
)


def traits(regime: Regime) -> Traits:
    """The traits that a regime has."""
    match regime:
        case Regime.CALM:
            return replace(_CRYPTO, annual_volatility=0.46)
        case Regime.CRYPTO:
            return _CRYPTO
        case Regime.FUTURES:
            return _FUTURES
