"""What waits in a process is what the storage will give back, and does not change with what it was made from."""

import enum
import json
from collections import OrderedDict
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.runner.storages.pending import given_back

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text() | st.integers() | st.booleans() | st.none(), inner, max_size=4)
    ),
)


class Level(enum.IntEnum):
    HIGH = 3


@given(value=VALUES)
def test_it_is_what_json_gives_back(value: Any) -> None:
    assert repr(given_back(value)) == repr(json.loads(json.dumps(value)))


@pytest.mark.parametrize(
    "value", [np.float64(0.1), Level.HIGH, OrderedDict(a=1), [np.float64(0.1)], {"a": (Level.HIGH,)}]
)
def test_what_only_looks_like_json_is_turned_into_it(value: Any) -> None:
    assert repr(given_back(value)) == repr(json.loads(json.dumps(value)))


@pytest.mark.parametrize("value", [object(), np.float32(1), [object()], {"a": {1, 2}}, {(1, 2): 3}, np.ones(2)])
def test_what_json_cannot_say_is_refused_at_once(value: Any) -> None:
    with pytest.raises(TypeError):
        given_back(value)


def test_what_holds_itself_is_refused_as_json_does() -> None:
    ring: list[Any] = []
    ring.append(ring)
    with pytest.raises((ValueError, RecursionError)):
        given_back(ring)


def test_later_changes_of_the_value_change_nothing() -> None:
    value: dict[str, Any] = {"curve": [1.0, 2.0], "nested": [{"a": [1]}]}
    kept = given_back(value)
    value["curve"].append(3.0)
    value["nested"][0]["a"].append(2)
    assert kept == {"curve": [1.0, 2.0], "nested": [{"a": [1]}]}
