"""Rule: each call to a database server waits for the network or the server, many times in each trial."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.findings.words import counted
from harness.profile.facts import PartKind, Study
from harness.units import percent_text, seconds_text

LEAST_WAIT_S = 0.002  # per call; a statement to a server on the same machine takes less
LEAST_WAITING = 0.6  # of the storage's wall: the rest is Optuna's own work on the client


def judge(case: Case) -> Iterator[Finding]:
    """At most one finding; silent where threads wait for each other, which looks the same from inside a call."""
    profile, whole, ledger = case.profile, case.whole, case.profile.ledger
    remote = [study for study in profile.studies if is_remote(study)]
    if whole is None or ledger is None or not remote or any(one.is_lock_bound for one in case.interpreters):
        return
    parts = [part for part in ledger.parts if part.kind is PartKind.STORAGE]
    calls = sum(part.calls_per_trial for part in parts)
    wall_s = sum(part.wall_s_per_trial for part in parts)
    waits = [part.waiting_s_per_trial for part in parts if part.waiting_s_per_trial is not None]
    waiting_s = sum(waits)
    if calls <= 0 or waiting_s < LEAST_WAIT_S * calls or waiting_s < LEAST_WAITING * wall_s:
        return
    saving = whole.saved_by(waiting_s)
    yield Finding(
        rule=RULE.key,
        title=f"The database is far away: {counted(calls, 'call')} in a trial wait {seconds_text(waiting_s / calls)} "
        "each",
        evidence=(
            (
                f"A trial spends {seconds_text(wall_s)} in storage calls, and "
                f"{percent_text(min(waiting_s / wall_s, 1.0))} of that is waiting for an answer."
            ),
            f"The storage is {remote[0].storage}{_place(remote[0])}.",
        ),
        ceiling_s_per_trial=saving.s_per_trial,
        ceiling_share=saving.share,
        basis="At most: all waiting inside storage calls, as if the database answered at once.",
        lever="one-write",
        remedy="Run the study near its database, put a `GrpcStorageProxy` beside it, or write less in each trial.",
        command=proof(profile),
    )


def is_remote(study: Study) -> bool:
    """Whether the study's storage is a server: a database other than SQLite, or a proxy."""
    if study.storage == "GrpcStorageProxy":
        return True
    return study.storage == "RDBStorage" and bool(study.storage_url) and not str(study.storage_url).startswith("sqlite")


def _place(study: Study) -> str:
    host = urlsplit(study.storage_url).hostname if study.storage_url else None
    return "" if host is None else f" on {host}"


RULE = Rule(key="database-far-away", judge=judge, supersedes=("storage-dominates",))
