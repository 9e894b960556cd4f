"""Rule: asking whether to prune costs more than the pruned trials can have saved."""

from collections.abc import Iterator

import numpy as np

from harness.findings.case import Case
from harness.findings.finding import Finding
from harness.findings.proof import proof
from harness.findings.rule import Rule
from harness.findings.words import counted
from harness.model.record import TrialState
from harness.profile.columns import STATES
from harness.profile.facts import PartKind
from harness.units import seconds_text


def judge(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    profile = case.profile
    whole, ledger, trials = case.whole, profile.ledger, profile.trials
    parts = [] if ledger is None else [part for part in ledger.parts if part.kind is PartKind.PRUNER]
    complete = trials.wall_s[trials.state == STATES.index(TrialState.COMPLETE)]
    if whole is None or not parts or len(complete) == 0:
        return
    pruned = trials.wall_s[trials.state == STATES.index(TrialState.PRUNED)]
    cost_s = sum(part.wall_s_per_trial for part in parts)
    saved_s = float(np.sum(np.maximum(np.mean(complete) - pruned, 0.0))) / whole.trials
    if cost_s <= saved_s:
        return
    cpus = [part.cpu_s_per_trial for part in parts if part.cpu_s_per_trial is not None]
    saving = whole.saved_by(cost_s - saved_s, max(sum(cpus) - saved_s, 0.0) if cpus else None)
    yield Finding(
        rule=RULE.key,
        title=f"The pruner takes {seconds_text(cost_s)} of each trial and saves {_amount(saved_s)}",
        evidence=(
            (
                f"It was asked {counted(sum(part.calls_per_trial for part in parts), 'time')} in a trial, on "
                f"average, and pruned {counted(len(pruned), 'trial')} of {whole.trials}."
            ),
            f"A complete trial takes {seconds_text(float(np.mean(complete)))}"
            + (f", a pruned one {seconds_text(float(np.mean(pruned)))}." if len(pruned) else "."),
        ),
        ceiling_s_per_trial=saving.s_per_trial,
        ceiling_share=saving.share,
        basis="At most: what the pruner took, less what pruned trials were shorter than complete ones.",
        remedy="Ask `trial.should_prune()` at fewer steps, or use `NopPruner`.",
        command=proof(profile),
    )


def _amount(saved_s: float) -> str:
    return f"{seconds_text(saved_s)} by pruning" if saved_s > 0 else "nothing"


RULE = Rule(key="pruner-costs-more", judge=judge)
