"""Least squares on the logarithm of a cost that is linear in its parameters: errors in proportion to the cost."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_ROUNDS = 20
_LARGEST_STEP = 0.5  # of the fitted cost in one round, so that it stays above zero
_SETTLED = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class RelativeFit:
    """Coefficients, what the fit leaves, and the inverse of the normal matrix; stacked as the bases were."""

    coefficients: Array  # (..., terms)
    misfit: Array  # (...): sum of squared log-residuals
    fitted: Array  # (..., runs)
    inverse: Array  # (..., terms, terms): times the variance of a log-residual, the covariance of the coefficients


def fit_relative(basis: Array, cost: Array) -> RelativeFit:
    """Fit cost = basis @ coefficients by Gauss and Newton on log(cost), for every basis (..., runs, terms) in a stack.

    Costs are positive. A term that the others already explain gets what the pseudo-inverse gives it.
    """
    logs = np.log(cost)
    scaled = basis / cost[:, None]
    coefficients = _solved(scaled, np.ones(scaled.shape[:-1]))
    fitted = _times(basis, coefficients)
    bad = np.asarray((fitted <= 0).any(axis=-1))
    if bad.any():  # begin where the fit is positive: a constant, the first term
        start = np.zeros_like(coefficients)
        start[..., 0] = np.exp(logs.mean())
        coefficients = np.where(bad[..., None], start, coefficients)
        fitted = _times(basis, coefficients)
    for _ in range(_ROUNDS):
        jacobian = basis / fitted[..., None]
        step = _solved(jacobian, logs - np.log(fitted))
        change = np.abs(_times(jacobian, step)).max(axis=-1)
        step = step * np.minimum(1.0, _LARGEST_STEP / np.maximum(change, 1e-300))[..., None]
        coefficients = coefficients + step
        fitted = _times(basis, coefficients)
        if float(change.max()) < _SETTLED:
            break
    jacobian = basis / fitted[..., None]
    left = logs - np.log(fitted)
    normal = np.swapaxes(jacobian, -1, -2) @ jacobian
    return RelativeFit(
        coefficients=coefficients,
        misfit=np.asarray((left**2).sum(axis=-1)),
        fitted=fitted,
        inverse=np.asarray(np.linalg.pinv(normal, hermitian=True), dtype=np.float64),
    )


def _solved(matrix: Array, right: Array) -> Array:
    """Least squares by the pseudo-inverse of columns brought to one length, which the units of a term do not touch."""
    lengths = np.sqrt((matrix**2).sum(axis=-2, keepdims=True))
    lengths = np.where(lengths > 0, lengths, 1.0)
    solution = np.linalg.pinv(matrix / lengths, rcond=1e-10) @ right[..., None]
    return np.asarray(solution[..., 0] / lengths[..., 0, :])


def _times(basis: Array, coefficients: Array) -> Array:
    return np.asarray((basis @ coefficients[..., None])[..., 0])
