"""Fakes that tests share: records and reproductions as a run would leave them, with numbers that are easy to check."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from harness.model.experiment import Arm, ArmRun, Dataset, Made, Reproduction, Role
from harness.model.machine import Load, Machine, Platform, Processor, Python, SystemMemory
from harness.model.memory import ProcessMemory, TreeMemory
from harness.model.plan import Backend, DataAccess, Plan, SamplerKind, StorageKind
from harness.model.record import (
    SCHEMA,
    Ending,
    Header,
    Outcome,
    ProcessEnd,
    ProcessStart,
    Record,
    SpanTime,
    TrialRow,
    TrialState,
)
from harness.probes.ledger import Clocks

EPOCH_S = 1_796_000_000.0
MIB = 1024**2

MACHINE = Machine(
    platform=Platform(system="Linux", release="6.1", architecture="x86_64"),
    processor=Processor(model="Fake CPU", logical_cores=2, physical_cores=1, usable_cores=2),
    memory=SystemMemory(total_bytes=8 * 1024 * MIB, limit_bytes=4 * 1024 * MIB),
    load=Load(average_1min=0.5, average_5min=0.25, average_15min=0.125, cpu_pressure_percent=3.0, steal_percent=0.1),
    python=Python(implementation="CPython", version="3.11.9", has_gil=True, hash_seed="0", writes_bytecode=True),
    thread_settings={"OMP_NUM_THREADS": "1"},
    versions={"optuna": "5.0.0", "numpy": "2.4.0"},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a fake trial costs: CPU by span, and how much longer its wall time is than its CPU."""

    spans: Mapping[str, float]
    unattributed_s: float = 0.001
    between_s: float = 0.002
    stretch: float = 1.0


def span_time(cpu_s: float, wall_s: float | None = None, calls: int = 1) -> SpanTime:
    return SpanTime(calls=calls, wall_s=cpu_s if wall_s is None else wall_s, cpu_s=cpu_s)


def fake_trial(number: int, cost: Cost, started_s: float = EPOCH_S, thread: int = 0) -> TrialRow:
    cpu_s = sum(cost.spans.values()) + cost.unattributed_s
    return TrialRow(
        number=number,
        worker=0,
        pid=4000,
        thread=thread,
        state=TrialState.COMPLETE,
        values=(0.5 + number / 1000,),
        params={"fast": number + 2},
        started_s=started_s,
        wall_s=cpu_s * cost.stretch,
        cpu_s=cpu_s,
        process_cpu_s=cpu_s,
        spans={name: span_time(seconds, seconds * cost.stretch) for name, seconds in cost.spans.items()},
        before={"storage": span_time(cost.between_s)},
        rss_bytes=200 * MIB,
    )


def fake_trials(count: int, cost: Cost, threads: int = 1) -> tuple[TrialRow, ...]:
    """Trials one after the other in each thread; a slow drift keeps medians apart from means."""
    rows = []
    free_s = [EPOCH_S + 1.0] * threads
    for number in range(count):
        factor = 1 + (number % 5 - 2) / 100
        own = replace(cost, spans={name: seconds * factor for name, seconds in cost.spans.items()})
        thread = number % threads
        row = fake_trial(number, own, free_s[thread] + cost.between_s, thread)
        free_s[thread] = row.ended_s
        rows.append(row)
    return tuple(rows)


