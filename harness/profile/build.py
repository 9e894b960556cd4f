"""A record's folder to its Profile: reads the rows, hands them to each part, and says what the record lacks."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from harness.model.codec import decode
from harness.model.history import HISTORY
from harness.model.record import Header, Origin, Outcome
from harness.model.store import OUTCOME, read_header, read_json
from harness.profile.duplicates import duplicates_of
from harness.profile.facts import Process, Profile, StackProfile, Study
from harness.profile.memory import memory_of, read_samples
from harness.profile.missing import Found, missing_of
from harness.profile.processes import processes_of, watching_cpu_s
from harness.profile.reading.table import Table, read_trials
from harness.profile.repeated import repeated_of
from harness.profile.trial_time.ledger import ledger_of


def build(folder: Path) -> Profile:
    """All that the record in `folder` shows. Raises RecordError for a folder that is no record, or a damaged one."""
    header = read_header(folder)
    table = read_trials(folder)
    outcome = _outcome(folder)
    samples = read_samples(folder, header.started_s)
    processes = processes_of(table)
    studies = _studies(folder, header, table)
    memory = memory_of(samples, table.trials, processes, None if outcome is None else outcome.peak_pss_bytes)
    stacks = _stacks(folder, header, table, processes)
    found = Found(
        header=header,
        outcome=outcome,
        table=table,
        studies=studies,
        processes=processes,
        memory=memory,
        stacks=stacks,
    )
    return Profile(
        run=header.id,
        origin=header.origin.value,
        label=header.label,
        command=header.command,
        started_s=header.started_s,
        ending=None if outcome is None else outcome.ending.value,
        ending_detail=None if outcome is None else outcome.detail,
        exit_code=None if outcome is None else outcome.exit_code,
        wall_s=None if outcome is None else outcome.wall_s,
        cpu_s=None if outcome is None else outcome.cpu_s,
        usable_cores=header.machine.effective_cores,
        memory_limit_bytes=header.machine.available_bytes,
        studies=studies,
        processes=processes,
        trials=table.trials,
        ledger=ledger_of(table.trials, processes, has_gil=header.machine.python.has_gil is not False),
        memory=memory,
        stacks=stacks,
        repeated=repeated_of(table.ends.values(), len(table.trials)),
        duplicates=duplicates_of(table.trials),
        watching_cpu_s_per_trial=_watching(table, processes),
        missing=missing_of(found),
    )


def _outcome(folder: Path) -> Outcome | None:
    data = read_json(folder / OUTCOME)
    return None if data is None else decode(Outcome, data, str(folder / OUTCOME))


def _studies(folder: Path, header: Header, table: Table) -> tuple[Study, ...]:
    """The studies of the rows; a record of schema 1 has none, but a plan that tells the same."""
    counts = np.bincount(table.trials.study, minlength=len(table.studies))
    running = _running(folder, header)
    return tuple(
        _unnamed(header, int(count))
        if row is None
        else Study(
            name=row.name,
            storage=row.storage,
            storage_url=row.storage_url,
            sampler=row.sampler,
            pruner=row.pruner,
            directions=row.directions,
            optuna=row.optuna,
            trials=int(count),
            running=running,
        )
        for row, count in zip(table.studies, counts, strict=True)
    )


def _unnamed(header: Header, trials: int) -> Study:
    plan = header.plan
    return Study(
        name=header.label,
        storage="unknown" if plan is None else plan.storage.value,
        storage_url=None,
        sampler=None if plan is None else plan.sampler.value,
        pruner=None,
        directions=(),
        optuna=header.machine.versions.get("optuna"),
        trials=trials,
    )


def _running(folder: Path, header: Header) -> int | None:
    """Trials left RUNNING, which only a history tells."""
    history = read_json(folder / HISTORY) if header.origin is Origin.HISTORY else None
    running = None if history is None else history.get("running")
    return len(running) if isinstance(running, list) else None


def _watching(table: Table, processes: Sequence[Process]) -> float | None:
    """What the harness itself cost per trial, over the processes that told."""
    told = [process for process in processes if process.pid in table.ends]
    trials = sum(process.trials for process in told)
    cost_s = sum(watching_cpu_s(table.ends[process.pid]) for process in told)
    return cost_s / trials if trials else None


def _stacks(folder: Path, header: Header, table: Table, processes: tuple[Process, ...]) -> StackProfile | None:
    try:
        from harness.profile.stacks import stack_profile
    except ImportError:
        return None
    found: StackProfile | None = stack_profile(folder, table.trials, header, processes)
    return found
