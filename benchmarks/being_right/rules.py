"""The rules that other tools ship with: whether two samples of run times differ, at each tool's own budget."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from asv._stats import is_different
from asv_runner.statistics import compute_stats

Sample = Sequence[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A tool's rule. `slower` and `faster` say what it would report of after beside before."""

    name: str
    runs: int  # of each arm, the tool's default
    slower: Callable[[Sample, Sample], bool]
    faster: Callable[[Sample, Sample], bool]

    def differs(self, before: Sample, after: Sample) -> bool:
        """Whether it reports any difference."""
        return self.slower(before, after) or self.faster(before, after)


def pytest_benchmark_slower(before: Sample, after: Sample) -> bool:
    """`--benchmark-compare-fail=mean:5%`: PercentageRegressionCheck, pytest_benchmark/utils.py, version 5.

    The mean is more than five percent above; a gain is never reported.
    """
    return bool(statistics.mean(after) / statistics.mean(before) * 100 - 100 > 5)


def asv_slower(before: Sample, after: Sample) -> bool:
    """`asv continuous` and `asv compare` with their factor of 1.1: asv/commands/compare.py, version 0.6.

    The medians differ by the factor, and the samples by asv's own Mann-Whitney test at p < 0.002.
    """
    (old, old_stats), (new, new_stats) = (compute_stats(list(one), 1) for one in (before, after))
    return bool(is_different(list(before), list(after), old_stats, new_stats)) and bool(old < new / 1.1)


# pyperf/_utils.py, version 2.9: 95 % of Student's t as its table has it, by degrees of freedom
_PYPERF_T = (
    (200, 1.960),
    (100, 1.984),
    (80, 1.990),
    (60, 2.000),
    (50, 2.009),
    (40, 2.021),
    (30, 2.042),
)


def pyperf_differs(before: Sample, after: Sample) -> bool:
    """`pyperf compare_to`: the two-sample t-test with a pooled variance of is_significant, pyperf/_utils.py."""
    freedom = len(before) + len(after) - 2
    critical = next((bound for least, bound in _PYPERF_T if freedom >= least), None)
    if critical is None:
        raise ValueError("pyperf's budget has more than 30 degrees of freedom")
    pooled = (_squares(before) + _squares(after)) / freedom
    score = (statistics.fmean(before) - statistics.fmean(after)) / (2 * pooled / len(before)) ** 0.5
    return bool(abs(score) >= critical)


def _squares(sample: Sample) -> float:
    centre = statistics.fmean(sample)
    return sum((one - centre) ** 2 for one in sample)


RULES = (
    Rule(
        name="pytest-benchmark mean:5%",
        runs=5,  # min_rounds, which a study of more than 0.2 s never exceeds
        slower=pytest_benchmark_slower,
        faster=lambda before, after: False,
    ),
    Rule(
        name="asv 1.1x and Mann-Whitney",
        runs=10,  # two rounds of at most five
        slower=asv_slower,
        faster=lambda before, after: asv_slower(after, before),
    ),
    Rule(
        name="pyperf t-test",
        runs=20,  # processes; their three values each are taken as one, which spares it pseudo-replication
        slower=lambda before, after: (
            statistics.fmean(after) > statistics.fmean(before) and pyperf_differs(before, after)
        ),
        faster=lambda before, after: (
            statistics.fmean(after) < statistics.fmean(before) and pyperf_differs(before, after)
        ),
    ),
)
