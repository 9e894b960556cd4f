from pathlib import Path

import pytest

from harness.errors import RecordError
from harness.profile.allocations import read_allocations
from harness.profile.facts import FlameNode
from tests.profile.stack_samples import SITE

MAIN = "<module> (/home/ann/proj/optimise.py:90)"
ABOVE = f"process 7;{MAIN};_run_trial ({SITE}/optuna/study/_optimize.py:200)"
OBJECTIVE = "objective (/home/ann/proj/optimise.py:7)"
ONES = f"ones ({SITE}/numpy/_core/numeric.py:232)"


def tree(folder: Path, text: str) -> FlameNode:
    (folder / "allocations.collapsed.txt").write_text(text)
    found = read_allocations(folder, ("optimise.py",))
    assert found is not None
    return found


def test_what_trials_allocate_stands_below_the_objective_and_data_loaded_once_below_its_own_line(
    tmp_path: Path,
) -> None:
    found = tree(tmp_path, f"{ABOVE};{OBJECTIVE};{ONES} 3000\nprocess 7;{MAIN} 1000\nprocess 8;outside Python 500\n")
    assert found.weight_s == 4500
    assert [(child.label, child.weight_s, child.is_user) for child in found.children] == [
        ("objective (optimise.py:7)", 3000, True),
        ("<module> (optimise.py:90)", 1000, True),
        ("outside Python", 500, False),
    ]
    assert [child.label for child in found.children[0].children] == ["ones (numpy/_core/numeric.py:232)"]


def test_allocations_that_were_not_tracked_are_none(tmp_path: Path) -> None:
    assert read_allocations(tmp_path) is None


@pytest.mark.parametrize("text", ["a;b", "a;b x", "process 1;f (x:1) -3"])
def test_damage_is_a_sentence(tmp_path: Path, text: str) -> None:
    with pytest.raises(RecordError, match="is damaged"):
        tree(tmp_path, text)
