"""Files of bars that the harness makes for itself: a market written once, below the records' root."""

from pathlib import Path

from harness.errors import InputError
from harness.units import parse_interval
from harness.workloads.topstepb.market import MarketSpec, make_market
from harness.workloads.topstepb.readers import write_bars
from harness.workloads.topstepb.regimes import Regime


def market_path(spec: MarketSpec, root: Path) -> Path:
    """Where a made market lies; its folder exists when this returns."""
    folder = root / "bars"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{spec.regime.value}-{spec.bars}-{spec.interval_s}s-{spec.seed}.parquet"


def bars_path(named: str, root: Path) -> Path:
    """The file that a setting names: its path, or `regime:bars:interval:seed`, made on first use.

    Raises InputError for a specification that cannot be read.
    """
    if named.partition(":")[0] not in {regime.value for regime in Regime}:
        return Path(named)
    spec = parse_market(named)
    path = market_path(spec, root)
    if not path.exists():
        write_bars(make_market(spec), path, overwrite=True)  # atomic: workers that race write the same bytes
    return path


def parse_market(text: str) -> MarketSpec:
    """A market from `regime:bars:interval:seed`, such as crypto:5000:15min:1. Raises InputError for other text."""
    words = text.split(":")
    if len(words) != 4:
        raise InputError(f"{text!r} is not of the form regime:bars:interval:seed, such as crypto:5000:15min:1")
    try:
        bars, seed = int(words[1]), int(words[3])
    except ValueError:
        raise InputError(f"{text!r}: the number of bars and the seed are whole numbers") from None
    return MarketSpec(bars=bars, interval_s=parse_interval(words[2]), regime=Regime(words[0]), seed=seed)
