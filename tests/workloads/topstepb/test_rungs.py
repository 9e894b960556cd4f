"""Rungs: bit-identical trades and accounts, no look-ahead, and live trading that equals the backtest."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import InputError
from harness.probes.spans import hear
from harness.workloads.topstepb.composite import score
from harness.workloads.topstepb.market import MarketSpec, make_market
from harness.workloads.topstepb.parameters import Parameters
from harness.workloads.topstepb.regimes import Regime
from harness.workloads.topstepb.rungs import Rung, backtest
from harness.workloads.topstepb.streaming import Live
from harness.workloads.topstepb.trades import Backtest, Costs, ExitReason
from harness.workloads.topstepb.year import Year

COLUMNS = ("entry_row", "exit_row", "side", "entry_price", "exit_price", "contracts", "reason", "pnl")
QUICK = Parameters(
    fast_span=2,
    slow_ratio=1.6,
    rsi_length=3,
    rsi_limit=95.0,
    slope_length=3,
    slope_minimum=0.0,
    atr_length=3,
    stop_atr=1.0,
    target_atr=1.5,
)
EVERY_RUNG = pytest.mark.parametrize("rung", list(Rung))


def walk(seed: int, rows: int, holes: bool = False) -> pd.DataFrame:
    """Bars on a coarse tick, so that closes often repeat and levels are often met exactly."""
    rng = np.random.default_rng(seed)
    close = (1000 + rng.integers(-3, 4, rows).cumsum()) / 10
    open_ = np.concatenate((close[:1], close[:-1])) + rng.integers(-1, 2, rows) / 10
    step_ms = 3_600_000 * (rng.integers(1, 60, rows) if holes else np.ones(rows, dtype=np.int64))
    time = 1_600_000_000_000 + np.cumsum(step_ms)
    return pd.DataFrame(
        {
            "datetime": time.astype("datetime64[ms]"),
            "open": open_,
            "high": np.maximum(open_, close) + rng.integers(0, 3, rows) / 10,
            "low": np.minimum(open_, close) - rng.integers(0, 3, rows) / 10,
            "close": close,
            "volume": np.ones(rows),
            "time": time,
        }
    )


def assert_same(one: Backtest, other: Backtest) -> None:
    for name in COLUMNS:
        left, right = getattr(one.trades, name), getattr(other.trades, name)
        assert left.dtype == right.dtype, name
        np.testing.assert_array_equal(left, right, err_msg=name)
    np.testing.assert_array_equal(one.daily_equity, other.daily_equity)
    assert one.max_drawdown == other.max_drawdown
    assert score(one) == score(other)


@pytest.fixture(scope="module")
def long_table() -> pd.DataFrame:
    return make_market(MarketSpec(bars=262_782, interval_s=600, regime=Regime.CRYPTO, seed=1)).table


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 10_000),
    st.integers(1, 160),
    st.booleans(),
    st.sampled_from([None, 3.0]),
    st.sampled_from(Year),
    st.builds(
        Parameters,
        fast_span=st.integers(2, 6),
        slow_ratio=st.floats(1.5, 3.0),
        rsi_length=st.integers(2, 6),
        rsi_limit=st.floats(60.0, 99.0),
        slope_length=st.integers(2, 9),
        slope_minimum=st.floats(-0.1, 0.1),
        atr_length=st.integers(2, 6),
        stop_atr=st.floats(0.2, 3.0),
        target_atr=st.floats(0.2, 4.0),
    ),
)
def test_all_rungs_give_the_same_backtest_to_the_last_bit(seed, rows, holes, contracts, year, parameters):
    costs = Costs(contracts=contracts, year=year)
    table, warm_up = walk(seed, rows, holes), seed % min(rows, 20)
    done = [backtest(rung, table, parameters, costs, warm_up) for rung in Rung]
    assert_same(done[0], done[1])
    assert_same(done[0], done[2])


def test_all_rungs_agree_where_the_true_range_never_changes():
    """Where pandas leaves an average alone, the recursion would move it by its last bit, and with it the stops."""
    close = 2.0 + np.tile([0.0, 0.5, 1.0, 1.5, 1.0, 0.5], 40)
    table = walk(1, 240).assign(close=close, open=close, high=close + 0.6875, low=close - 0.6875)
    parameters = Parameters(
        fast_span=2,
        slow_ratio=1.5,
        rsi_length=2,
        rsi_limit=99.0,
        slope_length=2,
        slope_minimum=-0.5,
        atr_length=14,
        stop_atr=0.7,
        target_atr=0.7,
    )
    done = [backtest(rung, table, parameters) for rung in Rung]
    assert len(done[0].trades) > 5
    assert_same(done[0], done[1])
    assert_same(done[0], done[2])


def test_the_short_walks_trade_often_and_end_in_every_way():
    trades = backtest(Rung.COMPILED, walk(1, 2_000), QUICK).trades
    assert len(trades) > 100
    assert set(trades.side.tolist()) == {1, -1}
    reasons = np.concatenate([backtest(Rung.COMPILED, walk(seed, 200), QUICK).trades.reason for seed in range(20)])
    assert set(reasons.tolist()) == {reason.value for reason in ExitReason}


@pytest.mark.slow
def test_the_as_found_rung_trades_the_long_series_as_the_compiled_one_does(long_table):
    parameters = Parameters(slope_length=10)
    done = backtest(Rung.AS_FOUND, long_table, parameters)
    assert len(done.trades) > 1_000
    assert_same(done, backtest(Rung.COMPILED, long_table, parameters))


@pytest.mark.parametrize("parameters", [Parameters(), Parameters(fast_span=5, stop_atr=1.0, rsi_limit=65.0)])
def test_bars_fed_live_one_at_a_time_give_the_compiled_backtest_of_the_long_series(long_table, parameters):
    live, ordered = Live(parameters, Costs()), []
    columns = (long_table[name].to_list() for name in ("time", "open", "high", "low", "close"))
    for row, bar in enumerate(zip(*columns, strict=True)):
        order = live.on_bar(*bar)
        if order is not None:
            ordered.append((row + 1, order.side.value))
    expected = backtest(Rung.COMPILED, long_table, parameters)
    assert len(expected.trades) > 1_000
    assert_same(live.finish(), expected)
    filled = [each for each in ordered if each[0] < len(long_table)]
    assert filled == list(zip(expected.trades.entry_row.tolist(), expected.trades.side.tolist(), strict=True))


def decisions(done: Backtest, row: int) -> list[tuple[object, ...]]:
    """All that was decided up to this row's close: entries, and exits that were not forced by the end of the bars."""
    trades, known = done.trades, []
    for number in np.flatnonzero(trades.entry_row <= row):
        known.append(tuple(getattr(trades, name)[number] for name in ("entry_row", "side", "entry_price")))
        if trades.exit_row[number] <= row:
            known.append(tuple(getattr(trades, name)[number] for name in ("exit_row", "exit_price", "reason", "pnl")))
    return known


