"""Stylised facts: the statistics by which bars of a market are recognised, the same for real and synthetic ones."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from harness.errors import DataError
from harness.workloads.topstepb.bars import Bars

Floats = npt.NDArray[np.float64]

QUANTILES = (0.5, 0.9, 0.99, 0.999, 0.9999)
LAGS = (1, 10, 144, 1008)  # bars; at ten minutes: one bar, 100 minutes, a day, a week
YEAR_S = 365 * 86_400
FEWEST_BARS = 2 * LAGS[-1]
_WINSORISED = 0.0005  # share of returns at either end that the hourly profile does not follow


@dataclass(frozen=True, slots=True, kw_only=True)
class StylisedFacts:
    """Facts of a series; r is the log return from close to close between bars that follow each other without a gap.

    Figures by hour are relative to the mean of all bars; an hour without bars is None, as is what cannot be had
    without gaps or without volume.
    """

    annual_volatility: float  # root of the sum of squared returns, gaps included, per year of 365 days
    size_quantiles: tuple[float, ...]  # of |r| / std(r), at QUANTILES
    size_autocorrelation: tuple[float, ...]  # of |r|, at LAGS
    autocorrelation: float  # of r, at lag 1
    hour_size: tuple[float | None, ...]  # mean |r| by UTC hour, r winsorised at 0.05 % either end
    weekend_size: float | None
    hour_volume: tuple[float | None, ...]
    weekend_volume: float | None
    log_volume_std: float | None
    log_volume_autocorrelation: tuple[float, ...] | None
    volume_range_correlation: float | None  # of log volume with log(range / close)
    range_over_body: float  # mean high - low over mean |close - open|
    same_open_share: float  # bars that open at the previous close
    no_upper_wick_share: float
    no_lower_wick_share: float
    gap_ratio: float | None  # rms return across gaps over rms r
    tick: float  # the largest 1, 2, 2.5 or 5 times a power of ten that divides nearly all closes; 0 below 1e-9


def stylised_facts(bars: Bars) -> StylisedFacts:
    """Facts of a series of bars.

    Raises DataError below FEWEST_BARS bars, with which the longest autocorrelation means nothing, and for a price that
    never moves.
    """
    if len(bars) < FEWEST_BARS:
        raise DataError(f"{bars.name} holds {len(bars)} bars, too few for stylised facts: give at least {FEWEST_BARS}")
    table = bars.table
    opens, high, low, close = (table[name].to_numpy() for name in ("open", "high", "low", "close"))
    time = table["time"].to_numpy()
    steps = np.diff(np.log(close))
    follows = np.diff(time) == bars.interval_s * 1000
    returns = steps[follows]
    if not returns.any():
        raise DataError(f"{bars.name} has a price that never moves between neighbouring bars: it has no stylised facts")
    sizes = np.abs(np.clip(returns, *np.quantile(returns, [_WINSORISED, 1 - _WINSORISED])))
    hours, weekend = _clock(time)
    volume = _VolumeFacts.of(table["volume"].to_numpy(), (high - low) / close) if bars.has_volume else None
    span_s = (int(time[-1]) - int(time[0])) / 1000
    top, bottom = np.maximum(opens, close), np.minimum(opens, close)
    return StylisedFacts(
        annual_volatility=float(np.sqrt(np.sum(steps * steps) * YEAR_S / span_s)),
        size_quantiles=tuple(np.quantile(np.abs(returns) / returns.std(), QUANTILES).tolist()),
        size_autocorrelation=_autocorrelations(np.abs(returns)),
        autocorrelation=_autocorrelation(returns, 1),
        hour_size=_by_hour(sizes, hours[1:][follows]),
        weekend_size=_relative(sizes, weekend[1:][follows]),
        hour_volume=_by_hour(table["volume"].to_numpy(), hours) if volume else (None,) * 24,
        weekend_volume=_relative(table["volume"].to_numpy(), weekend) if volume else None,
        log_volume_std=volume.std if volume else None,
        log_volume_autocorrelation=volume.autocorrelation if volume else None,
        volume_range_correlation=volume.range_correlation if volume else None,
        range_over_body=float((high - low).mean() / np.abs(close - opens).mean()),
        same_open_share=float((opens[1:] == close[:-1])[follows].mean()),
        no_upper_wick_share=float((high == top).mean()),
        no_lower_wick_share=float((low == bottom).mean()),
        gap_ratio=None if follows.all() else _rms(steps[~follows]) / _rms(returns),
        tick=_tick(close),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _VolumeFacts:
    std: float
    autocorrelation: tuple[float, ...]
    range_correlation: float

    @classmethod
    def of(cls, volume: Floats, relative_range: Floats) -> "_VolumeFacts":
        traded = volume > 0
        log_volume = np.log(volume[traded])
        moved = traded & (relative_range > 0)
        correlation = np.corrcoef(np.log(volume[moved]), np.log(relative_range[moved]))[0, 1]
        return cls(
            std=float(log_volume.std()),
            autocorrelation=_autocorrelations(log_volume),
            range_correlation=float(correlation),
        )


def _clock(time_ms: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Hour of the day, and whether it is Saturday or Sunday (UTC); 1 January 1970 was a Thursday."""
    hours = time_ms // 3_600_000
    return hours % 24, (hours // 24 + 3) % 7 >= 5


def _autocorrelations(x: Floats) -> tuple[float, ...]:
    return tuple(_autocorrelation(x, lag) for lag in LAGS)


def _autocorrelation(x: Floats, lag: int) -> float:
    centred = x - x.mean()
    return float((centred[lag:] * centred[:-lag]).mean() / (centred * centred).mean())


def _by_hour(values: Floats, hours: npt.NDArray[np.int64]) -> tuple[float | None, ...]:
    return tuple(_relative(values, hours == hour) for hour in range(24))


def _relative(values: Floats, chosen: npt.NDArray[np.bool_]) -> float | None:
    return float(values[chosen].mean() / values.mean()) if chosen.any() else None


def _rms(x: Floats) -> float:
    return float(np.sqrt((x * x).mean()))


def _tick(prices: Floats) -> float:
    """Largest tick on which 99.9 % of the prices lie: a few odd ones do not hide it."""
    for power in range(3, -10, -1):
        for digits in (5.0, 2.5, 2.0, 1.0):
            ticks = prices / (digits * 10.0**power)
            if (np.abs(ticks - np.rint(ticks)) < 1e-4).mean() > 0.999:
                return digits * 10.0**power
    return 0.0
