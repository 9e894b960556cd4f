"""Rule: more workers run trials than there are cores to run them."""

from collections.abc import Iterator
from statistics import median

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.findings.words import counted
from harness.units import bytes_text, percent_text, seconds_text, significant

LEAST_FACTOR = 1.25  # trials at once for each core
LEAST_WAITING = 0.1  # of a trial, ready to run with no core free


def judge(case: Case) -> Iterator[Finding]:
    """At most one finding; silent where workers wait for something else than a core, or where that is not known."""
    profile = case.profile
    whole, ledger, cores = case.whole, profile.ledger, profile.usable_cores
    if whole is None or ledger is None or ledger.waiting is None or cores is None:
        return
    waited_s, wall_s = ledger.waiting.cores_s, ledger.wall_s_per_trial
    if waited_s is None or whole.at_once < LEAST_FACTOR * cores or waited_s < LEAST_WAITING * wall_s:
        return
    spare = max(len(profile.processes) - max(round(cores), 1), 0)
    held = [one.uss_bytes for one in profile.memory.workers if one.uss_bytes is not None] if profile.memory else []
    holding = (f"A worker holds {bytes_text(median(held))} of its own (median).",) if held else ()
    yield Finding(
        rule=RULE.key,
        title=f"{significant(whole.at_once)} trials at once share {counted(cores, 'core')}: each waits "
        f"{percent_text(min(waited_s / wall_s, 1.0))} of its time for one",
        evidence=(
            f"A trial of {seconds_text(wall_s)} was ready to run and had no core for {seconds_text(waited_s)}.",
            "The sampler decides each trial without the results of all that run beside it.",
            *holding,
        ),
        ceiling_bytes=spare * float(median(held)) if held and spare else None,
        basis="No time is claimed, since the cores are busy either way; memory: what the workers beyond the cores "
        "hold.",
        lever="adaptive",
        remedy=f"Use {counted(max(round(cores), 1), 'worker')} on this machine.",
        command=proof(profile),
    )


RULE = Rule(key="more-workers-than-cores", judge=judge)
