"""pytest benchmarks of whole studies, each round in a fresh process tree, timed by the CPU of that tree."""

from dataclasses import asdict
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from cases import STUDIES, Case
from cases.case import tree_cpu_s
from cases.studies import figures_of

ROUNDS = 5


@pytest.mark.process
@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=case.id, marks=pytest.mark.benchmark(group=case.group, timer=tree_cpu_s))
        for case in STUDIES
    ],
)
def test_study(benchmark: BenchmarkFixture, case: Case, root: Path) -> None:
    if benchmark.disabled and case.group == "lever" and case.name.endswith("-off"):
        pytest.skip("untimed, a study without a lever shows nothing that the others do not")
    record = benchmark.pedantic(case.begin(root), rounds=ROUNDS, iterations=1, warmup_rounds=1)
    figures = figures_of(record)
    best_value = 1 - figures.regret
    benchmark.extra_info.update(bars=case.bars, trials=case.trials, best_value=best_value, **asdict(figures))
    assert [row.number for row in record.trials] == list(range(case.trials or 0))
