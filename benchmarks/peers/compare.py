"""Compare the compiled rung with vectorbt and backtesting.py on the same bars and the same signals.

    python benchmarks/peers/compare.py [FILE.parquet] [--rounds N]

Each engine is asked for its trades and its largest drawdown, once with ready-made signals and levels and once with the
strategy as its users write it, indicators included. The compiled rung gets bare bars and works out indicators, signals,
trades and all seven metrics. The engines take turns, each for a tenth of a second at
least; medians of CPU time are printed. README.md names the environment.
"""

import argparse
import statistics
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import vectorbt as vbt
from backtesting import Backtest, Strategy
from backtesting.lib import crossover

from harness.workloads.topstepb.as_found import signals
from harness.workloads.topstepb.composite import score
from harness.workloads.topstepb.indicators import Atr, Average, Rsi, Slope
from harness.workloads.topstepb.market import MarketSpec, make_market
from harness.workloads.topstepb.parameters import Parameters
from harness.workloads.topstepb.regimes import Regime
from harness.workloads.topstepb.rungs import Rung, backtest
from harness.workloads.topstepb.trades import Costs

Run = Callable[[], tuple[int, float]]  # trades and the sum of their profits
PARAMETERS = Parameters()
COSTS = Costs(contracts=1.0, starting_cash=10_000_000.0)  # one contract at any price: no engine runs out of money


@dataclass(frozen=True, kw_only=True)
class Entries:
    """By row of the fill: the side (0: none), and how far stop and target lie from the open."""

    side: np.ndarray
    stop: np.ndarray
    target: np.ndarray


def entries_of(table: pd.DataFrame) -> Entries:
    fast, slow = Average(PARAMETERS.fast_span), Average(PARAMETERS.slow_span)
    rsi, slope, atr = Rsi(PARAMETERS.rsi_length), Slope(PARAMETERS.slope_length), Atr(PARAMETERS.atr_length)
    rows = []
    for high, low, close in zip(*(table[name].to_list() for name in ("high", "low", "close")), strict=True):
        rsi.update(close)
        slope.update(close)
        rows.append((fast.update(close), slow.update(close), rsi.value(), slope.value(), atr.update(high, low, close)))
    values = pd.DataFrame(rows, columns=["fast", "slow", "rsi", "slope", "atr"])
    values.iloc[: PARAMETERS.first_signal_row - 1] = np.nan
    return entries_from(values)


def entries_from(values: pd.DataFrame) -> Entries:
    side = signals(values, PARAMETERS).shift(fill_value=0).to_numpy()
    range_ = values["atr"].shift().to_numpy()
    return Entries(side=side, stop=PARAMETERS.stop_atr * range_, target=PARAMETERS.target_atr * range_)


def compiled(table: pd.DataFrame) -> Run:
    def run() -> tuple[int, float]:
        done = backtest(Rung.COMPILED, table, PARAMETERS, COSTS)
        score(done)
        return len(done.trades), float(done.trades.pnl.sum())

    return run


def vectorbt_engine(table: pd.DataFrame, entries: Entries) -> Run:
    open_, high, low, close = (table[name] for name in ("open", "high", "low", "close"))
    longs, shorts = pd.Series(entries.side > 0), pd.Series(entries.side < 0)
    never = pd.Series(np.zeros(len(table), dtype=bool))
    stop, target = entries.stop / open_.to_numpy(), entries.target / open_.to_numpy()

    def run() -> tuple[int, float]:
        portfolio = vbt.Portfolio.from_signals(
            close,
            entries=longs,
            exits=never,
            short_entries=shorts,
            short_exits=never,
            price=open_,
            open=open_,
            high=high,
            low=low,
            sl_stop=stop,
            tp_stop=target,
            stop_entry_price="FillPrice",
            upon_opposite_entry="Ignore",
            size=1.0,
            fees=COSTS.commission_rate_per_side,
            init_cash=COSTS.starting_cash,
            freq="10min",
        )
        portfolio.max_drawdown()
        return int(portfolio.trades.count()), float(portfolio.trades.pnl.sum())

    return run


def backtesting_engine(table: pd.DataFrame, entries: Entries) -> Run:
    frame = frame_of(table)
    side, stop, target = entries.side.tolist(), entries.stop.tolist(), entries.target.tolist()
    opens = table["open"].tolist()

    class Ready(Strategy):
        def init(self) -> None:
            pass

        def next(self) -> None:
            row = len(self.data)  # of the next bar, at whose open an order is filled
            if row >= len(side) or not side[row] or self.position:
                return
            sign, price = side[row], opens[row]
            order = self.buy if sign > 0 else self.sell
            order(size=1, sl=price - sign * stop[row], tp=price + sign * target[row])

    return lambda: run_backtesting(frame, Ready)


def frame_of(table: pd.DataFrame) -> pd.DataFrame:
    frame = table.set_index("datetime")[["open", "high", "low", "close", "volume"]]
    return frame.set_axis(["Open", "High", "Low", "Close", "Volume"], axis=1)


