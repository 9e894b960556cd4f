"""The headline of a report: the largest finding; else the largest place of the run, or why nothing is worth doing."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.findings.finding import Finding
from harness.findings.heaviest import LEAST_SAMPLES, Heaviest, heaviest_of, waits_elsewhere, why_unnamed
from harness.findings.words import counted, uncapitalized
from harness.model.record import Origin
from harness.profile.account.facts import PlaceKind
from harness.profile.facts import Busy, Ledger, PartKind, Profile, WaitingLine
from harness.profile.none_completed import none_completed
from harness.profile.outside import outside_of
from harness.profile.slowed import reason
from harness.units import bytes_text, percent_text, seconds_text

OWN = frozenset({PartKind.USER, PartKind.OBJECTIVE, PartKind.LOAD, PartKind.FEATURE})
LEADS = 0.1  # of the run, likely to be saved: what saves less does not stand above what the run is about
_MOSTLY = 0.5
_LEAST_TRIALS = 5  # from which on it says something that one of them took most of the time
_NAMES = {
    PartKind.SAMPLER: "the sampler",
    PartKind.STORAGE: "the storage",
    PartKind.PRUNER: "the pruner",
    PartKind.GC: "garbage collection",
    PartKind.UNATTRIBUTED: "Optuna itself",
}


def verdict(profile: Profile, findings: Sequence[Finding]) -> str:
    """One sentence. `findings` are those of `registry.find` on the same profile."""
    without_value = none_completed(profile)
    if without_value is None:
        return _of_run(profile, findings)
    if profile.origin == Origin.HISTORY.value and not findings:
        return without_value
    return f"{without_value}; {uncapitalized(_of_run(profile, findings))}"


def _of_run(profile: Profile, findings: Sequence[Finding]) -> str:
    if profile.slowing and len(profile.trials):
        return _without_times(profile, findings)
    if findings and (leads(findings[0]) or not _has_places(profile)):
        return f"{_of_findings(findings)}{_while_busy(profile.busy)}"
    if profile.ledger is None:
        return "No trial finished: there is nothing to judge"
    if profile.origin == Origin.HISTORY.value:
        return "Nothing worth doing, as far as a study's history shows: it holds no CPU time, spans or memory"
    return f"{_of_places(profile, profile.ledger, findings)}{_while_busy(profile.busy)}"


def _without_times(profile: Profile, findings: Sequence[Finding]) -> str:
    """A run that was slowed by its instruments is told by its memory alone."""
    said = _of_findings(findings) if findings else "No finding on memory"
    return f"{said}; {uncapitalized(reason(profile.slowing)).rstrip('.')}"


def leads(finding: Finding) -> bool:
    """Whether a finding is the headline: a loss, or what surely costs and is likely to save much."""
    return finding.is_loss or (finding.is_certain and (finding.likely is None or finding.likely >= LEADS))


def _has_places(profile: Profile) -> bool:
    return profile.ledger is not None and profile.origin != Origin.HISTORY.value


def _of_findings(findings: Sequence[Finding]) -> str:
    first = findings[0]
    more = f"; {counted(len(findings) - 1, 'more finding')}" if len(findings) > 1 else ""
    if first.ceiling_s_per_trial is not None and first.ceiling_share is not None:
        share = percent_text(first.ceiling_share)
        most = "" if share in first.title else f": at most {share} of {first.share_of} can be saved"
    elif first.ceiling_bytes is not None:
        most = f": at most {bytes_text(first.ceiling_bytes)} to be saved"
    else:
        most = ""
    where = f" ({first.where})" if first.where is not None and first.where not in first.title else ""
    return f"{first.title}{where}{most}{more}"


def _of_places(profile: Profile, ledger: Ledger, findings: Sequence[Finding]) -> str:
    """Where the run goes; nothing is worth doing where that is the objective's own computing, and its line is named."""
    own, rest = _shares(profile, ledger)
    elsewhere = waits_elsewhere(profile.stacks)
    besides = _besides(findings)
    if own.share < max(_MOSTLY, rest.share if rest is not None else 0.0):
        largest = own if rest is None or own.share > rest.share else rest
        where = f" ({heaviest.text})" if largest is own and (heaviest := heaviest_of(profile.stacks)) else largest.where
        return f"{percent_text(largest.share)} of {own.of} is {largest.name}{where}{_alone(profile, ledger)}{besides}"
    if elsewhere is not None:
        return f"{_elsewhere(profile, own, elsewhere)}{besides}"
    text = f"{percent_text(own.share)} of {own.of} is your objective's own code{_waiting(profile, ledger)}"
    heaviest = heaviest_of(profile.stacks)
    if heaviest is None:
        return f"{text}; {why_unnamed(profile.stacks)}{_alone(profile, ledger)}{besides}"
    is_judged = bool(findings) or none_completed(profile) is not None
    nothing = "" if is_judged else "No cause found: " if profile.busy else "Nothing worth doing: "
    return f"{nothing}{text}, {heaviest.text}{_alone(profile, ledger)}{besides}"


