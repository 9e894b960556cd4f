"""What is asked of a scaling."""

import math
from dataclasses import dataclass

from harness.errors import InputError
from harness.model.plan import Backend, Plan

FEWEST_TRIALS = 2
MOST_WORKERS = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the user asked for. `base` is the study in one worker, on all of its data."""

    base: Plan
    sizes: tuple[float, ...] | None = None  # shares up to 1, rows above; None: a ladder, empty: all of the data alone
    workers: tuple[int, ...] = (1,)
    backend: Backend = Backend.SERIAL  # of more than one worker
    blocks: int = 3
    hold_out: bool = True  # the largest size is foretold before it is run
    by: str | None = None  # a setting of the workload's own that holds the size
    budget_s: float | None = None
    command: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.blocks < 1:
            raise InputError(f"a scaling has at least one block, not {self.blocks}; three give intervals")
        if self.base.trials < FEWEST_TRIALS:
            raise InputError(f"a run of {self.base.trials} trial tells nothing: give --trials {FEWEST_TRIALS} or more")
        if self.budget_s is not None and not 0 < self.budget_s < math.inf:
            raise InputError(f"a budget is a positive number of seconds, not {self.budget_s:g}")
        self._check_sizes()
        self._check_workers()

    def _check_sizes(self) -> None:
        sizes = self.sizes or ()
        if any(not 0 < size < math.inf for size in sizes):
            raise InputError("a size is a share of the data such as 0.25 or 25%, or a number of rows above 1")
        if len(sizes) == 1 or len(set(sizes)) != len(sizes):
            raise InputError("growth is measured over at least two different sizes, such as --sizes 0.1,0.25,0.5,1")
        if self.by is not None and not sizes:
            raise InputError(f"the setting {self.by!r} holds the size: say which with --sizes, such as 10,20,40,80")

    def _check_workers(self) -> None:
        if not self.workers or any(not 1 <= count <= MOST_WORKERS for count in self.workers):
            raise InputError(f"a study has 1 to {MOST_WORKERS:,} workers: --workers 1,2,4")
        if max(self.workers) > 1 and self.backend is Backend.SERIAL:
            raise InputError("several workers are threads or processes: say which with --backend")

    @property
    def counts(self) -> tuple[int, ...]:
        """Numbers of workers, fewest first; one worker is always among them, as what the others are held against."""
        return tuple(sorted({1, *self.workers}))
