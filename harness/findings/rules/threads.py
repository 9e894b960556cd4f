"""Rule: several threads run trials in one interpreter, and together do the work of one core."""

from collections.abc import Iterator

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.interpreters import Interpreter
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.findings.whole import Whole
from harness.findings.words import counted
from harness.profile.facts import Ledger
from harness.units import percent_text, seconds_text, significant


def judge(case: Case) -> Iterator[Finding]:
    """One finding for the process with most trials among those that the lock holds back."""
    profile = case.profile
    whole, ledger, cores = case.whole, profile.ledger, profile.usable_cores
    if whole is None or ledger is None or cores is None:
        return
    locked = [one for one in case.interpreters if one.is_lock_bound and min(one.threads, cores) > 1.5]
    if not locked:
        return
    worst = max(locked, key=lambda one: one.trials)
    share = _share(worst, ledger, cores) * sum(one.trials for one in locked) / whole.trials
    saving = whole.part(min(share, 1.0))
    yield Finding(
        rule=RULE.key,
        title=f"{counted(worst.threads, 'thread')} take turns in one Python interpreter: together they do the work "
        f"of {significant(worst.cores or 0.0, 2)} cores, and a trial takes {seconds_text(ledger.wall_s_per_trial)}",
        evidence=tuple(_evidence(worst, ledger, cores, whole)),
        ceiling_s_per_trial=saving.s_per_trial,
        ceiling_share=saving.share,
        basis=f"At most: the same CPU spread evenly over {significant(min(worst.threads, cores), 2)} cores, and no "
        "more than what trials waited for while other threads ran, in storage calls included.",
        lever="processes",
        remedy="Run the trials in processes that share the storage (start the script several times, or joblib with "
        "loky) instead of `n_jobs` threads, or move the work into code that releases the interpreter lock.",
        command=proof(profile),
    )


def _share(one: Interpreter, ledger: Ledger, cores: float) -> float:
    """Of the study's wall: what is left over when its CPU runs on all cores, and not more than was waited for."""
    spread = 1 - (one.cores or 0.0) / min(one.threads, cores)
    if ledger.waiting is None or ledger.wall_s_per_trial <= 0:
        return max(spread, 0.0)
    waited_s = (
        ledger.waiting.gil_s + ledger.waiting.storage_s
    )  # a storage call gives the lock up and queues for it again
    return max(min(spread, waited_s / ledger.wall_s_per_trial), 0.0)


def _evidence(one: Interpreter, ledger: Ledger, cores: float, whole: Whole) -> Iterator[str]:
    yield (
        f"{counted(one.threads, 'thread')} of one process ran {counted(one.trials, 'trial')}, and kept "
        f"{significant(one.cores or 0.0, 2)} of {significant(cores, 2)} usable cores busy together."
    )
    if ledger.cpu_s_per_trial is not None:
        yield (
            f"A trial took {seconds_text(ledger.wall_s_per_trial)}, of which its own thread computed for "
            f"{seconds_text(ledger.cpu_s_per_trial)}; the study finished one every {seconds_text(whole.s_per_trial)}."
        )
    if ledger.waiting is not None and ledger.waiting.gil_s > 0:
        yield (
            f"{seconds_text(ledger.waiting.gil_s)} of a trial "
            f"({percent_text(min(ledger.waiting.gil_s / ledger.wall_s_per_trial, 1.0))}) passed blocked while other "
            "threads ran Python: at most that much is the interpreter lock (GIL)."
        )
    if ledger.waiting is not None and ledger.waiting.storage_s > 0.1 * ledger.wall_s_per_trial:
        yield (
            f"{seconds_text(ledger.waiting.storage_s)} more passed waiting inside storage calls, for which threads "
            "queue as well."
        )


RULE = Rule(key="threads-share-interpreter", judge=judge, supersedes=("more-workers-than-cores", "storage-dominates"))
