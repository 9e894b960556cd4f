"""The tables of a comparison as text, shared by its renderers: formatting only."""

from harness.report.cells import NONE, Grid, bounds_text, value_text
from harness.report.comparison.sentences import signed
from harness.report.comparison.summary import ComparisonSummary, LeverLine, Ruling, SearchLine
from harness.report.quantity import Measure
from harness.units import count_text, ratio_text, significant


def ruling_text(ruling: Ruling, metric_label: str) -> str:
    """A ruling as a word or two: `less CPU`."""
    match ruling:
        case Ruling.FASTER | Ruling.SLOWER:
            return f"{ruling.value!s} {metric_label}"
        case Ruling.SAME | Ruling.INCONCLUSIVE | Ruling.NOT_RULED | Ruling.OUT:
            return str(ruling.value)


def ratio_bounds(measure: Measure) -> str:
    """The bounds of a ratio, each to three digits; far apart, they share no last digit."""
    if measure.low is None or measure.high is None:
        return NONE
    return f"{significant(measure.low)} – {significant(measure.high)}×"


def lever_grid(summary: ComparisonSummary) -> Grid:
    """A line for each lever, then the controls."""
    rows = [_lever_row(line) for line in _lines(summary)]
    rows += [
        (
            control.name,
            "as it should be" if control.is_as_it_should_be else "NOT AS IT SHOULD BE",
            control.metric_label,
            value_text(control.ratio),
            ratio_bounds(control.ratio),
            count_text(len(control.samples)),
            NONE,
        )
        for control in summary.controls
    ]
    columns = ("Lever", "Ruling", "By", "Ratio", "Interval", "Pairs", "At best")
    return Grid(title="Levers by cost, with over without", columns=columns, rows=tuple(rows), names=3)


def short_grid(summary: ComparisonSummary) -> Grid:
    """The same for 80 columns."""
    beside = {line.name: _beside(line) for line in _lines(summary)}
    rows = tuple(
        (name, ratio, interval, best, *beside.get(lever, (NONE, NONE)))
        for lever, name, ratio, interval, best in _rows(summary)
    )
    columns = ("With over without", "Ratio", "Interval", "At best", "Wall", "Memory")
    return Grid(title="", columns=columns, rows=rows)


def _lines(summary: ComparisonSummary) -> tuple[LeverLine, ...]:
    return summary.levers if summary.total is None else (*summary.levers, summary.total)


def _beside(line: LeverLine) -> tuple[str, str]:
    """Ratios of wall time and memory."""
    found = {metric.metric: value_text(metric.ratio) for metric in line.metrics}
    return found.get("wall", NONE), found.get("memory", NONE)


def _rows(summary: ComparisonSummary) -> tuple[tuple[str, ...], ...]:
    deciding = {line.metric_label for line in summary.levers} | {line.metric_label for line in summary.controls}
    return tuple(
        (name, name if len(deciding) == 1 else f"{name}, {by}", ratio, interval, best)
        for name, _, by, ratio, interval, _, best in lever_grid(summary).rows
    )


def _lever_row(line: LeverLine) -> tuple[str, ...]:
    return (
        line.name,
        ruling_text(line.ruling, line.metric_label),
        line.metric_label,
        value_text(line.ratio),
        ratio_bounds(line.ratio),
        count_text(line.pairs),
        NONE if line.component is None else value_text(line.component.least_ratio),
    )


def component_grid(summary: ComparisonSummary) -> Grid:
    """What levers act on, with its share and the ratio end to end."""
    rows = tuple(
        (
            line.name,
            line.component.name,
            value_text(line.component.share),
            value_text(line.component.before),
            value_text(line.component.after),
            value_text(line.component.ratio),
            value_text(line.component.least_ratio),
            value_text(line.ratio),
        )
        for line in summary.levers
        if line.component is not None
    )
    columns = ("Lever", "Acts on", "Share", "Without", "With", "Ratio there", "Whole at best", "Whole, measured")
    return Grid(title="What each lever can touch, and what it made of it", columns=columns, rows=rows, names=2)


def metric_grid(line: LeverLine) -> Grid:
    """Every metric of a lever."""
    rows = tuple(
        (
            f"{found.label}, decides" if found.decides else found.label,
            value_text(found.before),
            value_text(found.after),
            value_text(found.ratio),
            ratio_bounds(found.ratio),
        )
        for found in line.metrics
    )
    columns = ("Metric of a run", "Without", "With", "Ratio", "Interval")
    return Grid(title=f"A run without and with {line.name}", columns=columns, rows=rows)


