"""Loops that take one value at a time, from made samples and real source; healthy twins beside each fault."""

import os
from collections.abc import Sequence
from pathlib import Path
from textwrap import dedent

import pytest

from harness.model.stacks import Frame
from harness.profile.code_kinds import code_of
from harness.profile.facts import Handled, ScalarLoop
from harness.profile.hot_lines import WeighedStack
from harness.profile.row_loops import Sources
from harness.profile.scalar.access import scalar_loops
from tests.profile.stack_samples import SITE, frame

BEGAN_S = 2_000_000_000.0
ILOC = (
    frame(f"{SITE}/pandas/core/indexing.py", 1200, "_LocationIndexer.__getitem__"),
    frame(f"{SITE}/pandas/core/indexing.py", 1700, "_iLocIndexer._getitem_axis"),
)
PROPERTY = (frame(f"{SITE}/pandas/core/indexing.py", 160, "IndexingMixin.iloc"),)
WRITE = (frame(f"{SITE}/pandas/core/indexing.py", 900, "_LocationIndexer.__setitem__"),)
SERIES = (frame(f"{SITE}/pandas/core/series.py", 950, "Series.__getitem__"),)
ENLARGE = (*WRITE, frame(f"{SITE}/pandas/core/indexing.py", 2200, "_iLocIndexer._setitem_with_indexer_missing"))
CONCAT = (frame(f"{SITE}/pandas/core/reshape/concat.py", 150, "concat"),)
PIECE = (frame(f"{SITE}/pandas/core/frame.py", 700, "DataFrame.__init__"),)
APPEND = (frame(f"{SITE}/numpy/lib/_function_base_impl.py", 5600, "append"),)
MASK = (*ILOC, frame(f"{SITE}/pandas/core/indexing.py", 1100, "_LocationIndexer._getbool_axis"))
SLICE = (*ILOC, frame(f"{SITE}/pandas/core/indexing.py", 1750, "_iLocIndexer._get_slice_axis"))
TAKE = (*ILOC, frame(f"{SITE}/pandas/core/algorithms.py", 1200, "take"))
FIT = (frame(f"{SITE}/sklearn/linear_model/_ridge.py", 1200, "Ridge.fit"),)

Seen = tuple[int, Sequence[Frame], float]  # line of the script, the library's frames below it, seconds


def found(tmp_path: Path, source: str, *seen: Seen, function: str = "objective") -> tuple[ScalarLoop, ...]:
    script = tmp_path / "study.py"
    script.write_text(dedent(source).lstrip())
    os.utime(script, (BEGAN_S - 60, BEGAN_S - 60))
    stacks = [
        WeighedStack(frames=(frame(str(script), line, function), *below), span="objective", weight_s=weight_s)
        for line, below, weight_s in seen
    ]
    return scalar_loops(stacks, code_of([], ()), Sources(BEGAN_S), wall_s_per_trial=2.0)


ILOC_LOOP = """
def objective(trial):
    for i in range(lag, len(close)):
        if close.iloc[i] > close.iloc[i - lag]:
            out.iloc[i] = 1.0
    model.fit(out)
"""


def test_lines_of_one_loop_are_added_up_and_named(tmp_path: Path) -> None:
    (loop,) = found(
        tmp_path, ILOC_LOOP, (3, ILOC, 0.5), (3, PROPERTY, 0.1), (4, WRITE, 0.2), (3, (), 0.1), (2, (), 0.1)
    )
    assert (loop.line, loop.handled, loop.text) == (2, Handled.TABLE, "close.iloc[i]")
    assert [line for _, line in loop.lines] == [3, 4, 2]
    assert loop.share == pytest.approx(1.0)
    assert (loop.s_per_trial, loop.samples) == (pytest.approx(2.0), 5)


def test_what_the_loop_does_besides_is_not_its_fault(tmp_path: Path) -> None:
    (loop,) = found(tmp_path, ILOC_LOOP, (3, ILOC, 0.2), (5, FIT, 0.8))
    assert loop.share == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("statement", "below"),
    [
        ("x = close[i]", SERIES),
        ("x = frame.loc[i, 'close']", ILOC),
        ("x = frame['close'].iloc[i]", ILOC),
        ("frame.at[i, 'close'] = 1.0", WRITE),
        ("frame.loc[len(frame)] = [1, 2]", ENLARGE),
        ("x = close.iloc[i + 1]", ILOC),
    ],
)
def test_every_way_to_take_one_value(tmp_path: Path, statement: str, below: Sequence[Frame]) -> None:
    source = f"def objective(trial):\n    for i in range(n):\n        {statement}\n"
    assert [loop.line for loop in found(tmp_path, source, (3, below, 1.0))] == [2]


@pytest.mark.parametrize(
    ("body", "below"),
    [
        ("for day in days:\n        part = frame.iloc[order]", TAKE),  # heavy work below a single access
        ("for day in days:\n        part = frame.loc[frame.day == day]", MASK),
        ("for i in range(n):\n        part = frame.iloc[i - 20:i]", SLICE),
        ("for name in ('a', 'b', 'c'):\n        x = frame.loc[name]", ILOC),  # three passes
        ("for i in range(5):\n        x = close.iloc[i]", ILOC),
        ("if True:\n        x = close.iloc[7]", ILOC),  # no loop
        ("for i in range(n):\n        model.fit(close)", FIT),
        ("for symbol in symbols:\n        frame = pd.concat([bars[symbol], extra])", CONCAT),  # nothing grows
        ("for symbol in symbols:\n        frame = pd.DataFrame(raw[symbol])", PIECE),
    ],
)
def test_work_on_many_values_is_not_scalar_access(tmp_path: Path, body: str, below: Sequence[Frame]) -> None:
    assert found(tmp_path, f"def objective(trial):\n    {body}\n", (3, below, 1.0)) == ()


