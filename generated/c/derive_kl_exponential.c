/* SPDX-License-Identifier: MIT */

/* derive_kl_exponential.c: kernels printed from the trees that `derive` lowers its proved closed forms to.

   Emitted by `derive all`; edit proofs/ or derive/, not this file. The contract of each function is in
   derive_kl_exponential.h. C99, and C++ from 2011 on.

   The bits depend neither on the compiler nor on optimisation, instruction set or contraction: see product(). */

#include "derive_kl_exponential.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

/* A constant as a hex float, and in decimal for C++ before 2017, which cannot read that. */
#if defined(__cplusplus) && __cplusplus < 201703L
#define HEX(hex, decimal) decimal
#else
#define HEX(hex, decimal) hex
#endif

#if defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__) || defined(_M_FP_FAST) || \
    defined(__ASSOCIATIVE_MATH__) || defined(__RECIPROCAL_MATH__)
#error "derive_kl_exponential.c: -ffast-math and its parts break error-free transforms: use -fno-fast-math"
#endif
/* 16, on processors with half precision, and 1, of which only float arithmetic is touched, leave double as it is. */
#if defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 1 && FLT_EVAL_METHOD != 16
#error "derive_kl_exponential.c: needs FLT_EVAL_METHOD 0 (on 32-bit x86: -msse2 -mfpmath=sse)"
#endif

#if defined(__GNUC__)
#define INLINE static inline __attribute__((always_inline))
#define APART static __attribute__((noinline))
#elif defined(_MSC_VER)
#define INLINE static __forceinline
#define APART static __declspec(noinline)
#else
#define INLINE static inline
#define APART static
#endif

/* On x86-64 what computes is compiled up to three times, and chosen when it is called: for any processor, for those
   with FMA, and the loops once more for AVX-512. All give the same bits. Define DERIVE_KL_NO_CLONES to do without the
   last. */
#if defined(__x86_64__) && \
    ((defined(__clang__) && __clang_major__ >= 9) || (!defined(__clang__) && defined(__GNUC__) && __GNUC__ >= 9))
