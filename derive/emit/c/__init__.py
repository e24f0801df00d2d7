"""The C target: derive_kl.h, derive_kl.c (C99, <math.h> only), vectors.csv and selftest.c.

Every public function is a thin wrapper, printed from one table, around a kernel function; the scalar form is the array
form at length one, so that there is one copy of the arithmetic, and the bits are the same.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence

from derive.emit import Material
from derive.emit.c.loops import SUMS, array_body, sum_body
from derive.emit.c.printer import print_function
from derive.emit.c.selftest import selftest
from derive.emit.c.text import DISPATCH, OPERATIONS, REFUSALS
from derive.vocabulary.kernel import Bound, Function, Kernel, Role, Vector, functions_below

_LICENCE = "SPDX-License-Identifier: MIT"
_REGENERATE = "Emitted by `derive all`; edit proofs/ or derive/, not this file."

#: The widest line of the emitted files.
_WIDTH = 118


def emit(material: Material) -> dict[str, bytes]:
    """All files of ``generated/c``: path under ``generated/`` -> content."""
    kernels = material.kernels_for("c")
    texts = {
        "c/derive_kl.h": header(kernels),
        "c/derive_kl.c": source(kernels),
        "c/vectors.csv": vectors(material.vectors),
        "c/selftest.c": selftest(kernels),
    }
    return {path: text.encode() for path, text in texts.items()}


def comment(text: str, indent: str = "") -> str:
    """A C comment, wrapped."""
    width = _WIDTH - len(indent) - len("/* ")
    lines = [piece for line in text.splitlines() for piece in textwrap.wrap(line, width) or [""]]
    lines[-1:] = textwrap.wrap(lines[-1], width - len(" */"))
    if len(lines) == 1:
        return f"{indent}/* {lines[0]} */"
    return "\n".join([f"{indent}/* {lines[0]}", *(f"{indent}   {line}".rstrip() for line in lines[1:])]) + " */"


class Signature:
    """The four public forms of a kernel in one format: names, parameters, how to call one from another."""

    def __init__(self, kernel: Kernel, precision: str) -> None:
        self.kernel = kernel
        self.real = "double" if precision == "binary64" else "float"
        self.suffix = "" if precision == "binary64" else "f"
        self.precision = precision
        self.outputs: tuple[str, ...] = kernel.results if kernel.role is Role.GRADIENT else ("out",)

    @property
    def scalar(self) -> str:
        name = f"derive_{self.kernel.name}{self.suffix}"
        inputs = [f"{self.real} {p}" for p in self.kernel.parameters]
        if self.kernel.role is not Role.GRADIENT:
            return f"{self.real} {name}({', '.join(inputs)})"
        return f"void {name}({', '.join([*inputs, *(f'{self.real} *{o}' for o in self.outputs)])})"

    @property
    def array_name(self) -> str:
        return f"derive_{self.kernel.name}_array{self.suffix}"

    @property
    def array(self) -> str:
        inputs = [f"const {self.real} *{p}" for p in self.kernel.parameters]
        outputs = [f"{self.real} *{o}" for o in self.outputs]
        return f"void {self.array_name}({', '.join(['size_t n', *inputs, *outputs])})"

    def definitions(self) -> str:
        """The array form, a loop over the kernel function; the scalar form, the array form at n = 1; and the sum."""
        parts = self._dispatched(self.array, array_body(self.kernel, self.precision, self.outputs), self.outputs)
        parts.append(self._scalar_definition())
        if self.kernel.role is Role.VALUE:
            parts += self._dispatched(self.sum, sum_body(self.kernel, self.precision), ())
        return "\n\n".join(parts)

    @property
    def sum(self) -> str:
        inputs = [f"const {self.real} *{p}" for p in self.kernel.parameters]
        return f"double derive_{self.kernel.name}_sum{self.suffix}({', '.join(['size_t n', *inputs])})"

    @property
    def declarations(self) -> list[str]:
        return [self.scalar, self.array, *([self.sum] if self.kernel.role is Role.VALUE else [])]

    def _dispatched(self, declaration: str, body: list[str], outputs: tuple[str, ...]) -> list[str]:
        """The loop, and the public function that chooses among its copies."""
        kind, _, rest = declaration.partition(" derive_")
        name, _, parameters = rest.partition("(")
        arguments = ", ".join(["n", *self.kernel.parameters, *outputs])
        give = "" if kind == "void" else "return"
        loop = [_wrap(f"INLINE {kind} {rest}"), "{", *(_wrap(line, "    ") for line in body), "}"]
        return ["\n".join(loop), _wrap(f"DISPATCH({give}, {kind}, {name}, ({parameters}, ({arguments}))")]

    def _scalar_definition(self) -> str:
        inputs = ", ".join(f"&{p}" for p in self.kernel.parameters)
        if self.kernel.role is Role.GRADIENT:
            lines = [f"{self.array_name}(1, {inputs}, {', '.join(self.outputs)});"]
        else:
            lines = [f"{self.real} out;", f"{self.array_name}(1, {inputs}, &out);", "return out;"]
        return "\n".join([_wrap(self.scalar), "{", *(_wrap(line, "    ") for line in lines), "}"])


def _signatures(kernels: Sequence[Kernel]) -> list[tuple[Kernel, list[Signature]]]:
    return [(k, [Signature(k, precision) for precision in k.bounds]) for k in kernels]


def claim(bound: Bound) -> str:
    """A bound in the words of the header."""
    if bound.established == "exhaustive":
        return "correctly rounded, tested on all 2^32 arguments"
    return f"{bound.ulp:g} ulp, {bound.established}"


def _bounds(bounds: Mapping[str, Bound]) -> str:
    return "; ".join(f"{p}: {claim(b)}" for p, b in bounds.items())


def contract(kernel: Kernel) -> str:
    """The comment above a declaration: formula, theorem, domain, special values, bounds."""
    formulas = [f"{name} = {text}" for name, text in zip(kernel.results, kernel.formulas, strict=True)]
    lines = [
        *formulas,
        f"Domain: {kernel.domain}.",
        *kernel.special,
        f"Error: {_bounds(kernel.bounds)}.",
        *([f"Error of the sum: {_bounds(kernel.sums)}."] if kernel.sums else []),
        f"Theorem {kernel.theorem}, through {kernel.rule}; statement {kernel.digest}.",
    ]
    return comment("\n".join(lines))


def _wrap(line: str, indent: str = "") -> str:
    """A declaration or a call, over several lines where it is long: broken after commas."""
    code = line.lstrip()
    indent += " " * (len(line) - len(code))
    lines = [indent]
    for piece in re.split("(?<=, )", code):
        if len(lines[-1] + piece.rstrip()) > _WIDTH:
            lines.append(indent + "    ")
        lines[-1] += piece
    return "\n".join(line.rstrip() for line in lines)


def header(kernels: Sequence[Kernel]) -> str:
    about = f"""derive_kl.h: the Kullback-Leibler divergence of Gaussians, in the scales std, var, logstd and logvar.
{_REGENERATE}

