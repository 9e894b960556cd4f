"""Where in a ledger's text a table or a key stands: TOML's reader gives values without their lines."""

import re

_TABLE = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_.-]+)\s*\]\]?")
_KEY = re.compile(r"^\s*([A-Za-z0-9_-]+)\s*(?:\.[A-Za-z0-9_-]+\s*)*=")
_LONG = re.compile(r'"""|\'\'\'')


class Places:
    """The lines of a text by table and key. A table of an array is named by its place: `claim[2].check[0]`."""

    def __init__(self, text: str) -> None:
        self._lines: dict[str, int] = {}
        self._scan(text)

    def line(self, table: str, key: str | None = None) -> int:
        """The line of a key, or of its table where the key is not there."""
        if key is not None and f"{table}.{key}" in self._lines:
            return self._lines[f"{table}.{key}"]
        return self._lines.get(table, 1)

    def _scan(self, text: str) -> None:
        counts: dict[str, int] = {}
        table, is_inside = "", False
        for number, line in enumerate(text.splitlines(), start=1):
            if not is_inside:
                found = _TABLE.match(line)
                if found is not None:
                    table = _name(found[2], is_array=found[1] == "[[", counts=counts)
                    self._lines.setdefault(table, number)
                elif (key := _KEY.match(line)) is not None:
                    self._lines.setdefault(f"{table}.{key[1]}" if table else key[1], number)
            if len(_LONG.findall(line)) % 2:
                is_inside = not is_inside


def _name(dotted: str, *, is_array: bool, counts: dict[str, int]) -> str:
    """The table's name with its place in each array; the arrays within a new one begin again."""
    name = ""
    parts = dotted.split(".")
    for depth, part in enumerate(parts):
        name = f"{name}.{part}" if name else part
        if is_array and depth == len(parts) - 1:
            counts[name] = counts.get(name, -1) + 1
        if name in counts:
            name = f"{name}[{counts[name]}]"
    return name
