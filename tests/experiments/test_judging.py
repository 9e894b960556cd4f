"""Known truths are found: answers, ceilings, components, interactions; and nothing is ruled where controls fail."""

from dataclasses import replace

import pytest

from harness.experiments.judging import judge
from harness.experiments.quality import Finding
from harness.model.comparison import Design
from harness.model.metric import Metric
from harness.stats.answer import Answer
from harness.stats.factorial import effects
from tests.comparisons import BASELINE, SPANS, Fake, FakeSearch, Truth, fake_compared, fake_searched, first_blocks

LOAD = ("load", "split")
REUSE = Truth(spans={"load": 0.1, "split": 0.1})


def test_known_ratios_are_within_their_intervals() -> None:
    truths = {"gc": Truth(whole=1.3), "gc-off": Truth()}
    judged = judge(fake_compared(Fake(truths=truths)))
    assert judged.is_sound
    for one in judged.levers:
        assert one.decided is not None
        assert one.decided.result is not None
        ratio = one.decided.result.ratio
        assert (ratio.low or 0) < truths[one.contrast.name].whole < (ratio.high or 0)
    assert [one.decided.answer for one in judged.levers if one.decided] == [Answer.SLOWER, Answer.SAME]


def test_the_ceiling_is_the_share_of_what_a_lever_touches() -> None:
    (one,) = judge(fake_compared(Fake(truths={"reuse": REUSE}))).levers
    share = (SPANS["load"] + SPANS["split"]) / (sum(SPANS.values()) + 0.003)
    assert one.ceiling is not None
    assert one.ceiling.spans == LOAD
    assert one.ceiling.share == pytest.approx(share, rel=0.01)
    assert one.component is not None
    assert one.component.result is not None
    assert one.component.result.ratio.value == pytest.approx(0.1, rel=0.05)
    assert not one.is_above_ceiling


def test_more_than_the_ceiling_is_flagged() -> None:
    (one,) = judge(fake_compared(Fake(truths={"reuse": Truth(whole=0.6, spans={"load": 0.1})}))).levers
    assert one.is_above_ceiling


def test_nothing_is_left_of_a_component_that_costs_nothing() -> None:
    (one,) = judge(fake_compared(Fake(truths={"reuse": Truth(spans={"load": 0.0, "split": 0.0})}))).levers
    assert one.component is not None
    assert (one.component.after_s, one.component.result) == (0, None)


def test_a_baseline_that_differs_from_itself_rules_nothing() -> None:
    judged = judge(fake_compared(Fake(truths={"gc": Truth(whole=1.3)}, same=1.1)))
    assert not judged.is_sound
    assert judged.unsound == ("two arms that are the same differ in CPU",)


def test_a_slowdown_that_is_not_seen_rules_nothing() -> None:
    judged = judge(fake_compared(Fake(truths={"gc": Truth(whole=1.3)}, is_slowed=False)))
    assert judged.unsound == ("the slowdown that was put in is not seen in CPU",)


WAITING = Fake(truths={"gc": Truth(whole=1.3), "sqlite-tuned": Truth(whole=0.7)}, waiting=0.8)


def test_each_metric_has_its_own_controls() -> None:
    judged = judge(fake_compared(WAITING))
    assert judged.void == {Metric.WALL: ("the slowdown that was put in is not seen in wall",)}
    assert judged.void_by(Metric.RUN_WALL) == judged.void_by(Metric.WALL)
    assert judged.void_by(Metric.CPU) == judged.void_by(Metric.STORAGE_CPU) == ()
    assert (judged.is_sound, judged.rules_nothing) == (False, False)


def test_a_slowdown_need_not_be_seen_in_bytes() -> None:
    judged = judge(fake_compared(Fake(truths={"compress": Truth()}, is_slowed=False)))
    assert judged.is_sound
    assert judged.void_by(Metric.CPU) == ("the slowdown that was put in is not seen in CPU",)


def test_what_the_slowdown_comes_to_is_known_beforehand() -> None:
    judged = judge(fake_compared(Fake(truths={"gc": Truth()})))
    assert judged.expected is not None
    (seen,) = judged.decisions.slowed
    assert seen.result is not None
    assert 1 < judged.expected.low <= judged.expected.high <= 1.25
    assert seen.result.ratio.value == pytest.approx(judged.expected.low, rel=0.03)


def test_another_value_withdraws_the_arm_and_no_other() -> None:
    judged = judge(fake_compared(Fake(truths={"gc": Truth(value=0.25), "gc-off": Truth()})))
    assert judged.withdrawn == {"gc": "trial 0 gave 0.5 and 0.75"}
    out = {one.contrast.name: one.out for one in judged.levers}
    assert out == {"gc": "its values differ from the baseline's, trial 0 gave 0.5 and 0.75", "gc-off": None}
    assert [arm.difference is None for arm in judged.values].count(False) == 1


def test_dead_cells_are_listed_and_an_arm_of_them_is_given_up() -> None:
    judged = judge(fake_compared(Fake(truths={"gc": Truth(dies=(0, 1)), "gc-off": Truth(dies=(4,))})))
    assert [(cell.arm, cell.block) for cell in judged.dead] == [("gc", 0), ("gc", 1), ("gc-off", 4)]
    assert judged.given_up == {"gc": "ran out of memory"}
    assert judged.levers[0].out == "its first runs died: ran out of memory"


