"""Ledgers and claims for tests."""

from dataclasses import replace
from typing import Any

from harness.model.claim import Claim, EvidenceKind, Form, Quantity, Span

LEDGER = """
title = "A talk"

[defaults]
source = "a talk in March"
workload = "topstepb"
plan = { trials = 4, sampler = "numbered" }

[[claim]]
id = "gc"
statement = "Collecting after each trial saves a fifth."
saves = [0.15, 0.25]
levers = ["gc"]
metric = "cpu"

[[claim.check]]
rule = "ceiling"
part = 0.5
whole = 1.0

[[claim]]
id = "both"
statement = "Together they are twice as fast."
faster = [2, inf]
levers = ["gc", "reuse"]

[[claim]]
id = "reuse"
statement = "Reuse saves a tenth."
saves = 0.10
levers = ["reuse"]

[[claim]]
id = "size"
statement = "There are 5,000 bars."
value = 5000
unit = "bars"
cell = "bars.synthetic"

[[claim]]
id = "memory"
statement = "It needs 200 MB."
value = 200
unit = "MB"
tolerance = 0.5
figure = "peak-memory"

[[claim]]
id = "sum"
statement = "Two and two are five."
arithmetic = true

[[claim.check]]
rule = "sum"
terms = [2, 2]
stated = 5

[[claim]]
id = "cluster"
statement = "A cluster is nine times as fast."
faster = 9
needs = "there is no cluster here"
"""

CLAIM = Claim(
    id="gc",
    topic="Claims",
    statement="It saves something.",
    source="a talk",
    form=Form.SAVES,
    quantity=Quantity.SHARE,
    claimed=Span(low=0.2, high=0.3),
    evidence=EvidenceKind.COMPARISON,
    levers=("gc",),
)


def claim(**changes: Any) -> Claim:
    """The claim that a lever saves 20 to 30 %, changed."""
    return replace(CLAIM, **changes)
