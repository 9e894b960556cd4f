"""The first run of a comparison: the study as it is, whose parameters every arm replays."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from harness.errors import InputError, RecordError, RunError
from harness.experiments.shares import expected_slowdown
from harness.levers.lever import Fidelity, Lever
from harness.model.comparison import FOLDER
from harness.model.comparisons import POINTS
from harness.model.plan import DataAccess, FeatureAccess, Plan, SamplerKind
from harness.model.points import write_points
from harness.model.record import Ending, Record
from harness.model.store import read_record
from harness.runner.comparing.request import MOST_SLOWDOWN, Request, Tell
from harness.runner.first_run import first_run
from harness.runner.launch import CarryOut, Site
from harness.runner.probe_ending import input_error, said

_FEW = 3


def record_base(request: Request, site: Site, tell: Tell, carry_out: CarryOut) -> Record:
    """Run the study once, with its own sampler; a few trials of it where no parameters have to be recorded.

    Raises InputError for a workload that cannot be used, or that has no source or feature of a name that a lever was
    given; RunError where its objective does not end well.
    """
    base = request.base
    is_replayed = base.sampler is not SamplerKind.NUMBERED
    also = ", and the parameters that all arms replay" if is_replayed else ""
    tell.say(f"a first run of {base.workload}: what it does{also}")
    first = _naming(base if is_replayed else replace(base, trials=min(base.trials, _FEW)), request.levers)
    searches = any(one.fidelity is Fidelity.APPROXIMATE for one in request.levers)
    first = replace(first, needs_direction=searches)
    record = first_run(first, lambda plan: read_record(carry_out(plan, site, label="recording", watch=tell.watch)))
    outcome = record.outcome
    if outcome is not None and outcome.ending is not Ending.FINISHED:
        refused = input_error(record)
        if refused is not None:
            raise InputError(refused)
        raise RunError(
            f"{base.workload} does not run as it is: {said(record)}; its output is in {record.folder}/stderr.txt"
        )
    return record


def _naming(plan: Plan, levers: Sequence[Lever]) -> Plan:
    """The plan with the sources and features that levers name: a run refuses those it lacks before its first trial.

    Where marks are plain calls, naming some of them changes nothing else. Where they are not, it would: the plan is
    left as it is, and names are looked at when it was run.
    """
    if plan.data is not DataAccess.PER_TRIAL or plan.features is not FeatureAccess.PER_CALL:
        return plan
    return replace(plan, only=tuple(sorted({*plan.only, *(one.mark for one in levers if one.mark is not None)})))


def control_slowdown(record: Record, wanted: float) -> float:
    """By what share of its own CPU an objective is slowed, so that whole runs take `wanted` more.

    Where most of a study is not its objective, a slowdown of the objective alone would drown in the rest.
    """
    expected = expected_slowdown([record], 1.0)
    share = 0.0 if expected is None else expected.low - 1
    return wanted if share <= 0 else round(min(max(wanted / share, wanted), MOST_SLOWDOWN), 2)


def replayed(base: Plan, comparison: str) -> Plan:
    """The plan with recorded parameters; a numbered sampler gives every arm the same ones by itself."""
    if base.sampler is SamplerKind.NUMBERED:
        return base
    return replace(base, sampler=SamplerKind.REPLAY, replay=f"{FOLDER}/{comparison}/{POINTS}")


def keep_points(folder: Path, record: Record, trials: int) -> None:
    """Write the parameters of a recording into a comparison's folder, by trial number."""
    rows = {row.number: row for row in record.trials}
    missing = [number for number in range(trials) if number not in rows]
    if missing:
        raise RecordError(
            f"{record.folder}: trial {missing[0]} of {trials} is not in it, so its parameters cannot be replayed: "
            "compare again"
        )
    write_points(folder / POINTS, [rows[number].params for number in range(trials)])
