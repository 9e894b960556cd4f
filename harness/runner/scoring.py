"""Scores what a search found: its incumbents are run on all the data, in a run that is not charged to it."""

from dataclasses import replace

from harness.experiments.incumbents import incumbents, to_score
from harness.model.directions import Direction
from harness.model.plan import (
    Backend,
    Collector,
    Compression,
    DataAccess,
    FeatureAccess,
    Plan,
    SamplerKind,
    SqliteMode,
    Start,
    StorageKind,
    WorkerRule,
    Writes,
)
from harness.model.points import write_points
from harness.model.record import Record
from harness.model.search import PLAIN
from harness.runner.launch import Site, Watch, launch

POINTS = "incumbents.json"  # in the record of the search


def score(record: Record, plan: Plan, site: Site, watch: Watch, *, direction: Direction | None = None) -> str | None:
    """Run the incumbents that are not known on all the data, in order; the id of that run.

    None where there is none: a search on all the data has scored itself. Read both records with
    `harness.experiments.incumbents.standings`.
    """
    found = to_score(incumbents(record, direction))
    if not found:
        return None
    path = write_points(record.folder / POINTS, [dict(one.params) for one in found])
    replay = path.absolute().relative_to(site.root.absolute()).as_posix()
    return launch(scoring_plan(plan, len(found), replay), site, label="scoring", watch=watch).name


def scoring_plan(plan: Plan, points: int, replay: str) -> Plan:
    """The plan's workload and settings on given points, in one process, as cheaply as they can be run."""
    return replace(
        plan,
        trials=points,
        sampler=SamplerKind.REPLAY,
        replay=replay,
        search=PLAIN,
        storage=StorageKind.MEMORY,
        sqlite=SqliteMode.PLAIN,
        writes=Writes.EACH,
        compression=Compression.NONE,
        backend=Backend.SERIAL,
        start=Start.SPAWN,
        workers=1,
        worker_rule=WorkerRule.GIVEN,
        data=DataAccess.REUSE,
        features=FeatureAccess.PER_CALL,
        only=(),
        collector=Collector.INTERPRETER,
        slowdown=0.0,
    )
