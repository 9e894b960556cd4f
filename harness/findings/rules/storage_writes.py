"""What single writes of a trial cost: shared by the rules on attributes and on intermediate reports."""

from collections.abc import Collection
from dataclasses import dataclass

from harness.findings.case import Case
from harness.findings.whole import Saving
from harness.profile.facts import PartKind
from harness.units import seconds_text

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
class Price:
    """What the writes of a trial cost, where storage calls were timed."""

    storage_s_per_trial: float  # of all storage calls
    each_s: float  # at most
    saving: Saving  # of all but one


@dataclass(frozen=True, slots=True, kw_only=True)
class Writes:
    """The calls of some storage methods in a trial."""

    per_trial: float
    price: Price | None  # None: a history, which counts writes and does not time them

    @property
    def cost(self) -> str:
        """The tail of a title."""
        return "" if self.price is None else f": up to {seconds_text(self.price.each_s * (self.per_trial - 1))} of it"

    @property
    def evidence(self) -> str:
        if self.price is None:
            return "A history does not tell what they cost; in a database each is a transaction of its own."
        return (
            f"A trial spends {seconds_text(self.price.storage_s_per_trial)} in storage calls, at most "
            f"{seconds_text(self.price.each_s)} for each thing it writes."
        )

    @property
    def basis(self) -> str:
        if self.price is None:
            return "Counted; no time is claimed."
        return "At most: all but one at the mean price of a write, reading taken as free."

    @property
    def ceiling_s_per_trial(self) -> float | None:
        return None if self.price is None else self.price.saving.s_per_trial

    @property
    def ceiling_share(self) -> float | None:
        return None if self.price is None else self.price.saving.share


def writes_of(case: Case, methods: Collection[str], least: float) -> Writes | None:
    """None where a trial makes fewer than `least` of these calls, or they went where they cost next to nothing.

    The ceiling takes all storage time for writing and every write for as dear as another: reading costs something,
    and creating or finishing a trial more than an attribute, so each of these costs no more than that.
    """
    whole, ledger = case.whole, case.profile.ledger
    if whole is None or ledger is None:
        return None
    calls = dict(ledger.storage_calls_per_trial)
    chosen = sum(count for method, count in calls.items() if method in methods)
    if chosen < max(least, 2):
        return None
    parts = [part for part in ledger.parts if part.kind is PartKind.STORAGE]
    if not parts:
        is_database = any(study.storage == "RDBStorage" for study in case.profile.studies)
        return Writes(per_trial=chosen, price=None) if is_database else None
    every = sum(count for method, count in calls.items() if method in WRITES)
    wall_s = sum(part.wall_s_per_trial for part in parts)
    cpus = [part.cpu_s_per_trial for part in parts if part.cpu_s_per_trial is not None]
    freed = (chosen - 1) / every
    saving = whole.saved_by(wall_s * freed, sum(cpus) * freed if cpus else None)
    return Writes(per_trial=chosen, price=Price(storage_s_per_trial=wall_s, each_s=wall_s / every, saving=saving))
