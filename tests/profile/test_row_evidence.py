"""Rows are many where calls were counted and are cheap; where nobody counted, where the library itself was seen."""

import pytest

from harness.model.record import RowCalls
from harness.model.stacks import Frame
from harness.profile.code_kinds import Code
from harness.profile.facts import Waiting
from harness.profile.row_evidence import counts_of, few_at
from harness.profile.trial_time.waiting import running_share
from tests.profiles import end_row, fake_ledger

CODE = Code(harness=(), home=None)
USER = Frame(file="/a/study.py", line=7, function="objective")
APPLY = Frame(file="/v/site-packages/pandas/core/series.py", line=9, function="Series.apply")
CALLED = Frame(file="/a/study.py", line=3, function="fit")
LINE = (USER.file, USER.line)


def few(counts: dict[tuple[str, int], float] | None, machinery_s: float = 0.0, wall_s: float = 0.1) -> bool:
    stacks = [((USER, APPLY, CALLED), 9.0), ((USER, APPLY), machinery_s), ((CALLED,), 1.0)]
    return few_at(stacks, CODE, lambda file, line: None, counts, wall_s) == {LINE}


@pytest.mark.parametrize(
    ("calls", "expected"),
    [(12_000.0, False), (100.0, False), (99.0, True), (4.0, True)],
)
def test_the_number_of_calls_decides(calls: float, expected: bool) -> None:
    assert few({LINE: calls}) is expected


def test_a_call_that_takes_long_is_a_computation_of_its_own() -> None:
    assert few({LINE: 200.0}, wall_s=0.1) is False
    assert few({LINE: 200.0}, wall_s=1.0) is True  # 4.5 ms each


def test_where_calls_are_not_known_the_library_must_have_been_seen() -> None:
    assert few({}) is True
    assert few({}, machinery_s=1.0) is False


def test_a_record_that_did_not_count_is_read_as_before() -> None:
    assert few(None) is False


def test_counts_are_per_trial_and_added_up_over_processes() -> None:
    row = RowCalls(method="Series.apply", file="/a/study.py", line=7, function="objective", times=10, calls=5_000)
    assert counts_of([end_row(row_calls=(row,)), end_row(4001, row_calls=(row,))], 20) == {LINE: 500.0}
    assert counts_of([end_row(row_calls=())], 20) == {}
    assert counts_of([end_row()], 20) is None


def test_what_was_waited_for_a_core_or_the_lock_is_no_call_s_own() -> None:
    waiting = Waiting(total_s=0.95, cores_s=0.45, storage_s=0.0, gil_s=0.45, other_s=0.05)
    share = running_share(fake_ledger(wall_s_per_trial=1.0, waiting=waiting))
    assert share == pytest.approx(0.1)
    assert few({LINE: 200.0}, wall_s=1.0 * share) is False
    assert running_share(None) == 1.0
