"""`harness claims`: rules on a ledger of claims, each by its own figures and by what is measured here."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.report import LATEST, AsJson, Out
from harness.cli.site import this_site
from harness.errors import ExitCode, HarnessError, InputError, RunError

if TYPE_CHECKING:
    from harness.model.claim import Ledger
    from harness.report.claims.summary import RulingsSummary
    from harness.runner.claims import RulingRequest

_QUICK_TRIALS, _QUICK_PAIRS = 4, 4


class StoppedHoldingError(HarnessError):
    """A claim is ruled on otherwise than its ledger expects."""

    exit_code = ExitCode.REFUTED


def claims(
    ledger: Annotated[
        Path | None, typer.Argument(help="A ledger in TOML; left out, the built-in one.", show_default=False)
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="End with code 5 where a ruling is not the one that the ledger expects.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="With --check: also where a claim could not be ruled on.")
    ] = False,
    only: Annotated[str | None, typer.Option(metavar="ID,...", help="Rule on these claims alone.")] = None,
    trials: Annotated[
        int | None, typer.Option(help="Trials of each run of a comparison, in the place of the ledger's.")
    ] = None,
    pairs: Annotated[
        int | None, typer.Option(help="Pairs of runs, and seeds of searches; left out, a pilot finds how many pairs.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="4 pairs of runs of 4 trials: a first look.")] = False,
    before: Annotated[
        str | None,
        typer.Option("--from", metavar="ID,...", help="Use what earlier rulings or a reproduction measured."),
    ] = None,
    resume: Annotated[str | None, typer.Option(metavar="ID", help="Go on with rulings that were stopped.")] = None,
    out: Out = LATEST,
    as_json: AsJson = False,
) -> None:
    """Rule on claims: is each consistent with its own figures, and does it hold here?

    Measures what the ledger's claims need, each experiment once, and says of each claim whether it is confirmed,
    overstated, refuted, inconclusive or not testable here; with the samples and the command that repeats it.
    """
    from harness.report.write import prepare

    if strict and not check:
        raise InputError("--strict says what --check fails on: give both")
    if resume is not None:
        if (
            ledger is not None
            or only is not None
            or trials is not None
            or pairs is not None
            or quick
            or before is not None
        ):
            raise InputError("--resume goes on with what was asked for then: give it alone, or with --check and --out")
        prepare(out)
        folder = _go_on(resume)
    else:
        request = request_of(ledger, only, *_sizes(trials, pairs, is_quick=quick), before)
        prepare(out)  # a folder that cannot be written is better said now than after the last run
        folder = _begin(request)
    summary = show_rulings(folder, out, as_json=as_json, strict=strict)
    _fail(summary, out, is_checked=check)


def request_of(
    ledger: Path | None, only: str | None, trials: int | None, pairs: int | None, before: str | None
) -> "RulingRequest":
    """The request that the options describe; raises InputError for what is none, before anything runs."""
    from harness.claims.commands import claims_command
    from harness.claims.ledger import SEED, read_ledger, seed_ledger
    from harness.cli.records import find
    from harness.model.home import home
    from harness.runner.claims import RulingRequest

    read = seed_ledger() if ledger is None else read_ledger(ledger)
    names = _names("--only", "claims", only)
    _check_names(names, read)
    file = None if ledger is None else str(ledger)
    sizes = [
        word for key, value in (("trials", trials), ("pairs", pairs)) if value for word in (f"--{key}", str(value))
    ]
    return RulingRequest(
        ledger=read,
        text=(SEED if ledger is None else ledger).read_text(encoding="utf-8"),
        command=(*claims_command(file, names), *sizes),
        file=file,
        only=names,
        trials=trials,
        pairs=pairs,
        before=tuple(find(name, home()) for name in _names("--from", "records", before)),
    )


def _names(option: str, of: str, given: str | None) -> tuple[str, ...]:
    """The names of an option; none where it is left out. Raises InputError where it is there and names nothing."""
    names = tuple(name.strip() for name in (given or "").split(",") if name.strip())
    if given is not None and not names:
        raise InputError(f"{option} names no {of}: write ids with commas between them, or leave it out for all")
    return names


def _sizes(trials: int | None, pairs: int | None, *, is_quick: bool) -> tuple[int | None, int | None]:
    if not is_quick:
        return trials, pairs
    return trials or _QUICK_TRIALS, pairs or _QUICK_PAIRS


def _check_names(names: tuple[str, ...], ledger: "Ledger") -> None:
    from harness.registry import did_you_mean

    known = [one.id for one in ledger.claims]
    for name in names:
        if name not in known:
            guess = did_you_mean(name, known) or f": it has {', '.join(known)}"
            raise InputError(f"{ledger.name} has no claim {name!r}{guess}")


def _begin(request: "RulingRequest") -> Path:
    from harness.cli.progress import display
    from harness.runner.claims import rule_on

    with display() as shown:
        return rule_on(request, this_site(), told=shown)


def _go_on(name: str) -> Path:
    from harness.claims.rulings import read_rulings
    from harness.cli.progress import display
    from harness.cli.records import find
    from harness.model.home import home
    from harness.runner.claims import go_on

    folder = find(name, home())
    read_rulings(folder)
    with display() as shown:
        return go_on(folder, this_site(), told=shown)


def show_rulings(folder: Path, out: Path, *, as_json: bool, strict: bool = False) -> "RulingsSummary":
    """Write the report on rulings with the pages of their experiments, print it, and return its summary."""
    from harness import __version__
    from harness.cli.terminal import columns, has_colour
    from harness.report.claims import build, console, json_export
    from harness.report.claims.evidence import gather
    from harness.report.claims.write import write_report

    gathered = gather(folder)
    summary = build(gathered, __version__, strict=strict)
    if as_json:
        sys.stdout.write(json_export.render(summary))
    else:
        sys.stdout.write(console.render(summary, width=columns(sys.stdout), colour=has_colour(sys.stdout)))
    sys.stdout.flush()
    written = write_report(summary, gathered, out)
    beside = ", ".join(path.name for path in written[1:])
    print(f"report: {written[0]} (beside it: {beside})", file=sys.stderr)
    return summary


def _fail(summary: "RulingsSummary", out: Path, *, is_checked: bool) -> None:
    """Raise for what a check finds, after a sentence for each claim; else for experiments that failed."""
    from harness.report.claims.builder import ruling_words

    surprised = summary.stopped_holding if is_checked else ()
    for one in surprised:
        print(
            f"harness: {one.id} is {ruling_words(one.ruling)}, expected {ruling_words(one.expected)}: {one.reason}",
            file=sys.stderr,
        )
    if surprised:
        count = f"{len(surprised)} claims are" if len(surprised) > 1 else "one claim is"
        raise StoppedHoldingError(f"{count} ruled on otherwise than {summary.ledger} expects: {out} says why")
    failed = [one for one in summary.experiments if one.failed is not None and "none of these levers" not in one.failed]
    if failed:
        count = f"{len(failed)} experiments" if len(failed) > 1 else "an experiment"
        raise RunError(f"{count} did not end well, and the claims that need it are open: {failed[0].failed}")