def test_a_function_that_the_loop_calls_counts_for_the_loop(tmp_path: Path) -> None:
    source = """
    def price(i):
        return close.iloc[i]

    def objective(trial):
        return sum(price(i) - 1 for i in range(n))
    """
    script = tmp_path / "study.py"
    script.write_text(dedent(source).lstrip())
    os.utime(script, (BEGAN_S - 60, BEGAN_S - 60))
    frames = (frame(str(script), 5, "objective"), frame(str(script), 2, "price"), *ILOC)
    stacks = [WeighedStack(frames=frames, span="objective", weight_s=1.0)]
    (loop,) = scalar_loops(stacks, code_of([], ()), Sources(BEGAN_S), wall_s_per_trial=1.0)
    assert (loop.line, [line for _, line in loop.lines]) == (5, [2])


def test_a_table_that_grows_by_rows_takes_their_making_along(tmp_path: Path) -> None:
    source = """
    def objective(trial):
        for i in range(n):
            row = pd.DataFrame({"a": [i]})
            rows = pd.concat([rows, row])
    """
    (loop,) = found(tmp_path, source, (3, PIECE, 0.4), (4, CONCAT, 0.6))
    assert (loop.handled, loop.share) == (Handled.GROWTH, pytest.approx(1.0))


def test_an_array_that_grows(tmp_path: Path) -> None:
    source = "def objective(trial):\n    while n > 0:\n        out = np.append(out, n)\n"
    assert [loop.handled for loop in found(tmp_path, source, (3, APPEND, 1.0))] == [Handled.GROWTH]


EMA = """
import numpy as np
CLOSE = np.cumsum(np.random.default_rng(0).normal(size=1000))

def ema(close, span):
    out = np.empty_like(close)
    for i in range(1, len(close)):
        out[i] = close[i] / span + out[i - 1]
    return out

def objective(trial):
    return ema(CLOSE, 3).sum()
"""


def test_elements_of_an_array_in_python(tmp_path: Path) -> None:
    (loop,) = found(tmp_path, EMA, (7, (), 0.9), (6, (), 0.1), function="ema")
    assert (loop.line, loop.handled) == (6, Handled.ARRAY)
    assert loop.share == pytest.approx(1.0)


@pytest.mark.parametrize(
    "make",
    [
        "x = frame['close'].to_numpy()",
        "x = frame.close.values",
        "x = np.zeros(n)",
        "x = np.diff(other) + 1.0",
        "rng = np.random.default_rng(1)\n    x = rng.normal(size=n)",
    ],
)
def test_ways_to_have_an_array(tmp_path: Path, make: str) -> None:
    source = f"import numpy as np\ndef objective(trial):\n    {make}\n    for i in range(n):\n        total += x[i]\n"
    line = source.count("\n")
    assert [loop.handled for loop in found(tmp_path, source, (line, (), 1.0))] == [Handled.ARRAY]


def test_values_of_an_array_one_after_the_other(tmp_path: Path) -> None:
    source = """
    import numpy as np
    def objective(trial):
        x = np.cumsum(steps)
        for i, price in enumerate(x):
            total += price * i
    """
    assert [loop.line for loop in found(tmp_path, source, (5, (), 1.0))] == [4]


def test_an_array_of_unknown_shape_counts_where_its_elements_decide(tmp_path: Path) -> None:
    decides = """
    import numpy as np
    def objective(trial):
        x = np.asarray(prices)
        for i in range(n):
            if x[i] > x[i - 1]:
                wins += 1
    """
    rows = decides.replace("if x[i] > x[i - 1]:", "if wins < 9:").replace("wins += 1", "wins += x[i]")
    assert [loop.line for loop in found(tmp_path, decides, (5, (), 1.0))] == [4]
    assert found(tmp_path, rows, (6, (), 1.0)) == ()


@pytest.mark.parametrize(
    "body",
    [
        "w -= rate * (X.T @ (X @ w - y))",  # steps of a descent: whole arrays in each pass
        "losses[i] = float(((X @ w - y) ** 2).mean())",
        "losses[i] = np.sqrt(x - losses[i]).sum()",
        "total += i * i",  # plain Python
        "total += prices[i]",  # a list
        "part = x[i:i + 20] - x",
    ],
)
def test_arrays_handled_whole_or_none_at_all_are_no_fault(tmp_path: Path, body: str) -> None:
    source = f"""
    import numpy as np
    X = np.zeros((200, 60))
    def objective(trial):
        x, losses, w = np.zeros(n), np.zeros(n), np.zeros(60)
        prices = [1.0, 2.0]
        for i in range(n):
            {body}
    """
    assert found(tmp_path, source, (7, (), 1.0)) == ()


def test_a_source_that_is_nested_too_deep_to_read_says_nothing(tmp_path: Path) -> None:
    deep = " + ".join(["y[n]"] * 2000)
    made = f"import numpy as np\ndef objective(trial):\n    x = {deep} + np.zeros(n)\n"
    source = f"{made}    for i in range(n):\n        y = x[i]\n"
    assert found(tmp_path, source, (5, (), 1.0)) == ()


def test_a_source_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    stacks = [WeighedStack(frames=(frame("/gone.py", 3, "objective"), *ILOC), span="objective", weight_s=1.0)]
    assert scalar_loops(stacks, code_of([], ()), Sources(BEGAN_S), wall_s_per_trial=1.0) == ()
    assert scalar_loops([], code_of([], ()), Sources(BEGAN_S), wall_s_per_trial=1.0) == ()
