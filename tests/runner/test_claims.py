"""Experiments of a ledger: each once, failures noted, and resumed wherever they were stopped."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from harness.claims.ledger import parse_ledger
from harness.claims.rulings import read_rulings
from harness.errors import InputError, RunError
from harness.levers.registry import lever
from harness.levers.traits import Traits
from harness.model.claim import EvidenceKind, Ruling
from harness.model.comparison import SCHEMA, Comparison, Design
from harness.model.comparisons import new_comparison
from harness.model.plan import Plan
from harness.report.claims import build
from harness.report.claims.evidence import gather
from harness.runner.claims import Means, RulingRequest, go_on, rule_on
from harness.runner.comparing.arms import choose
from harness.runner.comparing.request import Request
from harness.runner.launch import InterruptedRunError, Site
from tests.claims.ledgers import LEDGER
from tests.fakes import MACHINE


@dataclass
class Carrier:
    """Carries nothing out, and notes what it was asked for; `trouble` may raise instead."""

    trouble: Callable[[str], None] = lambda what: None
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    keeps: bool = False  # a comparison leaves its folder behind before the trouble

    def compare(self, request: Any, site: Site, *, tell: Any) -> Path:
        trials = "" if request.base.trials == 4 else f", {request.base.trials} trials"
        what = f"compare {','.join(one.label for one in request.levers)} {request.design.value}{trials}"
        self.asked.append(what)
        if self.keeps:
            new_comparison(site.root, comparison_of(request))
        self.trouble(what)
        return Path(f"comparison-{len(self.asked)}")

    def go_on(self, folder: Path, site: Site, *, tell: Any) -> Path:
        self.asked.append(f"go on with {folder.name}")
        return folder

    def reproduce(self, site: Site, told: Any) -> Path:
        self.asked.append("reproduce")
        self.trouble("reproduce")
        return Path("reproduction.json")

    def run(self, plan: Any, site: Site, *, label: str, watch: Any) -> Path:
        self.asked.append(f"run {plan.trials}")
        self.trouble("run")
        return Path(f"run-{len(self.asked)}")

    def say(self, sentence: str) -> None:
        self.said.append(sentence)

    def step(self, step: Any) -> None: ...

    def cell(self, cell: Any) -> None: ...

    def watch(self, progress: Any) -> None: ...

    @property
    def means(self) -> Means:
        return Means(compare=self.compare, go_on=self.go_on, reproduce=self.reproduce, run=self.run)


def comparison_of(request: Any) -> Comparison:
    return Comparison(
        schema=SCHEMA,
        id="stopped",
        started_s=4e9,
        base=request.base,
        design=Design.ONE_AT_A_TIME,
        aim=request.aim,
        levers=(),
        metrics=(),
        arms=(),
        skipped=(),
        seed=0,
        machine=MACHINE,
        command=request.command,
    )


REQUEST = RulingRequest(
    ledger=parse_ledger(LEDGER, "my.toml"), text=LEDGER, command=("harness", "claims", "my.toml"), file="my.toml"
)
ALL = ["compare gc,reuse one-at-a-time", "compare gc,reuse cumulative", "reproduce", "run 4", "run 4", "run 4"]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(root=tmp_path, machine=MACHINE)


def test_each_experiment_is_carried_out_once_and_is_in_the_rulings(site: Site) -> None:
    carrier = Carrier()
    folder = rule_on(REQUEST, site, told=carrier, means=carrier.means)
    rulings, ledger = read_rulings(folder)

    assert carrier.asked == ALL
    assert ledger == REQUEST.ledger
    assert [(one.kind, one.ids) for one in rulings.evidence] == [
        (EvidenceKind.COMPARISON, ("comparison-1",)),
        (EvidenceKind.COMPARISON, ("comparison-2",)),
        (EvidenceKind.REPRODUCTION, ("reproduction",)),
        (EvidenceKind.STUDY, ("run-4", "run-5", "run-6")),
    ]
    assert carrier.said[0] == "experiment 1 of 4: a comparison of gc, reuse"


def test_claims_that_are_named_are_measured_alone_with_the_trials_asked_for(site: Site) -> None:
    carrier = Carrier()
    rule_on(replace(REQUEST, only=("memory", "sum", "gc"), trials=2), site, told=carrier, means=carrier.means)

    assert carrier.asked == ["compare gc one-at-a-time, 2 trials", "run 4", "run 4", "run 4"]


def test_an_experiment_that_fails_is_noted_and_the_others_go_on(site: Site) -> None:
    def trouble(what: str) -> None:
        if "cumulative" in what:
            raise RunError("its objective raises")

    carrier = Carrier(trouble=trouble)
    rulings, _ = read_rulings(rule_on(REQUEST, site, told=carrier, means=carrier.means))

    assert carrier.asked == ALL
    assert [one.failed for one in rulings.evidence] == [None, "its objective raises", None, None]


@pytest.mark.parametrize("stopped_at", range(4))
def test_what_was_stopped_goes_on_where_it_was(site: Site, stopped_at: int) -> None:
    count = [0]

    def trouble(what: str) -> None:
        count[0] += 1
        if count[0] > stopped_at:
            raise KeyboardInterrupt

    first = Carrier(trouble=trouble)
    with pytest.raises(InterruptedRunError, match=r"`harness claims --resume .*` goes on from there") as stopped:
        rule_on(REQUEST, site, told=first, means=first.means)
    second = Carrier()
    go_on(stopped.value.folder, site, told=second, means=second.means)

    assert second.asked == ALL[stopped_at:]
    assert len(read_rulings(stopped.value.folder)[0].evidence) == 4


def test_a_comparison_that_was_under_way_is_gone_on_with(site: Site) -> None:
    def trouble(what: str) -> None:
        raise KeyboardInterrupt

    first = Carrier(trouble=trouble, keeps=True)
    with pytest.raises(InterruptedRunError) as stopped:
        rule_on(REQUEST, site, told=first, means=first.means)
    second = Carrier()
    go_on(stopped.value.folder, site, told=second, means=second.means)

    assert second.asked == ["go on with stopped", *ALL[1:]]


def test_a_changed_ledger_uses_what_was_measured_where_it_still_fits(site: Site) -> None:
    carrier = Carrier()
    before = rule_on(REQUEST, site, told=carrier, means=carrier.means)
    text = LEDGER.replace("saves = [0.15, 0.25]", "saves = [0.05, 0.10]").replace(
        'faster = [2, inf]\nlevers = ["gc", "reuse"]', 'faster = [2, inf]\nlevers = ["gc", "reuse", "gc-freeze"]'
    )
    changed = replace(REQUEST, ledger=parse_ledger(text, "my.toml"), text=text, before=(before,))
    again = Carrier()
    folder = rule_on(changed, site, told=again, means=again.means)

    assert again.asked == ["compare gc,reuse,gc-freeze cumulative"]
    assert {one.ids for one in read_rulings(folder)[0].evidence} >= {("comparison-1",), ("reproduction",)}


@pytest.mark.parametrize(("levers", "is_answered"), [("gc", True), ("gc-freeze", False)])
def test_levers_together_are_answered_by_a_waterfall_that_begins_with_them(
    site: Site, levers: str, is_answered: bool
) -> None:
    longer = LEDGER.replace('["gc", "reuse"]', f'["{levers}", "reuse", "one-write"]')
    carrier, again = Carrier(), Carrier()
    asked = replace(REQUEST, ledger=parse_ledger(longer, "my.toml"), text=longer)
    before = rule_on(asked, site, told=carrier, means=carrier.means)
    rule_on(replace(REQUEST, before=(before,)), site, told=again, means=again.means)

    assert (again.asked == []) is is_answered


def test_a_reproduction_that_was_made_before_is_used(site: Site, tmp_path: Path) -> None:
    carrier = Carrier()
    manifest = tmp_path / "reproductions" / "20260101T000000-abcd.json"
    folder = rule_on(replace(REQUEST, before=(manifest,)), site, told=carrier, means=carrier.means)

    assert "reproduce" not in " ".join(carrier.asked)
    assert ("20260101T000000-abcd",) in {one.ids for one in read_rulings(folder)[0].evidence}


def test_too_few_pairs_are_refused(site: Site) -> None:
    with pytest.raises(InputError, match="3 pairs are too few for any verdict"):
        replace(REQUEST, pairs=3)


@pytest.mark.process
def test_a_figure_of_real_runs_is_ruled_on_from_their_records(tmp_path: Path) -> None:
    text = """
[[claim]]
id = "small"
statement = "A trial of the reference study fits into 2 GB."
source = "a test"
value = [0, 2000]
unit = "MB"
workload = "topstepb"
plan = { trials = 1 }
figure = "peak-memory"
"""
    request = RulingRequest(ledger=parse_ledger(text, "my.toml"), text=text, command=("harness", "claims"))
    folder = rule_on(request, Site(root=tmp_path, machine=MACHINE), told=Carrier())
    (ruled,) = build(gather(folder), "0.0.0").claims

    assert ruled.ruling is Ruling.CONFIRMED
    assert len(ruled.samples) == 3
    assert all((tmp_path / "runs" / run / "outcome.json").exists() for one in ruled.samples for run in one.runs)


def test_levers_of_which_none_applies_are_known_by_how_the_refusal_begins() -> None:
    """`harness.report.claims.evidence` reads it as not testable here."""
    request = Request(base=Plan(workload="any:thing"), levers=(lever("reuse"),))

    with pytest.raises(InputError, match=r"^none of these levers applies to any:thing: reuse"):
        choose(request, Traits(), lambda plan: (plan, ""))
