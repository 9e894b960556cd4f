"""Rule: every worker is a new interpreter that imports everything again before its first trial."""

from collections.abc import Iterator

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.findings.words import counted
from harness.model.record import Birth
from harness.profile.facts import Process, Profile
from harness.units import percent_text, seconds_text, significant

LEAST_LIKELY = 0.005  # of the run's wall, by the CPU of starting
FEW = 5.0  # trials per process: below it processes are too short-lived


def judge(case: Case) -> Iterator[Finding]:
    """At most one finding; shares are of the run's wall, because start-up is no part of the study's span."""
    profile = case.profile
    launched = [one for one in profile.processes if one.birth is Birth.LAUNCHED and one.last_trial_s is not None]
    trials = len(profile.trials)
    if len(launched) < 2 or trials == 0:
        return
    run_s = _run_s(profile, launched)
    again = sorted(launched, key=lambda one: one.started_s)[1:]
    cpu_s = sum(one.startup_cpu_s for one in again)
    if run_s <= 0:
        return
    likely_s = min(cpu_s / _at_once(launched, run_s), run_s)
    if likely_s < LEAST_LIKELY * run_s:  # started, and waited for something else than its imports
        return
    saved_s = min(max(_starting_s(again), likely_s), run_s)
    few = trials / len(profile.processes) < FEW
    yield Finding(
        rule=RULE.key,
        title=f"{counted(len(launched), 'process', 'processes')} each start Python and import everything anew: "
        f"{seconds_text(cpu_s / len(again))} of CPU before the first trial of each",
        evidence=(
            (
                f"Starting all but the first took {seconds_text(cpu_s)} of CPU and "
                f"{seconds_text(sum(one.startup_wall_s for one in again))} of wall together, "
                f"{percent_text(likely_s / run_s)} of the run's {seconds_text(run_s)}."
            ),
            f"A process ran {significant(trials / len(profile.processes))} trials on average.",
        ),
        ceiling_s_per_trial=saved_s / trials,
        ceiling_share=saved_s / run_s,
        likely_share=likely_s / run_s,
        share_of="the run's time",
        basis="At most: the time in which any process but the first was starting, as the others may have waited for "
        "it or for its cores; likely: the start-up CPU of those processes, shared out over the processes alive at "
        "once. The share is of the run's wall.",
        lever="forkserver",
        remedy="Let each process run many trials: keep a pool of workers instead of starting one per trial."
        if few
        else "Fork the workers from a process that has imported everything (`forkserver` with preloaded imports, or "
        "`fork`), or give each more trials.",
        command=proof(profile),
    )


def _run_s(profile: Profile, launched: list[Process]) -> float:
    if profile.wall_s is not None:
        return profile.wall_s
    return max(one.last_trial_s or 0.0 for one in launched) - min(one.started_s for one in launched)


def _starting_s(again: list[Process]) -> float:
    """Seconds in which at least one of these processes was starting."""
    total_s, reach_s = 0.0, float("-inf")
    for one in again:  # in order of their start
        total_s += max(one.ready_s - max(one.started_s, reach_s), 0.0)
        reach_s = max(reach_s, one.ready_s)
    return total_s


def _at_once(launched: list[Process], run_s: float) -> float:
    return max(sum((one.last_trial_s or 0.0) - one.started_s for one in launched) / run_s, 1.0)


RULE = Rule(key="workers-start-up", judge=judge, supersedes=("slow-imports",))
