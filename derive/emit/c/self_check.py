"""The self-test of a pair of files: whether the compiler left the arithmetic as it is written."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from derive.emit.c.layout import wrap
from derive.emit.c.printer import literal
from derive.vocabulary.kernel import Kernel, Role, Vector

#: Rows of the table of vectors that are tried of every function, spread over those with ordinary results.
_ROWS = 3

#: A result may be this far from the correctly rounded one, relative to the largest of the row: broken transforms lose
#: far more where terms cancel.
_TOLERANCE = 2.0**-51

_FRAME = """\
/* --- the self-test --- */

INLINE int is_number(double x) {{ return (bits_of(x) & UINT64_C(0x7fffffffffffffff)) <= UINT64_C(0x7ff0000000000000); }}

/* Whether one of the results is far from what is expected, beside the largest; a NaN is. */
static int is_off(const double *result, const double *expected, int count)
{{
    double largest = 0.0;
    int i, off = 0;
    for (i = 0; i < count; i++)
        largest = larger(largest, fabs(expected[i]));
    for (i = 0; i < count; i++)
        off |= !(fabs(result[i] - expected[i]) <= {tolerance} * largest);
    return off;
}}

int {pair}_selftest(void)
{{
    /* Volatile: nothing is computed before the program runs. */
    static const volatile double sums[][2] = {{
        {{ 1.0, {tiny} }},
        {{ {tiny}, 1.0 }},
        {{ -3.0, {tiny} }},
        {{ 1.0, {third} }},
    }};
    static const volatile double products[][4] = {{
{products}    }};
    static const volatile double quotients[] = {{ 49.0, 5.0, 7.0, 11.0, 13.0, 17.0, 19.0, 23.0, 29.0, 31.0 }};
    volatile double not_a_number = (double)NAN, infinite = (double)INFINITY, zero = 0.0;
    double rest = 0.0;
    size_t i;
    for (i = 0; i < sizeof sums / sizeof *sums; i++) {{
        const double a = sums[i][0], b = sums[i][1];
        const pair exact = two_sum(a, b);
        rest += fabs((exact.head - a) - (b - exact.tail)) + fabs((exact.head - b) - (a - exact.tail));
        if (!(fabs(exact.tail) > 0.0))
            return 1;
    }}
    if (rest != 0.0)
        return 1;
    for (i = 0; i < sizeof products / sizeof *products; i++) {{
        const double computed = fma(products[i][0], products[i][1], products[i][2]);
        if (bits_of(computed) != bits_of(products[i][3]))
            return 2;
    }}
    for (i = 1; i < sizeof quotients / sizeof *quotients; i++) {{
        const double divisor = quotients[0], a = quotients[i], b = quotients[i] + 1.0;
        /* Both in one expression: a compiler takes the reciprocal for two quotients side by side. */
        const double first = a / divisor, second = b / divisor;
        const double half = {half_ulp};
        const double rest_of_first = fma(-first, divisor, a), rest_of_second = fma(-second, divisor, b);
        if (larger(fabs(rest_of_first) - half * a, fabs(rest_of_second) - half * b) > 0.0)
            return 3;
    }}
    if (less(not_a_number, 1.0) != 0 || equal(not_a_number, not_a_number) != 0 || less(1.0, infinite) == 0 ||
        is_number({first}))
        return 4;
{rows}    return 0;
}}"""

#: Factors and summands whose fma is not what a product rounded first, a sum of it in extended precision, or a library
#: that loses the sign of a product that vanishes, gives.
_PRODUCTS = (
    (1.0 + 2.0**-30, 1.0 + 2.0**-30, -1.0 - 2.0**-29),
    (1.0 + 2.0**-52, 1.0 - 2.0**-53, -1.0),
    (1.0 + 2.0**-27, 1.0 + 2.0**-27, 2.0**53),
    (1.0 + 2.0**-29, 1.0 + 2.0**-24, 2.0**53 + 2.0),
    (3.0, 1.0 / 3.0, 2.0**-54),
    (1.0 + 2.0**-52, 2.0**-54, 1.0),
    (1.0 - 2.0**-53, -(2.0**-54), 1.0),
    (2.0**-600, -(2.0**-600), 0.0),
    (2.0**-537, 2.0**-537, 2.0**-1022),
    (1.5, 2.0**-1074, 2.0**-1074),
    (2.0**600, 2.0**500, -math.inf),
)


def _fused(a: float, b: float, c: float) -> float:
    if math.isinf(c):
        return c
    exact = Fraction(a) * Fraction(b) + Fraction(c)
    return float(exact) or (-0.0 if exact < 0 else 0.0)


def _listed(numbers: Sequence[float]) -> str:
    return f"{{ {', '.join(map(literal, numbers))} }}"


def _chosen(kernel: Kernel, rows: Sequence[Vector]) -> list[Vector]:
    """Rows of a function, spread evenly over those of which no number is tiny, huge or special."""
    ordinary = [
        row
        for row in rows
        if (row.function, row.precision) == (kernel.name, "binary64")
        and all(2.0**-900 < abs(x) < 2.0**900 for x in row.expected)
    ]
    return [ordinary[(2 * i + 1) * len(ordinary) // (2 * _ROWS)] for i in range(_ROWS)] if ordinary else []


def _rows(kernel: Kernel, rows: Sequence[Vector], number: int) -> list[str]:
    arguments, results = len(kernel.parameters), len(kernel.results)
    given = ", ".join(f"row[{i}]" for i in range(arguments))
    listed = [wrap(f"            {_listed([*row.arguments, *row.expected])},") for row in rows]
    if kernel.role is Role.GRADIENT:
        to = ", ".join(f"result + {i}" for i in range(results))
        call = f"derive_{kernel.name}({given}, {to});"
    else:
        call = f"result[0] = derive_{kernel.name}({given});"
    return [
        "    {",
        f"        static const double rows[][{arguments + results}] = {{",
        *listed,
        "        };",
        f"        for (i = 0; i < {len(rows)}; i++) {{",
        "            const double *const row = rows[i];",
        f"            double result[{results}];",
        *wrap(f"            {call}").split("\n"),
        f"            if (is_off(result, row + {arguments}, {results}) != 0)",
        f"                return {number};",
        "        }",
        "    }",
    ]


def self_check(pair: str, kernels: Sequence[Kernel], rows: Sequence[Vector]) -> str:
    """The function, and what it compares with."""
    value = next(kernel for kernel in kernels if kernel.role is Role.VALUE)
    products = [wrap(f"        {_listed([*row, _fused(*row)])},") + "\n" for row in _PRODUCTS]
    lines: list[str] = []
    for number, kernel in enumerate(kernels, 5):
        if chosen := _chosen(kernel, rows):
            lines += _rows(kernel, chosen, number)
    return _FRAME.format(
        tiny=literal(2.0**-60),
        third=literal(2.0**-60 / 3.0),
        half_ulp=literal(2.0**-53),
        tolerance=literal(_TOLERANCE),
        products="".join(products),
        pair=pair,
        first=f"derive_{value.name}({', '.join(['not_a_number', *['zero'] * (len(value.parameters) - 1)])})",
        rows="\n".join(lines) + "\n",
    )
