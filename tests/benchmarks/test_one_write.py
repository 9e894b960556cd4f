"""The benchmark of the storage levers: what it counts is what a lever changes, and its ratios say how much is saved."""

import pytest

from harness.levers.storage import ONE_WRITE
from harness.model.plan import StorageKind
from harness.stats.interval import Interval
from one_write import LEVERS, Case, Counts, Line, Spent, cases, counted, shown


@pytest.mark.parametrize("lever", LEVERS)
def test_each_lever_is_measured_where_it_can_act(lever: str) -> None:
    found = cases(lever)
    assert len({case.name for case in found}) == len(found)
    for case in found:
        assert LEVERS[lever](case.plan(1)) != case.plan(1)


def test_appends_to_a_journal_are_counted_with_their_lines() -> None:
    plan = Case(storage=StorageKind.JOURNAL, written="attributes_10").plan(1)
    plain, once = counted(plan), counted(ONE_WRITE(plan))

    assert (plain.statements, plain.commits) == (18, 18)
    assert (once.statements, once.commits) == (18, 2)
    assert once.stored_bytes == pytest.approx(plain.stored_bytes, rel=0.02)


def test_a_line_has_both_medians_the_ratio_and_the_counts() -> None:
    line = Line(
        case="sqlite nothing numbered",
        plain=Spent(cpu_ms=40.0, wall_ms=80.0),
        lever=Spent(cpu_ms=4.0, wall_ms=10.0),
        cpu=Interval(value=10.0, low=9.0, high=11.0),
        wall=Interval(value=8.0),
        counts=(
            Counts(statements=39, commits=11, stored_bytes=1024),
            Counts(statements=5, commits=2, stored_bytes=1024),
        ),
    )
    words = shown(line).split()

    assert words[3:6] == ["40.00", "4.00", "ms"]
    assert "10.0 x (9.00 to 11.0)" in " ".join(words)
    assert words[-7:] == ["39.0", "5.0", "11.0", "2.0", "1.0", "1.0", "KiB"]
