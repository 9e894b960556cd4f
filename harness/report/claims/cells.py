"""The tables and labels of rulings as text, shared by their renderers: formatting only."""

from collections.abc import Sequence

from harness.model.claim import Consistency, EvidenceKind, Ruling
from harness.report.cells import NONE, Grid
from harness.report.claims.builder import ruling_words
from harness.report.claims.summary import Experiment, RuledClaim, RulingsSummary, WorkedLine
from harness.units import count_text

_CONSISTENCY = {
    Consistency.CONSISTENT: "adds up",
    Consistency.INCONSISTENT: "does not add up",
    Consistency.IMPOSSIBLE: "leaves no room",
    Consistency.NOT_CHECKABLE: "no figures",
}


def consistency_words(consistency: Consistency) -> str:
    """What the arithmetic says, in two or three words."""
    return _CONSISTENCY[consistency]


def topics(claims: Sequence[RuledClaim]) -> dict[str, list[RuledClaim]]:
    """Claims by topic, both in the ledger's order."""
    found: dict[str, list[RuledClaim]] = {}
    for one in claims:
        found.setdefault(one.topic, []).append(one)
    return found


def is_count(claim: RuledClaim) -> bool:
    """Whether the claim is a count that is as claimed, which needs no figure and little room."""
    return claim.scale is None and claim.kind is EvidenceKind.REPRODUCTION and claim.ruling is Ruling.CONFIRMED


def by_ruling(summary: RulingsSummary) -> list[tuple[Ruling, list[RuledClaim]]]:
    """Claims by ruling, those that have none left out."""
    groups = ((kind, [one for one in summary.claims if one.ruling is kind]) for kind in Ruling)
    return [(kind, claims) for kind, claims in groups if claims]


def claim_grid(summary: RulingsSummary) -> Grid:
    """One line for each claim."""
    rows = tuple(
        (
            one.id,
            ruling_words(one.ruling),
            one.claimed,
            one.measured or NONE,
            consistency_words(one.consistency),
        )
        for one in summary.claims
    )
    columns = ("Claim", "Ruling", "Claimed", "Measured", "Its own figures")
    return Grid(title="Every claim", columns=columns, rows=rows, names=5)


def sample_grid(claim: RuledClaim) -> Grid:
    """The samples of a claim, each with its records."""
    rows = tuple((one.label, one.text, " · ".join(one.runs) or NONE) for one in claim.samples)
    columns = ("Sample", "Value", "Records, in .harness/runs/")
    return Grid(title=f"What was measured for {claim.id}, one by one", columns=columns, rows=rows)


def experiment_grid(summary: RulingsSummary) -> Grid:
    """The experiments behind the rulings."""
    rows = tuple(
        (one.what, one.ids[0] if one.ids else NONE, count_text(len(one.claims)), one.failed or "done")
        for one in summary.experiments
    )
    columns = ("Experiment", "Record", "Claims", "How it ended")
    return Grid(title="What was run", columns=columns, rows=rows, names=2)


def worked_text(line: WorkedLine) -> str:
    """A sum with what it says of the claim."""
    return f"{consistency_words(line.consistency).capitalize()}: {line.line}"


def page_of(experiment: Experiment | None) -> str | None:
    """Where the experiment's own page lies beside the page of rulings."""
    if experiment is None or not experiment.ids or experiment.failed is not None:
        return None
    if experiment.kind not in (EvidenceKind.COMPARISON, EvidenceKind.REPRODUCTION):
        return None
    return f"evidence/{experiment.ids[0]}/index.html"


def pages(summary: RulingsSummary) -> dict[str, str]:
    """The pages of experiments by the ids of the claims that they are evidence for."""
    found = {}
    for one in summary.experiments:
        page = page_of(one)
        if page is not None:
            found.update(dict.fromkeys(one.claims, page))
    return found
