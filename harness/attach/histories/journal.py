"""A study's history out of a journal file, whose lines tell who ran each trial; replayed as Optuna does, without it."""

import time
from datetime import datetime
from pathlib import Path

from harness.attach.histories.choosing import choose
from harness.attach.histories.files import check_file
from harness.attach.histories.gathering import Gathered
from harness.attach.histories.journal_lines import JournalLines
from harness.attach.histories.past import STATES, History
from harness.attach.histories.replay import Replay, ReplayedStudy
from harness.attach.histories.times import zone_note
from harness.model.history import HistoryFacts, StorageKind


def read(path: Path, name: str | None) -> History:
    """The history of a study in a journal file. Raises InputError."""
    check_file(path)
    lines, replay = JournalLines(path), Replay()
    for operation in lines:
        replay.apply(operation)
    lines.damaged += replay.senseless
    studies = {study.name: study for study in replay.studies.values()}
    study = studies[choose(list(studies), name, str(path))]
    gathered = Gathered(is_utc=False)
    for trial in study.trials:
        gathered.add(trial)
    facts = HistoryFacts(
        study=study.name,
        storage=StorageKind.JOURNAL,
        read_s=time.time(),
        optuna=None,
        schema=None,
        directions=study.directions,
        rows=gathered.rows(storage_bytes=path.stat().st_size),
        running=tuple(gathered.running),
        running_since_s=gathered.running_since_s,
        waiting=gathered.waiting,
        workers=len({trial.worker for trial in study.trials if trial.worker is not None and trial.state in STATES}),
        infeasible=tuple(gathered.infeasible),
        notes=(*_time_notes(study), *lines.notes(), *replay.notes(), *gathered.notes()),
    )
    return History(address=str(path), facts=facts, trials=tuple(gathered.trials))


def _time_notes(study: ReplayedStudy) -> list[str]:
    """A note where the journal holds times without a zone, which Optuna before 5 writes."""
    is_local = any(_is_naive(trial.began) or _is_naive(trial.ended) for trial in study.trials)
    note = zone_note(None) if is_local else None
    return [note] if note else []


def _is_naive(at: datetime | None) -> bool:
    return at is not None and at.tzinfo is None
