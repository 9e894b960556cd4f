"""The JSON form loses nothing and names every unit."""

import json

import pytest

from harness.errors import RecordError
from harness.report.profiled.forms import json_export
from harness.report.profiled.summary import ProfileReport
from tests.report.test_json_export import UNITS, _numbers

COUNTS = {
    "schema", "trials", "trial", "pid", "parent", "process", "processes", "lanes_left_out", "left_out", "depth",
    "trials_per_point", "calls", "calls_in_trials", "threads", "processes_left_out", "running", "value_count",
    "low_count", "high_count", "share", "occurrences", "samples", "front", "objective",
    "value", "params",  # of the user's own
}  # fmt: skip


def test_a_report_comes_back_as_it_was(any_report: ProfileReport) -> None:
    assert json_export.parse(json_export.render(any_report)) == any_report


def test_every_number_has_its_unit_in_its_key(any_report: ProfileReport) -> None:
    data = json.loads(json_export.render(any_report))
    unnamed = set(_numbers(data, "")) - COUNTS
    assert {key for key in unnamed if not key.endswith(UNITS)} == set()


def test_programs_find_the_kind_first(report: ProfileReport) -> None:
    data = json.loads(json_export.render(report))
    assert list(data)[:3] == ["schema", "kind", "version"]
    assert data["kind"] == "profile"
    assert data["runs"][0]["findings"][0]["ceiling_share"] == 0.77


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"schema": 2, "kind": "profile"}', '{"schema": 1, "kind": "reproduction"}']
)
def test_something_else_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(RecordError, match="render it again"):
        json_export.parse(text)
