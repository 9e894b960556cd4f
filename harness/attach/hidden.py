"""Keeps frames of ours out of the tracebacks of a watched script."""


def hide_frame(error: BaseException) -> None:
    """In an `except` clause that goes on with a bare `raise`: the traceback then passes the function by.

    The first step of a traceback that is being handled is the handling function's own; a bare `raise` adds none.
    """
    trace = error.__traceback__
    if trace is not None:
        error.__traceback__ = trace.tb_next
