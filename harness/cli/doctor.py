"""`harness doctor`: what this machine allows and what it lacks, each with the way out."""

import json
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import terminal

if TYPE_CHECKING:
    from harness.probes.doctor import Check

_MARK_COLUMNS = 9
_NAME_COLUMNS = 21


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print facts and checks as JSON, not as lines.")] = False,
) -> None:
    """Check what this machine allows and what it lacks.

    Packages, memory meters, tracing, clocks, noise, limits, disk and servers. Takes about two seconds and leaves
    nothing behind. Ends with 4 when something that the harness requires is missing.
    """
    from harness.errors import ExitCode
    from harness.model.codec import encode
    from harness.model.home import home
    from harness.probes.doctor import Sources, gather, is_ready, judge

    facts = gather(Sources(folder=home()))
    checks = judge(facts)
    if as_json:
        report = {"is_ready": is_ready(checks), "checks": encode(checks), "facts": encode(facts)}
        print(json.dumps(report, indent=2))
    else:
        print("\n".join(lines(checks, width=terminal.columns(), has_colour=terminal.has_colour())))
    if not is_ready(checks):
        raise typer.Exit(ExitCode.LACKING)


def lines(checks: "Sequence[Check]", *, width: int = 80, has_colour: bool = False) -> list[str]:
    """The report as lines of at most `width` columns: a heading per area, each check with its advice below it."""
    printed: list[str] = []
    area = None
    for check in checks:
        if check.area is not area:
            area = check.area
            printed += ["", area.value] if printed else [area.value]
        printed += _check_lines(check, width, has_colour)
    return [*printed, "", *_wrap(_closing(checks), width)]


def _check_lines(check: "Check", width: int, has_colour: bool) -> list[str]:
    indent = " " * (_MARK_COLUMNS + _NAME_COLUMNS)
    body = _wrap(check.found, width - len(indent)) or [""]
    for line in _wrap(check.advice or "", width - len(indent) - 3):
        body.append(("   " if body[-1].startswith(("-> ", "   ")) else "-> ") + line)
    mark = check.status.value.ljust(_MARK_COLUMNS)
    first = f"{_coloured(mark, check) if has_colour else mark}{check.name.ljust(_NAME_COLUMNS)}{body[0]}"
    return [first, *(indent + line for line in body[1:])]


def _wrap(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_on_hyphens=False)  # a package's name must stay whole to be copied


def _coloured(mark: str, check: "Check") -> str:
    from harness.probes.doctor import Status

    match check.status:
        case Status.OK:
            colour = typer.colors.GREEN
        case Status.LIMITED:
            colour = typer.colors.YELLOW
        case Status.MISSING:
            colour = typer.colors.RED if check.is_required else typer.colors.MAGENTA
    return typer.style(mark, fg=colour)


def _closing(checks: "Sequence[Check]") -> str:
    from harness.probes.doctor import Status, is_ready

    counts = ", ".join(f"{sum(check.status is status for check in checks)} {status.value}" for status in Status)
    if is_ready(checks):
        return f"{counts}. Nothing that the harness requires is missing."
    lacking = [check.name for check in checks if check.is_required and check.status is Status.MISSING]
    return f"{counts}. The harness cannot work here before these are mended: {', '.join(lacking)}."
