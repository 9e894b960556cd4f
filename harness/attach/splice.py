"""Hears of the calls of a Python function and stays out of sight: the function is the same object, and has no wrapper.

From Python 3.12 on the interpreter tells (`sys.monitoring`). In 3.11, which cannot, one call is spliced into the
function's own bytecode, before its first line. What that call gives is left at the bottom of the frame's stack, which
the interpreter empties when the function returns or raises, and so is the end of the call. Name, signature, file,
lines, source and pickles are the function's own, and so are the frames that a traceback or a warning shows.
"""

import contextlib
import dis
import sys
import threading
from collections.abc import Callable, Iterator
from types import CodeType, FrameType, FunctionType
from typing import Any

Begin = Callable[[FrameType], Callable[[], None] | None]
"""Told that a call has begun, by its frame; gives what is to be called when it ends, if anything."""

_SUSPENDED = 0x20 | 0x80 | 0x100 | 0x200  # generators and coroutines: their frames outlast a call
_TOOLS = (4, 3, 5)  # the numbers that neither debuggers, coverage nor profilers have by agreement


def hear_calls(function: FunctionType, begin: Begin) -> bool:
    """From now on `begin` hears of each call. False where that cannot be had; nothing is changed then."""
    code = function.__code__
    if code.co_flags & _SUSPENDED or hasattr(sys, "gettotalrefcount"):  # a debug build asserts that stacks are empty
        return False
    if sys.version_info >= (3, 12):
        return _monitored(code, begin)
    if any(isinstance(constant, _Entry) for constant in code.co_consts):
        return True
    spliced = _spliced(code, _Entry(begin))
    if spliced is None:
        return False
    function.__code__ = spliced
    return True


class _Entry:
    """The constant that is called first. A copy of the code elsewhere calls `bool` in its place."""

    __slots__ = ("_begin",)

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def __call__(self) -> "_Open | None":
        try:
            end = self._begin(sys._getframe(1))
        except Exception:  # a fault of ours is not the function's
            return None
        return None if end is None else _Open(end)

    def __reduce__(self) -> tuple[Any, ...]:
        return type, (False,)


class _Open:
    """Lies in a frame that runs; its end is the frame's."""

    __slots__ = ("_end",)

    def __init__(self, end: Callable[[], None]) -> None:
        self._end = end

    def __del__(self) -> None:
        with contextlib.suppress(Exception):
            self._end()


def _spliced(code: CodeType, entry: _Entry) -> CodeType | None:
    """The code with a call of `entry` after its RESUME; None where this is no code as 3.11 makes it."""
    at = next((place for place in range(0, len(code.co_code), 2) if code.co_code[place] == dis.opmap["RESUME"]), None)
    if at is None:
        return None
    at += 2
    call = _call_of(len(code.co_consts))
    exceptions = dis._parse_exception_table(code)  # type: ignore[attr-defined]
    if any(entry_.start < at for entry_ in exceptions):
        return None
    return code.replace(
        co_code=code.co_code[:at] + call + code.co_code[at:],
        co_consts=(*code.co_consts, entry),
        co_stacksize=code.co_stacksize + 2,
        co_exceptiontable=b"".join(_exception_entry(entry_, len(call)) for entry_ in exceptions),
        co_linetable=_with_lines(code.co_linetable, at // 2, len(call) // 2),
    )


def _call_of(constant: int) -> bytes:
    """Bytecode that calls a constant without arguments, and leaves the answer."""
    words: list[tuple[str, int]] = [("PUSH_NULL", 0)]
    if constant > 0xFF:
        words.append(("EXTENDED_ARG", constant >> 8))
    words += [("LOAD_CONST", constant & 0xFF), ("PRECALL", 0), ("CACHE", 0), ("CALL", 0), *[("CACHE", 0)] * 4]
    return bytes(byte for name, argument in words for byte in (dis.opmap[name], argument))


def _exception_entry(entry: Any, shift: int) -> bytes:
    """An entry of the exception table, moved on by `shift` bytes, with one value more below its stack."""
    numbers = (
        (entry.start + shift) // 2,
        (entry.end - entry.start) // 2,
        (entry.target + shift) // 2,
        (entry.depth + 1) << 1 | entry.lasti,
    )
    first, *rest = (_varint(number) for number in numbers)
    return bytes([first[0] | 0x80, *first[1:]]) + b"".join(rest)


def _varint(number: int) -> bytes:
    """Groups of six bits, the highest first; all but the last are marked."""
    groups = [number & 0x3F]
    while number := number >> 6:
        groups.append(0x40 | number & 0x3F)
    return bytes(reversed(groups))


def _with_lines(table: bytes, at: int, units: int) -> bytes:
    """The table of lines with `units` more code units after the first `at`, on the line that stands there."""
    out, passed = bytearray(), 0
    for entry in _line_entries(table):
        size = (entry[0] & 7) + 1
        if passed <= at < passed + size:
            if before := at - passed:
                out += bytes([entry[0] & 0xF8 | before - 1, *entry[1:]])
                out += _same_line(units + size - before)
            else:
                out += _same_line(units) + entry
        else:
            out += entry
        passed += size
    return bytes(out if passed > at else out + _same_line(units))


def _line_entries(table: bytes) -> Iterator[bytes]:
    """Entries of a table of lines: each begins with the byte that has its highest bit set."""
    begun = [place for place, byte in enumerate(table) if byte & 0x80]
    for first, after in zip(begun, [*begun[1:], len(table)], strict=True):
        yield table[first:after]


def _same_line(units: int) -> bytes:
    """Entries without columns on the line of the entry before."""
    sizes = [8] * (units // 8) + ([units % 8] if units % 8 else [])
    return b"".join(bytes([0x80 | 13 << 3 | size - 1, 0]) for size in sizes)


_heard: dict[CodeType, Begin] = {}
_tool: int | None = None


class _Calls(threading.local):
    """Calls that run, of one thread."""

    def __init__(self) -> None:
        self.open: list[tuple[CodeType, Callable[[], None]]] = []


_calls = _Calls()


def _monitored(code: CodeType, begin: Begin) -> bool:
    """The same by `sys.monitoring`: events of this code, and the unwinding of any, which has no events of its own."""
    global _tool
    monitoring: Any = sys.monitoring  # type: ignore[attr-defined,unused-ignore]
    events = monitoring.events
    if _tool is None:
        _tool = next((tool for tool in _TOOLS if monitoring.get_tool(tool) is None), None)
        if _tool is None:
            return False
        monitoring.use_tool_id(_tool, "study-harness")
        for event, hear in ((events.PY_START, _begun), (events.PY_RETURN, _ended), (events.PY_UNWIND, _ended)):
            monitoring.register_callback(_tool, event, hear)
        monitoring.set_events(_tool, events.PY_UNWIND)
    _heard[code] = begin
    monitoring.set_local_events(_tool, code, events.PY_START | events.PY_RETURN)
    return True


def _begun(code: CodeType, _offset: int) -> None:
    begin = _heard.get(code)
    if begin is None:
        return
    with contextlib.suppress(Exception):
        end = begin(sys._getframe(1))
        if end is not None:
            _calls.open.append((code, end))


def _ended(code: CodeType, _offset: int, _value: object) -> None:
    if code not in _heard:
        return
    open_ = _calls.open
    if open_ and open_[-1][0] is code:
        with contextlib.suppress(Exception):
            open_.pop()[1]()
