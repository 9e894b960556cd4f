"""How a line's share is told where its share of the samples and of the study's time are two numbers."""

from harness.findings.whole import Saving, Whole
from harness.units import percent_text


def share_text(saving: Saving, whole: Whole) -> str:
    """The share of the study's time, as a title begins; up to, where threads wait for one interpreter lock."""
    shown = percent_text(saving.share)
    return shown if whole.lock is None else f"Up to {shown}"


def why_two_numbers(share: float, saving: Saving, whole: Whole) -> tuple[str, ...]:
    """A sentence where the table of lines shows another share than the title: at most one."""
    of_samples, of_time = percent_text(share), percent_text(saving.share)
    if whole.lock is None or of_samples == of_time:
        return ()
    said = (
        f"It has {of_samples} of the samples and up to {of_time} of the study's time, because most samples of the "
        "threads show them waiting for the interpreter lock, and the lock is what this line is busy with."
    )
    return (said,)
