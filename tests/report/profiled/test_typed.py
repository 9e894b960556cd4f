"""A command is printed as a shell takes it, in one line."""

import shlex

import pytest

from harness.report.profiled.builder import _typed


@pytest.mark.parametrize("word", ["plain", "a b", "it's"])
def test_words_are_quoted(word: str) -> None:
    assert shlex.split(_typed(word)) == [word]


def test_lines_of_code_stay_lines() -> None:
    assert _typed("print('x')\nif 1:\n\tprint(\"\\n\")") == r"""$'print(\'x\')\nif 1:\n\tprint("\\n")'"""
