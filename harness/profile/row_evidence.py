"""Whether a line that has a library call the user's Python does so often, and cheaply each time: many rows, or few."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from harness.model.record import ProcessEnd
from harness.model.stacks import Frame
from harness.profile.code_kinds import Code
from harness.profile.row_calls import SourceLine, is_row_caller, row_call

MANY = 100.0  # calls in a trial
CHEAP_S = 0.001  # for each: what takes longer is a computation of its own, and its own line is what costs
MACHINERY = 0.02  # of the line's samples in the library itself: that much only many calls spend there

Line = tuple[str, int]
Stack = tuple[tuple[Frame, ...], float]  # frames and seconds
Counts = Mapping[Line, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Often:
    """How often lines have functions called, and how much of a trial's wall those may have taken themselves."""

    counts: Counts | None = None  # None: nobody counted
    running: float = 1.0  # of the wall: the rest is waiting for a core or the interpreter lock, which is no call's own


UNCOUNTED = Often()


def counts_of(ends: Iterable[ProcessEnd], trials: int) -> Counts | None:
    """Calls of the user's functions in a trial, by the line that has them called; None where nobody counted."""
    found: dict[Line, float] = defaultdict(float)
    is_counted = False
    for end in ends:
        is_counted = is_counted or end.row_calls is not None
        for row in end.row_calls or ():
            found[row.file, row.line] += row.calls / max(trials, 1)
    return found if is_counted else None


def few_at(
    stacks: Sequence[Stack], code: Code, source_line: SourceLine, counts: Counts | None, wall_s_per_trial: float
) -> frozenset[Line]:
    """The lines whose calls are few or heavy, or not known to be many. Records that did not count have none.

    `wall_s_per_trial` leaves out what a trial waited for a core or the interpreter lock: among nine threads, or on a
    busy machine, the cheapest call takes long.
    """
    if counts is None:
        return frozenset()
    total_s = sum(weight_s for _, weight_s in stacks)
    called: dict[Line, float] = defaultdict(float)
    machinery: dict[Line, float] = defaultdict(float)
    for frames, weight_s in stacks:
        own = [index for index, frame in enumerate(frames) if code.is_user(frame)]
        for index, after in pairwise(own):
            if row_call(frames[index], frames[index + 1 : after], frames[after], source_line) is not None:
                called[frames[index].file, frames[index].line] += weight_s
        if own and any(is_row_caller(frame) for frame in frames[own[-1] + 1 :]):
            machinery[frames[own[-1]].file, frames[own[-1]].line] += weight_s
    few = set()
    for line, seconds in called.items():
        calls = counts.get(line)
        if calls is None:
            is_many = machinery[line] >= MACHINERY * (seconds + machinery[line])
        else:
            is_many = calls >= MANY and seconds / total_s * wall_s_per_trial <= CHEAP_S * calls
        if not is_many:
            few.add(line)
    return frozenset(few)
