"""The words that the report has for the profile's kinds: parts, endings, births, states."""

from harness.model.record import CALLBACK, Birth, TrialState
from harness.profile.facts import Ledger, Part, PartKind, Verdict
from harness.units import count_text, printable

_ENDINGS = {
    "finished": "finished",
    "failed": "failed",
    "timed_out": "ran out of time",
    "out_of_memory": "was ended for want of memory",
    "killed": "was killed",
    "interrupted": "was interrupted",
}
_KINDS = {
    PartKind.SAMPLER: "choosing parameters",
    PartKind.STORAGE: "calls of the study's storage",
    PartKind.PRUNER: "deciding whether to prune",
    PartKind.LOAD: "data brought in",
    PartKind.FEATURE: "marked feature",
    PartKind.GC: "cyclic garbage collector",
    PartKind.USER: "marked span",
    PartKind.OBJECTIVE: "your function",
    PartKind.ELSEWHERE: "asked for and not told yet, while its own thread did something else: not seen",
    PartKind.UNATTRIBUTED: "its code between the calls that are seen",
}
_INSIDE = (PartKind.USER, PartKind.LOAD, PartKind.FEATURE)
_ORIGINS = {
    "plan": "a run of a plan, profiled",
    "script": "a profiled run",
    "history": "an existing study, read without a rerun",
}


def plural(count: int, one: str, many: str | None = None) -> str:
    """A count with its noun: `1 trial`, `1,200 trials`."""
    return f"{count_text(count)} {one if count == 1 else many or f'{one}s'}"


def ending_text(ending: str | None) -> str:
    """How a run ended, as the rest of a sentence."""
    return "left no word of how it ended" if ending is None else _ENDINGS.get(ending, printable(ending))


def origin_text(origin: str) -> str:
    """What a record came from."""
    return _ORIGINS.get(origin, "a profiled run")


def is_bare(ledger: Ledger) -> bool:
    """Whether only the trials' starts and ends are known, as of a history."""
    return ledger.cpu_s_per_trial is None and all(part.kind is PartKind.UNATTRIBUTED for part in ledger.parts)


def part_label(part: Part, ledger: Ledger, *, is_compared: bool = False) -> str:
    """What a line of the ledger is called; what is compared with another run goes by one name in both."""
    is_whole = is_compared or not any(other.kind in _INSIDE for other in ledger.parts)
    if is_bare(ledger):
        return "the whole trial"
    match part.kind:
        case PartKind.SAMPLER | PartKind.STORAGE | PartKind.PRUNER:
            return str(part.kind.value)
        case PartKind.GC:
            return "garbage collection"
        case PartKind.OBJECTIVE:
            if ledger.held is not None:
                return "between ask and tell"
            return "objective" if is_whole else "objective, the rest"
        case PartKind.ELSEWHERE:
            return "held elsewhere"
        case PartKind.UNATTRIBUTED:
            return "Optuna itself"
        case PartKind.BETWEEN:
            return _between_label(part.name)
        case PartKind.LOAD | PartKind.FEATURE | PartKind.USER:
            return printable(part.name)


def part_name(part: Part) -> str:
    """A part by its span; of a callback without the folder that its code lies in."""
    return _between_label(part.name) if part.name.startswith(CALLBACK) else printable(part.name)


def _between_label(name: str) -> str:
    if name.startswith(CALLBACK):
        return printable(f"callback {name.removeprefix(CALLBACK).partition(' (')[0]}")
    return printable(name.replace("suggest between", "sampler between"))


def part_text(part: Part, ledger: Ledger) -> str:
    """What belongs to a line of the ledger."""
    if is_bare(ledger):
        return "objective, sampler and storage together: a study's history does not tell them apart"
    if part.kind is PartKind.BETWEEN and part.name.startswith(CALLBACK):
        return "passed to optimize, with all that it calls"
    if part.kind is PartKind.BETWEEN:
        return (
            "callbacks, looking for the next trial"
            if part.name.startswith("rest")
            else "after one trial, before the next"
        )
    return _KINDS[part.kind]


def state_text(state: TrialState) -> str:
    """A trial's state as a word."""
    match state:
        case TrialState.COMPLETE:
            return "complete"
        case TrialState.PRUNED:
            return "pruned"
        case TrialState.FAIL:
            return "failed"


def birth_text(birth: Birth) -> str:
    """How a process came to be."""
    match birth:
        case Birth.LAUNCHED:
            return "started"
        case Birth.FORKED:
            return "forked"


def verdict_text(verdict: Verdict) -> str:
    """A memory verdict as a word."""
    match verdict:
        case Verdict.LEAK:
            return "grows"
        case Verdict.HISTORY:
            return "grows by Optuna's own history"
        case Verdict.NONE:
            return "does not grow"
        case Verdict.UNDECIDED:
            return "may grow or not"
