"""Rule: each trial starts Python processes, whose start and imports cost more than what they are for."""

from collections.abc import Iterator

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.findings.words import counted, listed
from harness.profile.facts import StackProfile, StartedProcesses, WaitingLine
from harness.units import percent_text, printable, seconds_text, significant

LEAST_SHARE = 0.1  # of a trial
LIKELY = 0.9  # of the ceiling: a pool of workers starts once


def judge(case: Case) -> Iterator[Finding]:
    """At most one finding; silent where a pool's workers start once, or forked ones, which import nothing."""
    profile, whole, ledger, started = case.profile, case.whole, case.profile.ledger, case.profile.children
    if whole is None or ledger is None or started is None:
        return
    startup_s = min(started.startup_s_per_trial, ledger.wall_s_per_trial)
    if startup_s < LEAST_SHARE * ledger.wall_s_per_trial:
        return
    saving = whole.saved_by(startup_s)
    line = _line(profile.stacks)
    each = "starts a Python process" if started.per_trial <= 1 else f"starts {significant(started.per_trial)} Pythons"
    yield Finding(
        rule=RULE.key,
        title=f"Each trial {each}, and {seconds_text(startup_s)} of its {seconds_text(ledger.wall_s_per_trial)} "
        "are their start and imports",
        evidence=tuple(_evidence(started, line)),
        ceiling_s_per_trial=saving.s_per_trial,
        ceiling_share=saving.share,
        likely_share=LIKELY * saving.share,
        basis="At most: the time of a trial in which a process that it had started was not ready yet (the "
        "interpreter's start and all its imports), as those processes told it themselves.",
        remedy="Start the workers once and keep them (a `ProcessPoolExecutor` made before the study, a server that has "
        "imported everything), call the code in the objective's own process, or import less in the child.",
        command=proof(profile),
        where=None if line is None else f"{line.file}:{line.line}",
    )


def _line(stacks: StackProfile | None) -> WaitingLine | None:
    return stacks.waiting_lines[0] if stacks is not None and stacks.waiting_lines else None


def _evidence(started: StartedProcesses, line: WaitingLine | None) -> Iterator[str]:
    share = min(started.startup_s_per_trial / started.life_s_per_trial, 1.0) if started.life_s_per_trial > 0 else 1.0
    yield (
        f"Trials started {counted(started.count, 'process', 'processes')}, each a new interpreter; they were not ready "
        f"for {percent_text(share)} of the time that they were there."
    )
    if started.packages:
        names = listed([f"{printable(name)} {seconds_text(wall_s)}" for name, wall_s in started.packages])
        yield f"Imports took each of them {seconds_text(started.imports_s)}: {names} (one may contain another)."
    if line is not None:
        yield (
            f"{percent_text(line.share)} of the stack samples inside trials waited for {line.waits_for} at "
            f"{line.file}:{line.line} ({line.function})."
        )


RULE = Rule(key="trial-starts-processes", judge=judge, supersedes=("waits-for-own-processes",))
