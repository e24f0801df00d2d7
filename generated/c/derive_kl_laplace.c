/* SPDX-License-Identifier: MIT */

/* derive_kl_laplace.c: kernels printed from the trees that `derive` lowers its proved closed forms to.

   Emitted by `derive all`; edit proofs/ or derive/, not this file. The contract of each function is in
   derive_kl_laplace.h. C99, and C++ from 2011 on.

   The bits depend neither on the compiler nor on optimisation, instruction set or contraction: see product(). */

#include "derive_kl_laplace.h"

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
#error "derive_kl_laplace.c: -ffast-math and its parts break error-free transforms: use -fno-fast-math"
#endif
/* 16, on processors with half precision, and 1, of which only float arithmetic is touched, leave double as it is. */
#if defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 1 && FLT_EVAL_METHOD != 16
#error "derive_kl_laplace.c: needs FLT_EVAL_METHOD 0 (on 32-bit x86: -msse2 -mfpmath=sse)"
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
double fma(double, double, double) __asm__("derive_kl_laplace_fma");
#if defined(__ELF__)
__attribute__((visibility("hidden")))
#endif
__attribute__((used, noinline)) double derive_kl_laplace_fma(double a, double b, double c);
#ifdef __cplusplus
}
#endif
#else
#define fma derive_kl_laplace_fma
static double derive_kl_laplace_fma(double a, double b, double c);
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

double derive_kl_laplace_fma(double a, double b, double c)
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

