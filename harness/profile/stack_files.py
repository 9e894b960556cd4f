"""Reads the stack samples of a run: all `stacks*.jsonl` of a folder merged, torn last lines tolerated."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.model.bounds import LAST_MOMENT_S, MOST_COUNT
from harness.model.lines import stream_rows
from harness.model.stacks import Frame, Stacks, StackSample, StackSource

PATTERN = "stacks*.jsonl"
MOST_HZ = 10_000.0
MOST_WEIGHT_S = 86_400.0  # of one row: a stack that did not change for so long
MOST_LOOKS = 10_000  # that one row is read as
LONG_LOOKS = 3  # py-spy's looks come at random: a stack that was seen once holds for three in one of twenty cases


@dataclass(slots=True)
class _Merged:
    """Frames and stacks of all files, each once."""

    frames: dict[Frame, int] = field(default_factory=dict)
    stacks: dict[tuple[int, ...], int] = field(default_factory=dict)


@dataclass(slots=True)
class _File:
    """One file's ids on their way to the merged ones."""

    source: StackSource
    rate_hz: float
    why: str | None
    frames: dict[int, int] = field(default_factory=dict)
    stacks: dict[int, int] = field(default_factory=dict)
    samples: list[StackSample] = field(default_factory=list)


def read_stacks(folder: Path) -> Stacks | None:
    """The samples of a run in order of time; None where none were asked for or taken. What is damaged is left out.

    py-spy leaves a stack that did not change as one row of several looks; a long one is read as several samples, so
    that it can be cut to trials. A process that both looked at is taken from py-spy.
    """
    merged = _Merged()
    files = [file for path in sorted(folder.glob(PATTERN)) if (file := _read(path, merged)) is not None]
    if not files:
        return None
    spied = {sample.pid for file in files if file.source is StackSource.PY_SPY for sample in file.samples}
    samples = [
        sample
        for file in files
        for sample in file.samples
        if file.source is StackSource.PY_SPY or sample.pid not in spied
    ]
    samples.sort(key=lambda sample: sample.at_s)
    source = StackSource.PY_SPY if spied else files[-1].source
    return Stacks(
        source=source,
        rate_hz=max(file.rate_hz for file in files),
        why=next((file.why for file in files if file.source is source and file.why), None),
        frames=tuple(merged.frames),
        stacks=tuple(merged.stacks),
        samples=tuple(samples),
    )


def _read(path: Path, merged: _Merged) -> _File | None:
    """A row that cannot be read costs that row; without the first, which says what the others are, none can be."""
    file: _File | None = None
    for row in stream_rows(path):
        if row is None:
            continue
        try:
            if row["kind"] == "source":
                file = _source(row)
            elif file is not None:
                _take(row, file, merged)
        except (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError):
            continue
    return file


def _source(row: Mapping[str, Any]) -> _File:
    rate_hz, why = float(row["rate_hz"]), row["why"]
    if not 0 < rate_hz <= MOST_HZ:
        raise ValueError(f"a rate of {rate_hz}")
    return _File(source=StackSource(row["source"]), rate_hz=rate_hz, why=None if why is None else str(why))


def _take(row: Mapping[str, Any], file: _File, merged: _Merged) -> None:
    kind = row["kind"]
    if kind == "frame":
        frame = Frame(file=str(row["file"]), line=int(row["line"]), function=str(row["function"]))
        file.frames[row["id"]] = merged.frames.setdefault(frame, len(merged.frames))
    elif kind == "stack":
        ids = tuple(file.frames[id_] for id_ in row["frames"])
        file.stacks[row["id"]] = merged.stacks.setdefault(ids, len(merged.stacks))
    elif kind == "samples":
        file.samples.extend([sample for values in row["rows"] for sample in _looks(values, file)])
    else:
        raise ValueError(f"unknown kind {kind!r}")


def _check_look(values: list[Any]) -> None:
    at_s, pid, native, _, span, trial, weight_s = values
    are_whole = all(type(number) is int and abs(number) <= MOST_COUNT for number in (pid, native))
    are_known = (span is None or isinstance(span, str)) and (
        trial is None or (type(trial) is int and abs(trial) <= MOST_COUNT)
    )
    if not (are_whole and are_known and 0 <= at_s <= LAST_MOMENT_S and 0 <= weight_s <= MOST_WEIGHT_S):
        raise ValueError("a sample that no process can have")


def _looks(values: list[Any], file: _File) -> Iterator[StackSample]:
    at_s, pid, native, stack, span, trial, weight_s = values
    _check_look(values)
    times = (
        min(max(round(weight_s * file.rate_hz / LONG_LOOKS), 1), MOST_LOOKS) if file.source is StackSource.PY_SPY else 1
    )
    for index in range(times):
        yield StackSample(
            at_s=float(at_s) + index * weight_s / times,
            pid=int(pid),
            native_thread=int(native),
            stack=file.stacks[stack],
            span=span,
            trial=trial,
            weight_s=weight_s / times,
        )
