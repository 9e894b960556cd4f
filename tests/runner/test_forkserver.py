"""A server forks only where nothing but itself runs in it."""

from pathlib import Path

import pytest

from harness.errors import RunError
from harness.runner.forkserver import see_that_it_can_fork


def tasks(folder: Path, *names: str) -> Path:
    for number, name in enumerate(names):
        (folder / str(number)).mkdir()
        (folder / str(number) / "comm").write_text(name + "\n")
    return folder


@pytest.mark.parametrize("names", [("python",), ("python", "jemalloc_bg_thd")])
def test_one_thread_and_those_that_mind_forks_themselves_are_well(tmp_path: Path, names: tuple[str, ...]) -> None:
    see_that_it_can_fork(tasks(tmp_path, *names))


def test_another_thread_is_named_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"left 2 threads running \(loader, python\).* or leave forkserver out"):
        see_that_it_can_fork(tasks(tmp_path, "python", "loader", "jemalloc_bg_thd"))


def test_where_the_kernel_does_not_tell_it_is_taken_on_trust(tmp_path: Path) -> None:
    see_that_it_can_fork(tmp_path / "none")
