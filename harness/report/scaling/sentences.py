"""What a scaling says in sentences: the headline, the statements below it, and what weakens them."""

from statistics import fmean

from harness.experiments.scaling.grown import Grown
from harness.experiments.scaling.laws import Growth, Law
from harness.experiments.scaling.sizes import CPU, Fell, Held, SizeGrowth
from harness.experiments.scaling.split import SplitOver
from harness.experiments.scaling.trials import TrialGrowth
from harness.experiments.scaling.workers import WorkerGrowth
from harness.model.plan import Backend, SamplerKind
from harness.model.scaling import Stage
from harness.report.scaling.words import (
    SHARE,
    exponent_text,
    hidden_text,
    law_text,
    limit_sentence,
    ratio_with,
    seconds_with,
    size_text,
)
from harness.stats.interval import Interval
from harness.units import count_text, percent_text, ratio_text, seconds_text

_FEWEST_BLOCKS = 3
_DRIFT = 0.05
_MUCH = 1.5  # wall over CPU
_NAMED_WAIT = 0.05  # of the wall
_NAMED = 4
_WHERE_IT_JUMPS = "Give --sizes between these to see where it jumps."
_LOAD, _ROWS = "load", "rows"


def headline(grown: Grown) -> str:
    """The one sentence that answers how it grows."""
    workload = grown.scaled.scaling.base.workload
    sizes, workers = grown.sizes, grown.workers
    if sizes is None:
        return workers_sentence(workers) if workers is not None else f"One size of {workload} says nothing of growth."
    unit = grown.scaled.scaling.unit
    low, high = sizes.points[0], sizes.points[-1]
    match sizes.cpu.growth:
        case Growth.UNKNOWN:
            took = f"{seconds_text(low.cpu_s.value)} of CPU on {size_text(low.size, unit)}"
            return f"A trial of {workload} takes {took}; too few runs ended well to say how that grows."
        case Growth.FLAT:
            over = f"from {size_text(low.size, unit)} to {size_text(high.size, unit)}"
            took = f"{seconds_text(high.cpu_s.value)} of CPU {over}"
            return f"A trial of {workload} was not seen to grow with the data: {took}{_ruled_out(sizes)}."
        case Growth.LINEAR:
            return f"A trial of {workload} takes {law_text(sizes.cpu, unit, high.size)} of CPU: {_linear(sizes.cpu)}."
        case Growth.NO_LAW:
            took = f"{seconds_text(low.cpu_s.value)} of CPU on {size_text(low.size, unit)}, "
            took += f"{seconds_text(high.cpu_s.value)} on {size_text(high.size, unit)}"
            return f"A trial of {workload} takes {took}: neither a line nor a power of the size. {_WHERE_IT_JUMPS}"
        case Growth.POWER:
            return f"A trial of {workload} takes {law_text(sizes.cpu, unit, high.size)} (CPU): {_power(sizes.cpu)}."


def _ruled_out(sizes: SizeGrowth) -> str:
    """How much growth between the smallest and the largest size would have been seen."""
    slope = None if sizes.cpu.affine is None else sizes.cpu.affine.slope.high
    low, high = sizes.points[0], sizes.points[-1]
    if slope is None or slope <= 0:
        return ""
    return f"; more than {percent_text(slope * (high.size - low.size) / low.cpu_s.value)} of growth is ruled out"


def _linear(law: Law) -> str:
    if law.power is None:
        return "linear in the data, as far as two sizes can tell"
    if law.exponent is None:
        return "linear in the data, as far as runs that differ so much can tell"
    return f"linear in the data, exponent {exponent_text(law.exponent)}"


def _power(law: Law) -> str:
    if law.exponent is None:
        return "no line"
    pace = "faster" if law.exponent.value > 1 else "slower"
    return f"{pace} than the data, exponent {exponent_text(law.exponent)}"


def statements(grown: Grown) -> tuple[str, ...]:
    """What follows the headline."""
    unit = grown.scaled.scaling.unit
    said: list[str] = []
    if grown.sizes is not None:
        said += [_held(held, grown.sizes, unit) for held in grown.sizes.held if held.foretold.quantity == CPU]
        said += _phases(grown.sizes)
        said += _waiting(grown, grown.sizes.points[-1].size)
    if grown.trials is not None:
        said += _trials(grown.trials, grown.sizes)
    if grown.split is not None:
        said.append(_split(grown.split, unit))
    if grown.workers is not None and grown.sizes is not None:
        said.append(workers_sentence(grown.workers))
    return tuple(said)


