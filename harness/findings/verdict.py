"""The headline of a report: the largest finding, or that nothing is worth doing and why that may be believed."""

from collections.abc import Sequence

from harness.findings.finding import Finding
from harness.findings.words import counted
from harness.model.record import Origin
from harness.profile.facts import HotLine, Ledger, PartKind, Profile
from harness.profile.shares import surely_above
from harness.units import bytes_text, percent_text, seconds_text

OWN = frozenset({PartKind.USER, PartKind.OBJECTIVE, PartKind.LOAD, PartKind.FEATURE})
_MOSTLY = 0.5
_SURELY = 0.25  # of the samples, chance left out: a heaviest line that half as many again could not name
_LEAST_TRIALS = 5  # from which on it says something that one of them took most of the time
_NAMES = {
    PartKind.SAMPLER: "the sampler",
    PartKind.STORAGE: "the storage",
    PartKind.PRUNER: "the pruner",
    PartKind.GC: "garbage collection",
    PartKind.ELSEWHERE: "open, held elsewhere",
    PartKind.UNATTRIBUTED: "Optuna itself",
}


def verdict(profile: Profile, findings: Sequence[Finding]) -> str:
    """One sentence. `findings` are those of `registry.find` on the same profile."""
    if findings:
        return _of_findings(findings)
    if profile.ledger is None:
        return "No trial finished: there is nothing to judge"
    if profile.origin == Origin.HISTORY.value:
        return "Nothing worth doing, as far as a study's history shows: it holds no CPU time, spans or memory"
    return f"Nothing worth doing: {_of_ledger(profile, profile.ledger)}"


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
    return f"{first.title}{most}{more}"


def _of_ledger(profile: Profile, ledger: Ledger) -> str:
    own = min(sum(part.wall_share for part in ledger.parts if part.kind in OWN), 1.0)
    if own < _MOSTLY:
        largest = max(ledger.parts, key=lambda part: part.wall_share)
        return (
            f"a trial takes {seconds_text(ledger.wall_s_per_trial)}, {percent_text(min(largest.wall_share, 1.0))} of "
            f"it {_NAMES.get(largest.kind, largest.name)}, and no rule knows a part of that to be wasted"
            f"{_alone(profile, ledger)}"
        )
    text = f"{percent_text(own)} of a trial is your objective's own code{_waiting(ledger)}"
    line = _heaviest(profile)
    if line is not None:
        text = f"{text}, {percent_text(line.share)} in {line.file}:{line.line} ({line.function})"
    return f"{text}{_alone(profile, ledger)}"


def _waiting(ledger: Ledger) -> str:
    """Said where most of a trial is spent so: code that waits is no code that computes."""
    if ledger.waiting is None or ledger.waiting.other_s < _MOSTLY * ledger.wall_s_per_trial:
        return ""
    return f", and {seconds_text(ledger.waiting.other_s)} of it waits (sleep, input and output, another process)"


def _alone(profile: Profile, ledger: Ledger) -> str:
    """Said where one trial took most of what all took, as the first does that imports or warms something up."""
    all_s = ledger.wall_s_per_trial * len(profile.trials)
    if len(profile.trials) < _LEAST_TRIALS or ledger.longest_wall_s < _MOSTLY * all_s:
        return ""
    return f"; one trial alone took {seconds_text(ledger.longest_wall_s)} of {seconds_text(all_s)}"


def _heaviest(profile: Profile) -> HotLine | None:
    """The heaviest line is no finding: a line that computes what was asked for is no fault."""
    stacks = profile.stacks
    if stacks is None or not stacks.hot_lines:
        return None
    line = max(stacks.hot_lines, key=lambda one: one.share)
    return line if line.share >= _MOSTLY and surely_above(line.share, stacks.samples, _SURELY) else None
