from typing import Any

import pytest
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
    distribution_to_json,
)

from harness.attach.histories.parameters import external

LONG = '{"name": "IntUniformDistribution", "attributes": {"low": 1, "high": 9, "step": 1}}'  # as before Optuna 3


@pytest.mark.parametrize(
    ("distribution", "value"),
    [
        (FloatDistribution(-1, 1), 0.25),
        (FloatDistribution(1e-3, 1, log=True), 0.5),
        (IntDistribution(1, 9), 4),
        (CategoricalDistribution(["a", None, 3, True, 0.5]), "a"),
        (CategoricalDistribution(["a", None, 3, True, 0.5]), None),
        (CategoricalDistribution(["a", None, 3, True, 0.5]), True),
    ],
)
def test_a_parameter_is_what_the_objective_was_given(distribution: BaseDistribution, value: Any) -> None:
    read = external(distribution_to_json(distribution), float(distribution.to_internal_repr(value)))
    assert read == value
    assert type(read) is type(value)


def test_an_int_of_an_older_optuna_is_an_int() -> None:
    assert external(LONG, 4.0) == 4
    assert isinstance(external(LONG, 4.0), int)


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"name": "CategoricalDistribution"}', '{"name": 3}'])
def test_what_is_not_understood_stays_the_stored_number(text: str) -> None:
    assert external(text, 2.5) == 2.5


def test_a_choice_that_does_not_exist_stays_its_index() -> None:
    assert external('{"name": "CategoricalDistribution", "attributes": {"choices": ["a"]}}', 7.0) == 7.0


def test_a_value_that_is_missing_stays_missing() -> None:
    assert external("{}", None) is None