#if defined(__clang__)
#define WIDE __attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma"), min_vector_width(512)))
#else
#define WIDE __attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma,prefer-vector-width=512")))
#endif
#if defined(__AVX512F__) && defined(__AVX512DQ__) && defined(__AVX512VL__) && defined(__AVX512BW__)
#define BASE WIDE
#else
#if !defined(DERIVE_KL_NO_CLONES)
#define HAS_WIDE() \
    (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && \
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
#endif
#if !defined(__FMA__)
#define FUSED __attribute__((target("avx2,fma")))
#define HAS_FUSED() (__builtin_cpu_supports("fma") && __builtin_cpu_supports("avx2"))
#endif
#endif
#endif
#if !defined(BASE)
#define BASE
#endif

/* Whether BASE has an instruction for fma(), which is when its loops may become vector code. */
#if defined(DERIVE_KL_SOFTWARE_FMA)
enum { BASE_IS_FUSED = 0 };
#elif defined(__FMA__) || defined(__FP_FAST_FMA) || defined(__aarch64__) || defined(__s390x__) || \
    defined(__powerpc64__) || (defined(__riscv_flen) && __riscv_flen >= 64)
enum { BASE_IS_FUSED = 1 };
#if defined(__OPTIMIZE__)
#define FMA_IS_AN_INSTRUCTION
#endif
#else
enum { BASE_IS_FUSED = 0 };
#endif

/* ONE: name_inline, which computes one element, as a function for each kind of processor; CHOSEN(name) is the one for
   this processor. MANY and CHOSEN_RUN: the same of name_run, which computes a run of elements. */
#if defined(FUSED)
#define ONE(give, type, name, parameters, arguments) \
    APART FUSED type name##_fused parameters { give name##_inline arguments; } \
    APART type name##_base parameters { give name##_inline arguments; }
#define CHOSEN(name) (HAS_FUSED() ? name##_fused : name##_base)
#else
#define ONE(give, type, name, parameters, arguments) \
    APART BASE type name##_base parameters { give name##_inline arguments; }
#define CHOSEN(name) name##_base
#endif
#define RUN const void *const *in, void *const *out, size_t n, double growth
#define COPY(name, kind, attributes, one, fused) \
    static attributes void name##_run_##kind(RUN) { name##_run(in, out, n, growth, one, fused); }
#if defined(FUSED) && defined(HAS_WIDE)
#define MANY(name, one) \
    COPY(name, wide, WIDE, one##_fused, 1) \
    COPY(name, fused, FUSED, one##_fused, 1) \
    COPY(name, base, BASE, one##_base, BASE_IS_FUSED)
#define CHOSEN_RUN(name) (HAS_FUSED() ? HAS_WIDE() ? name##_run_wide : name##_run_fused : name##_run_base)
#elif defined(FUSED)
#define MANY(name, one) COPY(name, fused, FUSED, one##_fused, 1) COPY(name, base, BASE, one##_base, BASE_IS_FUSED)
#define CHOSEN_RUN(name) (HAS_FUSED() ? name##_run_fused : name##_run_base)
#elif defined(HAS_WIDE)
#define MANY(name, one) COPY(name, wide, WIDE, one##_base, 1) COPY(name, base, BASE, one##_base, BASE_IS_FUSED)
#define CHOSEN_RUN(name) (HAS_WIDE() ? name##_run_wide : name##_run_base)
#else
#define MANY(name, one) COPY(name, base, BASE, one##_base, BASE_IS_FUSED)
#define CHOSEN_RUN(name) name##_run_base
#endif

/* --- a b + c, rounded once --- */

/* The fma() of glibc and of Darwin is exact; that of mingw-w64 rounds twice. Where the compiler does not make an
   instruction of it and the library is another one, or DERIVE_KL_SOFTWARE_FMA is defined, it is computed here. */
#if defined(DERIVE_KL_SOFTWARE_FMA) || \
    !(defined(FMA_IS_AN_INSTRUCTION) || (defined(__GLIBC__) && !defined(__UCLIBC__)) || defined(__APPLE__))
#define SOFTWARE_FMA
#if defined(FUSED)
/* gcc keeps the instruction for processors that have it; what else would call the library calls this function. */
#ifdef __cplusplus
extern "C" {
#endif
double fma(double, double, double) __asm__("derive_kl_exponential_fma");
#if defined(__ELF__)
__attribute__((visibility("hidden")))
#endif
__attribute__((used, noinline)) double derive_kl_exponential_fma(double a, double b, double c);
#ifdef __cplusplus
}
#endif
#else
#define fma derive_kl_exponential_fma
static double derive_kl_exponential_fma(double a, double b, double c);
#endif

/* The numerator of a finite x = numerator 2^exponent other than 0, with its highest bit at 52. */
typedef struct { uint64_t numerator; int exponent; } binary;

static binary binary_of(double x)
{
    binary out;
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    out.exponent = (int)(bits >> 52 & 0x7ff) - 1075;
    out.numerator = bits & UINT64_C(0x000fffffffffffff);
    if (out.exponent > -1075)
        out.numerator |= UINT64_C(0x0010000000000000);
    else
        for (out.exponent = -1074; out.numerator >> 52 == 0; out.exponent--)
            out.numerator <<= 1;
    return out;
}

/* 128 bits. */
typedef struct { uint64_t high, low; } words;

/* Shifted to the right; the lowest bit is set where a bit that is set is lost. */
static words shifted(words x, int by)
{
    words out;
    out.high = 0;
    out.low = (x.high | x.low) != 0;
    if (by < 64 && by > 0) {
        out.high = x.high >> by;
        out.low = x.high << (64 - by) | x.low >> by | (x.low << (64 - by) != 0);
    } else if (by >= 64 && by < 128) {
        out.low = x.high >> (by - 64) | ((by > 64 && x.high << (128 - by) != 0) || x.low != 0);
    }
    return by == 0 ? x : out;
}

double derive_kl_exponential_fma(double a, double b, double c)
{
    words large, small, sum;
    binary x, y, z;
    int exponent, other, top, keep;
    uint64_t sign, subtract, kept, half;
    double out;
    if (!(a - a == 0.0 && b - b == 0.0) || a == 0.0 || b == 0.0) {
        const double exact = a * b;
        return exact + c;
    }
    if (!(c - c == 0.0))
        return c;
    if (c == 0.0)
        return a * b;
    x = binary_of(a), y = binary_of(b), z = binary_of(c);
    {   /* The product, and c, with the highest bit at 124 or 125. */
        const uint64_t x_high = x.numerator >> 32, x_low = x.numerator & 0xffffffffu;
        const uint64_t y_high = y.numerator >> 32, y_low = y.numerator & 0xffffffffu;
        const uint64_t middle = x_high * y_low + (x_low * y_low >> 32);
        const uint64_t cross = x_low * y_high + (middle & 0xffffffffu);
        large.high = x_high * y_high + (middle >> 32) + (cross >> 32);
        large.low = cross << 32 | (x_low * y_low & 0xffffffffu);
        large.high = large.high << 20 | large.low >> 44;
        large.low <<= 20;
        exponent = x.exponent + y.exponent - 20;
        small.high = z.numerator << 9;
        small.low = 0;
        other = z.exponent - 73;
    }
    sign = (uint64_t)(((a < 0.0) != (b < 0.0)) != 0) << 63;
    subtract = (sign >> 63) ^ (uint64_t)(c < 0.0);
    if (other > exponent) {
        const words swap = large;
        const int swapped = exponent;
        large = small, small = swap, exponent = other, other = swapped;
        sign ^= subtract << 63;
    }
    small = shifted(small, exponent - other > 127 ? 128 : exponent - other);
    if (subtract != 0) {
        if (large.high < small.high || (large.high == small.high && large.low < small.low)) {
            const words swap = large;
            large = small, small = swap;
            sign ^= UINT64_C(1) << 63;
        }
        sum.low = large.low - small.low;
        sum.high = large.high - small.high - (large.low < small.low);
    } else {
        sum.low = large.low + small.low;
        sum.high = large.high + small.high + (sum.low < large.low);
    }
    if ((sum.high | sum.low) == 0)
        return 0.0;
    for (top = 127; sum.high >> 63 == 0; top--) {
        sum.high = sum.high << 1 | sum.low >> 63;
        sum.low <<= 1;
    }
    exponent += top;
    /* 53 bits are kept, fewer below the normal range; the highest is now at 63 of the upper word. */
    keep = exponent >= -1022 ? 53 : exponent + 1075;
    sum = shifted(sum, keep < -50 ? 128 : 76 - keep);
    kept = sum.high << 12 | sum.low >> 52;
    half = sum.low & UINT64_C(0x000fffffffffffff);
    kept += half > UINT64_C(0x0008000000000000) || (half == UINT64_C(0x0008000000000000) && (kept & 1) != 0);
    if (exponent > 1023)
        kept = UINT64_C(0x7ff0000000000000);
    else if (exponent >= -1022)
        kept += (uint64_t)(exponent + 1022) << 52;
    kept = (kept > UINT64_C(0x7ff0000000000000) ? UINT64_C(0x7ff0000000000000) : kept) | sign;
    memcpy(&out, &kept, sizeof out);
    return out;
}
#endif

/* --- the operations the kernels are written in --- */

/* An output may be an input, and each element is read before it is written: nothing else hinders vectors. */
#if defined(__clang__) && !defined(SOFTWARE_FMA)
#define INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__) && !defined(__clang__)
#define INDEPENDENT _Pragma("GCC ivdep")
#else
#define INDEPENDENT
#endif

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
INLINE uint64_t less_equal(double a, double b) { return (uint64_t)0 - (uint64_t)(a <= b); }
INLINE uint64_t equal(double a, double b) { return (uint64_t)0 - (uint64_t)(a == b); }
INLINE double choose(uint64_t mask, double a, double b)
{
    return from_bits((bits_of(a) & mask) | (bits_of(b) & ~mask));
}
INLINE double smaller(double a, double b) { return choose(less(a, b), a, b); }
INLINE double larger(double a, double b) { return choose(less(b, a), a, b); }

/* For |x| < 2^51: adding 1.5 2^52 = 6755399441055744 leaves no bits for a fraction. */
INLINE double nearest_integer(double x) { return (x + 6755399441055744.0) - 6755399441055744.0; }

/* 2^k for an integer k in [-1022, 1023]: the sum holds k + 1023 in its lowest bits. */
INLINE double power_of_two(double k) { return from_bits(bits_of(k + (6755399441055744.0 + 1023.0)) << 52); }

/* For a positive normal x = significand 2^exponent, 1 <= significand < 2. */
INLINE double exponent_of(double x)
{
    return from_bits((bits_of(x) >> 52) | UINT64_C(0x4330000000000000)) - (4503599627370496.0 + 1023.0);
}
INLINE double significand_of(double x)
{
    return from_bits((bits_of(x) & UINT64_C(0x000fffffffffffff)) | UINT64_C(0x3ff0000000000000));
}

/* The integer k nearest to a b, and 2^k, from one sum that holds k in its lowest bits. */
typedef struct { double k, power; } power_scale;

/* 2^k, 2^-k and k such that a / (2^k b) is in [2/3, 3/2], for positive normal a and b: the difference of their bits
   is that of their logarithms, to 0.09, and adding half of an exponent's unit makes cutting it rounding. */
typedef struct { double power, inverse, k; } quotient_scale;

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

/* A run is of BLOCK elements, in vector code, or of few, one by one. */
#define BLOCK ((size_t)64)
#define FEW ((size_t)12)
enum { LANES = 32, INPUTS = 4, OUTPUTS = 5 };

typedef void run(RUN);

/* A whole run from the last elements, filled up with copies of the first of them. */
INLINE void fill(void *whole, const void *from, size_t count, size_t size)
{
    memcpy(whole, from, count * size);
    for (size_t i = count; i < BLOCK; i++)
        memcpy((char *)whole + i * size, from, size);
}

/* n elements of some size, run by run: what the first function gives is the first output, and the other outputs are
   from the second; one of the two may be missing. */
static void apply(run *value, run *slopes, size_t n, size_t size, int inputs, const void *const *in, int outputs,
                  void *const *out)
{
    double room[INPUTS + OUTPUTS][BLOCK], kept[BLOCK];
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t count = n - start < BLOCK ? n - start : BLOCK, size_of_run = count > FEW ? BLOCK : count;
        const int filled = size_of_run != count;
        const void *from[INPUTS];
        void *to[OUTPUTS];
        for (int j = 0; j < inputs; j++) {
            from[j] = (const char *)in[j] + start * size;
            if (filled) {
                fill(room[j], from[j], count, size);
                from[j] = room[j];
            }
        }
        for (int j = 0; j < outputs; j++)
            to[j] = filled ? (void *)room[INPUTS + j] : (char *)out[j] + start * size;
        if (value != NULL && slopes != NULL) {
            void *apart[1];
            apart[0] = kept;
            value(from, apart, size_of_run, 1.0);
            slopes(from, to + 1, size_of_run, 1.0);
            memcpy(to[0], kept, count * size);
        } else if (value != NULL) {
            value(from, to, size_of_run, 1.0);
        } else {
            slopes(from, to, size_of_run, 1.0);
        }
        if (filled)
            for (int j = 0; j < outputs; j++)
                memcpy((char *)out[j] + start * size, to[j], count * size);
    }
}

typedef struct { double head[LANES], tail[LANES]; } lanes;

INLINE void add_inline(lanes *sum, const double *value)
{
    for (size_t row = 0; row < BLOCK; row += LANES) {
        INDEPENDENT
        for (size_t lane = 0; lane < LANES; lane++) {
            const pair total = two_sum(sum->head[lane], value[row + lane]);
            sum->head[lane] = total.head;
            sum->tail[lane] += total.tail;
        }
    }
}

ONE(, void, add, (lanes *sum, const double *value), (sum, value))

/* All lanes, in order. Tails of an infinite head are NaN, and of no account. */
static double sum_of_lanes(const lanes *sum)
{
    pair whole = { 0.0, 0.0 };
    for (size_t lane = 0; lane < LANES; lane++) {
        const pair total = two_sum(whole.head, sum->head[lane]);
        whole.head = total.head;
        whole.tail += total.tail + sum->tail[lane];
    }
    return choose(less(fabs(whole.head), (double)INFINITY), whole.head + whole.tail, whole.head);
}

/* The sum of values times growth; elements of float become double before anything is computed from them. */
static double sum_of(run *value, double growth, size_t n, size_t size, int inputs, const void *const *in)
{
    lanes sum = { { 0.0 }, { 0.0 } };
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t count = n - start < BLOCK ? n - start : BLOCK;
        double room[INPUTS][BLOCK], values[BLOCK];
        const void *from[INPUTS];
        void *to[1];
        to[0] = values;
        for (int j = 0; j < inputs; j++) {
            from[j] = (const char *)in[j] + start * size;
            if (size == sizeof(float)) {
                const float *narrow = (const float *)from[j];
                for (size_t i = 0; i < BLOCK; i++)
                    room[j][i] = (double)narrow[i < count ? i : 0];
                from[j] = room[j];
            } else if (count < BLOCK) {
                fill(room[j], from[j], count, size);
                from[j] = room[j];
            }
        }
        value(from, to, BLOCK, growth);
        for (size_t i = count; i < BLOCK; i++)
            values[i] = 0.0;
        CHOSEN(add)(&sum, values);
    }
    return sum_of_lanes(&sum) / growth;
}

/* Where the sum is so small that values, rounded one by one, may have lost bits below the normal range, it is formed
   once more of enlarged values; where it is infinite, of diminished ones: heads are rounded up, and the tails, which
   would keep the sum finite, come to them at the end. */
static double careful_sum(run *value, size_t n, size_t size, int inputs, const void *const *in)
{
    const double sum = sum_of(value, 1.0, n, size, inputs, in);
    if (sum < HEX(0x1p-900, 1.1830521861667747e-271))
        return sum_of(value, HEX(0x1p+200, 1.6069380442589903e+60), n, size, inputs, in);
    return sum < (double)INFINITY ? sum : sum_of(value, HEX(0x1p-64, 5.421010862427522e-20), n, size, inputs, in);
}

/* --- the kernels --- */

typedef struct { double significand, exponent; } split_t;

/* x = significand 2^exponent for a positive x, significand in [1, 2). */
INLINE split_t split(const double x)
{
    const uint64_t mask = less(x, HEX(0x1p-1022, 2.2250738585072014e-308));
    /* a subnormal is made normal first */
    const double normal = choose(mask, product(x, HEX(0x1p+54, 1.8014398509481984e+16)), x);
    const double power = exponent_of(normal) - choose(mask, 54.0, 0.0);
    split_t out;
    out.significand = significand_of(normal);
    out.exponent = power;
    return out;
}

typedef struct { double significand, exponent; } positive_t;

/* x >= 0; 0 has a low exponent. */
INLINE positive_t positive(const double x)
{
    const uint64_t mask = less(0.0, x);
    const split_t split_of = split(x);
    positive_t out;
    out.significand = choose(mask, split_of.significand, 1.0);
    out.exponent = choose(mask, split_of.exponent, -5000.0);
    return out;
}

typedef struct { double balanced, shift; } balance_t;

/* a 2^-shift with a quotient by b in [sqrt(1/2), sqrt(2)], for a and b in [1, 2). */
INLINE balance_t balance(const double a, const double b)
{
    const uint64_t mask = less(HEX(0x1.6a09e667f3bcdp+0, 1.4142135623730951) * b, a);
    const uint64_t mask2 = less(HEX(0x1.6a09e667f3bcdp+0, 1.4142135623730951) * a, b);
    balance_t out;
    out.balanced = product(a, choose(mask, 0.5, choose(mask2, 2.0, 1.0)));
    out.shift = choose(mask, 1.0, choose(mask2, -1.0, 0.0));
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

/* atanh(f)/f - 1 for |f| <= 0.1716. */
INLINE double atanh_rest(const double f, const double f_tail)
{
    /* f^2, corrected by the tail of f */
    const double w = fma(f, f, product(f * 2.0, f_tail));
    /* (atanh(f)/f - 1)/f^2, minimax in f^2 */
    const double p6 = fma(HEX(0x1.100ae76f83ca9p-4, 0.06641664890797706), w,
        HEX(0x1.0f4c75d77c81ep-4, 0.06623502761775099));
    const double p5 = fma(p6, w, HEX(0x1.3b21427eae2e5p-4, 0.07693601584004346));
    const double p4 = fma(p5, w, HEX(0x1.745cdbdf5f516p-4, 0.09090886962618003));
    const double p3 = fma(p4, w, HEX(0x1.c71c725b64cd1p-4, 0.11111111326890756));
    const double p2 = fma(p3, w, HEX(0x1.249249242f685p-3, 0.1428571428459017));
    const double p1 = fma(p2, w, HEX(0x1.9999999999d56p-3, 0.20000000000002655));
    const double p0 = fma(p1, w, HEX(0x1.5555555555555p-2, 0.3333333333333333));
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
    const pair growth = two_sum(product(power, s), product(power, HEX(-0x1p-6, -0.015625)));
    /* - k log(2) / 64 */
    const pair shifted = two_sum(growth.head, product(k, HEX(-0x1.62e42fefa2p-7, -0.010830424696237628)));
    const pair total = two_sum(shifted.head, product(phi, HEX(0x1p-6, 0.015625)));
    pair out;
    out.head = total.head;
    out.tail = fma(k, HEX(-0x1.9ef35793c7673p-47, -1.1517191508074686e-14),
        fma(phi_tail, HEX(0x1p-6, 0.015625), ((growth.tail + shifted.tail) + total.tail)
            + fma(power_tail, s, product(power_tail, HEX(-0x1p-6, -0.015625)))));
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

typedef struct { double head, tail, exponent; } scaled_excess_1_t;

/* rho - 1 - log(rho) = (head + tail) 2^exponent at rho = 2^(i - j) a/b, a and b in [1, 2). */
INLINE scaled_excess_1_t scaled_excess_1(const double a, const double i, const double b, const double j)
{
    const balance_t balance_of = balance(a, b);
    const double k = (i - j) + balance_of.shift;
    /* beyond, the excess is the power itself */
    const double near = smaller(k, 100.0);
    const pair excess_1_of = excess_1(balance_of.balanced, b, near);
    scaled_excess_1_t out;
    out.head = excess_1_of.head;
    out.tail = excess_1_of.tail;
    out.exponent = product(k - near, 1.0) + 6.0;
    return out;
}

typedef struct { double head, tail, unscale; } close_t;

/* (a + a_tail) 2^exponent = (head + tail) unscale, a not negative. */
INLINE close_t close(const double a, const double a_tail, const double exponent)
{
    /* beyond, the result is 0 or infinite */
    const double cut = larger(smaller(exponent, 2040.0), -2040.0);
    /* 2^exponent in two factors, which never leave the range */
    const double half = nearest_integer(product(cut, 0.5));
    const double scale = power_of_two(half);
    const double scaled_head = product(a, scale);
    const double last = cut - half;
    /* never zero where the value is not */
    const double guard = power_of_two(larger(-1127.0 - last, -1022.0));
    close_t out;
    out.head = scaled_head;
    out.tail = choose(less(fabs(scaled_head), (double)INFINITY), product(a_tail, scale)
        + choose(equal(a, 0.0), 0.0, guard), 0.0);
    out.unscale = power_of_two(last);
    return out;
}

typedef struct { double head, tail, unscale; } kl_exponential_rate_parts_t;

/* kl_exponential_rate = (head + tail) unscale. */
INLINE kl_exponential_rate_parts_t kl_exponential_rate_parts(const double rate1, const double rate2)
{
    const uint64_t mask = ~(less(0.0, rate1) & less(rate1, (double)INFINITY) & less(0.0, rate2)
        & less(rate2, (double)INFINITY));
    const positive_t positive_of = positive(rate2);
    const positive_t positive_of2 = positive(rate1);
    const scaled_excess_1_t scaled_excess_1_of = scaled_excess_1(positive_of.significand, positive_of.exponent,
        positive_of2.significand, positive_of2.exponent);
    const close_t close_of = close(scaled_excess_1_of.head, scaled_excess_1_of.tail,
        scaled_excess_1_of.exponent);
    kl_exponential_rate_parts_t out;
    out.head = choose(mask,
        choose(~less_equal(0.0, rate1) | ~less_equal(0.0, rate2), (double)NAN,
            choose((equal(rate1, 0.0) & equal(rate2, 0.0))
                | (equal(rate1, (double)INFINITY) & equal(rate2, (double)INFINITY)), (double)NAN,
                    (double)INFINITY)), close_of.head);
    out.tail = choose(mask, 0.0, close_of.tail);
    out.unscale = choose(mask, 1.0, close_of.unscale);
    return out;
}

typedef struct { double head, tail, unscale; } kl_exponential_mean_parts_t;

/* kl_exponential_mean = (head + tail) unscale. */
INLINE kl_exponential_mean_parts_t kl_exponential_mean_parts(const double mean1, const double mean2)
{
    const uint64_t mask = ~(less(0.0, mean1) & less(mean1, (double)INFINITY) & less(0.0, mean2)
        & less(mean2, (double)INFINITY));
    const positive_t positive_of = positive(mean1);
    const positive_t positive_of2 = positive(mean2);
    const scaled_excess_1_t scaled_excess_1_of = scaled_excess_1(positive_of.significand, positive_of.exponent,
        positive_of2.significand, positive_of2.exponent);
    const close_t close_of = close(scaled_excess_1_of.head, scaled_excess_1_of.tail,
        scaled_excess_1_of.exponent);
    kl_exponential_mean_parts_t out;
    out.head = choose(mask,
        choose(~less_equal(0.0, mean1) | ~less_equal(0.0, mean2), (double)NAN,
            choose((equal(mean1, 0.0) & equal(mean2, 0.0))
                | (equal(mean1, (double)INFINITY) & equal(mean2, (double)INFINITY)), (double)NAN,
                    (double)INFINITY)), close_of.head);
    out.tail = choose(mask, 0.0, close_of.tail);
    out.unscale = choose(mask, 1.0, close_of.unscale);
    return out;
}

typedef struct { double head, tail, exponent; } difference_t;

/* mu1 - mu2 = (head + tail) 2^exponent, |head| in [1, 2). */
INLINE difference_t difference(const double mu1, const double mu2)
{
    const uint64_t mask = less(HEX(0x1p+1000, 1.0715086071862673e+301), larger(fabs(mu1), fabs(mu2)));
    /* the difference of two large means may overflow */
    const double guard = choose(mask, HEX(0x1p-6, 0.015625), 1.0);
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

/* exp(r) - 1 - r for |r| <= log(2)/2, as head and tail. */
INLINE pair expm1mx_reduced(const double r)
{
    const pair square = two_prod(r, r);
    /* (expm1mx(r)/r^2 - 1/2)/r, minimax on |r| <= log(2)/2 */
    const double p8 = fma(HEX(0x1.1f28eb8e04a9bp-29, 2.0893628554795206e-09), r,
        HEX(0x1.af4eb64a5b44dp-26, 2.5105398906837407e-08));
    const double p7 = fma(p8, r, HEX(0x1.27e507248c229p-22, 2.7557335816316155e-07));
    const double p6 = fma(p7, r, HEX(0x1.71de01b607764p-19, 2.7557254851503057e-06));
    const double p5 = fma(p6, r, HEX(0x1.a01a0194f506dp-16, 2.4801587261994254e-05));
    const double p4 = fma(p5, r, HEX(0x1.a01a01ac1b78p-13, 0.00019841269875392128));
    const double p3 = fma(p4, r, HEX(0x1.6c16c16c19153p-10, 0.0013888888888909559));
    const double p2 = fma(p3, r, HEX(0x1.1111111110054p-7, 0.0083333333333259));
    const double p1 = fma(p2, r, HEX(0x1.5555555555551p-5, 0.04166666666666664));
    const double p0 = fma(p1, r, HEX(0x1.5555555555557p-3, 0.1666666666666667));
    /* expm1mx(r) = r^2 (1/2 + r rest), both factors with a tail */
    const double factor = fma(r, p0, 0.5);
    const pair leading = two_prod(square.head, factor);
    const double factor_tail = fma(r, p0, 0.5 - factor);
    pair out;
    out.head = leading.head;
    out.tail = fma(square.head, factor_tail, fma(square.tail, factor, leading.tail));
    return out;
}

typedef struct { double head, tail, k; } exponential_t;

/* exp(x + x_tail) = (head + tail) 2^k, head in [0.7, 1.5]. */
INLINE exponential_t exponential(const double x, const double x_tail)
{
    /* beyond, the result is 0 or infinite */
    const double cut = larger(smaller(x, 2300.0), -2300.0);
    /* x = k log(2) + r + c, with k log(2)'s head subtracted exactly */
    const double k = nearest_integer(product(cut, HEX(0x1.71547652b82fep+0, 1.4426950408889634)));
    const double r = fma(-k, HEX(0x1.62e42fefa2p-1, 0.6931471805592082), cut);
    const pair linear = fast_two_sum(1.0, r);
    const pair expm1mx_reduced_of = expm1mx_reduced(r);
    const pair total = fast_two_sum(linear.head, expm1mx_reduced_of.head);
    const double c = product(k, HEX(-0x1.9ef35793c7673p-41, -7.371002565167799e-13));
    const double correction = c + choose(equal(cut, x), x_tail, 0.0);
    /* exp(correction) - 1 */
    const double change = fma(correction * 0.5, correction, correction);
    exponential_t out;
    out.head = total.head;
    out.tail = fma(change, total.head, (linear.tail + total.tail) + expm1mx_reduced_of.tail);
    out.k = k;
    return out;
}

/* The same, the tail half an ulp at most. */
INLINE pair normalised(const double a, const double a_tail)
{
    const pair total = fast_two_sum(a, a_tail);
    pair out;
    out.head = total.head;
    out.tail = total.tail;
    return out;
}

/* (exp(x) - 1 - x)/64 at x = 64 (u + u_tail), as head and tail. */
INLINE pair expm1mx_scaled_pair(const double u, const double u_tail)
{
    /* beyond, the result is infinite */
    const double u_cut = smaller(u, HEX(0x1.634cccccccccdp+3, 11.103125));
    /* -(1 + x)/64, plus 2^k (1 + r)/64, plus 2^k expm1mx(r)/64 */
    const pair linear = two_sum(-u_cut, HEX(-0x1p-6, -0.015625));
    /* below, exp(x) only decides the rounding */
    const double x = larger(product(u_cut, 64.0), -100.0);
    /* x = k log(2) + r + c, with k log(2)'s head subtracted exactly */
    const double k = nearest_integer(product(x, HEX(0x1.71547652b82fep+0, 1.4426950408889634)));
    /* 2^k / 64 */
    const double s = power_of_two(k - 6.0);
    const double r = fma(-k, HEX(0x1.62e42fefa2p-1, 0.6931471805592082), x);
    const pair power = fast_two_sum(s, product(s, r));
    const pair first = two_sum(linear.head, power.head);
    const pair e = expm1mx_reduced(r);
    const pair total = two_sum(first.head, product(s, e.head));
    const double x_tail = choose(less(u_cut, HEX(0x1.634cccccccccdp+3, 11.103125)), product(u_tail, 64.0), 0.0);
    /* the tail of x acts through the derivative (exp(x) - 1)/64 */
    const double slope = fma(s, e.head, fma(s, r, s - HEX(0x1p-6, 0.015625)));
    const double c = k * HEX(-0x1.9ef35793c7673p-41, -7.371002565167799e-13);
    /* the correction c changes exp(r) by c exp(r) */
    const double growth = (1.0 + r) + e.head;
    const double low = fma(s, fma(c, growth, e.tail), ((linear.tail + power.tail) + first.tail) + total.tail);
    const double low_end = fma(x_tail, slope, low);
    pair out;
    out.head = total.head;
    out.tail = low_end;
    return out;
}

typedef struct { double head, tail, exponent; } scaled_expm1mx_t;

/* expm1mx((x + x_tail) 2^exponent) as head, tail and exponent, |x| in [1, 2) or 0, below 710. */
INLINE scaled_expm1mx_t scaled_expm1mx(const double x, const double x_tail, const double exponent)
{
    /* 2^exponent, cut */
    const double scale = power_of_two(larger(smaller(exponent, 100.0), -200.0));
    const pair expm1mx_scaled_pair_of = expm1mx_scaled_pair(product(x * scale, HEX(0x1p-6, 0.015625)),
        product(x_tail * scale, HEX(0x1p-6, 0.015625)));
    /* a tiny excess is a square */
    const double below = product(smaller(exponent - -200.0, 0.0), 2.0);
    scaled_expm1mx_t out;
    out.head = expm1mx_scaled_pair_of.head;
    out.tail = expm1mx_scaled_pair_of.tail;
    out.exponent = (below + larger(exponent - 100.0, 0.0)) + 6.0;
    return out;
}

typedef struct { double head, tail, unscale; } kl_exponential_lograte_parts_t;

/* kl_exponential_lograte = (head + tail) unscale. */
INLINE kl_exponential_lograte_parts_t kl_exponential_lograte_parts(const double lograte1, const double lograte2)
{
    const uint64_t mask = ~(less(fabs(lograte1), (double)INFINITY) & less(fabs(lograte2), (double)INFINITY));
    const difference_t difference_of = difference(lograte2, lograte1);
    const uint64_t mask2 = less(0.0, difference_of.head) & less(HEX(0x1.ap+2, 6.5), difference_of.exponent);
    const difference_t difference_of2 = difference(-lograte1, -lograte2);
    const double weight_scale = power_of_two(larger(smaller(difference_of2.exponent, 900.0), -200.0));
    const exponential_t exponential_of = exponential(product(difference_of2.head, weight_scale),
        product(difference_of2.tail, weight_scale));
    const pair normalised_of = normalised(exponential_of.head, exponential_of.tail);
    const scaled_expm1mx_t scaled_expm1mx_of = scaled_expm1mx(difference_of.head, difference_of.tail,
        difference_of.exponent);
    const close_t close_of = close(choose(mask2, normalised_of.head, scaled_expm1mx_of.head),
        choose(mask2, normalised_of.tail, scaled_expm1mx_of.tail),
            choose(mask2, exponential_of.k, scaled_expm1mx_of.exponent));
    kl_exponential_lograte_parts_t out;
    out.head = choose(mask,
        choose(~equal(lograte1, lograte1) | ~equal(lograte2, lograte2), (double)NAN,
            choose((equal(lograte1, -(double)INFINITY) & equal(lograte2, -(double)INFINITY))
                | (equal(lograte1, (double)INFINITY) & equal(lograte2, (double)INFINITY)), (double)NAN,
                    (double)INFINITY)), close_of.head);
    out.tail = choose(mask, 0.0, close_of.tail);
    out.unscale = choose(mask, 1.0, close_of.unscale);
    return out;
}

typedef struct { double significand, exponent; } positive_or_infinite_t;

/* The same, and infinity has a high exponent. */
INLINE positive_or_infinite_t positive_or_infinite(const double x)
{
    const uint64_t mask = less(x, (double)INFINITY);
    const positive_t positive_of = positive(x);
    positive_or_infinite_t out;
    out.significand = choose(mask, positive_of.significand, 1.0);
    out.exponent = choose(mask, positive_of.exponent, 5000.0);
    return out;
}

typedef struct { double head, tail, exponent; } difference_of_powers_1_t;

/* (a 2^i) - (b 2^j) = (head + tail) 2^exponent. */
INLINE difference_of_powers_1_t difference_of_powers_1(const double a, const double i, const double b,
    const double j)
{
    const double top = larger(i, j);
    const double first = product(a, power_of_two(larger(i - top, -200.0)));
    const double second = product(b, power_of_two(larger(j - top, -200.0)));
    const pair d = two_sum(first, -second);
    difference_of_powers_1_t out;
    out.head = d.head;
    out.tail = d.tail;
    out.exponent = top;
    return out;
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

/* The quotient of two heads and tails. */
INLINE pair quotient(const double a, const double a_tail, const double b, const double b_tail)
{
    const double quotient = a / b;
    const double rest = fma(-quotient, b_tail, fma(-quotient, b, a)) + a_tail;
    pair out;
    out.head = quotient;
    out.tail = rest / b;
    return out;
}

/* x 2^j, rounded once, for x near 1. */
INLINE double scale_by(const double x, const double j)
{
    const double cut = larger(smaller(j, 2040.0), -2040.0);
    const double half = nearest_integer(product(cut, 0.5));
    return product(x * power_of_two(half), power_of_two(cut - half));
}

typedef struct { double d_rate1, d_rate2; } kl_exponential_rate_slopes_t;

/* The gradient of kl_exponential_rate. */
INLINE kl_exponential_rate_slopes_t kl_exponential_rate_slopes(const double rate1, const double rate2)
{
    const uint64_t mask = less(0.0, rate1) & less(rate1, (double)INFINITY);
    const uint64_t mask2 = less(0.0, rate2) & less(rate2, (double)INFINITY);
    const uint64_t mask3 = ~(mask & mask2);
    const uint64_t mask4 = equal(rate2, 0.0);
    /* the limit is what is computed anyhow */
    const uint64_t computed = mask & mask4;
    const uint64_t mask5 = ~less_equal(0.0, rate1) | ~less_equal(0.0, rate2);
    const uint64_t mask6 = ~mask5;
    const uint64_t mask7 = equal(rate1, (double)INFINITY);
    const uint64_t mask8 = mask7 & mask4;
    const uint64_t mask9 = mask7 & mask2;
    const uint64_t mask10 = equal(rate1, 0.0);
    const uint64_t mask11 = equal(rate2, (double)INFINITY);
    const positive_or_infinite_t positive_or_infinite_of = positive_or_infinite(rate2);
    const positive_or_infinite_t positive_or_infinite_of2 = positive_or_infinite(rate1);
    const difference_of_powers_1_t difference_of_powers_1_of =
        difference_of_powers_1(positive_or_infinite_of.significand, positive_or_infinite_of.exponent,
            positive_or_infinite_of2.significand, positive_or_infinite_of2.exponent);
    const pair multiply_of = multiply(positive_or_infinite_of2.significand, 0.0,
        positive_or_infinite_of2.significand, 0.0);
    const pair quotient_of = quotient(-difference_of_powers_1_of.head, -difference_of_powers_1_of.tail,
        multiply_of.head, multiply_of.tail);
    /* a zero has no sign */
    const double rounded = (quotient_of.head + quotient_of.tail) + 0.0;
    /* the limit is what is computed anyhow */
    const uint64_t computed2 = mask9 | (mask & mask11);
    const difference_of_powers_1_t difference_of_powers_1_of2 =
        difference_of_powers_1(positive_or_infinite_of2.significand, positive_or_infinite_of2.exponent,
            positive_or_infinite_of.significand, positive_or_infinite_of.exponent);
    const pair multiply_of2 = multiply(positive_or_infinite_of2.significand, 0.0,
        positive_or_infinite_of.significand, 0.0);
    const pair quotient_of2 = quotient(-difference_of_powers_1_of2.head, -difference_of_powers_1_of2.tail,
        multiply_of2.head, multiply_of2.tail);
    /* a zero has no sign */
    const double rounded2 = (quotient_of2.head + quotient_of2.tail) + 0.0;
    kl_exponential_rate_slopes_t out;
    out.d_rate1 = choose(mask3 & ~(computed & mask6),
        choose(mask5, (double)NAN,
            choose(mask8 | mask9, 0.0,
                choose((mask10 & mask4) | (mask7 & mask11), (double)NAN, -(double)INFINITY))),
                    scale_by(rounded, difference_of_powers_1_of.exponent
                        - (positive_or_infinite_of2.exponent + positive_or_infinite_of2.exponent)));
    out.d_rate2 = choose(mask3 & ~(computed2 & mask6),
        choose(mask5, (double)NAN,
            choose(mask8 | computed, -(double)INFINITY,
                choose((mask10 & mask11) | (mask10 & mask2), (double)INFINITY, (double)NAN))),
                    scale_by(rounded2, difference_of_powers_1_of2.exponent
                        - (positive_or_infinite_of2.exponent + positive_or_infinite_of.exponent)));
    return out;
}

typedef struct { double d_mean1, d_mean2; } kl_exponential_mean_slopes_t;

/* The gradient of kl_exponential_mean. */
INLINE kl_exponential_mean_slopes_t kl_exponential_mean_slopes(const double mean1, const double mean2)
{
    const uint64_t mask = less(0.0, mean1) & less(mean1, (double)INFINITY);
    const uint64_t mask2 = less(0.0, mean2) & less(mean2, (double)INFINITY);
    const uint64_t mask3 = ~(mask & mask2);
    const uint64_t mask4 = equal(mean1, (double)INFINITY);
    const uint64_t mask5 = equal(mean2, (double)INFINITY);
    const uint64_t mask6 = mask & mask5;
    /* the limit is what is computed anyhow */
    const uint64_t computed = (mask4 & mask2) | mask6;
    const uint64_t mask7 = ~less_equal(0.0, mean1) | ~less_equal(0.0, mean2);
    const uint64_t mask8 = ~mask7;
    const uint64_t mask9 = equal(mean2, 0.0);
    const uint64_t mask10 = equal(mean1, 0.0);
    const uint64_t mask11 = mask10 & mask5;
    /* the limit is what is computed anyhow */
    const uint64_t computed2 = mask10 & mask2;
    const positive_or_infinite_t positive_or_infinite_of = positive_or_infinite(mean1);
    const positive_or_infinite_t positive_or_infinite_of2 = positive_or_infinite(mean2);
    const difference_of_powers_1_t difference_of_powers_1_of =
        difference_of_powers_1(positive_or_infinite_of.significand, positive_or_infinite_of.exponent,
            positive_or_infinite_of2.significand, positive_or_infinite_of2.exponent);
    const pair multiply_of = multiply(positive_or_infinite_of.significand, 0.0,
        positive_or_infinite_of2.significand, 0.0);
    const pair quotient_of = quotient(difference_of_powers_1_of.head, difference_of_powers_1_of.tail,
        multiply_of.head, multiply_of.tail);
    /* a zero has no sign */
    const double rounded = (quotient_of.head + quotient_of.tail) + 0.0;
    const pair multiply_of2 = multiply(positive_or_infinite_of2.significand, 0.0,
        positive_or_infinite_of2.significand, 0.0);
    const pair quotient_of2 = quotient(-difference_of_powers_1_of.head, -difference_of_powers_1_of.tail,
        multiply_of2.head, multiply_of2.tail);
    /* a zero has no sign */
    const double rounded2 = (quotient_of2.head + quotient_of2.tail) + 0.0;
    kl_exponential_mean_slopes_t out;
    out.d_mean1 = choose(mask3 & ~(computed & mask8),
        choose(mask7, (double)NAN,
            choose((mask4 & mask9) | (mask & mask9), (double)INFINITY,
                choose(mask11 | computed2, -(double)INFINITY, (double)NAN))),
                    scale_by(rounded, difference_of_powers_1_of.exponent
                        - (positive_or_infinite_of.exponent + positive_or_infinite_of2.exponent)));
    out.d_mean2 = choose(mask3 & ~(computed2 & mask8),
        choose(mask7, (double)NAN,
            choose(mask11 | mask6, 0.0,
                choose((mask10 & mask9) | (mask4 & mask5), (double)NAN, -(double)INFINITY))),
                    scale_by(rounded2, difference_of_powers_1_of.exponent
                        - (positive_or_infinite_of2.exponent + positive_or_infinite_of2.exponent)));
    return out;
}

/* (exp(x) - 1)/64 at x = 64 (u + u_tail), as head and tail. */
INLINE pair expm1_scaled_pair(const double u, const double u_tail)
{
    const uint64_t mask = less(u, HEX(0x1.634cccccccccdp+3, 11.103125));
    /* beyond, the result is infinite */
    const double u_cut = choose(mask, u, HEX(0x1.634cccccccccdp+3, 11.103125));
    /* below, exp(x) only decides the rounding */
    const double x = larger(product(u_cut, 64.0), -100.0);
    /* x = k log(2) + r + c, with k log(2)'s head subtracted exactly */
    const double k = nearest_integer(product(x, HEX(0x1.71547652b82fep+0, 1.4426950408889634)));
    /* 2^k / 64 */
    const double s = power_of_two(k - 6.0);
    /* (2^k - 1)/64, plus 2^k r/64, plus 2^k expm1mx(r)/64 */
    const pair change = two_sum(s, HEX(-0x1p-6, -0.015625));
    const double r = fma(-k, HEX(0x1.62e42fefa2p-1, 0.6931471805592082), x);
    const pair first = fast_two_sum(change.head, product(s, r));
    const pair expm1mx_reduced_of = expm1mx_reduced(r);
    const pair total = fast_two_sum(first.head, product(s, expm1mx_reduced_of.head));
    const double c = product(k, HEX(-0x1.9ef35793c7673p-41, -7.371002565167799e-13));
    const double c_and_tail = c + choose(mask & less(HEX(-0x1.9p+0, -1.5625), u), product(u_tail, 64.0), 0.0);
    /* the correction c changes exp(r) by c exp(r) */
    const double growth = (1.0 + r) + expm1mx_reduced_of.head;
    pair out;
    out.head = total.head;
    out.tail = fma(s, fma(c_and_tail, growth, expm1mx_reduced_of.tail), (change.tail + first.tail)
        + total.tail);
    return out;
}

typedef struct { double head, tail, exponent; } scaled_expm1_t;

/* exp((x + x_tail) 2^exponent) - 1 as head, tail and exponent, |x| in [1, 2) or 0. */
INLINE scaled_expm1_t scaled_expm1(const double x, const double x_tail, const double exponent)
{
    /* 2^exponent, cut */
    const double scale = power_of_two(larger(smaller(exponent, 9.0), -200.0));
    const pair expm1_scaled_pair_of = expm1_scaled_pair(product(x * scale, HEX(0x1p-6, 0.015625)),
        product(x_tail * scale, HEX(0x1p-6, 0.015625)));
    scaled_expm1_t out;
    out.head = expm1_scaled_pair_of.head;
    out.tail = expm1_scaled_pair_of.tail;
    out.exponent = smaller(exponent - -200.0, 0.0) + 6.0;
    return out;
}

typedef struct { double d_lograte1, d_lograte2; } kl_exponential_lograte_slopes_t;

/* The gradient of kl_exponential_lograte. */
INLINE kl_exponential_lograte_slopes_t kl_exponential_lograte_slopes(const double lograte1, const double lograte2)
{
    const uint64_t mask = less(fabs(lograte1), (double)INFINITY);
    const uint64_t mask2 = less(fabs(lograte2), (double)INFINITY);
    const uint64_t mask3 = ~(mask & mask2);
    const uint64_t mask4 = ~equal(lograte1, lograte1) | ~equal(lograte2, lograte2);
    const uint64_t mask5 = equal(lograte1, (double)INFINITY);
    const uint64_t mask6 = equal(lograte2, -(double)INFINITY);
    const uint64_t mask7 = (mask5 & mask6) | (mask5 & mask2) | (mask & mask6);
    const uint64_t mask8 = (equal(lograte1, -(double)INFINITY) & mask6)
        | (mask5 & equal(lograte2, (double)INFINITY));
    const difference_t difference_of = difference(lograte2, lograte1);
    const uint64_t mask9 = less(0.0, difference_of.head) & less(HEX(0x1.ap+2, 6.5), difference_of.exponent);
    const difference_t difference_of2 = difference(-lograte1, -lograte2);
    const double weight_scale = power_of_two(larger(smaller(difference_of2.exponent, 900.0), -200.0));
    const exponential_t exponential_of = exponential(product(difference_of2.head, weight_scale),
        product(difference_of2.tail, weight_scale));
    const pair normalised_of = normalised(exponential_of.head, exponential_of.tail);
    const pair multiply_of = multiply(-1.0, -0.0, normalised_of.head, normalised_of.tail);
    const scaled_expm1_t scaled_expm1_of = scaled_expm1(difference_of.head, difference_of.tail,
        difference_of.exponent);
    /* a zero has no sign */
    const double rounded = (choose(mask9, multiply_of.head, -scaled_expm1_of.head)
        + choose(mask9, multiply_of.tail, -scaled_expm1_of.tail)) + 0.0;
    /* a zero has no sign */
    const double rounded2 = (choose(mask9, normalised_of.head, scaled_expm1_of.head)
        + choose(mask9, normalised_of.tail, scaled_expm1_of.tail)) + 0.0;
    kl_exponential_lograte_slopes_t out;
    out.d_lograte1 = choose(mask3,
        choose(mask4, (double)NAN, choose(mask7, 1.0, choose(mask8, (double)NAN, -(double)INFINITY))),
            scale_by(rounded, choose(mask9, 0.0 + exponential_of.k, scaled_expm1_of.exponent)));
    out.d_lograte2 = choose(mask3,
        choose(mask4, (double)NAN, choose(mask7, -1.0, choose(mask8, (double)NAN, (double)INFINITY))),
            scale_by(rounded2, choose(mask9, exponential_of.k, scaled_expm1_of.exponent)));
    return out;
}

/* --- the public functions --- */

INLINE double kl_exponential_rate_inline(double rate1, double rate2, double growth)
{
    const kl_exponential_rate_parts_t at = kl_exponential_rate_parts(rate1, rate2);
    return (at.head + at.tail) * (at.unscale * growth);
}

typedef double kl_exponential_rate_one(double rate1, double rate2, double growth);

ONE(return, double, kl_exponential_rate, (double rate1, double rate2, double growth), (rate1, rate2, growth))

INLINE void kl_exponential_rate_run(RUN, kl_exponential_rate_one *one, int fused)
{
    const double *const rate1 = (const double *)in[0];
    const double *const rate2 = (const double *)in[1];
    double *const to = (double *)out[0];
    if (!fused || n != BLOCK || growth != 1.0) {
        for (size_t i = 0; i < n; i++) {
            to[i] = one(rate1[i], rate2[i], growth);
        }
        return;
    }
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        to[i] = kl_exponential_rate_inline(rate1[i], rate2[i], 1.0);
    }
}

MANY(kl_exponential_rate, kl_exponential_rate)

double derive_kl_exponential_rate(double rate1, double rate2)
{
    return CHOSEN(kl_exponential_rate)(rate1, rate2, 1.0);
}

void derive_kl_exponential_rate_array(size_t n, const double *rate1, const double *rate2, double *out)
{
    const void *in[2];
    void *to[1];
    in[0] = rate1;
    in[1] = rate2;
    to[0] = out;
    apply(CHOSEN_RUN(kl_exponential_rate), NULL, n, sizeof(double), 2, in, 1, to);
}

double derive_kl_exponential_rate_sum(size_t n, const double *rate1, const double *rate2)
{
    const void *in[2];
    in[0] = rate1;
    in[1] = rate2;
    return careful_sum(CHOSEN_RUN(kl_exponential_rate), n, sizeof(double), 2, in);
}

INLINE float kl_exponential_ratef_inline(double rate1, double rate2)
{
    const kl_exponential_rate_parts_t at = kl_exponential_rate_parts(rate1, rate2);
    return (float)(round_to_odd(at.head, at.tail) * at.unscale);
}

typedef float kl_exponential_ratef_one(double rate1, double rate2);

ONE(return, float, kl_exponential_ratef, (double rate1, double rate2), (rate1, rate2))

INLINE void kl_exponential_ratef_run(RUN, kl_exponential_ratef_one *one, int fused)
{
    const float *const rate1 = (const float *)in[0];
    const float *const rate2 = (const float *)in[1];
    float *const to = (float *)out[0];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            to[i] = one((double)rate1[i], (double)rate2[i]);
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        to[i] = kl_exponential_ratef_inline((double)rate1[i], (double)rate2[i]);
    }
}

MANY(kl_exponential_ratef, kl_exponential_ratef)

float derive_kl_exponential_ratef(float rate1, float rate2)
{
    return CHOSEN(kl_exponential_ratef)((double)rate1, (double)rate2);
}

void derive_kl_exponential_rate_arrayf(size_t n, const float *rate1, const float *rate2, float *out)
{
    const void *in[2];
    void *to[1];
    in[0] = rate1;
    in[1] = rate2;
    to[0] = out;
    apply(CHOSEN_RUN(kl_exponential_ratef), NULL, n, sizeof(float), 2, in, 1, to);
}

double derive_kl_exponential_rate_sumf(size_t n, const float *rate1, const float *rate2)
{
    const void *in[2];
    in[0] = rate1;
    in[1] = rate2;
    return careful_sum(CHOSEN_RUN(kl_exponential_rate), n, sizeof(float), 2, in);
}

INLINE double kl_exponential_mean_inline(double mean1, double mean2, double growth)
{
    const kl_exponential_mean_parts_t at = kl_exponential_mean_parts(mean1, mean2);
    return (at.head + at.tail) * (at.unscale * growth);
}

typedef double kl_exponential_mean_one(double mean1, double mean2, double growth);

ONE(return, double, kl_exponential_mean, (double mean1, double mean2, double growth), (mean1, mean2, growth))

INLINE void kl_exponential_mean_run(RUN, kl_exponential_mean_one *one, int fused)
{
    const double *const mean1 = (const double *)in[0];
    const double *const mean2 = (const double *)in[1];
    double *const to = (double *)out[0];
    if (!fused || n != BLOCK || growth != 1.0) {
        for (size_t i = 0; i < n; i++) {
            to[i] = one(mean1[i], mean2[i], growth);
        }
        return;
    }
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        to[i] = kl_exponential_mean_inline(mean1[i], mean2[i], 1.0);
    }
}

MANY(kl_exponential_mean, kl_exponential_mean)

double derive_kl_exponential_mean(double mean1, double mean2)
{
    return CHOSEN(kl_exponential_mean)(mean1, mean2, 1.0);
}

void derive_kl_exponential_mean_array(size_t n, const double *mean1, const double *mean2, double *out)
{
    const void *in[2];
    void *to[1];
    in[0] = mean1;
    in[1] = mean2;
    to[0] = out;
    apply(CHOSEN_RUN(kl_exponential_mean), NULL, n, sizeof(double), 2, in, 1, to);
}

double derive_kl_exponential_mean_sum(size_t n, const double *mean1, const double *mean2)
{
    const void *in[2];
    in[0] = mean1;
    in[1] = mean2;
    return careful_sum(CHOSEN_RUN(kl_exponential_mean), n, sizeof(double), 2, in);
}

INLINE float kl_exponential_meanf_inline(double mean1, double mean2)
{
    const kl_exponential_mean_parts_t at = kl_exponential_mean_parts(mean1, mean2);
    return (float)(round_to_odd(at.head, at.tail) * at.unscale);
}

typedef float kl_exponential_meanf_one(double mean1, double mean2);

ONE(return, float, kl_exponential_meanf, (double mean1, double mean2), (mean1, mean2))

INLINE void kl_exponential_meanf_run(RUN, kl_exponential_meanf_one *one, int fused)
{
    const float *const mean1 = (const float *)in[0];
    const float *const mean2 = (const float *)in[1];
    float *const to = (float *)out[0];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            to[i] = one((double)mean1[i], (double)mean2[i]);
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        to[i] = kl_exponential_meanf_inline((double)mean1[i], (double)mean2[i]);
    }
}

MANY(kl_exponential_meanf, kl_exponential_meanf)

float derive_kl_exponential_meanf(float mean1, float mean2)
{
    return CHOSEN(kl_exponential_meanf)((double)mean1, (double)mean2);
}

void derive_kl_exponential_mean_arrayf(size_t n, const float *mean1, const float *mean2, float *out)
{
    const void *in[2];
    void *to[1];
    in[0] = mean1;
    in[1] = mean2;
    to[0] = out;
    apply(CHOSEN_RUN(kl_exponential_meanf), NULL, n, sizeof(float), 2, in, 1, to);
}

double derive_kl_exponential_mean_sumf(size_t n, const float *mean1, const float *mean2)
{
    const void *in[2];
    in[0] = mean1;
    in[1] = mean2;
    return careful_sum(CHOSEN_RUN(kl_exponential_mean), n, sizeof(float), 2, in);
}

INLINE double kl_exponential_lograte_inline(double lograte1, double lograte2, double growth)
{
    const kl_exponential_lograte_parts_t at = kl_exponential_lograte_parts(lograte1, lograte2);
    return (at.head + at.tail) * (at.unscale * growth);
}

typedef double kl_exponential_lograte_one(double lograte1, double lograte2, double growth);

ONE(return, double, kl_exponential_lograte, (double lograte1, double lograte2, double growth), (lograte1, lograte2,
    growth))

INLINE void kl_exponential_lograte_run(RUN, kl_exponential_lograte_one *one, int fused)
{
    const double *const lograte1 = (const double *)in[0];
    const double *const lograte2 = (const double *)in[1];
    double *const to = (double *)out[0];
    if (!fused || n != BLOCK || growth != 1.0) {
        for (size_t i = 0; i < n; i++) {
            to[i] = one(lograte1[i], lograte2[i], growth);
        }
        return;
    }
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        to[i] = kl_exponential_lograte_inline(lograte1[i], lograte2[i], 1.0);
    }
}

MANY(kl_exponential_lograte, kl_exponential_lograte)

double derive_kl_exponential_lograte(double lograte1, double lograte2)
{
    return CHOSEN(kl_exponential_lograte)(lograte1, lograte2, 1.0);
}

void derive_kl_exponential_lograte_array(size_t n, const double *lograte1, const double *lograte2, double *out)
{
    const void *in[2];
    void *to[1];
    in[0] = lograte1;
    in[1] = lograte2;
    to[0] = out;
    apply(CHOSEN_RUN(kl_exponential_lograte), NULL, n, sizeof(double), 2, in, 1, to);
}

double derive_kl_exponential_lograte_sum(size_t n, const double *lograte1, const double *lograte2)
{
    const void *in[2];
    in[0] = lograte1;
    in[1] = lograte2;
    return careful_sum(CHOSEN_RUN(kl_exponential_lograte), n, sizeof(double), 2, in);
}

INLINE float kl_exponential_logratef_inline(double lograte1, double lograte2)
{
    const kl_exponential_lograte_parts_t at = kl_exponential_lograte_parts(lograte1, lograte2);
    return (float)(round_to_odd(at.head, at.tail) * at.unscale);
}

typedef float kl_exponential_logratef_one(double lograte1, double lograte2);

ONE(return, float, kl_exponential_logratef, (double lograte1, double lograte2), (lograte1, lograte2))

INLINE void kl_exponential_logratef_run(RUN, kl_exponential_logratef_one *one, int fused)
{
    const float *const lograte1 = (const float *)in[0];
    const float *const lograte2 = (const float *)in[1];
    float *const to = (float *)out[0];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            to[i] = one((double)lograte1[i], (double)lograte2[i]);
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        to[i] = kl_exponential_logratef_inline((double)lograte1[i], (double)lograte2[i]);
    }
}

