"""The gate before any comparison: trials with the same number have the same value in every arm on the same bars."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.model.experiment import Dataset
from harness.model.record import TrialRow, TrialState
from harness.report.reproduction.runs import Evidence, UsableRun, text_fact, whole_fact
from harness.report.summary import Agreement, ValueCheck
from harness.units import count_text


@dataclass(frozen=True, slots=True, kw_only=True)
class _Difference:
    number: int
    first: UsableRun
    second: UsableRun
    words: str


def value_checks(evidence: Evidence) -> tuple[ValueCheck, ...]:
    """One check per set of bars: same dataset, same number of first bars, same content, same seed and sampler."""
    groups: dict[tuple[object, ...], list[UsableRun]] = {}
    for run in evidence.usable:
        record, plan = run.record, run.arm.plan
        bars, digest = whole_fact(record, "bars"), text_fact(record, "digest")
        groups.setdefault((run.arm.dataset, bars, digest, plan.seed, plan.sampler), []).append(run)
    ordered = sorted(
        groups.values(), key=lambda runs: (runs[0].arm.dataset.value, whole_fact(runs[0].record, "bars") or 0)
    )
    return tuple(_check(runs) for runs in ordered)


def values_differ(checks: Sequence[ValueCheck], dataset: Dataset) -> bool:
    """Whether arms on this dataset gave different values, so that nothing there may be compared."""
    return any(check.dataset is dataset and check.agreement is Agreement.DIFFERENT for check in checks)


def _check(runs: Sequence[UsableRun]) -> ValueCheck:
    compared, differences = _compare(runs)
    failed = sum(row.state is TrialState.FAIL for run in runs for row in run.record.trials)
    statement = _statement(runs, compared, differences)
    if failed:
        statement += f" {_trials(failed)} failed in some run and left no value to compare."
    return ValueCheck(
        dataset=runs[0].arm.dataset,
        bars=whole_fact(runs[0].record, "bars"),
        arms=tuple(dict.fromkeys(run.name for run in runs)),
        runs=len(runs),
        agreement=_agreement(compared, differences),
        compared=compared,
        differing=len(differences),
        failed=failed,
        statement=statement,
    )


def _compare(runs: Sequence[UsableRun]) -> tuple[int, list[_Difference]]:
    """Every run against the first run that has the number with a value."""
    seen: dict[int, tuple[UsableRun, TrialRow]] = {}
    compared = 0
    differences = []
    for run in runs:
        for row in run.rows:
            other, reference = seen.setdefault(row.number, (run, row))
            if other is run:
                continue
            compared += 1
            words = _difference(reference, row)
            if words is not None:
                differences.append(_Difference(number=row.number, first=other, second=run, words=words))
    return compared, sorted(differences, key=lambda difference: difference.number)


def _difference(one: TrialRow, two: TrialRow) -> str | None:
    """In words; None when state and values are the same, bit for bit (NaN equals NaN)."""
    if one.state is two.state and repr(one.values) == repr(two.values):
        return None
    cause = "with the same parameters" if one.params == two.params else "with other parameters"
    return f"{_result(one)} against {_result(two)}, {cause}"


def _result(row: TrialRow) -> str:
    return row.state.value if not row.values else ", ".join(repr(value) for value in row.values)


def _agreement(compared: int, differences: Sequence[_Difference]) -> Agreement:
    if compared == 0:
        return Agreement.NOT_COMPARED
    return Agreement.DIFFERENT if differences else Agreement.SAME


def _statement(runs: Sequence[UsableRun], compared: int, differences: Sequence[_Difference]) -> str:
    bars = whole_fact(runs[0].record, "bars")
    what = f"{_words(runs[0].arm.dataset)}, {count_text(bars)} bars" if bars else _words(runs[0].arm.dataset)
    if compared == 0:
        return f"{what}: only one run has trials on these bars."
    if not differences:
        return f"{what}: trials with the same number gave the same value, bit for bit, in {_comparisons(compared)}."
    first = differences[0]
    return (
        f"{what}: {len(differences)} of {compared} compared trials differ, so times of these arms must not be "
        f"compared. The first is trial {first.number}: {first.words} ({first.first.name} against {first.second.name})."
    )


def _comparisons(count: int) -> str:
    return "the one comparison there is" if count == 1 else f"all {count_text(count)} comparisons"


def _trials(count: int) -> str:
    return "1 trial" if count == 1 else f"{count_text(count)} trials"


def _words(dataset: Dataset) -> str:
    match dataset:
        case Dataset.SYNTHETIC:
            return "Synthetic"
        case Dataset.REAL:
            return "Real"
