"""Identity of a call: content and files, never addresses; what cannot be told makes the call unsure."""

import gc
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sqlalchemy

from harness.probes.identity import MOST_BYTES, file_key, identity_of

Make = Callable[[], Any]


def key(*args: Any, what: str = "read", **kwargs: Any) -> str | None:
    return identity_of(what, args, kwargs)[1]


@pytest.mark.parametrize(
    "make",
    [
        lambda: "bars.csv",
        lambda: Path("/a/b"),
        lambda: (3, 1.5, True, None, 1 << 5000, b"ab", slice(1, 2)),
        lambda: [f"column {n}" for n in range(100)],
        lambda: {"dtype": {"a": "float32"}, "usecols": ["a", "b"]},
        lambda: {3, 1, 2},
        lambda: io.StringIO("a,b\n1,2"),
        lambda: io.BytesIO(b"a,b\n1,2"),
        lambda: np.arange(10.0),
        lambda: np.float64(2.5),
        lambda: np.dtype("float32"),
        lambda: pd.Timestamp("2026-01-01"),
        lambda: float,
        lambda: len,
    ],
)
def test_what_is_made_again_alike_is_the_same(make: Make) -> None:
    assert key(make()) is not None
    assert key(make()) == key(make())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x" * 5000 + "a", "x" * 5000 + "b"),
        (list(range(100)), [*range(99), 7]),
        (io.StringIO("1"), io.StringIO("2")),
        (io.BytesIO(b"1"), io.BytesIO(b"2")),
        (np.arange(3), np.arange(3.0)),
        (np.zeros(100_000), np.zeros(100_000)),  # too large to look at whole: two objects
        (pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [1]})),
        (1, True),
        ("1", 1.0),
    ],
)
def test_what_differs_anywhere_is_another(one: Any, other: Any) -> None:
    assert key(one) != key(other)


@pytest.mark.parametrize(
    "make",
    [
        lambda: io.StringIO("x" * (MOST_BYTES + 1)),
        lambda: io.BytesIO(b"x" * (MOST_BYTES + 1)),
        lambda: iter([1]),
        lambda: (number for number in range(3)),
        lambda: (lambda value: lambda text: text * value)(3),
        lambda: "data/*.parquet",
        lambda: list(range(100_000)),
        lambda: Odd(),
    ],
)
def test_what_cannot_be_told_is_not_said(make: Make) -> None:
    assert key(make()) is None


class Odd:
    """An argument that raises whenever it is looked at."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(name)


def test_a_stream_is_left_where_it_was() -> None:
    text, content = io.StringIO("abcdef"), io.BytesIO(b"abcdef")
    for stream in (text, content):
        stream.read(2)
        key(stream)
        assert stream.tell() == 2
    content.write(b"still its own")  # no view of it is left


def test_a_new_object_at_an_old_address_is_another() -> None:
    seen = set()
    for _ in range(50):
        table = pd.DataFrame({"a": [1]})
        seen.add(key(table))
        del table
        gc.collect(0)
    assert len(seen) == 50


def test_a_living_object_stays_the_same() -> None:
    table = pd.DataFrame({"a": [1]})
    assert key(table) == key(table) != None  # noqa: E711


def test_a_file_is_what_it_holds_now(tmp_path: Path) -> None:
    path = tmp_path / "bars.csv"
    keys = []
    for content, at in (("1", 1), ("1", 1), ("12", 1), ("12", 2)):
        path.write_text(content)
        os.utime(path, (at, at))
        keys.append((key(str(path)), key(path), file_key(str(path))))
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3
    path.write_text("2")  # just now: it may be written again within the clock's step
    assert key(str(path)) is None
    assert file_key(str(path)) is None


def test_an_open_file_is_known_where_nothing_was_read_of_it(tmp_path: Path) -> None:
    path = tmp_path / "bars.csv"
    path.write_text("ab")
    os.utime(path, (1, 1))
    with path.open() as one, path.open() as other:
        assert key(one) == key(other) is not None
        other.read(1)
        assert key(other) is None


def test_a_folder_is_all_that_lies_in_it(tmp_path: Path) -> None:
    inside = tmp_path / "bars" / "year=2024"
    inside.mkdir(parents=True)
    (inside / "a").write_text("1")
    for path in (inside / "a", inside, inside.parent):
        os.utime(path, (1, 1))
    before = key(str(inside.parent))
    assert before is not None
    (inside / "a").write_text("2")
    os.utime(inside / "a", (2, 2))
    assert key(str(inside.parent)) != before


def test_a_query_is_a_request_of_its_database() -> None:
    def engine(name: str) -> Any:
        return sqlalchemy.create_engine(f"sqlite:///{name}")

    asked = key("select 1", engine("a.db"), what="pandas.read_sql")
    assert asked is not None
    assert asked.startswith("r")
    assert asked == key("select 1", engine("a.db"), what="pandas.read_sql")
    assert asked != key("select 1", engine("b.db"), what="pandas.read_sql")
    assert key("select 1", engine(""), what="pandas.read_sql") != key("select 1", engine(""), what="pandas.read_sql")
    assert str(key("https://example.org/bars.csv")).startswith("r")
