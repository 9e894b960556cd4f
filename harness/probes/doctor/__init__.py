"""What this machine allows and lacks: facts gathered first, judged by pure rules after."""

from harness.probes.doctor.check import Area, Check, Status, is_ready
from harness.probes.doctor.facts import Facts
from harness.probes.doctor.gather import Sources, gather
from harness.probes.doctor.rules import judge

__all__ = ["Area", "Check", "Facts", "Sources", "Status", "gather", "is_ready", "judge"]
