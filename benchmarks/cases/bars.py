"""Cases of bars: generating, loading and splitting them; and the files that all cases work on."""

from functools import cache, partial
from pathlib import Path

from cases.case import Case, Run
from harness.workloads.topstepb.arms import SEED_REAL_BARS, SEED_SYNTHETIC_BARS
from harness.workloads.topstepb.bars import Bars
from harness.workloads.topstepb.bars_files import bars_path
from harness.workloads.topstepb.market import MarketSpec, make_market
from harness.workloads.topstepb.readers import read_bars, write_bars
from harness.workloads.topstepb.splits import split

SMALL, LARGE = SEED_SYNTHETIC_BARS, SEED_REAL_BARS  # 5,000 and 262,782, on the markets that `harness reproduce` makes
MARKETS = {SMALL: f"calm:{SMALL}:15min:1", LARGE: f"crypto:{LARGE}:10min:1"}


def prepare(root: Path) -> None:
    """Write every file that a case reads below `root`: one file per size and format, none of them ever held at once."""
    for market in MARKETS.values():
        parquet = bars_path(market, root)
        text = parquet.with_suffix(".csv")
        if not text.exists():
            write_bars(read_bars(parquet), text)


@cache
def loaded(root: Path, bars: int) -> Bars:
    """The bars of one size; loaded once per process."""
    return read_bars(bars_path(MARKETS[bars], root))


def _begin_generating(bars: int, root: Path) -> Run:
    return partial(make_market, MarketSpec.parse(MARKETS[bars]))


def _begin_loading(bars: int, suffix: str, root: Path) -> Run:
    return partial(read_bars, bars_path(MARKETS[bars], root).with_suffix(suffix))


def _begin_splitting(bars: int, root: Path) -> Run:
    return partial(split, loaded(root, bars))


CASES = (
    *(
        Case(group="generate", name=str(bars), bars=bars, begin=partial(_begin_generating, bars))
        for bars in (SMALL, LARGE)
    ),
    *(
        Case(group="load", name=f"parquet-{bars}", bars=bars, begin=partial(_begin_loading, bars, ".parquet"))
        for bars in (SMALL, LARGE)
    ),
    Case(group="load", name=f"csv-{LARGE}", bars=LARGE, begin=partial(_begin_loading, LARGE, ".csv")),
    Case(group="split", name=str(LARGE), bars=LARGE, begin=partial(_begin_splitting, LARGE)),
)
