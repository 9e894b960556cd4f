"""Reads py-spy's chrome trace back into what it saw: who was where, from when until when.

py-spy (0.4) writes an event when a frame leaves (E) or joins (B) a thread's stack, in microseconds since its own start.
Two things must be known to read it right. It keeps the stack before by Python's thread identifier alone, which forked
processes share: what an event ends or begins is relative to whichever of them was seen last. And a thread seen twice
with the same stack leaves no event: its stack holds until the next.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple

from harness.model.stacks import Frame

_CHUNK_BYTES = 1 << 20
_BETWEEN = b'},{"args":'  # unescaped quotes: it cannot stand inside a name
_TAIL = re.compile(rb',"ph":"([BE])","pid":(\d+),"tid":(\d+),"ts":(\d+)\}?\]?\s*$')
_THREAD = re.compile(r"thread \((\d+)\)")
_MICRO = 1e-6


class Event(NamedTuple):
    """One line of the trace. A tuple: a stretch has a hundred thousand of them."""

    frame: Frame
    begins: bool
    pid: int
    tid: int  # Python's identifier
    at_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A thread's stack and how long it was seen to hold."""

    pid: int
    native_thread: int
    began_s: float  # since py-spy's start
    wall_s: float
    frames: tuple[Frame, ...]  # root first; the thread's own, without the markers of process and thread


def read_events(path: Path) -> Iterator[Event]:
    """The events of a trace in order, a chunk of the file at a time; up to where it breaks off, if it does.

    Raises ValueError for what is no trace from its first event on.
    """
    frames: dict[bytes, Frame] = {}
    with path.open("rb") as file:
        for piece in _pieces(file):
            tail = _TAIL.search(piece)
            if tail is None and frames:
                return
            if tail is None:
                raise ValueError(f"{path} is no chrome trace of py-spy 0.4")
            head = piece[: tail.start()]
            frame = frames.get(head)
            if frame is None:
                frame = frames[head] = _frame(head)
            yield Event(frame, tail[1] == b"B", int(tail[2]), int(tail[3]), int(tail[4]))


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    """The text of each event from the value of its "args" on."""
    opening = b'[{"args":'
    rest = file.read(len(opening))
    if rest.strip() in (b"[]", b""):
        return
    if rest != opening:
        raise ValueError(f"{file.name} is no chrome trace of py-spy 0.4")
    rest = b""
    while chunk := file.read(_CHUNK_BYTES):
        *whole, rest = (rest + chunk).split(_BETWEEN)
        yield from whole
    yield rest


def _frame(head: bytes) -> Frame:
    event = json.loads(b'{"args":' + head + b"}")
    arguments = event["args"]
    return Frame(file=str(arguments["filename"]), line=int(arguments["line"] or 0), function=str(event["name"]))


def held(events: Iterable[Event], *, lived: Callable[[int, int], bool], most_s: float) -> Iterator[Held]:
    """What each thread of each process was seen to do, as stretches of one stack.

    Nothing tells when a thread ended. The last stretch of one that `lived` (by process and native thread) to the end of
    the trace ends with it; that of any other is at most `most_s` long.
    """
    seen: dict[int, list[Frame]] = {}  # by Python's identifier, as py-spy compares them
    open_: dict[tuple[int, int], tuple[int, list[Frame]]] = {}
    end_us = 0
    for look in _looks(events):
        pid, tid, at_us = look[0].pid, look[0].tid, look[0].at_us
        end_us = max(end_us, at_us)
        before = seen.get(tid, [])
        ended = sum(not event.begins for event in look)
        stack = before[: len(before) - ended] + [event.frame for event in look if event.begins]
        seen[tid] = stack
        native = _native(stack)
        if native is None:  # the end of the trace, where py-spy closes whatever is open
            continue
        closed = open_.get((pid, native))
        if closed is not None:
            yield from _stretch((pid, native), closed, at_us)
        open_[pid, native] = (at_us, stack)
    for key, opened in open_.items():
        until_us = end_us if lived(*key) else min(end_us, opened[0] + round(most_s / _MICRO))
        yield from _stretch(key, opened, until_us)


def _looks(events: Iterable[Event]) -> Iterator[list[Event]]:
    """Events in the groups that one look at one thread left: first what ended, then what began."""
    group: list[Event] = []
    for event in events:
        if group:
            last = group[-1]
            is_same = (event.pid, event.tid, event.at_us) == (last.pid, last.tid, last.at_us)
            if not is_same or (last.begins and not event.begins):
                yield group
                group = []
        group.append(event)
    if group:
        yield group


def _stretch(key: tuple[int, int], opened: tuple[int, list[Frame]], until_us: int) -> Iterator[Held]:
    began_us, stack = opened
    frames = tuple(frame for frame in stack if frame.file)  # markers have none
    if frames and until_us > began_us:
        yield Held(
            pid=key[0],
            native_thread=key[1],
            began_s=began_us * _MICRO,
            wall_s=(until_us - began_us) * _MICRO,
            frames=frames,
        )


def _native(stack: list[Frame]) -> int | None:
    """The kernel's thread id, from the marker that `--threads` puts above a thread's own frames."""
    for frame in stack:
        if not frame.file:
            match = _THREAD.match(frame.function)
            if match is not None:
                return int(match[1])
    return None
