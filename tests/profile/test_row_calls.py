import pytest

from harness.model.stacks import Frame
from harness.profile.row_calls import last_name, per_of_axis, row_call, row_iterator
from tests.profile.stack_samples import SITE, frame, user


@pytest.mark.parametrize(
    ("file", "function", "said"),
    [
        ("pandas/core/window/rolling.py", "Rolling.apply", "Rolling.apply calls slope() for each row"),
        ("pandas/core/window/expanding.py", "Expanding.apply", "Expanding.apply calls slope() for each row"),
        ("pandas/core/series.py", "Series.apply", "Series.apply calls slope() for each row"),
        ("pandas/core/series.py", "Series.map", "Series.map calls slope() for each row"),
        ("pandas/core/frame.py", "DataFrame.map", "DataFrame.map calls slope() for each cell"),
        ("numpy/lib/_function_base_impl.py", "vectorize.__call__", "vectorize.__call__ calls slope() for each element"),
        ("numpy/lib/_shape_base_impl.py", "apply_along_axis", "apply_along_axis calls slope() for each row"),
        ("scipy/ndimage/_filters.py", "generic_filter", "generic_filter calls slope() for each row"),
        ("polars/expr/expr.py", "Expr.map_elements", "Expr.map_elements calls slope() for each row"),
    ],
)
def test_functions_that_call_python_per_row_are_known(file: str, function: str, said: str) -> None:
    found = row_call(user(7), [frame(f"{SITE}/{file}", 1, function)], user(30, "slope"), lambda *_: None)
    assert found is not None
    assert found[0] == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = table.apply(slope, axis=1)", "DataFrame.apply calls slope() for each row"),
        ("x = table.apply(slope, axis='columns')", "DataFrame.apply calls slope() for each row"),
        ("x = table.apply(slope, 1)", "DataFrame.apply calls slope() for each row"),
        (None, "DataFrame.apply calls slope() for each row or column"),
        ("x = table.apply(slope, axis=axis)", "DataFrame.apply calls slope() for each row or column"),
    ],
)
def test_the_axis_of_a_frame_is_read_from_the_statement(text: str | None, said: str) -> None:
    between = [frame(f"{SITE}/pandas/core/frame.py", 1, "DataFrame.apply")]
    found = row_call(user(7), between, user(30, "slope"), lambda *_: text)
    assert found is not None
    assert found[0] == said


def test_a_frame_applied_by_column_is_no_row_loop() -> None:
    between = [frame(f"{SITE}/pandas/core/frame.py", 1, "DataFrame.apply")]
    assert row_call(user(7), between, user(30, "slope"), lambda *_: "x = table.apply(slope)") is None


@pytest.mark.parametrize("text", ["", None, "x = (", "\x00", "while"])
def test_a_statement_that_is_none_tells_nothing(text: str | None) -> None:
    assert per_of_axis(text) is None


def test_a_lambda_and_what_is_nested_keep_a_readable_name() -> None:
    assert last_name(user(1, "objective.<locals>.<lambda>")) == "<lambda>"
    assert last_name(user(1, "objective.<locals>.<listcomp>")) == "objective"


PANDAS = "/v/site-packages/pandas/"


def pandas_frame(file: str, function: str) -> Frame:
    return Frame(file=f"{PANDAS}{file}", line=1, function=function)


@pytest.mark.parametrize(
    ("below", "said"),
    [
        ([pandas_frame("core/frame.py", "DataFrame.iterrows")], "iterrows"),
        ([Frame(file="/v/site-packages/tqdm/std.py", line=1, function="tqdm.__iter__"),
          pandas_frame("core/frame.py", "DataFrame.itertuples")], "itertuples"),
        ([pandas_frame("core/series.py", "Series.items")], "items"),
        ([pandas_frame("core/frame.py", "DataFrame.items")], None),  # its columns
        ([pandas_frame("io/sql.py", "read_sql"), pandas_frame("core/frame.py", "DataFrame.itertuples")], None),
        ([], None),
    ],
)  # fmt: skip
def test_only_a_loop_of_the_user_s_own_goes_over_rows(below: list[Frame], said: str | None) -> None:
    found = row_iterator(below)
    assert found == (None if said is None else f"the loop over {said}() runs Python for each row")
