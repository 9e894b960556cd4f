"""Rule: the storage takes a large part of each trial."""

from collections.abc import Iterator

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.findings.rules.far_database import is_remote
from harness.findings.words import counted, listed
from harness.profile.facts import HotLine, Part, PartKind, StackProfile, Study
from harness.units import percent_text, seconds_text, significant

LEAST_SHARE = 0.2  # of what a trial costs; below it a storage that survives a crash is worth its price

LIKELY = 0.5  # of the ceiling: SQLite tuned, or a journal in its place, takes half or less
SPAN = "storage"
LEAST_SAMPLES = 5  # in the storage, at a line that is named
MOST = 0.5  # of the calls
READS = frozenset({"get_best_trial", "get_n_trials", "get_study_user_attrs"})  # not Optuna's own, in trials
_READ_ONCE = (
    "Ask less: `study.best_trial`, `study.best_value` and `study.user_attrs` go to the storage at each access. Read "
    "them once per trial, in front of any loop, or keep what the objective needs in a variable that a callback sets."
)
LEAST_S = 0.010  # per trial: a journal on a local disk takes half of that, and little that is durable takes less


def judge(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    profile, whole, ledger = case.profile, case.whole, case.profile.ledger
    parts = [] if ledger is None else [part for part in ledger.parts if part.kind is PartKind.STORAGE]
    if whole is None or ledger is None or not parts or _share(parts) < LEAST_SHARE:
        return
    wall_s = sum(part.wall_s_per_trial for part in parts)
    if wall_s < LEAST_S:
        return
    cpus = [part.cpu_s_per_trial for part in parts if part.cpu_s_per_trial is not None]
    saving = whole.saved_by(wall_s, sum(cpus) if cpus else None)
    calls = dict(ledger.storage_calls_per_trial)
    line = _line(profile.stacks)
    lever, remedy = (None, _READ_ONCE) if _reads(calls) else _way_out(profile.studies)
    yield Finding(
        rule=RULE.key,
        title=f"{percent_text(_share(parts))} of a trial is the storage: {seconds_text(wall_s)}",
        evidence=(*_evidence(parts, calls, profile.studies), *(() if line is None else (_seen(line),))),
        ceiling_s_per_trial=saving.s_per_trial,
        ceiling_share=saving.share,
        likely_share=LIKELY * saving.share,
        basis="At most: all time inside storage calls, as if a faster storage cost nothing; half of it is likely, as "
        "a quicker storage has its own cost.",
        lever=lever,
        remedy=remedy,
        command=proof(profile),
        where=None if line is None else f"{line.file}:{line.line}",
    )


def _reads(calls: dict[str, float]) -> bool:
    """Whether most calls ask for what the study holds already."""
    return sum(calls.get(method, 0.0) for method in READS) > MOST * sum(calls.values())


def _line(stacks: StackProfile | None) -> HotLine | None:
    lines = [] if stacks is None else [line for line in stacks.hot_lines if line.span == SPAN]
    most = max(lines, key=lambda line: line.samples, default=None)
    return most if most is not None and most.samples >= LEAST_SAMPLES else None


def _seen(line: HotLine) -> str:
    return (
        f"{percent_text(line.share)} of the stack samples inside trials were in the storage below "
        f"{line.file}:{line.line} ({line.function})."
    )


def _share(parts: list[Part]) -> float:
    return min(sum(part.wall_share for part in parts), 1.0)


def _evidence(parts: list[Part], calls: dict[str, float], studies: tuple[Study, ...]) -> Iterator[str]:
    classes = listed(sorted({study.storage for study in studies})) if studies else "The storage"
    wall_s = sum(part.wall_s_per_trial for part in parts)
    waits = [part.waiting_s_per_trial for part in parts if part.waiting_s_per_trial is not None]
    waiting = f", of which {seconds_text(sum(waits))} waiting for disk, locks or a server" if waits else ""
    yield f"{classes} took {seconds_text(wall_s)} of a trial{waiting}."
    if calls:
        most = [f"{significant(count)} {method}" for method, count in calls.items() if count > 0]
        yield f"{counted(sum(calls.values()), 'call')} in a trial, on average: {listed(most)}."


def _way_out(studies: tuple[Study, ...]) -> tuple[str | None, str]:
    sqlite = [study for study in studies if (study.storage_url or study.storage).startswith("sqlite")]
    if sqlite and all(study.is_wal for study in sqlite):
        return "sqlite-tuned", (
            "Set `PRAGMA synchronous=NORMAL` (the write-ahead log is on already), write less in each trial, or use "
            "`JournalStorage` on a local file."
        )
    if sqlite:
        return "sqlite-tuned", (
            "Switch SQLite to write-ahead logging (`PRAGMA journal_mode=WAL`, `synchronous=NORMAL`), or use "
            "`JournalStorage` on a local file."
        )
    if any(is_remote(study) for study in studies):
        return "one-write", "Write less in each trial (fewer attributes and reports), or move the database nearer."
    if any(study.storage in ("RDBStorage", "GrpcStorageProxy") for study in studies):
        return "one-write", "Write less in each trial (fewer attributes and reports): each is a transaction of its own."
    return None, "Write less in each trial (fewer attributes and reports)."


RULE = Rule(key="storage-dominates", judge=judge)
