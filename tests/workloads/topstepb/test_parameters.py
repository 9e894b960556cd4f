"""Parameters: every point of the space is a valid strategy, and nonsense is refused by name."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import InputError
from harness.workloads.topstepb.parameters import SPACE, Kind, Parameters


def point(share: float) -> dict[str, float]:
    at = {axis.name: axis.low + share * (axis.high - axis.low) for axis in SPACE}
    return {axis.name: round(at[axis.name]) if axis.kind is Kind.INT else at[axis.name] for axis in SPACE}


AXES = {
    axis.name: st.integers(int(axis.low), int(axis.high)) if axis.kind is Kind.INT else st.floats(axis.low, axis.high)
    for axis in SPACE
}


@given(st.fixed_dictionaries(AXES))
def test_every_point_of_the_space_has_its_slow_average_slower_than_its_fast_one(chosen):
    parameters = Parameters(**chosen)
    assert parameters.slow_span > parameters.fast_span
    assert parameters.first_signal_row >= parameters.slow_span


def test_the_space_names_every_parameter_once():
    assert sorted(axis.name for axis in SPACE) == sorted(each.name for each in fields(Parameters))


def test_the_defaults_lie_inside_the_space():
    defaults = Parameters()
    for axis in SPACE:
        assert axis.low <= getattr(defaults, axis.name) <= axis.high


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fast_span", 1),
        ("rsi_length", 14.0),
        ("slope_length", 0),
        ("atr_length", -3),
        ("slow_ratio", 1.0),
        ("slow_ratio", 1.01),
        ("rsi_limit", 50.0),
        ("rsi_limit", 101.0),
        ("slope_minimum", float("nan")),
        ("stop_atr", 0.0),
        ("target_atr", float("inf")),
    ],
)
def test_a_parameter_that_cannot_work_is_refused_by_name(name, value):
    with pytest.raises(InputError, match=name):
        Parameters(**{**point(0.0), name: value})
