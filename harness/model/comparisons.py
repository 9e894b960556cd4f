"""Comparisons on disk (see harness.model.comparison): written piece by piece, read back with their cells' records."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.errors import InputError, RecordError
from harness.model.appending import append_row
from harness.model.codec import decode, encode
from harness.model.comparison import FOLDER, SCHEMA, Cell, Comparison, Look
from harness.model.home import make_folder
from harness.model.lines import mend_rows, stream_rows
from harness.model.record import Record
from harness.model.store import read_json, read_present, write_json

COMPARISON, CELLS, LOOKS, POINTS = "comparison.json", "cells.jsonl", "looks.jsonl", "points.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A comparison as read back: as far as it has come."""

    folder: Path
    comparison: Comparison
    cells: tuple[Cell, ...]  # in the order in which they were run
    looks: tuple[Look, ...]
    records: Mapping[str, Record]  # by run, those that are still there


def new_comparison(root: Path, comparison: Comparison) -> Path:
    """Make the folder of a comparison and write what was decided; returns the folder."""
    folder = make_folder(root, f"{FOLDER}/{comparison.id}", is_new=True)
    write_json(folder / COMPARISON, comparison)
    return folder


def add_cell(folder: Path, cell: Cell) -> None:
    """Append a cell; a kill at any time loses at most the one in flight."""
    append_row(folder / CELLS, encode(cell))


def add_look(folder: Path, look: Look) -> None:
    """Append an interim analysis."""
    append_row(folder / LOOKS, encode(look))


def mend(folder: Path) -> None:
    """Take back a line that a kill cut short, before anything is appended behind it."""
    for name in (CELLS, LOOKS):
        mend_rows(folder / name)


def read_comparison(folder: Path) -> Comparison:
    """What was decided; raises InputError for a folder that is no comparison, RecordError for one of another schema."""
    data = read_json(folder / COMPARISON)
    if data is None:
        raise InputError(f"{folder} is no comparison: it has no {COMPARISON}; `harness runs` lists them")
    if data.get("schema") != SCHEMA:
        raise RecordError(f"{folder}: schema {data.get('schema')!r} is not {SCHEMA}: compare again")
    return decode(Comparison, data, str(folder / COMPARISON))


def read_cells(folder: Path) -> tuple[Cell, ...]:
    """The cells so far; a torn last line is one that was not finished."""
    return tuple(decode(Cell, row, str(folder / CELLS)) for row in _rows(folder / CELLS))


def read_compared(folder: Path) -> Compared:
    """A comparison with its cells, its looks and the records of its runs, as far as they are still there."""
    cells = read_cells(folder)
    comparison = read_comparison(folder)
    runs = folder.parent.parent / "runs"
    named = [cell.run for cell in cells] + [cell.scored for cell in cells if cell.scored is not None]
    if comparison.recording is not None:
        named.append(comparison.recording)
    return Compared(
        folder=folder,
        comparison=comparison,
        cells=cells,
        looks=tuple(decode(Look, row, str(folder / LOOKS)) for row in _rows(folder / LOOKS)),
        records=read_present(runs, named),
    )


def _rows(path: Path) -> Iterator[object]:
    return (row for row in stream_rows(path) if row is not None)
