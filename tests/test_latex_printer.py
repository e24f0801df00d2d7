"""The LaTeX printer: typography by examples, meaning by reading the print back with an independent reader."""

from __future__ import annotations

import random

import pytest
import sympy as sp
from derive.proofs import REGISTRY
from formula_reader import read_latex, read_unicode
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from latex_sample import (
    CLOSED,
    EVALUATED,
    EXPRESSIONS,
    LOGVAR1,
    LOGVAR2,
    MU,
    MU1,
    MU2,
    STD,
    STD1,
    STD2,
    VAR,
    E,
    X,
    f,
    g,
    logvar1,
    logvar2,
    mu,
    mu1,
    mu2,
    std,
    std1,
    std2,
    var,
    x,
)
from mpmath import mp, mpf
from sympy.core.function import AppliedUndef

from derive.emit import unicode
from derive.emit.latex.printer import Printer
from derive.emit.letters import plain
from derive.vocabulary.theorem import KL, Variable, expm1mx, log1pmx, written

VARIABLES = (X, MU, MU1, MU2, STD, STD1, STD2, VAR, LOGVAR1, LOGVAR2)
LATEX = Printer({v.name: v.latex for v in VARIABLES})
UNICODE = unicode.Printer.of(VARIABLES)
HALF = sp.Rational(1, 2)

with written():
    PRINTED = [
        (CLOSED, r"\log\frac{\sigma_2}{\sigma_1} + \frac{\sigma_1^2 + (\mu_1 - \mu_2)^2}{2\sigma_2^2} - \tfrac12"),
        (-HALF * (1 + 2 * sp.log(std) - std**2 - mu**2), r"-\tfrac12(1 + 2\log\sigma - \sigma^2 - \mu^2)"),
        (-sp.log(std) + (std**2 + mu**2) / 2 - HALF, r"-\log\sigma + \frac{\sigma^2 + \mu^2}{2} - \tfrac12"),
        (KL(mu1, std1, mu2, std2), r"\deriveKL{\deriveN{\mu_1}{\sigma_1^2}}{\deriveN{\mu_2}{\sigma_2^2}}"),
        (KL(mu, sp.sqrt(var), 0, 1), r"\deriveKL{\deriveN{\mu}{v}}{\deriveN{0}{1}}"),
        (KL(mu, sp.exp(logvar1 / 2), 0, 1), r"\deriveKL{\deriveN{\mu}{e^{\ell_1}}}{\deriveN{0}{1}}"),
        (HALF * (expm1mx(logvar1) + mu**2), r"\tfrac12(\deriveexpmomx(\ell_1) + \mu^2)"),
        (sp.log(std**2), r"\log(\sigma^2)"),
        (sp.log(std) ** 2, r"(\log\sigma)^2"),
        (sp.log(2), r"\log2"),
        (sp.sqrt(2 * sp.pi) * std, r"\sqrt{2\pi}\,\sigma"),
        (sp.exp(-((x - mu1) ** 2) / (2 * std1**2)), r"\exp\mathopen{}\left(-\frac{(x - \mu_1)^2}{2\sigma_1^2}\right)"),
        (sp.exp(logvar1 - logvar2), r"e^{\ell_1 - \ell_2}"),
        (mu + -std, r"\mu - \sigma"),
        (mu - (std - mu1), r"\mu - (\sigma - \mu_1)"),
        (1 / std**2, r"\frac{1}{\sigma^2}"),
        (mu / (std * (2 * var)), r"\frac{\mu}{2\sigma v}"),
        (mu * (-std), r"\mu(-\sigma)"),
        (mu * (std / mu1), r"\mu\frac{\sigma}{\mu_1}"),
        (3 * (2 * std), r"3 \cdot 2\sigma"),
        (sp.Derivative(f(mu, std), std), r"\frac{\partial}{\partial\sigma}\,f(\mu, \sigma)"),
        (sp.Derivative(f(mu, std), std, std), r"\frac{\partial^2}{\partial\sigma^2}\,f(\mu, \sigma)"),
        (sp.Derivative(f(std), std) ** 2, r"\left(\frac{\mathrm{d}}{\mathrm{d}\sigma}\,f(\sigma)\right)^2"),
        (sp.Subs(f(mu), mu, 1) ** 2, r"\left(\left.f(\mu)\right|_{\mu = 1}\right)^2"),
        (sp.Derivative(f(std), std), r"\frac{\mathrm{d}}{\mathrm{d}\sigma}\,f(\sigma)"),
        (sp.Derivative(f(mu**2), mu), r"\frac{\mathrm{d}}{\mathrm{d}\mu}\,f(\mu^2)"),
        (mu + sp.Subs(mu + mu**2, mu, 1), r"\mu + \left(\left.(\mu + \mu^2)\right|_{\mu = 1}\right)"),
        (sp.Abs(mu * sp.Abs(mu1) * mu2), r"\lvert(\mu\lvert\mu_1\rvert\mu_2)\rvert"),
        (sp.Abs(mu) * mu1 * sp.Abs(mu2), r"\lvert\mu\rvert\mu_1\lvert\mu_2\rvert"),
        (
            2 * (std + 1) * sp.Derivative(g(mu, std), std),
            r"2(\sigma + 1)\frac{\partial}{\partial\sigma}\,g(\mu, \sigma)",
        ),
        (sp.Integral(g(x) * x, (x, -sp.oo, sp.oo)), r"\int_{-\infty}^{\infty} g(x)x \,\mathrm{d}x"),
        (E((x - mu1) ** 2), r"\deriveE\bigl[(x - \mu_1)^2\bigr]"),
        (sp.Limit(sp.log(x) / x, x, 0), r"\lim_{x \to 0^+} \frac{\log x}{x}"),
        (sp.Limit(1 / x, x, sp.oo, "-"), r"\lim_{x \to \infty} \frac{1}{x}"),
    ]

