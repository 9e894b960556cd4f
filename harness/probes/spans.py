"""Spans: named, nested stretches of a trial that a user or the harness marks, heard only during a measured run."""

from contextlib import ContextDecorator
from types import TracebackType
from typing import Protocol

__all__ = ["Listener", "hear", "is_heard", "span"]


class Listener(Protocol):
    """What hears spans. Both calls come from the thread that is in the span, strictly nested."""

    def enter(self, name: str) -> None: ...

    def leave(self) -> None: ...


_listener: Listener | None = None
_told: dict[str, str] = {}  # names of spans, as a record has them
_MOST = 512
_SEEN, _SHOWN = 2048, 200  # of a name: looked through for secrets, and kept


def hear(listener: Listener | None) -> Listener | None:
    """Make `listener` the one that hears every span of this process (None: nobody); returns the one before."""
    global _listener
    before, _listener = _listener, listener
    return before


def is_heard() -> bool:
    """Whether anything hears spans."""
    return _listener is not None


def _tell(name: object) -> str:
    """The name that is heard: short, a text whatever was given, and without secrets."""
    from harness.model.redaction import redacted  # only where somebody listens, who has it

    try:
        text = name if isinstance(name, str) else repr(name)
    except Exception:  # the object is the user's own
        text = type(name).__name__
    cut = text[:_SEEN]
    told = redacted(cut.encode("utf-8", "backslashreplace").decode(), is_cut=cut != text)[:_SHOWN]
    if type(name) is str:
        if len(_told) >= _MOST:
            _told.clear()
        _told[name] = told
    return told


class span(ContextDecorator):  # noqa: N801 - reads as a statement: `with span("backtest"):`
    """Mark a stretch of a trial: `with harness.span("backtest"):`, or `@harness.span("backtest")` on a function.

    Time is charged to the innermost open span of the thread. Outside a measured run a span is a plain `with`
    (well under 1 microsecond). Re-entrant and thread-safe: it holds nothing but its name.
    """

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        if _listener is not None:
            name = self.name
            _listener.enter((type(name) is str and _told.get(name)) or _tell(name))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if _listener is not None:
            _listener.leave()
