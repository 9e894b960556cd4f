"""Spans: plain statements until somebody listens."""

from collections.abc import Iterator
from typing import Any

import pytest

import harness
from harness.probes import spans
from harness.probes.spans import Listener, hear, span


class Heard:
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def enter(self, name: str) -> None:
        self.calls.append(f"> {name}")

    def leave(self) -> None:
        self.calls.append("<")


@pytest.fixture(autouse=True)
def _deaf_again() -> Iterator[None]:
    before = hear(None)
    yield
    hear(before)


def test_nested_spans_are_heard_in_order() -> None:
    heard = Heard()
    hear(heard)

    with span("outer"), span("inner"):
        pass

    assert heard.calls == ["> outer", "> inner", "<", "<"]


def test_a_function_can_be_a_span_and_recurse() -> None:
    heard = Heard()
    hear(heard)

    @span("down")
    def down(depth: int) -> int:
        return depth and down(depth - 1)

    assert down(2) == 0
    assert heard.calls == ["> down"] * 3 + ["<"] * 3


def test_an_exception_leaves_the_span_and_goes_on() -> None:
    heard = Heard()
    hear(heard)

    with pytest.raises(KeyError), span("broken"):
        raise KeyError

    assert heard.calls == ["> broken", "<"]


def test_nobody_need_listen() -> None:
    with span("unheard"):
        pass


def test_hear_gives_back_who_listened_before() -> None:
    first: Listener = Heard()
    second: Listener = Heard()

    assert hear(first) is None
    assert hear(second) is first
    assert hear(None) is second


def test_one_span_serves_many_times() -> None:
    heard, mark = Heard(), span("again")
    hear(heard)

    with mark, mark:
        pass

    assert heard.calls == ["> again", "> again", "<", "<"]


def test_span_is_a_public_name() -> None:
    assert harness.span is span


class _Unspeakable:
    def __repr__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("", ""),
        (5, "5"),
        (("fold", 1), "('fold', 1)"),
        (_Unspeakable(), "_Unspeakable"),
        ("a\ud800b", "a\\ud800b"),
        ("connect password=hunter22", "connect password=***"),
        ("x" * 5000, "x" * 200),
    ],
)
def test_any_name_is_heard_as_a_short_text_without_secrets(given: Any, told: str) -> None:
    heard = Heard()
    hear(heard)

    for _ in range(2):  # told again from memory
        with span(given):
            pass

    assert heard.calls == [f"> {told}", "<"] * 2


def test_many_names_are_not_all_kept_in_memory() -> None:
    hear(Heard())

    for number in range(2000):
        with span(f"step {number}"):
            pass

    assert len(spans._told) <= spans._MOST
