"""The page of a scaling in a real browser, offline: nothing fetched, not wider than the screen, figures that fit."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.model.plan import Backend
from harness.report.scaling import build
from harness.report.scaling.write import write_report
from harness.runner.scaling.request import Request
from tests.experiments.scaling.made import BASE, Truth, a_scaled

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"needs {CHROMIUM}: apt-get install chromium"),
]
OUTSIDE = """() => [...document.querySelectorAll('figure svg')].filter(svg => svg.getClientRects().length)
  .flatMap(svg => [...svg.querySelectorAll('text')].map(text => [text.getBoundingClientRect(), text.textContent]))
  .filter(([box]) => box.left < 0 || box.right > document.documentElement.clientWidth + 0.5).map(([, said]) => said)"""


@pytest.fixture(scope="module")
def page_of() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])

        def opened(path: Path, width: int) -> Any:
            context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
            page = context.new_page()
            page.on("request", lambda request: None if request.url.startswith("file:") else pytest.fail(request.url))
            page.goto(path.as_uri())
            return page

        yield opened
        browser.close()


@pytest.mark.parametrize("width", [390, 1200])
def test_the_page_fits_the_screen(width: int, page_of: Any, tmp_path: Path) -> None:
    request = Request(base=BASE, sizes=(4_000, 16_000, 64_000), workers=(1, 2, 4), backend=Backend.THREADS)
    scaled = a_scaled(Truth(stretch=lambda count: float(count)), request=request)
    write_report(build(scaled), tmp_path)
    page = page_of(tmp_path / "index.html", width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("figure svg:visible").count() == 3
    assert page.evaluate(OUTSIDE) == []
