"""Composite: seven metrics normalised to 0..1, weighed into one finite score, and two splits' scores into one value."""

from collections.abc import Mapping
from dataclasses import dataclass

from harness.probes.spans import span
from harness.workloads.topstepb.metrics import MEASURES, Limits, Measured, Metric
from harness.workloads.topstepb.trades import Backtest

FULL_TRADES = 30  # with fewer, chance outweighs skill: the composite is scaled down in proportion


@dataclass(frozen=True, slots=True, kw_only=True)
class Ramp:
    """A metric's normaliser and weight: 0 at `zero`, 1 at `one`, straight between and clipped outside."""

    zero: float
    one: float
    weight: float

    def __call__(self, value: float) -> float:
        return min(max((value - self.zero) / (self.one - self.zero), 0.0), 1.0)


RAMPS: Mapping[Metric, Ramp] = {
    Metric.VIABILITY: Ramp(zero=0.0, one=1.0, weight=0.15),
    Metric.PROFIT_FACTOR: Ramp(zero=0.5, one=2.0, weight=0.30),
    Metric.NET_PROFIT: Ramp(zero=-0.25, one=0.25, weight=0.25),
    Metric.SORTINO: Ramp(zero=-3.0, one=3.0, weight=0.10),
    Metric.WIN_RATE: Ramp(zero=0.2, one=0.7, weight=0.10),
    Metric.MAX_DRAWDOWN: Ramp(zero=0.5, one=0.0, weight=0.05),
    Metric.TRADE_FREQUENCY: Ramp(zero=0.0, one=2.0, weight=0.05),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One split's verdict: each metric as measured and as normalised, and the composite, between 0 and 1."""

    measured: Mapping[Metric, Measured]
    normalised: Mapping[Metric, float]
    trades: int
    composite: float


def score(backtest: Backtest, limits: Limits | None = None) -> Score:
    """Judge a backtest. An undefined metric counts as its limit: 1 where nothing was lost, 0 where nothing was done."""
    with span("scoring"):
        limits = limits or Limits()
        measured = {metric: measure(backtest, limits) for metric, measure in MEASURES.items()}
        normalised = {
            metric: RAMPS[metric](each.value) if each.value is not None else each.limit
            for metric, each in measured.items()
        }
        composite = 0.0
        for metric, ramp in RAMPS.items():
            composite += ramp.weight * normalised[metric]
        trades = len(backtest.trades)
        return Score(
            measured=measured,
            normalised=normalised,
            trades=trades,
            composite=composite * min(trades / FULL_TRADES, 1.0),
        )


def combine(train: float, validate: float) -> float:
    """One value of two composites: three quarters the worse one, one quarter the better.

    Rises with either, so that no set of parameters gains by doing worse on a split, and falls with the gap between
    them for a given mean, so that a fit to the train split alone does not pay.
    """
    return 0.75 * min(train, validate) + 0.25 * max(train, validate)
