import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import InputError
from harness.stats.quality import SeedRuns, Trajectory, compare_quality

BASELINE = ((1.0, 0.2), (4.0, 0.5), (9.0, 0.8))


def seed(lever: Trajectory, lever_cpu_s: float, baseline: Trajectory = BASELINE, cpu_s: float = 10.0) -> SeedRuns:
    return SeedRuns(baseline=baseline, lever=lever, baseline_cpu_s=cpu_s, lever_cpu_s=lever_cpu_s)


def test_scores_are_read_where_the_shorter_search_ended() -> None:
    found = compare_quality([seed(((1.0, 0.6), (3.0, 0.7)), 5.0)] * 3)
    assert found.budget_s == 5.0
    assert (found.score.baseline, found.score.lever) == pytest.approx((0.5, 0.7))
    assert found.score.difference.value == pytest.approx(0.2)
    assert (found.final_score.baseline, found.final_score.lever) == pytest.approx((0.8, 0.7))
    assert found.cpu_ratio.value == pytest.approx(0.5)


def test_regret_is_what_is_missing_to_the_best_that_any_search_had() -> None:
    found = compare_quality([seed(((1.0, 0.6), (3.0, 0.7)), 5.0)] * 3)
    assert found.regret.baseline == pytest.approx(0.3)
    assert found.regret.lever == pytest.approx(0.1)
    assert found.regret.difference.value == pytest.approx(-found.score.difference.value)


def test_time_to_the_baselines_quality_is_a_ratio_where_all_reached_it() -> None:
    found = compare_quality([seed(((1.0, 0.6), (4.5, 0.9)), 5.0)] * 4).time_to_quality
    assert (found.reached, found.seeds, found.is_median) == (4, 4, False)
    assert found.ratio is not None
    assert found.ratio.value == pytest.approx(4.5 / 9.0)


def test_a_search_that_never_got_there_counts_as_longer_than_any() -> None:
    fast, never = seed(((1.0, 0.9),), 5.0), seed(((1.0, 0.3),), 5.0)
    found = compare_quality([fast] * 4 + [never] * 3).time_to_quality
    assert (found.reached, found.is_median) == (4, True)
    assert found.ratio is not None
    assert found.ratio.value == pytest.approx(1 / 9)
    assert found.ratio.high is None  # with three of seven unknown, nothing bounds it from above
    assert found.lever_s == pytest.approx((4 * 1.0 + 3 * 5.0) / 7)
    assert found.baseline_s == pytest.approx(5.0)  # none had it within the equal budget


def test_where_most_never_got_there_no_ratio_is_made_up() -> None:
    found = compare_quality([seed(((1.0, 0.3),), 5.0)] * 5).time_to_quality
    assert (found.reached, found.ratio) == (0, None)


def test_what_was_spent_bounds_the_ratio_of_searches_that_never_got_there() -> None:
    never = [seed(((1.0, 0.3),), cpu_s) for cpu_s in (5.0, 5.5, 6.0, 6.5, 7.0, 7.5, 8.0)]
    found = compare_quality(never, confidence=0.99).time_to_quality
    assert found.ratio is None
    assert found.at_least == pytest.approx(5.0 / 9.0)  # all seven: one-sided, 1 in 128
    assert compare_quality(never[:6], confidence=0.99).time_to_quality.at_least is None
    fast = [seed(((1.0, 0.9),), 5.0)] * 7
    assert compare_quality(fast, confidence=0.99).time_to_quality.at_least == pytest.approx(1.0 / 9.0)


@given(st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)), min_size=3, max_size=9))
def test_a_search_that_minimises_is_the_mirror_image(scores: list[tuple[float, float]]) -> None:
    forth = [seed(((1.0, after),), 5.0, baseline=((1.0, before),)) for before, after in scores]
    back = [seed(((1.0, -after),), 5.0, baseline=((1.0, -before),)) for before, after in scores]
    one, other = compare_quality(forth), compare_quality(back, maximise=False)
    assert one.regret.difference.value == pytest.approx(other.regret.difference.value)
    assert one.score.difference.value == pytest.approx(-other.score.difference.value)
    assert one.time_to_quality.reached == other.time_to_quality.reached


def test_a_seed_without_a_score_in_time_is_left_out_and_counted() -> None:
    late = seed(((8.0, 0.9),), 9.0, baseline=((1.0, 0.5),), cpu_s=5.0)
    found = compare_quality([late, seed(((1.0, 0.6),), 5.0)])
    assert (found.seeds, found.seeds_without) == (2, 1)
    assert found.score.difference.value == pytest.approx(0.1)
    assert found.score.difference.low is None


@pytest.mark.parametrize(
    ("runs", "says"),
    [
        ([], "at least one seed"),
        ([seed((), 5.0)], "at least one score"),
        ([seed(((1.0, math.nan),), 5.0)], "finite"),
        ([seed(((3.0, 0.1), (1.0, 0.2)), 5.0)], "order of time"),
        ([seed(((3.0, 0.1),), 2.0)], "after its end"),
    ],
)
def test_what_cannot_be_compared_is_refused(runs: list[SeedRuns], says: str) -> None:
    with pytest.raises(InputError, match=says):
        compare_quality(runs)


def test_searches_that_never_overlap_are_refused() -> None:
    with pytest.raises(InputError, match="equal budget"):
        compare_quality([seed(((8.0, 0.9),), 9.0, baseline=((1.0, 0.5),), cpu_s=5.0)])
