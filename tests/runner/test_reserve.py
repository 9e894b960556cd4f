"""A reserve is removed by its owner, or by the next run where the owner was killed."""

import os
from pathlib import Path

import pytest

from harness.runner.reserve import remove_left, reserve_in


def test_a_reserve_lasts_as_long_as_its_run_and_takes_away_what_others_left(tmp_path: Path) -> None:
    left, own, other = tmp_path / "left", tmp_path / "own", tmp_path / "other"
    for folder in (left, own, other):
        folder.mkdir()
    (left / "reserve").write_bytes(b"x")

    with reserve_in(own):
        assert (own / "reserve").stat().st_size > 0
        with reserve_in(other):
            remove_left(tmp_path)
            assert (own / "reserve").exists()
            assert (other / "reserve").exists()
        assert not (left / "reserve").exists()

    assert not (own / "reserve").exists()


def test_a_link_of_that_name_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    target = tmp_path / "mine"
    target.write_text("mine")
    (tmp_path / "run" / "reserve").symlink_to(target)

    remove_left(tmp_path)

    assert target.read_text() == "mine"
    assert os.path.lexists(tmp_path / "run" / "reserve")


def test_what_goes_wrong_meanwhile_is_not_hidden(tmp_path: Path) -> None:
    with pytest.raises(KeyError), reserve_in(tmp_path):
        raise KeyError
    assert not (tmp_path / "reserve").exists()
