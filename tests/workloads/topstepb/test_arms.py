"""The arms of the reproduction do what the report says of them."""

from dataclasses import replace

import numpy as np
import pytest

from harness.errors import InputError
from harness.model.experiment import Arm, Dataset, Role
from harness.model.plan import Backend, DataAccess, SamplerKind, StorageKind
from harness.workloads.topstepb.arms import SEED_TRIALS, SEED_WORKERS, Inputs, reproduction_arms, schedule, sizes_for
from harness.workloads.topstepb.rungs import Rung
from harness.workloads.topstepb.settings import Attributes, settings_of
from harness.workloads.topstepb.splits import split_times

BARS = 262_782
INPUTS = Inputs(synthetic="small.parquet", real="large.parquet", sizes=sizes_for(BARS, 600))
DEFAULT = reproduction_arms(INPUTS, full=False)
FULL = reproduction_arms(INPUTS, full=True)


def _as_found(arms: tuple[Arm, ...]) -> list[Arm]:
    return [arm for arm in arms if arm.role is not Role.MENDED]


@pytest.mark.parametrize("arms", [DEFAULT, FULL], ids=["default", "full"])
def test_every_arm_evaluates_the_same_parameters(arms: tuple[Arm, ...]) -> None:
    assert {(arm.plan.sampler, arm.plan.seed) for arm in arms} == {(SamplerKind.NUMBERED, INPUTS.seed)}


def test_full_runs_the_seeds_trials_in_one_thread_and_in_nine_on_both_sets_of_bars() -> None:
    whole = {(arm.role, arm.dataset): arm.plan.trials for arm in FULL if arm.role is not Role.SIZE}
    assert whole == {(role, dataset): SEED_TRIALS for role in Role if role is not Role.SIZE for dataset in Dataset}


def test_the_default_runs_fewer_trials_of_the_slow_arms_and_all_of_the_mended() -> None:
    for arm in DEFAULT:
        if arm.role is Role.MENDED:
            assert arm.plan.trials == SEED_TRIALS
        else:
            assert arm.plan.trials < SEED_TRIALS


@pytest.mark.parametrize("arm", _as_found(DEFAULT) + _as_found(FULL), ids=lambda arm: arm.name)
def test_as_found_is_the_seeds_way(arm: Arm) -> None:
    settings = settings_of(arm.plan)
    assert (settings.rung, settings.attributes) == (Rung.AS_FOUND, Attributes.SEPARATE)
    assert (arm.plan.data, arm.plan.storage) == (DataAccess.PER_TRIAL, StorageKind.SQLITE)
    nine = arm.role is Role.NINE_THREADS
    assert (arm.plan.backend, arm.plan.workers) == ((Backend.THREADS, SEED_WORKERS) if nine else (Backend.SERIAL, 1))


def test_mended_keeps_a_durable_storage() -> None:
    for arm in DEFAULT:
        if arm.role is Role.MENDED:
            assert arm.plan.storage is StorageKind.JOURNAL
            assert settings_of(arm.plan).rung is Rung.COMPILED


def test_sizes_are_parts_of_the_large_set_of_rising_length() -> None:
    firsts = [settings_of(arm.plan).first for arm in DEFAULT if arm.role is Role.SIZE]
    assert firsts == sorted(set(firsts))
    assert 0 < firsts[0] < firsts[-1] < BARS


@pytest.mark.parametrize("arms", [DEFAULT, FULL], ids=["default", "full"])
def test_the_schedule_holds_every_arm_and_repeats_only_short_ones(arms: tuple[Arm, ...]) -> None:
    order = schedule(arms, seed=1)
    assert sorted(order[: len(arms)], key=lambda arm: arm.name) == sorted(arms, key=lambda arm: arm.name)
    repeated = order[len(arms) :]
    assert len({arm.name for arm in repeated}) == len(repeated)
    assert not any(arm.role is Role.NINE_THREADS for arm in repeated)
    assert not any(arm.role is Role.ONE_THREAD and arm.dataset is Dataset.REAL for arm in repeated)


def test_the_schedule_is_shuffled_by_its_seed_alone() -> None:
    assert schedule(DEFAULT, seed=1) == schedule(DEFAULT, seed=1)
    assert len({schedule(DEFAULT, seed=seed) for seed in range(5)}) > 1


def test_the_plans_of_two_seeds_differ_in_the_seed_alone() -> None:
    other = reproduction_arms(replace(INPUTS, seed=2), full=False)
    for one, two in zip(DEFAULT, other, strict=True):
        assert replace(two.plan, seed=1) == one.plan


@pytest.mark.parametrize(
    ("bars", "interval_s"), [(262_782, 600), (8_000, 600), (350_957, 300), (8_000, 3600), (69_120, 60)]
)
def test_every_part_of_a_gap_free_set_can_be_split(bars: int, interval_s: int) -> None:
    time_ms = np.arange(bars, dtype=np.int64) * interval_s * 1000
    for size in (*sizes_for(bars, interval_s), bars):
        assert min(split_times(time_ms[:size]).sizes) > 0


@pytest.mark.parametrize(("bars", "interval_s"), [(7_999, 600), (7_999, 3600), (40_320, 60)])
def test_too_short_a_set_is_refused_with_what_would_do(bars: int, interval_s: int) -> None:
    with pytest.raises(InputError, match="bars or more"):
        sizes_for(bars, interval_s)
