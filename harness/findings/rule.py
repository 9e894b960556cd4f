"""A rule: a pure function from a profile to findings, with the name that it goes by."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from harness.findings.finding import Finding
from harness.profile.facts import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Registered in `harness.findings.registry`, documented in docs/findings.md.

    `supersedes` names the more general rules whose findings say no more than this one's where this one's ceiling
    is at least half of theirs.
    """

    key: str
    judge: Callable[[Profile], Iterable[Finding]]
    supersedes: tuple[str, ...] = ()
