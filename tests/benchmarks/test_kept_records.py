"""What is committed beside a report: all that it rests on, and nothing else."""

import json
from itertools import pairwise
from pathlib import Path

import pytest

from harness.claims.rulings import read_rulings
from harness.model.comparisons import read_cells, read_compared
from kept_records import keep, with_out, within_home

COMMITTED = Path(__file__).parents[2] / "reports/claims/records"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    to = tmp_path_factory.mktemp("kept")
    (rulings,) = (COMMITTED / "claims").iterdir()
    assert keep(rulings, to, "elsewhere") == len(list((COMMITTED / "runs").iterdir()))
    return to


def test_a_ruling_is_kept_with_all_that_it_names(kept: Path) -> None:
    copied, committed = ({str(path.relative_to(root)) for path in root.rglob("*")} for root in (kept, COMMITTED))
    assert copied == committed
    (rulings,) = (kept / "claims").iterdir()
    assert read_rulings(rulings)[0].evidence


def test_the_folder_of_the_report_is_written_as_asked(kept: Path) -> None:
    words = [json.loads(path.read_text())["argv"] for path in kept.glob("runs/*/run.json")]
    assert {after for argv in words for one, after in pairwise(argv) if one == "--out"} <= {"elsewhere"}
    assert with_out(["harness", "claims", "--out", "/a/b", "--json"], "r") == [
        "harness",
        "claims",
        "--out",
        "r",
        "--json",
    ]


def test_a_comparison_is_kept_without_storage_and_prints(tmp_path: Path) -> None:
    folder = min((COMMITTED / "comparisons").iterdir())
    keep(folder, tmp_path, "r")
    assert set(read_compared(tmp_path / "comparisons" / folder.name).records) == {
        cell.run for cell in read_cells(folder)
    } | {read_compared(folder).comparison.recording}


@pytest.mark.parametrize(
    ("stored", "kept"),
    [
        ('"sqlite:////srv/x.y/home/runs/r-1/study.sqlite3"', '"sqlite:///runs/r-1/study.sqlite3"'),
        ('"/mnt/runs/r-1/study.journal"', '"runs/r-1/study.journal"'),
        ('"/mnt/runs/r-2/study.journal"', '"/mnt/runs/r-2/study.journal"'),
        ('"runs/r-1/study.journal"', '"runs/r-1/study.journal"'),
    ],
)
def test_a_path_is_written_as_seen_from_the_home(stored: str, kept: str) -> None:
    assert within_home(stored, "r-1") == kept


@pytest.mark.parametrize("name", ["study.sqlite3", "study.journal", "stdout.txt", "stderr.txt", "lock"])
def test_what_a_run_printed_and_stored_is_left_out(tmp_path: Path, name: str) -> None:
    home, folder = tmp_path / "home", min((COMMITTED / "comparisons").iterdir())
    keep(folder, home, "r")
    run = home / "runs" / read_cells(folder)[0].run
    (run / name).write_text("x")
    keep(home / "comparisons" / folder.name, tmp_path / "to", "r")
    assert not (tmp_path / "to" / "runs" / run.name / name).exists()
    assert (tmp_path / "to" / "runs" / run.name / "run.json").exists()
