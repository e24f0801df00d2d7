"""The C target: derive_kl.h, derive_kl.c (C99, <math.h> only), vectors.csv and selftest.c.

Every public function is a thin wrapper, printed from one table, around a kernel function; the scalar form is the array
form at length one, so that there is one copy of the arithmetic, and the bits are the same.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

from derive.emit import Material
from derive.emit.c_printer import print_function, result_type
from derive.emit.c_selftest import selftest
from derive.emit.c_text import DISPATCH, OPERATIONS, REFUSALS
from derive.kernel import Kernel, Role, Vector, functions_below

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
        self.outputs = kernel.results if kernel.role is Role.GRADIENT else ("out",)

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
    def loop_name(self) -> str:
        return f"derive_{self.kernel.name}_loop{self.suffix}"

    @property
    def array(self) -> str:
        return self._with_pointers(self.array_name)

    def _with_pointers(self, name: str) -> str:
        inputs = [f"const {self.real} *{p}" for p in self.kernel.parameters]
        outputs = [f"{self.real} *{o}" for o in self.outputs]
        return f"void {name}({', '.join(['size_t n', *inputs, *outputs])})"

    def definitions(self) -> str:
        """The loop over the kernel function, the array form, which calls it, and the scalar form, which does at n = 1.

        The loop is a static function: clang 14 exports the clones of any other under names that no caller finds.
        """
        return f"{self._loop_definition()}\n\n{self._array_definition()}\n\n{self._scalar_definition()}"

    def _array_definition(self) -> str:
        call = f"{self.loop_name}({', '.join(['n', *self.kernel.parameters, *self.outputs])});"
        return "\n".join([_wrap(self.array), "{", _wrap(call, "    "), "}"])

    def _loop_definition(self) -> str:
        kernel = self.kernel
        cast = "" if self.real == "double" else "(double)"
        elements = ", ".join(f"{cast}{p}[i]" for p in kernel.parameters)
        call = f"const {result_type(kernel.function)} at = {kernel.function.name}({elements});"
        narrow = "" if self.real == "double" else "(float)"
        if kernel.role is Role.GRADIENT:
            members = [name for name, _ in kernel.function.results]
            stores = [f"{o}[i] = {narrow}at.{m};" for o, m in zip(self.outputs, members, strict=True)]
        elif narrow:
            stores = ["out[i] = (float)(round_to_odd(at.head, at.tail) * at.unscale);"]
        else:
            stores = ["out[i] = (at.head + at.tail) * at.unscale;"]
        body = "\n".join(_wrap(line, " " * 8) for line in [call, *stores])
        loop = f"    INDEPENDENT\n    for (size_t i = 0; i < n; i++) {{\n{body}\n    }}"
        return f"{_wrap('CLONED static ' + self._with_pointers(self.loop_name))}\n{{\n{loop}\n}}"

    def _scalar_definition(self) -> str:
        inputs = ", ".join(f"&{p}" for p in self.kernel.parameters)
        if self.kernel.role is Role.GRADIENT:
            lines = [f"{self.loop_name}(1, {inputs}, {', '.join(self.outputs)});"]
        else:
            lines = [f"{self.real} out;", f"{self.loop_name}(1, {inputs}, &out);", "return out;"]
        return "\n".join([_wrap(self.scalar), "{", *(_wrap(line, "    ") for line in lines), "}"])


def _signatures(kernels: Sequence[Kernel]) -> list[tuple[Kernel, list[Signature]]]:
    return [(k, [Signature(k, precision) for precision in k.bounds]) for k in kernels]


def contract(kernel: Kernel) -> str:
    """The comment above a declaration: formula, theorem, domain, special values, bounds."""
    formulas = [f"{name} = {text}" for name, text in zip(kernel.results, kernel.formulas, strict=True)]
    bounds = "; ".join(f"{p}: {b.ulp:g} ulp, {b.established}" for p, b in kernel.bounds.items())
    lines = [
        *formulas,
        f"Domain: {kernel.domain}.",
        *kernel.special,
        f"Error: {bounds}.",
        f"Theorem {kernel.theorem}, through {kernel.rule}; statement {kernel.digest}.",
    ]
    return comment("\n".join(lines))


def _wrap(line: str, indent: str = "") -> str:
    """A declaration or a call, over several lines where it is long: broken after commas."""
    lines = [indent]
    for piece in re.split("(?<=, )", line):
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
forms."""
    parts = [f"/* {_LICENCE} */", comment(about), "#ifndef DERIVE_KL_H\n#define DERIVE_KL_H", "#include <stddef.h>"]
    parts.append('#ifdef __cplusplus\nextern "C" {\n#endif')
    for kernel, signatures in _signatures(kernels):
        declarations = [_wrap(f"{d};") for s in signatures for d in (s.scalar, s.array)]
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
    ]
    parts.append("/* --- the kernels --- */")
    parts += [print_function(f) for f in functions_below([k.function for k in kernels])]
    parts.append("/* --- the public functions --- */")
    for _, signatures in _signatures(kernels):
        parts += [s.definitions() for s in signatures]
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


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
