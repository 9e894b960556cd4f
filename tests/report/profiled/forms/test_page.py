"""The page in a real browser, offline: nothing fetched, nothing run, not wider than the screen, all text legible."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.report.profiled.forms.write import write_report
from tests.report.profiled import reports
from tests.report.profiled.forms.test_hostile import hostile_report

CHROMIUM = Path("/usr/bin/chromium")
WIDTHS, SCHEMES = (390, 800, 1200), ("light", "dark")
PAGES = ("whole", "asked", "pair", "history", "empty", "hostile")
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
  for (const element of document.querySelectorAll('h1, h2, h3, h4, p, li, th, td, dt, dd, caption, pre, code, b')) {
    if (!element.innerText || !element.getClientRects().length) continue;
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(ground(element))];
    found.push([(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), element.innerText.slice(0, 40)]);
  }
  return found;
}"""

INKED = """() => {
  const parse = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const found = [];
  for (const svg of document.querySelectorAll('figure svg')) {
    if (!svg.getClientRects().length) continue;
    const bars = [...svg.querySelectorAll('rect')];
    for (const text of svg.querySelectorAll('text')) {
      const box = text.getBBox(), x = box.x + 2, y = box.y + box.height / 2;
      const below = bars.filter(bar => bar.x.baseVal.value <= x && x <= bar.x.baseVal.value + bar.width.baseVal.value
        && bar.y.baseVal.value <= y && y <= bar.y.baseVal.value + bar.height.baseVal.value);
      const colour = below.length ? getComputedStyle(below[below.length - 1]).fill
        : getComputedStyle(document.body).backgroundColor;
      const [a, b] = [light(parse(getComputedStyle(text).fill)), light(parse(colour))];
      found.push([(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), text.textContent.slice(0, 40)]);
    }
  }
  return found;
}"""

SIZES = """form => [...document.querySelectorAll(`figure .${form} svg`)].map(svg =>
  Math.min(...[...svg.querySelectorAll('text')].map(text =>
    parseFloat(getComputedStyle(text).fontSize) * svg.getScreenCTM().a)))"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install 'study-harness[test]'")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    made = {name: getattr(reports, name)() for name in PAGES if name != "hostile"}
    made["hostile"] = hostile_report()
    return {name: write_report(report, folder / name)[0] for name, report in made.items()}


@pytest.mark.parametrize("name", PAGES)
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
    contrasts = page.evaluate(CONTRASTS) + page.evaluate(INKED)
    assert len(contrasts) > 10
    assert min(contrasts) >= [4.5, ""], min(contrasts)
    context.close()


def test_one_form_of_each_figure_is_shown(browser: Any, pages: dict[str, Path]) -> None:
    shown = {}
    for width in (390, 1200):
        context = browser.new_context(offline=True, viewport={"width": width, "height": 800})
        page = context.new_page()
        page.goto(pages["whole"].as_uri())
        shown[width] = [page.locator(f"figure .{form} svg:visible").count() for form in ("wide", "narrow")]
        context.close()
    assert shown == {390: [0, 7], 1200: [7, 0]}


@pytest.mark.parametrize(("width", "form"), [(360, "narrow"), (720, "wide"), (1200, "wide")])
def test_text_in_figures_is_large_enough(browser: Any, pages: dict[str, Path], width: int, form: str) -> None:
    context = browser.new_context(offline=True, viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(pages["whole"].as_uri())
    heights = page.evaluate(SIZES, form)
    context.close()
    assert len(heights) == 7
    assert min(heights) >= 9


def test_the_browser_reads_the_exports(browser: Any, tmp_path: Path) -> None:
    from harness.report.exports.trace import trace
    from tests.profiles import fake_profile

    context = browser.new_context(offline=True)
    page = context.new_page()
    events = page.evaluate("text => JSON.parse(text).traceEvents.length", trace(fake_profile()))
    context.close()
    assert events > 900
