"""The top of the report: the verdict in one sentence, the sentences that carry it, four numbers; and the findings."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from harness.model.record import Origin
from harness.profile.columns import STATES
from harness.profile.facts import Ledger, PartKind, Profile
from harness.profile.none_completed import none_completed
from harness.profile.outside import outside_of
from harness.report.profiled.account import account_sentence
from harness.report.profiled.best import best_sentences
from harness.report.profiled.summary import FindingLine, Headline, KeyNumber
from harness.report.profiled.words import ending_text, part_label, plural, state_text
from harness.report.quantity import Measure, Unit, known, unknown
from harness.units import bytes_text, count_text, percent_text, printable, seconds_text, significant

if TYPE_CHECKING:
    from harness.findings.finding import Finding

OPTUNAS_OWN_NAME = "no-name-"  # with a random id behind it
NO_TRIAL = "no trial finished"
HISTORY = Origin.HISTORY.value
NO_CPU = "CPU is not part of a study's history"


def headline(profile: Profile, verdict: str) -> Headline:
    """One run's top."""
    label = printable(profile.label)
    if len(profile.trials) == 0:
        ended = "" if profile.origin == HISTORY else f": the run {_ended(profile)}"
        sentence = f"No trial of {label} finished{ended}."
    else:
        sentence = printable(verdict)
    return Headline(sentence=sentence, statements=tuple(_statements(profile)), numbers=numbers(profile))


def numbers(profile: Profile) -> tuple[KeyNumber, ...]:
    """What a trial costs, how many run at once, and the memory of them all."""
    ledger = profile.ledger
    times = None if ledger is None else (ledger.median_wall_s, ledger.longest_wall_s)
    if ledger is not None and ledger.held is not None:
        times = ledger.held.median_s, ledger.held.longest_s
    beside = "" if times is None else f"median {seconds_text(times[0])}, longest {seconds_text(times[1])}"
    return (
        KeyNumber(label="Wall of a trial, mean", measure=wall_per_trial(profile), beside=beside),
        KeyNumber(label="Of it, CPU of its thread", measure=cpu_per_trial(profile), beside=_cpu_beside(profile)),
        KeyNumber(label="Trials at a time", measure=parallelism(profile), beside=_idle_beside(profile)),
        KeyNumber(label="Peak memory", measure=peak_memory(profile), beside=_memory_beside(profile)),
    )


def wall_per_trial(profile: Profile) -> Measure:
    """Mean wall of a trial."""
    if profile.ledger is None:
        return unknown(Unit.SECONDS, why_no_time(profile))
    held = profile.ledger.held
    wall_s = profile.ledger.wall_s_per_trial if held is None else held.mean_s
    return known(Unit.SECONDS, wall_s, _over(profile) + ("" if held is None else ", from ask to tell"))


def cpu_per_trial(profile: Profile) -> Measure:
    """Mean CPU of a trial's thread."""
    if profile.ledger is None:
        return unknown(Unit.SECONDS, why_no_time(profile))
    if profile.ledger.cpu_s_per_trial is None:
        return unknown(Unit.SECONDS, NO_CPU)
    return known(Unit.SECONDS, profile.ledger.cpu_s_per_trial, _over(profile))


def why_no_time(profile: Profile) -> str:
    """Why there is no ledger."""
    return NO_TRIAL if not profile.slowing else f"not told: {' and '.join(profile.slowing)} slowed the run"


def parallelism(profile: Profile) -> Measure:
    """Trials under way at a time."""
    if profile.ledger is None:
        return unknown(Unit.COUNT, why_no_time(profile))
    held = profile.ledger.held
    at_once = profile.ledger.parallelism if held is None else held.at_once
    return known(Unit.COUNT, at_once, "trial-seconds over the study's span")


def peak_memory(profile: Profile) -> Measure:
    """Peak of the process tree's PSS."""
    if profile.memory is None or profile.memory.peak_pss_bytes is None:
        why = "memory is not part of a study's history" if profile.origin == HISTORY else "memory was not sampled"
        return unknown(Unit.BYTES, why)
    return known(Unit.BYTES, float(profile.memory.peak_pss_bytes), "largest sample of the process tree's summed PSS")


def finding_lines(found: Sequence["Finding"]) -> tuple[FindingLine, ...]:
    """The findings as they are told, in the order in which they come."""
    return tuple(_line(finding) for finding in found)


def _line(finding: "Finding") -> FindingLine:
    return FindingLine(
        rule=printable(finding.rule),
        title=printable(finding.title),
        evidence=tuple(printable(sentence) for sentence in finding.evidence),
        saving=" and ".join(_savings(finding)) or None,
        saving_of=_saving_of(finding),
        ceiling_s_per_trial=finding.ceiling_s_per_trial,
        ceiling_share=finding.ceiling_share,
        ceiling_bytes=finding.ceiling_bytes,
        basis=printable(finding.basis),
        lever=None if finding.lever is None else printable(finding.lever),
        remedy=printable(finding.remedy),
        command=None if not finding.command else printable(finding.command),
        where=None if finding.where is None else printable(finding.where),
    )


def _savings(finding: "Finding") -> Iterator[str]:
    if finding.ceiling_s_per_trial is not None and finding.ceiling_share is not None:
        share, seconds = percent_text(finding.ceiling_share), seconds_text(finding.ceiling_s_per_trial)
        yield f"{share} of {finding.share_of}, {seconds} per trial{_likely(finding)}"
    if finding.ceiling_bytes is not None:
        yield bytes_text(finding.ceiling_bytes)


