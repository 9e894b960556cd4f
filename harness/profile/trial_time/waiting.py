"""Waiting told apart: how much of the wall that was not CPU went to busy cores, the GIL, storage, and the rest.

The kernel tells how long a thread was ready and no core was free. It was so in proportion to the CPU that it used, so
storage calls get their share of the trial's CPU of that. Of the waiting that is left, as much as other threads ran
trials meanwhile is put down to the GIL, evenly over the waiting in storage calls and outside: a storage call lets go of
the GIL at each read and write and must get it back. So the GIL's part is a ceiling, and storage's a floor.
"""

import numpy as np

from harness.profile.columns import Floats, Trials
from harness.profile.facts import Ledger, Waiting
from harness.profile.trial_time.overlap import meanwhile, threads_of

STORAGE = "storage"


def waiting_of(trials: Trials, has_gil: bool) -> Waiting:
    """Means per trial; the parts add up to the total. Every trial's CPU must be known."""
    waited_s = np.maximum(trials.wall_s - trials.cpu_s, 0.0)
    in_storage_s, storage_share = _of_storage(trials, waited_s)
    knows_queue = bool(np.isfinite(trials.runqueue_s).any())
    queued_s = np.minimum(np.nan_to_num(trials.runqueue_s, nan=0.0), waited_s)
    outside_s = waited_s - in_storage_s
    in_storage_s = in_storage_s - np.clip(queued_s * storage_share, queued_s - outside_s, in_storage_s)
    left_s = waited_s - queued_s
    others_s = _others_cpu(trials) if has_gil else np.zeros(len(trials))
    gil_s = np.minimum(left_s, others_s)
    not_gil = np.divide(left_s - gil_s, left_s, out=np.zeros(len(trials)), where=left_s > 0)
    total_s, cores_s, at_gil_s = float(waited_s.mean()), float(queued_s.mean()), float(gil_s.mean())
    storage_s = float((in_storage_s * not_gil).mean())
    return Waiting(
        total_s=total_s,
        cores_s=cores_s if knows_queue else None,
        storage_s=storage_s,
        gil_s=at_gil_s,
        other_s=max(total_s - cores_s - at_gil_s - storage_s, 0.0),
    )


def running_share(ledger: Ledger | None) -> float:
    """Of a trial's wall, what it did not wait for a core or the interpreter lock; 1 where that is not known."""
    if ledger is None or ledger.waiting is None or ledger.wall_s_per_trial <= 0:
        return 1.0
    queued_s = (ledger.waiting.cores_s or 0.0) + ledger.waiting.gil_s
    return min(max(1.0 - queued_s / ledger.wall_s_per_trial, 0.0), 1.0)


def _of_storage(trials: Trials, waited_s: Floats) -> tuple[Floats, Floats]:
    """How long storage calls waited, and their share of the trial's CPU."""
    storage = trials.spans.get(STORAGE)
    if storage is None:
        return np.zeros(len(trials)), np.zeros(len(trials))
    cpu_s = np.clip(storage.cpu_s, 0.0, np.maximum(trials.cpu_s, 0.0))
    share = np.divide(cpu_s, trials.cpu_s, out=np.zeros(len(trials)), where=trials.cpu_s > 0)
    return np.clip(storage.wall_s - storage.cpu_s, 0.0, waited_s), share


def _others_cpu(trials: Trials) -> Floats:
    """CPU that other threads of the process spent on trials, and between them, while a trial lasted.

    At most what the process's own clock says. Native threads (BLAS) and a trial's own helpers are not counted: waiting
    for them is not waiting for the GIL.
    """
    thread = threads_of(trials)
    if len(np.unique(thread)) == len(np.unique(trials.process)):
        return np.zeros(len(trials))
    spent_s = trials.cpu_s.copy()
    for span in trials.before.values():
        spent_s += span.cpu_s
    others_s = meanwhile(trials, trials.process, spent_s) - meanwhile(trials, thread, spent_s)
    lasted_s = trials.ended_s - trials.started_s
    own_share = np.divide(trials.wall_s, lasted_s, out=np.ones(len(trials)), where=lasted_s > 0)
    bound_s = np.where(np.isfinite(trials.process_cpu_s), trials.process_cpu_s - trials.cpu_s, np.inf)
    return np.clip(others_s * np.minimum(own_share, 1.0), 0.0, np.maximum(bound_s, 0.0))
