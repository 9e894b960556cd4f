"""Descriptors of ours: used only while they are ours."""

import os
import resource
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.model.descriptors import OwnDescriptor, may_grow_to


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "ours").write_bytes(b"ours")
    return tmp_path / "ours"


@pytest.fixture
def other(tmp_path: Path) -> Iterator[int]:
    number = os.open(tmp_path / "the script's", os.O_RDWR | os.O_CREAT)
    yield number
    os.close(number)


def is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def test_it_is_opened_once(path: Path) -> None:
    file = OwnDescriptor(path, os.O_RDONLY)
    assert file.number() == file.number()
    assert (file.read(10), file.state()[1]) == (b"ours", 4)


def test_a_number_that_is_anothers_by_now_is_neither_used_nor_closed(path: Path, other: int) -> None:
    file = OwnDescriptor(path, os.O_RDWR)
    number = file.number()
    os.dup2(other, number)

    assert file.number() != number
    file.close()

    assert is_open(number)
    os.close(number)


def test_a_number_taken_while_it_is_closed_stays_open(path: Path, other: int) -> None:
    file = OwnDescriptor(path, os.O_RDONLY)
    number = file.number()
    os.dup2(other, number)

    file.close()

    assert is_open(number)
    os.close(number)


def test_a_file_that_was_removed_is_made_anew(path: Path) -> None:
    file = OwnDescriptor(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(file.number(), b"lost")
    path.unlink()

    os.write(file.number(), b"kept")

    assert path.read_bytes() == b"kept"


def test_a_link_in_its_place_is_refused(path: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(path)
    with pytest.raises(OSError, match="link"):
        OwnDescriptor(tmp_path / "link", os.O_WRONLY | os.O_CREAT).number()


def test_it_goes_with_its_owner(path: Path) -> None:
    file = OwnDescriptor(path, os.O_RDONLY)
    number = file.number()
    del file
    assert not is_open(number)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits as Linux has them")
def test_nothing_is_kept_open_where_few_may_be(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (16, 16))
    file = OwnDescriptor(path, os.O_RDONLY)
    assert (file.read(4), file.read(4)) == (b"ours", b"ours")
    assert file._number == -1


@pytest.mark.parametrize(("limit", "fits"), [(resource.RLIM_INFINITY, True), (100, True), (99, False)])
def test_the_limit_on_the_size_of_files(limit: int, fits: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (limit, limit))
    assert may_grow_to(100) is fits
