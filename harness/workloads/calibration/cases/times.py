"""Cases of time: CPU without waiting, waiting without CPU, spans within spans, and threads that share one GIL."""

import time
from typing import TYPE_CHECKING

from harness.probes.spans import span
from harness.workloads.calibration.case import Asked, Case, Objective, Sizes, SpanTruth, Truth, complete, suggesting
from harness.workloads.calibration.costs import spin
from harness.workloads.calibration.tally import Tally

if TYPE_CHECKING:
    import optuna


def _busy(sizes: Sizes, tally: Tally) -> Objective:
    def cost(trial: "optuna.Trial") -> None:
        with span("busy"), tally.measure("busy"):
            spin(sizes["cpu_ms"] / 1e3)

    return suggesting(cost, tally)


def _busy_truth(sizes: Sizes, asked: Asked) -> Truth:
    return complete(asked, spans={"busy": SpanTruth(cpu_s=sizes["cpu_ms"] / 1e3)})


def _contended_truth(sizes: Sizes, asked: Asked) -> Truth:
    spans = {"busy": SpanTruth(cpu_s=sizes["cpu_ms"] / 1e3)}
    return complete(asked, spans=spans, waits_for="gil" if asked.jobs > 1 else None)


def _sleep(sizes: Sizes, tally: Tally) -> Objective:
    def cost(trial: "optuna.Trial") -> None:
        with span("asleep"), tally.measure("asleep"):
            time.sleep(sizes["wall_ms"] / 1e3)

    return suggesting(cost, tally)


def _sleep_truth(sizes: Sizes, asked: Asked) -> Truth:
    spans = {"asleep": SpanTruth(wall_s=sizes["wall_ms"] / 1e3, cpu_s=0.0)}
    return complete(asked, spans=spans, waits_for="other")


def _nested(sizes: Sizes, tally: Tally) -> Objective:
    """Outer and middle are measured in two pieces each, round what is nested in them: no sum needs a difference."""
    outer_s, middle_s, inner_s = (sizes[f"{name}_cpu_ms"] / 1e3 for name in ("outer", "middle", "inner"))

    def middle() -> None:
        with span("middle"):
            with tally.measure("middle"):
                spin(middle_s / 2)
            for _ in range(int(sizes["inner_calls"])):
                with span("inner"), tally.measure("inner"):
                    spin(inner_s)
            with tally.measure("middle"):
                spin(middle_s / 2)

    def cost(trial: "optuna.Trial") -> None:
        with span("outer"):
            with tally.measure("outer"):
                spin(outer_s / 2)
            middle()
            with tally.measure("outer"):
                spin(outer_s / 2)

    return suggesting(cost, tally)


def _nested_truth(sizes: Sizes, asked: Asked) -> Truth:
    calls = int(sizes["inner_calls"])
    return complete(
        asked,
        spans={
            "outer": SpanTruth(cpu_s=sizes["outer_cpu_ms"] / 1e3),
            "middle": SpanTruth(cpu_s=sizes["middle_cpu_ms"] / 1e3),
            "inner": SpanTruth(calls=calls, cpu_s=calls * sizes["inner_cpu_ms"] / 1e3),
        },
    )


CASES = (
    Case(
        name="busy",
        about="CPU without waiting: one span spins until its thread has used so much CPU.",
        objective=_busy,
        truth=_busy_truth,
        sizes={"cpu_ms": 25},
    ),
    Case(
        name="sleep",
        about="Waiting without CPU: one span sleeps.",
        objective=_sleep,
        truth=_sleep_truth,
        sizes={"wall_ms": 25},
    ),
    Case(
        name="nested",
        about="Three spans within each other, each with CPU of its own; the innermost is entered several times.",
        objective=_nested,
        truth=_nested_truth,
        sizes={"outer_cpu_ms": 20, "middle_cpu_ms": 12, "inner_cpu_ms": 4, "inner_calls": 4},
    ),
    Case(
        name="threads",
        about="Optuna's threads, each spinning pure Python: every trial waits for the one GIL.",
        objective=_busy,
        truth=_contended_truth,
        sizes={"cpu_ms": 40},
        trials=24,
        jobs=4,
    ),
)
