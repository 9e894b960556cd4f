"""The tally: what each trial really put in, by plain clocks, appended to a side file as the trial ends.

On a busy machine a block of a known length takes longer than it should. What a profile is held against is therefore
what happened, read with `time.perf_counter` and `time.thread_time` directly around the block.
"""

import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.errors import RecordError


@dataclass(slots=True)
class _Open:
    """The trial in flight on a thread: [calls, wall_s, cpu_s] by part, and single amounts by name."""

    parts: dict[str, list[float]] = field(default_factory=dict)
    amounts: dict[str, float] = field(default_factory=dict)


class _Here(threading.local):
    trial: _Open | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """What one block of a trial was measured to take, over all its calls."""

    calls: int
    wall_s: float
    cpu_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PutIn:
    """One trial as its case saw it."""

    number: int
    pid: int
    parts: dict[str, Put]
    amounts: dict[str, float]


class Tally:
    """Measures blocks of trials in any thread or process; without a path it measures and forgets."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self._here = _Here()

    @contextmanager
    def trial(self, number: int) -> Iterator[None]:
        """Everything measured inside belongs to that trial, whose line is written however it ends."""
        mine = self._here.trial = _Open()
        try:
            yield
        finally:
            self._here.trial = None
            self._append({"number": number, "pid": os.getpid(), "parts": mine.parts, "amounts": mine.amounts})

    @contextmanager
    def measure(self, part: str) -> Iterator[None]:
        """Wall time and CPU of the calling thread between entering and leaving."""
        mine = self._here.trial
        began_s, began_cpu_s = time.perf_counter(), time.thread_time()
        try:
            yield
        finally:
            cpu_s, wall_s = time.thread_time() - began_cpu_s, time.perf_counter() - began_s
            if mine is not None:
                sums = mine.parts.setdefault(part, [0, 0.0, 0.0])
                sums[0] += 1
                sums[1] += wall_s
                sums[2] += cpu_s

    def add(self, name: str, amount: float) -> None:
        """Add to a single amount of the trial in flight."""
        mine = self._here.trial
        if mine is not None:
            mine.amounts[name] = mine.amounts.get(name, 0.0) + amount

    def _append(self, line: dict[str, Any]) -> None:
        if self.path is None:
            return
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        try:
            os.write(descriptor, json.dumps(line).encode() + b"\n")  # one write: lines of processes do not mix
        finally:
            os.close(descriptor)


def read_tally(path: Path) -> tuple[PutIn, ...]:
    """What a case wrote, by trial number. Raises RecordError when the file is not a tally."""
    try:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        found = [
            PutIn(
                number=int(line["number"]),
                pid=int(line["pid"]),
                parts={n: Put(calls=int(c), wall_s=w, cpu_s=p) for n, (c, w, p) in line["parts"].items()},
                amounts=line["amounts"],
            )
            for line in lines
        ]
    except OSError as error:
        raise RecordError(f"{path} cannot be read ({error.strerror or error}): run the case with --tally") from error
    except (KeyError, TypeError, ValueError) as error:
        raise RecordError(f"{path} is not what a calibration case wrote ({error}): run the case again") from error
    return tuple(sorted(found, key=lambda put: put.number))
