"""Gaussians with covariance matrices: which mean belongs to which, and what names stand for."""

from __future__ import annotations

import numpy as np
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


OBJECTS = """S1 = np.matrix(S1); S2 = np.matrix(S2); d = np.matrix(m2 - m1).T
0.5 * float(np.trace(S2.I * S1) + (d.T * S2.I * d)[0, 0] - k + np.log(np.linalg.det(S2) / np.linalg.det(S1)))"""
PRECISION = """P2 = np.array(P2)
0.5 * (np.trace(P2 @ S1) + (m1 - m2) @ P2 @ (m1 - m2) - k - np.linalg.slogdet(P2)[1] - np.linalg.slogdet(S1)[1])"""
OF_PRECISION = """L = np.linalg.cholesky(np.linalg.inv(S2))
logs = 2*np.sum(np.log(np.diag(L))) + np.linalg.slogdet(S1)[1]
0.5 * (np.sum((L.T @ (m1 - m2))**2) + np.trace(L @ L.T @ S1) - k - logs)"""
INDEXED = """d = m[j] - m[i]
logs = np.linalg.slogdet(S[j])[1] - np.linalg.slogdet(S[i])[1]
0.5 * (np.trace(np.linalg.solve(S[j], S[i])) + d @ np.linalg.solve(S[j], d) - k + logs)"""


def _true(given):
    S1, S2, d = given["S1"], given["S2"], given["m2"] - given["m1"]
    logs = np.log(np.linalg.det(S2) / np.linalg.det(S1))
    return 0.5 * (np.trace(np.linalg.inv(S2) @ S1) + d @ np.linalg.inv(S2) @ d - 2 + logs)


@pytest.mark.parametrize(
    ("text", "headline", "slips"),
    [
        (OBJECTS, "exactly KL(N(m1, S1) ‖ N(m2, S2))", [("S2.I * S1", "S1.I * S2"), ("d.T * S2.I", "d.T * S1.I")]),
        (PRECISION, "exactly KL(N(m1, S1) ‖ N(m2, P2⁻¹))", [("- k - np", "- k + np"), ("+ (m1", "- (m1")]),
        (OF_PRECISION, "exactly KL(N(m1, S1) ‖ N(m2, S2))", [("k - logs", "k + logs"), ("L.T @ (m1", "L @ (m1")]),
        (INDEXED, "exactly KL(N(m[i], S[i]) ‖ N(m[j], S[j]))", [("solve(S[j], d)", "solve(S[i], d)"), ("- k", "+ k")]),
    ],
    ids=["matrix objects", "a precision", "the factor of a precision", "indices"],
)
@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_covariances_as_objects_precisions_and_entries_of_a_list(text, headline, slips):
    given = {"S1": np.array([[2.0, 0.3], [0.3, 1.0]]), "S2": np.array([[1.5, -0.2], [-0.2, 0.7]])}
    given |= {"m1": np.array([1.0, -0.5]), "m2": np.array([0.2, 0.4]), "k": 2, "i": 0, "j": 1}
    given |= {"P2": np.linalg.inv(given["S2"]), "S": [given["S1"], given["S2"]], "m": [given["m1"], given["m2"]]}

    def value(text):
        *lines, last = text.split("\n")
        names = {"np": np, **given}
        exec("\n".join(lines), names)
        return eval(last, names)

    assert identify(text).headline == headline
    assert np.isclose(value(text), _true(given))
    for old, new in slips:
        wrong = text.replace(old, new)
        assert not np.isclose(value(wrong), _true(given))
        assert identify(wrong).verdict == "unrecognised"


def test_what_a_comment_says_of_matrices_makes_no_matrices():
    text = """dp, dq = vp.prod(), vq.prod(axis)
0.5 * (np.log(dq / dp)            # log |S_q| / |S_p|
     + (vp / vq).sum(axis)        # tr(S_q^-1 S_p)
     + ((mp - mq)**2 / vq).sum(axis) - len(mp))"""
    assert identify(text).headline == "exactly KL(N(mp, vp) ‖ N(mq, vq))"
    assert identify(text.replace("dq / dp", "dp / dq")).verdict == "not_kl"


GAUSS_KL = """
if K is None:
    alpha, trace = q_mu, tf.reduce_sum(tf.square(Lq))
else:
    alpha = tf.linalg.triangular_solve(Lp, q_mu, lower=True)
    LpiLq = tf.linalg.triangular_solve(Lp, Lq_full, lower=True)
    trace = tf.reduce_sum(tf.square(LpiLq))
twoKL = tf.reduce_sum(tf.square(alpha)) - tf.reduce_sum(tf.math.log(tf.square(Lq_diag))) + trace - N
0.5 * twoKL
"""


def test_the_square_of_a_cholesky_factor_is_no_estimator():
    answer = identify(GAUSS_KL)
    assert (answer.verdict, answer.headline) == ("unrecognised", "full covariance: not checked")
    assert identify("0.5*(lq - lp)**2").verdict == "estimator"


def test_the_diagonal_form_of_gaussian_processes_is_known():
    text = (
        "kl = 0.5*(tf.reduce_sum(tf.square(q_mu)) - tf.cast(tf.size(q_mu), tf.float64))\n"
        "kl += 0.5*(tf.reduce_sum(tf.square(q_sqrt)) - tf.reduce_sum(tf.math.log(tf.square(q_sqrt))))"
    )
    assert identify(text).headline == "exactly KL(N(q_mu, q_sqrt²) ‖ N(0, 1))"
    assert identify(text.replace("log(tf.square(q_sqrt))", "log(q_sqrt)")).verdict == "not_kl"
