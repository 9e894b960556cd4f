"""A record's folder to its Profile: reads the rows, hands them to each part, and says what the record lacks."""

from collections.abc import Sequence
from pathlib import Path

from harness.model.record import Outcome
from harness.model.store import read_header, read_outcome
from harness.profile.account.build import build_account
from harness.profile.account.rows import read_phases
from harness.profile.best import best_of
from harness.profile.busy import busy_note, busy_of
from harness.profile.children import started_processes
from harness.profile.deaths import deaths_of
from harness.profile.duplicates import duplicates_of
from harness.profile.facts import Process, Profile, StackProfile
from harness.profile.helpers import helpers_of
from harness.profile.history import notes_of, read_facts
from harness.profile.memory import memory_of, read_samples
from harness.profile.missing import Found, missing_of
from harness.profile.opened_files import places_of
from harness.profile.processes import processes_of, watching_cpu_s
from harness.profile.reading.table import Table, read_trials
from harness.profile.repeated import repeated_of
from harness.profile.row_evidence import Often, counts_of
from harness.profile.shares import surely_above
from harness.profile.slowed import slowing_of, without_times
from harness.profile.stacks import Noted, profile_of, read_stacks
from harness.profile.studies import studies_of
from harness.profile.trial_time.ledger import ledger_of
from harness.profile.trial_time.waiting import running_share

LEAST_READING = 0.02  # of the samples inside trials, chance left out, at lines that open and read a file; and
LEAST_SEEN = 4  # samples of them


def build(folder: Path) -> Profile:
    """All that the record in `folder` shows. Raises RecordError for a folder that is no record, or a damaged one."""
    header = read_header(folder)
    table = read_trials(folder)
    outcome = read_outcome(folder)
    tree = read_samples(folder, header.started_s)
    phases = read_phases(folder)
    processes = processes_of(table, {row.pid for row in phases if row.is_worker})
    history = read_facts(folder)
    studies = studies_of(table, header, None if history is None else len(history.running))
    memory = memory_of(tree, table.trials, processes, None if outcome is None else outcome.peak_pss_bytes)
    samples = read_stacks(folder)
    ends = table.ends.values()
    ledger = ledger_of(table.trials, processes, has_gil=header.machine.python.has_gil is not False)
    noted = Noted(
        opening=places_of(ends), often=Often(counts=counts_of(ends, len(table.trials)), running=running_share(ledger))
    )
    stacks = None if samples is None else profile_of(samples, table.trials, header, processes, noted)
    busy = busy_of(ledger, header.machine.effective_cores, _used_cores(outcome), processes)
    found = Found(
        header=header,
        outcome=outcome,
        table=table,
        studies=studies,
        processes=processes,
        memory=memory,
        stacks=stacks,
    )
    profile = Profile(
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
        ledger=ledger,
        memory=memory,
        stacks=stacks,
        repeated=repeated_of(table.ends.values(), len(table.trials), _reading_s(stacks, table)),
        best=best_of(folder, table.trials, studies, () if history is None else history.infeasible),
        duplicates=duplicates_of(table.trials),
        watching_cpu_s_per_trial=_watching(table, processes),
        missing=(*missing_of(found), *(() if history is None else history.notes)),
        notes=(
            *(() if history is None else notes_of(history, table.trials)),
            *(() if busy is None else (busy_note(busy),)),
        ),
        account=build_account(phases, header, outcome, (table.trials, processes), samples),
        helpers=helpers_of(folder, table.trials, processes),
        deaths=deaths_of(table.ends.values(), header.command),
        busy=busy,
        children=started_processes(phases, table.trials, processes),
        options=header.options,
        slowing=slowing_of(header.options),
    )
    return without_times(profile)


def _used_cores(outcome: Outcome | None) -> float | None:
    return None if outcome is None or outcome.wall_s <= 0 else outcome.cpu_s / outcome.wall_s


def _reading_s(stacks: StackProfile | None, table: Table) -> dict[tuple[str, int, str], float]:
    """Seconds of all trials at the places that open files; none of a place that chance may have been seen at."""
    if stacks is None:
        return {}
    return {
        place: share * float(table.trials.wall_s.sum())
        for place, share in stacks.reading
        if share * stacks.samples >= LEAST_SEEN and surely_above(share, stacks.samples, LEAST_READING)
    }


def _watching(table: Table, processes: Sequence[Process]) -> float | None:
    """What the harness itself cost per trial, over the processes that told."""
    told = [process for process in processes if process.pid in table.ends]
    trials = sum(process.trials for process in told)
    cost_s = sum(watching_cpu_s(table.ends[process.pid]) for process in told)
    return cost_s / trials if trials else None
