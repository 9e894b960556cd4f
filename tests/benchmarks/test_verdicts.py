"""The proof of the statistics: what is simulated is what is shipped, rules are the tools' own, a stream replays."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from being_right.noise import MODELS
from being_right.procedure import carry_out, contrasts_of
from being_right.replay import described, others, ours, student
from being_right.rules import asv_slower, pyperf_differs, pytest_benchmark_slower
from being_right.simulation import PARTS, Size
from being_right.stream import ARMS, SLOWED, Run, read_stream, write_stream
from being_right.tables import table
from harness.experiments.contrasts import blocks_of, contrasts, control
from harness.experiments.deciding import decide
from harness.experiments.looks import next_look
from harness.model.comparison import Aim, ArmRole, Look
from harness.model.metric import Metric
from harness.stats.orders import balanced_orders
from tests.comparisons import Fake, Truth, fake_compared, first_blocks

AIM = Aim()


@pytest.mark.parametrize(
    ("truth", "noise", "seed"),
    [(1.0, 0.02, 1), (1.1, 0.05, 2), (1.0, 0.09, 3), (0.4, 0.09, 4), (1.05, 0.07, 5), (1.1, 0.12, 6)],
)
def test_what_is_simulated_is_what_a_comparison_does(truth: float, noise: float, seed: int) -> None:
    made = Fake(truths={"gc": Truth(whole=truth)}, noise=noise, seed=seed, pairs=AIM.most_pairs, aim=AIM, trials=1)
    compared = fake_compared(made)
    blocks, asked = blocks_of(compared), contrasts(compared.comparison)
    controls = [control(compared.comparison, role) for role in (ArmRole.SAME, ArmRole.SLOWED)]
    columns = [one.logs(blocks, Metric.CPU) for one in (*controls, *asked) if one is not None]
    verdict = carry_out(np.array([list(column.values()) for column in columns]).T, AIM)
    looks: list[Look] = []
    at = AIM.pilot_pairs
    while not looks or not looks[-1].is_last:
        so_far = replace(first_blocks(compared, at), looks=tuple(looks))
        looks.append(next_look(so_far))
        at = looks[-1].planned_blocks
    found = decide(replace(so_far, looks=tuple(looks[:-1])))
    assert (verdict.planned, verdict.pairs) == (found.planned, found.done)
    assert verdict.answers == tuple(one.answer for one in found.levers)
    assert (verdict.same, verdict.slowed) == (found.same[0].answer, found.slowed[0].answer)
    told = found.levers[0].result
    assert told is not None
    assert verdict.results[0].ratio.low == pytest.approx(told.ratio.low, rel=1e-6)


def test_an_experiment_places_every_arm_where_its_order_says() -> None:
    noise = np.zeros(4 * 12)
    found = contrasts_of(noise, [1.1], 0, 0.25)
    assert found == pytest.approx(np.tile(np.log([1.0, 1.25, 1.1]), (12, 1)))
    steady = contrasts_of(np.arange(4 * 12) * 0.01, [1.0], 0, 0.0)
    assert steady.mean(axis=0) == pytest.approx([0, 0, 0], abs=1e-12)  # a trend falls on all arms alike


@pytest.mark.parametrize("name", MODELS)
def test_noise_repeats_with_its_seed_and_has_about_its_spread(name: str) -> None:
    one, again = (MODELS[name](np.random.default_rng(3), 400, 0.09) for _ in range(2))
    assert (one == again).all()
    assert 0.03 < np.diff(one).std() / np.sqrt(2) < 0.3


# pyperf's own test of its rule, pyperf/tests/test_utils.py: means 88.1 and 83.4
ONE = [89.2, 78.2, 89.3, 88.3, 87.3, 90.1, 95.2, 94.3, 78.3, 89.3]
TWO = [79.3, 78.3, 85.3, 79.3, 88.9, 91.2, 87.2, 89.2, 93.3, 79.9]


def test_pyperfs_rule_is_its_t_test() -> None:
    from scipy.stats import ttest_ind

    before, after = ONE * 2, [one + 2.2 for one in TWO * 2]
    assert not pyperf_differs(before, after)
    assert ttest_ind(before, after).pvalue > 0.05
    assert pyperf_differs(before, [one - 4 for one in before])
    assert ttest_ind(before, [one - 4 for one in before]).pvalue < 0.05


def test_pytest_benchmarks_rule_is_its_own_check() -> None:
    from pytest_benchmark.utils import PercentageRegressionCheck

    check = PercentageRegressionCheck("mean", 5)
    for factor in (0.9, 1.0, 1.049, 1.051, 1.2):
        failed = check.fails({"mean": factor * 88.1}, {"mean": 88.1}) is not None
        assert pytest_benchmark_slower([88.1] * 5, [factor * 88.1] * 5) == failed


def test_asvs_rule_wants_its_factor_and_its_test() -> None:
    before = [1.0, 1.01, 1.02, 0.99, 0.98, 1.03, 0.97, 1.04, 0.96, 1.05]
    assert asv_slower(before, [one * 1.3 for one in before])
    assert not asv_slower(before, [one * 1.09 for one in before])  # sure, and below the factor
    assert not asv_slower(before[:2], [one * 1.3 for one in before[:2]])  # too few to be sure


@pytest.mark.parametrize("part", PARTS)
def test_every_part_of_the_simulation_has_a_row_per_noise(part: str) -> None:
    rows = list(PARTS[part](Size(experiments=4, samples=4)))
    assert {row["noise"] for row in rows} == set(MODELS)
    assert table(rows).count("\n") == len(rows) + 1


def made_stream(blocks: int, slowdown: float) -> list[Run]:
    random, runs = np.random.default_rng(0), []
    for order in balanced_orders(ARMS, blocks, 0):
        for arm in order:
            cost = float(random.lognormal(0, 0.02)) * (1 + slowdown if arm == SLOWED else 1)
            runs.append(
                Run(
                    place=len(runs),
                    arm=arm,
                    cpu_s=cost,
                    wall_s=cost,
                    run_cpu_s=cost,
                    run_wall_s=cost,
                    objective_share=0.9,
                    load_average=1.0,
                )
            )
    return runs


def test_a_stream_replays_from_its_file(tmp_path: Path) -> None:
    write_stream(tmp_path / "stream.json", made_stream(66, 0.2))
    runs = read_stream(tmp_path / "stream.json")
    cpu = next(described(runs))
    assert (cpu["identical"], cpu["slowed"]) == (198, 66)
    assert cpu["measured slowdown"] == pytest.approx(0.2, abs=0.02)
    (ruled, _) = ours(runs, 40, AIM)
    assert ruled["slower seen, interleaved"] == 1.0
    assert ruled["alarms, interleaved"] < 0.1
    assert len({row["rule"] for row in others(runs)}) == 3
    assert all(row["alarms at 1 %"] < 0.05 for row in student(runs, 200))


@pytest.mark.process
def test_a_short_stream_of_real_runs_is_recorded_and_goes_on(repository: Path, tmp_path: Path) -> None:
    out = tmp_path / "stream.json"
    for runs in (3, 6):
        command = ["benchmarks/verdicts.py", "stream", "--runs", str(runs), "--out", str(out)]
        subprocess.run([sys.executable, *command], cwd=repository, check=True, capture_output=True)
    assert [run.place for run in read_stream(out)] == list(range(8))
    assert sum(run.is_slowed for run in read_stream(out)) == 2
    assert all(run.cpu_s > 0 for run in read_stream(out))
    assert set(json.loads(out.read_text())) == {"workload", "trials", "slowdown", "runs"}


def test_a_stream_that_was_not_recorded_is_asked_for(repository: Path, tmp_path: Path) -> None:
    command = [sys.executable, "benchmarks/verdicts.py", "replay", str(tmp_path / "none.json")]
    said = subprocess.run(command, cwd=repository, check=False, capture_output=True, text=True)
    assert said.returncode != 0
    assert "verdicts.py stream" in said.stderr
    assert "Traceback" not in said.stderr
