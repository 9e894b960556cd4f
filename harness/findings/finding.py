"""A finding: what a profile shows to be costly, with its evidence and the most that changing it could save."""

import re
from dataclasses import dataclass

_KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

OF_STUDY = "the study's time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is costly, why we think so, and what to do.

    A ceiling is for this finding alone: two findings may claim the same seconds, so ceilings do not add up. Shares
    are of the study's wall per trial (its span over its trials) unless `basis` says otherwise.

    A ceiling says what cannot be exceeded, and is a poor guide to what to do first: `likely_share` is what the remedy
    will probably save, and findings are ordered by it.
    """

    rule: str
    title: str  # one sentence, with the number
    evidence: tuple[str, ...]  # sentences with figures
    basis: str  # how the ceiling is known
    remedy: str  # one sentence: what to do in one's own code
    command: str  # run it before and after the change, with the same seed
    ceiling_s_per_trial: float | None = None
    ceiling_share: float | None = None
    ceiling_bytes: float | None = None
    lever: str | None = None  # a named optimisation of the harness that does it
    where: str | None = None  # file:line
    share_of: str = OF_STUDY  # what ceiling_share is a share of
    likely_share: float | None = None  # what the remedy probably saves, of the same whole; None: the ceiling
    is_certain: bool = True  # False: whether it is waste at all depends on what a record cannot show
    is_loss: bool = False  # trials or results are lost: told before whatever only costs time

    def __post_init__(self) -> None:
        if not _KEBAB.fullmatch(self.rule):
            raise ValueError(f"a rule's key is written in kebab-case, not {self.rule!r}")
        if self.ceiling_share is not None and not 0 <= self.ceiling_share <= 1:
            raise ValueError(f"{self.rule}: a ceiling cannot be {self.ceiling_share} of the whole")
        if any(size is not None and not size >= 0 for size in (self.ceiling_s_per_trial, self.ceiling_bytes)):
            raise ValueError(f"{self.rule}: a ceiling cannot be negative")
        if (self.ceiling_s_per_trial is None) != (self.ceiling_share is None):
            raise ValueError(f"{self.rule}: a ceiling in seconds and its share go together")
        if self.likely_share is not None and not 0 <= self.likely_share <= (
            1.0 if self.ceiling_share is None else self.ceiling_share
        ):
            raise ValueError(f"{self.rule}: a likely saving of {self.likely_share} is above its ceiling, or below none")

    @property
    def likely(self) -> float | None:
        """The share that the remedy probably saves; None where no time is claimed."""
        return self.ceiling_share if self.likely_share is None else self.likely_share

    @property
    def order(self) -> tuple[bool, bool, float, float, str, str]:
        """Losses first, what is certain before what may be, then by likely share and bytes; the rest comes last."""
        return self.order_in(1.0)

    def order_in(self, study_share: float) -> tuple[bool, bool, float, float, str, str]:
        """The same where the study is only a share of its run: findings on either are ranked by shares of the run."""
        scale = study_share if self.share_of == OF_STUDY else 1.0
        share = -1.0 if self.likely is None else self.likely * scale
        size = -1.0 if self.ceiling_bytes is None else self.ceiling_bytes
        return (not self.is_loss, not self.is_certain, -share, -size, self.rule, self.title)
