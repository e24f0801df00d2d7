"""The C target: a header and a source for each family (C99, <math.h> only), vectors.csv and selftest.c.

Every public function is a thin wrapper, printed from one table, around the functions of :mod:`derive.emit.c.loops`: for
one element and for a run of elements. A sum is that of the values of runs; the value with its gradient is the two, run
by run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from derive.emit import Material
from derive.emit.c.layout import comment, prose, wrap
from derive.emit.c.loops import SUMS, Loops
from derive.emit.c.printer import print_function, result_type
from derive.emit.c.self_check import self_check
from derive.emit.c.selftest import selftest
from derive.emit.c.text import DISPATCH, FMA, HEX, OPERATIONS, REFUSALS
from derive.emit.worst import worst_inputs
from derive.vocabulary.kernel import Bound, Function, Kernel, Role, Vector, functions_below
from derive.vocabulary.summation import LANES, MOST

if TYPE_CHECKING:
    from derive.vocabulary.family import Family

_LICENCE = "SPDX-License-Identifier: MIT"
_REGENERATE = "Emitted by `derive all`; edit proofs/ or derive/, not this file."


def emit(material: Material) -> dict[str, bytes]:
    """All files of ``generated/c``: path under ``generated/`` -> content."""
    families = material.families("c")
    texts = {
        "c/vectors.csv": vectors(material.vectors),
        "c/selftest.c": selftest(material.kernels_for("c"), [family.pair for family in families]),
    }
    for family, kernels in families.items():
        texts[f"c/{family.pair}.h"] = header(family, kernels)
        texts[f"c/{family.pair}.c"] = source(family, kernels, material.vectors)
    return {path: text.encode() for path, text in texts.items()}


class Signature:
    """The public forms of a kernel in one format: names, parameters, how they are computed."""

    def __init__(self, kernel: Kernel, precision: str) -> None:
        self.kernel = kernel
        self.loops = Loops(kernel, precision)
        self.real = self.loops.real
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
    def array(self) -> str:
        return self._array(f"{self.kernel.name}_array", self.outputs)

    @property
    def value_and_gradient(self) -> str:
        return self._array(f"{self._value}_value_grad_array", ("value", *self.outputs))

    @property
    def sum(self) -> str:
        return f"double derive_{self.kernel.name}_sum{self.suffix}({', '.join(self._inputs)})"

    @property
    def declarations(self) -> list[str]:
        last = {Role.VALUE: [self.sum], Role.GRADIENT: [self.value_and_gradient], Role.UNARY: []}
        return [self.scalar, self.array, *last[self.kernel.role]]

    def definitions(self) -> str:
        """What computes one element and a run; the public functions: one element, an array, and the sum or both."""
        functions = [_function(self.scalar, self._scalar_body())]
        functions.append(_function(self.array, self._pointers(self.outputs, self._apply(self.kernel.role))))
        if self.kernel.role is Role.GRADIENT:
            outputs = ("value", *self.outputs)
            functions.append(_function(self.value_and_gradient, self._pointers(outputs, self._apply(None))))
        if self.kernel.role is Role.VALUE:
            call = f"careful_sum(CHOSEN_RUN({self.kernel.name}), n, sizeof({self.real}), {self._count}, in)"
            functions.append(_function(self.sum, self._pointers((), f"return {call};")))
        return "\n\n".join([*self.loops.definitions(), *functions])

    @property
    def _value(self) -> str:
        return self.kernel.name.removesuffix("_grad")

    @property
    def _count(self) -> int:
        return len(self.kernel.parameters)

    @property
    def _inputs(self) -> list[str]:
        return ["size_t n", *(f"const {self.real} *{p}" for p in self.kernel.parameters)]

    def _array(self, name: str, outputs: tuple[str, ...]) -> str:
        given = [f"{self.real} *{o}" for o in outputs]
        return f"void derive_{name}{self.suffix}({', '.join([*self._inputs, *given])})"

    def _pointers(self, outputs: tuple[str, ...], call: str) -> list[str]:
        """The arguments as the drivers take them; C++ before 2011 and MSVC want no lists of variables there."""
        lines = [f"const void *in[{self._count}];", *([f"void *to[{len(outputs)}];"] if outputs else [])]
        lines += [f"in[{i}] = {p};" for i, p in enumerate(self.kernel.parameters)]
        return [*lines, *(f"to[{i}] = {o};" for i, o in enumerate(outputs)), call]

    def _apply(self, role: Role | None) -> str:
        value = "NULL" if role is Role.GRADIENT else f"CHOSEN_RUN({self._value}{self.suffix})"
        slopes = f"CHOSEN_RUN({self._value}_grad{self.suffix})" if role in (Role.GRADIENT, None) else "NULL"
        outputs = len(self.outputs) + (role is None)
        return f"apply({value}, {slopes}, n, sizeof({self.real}), {self._count}, in, {outputs}, to);"

    def _scalar_body(self) -> list[str]:
        wide = "" if self.precision == "binary64" else "(double)"
        arguments = [f"{wide}{p}" for p in self.kernel.parameters] + (["1.0"] if self.loops.grows else [])
        call = f"CHOSEN({self.loops.one})({', '.join(arguments)})"
        if self.kernel.role is not Role.GRADIENT:
            return [f"return {call};"]
        members = [member for member, _ in self.kernel.function.results]
        narrow = "" if self.precision == "binary64" else "(float)"
        stores = [f"*{o} = {narrow}at.{m};" for o, m in zip(self.outputs, members, strict=True)]
        return [f"const {result_type(self.kernel.function)} at = {call};", *stores]


def _function(declaration: str, body: Sequence[str]) -> str:
    return "\n".join([wrap(declaration), "{", *(wrap(line, "    ") for line in body), "}"])


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
        kernel.title,
        *formulas,
        f"Domain: {kernel.domain}.",
        *kernel.special,
        f"Error: {_bounds(kernel.bounds)}.",
        *([f"Error of the sum: {_bounds(kernel.sums)}."] if kernel.sums else []),
        *_worst(kernel),
        f"Theorem {kernel.theorem}, through {kernel.rule}; statement {kernel.digest}.",
    ]
    return comment("\n".join(lines))


def _worst(kernel: Kernel) -> list[str]:
    """What a search has found of it; nothing of what was tried on all arguments."""
    searched = [p for p, bound in kernel.bounds.items() if bound.established != "exhaustive"]
    lines = []
    for what, function in (("Worst found", kernel.name), ("Worst sum found", f"{kernel.name}_sum")):
        found = {p: worst_inputs().get(("c", p, function)) for p in searched}
        named = "; ".join(f"{p}: {worst}" for p, worst in found.items() if worst is not None)
        lines += [f"{what}: {named}."] if named else []
    return lines


_API = """\
/* Exported from a shared library, also one that is compiled with -fvisibility=hidden. */
#if !defined(DERIVE_KL_API)
#if defined(__GNUC__) && !defined(_WIN32)
#define DERIVE_KL_API __attribute__((visibility("default")))
#else
#define DERIVE_KL_API
#endif
#endif"""

