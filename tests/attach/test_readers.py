"""Readers are counted by their arguments, and are the same functions to whoever uses, pickles or is warned by them."""

import copy
import doctest
import functools
import importlib
import importlib.util
import inspect
import pickle
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType, ModuleType

import joblib
import numpy
import pandas
import pytest

from harness.attach.readers import wrap_readers
from harness.probes.loads import Loads, hear_loads
from harness.probes.reader_names import PREFIXES, is_reader


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


def test_a_warning_of_a_reader_names_the_line_that_called_it(library: ModuleType, book: Loads) -> None:
    wrap_readers(library)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        library.read_csv("a.csv")

    assert caught[0].filename == __file__


@pytest.mark.filterwarnings("ignore:old")
def test_without_a_listener_a_reader_is_a_plain_call(library: ModuleType) -> None:
    wrap_readers(library)

    assert library.read_csv("abc") == "abc"


@pytest.mark.filterwarnings("ignore:old")
def test_a_reader_whose_frame_is_kept_is_over_when_the_next_begins(library: ModuleType, book: Loads) -> None:
    kept: list[object] = []

    def read_kept(path: str) -> str:
        kept.append(sys._getframe())
        return path

    library.read_kept = read_kept  # type: ignore[attr-defined]
    wrap_readers(library)

    library.read_kept("a")
    library.read_csv("b")

    assert {row.what for row in book.rows()} == {"pandas.read_kept", "pandas.read_csv"}


def readers() -> list[FunctionType]:
    """The real ones that are installed."""
    modules = [importlib.import_module(name) for name in PREFIXES if importlib.util.find_spec(name.partition(".")[0])]
    found = [(module.__name__, name, value) for module in modules for name, value in vars(module).items()]
    return [value for module, name, value in found if is_reader(module, name) and isinstance(value, FunctionType)]


def seen(function: FunctionType) -> dict[str, object]:
    """All that others read off a function: inspect, pickle, copy, functools, doctest, joblib."""
    named = functools.wraps(function)(lambda: None)
    finder = doctest.DocTestFinder(exclude_empty=False)
    return {
        "names": [getattr(function, name) for name in functools.WRAPPER_ASSIGNMENTS],
        "signature": str(inspect.signature(function)),
        "source": inspect.getsource(function),
        "place": (inspect.getsourcefile(function), inspect.getsourcelines(function)[1], inspect.getmodule(function)),
        "code": [getattr(function.__code__, name) for name in ("co_filename", "co_firstlineno", "co_varnames")],
        "kinds": (inspect.isfunction(function), inspect.isbuiltin(function), inspect.isroutine(function)),
        "pickle": pickle.dumps(function),
        "copies": copy.copy(function) is function and copy.deepcopy(function) is function,
        "wraps": (named.__wrapped__ is function, named.__name__, str(inspect.signature(named))),  # type: ignore[attr-defined]
        "partial": str(inspect.signature(functools.partial(function))),
        "singledispatch": functools.singledispatch(function).dispatch(object) is function,
        "doctest": [(test.name, test.lineno, test.filename) for test in finder.find(function, function.__name__)],
        "joblib": (*joblib.func_inspect.get_func_code(function), joblib.func_inspect.get_func_name(function)),
        "hash": joblib.hash(function),
        "dict": dict(vars(function)),
        "set": (function.__defaults__, function.__kwdefaults__),
    }


def test_a_reader_looks_to_everybody_as_it_did(book: Loads) -> None:
    originals = {function: function.__code__ for function in readers()}
    before = {function: seen(function) for function in originals}
    try:
        for name in PREFIXES:
            if name in sys.modules:
                wrap_readers(sys.modules[name])
        for function, expected in before.items():
            assert seen(function) == expected
            assert pickle.loads(pickle.dumps(function)) is function
        changed = [function for function, code in originals.items() if function.__code__ is not code]
        assert len(originals) > 20
        assert sys.version_info >= (3, 12) or len(changed) == len(originals)
    finally:
        for function, code in originals.items():
            function.__code__ = code


def test_a_cache_of_joblib_that_was_made_without_us_is_still_good(tmp_path: Path, book: Loads) -> None:
    (tmp_path / "a.csv").write_text("x\n1\n2\n")
    originals = {function: function.__code__ for function in (pandas.read_csv, numpy.loadtxt)}
    arguments = {pandas.read_csv: {}, numpy.loadtxt: {"skiprows": 1}}
    cached = {f: joblib.Memory(tmp_path / "cache", verbose=0).cache(f) for f in originals}
    for function, call in cached.items():
        call(tmp_path / "a.csv", **arguments[function])
    try:
        wrap_readers(pandas)
        wrap_readers(numpy)
        for function in originals:
            again = joblib.Memory(tmp_path / "cache", verbose=0).cache(function)
            assert again.check_call_in_cache(tmp_path / "a.csv", **arguments[function])
            again(tmp_path / "a.csv", **arguments[function])
        assert book.rows() == ()
        pandas.read_csv(tmp_path / "a.csv", sep=",", nrows=1)
        numpy.loadtxt(tmp_path / "a.csv", skiprows=1)
        with pytest.raises(FileNotFoundError):
            pandas.read_csv(tmp_path / "none.csv")
    finally:
        for function, code in originals.items():
            function.__code__ = code

    shown = {(row.what, row.calls, row.arguments.rpartition("/")[2]) for row in book.rows()}
    assert shown == {
        ("pandas.read_csv", 1, "a.csv, nrows=1, sep=,"),
        ("numpy.loadtxt", 1, "a.csv, skiprows=1"),
        ("pandas.read_csv", 1, "none.csv"),
    }
