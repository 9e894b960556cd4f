"""The text of cells, tables and labels that all renderers share: formatting only, nothing is decided here."""

from dataclasses import dataclass

from harness.model.experiment import Dataset
from harness.report.quantity import COUNTED, Measure, Unit
from harness.report.summary import Agreement, ComparisonRow, DatasetFacts, Summary
from harness.units import (
    Scale,
    bytes_scale,
    bytes_text,
    count_text,
    interval_text,
    percent_text,
    range_text,
    ratio_text,
    scaled_text,
    seconds_scale,
    seconds_text,
)

NONE = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table as text: the first `names` columns are words, the rest numbers."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    names: int = 1


def value_text(measure: Measure) -> str:
    """The value with its unit, or a dash."""
    if measure.value is None:
        return NONE
    match measure.unit:
        case Unit.BARS | Unit.COUNT | Unit.SCORE:
            return count_text(measure.value)
        case Unit.SHARE:
            return percent_text(measure.value)
        case Unit.RATIO:
            return ratio_text(measure.value)
        case Unit.SECONDS | Unit.BYTES | Unit.MICROSECONDS_PER_BAR:
            return scaled_text(measure.value, _scale(measure))


def bounds_text(measure: Measure) -> str | None:
    """The interval in the unit of its value; None where there is none."""
    if measure.value is None or measure.low is None or measure.high is None:
        return None
    return range_text(measure.low, measure.value, measure.high, _scale(measure))


def basis_text(row: ComparisonRow) -> str | None:
    """How both cells of ours are known, or why not, and the row's note; None where the numbers were only counted."""
    synthetic, real = _why(row.synthetic), _why(row.real)
    said = real if synthetic == real else f"synthetic: {synthetic}; real: {real}"
    basis = None if said == COUNTED else f"{said[:1].upper()}{said[1:]}."
    return " ".join(text for text in (basis, row.note) if text is not None) or None


def dataset_text(dataset: Dataset) -> str:
    """The dataset as a word."""
    match dataset:
        case Dataset.SYNTHETIC:
            return "synthetic"
        case Dataset.REAL:
            return "real"


def agreement_text(agreement: Agreement) -> str:
    """The result of the value check as a word."""
    match agreement:
        case Agreement.SAME:
            return "same values"
        case Agreement.DIFFERENT:
            return "DIFFERENT VALUES"
        case Agreement.NOT_COMPARED:
            return "not compared"


def fit_grid(summary: Summary) -> Grid:
    """The points of the cost model."""
    rows = tuple(
        (
            point.arm,
            dataset_text(point.dataset),
            count_text(point.bars_per_trial),
            count_text(point.trials),
            seconds_text(point.cpu_s_per_trial),
            NONE if point.fitted_s_per_trial is None else seconds_text(point.fitted_s_per_trial),
        )
        for point in summary.cost_model.points
    )
    columns = ("Run of arm", "Bars", "Bars per trial", "Trials", "CPU per trial", "Fitted")
    return Grid(title="Points of the cost model", columns=columns, rows=rows, names=2)


def span_grid(summary: Summary, *, is_wall: bool) -> Grid:
    """Seconds per trial by span and arm, with the sums that they add up to."""
    arms = summary.breakdowns
    names = list(dict.fromkeys(part.name for arm in arms for part in arm.parts))
    ordered = sorted(names, key=lambda name: max((_index(arm.parts, name) for arm in arms), default=0))
    rows = []
    for name in ordered:
        parts = [next((part for part in arm.parts if part.name == name), None) for arm in arms]
        seconds = [
            None if part is None else (part.wall_s_per_trial if is_wall else part.cpu_s_per_trial) for part in parts
        ]
        rows.append((name, *(NONE if value is None else seconds_text(value) for value in seconds)))
    rows.append(("trial", *(seconds_text(arm.wall_s_per_trial if is_wall else arm.cpu_s_per_trial) for arm in arms)))
    if is_wall:
        rows.append(("of that waiting", *(seconds_text(arm.waiting_s_per_trial) for arm in arms)))
    between = (arm.between_wall_s_per_trial if is_wall else arm.between_cpu_s_per_trial for arm in arms)
    rows.append(("between trials", *(seconds_text(value) for value in between)))
    title = "Wall time per trial" if is_wall else "CPU per trial"
    return Grid(title=title, columns=("Span", *(arm.arm for arm in arms)), rows=tuple(rows))


def share_grid(summary: Summary) -> Grid:
    """One line for each arm: what its trial costs and the three spans that most of its CPU goes into."""
    rows = []
    for arm in summary.breakdowns:
        top = sorted(arm.parts, key=lambda part: part.cpu_s_per_trial, reverse=True)[:3]
        rows.append(
            (
                arm.arm,
                ", ".join(f"{part.name} {percent_text(part.cpu_share)}" for part in top),
                seconds_text(arm.cpu_s_per_trial),
                seconds_text(arm.wall_s_per_trial),
                seconds_text(arm.waiting_s_per_trial),
            )
        )
    columns = ("Arm", "Most CPU", "CPU", "Wall", "Waiting")
    return Grid(title="Per trial, averaged over the trials of an arm", columns=columns, rows=tuple(rows), names=2)


