"""Gaussians with covariance matrices: which mean belongs to which, and what names stand for."""

from __future__ import annotations

import pytest

from derive.identify import identify

DATA = "{m} = np.mean({x}, axis=0)\n    {S} = np.cov({x}.T)\n    "


@pytest.mark.parametrize(
    ("lines", "means", "covariances"),
    [
        (DATA.format(m="muP", S="covP", x="P") + DATA.format(m="muQ", S="covQ", x="Q"), "muP muQ", "covP covQ"),
        ("_, la = np.linalg.slogdet(a)\n    _, lb = np.linalg.slogdet(b)\n    ", "ma mb", "a b"),
        (
            "a, b = x[-1] + alpha, y[-1] + alpha\n    "
            "(_, la), (_, lb) = np.linalg.slogdet(a), np.linalg.slogdet(b)\n    ",
            "ma mb",
            "a b",
        ),
        ("la, lb = np.linalg.slogdet(S[0])[1], np.linalg.slogdet(S[1])[1]\n    ", "m[0] m[1]", "S[0] S[1]"),
        ("S = S + 1e-6\n    ", "m1 m2", "S T"),
    ],
)
@pytest.mark.parametrize("order", ["{0} - {1}", "{1} - {0}"])
def test_a_mean_belongs_to_the_covariance_of_its_mark(lines, means, covariances, order):
    (m, n), (S, T) = means.split(), covariances.split()
    logs = "lb - la" if "la" in lines else f"np.log(np.linalg.det({T})/np.linalg.det({S}))"
    away, over = order.format(m, n), f"np.linalg.inv({T})"
    formula = f"0.5*(np.trace({over} @ {S}) + ({away}).T @ {over} @ ({away}) - d + {logs})"
    if means == "m1 m2" and order == "{1} - {0}":
        m, n = n, m  # nothing says which mean is whose
    answer = identify(f"def f(x):\n    {lines}d = len(x)\n    return {formula}\n")
    assert answer.headline == f"exactly KL(N({m}, {S}) ‖ N({n}, {T}))"


def test_a_name_that_is_assigned_with_others_is_what_it_is_then():
    lines = "S = P\nS, T = f(x)\n0.5*(np.trace(np.linalg.inv(T) @ S) + (m - n) @ np.linalg.inv(T) @ (m - n) - d"
    assert identify(lines + " + np.linalg.slogdet(T)[1] - np.linalg.slogdet(S)[1])").roles["scale1"] == "S"
