"""Rule: trials were left RUNNING, or processes died without closing their books."""

from collections.abc import Iterator

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.findings.words import counted, listed
from harness.model.record import Origin
from harness.profile.facts import Profile


def judge(case: Case) -> Iterator[Finding]:
    """At most one finding, about the soundness of the study and of this record rather than its speed.

    A process without final books is no fault by itself (multiprocessing's children end by `os._exit`): only with
    trial numbers that never finished.
    """
    profile = case.profile
    running = sum(study.running or 0 for study in profile.studies)
    is_history = profile.origin == Origin.HISTORY.value  # which has no processes of its own, and says what is RUNNING
    dead = [] if is_history else [one.pid for one in profile.processes if not one.closed]
    unfinished = _missing_numbers(profile) if dead else 0
    settled = min(sum(one.failed_elsewhere for one in profile.processes), unfinished)  # by a heartbeat
    if not running and not unfinished:
        return
    if running:
        title = f"{counted(running, 'trial')} {'is' if running == 1 else 'are'} left RUNNING"
    else:
        died = counted(len(dead), "process", "processes")
        title = f"{counted(unfinished, 'trial')} began and never finished: {died} died"
        if settled == unfinished:
            title = f"{died} died in {'a trial' if settled == 1 else counted(settled, 'trial')}: {_settled(profile)}"
    yield Finding(
        rule=RULE.key,
        title=title,
        evidence=tuple(_evidence(profile, running, dead, (unfinished, settled))),
        basis="Counted, not estimated; what it costs later trials depends on the storage.",
        remedy=_remedy(profile, running),
        command=proof(profile),
        is_loss=bool(unfinished),
    )


def _settled(profile: Profile) -> str:
    again = any(study.retries for study in profile.studies)
    return "its heartbeat stopped, and another worker failed it" + (" and had it tried again" if again else "")


def _remedy(profile: Profile, running: int) -> str:
    """Never what is set already."""
    if any(study.heartbeat_s is not None for study in profile.studies):
        retried = all(study.retries for study in profile.studies if study.heartbeat_s is not None)
        again = "" if retried else ", and are tried again with `RetryFailedTrialCallback`"
        return (
            "Look at how those workers ended (memory, time limits). The storage has a heartbeat: trials of a dead "
            f"worker are failed when the next trial begins after its grace period{again}."
        )
    if running and all(study.storage.startswith("Journal") for study in profile.studies if study.running):
        return (
            "Set them to FAIL with `study.tell(number, state=TrialState.FAIL)`; a journal has no heartbeat that would, "
            "a database has (`RDBStorage(heartbeat_interval=60)`)."
        )
    if running:
        return (
            "Give the storage a heartbeat (`RDBStorage(heartbeat_interval=60)`) so that dead trials are failed, or set "
            "them to FAIL with `study.tell(number, state=TrialState.FAIL)`."
        )
    return (
        "Look at how those workers ended (memory, time limits), and give the storage a heartbeat so that their trials "
        "are failed and can be tried again."
    )


def _evidence(profile: Profile, running: int, dead: list[int], missing: tuple[int, int]) -> Iterator[str]:
    unfinished, settled = missing
    for study in profile.studies:
        if study.running:
            yield f"Study {study.name!r} holds {counted(study.running, 'trial')} in the state RUNNING."
    if running and profile.origin == Origin.HISTORY.value:
        yield "If no worker is at work on the study now, the workers that ran them died."
    if running:
        yield "An RDB storage reads every one of them again in each later trial, and samplers reckon with them."
    if dead:
        pids = listed([str(pid) for pid in dead])
        yield f"No final books from process {pids}: killed, or left by `os._exit`."
    if unfinished:
        yield (
            f"{counted(unfinished, 'number')} between the first and the last trial of this record "
            f"{'has' if unfinished == 1 else 'have'} no finished trial."
        )
    if 0 < settled < unfinished:
        yield f"{counted(settled, 'trial')} of them {'was' if settled == 1 else 'were'} failed by another worker since."


def _missing_numbers(profile: Profile) -> int:
    missing = 0
    for index in range(len(profile.studies)):
        numbers = profile.trials.number[profile.trials.study == index]
        if len(numbers):
            missing += int(numbers.max() - numbers.min()) + 1 - len(numbers)
    return max(missing, 0)


RULE = Rule(key="trials-left-running", judge=judge)
