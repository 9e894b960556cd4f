"""Readers are counted by their arguments, and are the same functions to whoever uses, pickles or is warned by them."""

import inspect
import pickle
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from harness.attach.readers import counting, wrap_readers
from harness.probes.loads import Loads, hear_loads


@pytest.fixture
def book() -> Iterator[Loads]:
    book = Loads(lambda: True)
    before = hear_loads(book)
    yield book
    hear_loads(before)


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """A package with a reader in a module of its own, as pandas has."""
    package, inside = ModuleType("pandas"), ModuleType("pandas.io")
    source = tmp_path / "library.py"
    body = "    'Reads.'\n    warnings.warn('old', stacklevel=2)\n    return path\n"
    code = f"import warnings\ndef read_csv(path, sep=','):\n{body}"
    exec(compile(code, str(source), "exec"), vars(inside))
    inside.read_csv.__module__ = "pandas.io"
    package.read_csv = inside.read_csv  # type: ignore[attr-defined]
    package.read_me = "no function"  # type: ignore[attr-defined]
    package.concat = len  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pandas", package)
    monkeypatch.setitem(sys.modules, "pandas.io", inside)
    return package


@pytest.mark.filterwarnings("ignore:old")
def test_a_reader_is_counted_wherever_it_is_known(library: ModuleType, book: Loads) -> None:
    wrap_readers(library)

    assert library.read_csv("a.csv") == "a.csv"
    assert sys.modules["pandas.io"].read_csv("a.csv") == "a.csv"
    library.read_csv("b.csv", sep=";")

    rows = {row.arguments: row.calls for row in book.rows()}
    assert rows == {"a.csv": 2, "b.csv, sep=;": 1}
    assert library.concat is len


def test_a_reader_keeps_its_name_signature_and_pickle(library: ModuleType) -> None:
    wrap_readers(library)

    assert (library.read_csv.__name__, library.read_csv.__doc__) == ("read_csv", "Reads.")
    assert str(inspect.signature(library.read_csv)) == "(path, sep=',')"
    assert pickle.loads(pickle.dumps(library.read_csv)) is library.read_csv


def test_a_warning_of_a_reader_does_not_name_our_file(library: ModuleType) -> None:
    wrap_readers(library)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        library.read_csv("a.csv")

    assert "harness" not in caught[0].filename


def test_without_a_listener_a_reader_is_a_plain_call() -> None:
    assert counting("len", len)("abc") == 3
