"""The registry of rules, and the way from a profile to its findings."""

from functools import cache

from harness.findings.case import case_of
from harness.findings.finding import Finding
from harness.findings.rule import Rule
from harness.profile.account.facts import PlaceKind
from harness.profile.facts import Profile
from harness.registry import load_attribute

_MODULES = (
    "dead_loops",
    "row_callback",
    "scalar_access",
    "threads",
    "started_processes",
    "own_processes",
    "repeated_load",
    "repeated_feature",
    "attributes",
    "reports",
    "far_database",
    "storage",
    "sampler_growth",
    "sampler_share",
    "history_copied",
    "longer_trials",
    "gc_after_trial",
    "gc_heap",
    "pruner",
    "pools",
    "workers_cores",
    "workers_memory",
    "idle",
    "start_up",
    "callbacks",
    "outside_study",
    "between_trials",
    "imports",
    "large_place",
    "idle_pool",
    "memory_growth",
    "duplicates",
    "lost_trials",
)
RULES: tuple[str, ...] = tuple(f"harness.findings.rules.{module}:RULE" for module in _MODULES)

LEAST_SHARE = 0.02  # and
LEAST_S_PER_TRIAL = 0.001  # or
LEAST_S_IN_ALL = 1.0
SMALL_SHARE = 0.005  # is enough with
LARGE_S_PER_TRIAL = 0.05
LARGE_PLACE = "large-place"  # says no more than any other finding that explains as much
_SAME = 0.5  # a special finding that explains this much of a general one says all that it says


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, in the order in which docs/findings.md describes them."""
    return tuple(load_attribute(address) for address in RULES)


def find(profile: Profile) -> tuple[Finding, ...]:
    """All that is worth telling, largest likely saving first; empty where nothing is worth doing."""
    case, trials = case_of(profile), len(profile.trials)
    told = {rule.key: [one for one in rule.judge(case) if is_worth_telling(one, trials)] for rule in rules()}
    kept = [finding for rule in rules() for finding in told[rule.key] if not _is_superseded(finding, told)]
    study_share = _study_share(profile)
    return tuple(sorted(kept, key=lambda finding: finding.order_in(study_share)))


def _study_share(profile: Profile) -> float:
    """Of the run's wall, the studies': what findings on the study's time are a share of."""
    if profile.account is None:
        return 1.0
    return min(profile.account.share_of(PlaceKind.TRIAL, PlaceKind.CALLBACK, PlaceKind.BETWEEN), 1.0)


def is_worth_telling(finding: Finding, trials: int) -> bool:
    """At least 2 % of the study's wall and 1 ms per trial (or 1 s in all), or at least 0.5 % and 50 ms per trial.

    A large share of next to nothing is next to nothing, and a small share is lost in the noise. What has no ceiling in
    seconds (memory, lost workers) has a floor in its own rule.
    """
    if finding.ceiling_s_per_trial is None or finding.ceiling_share is None:
        return True
    saved_s, share = finding.ceiling_s_per_trial, finding.ceiling_share
    if share >= SMALL_SHARE and saved_s >= LARGE_S_PER_TRIAL:
        return True
    return share >= LEAST_SHARE and (saved_s >= LEAST_S_PER_TRIAL or saved_s * trials >= LEAST_S_IN_ALL)


def _is_superseded(finding: Finding, told: dict[str, list[Finding]]) -> bool:
    if finding.rule == LARGE_PLACE:
        others = [other for key, found in told.items() if key != LARGE_PLACE for other in found]
        return any((other.ceiling_share or 0.0) >= _SAME * (finding.ceiling_share or 0.0) for other in others)
    return any(
        (special.ceiling_share or 0.0) >= _SAME * (finding.ceiling_share or 0.0)
        for rule in rules()
        if finding.rule in rule.supersedes
        for special in told[rule.key]
    )
