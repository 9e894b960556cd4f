"""Stored times as seconds since the Unix epoch: Optuna 5 stores UTC, earlier versions the writer's own local time."""

from datetime import UTC, datetime

UTC_SINCE = 5  # the first version of Optuna that stores UTC


def stores_utc(optuna: str | None) -> bool | None:
    """Whether this version of Optuna stores UTC; None where the version cannot be told."""
    major = (optuna or "").split(".")[0]
    return int(major) >= UTC_SINCE if major.isdecimal() else None


def epoch_s(stored: datetime, *, is_utc: bool) -> float:
    """The moment of a stored time. One without a zone is UTC or this machine's local time, as the caller knows."""
    if stored.tzinfo is None and is_utc:
        stored = stored.replace(tzinfo=UTC)
    return stored.timestamp()


def elapsed_s(began: datetime, ended: datetime) -> float:
    """From one stored time to the other; without zones their plain difference, whatever zone the writer was in."""
    if (began.tzinfo is None) == (ended.tzinfo is None):
        return (ended - began).total_seconds()
    return ended.timestamp() - began.timestamp()


def zone_note(optuna: str | None) -> str | None:
    """What was assumed of the times of a database that Optuna `optuna` made; None where nothing had to be."""
    if stores_utc(optuna):
        return None
    zone = datetime.now().astimezone().strftime("%Z")
    made = f"Optuna {optuna}, which made this database, stores" if optuna else "Optuna before 5 stores"
    return (
        f"{made} local times without their zone: they were taken for this machine's ({zone}); "
        "durations do not depend on it."
    )
