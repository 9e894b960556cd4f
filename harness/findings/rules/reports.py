"""Rule: a trial reports many intermediate values, each a transaction of its own."""

from collections.abc import Iterator

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.findings.rules.storage_writes import writes_of
from harness.findings.words import counted

MANY = 20  # per trial
METHODS = ("set_trial_intermediate_value",)


def judge(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    profile = case.profile
    writes = writes_of(case, METHODS, least=MANY)
    if writes is None:
        return
    yield Finding(
        rule=RULE.key,
        title=f"{counted(round(writes.per_trial), 'intermediate value')} are reported in each trial{writes.cost}",
        evidence=(
            writes.evidence,
            "Each call of `trial.report` writes one; what the pruner saves by it is not counted.",
        ),
        ceiling_s_per_trial=writes.ceiling_s_per_trial,
        ceiling_share=writes.ceiling_share,
        basis=writes.basis,
        lever="one-write",
        remedy="Report every tenth step, or only at the steps at which a trial may be pruned.",
        command=proof(profile),
    )


RULE = Rule(key="many-reports", judge=judge, supersedes=("storage-dominates",))