/* The same, the tail half an ulp at most. */
INLINE pair normalised(const double a, const double a_tail)
{
    const pair total = fast_two_sum(a, a_tail);
    pair out;
    out.head = total.head;
    out.tail = total.tail;
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

/* The product of two heads and tails. */
INLINE pair multiply(const double a, const double a_tail, const double b, const double b_tail)
{
    const pair leading = two_prod(a, b);
    pair out;
    out.head = leading.head;
    out.tail = fma(a, b_tail, fma(a_tail, b, leading.tail));
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

typedef struct { double head, tail, exponent; } scaled_sum_t;

/* (a + a_tail) 2^i + (b + b_tail) 2^j = (head + tail) 2^exponent. */
INLINE scaled_sum_t scaled_sum(const double a, const double a_tail, const double i, const double b,
    const double b_tail, const double j)
{
    /* a zero has no say in the common exponent */
    const double first = choose(equal(a, 0.0), -20000.0, i);
    const double second = choose(equal(b, 0.0), -20000.0, j);
    const double common = larger(first, second);
    const double left = power_of_two(larger(first - common, -1000.0));
    const double right = power_of_two(larger(second - common, -1000.0));
    const pair total = two_sum(product(a, left), product(b, right));
    scaled_sum_t out;
    out.head = total.head;
    out.tail = total.tail + (product(a_tail, left) + product(b_tail, right));
    out.exponent = common;
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

typedef struct { double head, tail, unscale; } kl_laplace_scale_parts_t;

/* kl_laplace_scale = (head + tail) unscale. */
INLINE kl_laplace_scale_parts_t kl_laplace_scale_parts(const double mu1, const double b1, const double mu2,
    const double b2)
{
    const uint64_t mask = ~(less(fabs(mu1), (double)INFINITY) & less(0.0, b1) & less(b1, (double)INFINITY)
        & less(fabs(mu2), (double)INFINITY) & less(0.0, b2) & less(b2, (double)INFINITY));
    const difference_t difference_of = difference(mu1, mu2);
    const positive_t positive_of = positive(b1);
    const pair quotient_of = quotient(fabs(difference_of.head),
        choose(less(difference_of.head, 0.0), -difference_of.tail, difference_of.tail), positive_of.significand,
            0.0);
    const pair normalised_of = normalised(quotient_of.head, quotient_of.tail);
    const scaled_expm1mx_t scaled_expm1mx_of = scaled_expm1mx(-normalised_of.head, -normalised_of.tail,
        difference_of.exponent - positive_of.exponent);
    const pair multiply_of = multiply(scaled_expm1mx_of.head, scaled_expm1mx_of.tail, positive_of.significand,
        0.0);
    const positive_t positive_of2 = positive(b2);
    const pair quotient_of2 = quotient(multiply_of.head, multiply_of.tail, positive_of2.significand, 0.0);
    const scaled_excess_1_t scaled_excess_1_of = scaled_excess_1(positive_of.significand, positive_of.exponent,
        positive_of2.significand, positive_of2.exponent);
    const scaled_sum_t scaled_sum_of = scaled_sum(quotient_of2.head, quotient_of2.tail,
        (scaled_expm1mx_of.exponent + positive_of.exponent) - positive_of2.exponent, scaled_excess_1_of.head,
            scaled_excess_1_of.tail, scaled_excess_1_of.exponent);
    const close_t close_of = close(scaled_sum_of.head, scaled_sum_of.tail, scaled_sum_of.exponent);
    kl_laplace_scale_parts_t out;
    out.head = choose(mask,
        choose(~equal(mu1, mu1) | ~less_equal(0.0, b1) | ~equal(mu2, mu2) | ~less_equal(0.0, b2), (double)NAN,
            choose((equal(mu1, -(double)INFINITY) & equal(mu2, -(double)INFINITY))
                | (equal(mu1, (double)INFINITY) & equal(mu2, (double)INFINITY))
                    | (equal(b1, 0.0) & equal(b2, 0.0))
                        | (equal(b1, (double)INFINITY) & equal(b2, (double)INFINITY)), (double)NAN,
                            (double)INFINITY)), close_of.head);
    out.tail = choose(mask, 0.0, close_of.tail);
    out.unscale = choose(mask, 1.0, close_of.unscale);
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

typedef struct { double head, tail, unscale; } kl_laplace_logscale_parts_t;

/* kl_laplace_logscale = (head + tail) unscale. */
INLINE kl_laplace_logscale_parts_t kl_laplace_logscale_parts(const double mu1, const double logb1, const double mu2,
    const double logb2)
{
    const uint64_t mask = ~(less(fabs(mu1), (double)INFINITY) & less(fabs(logb1), (double)INFINITY)
        & less(fabs(mu2), (double)INFINITY) & less(fabs(logb2), (double)INFINITY));
    const difference_t difference_of = difference(mu1, mu2);
    const difference_t difference_of2 = difference(-logb1, 0.0);
    const double weight_scale = power_of_two(larger(smaller(difference_of2.exponent, 900.0), -200.0));
    const exponential_t exponential_of = exponential(product(difference_of2.head, weight_scale),
        product(difference_of2.tail, weight_scale));
    const double part = difference_of.exponent + exponential_of.k;
    const uint64_t mask2 = less(HEX(0x1.92p+6, 100.5), part);
    const double part2 = fabs(difference_of.head);
    const double part3 = choose(less(difference_of.head, 0.0), -difference_of.tail, difference_of.tail);
    const difference_t difference_of3 = difference(-logb2, 0.0);
    const double weight_scale2 = power_of_two(larger(smaller(difference_of3.exponent, 900.0), -200.0));
    const exponential_t exponential_of2 = exponential(product(difference_of3.head, weight_scale2),
        product(difference_of3.tail, weight_scale2));
    const pair normalised_of = normalised(exponential_of2.head, exponential_of2.tail);
    const pair multiply_of = multiply(part2, part3, normalised_of.head, normalised_of.tail);
    const uint64_t mask3 = less(part, HEX(-0x1.92p+6, -100.5));
    const pair multiply_of2 = multiply(part2, part3, part2, part3);
    const difference_t difference_of4 = difference(-logb1, logb2);
    const double weight_scale3 = power_of_two(larger(smaller(difference_of4.exponent, 900.0), -200.0));
    const exponential_t exponential_of3 = exponential(product(difference_of4.head, weight_scale3),
        product(difference_of4.tail, weight_scale3));
    const pair normalised_of2 = normalised(exponential_of3.head, exponential_of3.tail);
    const pair multiply_of3 = multiply(multiply_of2.head, multiply_of2.tail, normalised_of2.head,
        normalised_of2.tail);
    const pair normalised_of3 = normalised(exponential_of.head, exponential_of.tail);
    const pair multiply_of4 = multiply(part2, part3, normalised_of3.head, normalised_of3.tail);
    const pair normalised_of4 = normalised(multiply_of4.head, multiply_of4.tail);
    const scaled_expm1mx_t scaled_expm1mx_of = scaled_expm1mx(-normalised_of4.head, -normalised_of4.tail, part);
    const difference_t difference_of5 = difference(logb1, logb2);
    const double weight_scale4 = power_of_two(larger(smaller(difference_of5.exponent, 900.0), -200.0));
    const exponential_t exponential_of4 = exponential(product(difference_of5.head, weight_scale4),
        product(difference_of5.tail, weight_scale4));
    const pair normalised_of5 = normalised(exponential_of4.head, exponential_of4.tail);
    const pair multiply_of5 = multiply(scaled_expm1mx_of.head, scaled_expm1mx_of.tail, normalised_of5.head,
        normalised_of5.tail);
    const uint64_t mask4 = less(0.0, difference_of5.head) & less(HEX(0x1.ap+2, 6.5), difference_of5.exponent);
    const scaled_expm1mx_t scaled_expm1mx_of2 = scaled_expm1mx(difference_of5.head, difference_of5.tail,
        difference_of5.exponent);
    const scaled_sum_t scaled_sum_of = scaled_sum(choose(mask2, multiply_of.head,
        choose(mask3, multiply_of3.head, multiply_of5.head)),
            choose(mask2, multiply_of.tail, choose(mask3, multiply_of3.tail, multiply_of5.tail)),
                choose(mask2, difference_of.exponent + exponential_of2.k,
                    choose(mask3, ((difference_of.exponent + difference_of.exponent) - 1.0) + exponential_of3.k,
                        scaled_expm1mx_of.exponent + exponential_of4.k)),
                            choose(mask4, normalised_of5.head, scaled_expm1mx_of2.head),
                                choose(mask4, normalised_of5.tail, scaled_expm1mx_of2.tail),
                                    choose(mask4, exponential_of4.k, scaled_expm1mx_of2.exponent));
    const close_t close_of = close(scaled_sum_of.head, scaled_sum_of.tail, scaled_sum_of.exponent);
    kl_laplace_logscale_parts_t out;
    out.head = choose(mask,
        choose(~equal(mu1, mu1) | ~equal(logb1, logb1) | ~equal(mu2, mu2) | ~equal(logb2, logb2), (double)NAN,
            choose((equal(mu1, -(double)INFINITY) & equal(mu2, -(double)INFINITY))
                | (equal(mu1, (double)INFINITY) & equal(mu2, (double)INFINITY))
                    | (equal(logb1, -(double)INFINITY) & equal(logb2, -(double)INFINITY))
                        | (equal(logb1, (double)INFINITY) & equal(logb2, (double)INFINITY)), (double)NAN,
                            (double)INFINITY)), close_of.head);
    out.tail = choose(mask, 0.0, close_of.tail);
    out.unscale = choose(mask, 1.0, close_of.unscale);
    return out;
}

typedef struct { double head, tail, exponent; } difference_or_infinite_t;

/* x - y = (head + tail) 2^exponent; infinity has a high exponent. */
INLINE difference_or_infinite_t difference_or_infinite(const double x, const double y)
{
    const uint64_t bounded = less(larger(fabs(x), fabs(y)), (double)INFINITY);
    const difference_t difference_of = difference(x, y);
    difference_or_infinite_t out;
    out.head = choose(bounded, difference_of.head, choose(less(x - y, 0.0), -1.0, 1.0));
    out.tail = choose(bounded, difference_of.tail, 0.0);
    out.exponent = choose(bounded, difference_of.exponent, 5000.0);
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

/* x 2^j, rounded once, for x near 1. */
INLINE double scale_by(const double x, const double j)
{
    const double cut = larger(smaller(j, 2040.0), -2040.0);
    const double half = nearest_integer(product(cut, 0.5));
    return product(x * power_of_two(half), power_of_two(cut - half));
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

typedef struct { double d_mu1, d_b1, d_mu2, d_b2; } kl_laplace_scale_slopes_t;

/* The gradient of kl_laplace_scale. */
INLINE kl_laplace_scale_slopes_t kl_laplace_scale_slopes(const double mu1, const double b1, const double mu2,
    const double b2)
{
    const uint64_t mask = less(fabs(mu1), (double)INFINITY);
    const uint64_t mask2 = less(0.0, b1) & less(b1, (double)INFINITY);
    const uint64_t mask3 = mask & mask2;
    const uint64_t mask4 = less(fabs(mu2), (double)INFINITY);
    const uint64_t mask5 = mask3 & mask4;
    const uint64_t mask6 = less(0.0, b2) & less(b2, (double)INFINITY);
    const uint64_t mask7 = ~(mask5 & mask6);
    const uint64_t mask8 = equal(b1, 0.0);
    const uint64_t mask9 = mask & mask8;
    const uint64_t mask10 = mask9 & mask6;
    const uint64_t mask11 = mask8 & mask4;
    const uint64_t mask12 = mask11 & mask6;
    const uint64_t mask13 = equal(mu1, -(double)INFINITY);
    const uint64_t mask14 = equal(mu2, (double)INFINITY);
    const uint64_t mask15 = mask13 & mask8 & mask14;
    const uint64_t mask16 = mask15 & mask6;
    const uint64_t mask17 = mask13 & mask2;
    const uint64_t mask18 = mask17 & mask14;
    const uint64_t mask19 = mask18 & mask6;
    const uint64_t mask20 = mask17 & mask4;
    const uint64_t mask21 = mask20 & mask6;
    const uint64_t mask22 = equal(mu1, (double)INFINITY);
    const uint64_t mask23 = equal(mu2, -(double)INFINITY);
    const uint64_t mask24 = mask22 & mask8 & mask23;
    const uint64_t mask25 = mask24 & mask6;
    const uint64_t mask26 = mask22 & mask2;
    const uint64_t mask27 = mask26 & mask23;
    const uint64_t mask28 = mask27 & mask6;
    const uint64_t mask29 = mask26 & mask4;
    const uint64_t mask30 = mask29 & mask6;
    const uint64_t mask31 = mask3 & mask23;
    const uint64_t mask32 = mask31 & mask6;
    const uint64_t mask33 = mask3 & mask14;
    const uint64_t mask34 = mask33 & mask6;
    const uint64_t mask35 = equal(b2, 0.0);
    const uint64_t mask36 = mask5 & mask35;
    /* the limit is what is computed anyhow */
    const uint64_t computed = mask10 | mask12 | mask16 | mask19 | mask21 | mask25 | mask28 | mask30 | mask32
        | mask34 | mask36;
    const uint64_t mask37 = ~equal(mu1, mu1) | ~less_equal(0.0, b1) | ~equal(mu2, mu2) | ~less_equal(0.0, b2);
    const uint64_t mask38 = equal(mu1, mu2);
    const uint64_t mask39 = mask3 & mask35;
    const uint64_t mask40 = mask37 | (mask10 & mask38) | (mask39 & mask38);
    const uint64_t mask41 = mask7 & ~(computed & ~mask40);
    const uint64_t mask42 = mask27 & mask35;
    const uint64_t mask43 = mask42 | (mask29 & mask35) | (mask31 & mask35);
    const uint64_t mask44 = mask18 & mask35;
    const uint64_t mask45 = mask44 | (mask20 & mask35) | (mask33 & mask35);
    const uint64_t mask46 = equal(b2, (double)INFINITY);
    const uint64_t mask47 = mask9 & mask46;
    const uint64_t mask48 = mask3 & mask46;
    const uint64_t mask49 = mask11 & mask46;
    const uint64_t mask50 = mask2 & mask4;
    const uint64_t mask51 = mask50 & mask46;
    const uint64_t mask52 = mask15 & mask46;
    const uint64_t mask53 = mask18 & mask46;
    const uint64_t mask54 = mask24 & mask46;
    const uint64_t mask55 = mask27 & mask46;
    const uint64_t mask56 = equal(b1, (double)INFINITY);
    const uint64_t mask57 = mask & mask56;
    const uint64_t mask58 = mask57 & mask4;
    const uint64_t mask59 = mask58 & mask6;
    const double part = choose(mask47 | mask48 | mask49 | mask51 | mask52 | mask53 | mask54 | mask55 | mask59,
        0.0, (double)NAN);
    const difference_or_infinite_t difference_or_infinite_of = difference_or_infinite(mu1, mu2);
    const uint64_t mask60 = less(difference_or_infinite_of.head, 0.0);
    const positive_or_infinite_t positive_or_infinite_of = positive_or_infinite(b1);
    const pair quotient_of = quotient(fabs(difference_or_infinite_of.head),
        choose(mask60, -difference_or_infinite_of.tail, difference_or_infinite_of.tail),
            positive_or_infinite_of.significand, 0.0);
    const pair normalised_of = normalised(quotient_of.head, quotient_of.tail);
    const double part2 = difference_or_infinite_of.exponent - positive_or_infinite_of.exponent;
    const scaled_expm1_t scaled_expm1_of = scaled_expm1(-normalised_of.head, -normalised_of.tail,
        smaller(part2, 9.0));
    const positive_or_infinite_t positive_or_infinite_of2 = positive_or_infinite(b2);
    const pair quotient_of2 = quotient(-scaled_expm1_of.head, -scaled_expm1_of.tail,
        positive_or_infinite_of2.significand, 0.0);
    const double part3 = choose(equal(difference_or_infinite_of.head, 0.0), 0.0, choose(mask60, -1.0, 1.0));
    /* a zero has no sign */
    const double rounded = (product(quotient_of2.head, part3) + product(quotient_of2.tail, part3)) + 0.0;
    const double part4 = scaled_expm1_of.exponent - positive_or_infinite_of2.exponent;
    /* the limit is what is computed anyhow */
    const uint64_t computed2 = mask48 | mask51 | mask53 | mask19 | mask21 | mask55 | mask28 | mask30 | mask59
        | mask32 | mask34;
    const uint64_t mask61 = ~mask37;
    const uint64_t mask62 = less(0.5, part2);
    const double part5 = smaller(part2, 12.0);
    const double weight_scale = power_of_two(larger(smaller(part5, 900.0), -200.0));
    const exponential_t exponential_of = exponential(product(-normalised_of.head, weight_scale),
        product(-normalised_of.tail, weight_scale));
    const pair normalised_of2 = normalised(exponential_of.head, exponential_of.tail);
    const pair multiply_of = multiply(normalised_of2.head, normalised_of2.tail,
        positive_or_infinite_of.significand, 0.0);
    const pair quotient_of3 = quotient(multiply_of.head, multiply_of.tail, positive_or_infinite_of2.significand,
        0.0);
    const scaled_sum_t scaled_sum_of = scaled_sum(1.0, 0.0, 0.0, normalised_of.head, normalised_of.tail, part5);
    const pair multiply_of2 = multiply(quotient_of3.head, quotient_of3.tail, scaled_sum_of.head,
        scaled_sum_of.tail);
    const scaled_sum_t scaled_sum_of2 = scaled_sum(multiply_of2.head, multiply_of2.tail,
        ((exponential_of.k + positive_or_infinite_of.exponent) - positive_or_infinite_of2.exponent)
            + scaled_sum_of.exponent, -1.0, 0.0, 0.0);
    const pair normalised_of3 = normalised(scaled_sum_of2.head, scaled_sum_of2.tail);
    const pair quotient_of4 = quotient(normalised_of3.head, normalised_of3.tail,
        positive_or_infinite_of.significand, 0.0);
    const difference_of_powers_1_t difference_of_powers_1_of =
        difference_of_powers_1(positive_or_infinite_of.significand, positive_or_infinite_of.exponent,
            positive_or_infinite_of2.significand, positive_or_infinite_of2.exponent);
    const pair multiply_of3 = multiply(positive_or_infinite_of.significand, 0.0,
        positive_or_infinite_of2.significand, 0.0);
    const pair quotient_of5 = quotient(difference_of_powers_1_of.head, difference_of_powers_1_of.tail,
        multiply_of3.head, multiply_of3.tail);
    const double part6 = smaller(part2, 7.0);
    const scaled_expm1mx_t scaled_expm1mx_of = scaled_expm1mx(normalised_of.head, normalised_of.tail, part6);
    const double weight_scale2 = power_of_two(larger(smaller(part6, 900.0), -200.0));
    const exponential_t exponential_of2 = exponential(product(-normalised_of.head, weight_scale2),
        product(-normalised_of.tail, weight_scale2));
    const pair normalised_of4 = normalised(exponential_of2.head, exponential_of2.tail);
    const pair multiply_of4 = multiply(scaled_expm1mx_of.head, scaled_expm1mx_of.tail, normalised_of4.head,
        normalised_of4.tail);
    const pair quotient_of6 = quotient(-multiply_of4.head, -multiply_of4.tail,
        positive_or_infinite_of2.significand, 0.0);
    const scaled_sum_t scaled_sum_of3 = scaled_sum(quotient_of5.head, quotient_of5.tail,
        difference_of_powers_1_of.exponent
            - (positive_or_infinite_of.exponent + positive_or_infinite_of2.exponent), quotient_of6.head,
                quotient_of6.tail, (scaled_expm1mx_of.exponent + exponential_of2.k)
                    - positive_or_infinite_of2.exponent);
    /* a zero has no sign */
    const double rounded2 = (choose(mask62, quotient_of4.head, scaled_sum_of3.head)
        + choose(mask62, quotient_of4.tail, scaled_sum_of3.tail)) + 0.0;
    const pair quotient_of7 = quotient(scaled_expm1_of.head, scaled_expm1_of.tail,
        positive_or_infinite_of2.significand, 0.0);
    /* a zero has no sign */
    const double rounded3 = (product(quotient_of7.head, part3) + product(quotient_of7.tail, part3)) + 0.0;
    const uint64_t mask63 = mask9 & mask4;
    /* the limit is what is computed anyhow */
    const uint64_t computed3 = mask63 & mask6;
    const pair multiply_of5 = multiply(positive_or_infinite_of2.significand, 0.0,
        positive_or_infinite_of2.significand, 0.0);
    const pair quotient_of8 = quotient(-difference_of_powers_1_of.head, -difference_of_powers_1_of.tail,
        multiply_of5.head, multiply_of5.tail);
    const double part7 = positive_or_infinite_of2.exponent + positive_or_infinite_of2.exponent;
    const scaled_expm1mx_t scaled_expm1mx_of2 = scaled_expm1mx(-normalised_of.head, -normalised_of.tail, part2);
    const pair multiply_of6 = multiply(-scaled_expm1mx_of2.head, -scaled_expm1mx_of2.tail,
        positive_or_infinite_of.significand, 0.0);
    const pair quotient_of9 = quotient(multiply_of6.head, multiply_of6.tail, multiply_of5.head,
        multiply_of5.tail);
    const scaled_sum_t scaled_sum_of4 = scaled_sum(quotient_of8.head, quotient_of8.tail,
        difference_of_powers_1_of.exponent - part7, quotient_of9.head, quotient_of9.tail,
            (scaled_expm1mx_of2.exponent + positive_or_infinite_of.exponent) - part7);
    /* a zero has no sign */
    const double rounded4 = (scaled_sum_of4.head + scaled_sum_of4.tail) + 0.0;
    kl_laplace_scale_slopes_t out;
    out.d_mu1 = choose(mask41,
        choose(mask40, (double)NAN, choose(mask43, (double)INFINITY, choose(mask45, -(double)INFINITY, part))),
            scale_by(rounded, part4));
    out.d_b1 = choose(mask7 & ~(computed2 & mask61),
        choose(mask37, (double)NAN,
            choose((mask58 & mask35) | mask36, (double)INFINITY,
                choose(mask47 | mask10 | mask49 | mask12 | mask52 | mask16 | mask54 | mask25, -(double)INFINITY,
                    (double)NAN))), scale_by(rounded2,
                        choose(mask62, scaled_sum_of2.exponent - positive_or_infinite_of.exponent,
                            scaled_sum_of3.exponent)));
    out.d_mu2 = choose(mask41,
        choose(mask40, (double)NAN, choose(mask43, -(double)INFINITY, choose(mask45, (double)INFINITY, part))),
            scale_by(rounded3, part4));
    out.d_b2 = choose(mask7 & ~(computed3 & mask61),
        choose(mask37, (double)NAN,
            choose((mask63 & mask46) | (mask5 & mask46), 0.0,
                choose((mask57 & mask35) | (mask57 & mask6) | mask39 | (mask13 & mask14 & mask6)
                    | (mask13 & mask4 & mask6) | (mask22 & mask23 & mask6) | (mask22 & mask4 & mask6)
                        | (mask & mask23 & mask6) | (mask & mask14 & mask6) | (mask56 & mask4 & mask35)
                            | (mask50 & mask35) | (mask13 & mask56 & mask14 & mask35) | mask44
                                | (mask22 & mask56 & mask23 & mask35) | mask42, -(double)INFINITY,
                                    (double)NAN))), scale_by(rounded4, scaled_sum_of4.exponent));
    return out;
}

typedef struct { double d_mu1, d_logb1, d_mu2, d_logb2; } kl_laplace_logscale_slopes_t;

/* The gradient of kl_laplace_logscale. */
INLINE kl_laplace_logscale_slopes_t kl_laplace_logscale_slopes(const double mu1, const double logb1,
    const double mu2, const double logb2)
{
    const uint64_t mask = less(fabs(mu1), (double)INFINITY);
    const uint64_t mask2 = less(fabs(logb1), (double)INFINITY);
    const uint64_t mask3 = mask & mask2;
    const uint64_t mask4 = less(fabs(mu2), (double)INFINITY);
    const uint64_t mask5 = mask3 & mask4;
    const uint64_t mask6 = less(fabs(logb2), (double)INFINITY);
    const uint64_t mask7 = ~(mask5 & mask6);
    const uint64_t mask8 = equal(logb1, -(double)INFINITY);
    const uint64_t mask9 = mask & mask8;
    const uint64_t mask10 = mask9 & mask6;
    const uint64_t mask11 = mask8 & mask4;
    const uint64_t mask12 = mask11 & mask6;
    const uint64_t mask13 = equal(mu1, -(double)INFINITY);
    const uint64_t mask14 = equal(mu2, (double)INFINITY);
    const uint64_t mask15 = mask13 & mask8 & mask14;
    const uint64_t mask16 = mask15 & mask6;
    const uint64_t mask17 = mask13 & mask2;
    const uint64_t mask18 = mask17 & mask14;
    const uint64_t mask19 = mask18 & mask6;
    const uint64_t mask20 = mask17 & mask4;
    const uint64_t mask21 = mask20 & mask6;
    const uint64_t mask22 = equal(mu1, (double)INFINITY);
    const uint64_t mask23 = equal(mu2, -(double)INFINITY);
    const uint64_t mask24 = mask22 & mask8 & mask23;
    const uint64_t mask25 = mask24 & mask6;
    const uint64_t mask26 = mask22 & mask2;
    const uint64_t mask27 = mask26 & mask23;
    const uint64_t mask28 = mask27 & mask6;
    const uint64_t mask29 = mask26 & mask4;
    const uint64_t mask30 = mask29 & mask6;
    const uint64_t mask31 = mask3 & mask23;
    const uint64_t mask32 = mask31 & mask6;
    const uint64_t mask33 = mask3 & mask14;
    const uint64_t mask34 = mask33 & mask6;
    const uint64_t mask35 = equal(logb2, -(double)INFINITY);
    const uint64_t mask36 = mask5 & mask35;
    /* the limit is what is computed anyhow */
    const uint64_t computed = mask10 | mask12 | mask16 | mask19 | mask21 | mask25 | mask28 | mask30 | mask32
        | mask34 | mask36;
    const uint64_t mask37 = ~equal(mu1, mu1) | ~equal(logb1, logb1) | ~equal(mu2, mu2) | ~equal(logb2, logb2);
    const uint64_t mask38 = equal(mu1, mu2);
    const uint64_t mask39 = mask3 & mask35;
    const uint64_t mask40 = mask37 | (mask10 & mask38) | (mask39 & mask38);
    const uint64_t mask41 = mask7 & ~(computed & ~mask40);
    const uint64_t mask42 = mask27 & mask35;
    const uint64_t mask43 = mask42 | (mask29 & mask35) | (mask31 & mask35);
    const uint64_t mask44 = mask18 & mask35;
    const uint64_t mask45 = mask44 | (mask20 & mask35) | (mask33 & mask35);
    const uint64_t mask46 = equal(logb2, (double)INFINITY);
    const uint64_t mask47 = mask9 & mask46;
    const uint64_t mask48 = mask3 & mask46;
    const uint64_t mask49 = mask11 & mask46;
    const uint64_t mask50 = mask2 & mask4;
    const uint64_t mask51 = mask50 & mask46;
    const uint64_t mask52 = mask15 & mask46;
    const uint64_t mask53 = mask18 & mask46;
    const uint64_t mask54 = mask24 & mask46;
    const uint64_t mask55 = mask27 & mask46;
    const uint64_t mask56 = equal(logb1, (double)INFINITY);
    const uint64_t mask57 = mask & mask56;
    const uint64_t mask58 = mask57 & mask4;
    const uint64_t mask59 = mask58 & mask6;
    const double part = choose(mask47 | mask48 | mask49 | mask51 | mask52 | mask53 | mask54 | mask55 | mask59,
        0.0, (double)NAN);
    const difference_or_infinite_t difference_or_infinite_of = difference_or_infinite(mu1, mu2);
    const difference_or_infinite_t difference_or_infinite_of2 = difference_or_infinite(-logb1, 0.0);
    const double weight_scale = power_of_two(larger(smaller(difference_or_infinite_of2.exponent, 900.0),
        -200.0));
    const exponential_t exponential_of = exponential(product(difference_or_infinite_of2.head, weight_scale),
        product(difference_or_infinite_of2.tail, weight_scale));
    const double part2 = difference_or_infinite_of.exponent + exponential_of.k;
    const uint64_t mask60 = less(part2, HEX(-0x1.92p+6, -100.5));
    const double part3 = fabs(difference_or_infinite_of.head);
    const uint64_t mask61 = less(difference_or_infinite_of.head, 0.0);
    const double part4 = choose(mask61, -difference_or_infinite_of.tail, difference_or_infinite_of.tail);
    const difference_or_infinite_t difference_or_infinite_of3 = difference_or_infinite(-logb1, logb2);
    const double weight_scale2 = power_of_two(larger(smaller(difference_or_infinite_of3.exponent, 900.0),
        -200.0));
    const exponential_t exponential_of2 = exponential(product(difference_or_infinite_of3.head, weight_scale2),
        product(difference_or_infinite_of3.tail, weight_scale2));
    const pair normalised_of = normalised(exponential_of2.head, exponential_of2.tail);
    const pair multiply_of = multiply(part3, part4, normalised_of.head, normalised_of.tail);
    const pair normalised_of2 = normalised(exponential_of.head, exponential_of.tail);
    const pair multiply_of2 = multiply(part3, part4, normalised_of2.head, normalised_of2.tail);
    const pair normalised_of3 = normalised(multiply_of2.head, multiply_of2.tail);
    const scaled_expm1_t scaled_expm1_of = scaled_expm1(-normalised_of3.head, -normalised_of3.tail,
        smaller(part2, 9.0));
    const difference_or_infinite_t difference_or_infinite_of4 = difference_or_infinite(-logb2, 0.0);
    const double weight_scale3 = power_of_two(larger(smaller(difference_or_infinite_of4.exponent, 900.0),
        -200.0));
    const exponential_t exponential_of3 = exponential(product(difference_or_infinite_of4.head, weight_scale3),
        product(difference_or_infinite_of4.tail, weight_scale3));
    const pair normalised_of4 = normalised(exponential_of3.head, exponential_of3.tail);
    const pair multiply_of3 = multiply(-scaled_expm1_of.head, -scaled_expm1_of.tail, normalised_of4.head,
        normalised_of4.tail);
    const double part5 = choose(equal(difference_or_infinite_of.head, 0.0), 0.0, choose(mask61, -1.0, 1.0));
    /* a zero has no sign */
    const double rounded = (product(choose(mask60, multiply_of.head, multiply_of3.head), part5)
        + product(choose(mask60, multiply_of.tail, multiply_of3.tail), part5)) + 0.0;
    const double part6 = choose(mask60, difference_or_infinite_of.exponent + exponential_of2.k,
        scaled_expm1_of.exponent + exponential_of3.k);
    const difference_t difference_of = difference(mu1, mu2);
    const difference_t difference_of2 = difference(-logb1, 0.0);
    const double weight_scale4 = power_of_two(larger(smaller(difference_of2.exponent, 900.0), -200.0));
    const exponential_t exponential_of4 = exponential(product(difference_of2.head, weight_scale4),
        product(difference_of2.tail, weight_scale4));
    const double part7 = difference_of.exponent + exponential_of4.k;
    const uint64_t mask62 = less(0.5, part7);
    const difference_t difference_of3 = difference(logb1, logb2);
    const pair normalised_of5 = normalised(exponential_of4.head, exponential_of4.tail);
    const pair multiply_of4 = multiply(fabs(difference_of.head),
        choose(less(difference_of.head, 0.0), -difference_of.tail, difference_of.tail), normalised_of5.head,
            normalised_of5.tail);
    const pair normalised_of6 = normalised(multiply_of4.head, multiply_of4.tail);
    const double part8 = smaller(part7, 1100.0);
    const scaled_sum_t scaled_sum_of = scaled_sum(difference_of3.head, difference_of3.tail,
        difference_of3.exponent, -normalised_of6.head, -normalised_of6.tail, part8);
    const uint64_t mask63 = less(HEX(0x1.9p+3, 12.5), scaled_sum_of.exponent);
    const pair normalised_of7 = normalised(scaled_sum_of.head, scaled_sum_of.tail);
    const double weight_scale5 = power_of_two(larger(smaller(choose(mask63, scaled_sum_of.exponent,
        scaled_sum_of.exponent), 900.0), -200.0));
    const exponential_t exponential_of5 = exponential(product(choose(mask63, normalised_of7.head,
        scaled_sum_of.head), weight_scale5),
            product(choose(mask63, normalised_of7.tail, scaled_sum_of.tail), weight_scale5));
    const pair normalised_of8 = normalised(exponential_of5.head, exponential_of5.tail);
    const scaled_sum_t scaled_sum_of2 = scaled_sum(1.0, 0.0, 0.0, normalised_of6.head, normalised_of6.tail,
        part8);
    const pair multiply_of5 = multiply(normalised_of8.head, normalised_of8.tail, scaled_sum_of2.head,
        scaled_sum_of2.tail);
    const scaled_sum_t scaled_sum_of3 = scaled_sum(multiply_of5.head, multiply_of5.tail, exponential_of5.k
        + scaled_sum_of2.exponent, -1.0, 0.0, 0.0);
    const pair normalised_of9 = normalised(scaled_sum_of3.head, scaled_sum_of3.tail);
    const uint64_t mask64 = less(0.0, difference_of3.head) & less(HEX(0x1.ap+2, 6.5), difference_of3.exponent);
    const double weight_scale6 = power_of_two(larger(smaller(difference_of3.exponent, 900.0), -200.0));
    const exponential_t exponential_of6 = exponential(product(difference_of3.head, weight_scale6),
        product(difference_of3.tail, weight_scale6));
    const pair normalised_of10 = normalised(exponential_of6.head, exponential_of6.tail);
    const scaled_expm1_t scaled_expm1_of2 = scaled_expm1(difference_of3.head, difference_of3.tail,
        difference_of3.exponent);
    const double part9 = smaller(part7, 7.0);
    const scaled_expm1mx_t scaled_expm1mx_of = scaled_expm1mx(normalised_of6.head, normalised_of6.tail, part9);
    const double weight_scale7 = power_of_two(larger(smaller(part9, 900.0), -200.0));
    const exponential_t exponential_of7 = exponential(product(-normalised_of6.head, weight_scale7),
        product(-normalised_of6.tail, weight_scale7));
    const pair normalised_of11 = normalised(exponential_of7.head, exponential_of7.tail);
    const pair multiply_of6 = multiply(scaled_expm1mx_of.head, scaled_expm1mx_of.tail, normalised_of11.head,
        normalised_of11.tail);
    const pair multiply_of7 = multiply(-multiply_of6.head, -multiply_of6.tail, normalised_of10.head,
        normalised_of10.tail);
    const scaled_sum_t scaled_sum_of4 = scaled_sum(choose(mask64, normalised_of10.head, scaled_expm1_of2.head),
        choose(mask64, normalised_of10.tail, scaled_expm1_of2.tail),
            choose(mask64, exponential_of6.k, scaled_expm1_of2.exponent), multiply_of7.head, multiply_of7.tail,
                (scaled_expm1mx_of.exponent + exponential_of7.k) + exponential_of6.k);
    /* a zero has no sign */
    const double rounded2 = (choose(mask62, normalised_of9.head, scaled_sum_of4.head)
        + choose(mask62, normalised_of9.tail, scaled_sum_of4.tail)) + 0.0;
    const pair multiply_of8 = multiply(-part3, -part4, normalised_of.head, normalised_of.tail);
    const pair multiply_of9 = multiply(scaled_expm1_of.head, scaled_expm1_of.tail, normalised_of4.head,
        normalised_of4.tail);
    /* a zero has no sign */
    const double rounded3 = (product(choose(mask60, multiply_of8.head, multiply_of9.head), part5)
        + product(choose(mask60, multiply_of8.tail, multiply_of9.tail), part5)) + 0.0;
    const uint64_t mask65 = mask9 & mask4;
    /* the limit is what is computed anyhow */
    const uint64_t computed2 = mask65 & mask6;
    const difference_or_infinite_t difference_or_infinite_of5 = difference_or_infinite(logb1, logb2);
    const uint64_t mask66 = less(0.0, difference_or_infinite_of5.head)
        & less(HEX(0x1.ap+2, 6.5), difference_or_infinite_of5.exponent);
    const double weight_scale8 = power_of_two(larger(smaller(difference_or_infinite_of5.exponent, 900.0),
        -200.0));
    const exponential_t exponential_of8 = exponential(product(difference_or_infinite_of5.head, weight_scale8),
        product(difference_or_infinite_of5.tail, weight_scale8));
    const pair normalised_of12 = normalised(exponential_of8.head, exponential_of8.tail);
    const pair multiply_of10 = multiply(-1.0, -0.0, normalised_of12.head, normalised_of12.tail);
    const scaled_expm1_t scaled_expm1_of3 = scaled_expm1(difference_or_infinite_of5.head,
        difference_or_infinite_of5.tail, difference_or_infinite_of5.exponent);
    const uint64_t mask67 = less(HEX(0x1.92p+6, 100.5), part2);
    const pair multiply_of11 = multiply(-part3, -part4, normalised_of4.head, normalised_of4.tail);
    const pair multiply_of12 = multiply(part3, part4, part3, part4);
    const pair multiply_of13 = multiply(-multiply_of12.head, -multiply_of12.tail, normalised_of.head,
        normalised_of.tail);
    const scaled_expm1mx_t scaled_expm1mx_of2 = scaled_expm1mx(-normalised_of3.head, -normalised_of3.tail,
        part2);
    const pair multiply_of14 = multiply(-scaled_expm1mx_of2.head, -scaled_expm1mx_of2.tail,
        normalised_of12.head, normalised_of12.tail);
    const scaled_sum_t scaled_sum_of5 = scaled_sum(choose(mask66, multiply_of10.head, -scaled_expm1_of3.head),
        choose(mask66, multiply_of10.tail, -scaled_expm1_of3.tail),
            choose(mask66, 0.0 + exponential_of8.k, scaled_expm1_of3.exponent),
                choose(mask67, multiply_of11.head, choose(mask60, multiply_of13.head, multiply_of14.head)),
                    choose(mask67, multiply_of11.tail, choose(mask60, multiply_of13.tail, multiply_of14.tail)),
                        choose(mask67, difference_or_infinite_of.exponent + exponential_of3.k,
                            choose(mask60, ((difference_or_infinite_of.exponent
                                + difference_or_infinite_of.exponent) - 1.0) + exponential_of2.k,
                                    scaled_expm1mx_of2.exponent + exponential_of8.k)));
    /* a zero has no sign */
    const double rounded4 = (scaled_sum_of5.head + scaled_sum_of5.tail) + 0.0;
    kl_laplace_logscale_slopes_t out;
    out.d_mu1 = choose(mask41,
        choose(mask40, (double)NAN, choose(mask43, (double)INFINITY, choose(mask45, -(double)INFINITY, part))),
            scale_by(rounded, part6));
    out.d_logb1 = choose(mask7,
        choose(mask37, (double)NAN,
            choose((mask58 & mask35) | mask59 | mask36, (double)INFINITY,
                choose(mask47 | mask10 | mask48 | mask49 | mask12 | mask51 | mask52 | mask16 | mask53 | mask19
                    | mask21 | mask54 | mask25 | mask55 | mask28 | mask30 | mask32 | mask34, -1.0,
                        (double)NAN))), scale_by(rounded2,
                            choose(mask62, scaled_sum_of3.exponent, scaled_sum_of4.exponent)));
    out.d_mu2 = choose(mask41,
        choose(mask40, (double)NAN, choose(mask43, -(double)INFINITY, choose(mask45, (double)INFINITY, part))),
            scale_by(rounded3, part6));
    out.d_logb2 = choose(mask7 & ~(computed2 & ~mask37),
        choose(mask37, (double)NAN,
            choose((mask65 & mask46) | (mask5 & mask46), 1.0,
                choose((mask57 & mask35) | (mask57 & mask6) | mask39 | (mask13 & mask14 & mask6)
                    | (mask13 & mask4 & mask6) | (mask22 & mask23 & mask6) | (mask22 & mask4 & mask6)
                        | (mask & mask23 & mask6) | (mask & mask14 & mask6) | (mask56 & mask4 & mask35)
                            | (mask50 & mask35) | (mask13 & mask56 & mask14 & mask35) | mask44
                                | (mask22 & mask56 & mask23 & mask35) | mask42, -(double)INFINITY,
                                    (double)NAN))), scale_by(rounded4, scaled_sum_of5.exponent));
    return out;
}

/* --- the public functions --- */

INLINE double kl_laplace_scale_inline(double mu1, double b1, double mu2, double b2, double growth)
{
    const kl_laplace_scale_parts_t at = kl_laplace_scale_parts(mu1, b1, mu2, b2);
    return (at.head + at.tail) * (at.unscale * growth);
}

typedef double kl_laplace_scale_one(double mu1, double b1, double mu2, double b2, double growth);

ONE(return, double, kl_laplace_scale, (double mu1, double b1, double mu2, double b2, double growth), (mu1, b1, mu2,
    b2, growth))

INLINE void kl_laplace_scale_run(RUN, kl_laplace_scale_one *one, int fused)
{
    const double *const mu1 = (const double *)in[0];
    const double *const b1 = (const double *)in[1];
    const double *const mu2 = (const double *)in[2];
    const double *const b2 = (const double *)in[3];
    double *const to = (double *)out[0];
    if (!fused || n != BLOCK || growth != 1.0) {
        for (size_t i = 0; i < n; i++) {
            to[i] = one(mu1[i], b1[i], mu2[i], b2[i], growth);
        }
        return;
    }
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        to[i] = kl_laplace_scale_inline(mu1[i], b1[i], mu2[i], b2[i], 1.0);
    }
}

MANY(kl_laplace_scale, kl_laplace_scale)

double derive_kl_laplace_scale(double mu1, double b1, double mu2, double b2)
{
    return CHOSEN(kl_laplace_scale)(mu1, b1, mu2, b2, 1.0);
}

void derive_kl_laplace_scale_array(size_t n, const double *mu1, const double *b1, const double *mu2, const double *b2,
    double *out)
{
    const void *in[4];
    void *to[1];
    in[0] = mu1;
    in[1] = b1;
    in[2] = mu2;
    in[3] = b2;
    to[0] = out;
    apply(CHOSEN_RUN(kl_laplace_scale), NULL, n, sizeof(double), 4, in, 1, to);
}

double derive_kl_laplace_scale_sum(size_t n, const double *mu1, const double *b1, const double *mu2, const double *b2)
{
    const void *in[4];
    in[0] = mu1;
    in[1] = b1;
    in[2] = mu2;
    in[3] = b2;
    return careful_sum(CHOSEN_RUN(kl_laplace_scale), n, sizeof(double), 4, in);
}

INLINE float kl_laplace_scalef_inline(double mu1, double b1, double mu2, double b2)
{
    const kl_laplace_scale_parts_t at = kl_laplace_scale_parts(mu1, b1, mu2, b2);
    return (float)(round_to_odd(at.head, at.tail) * at.unscale);
}

typedef float kl_laplace_scalef_one(double mu1, double b1, double mu2, double b2);

ONE(return, float, kl_laplace_scalef, (double mu1, double b1, double mu2, double b2), (mu1, b1, mu2, b2))

INLINE void kl_laplace_scalef_run(RUN, kl_laplace_scalef_one *one, int fused)
{
    const float *const mu1 = (const float *)in[0];
    const float *const b1 = (const float *)in[1];
    const float *const mu2 = (const float *)in[2];
    const float *const b2 = (const float *)in[3];
    float *const to = (float *)out[0];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            to[i] = one((double)mu1[i], (double)b1[i], (double)mu2[i], (double)b2[i]);
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        to[i] = kl_laplace_scalef_inline((double)mu1[i], (double)b1[i], (double)mu2[i], (double)b2[i]);
    }
}

MANY(kl_laplace_scalef, kl_laplace_scalef)

float derive_kl_laplace_scalef(float mu1, float b1, float mu2, float b2)
{
    return CHOSEN(kl_laplace_scalef)((double)mu1, (double)b1, (double)mu2, (double)b2);
}

void derive_kl_laplace_scale_arrayf(size_t n, const float *mu1, const float *b1, const float *mu2, const float *b2,
    float *out)
{
    const void *in[4];
    void *to[1];
    in[0] = mu1;
    in[1] = b1;
    in[2] = mu2;
    in[3] = b2;
    to[0] = out;
    apply(CHOSEN_RUN(kl_laplace_scalef), NULL, n, sizeof(float), 4, in, 1, to);
}

double derive_kl_laplace_scale_sumf(size_t n, const float *mu1, const float *b1, const float *mu2, const float *b2)
{
    const void *in[4];
    in[0] = mu1;
    in[1] = b1;
    in[2] = mu2;
    in[3] = b2;
    return careful_sum(CHOSEN_RUN(kl_laplace_scale), n, sizeof(float), 4, in);
}

INLINE double kl_laplace_logscale_inline(double mu1, double logb1, double mu2, double logb2, double growth)
{
    const kl_laplace_logscale_parts_t at = kl_laplace_logscale_parts(mu1, logb1, mu2, logb2);
    return (at.head + at.tail) * (at.unscale * growth);
}

typedef double kl_laplace_logscale_one(double mu1, double logb1, double mu2, double logb2, double growth);

ONE(return, double, kl_laplace_logscale, (double mu1, double logb1, double mu2, double logb2, double growth), (mu1,
    logb1, mu2, logb2, growth))

INLINE void kl_laplace_logscale_run(RUN, kl_laplace_logscale_one *one, int fused)
{
    const double *const mu1 = (const double *)in[0];
    const double *const logb1 = (const double *)in[1];
    const double *const mu2 = (const double *)in[2];
    const double *const logb2 = (const double *)in[3];
    double *const to = (double *)out[0];
    if (!fused || n != BLOCK || growth != 1.0) {
        for (size_t i = 0; i < n; i++) {
            to[i] = one(mu1[i], logb1[i], mu2[i], logb2[i], growth);
        }
        return;
    }
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        to[i] = kl_laplace_logscale_inline(mu1[i], logb1[i], mu2[i], logb2[i], 1.0);
    }
}

MANY(kl_laplace_logscale, kl_laplace_logscale)

double derive_kl_laplace_logscale(double mu1, double logb1, double mu2, double logb2)
{
    return CHOSEN(kl_laplace_logscale)(mu1, logb1, mu2, logb2, 1.0);
}

void derive_kl_laplace_logscale_array(size_t n, const double *mu1, const double *logb1, const double *mu2,
    const double *logb2, double *out)
{
    const void *in[4];
    void *to[1];
    in[0] = mu1;
    in[1] = logb1;
    in[2] = mu2;
    in[3] = logb2;
    to[0] = out;
    apply(CHOSEN_RUN(kl_laplace_logscale), NULL, n, sizeof(double), 4, in, 1, to);
}

double derive_kl_laplace_logscale_sum(size_t n, const double *mu1, const double *logb1, const double *mu2,
    const double *logb2)
{
    const void *in[4];
    in[0] = mu1;
    in[1] = logb1;
    in[2] = mu2;
    in[3] = logb2;
    return careful_sum(CHOSEN_RUN(kl_laplace_logscale), n, sizeof(double), 4, in);
}

INLINE float kl_laplace_logscalef_inline(double mu1, double logb1, double mu2, double logb2)
{
    const kl_laplace_logscale_parts_t at = kl_laplace_logscale_parts(mu1, logb1, mu2, logb2);
    return (float)(round_to_odd(at.head, at.tail) * at.unscale);
}

typedef float kl_laplace_logscalef_one(double mu1, double logb1, double mu2, double logb2);

ONE(return, float, kl_laplace_logscalef, (double mu1, double logb1, double mu2, double logb2), (mu1, logb1, mu2,
    logb2))

INLINE void kl_laplace_logscalef_run(RUN, kl_laplace_logscalef_one *one, int fused)
{
    const float *const mu1 = (const float *)in[0];
    const float *const logb1 = (const float *)in[1];
    const float *const mu2 = (const float *)in[2];
    const float *const logb2 = (const float *)in[3];
    float *const to = (float *)out[0];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            to[i] = one((double)mu1[i], (double)logb1[i], (double)mu2[i], (double)logb2[i]);
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        to[i] = kl_laplace_logscalef_inline((double)mu1[i], (double)logb1[i], (double)mu2[i], (double)logb2[i]);
    }
}

MANY(kl_laplace_logscalef, kl_laplace_logscalef)

float derive_kl_laplace_logscalef(float mu1, float logb1, float mu2, float logb2)
{
    return CHOSEN(kl_laplace_logscalef)((double)mu1, (double)logb1, (double)mu2, (double)logb2);
}

void derive_kl_laplace_logscale_arrayf(size_t n, const float *mu1, const float *logb1, const float *mu2,
    const float *logb2, float *out)
{
    const void *in[4];
    void *to[1];
    in[0] = mu1;
    in[1] = logb1;
    in[2] = mu2;
    in[3] = logb2;
    to[0] = out;
    apply(CHOSEN_RUN(kl_laplace_logscalef), NULL, n, sizeof(float), 4, in, 1, to);
}

double derive_kl_laplace_logscale_sumf(size_t n, const float *mu1, const float *logb1, const float *mu2,
    const float *logb2)
{
    const void *in[4];
    in[0] = mu1;
    in[1] = logb1;
    in[2] = mu2;
    in[3] = logb2;
    return careful_sum(CHOSEN_RUN(kl_laplace_logscale), n, sizeof(float), 4, in);
}

INLINE kl_laplace_scale_slopes_t kl_laplace_scale_grad_inline(double mu1, double b1, double mu2, double b2)
{
    return kl_laplace_scale_slopes(mu1, b1, mu2, b2);
}

typedef kl_laplace_scale_slopes_t kl_laplace_scale_grad_one(double mu1, double b1, double mu2, double b2);

ONE(return, kl_laplace_scale_slopes_t, kl_laplace_scale_grad, (double mu1, double b1, double mu2, double b2), (mu1,
    b1, mu2, b2))

INLINE void kl_laplace_scale_grad_run(RUN, kl_laplace_scale_grad_one *one, int fused)
{
    const double *const mu1 = (const double *)in[0];
    const double *const b1 = (const double *)in[1];
    const double *const mu2 = (const double *)in[2];
    const double *const b2 = (const double *)in[3];
    double *const d_mu1 = (double *)out[0];
    double *const d_b1 = (double *)out[1];
    double *const d_mu2 = (double *)out[2];
    double *const d_b2 = (double *)out[3];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            const kl_laplace_scale_slopes_t at = one(mu1[i], b1[i], mu2[i], b2[i]);
            d_mu1[i] = at.d_mu1;
            d_b1[i] = at.d_b1;
            d_mu2[i] = at.d_mu2;
            d_b2[i] = at.d_b2;
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        const kl_laplace_scale_slopes_t at = kl_laplace_scale_grad_inline(mu1[i], b1[i], mu2[i], b2[i]);
        d_mu1[i] = at.d_mu1;
        d_b1[i] = at.d_b1;
        d_mu2[i] = at.d_mu2;
        d_b2[i] = at.d_b2;
    }
}

MANY(kl_laplace_scale_grad, kl_laplace_scale_grad)

void derive_kl_laplace_scale_grad(double mu1, double b1, double mu2, double b2, double *d_mu1, double *d_b1,
    double *d_mu2, double *d_b2)
{
    const kl_laplace_scale_slopes_t at = CHOSEN(kl_laplace_scale_grad)(mu1, b1, mu2, b2);
    *d_mu1 = at.d_mu1;
    *d_b1 = at.d_b1;
    *d_mu2 = at.d_mu2;
    *d_b2 = at.d_b2;
}

void derive_kl_laplace_scale_grad_array(size_t n, const double *mu1, const double *b1, const double *mu2,
    const double *b2, double *d_mu1, double *d_b1, double *d_mu2, double *d_b2)
{
    const void *in[4];
    void *to[4];
    in[0] = mu1;
    in[1] = b1;
    in[2] = mu2;
    in[3] = b2;
    to[0] = d_mu1;
    to[1] = d_b1;
    to[2] = d_mu2;
    to[3] = d_b2;
    apply(NULL, CHOSEN_RUN(kl_laplace_scale_grad), n, sizeof(double), 4, in, 4, to);
}

void derive_kl_laplace_scale_value_grad_array(size_t n, const double *mu1, const double *b1, const double *mu2,
    const double *b2, double *value, double *d_mu1, double *d_b1, double *d_mu2, double *d_b2)
{
    const void *in[4];
    void *to[5];
    in[0] = mu1;
    in[1] = b1;
    in[2] = mu2;
    in[3] = b2;
    to[0] = value;
    to[1] = d_mu1;
    to[2] = d_b1;
    to[3] = d_mu2;
    to[4] = d_b2;
    apply(CHOSEN_RUN(kl_laplace_scale), CHOSEN_RUN(kl_laplace_scale_grad), n, sizeof(double), 4, in, 5, to);
}

INLINE void kl_laplace_scale_gradf_run(RUN, kl_laplace_scale_grad_one *one, int fused)
{
    const float *const mu1 = (const float *)in[0];
    const float *const b1 = (const float *)in[1];
    const float *const mu2 = (const float *)in[2];
    const float *const b2 = (const float *)in[3];
    float *const d_mu1 = (float *)out[0];
    float *const d_b1 = (float *)out[1];
    float *const d_mu2 = (float *)out[2];
    float *const d_b2 = (float *)out[3];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            const kl_laplace_scale_slopes_t at = one((double)mu1[i], (double)b1[i], (double)mu2[i], (double)b2[i]);
            d_mu1[i] = (float)at.d_mu1;
            d_b1[i] = (float)at.d_b1;
            d_mu2[i] = (float)at.d_mu2;
            d_b2[i] = (float)at.d_b2;
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        const kl_laplace_scale_slopes_t at = kl_laplace_scale_grad_inline((double)mu1[i], (double)b1[i],
            (double)mu2[i], (double)b2[i]);
        d_mu1[i] = (float)at.d_mu1;
        d_b1[i] = (float)at.d_b1;
        d_mu2[i] = (float)at.d_mu2;
        d_b2[i] = (float)at.d_b2;
    }
}

