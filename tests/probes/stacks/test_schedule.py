import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.probes.stacks import DEFAULT_HZ, STEADY_HZ
from harness.probes.stacks.budget import ALLOWANCE_S, COST_SHARE, affordable_hz, spare_s
from harness.probes.stacks.schedule import FULL_RATE_S, rate_after, stretch_after
from harness.probes.stacks.spy import EARLY_HZ, FIRST_HZ, TRACE_BYTES, Rate, next_stretch_s


def test_the_rate_is_full_at_first_and_falls_to_one_look_a_second() -> None:
    assert [rate_after(at_s, 20) for at_s in (0.0, FULL_RATE_S, 2 * FULL_RATE_S, 1e6)] == [20, 20, 10, 1]


def test_a_rate_below_one_is_not_raised() -> None:
    assert rate_after(1e6, 0.5) == 0.5


def test_a_stretch_is_three_times_as_long_as_all_before_it_within_bounds() -> None:
    assert [stretch_after(at_s) for at_s in (0.0, 4.0, 60.0, 1e6)] == [1, 12, 180, 600]


def test_a_stretch_is_shortened_when_its_trace_grew_too_large() -> None:
    assert next_stretch_s(60, 4 * TRACE_BYTES, 120.0) == 15
    assert next_stretch_s(60, TRACE_BYTES // 100, 120.0) == 360


@given(st.floats(1, 1000), st.floats(1e-6, 1e6), st.floats(0, 1e9))
def test_the_affordable_rate_costs_its_share(rate_hz: float, cost_s: float, used_s: float) -> None:
    found = affordable_hz(rate_hz, cost_s, used_s)
    assert abs(cost_s * found / rate_hz - COST_SHARE * used_s) <= 1e-9 * max(used_s, 1.0)


def test_a_short_run_may_cost_an_allowance_and_a_long_one_its_share() -> None:
    assert spare_s(0.05, 0.0) == pytest.approx(ALLOWANCE_S - 0.05)
    assert spare_s(0.05, 10.0) == ALLOWANCE_S  # within its share: nothing of it is used
    assert spare_s(9.0, 10.0) == 0.0
    assert affordable_hz(60, 0.1, 0.4, 0.03, spare_s=0.088) == pytest.approx(60)


def test_any_rate_can_be_afforded_where_nothing_is_known() -> None:
    assert affordable_hz(20, 1.0, None) == float("inf")
    assert affordable_hz(20, 0.0, 1.0) == float("inf")


@given(st.floats(0, 1e7), st.floats(0, 1e6))
def test_py_spy_is_always_asked_for_a_whole_rate_that_it_takes(elapsed_s: float, affordable: float) -> None:
    assert 1 <= Rate(most_hz=20).of_stretch(elapsed_s, affordable) <= 20


def test_what_cannot_be_afforded_has_a_floor_and_the_schedule_has_none() -> None:
    rate = Rate(most_hz=20)
    assert [rate.of_stretch(0.0, hz) for hz in (100.0, 12.7, 0.1)] == [20, 12, 5]
    assert rate.of_stretch(1e6, 0.1) == 1


def test_a_run_begins_at_a_high_rate_and_comes_to_the_steady_one() -> None:
    rate = Rate(most_hz=DEFAULT_HZ)
    assert rate.of_stretch(0.0, rate.first_hz) == EARLY_HZ
    assert rate.of_stretch(0.0, FIRST_HZ) == FIRST_HZ
    assert [rate.of_stretch(at_s, 1e9) for at_s in (20.0, 48.0, 120.0, 240.0)] == [100, 50, STEADY_HZ, STEADY_HZ / 2]


def test_a_rate_that_was_asked_for_is_kept_whatever_it_costs() -> None:
    rate = Rate(most_hz=500, cost_share=None)
    assert [rate.of_stretch(at_s, rate.first_hz) for at_s in (0.0, 120.0, 240.0)] == [500, 500, 250]
