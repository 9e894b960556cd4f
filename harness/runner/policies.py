"""What marked sources and features do in this process, as a plan has it; and what is prepared once for all workers."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.model.plan import Plan
from harness.workloads.base import use_data_access
from harness.workloads.marks.share import use_share


@contextmanager
def marks_follow(plan: Plan, folder: Path) -> Iterator[None]:
    """Within, sources and features do what the plan says. Entered before the workload's module is imported.

    `folder` is the run's: what `prepare` left there is found again.
    """
    use_data_access(plan.data)
    use_share(plan.share)  # the workload's module may load its data as it is imported
    yield


def prepare(plan: Plan, folder: Path) -> None:
    """Bring about, once and before the first trial, what all workers of the run share. Called in the first process."""
