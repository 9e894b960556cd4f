"""Plans that levers are pulled on: one of each kind that a study can have."""

from harness.model.plan import Backend, Plan, SamplerKind, StorageKind

PLANS = {
    "serial": Plan(workload="topstepb"),
    "serial-sqlite": Plan(workload="topstepb", storage=StorageKind.SQLITE),
    "threads": Plan(workload="topstepb", storage=StorageKind.SQLITE, backend=Backend.THREADS, workers=9),
    "processes": Plan(workload="topstepb", storage=StorageKind.JOURNAL, backend=Backend.PROCESSES, workers=4),
    "numbered": Plan(
        workload="topstepb", sampler=SamplerKind.NUMBERED, settings=(("rung", "as_found"), ("first", 2000))
    ),
}
