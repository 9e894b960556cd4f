"""Forms of JSON: where in a document the rows of bars are, as exchanges answer and as pandas writes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from harness.workloads.topstepb.reading.columns import PRICES, has_all_prices, listed
from harness.workloads.topstepb.reading.flaw import Flaw

_DEEPEST = 4  # levels below which no exchange puts its rows
# The order of values in the rows of an exchange's answer, by their number. Alone such lists are not believed: another
# source may have as many values in another order.
_ANSWERS = {
    7: (("start", *PRICES, "volume", "turnover"), "as Bybit and KuCoin answer"),
    8: (("time", *PRICES, "vwap", "volume", "count"), "in Kraken's order"),
    9: (("ts", *PRICES, "volume", "volCcy", "volCcyQuote", "confirm"), "in OKX's order"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The rows of a document, each a list or an object."""

    rows: list[Any]
    path: str = ""  # the keys that lead to them; "" for the document itself
    names: tuple[str, ...] = ()  # of the values of lists, where known
    what: str = ""  # how that is known
    has_names: bool = True  # False: what names there are come from positions


def rows_in(document: Any) -> Rows:
    """The rows that a document holds; raises Flaw where there are none, or several lists that could be."""
    if isinstance(document, list):
        return Rows(rows=document, has_names=not (document and isinstance(document[0], list)))
    if not isinstance(document, dict):
        raise Flaw(f"the JSON document is {str(document)[:40]!r}; a list of rows is needed, as exchanges return it")
    return _of_pandas(document) or _of_columns(document) or _of_index(document) or _of_answer(document)


def _of_pandas(document: dict[str, Any]) -> Rows | None:
    """`DataFrame.to_json` with orient "split" or "table"."""
    columns, data, index = (document.get(name) for name in ("columns", "data", "index"))
    if isinstance(columns, list) and isinstance(data, list) and isinstance(index, list) and len(index) == len(data):
        rows = [[at, *row] for at, row in zip(index, data, strict=True) if isinstance(row, list)]
        return Rows(rows=rows, names=("", *map(str, columns)), what="as pandas writes with orient='split'")
    if isinstance(document.get("schema"), dict) and isinstance(data, list):
        return Rows(rows=data, path="data", what="as pandas writes with orient='table'")
    return None


def _of_columns(document: dict[str, Any]) -> Rows | None:
    """One object or list of cells for each column, as pandas writes by default and as chart servers answer."""
    if not has_all_prices(tuple(document)):
        return None
    cells = {name: value for name, value in document.items() if isinstance(value, (dict, list))}
    if not cells or not has_all_prices(tuple(cells)):
        return None
    lengths = {len(value) for value in cells.values()}
    if len(lengths) > 1:
        raise Flaw(
            f"the columns of the JSON object have different lengths ({listed([str(n) for n in sorted(lengths)])})"
        )
    first = next(iter(cells.values()))
    if all(isinstance(value, list) for value in cells.values()):
        rows = [list(row) for row in zip(*cells.values(), strict=True)]
        return Rows(rows=rows, names=tuple(cells), what="a list for each column")
    if not all(isinstance(value, dict) and list(value) == list(first) for value in cells.values()):
        raise Flaw("the columns of the JSON object do not have the same index")
    rows = [[at, *(value[at] for value in cells.values())] for at in first]
    return Rows(rows=rows, names=("", *cells), what="as pandas writes them")


def _of_index(document: dict[str, Any]) -> Rows | None:
    """An object for each row under its time, as pandas writes with orient "index"."""
    first = next(iter(document.values()), None)
    if not isinstance(first, dict) or not has_all_prices(tuple(first)):
        return None
    if not all(isinstance(row, dict) for row in document.values()):
        return None
    return Rows(rows=[{"": at, **row} for at, row in document.items()], what="as pandas writes with orient='index'")


def _of_answer(document: dict[str, Any]) -> Rows:
    """The one list of rows somewhere in an exchange's answer."""
    lists = list(_lists(document, ()))
    if len(lists) > 1:
        raise Flaw(
            f"the JSON document holds several lists of rows ({listed(['.'.join(path) for path, _ in lists])}); keep one"
        )
    if not lists:
        raise Flaw(
            f"the JSON document is an object (with {listed(tuple(document))}) and holds no list of rows; a list is "
            "needed, as exchanges return it"
        )
    path, rows = lists[0]
    names, what = _ANSWERS.get(len(rows[0]), ((), "")) if isinstance(rows[0], list) else ((), "")
    has_names = not isinstance(rows[0], list)
    return Rows(rows=rows, path=".".join(path), names=names, what=what, has_names=has_names)


def _lists(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
    if isinstance(value, list) and value and isinstance(value[0], (list, dict)):
        yield path, value
    elif isinstance(value, dict) and len(path) < _DEEPEST:
        for key, inner in value.items():
            yield from _lists(inner, (*path, str(key)))
