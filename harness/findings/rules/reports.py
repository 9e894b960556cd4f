"""Rule: a trial reports many intermediate values, each a transaction of its own."""

from collections.abc import Iterator

from harness.findings.finding import Finding
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.findings.rules.storage_writes import writes_of
from harness.findings.whole import whole_of
from harness.findings.words import counted
from harness.profile.facts import Profile
from harness.units import seconds_text

MANY = 20  # per trial
METHODS = ("set_trial_intermediate_value",)


def judge(profile: Profile) -> Iterator[Finding]:
    """At most one finding."""
    whole = whole_of(profile)
    writes = None if whole is None else writes_of(profile, whole, METHODS)
    if whole is None or writes is None or writes.per_trial < MANY:
        return
    yield Finding(
        rule=RULE.key,
        title=f"{counted(round(writes.per_trial), 'intermediate value')} are reported in each trial: up to "
        f"{seconds_text(writes.each_s * (writes.per_trial - 1))} of it",
        evidence=(
            (
                f"A trial spends {seconds_text(writes.storage_s_per_trial)} in storage calls, at most "
                f"{seconds_text(writes.each_s)} for each thing it writes; `trial.report` writes one transaction a call."
            ),
        ),
        ceiling_s_per_trial=writes.saving.s_per_trial,
        ceiling_share=writes.saving.share,
        basis="At most: all reports but one at the mean price of a write, reading taken as free; what the pruner saves "
        "by them is not counted.",
        lever="one-write",
        remedy="Report every tenth step, or only at the steps at which a trial may be pruned.",
        command=proof(profile),
    )


RULE = Rule(key="many-reports", judge=judge, supersedes=("storage-dominates",))
