"""Stack samples on disk: `stacks*.jsonl` beside the trials' rows, the same form whoever took them.

Rows, by their "kind":

    {"kind":"source","source":"py-spy"|"in-process","rate_hz":20.0,"why":null|"ptrace is refused","began_s":epoch}
    {"kind":"frame","id":0,"file":"/a/b.py","line":12,"function":"objective"}
    {"kind":"stack","id":0,"frames":[0,4,9]}                      root first; ids count within the file
    {"kind":"samples","rows":[[at_s,pid,native thread,stack id,span|null,trial|null,weight_s], ...]}   in order of time

A torn last line is tolerated, as everywhere. `span` and `trial` are known to the in-process sampler only; samples of
py-spy find theirs by process, thread and time.
"""

from dataclasses import dataclass
from enum import Enum


class StackSource(Enum):
    """Who took the samples."""

    PY_SPY = "py-spy"  # from outside: sees native code that holds the GIL as it is
    IN_PROCESS = "in-process"  # a thread in each process: can look only when it gets the GIL


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A line of code that was being executed."""

    file: str
    line: int
    function: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StackSample:
    """One look at one thread."""

    at_s: float  # since the Unix epoch
    pid: int
    native_thread: int
    stack: int  # index into Stacks.stacks
    span: str | None
    trial: int | None
    weight_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stacks:
    """All samples of a run, files merged."""

    source: StackSource
    rate_hz: float
    why: str | None  # why not py-spy
    frames: tuple[Frame, ...]
    stacks: tuple[tuple[int, ...], ...]  # root first, indices into frames
    samples: tuple[StackSample, ...]
