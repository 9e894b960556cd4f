"""The ledger, the waiting, repeated work and processes as the report's tables tell them."""

from collections.abc import Iterator

from harness.model.record import Origin
from harness.profile.facts import Duplicates, Ledger, Part, PartKind, Process, Profile, RepeatedWork
from harness.profile.outside import OutsideCpu, outside_of
from harness.report.profiled.best import best_lines
from harness.report.profiled.summary import (
    CallLine,
    LedgerPicture,
    PartLine,
    ProcessLine,
    RepeatedLine,
    StudyLine,
    WaitingLine,
)
from harness.report.profiled.words import birth_text, part_label, part_name, part_text, plural
from harness.units import bytes_text, count_text, percent_text, printable, seconds_text

CALLS, PROCESSES, REPEATED = 10, 24, 12
_UNKNOWN = "not known"
_MOSTLY = 0.5


def ledger_picture(profile: Profile) -> LedgerPicture | None:
    """Where a trial's time goes; None without a finished trial."""
    ledger, outside = profile.ledger, outside_of(profile)
    if ledger is None:
        return None
    return LedgerPicture(
        parts=tuple(_part(part, ledger) for part in ledger.parts),
        wall_s_per_trial=ledger.wall_s_per_trial,
        cpu_s_per_trial=ledger.cpu_s_per_trial,
        waiting=tuple(_waiting(ledger, outside)),
        calls=tuple(
            CallLine(method=printable(method), calls_per_trial=calls)
            for method, calls in ledger.storage_calls_per_trial[:CALLS]
        ),
        statements=(
            *_ledger_statements(ledger, profile.stacks is not None),
            *(() if outside is None else (outside_text(outside),)),
        ),
    )


def _part(part: Part, ledger: Ledger) -> PartLine:
    return PartLine(
        label=part_label(part, ledger),
        name=part_name(part),
        what=part_text(part, ledger),
        kind=part.kind,
        calls_per_trial=part.calls_per_trial,
        wall_s_per_trial=part.wall_s_per_trial,
        cpu_s_per_trial=part.cpu_s_per_trial,
        waiting_s_per_trial=None if part.waiting_s_per_trial is None else _no_dust(part.waiting_s_per_trial),
        wall_share=part.wall_share,
    )


def _no_dust(seconds: float) -> float:
    """A difference of two clocks that is below their resolution, or below none, is none."""
    return seconds if seconds >= 1e-9 else 0.0


def outside_text(outside: OutsideCpu) -> str:
    """A sentence on what the process computed beside the trial's thread."""
    said = f"Beside the trial's own thread its process computed {seconds_text(outside.total_s)} per trial"
    if outside.native_s is None or outside.native_s < _MOSTLY * outside.total_s:
        return f"{said}, in threads of Python's or of libraries'."
    names = f" ({', '.join(printable(name) for name in outside.libraries)} loaded)" if outside.libraries else ""
    return f"{said}: native threads{names}, for which the trial's thread waits."


def _waiting(ledger: Ledger, outside: OutsideCpu | None) -> Iterator[WaitingLine]:
    waiting = ledger.waiting
    if waiting is None or waiting.total_s <= 0:
        return
    parts = (
        ("blocked while other threads of the process ran Python: the GIL, at most", waiting.gil_s),
        ("blocked inside storage calls: disk, lock or server", waiting.storage_s),
        ("ready to run, and no core was free", waiting.cores_s),
        (_other(waiting.other_s, outside), waiting.other_s),
    )
    for label, seconds in sorted(parts, key=lambda item: -(item[1] or 0.0)):
        if seconds:
            yield WaitingLine(label=label, s_per_trial=seconds, share=seconds / waiting.total_s)


def _other(other_s: float, outside: OutsideCpu | None) -> str:
    is_native = outside is not None and (outside.native_s or 0.0) >= _MOSTLY * other_s
    return "native threads of its own process, sleep or I/O" if is_native else "sleep, I/O or another process"


def _ledger_statements(ledger: Ledger, has_stacks: bool) -> Iterator[str]:
    if ledger.cpu_s_per_trial is None:
        yield "Only the wall clock is known: a study's history holds no CPU and nothing that happened within a trial."
    elif not any(part.kind in (PartKind.USER, PartKind.LOAD, PartKind.FEATURE) for part in ledger.parts):
        marks = 'mark stretches of it with `harness.span("name")` to see them here'
        below = "; the flame graph below needs no marks" if has_stacks else ""
        yield f"Nothing inside the objective was told apart: {marks}{below}."
    if ledger.children_cpu_s_per_trial:
        cost = seconds_text(ledger.children_cpu_s_per_trial)
        yield f"Child processes that trials started and waited for used {cost} of CPU per trial beside this."
    if ledger.written_bytes_per_trial:
        yield f"A trial hands its storage {bytes_text(ledger.written_bytes_per_trial)}."


