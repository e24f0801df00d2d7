"""The main polynomial of expm1mx, with the coefficients that the kernels have, for coq-interval and Gappa.

Nothing computed here is trusted: Coq checks the bounds for the coefficients that are printed.
"""

from __future__ import annotations

import textwrap
from fractions import Fraction

from derive.vocabulary.kernel import Function, Node, Polynomial, operands

#: The function of the kernels that evaluates it.
EVALUATION = "expm1mx_reduced"
#: expm1mx(r) = r^2 (1/2 + r p(r)) within 2^-58 expm1mx(r); the error is 2^-58.14.
EXPONENTIAL = "exponential_rest"
BITS = 58

REQUIRED = (
    "From Coq Require Import Reals.",
    "From Interval Require Import Tactic.",
    "From DeriveKL Require Import Formulas Approximation.",
)

REQUIRED_FOR_ROUNDING = (
    "From Coq Require Import Reals.",
    "From Flocq Require Import Core.",
    "From DeriveKL Require Import Formulas Rounding.",
    "From DeriveKLEmitted Require Import Approximation.",
)
#: Horner's rule is within 2^-55 of the polynomial, and the whole within a relative 2^-55; from |r| = 2^-400 on.
ROUNDING_BITS, LEAST = 55, -400


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
        f"#[export] Hint Unfold {names} exponential_rest : kl_polynomials.",
        "",
        "Theorem expm1mx_approximated :",
        "  forall x : R,",
        f"  Rabs x <= {reach(polynomial)} ->",
        "  Rabs (x ^ 2 * (1 / 2 + x * exponential_rest x) - expm1mx x) <=",
        f"    / 2 ^ {BITS} * expm1mx x.",
        "Proof. solve_kl_approximation (fun x => 1 / 2 + x * exponential_rest x). Qed.",
    ]


class _Tree:
    """A function of the kernels in Flocq's terms: every operation that rounds is ``rnd`` of the exact one."""

    def __init__(self, function: Function, polynomial: Polynomial) -> None:
        self.function = function
        self.numbers = {c: f"c{k}" for k, c in enumerate(polynomial.coefficients)}
        (self.polynomial,) = (n for n, (name, _) in function.approximates.items() if name == polynomial.name)

    def inline(self, n: Node) -> str:
        """A node below the polynomial, as one term."""
        if n.op == "arg":
            return str(n.value)
        if n.op == "const":
            assert isinstance(n.value, float)
            return self.numbers.get(n.value) or f"({Fraction(n.value).numerator} / {Fraction(n.value).denominator})"
        return f"({self._operation(n, [self.inline(a) for a in n.args])})"

    def lets(self) -> list[str]:
        """The statements of the function, and the sum of its head and tail."""
        text: dict[Node, str] = {self.polynomial: f"(rest {self.function.parameters[0].value})"}
        lines = []
        for n in operands((r for _, r in self.function.results), stop=text):
            if n in text:
                continue
            if n.op in ("arg", "const"):
                text[n] = self.inline(n)
            elif n.op != "two_prod":
                value, name = self._value(n, text), self.function.names.get(n)
                lines += [f"  let {name} := {value} in"] if name else []
                text[n] = name or f"({value})"
        head, tail = (text[r] for _, r in self.function.results)
        return [*lines, f"  {head} + {tail}."]

    def _value(self, n: Node, text: dict[Node, str]) -> str:
        if n.op != "result":
            return self._operation(n, [text[a] for a in n.args])
        a, b = (text[operand] for operand in n.args[0].args)
        exact = f"{a} * {b}"
        return f"rnd ({exact})" if n.value == 0 else f"rnd ({exact} - rnd ({exact}))"

    def _operation(self, n: Node, args: list[str]) -> str:
        if n.op == "fma":
            return f"fma {' '.join(args)}"
        sign = {"add": "+", "sub": "-", "mul": "*"}[n.op]
        return f"rnd ({args[0]} {sign} {args[1]})"


def rounding(polynomial: Polynomial, function: Function) -> list[str]:
    """What Gappa and the library check of the evaluation: the tree of the kernels, rounding by rounding."""
    tree = _Tree(function, polynomial)
    (parameter,) = function.parameters
    r, end = parameter.value, Fraction(repr(polynomial.upper))
    top = f"{int(end * 2**61) + 1} * powerRZ 2 (-61)"
    return [
        f"Definition rest ({r} : R) : R :=",
        *textwrap.wrap(f"{tree.inline(tree.polynomial)}.", 96, initial_indent="  ", subsequent_indent="  "),
        "",
        f"Definition {function.name} ({r} : R) : R :=",
        *tree.lets(),
        "",
        f"#[export] Hint Unfold rest {function.name} : kl_rounding.",
        "",
        "(** By Gappa. *)",
        "Theorem rest_rounded :",
        f"  forall {r} : R,",
        f"  binary64 {r} ->",
        f"  Rabs {r} <= {top} ->",
        f"  - (1 * powerRZ 2 (-{ROUNDING_BITS})) <= rest {r} - exponential_rest {r} <= "
        f"1 * powerRZ 2 (-{ROUNDING_BITS}).",
        "Proof. solve_kl_horner. Qed.",
        "",
        f"Theorem {function.name}_rounded :",
        f"  forall {r} : R,",
        f"  binary64 {r} ->",
        f"  bpow radix2 ({LEAST}) <= Rabs {r} ->",
        f"  Rabs {r} <= {reach(polynomial)} ->",
        f"  Rabs ({function.name} {r} - expm1mx {r}) <=",
        f"    / 2 ^ {ROUNDING_BITS} * expm1mx {r}.",
        "Proof. solve_kl_rounding rest_rounded expm1mx_approximated. Qed.",
    ]
