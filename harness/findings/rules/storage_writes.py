"""What single writes of a trial cost: shared by the rules on attributes and on intermediate reports."""

from collections.abc import Collection
from dataclasses import dataclass

from harness.findings.whole import Saving, Whole
from harness.profile.facts import PartKind, Profile

WRITES = (
    "create_new_trial",
    "set_trial_param",
    "set_trial_state_values",
    "set_trial_intermediate_value",
    "set_trial_user_attr",
    "set_trial_system_attr",
    "set_study_user_attr",
    "set_study_system_attr",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Writes:
    """The calls of some storage methods in a trial, and what all but one of them cost at most."""

    per_trial: float
    storage_s_per_trial: float  # of all storage calls
    each_s: float  # at most
    saving: Saving


def writes_of(profile: Profile, whole: Whole, methods: Collection[str]) -> Writes | None:
    """None where storage calls were not seen, or a trial makes fewer than two of these.

    The ceiling takes all storage time for writing and every write for as dear as another: reading costs something,
    and creating or finishing a trial more than an attribute, so each of these costs no more than that.
    """
    ledger = profile.ledger
    if ledger is None:
        return None
    calls = dict(ledger.storage_calls_per_trial)
    chosen = sum(count for method, count in calls.items() if method in methods)
    every = sum(count for method, count in calls.items() if method in WRITES)
    parts = [part for part in ledger.parts if part.kind is PartKind.STORAGE]
    if chosen < 2 or not parts:
        return None
    wall_s = sum(part.wall_s_per_trial for part in parts)
    cpus = [part.cpu_s_per_trial for part in parts if part.cpu_s_per_trial is not None]
    freed = (chosen - 1) / every
    return Writes(
        per_trial=chosen,
        storage_s_per_trial=wall_s,
        each_s=wall_s / every,
        saving=whole.saved_by(wall_s * freed, sum(cpus) * freed if cpus else None),
    )
