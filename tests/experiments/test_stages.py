"""How a share ranks points is told from points that were run on all the data as well."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from harness.experiments.stages import StageRanking, over_seeds, spearman, stage_rank_correlation
from tests.experiments.test_incumbents import record, row


def again(number: int, point: int, value: float) -> object:
    from dataclasses import replace

    return replace(row(number, value), params={"x": point})


def test_a_share_that_ranks_alike_correlates_fully() -> None:
    rows = [row(n, float(n), 0.1) for n in range(5)] + [again(5 + n, n, 10.0 * n) for n in range(4)]

    assert stage_rank_correlation(record(rows)) == (StageRanking(share=0.1, points=4, correlation=1.0),)


def test_each_share_has_its_own() -> None:
    rows = [row(n, float(n), 0.1) for n in range(4)] + [again(4 + n, n, float(-n)) for n in range(4)]
    halves = [row(8 + n, float(n), 0.5) for n in range(2)]

    assert stage_rank_correlation(record([*rows, *halves])) == (
        StageRanking(share=0.1, points=4, correlation=-1.0),
        StageRanking(share=0.5, points=0, correlation=None),
    )


def test_points_that_were_scored_afterwards_count() -> None:
    rows = [row(n, 5.0 - n, 0.1) for n in range(4)]
    scored = record([row(n, 50.0 - n) for n in range(4)])

    assert stage_rank_correlation(record(rows), scored) == (StageRanking(share=0.1, points=4, correlation=1.0),)


def test_a_search_on_all_data_has_no_stages() -> None:
    assert stage_rank_correlation(record([row(n, float(n)) for n in range(4)])) == ()


def test_seeds_come_together_as_the_median_of_their_correlations() -> None:
    seeds = [
        (StageRanking(share=0.1, points=5, correlation=value), StageRanking(share=0.5, points=2, correlation=None))
        for value in (0.2, 0.9, 0.4)
    ]

    assert over_seeds(seeds) == (
        StageRanking(share=0.1, points=15, correlation=0.4),
        StageRanking(share=0.5, points=0, correlation=None),
    )
    assert over_seeds([(), ()]) == ()


def test_two_points_or_equal_values_say_nothing() -> None:
    assert spearman(((1.0, 2.0), (2.0, 3.0))) is None
    assert spearman(((1.0, 2.0), (1.0, 3.0), (1.0, 4.0))) is None


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=30))
def test_it_is_the_textbooks_coefficient(pairs: list[tuple[int, int]]) -> None:
    found = spearman(tuple((float(one), float(other)) for one, other in pairs))

    if len({one for one, _ in pairs}) == 1 or len({other for _, other in pairs}) == 1:
        assert found is None
    else:
        assert found == pytest.approx(spearmanr(*zip(*pairs, strict=True)).statistic)
