/* SPDX-License-Identifier: MIT */

/* derive_kl.c: kernels printed from the expression trees that `derive` lowers its proved closed forms to.
   Emitted by `derive all`; edit proofs/ or derive/, not this file. The contract of each function is in derive_kl.h.
   C99, also C++11 and later.

   The bits depend neither on the compiler nor on optimisation, instruction set or contraction: see product(). */

#include "derive_kl.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#if defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__) || defined(_M_FP_FAST) || \
    defined(__ASSOCIATIVE_MATH__)
#error "derive_kl.c: -ffast-math and its parts break error-free transforms and NaN tests; compile without them"
#endif
/* 16, on processors with half precision, leaves double as it is. */
#if defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 16
#error "derive_kl.c: needs FLT_EVAL_METHOD 0 (on 32-bit x86: -msse2 -mfpmath=sse)"
#endif

/* On x86-64 each loop is compiled for three levels of the instruction set, and chosen when it is called; all give the
   same bits. fma() without an FMA instruction is a library call: same bits, slower. Define DERIVE_KL_NO_CLONES to
   compile each loop once, for the instruction set given to the compiler. */
#if defined(__x86_64__) && !defined(DERIVE_KL_NO_CLONES) && \
    ((defined(__clang__) && __clang_major__ >= 9) || (!defined(__clang__) && defined(__GNUC__) && __GNUC__ >= 9))
#if defined(__clang__)
#define WIDE __attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma"), min_vector_width(512)))
#else
#define WIDE __attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma,prefer-vector-width=512")))
#endif
#define MIDDLE __attribute__((target("avx2,fma")))
#if defined(__AVX512F__) && defined(__AVX512DQ__) && defined(__AVX512VL__) && defined(__AVX512BW__)
#define DISPATCH(give, type, name, parameters, arguments) \
    WIDE type derive_##name parameters { give name arguments; }
#else
#define DISPATCH(give, type, name, parameters, arguments) \
    static WIDE type name##_wide parameters { give name arguments; } \
    static MIDDLE type name##_middle parameters { give name arguments; } \
    static type name##_plain parameters { give name arguments; } \
    type derive_##name parameters \
    { \
        type (*const chosen) parameters = has_wide() ? name##_wide : has_middle() ? name##_middle : name##_plain; \
        give chosen arguments; \
    }
