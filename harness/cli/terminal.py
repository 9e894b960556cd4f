"""What the command line knows of where its output goes: how wide it is and whether colours belong there.

Standard output is meant where no stream is named.
"""

import os
import shutil
import sys
from typing import TextIO

PLAIN_COLUMNS = 80  # a pipe or a file: what a pull request or a mail shows without wrapping
WIDEST = 120  # longer lines are hard to read, however wide the terminal
NARROWEST = 60


def columns(stream: TextIO | None = None) -> int:
    """Columns to lay a stream out for."""
    if not (stream or sys.stdout).isatty():
        return PLAIN_COLUMNS
    return min(WIDEST, max(NARROWEST, shutil.get_terminal_size().columns))


def has_colour(stream: TextIO | None = None) -> bool:
    """Whether a stream takes colours: a terminal, and the user has not set NO_COLOR (https://no-color.org)."""
    return is_terminal(stream or sys.stdout) and not os.environ.get("NO_COLOR")


def is_terminal(stream: TextIO) -> bool:
    """Whether escape sequences mean something to whoever reads `stream`; TERM=dumb says that they do not."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def say(sentence: str) -> None:
    """One of our sentences on standard error: no secret in it, and nothing that could steer a terminal."""
    from harness.model.redaction import redacted
    from harness.units import printable

    print(f"harness: {printable(redacted(sentence))}", file=sys.stderr)
