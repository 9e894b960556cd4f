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
from harness.workloads.topstepb.draws import Draws, draw
from harness.workloads.topstepb.regimes import Regime, Traits, traits
from harness.workloads.topstepb.sessions import Week, bar_times, hour_of_week, week
from harness.workloads.topstepb.wandering import seen_variance, wander

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LONGEST_INTERVAL_S = 86_400
GENERATION = 1  # raise it with every change to the bars of a specification: files of made bars carry it
MOST_BARS = 10_000_000  # 190 years at ten minutes; making them takes some 3 GB


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
            raise InputError(f"a synthetic market of {self.bars} bars cannot be made: ask for 1 to {MOST_BARS:,}")
        if not 1 <= self.interval_s <= LONGEST_INTERVAL_S:
            raise InputError(f"synthetic bars of {self.interval_s} s cannot be made: the interval is 1 s to 1 day")
        if not 0 <= self.seed < 2**64:
            raise InputError(f"the seed {self.seed} of a synthetic market must be a whole number from 0 to 2**64 - 1")
        if not 1900 <= self.start.year <= 2200:
            raise InputError(f"a synthetic market cannot start in the year {self.start.year}: choose 1900 to 2200")

    @classmethod
    def parse(cls, text: str) -> "MarketSpec":
        """Read `regime:bars:interval:seed`, such as `crypto:5000:15min:1`. Raises InputError."""
        words = text.split(":")
        regimes = {regime.value: regime for regime in Regime}
        if len(words) != 4 or words[0] not in regimes or not (words[1].isdecimal() and words[3].isdecimal()):
            raise InputError(
                f"{text!r} is not a market: write regime:bars:interval:seed, such as crypto:5000:15min:1, where the"
                f" regime is one of {', '.join(regimes)}"
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
    draws = draw(spec.seed, spec.bars)
    mood = _mood(kind, spec.interval_s, draws)
    swing = exact.exp(mood)
    volatility = calendar.volatility[hours] * swing
    walk = path(kind, draws, volatility, _gap_volatility(calendar, spec.interval_s, time) * swing)
    highs, lows = extremes(walk, volatility * kind.wick_scale, draws)
    stretch = exact.log((highs - lows + 0.5) / (volatility * walk.price))  # the half tick: a range may be 0
    activity = kind.volume_on_volatility * mood + kind.volume_on_range * stretch
    usual_lots = calendar.volume[hours] * (kind.volume_per_s * spec.interval_s * kind.lots_per_unit)
    lots = np.rint(exact.exp(_with_volume_scales(kind, spec.interval_s, activity, draws)) * usual_lots)
    ticks = {"open": walk.opens, "high": highs, "low": lows, "close": walk.closes}
    table = pd.DataFrame(
        {"datetime": time.view("datetime64[ms]")}
        | {column: count / kind.ticks_per_unit for column, count in ticks.items()}
        | {"volume": np.maximum(lots, 1) / kind.lots_per_unit, "time": time}
    )
    return Bars(table=table, interval_s=spec.interval_s, name=spec.name, notes=("made by the synthetic market",))


def _mood(kind: Traits, interval_s: int, draws: Draws) -> Floats:
    """Log of each bar's volatility relative to its hour's; its exponential has a mean square of one.

    Scales make volatility cluster; the square of one more, the burst, gives returns a tail that falls as a power: for
    a normal z of variance v, e**(z**2) has the tail exponent 1 / (2 v), and its mean square is (1 - 4 v)**-0.5.
    """
    burst = wander(kind.burst, interval_s, draws.scales[-1])
    mood = burst * burst
    for scale, shocks in zip(kind.volatility_scales, draws.scales[:3], strict=True):
        mood += wander(scale, interval_s, shocks)
    rest = float(exact.log(np.array([1 - 4 * seen_variance(kind.burst, interval_s)]))[0]) / 4
    mood += rest - math.fsum(seen_variance(scale, interval_s) for scale in kind.volatility_scales)
    return mood


def _with_volume_scales(kind: Traits, interval_s: int, log_volume: Floats, draws: Draws) -> Floats:
    for scale, shocks in zip(kind.volume_scales, draws.scales[3:5], strict=True):
        log_volume = log_volume + wander(scale, interval_s, shocks)
    return log_volume


def _gap_volatility(calendar: Week, interval_s: int, time: Ints) -> Floats:
    """Standard deviation of the log return across the closure before each bar, in quiet times; 0 without one."""
    closed_s = np.diff(time, prepend=time[0] - interval_s * 1000) / 1000 - interval_s
    return np.sqrt(closed_s * calendar.closed_variance_per_s)
