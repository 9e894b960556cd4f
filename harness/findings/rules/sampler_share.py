"""Rule: the sampler is a large part of the run from the first trials on."""

from collections.abc import Iterator

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.places import ALWAYS, THE_RUN
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.findings.words import counted
from harness.profile.account.facts import RunAccount
from harness.profile.facts import Ledger, PartKind
from harness.units import percent_text, seconds_text

LEAST_OF_TRIAL = 0.5
LEAST_OF_RUN = 0.05
LEAST_S = 0.0005  # per trial

_REMEDIES = {
    "TPESampler": "Lower `n_ei_candidates` (24 unless given), suggest fewer parameters, or draw them together "
    "(`multivariate=True`); `constant_liar` adds to its cost. Where trials are this cheap, `RandomSampler` or "
    "`QMCSampler` try more points in the same time.",
    "GPSampler": "It fits a Gaussian process in each trial, at a cost that rises with the cube of the trials: take "
    "`TPESampler` or `CmaEsSampler` where trials are this cheap, or fewer trials.",
    "CmaEsSampler": "Its own mathematics is cheap; it keeps its state in the study's storage and reads it back in each "
    "trial: suggest fewer parameters, keep the storage in memory or a journal, or take `QMCSampler`.",
    "NSGAIISampler": "Lower `population_size`, or take `RandomSampler` where trials are this cheap: each generation "
    "reads and ranks the whole population.",
    "NSGAIIISampler": "Lower `population_size`, or take `RandomSampler` where trials are this cheap: each generation "
    "reads and ranks the whole population.",
}
_OTHER = (
    "Take a cheaper sampler (`RandomSampler`, `QMCSampler`, or `TPESampler` with fewer `n_ei_candidates`), or suggest "
    "fewer parameters."
)


def judge(case: Case) -> Iterator[Finding]:
    """At most one finding; growth over the study is a rule of its own, which says more."""
    profile, whole, ledger = case.profile, case.whole, case.profile.ledger
    if whole is None or ledger is None:
        return
    parts = [part for part in ledger.parts if _is_sampler(part.kind, part.name)]
    wall_s = sum(part.wall_s_per_trial for part in parts)
    of_trial = min(sum(part.wall_share for part in parts), 1.0)
    of_run = _of_run(profile.account)
    is_large = of_trial >= LEAST_OF_TRIAL if of_run is None else of_run > ALWAYS or of_trial >= LEAST_OF_TRIAL
    if not is_large or wall_s < LEAST_S or (of_run is not None and of_run < LEAST_OF_RUN):
        return
    cpu = [part.cpu_s_per_trial for part in parts if part.cpu_s_per_trial is not None]
    saving = whole.saved_by(wall_s, sum(cpu) if cpu else None)
    share = saving.share if of_run is None else of_run
    name = next((study.sampler for study in profile.studies if study.sampler), None)
    yield Finding(
        rule=RULE.key,
        title=f"The sampler ({name or 'of the study'}) takes {seconds_text(wall_s)} of each trial, "
        f"{percent_text(of_trial)} of it",
        evidence=tuple(_evidence(ledger, of_run, sum(cpu) if cpu else None)),
        ceiling_s_per_trial=saving.s_per_trial,
        ceiling_share=share,
        share_of="the study's time" if of_run is None else THE_RUN,
        basis="At most: all of the sampler's time; what a sampler costs may be what makes it find good points sooner.",
        remedy=_REMEDIES.get(name or "", _OTHER),
        command=proof(profile),
    )


def _is_sampler(kind: PartKind, name: str) -> bool:
    return kind is PartKind.SAMPLER or (kind is PartKind.BETWEEN and name.startswith("suggest "))


def _of_run(account: RunAccount | None) -> float | None:
    if account is None:
        return None
    return min(sum(place.share for place in account.places if place.part is PartKind.SAMPLER), 1.0)


def _evidence(ledger: Ledger, of_run: float | None, cpu_s: float | None) -> Iterator[str]:
    if of_run is not None:
        yield f"That is {percent_text(of_run)} of the run."
    calls = sum(part.calls_per_trial for part in ledger.parts if part.kind is PartKind.SAMPLER)
    cpu = "" if cpu_s is None else f", and used {seconds_text(cpu_s)} of CPU"
    yield f"It was asked {counted(calls, 'time')} a trial{cpu}."


RULE = Rule(key="sampler-share", judge=judge)