#define has_middle() (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
#define has_wide() \
    (has_middle() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && \
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
#endif
#else
#define DISPATCH(give, type, name, parameters, arguments) \
    type derive_##name parameters { give name arguments; }
#endif

#if defined(__GNUC__)
#define INLINE static inline __attribute__((always_inline))
#elif defined(_MSC_VER)
#define INLINE static __forceinline
#else
#define INLINE static inline
#endif

/* An output may be an input, and each element is read before it is written: nothing else hinders vectors. */
#if defined(__clang__)
#define INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define INDEPENDENT _Pragma("GCC ivdep")
#else
#define INDEPENDENT
#endif

/* --- the operations the kernels are written in --- */

/* An unevaluated sum, |tail| far smaller than |head|. */
typedef struct { double head, tail; } pair;

INLINE uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

INLINE double from_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* a b, rounded. Unlike a * b it cannot be contracted with an addition, which would change bits. */
INLINE double product(double a, double b) { return fma(a, b, 0.0); }

/* Comparisons give all ones or all zeros; choose() blends by them, so that no loop has a branch. */
INLINE uint64_t less(double a, double b) { return (uint64_t)0 - (uint64_t)(a < b); }
INLINE uint64_t equal(double a, double b) { return (uint64_t)0 - (uint64_t)(a == b); }
INLINE double choose(uint64_t mask, double a, double b)
{
    return from_bits((bits_of(a) & mask) | (bits_of(b) & ~mask));
}
INLINE double smaller(double a, double b) { return choose(less(a, b), a, b); }
INLINE double larger(double a, double b) { return choose(less(b, a), a, b); }

/* Whether low <= a <= high does not hold, for low and high that are not negative, in the highest bit alone: the order
   of such numbers is that of their bits, and a negative number or a NaN is outside by one difference or the other. */
INLINE uint64_t outside(double a, double low, double high)
{
    return (bits_of(a) - bits_of(low)) | (bits_of(high) - bits_of(a));
}

/* For |x| < 2^51: adding 1.5 2^52 leaves no bits for a fraction. */
INLINE double nearest_integer(double x) { return (x + 0x1.8p52) - 0x1.8p52; }

/* 2^k for an integer k in [-1022, 1023]: the sum holds k + 1023 in its lowest bits. */
INLINE double power_of_two(double k) { return from_bits(bits_of(k + (0x1.8p52 + 1023.0)) << 52); }

/* For a positive normal x = significand 2^exponent, 1 <= significand < 2. */
INLINE double exponent_of(double x)
{
    return from_bits((bits_of(x) >> 52) | UINT64_C(0x4330000000000000)) - (0x1p52 + 1023.0);
}
INLINE double significand_of(double x)
{
    return from_bits((bits_of(x) & UINT64_C(0x000fffffffffffff)) | UINT64_C(0x3ff0000000000000));
}

/* The integer k nearest to a b, and 2^k, from one sum that holds k in its lowest bits. */
typedef struct { double k, power; } power_scale;

INLINE power_scale nearest_power(double a, double b)
{
    const double shifted = fma(a, b, 0x1.8p52 + 1023.0);
    power_scale out;
    out.k = shifted - (0x1.8p52 + 1023.0);
    out.power = from_bits(bits_of(shifted) << 52);
    return out;
}

/* 2^k, 2^-k and k such that a / (2^k b) is in [2/3, 3/2], for positive normal a and b: the difference of their bits
   is that of their logarithms, to 0.09, and adding half of an exponent's unit makes cutting it rounding. */
typedef struct { double power, inverse, k; } quotient_scale;

INLINE quotient_scale scale_of_quotient(double a, double b)
{
    const uint64_t rounded = (bits_of(a) - bits_of(b) + UINT64_C(0x3ff8000000000000)) & UINT64_C(0x7ff0000000000000);
    quotient_scale out;
    out.power = from_bits(rounded);
    out.inverse = from_bits(UINT64_C(0x7fe0000000000000) - rounded);
    out.k = from_bits((rounded >> 52) | UINT64_C(0x4330000000000000)) - (0x1p52 + 1023.0);
    return out;
}

/* Error-free transforms: head + tail is exactly a + b or a b; fast_two_sum wants |a| >= |b| or a = 0. */
INLINE pair two_sum(double a, double b)
{
    pair sum;
    sum.head = a + b;
    const double b_part = sum.head - a;
    sum.tail = (a - (sum.head - b_part)) + (b - b_part);
    return sum;
}
INLINE pair fast_two_sum(double a, double b)
{
    pair sum;
    sum.head = a + b;
    sum.tail = b - (sum.head - a);
    return sum;
}
INLINE pair two_prod(double a, double b)
{
    pair whole;
    whole.head = product(a, b);
    whole.tail = fma(a, b, -whole.head);
    return whole;
}

/* head + tail is a b + c but for a rounding of the tail: where neither is negative; fast, where head - c is exact. */
INLINE pair two_fma(double a, double b, double c)
{
    pair sum;
    sum.head = fma(a, b, c);
    const double product_part = sum.head - c;
    sum.tail = fma(a, b, -product_part) + (c - (sum.head - product_part));
    return sum;
}
INLINE pair fast_two_fma(double a, double b, double c)
{
    pair sum;
    sum.head = fma(a, b, c);
    sum.tail = fma(a, b, c - sum.head);
    return sum;
}

/* head + tail with the last bit set where it is inexact, so that one more rounding, to float, is the only one. */
INLINE double round_to_odd(double head, double tail)
{
    const pair sum = fast_two_sum(head, tail);
    const uint64_t bits = bits_of(sum.head);
    const uint64_t inexact = less(0.0, fabs(sum.tail)) & ~bits & 1u;
    const uint64_t toward_zero = (bits_of(sum.tail) ^ bits) >> 63;
    return from_bits(bits + (inexact & ~toward_zero) - (inexact & toward_zero));
}

/* --- loops --- */

/* Elements that are looked at together: where all are of ordinary size, a shorter computation holds for each. */
enum { BLOCK = 64, LANES = 32, LONG_BLOCK = 1024 };

/* Partial sums. Element i belongs to lane i mod LANES whatever the instruction set: the bits do not depend on it. */
typedef struct { double head[LANES], tail[LANES]; } lanes;

INLINE void add_block(lanes *sum, size_t count, double *value)
{
    for (; count % LANES; count++)
        value[count] = 0.0;
    for (size_t row = 0; row < count; row += LANES)
        for (size_t lane = 0; lane < LANES; lane++) {
            const pair total = two_sum(sum->head[lane], value[row + lane]);
            sum->head[lane] = total.head;
            sum->tail[lane] += total.tail;
        }
}

/* All lanes, in order. Tails of an infinite head are NaN, and of no account. */
INLINE double sum_of_lanes(const lanes *sum)
{
    pair whole = { 0.0, 0.0 };
    for (size_t lane = 0; lane < LANES; lane++) {
        const pair total = two_sum(whole.head, sum->head[lane]);
        whole.head = total.head;
        whole.tail += total.tail + sum->tail[lane];
    }
    return choose(less(fabs(whole.head), (double)INFINITY), whole.head + whole.tail, whole.head);
}

/* --- the kernels --- */

/* exp(r) - 1 - r for |r| <= log(2)/2, as head and tail. */
INLINE pair expm1mx_reduced(const double r)
{
    const pair square = two_prod(r, r);
    /* (expm1mx(r)/r^2 - 1/2)/r, minimax on |r| <= log(2)/2 */
    /* 2.0893628554795206e-09, 2.5105398906837407e-08 */
    const double p8 = fma(0x1.1f28eb8e04a9bp-29, r, 0x1.af4eb64a5b44dp-26);
    const double p7 = fma(p8, r, 0x1.27e507248c229p-22); /* 2.7557335816316155e-07 */
    const double p6 = fma(p7, r, 0x1.71de01b607764p-19); /* 2.7557254851503057e-06 */
    const double p5 = fma(p6, r, 0x1.a01a0194f506dp-16); /* 2.4801587261994254e-05 */
    const double p4 = fma(p5, r, 0x1.a01a01ac1b78p-13); /* 0.00019841269875392128 */
    const double p3 = fma(p4, r, 0x1.6c16c16c19153p-10); /* 0.0013888888888909559 */
    const double p2 = fma(p3, r, 0x1.1111111110054p-7); /* 0.0083333333333259 */
    const double p1 = fma(p2, r, 0x1.5555555555551p-5); /* 0.04166666666666664 */
    const double p0 = fma(p1, r, 0x1.5555555555557p-3); /* 0.1666666666666667 */
    /* expm1mx(r) = r^2 (1/2 + r rest), both factors with a tail */
    const double factor = fma(r, p0, 0.5);
    const pair leading = two_prod(square.head, factor);
    const double factor_tail = fma(r, p0, 0.5 - factor);
    pair out;
    out.head = leading.head;
    out.tail = fma(square.head, factor_tail, fma(square.tail, factor, leading.tail));
    return out;
}

/* (exp(x) - 1 - x)/64 at x = 64 u, as head and tail. */
INLINE pair expm1mx_scaled(const double u)
{
    /* beyond, the result is infinite */
    const double u_cut = smaller(u, 0x1.634cccccccccdp+3); /* 11.103125 */
    /* -(1 + x)/64, plus 2^k (1 + r)/64, plus 2^k expm1mx(r)/64 */
    const pair linear = two_sum(-u_cut, -0x1p-6);
    /* below, exp(x) only decides the rounding */
    const double x = larger(product(u_cut, 64.0), -100.0);
    /* x = k log(2) + r + c, with k log(2)'s head subtracted exactly */
    const double k = nearest_integer(product(x, 0x1.71547652b82fep+0));
    /* 2^k / 64 */
    const double s = power_of_two(k - 6.0);
    const double r = fma(-k, 0x1.62e42fefa2p-1, x); /* 0.6931471805592082 */
    const pair power = fast_two_sum(s, product(s, r));
    const pair first = two_sum(linear.head, power.head);
    const pair e = expm1mx_reduced(r);
    const pair total = two_sum(first.head, product(s, e.head));
    const double c = k * -0x1.9ef35793c7673p-41; /* -7.371002565167799e-13 */
    /* the correction c changes exp(r) by c exp(r) */
    const double growth = (1.0 + r) + e.head;
    const double low = fma(s, fma(c, growth, e.tail), ((linear.tail + power.tail) + first.tail) + total.tail);
    pair out;
    out.head = total.head;
    out.tail = low;
    return out;
}

typedef struct { double head, tail, unscale; } expm1mx_parts_t;

/* expm1mx = (head + tail) unscale. */
INLINE expm1mx_parts_t expm1mx_parts(const double x)
{
    const double part = fabs(x);
    const uint64_t mask = less(part, (double)INFINITY); /* inf */
    const uint64_t tiny = less(part, 0x1p-300);
    /* a tiny x is enlarged: its square would underflow */
    const double scale = choose(tiny, 0x1p+200, 1.0);
    const pair expm1mx_scaled_of = expm1mx_scaled(product(x, scale * 0x1p-6));
    expm1mx_parts_t out;
    out.head = choose(mask, expm1mx_scaled_of.head, part);
    out.tail = choose(mask, expm1mx_scaled_of.tail, 0.0);
    out.unscale = choose(mask, choose(tiny, 0x1p-394, 64.0), 1.0);
    return out;
}

typedef struct { double significand, exponent; } split_t;

/* x = significand 2^exponent for a positive x, significand in [1, 2). */
INLINE split_t split(const double x)
{
    const uint64_t mask = less(x, 0x1p-1022);
    /* a subnormal is made normal first */
    const double normal = choose(mask, product(x, 0x1p+54), x);
    const double power = exponent_of(normal) - choose(mask, 54.0, 0.0);
    split_t out;
    out.significand = significand_of(normal);
    out.exponent = power;
    return out;
}

typedef struct { double balanced, shift; } balance_t;

/* a 2^-shift with a quotient by b in [sqrt(1/2), sqrt(2)], for a and b in [1, 2). */
INLINE balance_t balance(const double a, const double b)
{
    const uint64_t mask = less(0x1.6a09e667f3bcdp+0 * b, a);
    const uint64_t mask2 = less(0x1.6a09e667f3bcdp+0 * a, b);
    balance_t out;
    out.balanced = product(a, choose(mask, 0.5, choose(mask2, 2.0, 1.0)));
    out.shift = choose(mask, 1.0, choose(mask2, -1.0, 0.0));
    return out;
}

/* atanh(f)/f - 1 for |f| <= 0.1716. */
INLINE double atanh_rest(const double f, const double f_tail)
{
    /* f^2, corrected by the tail of f */
    const double w = fma(f, f, product(f * 2.0, f_tail));
    /* (atanh(f)/f - 1)/f^2, minimax in f^2 */
    /* 0.06641664890797706, 0.06623502761775099 */
    const double p6 = fma(0x1.100ae76f83ca9p-4, w, 0x1.0f4c75d77c81ep-4);
    const double p5 = fma(p6, w, 0x1.3b21427eae2e5p-4); /* 0.07693601584004346 */
    const double p4 = fma(p5, w, 0x1.745cdbdf5f516p-4); /* 0.09090886962618003 */
    const double p3 = fma(p4, w, 0x1.c71c725b64cd1p-4); /* 0.11111111326890756 */
    const double p2 = fma(p3, w, 0x1.249249242f685p-3); /* 0.1428571428459017 */
    const double p1 = fma(p2, w, 0x1.9999999999d56p-3); /* 0.20000000000002655 */
    const double p0 = fma(p1, w, 0x1.5555555555555p-2); /* 0.3333333333333333 */
    return product(w, p0);
}

typedef struct { double phi, phi_tail, power, power_tail; } first_power_t;

/* m - 1 - log(m) and m = 1 + t. */
INLINE first_power_t first_power(const double t, const double t_tail, const double f, const double f_tail)
{
    /* f (t - 2 (atanh(f)/f - 1)) */
    const pair y = fast_two_sum(t, product(atanh_rest(f, f_tail), -2.0));
    const pair leading = two_prod(f, y.head);
    const double low = fma(f, y.tail + t_tail, fma(f_tail, y.head, leading.tail));
    const pair m = fast_two_sum(1.0, t);
    first_power_t out;
    out.phi = leading.head;
    out.phi_tail = low;
    out.power = m.head;
    out.power_tail = m.tail + t_tail;
    return out;
}

/* ((2^k - 1) power - k log(2) + phi)/64, as head and tail. */
INLINE pair assemble(const double phi, const double phi_tail, const double power, const double power_tail,
    const double k)
{
    /* 2^k stays normal; beyond, it is infinite or lost */
    const double clamped = larger(smaller(k, 1026.0), -200.0);
    const double s = power_of_two(clamped - 6.0);
    /* (2^k - 1) m^n / 64 */
    const pair growth = two_sum(product(power, s), product(power, -0x1p-6));
    /* - k log(2) / 64 */
    const pair shifted = two_sum(growth.head, product(k, -0x1.62e42fefa2p-7));
    const pair total = two_sum(shifted.head, product(phi, 0x1p-6));
    pair out;
    out.head = total.head;
    out.tail = fma(k, -0x1.9ef35793c7673p-47,
        fma(phi_tail, 0x1p-6, ((growth.tail + shifted.tail) + total.tail)
            + fma(power_tail, s, product(power_tail, -0x1p-6))));
    return out;
}

/* (x - log(1 + x))/64 at scale x, as head and tail; scale is 1 unless x is tiny. */
INLINE pair log1pmx_scaled(const double x, const double scale)
{
    const pair a = two_sum(1.0, x);
    const split_t split_of = split(a.head);
    const balance_t balance_of = balance(split_of.significand, 1.0);
    const double k = split_of.exponent + balance_of.shift;
    /* m - 1; at k = 0 it is x */
    const pair exact = two_sum(balance_of.balanced - 1.0, product(a.tail, power_of_two(larger(-k, -1000.0))));
    /* a tiny x is enlarged, so that its square keeps all bits */
    const double d = product(exact.head, scale);
    const double d_tail = product(exact.tail, scale);
    const pair s = two_sum(2.0, d);
    const double rough = d / s.head;
    const double s_low = s.tail + d_tail;
    const double rest = (fma(-rough, s_low, fma(-rough, s.head, d)) + d_tail) / s.head;
    const pair f = fast_two_sum(rough, rest);
    const first_power_t first_power_of = first_power(d, d_tail, f.head, f.tail);
    const pair assemble_of = assemble(first_power_of.phi, first_power_of.phi_tail, first_power_of.power,
        first_power_of.power_tail, k);
    pair out;
    out.head = assemble_of.head;
    out.tail = assemble_of.tail;
    return out;
}

typedef struct { double head, tail, unscale; } log1pmx_parts_t;

/* log1pmx = (head + tail) unscale. */
INLINE log1pmx_parts_t log1pmx_parts(const double x)
{
    const double part = fabs(x);
    const uint64_t mask = less(part, (double)INFINITY) & less(-1.0, x);
    const uint64_t tiny = less(part, 0x1p-300);
    /* a tiny x is enlarged: its square would underflow */
    const double scale = choose(tiny, 0x1p+200, 1.0);
    const pair log1pmx_scaled_of = log1pmx_scaled(x, scale);
    log1pmx_parts_t out;
    out.head = choose(mask, 0.0 - log1pmx_scaled_of.head,
        choose(less(x, -1.0), (double)NAN, choose(less(x, 0.0), -(double)INFINITY, -x)));
    out.tail = choose(mask, -log1pmx_scaled_of.tail, 0.0);
    out.unscale = choose(mask, choose(tiny, 0x1p-394, 64.0), 1.0);
    return out;
}

typedef struct { double t, t_tail, f, f_tail; } quotients_t;

/* t = d/b and f = d/(s + s_tail), as heads and tails. */
INLINE quotients_t quotients(const double d, const double b, const double s, const double s_tail)
{
    /* one division serves both quotients; each is corrected by its remainder */
    const double inverse = 1.0 / (b * s);
    const double inverse_b = s * inverse;
    const double t = product(d, inverse_b);
    const double t_tail = product(fma(-t, b, d), inverse_b);
    const double inverse_s = b * inverse;
    const double rough = product(d, inverse_s);
    const double rest = product(fma(-rough, s_tail, fma(-rough, s, d)), inverse_s);
    const pair sum = fast_two_sum(rough, rest);
    quotients_t out;
    out.t = t;
    out.t_tail = t_tail;
    out.f = sum.head;
    out.f_tail = sum.tail;
    return out;
}

typedef struct { double phi, phi_tail, power, power_tail; } second_power_t;

/* m^2 - 1 - 2 log(m) and m^2, m = 1 + t. */
INLINE second_power_t second_power(const double t, const double t_tail, const double f, const double f_tail)
{
    /* m^2 - 1 - 2 log m = t^2 + 2 (m - 1 - log m) */
    const pair both = two_prod(t, t);
    /* f (t - 2 (atanh(f)/f - 1)) */
    const pair y = fast_two_sum(t, product(atanh_rest(f, f_tail), -2.0));
    const pair leading = two_prod(f, y.head);
    const pair total = two_sum(both.head, product(leading.head, 2.0));
    const double twice_t = t * 2.0;
    const double low = fma(f, y.tail + t_tail, fma(f_tail, y.head, leading.tail));
    const double rest = fma(twice_t, t_tail, fma(2.0, low, both.tail));
    const pair m = fast_two_sum(1.0, t);
    /* m^2 */
    const pair square = two_prod(m.head, m.head);
    const double m_low = m.tail + t_tail;
    second_power_t out;
    out.phi = total.head;
    out.phi_tail = total.tail + rest;
    out.power = square.head;
    out.power_tail = fma(m.head * 2.0, m_low, square.tail);
    return out;
}

/* (x^2 - 1 - 2 log(x))/64 at x = 2^k a/b with a/b in [sqrt(1/2), sqrt(2)], as head and tail. */
INLINE pair excess_2(const double a, const double b, const double k)
{
    /* exact, since a and b are within a factor 2 of each other */
    const double d = a - b;
    const pair s = two_sum(a, b);
    const quotients_t quotients_of = quotients(d, b, s.head, s.tail);
    const second_power_t second_power_of = second_power(quotients_of.t, quotients_of.t_tail, quotients_of.f,
        quotients_of.f_tail);
    const pair assemble_of = assemble(second_power_of.phi, second_power_of.phi_tail, second_power_of.power,
        second_power_of.power_tail, product(k, 2.0));
    pair out;
    out.head = assemble_of.head;
    out.tail = assemble_of.tail;
    return out;
}

/* The sum of the two non-negative terms, as head and tail. */
INLINE pair finish(const double excess, const double excess_tail, const double square, const double square_tail)
{
    const pair total = two_sum(excess, square);
    /* never zero where the value is not */
    const double rest = (excess_tail + square_tail) + 0x1p-732;
    pair out;
    out.head = total.head;
    out.tail = total.tail + rest;
    return out;
}

typedef struct { double head, tail, unscale; } kl_unit_std_parts_t;

/* kl_unit_std = (head + tail) unscale. */
INLINE kl_unit_std_parts_t kl_unit_std_parts(const double mu, const double std)
{
    const double part = fabs(mu);
    const uint64_t mask = less(part, (double)INFINITY) & less(fabs(std), (double)INFINITY) & less(0.0, std);
    const split_t split_of = split(std);
    const balance_t balance_of = balance(split_of.significand, 1.0);
    const pair excess_2_of = excess_2(balance_of.balanced, 1.0, split_of.exponent + balance_of.shift);
    const uint64_t tiny = equal(std, 1.0) & less(part, 0x1p-300);
    /* a tiny offset is enlarged: its square would underflow */
    const double scale = choose(tiny, 0x1p+200, 1.0);
    const double part2 = smaller(part, 0x1p+514) * (scale * 0.125);
    /* mu^2 / 64 */
    const pair square = two_prod(part2, part2);
    const pair finish_of = finish(excess_2_of.head, excess_2_of.tail, square.head, square.tail);
    kl_unit_std_parts_t out;
    out.head = choose(mask, finish_of.head,
        choose(less(std, 0.0), (double)NAN, (part + std) + (double)INFINITY));
    out.tail = choose(mask, finish_of.tail, 0.0);
    out.unscale = choose(mask, choose(tiny, 0x1p-395, 32.0), 1.0);
    return out;
}

/* (x - 1 - log(x))/64 at x = 2^k a/b with a/b in [sqrt(1/2), sqrt(2)], as head and tail. */
INLINE pair excess_1(const double a, const double b, const double k)
{
    /* exact, since a and b are within a factor 2 of each other */
    const double d = a - b;
    const pair s = two_sum(a, b);
    const quotients_t quotients_of = quotients(d, b, s.head, s.tail);
    const first_power_t first_power_of = first_power(quotients_of.t, quotients_of.t_tail, quotients_of.f,
        quotients_of.f_tail);
    const pair assemble_of = assemble(first_power_of.phi, first_power_of.phi_tail, first_power_of.power,
        first_power_of.power_tail, product(k, 1.0));
    pair out;
    out.head = assemble_of.head;
    out.tail = assemble_of.tail;
    return out;
}

typedef struct { double head, tail, unscale; } kl_unit_var_parts_t;

/* kl_unit_var = (head + tail) unscale. */
INLINE kl_unit_var_parts_t kl_unit_var_parts(const double mu, const double var)
{
    const double part = fabs(mu);
    const uint64_t mask = less(part, (double)INFINITY) & less(fabs(var), (double)INFINITY) & less(0.0, var);
    const split_t split_of = split(var);
    const balance_t balance_of = balance(split_of.significand, 1.0);
    const pair excess_1_of = excess_1(balance_of.balanced, 1.0, split_of.exponent + balance_of.shift);
    const uint64_t tiny = equal(var, 1.0) & less(part, 0x1p-300);
    /* a tiny offset is enlarged: its square would underflow */
    const double scale = choose(tiny, 0x1p+200, 1.0);
    const double part2 = smaller(part, 0x1p+514) * (scale * 0.125);
    /* mu^2 / 64 */
    const pair square = two_prod(part2, part2);
    const pair finish_of = finish(excess_1_of.head, excess_1_of.tail, square.head, square.tail);
    kl_unit_var_parts_t out;
    out.head = choose(mask, finish_of.head,
        choose(less(var, 0.0), (double)NAN, (part + var) + (double)INFINITY));
    out.tail = choose(mask, finish_of.tail, 0.0);
    out.unscale = choose(mask, choose(tiny, 0x1p-395, 32.0), 1.0);
    return out;
}

typedef struct { double head, tail, unscale; } kl_unit_logstd_parts_t;

/* kl_unit_logstd = (head + tail) unscale. */
INLINE kl_unit_logstd_parts_t kl_unit_logstd_parts(const double mu, const double logstd)
{
    const double part = fabs(mu);
    const double part2 = fabs(logstd);
    const uint64_t mask = less(part, (double)INFINITY) & less(part2, (double)INFINITY);
    const uint64_t tiny = less(larger(part, part2), 0x1p-300);
    /* tiny arguments are enlarged: their squares would underflow */
    const double scale = choose(tiny, 0x1p+200, 1.0);
    const pair expm1mx_scaled_of = expm1mx_scaled(product(logstd, scale * 0x1p-5));
    const double part3 = smaller(part, 0x1p+514) * (scale * 0.125);
    /* mu^2 / 64 */
    const pair square = two_prod(part3, part3);
    const pair finish_of = finish(expm1mx_scaled_of.head, expm1mx_scaled_of.tail, square.head, square.tail);
    kl_unit_logstd_parts_t out;
    out.head = choose(mask, finish_of.head, part + part2);
    out.tail = choose(mask, finish_of.tail, 0.0);
    out.unscale = choose(mask, choose(tiny, 0x1p-395, 32.0), 1.0);
    return out;
}

typedef struct { double head, tail, unscale; } kl_unit_logvar_parts_t;

/* kl_unit_logvar = (head + tail) unscale. */
INLINE kl_unit_logvar_parts_t kl_unit_logvar_parts(const double mu, const double logvar)
{
    const double part = fabs(mu);
    const double part2 = fabs(logvar);
    const uint64_t mask = less(part, (double)INFINITY) & less(part2, (double)INFINITY);
    const uint64_t tiny = less(larger(part, part2), 0x1p-300);
    /* tiny arguments are enlarged: their squares would underflow */
    const double scale = choose(tiny, 0x1p+200, 1.0);
    const pair expm1mx_scaled_of = expm1mx_scaled(product(logvar, scale * 0x1p-6));
    const double part3 = smaller(part, 0x1p+514) * (scale * 0.125);
    /* mu^2 / 64 */
    const pair square = two_prod(part3, part3);
    const pair finish_of = finish(expm1mx_scaled_of.head, expm1mx_scaled_of.tail, square.head, square.tail);
    kl_unit_logvar_parts_t out;
    out.head = choose(mask, finish_of.head, part + part2);
    out.tail = choose(mask, finish_of.tail, 0.0);
    out.unscale = choose(mask, choose(tiny, 0x1p-395, 32.0), 1.0);
    return out;
}

/* (mu1 - mu2) 2^j / 8 as head and tail, cut where its square makes the result infinite. */
INLINE pair offset(const double mu1, const double mu2, const double j)
{
    const uint64_t mask = less(0x1p+1000, larger(fabs(mu1), fabs(mu2)));
    /* the difference of two large means may overflow */
    const double guard = choose(mask, 0x1p-6, 1.0);
    const pair difference = two_sum(product(mu1, guard), product(-mu2, guard));
    /* 2^j in two factors, which never leave the range */
    const double cut = larger(smaller(j, 2040.0), -2040.0);
    const double half = nearest_integer(product(cut, 0.5));
    const double first = power_of_two(half);
    const double second = power_of_two(cut - half) * choose(mask, 8.0, 0.125);
    const double head = product(difference.head * first, second);
    const uint64_t mask2 = less(fabs(head), 0x1p+511);
    const double tail = product(difference.tail * first, second);
    pair out;
    out.head = choose(mask2, head, 0x1p+511);
    out.tail = choose(mask2, tail, 0.0);
    return out;
}

typedef struct { double head, tail, unscale; } kl_normal_std_parts_t;

/* kl_normal_std = (head + tail) unscale. */
INLINE kl_normal_std_parts_t kl_normal_std_parts(const double mu1, const double std1, const double mu2,
    const double std2)
{
    const uint64_t mask = less(fabs(mu1), (double)INFINITY) & less(fabs(mu2), (double)INFINITY)
        & less(fabs(std1), (double)INFINITY) & less(fabs(std2), (double)INFINITY) & less(0.0, std1)
            & less(0.0, std2);
    const split_t split_of = split(std1);
    const split_t split_of2 = split(std2);
    const balance_t balance_of = balance(split_of.significand, split_of2.significand);
    const pair excess_2_of = excess_2(balance_of.balanced, split_of2.significand,
        (split_of.exponent - split_of2.exponent) + balance_of.shift);
    const pair offset_of = offset(mu1, mu2, -split_of2.exponent);
    const uint64_t tiny = equal(std1, std2) & less(fabs(offset_of.head), 0x1p-300);
    /* a tiny offset is enlarged: its square would underflow */
    const double scale = choose(tiny, 0x1p+200, 1.0);
    const double z = product(offset_of.head, scale);
    /* ((mu1 - mu2) / std2)^2 / 64 */
    const double q = z / split_of2.significand;
    const pair square = two_prod(q, q);
    const double z_tail = product(offset_of.tail, scale);
    const double q_tail = (fma(-q, split_of2.significand, z) + z_tail) / split_of2.significand;
    const pair finish_of = finish(excess_2_of.head, excess_2_of.tail, square.head,
        fma(q * 2.0, q_tail, square.tail));
    kl_normal_std_parts_t out;
    out.head = choose(mask, finish_of.head,
        choose(less(smaller(std1, std2), 0.0), (double)NAN, (fabs(mu1 - mu2) + fabs(std1 / std2))
            + (double)INFINITY));
    out.tail = choose(mask, finish_of.tail, 0.0);
    out.unscale = choose(mask, choose(tiny, 0x1p-395, 32.0), 1.0);
    return out;
}

typedef struct { double head, tail, unscale; } kl_normal_var_parts_t;

/* kl_normal_var = (head + tail) unscale. */
INLINE kl_normal_var_parts_t kl_normal_var_parts(const double mu1, const double var1, const double mu2,
    const double var2)
{
    const uint64_t mask = less(fabs(mu1), (double)INFINITY) & less(fabs(mu2), (double)INFINITY)
        & less(fabs(var1), (double)INFINITY) & less(fabs(var2), (double)INFINITY) & less(0.0, var1)
            & less(0.0, var2);
    const split_t split_of = split(var1);
    const split_t split_of2 = split(var2);
    const balance_t balance_of = balance(split_of.significand, split_of2.significand);
    const pair excess_1_of = excess_1(balance_of.balanced, split_of2.significand,
        (split_of.exponent - split_of2.exponent) + balance_of.shift);
    /* var2 = significand 4^-half, times 1 or 1/2 */
    const double half = nearest_integer(fma(split_of2.exponent, -0.5, -0.25));
    const pair offset_of = offset(mu1, mu2, half);
    const uint64_t tiny = equal(var1, var2) & less(fabs(offset_of.head), 0x1p-300);
    /* a tiny offset is enlarged: its square would underflow */
    const double scale = choose(tiny, 0x1p+200, 1.0);
    const double z = offset_of.head * scale;
    /* (mu1 - mu2)^2 / var2 / 64 */
    const pair square = two_prod(z, z);
    const double divisor = split_of2.significand * power_of_two(fma(2.0, half, split_of2.exponent));
    const double offset2 = square.head / divisor;
    const double z_tail = offset_of.tail * scale;
    const double square_low = fma(z * 2.0, z_tail, square.tail);
    const pair finish_of = finish(excess_1_of.head, excess_1_of.tail, offset2,
        (fma(-offset2, divisor, square.head) + square_low) / divisor);
    kl_normal_var_parts_t out;
    out.head = choose(mask, finish_of.head,
        choose(less(smaller(var1, var2), 0.0), (double)NAN, (fabs(mu1 - mu2) + fabs(var1 / var2))
            + (double)INFINITY));
    out.tail = choose(mask, finish_of.tail, 0.0);
    out.unscale = choose(mask, choose(tiny, 0x1p-395, 32.0), 1.0);
    return out;
}

typedef struct { double head, tail, half; } exp_negative_t;

/* exp(-x) = (head + tail) 4^half, head in [0.7, 2.9]. */
INLINE exp_negative_t exp_negative(const double x)
{
    /* beyond, no offset of the means makes a difference */
    const double cut = larger(smaller(-x, 2300.0), -2300.0);
    /* x = k log(2) + r + c, with k log(2)'s head subtracted exactly */
    const double k = nearest_integer(product(cut, 0x1.71547652b82fep+0));
    const double r = fma(-k, 0x1.62e42fefa2p-1, cut); /* 0.6931471805592082 */
    const pair linear = fast_two_sum(1.0, r);
    const pair expm1mx_reduced_of = expm1mx_reduced(r);
    const pair total = fast_two_sum(linear.head, expm1mx_reduced_of.head);
    /* 2^k = (2^half)^2 times 1 or 2 */
    const double half = nearest_integer(fma(k, 0.5, -0.25));
    const double twice = power_of_two(fma(-2.0, half, k));
    const double c = k * -0x1.9ef35793c7673p-41; /* -7.371002565167799e-13 */
    const double low = fma(c, total.head, (linear.tail + total.tail) + expm1mx_reduced_of.tail);
    exp_negative_t out;
    out.head = product(total.head, twice);
    out.tail = product(low, twice);
    out.half = half;
    return out;
}

/* (exp(x) - 1 - x)/64 at x = 64 (u + u_tail), as head and tail. */
INLINE pair expm1mx_scaled_pair(const double u, const double u_tail)
{
    /* beyond, the result is infinite */
    const double u_cut = smaller(u, 0x1.634cccccccccdp+3); /* 11.103125 */
    /* -(1 + x)/64, plus 2^k (1 + r)/64, plus 2^k expm1mx(r)/64 */
    const pair linear = two_sum(-u_cut, -0x1p-6);
    /* below, exp(x) only decides the rounding */
    const double x = larger(product(u_cut, 64.0), -100.0);
    /* x = k log(2) + r + c, with k log(2)'s head subtracted exactly */
    const double k = nearest_integer(product(x, 0x1.71547652b82fep+0));
    /* 2^k / 64 */
    const double s = power_of_two(k - 6.0);
    const double r = fma(-k, 0x1.62e42fefa2p-1, x); /* 0.6931471805592082 */
    const pair power = fast_two_sum(s, product(s, r));
    const pair first = two_sum(linear.head, power.head);
    const pair e = expm1mx_reduced(r);
    const pair total = two_sum(first.head, product(s, e.head));
    const double x_tail = choose(less(u_cut, 0x1.634cccccccccdp+3), product(u_tail, 64.0), 0.0);
    /* the tail of x acts through the derivative (exp(x) - 1)/64 */
    const double slope = fma(s, e.head, fma(s, r, s - 0x1p-6));
    const double c = k * -0x1.9ef35793c7673p-41; /* -7.371002565167799e-13 */
    /* the correction c changes exp(r) by c exp(r) */
    const double growth = (1.0 + r) + e.head;
    const double low = fma(s, fma(c, growth, e.tail), ((linear.tail + power.tail) + first.tail) + total.tail);
    const double low_end = fma(x_tail, slope, low);
    pair out;
    out.head = total.head;
    out.tail = low_end;
    return out;
}

typedef struct { double head, tail, unscale; } kl_normal_logstd_parts_t;

/* kl_normal_logstd = (head + tail) unscale. */
INLINE kl_normal_logstd_parts_t kl_normal_logstd_parts(const double mu1, const double logstd1, const double mu2,
    const double logstd2)
{
    const uint64_t mask = less(fabs(mu1), (double)INFINITY) & less(fabs(mu2), (double)INFINITY)
        & less(fabs(logstd1), (double)INFINITY) & less(fabs(logstd2), (double)INFINITY);
    /* the difference first: exact for near scales */
    const pair u = two_sum(product(logstd1, 0x1p-5), product(logstd2, -0x1p-5));
    const exp_negative_t exp_negative_of = exp_negative(product(logstd2, 2.0));
    const pair offset_of = offset(mu1, mu2, exp_negative_of.half);
    const uint64_t tiny = less(larger(fabs(u.head), fabs(offset_of.head)), 0x1p-300);
    /* tiny differences are enlarged: their squares would underflow */
    const double scale = choose(tiny, 0x1p+200, 1.0);
    const pair expm1mx_scaled_pair_of = expm1mx_scaled_pair(product(u.head, scale), product(u.tail, scale));
    const double z = offset_of.head * scale;
    /* (mu1 - mu2)^2 exp(-logvar2) / 64 */
    const pair square = two_prod(z, z);
    const pair offset2 = two_prod(square.head, exp_negative_of.head);
    const double z_tail = offset_of.tail * scale;
    const double square_low = fma(z * 2.0, z_tail, square.tail);
    const pair finish_of = finish(expm1mx_scaled_pair_of.head, expm1mx_scaled_pair_of.tail, offset2.head,
        fma(square.head, exp_negative_of.tail, fma(square_low, exp_negative_of.head, offset2.tail)));
    kl_normal_logstd_parts_t out;
    out.head = choose(mask, finish_of.head, fabs(mu1 - mu2) + fabs(logstd1 - logstd2));
    out.tail = choose(mask, finish_of.tail, 0.0);
    out.unscale = choose(mask, choose(tiny, 0x1p-395, 32.0), 1.0);
    return out;
}

typedef struct { double head, tail, unscale; } kl_normal_logvar_parts_t;

/* kl_normal_logvar = (head + tail) unscale. */
INLINE kl_normal_logvar_parts_t kl_normal_logvar_parts(const double mu1, const double logvar1, const double mu2,
    const double logvar2)
{
    const uint64_t mask = less(fabs(mu1), (double)INFINITY) & less(fabs(mu2), (double)INFINITY)
        & less(fabs(logvar1), (double)INFINITY) & less(fabs(logvar2), (double)INFINITY);
    /* the difference first: exact for near scales */
    const pair u = two_sum(product(logvar1, 0x1p-6), product(logvar2, -0x1p-6));
    const exp_negative_t exp_negative_of = exp_negative(product(logvar2, 1.0));
    const pair offset_of = offset(mu1, mu2, exp_negative_of.half);
    const uint64_t tiny = less(larger(fabs(u.head), fabs(offset_of.head)), 0x1p-300);
    /* tiny differences are enlarged: their squares would underflow */
    const double scale = choose(tiny, 0x1p+200, 1.0);
    const pair expm1mx_scaled_pair_of = expm1mx_scaled_pair(product(u.head, scale), product(u.tail, scale));
    const double z = offset_of.head * scale;
    /* (mu1 - mu2)^2 exp(-logvar2) / 64 */
    const pair square = two_prod(z, z);
    const pair offset2 = two_prod(square.head, exp_negative_of.head);
    const double z_tail = offset_of.tail * scale;
    const double square_low = fma(z * 2.0, z_tail, square.tail);
    const pair finish_of = finish(expm1mx_scaled_pair_of.head, expm1mx_scaled_pair_of.tail, offset2.head,
        fma(square.head, exp_negative_of.tail, fma(square_low, exp_negative_of.head, offset2.tail)));
    kl_normal_logvar_parts_t out;
    out.head = choose(mask, finish_of.head, fabs(mu1 - mu2) + fabs(logvar1 - logvar2));
    out.tail = choose(mask, finish_of.tail, 0.0);
    out.unscale = choose(mask, choose(tiny, 0x1p-395, 32.0), 1.0);
    return out;
}

typedef struct { double d_mu, d_std; } kl_unit_std_slopes_t;

/* The gradient of kl_unit_std. */
INLINE kl_unit_std_slopes_t kl_unit_std_slopes(const double mu, const double std)
{
    const uint64_t bad = less(std, 0.0);
    const double part = fabs(std);
    /* std - 1/std */
    const double inverse = 1.0 / part;
    const pair total = two_sum(std, -inverse);
    const double rest = fma(-inverse, part, 1.0) / part;
    const double value = total.head + (total.tail - rest);
    kl_unit_std_slopes_t out;
    out.d_mu = choose(bad, (double)NAN, choose(equal(std, std), mu, std));
    out.d_std = choose(bad, (double)NAN,
        choose(equal(mu, mu), choose(less(part, (double)INFINITY) & less(fabs(inverse), (double)INFINITY),
            value, std - inverse), mu));
    return out;
}

typedef struct { double d_mu, d_var; } kl_unit_var_slopes_t;

/* The gradient of kl_unit_var. */
INLINE kl_unit_var_slopes_t kl_unit_var_slopes(const double mu, const double var)
{
    const uint64_t bad = less(var, 0.0);
    const double part = fabs(var);
    /* 1/2 - 1/(2 var) */
    const double inverse = 0.5 / part;
    const pair total = two_sum(0.5, -inverse);
    const double rest = fma(-inverse, part, 0.5) / part;
    const double value = total.head + (total.tail - rest);
    kl_unit_var_slopes_t out;
    out.d_mu = choose(bad, (double)NAN, choose(equal(var, var), mu, var));
    out.d_var = choose(bad, (double)NAN,
        choose(equal(mu, mu), choose(less(part, (double)INFINITY) & less(fabs(inverse), (double)INFINITY),
            value, 0.5 - inverse), mu));
    return out;
}

/* (exp(x) - 1)/64 at x = 64 u, as head and tail. */
INLINE pair expm1_scaled(const double u)
{
    /* beyond, the result is infinite */
    const double u_cut = choose(less(u, 0x1.634cccccccccdp+3), u, 0x1.634cccccccccdp+3); /* 11.103125 */
    /* below, exp(x) only decides the rounding */
    const double x = larger(product(u_cut, 64.0), -100.0);
    /* x = k log(2) + r + c, with k log(2)'s head subtracted exactly */
    const double k = nearest_integer(product(x, 0x1.71547652b82fep+0));
    /* 2^k / 64 */
    const double s = power_of_two(k - 6.0);
    const double r = fma(-k, 0x1.62e42fefa2p-1, x); /* 0.6931471805592082 */
    /* 2^k (1 + r)/64, minus 1/64, plus 2^k expm1mx(r)/64 */
    const pair power = fast_two_sum(s, product(s, r));
    const pair first = two_sum(power.head, -0x1p-6);
    const pair expm1mx_reduced_of = expm1mx_reduced(r);
    const pair total = two_sum(first.head, product(s, expm1mx_reduced_of.head));
    const double c = k * -0x1.9ef35793c7673p-41; /* -7.371002565167799e-13 */
    /* the correction c changes exp(r) by c exp(r) */
    const double growth = (1.0 + r) + expm1mx_reduced_of.head;
    pair out;
    out.head = total.head;
    out.tail = fma(s, fma(c, growth, expm1mx_reduced_of.tail), (power.tail + first.tail) + total.tail);
    return out;
}

typedef struct { double d_mu, d_logstd; } kl_unit_logstd_slopes_t;

/* The gradient of kl_unit_logstd. */
INLINE kl_unit_logstd_slopes_t kl_unit_logstd_slopes(const double mu, const double logstd)
{
    const double part = fabs(logstd);
    const uint64_t tiny = less(part, 0x1p-300);
    /* near 0 the derivative is linear: keep the bits of tiny ones */
    const double scale = choose(tiny, 0x1p+200, 1.0);
    const pair expm1_scaled_of = expm1_scaled(product(logstd, scale * 0x1p-5));
    const double value = product(expm1_scaled_of.head + expm1_scaled_of.tail, choose(tiny, 0x1p-194, 64.0));
    kl_unit_logstd_slopes_t out;
    out.d_mu = choose(equal(logstd, logstd), mu, logstd);
    out.d_logstd = choose(equal(mu, mu),
        choose(less(part, (double)INFINITY), value, choose(less(logstd, 0.0), -1.0, logstd)), mu);
    return out;
}

typedef struct { double d_mu, d_logvar; } kl_unit_logvar_slopes_t;

/* The gradient of kl_unit_logvar. */
INLINE kl_unit_logvar_slopes_t kl_unit_logvar_slopes(const double mu, const double logvar)
{
    const double part = fabs(logvar);
    const uint64_t tiny = less(part, 0x1p-300);
    /* near 0 the derivative is linear: keep the bits of tiny ones */
    const double scale = choose(tiny, 0x1p+200, 1.0);
    const pair expm1_scaled_of = expm1_scaled(product(logvar, scale * 0x1p-6));
    const double value = product(expm1_scaled_of.head + expm1_scaled_of.tail, choose(tiny, 0x1p-195, 32.0));
    kl_unit_logvar_slopes_t out;
    out.d_mu = choose(equal(logvar, logvar), mu, logvar);
    out.d_logvar = choose(equal(mu, mu),
        choose(less(part, (double)INFINITY), value, choose(less(logvar, 0.0), -0.5, logvar)), mu);
    return out;
}

typedef struct { double head, tail, exponent; } difference_t;

/* mu1 - mu2 = (head + tail) 2^exponent, |head| in [1, 2). */
INLINE difference_t difference(const double mu1, const double mu2)
{
    const uint64_t mask = less(0x1p+1000, larger(fabs(mu1), fabs(mu2)));
    /* the difference of two large means may overflow */
    const double guard = choose(mask, 0x1p-6, 1.0);
    const pair m = two_sum(product(mu1, guard), product(-mu2, guard));
    const split_t split_of = split(fabs(m.head));
    const double half = nearest_integer(product(split_of.exponent, -0.5));
    const double first = power_of_two(half);
    const double second = power_of_two(-split_of.exponent - half);
    difference_t out;
    out.head = product(m.head * first, second);
    out.tail = product(m.tail * first, second);
    out.exponent = choose(equal(m.head, 0.0), -5000.0, split_of.exponent + choose(mask, 6.0, 0.0));
    return out;
}

/* The quotient of two heads and tails, rounded. */
INLINE double divide(const double a, const double a_tail, const double b, const double b_tail)
{
    const double quotient = a / b;
    const double rest = fma(-quotient, b_tail, fma(-quotient, b, a)) + a_tail;
    return quotient + rest / b;
}

/* x 2^j, rounded once, for x near 1. */
INLINE double scale_by(const double x, const double j)
{
    const double cut = larger(smaller(j, 2040.0), -2040.0);
    const double half = nearest_integer(product(cut, 0.5));
    return product(x * power_of_two(half), power_of_two(cut - half));
}

/* The product of two heads and tails. */
INLINE pair multiply(const double a, const double a_tail, const double b, const double b_tail)
{
    const pair leading = two_prod(a, b);
    pair out;
    out.head = leading.head;
    out.tail = fma(a, b_tail, fma(a_tail, b, leading.tail));
    return out;
}

typedef struct { double d_mu1, d_std1, d_mu2, d_std2; } kl_normal_std_slopes_t;

/* The gradient of kl_normal_std. */
INLINE kl_normal_std_slopes_t kl_normal_std_slopes(const double mu1, const double std1, const double mu2,
    const double std2)
{
    const double part = fabs(mu1);
    const double part2 = fabs(mu2);
    const double part3 = choose(less(0x1p+1000, larger(part, part2)), 0.25, 1.0);
    const double offset = product(mu1, part3) - product(mu2, part3);
    const double part4 = fabs(std1);
    const double part5 = fabs(std2);
    const double ratio = part4 / part5;
    const uint64_t mask = ~(equal(offset, offset) & equal(ratio, ratio)) | less(smaller(std1, std2), 0.0);
    const uint64_t mask2 = less(part, (double)INFINITY) & less(part2, (double)INFINITY);
    const uint64_t mask3 = less(part5, (double)INFINITY) & less(0.0, std2);
    const uint64_t mask4 = mask2 & mask3;
    const difference_t difference_of = difference(mu1, mu2);
    const split_t split_of = split(std2);
    const pair sum = two_prod(split_of.significand, split_of.significand);
    const double part6 = choose(mask, (double)NAN,
        choose(mask4, scale_by(divide(difference_of.head, difference_of.tail, sum.head, sum.tail),
            fma(-2.0, split_of.exponent, difference_of.exponent)), offset / part5));
    const uint64_t mask5 = less(part4, (double)INFINITY); /* inf */
    const uint64_t mask6 = less(0.0, std1);
    const split_t split_of2 = split(std1);
    /* a first scale of 0 is an ordinary argument of d_s2 */
    const double above = choose(mask6, split_of2.exponent, -5000.0);
    /* s1 - s2 = d 2^top and s1 + s2 = p 2^top */
    const double top = larger(above, split_of.exponent);
    const double a_shifted = product(split_of2.significand, power_of_two(larger(above - top, -200.0)));
    const double c_shifted = product(split_of.significand,
        power_of_two(larger(split_of.exponent - top, -200.0)));
    const pair d = two_sum(a_shifted, -c_shifted);
    const pair p = two_sum(a_shifted, c_shifted);
    const pair multiply_of = multiply(d.head, d.tail, p.head, p.tail);
    const pair multiply_of2 = multiply(sum.head, sum.tail, split_of2.significand, 0.0);
    const double change_power = choose(equal(multiply_of.head, 0.0), -20000.0, product(top, 2.0));
    const double part7 = product(difference_of.exponent, 2.0);
    /* the two terms over a common power of two */
    const double common = larger(change_power, part7);
    const double left = power_of_two(larger(change_power - common, -900.0));
    const pair multiply_of3 = multiply(difference_of.head, difference_of.tail, difference_of.head,
        difference_of.tail);
    const double right = power_of_two(larger(part7 - common, -900.0));
    const pair total = two_sum(product(multiply_of.head, left), product(multiply_of3.head, right));
    const pair multiply_of4 = multiply(sum.head, sum.tail, split_of.significand, 0.0);
    kl_normal_std_slopes_t out;
    out.d_mu1 = part6;
    out.d_std1 = choose(mask, (double)NAN,
        choose(mask3 & mask5 & mask6,
            scale_by(divide(multiply_of.head, multiply_of.tail, multiply_of2.head, multiply_of2.tail),
                fma(2.0, top - split_of.exponent, -above)),
                    choose(equal(std1, 0.0), -(double)INFINITY,
                        choose(equal(std2, 0.0), (double)INFINITY,
                            choose(equal(std1, (double)INFINITY), (double)INFINITY, -(1.0 / part4))))));
    out.d_mu2 = -part6;
    out.d_std2 = choose(mask, (double)NAN,
        choose(mask4 & mask5, scale_by(-divide(total.head,
            fma(multiply_of3.tail, right, fma(multiply_of.tail, left, total.tail)), multiply_of4.head,
                multiply_of4.tail), common + product(split_of.exponent, -3.0)),
                    choose(equal(std2, (double)INFINITY), choose(mask2, 0.0, (double)NAN), -(double)INFINITY)));
    return out;
}

typedef struct { double d_mu1, d_var1, d_mu2, d_var2; } kl_normal_var_slopes_t;

/* The gradient of kl_normal_var. */
INLINE kl_normal_var_slopes_t kl_normal_var_slopes(const double mu1, const double var1, const double mu2,
    const double var2)
{
    const double part = fabs(mu1);
    const double part2 = fabs(mu2);
    const double part3 = choose(less(0x1p+1000, larger(part, part2)), 0.25, 1.0);
    const double offset = product(mu1, part3) - product(mu2, part3);
    const double part4 = fabs(var1);
    const double part5 = fabs(var2);
    const double ratio = part4 / part5;
    const uint64_t mask = ~(equal(offset, offset) & equal(ratio, ratio)) | less(smaller(var1, var2), 0.0);
    const uint64_t mask2 = less(part, (double)INFINITY) & less(part2, (double)INFINITY);
    const uint64_t mask3 = less(part5, (double)INFINITY) & less(0.0, var2);
    const uint64_t mask4 = mask2 & mask3;
    const difference_t difference_of = difference(mu1, mu2);
    const split_t split_of = split(var2);
    const double part6 = choose(mask, (double)NAN,
        choose(mask4, scale_by(divide(difference_of.head, difference_of.tail, split_of.significand, 0.0),
            difference_of.exponent - split_of.exponent), offset / part5));
    const uint64_t mask5 = less(part4, (double)INFINITY); /* inf */
    const uint64_t mask6 = less(0.0, var1);
    const split_t split_of2 = split(var1);
    /* a first scale of 0 is an ordinary argument of d_s2 */
    const double above = choose(mask6, split_of2.exponent, -5000.0);
    /* s1 - s2 = d 2^top and s1 + s2 = p 2^top */
    const double top = larger(above, split_of.exponent);
    const double a_shifted = product(split_of2.significand, power_of_two(larger(above - top, -200.0)));
    const double c_shifted = product(split_of.significand,
        power_of_two(larger(split_of.exponent - top, -200.0)));
    const pair d = two_sum(a_shifted, -c_shifted);
    const pair sum = two_prod(split_of2.significand, split_of.significand);
    const double change_power = choose(equal(d.head, 0.0), -20000.0, top);
    const double part7 = product(difference_of.exponent, 2.0);
    /* the two terms over a common power of two */
    const double common = larger(change_power, part7);
    const double left = power_of_two(larger(change_power - common, -900.0));
    const pair multiply_of = multiply(difference_of.head, difference_of.tail, difference_of.head,
        difference_of.tail);
    const double right = power_of_two(larger(part7 - common, -900.0));
    const pair total = two_sum(product(d.head, left), product(multiply_of.head, right));
    const pair sum2 = two_prod(split_of.significand, split_of.significand);
    kl_normal_var_slopes_t out;
    out.d_mu1 = part6;
    out.d_var1 = choose(mask, (double)NAN,
        choose(mask3 & mask5 & mask6,
            scale_by(divide(d.head, d.tail, sum.head, sum.tail), ((top - above) - split_of.exponent) - 1.0),
                choose(equal(var1, 0.0), -(double)INFINITY,
                    choose(equal(var2, 0.0), (double)INFINITY,
                        choose(equal(var1, (double)INFINITY), 0.5 / part5, -(0.5 / part4))))));
    out.d_mu2 = -part6;
    out.d_var2 = choose(mask, (double)NAN,
        choose(mask4 & mask5, scale_by(-divide(total.head,
            fma(multiply_of.tail, right, fma(d.tail, left, total.tail)), sum2.head, sum2.tail), common
                + fma(-2.0, split_of.exponent, -1.0)),
                    choose(equal(var2, (double)INFINITY), choose(mask2, 0.0, (double)NAN), -(double)INFINITY)));
    return out;
}

/* (exp(x) - 1)/64 at x = 64 (u + u_tail), as head and tail. */
INLINE pair expm1_scaled_pair(const double u, const double u_tail)
{
    const uint64_t mask = less(u, 0x1.634cccccccccdp+3); /* 11.103125 */
    /* beyond, the result is infinite */
    const double u_cut = choose(mask, u, 0x1.634cccccccccdp+3); /* 11.103125 */
    /* below, exp(x) only decides the rounding */
    const double x = larger(product(u_cut, 64.0), -100.0);
    /* x = k log(2) + r + c, with k log(2)'s head subtracted exactly */
    const double k = nearest_integer(product(x, 0x1.71547652b82fep+0));
    /* 2^k / 64 */
    const double s = power_of_two(k - 6.0);
    const double r = fma(-k, 0x1.62e42fefa2p-1, x); /* 0.6931471805592082 */
    /* 2^k (1 + r)/64, minus 1/64, plus 2^k expm1mx(r)/64 */
    const pair power = fast_two_sum(s, product(s, r));
    const pair first = two_sum(power.head, -0x1p-6);
    const pair expm1mx_reduced_of = expm1mx_reduced(r);
    const pair total = two_sum(first.head, product(s, expm1mx_reduced_of.head));
    const double c = product(k, -0x1.9ef35793c7673p-41); /* -7.371002565167799e-13 */
    const double c_and_tail = c + choose(mask & less(-0x1.9p+0, u), product(u_tail, 64.0), 0.0);
    /* the correction c changes exp(r) by c exp(r) */
    const double growth = (1.0 + r) + expm1mx_reduced_of.head;
    pair out;
    out.head = total.head;
    out.tail = fma(s, fma(c_and_tail, growth, expm1mx_reduced_of.tail), (power.tail + first.tail) + total.tail);
    return out;
}

typedef struct { double d_mu1, d_logstd1, d_mu2, d_logstd2; } kl_normal_logstd_slopes_t;

/* The gradient of kl_normal_logstd. */
INLINE kl_normal_logstd_slopes_t kl_normal_logstd_slopes(const double mu1, const double logstd1, const double mu2,
    const double logstd2)
{
    const double part = fabs(mu1);
    const double part2 = fabs(mu2);
    const double part3 = choose(less(0x1p+1000, larger(part, part2)), 0.25, 1.0);
    const double offset2 = product(mu1, part3) - product(mu2, part3);
    const double ratio = product(logstd1, 0.5) - product(logstd2, 0.5);
    const uint64_t mask = ~(equal(offset2, offset2) & equal(ratio, ratio));
    const uint64_t mask2 = less(part, (double)INFINITY) & less(part2, (double)INFINITY);
    const double part4 = fabs(logstd2);
    const uint64_t mask3 = less(part4, (double)INFINITY); /* inf */
    const uint64_t mask4 = mask2 & mask3;
    const difference_t difference_of = difference(mu1, mu2);
    const exp_negative_t exp_negative_of = exp_negative(product(logstd2, 2.0));
    const pair multiply_of = multiply(difference_of.head, difference_of.tail, exp_negative_of.head,
        exp_negative_of.tail);
    const double part5 = choose(mask, (double)NAN,
        choose(mask4, scale_by(multiply_of.head + multiply_of.tail,
            fma(2.0, exp_negative_of.half, difference_of.exponent)),
                offset2 / choose(mask3, 1.0, choose(less(logstd2, 0.0), 0.0, (double)INFINITY))));
    const double part6 = fabs(logstd1);
    const uint64_t absent = equal(logstd1, -(double)INFINITY); /* -inf */
    const uint64_t small = less(larger(part6, part4), 0x1p-600);
    /* near 0 the derivative is linear: keep the bits of tiny ones */
    const double grown = choose(small, 0x1p+300, 1.0);
    const double part7 = grown * 0x1p-5;
    const pair u = two_sum(product(logstd1, part7), product(-logstd2, part7));
    /* a first scale of 0 is an ordinary argument of d_s2 */
    const double u2 = choose(absent, -0x1.7e43c8800759cp+996, u.head); /* -1e+300 */
    const double u_low = choose(absent, 0.0, u.tail);
    const pair expm1_scaled_pair_of = expm1_scaled_pair(u2, u_low);
    const double d_s1 = product(expm1_scaled_pair_of.head + expm1_scaled_pair_of.tail,
        choose(small, 0x1p-294, 64.0));
    const pair offset_of = offset(mu1, mu2, exp_negative_of.half);
    const uint64_t tiny = less(fabs(offset_of.head), 0x1p-300) & (small | less(fabs(u2), 0x1p-500));
    /* both terms times 2^400 where both are tiny */
    const double scale = choose(tiny, 0x1p+200, 1.0);
    const double linear = (scale * scale) * choose(small, 0x1p-300, 1.0);
    const pair expm1_scaled_pair_of2 = expm1_scaled_pair(product(u2, linear), product(u_low, linear));
    const double part8 = product(offset_of.head, scale);
    const double part9 = product(offset_of.tail, scale);
    const pair multiply_of2 = multiply(part8, part9, part8, part9);
    const pair multiply_of3 = multiply(multiply_of2.head, multiply_of2.tail, exp_negative_of.head,
        exp_negative_of.tail);
    const pair total = two_sum(expm1_scaled_pair_of2.head, multiply_of3.head);
    const double d_s2 = product(total.head + (total.tail + (expm1_scaled_pair_of2.tail + multiply_of3.tail)),
        choose(tiny, -0x1p-394, -64.0));
    kl_normal_logstd_slopes_t out;
    out.d_mu1 = part5;
    out.d_logstd1 = choose(mask, (double)NAN,
        choose(less(part6, (double)INFINITY) & mask3, d_s1, choose(less(ratio, 0.0), -1.0, ratio)));
    out.d_mu2 = -part5;
    out.d_logstd2 = choose(mask, (double)NAN,
        choose(mask4 & less(logstd1, (double)INFINITY), d_s2,
            choose(equal(logstd2, (double)INFINITY), choose(mask2, 1.0, (double)NAN), -(double)INFINITY)));
    return out;
}

typedef struct { double d_mu1, d_logvar1, d_mu2, d_logvar2; } kl_normal_logvar_slopes_t;

/* The gradient of kl_normal_logvar. */
INLINE kl_normal_logvar_slopes_t kl_normal_logvar_slopes(const double mu1, const double logvar1, const double mu2,
    const double logvar2)
{
    const double part = fabs(mu1);
    const double part2 = fabs(mu2);
    const double part3 = choose(less(0x1p+1000, larger(part, part2)), 0.25, 1.0);
    const double offset2 = product(mu1, part3) - product(mu2, part3);
    const double ratio = product(logvar1, 0.5) - product(logvar2, 0.5);
    const uint64_t mask = ~(equal(offset2, offset2) & equal(ratio, ratio));
    const uint64_t mask2 = less(part, (double)INFINITY) & less(part2, (double)INFINITY);
    const double part4 = fabs(logvar2);
    const uint64_t mask3 = less(part4, (double)INFINITY); /* inf */
    const uint64_t mask4 = mask2 & mask3;
    const difference_t difference_of = difference(mu1, mu2);
    const exp_negative_t exp_negative_of = exp_negative(product(logvar2, 1.0));
    const pair multiply_of = multiply(difference_of.head, difference_of.tail, exp_negative_of.head,
        exp_negative_of.tail);
    const double part5 = choose(mask, (double)NAN,
        choose(mask4, scale_by(multiply_of.head + multiply_of.tail,
            fma(2.0, exp_negative_of.half, difference_of.exponent)),
                offset2 / choose(mask3, 1.0, choose(less(logvar2, 0.0), 0.0, (double)INFINITY))));
    const double part6 = fabs(logvar1);
    const uint64_t absent = equal(logvar1, -(double)INFINITY); /* -inf */
    const uint64_t small = less(larger(part6, part4), 0x1p-600);
    /* near 0 the derivative is linear: keep the bits of tiny ones */
    const double grown = choose(small, 0x1p+300, 1.0);
    const double part7 = grown * 0x1p-6;
    const pair u = two_sum(product(logvar1, part7), product(-logvar2, part7));
    /* a first scale of 0 is an ordinary argument of d_s2 */
    const double u2 = choose(absent, -0x1.7e43c8800759cp+996, u.head); /* -1e+300 */
    const double u_low = choose(absent, 0.0, u.tail);
    const pair expm1_scaled_pair_of = expm1_scaled_pair(u2, u_low);
    const double d_s1 = product(expm1_scaled_pair_of.head + expm1_scaled_pair_of.tail,
        choose(small, 0x1p-295, 32.0));
    const pair offset_of = offset(mu1, mu2, exp_negative_of.half);
    const uint64_t tiny = less(fabs(offset_of.head), 0x1p-300) & (small | less(fabs(u2), 0x1p-500));
    /* both terms times 2^400 where both are tiny */
    const double scale = choose(tiny, 0x1p+200, 1.0);
    const double linear = (scale * scale) * choose(small, 0x1p-300, 1.0);
    const pair expm1_scaled_pair_of2 = expm1_scaled_pair(product(u2, linear), product(u_low, linear));
    const double part8 = product(offset_of.head, scale);
    const double part9 = product(offset_of.tail, scale);
    const pair multiply_of2 = multiply(part8, part9, part8, part9);
    const pair multiply_of3 = multiply(multiply_of2.head, multiply_of2.tail, exp_negative_of.head,
        exp_negative_of.tail);
    const pair total = two_sum(expm1_scaled_pair_of2.head, multiply_of3.head);
    const double d_s2 = product(total.head + (total.tail + (expm1_scaled_pair_of2.tail + multiply_of3.tail)),
        choose(tiny, -0x1p-395, -32.0));
    kl_normal_logvar_slopes_t out;
    out.d_mu1 = part5;
    out.d_logvar1 = choose(mask, (double)NAN,
        choose(less(part6, (double)INFINITY) & mask3, d_s1, choose(less(ratio, 0.0), -0.5, ratio)));
    out.d_mu2 = -part5;
    out.d_logvar2 = choose(mask, (double)NAN,
        choose(mask4 & less(logvar1, (double)INFINITY), d_s2,
            choose(equal(logvar2, (double)INFINITY), choose(mask2, 0.5, (double)NAN), -(double)INFINITY)));
    return out;
}

/* Whether the arguments are not of ordinary size. */
INLINE uint64_t kl_unit_std_outside(const double mu, const double std)
{
    const double m = fabs(mu);
    return outside(std, 0x1p-22, 512.0) | outside(m, 0.0, 0x1p+200)
        | (equal(std, 1.0) & outside(m, 0x1p-200, (double)INFINITY));
}

/* atanh(f)/f - 1 for |f| <= 1/5. */
INLINE pair atanh_rest_wider(const double f, const double f_tail)
{
    const pair w = two_prod(f, f);
    /* (atanh(f)/f - 1)/f^2, minimax in f^2 */
    /* 0.0680713206941087, 0.06604421461311104 */
    const double p6 = fma(0x1.16d1f402d3dd8p-4, w.head, 0x1.0e8460dda72ffp-4);
    const double p5 = fma(p6, w.head, 0x1.3b2a4895f05c2p-4); /* 0.0769446215990888 */
    const double p4 = fma(p5, w.head, 0x1.745ca8a88ba6dp-4); /* 0.09090867883853955 */
    const double p3 = fma(p4, w.head, 0x1.c71c72ee1819bp-4); /* 0.11111111540367917 */
    const double p2 = fma(p3, w.head, 0x1.24924923cf0dp-3); /* 0.14285714283494721 */
    const double p1 = fma(p2, w.head, 0x1.9999999999ff7p-3); /* 0.20000000000004522 */
    const double p0 = fma(p1, w.head, 0x1.5555555555555p-2); /* 0.3333333333333333 */
    const pair rest = two_prod(w.head, p0);
    const double w_low = fma(f * 2.0, f_tail, w.tail);
    pair out;
    out.head = rest.head;
    out.tail = fma(w_low, p0, rest.tail);
    return out;
}

/* t - log(1 + t) as head and tail, f = t / (2 + t). */
INLINE pair minus_log(const double t, const double f, const double f_tail)
{
    const pair atanh_rest_wider_of = atanh_rest_wider(f, f_tail);
    /* f (t - 2 (atanh(f)/f - 1)) */
    const pair y = fast_two_sum(t, product(atanh_rest_wider_of.head, -2.0));
    const pair leading = two_prod(f, y.head);
    pair out;
    out.head = leading.head;
    out.tail = fma(f, fma(-2.0, atanh_rest_wider_of.tail, y.tail), fma(f_tail, y.head, leading.tail));
    return out;
}

/* start + excess + low + z w, the excess and z w not negative and the low part small. */
INLINE pair total(const double start, const double excess, const double low, const double z, const double w)
{
    const pair curved = two_fma(z, w, excess);
    const pair total = two_sum(start, curved.head);
    pair out;
    out.head = total.head;
    out.tail = low + (curved.tail + total.tail);
    return out;
}

/* Twice kl_unit_std, as head and tail, for arguments of ordinary size. */
INLINE pair kl_unit_std_twice(const double mu, const double std)
{
    /* s = 2^k (1 + t) */
    const quotient_scale scale = scale_of_quotient(std, 1.0);
    const double squared = product(scale.power, scale.power);
    const double twice = product(scale.k, 2.0);
    /* 2^k - 1 - k log(2), exact */
    const double anchor = squared + fma(-twice, 0x1.62e42feep-1, -1.0);
    const double change = fma(squared, 2.0, -2.0);
    const double t = product(std, scale.inverse) - 1.0;
    const pair product2 = two_prod(change, t);
    const pair start = fast_two_sum(anchor, product2.head);
    const pair sum = fast_two_sum(2.0, t);
    const double reciprocal = 1.0 / sum.head;
    const double f = product(t, reciprocal);
    const double f_tail = product(fma(-f, sum.tail, fma(-f, sum.head, t)), reciprocal);
    const pair minus_log_of = minus_log(t, f, f_tail);
    const pair t_square = two_prod(t, t);
    const pair curved = two_sum(product(minus_log_of.head, 2.0), product(squared, t_square.head));
    const double low = fma(2.0, minus_log_of.tail,
        fma(squared, t_square.tail, fma(twice, -0x1.a39ef35793c76p-33, start.tail + product2.tail)
            + curved.tail));
    const pair total_of = total(start.head, curved.head, low, mu, mu);
    pair out;
    out.head = total_of.head;
    out.tail = total_of.tail;
    return out;
}

/* Whether the arguments are not of ordinary size. */
INLINE uint64_t kl_unit_var_outside(const double mu, const double var)
{
    const double m = fabs(mu);
    return outside(var, 0x1p-45, 524288.0) | outside(m, 0.0, 0x1p+200)
        | (equal(var, 1.0) & outside(m, 0x1p-200, (double)INFINITY));
}

/* Twice kl_unit_var, as head and tail, for arguments of ordinary size. */
INLINE pair kl_unit_var_twice(const double mu, const double var)
{
    /* s = 2^k (1 + t) */
    const quotient_scale scale = scale_of_quotient(var, 1.0);
    /* 2^k - 1 - k log(2), exact */
    const double anchor = scale.power + fma(-scale.k, 0x1.62e42feep-1, -1.0);
    const double change = scale.power - 1.0;
    const double t = product(var, scale.inverse) - 1.0;
    const pair product2 = two_prod(change, t);
    const pair start = fast_two_sum(anchor, product2.head);
    const pair sum = fast_two_sum(2.0, t);
    const double reciprocal = 1.0 / sum.head;
    const double f = product(t, reciprocal);
    const double f_tail = product(fma(-f, sum.tail, fma(-f, sum.head, t)), reciprocal);
    const pair minus_log_of = minus_log(t, f, f_tail);
    const double low = fma(scale.k, -0x1.a39ef35793c76p-33, start.tail + product2.tail) + minus_log_of.tail;
    const pair total_of = total(start.head, minus_log_of.head, low, mu, mu);
    pair out;
    out.head = total_of.head;
    out.tail = total_of.tail;
    return out;
}

/* Whether the arguments are not of ordinary size. */
INLINE uint64_t kl_unit_logstd_outside(const double mu, const double logstd)
{
    /* not so small that a square underflows, nor huge */
    const double size = fma(mu, mu, product(logstd, logstd));
    return outside(size, 0x1p-200, 0x1p+200) | outside(fabs(logstd + 0x1.2p+2), 0.0, 0x1.68p+3);
}

typedef struct { double start, square, rest, low; } excess_log_t;

/* exp(x) - 1 - x = start + square (1 + rest) + low for x in [-31.5, 13.5]. */
INLINE excess_log_t excess_log(const double x)
{
    /* x = k log(2) + r + c, with k log(2)'s head subtracted exactly, r in [log(2) - 1, 2 log(2) - 1] */
    const power_scale scale = nearest_power(x - 0x1.4538ef34d6a16p-5, 0x1.71547652b82fep+0);
    const double change = scale.power - 1.0;
    const double r = fma(-scale.k, 0x1.62e42feep-1, x); /* 0.6931471803691238 */
    /* 2^k - 1 - k log(2), exact */
    const double anchor = scale.power + fma(-scale.k, 0x1.62e42feep-1, -1.0);
    const pair start = fast_two_fma(change, r, anchor);
    /* expm1mx(r) = r^2/2 (1 + rest) */
    const double half = r * 0.5;
    const pair half_square = two_prod(r, half);
    /* (2 expm1mx(r)/r^2 - 1)/r, minimax on [-0.307, 0.387] */
    /* 4.315464730717593e-09, 5.018487699101349e-08 */
    const double p8 = fma(0x1.288e755a6aad7p-28, r, 0x1.af15b62a1fa45p-25);
    const double p7 = fma(p8, r, 0x1.27e0712fe716dp-21); /* 5.511133505001422e-07 */
    const double p6 = fma(p7, r, 0x1.71de1913ccd6dp-18); /* 5.511456283180529e-06 */
    const double p5 = fma(p6, r, 0x1.a01a03223f7d3p-15); /* 4.9603177346909916e-05 */
    const double p4 = fma(p5, r, 0x1.a01a01a5d8457p-12); /* 0.0003968253971518612 */
    const double p3 = fma(p4, r, 0x1.6c16c16be3e01p-9); /* 0.002777777777687396 */
    const double p2 = fma(p3, r, 0x1.1111111110a0bp-6); /* 0.01666666666666043 */
    const double p1 = fma(p2, r, 0x1.5555555555598p-4); /* 0.08333333333333426 */
    const double p0 = fma(p1, r, 0x1.5555555555556p-2); /* 0.33333333333333337 */
    const double rest = product(r, p0);
    const double square_low = fma(half_square.tail, rest, half_square.tail);
    const double c = scale.k * -0x1.a39ef35793c76p-33; /* -1.9082149292705877e-10 */
    /* c changes exp(x) by c exp(x) */
    const double correction = product(scale.power, c);
    /* exp(r) - 1 */
    const double growth = fma(half_square.head, rest, r + half_square.head);
    const double low = fma(scale.power, square_low, fma(correction, growth, correction + start.tail));
    excess_log_t out;
    out.start = start.head;
    out.square = product(scale.power, half_square.head);
    out.rest = rest;
    out.low = low;
    return out;
}

/* start + square (1 + rest) + low + z w, the square and z w not negative, rest below 1/6 and the low part small. */
INLINE pair total_log(const double start, const double square, const double rest, const double low, const double z,
    const double w)
{
    const pair curved = two_fma(z, w, square);
    const pair total = two_sum(start, curved.head);
    pair out;
    out.head = total.head;
    out.tail = fma(square, rest, low + (curved.tail + total.tail));
    return out;
}

/* Twice kl_unit_logstd, as head and tail, for arguments of ordinary size. */
INLINE pair kl_unit_logstd_twice(const double mu, const double logstd)
{
    const excess_log_t excess_log_of = excess_log(product(logstd, 2.0));
    const pair total_log_of = total_log(excess_log_of.start, excess_log_of.square, excess_log_of.rest,
        excess_log_of.low, mu, mu);
    pair out;
    out.head = total_log_of.head;
    out.tail = total_log_of.tail;
    return out;
}

/* Whether the arguments are not of ordinary size. */
INLINE uint64_t kl_unit_logvar_outside(const double mu, const double logvar)
{
    /* not so small that a square underflows, nor huge */
    const double size = fma(mu, mu, product(logvar, logvar));
    return outside(size, 0x1p-200, 0x1p+200) | outside(fabs(logvar + 9.0), 0.0, 0x1.68p+4);
}

/* Twice kl_unit_logvar, as head and tail, for arguments of ordinary size. */
INLINE pair kl_unit_logvar_twice(const double mu, const double logvar)
{
    const excess_log_t excess_log_of = excess_log(logvar);
    const pair total_log_of = total_log(excess_log_of.start, excess_log_of.square, excess_log_of.rest,
        excess_log_of.low, mu, mu);
    pair out;
    out.head = total_log_of.head;
    out.tail = total_log_of.tail;
    return out;
}

/* Whether the arguments are not of ordinary size. */
INLINE uint64_t kl_normal_std_outside(const double mu1, const double std1, const double mu2, const double std2)
{
    const double m = fabs(mu1 - mu2);
    return outside(std2, 0x1p-200, 0x1p+200) | outside(std1, std2 * 0x1p-22, std2 * 512.0)
        | outside(m, 0.0, 0x1p+200) | (equal(std1, std2) & outside(m, 0x1p-200, (double)INFINITY));
}

/* t - log(1 + t) at t + t_tail as head and tail, f = t / (2 + t). */
INLINE pair minus_log_pair(const double t, const double t_tail, const double f, const double f_tail)
{
    const pair atanh_rest_wider_of = atanh_rest_wider(f, f_tail);
    /* f (t - 2 (atanh(f)/f - 1)) */
    const pair y = fast_two_sum(t, product(atanh_rest_wider_of.head, -2.0));
    const pair leading = two_prod(f, y.head);
    pair out;
    out.head = leading.head;
    out.tail = fma(f, fma(-2.0, atanh_rest_wider_of.tail, y.tail + t_tail), fma(f_tail, y.head, leading.tail));
    return out;
}

/* Twice kl_normal_std, as head and tail, for arguments of ordinary size. */
INLINE pair kl_normal_std_twice(const double mu1, const double std1, const double mu2, const double std2)
{
    /* s1 = 2^k (1 + t) s2 */
    const quotient_scale scale = scale_of_quotient(std1, std2);
    const double squared = product(scale.power, scale.power);
    const double twice = product(scale.k, 2.0);
    /* 2^k - 1 - k log(2), exact */
    const double anchor = squared + fma(-twice, 0x1.62e42feep-1, -1.0);
    const double change = fma(squared, 2.0, -2.0);
    const double a = product(std1, scale.inverse);
    /* exact, since a and s2 are within a factor 2 of each other */
    const double d = a - std2;
    const pair sum = two_sum(a, std2);
    /* one division serves all quotients; each is corrected by its remainder */
    const double both = 1.0 / (std2 * sum.head);
    const double by_s2 = sum.head * both;
    const double t = product(d, by_s2);
    const pair product2 = two_prod(change, t);
    const pair start = fast_two_sum(anchor, product2.head);
    const double t_tail = product(fma(-t, std2, d), by_s2);
    const double by_sum = std2 * both;
    const double f = product(d, by_sum);
    const double f_tail = product(fma(-f, sum.tail, fma(-f, sum.head, d)), by_sum);
    const pair minus_log_pair_of = minus_log_pair(t, t_tail, f, f_tail);
    const pair t_square = two_prod(t, t);
    const pair curved = two_sum(product(minus_log_pair_of.head, 2.0), product(squared, t_square.head));
    const pair m = two_sum(mu1, -mu2);
    /* ((mu1 - mu2) / std2)^2 */
    const double z = product(m.head, by_s2);
    const double z_tail = (fma(-z, std2, m.head) + m.tail) * by_s2;
    const double low = fma(2.0, minus_log_pair_of.tail,
        fma(squared, fma(t * 2.0, t_tail, t_square.tail),
            fma(twice, -0x1.a39ef35793c76p-33, fma(change, t_tail, start.tail + product2.tail)) + curved.tail));
    const pair total_of = total(start.head, curved.head, fma(z * 2.0, z_tail, low), z, z);
    pair out;
    out.head = total_of.head;
    out.tail = total_of.tail;
    return out;
}

/* Whether the arguments are not of ordinary size. */
INLINE uint64_t kl_normal_var_outside(const double mu1, const double var1, const double mu2, const double var2)
{
    const double m = fabs(mu1 - mu2);
    return outside(var2, 0x1p-200, 0x1p+200) | outside(var1, var2 * 0x1p-45, var2 * 524288.0)
        | outside(m, 0.0, 0x1p+200) | (equal(var1, var2) & outside(m, 0x1p-200, (double)INFINITY));
}

/* Twice kl_normal_var, as head and tail, for arguments of ordinary size. */
INLINE pair kl_normal_var_twice(const double mu1, const double var1, const double mu2, const double var2)
{
    /* s1 = 2^k (1 + t) s2 */
    const quotient_scale scale = scale_of_quotient(var1, var2);
    /* 2^k - 1 - k log(2), exact */
    const double anchor = scale.power + fma(-scale.k, 0x1.62e42feep-1, -1.0);
    const double change = scale.power - 1.0;
    const double a = product(var1, scale.inverse);
    /* exact, since a and s2 are within a factor 2 of each other */
    const double d = a - var2;
    const pair sum = two_sum(a, var2);
    /* one division serves all quotients; each is corrected by its remainder */
    const double both = 1.0 / (var2 * sum.head);
    const double by_s2 = sum.head * both;
    const double t = product(d, by_s2);
    const pair product2 = two_prod(change, t);
    const pair start = fast_two_sum(anchor, product2.head);
    const double t_tail = product(fma(-t, var2, d), by_s2);
    const double by_sum = var2 * both;
    const double f = product(d, by_sum);
    const double f_tail = product(fma(-f, sum.tail, fma(-f, sum.head, d)), by_sum);
    const pair minus_log_pair_of = minus_log_pair(t, t_tail, f, f_tail);
    const pair m = two_sum(mu1, -mu2);
    const pair square = two_prod(m.head, m.head);
    /* (mu1 - mu2)^2 / var2 */
    const double offset = product(square.head, by_s2);
    const double left = fma(-offset, var2, square.head) + fma(m.head * 2.0, m.tail, square.tail);
    const double low = fma(change, t_tail, fma(scale.k, -0x1.a39ef35793c76p-33, start.tail + product2.tail))
        + minus_log_pair_of.tail;
    const pair total_of = total(start.head, minus_log_pair_of.head, fma(left, by_s2, low), offset, 1.0);
    pair out;
    out.head = total_of.head;
    out.tail = total_of.tail;
    return out;
}

/* Whether the arguments are not of ordinary size. */
INLINE uint64_t kl_normal_logstd_outside(const double mu1, const double logstd1, const double mu2,
    const double logstd2)
{
    const double m = mu1 - mu2;
    const double d = logstd1 - logstd2;
    /* not so small that a square underflows, nor huge */
    const double size = fma(m, m, product(d, d));
    return outside(size, 0x1p-200, 0x1p+200) | outside(fabs(d + 0x1.2p+2), 0.0, 0x1.68p+3)
        | outside(fabs(logstd2), 0.0, 100.0);
}

typedef struct { double start, square, rest, low; } excess_log_pair_t;

/* exp(x) - 1 - x = start + square (1 + rest) + low at x + x_tail, for x in [-31.5, 13.5]. */
INLINE excess_log_pair_t excess_log_pair(const double x, const double x_tail)
{
    /* x = k log(2) + r + c, with k log(2)'s head subtracted exactly, r in [log(2) - 1, 2 log(2) - 1] */
    const power_scale scale = nearest_power(x - 0x1.4538ef34d6a16p-5, 0x1.71547652b82fep+0);
    const double change = scale.power - 1.0;
    const double r = fma(-scale.k, 0x1.62e42feep-1, x); /* 0.6931471803691238 */
    /* 2^k - 1 - k log(2), exact */
    const double anchor = scale.power + fma(-scale.k, 0x1.62e42feep-1, -1.0);
    const pair start = fast_two_fma(change, r, anchor);
    /* expm1mx(r) = r^2/2 (1 + rest) */
    const double half = r * 0.5;
    const pair half_square = two_prod(r, half);
    /* (2 expm1mx(r)/r^2 - 1)/r, minimax on [-0.307, 0.387] */
    /* 4.315464730717593e-09, 5.018487699101349e-08 */
    const double p8 = fma(0x1.288e755a6aad7p-28, r, 0x1.af15b62a1fa45p-25);
    const double p7 = fma(p8, r, 0x1.27e0712fe716dp-21); /* 5.511133505001422e-07 */
    const double p6 = fma(p7, r, 0x1.71de1913ccd6dp-18); /* 5.511456283180529e-06 */
    const double p5 = fma(p6, r, 0x1.a01a03223f7d3p-15); /* 4.9603177346909916e-05 */
    const double p4 = fma(p5, r, 0x1.a01a01a5d8457p-12); /* 0.0003968253971518612 */
    const double p3 = fma(p4, r, 0x1.6c16c16be3e01p-9); /* 0.002777777777687396 */
    const double p2 = fma(p3, r, 0x1.1111111110a0bp-6); /* 0.01666666666666043 */
    const double p1 = fma(p2, r, 0x1.5555555555598p-4); /* 0.08333333333333426 */
    const double p0 = fma(p1, r, 0x1.5555555555556p-2); /* 0.33333333333333337 */
    const double rest = product(r, p0);
    /* exp(r) - 1 */
    const double growth = fma(half_square.head, rest, r + half_square.head);
    /* the tail of x acts through the derivative exp(x) - 1 */
    const double slope = fma(scale.power, growth, change);
    const double square_low = fma(half_square.tail, rest, half_square.tail);
    const double c = scale.k * -0x1.a39ef35793c76p-33; /* -1.9082149292705877e-10 */
    /* c changes exp(x) by c exp(x) */
    const double correction = product(scale.power, c);
    const double low = fma(x_tail, slope,
        fma(scale.power, square_low, fma(correction, growth, correction + start.tail)));
    excess_log_pair_t out;
    out.start = start.head;
    out.square = product(scale.power, half_square.head);
    out.rest = rest;
    out.low = low;
    return out;
}

/* exp(-x) as head and tail, for |x| <= 200. */
INLINE pair weight(const double x)
{
    /* -x = k log(2) + r + c */
    const power_scale scale = nearest_power(x, -0x1.71547652b82fep+0);
    const double r = fma(-scale.k, 0x1.62e42fefa2p-1, -x); /* 0.6931471805592082 */
    const pair linear = fast_two_sum(1.0, r);
    const pair square = two_prod(r, r);
    /* (expm1mx(r)/r^2 - 1/2)/r, minimax on |r| <= log(2)/2 */
    /* 2.0893628554795206e-09, 2.5105398906837407e-08 */
    const double p8 = fma(0x1.1f28eb8e04a9bp-29, r, 0x1.af4eb64a5b44dp-26);
    const double p7 = fma(p8, r, 0x1.27e507248c229p-22); /* 2.7557335816316155e-07 */
    const double p6 = fma(p7, r, 0x1.71de01b607764p-19); /* 2.7557254851503057e-06 */
    const double p5 = fma(p6, r, 0x1.a01a0194f506dp-16); /* 2.4801587261994254e-05 */
    const double p4 = fma(p5, r, 0x1.a01a01ac1b78p-13); /* 0.00019841269875392128 */
    const double p3 = fma(p4, r, 0x1.6c16c16c19153p-10); /* 0.0013888888888909559 */
    const double p2 = fma(p3, r, 0x1.1111111110054p-7); /* 0.0083333333333259 */
    const double p1 = fma(p2, r, 0x1.5555555555551p-5); /* 0.04166666666666664 */
    const double p0 = fma(p1, r, 0x1.5555555555557p-3); /* 0.1666666666666667 */
    const double factor = fma(r, p0, 0.5);
    const double e = product(square.head, factor);
    const pair total = fast_two_sum(linear.head, e);
    const double c = scale.k * -0x1.9ef35793c7673p-41; /* -7.371002565167799e-13 */
    const double e_tail = fma(square.tail, factor, fma(square.head, factor, -e));
    const double low = fma(c, total.head, e_tail + (linear.tail + total.tail));
    pair out;
    out.head = product(total.head, scale.power);
    out.tail = product(low, scale.power);
    return out;
}

/* Twice kl_normal_logstd, as head and tail, for arguments of ordinary size. */
INLINE pair kl_normal_logstd_twice(const double mu1, const double logstd1, const double mu2, const double logstd2)
{
    /* the difference first: exact for near scales */
    const pair d = two_sum(logstd1, -logstd2);
    const excess_log_pair_t excess_log_pair_of = excess_log_pair(product(d.head, 2.0), product(d.tail, 2.0));
    const pair m = two_sum(mu1, -mu2);
    const pair square = two_prod(m.head, m.head);
    const pair weight_of = weight(product(logstd2, 2.0));
    /* of (mu1 - mu2)^2 / var2 */
    const double rests = fma(square.head, weight_of.tail,
        fma(fma(m.head * 2.0, m.tail, square.tail), weight_of.head, excess_log_pair_of.low));
    const pair total_log_of = total_log(excess_log_pair_of.start, excess_log_pair_of.square,
        excess_log_pair_of.rest, rests, square.head, weight_of.head);
    pair out;
    out.head = total_log_of.head;
    out.tail = total_log_of.tail;
    return out;
}

/* Whether the arguments are not of ordinary size. */
INLINE uint64_t kl_normal_logvar_outside(const double mu1, const double logvar1, const double mu2,
    const double logvar2)
{
    const double m = mu1 - mu2;
    const double d = logvar1 - logvar2;
    /* not so small that a square underflows, nor huge */
    const double size = fma(m, m, product(d, d));
    return outside(size, 0x1p-200, 0x1p+200) | outside(fabs(d + 9.0), 0.0, 0x1.68p+4)
        | outside(fabs(logvar2), 0.0, 200.0);
}

/* Twice kl_normal_logvar, as head and tail, for arguments of ordinary size. */
INLINE pair kl_normal_logvar_twice(const double mu1, const double logvar1, const double mu2, const double logvar2)
{
    /* the difference first: exact for near scales */
    const pair d = two_sum(logvar1, -logvar2);
    const excess_log_pair_t excess_log_pair_of = excess_log_pair(d.head, d.tail);
    const pair m = two_sum(mu1, -mu2);
    const pair square = two_prod(m.head, m.head);
    const pair weight_of = weight(logvar2);
    /* of (mu1 - mu2)^2 / var2 */
    const double rests = fma(square.head, weight_of.tail,
        fma(fma(m.head * 2.0, m.tail, square.tail), weight_of.head, excess_log_pair_of.low));
    const pair total_log_of = total_log(excess_log_pair_of.start, excess_log_pair_of.square,
        excess_log_pair_of.rest, rests, square.head, weight_of.head);
    pair out;
    out.head = total_log_of.head;
    out.tail = total_log_of.tail;
    return out;
}

/* x - 1 - log(x) at x = 2^k (1 + t). */
INLINE double excess_narrow(const double power, const double k, const double t)
{
    /* (t - log(1 + t))/t^2, minimax on [-1/3, 1/2] */
    /* -0.03860516597336752, 0.08554605068279596 */
    const double p12 = fma(-0x1.3c40e6a9fe144p-5, t, 0x1.5e65891fc0c97p-4);
    const double p11 = fma(p12, t, -0x1.787541d50d2a1p-4); /* -0.09190870013919518 */
    const double p10 = fma(p11, t, 0x1.581ac756d1fcfp-4); /* 0.0840099131283971 */
    const double p9 = fma(p10, t, -0x1.6b27f1e544d34p-4); /* -0.08866114130460262 */
    const double p8 = fma(p9, t, 0x1.982880d5acbe1p-4); /* 0.09964800191919167 */
    const double p7 = fma(p8, t, -0x1.c7bc3f9c9f07cp-4); /* -0.11126351211891178 */
    const double p6 = fma(p7, t, 0x1.000f9f5ba0b78p-3); /* 0.12502979753852705 */
    const double p5 = fma(p6, t, -0x1.248fade2b30f9p-3); /* -0.142852171402758 */
    const double p4 = fma(p5, t, 0x1.5554d36aa432ap-3); /* 0.16666569871133535 */
    const double p3 = fma(p4, t, -0x1.9999a32a107edp-3); /* -0.2000000712596938 */
    const double p2 = fma(p3, t, 0x1.000000b9d414ep-2); /* 0.25000001081663903 */
    const double p1 = fma(p2, t, -0x1.5555554ff90cfp-2); /* -0.33333333302131235 */
    const double p0 = fma(p1, t, 0x1.ffffffffacef6p-2); /* 0.4999999999811132 */
    /* (2^k - 1) t, and 2^k - 1 - k log(2): both 0 at k = 0 */
    const double change = power - 1.0;
    return fma(t * t, p0, fma(change, t, fma(-k, 0x1.62e42fefa39efp-1, change)));
}

/* kl_unit_std for binary32 arguments. */
INLINE double kl_unit_std_narrow(const double mu, const double std)
{
    /* 48 bits: exact */
    const double var = product(std, std);
    /* var = 2^k (1 + t) */
    const quotient_scale scale = scale_of_quotient(var, 1.0);
    const double value = fma(fma(mu, mu,
        excess_narrow(scale.power, scale.k, product(var, scale.inverse) - 1.0)), 0.5, 0x1p-203);
    return choose(less(0.0, std) & less(std, (double)INFINITY), value,
        choose(less(std, 0.0), (double)NAN, fma(mu, mu, std) + (double)INFINITY));
}

/* kl_unit_var for binary32 arguments. */
INLINE double kl_unit_var_narrow(const double mu, const double var)
{
    /* var = 2^k (1 + t) */
    const quotient_scale scale = scale_of_quotient(var, 1.0);
    const double value = fma(fma(mu, mu,
        excess_narrow(scale.power, scale.k, product(var, scale.inverse) - 1.0)), 0.5, 0x1p-203);
    return choose(less(0.0, var) & less(var, (double)INFINITY), value,
        choose(less(var, 0.0), (double)NAN, fma(mu, mu, var) + (double)INFINITY));
}

/* exp(x) - 1 - x. */
INLINE double expm1mx_narrow(const double x)
{
    /* beyond, the result is infinite */
    const double bounded = smaller(200.0, x);
    const double part = larger(-200.0, bounded);
    /* x = k log(2) + r */
    const power_scale scale = nearest_power(part, 0x1.71547652b82fep+0);
    const double r = fma(-scale.k, 0x1.62e42fefa39efp-1, part); /* 0.6931471805599453 */
    /* expm1mx(r)/r^2, minimax on |r| <= log(2)/2 */
    /* 2.482070803712027e-05, 0.00019899227187105336 */
    const double p5 = fma(0x1.a06c2118b0bf6p-16, r, 0x1.a1512998502b3p-13);
    const double p4 = fma(p5, r, 0x1.6c16fddaf25aep-10); /* 0.0013888924065546915 */
    const double p3 = fma(p4, r, 0x1.1110c66106bf9p-7); /* 0.008333298554182621 */
    const double p2 = fma(p3, r, 0x1.5555553131353p-5); /* 0.04166666640370544 */
    const double p1 = fma(p2, r, 0x1.555555673e1a8p-3); /* 0.1666666671878947 */
    const double p0 = fma(p1, r, 0x1.0000000004a51p-1); /* 0.5000000000021122 */
    const double e = (r * r) * p0;
    /* (2^k - 1) r, and 2^k - 1 - k log(2): both 0 at k = 0 */
    const double change = scale.power - 1.0;
    return fma(scale.power, e, fma(change, r, change - (bounded - r)));
}

/* kl_unit_logstd for binary32 arguments. */
INLINE double kl_unit_logstd_narrow(const double mu, const double logstd)
{
    return fma(fma(mu, mu, expm1mx_narrow(product(logstd, 2.0))), 0.5, 0x1p-203);
}

/* kl_unit_logvar for binary32 arguments. */
INLINE double kl_unit_logvar_narrow(const double mu, const double logvar)
{
    return fma(fma(mu, mu, expm1mx_narrow(logvar)), 0.5, 0x1p-203);
}

/* kl_normal_std for binary32 arguments. */
INLINE double kl_normal_std_narrow(const double mu1, const double std1, const double mu2, const double std2)
{
    const double m = mu1 - mu2;
    const double second = product(std2, std2);
    const double by = 1.0 / second;
    /* 48 bits: exact */
    const double first = product(std1, std1);
    /* var1 = 2^k (1 + t) var2, and the difference is exact */
    const quotient_scale scale = scale_of_quotient(first, second);
    const double value = fma(fma(m * m, by,
        excess_narrow(scale.power, scale.k, product(product(first, scale.inverse) - second, by))), 0.5,
            0x1p-203);
    return choose(less(0.0, std1) & less(std1, (double)INFINITY) & less(0.0, std2)
        & less(std2, (double)INFINITY), value,
            choose(less(smaller(std1, std2), 0.0), (double)NAN, fma(m, m, fabs(product(first, by)))
                + (double)INFINITY));
}

/* kl_normal_var for binary32 arguments. */
INLINE double kl_normal_var_narrow(const double mu1, const double var1, const double mu2, const double var2)
{
    const double m = mu1 - mu2;
    const double by = 1.0 / var2;
    /* var1 = 2^k (1 + t) var2, and the difference is exact */
    const quotient_scale scale = scale_of_quotient(var1, var2);
    const double value = fma(fma(m * m, by,
        excess_narrow(scale.power, scale.k, product(product(var1, scale.inverse) - var2, by))), 0.5, 0x1p-203);
    return choose(less(0.0, var1) & less(var1, (double)INFINITY) & less(0.0, var2)
        & less(var2, (double)INFINITY), value,
            choose(less(smaller(var1, var2), 0.0), (double)NAN, fma(m, m, fabs(product(var1, by)))
                + (double)INFINITY));
}

/* exp(-x). */
INLINE double weight_narrow(const double x)
{
    const double part = larger(-420.0, smaller(420.0, -x));
    /* x = k log(2) + r */
    const power_scale scale = nearest_power(part, 0x1.71547652b82fep+0);
    const double r = fma(-scale.k, 0x1.62e42fefa39efp-1, part); /* 0.6931471805599453 */
    /* expm1mx(r)/r^2, minimax on |r| <= log(2)/2 */
    /* 2.482070803712027e-05, 0.00019899227187105336 */
    const double p5 = fma(0x1.a06c2118b0bf6p-16, r, 0x1.a1512998502b3p-13);
    const double p4 = fma(p5, r, 0x1.6c16fddaf25aep-10); /* 0.0013888924065546915 */
    const double p3 = fma(p4, r, 0x1.1110c66106bf9p-7); /* 0.008333298554182621 */
    const double p2 = fma(p3, r, 0x1.5555553131353p-5); /* 0.04166666640370544 */
    const double p1 = fma(p2, r, 0x1.555555673e1a8p-3); /* 0.1666666671878947 */
    const double p0 = fma(p1, r, 0x1.0000000004a51p-1); /* 0.5000000000021122 */
    const double e = product(r * r, p0);
    return product(scale.power, 1.0 + (r + e));
}

/* kl_normal_logstd for binary32 arguments. */
INLINE double kl_normal_logstd_narrow(const double mu1, const double logstd1, const double mu2,
    const double logstd2)
{
    const double m = mu1 - mu2;
    const double d = logstd1 - logstd2;
    return fma(fma(m * m, weight_narrow(product(logstd2, 2.0)), expm1mx_narrow(product(d, 2.0))), 0.5,
        0x1p-203);
}

/* kl_normal_logvar for binary32 arguments. */
INLINE double kl_normal_logvar_narrow(const double mu1, const double logvar1, const double mu2,
    const double logvar2)
{
    const double m = mu1 - mu2;
    const double d = logvar1 - logvar2;
    return fma(fma(m * m, weight_narrow(logvar2), expm1mx_narrow(d)), 0.5, 0x1p-203);
}

/* --- the public functions --- */

INLINE void expm1mx_array(size_t n, const double *x, double *out)
{
    INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        const expm1mx_parts_t at = expm1mx_parts(x[i]);
        out[i] = (at.head + at.tail) * at.unscale;
    }
}

