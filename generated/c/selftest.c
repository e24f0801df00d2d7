/* SPDX-License-Identifier: MIT */
/* selftest.c: holds the emitted kernels to their bounds on vectors.csv.
   Emitted by `derive all`; edit proofs/ or derive/, not this file.
   Use: cc selftest.c derive_*.c -lm -o selftest && ./selftest [vectors.csv] */

#include "derive_kl.h"
#include "derive_kl_exponential.h"
#include "derive_kl_poisson.h"
#include "derive_kl_laplace.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 10, LONGEST = 1024 };

/* |computed - expected| in units in the last place of expected; equal infinities and two NaNs are no error. */
static double error_in_ulp(double computed, double expected, int digits, int smallest)
{
    int exponent;
    if (isnan(expected) || isnan(computed))
        return isnan(expected) && isnan(computed) ? 0.0 : (double)INFINITY;
    if (isinf(expected) || isinf(computed))
        return computed == expected ? 0.0 : (double)INFINITY;
    (void)frexp(expected, &exponent);
    exponent -= digits;
    return fabs(ldexp(computed, -(exponent < smallest ? smallest : exponent)) -
                ldexp(expected, -(exponent < smallest ? smallest : exponent)));
}

/* Calls the function of that name; the number of results, 0 for an unknown name. The bound is half an ulp above the
   declared one, because the expected results are themselves rounded; where the function is correctly rounded it is
   0. */
