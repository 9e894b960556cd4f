"""A function whose calls are heard is the same function: its lines, errors, locals and signature are what they were."""

import inspect
import io
import pickle
import sys
import traceback
from collections.abc import Callable
from types import FrameType, FunctionType
from typing import Any

import pytest

from harness.attach.splice import hear_calls


def plain(a: int, b: int = 2, *rest: int, key: str = "k", **more: int) -> dict[str, Any]:
    return dict(locals())


def nested(values: list[int]) -> list[Any]:
    found: list[Any] = []
    scale = 3
    for value in values:
        try:
            with io.StringIO("text") as file:
                found.append([item * scale for item in range(value)])
                if value > 2:
                    raise KeyError(value)
        except KeyError as error:
            found.append(error.args)
        finally:
            found.append(file.closed)
    return found


def raises(depth: int) -> None:
    if depth == 0:
        raise ValueError(
            "deep",
        )
    try:
        raises(depth - 1)
    finally:
        depth = -1


def closure() -> Callable[[int], int]:
    total = 10

    def inner(x: int) -> int:
        nonlocal total
        total += x
        return (lambda: total + x)()

    return inner


def one_line(x: int) -> int: return x if x else one_line(1)  # fmt: skip


def generator(n: int) -> Any:
    yield n


@pytest.fixture
def heard() -> list[str]:
    return []


def hear(function: Callable[..., Any], heard: list[str]) -> bool:
    def begin(frame: FrameType) -> Callable[[], None]:
        heard.append(f"+{frame.f_code.co_name}")
        return lambda: heard.append("-")

    assert isinstance(function, FunctionType)
    return hear_calls(function, begin)


def copy_of(function: Callable[..., Any]) -> Any:
    assert isinstance(function, FunctionType)
    own = FunctionType(function.__code__, function.__globals__, function.__name__, function.__defaults__)
    own.__kwdefaults__ = function.__kwdefaults__
    return own


def test_calls_are_heard_from_their_beginning_to_their_end(heard: list[str]) -> None:
    function = copy_of(nested)
    expected = nested([0, 1, 3, 2])

    assert hear(function, heard)

    assert function([0, 1, 3, 2]) == expected
    assert heard == ["+nested", "-"]


def test_a_call_that_raises_has_ended_when_its_error_is_caught(heard: list[str]) -> None:
    function = copy_of(raises)
    hear(function, heard)

    with pytest.raises(ValueError, match="deep") as caught:
        function(2)

    assert heard == ["+raises", "-"]
    lines = [(entry.name, entry.lineno, entry.colno) for entry in traceback.extract_tb(caught.value.__traceback__)[1:]]
    with pytest.raises(ValueError, match="deep") as unheard:
        raises(2)
    assert lines == [(e.name, e.lineno, e.colno) for e in traceback.extract_tb(unheard.value.__traceback__)[1:]]


def test_locals_and_signature_are_as_they_were(heard: list[str]) -> None:
    function = copy_of(plain)
    before = inspect.signature(function), inspect.getsource(function), function.__code__.co_firstlineno
    hear(function, heard)

    assert function(1, 3, 4, key="z", other=5) == plain(1, 3, 4, key="z", other=5)
    assert (inspect.signature(function), inspect.getsource(function), function.__code__.co_firstlineno) == before


def test_closures_and_single_lines_work(heard: list[str]) -> None:
    inner, line = closure(), copy_of(one_line)

    assert hear(inner, heard)
    assert hear(line, heard)

    assert (inner(1), inner(2), line(0)) == (12, 15, 1)
    assert heard == ["+inner", "-", "+inner", "-", "+one_line", "-"]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="the code is left as it is")
def test_every_instruction_keeps_its_line_and_a_second_splice_changes_nothing(heard: list[str]) -> None:
    for function in (nested, plain, raises, one_line):
        own = copy_of(function)
        before = list(own.__code__.co_positions())
        hear(own, heard)
        after = list(own.__code__.co_positions())
        added = len(after) - len(before)
        at = next(
            place
            for place in range(len(before))
            if before[:place] + after[place + added :] and after[place] != before[place]
        )
        assert after[at + added :] == before[at:] or [p[0] for p in after[at + added :]] == [p[0] for p in before[at:]]
        code = own.__code__
        assert hear(own, heard)
        assert own.__code__ is code


def test_what_is_suspended_is_not_heard(heard: list[str]) -> None:
    code = generator.__code__
    assert not hear(generator, heard)
    assert generator.__code__ is code


def test_a_fault_of_whoever_hears_is_not_the_functions() -> None:
    function = copy_of(one_line)

    def begin(frame: FrameType) -> None:
        raise RuntimeError("ours")

    hear_calls(function, begin)

    assert function(4) == 4


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="the code is left as it is")
def test_code_that_is_pickled_by_value_needs_nothing_of_ours(heard: list[str]) -> None:
    function = copy_of(one_line)
    hear(function, heard)

    entry = pickle.loads(pickle.dumps(function.__code__.co_consts[-1]))

    assert entry is bool
