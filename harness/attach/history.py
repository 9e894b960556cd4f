"""What Optuna's own trial history takes in this process: the trials that a storage object keeps, sized by a sample."""

import sys
from collections.abc import Collection, Iterable, Mapping
from itertools import islice
from typing import Any

_SAMPLED = 24
_APIECE = 64  # items of one container that are looked at; up to twice as many where there are
_MOST_LOOKS = 48_000  # objects, over all trials of the sample: some 20 ms


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
    sizes = [_size(trial, [_MOST_LOOKS // len(sample)], seen) for trial in sample]
    return len(trials), int(sum(sizes) * len(trials) / len(sample))


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


def _size(value: Any, looks: list[int], seen: set[int]) -> float:
    """Bytes of an object and all that it alone leads to; what several trials of the sample share counts once.

    A large container is sized by some of its items, so that looking costs the same however large it is.
    """
    total, left = 0.0, [(value, 1.0)]
    while left and looks[0] > 0:
        item, weight = left.pop()
        if id(item) in seen:
            continue
        looks[0] -= 1
        seen.add(id(item))
        total += sys.getsizeof(item, 0) * weight
        if isinstance(item, Mapping):
            left.extend(_some(item.keys(), weight))
            left.extend(_some(item.values(), weight))
        elif isinstance(item, (list, tuple, set, frozenset)):
            left.extend(_some(item, weight))
        elif hasattr(item, "__dict__") and not isinstance(item, type):
            left.append((vars(item), weight))
    return total


def _some(items: Collection[Any], weight: float) -> list[tuple[Any, float]]:
    """All items of a small container, evenly spaced ones of a large one, each standing for so many."""
    count = len(items)
    step = max(count // _APIECE, 1)
    found = items[::step] if isinstance(items, (list, tuple)) else list(islice(items, 0, None, step))
    each = weight * count / max(len(found), 1)
    return [(item, each) for item in found]