MANY(kl_laplace_scale_gradf, kl_laplace_scale_grad)

void derive_kl_laplace_scale_gradf(float mu1, float b1, float mu2, float b2, float *d_mu1, float *d_b1, float *d_mu2,
    float *d_b2)
{
    const kl_laplace_scale_slopes_t at = CHOSEN(kl_laplace_scale_grad)((double)mu1, (double)b1, (double)mu2,
        (double)b2);
    *d_mu1 = (float)at.d_mu1;
    *d_b1 = (float)at.d_b1;
    *d_mu2 = (float)at.d_mu2;
    *d_b2 = (float)at.d_b2;
}

void derive_kl_laplace_scale_grad_arrayf(size_t n, const float *mu1, const float *b1, const float *mu2,
    const float *b2, float *d_mu1, float *d_b1, float *d_mu2, float *d_b2)
{
    const void *in[4];
    void *to[4];
    in[0] = mu1;
    in[1] = b1;
    in[2] = mu2;
    in[3] = b2;
    to[0] = d_mu1;
    to[1] = d_b1;
    to[2] = d_mu2;
    to[3] = d_b2;
    apply(NULL, CHOSEN_RUN(kl_laplace_scale_gradf), n, sizeof(float), 4, in, 4, to);
}

void derive_kl_laplace_scale_value_grad_arrayf(size_t n, const float *mu1, const float *b1, const float *mu2,
    const float *b2, float *value, float *d_mu1, float *d_b1, float *d_mu2, float *d_b2)
{
    const void *in[4];
    void *to[5];
    in[0] = mu1;
    in[1] = b1;
    in[2] = mu2;
    in[3] = b2;
    to[0] = value;
    to[1] = d_mu1;
    to[2] = d_b1;
    to[3] = d_mu2;
    to[4] = d_b2;
    apply(CHOSEN_RUN(kl_laplace_scalef), CHOSEN_RUN(kl_laplace_scale_gradf), n, sizeof(float), 4, in, 5, to);
}

