"""CPU that the processes of trials used beside the trials' own threads: native threads above all."""

from dataclasses import dataclass

import numpy as np

from harness.profile.facts import Profile
from harness.profile.trial_time.overlap import most_at_once, stretches_of

LEAST_SHARE = 0.05  # of the CPU that the process used meanwhile


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideCpu:
    """Means per trial."""

    total_s: float
    native_s: float | None  # of it, threads that Python does not know; None: not read
    libraries: tuple[str, ...]  # whose pools are loaded with more than one thread


def outside_of(profile: Profile) -> OutsideCpu | None:
    """None where it is next to nothing, or cannot be told from other trials' CPU."""
    trials, ledger = profile.trials, profile.ledger
    if ledger is None or ledger.cpu_s_per_trial is None or not len(trials):
        return None
    if int(most_at_once(stretches_of(trials), len(profile.processes)).max()) > 1:  # the others' CPU is in the process's
        return None
    together_s = float(np.nanmean(trials.process_cpu_s)) if np.isfinite(trials.process_cpu_s).any() else 0.0
    total_s = together_s - ledger.cpu_s_per_trial
    if together_s <= 0 or total_s < LEAST_SHARE * together_s:
        return None
    native = None if trials.native is None else trials.native.cpu_s[np.isfinite(trials.native.cpu_s)]
    pools = {pool.library for one in profile.processes for pool in one.thread_pools if pool.threads > 1}
    return OutsideCpu(
        total_s=total_s,
        native_s=None if native is None or not len(native) else min(float(native.mean()), total_s),
        libraries=tuple(sorted(pools)),
    )
