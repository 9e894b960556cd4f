"""What a row says of itself."""

from harness.model.record import SpanTime
from tests.fakes import a_row


def test_a_trial_is_its_spans_and_the_unattributed_rest() -> None:
    assert a_row().unattributed == SpanTime(calls=1, wall_s=0.25, cpu_s=0.25)


def test_a_trial_without_spans_is_unattributed() -> None:
    assert a_row(spans={}).unattributed == SpanTime(calls=1, wall_s=1.5, cpu_s=1.25)


def test_a_trial_ends_when_its_wall_time_is_over() -> None:
    row = a_row()

    assert row.ended_s == row.started_s + row.wall_s
