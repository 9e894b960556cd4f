import numpy as np
import pytest

from harness.workloads.topstepb.market import MarketSpec, make_market
from harness.workloads.topstepb.parameters import Parameters
from harness.workloads.topstepb.regimes import Regime
from harness.workloads.topstepb.rungs import Rung, backtest
from harness.workloads.topstepb.trades import Costs
from harness.workloads.topstepb.year import MS_PER_DAY, Year, scored_days_per_year, year_note

MONDAY = 1_704_067_200_000  # 2024-01-01


def test_a_market_that_never_closes_has_365_days_a_year() -> None:
    assert scored_days_per_year(Year.CALENDAR, (MONDAY, MONDAY + 99 * MS_PER_DAY + 1), 100) == 365.0


def test_days_without_bars_are_days_of_the_calendar() -> None:
    four_weeks = (MONDAY, MONDAY + 27 * MS_PER_DAY)
    assert scored_days_per_year(Year.CALENDAR, four_weeks, 20) == pytest.approx(365 * 5 / 7)
    assert scored_days_per_year(Year.TRADING, four_weeks, 20) == 252.0


@pytest.mark.parametrize("rung", Rung)
def test_a_hole_does_not_make_a_profit_per_year_larger(rung: Rung) -> None:
    table = make_market(MarketSpec(bars=600, interval_s=3600, regime=Regime.CRYPTO, seed=3)).table
    holed = table.assign(time=np.where(np.arange(600) < 300, table["time"], table["time"] + 50 * MS_PER_DAY))
    done = backtest(rung, holed, Parameters())
    assert len(done.daily_equity) < 30
    assert done.days_per_year == pytest.approx(365 * len(done.daily_equity) / (600 / 24 + 50))
    assert backtest(rung, holed, Parameters(), Costs(year=Year.TRADING)).days_per_year == 252.0


def test_a_report_says_which_year_was_used() -> None:
    assert "365 days of the calendar" in year_note(Year.CALENDAR)
    assert "252 days that have bars" in year_note(Year.TRADING)
