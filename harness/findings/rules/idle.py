"""Rule: workers stand idle while the study goes on."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.findings.whole import Whole, is_gap
from harness.findings.words import counted
from harness.model.record import Origin
from harness.profile.facts import Ledger, PartKind, Process, Profile
from harness.units import percent_text, seconds_text

LEAST_IDLE = 0.1  # of the workers' time
LIKELY = 0.5  # of the ceiling
_OVERLAP = 1.5  # processes for each that ran at the same time: above it they took turns, and a dead one idles not


@dataclass(frozen=True, slots=True, kw_only=True)
class Idleness:
    """Worker-seconds in no trial, as shares of all from each worker's ready to the study's end."""

    workers: int
    before: float  # the first trial
    after: float  # the last trial
    between: float  # in which nothing was seen


def judge(case: Case) -> Iterator[Finding]:
    """At most one finding; silent with a single worker, or where processes came one after another."""
    profile, whole, ledger = case.profile, case.whole, case.profile.ledger
    idleness = None if whole is None or ledger is None else idleness_of(case, whole, ledger)
    if whole is None or ledger is None or idleness is None or ledger.held is not None:
        return  # trials that are held elsewhere say nothing of the threads that tell them: see `idle-pool`
    share = min(idleness.before + idleness.after + idleness.between, 1.0)
    if share < LEAST_IDLE:
        return
    saving = whole.part(share)
    yield Finding(
        rule=RULE.key,
        title=f"{counted(idleness.workers, 'worker')} spent {percent_text(share)} of their time in no trial",
        evidence=(*_evidence(idleness, ledger), *_doubt(profile)),
        ceiling_s_per_trial=saving.s_per_trial,
        ceiling_share=saving.share,
        likely_share=LIKELY * saving.share,
        basis="At most: the same trials spread evenly over all workers from the moment each was ready; half of it is "
        "likely, as trials are not equally long.",
        lever="adaptive",
        remedy=_remedy(idleness),
        command=proof(profile),
    )


def idleness_of(case: Case, whole: Whole, ledger: Ledger) -> Idleness | None:
    """None with one worker, or where the processes did not run side by side.

    A process that an exception ended, or that closed no books, is no worker after its last trial. Threads that wait
    for a lock between two trials do not idle.
    """
    died = {pid for dead in case.profile.deaths for pid in dead.processes}
    timed = [
        replace(one, threads=interpreter.threads, closed=one.closed and one.pid not in died)
        for one, interpreter in zip(case.profile.processes, case.interpreters, strict=True)
        if one.first_trial_s is not None and one.last_trial_s is not None
    ]
    workers = sum(one.threads for one in timed)
    if workers < 2 or len(timed) > _OVERLAP * _most_at_once(timed):
        return None
    end_s = max(one.last_trial_s or 0.0 for one in timed)
    before_s = sum(one.threads * max((one.first_trial_s or 0.0) - one.ready_s, 0.0) for one in timed)
    after_s = sum(one.threads * (end_s - (one.last_trial_s or end_s)) for one in timed if one.closed)
    dead_s = sum(one.threads * (end_s - (one.last_trial_s or end_s)) for one in timed if not one.closed)
    all_s = sum(one.threads * (end_s - one.ready_s) for one in timed)
    stopped_s = workers * whole.stood_still_s
    alive_s = all_s - dead_s - stopped_s
    if alive_s <= 0:
        return None
    seen = [part for part in ledger.parts if part.kind is PartKind.BETWEEN and not is_gap(part)]
    booked_s = whole.trials * sum(part.wall_s_per_trial for part in seen)
    gaps_s = ledger.idle_share * all_s - booked_s - before_s - after_s - dead_s - stopped_s
    return Idleness(
        workers=workers,
        before=before_s / alive_s,
        after=after_s / alive_s,
        between=max(gaps_s / alive_s, 0.0) if whole.lock is None else 0.0,
    )


def _most_at_once(processes: list[Process]) -> int:
    edges = sorted(
        [(one.first_trial_s or 0.0, 1) for one in processes] + [(one.last_trial_s or 0.0, -1) for one in processes]
    )
    running = most = 0
    for _, change in edges:
        running += change
        most = max(most, running)
    return max(most, 1)


def _evidence(idleness: Idleness, ledger: Ledger) -> Iterator[str]:
    for share, when in (
        (idleness.before, "between being ready and the first trial"),
        (idleness.between, "between trials"),
        (idleness.after, "after their last trial, while others went on"),
    ):
        if share >= 0.01:
            yield f"{percent_text(min(share, 1.0))} of the workers' time passed {when}."
    yield (
        f"The longest trial took {seconds_text(ledger.longest_wall_s)}, half of them no more than "
        f"{seconds_text(ledger.median_wall_s)}."
    )


def _doubt(profile: Profile) -> Iterator[str]:
    if profile.origin == Origin.HISTORY.value:
        yield "A history does not tell whether a worker had ended, or what it did between two trials."


def _remedy(idleness: Idleness) -> str:
    if idleness.after >= max(idleness.before, idleness.between):
        return (
            "Let each worker take the next trial when it is free (`optimize` with a common total, `MaxTrialsCallback`) "
            "instead of a fixed number each; the last trials then end together."
        )
    if idleness.before >= idleness.between:
        return "Start the trials when the first worker is ready, and create the study before the workers start."
    return "Find what the workers wait for between trials: a barrier, a batch that is handed out whole, or callbacks."


RULE = Rule(key="workers-idle", judge=judge)