def _held(held: Held, sizes: SizeGrowth, unit: str) -> str:
    told = Interval(value=held.foretold.value, low=held.foretold.low, high=held.foretold.high)
    name = size_text(sizes.points[-1].size, unit)
    came = seconds_text(held.measured.value)
    runs = f"{held.inside} of {len(held.runs)} runs fell inside"
    verdict = {
        Fell.INSIDE: f"inside ({runs})",
        Fell.ABOVE: f"above it, so that cost grows faster there than the smaller sizes say ({runs})",
        Fell.BELOW: f"below it, so that cost grows more slowly there than the smaller sizes say ({runs})",
    }[held.fell]
    return f"Before {name} were run, {seconds_with(told)} of CPU per trial was foretold; {came} came of it, {verdict}."


def _phases(sizes: SizeGrowth) -> list[str]:
    fitted = [phase for phase in sizes.phases if phase.law is not None]
    growing = [p for p in fitted if p.law is not None and p.law.growth in (Growth.LINEAR, Growth.POWER)]
    flat = [p for p in fitted if p.law is not None and p.law.growth is Growth.FLAT]
    said = []
    if growing:
        named = [
            f"{phase.name} ({percent_text(phase.share)} of the largest trial"
            + (f", exponent {phase.law.exponent.value:.2f}" if phase.law and phase.law.exponent else "")
            + ")"
            for phase in growing[:_NAMED]
        ]
        said.append(f"What grows: {', '.join(named)}.")
    if flat:
        together = sum(phase.cpu_s[-1] for phase in flat)
        names = ", ".join(phase.name for phase in flat)
        said.append(
            f"What was not seen to grow with the data: {names}; together {seconds_text(together)} of CPU per trial."
        )
    return said


def _waiting(grown: Grown, size: float) -> list[str]:
    """What of the largest trial's wall is not its thread's CPU, where that is much."""
    runs = [run for run in grown.runs if run.size == size and run.workers == 1]
    if not runs:
        return []
    wall_s, cpu_s = fmean(run.trial_wall_s for run in runs), fmean(run.cpu_s for run in runs)
    if wall_s < _MUCH * cpu_s:
        return []
    parts = (
        ("for a free core", fmean(run.runqueue_s or 0.0 for run in runs)),
        ("in the storage", fmean(run.storage_wait_s for run in runs)),
        ("for something else", fmean(run.other_wait_s for run in runs)),
    )
    named = [f"{seconds_text(seconds)} {what}" for what, seconds in parts if seconds >= _NAMED_WAIT * wall_s]
    waited = f": it waits {', '.join(named)}" if named else ""
    name = size_text(size, grown.scaled.scaling.unit)
    return [
        f"On {name} a trial takes {seconds_text(wall_s)} of wall time, {ratio_text(wall_s / cpu_s)} its CPU{waited}."
    ]


def _trials(trials: TrialGrowth, sizes: SizeGrowth | None) -> list[str]:
    slope = seconds_with(trials.per_thousand_s)
    if not trials.grows:
        high = trials.per_thousand_s.high
        if high is not None and high < 0:
            return [f"Trials get cheaper within a run of {trials.trials}, as it warms up; none get dearer."]
        most = f": at most by {seconds_text(high)} per 1,000 trials" if high else ""
        return [f"Trials were not seen to get dearer with their number within a run of {trials.trials}{most}."]
    said = f"Trials get dearer as the study goes on, by {slope} of CPU per 1,000 trials."
    free, with_it = trials.at_first.exponent, None if sizes is None else sizes.cpu.exponent
    if free is not None and with_it is not None:
        said += f" With that taken off, the exponent of growth with the data is {exponent_text(free)}."
    else:
        said += " Every size ran as many, so that none of it counts as growth with the data."
    return [said]


def _split(split: SplitOver, unit: str) -> str:
    where = "one worker" if split.workers == 1 else f"{split.workers} workers"
    parts = [f"{ratio_text(split.size.value)} for the size", f"{split.fixed.value:.3g} for the fixed cost"]
    if split.contention is not None:
        parts.append(f"{split.contention.value:.3g} for workers in each other's way")
    large, small = size_text(split.large, unit), size_text(split.small, unit)
    return f"In {where}, {large} take {ratio_with(split.total)} the time of {small}: {', '.join(parts)}, multiplied."


def workers_sentence(workers: WorkerGrowth) -> str:
    """What the most workers bring, why no more, and how many are enough."""
    kind = "threads" if workers.backend is Backend.THREADS else "processes"
    most = workers.points[-1]
    why = limit_sentence(most.limit, kind, most.busy_cores)
    enough = "1 worker is" if workers.enough == 1 else f"{count_text(workers.enough)} {kind} are"
    return (
        f"{count_text(most.workers)} {kind} do {ratio_with(most.speedup)} the trials of one worker: {why}. "
        f"{enough} as good as any number tried here{hidden_text(workers.hidden_gain)}."
    )


