import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harness.attach.histories.reading import read_history
from harness.attach.histories.resuming import Range, ResumeCost
from harness.errors import RecordError
from harness.model.codec import encode
from harness.model.history import HistoryFacts, StorageKind, StoredRows
from harness.profile import history
from harness.profile.columns import Trials
from harness.profile.history import notes_of, read_facts
from harness.profile.rising import line_of
from tests.fakes import EPOCH_S
from tests.profiles import fake_trials

MIB = 1024**2
ROWS = StoredRows(
    trials=303,
    params=1_800,
    user_attributes=600,
    system_attributes=1,
    intermediate_values=3_000,
    attribute_bytes=12_000,
    storage_bytes=2 * MIB,
)
FACTS = HistoryFacts(
    study="prices",
    storage=StorageKind.JOURNAL,
    read_s=EPOCH_S + 7200,
    optuna=None,
    schema=None,
    directions=("minimize",),
    rows=ROWS,
    running=(),
    running_since_s=None,
    waiting=0,
    workers=2,
    notes=(),
)
COST = ResumeCost(
    opening_cpu_s=Range(value=12.0, low=9.0, high=15.0),
    opening_bytes=Range(value=200.0 * MIB, low=190.0 * MIB, high=220.0 * MIB),
    tpe_cpu_s=Range(value=0.25, low=0.2, high=0.35),
    machine="Fake CPU, CPython 3.11.9",
    optuna="5.0.0",
    is_extrapolated=False,
)


def notes(trials: Trials, monkeypatch: pytest.MonkeyPatch, cost: ResumeCost | None = COST, **changes: Any) -> list[str]:
    monkeypatch.setattr(history, "resume_cost", lambda rows, storage: cost)
    return list(notes_of(replace(FACTS, **changes), trials))


def steady(count: int = 300, slope_s: float = 0.0) -> Trials:
    wall_s = 2.0 + slope_s * np.arange(count) + np.random.default_rng(1).normal(0.0, 0.05, count)
    started_s = EPOCH_S + np.concatenate(([0.0], np.cumsum(wall_s)[:-1]))
    return fake_trials(count, started_s=started_s, ended_s=started_s + wall_s, wall_s=wall_s)


def test_a_quiet_study_says_what_it_holds_and_costs(monkeypatch: pytest.MonkeyPatch) -> None:
    said = notes(steady(), monkeypatch)
    assert said[0].startswith("Trials became neither longer nor shorter: by ")
    assert said[1:] == [
        (
            "The study holds 303 trials with 1,800 parameters, 600 user and 1 system attributes (11.7 KiB as JSON) "
            "and 3,000 intermediate values, in a file of 2.00 MiB."
        ),
        (
            "Each process that resumes it spends about 12.0 s (9.0 – 15.0 s) of CPU and 200 MiB (190 – 220 MiB) "
            "before its first trial, and TPE, Optuna's default sampler, then 250 ms (200 – 350 ms) of CPU in each: on "
            "a machine like the one it was measured on (Fake CPU, CPython 3.11.9, Optuna 5.0.0)."
        ),
    ]


def test_a_trend_is_told_from_the_first_trial_to_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    said = notes(steady(slope_s=0.01), monkeypatch)[0]
    assert said.startswith("Trials became longer: by ")
    assert said.endswith(" s from the first to the last (95 %).")
    assert notes(steady(slope_s=-0.005), monkeypatch)[0].startswith("Trials became shorter: by -")


