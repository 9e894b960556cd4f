"""pandas' methods that call back are counted by what they are called on, and stay what they are to everybody else."""

import inspect
import pickle
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from pandas.core.groupby import generic, groupby
from pandas.core.window import expanding, rolling

from harness.attach.row_methods import wrap_row_methods
from harness.model.record import RowCalls
from harness.probes.row_counts import MOST, RowCounts, hear_rows

HOMES = (
    (pd.DataFrame, ("apply", "map", "applymap")),
    (pd.Series, ("apply", "map")),
    (rolling.Rolling, ("apply",)),
    (expanding.Expanding, ("apply",)),
    *(
        (kind, ("apply", "agg", "aggregate", "transform", "filter"))
        for kind in (generic.DataFrameGroupBy, generic.SeriesGroupBy, groupby.GroupBy)
    ),
)


@pytest.fixture
def counts() -> Iterator[RowCounts]:
    """pandas, wrapped, and as it was afterwards."""
    plain = [(kind, name, vars(kind)[name]) for kind, names in HOMES for name in names if name in vars(kind)]
    wrap_row_methods(pd)
    wrap_row_methods(pd)  # a second time changes nothing
    counts = RowCounts(lambda: True)
    hear_rows(counts)
    yield counts
    hear_rows(None)
    for kind, name, method in plain:
        setattr(kind, name, method)


def table() -> pd.DataFrame:
    return pd.DataFrame({"kind": ["a", "b", "a", "b", "a"], "x": range(5), "y": range(5)})


def only(counts: RowCounts) -> RowCalls:
    (row,) = counts.rows()
    return row


@pytest.mark.parametrize(
    ("call", "method", "calls"),
    [
        (lambda: table().apply(lambda row: row.x, axis=1), "DataFrame.apply", 5),
        (lambda: table().apply(lambda row: row.x, axis="columns"), "DataFrame.apply", 5),
        (lambda: table().apply(len), "DataFrame.apply", 3),
        (lambda: table()[["x", "y"]].map(float), "DataFrame.map", 10),
        (lambda: table().x.apply(float), "Series.apply", 5),
        (lambda: table().x.map(lambda x: x + 1), "Series.map", 5),
        (lambda: table().x.rolling(2).apply(lambda values: values.sum()), "Rolling.apply", 5),
        (lambda: table().x.expanding().apply(lambda values: values.sum()), "Expanding.apply", 5),
        (lambda: table().groupby("kind").x.apply(lambda group: group.sum()), "SeriesGroupBy.apply", 2),
        (lambda: table().groupby("kind")[["x"]].apply(lambda group: group.sum()), "DataFrameGroupBy.apply", 2),
    ],
)
def test_calls_are_what_a_method_is_called_on(counts: RowCounts, call: Any, method: str, calls: int) -> None:
    for _ in range(2):
        call()

    row = only(counts)
    assert (row.times, row.calls) == (2, 2 * calls)
    assert row.method.rpartition(".")[2] == method.rpartition(".")[2]
    assert row.file == __file__
    assert "test_calls_are" not in row.function  # the lambda's own line
    assert row.line > 0


def test_a_call_inside_a_callback_counts_as_well(counts: RowCounts) -> None:
    def inner(group: Any) -> float:
        return float(group.rolling(2).apply(lambda values: values.sum()).sum())

    table().groupby("kind").x.apply(inner)

    found = {row.method.rpartition(".")[0][-7:]: (row.times, row.calls) for row in counts.rows()}
    assert found["Rolling"] == (2, 5)


def test_a_table_of_values_is_no_function(counts: RowCounts) -> None:
    table().kind.map({"a": 1, "b": 2})
    assert counts.rows() == ()


def test_outside_trials_nothing_counts(counts: RowCounts) -> None:
    hear_rows(RowCounts(lambda: False))
    table().x.apply(float)
    hear_rows(None)
    table().x.apply(float)
    assert counts.rows() == ()


def test_what_pandas_refuses_it_refuses_as_before(counts: RowCounts) -> None:
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        table().apply()  # type: ignore[call-overload]
    with pytest.raises(ZeroDivisionError):
        table().x.apply(lambda x: x / 0 if False else 1 // 0)


def test_a_method_keeps_its_name_signature_source_and_pickle(counts: RowCounts) -> None:
    method = pd.DataFrame.apply
    plain = inspect.unwrap(method)
    assert plain is not method
    for name in ("__name__", "__qualname__", "__module__", "__doc__"):
        assert getattr(method, name) == getattr(plain, name)
    assert next(iter(inspect.signature(method).parameters)) == "self"
    assert "axis" in inspect.signature(method).parameters
    assert inspect.getsource(method).lstrip().startswith("def apply(")
    assert pickle.loads(pickle.dumps(method)) is method
    assert method.__code__.co_filename == inspect.unwrap(method).__code__.co_filename
    assert method.__code__.co_firstlineno == inspect.unwrap(method).__code__.co_firstlineno


def test_places_are_bounded() -> None:
    counts = RowCounts(lambda: True)
    for line in range(2 * MOST):
        counts.add("Series.apply", ("a.py", line, "f"), 3)
    assert len(counts.rows()) == MOST
    counts.forget()
    assert counts.rows() == ()


@pytest.mark.parametrize("is_heard", [True, False])
def test_an_error_shows_no_frame_of_ours(counts: RowCounts, is_heard: bool) -> None:
    if not is_heard:
        hear_rows(None)

    with pytest.raises(ZeroDivisionError) as caught:
        pd.DataFrame({"a": [1, 2]}).apply(lambda row: 1 / 0, axis=1)

    assert [entry.name for entry in caught.traceback][1] == "apply"
