# ruff: noqa: PTH123, SIM115 - it is open() that is tested
"""Opened files: reading within a trial counts, and `open` is the same function to whoever else uses it."""

import copy
import functools
import inspect
import io
import pickle
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.attach.opened import hear_of_opened_files, is_data
from harness.probes.loads import Loads

_plain: Any = io.open  # as long as nothing is heard


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Loads]:
    book = Loads(lambda: True)
    undo = hear_of_opened_files(book, lambda: True, ignored=tmp_path / "record")
    yield book
    undo()


def test_reading_counts_and_writing_does_not(book: Loads, tmp_path: Path) -> None:
    data = tmp_path / "bars.csv"
    data.write_text("1")

    with open(data) as file:
        assert file.read() == "1"
    assert data.read_bytes() == b"1"
    with open(data, mode="a") as file:
        file.write("2")
    with open(str(data), "r+") as file:
        assert file.read() == "12"

    rows = book.rows()
    assert {(row.what, row.arguments, row.wall_s) for row in rows} == {("open", str(data)[-200:], None)}
    assert sum(row.calls for row in rows) == 2


def test_it_is_told_who_asked_through_the_standard_library(book: Loads, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")

    (tmp_path / "a").read_text()

    (row,) = book.rows()
    assert row.where is not None
    assert row.where[0] == __file__
    assert row.where[2] == "test_it_is_told_who_asked_through_the_standard_library"


def test_outside_a_trial_nothing_counts(tmp_path: Path) -> None:
    book = Loads(lambda: False)
    undo = hear_of_opened_files(book, lambda: False, ignored=tmp_path)
    try:
        (tmp_path / "a").write_text("1")
        assert (tmp_path / "a").read_text() == "1"
    finally:
        undo()
    assert book.rows() == ()


def seen(function: object) -> dict[str, object]:
    """All that others read off it."""
    return {
        "names": [
            getattr(function, name) for name in (*functools.WRAPPER_ASSIGNMENTS[:4], "__self__", "__text_signature__")
        ],
        "signature": str(inspect.signature(function)),  # type: ignore[arg-type]
        "kinds": [check(function) for check in (inspect.isbuiltin, inspect.isfunction, inspect.isroutine, callable)],
        "isinstance": isinstance(function, types.BuiltinFunctionType),
        "pickle": pickle.dumps(function),
        "copies": copy.copy(function) is function and copy.deepcopy(function) is function,
        "text": repr(function),
        "partial": str(inspect.signature(functools.partial(function))),  # type: ignore[arg-type]
    }


def test_open_looks_to_everybody_as_it_did(tmp_path: Path) -> None:
    plain, before = open, seen(open)
    undo = hear_of_opened_files(Loads(lambda: True), lambda: True, ignored=tmp_path)
    try:
        assert open is not plain
        assert (open == plain, {open: 1}[plain]) == (True, 1)
        assert seen(open) == before

        class Own:
            opener = open

        (tmp_path / "a").write_text("1")
        with Own().opener(tmp_path / "a") as file:  # a built-in function is no method
            assert file.read() == "1"
    finally:
        undo()
    assert open is plain


def test_open_is_one_function_under_its_own_name(book: Loads) -> None:
    assert open is io.open
    assert (open.__name__, open.__module__) == ("open", "io")
    assert pickle.loads(pickle.dumps(open)) is open
    with pytest.raises(TypeError, match=r"expected str, bytes"):
        open(object())  # type: ignore[call-overload]
    with pytest.raises(FileNotFoundError, match="nowhere"):
        open("nowhere")


def test_undone_it_is_the_interpreters_own(tmp_path: Path) -> None:
    plain = open
    undo = hear_of_opened_files(Loads(lambda: True), lambda: True, ignored=tmp_path)
    assert open is not plain
    undo()
    assert open is plain
    assert io.open is plain


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/data/bars.csv", True),
        ("bars.parquet", True),
        ("/lib/module.py", False),
        ("/lib/__pycache__/module.pyc", False),
        ("/proc/self/statm", False),
        ("/dev/null", False),
        ("<string>", False),
        ("/record/trials-1.jsonl", False),
    ],
)
def test_only_a_studys_data_counts(path: str, expected: bool) -> None:
    assert is_data(path, "/record") is expected


@pytest.mark.parametrize("arguments", [(), ("missing",), ("missing", "zz"), (1, 2, 3, 4, 5, 6, 7, 8, 9)])
def test_an_error_is_opens_own_without_a_frame_of_ours(book: Loads, arguments: tuple[object, ...]) -> None:
    with pytest.raises((OSError, TypeError, ValueError)) as plain:
        _plain(*arguments)
    with pytest.raises(type(plain.value)) as heard:
        open(*arguments)  # type: ignore[call-overload]

    assert str(heard.value) == str(plain.value)
    assert len(heard.traceback) == len(plain.traceback) == 1
