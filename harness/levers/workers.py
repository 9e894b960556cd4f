"""Levers on workers: threads or processes, how processes start, and how many there are."""

from dataclasses import replace

from harness.errors import InputError
from harness.levers.lever import Family, Fidelity, Lever
from harness.levers.traits import Requirement
from harness.model.metric import Metric
from harness.model.plan import Backend, Plan, Start, WorkerRule


def _forkserver(plan: Plan) -> Plan:
    if plan.backend is not Backend.PROCESSES:
        raise InputError("forkserver starts processes, and the study does not run in them: give --backend processes")
    return replace(plan, start=Start.FORKSERVER)


def _with_rule(plan: Plan, rule: WorkerRule) -> Plan:
    return replace(plan, worker_rule=rule)


PROCESSES = Lever(
    name="processes",
    family=Family.WORKERS,
    fidelity=Fidelity.REORDERED,
    summary="Runs trials in processes instead of threads of one process.",
    change=lambda plan: replace(plan, backend=Backend.PROCESSES),
    requires=(Requirement.THREADS, Requirement.DURABLE),
    metric=Metric.WALL,
    claims=("gil-limits",),
)


FORKSERVER = Lever(
    name="forkserver",
    family=Family.WORKERS,
    fidelity=Fidelity.REORDERED,
    summary="Forks workers from a server that has imported and warmed up, instead of starting interpreters.",
    change=_forkserver,
    requires=(Requirement.PROCESSES,),
    metric=Metric.RUN_CPU,
    no_claim="the seed does not know it; starting workers is most of a short study's cost",
)


ADAPTIVE = Lever(
    name="adaptive",
    family=Family.WORKERS,
    fidelity=Fidelity.REORDERED,
    summary="As many workers as cores, the control group's quota and memory per worker (probed) allow.",
    change=lambda plan: _with_rule(plan, WorkerRule.ADAPTIVE),
    requires=(Requirement.WORKERS,),
    metric=Metric.WALL,
    claims=("adaptive-gain", "adaptive-phase-1"),
)


CAP_LARGE = Lever(
    name="cap-large",
    family=Family.WORKERS,
    fidelity=Fidelity.REORDERED,
    summary="The seed's rule: at most 4 workers where the data has more than 100,000 rows.",
    change=lambda plan: _with_rule(plan, WorkerRule.CAP_LARGE),
    requires=(Requirement.WORKERS, Requirement.LARGE),
    metric=Metric.WALL,
    claims=("cap-large-gain",),
)
