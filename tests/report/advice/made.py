"""A probing as a launcher would leave it, with numbers that are easy to check."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from harness.model.memory import ProcessMemory, TreeMemory
from harness.model.plan import Backend, Plan, SamplerKind, StorageKind
from harness.model.probing import SCHEMA, Cut, History, Probe, Probing, Role, SamplerCost
from harness.model.record import Record
from tests.fakes import EPOCH_S, MACHINE, MIB, fake_record, fake_trials
from tests.fakes import Cost as Costs

PLANNED = Plan(workload="mine:objective", trials=1000, storage=StorageKind.JOURNAL, sampler=SamplerKind.TPE)
HISTORY = History(
    parameters=3,
    sampler=(
        SamplerCost(trials=20, wall_s=(0.002, 0.003, 0.004), cpu_s=(0.002, 0.002, 0.002)),
        SamplerCost(trials=600, wall_s=(0.014, 0.015, 0.016), cpu_s=(0.013, 0.013, 0.013)),
    ),
    bytes_per_trial=8192.0,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """What the fake objective costs: seconds of a trial by share, how its workers get on, and its memory."""

    trial_s: Callable[[float], float] = lambda share: 0.2 + 0.8 * share
    storage_s: float = 0.01
    stretch: float = 1.0  # wall over CPU in one worker
    thread_stretch: float = 2.0  # of a trial in two threads: they hold the GIL
    process_stretch: float = 1.0
    queued_s: float = 0.0
    memory_mib: Callable[[float], float] = lambda share: 100 + 40 * share
    grows_mib: float = 0.0  # per trial
    trials: int = 14


def a_probing(objective: Objective | None = None, **changes: object) -> tuple[Probing, dict[str, Record]]:
    """Three blocks of three shares in one worker, two of them with threads and processes, after the warm probe."""
    mine = objective or Objective()
    probes: list[Probe] = [Probe(role=Role.WARM, share=1 / 16, run="warm", block=0)]
    records = {"warm": _record("warm", mine, Role.WARM, 1 / 16, wobble=0.2)}
    for block, wobble in ((1, -0.02), (2, 0.01), (3, 0.03)):
        kinds = [(Role.SIZE, share) for share in (1.0, 0.25, 1 / 16)]
        kinds += [(Role.THREADS, 1.0), (Role.PROCESSES, 1.0)] if block < 3 else []
        for role, share in kinds:
            run = f"{role.value}-{share:g}-{block}"
            probes.append(Probe(role=role, share=share, run=run, block=block))
            records[run] = _record(run, mine, role, share, wobble)
    probing = Probing(
        schema=SCHEMA,
        id="20261124T120000-fake",
        started_s=EPOCH_S,
        planned=PLANNED,
        workers=1,
        budget_s=60.0,
        cut=Cut.SOURCE,
        why_uncut=None,
        machine=MACHINE,
        probes=tuple(probes),
        history=HISTORY,
        left_out=(),
        probing_s=58.0,
    )
    return replace(probing, **changes), records  # type: ignore[arg-type]


def _record(run: str, mine: Objective, role: Role, share: float, wobble: float) -> Record:
    lanes = 1 if role in (Role.SIZE, Role.WARM) else 2
    backends = {Role.THREADS: Backend.THREADS, Role.PROCESSES: Backend.PROCESSES}
    stretch = {Role.THREADS: mine.thread_stretch, Role.PROCESSES: mine.process_stretch}.get(role, 1.0) * mine.stretch
    busy_s = mine.trial_s(share) * (1 + wobble) - mine.storage_s
    cost = Costs(spans={"other": busy_s, "storage": mine.storage_s}, unattributed_s=0.0, between_s=0.0, stretch=stretch)
    rows = [
        replace(
            row,
            pid=4000 + (row.thread if role is Role.PROCESSES else 0),
            wall_s=row.wall_s + mine.queued_s,
            runqueue_s=mine.queued_s,
            rss_bytes=int((mine.memory_mib(share) + mine.grows_mib * row.number + 10) * MIB),
        )
        for row in fake_trials(mine.trials, cost, lanes)
    ]
    plan = replace(PLANNED, trials=mine.trials, backend=backends.get(role, Backend.SERIAL), workers=lanes, share=share)
    own = int(mine.memory_mib(share) * MIB)
    process = ProcessMemory(pid=4000, rss_bytes=own + 10 * MIB, uss_bytes=own, pss_bytes=own)
    sample = TreeMemory(at_s=EPOCH_S, processes=(process,), pss_bytes=own, vanished=0)
    record = fake_record(run, plan, rows)
    ends = tuple(replace(end, peak_rss_bytes=own + 10 * MIB) for end in record.ends)
    return replace(record, memory=(sample,), ends=ends)
