"""Target: loading 262,782 bars costs at most 1.5 times a bare Parquet read, and 3 times the table in memory."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet

from cases.bars import LARGE, MARKETS, SMALL
from harness.workloads.topstepb.bars_files import bars_path
from harness.workloads.topstepb.readers import read_bars
from speed.processes import HERE, run_python
from speed.target import Measured, median, paired_ratio

CPU_LIMIT, MEMORY_LIMIT = 1.5, 3.0
_PER_PAIR = 5


def measure(pairs: int, root: Path) -> list[Measured]:
    """CPU of both readers in turn in this process; memory of each in fresh processes."""
    path = bars_path(MARKETS[LARGE], root)

    def harness() -> object:
        return read_bars(path)

    def bare() -> object:
        return pyarrow.parquet.read_table(path).to_pandas()

    ours, theirs = in_turn(harness, bare, pairs * _PER_PAIR)
    return [
        Measured(
            what="read_bars / bare read_table().to_pandas(), CPU",
            value=paired_ratio(ours, theirs),
            unit="x",
            limit=CPU_LIMIT,
        ),
        Measured(what="read_bars, CPU", value=median(ours).scaled(1e3), unit="ms"),
        _memory("read_bars", pairs, root, MEMORY_LIMIT),
        _memory("bare", pairs, root, None),
    ]


def in_turn(first: Callable[[], object], second: Callable[[], object], pairs: int) -> tuple[list[float], list[float]]:
    """CPU seconds of both calls, pair by pair in alternating order, after one call of each that does not count."""
    first()
    second()
    taken: dict[Callable[[], object], list[float]] = {first: [], second: []}
    for pair in range(pairs):
        for call in (first, second) if pair % 2 == 0 else (second, first):
            taken[call].append(_cpu_s(call))
    return taken[first], taken[second]


def _cpu_s(call: Callable[[], object]) -> float:
    began_s = time.process_time()
    call()
    return time.process_time() - began_s


def _memory(reader: str, pairs: int, root: Path, limit: float | None) -> Measured:
    """How far loading raises VmHWM, over the bytes of the table; see load_child."""
    files = [str(bars_path(MARKETS[bars], root)) for bars in (SMALL, LARGE)]
    shares = []
    for _ in range(pairs):
        found = json.loads(run_python([str(HERE / "load_child.py"), reader, *files], root).output)
        shares.append(found["rise_bytes"] / found["table_bytes"])
    return Measured(what=f"{reader}, rise of VmHWM / bytes of the table", value=median(shares), unit="x", limit=limit)
