"""The builder: rulings and what was measured in, the summary out; pure."""

import shlex
from collections.abc import Sequence

from harness.claims.arithmetic import Arithmetic, as_saving, check, times_faster
from harness.claims.commands import claims_command
from harness.claims.measured import Measured, not_measured
from harness.claims.ruling import Ruled, rule, stopped_holding, widened
from harness.claims.rulings import Evidence
from harness.claims.wanted import wanted
from harness.claims.words import axis_text, range_text, value_text
from harness.model.claim import Claim, Consistency, EvidenceKind, Form, Quantity, Ruling
from harness.report.claims.evidence import Gathered
from harness.report.claims.summary import (
    Experiment,
    RuledClaim,
    RulingsSummary,
    SampleLine,
    Scale,
    Tally,
    WorkedLine,
)
from harness.report.reproduction.circumstances import machine_facts
from harness.units import count_text, printable

_WORDS = {
    Ruling.CONFIRMED: "confirmed",
    Ruling.OVERSTATED: "overstated",
    Ruling.REFUTED: "refuted",
    Ruling.INCONCLUSIVE: "inconclusive",
    Ruling.NOT_TESTABLE: "not testable here",
}
_COUNTED = (Quantity.BARS, Quantity.COUNT)


def build(gathered: Gathered, version: str, *, strict: bool = False) -> RulingsSummary:
    """Rule on every claim and decide all that is said of it."""
    rulings = gathered.rulings
    claims = chosen(gathered.ledger.claims, rulings.only)
    ruled = tuple(_ruled(claim, gathered, strict=strict) for claim in claims)
    tally = tuple(Tally(ruling=kind, claims=tuple(one.id for one in ruled if one.ruling is kind)) for kind in Ruling)
    done = {name for evidence in rulings.evidence for name in evidence.claims}
    is_partial = any(set(one.claims) - done for one in wanted(claims))
    return RulingsSummary(
        id=printable(rulings.id),
        version=version,
        started_s=rulings.started_s,
        title=printable(gathered.ledger.title),
        ledger=printable(rulings.ledger),
        headline=_headline(tally),
        statements=tuple(_statements(ruled, is_partial=is_partial)),
        tally=tally,
        claims=ruled,
        experiments=tuple(_experiment(one) for one in rulings.evidence),
        is_partial=is_partial,
        machine_facts=machine_facts(rulings.machine),
        command=printable(shlex.join(rulings.command)),
    )


def chosen(claims: Sequence[Claim], only: Sequence[str]) -> tuple[Claim, ...]:
    """The claims that are asked for; all of them where none is named."""
    return tuple(one for one in claims if not only or one.id in only)


def ruling_words(ruling: Ruling) -> str:
    """A ruling in words."""
    return _WORDS[ruling]


def _ruled(claim: Claim, gathered: Gathered, *, strict: bool) -> RuledClaim:
    arithmetic = check(claim)
    evidence = next((one for one in gathered.rulings.evidence if claim.id in one.claims), None)
    measured = gathered.measured.get(claim.id) or not_measured(_why_not(claim))
    ruled = rule(claim, arithmetic, measured)
    return RuledClaim(
        id=claim.id,
        topic=printable(claim.topic),
        statement=printable(claim.statement),
        source=printable(claim.source),
        reading=None if claim.reading is None else printable(claim.reading),
        claimed=range_text(claim),
        consistency=arithmetic.consistency,
        worked=tuple(WorkedLine(consistency=one.consistency, line=printable(one.line)) for one in arithmetic.worked),
        measured=None if measured.interval is None else value_text(claim, measured.interval),
        basis=printable(measured.basis) or None,
        quality=measured.quality,
        ruling=ruled.ruling,
        reason=printable(ruled.reason),
        pairs_needed=ruled.pairs_needed,
        note=None if claim.note is None else printable(claim.note),
        expected=claim.expected,
        stopped_holding=stopped_holding(claim, ruled, strict=strict),
        scale=_scale(claim, arithmetic, measured, ruled),
        samples=tuple(
            SampleLine(label=one.label, value=one.value, text=axis_text(claim, one.value), runs=one.runs)
            for one in measured.samples
        ),
        kind=claim.evidence,
        evidence=None if evidence is None or not evidence.ids else printable(evidence.ids[0]),
        command=None if evidence is None else printable(shlex.join(evidence.command)),
        again=printable(shlex.join(claims_command(gathered.rulings.file, (claim.id,)))),
        line=claim.line,
    )


