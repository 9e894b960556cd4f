"""The live form: orders come at the close before the fill, and stops work from the bar of the fill."""

import pytest

from harness.workloads.topstepb.parameters import Parameters
from harness.workloads.topstepb.streaming import Live
from harness.workloads.topstepb.trades import Costs, ExitReason, Side

QUICK = Parameters(
    fast_span=2,
    slow_ratio=1.5,
    rsi_length=2,
    rsi_limit=99.0,
    slope_length=2,
    slope_minimum=0.0,
    atr_length=2,
    stop_atr=1.0,
    target_atr=2.0,
)
FALL_THEN_RISE = [10.0, 9.0, 8.0, 7.0, 9.0]
HOUR_MS = 3_600_000


def fed(closes: list[float]) -> tuple[Live, list[object]]:
    live = Live(QUICK, Costs(contracts=1.0, commission_rate_per_side=0.0))
    return live, [live.on_bar(row * HOUR_MS, close, close, close, close) for row, close in enumerate(closes)]


def test_a_crossing_orders_an_entry_with_levels_in_average_true_ranges():
    _, orders = fed(FALL_THEN_RISE)
    assert orders[:-1] == [None] * 4
    assert orders[-1].side is Side.LONG
    assert orders[-1].stop_distance == pytest.approx(0.0 / 16 + 0.5 * 2 + 0.25 + 0.125 + 0.0625)
    assert orders[-1].target_distance == 2 * orders[-1].stop_distance


def test_a_stop_works_from_the_bar_of_the_fill():
    live, orders = fed(FALL_THEN_RISE)
    live.on_bar(5 * HOUR_MS, 9.0, 9.5, 5.0, 9.0)
    trades = live.finish().trades
    assert trades.entry_row.tolist() == trades.exit_row.tolist() == [5]
    assert trades.exit_price.tolist() == [9.0 - orders[-1].stop_distance]
    assert trades.reason.tolist() == [ExitReason.STOP.value]


def test_what_is_open_at_the_end_is_closed_at_the_last_close():
    live, _ = fed([*FALL_THEN_RISE, 9.25])
    done = live.finish()
    assert done.trades.reason.tolist() == [ExitReason.END.value]
    assert done.trades.exit_price.tolist() == [9.25]
    assert done.daily_equity.tolist() == [50_000.0]


def test_an_order_at_the_last_close_is_never_filled():
    live, orders = fed(FALL_THEN_RISE)
    assert orders[-1] is not None
    assert len(live.finish().trades) == 0
