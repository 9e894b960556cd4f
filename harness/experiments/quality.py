"""Levers that change the search: what it finds for the same CPU, over seeds, beside the search without them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from harness.errors import HarnessError
from harness.experiments.contrasts import Contrast, contrasts, whole
from harness.experiments.deciding import given_up
from harness.experiments.figures import figures, is_usable
from harness.experiments.incumbents import direction_of, standings
from harness.experiments.stages import StageRanking, stage_rank_correlation
from harness.model.comparison import Answering, Cell
from harness.model.comparisons import Compared
from harness.model.directions import Direction
from harness.model.metric import Metric
from harness.model.record import Record
from harness.stats.quality import QualityResult, SeedRuns, compare_quality

FEWEST_SEEDS = 5
Path = tuple[tuple[float, float], ...]  # (CPU seconds so far, score on all the data from then on)


class Finding(Enum):
    """What is said of a search with a lever, at equal quality."""

    FASTER = "faster"  # gets to the quality that the other ends with for less CPU, and finds nothing worse
    SLOWER = "slower"  # takes more CPU to it, or finds worse for the same
    BETTER = "better"  # finds better for the same CPU
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedPaths:
    """The two searches of one seed."""

    block: int
    baseline: Path
    lever: Path
    baseline_cpu_s: float
    lever_cpu_s: float
    rankings: tuple[StageRanking, ...] = ()  # of the lever's stages, where they were on less than all the data


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """A lever's search beside the one without it."""

    contrast: Contrast
    maximise: bool
    confidence: float  # of every interval
    paths: tuple[SeedPaths, ...]  # seeds in which both searches ended
    result: QualityResult | None
    finding: Finding
    why: str | None  # there is no result


def searched(compared: Compared) -> tuple[Searched, ...]:
    """One for each lever that changes the search, all together last."""
    comparison = compared.comparison
    total = whole(comparison)
    asked = [*contrasts(comparison), *(() if total is None else (total,))]
    found = [one for one in asked if one.answering is Answering.QUALITY]
    alpha = comparison.aim.alpha / (2 * max(len(found), 1))  # two tests each: time to quality, score for the same CPU
    return tuple(_searched(compared, one, 1 - alpha) for one in found)


def _searched(compared: Compared, contrast: Contrast, confidence: float) -> Searched:
    maximise, paths, why = True, list[SeedPaths](), None
    result = None
    try:
        for block, lever, baseline in _pairs(compared, contrast):
            maximise = direction_of(_record(compared, lever)) is Direction.MAXIMIZE
            paths.append(_paths(compared, block, lever, baseline))
        result = compare_quality([_runs(one) for one in paths], maximise=maximise, confidence=confidence)
    except HarnessError as refusal:
        why = str(refusal)
    died = next((how for arm, how in given_up(compared).items() if arm in contrast.arms), None)
    if died is not None:
        why = f"its first runs died: {died}"
    elif result is not None and result.seeds < FEWEST_SEEDS:
        why = f"only {result.seeds} seeds have both searches, and a search is judged over at least {FEWEST_SEEDS}"
    return Searched(
        contrast=contrast,
        maximise=maximise,
        confidence=confidence,
        paths=tuple(paths),
        result=result,
        finding=Finding.INCONCLUSIVE if result is None or why is not None else _finding(result, maximise=maximise),
        why=why,
    )


def _finding(result: QualityResult, *, maximise: bool) -> Finding:
    """By the time to the quality that the search without the lever ends with, and the score for the same CPU."""
    ratio, score = result.time_to_quality.ratio, result.score.difference
    gain = (score.low, score.high) if maximise else (_negative(score.high), _negative(score.low))
    is_worse, is_better = gain[1] is not None and gain[1] < 0, gain[0] is not None and gain[0] > 0
    is_slower = ratio is not None and ratio.low is not None and ratio.low > 1
    is_faster = ratio is not None and ratio.high is not None and ratio.high < 1
    if is_worse or is_slower:
        return Finding.SLOWER
    if is_faster:
        return Finding.FASTER
    return Finding.BETTER if is_better else Finding.INCONCLUSIVE


def _pairs(compared: Compared, contrast: Contrast) -> Sequence[tuple[int, Cell, Cell]]:
    """Cells of the lever's arm and of the other, by block; of a factorial, the lever alone."""
    alive = {
        (cell.block, cell.arm): cell
        for cell in compared.cells
        if cell.died is None and cell.run in compared.records and is_usable(compared.records[cell.run])
    }
    with_, without = contrast.with_[0], contrast.without[0]
    blocks = sorted(block for block, arm in alive if arm == with_ and (block, without) in alive)
    return [(block, alive[block, with_], alive[block, without]) for block in blocks]


def _paths(compared: Compared, block: int, lever: Cell, baseline: Cell) -> SeedPaths:
    after, after_cpu_s = _path(compared, lever)
    before, before_cpu_s = _path(compared, baseline)
    return SeedPaths(
        block=block,
        baseline=before,
        lever=after,
        baseline_cpu_s=before_cpu_s,
        lever_cpu_s=after_cpu_s,
        rankings=stage_rank_correlation(_record(compared, lever), _scored(compared, lever)),
    )


def _path(compared: Compared, cell: Cell) -> tuple[Path, float]:
    record = _record(compared, cell)
    found = standings(record, _scored(compared, cell))
    path = tuple((one.after_cpu_s, one.value) for one in found if one.value is not None)
    cpu_s = figures(record)[Metric.CPU] or 0.0
    return path, max([cpu_s, *(moment for moment, _ in path)])


def _runs(paths: SeedPaths) -> SeedRuns:
    return SeedRuns(
        baseline=paths.baseline,
        lever=paths.lever,
        baseline_cpu_s=paths.baseline_cpu_s,
        lever_cpu_s=paths.lever_cpu_s,
    )


def _record(compared: Compared, cell: Cell) -> Record:
    return compared.records[cell.run]


def _scored(compared: Compared, cell: Cell) -> Record | None:
    return None if cell.scored is None else compared.records.get(cell.scored)


def _negative(value: float | None) -> float | None:
    return None if value is None else -value
