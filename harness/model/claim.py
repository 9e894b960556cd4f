"""Claims as data: statements with the ranges they state, how they are checked, measured, and may be ruled on."""

from dataclasses import dataclass
from enum import Enum

from harness.model.metric import Metric
from harness.model.plan import Plan
from harness.model.search import Stage


class Form(Enum):
    """How a claim states its range."""

    SAVES = "saves"  # the share of a cost that goes: 0.2 is a fifth less
    FASTER = "faster"  # how many times as fast: 1.25 takes 0.8 of the time
    VALUE = "value"  # a number that can be measured, whichever way is better


class Quantity(Enum):
    """What a claimed number counts; the value is its unit in records."""

    SECONDS = "s"
    BYTES = "bytes"
    BARS = "bars"
    COUNT = "count"
    RATIO = "ratio"
    SHARE = "share"
    PER_BAR = "us_per_bar"


class Ruling(Enum):
    """What the evidence says of a claim."""

    CONFIRMED = "confirmed"
    OVERSTATED = "overstated"  # the same sign, and less than claimed
    REFUTED = "refuted"  # the opposite, nothing within the margin, above its ceiling, or another number
    INCONCLUSIVE = "inconclusive"
    NOT_TESTABLE = "not_testable"  # here: what it needs is not there


class Rule(Enum):
    """A way to check a claim against its claimant's own figures."""

    RATIO = "ratio"  # above / below is what is stated
    PRODUCT = "product"  # of `times`, over `over`, is what is stated
    SUM = "sum"  # of `terms` is what is stated
    SHARE = "share"  # part / whole is what is stated
    CEILING = "ceiling"  # what part of a whole could be saved at all, by Amdahl's law
    COMBINED = "combined"  # several savings, one after the other
    SCHEDULE = "schedule"  # what stages on shares of the data save
    NONE = "none"  # no figures to check it by, and why


class Consistency(Enum):
    """What a claimant's own figures say of the claim."""

    CONSISTENT = "consistent"
    INCONSISTENT = "inconsistent"
    IMPOSSIBLE = "impossible"  # above what the figures leave room for
    NOT_CHECKABLE = "not_checkable"


class EvidenceKind(Enum):
    """How a claim is measured."""

    COMPARISON = "comparison"  # levers on and off
    REPRODUCTION = "reproduction"  # a cell of the reference study's table
    STUDY = "study"  # one figure of one run
    ARITHMETIC = "arithmetic"  # by its figures alone: the claim is a calculation
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A range of numbers; without `high` it is open. One number is a range from itself to itself."""

    low: float
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One rule with its figures; those that a rule does not use are left empty."""

    rule: Rule
    times: tuple[float, ...] = ()  # factors; of RATIO and SHARE the one above
    over: tuple[float, ...] = ()  # divisors; of RATIO and SHARE the one below
    terms: tuple[float, ...] = ()
    part: float | None = None
    whole: float | None = None
    savings: tuple[tuple[float, float], ...] = ()
    stages: tuple[Stage, ...] = ()
    stated: Span | None = None
    tolerance: float | None = None  # relative; None: as the stated number is rounded
    unit: str = ""
    why: str | None = None  # what the figures are, or of NONE why there are none


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A statement to be ruled on. Numbers are in the quantity's own unit, whatever the ledger writes them in."""

    id: str
    topic: str
    statement: str
    source: str
    form: Form
    quantity: Quantity
    claimed: Span | None  # None where `needs` or the check alone speaks
    unit: str = ""  # as the ledger writes its numbers, which are `scale` of the quantity's own unit
    scale: float = 1.0
    reading: str | None = None  # how words without a number are read as a range
    tolerance: float = 0.0  # of VALUE: how far off is still the same, as a factor above 1, less 1
    effect: float = 0.10  # the margin within which a lever counts as doing nothing
    checks: tuple[Check, ...] = ()
    evidence: EvidenceKind = EvidenceKind.NONE
    levers: tuple[str, ...] = ()
    plan: Plan | None = None
    metric: Metric | None = None
    cell: str | None = None  # of the reproduction
    figure: str | None = None  # of a run
    needs: str | None = None  # what is not there to test it with, as a clause
    note: str | None = None  # what explains the ruling
    expected: Ruling = Ruling.CONFIRMED
    line: int = 0  # in its ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Claims in the order they are written in."""

    name: str
    title: str
    claims: tuple[Claim, ...]
