"""`harness runs`: a plain table whose ids can be copied, or JSON."""

import json
from pathlib import Path

import pytest

from harness.cli.records import Listed
from harness.cli.runs import lines, runs
from harness.model.store import HEADER
from tests.cli.test_records import NEW, OLD, record

DAY = Listed(
    id=OLD,
    kind="script",
    label="optimise.py",
    started_s=1_796_000_000.0,
    trials=1200,
    ending="out_of_memory",
    size_bytes=3 * 1024**2,
)


def test_a_line_has_id_time_what_trials_ending_and_size() -> None:
    (head, line) = lines([DAY])
    assert head.split() == ["Record", "When", "What", "Trials", "Ended", "Size"]
    assert line == f"{OLD}  2026-11-30 00:53 UTC  script optimise.py   1,200  out of memory  3.00 MiB"


def test_a_terminal_gets_no_control_character() -> None:
    hostile = Listed(id="a\x1b[2J", kind="script", label="b\n\x07", started_s=None, trials=None, ending=None,
                     size_bytes=0, damage="c\x1b[31m")  # fmt: skip
    assert not any(ord(letter) < 32 for line in lines([hostile]) for letter in line)


def test_the_table_is_printed_newest_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HARNESS_HOME", str(tmp_path))
    record(tmp_path)
    (record(tmp_path, NEW) / HEADER).write_text("{")
    runs()
    _, first, reason, second = capsys.readouterr().out.splitlines()
    assert first.startswith(NEW)
    assert "damaged" in first
    assert "measure again" in reason
    assert second.startswith(OLD)


def test_json_holds_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HARNESS_HOME", str(tmp_path))
    record(tmp_path)
    runs(as_json=True)
    data = json.loads(capsys.readouterr().out)
    assert (data["schema"], data["kind"]) == (1, "runs")
    assert [(line["id"], line["trials"]) for line in data["records"]] == [(OLD, 6)]


def test_nothing_recorded_says_how_to_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HARNESS_HOME", str(tmp_path))
    runs()
    assert "harness run SCRIPT" in capsys.readouterr().out
