"""By what calls are known in other processes: equal calls are equal there, different ones are not."""

import threading
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.workloads.marks.identity import UnknownCallError, call_digest


class Kind(Enum):
    ONE = 1


@dataclass(frozen=True)
class Key:
    path: Path
    count: int = 0


def load(*arguments: Any) -> None: ...


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=5,
)


@given(VALUES, VALUES)
def test_digests_are_equal_exactly_where_arguments_are(one: Any, other: Any) -> None:
    assert (call_digest(load, one) == call_digest(load, other)) == (repr(one) == repr(other))


def test_paths_enums_and_dataclasses_are_known_by_their_values() -> None:
    assert call_digest(load, Key(Path("a")), Kind.ONE) == call_digest(load, Key(Path("a")), Kind.ONE)
    assert call_digest(load, Key(Path("a"))) != call_digest(load, Key(Path("a"), 1))


def test_what_a_function_closes_over_is_part_of_it() -> None:
    def made(value: Any) -> Any:
        return lambda: value

    assert call_digest(made(1)) == call_digest(made(1)) != call_digest(made(2))


def test_what_cannot_be_told_elsewhere_is_refused_with_its_kind() -> None:
    with pytest.raises(UnknownCallError, match="a lock"):
        call_digest(load, threading.Lock())