INLINE kl_laplace_logscale_slopes_t kl_laplace_logscale_grad_inline(double mu1, double logb1, double mu2,
    double logb2)
{
    return kl_laplace_logscale_slopes(mu1, logb1, mu2, logb2);
}

typedef kl_laplace_logscale_slopes_t kl_laplace_logscale_grad_one(double mu1, double logb1, double mu2, double logb2);

ONE(return, kl_laplace_logscale_slopes_t, kl_laplace_logscale_grad, (double mu1, double logb1, double mu2,
    double logb2), (mu1, logb1, mu2, logb2))

INLINE void kl_laplace_logscale_grad_run(RUN, kl_laplace_logscale_grad_one *one, int fused)
{
    const double *const mu1 = (const double *)in[0];
    const double *const logb1 = (const double *)in[1];
    const double *const mu2 = (const double *)in[2];
    const double *const logb2 = (const double *)in[3];
    double *const d_mu1 = (double *)out[0];
    double *const d_logb1 = (double *)out[1];
    double *const d_mu2 = (double *)out[2];
    double *const d_logb2 = (double *)out[3];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            const kl_laplace_logscale_slopes_t at = one(mu1[i], logb1[i], mu2[i], logb2[i]);
            d_mu1[i] = at.d_mu1;
            d_logb1[i] = at.d_logb1;
            d_mu2[i] = at.d_mu2;
            d_logb2[i] = at.d_logb2;
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        const kl_laplace_logscale_slopes_t at = kl_laplace_logscale_grad_inline(mu1[i], logb1[i], mu2[i],
            logb2[i]);
        d_mu1[i] = at.d_mu1;
        d_logb1[i] = at.d_logb1;
        d_mu2[i] = at.d_mu2;
        d_logb2[i] = at.d_logb2;
    }
}

