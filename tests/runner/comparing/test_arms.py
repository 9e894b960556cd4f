"""Designs become arms; levers that do not apply say why, and those that contradict are refused before anything runs."""

from dataclasses import replace

import pytest

from harness.errors import InputError
from harness.levers.registry import levers
from harness.levers.traits import Traits
from harness.model.comparison import Aim, Answering, Arm, ArmRole, Design
from harness.model.plan import Backend, Collector, Plan, SamplerKind, StorageKind
from harness.runner.comparing.arms import arms_of, choose, refuse, see_that_marks_are_called
from harness.runner.comparing.request import Request

BASE = Plan(workload="my_study:objective", trials=9)
THREADED = replace(BASE, backend=Backend.THREADS, workers=8, storage=StorageKind.SQLITE)
SEEN = Traits(sources=("bars",), features=("ema",), rows=5_000, attributes_per_trial=3.0)


def asked(names: str, design: Design = Design.ONE_AT_A_TIME, base: Plan = BASE) -> Request:
    return Request(base=base, levers=levers(names.split(",")), design=design)


def as_it_is(plan: Plan) -> tuple[Plan, str]:
    return plan, "as asked for"


def arms(names: str, design: Design = Design.ONE_AT_A_TIME, base: Plan = BASE) -> tuple[Arm, ...]:
    request = asked(names, design, base)
    return arms_of(request, choose(request, SEEN, as_it_is).levers, "cmp", as_it_is)


def pulled(found: tuple[Arm, ...]) -> list[tuple[str, ...]]:
    return [arm.levers for arm in found if arm.role is ArmRole.LEVERS]


@pytest.mark.parametrize(
    ("design", "expected"),
    [
        (Design.ONE_AT_A_TIME, [("gc",), ("reuse",), ("memo",)]),
        (Design.LEAVE_ONE_OUT, [("gc", "reuse", "memo"), ("reuse", "memo"), ("gc", "memo"), ("gc", "reuse")]),
        (
            Design.FACTORIAL,
            [
                ("gc",), ("reuse",), ("memo",), ("gc", "reuse"), ("gc", "memo"), ("reuse", "memo"),
                ("gc", "reuse", "memo"),
            ],
        ),
        (Design.CUMULATIVE, [("gc",), ("gc", "reuse"), ("gc", "reuse", "memo")]),
    ],
)  # fmt: skip
def test_a_design_pulls_levers_together_as_it_says(design: Design, expected: list[tuple[str, ...]]) -> None:
    assert pulled(arms("gc,reuse,memo", design)) == expected


@pytest.mark.parametrize("design", Design)
def test_a_single_lever_is_one_arm_in_every_design(design: Design) -> None:
    assert pulled(arms("gc", design)) == [("gc",)]


def test_the_baseline_and_the_controls_stand_first_and_replay_what_was_recorded() -> None:
    found = arms("gc")
    assert [arm.role for arm in found] == [ArmRole.BASELINE, ArmRole.SAME, ArmRole.SLOWED, ArmRole.LEVERS]
    assert {arm.plan.replay for arm in found} == {"comparisons/cmp/points.json"}
    assert found[0].plan == found[1].plan
    assert found[2].plan == replace(found[0].plan, slowdown=Aim().slowdown)
    assert found[3].plan.collector is Collector.AFTER_TRIAL
    assert len({arm.name for arm in found}) == 4


def test_the_controls_of_a_waterfall_repeat_its_last_step() -> None:
    found = {arm.name: arm for arm in arms("gc,reuse", Design.CUMULATIVE)}

    last, same, slowed = found["gc + reuse"], found["gc + reuse again"], found["gc + reuse, slowed"]
    assert (same.plan, same.of) == (last.plan, last.name)
    assert (slowed.plan, slowed.of) == (replace(last.plan, slowdown=Aim().slowdown), last.name)


