"""Commands that repeat an experiment of a ledger by itself, as they are typed."""

from harness.claims.wanted import Wanted
from harness.levers.lever import Fidelity
from harness.levers.registry import lever
from harness.model.claim import EvidenceKind
from harness.model.comparison import Aim, Design
from harness.model.directions import DirectionSource
from harness.model.plan import Plan, Setting

_PLAIN = Plan(workload="any", trials=20)  # what the commands take where an option is left out


def command_of(wanted: Wanted, ledger: str | None, pairs: int | None = None) -> tuple[str, ...]:
    """The command of an experiment; of a study, which has none, the ruling on its claims."""
    match wanted.kind:
        case EvidenceKind.COMPARISON:
            return _compare(wanted, pairs)
        case EvidenceKind.REPRODUCTION:
            return ("harness", "reproduce")
        case EvidenceKind.STUDY | EvidenceKind.ARITHMETIC | EvidenceKind.NONE:
            return claims_command(ledger, wanted.claims)


def claims_command(ledger: str | None, only: tuple[str, ...]) -> tuple[str, ...]:
    """`harness claims`, on a ledger of one's own or the built-in one."""
    named = () if ledger is None else (ledger,)
    return ("harness", "claims", *named, *(("--only", ",".join(only)) if only else ()))


def seeds_for(pairs: int | None) -> int:
    """Over how many seeds a search is compared where so many pairs were asked for: as many, if not fewer than usual."""
    return max(pairs or 0, Aim().seeds)


def _compare(wanted: Wanted, pairs: int | None) -> tuple[str, ...]:
    assert wanted.plan is not None
    words = ["harness", "compare", wanted.plan.workload, *_options(wanted.plan), "--levers", ",".join(wanted.levers)]
    if wanted.design is not Design.ONE_AT_A_TIME:
        words += ["--design", wanted.design.value]
    if pairs is not None:
        words += ["--pairs", str(pairs)]
    if seeds_for(pairs) != Aim().seeds and any(lever(one).fidelity is Fidelity.APPROXIMATE for one in wanted.levers):
        words += ["--seeds", str(seeds_for(pairs))]
    if wanted.effect != 0.10:
        words += ["--effect", f"{wanted.effect:g}"]
    if wanted.design is Design.ONE_AT_A_TIME and len(wanted.levers) > 1:
        words.append("--alternatives")
    return tuple(words)


def _options(plan: Plan) -> list[str]:
    """Those that are not at their defaults."""
    words = []
    for name in ("trials", "seed", "workers"):
        if getattr(plan, name) != getattr(_PLAIN, name):
            words += [f"--{name}", str(getattr(plan, name))]
    for name in ("sampler", "storage", "backend", "data"):
        if getattr(plan, name) is not getattr(_PLAIN, name):
            words += [f"--{name}", getattr(plan, name).value]
    if plan.directions is not None and plan.directions.source is DirectionSource.OPTION:
        words += [word for way in plan.directions.each for word in ("--direction", way.value)]
    for name, value in plan.settings:
        words += ["--set", f"{name}={_text(value)}"]
    return words


def _text(value: Setting) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
