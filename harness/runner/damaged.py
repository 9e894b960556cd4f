"""Cells of an experiment whose records a power cut has damaged: set aside, named, and run again."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from harness.errors import RecordError
from harness.model.appending import append_row, line_of
from harness.model.codec import encode
from harness.model.files import PRIVATE, draft_of
from harness.model.lines import Damage, stream_rows
from harness.model.opening import below
from harness.model.record import Ending
from harness.model.store import read_record
from harness.runner.searching.legs import rows_planned

SET_ASIDE = "set-aside.jsonl"


class _Cell(Protocol):
    @property
    def run(self) -> str: ...

    @property
    def died(self) -> str | None: ...


C = TypeVar("C", bound=_Cell)


def set_aside(
    path: Path, cells: Sequence[C], runs_of: Callable[[C], Sequence[str]], say: Callable[[str], None]
) -> bool:
    """Take cells out of an experiment's file that it cannot go on with; their rows are kept beside it, with the reason.

    `runs_of` are the runs whose records a cell needs whole. Each one that is set aside is said. Returns whether there
    was any.
    """
    damage = Damage()
    for _ in stream_rows(path, damage):
        pass
    sound = []
    for cell in cells:
        why = _damage_of(path.parent.parent.parent / "runs", runs_of(cell)) if cell.died is None else None
        if why is None:
            sound.append(cell)
            continue
        append_row(path.with_name(SET_ASIDE), {"why": why, **encode(cell)}, is_synced=True)
        say(f"{cell.run} is set aside and run again: {why}")
    if damage.lines:
        say(f"{damage.lines} damaged in {path.name}: what stood there is run again")
    is_less = damage.lines > 0 or len(sound) < len(cells)
    if is_less:
        with draft_of(path, PRIVATE, is_synced=True) as draft:
            draft.write_bytes(b"".join(line_of(encode(cell)) for cell in sound))
    return is_less


def _damage_of(runs: Path, names: Sequence[str]) -> str | None:
    """Why the records of runs that had ended well cannot be relied on."""
    for name in names:
        place = below(runs, name)
        if not place.exists():
            return "its record is gone"
        try:
            record = read_record(place)
        except RecordError as error:
            return str(error)
        plan = record.header.plan
        if record.outcome is None or record.outcome.ending is not Ending.FINISHED:
            return "its record does not say that it ended"
        if record.damaged_lines or record.torn_lines or (plan and len(record.trials) < rows_planned(plan)):
            return "its record lacks trials"
    return None
