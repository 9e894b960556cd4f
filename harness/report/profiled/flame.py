"""The flame graph laid out: frames with their place and width, thin ones cut, chains of library frames folded."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from harness.profile.facts import FlameNode, StackProfile
from harness.report.profiled.pictures import Flame, FlameFrame
from harness.units import count_text, percent_text, printable

FRAMES = 900
THINNEST_SHARE = 0.0015  # a pixel and a half of the page's width
DEEPEST = 60
_PASSED_ON = 0.98  # of a library frame's weight that goes to its only heavy child: it adds a row and no news
_WRAPPER = re.compile(r"\b(wrapper|wrapped|inner|decorated)\b")  # what decorators call the function that they return


@dataclass(frozen=True, slots=True)
class _Placed:
    node: FlameNode
    label: str
    depth: int
    start_share: float


def flame(stacks: StackProfile, wall_s_per_trial: float) -> Flame | None:
    """The graph of time inside trials; None without samples there. Seconds are shares of a trial's mean wall."""
    return _graph(stacks.flame, "time inside trials", wall_s_per_trial=wall_s_per_trial)


def allocation_flame(root: FlameNode | None) -> Flame | None:
    """The graph of what was allocated at the moment of most memory; a node's `weight_s` are bytes."""
    return _graph(root, "memory held at each process's moment of most memory", wall_s_per_trial=None)


def _graph(root: FlameNode | None, width: str, wall_s_per_trial: float | None) -> Flame | None:
    if root is None or root.weight_s <= 0:
        return None
    thinnest = THINNEST_SHARE
    placed = _laid_out(root, thinnest)
    while len(placed) > FRAMES:
        thinnest *= 1.5
        placed = _laid_out(root, thinnest)
    whole = root.weight_s
    frames = tuple(
        FlameFrame(
            label=item.label,
            depth=item.depth,
            start_share=item.start_share,
            share=item.node.weight_s / whole,
            s_per_trial=None if wall_s_per_trial is None else item.node.weight_s / whole * wall_s_per_trial,
            size_bytes=item.node.weight_s if wall_s_per_trial is None else None,
            is_user=item.node.is_user,
        )
        for item in placed
    )
    left_out = _size(root) - len(placed)
    cut = f"; {count_text(left_out)} frames that are folded or under {percent_text(thinnest)} are not drawn"
    return Flame(
        frames=frames,
        depth=1 + max(frame.depth for frame in frames),
        left_out=left_out,
        statement=f"Width is {width}, callers above what they call; your own code is coloured"
        + (cut if left_out else "")
        + ".",
    )


def _laid_out(root: FlameNode, thinnest: float) -> list[_Placed]:
    """Depth first, heaviest child first; without recursion, as stacks can be deep."""
    waiting = [_Placed(root, printable(root.label), 0, 0.0)]
    done = []
    while waiting:
        item = _folded(waiting.pop())
        done.append(item)
        if item.depth + 1 < DEEPEST:
            waiting.extend(reversed(list(_children(item, root.weight_s, thinnest))))
    return done


def _children(item: _Placed, whole_s: float, thinnest: float) -> Iterator[_Placed]:
    start = item.start_share
    for child in sorted(item.node.children, key=lambda node: -node.weight_s):
        share = child.weight_s / whole_s
        if share >= thinnest:
            yield _Placed(child, printable(child.label), item.depth + 1, start)
        start += share


def _folded(item: _Placed) -> _Placed:
    """A chain of library frames that hand their time on becomes its two ends, decorators at the first left out."""
    node, label = item.node, item.label
    first = label
    while not node.is_user and node.children:
        heaviest = max(node.children, key=lambda child: child.weight_s)
        if heaviest.is_user or heaviest.weight_s < _PASSED_ON * node.weight_s:
            break
        if _WRAPPER.search(first):
            first = printable(heaviest.label)
        node = heaviest
        last = printable(node.label)
        label = first if first == last else f"{first} … {last}"
    return item if node is item.node else _Placed(node, label, item.depth, item.start_share)


def _size(root: FlameNode) -> int:
    waiting, count = [root], 0
    while waiting:
        node = waiting.pop()
        count += 1
        waiting.extend(node.children)
    return count
