"""The HTML renderer: one page that needs nothing else, not even a script, and cannot run one."""

import re
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from harness.report import cells, plots
from harness.report.palette import BETWEEN, VARIABLES, span_colour
from harness.report.summary import Summary
from harness.units import time_text

_UNIT = re.compile(r"(?<=[\d>]) (?=(?:s|ms|µs|ns|%|B|KiB|MiB|GiB|bars|\d)(?:\W|$))|(?<=\d) (?=[×–] ?\d)")
_TEMPLATES = Path(__file__).parent / "templates"


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
        figures={name: _figure(drawing) for name, drawing in _drawings(summary).items()},
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
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        value=cells.value_text,
        bounds=cells.bounds_text,
        basis=cells.basis_text,
        agreement=cells.agreement_text,
        dataset=cells.dataset_text,
        dataset_lines=cells.dataset_lines,
        moment=time_text,
        tight=_tight,
    )
    return environment


def _tight(text: str) -> str:
    """The text with its numbers kept on one line with their units."""
    return _UNIT.sub("\N{NO-BREAK SPACE}", text)


def _drawings(summary: Summary) -> dict[str, plots.Drawing | None]:
    return {
        "cost": plots.cost(summary),
        "spans": plots.spans(summary),
        "timeline": plots.timeline(summary),
        "memory": plots.memory(summary),
    }


def _figure(drawing: plots.Drawing | None) -> Markup | None:
    """Both forms of a figure; the style sheet shows one. Each is the XML writer's output, so its text is escaped."""
    if drawing is None:
        return None
    forms = (("wide", drawing.wide), ("narrow", drawing.narrow))
    return Markup("").join(Markup('<div class="%s">%s</div>') % (form, Markup(svg)) for form, svg in forms)


def _legend(summary: Summary) -> tuple[Swatch, ...]:
    shown = (part for arm in summary.breakdowns for part in arm.parts if part.cpu_share >= plots.SHOWN_SHARE)
    names = dict.fromkeys(part.name for part in shown)
    return tuple(Swatch(name=name, variable=VARIABLES[span_colour(name)]) for name in (*names, BETWEEN))
