"""The summary of rulings: every number and sentence, decided once; the renderers only format it."""

from dataclasses import dataclass

from harness.model.claim import Consistency, EvidenceKind, Form, Quantity, Ruling
from harness.report.summary import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many claims were ruled on in one way, and which."""

    ruling: Ruling
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkedLine:
    """One sum of the arithmetic check."""

    consistency: Consistency
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleLine:
    """One independent measurement, with the records that it lies in."""

    label: str
    value: float
    text: str
    runs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Numbers of a claim on its own axis, for drawing it. None: open, or not known."""

    form: Form
    quantity: Quantity
    unit: str
    factor: float  # of the unit that the numbers are shown in
    claimed_low: float
    claimed_high: float | None
    near_low: float | None  # with the tolerance of a claimed number
    near_high: float | None
    value: float | None
    low: float | None
    high: float | None
    ceiling: float | None
    ceiling_text: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuledClaim:
    """A claim with all that leads to its ruling."""

    id: str
    topic: str
    statement: str
    source: str
    reading: str | None
    claimed: str
    consistency: Consistency
    worked: tuple[WorkedLine, ...]
    measured: str | None  # the number in words; None: nothing was measured
    basis: str | None
    quality: str | None
    ruling: Ruling
    reason: str
    pairs_needed: int | None
    note: str | None
    expected: Ruling
    stopped_holding: bool
    scale: Scale | None
    samples: tuple[SampleLine, ...]
    kind: EvidenceKind
    evidence: str | None  # id of the experiment
    command: str | None  # that repeats the measurement by itself
    again: str  # the command that rules on this claim alone
    line: int  # in the ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """One experiment behind rulings."""

    what: str
    kind: EvidenceKind
    ids: tuple[str, ...]
    claims: tuple[str, ...]
    command: str
    failed: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RulingsSummary:
    """A ledger with its rulings, ready to be rendered. The text in it is printable but not escaped."""

    id: str
    version: str
    started_s: float
    title: str
    ledger: str
    headline: str
    statements: tuple[str, ...]
    tally: tuple[Tally, ...]
    claims: tuple[RuledClaim, ...]
    experiments: tuple[Experiment, ...]
    is_partial: bool  # some experiments are still to be run
    machine_facts: tuple[Fact, ...]
    command: str

    @property
    def stopped_holding(self) -> tuple[RuledClaim, ...]:
        """Claims whose ruling is another one than their ledger expects."""
        return tuple(one for one in self.claims if one.stopped_holding)
