"""The memo: bounded by bytes, one computation for threads that want the same, and safe from its users."""

import threading

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.workloads.marks.memo import Kept, Memo
from harness.workloads.marks.sizes import bytes_in, objects_in, rows_in


def test_what_was_used_longest_ago_goes_first() -> None:
    memo = Memo(250)
    for key in ("a", "b", "a", "c"):
        memo.answer(key, lambda: np.zeros(100, np.uint8))
    assert memo.answer("a", lambda: 0)[1] is Kept.HIT
    assert memo.answer("b", lambda: np.zeros(100, np.uint8))[1] is Kept.NEW


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 300)), max_size=40), st.integers(1, 500))
def test_it_never_holds_more_than_its_bound_and_always_answers_right(asked: list[tuple[int, int]], most: int) -> None:
    memo = Memo(most)
    for key, size in asked:
        value, _ = memo.answer((key, size), lambda size=size: np.zeros(size, np.uint8))
        assert len(value) == size
        assert 0 <= memo.held_bytes <= most


def test_what_is_larger_than_the_bound_is_not_kept() -> None:
    memo = Memo(10)
    assert memo.answer("a", lambda: np.zeros(100))[1] is Kept.TOO_LARGE
    assert len(memo) == 0


def test_an_error_is_not_kept() -> None:
    memo = Memo(100)
    with pytest.raises(ZeroDivisionError):
        memo.answer("a", lambda: 1 / 0)
    assert memo.answer("a", lambda: 5) == (5, Kept.NEW)


def test_threads_that_want_the_same_wait_for_one_of_them() -> None:
    memo, computed, found = Memo(10_000), [], []
    begun, go = threading.Event(), threading.Event()

    def compute() -> int:
        computed.append(1)
        begun.set()
        go.wait()
        return 7

    threads = [threading.Thread(target=lambda: found.append(memo.answer("a", compute)[0])) for _ in range(4)]
    threads[0].start()
    begun.wait()
    for thread in threads[1:]:
        thread.start()
    go.set()
    for thread in threads:
        thread.join()
    assert (computed, found) == ([1], [7] * 4)


def test_one_trial_cannot_spoil_what_another_gets() -> None:
    memo = Memo(10_000)
    array, _ = memo.answer("array", lambda: (np.arange(3), {"b": np.arange(2)}))
    with pytest.raises(ValueError, match="read-only"):
        array[0][0] = 9
    with pytest.raises(ValueError, match="read-only"):
        array[1]["b"][0] = 9
    frame, _ = memo.answer("frame", lambda: pd.DataFrame({"a": [1, 2]}))
    frame["b"] = 3
    frame.iloc[0, 0] = 9
    assert memo.answer("frame", lambda: None)[0].equals(pd.DataFrame({"a": [1, 2]}))


def test_a_value_is_as_large_as_its_parts() -> None:
    frame = pd.DataFrame({"a": np.arange(1000)})
    assert bytes_in(np.zeros(10)) == 80
    assert bytes_in((np.zeros(10), {"b": np.zeros(5)})) == 120
    assert 8000 <= bytes_in(frame) < 8300
    assert (rows_in((np.zeros(10), frame)), rows_in("text")) == (1000, None)
    assert objects_in((frame, np.array([{}], dtype=object))) == ("ndarray of objects",)