def test_a_numbered_sampler_needs_no_replay() -> None:
    found = arms("gc", base=replace(BASE, sampler=SamplerKind.NUMBERED))
    assert {arm.plan.sampler for arm in found} == {SamplerKind.NUMBERED}


def test_a_lever_that_changes_the_search_is_compared_with_a_baseline_that_searches() -> None:
    found = arms("gc,progressive")
    searching = [arm for arm in found if arm.answering is Answering.QUALITY]
    assert [(arm.role, arm.levers) for arm in searching] == [
        (ArmRole.BASELINE, ()),
        (ArmRole.LEVERS, ("progressive",)),
    ]
    assert {arm.plan.sampler for arm in searching} == {SamplerKind.TPE}
    assert {arm.plan.sampler for arm in found if arm not in searching} == {SamplerKind.REPLAY}


def test_one_lever_that_searches_makes_all_that_are_compared_with_it_search() -> None:
    found = arms("gc,progressive", Design.FACTORIAL)
    assert {arm.answering for arm in found if arm.role is ArmRole.LEVERS} == {Answering.QUALITY}


def test_what_does_not_apply_is_left_out_with_the_reason() -> None:
    chosen = choose(asked("gc,forkserver,precompute,gc-off"), SEEN, as_it_is)
    assert [one.label for one in chosen.levers] == ["gc", "gc-off"]
    whys = {one.lever: one.why for one in chosen.skipped}
    assert "does not run in processes" in whys["forkserver"]
    assert "declares a grid" in whys["precompute"]


