"""Rulings made up for the report's tests: a fake comparison, a fake reproduction, and the ledger of a talk."""

from harness.claims.compared import by_comparison
from harness.claims.ledger import parse_ledger
from harness.claims.measured import Measured, Sample
from harness.claims.rulings import SCHEMA, Evidence, Rulings
from harness.experiments.judging import judge
from harness.model.claim import EvidenceKind
from harness.report.claims import build
from harness.report.claims.evidence import Gathered
from harness.report.claims.reproduced import by_reproduction
from harness.report.claims.summary import RulingsSummary
from harness.report.reproduction import build as build_reproduction
from harness.stats.interval import Interval
from tests.claims.ledgers import LEDGER
from tests.comparisons import Fake, Truth, fake_compared
from tests.fakes import EPOCH_S, MACHINE, fake_reproduction

HOSTILE = "<script>window.hostile = 1</script> [x](javascript:1) \x1b[31m"
_COMMAND = ("harness", "compare", "topstepb", "--levers", "gc,reuse", "--alternatives")


def a_ledger(statement: str) -> str:
    """The talk's ledger, with one claim's statement replaced."""
    escaped = statement.replace("\\", "\\\\").replace('"', '\\"').replace("\x1b", "\\u001b")
    return LEDGER.replace("Collecting after each trial saves a fifth.", escaped)


def gathered(statement: str = "Collecting after each trial saves a fifth.") -> Gathered:
    """Evidence for every claim of the talk but one, whose experiment failed."""
    ledger = parse_ledger(a_ledger(statement), "talk.toml")
    claims = {one.id: one for one in ledger.claims}
    judged = judge(fake_compared(Fake(truths={"gc": Truth(whole=1.06), "reuse": Truth(spans={"load": 0.1})})))
    memory = Measured(
        interval=Interval(value=210e6, low=205e6, high=215e6),
        basis="peak memory, 3 runs of 4 trials; from the lowest to the highest",
        samples=tuple(
            Sample(label=f"run {place + 1}", value=value, runs=(f"20261124T120000-run-{place}",))
            for place, value in enumerate((205e6, 210e6, 215e6))
        ),
    )
    rulings = Rulings(
        schema=SCHEMA,
        id="20261124T120000-1a2b",
        started_s=EPOCH_S,
        ledger="talk.toml",
        only=(),
        machine=MACHINE,
        command=("harness", "claims", "talk.toml"),
        file="talk.toml",
        evidence=(
            Evidence(
                kind=EvidenceKind.COMPARISON, claims=("gc", "reuse"), ids=("20261124T120001-aa",), command=_COMMAND
            ),
            Evidence(
                kind=EvidenceKind.COMPARISON, claims=("both",), ids=(), command=_COMMAND, failed="its objective raises"
            ),
            Evidence(
                kind=EvidenceKind.REPRODUCTION,
                claims=("size",),
                ids=("20261124T120002",),
                command=("harness", "reproduce"),
            ),
            Evidence(kind=EvidenceKind.STUDY, claims=("memory",), ids=("run-0",), command=("harness", "claims")),
        ),
    )
    return Gathered(
        rulings=rulings,
        ledger=ledger,
        measured={
            "gc": by_comparison(claims["gc"], judged),
            "reuse": by_comparison(claims["reuse"], judged),
            "both": Measured(missing="its objective raises"),
            "size": by_reproduction(claims["size"], build_reproduction(*fake_reproduction())),
            "memory": memory,
        },
    )


def a_summary(statement: str = "Collecting after each trial saves a fifth.") -> RulingsSummary:
    """The summary of it."""
    return build(gathered(statement), "0.0.0")