MANY(kl_exponential_logratef, kl_exponential_logratef)

float derive_kl_exponential_logratef(float lograte1, float lograte2)
{
    return CHOSEN(kl_exponential_logratef)((double)lograte1, (double)lograte2);
}

void derive_kl_exponential_lograte_arrayf(size_t n, const float *lograte1, const float *lograte2, float *out)
{
    const void *in[2];
    void *to[1];
    in[0] = lograte1;
    in[1] = lograte2;
    to[0] = out;
    apply(CHOSEN_RUN(kl_exponential_logratef), NULL, n, sizeof(float), 2, in, 1, to);
}

double derive_kl_exponential_lograte_sumf(size_t n, const float *lograte1, const float *lograte2)
{
    const void *in[2];
    in[0] = lograte1;
    in[1] = lograte2;
    return careful_sum(CHOSEN_RUN(kl_exponential_lograte), n, sizeof(float), 2, in);
}

INLINE kl_exponential_rate_slopes_t kl_exponential_rate_grad_inline(double rate1, double rate2)
{
    return kl_exponential_rate_slopes(rate1, rate2);
}

typedef kl_exponential_rate_slopes_t kl_exponential_rate_grad_one(double rate1, double rate2);

ONE(return, kl_exponential_rate_slopes_t, kl_exponential_rate_grad, (double rate1, double rate2), (rate1, rate2))

