"""The fields of a ledger's tables, read one by one; what is wrong is said with file, line and what was expected."""

import difflib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, NoReturn, TypeVar

from harness.claims.places import Places
from harness.errors import InputError

Kind = TypeVar("Kind", bound=Enum)
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with its place in the text."""

    file: str
    places: Places
    path: str
    data: Mapping[str, Any]

    def refuse(self, key: str | None, what: str) -> NoReturn:
        """Raise InputError that names file, line and key."""
        named = "" if key is None else f"{key}: "
        raise InputError(f"{self.file}, line {self.places.line(self.path, key)}: {named}{what}")

    def check_keys(self, known: Sequence[str]) -> None:
        """Refuse a key that has no meaning, with the one that was probably meant."""
        for key in self.data:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                guess = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"
                self.refuse(key, f"there is no such field; {guess}")

    def text(self, key: str, default: str | None = None) -> str | None:
        """A text that is not empty."""
        if key not in self.data:
            return default
        found = self.data[key]
        if not isinstance(found, str) or not found.strip():
            self.refuse(key, f"expected text, not {_shown(found)}")
        return " ".join(found.split())

    def needed(self, key: str) -> str:
        """A text that must be there."""
        found = self.text(key)
        if found is None:
            self.refuse(None, f"the field {key!r} is missing")
        return found

    def number(self, key: str) -> float | None:
        """A finite number."""
        return None if key not in self.data else self._number(key, self.data[key])

    def numbers(self, key: str) -> tuple[float, ...]:
        """A list of finite numbers; one number is a list of one."""
        if key not in self.data:
            return ()
        found = self.data[key]
        return tuple(self._number(key, one) for one in (found if isinstance(found, list) else [found]))

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; one text is a list of one."""
        if key not in self.data:
            return ()
        found = self.data[key]
        listed = found if isinstance(found, list) else [found]
        if not listed or not all(isinstance(one, str) and one.strip() for one in listed):
            self.refuse(key, f'expected names, such as ["gc", "reuse"], not {_shown(found)}')
        return tuple(listed)

    def member(self, key: str, kind: type[Kind], default: Kind | None = None) -> Kind | None:
        """A member of an Enum by its value."""
        if key not in self.data:
            return default
        known = [str(one.value) for one in kind]
        found = self.data[key]
        if found in known:
            return kind(found)
        near = difflib.get_close_matches(str(found), known, n=1)
        guess = f"did you mean {near[0]!r}?" if near else f"expected one of {', '.join(known)}"
        return self.refuse(key, f"{_shown(found)} is none that is known; {guess}")

    def tables(self, key: str) -> tuple["Table", ...]:
        """An array of tables: `[[claim.check]]`."""
        found = self.data.get(key, [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            self.refuse(key, f"expected tables, [[{key}]], not {_shown(found)}")
        return tuple(self._inner(f"{key}[{place}]", one) for place, one in enumerate(found))

    def table(self, key: str) -> "Table":
        """A table within, which may be left out."""
        found = self.data.get(key, {})
        if not isinstance(found, dict):
            self.refuse(key, f"expected a table, such as {{ trials = 20 }}, not {_shown(found)}")
        return self._inner(key, found)

    def made(self, key: str, make: Callable[[], Made]) -> Made:
        """What is made of a field; a refusal gets the field's place."""
        try:
            return make()
        except InputError as error:
            self.refuse(key, str(error))

    def _inner(self, name: str, data: Mapping[str, Any]) -> "Table":
        path = f"{self.path}.{name}" if self.path else name
        return Table(file=self.file, places=self.places, path=path, data=data)

    def _number(self, key: str, found: object) -> float:
        if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found):
            self.refuse(key, f"expected a number, not {_shown(found)}")
        return float(found)


def _shown(found: object) -> str:
    text = repr(found)
    return text if len(text) <= 60 else f"{text[:57]}..."