DISPATCH(, void, expm1mx_array, (size_t n, const double *x, double *out), (n, x, out))

double derive_expm1mx(double x)
{
    double out;
    derive_expm1mx_array(1, &x, &out);
    return out;
}

INLINE void expm1mx_arrayf(size_t n, const float *x, float *out)
{
    INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        const expm1mx_parts_t at = expm1mx_parts((double)x[i]);
        out[i] = (float)(round_to_odd(at.head, at.tail) * at.unscale);
    }
}

DISPATCH(, void, expm1mx_arrayf, (size_t n, const float *x, float *out), (n, x, out))

float derive_expm1mxf(float x)
{
    float out;
    derive_expm1mx_arrayf(1, &x, &out);
    return out;
}

INLINE void log1pmx_array(size_t n, const double *x, double *out)
{
    INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        const log1pmx_parts_t at = log1pmx_parts(x[i]);
        out[i] = (at.head + at.tail) * at.unscale;
    }
}

DISPATCH(, void, log1pmx_array, (size_t n, const double *x, double *out), (n, x, out))

double derive_log1pmx(double x)
{
    double out;
    derive_log1pmx_array(1, &x, &out);
    return out;
}

INLINE void log1pmx_arrayf(size_t n, const float *x, float *out)
{
    INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        const log1pmx_parts_t at = log1pmx_parts((double)x[i]);
        out[i] = (float)(round_to_odd(at.head, at.tail) * at.unscale);
    }
}