@dataclass(frozen=True, slots=True)
class _Share:
    """A part of the run, or of a trial where there is no account of the run."""

    share: float
    of: str
    name: str
    where: str = ""


def _shares(profile: Profile, ledger: Ledger) -> tuple[_Share, _Share | None]:
    """The objective's own code, and the largest place that is not."""
    if profile.account is None:
        own = sum(part.wall_share for part in ledger.parts if part.kind in OWN)
        others = [part for part in ledger.parts if part.kind not in OWN]
        rest = max(others, key=lambda part: part.wall_share, default=None)
        of = "a trial"
        largest = None if rest is None else _Share(min(rest.wall_share, 1.0), of, _NAMES.get(rest.kind, rest.name))
        return _Share(min(own, 1.0), of, "your objective's own code"), largest
    of = "the run"
    places = profile.account.places
    mine = [place for place in places if place.kind is PlaceKind.TRIAL and place.part in OWN]
    other = max((place for place in places if place not in mine), key=lambda place: place.share, default=None)
    largest = None
    if other is not None:
        where = "" if other.where is None else f" ({other.where})"
        largest = _Share(min(other.share, 1.0), of, other.name, where)
    return _Share(min(sum(place.share for place in mine), 1.0), of, "your objective's own code"), largest


def _elsewhere(profile: Profile, own: _Share, line: WaitingLine) -> str:
    """Trials that wait for other processes compute nothing themselves, and what those do is not in the samples."""
    computed = ""
    if profile.helpers is not None:
        computed = f", which computed {seconds_text(profile.helpers.cpu_s_per_trial)} for each trial"
    stacks = profile.stacks
    there = ""
    if stacks is not None and stacks.elsewhere and stacks.elsewhere[0].samples >= LEAST_SAMPLES:
        samples = round(stacks.elsewhere[0].samples / stacks.elsewhere[0].share)
        there = f" (there {Heaviest(function=stacks.elsewhere[0], samples=samples).text})"
    return (
        f"{percent_text(own.share)} of {own.of} is waiting for {line.waits_for} in other processes{computed}: "
        f"{line.file}:{line.line} ({line.function}){there}; how much of that can be saved is not known"
    )


def _besides(findings: Sequence[Finding]) -> str:
    """The first of the findings that do not lead."""
    if not findings:
        return ""
    more = f", and {counted(len(findings) - 1, 'more finding')}" if len(findings) > 1 else ""
    return f"; less sure or smaller: {findings[0].title}{more}"


def _while_busy(busy: Busy | None) -> str:
    """What can still be concluded of a run on a machine that others used."""
    if busy is None:
        return ""
    return (
        f"; measured on a busy machine (no core for {percent_text(busy.waited_share)} of a trial): shares hold, times "
        "are too long"
    )


def _waiting(profile: Profile, ledger: Ledger) -> str:
    """Said where most of a trial is spent so: code that waits is no code that computes."""
    if ledger.waiting is None or ledger.waiting.other_s < _MOSTLY * ledger.wall_s_per_trial:
        return ""
    outside = outside_of(profile)
    if outside is not None and (outside.native_s or 0.0) > 0:
        return f", in native threads for {seconds_text(outside.total_s)} of CPU a trial"
    waits = seconds_text(ledger.waiting.other_s)
    return f", and a trial waits {waits} of {seconds_text(ledger.wall_s_per_trial)} there (sleep, input and output)"


def _alone(profile: Profile, ledger: Ledger) -> str:
    """Said where one trial took most of what all took, as the first does that imports or warms something up."""
    all_s = ledger.wall_s_per_trial * len(profile.trials)
    if len(profile.trials) < _LEAST_TRIALS or ledger.longest_wall_s < _MOSTLY * all_s:
        return ""
    return f"; one trial alone took {seconds_text(ledger.longest_wall_s)} of {seconds_text(all_s)}"
