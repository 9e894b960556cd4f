"""Growth with the data: known laws come back, phases are told apart, and the prediction is held to what came."""

from dataclasses import replace

import pytest

from harness.experiments.scaling.grown import grown_of
from harness.experiments.scaling.laws import Growth, law_of
from harness.experiments.scaling.runs import sized_runs
from harness.experiments.scaling.sizes import CPU, Fell, SizeGrowth
from harness.model.scaling import Scaled, Stage
from harness.report.scaling.sentences import headline
from harness.runner.scaling.request import Request
from harness.stats.cost_model import Point
from tests.experiments.scaling.made import BASE, Truth, a_scaled


def sizes_of(scaled: Scaled) -> SizeGrowth:
    found = grown_of(scaled).sizes
    assert found is not None
    return found


def test_a_linear_cost_has_exponent_one_and_its_own_coefficients() -> None:
    found = sizes_of(a_scaled())
    exponent, fixed, slope = found.cpu.exponent, found.cpu.fixed, found.cpu.slope
    assert found.cpu.growth is Growth.LINEAR
    assert exponent is not None
    assert exponent.low is not None
    assert exponent.high is not None
    assert exponent.low <= 1 <= exponent.high
    assert exponent.high - exponent.low < 0.2
    assert fixed is not None
    assert fixed.value == pytest.approx(0.02, rel=0.1)
    assert slope is not None
    assert slope.value == pytest.approx(1e-6, rel=0.05)


@pytest.mark.parametrize("truth", [0.5, 1.5, 2.0])
def test_a_power_comes_back_within_its_interval(truth: float) -> None:
    found = sizes_of(a_scaled(Truth(spans=lambda size: {"work": 1e-9 * size**truth * 64_000 ** (2 - truth) + 1e-3})))
    exponent = found.cpu.exponent
    assert found.cpu.growth is Growth.POWER
    assert exponent is not None
    assert exponent.low is not None
    assert exponent.high is not None
    assert exponent.low <= truth <= exponent.high


def test_a_jump_is_no_power_law_and_is_not_carried_on() -> None:
    found = grown_of(a_scaled(Truth(spans=lambda size: {"work": 0.01 if size < 20_000 else 10.0})))
    assert found.sizes is not None
    law = found.sizes.cpu
    assert law.power is not None
    assert law.power.is_at_bound
    assert law.growth is Growth.NO_LAW
    assert law.exponent is law.fixed is law.slope is None
    assert law.foretell(1e6) is law.at(1e6) is None
    assert "neither a line nor a power of the size" in headline(found)
    assert "Give --sizes between these to see where it jumps." in headline(found)


def test_an_exponent_that_was_not_found_is_not_told_of_a_line() -> None:
    costs = {1_000: (1.0, 3.1), 2_000: (1.0, 2.8), 4_000: (1.0, 30.0)}
    law = law_of([Point(size=size, cost=cost) for size, both in costs.items() for cost in both])
    assert law.power is not None
    assert law.power.is_at_bound
    assert law.growth is not Growth.POWER
    assert law.exponent is None


def test_phases_that_do_not_grow_are_told_from_those_that_do() -> None:
    spans = {"work": Growth.LINEAR, "fixed": Growth.FLAT}
    found = sizes_of(a_scaled())
    assert {phase.name: phase.law.growth for phase in found.phases if phase.law is not None} == spans
    assert [phase.name for phase in found.phases][:2] == ["work", "fixed"]
    assert {phase.name for phase in found.phases if phase.law is None} == {"storage", "unattributed"}


def test_a_cost_that_stays_is_flat() -> None:
    assert sizes_of(a_scaled(Truth(spans=lambda size: {"fixed": 0.02}))).cpu.growth is Growth.FLAT


def test_the_largest_size_is_foretold_from_the_others_alone() -> None:
    scaled = a_scaled()
    assert scaled.prediction is not None
    assert scaled.prediction.size == 64_000
    used = set(scaled.prediction.runs)
    assert used == {cell.run for cell in scaled.cells if cell.stage is Stage.FIT}
    held = next(one for one in sizes_of(scaled).held if one.foretold.quantity == CPU)
    assert held.fell is Fell.INSIDE
    assert held.inside == len(held.runs) == 3


def test_a_cost_that_bends_beyond_the_fitted_sizes_falls_outside() -> None:
    def bending(size: float) -> dict[str, float]:
        return {"work": 1e-6 * size * (2.0 if size > 40_000 else 1.0)}

    held = sizes_of(a_scaled(Truth(spans=bending))).held
    assert {one.fell for one in held} == {Fell.ABOVE}
    assert all(one.inside == 0 for one in held)


def test_drift_between_the_stages_is_seen_in_the_size_that_both_ran() -> None:
    drift = sizes_of(a_scaled(Truth(drift=1.2))).drift
    assert drift is not None
    assert drift.value == pytest.approx(1.2, rel=0.01)


def test_without_a_size_held_out_nothing_is_foretold() -> None:
    scaled = a_scaled(request=Request(base=BASE, sizes=(8_000, 16_000, 32_000), hold_out=False))
    assert scaled.prediction is None
    assert sizes_of(scaled).held == ()
    assert len(sizes_of(scaled).points) == 3


def test_two_sizes_make_a_line_without_an_exponent() -> None:
    found = sizes_of(a_scaled(request=Request(base=BASE, sizes=(8_000, 32_000))))
    assert found.cpu.growth is Growth.LINEAR
    assert found.cpu.exponent is None
    assert found.cpu.slope is not None
    assert found.cpu.slope.value == pytest.approx(1e-6, rel=0.05)


def test_runs_that_died_are_left_out() -> None:
    scaled = a_scaled(Truth(died={"8,000 rows": "killed by SIGKILL"}))
    assert 8_000 not in {point.size for point in sizes_of(scaled).points}
    assert len(sized_runs(scaled)) == len([cell for cell in scaled.cells if cell.died is None])


def test_one_size_is_no_law() -> None:
    law = law_of([Point(size=10, cost=1.0)] * 4)
    assert law.growth is Growth.UNKNOWN
    assert law.at(20) is None
    assert law.foretell(20) is None


def test_a_record_that_is_gone_counts_as_no_run() -> None:
    scaled = a_scaled()
    kept = dict(list(scaled.records.items())[1:])
    assert len(sized_runs(replace(scaled, records=kept))) == len(scaled.cells) - 1
