"""`harness report`: what was measured, rendered again from its records."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

if TYPE_CHECKING:
    from harness.cli.records import Kind
    from harness.profile.facts import Profile
    from harness.report.profiled import Profiled
    from harness.report.summary import Summary

Out = Annotated[Path, typer.Option(help="Where the report goes.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the summary as JSON, not as tables.")]
LATEST = Path("reports/latest")


def report(
    runs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[RUN]...",
            help="An id or a part of it, or a path: runs, or one experiment; the newest when left out.",
        ),
    ] = None,
    out: Out = LATEST,
    as_json: AsJson = False,
) -> None:
    """Render runs, a reproduction or a comparison again from their records.

    Nothing is measured, and neither Optuna nor the script is needed. Several runs are shown side by side, then each.
    """
    from harness.cli.records import Kind, found_all, kind_of
    from harness.errors import InputError
    from harness.model.home import home

    found = list(found_all(runs or (), home()))
    kinds = [kind_of(path) for path in found]
    if set(kinds) == {Kind.RUN}:
        show_profile(found, out, as_json=as_json)
        return
    if len(found) > 1:
        first = next(place for place, kind in enumerate(kinds) if kind is not Kind.RUN)
        raise InputError(f"{found[first]} is a {kinds[first].value}, which has a report of its own: name it alone")
    _show_series(kinds[0], found[0], out, as_json=as_json)


def _show_series(kind: "Kind", path: Path, out: Path, *, as_json: bool) -> None:
    """What consists of several runs, each by the report of its kind."""
    from harness.cli.records import Kind

    match kind:
        case Kind.RUN:
            show_profile(path, out, as_json=as_json)
        case Kind.REPRODUCTION:
            from harness.model.reproductions import read_reproduction
            from harness.report.reproduction import build

            show(build(*read_reproduction(path)), out, as_json=as_json)
        case Kind.COMPARISON:
            from harness.cli.compare import show_compared

            show_compared(path, out, as_json=as_json)
        case Kind.SCALING:
            from harness.cli.scale import show_scaled

            show_scaled(path, out, as_json=as_json)
        case Kind.RULINGS:
            from harness.cli.claims import show_rulings

            show_rulings(path, out, as_json=as_json)


def show(summary: "Summary", out: Path, *, as_json: bool) -> None:
    """Write the three files of a report, and print it on standard output."""
    from harness.cli.terminal import columns, has_colour
    from harness.report import console, json_export
    from harness.report.write import write_report

    written = write_report(summary, out)
    if as_json:
        print(json_export.render(summary))
    else:
        print(console.render(summary, width=columns(), colour=has_colour()))
    print(f"report: {', '.join(str(path) for path in written)}", file=sys.stderr)


def show_profile(folders: Path | Sequence[Path], out: Path, *, as_json: bool, stream: TextIO | None = None) -> None:
    """Print the report on recorded runs to `stream` (standard output when left out), then write its files.

    Printed first: where the files cannot be written, what was measured has been seen. Raises RecordError for a folder
    that is no record, InputError where the files cannot be written.
    """
    from harness import __version__
    from harness.cli.terminal import columns, has_colour
    from harness.report.profiled import build
    from harness.report.profiled.forms import console, json_export
    from harness.report.profiled.forms.write import write_report

    places = [folders] if isinstance(folders, Path) else list(folders)
    profiled = [_profiled(folder) for folder in places]
    built = build(profiled, __version__)
    shown = stream or sys.stdout
    if as_json:
        shown.write(json_export.render(built))
    else:
        shown.write(console.render(built, width=columns(shown), colour=has_colour(shown)))
    shown.flush()
    written = write_report(built, out, _exports(places, [run.profile for run in profiled]))
    beside = ", ".join(path.name for path in written[1:])
    print(f"report: {written[0]} (beside it: {beside})", file=sys.stderr)


def _profiled(folder: Path) -> "Profiled":
    from harness.findings.registry import find
    from harness.findings.verdict import verdict
    from harness.model.record import Origin
    from harness.model.store import read_header
    from harness.profile.allocations import read_allocations
    from harness.profile.build import build
    from harness.profile.memory_lines import read_memory_lines
    from harness.report.profiled import Profiled

    profile = build(folder)
    findings = find(profile)
    header = read_header(folder)
    machine = None if header.origin is Origin.HISTORY else header.machine  # nothing tells where a history came from
    return Profiled(
        profile=profile,
        findings=findings,
        verdict=verdict(profile, findings),
        machine=machine,
        memory_lines=read_memory_lines(folder) or (),
        allocations=read_allocations(folder, profile.command),
    )


def _exports(folders: Sequence[Path], profiles: "Sequence[Profile]") -> dict[str, str]:
    """Files for other tools by name; with several runs, each has its number in its names."""
    from harness.report.exports.files import exports

    files: dict[str, str] = {}
    for place, (folder, profile) in enumerate(zip(folders, profiles, strict=True), start=1):
        prefix = f"{place}-" if len(folders) > 1 else ""
        files.update({f"{prefix}{name}": text for name, text in exports(folder, profile)})
    return files