def _saving_of(finding: "Finding") -> str | None:
    if finding.ceiling_s_per_trial is None:
        return None
    size = "" if finding.ceiling_bytes is None else f", and {bytes_text(finding.ceiling_bytes)}"
    return f"of {finding.share_of}: {seconds_text(finding.ceiling_s_per_trial)} per trial{_likely(finding)}{size}"


def _likely(finding: "Finding") -> str:
    """What is probably saved, where that is told apart from the ceiling."""
    if finding.likely_share is None or finding.ceiling_share is None:
        return ""
    likely, most = percent_text(finding.likely_share), percent_text(finding.ceiling_share)
    return "" if likely == most else f" (likely {likely})"


def _statements(profile: Profile) -> Iterator[str]:
    yield _trials(profile)
    account = account_sentence(profile)
    if account is not None:
        yield account
    yield from best_sentences(profile)
    if profile.ledger is not None and profile.ledger.parts:
        yield from _lasting(profile.ledger)
    yield from (printable(note) for note in profile.notes)
    if profile.ending != "finished" and profile.origin != HISTORY and len(profile.trials):
        yield f"The run {_ended(profile)}. What it recorded until then is here."


def _lasting(ledger: Ledger) -> Iterator[str]:
    """How long a trial lasts, and what most of that is."""
    if ledger.held is not None:
        seen = percent_text(min(ledger.wall_s_per_trial / ledger.held.mean_s, 1.0))
        yield (
            f"A trial lasts {seconds_text(ledger.held.mean_s)} on average from ask to tell, with "
            f"{significant(ledger.held.at_once)} open at a time. The thread that asked for it was seen at work on it, "
            f"or waiting for it, for {seconds_text(ledger.wall_s_per_trial)} ({seen}); what another process or thread "
            "did with it meanwhile was not seen."
        )
        return
    inside = [part for part in ledger.parts if part.kind is not PartKind.BETWEEN] or list(ledger.parts)
    largest = max(inside, key=lambda part: part.wall_s_per_trial)
    share = min(largest.wall_s_per_trial / ledger.wall_s_per_trial, 1.0) if ledger.wall_s_per_trial > 0 else 0.0
    if ledger.waiting is not None and ledger.wall_s_per_trial > 0:
        waited = ledger.waiting.total_s / ledger.wall_s_per_trial
        yield (
            f"A trial lasts {seconds_text(ledger.wall_s_per_trial)} on average, of which "
            f"{percent_text(min(max(waited, 0.0), 1.0))} is waiting; its largest part is "
            f"{part_label(largest, ledger)} with {percent_text(share)}."
        )


def _ended(profile: Profile) -> str:
    detail = f" ({printable(profile.ending_detail).rstrip('.')})" if profile.ending_detail else ""
    return f"{ending_text(profile.ending)}{detail}"


def _trials(profile: Profile) -> str:
    trials = profile.trials
    states = [(state, int(np.sum(trials.state == index))) for index, state in enumerate(STATES)]
    told = [f"{count_text(count)} {state_text(state)}" for state, count in states if count]
    endings = f" ({', '.join(told)})" if len(told) > 1 or none_completed(profile) else ""
    said = f"{plural(len(trials), 'trial')}{_of_studies(profile)}{endings}"
    ran = sum(process.trials > 0 and process.pid > 0 for process in profile.processes)  # 0: nobody knows which
    if ran:
        said += f" in {plural(ran, 'process', 'processes')}"
    if profile.ledger is not None:
        begin = "the first trial's begin" if profile.origin == HISTORY else "ready"
        said += f", {seconds_text(profile.ledger.span_s)} from {begin} to the last trial's end"
    return f"{said}."


def _of_studies(profile: Profile) -> str:
    if len(profile.studies) != 1:
        return f" of {plural(len(profile.studies), 'study', 'studies')}" if profile.studies else ""
    name = profile.studies[0].name
    return " of a study without a name" if name.startswith(OPTUNAS_OWN_NAME) else f" of study {printable(name)}"


def _over(profile: Profile) -> str:
    return f"mean over {plural(len(profile.trials), 'finished trial')}"


def _cpu_beside(profile: Profile) -> str:
    ledger = profile.ledger
    if ledger is None or ledger.cpu_s_per_trial is None:
        return ""
    if ledger.held is not None:
        return "of the thread that asked for it"
    rest = max(ledger.wall_s_per_trial - ledger.cpu_s_per_trial, 0.0)
    outside = outside_of(profile)
    beside = "" if outside is None else f"; other threads of its process computed {seconds_text(outside.total_s)}"
    return f"the rest, {seconds_text(rest)}, is waiting{beside}"


def _idle_beside(profile: Profile) -> str:
    if profile.ledger is None:
        return ""
    cores = "" if profile.usable_cores is None else f"; {significant(profile.usable_cores)} usable cores"
    cores = cores.replace(".00 usable", " usable")
    return f"{percent_text(profile.ledger.idle_share)} of the workers' time in none{cores}"


def _memory_beside(profile: Profile) -> str:
    limit = profile.memory_limit_bytes
    return "PSS of all processes" + ("" if limit is None else f", of {bytes_text(limit)}")