DISPATCH(, void, log1pmx_arrayf, (size_t n, const float *x, float *out), (n, x, out))

float derive_log1pmxf(float x)
{
    float out;
    derive_log1pmx_arrayf(1, &x, &out);
    return out;
}

INLINE void kl_unit_std_array(size_t n, const double *mu, const double *std, double *out)
{
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t end = n - start < BLOCK ? n : start + BLOCK;
        uint64_t unusual = 0;
        if (end - start == BLOCK)
            for (size_t i = start; i < start + BLOCK; i++)
                unusual |= kl_unit_std_outside(mu[i], std[i]);
        else
            for (size_t i = start; i < end; i++)
                unusual |= kl_unit_std_outside(mu[i], std[i]);
        if (unusual >> 63 != 0) {
            INDEPENDENT
            for (size_t i = start; i < end; i++) {
                const uint64_t inside = (kl_unit_std_outside(mu[i], std[i]) >> 63) - 1;
                const pair twice = kl_unit_std_twice(mu[i], std[i]);
                const kl_unit_std_parts_t at = kl_unit_std_parts(mu[i], std[i]);
                out[i] = choose(inside, 0.5 * (twice.head + twice.tail), (at.head + at.tail) * at.unscale);
            }
        } else if (end - start == BLOCK) {
            INDEPENDENT
            for (size_t i = start; i < start + BLOCK; i++) {
                const pair twice = kl_unit_std_twice(mu[i], std[i]);
                out[i] = 0.5 * (twice.head + twice.tail);
            }
        } else {
            INDEPENDENT
            for (size_t i = start; i < end; i++) {
                const pair twice = kl_unit_std_twice(mu[i], std[i]);
                out[i] = 0.5 * (twice.head + twice.tail);
            }
        }
    }
}

