"""The flaw that stops the reading of a file of bars."""


class Flaw(Exception):  # noqa: N818 - never leaves `read_bars`, which alone knows the file's name
    """Why a file is refused: a clause that follows the file's name.

    `row` (from 0) is the row to blame, if one is; `line` (from 1) its line, where only the raiser can know it.
    """

    def __init__(self, reason: str, *, row: int | None = None, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.row = row
        self.line = line
