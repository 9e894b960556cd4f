"""What a run's marks did, over all its workers."""

from dataclasses import replace
from pathlib import Path

from harness.experiments.marks import read_marks, rows_of
from harness.model.marks import FeatureCalls, Marks, SourceCalls, marks_path
from harness.model.plan import Plan
from harness.model.record import Record
from harness.model.store import write_json
from tests.fakes import fake_record

BARS = SourceCalls(calls=3, loads=1, rows=100, bytes=800)
EMA = FeatureCalls(calls=6, distinct=2, hits=4, gridded=True)


def test_a_run_without_marks_has_none(tmp_path: Path) -> None:
    assert read_marks(tmp_path) == Marks()


def test_what_workers_counted_is_added_up(tmp_path: Path) -> None:
    write_json(marks_path(tmp_path, 0), Marks(sources={"bars": BARS}, features={"ema": EMA}))
    later = replace(BARS, rows=200, unshared="1 MB of it is pickled")
    write_json(marks_path(tmp_path, 1), Marks(sources={"bars": later}, features={"ema": replace(EMA, distinct=5)}))

    marks = read_marks(tmp_path)

    assert marks.sources == {"bars": replace(later, calls=6, loads=2)}
    assert marks.features == {"ema": replace(EMA, calls=12, distinct=5, hits=8)}


def test_the_largest_source_says_how_large_the_data_is(tmp_path: Path) -> None:
    record: Record = replace(fake_record("one", Plan(workload="topstepb"), ()), folder=tmp_path, facts={"bars": 7})
    assert rows_of(record) == 7
    write_json(marks_path(tmp_path, 0), Marks(sources={"bars": BARS, "names": replace(BARS, rows=None)}))
    assert rows_of(record) == 100
    assert rows_of(replace(record, folder=tmp_path / "other", facts={})) is None