def _why_not(claim: Claim) -> str:
    if claim.evidence in (EvidenceKind.NONE, EvidenceKind.ARITHMETIC):
        return "nothing was to be measured"
    return "its experiment has not been run yet"


def _scale(claim: Claim, arithmetic: Arithmetic, measured: Measured, ruled: Ruled) -> Scale | None:
    """What can be drawn; nothing where a count is as claimed, or where there is nothing to set beside the claim."""
    claimed, interval = claim.claimed, measured.interval
    if claimed is None or (claim.quantity in _COUNTED and ruled.ruling is Ruling.CONFIRMED):
        return None
    ceiling, text = _ceiling(claim, arithmetic, measured)
    near = widened(claimed, claim.tolerance)
    if interval is None and ceiling is None:
        return None
    return Scale(
        form=claim.form,
        quantity=claim.quantity,
        unit=claim.unit,
        factor=claim.scale,
        claimed_low=claimed.low,
        claimed_high=claimed.high,
        near_low=near[0] if claim.tolerance else None,
        near_high=near[1] if claim.tolerance else None,
        value=None if interval is None else interval.value,
        low=None if interval is None else interval.low,
        high=None if interval is None else interval.high,
        ceiling=ceiling,
        ceiling_text=text,
    )


def _ceiling(claim: Claim, arithmetic: Arithmetic, measured: Measured) -> tuple[float | None, str | None]:
    """The claimant's own where there is one, else the measured one; on the claim's axis."""
    if as_saving(claim) is None:
        return None, None
    saving = arithmetic.ceiling
    if saving is not None:
        at = saving if claim.form is Form.SAVES else times_faster(saving)
        return at, f"ceiling by its own figures: {axis_text(claim, at)}"
    if measured.ceiling is not None:
        return measured.ceiling, f"ceiling as measured: {axis_text(claim, measured.ceiling)}"
    return None, None


def _experiment(evidence: Evidence) -> Experiment:
    what = {
        EvidenceKind.COMPARISON: "comparison",
        EvidenceKind.REPRODUCTION: "reproduction",
        EvidenceKind.STUDY: "runs",
        EvidenceKind.ARITHMETIC: "arithmetic",
        EvidenceKind.NONE: "nothing",
    }[evidence.kind]
    return Experiment(
        what=what,
        kind=evidence.kind,
        ids=tuple(printable(one) for one in evidence.ids),
        claims=evidence.claims,
        command=printable(shlex.join(evidence.command)),
        failed=None if evidence.failed is None else printable(evidence.failed),
    )


def _headline(tally: Sequence[Tally]) -> str:
    """Of 71 claims, 30 are confirmed, 2 overstated, 25 refuted, 8 inconclusive and 6 not testable here."""
    whole = sum(len(one.claims) for one in tally)
    parts = [f"{count_text(len(one.claims))} {_WORDS[one.ruling]}" for one in tally if one.claims]
    if whole == 1:
        return f"The one claim is {_WORDS[next(one.ruling for one in tally if one.claims)]}."
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    first, _, rest = listed.partition(" ")
    return f"Of {count_text(whole)} claims, {first} {'is' if first == '1' else 'are'} {rest}."


def _statements(ruled: Sequence[RuledClaim], *, is_partial: bool) -> list[str]:
    said = []
    if is_partial:
        said.append("Not all experiments have been run: claims that wait for one are inconclusive so far.")
    own = [one for one in ruled if one.consistency in (Consistency.INCONSISTENT, Consistency.IMPOSSIBLE)]
    above = [one for one in own if one.consistency is Consistency.IMPOSSIBLE]
    if own:
        kinds = f", {_of(len(above))} because those leave no room for what is claimed" if above else ""
        said.append(f"{_claims(len(own))} not agree with the claimant's own figures{kinds}.")
    surprised = [one for one in ruled if one.stopped_holding]
    if surprised:
        named = ", ".join(f"{one.id} ({_WORDS[one.ruling]})" for one in surprised)
        said.append(f"Ruled on otherwise than the ledger expects: {named}.")
    return said


def _claims(count: int) -> str:
    return "One claim does" if count == 1 else f"{count_text(count)} claims do"


def _of(count: int) -> str:
    return "one" if count == 1 else count_text(count)