static int evaluate(const char *name, const double *a, double *out, double *bound)
{
    if (strcmp(name, "expm1mx") == 0) {
        *bound = 1.3;
        out[0] = derive_expm1mx(a[0]);
        return 1;
    }
    if (strcmp(name, "log1pmx") == 0) {
        *bound = 1.31;
        out[0] = derive_log1pmx(a[0]);
        return 1;
    }
    if (strcmp(name, "kl_unit_std") == 0) {
        *bound = 1.38;
        out[0] = derive_kl_unit_std(a[0], a[1]);
        return 1;
    }
    if (strcmp(name, "kl_unit_var") == 0) {
        *bound = 1.37;
        out[0] = derive_kl_unit_var(a[0], a[1]);
        return 1;
    }
    if (strcmp(name, "kl_unit_logstd") == 0) {
        *bound = 1.45;
        out[0] = derive_kl_unit_logstd(a[0], a[1]);
        return 1;
    }
    if (strcmp(name, "kl_unit_logvar") == 0) {
        *bound = 1.45;
        out[0] = derive_kl_unit_logvar(a[0], a[1]);
        return 1;
    }
    if (strcmp(name, "kl_normal_std") == 0) {
        *bound = 1.38;
        out[0] = derive_kl_normal_std(a[0], a[1], a[2], a[3]);
        return 1;
    }
    if (strcmp(name, "kl_normal_var") == 0) {
        *bound = 1.42;
        out[0] = derive_kl_normal_var(a[0], a[1], a[2], a[3]);
        return 1;
    }
    if (strcmp(name, "kl_normal_logstd") == 0) {
        *bound = 1.47;
        out[0] = derive_kl_normal_logstd(a[0], a[1], a[2], a[3]);
        return 1;
    }
    if (strcmp(name, "kl_normal_logvar") == 0) {
        *bound = 1.47;
        out[0] = derive_kl_normal_logvar(a[0], a[1], a[2], a[3]);
        return 1;
    }
    if (strcmp(name, "kl_unit_std_grad") == 0) {
        *bound = 1.26;
        derive_kl_unit_std_grad(a[0], a[1], &out[0], &out[1]);
        return 2;
    }
    if (strcmp(name, "kl_unit_var_grad") == 0) {
        *bound = 1.26;
        derive_kl_unit_var_grad(a[0], a[1], &out[0], &out[1]);
        return 2;
    }
    if (strcmp(name, "kl_unit_logstd_grad") == 0) {
        *bound = 1.28;
        derive_kl_unit_logstd_grad(a[0], a[1], &out[0], &out[1]);
        return 2;
    }
    if (strcmp(name, "kl_unit_logvar_grad") == 0) {
        *bound = 1.28;
        derive_kl_unit_logvar_grad(a[0], a[1], &out[0], &out[1]);
        return 2;
    }
    if (strcmp(name, "kl_normal_std_grad") == 0) {
        *bound = 1.63;
        derive_kl_normal_std_grad(a[0], a[1], a[2], a[3], &out[0], &out[1], &out[2], &out[3]);
        return 4;
    }
    if (strcmp(name, "kl_normal_var_grad") == 0) {
        *bound = 1.61;
        derive_kl_normal_var_grad(a[0], a[1], a[2], a[3], &out[0], &out[1], &out[2], &out[3]);
        return 4;
    }
    if (strcmp(name, "kl_normal_logstd_grad") == 0) {
        *bound = 1.72;
        derive_kl_normal_logstd_grad(a[0], a[1], a[2], a[3], &out[0], &out[1], &out[2], &out[3]);
        return 4;
    }
    if (strcmp(name, "kl_normal_logvar_grad") == 0) {
        *bound = 1.72;
        derive_kl_normal_logvar_grad(a[0], a[1], a[2], a[3], &out[0], &out[1], &out[2], &out[3]);
        return 4;
    }
    if (strcmp(name, "kl_exponential_rate") == 0) {
        *bound = 1.4100000000000001;
        out[0] = derive_kl_exponential_rate(a[0], a[1]);
        return 1;
    }
    if (strcmp(name, "kl_exponential_mean") == 0) {
        *bound = 1.4100000000000001;
        out[0] = derive_kl_exponential_mean(a[0], a[1]);
        return 1;
    }
    if (strcmp(name, "kl_exponential_lograte") == 0) {
        *bound = 1.4;
        out[0] = derive_kl_exponential_lograte(a[0], a[1]);
        return 1;
    }
    if (strcmp(name, "kl_exponential_rate_grad") == 0) {
        *bound = 1.26;
        derive_kl_exponential_rate_grad(a[0], a[1], &out[0], &out[1]);
        return 2;
    }
    if (strcmp(name, "kl_exponential_mean_grad") == 0) {
        *bound = 1.26;
        derive_kl_exponential_mean_grad(a[0], a[1], &out[0], &out[1]);
        return 2;
    }
    if (strcmp(name, "kl_exponential_lograte_grad") == 0) {
        *bound = 1.28;
        derive_kl_exponential_lograte_grad(a[0], a[1], &out[0], &out[1]);
        return 2;
    }
    if (strcmp(name, "kl_poisson_rate") == 0) {
        *bound = 1.4100000000000001;
        out[0] = derive_kl_poisson_rate(a[0], a[1]);
        return 1;
    }
    if (strcmp(name, "kl_poisson_lograte") == 0) {
        *bound = 1.4100000000000001;
        out[0] = derive_kl_poisson_lograte(a[0], a[1]);
        return 1;
    }
    if (strcmp(name, "kl_poisson_rate_grad") == 0) {
        *bound = 1.28;
        derive_kl_poisson_rate_grad(a[0], a[1], &out[0], &out[1]);
        return 2;
    }
    if (strcmp(name, "kl_poisson_lograte_grad") == 0) {
        *bound = 1.28;
        derive_kl_poisson_lograte_grad(a[0], a[1], &out[0], &out[1]);
        return 2;
    }
    if (strcmp(name, "kl_laplace_scale") == 0) {
        *bound = 1.42;
        out[0] = derive_kl_laplace_scale(a[0], a[1], a[2], a[3]);
        return 1;
    }
    if (strcmp(name, "kl_laplace_logscale") == 0) {
        *bound = 1.4300000000000002;
        out[0] = derive_kl_laplace_logscale(a[0], a[1], a[2], a[3]);
        return 1;
    }
    if (strcmp(name, "kl_laplace_scale_grad") == 0) {
        *bound = 1.82;
        derive_kl_laplace_scale_grad(a[0], a[1], a[2], a[3], &out[0], &out[1], &out[2], &out[3]);
        return 4;
    }
    if (strcmp(name, "kl_laplace_logscale_grad") == 0) {
        *bound = 1.94;
        derive_kl_laplace_logscale_grad(a[0], a[1], a[2], a[3], &out[0], &out[1], &out[2], &out[3]);
        return 4;
    }
    return 0;
}

