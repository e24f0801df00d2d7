"""Digits lost as written, and the stable spelling: run with NumPy, it has the digits that the usual one lost."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import flint
import numpy as np
import pytest
from spellings import right

from derive.identify import identify
from derive.identify.answer.numerics import losses
from derive.identify.match.match import Match, matches
from derive.identify.match.views import views_of
from derive.identify.read.reading import read

UNIT = {
    "std": "0.5*(s**2 + m**2 - 1) - np.log(s)",
    "var": "0.5*(s + m**2 - 1 - np.log(s))",
    "logstd": "0.5*(np.exp(2*s) + m**2 - 1 - 2*s)",
    "logvar": "-0.5*(1 + s - m**2 - np.exp(s))",
    "precision": "0.5*(1/s + m**2 - 1 + np.log(s))",
    "softplus": "0.5*(np.logaddexp(0, s)**2 + m**2 - 1) - np.log(np.logaddexp(0, s))",
}
NORMAL = {
    "std": "np.log(b/a) + (a**2 + (m - k)**2)/(2*b**2) - 0.5",
    "var": "0.5*(np.log(b/a) + (a + (m - k)**2)/b - 1)",
    "logstd": "b - a + 0.5*(np.exp(2*a) + (m - k)**2)*np.exp(-2*b) - 0.5",
    "logvar": "0.5*(b - a + (np.exp(a) + (m - k)**2)/np.exp(b) - 1)",
}
OPTIMUM = {"std": 1.0, "var": 1.0, "precision": 1.0, "logstd": 0.0, "logvar": 0.0, "softplus": math.log(math.e - 1)}


def _exact(scale: str, values: list[float]) -> float:
    """The divergence at these floats, in ball arithmetic; typed here, not taken from the product."""
    with flint.ctx.workprec(400):
        arbs = [flint.arb(flint.fmpq(*Fraction(v).as_integer_ratio())) for v in values]
        variance = {
            "std": lambda s: s * s,
            "var": lambda s: s,
            "logstd": lambda s: (2 * s).exp(),
            "logvar": lambda s: s.exp(),
            "precision": lambda s: 1 / s,
            "softplus": lambda s: (1 + s.exp()).log() ** 2,
        }[scale]
        m1, v1 = arbs[0], variance(arbs[1])
        m2, v2 = (arbs[2], variance(arbs[3])) if len(arbs) == 4 else (flint.arb(0), flint.arb(1))
        return float(((v2 / v1).log() / 2 + (v1 + (m1 - m2) ** 2) / (2 * v2) - flint.arb(1) / 2).mid())


def _run(code: str, values: dict[str, float]) -> float:
    names: dict[str, object] = {"np": np, **{k: np.float64(v) for k, v in values.items()}}
    *definition, formula = code.strip().split("\n")
    exec("\n".join(definition), names)
    return float(eval(formula, names))


@pytest.mark.parametrize("scale", UNIT)
@pytest.mark.parametrize("distance", [1e-3, 1e-6])
def test_the_stable_spelling_of_the_unit_pair_keeps_its_digits(scale, distance):
    answer = identify(UNIT[scale])
    assert (answer.verdict, answer.scale) == ("kl", scale)
    for sign in (1, -0.7):
        point = {"m": 0.4 * distance, "s": OPTIMUM[scale] + sign * distance}
        exact = _exact(scale, [point["m"], point["s"]])
        # softplus(rho) near 1 carries its own rounding, which no later formula can take back
        tolerance = 1e-14 if scale != "softplus" else 4e-16 / distance
        assert _run(answer.stable, point) == pytest.approx(exact, rel=tolerance)
        assert abs(_run(UNIT[scale], point) / exact - 1) > 1e-13


@pytest.mark.parametrize("scale", NORMAL)
def test_the_stable_spelling_of_two_gaussians_keeps_its_digits(scale):
    answer = identify(NORMAL[scale])
    assert (answer.verdict, answer.scale) == ("kl", scale)
    point = {"m": 0.7 + 1e-6, "a": 1.3 * (1 + 1e-6), "k": 0.7, "b": 1.3}
    exact = _exact(scale, [point["m"], point["a"], point["k"], point["b"]])
    assert _run(answer.stable, point) == pytest.approx(exact, rel=1e-14)
    assert abs(_run(NORMAL[scale], point) / exact - 1) > 1e-8


@pytest.mark.parametrize("seed", range(40))
def test_the_stable_spelling_means_the_same(seed):
    """The pasted text, identified again without its helper, is decided to be the divergence."""
    spelled = right(random.Random(seed))
    answer = identify(spelled.text)
    formula = answer.stable.splitlines()[-1]
    start = formula.index("expm1mx(") + len("expm1mx(")
    depth, end = 1, start
    while depth:
        depth += {"(": 1, ")": -1}.get(formula[end], 0)
        end += 1
    x = formula[start : end - 1]
    plain = formula.replace(f"expm1mx({x})", f"(exp({x}) - 1 - ({x}))")
    again = identify(plain)
    assert (again.scale, again.pair, again.direction, again.factor) == (
        answer.scale,
        answer.pair,
        answer.direction,
        answer.factor,
    ), plain


def test_digits_lost_are_measured():
    view = views_of(read(UNIT["logvar"]).trees[-1])[0]
    (match, *_) = matches(view.form)
    from derive.identify.match.decide import Algebra

    found = {
        (x.precision, x.distance): x for x in losses(view.node, Algebra(view.expander, view.form, match.reading), match)
    }
    # value near d^2/2 from terms near 1: 2 d^-2 units are lost, 6 digits at 1e-3 and 12 at 1e-6
    assert 5.5 < found["binary64", 1e-3].digits < 7
    assert 11.5 < found["binary64", 1e-6].digits < 13
    assert found["binary32", 1e-6].digits == found["binary32", 1e-6].available
    assert isinstance(match, Match)


def test_a_cancellation_free_spelling_loses_nothing():
    answer = identify("(mean_q - mean_p)**2 / (2 * variance)")
    assert "loses 0 of 7 digits in float32" in " ".join(answer.notes)


@pytest.mark.parametrize("weight", ["1e-200*1e-200", "1e200*1e200"])
def test_nothing_is_said_of_the_digits_of_what_is_0_or_infinite_in_every_format(weight):
    plain = "0.5*(mu**2 + np.exp(logvar) - 1 - logvar)"
    assert any("digits" in note for note in identify(plain).notes)
    answer = identify(f"{weight} * {plain}")
    assert answer.verdict == "affine_kl"
    assert not any("digits" in note for note in answer.notes)


@pytest.mark.parametrize(
    ("text", "stable"),
    [
        ("torch.mean(torch.exp(lp - lq) - 1 - (lp - lq))", "torch.mean(expm1mx(lp - lq))"),
        ("torch.expm1(ref_logp - logp) - (ref_logp - logp)", "expm1mx(ref_logp - logp)"),
        ("ratio - 1 - torch.log(ratio)", "expm1mx(torch.log(ratio))"),
        ("-0.5*(ratio - 1 - tf.math.log(ratio))", "(-1/2)*expm1mx(tf.math.log(ratio))"),
        ("log_ratio + np.exp(-log_ratio) - 1", "expm1mx(-log_ratio)"),
        ("(ratio - 1) - log_ratio", "expm1mx(log_ratio)"),
        ("expm1mx(ref_logp - logp)", ""),
        ("-log1pmx(ratio - 1)", ""),
    ],
)
def test_the_stable_form_of_an_estimator(text, stable):
    answer = identify(text)
    assert answer.verdict == "estimator"
    assert (answer.stable or "").rpartition("\n")[2] == stable
    assert answer.cancels is bool(stable)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("0.5*(sigma**2 + mu**2 - 1) - log(sigma)", "σ within 0.1% of 1"),
        ("0.5*(var + mu**2 - 1 - log(var))", "σ² within 0.1% of 1"),
        ("0.5*(exp(logvar) + mu**2 - 1 - logvar)", "log σ² within 0.001 of 0"),
        ("0.5*(exp(2*logstd) + mu**2 - 1 - 2*logstd)", "log σ within 0.001 of 0"),
        ("log(s2/s1) + (s1**2 + (m1 - m2)**2)/(2*s2**2) - 0.5", "the two Gaussians within 0.1% of each other"),
    ],
)
def test_where_digits_are_lost_is_said_of_the_parameter(text, where):
    assert any(note.endswith(f"digits in float32 ({where})") for note in identify(text).notes)
