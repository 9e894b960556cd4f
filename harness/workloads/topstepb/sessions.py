"""The week of a market: the hours in which it trades, how lively each is, and the times of its bars."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from harness.workloads.topstepb.regimes import Traits

HOUR_S = 3600
WEEK_HOURS = 168
WEEK_S = WEEK_HOURS * HOUR_S
YEAR_S = 365 * 86_400
_EPOCH_HOUR = 72  # 1 January 1970 began 72 hours into a week that begins on Monday


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """168 figures each, by the hour of the week (UTC, from Monday 00:00) in which a bar starts.

    A bar that spans several hours has the mean over those that it starts in. Closed hours count as zero.
    """

    is_open: npt.NDArray[np.bool_]  # whether there is a bar
    volatility: npt.NDArray[np.float64]  # standard deviation of the bar's log return
    volume: npt.NDArray[np.float64]  # relative to the average open hour
    closed_variance_per_s: float  # of a log return across a closure


def week(traits: Traits, interval_s: int) -> Week:
    """The week of bars of `interval_s` seconds, scaled to the annual volatility."""
    hours = range(WEEK_HOURS)
    is_open = [_is_open(traits, hour) for hour in hours]
    variance = [_variance(traits, hour) if is_open[hour] else 0.0 for hour in hours]
    volume = [_volume(traits, hour) if is_open[hour] else 0.0 for hour in hours]
    open_share = sum(is_open) / WEEK_HOURS
    # math.fsum rounds once, so that the order of the sum is of no account
    mean_variance = math.fsum(variance) / sum(is_open)
    mean_volume = math.fsum(volume) / sum(is_open)
    per_s = traits.annual_volatility * traits.annual_volatility / YEAR_S
    per_s /= open_share + traits.closed_variance * (1 - open_share)
    spanned = max(1, math.ceil(interval_s / HOUR_S))
    mean_over_bar = np.array([_mean(variance, hour, spanned) for hour in hours]) / mean_variance
    return Week(
        is_open=np.array([any(is_open[(hour + k) % WEEK_HOURS] for k in range(spanned)) for hour in hours]),
        volatility=np.sqrt(mean_over_bar * (per_s * interval_s)),
        volume=np.array([_mean(volume, hour, spanned) for hour in hours]) / mean_volume,
        closed_variance_per_s=per_s * traits.closed_variance,
    )


def hour_of_week(time_ms: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """0 to 167 from Monday 00:00 UTC."""
    return (time_ms // (HOUR_S * 1000) + _EPOCH_HOUR) % WEEK_HOURS


def bar_times(calendar: Week, *, first_ms: int, interval_s: int, bars: int) -> npt.NDArray[np.int64]:
    """Start times (epoch milliseconds) of the first `bars` bars at or after `first_ms` on the grid of the interval."""
    step = interval_s * 1000
    start = -(-first_ms // step) * step
    if calendar.is_open.all():
        return start + step * np.arange(bars, dtype=np.int64)
    share = int(calendar.is_open.sum()) / WEEK_HOURS
    candidates = math.ceil(bars / share) + 2 * math.ceil(WEEK_S / interval_s)
    while True:  # an interval of odd length can meet fewer open hours than their share of the week
        grid = start + step * np.arange(candidates, dtype=np.int64)
        times = grid[calendar.is_open[hour_of_week(grid)]]
        if len(times) >= bars:
            return times[:bars]
        candidates += candidates // 8 + 1


def _is_open(traits: Traits, hour: int) -> bool:
    day, hour_of_day = divmod(hour, 24)
    if not traits.has_sessions:
        return True
    if day == 4:
        return hour_of_day < 22
    if day >= 5:
        return day == 6 and hour_of_day == 23
    return hour_of_day != 22


def _variance(traits: Traits, hour: int) -> float:
    level = traits.hour_volatility[hour % 24] * (traits.weekend_volatility if hour >= 120 else 1.0)
    return level * level


def _volume(traits: Traits, hour: int) -> float:
    return traits.hour_volume[hour % 24] * (traits.weekend_volume if hour >= 120 else 1.0)


def _mean(values: list[float], first: int, count: int) -> float:
    return math.fsum(values[(first + k) % WEEK_HOURS] for k in range(count)) / count
