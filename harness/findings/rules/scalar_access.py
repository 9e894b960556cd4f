"""Rule: a loop takes values of a table or array one at a time, at a hundred times the cost of the whole at once."""

from collections.abc import Iterator

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.line_share import share_text, why_two_numbers
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.findings.words import counted, listed
from harness.profile.facts import Handled, HotLine, Ledger, ScalarLoop, StackProfile
from harness.profile.shares import surely_above
from harness.units import count_text, seconds_text

LEAST_SHARE = 0.05  # of the samples inside trials, chance left out
LIKELY = 0.9  # of the ceiling: what replaces a loop costs a tenth of it or less


def judge(case: Case) -> Iterator[Finding]:
    """One finding for each loop."""
    profile = case.profile
    whole, ledger, stacks = case.whole, profile.ledger, profile.stacks
    if whole is None or ledger is None or stacks is None:
        return
    for loop in stacks.scalar_loops:
        if not surely_above(loop.share, stacks.samples, LEAST_SHARE) or _is_row_callback(loop, stacks):
            continue
        cpu_s = None if ledger.cpu_s_per_trial is None else loop.share * ledger.cpu_s_per_trial
        saving = whole.saved_by(loop.share * ledger.wall_s_per_trial, cpu_s)
        shown = share_text(saving, whole)
        yield Finding(
            rule=RULE.key,
            title=f"{shown} of the study's time is a loop that {_title(loop)} ({loop.file}:{loop.line})",
            evidence=(*_evidence(loop, stacks, ledger), *why_two_numbers(loop.share, saving, whole)),
            ceiling_s_per_trial=saving.s_per_trial,
            ceiling_share=saving.share,
            likely_share=LIKELY * saving.share,
            basis="At most: the loop's own lines and its single accesses, by their share of the stack samples inside "
            "trials, as if what replaces them cost nothing; other work that the loop calls is left out.",
            remedy=_remedy(loop),
            command=proof(profile),
            where=f"{loop.file}:{loop.line}",
        )


def _title(loop: ScalarLoop) -> str:
    text = f" (`{_short(loop.text)}`)" if loop.text else ""
    match loop.handled:
        case Handled.TABLE:
            return f"takes one value of a pandas object at a time{text}"
        case Handled.ARRAY:
            return f"takes one element of a NumPy array at a time in Python{text}"
        case Handled.GROWTH:
            return f"adds one row at a time and copies all rows before it{text}"


def _remedy(loop: ScalarLoop) -> str:
    match loop.handled:
        case Handled.TABLE:
            return (
                "Work on whole columns (`close > close.shift()`, `np.where`); where the loop has to stay, take the "
                "column out once with `.to_numpy()` before it and compile the loop with numba."
            )
        case Handled.ARRAY:
            return (
                "Write the loop as expressions on whole arrays (`x[1:] - x[:-1]`, `np.where`), or compile it (numba)."
            )
        case Handled.GROWTH:
            return (
                "Collect the rows in a list and make the table once after the loop (`pd.DataFrame(rows)`, "
                "`pd.concat(parts)`)."
            )


def _is_row_callback(loop: ScalarLoop, stacks: StackProfile) -> bool:
    """A loop over iterrows() is told as a callback per row."""
    return any(_is_at(line, loop) and line.callback is not None for line in stacks.hot_lines)


def _is_at(line: HotLine, loop: ScalarLoop) -> bool:
    return (line.file, line.line) == (loop.file, loop.line)


def _evidence(loop: ScalarLoop, stacks: StackProfile, ledger: Ledger) -> tuple[str, ...]:
    places = listed([f"{file}:{line}" for file, line in loop.lines])
    below = {
        Handled.TABLE: "in the loop's own lines or in pandas' code for a single value below them",
        Handled.ARRAY: "in the loop's own lines, which index arrays element by element",
        Handled.GROWTH: "in the loop's own lines or copying the rows so far below them",
    }[loop.handled]
    return (
        (
            f"{counted(loop.samples, 'sample')} of {count_text(stacks.samples)} stack samples inside trials were "
            f"{below}, in `{loop.function}`: {seconds_text(loop.share * ledger.wall_s_per_trial)} of a trial."
        ),
        f"The loop begins at {loop.file}:{loop.line}; its heaviest lines are {places}.",
    )


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


RULE = Rule(key="scalar-access", judge=judge)
