"""The leading share: the first rows of whatever a source brings, and the reason where it has none."""

from collections import namedtuple
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from harness.errors import InputError
from harness.model.plan import DataAccess
from harness.workloads.marks.following import use_data_access
from harness.workloads.marks.share import use_share
from harness.workloads.marks.source import source
from harness.workloads.shares import UncutError, leading, len_of

Split = namedtuple("Split", ["train", "test"])

TABLES: dict[str, Any] = {
    "frame": pd.DataFrame({"a": range(8), "b": list("abcdefgh")}),
    "series": pd.Series(range(8), index=range(100, 108)),
    "index": pd.Index(range(8)),
    "array": np.arange(8),
    "matrix": np.arange(24).reshape(8, 3),
    "arrow table": pa.table({"a": range(8)}),
    "arrow batch": pa.record_batch({"a": range(8)}),
    "arrow array": pa.array(range(8)),
    "sparse": sparse.csr_matrix(np.eye(8)),
    "list": list(range(8)),
    "records": [{"a": index} for index in range(8)],
}


@pytest.mark.parametrize("name", TABLES)
def test_a_quarter_of_eight_rows_is_the_first_two(name: str) -> None:
    table = TABLES[name]
    cut = leading(table, 0.25)
    assert type(cut) is type(table)
    assert len_of(cut) == 2


@pytest.mark.parametrize("name", TABLES)
def test_the_whole_is_the_same_object(name: str) -> None:
    assert leading(TABLES[name], 1.0) is TABLES[name]


def test_rows_stay_what_they_were() -> None:
    assert leading(TABLES["frame"], 0.5).equals(TABLES["frame"].head(4))
    assert leading(TABLES["series"], 0.5).index.tolist() == [100, 101, 102, 103]
    assert leading(TABLES["arrow table"], 0.5).to_pydict() == {"a": [0, 1, 2, 3]}
    assert leading(TABLES["matrix"], 0.5).tolist() == TABLES["matrix"][:4].tolist()


def test_parts_are_cut_each_by_itself() -> None:
    x, y = np.arange(20).reshape(10, 2), pd.Series(range(10))
    cut_x, cut_y = leading((x, y), 0.3)
    assert (len(cut_x), len(cut_y)) == (3, 3)
    assert [len(part) for part in leading([x, np.arange(4)], 0.5)] == [5, 2]
    assert {key: len(part) for key, part in leading({"x": x, "y": y}, 0.2).items()} == {"x": 2, "y": 2}


def test_names_and_numbers_beside_tables_stay() -> None:
    frame, name, rate = leading((TABLES["frame"], "prices", 0.5), 0.25)
    assert (len(frame), name, rate) == (2, "prices", 0.5)


def test_a_named_tuple_stays_one() -> None:
    cut = leading(Split(train=np.arange(10), test=np.arange(4)), 0.5)
    assert isinstance(cut, Split)
    assert (len(cut.train), len(cut.test)) == (5, 2)


@pytest.mark.parametrize("value", [None, 3.5, "text", {"a": 1}, (1, 2), object(), np.float64(3), {1, 2}])
def test_what_has_no_rows_is_refused_with_its_kind(value: Any) -> None:
    with pytest.raises(UncutError, match=type(value).__name__):
        leading(value, 0.5)


def test_a_tuple_with_something_that_has_no_rows_is_refused() -> None:
    with pytest.raises(UncutError, match="object"):
        leading((np.arange(4), object()), 0.5)


@pytest.mark.parametrize("value", [np.arange(0), [], pd.DataFrame({"a": []})])
def test_nothing_cannot_be_shared(value: Any) -> None:
    with pytest.raises(UncutError, match="without a row"):
        leading(value, 0.5)


@pytest.mark.parametrize("share", [0.0, -0.5, 1.5, float("nan")])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(InputError, match="above 0 and at most 1"):
        leading(np.arange(4), share)


@given(rows=st.integers(1, 5000), share=st.floats(0.0001, 1.0))
def test_a_share_is_rounded_never_empty_and_never_more_than_there_is(rows: int, share: float) -> None:
    cut = leading(np.arange(rows), share)
    assert 1 <= len(cut) <= rows
    assert abs(len(cut) - rows * share) <= max(0.5, 1 - rows * share)


def test_a_source_hands_out_the_leading_share_of_this_process() -> None:
    @source
    def table() -> pd.DataFrame:
        return TABLES["frame"]

    use_share(0.5)
    try:
        assert len(table()) == 4
        use_data_access(DataAccess.REUSE)
        assert table() is table()
    finally:
        use_share(1.0)
        use_data_access(DataAccess.PER_TRIAL)
    assert len(table()) == 8
