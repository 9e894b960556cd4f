"""Rule: the workers together need nearly all the memory there is, or more."""

from collections.abc import Iterator
from statistics import median

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.findings.words import counted
from harness.model.record import Ending
from harness.profile.facts import Memory, Profile
from harness.units import bytes_text, percent_text

MOST = 0.85  # of the limit: the rest is needed by the page cache and by whatever else runs


def judge(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    profile = case.profile
    limit, memory = profile.memory_limit_bytes, profile.memory
    peak = None if memory is None else memory.peak_pss_bytes
    is_killed = profile.ending == Ending.OUT_OF_MEMORY.value
    is_near = limit is not None and peak is not None and peak >= MOST * limit
    if not is_killed and not is_near:
        return
    sizes = "" if limit is None or peak is None else f": {bytes_text(peak)} of {bytes_text(limit)}"
    yield Finding(
        rule=RULE.key,
        title=("The run was ended for want of memory" if is_killed else "The run nearly filled the memory") + sizes,
        evidence=tuple(_evidence(profile, memory)),
        ceiling_bytes=None if limit is None or peak is None else max(peak - MOST * limit, 0.0),
        basis="What the process tree held at its peak (PSS, shared pages counted once) above 85 % of the memory that "
        "this process may use.",
        lever="shared" if len(profile.processes) > 1 else None,
        remedy="Use fewer workers, share the data between them (memory-mapped columns), or load less of it.",
        command=proof(profile),
    )


def _evidence(profile: Profile, memory: Memory | None) -> Iterator[str]:
    if profile.ending_detail is not None:
        yield profile.ending_detail
    if memory is None:
        return
    limit, peak = profile.memory_limit_bytes, memory.peak_pss_bytes
    if limit is not None and peak is not None:
        yield (
            f"The process tree held {bytes_text(peak)} at its peak, {percent_text(min(peak / limit, 1.0))} of the "
            "limit."
        )
    held = [one.peak_uss_bytes for one in memory.workers if one.peak_uss_bytes is not None]
    if held:
        workers = counted(len(held), "process", "processes")
        yield f"{workers} held up to {bytes_text(max(held))} each of their own (median {bytes_text(median(held))})."


RULE = Rule(key="more-workers-than-memory", judge=judge)
