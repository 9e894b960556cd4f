"""Rule: the workers' BLAS and OpenMP threads together are more than the cores, and wait for each other."""

from collections.abc import Iterator

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.findings.whole import Whole
from harness.findings.words import counted, listed
from harness.profile.facts import Ledger
from harness.units import percent_text, seconds_text, significant

LEAST_POOL_CPU = 0.1  # of the processes' CPU: proof that the pools are used, not only loaded
LEAST_FACTOR = 1.25  # threads per core
LEAST_BUSY = 0.7  # of the cores; or
LEAST_WAITING = 0.1  # of a trial, ready to run with no core free


def judge(case: Case) -> Iterator[Finding]:
    """At most one finding. Silent where a pool is loaded and does no work, as NumPy's mostly is."""
    profile = case.profile
    whole, ledger, cores = case.whole, profile.ledger, profile.usable_cores
    sizes = [max((pool.threads for pool in one.thread_pools), default=1) for one in profile.processes]
    if whole is None or ledger is None or cores is None or max(sizes, default=1) < 2:
        return
    factor = whole.at_once * max(sizes) / cores
    pool_s, cpu_s = _pool_cpu_s(case), sum(one.study_cpu_s or 0.0 for one in profile.processes)
    if pool_s is None or factor < LEAST_FACTOR or pool_s < LEAST_POOL_CPU * cpu_s:
        return
    waited_s = _waited_s(ledger)
    if cpu_s < LEAST_BUSY * cores * ledger.span_s and (waited_s or 0.0) < LEAST_WAITING * ledger.wall_s_per_trial:
        return
    lost_s = None if waited_s is None else waited_s + pool_s / whole.trials
    by_wait = 1.0 if lost_s is None else lost_s / whole.trial_s
    saving = whole.part(min(1 - 1 / factor, by_wait))
    names = sorted({pool.library for one in profile.processes for pool in one.thread_pools})
    yield Finding(
        rule=RULE.key,
        title=f"{counted(round(whole.at_once), 'trial')} at once with up to {max(sizes)} {listed(names)} threads each "
        f"compete for {counted(cores, 'core')}",
        evidence=tuple(_evidence(whole, waited_s, pool_s / cpu_s, factor)),
        ceiling_s_per_trial=saving.s_per_trial,
        ceiling_share=saving.share,
        basis="At most: one thread per core has nothing to wait for; no more than trials waited for a core and the "
        "pools computed.",
        lever="adaptive",
        remedy="Give each worker its share of the cores: set `OMP_NUM_THREADS` (and `n_jobs=1` inside the objective) "
        "before NumPy is imported, or use `threadpoolctl`.",
        command=proof(profile),
    )


def _pool_cpu_s(case: Case) -> float | None:
    """CPU of the processes' other threads: all of a process's less that of the threads that ran trials."""
    pools = []
    for one, process in zip(case.interpreters, case.profile.processes, strict=True):
        if one.cpu_s is not None and process.study_cpu_s is not None:
            pools.append(max(process.study_cpu_s - one.cpu_s, 0.0))
    return sum(pools) if pools else None


def _waited_s(ledger: Ledger) -> float | None:
    return None if ledger.waiting is None else ledger.waiting.cores_s


def _evidence(whole: Whole, waited_s: float | None, pool_share: float, factor: float) -> Iterator[str]:
    yield f"That is {significant(factor)} threads for each core this process may use."
    yield f"Threads other than those that ran trials took {percent_text(min(pool_share, 1.0))} of the CPU."
    if waited_s is not None:
        yield f"A trial was ready to run and had no core for {seconds_text(waited_s)} of {seconds_text(whole.trial_s)}."


RULE = Rule(key="pools-oversubscribed", judge=judge, supersedes=("more-workers-than-cores",))
