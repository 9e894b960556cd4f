"""Every lever by its name, and a lever with its argument from text: "gc", "progressive:25@0.1+25@1/best"."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache

from harness.errors import InputError
from harness.levers.lever import Lever
from harness.registry import did_you_mean, load_attribute

BUILT_IN: Mapping[str, str] = {
    "gc": "harness.levers.collector:GC",
    "gc-freeze": "harness.levers.collector:GC_FREEZE",
    "gc-off": "harness.levers.collector:GC_OFF",
    "reuse": "harness.levers.data:reuse",
    "shared": "harness.levers.data:shared",
    "memo": "harness.levers.features:memo",
    "precompute": "harness.levers.features:precompute",
    "processes": "harness.levers.workers:PROCESSES",
    "forkserver": "harness.levers.workers:FORKSERVER",
    "adaptive": "harness.levers.workers:ADAPTIVE",
    "cap-large": "harness.levers.workers:CAP_LARGE",
    "journal": "harness.levers.storage:JOURNAL",
    "sqlite-tuned": "harness.levers.storage:SQLITE_TUNED",
    "one-write": "harness.levers.storage:ONE_WRITE",
    "compress": "harness.levers.storage:COMPRESS",
    "progressive": "harness.levers.search:progressive",
    "coarse-fine": "harness.levers.search:COARSE_FINE",
    "subsample": "harness.levers.search:subsample",
    "racing": "harness.levers.search:racing",
    "large-dataset-mode": "harness.levers.preset:LARGE_DATASET_MODE",
    "streaming": "harness.levers.strategy:STREAMING",
    "compiled": "harness.levers.strategy:COMPILED",
}


def lever_names() -> tuple[str, ...]:
    """Every lever's name, family by family."""
    return tuple(BUILT_IN)


@cache
def lever(text: str) -> Lever:
    """The lever of a name, with the argument after a colon; raises InputError where there is none such."""
    name, colon, argument = text.strip().partition(":")
    if name not in BUILT_IN:
        guess = did_you_mean(name, BUILT_IN, cutoff=0.5)  # names are short
        raise InputError(f"there is no lever {name!r}{guess}: `harness levers` lists them")
    found: Lever | Callable[..., Lever] = load_attribute(BUILT_IN[name])
    if isinstance(found, Lever):
        if colon:
            raise InputError(f"the lever {name} takes no argument, and {text!r} gives it one")
        return found
    if colon and not argument:
        raise InputError(f"the argument of {text!r} is missing: write {name} alone, or {name}:ARGUMENT")
    return found(argument) if colon else found()


def levers(texts: Sequence[str]) -> tuple[Lever, ...]:
    """The levers of several names; raises InputError for one that is unknown or given twice."""
    found = tuple(lever(text) for text in texts)
    for index, one in enumerate(found):
        if one.label in [other.label for other in found[:index]]:
            raise InputError(f"the lever {one.label} is given twice")
    return found


def all_levers() -> tuple[Lever, ...]:
    """Every lever, without arguments."""
    return tuple(lever(name) for name in BUILT_IN)
