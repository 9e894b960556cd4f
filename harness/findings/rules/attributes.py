"""Rule: a trial writes many attributes one by one, each a transaction of its own."""

from collections.abc import Iterator

from harness.findings.finding import Finding
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.findings.rules.storage_writes import writes_of
from harness.findings.whole import whole_of
from harness.findings.words import counted
from harness.profile.facts import Profile
from harness.units import bytes_text, seconds_text

MANY = 10  # per trial
METHODS = ("set_trial_user_attr", "set_trial_system_attr")


def judge(profile: Profile) -> Iterator[Finding]:
    """At most one finding: all attributes together."""
    whole = whole_of(profile)
    writes = None if whole is None else writes_of(profile, whole, METHODS)
    if whole is None or writes is None or writes.per_trial < MANY:
        return
    evidence = [
        (
            f"A trial spends {seconds_text(writes.storage_s_per_trial)} in storage calls, at most "
            f"{seconds_text(writes.each_s)} for each thing it writes."
        ),
    ]
    written = None if profile.ledger is None else profile.ledger.written_bytes_per_trial
    if written is not None:
        evidence.append(f"All attributes of a trial together hold {bytes_text(written)}.")
    yield Finding(
        rule=RULE.key,
        title=f"{counted(round(writes.per_trial), 'attribute')} are written one by one in each trial: up to "
        f"{seconds_text(writes.each_s * (writes.per_trial - 1))} of it",
        evidence=tuple(evidence),
        ceiling_s_per_trial=writes.saving.s_per_trial,
        ceiling_share=writes.saving.share,
        basis="At most: all attributes but one at the mean price of a write, reading taken as free.",
        lever="one-write",
        remedy='Collect them in one dict and write it once: `trial.set_user_attr("metrics", {...})`.',
        command=proof(profile),
    )


RULE = Rule(key="many-attributes", judge=judge, supersedes=("storage-dominates",))
