"""How a probe ended: what its processes left of their errors, and the sentence for what nobody can go on from."""

import json

from harness.errors import HarnessError, InputError, RunError
from harness.experiments.dying import ALL_FAILED
from harness.model.record import Ending, Record
from harness.units import percent_text, seconds_text

_LOAD = "load"
_HOUR_S = 3600.0
_TAIL_BYTES = 4096


def see_that_it_ran(record: Record, trials: int, budget_s: float) -> None:
    """Raise what stopped a probe: InputError for what cannot be used, RunError for an objective that did not end well.

    A probe that was stopped at its time-out is fine if it finished a trial.
    """
    outcome = record.outcome
    if outcome is None or outcome.ending is Ending.FINISHED:
        return
    refused = input_error(record)
    if refused is not None:
        raise InputError(refused)
    match outcome.ending:
        case Ending.TIMED_OUT:
            if not record.trials:
                raise RunError(_no_trial(record, trials, budget_s))
        case Ending.OUT_OF_MEMORY:
            raise RunError(f"one worker ran out of memory: {said(record)}; its record is {record.folder}")
        case _:
            why = f"the objective did not end well: {said(record)}; its output is in {record.folder}/stderr.txt"
            raise RunError(why)


def _no_trial(record: Record, trials: int, budget_s: float) -> str:
    """What is known where the first trial did not end: start-up is no part of it, and may be all there was."""
    kept = f"give a larger --budget (the record is {record.folder})"
    if not record.starts:
        return (
            f"the workload did not come as far as its first trial within {_lasted(record)}: its imports and warm-up "
            f"take longer, and nothing is known of a trial; {kept}"
        )
    share = 1.0 if record.header.plan is None else record.header.plan.share
    return (
        f"the first trial on {part_text(share)} did not end within the {budget_s:g} s for probing, start-up apart: if "
        f"{trials} trials took so long each, they would take more than {_hours_text(trials * budget_s)} in one worker; "
        f"{kept}"
    )


def _hours_text(seconds: float) -> str:
    return seconds_text(seconds) if seconds < _HOUR_S else f"{seconds / _HOUR_S:.2g} hours"


def _lasted(record: Record) -> str:
    return "its time" if record.outcome is None else f"{record.outcome.wall_s:.0f} s"


def part_text(share: float) -> str:
    """A share of the data in words."""
    return "all of the data" if share == 1 else f"{percent_text(share)} of the data"


def loads_in_trials(record: Record) -> bool:
    """Whether any trial called a source."""
    return any(_LOAD in row.spans for row in record.trials)


def uncut(record: Record) -> str | None:
    """Why a source could not be cut; None where that was not the trouble."""
    return next((error["sentence"] for error in _errors(record) if error["type"] == "UncutError"), None)


def input_error(record: Record) -> str | None:
    """The sentence of a workload, setting or file that cannot be used."""
    kinds = {kind.__name__ for kind in _family(InputError)}
    return next((error["sentence"] for error in _errors(record) if error["type"] in kinds), None)


def said(record: Record) -> str:
    """What the processes of a probe said of their end."""
    errors = _errors(record)
    if errors:
        return errors[0]["sentence"]
    detail = (record.outcome.detail if record.outcome else None) or "it said nothing"
    has_failed = record.outcome is not None and record.outcome.ending is Ending.FAILED
    is_told = detail.startswith(ALL_FAILED)
    last = (
        _last_line(record) if has_failed and not is_told else None
    )  # an error before the run's own guard: of an import, say
    return detail if last is None else f"{detail} ({last})"


def _last_line(record: Record) -> str | None:
    path = record.folder / "stderr.txt"
    if not path.exists():
        return None
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL_BYTES))
        lines = file.read().decode(errors="replace").splitlines()
    return next((line.strip() for line in reversed(lines) if line.strip()), None)


def _errors(record: Record) -> list[dict[str, str]]:
    return [json.loads(path.read_bytes()) for path in sorted(record.folder.glob("error-*.json"))]


def _family(kind: type[HarnessError]) -> list[type[HarnessError]]:
    return [kind, *(found for below in kind.__subclasses__() for found in _family(below))]
