"""Every case does what it claims: counted, or measured with plain clocks that are no part of the ledger."""

import gc
import json
import os
import resource
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import optuna
import pytest
from optuna.trial import FrozenTrial, TrialState

from harness.workloads.calibration.case import Asked, Case, PlannedError, Start
from harness.workloads.calibration.cases import CASES, case_named
from harness.workloads.calibration.costs import MIB
from harness.workloads.calibration.tally import PutIn, Tally, read_tally

TRIALS = 6
IN_PROCESS = [case for case in CASES.values() if case.start is Start.OPTIMIZE]


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """The garbage case switches it off, which is no other test's business."""
    yield
    gc.enable()


def run(case: Case, tmp_path: Path, trials: int = TRIALS, jobs: int = 1) -> tuple[list[FrozenTrial], tuple[PutIn, ...]]:
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study()
    asked = Asked(trials=trials, jobs=jobs)
    for parameters in case.enqueued(case.sizes, asked) if case.enqueued else ():
        study.enqueue_trial(parameters)
    objective = case.objective(case.sizes, Tally(tmp_path / "tally.jsonl"))
    study.optimize(objective, n_trials=trials, n_jobs=jobs, catch=(PlannedError,))
    return study.trials, read_tally(tmp_path / "tally.jsonl")


@pytest.mark.parametrize("case", IN_PROCESS, ids=lambda case: case.name)
def test_a_case_runs_the_trials_that_its_truth_says_and_tallies_each(case: Case, tmp_path: Path) -> None:
    trials, tally = run(case, tmp_path)

    truth = case.truth(case.sizes, Asked(trials=TRIALS))
    states = Counter(trial.state.name.lower() for trial in trials)
    assert truth.trials == TRIALS
    assert states == Counter(dict(truth.states))
    assert [put.number for put in tally] == list(range(TRIALS))
    assert {put.pid for put in tally} == {os.getpid()}


