"""study-harness: the profiler, benchmark and regression gate for Optuna studies.

The public names are loaded on first use, so that marking a function costs a script nothing.
"""

TYPE_CHECKING = False  # typing's own would cost each watched process its import
if TYPE_CHECKING:
    from typing import Any

    from harness.model.directions import Direction
    from harness.model.plan import Plan
    from harness.probes.spans import span
    from harness.workloads.base import Workload
    from harness.workloads.marks.feature import feature
    from harness.workloads.marks.source import source

__version__ = "0.1.0"
__all__ = ["Direction", "Plan", "Workload", "__version__", "feature", "one_write", "source", "span"]

_HOMES = {
    "Direction": "harness.model.directions",
    "Plan": "harness.model.plan",
    "Workload": "harness.workloads.base",
    "feature": "harness.workloads.marks.feature",
    "one_write": "harness.runner.storages",
    "source": "harness.workloads.marks.source",
    "span": "harness.probes.spans",
}


def __getattr__(name: str) -> "Any":
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'harness' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(home), name)
    globals()[name] = value
    return value
