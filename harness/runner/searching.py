"""Carries a study's search out: stages, narrower ranges, racing and validation, in whatever process runs trials."""

import optuna

from harness.model.plan import Backend, Plan
from harness.workloads.base import Objective


def search_whole(study: optuna.Study, objective: Objective, plan: Plan, *, collects: bool) -> None:
    """All trials of the plan in this process: serial, or in Optuna's threads."""
    study.optimize(
        objective,
        n_trials=plan.trials,
        n_jobs=plan.workers if plan.backend is Backend.THREADS else 1,
        gc_after_trial=collects,
    )


def search_one(study: optuna.Study, objective: Objective, plan: Plan, *, collects: bool) -> None:
    """One trial, for one ticket."""
    study.optimize(objective, n_trials=1, gc_after_trial=collects)
