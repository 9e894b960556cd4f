"""Loads: equal calls are one line, a load inside another is its part, and the number of lines is bounded."""

import os
from pathlib import Path

import pytest

from harness.probes import loads
from harness.probes.loads import MOST_KEYS, Loads, hear_loads, shown


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


def test_there_are_never_more_lines_than_the_bound_and_what_repeats_stays() -> None:
    book = Loads(lambda: True)

    for number in range(3 * MOST_KEYS):
        book.opened("/data/same")
        book.opened(f"/data/{number}")

    rows = book.rows()
    assert len(rows) <= MOST_KEYS + 1
    assert sum(row.calls for row in rows) == 6 * MOST_KEYS
    assert rows[0].arguments == "/data/same"
    assert {row.is_sure for row in rows if row.arguments == "(others)"} == {False}


def test_a_file_written_anew_is_another_load(tmp_path: Path) -> None:
    book, path = Loads(lambda: True), tmp_path / "bars.csv"

    for content in ("1", "2", "2"):
        path.write_text(content)
        older(path, content)
        book.call("read", len, (str(path),), {})

    assert sorted(row.calls for row in book.rows()) == [1, 2]


def test_a_query_is_told_apart_by_all_of_it_and_shown_short() -> None:
    book, query = Loads(lambda: True), f"select {'x, ' * 100} y from t where day = "

    for day in ("1", "2", "2"):
        book.call("pandas.read_sql", len, (query + day,), {})

    rows = book.rows()
    assert sorted(row.calls for row in rows) == [1, 2]
    assert {row.arguments for row in rows} == {query[:200]}


def older(path: Path, content: str) -> None:
    """As if it had been written a while ago, at a time that its content tells."""
    os.utime(path, ns=(0, 1_700_000_000_000_000_000 + ord(content)))


def test_what_is_shown_is_short_and_without_passwords() -> None:
    assert shown(("select 1", "postgresql://me:s3cr3t@host/db"), {}) == "select 1, postgresql://me:***@host/db"
    assert shown((), {"password": "s3cr3t", "span": 3}) == "password=***, span=3"
    assert len(shown(("x" * 10_000_000,), {})) == 200


def test_hearing_is_handed_on_and_back() -> None:
    book = Loads(lambda: True)
    before = hear_loads(book)

    assert loads.loads() is book
    assert hear_loads(before) is book


def test_what_telling_loads_apart_costs_is_counted() -> None:
    book = Loads(lambda: True)
    book.opened("/nowhere")
    opened_ns = book.cost_ns
    book.call("read", len, ("x" * 100_000,), {})

    assert 0 < opened_ns < book.cost_ns
    book.forget()
    assert book.cost_ns == 0
