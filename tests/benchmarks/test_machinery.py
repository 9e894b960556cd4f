"""The machinery's cost is what is left of a comparison when its processes' own time is taken off."""

import pytest

from machinery import TARGET, Taken, lines

FOUND = Taken(whole_s=100.0, runs=20, startup_s=40.0, study_s=57.0, decided_s=1.0, launcher_cpu_s=2.0, imports_s=1.0)


def test_the_share_is_of_the_time_beyond_start_up() -> None:
    assert FOUND.rest_s == pytest.approx(3.0)
    assert FOUND.share == pytest.approx(0.05)
    assert FOUND.share < TARGET


def test_every_part_is_printed_with_its_unit() -> None:
    said = "\n".join(lines(FOUND))
    assert "20 runs took 100 s" in said
    assert "40.0 s their own start-up, 2.00 s each" in said
    assert "3.00 s the harness, 1.00 s of it judging" in said
    assert "the harness is 5.0 % of the rest" in said
    assert "6.6 % with its own start-up" in said  # 4 s of 61
