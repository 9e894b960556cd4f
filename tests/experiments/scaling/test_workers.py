"""Workers: what holds them back is named by what a trial takes more, and the fewest that are enough are found."""

from dataclasses import replace

import pytest

from harness.experiments.scaling.grown import Grown, grown_of
from harness.experiments.scaling.workers import Limit, WorkerGrowth
from harness.model.plan import Backend
from harness.model.record import Record
from harness.model.scaling import Scaled
from harness.runner.scaling.request import Request
from tests.experiments.scaling.made import BASE, Truth, a_scaled
from tests.fakes import span_time


def grown(truth: Truth, backend: Backend = Backend.THREADS, counts: tuple[int, ...] = (1, 2, 4)) -> Grown:
    request = Request(base=BASE, sizes=(8_000, 64_000), workers=counts, backend=backend)
    return grown_of(a_scaled(truth, request=request))


def workers(truth: Truth, backend: Backend = Backend.THREADS, counts: tuple[int, ...] = (1, 2, 4)) -> WorkerGrowth:
    found = grown(truth, backend, counts).workers
    assert found is not None
    return found


def test_threads_that_compute_on_one_core_together_wait_for_the_gil() -> None:
    found = workers(Truth(stretch=lambda count: float(count)))
    assert found.limit is Limit.GIL
    assert found.enough == 1
    assert found.points[-1].speedup.value == pytest.approx(1, abs=0.05)
    assert found.hidden_gain is None or found.hidden_gain < 1.05
    assert found.serial.value == pytest.approx(1, abs=0.1)


def test_processes_that_do_not_disturb_each_other_scale() -> None:
    found = workers(Truth(), Backend.PROCESSES, (1, 2))
    assert found.limit is Limit.NONE
    assert found.best == found.enough == 2
    assert found.points[-1].efficiency.value == pytest.approx(1, abs=0.05)


def test_the_same_trial_taking_more_cpu_is_bandwidth() -> None:
    found = workers(Truth(heavier=lambda count: 1 + 0.4 * (count - 1)), Backend.PROCESSES)
    assert found.limit is Limit.BANDWIDTH
    assert found.points[-1].cpu_ratio.value == pytest.approx(2.2, rel=0.01)


def test_processes_that_wait_without_computing_wait_for_something_else() -> None:
    assert workers(Truth(stretch=lambda count: float(count)), Backend.PROCESSES).limit is Limit.WAITING


def changed(scaled: Scaled, change: str) -> Scaled:
    """Runs of several workers, in which what was waited for was the storage, or a core."""

    def told(record: Record) -> Record:
        plan = record.header.plan
        if plan is None or plan.workers == 1:
            return replace(record, trials=tuple(replace(row, runqueue_s=0.0) for row in record.trials))
        waits = [row.wall_s - row.cpu_s for row in record.trials]
        if change == "queue":
            rows = [replace(row, runqueue_s=wait) for row, wait in zip(record.trials, waits, strict=True)]
        else:
            rows = [
                replace(row, runqueue_s=0.0, spans={**row.spans, "storage": span_time(0.0, wait)})
                for row, wait in zip(record.trials, waits, strict=True)
            ]
        return replace(record, trials=tuple(rows))

    return replace(scaled, records={run: told(record) for run, record in scaled.records.items()})


@pytest.mark.parametrize(("change", "limit"), [("queue", Limit.CORES), ("storage", Limit.STORAGE)])
def test_waiting_is_named_by_what_it_is_for(change: str, limit: Limit) -> None:
    request = Request(base=BASE, sizes=(), workers=(1, 4), backend=Backend.PROCESSES)
    scaled = a_scaled(Truth(stretch=lambda count: float(count)), request=request)
    found = grown_of(changed(scaled, change)).workers
    assert found is not None
    assert found.limit is limit


def test_four_counts_have_gunthers_law_as_well() -> None:
    found = workers(Truth(stretch=lambda count: 1 + 0.2 * (count - 1)), counts=(1, 2, 3, 4))
    assert found.usl is not None
    assert found.usl.contention.value == pytest.approx(0.2, abs=0.03)
    assert workers(Truth()).usl is None


def test_a_total_is_split_into_size_fixed_cost_and_contention() -> None:
    split = grown(Truth(stretch=lambda count: float(count)), counts=(1, 4)).split
    assert split is not None
    assert split.contention is not None
    assert split.crowd_large is not None
    assert split.size.value == pytest.approx(8)
    assert split.fixed.value == pytest.approx((0.084 / 0.028) / 8, rel=0.05)
    assert split.contention.value == pytest.approx(1, abs=0.03)
    assert split.crowd_large.value == pytest.approx(1, abs=0.03)
    product = split.size.value * split.fixed.value * split.contention.value
    assert split.total.value == pytest.approx(product, rel=1e-6)


def test_one_worker_has_no_contention_and_one_size_no_split() -> None:
    alone = grown_of(a_scaled()).split
    assert alone is not None
    assert alone.contention is None
    request = Request(base=BASE, sizes=(), workers=(1, 2), backend=Backend.THREADS)
    assert grown_of(a_scaled(request=request)).split is None
    assert grown_of(a_scaled(request=request)).sizes is None
