"""Reading bars: a file of any supported kind to canonical Bars, or a refusal in one sentence; writing comes along."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from harness.errors import DataError
from harness.workloads.topstepb.bars import Bars
from harness.workloads.topstepb.reading.arrowfiles import read_arrow, read_parquet
from harness.workloads.topstepb.reading.cells import MOST_BAD, PLAIN, Floats, is_text, to_floats
from harness.workloads.topstepb.reading.checks import (
    check_prices,
    check_times,
    check_volume,
    is_newest_first,
    step_notes,
)
from harness.workloads.topstepb.reading.columns import PRICES, listed
from harness.workloads.topstepb.reading.delimited import read_delimited
from harness.workloads.topstepb.reading.flaw import SHOWN_ROWS, Flaw
from harness.workloads.topstepb.reading.formats import HEAD_BYTES, Format, is_json, sniff, suffix_notes, to_text
from harness.workloads.topstepb.reading.jsonrows import read_json
from harness.workloads.topstepb.reading.orders import in_known_order
from harness.workloads.topstepb.reading.raw import Raw
from harness.workloads.topstepb.reading.timecolumns import combine
from harness.workloads.topstepb.reading.times import Milliseconds
from harness.workloads.topstepb.writers import write_bars

__all__ = ["read_bars", "write_bars"]


def read_bars(path: Path, *, volume_needed: bool = False) -> Bars:
    """Bars of a Parquet, Feather/Arrow, CSV (or other delimited text) or JSON file; text may be packed by gzip.

    The content decides the format, never the suffix alone. Columns are found by their common names, times may be
    dates, text or epoch numbers in one unit, with or without a zone; `Bars.notes` says everything that was done. A
    missing volume becomes 0.0 with `has_volume` False. The table's arrays are read-only, and `datetime` and `time`
    share their memory.

    Raises DataError, one sentence with file, row (and line, in text) and reason, for anything that would need a guess
    or that no bar can be: see `reading.checks`. With `volume_needed`, also where there is no volume.
    """
    line_of = None
    try:
        kind = _kind(path)
        raw = _raw(path, kind)
        line_of = raw.line_of
        return _bars(raw, path, suffix_notes(path, kind), volume_needed=volume_needed)
    except Flaw as flaw:
        line_of = flaw.line_of or line_of
        raise DataError(f"{path}{_where(flaw, line_of)}: {flaw.reason}{_more(flaw, line_of)}") from None
    except PermissionError:
        raise DataError(f"{path}: no permission to read the file; change its mode or owner") from None
    except OSError as error:
        raise DataError(f"{path}: the file cannot be read ({error.strerror or error})") from None


def _where(flaw: Flaw, line_of: Callable[[int], int] | None) -> str:
    if flaw.row is None:
        return "" if flaw.line is None else f" (line {flaw.line:,})"
    return f", {_place(flaw.row, line_of)}"


def _more(flaw: Flaw, line_of: Callable[[int], int] | None) -> str:
    """How many rows have the same flaw, and where the next ones are."""
    count = len(flaw.rows)
    if count < 2:
        return ""
    number = f"{count:,} or more" if count == MOST_BAD else f"{count:,}"
    others = ", ".join(_place(row, line_of) for row in flaw.rows[1:SHOWN_ROWS])
    return f" ({number} rows are like this; the next: {others})"


def _place(row: int, line_of: Callable[[int], int] | None) -> str:
    return f"row {row + 1:,}" if line_of is None else f"row {row + 1:,} (line {line_of(row):,})"


def _kind(path: Path) -> Format:
    if path.is_dir():
        raise Flaw("this is a directory; name one file in it")
    if not path.exists():
        raise Flaw("there is no such file; check the path")
    if not path.is_file():
        raise Flaw("this is no ordinary file; copy what it gives into one")
    with path.open("rb") as file:
        return sniff(file.read(HEAD_BYTES))


def _raw(path: Path, kind: Format) -> Raw:
    match kind:
        case Format.PARQUET:
            return read_parquet(path)
        case Format.ARROW_FILE | Format.ARROW_STREAM:
            return read_arrow(path, kind)
        case Format.GZIP | Format.TEXT:
            text = to_text(path, kind)
            return read_json(text) if is_json(text) else read_delimited(text)


def _bars(raw: Raw, path: Path, notes: tuple[str, ...], *, volume_needed: bool) -> Bars:
    rows = raw.table.num_rows
    if rows < 2:
        held = "no bars" if rows == 0 else "one bar, which has no interval"
        raise Flaw(f"the file holds {held}; at least two are needed")
    _refuse_mixture(raw)
    times = combine(raw.roles.times, {name: raw.table[name] for name in raw.roles.times})
    prices, price_notes = _prices(raw)
    volume, volume_notes = _volume(raw, rows, needed=volume_needed)
    if not raw.has_names:
        prices, order_note = in_known_order(prices, newest_first=is_newest_first(times.ms))
        price_notes = (*price_notes, order_note) if order_note else price_notes
    check_prices(raw.roles.prices, prices, has_names=raw.has_names)
    columns = Columns(ms=times.ms, prices=prices, volume=volume)
    if is_newest_first(times.ms):
        columns = columns.turned_round()
        times = replace(times, note=f"{times.note}; rows ran from the newest to the oldest and are turned round")
    interval_s = check_times(columns.ms, columns.prices)
    return Bars(
        table=_table(columns),
        interval_s=interval_s,
        name=path.name,
        notes=(
            *notes,
            *raw.notes,
            *raw.roles.notes,
            times.note,
            *price_notes,
            *volume_notes,
            *step_notes(columns.ms, interval_s),
        ),
        has_volume=raw.roles.volume is not None,
    )


def _prices(raw: Raw) -> tuple[tuple[Floats, ...], tuple[str, ...]]:
    read = [_floats(raw, name) for name in raw.roles.prices]
    return tuple(values for values, _ in read), tuple(note for _, note in read if note)


def _volume(raw: Raw, rows: int, *, needed: bool) -> tuple[Floats, tuple[str, ...]]:
    name = raw.roles.volume
    if name is None:
        if needed and raw.roles.volumes:
            raise Flaw(
                f"the columns {listed(raw.roles.volumes)} could each be the volume, and this strategy needs one; name "
                "the one to use 'volume'"
            )
        if needed:
            raise Flaw("there is no volume column, and this strategy needs one; add a column named 'volume'")
        return np.zeros(rows), ("no volume column: volume is filled with 0.0",) if not raw.roles.volumes else ()
    volume, note = _floats(raw, name, f"{PLAIN}, or remove the column")
    check_volume(name, volume)
    return volume, (note,) if note else ()


def _floats(raw: Raw, name: str, way_out: str = PLAIN) -> tuple[Floats, str | None]:
    column = raw.table[name]
    values, note = to_floats(name, column, way_out)
    if is_text(column.type) and raw.line_of is None:  # in a text file every number is text: nothing to tell
        note = f"{name!r} is stored as text and read as numbers"
    return values, note


def _refuse_mixture(raw: Raw) -> None:
    """Raise Flaw where the rows are of several instruments, or nothing but a running number could be their time."""
    for name in raw.roles.symbols:
        held = [str(value) for value in raw.table[name].unique().to_pylist() if value is not None]
        if len(held) > 1:
            raise Flaw(f"the file holds {len(held):,} instruments ({listed(held)} in {name!r}); keep one of them")
    if raw.roles.has_only_an_index:
        name = raw.roles.times[0]
        cells = raw.table[name].slice(0, 2).to_pylist()
        if [str(cell) for cell in cells] in (["0", "1"], ["1", "2"]):
            raise Flaw(
                f"no column is the time of a bar: {name!r} counts the rows (also found: {listed(raw.roles.ignored)}); "
                "name the column that holds the time 'datetime'"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The checked columns of n bars."""

    ms: Milliseconds
    prices: tuple[Floats, ...]
    volume: Floats

    def turned_round(self) -> "Columns":
        """The same in the opposite order."""
        return Columns(
            ms=self.ms[::-1].copy(),
            prices=tuple(values[::-1].copy() for values in self.prices),
            volume=self.volume[::-1].copy(),
        )


def _table(columns: Columns) -> pd.DataFrame:
    named = {"datetime": columns.ms.view("datetime64[ms]")}
    named |= dict(zip(PRICES, columns.prices, strict=True)) | {"volume": columns.volume, "time": columns.ms}
    for values in named.values():
        values.flags.writeable = False
    return pd.DataFrame(named, copy=False)  # without `copy` pandas gathers the columns into one new block
