"""The seed's table, row for row, with what was measured here beside it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from statistics import median

from harness.model.experiment import Dataset, Role
from harness.model.record import Record
from harness.report.quantity import COUNTED, Measure, Unit, known, ratio, unknown
from harness.report.reproduction.cost import STRATEGY_SPANS, Fits, strategy_cpu_s
from harness.report.reproduction.memory import growth
from harness.report.reproduction.runs import Evidence, UsableRun, count_of, whole_fact
from harness.report.reproduction.seed import SEED
from harness.report.reproduction.totals import Totals, over_runs, study_wall_per_trial_s
from harness.report.summary import ComparisonRow
from harness.units import count_text, percent_text, seconds_text

Pair = Mapping[Dataset, Measure]
_NO_RATIO = "the row has no ratio"
SEED_REAL_BARS = 262_782


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    evidence: Evidence
    fits: Fits
    totals: Totals


def table(evidence: Evidence, fits: Fits, totals: Totals) -> tuple[ComparisonRow, ...]:
    """All rows, in the seed's order; a cell that was not measured says why."""
    source = _Source(evidence=evidence, fits=fits, totals=totals)
    return (*_bars_rows(source), *_size_rows(source), *_strategy_rows(source), *_study_rows(source))


def _bars_rows(source: _Source) -> tuple[ComparisonRow, ...]:
    def row(key: str, label: str, fact: str, note: str | None = None) -> ComparisonRow:
        return _row(key, label, _facts(source, fact, Unit.BARS), note=note, has_ratio=key in ("bars", "bars_per_trial"))

    split = "By timestamp, with 24 h between the parts; holes in the bars move the borders."
    return (
        row("bars", "Bars", "bars"),
        row("train", "Train split", "train", split),
        row("validate", "Validate split", "validate"),
        row("test", "Test split", "test"),
        row("bars_per_trial", "Bars per trial (train + validate)", "bars_per_trial"),
    )


def _size_rows(source: _Source) -> tuple[ComparisonRow, ...]:
    mib = "The seed's 14.03 MB are MiB: 7 columns of 8 bytes."
    return (
        _row("table", "Table in memory", _facts(source, "table_bytes", Unit.BYTES), note=mib),
        _row("file", "File on disk", _facts(source, "file_bytes", Unit.BYTES), has_ratio=False),
        _row("generate", "Generating the bars", _each(lambda dataset: _generated(source, dataset)), has_ratio=False),
        _row("load", "Loading the bars, each trial", _each(lambda dataset: _loading(source, dataset))),
    )


def _strategy_rows(source: _Source) -> tuple[ComparisonRow, ...]:
    whole = whole_fact(source.evidence.facts_record(Dataset.REAL), "bars")
    per_bar = _each(lambda dataset: _per_bar(source, dataset))
    # the seed's figure is for its own number of bars, so the label names one only where it is the same
    label = f"Strategy on {count_text(whole)} bars" if whole == SEED_REAL_BARS else "Strategy on all real bars"
    note = (
        "Indicators and strategy, CPU. As in the seed both columns stand for the real number of bars: equal times say "
        "that the cost is linear, not that it is small."
    )
    strategy = _each(lambda dataset: _strategy(source, dataset, per_bar[dataset], whole))
    return (
        _row("strategy", label, strategy, note=note),
        _row("per_bar", "Strategy per bar", per_bar, has_ratio=False),
    )


def _study_rows(source: _Source) -> tuple[ComparisonRow, ...]:
    trials = source.evidence.reproduction.seed_trials
    wall = source.totals.wall
    nine = "The seed took this for orchestration by Optuna. It is one trial's wall time while eight others run."
    linear = _each(lambda dataset: _linear(source, dataset))
    nine_threads = _each(lambda dataset: _trial_nine(source, dataset))
    expected = ratio(wall[Dataset.REAL], linear[Dataset.REAL], "the total over this expectation")
    return (
        _row("trial_one", "One trial, one thread (wall)", _each(lambda d: _trial(source, Role.ONE_THREAD, d))),
        replace(
            _row("trial_nine", "One trial, nine threads (wall)", nine_threads, note=nine),
            ratio=_nine_ratio(source, nine_threads),
        ),
        replace(
            _row("total", f"Total of {trials} trials, nine threads", wall, note=_wall_note(source)),
            ratio=source.totals.wall_ratio,
        ),
        replace(
            _row("linear", "Total if all of a trial grew with its bars", linear, note=_linear_note(expected)),
            ratio=_bars_ratio(source),
        ),
        _row("growth", "Memory growth during a study", _each(lambda d: _growth(source, d)), has_ratio=False),
    )


