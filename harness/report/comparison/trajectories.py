"""Levers that change the search, as lines of the report: what each found for the same CPU, and its course by seed."""

from collections.abc import Iterator, Sequence

from harness.experiments.judging import Judged
from harness.experiments.quality import Searched, SeedPaths
from harness.experiments.stages import over_seeds
from harness.model.metric import Metric
from harness.report.comparison import sentences
from harness.report.comparison.summary import Curve, Ruling, SearchLine
from harness.report.comparison.words import confidence_text, ruling_of_search
from harness.report.quantity import Measure, Unit, known, unknown
from harness.stats.interval import Interval
from harness.units import count_text, percent_text, printable

_SAME_CPU = "mean over seeds, when the search that ended first had ended"


def search_lines(judged: Judged) -> tuple[SearchLine, ...]:
    """One for each lever that changes the search."""
    return tuple(_line(one, is_sound=not judged.void_by(Metric.CPU)) for one in judged.searches)


def _line(one: Searched, *, is_sound: bool) -> SearchLine:
    result, why = one.result, one.why or "nothing was compared"
    sure = f"{confidence_text(1 - one.confidence)} interval over seeds"
    ruling = ruling_of_search(one.finding) if is_sound else Ruling.NOT_RULED

    def measure(unit: Unit, value: Interval | float | None, basis: str) -> Measure:
        return unknown(unit, why) if value is None else known(unit, value, basis)

    return SearchLine(
        name=printable(one.contrast.name),
        ruling=ruling,
        sentence=sentences.of_search(one),
        seeds=len(one.paths),
        confidence=one.confidence,
        maximise=one.maximise,
        budget=measure(Unit.SECONDS, None if result is None else result.budget_s, "CPU, mean over seeds"),
        score_before=measure(Unit.SCORE, None if result is None else result.score.baseline, _SAME_CPU),
        score_after=measure(Unit.SCORE, None if result is None else result.score.lever, _SAME_CPU),
        score_difference=measure(Unit.SCORE, None if result is None else result.score.difference, sure),
        regret_before=measure(Unit.SCORE, None if result is None else result.regret.baseline, _SAME_CPU),
        regret_after=measure(Unit.SCORE, None if result is None else result.regret.lever, _SAME_CPU),
        cpu_ratio=measure(Unit.RATIO, None if result is None else result.cpu_ratio, sure),
        time_ratio=unknown(Unit.RATIO, "too few seeds got there")
        if result is None or result.time_to_quality.ratio is None
        else known(Unit.RATIO, result.time_to_quality.ratio, sure),
        reached=0 if result is None else result.time_to_quality.reached,
        curves=tuple(_curves(one.paths)),
        notes=tuple(_notes(one)),
    )


def _curves(paths: Sequence[SeedPaths]) -> Iterator[Curve]:
    for one in paths:
        yield Curve(seed=one.block, with_lever=False, points=one.baseline, end_s=one.baseline_cpu_s)
        yield Curve(seed=one.block, with_lever=True, points=one.lever, end_s=one.lever_cpu_s)


def _notes(one: Searched) -> Iterator[str]:
    result = one.result
    if result is None:
        return
    yield (
        "Regret is how far a score stays below the best that any search of this comparison found; scoring on all the "
        "data afterwards is charged to neither search."
    )
    if result.seeds_without:
        yield f"{count_text(result.seeds_without)} seeds had no score when the other search ended, and are left out."
    if result.time_to_quality.ratio is not None and result.time_to_quality.is_median:
        yield "The ratio of CPU is a median, as not every seed got there."
    for stage in over_seeds([seed.rankings for seed in one.paths]):
        if stage.correlation is not None:
            yield (
                f"On {percent_text(stage.share)} of the data, points ranked as on all of it with a correlation of "
                f"{stage.correlation:.2f} (Spearman, median over seeds; {count_text(stage.points)} points that ran on "
                "both, which are the better ones)."
            )