def repeated_lines(repeated: tuple[RepeatedWork, ...]) -> tuple[RepeatedLine, ...]:
    """The largest savings by reuse."""
    return tuple(
        RepeatedLine(
            what=printable(work.what),
            arguments=printable(work.arguments),
            calls=work.calls,
            calls_in_trials=work.calls_in_trials,
            processes=work.processes,
            wall_s=work.wall_s,
            saving_s_per_trial=work.saving_s_per_trial,
            saving_s=work.saving_s,
            shared_saving_s=work.shared_saving_s,
        )
        for work in repeated[:REPEATED]
    )


def repetition(profile: Profile) -> tuple[str, ...]:
    """What repeated work comes to, in words."""
    said = []
    more = len(profile.repeated) - REPEATED
    if more > 0:
        said.append(f"{plural(more, 'more piece')} of repeated work with smaller savings are not listed.")
    said.append(_duplicates(profile.duplicates, is_timed=not profile.slowing))
    return tuple(said)


def _duplicates(duplicates: Duplicates, *, is_timed: bool) -> str:
    if not duplicates.trials:
        return "No two trials of a study had the same parameters."
    verb = "trial" if duplicates.trials == 1 else "trials"
    return (
        f"{count_text(duplicates.trials)} {verb} had parameters that an earlier trial of the study had already "
        f"({plural(duplicates.groups, 'group')}, the largest of {count_text(duplicates.most)})"
        + (f"; they took {seconds_text(duplicates.wall_s)}." if is_timed else ".")
    )


def process_lines(profile: Profile) -> tuple[ProcessLine, ...]:
    """The processes that ran most trials, in order of their start; none of a history, which does not tell of any."""
    if profile.origin == Origin.HISTORY.value:
        return ()
    most = sorted(profile.processes, key=lambda process: -process.trials)[:PROCESSES]
    end_s = max((process.last_trial_s or process.ready_s for process in profile.processes), default=0.0)
    memory = {} if profile.memory is None else {worker.pid: worker for worker in profile.memory.workers}
    lines = []
    for process in sorted(most, key=lambda process: (process.started_s, process.pid)):
        uss = memory[process.pid].peak_uss_bytes if process.pid in memory else None
        lines.append(_process(process, end_s, uss))
    return tuple(lines)


def _process(process: Process, end_s: float, peak_uss_bytes: int | None) -> ProcessLine:
    available_s = max(process.threads, 1) * (end_s - process.ready_s)
    pools = [f"{printable(pool.library)} {pool.threads}" for pool in process.thread_pools]
    lost = f", {plural(process.dropped, 'row')} lost" if process.dropped else ""
    return ProcessLine(
        pid=process.pid,
        parent=process.parent,
        birth=birth_text(process.birth),
        threads=process.threads,
        trials=process.trials,
        startup_wall_s=process.startup_wall_s,
        startup_cpu_s=process.startup_cpu_s,
        busy_share=min(process.busy_s / available_s, 1.0) if available_s > 0 else None,
        study_cpu_s=process.study_cpu_s,
        peak_rss_bytes=process.peak_rss_bytes,
        peak_uss_bytes=peak_uss_bytes,
        thread_pools=", ".join(pools),
        ending=_ending(process) + lost,
    )


def _ending(process: Process) -> str:
    if process.closed:
        return "closed its books"
    return "ended by its pool, or killed" if process.is_worker else "killed, or left by os._exit"


def study_lines(profile: Profile) -> tuple[StudyLine, ...]:
    """The studies and what they were made of."""
    return tuple(
        StudyLine(
            name=printable(study.name),
            storage=printable(study.storage_url or study.storage),
            sampler=printable(study.sampler or _UNKNOWN),
            pruner=printable(study.pruner or _UNKNOWN),
            directions=printable(", ".join(study.directions)) or _UNKNOWN,
            best=best_lines(profile, index),
            front=next((found.front for found in profile.best if found.study == index), None),
            trials=study.trials,
            running=study.running,
            optuna=None if study.optuna is None else printable(study.optuna),
        )
        for index, study in enumerate(profile.studies)
    )


def watching(profile: Profile) -> str:
    """What the harness itself cost, in a sentence."""
    cost = profile.watching_cpu_s_per_trial
    if profile.slowing:
        return f"Watching with {' and '.join(profile.slowing)} slowed the run; by how much is not known."
    if cost is None:
        return "What watching cost is not known." if profile.origin != "history" else "Nothing was run or watched."
    ledger = profile.ledger
    share = ""
    if ledger is not None and ledger.cpu_s_per_trial:
        share = (
            f", {percent_text(cost / ledger.cpu_s_per_trial)} of a trial's"
            if cost < ledger.cpu_s_per_trial
            else f", more than a trial's own {seconds_text(ledger.cpu_s_per_trial)}"
        )
    stacks = "" if profile.stacks is None else "; stack samples come on top"
    return f"Watching cost {seconds_text(cost)} of CPU per trial{share}{stacks}."
