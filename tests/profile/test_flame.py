from hypothesis import given
from hypothesis import strategies as st

from harness.model.stacks import Frame
from harness.profile.facts import FlameNode
from harness.profile.flame import DEEPEST, MOST_NODES, flame_of

NAMES = st.sampled_from("abcdef")
STACKS = st.lists(
    st.tuples(st.lists(NAMES, max_size=8).map(tuple), st.floats(min_value=0.001, max_value=10)), max_size=40
)


def of(names: str) -> tuple[Frame, ...]:
    return tuple(Frame(file="/x.py", line=1, function=name) for name in names)


def flame(stacks: list[tuple[str, float]]) -> FlameNode | None:
    return flame_of(
        [(of(names), weight_s) for names, weight_s in stacks],
        root="trials",
        label=lambda frame: (frame.function, frame.function == "a"),
    )


def size(node: FlameNode) -> int:
    return 1 + sum(size(child) for child in node.children)


def depth(node: FlameNode) -> int:
    return 1 + max((depth(child) for child in node.children), default=0)


def is_sound(node: FlameNode) -> bool:
    """A node weighs at least what its children weigh, and they stand heaviest first."""
    weights = [child.weight_s for child in node.children]
    return (
        sum(weights) <= node.weight_s * (1 + 1e-9)
        and weights == sorted(weights, reverse=True)
        and all(is_sound(child) for child in node.children)
    )


@given(STACKS)
def test_a_tree_of_any_stacks_is_sound_and_loses_no_time_at_its_root(
    stacks: list[tuple[tuple[str, ...], float]],
) -> None:
    found = flame([("".join(names), weight_s) for names, weight_s in stacks])
    if found is None:
        assert not stacks
        return
    assert is_sound(found)
    assert abs(found.weight_s - sum(weight_s for _, weight_s in stacks)) < 1e-6


def test_what_is_too_small_or_too_deep_or_too_much_is_left_to_the_parent() -> None:
    found = flame([("ab", 1.0), ("ac", 0.0001), ("d" * 500, 1.0)])
    assert found is not None
    assert [child.label for child in found.children] == ["a", "d"]
    assert [child.label for child in found.children[0].children] == ["b"]
    assert depth(found) == 1 + DEEPEST
    wide = flame_of(
        [(tuple(Frame(file="/x.py", line=1, function=f"{i}-{j}") for j in range(20)), 1.0) for i in range(100)],
        root="trials",
        label=lambda frame: (frame.function, False),
    )
    assert wide is not None
    assert size(wide) == MOST_NODES
