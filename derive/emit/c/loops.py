"""The loops of the C target: how a kernel's functions are applied to runs of elements, and what drives the runs."""

from __future__ import annotations

from collections.abc import Sequence

from derive.emit.c.layout import wrap
from derive.emit.c.printer import literal, result_type
from derive.vocabulary.kernel import Kernel, Role
from derive.vocabulary.summation import GROWTH, LANES, SHRINKAGE, SMALL_SUM

#: Elements of a run; a multiple of LANES. Of runs that small, the next one is read while one is computed.
BLOCK = 64

#: So many are computed one by one sooner than as a run that is filled up.
FEW = 12

SUMS = f"""\
/* --- loops --- */

/* A run is of BLOCK elements, in vector code, or of few, one by one. */
#define BLOCK ((size_t){BLOCK})
#define FEW ((size_t){FEW})
enum {{ LANES = {LANES}, INPUTS = 4, OUTPUTS = 5 }};

typedef void run(RUN);

/* A whole run from the last elements, filled up with copies of the first of them. */
INLINE void fill(void *whole, const void *from, size_t count, size_t size)
{{
    memcpy(whole, from, count * size);
    for (size_t i = count; i < BLOCK; i++)
        memcpy((char *)whole + i * size, from, size);
}}

/* n elements of some size, run by run: what the first function gives is the first output, and the other outputs are
   from the second; one of the two may be missing. */
static void apply(run *value, run *slopes, size_t n, size_t size, int inputs, const void *const *in, int outputs,
                  void *const *out)
{{
    double room[INPUTS + OUTPUTS][BLOCK], kept[BLOCK];
    for (size_t start = 0; start < n; start += BLOCK) {{
        const size_t count = n - start < BLOCK ? n - start : BLOCK, size_of_run = count > FEW ? BLOCK : count;
        const int filled = size_of_run != count;
        const void *from[INPUTS];
        void *to[OUTPUTS];
        for (int j = 0; j < inputs; j++) {{
            from[j] = (const char *)in[j] + start * size;
            if (filled) {{
                fill(room[j], from[j], count, size);
                from[j] = room[j];
            }}
        }}
        for (int j = 0; j < outputs; j++)
            to[j] = filled ? (void *)room[INPUTS + j] : (char *)out[j] + start * size;
        if (value != NULL && slopes != NULL) {{
            void *apart[1];
            apart[0] = kept;
            value(from, apart, size_of_run, 1.0);
            slopes(from, to + 1, size_of_run, 1.0);
            memcpy(to[0], kept, count * size);
        }} else if (value != NULL) {{
            value(from, to, size_of_run, 1.0);
        }} else {{
            slopes(from, to, size_of_run, 1.0);
        }}
        if (filled)
            for (int j = 0; j < outputs; j++)
                memcpy((char *)out[j] + start * size, to[j], count * size);
    }}
}}

typedef struct {{ double head[LANES], tail[LANES]; }} lanes;

INLINE void add_inline(lanes *sum, const double *value)
{{
    for (size_t row = 0; row < BLOCK; row += LANES) {{
        INDEPENDENT
        for (size_t lane = 0; lane < LANES; lane++) {{
            const pair total = two_sum(sum->head[lane], value[row + lane]);
            sum->head[lane] = total.head;
            sum->tail[lane] += total.tail;
        }}
    }}
}}

ONE(, void, add, (lanes *sum, const double *value), (sum, value))

/* All lanes, in order. Tails of an infinite head are NaN, and of no account. */
static double sum_of_lanes(const lanes *sum)
{{
    pair whole = {{ 0.0, 0.0 }};
    for (size_t lane = 0; lane < LANES; lane++) {{
        const pair total = two_sum(whole.head, sum->head[lane]);
        whole.head = total.head;
        whole.tail += total.tail + sum->tail[lane];
    }}
    return choose(less(fabs(whole.head), (double)INFINITY), whole.head + whole.tail, whole.head);
}}

/* The sum of values times growth; elements of float become double before anything is computed from them. */
static double sum_of(run *value, double growth, size_t n, size_t size, int inputs, const void *const *in)
{{
    lanes sum = {{ {{ 0.0 }}, {{ 0.0 }} }};
    for (size_t start = 0; start < n; start += BLOCK) {{
        const size_t count = n - start < BLOCK ? n - start : BLOCK;
        double room[INPUTS][BLOCK], values[BLOCK];
        const void *from[INPUTS];
        void *to[1];
        to[0] = values;
        for (int j = 0; j < inputs; j++) {{
            from[j] = (const char *)in[j] + start * size;
            if (size == sizeof(float)) {{
                const float *narrow = (const float *)from[j];
                for (size_t i = 0; i < BLOCK; i++)
                    room[j][i] = (double)narrow[i < count ? i : 0];
                from[j] = room[j];
            }} else if (count < BLOCK) {{
                fill(room[j], from[j], count, size);
                from[j] = room[j];
            }}
        }}
        value(from, to, BLOCK, growth);
        for (size_t i = count; i < BLOCK; i++)
            values[i] = 0.0;
        CHOSEN(add)(&sum, values);
    }}
    return sum_of_lanes(&sum) / growth;
}}

/* Where the sum is so small that values, rounded one by one, may have lost bits below the normal range, it is formed
   once more of enlarged values; where it is infinite, of diminished ones: heads are rounded up, and the tails, which
   would keep the sum finite, come to them at the end. */
static double careful_sum(run *value, size_t n, size_t size, int inputs, const void *const *in)
{{
    const double sum = sum_of(value, 1.0, n, size, inputs, in);
    if (sum < {literal(SMALL_SUM)})
        return sum_of(value, {literal(GROWTH)}, n, size, inputs, in);
    return sum < (double)INFINITY ? sum : sum_of(value, {literal(SHRINKAGE)}, n, size, inputs, in);
}}
"""


