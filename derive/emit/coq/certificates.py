"""The main polynomials of expm1mx and log1pmx, with the coefficients of the kernels, for coq-interval and Gappa.

Nothing computed here is trusted: Coq checks the bounds for the coefficients that are printed.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

from derive.vocabulary.kernel import Function, Kind, Node, Polynomial, operands, result

#: The function of the kernels that evaluates it.
EVALUATION = "expm1mx_reduced"
#: expm1mx(r) = r^2 (1/2 + r p(r)) within 2^-58 expm1mx(r); the error is 2^-58.14.
EXPONENTIAL = "exponential_rest"
BITS = 58

#: The series of the logarithm beyond its first term, the function of the kernels that evaluates it, the one that makes
#: m - 1 - log m of it, and the one that divides; with the last, without a power of two, log1pmx near 0.
LOGARITHM, SERIES, EXCESS, QUOTIENT = "atanh_rest", "atanh_rest", "first_power", "log1pmx_scaled"
#: The reach of x/(2 + x), and of x, where 1 + x needs no power of two: from sqrt(1/2) - 1 to sqrt(2) - 1 and a little.
REACH, ENDS = "1716 / 10000", ("-2929 / 10000", "41422 / 100000")

REQUIRED = (
    "From Coq Require Import Reals.",
    "From Coquelicot Require Import Coquelicot.",
    "From Interval Require Import Tactic.",
    "From DeriveKL Require Import Formulas Approximation AtanhApproximation.",
)

REQUIRED_FOR_ROUNDING = (
    "From Coq Require Import Reals.",
    "From Coquelicot Require Import Coquelicot.",
    "From Flocq Require Import Core.",
    "From DeriveKL Require Import Formulas Rounding LogRounding.",
    "From DeriveKLEmitted Require Import Approximation.",
)
#: Horner's rule is within 2^-55 of the polynomial, and the whole within a relative 2^-55; from |r| = 2^-400 on.
ROUNDING_BITS, LEAST = 55, -400


def _number(value: float) -> str:
    """A binary64 number as an integer times a power of two."""
    numerator, denominator = value.as_integer_ratio()
    shift = denominator.bit_length() - 1
    return f"{numerator} * powerRZ 2 ({-shift})"


def coefficients(polynomial: Polynomial, letter: str = "c") -> list[str]:
    """The definitions of the coefficients and of the polynomial by Horner's rule."""
    names = [f"{letter}{k}" for k in range(len(polynomial.coefficients))]
    lines = [
        f"Definition {name} : R := {_number(c)}.  (* {c.hex()} *)"
        for name, c in zip(names, polynomial.coefficients, strict=True)
    ]
    return [*lines, "", *_polynomial(polynomial.name, names)]


def _polynomial(name: str, terms: Sequence[str]) -> list[str]:
    """A polynomial by Horner's rule, lowest coefficient first."""
    text = terms[-1]
    for term in reversed(terms[:-1]):
        text = f"({text} * x + {term})" if term != terms[0] else f"{text} * x + {term}"
    return [f"Definition {name} (x : R) : R :=", *_wrapped(f"{text}."), ""]


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, 96, initial_indent="  ", subsequent_indent="  ", break_long_words=False)


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


def series(polynomial: Polynomial) -> list[str]:
    """The same for the series of the logarithm, of which the slope is what is compared."""
    letter, slope = "a", f"{polynomial.name}_slope"
    names = [f"{letter}{k}" for k in range(len(polynomial.coefficients))]
    return [
        *coefficients(polynomial, letter),
        *_polynomial(slope, [f"{k} * {name}" for k, name in enumerate(names)][1:]),
        f"#[export] Hint Unfold {' '.join(names)} {polynomial.name} {slope} : kl_polynomials.",
        "",
        "Theorem log1pmx_approximated :",
        "  forall f : R,",
        f"  Rabs f <= {REACH} ->",
        f"  Rabs (atanh_error {polynomial.name} f) <=",
        "    / 2 ^ 52 / 3 * Rabs f ^ 3.",
        f"Proof. solve_kl_atanh {polynomial.name} {slope} ({REACH}). Qed.",
    ]


_NONE: Mapping[float, str] = MappingProxyType({})


