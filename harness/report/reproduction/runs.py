"""The runs of a reproduction as evidence: which can be used, what each trial of theirs cost, and why one is missing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from harness.model.experiment import Arm, Dataset, Reproduction, Role
from harness.model.record import Ending, Record, SpanTime, TrialRow, TrialState
from harness.units import printable

_ROLE_WORDS = {
    Role.ONE_THREAD: "as found, one thread",
    Role.NINE_THREADS: "as found, nine threads",
    Role.SIZE: "as found, one thread, fewer bars",
    Role.MENDED: "mended",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class UsableRun:
    """A run that finished and has trials: its numbers may be used."""

    arm: Arm
    id: str
    record: Record
    rows: tuple[TrialRow, ...]  # of trials that did not fail

    @property
    def name(self) -> str:
        return printable(self.arm.name)

    @property
    def bars_per_trial(self) -> int | None:
        return whole_fact(self.record, "bars_per_trial")

    @property
    def trial_cpu_s(self) -> float:
        """Median CPU of a trial, with what lies between it and the trial before in its thread."""
        return median(row.cpu_s + between(row).cpu_s for row in self.rows)

    @property
    def trial_wall_s(self) -> float:
        """Median wall time of a trial itself."""
        return median(row.wall_s for row in self.rows)

    @property
    def began_s(self) -> float:
        """When the first process was ready for its first trial."""
        first = min(row.started_s for row in self.rows)
        return min((start.ready_s for start in self.record.starts), default=first)

    @property
    def study_wall_s(self) -> float:
        """From the first process being ready to the end of the last trial: start-up is left out."""
        return max(row.ended_s for row in self.record.trials) - self.began_s

    @property
    def study_cpu_s(self) -> float:
        """CPU of all processes from ready to their end; where one was not closed, of its trials."""
        closed = {end.pid: end.study_cpu_s for end in self.record.ends}
        open_rows = (row for row in self.record.trials if row.pid not in closed)
        return sum(closed.values()) + sum(row.cpu_s + between(row).cpu_s for row in open_rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All runs of a reproduction, with those that cannot be used and why."""

    reproduction: Reproduction
    records: Mapping[str, Record]
    usable: tuple[UsableRun, ...]

    def runs(self, role: Role, dataset: Dataset) -> tuple[UsableRun, ...]:
        """Usable runs of the arms with this role on this dataset."""
        return tuple(run for run in self.usable if run.arm.role is role and run.arm.dataset is dataset)

    def why_missing(self, role: Role, dataset: Dataset) -> str:
        """Why there is no usable run with this role on this dataset."""
        what = f"{_ROLE_WORDS[role]}, {dataset.value} bars"
        arms = [arm for arm in self.reproduction.arms if arm.role is role and arm.dataset is dataset]
        if not arms:
            return f"no arm was planned for it ({what})"
        runs = [run for run in self.reproduction.runs if run.arm in arms]
        if not runs:
            return f"its arm was not carried out ({what})"
        return f"the run of its arm {_how(self.records.get(runs[-1].run))} ({what}; see the runs)"

    def facts_record(self, dataset: Dataset) -> Record | None:
        """A record whose facts describe the whole dataset: of a finished run where there is one, never a part of it."""
        whole = [run for run in self.reproduction.runs if run.arm.dataset is dataset and run.arm.role is not Role.SIZE]
        finished = {run.id for run in self.usable}
        for run in sorted(whole, key=lambda item: item.run not in finished):
            record = self.records.get(run.run)
            if record is not None and record.facts:
                return record
        return None


def gather(reproduction: Reproduction, records: Mapping[str, Record]) -> Evidence:
    """Sort the runs: one is usable when it finished and at least one of its trials did not fail."""
    usable = []
    for arm_run in reproduction.runs:
        record = records.get(arm_run.run)
        if record is None or why_unusable(record) is not None:
            continue
        usable.append(UsableRun(arm=arm_run.arm, id=arm_run.run, record=record, rows=_sound(record)))
    return Evidence(reproduction=reproduction, records=records, usable=tuple(usable))


def why_unusable(record: Record | None) -> str | None:
    """What keeps a run's numbers out of the report, as the end of a sentence; None when nothing does."""
    if record is None:
        return "left no record"
    outcome = record.outcome
    if outcome is None:
        return "has no outcome: its launcher was killed"
    if outcome.ending is not Ending.FINISHED:
        detail = f": {printable(outcome.detail)}" if outcome.detail else ""
        return f"{ending_words(outcome.ending)}{detail}"
    if not _sound(record):
        return "has no trial that succeeded"
    return None


def ending_words(ending: Ending) -> str:
    """How a run ended, as a verb."""
    match ending:
        case Ending.FINISHED:
            return "finished"
        case Ending.FAILED:
            return "failed"
        case Ending.TIMED_OUT:
            return "timed out"
        case Ending.OUT_OF_MEMORY:
            return "ran out of memory"
        case Ending.KILLED:
            return "was killed"
        case Ending.INTERRUPTED:
            return "was interrupted"


def between(row: TrialRow) -> SpanTime:
    """What was observed in the trial's thread between it and the trial before."""
    return total(row.before.values())


def total(spans: Iterable[SpanTime]) -> SpanTime:
    """Several span times as one."""
    items = list(spans)
    return SpanTime(
        calls=sum(span.calls for span in items),
        wall_s=sum(span.wall_s for span in items),
        cpu_s=sum(span.cpu_s for span in items),
    )


def whole_fact(record: Record | None, name: str) -> int | None:
    """A fact that is a whole number; None where it is absent or something else."""
    value = None if record is None else record.facts.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def text_fact(record: Record | None, name: str) -> str | None:
    """A fact that is text, made printable."""
    value = None if record is None else record.facts.get(name)
    return printable(value) if isinstance(value, str) else None


def count_of(runs: Sequence[UsableRun]) -> str:
    """`18 trials`, or `36 trials in 2 runs`."""
    trials = sum(len(run.rows) for run in runs)
    words = f"{trials} trial{'s' if trials != 1 else ''}"
    return words if len(runs) == 1 else f"{words} in {len(runs)} runs"


def _how(record: Record | None) -> str:
    """The same as `why_unusable`, without the detail that the list of runs gives."""
    ended = None if record is None or record.outcome is None else record.outcome.ending
    if ended is not None and ended is not Ending.FINISHED:
        return ending_words(ended)
    return why_unusable(record) or "left no usable trial"


def _sound(record: Record) -> tuple[TrialRow, ...]:
    return tuple(row for row in record.trials if row.state is not TrialState.FAIL)