INLINE void kl_exponential_rate_grad_run(RUN, kl_exponential_rate_grad_one *one, int fused)
{
    const double *const rate1 = (const double *)in[0];
    const double *const rate2 = (const double *)in[1];
    double *const d_rate1 = (double *)out[0];
    double *const d_rate2 = (double *)out[1];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            const kl_exponential_rate_slopes_t at = one(rate1[i], rate2[i]);
            d_rate1[i] = at.d_rate1;
            d_rate2[i] = at.d_rate2;
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        const kl_exponential_rate_slopes_t at = kl_exponential_rate_grad_inline(rate1[i], rate2[i]);
        d_rate1[i] = at.d_rate1;
        d_rate2[i] = at.d_rate2;
    }
}

MANY(kl_exponential_rate_grad, kl_exponential_rate_grad)

void derive_kl_exponential_rate_grad(double rate1, double rate2, double *d_rate1, double *d_rate2)
{
    const kl_exponential_rate_slopes_t at = CHOSEN(kl_exponential_rate_grad)(rate1, rate2);
    *d_rate1 = at.d_rate1;
    *d_rate2 = at.d_rate2;
}

void derive_kl_exponential_rate_grad_array(size_t n, const double *rate1, const double *rate2, double *d_rate1,
    double *d_rate2)
{
    const void *in[2];
    void *to[2];
    in[0] = rate1;
    in[1] = rate2;
    to[0] = d_rate1;
    to[1] = d_rate2;
    apply(NULL, CHOSEN_RUN(kl_exponential_rate_grad), n, sizeof(double), 2, in, 2, to);
}

