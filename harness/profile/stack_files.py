"""Reads the stack samples of a run: all `stacks*.jsonl` of a folder merged, torn last lines tolerated."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.errors import RecordError
from harness.model.lines import stream_rows
from harness.model.stacks import Frame, Stacks, StackSample, StackSource

PATTERN = "stacks*.jsonl"
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
    """The samples of a run in order of time; None where none were asked for or taken. Raises RecordError for damage.

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
    file: _File | None = None
    try:
        for row in stream_rows(path):
            if row is None:
                continue
            if row["kind"] == "source":
                file = _File(source=StackSource(row["source"]), rate_hz=float(row["rate_hz"]), why=row["why"])
            elif file is None:
                raise RecordError(f"{path} does not begin with its source: remove the file to read the rest")
            else:
                _take(row, file, merged)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise RecordError(
            f"{path}: a row cannot be read ({type(error).__name__}: {error}): remove the file to read the rest"
        ) from error
    return file


def _take(row: Mapping[str, Any], file: _File, merged: _Merged) -> None:
    kind = row["kind"]
    if kind == "frame":
        frame = Frame(file=str(row["file"]), line=int(row["line"]), function=str(row["function"]))
        file.frames[row["id"]] = merged.frames.setdefault(frame, len(merged.frames))
    elif kind == "stack":
        ids = tuple(file.frames[id_] for id_ in row["frames"])
        file.stacks[row["id"]] = merged.stacks.setdefault(ids, len(merged.stacks))
    elif kind == "samples":
        file.samples.extend(sample for values in row["rows"] for sample in _looks(values, file))
    else:
        raise ValueError(f"unknown kind {kind!r}")


def _looks(values: list[Any], file: _File) -> Iterator[StackSample]:
    at_s, pid, native, stack, span, trial, weight_s = values
    times = max(round(weight_s * file.rate_hz / LONG_LOOKS), 1) if file.source is StackSource.PY_SPY else 1
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
