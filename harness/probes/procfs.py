"""Reading Linux's /proc and /sys as plain text; what is absent or refused reads None."""

from pathlib import Path

PROC = Path("/proc")
SYS = Path("/sys")
_CHUNK_BYTES = 65_536


def read_text(path: Path) -> str | None:
    """The file's text, or None where it is absent, refused, or belongs to a process that has ended."""
    try:
        with path.open("rb", buffering=0) as file:
            # The kernel makes these files while they are read and calls them empty: read until the end.
            parts = []
            while part := file.read(_CHUNK_BYTES):
                parts.append(part)
    except OSError:
        return None
    return b"".join(parts).decode(errors="replace")


def read_number(path: Path) -> int | None:
    """The file's only integer. `max`, which control groups write for "no limit", reads None."""
    text = read_text(path)
    return parse_integer(text) if text is not None else None


def parse_integer(text: str) -> int | None:
    """An integer, or None where the text is anything else."""
    try:
        return int(text)
    except ValueError:
        return None


def counter(text: str | None, name: str) -> int | None:
    """The value in the line `name value`, as vmstat, memory.events and memory.oom_control write them."""
    for line in (text or "").splitlines():
        key, _, value = line.partition(" ")
        if key == name:
            return parse_integer(value)
    return None


def field(text: str | None, name: str) -> str | None:
    """The value in the line `name: value`, as status, meminfo, smaps_rollup and cpuinfo write them."""
    for line in (text or "").splitlines():
        key, colon, value = line.partition(":")
        if colon and key.rstrip() == name:
            return value.strip()
    return None


def kib_bytes(text: str | None, name: str) -> int | None:
    """Bytes in the line `name: <n> kB`. The kernel's kB are 1,024 bytes."""
    value = field(text, name)
    if value is None or not value.endswith(" kB"):
        return None
    kib = parse_integer(value.removesuffix(" kB"))
    return None if kib is None else kib * 1024
