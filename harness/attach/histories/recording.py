"""A history written as a record, so that whatever renders a run renders it: same rows, no CPU, spans or memory."""

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.attach.histories.lanes import lay_out
from harness.attach.histories.past import History, PastTrial
from harness.model.codec import encode
from harness.model.files import PRIVATE, draft_of
from harness.model.history import HISTORY, StorageKind
from harness.model.home import new_run_folder
from harness.model.machine import Machine
from harness.model.record import SCHEMA, Header, Origin, StudyRow
from harness.model.store import HEADER, trial_rows_path, write_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A trial with the process and the thread that ran it; both are guesses where the storage does not tell."""

    trial: PastTrial
    process: int
    thread: int


def record(history: History, root: Path, *, command: tuple[str, ...], commit: str | None) -> Path:
    """Write the record of a history below `root` and return its folder. Raises InputError where none can be made.

    `command` has no password in it. The machine stays blank: nothing tells on which one the study ran.
    """
    facts = history.facts
    folder = new_run_folder(root, facts.study, facts.read_s)
    write_json(folder / HISTORY, facts)
    for process, placed in place(history.trials).items() or [(0, [])]:
        rows = itertools.chain([_study_row(history, process)], map(_trial_row, placed))
        with draft_of(trial_rows_path(folder, process), PRIVATE) as draft, draft.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(row, separators=(",", ":"), default=repr) + "\n" for row in rows)
    header = Header(
        schema=SCHEMA,
        id=folder.name,
        label=facts.study,
        plan=None,
        machine=Machine(),
        argv=command,
        commit=commit,
        started_s=min((trial.started_s for trial in history.trials), default=facts.read_s),
        origin=Origin.HISTORY,
        command=command,
    )
    write_json(folder / HEADER, header)
    return folder


def place(trials: Sequence[PastTrial]) -> dict[int, list[Placed]]:
    """The trials of each process in order of beginning, each with its thread.

    Processes are numbered from 1 in order of their first trial where the storage names workers; a trial whose worker
    is not known, and all trials of a storage that names none, are of process 0, laid into as few threads as hold them.
    """
    ordered = sorted(trials, key=lambda trial: (trial.started_s, trial.number))
    numbers: dict[str, int] = {}
    members: dict[int, list[PastTrial]] = {}
    for trial in ordered:
        process = 0 if trial.worker is None else numbers.setdefault(trial.worker.process, len(numbers) + 1)
        members.setdefault(process, []).append(trial)
    return {
        process: [
            Placed(trial=trial, process=process, thread=thread)
            for trial, thread in zip(mine, _threads(mine), strict=True)
        ]
        for process, mine in members.items()
    }


def _threads(trials: Sequence[PastTrial]) -> list[int]:
    """A thread for each trial of a process: its own, or further ones where trials of one thread overlap.

    They do where several were asked for before the first was told, and in forks, which share their parent's name.
    """
    members: dict[str, list[int]] = {}
    for index, trial in enumerate(trials):
        members.setdefault("" if trial.worker is None else trial.worker.thread, []).append(index)
    threads = [0] * len(trials)
    first = 0
    for mine in members.values():
        lanes = lay_out(
            [(trials[index].started_s, trials[index].started_s + trials[index].elapsed_s) for index in mine]
        )
        for index, lane in zip(mine, lanes, strict=True):
            threads[index] = first + lane
        first += max(lanes) + 1
    return threads


def _study_row(history: History, process: int) -> dict[str, Any]:
    facts = history.facts
    row = StudyRow(
        pid=process,
        index=0,
        name=facts.study,
        storage="JournalStorage" if facts.storage is StorageKind.JOURNAL else "RDBStorage",
        storage_url=history.address,
        sampler="",
        pruner="",
        directions=facts.directions,
        optuna=facts.optuna,
    )
    return {"kind": "study", **encode(row)}


def _trial_row(placed: Placed) -> dict[str, Any]:
    """In the form of `store.encode_trial`, which cannot say that CPU is not known."""
    trial = placed.trial
    return {
        "kind": "trial",
        "number": trial.number,
        "worker": max(placed.process - 1, 0),
        "pid": placed.process,
        "thread": placed.thread,
        "state": trial.state.value,
        "values": trial.values,
        "params": trial.params,
        "started_s": round(trial.started_s, 6),
        "wall_s": trial.elapsed_s,
        "cpu_s": None,
        "process_cpu_s": None,
        "spans": {},
        "before": {},
        "rss_bytes": None,
        "calls": _calls(trial),
        "written_bytes": trial.attribute_bytes,
    }


def _calls(trial: PastTrial) -> Mapping[str, int]:
    """The storage calls that must have been made for what is stored."""
    counts = {
        "set_trial_param": len(trial.params),
        "set_trial_user_attr": trial.user_attributes,
        "set_trial_system_attr": trial.system_attributes,
        "set_trial_intermediate_value": trial.intermediate_values,
    }
    return {name: count for name, count in counts.items() if count}
