"""The arms of a scaling: which sizes, with how many workers, in which stage; decided once the rows are known."""

import math
from dataclasses import dataclass, replace

from harness.errors import InputError
from harness.model.plan import Backend, Plan, StorageKind
from harness.model.probing import Cut
from harness.model.scaling import Arm, Stage
from harness.runner.scaling.request import Request
from harness.runner.sizing import Sizing
from harness.units import count_text, percent_text

RUNGS, STEP = 5, 2.0
FEWEST_ROUNDS = 3  # trials of each worker: the first is not counted
FEWEST_TO_HOLD_OUT = 3  # sizes: two are left to draw a line through
SHARE = "share"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """The sizes of a scaling, smallest first, as shares and in its unit."""

    shares: tuple[float, ...]
    rows: int | None  # of all the data, in the unit; None: the unit is a share
    unit: str

    def size_of(self, share: float) -> float:
        """A share in the scaling's unit."""
        return share if self.rows is None else float(max(1, round(share * self.rows)))

    def name_of(self, share: float) -> str:
        """A size as an arm's name says it."""
        if self.rows is None:
            return "all of the data" if share == 1 else f"{percent_text(share)} of the data"
        return f"{count_text(self.size_of(share))} {self.unit}"


def first_share(request: Request, sizing: Sizing) -> float:
    """The share that the workload is tried on before anything counts: the smallest that needs no rows to be known."""
    if sizing.rows or request.sizes == ():
        return min(sizes_of(request, sizing, sizing.rows or None).shares)
    small = [size for size in request.sizes or () if size <= 1]
    return min(small, default=max(1 / STEP ** (RUNGS - 1), sizing.least_share))


def sizes_of(request: Request, sizing: Sizing, rows: int | None) -> Sizes:
    """What was asked for, or a ladder. Raises InputError for a size that the data does not have or cannot be cut to."""
    unit = request.by or ("rows" if rows else SHARE)
    if request.sizes == ():
        return Sizes(shares=(1.0,), rows=rows, unit=unit)
    if sizing.cut is Cut.NONE:
        why = sizing.why_uncut or "its data cannot be cut"
        raise InputError(f"{request.base.workload} has no sizes: {why}; mark what brings data with @harness.source")
    shares = (
        _ladder(sizing.least_share)
        if request.sizes is None
        else tuple(_share(size, rows, is_count=request.by is not None) for size in request.sizes)
    )
    found = Sizes(shares=tuple(sorted(shares)), rows=rows, unit=unit)
    _check(found, sizing)
    return found


def _ladder(least: float) -> tuple[float, ...]:
    """All of the data and its halves, quarters, ... as far as the workload goes; else as far apart as it goes."""
    kept = [share for share in (STEP**-rung for rung in range(RUNGS)) if share >= least]
    if len(kept) >= FEWEST_TO_HOLD_OUT + 1 or least <= 0:
        return tuple(kept)
    ratio = max(least, STEP ** -(RUNGS - 1)) ** (1 / (RUNGS - 2))
    return tuple(max(ratio**rung, least) for rung in range(RUNGS - 1)) if least < 1 else (1.0,)


def _share(size: float, rows: int | None, *, is_count: bool) -> float:
    if size <= 1 and not is_count:
        return size
    if rows is None:
        raise InputError(f"how many rows the data has is not known, so {size:,g} of them are no share: give shares")
    if size > rows:
        raise InputError(f"the data has {rows:,} rows, not {size:,g}: name smaller sizes, or give it more data")
    return size / rows


def _check(sizes: Sizes, sizing: Sizing) -> None:
    least = sizing.least_share
    if sizes.shares[0] < least * (1 - 1e-9):
        at_least = sizes.name_of(math.ceil(least * 1e6) / 1e6)
        raise InputError(f"{sizes.name_of(sizes.shares[0])} are too few for the workload: give at least {at_least}")
    if len({sizes.size_of(share) for share in sizes.shares}) < max(len(sizes.shares), 2):
        raise InputError(
            "growth is measured over at least two different sizes, and this data has too few rows for them: "
            "give it more data, or measure --workers alone"
        )


def arms_of(request: Request, sizing: Sizing, sizes: Sizes) -> tuple[tuple[Arm, ...], float | None]:
    """Every arm, and the size held out.

    One worker on every size; several on the largest, and the most of them on the smallest as well, from which a total
    is split. What is of the size held out comes in the second stage, and with it a size of the first, run again.
    """
    maker = _Maker(request, sizing, sizes)
    large, small = sizes.shares[-1], sizes.shares[0]
    holds = request.hold_out and len(sizes.shares) >= FEWEST_TO_HOLD_OUT
    last = Stage.TEST if holds else Stage.FIT
    arms = [maker.arm(Stage.FIT, share, 1) for share in sizes.shares if not (holds and share == large)]
    if holds:
        arms.append(maker.arm(Stage.TEST, large, 1))
    several = [count for count in request.counts if count > 1]
    arms += [maker.arm(last, large, count) for count in several]
    if several and small != large:
        arms.append(maker.arm(last, small, max(several)))
    if holds:
        again = small if several else sizes.shares[(len(sizes.shares) - 1) // 2]
        arms.append(replace(maker.arm(Stage.TEST, again, 1), is_anchor=True))
    return tuple(arms), sizes.size_of(large) if holds else None


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes arms."""

    request: Request
    sizing: Sizing
    sizes: Sizes

    def arm(self, stage: Stage, share: float, workers: int) -> Arm:
        backend = self.request.backend
        name = self.sizes.name_of(share)
        if max(self.request.counts) > 1:
            kind = {Backend.THREADS: "thread", Backend.PROCESSES: "process", Backend.SERIAL: "worker"}[backend]
            many = f"{kind}es" if kind.endswith("s") else f"{kind}s"
            name = f"{name}, {workers} {kind if workers == 1 else many}"
        return Arm(
            name=name,
            stage=stage,
            share=share,
            size=self.sizes.size_of(share),
            workers=workers,
            plan=self._plan(share, workers, backend),
        )

    def _plan(self, share: float, workers: int, backend: Backend) -> Plan:
        """One thread is Optuna without threads; one process is a process like the others, on the storage they share."""
        plan = self.sizing.at(self.request.base, share)
        if backend is Backend.SERIAL or (backend is Backend.THREADS and workers == 1):
            return plan
        storage = plan.storage
        if backend is Backend.PROCESSES and storage is StorageKind.MEMORY:
            storage = StorageKind.JOURNAL
        rounds = math.ceil(plan.trials / workers)  # whole ones: no worker ends long before the others
        trials = max(rounds, FEWEST_ROUNDS if workers > 1 else 1) * workers
        return replace(plan, backend=backend, workers=workers, storage=storage, trials=trials)
