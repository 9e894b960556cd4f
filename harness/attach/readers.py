"""Readers of data (pandas, NumPy, pyarrow, polars, joblib, scikit-learn): their calls are timed and counted."""

import functools
import sys
from collections.abc import Callable
from types import CodeType, ModuleType
from typing import Any

from harness.probes.loads import loads
from harness.probes.spans import span
from harness.workloads.marks.source import LOAD

_PREFIXES = {
    "pandas": ("read_",),
    "polars": ("read_",),
    "pyarrow.parquet": ("read_table", "read_pandas"),
    "pyarrow.feather": ("read_",),
    "pyarrow.csv": ("read_csv",),
    "sklearn.datasets": ("load_", "fetch_"),
    "numpy": ("loadtxt", "genfromtxt", "fromfile"),
    "joblib": ("load",),
}
_WHOLE = {"numpy": ("load",)}  # `loads`, `load_library` are not readers


def wrap_readers(module: ModuleType) -> None:
    """Put a counting wrapper around each reader of `module`, wherever it is known under its own name."""
    for name in list(vars(module)):
        function = getattr(module, name)
        if _is_reader(module.__name__, name) and callable(function) and not isinstance(function, type):
            _replace(function, counting(f"{module.__name__}.{name}", function), module, name)


def _is_reader(module: str, name: str) -> bool:
    return name in _WHOLE.get(module, ()) or name.startswith(_PREFIXES.get(module, ()))


def counting(what: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """`function`, counted as `what` wherever somebody listens."""

    def reader(*args: Any, **kwargs: Any) -> Any:
        with span(LOAD):
            book = loads()
            if book is None:
                return function(*args, **kwargs)
            return book.call(what, function, args, kwargs)

    code: CodeType | None = getattr(function, "__code__", None)
    if code is not None:
        # Readers warn at the first frame outside their own package, by file name: it must not be this one.
        reader.__code__ = reader.__code__.replace(co_filename=code.co_filename)
    return functools.wraps(function)(reader)


def _replace(function: Callable[..., Any], wrapper: Callable[..., Any], module: ModuleType, name: str) -> None:
    """Where the library itself has the function under its name: pickles find it by module and name."""
    package = module.__name__.partition(".")[0]
    for known, other in list(sys.modules.items()):
        is_its_own = known == package or known.startswith(f"{package}.")
        if is_its_own and getattr(other, "__dict__", {}).get(name) is function:
            setattr(other, name, wrapper)
