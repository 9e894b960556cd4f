"""Target: reading 262,782 bars from CSV costs at most 1.5 times what `pandas.read_csv(parse_dates=...)` takes."""

from pathlib import Path

import pandas as pd

from cases.bars import LARGE, MARKETS
from harness.workloads.topstepb.bars_files import bars_path
from harness.workloads.topstepb.readers import read_bars
from speed.load import in_turn
from speed.target import Measured, paired_ratio

LIMIT = 1.5
_FORMS = {  # how files write times, by what a line of the table calls it
    "2024-01-31 12:00:00": "%Y-%m-%d %H:%M:%S",
    "2024-01-31 12:00:00+00:00": "%Y-%m-%d %H:%M:%S+00:00",
    "2024.01.31 12:00": "%Y.%m.%d %H:%M",
    "20240131 12:00:00": "%Y%m%d %H:%M:%S",
    "01/31/2024 12:00": "%m/%d/%Y %H:%M",
}


def measure(pairs: int, root: Path) -> list[Measured]:
    """CPU of both readers in turn in this process, for each way to write a time."""
    table = read_bars(bars_path(MARKETS[LARGE], root)).table.drop(columns="time")
    return [_of_form(what, table, form, pairs, root / "bars.csv") for what, form in _FORMS.items()]


def _of_form(what: str, table: pd.DataFrame, form: str, pairs: int, path: Path) -> Measured:
    table.assign(datetime=table["datetime"].dt.strftime(form)).to_csv(path, index=False)

    def harness() -> object:
        return read_bars(path)

    def pandas() -> object:
        return pd.read_csv(path, parse_dates=["datetime"])

    ours, theirs = in_turn(harness, pandas, pairs)
    return Measured(
        what=f"read_bars / pandas.read_csv, {what}, CPU", value=paired_ratio(ours, theirs), unit="x", limit=LIMIT
    )
