"""The evidence of rulings, read from its records: every claim with what was measured for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.claims.compared import by_comparison
from harness.claims.measured import Measured, not_measured
from harness.claims.rulings import Evidence, Rulings, read_rulings
from harness.claims.studied import by_study
from harness.errors import HarnessError, RecordError
from harness.experiments.judging import Judged, judge
from harness.model.claim import Claim, EvidenceKind, Ledger
from harness.model.comparisons import read_compared
from harness.model.opening import below
from harness.model.reproductions import read_reproduction
from harness.model.store import read_record
from harness.report.claims.reproduced import by_reproduction
from harness.report.reproduction import build as build_reproduction
from harness.report.summary import Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Rulings with their ledger, what was measured by claim, and the experiments themselves by id."""

    rulings: Rulings
    ledger: Ledger
    measured: Mapping[str, Measured]
    comparisons: Mapping[str, Judged] = field(default_factory=dict)
    reproductions: Mapping[str, Summary] = field(default_factory=dict)


def gather(folder: Path) -> Gathered:
    """Read rulings and all their evidence; what cannot be read is said in the claims that need it."""
    rulings, ledger = read_rulings(folder)
    claims = {one.id: one for one in ledger.claims}
    reader = _Reader(folder.parent.parent)
    measured: dict[str, Measured] = {}
    for evidence in rulings.evidence:
        measured.update(reader.measured(evidence, [claims[name] for name in evidence.claims if name in claims]))
    return Gathered(
        rulings=rulings,
        ledger=ledger,
        measured=measured,
        comparisons=reader.comparisons,
        reproductions=reader.reproductions,
    )


class _Reader:
    """Reads each experiment once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.comparisons: dict[str, Judged] = {}
        self.reproductions: dict[str, Summary] = {}

    def measured(self, evidence: Evidence, claims: list[Claim]) -> dict[str, Measured]:
        """What an experiment shows of each of its claims."""
        if evidence.failed is not None:
            return {claim.id: _failed(evidence.failed) for claim in claims}
        try:
            return {claim.id: self._of(claim, evidence) for claim in claims}
        except HarnessError as error:
            return {claim.id: not_measured(f"its records cannot be read: {error}") for claim in claims}

    def _of(self, claim: Claim, evidence: Evidence) -> Measured:
        match evidence.kind:
            case EvidenceKind.COMPARISON:
                name = _only(evidence)
                if name not in self.comparisons:
                    self.comparisons[name] = judge(read_compared(below(self._root / "comparisons", name)))
                return by_comparison(claim, self.comparisons[name])
            case EvidenceKind.REPRODUCTION:
                name = _only(evidence)
                if name not in self.reproductions:
                    manifest = read_reproduction(below(self._root / "reproductions", f"{name}.json"))
                    self.reproductions[name] = build_reproduction(*manifest)
                return by_reproduction(claim, self.reproductions[name])
            case EvidenceKind.STUDY:
                return by_study(claim, [read_record(below(self._root / "runs", name)) for name in evidence.ids])
            case EvidenceKind.ARITHMETIC | EvidenceKind.NONE:
                return not_measured("nothing was to be measured")


def _only(evidence: Evidence) -> str:
    """The id of evidence that is one experiment."""
    if len(evidence.ids) != 1:
        raise RecordError(f"a {evidence.kind.value} is one experiment, and {len(evidence.ids)} are named")
    return evidence.ids[0]


def _failed(why: str) -> Measured:
    """A lever that does not apply cannot be tested; anything else that failed is open."""
    if why.startswith("none of these levers applies"):
        return Measured(inapplicable=why)
    return not_measured(why)
