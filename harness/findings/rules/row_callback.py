"""Rule: a line of the user's code calls Python once for each row of its data."""

from collections.abc import Iterator

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.line_share import share_text, why_two_numbers
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.findings.words import counted
from harness.profile.facts import HotLine, Ledger, Part, PartKind, StackProfile
from harness.profile.shares import surely_above
from harness.units import count_text, seconds_text

LEAST_SHARE = 0.01  # of the samples inside trials, chance left out; what is worth telling has a floor of its own
LEAST_SEEN = 4  # samples of the line


def judge(case: Case) -> Iterator[Finding]:
    """One finding for each such line, whichever spans it was met in."""
    profile = case.profile
    whole, ledger, stacks = case.whole, profile.ledger, profile.stacks
    if whole is None or ledger is None or stacks is None:
        return
    for pieces in _by_place(stacks):
        share = min(sum(piece.share for piece in pieces), 1.0)
        seen = round(share * stacks.samples)
        if seen < LEAST_SEEN or not surely_above(share, stacks.samples, LEAST_SHARE):
            continue
        saving = whole.saved_by(share * ledger.wall_s_per_trial, _cpu_s(ledger, pieces[0], share))
        where = f"{pieces[0].file}:{pieces[0].line}"
        shown = share_text(saving, whole)
        yield Finding(
            rule=RULE.key,
            title=f"{shown} of the study's time is one line that calls Python for each row ({where})",
            evidence=(*_evidence(pieces[0], share, stacks, ledger), *why_two_numbers(share, saving, whole)),
            ceiling_s_per_trial=saving.s_per_trial,
            ceiling_share=saving.share,
            basis="At most: the line's share of the stack samples inside trials (and of its span's CPU, where threads "
            "share an interpreter), as if what replaces it cost nothing.",
            remedy="Compute the whole column at once (a NumPy or pandas expression, a convolution for a rolling fit), "
            "or compile the loop with numba.",
            command=proof(profile),
            where=where,
        )


def _by_place(stacks: StackProfile) -> list[tuple[HotLine, ...]]:
    """The hot lines that have a callback, those of one place together, the largest of each place first."""
    places: dict[tuple[str, int], list[HotLine]] = {}
    for line in stacks.hot_lines:
        if line.callback is not None:
            places.setdefault((line.file, line.line), []).append(line)
    return [tuple(sorted(pieces, key=lambda piece: -piece.share)) for pieces in places.values()]


def _cpu_s(ledger: Ledger, line: HotLine, share: float) -> float | None:
    """CPU of a line in a trial: its wall at the rate at which its span computed; never more than the trial's."""
    if ledger.cpu_s_per_trial is None:
        return None
    part = _part_of(ledger, line.span)
    wall_s, cpu_s = ledger.wall_s_per_trial, ledger.cpu_s_per_trial
    if part is not None and part.cpu_s_per_trial is not None and part.wall_s_per_trial > 0:
        return min(share * wall_s * part.cpu_s_per_trial / part.wall_s_per_trial, cpu_s)
    return share * cpu_s


def _part_of(ledger: Ledger, span: str) -> Part | None:
    for part in ledger.parts:
        if part.name == span or (part.kind is PartKind.OBJECTIVE and span == PartKind.OBJECTIVE.value):
            return part
    return None


def _evidence(line: HotLine, share: float, stacks: StackProfile, ledger: Ledger) -> tuple[str, ...]:
    return (
        f"There, {line.callback}{_often(line)}.",
        (
            f"{count_text(round(share * stacks.samples))} of {count_text(stacks.samples)} stack samples inside "
            f"trials were in or below that line, in `{line.function}` (span {line.span}): "
            f"{seconds_text(share * ledger.wall_s_per_trial)} of a trial."
        ),
    )


def _often(line: HotLine) -> str:
    return "" if line.calls_per_trial is None else f": {counted(round(line.calls_per_trial), 'time')} in a trial"


RULE = Rule(key="row-callback", judge=judge)
