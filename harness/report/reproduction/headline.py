"""The headline: what a reader takes away, in one sentence, and the numbers that carry it."""

from collections.abc import Sequence

from harness.model.experiment import Dataset, Role
from harness.report.cells import bounds_text
from harness.report.quantity import Measure, Unit, known, unknown
from harness.report.reproduction.agreement import values_differ
from harness.report.reproduction.breakdown import as_found_one_thread, largest
from harness.report.reproduction.totals import Totals
from harness.report.summary import Agreement, ArmBreakdown, Headline, Overlap, ValueCheck
from harness.units import count_text, percent_text, ratio_text, seconds_text


def headline(
    totals: Totals,
    found: Sequence[ArmBreakdown],
    overlap: Overlap,
    checks: Sequence[ValueCheck],
    circumstances: Sequence[str | None],
) -> Headline:
    """Decide the sentences; a number that is missing leaves its sentence out and is said to be missing."""
    arm = as_found_one_thread(found)
    part = None if arm is None else largest(arm)
    share = (
        unknown(Unit.SHARE, "no as-found run with one thread could be used")
        if part is None or arm is None
        else known(Unit.SHARE, part.cpu_share, f"CPU, {arm.trials} trials of {arm.arm}")
    )
    mended = totals.mended_ratio[Dataset.REAL]
    if values_differ(checks, Dataset.REAL):
        mended = unknown(Unit.RATIO, "its trials do not give the same values as found and mended")
    said = (
        None if part is None or arm is None else _where(arm, part.name, part.cpu_share),
        overlap.statement if overlap.trial_wall_ratio.value is not None else None,
        _mended(totals, checks),
        *circumstances,
    )
    return Headline(
        sentence=_sentence(totals, None if part is None else part.name, share, mended),
        statements=tuple(sentence for sentence in said if sentence is not None),
        synthetic_total=totals.wall[Dataset.SYNTHETIC],
        real_total=totals.wall[Dataset.REAL],
        ratio=totals.wall_ratio,
        largest_span=None if part is None else part.name,
        largest_share=share,
        mended_ratio=mended,
    )


def _sentence(totals: Totals, span: str | None, share: Measure, mended: Measure) -> str:
    parts = []
    real = totals.wall[Dataset.REAL]
    if totals.wall_ratio.value is not None and real.value is not None:
        basis = "by extrapolation, " if totals.is_extrapolated else ""
        bounds = bounds_text(totals.wall_ratio)
        sure = "" if bounds is None else f" ({bounds})"
        times = f"{ratio_text(totals.wall_ratio.value)}{sure}"
        parts.append(f"{basis}the study takes {times} as long on the real bars as on the synthetic ones")
    if span is not None and share.value is not None:
        parts.append(f"{percent_text(share.value)} of a real trial's CPU goes into {span}")
    if mended.value is not None:
        parts.append(f"as found it needs {ratio_text(mended.value)} the CPU of the mended study")
    if not parts:
        return "Nothing could be measured: no run of this reproduction finished."
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _where(arm: ArmBreakdown, span: str, share: float) -> str:
    bars = "" if arm.bars_per_trial is None else f" of {count_text(arm.bars_per_trial)} bars"
    small = [part for part in arm.parts if part.name in ("suggest", "storage")]
    optuna = sum(part.cpu_s_per_trial for part in small)
    part_of = "" if arm.role is not Role.SIZE else " (the longest part of the real bars that was run)"
    return (
        f"As found, a trial{bars}{part_of} costs {seconds_text(arm.cpu_s_per_trial)} of CPU: {percent_text(share)} in "
        f"{span}, {seconds_text(optuna)} in Optuna's sampler and storage together."
    )


def _mended(totals: Totals, checks: Sequence[ValueCheck]) -> str | None:
    before, after = totals.as_found_cpu[Dataset.REAL].value, totals.mended_cpu[Dataset.REAL].value
    if before is None or after is None:
        return None
    said = f"Mended, the study needs {seconds_text(after)} of CPU instead of {seconds_text(before)}"
    if values_differ(checks, Dataset.REAL):
        return f"{said}, but its trials do not give the same values: the two must not be compared."
    if any(check.dataset is Dataset.REAL and check.agreement is Agreement.SAME for check in checks):
        return f"{said}, and every trial that was run in both gives the same value, bit for bit."
    return f"{said}; no trial was run in both, so equal values are not shown."
