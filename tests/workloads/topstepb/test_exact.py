"""Exact arithmetic: accurate against SciPy, and fixed to the last bit."""

import hashlib

import numpy as np
import pytest
from scipy.special import ndtri

from harness.workloads.topstepb import exact

RAW = np.random.PCG64(7).random_raw(50_000)


def test_uniforms_lie_strictly_inside_the_unit_interval() -> None:
    ends = exact.uniforms(np.array([0, 2**64 - 1], dtype=np.uint64))
    assert ends.tolist() == [2.0**-53, 1 - 2.0**-53]


def test_exp_is_accurate() -> None:
    x = exact.uniforms(RAW) * 1200 - 600
    np.testing.assert_allclose(exact.exp(x), np.exp(x), rtol=1e-15)
    assert exact.exp(np.zeros(1)) == 1.0


def test_log_is_accurate() -> None:
    u = exact.uniforms(RAW)
    for x in (u, 1 + u * 1e-6, u * 1e9, 1e-300 + u * 1e-290):
        np.testing.assert_allclose(exact.log(x), np.log(x), rtol=1e-15, atol=1e-15)
    assert exact.log(np.ones(1)) == 0.0


def test_normal_quantiles_are_accurate_out_to_the_last_uniform() -> None:
    u = np.concatenate((exact.uniforms(RAW), [2.0**-53, 1e-12, 1e-6, 0.075, 0.5, 0.925]))
    np.testing.assert_allclose(exact.normal_quantile(u), ndtri(u), rtol=3e-7, atol=1e-15)


def test_normal_quantiles_are_odd_to_the_bit() -> None:
    u = exact.uniforms(RAW)
    assert np.array_equal(exact.normal_quantile(u), -exact.normal_quantile(1 - u))


def test_shape_does_not_matter() -> None:
    u = exact.uniforms(RAW)
    assert np.array_equal(exact.normal_quantile(u.reshape(5, -1)).ravel(), exact.normal_quantile(u))


@pytest.mark.parametrize(
    ("values", "digest"),
    [
        (exact.exp(exact.uniforms(RAW) * 40 - 20), "5390b266c8cca430"),
        (exact.log(exact.uniforms(RAW)), "f3cfd3144ed91e83"),
        (exact.normal_quantile(exact.uniforms(RAW)), "c9489b0a98b7a1d8"),
    ],
    ids=["exp", "log", "normal_quantile"],
)
def test_every_bit_is_fixed(values: np.ndarray, digest: str) -> None:
    assert hashlib.sha256(values.tobytes()).hexdigest()[:16] == digest
