"""A made record as `harness run` leaves it, of any size: every row goes through the codec that real rows go through."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harness.model.codec import encode
from harness.model.machine import Machine, Processor
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
from harness.probes.stacks import STEADY_HZ
from harness.probes.stacks.schedule import rate_after
from harness.probes.stacks.writer import StackWriter

EPOCH_S = 1_800_000_000.0
MIB = 1024**2
_ENDS_PER_WORKER = 200  # the books so far, written from time to time


def make_record(folder: Path, trials: int, workers: int) -> None:
    """Write a record of so many trials, dealt out to so many processes, with realistic rows."""
    folder.mkdir(parents=True)
    write_json(folder / HEADER, _header())
    draw = random.Random(1)
    end_s = EPOCH_S
    for worker in range(workers):
        pid = 5000 + worker
        lines = []
        for row in _process_rows(draw, pid, range(worker, trials, workers)):
            lines.append(json.dumps(row, separators=(",", ":")) + "\n")
            end_s = max(end_s, row.get("started_s", 0.0) + row.get("wall_s", 0.0))
        trial_rows_path(folder, pid).write_text("".join(lines), encoding="utf-8")
    with (folder / MEMORY).open("w", encoding="utf-8") as file:
        for second in range(int(end_s - EPOCH_S)):
            file.write(json.dumps(encode(_sample(draw, second, workers)), separators=(",", ":")) + "\n")
    wall_s = end_s - EPOCH_S
    _write_stacks(draw, folder, workers, wall_s)
    outcome = Outcome(
        ending=Ending.FINISHED,
        detail=None,
        exit_code=0,
        wall_s=wall_s,
        cpu_s=wall_s * workers * 0.9,
        peak_pss_bytes=workers * 150 * MIB,
    )
    write_json(folder / OUTCOME, outcome)


def _process_rows(draw: random.Random, pid: int, numbers: range) -> Iterator[dict[str, Any]]:
    start = ProcessStart(
        pid=pid,
        worker=pid - 5000,
        ready_s=EPOCH_S + 2.0,
        startup_wall_s=1.5,
        startup_cpu_s=1.2,
        parent=4999,
        birth=Birth.LAUNCHED,
    )
    study = StudyRow(
        pid=pid,
        index=0,
        name="big",
        storage="RDBStorage",
        storage_url="postgresql://optuna:***@db/study",
        sampler="TPESampler",
        pruner="MedianPruner",
        directions=("maximize",),
        optuna="5.0.0",
    )
    yield {"kind": "start", **encode(start)}
    yield {"kind": "study", **encode(study)}
    at_s = start.ready_s
    every = max(1, len(numbers) // _ENDS_PER_WORKER)
    for done, number in enumerate(numbers, start=1):
        row = _trial(draw, pid, number, at_s + 0.002)
        at_s = row.ended_s
        yield encode_trial(row)
        if done % every == 0 or done == len(numbers):
            yield encode_end(_end(pid, done, at_s, is_final=done == len(numbers)))


def _trial(draw: random.Random, pid: int, number: int, started_s: float) -> TrialRow:
    scale = draw.uniform(0.8, 1.25)
    spans = {
        "suggest": SpanTime(calls=6, wall_s=0.021 * scale, cpu_s=0.02 * scale),
        "storage": SpanTime(calls=38, wall_s=0.06 * scale, cpu_s=0.02 * scale),
        "load": SpanTime(calls=1, wall_s=0.03 * scale, cpu_s=0.029 * scale),
        "backtest": SpanTime(calls=2, wall_s=0.2 * scale, cpu_s=0.199 * scale),
        "gc": SpanTime(calls=3, wall_s=0.004 * scale, cpu_s=0.004 * scale),
        "other": SpanTime(calls=1, wall_s=0.01 * scale, cpu_s=0.01 * scale),
    }
    wall_s = sum(span.wall_s for span in spans.values()) + 0.0011
    cpu_s = sum(span.cpu_s for span in spans.values()) + 0.001
    resident = 150 * MIB + number * 40 + draw.randrange(0, 4 * MIB, 4096)
    return TrialRow(
        number=number,
        worker=pid - 5000,
        pid=pid,
        thread=0,
        state=TrialState.PRUNED if draw.random() < 0.2 else TrialState.COMPLETE,
        values=(draw.gauss(0.0, 1.0),),
        params={
            "fast_span": draw.randrange(2, 100),
            "slow_ratio": draw.uniform(1.0, 10.0),
            "limit": draw.uniform(50.0, 90.0),
            "length": draw.randrange(5, 50),
            "mode": draw.choice(("trend", "range", "both")),
            "stop": draw.uniform(0.5, 8.0),
        },
        started_s=started_s,
        wall_s=wall_s,
        cpu_s=cpu_s,
        process_cpu_s=cpu_s + 0.0001,
        spans=spans,
        before={"gc": SpanTime(calls=1, wall_s=0.0015, cpu_s=0.0015)},
        rss_bytes=resident,
        native_thread=pid,
        runqueue_s=0.003 * scale,
        rss_before_bytes=resident - 4096,
        peak_rss_bytes=resident + 14 * MIB,
        calls={"set_trial_param": 6, "set_trial_user_attr": 20, "set_trial_intermediate_value": 8, "get_trial": 4},
        written_bytes=680,
        segments=(
            ("suggest", 0.001, round(0.021 * scale, 6)),
            ("load", 0.03, round(0.03 * scale, 6)),
            ("backtest", 0.07, round(0.1 * scale, 6)),
            ("backtest", 0.2, round(0.1 * scale, 6)),
        ),
    )


def _end(pid: int, trials: int, at_s: float, is_final: bool) -> ProcessEnd:
    return ProcessEnd(
        pid=pid,
        study_wall_s=at_s - EPOCH_S - 2.0,
        study_cpu_s=trials * 0.3,
        peak_rss_bytes=200 * MIB,
        after={},
        recording_cpu_s=trials * 5e-5,
        events=trials * 100,
        event_cpu_s=1e-6,
        is_final=is_final,
        at_s=at_s,
        loads=tuple(
            Load(
                what="pandas.read_parquet",
                arguments=f"part-{part}.parquet",
                calls=trials,
                calls_in_trials=trials,
                wall_s=trials * 0.01,
                cpu_s=trials * 0.009,
                first_wall_s=0.05,
            )
            for part in range(3)
        ),
        collections=Collections(tracked_objects=200_000, frozen_objects=0, full_collections=trials, after_trial=True),
        thread_pools=(),
        history_bytes=trials * 16 * 4000,
        history_trials=trials * 16,
    )


def _sample(draw: random.Random, second: int, workers: int) -> TreeMemory:
    processes = tuple(
        ProcessMemory(
            pid=5000 + worker,
            rss_bytes=160 * MIB + draw.randrange(4 * MIB),
            uss_bytes=100 * MIB + draw.randrange(4 * MIB),
            pss_bytes=120 * MIB + draw.randrange(4 * MIB),
        )
        for worker in range(workers)
    )
    total = sum(process.pss_bytes or 0 for process in processes)
    return TreeMemory(at_s=EPOCH_S + second, processes=processes, pss_bytes=total, vanished=0)


def _write_stacks(draw: random.Random, folder: Path, workers: int, wall_s: float) -> None:
    """Samples of every worker at the default rate, which falls with time: a few hundred different stacks."""
    writer = StackWriter(folder / "stacks-1.jsonl", StackSource.PY_SPY, STEADY_HZ, why=None, began_s=EPOCH_S)
    roots = [("/home/user/big.py", 80, "<module>"), ("optuna/study/study.py", 400, "optimize")]
    stacks = []
    for leaf in range(300):
        deep = [("/home/user/big.py", 10 + leaf % 40, "objective")]
        deep += [
            (f"pandas/core/part_{level}.py", 100 + leaf % (7 + level), f"step_{level}") for level in range(leaf % 18)
        ]
        stacks.append(writer.stack([*roots, *deep]))
    elapsed_s = 0.0
    while elapsed_s < wall_s:
        rate_hz = rate_after(elapsed_s, STEADY_HZ)
        for worker in range(workers):
            stack = stacks[min(int(draw.expovariate(0.03)), len(stacks) - 1)]
            at_s = round(EPOCH_S + elapsed_s + draw.random() / rate_hz, 6)
            writer.sample((at_s, 5000 + worker, 5000 + worker, stack, None, None, round(1 / rate_hz, 6)))
        if writer.waiting > 1000:
            writer.flush()
        elapsed_s += 1 / rate_hz
    writer.flush()
    writer.close()


def _header() -> Header:
    return Header(
        schema=SCHEMA,
        id="20270115T080000-big-000000",
        label="big.py",
        plan=None,
        machine=Machine(processor=Processor(logical_cores=16, usable_cores=16)),
        argv=("harness", "run", "big.py"),
        commit=None,
        started_s=EPOCH_S,
        origin=Origin.SCRIPT,
        command=("big.py",),
        stacks_hz=float(STEADY_HZ),
    )
