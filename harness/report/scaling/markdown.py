"""A scaling as Markdown for a pull request; everything that comes from a record is escaped."""

from collections.abc import Iterator

from harness.report.markdown import escaped, grid_lines
from harness.report.scaling.cells import (
    ahead_grid,
    extra_grid,
    held_grid,
    law_grid,
    run_grid,
    size_grid,
    split_grid,
    trial_grid,
    worker_grid,
)
from harness.report.scaling.summary import ScalingSummary
from harness.units import time_text


def render(summary: ScalingSummary) -> str:
    """The headline, what weakens it, the tables, and how they came about."""
    return "\n".join(_lines(summary)).rstrip("\n") + "\n"


def _lines(summary: ScalingSummary) -> Iterator[str]:
    yield from ("# How a study grows", "", f"**{escaped(summary.headline)}**", "")
    yield from (f"- {escaped(sentence)}" for sentence in summary.statements)
    if summary.warnings:
        yield from ("", "## Mind", "")
        yield from (f"- {escaped(sentence)}" for sentence in summary.warnings)
    if summary.sizes:
        yield from ("", "## With the data")
        yield from grid_lines(law_grid(summary))
        yield from grid_lines(size_grid(summary))
        yield from grid_lines(held_grid(summary))
        yield from grid_lines(ahead_grid(summary))
    if summary.trials:
        yield from ("", "## With the number of trials")
        yield from grid_lines(trial_grid(summary))
    if summary.split is not None:
        yield from ("", "## Why much data takes so much longer")
        yield from grid_lines(split_grid(summary))
        yield ""
        yield from (f"- {factor.name}: {escaped(factor.why)}" for factor in summary.split.factors)
        yield from ("", escaped(summary.split.note))
    if summary.workers is not None:
        yield from ("", "## With workers", "", escaped(summary.workers.verdict))
        yield from grid_lines(worker_grid(summary))
        yield from grid_lines(extra_grid(summary))
    yield from _circumstances(summary)


def _circumstances(summary: ScalingSummary) -> Iterator[str]:
    yield from ("", "## What backs it")
    yield from grid_lines(run_grid(summary))
    yield ""
    yield from (f"- {escaped(sentence)}" for sentence in summary.basis)
    yield from ("", *(f"- {escaped(name)}: {escaped(value)}" for name, value in summary.settings))
    if summary.command:
        yield from ("", "To repeat:", "", f"    {summary.command}")
    yield from ("", f"{escaped(summary.id)}, {time_text(summary.started_s)}, study-harness {escaped(summary.version)}")
