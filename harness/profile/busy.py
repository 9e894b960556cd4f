"""Whether other programs took the cores that a run asked for, so that its times are too long: a sentence, or none."""

from collections.abc import Sequence

from harness.profile.facts import Ledger, Process
from harness.units import percent_text, seconds_text, significant

LEAST_WAITING = 0.2  # of a trial, ready to run with no core free
POOL_CORES = 0.1  # kept busy by native threads while a trial ran: below it loaded pools did no work
MOST_USED = 0.8  # of the cores by the run itself: above it, it may have been waiting for itself


def busy_note(
    ledger: Ledger | None, cores: float | None, used_cores: float | None, pool_threads: int = 1
) -> str | None:
    """A sentence where trials waited for cores that the run itself left free. `used_cores` is the mean of its tree.

    None where more trials ran at once than there are cores: then they waited for each other.
    """
    if ledger is None or ledger.waiting is None or cores is None or used_cores is None:
        return None
    waited_s, wall_s = ledger.waiting.cores_s, ledger.wall_s_per_trial
    if waited_s is None or wall_s <= 0 or waited_s < LEAST_WAITING * wall_s:
        return None
    if ledger.parallelism > cores or used_cores >= MOST_USED * cores:
        return None
    spinning = (
        f" With {pool_threads} threads of an OpenMP or BLAS pool they may be many times too long, CPU included: such "
        "threads spin while they wait for one that has no core."
    )
    share = percent_text(min(waited_s / wall_s, 1.0))
    return (
        f"Other programs kept the machine busy: a trial was ready to run and had no core for {share} of its time "
        f"({seconds_text(waited_s)}), while this run used {significant(used_cores, 2)} of {significant(cores, 2)} "
        "cores on average. Its times are too long by up to that much: measure again on a quiet machine."
        f"{spinning if pool_threads > 1 else ''}"
    )


def pool_threads(processes: Sequence[Process]) -> int:
    """Native threads that computed within trials, the trial's own included; 1 where none was seen to."""
    return max(
        (one.native.threads + 1 for one in processes if one.native is not None and one.native.cores >= POOL_CORES),
        default=1,
    )
