"""Draws: the independent random numbers of a market, from a seed, in an order that no length of market changes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from harness.workloads.topstepb import exact

Floats = npt.NDArray[np.float64]

SCALES = 6  # three of volatility, two of volume, one burst
_PER_BAR = 4 + SCALES
_BLOCK = 8192  # bars at a time: what fits a core's cache is turned into normals twice as fast


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """n numbers each, one per bar: standard normal, except for the two wicks, which are uniform on (0, 1)."""

    upper_wick: Floats
    lower_wick: Floats
    move: Floats
    opening: Floats
    scales: tuple[Floats, ...]  # SCALES of them


def draw(seed: int, bars: int) -> Draws:
    """Draws for the first `bars` bars of `seed`: ten words of PCG64, whose stream NumPy promises to keep, per bar."""
    source = np.random.PCG64(seed)
    wicks = np.empty((2, bars))
    normals = np.empty((_PER_BAR - 2, bars))
    for first in range(0, bars, _BLOCK):
        last = min(first + _BLOCK, bars)
        block = exact.uniforms(source.random_raw(_PER_BAR * (last - first)).reshape(-1, _PER_BAR).T.copy())
        wicks[:, first:last] = block[:2]
        normals[:, first:last] = exact.normal_quantile(block[2:])
    return Draws(
        upper_wick=wicks[0], lower_wick=wicks[1], move=normals[0], opening=normals[1], scales=tuple(normals[2:])
    )