class _Tree:
    """Nodes of a function in Flocq's terms: every operation that rounds is ``rnd`` of the exact one."""

    def __init__(self, function: Function, known: Mapping[Node, str], constants: Mapping[float, str] = _NONE) -> None:
        self.function, self.known, self.constants = function, known, constants

    def inline(self, n: Node) -> str:
        """A node as one term."""
        if n in self.known:
            return self.known[n]
        if n.op == "arg":
            return str(n.value)
        if n.op == "const":
            assert isinstance(n.value, float)
            exact = Fraction(n.value)
            number = str(exact.numerator) if exact.denominator == 1 else f"({exact.numerator} / {exact.denominator})"
            return self.constants.get(n.value) or number
        return f"({self._operation(n, [self.inline(a) for a in n.args])})"

    def lets(self, results: Sequence[Node]) -> list[str]:
        """The statements of the function that these results need, and their sum."""
        text = dict(self.known)
        lines = []
        for n in operands(results, stop=text):
            if n in text:
                continue
            if n.op in ("arg", "const"):
                text[n] = self.inline(n)
            elif n.kind is not Kind.PAIR:
                value, name = self._value(n, text), self.function.names.get(n)
                lines += [f"  let {name} := {value} in"] if name else []
                text[n] = name or f"({value})"
        return [*lines, f"  {' + '.join(text[r] for r in results)}."]

    def _value(self, n: Node, text: Mapping[Node, str]) -> str:
        if n.op != "result":
            return self._operation(n, [text[a] for a in n.args])
        of, tail = n.args[0], n.value != 0
        if of.op == "call":
            return self._called(of, [text[a] for a in of.args])
        a, b = (text[operand] for operand in of.args)
        if of.op == "two_prod":
            return f"rnd ({a} * {b} - rnd ({a} * {b}))" if tail else f"rnd ({a} * {b})"
        if not tail:
            return f"rnd ({a} + {b})"
        head = text[result(of, 0)]
        if of.op == "fast_two_sum":
            return f"rnd ({b} - rnd ({head} - {a}))"
        part = f"rnd ({head} - {a})"
        return f"rnd (rnd ({a} - rnd ({head} - {part})) + rnd ({b} - {part}))"

    def _called(self, n: Node, args: Sequence[str]) -> str:
        assert n.function is not None
        return f"{n.function.name}_rounded {' '.join(args)}"

    def _operation(self, n: Node, args: Sequence[str]) -> str:
        if n.op == "fma":
            return f"fma {' '.join(args)}"
        if n.op == "neg":
            return f"- {args[0]}"
        sign = {"add": "+", "sub": "-", "mul": "*", "exact_mul": "*", "div": "/"}[n.op]
        exact = f"{args[0]} {sign} {args[1]}"
        return exact if n.op == "exact_mul" else f"rnd ({exact})"


def _approximated(function: Function, polynomial: Polynomial) -> Node:
    """The node that stands for the polynomial."""
    (found,) = (n for n, (name, _) in function.approximates.items() if name == polynomial.name)
    return found


def _horner(name: str, parameter: str, polynomial: Polynomial, function: Function, letter: str) -> list[str]:
    """The value of the polynomial as the function has it, by fused multiply-adds."""
    node = _approximated(function, polynomial)
    constants = {c: f"{letter}{k}" for k, c in enumerate(polynomial.coefficients)}
    tree = _Tree(function, {function.approximates[node][1]: parameter}, constants)
    return [f"Definition {name} ({parameter} : R) : R :=", *_wrapped(f"{tree.inline(node)}."), ""]


def logarithm(polynomial: Polynomial, functions: Mapping[str, Function]) -> list[str]:
    """What Gappa and the library check of log1pmx near 0: the trees of the kernels, rounding by rounding.

    They are printed along the way that a factor without a power of two takes: the quotient is of x and 2 + x.
    """
    evaluate, excess, divide = (functions[name] for name in (SERIES, EXCESS, QUOTIENT))
    node = _approximated(evaluate, polynomial)
    (value,) = (r for _, r in evaluate.results)
    called = next(n for n in operands(r for _, r in divide.results) if n.function is excess)
    d, d_tail, *quotient = called.args
    tree = _Tree(divide, {d: "x", d_tail: "0"})
    lines = tree.lets(quotient)[:-1]
    names = [divide.names[q] for q in quotient]
    f = " ".join(str(p.value) for p in excess.parameters)
    slope = f"{polynomial.name}_slope"
    parameters = " ".join(str(p.value) for p in evaluate.parameters)
    return [
        *_horner("series", "w", polynomial, evaluate, "a"),
        "#[export] Hint Unfold series : kl_horner.",
        "",
        f"Definition {evaluate.name}_rounded ({parameters} : R) : R :=",
        *_Tree(evaluate, {node: f"(series {evaluate.names[evaluate.approximates[node][1]]})"}).lets([value]),
        "",
        f"Definition {excess.name} ({f} : R) : R :=",
        *_Tree(excess, {}).lets([r for _, r in excess.results[:2]]),
        "",
        "Definition log1pmx_near_0 (x : R) : R :=",
        *lines,
        f"  {excess.name} x 0 {' '.join(names)}.",
        "",
        f"#[export] Hint Unfold {evaluate.name}_rounded {excess.name} log1pmx_near_0 : kl_rounding.",
        "",
        "(** By Gappa. *)",
        "Theorem series_by_horner :",
        "  forall w : R,",
        "  binary64 w ->",
        f"  Rabs w <= {3 * 2**61 // 100 + 1} * powerRZ 2 (-61) ->",
        f"  - (1 * powerRZ 2 (-54)) <= series w - {polynomial.name} w <= 1 * powerRZ 2 (-54).",
        "Proof. solve_kl_series. Qed.",
        "",
        "Theorem log1pmx_near_0_rounded :",
        "  forall x : R,",
        "  binary64 x ->",
        "  bpow radix2 (-300) <= Rabs x ->",
        f"  {ENDS[0]} <= x <= {ENDS[1]} ->",
        "  Rabs (log1pmx_near_0 x - - log1pmx x) <=",
        "    / 2 ^ 54 * - log1pmx x.",
        f"Proof. solve_kl_log_rounding {polynomial.name} {slope} series_by_horner log1pmx_approximated. Qed.",
    ]


def rounding(polynomial: Polynomial, function: Function) -> list[str]:
    """What Gappa and the library check of the evaluation: the tree of the kernels, rounding by rounding."""
    (parameter,) = function.parameters
    r, end = parameter.value, Fraction(repr(polynomial.upper))
    top = f"{int(end * 2**61) + 1} * powerRZ 2 (-61)"
    node = _approximated(function, polynomial)
    return [
        *_horner("rest", str(r), polynomial, function, "c"),
        f"Definition {function.name} ({r} : R) : R :=",
        *_Tree(function, {node: f"(rest {r})"}).lets([r for _, r in function.results]),
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
