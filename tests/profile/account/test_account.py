"""The account of a run: every second has a place, workers share the wall, and nothing is counted twice."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.attach.phases import FILE
from harness.model.record import SpanTime
from harness.profile.account.account import Reading, Run, account_of
from harness.profile.account.facts import Place, PlaceKind, RunAccount
from harness.profile.account.lanes import Key, Lane, Stretches, stretch
from harness.profile.account.passage import Life, phases_of
from harness.profile.account.rows import ProcessPhases, read_phases
from harness.profile.account.splitting import split
from harness.profile.columns import Trials
from harness.profile.facts import PartKind
from harness.profile.processes import processes_of
from harness.profile.reading.table import read_trials
from tests.fakes import EPOCH_S
from tests.profiles import study_row, trial_row, write_record

WORK, WAIT = Key(PlaceKind.BEFORE, "work"), Key(PlaceKind.WAITING, "wait")


def row(**changes: Any) -> dict[str, Any]:
    """A process that starts, imports for 2 s, works for 1 s, runs a loop from 4 to 14, works 3 s more and exits."""
    given: dict[str, Any] = {
        "kind": "phases",
        "pid": 4000,
        "parent": 1,
        "is_fork": False,
        "is_worker": False,
        "started_s": EPOCH_S,
        "ready_s": EPOCH_S + 1,
        "ready_cpu_s": 0.5,
        "optuna_s": EPOCH_S + 3,
        "loops": [[EPOCH_S + 4, EPOCH_S + 14, 3.0, 12.0, 1, True]],
        "tells": None,
        "callbacks": [],
        "imports": [[EPOCH_S + 1, EPOCH_S + 3, 2.0, 1.5]],
        "packages": [["pandas", 1.5, 1.0], ["numpy", 0.5, 0.5], ["_study_harness", 0.5, 0.5]],
        "exit_s": EPOCH_S + 17,
        "exit_cpu_s": 15.0,
        "at_s": EPOCH_S + 17.2,
        "cpu_s": 15.2,
        "is_final": True,
    }
    return {**given, **changes}


def phases(tmp_path: Path, *rows: dict[str, Any]) -> tuple[ProcessPhases, ...]:
    tmp_path.mkdir(parents=True, exist_ok=True)
    (tmp_path / FILE).write_text("".join(f"{json.dumps(one)}\n" for one in rows), encoding="utf-8")
    return read_phases(tmp_path)


def account(
    tmp_path: Path,
    rows: list[dict[str, Any]],
    trials: Sequence[Any] = (),
    wall_s: float = 18.0,
) -> RunAccount:
    table = read_trials(write_record(tmp_path / "record", trials))
    found = account_of(
        phases(tmp_path / "phases", *rows),
        table.trials,
        processes_of(table),
        Run(launched_s=EPOCH_S, ended_s=EPOCH_S + wall_s),
        Reading(shown=str),
    )
    assert found is not None
    return found


def places(found: RunAccount) -> dict[str, float]:
    return {place.name: round(place.wall_s, 6) for place in found.places}


def of_process(found: RunAccount, pid: int) -> dict[str, float]:
    process = next(one for one in found.processes if one.pid == pid)
    return {place.name: round(place.wall_s, 6) for place in process.places}


def test_a_run_without_a_trial_row_has_its_phases(tmp_path: Path) -> None:
    found = account(tmp_path, [row()])

    assert places(found) == {
        "interpreter start": 1.0,
        "imports": 1.5,
        "imports of study-harness itself": 0.5,
        "before the study": 1.0,
        "rest between trials": 10.0,
        "after the study": 3.0,
        "closing this record": 0.2,
        "exit": 0.8,
    }
    assert found.off_s == pytest.approx(0.0, abs=1e-6)
    assert [one.name for one in found.imports] == ["pandas", "numpy"]


def test_cpu_of_phases_is_told_apart_from_imports(tmp_path: Path) -> None:
    cpu_s = {place.name: place.cpu_s for place in account(tmp_path, [row()]).places}

    assert cpu_s["interpreter start"] == 0.5
    assert cpu_s["imports"] == pytest.approx(1.5 * 0.75)
    assert cpu_s["before the study"] == pytest.approx(3.0 - 0.5 - 1.5)
    assert cpu_s["after the study"] == pytest.approx(3.0)
    assert cpu_s["exit"] is None


def trial(number: int, began_s: float, wall_s: float, **changes: Any) -> Any:
    given = trial_row(number)
    return replace(given, started_s=EPOCH_S + began_s, wall_s=wall_s, **{"spans": {}, "before": {}, **changes})


def test_trials_and_what_lies_between_them_share_the_loop(tmp_path: Path) -> None:
    said = "callback: note (/home/u/study.py:3)"
    before = {said: SpanTime(calls=1, wall_s=1.5, cpu_s=0.1), "storage": SpanTime(calls=1, wall_s=0.25, cpu_s=0.1)}
    spans = {"other": SpanTime(calls=1, wall_s=2.0, cpu_s=2.0), "suggest": SpanTime(calls=1, wall_s=1.0, cpu_s=1.0)}
    native = {"native_thread": 4000, "pid": 4000, "thread": 0}
    rows = [
        study_row(4000),
        trial(0, 4.0, 3.0, spans=spans, **native),
        trial(1, 9.0, 3.0, spans=spans, before=before, **native),
    ]
    callbacks = [["note", "/home/u/study.py:3", 2, 3.0, 0.2]]

    found = account(tmp_path, [row(callbacks=callbacks)], rows)

    told = places(found)
    assert told["objective"] == 4.0
    assert told["sampler"] == 2.0
    assert told["callback note"] == 3.0  # 1.5 before the second trial, 1.5 after it
    assert told["storage between trials"] == 0.25
    assert told["rest between trials"] == pytest.approx(10 - 6 - 3 - 0.25)
    assert found.off_s == pytest.approx(0.0, abs=1e-6)
    (callback,) = [place for place in found.places if place.kind is PlaceKind.CALLBACK]
    assert (callback.where, callback.calls, callback.cpu_s) == ("/home/u/study.py:3", 2, 0.2)


def test_a_script_that_waits_for_its_workers_is_told_by_what_they_do(tmp_path: Path) -> None:
    leader = row(loops=[], cpu_s=2.1, exit_cpu_s=2.1)
    workers = [
        row(
            pid=pid,
            parent=4000,
            is_worker=True,
            started_s=EPOCH_S + 4,
            ready_s=EPOCH_S + 5,
            imports=[[EPOCH_S + 5, EPOCH_S + 6, 1.0, 1.0]],
            packages=[],
            loops=[[EPOCH_S + 6, EPOCH_S + end_s, 1.5, 9.0, 1, True]],
            exit_s=EPOCH_S + end_s,
            at_s=EPOCH_S + end_s,
        )
        for pid, end_s in ((4001, 14), (4002, 10))
    ]
    rows = [
        study_row(4001),
        study_row(4002),
        trial(0, 6.0, 8.0, pid=4001, native_thread=4001),
        trial(1, 6.0, 4.0, pid=4002, native_thread=4002),
    ]

    found = account(tmp_path, [leader, *workers], rows)

    told = places(found)
    assert told["Optuna itself"] == pytest.approx(8.0)  # two side by side for four seconds, one alone for four
    assert told["interpreter start"] == pytest.approx(2.0)
    assert "waiting for own processes" not in told
    assert of_process(found, 4000)["waiting for own processes"] == pytest.approx(8.0)
    assert of_process(found, 4001)["Optuna itself"] == pytest.approx(8.0)
    assert sum(told.values()) == pytest.approx(18.0)
    assert [one.is_main for one in found.processes] == [True, False, False]


def test_threads_of_one_process_share_its_wall(tmp_path: Path) -> None:
    rows = [
        study_row(4000),
        trial(0, 4.0, 10.0, thread=0, native_thread=4010, pid=4000),
        trial(1, 4.0, 5.0, thread=1, native_thread=4011, pid=4000),
    ]

    told = places(account(tmp_path, [row()], rows))

    assert told["Optuna itself"] == pytest.approx(10.0)


def test_a_killed_process_ends_with_what_was_not_seen(tmp_path: Path) -> None:
    killed = row(exit_s=None, exit_cpu_s=None, is_final=False, loops=[[EPOCH_S + 4, None, 3.0, None, 1, True]])

    told = places(account(tmp_path, [{**killed, "at_s": EPOCH_S + 12}]))

    assert told["rest between trials"] == 8.0
    assert told["not seen"] == 6.0


def test_without_a_study_the_code_is_the_script_s_own(tmp_path: Path) -> None:
    told = places(account(tmp_path, [row(loops=[], imports=[], packages=[])]))

    assert told["the script's own code"] == 16.0


def test_the_last_row_of_a_process_counts_and_damage_is_left_out(tmp_path: Path) -> None:
    absurd = [row(ready_s=-1), row(ready_s="soon"), row(callbacks=[["a"]]), row(cpu_s=float("nan")), {"kind": "phases"}]

    found = phases(tmp_path, row(is_final=False), *absurd, row())

    (only,) = found
    assert only.is_final


def test_trials_asked_for_in_between_are_one_loop_with_the_calls_they_overlap(tmp_path: Path) -> None:
    (one,) = phases(
        tmp_path,
        row(tells=[EPOCH_S + 2, EPOCH_S + 6, 1.0, 2.0], loops=[[EPOCH_S + 4, EPOCH_S + 14, 3.0, 12.0, 1, True]]),
    )

    (loop,) = one.loops
    assert (loop.began_s - EPOCH_S, loop.ended_s - EPOCH_S, loop.began_cpu_s, loop.ended_cpu_s) == (2, 14, 1.0, 12.0)
    assert one.has_asked


def test_phases_follow_each_other_without_a_gap(tmp_path: Path) -> None:
    (one,) = phases(tmp_path, row())
    life = Life(began_s=EPOCH_S, ended_s=EPOCH_S + 18, first_trial_s=None, last_trial_s=None)

    found = phases_of(one, life)

    loop_s = sum(loop.ended_s - loop.began_s for loop in one.loops)
    assert sum(phase.wall_s for phase in found) + loop_s == pytest.approx(18.0)


moments = st.floats(0, 100, allow_nan=False)


@given(st.lists(st.tuples(moments, moments, st.booleans()), max_size=12))
def test_every_moment_has_one_place(pairs: list[tuple[float, float, bool]]) -> None:
    """Whatever lanes there are, their places add up to the whole, and none is below nothing."""
    whole = stretch(0.0, 100.0, WAIT, is_active=False)
    fallback = Lane(process=0, is_main=True, stretches=(whole,))
    lanes = [
        Lane(process=1, is_main=False, stretches=(stretch(min(a, b), max(a, b), WORK, is_active=is_active),))
        for a, b, is_active in pairs
    ]

    found = split([fallback, *lanes], fallback, 0.0, 100.0)

    assert sum(found.values()) == pytest.approx(100.0)
    assert all(seconds >= -1e-9 for seconds in found.values())


def test_a_mixture_larger_than_its_stretch_is_scaled() -> None:
    mixed = Stretches(started_s=np.array([0.0]), ended_s=np.array([4.0]), rest=WAIT, mixture={WORK: np.array([6.0])})
    lane = Lane(process=0, is_main=True, stretches=(mixed,))

    assert split([lane], lane, 0.0, 4.0) == {WORK: 4.0, WAIT: 0.0}


def test_the_account_answers_for_shares() -> None:
    place = Place(kind=PlaceKind.TRIAL, name="objective", wall_s=3.0, cpu_s=None, share=0.75, part=PartKind.OBJECTIVE)
    other = Place(kind=PlaceKind.EXIT, name="exit", wall_s=1.0, cpu_s=None, share=0.25)
    found = RunAccount(wall_s=4.0, places=(place, other), processes=(), imports=(), off_s=0.0)

    assert found.largest is place
    assert found.share_of(PlaceKind.TRIAL, PlaceKind.EXIT) == 1.0


def test_no_account_without_rows(tmp_path: Path) -> None:
    assert read_phases(tmp_path) == ()
    nothing: Trials = read_trials(write_record(tmp_path / "r", [])).trials
    assert account_of((), nothing, (), Run(launched_s=0.0, ended_s=1.0), Reading(shown=str)) is None
