"""Cases of repeated work: the same file read in each trial, the same source called, the same feature computed."""

import atexit
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from harness.workloads.calibration.case import Asked, Case, Objective, Sizes, SpanTruth, Truth, complete, suggesting
from harness.workloads.calibration.costs import spin
from harness.workloads.calibration.tally import Tally

if TYPE_CHECKING:
    import optuna

P = ParamSpec("P")
T = TypeVar("T")
_ROW = "1,2.5,3.25,word\n"


def _open(path: Path) -> None:
    with path.open("rb") as file:
        file.read()


def _pandas(path: Path) -> None:
    import pandas

    pandas.read_csv(path)


def _arrow(path: Path) -> None:
    from pyarrow import parquet

    parquet.read_table(path)


def _write_text(path: Path, rows: int) -> None:
    path.write_text("a,b,c,d\n" + _ROW * rows, encoding="utf-8")


def _write_parquet(path: Path, rows: int) -> None:
    import pyarrow
    from pyarrow import parquet

    columns: dict[str, Any] = {"a": range(rows), "b": [index / 7 for index in range(rows)]}
    parquet.write_table(pyarrow.table(columns), path)


def _reading(
    name: str, read: Callable[[Path], None], write: Callable[[Path, int], None]
) -> Callable[[Sizes, Tally], Objective]:
    def objective(sizes: Sizes, tally: Tally) -> Objective:
        folder = tempfile.mkdtemp(prefix="calibration-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        path = Path(folder) / name
        write(path, int(sizes["rows"]))
        read(path)  # imports and the page cache are not the first trial's to pay

        def cost(trial: "optuna.Trial") -> None:
            with tally.measure("read"):
                read(path)

        return suggesting(cost, tally)

    return objective


def _reading_truth(what: str) -> Callable[[Sizes, Asked], Truth]:
    return lambda sizes, asked: complete(asked, loads={what: asked.trials})


def _source(sizes: Sizes, tally: Tally) -> Objective:
    from harness.workloads.marks.source import source

    def known_table(name: str) -> list[int]:
        with tally.measure("load"):
            spin(sizes["load_cpu_ms"] / 1e3)
        return list(range(8))

    table = source(_as_if_outside(known_table))

    def cost(trial: "optuna.Trial") -> None:
        for _ in range(int(sizes["calls"])):
            table("prices")

    return suggesting(cost, tally)


def _as_if_outside(function: Callable[P, T]) -> Callable[P, T]:
    """The function under its plain name: a profile calls a marked function by its qualified one."""
    function.__qualname__ = function.__name__
    return function


def _source_truth(sizes: Sizes, asked: Asked) -> Truth:
    calls = int(sizes["calls"])
    return complete(
        asked,
        spans={"load": SpanTruth(calls=calls, cpu_s=calls * sizes["load_cpu_ms"] / 1e3)},
        loads={"source known_table": calls * asked.trials},
    )


def _feature(sizes: Sizes, tally: Tally) -> Objective:
    from harness.workloads.marks.feature import feature

    def known_average(span: int) -> float:
        with tally.measure("feature"):
            spin(sizes["feature_cpu_ms"] / 1e3)
        return float(span)

    average = feature(_as_if_outside(known_average))

    def cost(trial: "optuna.Trial") -> None:
        for _ in range(int(sizes["calls"])):
            average(20)

    return suggesting(cost, tally)


def _feature_truth(sizes: Sizes, asked: Asked) -> Truth:
    calls = int(sizes["calls"])
    return complete(
        asked,
        spans={"feature": SpanTruth(calls=calls, cpu_s=calls * sizes["feature_cpu_ms"] / 1e3)},
        loads={"feature known_average": calls * asked.trials},
    )


CASES = (
    Case(
        name="read-open",
        about="The same file opened and read in each trial.",
        objective=_reading("rows.csv", _open, _write_text),
        truth=_reading_truth("open"),
        sizes={"rows": 20_000},
    ),
    Case(
        name="read-pandas",
        about="The same CSV file read by pandas in each trial.",
        objective=_reading("rows.csv", _pandas, _write_text),
        truth=_reading_truth("pandas.read_csv"),
        sizes={"rows": 20_000},
    ),
    Case(
        name="read-arrow",
        about="The same Parquet file read by pyarrow in each trial.",
        objective=_reading("rows.parquet", _arrow, _write_parquet),
        truth=_reading_truth("pyarrow.parquet.read_table"),
        sizes={"rows": 20_000},
    ),
    Case(
        name="source",
        about="The same `harness.source` called with the same argument, several times in each trial.",
        objective=_source,
        truth=_source_truth,
        sizes={"load_cpu_ms": 8, "calls": 2},
    ),
    Case(
        name="feature",
        about="The same `harness.feature` computed with the same argument, several times in each trial.",
        objective=_feature,
        truth=_feature_truth,
        sizes={"feature_cpu_ms": 6, "calls": 3},
    ),
)
