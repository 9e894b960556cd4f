"""The compiled kernel: its plain Python function is the oracle, and one compilation serves every caller."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.workloads.topstepb.compiled import (
    Prices,
    backtest_compiled,
    kernel,
    prices_of,
    read_only,
    rules_of,
    slope_at,
)
from harness.workloads.topstepb.indicators import Slope
from harness.workloads.topstepb.market import MarketSpec, make_market
from harness.workloads.topstepb.parameters import Parameters
from harness.workloads.topstepb.regimes import Regime
from harness.workloads.topstepb.trades import Costs


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return make_market(MarketSpec(bars=4_000, interval_s=600, regime=Regime.CRYPTO, seed=2)).table


def arguments(table: pd.DataFrame, parameters: Parameters, warm_up: int = 0):
    return read_only(table["time"], np.int64), tuple(prices_of(table)), tuple(rules_of(parameters, Costs(), warm_up))


@pytest.mark.parametrize("warm_up", [0, 700])
def test_the_python_function_of_the_kernel_gives_the_same_bits(table, warm_up):
    call = arguments(table, Parameters(fast_span=5), warm_up)
    compiled, plain = kernel(*call), kernel.py_func(*call)
    assert len(plain[0]) > 20
    np.testing.assert_array_equal(compiled[0], plain[0])
    np.testing.assert_array_equal(compiled[1], plain[1])
    assert compiled[2] == plain[2]


def test_whole_numbers_writable_columns_and_other_layouts_compile_nothing_new(table):
    backtest_compiled(table, Parameters(), Costs())
    compiled = len(kernel.signatures)
    rows = np.column_stack([table[name].to_numpy() for name in Prices._fields])
    strided = pd.DataFrame(rows, columns=list(Prices._fields)).assign(time=table["time"])
    backtest_compiled(strided, Parameters(stop_atr=2, target_atr=3, rsi_limit=75), Costs(starting_cash=1000))
    assert len(kernel.signatures) == compiled == 1


def test_the_callers_columns_stay_writable():
    values = np.arange(3.0)
    view = read_only(pd.Series(values), np.float64)
    assert not view.flags.writeable
    assert values.flags.writeable


def test_the_kernel_releases_the_gil_and_keeps_the_order_of_its_arithmetic():
    assert kernel.targetoptions["nogil"]
    assert not kernel.targetoptions.get("fastmath")


@given(st.lists(st.floats(1.0, 1e5), min_size=2, max_size=60))
def test_the_kernels_slope_has_the_bits_of_the_live_one(closes):
    live = Slope(len(closes))
    for close in closes:
        live.update(close)
    values = np.array([7.0, *closes, 8.0])
    values.flags.writeable = False
    assert slope_at(values, len(closes), len(closes)) == live.value()
