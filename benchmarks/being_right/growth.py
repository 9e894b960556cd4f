"""Simulated scaling experiments: how often the exponent's interval and a foretold run hold what is true."""

import math
from collections.abc import Iterator

import numpy as np

from being_right.noise import MODELS
from being_right.tables import Row
from harness.stats.cost_model import Point
from harness.stats.orders import balanced_orders
from harness.stats.power_law import fit_power, predict

SIZES, HELD_OUT, BLOCKS = (16_000, 33_000, 66_000, 131_000), 262_782, 3
SPREAD = 0.05
FIXED_S, PER_S = 0.3, 0.25  # fixed, and what 10,000 bars take beside it


def growth(fits: int) -> Iterator[Row]:
    """Four sizes in three balanced blocks, one run of twice the largest foretold; all at 95 %."""
    for exponent in (1.0, 1.3):
        for name, model in MODELS.items():
            random = np.random.default_rng(list(f"growth {exponent} {name}".encode()))
            held = foretold = rejected = 0
            widths = []
            for index in range(fits):
                order = [place for block in balanced_orders(len(SIZES), BLOCKS, index) for place in block]
                noise = np.exp(model(random, len(order) + 1, SPREAD))
                points = [
                    Point(size=SIZES[place], cost=_cost(SIZES[place], exponent) * float(factor))
                    for place, factor in zip(order, noise[:-1], strict=True)
                ]
                fit = fit_power(points)
                low, high = fit.exponent.low or 0.0, fit.exponent.high or math.inf
                held += low <= exponent <= high
                rejected += not fit.affine_is_enough
                widths.append(high - low)
                found = predict(fit, HELD_OUT)
                if found.low is not None and found.high is not None:
                    foretold += found.low <= _cost(HELD_OUT, exponent) * float(noise[-1]) <= found.high
            yield {
                "noise": name,
                "true exponent": f"{exponent:g}",
                "fits": fits,
                "exponent held": held / fits,
                "exponent 1 rejected": rejected / fits,
                "width": f"{float(np.median(widths)):.2f}",
                "largest foretold": foretold / fits,
            }


def _cost(size: float, exponent: float) -> float:
    return FIXED_S + PER_S * math.pow(size / 10_000, exponent)
