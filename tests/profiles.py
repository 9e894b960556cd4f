"""Profiles and records that tests share: three processes, three hundred trials, costs that are easy to check."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from harness.model.codec import encode
from harness.model.memory import ProcessMemory, TreeMemory
from harness.model.record import (
    SCHEMA,
    Birth,
    Collections,
    Ending,
    Header,
    Load,
    Origin,
    Outcome,
    ProcessEnd,
    ProcessStart,
    SpanTime,
    StudyRow,
    TrialRow,
    TrialState,
)
from harness.model.stacks import StackSource
from harness.model.store import HEADER, MEMORY, OUTCOME, encode_end, encode_trial, trial_rows_path, write_json
from harness.profile.columns import STATES, Segments, SpanColumns, Trials
from harness.profile.facts import (
    Duplicates,
    FlameNode,
    Growth,
    HotFunction,
    HotLine,
    Ledger,
    Memory,
    Part,
    PartKind,
    Process,
    Profile,
    RepeatedWork,
    StackProfile,
    Study,
    TreePoint,
    Verdict,
    Waiting,
    WorkerMemory,
)
from harness.stats.interval import Interval
from tests.fakes import EPOCH_S, MACHINE, MIB

Row = TrialRow | ProcessStart | ProcessEnd | StudyRow
PIDS = (4000, 4001, 4002)
SPANS = {  # own wall and CPU of one visit
    "suggest": (0.002, 0.002),
    "storage": (0.010, 0.004),
    "load": (0.020, 0.018),
    "backtest": (0.150, 0.150),
    "gc": (0.003, 0.003),
    "other": (0.010, 0.009),
}
UNATTRIBUTED_S = 0.001
TRIAL_S = sum(wall for wall, _ in SPANS.values()) + UNATTRIBUTED_S
TRIAL_CPU_S = sum(cpu for _, cpu in SPANS.values()) + UNATTRIBUTED_S
BETWEEN_S = 0.005  # from one trial's end to the next one's begin
GC_BETWEEN_S = 0.004  # of it, collecting after the trial

# --- records


def header(**changes: Any) -> Header:
    given = Header(
        schema=SCHEMA,
        id="20261125T000000-optimise-abc123",
        label="optimise.py",
        plan=None,
        machine=MACHINE,
        argv=("harness", "run", "optimise.py"),
        commit=None,
        started_s=EPOCH_S,
        origin=Origin.SCRIPT,
        command=("optimise.py", "--trials", "300"),
    )
    return replace(given, **changes)


def outcome(**changes: Any) -> Outcome:
    given = Outcome(ending=Ending.FINISHED, detail=None, exit_code=0, wall_s=24.0, cpu_s=62.0, peak_pss_bytes=450 * MIB)
    return replace(given, **changes)


def study_row(pid: int = PIDS[0], **changes: Any) -> StudyRow:
    given = StudyRow(
        pid=pid,
        index=0,
        name="prices",
        storage="RDBStorage",
        storage_url="sqlite:///study.db",
        sampler="TPESampler",
        pruner="MedianPruner",
        directions=("maximize",),
        optuna="5.0.0",
    )
    return replace(given, **changes)


def start_row(pid: int = PIDS[0], **changes: Any) -> ProcessStart:
    given = ProcessStart(
        pid=pid,
        worker=PIDS.index(pid) if pid in PIDS else 0,
        ready_s=EPOCH_S + 1.5,
        startup_wall_s=1.0,
        startup_cpu_s=0.9,
        parent=None if pid == PIDS[0] else PIDS[0],
        birth=Birth.LAUNCHED if pid == PIDS[0] else Birth.FORKED,
    )
    return replace(given, **changes)


def end_row(pid: int = PIDS[0], **changes: Any) -> ProcessEnd:
    given = ProcessEnd(
        pid=pid,
        study_wall_s=20.5,
        study_cpu_s=19.0,
        peak_rss_bytes=180 * MIB,
        after={},
        recording_cpu_s=0.003,
        events=10_000,
        event_cpu_s=1e-6,
        at_s=EPOCH_S + 22.0,
        loads=(load(),),
        collections=Collections(tracked_objects=120_000, frozen_objects=0, full_collections=100, after_trial=True),
        thread_pools=(),
        history_bytes=300 * 3000,
        history_trials=300,
    )
    return replace(given, **changes)


def load(**changes: Any) -> Load:
    given = Load(
        what="pandas.read_parquet",
        arguments="bars.parquet",
        calls=100,
        calls_in_trials=100,
        wall_s=2.0,
        cpu_s=1.8,
        first_wall_s=0.05,
    )
    return replace(given, **changes)


def trial_row(number: int = 0, pid: int = PIDS[0], **changes: Any) -> TrialRow:
    """A trial of `SPANS` as this process's turn comes round: numbers are dealt out in order of `PIDS`."""
    turn = number // len(PIDS)
    given = TrialRow(
        number=number,
        worker=PIDS.index(pid) if pid in PIDS else 0,
        pid=pid,
        thread=0,
        state=TrialState.PRUNED if number % 10 == 9 else TrialState.COMPLETE,
        values=(float(number % 7),),
        params={"span": number, "kind": "a" if number % 2 else "b"},
        started_s=EPOCH_S + 1.5 + GC_BETWEEN_S + turn * (TRIAL_S + BETWEEN_S),
        wall_s=TRIAL_S,
        cpu_s=TRIAL_CPU_S,
        process_cpu_s=TRIAL_CPU_S,
        spans={
            name: SpanTime(calls=30 if name == "storage" else 1, wall_s=wall, cpu_s=cpu)
            for name, (wall, cpu) in SPANS.items()
        },
        before={"gc": SpanTime(calls=1, wall_s=GC_BETWEEN_S, cpu_s=GC_BETWEEN_S)},
        rss_bytes=150 * MIB,
        native_thread=pid,
        runqueue_s=0.002,
        rss_before_bytes=149 * MIB,
        peak_rss_bytes=160 * MIB,
        calls={"set_trial_user_attr": 20, "set_trial_param": 8, "set_trial_state_values": 2},
        written_bytes=640,
        segments=(("load", 0.012, 0.020), ("backtest", 0.032, 0.150)),
    )
    return replace(given, **changes)