KL is that of N(mu1, .) from N(mu2, .), in nats; kl_unit has mu2 = 0 and standard deviation 1. An error of 1 ulp is
one unit in the last place of the exact value (of the smallest subnormal below the normal range); the derivative in
the second scale, which changes sign, is measured in ulp of the larger of its terms. `derive verify` enforces the
bounds.

KL is never negative, 0 for equal arguments, and finite where the exact value is; beyond, it is an infinity. No
function sets errno, allocates, or has state; the rounding mode must be to nearest. Array forms take n = 0, any
alignment that the type has, and outputs that are inputs or disjoint; their results have the bits of the scalar
forms.

A sum adds the values over an array as a double. From float too: its error is then in ulp of float. The values of
the array form are added without loss, each to one of 32 partial sums by its index, so that the bits depend on
neither alignment, instruction set nor compiler. A sum of no elements is 0; terms below the normal range are rounded
there one by one."""
    parts = [f"/* {_LICENCE} */", comment(about), "#ifndef DERIVE_KL_H\n#define DERIVE_KL_H", "#include <stddef.h>"]
    parts.append('#ifdef __cplusplus\nextern "C" {\n#endif')
    for kernel, signatures in _signatures(kernels):
        declarations = [_wrap(f"{d};") for s in signatures for d in s.declarations]
        parts.append("\n".join([contract(kernel), *declarations]))
    parts.append("#ifdef __cplusplus\n}\n#endif\n\n#endif")
    return "\n\n".join(parts) + "\n"


def source(kernels: Sequence[Kernel]) -> str:
    about = f"""derive_kl.c: kernels printed from the expression trees that `derive` lowers its proved closed forms to.
{_REGENERATE} The contract of each function is in derive_kl.h. C99, also C++11 and later.

The bits depend neither on the compiler nor on optimisation, instruction set or contraction: see product()."""
    includes = "\n".join(f"#include <{name}>" for name in ("float.h", "math.h", "stdint.h", "string.h"))
    parts = [
        f"/* {_LICENCE} */",
        comment(about),
        f'#include "derive_kl.h"\n\n{includes}',
        REFUSALS,
        DISPATCH,
        OPERATIONS,
        SUMS,
    ]
    parts.append("/* --- the kernels --- */")
    parts += [print_function(f) for f in functions_below(_functions(kernels))]
    parts.append("/* --- the public functions --- */")
    for _, signatures in _signatures(kernels):
        parts += [s.definitions() for s in signatures]
    return _without_unused("\n\n".join(part.rstrip("\n") for part in parts) + "\n")


def _without_unused(text: str) -> str:
    """Comparisons that no kernel makes are left out: clang warns of static functions without a call."""
    for line, name in re.findall(r"^(INLINE uint64_t (\w+)\(double a, double b\) [^\n]*\n)", text, re.MULTILINE):
        if text.count(f"{name}(") == 1:
            text = text.replace(line, "")
    return text


def _functions(kernels: Sequence[Kernel]) -> list[Function]:
    ordinary = [k.ordinary for k in kernels if k.ordinary is not None]
    every = [k.function for k in kernels] + [f for o in ordinary for f in (o.outside, o.function)]
    return every + [k.narrow for k in kernels if k.narrow is not None]


def _cell(value: float) -> str:
    return value.hex()


def vectors(rows: Sequence[Vector]) -> str:
    """The table of test vectors: hex floats, results correctly rounded."""
    lines = [
        f"# {_LICENCE}. {_REGENERATE}",
        "# Correctly rounded results, as hex floats, for every language. Arguments that a function has not are empty.",
        "function,precision,arg1,arg2,arg3,arg4,expected1,expected2,expected3,expected4",
    ]
    for v in rows:
        arguments = [_cell(a) for a in v.arguments] + [""] * (4 - len(v.arguments))
        expected = [_cell(e) for e in v.expected] + [""] * (4 - len(v.expected))
        lines.append(",".join([v.function, v.precision, *arguments, *expected]))
    return "\n".join(lines) + "\n"
