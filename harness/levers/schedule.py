"""Schedules of stages: read from text, and fitted to a number of trials."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from harness.errors import InputError
from harness.model.search import Carry, Portion, Stage

SEED_SCHEDULE = (Stage(trials=25, share=0.1), Stage(trials=25, share=0.5), Stage(trials=50, share=1.0))
_SAMPLE = "progressive:25@0.1+25@0.5+50@1/best"


def in_portion(text: str | None, portion: Portion) -> tuple[str | None, Portion]:
    """What a lever's argument says before "/blocks" (None: nothing), and which portion: the given one without it."""
    if text is None or not text.endswith(Portion.BLOCKS.value):
        return text, portion
    return text.removesuffix(Portion.BLOCKS.value).removesuffix("/") or None, Portion.BLOCKS


def parse_schedule(text: str) -> tuple[tuple[Stage, ...], Carry]:
    """Stages and what they hand on, from "25@0.1+25@0.5+50@1/best"; raises InputError for anything else."""
    stages, _, carry = text.partition("/")
    try:
        found = tuple(_stage(part) for part in stages.split("+"))
        return found, Carry(carry or Carry.BEST.value)
    except ValueError:
        raise InputError(f"{text!r} is no schedule of stages: write trials@share, as in {_SAMPLE}") from None


def _stage(text: str) -> Stage:
    trials, at, share = text.partition("@")
    if not at:
        raise ValueError(text)
    return Stage(trials=int(trials), share=float(share))


def fitted(stages: Sequence[Stage], trials: int) -> tuple[Stage, ...]:
    """The stages with their trials in the same proportions and `trials` in all.

    Raises InputError where there are fewer trials than stages.
    """
    if trials < len(stages):
        raise InputError(f"{len(stages)} stages need at least {len(stages)} trials, not {trials}: give more --trials")
    whole = sum(stage.trials for stage in stages)
    edges = [round(trials * sum(stage.trials for stage in stages[:index]) / whole) for index in range(len(stages) + 1)]
    counts = [max(1, high - low) for low, high in pairwise(edges)]
    while (over := sum(counts) - trials) > 0:  # what small stages were given is the largest's to pay
        largest = counts.index(max(counts))
        counts[largest] -= min(over, counts[largest] - 1)
    return tuple(replace(stage, trials=count) for stage, count in zip(stages, counts, strict=True))
