"""What has to be measured for a ledger: claims that one experiment can answer share it, so that it is run once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.model.claim import Claim, EvidenceKind
from harness.model.comparison import Design
from harness.model.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One experiment, and the claims that it is evidence for. A reproduction has no plan."""

    kind: EvidenceKind
    claims: tuple[str, ...]
    plan: Plan | None = None
    levers: tuple[str, ...] = ()
    design: Design = Design.ONE_AT_A_TIME
    effect: float = 0.10

    @property
    def words(self) -> str:
        """What it is, in a few words."""
        match self.kind:
            case EvidenceKind.COMPARISON:
                return f"a comparison of {', '.join(self.levers)}"
            case EvidenceKind.REPRODUCTION:
                return "the reference study, as found and mended"
            case EvidenceKind.STUDY:
                return "a study" if self.plan is None else f"a study of {self.plan.trials:,} trials"
            case EvidenceKind.ARITHMETIC | EvidenceKind.NONE:
                return "nothing"


def wanted(claims: Sequence[Claim]) -> tuple[Wanted, ...]:
    """Experiments in the order of the claims that need them first."""
    found: dict[object, Wanted] = {}
    for claim in claims:
        one = _of(claim)
        if one is None:
            continue
        key = _key(one)
        if key not in found:
            found[key] = one
            continue
        before = found[key]
        levers = tuple(dict.fromkeys((*before.levers, *one.levers)))
        found[key] = replace(before, claims=(*before.claims, *one.claims), levers=levers)
    return tuple(found.values())


def _of(claim: Claim) -> Wanted | None:
    if claim.needs is not None:
        return None
    match claim.evidence:
        case EvidenceKind.COMPARISON:
            is_joint = len(claim.levers) > 1
            return Wanted(
                kind=claim.evidence,
                claims=(claim.id,),
                plan=claim.plan,
                levers=claim.levers,
                design=Design.CUMULATIVE if is_joint else Design.ONE_AT_A_TIME,
                effect=claim.effect,
            )
        case EvidenceKind.REPRODUCTION:
            return Wanted(kind=claim.evidence, claims=(claim.id,))
        case EvidenceKind.STUDY:
            return Wanted(kind=claim.evidence, claims=(claim.id,), plan=claim.plan)
        case EvidenceKind.ARITHMETIC | EvidenceKind.NONE:
            return None


def _key(one: Wanted) -> object:
    """Levers that are compared alone share a comparison on the same plan; levers together have one of their own."""
    joint = one.levers if one.design is Design.CUMULATIVE else ()
    return one.kind, one.plan, one.design, one.effect, joint
