"""What makes two calls the same: arguments by what they hold, files by what they are now; never an object's address.

Whatever cannot be told for sure makes the whole call unsure: nobody is then told that it was repeated.
"""

import hashlib
import io
import os
import time
import types
from enum import Enum
from typing import Any

from harness.probes.live import token_of

MOST_CHARACTERS = 1 << 20  # of one text
MOST_BYTES = 1 << 16  # of content that is hashed: parsing it takes ten times as long
MOST_ITEMS = 4096  # over all arguments
MOST_DEPTH = 8
MOST_FILES = 256  # of a folder that is read as one
_PATH = 4096
_RACY_NS = 20_000_000  # a file written so lately may be written again without another time
_PLAIN = ("datetime", "decimal", "fractions", "uuid", "zoneinfo")
_ASKING = ("sql", "query", "database", "gbq")


class Sight:
    """What was seen of one call's arguments."""

    __slots__ = ("is_request", "is_sure", "left")

    def __init__(self) -> None:
        self.is_sure = True
        self.is_request = False  # the answer comes from elsewhere: an address, a connection
        self.left = MOST_ITEMS

    def unsure(self, value: Any) -> str:
        self.is_sure = False
        return f"<{type(value).__name__}>"


def identity_of(what: str, args: Any, kwargs: Any) -> tuple[str, str | None]:
    """Text of the arguments, whole, and what the call is known by: None where that is not sure.

    A key that begins with "r" is that of a request: the same was asked for, and the answer may differ.
    """
    sight = Sight()
    try:
        parts = [_text(value, sight, 0) for value in args]
        parts += [f"{name}={_text(value, sight, 0)}" for name, value in sorted(kwargs.items())]
        text = ", ".join(parts)
        facts = "\0".join(_facts_of_paths((*args, *kwargs.values()), sight))
    except Exception:  # the values are the user's own, and so is whatever they do when they are looked at
        return "", None
    if not sight.is_sure:
        return text, None
    is_request = sight.is_request or any(word in what for word in _ASKING)
    return text, f"{'r' if is_request else 'c'}{_hash(text, facts)}"


def file_key(path: str) -> str | None:
    """What a file is known by as it is now; None where that is not sure."""
    sight = Sight()
    try:
        facts = _facts_of_path(path, sight)
    except (OSError, ValueError):
        return None
    if facts is None or not sight.is_sure:
        return None
    return f"c{_hash(path, facts)}"


def _hash(*texts: str) -> str:
    return hashlib.blake2b("\0".join(texts).encode(errors="surrogatepass"), digest_size=8).hexdigest()


def _text(value: Any, sight: Sight, depth: int) -> str:
    sight.left -= 1
    if sight.left < 0 or depth > MOST_DEPTH:
        return sight.unsure(value)
    kind = type(value)
    if kind is str:
        return str(value) if len(value) <= MOST_CHARACTERS else f"{value[:_PATH]}{sight.unsure(value)}"
    if value is None or kind in (bool, float, complex, range, slice):
        return repr(value)
    if kind is int:
        return repr(value) if value.bit_length() < 1024 else hex(value)
    if kind in (bytes, bytearray):
        return _digest(value, sight)
    if isinstance(value, (list, tuple, set, frozenset, dict)):
        return _of_many(value, sight, depth)
    if isinstance(value, os.PathLike):
        path = os.fspath(value)
        return path if isinstance(path, str) else repr(path)
    return _of_code(value, sight) or _of_stream(value, sight) or _of_object(value, sight)


def _of_many(value: Any, sight: Sight, depth: int) -> str:
    if isinstance(value, dict):
        pairs = [f"{_text(key, sight, depth + 1)}: {_text(item, sight, depth + 1)}" for key, item in value.items()]
        return f"{{{', '.join(pairs)}}}"
    items = [_text(item, sight, depth + 1) for item in value]
    if isinstance(value, (set, frozenset)):
        return f"{{{', '.join(sorted(items))}}}"
    return f"[{', '.join(items)}]"


def _digest(content: Any, sight: Sight) -> str:
    if len(content) > MOST_BYTES:
        return sight.unsure(content)
    return f"<{type(content).__name__} {hashlib.blake2b(content, digest_size=8).hexdigest()}>"


def _of_code(value: Any, sight: Sight) -> str | None:
    """A class or a function by its name and place; with values of its own enclosed it is another each time."""
    if isinstance(value, Enum):
        return f"{type(value).__qualname__}.{value.name}"
    if isinstance(value, type):
        name = f"{value.__module__}.{value.__qualname__}"
        return sight.unsure(value) if "<locals>" in name else name
    if isinstance(value, types.BuiltinFunctionType):
        return f"{value.__module__}.{value.__qualname__}"
    if isinstance(value, types.FunctionType):
        if value.__closure__ or value.__defaults__ or value.__kwdefaults__:
            return sight.unsure(value)
        return f"{value.__module__}.{value.__qualname__}:{value.__code__.co_firstlineno}"
    return None