def test_memory_is_judged_beside_cpu() -> None:
    (one,) = judge(fake_compared(Fake(truths={"gc-off": Truth(memory=1.4)}))).levers
    found = {line.metric: line for line in one.metrics}
    assert one.metrics[0].metric is Metric.CPU
    memory = found[Metric.MEMORY].result
    assert memory is not None
    assert memory.ratio.value == pytest.approx(1.4, rel=1e-6)


def test_leaving_one_out_is_all_over_all_but_it() -> None:
    truths = {"gc": Truth(whole=1.3), "one-write": Truth(whole=0.5)}
    judged = judge(fake_compared(Fake(truths=truths, design=Design.LEAVE_ONE_OUT)))
    found = [one.decided.result.ratio.value for one in judged.levers if one.decided and one.decided.result]
    assert found == pytest.approx([1.3, 0.5], rel=0.03)
    assert judged.total is not None
    assert judged.total.decided is not None
    assert judged.total.decided.result is not None
    assert judged.total.decided.result.ratio.value == pytest.approx(0.65, rel=0.03)


def test_a_step_of_a_waterfall_is_over_the_step_before() -> None:
    truths = {"one-write": Truth(whole=0.5), "compiled": Truth(whole=0.01), "gc": Truth(whole=1.2)}
    judged = judge(fake_compared(Fake(truths=truths, design=Design.CUMULATIVE)))
    found = [one.decided.result.ratio.value for one in judged.levers if one.decided and one.decided.result]
    assert found == pytest.approx([0.5, 0.01, 1.2], rel=0.03)


def test_a_factorial_finds_what_levers_do_only_together() -> None:
    fake = Fake(
        truths={"gc": Truth(whole=1.2), "one-write": Truth(whole=0.7)},
        together={frozenset(("gc", "one-write")): 1.3},
        design=Design.FACTORIAL,
    )
    judged = judge(fake_compared(fake))
    (effect,) = judged.interactions
    assert effect.ratio.value == pytest.approx(1.3, rel=0.04)
    once = {(one.lever, one.other): one for one in judged.simple}
    assert once["one-write", "gc"].alone.ratio.value == pytest.approx(0.7, rel=0.03)
    assert once["one-write", "gc"].together.ratio.value == pytest.approx(0.7 * 1.3, rel=0.03)


def test_main_effects_are_those_of_the_factorial() -> None:
    compared = fake_compared(
        Fake(truths={"gc": Truth(whole=1.2), "one-write": Truth(whole=0.7)}, design=Design.FACTORIAL)
    )
    judged = judge(compared)
    arms = {frozenset(arm.levers): arm.name for arm in compared.comparison.arms if arm.levers or arm.name == BASELINE}
    cpu = {
        (cell.block, cell.arm): sum(
            row.cpu_s + row.before["storage"].cpu_s for row in compared.records[cell.run].trials
        )
        for cell in compared.cells
    }
    blocks = [{some: cpu[block, name] for some, name in arms.items()} for block in range(12)]
    expected = {effect.factors: effect.ratio.value for effect in effects(blocks, ("gc", "one-write"))}
    for one in judged.levers:
        assert one.decided is not None
        assert one.decided.result is not None
        assert one.decided.result.ratio.value == pytest.approx(expected[one.contrast.name,], rel=1e-6)


def test_the_machinery_is_what_launching_took_beside_the_runs() -> None:
    found = judge(fake_compared(Fake(truths={"gc": Truth()}))).machinery
    assert found.cells == 48
    assert found.machinery_s == pytest.approx(48 * 0.05)
    assert found.share is not None
    assert 0 < found.share < 0.1


def test_a_comparison_without_cells_is_judged_as_one() -> None:
    judged = judge(first_blocks(fake_compared(Fake(truths={"gc": Truth()})), 0))
    assert not judged.is_sound
    assert judged.machinery.share is None
    assert judged.values == ()


def test_a_record_that_is_gone_is_no_pair() -> None:
    compared = fake_compared(Fake(truths={"gc": Truth()}))
    gone = next(cell.run for cell in compared.cells if cell.arm == "gc")
    left = {run: record for run, record in compared.records.items() if run != gone}
    (one,) = judge(replace(compared, records=left)).levers
    assert one.decided is not None
    assert len(one.decided.logs) == 11


def test_a_cheaper_search_finds_better_for_the_same_cpu() -> None:
    (found,) = judge(fake_searched(FakeSearch(cost=0.4))).searches
    assert found.finding is Finding.BETTER
    assert found.result is not None
    assert found.result.score.difference.value > 0
    assert found.result.cpu_ratio.value == pytest.approx(0.4, rel=0.05)


def test_a_search_that_finds_worse_does_not_pay_however_cheap() -> None:
    (found,) = judge(fake_searched(FakeSearch(cost=0.4, score=-0.1))).searches
    assert found.finding is Finding.SLOWER


def test_too_few_seeds_judge_no_search() -> None:
    (found,) = judge(fake_searched(FakeSearch(seeds=4))).searches
    assert found.finding is Finding.INCONCLUSIVE
    assert found.why == "only 4 seeds have both searches, and a search is judged over at least 5"


def test_what_ending_a_process_takes_is_told_apart() -> None:
    compared = fake_compared(Fake(truths={"gc": Truth()}))
    assert judge(compared).machinery.ending_share == pytest.approx(0.0, abs=1e-9)
    records = {
        run: replace(record, outcome=replace(record.outcome, cpu_s=record.outcome.cpu_s + 1.0))
        for run, record in compared.records.items()
        if record.outcome is not None
    }
    found = judge(replace(compared, records=records)).machinery.ending_share
    assert found is not None
    assert 0.2 < found < 0.3