void derive_kl_exponential_rate_value_grad_array(size_t n, const double *rate1, const double *rate2, double *value,
    double *d_rate1, double *d_rate2)
{
    const void *in[2];
    void *to[3];
    in[0] = rate1;
    in[1] = rate2;
    to[0] = value;
    to[1] = d_rate1;
    to[2] = d_rate2;
    apply(CHOSEN_RUN(kl_exponential_rate), CHOSEN_RUN(kl_exponential_rate_grad), n, sizeof(double), 2, in, 3, to);
}

INLINE void kl_exponential_rate_gradf_run(RUN, kl_exponential_rate_grad_one *one, int fused)
{
    const float *const rate1 = (const float *)in[0];
    const float *const rate2 = (const float *)in[1];
    float *const d_rate1 = (float *)out[0];
    float *const d_rate2 = (float *)out[1];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            const kl_exponential_rate_slopes_t at = one((double)rate1[i], (double)rate2[i]);
            d_rate1[i] = (float)at.d_rate1;
            d_rate2[i] = (float)at.d_rate2;
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        const kl_exponential_rate_slopes_t at = kl_exponential_rate_grad_inline((double)rate1[i],
            (double)rate2[i]);
        d_rate1[i] = (float)at.d_rate1;
        d_rate2[i] = (float)at.d_rate2;
    }
}

