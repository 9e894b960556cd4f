"""A scaling's four forms: golden files, whatever a name holds, and a page that needs nothing else."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.errors import InputError
from harness.model.plan import Backend
from harness.report.scaling import build, console, json_export, markdown
from harness.report.scaling.summary import ScalingSummary
from harness.report.scaling.words import hidden_text
from harness.report.scaling.write import render_html, write_report
from harness.runner.scaling.request import Request
from tests.experiments.scaling.made import BASE, Truth, a_scaled

GOLDEN = Path(__file__).parent / "golden"
THREADS = Request(
    base=BASE, sizes=(4_000, 8_000, 16_000, 32_000, 64_000), workers=(1, 2, 4, 8), backend=Backend.THREADS
)


def rounded(data: Any) -> Any:
    """Six significant digits, which every platform agrees on."""
    if isinstance(data, float):
        return float(f"{data:.6g}")
    if isinstance(data, list):
        return [rounded(item) for item in data]
    return {key: rounded(value) for key, value in data.items()} if isinstance(data, dict) else data


def as_json(summary: ScalingSummary) -> str:
    return json.dumps(rounded(json.loads(json_export.render(summary))), indent=1, ensure_ascii=False) + "\n"


PAGES: dict[str, Callable[[ScalingSummary], str]] = {
    "console.txt": lambda summary: console.render(summary, 80),
    "report.md": markdown.render,
    "report.json": as_json,
    "index.html": render_html,
}


@pytest.fixture(scope="module")
def whole() -> ScalingSummary:
    """Sizes and threads that wait for the GIL."""
    truth = Truth(
        spans=lambda size: {"indicators": 1.2e-6 * size, "strategy": 2e-7 * size, "storage": 0.02, "suggest": 0.004},
        stretch=lambda count: 1 + 0.95 * (count - 1),
    )
    return build(a_scaled(truth, request=THREADS))


@pytest.fixture(scope="module")
def plain() -> ScalingSummary:
    """A quadratic cost, foretold as a line that bends."""
    return build(a_scaled(Truth(spans=lambda size: {"work": 1e-4 + 3e-11 * size**2}, drift=1.2)))


@pytest.mark.parametrize("name", PAGES)
def test_a_renderer_writes_its_golden_file(name: str, whole: ScalingSummary) -> None:
    text = PAGES[name](whole)
    golden = GOLDEN / name
    if os.environ.get("HARNESS_RENEW_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8"), "if this is meant, renew the golden files (HARNESS_RENEW_GOLDEN)"


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_terminal_nor_steers_it(width: int, whole: ScalingSummary) -> None:
    text = console.render(whole, width)
    assert max(len(line) for line in text.splitlines()) <= width
    assert "\x1b" not in text
    assert "\x1b" in console.render(whole, width, colour=True)


def test_names_are_text_on_every_page(whole: ScalingSummary) -> None:
    odd = replace(whole, workload="<script>alert(1)</script>", headline="a | b `c` <b>", unit="<i>")
    page = render_html(odd)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "<b>" not in markdown.render(odd).splitlines()[2]


def test_the_page_needs_nothing_else(whole: ScalingSummary) -> None:
    page = render_html(whole).replace("http://www.w3.org/2000/svg", "")
    assert "http://" not in page
    assert "https://" not in page
    assert "default-src 'none'" in page
    assert page.count("<svg") == 6  # growth, split and workers, wide and narrow


def test_numbers_in_json_carry_their_unit(whole: ScalingSummary) -> None:
    plain = json.loads(json_export.render(whole))
    assert (plain["kind"], plain["schema"]) == ("scaling", 1)
    held = plain["held"][0]
    assert held["foretold"]["low_s"] < held["measured"]["value_s"] < held["foretold"]["high_s"]
    assert plain["workers"]["enough"] == 1


def test_three_files_are_written(whole: ScalingSummary, tmp_path: Path) -> None:
    written = write_report(whole, tmp_path / "new" / "folder")
    assert sorted(path.name for path in written) == ["index.html", "report.json", "report.md"]
    assert all(path.stat().st_size > 1000 for path in written)


def test_the_headline_says_how_it_grows(whole: ScalingSummary, plain: ScalingSummary) -> None:
    assert "linear in the data" in whole.headline
    assert "faster than the data, exponent 2.0" in plain.headline
    flat = build(a_scaled(Truth(spans=lambda size: {"work": 0.02})))
    assert "was not seen to grow with the data" in flat.headline
    two = build(a_scaled(request=Request(base=BASE, sizes=(8_000, 16_000))))
    assert "as far as two sizes can tell" in two.headline


def test_workers_alone_are_the_headline_themselves() -> None:
    request = Request(base=BASE, sizes=(), workers=(1, 2), backend=Backend.PROCESSES)
    summary = build(a_scaled(request=request))
    assert summary.headline.startswith("2 processes do 2.0")
    assert "Held out" not in console.render(summary)
    assert render_html(summary).count("<svg") == 2


def test_what_weakens_a_report_is_said(plain: ScalingSummary) -> None:
    assert any("The machine changed between the two stages" in said for said in plain.warnings)
    dead = build(a_scaled(Truth(died={"8,000 rows": "killed by SIGKILL"})))
    assert not dead.is_sound
    assert any("3 of 18 runs died; 8,000 rows: killed by SIGKILL." in said for said in dead.warnings)
    unfinished = build(replace(a_scaled(), ended=None))
    assert any("harness scale --resume 20261124T120000-fake" in said for said in unfinished.warnings)
    once = build(a_scaled(request=Request(base=BASE, sizes=(8_000, 16_000, 32_000), blocks=1)))
    assert any("no spread worth the name" in said for said in once.warnings)


def test_a_scaling_without_a_run_shows_nothing() -> None:
    with pytest.raises(InputError, match="no run of 20261124T120000-fake ended well"):
        build(replace(a_scaled(), cells=()))


def test_a_gain_that_noise_may_hide_is_said_where_it_matters() -> None:
    assert hidden_text(1.7) == ", though noise may hide 1.70×: more --blocks would tell"
    assert hidden_text(1.05) == hidden_text(None) == ""
