"""Print the stylised facts of files of bars and of synthetic markets, side by side, as a Markdown table.

python benchmarks/market_facts.py crypto:262782:10min:1 futures:100000:5min:1 [FILE ...] [--seeds 40] [--last N]
        [--every 10min]
"""

import argparse
from dataclasses import fields, replace
from pathlib import Path

import numpy as np

from harness.units import parse_interval
from harness.workloads.topstepb.bars import COLUMNS, Bars
from harness.workloads.topstepb.market import MarketSpec, make_market
from harness.workloads.topstepb.readers import read_bars
from harness.workloads.topstepb.regimes import Regime
from harness.workloads.topstepb.stylised_facts import LAGS, QUANTILES, stylised_facts

PARTS = {
    "size_quantiles": QUANTILES,
    "size_autocorrelation": LAGS,
    "log_volume_autocorrelation": LAGS,
    "hour_size": tuple(range(24)),
    "hour_volume": tuple(range(24)),
}


def resampled(bars: Bars, interval_s: int) -> Bars:
    """Longer bars on the grid of the interval; a bar without any trade in the file stays out."""
    step = interval_s * 1000
    start = bars.table["time"] // step * step
    how = {"open": "first", "high": "max", "low": "min", "close": "last", "volume": "sum"}
    table = bars.table.groupby(start).agg(how).reset_index()
    table["datetime"] = table["time"].to_numpy().astype("datetime64[ms]")
    return replace(bars, table=table[list(COLUMNS)], interval_s=interval_s)


def file_bars(text: str, last: int | None, interval_s: int | None) -> Bars:
    bars = read_bars(Path(text))
    if last is not None:
        bars = replace(bars, table=bars.table.iloc[-last:].reset_index(drop=True))
    return bars if interval_s is None else resampled(bars, interval_s)


def rows(bars: Bars) -> dict[str, float | None]:
    """Every fact by its name, the parts of a fact by name and part."""
    facts = stylised_facts(bars)
    found: dict[str, float | None] = {}
    for name in (field.name for field in fields(facts)):
        value = getattr(facts, name)
        parts = PARTS.get(name)
        if parts is None:
            found[name] = value
        else:
            found |= {f"{name} {part}": None if value is None else value[i] for i, part in enumerate(parts)}
    return found


def column(text: str, options: argparse.Namespace) -> dict[str, str]:
    """Facts as text; of several seeds the mean and the standard deviation between them."""
    if text.split(":")[0] not in {regime.value for regime in Regime}:
        return {name: number(value) for name, value in rows(file_bars(text, options.last, options.every)).items()}
    first = MarketSpec.parse(text)
    found = [rows(make_market(replace(first, seed=first.seed + i))) for i in range(options.seeds)]
    return {name: spread([row[name] for row in found]) for name in found[0]}


def number(value: float | None) -> str:
    return "–" if value is None else np.format_float_positional(value, precision=3, fractional=False, trim="-")


def spread(values: list[float | None]) -> str:
    known = [value for value in values if value is not None]
    if len(values) == 1 or not known:
        return number(values[0])
    return f"{number(float(np.mean(known)))} ± {np.std(known, ddof=1):.2g}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("series", nargs="+", metavar="FILE_OR_SPEC")
    parser.add_argument("--seeds", type=int, default=1, help="of each market, the mean over this many seeds")
    parser.add_argument("--last", type=int, help="of each file, only the last LAST rows")
    parser.add_argument("--every", type=parse_interval, help="resample each file to this interval")
    options = parser.parse_args()
    columns = [column(text, options) for text in options.series]
    print("| fact |", " | ".join(Path(text).name for text in options.series), "|")
    print("|---|" + "--:|" * len(columns))
    for name in columns[0]:
        print(f"| {name} |", " | ".join(facts[name] for facts in columns), "|")


if __name__ == "__main__":
    main()
