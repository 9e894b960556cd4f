"""The console renderer of profiled runs: findings, the ledger, memory, what is missing; the page has the rest."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.report.lines import Lines, grid, item, title
from harness.report.profiled.forms.cells import account_grid, comparison_grid, ledger_grid
from harness.report.profiled.summary import FindingLine, ProfileReport, ProfileSummary
from harness.units import time_text

HOT_LINES = 3
FINDINGS = 6
EVIDENCE = 2


def render(report: ProfileReport, width: int = 80, colour: bool = False) -> str:
    """The report as lines of at most `width` columns; escape sequences only with `colour`."""
    lines = Lines(width, colour=colour)
    console = lines.console
    if report.comparison is not None:
        console.print(Text(f"{len(report.runs)} runs side by side", style="bold"))
        console.print(Text(report.comparison.warning, style="dim"))
        grid(console, comparison_grid(report.comparison))
    for summary in report.runs:
        if report.comparison is not None:
            title(console, f"{summary.label}, {summary.id}")
        _run(console, summary)
    console.print(Text(f"study-harness {report.version}", style="dim"))
    return lines.text()


def _run(console: Console, summary: ProfileSummary) -> None:
    console.print(Text(summary.headline.sentence, style="bold"))
    for sentence in summary.headline.statements:
        item(console, sentence)
    if summary.account is not None:
        title(console, "Where the run's time goes")
        grid(console, account_grid(summary.account, is_short=True))
    _findings(console, summary)
    if summary.ledger is not None:
        title(console, "Where a trial's time goes")
        grid(console, ledger_grid(summary.ledger, is_short=True))
    _rest(console, summary)
    closing = f"{summary.label}, {summary.origin}, {time_text(summary.started_s)}. {summary.watching}"
    console.print()
    console.print(Text(closing, style="dim"))


def _findings(console: Console, summary: ProfileSummary) -> None:
    if not summary.findings:
        return
    title(console, "What is worth doing")
    for place, finding in enumerate(summary.findings[:FINDINGS], start=1):
        _finding(console, place, finding)
    more = len(summary.findings) - FINDINGS
    if more > 0:
        console.print(Text(f"{more} smaller ones are on the page.", style="dim"))


def _finding(console: Console, place: int, finding: FindingLine) -> None:
    table = Table.grid(padding=(0, 1))
    table.add_row(Text(f"{place}."), Text(finding.title, style="bold yellow"))
    saving = "How much it costs is not known." if finding.saving is None else f"Saves at most {finding.saving}."
    table.add_row("", Text(saving if finding.where is None else f"{saving} {finding.where}"))
    for sentence in finding.evidence[:EVIDENCE]:
        table.add_row("", Text(sentence, style="dim"))
    table.add_row("->", Text(finding.remedy, style="green"))
    console.print(table)


def _rest(console: Console, summary: ProfileSummary) -> None:
    if summary.stacks is not None and summary.stacks.hot_lines:
        title(console, "The heaviest functions and lines of your own code")
        for function in summary.stacks.functions[:HOT_LINES]:
            item(console, function.told)
        for spot in summary.stacks.hot_lines[:HOT_LINES]:
            item(console, spot.told)
        if summary.stacks.ranking:
            item(console, summary.stacks.ranking)
    if summary.memory is not None:
        title(console, "Memory")
        if summary.memory.statement:
            item(console, summary.memory.statement)
        for line in summary.memory.alarms:
            item(console, f"Process {line.pid}: {line.statement}", "bold red")
    if summary.missing:
        title(console, "What is missing")
        for sentence in summary.missing:
            item(console, sentence)
