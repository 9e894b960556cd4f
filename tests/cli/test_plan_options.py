"""Options that describe a plan: what they become, how they are typed again, and what is refused in one sentence."""

import pytest

from harness.cli.plan_options import PlanOptions, plan_of, words_of
from harness.errors import InputError
from harness.model.plan import Backend, DataAccess, Plan, SamplerKind, StorageKind


def test_the_options_become_the_plan_that_they_describe() -> None:
    options = PlanOptions(
        trials=7,
        seed=3,
        sampler="numbered",
        storage="journal",
        backend="processes",
        workers=2,
        data="reuse",
        settings=("rung=as_found", "first=2000", "ratio=0.5", "on=true"),
    )
    assert plan_of("topstepb", options) == Plan(
        workload="topstepb",
        trials=7,
        seed=3,
        sampler=SamplerKind.NUMBERED,
        storage=StorageKind.JOURNAL,
        backend=Backend.PROCESSES,
        workers=2,
        data=DataAccess.REUSE,
        settings=(("rung", "as_found"), ("first", 2000), ("ratio", 0.5), ("on", True)),
    )


def test_what_repeats_a_command_leaves_the_defaults_out() -> None:
    options = PlanOptions(trials=7, workers=2, backend="threads", settings=("rung=as_found",))
    said = words_of("topstepb", options)
    assert said == ("topstepb", "--trials", "7", "--backend", "threads", "--workers", "2", "--set", "rung=as_found")
    assert words_of("m:f", PlanOptions()) == ("m:f",)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (PlanOptions(storage="postgres"), "--storage is one of memory, sqlite, journal, not 'postgres'"),
        (PlanOptions(sampler="replay"), "--sampler is one of numbered, random, tpe, cmaes, not 'replay'"),
        (PlanOptions(settings=("rung",)), "'rung' is no setting: write name=value"),
        (PlanOptions(workers=2), "choose threads or processes"),
        (PlanOptions(backend="processes"), "choose sqlite or journal"),
        (PlanOptions(trials=0), "at least one trial"),
    ],
)
def test_what_is_no_plan_is_refused_with_the_way_out(options: PlanOptions, said: str) -> None:
    with pytest.raises(InputError) as refused:
        plan_of("m:f", options)
    assert said in str(refused.value)
