"""What a record lacks and why, in sentences for the report."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from harness.model.record import Ending, Header, Origin, Outcome
from harness.profile.facts import Memory, Process, StackProfile, Study
from harness.profile.reading.table import Table
from harness.units import count_text, printable

FEW_SAMPLES = 50  # below it a share of one half is known to no better than a seventh of the whole
MOST_HZ = 100  # where a higher rate is no way out
_NAMED = 5  # numbers of absent trials, and pids, that a sentence names


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was read of a record and made of it, as far as its gaps show there."""

    header: Header
    outcome: Outcome | None
    table: Table
    studies: tuple[Study, ...]
    processes: tuple[Process, ...]
    memory: Memory | None
    stacks: StackProfile | None


def missing_of(found: Found) -> tuple[str, ...]:
    """The sentences; none where the record lacks nothing."""
    if found.header.origin is Origin.HISTORY:
        gaps = [*_history(), *_trials(found), *_absent(found)]
    else:
        gaps = [
            *_ending(found),
            *_trials(found),
            *_unsettled(found),
            *_books(found),
            *_absent(found),
            *_instruments(found),
        ]
    return tuple(gaps)


def _history() -> Iterator[str]:
    yield (
        "This was read from the study's storage without a rerun: a history tells when trials began and ended, "
        "but neither CPU nor spans nor memory."
    )


def _ending(found: Found) -> Iterator[str]:
    if found.outcome is None:
        yield (
            "How the run ended is not known, and neither is its wall and CPU time: the launcher itself was killed, "
            "or the run goes on."
        )
    torn = found.table.torn_lines
    if torn:
        yield f"{_many(torn, 'last line was', 'last lines were')} torn: a process was killed while it wrote."
    damage = found.table.damage
    if damage.first is not None:
        lines = _many(damage.lines, "line", "lines")
        yield f"{lines} could not be read and left out; the first: {printable(damage.first)}."


def _unsettled(found: Found) -> Iterator[str]:
    """Trials that the storage was hearing of when their process was killed."""
    numbers = found.table.unsettled
    if numbers:
        listed = ", ".join(str(number) for number in numbers[:_NAMED]) + (", ..." if len(numbers) > _NAMED else "")
        yield (
            f"{_many(len(numbers), 'trial', 'trials')} ({listed}) ended as the process was killed: counted here, but "
            "whether the storage has taken the ending is not known."
        )


def _trials(found: Found) -> Iterator[str]:
    trials = found.table.trials
    if not len(trials):
        yield "No trial finished, so there is nothing to account for."
    unknown = int((trials.number < 0).sum())
    if unknown:
        yield f"{_many(unknown, 'trial has', 'trials have')} no number: the storage was not asked for it."


def _books(found: Found) -> Iterator[str]:
    """Processes that did not close their books, or could not write them."""
    table = found.table
    silent = [
        process.pid
        for process in found.processes
        if process.pid not in table.ends and not _was_ended_by_its_pool(process, found)
    ]
    if silent:
        yield (
            f"{_processes(silent)} left no books (killed, or left by os._exit, early): CPU outside trials, peak "
            "memory, repeated work and the collector are not known there."
        )
    partial = [
        process.pid
        for process in found.processes
        if process.pid in table.ends and not process.closed and not _was_ended_by_its_pool(process, found)
    ]
    if partial:
        kept = "" if any(table.unwritten.get(pid) for pid in partial) else "; every trial that finished is"
        yield (
            f"{_processes(partial)} did not close the books (killed, or left by os._exit): what happened since the "
            f"last entry is not in them{kept}."
        )
    if table.unwritten:
        rows, pids = sum(table.unwritten.values()), sorted(table.unwritten)
        yield (
            f"{_many(rows, 'row', 'rows')} of {_processes(pids)} could not be written (no room on the disk, a limit on "
            "the size of files, or the record's folder was gone): trials are missing here, and sums are too small."
        )
    if table.faults:
        yield (
            f"The watcher itself failed in {_many(table.faults, 'process', 'processes')}, which ran on unwatched or in "
            "part: fault-<pid>.txt in the record says why; please report it."
        )
    yield from _barren(found)
    unborn = [pid for pid in table.pids if pid not in table.starts]
    if unborn:
        yield f"{_processes(unborn)} left no row of the start: what the start-up cost is not known."


