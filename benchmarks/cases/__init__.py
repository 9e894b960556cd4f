"""What is benchmarked: the one definition from which the ASV suite and the pytest suite are both made.

Add a case to the CASES of a module here, and both suites run it; a new group needs a class in the ASV suite as well,
and a test says so. `benchmarks/` must be on the path, and the repository's root must not: `harness` has to come from
the environment, or ASV would measure the working tree at every commit.
"""

from cases import bars, levers, overhead, strategy, studies
from cases.case import Case

__all__ = [
    "CALLS",
    "CASES",
    "STUDIES",
    "Case",
    "bars",
    "case_of",
    "ids_of",
    "levers",
    "overhead",
    "strategy",
    "studies",
]

CALLS: tuple[Case, ...] = (*bars.CASES, *strategy.CASES, *overhead.CASES)
"""Timed in the process of the suite, by its own CPU."""

STUDIES: tuple[Case, ...] = (*studies.CASES, *levers.CASES)
"""Carried out in a process tree of their own."""

CASES = (*CALLS, *STUDIES)


def case_of(name: str) -> Case:
    """The case of an id; raises KeyError when there is none."""
    return {case.id: case for case in CASES}[name]


def ids_of(group: str) -> list[str]:
    """The ids of a group, in order."""
    return [case.id for case in CASES if case.group == group]