def test_a_lever_on_attributes_is_left_out_where_all_are_small() -> None:
    base = replace(BASE, storage=StorageKind.SQLITE)
    chosen = choose(asked("compress,one-write", base=base), replace(SEEN, largest_attribute_bytes=812), as_it_is)
    assert [one.lever for one in chosen.skipped] == ["compress"]
    assert chosen.skipped[0].why.startswith("the largest attribute of its trials has 812 bytes as JSON")


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (
            "gc,reuse:barz",
            "reuse:barz: my_study:objective calls no source 'barz' (did you mean 'bars'?): it calls",
        ),
        ("shared:prices", "shared:prices: my_study:objective calls no source 'prices': it calls bars"),
        ("memo:emma/1MB", "calls no feature 'emma' (did you mean 'ema'?): it calls ema"),
        ("precompute:em", "calls no feature 'em' (did you mean 'ema'?): it calls ema"),
        ("reuse:ema", "calls no source 'ema', which is a feature: it calls bars"),
        ("memo:bars", "calls no feature 'bars', which is a source: it calls ema"),
    ],
)
def test_a_mark_that_the_first_run_did_not_call_is_refused(names: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        see_that_marks_are_called(asked(names), SEEN)
    assert said in str(refused.value)


@pytest.mark.parametrize("names", ["reuse:bars", "memo:ema", "memo:1MB", "reuse,memo"])
def test_a_mark_that_the_first_run_called_is_not(names: str) -> None:
    see_that_marks_are_called(asked(names), SEEN)


def test_what_a_few_trials_did_not_call_the_others_may() -> None:
    few = replace(SEEN, is_whole=False)
    see_that_marks_are_called(asked("reuse:rates"), few)
    with pytest.raises(InputError, match="which is a feature"):
        see_that_marks_are_called(asked("reuse:ema"), few)


def test_where_nothing_is_called_a_lever_on_one_does_not_apply() -> None:
    request, bare = asked("gc,memo:ema"), replace(SEEN, features=())
    see_that_marks_are_called(request, bare)
    assert "calls no function marked with @harness.feature" in choose(request, bare, as_it_is).skipped[0].why


def test_a_lever_that_the_study_has_already_changes_nothing() -> None:
    chosen = choose(asked("gc,reuse", base=replace(BASE, collector=Collector.AFTER_TRIAL)), SEEN, as_it_is)
    assert [(one.lever, one.why) for one in chosen.skipped] == [
        ("gc", "it changes nothing here: the study is run that way already")
    ]


def test_the_reference_workloads_own_default_is_a_setting_it_has_already() -> None:
    base = Plan(workload="topstepb")
    seen = replace(SEEN, settings=("rung",))
    chosen = choose(asked("compiled,streaming", base=base), seen, as_it_is)
    assert [one.lever for one in chosen.skipped] == ["compiled"]


def test_a_worker_rule_that_comes_to_the_same_changes_nothing() -> None:
    def two(plan: Plan) -> tuple[Plan, str]:
        return replace(plan, workers=8), "8 of 8 workers, as many as were asked for"

    chosen = choose(asked("gc,adaptive", base=THREADED), SEEN, two)
    assert chosen.skipped[0].why == "it changes nothing here: 8 of 8 workers, as many as were asked for"


def test_a_worker_rule_is_carried_out_once_in_the_arms_plan() -> None:
    def fewer(plan: Plan) -> tuple[Plan, str]:
        return replace(plan, workers=2), "2 of 8 workers, what cores allow"

    request = asked("adaptive", base=THREADED)
    found = arms_of(request, choose(request, SEEN, fewer).levers, "cmp", fewer)
    assert [arm.plan.workers for arm in found] == [8, 8, 8, 2]


def test_a_lever_may_stand_on_the_one_before_it_in_a_waterfall() -> None:
    assert pulled(arms("processes,forkserver", Design.CUMULATIVE, THREADED)) == [
        ("processes",),
        ("processes", "forkserver"),
    ]


def test_where_no_lever_applies_each_says_why() -> None:
    with pytest.raises(
        InputError, match=r"none of these levers applies to my_study:objective: journal: .*; forkserver:"
    ):
        choose(asked("journal,forkserver"), SEEN, as_it_is)


@pytest.mark.parametrize("design", Design)
def test_levers_that_contradict_are_refused_before_anything_runs(design: Design) -> None:
    with pytest.raises(InputError, match="gc and gc-off contradict: both decide on collector") as refused:
        refuse(asked("gc,gc-off", design))
    assert ("--alternatives" in str(refused.value)) is (design is Design.ONE_AT_A_TIME)


def test_alternatives_are_each_compared_alone() -> None:
    request = replace(asked("gc,gc-freeze,gc-off"), alternatives=True)
    refuse(request)
    found = arms_of(request, choose(request, SEEN, as_it_is).levers, "cmp", as_it_is)
    assert pulled(found) == [("gc",), ("gc-freeze",), ("gc-off",)]


def test_what_only_a_run_can_tell_is_not_refused_before_one() -> None:
    refuse(asked("reuse,precompute,cap-large", base=replace(THREADED, workload="m:f")))
    refuse(asked("adaptive", base=THREADED))


def test_a_factorial_of_five_levers_is_too_much() -> None:
    with pytest.raises(InputError, match="factorial of 5 levers has 32 arms"):
        refuse(asked("gc,reuse,memo,streaming,racing", Design.FACTORIAL))


@pytest.mark.parametrize(
    ("aim", "said"),
    [
        (Aim(pairs=2), "2 pairs are too few for any verdict: give at least 4"),
        (Aim(effect=0), "an effect to be seen is above 0 %"),
        (Aim(alpha=1), "alpha is a probability"),
        (Aim(power=0.2), "power is a probability"),
        (Aim(seeds=3), "over at least 5 seeds, not 3"),
    ],
)
def test_an_aim_that_no_experiment_reaches_is_refused(aim: Aim, said: str) -> None:
    with pytest.raises(InputError, match=said):
        Request(base=BASE, levers=levers(["gc"]), aim=aim)


def test_alternatives_go_with_one_design() -> None:
    with pytest.raises(InputError, match="one at a time"):
        Request(base=BASE, levers=levers(["gc", "gc-off"]), design=Design.FACTORIAL, alternatives=True)
