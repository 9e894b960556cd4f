"""Which of a storage's studies is meant."""

import difflib
from collections.abc import Sequence

from harness.errors import InputError

SHOWN_NAMES = 10


def choose(names: Sequence[str], wanted: str | None, shown: str) -> str:
    """The study called `wanted`, or the only one. Raises InputError that lists what there is."""
    if not names:
        raise InputError(f"{shown} holds no study: it was created, but nothing was ever optimised in it")
    if wanted is None:
        if len(names) == 1:
            return names[0]
        raise InputError(f"{shown} holds {len(names):,} studies: choose one with --name: {_listed(names)}")
    if wanted in names:
        return wanted
    near = difflib.get_close_matches(wanted, names, n=1)
    advice = f"did you mean {near[0]!r}?" if near else f"it holds {_listed(names)}"
    raise InputError(f"{shown} holds no study called {wanted!r}: {advice}")


def _listed(names: Sequence[str]) -> str:
    listed = ", ".join(repr(name) for name in names[:SHOWN_NAMES])
    return listed if len(names) <= SHOWN_NAMES else f"{listed} and {len(names) - SHOWN_NAMES:,} more"
