"""The HTML renderer of profiled runs: one page that needs nothing else, not even a script, and cannot run one."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from harness.model.record import TrialState
from harness.report.cells import Grid
from harness.report.page import environment, figure
from harness.report.palette import VARIABLES
from harness.report.profiled.forms import cells, figures, graphs
from harness.report.profiled.summary import Comparison, ProfileReport, ProfileSummary
from harness.report.profiled.words import state_text
from harness.units import percent_text


@dataclass(frozen=True, slots=True, kw_only=True)
class _Swatch:
    """A legend entry: a name and the CSS variable of its colour."""

    name: str
    variable: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """A run with all that its part of the page is made of."""

    key: str  # begins the ids of its elements
    summary: ProfileSummary
    figures: Mapping[str, Markup | None]
    grids: Mapping[str, Grid]
    places: tuple[_Swatch, ...]  # of the run
    parts: tuple[_Swatch, ...]
    states: tuple[_Swatch, ...]
    processes: tuple[_Swatch, ...]  # of the memory after each trial


def render(report: ProfileReport) -> str:
    """The whole page. What comes from records is escaped by Jinja's autoescape, in figures by the XML writer."""
    made = environment()
    made.filters.update(memory=cells.memory_text, percent=percent_text)
    runs = tuple(_run(f"r{index}", summary) for index, summary in enumerate(report.runs, start=1))
    return made.get_template("profiled.html").render(report=report, runs=runs, beside=_beside(report.comparison))


def _beside(comparison: Comparison | None) -> Grid | None:
    return None if comparison is None else cells.comparison_grid(comparison)


def _run(key: str, summary: ProfileSummary) -> _Run:
    drawn = {
        "account": figures.account_bar(summary.account, key),
        "ledger": figures.ledger_bar(summary.ledger, key),
        "timeline": figures.timeline(summary.timeline, key),
        "course": graphs.course(summary.course, key),
        "flame": figures.flame(None if summary.stacks is None else summary.stacks.flame, key),
        "tree": graphs.tree(summary.memory, key),
        "allocations": figures.allocations(summary.allocations, key),
        "growth": graphs.growth(summary.memory, key),
    }
    states = () if summary.timeline is None else summary.timeline.states
    return _Run(
        key=key,
        summary=summary,
        figures={name: figure(drawing) for name, drawing in drawn.items()},
        grids=_grids(summary),
        places=_places(summary),
        parts=_parts(summary),
        states=tuple(_state(state) for state in states) if len(states) > 1 or TrialState.FAIL in states else (),
        processes=_processes(summary),
    )


def _grids(summary: ProfileSummary) -> dict[str, Grid]:
    grids = {
        "memory_lines": cells.memory_lines_grid(summary),
        "repeated": cells.repeated_grid(summary),
        "processes": cells.process_grid(summary),
        "studies": cells.study_grid(summary),
    }
    if summary.account is not None:
        grids["account"] = cells.account_grid(summary.account)
        grids["process_times"] = cells.process_time_grid(summary.account)
        grids["imports"] = cells.import_grid(summary.account)
    if summary.ledger is not None:
        grids["ledger"] = cells.ledger_grid(summary.ledger)
        grids["waiting"] = cells.waiting_grid(summary.ledger)
        grids["calls"] = cells.calls_grid(summary.ledger)
    if summary.stacks is not None:
        grids["functions"] = cells.functions_grid(summary.stacks)
        grids["hot"] = cells.hot_grid(summary.stacks)
    if summary.memory is not None:
        grids["growth"] = cells.growth_grid(summary.memory)
    return grids


def _places(summary: ProfileSummary) -> tuple[_Swatch, ...]:
    if summary.account is None:
        return ()
    colours = figures.place_colours(summary.account)
    shown = [place.label for place in summary.account.places if place.share >= figures.SHOWN_SHARE]
    return tuple(_Swatch(name=label, variable=VARIABLES[colours[label]]) for label in shown)


def _parts(summary: ProfileSummary) -> tuple[_Swatch, ...]:
    if summary.ledger is None or len(summary.ledger.parts) < 2:
        return ()
    colours = figures.part_colours(summary.ledger)
    shown = [part.label for part in summary.ledger.parts if part.wall_share >= figures.SHOWN_SHARE]
    return tuple(_Swatch(name=label, variable=VARIABLES[colours[label]]) for label in shown)


def _state(state: TrialState) -> _Swatch:
    return _Swatch(name=state_text(state), variable=VARIABLES[figures.STATE_COLOURS[state]])


def _processes(summary: ProfileSummary) -> tuple[_Swatch, ...]:
    if summary.memory is None or len(summary.memory.after_trials) < 2:
        return ()
    lines = summary.memory.after_trials
    return tuple(
        _Swatch(name=f"process {line.pid}", variable=VARIABLES[graphs.growth_colour(place)])
        for place, line in enumerate(lines)
    )
