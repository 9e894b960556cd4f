"""Names from scripts and studies are hostile: none becomes markup, runs, steers a terminal or breaks a figure."""

import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from harness.findings.finding import Finding
from harness.model.machine import Processor, ThreadPool
from harness.model.stacks import Frame, Stacks, StackSample, StackSource
from harness.profile.facts import FlameNode, PartKind, Profile
from harness.profile.memory_lines import MemoryLine
from harness.report.exports.collapsed import collapsed
from harness.report.exports.speedscope import speedscope
from harness.report.exports.trace import trace
from harness.report.profiled import Profiled, build
from harness.report.profiled.forms import console, html, json_export, markdown
from harness.report.profiled.summary import ProfileReport
from tests.fakes import MACHINE, MIB
from tests.profiles import fake_ledger, fake_memory, fake_part, fake_process, fake_profile, fake_stacks, fake_trials
from tests.report.profiled.forms.test_figures import DRAW
from tests.report.test_hostile import HOSTILE, _Tags

CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def hostile_profile() -> Profile:
    """A profile with hostile text wherever a script, a study or a machine can put text."""
    given = fake_profile()
    ledger = fake_ledger(
        parts=(
            fake_part(HOSTILE, PartKind.USER, 0.15, 0.1),
            fake_part(HOSTILE, PartKind.LOAD, 0.04, 0.01),
            fake_part(f"{HOSTILE} between trials", PartKind.BETWEEN, 0.01, 0.01),
        ),
        storage_calls_per_trial=((HOSTILE, 3.0),),
    )
    stacks = fake_stacks(
        why=HOSTILE,
        flame=FlameNode(
            label="all",
            weight_s=10.0,
            is_user=False,
            children=(FlameNode(label=HOSTILE, weight_s=9.0, is_user=True, children=()),),
        ),
        hot_lines=tuple(
            replace(line, file=HOSTILE, function=HOSTILE, span=HOSTILE, callback=HOSTILE)
            for line in fake_stacks().hot_lines
        ),
    )
    memory = fake_memory()
    study = replace(
        given.studies[0], name=HOSTILE, storage_url=HOSTILE, sampler=HOSTILE, pruner=HOSTILE, directions=(HOSTILE,)
    )
    trials = fake_trials(60)
    spans = {HOSTILE: trials.spans["load"]}
    segments = replace(trials.segments, names=(HOSTILE, "backtest"))
    return replace(
        given,
        run=HOSTILE,
        label=HOSTILE,
        command=("optimise.py", HOSTILE),
        ending="failed",
        ending_detail=HOSTILE,
        studies=(study,),
        processes=tuple(
            replace(fake_process(process.pid), thread_pools=(ThreadPool(library=HOSTILE, threads=4),))
            for process in given.processes
        ),
        trials=replace(trials, spans=spans, segments=segments),
        ledger=ledger,
        memory=replace(memory, growth=tuple(replace(growth, because=HOSTILE) for growth in memory.growth)),
        stacks=stacks,
        repeated=tuple(replace(work, what=HOSTILE, arguments=HOSTILE) for work in given.repeated),
        missing=(HOSTILE,),
        notes=(HOSTILE,),
    )


def hostile_report() -> ProfileReport:
    finding = Finding(
        rule="hostile",
        title=HOSTILE,
        evidence=(HOSTILE, f"`{HOSTILE}`"),
        basis=HOSTILE,
        remedy=f"Write `{HOSTILE}` instead.",
        command=HOSTILE,
        ceiling_s_per_trial=0.1,
        ceiling_share=0.5,
        ceiling_bytes=3.0 * MIB,
        lever=HOSTILE,
        where=HOSTILE,
    )
    machine = replace(MACHINE, processor=Processor(model=HOSTILE), versions={HOSTILE: HOSTILE})
    run = Profiled(
        profile=hostile_profile(),
        findings=(finding,),
        verdict=HOSTILE,
        machine=machine,
        memory_lines=(MemoryLine(file=HOSTILE, line=1, source=HOSTILE, increment_bytes=MIB, occurrences=1),),
        allocations=FlameNode(label=HOSTILE, weight_s=1.0 * MIB, is_user=True, children=()),
    )
    return build([run, run], "0.0.0")


