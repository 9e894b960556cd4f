"""The stack profile of a run: samples merged over processes, cut to the time inside trials, as lines and as a flame."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from harness.model.record import Header
from harness.model.stacks import Frame, Stacks
from harness.profile.code_kinds import Code, Whose, code_of
from harness.profile.columns import Trials
from harness.profile.facts import Process, StackProfile
from harness.profile.flame import flame_of
from harness.profile.hot_functions import hot_functions
from harness.profile.hot_lines import WeighedStack, hot_lines
from harness.profile.opened_files import Place, reading_shares
from harness.profile.row_evidence import UNCOUNTED, Often
from harness.profile.row_loops import Sources
from harness.profile.scalar.access import scalar_loops
from harness.profile.stack_cut import Cut, Cutter, objective_start, worker_start
from harness.profile.stack_files import read_stacks
from harness.profile.waiting_lines import waiting_lines

__all__ = ["read_stacks", "stack_profile"]

ROOT = "trials"


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What processes noted beside the samples, that says what lines do."""

    opening: frozenset[Place] = frozenset()  # where trials open files
    often: Often = UNCOUNTED  # how often lines have functions called in a trial


NOTHING = Noted()


def stack_profile(
    folder: Path,
    trials: Trials,
    header: Header,
    processes: Sequence[Process],
    noted: Noted = NOTHING,
) -> StackProfile | None:
    """What the samples in a record's folder show of its trials; None where none were taken.

    Shares are of the samples inside trials, whatever the rate they were taken at; seconds are those shares of a
    trial's mean wall time.
    """
    stacks = read_stacks(folder)
    return None if stacks is None else profile_of(stacks, trials, header, processes, noted)


def profile_of(
    stacks: Stacks,
    trials: Trials,
    header: Header,
    processes: Sequence[Process],
    noted: Noted = NOTHING,
) -> StackProfile:
    """The same of samples in memory."""
    code = code_of(stacks.frames, header.command)
    cut = Cutter(stacks, trials, processes, code).cut()
    weighed = _weighed(stacks, cut, code)
    sources = Sources(header.started_s)
    wall_s = float(np.mean(trials.wall_s)) if len(trials) else 0.0
    elsewhere = _elsewhere(stacks, cut)
    elsewhere_s = sum(stack.weight_s for stack in elsewhere) / max(len(trials), 1)
    flame_s: dict[tuple[Frame, ...], float] = defaultdict(float)
    for stack in weighed:
        flame_s[stack.frames] += stack.weight_s
    return StackProfile(
        source=stacks.source,
        rate_hz=stacks.rate_hz,
        why=stacks.why,
        samples=cut.samples,
        samples_outside=cut.outside,
        processes=cut.processes,
        flame=flame_of(flame_s.items(), root=ROOT, label=lambda frame: (frame_label(frame, code), code.is_user(frame))),
        hot_lines=hot_lines(weighed, code, sources, wall_s_per_trial=wall_s, often=noted.often),
        waiting_lines=waiting_lines(weighed, code),
        elsewhere=hot_functions(elsewhere, code, wall_s_per_trial=elsewhere_s),
        functions=hot_functions(weighed, code, wall_s_per_trial=wall_s),
        scalar_loops=scalar_loops(weighed, code, sources, wall_s_per_trial=wall_s),
        reading=tuple(reading_shares(weighed, sorted(noted.opening), sources).items()),
    )


def frame_label(frame: Frame, code: Code) -> str:
    """A frame as the flame graph shows it: the function and its file, so that its lines are one node."""
    return f"{frame.function} ({code.shown(frame.file)})"


def cut_to_objective(frames: Sequence[Frame], code: Code) -> tuple[Frame, ...]:
    """The frames that a trial runs, without the interpreter's, Optuna's and the launcher's above it, and without ours.

    Where no frame of Optuna's marks the trial (ask and tell, a thread that the objective started), from the user's
    first frame on.
    """
    start = objective_start(frames)
    if start is None:
        start = next((index for index, frame in enumerate(frames) if code.is_user(frame)), 0)
    return tuple(frame for frame in frames[start:] if code.whose(frame) is not Whose.HARNESS)


def _elsewhere(stacks: Stacks, cut: Cut) -> list[WeighedStack]:
    """What processes that ran no trials did, from their own first frame on."""
    found = []
    for stack, seconds in cut.elsewhere_s.items():
        frames = tuple(stacks.frames[index] for index in stacks.stacks[stack])
        own = frames[worker_start(frames) :]
        found.append(WeighedStack(frames=own, span="", weight_s=seconds, samples=cut.elsewhere[stack]))
    return found


def _weighed(stacks: Stacks, cut: Cut, code: Code) -> list[WeighedStack]:
    merged: dict[tuple[tuple[Frame, ...], str], float] = defaultdict(float)
    counts: dict[tuple[tuple[Frame, ...], str], int] = defaultdict(int)
    for (stack, span), seconds in cut.weight_s.items():
        frames = cut_to_objective(tuple(stacks.frames[index] for index in stacks.stacks[stack]), code)
        merged[frames, span] += seconds
        counts[frames, span] += cut.counts[stack, span]
    return [
        WeighedStack(frames=key[0], span=key[1], weight_s=seconds, samples=counts[key])
        for key, seconds in merged.items()
    ]
