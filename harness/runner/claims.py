"""Measures what the rulings on a ledger need: each experiment once, whatever the number of claims it answers."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from harness.claims.commands import command_of, seeds_for
from harness.claims.rulings import SCHEMA, Evidence, Rulings, add_evidence, new_rulings, read_rulings
from harness.claims.wanted import Wanted, wanted
from harness.errors import HarnessError, InputError
from harness.levers.registry import levers as levers_named
from harness.model.claim import Claim, EvidenceKind, Ledger
from harness.model.comparison import FOLDER, Aim, Design
from harness.model.comparisons import COMPARISON, read_comparison
from harness.model.home import new_id
from harness.model.plan import Plan
from harness.model.redaction import redacted_words
from harness.model.reproductions import is_manifest
from harness.runner import reproduce as reproducing
from harness.runner.comparing import carrying
from harness.runner.comparing.request import FEWEST_PAIRS, Request, Tell
from harness.runner.comparing.request import Step as Cell
from harness.runner.launch import CarryOut, InterruptedRunError, Progress, Site, launch

_RUNS_OF_A_STUDY = 3
_MOST_PAIRS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class RulingRequest:
    """What the user asked for. `before`: earlier rulings or a reproduction, whose evidence is used where it fits."""

    ledger: Ledger
    text: str  # of the ledger, which is kept beside the rulings
    command: tuple[str, ...]
    file: str | None = None  # the ledger as named on the command line; None: the built-in one
    only: tuple[str, ...] = ()
    trials: int | None = None
    pairs: int | None = None
    before: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        if self.trials is not None and self.trials < 1:
            raise InputError(f"an experiment needs at least one trial, not {self.trials}")
        if self.pairs is not None and self.pairs < FEWEST_PAIRS:
            raise InputError(f"{self.pairs} pairs are too few for any verdict: give at least {FEWEST_PAIRS}")


class Told(Protocol):
    """Who is told how the experiments go on."""

    def say(self, sentence: str) -> None: ...

    def step(self, step: reproducing.Step) -> None: ...

    def cell(self, cell: Cell) -> None: ...

    def watch(self, progress: Progress) -> None: ...


class Comparing:
    """Tells of a comparison what it tells of all."""

    def __init__(self, told: Told) -> None:
        self.say, self.step, self.watch = told.say, told.cell, told.watch


class Compare(Protocol):
    """Carries a comparison out; returns its folder."""

    def __call__(self, request: Request, site: Site, *, tell: Tell) -> Path: ...


class GoOn(Protocol):
    """Goes on with a comparison; returns its folder."""

    def __call__(self, folder: Path, site: Site, *, tell: Tell) -> Path: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What experiments are carried out by; a test puts its own in."""

    compare: Compare = carrying.compare
    go_on: GoOn = carrying.resume
    reproduce: Callable[[Site, Told], Path] = lambda site, told: reproducing.reproduce(
        reproducing.Request(), site, step=told.step, watch=told.watch
    )
    run: CarryOut = launch


def rule_on(request: RulingRequest, site: Site, *, told: Told, means: Means | None = None) -> Path:
    """Measure for a ledger; returns the folder of the rulings, which every finished experiment is in.

    An experiment that fails is noted with its reason, and the others go on. Raises InterruptedRunError after Ctrl-C:
    `go_on` then goes on.
    """
    started_s = time.time()
    rulings = Rulings(
        schema=SCHEMA,
        id=new_id(started_s),
        started_s=started_s,
        ledger=request.ledger.name,
        only=request.only,
        machine=site.machine,
        command=request.command,
        file=request.file,
        trials=request.trials,
        pairs=request.pairs,
        evidence=_kept(request),
    )
    folder = new_rulings(site.root, rulings, request.text)
    _carry(folder, site, told, means or Means())
    return folder


def go_on(folder: Path, site: Site, *, told: Told, means: Means | None = None) -> Path:
    """Go on with rulings that were stopped, also within a comparison; raises as `rule_on` does."""
    _carry(folder, site, told, means or Means())
    return folder


def planned(claims: Sequence[Claim], rulings: Rulings) -> tuple[Wanted, ...]:
    """The experiments of rulings, with their own number of trials where one was asked for."""
    return _planned(claims, rulings.only, rulings.trials)


def _planned(claims: Sequence[Claim], only: Sequence[str], trials: int | None) -> tuple[Wanted, ...]:
    return wanted([_with_trials(one, trials) for one in claims if not only or one.id in only])