DISPATCH(, void, kl_unit_std_array, (size_t n, const double *mu, const double *std, double *out), (n, mu, std, out))

double derive_kl_unit_std(double mu, double std)
{
    double out;
    derive_kl_unit_std_array(1, &mu, &std, &out);
    return out;
}

INLINE double kl_unit_std_sum(size_t n, const double *mu, const double *std)
{
    lanes sum = { { 0.0 }, { 0.0 } };
    double value[BLOCK];
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t end = n - start < BLOCK ? n : start + BLOCK;
        uint64_t unusual = 0;
        if (end - start == BLOCK)
            for (size_t i = start; i < start + BLOCK; i++)
                unusual |= kl_unit_std_outside(mu[i], std[i]);
        else
            for (size_t i = start; i < end; i++)
                unusual |= kl_unit_std_outside(mu[i], std[i]);
        if (unusual >> 63 != 0) {
            INDEPENDENT
            for (size_t i = start; i < end; i++) {
                const uint64_t inside = (kl_unit_std_outside(mu[i], std[i]) >> 63) - 1;
                const pair twice = kl_unit_std_twice(mu[i], std[i]);
                const kl_unit_std_parts_t at = kl_unit_std_parts(mu[i], std[i]);
                value[i - start] = choose(inside, 0.5 * (twice.head + twice.tail), (at.head + at.tail) * at.unscale);
            }
        } else if (end - start == BLOCK) {
            INDEPENDENT
            for (size_t i = start; i < start + BLOCK; i++) {
                const pair twice = kl_unit_std_twice(mu[i], std[i]);
                value[i - start] = 0.5 * (twice.head + twice.tail);
            }
        } else {
            INDEPENDENT
            for (size_t i = start; i < end; i++) {
                const pair twice = kl_unit_std_twice(mu[i], std[i]);
                value[i - start] = 0.5 * (twice.head + twice.tail);
            }
        }
        if (end - start == BLOCK)
            add_block(&sum, BLOCK, value);
        else
            add_block(&sum, end - start, value);
    }
    return sum_of_lanes(&sum);
}