MANY(kl_laplace_logscale_grad, kl_laplace_logscale_grad)

void derive_kl_laplace_logscale_grad(double mu1, double logb1, double mu2, double logb2, double *d_mu1,
    double *d_logb1, double *d_mu2, double *d_logb2)
{
    const kl_laplace_logscale_slopes_t at = CHOSEN(kl_laplace_logscale_grad)(mu1, logb1, mu2, logb2);
    *d_mu1 = at.d_mu1;
    *d_logb1 = at.d_logb1;
    *d_mu2 = at.d_mu2;
    *d_logb2 = at.d_logb2;
}

void derive_kl_laplace_logscale_grad_array(size_t n, const double *mu1, const double *logb1, const double *mu2,
    const double *logb2, double *d_mu1, double *d_logb1, double *d_mu2, double *d_logb2)
{
    const void *in[4];
    void *to[4];
    in[0] = mu1;
    in[1] = logb1;
    in[2] = mu2;
    in[3] = logb2;
    to[0] = d_mu1;
    to[1] = d_logb1;
    to[2] = d_mu2;
    to[3] = d_logb2;
    apply(NULL, CHOSEN_RUN(kl_laplace_logscale_grad), n, sizeof(double), 4, in, 4, to);
}

void derive_kl_laplace_logscale_value_grad_array(size_t n, const double *mu1, const double *logb1, const double *mu2,
    const double *logb2, double *value, double *d_mu1, double *d_logb1, double *d_mu2, double *d_logb2)
{
    const void *in[4];
    void *to[5];
    in[0] = mu1;
    in[1] = logb1;
    in[2] = mu2;
    in[3] = logb2;
    to[0] = value;
    to[1] = d_mu1;
    to[2] = d_logb1;
    to[3] = d_mu2;
    to[4] = d_logb2;
    apply(CHOSEN_RUN(kl_laplace_logscale), CHOSEN_RUN(kl_laplace_logscale_grad), n, sizeof(double), 4, in, 5, to);
}

