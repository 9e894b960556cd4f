"""Incumbents: the best so far on the most data, with what it had cost to know it."""

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest

from harness.errors import RecordError
from harness.experiments.incumbents import direction_of, incumbents, spent_cpu_s, standings, to_score
from harness.model.directions import Direction
from harness.model.plan import Plan
from harness.model.record import Record, StudyRow, TrialRow, TrialState
from tests.fakes import EPOCH_S, Cost, fake_record, fake_trial

COST = Cost(spans={"other": 0.009}, unattributed_s=0.001, between_s=0.002)  # 10 ms and 2 ms before it
LESS, MORE = Direction.MINIMIZE, Direction.MAXIMIZE


def row(number: int, value: float | None, share: float = 1.0, state: TrialState = TrialState.COMPLETE) -> TrialRow:
    values = None if value is None else (value,)
    made = fake_trial(number, COST, EPOCH_S + 1 + number * 0.012)
    return replace(made, values=values, share=share, state=state, params={"x": number})


def record(rows: Sequence[TrialRow], directions: tuple[str, ...] = ("minimize",)) -> Record:
    study = StudyRow(
        pid=4000,
        index=0,
        name="study",
        storage="InMemoryStorage",
        storage_url=None,
        sampler="TPESampler",
        pruner="NopPruner",
        directions=directions,
        optuna="5.0.0",
    )
    made = fake_record("run", Plan(workload="x", trials=len(rows)), rows)
    return replace(made, studies=(study, replace(study, index=1, name="study-2")))


def numbers(rows: Sequence[TrialRow], direction: Direction | None = None) -> list[int]:
    return [one.number for one in incumbents(record(rows), direction)]


def test_each_improvement_is_an_incumbent() -> None:
    rows = [row(0, 5.0), row(1, 7.0), row(2, 3.0), row(3, 3.0), row(4, 1.0)]

    assert numbers(rows) == [0, 2, 4]
    assert numbers(rows, MORE) == [0, 1]


def test_the_records_own_direction_is_taken_where_none_is_given() -> None:
    assert [one.number for one in incumbents(record([row(0, 1.0), row(1, 2.0)], ("maximize",)))] == [0, 1]
    assert direction_of(record([row(0, 1.0)], ("maximize",))) is MORE


def test_the_first_trial_on_more_data_takes_the_place_whatever_its_value() -> None:
    rows = [row(0, 5.0, 0.1), row(1, 1.0, 0.1), row(2, 4.0, 0.5), row(3, 2.0, 0.1), row(4, 3.0, 0.5), row(5, 9.0)]

    assert numbers(rows) == [0, 1, 2, 4, 5]


def test_only_complete_trials_with_a_value_count() -> None:
    pruned = [row(0, 0.5, 0.1, TrialState.PRUNED), row(1, None, 1.0, TrialState.FAIL), row(2, math.nan), row(3, 9.0)]

    assert numbers(pruned) == [3]
    assert numbers([row(0, None, 1.0, TrialState.FAIL)]) == []


def test_an_incumbent_has_cost_all_trials_until_it_was_known() -> None:
    first, second = incumbents(record([row(0, 5.0), row(1, 7.0), row(2, 3.0)]), LESS)

    assert first.after_cpu_s == pytest.approx(0.012)
    assert second.after_cpu_s == pytest.approx(0.036)
    assert second.after_wall_s - first.after_wall_s == pytest.approx(0.024, abs=1e-5)
    assert (second.own_value, second.params) == (3.0, (("x", 2),))


def test_a_trial_that_still_ran_is_charged_by_the_part_that_had_passed() -> None:
    long = replace(row(0, 1.0), started_s=EPOCH_S, wall_s=10.0, cpu_s=8.0, before={})

    assert spent_cpu_s([long], EPOCH_S - 1) == 0
    assert spent_cpu_s([long], EPOCH_S + 5) == pytest.approx(4.0)
    assert spent_cpu_s([long], EPOCH_S + 50) == pytest.approx(8.0)


def test_what_is_known_on_all_data_is_its_own_score_and_the_rest_is_looked_up_in_order() -> None:
    searched = record([row(0, 5.0, 0.1), row(1, 1.0, 0.1), row(2, 4.0, 0.5), row(3, 9.0), row(4, 8.0)])
    scored = record([row(0, 50.0), row(1, 60.0), row(2, None, 1.0, TrialState.FAIL)])

    assert [one.number for one in to_score(incumbents(searched))] == [0, 1, 2]
    assert [(one.number, one.value) for one in standings(searched, scored)] == [
        (0, 50.0),
        (1, 60.0),
        (2, None),
        (3, 9.0),
        (4, 8.0),
    ]
    assert [one.value for one in standings(searched, None)] == [None, None, None, 9.0, 8.0]


def test_a_record_with_several_objectives_has_no_incumbents() -> None:
    with pytest.raises(RecordError, match="no single objective"):
        incumbents(record([row(0, 1.0)], ("minimize", "maximize")))