DISPATCH(return, double, kl_unit_std_sum, (size_t n, const double *mu, const double *std), (n, mu, std))

INLINE void kl_unit_std_arrayf(size_t n, const float *mu, const float *std, float *out)
{
    INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        out[i] = (float)kl_unit_std_narrow((double)mu[i], (double)std[i]);
    }
}

DISPATCH(, void, kl_unit_std_arrayf, (size_t n, const float *mu, const float *std, float *out), (n, mu, std, out))

float derive_kl_unit_stdf(float mu, float std)
{
    float out;
    derive_kl_unit_std_arrayf(1, &mu, &std, &out);
    return out;
}

INLINE double kl_unit_std_sumf(size_t n, const float *mu, const float *std)
{
    lanes sum = { { 0.0 }, { 0.0 } };
    for (size_t start = 0; start < n; start += LONG_BLOCK) {
        const size_t end = n - start < LONG_BLOCK ? n : start + LONG_BLOCK;
        double column[LANES] = { 0.0 };
        size_t row = start;
        for (; row + LANES <= end; row += LANES) {
            INDEPENDENT
            for (size_t i = row; i < row + LANES; i++) {
                column[i - row] += kl_unit_std_narrow((double)mu[i], (double)std[i]);
            }
        }
        for (size_t i = row; i < end; i++)
            column[i - row] += kl_unit_std_narrow((double)mu[i], (double)std[i]);
        add_block(&sum, LANES, column);
    }
    return sum_of_lanes(&sum);
}

DISPATCH(return, double, kl_unit_std_sumf, (size_t n, const float *mu, const float *std), (n, mu, std))

INLINE void kl_unit_var_array(size_t n, const double *mu, const double *var, double *out)
{
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t end = n - start < BLOCK ? n : start + BLOCK;
        uint64_t unusual = 0;
        if (end - start == BLOCK)
            for (size_t i = start; i < start + BLOCK; i++)
                unusual |= kl_unit_var_outside(mu[i], var[i]);
        else
            for (size_t i = start; i < end; i++)
                unusual |= kl_unit_var_outside(mu[i], var[i]);
        if (unusual >> 63 != 0) {
            INDEPENDENT
            for (size_t i = start; i < end; i++) {
                const uint64_t inside = (kl_unit_var_outside(mu[i], var[i]) >> 63) - 1;
                const pair twice = kl_unit_var_twice(mu[i], var[i]);
                const kl_unit_var_parts_t at = kl_unit_var_parts(mu[i], var[i]);
                out[i] = choose(inside, 0.5 * (twice.head + twice.tail), (at.head + at.tail) * at.unscale);
            }
        } else if (end - start == BLOCK) {
            INDEPENDENT
            for (size_t i = start; i < start + BLOCK; i++) {
                const pair twice = kl_unit_var_twice(mu[i], var[i]);
                out[i] = 0.5 * (twice.head + twice.tail);
            }
        } else {
            INDEPENDENT
            for (size_t i = start; i < end; i++) {
                const pair twice = kl_unit_var_twice(mu[i], var[i]);
                out[i] = 0.5 * (twice.head + twice.tail);
            }
        }
    }
}

DISPATCH(, void, kl_unit_var_array, (size_t n, const double *mu, const double *var, double *out), (n, mu, var, out))

double derive_kl_unit_var(double mu, double var)
{
    double out;
    derive_kl_unit_var_array(1, &mu, &var, &out);
    return out;
}

INLINE double kl_unit_var_sum(size_t n, const double *mu, const double *var)
{
    lanes sum = { { 0.0 }, { 0.0 } };
    double value[BLOCK];
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t end = n - start < BLOCK ? n : start + BLOCK;
        uint64_t unusual = 0;
        if (end - start == BLOCK)
            for (size_t i = start; i < start + BLOCK; i++)
                unusual |= kl_unit_var_outside(mu[i], var[i]);
        else
            for (size_t i = start; i < end; i++)
                unusual |= kl_unit_var_outside(mu[i], var[i]);
        if (unusual >> 63 != 0) {
            INDEPENDENT
            for (size_t i = start; i < end; i++) {
                const uint64_t inside = (kl_unit_var_outside(mu[i], var[i]) >> 63) - 1;
                const pair twice = kl_unit_var_twice(mu[i], var[i]);
                const kl_unit_var_parts_t at = kl_unit_var_parts(mu[i], var[i]);
                value[i - start] = choose(inside, 0.5 * (twice.head + twice.tail), (at.head + at.tail) * at.unscale);
            }
        } else if (end - start == BLOCK) {
            INDEPENDENT
            for (size_t i = start; i < start + BLOCK; i++) {
                const pair twice = kl_unit_var_twice(mu[i], var[i]);
                value[i - start] = 0.5 * (twice.head + twice.tail);
            }
        } else {
            INDEPENDENT
            for (size_t i = start; i < end; i++) {
                const pair twice = kl_unit_var_twice(mu[i], var[i]);
                value[i - start] = 0.5 * (twice.head + twice.tail);
            }
        }
        if (end - start == BLOCK)
            add_block(&sum, BLOCK, value);
        else
            add_block(&sum, end - start, value);
    }
    return sum_of_lanes(&sum);
}

DISPATCH(return, double, kl_unit_var_sum, (size_t n, const double *mu, const double *var), (n, mu, var))

INLINE void kl_unit_var_arrayf(size_t n, const float *mu, const float *var, float *out)
{
    INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        out[i] = (float)kl_unit_var_narrow((double)mu[i], (double)var[i]);
    }
}

DISPATCH(, void, kl_unit_var_arrayf, (size_t n, const float *mu, const float *var, float *out), (n, mu, var, out))

float derive_kl_unit_varf(float mu, float var)
{
    float out;
    derive_kl_unit_var_arrayf(1, &mu, &var, &out);
    return out;
}

INLINE double kl_unit_var_sumf(size_t n, const float *mu, const float *var)
{
    lanes sum = { { 0.0 }, { 0.0 } };
    for (size_t start = 0; start < n; start += LONG_BLOCK) {
        const size_t end = n - start < LONG_BLOCK ? n : start + LONG_BLOCK;
        double column[LANES] = { 0.0 };
        size_t row = start;
        for (; row + LANES <= end; row += LANES) {
            INDEPENDENT
            for (size_t i = row; i < row + LANES; i++) {
                column[i - row] += kl_unit_var_narrow((double)mu[i], (double)var[i]);
            }
        }
        for (size_t i = row; i < end; i++)
            column[i - row] += kl_unit_var_narrow((double)mu[i], (double)var[i]);
        add_block(&sum, LANES, column);
    }
    return sum_of_lanes(&sum);
}

DISPATCH(return, double, kl_unit_var_sumf, (size_t n, const float *mu, const float *var), (n, mu, var))

INLINE void kl_unit_logstd_array(size_t n, const double *mu, const double *logstd, double *out)
{
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t end = n - start < BLOCK ? n : start + BLOCK;
        uint64_t unusual = 0;
        if (end - start == BLOCK)
            for (size_t i = start; i < start + BLOCK; i++)
                unusual |= kl_unit_logstd_outside(mu[i], logstd[i]);
        else
            for (size_t i = start; i < end; i++)
                unusual |= kl_unit_logstd_outside(mu[i], logstd[i]);
        if (unusual >> 63 != 0) {
            INDEPENDENT
            for (size_t i = start; i < end; i++) {
                const uint64_t inside = (kl_unit_logstd_outside(mu[i], logstd[i]) >> 63) - 1;
                const pair twice = kl_unit_logstd_twice(mu[i], logstd[i]);
                const kl_unit_logstd_parts_t at = kl_unit_logstd_parts(mu[i], logstd[i]);
                out[i] = choose(inside, 0.5 * (twice.head + twice.tail), (at.head + at.tail) * at.unscale);
            }
        } else if (end - start == BLOCK) {
            INDEPENDENT
            for (size_t i = start; i < start + BLOCK; i++) {
                const pair twice = kl_unit_logstd_twice(mu[i], logstd[i]);
                out[i] = 0.5 * (twice.head + twice.tail);
            }
        } else {
            INDEPENDENT
            for (size_t i = start; i < end; i++) {
                const pair twice = kl_unit_logstd_twice(mu[i], logstd[i]);
                out[i] = 0.5 * (twice.head + twice.tail);
            }
        }
    }
}

DISPATCH(, void, kl_unit_logstd_array, (size_t n, const double *mu, const double *logstd, double *out), (n, mu,
    logstd, out))

double derive_kl_unit_logstd(double mu, double logstd)
{
    double out;
    derive_kl_unit_logstd_array(1, &mu, &logstd, &out);
    return out;
}

INLINE double kl_unit_logstd_sum(size_t n, const double *mu, const double *logstd)
{
    lanes sum = { { 0.0 }, { 0.0 } };
    double value[BLOCK];
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t end = n - start < BLOCK ? n : start + BLOCK;
        uint64_t unusual = 0;
        if (end - start == BLOCK)
            for (size_t i = start; i < start + BLOCK; i++)
                unusual |= kl_unit_logstd_outside(mu[i], logstd[i]);
        else
            for (size_t i = start; i < end; i++)
                unusual |= kl_unit_logstd_outside(mu[i], logstd[i]);
        if (unusual >> 63 != 0) {
            INDEPENDENT
            for (size_t i = start; i < end; i++) {
                const uint64_t inside = (kl_unit_logstd_outside(mu[i], logstd[i]) >> 63) - 1;
                const pair twice = kl_unit_logstd_twice(mu[i], logstd[i]);
                const kl_unit_logstd_parts_t at = kl_unit_logstd_parts(mu[i], logstd[i]);
                value[i - start] = choose(inside, 0.5 * (twice.head + twice.tail), (at.head + at.tail) * at.unscale);
            }
        } else if (end - start == BLOCK) {
            INDEPENDENT
            for (size_t i = start; i < start + BLOCK; i++) {
                const pair twice = kl_unit_logstd_twice(mu[i], logstd[i]);
                value[i - start] = 0.5 * (twice.head + twice.tail);
            }
        } else {
            INDEPENDENT
            for (size_t i = start; i < end; i++) {
                const pair twice = kl_unit_logstd_twice(mu[i], logstd[i]);
                value[i - start] = 0.5 * (twice.head + twice.tail);
            }
        }
        if (end - start == BLOCK)
            add_block(&sum, BLOCK, value);
        else
            add_block(&sum, end - start, value);
    }
    return sum_of_lanes(&sum);
}

DISPATCH(return, double, kl_unit_logstd_sum, (size_t n, const double *mu, const double *logstd), (n, mu, logstd))

INLINE void kl_unit_logstd_arrayf(size_t n, const float *mu, const float *logstd, float *out)
{
    INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        out[i] = (float)kl_unit_logstd_narrow((double)mu[i], (double)logstd[i]);
    }
}

DISPATCH(, void, kl_unit_logstd_arrayf, (size_t n, const float *mu, const float *logstd, float *out), (n, mu, logstd,
    out))

float derive_kl_unit_logstdf(float mu, float logstd)
{
    float out;
    derive_kl_unit_logstd_arrayf(1, &mu, &logstd, &out);
    return out;
}

INLINE double kl_unit_logstd_sumf(size_t n, const float *mu, const float *logstd)
{
    lanes sum = { { 0.0 }, { 0.0 } };
    for (size_t start = 0; start < n; start += LONG_BLOCK) {
        const size_t end = n - start < LONG_BLOCK ? n : start + LONG_BLOCK;
        double column[LANES] = { 0.0 };
        size_t row = start;
        for (; row + LANES <= end; row += LANES) {
            INDEPENDENT
            for (size_t i = row; i < row + LANES; i++) {
                column[i - row] += kl_unit_logstd_narrow((double)mu[i], (double)logstd[i]);
            }
        }
        for (size_t i = row; i < end; i++)
            column[i - row] += kl_unit_logstd_narrow((double)mu[i], (double)logstd[i]);
        add_block(&sum, LANES, column);
    }
    return sum_of_lanes(&sum);
}

DISPATCH(return, double, kl_unit_logstd_sumf, (size_t n, const float *mu, const float *logstd), (n, mu, logstd))

INLINE void kl_unit_logvar_array(size_t n, const double *mu, const double *logvar, double *out)
{
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t end = n - start < BLOCK ? n : start + BLOCK;
        uint64_t unusual = 0;
        if (end - start == BLOCK)
            for (size_t i = start; i < start + BLOCK; i++)
                unusual |= kl_unit_logvar_outside(mu[i], logvar[i]);
        else
            for (size_t i = start; i < end; i++)
                unusual |= kl_unit_logvar_outside(mu[i], logvar[i]);
        if (unusual >> 63 != 0) {
            INDEPENDENT
            for (size_t i = start; i < end; i++) {
                const uint64_t inside = (kl_unit_logvar_outside(mu[i], logvar[i]) >> 63) - 1;
                const pair twice = kl_unit_logvar_twice(mu[i], logvar[i]);
                const kl_unit_logvar_parts_t at = kl_unit_logvar_parts(mu[i], logvar[i]);
                out[i] = choose(inside, 0.5 * (twice.head + twice.tail), (at.head + at.tail) * at.unscale);
            }
        } else if (end - start == BLOCK) {
            INDEPENDENT
            for (size_t i = start; i < start + BLOCK; i++) {
                const pair twice = kl_unit_logvar_twice(mu[i], logvar[i]);
                out[i] = 0.5 * (twice.head + twice.tail);
            }
        } else {
            INDEPENDENT
            for (size_t i = start; i < end; i++) {
                const pair twice = kl_unit_logvar_twice(mu[i], logvar[i]);
                out[i] = 0.5 * (twice.head + twice.tail);
            }
        }
    }
}

DISPATCH(, void, kl_unit_logvar_array, (size_t n, const double *mu, const double *logvar, double *out), (n, mu,
    logvar, out))

double derive_kl_unit_logvar(double mu, double logvar)
{
    double out;
    derive_kl_unit_logvar_array(1, &mu, &logvar, &out);
    return out;
}

INLINE double kl_unit_logvar_sum(size_t n, const double *mu, const double *logvar)
{
    lanes sum = { { 0.0 }, { 0.0 } };
    double value[BLOCK];
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t end = n - start < BLOCK ? n : start + BLOCK;
        uint64_t unusual = 0;
        if (end - start == BLOCK)
            for (size_t i = start; i < start + BLOCK; i++)
                unusual |= kl_unit_logvar_outside(mu[i], logvar[i]);
        else
            for (size_t i = start; i < end; i++)
                unusual |= kl_unit_logvar_outside(mu[i], logvar[i]);
        if (unusual >> 63 != 0) {
            INDEPENDENT
            for (size_t i = start; i < end; i++) {
                const uint64_t inside = (kl_unit_logvar_outside(mu[i], logvar[i]) >> 63) - 1;
                const pair twice = kl_unit_logvar_twice(mu[i], logvar[i]);
                const kl_unit_logvar_parts_t at = kl_unit_logvar_parts(mu[i], logvar[i]);
                value[i - start] = choose(inside, 0.5 * (twice.head + twice.tail), (at.head + at.tail) * at.unscale);
            }
        } else if (end - start == BLOCK) {
            INDEPENDENT
            for (size_t i = start; i < start + BLOCK; i++) {
                const pair twice = kl_unit_logvar_twice(mu[i], logvar[i]);
                value[i - start] = 0.5 * (twice.head + twice.tail);
            }
        } else {
            INDEPENDENT
            for (size_t i = start; i < end; i++) {
                const pair twice = kl_unit_logvar_twice(mu[i], logvar[i]);
                value[i - start] = 0.5 * (twice.head + twice.tail);
            }
        }
        if (end - start == BLOCK)
            add_block(&sum, BLOCK, value);
        else
            add_block(&sum, end - start, value);
    }
    return sum_of_lanes(&sum);
}

DISPATCH(return, double, kl_unit_logvar_sum, (size_t n, const double *mu, const double *logvar), (n, mu, logvar))

INLINE void kl_unit_logvar_arrayf(size_t n, const float *mu, const float *logvar, float *out)
{
    INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        out[i] = (float)kl_unit_logvar_narrow((double)mu[i], (double)logvar[i]);
    }
}

DISPATCH(, void, kl_unit_logvar_arrayf, (size_t n, const float *mu, const float *logvar, float *out), (n, mu, logvar,
    out))

float derive_kl_unit_logvarf(float mu, float logvar)
{
    float out;
    derive_kl_unit_logvar_arrayf(1, &mu, &logvar, &out);
    return out;
}

INLINE double kl_unit_logvar_sumf(size_t n, const float *mu, const float *logvar)
{
    lanes sum = { { 0.0 }, { 0.0 } };
    for (size_t start = 0; start < n; start += LONG_BLOCK) {
        const size_t end = n - start < LONG_BLOCK ? n : start + LONG_BLOCK;
        double column[LANES] = { 0.0 };
        size_t row = start;
        for (; row + LANES <= end; row += LANES) {
            INDEPENDENT
            for (size_t i = row; i < row + LANES; i++) {
                column[i - row] += kl_unit_logvar_narrow((double)mu[i], (double)logvar[i]);
            }
        }
        for (size_t i = row; i < end; i++)
            column[i - row] += kl_unit_logvar_narrow((double)mu[i], (double)logvar[i]);
        add_block(&sum, LANES, column);
    }
    return sum_of_lanes(&sum);
}

DISPATCH(return, double, kl_unit_logvar_sumf, (size_t n, const float *mu, const float *logvar), (n, mu, logvar))

