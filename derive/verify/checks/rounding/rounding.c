/* rounding.c: is every float result of a function of one float the correctly rounded one?

   A segment is a run of floats that follow each other, with what is known of the exact values f(x) >= 0 on it: the
   double p that the polynomial gives at x - center, in any order of contraction, has

       p - below ulps < f(x) < p + above ulps,      an open interval with ends among the doubles.

   Roundings to float change at the midpoints of floats, which are doubles. Where none lies inside of the interval, f(x)
   has one correctly rounded value. Where one does, x is undecided here and handed back.

   Numbers are compared as integers. Of a double in float's normal range, the bits count in units of which 2^29 make an
   ulp of float. Below, where floats are equidistant, p 2^178 does. */

#include <float.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { DEGREE = 8, BATCH = 2048 };

/* What a segment says of its values. */
enum { KNOWN, NOT_A_NUMBER, FLOATING, FIXED };

typedef struct {
    double center, coefficient[DEGREE + 1];
    int64_t below, above;
    uint32_t first, count; /* the bits of the first float, and how many follow each other */
    uint32_t kind;
    uint32_t value; /* where it is known: the bits of the result */
} segment;

/* Inputs by what decided them, and how many results are wrong. */
typedef struct {
    uint64_t wrong, undecided;
    uint32_t wrong_first, padding;
} tally;

typedef void kernel(size_t count, const float *x, float *out);

/* Bits of 1.0 as a float and as a double, in the same unit: 896 exponents lie between them. */
#define BIAS (INT64_C(896) << 23)
#define HALF (INT64_C(1) << 28)
#define INFINITE INT64_C(0x7f800000)

static inline int64_t cell(int64_t bits) { return bits >> 29; }

static inline int64_t floating(double p)
{
    int64_t bits;
    memcpy(&bits, &p, sizeof bits);
    return bits;
}

/* p 2^178, cut towards the side on which the exact value is not. */
static inline int64_t fixed(double p, int64_t below)
{
    const double units = p * 0x1p178;
    const int64_t whole = (int64_t)units;
    return whole + (below && (double)whole < units);
}

/* 0 where the result is right, 1 where it is wrong, 2 where the interval holds a midpoint. */
static inline uint32_t judge(int64_t at, int64_t below, int64_t above, int64_t bias, uint32_t result)
{
    const int64_t low = cell(at - below + HALF) - bias, high = cell(at + above + HALF - 1) - bias;
    const int64_t expected = low < INFINITE ? low : INFINITE;
    const int64_t other = high < INFINITE ? high : INFINITE;
    const int64_t got = (int64_t)(result << 1 ? result : 0); /* either zero will do */
    return expected != other ? 2u : expected != got;
}

static inline void judge_batch(const segment *s, size_t count, const float *x, const uint32_t *result, uint32_t *verdict)
{
    const double *c = s->coefficient;
    for (size_t i = 0; i < count; i++) {
        const double h = (double)x[i] - s->center;
        double p = c[DEGREE];
        for (int j = DEGREE - 1; j >= 0; j--)
            p = p * h + c[j];
        verdict[i] = s->kind == FLOATING ? judge(floating(p), s->below, s->above, BIAS, result[i])
                                         : judge(fixed(p, s->below), s->below, s->above, 0, result[i]);
    }
}

static void judge_known(const segment *s, size_t count, const uint32_t *result, uint32_t *verdict)
{
    for (size_t i = 0; i < count; i++) {
        const uint32_t got = result[i] << 1 ? result[i] : 0;
        verdict[i] = s->kind == KNOWN ? got != s->value : (result[i] & 0x7fffffffu) <= 0x7f800000u;
    }
}

/* Judges the results of a kernel on segments. ``flip`` is the sign bit where the kernel computes -f. The bits of
   undecided floats go to ``undecided``; of more than ``room`` only the number is told. */
void derive_judge_rounding(const segment *segments, size_t number, kernel *compute, uint32_t flip, tally *total,
                           uint32_t *undecided, size_t room)
{
    uint32_t bits[BATCH], result[BATCH], verdict[BATCH];
    float x[BATCH], out[BATCH];
    memset(total, 0, sizeof *total);
    for (const segment *s = segments; s < segments + number; s++)
        for (uint32_t done = 0; done < s->count; done += BATCH) {
            const size_t count = s->count - done < BATCH ? s->count - done : BATCH;
            uint32_t any = 0;
            for (size_t i = 0; i < count; i++)
                bits[i] = s->first + done + (uint32_t)i;
            memcpy(x, bits, sizeof x[0] * count);
            compute(count, x, out);
            memcpy(result, out, sizeof out[0] * count);
            for (size_t i = 0; i < count; i++)
                result[i] ^= flip;
            if (s->kind == FLOATING || s->kind == FIXED)
                judge_batch(s, count, x, result, verdict);
            else
                judge_known(s, count, result, verdict);
            for (size_t i = 0; i < count; i++)
                any |= verdict[i];
            if (!any)
                continue;
            for (size_t i = 0; i < count; i++) {
                if (verdict[i] == 1 && total->wrong++ == 0)
                    total->wrong_first = bits[i];
                if (verdict[i] == 2 && total->undecided++ < room)
                    undecided[total->undecided - 1] = bits[i];
            }
        }
}
