"""The synthetic market: bars from an integer seed, the same bits on every machine, with the habits of real ones."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from harness.errors import InputError
from harness.units import interval_text, parse_interval
from harness.workloads.topstepb import exact
from harness.workloads.topstepb.bars import Bars
from harness.workloads.topstepb.candles import extremes, path
from harness.workloads.topstepb.regimes import Regime, Traits, traits
from harness.workloads.topstepb.sessions import Week, bar_times, hour_of_week, week
from harness.workloads.topstepb.wandering import seen_variance, wander

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LONGEST_INTERVAL_S = 86_400
MOST_BARS = 10_000_000

_BLOCK = 8192  # bars whose draws are turned into normals at a time: what fits a core's cache is twice as fast
_DRAWS = 10  # random numbers per bar: 4 for its prices, 6 for the scales of volatility and volume


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketSpec:
    """What market to make. Equal specifications make equal bars, bit for bit; a longer one begins with a shorter one.

    Bars start at whole multiples of the interval since the epoch, the first at or after `start` (naive: UTC).
    """

    bars: int
    interval_s: int = 600
    regime: Regime = Regime.CRYPTO
    seed: int = 1
    start: datetime = datetime(2020, 1, 1, tzinfo=UTC)

    def __post_init__(self) -> None:
        if not 1 <= self.bars <= MOST_BARS:
            raise InputError(f"A synthetic market of {self.bars} bars cannot be made: ask for 1 to {MOST_BARS:,}.")
        if not 1 <= self.interval_s <= LONGEST_INTERVAL_S:
            raise InputError(f"Synthetic bars of {self.interval_s} s cannot be made: the interval is 1 s to 1 day.")
        if not 0 <= self.seed < 2**64:
            raise InputError(f"The seed {self.seed} of a synthetic market must be a whole number from 0 to 2**64 - 1.")
        if not 1900 <= self.start.year <= 2200:
            raise InputError(f"A synthetic market cannot start in the year {self.start.year}: choose 1900 to 2200.")

    @classmethod
    def parse(cls, text: str) -> "MarketSpec":
        """Read `regime:bars:interval:seed`, such as `crypto:5000:15min:1`. Raises InputError."""
        words = text.split(":")
        regimes = {regime.value: regime for regime in Regime}
        if len(words) != 4 or words[0] not in regimes or not (words[1].isdecimal() and words[3].isdecimal()):
            raise InputError(
                f"{text!r} is not a market: write regime:bars:interval:seed, such as crypto:5000:15min:1, where the"
                f" regime is one of {', '.join(regimes)}."
            )
        interval_s = parse_interval(words[2])
        return cls(bars=int(words[1]), interval_s=interval_s, regime=regimes[words[0]], seed=int(words[3]))

    @property
    def name(self) -> str:
        """The text that `parse` reads back; it leaves `start` out."""
        return f"{self.regime.value}:{self.bars}:{interval_text(self.interval_s)}:{self.seed}"

    @property
    def start_ms(self) -> int:
        """Epoch milliseconds of `start`, rounded up."""
        aware = self.start if self.start.tzinfo else self.start.replace(tzinfo=UTC)
        since = aware - datetime(1970, 1, 1, tzinfo=UTC)
        return (since.days * 86_400 + since.seconds) * 1000 + -(-since.microseconds // 1000)


def make_market(spec: MarketSpec) -> Bars:
    """Bars of the specified market, with every column that Bars promises.

    Reproducible to the bit: the random bits are PCG64's own (a stream that NumPy guarantees, unlike the distributions
    drawn from it), the arithmetic is that of `exact`, the sums are of integers or in a stated order, and prices and
    volumes are whole numbers of ticks and lots until one last division. No bar depends on how many follow it.
    """
    kind = traits(spec.regime)
    calendar = week(kind, spec.interval_s)
    time = bar_times(calendar, first_ms=spec.start_ms, interval_s=spec.interval_s, bars=spec.bars)
    hours = hour_of_week(time)
    draws = _draw(spec.seed, spec.bars)
    calm = _log_volatility(kind, spec.interval_s, draws)  # of volatility relative to its hour's
    swing = exact.exp(calm)
    volatility = calendar.volatility[hours] * swing
    gaps = _gaps(calendar, spec.interval_s, time) * swing * draws.opening
    opens, closes, price = path(kind, volatility * _bounced(kind, draws.move), gaps, draws.opening)
    spread = volatility * price
    highs, lows = extremes(opens, closes, spread * kind.wick_scale, (draws.up, draws.down))
    stretch = (highs - lows + 0.5) / spread
    lots = _lots(kind, spec.interval_s, calm * kind.volume_on_volatility, draws)
    return Bars()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draws:
    """Independent random numbers, n each: uniform on (0, 1) or standard normal."""

    up: Floats  # uniform
    down: Floats  # uniform
    move: Floats
    opening: Floats
    scales: tuple[Floats, ...]


def make_market(spec: MarketSpec) -> Bars:
    """Bars of the specified market, with every column that Bars promises.

    Reproducible to the bit: the random bits are PCG64's own (a stream that NumPy guarantees, unlike the distributions
    drawn from it), the arithmetic is that of `exact`, the sums are of integers or in a stated order, and prices and
    volumes are whole numbers of ticks and lots until one last division. Nothing depends on the number of bars.
    """
    kind = traits(spec.regime)
    calendar = week(kind, spec.interval_s)
    time = bar_times(calendar, first_ms=spec.start_ms, interval_s=spec.interval_s, bars=spec.bars)
    hours = hour_of_week(time)
    draws = _draw(spec.seed, spec.bars)
    shifts = _log_volatility(kind, spec.interval_s, draws)
    swing = exact.exp(shifts)
    volatility = calendar.volatility[hours] * swing
    opens, closes, price = _path(kind, draws, volatility, _gaps(calendar, spec.interval_s, time, draws.opening) * swing)
    highs, lows = _extremes(opens, closes, volatility * price * (kind.ticks_per_unit * kind.wick_scale), draws)
    surprise = (highs - lows + 0.5) / (volatility * price * kind.ticks_per_unit)
    lots = _lots(kind, spec.interval_s, calendar.volume[hours], (shifts, surprise, draws))
    columns = {"open": opens, "high": highs, "low": lows, "close": closes}
    table = pd.DataFrame(
        {"datetime": time.view("datetime64[ms]")}
        | {name: ticks / kind.ticks_per_unit for name, ticks in columns.items()}
        | {"volume": lots / kind.lots_per_unit, "time": time}
    )
    return Bars(table=table, interval_s=spec.interval_s, name=spec.name, notes=("made, not observed",))


def _draw(seed: int, bars: int) -> _Draws:
    source = np.random.PCG64(seed)
    plain = np.empty((2, bars))
    normals = np.empty((_DRAWS - 2, bars))
    for first in range(0, bars, _BLOCK):
        last = min(first + _BLOCK, bars)
        block = exact.uniforms(source.random_raw(_DRAWS * (last - first)).reshape(-1, _DRAWS).T.copy())
        plain[:, first:last] = block[:2]
        normals[:, first:last] = exact.normal_quantile(block[2:])
    return _Draws(up=plain[0], down=plain[1], move=normals[0], opening=normals[1], scales=tuple(normals[2:]))


def _log_volatility(kind: Traits, interval_s: int, draws: _Draws) -> Floats:
    """Log of each bar's volatility relative to its hour's; its exponential has a mean square of one.

    Scales make volatility cluster; the square of one more, the burst, gives returns a tail that falls as a power: for
    a normal z of variance v, e**(z**2) has the tail exponent 1 / (2 v), and its mean square is (1 - 4 v)**-0.5.
    """
    burst = _wander(kind.burst, interval_s, draws.scales[-1])
    total = burst * burst
    for scale, shocks in zip(kind.volatility_scales, draws.scales, strict=False):
        total = total + _wander(scale, interval_s, shocks)
    burst_share = exact.log(np.array([1 - 4 * _seen_variance(kind.burst, interval_s)]))[0] / 4
    return total + (burst_share - math.fsum(_seen_variance(scale, interval_s) for scale in kind.volatility_scales))


def _gaps(calendar: Week, interval_s: int, time: Ints, shocks: Floats) -> Floats:
    """Log return from the close before a closure to the open after it; zero where there was none."""
    closed_s = np.diff(time, prepend=time[0] - interval_s * 1000) / 1000 - interval_s
    return shocks * np.sqrt(closed_s * calendar.closed_variance_per_s)


def _lots(kind: Traits, interval_s: int, profile: Floats, rest: tuple[Floats, Floats, _Draws]) -> Ints:
    shifts, surprise, draws = rest
    log_volume = kind.volume_on_volatility * shifts + kind.volume_on_range * exact.log(surprise)
    for scale, z in zip(kind.volume_scales, draws.scales[len(kind.volatility_scales) :], strict=False):
        log_volume = log_volume + _wander(scale, interval_s, z)
    volume = exact.exp(log_volume) * profile * (kind.volume_per_s * interval_s * kind.lots_per_unit)
    return np.maximum(np.rint(volume).astype(np.int64), 1)
