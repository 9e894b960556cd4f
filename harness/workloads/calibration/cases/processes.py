"""Cases of processes: children of a trial, workers that share a study however they are started, and BLAS threads."""

import multiprocessing
import resource
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from harness.probes.spans import span
from harness.workloads.calibration.case import (
    Asked,
    Case,
    Objective,
    Sizes,
    SpanTruth,
    Start,
    Truth,
    complete,
    suggesting,
)
from harness.workloads.calibration.costs import spin
from harness.workloads.calibration.tally import Tally

if TYPE_CHECKING:
    import optuna

_POOL = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
_NO_SPIN = "4"  # else idle threads of the pool spin on for 2^26 cycles, in the CPU of whatever comes next
_SIDE = 400  # of the matrices; smaller ones OpenBLAS multiplies in one thread


def _child(method: str) -> Callable[[Sizes, Tally], Objective]:
    def objective(sizes: Sizes, tally: Tally) -> Objective:
        context = multiprocessing.get_context(method)

        def cost(trial: "optuna.Trial") -> None:
            before_s = _children_cpu_s()
            with span("child"), tally.measure("child"):
                child = context.Process(target=spin, args=(sizes["child_cpu_ms"] / 1e3,))  # type: ignore[attr-defined]
                child.start()
                child.join()
            tally.add("children_cpu_s", _children_cpu_s() - before_s)

        return suggesting(cost, tally)

    return objective


def _children_cpu_s() -> float:
    """CPU of all children that were waited for, by the kernel's account."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _child_truth(sizes: Sizes, asked: Asked) -> Truth:
    return complete(asked, spans={"child": SpanTruth()}, children_cpu_s=sizes["child_cpu_ms"] / 1e3)


def _worker(sizes: Sizes, tally: Tally) -> Objective:
    def cost(trial: "optuna.Trial") -> None:
        with span("busy"), tally.measure("busy"):
            spin(sizes["cpu_ms"] / 1e3)

    return suggesting(cost, tally)


def _workers_truth(sizes: Sizes, asked: Asked) -> Truth:
    processes = sum(trials > 0 for trials in asked.shared_out())
    return complete(asked, processes=processes, spans={"busy": SpanTruth(cpu_s=sizes["cpu_ms"] / 1e3)})


def _pool(sizes: Sizes) -> dict[str, str]:
    return {**dict.fromkeys(_POOL, str(int(sizes["pool_threads"]))), "OPENBLAS_THREAD_TIMEOUT": _NO_SPIN}


def _blas(sizes: Sizes, tally: Tally) -> Objective:
    import numpy

    matrix = numpy.full((_SIDE, _SIDE), 1 / _SIDE)

    def cost(trial: "optuna.Trial") -> None:
        before_s = time.process_time()
        with span("multiply"), tally.measure("multiply"):
            for _ in range(int(sizes["products"])):
                matrix @ matrix
        tally.add("process_cpu_s", time.process_time() - before_s)

    return suggesting(cost, tally)


def _blas_truth(sizes: Sizes, asked: Asked) -> Truth:
    return complete(asked, spans={"multiply": SpanTruth()}, pool_threads=int(sizes["pool_threads"]))


def _workers(name: str, about: str, start: Start) -> Case:
    return Case(
        name=name,
        about=about,
        objective=_worker,
        truth=_workers_truth,
        sizes={"cpu_ms": 20},
        start=start,
        trials=12,
        jobs=3,
    )


CASES = (
    Case(
        name="forked-child",
        about="Each trial forks a child that spins, and waits for it.",
        objective=_child("fork"),
        truth=_child_truth,
        sizes={"child_cpu_ms": 30},
        trials=8,
    ),
    Case(
        name="spawned-child",
        about="Each trial spawns a child that spins, and waits for it; its interpreter's start is in the child's CPU.",
        objective=_child("spawn"),
        truth=_child_truth,
        sizes={"child_cpu_ms": 30},
        trials=4,
    ),
    _workers("workers-fork", "Workers that share a study, forked by multiprocessing.", Start.FORK),
    _workers("workers-spawn", "Workers that share a study, spawned by multiprocessing.", Start.SPAWN),
    _workers("workers-joblib", "Workers that share a study, started by joblib's loky.", Start.JOBLIB),
    _workers("workers-subprocess", "Workers that share a study, started by subprocess.", Start.SUBPROCESS),
    Case(
        name="blas",
        about="Matrix products in a BLAS pool of known size: the process uses more CPU than the trial's thread.",
        objective=_blas,
        truth=_blas_truth,
        sizes={"pool_threads": 2, "products": 12},
        environment=_pool,
    ),
)
