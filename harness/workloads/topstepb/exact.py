"""Exponential, logarithm and normal quantiles whose last bit is the same on every machine.

They use only additions, multiplications, divisions and square roots of float64, which IEEE 754 rounds correctly, one
NumPy call each, so that no compiler can fuse two of them; and frexp, ldexp and rint, which are exact. NumPy's own exp
and log differ in the last bit between processors and versions, and so does whatever the C library offers.
All functions are elementwise, accept any shape, and are accurate to what their docstring says, not to the last bit.
"""

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_LOG2_E = 1.4426950408889634
_LN2_HIGH = 0.693145751953125  # 2**-20 * 726816: times a whole number below 2**33 it is exact
_LN2_LOW = 1.42860682030941723212e-6
_SQRT_HALF = 0.7071067811865476
_EXP_TERMS = tuple(1 / math.factorial(k) for k in range(13, -1, -1))
_LOG_TERMS = tuple(2 / k for k in range(17, 0, -2))

# Wichura, Algorithm AS 241 (PPND7), Applied Statistics 37 (1988) 477-484; highest power first.
_MIDDLE = (59.109374720, 159.29113202, 50.434271938, 3.3871327179), (67.187563600, 78.757757664, 17.895169469, 1.0)
_TAIL = (0.17023821103, 1.3067284816, 2.7568153900, 1.4234372777), (0.12021132975, 0.73700164250, 1.0)
_FAR_TAIL = (0.017337203997, 0.42868294337, 3.0812263860, 6.6579051150), (0.012258202635, 0.24197894225, 1.0)


def uniforms(raw: npt.NDArray[np.uint64]) -> Floats:
    """Numbers strictly between 0 and 1 from 64 random bits each, exactly symmetric about one half."""
    steps: Floats = (raw >> np.uint64(12)).astype(np.float64)
    return (steps + 0.5) * 2.0**-52


def exp(x: Floats) -> Floats:
    """e**x to 1e-15 of its value, for |x| < 700."""
    power = np.rint(x * _LOG2_E)
    rest = (x - power * _LN2_HIGH) - power * _LN2_LOW
    value: Floats = np.ldexp(_polynomial(_EXP_TERMS, rest), power.astype(np.int32))
    return value


def log(x: Floats) -> Floats:
    """Natural logarithm of x > 0 to 1e-15, absolute or relative, whichever is larger."""
    mantissa, power = np.frexp(x)
    low = mantissa < _SQRT_HALF
    mantissa = np.where(low, 2 * mantissa, mantissa)
    exponent = (power - low).astype(np.float64)
    t = (mantissa - 1) / (mantissa + 1)
    value: Floats = exponent * _LN2_HIGH + (t * _polynomial(_LOG_TERMS, t * t) + exponent * _LN2_LOW)
    return value


def normal_quantile(u: Floats) -> Floats:
    """Quantile of the standard normal distribution at 0 < u < 1, to 1e-7 of its value. Odd about one half, exactly."""
    q = u - 0.5
    z = q * _ratio(_MIDDLE, 0.180625 - q * q)
    tail = np.flatnonzero(np.abs(q) > 0.425)
    beyond = u[tail] if u.ndim == 1 else u.ravel()[tail]
    r = np.sqrt(-log(np.minimum(beyond, 1 - beyond)))
    size = np.where(r <= 5, _ratio(_TAIL, r - 1.6), _ratio(_FAR_TAIL, r - 5))
    z.ravel()[tail] = np.where(beyond < 0.5, -size, size)
    return z


def _ratio(terms: tuple[tuple[float, ...], tuple[float, ...]], x: Floats) -> Floats:
    return _polynomial(terms[0], x) / _polynomial(terms[1], x)


def _polynomial(terms: tuple[float, ...], x: Floats) -> Floats:
    """Horner's rule in place; the product and the sum are separate calls on purpose."""
    value = np.full_like(x, terms[0])
    for term in terms[1:]:
        value *= x
        value += term
    return value