def run_backtesting(frame: pd.DataFrame, strategy: type[Strategy]) -> tuple[int, float]:
    engine = Backtest(
        frame, strategy, cash=COSTS.starting_cash, commission=COSTS.commission_rate_per_side, finalize_trades=True
    )
    stats = engine.run()
    return int(stats["# Trades"]), float(stats["_trades"]["PnL"].sum())


def written_values(table: pd.DataFrame) -> pd.DataFrame:
    """The indicators as a user of these engines writes them: pandas averages and a convolution for the slope."""
    high, low, close = table["high"], table["low"], table["close"]
    n_rsi, n_atr, n_slope = PARAMETERS.rsi_length, PARAMETERS.atr_length, PARAMETERS.slope_length
    change, before = close.diff(), close.shift()
    gain = change.clip(lower=0).ewm(com=n_rsi - 1, adjust=False).mean()
    loss = (-change.clip(upper=0)).ewm(com=n_rsi - 1, adjust=False).mean()
    true_range = np.maximum(high, before.fillna(high)) - np.minimum(low, before.fillna(low))
    distance = np.arange(n_slope) - (n_slope - 1) / 2
    slope = np.full(len(table), np.nan)
    slope[n_slope - 1 :] = np.convolve(close, distance[::-1], "valid") / (distance @ distance)
    values = pd.DataFrame(
        {
            "fast": close.ewm(span=PARAMETERS.fast_span, adjust=False).mean(),
            "slow": close.ewm(span=PARAMETERS.slow_span, adjust=False).mean(),
            "rsi": 100 * gain / (gain + loss),
            "slope": slope,
            "atr": true_range.ewm(com=n_atr - 1, adjust=False).mean(),
        }
    )
    values.iloc[: PARAMETERS.first_signal_row - 1] = np.nan
    return values


def vectorbt_whole(table: pd.DataFrame) -> Run:
    def run() -> tuple[int, float]:
        return vectorbt_engine(table, entries_from(written_values(table)))()

    return run


def backtesting_whole(table: pd.DataFrame) -> Run:
    frame = frame_of(table)
    opens = table["open"].tolist()

    class Written(Strategy):
        def init(self) -> None:
            values = written_values(table)
            for name in values:
                setattr(self, f"{name}_", self.I(values[name].to_numpy, name=name))

        def next(self) -> None:
            row = len(self.data)
            if self.position or row >= len(opens):
                return
            steepness = PARAMETERS.slope_minimum * self.atr_[-1]
            if crossover(self.fast_, self.slow_):
                if self.rsi_[-1] < PARAMETERS.rsi_limit and self.slope_[-1] > steepness:
                    self.enter(self.buy, 1, opens[row])
            elif (
                crossover(self.slow_, self.fast_)
                and self.rsi_[-1] > 100 - PARAMETERS.rsi_limit
                and self.slope_[-1] < -steepness
            ):
                self.enter(self.sell, -1, opens[row])

        def enter(self, order: Callable[..., object], sign: int, price: float) -> None:
            stop, target = PARAMETERS.stop_atr * self.atr_[-1], PARAMETERS.target_atr * self.atr_[-1]
            order(size=1, sl=price - sign * stop, tp=price + sign * target)

    return lambda: run_backtesting(frame, Written)


def timed(run: Run) -> tuple[tuple[int, float], float]:
    """The result and the median CPU seconds of a call, over as many as a tenth of a second holds, at least one.

    A study calls its back-test again and again: one call of milliseconds, made after another engine has emptied the
    processor's caches for seconds, would mostly time the filling of the caches.
    """
    spent: list[float] = []
    while sum(spent) < 0.1:
        before = time.process_time()
        result = run()
        spent.append(time.process_time() - before)
    return result, statistics.median(spent)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("file", nargs="?", help="Parquet with the canonical columns; default: a synthetic market")
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args()
    if chosen.file:
        table = pd.read_parquet(chosen.file)
    else:
        table = make_market(MarketSpec(bars=262_782, interval_s=600, regime=Regime.CRYPTO, seed=1)).table
    warnings.simplefilter("ignore")
    entries = entries_of(table)
    engines = {
        "compiled rung": compiled(table),
        "vectorbt, signals given": vectorbt_engine(table, entries),
        "vectorbt": vectorbt_whole(table),
        "backtesting.py, signals given": backtesting_engine(table, entries),
        "backtesting.py": backtesting_whole(table),
    }
    for run in engines.values():
        run()  # compilation and first-use costs
    spent: dict[str, list[float]] = {name: [] for name in engines}
    results = {}
    for _ in range(chosen.rounds):
        for name, run in engines.items():
            results[name], cpu_s = timed(run)
            spent[name].append(cpu_s)
    ours = statistics.median(spent["compiled rung"])
    print(f"{len(table):,} bars, medians of {chosen.rounds} interleaved rounds, CPU time")
    for name, each in spent.items():
        median = statistics.median(each)
        trades, pnl = results[name]
        print(
            f"{name:30} {median / len(table) * 1e9:10.1f} ns/bar {median / ours:8.1f} x"
            f" {trades:6,} trades, sum of P&L {pnl:.2f}"
        )


if __name__ == "__main__":
    main()
