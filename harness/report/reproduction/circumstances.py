"""The circumstances of the runs: how each ended, what measuring cost, the machine in words, how to repeat it."""

import shlex
from collections.abc import Iterator, Sequence

from harness.model.experiment import Arm, Dataset
from harness.model.machine import Machine
from harness.model.record import Record, TrialState
from harness.report.reproduction.runs import Evidence, UsableRun, ending_words, text_fact, whole_fact, why_unusable
from harness.report.summary import DatasetFacts, Fact, OwnCost, RunLine
from harness.units import bytes_text, printable, significant


def datasets(evidence: Evidence) -> tuple[DatasetFacts, ...]:
    """What the workload says of each dataset."""
    return tuple(_dataset(evidence, dataset) for dataset in Dataset)


def run_lines(evidence: Evidence) -> tuple[RunLine, ...]:
    """Every run in the order it was carried out, then the arms that had none."""
    runs = evidence.reproduction.runs
    done = {run.arm.name for run in runs}
    carried_out = [_line(run.arm, run.run, evidence.records.get(run.run)) for run in runs]
    return (*carried_out, *(_line(arm, None, None) for arm in evidence.reproduction.arms if arm.name not in done))


def own_costs(evidence: Evidence) -> tuple[OwnCost, ...]:
    """What measuring cost, by run; runs whose processes left no closing row are not known."""
    return tuple(_own_cost(run) for run in evidence.usable if run.record.ends)


def machine_of(evidence: Evidence) -> Machine | None:
    """The machine as the first record found it."""
    for run in evidence.reproduction.runs:
        if run.run in evidence.records:
            return evidence.records[run.run].header.machine
    return None


def machine_facts(machine: Machine | None) -> tuple[Fact, ...]:
    """The machine in words; what is not known there is left out."""
    if machine is None:
        return ()
    facts = (*_hardware(machine), *_load(machine), *_software(machine))
    return tuple(Fact(label=printable(label), text=printable(text)) for label, text in facts)


def commands(evidence: Evidence) -> tuple[str, ...]:
    """What was typed, and the commit it ran from."""
    found = []
    for run in evidence.reproduction.runs[:1]:
        if run.run in evidence.records:
            header = evidence.records[run.run].header
            found.append(printable(shlex.join(["harness", *header.argv[1:]])))
            if header.commit:
                found.append(printable(f"git checkout {header.commit}"))
    return tuple(reversed(found))


def _dataset(evidence: Evidence, dataset: Dataset) -> DatasetFacts:
    record = evidence.facts_record(dataset)
    made = [item for item in evidence.reproduction.made if item.dataset is dataset]
    notes = None if record is None else record.facts.get("notes")
    return DatasetFacts(
        dataset=dataset,
        name=text_fact(record, "name") or (printable(made[0].name) if made else None),
        bars=whole_fact(record, "bars"),
        interval_s=whole_fact(record, "interval_s"),
        train_bars=whole_fact(record, "train"),
        validate_bars=whole_fact(record, "validate"),
        test_bars=whole_fact(record, "test"),
        bars_per_trial=whole_fact(record, "bars_per_trial"),
        gaps=whole_fact(record, "gaps"),
        missing_bars=whole_fact(record, "missing"),
        digest=text_fact(record, "digest"),
        table_bytes=whole_fact(record, "table_bytes"),
        file_bytes=whole_fact(record, "file_bytes"),
        notes=tuple(printable(str(note)) for note in notes) if isinstance(notes, (list, tuple)) else (),
    )


def _line(arm: Arm, run: str | None, record: Record | None) -> RunLine:
    outcome = None if record is None else record.outcome
    why = why_unusable(record)
    if run is None:
        ending, detail = "not carried out", None
    elif outcome is None:
        ending, detail = "unknown", why
    else:
        ending = ending_words(outcome.ending)
        detail = outcome.detail or why or _losses(record)
    return RunLine(
        arm=printable(arm.name),
        role=arm.role,
        dataset=arm.dataset,
        run=None if run is None else printable(run),
        ending=ending,
        detail=None if detail is None else printable(detail),
        is_used=record is not None and why is None,
        trials=0 if record is None else len(record.trials),
        trials_planned=arm.plan.trials,
        torn_lines=0 if record is None else record.torn_lines,
        wall_s=None if outcome is None else outcome.wall_s,
        cpu_s=None if outcome is None else outcome.cpu_s,
        peak_pss_bytes=None if outcome is None else outcome.peak_pss_bytes,
    )


