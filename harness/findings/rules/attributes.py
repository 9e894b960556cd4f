"""Rule: a trial writes many attributes one by one, each a transaction of its own."""

from collections.abc import Iterator

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.findings.rules.storage_writes import writes_of
from harness.findings.words import counted
from harness.units import bytes_text

MANY = 10  # per trial
METHODS = ("set_trial_user_attr", "set_trial_system_attr")


def judge(case: Case) -> Iterator[Finding]:
    """At most one finding: all attributes together."""
    profile = case.profile
    writes = writes_of(case, METHODS, least=MANY)
    if writes is None:
        return
    written = None if profile.ledger is None else profile.ledger.written_bytes_per_trial
    held = () if written is None else (f"All attributes of a trial together hold {bytes_text(written)}.",)
    yield Finding(
        rule=RULE.key,
        title=f"{counted(round(writes.per_trial), 'attribute')} are written one by one in each trial{writes.cost}",
        evidence=(writes.evidence, *held),
        ceiling_s_per_trial=writes.ceiling_s_per_trial,
        ceiling_share=writes.ceiling_share,
        basis=writes.basis,
        lever="one-write",
        remedy='Collect them in one dict and write it once: `trial.set_user_attr("metrics", {...})`.',
        command=proof(profile),
    )


RULE = Rule(key="many-attributes", judge=judge, supersedes=("storage-dominates",))