def _row(key: str, label: str, pair: Pair, *, note: str | None = None, has_ratio: bool = True) -> ComparisonRow:
    synthetic, real = pair[Dataset.SYNTHETIC], pair[Dataset.REAL]
    between = ratio(real, synthetic, "real over synthetic") if has_ratio else unknown(Unit.RATIO, _NO_RATIO)
    return ComparisonRow(key=key, label=label, seed=SEED[key], synthetic=synthetic, real=real, ratio=between, note=note)


def _each(of: Callable[[Dataset], Measure]) -> Pair:
    return {dataset: of(dataset) for dataset in Dataset}


def _facts(source: _Source, name: str, unit: Unit) -> Pair:
    def fact(dataset: Dataset) -> Measure:
        record = source.evidence.facts_record(dataset)
        value = whole_fact(record, name)
        return unknown(unit, _why_no_fact(record, name)) if value is None else known(unit, float(value), COUNTED)

    return _each(fact)


def _why_no_fact(record: Record | None, name: str) -> str:
    if record is None:
        return "no run on these bars left its facts"
    return "the bars come from no file" if name == "file_bytes" else f"the workload did not say ({name})"


def _generated(source: _Source, dataset: Dataset) -> Measure:
    for made in source.evidence.reproduction.made:
        if made.dataset is dataset:
            return known(Unit.SECONDS, made.cpu_s, f"measured once, CPU, {count_text(made.bars)} bars")
    return unknown(Unit.SECONDS, "these bars were not generated here")


def _one_thread(source: _Source, dataset: Dataset, of: Callable[[UsableRun], float | None], what: str) -> Measure:
    runs = source.evidence.runs(Role.ONE_THREAD, dataset)
    if not runs:
        return unknown(Unit.SECONDS, source.evidence.why_missing(Role.ONE_THREAD, dataset))
    if any(of(run) is None for run in runs):
        return unknown(Unit.SECONDS, f"its trials have no span for it ({what})")
    return over_runs(Unit.SECONDS, runs, lambda run: of(run) or 0.0, f"measured, {what}, median of {count_of(runs)}")


def _loading(source: _Source, dataset: Dataset) -> Measure:
    return _one_thread(source, dataset, _load_cpu_s, "CPU of span load")


def _load_cpu_s(run: UsableRun) -> float | None:
    loads = [row.spans["load"].cpu_s for row in run.rows if "load" in row.spans]
    return median(loads) if loads else None


def _per_bar(source: _Source, dataset: Dataset) -> Measure:
    unit = Unit.MICROSECONDS_PER_BAR
    runs = source.evidence.runs(Role.ONE_THREAD, dataset)
    if not runs:
        return unknown(unit, source.evidence.why_missing(Role.ONE_THREAD, dataset))
    if not all(run.bars_per_trial for run in runs):
        return unknown(unit, "its bars per trial are not known")
    spans = " + ".join(STRATEGY_SPANS)
    basis = f"measured, CPU of {spans}, median of {count_of(runs)}"
    return over_runs(unit, runs, lambda run: 1e6 * strategy_cpu_s(run) / (run.bars_per_trial or 1), basis)


def _strategy(source: _Source, dataset: Dataset, per_bar: Measure, whole: int | None) -> Measure:
    if whole is None:
        return unknown(Unit.SECONDS, "the number of real bars is not known")
    if dataset is Dataset.REAL and source.fits.strategy is not None:
        runs = len(source.fits.runs)
        at = source.fits.strategy.at(whole)
        return known(
            Unit.SECONDS, at, f"extrapolated from {runs} runs: the fitted strategy at {count_text(whole)} bars"
        )
    if per_bar.interval is None:
        return unknown(Unit.SECONDS, per_bar.missing or "")
    return known(Unit.SECONDS, per_bar.interval.scaled(whole * 1e-6), f"{count_text(whole)} × the time per bar")