def test_too_few_trials_have_no_trend(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not any("became" in sentence for sentence in notes(steady(5), monkeypatch))


def test_what_is_not_finished_is_told_with_its_age(monkeypatch: pytest.MonkeyPatch) -> None:
    said = notes(steady(), monkeypatch, running=(300, 301), running_since_s=EPOCH_S, waiting=1)
    assert said[1:3] == [
        (
            "2 trials are RUNNING in the storage, since 2026-11-30 00:53 UTC at the longest: under way when it was "
            "read (2026-11-30 02:53 UTC), or left by workers that died."
        ),
        "1 enqueued trial waits to be run.",
    ]


def test_a_standstill_is_told_with_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    trials = steady(20)
    trials = replace(trials, started_s=trials.started_s.copy(), ended_s=trials.ended_s.copy())
    trials.started_s[10:] += 36_000
    trials.ended_s[10:] += 36_000
    assert notes(trials, monkeypatch)[1] == (
        "No trial at all was under way once, for 10.0 h from 2026-11-30 00:53 UTC: the study was stopped there, or "
        "its workers were. The rest of the time 1.00 trials were under way at once."
    )


def test_lanes_are_called_lanes_where_workers_are_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    assert any("laid side by side" in sentence for sentence in notes(steady(), monkeypatch, workers=None))


def test_what_cannot_be_estimated_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert notes(steady(), monkeypatch, cost=None)[-1].endswith("was not measured for this kind of storage.")
    larger = replace(COST, is_extrapolated=True)
    assert notes(steady(), monkeypatch, cost=larger)[-1].endswith(
        "than any that was measured, so this is extrapolated."
    )
    cheap = replace(COST, opening_cpu_s=Range(value=0.2, low=0.1, high=0.3))
    assert notes(steady(), monkeypatch, cost=cheap)[-1].startswith("Resuming it costs less than 500 ms of CPU")


def test_a_study_without_a_finished_trial_has_its_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert notes(fake_trials(0), monkeypatch, running=(0,))[0].startswith("1 trial is RUNNING in the storage:")


def test_the_facts_are_read_back(tmp_path: Path) -> None:
    (tmp_path / "history.json").write_text(json.dumps(encode(FACTS)), encoding="utf-8")
    assert read_facts(tmp_path) == FACTS
    assert read_facts(tmp_path / "elsewhere") is None


def test_damaged_facts_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "history.json").write_text('{"study": 3}', encoding="utf-8")
    with pytest.raises(RecordError, match=r"history\.json"):
        read_facts(tmp_path)


def test_a_profile_of_a_history_has_the_running_trials_the_notes_and_no_cpu(tmp_path: Path) -> None:
    from harness.attach.histories.recording import record
    from harness.profile.build import build

    journal = tmp_path / "study.log"
    worker = {"worker_id": "a-1"}
    at = "2026-03-01T12:00:0{}+00:00"
    lines = [{"op_code": 0, **worker, "study_name": "s", "directions": [1]}]
    for number in range(3):
        lines.append({"op_code": 4, **worker, "study_id": 0, "datetime_start": at.format(number)})
        if number < 2:
            done = {"trial_id": number, "state": 1, "values": [1.0], "datetime_complete": at.format(number + 1)}
            lines.append({"op_code": 6, **worker, **done})
    journal.write_text("".join(json.dumps(line) + "\n" for line in lines) + '{"op_code":4', encoding="utf-8")
    profile = build(record(read_history(str(journal)), tmp_path, command=("harness",), commit=None))
    assert [study.running for study in profile.studies] == [1]
    assert [study.sampler for study in profile.studies] == [None]
    assert profile.ledger is not None
    assert profile.ledger.cpu_s_per_trial is None
    assert profile.ledger.wall_s_per_trial == 1.0
    assert any("1 trial is RUNNING" in note for note in profile.notes)
    assert any("torn" in sentence for sentence in profile.missing)
    assert profile.usable_cores is None


@pytest.mark.parametrize("slope_s", [0.0002, 0.0005, 0.001, 0.003])
def test_the_trend_is_the_one_that_findings_judge(slope_s: float, monkeypatch: pytest.MonkeyPatch) -> None:
    trials = steady(60, slope_s)
    line = line_of(trials.number, trials.wall_s)
    assert line is not None
    assert line.slope_s.low is not None
    surely = line.slope_s.low > 0
    assert notes(trials, monkeypatch)[0].startswith("Trials became longer") == surely