@pytest.mark.parametrize("name", ["busy", "nested", "source", "feature", "threads"])
def test_spinning_uses_the_cpu_that_was_asked_for_and_hardly_more(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    _, tally = run(case, tmp_path)
    for span, truth in case.truth(case.sizes, Asked(trials=TRIALS)).spans.items():
        assert truth.cpu_s is not None
        used = sorted(put.parts[span].cpu_s for put in tally)
        assert used[0] >= truth.cpu_s
        assert used[len(used) // 2] < truth.cpu_s * 1.05 + 1e-3  # of the thread itself: load does not reach it


def test_sleeping_waits_and_uses_no_cpu(tmp_path: Path) -> None:
    case = CASES["sleep"]
    _, tally = run(case, tmp_path)
    wanted_s = case.sizes["wall_ms"] / 1e3
    assert all(put.parts["asleep"].wall_s >= wanted_s for put in tally)
    assert sum(put.parts["asleep"].cpu_s for put in tally) < 0.05 * TRIALS * wanted_s


@pytest.mark.parametrize("case", IN_PROCESS, ids=lambda case: case.name)
def test_spans_are_entered_as_often_as_the_truth_says(case: Case, tmp_path: Path) -> None:
    from harness.probes.ledger import Ledger, collections_charged
    from harness.probes.spans import hear

    ledger = Ledger()
    before = hear(ledger)
    try:
        with collections_charged(ledger):
            objective = case.objective(case.sizes, Tally(tmp_path / "tally.jsonl"))
            ledger.cut()
            trial = optuna.trial.FixedTrial({"x": 0.5})
            objective(trial)  # type: ignore[arg-type]
            spans = ledger.cut().spans
    finally:
        hear(before)
    for name, truth in case.truth(case.sizes, Asked(trials=1)).spans.items():
        assert spans[name].calls == truth.calls


MEMORY = """
import json, sys
from pathlib import Path
import optuna
from harness.workloads.calibration.cases import CASES
from harness.workloads.calibration.tally import Tally

def status(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name + ":"))

case = CASES[sys.argv[1]]
objective = case.objective(case.sizes, Tally())
trial = optuna.trial.FixedTrial({"x": 0.5})
objective(trial)
before = status("VmRSS")
Path("/proc/self/clear_refs").write_text("5")
for _ in range(int(sys.argv[2])):
    objective(trial)
json.dump([status("VmRSS") - before, status("VmHWM") - before], sys.stdout)
"""


def grown_and_peak(name: str, trials: int) -> list[int]:
    """By the kernel's account, in a process whose heap has no holes that earlier tests left."""
    command = [sys.executable, "-c", MEMORY, name, str(trials)]
    found: list[int] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return found


@pytest.mark.process
def test_kept_memory_stays_resident() -> None:
    case = CASES["kept"]
    kept = case.truth(case.sizes, Asked(trials=1)).kept_bytes
    assert kept == case.sizes["kept_mib"] * MIB
    grown, _ = grown_and_peak("kept", 8)
    assert abs(grown - 8 * kept) < MIB


@pytest.mark.process
def test_freed_memory_shows_in_the_peak_only() -> None:
    case = CASES["freed"]
    peak_bytes = case.truth(case.sizes, Asked(trials=1)).peak_bytes
    assert peak_bytes == case.sizes["peak_mib"] * MIB
    grown, peak = grown_and_peak("freed", 3)
    assert abs(peak - peak_bytes) < MIB
    assert abs(grown) < MIB


def test_garbage_is_tied_and_collected_as_often_as_the_truth_says(tmp_path: Path) -> None:
    case = CASES["garbage"]
    objective = case.objective(case.sizes, Tally())
    gc.collect()
    before = gc.get_stats()[2]
    objective(optuna.trial.FixedTrial({"x": 0.5}))  # type: ignore[arg-type]
    after = gc.get_stats()[2]
    assert after["collections"] - before["collections"] == case.truth(case.sizes, Asked(trials=1)).collections
    assert after["collected"] - before["collected"] >= case.sizes["cycles"] * case.sizes["collections"]


def test_attributes_and_reports_are_counted_exactly(tmp_path: Path) -> None:
    attributes, _ = run(CASES["attributes"], tmp_path)
    reports, _ = run(CASES["reports"], tmp_path)
    asked = Asked(trials=TRIALS)
    wanted = CASES["attributes"].truth(CASES["attributes"].sizes, asked).storage_calls["set_trial_user_attr"]
    assert {len(trial.user_attrs) for trial in attributes} == {wanted}
    wanted = CASES["reports"].truth(CASES["reports"].sizes, asked).storage_calls["set_trial_intermediate_value"]
    assert {len(trial.intermediate_values) for trial in reports} == {wanted}


@pytest.mark.parametrize("trials", [1, 6, 20])
def test_duplicates_are_as_many_as_the_truth_says(trials: int, tmp_path: Path) -> None:
    case = CASES["duplicates"]
    done, _ = run(case, tmp_path, trials)
    repeated = trials - len({trial.params["x"] for trial in done})
    assert repeated == case.truth(case.sizes, Asked(trials=trials)).duplicates


def test_states_go_round(tmp_path: Path) -> None:
    done, _ = run(CASES["states"], tmp_path, trials=4)
    wanted = [TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL, TrialState.COMPLETE]
    assert [trial.state for trial in done] == wanted


@pytest.mark.parametrize("name", ["read-open", "read-pandas", "read-arrow"])
def test_the_file_is_read_once_in_each_trial(name: str, tmp_path: Path) -> None:
    _, tally = run(CASES[name], tmp_path)
    assert [put.parts["read"].calls for put in tally] == [1] * TRIALS
    assert list(CASES[name].truth(CASES[name].sizes, Asked(trials=TRIALS)).loads.values()) == [TRIALS]


@pytest.mark.process
def test_a_forked_child_uses_its_cpu_outside_the_trials_process(tmp_path: Path) -> None:
    case = CASES["forked-child"]
    before_s = children_s()
    run(case, tmp_path, trials=3)
    used_s = children_s() - before_s
    truth_s = case.truth(case.sizes, Asked(trials=3)).children_cpu_s
    assert truth_s is not None
    assert used_s >= 3 * truth_s


def children_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def script(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "harness.workloads.calibration", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.process
@pytest.mark.parametrize("how", ["fork", "spawn", "subprocess"])
def test_workers_share_the_study_and_no_trial_is_run_twice(how: str, tmp_path: Path) -> None:
    done = script(f"workers-{how}", "--trials", "5", "--jobs", "2", "--tally", str(tmp_path / "tally.jsonl"))
    assert (done.returncode, done.stderr) == (0, "")
    tally = read_tally(tmp_path / "tally.jsonl")
    truth = CASES[f"workers-{how}"].truth(CASES[f"workers-{how}"].sizes, Asked(trials=5, jobs=2))
    assert sorted(put.number for put in tally) == list(range(5))
    assert len({put.pid for put in tally}) == truth.processes == 2
    assert sorted(Counter(put.pid for put in tally).values()) == [2, 3]


@pytest.mark.process
def test_a_spawned_child_belongs_to_the_trial(tmp_path: Path) -> None:
    done = script("spawned-child", "--trials", "1", "--tally", str(tmp_path / "tally.jsonl"))
    assert (done.returncode, done.stderr) == (0, "")
    (put,) = read_tally(tmp_path / "tally.jsonl")
    assert put.amounts["children_cpu_s"] >= CASES["spawned-child"].sizes["child_cpu_ms"] / 1e3


@pytest.mark.process
def test_a_pool_of_two_threads_is_loaded(tmp_path: Path) -> None:
    code = (
        "import json, os, sys\n"
        "from harness.workloads.calibration.cases import CASES\n"
        "from harness.workloads.calibration.tally import Tally\n"
        "from harness.probes.threadpools import loaded_pools\n"
        "case = CASES['blas']\n"
        "assert 'numpy' not in sys.modules\n"
        "os.environ.update(case.environment(case.sizes))\n"
        "case.objective(case.sizes, Tally())\n"
        "json.dump([pool.threads for pool in loaded_pools()], sys.stdout)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    truth = CASES["blas"].truth(CASES["blas"].sizes, Asked(trials=1))
    assert set(json.loads(done.stdout)) == {truth.pool_threads}


@pytest.mark.process
def test_the_script_lists_its_cases_and_refuses_what_it_does_not_have() -> None:
    assert [line.split()[0] for line in script().stdout.splitlines()] == list(CASES)
    wrong = script("bussy")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "did you mean 'busy'?" in wrong.stderr
    assert len(wrong.stderr.splitlines()) == 1


def test_every_case_says_what_it_is_and_is_found_by_its_name() -> None:
    for name, case in CASES.items():
        assert case_named(name) is case
        assert case.about.endswith(".")
        assert case.trials >= case.jobs
