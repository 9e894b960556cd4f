"""Sessions: when a market trades, and how a year of its bars adds up."""

from datetime import UTC, datetime

import numpy as np
import pytest

from harness.workloads.topstepb.regimes import Regime, traits
from harness.workloads.topstepb.sessions import WEEK_S, bar_times, hour_of_week, week

MONDAY_MS = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp() * 1000)
HOUR_MS = 3_600_000


def test_hours_count_from_monday() -> None:
    assert hour_of_week(np.array([MONDAY_MS, MONDAY_MS + 167 * HOUR_MS, MONDAY_MS - 1])).tolist() == [0, 167, 167]


def test_futures_rest_daily_and_over_the_weekend() -> None:
    is_open = week(traits(Regime.FUTURES), 600).is_open
    closed = set(np.flatnonzero(~is_open).tolist())
    daily = {day * 24 + 22 for day in range(5)}
    weekend = set(range(4 * 24 + 22, 6 * 24 + 23))
    assert closed == daily | weekend


@pytest.mark.parametrize("regime", list(Regime))
@pytest.mark.parametrize("interval_s", [1, 420, 600, 3600, 14_400, 86_400])
def test_a_week_of_bars_and_closures_has_the_annual_variance(regime: Regime, interval_s: int) -> None:
    kind = traits(regime)
    calendar = week(kind, interval_s)
    grid_ms = MONDAY_MS + np.arange(0, WEEK_S, interval_s) * 1000
    variance = float((calendar.volatility[hour_of_week(grid_ms)] ** 2).sum())
    closed_s = 53 * 3600 if kind.has_sessions else 0
    variance += closed_s * calendar.closed_variance_per_s
    annual = np.sqrt(variance * 365 / 7)
    assert annual == pytest.approx(kind.annual_volatility, rel=0.01)


@pytest.mark.parametrize("interval_s", [60, 420, 600, 3600, 14_400, 86_400])
def test_bar_times_are_on_the_grid_and_in_open_hours(interval_s: int) -> None:
    calendar = week(traits(Regime.FUTURES), interval_s)
    times = bar_times(calendar, first_ms=MONDAY_MS + 1, interval_s=interval_s, bars=3_000)
    assert len(times) == 3_000
    assert times[0] > MONDAY_MS
    assert (times % (interval_s * 1000) == 0).all()
    assert (np.diff(times) > 0).all()
    assert calendar.is_open[hour_of_week(times)].all()


def test_no_open_bar_is_left_out() -> None:
    calendar = week(traits(Regime.FUTURES), 600)
    times = bar_times(calendar, first_ms=MONDAY_MS, interval_s=600, bars=115 * 6 * 4)
    assert times[-1] == MONDAY_MS + 4 * WEEK_S * 1000 - 600_000


def test_times_before_the_epoch_are_on_the_grid_too() -> None:
    calendar = week(traits(Regime.CRYPTO), 600)
    assert bar_times(calendar, first_ms=-1_000_000, interval_s=600, bars=2).tolist() == [-600_000, 0]


@pytest.mark.parametrize("interval_s", [37_800, 78_883, 79_880])
def test_an_interval_that_meets_few_open_hours_has_all_its_bars(interval_s: int) -> None:
    calendar = week(traits(Regime.FUTURES), interval_s)
    assert len(bar_times(calendar, first_ms=MONDAY_MS, interval_s=interval_s, bars=20_000)) == 20_000
