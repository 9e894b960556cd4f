"""Whether all of a run's trials ended without a value: then no time that it took was of use."""

import numpy as np

from harness.model.record import TrialState
from harness.profile.columns import STATES
from harness.profile.facts import Profile
from harness.units import count_text

_WORDS = {TrialState.FAIL: "failed", TrialState.PRUNED: "pruned"}


def none_completed(profile: Profile) -> str | None:
    """In words, how many trials ended how, where none completed; None where one did, or none ended."""
    state = profile.trials.state
    if not len(state) or np.any(state == STATES.index(TrialState.COMPLETE)):
        return None
    counts = [(word, int(np.sum(state == STATES.index(ending)))) for ending, word in _WORDS.items()]
    ended = " and ".join(f"{count_text(count)} {word}" for word, count in counts if count)
    return f"No trial completed: {ended}"