def with_other_future(table: pd.DataFrame, row: int, seed: int) -> pd.DataFrame:
    """The same bars up to `row`, and others after it."""
    future = walk(seed, len(table) - row - 1)
    prices = ["open", "high", "low", "close"]
    changed = table.copy()
    scale = float(table["close"].iloc[row]) / 100
    changed.loc[changed.index[row + 1 :], prices] = future[prices].to_numpy() * scale
    return changed


@EVERY_RUNG
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), row=st.integers(5, 118))
def test_no_future_bar_changes_a_past_decision(rung, seed, row):
    table = walk(seed, 120)
    before = backtest(rung, table, QUICK)
    after = backtest(rung, with_other_future(table, row, seed + 1), QUICK)
    assert decisions(before, row) == decisions(after, row)


@settings(max_examples=15, deadline=None)
@given(row=st.integers(1_000, 262_000), seed=st.integers(0, 1_000))
def test_no_future_bar_changes_a_past_decision_on_the_long_series(long_table, row, seed):
    before = backtest(Rung.COMPILED, long_table, Parameters())
    after = backtest(Rung.COMPILED, with_other_future(long_table, row, seed), Parameters())
    assert decisions(before, row) == decisions(after, row)
    assert before.trades.pnl.tolist() != after.trades.pnl.tolist() or row > 261_000


@EVERY_RUNG
def test_signals_fill_at_the_next_open_and_never_in_the_warm_up(rung):
    table = walk(3, 400)
    done = backtest(rung, table, QUICK, warm_up=150)
    assert len(done.trades) > 10
    assert done.trades.entry_row.min() > 150
    np.testing.assert_array_equal(done.trades.entry_price, table["open"].to_numpy()[done.trades.entry_row])


@EVERY_RUNG
def test_warm_up_rows_feed_the_indicators(rung):
    table = walk(3, 400)
    warm = backtest(rung, table, QUICK, warm_up=150)
    cold = backtest(rung, table.iloc[150:], QUICK)
    assert warm.trades.entry_row[0] != cold.trades.entry_row[0] + 150
    np.testing.assert_array_equal(warm.trades.entry_row[-10:], cold.trades.entry_row[-10:] + 150)
    assert len(warm.daily_equity) == len(cold.daily_equity)


@EVERY_RUNG
def test_one_position_at_a_time(rung):
    trades = backtest(rung, walk(4, 600), QUICK).trades
    assert (trades.exit_row >= trades.entry_row).all()
    assert (trades.entry_row[1:] > trades.exit_row[:-1]).all()


@EVERY_RUNG
def test_a_part_of_a_table_counts_rows_from_its_own_start(rung):
    table = walk(5, 500)
    part = table.iloc[200:450]
    assert_same(backtest(rung, part, QUICK), backtest(rung, part.reset_index(drop=True), QUICK))


@EVERY_RUNG
def test_prices_twice_as_high_earn_the_same(rung):
    table = walk(6, 500)
    doubled = table.assign(**{name: table[name] * 2.0 for name in ("open", "high", "low", "close")})
    one, two = backtest(rung, table, QUICK), backtest(rung, doubled, QUICK)
    np.testing.assert_array_equal(one.trades.pnl, two.trades.pnl)
    assert score(one) == score(two)


@EVERY_RUNG
@pytest.mark.parametrize(("rows", "warm_up"), [(0, 0), (5, 5), (5, -1)])
def test_a_backtest_without_bars_to_trade_is_refused(rung, rows, warm_up):
    with pytest.raises(InputError, match=f"{rows} bars and a warm-up of {warm_up}"):
        backtest(rung, walk(1, rows), QUICK, warm_up=warm_up)


class Names:
    def __init__(self) -> None:
        self.heard: list[str] = []

    def enter(self, name: str) -> None:
        self.heard.append(name)

    def leave(self) -> None:
        pass


@pytest.mark.parametrize(
    ("rung", "expected"),
    [
        (Rung.AS_FOUND, ["indicators", "strategy", "scoring"]),
        (Rung.STREAMING, ["strategy"]),
        (Rung.COMPILED, ["strategy"]),
    ],
)
def test_each_rung_marks_its_stretches(rung, expected):
    names = Names()
    before = hear(names)
    try:
        backtest(rung, walk(1, 60), QUICK)
    finally:
        hear(before)
    assert names.heard == expected
