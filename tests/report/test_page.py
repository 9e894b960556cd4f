"""The page in a real browser, offline: nothing fetched, nothing run, not wider than the screen, all text legible."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.report.summary import Summary
from harness.report.write import write_report
from tests.report.test_hostile import hostile_summary

CHROMIUM = Path("/usr/bin/chromium")
WIDTHS, SCHEMES = (360, 768, 1200), ("light", "dark")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"needs {CHROMIUM}: apt-get install chromium"),
]

CONTRASTS = """() => {
  const parse = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const element of document.querySelectorAll('h1, h2, p, li, th, td, dt, dd, caption, figcaption, pre, .bounds')) {
    if (!element.innerText || !element.getClientRects().length) continue;
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(ground(element))];
    found.push([(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), element.innerText.slice(0, 40)]);
  }
  for (const element of document.querySelectorAll('figure svg text')) {
    const rest = element.closest('.narrow, .wide');
    if (!rest.getClientRects().length || rest.closest('figure').querySelector('[id^=spans-]')) continue;
    const [a, b] = [light(parse(getComputedStyle(element).fill)), light(ground(element))];
    found.push([(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), element.textContent.slice(0, 40)]);
  }
  return found;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install 'study-harness[test]'")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, summary: Summary) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    return {
        "plain": write_report(summary, folder / "plain")[0],
        "hostile": write_report(hostile_summary(), folder / "hostile")[0],
    }


@pytest.mark.parametrize("name", ["plain", "hostile"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_page_stands_alone_and_fits(
    browser: Any, pages: dict[str, Path], name: str, width: int, scheme: str
) -> None:
    context = browser.new_context(offline=True, color_scheme=scheme, viewport={"width": width, "height": 800})
    requests: list[str] = []
    problems: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("dialog", lambda dialog: problems.append(dialog.message))
    page.goto(pages[name].as_uri())
    assert [url for url in requests if url != "data:,"] == [pages[name].as_uri()]
    assert problems == []
    assert page.evaluate("window.hostile") is None
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("h1").count() == 1
    contrasts = page.evaluate(CONTRASTS)
    assert len(contrasts) > 100
    assert min(contrasts) >= [4.5, ""], min(contrasts)
    context.close()


def test_one_form_of_each_figure_is_shown(browser: Any, pages: dict[str, Path]) -> None:
    shown = {}
    for width in (360, 1200):
        context = browser.new_context(offline=True, viewport={"width": width, "height": 800})
        page = context.new_page()
        page.goto(pages["plain"].as_uri())
        shown[width] = [page.locator(f"figure .{form} svg:visible").count() for form in ("wide", "narrow")]
        context.close()
    assert shown == {360: [0, 4], 1200: [4, 0]}


def test_text_in_figures_is_large_enough_on_a_phone(browser: Any, pages: dict[str, Path]) -> None:
    context = browser.new_context(offline=True, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(pages["plain"].as_uri())
    heights = page.evaluate("""() => [...document.querySelectorAll('figure .narrow svg')].map(svg =>
        Math.min(...[...svg.querySelectorAll('text')].map(text =>
            parseFloat(getComputedStyle(text).fontSize) * svg.getScreenCTM().a)))""")
    context.close()
    assert min(heights) >= 9.5
