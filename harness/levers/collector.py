"""Levers on garbage collection."""

from dataclasses import replace

from harness.levers.lever import Family, Fidelity, Lever
from harness.model.plan import Collector, Plan


def _with(plan: Plan, collector: Collector) -> Plan:
    return replace(plan, collector=collector)


GC = Lever(
    name="gc",
    family=Family.COLLECTOR,
    fidelity=Fidelity.IDENTICAL,
    summary="Collects garbage after each trial (Optuna's gc_after_trial=True).",
    change=lambda plan: _with(plan, Collector.AFTER_TRIAL),
    claims=("gc-gain", "gc-phase-1", "gc-leaks"),
)


GC_FREEZE = Lever(
    name="gc-freeze",
    family=Family.COLLECTOR,
    fidelity=Fidelity.IDENTICAL,
    summary="Freezes what start-up left on the heap (gc.freeze), then collects after each trial.",
    change=lambda plan: _with(plan, Collector.FREEZE),
    no_claim="the seed does not know it; it is the remedy where collecting after each trial costs too much",
)


GC_OFF = Lever(
    name="gc-off",
    family=Family.COLLECTOR,
    fidelity=Fidelity.IDENTICAL,
    summary="Switches the cyclic garbage collector off; memory held by reference cycles is then never given back.",
    change=lambda plan: _with(plan, Collector.OFF),
    no_claim="the seed does not know it; it bounds what any setting of the collector can save",
)