@pytest.fixture(scope="module")
def hostile() -> ProfileReport:
    return hostile_report()


def test_no_hostile_tag_or_handler_reaches_the_page(hostile: ProfileReport) -> None:
    page = _Tags()
    page.feed(html.render(hostile))
    assert not {"script", "img", "iframe", "object", "a"} & set(page.tags)
    assert not [name for name in page.attributes if name.startswith("on")]


def test_hostile_text_is_shown_as_text(hostile: ProfileReport) -> None:
    page = html.render(hostile)
    assert "&lt;script&gt;" in page
    assert "{{7*7}}" in page


def test_the_page_asks_for_nothing_from_outside(hostile: ProfileReport) -> None:
    page = html.render(hostile)
    addresses = re.findall(r"(?:src|href|action|data|poster)\s*=\s*[\"']([^\"']*)|url\(([^)]*)\)|@import", page)
    used = {first or second for first, second in addresses}
    assert all(address == "data:," or address.startswith("#") for address in used), used
    assert "default-src 'none'" in page


@pytest.mark.parametrize("name", DRAW)
def test_figures_stay_well_formed_with_hostile_names(name: str, hostile: ProfileReport) -> None:
    drawing = DRAW[name](hostile.runs[0])
    assert drawing is not None
    for drawn in (drawing.wide, drawing.narrow):
        tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(drawn).iter()}
        assert tags <= {"svg", "g", "path", "text", "rect", "title", "desc"}


def test_no_form_carries_a_control_character(hostile: ProfileReport) -> None:
    for text in (console.render(hostile, 80), markdown.render(hostile), html.render(hostile)):
        assert not CONTROL.search(text)


def test_markdown_gets_no_tag_link_mention_or_new_cell(hostile: ProfileReport) -> None:
    text = re.sub(r"^ {4}.*$", "", markdown.render(hostile), flags=re.MULTILINE)  # code needs no escape
    bare = re.sub(r"\\.", "", text)
    assert "<script" not in bare
    assert "@team" not in bare
    assert "](" not in bare
    assert "`" not in bare
    for table in re.findall(r"(?:^\|.*\n)+", bare, flags=re.MULTILINE):
        assert len({line.count("|") for line in table.splitlines()}) == 1


def test_a_hostile_command_stays_in_its_block_of_code(hostile: ProfileReport) -> None:
    """Markdown ends an indented block at the first line that is not indented: a command must be one line."""
    lines = [line for line in markdown.render(hostile).splitlines() if "harness run" in line or "onerror" in line]
    for line in lines:
        assert line.startswith("    ") or "<script" not in line


def test_hostile_text_survives_json(hostile: ProfileReport) -> None:
    assert json_export.parse(json_export.render(hostile)) == hostile


def test_hostile_names_leave_the_exports_readable() -> None:
    frames = (Frame(file=HOSTILE, line=1, function=f"{HOSTILE};x"), Frame(file="b.py", line=2, function="f"))
    sample = StackSample(at_s=1.0, pid=1, native_thread=1, stack=0, span=HOSTILE, trial=None, weight_s=0.05)
    stacks = Stacks(
        source=StackSource.PY_SPY, rate_hz=20.0, why=None, frames=frames, stacks=((0, 1),), samples=(sample,)
    )
    (line,) = collapsed(stacks).splitlines()
    assert line.count(";") == 2
    assert not CONTROL.search(line)
    assert len(json.loads(speedscope(stacks, HOSTILE, "0"))["profiles"]) == 1
    events = json.loads(trace(hostile_profile()))["traceEvents"]
    assert not any(CONTROL.search(event["name"]) for event in events)
