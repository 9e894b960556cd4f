"""The builder: a reproduction and its records in, the summary out; pure."""

from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

from harness.model.experiment import Dataset, Reproduction
from harness.model.record import Record
from harness.report.reproduction.agreement import value_checks
from harness.report.reproduction.breakdown import breakdowns
from harness.report.reproduction.busyness import busy_sentence, busyness_of
from harness.report.reproduction.circumstances import (
    commands,
    datasets,
    lost_runs,
    machine_facts,
    machine_of,
    own_costs,
    run_lines,
)
from harness.report.reproduction.comparison import table
from harness.report.reproduction.cost import describe, fit
from harness.report.reproduction.headline import headline
from harness.report.reproduction.memory import memory_of
from harness.report.reproduction.overlap import overlap
from harness.report.reproduction.runs import Evidence, gather
from harness.report.reproduction.totals import totals
from harness.report.summary import Summary
from harness.units import printable


def build(reproduction: Reproduction, records: Mapping[str, Record]) -> Summary:
    """Decide every number of the report. `records` are by run id; one that is missing is said to be missing."""
    evidence = gather(reproduction, records)
    fits = fit(evidence)
    all_totals = totals(evidence, fits)
    found = breakdowns(evidence)
    checks = value_checks(evidence)
    threads = overlap(evidence, checks)
    runs = run_lines(evidence)
    machine = machine_of(evidence)
    return Summary(
        id=printable(reproduction.id),
        started_s=reproduction.started_s,
        is_full=reproduction.full,
        seed_trials=reproduction.seed_trials,
        version=_version(),
        headline=headline(
            all_totals, found, threads, checks, (lost_runs(evidence, runs), busy_sentence(busyness_of(evidence)))
        ),
        table=table(evidence, fits, all_totals),
        table_note=_table_note(evidence),
        cost_model=describe(fits, evidence),
        breakdowns=found,
        overlap=threads,
        memory=memory_of(evidence),
        value_checks=checks,
        datasets=datasets(evidence),
        runs=runs,
        own_cost=own_costs(evidence),
        machine=machine,
        machine_facts=machine_facts(machine),
        commands=commands(evidence),
    )


def _table_note(evidence: Evidence) -> str:
    trials = evidence.reproduction.seed_trials
    stand_in = _stand_in(evidence)
    if evidence.reproduction.full:
        return f"{stand_in}Every arm ran all {trials} trials. Ranges are 95 % confidence intervals."
    return (
        f"{stand_in}The slow arms ran fewer than the seed's {trials} trials: totals are extrapolated from the cost of "
        "a trial; the page says how, row by row. Ranges are 95 % confidence intervals of the fitted line; they leave "
        "out what the factor for nine threads adds. --full measures the totals instead."
    )


def _stand_in(evidence: Evidence) -> str:
    if not any(made.dataset is Dataset.REAL for made in evidence.reproduction.made):
        return ""
    return "Our real bars are a stand-in, generated in the seed's size; --data FILE measures bars of yours. "


def _version() -> str:
    try:
        return version("study-harness")
    except PackageNotFoundError:
        return "unknown"