def fake_memory(start_mib: int, peak_mib: int, samples: int, pids: Sequence[int] = (4000,)) -> tuple[TreeMemory, ...]:
    found = []
    for index in range(samples):
        size = (start_mib + (peak_mib - start_mib) * index // max(samples - 1, 1)) * MIB
        processes = tuple(
            ProcessMemory(pid=pid, rss_bytes=size + 10 * MIB, uss_bytes=size, pss_bytes=size) for pid in pids
        )
        found.append(
            TreeMemory(at_s=EPOCH_S + 0.25 * index, processes=processes, pss_bytes=size * len(pids), vanished=0)
        )
    return tuple(found)


def fake_facts(bars: int, name: str = "crypto") -> dict[str, object]:
    train, validate = int(0.6 * bars), int(0.2 * bars)
    return {
        "name": name,
        "bars": bars,
        "interval_s": 600,
        "train": train,
        "validate": validate,
        "test": bars - train - validate - 290,
        "bars_per_trial": train + validate,
        "gaps": 2,
        "missing": 7,
        "digest": f"{bars:016x}",
        "table_bytes": 56 * bars,
        "file_bytes": 36 * bars,
        "notes": ["volume is in units of the base asset"],
    }


def fake_record(run: str, plan: Plan, rows: Sequence[TrialRow], facts: Mapping[str, object] | None = None) -> Record:
    """A finished run with one process."""
    last_s = max((row.ended_s for row in rows), default=EPOCH_S + 1)
    cpu_s = sum(row.cpu_s + sum(span.cpu_s for span in row.before.values()) for row in rows)
    header = Header(
        schema=SCHEMA,
        id=run,
        label=run,
        plan=plan,
        machine=MACHINE,
        argv=("harness", "reproduce"),
        commit="0123abc",
        started_s=EPOCH_S,
    )
    start = ProcessStart(pid=4000, worker=0, ready_s=EPOCH_S + 1, startup_wall_s=0.9, startup_cpu_s=0.8)
    end = ProcessEnd(
        pid=4000,
        study_wall_s=last_s - EPOCH_S - 1,
        study_cpu_s=cpu_s,
        peak_rss_bytes=230 * MIB,
        after={},
        recording_cpu_s=0.0001 * len(rows),
        events=40 * len(rows),
        event_cpu_s=0.9e-6,
    )
    return Record(
        folder=Path("runs") / run,
        header=header,
        facts=fake_facts(5_000) if facts is None else facts,
        trials=tuple(rows),
        starts=(start,),
        ends=(end,),
        memory=fake_memory(120, 220, 40),
        outcome=Outcome(
            ending=Ending.FINISHED,
            detail=None,
            exit_code=0,
            wall_s=last_s - EPOCH_S + 0.5,
            cpu_s=cpu_s + 0.8,
            peak_pss_bytes=220 * MIB,
        ),
        torn_lines=0,
    )


def as_found_cost(bars_per_trial: int, wobble: float = 0.0) -> Cost:
    """The seed's shape: 0.3 s in storage, 81 µs for each bar in the indicators, crumbs elsewhere."""
    spans = {
        "load": 0.03,
        "split": 0.002,
        "indicators": 80e-6 * bars_per_trial,
        "strategy": 1.5e-6 * bars_per_trial,
        "scoring": 0.004,
        "suggest": 0.006,
        "storage": 0.3,
        "gc": 0.001,
        "other": 0.003,
    }
    return Cost(spans={name: seconds * (1 + wobble) for name, seconds in spans.items()})


AS_FOUND = Plan(
    workload="topstepb", trials=8, sampler=SamplerKind.NUMBERED, storage=StorageKind.SQLITE, settings=(("first", 0),)
)
NINE = replace(AS_FOUND, trials=18, backend=Backend.THREADS, workers=9)
MENDED = replace(AS_FOUND, trials=50, storage=StorageKind.MEMORY, data=DataAccess.REUSE)


def fake_reproduction() -> tuple[Reproduction, dict[str, Record]]:
    """All arms of a short reproduction on both datasets, two runs of each one-thread arm to give the fit a spread."""
    runs: list[tuple[Arm, Record]] = []

    def add(name: str, role: Role, dataset: Dataset, plan: Plan, cost: Cost, bars: int) -> None:
        arm = Arm(name=name, role=role, dataset=dataset, plan=plan)
        rows = fake_trials(plan.trials, cost, plan.workers)
        run = f"run-{len(runs):02d}-{name.replace(' ', '-')}"
        runs.append((arm, fake_record(run, plan, rows, fake_facts(bars, dataset.value))))

    for wobble in (0.0, 0.03):
        add("synthetic, one thread", Role.ONE_THREAD, Dataset.SYNTHETIC, AS_FOUND, as_found_cost(4_000, wobble), 5_000)
        short = replace(AS_FOUND, trials=3)
        add("real, one thread", Role.ONE_THREAD, Dataset.REAL, short, as_found_cost(210_225, wobble), 262_782)
    sized = replace(AS_FOUND, trials=3, settings=(("first", 50_000),))
    add("real, first 50,000 bars", Role.SIZE, Dataset.REAL, sized, as_found_cost(40_000, -0.02), 50_000)
    nine = replace(as_found_cost(4_000), stretch=9.0)
    add("synthetic, nine threads", Role.NINE_THREADS, Dataset.SYNTHETIC, NINE, nine, 5_000)
    mended = Cost(spans={"strategy": 0.002, "scoring": 0.001, "suggest": 0.0004, "storage": 0.0005, "other": 0.0001})
    quick = Cost(spans={"strategy": 0.0001, "scoring": 0.001, "suggest": 0.0004, "storage": 0.0005, "other": 0.0001})
    add("synthetic, mended", Role.MENDED, Dataset.SYNTHETIC, MENDED, quick, 5_000)
    add("real, mended", Role.MENDED, Dataset.REAL, MENDED, mended, 262_782)
    reproduction = Reproduction(
        schema=1,
        id="20261123T120000-fake",
        started_s=EPOCH_S,
        full=False,
        seed_trials=50,
        arms=tuple(dict.fromkeys(arm for arm, _ in runs)),
        order=tuple(arm.name for arm, _ in runs),
        made=(Made(dataset=Dataset.SYNTHETIC, name="crypto:5000:15min:1", bars=5_000, wall_s=0.03, cpu_s=0.02),),
        runs=tuple(ArmRun(arm=arm, run=record.header.id) for arm, record in runs),
    )
    return reproduction, {record.header.id: record for _, record in runs}


@dataclass(slots=True)
class FakeTime:
    """Three clocks in nanoseconds that stand still until `pass_` moves them; `clocks` is what a ledger takes."""

    wall_ns: int = 1_000
    thread_ns: int = 500
    process_ns: int = 700

    def pass_(self, wall_ns: int, thread_ns: int | None = None, process_ns: int | None = None) -> None:
        """Let time pass; the CPU clocks move with the wall unless they are given."""
        self.wall_ns += wall_ns
        self.thread_ns += wall_ns if thread_ns is None else thread_ns
        self.process_ns += wall_ns if process_ns is None else process_ns

    @property
    def clocks(self) -> Clocks:
        return Clocks(
            wall_ns=lambda: self.wall_ns,
            thread_ns=lambda: self.thread_ns,
            process_ns=lambda: self.process_ns,
            runqueue_ns=lambda: None,
            short_ns=0,
        )


def a_row(**changes: Any) -> TrialRow:
    """A finished trial with a second of objective and a quarter of storage in it; exact in binary."""
    row = TrialRow(
        number=0,
        worker=0,
        pid=4242,
        thread=0,
        state=TrialState.COMPLETE,
        values=(0.5,),
        params={"x": 1.5, "kind": "a", "on": True, "n": 3, "nothing": None},
        started_s=1_700_000_000.25,
        wall_s=1.5,
        cpu_s=1.25,
        process_cpu_s=1.375,
        spans={"other": span_time(0.875, 1.0), "storage": span_time(0.125, 0.25, calls=7)},
        before={"gc": span_time(0.0625)},
        rss_bytes=90_000_000,
    )
    return replace(row, **changes)


def a_header(**changes: Any) -> Header:
    """The header of a run of `objectives:parabola` on a machine of which nothing is known."""
    header = Header(
        schema=SCHEMA,
        id="20260101T000000-arm-abcdef",
        label="arm",
        plan=Plan(workload="objectives:parabola", trials=3),
        machine=Machine(),
        argv=("harness", "reproduce"),
        commit=None,
        started_s=1_700_000_000.0,
    )
    return replace(header, **changes)
