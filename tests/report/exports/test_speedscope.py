"""The speedscope file keeps to its schema, https://www.speedscope.app/file-format-schema.json, checked here by hand."""

import json
from typing import Any

import pytest

from harness.model.stacks import Frame, Stacks, StackSample, StackSource
from harness.report.exports.speedscope import speedscope

FRAMES = (
    Frame(file="optimise.py", line=50, function="objective"),
    Frame(file="optimise.py", line=30, function="slope"),
    Frame(file="/lib/optuna/study.py", line=7, function="optimize"),
)


def sample(at_s: float, pid: int, thread: int, stack: int) -> StackSample:
    return StackSample(at_s=at_s, pid=pid, native_thread=thread, stack=stack, span=None, trial=None, weight_s=0.05)


def stacks(*samples: StackSample) -> Stacks:
    return Stacks(
        source=StackSource.PY_SPY,
        rate_hz=20.0,
        why=None,
        frames=FRAMES,
        stacks=((2, 0), (2, 0, 1)),
        samples=samples,
    )


@pytest.fixture
def file() -> dict[str, Any]:
    given = stacks(sample(2.0, 10, 11, 1), sample(1.0, 10, 11, 0), sample(1.5, 20, 20, 1), sample(1.5, 10, 12, 0))
    data: dict[str, Any] = json.loads(speedscope(given, "optimise.py", "1.2"))
    return data


def test_the_head_is_what_the_schema_asks_for(file: dict[str, Any]) -> None:
    assert file["$schema"] == "https://www.speedscope.app/file-format-schema.json"
    assert set(file) <= {"$schema", "shared", "profiles", "name", "activeProfileIndex", "exporter"}
    assert isinstance(file["name"], str)
    assert file["exporter"] == "study-harness 1.2"
    assert 0 <= file["activeProfileIndex"] < len(file["profiles"])


def test_frames_have_a_name_and_may_have_file_line_and_column(file: dict[str, Any]) -> None:
    for frame in file["shared"]["frames"]:
        assert isinstance(frame["name"], str)
        assert set(frame) <= {"name", "file", "line", "col"}
        assert isinstance(frame["line"], int)


def test_every_profile_is_a_sampled_one(file: dict[str, Any]) -> None:
    for profile in file["profiles"]:
        assert set(profile) == {"type", "name", "unit", "startValue", "endValue", "samples", "weights"}
        assert profile["type"] == "sampled"
        assert profile["unit"] in ("none", "nanoseconds", "microseconds", "milliseconds", "seconds", "bytes")
        assert len(profile["samples"]) == len(profile["weights"]) > 0
        assert profile["endValue"] - profile["startValue"] == pytest.approx(sum(profile["weights"]))
        for stack in profile["samples"]:
            assert all(0 <= index < len(file["shared"]["frames"]) for index in stack)


def test_each_thread_of_each_process_is_a_profile_in_order_of_time(file: dict[str, Any]) -> None:
    found = {profile["name"]: profile["samples"] for profile in file["profiles"]}
    assert found == {
        "process 10, thread 11": [[2, 0], [2, 0, 1]],
        "process 10, thread 12": [[2, 0]],
        "process 20": [[2, 0, 1]],
    }
