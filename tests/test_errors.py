"""Error sentences: the command line puts `harness: ` before each, so they begin small and have no final period."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import harness

ROOT = Path(harness.__file__).parent
KINDS = {"HarnessError", "InputError", "DataError", "RecordError", "RunError", "LackingError", "Flaw"}


def text_of(node: ast.expr) -> str:
    """The sentence as written; what is filled in shows as a brace."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(text_of(part) for part in parts)
        case _:
            return "{"


def sentences() -> Iterator[tuple[str, str]]:
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS and node.args:
                yield f"{path.relative_to(ROOT)}:{node.lineno}", text_of(node.args[0])


@pytest.mark.parametrize(("place", "sentence"), list(sentences()))
def test_a_sentence_begins_small_and_has_no_final_period(place: str, sentence: str) -> None:
    first_word = sentence.partition(" ")[0]
    assert not first_word[:1].isupper(), place
    assert not sentence.endswith("."), place