def _trial(source: _Source, role: Role, dataset: Dataset) -> Measure:
    runs = source.evidence.runs(role, dataset)
    if not runs:
        return unknown(Unit.SECONDS, source.evidence.why_missing(role, dataset))
    return over_runs(Unit.SECONDS, runs, lambda run: run.trial_wall_s, f"measured, median of {count_of(runs)}")


def _trial_nine(source: _Source, dataset: Dataset) -> Measure:
    """Measured, or what nine trials in flight make of the total: by Little's law each lasts 9 × total / trials."""
    measured = _trial(source, Role.NINE_THREADS, dataset)
    total = source.totals.wall[dataset].interval
    if measured.value is not None or total is None:
        return measured
    trials = source.evidence.reproduction.seed_trials
    threads = _threads(source.evidence)
    basis = f"extrapolated: {threads} in flight × the total of {trials} trials / {trials}"
    return known(Unit.SECONDS, total.scaled(threads / trials), basis)


def _nine_ratio(source: _Source, pair: Pair) -> Measure:
    """Of both as measured or of both totals; never of a measured wall time and an extrapolated one."""
    measured = [bool(source.evidence.runs(Role.NINE_THREADS, dataset)) for dataset in Dataset]
    if all(measured):
        return ratio(pair[Dataset.REAL], pair[Dataset.SYNTHETIC], "real over synthetic")
    return unknown(Unit.RATIO, "one is measured, the other extrapolated") if any(measured) else source.totals.wall_ratio


def _bars_ratio(source: _Source) -> Measure:
    bars = _facts(source, "bars_per_trial", Unit.BARS)
    return ratio(bars[Dataset.REAL], bars[Dataset.SYNTHETIC], "the bars per trial, which is what is assumed")


def _wall_note(source: _Source) -> str | None:
    """What the nine threads really took where the total is extrapolated from CPU, which does not wait."""
    runs = source.evidence.runs(Role.NINE_THREADS, Dataset.SYNTHETIC)
    trials = source.evidence.reproduction.seed_trials
    if not runs or all(len(run.record.trials) >= trials for run in runs):
        return None
    each_s = median(study_wall_per_trial_s(run) for run in runs)
    return (
        "CPU does not wait for the disk or for other programs. With all waiting the nine-thread runs took "
        f"{seconds_text(each_s)} of wall per trial on the synthetic bars here: {seconds_text(each_s * trials)} for "
        f"{trials} trials."
    )


def _threads(evidence: Evidence) -> int:
    nine = [arm.plan.workers for arm in evidence.reproduction.arms if arm.role is Role.NINE_THREADS]
    return max(nine, default=9)


def _linear(source: _Source, dataset: Dataset) -> Measure:
    total = source.totals.wall[Dataset.SYNTHETIC]
    small, large = (whole_fact(source.evidence.facts_record(d), "bars_per_trial") for d in Dataset)
    if dataset is Dataset.SYNTHETIC or total.interval is None:
        return total
    if not small or not large:
        return unknown(Unit.SECONDS, "the bars per trial of one dataset are not known")
    return known(Unit.SECONDS, total.interval.scaled(large / small), "our synthetic total × the bars per trial")


def _linear_note(expected: Measure) -> str:
    said = "The seed read its 26 % of this as better than linear. It is the fixed part of a trial, which does not grow."
    return said if expected.value is None else f"{said} Here the total is {percent_text(expected.value)} of it."


def _growth(source: _Source, dataset: Dataset) -> Measure:
    """Of one thread on either set of bars: nine threads run on the real ones only with --full."""
    runs = source.evidence.runs(Role.ONE_THREAD, dataset)
    if not runs:
        return unknown(Unit.BYTES, source.evidence.why_missing(Role.ONE_THREAD, dataset))
    return growth(runs[0])
