"""What a first run showed of a workload, by which levers say whether they apply."""

from dataclasses import fields, replace

from harness.experiments.marks import read_marks, rows_of
from harness.levers.traits import LARGE_ROWS, Traits
from harness.model.plan import Plan
from harness.model.record import Record
from harness.registry import is_registered
from harness.runner.comparing.stored import largest_attribute_bytes

_REFERENCE = "topstepb"
_ATTRIBUTE, _REPORT = "set_trial_user_attr", "set_trial_intermediate_value"


def traits_of(record: Record, plan: Plan) -> Traits:
    """The traits of the workload that a record's run carried out."""
    marks = read_marks(record.folder)
    rows = record.trials
    has_calls = any(row.calls for row in rows)
    is_whole = len(rows) >= plan.trials
    attributes = sum(row.calls.get(_ATTRIBUTE, 0) for row in rows) / len(rows) if rows and has_calls else None
    return Traits(
        sources=tuple(marks.sources),
        features=tuple(marks.features),
        gridded=tuple(name for name, seen in marks.features.items() if seen.gridded),
        rows=rows_of(record),
        attributes_per_trial=attributes,
        largest_attribute_bytes=largest_attribute_bytes(record.folder) if is_whole else None,
        reports=any(_REPORT in row.calls for row in rows) if has_calls else None,
        objectives=max((len(row.values or ()) for row in rows), default=1) or 1,
        settings=setting_names(plan),
        is_whole=is_whole,
    )


def hoped_for(plan: Plan) -> Traits:
    """Traits that refuse nothing, before anything has run: what is refused all the same, the plan refuses."""
    return Traits(
        sources=("any",),
        features=("any",),
        gridded=("any",),
        rows=LARGE_ROWS + 1,
        attributes_per_trial=1.0,
        settings=setting_names(plan),
    )


def setting_names(plan: Plan) -> tuple[str, ...]:
    """Names of the settings that a plan's workload has."""
    if is_registered(plan.workload) and plan.workload == _REFERENCE:
        from harness.workloads.topstepb.settings import Settings

        return tuple(field.name for field in fields(Settings))
    return tuple(plan.choices)


def spelled_out(plan: Plan) -> Plan:
    """The plan with its workload's defaults written out, so that plans that mean the same are equal."""
    if plan.workload != _REFERENCE:
        return plan
    from harness.workloads.topstepb.settings import settings_of

    return replace(plan, settings=settings_of(plan).as_plan_settings())
