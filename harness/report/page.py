"""What all pages share: the templates' environment with autoescape, and the filters that keep numbers readable."""

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from harness.report.cells import basis_text, bounds_text, value_text
from harness.report.svg import Drawing
from harness.units import time_text

_UNIT = re.compile(r"(?<=[\d>]) (?=(?:s|ms|µs|ns|%|B|KiB|MiB|GiB|bars|\d)(?:\W|$))|(?<=\d) (?=[×–] ?\d)")
_TEMPLATES = Path(__file__).parent / "templates"


def environment() -> Environment:
    """Templates that escape what they are given, and fail on a name that they are not given."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(
        moment=time_text, tight=tight, coded=coded, value=value_text, bounds=bounds_text, basis=basis_text
    )
    return made


def tight(text: str) -> str:
    """The text with its numbers kept on one line with their units."""
    return _UNIT.sub("\N{NO-BREAK SPACE}", text)


def coded(text: str) -> Markup:
    """The text, escaped, with what stands between backticks set as code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # a backtick without its partner is a letter like any other
        return escape(tight(text))
    shown = (Markup("<code>%s</code>") % part if place % 2 else escape(tight(part)) for place, part in enumerate(parts))
    return Markup("").join(shown)


def figure(drawing: Drawing | None) -> Markup | None:
    """Both forms of a figure; the style sheet shows one. Each is the XML writer's output, so its text is escaped."""
    if drawing is None:
        return None
    forms = (("wide", drawing.wide), ("narrow", drawing.narrow))
    return Markup("").join(Markup('<div class="%s">%s</div>') % (form, Markup(svg)) for form, svg in forms)
