"""Values in files that many processes map: each array once, read-only where it lies, whatever holds it.

A file is the arrays, each at a multiple of 64 bytes; then a pickle of all that is not an array, in which they are named
by place; then a footer. pickle's protocol 5 finds the arrays in all that can be pickled: pandas, Arrow, dataclasses,
tuples. Reading maps the file and touches no array: it takes as long for a gigabyte as for a kilobyte.
"""

import mmap
import pickle
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from harness.workloads.marks.sizes import objects_in

_ALIGN = 64
_FOOTER = struct.Struct("<QQ")  # where the pickle begins, and how long it is
_MUCH = 65_536  # bytes of a pickle that are worth a word: each process holds them for itself
Place = tuple[int, int]  # from, to


class UnpackableError(Exception):
    """A value cannot be pickled; the text says why, as a clause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """What a file holds."""

    value: Any
    mapped_bytes: int
    pickled_bytes: int
    unshared: str | None  # what of it each process holds for itself, where that is much


def pack(value: Any, path: Path) -> None:
    """Write a value. Memory that it names twice is written once. Raises UnpackableError, or OSError of the writing."""
    buffers: list[pickle.PickleBuffer] = []
    stream = _pickled(value, buffers)
    raws = [buffer.raw() for buffer in buffers]
    said = _unshared(value, len(stream))
    with path.open("wb") as file:
        places = _write_arrays(file, raws)
        begin = file.tell()
        file.write(pickle.dumps((places, said, stream), protocol=5))
        file.write(_FOOTER.pack(begin, file.tell() - begin))


def unpack(path: Path) -> Packed:
    """The value of a file, its arrays read-only views of the mapped file."""
    with path.open("rb") as file:
        mapped = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    begin, length = _FOOTER.unpack(mapped[-_FOOTER.size :])
    places, said, stream = pickle.loads(mapped[begin : begin + length])
    value = pickle.loads(stream, buffers=[mapped[low:high] for low, high in places])
    return Packed(value=value, mapped_bytes=begin, pickled_bytes=len(stream), unshared=said)


class _Pickler(pickle.Pickler):
    """Makes arrays leave the stream that NumPy would write into it: dates, and such as do not lie in one piece."""

    def reducer_override(self, value: Any) -> Any:
        if type(value) is not np.ndarray or value.dtype.hasobject:
            return NotImplemented
        if not (value.flags.c_contiguous or value.flags.f_contiguous):
            value = np.ascontiguousarray(value)
        elif value.dtype.kind not in "mM":
            return NotImplemented
        if value.dtype.kind in "mM":
            return _as_kind, (value.view(np.int64), value.dtype)
        return value.__reduce_ex__(5)


def _as_kind(values: Any, dtype: Any) -> Any:
    return values.view(dtype)


def _pickled(value: Any, buffers: list[pickle.PickleBuffer]) -> bytes:
    from io import BytesIO

    stream = BytesIO()
    try:
        _Pickler(stream, protocol=5, buffer_callback=buffers.append).dump(value)
    except Exception as error:  # whatever the `__reduce__` of a class of the user's own raises
        raise UnpackableError(f"a {type(value).__name__} of it cannot be pickled ({error})") from error
    return stream.getvalue()


def _write_arrays(file: IO[bytes], raws: Sequence[memoryview]) -> list[Place]:
    """Write each array that lies in no other; where each of them is in the file."""
    starts = [np.frombuffer(raw, np.uint8).ctypes.data if raw.nbytes else 0 for raw in raws]
    places: list[Place] = [(0, 0)] * len(raws)
    outer, outer_at = range(0), 0  # addresses of the array written last, and its place
    for index in sorted(range(len(raws)), key=lambda index: (starts[index], -raws[index].nbytes)):
        begin, size = starts[index], raws[index].nbytes
        if size == 0:
            continue
        if not (outer.start <= begin and begin + size <= outer.stop):
            file.write(bytes(-file.tell() % _ALIGN))
            outer, outer_at = range(begin, begin + size), file.tell()
            file.write(raws[index])
        at = outer_at + begin - outer.start
        places[index] = (at, at + size)
    return places


def _unshared(value: Any, pickled_bytes: int) -> str | None:
    if pickled_bytes < _MUCH:
        return None
    parts = ", ".join(dict.fromkeys(objects_in(value))) or f"a {type(value).__name__}"
    return f"{pickled_bytes:,} bytes of it are Python objects, which each worker holds for itself: {parts}"
