"""Where the trials of each arm spent their time: every span's own time, the unattributed rest and the waiting."""

from collections.abc import Sequence

from harness.model.experiment import Role
from harness.model.record import UNATTRIBUTED, WHOLE_OBJECTIVE, SpanTime, TrialRow
from harness.report.reproduction.runs import Evidence, UsableRun, between, total
from harness.report.summary import ArmBreakdown, SpanPart
from harness.units import printable

ORDER = ("load", "split", "indicators", "strategy", "scoring", "suggest", "storage", "gc")
_NAMED = {"feature": "indicators"}  # what the reference workload marks as features
_LAST = (WHOLE_OBJECTIVE, UNATTRIBUTED)


def breakdowns(evidence: Evidence) -> tuple[ArmBreakdown, ...]:
    """One per arm that has a usable run, in the order of the arms."""
    by_arm: dict[str, list[UsableRun]] = {}
    for run in evidence.usable:
        by_arm.setdefault(run.arm.name, []).append(run)
    planned = [arm.name for arm in evidence.reproduction.arms]
    names = sorted(by_arm, key=lambda name: planned.index(name) if name in planned else len(planned))
    return tuple(_of_arm(by_arm[name]) for name in names)


def as_found_one_thread(found: Sequence[ArmBreakdown]) -> ArmBreakdown | None:
    """The as-found arm with one thread and the most bars: where the time of a trial really goes."""
    candidates = [arm for arm in found if arm.role in (Role.ONE_THREAD, Role.SIZE)]
    return max(candidates, key=lambda arm: arm.bars_per_trial or 0, default=None)


def largest(arm: ArmBreakdown) -> SpanPart:
    """The part with the most CPU."""
    return max(arm.parts, key=lambda part: part.cpu_s_per_trial)


def _of_arm(runs: Sequence[UsableRun]) -> ArmBreakdown:
    rows = [row for run in runs for row in run.rows]
    cpu_s = sum(row.cpu_s for row in rows) / len(rows)
    wall_s = sum(row.wall_s for row in rows) / len(rows)
    outside = total(between(row) for row in rows)
    cost_s = cpu_s + outside.cpu_s / len(rows)
    study_trials = sum(len(run.record.trials) for run in runs)
    return ArmBreakdown(
        arm=runs[0].name,
        role=runs[0].arm.role,
        dataset=runs[0].arm.dataset,
        bars_per_trial=runs[0].bars_per_trial,
        runs=len(runs),
        trials=len(rows),
        parts=_parts(rows, cost_s),
        cpu_s_per_trial=cpu_s,
        wall_s_per_trial=wall_s,
        waiting_s_per_trial=wall_s - cpu_s,
        between_cpu_s_per_trial=outside.cpu_s / len(rows),
        between_wall_s_per_trial=outside.wall_s / len(rows),
        between_cpu_share=_share(outside.cpu_s / len(rows), cost_s),
        study_wall_s_per_trial=sum(run.study_wall_s for run in runs) / study_trials,
    )


def _parts(rows: Sequence[TrialRow], cost_s: float) -> tuple[SpanPart, ...]:
    sums: dict[str, SpanTime] = {}
    for row in rows:
        for found, span in (*row.spans.items(), (UNATTRIBUTED, row.unattributed)):
            name = _NAMED.get(found, found)
            sums[name] = total((sums[name], span)) if name in sums else span
    return tuple(
        SpanPart(
            name=printable(name),
            calls_per_trial=sums[name].calls / len(rows),
            cpu_s_per_trial=sums[name].cpu_s / len(rows),
            wall_s_per_trial=sums[name].wall_s / len(rows),
            cpu_share=_share(sums[name].cpu_s / len(rows), cost_s),
        )
        for name in sorted(sums, key=_place)
    )


def _share(part_s: float, whole_s: float) -> float:
    return part_s / whole_s if whole_s > 0 else 0.0


def _place(name: str) -> tuple[int, str]:
    """The known spans in the order of a trial, then a user's own by name, then what is left."""
    if name in ORDER:
        return ORDER.index(name), ""
    return (len(ORDER) + 1 + _LAST.index(name), "") if name in _LAST else (len(ORDER), name)
