"""Comparisons as evidence: the claim's levers by its metric, on the claim's own axis, pair by pair."""

import pytest

from harness.claims.arithmetic import check
from harness.claims.compared import by_comparison, on_axis
from harness.claims.ruling import rule
from harness.experiments.judging import Judged, judge
from harness.model.claim import Form, Ruling, Span
from harness.model.comparison import Design, Skipped
from harness.model.metric import Metric
from harness.stats.interval import Interval
from tests.claims.ledgers import claim
from tests.comparisons import Fake, FakeSearch, Truth, fake_compared, fake_searched

TRUTHS = {"gc": Truth(whole=1.25), "reuse": Truth(spans={"load": 0.1}, memory=0.8)}


@pytest.fixture(scope="module")
def judged() -> Judged:
    return judge(fake_compared(Fake(truths=TRUTHS)))


def test_a_ratio_of_costs_is_turned_onto_the_claims_axis() -> None:
    ratio = Interval(value=0.5, low=0.4, high=0.8)

    assert on_axis(Form.SAVES, ratio) == Interval(value=0.5, low=pytest.approx(0.2), high=0.6)
    assert on_axis(Form.FASTER, ratio) == Interval(value=2.0, low=1.25, high=2.5)
    assert on_axis(Form.VALUE, ratio) == ratio


def test_the_truth_lies_in_the_interval_and_each_pair_has_its_two_runs(judged: Judged) -> None:
    found = by_comparison(claim(levers=("gc",), metric=Metric.CPU), judged)

    assert found.interval is not None
    assert found.interval.low is not None
    assert found.interval.high is not None
    assert found.interval.low < -0.25 < found.interval.high
    assert len(found.samples) == len({one.runs for one in found.samples}) >= 4
    assert all(len(one.runs) == 2 for one in found.samples)
    assert found.basis.startswith("CPU, ")


def test_another_metric_than_the_levers_own_is_read_from_the_same_runs(judged: Judged) -> None:
    found = by_comparison(claim(levers=("reuse",), metric=Metric.MEMORY), judged)

    assert found.interval is not None
    assert found.interval.value == pytest.approx(0.2, abs=0.03)
    assert found.basis.startswith("peak memory, ")
    assert found.ceiling is None


def test_a_claim_is_ruled_on_where_the_controls_of_its_own_metric_are_sound() -> None:
    judged = judge(fake_compared(Fake(truths={**TRUTHS, "sqlite-tuned": Truth(whole=0.5)}, waiting=0.8)))
    metrics = (Metric.CPU, Metric.WALL, Metric.MEMORY)
    unsound = {one: by_comparison(claim(levers=("gc",), metric=one), judged).unsound for one in metrics}

    assert unsound[Metric.CPU] is unsound[Metric.MEMORY] is None
    assert unsound[Metric.WALL] == "the slowdown that was put in is not seen in wall"


def test_the_measured_ceiling_is_the_share_that_the_lever_touches(judged: Judged) -> None:
    saves = by_comparison(claim(levers=("reuse",)), judged)
    faster = by_comparison(claim(levers=("reuse",), form=Form.FASTER), judged)

    assert saves.ceiling is not None
    assert faster.ceiling == pytest.approx(1 / (1 - saves.ceiling))


def test_levers_together_are_the_whole_of_a_cumulative_comparison() -> None:
    judged = judge(
        fake_compared(Fake(truths={"gc": Truth(whole=0.9), "reuse": Truth(whole=0.8)}, design=Design.CUMULATIVE))
    )
    found = by_comparison(claim(levers=("gc", "reuse")), judged)

    assert found.interval is not None
    assert found.interval.value == pytest.approx(1 - 0.9 * 0.8, abs=0.05)


def test_a_lever_that_did_not_apply_cannot_be_tested_here() -> None:
    skipped = (Skipped(lever="journal", why="the study is kept in memory"),)
    judged = judge(fake_compared(Fake(truths=TRUTHS, skipped=skipped)))

    assert by_comparison(claim(levers=("journal",)), judged).inapplicable is not None
    assert by_comparison(claim(levers=("memo",)), judged).missing is not None


def test_what_a_comparison_cannot_rule_on_is_said() -> None:
    judged = judge(fake_compared(Fake(truths=TRUTHS, same=1.5)))

    assert by_comparison(claim(levers=("gc",)), judged).unsound is not None


def test_a_search_is_measured_by_the_cpu_until_it_is_as_good() -> None:
    judged = judge(fake_searched(FakeSearch(score=0.05)))
    (search,) = judged.searches
    found = by_comparison(claim(levers=search.contrast.levers, form=Form.FASTER, claimed=Span(low=2, high=3)), judged)

    assert found.interval is not None
    assert found.quality is not None
    assert "as good as the search without it" in found.quality
    assert found.basis.startswith("CPU until as good")


def test_a_search_that_finds_worse_and_seldom_gets_there_is_the_opposite_of_a_gain() -> None:
    judged = judge(fake_searched(FakeSearch(cost=1.0, score=-0.3)))
    (search,) = judged.searches
    one = claim(levers=search.contrast.levers, form=Form.FASTER, claimed=Span(low=2, high=3))
    found = by_comparison(one, judged)

    assert found.interval is None
    assert found.opposite is not None
    ruled = rule(one, check(one), found)
    assert ruled.ruling is Ruling.REFUTED
    assert ruled.reason.startswith("The opposite: only 0 of 6 searches became as good")


def test_searches_that_end_before_they_are_as_good_bound_the_gain() -> None:
    judged = judge(fake_searched(FakeSearch(cost=0.4, score=-0.3, seeds=12)))
    (search,) = judged.searches
    found = by_comparison(claim(levers=search.contrast.levers, form=Form.FASTER, claimed=Span(low=2, high=3)), judged)

    assert search.result is not None
    assert search.result.time_to_quality.at_least is not None
    assert found.most == pytest.approx(1 / search.result.time_to_quality.at_least)
    assert 1 < (found.most or 0) < 1 / 0.3  # each had 0.4 of the CPU, and the others were there before their end
    assert len(found.samples) == 12
