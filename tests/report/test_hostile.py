"""Names from records are hostile: none can become markup, run, mention, steer a terminal or break a figure."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from harness.model.machine import Processor
from harness.report import console, html, json_export, markdown, plots
from harness.report.reproduction import build
from harness.report.summary import Summary
from tests.fakes import Cost, fake_reproduction, fake_trials, span_time

SCRIPT = "<script>window.hostile=1</script>"
ATTRIBUTE = "\"'><img src=x onerror='window.hostile=1'>"
MARKUP = "| `x` [a](javascript:alert(1)) @team #1 名前"
HOSTILE = f"{SCRIPT}{ATTRIBUTE}]]>&amp;{{{{7*7}}}} $\\frac{{$ \x1b[31m\x00\u202e\n{MARKUP}"


@pytest.fixture(scope="module")
def hostile() -> Summary:
    """A summary with hostile text wherever a record can put text."""
    return hostile_summary()


def hostile_summary() -> Summary:
    reproduction, records = fake_reproduction()
    reproduction = replace(
        reproduction,
        id=HOSTILE,
        arms=tuple(replace(arm, name=HOSTILE + arm.name) for arm in reproduction.arms),
        runs=tuple(replace(run, arm=replace(run.arm, name=HOSTILE + run.arm.name)) for run in reproduction.runs),
        made=tuple(replace(made, name=HOSTILE) for made in reproduction.made),
    )
    cost = Cost(spans={HOSTILE: 1.0, "indicators": 2.0})
    for run in reproduction.runs:
        record = records[run.run]
        machine = replace(record.header.machine, processor=Processor(model=HOSTILE), versions={HOSTILE: HOSTILE})
        header = replace(record.header, machine=machine, argv=("harness", HOSTILE), commit=HOSTILE)
        facts = {**record.facts, "name": HOSTILE, "digest": HOSTILE, "notes": [HOSTILE]}
        rows = fake_trials(record.header.plan.trials, cost, record.header.plan.workers)
        rows = tuple(replace(row, before={HOSTILE: span_time(0.1)}) for row in rows)
        records[run.run] = replace(record, header=header, facts=facts, trials=rows)
    last = reproduction.runs[-1].run
    outcome = records[last].outcome
    assert outcome is not None
    records[last] = replace(records[last], outcome=replace(outcome, detail=HOSTILE))
    return build(reproduction, records)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.extend(name for name, _ in attrs)


def test_no_hostile_tag_or_handler_reaches_the_page(hostile: Summary) -> None:
    page = _Tags()
    page.feed(html.render(hostile))
    assert not {"script", "img", "iframe", "object"} & set(page.tags)
    assert not [name for name in page.attributes if name.startswith("on")]


def test_hostile_text_is_shown_as_text(hostile: Summary) -> None:
    page = html.render(hostile)
    assert "&lt;script&gt;" in page
    assert "{{7*7}}" in page


def test_the_page_asks_for_nothing_from_outside(hostile: Summary) -> None:
    page = html.render(hostile)
    addresses = re.findall(r"(?:src|href|action|data|poster)\s*=\s*[\"']([^\"']*)|url\(([^)]*)\)|@import", page)
    used = {first or second for first, second in addresses}
    assert all(address == "data:," or address.startswith("#") for address in used), used
    assert "default-src 'none'" in page


def test_figures_stay_well_formed_with_hostile_names(hostile: Summary) -> None:
    for draw in (plots.cost, plots.spans, plots.timeline, plots.memory):
        drawing = draw(hostile)
        assert drawing is not None
        for drawn in (drawing.wide, drawing.narrow):
            tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(drawn).iter()}
            assert tags <= {"svg", "g", "path", "text", "tspan", "use", "defs", "clipPath", "rect", "title", "desc"}


def test_the_terminal_gets_no_control_character(hostile: Summary) -> None:
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", console.render(hostile, 80))


def test_rich_markup_in_a_name_is_only_text(hostile: Summary) -> None:
    named = replace(hostile, id="[bold red]name[/]")
    assert "[bold red]name[/]" in console.render(named, 80)


def test_markdown_gets_no_tag_link_mention_or_new_cell(hostile: Summary) -> None:
    text = re.sub(r"^ {4}.*$", "", markdown.render(hostile), flags=re.MULTILINE)  # code needs no escape
    bare = re.sub(r"\\.", "", text)
    assert "<script" not in bare
    assert "@team" not in bare
    assert "](" not in bare
    assert "`" not in bare
    for table in re.findall(r"(?:^\|.*\n)+", bare, flags=re.MULTILINE):
        assert len({line.count("|") for line in table.splitlines()}) == 1


def test_hostile_text_survives_json(hostile: Summary) -> None:
    assert json_export.parse(json_export.render(hostile)) == hostile
