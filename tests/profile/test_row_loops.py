import os
from pathlib import Path

import pytest

from harness.profile.code_kinds import code_of
from harness.profile.hot_lines import WeighedStack, hot_lines
from harness.profile.row_loops import Sources
from tests.profile.stack_samples import frame

SCRIPT = """import pandas as pd

def objective(trial):
    table = pd.DataFrame({"a": range(9)})
    total = 0
    for index, row in table.iterrows():
        total += row["a"]
        total -= cost(row)
    for row in enumerate(table.itertuples()):
        total += 1
    return total + sum(row["a"] for _, row in table.iterrows())
"""
BEGAN_S = 2_000_000_000.0


@pytest.fixture
def script(tmp_path: Path) -> str:
    path = tmp_path / "optimise.py"
    path.write_text(SCRIPT)
    os.utime(path, (BEGAN_S - 1, BEGAN_S - 1))
    return str(path)


def weighed(script: str, *lines: tuple[int, float]) -> list[WeighedStack]:
    return [
        WeighedStack(frames=(frame(script, line, "objective"),), span="objective", weight_s=weight_s)
        for line, weight_s in lines
    ]


def test_loops_over_rows_are_found_in_the_source(script: str) -> None:
    found = [(loop.line, loop.until, loop.iterator) for loop in Sources(BEGAN_S).loops(script)]
    assert found == [(6, 8, "iterrows"), (9, 10, "itertuples"), (11, 11, "iterrows")]


def test_the_body_of_a_row_loop_counts_at_its_head(script: str) -> None:
    stacks = weighed(script, (6, 0.2), (7, 0.5), (8, 0.3))
    (line,) = hot_lines(stacks, code_of([], ()), Sources(BEGAN_S), wall_s_per_trial=2.0)
    assert (line.line, line.callback) == (6, "the loop over iterrows() runs Python for each row")
    assert line.s_per_trial == pytest.approx(2.0)


def test_a_loop_whose_head_costs_nothing_has_few_rows_and_its_body_stands_for_itself(script: str) -> None:
    found = hot_lines(weighed(script, (7, 0.9), (8, 0.1)), code_of([], ()), Sources(BEGAN_S), wall_s_per_trial=1.0)
    assert [(line.line, line.callback) for line in found] == [(7, None), (8, None)]


def test_a_source_changed_since_the_run_is_not_read(script: str) -> None:
    assert Sources(BEGAN_S - 100).loops(script) == ()


@pytest.mark.parametrize("text", ["def (:", "\x00", "x = " + "(" * 5000])
def test_a_source_that_cannot_be_read_has_no_loops(tmp_path: Path, text: str) -> None:
    path = tmp_path / "odd.py"
    path.write_text(text)
    assert Sources(BEGAN_S * 2).loops(str(path)) == ()


def test_a_source_that_is_elsewhere_has_no_loops(tmp_path: Path) -> None:
    assert Sources(BEGAN_S).loops(str(tmp_path / "gone.py")) == ()
    assert Sources(BEGAN_S).loops("<string>") == ()


def test_the_statement_at_a_line_is_the_innermost(script: str) -> None:
    assert Sources(BEGAN_S).statement(script, 7) == 'total += row["a"]'


@pytest.mark.parametrize("kind", ["pipe", "device", "folder"])
def test_a_source_that_is_no_file_is_not_read(tmp_path: Path, kind: str) -> None:
    """A record from elsewhere may name anything as a frame's file; a pipe would wait for a writer for ever."""
    path = tmp_path / "optimise.py"
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
        case _:
            path.mkdir()
    assert Sources(1e18).tree(str(path)) is None


def test_a_statement_is_shown_without_the_secret_that_is_written_in_it(tmp_path: Path) -> None:
    path = tmp_path / "optimise.py"
    path.write_text('frame = connect("db", password="hunter2").apply(\n    one, axis=1\n)\n')
    assert Sources(1e18).statement(str(path), 2) == 'frame = connect("db", password="***").apply(\n    one, axis=1\n)'
