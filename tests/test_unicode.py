"""The lines of the terminal: examples, and words with mathematics in them. Values: tests/test_latex_printer.py."""

from __future__ import annotations

import pytest
import sympy as sp
from latex_sample import EXPRESSIONS, MU, NORMAL, REGISTRY, STD, THEOREMS, VAR, f, g, mu, std, var

from derive.emit.letters import plain
from derive.emit.unicode import Printer, formula_line, row_lines
from derive.vocabulary.theorem import written

PRINTER = Printer.of((*NORMAL, MU, STD, VAR))

LINES = {
    "closed": "log(σ₂/σ₁) + (σ₁² + (μ₁−μ₂)²)/(2σ₂²) − ½",
    "f": "−½ (1 + 2 log σ − σ² − μ²)",
    "stable std": "½ (−log1pmx((σ₁−σ₂)(σ₁+σ₂)/σ₂²) + ((μ₁−μ₂)/σ₂)²)",
    "density": "exp(−(x−μ₁)²/(2σ₁²))/(√(2π) σ₁)",
    "log of a square": "log(σ²) − (log σ)²",
    "nested differences": "μ − (σ − (μ₁ − (μ₂−σ₁)))",
    "fractions": "¾ μ − ⅔ (σ − ½)(5/7)",
    "digits": "μ²·2·3/5 − 12/σ²",
}


@pytest.mark.parametrize("name", LINES)
def test_line(name: str) -> None:
    assert PRINTER.line(EXPRESSIONS[name]) == LINES[name]


with written():
    ANALYSIS = [
        (sp.Derivative(f(mu, std), std), "∂/∂σ f(μ, σ)"),
        (sp.Derivative(f(mu, std), std, std), "∂²/∂σ² f(μ, σ)"),
        (mu * f(mu, std), "μ f(μ, σ)"),
        (f(mu, std) * sp.Derivative(std**2, std), "f(μ, σ) d/dσ σ²"),
        (sp.Integral(g(std) * std, (std, 0, sp.oo)), "∫[0, ∞] g(σ)σ dσ"),
        (sp.Limit(sp.log(std), std, 0), "lim[σ→0⁺] log σ"),
        (sp.Eq(std, sp.sqrt(var)), "σ = √v"),
        (sp.Integer(2) ** -538, "2^(−538)"),
    ]


@pytest.mark.parametrize(("expression", "expected"), ANALYSIS)
def test_analysis(expression: sp.Basic, expected: str) -> None:
    assert PRINTER.line(expression) == expected


def test_rows_and_formulas() -> None:
    theorem = THEOREMS[1]
    assert row_lines(theorem.statement, theorem.variables) == [
        "f(μ, σ) = −½ (1 + 2 log σ − σ² − μ²)",
        "        = g(μ, σ²)",
        "∂/∂σ f(μ, σ) = (2 + 2σ) ∂/∂σ g(μ, σ)",
        "[∂²/∂σ² f(μ, σ) at σ = 1] > ½    (at σ = 1)",
    ]
    assert formula_line(REGISTRY.formula("sample_stable")) == (
        "KL(N(μ₁, exp(ℓ₁)) ‖ N(μ₂, exp(ℓ₂))) = ½ (expm1mx(ℓ₁−ℓ₂) + (μ₁−μ₂)² exp(−ℓ₂))"
    )


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (r"at $\sigma = 1$", "at σ = 1"),
        (r"$\sigma_1^2 \ge 0$ and $\mu x$", "σ₁² ≥ 0 and μx"),
        (r"$\tfrac12 (a + b)$, $\frac{a+b}{\sigma}$", "½ (a + b), (a+b)/σ"),
        (r"$e^{-x^2/2} \to 0$", "e^(−x²/2) → 0"),
        (r"$\mathcal{N}(\mu_1, \sigma_1^2)$", "N(μ₁, σ₁²)"),
        (r"$\sqrt{v}$, $\log\sigma$, $x \in \{0, 1\}$", "√v, log σ, x ∈ {0, 1}"),
        ("no mathematics, a-b", "no mathematics, a-b"),
        (r"\sigma_2", "σ₂"),
    ],
)
def test_words(words: str, expected: str) -> None:
    assert plain(words) == expected
