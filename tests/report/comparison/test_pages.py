"""The report on a comparison in four forms: golden files, whatever a name holds, and a page that needs nothing else."""

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.errors import RecordError
from harness.experiments.judging import judge
from harness.model.comparison import Design, Skipped
from harness.model.comparisons import Compared
from harness.report.comparison import build, console, html, json_export, markdown
from harness.report.comparison.summary import ComparisonSummary, Ruling
from harness.report.comparison.write import write_report
from tests.comparisons import Fake, FakeSearch, Truth, fake_compared, fake_searched, first_blocks

GOLDEN = Path(__file__).parent / "golden"
REUSE = Truth(spans={"load": 0.02, "split": 0.02})
FACTORIAL = {"reuse": REUSE, "gc": Truth(whole=1.1)}


def one_at_a_time() -> Compared:
    memo = Skipped(lever="memo", why="its objective calls no function marked with @harness.feature")
    truths = {"gc": Truth(whole=1.32), "reuse": REUSE, "gc-off": Truth(memory=1.4, dies=(3,))}
    return fake_compared(Fake(truths=truths, skipped=(memo,)))


def cumulative() -> Compared:
    truths = {"reuse": REUSE, "one-write": Truth(spans={"storage": 0.2}), "compiled": Truth(whole=0.02)}
    return fake_compared(Fake(truths=truths, design=Design.CUMULATIVE))


CASES: Mapping[str, Callable[[], Compared]] = {
    "levers": one_at_a_time,
    "cumulative": cumulative,
    "factorial": lambda: fake_compared(Fake(truths=FACTORIAL, design=Design.FACTORIAL)),
    "search": lambda: fake_searched(FakeSearch()),
    "unsound": lambda: fake_compared(Fake(truths={"reuse": REUSE}, same=1.2, is_slowed=False)),
}


def rounded(data: Any) -> Any:
    """Six significant digits, which every platform agrees on."""
    if isinstance(data, float):
        return float(f"{data:.6g}")
    if isinstance(data, list):
        return [rounded(item) for item in data]
    return {key: rounded(value) for key, value in data.items()} if isinstance(data, dict) else data


def as_json(summary: ComparisonSummary) -> str:
    plain = rounded(json.loads(json_export.render(summary)))
    plain["cells"] = plain["cells"][:2]
    return json.dumps(plain, indent=1, ensure_ascii=False) + "\n"


def as_page(summary: ComparisonSummary) -> str:
    """Without the drawings' coordinates, and with the first runs alone."""
    page = html.render(replace(summary, cells=summary.cells[:2]))
    page = re.sub(r"<style>.*?</style>", "<style></style>", page, flags=re.DOTALL)
    return re.sub(r"<svg .*?</svg>", "<svg></svg>", page, flags=re.DOTALL)


FORMS: Mapping[str, Callable[[ComparisonSummary], str]] = {
    "console.txt": lambda summary: console.render(summary, 80),
    "report.md": markdown.render,
    "report.json": as_json,
    "index.html": as_page,
}


@pytest.fixture(scope="module")
def summaries() -> dict[str, ComparisonSummary]:
    return {name: build(judge(make()), "0.0.0") for name, make in CASES.items()}


GOLDENS = [*(("levers", form) for form in FORMS), *((case, "console.txt") for case in CASES if case != "levers")]


@pytest.mark.parametrize(("case", "form"), GOLDENS)
def test_a_form_is_its_golden_file(case: str, form: str, summaries: dict[str, ComparisonSummary]) -> None:
    text = FORMS[form](summaries[case])
    golden = GOLDEN / f"{case}-{form}"
    if os.environ.get("HARNESS_RENEW_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8"), "if this is meant, renew the golden files (HARNESS_RENEW_GOLDEN)"


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_terminal(case: str, width: int, summaries: dict[str, ComparisonSummary]) -> None:
    text = console.render(summaries[case], width)
    assert max(len(line) for line in text.splitlines()) <= width
    assert "\x1b" not in text


@pytest.mark.parametrize("case", CASES)
def test_json_is_read_back_as_it_was(case: str, summaries: dict[str, ComparisonSummary]) -> None:
    assert json_export.parse(json_export.render(summaries[case])) == summaries[case]


@pytest.mark.parametrize("text", ["{", "[]", '{"schema": 1, "kind": "profile"}'])
def test_what_is_no_report_is_refused(text: str) -> None:
    with pytest.raises(RecordError, match="render it again"):
        json_export.parse(text)


