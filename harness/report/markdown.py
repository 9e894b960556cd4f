"""The Markdown renderer: the report for a pull request, with everything that comes from a record escaped."""

import re
from collections.abc import Iterable, Iterator

from harness.report.cells import (
    Grid,
    agreement_text,
    basis_text,
    bounds_text,
    cost_grid,
    dataset_lines,
    dataset_text,
    fit_grid,
    memory_grid,
    overlap_grid,
    run_grid,
    span_grid,
    value_text,
)
from harness.report.quantity import Measure
from harness.report.summary import Summary
from harness.units import time_text

_SPECIAL = re.compile(r"[\\`*_{}\[\]#|~$]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;"}  # no tags, no mentions
_LINK = re.compile(r"(?i)\b(https?|ftp|mailto|www)(?=[:.])")


def render(summary: Summary) -> str:
    """GitHub-flavoured Markdown: the headline, the table, the evidence, folded where it is long."""
    return "\n".join(_lines(summary)).rstrip("\n") + "\n"


def escaped(text: str) -> str:
    """Text that Markdown shows as it is: no markup, tag, link or mention can come of it."""
    plain = "".join(_ENTITIES.get(letter, letter) for letter in text)
    plain = _SPECIAL.sub(lambda match: f"\\{match[0]}", plain).replace("&\\#64;", "&#64;")
    return _LINK.sub(lambda match: f"{match[1][:1]}<!-- -->{match[1][1:]}", plain)


def _lines(summary: Summary) -> Iterator[str]:
    yield "# The seed's study, measured"
    yield ""
    yield f"**{escaped(summary.headline.sentence)}**"
    yield ""
    yield from (f"- {escaped(sentence)}" for sentence in summary.headline.statements)
    yield from _seed(summary)
    yield from _evidence(summary)
    yield from _circumstances(summary)


def _seed(summary: Summary) -> Iterator[str]:
    yield from ("", "## The seed's table beside ours", "")
    header = ("", "seed: synthetic", "seed: real", "seed: ratio", "ours: synthetic", "ours: real", "ours: ratio")
    rows = (
        (
            row.label,
            *(cell or "–" for cell in (row.seed.synthetic, row.seed.real, row.seed.ratio)),
            *(_with_bounds(measure) for measure in (row.synthetic, row.real, row.ratio)),
        )
        for row in summary.table
    )
    yield from _table(header, rows, names=1)
    yield from ("", escaped(summary.table_note), "", "<details><summary>How our cells are known</summary>", "")
    for row in summary.table:
        basis = basis_text(row)
        if basis is not None:
            yield f"- **{escaped(row.label)}**: {escaped(basis)}"
    yield from ("", "</details>")


def _evidence(summary: Summary) -> Iterator[str]:
    model = summary.cost_model
    yield from ("", "## The cost of a trial by its size", "")
    yield from (f"{escaped(sentence)}" for sentence in model.statements)
    if model.fixed.value is not None:
        yield from ("", f"Fixed: {_with_bounds(model.fixed)}. Per bar: {_with_bounds(model.slope)}.")
    yield from grid_lines(fit_grid(summary))
    yield from ("", "## Where a trial's time goes")
    for is_wall in (False, True):
        yield from grid_lines(span_grid(summary, is_wall=is_wall))
    yield from ("", "## Nine threads against one", "", escaped(summary.overlap.statement))
    yield from grid_lines(overlap_grid(summary))
    yield from ("", "## Memory")
    yield from grid_lines(memory_grid(summary))
    yield from ("", "## Are the values the same?", "")
    for check in summary.value_checks:
        yield f"- **{agreement_text(check.agreement)}**: {escaped(check.statement)}"


def _circumstances(summary: Summary) -> Iterator[str]:
    yield from ("", "## Bars, runs and machine", "")
    for facts in summary.datasets:
        yield f"- {dataset_text(facts.dataset)}: {escaped('; '.join(dataset_lines(facts)) or 'not known')}"
    yield from grid_lines(run_grid(summary))
    yield ""
    yield from (f"- {escaped(line.arm)}: {escaped(line.detail)}" for line in summary.runs if line.detail is not None)
    yield from grid_lines(cost_grid(summary))
    yield ""
    yield from (f"- {escaped(fact.label)}: {escaped(fact.text)}" for fact in summary.machine_facts)
    yield from ("", "To repeat:", "")
    yield from (f"    {command}" for command in summary.commands)
    yield from ("", f"{escaped(summary.id)}, {time_text(summary.started_s)}, study-harness {escaped(summary.version)}")


def _with_bounds(measure: Measure) -> str:
    bounds = bounds_text(measure)
    return value_text(measure) if bounds is None else f"{value_text(measure)} ({bounds})"


def grid_lines(grid: Grid) -> Iterator[str]:
    """A table with its title; nothing where it has no rows."""
    if grid.rows:
        yield from ("", f"{escaped(grid.title)}:", "")
        yield from _table(grid.columns, grid.rows, grid.names)


def _table(columns: Iterable[str], rows: Iterable[tuple[str, ...]], names: int) -> Iterator[str]:
    header = [escaped(column) for column in columns]
    yield f"| {' | '.join(header)} |"
    yield "|" + "|".join("---" if index < names else "---:" for index in range(len(header))) + "|"
    for row in rows:
        yield f"| {' | '.join(escaped(cell) for cell in row)} |"
