"""Rule: each call to a database server on another machine waits for the network or it, many times in each trial."""

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
    """At most one finding; silent for a server on this machine, which may be slow but is not far away.

    Silent, too, where threads wait for each other, which looks the same from inside a call.
    """
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
        remedy=_remedy(remote[0]),
        command=proof(profile),
    )


def is_remote(study: Study) -> bool:
    """Whether the study's storage is a server on another machine: a database other than SQLite, or a proxy.

    A record of an earlier version does not tell where the server was: its address is taken for what it says.
    """
    if study.is_here or (study.is_here is None and _host(study) in (None, "localhost", "127.0.0.1", "::1")):
        return False
    if study.storage == "GrpcStorageProxy":
        return True
    return study.storage == "RDBStorage" and bool(study.storage_url) and not str(study.storage_url).startswith("sqlite")


def _remedy(study: Study) -> str:
    """Never what is there already."""
    if study.storage == "GrpcStorageProxy":
        return "Run the workers nearer to the proxy's server, or write less in each trial."
    return "Run the study near its database, put a `GrpcStorageProxy` beside it, or write less in each trial."


def _host(study: Study) -> str | None:
    url = study.storage_url
    return None if not url else urlsplit(url if "://" in url else f"//{url}").hostname


def _place(study: Study) -> str:
    host = _host(study)
    return "" if host is None else f" on {host}, another machine"


RULE = Rule(key="database-far-away", judge=judge, supersedes=("storage-dominates",))
