"""Rule: an exception ended loops over trials, and with them the workers that ran them."""

from collections.abc import Iterator

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.findings.words import counted, listed
from harness.profile.facts import DeadLoops, Profile
from harness.units import printable

_LOCKED = "locked"


def judge(case: Case) -> Iterator[Finding]:
    """One finding for each exception, told before what workers that are gone cause (idleness, missing trials)."""
    profile = case.profile
    for dead in profile.deaths:
        workers = len(dead.processes)
        who = "the loop over trials" if dead.count == 1 else f"{counted(dead.count, 'loop')} over trials"
        if not dead.in_loop:
            who = "a process" if workers == 1 else counted(workers, "process", "processes")
            who = f"{who} that ran trials"
        elif dead.count > 1 and workers > 1:
            who = f"{who} in {counted(workers, 'process', 'processes')}"
        yield Finding(
            rule=RULE.key,
            title=f"{_name(dead)} ended {who}",
            evidence=tuple(_evidence(profile, dead)),
            basis="Counted as it happened; what the workers would still have done is not known.",
            remedy=_remedy(dead),
            command=proof(profile),
            where=dead.where,
            is_loss=True,
        )


def _name(dead: DeadLoops) -> str:
    return printable(f"{dead.error}: {dead.message}" if dead.message else dead.error)


def _evidence(profile: Profile, dead: DeadLoops) -> Iterator[str]:
    if dead.where is not None:
        uncaught = "`optimize` did not catch it" if dead.in_loop else "nothing caught it"
        yield f"It was raised at or below {printable(dead.where)}, and {uncaught}."
    pids = {one.pid: one.trials for one in profile.processes}
    ran = [f"{pid} after {counted(pids.get(pid, 0), 'trial')}" for pid in dead.processes]
    yield f"So ended {'process' if len(ran) == 1 else 'processes'} {listed(ran)}."
    if dead.open_trials:
        yield f"{counted(dead.open_trials, 'trial')} had begun there and did not finish."


def _remedy(dead: DeadLoops) -> str:
    if _LOCKED in dead.message.lower():
        return (
            "SQLite lets one process write at a time: use `JournalStorage` or a database server for several workers, "
            'or let them wait longer (`engine_kwargs={"connect_args": {"timeout": 120}}`).'
        )
    if not dead.in_loop:
        return "Mend what raises it, or catch it where the worker asks for its next trial."
    return (
        "Mend what raises it; where single trials may fail, name the exception in `optimize(..., catch=(...,))`, so "
        "that the trial fails and the loop goes on."
    )


RULE = Rule(key="loop-ended-by-exception", judge=judge)
