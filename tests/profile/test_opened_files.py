"""Reading of opened files, by samples: the lines that depend on nothing but the file, and no others."""

import ast
import textwrap
from pathlib import Path

import pytest

from harness.model.stacks import Frame
from harness.profile.hot_lines import WeighedStack
from harness.profile.opened_files import reading_shares
from harness.profile.reading_lines import reading_lines
from harness.profile.row_loops import Sources

SOURCE = textwrap.dedent(
    """\
    def load(path, limit):
        with open(path, "rb") as file:
            head = 1
            data = pickle.load(
                file
            )
            train(data)
            cheap = [row["close"] for row in data]
            own = [row for row in data if row["close"] > limit]
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
    def parsed(path, trial):
        rows = []
        with open(path) as file:
            for line in csv.reader(file):
                day, close = line[0], float(line[1])
                rows.append(close)
                if close > trial.number:
                    rows.append(1.0)
        total = sum(rows)
        return total * trial.number
    def text(path):
        text = open(path).read()
        prices = [float(line) for line in text.splitlines()]
        noise = np.random.normal(size=len(prices))
        prices = prices + noise
        return sorted(prices)
    """
)


@pytest.mark.parametrize(
    ("opened", "expected"),
    [
        (2, {2, 4, 5, 6, 8}),
        (12, {12}),
        (14, {14, 15, 17, 19}),
        (21, {21, 23}),
        (25, {25}),
        (29, {29, 30, 31, 32}),  # what a condition decides is not only the file's
        (38, {38, 39}),
    ],
)
def test_lines_that_read_depend_on_nothing_but_the_file(opened: int, expected: set[int]) -> None:
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

    stacks = [stack(4, 6.0), stack(7, 2.0), stack(4, 1.0, "other"), stack(15, 1.0, "kept")]
    places = [(str(file), 2, "load"), (str(file), 14, "kept"), (str(file), 21, "two"), ("gone.py", 2, "load")]
    assert reading_shares(stacks, places, Sources(began_s)) == {places[0]: 0.6, places[1]: 0.1}
