"""What a reproduction shows of a claim: one of its cells, or the quotient of two."""

from harness.claims.measured import Measured, not_measured
from harness.model.claim import Claim, Quantity
from harness.report.quantity import Measure, Unit, known, ratio, unknown
from harness.report.reproduction.breakdown import as_found_one_thread
from harness.report.summary import ArmBreakdown, Summary

_OUTSIDE = ("suggest", "storage", "gc", "unattributed")  # of the objective: what is Optuna's
_SIDES = ("synthetic", "real", "ratio")
_UNITS = {
    Quantity.SECONDS: Unit.SECONDS,
    Quantity.BYTES: Unit.BYTES,
    Quantity.BARS: Unit.BARS,
    Quantity.COUNT: Unit.COUNT,
    Quantity.RATIO: Unit.RATIO,
    Quantity.SHARE: Unit.SHARE,
    Quantity.PER_BAR: Unit.MICROSECONDS_PER_BAR,
}


def by_reproduction(claim: Claim, summary: Summary) -> Measured:
    """The cell that a claim names, as measured."""
    measure = cell(claim.cell or "", summary)
    if measure.interval is None:
        return not_measured(measure.missing or "the reproduction has no number there")
    is_quotient = "/" in (claim.cell or "")
    if not is_quotient and measure.unit is not _UNITS[claim.quantity]:
        return not_measured(f"the cell {claim.cell} counts {measure.unit.value}, not {_UNITS[claim.quantity].value}")
    return Measured(interval=measure.interval, basis=measure.basis or "")


def cell(name: str, summary: Summary) -> Measure:
    """A cell by its name: `load.real`, `orchestration`, or `generate.synthetic / load.real`."""
    above, slash, below = (part.strip() for part in name.partition("/"))
    if slash:
        return ratio(_one(above, summary), _one(below, summary), f"{_words(above)} over {_words(below)}")
    return _one(above, summary)


def _one(name: str, summary: Summary) -> Measure:
    row, _, side = name.partition(".")
    if name in ("orchestration", "orchestration_share"):
        return _orchestration(summary, is_share=name.endswith("share"))
    found = next((one for one in summary.table if one.key == row), None)
    if found is None or side not in _SIDES:
        rows = ", ".join(one.key for one in summary.table)
        why = f"the reproduction has no cell {name}: a cell is a row and a side, such as load.real; rows are {rows}"
        return unknown(Unit.COUNT, why)
    return {"synthetic": found.synthetic, "real": found.real, "ratio": found.ratio}[side]


def _orchestration(summary: Summary, *, is_share: bool) -> Measure:
    """CPU of a trial that is not its objective's: sampler, storage, collector, Optuna's own code."""
    arm = as_found_one_thread(summary.breakdowns)
    unit = Unit.SHARE if is_share else Unit.SECONDS
    if arm is None:
        return unknown(unit, "no run of the study as found, with one thread, ended well")
    outside_s = sum(part.cpu_s_per_trial for part in arm.parts if part.name in _OUTSIDE) + arm.between_cpu_s_per_trial
    trials = "1 trial" if arm.trials == 1 else f"{arm.trials} trials"
    value = outside_s / _whole_s(arm) if is_share else outside_s
    return known(unit, value, f"CPU outside the objective, mean of {trials} of {arm.arm}")


def _whole_s(arm: ArmBreakdown) -> float:
    return arm.cpu_s_per_trial + arm.between_cpu_s_per_trial


def _words(name: str) -> str:
    row, _, side = name.partition(".")
    return f"{row.replace('_', ' ')} ({side})" if side else row
