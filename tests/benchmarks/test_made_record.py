"""The large record of `benchmarks/big_record.py`, made small: a whole one, so that its times mean something."""

from importlib import import_module
from pathlib import Path

import pytest

from harness.profile.build import build


def test_a_made_record_lacks_nothing(tmp_path: Path) -> None:
    import_module("made_record").make_record(tmp_path / "record", trials=90, workers=3)
    profile = build(tmp_path / "record")
    assert profile.missing == ()
    assert profile.trials.number.tolist() == list(range(90))
    assert len(profile.processes) == 3
    assert len(profile.trials.segments) == 4 * 90
    assert profile.stacks is not None
    assert profile.stacks.samples > 0
    assert profile.ledger is not None
    assert sum(part.wall_share for part in profile.ledger.parts) == pytest.approx(1.0)
    assert profile.memory is not None
    assert profile.memory.tree
