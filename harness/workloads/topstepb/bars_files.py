"""Files of bars that the harness makes for itself: a market written once, below the records' root."""

from pathlib import Path

from harness.model.home import make_folder
from harness.workloads.topstepb.market import GENERATION, MarketSpec, make_market
from harness.workloads.topstepb.readers import write_bars
from harness.workloads.topstepb.regimes import Regime


def market_path(spec: MarketSpec, root: Path) -> Path:
    """Where a made market lies; its folder exists when this returns. Raises InputError where none can be made."""
    return (
        make_folder(root, "bars")
        / f"{spec.regime.value}-{spec.bars}-{spec.interval_s}s-{spec.seed}-g{GENERATION}.parquet"
    )


def bars_path(named: str, root: Path) -> Path:
    """The file that a setting names: its path, or `regime:bars:interval:seed`, made on first use.

    Raises InputError for a specification that cannot be read.
    """
    if named.partition(":")[0] not in {regime.value for regime in Regime}:
        return Path(named)
    spec = MarketSpec.parse(named)
    path = market_path(spec, root)
    if not path.exists():
        write_bars(make_market(spec), path, overwrite=True)  # atomic: workers that race write the same bytes
    return path