static int evaluatef(const char *name, const double *arguments, double *out, double *bound)
{
    float a[4], o[4] = {0.0f, 0.0f, 0.0f, 0.0f};
    int i, results = 0;
    for (i = 0; i < 4; i++)
        a[i] = (float)arguments[i];
    if (strcmp(name, "expm1mx") == 0) {
        *bound = 0.0;
        o[0] = derive_expm1mxf(a[0]);
        results = 1;
    }
    if (strcmp(name, "log1pmx") == 0) {
        *bound = 0.0;
        o[0] = derive_log1pmxf(a[0]);
        results = 1;
    }
    if (strcmp(name, "kl_unit_std") == 0) {
        *bound = 1.01;
        o[0] = derive_kl_unit_stdf(a[0], a[1]);
        results = 1;
    }
    if (strcmp(name, "kl_unit_var") == 0) {
        *bound = 1.01;
        o[0] = derive_kl_unit_varf(a[0], a[1]);
        results = 1;
    }
    if (strcmp(name, "kl_unit_logstd") == 0) {
        *bound = 1.01;
        o[0] = derive_kl_unit_logstdf(a[0], a[1]);
        results = 1;
    }
    if (strcmp(name, "kl_unit_logvar") == 0) {
        *bound = 1.01;
        o[0] = derive_kl_unit_logvarf(a[0], a[1]);
        results = 1;
    }
    if (strcmp(name, "kl_normal_std") == 0) {
        *bound = 1.01;
        o[0] = derive_kl_normal_stdf(a[0], a[1], a[2], a[3]);
        results = 1;
    }
    if (strcmp(name, "kl_normal_var") == 0) {
        *bound = 1.01;
        o[0] = derive_kl_normal_varf(a[0], a[1], a[2], a[3]);
        results = 1;
    }
    if (strcmp(name, "kl_normal_logstd") == 0) {
        *bound = 1.01;
        o[0] = derive_kl_normal_logstdf(a[0], a[1], a[2], a[3]);
        results = 1;
    }
    if (strcmp(name, "kl_normal_logvar") == 0) {
        *bound = 1.01;
        o[0] = derive_kl_normal_logvarf(a[0], a[1], a[2], a[3]);
        results = 1;
    }
    if (strcmp(name, "kl_unit_std_grad") == 0) {
        *bound = 1.01;
        derive_kl_unit_std_gradf(a[0], a[1], &o[0], &o[1]);
        results = 2;
    }
    if (strcmp(name, "kl_unit_var_grad") == 0) {
        *bound = 1.01;
        derive_kl_unit_var_gradf(a[0], a[1], &o[0], &o[1]);
        results = 2;
    }
    if (strcmp(name, "kl_unit_logstd_grad") == 0) {
        *bound = 1.01;
        derive_kl_unit_logstd_gradf(a[0], a[1], &o[0], &o[1]);
        results = 2;
    }
    if (strcmp(name, "kl_unit_logvar_grad") == 0) {
        *bound = 1.01;
        derive_kl_unit_logvar_gradf(a[0], a[1], &o[0], &o[1]);
        results = 2;
    }
    if (strcmp(name, "kl_normal_std_grad") == 0) {
        *bound = 1.51;
        derive_kl_normal_std_gradf(a[0], a[1], a[2], a[3], &o[0], &o[1], &o[2], &o[3]);
        results = 4;
    }
    if (strcmp(name, "kl_normal_var_grad") == 0) {
        *bound = 1.51;
        derive_kl_normal_var_gradf(a[0], a[1], a[2], a[3], &o[0], &o[1], &o[2], &o[3]);
        results = 4;
    }
    if (strcmp(name, "kl_normal_logstd_grad") == 0) {
        *bound = 1.51;
        derive_kl_normal_logstd_gradf(a[0], a[1], a[2], a[3], &o[0], &o[1], &o[2], &o[3]);
        results = 4;
    }
    if (strcmp(name, "kl_normal_logvar_grad") == 0) {
        *bound = 1.51;
        derive_kl_normal_logvar_gradf(a[0], a[1], a[2], a[3], &o[0], &o[1], &o[2], &o[3]);
        results = 4;
    }
    if (strcmp(name, "kl_exponential_rate") == 0) {
        *bound = 1.01;
        o[0] = derive_kl_exponential_ratef(a[0], a[1]);
        results = 1;
    }
    if (strcmp(name, "kl_exponential_mean") == 0) {
        *bound = 1.01;
        o[0] = derive_kl_exponential_meanf(a[0], a[1]);
        results = 1;
    }
    if (strcmp(name, "kl_exponential_lograte") == 0) {
        *bound = 1.01;
        o[0] = derive_kl_exponential_logratef(a[0], a[1]);
        results = 1;
    }
    if (strcmp(name, "kl_exponential_rate_grad") == 0) {
        *bound = 1.01;
        derive_kl_exponential_rate_gradf(a[0], a[1], &o[0], &o[1]);
        results = 2;
    }
    if (strcmp(name, "kl_exponential_mean_grad") == 0) {
        *bound = 1.01;
        derive_kl_exponential_mean_gradf(a[0], a[1], &o[0], &o[1]);
        results = 2;
    }
    if (strcmp(name, "kl_exponential_lograte_grad") == 0) {
        *bound = 1.01;
        derive_kl_exponential_lograte_gradf(a[0], a[1], &o[0], &o[1]);
        results = 2;
    }
    if (strcmp(name, "kl_poisson_rate") == 0) {
        *bound = 1.01;
        o[0] = derive_kl_poisson_ratef(a[0], a[1]);
        results = 1;
    }
    if (strcmp(name, "kl_poisson_lograte") == 0) {
        *bound = 1.01;
        o[0] = derive_kl_poisson_logratef(a[0], a[1]);
        results = 1;
    }
    if (strcmp(name, "kl_poisson_rate_grad") == 0) {
        *bound = 1.01;
        derive_kl_poisson_rate_gradf(a[0], a[1], &o[0], &o[1]);
        results = 2;
    }
    if (strcmp(name, "kl_poisson_lograte_grad") == 0) {
        *bound = 1.01;
        derive_kl_poisson_lograte_gradf(a[0], a[1], &o[0], &o[1]);
        results = 2;
    }
    if (strcmp(name, "kl_laplace_scale") == 0) {
        *bound = 1.01;
        o[0] = derive_kl_laplace_scalef(a[0], a[1], a[2], a[3]);
        results = 1;
    }
    if (strcmp(name, "kl_laplace_logscale") == 0) {
        *bound = 1.01;
        o[0] = derive_kl_laplace_logscalef(a[0], a[1], a[2], a[3]);
        results = 1;
    }
    if (strcmp(name, "kl_laplace_scale_grad") == 0) {
        *bound = 1.51;
        derive_kl_laplace_scale_gradf(a[0], a[1], a[2], a[3], &o[0], &o[1], &o[2], &o[3]);
        results = 4;
    }
    if (strcmp(name, "kl_laplace_logscale_grad") == 0) {
        *bound = 1.51;
        derive_kl_laplace_logscale_gradf(a[0], a[1], a[2], a[3], &o[0], &o[1], &o[2], &o[3]);
        results = 4;
    }
    for (i = 0; i < results; i++)
        out[i] = (double)o[i];
    return results;
}

