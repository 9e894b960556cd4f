"""The heaviest lines of the user's own code; a callback or a loop per row is shown at the line that calls it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from harness.model.record import UNATTRIBUTED
from harness.model.stacks import Frame
from harness.profile.code_kinds import Code
from harness.profile.facts import HotLine
from harness.profile.row_calls import GROUP, loop_sentence, row_call, row_iterator
from harness.profile.row_evidence import UNCOUNTED, Often, few_at
from harness.profile.row_loops import RowLoop, Sources
from harness.profile.stack_cut import OBJECTIVE

MOST = 60
LEAST_SHARE = 0.001
LOOP_EVIDENCE = 0.02  # of a loop's time at its head: else the body is the cost, and the rows are few


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighedStack:
    """Frames below the start of the objective, and the seconds that were seen there in one span."""

    frames: tuple[Frame, ...]
    span: str
    weight_s: float
    samples: int = 1


class _Line(NamedTuple):
    span: str
    file: str
    line: int
    function: str


@dataclass(frozen=True, slots=True)
class _Place:
    frame: Frame
    callback: str | None


def hot_lines(
    stacks: Sequence[WeighedStack],
    code: Code,
    sources: Sources,
    *,
    wall_s_per_trial: float,
    often: Often = UNCOUNTED,
) -> tuple[HotLine, ...]:
    """The heaviest lines by span, heaviest first: each sample counts at one line.

    `often` says how often lines have the user's functions called in a trial.
    """
    total_s = sum(stack.weight_s for stack in stacks)
    if total_s <= 0:
        return ()
    weighed = [(stack.frames, stack.weight_s) for stack in stacks]
    few = few_at(weighed, code, sources.statement, often.counts, wall_s_per_trial * often.running)
    placing = _Placing(stacks, code, sources, few)
    weights: dict[_Line, float] = defaultdict(float)
    seen: dict[_Line, int] = defaultdict(int)
    callbacks: dict[_Line, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for stack in stacks:
        place = placing.place(stack.frames)
        if place is None:
            continue
        key = _Line(stack.span, place.frame.file, place.frame.line, place.frame.function)
        weights[key] += stack.weight_s
        seen[key] += stack.samples
        if place.callback is not None:
            callbacks[key][place.callback] += stack.weight_s
    _gather(weights, seen, callbacks)
    heaviest = sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:MOST]
    return tuple(
        HotLine(
            span=key.span,
            file=code.shown(key.file),
            line=key.line,
            function=key.function,
            share=weight_s / total_s,
            s_per_trial=weight_s / total_s * wall_s_per_trial,
            callback=_heaviest(callbacks.get(key)),
            samples=seen[key],
            calls_per_trial=(often.counts or {}).get((key.file, key.line)) if callbacks.get(key) else None,
        )
        for key, weight_s in heaviest
        if weight_s >= LEAST_SHARE * total_s
    )


class _Placing:
    """Decides at which line of the user's a stack counts."""

    def __init__(
        self, stacks: Sequence[WeighedStack], code: Code, sources: Sources, few: frozenset[tuple[str, int]]
    ) -> None:
        self._code, self._sources, self._few = code, sources, few
        self._loops = self._evident_loops(stacks)

    def place(self, frames: Sequence[Frame]) -> _Place | None:
        own = [index for index, frame in enumerate(frames) if self._code.is_user(frame)]
        if not own:
            return None
        return self._row_place(frames, own) or _Place(frames[own[-1]], None)

    def _row_place(self, frames: Sequence[Frame], own: Sequence[int]) -> _Place | None:
        """The outermost line that makes Python run per row; one that does so per group counts only if no other does."""
        per_group: _Place | None = None
        for position, index in enumerate(own):
            frame = frames[index]
            loop = self._loop_at(frame)
            if loop is not None:
                head = Frame(file=frame.file, line=loop.line, function=frame.function)
                return _Place(head, loop_sentence(loop.iterator))
            if position + 1 == len(own):
                said = row_iterator(frames[index + 1 :])
                return _Place(frame, said) if said is not None else per_group
            after = own[position + 1]
            is_few = (frame.file, frame.line) in self._few
            below = frames[index + 1 : after]
            called = None if is_few else row_call(frame, below, frames[after], self._sources.statement)
            if called is not None and called[1] != GROUP:
                return _Place(frame, called[0])
            if called is not None and per_group is None:
                per_group = _Place(frame, called[0])
        return per_group

    def _loop_at(self, frame: Frame) -> RowLoop | None:
        loops = self._loops.get(frame.file, ())
        return next((loop for loop in loops if loop.holds(frame.line)), None)

    def _evident_loops(self, stacks: Sequence[WeighedStack]) -> dict[str, tuple[RowLoop, ...]]:
        """Loops over rows whose head was seen often enough for the rows to be many."""
        head_s: dict[tuple[str, RowLoop], float] = defaultdict(float)
        whole_s: dict[tuple[str, RowLoop], float] = defaultdict(float)
        for stack in stacks:
            for frame in stack.frames:
                if not self._code.is_user(frame):
                    continue
                for loop in self._sources.loops(frame.file):
                    if loop.holds(frame.line):
                        whole_s[frame.file, loop] += stack.weight_s
                    if loop.is_head(frame.line):
                        head_s[frame.file, loop] += stack.weight_s
        evident: dict[str, list[RowLoop]] = defaultdict(list)
        for (file, loop), weight_s in whole_s.items():
            if head_s[file, loop] >= LOOP_EVIDENCE * weight_s:
                evident[file].append(loop)
        return {file: tuple(sorted(loops, key=lambda loop: loop.line)) for file, loops in evident.items()}


def _gather(weights: dict[_Line, float], counts: dict[_Line, int], callbacks: dict[_Line, dict[str, float]]) -> None:
    """Give a line's samples without a marked span to the span that most of it is in: short ones were not kept."""
    for line in [line for line in weights if line.span == OBJECTIVE]:
        same = [other for other in weights if other[1:] == line[1:] and other.span not in (OBJECTIVE, UNATTRIBUTED)]
        most = max(same, key=lambda other: weights[other], default=None)
        if most is not None and weights[most] >= 2 * weights[line]:
            weights[most] += weights.pop(line)
            counts[most] += counts.pop(line)
            for said, weight_s in callbacks.pop(line, {}).items():
                callbacks[most][said] += weight_s


def _heaviest(callbacks: dict[str, float] | None) -> str | None:
    return None if not callbacks else max(callbacks, key=lambda said: (callbacks[said], said))