def overlap_grid(summary: Summary) -> Grid:
    """Nine threads against one."""
    rows = tuple(
        (
            line.arm,
            count_text(line.lanes),
            count_text(len(line.bars)),
            seconds_text(line.median_trial_wall_s),
            seconds_text(line.median_trial_cpu_s),
            seconds_text(line.study_wall_s_per_trial),
        )
        for line in summary.overlap.timelines
    )
    columns = ("Arm", "Threads", "Trials", "Trial, wall", "Trial, CPU", "Study, wall per trial")
    return Grid(title="One trial and the whole study", columns=columns, rows=rows)


def memory_grid(summary: Summary) -> Grid:
    """Peaks and growth by arm."""
    rows = tuple(
        (
            line.arm,
            _bytes(line.table_bytes),
            _bytes(line.peak_pss_bytes),
            value_text(line.growth),
            ", ".join(_bytes(process.peak_rss_bytes) for process in line.processes) or NONE,
        )
        for line in summary.memory
    )
    columns = ("Arm", "Table of bars", "Peak PSS of the tree", "Growth", "Peak RSS by process")
    return Grid(title="Memory by arm", columns=columns, rows=rows)


def run_grid(summary: Summary) -> Grid:
    """Every run and how it ended."""
    rows = tuple(
        (
            line.arm,
            dataset_text(line.dataset),
            line.ending,
            f"{count_text(line.trials)} of {count_text(line.trials_planned)}",
            NONE if line.wall_s is None else seconds_text(line.wall_s),
            NONE if line.cpu_s is None else seconds_text(line.cpu_s),
            _bytes(line.peak_pss_bytes),
        )
        for line in summary.runs
    )
    columns = ("Arm", "Bars", "Ended", "Trials", "Wall", "CPU", "Peak PSS")
    return Grid(title="Runs, in the order they were carried out", columns=columns, rows=rows, names=3)


def cost_grid(summary: Summary) -> Grid:
    """What measuring cost, by run."""
    rows = tuple(
        (
            line.arm,
            count_text(line.trials),
            seconds_text(line.recording_s_per_trial),
            seconds_text(line.events_s_per_trial),
            percent_text(line.share_of_trial_cpu),
        )
        for line in summary.own_cost
    )
    columns = ("Run of arm", "Trials", "Writing rows", "Hearing spans", "Share of the trial")
    return Grid(title="What measuring cost, CPU per trial", columns=columns, rows=rows)


def own_cost_text(summary: Summary) -> str:
    """What measuring cost, over all runs, in one sentence."""
    costs = [line.recording_s_per_trial + line.events_s_per_trial for line in summary.own_cost]
    if not costs:
        return "What measuring cost is not known: no run closed its books."
    low, high = seconds_text(min(costs)), seconds_text(max(costs))
    share = percent_text(max(line.share_of_trial_cpu for line in summary.own_cost))
    return f"Measuring cost {low if low == high else f'{low} to {high}'} of CPU per trial, at most {share} of a trial."


def dataset_lines(facts: DatasetFacts) -> tuple[str, ...]:
    """What is known of a dataset, a phrase each."""
    said = [] if facts.name is None else [facts.name]
    if facts.bars is not None:
        every = "" if facts.interval_s is None else f" of {interval_text(facts.interval_s)}"
        said.append(f"{count_text(facts.bars)} bars{every}")
    if facts.gaps is not None:
        lost = "" if not facts.missing_bars else f" ({count_text(facts.missing_bars)} bars missing)"
        said.append("no gaps" if facts.gaps == 0 else f"{count_text(facts.gaps)} gaps{lost}")
    if facts.digest is not None:
        said.append(f"digest {facts.digest[:16]}")
    return (*said, *facts.notes)


def _scale(measure: Measure) -> Scale:
    value = measure.value or 0.0
    match measure.unit:
        case Unit.SECONDS:
            return seconds_scale(value)
        case Unit.BYTES:
            return bytes_scale(value)
        case Unit.MICROSECONDS_PER_BAR:
            return Scale(factor=1.0, symbol=" µs")
        case Unit.RATIO:
            return Scale(factor=1.0, symbol="×")
        case Unit.SHARE:
            return Scale(factor=0.01, symbol=" %")
        case Unit.BARS | Unit.COUNT | Unit.SCORE:
            return Scale(factor=1.0, symbol="")


def _why(measure: Measure) -> str:
    return measure.basis or "" if measure.missing is None else f"not measured: {measure.missing}"


def _bytes(size: int | None) -> str:
    return NONE if size is None else bytes_text(size)


def _index(parts: tuple[object, ...], name: str) -> int:
    return next((index for index, part in enumerate(parts) if getattr(part, "name", None) == name), -1)
