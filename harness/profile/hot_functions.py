"""The heaviest functions of the user's own code: the lines of each added up, as one line alone may say little."""

from collections import defaultdict
from collections.abc import Sequence

from harness.profile.code_kinds import Code
from harness.profile.facts import HotFunction
from harness.profile.hot_lines import WeighedStack

MOST = 20
LEAST_SHARE = 0.01


def hot_functions(stacks: Sequence[WeighedStack], code: Code, *, wall_s_per_trial: float) -> tuple[HotFunction, ...]:
    """By the innermost function of the user's on each stack, heaviest first: each sample counts once."""
    total_s = sum(stack.weight_s for stack in stacks)
    if total_s <= 0:
        return ()
    lines_s: dict[tuple[str, str], dict[int, float]] = defaultdict(lambda: defaultdict(float))
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for stack in stacks:
        frame = next((frame for frame in reversed(stack.frames) if code.is_user(frame)), None)
        if frame is not None:
            lines_s[frame.file, frame.function][frame.line] += stack.weight_s
            counts[frame.file, frame.function] += stack.samples
    heaviest = sorted(lines_s, key=lambda key: (-sum(lines_s[key].values()), key))[:MOST]
    found = (
        HotFunction(
            file=code.shown(file),
            function=function,
            lines=tuple(sorted(lines, key=lambda line: (-lines[line], line))),
            share=sum(lines.values()) / total_s,
            s_per_trial=sum(lines.values()) / total_s * wall_s_per_trial,
            samples=counts[file, function],
            line_shares=tuple(sorted((weight_s / total_s for weight_s in lines.values()), reverse=True)),
        )
        for file, function in heaviest
        if (lines := lines_s[file, function])
    )
    return tuple(one for one in found if one.share >= LEAST_SHARE)
