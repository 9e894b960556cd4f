"""Rulings as Markdown for a pull request; everything that comes from a ledger or a record is escaped."""

from collections.abc import Iterator

from harness.report.claims.builder import ruling_words
from harness.report.claims.cells import by_ruling, experiment_grid, worked_text
from harness.report.claims.summary import RuledClaim, RulingsSummary
from harness.report.markdown import escaped, grid_lines
from harness.units import time_text


def render(summary: RulingsSummary) -> str:
    """The tally, then every claim by its ruling."""
    return "\n".join(_lines(summary)).rstrip("\n") + "\n"


def _lines(summary: RulingsSummary) -> Iterator[str]:
    yield from (f"# {escaped(summary.title)}: rulings", "", f"**{escaped(summary.headline)}**", "")
    yield from (f"- {escaped(sentence)}" for sentence in summary.statements)
    for ruling, claims in by_ruling(summary):
        yield from ("", f"## {ruling_words(ruling).capitalize()} ({len(claims)})", "")
        for claim in claims:
            yield from _claim(claim)
    yield from ("", "## What backs it")
    yield from grid_lines(experiment_grid(summary))
    yield ""
    yield from (f"- {escaped(fact.label)}: {escaped(fact.text)}" for fact in summary.machine_facts)
    closing = f"{escaped(summary.id)}, {time_text(summary.started_s)}, study-harness {escaped(summary.version)}"
    yield from ("", f"To repeat: {_code(summary.command)}", "", closing)


def _claim(claim: RuledClaim) -> Iterator[str]:
    yield f"- **{escaped(claim.id)}**: {escaped(claim.statement)} *({escaped(claim.source)})*"
    if claim.reading is not None:
        yield f"  - read as: {escaped(claim.reading)}"
    yield f"  - {escaped(claim.reason)}"
    yield from (f"  - {escaped(worked_text(line))}" for line in claim.worked)
    said = (claim.basis, claim.quality, claim.note)
    yield from (f"  - {escaped(text)}" for text in said if text is not None)
    if claim.command is not None:
        yield f"  - {_code(claim.command)}"


def _code(text: str) -> str:
    """Code as Markdown has it; a backtick cannot stand in it."""
    return f"`{text.replace('`', chr(39))}`"
