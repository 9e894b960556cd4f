"""Presets: levers that are pulled together."""

from dataclasses import replace

from harness.levers.lever import Family, Fidelity, Lever
from harness.levers.traits import Requirement
from harness.model.plan import DataAccess, FeatureAccess, Plan, StorageKind, WorkerRule, Writes
from harness.model.search import Carry, Portion, Stage

_EXPLORING, _SHARE, _VALIDATED = 0.8, 0.1, 5  # of the trials on a share of the data, the rest on all of it
_WIDTH = 0.5  # of each range, in the last stage: its sampler starts anew, and would draw from all of it


def _change(plan: Plan) -> Plan:
    exploring = max(1, round(plan.trials * _EXPLORING))
    stages = [Stage(trials=exploring, share=_SHARE)]
    if plan.trials > exploring:
        stages.append(Stage(trials=plan.trials - exploring, width=_WIDTH))
    search = replace(
        plan.search,
        stages=tuple(stages),
        portion=Portion.BLOCKS,
        carry=Carry.BEST,
        validated=max(plan.search.validated, _VALIDATED),
    )
    is_durable = plan.storage is not StorageKind.MEMORY
    return replace(
        plan,
        data=DataAccess.SHARED,
        features=FeatureAccess.MEMO,
        writes=Writes.AT_END if is_durable else plan.writes,
        worker_rule=WorkerRule.ADAPTIVE if plan.workers > 1 else plan.worker_rule,
        search=search,
    )


LARGE_DATASET_MODE = Lever(
    name="large-dataset-mode",
    family=Family.PRESET,
    fidelity=Fidelity.APPROXIMATE,
    summary="Above 100,000 rows: shared data, memo, one write per trial, adaptive workers; explores on a tenth of "
    "the data in blocks, ends on all of it.",
    change=_change,
    requires=(Requirement.LARGE, Requirement.SOURCE, Requirement.ONE_OBJECTIVE),
    claims=("large-mode-gain",),
)
