"""The Markdown renderer of profiled runs, for a pull request, with everything that comes from a record escaped."""

from collections.abc import Iterator

from harness.report.cells import Grid, value_text
from harness.report.markdown import escaped, grid_lines
from harness.report.profiled.forms.cells import (
    account_grid,
    calls_grid,
    comparison_grid,
    functions_grid,
    growth_grid,
    hot_grid,
    import_grid,
    ledger_grid,
    memory_lines_grid,
    memory_text,
    process_grid,
    process_time_grid,
    repeated_grid,
    study_grid,
    waiting_grid,
)
from harness.report.profiled.summary import FindingLine, ProfileReport, ProfileSummary
from harness.units import time_text


def render(report: ProfileReport) -> str:
    """GitHub-flavoured Markdown: findings first, then what they rest on, folded where it is long."""
    return "\n".join(_lines(report)).rstrip("\n") + "\n"


def _lines(report: ProfileReport) -> Iterator[str]:
    comparison = report.comparison
    if comparison is not None:
        yield f"# {len(report.runs)} runs side by side"
        yield from ("", escaped(comparison.warning))
        yield from grid_lines(comparison_grid(comparison))
    for summary in report.runs:
        if comparison is not None:
            yield ""
        yield f"{'#' if comparison is None else '##'} {escaped(summary.label)}, profiled"
        yield from _run(summary)
    yield from ("", f"study-harness {escaped(report.version)}")


def _run(summary: ProfileSummary) -> Iterator[str]:
    yield from ("", f"**{escaped(summary.headline.sentence)}**", "")
    yield from (f"- {escaped(sentence)}" for sentence in summary.headline.statements)
    numbers = [f"{escaped(number.label)}: **{value_text(number.measure)}**" for number in summary.headline.numbers]
    yield from ("", " · ".join(numbers))
    yield from _account(summary)
    for place, finding in enumerate(summary.findings, start=1):
        yield from _finding(place, finding)
    if not summary.findings:
        yield from ("", "### What is worth doing", "", escaped(summary.verdict))
    yield from _ledger(summary)
    yield from _evidence(summary)
    yield from _circumstances(summary)


def _account(summary: ProfileSummary) -> Iterator[str]:
    account = summary.account
    if account is None:
        return
    yield from ("", "### Where the run's time goes", "")
    yield from (escaped(sentence) for sentence in account.statements)
    yield from grid_lines(account_grid(account))
    yield from _folded("Processes and imports", (process_time_grid(account), import_grid(account)))


def _finding(place: int, finding: FindingLine) -> Iterator[str]:
    if place == 1:
        yield from ("", "### What is worth doing")
    yield from ("", f"{place}. **{escaped(finding.title)}**", "")
    if finding.saving is not None:
        yield f"   - Saves at most {escaped(finding.saving)}: {escaped(finding.basis)}"
    yield from (f"   - {escaped(sentence)}" for sentence in finding.evidence)
    if finding.where is not None:
        yield f"   - Where: {escaped(finding.where)}"
    yield f"   - **What to do:** {escaped(finding.remedy)}"
    if finding.command is not None:
        yield from ("", "   To prove it, before and after the change:", "", f"       {finding.command}")


def _ledger(summary: ProfileSummary) -> Iterator[str]:
    ledger = summary.ledger
    if ledger is None:
        return
    yield from ("", "### Where a trial's time goes", "")
    yield from (escaped(sentence) for sentence in ledger.statements)
    yield from grid_lines(ledger_grid(ledger))
    yield from _folded("Waiting and storage calls", (waiting_grid(ledger), calls_grid(ledger)))


def _evidence(summary: ProfileSummary) -> Iterator[str]:
    for picture in (summary.timeline, summary.course):
        if picture is not None:
            yield from ("", escaped(picture.statement))
    if summary.stacks is not None:
        yield from ("", "### Which code the time goes to", "", escaped(summary.stacks.statement))
        yield from grid_lines(functions_grid(summary.stacks))
        yield from grid_lines(hot_grid(summary.stacks))
        if summary.stacks.ranking:
            yield from ("", escaped(summary.stacks.ranking))
    if summary.memory is not None:
        yield from ("", "### Memory", "", escaped(f"{summary.memory.statement} {memory_text(summary.memory)}".strip()))
        yield ""
        yield from (f"- Process {line.pid}: {escaped(line.statement)}" for line in summary.memory.growth)
        yield from grid_lines(growth_grid(summary.memory))
    yield from grid_lines(memory_lines_grid(summary))
    yield from ("", "### Work done twice", "")
    yield from (escaped(sentence) for sentence in summary.repetition)
    yield from grid_lines(repeated_grid(summary))


def _circumstances(summary: ProfileSummary) -> Iterator[str]:
    yield from ("", "### How this was measured", "")
    yield from (f"- Missing: {escaped(sentence)}" for sentence in summary.missing)
    yield f"- {escaped(summary.watching)}"
    yield from (f"- {escaped(fact.label)}: {escaped(fact.text)}." for fact in summary.methods)
    yield from _folded("Studies and processes", (study_grid(summary), process_grid(summary)))
    if summary.machine_facts:
        yield from ("", "<details><summary>Machine</summary>", "")
        yield from (f"- {escaped(fact.label)}: {escaped(fact.text)}" for fact in summary.machine_facts)
        yield from ("", "</details>")
    if summary.commands:
        yield from ("", "To repeat:", "")
        yield from (f"    {command}" for command in summary.commands)
    yield from ("", f"{escaped(summary.id)}, {escaped(summary.origin)}, {time_text(summary.started_s)}")


def _folded(name: str, grids: tuple[Grid, ...]) -> Iterator[str]:
    if any(grid.rows for grid in grids):
        yield from ("", f"<details><summary>{name}</summary>")
        for grid in grids:
            yield from grid_lines(grid)
        yield from ("", "</details>")