def _of_stream(value: Any, sight: Sight) -> str | None:
    """Content that is in memory, by what is left to read; an open file, by its file, where nothing was read of it."""
    if type(value) is io.StringIO:
        at = value.tell()
        left = value.read(MOST_BYTES + 1)
        value.seek(at)
        return f"<StringIO {_digest(left.encode(errors='surrogatepass'), sight)}>"
    if type(value) is io.BytesIO:
        with value.getbuffer() as view:
            if len(view) - value.tell() > MOST_BYTES:
                return sight.unsure(value)
            return f"<BytesIO {_digest(bytes(view[value.tell() :]), sight)}>"
    if isinstance(value, io.IOBase):
        kind = type(value)
        name = getattr(value, "name", None)
        if kind not in (io.TextIOWrapper, io.BufferedReader, io.FileIO) or not isinstance(name, str):
            return sight.unsure(value)
        if os.lseek(value.fileno(), 0, os.SEEK_CUR) != 0:
            return sight.unsure(value)
        return f"{name}{_facts(os.fstat(value.fileno()), sight)}"
    return sight.unsure(value) if hasattr(value, "read") or hasattr(value, "__next__") else None


def _of_object(value: Any, sight: Sight) -> str:
    kind = type(value)
    package = kind.__module__.partition(".")[0]
    if kind.__module__ in _PLAIN:
        return repr(value)
    if package == "numpy" and kind.__name__ != "ndarray":
        return repr(value) if hasattr(value, "dtype") or "dtype" in kind.__name__.lower() else sight.unsure(value)
    if package == "pandas" and kind.__name__ in ("Timestamp", "Timedelta", "NaTType", "Period"):
        return repr(value)
    if package == "sqlalchemy":
        sight.is_request = True
        url = getattr(value, "url", None) or getattr(getattr(value, "engine", None), "url", None)
        if url is not None and getattr(url, "database", None) not in (None, "", ":memory:"):
            return f"<{kind.__name__} {url.render_as_string(hide_password=True)}>"
    elif hasattr(kind, "cursor") or hasattr(kind, "execute"):
        sight.is_request = True
    return _of_live(value, sight)


def _of_live(value: Any, sight: Sight) -> str:
    """The same object while it lives, as far as a look at it tells that it holds the same."""
    kind = type(value)
    token = token_of(value)
    if token is None:
        return sight.unsure(value)
    shape = getattr(value, "shape", "")
    if (
        kind.__name__ != "ndarray"
        or kind.__module__ != "numpy"
        or not value.flags.c_contiguous
        or value.dtype.hasobject
    ):
        return f"<{kind.__name__}{shape} {token}>"
    every = max(value.nbytes // MOST_BYTES, 1)
    content = hashlib.blake2b(value.reshape(-1)[::every].tobytes(), digest_size=8).hexdigest()
    return f"<ndarray {value.dtype}{shape} {content}{'' if every == 1 else f' {token}'}>"


def _facts_of_paths(values: Any, sight: Sight) -> list[str]:
    """Facts of the files that the arguments name."""
    found = []
    for value in values:
        for item in value if isinstance(value, (list, tuple)) else (value,):
            path = os.fspath(item) if isinstance(item, os.PathLike) else item
            if not isinstance(path, str) or not 0 < len(path) <= _PATH or "\n" in path or "\0" in path:
                continue
            facts = _facts_of_path(path, sight)
            if facts is not None:
                found.append(f"{path}{facts}")
            elif "://" in path:
                sight.is_request = True
            elif "*" in path and " " not in path:  # many files by a pattern
                sight.is_sure = False
    return found


def _facts_of_path(path: str, sight: Sight) -> str | None:
    """None for what is no file and no folder."""
    try:
        found = os.stat(path)  # noqa: PTH116 - pathlib takes five times as long
    except (OSError, ValueError):
        return None
    if not _is_folder(found):
        return _facts(found, sight)
    parts, folders = [_facts(found, sight)], [path]
    for folder in folders:
        with os.scandir(folder) as entries:
            for entry in entries:
                parts.append(f"{entry.name}{_facts(entry.stat(), sight)}")
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                if len(parts) > MOST_FILES:
                    sight.is_sure = False
                    return ""
    return "".join(sorted(parts))


def _is_folder(found: os.stat_result) -> bool:
    return found.st_mode & 0o170000 == 0o040000


def _facts(found: os.stat_result, sight: Sight) -> str:
    """A file that is being written may change without another time; what is no plain file has no content of its own."""
    if found.st_mode & 0o170000 not in (0o100000, 0o040000) or time.time_ns() - found.st_mtime_ns < _RACY_NS:
        sight.is_sure = False
    return f"|{found.st_dev}:{found.st_ino}:{found.st_size}:{found.st_mtime_ns}|"
