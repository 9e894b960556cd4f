import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import InputError
from harness.stats.worker_scaling import WorkerRun, WorkerScaling, scale_workers

COUNTS = (1, 2, 4, 8, 16)


def law(workers: int, contention: float, coherency: float) -> float:
    return 10 * workers / (1 + contention * (workers - 1) + coherency * workers * (workers - 1))


def runs(contention: float, coherency: float, noise: float = 0.0, seed: int = 0) -> list[WorkerRun]:
    random = np.random.default_rng(seed)
    return [
        WorkerRun(workers=count, trials_per_s=law(count, contention, coherency) * float(random.lognormal(0, noise)))
        for count in COUNTS
        for _ in range(3)
    ]


@given(st.floats(0, 0.5), st.floats(0, 0.05))
@settings(max_examples=30)
def test_without_noise_the_laws_own_numbers_are_found(contention: float, coherency: float) -> None:
    found = scale_workers(runs(contention, coherency)).usl
    assert found is not None
    assert found.rate == pytest.approx(10)
    assert found.contention.value == pytest.approx(contention, abs=1e-6)
    assert found.coherency.value == pytest.approx(coherency, abs=1e-6)


def test_intervals_hold_the_truth_at_their_rate() -> None:
    held = 0
    for seed in range(100):
        found = scale_workers(runs(0.1, 0.01, noise=0.05, seed=seed)).usl
        assert found is not None
        for interval, truth in ((found.contention, 0.1), (found.coherency, 0.01)):
            assert interval.low is not None
            assert interval.high is not None
            held += interval.low <= truth <= interval.high
    assert held >= 178  # of 200


def test_a_serial_fraction_is_amdahls() -> None:
    """A share s that only one may do: N workers take s + (1 - s) / N of one's time."""
    points = [WorkerRun(workers=count, trials_per_s=1 / (0.2 + 0.8 / count)) for count in (1, 2, 4)]
    found = scale_workers(points)
    assert found.serial.value == pytest.approx(0.2)
    assert found.usl is None  # three counts do not tell two losses apart


def test_beyond_the_peak_fewer_workers_are_best() -> None:
    found = scale_workers(runs(0.05, 0.02, noise=0.01))
    assert found.best == 8
    assert found.usl is not None
    assert found.usl.peak_workers == pytest.approx(((1 - 0.05) / 0.02) ** 0.5, rel=0.1)


def test_threads_that_wait_for_one_lock_gain_nothing_and_one_is_enough() -> None:
    found = scale_workers([WorkerRun(workers=count, trials_per_s=5.0) for count in (1, 2, 9) for _ in range(2)])
    assert found.serial.value == pytest.approx(1.0)
    assert found.enough == 1
    assert [one.efficiency for one in found.counts] == pytest.approx([1, 1 / 2, 1 / 9])


def test_efficiency_is_of_the_fewest_that_were_measured() -> None:
    found: WorkerScaling = scale_workers([WorkerRun(workers=count, trials_per_s=3.0 * count) for count in (2, 4, 4)])
    assert [one.speedup for one in found.counts] == pytest.approx([2, 4])
    assert [one.efficiency for one in found.counts] == pytest.approx([1, 1])


@pytest.mark.parametrize(
    ("points", "says"),
    [
        ([(1, 1.0), (1, 1.0), (1, 1.0)], "2 numbers of workers, not 3 with 1"),
        ([(1, 1.0), (2, 1.0)], "3 runs"),
        ([(1, 1.0), (2, 0.0), (2, 1.0)], "positive"),
        ([(0, 1.0), (2, 1.0), (2, 1.0)], "at least one worker"),
    ],
)
def test_what_cannot_be_fitted_is_refused(points: list[tuple[int, float]], says: str) -> None:
    with pytest.raises(InputError, match=says):
        scale_workers([WorkerRun(workers=workers, trials_per_s=rate) for workers, rate in points])
