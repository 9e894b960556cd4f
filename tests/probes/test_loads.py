"""Loads: equal calls are one line, a load inside another is its part, and the number of lines is bounded."""

from pathlib import Path

import pytest

from harness.probes import loads
from harness.probes.loads import MOST_KEYS, Loads, arguments_text, hear_loads


def test_equal_calls_are_one_line_with_the_first_apart() -> None:
    book = Loads(lambda: True)

    for path in ("a", "a", "b"):
        assert book.call("read", str.upper, (path,), {}) == path.upper()

    first, second = book.rows()
    assert (first.what, first.arguments, first.calls, first.calls_in_trials) == ("read", "a", 2, 2)
    assert (second.arguments, second.calls) == ("b", 1)
    assert first.wall_s is not None
    assert first.first_wall_s is not None
    assert first.first_wall_s <= first.wall_s


def test_a_call_is_known_by_what_it_says_of_itself() -> None:
    book = Loads(lambda: True)

    for prices in ([1.0], [2.0]):
        assert book.call("feature ema", len, (prices,), {}, ("train", 5)) == 1

    assert [(row.arguments, row.calls) for row in book.rows()] == [("[train, 5]", 2)]


def test_a_load_inside_another_belongs_to_the_outer_one() -> None:
    book = Loads(lambda: False)

    def outer(path: str) -> str:
        book.opened("/data/inner.csv")
        return str(book.call("inner", str.upper, (path,), {}))

    assert book.call("outer", outer, ("a",), {}) == "A"
    book.opened("/data/alone.csv")

    assert [(row.what, row.calls, row.calls_in_trials) for row in book.rows()] == [("outer", 1, 0), ("open", 1, 0)]


def test_a_load_that_fails_is_counted_and_its_error_rises() -> None:
    book = Loads(lambda: True)

    with pytest.raises(ValueError, match="abc"):
        book.call("int", int, ("abc",), {})
    book.call("int", int, ("1",), {})

    assert sorted((row.arguments, row.calls) for row in book.rows()) == [("1", 1), ("abc", 1)]


def test_there_are_never_more_lines_than_the_bound() -> None:
    book = Loads(lambda: True)

    for number in range(MOST_KEYS + 100):
        book.opened(f"/data/{number}")

    rows = book.rows()
    assert len(rows) == MOST_KEYS + 1
    assert rows[0].arguments == "(others)"
    assert rows[0].calls == 100


@pytest.mark.parametrize(
    ("args", "kwargs", "text"),
    [
        (("a.csv",), {"sep": ";", "header": None}, "a.csv, header=None, sep=;"),
        ((Path("/a/b"), 3, 1.5, True), {}, "/a/b, 3, 1.5, True"),
        ((["x", "y"],), {}, "[x, y]"),
        (("select 1", "postgresql://me:s3cr3t@host/db"), {}, "select 1, postgresql://me:***@host/db"),
    ],
)
def test_arguments_are_short_text_without_passwords(
    args: tuple[object, ...], kwargs: dict[str, object], text: str
) -> None:
    assert arguments_text(args, kwargs) == text


def test_two_tables_are_not_the_same_argument() -> None:
    one, other = object(), object()

    assert arguments_text((one,), {}) != arguments_text((other,), {})
    assert arguments_text((one,), {}) == arguments_text((one,), {})


def test_hearing_is_handed_on_and_back() -> None:
    book = Loads(lambda: True)
    before = hear_loads(book)

    assert loads.loads() is book
    assert hear_loads(before) is book
