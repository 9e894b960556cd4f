"""Comparisons on disk (see harness.model.comparison): written piece by piece, read back with their cells' records."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.errors import InputError, RecordError
from harness.model.appending import append_row
from harness.model.codec import decode, encode
from harness.model.comparison import FOLDER, SCHEMA, Cell, Comparison, Look
from harness.model.files import sync_folder
from harness.model.home import make_folder
from harness.model.lines import mend_rows, stream_rows
from harness.model.record import Record
from harness.model.store import read_json, read_readable, write_json

COMPARISON, CELLS, LOOKS, POINTS = "comparison.json", "cells.jsonl", "looks.jsonl", "points.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A comparison as read back: as far as it has come."""

    folder: Path
    comparison: Comparison
    cells: tuple[Cell, ...]  # in the order in which they were run
    looks: tuple[Look, ...]
    records: Mapping[str, Record]  # by run, those that are still there
    damaged: Mapping[str, str] = field(default_factory=dict)  # by run: why its record cannot be read


def new_comparison(root: Path, comparison: Comparison) -> Path:
    """Make the folder of a comparison and write what was decided; returns the folder."""
    folder = make_folder(root, f"{FOLDER}/{comparison.id}", is_new=True)
    write_json(folder / COMPARISON, comparison, is_synced=True)
    return folder


def add_cell(folder: Path, cell: Cell) -> None:
    """Append a cell, after what it names is on the disk: a kill or a power cut loses at most the one in flight."""
    for run in runs_of(cell):
        sync_folder(folder.parent.parent / "runs" / run)
    append_row(folder / CELLS, encode(cell), is_synced=True)


def runs_of(cell: Cell) -> tuple[str, ...]:
    """The runs that a cell rests on."""
    return (cell.run,) if cell.scored is None else (cell.run, cell.scored)


def add_look(folder: Path, look: Look) -> None:
    """Append an interim analysis."""
    append_row(folder / LOOKS, encode(look), is_synced=True)


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
    named = [run for cell in cells for run in runs_of(cell)]
    if comparison.recording is not None:
        named.append(comparison.recording)
    records, damaged = read_readable(runs, named)
    return Compared(
        folder=folder,
        comparison=comparison,
        cells=cells,
        looks=tuple(decode(Look, row, str(folder / LOOKS)) for row in _rows(folder / LOOKS)),
        records=records,
        damaged=damaged,
    )


def _rows(path: Path) -> Iterator[object]:
    return (row for row in stream_rows(path) if row is not None)
