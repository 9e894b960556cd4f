"""The tables of a scaling as text, shared by its renderers: formatting only."""

from harness.report.cells import NONE, Grid, bounds_text, value_text
from harness.report.quantity import Measure
from harness.report.scaling.summary import ScalingSummary
from harness.report.scaling.words import exponent_text, per_unit
from harness.units import count_text, percent_text, seconds_text

_ABOUT_NONE = "≈ 0"  # its interval holds none


def size_grid(summary: ScalingSummary) -> Grid:
    """Every size in one worker."""
    rows = tuple(
        (
            f"{line.label}{' (held out)' if line.is_held_out else ''}",
            count_text(line.runs),
            value_text(line.cpu),
            bounds_text(line.cpu) or NONE,
            value_text(line.fitted),
            value_text(line.wall),
        )
        for line in summary.sizes
    )
    columns = ("Data", "Runs", "CPU", "95 %", "By the law", "Wall")
    return Grid(title="A trial in one worker", columns=columns, rows=rows)


def law_grid(summary: ScalingSummary, *, brief: bool = False) -> Grid:
    """How the trial and each phase grow; `brief` for 80 columns."""
    rows: list[tuple[str, ...]] = []
    for line in summary.laws:
        if brief and line.growth == "not fitted":
            continue
        share, largest = value_text(line.share), value_text(line.largest)
        exponent = exponent_text(line.exponent)
        is_line = line.growth == "linear"
        if brief:
            said = exponent if line.exponent.value is not None else line.growth
            slope = value_text(line.slope) if is_line else NONE
            fixed = _ABOUT_NONE if line.fixed.low is not None and line.fixed.low <= 0 else value_text(line.fixed)
            rows.append((line.name, share, largest, fixed, slope, said))
        else:
            slope = _with(line.slope) if is_line else NONE
            rows.append((line.name, share, largest, _fixed(line.fixed), slope, exponent, line.growth))
    columns = ["Part", "Share", "Largest", "Fixed", per_unit(summary.unit), "Exponent"]
    if not brief:
        columns.append("Growth")
    return Grid(title="How a trial and its phases grow, CPU per trial", columns=tuple(columns), rows=tuple(rows))


def held_grid(summary: ScalingSummary) -> Grid:
    """What was foretold, and what came."""
    rows = tuple(
        (
            f"{line.quantity} of a trial",
            value_text(line.foretold),
            bounds_text(line.foretold) or NONE,
            value_text(line.measured),
            f"{count_text(line.inside)} of {count_text(len(line.runs))}",
            line.fell,
        )
        for line in summary.held
    )
    columns = ("Held out", "Foretold", "95 %", "Measured", "Runs inside", "Fell")
    return Grid(title="The largest size, foretold before it was run", columns=columns, rows=rows)


def ahead_grid(summary: ScalingSummary) -> Grid:
    """More data than there was."""
    rows = tuple((line.label, value_text(line.cpu), bounds_text(line.cpu) or NONE) for line in summary.ahead)
    return Grid(title="Should the law go on, for one more run", columns=("Data", "CPU of a trial", "95 %"), rows=rows)


def trial_grid(summary: ScalingSummary) -> Grid:
    """Growth with the number of trials."""
    rows = tuple(
        (
            line.label,
            count_text(line.runs),
            value_text(line.first),
            value_text(line.per_thousand),
            bounds_text(line.per_thousand) or NONE,
        )
        for line in summary.trials
    )
    columns = ("Data", "Runs", "CPU of the first trial", "More per 1,000 trials", "95 %")
    return Grid(title="Growth with the number of trials, at one size", columns=columns, rows=rows)


def worker_grid(summary: ScalingSummary) -> Grid:
    """Throughput by workers."""
    if summary.workers is None:
        return Grid(title="", columns=(), rows=())
    rows = tuple(
        (
            count_text(line.workers),
            value_text(line.trials_per_s),
            value_text(line.speedup),
            bounds_text(line.speedup) or NONE,
            NONE if line.efficiency.value is None else percent_text(line.efficiency.value),
            value_text(line.busy_cores),
            line.limit,
        )
        for line in summary.workers.lines
    )
    columns = ("Workers", "Trials per s", "Speed-up", "95 %", "Per worker", "Cores busy", "Held back by")
    return Grid(title=f"Workers: {summary.workers.kind} on {summary.workers.size}", columns=columns, rows=rows)


def extra_grid(summary: ScalingSummary) -> Grid:
    """What a trial takes more among several workers."""
    if summary.workers is None:
        return Grid(title="", columns=(), rows=())
    rows = tuple(
        (
            count_text(line.workers),
            value_text(line.trial_wall),
            value_text(line.extra_cpu),
            value_text(line.extra_queue),
            value_text(line.extra_storage),
            value_text(line.extra_other),
            value_text(line.cpu_ratio),
        )
        for line in summary.workers.lines
    )
    columns = ("Workers", "Trial, wall", "More CPU", "For a core", "In the storage", "Other waiting", "CPU, ratio")
    return Grid(title="What a trial takes more than in one worker", columns=columns, rows=rows)


def split_grid(summary: ScalingSummary) -> Grid:
    """A ratio of totals and its factors."""
    if summary.split is None:
        return Grid(title="", columns=(), rows=())
    split = summary.split
    rows = [
        *((factor.name, value_text(factor.ratio), bounds_text(factor.ratio) or NONE) for factor in split.factors),
        ("total", value_text(split.total), bounds_text(split.total) or NONE),
    ]
    return Grid(title=split.title, columns=("Factor", "Ratio", "95 %"), rows=tuple(rows))


def run_grid(summary: ScalingSummary) -> Grid:
    """Every run."""
    rows = tuple(
        (
            line.arm,
            line.stage,
            count_text(line.block),
            value_text(line.cpu),
            value_text(line.wall),
            line.died or NONE,
        )
        for line in summary.runs
    )
    columns = ("Run", "Stage", "Block", "CPU per trial", "Wall per trial", "Died")
    return Grid(title="Runs, in the order they were made", columns=columns, rows=rows, names=2)


def _fixed(measure: Measure) -> str:
    """A fixed cost with its interval, or what it is at most where that holds none."""
    if measure.low is None or measure.high is None or measure.low > 0:
        return _with(measure)
    return f"{_ABOUT_NONE} (at most {seconds_text(measure.high)})" if measure.high > 0 else _ABOUT_NONE


def _with(measure: Measure) -> str:
    bounds = bounds_text(measure)
    return value_text(measure) if bounds is None else f"{value_text(measure)} ({bounds})"
