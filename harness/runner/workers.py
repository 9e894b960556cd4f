"""How many workers a rule comes to on this machine, from what one of them needs as a short run of it showed."""

import math
from dataclasses import dataclass, replace

from harness.experiments.marks import rows_of
from harness.levers.traits import LARGE_ROWS
from harness.model.machine import Machine
from harness.model.plan import Backend, Plan, Start, StorageKind, WorkerRule
from harness.model.record import Record
from harness.model.store import read_record
from harness.runner.launch import CarryOut, Site, Watch, launch
from harness.units import bytes_text

MOST_ON_LARGE = 4  # the seed's own bound
_RESERVE = 0.1  # of the memory that there is: for everything that is not a worker
_PROBE_TRIALS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a rule goes by; None where it is not known."""

    rows: int | None  # of the largest source
    worker_bytes: int | None  # that one worker takes at its peak


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """How many workers there are to be, and why, as a sentence."""

    workers: int
    why: str


def resolve(plan: Plan, machine: Machine, known: Known) -> Resolved:
    """The workers of a plan by its rule: never more than it asks for, and at least one."""
    match plan.worker_rule:
        case WorkerRule.GIVEN:
            return Resolved(workers=plan.workers, why=f"{plan.workers} workers, as asked for")
        case WorkerRule.CAP_LARGE:
            return _capped(plan, known)
        case WorkerRule.ADAPTIVE:
            return _adapted(plan, machine, known)


def _capped(plan: Plan, known: Known) -> Resolved:
    if known.rows is None:
        return Resolved(workers=plan.workers, why=f"{plan.workers} workers: how many rows the data has is not known")
    if known.rows <= LARGE_ROWS:
        return Resolved(workers=plan.workers, why=f"{plan.workers} workers: {known.rows:,} rows are not large")
    workers = min(plan.workers, MOST_ON_LARGE)
    return Resolved(workers=workers, why=f"{workers} of {plan.workers} workers: {known.rows:,} rows are large")


def _adapted(plan: Plan, machine: Machine, known: Known) -> Resolved:
    bounds = {"asked for": plan.workers}
    said = []
    cores = machine.effective_cores
    if cores is not None:
        bounds["cores"] = max(1, math.floor(cores))
        said.append(f"{cores:g} cores")
    available = machine.available_bytes
    if available is not None and known.worker_bytes is not None:
        bounds["memory"] = max(1, math.floor(available * (1 - _RESERVE) / known.worker_bytes))
        said.append(f"{bytes_text(known.worker_bytes)} for each worker of {bytes_text(available)}")
    workers = min(bounds.values())
    least = next(name for name, bound in bounds.items() if bound == workers)
    reason = "as many as were asked for" if least == "asked for" else f"what {least} allow"
    return Resolved(
        workers=workers, why=f"{workers} of {plan.workers} workers, {reason} ({', '.join(said) or 'no bound known'})"
    )


def resolved_plan(plan: Plan, site: Site, watch: Watch, carry_out: CarryOut = launch) -> tuple[Plan, Resolved]:
    """The plan with its rule carried out. A rule that needs to know a worker runs two trials in one first."""
    if plan.worker_rule is WorkerRule.GIVEN:
        return plan, resolve(plan, site.machine, Known(rows=None, worker_bytes=None))
    known = known_of(read_record(carry_out(probe_of(plan), site, label="one worker", watch=watch)))
    found = resolve(plan, site.machine, known)
    return replace(plan, workers=found.workers), found


def probe_of(plan: Plan) -> Plan:
    """Two trials of the plan in a single worker, searched in the plain way."""
    return replace(
        plan,
        trials=min(_PROBE_TRIALS, plan.trials),
        backend=Backend.SERIAL,
        workers=1,
        start=Start.SPAWN,
        worker_rule=WorkerRule.GIVEN,
        search=replace(plan.search, stages=(), validated=0),
        storage=StorageKind.JOURNAL if plan.storage is StorageKind.MEMORY else plan.storage,
    )


def known_of(record: Record) -> Known:
    """What a run of one worker showed: the largest unshared memory of a sample, or its peak where there is none."""
    unshared = [
        process.uss_bytes for sample in record.memory for process in sample.processes if process.uss_bytes is not None
    ]
    peaks = [end.peak_rss_bytes for end in record.ends if end.peak_rss_bytes is not None]
    return Known(rows=rows_of(record), worker_bytes=max(unshared, default=None) or max(peaks, default=None))
