"""The reproduction keeps a manifest that is true at every moment, and its command works on real files end to end."""

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from harness.errors import DataError, InputError
from harness.model.experiment import Dataset
from harness.model.home import new_run_folder
from harness.model.machine import Machine
from harness.model.plan import Plan
from harness.model.reproductions import latest_reproduction, read_reproduction
from harness.model.store import HEADER, write_json
from harness.runner.launch import InterruptedRunError, Site, Watch
from harness.runner.reproduce import Request, Step, reproduce
from harness.workloads.topstepb.market import MarketSpec, make_market
from harness.workloads.topstepb.readers import write_bars
from tests.fakes import a_header


class FakeLauncher:
    """Makes records without running anything; stops as Ctrl-C would at run `stops_at`."""

    def __init__(self, stops_at: int | None = None) -> None:
        self.labels: list[str] = []
        self._stops_at = stops_at

    def __call__(self, plan: Plan, site: Site, *, label: str, watch: Watch) -> Path:
        self.labels.append(label)
        folder = new_run_folder(site.root, label, 0.0)
        write_json(folder / HEADER, a_header(plan=plan, id=folder.name, label=label))
        if len(self.labels) == self._stops_at:
            raise InterruptedRunError(folder, "interrupted")
        return folder


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(root=tmp_path / "home", machine=Machine())


@pytest.fixture(scope="module")
def bars(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bars") / "mine.parquet"
    write_bars(make_market(MarketSpec.parse("crypto:20000:10min:5")), path)
    return path


def _carry_out(site: Site, request: Request, launcher: FakeLauncher) -> list[Step]:
    steps: list[Step] = []
    reproduce(request, site, step=steps.append, watch=lambda progress: None, carry_out=launcher)
    return steps


def test_the_manifest_names_every_run_in_order(site: Site, bars: Path) -> None:
    launcher = FakeLauncher()
    steps = _carry_out(site, Request(data=bars), launcher)
    manifest, records = read_reproduction(latest_reproduction(site.root))
    assert [run.arm.name for run in manifest.runs] == launcher.labels == [step.arm.name for step in steps]
    assert set(records) == {run.run for run in manifest.runs}
    assert [step.index for step in steps] == list(range(steps[0].runs))
    beside = [(run.before, run.after) for run in manifest.runs]
    assert all(before is not None and after is not None and before.cpu_s > 0 for before, after in beside)
    assert [after for _, after in beside[:-1]] == [before for before, _ in beside[1:]]


def test_own_bars_stand_in_for_the_large_set_and_only_the_small_one_is_made(site: Site, bars: Path) -> None:
    _carry_out(site, Request(data=bars), FakeLauncher())
    manifest, _ = read_reproduction(latest_reproduction(site.root))
    assert [made.dataset for made in manifest.made] == [Dataset.SYNTHETIC]
    used = {arm.plan.choices["bars"] for arm in manifest.arms if arm.dataset is Dataset.REAL}
    assert used == {str(bars)}


def test_an_interrupted_run_is_in_the_manifest_and_its_error_rises(site: Site, bars: Path) -> None:
    launcher = FakeLauncher(stops_at=3)
    with pytest.raises(InterruptedRunError):
        _carry_out(site, Request(data=bars), launcher)
    manifest, _ = read_reproduction(latest_reproduction(site.root))
    assert len(manifest.runs) == 3


def test_bars_that_cannot_be_used_are_refused_before_anything_runs(site: Site, tmp_path: Path) -> None:
    launcher = FakeLauncher()
    few = tmp_path / "few.parquet"
    write_bars(make_market(MarketSpec.parse("crypto:500:10min:5")), few)
    with pytest.raises(InputError, match="8,000 bars or more"):
        _carry_out(site, Request(data=few), launcher)
    with pytest.raises(DataError, match="nowhere"):
        _carry_out(site, Request(data=tmp_path / "nowhere.csv"), launcher)
    assert not launcher.labels


def test_no_reproduction_yet_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="harness reproduce"):
        latest_reproduction(tmp_path)


@pytest.fixture(scope="module")
def carried_out(bars: Path, tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """The command itself on 20,000 bars: the whole way from bars through processes and records to the report."""
    folder = tmp_path_factory.mktemp("stranger")
    command = [sys.executable, "-m", "harness", "reproduce", "--data", str(bars)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=540, check=False)
    return SimpleNamespace(folder=folder, code=done.returncode, out=done.stdout, err=done.stderr)


@pytest.mark.process
@pytest.mark.slow
class TestTheCommand:
    def test_ends_well_and_says_what_it_does_in_plain_lines(self, carried_out: SimpleNamespace) -> None:
        assert carried_out.code == 0, carried_out.err
        assert "run 1/12" in carried_out.err
        assert "\x1b" not in carried_out.out + carried_out.err
        assert max(len(line) for line in carried_out.out.splitlines()) <= 80

    def test_writes_the_three_files(self, carried_out: SimpleNamespace) -> None:
        latest = carried_out.folder / "reports" / "latest"
        assert sorted(path.name for path in latest.iterdir()) == ["index.html", "report.json", "report.md"]

    def test_every_run_finished_and_every_value_agrees(self, carried_out: SimpleNamespace) -> None:
        manifest, records = read_reproduction(latest_reproduction(carried_out.folder / ".harness"))
        assert len(records) == len(manifest.runs) == 12
        for record in records.values():
            assert record.outcome is not None
            assert (record.outcome.ending.value, record.outcome.detail) == ("finished", None)
            assert len(record.trials) == record.header.plan.trials
        report = json.loads((carried_out.folder / "reports" / "latest" / "report.json").read_text())
        assert {check["agreement"] for check in report["value_checks"]} == {"same"}

    def test_spans_add_up_to_the_trial_in_every_row(self, carried_out: SimpleNamespace) -> None:
        _, records = read_reproduction(latest_reproduction(carried_out.folder / ".harness"))
        for record in records.values():
            for row in record.trials:
                assert row.unattributed.wall_s >= -1e-9
                assert row.unattributed.cpu_s >= -1e-9
                assert sum(span.wall_s for span in row.spans.values()) <= row.wall_s + 1e-9

    def test_is_rendered_again_from_its_records_alone(self, carried_out: SimpleNamespace) -> None:
        latest = carried_out.folder / "reports" / "latest"
        before = {path.name: path.read_bytes() for path in latest.iterdir()}
        command = [sys.executable, "-m", "harness", "report", "--out", "again"]
        again = subprocess.run(command, cwd=carried_out.folder, capture_output=True, text=True, check=True)
        assert {path.name: path.read_bytes() for path in (carried_out.folder / "again").iterdir()} == before
        assert again.stdout == carried_out.out
