"""Metrics, ratios and rulings as words."""

from harness.experiments.quality import Finding
from harness.model.metric import TIMES, Metric
from harness.report.comparison.summary import Ruling
from harness.report.quantity import Measure, Unit, known, unknown
from harness.stats.answer import Answer
from harness.stats.interval import Interval
from harness.stats.pairs import PairedResult
from harness.units import percent_text, ratio_text, significant

_LABELS = {
    Metric.CPU: "CPU",
    Metric.RUN_CPU: "CPU with start-up",
    Metric.WALL: "wall time",
    Metric.RUN_WALL: "wall time with start-up",
    Metric.MEMORY: "peak memory",
    Metric.STORAGE_CPU: "CPU in the storage",
    Metric.LOAD_CPU: "CPU of loading",
    Metric.FEATURE_CPU: "CPU of features",
    Metric.STARTUP_CPU: "CPU of start-up",
    Metric.STORED: "stored bytes",
    Metric.SCORE: "score",
}
_TIMES_LESS = 0.5  # below it, "4.1× less" says more than "75.6 % less"


def label(metric: Metric) -> str:
    """A metric as a noun."""
    return _LABELS[metric]


def unit(metric: Metric) -> Unit:
    """What a metric counts."""
    if metric is Metric.SCORE:
        return Unit.SCORE
    return Unit.SECONDS if metric in TIMES else Unit.BYTES


def pairs_text(count: int) -> str:
    """So many pairs."""
    return "1 pair" if count == 1 else f"{count} pairs"


def confidence_text(level: float) -> str:
    """The confidence of an interval at a level: `99 %`, `99.67 %`."""
    return f"{(1 - level) * 100:.4g} %"


def ratio_of(result: PairedResult | None, level: float, why: str = "no pair has both") -> Measure:
    """A ratio with its interval."""
    if result is None:
        return unknown(Unit.RATIO, why)
    return known(Unit.RATIO, result.ratio, f"{pairs_text(result.pairs)}, {confidence_text(level)} interval")


def ruling_of(answer: Answer) -> Ruling:
    """An answer as a ruling."""
    match answer:
        case Answer.FASTER:
            return Ruling.FASTER
        case Answer.SLOWER:
            return Ruling.SLOWER
        case Answer.SAME:
            return Ruling.SAME
        case Answer.INCONCLUSIVE:
            return Ruling.INCONCLUSIVE


def ruling_of_search(finding: Finding) -> Ruling:
    """What is said of a search as a ruling: better for the same CPU is less CPU for as good."""
    match finding:
        case Finding.FASTER | Finding.BETTER:
            return Ruling.FASTER
        case Finding.SLOWER:
            return Ruling.SLOWER
        case Finding.INCONCLUSIVE:
            return Ruling.INCONCLUSIVE


def bounds(interval: Interval) -> str | None:
    """The bounds of a ratio: `1.27 – 1.38×`."""
    if interval.low is None or interval.high is None:
        return None
    low, high = significant(interval.low), significant(interval.high)
    return f"{low} – {high}×"


def times_text(interval: Interval, what: str) -> str:
    """A change as a predicate: `takes 1.32× the CPU`, `saves 9.9 % of the CPU`, `takes 213× less CPU`."""
    if interval.value >= 1:
        return f"takes {ratio_text(interval.value)} the {what}"
    if interval.value >= _TIMES_LESS:
        return f"saves {percent_text(1 - interval.value)} of the {what}"
    return f"takes {significant(1 / interval.value)}× less {what}"


def change_bounds(interval: Interval) -> str | None:
    """The bounds of `times_text` in the same terms."""
    if interval.low is None or interval.high is None:
        return None
    if interval.value >= 1:
        return bounds(interval)
    if interval.value >= _TIMES_LESS:
        low, high = (f"{(1 - end) * 100:.1f}" for end in (interval.high, interval.low))
        return f"{low} – {high} %"
    return f"{significant(1 / interval.high)} – {significant(1 / interval.low)}×"
