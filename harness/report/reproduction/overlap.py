"""Nine threads against one on a time axis: each trial lasts longer, the study does not."""

from collections.abc import Sequence
from statistics import median

from harness.model.experiment import Dataset, Role
from harness.model.record import UNATTRIBUTED
from harness.report.quantity import Measure, Unit, unknown
from harness.report.reproduction.agreement import values_differ
from harness.report.reproduction.runs import Evidence, UsableRun
from harness.report.reproduction.totals import study_wall_per_trial_s, study_wall_ratio, trial_wall_ratio
from harness.report.summary import Overlap, Timeline, TrialBar, ValueCheck
from harness.units import percent_text, printable, ratio_text, seconds_text

_ROLES = (Role.ONE_THREAD, Role.NINE_THREADS)
_STRETCHED, _SAME = 2.0, 1.25  # what counts as stretched, and as no gain, in the sentence


def overlap(evidence: Evidence, checks: Sequence[ValueCheck]) -> Overlap:
    """Compare on the synthetic bars, or on the real ones where only those have both arms."""
    both = [dataset for dataset in Dataset if all(evidence.runs(role, dataset) for role in _ROLES)]
    dataset = both[0] if both else Dataset.SYNTHETIC
    runs = [run for role in _ROLES for run in evidence.runs(role, dataset)]
    if values_differ(checks, dataset):
        trial = study = unknown(Unit.RATIO, "its trials do not give the same values in both arms")
    else:
        trial, study = trial_wall_ratio(evidence, dataset), study_wall_ratio(evidence, dataset)
    return Overlap(
        timelines=tuple(_timeline(run) for run in runs),
        trial_wall_ratio=trial,
        study_wall_ratio=study,
        statement=_statement([evidence.runs(role, dataset) for role in _ROLES], trial, study),
    )


def _timeline(run: UsableRun) -> Timeline:
    began_s = run.began_s
    threads = sorted({(row.worker, row.thread) for row in run.record.trials})
    bars = tuple(
        TrialBar(
            number=row.number,
            lane=threads.index((row.worker, row.thread)),
            start_s=row.started_s - began_s,
            end_s=row.ended_s - began_s,
        )
        for row in run.record.trials
    )
    return Timeline(
        run=run.id,
        arm=run.name,
        role=run.arm.role,
        dataset=run.arm.dataset,
        lanes=len(threads),
        bars=bars,
        median_trial_wall_s=run.trial_wall_s,
        median_trial_cpu_s=run.trial_cpu_s,
        study_wall_s=run.study_wall_s,
        study_wall_s_per_trial=study_wall_per_trial_s(run),
    )


def _statement(sides: Sequence[Sequence[UsableRun]], trial: Measure, study: Measure) -> str:
    """One thread first, in medians over runs, as the ratios are."""
    if trial.value is None or study.value is None:
        return f"Not compared: {trial.missing or study.missing}."
    one_s, nine_s = (seconds_text(median(run.trial_wall_s for run in runs)) for runs in sides)
    one_study_s, nine_study_s = (seconds_text(median(study_wall_per_trial_s(run) for run in runs)) for runs in sides)
    said = (
        f"In nine threads a trial lasts {nine_s} instead of {one_s} ({ratio_text(trial.value)}), while the study takes "
        f"{nine_study_s} per trial instead of {one_study_s} ({ratio_text(study.value)})"
    )
    if trial.value >= _STRETCHED and study.value >= 1 / _SAME:
        return f"{said}: the threads take turns, and {_waiting(sides[1])}."
    return f"{said}."


def _waiting(runs: Sequence[UsableRun]) -> str:
    """How much of an average trial its thread waited, and in which span most."""
    rows = [row for run in runs for row in run.rows]
    waits: dict[str, float] = {}
    for row in rows:
        for name, span in (*row.spans.items(), (UNATTRIBUTED, row.unattributed)):
            waits[name] = waits.get(name, 0.0) + span.wall_s - span.cpu_s
    share = sum(waits.values()) / sum(row.wall_s for row in rows)
    most = max(waits, key=lambda name: waits[name])
    return f"each waits {percent_text(share)} of its trial, longest in {printable(most)}"