MANY(kl_exponential_rate_gradf, kl_exponential_rate_grad)

void derive_kl_exponential_rate_gradf(float rate1, float rate2, float *d_rate1, float *d_rate2)
{
    const kl_exponential_rate_slopes_t at = CHOSEN(kl_exponential_rate_grad)((double)rate1, (double)rate2);
    *d_rate1 = (float)at.d_rate1;
    *d_rate2 = (float)at.d_rate2;
}

void derive_kl_exponential_rate_grad_arrayf(size_t n, const float *rate1, const float *rate2, float *d_rate1,
    float *d_rate2)
{
    const void *in[2];
    void *to[2];
    in[0] = rate1;
    in[1] = rate2;
    to[0] = d_rate1;
    to[1] = d_rate2;
    apply(NULL, CHOSEN_RUN(kl_exponential_rate_gradf), n, sizeof(float), 2, in, 2, to);
}

void derive_kl_exponential_rate_value_grad_arrayf(size_t n, const float *rate1, const float *rate2, float *value,
    float *d_rate1, float *d_rate2)
{
    const void *in[2];
    void *to[3];
    in[0] = rate1;
    in[1] = rate2;
    to[0] = value;
    to[1] = d_rate1;
    to[2] = d_rate2;
    apply(CHOSEN_RUN(kl_exponential_ratef), CHOSEN_RUN(kl_exponential_rate_gradf), n, sizeof(float), 2, in, 3, to);
}