def step_grid(summary: ComparisonSummary, *, is_short: bool = False) -> Grid:
    """The waterfall; the short form leaves the intervals of the last column out."""
    rows = tuple(
        (
            step.name,
            value_text(step.cost),
            value_text(step.ratio),
            ratio_bounds(step.ratio),
            value_text(step.total),
            *(() if is_short else (ratio_bounds(step.total),)),
        )
        for step in summary.steps
    )
    columns = ("Step", "A run takes", "Over the step before", "Interval", "Over the first", "Interval")
    return Grid(title="" if is_short else "Step by step", columns=columns[: 5 if is_short else 6], rows=rows)


def together_grid(summary: ComparisonSummary) -> Grid:
    """What a lever does alone, and once another is on."""
    rows = tuple(
        (
            line.lever,
            line.other,
            value_text(line.alone),
            ratio_bounds(line.alone),
            value_text(line.together),
            ratio_bounds(line.together),
        )
        for line in summary.once
    )
    columns = ("Lever", "Once this is on", "Alone", "Interval", "Then", "Interval")
    return Grid(title="Alone and after another", columns=columns, rows=rows, names=2)


def interaction_grid(summary: ComparisonSummary) -> Grid:
    """Joint effects over the products of single ones."""
    rows = tuple((line.name, value_text(line.ratio), ratio_bounds(line.ratio)) for line in summary.interactions)
    return Grid(
        title="Together, over the product of what each does", columns=("Levers", "Ratio", "Interval"), rows=rows
    )


def search_grid(line: SearchLine) -> Grid:
    """What a search finds without and with a lever."""
    difference = line.score_difference
    between = NONE
    if difference.low is not None and difference.high is not None:
        between = f"{signed(difference.low)} to {signed(difference.high)}"
    rows = (
        (
            "Score for the same CPU",
            value_text(line.score_before),
            value_text(line.score_after),
            NONE if difference.value is None else signed(difference.value),
            between,
        ),
        ("Regret for the same CPU", value_text(line.regret_before), value_text(line.regret_after), NONE, NONE),
        (
            "CPU of the whole search",
            NONE,
            NONE,
            value_text(line.cpu_ratio),
            ratio_bounds(line.cpu_ratio),
        ),
        (
            f"CPU until as good ({line.reached} of {line.seeds} seeds)",
            NONE,
            NONE,
            value_text(line.time_ratio),
            ratio_bounds(line.time_ratio),
        ),
    )
    columns = ("", "Without", "With", "Change", "Interval")
    return Grid(title=f"Searches without and with {line.name}", columns=columns, rows=rows)


def cell_grid(summary: ComparisonSummary) -> Grid:
    """Every run, in the order in which they were carried out."""
    rows = tuple(
        (
            cell.run,
            cell.arm if cell.died is None else f"{cell.arm}: {cell.died}",
            count_text(cell.block),
            count_text(cell.place),
            value_text(cell.cpu),
            value_text(cell.wall),
            value_text(cell.memory),
        )
        for cell in summary.cells
    )
    columns = ("Run", "Arm", "Pair", "Place", "CPU", "Wall time", "Peak memory")
    return Grid(title="Every run, in the order of time", columns=columns, rows=rows, names=2)


def key_numbers(summary: ComparisonSummary) -> tuple[tuple[str, str, str], ...]:
    """Four numbers for the head of the page: label, value, what stands beside it."""
    same = next((line for line in summary.controls if line.expected_low is None), None)
    slowed = next((line for line in summary.controls if line.expected_low is not None), None)
    share = summary.machinery_share
    return (
        ("Pairs of runs", count_text(summary.pairs), f"of {count_text(summary.planned_pairs)} planned"),
        (
            "The same against itself",
            NONE if same is None else value_text(same.ratio),
            "no interval" if same is None else bounds_text(same.ratio) or "no interval",
        ),
        (
            "A known slowdown",
            NONE if slowed is None else value_text(slowed.ratio),
            "" if slowed is None else f"put in: {_expected(slowed.expected_low, slowed.expected_high)}",
        ),
        ("Spent on the experiment itself", value_text(share), "of its wall time beyond start-up"),
    )


def _expected(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return NONE
    one, two = ratio_text(low), ratio_text(high)
    return one if one == two else f"{one.removesuffix('×')} – {two}"


def said_below(summary: ComparisonSummary) -> tuple[str, ...]:
    """Sentences on levers that the headline has no room for, and what changes beside what decides."""
    lines = _lines(summary)
    every = (*(line.sentence for line in lines), *(line.sentence for line in summary.searches))
    said = [sentence for sentence in every if sentence[1:] not in summary.headline]
    missing = [f"{text[0].upper() if text.startswith(('of ', 'what ')) else text[0]}{text[1:]}." for text in said]
    return (*missing, *(f"{line.name}{note.removeprefix('It')}" for line in lines for note in line.notes))
