"""Rows as lines: whatever a user names or chooses, the line is JSON that can be read again."""

from typing import Any

import orjson
import pytest

from harness.model.appending import line_of


class _Unspeakable:
    def __repr__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ({"x": 2**63}, {"x": 2**63}),
        ({("a", 1): 1}, {"('a', 1)": 1}),
        ({5: {"b": [1, "c"]}}, {"5": {"b": [1, "c"]}}),
        ({"x\ud800": "\udfffy"}, {"x\\ud800": "\\udfffy"}),
        ({"x": _Unspeakable()}, {"x": "_Unspeakable"}),
        ({"x": _Unspeakable(), ("y",): 2**70}, {"x": "_Unspeakable", "('y',)": float(2**70)}),
    ],
)
def test_what_orjson_refuses_is_written_all_the_same(given: dict[Any, Any], read: dict[str, Any]) -> None:
    assert orjson.loads(line_of({"kind": "trial", "params": given}))["params"] == read
