"""The loops of the C target: how a kernel's functions are applied to arrays, and how their values are summed."""

from __future__ import annotations

from derive.emit.c.printer import result_type
from derive.vocabulary.kernel import Kernel, Role

#: Vectors of any width divide this number of partial sums.
LANES = 32

#: Elements that are looked at together; a multiple of LANES. Of blocks that small, the next one is read while one is
#: computed.
BLOCK = 64

#: Of values that have bits to spare, so many are added as they are, lane by lane, before they are added with care.
LONG_BLOCK = 1024

SUMS = f"""\
/* --- loops --- */

/* Elements that are looked at together: where all are of ordinary size, a shorter computation holds for each. */
enum {{ BLOCK = {BLOCK}, LANES = {LANES}, LONG_BLOCK = {LONG_BLOCK} }};

/* Partial sums. Element i belongs to lane i mod LANES whatever the instruction set: the bits do not depend on it. */
typedef struct {{ double head[LANES], tail[LANES]; }} lanes;

INLINE void add_block(lanes *sum, size_t count, double *value)
{{
    for (; count % LANES; count++)
        value[count] = 0.0;
    for (size_t row = 0; row < count; row += LANES)
        for (size_t lane = 0; lane < LANES; lane++) {{
            const pair total = two_sum(sum->head[lane], value[row + lane]);
            sum->head[lane] = total.head;
            sum->tail[lane] += total.tail;
        }}
}}

/* All lanes, in order. Tails of an infinite head are NaN, and of no account. */
INLINE double sum_of_lanes(const lanes *sum)
{{
    pair whole = {{ 0.0, 0.0 }};
    for (size_t lane = 0; lane < LANES; lane++) {{
        const pair total = two_sum(whole.head, sum->head[lane]);
        whole.head = total.head;
        whole.tail += total.tail + sum->tail[lane];
    }}
    return choose(less(fabs(whole.head), (double)INFINITY), whole.head + whole.tail, whole.head);
}}
"""


def _indented(lines: list[str], by: int) -> list[str]:
    return [" " * by + line for line in lines]


def _loop(body: list[str], start: str = "0", end: str = "n") -> list[str]:
    return ["INDEPENDENT", f"for (size_t i = {start}; i < {end}; i++) {{", *_indented(body, 4), "}"]


def _elements(kernel: Kernel, precision: str) -> str:
    cast = "" if precision == "binary64" else "(double)"
    return ", ".join(f"{cast}{p}[i]" for p in kernel.parameters)


def _parts(kernel: Kernel, precision: str) -> str:
    return f"const {result_type(kernel.function)} at = {kernel.function.name}({_elements(kernel, precision)});"


def array_body(kernel: Kernel, precision: str, outputs: tuple[str, ...]) -> list[str]:
    """The statements of the array form."""
    if kernel.role is Role.GRADIENT:
        narrow = "" if precision == "binary64" else "(float)"
        members = [name for name, _ in kernel.function.results]
        stores = [f"{o}[i] = {narrow}at.{m};" for o, m in zip(outputs, members, strict=True)]
        return _loop([_parts(kernel, precision), *stores])
    if precision == "binary32":
        if kernel.narrow is not None:
            return _loop([f"out[i] = (float){kernel.narrow.name}({_elements(kernel, precision)});"])
        return _loop([_parts(kernel, precision), "out[i] = (float)(round_to_odd(at.head, at.tail) * at.unscale);"])
    if kernel.ordinary is None:
        return _loop([_parts(kernel, precision), "out[i] = (at.head + at.tail) * at.unscale;"])
    return _blocks(kernel, "out[i]", [])


def _blocks(kernel: Kernel, to: str, after: list[str]) -> list[str]:
    """Block by block: the ordinary function alone, or both and a choice for each element.

    Loops over whole blocks are written apart, because compilers need to know how many turns they have.
    """
    assert kernel.ordinary is not None
    elements = _elements(kernel, "binary64")
    twice = f"const pair twice = {kernel.ordinary.function.name}({elements});"
    outside = f"{kernel.ordinary.outside.name}({elements})"
    short, careful = "0.5 * (twice.head + twice.tail)", "(at.head + at.tail) * at.unscale"
    chosen = f"{to} = choose(inside, {short}, {careful});"
    both = [f"const uint64_t inside = ({outside} >> 63) - 1;", twice, _parts(kernel, "binary64"), chosen]
    ordinary = [twice, f"{to} = {short};"]
    return [
        "for (size_t start = 0; start < n; start += BLOCK) {",
        "    const size_t end = n - start < BLOCK ? n : start + BLOCK;",
        "    uint64_t unusual = 0;",
        "    if (end - start == BLOCK)",
        "        for (size_t i = start; i < start + BLOCK; i++)",
        f"            unusual |= {outside};",
        "    else",
        "        for (size_t i = start; i < end; i++)",
        f"            unusual |= {outside};",
        "    if (unusual >> 63 != 0) {",
        *_indented(_loop(both, "start", "end"), 8),
        "    } else if (end - start == BLOCK) {",
        *_indented(_loop(ordinary, "start", "start + BLOCK"), 8),
        "    } else {",
        *_indented(_loop(ordinary, "start", "end"), 8),
        "    }",
        *_indented(after, 4),
        "}",
    ]


def sum_body(kernel: Kernel, precision: str) -> list[str]:
    """The statements of the sum."""
    first = ["lanes sum = { { 0.0 }, { 0.0 } };"]
    last = ["return sum_of_lanes(&sum);"]
    if precision == "binary32":
        assert kernel.narrow is not None
        value = f"{kernel.narrow.name}({_elements(kernel, precision)})"
        return [
            *first,
            "for (size_t start = 0; start < n; start += LONG_BLOCK) {",
            "    const size_t end = n - start < LONG_BLOCK ? n : start + LONG_BLOCK;",
            "    double column[LANES] = { 0.0 };",
            "    size_t row = start;",
            "    for (; row + LANES <= end; row += LANES) {",
            *_indented(_loop([f"column[i - row] += {value};"], "row", "row + LANES"), 8),
            "    }",
            "    for (size_t i = row; i < end; i++)",
            f"        column[i - row] += {value};",
            "    add_block(&sum, LANES, column);",
            "}",
            *last,
        ]
    added = ["if (end - start == BLOCK)", "    add_block(&sum, BLOCK, value);", "else"]
    blocks = _blocks(kernel, "value[i - start]", [*added, "    add_block(&sum, end - start, value);"])
    return [*first, "double value[BLOCK];", *blocks, *last]
