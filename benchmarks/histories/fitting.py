"""Coefficients per stored row from measured openings, and how far single measurements lie from them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from histories.filling import Size

TERMS = ("trials", "params", "attributes", "intermediate_values")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One process that resumed a study."""

    size: Size
    opening_cpu_s: float
    opening_bytes: float
    random_cpu_s: float
    tpe_cpu_s: float


def per_row(sizes: Sequence[Size], taken: Sequence[float]) -> dict[str, object]:
    """Non-negative least squares of relative residuals: what one row of each kind takes, and the spread."""
    from scipy.optimize import nnls

    rows = np.array([_rows(size) for size in sizes])
    return _fitted(TERMS, rows, np.array(taken), nnls)


def per_trial(sizes: Sequence[Size], taken: Sequence[float]) -> dict[str, object]:
    """The sampler's cost of a further trial: a constant, and what each trial and each parameter before it adds."""
    from scipy.optimize import nnls

    rows = np.array([(1.0, size.trials, size.trials * size.params) for size in sizes])
    return _fitted(("constant", "trials", "params"), rows, np.array(taken), nnls)


def _rows(size: Size) -> tuple[float, float, float, float]:
    return (
        size.trials,
        size.trials * size.params,
        size.trials * size.attributes,
        size.trials * size.intermediate_values,
    )


def _fitted(
    terms: Sequence[str], rows: NDArray[np.float64], taken: NDArray[np.float64], nnls: object
) -> dict[str, object]:
    assert callable(nnls)
    coefficients, _ = nnls(rows / taken[:, None], np.ones(len(taken)))
    ratios = taken / (rows @ coefficients)
    return {
        **{term: float(f"{value:.4g}") for term, value in zip(terms, coefficients, strict=True)},
        "lowest_ratio": round(float(ratios.min()), 3),
        "highest_ratio": round(float(ratios.max()), 3),
        "measurements": len(taken),
    }
