"""The ASV suite, run by ASV itself: every benchmark once, and none fails. Its exit codes say too little."""

import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.process]
ROW = re.compile(r"^\s+(?P<case>[a-z]+-[a-z0-9-]+)\s+(?P<value>\S.*?)\s*$", re.MULTILINE)


@pytest.fixture(scope="module")
def asv(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> "Asv":
    if not (repository / ".git").exists():
        pytest.skip("ASV works in a git repository, and this is none")
    command = Asv(repository, tmp_path_factory.mktemp("home"))
    command("machine", "--yes")
    return command


class Asv:
    """The command, with a home of its own: it asks about the machine once and keeps the answers there."""

    def __init__(self, repository: Path, home: Path) -> None:
        self._repository = repository
        self._environment = {**os.environ, "HOME": str(home)}

    def __call__(self, *arguments: str) -> str:
        ended = subprocess.run(
            [sys.executable, "-m", "asv", *arguments],
            cwd=self._repository,
            env=self._environment,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert ended.returncode == 0, ended.stdout
        return ended.stdout


def values(output: str) -> dict[str, list[str]]:
    """What ASV printed for each case, over all its benchmarks."""
    found: dict[str, list[str]] = {}
    for row in ROW.finditer(output):
        found.setdefault(row["case"], []).append(row["value"])
    return found


def test_values_are_read_from_tables_as_asv_prints_them() -> None:
    head = " ========== ==========\n    case              \n ---------- ----------\n"
    table = head + "  load-a-1   3.38±0ms \n  load-b-2    failed  \n"
    assert values(table) == {"load-a-1": ["3.38±0ms"], "load-b-2": ["failed"]}


def test_asv_check_finds_nothing_wrong(asv: Asv) -> None:
    assert "No problems found" in asv("check", "--python=same")


CHOSEN = "^(?!.*LeverSuite)|LeverSuite.track_cpu.*lever-journal-(on|off)"
"""All but the levers, which pytest's suite runs in CI; of these one, to show that ASV can."""


def test_every_benchmark_runs_once_and_gives_a_number(asv: Asv) -> None:
    output = asv("run", "--python=same", "--quick", "--dry-run", "--show-stderr", "--bench", CHOSEN)
    found = {case: shown for case, shown in values(output).items() if shown != ["n/a"]}
    assert set(found) == {
        case.id for case in import_module("cases").CASES if re.match("(?!lever-)|lever-journal-", case.id)
    }, output
    without = {case: shown for case, shown in found.items() if not all(value[0].isdigit() for value in shown)}
    assert without == {}, output
