"""Rule: native threads (BLAS, OpenMP) that compute inside trials are more than the cores, and wait for each other."""

from collections.abc import Iterator
from dataclasses import dataclass

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.findings.whole import Whole
from harness.findings.words import counted, listed
from harness.profile.facts import Process
from harness.units import percent_text, seconds_text, significant

LEAST_SHARE = 0.1  # of the CPU inside trials: proof that native threads compute, not only exist
LEAST_FACTOR = 1.25  # runnable threads per core
LEAST_QUEUED = 0.1  # threads ready to run with no core free, on average, for each trial at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Native threads and trials' own together, as they were seen inside trials."""

    threads: int  # native, in each process
    share: float  # of the CPU inside trials
    busy: float  # of a trial, in which the busiest native thread computed or queued
    waited_s: float  # of a trial, for a core or for other threads to be done
    queued: float  # threads for each trial at once, own ones included
    factor: float  # runnable threads for each core
    trials: int  # that were read


def judge(case: Case) -> Iterator[Finding]:
    """At most one finding. Silent where native threads were not seen to compute inside trials: pools that are only
    loaded, other Python threads, and what happens between trials or at exit are no evidence.
    """
    profile, whole, cores = case.profile, case.whole, case.profile.usable_cores
    crowd = None if whole is None or cores is None else _crowd(case, whole, cores)
    if whole is None or cores is None or crowd is None:
        return
    if crowd.share < LEAST_SHARE or crowd.factor < LEAST_FACTOR or crowd.queued < LEAST_QUEUED:
        return
    saving = whole.saved_by(crowd.busy * whole.trial_s + crowd.waited_s)
    names = _libraries(profile.processes)
    yield Finding(
        rule=RULE.key,
        title=f"{counted(round(whole.at_once), 'trial')} at once with {counted(crowd.threads, 'native thread')} each"
        f"{names} compete for {counted(cores, 'core')}",
        evidence=(
            (
                f"In {counted(crowd.trials, 'trial')} that {'was' if crowd.trials == 1 else 'were'} looked at, threads "
                f"that Python does not know took {percent_text(crowd.share)} of the CPU."
            ),
            (
                f"That is {significant(crowd.factor)} threads for each core this process may use; on average "
                f"{significant(crowd.queued)} for each trial were ready to run and had no core."
            ),
            (
                f"The busiest of them computed or queued for {seconds_text(crowd.busy * whole.trial_s)} of a trial, "
                f"whose own thread waited {seconds_text(crowd.waited_s)} for a core or for others to be done."
            ),
        ),
        ceiling_s_per_trial=saving.s_per_trial,
        ceiling_share=saving.share,
        basis="At most: all the time of a trial in which native threads worked and its own thread waited for them or "
        "for a core. Threads that spin while they wait for one that has no core can waste nearly all of it, CPU "
        "included; the work itself is part of it.",
        lever="adaptive",
        remedy="Give each trial its share of the cores: the model's own setting (`num_threads`, `n_jobs`, `nthread`), "
        "`OMP_NUM_THREADS` before NumPy is imported, or `threadpoolctl`.",
        command=proof(profile),
    )


def _crowd(case: Case, whole: Whole, cores: float) -> Crowd | None:
    """None where native threads were not read, or none worked."""
    ledger = case.profile.ledger
    seen = [one.native for one in case.profile.processes if one.native is not None and one.native.threads > 0]
    if not seen or ledger is None or ledger.cpu_s_per_trial is None or ledger.wall_s_per_trial <= 0:
        return None
    most = max(seen, key=lambda one: one.trials)
    processes = max(whole.at_once / max(max(one.threads for one in case.interpreters), 1), 1.0)
    own = ledger.cpu_s_per_trial / ledger.wall_s_per_trial * whole.at_once  # cores
    native = most.cores * processes
    waiting = ledger.waiting
    waits = 0.0 if waiting is None else waiting.cores_s or 0.0
    return Crowd(
        threads=most.threads,
        share=native / (native + own) if native > 0 else 0.0,
        busy=most.busy,
        waited_s=0.0 if waiting is None else waits + waiting.other_s,
        queued=most.queued * processes / whole.at_once + waits / ledger.wall_s_per_trial,
        factor=(whole.at_once + processes * most.threads) / cores,
        trials=sum(one.trials for one in seen),
    )


def _libraries(processes: tuple[Process, ...]) -> str:
    """The libraries whose pools are loaded: which of several computed is not known."""
    names = sorted({pool.library for one in processes for pool in one.thread_pools if pool.threads > 1})
    return f" ({listed(names)} loaded)" if names else ""


RULE = Rule(key="pools-oversubscribed", judge=judge, supersedes=("more-workers-than-cores",))
