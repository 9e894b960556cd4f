"""Stylised facts, on series whose facts are known."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from harness.errors import DataError
from harness.workloads.topstepb.bars import Bars
from harness.workloads.topstepb.stylised_facts import FEWEST_BARS, LAGS, stylised_facts

BARS = 60_000
STEP_MS = 600_000


def noise(seed: int = 1, bars: int = BARS, deviation: float = 0.001) -> Bars:
    """Independent normal returns, no wicks, a volume that knows nothing of them; never a gap."""
    rng = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(rng.normal(0, deviation, bars)))
    opens = np.concatenate(([100.0], close[:-1]))
    time = STEP_MS * np.arange(bars, dtype=np.int64)
    table = pd.DataFrame(
        {
            "datetime": time.astype("datetime64[ms]"),
            "open": opens,
            "high": np.maximum(opens, close),
            "low": np.minimum(opens, close),
            "close": close,
            "volume": np.exp(rng.normal(0, 1, bars)),
            "time": time,
        }
    )
    return Bars(table=table, interval_s=600, name="noise")


def test_noise_has_the_facts_of_the_normal_distribution() -> None:
    facts = stylised_facts(noise())
    assert facts.annual_volatility == pytest.approx(0.001 * np.sqrt(52_560), rel=0.01)
    assert facts.size_quantiles[:3] == pytest.approx((0.674, 1.645, 2.576), rel=0.02)
    assert facts.size_autocorrelation == pytest.approx((0,) * len(LAGS), abs=0.015)
    assert facts.autocorrelation == pytest.approx(0, abs=0.015)
    assert facts.hour_size == pytest.approx((1,) * 24, abs=0.06)
    assert facts.weekend_size == pytest.approx(1, abs=0.02)
    assert facts.log_volume_std == pytest.approx(1, rel=0.02)
    assert facts.volume_range_correlation == pytest.approx(0, abs=0.015)
    assert facts.range_over_body == 1
    assert (facts.same_open_share, facts.no_upper_wick_share, facts.no_lower_wick_share) == (1, 1, 1)
    assert facts.gap_ratio is None


def test_autocorrelations_are_those_of_pandas() -> None:
    bars = noise(bars=FEWEST_BARS)
    size = np.log(bars.table["close"]).diff().abs()
    expected = [size.autocorr(lag) for lag in LAGS[:3]]
    assert stylised_facts(bars).size_autocorrelation[:3] == pytest.approx(expected, abs=0.005)


def test_an_hour_and_a_weekend_that_are_livelier_show() -> None:
    bars = noise()
    hour = bars.table["time"] // 3_600_000
    loud = np.where((hour % 24 == 3) | (hour // 24 % 7 == 2), 3.0, 1.0)  # 1 January 1970 was a Thursday
    facts = stylised_facts(replace(bars, table=bars.table.assign(volume=bars.table["volume"] * loud)))
    assert facts.hour_volume[3] is not None
    assert facts.hour_volume[3] > 1.8 * (facts.hour_volume[4] or 0)
    assert facts.weekend_volume is not None
    assert facts.weekend_volume > 1.3


def test_returns_across_gaps_are_kept_apart() -> None:
    bars = noise()
    table = bars.table.copy()
    later = table.index >= 30_000
    table.loc[later, "time"] += 100 * STEP_MS
    table.loc[later, ["open", "high", "low", "close"]] *= 1.05
    facts = stylised_facts(replace(bars, table=table))
    assert facts.gap_ratio == pytest.approx(np.log(1.05) / 0.001, rel=0.1)
    assert facts.size_quantiles[-1] < 5


def test_without_volume_its_facts_are_none() -> None:
    facts = stylised_facts(replace(noise(bars=FEWEST_BARS), has_volume=False))
    assert facts.hour_volume == (None,) * 24
    assert (facts.weekend_volume, facts.log_volume_std, facts.volume_range_correlation) == (None, None, None)


@pytest.mark.parametrize("tick", [5.0, 0.25, 0.1, 0.01])
def test_the_tick_is_found(tick: float) -> None:
    bars = noise(deviation=0.01)
    closes = np.rint(bars.table["close"] / tick).clip(lower=1) * tick
    assert stylised_facts(replace(bars, table=bars.table.assign(close=closes))).tick == pytest.approx(tick)


def test_too_few_bars_and_a_dead_market_are_refused() -> None:
    with pytest.raises(DataError, match="noise holds 2015 bars, too few for stylised facts"):
        stylised_facts(noise(bars=FEWEST_BARS - 1))
    with pytest.raises(DataError, match="never moves"):
        stylised_facts(noise(bars=FEWEST_BARS, deviation=0.0))