def _losses(record: Record | None) -> str | None:
    """What a run that finished lost on the way."""
    if record is None:
        return None
    failed = sum(row.state is TrialState.FAIL for row in record.trials)
    torn = record.torn_lines
    said = [f"{failed} of {len(record.trials)} trials failed"] if failed else []
    if torn:
        said.append(f"{torn} unreadable last {'line' if torn == 1 else 'lines'} of its rows left out")
    if record.damaged_lines:
        said.append(f"{record.damaged_lines} damaged {'line' if record.damaged_lines == 1 else 'lines'} left out")
    return "; ".join(said) or None


def _own_cost(run: UsableRun) -> OwnCost:
    trials = len(run.record.trials)
    recording_s = sum(end.recording_cpu_s for end in run.record.ends) / trials
    events_s = sum(end.events * end.event_cpu_s for end in run.record.ends) / trials
    trial_s = run.study_cpu_s / trials
    return OwnCost(
        run=printable(run.id),
        arm=run.name,
        trials=trials,
        recording_s_per_trial=recording_s,
        events_s_per_trial=events_s,
        share_of_trial_cpu=(recording_s + events_s) / trial_s if trial_s > 0 else 0.0,
    )


def _hardware(machine: Machine) -> Iterator[tuple[str, str]]:
    processor, memory, platform = machine.processor, machine.memory, machine.platform
    system = [word for word in (platform.system, platform.release, platform.architecture) if word]
    if system:
        yield "System", " ".join(system)
    if processor.model:
        yield "Processor", processor.model
    if machine.effective_cores is not None:
        quota = "" if processor.quota_cores is None else f" (quota {processor.quota_cores:g})"
        yield "Usable cores", f"{machine.effective_cores:g}{quota}"
    if memory.total_bytes is not None:
        limit = "" if memory.limit_bytes is None else f", limited to {bytes_text(memory.limit_bytes)}"
        yield "Memory", bytes_text(memory.total_bytes) + limit


def _load(machine: Machine) -> Iterator[tuple[str, str]]:
    load = machine.load
    averages = [value for value in (load.average_1min, load.average_5min, load.average_15min) if value is not None]
    if averages:
        yield "Load at the start", ", ".join(f"{value:.2f}" for value in averages)
    pressures = (("CPU", load.cpu_pressure_percent), ("memory", load.memory_pressure_percent))
    shown = [
        f"{name} {value:.0f} %" for name, value in (*pressures, ("I/O", load.io_pressure_percent)) if value is not None
    ]
    if shown:
        yield "Pressure, last 10 s", ", ".join(shown)
    if load.steal_percent is not None:
        yield "Stolen by other guests", f"{significant(load.steal_percent, 2)} % since boot"


def _software(machine: Machine) -> Iterator[tuple[str, str]]:
    python = machine.python
    if python.version:
        gil = {True: ", with GIL", False: ", without GIL", None: ""}[python.has_gil]
        yield "Python", f"{python.implementation or 'Python'} {python.version}{gil}"
    yield "Hash seed", python.hash_seed or "drawn by each process"
    if python.writes_bytecode is False:
        yield "Bytecode", "not written (PYTHONDONTWRITEBYTECODE): imports of packages that were not compiled are slow"
    settings = _pairs(sorted((name, value) for name, value in machine.thread_settings.items() if value is not None))
    if settings:
        yield "Thread settings", settings
    versions = _pairs(sorted((name, value) for name, value in machine.versions.items() if value is not None))
    if versions:
        yield "Versions", versions


def _pairs(items: Sequence[tuple[str, str | None]]) -> str:
    return ", ".join(f"{name} {value}" for name, value in items)


def lost_runs(evidence: Evidence, runs: Sequence[RunLine]) -> str | None:
    """What the numbers lack: runs that were planned and not carried out, and arms with a run that could not be used."""
    planned, carried_out = len(evidence.reproduction.order), len(evidence.reproduction.runs)
    said = []
    if carried_out < planned:
        said.append(f"Incomplete: {carried_out} of {planned} planned runs were carried out.")
    lost = [run for run in runs if not run.is_used]
    if lost:
        names = ", ".join(dict.fromkeys(f"{run.arm} ({run.ending})" for run in lost))
        said.append(f"Not in these numbers: {names}.")
    return " ".join(said) or None
