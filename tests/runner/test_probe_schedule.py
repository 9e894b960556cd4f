"""Which probes are run: never more than the budget has room for, the largest share that fits, and each kind once."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model.probing import Role
from harness.runner.probe_schedule import (
    LEAST_EACH,
    MOST_TRIALS,
    Costs,
    block,
    blocks_left,
    ladder,
    workers_to_probe,
)

CHEAP = Costs(startup_s=0.5, by_share={1 / 16: 0.001})
KINDS = [(Role.THREADS, 2), (Role.PROCESSES, 2)]


def test_a_cheap_objective_is_probed_on_all_of_its_data() -> None:
    assert ladder(CHEAP, 60, 0.0) == (1.0, 1 / 4, 1 / 16)


def test_a_dear_one_is_probed_on_as_much_as_the_budget_has_room_for() -> None:
    costs = Costs(startup_s=0.5, by_share={1 / 16: 4.0})
    assert ladder(costs, 60, 0.0) == (1 / 4, 1 / 16, 1 / 64)


def test_nothing_fits_a_budget_below_one_trial() -> None:
    assert ladder(Costs(startup_s=1.0, by_share={1.0: 60.0}), 30, 1.0) == ()


@pytest.mark.parametrize(("least", "shares"), [(0.4, (1.0, 0.4)), (1.0, (1.0,)), (0.2, (1.0, 0.25))])
def test_no_share_is_below_the_least_that_a_workload_takes(least: float, shares: tuple[float, ...]) -> None:
    assert ladder(CHEAP, 60, least) == shares


def test_a_share_between_the_least_and_all_is_not_worth_a_probe() -> None:
    costs = Costs(startup_s=2.0, by_share={0.4: 8.0})
    assert ladder(costs, 60, 0.4) == (1.0, 0.4)
    assert ladder(costs, 30, 0.4) == (0.4,)


def test_costs_are_carried_on_from_the_largest_share_below() -> None:
    costs = Costs(startup_s=1.0, by_share={0.25: 1.0, 0.5: 3.0})
    assert costs.trial_s(0.5) == 3.0
    assert costs.trial_s(1.0) == 6.0
    assert costs.trial_s(0.3) == pytest.approx(1.2)
    assert costs.trial_s(0.1) == 1.0  # an upper bound
    assert costs.run_s(1.0, 2) == 13.0


def test_a_block_has_each_share_and_each_kind_once_in_an_order_of_its_own() -> None:
    blocks = [block(CHEAP, (1.0, 0.25), 20, KINDS, random.Random(seed)) for seed in range(12)]
    for one in blocks:
        kinds = sorted((order.role.value, order.share) for order in one)
        assert kinds == [("processes", 1.0), ("size", 0.25), ("size", 1.0), ("threads", 1.0)]
    assert len({tuple((order.role, order.share) for order in one) for one in blocks}) > 4


def test_a_parallel_probe_without_room_for_two_trials_of_each_worker_is_left_out() -> None:
    orders = block(Costs(startup_s=1.0, by_share={1.0: 5.0}), (1.0,), 20, KINDS, random.Random(0))
    assert [order.role for order in orders] == [Role.SIZE]


@given(
    startup=st.floats(0.01, 5),
    trial=st.floats(1e-4, 5),
    allowed=st.floats(1, 300),
    workers=st.integers(2, 4),
)
def test_a_block_costs_no_more_than_it_is_allowed_or_than_its_smallest_probes(
    startup: float, trial: float, allowed: float, workers: int
) -> None:
    costs = Costs(startup_s=startup, by_share={1.0: trial, 0.25: trial / 4})
    kinds = [(Role.THREADS, workers), (Role.PROCESSES, workers)]
    orders = block(costs, (1.0, 0.25), allowed, kinds, random.Random(0))
    smallest_s = sum(costs.run_s(share, 1) for share in (1.0, 0.25))
    assert sum(costs.run_s(order.share, order.trials) for order in orders) <= max(allowed, smallest_s) + 1e-6
    for order in orders:
        assert 1 <= order.trials <= MOST_TRIALS * workers
        assert order.role is Role.SIZE or order.trials >= LEAST_EACH * workers


def test_blocks_are_as_many_as_fit_and_at_least_one() -> None:
    assert blocks_left(CHEAP, (1.0, 0.25, 1 / 16), 60, KINDS, 4) == 4
    assert blocks_left(CHEAP, (1.0, 0.25, 1 / 16), 5, KINDS, 4) == 1
    assert blocks_left(CHEAP, (1.0, 0.25, 1 / 16), 0.1, KINDS, 4) == 1


@pytest.mark.parametrize(
    ("asked", "cores", "probed"),
    [(1, 2.0, 2), (9, 2.0, 2), (9, 16.0, 4), (3, 16.0, 3), (1, 1.0, 2), (1, None, 2), (1, 0.5, 2)],
)
def test_parallel_probes_have_few_workers_and_no_more_than_cores(asked: int, cores: float | None, probed: int) -> None:
    assert workers_to_probe(asked, cores) == probed
