"""The size of an attribute: about what its JSON has, at a cost that does not grow with it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from harness.attach.sizes import size_of


class Counting(list[Any]):
    """A list that counts what is taken out of it, and is never walked."""

    looks = 0

    def __getitem__(self, index: Any) -> Any:
        self.looks += 1
        return super().__getitem__(index)

    def __iter__(self) -> Iterator[Any]:
        raise AssertionError("walked")


class Hostile(dict[str, Any]):
    def __iter__(self) -> Iterator[str]:
        raise RuntimeError("the user's own")


@pytest.mark.parametrize(
    ("value", "size"), [(1.5, 8), (7, 8), (True, 8), (None, 4), ("abc", 3), (b"ab", 2), ([], 2), ({}, 2), (object(), 0)]
)
def test_what_is_no_container(value: object, size: int) -> None:
    assert size_of(value) == size


@pytest.mark.parametrize(
    "value",
    [
        {"equity": [1000 + index / 7 for index in range(5_000)]},
        [{"at": "2026-01-01T00:00:00", "price": 101.25, "side": "buy"} for _ in range(900)],
        {f"metric {index}": index / 3 for index in range(40)},
        [[index / 3] * 20 for index in range(20)],
        {"a": {"b": {"c": ["text" * 10] * 10}}},
    ],
)
def test_it_is_about_that_of_the_json(value: object) -> None:
    assert len(json.dumps(value)) / 3 < size_of(value) < len(json.dumps(value)) * 3


def test_few_items_are_looked_at_however_many_there_are() -> None:
    value = Counting([Counting([1.0] * 100_000)] * 100_000)
    assert size_of(value) > 10_000_000_000
    assert value.looks <= 3


def test_a_circle_and_what_fails_count_little_and_never_raise() -> None:
    circle: list[Any] = [1]
    circle.append(circle)
    assert 0 < size_of(circle) < 1000
    assert size_of(Hostile(a=1)) == 0
