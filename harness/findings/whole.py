"""What a trial costs the study, and how much of that work that trials no longer do could save at most.

A trial's wall is not the study's: nine threads that wait for one interpreter lock have trials nine times as long, and a
second of waiting taken off each of them saves a ninth of a second. Every ceiling in seconds goes through here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.findings.interpreters import Interpreter
from harness.profile.facts import Part, PartKind, Profile
from harness.profile.standstill import standstill_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """A ceiling: seconds of the study's wall per trial, and their share of it."""

    s_per_trial: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """One interpreter lock that the threads of a process wait for: what it is busy with is CPU."""

    busy: float  # share of the time in which some thread computed
    cpu_s_per_trial: float  # of the threads that ran trials, spans between trials included


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """The study's wall per trial, and what stands between it and a trial's own."""

    trials: int
    stood_still_s: float  # in which no trial at all was under way: the study was stopped, which is no part of its cost
    s_per_trial: float  # the study's span over its trials, standstills left out
    trial_s: float  # what a trial costs its worker, spans between two trials included
    lock: Lock | None  # where most trials ran under one: the study's bottleneck

    @property
    def at_once(self) -> float:
        """Trials in work at once, on average; at least 1."""
        return max(self.trial_s / self.s_per_trial, 1.0)

    def saved_by(self, wall_s: float, cpu_s: float | None = None) -> Saving:
        """The most that is saved when each trial is rid of so much wall, and of so much CPU of its thread.

        Workers in parallel share a saving of wall out among them. Where an interpreter lock is the bottleneck, a
        part's wall is mostly other threads' work: of the time in which the lock is busy the part saves its share of
        the CPU; of the rest, no more than its wall and no more than there is.
        """
        saved_s = wall_s / self.at_once
        if self.lock is not None and cpu_s is not None and self.lock.cpu_s_per_trial > 0:
            busy_s = self.lock.busy * self.s_per_trial
            share = min(cpu_s / self.lock.cpu_s_per_trial, 1.0)
            saved_s = busy_s * share + min(saved_s, self.s_per_trial - busy_s)
        return self.limited(saved_s)

    def part(self, share: float) -> Saving:
        """A share of the study's wall per trial."""
        return self.limited(share * self.s_per_trial)

    def limited(self, s_per_trial: float) -> Saving:
        """A saving in the study's wall per trial, never below none or above the whole."""
        saved_s = min(max(s_per_trial, 0.0), self.s_per_trial)
        return Saving(s_per_trial=saved_s, share=saved_s / self.s_per_trial)


def whole_of(profile: Profile, interpreters: Sequence[Interpreter]) -> Whole | None:
    """None where no trial finished or no time passed: then no saving has a measure."""
    ledger, trials = profile.ledger, len(profile.trials)
    if ledger is None or trials == 0:
        return None
    still = standstill_of(profile.trials)
    still_s = 0.0 if still is None else still.total_s
    span_s = ledger.span_s - still_s
    if not span_s > 0:
        return None
    between = [part for part in ledger.parts if part.kind is PartKind.BETWEEN]
    return Whole(
        trials=trials,
        stood_still_s=still_s,
        s_per_trial=span_s / trials,
        trial_s=ledger.wall_s_per_trial + sum(part.wall_s_per_trial for part in between if not is_gap(part)),
        lock=_lock([one for one in interpreters if one.is_lock_bound], trials),
    )


def is_gap(part: Part) -> bool:
    """Whether it is time between trials in which nothing was seen: a worker may have been idle, or in a callback."""
    return part.kind is PartKind.BETWEEN and part.cpu_s_per_trial is None


def _lock(locked: list[Interpreter], trials: int) -> Lock | None:
    ran = sum(one.trials for one in locked)
    if ran <= trials / 2:
        return None
    busy = sum((one.cores or 0.0) * one.trials for one in locked) / ran
    return Lock(busy=min(busy, 1.0), cpu_s_per_trial=sum(one.cpu_s or 0.0 for one in locked) / ran)
