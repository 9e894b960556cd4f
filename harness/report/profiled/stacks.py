"""What the stack samples show, as the report tells it: lines and functions with how well their shares are known."""

from collections.abc import Sequence

from harness.model.stacks import StackSource
from harness.profile.facts import HotFunction, HotLine, Profile, StackProfile
from harness.profile.shares import share_interval
from harness.report.profiled.flame import flame
from harness.report.profiled.summary import FunctionSpot, HotSpot, StacksPicture
from harness.units import count_text, printable, significant

HOT_LINES = 15
FUNCTIONS = 8
_LINES = 4  # of a function that are named


def stacks_picture(profile: Profile) -> StacksPicture | None:
    """None without samples."""
    stacks = profile.stacks
    if stacks is None:
        return None
    wall_s = 0.0 if profile.ledger is None else profile.ledger.wall_s_per_trial
    return StacksPicture(
        statement=_sampling(stacks),
        flame=flame(stacks, wall_s),
        hot_lines=tuple(_line(line, stacks) for line in stacks.hot_lines[:HOT_LINES]),
        functions=tuple(_function(one, stacks) for one in stacks.functions[:FUNCTIONS]),
        ranking=_ranking(stacks),
    )


def bounds(share: float, samples: int) -> str:
    """The 95 % interval of a share, in whole per cent."""
    found = share_interval(share, samples)
    if found.low is None or found.high is None:
        return "0-100 %"
    return f"{100 * found.low:.0f}-{100 * found.high:.0f} %"


def _line(line: HotLine, stacks: StackProfile) -> HotSpot:
    return HotSpot(
        place=f"{printable(line.file)}:{line.line}",
        function=printable(line.function),
        span=printable(line.span),
        share=line.share,
        s_per_trial=line.s_per_trial,
        callback=None if line.callback is None else printable(line.callback),
        samples=line.samples,
        bounds=bounds(line.share, stacks.samples),
    )


def _function(one: HotFunction, stacks: StackProfile) -> FunctionSpot:
    more = f" and {count_text(len(one.lines) - _LINES)} more" if len(one.lines) > _LINES else ""
    return FunctionSpot(
        place=printable(one.file),
        function=printable(one.function),
        lines=", ".join(str(line) for line in one.lines[:_LINES]) + more,
        share=one.share,
        s_per_trial=one.s_per_trial,
        samples=one.samples,
        bounds=bounds(one.share, stacks.samples),
    )


def _ranking(stacks: StackProfile) -> str:
    """A sentence where the shares of the first lines cannot be told apart."""
    alike = _alike(stacks.hot_lines, stacks.samples)
    if alike < 2:
        return ""
    return (
        f"The first {count_text(alike)} lines cannot be told apart: their 95 % intervals overlap, and another run may "
        "put them in another order."
    )


def _alike(lines: Sequence[HotLine], samples: int) -> int:
    """How many of the heaviest lines, the first included, may be the heaviest."""
    if not lines:
        return 0
    low = share_interval(lines[0].share, samples).low or 0.0
    return sum((share_interval(line.share, samples).high or 1.0) > low for line in lines)


def _sampling(stacks: StackProfile) -> str:
    match stacks.source:
        case StackSource.PY_SPY:
            who = "py-spy looked from outside"
        case StackSource.IN_PROCESS:
            who = "a thread in each process looked"
    said = (
        f"{count_text(stacks.samples)} samples inside trials ({count_text(stacks.samples_outside)} outside them): "
        f"{who}, up to {significant(stacks.rate_hz, 2)} times a second"
    )
    return f"{said}, as {printable(stacks.why)}." if stacks.why else f"{said}."
