"""Every page that people read has a golden file. `HARNESS_RENEW_GOLDEN=1 pytest tests/report` writes them again."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.report import console, html, json_export, markdown
from harness.report.summary import Summary

GOLDEN = Path(__file__).parent / "golden"


def without_figures(page: str) -> str:
    """The page without its drawings: their coordinates change with Matplotlib's version."""
    return re.sub(r"<svg .*?</svg>", "<svg/>", page, flags=re.DOTALL)


def rounded(text: str) -> str:
    """The same JSON with nine significant digits, which every platform agrees on."""
    return json.dumps(_rounded(json.loads(text)), indent=1, ensure_ascii=False) + "\n"


def _rounded(data: Any) -> Any:
    if isinstance(data, float):
        return float(f"{data:.9g}")
    if isinstance(data, list):
        return [_rounded(item) for item in data]
    return {key: _rounded(value) for key, value in data.items()} if isinstance(data, dict) else data


PAGES: dict[str, Callable[[Summary], str]] = {
    "console.txt": lambda summary: console.render(summary, 80),
    "report.md": markdown.render,
    "report.json": lambda summary: rounded(json_export.render(summary)),
    "index.html": lambda summary: without_figures(html.render(summary)),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_renderer_writes_its_golden_file(name: str, summary: Summary) -> None:
    text = PAGES[name](summary)
    golden = GOLDEN / name
    if os.environ.get("HARNESS_RENEW_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8"), "if this is meant, renew the golden files (see the docstring)"
