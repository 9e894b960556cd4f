"""Child of the load target: prints how far one load raises the peak memory of a fresh process.

READER SMALL LARGE: reads the small file first, which imports and starts all that a reader needs; then sets VmHWM back
to what is resident, and reads the large one.
"""

import json
import sys
from pathlib import Path

import pyarrow.parquet

from harness.probes.memory import peak_rss_bytes, reset_peak
from harness.workloads.topstepb.readers import read_bars


def read(reader: str, path: Path) -> int:
    """Load a file; the bytes of the table that came of it."""
    table = read_bars(path).table if reader == "read_bars" else pyarrow.parquet.read_table(path).to_pandas()
    return int(table.memory_usage(index=False).sum())


if __name__ == "__main__":
    read(sys.argv[1], Path(sys.argv[2]))
    if not reset_peak():
        sys.exit("this kernel does not set VmHWM back")
    before_bytes = peak_rss_bytes()
    table_bytes = read(sys.argv[1], Path(sys.argv[3]))
    peak_bytes = peak_rss_bytes()
    if before_bytes is None or peak_bytes is None:
        sys.exit("no VmHWM here: this needs Linux")
    print(json.dumps({"rise_bytes": peak_bytes - before_bytes, "table_bytes": table_bytes}))