INLINE void kl_normal_std_array(size_t n, const double *mu1, const double *std1, const double *mu2,
    const double *std2, double *out)
{
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t end = n - start < BLOCK ? n : start + BLOCK;
        uint64_t unusual = 0;
        if (end - start == BLOCK)
            for (size_t i = start; i < start + BLOCK; i++)
                unusual |= kl_normal_std_outside(mu1[i], std1[i], mu2[i], std2[i]);
        else
            for (size_t i = start; i < end; i++)
                unusual |= kl_normal_std_outside(mu1[i], std1[i], mu2[i], std2[i]);
        if (unusual >> 63 != 0) {
            INDEPENDENT
            for (size_t i = start; i < end; i++) {
                const uint64_t inside = (kl_normal_std_outside(mu1[i], std1[i], mu2[i], std2[i]) >> 63) - 1;
                const pair twice = kl_normal_std_twice(mu1[i], std1[i], mu2[i], std2[i]);
                const kl_normal_std_parts_t at = kl_normal_std_parts(mu1[i], std1[i], mu2[i], std2[i]);
                out[i] = choose(inside, 0.5 * (twice.head + twice.tail), (at.head + at.tail) * at.unscale);
            }
        } else if (end - start == BLOCK) {
            INDEPENDENT
            for (size_t i = start; i < start + BLOCK; i++) {
                const pair twice = kl_normal_std_twice(mu1[i], std1[i], mu2[i], std2[i]);
                out[i] = 0.5 * (twice.head + twice.tail);
            }
        } else {
            INDEPENDENT
            for (size_t i = start; i < end; i++) {
                const pair twice = kl_normal_std_twice(mu1[i], std1[i], mu2[i], std2[i]);
                out[i] = 0.5 * (twice.head + twice.tail);
            }
        }
    }
}

DISPATCH(, void, kl_normal_std_array, (size_t n, const double *mu1, const double *std1, const double *mu2,
    const double *std2, double *out), (n, mu1, std1, mu2, std2, out))

double derive_kl_normal_std(double mu1, double std1, double mu2, double std2)
{
    double out;
    derive_kl_normal_std_array(1, &mu1, &std1, &mu2, &std2, &out);
    return out;
}

INLINE double kl_normal_std_sum(size_t n, const double *mu1, const double *std1, const double *mu2,
    const double *std2)
{
    lanes sum = { { 0.0 }, { 0.0 } };
    double value[BLOCK];
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t end = n - start < BLOCK ? n : start + BLOCK;
        uint64_t unusual = 0;
        if (end - start == BLOCK)
            for (size_t i = start; i < start + BLOCK; i++)
                unusual |= kl_normal_std_outside(mu1[i], std1[i], mu2[i], std2[i]);
        else
            for (size_t i = start; i < end; i++)
                unusual |= kl_normal_std_outside(mu1[i], std1[i], mu2[i], std2[i]);
        if (unusual >> 63 != 0) {
            INDEPENDENT
            for (size_t i = start; i < end; i++) {
                const uint64_t inside = (kl_normal_std_outside(mu1[i], std1[i], mu2[i], std2[i]) >> 63) - 1;
                const pair twice = kl_normal_std_twice(mu1[i], std1[i], mu2[i], std2[i]);
                const kl_normal_std_parts_t at = kl_normal_std_parts(mu1[i], std1[i], mu2[i], std2[i]);
                value[i - start] = choose(inside, 0.5 * (twice.head + twice.tail), (at.head + at.tail) * at.unscale);
            }
        } else if (end - start == BLOCK) {
            INDEPENDENT
            for (size_t i = start; i < start + BLOCK; i++) {
                const pair twice = kl_normal_std_twice(mu1[i], std1[i], mu2[i], std2[i]);
                value[i - start] = 0.5 * (twice.head + twice.tail);
            }
        } else {
            INDEPENDENT
            for (size_t i = start; i < end; i++) {
                const pair twice = kl_normal_std_twice(mu1[i], std1[i], mu2[i], std2[i]);
                value[i - start] = 0.5 * (twice.head + twice.tail);
            }
        }
        if (end - start == BLOCK)
            add_block(&sum, BLOCK, value);
        else
            add_block(&sum, end - start, value);
    }
    return sum_of_lanes(&sum);
}

DISPATCH(return, double, kl_normal_std_sum, (size_t n, const double *mu1, const double *std1, const double *mu2,
    const double *std2), (n, mu1, std1, mu2, std2))

INLINE void kl_normal_std_arrayf(size_t n, const float *mu1, const float *std1, const float *mu2, const float *std2,
    float *out)
{
    INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        out[i] = (float)kl_normal_std_narrow((double)mu1[i], (double)std1[i], (double)mu2[i], (double)std2[i]);
    }
}

DISPATCH(, void, kl_normal_std_arrayf, (size_t n, const float *mu1, const float *std1, const float *mu2,
    const float *std2, float *out), (n, mu1, std1, mu2, std2, out))

float derive_kl_normal_stdf(float mu1, float std1, float mu2, float std2)
{
    float out;
    derive_kl_normal_std_arrayf(1, &mu1, &std1, &mu2, &std2, &out);
    return out;
}

INLINE double kl_normal_std_sumf(size_t n, const float *mu1, const float *std1, const float *mu2, const float *std2)
{
    lanes sum = { { 0.0 }, { 0.0 } };
    for (size_t start = 0; start < n; start += LONG_BLOCK) {
        const size_t end = n - start < LONG_BLOCK ? n : start + LONG_BLOCK;
        double column[LANES] = { 0.0 };
        size_t row = start;
        for (; row + LANES <= end; row += LANES) {
            INDEPENDENT
            for (size_t i = row; i < row + LANES; i++) {
                column[i - row] += kl_normal_std_narrow((double)mu1[i], (double)std1[i], (double)mu2[i],
                    (double)std2[i]);
            }
        }
        for (size_t i = row; i < end; i++)
            column[i - row] += kl_normal_std_narrow((double)mu1[i], (double)std1[i], (double)mu2[i], (double)std2[i]);
        add_block(&sum, LANES, column);
    }
    return sum_of_lanes(&sum);
}

DISPATCH(return, double, kl_normal_std_sumf, (size_t n, const float *mu1, const float *std1, const float *mu2,
    const float *std2), (n, mu1, std1, mu2, std2))

INLINE void kl_normal_var_array(size_t n, const double *mu1, const double *var1, const double *mu2,
    const double *var2, double *out)
{
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t end = n - start < BLOCK ? n : start + BLOCK;
        uint64_t unusual = 0;
        if (end - start == BLOCK)
            for (size_t i = start; i < start + BLOCK; i++)
                unusual |= kl_normal_var_outside(mu1[i], var1[i], mu2[i], var2[i]);
        else
            for (size_t i = start; i < end; i++)
                unusual |= kl_normal_var_outside(mu1[i], var1[i], mu2[i], var2[i]);
        if (unusual >> 63 != 0) {
            INDEPENDENT
            for (size_t i = start; i < end; i++) {
                const uint64_t inside = (kl_normal_var_outside(mu1[i], var1[i], mu2[i], var2[i]) >> 63) - 1;
                const pair twice = kl_normal_var_twice(mu1[i], var1[i], mu2[i], var2[i]);
                const kl_normal_var_parts_t at = kl_normal_var_parts(mu1[i], var1[i], mu2[i], var2[i]);
                out[i] = choose(inside, 0.5 * (twice.head + twice.tail), (at.head + at.tail) * at.unscale);
            }
        } else if (end - start == BLOCK) {
            INDEPENDENT
            for (size_t i = start; i < start + BLOCK; i++) {
                const pair twice = kl_normal_var_twice(mu1[i], var1[i], mu2[i], var2[i]);
                out[i] = 0.5 * (twice.head + twice.tail);
            }
        } else {
            INDEPENDENT
            for (size_t i = start; i < end; i++) {
                const pair twice = kl_normal_var_twice(mu1[i], var1[i], mu2[i], var2[i]);
                out[i] = 0.5 * (twice.head + twice.tail);
            }
        }
    }
}

DISPATCH(, void, kl_normal_var_array, (size_t n, const double *mu1, const double *var1, const double *mu2,
    const double *var2, double *out), (n, mu1, var1, mu2, var2, out))

double derive_kl_normal_var(double mu1, double var1, double mu2, double var2)
{
    double out;
    derive_kl_normal_var_array(1, &mu1, &var1, &mu2, &var2, &out);
    return out;
}

INLINE double kl_normal_var_sum(size_t n, const double *mu1, const double *var1, const double *mu2,
    const double *var2)
{
    lanes sum = { { 0.0 }, { 0.0 } };
    double value[BLOCK];
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t end = n - start < BLOCK ? n : start + BLOCK;
        uint64_t unusual = 0;
        if (end - start == BLOCK)
            for (size_t i = start; i < start + BLOCK; i++)
                unusual |= kl_normal_var_outside(mu1[i], var1[i], mu2[i], var2[i]);
        else
            for (size_t i = start; i < end; i++)
                unusual |= kl_normal_var_outside(mu1[i], var1[i], mu2[i], var2[i]);
        if (unusual >> 63 != 0) {
            INDEPENDENT
            for (size_t i = start; i < end; i++) {
                const uint64_t inside = (kl_normal_var_outside(mu1[i], var1[i], mu2[i], var2[i]) >> 63) - 1;
                const pair twice = kl_normal_var_twice(mu1[i], var1[i], mu2[i], var2[i]);
                const kl_normal_var_parts_t at = kl_normal_var_parts(mu1[i], var1[i], mu2[i], var2[i]);
                value[i - start] = choose(inside, 0.5 * (twice.head + twice.tail), (at.head + at.tail) * at.unscale);
            }
        } else if (end - start == BLOCK) {
            INDEPENDENT
            for (size_t i = start; i < start + BLOCK; i++) {
                const pair twice = kl_normal_var_twice(mu1[i], var1[i], mu2[i], var2[i]);
                value[i - start] = 0.5 * (twice.head + twice.tail);
            }
        } else {
            INDEPENDENT
            for (size_t i = start; i < end; i++) {
                const pair twice = kl_normal_var_twice(mu1[i], var1[i], mu2[i], var2[i]);
                value[i - start] = 0.5 * (twice.head + twice.tail);
            }
        }
        if (end - start == BLOCK)
            add_block(&sum, BLOCK, value);
        else
            add_block(&sum, end - start, value);
    }
    return sum_of_lanes(&sum);
}

DISPATCH(return, double, kl_normal_var_sum, (size_t n, const double *mu1, const double *var1, const double *mu2,
    const double *var2), (n, mu1, var1, mu2, var2))

INLINE void kl_normal_var_arrayf(size_t n, const float *mu1, const float *var1, const float *mu2, const float *var2,
    float *out)
{
    INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        out[i] = (float)kl_normal_var_narrow((double)mu1[i], (double)var1[i], (double)mu2[i], (double)var2[i]);
    }
}

DISPATCH(, void, kl_normal_var_arrayf, (size_t n, const float *mu1, const float *var1, const float *mu2,
    const float *var2, float *out), (n, mu1, var1, mu2, var2, out))

float derive_kl_normal_varf(float mu1, float var1, float mu2, float var2)
{
    float out;
    derive_kl_normal_var_arrayf(1, &mu1, &var1, &mu2, &var2, &out);
    return out;
}

INLINE double kl_normal_var_sumf(size_t n, const float *mu1, const float *var1, const float *mu2, const float *var2)
{
    lanes sum = { { 0.0 }, { 0.0 } };
    for (size_t start = 0; start < n; start += LONG_BLOCK) {
        const size_t end = n - start < LONG_BLOCK ? n : start + LONG_BLOCK;
        double column[LANES] = { 0.0 };
        size_t row = start;
        for (; row + LANES <= end; row += LANES) {
            INDEPENDENT
            for (size_t i = row; i < row + LANES; i++) {
                column[i - row] += kl_normal_var_narrow((double)mu1[i], (double)var1[i], (double)mu2[i],
                    (double)var2[i]);
            }
        }
        for (size_t i = row; i < end; i++)
            column[i - row] += kl_normal_var_narrow((double)mu1[i], (double)var1[i], (double)mu2[i], (double)var2[i]);
        add_block(&sum, LANES, column);
    }
    return sum_of_lanes(&sum);
}

DISPATCH(return, double, kl_normal_var_sumf, (size_t n, const float *mu1, const float *var1, const float *mu2,
    const float *var2), (n, mu1, var1, mu2, var2))

INLINE void kl_normal_logstd_array(size_t n, const double *mu1, const double *logstd1, const double *mu2,
    const double *logstd2, double *out)
{
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t end = n - start < BLOCK ? n : start + BLOCK;
        uint64_t unusual = 0;
        if (end - start == BLOCK)
            for (size_t i = start; i < start + BLOCK; i++)
                unusual |= kl_normal_logstd_outside(mu1[i], logstd1[i], mu2[i], logstd2[i]);
        else
            for (size_t i = start; i < end; i++)
                unusual |= kl_normal_logstd_outside(mu1[i], logstd1[i], mu2[i], logstd2[i]);
        if (unusual >> 63 != 0) {
            INDEPENDENT
            for (size_t i = start; i < end; i++) {
                const uint64_t inside = (kl_normal_logstd_outside(mu1[i], logstd1[i], mu2[i], logstd2[i]) >> 63) - 1;
                const pair twice = kl_normal_logstd_twice(mu1[i], logstd1[i], mu2[i], logstd2[i]);
                const kl_normal_logstd_parts_t at = kl_normal_logstd_parts(mu1[i], logstd1[i], mu2[i], logstd2[i]);
                out[i] = choose(inside, 0.5 * (twice.head + twice.tail), (at.head + at.tail) * at.unscale);
            }
        } else if (end - start == BLOCK) {
            INDEPENDENT
            for (size_t i = start; i < start + BLOCK; i++) {
                const pair twice = kl_normal_logstd_twice(mu1[i], logstd1[i], mu2[i], logstd2[i]);
                out[i] = 0.5 * (twice.head + twice.tail);
            }
        } else {
            INDEPENDENT
            for (size_t i = start; i < end; i++) {
                const pair twice = kl_normal_logstd_twice(mu1[i], logstd1[i], mu2[i], logstd2[i]);
                out[i] = 0.5 * (twice.head + twice.tail);
            }
        }
    }
}

DISPATCH(, void, kl_normal_logstd_array, (size_t n, const double *mu1, const double *logstd1, const double *mu2,
    const double *logstd2, double *out), (n, mu1, logstd1, mu2, logstd2, out))

double derive_kl_normal_logstd(double mu1, double logstd1, double mu2, double logstd2)
{
    double out;
    derive_kl_normal_logstd_array(1, &mu1, &logstd1, &mu2, &logstd2, &out);
    return out;
}

INLINE double kl_normal_logstd_sum(size_t n, const double *mu1, const double *logstd1, const double *mu2,
    const double *logstd2)
{
    lanes sum = { { 0.0 }, { 0.0 } };
    double value[BLOCK];
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t end = n - start < BLOCK ? n : start + BLOCK;
        uint64_t unusual = 0;
        if (end - start == BLOCK)
            for (size_t i = start; i < start + BLOCK; i++)
                unusual |= kl_normal_logstd_outside(mu1[i], logstd1[i], mu2[i], logstd2[i]);
        else
            for (size_t i = start; i < end; i++)
                unusual |= kl_normal_logstd_outside(mu1[i], logstd1[i], mu2[i], logstd2[i]);
        if (unusual >> 63 != 0) {
            INDEPENDENT
            for (size_t i = start; i < end; i++) {
                const uint64_t inside = (kl_normal_logstd_outside(mu1[i], logstd1[i], mu2[i], logstd2[i]) >> 63) - 1;
                const pair twice = kl_normal_logstd_twice(mu1[i], logstd1[i], mu2[i], logstd2[i]);
                const kl_normal_logstd_parts_t at = kl_normal_logstd_parts(mu1[i], logstd1[i], mu2[i], logstd2[i]);
                value[i - start] = choose(inside, 0.5 * (twice.head + twice.tail), (at.head + at.tail) * at.unscale);
            }
        } else if (end - start == BLOCK) {
            INDEPENDENT
            for (size_t i = start; i < start + BLOCK; i++) {
                const pair twice = kl_normal_logstd_twice(mu1[i], logstd1[i], mu2[i], logstd2[i]);
                value[i - start] = 0.5 * (twice.head + twice.tail);
            }
        } else {
            INDEPENDENT
            for (size_t i = start; i < end; i++) {
                const pair twice = kl_normal_logstd_twice(mu1[i], logstd1[i], mu2[i], logstd2[i]);
                value[i - start] = 0.5 * (twice.head + twice.tail);
            }
        }
        if (end - start == BLOCK)
            add_block(&sum, BLOCK, value);
        else
            add_block(&sum, end - start, value);
    }
    return sum_of_lanes(&sum);
}

DISPATCH(return, double, kl_normal_logstd_sum, (size_t n, const double *mu1, const double *logstd1, const double *mu2,
    const double *logstd2), (n, mu1, logstd1, mu2, logstd2))

INLINE void kl_normal_logstd_arrayf(size_t n, const float *mu1, const float *logstd1, const float *mu2,
    const float *logstd2, float *out)
{
    INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        out[i] = (float)kl_normal_logstd_narrow((double)mu1[i], (double)logstd1[i], (double)mu2[i],
            (double)logstd2[i]);
    }
}

DISPATCH(, void, kl_normal_logstd_arrayf, (size_t n, const float *mu1, const float *logstd1, const float *mu2,
    const float *logstd2, float *out), (n, mu1, logstd1, mu2, logstd2, out))

float derive_kl_normal_logstdf(float mu1, float logstd1, float mu2, float logstd2)
{
    float out;
    derive_kl_normal_logstd_arrayf(1, &mu1, &logstd1, &mu2, &logstd2, &out);
    return out;
}

INLINE double kl_normal_logstd_sumf(size_t n, const float *mu1, const float *logstd1, const float *mu2,
    const float *logstd2)
{
    lanes sum = { { 0.0 }, { 0.0 } };
    for (size_t start = 0; start < n; start += LONG_BLOCK) {
        const size_t end = n - start < LONG_BLOCK ? n : start + LONG_BLOCK;
        double column[LANES] = { 0.0 };
        size_t row = start;
        for (; row + LANES <= end; row += LANES) {
            INDEPENDENT
            for (size_t i = row; i < row + LANES; i++) {
                column[i - row] += kl_normal_logstd_narrow((double)mu1[i], (double)logstd1[i], (double)mu2[i],
                    (double)logstd2[i]);
            }
        }
        for (size_t i = row; i < end; i++)
            column[i - row] += kl_normal_logstd_narrow((double)mu1[i], (double)logstd1[i], (double)mu2[i],
                (double)logstd2[i]);
        add_block(&sum, LANES, column);
    }
    return sum_of_lanes(&sum);
}

DISPATCH(return, double, kl_normal_logstd_sumf, (size_t n, const float *mu1, const float *logstd1, const float *mu2,
    const float *logstd2), (n, mu1, logstd1, mu2, logstd2))

INLINE void kl_normal_logvar_array(size_t n, const double *mu1, const double *logvar1, const double *mu2,
    const double *logvar2, double *out)
{
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t end = n - start < BLOCK ? n : start + BLOCK;
        uint64_t unusual = 0;
        if (end - start == BLOCK)
            for (size_t i = start; i < start + BLOCK; i++)
                unusual |= kl_normal_logvar_outside(mu1[i], logvar1[i], mu2[i], logvar2[i]);
        else
            for (size_t i = start; i < end; i++)
                unusual |= kl_normal_logvar_outside(mu1[i], logvar1[i], mu2[i], logvar2[i]);
        if (unusual >> 63 != 0) {
            INDEPENDENT
            for (size_t i = start; i < end; i++) {
                const uint64_t inside = (kl_normal_logvar_outside(mu1[i], logvar1[i], mu2[i], logvar2[i]) >> 63) - 1;
                const pair twice = kl_normal_logvar_twice(mu1[i], logvar1[i], mu2[i], logvar2[i]);
                const kl_normal_logvar_parts_t at = kl_normal_logvar_parts(mu1[i], logvar1[i], mu2[i], logvar2[i]);
                out[i] = choose(inside, 0.5 * (twice.head + twice.tail), (at.head + at.tail) * at.unscale);
            }
        } else if (end - start == BLOCK) {
            INDEPENDENT
            for (size_t i = start; i < start + BLOCK; i++) {
                const pair twice = kl_normal_logvar_twice(mu1[i], logvar1[i], mu2[i], logvar2[i]);
                out[i] = 0.5 * (twice.head + twice.tail);
            }
        } else {
            INDEPENDENT
            for (size_t i = start; i < end; i++) {
                const pair twice = kl_normal_logvar_twice(mu1[i], logvar1[i], mu2[i], logvar2[i]);
                out[i] = 0.5 * (twice.head + twice.tail);
            }
        }
    }
}

DISPATCH(, void, kl_normal_logvar_array, (size_t n, const double *mu1, const double *logvar1, const double *mu2,
    const double *logvar2, double *out), (n, mu1, logvar1, mu2, logvar2, out))

double derive_kl_normal_logvar(double mu1, double logvar1, double mu2, double logvar2)
{
    double out;
    derive_kl_normal_logvar_array(1, &mu1, &logvar1, &mu2, &logvar2, &out);
    return out;
}

