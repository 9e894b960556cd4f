"""Patterns that are compiled at their first use: a process in which no text needs one pays for none."""

import re
from functools import cache


@cache
def pattern(source: str, flags: int = 0) -> "re.Pattern[str]":
    """The compiled pattern."""
    return re.compile(source, flags)
