"""A comparison as Markdown for a pull request; everything that comes from a record is escaped."""

from collections.abc import Iterator

from harness.report.comparison.cells import (
    component_grid,
    interaction_grid,
    lever_grid,
    metric_grid,
    said_below,
    search_grid,
    step_grid,
    together_grid,
)
from harness.report.comparison.summary import ComparisonSummary
from harness.report.markdown import escaped, grid_lines
from harness.units import time_text


def render(summary: ComparisonSummary) -> str:
    """The verdict, what stands against it, the tables, and how it was measured; folded where it is long."""
    return "\n".join(_lines(summary)).rstrip("\n") + "\n"


def _lines(summary: ComparisonSummary) -> Iterator[str]:
    yield from (f"# What levers are worth on {escaped(summary.workload)}", "", f"**{escaped(summary.headline)}**", "")
    yield from (f"> - {escaped(warning)}" for warning in summary.warnings)
    if summary.warnings:
        yield ""
    said = (*said_below(summary), *summary.statements, *(line.sentence for line in summary.controls))
    yield from (f"- {escaped(sentence)}" for sentence in said)
    yield from grid_lines(lever_grid(summary))
    yield from grid_lines(component_grid(summary))
    yield from grid_lines(step_grid(summary))
    yield from _together(summary)
    yield from _searches(summary)
    yield from _details(summary)
    yield from ("", "## How it was measured", "")
    yield from (f"- {escaped(sentence)}" for sentence in (*summary.how, *summary.looks))
    yield from (f"- {escaped(fact.name)}: {escaped(fact.text)}" for fact in (*summary.settings, *summary.machine_facts))
    yield from ("", "To repeat:", "", f"    {summary.command}")
    yield from ("", f"{escaped(summary.id)}, {time_text(summary.started_s)}, study-harness {escaped(summary.version)}")


def _together(summary: ComparisonSummary) -> Iterator[str]:
    if not summary.interactions:
        return
    yield from ("", "## Together")
    yield from grid_lines(interaction_grid(summary))
    yield from grid_lines(together_grid(summary))
    yield ""
    yield from (f"- {escaped(line.sentence)}" for line in summary.interactions)
    yield from (f"- {escaped(line.sentence)}" for line in summary.once)


def _searches(summary: ComparisonSummary) -> Iterator[str]:
    for search in summary.searches:
        yield from ("", f"## What {escaped(search.name)} finds")
        yield from grid_lines(search_grid(search))
        yield ""
        yield from (f"- {escaped(note)}" for note in search.notes)


def _details(summary: ComparisonSummary) -> Iterator[str]:
    lines = [line for line in (*summary.levers, summary.total) if line is not None and line.metrics]
    if not lines:
        return
    yield from ("", "<details><summary>Every metric of every lever</summary>")
    for line in lines:
        yield from ("", f"### {escaped(line.name)}")
        yield from grid_lines(metric_grid(line))
    yield from ("", "</details>")
