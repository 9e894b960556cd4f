"""What watching costs is told whole: every part of it is measured, or calibrated as it happens."""

from harness.attach.cost import observed_event_cost_s


def test_an_observed_call_costs_something() -> None:
    assert 0 < observed_event_cost_s() < 1
