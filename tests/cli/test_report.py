"""`harness report`: runs rendered again from their records, anywhere, without Optuna or the script."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from harness.cli.report import report, show_profile
from harness.errors import ExitCode, InputError, RecordError
from harness.model.stacks import Frame
from harness.model.store import HEADER
from harness.report.profiled.forms import json_export
from tests.cli.test_records import NEW, OLD, manifest, record
from tests.fakes import EPOCH_S
from tests.profiles import PIDS


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARNESS_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def add_stacks(folder: Path) -> None:
    """Samples of the first process, two to a trial."""
    frames = (Frame(file="optimise.py", line=50, function="objective"), Frame(file="x.py", line=3, function="f"))
    samples = [[EPOCH_S + 1.6 + 0.1 * n, PIDS[0], PIDS[0], 0, None, None, 0.1] for n in range(4)]
    rows = [
        {"kind": "source", "source": "py-spy", "rate_hz": 10.0, "why": None, "began_s": EPOCH_S},
        *({"kind": "frame", "id": place, "file": f.file, "line": f.line, "function": f.function}
          for place, f in enumerate(frames)),
        {"kind": "stack", "id": 0, "frames": [0, 1]},
        {"kind": "samples", "rows": samples},
    ]  # fmt: skip
    (folder / "stacks.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_the_newest_run_is_rendered_when_none_is_named(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record(home)
    record(home, NEW)
    report(out=tmp_path / "out")
    printed = capsys.readouterr()
    assert "6 trials of study prices" in printed.out
    assert f"report: {tmp_path / 'out' / 'index.html'}" in printed.err
    assert NEW in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")


def test_runs_are_named_by_id_part_or_folder_and_stand_side_by_side(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = record(home)
    record(home, NEW)
    report([str(folder), "bbbbbb"], out=tmp_path / "out")
    assert "2 runs side by side" in capsys.readouterr().out
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"index.html", "report.md", "report.json", "1-trace.json", "2-trace.json"}


def test_json_goes_to_standard_output_and_comes_back(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record(home)
    report(out=tmp_path / "out", as_json=True)
    parsed = json_export.parse(capsys.readouterr().out)
    assert parsed.runs[0].id == OLD


def test_a_record_with_stacks_is_exported(home: Path, tmp_path: Path) -> None:
    folder = record(home)
    add_stacks(folder)
    show_profile(folder, tmp_path / "out", as_json=False, stream=io.StringIO())
    speedscope = json.loads((tmp_path / "out" / "stacks.speedscope.json").read_text(encoding="utf-8"))
    assert [len(profile["samples"]) for profile in speedscope["profiles"]] == [4]
    collapsed = (tmp_path / "out" / "stacks.collapsed.txt").read_text(encoding="utf-8")
    assert collapsed == f"process {PIDS[0]};objective (optimise.py:50);f (x.py:3) 4\n"
    assert json.loads((tmp_path / "out" / "trace.json").read_text(encoding="utf-8"))["traceEvents"]


def test_memory_that_was_asked_for_is_on_the_page(home: Path, tmp_path: Path) -> None:
    folder = record(home)
    line = {"file": "/s/optimise.py", "line": 7, "source": "bars = load()", "increment_bytes": 2**20, "occurrences": 6}
    (folder / f"memory-lines-{PIDS[0]}.json").write_text(json.dumps({"lines": [line]}))
    (folder / "allocations.collapsed.txt").write_text(f"process {PIDS[0]};load (/s/optimise.py:7) {2**21}\n")
    show_profile(folder, tmp_path / "out", as_json=False, stream=io.StringIO())
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "Which code takes the memory" in page
    assert "<td>1.00 MiB</td>" in page
    assert "<title>load (optimise.py:7): 100 %, 2.00 MiB</title>" in page


def test_the_report_goes_to_the_stream_that_is_asked_for(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = io.StringIO()
    show_profile(record(home), tmp_path / "out", as_json=False, stream=stream)
    assert "Where a trial's time goes" in stream.getvalue()
    assert capsys.readouterr().out == ""


def test_what_was_measured_is_seen_even_where_no_file_can_be_written(home: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    stream = io.StringIO()
    with pytest.raises(InputError, match="cannot be written"):
        show_profile(record(home), tmp_path / "file", as_json=False, stream=stream)
    assert "6 trials" in stream.getvalue()


def test_a_reproduction_is_not_mixed_with_runs(home: Path, tmp_path: Path) -> None:
    path = manifest(home, "20261103T000000-cccccc")
    record(home)
    with pytest.raises(InputError, match="name it alone"):
        report([str(path), OLD], out=tmp_path / "out")


def test_a_record_whose_runs_are_of_a_newer_schema_is_one_sentence(home: Path, tmp_path: Path) -> None:
    folder = record(home)
    header = json.loads((folder / HEADER).read_text())
    (folder / HEADER).write_text(json.dumps({**header, "schema": 99}))
    with pytest.raises(RecordError, match="update study-harness"):
        report([OLD], out=tmp_path / "out")


def test_a_folder_that_is_no_record_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="is not a record"):
        report([str(tmp_path)], out=tmp_path / "out")


def test_a_torn_last_line_is_told_and_the_rest_rendered(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = record(home)
    with (folder / f"trials-{PIDS[0]}.jsonl").open("a") as rows:
        rows.write('{"kind":"trial","number":99,"wor')
    report(out=tmp_path / "out")
    printed = capsys.readouterr().out
    assert "6 trials" in printed
    assert "torn" in printed


@pytest.mark.process
def test_rendering_imports_neither_optuna_nor_the_runner(home: Path, tmp_path: Path) -> None:
    folder = record(home)
    code = (
        "import sys; from pathlib import Path; from harness.cli.report import show_profile; "
        f"show_profile(Path({str(folder)!r}), Path({str(tmp_path / 'out')!r}), as_json=False); "
        "print('imported', *sorted({name.partition('.')[0] for name in sys.modules} & {'optuna', 'pandas', 'numba'})); "
        "print('imported', *sorted(name for name in sys.modules if name.startswith('harness.runner')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-2:] == ["imported", "imported"]


@pytest.mark.process
def test_an_unknown_run_ends_with_one_sentence_and_code_2(home: Path, tmp_path: Path) -> None:
    record(home)
    command = [sys.executable, "-m", "harness", "report", "20261101T000000-optimize-aaaaaa"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == ExitCode.BAD_INPUT
    assert done.stderr.startswith("harness: there is no record")
    assert len(done.stderr.splitlines()) == 1