EVALUATED_PRINTED = [
    (mu2 - mu1, r"\mu_2 - \mu_1"),
    (std / 2 - HALF, r"\frac{\sigma}{2} - \tfrac12"),
    (std * sp.log(std) * mu * sp.sqrt(2), r"\sqrt{2}\,\mu\sigma\log\sigma"),
]


@pytest.mark.parametrize(("expression", "expected"), PRINTED + EVALUATED_PRINTED, ids=lambda value: str(value)[:40])
def test_typography(expression: sp.Expr, expected: str) -> None:
    assert LATEX.latex(expression) == expected


def point(seed: int) -> dict[sp.Symbol, sp.Rational]:
    draw = random.Random(seed)
    return {variable.symbol: sp.Rational(draw.randint(20, 400), 137) for variable in VARIABLES}


def value_at(expression: sp.Expr, at: dict[sp.Symbol, sp.Rational]) -> mpf | None:
    """The value by SymPy; None where it is not real or out of all proportion."""
    exact = sp.sympify(expression).subs(at, simultaneous=True).doit()
    if exact.has(sp.zoo, sp.nan, sp.oo, sp.I):
        return None
    value = exact.evalf(50)
    return mpf(str(value)) if (value.is_Float and abs(value) < 10**200) or value.is_Rational else None


def assert_same_value(
    expression: sp.Expr, variables: tuple[Variable, ...], at: dict[sp.Symbol, sp.Rational], exact: mpf
) -> None:
    """Both prints, read back, have the value of the expression."""
    by_latex = {variable.latex: mpf(at[variable.symbol].p) / at[variable.symbol].q for variable in variables}
    by_letter = {plain(latex): number for latex, number in by_latex.items()}
    printed = Printer({v.name: v.latex for v in variables}).latex(expression)
    line = unicode.Printer.of(variables).line(expression)
    for read in (read_latex(printed, by_latex), read_unicode(line, by_letter)):
        assert abs(read - exact) <= mpf(10) ** -40 * max(1, abs(exact)), (printed, line)


@pytest.mark.parametrize("name", EXPRESSIONS)
@pytest.mark.parametrize("source", [EXPRESSIONS, EVALUATED], ids=["written", "evaluated"])
def test_print_of_each_sample_has_its_value(name: str, source: dict[str, sp.Expr]) -> None:
    for seed in (1, 2):
        with mp.workdps(60):
            at = point(seed)
            exact = value_at(source[name], at)
            assert exact is not None
            assert_same_value(source[name], VARIABLES, at, exact)


