"""The flame graph of allocations: a tree of bytes at each process's moment of most memory, from collapsed stacks."""

import re
from pathlib import Path

from harness.errors import RecordError
from harness.model.opening import read_plain
from harness.model.stacks import Frame
from harness.profile.code_kinds import Code, Whose, code_of
from harness.profile.facts import FlameNode
from harness.profile.flame import flame_of
from harness.profile.stack_cut import objective_start

FILE = "allocations.collapsed.txt"
ROOT = "allocations"
_FRAME = re.compile(r"(.*) \((.*):(\d+)\)")


def read_allocations(folder: Path, command: tuple[str, ...] = ()) -> FlameNode | None:
    """The tree of a record; its `weight_s` are bytes. None where allocations were not tracked.

    Frames above an objective are cut off as in the flame graph of time; what was allocated outside trials keeps its
    own, so that data loaded once is seen. Raises RecordError for a file that is damaged.
    """
    path = folder / FILE
    try:
        text = read_plain(path).decode("utf-8", errors="replace")
    except FileNotFoundError:
        return None
    stacks = [_parsed(path, line) for line in text.splitlines() if line]
    code = code_of((frame for frames, _ in stacks for frame in frames), command)
    return flame_of(
        ((_cut(frames, code), size) for frames, size in stacks),
        root=ROOT,
        label=lambda frame: (_label(frame, code), code.is_user(frame)),
    )


def _parsed(path: Path, line: str) -> tuple[tuple[Frame, ...], float]:
    stack, blank, size = line.rpartition(" ")
    if not blank or not size.isdecimal():
        raise RecordError(f"{path} is damaged at {line[:80]!r}: remove the file to read the rest")
    return tuple(_frame(text) for text in stack.split(";")[1:]), float(size)


def _frame(text: str) -> Frame:
    match = _FRAME.fullmatch(text)
    if match is None:
        return Frame(file="", line=0, function=text)
    return Frame(file=match[2], line=int(match[3]), function=match[1])


def _cut(frames: tuple[Frame, ...], code: Code) -> tuple[Frame, ...]:
    start = objective_start(frames) or 0
    return tuple(frame for frame in frames[start:] if code.whose(frame) is not Whose.HARNESS)


def _label(frame: Frame, code: Code) -> str:
    return frame.function if not frame.file else f"{frame.function} ({code.shown(frame.file)}:{frame.line})"
