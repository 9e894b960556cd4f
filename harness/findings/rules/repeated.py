"""Repeated work of one kind as a ceiling: shared by the rules on loads and on features."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.findings.whole import Saving, Whole
from harness.findings.words import counted, listed
from harness.profile.facts import PartKind, Profile, RepeatedWork
from harness.units import printable, seconds_text

_FOLDERS = re.compile(r"[^\s,()='\"]*[/\\](?=[^\s,()='\"/\\])")  # up to the last separator of a path
OPENED = "open"
FEATURE = "feature "  # what a marked feature's name begins with


@dataclass(frozen=True, slots=True, kw_only=True)
class Repetition:
    """Items of one kind whose repetition costs something, largest first, and what keeping them could save at most."""

    items: tuple[RepeatedWork, ...]
    is_per_process: bool  # else the cost is that every process has its own
    wall_s_per_trial: float
    saving: Saving

    @property
    def names(self) -> str:
        return listed([name_of(item) for item in self.items], most=2)

    def evidence(self) -> Iterator[str]:
        """A sentence for each of the three largest."""
        for item in self.items[:3]:
            inside = f", {counted(item.calls_in_trials, 'time')} inside trials" if item.calls_in_trials else ""
            wall = "" if item.wall_s is None else f": {seconds_text(item.wall_s)} in all"
            yield (
                f"{name_of(item)} was asked for {counted(item.calls, 'time')} in "
                f"{counted(item.processes, 'process', 'processes')}{inside}{wall}."
            )
        if any(is_opened(item) for item in self.items[:3]):
            yield (
                "What opened files cost is read from stack samples at the lines that open them and read from them; "
                "they had the same inode, size and time of change each time."
            )
        if any(item.is_request for item in self.items[:3]):
            yield "The same was asked for each time; whether the answer was the same is not known."
        if len(self.items) > 1:
            yield (
                "One may contain another; seconds that the trials' ledger counts once are counted once in the ceiling."
            )


def repetition_of(profile: Profile, whole: Whole, kind: PartKind) -> Repetition | None:
    """What `reuse` in each process could save of loads or features, or, where that is little, one copy for all."""
    items = [item for item in profile.repeated if item.what.startswith(FEATURE) is (kind is PartKind.FEATURE)]
    own = _largest(items, [item.saving_s for item in items])
    shared = _largest(items, [item.shared_saving_s if item.processes > 1 else None for item in items])
    own_s, shared_s = sum(own.values()), sum(shared.values())
    if shared_s <= 0 and own_s <= 0:
        return None
    is_per_process = own_s >= 0.5 * shared_s
    chosen, total_s = (own, own_s) if is_per_process else (shared, shared_s)
    opened_s = sum(saving for index, saving in chosen.items() if is_opened(items[index]))
    timed_s = _at_most_ledger(profile, kind, (total_s - opened_s) / whole.trials, is_per_process)
    wall_s = timed_s + opened_s / whole.trials  # what is only opened is in none of the ledger's loads
    return Repetition(
        items=tuple(items[index] for index in chosen),
        is_per_process=is_per_process,
        wall_s_per_trial=wall_s,
        saving=whole.saved_by(wall_s, None if opened_s else _cpu_s(profile, kind, wall_s)),
    )


def name_of(item: RepeatedWork) -> str:
    """What was called, with its arguments: files without their folders, and nothing that breaks a line."""
    arguments = _FOLDERS.sub("", item.arguments)
    return printable(f"{item.what}({arguments})" if arguments else item.what)


def is_opened(item: RepeatedWork) -> bool:
    """Whether what it costs is in none of the ledger's loads: it was only opened, and read by the user's own lines."""
    return item.what == OPENED or (item.what == "numpy.load" and ".npz" in item.arguments)


def _largest(items: Sequence[RepeatedWork], savings: Sequence[float | None]) -> dict[int, float]:
    known = {index: saving for index, saving in enumerate(savings) if saving is not None and saving > 0}
    return dict(sorted(known.items(), key=lambda pair: -pair[1]))


def _at_most_ledger(profile: Profile, kind: PartKind, wall_s: float, is_per_process: bool) -> float:
    """A reader inside a source is counted twice among the items, and once in the ledger."""
    parts = [] if profile.ledger is None else [part for part in profile.ledger.parts if part.kind is kind]
    booked_s = sum(part.wall_s_per_trial for part in parts)
    return min(wall_s, booked_s) if is_per_process and booked_s > 0 else wall_s


def _cpu_s(profile: Profile, kind: PartKind, wall_s: float) -> float | None:
    parts = [] if profile.ledger is None else [part for part in profile.ledger.parts if part.kind is kind]
    booked_s = sum(part.wall_s_per_trial for part in parts)
    cpus = [part.cpu_s_per_trial for part in parts if part.cpu_s_per_trial is not None]
    return sum(cpus) * min(wall_s / booked_s, 1.0) if cpus and booked_s > 0 else None
