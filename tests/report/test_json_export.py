"""The JSON renderer loses nothing and names every unit."""

import json
from typing import Any

import pytest

from harness.errors import RecordError
from harness.report import json_export
from harness.report.summary import Summary

COUNTS = {
    "schema", "seed_trials", "trials", "trials_planned", "runs", "process", "lane", "lanes", "number", "compared",
    "differing", "failed", "gaps", "torn_lines", "bars", "calls_per_trial", "cgroup_version", "threads",
    "average_1min", "average_5min", "average_15min",
}  # fmt: skip
UNITS = ("_s", "_bytes", "_bars", "_ratio", "_share", "_us_per_bar", "_per_trial", "_cores", "_percent", "bytes", "cpu")


def test_a_summary_comes_back_as_it_was(summary: Summary) -> None:
    assert json_export.parse(json_export.render(summary)) == summary


def test_the_text_is_the_same_each_time(summary: Summary) -> None:
    assert json_export.render(summary) == json_export.render(summary)


def test_every_number_has_its_unit_in_its_key(summary: Summary) -> None:
    unnamed = set(_numbers(json.loads(json_export.render(summary)), "")) - COUNTS
    assert {key for key in unnamed if not key.endswith(UNITS)} == set()


@pytest.mark.parametrize("text", ["{", "[]", '{"schema": 2, "kind": "reproduction"}', '{"schema": 1, "kind": "other"}'])
def test_something_else_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(RecordError, match="render it again"):
        json_export.parse(text)


def _numbers(data: Any, key: str) -> list[str]:
    """Keys whose value is a number."""
    if isinstance(data, dict):
        return [found for name, item in data.items() for found in _numbers(item, name)]
    if isinstance(data, list):
        return [found for item in data for found in _numbers(item, key)]
    return [key] if isinstance(data, (int, float)) and not isinstance(data, bool) else []
