"""Builds the checks of one area, so that a rule reads as what it decides."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.probes.doctor.check import Area, Check, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Checks of one area, and whether the harness can do without what they look at."""

    area: Area
    is_required: bool = False

    def ok(self, name: str, found: str) -> Check:
        return Check(area=self.area, name=name, status=Status.OK, found=found, is_required=self.is_required)

    def limited(self, name: str, found: str, advice: str) -> Check:
        return self._short(name, Status.LIMITED, found, advice)

    def missing(self, name: str, found: str, advice: str) -> Check:
        return self._short(name, Status.MISSING, found, advice)

    def _short(self, name: str, status: Status, found: str, advice: str) -> Check:
        return Check(area=self.area, name=name, status=status, found=found, advice=advice, is_required=self.is_required)


def list_text(words: Sequence[str], most: int = 4) -> str:
    """The words with commas between them, and how many more there are."""
    shown = ", ".join(words[:most])
    return shown if len(words) <= most else f"{shown} and {len(words) - most} more"
