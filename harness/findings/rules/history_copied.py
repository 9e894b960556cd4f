"""Rule: the study's whole history is read in each trial, which takes longer with every one of them."""

from collections.abc import Iterator

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.growth import cpu_of, steepest, wall_of
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.profile.facts import HotLine, Ledger, PartKind, StackProfile
from harness.profile.shares import surely_above
from harness.units import count_text, percent_text, seconds_text, significant

SPAN = "storage"
METHOD = "get_all_trials"
LEAST_CALLS = 0.9  # per trial
LEAST_OF_STORAGE = 0.5  # of the samples in the storage, below one line


def judge(case: Case) -> Iterator[Finding]:
    """At most one finding; silent where the history is not asked for, or where reading it does not grow."""
    profile, whole, ledger = case.profile, case.whole, case.profile.ledger
    if whole is None or ledger is None:
        return
    calls = dict(ledger.storage_calls_per_trial).get(METHOD, 0.0)
    worst = steepest(profile, cpu_of(profile, SPAN)) if calls >= LEAST_CALLS else None
    if worst is None:
        return
    growth_s = worst.growth_s / whole.trials
    number, ahead_s = worst.ahead
    line = _line(profile.stacks)
    wall_s, cpu_s = _at_line(ledger, profile.stacks, line)
    saving = whole.saved_by(max(wall_of(profile, SPAN, growth_s), wall_s), max(growth_s, cpu_s))
    seen = () if line is None else (_seen(line),)
    yield Finding(
        rule=RULE.key,
        title=f"The study's history is read in each trial and grows: {seconds_text(worst.first_s)} of CPU in the "
        f"storage in the first trials, {seconds_text(worst.last_s)} in the last",
        evidence=(
            (
                f"`{METHOD}` was called {significant(calls)} times per trial; over {count_text(worst.trials)} trials "
                f"the storage took {worst.per_hundred} more for every hundred."
            ),
            f"If it goes on like this, trial {count_text(number)} spends {seconds_text(ahead_s)} in the storage.",
            *seen,
        ),
        ceiling_s_per_trial=saving.s_per_trial,
        ceiling_share=saving.share,
        basis="At most: the storage's time below the line that asks for the history, where samples show it to be most "
        "of the storage's; else the growth of the storage's CPU with the trial's number. A longer study loses more.",
        remedy="Do not ask for `study.trials` in each trial, sampler call or callback (it copies every trial): use "
        "`study.get_trials(deepcopy=False)` with the states that you need, or keep what you need yourself.",
        command=proof(profile),
        where=None if line is None else f"{line.file}:{line.line}",
    )


def _at_line(ledger: Ledger, stacks: StackProfile | None, line: HotLine | None) -> tuple[float, float]:
    """Wall and CPU per trial of the storage below a line, where that is surely most of the storage's; else none."""
    parts = [part for part in ledger.parts if part.kind is PartKind.STORAGE]
    of_storage = sum(one.share for one in stacks.hot_lines if one.span == SPAN) if stacks is not None else 0.0
    if stacks is None or line is None or of_storage <= 0 or line.share < LEAST_OF_STORAGE * of_storage:
        return 0.0, 0.0
    if not surely_above(line.share / of_storage, line.samples, LEAST_OF_STORAGE):
        return 0.0, 0.0
    share = min(line.share / of_storage, 1.0)
    wall_s = sum(part.wall_s_per_trial for part in parts)
    return share * wall_s, share * sum(part.cpu_s_per_trial or 0.0 for part in parts)


def _line(stacks: StackProfile | None) -> HotLine | None:
    lines = [] if stacks is None else [line for line in stacks.hot_lines if line.span == SPAN]
    return max(lines, key=lambda line: line.share, default=None)


def _seen(line: HotLine) -> str:
    return (
        f"{percent_text(line.share)} of the stack samples inside trials were in the storage below "
        f"{line.file}:{line.line} ({line.function})."
    )


RULE = Rule(key="history-read-again", judge=judge, supersedes=("storage-dominates", "trials-get-longer"))
