"""pytest benchmarks of calls, timed by the CPU of the process: bars, strategy, scoring and Optuna's overhead."""

import time
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from cases import CALLS, Case
from cases.case import Run

ROUNDS = 10


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=case.id, marks=pytest.mark.benchmark(group=case.group, timer=time.process_time))
        for case in CALLS
    ],
)
def test_call(benchmark: BenchmarkFixture, case: Case, root: Path) -> None:
    def begin() -> tuple[tuple[Run], dict[str, object]]:
        return (case.begin(root),), {}

    benchmark.extra_info.update(bars=case.bars, trials=case.trials)
    benchmark.pedantic(lambda run: run(), setup=begin, rounds=ROUNDS, iterations=1, warmup_rounds=1)
