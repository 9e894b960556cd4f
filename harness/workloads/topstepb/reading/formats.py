"""Formats: what kind of file it is, told from its first bytes, and its text out of a compressed file."""

import gzip
import zlib
from enum import Enum, auto
from pathlib import Path

from harness.workloads.topstepb.reading.flaw import Flaw

HEAD_BYTES = 16


class Format(Enum):
    """What a file is, by content; a suffix can lie."""

    PARQUET = auto()
    ARROW_FILE = auto()  # Feather version 2 is the same
    ARROW_STREAM = auto()
    GZIP = auto()
    TEXT = auto()  # JSON or delimited, told apart by `is_json` once it is unpacked


_MAGIC = {
    b"PAR1": Format.PARQUET,
    b"ARROW1": Format.ARROW_FILE,
    b"\xff\xff\xff\xff": Format.ARROW_STREAM,
    b"\x1f\x8b": Format.GZIP,
}
_FOREIGN = {
    b"PK\x03\x04": "a zip archive (or a spreadsheet); unpack it, or export it as CSV",
    b"\x28\xb5\x2f\xfd": "compressed by zstd; unpack it with `zstd -d`",
    b"BZh": "compressed by bzip2; unpack it with `bunzip2`",
    b"\xfd7zXZ": "compressed by xz; unpack it with `unxz`",
    b"7z\xbc\xaf": "a 7-Zip archive; unpack it",
    b"PARE": "an encrypted Parquet file; decrypt it",
    b"FEA1": "Feather version 1; write it again with a current pandas, as Parquet",
    b"\x89HDF": "HDF5; export it as Parquet or CSV",
    b"SQLite format 3": "an SQLite database; export the table as CSV",
    b"\x80\x04": "a Python pickle, which is never opened because it can run code; write it as Parquet",
    b"\x80\x05": "a Python pickle, which is never opened because it can run code; write it as Parquet",
    b"\x93NUMPY": "a NumPy array without column names; write it as Parquet or CSV",
}
_SUFFIXES = {
    Format.PARQUET: (".parquet", ".pq"),
    Format.ARROW_FILE: (".feather", ".arrow", ".ipc", ".ft"),
    Format.ARROW_STREAM: (".arrow", ".arrows", ".ipc"),
    Format.GZIP: (".gz",),
    Format.TEXT: (".csv", ".txt", ".tsv", ".json"),
}


def sniff(head: bytes) -> Format:
    """The format that a file's first HEAD_BYTES bytes announce; raises Flaw for one that is known and not read."""
    if not head:
        raise Flaw("the file is empty (0 bytes)")
    for magic, what in _FOREIGN.items():
        if head.startswith(magic):
            raise Flaw(f"the file is {what}")
    return next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), Format.TEXT)


def suffix_notes(path: Path, kind: Format) -> tuple[str, ...]:
    """A note when the name promises another format than the content is; content decides."""
    promised = [other for other, suffixes in _SUFFIXES.items() if path.suffix.lower() in suffixes]
    if not promised or kind in promised:
        return ()
    return (f"named {path.suffix} but read as {kind.name.lower().replace('_', ' ')}, which its content is",)


def to_text(path: Path, kind: Format) -> bytes:
    """The bytes of a text file as UTF-8 without a byte-order mark, unpacked if `kind` is GZIP; Flaw if it is no text.

    The whole file is held in memory.
    """
    data = path.read_bytes()
    if kind is Format.GZIP:
        try:
            data = gzip.decompress(data)
        except EOFError:
            raise Flaw("the gzip data ends early: the file is truncated; fetch it again") from None
        except (gzip.BadGzipFile, zlib.error) as error:
            raise Flaw(f"the gzip data is damaged ({error}); fetch it again") from None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            data = data.decode("utf-16").encode()
        except UnicodeDecodeError:
            raise Flaw("the text is marked as UTF-16 and is not; save it as UTF-8") from None
    data = data.removeprefix(b"\xef\xbb\xbf")
    if b"\0" in data or data.startswith((b"PAR1", b"ARROW1")):
        raise Flaw("the content is neither text nor a known format: it is damaged or truncated; fetch it again")
    if not data or data.isspace():
        raise Flaw("the file is empty (no text in it)")
    if data.isascii():
        return data
    try:
        data.decode()  # here, because Arrow would drop a row of bad bytes that also has the wrong number of fields
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Flaw(f"byte 0x{data[error.start]:02x} is not UTF-8 text; save the file as UTF-8", line=line) from None
    return data


def is_json(text: bytes) -> bool:
    """Whether text is JSON rather than delimited: no name or number of bars begins with a bracket."""
    return text.lstrip()[:1] in (b"[", b"{")
