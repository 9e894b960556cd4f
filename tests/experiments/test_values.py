"""Equal means equal to the last bit, trial by trial."""

import math
from dataclasses import replace

import pytest

from harness.experiments.values import compared_trials, first_difference
from harness.model.record import Record, TrialRow, TrialState
from tests.comparisons import BASE
from tests.fakes import Cost, fake_record, fake_trials

ROWS = fake_trials(4, Cost(spans={"other": 0.1}))
ONE = fake_record("one", BASE, ROWS)


def with_row(number: int, row: TrialRow) -> Record:
    return replace(ONE, trials=tuple(row if old.number == number else old for old in ONE.trials))


def test_the_same_values_in_another_order_are_no_difference() -> None:
    assert first_difference(ONE, replace(ONE, trials=tuple(reversed(ONE.trials)))) is None
    assert compared_trials(ONE, ONE) == 4


def test_the_first_differing_trial_is_named_with_both_values() -> None:
    other = with_row(2, replace(ROWS[2], values=(0.75,)))
    found = first_difference(ONE, other)
    assert found is not None
    assert (found.number, found.sentence) == (2, "trial 2 gave 0.502 and 0.75")


@pytest.mark.parametrize(("first", "second"), [(0.0, -0.0), (1.0, math.nextafter(1.0, 2.0)), (1.0, math.nan)])
def test_one_bit_is_a_difference(first: float, second: float) -> None:
    one, two = (with_row(0, replace(ROWS[0], values=(value,))) for value in (first, second))
    assert first_difference(one, two) is not None


def test_nan_equals_nan() -> None:
    one, two = (with_row(0, replace(ROWS[0], values=(math.nan,))) for _ in range(2))
    assert first_difference(one, two) is None


def test_a_trial_that_only_one_run_has_is_a_difference() -> None:
    found = first_difference(ONE, replace(ONE, trials=ONE.trials[:3]))
    assert found is not None
    assert found.sentence == "trial 3 gave 0.503 and no trial"


def test_states_differ_as_values_do_and_other_parameters_are_said() -> None:
    pruned = replace(ROWS[1], state=TrialState.PRUNED, values=None, params={"fast": 9})
    found = first_difference(ONE, with_row(1, pruned))
    assert found is not None
    assert found.sentence == "trial 1 gave 0.501 and pruned with other parameters (the first is fast)"