_SELFTEST = """\
/* 0 where the compiled code computes as it should, else the number of the first of its checks that fails. To be
   called once, by a program that does not know how this file was compiled: compilers can be told to rearrange sums,
   to divide by reciprocals or to leave out tests for NaN without a macro that says so. It takes microseconds. */
DERIVE_KL_API int {pair}_selftest(void);"""


def header(family: Family, kernels: Sequence[Kernel]) -> str:
    about = f"""{family.pair}.h: the Kullback-Leibler divergence of {family.plural}, in {family.of_scales}.

{_REGENERATE}

KL is that of the first distribution from the second, in nats. An error of 1 ulp is one unit in the last place of the
exact value (of the smallest subnormal below the normal range); a derivative that is a difference of two terms is
measured in ulp of the larger of them. `derive verify` enforces the bounds.

KL is never negative, 0 for equal arguments, and finite where the exact value is; beyond, it is an infinity. No
function sets errno, allocates, or has state; the rounding mode must be to nearest. Array forms take n = 0, any
alignment that the type has, and outputs that are inputs or disjoint; their results have the bits of the scalar
forms.

A sum is a double: the nearest, within its bound in ulp of double, to the exact sum of the exact values at the given
numbers, of which there may be 2^{MOST.bit_length() - 1}. Numbers given as float are no exception: they are taken as
the doubles that they are, and the sum has the bits of the sum of those. What is added are values of the array form of
double, without loss, each to one of {LANES} partial sums by its index, so that the bits depend on neither alignment,
instruction set nor compiler; where the sum is tiny, values below the normal range are added before they are rounded.
The sum of one value is the value, that of equal arguments 0, and a sum of no elements 0."""
    guard = f"{family.pair.upper()}_H"
    parts = [f"/* {_LICENCE} */", prose(about), f"#ifndef {guard}\n#define {guard}", "#include <stddef.h>"]
    parts.append(_API)
    parts.append('#ifdef __cplusplus\nextern "C" {\n#endif')
    parts.append(_SELFTEST.format(pair=family.pair))
    for kernel, signatures in _signatures(kernels):
        declarations = [wrap(f"DERIVE_KL_API {d};") for s in signatures for d in s.declarations]
        parts.append("\n".join([contract(kernel), *declarations]))
    parts.append("#ifdef __cplusplus\n}\n#endif\n\n#endif")
    return "\n\n".join(parts) + "\n"


