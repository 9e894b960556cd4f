"""Lines of the user's own code that wait for other processes: pools, joblib's workers, commands."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from harness.model.stacks import Frame
from harness.profile.code_kinds import Code
from harness.profile.facts import WaitingLine
from harness.profile.hot_lines import WeighedStack

LEAST_SHARE = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiter:
    """Functions of a library that wait for other processes, by where their frames lie."""

    file: re.Pattern[str]
    names: tuple[str, ...]  # the last part of the qualified name
    waits_for: str


def _waiter(file: str, names: str, waits_for: str) -> Waiter:
    return Waiter(file=re.compile(rf"[/\\]{file}$"), names=tuple(names.split()), waits_for=waits_for)


POOL, OTHERS = "a pool's workers", "other processes"
# A library before the standard library's functions that it calls: what is named is the outermost.
_WAITERS = (
    _waiter(r"joblib/parallel\.py", "_retrieve _get_outputs retrieve", "joblib's workers"),
    _waiter(r"distributed/\w+\.py", "result gather sync wait as_completed", "Dask's workers"),
    _waiter(r"ray/\w+/worker\.py", "get wait", "Ray's workers"),
    _waiter(r"concurrent/futures/_base\.py", "result wait as_completed result_iterator", POOL),
    _waiter(r"multiprocessing/pool\.py", "get wait next join", POOL),
    _waiter(r"multiprocessing/queues\.py", "get put", OTHERS),
    _waiter(r"multiprocessing/connection\.py", "wait poll recv recv_bytes", OTHERS),
    _waiter(r"multiprocessing/popen_\w+\.py", "wait poll", OTHERS),
    _waiter(r"subprocess\.py", "wait communicate _wait _communicate", "a command"),
)


def waiting_lines(stacks: Sequence[WeighedStack], code: Code) -> tuple[WaitingLine, ...]:
    """The user's innermost lines below which a function waits for processes, largest share first.

    Whether it waits for processes or for threads (joblib and futures know both) the frames do not tell.
    """
    total_s = sum(stack.weight_s for stack in stacks)
    if total_s <= 0:
        return ()
    weights: dict[tuple[str, int, str, str], float] = defaultdict(float)
    for stack in stacks:
        own = [index for index, frame in enumerate(stack.frames) if code.is_user(frame)]
        if not own:
            continue
        frame = stack.frames[own[-1]]
        waits_for = _waits_for(stack.frames[own[-1] + 1 :])
        if waits_for is not None:
            weights[frame.file, frame.line, frame.function, waits_for] += stack.weight_s
    heaviest = sorted(weights.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        WaitingLine(file=code.shown(file), line=line, function=function, waits_for=waits_for, share=weight_s / total_s)
        for (file, line, function, waits_for), weight_s in heaviest
        if weight_s >= LEAST_SHARE * total_s
    )


def _waits_for(frames: Sequence[Frame]) -> str | None:
    for frame in frames:
        name = frame.function.rpartition(".")[2]
        for waiter in _WAITERS:
            if name in waiter.names and waiter.file.search(frame.file):
                return waiter.waits_for
    return None
