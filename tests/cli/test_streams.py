"""What cannot be printed is lost without an error; closed streams are filled before a file of ours is opened there."""

import io
import os
import sys
from pathlib import Path

import pytest

from harness.cli.streams import fill_closed, forgiving, settle


class Full(io.RawIOBase):
    """A device without room."""

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        raise OSError(28, "No space left on device")


def full(encoding: str = "utf-8") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BufferedWriter(Full()), encoding=encoding, write_through=True)


def test_a_full_stream_takes_whatever_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", full())

    with forgiving():
        print("lost", file=sys.stderr, flush=True)  # noqa: T201
    settle()


def test_what_an_encoding_has_not_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))

    with forgiving():
        print("3 µs")  # noqa: T201
    settle()

    assert raw.getvalue() == b"3 ?s\n"


def test_closed_descriptors_are_filled_and_stay_closed_for_children() -> None:
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(1)
        fill_closed()
        place = Path("/proc/self/fd/1").readlink()
        os.write(write, f"{place} {os.get_inheritable(1)}".encode())
        os._exit(0)
    os.waitpid(child, 0)

    assert os.read(read, 100) == b"/dev/null False"
    os.close(read)
    os.close(write)
