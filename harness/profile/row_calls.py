"""Library functions that call the user's Python once per row: pandas' apply and map, NumPy's vectorize and others."""

import ast
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from harness.model.stacks import Frame

SourceLine = Callable[[str, int], str | None]
"""The text of the statement at a line of a file, None where it cannot be had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCaller:
    """A public function of a library, by where its frame lies."""

    file: re.Pattern[str]
    names: tuple[str, ...]  # the last part of the qualified name
    per: str  # what it calls back for


def _caller(file: str, names: str, per: str) -> RowCaller:
    return RowCaller(file=re.compile(rf"[/\\]{file}$"), names=tuple(names.split()), per=per)


GROUP = "group"
_CALLERS = (
    _caller(r"pandas/core/window/\w+\.py", "apply aggregate agg pipe", "row"),
    _caller(r"pandas/core/series\.py", "apply map aggregate agg transform combine", "row"),
    _caller(r"pandas/core/frame\.py", "applymap map", "cell"),
    _caller(r"pandas/core/frame\.py", "apply agg aggregate transform", "row or column"),
    _caller(r"pandas/core/base\.py", "map _map_values", "row"),
    _caller(r"pandas/core/indexes/\w+\.py", "map", "row"),
    _caller(r"pandas/core/resample\.py", "apply agg aggregate transform", GROUP),
    _caller(r"pandas/core/groupby/\w+\.py", "apply agg aggregate transform filter", GROUP),
    _caller(r"numpy/lib/\w*function_base\w*\.py", "vectorize.__call__ vectorize._call_as_normal __call__", "element"),
    _caller(r"numpy/lib/\w*shape_base\w*\.py", "apply_along_axis", "row"),
    _caller(r"scipy/ndimage/\w*filters\.py", "generic_filter generic_filter1d", "row"),
    _caller(r"polars/\w+/\w+\.py", "map_elements map_rows rolling_map apply", "row"),
    _caller(r"polars/dataframe/group_by\.py", "map_groups", GROUP),
)
_ITERATORS = (
    _caller(r"pandas/core/frame\.py", "iterrows itertuples", "row"),  # `items` of a frame goes over its columns
    _caller(r"pandas/core/series\.py", "items", "row"),
)
_PANDAS = re.compile(r"[/\\]pandas[/\\]")


def row_call(caller: Frame, between: Sequence[Frame], called: Frame, source_line: SourceLine) -> tuple[str, str] | None:
    """Whether the library frames between two of the user's call back per row: the sentence, and per what. Else None."""
    for frame in between:
        found = _found(frame, _CALLERS)
        if found is None:
            continue
        per = found.per
        if per == "row or column":
            per = per_of_axis(source_line(caller.file, caller.line)) or per
            if per == "column":
                return None
        return f"{public_name(frame)} calls {last_name(called)}() for each {per}", per
    return None


def is_row_caller(frame: Frame) -> bool:
    """Whether a frame is of a function that calls back per row, cell or group."""
    return _found(frame, _CALLERS) is not None


def row_iterator(below: Sequence[Frame]) -> str | None:
    """The iterator over rows that the user's line asks for its next, as a sentence; None where there is none.

    What pandas iterates over for its own ends (a query's columns) is no loop of the user's.
    """
    for frame in below:
        is_iterator = _found(frame, _ITERATORS) is not None
        if not is_iterator and _PANDAS.search(frame.file):
            return None
        if is_iterator:
            return loop_sentence(last_name(frame))
    return None


def loop_sentence(iterator: str) -> str:
    """What is said of a loop over rows."""
    return f"the loop over {iterator}() runs Python for each row"


def per_of_axis(text: str | None) -> str | None:
    """What `DataFrame.apply` in a statement calls back for: its `axis`, where that is written out."""
    try:
        tree = ast.parse((text or "").strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "apply":
            given = next((word.value for word in node.keywords if word.arg == "axis"), None)
            axis = given or (node.args[1] if len(node.args) > 1 else ast.Constant(value=0))
            if isinstance(axis, ast.Constant):
                return "row" if axis.value in (1, "columns") else "column"
    return None


def public_name(frame: Frame) -> str:
    """`Rolling.apply` of a qualified name, without the names of enclosing functions."""
    return frame.function.rpartition("<locals>.")[2]


def last_name(frame: Frame) -> str:
    """The function's own name; what is nested in it (a comprehension, a lambda) by the name of the whole."""
    plain = re.sub(r"(?:\.<locals>)?\.<(?:listcomp|genexpr|dictcomp|setcomp)>", "", frame.function)
    return plain.rpartition(".")[2] or plain


def _found(frame: Frame, callers: Sequence[RowCaller]) -> RowCaller | None:
    name = frame.function.rpartition(".")[2]
    for caller in callers:
        if (name in caller.names or frame.function in caller.names) and caller.file.search(frame.file):
            return caller
    return None
