"""Output on streams that cannot hold every character (`PYTHONIOENCODING=ascii`): like signs, never a traceback."""

import codecs
import sys
from collections.abc import Iterable
from io import TextIOWrapper

NAME = "harness-like-signs"
_LIKE = {
    "–": "-", "—": "-", "−": "-", "‑": "-", "─": "-", "━": "-", "│": "|", "┃": "|", "╸": "-", "╺": "-",
    "×": "x", "µ": "u", "μ": "u", "…": "...", "•": "*", "·": ".", "±": "+/-", "≥": ">=", "≤": "<=", "≈": "~",
    "→": "->", "↑": "^", "↓": "v", "‘": "'", "’": "'", "“": '"', "”": '"', "°": " degrees", "²": "^2", "³": "^3",
    "\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " ", "\N{REPLACEMENT CHARACTER}": "?", "█": "#", "▏": "|",
}  # fmt: skip


def degrade(streams: Iterable[object] | None = None) -> None:
    """Let what a stream's encoding lacks be written as a like sign or an escape: of standard output and error."""
    codecs.register_error(NAME, _like)
    for stream in (sys.stdout, sys.stderr) if streams is None else streams:
        if isinstance(stream, TextIOWrapper):  # None where it is closed; a test's own stream takes anything
            stream.reconfigure(errors=NAME)


def _like(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object
    kept = text[error.start : error.end]
    if text.startswith("{") and text.rstrip("\n").endswith("}"):  # JSON: escapes that read back the same
        return "".join(map(_escape, kept)), error.end
    return "".join(_LIKE.get(sign) or _escape(sign) for sign in kept), error.end


def _escape(sign: str) -> str:
    """As JSON and Python write it."""
    code = ord(sign)
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
