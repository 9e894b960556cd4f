"""The pilot plans, at most three looks spend alpha, and a comparison ends as soon as all is decided."""

from dataclasses import replace

import pytest

from harness.experiments.deciding import decide, look_points
from harness.experiments.looks import next_look
from harness.model.comparison import Aim, Look
from harness.model.comparisons import Compared
from harness.stats.answer import Answer
from harness.stats.sequential import alpha_after_pilot
from tests.comparisons import Fake, Truth, fake_compared, first_blocks


def looks_of(compared: Compared, pilot: int) -> list[Look]:
    """All looks of a comparison whose cells come as they are asked for."""
    found: list[Look] = []
    blocks = pilot
    while not found or not found[-1].is_last:
        found.append(next_look(replace(first_blocks(compared, blocks), looks=tuple(found))))
        blocks = found[-1].planned_blocks
    return found


def test_a_quiet_machine_needs_no_more_than_the_pilot() -> None:
    compared = fake_compared(Fake(truths={"gc": Truth(whole=1.3)}, noise=0.005, pairs=6, aim=Aim()))
    (look,) = looks_of(compared, 6)
    assert look.is_last
    assert look.alpha == pytest.approx(alpha_after_pilot(0.01))
    assert look.why == "the pilot's 6 pairs are enough to see 10 %"


def test_a_noisy_one_plans_more_and_looks_at_most_three_times() -> None:
    compared = fake_compared(Fake(truths={"gc": Truth()}, noise=0.08, pairs=30, aim=Aim(most_pairs=30)))
    found = looks_of(compared, 6)
    assert found[0].alpha == 0
    assert not found[0].is_last
    tested = [look for look in found if look.alpha > 0]
    assert 1 <= len(tested) <= 3
    assert [look.alpha for look in tested] == sorted(look.alpha for look in tested)
    assert found[-1].after_blocks == found[-1].planned_blocks


def test_planning_looks_at_the_spread_alone() -> None:
    plain = fake_compared(Fake(truths={"gc": Truth()}, noise=0.08, pairs=6, aim=Aim()))
    large = fake_compared(Fake(truths={"gc": Truth(whole=3.0)}, noise=0.08, pairs=6, aim=Aim()))
    assert decide(plain).planned == pytest.approx(decide(large).planned, abs=2)


def test_a_large_effect_ends_it_early() -> None:
    compared = fake_compared(Fake(truths={"gc": Truth(whole=4.0)}, noise=0.15, pairs=40, aim=Aim(slowdown=4.0)))
    found = looks_of(compared, 6)
    assert found[-1].after_blocks < decide(compared).planned
    assert found[-1].why.startswith("everything is decided after")


def test_no_more_than_the_most_pairs_are_planned() -> None:
    aim = Aim(most_pairs=9)
    compared = fake_compared(Fake(truths={"gc": Truth()}, noise=0.5, pairs=9, aim=aim))
    assert looks_of(compared, 6)[-1].after_blocks == 9
    assert "9 are the most allowed" in looks_of(compared, 6)[0].why


def test_pairs_that_were_asked_for_are_one_look_with_all_of_alpha() -> None:
    compared = fake_compared(Fake(truths={"gc": Truth()}, noise=0.3, pairs=8, aim=Aim(pairs=8)))
    (look,) = looks_of(compared, 8)
    assert (look.is_last, look.alpha, look.why) == (True, 0.01, "8 pairs, as asked for")


def test_several_levers_share_alpha() -> None:
    one = fake_compared(Fake(truths={"gc": Truth()}, pairs=12))
    four = fake_compared(Fake(truths={name: Truth() for name in ("gc", "gc-off", "gc-freeze", "reuse")}, pairs=12))
    assert decide(one).levers[0].level == pytest.approx(0.01)
    assert min(found.level for found in decide(four).levers) == pytest.approx(0.0025)


def test_an_interval_agrees_with_its_decision() -> None:
    truths = {"gc": Truth(whole=1.3), "gc-off": Truth(), "gc-freeze": Truth(whole=1.04)}
    for found in decide(fake_compared(Fake(truths=truths, pairs=12))).levers:
        assert found.result is not None
        assert found.adjusted_p is not None
        low, high = found.result.ratio.low, found.result.ratio.high
        assert low is not None
        assert high is not None
        assert (found.adjusted_p <= 0.01) == (low > 1 or high < 1)


def test_a_dead_cell_costs_its_pair_alone() -> None:
    compared = fake_compared(Fake(truths={"gc": Truth(dies=(2,)), "gc-off": Truth()}, pairs=12))
    found = {one.contrast.name: one for one in decide(compared).levers}
    assert 2 not in found["gc"].logs
    assert len(found["gc"].logs) == 11
    assert len(found["gc-off"].logs) == 12


def test_an_arm_that_dies_at_once_holds_nothing_up() -> None:
    compared = fake_compared(
        Fake(truths={"gc": Truth(dies=(0, 1)), "gc-off": Truth()}, noise=0.005, pairs=6, aim=Aim())
    )
    assert [one.contrast.name for one in decide(compared).levers] == ["gc-off"]
    assert next_look(replace(compared, looks=())).is_last


def test_one_pair_decides_nothing_and_fails_nothing() -> None:
    compared = fake_compared(Fake(truths={"gc": Truth(whole=1.3)}, pairs=1))
    assert decide(compared).levers[0].answer is Answer.INCONCLUSIVE
    assert decide(first_blocks(compared, 0)).levers[0].result is None


@pytest.mark.parametrize(("planned", "points"), [(6, (6,)), (7, (7,)), (12, (8, 12)), (30, (10, 20, 30))])
def test_looks_are_evenly_spaced_after_the_pilot(planned: int, points: tuple[int, ...]) -> None:
    assert look_points(Aim(), planned) == points