INLINE kl_exponential_mean_slopes_t kl_exponential_mean_grad_inline(double mean1, double mean2)
{
    return kl_exponential_mean_slopes(mean1, mean2);
}

typedef kl_exponential_mean_slopes_t kl_exponential_mean_grad_one(double mean1, double mean2);

ONE(return, kl_exponential_mean_slopes_t, kl_exponential_mean_grad, (double mean1, double mean2), (mean1, mean2))

INLINE void kl_exponential_mean_grad_run(RUN, kl_exponential_mean_grad_one *one, int fused)
{
    const double *const mean1 = (const double *)in[0];
    const double *const mean2 = (const double *)in[1];
    double *const d_mean1 = (double *)out[0];
    double *const d_mean2 = (double *)out[1];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            const kl_exponential_mean_slopes_t at = one(mean1[i], mean2[i]);
            d_mean1[i] = at.d_mean1;
            d_mean2[i] = at.d_mean2;
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        const kl_exponential_mean_slopes_t at = kl_exponential_mean_grad_inline(mean1[i], mean2[i]);
        d_mean1[i] = at.d_mean1;
        d_mean2[i] = at.d_mean2;
    }
}

MANY(kl_exponential_mean_grad, kl_exponential_mean_grad)

void derive_kl_exponential_mean_grad(double mean1, double mean2, double *d_mean1, double *d_mean2)
{
    const kl_exponential_mean_slopes_t at = CHOSEN(kl_exponential_mean_grad)(mean1, mean2);
    *d_mean1 = at.d_mean1;
    *d_mean2 = at.d_mean2;
}

void derive_kl_exponential_mean_grad_array(size_t n, const double *mean1, const double *mean2, double *d_mean1,
    double *d_mean2)
{
    const void *in[2];
    void *to[2];
    in[0] = mean1;
    in[1] = mean2;
    to[0] = d_mean1;
    to[1] = d_mean2;
    apply(NULL, CHOSEN_RUN(kl_exponential_mean_grad), n, sizeof(double), 2, in, 2, to);
}

void derive_kl_exponential_mean_value_grad_array(size_t n, const double *mean1, const double *mean2, double *value,
    double *d_mean1, double *d_mean2)
{
    const void *in[2];
    void *to[3];
    in[0] = mean1;
    in[1] = mean2;
    to[0] = value;
    to[1] = d_mean1;
    to[2] = d_mean2;
    apply(CHOSEN_RUN(kl_exponential_mean), CHOSEN_RUN(kl_exponential_mean_grad), n, sizeof(double), 2, in, 3, to);
}

INLINE void kl_exponential_mean_gradf_run(RUN, kl_exponential_mean_grad_one *one, int fused)
{
    const float *const mean1 = (const float *)in[0];
    const float *const mean2 = (const float *)in[1];
    float *const d_mean1 = (float *)out[0];
    float *const d_mean2 = (float *)out[1];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            const kl_exponential_mean_slopes_t at = one((double)mean1[i], (double)mean2[i]);
            d_mean1[i] = (float)at.d_mean1;
            d_mean2[i] = (float)at.d_mean2;
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        const kl_exponential_mean_slopes_t at = kl_exponential_mean_grad_inline((double)mean1[i],
            (double)mean2[i]);
        d_mean1[i] = (float)at.d_mean1;
        d_mean2[i] = (float)at.d_mean2;
    }
}

MANY(kl_exponential_mean_gradf, kl_exponential_mean_grad)

void derive_kl_exponential_mean_gradf(float mean1, float mean2, float *d_mean1, float *d_mean2)
{
    const kl_exponential_mean_slopes_t at = CHOSEN(kl_exponential_mean_grad)((double)mean1, (double)mean2);
    *d_mean1 = (float)at.d_mean1;
    *d_mean2 = (float)at.d_mean2;
}

void derive_kl_exponential_mean_grad_arrayf(size_t n, const float *mean1, const float *mean2, float *d_mean1,
    float *d_mean2)
{
    const void *in[2];
    void *to[2];
    in[0] = mean1;
    in[1] = mean2;
    to[0] = d_mean1;
    to[1] = d_mean2;
    apply(NULL, CHOSEN_RUN(kl_exponential_mean_gradf), n, sizeof(float), 2, in, 2, to);
}

void derive_kl_exponential_mean_value_grad_arrayf(size_t n, const float *mean1, const float *mean2, float *value,
    float *d_mean1, float *d_mean2)
{
    const void *in[2];
    void *to[3];
    in[0] = mean1;
    in[1] = mean2;
    to[0] = value;
    to[1] = d_mean1;
    to[2] = d_mean2;
    apply(CHOSEN_RUN(kl_exponential_meanf), CHOSEN_RUN(kl_exponential_mean_gradf), n, sizeof(float), 2, in, 3, to);
}

INLINE kl_exponential_lograte_slopes_t kl_exponential_lograte_grad_inline(double lograte1, double lograte2)
{
    return kl_exponential_lograte_slopes(lograte1, lograte2);
}

typedef kl_exponential_lograte_slopes_t kl_exponential_lograte_grad_one(double lograte1, double lograte2);

ONE(return, kl_exponential_lograte_slopes_t, kl_exponential_lograte_grad, (double lograte1, double lograte2),
    (lograte1, lograte2))

INLINE void kl_exponential_lograte_grad_run(RUN, kl_exponential_lograte_grad_one *one, int fused)
{
    const double *const lograte1 = (const double *)in[0];
    const double *const lograte2 = (const double *)in[1];
    double *const d_lograte1 = (double *)out[0];
    double *const d_lograte2 = (double *)out[1];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            const kl_exponential_lograte_slopes_t at = one(lograte1[i], lograte2[i]);
            d_lograte1[i] = at.d_lograte1;
            d_lograte2[i] = at.d_lograte2;
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        const kl_exponential_lograte_slopes_t at = kl_exponential_lograte_grad_inline(lograte1[i], lograte2[i]);
        d_lograte1[i] = at.d_lograte1;
        d_lograte2[i] = at.d_lograte2;
    }
}

MANY(kl_exponential_lograte_grad, kl_exponential_lograte_grad)

void derive_kl_exponential_lograte_grad(double lograte1, double lograte2, double *d_lograte1, double *d_lograte2)
{
    const kl_exponential_lograte_slopes_t at = CHOSEN(kl_exponential_lograte_grad)(lograte1, lograte2);
    *d_lograte1 = at.d_lograte1;
    *d_lograte2 = at.d_lograte2;
}

void derive_kl_exponential_lograte_grad_array(size_t n, const double *lograte1, const double *lograte2,
    double *d_lograte1, double *d_lograte2)
{
    const void *in[2];
    void *to[2];
    in[0] = lograte1;
    in[1] = lograte2;
    to[0] = d_lograte1;
    to[1] = d_lograte2;
    apply(NULL, CHOSEN_RUN(kl_exponential_lograte_grad), n, sizeof(double), 2, in, 2, to);
}

void derive_kl_exponential_lograte_value_grad_array(size_t n, const double *lograte1, const double *lograte2,
    double *value, double *d_lograte1, double *d_lograte2)
{
    const void *in[2];
    void *to[3];
    in[0] = lograte1;
    in[1] = lograte2;
    to[0] = value;
    to[1] = d_lograte1;
    to[2] = d_lograte2;
    apply(CHOSEN_RUN(kl_exponential_lograte), CHOSEN_RUN(kl_exponential_lograte_grad), n, sizeof(double), 2, in, 3,
        to);
}

INLINE void kl_exponential_lograte_gradf_run(RUN, kl_exponential_lograte_grad_one *one, int fused)
{
    const float *const lograte1 = (const float *)in[0];
    const float *const lograte2 = (const float *)in[1];
    float *const d_lograte1 = (float *)out[0];
    float *const d_lograte2 = (float *)out[1];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            const kl_exponential_lograte_slopes_t at = one((double)lograte1[i], (double)lograte2[i]);
            d_lograte1[i] = (float)at.d_lograte1;
            d_lograte2[i] = (float)at.d_lograte2;
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        const kl_exponential_lograte_slopes_t at = kl_exponential_lograte_grad_inline((double)lograte1[i],
            (double)lograte2[i]);
        d_lograte1[i] = (float)at.d_lograte1;
        d_lograte2[i] = (float)at.d_lograte2;
    }
}

MANY(kl_exponential_lograte_gradf, kl_exponential_lograte_grad)

void derive_kl_exponential_lograte_gradf(float lograte1, float lograte2, float *d_lograte1, float *d_lograte2)
{
    const kl_exponential_lograte_slopes_t at = CHOSEN(kl_exponential_lograte_grad)((double)lograte1,
        (double)lograte2);
    *d_lograte1 = (float)at.d_lograte1;
    *d_lograte2 = (float)at.d_lograte2;
}

void derive_kl_exponential_lograte_grad_arrayf(size_t n, const float *lograte1, const float *lograte2,
    float *d_lograte1, float *d_lograte2)
{
    const void *in[2];
    void *to[2];
    in[0] = lograte1;
    in[1] = lograte2;
    to[0] = d_lograte1;
    to[1] = d_lograte2;
    apply(NULL, CHOSEN_RUN(kl_exponential_lograte_gradf), n, sizeof(float), 2, in, 2, to);
}

void derive_kl_exponential_lograte_value_grad_arrayf(size_t n, const float *lograte1, const float *lograte2,
    float *value, float *d_lograte1, float *d_lograte2)
{
    const void *in[2];
    void *to[3];
    in[0] = lograte1;
    in[1] = lograte2;
    to[0] = value;
    to[1] = d_lograte1;
    to[2] = d_lograte2;
    apply(CHOSEN_RUN(kl_exponential_logratef), CHOSEN_RUN(kl_exponential_lograte_gradf), n, sizeof(float), 2, in, 3,
        to);
}

/* --- the self-test --- */

INLINE int is_number(double x) { return (bits_of(x) & UINT64_C(0x7fffffffffffffff)) <= UINT64_C(0x7ff0000000000000); }