/* Splits a line at its commas, in place. */
static int split_line(char *line, char *cell[COLUMNS])
{
    int count = 0;
    line[strcspn(line, "\r\n")] = '\0';
    while (count < COLUMNS) {
        char *comma = strchr(line, ',');
        cell[count++] = line;
        if (!comma)
            break;
        *comma = '\0';
        line = comma + 1;
    }
    return count;
}

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : "vectors.csv";
    FILE *table = fopen(path, "r");
    char line[LONGEST];
    int number = 0, rows = 0, failures = 0;
    if (!table) {
        fprintf(stderr, "selftest: cannot open %s; run it where vectors.csv lies, or name the file\n", path);
        return 2;
    }
    while (fgets(line, LONGEST, table)) {
        char *cell[COLUMNS];
        double a[4] = {0.0, 0.0, 0.0, 0.0}, out[4] = {0.0, 0.0, 0.0, 0.0}, bound = 0.0;
        int i, results, narrow;
        number++;
        if (line[0] == '#' || strncmp(line, "function,", 9) == 0)
            continue;
        if (split_line(line, cell) != COLUMNS) {
            fprintf(stderr, "selftest: %s:%d: not a row of the table\n", path, number);
            failures++;
            continue;
        }
        narrow = strcmp(cell[1], "binary32") == 0;
        for (i = 0; i < 4; i++)
            a[i] = strtod(cell[2 + i], NULL);
        results = narrow ? evaluatef(cell[0], a, out, &bound) : evaluate(cell[0], a, out, &bound);
        if (results == 0) {
            fprintf(stderr, "selftest: %s:%d: unknown function %s\n", path, number, cell[0]);
            failures++;
        }
        for (i = 0; i < results; i++) {
            const double expected = strtod(cell[6 + i], NULL);
            const double error = narrow ? error_in_ulp(out[i], expected, FLT_MANT_DIG, -149)
                                        : error_in_ulp(out[i], expected, DBL_MANT_DIG, -1074);
            if (!(error <= bound)) {
                printf("%s:%d: %s result %d is %a, expected %a: %g ulp\n", path, number, cell[0], i + 1, out[i],
                       expected, error);
                failures++;
            }
        }
        rows++;
    }
    fclose(table);
    printf("%d rows, %d failures\n", rows, failures);
    return failures != 0 || rows == 0;
}
