"""CPU time per bar of each rung on the long synthetic series: `python benchmarks/rung_costs.py [--as-found-bars N]`."""

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np

from harness.workloads.topstepb.compiled import kernel, prices_of, read_only, rules_of
from harness.workloads.topstepb.composite import score
from harness.workloads.topstepb.market import MarketSpec, make_market
from harness.workloads.topstepb.parameters import Parameters
from harness.workloads.topstepb.regimes import Regime
from harness.workloads.topstepb.rungs import Rung, backtest
from harness.workloads.topstepb.trades import Costs


def cpu_s(action: Callable[[], object], rounds: int) -> float:
    spent = []
    for _ in range(rounds):
        before = time.process_time()
        action()
        spent.append(time.process_time() - before)
    return statistics.median(spent)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--as-found-bars", type=int, default=50_000)
    table = make_market(MarketSpec(bars=262_782, interval_s=600, regime=Regime.CRYPTO, seed=1)).table
    few = table.iloc[: options.parse_args().as_found_bars]
    rules = rules_of(Parameters(), Costs(), 0)
    call = (read_only(table["time"], np.int64), tuple(prices_of(table)), tuple(rules))
    done = backtest(Rung.COMPILED, table, Parameters())
    print(f"{len(table):,} bars, {len(done.trades):,} trades; CPU time, medians")
    for rung, bars, rounds in ((Rung.COMPILED, table, 31), (Rung.STREAMING, table, 5), (Rung.AS_FOUND, few, 1)):
        spent_s = cpu_s(lambda rung=rung, bars=bars: backtest(rung, bars, Parameters()), rounds)
        print(f"{rung.value:10} {spent_s / len(bars) * 1e9:10.1f} ns/bar")
    kernel_s = cpu_s(lambda: kernel(*call), 31)
    print(f"{'kernel':10} {kernel_s / len(table) * 1e9:10.1f} ns/bar, of the compiled rung")
    print(f"{'score':10} {cpu_s(lambda: score(done), 31) / len(table) * 1e9:10.1f} ns/bar")


if __name__ == "__main__":
    main()
