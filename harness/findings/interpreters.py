"""Processes seen as interpreters with one lock: threads that ran trials in each, and cores that they kept busy."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from harness.profile.facts import Ledger, Profile, Waiting
from harness.profile.trial_time.overlap import most_at_once, stretches_of

_SATURATED = 0.75  # of a core: from here on the lock is taken as the bottleneck
_ONE_CORE = 1.25  # above it, threads do part of their work outside the lock
_LEAST_WAITING = 0.05  # of a trial, blocked while other threads ran Python
_OUTSIDE = 0.1  # of what the threads compute, by native threads: such work lets go of the lock
_LEAST_AWAKE = 1.75  # threads, on average: one has the lock, and most of the time another wants it
_OVERLAPPING = 1.2  # trials at once, on average: below it threads took turns


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """What the threads of one process did from its first trial to its last."""

    pid: int
    threads: int
    trials: int
    working_s: float  # from its first trial to the end of its last
    busy_s: float  # thread-seconds inside trials
    cpu_s: float | None  # of the threads that ran trials
    queued_s: float  # in which they were ready to run and had no core; 0 where that is not known
    blocked_share: float | None  # of the run's trials: blocked while other threads ran Python; None: not known
    asleep_share: float = 0.0  # of the run's trials: in sleep, I/O or another process
    native_cores: float = 0.0  # that native threads kept busy while a trial ran: work outside the lock

    @property
    def cores(self) -> float | None:
        """Cores that the threads kept busy together."""
        return None if self.cpu_s is None or self.working_s <= 0 else self.cpu_s / self.working_s

    @property
    def is_shared(self) -> bool:
        """Whether several threads ran trials in it at the same time."""
        return self.threads > 1 and self.working_s > 0 and self.busy_s > _OVERLAPPING * self.working_s

    @property
    def is_lock_bound(self) -> bool:
        """Whether its threads together kept about one core busy: what one interpreter lock allows.

        On a machine that is busy with something else they get less than the core that they ask for. Threads that
        compute outside the lock then look alike, but do not block each other; and threads that sleep, which queue for
        a core each time they wake.
        """
        if not self.is_shared or self.cpu_s is None or self.cores is None:
            return False
        if self.blocked_share is not None and self.blocked_share < _LEAST_WAITING:
            return False
        if self.native_cores > 0 and self.native_cores >= _OUTSIDE * self.cores:
            return False
        if self.cores >= _SATURATED:
            return self.cores <= _ONE_CORE
        awake = (1 - self.asleep_share) * self.busy_s / self.working_s
        return (self.cpu_s + self.queued_s) / self.working_s >= _SATURATED and awake >= _LEAST_AWAKE


def interpreters(profile: Profile) -> tuple[Interpreter, ...]:
    """One for each process that ran trials, in the profile's order."""
    return tuple(_interpreter(profile, index, threads) for index, threads in enumerate(threads_at_once(profile)))


def threads_at_once(profile: Profile) -> tuple[int, ...]:
    """For each process, the most threads that were in a trial at the same moment.

    A loop that calls `optimize` again and again has new threads each time, and never more at once.
    """
    processes = profile.processes
    if not len(profile.trials) or all(one.threads < 2 for one in processes):
        return (1,) * len(processes)
    return tuple(int(threads) for threads in most_at_once(stretches_of(profile.trials), len(processes)))


def _interpreter(profile: Profile, index: int, threads: int) -> Interpreter:
    process = profile.processes[index]
    trials = profile.trials
    rows = trials.process == index
    cpu_s = float(np.sum(trials.cpu_s[rows])) + sum(
        float(np.nansum(span.cpu_s[rows])) for span in trials.before.values()
    )
    is_dated = process.first_trial_s is not None and process.last_trial_s is not None
    return Interpreter(
        pid=process.pid,
        threads=threads,
        trials=process.trials,
        working_s=max((process.last_trial_s or 0.0) - (process.first_trial_s or 0.0), 0.0) if is_dated else 0.0,
        busy_s=process.busy_s,
        cpu_s=cpu_s if np.isfinite(cpu_s) and rows.any() else None,
        queued_s=float(np.nansum(trials.runqueue_s[rows])),
        blocked_share=_waiting_share(profile.ledger, lambda waiting: waiting.gil_s),
        asleep_share=_waiting_share(profile.ledger, lambda waiting: waiting.other_s) or 0.0,
        native_cores=0.0 if process.native is None else process.native.cores,
    )


def _waiting_share(ledger: Ledger | None, part: Callable[[Waiting], float]) -> float | None:
    if ledger is None or ledger.waiting is None or ledger.wall_s_per_trial <= 0:
        return None
    return part(ledger.waiting) / ledger.wall_s_per_trial