def _with_trials(claim: Claim, trials: int | None) -> Claim:
    """Of comparisons alone: a figure of a run is claimed of as many trials as the ledger says."""
    if trials is None or claim.plan is None or claim.evidence is not EvidenceKind.COMPARISON:
        return claim
    return replace(claim, plan=replace(claim.plan, trials=trials))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Session:
    """What the experiments of some rulings act through."""

    rulings: Rulings
    site: Site
    told: Told
    means: Means

    def carried_out(self, one: Wanted) -> Evidence:
        """Carry an experiment out; where it fails, the evidence says why."""
        command = command_of(one, self.rulings.file, self.rulings.pairs)
        ids: tuple[str, ...] = ()
        failed = None
        try:
            ids = self._ids(one, command)
        except InterruptedRunError:
            raise
        except HarnessError as error:
            failed = str(error)
            self.told.say(f"it failed: {failed}")
        return Evidence(kind=one.kind, claims=one.claims, ids=ids, command=command, failed=failed)

    def _ids(self, one: Wanted, command: tuple[str, ...]) -> tuple[str, ...]:
        match one.kind:
            case EvidenceKind.COMPARISON:
                return (self._compared(one, command).name,)
            case EvidenceKind.REPRODUCTION:
                return (self.means.reproduce(self.site, self.told).stem,)
            case EvidenceKind.STUDY:
                assert one.plan is not None
                return tuple(self._run(one.plan, f"claim {one.claims[0]}").name for _ in range(_RUNS_OF_A_STUDY))
            case EvidenceKind.ARITHMETIC | EvidenceKind.NONE:
                return ()

    def _compared(self, one: Wanted, command: tuple[str, ...]) -> Path:
        stopped = _stopped(command, self.rulings, self.site.root)
        if stopped is not None:
            return self.means.go_on(stopped, self.site, tell=Comparing(self.told))
        return self.means.compare(_request(one, command, self.rulings), self.site, tell=Comparing(self.told))

    def _run(self, plan: Plan, label: str) -> Path:
        return self.means.run(plan, self.site, label=label, watch=self.told.watch)


def _carry(folder: Path, site: Site, told: Told, means: Means) -> None:
    rulings, ledger = read_rulings(folder)
    session = _Session(rulings=rulings, site=site, told=told, means=means)
    experiments = planned(ledger.claims, rulings)
    for index, one in enumerate(experiments):
        done = {name for evidence in read_rulings(folder)[0].evidence for name in evidence.claims}
        if set(one.claims) <= done:
            continue
        told.say(f"experiment {index + 1} of {len(experiments)}: {one.words}")
        try:
            add_evidence(folder, session.carried_out(one))
        except (InterruptedRunError, KeyboardInterrupt):
            way_on = f"`harness claims --resume {folder.name}` goes on from there"
            raise InterruptedRunError(folder, f"interrupted; what was measured is kept, {way_on}") from None


def _request(one: Wanted, command: tuple[str, ...], rulings: Rulings) -> Request:
    assert one.plan is not None
    return Request(
        base=one.plan,
        levers=levers_named(one.levers),
        design=one.design,
        aim=Aim(effect=one.effect, pairs=rulings.pairs, most_pairs=_MOST_PAIRS, seeds=seeds_for(rulings.pairs)),
        alternatives="--alternatives" in command,
        command=command,
    )


def _stopped(command: tuple[str, ...], rulings: Rulings, root: Path) -> Path | None:
    """The comparison that was under way when these rulings were stopped."""
    used = {name for evidence in rulings.evidence for name in evidence.ids}
    for path in sorted((root / FOLDER).glob(f"*/{COMPARISON}"), reverse=True):
        if path.parent.name in used:
            continue
        comparison = read_comparison(path.parent)
        if comparison.started_s >= rulings.started_s and comparison.command == redacted_words(command):
            return path.parent
    return None


def _kept(request: RulingRequest) -> tuple[Evidence, ...]:
    """Evidence of earlier rulings that is what this ledger asks for as well."""
    reproduced = next((path.stem for path in request.before if is_manifest(path)), None)
    earlier = [
        (old, evidence)
        for rulings, ledger in map(read_rulings, (path for path in request.before if not is_manifest(path)))
        for old in planned(ledger.claims, rulings)
        for evidence in rulings.evidence
        if evidence.failed is None and evidence.claims == old.claims
    ]
    found = []
    for one in _planned(request.ledger.claims, request.only, request.trials):
        if one.kind is EvidenceKind.REPRODUCTION and reproduced is not None:
            found.append(
                Evidence(kind=one.kind, claims=one.claims, ids=(reproduced,), command=("harness", "reproduce"))
            )
            continue
        same = next((evidence for old, evidence in earlier if _answers(old, one)), None)
        if same is not None:
            found.append(replace(same, claims=one.claims))
    return tuple(found)


def _answers(old: Wanted, new: Wanted) -> bool:
    """Whether an experiment that was carried out is the one that is wanted now, or more than it."""
    if old.design is not new.design:
        return False
    is_joint = new.design is Design.CUMULATIVE  # whose arms are the levers up to each: reuse + gc is none of gc + reuse
    if not (old.levers[: len(new.levers)] == new.levers if is_joint else set(new.levers) <= set(old.levers)):
        return False
    return (old.kind, old.plan, old.effect) == (new.kind, new.plan, new.effect)
