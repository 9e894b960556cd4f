"""Packed values: the same when they come back, read-only, each array once, and nothing copied in silence."""

from collections import namedtuple
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays, scalar_dtypes

from harness.workloads.marks.packing import UnpackableError, pack, unpack

Pair = namedtuple("Pair", ["x", "y"])
ROWS = 20_000
TIMES = pd.date_range("2026", periods=ROWS, freq="min")


@dataclass(frozen=True)
class Parts:
    table: pd.DataFrame
    names: tuple[str, ...]


FRAMES: dict[str, Any] = {
    "numbers": pd.DataFrame({"i": np.arange(ROWS), "f": np.arange(ROWS) / 3, "b": np.arange(ROWS) % 2 == 0}),
    "dates": pd.DataFrame({"naive": TIMES, "zoned": TIMES.tz_localize("UTC"), "span": TIMES - TIMES[0]}),
    "by time": pd.Series(np.arange(ROWS) / 3, index=TIMES),
    "by number": pd.Series(np.arange(ROWS), index=pd.Index(np.arange(ROWS) * 2), name="n"),
    "two levels": pd.Series(np.arange(ROWS), index=pd.MultiIndex.from_arrays([np.arange(ROWS) // 9, np.arange(ROWS)])),
    "nullable": pd.DataFrame({"n": pd.array([1, None] * (ROWS // 2), dtype="Int64")}),
    "categories": pd.DataFrame({"c": pd.Categorical(np.arange(ROWS) % 3)}),
    "text": pd.DataFrame({"s": [f"row {row}" for row in range(ROWS)]}),
    "one block": pd.DataFrame(np.arange(3 * ROWS).reshape(ROWS, 3) / 7, columns=list("abc")),
    "every other row": pd.DataFrame(np.arange(3 * ROWS).reshape(ROWS, 3)).iloc[::2],
}


def through(value: Any, folder: Path) -> Any:
    pack(value, folder / "packed")
    return unpack(folder / "packed")


@pytest.mark.parametrize("name", FRAMES)
def test_frames_come_back_as_they_were_without_a_copy(name: str, tmp_path: Path) -> None:
    frame = FRAMES[name]
    packed = through(frame, tmp_path)
    check = pd.testing.assert_frame_equal if isinstance(frame, pd.DataFrame) else pd.testing.assert_series_equal
    check(packed.value, frame)
    assert type(packed.value.index) is type(frame.index)
    assert packed.unshared is None
    assert packed.pickled_bytes < 8000, "an array went into the pickle"


def test_writing_to_what_was_mapped_raises(tmp_path: Path) -> None:
    frame = through(FRAMES["numbers"], tmp_path).value
    with pytest.raises(ValueError, match="read-only"):
        frame.iloc[0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        through(np.arange(9), tmp_path).value[0] = 1


def test_an_arrow_table_comes_back(tmp_path: Path) -> None:
    table = pa.table({"a": range(ROWS), "s": [str(row) for row in range(ROWS)]})
    packed = through(table, tmp_path)
    assert packed.value.equals(table)
    assert packed.pickled_bytes < 8000


def test_tuples_dicts_and_dataclasses_of_arrays_come_back(tmp_path: Path) -> None:
    value = {"pair": Pair(np.arange(ROWS), np.ones((ROWS, 2), order="F")), "parts": Parts(FRAMES["numbers"], ("a",))}
    found = through(value, tmp_path).value
    assert isinstance(found["pair"], Pair)
    assert np.array_equal(found["pair"].x, value["pair"].x)
    assert found["pair"].y.flags.f_contiguous
    pd.testing.assert_frame_equal(found["parts"].table, FRAMES["numbers"])
    assert found["parts"].names == ("a",)


def test_memory_that_is_named_twice_is_written_once_and_shared_again(tmp_path: Path) -> None:
    whole = np.arange(ROWS)
    packed = through((whole, whole[:100], whole[50:], whole.view("datetime64[ms]")), tmp_path)
    first, head, tail, dates = packed.value
    assert packed.mapped_bytes < whole.nbytes + 100
    assert all(np.shares_memory(first, part) for part in (head, tail, dates))
    assert (head.tolist(), tail[0], dates.dtype) == (list(range(100)), 50, np.dtype("datetime64[ms]"))


def test_python_objects_are_said_to_be_held_by_each(tmp_path: Path) -> None:
    frame = pd.DataFrame({"n": np.arange(ROWS), "o": pd.Series([{"a": row} for row in range(ROWS)], dtype=object)})
    packed = through(frame, tmp_path)
    assert packed.value["o"].tolist() == frame["o"].tolist()
    assert packed.pickled_bytes > 65_536
    assert str(packed.unshared).endswith("which each worker holds for itself: column 'o'")


def test_what_cannot_be_pickled_is_refused_with_its_kind(tmp_path: Path) -> None:
    with pytest.raises(UnpackableError, match="a function of it cannot be pickled"):
        pack(lambda: 1, tmp_path / "packed")


@given(
    values=arrays(scalar_dtypes(), array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=5)),
    cut=st.sampled_from([slice(None), slice(None, None, 2), slice(1, None)]),
)
def test_any_array_comes_back_bit_by_bit(tmp_path_factory: pytest.TempPathFactory, values: Any, cut: slice) -> None:
    value = values[cut] if values.ndim else values
    found = through(value, tmp_path_factory.mktemp("packed")).value
    assert (found.dtype, found.shape) == (value.dtype, value.shape)
    assert found.tobytes() == value.tobytes()
