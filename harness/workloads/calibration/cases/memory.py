"""Cases of memory: blocks that are kept, blocks that are freed, and garbage that only the cyclic collector frees."""

import gc
from typing import TYPE_CHECKING

from harness.probes.spans import span
from harness.workloads.calibration.case import Asked, Case, Objective, Sizes, SpanTruth, Truth, complete, suggesting
from harness.workloads.calibration.costs import MIB, tie, touched
from harness.workloads.calibration.tally import Tally

if TYPE_CHECKING:
    import optuna


def _kept(sizes: Sizes, tally: Tally) -> Objective:
    blocks: list[bytearray] = []

    def cost(trial: "optuna.Trial") -> None:
        blocks.append(touched(int(sizes["kept_mib"] * MIB)))

    return suggesting(cost, tally)


def _kept_truth(sizes: Sizes, asked: Asked) -> Truth:
    return complete(asked, kept_bytes=int(sizes["kept_mib"] * MIB))


def _freed(sizes: Sizes, tally: Tally) -> Objective:
    def cost(trial: "optuna.Trial") -> None:
        with span("block"):
            block = touched(int(sizes["peak_mib"] * MIB))
            del block

    return suggesting(cost, tally)


def _freed_truth(sizes: Sizes, asked: Asked) -> Truth:
    return complete(asked, kept_bytes=0, peak_bytes=int(sizes["peak_mib"] * MIB), spans={"block": SpanTruth()})


def _garbage(sizes: Sizes, tally: Tally) -> Objective:
    gc.disable()  # only the collections that the case asks for

    def cost(trial: "optuna.Trial") -> None:
        for _ in range(int(sizes["collections"])):
            tie(int(sizes["cycles"]))
            with tally.measure("gc"):
                freed = gc.collect()
            tally.add("freed", freed)

    return suggesting(cost, tally)


def _garbage_truth(sizes: Sizes, asked: Asked) -> Truth:
    calls = int(sizes["collections"])
    return complete(asked, spans={"gc": SpanTruth(calls=calls)}, collections=calls * asked.trials)


CASES = (
    Case(
        name="kept",
        about="A leak: each trial keeps a block of which every page was written to.",
        objective=_kept,
        truth=_kept_truth,
        sizes={"kept_mib": 4},
    ),
    Case(
        name="freed",
        about="A peak without growth: each trial fills a block and frees it. From 64 MiB on it is mapped and unmapped.",
        objective=_freed,
        truth=_freed_truth,
        sizes={"peak_mib": 64},
    ),
    Case(
        name="garbage",
        about="Reference cycles, and a known number of full collections; the interpreter's own are switched off.",
        objective=_garbage,
        truth=_garbage_truth,
        sizes={"cycles": 20_000, "collections": 2},
    ),
)
