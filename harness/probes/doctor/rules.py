"""Judges gathered facts: one pure function per area, from facts to checks."""

from harness.probes.doctor.check import Area, Check
from harness.probes.doctor.facts import Facts
from harness.probes.doctor.rules_environment import judge_environment
from harness.probes.doctor.rules_instruments import judge_clocks, judge_instruments
from harness.probes.doctor.rules_machine import judge_disk, judge_machine, judge_tools

__all__ = ["judge"]

_JUDGES = {
    Area.ENVIRONMENT: judge_environment,
    Area.MACHINE: judge_machine,
    Area.INSTRUMENTS: judge_instruments,
    Area.CLOCKS: judge_clocks,
    Area.DISK: judge_disk,
    Area.OPTIONAL: judge_tools,
}


def judge(facts: Facts) -> tuple[Check, ...]:
    """Every check, in the order of the report. The same facts always give the same checks."""
    return tuple(check for area in Area for check in _JUDGES[area](facts))