INLINE double kl_normal_logvar_sum(size_t n, const double *mu1, const double *logvar1, const double *mu2,
    const double *logvar2)
{
    lanes sum = { { 0.0 }, { 0.0 } };
    double value[BLOCK];
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t end = n - start < BLOCK ? n : start + BLOCK;
        uint64_t unusual = 0;
        if (end - start == BLOCK)
            for (size_t i = start; i < start + BLOCK; i++)
                unusual |= kl_normal_logvar_outside(mu1[i], logvar1[i], mu2[i], logvar2[i]);
        else
            for (size_t i = start; i < end; i++)
                unusual |= kl_normal_logvar_outside(mu1[i], logvar1[i], mu2[i], logvar2[i]);
        if (unusual >> 63 != 0) {
            INDEPENDENT
            for (size_t i = start; i < end; i++) {
                const uint64_t inside = (kl_normal_logvar_outside(mu1[i], logvar1[i], mu2[i], logvar2[i]) >> 63) - 1;
                const pair twice = kl_normal_logvar_twice(mu1[i], logvar1[i], mu2[i], logvar2[i]);
                const kl_normal_logvar_parts_t at = kl_normal_logvar_parts(mu1[i], logvar1[i], mu2[i], logvar2[i]);
                value[i - start] = choose(inside, 0.5 * (twice.head + twice.tail), (at.head + at.tail) * at.unscale);
            }
        } else if (end - start == BLOCK) {
            INDEPENDENT
            for (size_t i = start; i < start + BLOCK; i++) {
                const pair twice = kl_normal_logvar_twice(mu1[i], logvar1[i], mu2[i], logvar2[i]);
                value[i - start] = 0.5 * (twice.head + twice.tail);
            }
        } else {
            INDEPENDENT
            for (size_t i = start; i < end; i++) {
                const pair twice = kl_normal_logvar_twice(mu1[i], logvar1[i], mu2[i], logvar2[i]);
                value[i - start] = 0.5 * (twice.head + twice.tail);
            }
        }
        if (end - start == BLOCK)
            add_block(&sum, BLOCK, value);
        else
            add_block(&sum, end - start, value);
    }
    return sum_of_lanes(&sum);
}

DISPATCH(return, double, kl_normal_logvar_sum, (size_t n, const double *mu1, const double *logvar1, const double *mu2,
    const double *logvar2), (n, mu1, logvar1, mu2, logvar2))

INLINE void kl_normal_logvar_arrayf(size_t n, const float *mu1, const float *logvar1, const float *mu2,
    const float *logvar2, float *out)
{
    INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        out[i] = (float)kl_normal_logvar_narrow((double)mu1[i], (double)logvar1[i], (double)mu2[i],
            (double)logvar2[i]);
    }
}

DISPATCH(, void, kl_normal_logvar_arrayf, (size_t n, const float *mu1, const float *logvar1, const float *mu2,
    const float *logvar2, float *out), (n, mu1, logvar1, mu2, logvar2, out))

float derive_kl_normal_logvarf(float mu1, float logvar1, float mu2, float logvar2)
{
    float out;
    derive_kl_normal_logvar_arrayf(1, &mu1, &logvar1, &mu2, &logvar2, &out);
    return out;
}

INLINE double kl_normal_logvar_sumf(size_t n, const float *mu1, const float *logvar1, const float *mu2,
    const float *logvar2)
{
    lanes sum = { { 0.0 }, { 0.0 } };
    for (size_t start = 0; start < n; start += LONG_BLOCK) {
        const size_t end = n - start < LONG_BLOCK ? n : start + LONG_BLOCK;
        double column[LANES] = { 0.0 };
        size_t row = start;
        for (; row + LANES <= end; row += LANES) {
            INDEPENDENT
            for (size_t i = row; i < row + LANES; i++) {
                column[i - row] += kl_normal_logvar_narrow((double)mu1[i], (double)logvar1[i], (double)mu2[i],
                    (double)logvar2[i]);
            }
        }
        for (size_t i = row; i < end; i++)
            column[i - row] += kl_normal_logvar_narrow((double)mu1[i], (double)logvar1[i], (double)mu2[i],
                (double)logvar2[i]);
        add_block(&sum, LANES, column);
    }
    return sum_of_lanes(&sum);
}

DISPATCH(return, double, kl_normal_logvar_sumf, (size_t n, const float *mu1, const float *logvar1, const float *mu2,
    const float *logvar2), (n, mu1, logvar1, mu2, logvar2))

INLINE void kl_unit_std_grad_array(size_t n, const double *mu, const double *std, double *d_mu, double *d_std)
{
    INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        const kl_unit_std_slopes_t at = kl_unit_std_slopes(mu[i], std[i]);
        d_mu[i] = at.d_mu;
        d_std[i] = at.d_std;
    }
}

DISPATCH(, void, kl_unit_std_grad_array, (size_t n, const double *mu, const double *std, double *d_mu, double *d_std),
    (n, mu, std, d_mu, d_std))

void derive_kl_unit_std_grad(double mu, double std, double *d_mu, double *d_std)
{
    derive_kl_unit_std_grad_array(1, &mu, &std, d_mu, d_std);
}

INLINE void kl_unit_std_grad_arrayf(size_t n, const float *mu, const float *std, float *d_mu, float *d_std)
{
    INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        const kl_unit_std_slopes_t at = kl_unit_std_slopes((double)mu[i], (double)std[i]);
        d_mu[i] = (float)at.d_mu;
        d_std[i] = (float)at.d_std;
    }
}

DISPATCH(, void, kl_unit_std_grad_arrayf, (size_t n, const float *mu, const float *std, float *d_mu, float *d_std),
    (n, mu, std, d_mu, d_std))

void derive_kl_unit_std_gradf(float mu, float std, float *d_mu, float *d_std)
{
    derive_kl_unit_std_grad_arrayf(1, &mu, &std, d_mu, d_std);
}

INLINE void kl_unit_var_grad_array(size_t n, const double *mu, const double *var, double *d_mu, double *d_var)
{
    INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        const kl_unit_var_slopes_t at = kl_unit_var_slopes(mu[i], var[i]);
        d_mu[i] = at.d_mu;
        d_var[i] = at.d_var;
    }
}

DISPATCH(, void, kl_unit_var_grad_array, (size_t n, const double *mu, const double *var, double *d_mu, double *d_var),
    (n, mu, var, d_mu, d_var))

void derive_kl_unit_var_grad(double mu, double var, double *d_mu, double *d_var)
{
    derive_kl_unit_var_grad_array(1, &mu, &var, d_mu, d_var);
}

INLINE void kl_unit_var_grad_arrayf(size_t n, const float *mu, const float *var, float *d_mu, float *d_var)
{
    INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        const kl_unit_var_slopes_t at = kl_unit_var_slopes((double)mu[i], (double)var[i]);
        d_mu[i] = (float)at.d_mu;
        d_var[i] = (float)at.d_var;
    }
}

DISPATCH(, void, kl_unit_var_grad_arrayf, (size_t n, const float *mu, const float *var, float *d_mu, float *d_var),
    (n, mu, var, d_mu, d_var))

void derive_kl_unit_var_gradf(float mu, float var, float *d_mu, float *d_var)
{
    derive_kl_unit_var_grad_arrayf(1, &mu, &var, d_mu, d_var);
}

INLINE void kl_unit_logstd_grad_array(size_t n, const double *mu, const double *logstd, double *d_mu,
    double *d_logstd)
{
    INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        const kl_unit_logstd_slopes_t at = kl_unit_logstd_slopes(mu[i], logstd[i]);
        d_mu[i] = at.d_mu;
        d_logstd[i] = at.d_logstd;
    }
}

DISPATCH(, void, kl_unit_logstd_grad_array, (size_t n, const double *mu, const double *logstd, double *d_mu,
    double *d_logstd), (n, mu, logstd, d_mu, d_logstd))

void derive_kl_unit_logstd_grad(double mu, double logstd, double *d_mu, double *d_logstd)
{
    derive_kl_unit_logstd_grad_array(1, &mu, &logstd, d_mu, d_logstd);
}

INLINE void kl_unit_logstd_grad_arrayf(size_t n, const float *mu, const float *logstd, float *d_mu, float *d_logstd)
{
    INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        const kl_unit_logstd_slopes_t at = kl_unit_logstd_slopes((double)mu[i], (double)logstd[i]);
        d_mu[i] = (float)at.d_mu;
        d_logstd[i] = (float)at.d_logstd;
    }
}

DISPATCH(, void, kl_unit_logstd_grad_arrayf, (size_t n, const float *mu, const float *logstd, float *d_mu,
    float *d_logstd), (n, mu, logstd, d_mu, d_logstd))

void derive_kl_unit_logstd_gradf(float mu, float logstd, float *d_mu, float *d_logstd)
{
    derive_kl_unit_logstd_grad_arrayf(1, &mu, &logstd, d_mu, d_logstd);
}

INLINE void kl_unit_logvar_grad_array(size_t n, const double *mu, const double *logvar, double *d_mu,
    double *d_logvar)
{
    INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        const kl_unit_logvar_slopes_t at = kl_unit_logvar_slopes(mu[i], logvar[i]);
        d_mu[i] = at.d_mu;
        d_logvar[i] = at.d_logvar;
    }
}

DISPATCH(, void, kl_unit_logvar_grad_array, (size_t n, const double *mu, const double *logvar, double *d_mu,
    double *d_logvar), (n, mu, logvar, d_mu, d_logvar))

void derive_kl_unit_logvar_grad(double mu, double logvar, double *d_mu, double *d_logvar)
{
    derive_kl_unit_logvar_grad_array(1, &mu, &logvar, d_mu, d_logvar);
}

INLINE void kl_unit_logvar_grad_arrayf(size_t n, const float *mu, const float *logvar, float *d_mu, float *d_logvar)
{
    INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        const kl_unit_logvar_slopes_t at = kl_unit_logvar_slopes((double)mu[i], (double)logvar[i]);
        d_mu[i] = (float)at.d_mu;
        d_logvar[i] = (float)at.d_logvar;
    }
}

DISPATCH(, void, kl_unit_logvar_grad_arrayf, (size_t n, const float *mu, const float *logvar, float *d_mu,
    float *d_logvar), (n, mu, logvar, d_mu, d_logvar))

void derive_kl_unit_logvar_gradf(float mu, float logvar, float *d_mu, float *d_logvar)
{
    derive_kl_unit_logvar_grad_arrayf(1, &mu, &logvar, d_mu, d_logvar);
}

INLINE void kl_normal_std_grad_array(size_t n, const double *mu1, const double *std1, const double *mu2,
    const double *std2, double *d_mu1, double *d_std1, double *d_mu2, double *d_std2)
{
    INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        const kl_normal_std_slopes_t at = kl_normal_std_slopes(mu1[i], std1[i], mu2[i], std2[i]);
        d_mu1[i] = at.d_mu1;
        d_std1[i] = at.d_std1;
        d_mu2[i] = at.d_mu2;
        d_std2[i] = at.d_std2;
    }
}

DISPATCH(, void, kl_normal_std_grad_array, (size_t n, const double *mu1, const double *std1, const double *mu2,
    const double *std2, double *d_mu1, double *d_std1, double *d_mu2, double *d_std2), (n, mu1, std1, mu2, std2,
    d_mu1, d_std1, d_mu2, d_std2))

void derive_kl_normal_std_grad(double mu1, double std1, double mu2, double std2, double *d_mu1, double *d_std1,
    double *d_mu2, double *d_std2)
{
    derive_kl_normal_std_grad_array(1, &mu1, &std1, &mu2, &std2, d_mu1, d_std1, d_mu2, d_std2);
}

INLINE void kl_normal_std_grad_arrayf(size_t n, const float *mu1, const float *std1, const float *mu2,
    const float *std2, float *d_mu1, float *d_std1, float *d_mu2, float *d_std2)
{
    INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        const kl_normal_std_slopes_t at = kl_normal_std_slopes((double)mu1[i], (double)std1[i], (double)mu2[i],
            (double)std2[i]);
        d_mu1[i] = (float)at.d_mu1;
        d_std1[i] = (float)at.d_std1;
        d_mu2[i] = (float)at.d_mu2;
        d_std2[i] = (float)at.d_std2;
    }
}

DISPATCH(, void, kl_normal_std_grad_arrayf, (size_t n, const float *mu1, const float *std1, const float *mu2,
    const float *std2, float *d_mu1, float *d_std1, float *d_mu2, float *d_std2), (n, mu1, std1, mu2, std2, d_mu1,
    d_std1, d_mu2, d_std2))

void derive_kl_normal_std_gradf(float mu1, float std1, float mu2, float std2, float *d_mu1, float *d_std1,
    float *d_mu2, float *d_std2)
{
    derive_kl_normal_std_grad_arrayf(1, &mu1, &std1, &mu2, &std2, d_mu1, d_std1, d_mu2, d_std2);
}

INLINE void kl_normal_var_grad_array(size_t n, const double *mu1, const double *var1, const double *mu2,
    const double *var2, double *d_mu1, double *d_var1, double *d_mu2, double *d_var2)
{
    INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        const kl_normal_var_slopes_t at = kl_normal_var_slopes(mu1[i], var1[i], mu2[i], var2[i]);
        d_mu1[i] = at.d_mu1;
        d_var1[i] = at.d_var1;
        d_mu2[i] = at.d_mu2;
        d_var2[i] = at.d_var2;
    }
}

DISPATCH(, void, kl_normal_var_grad_array, (size_t n, const double *mu1, const double *var1, const double *mu2,
    const double *var2, double *d_mu1, double *d_var1, double *d_mu2, double *d_var2), (n, mu1, var1, mu2, var2,
    d_mu1, d_var1, d_mu2, d_var2))

void derive_kl_normal_var_grad(double mu1, double var1, double mu2, double var2, double *d_mu1, double *d_var1,
    double *d_mu2, double *d_var2)
{
    derive_kl_normal_var_grad_array(1, &mu1, &var1, &mu2, &var2, d_mu1, d_var1, d_mu2, d_var2);
}

INLINE void kl_normal_var_grad_arrayf(size_t n, const float *mu1, const float *var1, const float *mu2,
    const float *var2, float *d_mu1, float *d_var1, float *d_mu2, float *d_var2)
{
    INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        const kl_normal_var_slopes_t at = kl_normal_var_slopes((double)mu1[i], (double)var1[i], (double)mu2[i],
            (double)var2[i]);
        d_mu1[i] = (float)at.d_mu1;
        d_var1[i] = (float)at.d_var1;
        d_mu2[i] = (float)at.d_mu2;
        d_var2[i] = (float)at.d_var2;
    }
}

DISPATCH(, void, kl_normal_var_grad_arrayf, (size_t n, const float *mu1, const float *var1, const float *mu2,
    const float *var2, float *d_mu1, float *d_var1, float *d_mu2, float *d_var2), (n, mu1, var1, mu2, var2, d_mu1,
    d_var1, d_mu2, d_var2))

void derive_kl_normal_var_gradf(float mu1, float var1, float mu2, float var2, float *d_mu1, float *d_var1,
    float *d_mu2, float *d_var2)
{
    derive_kl_normal_var_grad_arrayf(1, &mu1, &var1, &mu2, &var2, d_mu1, d_var1, d_mu2, d_var2);
}

INLINE void kl_normal_logstd_grad_array(size_t n, const double *mu1, const double *logstd1, const double *mu2,
    const double *logstd2, double *d_mu1, double *d_logstd1, double *d_mu2, double *d_logstd2)
{
    INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        const kl_normal_logstd_slopes_t at = kl_normal_logstd_slopes(mu1[i], logstd1[i], mu2[i], logstd2[i]);
        d_mu1[i] = at.d_mu1;
        d_logstd1[i] = at.d_logstd1;
        d_mu2[i] = at.d_mu2;
        d_logstd2[i] = at.d_logstd2;
    }
}

DISPATCH(, void, kl_normal_logstd_grad_array, (size_t n, const double *mu1, const double *logstd1, const double *mu2,
    const double *logstd2, double *d_mu1, double *d_logstd1, double *d_mu2, double *d_logstd2), (n, mu1, logstd1, mu2,
    logstd2, d_mu1, d_logstd1, d_mu2, d_logstd2))

void derive_kl_normal_logstd_grad(double mu1, double logstd1, double mu2, double logstd2, double *d_mu1,
    double *d_logstd1, double *d_mu2, double *d_logstd2)
{
    derive_kl_normal_logstd_grad_array(1, &mu1, &logstd1, &mu2, &logstd2, d_mu1, d_logstd1, d_mu2, d_logstd2);
}

INLINE void kl_normal_logstd_grad_arrayf(size_t n, const float *mu1, const float *logstd1, const float *mu2,
    const float *logstd2, float *d_mu1, float *d_logstd1, float *d_mu2, float *d_logstd2)
{
    INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        const kl_normal_logstd_slopes_t at = kl_normal_logstd_slopes((double)mu1[i], (double)logstd1[i],
            (double)mu2[i], (double)logstd2[i]);
        d_mu1[i] = (float)at.d_mu1;
        d_logstd1[i] = (float)at.d_logstd1;
        d_mu2[i] = (float)at.d_mu2;
        d_logstd2[i] = (float)at.d_logstd2;
    }
}

DISPATCH(, void, kl_normal_logstd_grad_arrayf, (size_t n, const float *mu1, const float *logstd1, const float *mu2,
    const float *logstd2, float *d_mu1, float *d_logstd1, float *d_mu2, float *d_logstd2), (n, mu1, logstd1, mu2,
    logstd2, d_mu1, d_logstd1, d_mu2, d_logstd2))

void derive_kl_normal_logstd_gradf(float mu1, float logstd1, float mu2, float logstd2, float *d_mu1, float *d_logstd1,
    float *d_mu2, float *d_logstd2)
{
    derive_kl_normal_logstd_grad_arrayf(1, &mu1, &logstd1, &mu2, &logstd2, d_mu1, d_logstd1, d_mu2, d_logstd2);
}

INLINE void kl_normal_logvar_grad_array(size_t n, const double *mu1, const double *logvar1, const double *mu2,
    const double *logvar2, double *d_mu1, double *d_logvar1, double *d_mu2, double *d_logvar2)
{
    INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        const kl_normal_logvar_slopes_t at = kl_normal_logvar_slopes(mu1[i], logvar1[i], mu2[i], logvar2[i]);
        d_mu1[i] = at.d_mu1;
        d_logvar1[i] = at.d_logvar1;
        d_mu2[i] = at.d_mu2;
        d_logvar2[i] = at.d_logvar2;
    }
}

DISPATCH(, void, kl_normal_logvar_grad_array, (size_t n, const double *mu1, const double *logvar1, const double *mu2,
    const double *logvar2, double *d_mu1, double *d_logvar1, double *d_mu2, double *d_logvar2), (n, mu1, logvar1, mu2,
    logvar2, d_mu1, d_logvar1, d_mu2, d_logvar2))

void derive_kl_normal_logvar_grad(double mu1, double logvar1, double mu2, double logvar2, double *d_mu1,
    double *d_logvar1, double *d_mu2, double *d_logvar2)
{
    derive_kl_normal_logvar_grad_array(1, &mu1, &logvar1, &mu2, &logvar2, d_mu1, d_logvar1, d_mu2, d_logvar2);
}

INLINE void kl_normal_logvar_grad_arrayf(size_t n, const float *mu1, const float *logvar1, const float *mu2,
    const float *logvar2, float *d_mu1, float *d_logvar1, float *d_mu2, float *d_logvar2)
{
    INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        const kl_normal_logvar_slopes_t at = kl_normal_logvar_slopes((double)mu1[i], (double)logvar1[i],
            (double)mu2[i], (double)logvar2[i]);
        d_mu1[i] = (float)at.d_mu1;
        d_logvar1[i] = (float)at.d_logvar1;
        d_mu2[i] = (float)at.d_mu2;
        d_logvar2[i] = (float)at.d_logvar2;
    }
}

DISPATCH(, void, kl_normal_logvar_grad_arrayf, (size_t n, const float *mu1, const float *logvar1, const float *mu2,
    const float *logvar2, float *d_mu1, float *d_logvar1, float *d_mu2, float *d_logvar2), (n, mu1, logvar1, mu2,
    logvar2, d_mu1, d_logvar1, d_mu2, d_logvar2))

void derive_kl_normal_logvar_gradf(float mu1, float logvar1, float mu2, float logvar2, float *d_mu1, float *d_logvar1,
    float *d_mu2, float *d_logvar2)
{
    derive_kl_normal_logvar_grad_arrayf(1, &mu1, &logvar1, &mu2, &logvar2, d_mu1, d_logvar1, d_mu2, d_logvar2);
}