INLINE void kl_laplace_logscale_gradf_run(RUN, kl_laplace_logscale_grad_one *one, int fused)
{
    const float *const mu1 = (const float *)in[0];
    const float *const logb1 = (const float *)in[1];
    const float *const mu2 = (const float *)in[2];
    const float *const logb2 = (const float *)in[3];
    float *const d_mu1 = (float *)out[0];
    float *const d_logb1 = (float *)out[1];
    float *const d_mu2 = (float *)out[2];
    float *const d_logb2 = (float *)out[3];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            const kl_laplace_logscale_slopes_t at = one((double)mu1[i], (double)logb1[i], (double)mu2[i],
                (double)logb2[i]);
            d_mu1[i] = (float)at.d_mu1;
            d_logb1[i] = (float)at.d_logb1;
            d_mu2[i] = (float)at.d_mu2;
            d_logb2[i] = (float)at.d_logb2;
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        const kl_laplace_logscale_slopes_t at = kl_laplace_logscale_grad_inline((double)mu1[i], (double)logb1[i],
            (double)mu2[i], (double)logb2[i]);
        d_mu1[i] = (float)at.d_mu1;
        d_logb1[i] = (float)at.d_logb1;
        d_mu2[i] = (float)at.d_mu2;
        d_logb2[i] = (float)at.d_logb2;
    }
}

