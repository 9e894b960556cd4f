"""Duplicates: trials whose parameters an earlier trial of the same study had already, over all processes."""

import numpy as np

from harness.model.record import TrialState
from harness.profile.columns import STATES, Trials
from harness.profile.facts import Duplicates

_FAILED = STATES.index(TrialState.FAIL)


def duplicates_of(trials: Trials) -> Duplicates:
    """A failed trial counts neither as the first nor as the repeat: running it again is what retrying means.

    A value that is not known (a pruned trial's) is taken as the same.
    """
    judged = np.flatnonzero((trials.parameters >= 0) & (trials.state != _FAILED))  # by study and number
    _, first, group, sizes = np.unique(
        trials.parameters[judged], return_index=True, return_inverse=True, return_counts=True
    )
    repeats = np.ones(len(judged), dtype=bool)
    repeats[first] = False
    repeated = sizes[sizes > 1]
    value = trials.value[judged]
    others = np.isfinite(value) & np.isfinite(value[first][group]) & (value != value[first][group])
    wall_s, same = trials.wall_s[judged], repeats & ~others
    return Duplicates(
        trials=int(repeats.sum()),
        wall_s=float(wall_s[repeats].sum()),
        groups=len(repeated),
        most=int(repeated.max(initial=0)),
        same=int(same.sum()),
        same_wall_s=float(wall_s[same].sum()),
    )
