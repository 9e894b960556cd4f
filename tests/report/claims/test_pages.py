"""Rulings in four forms: golden files, whatever a ledger holds, and a page that needs nothing else."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.model.claim import Ruling
from harness.report.claims import console, html, json_export, markdown
from harness.report.claims.figures import drawing
from harness.report.claims.summary import RulingsSummary
from tests.report.claims.made import HOSTILE, a_summary

GOLDEN = Path(__file__).parent / "golden"
CHROMIUM = Path("/usr/bin/chromium")


def rounded(data: Any) -> Any:
    """Six significant digits, which every platform agrees on."""
    if isinstance(data, float):
        return float(f"{data:.6g}")
    if isinstance(data, list):
        return [rounded(item) for item in data]
    return {key: rounded(value) for key, value in data.items()} if isinstance(data, dict) else data


def as_json(summary: RulingsSummary) -> str:
    return json.dumps(rounded(json.loads(json_export.render(summary))), indent=1, ensure_ascii=False) + "\n"


def body(summary: RulingsSummary) -> str:
    """The page without its style sheet, which all pages share."""
    return re.sub(r"<style>.*?</style>", "<style/>", html.render(summary), flags=re.DOTALL)


PAGES: dict[str, Callable[[RulingsSummary], str]] = {
    "console.txt": lambda summary: console.render(summary, 80),
    "report.md": markdown.render,
    "report.json": as_json,
    "index.html": body,
}


@pytest.fixture(scope="module")
def summary() -> RulingsSummary:
    return a_summary()


@pytest.mark.parametrize("name", PAGES)
def test_a_renderer_writes_its_golden_file(name: str, summary: RulingsSummary) -> None:
    text = PAGES[name](summary)
    golden = GOLDEN / name
    if os.environ.get("HARNESS_RENEW_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8"), "if this is meant, renew the golden files (HARNESS_RENEW_GOLDEN)"


def test_every_claim_has_its_ruling(summary: RulingsSummary) -> None:
    assert {one.id: one.ruling for one in summary.claims} == {
        "gc": Ruling.REFUTED,
        "both": Ruling.INCONCLUSIVE,
        "reuse": Ruling.OVERSTATED,
        "size": Ruling.CONFIRMED,
        "memory": Ruling.CONFIRMED,
        "sum": Ruling.REFUTED,
        "cluster": Ruling.NOT_TESTABLE,
    }
    assert (
        summary.headline
        == "Of 7 claims, 2 are confirmed, 1 overstated, 2 refuted, 1 inconclusive and 1 not testable here."
    )
    assert [one.id for one in summary.stopped_holding] == ["gc", "reuse", "sum"]


def test_samples_lead_to_the_records_of_their_pair(summary: RulingsSummary) -> None:
    gc = next(one for one in summary.claims if one.id == "gc")

    assert [len(one.runs) for one in gc.samples] == [2] * len(gc.samples)
    assert all(run in html.render(summary) for one in gc.samples for run in one.runs)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_terminal_nor_steers_it(width: int) -> None:
    text = console.render(a_summary(HOSTILE), width)

    assert max(len(line) for line in text.splitlines()) <= width
    assert "\x1b" not in text


def test_what_a_ledger_says_is_text_and_nothing_else() -> None:
    hostile = a_summary(HOSTILE)

    assert "<script" not in html.render(hostile)
    assert "<script" not in markdown.render(hostile)
    assert "[x](javascript" not in markdown.render(hostile)


def test_a_figure_says_in_words_what_it_shows(summary: RulingsSummary) -> None:
    gc = next(one for one in summary.claims if one.id == "gc")
    drawn = drawing(gc)

    assert drawn is not None
    assert f"Claimed: 15 % to 25 % saved. Measured: {gc.measured}." in drawn.wide
    assert "Ceiling by its own figures: 50 %." in drawn.narrow
    size = next(one for one in summary.claims if one.id == "size")
    assert drawing(size) is None


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason=f"needs {CHROMIUM}: apt-get install chromium")
@pytest.mark.parametrize("width", [360, 1200])
def test_the_page_stands_alone_and_fits(tmp_path: Path, width: int) -> None:
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install 'study-harness[test]'")
    path = tmp_path / "index.html"
    path.write_text(html.render(a_summary(HOSTILE)), encoding="utf-8")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        page = browser.new_context(offline=True, viewport={"width": width, "height": 800}).new_page()
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.goto(path.as_uri())

        assert [url for url in requests if url != "data:,"] == [path.as_uri()]
        assert page.evaluate("window.hostile") is None
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("h1").count() == 1
        form = "narrow" if width < 700 else "wide"
        assert page.locator(f"figure .{form} svg:visible").count() == page.locator("figure").count()
        browser.close()
