"""Rule: trials are asked for in batches, and the workers that evaluate them wait for the slowest of each batch."""

from collections.abc import Iterator

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.places import THE_RUN
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.findings.words import counted
from harness.profile.account.facts import PoolUse
from harness.profile.facts import WaitingLine
from harness.units import count_text, percent_text, seconds_text, significant

MOST_BUSY = 0.8
LEAST_SHARE = 0.05  # of the run


def judge(case: Case) -> Iterator[Finding]:
    """At most one finding; silent where the workers were busy, and where trials run in the threads that ask."""
    profile, account = case.profile, case.profile.account
    if account is None or account.pool is None or not len(profile.trials):
        return
    pool = account.pool
    idle_s = (1 - pool.busy_share) * pool.batch_s
    share = min(idle_s / account.wall_s, 1.0)
    if pool.busy_share > MOST_BUSY or share < LEAST_SHARE:
        return
    line = next(iter(profile.stacks.waiting_lines), None) if profile.stacks is not None else None
    names = ("worker thread", "worker threads") if pool.are_threads else ("worker process", "worker processes")
    yield Finding(
        rule=RULE.key,
        title=f"{counted(pool.workers, *names)} were busy for "
        f"{percent_text(pool.busy_share)} of the time that trials were open"
        + ("" if pool.batches < 2 else f": each of {count_text(pool.batches)} batches waits for its slowest trial"),
        evidence=tuple(_evidence(pool, line)),
        where=None if line is None else f"{line.file}:{line.line}",
        ceiling_s_per_trial=idle_s / len(profile.trials),
        ceiling_share=share,
        share_of=THE_RUN,
        basis="At most: the same trials spread evenly over the same workers, without a pause.",
        remedy="Tell each trial as soon as its result is there, and ask for the next one at once (`as_completed`, "
        "`imap_unordered`) instead of waiting for a whole batch; or give each worker the study and let it call "
        "`optimize` itself.",
        command=proof(profile),
    )


def _evidence(pool: PoolUse, line: WaitingLine | None) -> Iterator[str]:
    yield (
        f"In {percent_text(1 - pool.busy_share)} of {count_text(pool.samples)} stack samples of the workers they "
        "waited for something to do."
    )
    yield (
        f"Trials were asked for in {counted(pool.batches, 'batch', 'batches')} of {significant(pool.trials_per_batch)} "
        f"on average, which were open for {seconds_text(pool.batch_s)} together."
    )
    if line is not None:
        yield f"The thread that asks waits in {line.file}:{line.line} ({line.function}) for {line.waits_for}."


RULE = Rule(key="idle-pool", judge=judge)
