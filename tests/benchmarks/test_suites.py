"""Both suites: made from one definition, which leaves out nothing that a plan can choose."""

import ast
import json
import subprocess
import sys
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from harness.model.plan import Backend, SamplerKind, StorageKind
from harness.workloads.topstepb.rungs import Rung

DISCOVER = """
import io, json, sys
from asv_runner.discovery import list_benchmarks
path, found = list(sys.path), io.StringIO()
list_benchmarks(sys.argv[1], found)
print(json.dumps({"added": sys.path[len(path):], "moved": sys.path[:len(path)] != path,
                  "found": json.loads(found.getvalue())}))
"""


@pytest.fixture(scope="module")
def discovered(repository: Path) -> dict[str, Any]:
    """What ASV finds in its suite, found as ASV finds it: in an interpreter that knows of nothing but that folder."""
    suite = str(repository / "benchmarks" / "asv_suite")
    command = [sys.executable, "-P", "-c", DISCOVER, suite]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: dict[str, Any] = json.loads(output)
    return found


def case_ids() -> list[str]:
    return [case.id for case in import_module("cases").CASES]


def asv_ids(discovered: dict[str, Any]) -> set[str]:
    return {ast.literal_eval(name) for benchmark in discovered["found"] for name in benchmark["params"][0]}


def pytest_ids() -> list[str]:
    tests = [
        import_module("pytest_suite.test_calls").test_call,
        import_module("pytest_suite.test_studies").test_study,
    ]
    return [
        param.id for test in tests for mark in test.pytestmark if mark.name == "parametrize" for param in mark.args[1]
    ]


def test_no_two_cases_have_the_same_id() -> None:
    assert [name for name, count in Counter(case_ids()).items() if count > 1] == []


@pytest.mark.process
def test_asv_runs_every_case(discovered: dict[str, Any]) -> None:
    assert asv_ids(discovered) == set(case_ids())


def test_pytest_runs_every_case() -> None:
    assert pytest_ids() == case_ids()


@pytest.mark.process
def test_asv_keeps_its_history_when_a_benchmark_is_edited(discovered: dict[str, Any]) -> None:
    assert {benchmark["version"] for benchmark in discovered["found"]} == {"1"}


@pytest.mark.process
def test_the_asv_suite_adds_benchmarks_and_not_the_working_tree_to_the_end_of_the_path(
    discovered: dict[str, Any], repository: Path
) -> None:
    """With the root on the path ASV would measure the working tree at every commit."""
    assert discovered["added"] == [str(repository / "benchmarks")]
    assert not discovered["moved"]


@pytest.mark.parametrize("kind", [Rung, StorageKind, SamplerKind, Backend])
def test_everything_that_a_plan_can_choose_is_benchmarked(kind: Any) -> None:
    named = "\n".join(case_ids())
    assert [member for member in kind if member.value.replace("_", "-") not in named] == []


def test_a_name_that_says_how_many_bars_tells_the_truth(tmp_path: Path) -> None:
    cases = import_module("cases")
    cases.bars.prepare(tmp_path)
    for case in cases.CALLS:
        if case.group == "load":
            assert str(case.bars) in case.name
            assert len(case.begin(tmp_path)()) == case.bars