def _was_ended_by_its_pool(process: Process, found: Found) -> bool:
    """Whether a process without final books is one of a pool's workers, all of whose trials have their rows.

    A pool that is left ends its workers by a signal, after their last task: nothing is lost with them.
    """
    if not process.is_worker or found.outcome is None or found.outcome.ending is not Ending.FINISHED:
        return False
    trials, index = found.table.trials, found.processes.index(process)
    own = {int(study) for study in np.unique(trials.study[trials.process == index])}
    numbers = [trials.number[trials.study == study] for study in own]
    return all(len(seen) and int(seen.max()) - int(seen.min()) + 1 == len(seen) for seen in numbers)


def _barren(found: Found) -> Iterator[str]:
    """Processes that began a trial and have no row of one, by how they ended."""
    table = found.table
    leads = found.header.origin is Origin.PLAN  # there a process without a worker's index runs no trials itself
    barren = [pid for pid, start in table.starts.items() if pid not in table.pids and not (leads and start.worker < 0)]
    why: dict[str, list[int]] = {}
    for pid in barren:
        end = table.ends.get(pid)
        if end is not None and end.deaths:
            reason = "an exception ended the loop first"
        elif end is None or not end.is_final:
            reason = "killed in the first one, or left by os._exit"
        elif end.open_trials:
            reason = "what was asked for here was left for another process to tell"
        else:
            reason = "what was begun here was refused or taken over by another"
        why.setdefault(reason, []).append(pid)
    for reason, pids in why.items():
        yield f"{_processes(pids)} finished no trial: {reason}."


def _absent(found: Found) -> Iterator[str]:
    is_history = found.header.origin is Origin.HISTORY
    is_staged = found.header.origin is Origin.PLAN  # later studies of a plan's search go on counting
    for index, study in enumerate(found.studies):
        seen = np.unique(found.table.trials.number[found.table.trials.study == index])
        seen = seen[seen >= 0]
        if not len(seen):
            continue
        first, last = int(seen[0]), int(seen[-1])
        name = f"study {printable(study.name)!r}"
        if first > 0 and not (is_staged and index > 0):
            before = _many(first, "trial", "trials")
            yield f"{before} of {name}, numbered below {count_text(first)}, came before this record or ran elsewhere."
        absent = last - first + 1 - len(seen)
        if absent:
            why = "they have not finished" if is_history else "in flight when a worker died, or run elsewhere"
            yield (
                f"{_many(absent, 'trial', 'trials')} of {name} between numbers {count_text(first)} and "
                f"{count_text(last)} left no row ({_first_absent(seen, absent)}): {why}."
            )


def _first_absent(seen: "np.ndarray[tuple[int, ...], np.dtype[np.int64]]", absent: int) -> str:
    holes = np.flatnonzero(np.diff(seen) > 1)[:_NAMED]
    named = [int(number) for hole in holes for number in range(int(seen[hole]) + 1, int(seen[hole + 1]))[:_NAMED]]
    listed = ", ".join(str(number) for number in named[:_NAMED])
    return listed if absent <= _NAMED else f"{listed}, ..."


def _instruments(found: Found) -> Iterator[str]:
    trials = found.table.trials
    if found.memory is None or not found.memory.tree:
        yield (
            "There are no samples of the process tree's memory: the run was shorter than the first sample, "
            "or this machine does not tell PSS."
        )
    if found.stacks is None:
        if found.header.stacks_hz is None:
            yield "No stacks were sampled, as none were asked for: which line costs the time is not known."
        else:
            yield "No stack sample was taken, though they were asked for: which line costs the time is not known."
    yield from _few_samples(found)
    if len(trials) and not np.isfinite(trials.rss_bytes).any():
        yield "The memory after each trial is not known: this platform has no cheap way to read it."
    if len(trials) and not np.isfinite(trials.runqueue_s).any() and found.header.origin is Origin.SCRIPT:
        yield "Waiting for a free core cannot be told from other waiting: the kernel does not account for it here."


def _few_samples(found: Found) -> Iterator[str]:
    """What a short run does not show; said where stacks were taken and trials finished."""
    stacks = found.stacks
    if stacks is None or not len(found.table.trials) or stacks.samples >= FEW_SAMPLES:
        return
    more = "" if (found.header.stacks_hz or 0.0) > MOST_HZ else " or with `--rate 100`"
    yield (
        f"{_many(stacks.samples, 'stack sample lies', 'stack samples lie')} inside trials: too few to tell how much "
        f"most lines take. Run longer{more}."
    )


def _processes(pids: Sequence[int]) -> str:
    listed = ", ".join(str(pid) for pid in pids[:_NAMED]) + (", ..." if len(pids) > _NAMED else "")
    return f"{_many(len(pids), 'process', 'processes')} ({listed})"


def _many(count: int, one: str, more: str) -> str:
    return f"{count_text(count)} {one if count == 1 else more}"