def record_rows(trials: int = 300) -> list[Row]:
    """Every row of a record that lacks nothing."""
    rows: list[Row] = []
    for pid in PIDS:
        rows += [start_row(pid), study_row(pid)]
    rows += [trial_row(number, PIDS[number % len(PIDS)]) for number in range(trials)]
    return rows + [end_row(pid) for pid in PIDS]


def tree_memory(at_s: float, sizes: Mapping[int, int]) -> TreeMemory:
    """A sample at seconds after the record's start, of processes whose RSS, USS and PSS are given in bytes."""
    processes = tuple(
        ProcessMemory(pid=pid, rss_bytes=size + 30 * MIB, uss_bytes=size, pss_bytes=size + 10 * MIB)
        for pid, size in sizes.items()
    )
    return TreeMemory(
        at_s=EPOCH_S + at_s,
        processes=processes,
        pss_bytes=sum(process.pss_bytes or 0 for process in processes),
        vanished=0,
    )


def write_record(
    folder: Path,
    rows: Iterable[Row | Mapping[str, Any] | str],
    *,
    head: Header | None = None,
    memory: Iterable[TreeMemory] = (),
    end: Outcome | None = None,
) -> Path:
    """Write a record as a run leaves it; returns its folder.

    Each row goes to its process's file. A mapping is written as it is, a text without a line end (a torn line, and
    then it must be the last of the first process). Without `end` there is no outcome: the launcher was killed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / HEADER, head or header())
    lines: dict[int, list[str]] = {}
    for row in rows:
        if isinstance(row, str):
            lines.setdefault(PIDS[0], []).append(row)
            continue
        data = row if isinstance(row, Mapping) else _stored(row)
        lines.setdefault(int(data["pid"]), []).append(json.dumps(data) + "\n")
    for pid, written in lines.items():
        trial_rows_path(folder, pid).write_text("".join(written), encoding="utf-8")
    samples = [json.dumps(encode(sample)) + "\n" for sample in memory]
    if samples:
        (folder / MEMORY).write_text("".join(samples), encoding="utf-8")
    if end is not None:
        write_json(folder / OUTCOME, end)
    return folder


def _stored(row: Row) -> Mapping[str, Any]:
    match row:
        case TrialRow():
            return encode_trial(row)
        case ProcessEnd():
            return encode_end(row)
        case ProcessStart():
            return {"kind": "start", **encode(row)}
        case StudyRow():
            return {"kind": "study", **encode(row)}


# --- profiles


def fake_trials(trials: int = 300, **changes: Any) -> Trials:
    """The trials of `record_rows` as columns; `changes` replace fields (`spans` wholly)."""
    number = np.arange(trials)
    process, turn = number % len(PIDS), number // len(PIDS)
    started_s = EPOCH_S + 1.5 + GC_BETWEEN_S + turn * (TRIAL_S + BETWEEN_S)
    given = Trials(
        number=number,
        study=np.zeros(trials, dtype=np.int64),
        process=process,
        thread=np.zeros(trials, dtype=np.int64),
        native_thread=np.array(PIDS)[process],
        state=np.where(number % 10 == 9, STATES.index(TrialState.PRUNED), STATES.index(TrialState.COMPLETE)),
        started_s=started_s,
        ended_s=started_s + TRIAL_S,
        wall_s=np.full(trials, TRIAL_S),
        cpu_s=np.full(trials, TRIAL_CPU_S),
        process_cpu_s=np.full(trials, TRIAL_CPU_S),
        children_cpu_s=np.zeros(trials),
        runqueue_s=np.full(trials, 0.002),
        value=(number % 7).astype(float),
        parameters=number,
        open_at_once=np.ones(trials, dtype=np.int64),
        rss_before_bytes=np.full(trials, 149.0 * MIB),
        rss_bytes=np.full(trials, 150.0 * MIB),
        peak_rss_bytes=np.full(trials, 160.0 * MIB),
        written_bytes=np.full(trials, 640.0),
        spans={
            name: span_columns(trials, wall, cpu, calls=30 if name == "storage" else 1)
            for name, (wall, cpu) in SPANS.items()
        },
        before={"gc": span_columns(trials, GC_BETWEEN_S, GC_BETWEEN_S)},
        calls={
            "set_trial_user_attr": np.full(trials, 20),
            "set_trial_param": np.full(trials, 8),
            "set_trial_state_values": np.full(trials, 2),
        },
        segments=Segments(
            names=("load", "backtest"),
            trial=np.repeat(number, 2),
            span=np.tile([0, 1], trials),
            started_s=(started_s[:, None] + np.array([0.012, 0.032])).ravel(),
            wall_s=np.tile([0.020, 0.150], trials),
        ),
    )
    return replace(given, **changes)


def span_columns(trials: int, wall_s: float, cpu_s: float, calls: int = 1) -> SpanColumns:
    """A span that costs every trial the same."""
    return SpanColumns(calls=np.full(trials, calls), wall_s=np.full(trials, wall_s), cpu_s=np.full(trials, cpu_s))


def fake_part(name: str, kind: PartKind, wall_s: float, cpu_s: float, **changes: Any) -> Part:
    given = Part(
        name=name,
        kind=kind,
        calls_per_trial=1.0,
        wall_s_per_trial=wall_s,
        cpu_s_per_trial=cpu_s,
        waiting_s_per_trial=wall_s - cpu_s,
        wall_share=wall_s / (TRIAL_S + BETWEEN_S),
    )
    return replace(given, **changes)


def fake_ledger(**changes: Any) -> Ledger:
    given = Ledger(
        parts=(
            fake_part("backtest", PartKind.USER, *SPANS["backtest"]),
            fake_part("load", PartKind.LOAD, *SPANS["load"]),
            fake_part("storage", PartKind.STORAGE, *SPANS["storage"], calls_per_trial=30.0),
            fake_part("other", PartKind.OBJECTIVE, *SPANS["other"]),
            fake_part("gc", PartKind.GC, *SPANS["gc"]),
            fake_part("suggest", PartKind.SAMPLER, *SPANS["suggest"]),
            fake_part("gc between trials", PartKind.BETWEEN, GC_BETWEEN_S, GC_BETWEEN_S),
            fake_part(
                "rest between trials",
                PartKind.BETWEEN,
                BETWEEN_S - GC_BETWEEN_S,
                0.0,
                cpu_s_per_trial=None,
                waiting_s_per_trial=None,
            ),
            fake_part("unattributed", PartKind.UNATTRIBUTED, UNATTRIBUTED_S, UNATTRIBUTED_S),
        ),
        wall_s_per_trial=TRIAL_S,
        cpu_s_per_trial=TRIAL_CPU_S,
        waiting=Waiting(total_s=TRIAL_S - TRIAL_CPU_S, cores_s=0.002, storage_s=0.006, gil_s=0.0, other_s=0.001),
        children_cpu_s_per_trial=0.0,
        storage_calls_per_trial=(
            ("set_trial_user_attr", 20.0),
            ("set_trial_param", 8.0),
            ("set_trial_state_values", 2.0),
        ),
        written_bytes_per_trial=640.0,
        span_s=20.1,
        parallelism=2.9,
        idle_share=0.03,
        median_wall_s=TRIAL_S,
        longest_wall_s=TRIAL_S,
    )
    return replace(given, **changes)


def fake_process(pid: int = PIDS[0], **changes: Any) -> Process:
    end = end_row(pid)
    given = Process(
        pid=pid,
        parent=None if pid == PIDS[0] else PIDS[0],
        birth=Birth.LAUNCHED if pid == PIDS[0] else Birth.FORKED,
        threads=1,
        trials=100,
        started_s=EPOCH_S + 0.5,
        ready_s=EPOCH_S + 1.5,
        startup_wall_s=1.0,
        startup_cpu_s=0.9,
        first_trial_s=EPOCH_S + 1.5 + GC_BETWEEN_S,
        last_trial_s=EPOCH_S + 1.5 + 100 * (TRIAL_S + BETWEEN_S),
        busy_s=100 * TRIAL_S,
        study_cpu_s=19.0,
        closed=True,
        peak_rss_bytes=180 * MIB,
        thread_pools=(),
        collections=end.collections,
        history_bytes=end.history_bytes,
        history_trials=end.history_trials,
        recording_cpu_s=0.013,
        dropped=0,
        loads=end.loads,
    )
    return replace(given, **changes)


def fake_memory(**changes: Any) -> Memory:
    given = Memory(
        peak_pss_bytes=450 * MIB,
        tree=tuple(TreePoint(at_s=float(at_s), pss_bytes=(100 + 20 * at_s) * MIB, processes=3) for at_s in range(18)),
        workers=tuple(
            WorkerMemory(pid=pid, uss_bytes=120 * MIB, peak_uss_bytes=130 * MIB, peak_rss_bytes=180 * MIB)
            for pid in PIDS
        ),
        growth=tuple(
            Growth(
                pid=pid,
                trials=100,
                bytes_per_trial=Interval(value=120.0, low=-300.0, high=500.0),
                verdict=Verdict.NONE,
                history_bytes_per_trial=9000.0,
                because="RSS did not grow by an amount that matters.",
            )
            for pid in PIDS
        ),
        peak_growth_bytes=11.0 * MIB,
    )
    return replace(given, **changes)


def fake_stacks(**changes: Any) -> StackProfile:
    line = FlameNode(label="slope (optimise.py:30)", weight_s=45.0, is_user=True, children=())
    objective = FlameNode(label="objective (optimise.py:50)", weight_s=55.0, is_user=True, children=(line,))
    given = StackProfile(
        source=StackSource.PY_SPY,
        rate_hz=20.0,
        why=None,
        samples=1160,
        samples_outside=90,
        processes=3,
        flame=FlameNode(label="all", weight_s=58.0, is_user=False, children=(objective,)),
        hot_lines=(
            HotLine(
                span="backtest",
                file="optimise.py",
                line=30,
                function="slope",
                share=0.77,
                s_per_trial=0.15,
                callback="rolling.apply calls slope() for each row",
                samples=893,
            ),
        ),
        functions=(
            HotFunction(
                file="optimise.py", function="slope", lines=(30, 31), share=0.79, s_per_trial=0.154, samples=916
            ),
        ),
    )
    return replace(given, **changes)


def fake_profile(**changes: Any) -> Profile:
    """A plausible profile that lacks nothing; `changes` replace its fields."""
    given = Profile(
        run="20261125T000000-optimise-abc123",
        origin=Origin.SCRIPT.value,
        label="optimise.py",
        command=("optimise.py", "--trials", "300"),
        started_s=EPOCH_S,
        ending=Ending.FINISHED.value,
        ending_detail=None,
        exit_code=0,
        wall_s=24.0,
        cpu_s=62.0,
        usable_cores=2.0,
        memory_limit_bytes=4 * 1024 * MIB,
        studies=(
            Study(
                name="prices",
                storage="RDBStorage",
                storage_url="sqlite:///study.db",
                sampler="TPESampler",
                pruner="MedianPruner",
                directions=("maximize",),
                optuna="5.0.0",
                trials=300,
            ),
        ),
        processes=tuple(fake_process(pid) for pid in PIDS),
        trials=fake_trials(),
        ledger=fake_ledger(),
        memory=fake_memory(),
        stacks=fake_stacks(),
        repeated=(
            RepeatedWork(
                what="pandas.read_parquet",
                arguments="bars.parquet",
                calls=300,
                calls_in_trials=300,
                processes=3,
                wall_s=6.0,
                saving_s=5.85,
                saving_s_per_trial=0.0195,
                shared_saving_s=5.95,
            ),
        ),
        duplicates=Duplicates(trials=0, wall_s=0.0, groups=0, most=0, same=0, same_wall_s=0.0),
        watching_cpu_s_per_trial=0.00013,
        missing=(),
    )
    return replace(given, **changes)
