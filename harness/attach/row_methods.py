"""pandas' methods that call a function for each row, cell or group: what they are called on says how often.

Each is wrapped under its own name; nothing is counted per row, so that it costs microseconds for each call of a method.
"""

import functools
import sys
import threading
from collections.abc import Callable
from types import FrameType, ModuleType
from typing import Any

from harness.attach.frames import users
from harness.attach.hidden import hide_frame
from harness.probes.loads import Place
from harness.probes.row_counts import row_counts

Size = Callable[..., int]


class _Depth(threading.local):
    value = 0


_depth = _Depth()


def wrap_row_methods(pandas: ModuleType) -> None:
    """Wrap what this version of pandas has of them."""
    folder = str(pandas.__file__ or "").rpartition("/")[0]
    window = sys.modules.get("pandas.core.window.rolling")
    grouped = sys.modules.get("pandas.core.groupby.generic"), sys.modules.get("pandas.core.groupby.groupby")
    _wrap(pandas, "DataFrame", {"apply": _rows_or_columns, "map": _cells, "applymap": _cells}, folder)
    _wrap(pandas, "Series", {"apply": _rows, "map": _rows_of_function}, folder)
    for name in ("Rolling", "Expanding"):
        for module in (window, sys.modules.get("pandas.core.window.expanding")):
            _wrap(module, name, {"apply": _windows}, folder)
    for module in grouped:
        for name in ("DataFrameGroupBy", "SeriesGroupBy", "GroupBy"):
            methods = ("apply", "agg", "aggregate", "transform", "filter")
            _wrap(module, name, dict.fromkeys(methods, _groups), folder)


def _wrap(module: ModuleType | None, name: str, sizes: dict[str, Size], folder: str) -> None:
    kind = getattr(module, name, None)
    if not isinstance(kind, type):
        return
    for method, size in sizes.items():
        plain = vars(kind).get(method)
        if callable(plain) and getattr(plain, "__code__", None) is not None and not hasattr(plain, "_harness_sized"):
            setattr(kind, method, sized(f"{name}.{method}", plain, size, folder))


def sized(what: str, plain: Any, size: Size, folder: str) -> Any:
    """`plain`, with what it is called on noted where somebody listens; where pandas calls it, it is part of a call."""

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        is_counted = _is_wanted(folder, sys._getframe(1)) and _count(
            what, size, users(sys._getframe(1)), (self, *args), kwargs
        )
        _depth.value += is_counted
        try:
            return plain(self, *args, **kwargs)
        except BaseException as error:
            hide_frame(error)
            raise
        finally:
            _depth.value -= is_counted

    code = plain.__code__  # warnings name the first frame outside pandas, by file
    method.__code__ = method.__code__.replace(co_filename=code.co_filename, co_firstlineno=code.co_firstlineno)
    wrapped = functools.wraps(plain)(method)
    wrapped._harness_sized = True  # type: ignore[attr-defined]
    return wrapped


def _is_wanted(folder: str, caller: FrameType) -> bool:
    """Whether somebody listens to a call from there."""
    counts = row_counts()
    is_asked = counts is not None and counts.in_trial()
    return is_asked and not (_depth.value and caller.f_code.co_filename.startswith(folder))


def _count(what: str, size: Size, where: Place | None, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Note what a call is made on; whether that could be told."""
    counts = row_counts()
    try:
        calls = size(*args, **kwargs)
        if counts is not None and where is not None and calls:
            counts.add(what, where, calls)
    except Exception:  # whatever the call is refused for, pandas says it
        return False
    return True


def _rows(self: Any, *args: Any, **kwargs: Any) -> int:
    return len(self)


def _rows_of_function(self: Any, arg: Any = None, *args: Any, **kwargs: Any) -> int:
    """`Series.map` takes a dictionary as well, for which nothing of the user's is called."""
    given = kwargs.get("func", arg)
    return len(self) if callable(given) and not hasattr(given, "keys") else 0


def _rows_or_columns(self: Any, func: Any = None, axis: Any = 0, *args: Any, **kwargs: Any) -> int:
    return len(self) if axis in (1, "columns") else len(self.columns)


def _cells(self: Any, *args: Any, **kwargs: Any) -> int:
    return int(self.size)


def _windows(self: Any, *args: Any, **kwargs: Any) -> int:
    return int(self.obj.size)


def _groups(self: Any, *args: Any, **kwargs: Any) -> int:
    return int(self.ngroups)