MANY(kl_laplace_logscale_gradf, kl_laplace_logscale_grad)

void derive_kl_laplace_logscale_gradf(float mu1, float logb1, float mu2, float logb2, float *d_mu1, float *d_logb1,
    float *d_mu2, float *d_logb2)
{
    const kl_laplace_logscale_slopes_t at = CHOSEN(kl_laplace_logscale_grad)((double)mu1, (double)logb1, (double)mu2,
        (double)logb2);
    *d_mu1 = (float)at.d_mu1;
    *d_logb1 = (float)at.d_logb1;
    *d_mu2 = (float)at.d_mu2;
    *d_logb2 = (float)at.d_logb2;
}

void derive_kl_laplace_logscale_grad_arrayf(size_t n, const float *mu1, const float *logb1, const float *mu2,
    const float *logb2, float *d_mu1, float *d_logb1, float *d_mu2, float *d_logb2)
{
    const void *in[4];
    void *to[4];
    in[0] = mu1;
    in[1] = logb1;
    in[2] = mu2;
    in[3] = logb2;
    to[0] = d_mu1;
    to[1] = d_logb1;
    to[2] = d_mu2;
    to[3] = d_logb2;
    apply(NULL, CHOSEN_RUN(kl_laplace_logscale_gradf), n, sizeof(float), 4, in, 4, to);
}

