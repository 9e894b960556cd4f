"""What marked sources and features do in this process, as a plan has it; and what is prepared once for all workers."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.model.files import PRIVATE_FOLDER
from harness.model.marks import marks_path
from harness.model.plan import FeatureAccess, Plan
from harness.model.store import write_json
from harness.runner.spools import find_spool, needs_spool
from harness.workloads.marks.following import Following, Policy, check_names, follow, followed, gridded_features
from harness.workloads.marks.grids import grid_of
from harness.workloads.marks.share import use_share
from harness.workloads.marks.spool import Spool


@contextmanager
def marks_follow(plan: Plan, folder: Path, worker: int | None = None) -> Iterator[None]:
    """Within, sources and features do what the plan says. Entered before the workload's module is imported.

    `folder` is the run's: what the marks did is left there on leaving, for `worker`.
    """
    with _spool(plan, folder) as spool:
        policy = Policy(data=plan.data, features=plan.features, memo_bytes=plan.memo_bytes, only=plan.only)
        following = Following(policy, spool)
        before = follow(following)
        use_share(plan.share)  # the workload's module may load its data as it is imported
        try:
            yield
        finally:
            follow(before)
            use_share(1.0)
            if worker is not None:
                write_json(marks_path(folder, worker), following.counts.marks())


def prepare(plan: Plan) -> None:
    """Bring about, once and before the first trial, what all workers of the run share. Called in the first process.

    Shared sources are loaded by whoever asks for them first. Grids are computed here, unless the search takes less than
    all the data: then by whoever first needs one on its share. Raises InputError for a name that no mark has.
    """
    check_names(plan.only)
    following = followed()
    if following is None or plan.features is not FeatureAccess.PRECOMPUTE or not plan.search.is_plain:
        return
    for feature in gridded_features():
        if following.features(feature.name) is FeatureAccess.PRECOMPUTE:
            grid_of(feature, following)


@contextmanager
def _spool(plan: Plan, folder: Path) -> Iterator[Spool | None]:
    """The run's spool; where nobody launched the run, one of this process's own."""
    found = find_spool(folder) if needs_spool(plan) else None
    if found is not None or not needs_spool(plan):
        yield None if found is None else Spool(folder=found)
        return
    own = folder / "spool"
    own.mkdir(PRIVATE_FOLDER, exist_ok=True)
    try:
        yield Spool(folder=own)
    finally:
        shutil.rmtree(own, ignore_errors=True)
