"""The flame graph keeps widths true, folds what says nothing, cuts what cannot be seen and counts what it cut."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.profile.facts import FlameNode
from harness.report.profiled.flame import DEEPEST, FRAMES, flame
from harness.report.profiled.pictures import Flame
from tests.profiles import fake_stacks


def node(label: str, weight_s: float, *children: FlameNode, is_user: bool = False) -> FlameNode:
    return FlameNode(label=label, weight_s=weight_s, is_user=is_user, children=children)


def drawn(root: FlameNode, wall_s: float = 2.0) -> Flame:
    picture = flame(fake_stacks(flame=root), wall_s)
    assert picture is not None
    return picture


def test_a_frame_is_as_wide_as_its_share_and_stands_under_its_caller() -> None:
    picture = drawn(node("all", 10, node("b", 4, is_user=True), node("a", 6, node("c", 3, is_user=True), is_user=True)))
    places = {frame.label: (frame.depth, frame.start_share, frame.share) for frame in picture.frames}
    assert places == {"all": (0, 0, 1), "a": (1, 0, 0.6), "c": (2, 0, 0.3), "b": (1, 0.6, 0.4)}
    assert picture.left_out == 0


def test_seconds_are_shares_of_a_trial() -> None:
    picture = drawn(node("all", 10, node("half", 5, is_user=True)), wall_s=3.0)
    assert [frame.s_per_trial for frame in picture.frames] == [3.0, 1.5]


def test_a_chain_of_library_frames_becomes_its_two_ends() -> None:
    inner = node("run_trial", 9.95, node("objective", 9.9, is_user=True))
    picture = drawn(node("all", 10, node("script", 10, node("optimize", 10, node("loop", 9.99, inner)), is_user=True)))
    assert [frame.label for frame in picture.frames] == ["all", "script", "optimize … run_trial", "objective"]
    assert picture.left_out == 2


def test_a_library_frame_with_time_of_its_own_is_kept() -> None:
    picture = drawn(node("all", 10, node("user", 10, node("read", 10, node("decode", 6)), is_user=True)))
    assert [frame.label for frame in picture.frames] == ["all", "user", "read", "decode"]


def test_what_is_too_thin_to_see_is_cut_and_counted() -> None:
    thin = tuple(node(f"thin {index}", 0.001, is_user=True) for index in range(50))
    picture = drawn(node("all", 100, node("thick", 99, is_user=True), *thin))
    assert [frame.label for frame in picture.frames] == ["all", "thick"]
    assert picture.left_out == 50
    assert "50 frames" in picture.statement


def test_a_bushy_graph_stays_below_the_limit_of_frames() -> None:
    leaves = tuple(node(f"leaf {index}", 1.0, is_user=True) for index in range(500))
    branches = tuple(node(f"branch {index}", 500.0, *leaves, is_user=True) for index in range(5))
    picture = drawn(node("all", 2500.0, *branches))
    assert len(picture.frames) <= FRAMES
    assert picture.left_out + len(picture.frames) == 1 + 5 + 2500


def test_a_stack_deeper_than_python_could_recurse_is_drawn_to_a_depth() -> None:
    root = node("bottom", 10, is_user=True)
    for level in range(3000):
        root = node(f"level {level}", 10, root, is_user=True)
    assert drawn(root).depth == DEEPEST


def test_without_samples_there_is_no_graph() -> None:
    assert flame(fake_stacks(flame=None), 1.0) is None
    assert flame(fake_stacks(flame=node("all", 0.0)), 1.0) is None


def _above(children: list[FlameNode]) -> FlameNode:
    weight = sum(child.weight_s for child in children) + 0.5
    return replace(node("inner", weight, is_user=True), children=tuple(children))


trees = st.recursive(
    st.builds(lambda weight: node("leaf", weight, is_user=True), st.floats(0.01, 5)),
    lambda below: st.lists(below, min_size=1, max_size=4).map(_above),
    max_leaves=30,
)


@given(trees)
def test_children_lie_within_their_caller(root: FlameNode) -> None:
    frames = drawn(root).frames
    for frame in frames:
        if frame.depth:
            assert any(
                above.depth == frame.depth - 1
                and above.start_share <= frame.start_share + 1e-9
                and frame.start_share + frame.share <= above.start_share + above.share + 1e-9
                for above in frames
            )
    assert frames[0].share == pytest.approx(1.0)


def test_a_chain_is_named_past_the_decorators_that_it_begins_with() -> None:
    chain = node("validate.<locals>.wrapper (sk)", 10, node("cross_val_score (sk)", 10, node("_retrieve (joblib)", 10)))
    picture = drawn(node("all", 10, node("script", 10, chain, is_user=True)))
    assert [frame.label for frame in picture.frames][2] == "cross_val_score (sk) … _retrieve (joblib)"

    alone = node("wrapper (sk)", 10, node("fit (sk)", 10))
    picture = drawn(node("all", 10, node("script", 10, alone, is_user=True)))
    assert [frame.label for frame in picture.frames][2] == "fit (sk)"
