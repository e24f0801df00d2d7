"""selftest.c: reads vectors.csv and holds every function to its bound on it, without any other tool."""

from __future__ import annotations

from collections.abc import Sequence

from derive.vocabulary.kernel import Kernel, Role

_FRAME = """\
/* SPDX-License-Identifier: MIT */
/* selftest.c: holds the emitted kernels to their bounds on vectors.csv.
   Emitted by `derive all`; edit proofs/ or derive/, not this file.
   Use: cc selftest.c derive_*.c -lm -o selftest && ./selftest [vectors.csv] */

{includes}

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {{ COLUMNS = 10, LONGEST = 1024 }};

/* |computed - expected| in units in the last place of expected; equal infinities and two NaNs are no error. */
static double error_in_ulp(double computed, double expected, int digits, int smallest)
{{
    int exponent;
    if (isnan(expected) || isnan(computed))
        return isnan(expected) && isnan(computed) ? 0.0 : (double)INFINITY;
    if (isinf(expected) || isinf(computed))
        return computed == expected ? 0.0 : (double)INFINITY;
    (void)frexp(expected, &exponent);
    exponent -= digits;
    return fabs(ldexp(computed, -(exponent < smallest ? smallest : exponent)) -
                ldexp(expected, -(exponent < smallest ? smallest : exponent)));
}}

/* Calls the function of that name; the number of results, 0 for an unknown name. The bound is half an ulp above the
   declared one, because the expected results are themselves rounded; where the function is correctly rounded it is
   0. */
static int evaluate(const char *name, const double *a, double *out, double *bound)
{{
{binary64}    return 0;
}}

static int evaluatef(const char *name, const double *arguments, double *out, double *bound)
{{
    float a[4], o[4] = {{0.0f, 0.0f, 0.0f, 0.0f}};
    int i, results = 0;
    for (i = 0; i < 4; i++)
        a[i] = (float)arguments[i];
{binary32}    for (i = 0; i < results; i++)
        out[i] = (double)o[i];
    return results;
}}

/* Splits a line at its commas, in place. */
static int split_line(char *line, char *cell[COLUMNS])
{{
    int count = 0;
    line[strcspn(line, "\\r\\n")] = '\\0';
    while (count < COLUMNS) {{
        char *comma = strchr(line, ',');
        cell[count++] = line;
        if (!comma)
            break;
        *comma = '\\0';
        line = comma + 1;
    }}
    return count;
}}

int main(int argc, char **argv)
{{
    const char *path = argc > 1 ? argv[1] : "vectors.csv";
    FILE *table = fopen(path, "r");
    char line[LONGEST];
    int number = 0, rows = 0, failures = 0;
    if (!table) {{
        fprintf(stderr, "selftest: cannot open %s; run it where vectors.csv lies, or name the file\\n", path);
        return 2;
    }}
    while (fgets(line, LONGEST, table)) {{
        char *cell[COLUMNS];
        double a[4] = {{0.0, 0.0, 0.0, 0.0}}, out[4] = {{0.0, 0.0, 0.0, 0.0}}, bound = 0.0;
        int i, results, narrow;
        number++;
        if (line[0] == '#' || strncmp(line, "function,", 9) == 0)
            continue;
        if (split_line(line, cell) != COLUMNS) {{
            fprintf(stderr, "selftest: %s:%d: not a row of the table\\n", path, number);
            failures++;
            continue;
        }}
        narrow = strcmp(cell[1], "binary32") == 0;
        for (i = 0; i < 4; i++)
            a[i] = strtod(cell[2 + i], NULL);
        results = narrow ? evaluatef(cell[0], a, out, &bound) : evaluate(cell[0], a, out, &bound);
        if (results == 0) {{
            fprintf(stderr, "selftest: %s:%d: unknown function %s\\n", path, number, cell[0]);
            failures++;
        }}
        for (i = 0; i < results; i++) {{
            const double expected = strtod(cell[6 + i], NULL);
            const double error = narrow ? error_in_ulp(out[i], expected, FLT_MANT_DIG, -149)
                                        : error_in_ulp(out[i], expected, DBL_MANT_DIG, -1074);
            if (!(error <= bound)) {{
                printf("%s:%d: %s result %d is %a, expected %a: %g ulp\\n", path, number, cell[0], i + 1, out[i],
                       expected, error);
                failures++;
            }}
        }}
        rows++;
    }}
    fclose(table);
    printf("%d rows, %d failures\\n", rows, failures);
    return failures != 0 || rows == 0;
}}
"""


def _branch(kernel: Kernel, precision: str) -> str:
    suffix, out = ("", "out") if precision == "binary64" else ("f", "o")
    inputs = ", ".join(f"a[{i}]" for i in range(len(kernel.parameters)))
    count = len(kernel.results)
    call = f"derive_{kernel.name}{suffix}({inputs})"
    if kernel.role is Role.GRADIENT:
        outputs = ", ".join(f"&{out}[{i}]" for i in range(count))
        action = f"derive_{kernel.name}{suffix}({inputs}, {outputs});"
    else:
        action = f"{out}[0] = {call};"
    declared = kernel.bounds[precision]
    bound = f"*bound = {0.0 if declared.established == 'exhaustive' else declared.ulp + 0.5!r};"
    end = f"return {count};" if precision == "binary64" else f"results = {count};"
    lines = [
        f'    if (strcmp(name, "{kernel.name}") == 0) {{',
        f"        {bound}",
        f"        {action}",
        f"        {end}",
    ]
    return "\n".join([*lines, "    }\n"])


def selftest(kernels: Sequence[Kernel], files: Sequence[str]) -> str:
    """The program; exit status 0 where every row is within its bound, 1 where one is not, 2 where there is no table."""
    branches = {p: "".join(_branch(k, p) for k in kernels) for p in ("binary64", "binary32")}
    includes = "\n".join(f'#include "{name}.h"' for name in files)
    return _FRAME.format(includes=includes, **branches)
