"""The command that would prove a finding: run it before and after the change, with the same seed."""

import shlex

from harness.model.record import Origin
from harness.profile.facts import Profile


def proof(profile: Profile) -> str:
    """For a script its own timing run (a profile with stacks is no timing); for a history the same study again."""
    match Origin(profile.origin):
        case Origin.SCRIPT:
            return f"harness run --no-stacks {shlex.join(profile.command)}"
        case Origin.HISTORY:
            if profile.command[:2] == ("harness", "study"):  # as it was typed, with the name where there are several
                return shlex.join(profile.command)
            addresses = [study.storage_url for study in profile.studies if study.storage_url is not None]
            return f"harness study {shlex.quote(addresses[0])}" if addresses else "harness study URL"
        case Origin.PLAN:
            return "harness reproduce"