def _indented(lines: Sequence[str], by: int = 4) -> list[str]:
    return [" " * by + line for line in lines]


def _loop(body: Sequence[str]) -> list[str]:
    """A loop over a whole run."""
    return ["INDEPENDENT", "for (size_t i = 0; i < BLOCK; i++) {", *_indented(body), "}"]


def _pointers(kernel: Kernel, real: str, outputs: Sequence[str]) -> list[str]:
    inputs = [f"const {real} *const {p} = (const {real} *)in[{i}];" for i, p in enumerate(kernel.parameters)]
    return inputs + [f"{real} *const {o} = ({real} *)out[{i}];" for i, o in enumerate(outputs)]


class Loops:
    """What is computed of one element and of a run, for a kernel in a format, by name."""

    def __init__(self, kernel: Kernel, precision: str) -> None:
        self.kernel, self.precision = kernel, precision
        self.real = "double" if precision == "binary64" else "float"
        self.name = kernel.name + ("" if precision == "binary64" else "f")
        self.outputs = kernel.results if kernel.role is Role.GRADIENT else ("to",)

    def definitions(self) -> list[str]:
        """The functions for one element and for a run."""
        return [*self._one(), self._run(), f"MANY({self.name}, {self.one})"]

    @property
    def one(self) -> str:
        """The function for one element: a gradient has one for both formats."""
        return self.kernel.name if self.kernel.role is Role.GRADIENT else self.name

    @property
    def grows(self) -> bool:
        """Whether the function for one element gives a multiple of the value, as a sum wants it."""
        return self.precision == "binary64" and self.kernel.role is Role.VALUE

    def elements(self) -> str:
        cast = "" if self.precision == "binary64" else "(double)"
        return ", ".join(f"{cast}{p}[i]" for p in self.kernel.parameters)

    def _one(self) -> list[str]:
        kernel, parameters = self.kernel, ", ".join(f"double {p}" for p in self.kernel.parameters)
        arguments = ", ".join(kernel.parameters)
        if kernel.role is Role.GRADIENT:
            if self.precision == "binary32":
                return []
            kind = result_type(kernel.function)
            return [
                wrap(f"INLINE {kind} {kernel.name}_inline({parameters})")
                + f"\n{{\n    return {kernel.function.name}({arguments});\n}}",
                f"typedef {kind} {kernel.name}_one({parameters});",
                wrap(f"ONE(return, {kind}, {kernel.name}, ({parameters}), ({arguments}))"),
            ]
        if self.grows:
            parameters, arguments = f"{parameters}, double growth", f"{arguments}, growth"
        lines = [f"INLINE {self.real} {self.name}_inline({parameters})", "{", *_indented(self._value()), "}"]
        return [
            "\n".join(lines),
            f"typedef {self.real} {self.name}_one({parameters});",
            wrap(f"ONE(return, {self.real}, {self.name}, ({parameters}), ({arguments}))"),
        ]

    def _value(self) -> list[str]:
        kernel, arguments = self.kernel, ", ".join(self.kernel.parameters)
        parts = f"const {result_type(kernel.function)} at = {kernel.function.name}({arguments});"
        if self.precision == "binary32":
            if kernel.narrow is not None:
                return [f"return (float){kernel.narrow.name}({arguments});"]
            return [parts, "return (float)(round_to_odd(at.head, at.tail) * at.unscale);"]
        if not self.grows:
            return [parts, "return (at.head + at.tail) * at.unscale;"]
        careful = [parts, "return (at.head + at.tail) * (at.unscale * growth);"]
        if kernel.ordinary is None:
            return careful
        return [
            f"if ({kernel.ordinary.outside.name}({arguments}) >> 63 == 0) {{",
            f"    const pair twice = {kernel.ordinary.function.name}({arguments});",
            "    return 0.5 * (twice.head + twice.tail) * growth;",
            "}",
            *careful,
        ]

    def _run(self) -> str:
        kernel = self.kernel
        each = f"one({self.elements()}{', growth' if self.grows else ''})"
        slowly = f"!fused || n != BLOCK{' || growth != 1.0' if self.grows else ''}"
        lines = [
            f"INLINE void {self.name}_run(RUN, {self.one}_one *one, int fused)",
            "{",
            *_indented(_pointers(kernel, self.real, self.outputs)),
            f"    if ({slowly}) {{",
            "        for (size_t i = 0; i < n; i++) {",
            *_indented(self._stored(each), 12),
            "        }",
            "        return;",
            "    }",
            *([] if self.grows else ["    (void)growth;"]),
            *_indented(self._ordinary_run() if self.grows else _loop(self._stored(self._inline()))),
            "}",
        ]
        return "\n".join(lines)

    def _inline(self) -> str:
        return f"{self.one}_inline({self.elements()})"

    def _stored(self, computed: str) -> list[str]:
        """What is computed of one element goes to the outputs."""
        if self.kernel.role is not Role.GRADIENT:
            return [f"to[i] = {computed};"]
        narrow = "" if self.precision == "binary64" else "(float)"
        members = [member for member, _ in self.kernel.function.results]
        at = f"const {result_type(self.kernel.function)} at = {computed};"
        stores = [f"{o}[i] = {narrow}at.{m};" for o, m in zip(self.outputs, members, strict=True)]
        return [*(line[12:] for line in wrap(f"{' ' * 12}{at}").split("\n")), *stores]

    def _ordinary_run(self) -> list[str]:
        """The short computation for all, and then what it does not hold for once more, one by one."""
        kernel, elements = self.kernel, self.elements()
        if kernel.ordinary is None:
            return _loop([f"to[i] = {self.one}_inline({elements}, 1.0);"])
        outside = f"{kernel.ordinary.outside.name}({elements})"
        twice = f"const pair twice = {kernel.ordinary.function.name}({elements});"
        return [
            "double values[BLOCK], *given = to;",
            "uint64_t unusual = 0;",
            *_loop([f"unusual |= {outside};"]),
            "if (unusual >> 63 != 0)",
            "    given = values;",
            *_loop([twice, "given[i] = 0.5 * (twice.head + twice.tail);"]),
            "if (unusual >> 63 != 0) {",
            "    for (size_t i = 0; i < BLOCK; i++)",
            f"        if ({outside} >> 63 != 0)",
            f"            values[i] = one({elements}, 1.0);",
            "    memcpy(to, values, sizeof values);",
            "}",
        ]
