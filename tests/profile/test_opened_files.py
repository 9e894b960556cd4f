"""Reading of opened files, by samples: the lines that open a file or name what it was opened as, and no others."""

import ast
import textwrap
from pathlib import Path

import pytest

from harness.model.stacks import Frame
from harness.profile.hot_lines import WeighedStack
from harness.profile.opened_files import reading_lines, reading_shares
from harness.profile.row_loops import Sources

SOURCE = textwrap.dedent(
    """\
    def load(path):
        with open(path, "rb") as file:
            head = 1
            data = pickle.load(
                file
            )
            train(data)
        return data
    def whole(path):
        return json.loads(Path(path).read_text())
    def kept(path):
        file = open(path)
        rows = file.read()
        work(rows)
        for line in file:
            work(line)
        file.close()
    def two(a, b):
        with open(a) as one, open(b) as other:
            x = one.read()
            y = other.read()
    def unnamed(path):
        data = json.load(open(path))
        return work(data)
    """
)


@pytest.mark.parametrize(
    ("opened", "expected"),
    [
        (2, {2, 4, 5, 6}),
        (10, {10}),
        (12, {12, 13, 15, 17}),
        (19, {19, 21}),
        (23, {23}),
    ],
)
def test_lines_that_read_are_those_that_name_the_file(opened: int, expected: set[int]) -> None:
    assert reading_lines(ast.parse(SOURCE), opened) == expected


def test_without_source_nothing_is_known() -> None:
    assert reading_lines(None, 3) == frozenset()
    assert reading_lines(ast.parse("x = 1\n"), 90) == frozenset()


def test_shares_are_of_all_samples(tmp_path: Path) -> None:
    file = tmp_path / "study.py"
    file.write_text(SOURCE)
    began_s = file.stat().st_mtime + 10

    def stack(line: int, weight_s: float, function: str = "load") -> WeighedStack:
        frames = (Frame(file="x.py", line=1, function="objective"), Frame(file=str(file), line=line, function=function))
        return WeighedStack(frames=frames, span="objective", weight_s=weight_s)

    stacks = [stack(4, 6.0), stack(7, 2.0), stack(4, 1.0, "other"), stack(13, 1.0, "kept")]
    places = [(str(file), 2, "load"), (str(file), 12, "kept"), (str(file), 19, "two"), ("gone.py", 2, "load")]
    assert reading_shares(stacks, places, Sources(began_s)) == {places[0]: 0.6, places[1]: 0.1}
