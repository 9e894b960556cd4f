"""The reproduction: makes the bars it needs, carries its arms out in order and keeps a manifest of the runs."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from harness.model.experiment import Arm, ArmRun, Dataset, Made, Reproduction
from harness.model.home import new_id
from harness.model.record import SCHEMA
from harness.model.reproductions import write_reproduction
from harness.probes.fixed_work import do_fixed_work
from harness.runner.launch import CarryOut, InterruptedRunError, Site, Watch, launch
from harness.workloads.topstepb.arms import (
    SEED_REAL_BARS,
    SEED_SYNTHETIC_BARS,
    SEED_TRIALS,
    Inputs,
    reproduction_arms,
    schedule,
    sizes_for,
)
from harness.workloads.topstepb.bars_files import market_path
from harness.workloads.topstepb.market import MarketSpec, make_market
from harness.workloads.topstepb.objective import leading
from harness.workloads.topstepb.readers import read_bars, write_bars
from harness.workloads.topstepb.regimes import Regime
from harness.workloads.topstepb.splits import split

# Without closures, as the seed's own synthetic bars were: 3,000 / 1,000 / 810 needs 5,000 bars in one piece.
_SYNTHETIC = MarketSpec(bars=SEED_SYNTHETIC_BARS, interval_s=900, regime=Regime.CALM, seed=1)
_REAL = MarketSpec(bars=SEED_REAL_BARS, interval_s=600, regime=Regime.CRYPTO, seed=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the user asked for."""

    data: Path | None = None  # the user's own bars in place of the generated large set
    full: bool = False
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The next run of a reproduction, told before it starts."""

    index: int
    runs: int
    arm: Arm


def reproduce(
    request: Request, site: Site, *, step: Callable[[Step], None], watch: Watch, carry_out: CarryOut = launch
) -> Path:
    """Carry the whole reproduction out; returns its manifest, which every finished run is already in.

    Raises InputError or DataError before anything is measured when the user's bars cannot be used, and
    InterruptedRunError when the user stops it: the manifest then names the runs so far.
    """
    synthetic, made_synthetic = _make(_SYNTHETIC, Dataset.SYNTHETIC, site.root)
    real, sizes, made_real = _real(request, site.root)
    inputs = Inputs(synthetic=synthetic, real=real, sizes=sizes, seed=request.seed)
    arms = reproduction_arms(inputs, full=request.full)
    order = schedule(arms, request.seed)
    started_s = time.time()
    manifest = Reproduction(
        schema=SCHEMA,
        id=new_id(started_s),
        started_s=started_s,
        full=request.full,
        seed_trials=SEED_TRIALS,
        arms=arms,
        order=tuple(arm.name for arm in order),
        made=(made_synthetic, *made_real),
        runs=(),
    )
    path = write_reproduction(site.root, manifest)
    before = do_fixed_work()
    for index, arm in enumerate(order):
        step(Step(index=index, runs=len(order), arm=arm))
        try:
            folder = carry_out(arm.plan, site, label=arm.name, watch=watch)
        except InterruptedRunError as interrupt:
            cut_short = ArmRun(arm=arm, run=interrupt.folder.name, before=before)
            write_reproduction(site.root, _with_run(manifest, cut_short))
            sentence = f"{interrupt}; `harness report` renders what was measured until then"
            raise InterruptedRunError(interrupt.folder, sentence) from None
        after = do_fixed_work()
        manifest = _with_run(manifest, ArmRun(arm=arm, run=folder.name, before=before, after=after))
        before = after
        write_reproduction(site.root, manifest)
    return path


def _with_run(manifest: Reproduction, run: ArmRun) -> Reproduction:
    return replace(manifest, runs=(*manifest.runs, run))


def _real(request: Request, root: Path) -> tuple[str, tuple[int, ...], tuple[Made, ...]]:
    """The file of the large set, the parts of it that are run on their own, and what making it cost."""
    if request.data is None:
        path, made = _make(_REAL, Dataset.REAL, root)
        return path, sizes_for(_REAL.bars, _REAL.interval_s), (made,)
    bars = read_bars(request.data)
    sizes = sizes_for(len(bars), bars.interval_s)
    for size in (*sizes, len(bars)):  # a part with holes may be too short to split: better said now than run after run
        split(leading(bars, size))
    return _shown(request.data), sizes, ()


def _make(spec: MarketSpec, dataset: Dataset, root: Path) -> tuple[str, Made]:
    """Generate bars, timed, and put them into a Parquet file below the records' root."""
    began_s, began_cpu_s = time.perf_counter(), time.process_time()
    bars = make_market(spec)
    wall_s, cpu_s = time.perf_counter() - began_s, time.process_time() - began_cpu_s
    path = market_path(spec, root)
    write_bars(bars, path, overwrite=True)
    return _shown(path), Made(dataset=dataset, name=bars.name, bars=len(bars), wall_s=wall_s, cpu_s=cpu_s)


def _shown(path: Path) -> str:
    """The path as a record keeps it: relative to the current directory where that is possible."""
    absolute = path.absolute()
    return str(absolute.relative_to(Path.cwd())) if absolute.is_relative_to(Path.cwd()) else str(path)
