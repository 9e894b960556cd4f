"""Advice's four forms: golden files, whatever a name holds, and a page that needs nothing else."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.report.advice import build, console, markdown
from harness.report.advice.summary import Advice
from harness.report.advice.write import render_html, render_json, write_advice
from tests.report.advice.made import Objective, a_probing

GOLDEN = Path(__file__).parent / "golden"


def rounded(data: Any) -> Any:
    """Nine significant digits, which every platform agrees on."""
    if isinstance(data, float):
        return float(f"{data:.9g}")
    if isinstance(data, list):
        return [rounded(item) for item in data]
    return {key: rounded(value) for key, value in data.items()} if isinstance(data, dict) else data


def as_json(advice: Advice) -> str:
    return json.dumps(rounded(json.loads(render_json(advice))), indent=1, ensure_ascii=False) + "\n"


PAGES: dict[str, Callable[[Advice], str]] = {
    "console.txt": lambda advice: console.render(advice, 80),
    "report.md": markdown.render,
    "report.json": as_json,
    "index.html": render_html,
}


@pytest.fixture
def advice() -> Advice:
    return build(*a_probing(Objective(queued_s=0.3, grows_mib=0.1), workers=9))


@pytest.mark.parametrize("name", PAGES)
def test_a_renderer_writes_its_golden_file(name: str, advice: Advice) -> None:
    text = PAGES[name](advice)
    golden = GOLDEN / name
    if os.environ.get("HARNESS_RENEW_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8"), "if this is meant, renew the golden files (HARNESS_RENEW_GOLDEN)"


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_terminal_nor_steers_it(width: int, advice: Advice) -> None:
    text = console.render(advice, width)
    assert max(len(line) for line in text.splitlines()) <= width
    assert "\x1b" not in text
    assert "\x1b" in console.render(advice, width, colour=True)


def test_names_are_text_on_every_page(advice: Advice) -> None:
    odd = replace(advice, workload="<script>alert(1)</script>", headline="a | b `c` <b>")
    page = render_html(odd)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "<b>" not in markdown.render(odd).splitlines()[2]


def test_the_page_needs_nothing_else(advice: Advice) -> None:
    page = render_html(advice)
    assert "http://" not in page
    assert "https://" not in page
    assert "default-src 'none'" in page


def test_numbers_in_json_carry_their_unit(advice: Advice) -> None:
    plain = json.loads(render_json(advice))
    assert (plain["kind"], plain["schema"]) == ("advice", 1)
    assert plain["trial"]["wall"]["low_s"] < plain["trial"]["wall"]["value_s"] < plain["trial"]["wall"]["high_s"]
    assert plain["memory"]["need"]["value_bytes"] > 0


def test_three_files_are_written(advice: Advice, tmp_path: Path) -> None:
    written = write_advice(advice, tmp_path / "new" / "folder")
    assert sorted(path.name for path in written) == ["index.html", "report.json", "report.md"]
    assert all(path.stat().st_size > 1000 for path in written)


def test_advice_without_warnings_has_no_heading_for_them(advice: Advice) -> None:
    bare = replace(advice, warnings=())
    assert all("Before you start it" not in PAGES[name](bare) for name in PAGES)
