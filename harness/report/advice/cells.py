"""The tables of advice as text, shared by its renderers: formatting only."""

from harness.report.advice.summary import Advice
from harness.report.advice.words import duration_text, share_text
from harness.report.cells import NONE, Grid, bounds_text, value_text
from harness.report.quantity import Measure
from harness.units import bytes_text, count_text


def forecast_grid(advice: Advice) -> Grid:
    """The whole study in each way of running it."""
    rows = tuple(
        (
            one.how,
            NONE if one.wall.value is None else duration_text(one.wall.value),
            _interval(one.wall),
            value_text(one.speedup),
            value_text(one.memory),
        )
        for one in advice.forecasts
    )
    columns = ("Run as", "Time", "95 % interval", "Speed-up", "Memory")
    return Grid(title=f"The whole study of {count_text(advice.trials)} trials", columns=columns, rows=rows)


def part_grid(advice: Advice) -> Grid:
    """What the forecast is made of, with the intervals."""
    trial, sampler, memory = advice.trial, advice.sampler, advice.memory
    lines = (
        ("A trial, without the sampler", trial.wall),
        ("the same with a core free for it", trial.free_wall),
        ("CPU of its thread", trial.cpu),
        ("cores that a worker keeps busy", trial.busy_cores),
        ("share of the storage", trial.storage_share),
        ("Start of a worker", trial.startup),
        ("What its first trial takes more", trial.first_extra),
        (f"The {sampler.name} sampler, early", sampler.first_trial),
        ("at the study's end", sampler.last_trial),
        ("over the whole study", sampler.total),
        ("Memory of a worker, at the end", memory.need),
        ("in a short probe", memory.peak),
        ("of it, with the data", memory.data),
        ("growth per trial", memory.growth),
        ("Optuna's own history, at the end", memory.history),
    )
    rows = tuple(
        (label, value_text(measure), bounds_text(measure) or NONE, measure.basis or measure.missing or NONE)
        for label, measure in lines
    )
    return Grid(title="What the forecast is made of", columns=("", "Value", "95 % interval", "How known"), rows=rows)


def point_grid(advice: Advice) -> Grid:
    """Every probe."""
    rows = tuple(
        (
            point.what,
            share_text(point.share),
            count_text(point.workers),
            count_text(point.trials),
            value_text(point.wall),
            value_text(point.cpu),
            value_text(point.spread),
            value_text(point.peak),
        )
        for point in advice.points
    )
    columns = (
        "Probe",
        "Data",
        "Workers",
        "Trials counted",
        "Trial, wall",
        "Trial, CPU",
        "Spread of trials",
        "Peak memory",
    )
    return Grid(title="Probes, in the order they were run", columns=columns, rows=rows)


def _interval(measure: Measure) -> str:
    if measure.low is None or measure.high is None:
        return NONE
    return f"{duration_text(measure.low)} – {duration_text(measure.high)}"


def memory_room(advice: Advice) -> str:
    """The memory that there is."""
    value = advice.fit.memory.value
    return NONE if value is None else bytes_text(value)
