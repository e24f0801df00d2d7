"""The main polynomial of expm1mx, with the coefficients that the kernels have, for coq-interval and Gappa.

Nothing computed here is trusted: Coq checks the bounds for the coefficients that are printed.
"""

from __future__ import annotations

from fractions import Fraction

from derive.kernel import Polynomial

#: expm1mx(r) = r^2 (1/2 + r p(r)) within 2^-58 expm1mx(r); the error is 2^-58.14.
EXPONENTIAL = "exponential_rest"
BITS = 58

REQUIRED = (
    "From Coq Require Import Reals.",
    "From Interval Require Import Tactic.",
    "From DeriveKL Require Import Formulas Approximation.",
)


def _number(value: float) -> str:
    """A binary64 number as an integer times a power of two."""
    numerator, denominator = value.as_integer_ratio()
    shift = denominator.bit_length() - 1
    return f"{numerator} * powerRZ 2 ({-shift})"


def coefficients(polynomial: Polynomial) -> list[str]:
    """The definitions of the coefficients and of the polynomial by Horner's rule."""
    names = [f"c{k}" for k in range(len(polynomial.coefficients))]
    lines = [
        f"Definition {name} : R := {_number(c)}.  (* {c.hex()} *)"
        for name, c in zip(names, polynomial.coefficients, strict=True)
    ]
    text = names[-1]
    for name in reversed(names[:-1]):
        text = f"({text} * x + {name})" if name != names[0] else f"{text} * x + {name}"
    return [*lines, "", f"Definition {polynomial.name} (x : R) : R :=", f"  {text}.", ""]


def reach(polynomial: Polynomial) -> str:
    """The end of the interval as a fraction: the decimal number that it is written as."""
    end = Fraction(repr(polynomial.upper))
    return f"{end.numerator} / {end.denominator}"


def approximation(polynomial: Polynomial) -> list[str]:
    """What interval arithmetic checks."""
    names = " ".join(f"c{k}" for k in range(len(polynomial.coefficients)))
    return [
        *coefficients(polynomial),
        "Definition factor (x : R) : R := 1 / 2 + x * exponential_rest x.",
        "",
        f"#[export] Hint Unfold {names} exponential_rest factor : kl_polynomials.",
        "",
        "Theorem expm1mx_approximated :",
        "  forall x : R,",
        f"  Rabs x <= {reach(polynomial)} ->",
        "  Rabs (x ^ 2 * factor x - expm1mx x) <=",
        f"    / 2 ^ {BITS} * expm1mx x.",
        "Proof. solve_kl_approximation factor. Qed.",
    ]
