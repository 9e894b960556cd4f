"""How often pandas calls a function of the user's for rows, cells or groups: counted once for each call of pandas.

Stack samples cannot tell three calls of a second each from a million of a microsecond; what pandas is called with can.
"""

import threading
from collections.abc import Callable

from harness.model.record import RowCalls

MOST = 256  # places kept apart in a process

Where = tuple[str, int, str]  # file, line and function

_counts: "RowCounts | None" = None


def hear_rows(counts: "RowCounts | None") -> None:
    """Make `counts` the one that hears of every such call of this process (None: nobody)."""
    global _counts
    _counts = counts


def row_counts() -> "RowCounts | None":
    """Who hears of them now."""
    return _counts


class RowCounts:
    """Calls inside trials, by the line that makes them."""

    def __init__(self, in_trial: Callable[[], bool]) -> None:
        self.in_trial = in_trial
        self.forget()

    def forget(self) -> None:
        """Begin with nothing, as a forked child must."""
        self._lock = threading.Lock()
        self._found: dict[tuple[str, Where], list[int]] = {}

    def add(self, method: str, where: Where, calls: int) -> None:
        """`method`, called at a place, calls back so often."""
        with self._lock:
            known = self._found.get((method, where))
            if known is None:
                if len(self._found) >= MOST:
                    return
                known = self._found[method, where] = [0, 0]
            known[0] += 1
            known[1] += calls

    def rows(self) -> tuple[RowCalls, ...]:
        """What was counted so far."""
        with self._lock:
            items = [(method, where, list(known)) for (method, where), known in self._found.items()]
        return tuple(
            RowCalls(method=method, file=file, line=line, function=function, times=times, calls=calls)
            for method, (file, line, function), (times, calls) in items
        )
