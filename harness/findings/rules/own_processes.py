"""Rule: trials wait for processes of the run that compute far less than they are waited for."""

from collections.abc import Iterator

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.findings.words import counted
from harness.profile.facts import Helpers, StackProfile, Waiting, WaitingLine
from harness.units import count_text, percent_text, seconds_text

LEAST_WAITING = 0.5  # of a trial, for neither a core nor the storage nor another thread
LEAST_WASTED = 0.5  # of that: what is computed meanwhile is work, and pools are never quite even
LEAST_SAMPLES = 10  # from here on the stacks decide whether it is processes that the objective waits for
LEAST_SEEN = 0.5  # of the waiting, in stack samples below a line that waits for processes


def judge(case: Case) -> Iterator[Finding]:
    """At most one finding; silent where what is waited for is computed meanwhile, or is no process of the run."""
    profile, whole, ledger, helpers = case.profile, case.whole, case.profile.ledger, case.profile.helpers
    if whole is None or ledger is None or ledger.waiting is None or helpers is None:
        return
    waited_s, trial_s = ledger.waiting.other_s, ledger.wall_s_per_trial
    if trial_s <= 0 or waited_s < LEAST_WAITING * trial_s or not _is_for_processes(profile.stacks, waited_s / trial_s):
        return
    work_s = _work_s(helpers, whole.at_once, profile.usable_cores)
    queued_s = whole.at_once * helpers.queued_s_per_trial / helpers.count
    if waited_s - work_s - queued_s < LEAST_WASTED * waited_s:
        return
    saving = whole.saved_by(waited_s + (ledger.waiting.cores_s or 0.0) - work_s)
    line = profile.stacks.waiting_lines[0] if profile.stacks and profile.stacks.waiting_lines else None
    yield Finding(
        rule=RULE.key,
        title=f"A trial waits {seconds_text(waited_s)}, {percent_text(waited_s / trial_s)} of its time, for "
        f"{_who(helpers)} {seconds_text(helpers.cpu_s_per_trial)} for it",
        evidence=tuple(_evidence(ledger.waiting, helpers, line, profile.stacks)),
        ceiling_s_per_trial=saving.s_per_trial,
        ceiling_share=saving.share,
        basis="At most: all waiting, less what those processes computed once they had started, spread evenly over them "
        "and the cores.",
        remedy="Compute in the objective's own process where the work is smaller than handing it out costs (no "
        "`n_jobs` inside the objective, no pool), and use the other cores for more trials at once.",
        command=proof(profile),
        where=None if line is None else f"{line.file}:{line.line}",
    )


def _who(helpers: Helpers) -> str:
    if helpers.commands_per_trial is not None:
        started = counted(round(helpers.commands_per_trial, 1), "process", "processes")
        return f"the {started} that it starts, which {_compute(helpers.commands_per_trial)}"
    return f"{counted(helpers.count, 'process', 'processes')} that {_compute(helpers.count)}"


def _compute(count: float) -> str:
    return f"compute{'s' if count == 1 else ''}"


def _is_for_processes(stacks: StackProfile | None, waited: float) -> bool:
    """Without enough samples, helpers that compute while a trial waits are taken as what it waits for."""
    if stacks is None or stacks.samples < LEAST_SAMPLES:
        return True
    return sum(line.share for line in stacks.waiting_lines) >= LEAST_SEEN * min(waited, 1.0)


def _work_s(helpers: Helpers, at_once: float, cores: float | None) -> float:
    """The wall that the helpers' work for one trial takes at best; trials in work at once share helpers and cores."""
    spread = helpers.count if cores is None else min(helpers.count, cores)
    return at_once * helpers.cpu_s_per_trial / spread


def _evidence(
    waiting: Waiting, helpers: Helpers, line: WaitingLine | None, stacks: StackProfile | None
) -> Iterator[str]:
    yield (
        f"{seconds_text(waiting.other_s)} of a trial, on average, is waiting for neither a core nor the storage nor "
        "another thread."
    )
    yield _computed(helpers)
    if line is not None and stacks is not None:
        yield (
            f"In {percent_text(line.share)} of {count_text(stacks.samples)} stack samples inside trials, "
            f"{line.file}:{line.line} ({line.function}) waited for {line.waits_for}."
        )


def _computed(helpers: Helpers) -> str:
    cpu = seconds_text(helpers.cpu_s_per_trial)
    if helpers.commands_per_trial is not None:
        started = counted(round(helpers.commands_per_trial, 1), "process", "processes")
        return (
            f"A trial started {started}, on average; by the kernel's account of those that were waited for they "
            f"computed {cpu}."
        )
    began = ""
    if helpers.startup_cpu_s is not None and helpers.startup_cpu_s > helpers.cpu_s_per_trial:
        began = f"took {seconds_text(helpers.startup_cpu_s)} of CPU to start, while the first trials waited, and then "
    queued = f", and queued {seconds_text(helpers.queued_s_per_trial)} for a core" if helpers.queued_s_per_trial else ""
    return (
        f"{counted(helpers.count, 'process', 'processes')} of the run, which ran no trials, {began}computed {cpu} per "
        f"trial in all{queued}."
    )


RULE = Rule(key="waits-for-own-processes", judge=judge)
