"""Trials on the time axis: stretches that a thread spent in trials, and what others did meanwhile."""

from dataclasses import dataclass

import numpy as np

from harness.profile.columns import Floats, Trials, Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretches:
    """Times that threads spent in trials without a break; trials open at once in a thread are one stretch."""

    process: Whole
    started_s: Floats
    ended_s: Floats


def threads_of(trials: Trials) -> Whole:
    """A small number for each thread of each process."""
    key = trials.process * (int(trials.thread.max(initial=0)) + 1) + trials.thread
    groups: Whole = np.unique(key, return_inverse=True)[1]
    return groups


def stretches_of(trials: Trials) -> Stretches:
    """The stretches of every thread, process by process."""
    order, thread, reach_s = _reach(trials)
    started_s, process = trials.started_s[order], trials.process[order]
    begins = np.ones(len(order), dtype=bool)
    begins[1:] = (np.diff(thread) != 0) | (started_s[1:] > reach_s[:-1])
    ends = np.append(begins[1:], True)
    return Stretches(process=process[begins], started_s=started_s[begins], ended_s=reach_s[ends])


def gaps_before(trials: Trials) -> Floats:
    """Seconds that a trial's thread had spent in no trial since the one before it; NaN for the first of a thread."""
    order, thread, reach_s = _reach(trials)
    gaps = np.full(len(order), np.nan)
    follows = np.flatnonzero(np.diff(thread) == 0) + 1
    gaps[order[follows]] = np.maximum(trials.started_s[order[follows]] - reach_s[follows - 1], 0.0)
    return gaps


def most_at_once(stretches: Stretches, processes: int) -> Whole:
    """For each process, the most threads that were in a trial at the same moment."""
    process = np.tile(stretches.process, 2)
    at_s = np.concatenate((stretches.ended_s, stretches.started_s))
    change = np.repeat(np.array([-1, 1]), len(stretches.process))
    order = np.lexsort((change, at_s, process))  # an end first: at the same moment one makes room for the next
    open_now = np.cumsum(change[order])  # every process closes all that it opened
    most = np.zeros(processes, dtype=np.int64)
    np.maximum.at(most, process[order], open_now)
    return most


def meanwhile(trials: Trials, group: Whole, amount: Floats) -> Floats:
    """For each trial, how much of `amount` the trials of its group spent while it lasted, itself included.

    Each trial is taken to spend its amount evenly from its begin to its end.
    """
    started_s, ended_s = _apart(trials.started_s, group, trials), _apart(trials.ended_s, group, trials)
    lasting_s = ended_s - started_s
    rate = np.divide(amount, lasting_s, out=np.zeros_like(amount), where=lasting_s > 0)
    at_s = np.concatenate((started_s, ended_s))
    order = np.argsort(at_s, kind="stable")
    at_s = at_s[order]
    rates = np.cumsum(np.concatenate((rate, -rate))[order])
    spent = np.concatenate(([0.0], np.cumsum(rates[:-1] * np.diff(at_s))))
    during: Floats = np.interp(ended_s, at_s, spent) - np.interp(started_s, at_s, spent)
    return np.maximum(during, 0.0)


def _reach(trials: Trials) -> tuple[Whole, Whole, Floats]:
    """Trials by thread and begin: their order, their threads, and how far any of the thread's had lasted so far."""
    thread = threads_of(trials)
    order = np.lexsort((trials.started_s, thread))
    thread = thread[order]
    shift_s = thread * _span_s(trials)
    return order, thread, np.maximum.accumulate(trials.ended_s[order] + shift_s) - shift_s


def _apart(at_s: Floats, group: Whole, trials: Trials) -> Floats:
    """Moments of different groups laid one group after the other, so that they cannot overlap."""
    shifted: Floats = at_s - trials.started_s.min() + group * _span_s(trials)
    return shifted


def _span_s(trials: Trials) -> float:
    return float(trials.ended_s.max() - trials.started_s.min()) + 1.0
