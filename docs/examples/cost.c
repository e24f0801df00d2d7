/* What the emitted C costs: nanoseconds for each element, the best of 400 runs over arguments that stay in the cache.

   cc -O3 -I generated/c docs/examples/cost.c generated/c/derive_kl.c -lm -o cost && ./cost

   -DDERIVE_KL_NO_CLONES makes fma a call of the library; with -DDERIVE_KL_SOFTWARE_FMA besides, it is computed with
   integers, as on a processor that has no such instruction. */
#define _POSIX_C_SOURCE 199309L
#include <math.h>
#include <stdio.h>
#include <time.h>

#include "derive_kl.h"

enum { SIZE = 1024, RUNS = 400 };

static double a[SIZE], b[SIZE], c[SIZE], d[SIZE], far[SIZE], out[SIZE], slope[SIZE];
static float af[SIZE], bf[SIZE], outf[SIZE];

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}

#define EACH(statement) for (int i = 0; i < SIZE; i++) { statement; }
#define COST(label, work) \
    do { \
        double best = INFINITY; \
        for (int run = 0; run < RUNS; run++) { \
            double start = now(); \
            work; \
            best = fmin(best, now() - start); \
        } \
        printf("%-42s %8.1f\n", label, best / SIZE); \
    } while (0)

int main(void)
{
    for (int i = 0; i < SIZE; i++) {
        a[i] = sin(i), b[i] = cos(3 * i), c[i] = sin(5 * i), d[i] = cos(7 * i);
        far[i] = i % 64 ? b[i] : 20.0;
        af[i] = (float)a[i], bf[i] = (float)b[i];
    }
    COST("derive_kl_unit_logvar, one number", EACH(out[i] = derive_kl_unit_logvar(a[i], b[i])));
    COST("the same for float", EACH(outf[i] = derive_kl_unit_logvarf(af[i], bf[i])));
    COST("its gradient", EACH(derive_kl_unit_logvar_grad(a[i], b[i], &out[i], &slope[i])));
    COST("derive_kl_normal_logvar, one number", EACH(out[i] = derive_kl_normal_logvar(a[i], b[i], c[i], d[i])));
    COST("derive_kl_unit_logvar_array", derive_kl_unit_logvar_array(SIZE, a, b, out));
    COST("the same, one in 64 of them far out", derive_kl_unit_logvar_array(SIZE, a, far, out));
    COST("derive_kl_normal_logvar_array", derive_kl_normal_logvar_array(SIZE, a, b, c, d, out));
    return 0;
}
