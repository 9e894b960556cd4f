"""Whether other programs took the cores that a run asked for, so that its times are too long: a sentence, or none."""

from collections.abc import Sequence

from harness.profile.facts import Busy, Ledger, Process
from harness.units import percent_text, seconds_text, significant

LEAST_WAITING = 0.2  # of a trial, ready to run with no core free
POOL_CORES = 0.1  # kept busy by native threads while a trial ran: below it loaded pools did no work
MOST_THREADS = 1.25  # computing threads for each core: above it the run's own threads wait for each other
OWN_USE = 0.6  # of the cores that a run must have used, for its trials to have waited for each other
MOST_USED = 0.8  # of the cores by the run itself: above it, it may have been waiting for itself


def busy_of(
    ledger: Ledger | None, cores: float | None, used_cores: float | None, processes: Sequence[Process] = ()
) -> Busy | None:
    """None unless trials waited for cores that the run itself left free. `used_cores` is the mean of its tree.

    Where more trials ran at once than there are cores they waited for each other; where native threads that computed
    in them are more than the cores, for those.
    """
    if ledger is None or ledger.waiting is None or cores is None or used_cores is None:
        return None
    waited_s, wall_s = ledger.waiting.cores_s, ledger.wall_s_per_trial
    if waited_s is None or wall_s <= 0 or waited_s < LEAST_WAITING * wall_s:
        return None
    pool = pool_threads(processes)
    is_own = _is_of_each_other(waited_s / wall_s, ledger.parallelism, cores, used_cores)
    is_own = is_own or (pool > 1 and ledger.parallelism - 1 + pool > MOST_THREADS * cores)
    if is_own or used_cores >= MOST_USED * cores:
        return None
    return Busy(
        waited_share=min(waited_s / wall_s, 1.0),
        waited_s=waited_s,
        used_cores=used_cores,
        cores=cores,
        pool_threads=pool,
    )


def _is_of_each_other(waited_share: float, at_once: float, cores: float, used_cores: float) -> bool:
    """Whether more trials at once than cores explain the waiting: while some wait for others, all cores are theirs.

    Of `at_once` threads that compute on fewer cores each waits 1 - cores / at_once of the time. Waiting for a share of
    all their time, they must have used `cores * waited_share / (1 - cores / at_once)` cores over it; far below, other
    programs had them. (A thread that waits for the interpreter lock sleeps, and is not ready.)
    """
    if at_once <= cores:
        return False
    return used_cores >= OWN_USE * cores * min(waited_share / (1 - cores / at_once), 1.0)


def busy_note(busy: Busy) -> str:
    """What is said of it at the top of the report."""
    spinning = (
        f" With {busy.pool_threads} threads of an OpenMP or BLAS pool they may be many times too long, CPU included: "
        "such threads spin while they wait for one that has no core."
    )
    return (
        "Other programs kept the machine busy: a trial was ready to run and had no core for "
        f"{percent_text(busy.waited_share)} of its time ({seconds_text(busy.waited_s)}), while this run used "
        f"{significant(busy.used_cores, 2)} of {significant(busy.cores, 2)} cores on average. Its times are too long "
        "by up to that much: measure again on a quiet machine. Which parts and lines are the largest holds all the "
        f"same.{spinning if busy.pool_threads > 1 else ''}"
    )


def pool_threads(processes: Sequence[Process]) -> int:
    """Native threads that computed within trials, the trial's own included; 1 where none was seen to."""
    return max(
        (one.native.threads + 1 for one in processes if one.native is not None and one.native.cores >= POOL_CORES),
        default=1,
    )