void derive_kl_laplace_logscale_value_grad_arrayf(size_t n, const float *mu1, const float *logb1, const float *mu2,
    const float *logb2, float *value, float *d_mu1, float *d_logb1, float *d_mu2, float *d_logb2)
{
    const void *in[4];
    void *to[5];
    in[0] = mu1;
    in[1] = logb1;
    in[2] = mu2;
    in[3] = logb2;
    to[0] = value;
    to[1] = d_mu1;
    to[2] = d_logb1;
    to[3] = d_mu2;
    to[4] = d_logb2;
    apply(CHOSEN_RUN(kl_laplace_logscalef), CHOSEN_RUN(kl_laplace_logscale_gradf), n, sizeof(float), 4, in, 5, to);
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

int derive_kl_laplace_selftest(void)
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
        is_number(derive_kl_laplace_scale(not_a_number, zero, zero, zero)))
        return 4;
    {
        static const double rows[][5] = {
            { 0.0, HEX(0x1.8p-1, 0.75), HEX(0x1.4p+0, 1.25), HEX(0x1.12e0be826d695p-30, 1e-09),
                HEX(0x1.4bcbfba2c535bp+30, 1391656680.6925876) },
            { HEX(-0x1.8p-1, -0.75), 1.0, 0.0, 20.0, HEX(0x1.0746e1686fcdap+1, 2.0568506011910417) },
            { HEX(0x1.4f8b588e368f1p-17, 1e-05), HEX(0x1.ffffde7210be9p-1, 0.999999), HEX(-0x1.8p-1, -0.75),
                HEX(0x1.8p-1, 0.75), HEX(0x1.5e5bc3d95fe4ep-2, 0.3421469308304709) },
        };
        for (i = 0; i < 3; i++) {
            const double *const row = rows[i];
            double result[1];
            result[0] = derive_kl_laplace_scale(row[0], row[1], row[2], row[3]);
            if (is_off(result, row + 4, 1) != 0)
                return 5;
        }
    }
    {
        static const double rows[][5] = {
            { 0.0, -0.25, HEX(0x1.4p+0, 1.25), -40.0, HEX(0x1.2609ad3c7e628p+58, 3.310571312073631e+17) },
            { HEX(-0x1.8p-1, -0.75), 0.0, 0.0, 3.0, HEX(0x1.07ca324d10a2cp+1, 2.060858047131907) },
            { HEX(0x1.4f8b588e368f1p-17, 1e-05), HEX(-0x1.0c6f7a0b5ed8dp-20, -1e-06), HEX(-0x1.8p-1, -0.75), -0.25,
                HEX(0x1.4739cd63a7f39p-2, 0.3195564357829315) },
        };
        for (i = 0; i < 3; i++) {
            const double *const row = rows[i];
            double result[1];
            result[0] = derive_kl_laplace_logscale(row[0], row[1], row[2], row[3]);
            if (is_off(result, row + 4, 1) != 0)
                return 6;
        }
    }
    {
        static const double rows[][8] = {
            { 0.0, 20.0, HEX(-0x1.8p-1, -0.75), 20.0, HEX(0x1.e26b0a709ac3fp-10, 0.0018402791139589118),
                HEX(-0x1.1fa4505d07f7ap-15, -3.428958073237085e-05), HEX(-0x1.e26b0a709ac3fp-10,
                -0.0018402791139589118), HEX(-0x1.234288f6e4f38p-15, -3.472088604108834e-05) },
            { HEX(-0x1.8p-1, -0.75), 1.0, HEX(0x1.4p+0, 1.25), HEX(0x1.8p-1, 0.75), HEX(-0x1.27238e4b56a5ep+0,
                -1.1528862890178497), HEX(-0x1.d5aaab880fc69p-2, -0.45865886705354925), HEX(0x1.27238e4b56a5ep+0,
                1.1528862890178497), HEX(-0x1.3b3da1231b917p+1, -2.462818281309534) },
            { HEX(0x1.4f8b588e368f1p-17, 1e-05), HEX(0x1.ffffde7210be9p-1, 0.999999), HEX(-0x1.8p-1, -0.75),
                HEX(0x1.8p-1, 0.75), HEX(0x1.68338404a7cbdp-1, 0.7035180335696151), HEX(0x1.a28a2a1749dfap-4,
                0.10218254510674987), HEX(-0x1.68338404a7cbdp-1, -0.7035180335696151), HEX(-0x1.adf66be0889adp-1,
                -0.8397706710423357) },
        };
        for (i = 0; i < 3; i++) {
            const double *const row = rows[i];
            double result[4];
            derive_kl_laplace_scale_grad(row[0], row[1], row[2], row[3], result + 0, result + 1, result + 2,
                result + 3);
            if (is_off(result, row + 4, 4) != 0)
                return 7;
        }
    }
    {
        static const double rows[][8] = {
            { 1.0, 0.0, HEX(-0x1.8p-1, -0.75), HEX(-0x1.0c6f7a0b5ed8dp-20, -1e-06), HEX(0x1.a70735c132b6dp-1,
                0.8262268827760245), HEX(-0x1.0b53778cf67cdp-1, -0.5221211776326925), HEX(-0x1.a70735c132b6dp-1,
                -0.8262268827760245), HEX(-0x1.d8f9268522432p-1, -0.9237758672253504) },
            { HEX(-0x1.8p-1, -0.75), HEX(-0x1.0c6f7a0b5ed8dp-20, -1e-06), 0.0, HEX(-0x1.0c6f7a0b5ed8dp-20, -1e-06),
                HEX(-0x1.0e2616380c082p-1, -0.5276343291680095), HEX(-0x1.6309f00d24d64p-3, -0.17335879840957624),
                HEX(0x1.0e2616380c082p-1, 0.5276343291680095), HEX(-0x1.c768529aff423p-3, -0.22236694846643087) },
            { HEX(0x1.4f8b588e368f1p-17, 1e-05), HEX(0x1.8p-2, 0.375), 0.0, HEX(0x1.8p-2, 0.375),
                HEX(0x1.3cffad4cffe15p-18, 4.723649294823968e-06), HEX(-0x1.9f7f0111d50dep-36,
                -2.3618219419840532e-11), HEX(-0x1.3cffad4cffe15p-18, -4.723649294823968e-06),
                HEX(-0x1.9f7f3f73dc271p-36, -2.361827352839915e-11) },
        };
        for (i = 0; i < 3; i++) {
            const double *const row = rows[i];
            double result[4];
            derive_kl_laplace_logscale_grad(row[0], row[1], row[2], row[3], result + 0, result + 1, result + 2,
                result + 3);
            if (is_off(result, row + 4, 4) != 0)
                return 8;
        }
    }
    return 0;
}
