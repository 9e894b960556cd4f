"""The flaw that stops the reading of a file of bars."""

from collections.abc import Callable, Sequence

SHOWN_ROWS = 3


class Flaw(Exception):  # noqa: N818 - never leaves `read_bars`, which alone knows the file's name
    """Why a file is refused: a clause that follows the file's name.

    `row` (from 0) is the first row to blame, if one is, and `rows` all of them that are known. Where only the raiser
    can know lines (from 1), `line_of` gives that of a row, or `line` the one to blame.
    """

    def __init__(
        self,
        reason: str,
        *,
        row: int | None = None,
        line: int | None = None,
        rows: Sequence[int] = (),
        line_of: Callable[[int], int] | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.rows = tuple(rows) if len(rows) else (() if row is None else (row,))
        self.row = self.rows[0] if self.rows else None
        self.line = line
        self.line_of = line_of
