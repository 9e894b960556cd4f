"""A process may be killed at any moment: whatever it had written by then is profiled."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.model.store import trial_rows_path
from harness.profile.build import build
from harness.profile.facts import PartKind
from tests.profiles import PIDS, record_rows, write_record

ROWS = record_rows(24)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.floats(0, 1), min_size=3, max_size=3))
def test_every_whole_line_counts_wherever_each_file_is_cut(tmp_path: Path, shares: list[float]) -> None:
    folder = write_record(tmp_path / "r", ROWS)
    trials, torn = 0, 0
    for pid, share in zip(PIDS, shares, strict=True):
        path = trial_rows_path(folder, pid)
        kept = path.read_bytes()
        kept = kept[: int(len(kept) * share)]
        path.write_bytes(kept)
        *lines, rest = kept.split(b"\n")
        trials += sum(b'"kind": "trial"' in line for line in lines)
        is_whole_row = rest.endswith(b"}") and rest.count(b"{") == rest.count(b"}")
        trials += is_whole_row and b'"kind": "trial"' in rest
        torn += bool(rest) and not is_whole_row
    profile = build(folder)
    assert len(profile.trials) == trials
    assert any("torn" in sentence for sentence in profile.missing) is (torn > 0)
    assert (profile.ledger is None) is (trials == 0)
    if profile.ledger is not None:
        inside = [part for part in profile.ledger.parts if part.kind is not PartKind.BETWEEN]
        assert sum(part.wall_s_per_trial for part in inside) == pytest.approx(profile.ledger.wall_s_per_trial)
    assert sum(process.trials for process in profile.processes) == trials
    assert sum(study.trials for study in profile.studies) == trials
