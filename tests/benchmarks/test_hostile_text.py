"""The benchmark of hostile text runs, and says what is not met."""

import pytest

import hostile_text
from harness.model.redaction import redacted


def test_it_measures_each_kind_of_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hostile_text, "PIECES", hostile_text.PIECES[:3])
    costs = list(hostile_text.measure(400, 1))
    assert [cost.piece for cost in costs] == list(hostile_text.PIECES)
    assert len(hostile_text.lines(costs)) == 5


def test_what_is_not_met_is_said() -> None:
    slow = hostile_text.Cost(piece="x", call_s=0.5, quarter_s=0.1, whole_s=0.001, whole_quarter_s=0.001)
    grown = hostile_text.Cost(piece="y", call_s=0.001, quarter_s=0.1, whole_s=16.0, whole_quarter_s=1.0)
    said = hostile_text.lines([slow, grown])
    assert [line.endswith("NOT MET") for line in said] == [False, True, True, False]
    assert said[-1] == "0 of 2 kinds of text meet the target"


@pytest.mark.parametrize("piece", hostile_text.PIECES)
def test_no_kind_of_text_is_hidden_whole_without_reason(piece: str) -> None:
    assert redacted(redacted(piece * 3)) == redacted(piece * 3)
