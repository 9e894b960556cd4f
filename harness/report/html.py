"""The HTML renderer: one page that needs nothing else, not even a script, and cannot run one."""

from dataclasses import dataclass

from jinja2 import Environment

from harness.report import cells, plots
from harness.report.page import environment, figure
from harness.report.palette import BETWEEN, VARIABLES, span_colour
from harness.report.summary import Summary
from harness.report.svg import Drawing


@dataclass(frozen=True, slots=True, kw_only=True)
class Swatch:
    """A legend entry: a span's name and the CSS variable of its colour."""

    name: str
    variable: str


def render(summary: Summary) -> str:
    """The whole page. What comes from records is escaped by Jinja's autoescape, in figures by the XML writer."""
    template = _environment().get_template("reproduction.html")
    return template.render(
        summary=summary,
        figures={name: figure(drawing) for name, drawing in _drawings(summary).items()},
        legend=_legend(summary),
        grids={
            "fit": cells.fit_grid(summary),
            "cpu": cells.span_grid(summary, is_wall=False),
            "wall": cells.span_grid(summary, is_wall=True),
            "overlap": cells.overlap_grid(summary),
            "memory": cells.memory_grid(summary),
            "runs": cells.run_grid(summary),
            "cost": cells.cost_grid(summary),
        },
    )


def _environment() -> Environment:
    made = environment()
    made.filters.update(
        agreement=cells.agreement_text,
        dataset=cells.dataset_text,
        dataset_lines=cells.dataset_lines,
    )
    return made


def _drawings(summary: Summary) -> dict[str, Drawing | None]:
    return {
        "cost": plots.cost(summary),
        "spans": plots.spans(summary),
        "timeline": plots.timeline(summary),
        "memory": plots.memory(summary),
    }


def _legend(summary: Summary) -> tuple[Swatch, ...]:
    shown = (part for arm in summary.breakdowns for part in arm.parts if part.cpu_share >= plots.SHOWN_SHARE)
    names = dict.fromkeys(part.name for part in shown)
    return tuple(Swatch(name=name, variable=VARIABLES[span_colour(name)]) for name in (*names, BETWEEN))