def source(family: Family, kernels: Sequence[Kernel], rows: Sequence[Vector]) -> str:
    about = f"""{family.pair}.c: kernels printed from the trees that `derive` lowers its proved closed forms to.

{_REGENERATE} The contract of each function is in {family.pair}.h. C99, and C++ from 2011 on.

The bits depend neither on the compiler nor on optimisation, instruction set or contraction: see product()."""
    includes = "\n".join(f"#include <{name}>" for name in ("float.h", "math.h", "stdint.h", "string.h"))
    parts = [
        f"/* {_LICENCE} */",
        prose(about),
        f'#include "{family.pair}.h"\n\n{includes}',
        HEX,
        REFUSALS.replace("derive_kl.c", f"{family.pair}.c"),
        DISPATCH,
        FMA.replace("derive_kl_fma", f"{family.pair}_fma"),
        OPERATIONS,
        SUMS,
    ]
    parts.append("/* --- the kernels --- */")
    parts += [print_function(f) for f in functions_below(_functions(kernels))]
    parts.append("/* --- the public functions --- */")
    for _, signatures in _signatures(kernels):
        parts += [s.definitions() for s in signatures]
    parts.append(self_check(family.pair, kernels, rows))
    return _without_unused("\n\n".join(part.rstrip("\n") for part in parts) + "\n")


#: A function with static linkage: the comment above it, if there is one, and all of it.
_INLINE = re.compile(r"^(?:/\*(?:(?!\*/).)*\*/\n)?INLINE [^\n(]*?(\w+)\([^{]*\{(?:[^\n]*\}\n|.*?^\}\n)\n?", re.M | re.S)


#: Ends of names that macros paste together.
_PASTED = ("_inline", "_run")


def _without_unused(text: str) -> str:
    """Operations that no kernel needs are left out: clang warns of static functions without a call."""
    while True:
        code = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
        found = [m for m in _INLINE.finditer(text) if not m.group(1).endswith(_PASTED)]
        unused = [m for m in found if len(re.findall(rf"\b{m.group(1)}\b", code)) == 1]
        if not unused:
            return text
        for m in reversed(unused):
            text = text[: m.start()] + text[m.end() :]


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