/* Whether one of the results is far from what is expected, beside the largest; a NaN is. */
static int is_off(const double *result, const double *expected, int count)
{
    double largest = 0.0;
    int i, off = 0;
    for (i = 0; i < count; i++)
        largest = larger(largest, fabs(expected[i]));
    for (i = 0; i < count; i++)
        off |= !(fabs(result[i] - expected[i]) <= HEX(0x1p-51, 4.440892098500626e-16) * largest);
    return off;
}

int derive_kl_exponential_selftest(void)
{
    /* Volatile: nothing is computed before the program runs. */
    static const volatile double sums[][2] = {
        { 1.0, HEX(0x1p-60, 8.673617379884035e-19) },
        { HEX(0x1p-60, 8.673617379884035e-19), 1.0 },
        { -3.0, HEX(0x1p-60, 8.673617379884035e-19) },
        { 1.0, HEX(0x1.5555555555555p-62, 2.8912057932946783e-19) },
    };
    static const volatile double products[][4] = {
        { HEX(0x1.00000004p+0, 1.0000000009313226), HEX(0x1.00000004p+0, 1.0000000009313226), HEX(-0x1.00000008p+0,
            -1.0000000018626451), HEX(0x1p-60, 8.673617379884035e-19) },
        { HEX(0x1.0000000000001p+0, 1.0000000000000002), HEX(0x1.fffffffffffffp-1, 0.9999999999999999), -1.0,
            HEX(0x1.ffffffffffffep-54, 1.1102230246251563e-16) },
        { HEX(0x1.0000002p+0, 1.0000000074505806), HEX(0x1.0000002p+0, 1.0000000074505806), HEX(0x1p+53,
            9007199254740992.0), HEX(0x1.0000000000001p+53, 9007199254740994.0) },
        { HEX(0x1.00000008p+0, 1.0000000018626451), HEX(0x1.000001p+0, 1.0000000596046448), HEX(0x1.0000000000001p+53,
            9007199254740994.0), HEX(0x1.0000000000002p+53, 9007199254740996.0) },
        { 3.0, HEX(0x1.5555555555555p-2, 0.3333333333333333), HEX(0x1p-54, 5.551115123125783e-17), 1.0 },
        { HEX(0x1.0000000000001p+0, 1.0000000000000002), HEX(0x1p-54, 5.551115123125783e-17), 1.0, 1.0 },
        { HEX(0x1.fffffffffffffp-1, 0.9999999999999999), HEX(-0x1p-54, -5.551115123125783e-17), 1.0, 1.0 },
        { HEX(0x1p-600, 2.409919865102884e-181), HEX(-0x1p-600, -2.409919865102884e-181), 0.0, -0.0 },
        { HEX(0x1p-537, 2.2227587494850775e-162), HEX(0x1p-537, 2.2227587494850775e-162), HEX(0x1p-1022,
            2.2250738585072014e-308), HEX(0x1.0000000000001p-1022, 2.225073858507202e-308) },
        { HEX(0x1.8p+0, 1.5), HEX(0x0.0000000000001p-1022, 5e-324), HEX(0x0.0000000000001p-1022, 5e-324),
            HEX(0x0.0000000000002p-1022, 1e-323) },
        { HEX(0x1p+600, 4.149515568880993e+180), HEX(0x1p+500, 3.273390607896142e+150), -(double)INFINITY,
            -(double)INFINITY },
    };
    static const volatile double quotients[] = { 49.0, 5.0, 7.0, 11.0, 13.0, 17.0, 19.0, 23.0, 29.0, 31.0 };
    volatile double not_a_number = (double)NAN, infinite = (double)INFINITY, zero = 0.0;
    double rest = 0.0;
    size_t i;
    for (i = 0; i < sizeof sums / sizeof *sums; i++) {
        const double a = sums[i][0], b = sums[i][1];
        const pair exact = two_sum(a, b);
        rest += fabs((exact.head - a) - (b - exact.tail)) + fabs((exact.head - b) - (a - exact.tail));
        if (!(fabs(exact.tail) > 0.0))
            return 1;
    }
    if (rest != 0.0)
        return 1;
    for (i = 0; i < sizeof products / sizeof *products; i++) {
        const double computed = fma(products[i][0], products[i][1], products[i][2]);
        if (bits_of(computed) != bits_of(products[i][3]))
            return 2;
    }
    for (i = 1; i < sizeof quotients / sizeof *quotients; i++) {
        const double divisor = quotients[0], a = quotients[i], b = quotients[i] + 1.0;
        /* Both in one expression: a compiler takes the reciprocal for two quotients side by side. */
        const double first = a / divisor, second = b / divisor;
        const double half = HEX(0x1p-53, 1.1102230246251565e-16);
        const double rest_of_first = fma(-first, divisor, a), rest_of_second = fma(-second, divisor, b);
        if (larger(fabs(rest_of_first) - half * a, fabs(rest_of_second) - half * b) > 0.0)
            return 3;
    }
    if (less(not_a_number, 1.0) != 0 || equal(not_a_number, not_a_number) != 0 || less(1.0, infinite) == 0 ||
        is_number(derive_kl_exponential_rate(not_a_number, zero)))
        return 4;
    {
        static const double rows[][3] = {
            { HEX(0x1.004p+0, 1.0009765625), HEX(0x1.ffffde7210be9p-1, 0.999999), HEX(0x1.0030ea7358168p-21,
                4.771930676543793e-07) },
            { HEX(0x1.6p+0, 1.375), HEX(0x1.8p-1, 0.75), HEX(0x1.3675003b9ba7bp-3, 0.151590349024861) },
            { 20.0, HEX(0x1.12e0be826d695p-30, 1e-09), HEX(0x1.6b810429ab324p+4, 22.7189981105504) },
        };
        for (i = 0; i < 3; i++) {
            const double *const row = rows[i];
            double result[1];
            result[0] = derive_kl_exponential_rate(row[0], row[1]);
            if (is_off(result, row + 2, 1) != 0)
                return 5;
        }
    }
    {
        static const double rows[][3] = {
            { HEX(0x1.004p+0, 1.0009765625), HEX(0x1.ffffde7210be9p-1, 0.999999), HEX(0x1.005ba6b128a91p-21,
                4.775040080183623e-07) },
            { HEX(0x1.6p+0, 1.375), HEX(0x1.8p-1, 0.75), HEX(0x1.d14cf04083601p-3, 0.2271975297630178) },
            { 20.0, HEX(0x1.12e0be826d695p-30, 1e-09), HEX(0x1.2a05f1f9d1fbfp+34, 19999999975.281002) },
        };
        for (i = 0; i < 3; i++) {
            const double *const row = rows[i];
            double result[1];
            result[0] = derive_kl_exponential_mean(row[0], row[1]);
            if (is_off(result, row + 2, 1) != 0)
                return 6;
        }
    }
    {
        static const double rows[][3] = {
            { HEX(0x1.0624dd2f1a9fcp-10, 0.001), HEX(-0x1.0c6f7a0b5ed8dp-20, -1e-06), HEX(0x1.0ce203cef8eb9p-21,
                5.008333746583765e-07) },
            { HEX(0x1.8p-2, 0.375), -0.25, HEX(0x1.483724d264f9fp-3, 0.16026142851899025) },
            { 3.0, -40.0, 42.0 },
        };
        for (i = 0; i < 3; i++) {
            const double *const row = rows[i];
            double result[1];
            result[0] = derive_kl_exponential_lograte(row[0], row[1]);
            if (is_off(result, row + 2, 1) != 0)
                return 7;
        }
    }
    {
        static const double rows[][4] = {
            { HEX(0x1.004p+0, 1.0009765625), HEX(0x1.ffffde7210be9p-1, 0.999999), HEX(0x1.ff86549a534cbp-11,
                0.0009756559914336991), HEX(-0x1.00032bdee9c67p-10, -0.0009766097570975908) },
            { HEX(0x1.6p+0, 1.375), HEX(0x1.8p-1, 0.75), HEX(0x1.52832c6e043b4p-2, 0.3305785123966942),
                HEX(-0x1.364d9364d9365p-1, -0.6060606060606061) },
            { 20.0, HEX(0x1.12e0be826d695p-30, 1e-09), HEX(0x1.9999999941a3ap-5, 0.0499999999975),
                HEX(-0x1.dcd64fff99999p+29, -999999999.9499999) },
        };
        for (i = 0; i < 3; i++) {
            const double *const row = rows[i];
            double result[2];
            derive_kl_exponential_rate_grad(row[0], row[1], result + 0, result + 1);
            if (is_off(result, row + 2, 2) != 0)
                return 8;
        }
    }
    {
        static const double rows[][4] = {
            { HEX(0x1.004p+0, 1.0009765625), HEX(0x1.ffffde7210be9p-1, 0.999999), HEX(0x1.00032bdee9c67p-10,
                0.0009766097570975908), HEX(-0x1.00433d75413b8p-10, -0.0009775644551279616) },
            { HEX(0x1.6p+0, 1.375), HEX(0x1.8p-1, 0.75), HEX(0x1.364d9364d9365p-1, 0.6060606060606061),
                HEX(-0x1.1c71c71c71c72p+0, -1.1111111111111112) },
            { 20.0, HEX(0x1.12e0be826d695p-30, 1e-09), HEX(0x1.dcd64fff99999p+29, 999999999.9499999),
                HEX(-0x1.158e4608d8353p+64, -1.9999999999e+19) },
        };
        for (i = 0; i < 3; i++) {
            const double *const row = rows[i];
            double result[2];
            derive_kl_exponential_mean_grad(row[0], row[1], result + 0, result + 1);
            if (is_off(result, row + 2, 2) != 0)
                return 9;
        }
    }
    {
        static const double rows[][4] = {
            { HEX(0x1.0624dd2f1a9fcp-10, 0.001), HEX(-0x1.0c6f7a0b5ed8dp-20, -1e-06), HEX(0x1.06465ccd23986p-10,
                0.0010004991666253417), HEX(-0x1.06465ccd23986p-10, -0.0010004991666253417) },
            { HEX(0x1.8p-2, 0.375), 3.0, HEX(-0x1.99bf125d0ba5dp+3, -12.804574186067095), HEX(0x1.99bf125d0ba5dp+3,
                12.804574186067095) },
            { -40.0, 0.0, HEX(-0x1.a220d397972ebp+57, -2.3538526683702e+17), HEX(0x1.a220d397972ebp+57,
                2.3538526683702e+17) },
        };
        for (i = 0; i < 3; i++) {
            const double *const row = rows[i];
            double result[2];
            derive_kl_exponential_lograte_grad(row[0], row[1], result + 0, result + 1);
            if (is_off(result, row + 2, 2) != 0)
                return 10;
        }
    }
    return 0;
}
