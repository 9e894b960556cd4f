"""Writes a report's files, each whole or not at all."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from harness.errors import InputError, RecordError
from harness.model.files import draft_of
from harness.model.opening import below
from harness.report import json_export, markdown
from harness.report.html import render as render_html
from harness.report.summary import Summary


def write_report(summary: Summary, out: Path) -> list[Path]:
    """Write index.html, report.md and report.json into `out`, which is made; raises InputError where that fails.

    Everything is rendered before the first file is touched, and each file appears by a rename.
    """
    return write_files(
        {
            "index.html": render_html(summary),
            "report.md": markdown.render(summary),
            "report.json": json_export.render(summary),
        },
        out,
    )


def write_files(files: Mapping[str, str], out: Path) -> list[Path]:
    """Write texts by name into `out`, which is made, each by a rename; raises InputError where that fails."""
    prepare(out)
    try:
        return [_write(out / name, text) for name, text in files.items()]
    except OSError as error:
        raise _refusal(out, error) from error


def prepare(out: Path) -> None:
    """Make the folder of a report and see that files can be written there; raises InputError where they cannot."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            return
    except OSError as error:
        raise _refusal(out, error) from error


def part_of(out: Path, *names: str) -> Path:
    """A folder for a part of a report, below its own. Raises InputError for a name or a link that leads out of it."""
    try:
        return below(out, *names)
    except RecordError as error:
        raise InputError(f"a part of the report cannot be written: {error}") from error


def _refusal(out: Path, error: OSError) -> InputError:
    reason = error.strerror or str(error)
    return InputError(f"the report cannot be written to {out} ({reason}): name another folder with --out")


def _write(path: Path, text: str) -> Path:
    """As UTF-8; what a record holds of half a character is written as its escape, which JSON reads back."""
    with draft_of(path) as draft:
        draft.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
    return path
