"""What Optuna's own trial history takes in this process: the trials that a storage object keeps, sized by a sample."""

import sys
from collections.abc import Iterable, Mapping
from typing import Any

_SAMPLED = 24


def history_of(storage: Any) -> tuple[int, int] | None:
    """(trials kept, bytes that they take) of a storage object; None for one whose inside is not known.

    Reads what is in memory already, and asks no database. The bytes are those of a sample, times the number.
    """
    groups = list(_kept(storage))
    trials = [trial for group in groups for trial in group]
    if not groups:
        return None
    if not trials:
        return 0, 0
    step = max(len(trials) // _SAMPLED, 1)
    sample = trials[::step]
    seen: set[int] = set()
    return len(trials), sum(_size(trial, seen) for trial in sample) * len(trials) // len(sample)


def _kept(storage: Any) -> Iterable[list[Any]]:
    """Lists of FrozenTrial inside InMemoryStorage, _CachedStorage and JournalStorage of Optuna 4 and 5."""
    studies = getattr(storage, "_studies", None)
    if isinstance(studies, Mapping):
        for study in list(studies.values()):
            trials = getattr(study, "trials", None)
            if isinstance(trials, Mapping):
                yield list(trials.values())
            elif isinstance(trials, list):
                yield list(trials)
    replayed = getattr(getattr(storage, "_replay_result", None), "_trials", None)
    if isinstance(replayed, Mapping):
        yield list(replayed.values())


def _size(value: Any, seen: set[int]) -> int:
    """Bytes of an object and all that it alone leads to; what several trials of the sample share counts once."""
    total, left = 0, [value]
    while left:
        item = left.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        total += sys.getsizeof(item, 0)
        if isinstance(item, Mapping):
            left.extend(item.keys())
            left.extend(item.values())
        elif isinstance(item, (list, tuple, set, frozenset)):
            left.extend(item)
        elif hasattr(item, "__dict__") and not isinstance(item, type):
            left.append(vars(item))
    return total
