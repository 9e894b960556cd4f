"""Joins samples and source: loops of the user's in which time goes into taking one value at a time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from harness.model.stacks import Frame
from harness.profile.code_kinds import Code
from harness.profile.facts import Handled, ScalarLoop
from harness.profile.hot_lines import WeighedStack
from harness.profile.row_loops import Sources
from harness.profile.scalar.frames import Access, access_of
from harness.profile.scalar.loops import Loop
from harness.profile.scalar.source import LoopSource

LEAST_SHARE = 0.01
_MOSTLY = 0.5  # of what the loop itself costs: else the access is a part of it and not what it is about
_LINES = 4


@dataclass(slots=True)
class _Group:
    """What was seen in one loop."""

    file: str
    loop: Loop
    function: str
    source: LoopSource
    weight_s: dict[Access | None, float] = field(default_factory=lambda: defaultdict(float))  # None: its own lines
    arrays_s: float = 0.0  # of its own lines, at those that handle single values of arrays
    samples: int = 0
    lines_s: dict[tuple[str, int], float] = field(default_factory=lambda: defaultdict(float))


@dataclass(frozen=True, slots=True)
class _Spot:
    """The user's line that a stack counts at, and the loop that runs it."""

    frame: Frame
    head: Frame  # the frame whose line lies in the loop
    loop: Loop
    source: LoopSource


def scalar_loops(
    stacks: Sequence[WeighedStack], code: Code, sources: Sources, *, wall_s_per_trial: float
) -> tuple[ScalarLoop, ...]:
    """The loops, heaviest first; none where the source is not there or was changed since the run began."""
    total_s = sum(stack.weight_s for stack in stacks)
    if total_s <= 0:
        return ()
    groups: dict[tuple[str, Loop], _Group] = {}
    for stack in stacks:
        _add(groups, stack, code, sources)
    found = []
    for group in groups.values():
        judged = _judged(group)
        if judged is None or judged[1] < LEAST_SHARE * total_s:
            continue
        handled, weight_s = judged
        found.append(
            ScalarLoop(
                file=code.shown(group.file),
                line=group.loop.line,
                function=group.function,
                handled=handled,
                text=_text(group, handled),
                lines=tuple((code.shown(file), line) for file, line in _heaviest(group)),
                share=weight_s / total_s,
                s_per_trial=weight_s / total_s * wall_s_per_trial,
                samples=group.samples,
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.share, one.file, one.line)))


def _add(groups: dict[tuple[str, Loop], _Group], stack: WeighedStack, code: Code, sources: Sources) -> None:
    own = [index for index, frame in enumerate(stack.frames) if code.is_user(frame)]
    if not own:
        return
    below = stack.frames[own[-1] + 1 :]
    access = access_of(below)
    if below and access is None:
        return
    spot = _spot(stack.frames, own, access, sources)
    if spot is None or not _is_shown(spot, access):
        return
    key = (spot.head.file, spot.loop)
    group = groups.setdefault(key, _Group(*key, spot.head.function, spot.source))
    group.weight_s[access] += stack.weight_s
    group.samples += stack.samples
    group.lines_s[spot.frame.file, spot.frame.line] += stack.weight_s
    if access is None and spot.frame.line in spot.source.elements(spot.loop).array_lines:
        group.arrays_s += stack.weight_s


def _spot(frames: Sequence[Frame], own: Sequence[int], access: Access | None, sources: Sources) -> _Spot | None:
    """The outermost loop of the innermost function that has one around the line, through direct calls of the user's."""
    leaf = frames[own[-1]]
    for position in range(len(own) - 1, -1, -1):
        index = own[position]
        frame = frames[index]
        source = sources.loop_source(frame.file)
        loops = () if source is None else source.around(frame.line)
        if source is not None and loops:
            return _Spot(leaf, frame, loops[0], source)
        is_called_directly = position > 0 and own[position - 1] == index - 1
        if access is None or not is_called_directly:
            return None
    return None


def _is_shown(spot: _Spot, access: Access | None) -> bool:
    """Whether the source agrees with the frames; a function that the loop calls has only its frames to show."""
    line = spot.frame.line
    if access is None or not (spot.frame.file == spot.head.file and spot.loop.holds(line)):
        return True
    elements = spot.source.elements(spot.loop)
    here = [element for element in elements.pandas if element.line <= line <= element.until]
    match access:
        case Access.VALUE:
            return bool(here)
        case Access.GROWTH:
            return any(element.accessor == "loc" for element in here) or spot.source.grows(line)
        case Access.PIECE:
            return True


def _judged(group: _Group) -> tuple[Handled, float] | None:
    """What the loop takes one by one, and the seconds that go with it: its own lines' too where it is mostly that."""
    values_s, growth_s, own_s = (group.weight_s[kind] for kind in (Access.VALUE, Access.GROWTH, None))
    growth_s += group.weight_s[Access.PIECE] if growth_s > 0 else 0.0
    taken_s = values_s + growth_s
    of_tables = Handled.GROWTH if growth_s > values_s else Handled.TABLE
    if taken_s > 0 and taken_s >= _MOSTLY * (taken_s + own_s):
        return of_tables, taken_s + own_s
    if group.arrays_s > 0 and group.arrays_s >= _MOSTLY * own_s:
        return Handled.ARRAY, taken_s + own_s
    return (of_tables, taken_s) if taken_s > 0 else None


def _heaviest(group: _Group) -> list[tuple[str, int]]:
    return sorted(group.lines_s, key=lambda place: (-group.lines_s[place], place))[:_LINES]


def _text(group: _Group, handled: Handled) -> str:
    """How the source writes the access, at the heaviest line that has one."""
    elements = group.source.elements(group.loop)
    for file, line in _heaviest(group):
        if file == group.file and handled is Handled.ARRAY and line in elements.array_lines:
            return elements.array_lines[line]
        if file == group.file and handled is not Handled.ARRAY:
            text = next((one.text for one in elements.pandas if one.line <= line <= one.until), None)
            if text is not None or handled is Handled.GROWTH:
                return text or group.source.statement(line)
    file, line = _heaviest(group)[0]
    return group.source.statement(line) if file == group.file else ""
