"""Spans: plain statements until somebody listens."""

from collections.abc import Iterator

import pytest

import harness
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
