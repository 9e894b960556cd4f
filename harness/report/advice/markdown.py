"""Advice as Markdown for a pull request; everything that comes from a record is escaped."""

from collections.abc import Iterator

from harness.report.advice.cells import forecast_grid, part_grid, point_grid
from harness.report.advice.summary import Advice
from harness.report.markdown import escaped, grid_lines
from harness.units import time_text


def render(advice: Advice) -> str:
    """The headline, the warnings, the forecasts, and what they are made of."""
    return "\n".join(_lines(advice)).rstrip("\n") + "\n"


def _lines(advice: Advice) -> Iterator[str]:
    yield from ("# Before a long run", "", f"**{escaped(advice.headline)}**", "")
    yield from (f"- {escaped(sentence)}" for sentence in advice.statements)
    if advice.warnings:
        yield from ("", "## Before you start it", "")
        yield from (f"- **{warned.concern.value}**: {escaped(warned.sentence)}" for warned in advice.warnings)
    yield from ("", "## The whole study")
    yield from grid_lines(forecast_grid(advice))
    yield from ("", "## What backs it")
    yield from grid_lines(part_grid(advice))
    yield from grid_lines(point_grid(advice))
    yield ""
    yield from (f"- {escaped(sentence)}" for sentence in advice.basis)
    yield from ("", *(f"- {escaped(name)}: {escaped(value)}" for name, value in advice.settings))
    yield from ("", f"{escaped(advice.id)}, {time_text(advice.started_s)}, study-harness {escaped(advice.version)}")
