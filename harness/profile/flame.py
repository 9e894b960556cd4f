"""The merged flame graph: one tree of the frames of all trials, heaviest first, pruned to what can be read."""

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from harness.model.stacks import Frame
from harness.profile.facts import FlameNode

MOST_NODES = 600
LEAST_SHARE = 0.002
DEEPEST = 60


@dataclass(slots=True)
class _Growing:
    """A node while samples are added."""

    label: str
    is_user: bool
    weight_s: float = 0.0
    children: dict[str, "_Growing"] = field(default_factory=dict)


def flame_of(
    stacks: Iterable[tuple[tuple[Frame, ...], float]], *, root: str, label: Callable[[Frame], tuple[str, bool]]
) -> FlameNode | None:
    """Frames merged by label, root first, with their weights; None without weight.

    `label` gives a frame's text and whether it is the user's own. What is cut off for being small, deep or too many
    stays in the weight of its parent.
    """
    top = _Growing(root, False)
    for frames, weight_s in stacks:
        _add(top, frames, weight_s, label)
    if top.weight_s <= 0:
        return None
    return _frozen(top, _kept(top))


def _add(top: _Growing, frames: tuple[Frame, ...], weight_s: float, label: Callable[[Frame], tuple[str, bool]]) -> None:
    node = top
    node.weight_s += weight_s
    for frame in frames[:DEEPEST]:
        text, is_user = label(frame)
        child = node.children.get(text)
        if child is None:
            child = node.children[text] = _Growing(text, is_user)
        child.weight_s += weight_s
        node = child


def _kept(top: _Growing) -> set[int]:
    """The heaviest nodes, each with all above it: a child is taken only after its parent, which weighs no less."""
    kept = {id(top)}
    order = 0
    waiting: list[tuple[float, int, _Growing]] = []

    def offer(node: _Growing) -> None:
        nonlocal order
        for child in node.children.values():
            if child.weight_s >= LEAST_SHARE * top.weight_s:
                order += 1
                heapq.heappush(waiting, (-child.weight_s, order, child))

    offer(top)
    while waiting and len(kept) < MOST_NODES:
        node = heapq.heappop(waiting)[2]
        kept.add(id(node))
        offer(node)
    return kept


def _frozen(node: _Growing, kept: set[int]) -> FlameNode:
    children = [_frozen(child, kept) for child in node.children.values() if id(child) in kept]
    return FlameNode(
        label=node.label,
        weight_s=node.weight_s,
        is_user=node.is_user,
        children=tuple(sorted(children, key=lambda child: (-child.weight_s, child.label))),
    )