def warnings(grown: Grown) -> tuple[str, ...]:
    """What weakens the report: runs that died, drift, too few blocks, a budget that was too small."""
    scaled, sizes = grown.scaled, grown.sizes
    said: list[str] = []
    died = [cell for cell in scaled.cells if cell.died is not None]
    if died:
        last = died[-1]
        said.append(f"{count_text(len(died))} of {count_text(len(scaled.cells))} runs died; {last.arm}: {last.died}.")
    if scaled.ended is None:
        said.append(f"It has not ended: `harness scale --resume {scaled.scaling.id}` goes on.")
    elif scaled.ended.why.startswith("The budget"):
        said.append(scaled.ended.why)
    blocks = min((line for line in _blocks(grown)), default=0)
    if blocks < _FEWEST_BLOCKS:
        few = "1 block has" if blocks == 1 else f"{count_text(blocks)} blocks have"
        said.append(f"{few} no spread worth the name: intervals need {_FEWEST_BLOCKS}.")
    if sizes is not None and sizes.drift is not None and abs(sizes.drift.value - 1) > _DRIFT:
        drift = ratio_with(sizes.drift)
        said.append(
            f"The machine changed between the two stages: a size that was run in both took {drift} the CPU in the "
            "second, and the size held out is off by as much."
        )
    if sizes is not None:
        said += _missed(sizes)
    if grown.workers is None and any(arm.workers > 1 for arm in scaled.scaling.arms):
        said.append(
            "What more workers bring is not known: it takes runs that ended well, in one worker and in several."
        )
    cores = scaled.scaling.machine.effective_cores
    most = max((arm.workers for arm in scaled.scaling.arms), default=1)
    if cores is not None and most > cores:
        said.append(f"{count_text(most)} workers share {count_text(cores)} cores: no more than that compute at once.")
    return tuple(said)


def _missed(sizes: SizeGrowth) -> list[str]:
    """CPU decides; wall outside its interval beside it says that the machine was busier, or less so."""
    outside = {held.foretold.quantity for held in sizes.held if held.fell is not Fell.INSIDE}
    if CPU in outside:
        return ["The prediction failed: do not carry the law on beyond the sizes that were run."]
    return ["Wall time fell outside its prediction, CPU did not: the machine was not as busy as before."] * bool(
        outside
    )


def _blocks(grown: Grown) -> list[int]:
    """Finished runs of every arm."""
    return [
        sum((run.stage, run.arm) == (arm.stage, arm.name) for run in grown.runs) for arm in grown.scaled.scaling.arms
    ]


def basis(grown: Grown) -> tuple[str, ...]:
    """How the numbers came about."""
    scaling = grown.scaled.scaling
    runs = count_text(len(grown.runs))
    said = [
        (
            f"{runs} runs, each in a fresh process tree, in balanced blocks of random order; a block's runs share a "
            "seed, and a worker's first trial is not counted."
        ),
        "Laws are fitted to runs, not to trials, with errors in proportion to the cost; intervals are of 95 %.",
    ]
    has_loads = grown.sizes is not None and any(phase.name == _LOAD for phase in grown.sizes.phases)
    if has_loads and scaling.unit in (_ROWS, SHARE):
        said.append(
            "A size is the first rows of what was loaded, and all of the data is loaded for each: the phase load does "
            "not show how loading itself grows."
        )
    if scaling.held_out is not None:
        said.append(
            "The prediction was on disk before the first run at the size held out; the laws shown are fitted again "
            "with that size among the others."
        )
    if scaling.base.directions is not None:
        said.append(f"Direction: {scaling.base.directions.text}.")
    is_own = scaling.base.sampler not in (SamplerKind.NUMBERED, SamplerKind.REPLAY)
    if is_own and grown.sizes is not None:
        said.append(
            f"The {scaling.base.sampler.value} sampler is the study's own, and may try other parameters on other "
            "sizes; `--sampler numbered` tries the same ones on all."
        )
    stages = {arm.stage for arm in scaling.arms}
    launch_s = sum(cell.launch_cpu_s for cell in grown.scaled.cells)
    wall_s = sum(cell.launch_wall_s for cell in grown.scaled.cells)
    if wall_s > 0 and Stage.FIT in stages:
        said.append(
            f"All runs took {seconds_text(wall_s)}; launching, watching and recording them {seconds_text(launch_s)} of "
            "CPU beside that."
        )
    return tuple(said)
