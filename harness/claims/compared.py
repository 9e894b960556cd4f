"""What a comparison shows of a claim: the claim's levers by its metric, pair by pair, on its own axis."""

import math

from harness.claims.measured import Measured, Sample, not_measured
from harness.experiments.contrasts import Contrast, blocks_of
from harness.experiments.judging import Judged, Judgement
from harness.experiments.quality import Finding, Searched
from harness.model.claim import Claim, Form
from harness.model.comparison import Comparison
from harness.model.comparisons import Compared
from harness.model.metric import Metric
from harness.stats.interval import Interval
from harness.stats.pairs import PairedResult, ratio_of_logs
from harness.stats.quality import QualityResult, TimeToQuality
from harness.units import percent_text, ratio_text


def by_comparison(claim: Claim, judged: Judged) -> Measured:
    """The claim's levers, alone or all together, as the comparison measured them."""
    comparison = judged.compared.comparison
    skipped = next((one for one in comparison.skipped if one.lever in claim.levers), None)
    if skipped is not None:
        return Measured(inapplicable=f"{skipped.lever} does not apply to {comparison.base.workload}: {skipped.why}")
    search = next((one for one in judged.searches if _is_asked(claim, one.contrast)), None)
    if search is not None:
        return _by_quality(claim, judged, search)
    judgements = (*judged.levers, *(() if judged.total is None else (judged.total,)))
    found = next((one for one in judgements if _is_asked(claim, one.contrast)), None)
    if found is None:
        return not_measured(f"the comparison {comparison.id} has no arm with {' and '.join(claim.levers)}")
    if found.out is not None:
        return not_measured(f"its arm was taken out: {found.out}")
    return _by_cost(claim, judged, found)


def on_axis(form: Form, ratio: Interval) -> Interval:
    """A ratio of costs, after over before, on a claim's axis; what is better has the higher number but for VALUE."""
    if form is Form.VALUE:
        return ratio
    low, high = ratio.high, ratio.low  # the other way round
    return Interval(
        value=_turned(form, ratio.value),
        low=None if low is None else _turned(form, low),
        high=None if high is None else _turned(form, high),
    )


def _turned(form: Form, ratio: float) -> float:
    return 1 - ratio if form is Form.SAVES else 1 / ratio


def _is_asked(claim: Claim, contrast: Contrast) -> bool:
    return set(contrast.levers) == set(claim.levers)


def _by_cost(claim: Claim, judged: Judged, found: Judgement) -> Measured:
    metric = claim.metric or found.contrast.metric
    level = judged.compared.comparison.aim.alpha
    if found.decided is not None and metric is found.decided.metric:
        level = found.decided.level
    logs = found.contrast.logs(blocks_of(judged.compared), metric)
    if not logs:
        return not_measured(f"no pair of runs has a number for {metric.value}")
    result = ratio_of_logs(list(logs.values()), level)
    samples = tuple(
        Sample(
            label=f"pair {block + 1}",
            value=on_axis(claim.form, Interval(value=math.exp(log))).value,
            runs=_runs(judged.compared, found.contrast, block),
        )
        for block, log in logs.items()
    )
    share = None if found.ceiling is None or metric is not found.contrast.metric else found.ceiling.share
    return Measured(
        interval=on_axis(claim.form, result.ratio),
        basis=_basis(judged.compared.comparison, metric, result, level),
        samples=samples,
        ceiling=None if share is None or claim.form is Form.VALUE else _most(claim.form, share),
        spread=result.spread,
        alpha=level,
        unsound="; ".join(judged.void_by(metric)) or None,
    )


def _by_quality(claim: Claim, judged: Judged, search: Searched) -> Measured:
    """Equal quality: CPU until the search is as good as the one without the lever ended."""
    result = search.result
    if result is None or search.why is not None:
        return not_measured(search.why or "the searches cannot be compared")
    time = result.time_to_quality
    if time.ratio is None:
        return _never_as_good(claim, judged, search, result)
    kind = "median" if time.is_median else "geometric mean"
    return Measured(
        interval=on_axis(claim.form, time.ratio),
        basis=f"CPU until as good, {kind} over {time.seeds} seeds; interval at {percent_text(search.confidence)}",
        samples=_whole_searches(claim, judged, search),
        quality=_found(time, result.cpu_ratio),
        alpha=1 - search.confidence,
        unsound="; ".join(judged.void_by(Metric.CPU)) or None,
    )


def _never_as_good(claim: Claim, judged: Judged, search: Searched, result: QualityResult) -> Measured:
    """Too few got there for a ratio; what they had spent by then still bounds the gain."""
    time = result.time_to_quality
    said = f"only {time.reached} of {time.seeds} searches became as good as the search without it"
    unsound = "; ".join(judged.void_by(Metric.CPU)) or None
    has_most = time.at_least is not None and unsound is None and claim.form is not Form.VALUE
    return Measured(
        missing=f"{said}, which is too few for a ratio",
        most=on_axis(claim.form, Interval(value=time.at_least)).value if has_most and time.at_least else None,
        opposite=said if search.finding is Finding.SLOWER and unsound is None else None,
        unsound=unsound,
        basis=f"CPU until as good or to the end, {time.seeds} seeds; bound at {percent_text(search.confidence)}",
        samples=_whole_searches(claim, judged, search),
        quality=_found(time, result.cpu_ratio),
    )


def _found(time: TimeToQuality, cpu_ratio: Interval) -> str:
    """What the searches found, as sentences."""
    reached = f"{time.reached} of {time.seeds} searches became as good as the search without it ended"
    return f"{reached}; a whole search with it takes {ratio_text(cpu_ratio.value)} the CPU of one without."


def _whole_searches(claim: Claim, judged: Judged, search: Searched) -> tuple[Sample, ...]:
    return tuple(
        Sample(
            label=f"seed {path.block + 1}, whole searches",
            value=on_axis(claim.form, Interval(value=path.lever_cpu_s / path.baseline_cpu_s)).value,
            runs=_runs(judged.compared, search.contrast, path.block),
        )
        for path in search.paths
    )


def _runs(compared: Compared, contrast: Contrast, block: int) -> tuple[str, ...]:
    """The records of a block's runs, without the lever first."""
    cells = {cell.arm: cell.run for cell in compared.cells if cell.block == block}
    return tuple(cells[name] for name in contrast.arms if name in cells)


def _basis(comparison: Comparison, metric: Metric, result: PairedResult, level: float) -> str:
    trials = comparison.base.trials
    pairs = f"{result.pairs} {'pair' if result.pairs == 1 else 'pairs'} of runs"
    return f"{_words(metric)}, {pairs} of {trials} trials; interval at {percent_text(1 - level)}"


def _most(form: Form, share: float) -> float | None:
    if form is Form.SAVES:
        return share
    return None if share >= 1 else 1 / (1 - share)


def _words(metric: Metric) -> str:
    return {
        Metric.CPU: "CPU",
        Metric.RUN_CPU: "CPU with start-up",
        Metric.WALL: "wall time",
        Metric.RUN_WALL: "wall time with start-up",
        Metric.MEMORY: "peak memory",
        Metric.STORAGE_CPU: "CPU in the storage",
        Metric.LOAD_CPU: "CPU in loading",
        Metric.FEATURE_CPU: "CPU in features",
        Metric.STARTUP_CPU: "CPU of start-up",
        Metric.STORED: "bytes stored",
        Metric.SCORE: "score",
    }[metric]
