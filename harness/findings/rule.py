"""A rule: a pure function from a profile to findings, with the name that it goes by."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from harness.findings.case import Case
from harness.findings.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Registered in `harness.findings.registry`, documented in docs/findings.md.

    `supersedes` names the more general rules whose findings say no more than this one's where this one's ceiling
    is at least half of theirs.
    """

    key: str
    judge: Callable[[Case], Iterable[Finding]]
    supersedes: tuple[str, ...] = ()
