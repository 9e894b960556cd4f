"""Exceptions that ended loops over trials, each once for all processes that they ended."""

from collections.abc import Iterable, Sequence

from harness.model.record import Death, ProcessEnd
from harness.model.stacks import Frame
from harness.profile.code_kinds import code_of
from harness.profile.facts import DeadLoops


def deaths_of(ends: Iterable[ProcessEnd], command: Sequence[str]) -> tuple[DeadLoops, ...]:
    """Most first. A place is shown as the user knows it: below the script's folder."""
    found: dict[tuple[str, str, bool], list[tuple[ProcessEnd, Death]]] = {}
    for end in ends:
        for death in end.deaths:
            found.setdefault((death.error, death.message, death.in_loop), []).append((end, death))
    loops = [_merged(seen, command) for seen in found.values()]
    return tuple(sorted(loops, key=lambda one: (-one.count, one.error, one.message)))


def _merged(seen: Sequence[tuple[ProcessEnd, Death]], command: Sequence[str]) -> DeadLoops:
    death = max((one for _, one in seen), key=lambda one: (one.where is not None, one.count))  # its place is shown
    ends = {end.pid: end for end, _ in seen}
    return DeadLoops(
        error=death.error,
        message=death.message,
        where=None if death.where is None else _shown(death.where, command),
        count=sum(one.count for _, one in seen),
        processes=tuple(sorted(ends)),
        in_loop=death.in_loop,
        open_trials=sum(end.open_trials for end in ends.values()),
    )


def _shown(where: str, command: Sequence[str]) -> str:
    file, _, line = where.rpartition(":")
    return f"{code_of([Frame(file=file, line=0, function='')], command).shown(file)}:{line}"