def test_print_of_each_formula_of_the_registry_has_its_value() -> None:
    read = 0
    for formula in (each for theorem in REGISTRY.theorems.values() for each in theorem.formulas):
        if formula.expr.atoms(AppliedUndef):
            continue
        draw = random.Random(formula.name)
        at = {v.symbol: sp.Rational(draw.randint(30, 300), 101) for v in formula.variables}
        with mp.workdps(60):
            exact = value_at(formula.expr, at)
            assert exact is not None
            assert_same_value(formula.expr, formula.variables, at, exact)
        read += 1
    assert read >= 30


def trees() -> st.SearchStrategy[sp.Expr]:
    """Expressions as people write them: nothing is evaluated, signs and groups stand anywhere."""
    leaves = st.sampled_from(
        [v.symbol for v in VARIABLES] + [sp.Integer(n) for n in (1, 2, 3, 12)] + [HALF, -HALF, sp.Rational(5, 7)]
    )

    def grown(inner: st.SearchStrategy[sp.Expr]) -> st.SearchStrategy[sp.Expr]:
        def unevaluated(kind: type[sp.Expr]) -> st.SearchStrategy[sp.Expr]:
            return st.lists(inner, min_size=2, max_size=4).map(lambda parts: kind(*parts, evaluate=False))

        return st.one_of(
            unevaluated(sp.Add),
            unevaluated(sp.Mul),
            st.tuples(inner, inner).map(lambda ab: sp.Mul(ab[0], sp.Pow(ab[1], -1, evaluate=False), evaluate=False)),
            st.tuples(inner, inner).map(lambda ab: sp.Add(ab[0], sp.Mul(-1, ab[1], evaluate=False), evaluate=False)),
            inner.map(lambda a: sp.Mul(-1, a, evaluate=False)),
            st.tuples(inner, st.sampled_from([2, 3, -1, -2])).map(lambda an: sp.Pow(*an, evaluate=False)),
            inner.map(lambda a: sp.log(sp.Abs(a, evaluate=False), evaluate=False)),
            st.sampled_from([std, std1 / std2, var**2]).map(sp.log),
            st.sampled_from([mu, -mu, mu1 / std2, logvar1 - logvar2, -((mu - mu1) ** 2) / (2 * var)]).map(sp.exp),
            st.sampled_from([std, std**2 + 1, 2 * sp.pi]).map(lambda a: sp.Pow(a, HALF, evaluate=False)),
            st.sampled_from([mu, mu1 - mu2, std / std1]).flatmap(
                lambda a: st.sampled_from([expm1mx(a), log1pmx(std + a**2)])
            ),
        )

    return st.recursive(leaves, grown, max_leaves=9)


@settings(max_examples=300, deadline=None)
@given(trees(), st.integers(0, 10**6), st.booleans())
def test_any_print_has_the_value_of_the_expression(tree: sp.Expr, seed: int, evaluated: bool) -> None:
    expression, at = tree.doit() if evaluated else tree, point(seed)
    with mp.workdps(60):
        exact = value_at(tree, at)
        assume(exact is not None and not expression.has(sp.zoo, sp.nan))
        assert_same_value(expression, VARIABLES, at, exact)


@given(trees())
@settings(max_examples=100, deadline=None)
def test_any_print_is_well_formed(tree: sp.Expr) -> None:
    text = LATEX.latex(tree)
    assert text.count("{") == text.count("}")
    assert not any(bad in text for bad in ("+ -", "- -", "--", "  ", "&", "\\\\"))


def test_what_cannot_be_printed_is_an_error() -> None:
    for printer in (LATEX.latex, UNICODE.line):
        with pytest.raises(NotImplementedError, match="rounded"):
            printer(sp.Float("0.1"))
        with pytest.raises(NotImplementedError, match="Matrix"):
            printer(sp.Matrix([1, 2]).as_immutable())


def test_log1pmx_is_printed_by_its_macro() -> None:
    assert LATEX.latex(log1pmx(std)) == r"\derivelogopmx(\sigma)"


def test_a_letter_before_a_function_is_not_its_name() -> None:
    """t h(t) is no function th, and 2^k e^r no power of 2^k e."""
    t, k, r = sp.symbols("t k r")
    h = sp.Function("h")
    assert Printer().latex(2 * t * h(t)) == r"2t\,h(t)"
    assert Printer().latex(sp.Mul(2**k, sp.exp(r), evaluate=False)) in (r"2^k\,e^r", r"e^r2^k", r"e^r\,2^k")
