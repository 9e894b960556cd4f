import pytest

from harness.profile.code_kinds import code_of
from harness.profile.hot_functions import hot_functions
from harness.profile.hot_lines import WeighedStack
from tests.profile.stack_samples import SERIES, STORAGE, user


def stack(line: int, function: str, weight_s: float, samples: int, *below: object) -> WeighedStack:
    frames = (user(1), user(line, function), *below)
    return WeighedStack(frames=frames, span="objective", weight_s=weight_s, samples=samples)  # type: ignore[arg-type]


def test_lines_of_a_function_are_added_up_with_what_they_call() -> None:
    stacks = [
        stack(17, "compute_regime", 0.17, 17),
        stack(18, "compute_regime", 0.13, 13, *SERIES),
        stack(19, "compute_regime", 0.21, 21),
        stack(40, "score", 0.3, 30),
        WeighedStack(frames=STORAGE[:1], span="storage", weight_s=0.19, samples=19),
    ]
    first, second = hot_functions(stacks, code_of([], ()), wall_s_per_trial=2.0)
    assert (first.function, first.lines, first.samples) == ("compute_regime", (19, 17, 18), 51)
    assert (first.share, first.s_per_trial) == (pytest.approx(0.51), pytest.approx(1.02))
    assert (second.function, second.share) == ("score", pytest.approx(0.3))


def test_what_is_next_to_nothing_is_left_out_and_no_samples_give_none() -> None:
    stacks = [stack(1, "a", 0.995, 199), stack(2, "b", 0.005, 1)]
    assert [one.function for one in hot_functions(stacks, code_of([], ()), wall_s_per_trial=1.0)] == ["a"]
    assert hot_functions([], code_of([], ()), wall_s_per_trial=1.0) == ()
