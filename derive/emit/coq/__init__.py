"""Coq: every theorem, and what every kernel means in real numbers, as statements closed by one call of proofs/coq.

The files are printed from the same expressions as the LaTeX and the kernels: a wrong emitted formula does not compile.
`derive prove --coq` compiles them. What has no counterpart says :func:`derive.emit.coq.statements.no_counterpart`.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import sympy as sp

from derive.emit.coq import certificates
from derive.emit.coq.printer import coq, has_coq
from derive.emit.coq.statements import Statement, is_function, library, of_reading, of_theorem, without_counterpart
from derive.emit.remarks import commented
from derive.vocabulary.formula import Coverage, stated_for_coq
from derive.vocabulary.kernel import functions_below
from derive.vocabulary.theorem import Formula, Reading, Registry, Theorem

if TYPE_CHECKING:
    from derive.emit import Material

#: The logical name of the folder; that of proofs/coq is DeriveKL.
LIBRARY = "DeriveKLEmitted"

#: The file of each target whose trees are read.
_KERNELS = {"c": "KernelsC", "python": "KernelsPython"}

_STATEMENTS = ("From Coq Require Import Reals.", "From Coquelicot Require Import Coquelicot.")


def emit(material: Material) -> dict[str, bytes]:
    """The files of generated/coq; those of the certificates where the material has the polynomial."""
    registry = material.registry
    theorems = tuple(registry.theorems.values())
    rules = tuple(t for t in theorems if t.id.startswith("stable-"))
    bodies: dict[str, list[str]] = {
        "Definitions": _definitions(registry),
        "Theorems": list(_by_theorem(t for t in theorems if t not in rules)),
        "Rules": list(_by_theorem(rules)),
    }
    bodies |= dict(_readings(material.readings))
    required = ("Statements", *library(registry))
    heads = {name: (*_STATEMENTS, _library(*required), *_own(name)) for name in bodies}
    heads["Theorems"] = (*_STATEMENTS, _library("Densities", *required), *_own("Theorems"))
    polynomials = {p.name: p for p in material.polynomials}
    if polynomials:
        main, logarithm = polynomials[certificates.EXPONENTIAL], polynomials[certificates.LOGARITHM]
        bodies["Approximation"] = [*certificates.approximation(main), "", *certificates.series(logarithm)]
        heads["Approximation"] = certificates.REQUIRED
        functions = {f.name: f for f in functions_below([k.function for k in material.kernels if not k.plain])}
        evaluation = certificates.rounding(main, functions[certificates.EVALUATION])
        bodies["Rounding"] = [*evaluation, "", *certificates.logarithm(logarithm, functions)]
        heads["Rounding"] = certificates.REQUIRED_FOR_ROUNDING
    about = {**_ABOUT, "Theorems": f"{_ABOUT['Theorems']} {_without(registry)}"}
    for covered in material.coverage:
        about[_KERNELS[covered.target]] += f" {_covered(covered)}"
    files = {f"coq/{name}.v": _file(name, about[name], heads[name], body) for name, body in bodies.items()}
    return {path: text.encode() for path, text in files.items()}


_TITLES = {
    "Definitions": "The functions that the theorems speak of",
    "Theorems": "The theorems",
    "Rules": "The rewriting rules of the kernels",
    "KernelsC": "What the kernels for C compute in real numbers",
    "KernelsPython": "What the kernels for NumPy compute in real numbers",
    "Approximation": "The bounds of the polynomials of expm1mx and log1pmx",
    "Rounding": "The bounds of their evaluation in binary64",
}
_ABOUT = {
    "Definitions": "Printed from the definitions among the theorems.",
    "Theorems": "is_kl p q v: the integral of p ln(p/q) converges to v; a further family has its own is_kl_..., over "
    "the points where its densities live.",
    "Rules": "Each cancellation-free form is the divergence itself, or its derivative.",
    "KernelsC": "The operations of a tree along the path that a sample point takes, without roundings; a polynomial is "
    "the function that it approximates, powers of two are collected; k0, k1, ... are the integers of the range "
    "reductions. The step from here to the text of the kernel is not proved. A formula with a corner is left out: "
    "along a path it is another on either side.",
    "KernelsPython": "The paths of the trees for NumPy that the trees for C do not have.",
    "Approximation": "With the coefficients of the kernels. By interval arithmetic, coq-interval.",
    "Rounding": "The evaluation of expm1mx near 0 as in the kernels for C, operation by operation in Flocq's model of "
    "binary64, with fused multiply-adds: its head and tail; and that of x - ln(1 + x) for an x near 0. "
    "Horner's rule by Gappa, the rest by the library.",
}


def _library(*files: str) -> str:
    return f"From DeriveKL Require Import {' '.join(files)}."


def _own(name: str) -> tuple[str, ...]:
    return () if name == "Definitions" else (f"From {LIBRARY} Require Import Definitions.",)


def _without(registry: Registry) -> str:
    """``Without counterpart: cost (why); kl-x, stable-x (why).``"""
    by_reason: dict[str, list[str]] = {}
    for id, reason in without_counterpart(registry).items():
        by_reason.setdefault(reason, []).append(id)
    return "Without counterpart: " + "; ".join(f"{', '.join(ids)} ({why})" for why, ids in by_reason.items()) + "."


def _covered(of: Coverage) -> str:
    """How many sides of choices there are, how many are read, and which are not, by reason; the judge repeats it."""
    by_reason: dict[str, dict[str, None]] = {}
    for side in of.unread:
        by_reason.setdefault(side.reason, {})[f"{side.function} ({side.condition})"] = None
    named = "; ".join(f"{reason}: {', '.join(sides)}" for reason, sides in by_reason.items())
    return (
        f"Of the {of.sides} sides of the choices in the trees {of.read} are taken by the sample points, and {of.never} "
        f"by no finite argument. On the other {len(of.unread)} a tree is its formula but for a rounding: {named}."
    )


def _file(name: str, about_it: str, head: Sequence[str], body: Sequence[str]) -> str:
    text = [
        f"* {_TITLES[name]}",
        "",
        *_wrapped(about_it),
        *_wrapped("Written by `derive all`, which regenerates it."),
    ]
    about = "\n    ".join(text).replace("\n    \n", "\n\n")
    return (
        "\n".join(
            ("(* SPDX-License-Identifier: MIT *)", f"(** {about} *)", "", *head, "Open Scope R_scope.", "", *body)
        )
        + "\n"
    )


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, 100, break_on_hyphens=False, break_long_words=False)


def definitions(registry: Registry) -> tuple[Formula, ...]:
    """Formulas that say what a function of real numbers is, of those that Coq has the functions for."""
    return tuple(formula for formula in registry.definitions if is_function(formula) and has_coq(formula.expr))


def _definitions(registry: Registry) -> list[str]:
    found = definitions(registry)
    lines = []
    for formula in found:
        names = " ".join(argument.name for argument in formula.head.args)
        lines += [f"Definition {formula.head.func} ({names} : R) : R :=", f"  {coq(formula.expr)}.", ""]
    return [*lines, f"#[export] Hint Unfold {' '.join(str(f.head.func) for f in found)} : kl_defs."]


def _by_theorem(theorems: Iterable[Theorem]) -> Iterator[str]:
    for theorem in theorems:
        statements = of_theorem(theorem)
        if statements:
            yield "\n    ".join(_wrapped(f"(** ** {theorem.id}: {commented(theorem.title)} *)"))
            yield ""
            yield from (statement.text() for statement in statements)


def _readings(readings: Sequence[Reading]) -> Iterator[tuple[str, list[str]]]:
    """A file per target. A path that means the same expression as one before it is not said again."""
    said: set[tuple[Formula, sp.Expr]] = set()
    for target, name in _KERNELS.items():
        body: list[str] = []
        kernel = ""
        paths = Counter[str]()
        for reading in readings:
            key = (reading.formula, reading.expr)
            if reading.target != target or key in said or not stated_for_coq(reading.formula):
                continue
            said.add(key)
            if reading.kernel != kernel:
                kernel = reading.kernel
                body += [f"(** ** kernels-{target}: {kernel} *)", ""]
            paths[reading.formula.name] += 1
            body.append(_statement(reading, paths[reading.formula.name]).text())
        if body:
            yield name, body


def _statement(reading: Reading, number: int) -> Statement:
    names = (v.name for v in reading.formula.variables)
    point = ", ".join(f"{name} = {value}" for name, value in zip(names, reading.at, strict=True))
    name = f"{reading.target}_{reading.formula.name}_path{number}"
    return of_reading(name, reading.formula, reading.expr, f"kernels-{reading.target}", f"the path of {point}")
