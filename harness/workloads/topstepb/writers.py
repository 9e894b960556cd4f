"""Writing bars: Parquet, CSV or Feather, put in place whole or not at all."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.feather as feather
import pyarrow.parquet as pq

from harness.errors import InputError
from harness.model.files import draft_of
from harness.workloads.topstepb.bars import COLUMNS, Bars

Write = Callable[[pa.Table, BinaryIO], None]


def write_bars(bars: Bars, path: Path, *, overwrite: bool = False) -> None:
    """Write the canonical columns in the format of the suffix: .parquet, .csv, .csv.gz, .feather or .arrow.

    Equal bars give equal bytes with one version of pyarrow, and `read_bars` gives back their digest. Bars without a
    volume are written without that column, so that nobody takes its zeros for traded volume. The file appears under
    its name only when it is complete. Raises InputError for another suffix, a file that is there already (unless
    `overwrite`) and a place that cannot be written to.
    """
    write = _writer(path)
    if path.is_dir():
        raise InputError(f"{path} is a directory: name a file in it")
    if path.exists() and not overwrite:
        raise InputError(f"{path} exists already: name another file, or add --force to overwrite it")
    names = [name for name in COLUMNS if bars.has_volume or name != "volume"]
    table = pa.table({name: bars.table[name].to_numpy() for name in names})
    try:
        with draft_of(path) as draft, draft.open("wb") as file:
            write(table, file)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}") from None


def _writer(path: Path) -> Write:
    name = path.name.lower()
    for suffix, write in _WRITERS.items():
        if name.endswith(suffix):
            return write
    raise InputError(f"{path}: bars are written as {', '.join(_WRITERS)}; give the file one of these suffixes")


def _parquet(table: pa.Table, file: BinaryIO) -> None:
    pq.write_table(table, file, compression="snappy", write_page_checksum=True)


def _csv(table: pa.Table, file: BinaryIO) -> None:
    file.write(f"{','.join(table.column_names)}\n".encode())  # Arrow would put the names in quotes
    pacsv.write_csv(table, file, pacsv.WriteOptions(include_header=False, quoting_style="none"))


def _packed_csv(table: pa.Table, file: BinaryIO) -> None:
    # No name and no time in the header: equal bars, equal bytes.
    with gzip.GzipFile(filename="", mode="wb", fileobj=file, compresslevel=6, mtime=0) as packed:
        _csv(table, packed)  # type: ignore[arg-type]


def _feather(table: pa.Table, file: BinaryIO) -> None:
    feather.write_feather(table, file, compression="lz4")


_WRITERS: dict[str, Write] = {
    ".parquet": _parquet,
    ".csv": _csv,
    ".csv.gz": _packed_csv,
    ".feather": _feather,
    ".arrow": _feather,
}
