"""A stand-in's method that passes a call on: its time is a span, and the frame of ours is the only one in between."""

from collections.abc import Callable
from typing import Any

from harness.attach.hidden import hide_frame
from harness.attach.sizes import NUMBER_BYTES, size_of

Note = Callable[[Any, tuple[Any, ...], dict[str, Any]], None]
"""Told of a call that has succeeded, outside its span: the stand-in, and what the call was given."""


def passing_on(  # noqa: C901 - written out on purpose, see below
    span: str, name: str, *, is_counted: bool = True, is_writing: bool = False, note: Note | None = None
) -> Any:
    """A method for a `Proxy` that calls `name` of the inner object, charged to `span`.

    `is_counted`: the call is counted by its name. `is_writing`: it takes (id, key or step, value), and the value is
    sized, outside the span. What stands here is `Ledger.enter` and `Ledger.leave`, written out: it runs some twenty
    times per trial inside the user's process, or several hundred, and the calls would cost as much as what they do.
    """

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        ledger = self._harness_recorder.ledger
        account = ledger.here.account or ledger.open_account()
        account.busy = True
        if account.lazy is not None:
            account.settle()
        wall_ns = ledger.wall_ns()
        if wall_ns - account.last_ns >= ledger.short_ns:
            account.charge(wall_ns, ledger.thread_ns())
        account.lazy_ns = wall_ns
        account.lazy = span
        if is_counted:
            calls = account.calls
            calls[name] = calls.get(name, 0) + 1
        account.busy = False
        try:
            answer = getattr(self._harness_inner, name)(*args, **kwargs)
        except BaseException as error:
            hide_frame(error)
            raise
        finally:
            account.busy = True
            wall_ns = ledger.wall_ns()
            passed_ns = wall_ns - account.lazy_ns
            if account.lazy is span and passed_ns < ledger.short_ns:
                account.lazy, account.last_ns = None, wall_ns
                account.inner_ns += passed_ns
                totals = account.totals.get(span)
                if totals is None:
                    totals = account.totals[span] = [0, 0, 0]
                totals[0] += 1
                totals[1] += passed_ns
                totals[2] += passed_ns
                account.events += 2
            else:
                ledger.close(account, wall_ns)
            account.busy = False
            if is_writing:
                value = args[2] if len(args) > 2 else next(reversed(kwargs.values()), 0)
                kind = type(value)
                if kind is float or kind is int or kind is bool:
                    account.written_bytes += NUMBER_BYTES
                else:
                    ledger.wrote(size_of(value), takes_off=True)
        if note is not None:
            note(self, args, kwargs)
        return answer

    call.__name__ = name
    shown = f"{span}:{name}"  # stack samples read the span here: the file is the same for all
    call.__code__ = call.__code__.replace(co_name=shown, co_qualname=shown)
    return call
