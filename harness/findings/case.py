"""What rules judge: a profile, with what several of them ask of it worked out once."""

from dataclasses import dataclass

from harness.findings.interpreters import Interpreter, interpreters
from harness.findings.whole import Whole, whole_of
from harness.profile.facts import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A profile before the rules."""

    profile: Profile
    whole: Whole | None  # None: no trial finished, so that no saving has a measure
    interpreters: tuple[Interpreter, ...]  # one for each of the profile's processes


def case_of(profile: Profile) -> Case:
    """The case of a profile."""
    found = interpreters(profile)
    return Case(profile=profile, whole=whole_of(profile, found), interpreters=found)
