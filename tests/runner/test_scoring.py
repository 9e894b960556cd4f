"""Scoring runs a search's points as cheaply as they can be run, on all the data, whatever the search was."""

from contextlib import suppress

import pytest

from harness.errors import InputError
from harness.levers.registry import all_levers
from harness.model.plan import Backend, Plan, SamplerKind, StorageKind
from harness.model.search import PLAIN
from harness.runner.scoring import scoring_plan
from tests.levers.plans import PLANS


@pytest.mark.parametrize("name", PLANS)
def test_any_plan_can_be_scored(name: str) -> None:
    plans = [PLANS[name]]
    for one in all_levers():
        with suppress(InputError):
            plans.append(one(PLANS[name]))
    for plan in plans:
        scoring = scoring_plan(plan, 7, "runs/x/incumbents.json")

        assert (scoring.trials, scoring.sampler, scoring.replay) == (7, SamplerKind.REPLAY, "runs/x/incumbents.json")
        assert (scoring.search, scoring.backend, scoring.storage) == (PLAIN, Backend.SERIAL, StorageKind.MEMORY)


def test_the_workload_and_its_settings_are_the_searchs() -> None:
    plan = Plan(workload="topstepb", seed=9, settings=(("rung", "compiled"), ("first", 2000)), slowdown=0.5)

    scoring = scoring_plan(plan, 1, "x.json")

    assert (scoring.workload, scoring.settings, scoring.seed) == (plan.workload, plan.settings, 9)
    assert scoring.slowdown == 0