@pytest.mark.parametrize("case", CASES)
def test_the_page_needs_nothing_else(case: str, summaries: dict[str, ComparisonSummary]) -> None:
    page = html.render(summaries[case])
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert not re.search(r'(src|href)="(?!data:)', page)
    assert page.count("<svg ") == page.count("</svg>")
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_the_verdict_comes_first(summaries: dict[str, ComparisonSummary]) -> None:
    for form in ("console.txt", "report.md"):
        assert summaries["cumulative"].headline.startswith("All together takes")
        assert "All together takes" in FORMS[form](summaries["cumulative"])[:200]


def test_levers_are_ruled_on_by_the_metrics_that_are_sound() -> None:
    truths = {"gc": Truth(whole=1.3), "sqlite-tuned": Truth(whole=0.7)}
    summary = build(judge(fake_compared(Fake(truths=truths, waiting=0.8))), "0.0.0")

    assert [line.ruling for line in summary.levers] == [Ruling.SLOWER, Ruling.NOT_RULED]
    assert "By wall time nothing is ruled: the slowdown that was put in is not seen in wall" in summary.warnings[0]
    assert summary.headline.startswith("gc takes 1.3")
    assert "sqlite-tuned measures" in summary.headline


def test_a_search_whose_first_runs_die_says_why_and_is_not_gone_on_with() -> None:
    whole = fake_searched(FakeSearch())
    cells = [
        replace(cell, died="too few bars; give more bars") if cell.arm == "racing" else cell
        for cell in whole.cells
        if cell.block < 2
    ]
    judged = judge(replace(whole, cells=tuple(cells), looks=()))
    summary = build(judged, "0.0.0")

    assert judged.is_nothing_left
    assert summary.headline == "Nothing was compared: racing, too few bars; give more bars."
    assert summary.is_finished
    assert not [said for said in summary.warnings if "--resume" in said]
    assert summary.searches[0].sentence.endswith("its first runs died: too few bars; give more bars")


def test_a_factorial_draws_its_interactions_and_others_do_not(summaries: dict[str, ComparisonSummary]) -> None:
    title = "What levers do together, over the product of what each does"
    assert title in html.render(summaries["factorial"])
    assert title not in html.render(summaries["levers"])
    assert title not in html.render(summaries["cumulative"])


def test_an_unsound_comparison_rules_nothing_in_any_form(summaries: dict[str, ComparisonSummary]) -> None:
    summary = summaries["unsound"]
    assert summary.headline.startswith("Nothing is ruled: ")
    assert {line.ruling for line in summary.levers} == {Ruling.NOT_RULED}
    for form in FORMS.values():
        assert "Nothing is ruled" in form(summary)
        assert "saves" not in form(summary)


def test_an_unfinished_one_says_how_to_go_on() -> None:
    compared = first_blocks(one_at_a_time(), 2)
    summary = build(judge(replace(compared, looks=())), "0.0.0")
    assert not summary.is_finished
    assert any("harness compare --resume 20261124T120000-fake" in warning for warning in summary.warnings)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("blocks", [0, 1, 2])
def test_every_form_can_show_the_first_blocks_alone(case: str, blocks: int) -> None:
    summary = build(judge(first_blocks(CASES[case](), blocks)), "0.0.0")
    for form in FORMS.values():
        assert form(summary)


def test_dead_cells_and_levers_left_out_are_told(summaries: dict[str, ComparisonSummary]) -> None:
    for form in FORMS.values():
        text = " ".join(form(summaries["levers"]).split())
        assert "Pair 4, gc-off: the run died" in text.replace("\\", "")
        assert "memo does not apply" in text


def test_names_are_text_in_every_form(summaries: dict[str, ComparisonSummary]) -> None:
    summary = summaries["levers"]
    odd = replace(
        summary,
        workload="<script>alert(1)</script>",
        levers=tuple(replace(line, name="<b>a|b</b>") for line in summary.levers),
    )
    page = html.render(odd)
    assert "<script" not in page
    assert "<b>a" not in page
    assert "<b>" not in markdown.render(odd)


def test_three_files_are_written(summaries: dict[str, ComparisonSummary], tmp_path: Path) -> None:
    written = write_report(summaries["levers"], tmp_path / "new")
    assert sorted(path.name for path in written) == ["index.html", "report.json", "report.md"]
