/* SPDX-License-Identifier: MIT */

/* derive_kl.c: kernels printed from the trees that `derive` lowers its proved closed forms to.

   Emitted by `derive all`; edit proofs/ or derive/, not this file. The contract of each function is in derive_kl.h.
   C99, and C++ from 2011 on.

   The bits depend neither on the compiler nor on optimisation, instruction set or contraction: see product(). */

#include "derive_kl.h"

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
#error "derive_kl.c: -ffast-math and its parts break error-free transforms: use -fno-fast-math"
#endif
/* 16, on processors with half precision, and 1, of which only float arithmetic is touched, leave double as it is. */
#if defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 1 && FLT_EVAL_METHOD != 16
#error "derive_kl.c: needs FLT_EVAL_METHOD 0 (on 32-bit x86: -msse2 -mfpmath=sse)"
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
double fma(double, double, double) __asm__("derive_kl_fma");
#if defined(__ELF__)
__attribute__((visibility("hidden")))
#endif
__attribute__((used, noinline)) double derive_kl_fma(double a, double b, double c);
#ifdef __cplusplus
}
#endif
#else
#define fma derive_kl_fma
static double derive_kl_fma(double a, double b, double c);
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

double derive_kl_fma(double a, double b, double c)
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

INLINE power_scale nearest_power(double a, double b)
{
    const double shifted = fma(a, b, 6755399441055744.0 + 1023.0);
    power_scale out;
    out.k = shifted - (6755399441055744.0 + 1023.0);
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
    out.k = from_bits((rounded >> 52) | UINT64_C(0x4330000000000000)) - (4503599627370496.0 + 1023.0);
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

/* (exp(x) - 1 - x)/64 at x = 64 u, as head and tail. */
INLINE pair expm1mx_scaled(const double u)
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
    const double c = k * HEX(-0x1.9ef35793c7673p-41, -7.371002565167799e-13);
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
    const uint64_t mask = less(part, (double)INFINITY);
    const uint64_t tiny = less(part, HEX(0x1p-300, 4.909093465297727e-91));
    /* a tiny x is enlarged: its square would underflow */
    const double scale = choose(tiny, HEX(0x1p+200, 1.6069380442589903e+60), 1.0);
    const pair expm1mx_scaled_of = expm1mx_scaled(product(x, scale * HEX(0x1p-6, 0.015625)));
    expm1mx_parts_t out;
    out.head = choose(mask, expm1mx_scaled_of.head, part);
    out.tail = choose(mask, expm1mx_scaled_of.tail, 0.0);
    out.unscale = choose(mask, choose(tiny, HEX(0x1p-394, 2.4784588255035637e-119), 64.0), 1.0);
    return out;
}

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
    const uint64_t tiny = less(part, HEX(0x1p-300, 4.909093465297727e-91));
    /* a tiny x is enlarged: its square would underflow */
    const double scale = choose(tiny, HEX(0x1p+200, 1.6069380442589903e+60), 1.0);
    const pair log1pmx_scaled_of = log1pmx_scaled(x, scale);
    log1pmx_parts_t out;
    out.head = choose(mask, 0.0 - log1pmx_scaled_of.head,
        choose(less(x, -1.0), (double)NAN, choose(less(x, 0.0), -(double)INFINITY, -x)));
    out.tail = choose(mask, -log1pmx_scaled_of.tail, 0.0);
    out.unscale = choose(mask, choose(tiny, HEX(0x1p-394, 2.4784588255035637e-119), 64.0), 1.0);
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
    const double rest = (excess_tail + square_tail) + HEX(0x1p-732, 4.4263237302544523e-221);
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
    const uint64_t tiny = equal(std, 1.0) & less(part, HEX(0x1p-300, 4.909093465297727e-91));
    /* a tiny offset is enlarged: its square would underflow */
    const double scale = choose(tiny, HEX(0x1p+200, 1.6069380442589903e+60), 1.0);
    const double part2 = smaller(part, HEX(0x1p+514, 5.363123171977039e+154)) * (scale * 0.125);
    /* mu^2 / 64 */
    const pair square = two_prod(part2, part2);
    const pair finish_of = finish(excess_2_of.head, excess_2_of.tail, square.head, square.tail);
    kl_unit_std_parts_t out;
    out.head = choose(mask, finish_of.head,
        choose(less(std, 0.0), (double)NAN, (part + std) + (double)INFINITY));
    out.tail = choose(mask, finish_of.tail, 0.0);
    out.unscale = choose(mask, choose(tiny, HEX(0x1p-395, 1.2392294127517818e-119), 32.0), 1.0);
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
    const uint64_t tiny = equal(var, 1.0) & less(part, HEX(0x1p-300, 4.909093465297727e-91));
    /* a tiny offset is enlarged: its square would underflow */
    const double scale = choose(tiny, HEX(0x1p+200, 1.6069380442589903e+60), 1.0);
    const double part2 = smaller(part, HEX(0x1p+514, 5.363123171977039e+154)) * (scale * 0.125);
    /* mu^2 / 64 */
    const pair square = two_prod(part2, part2);
    const pair finish_of = finish(excess_1_of.head, excess_1_of.tail, square.head, square.tail);
    kl_unit_var_parts_t out;
    out.head = choose(mask, finish_of.head,
        choose(less(var, 0.0), (double)NAN, (part + var) + (double)INFINITY));
    out.tail = choose(mask, finish_of.tail, 0.0);
    out.unscale = choose(mask, choose(tiny, HEX(0x1p-395, 1.2392294127517818e-119), 32.0), 1.0);
    return out;
}

typedef struct { double head, tail, unscale; } kl_unit_logstd_parts_t;

/* kl_unit_logstd = (head + tail) unscale. */
INLINE kl_unit_logstd_parts_t kl_unit_logstd_parts(const double mu, const double logstd)
{
    const double part = fabs(mu);
    const double part2 = fabs(logstd);
    const uint64_t mask = less(part, (double)INFINITY) & less(part2, (double)INFINITY);
    const uint64_t tiny = less(larger(part, part2), HEX(0x1p-300, 4.909093465297727e-91));
    /* tiny arguments are enlarged: their squares would underflow */
    const double scale = choose(tiny, HEX(0x1p+200, 1.6069380442589903e+60), 1.0);
    const pair expm1mx_scaled_of = expm1mx_scaled(product(logstd, scale * HEX(0x1p-5, 0.03125)));
    const double part3 = smaller(part, HEX(0x1p+514, 5.363123171977039e+154)) * (scale * 0.125);
    /* mu^2 / 64 */
    const pair square = two_prod(part3, part3);
    const pair finish_of = finish(expm1mx_scaled_of.head, expm1mx_scaled_of.tail, square.head, square.tail);
    kl_unit_logstd_parts_t out;
    out.head = choose(mask, finish_of.head, part + part2);
    out.tail = choose(mask, finish_of.tail, 0.0);
    out.unscale = choose(mask, choose(tiny, HEX(0x1p-395, 1.2392294127517818e-119), 32.0), 1.0);
    return out;
}

typedef struct { double head, tail, unscale; } kl_unit_logvar_parts_t;

/* kl_unit_logvar = (head + tail) unscale. */
INLINE kl_unit_logvar_parts_t kl_unit_logvar_parts(const double mu, const double logvar)
{
    const double part = fabs(mu);
    const double part2 = fabs(logvar);
    const uint64_t mask = less(part, (double)INFINITY) & less(part2, (double)INFINITY);
    const uint64_t tiny = less(larger(part, part2), HEX(0x1p-300, 4.909093465297727e-91));
    /* tiny arguments are enlarged: their squares would underflow */
    const double scale = choose(tiny, HEX(0x1p+200, 1.6069380442589903e+60), 1.0);
    const pair expm1mx_scaled_of = expm1mx_scaled(product(logvar, scale * HEX(0x1p-6, 0.015625)));
    const double part3 = smaller(part, HEX(0x1p+514, 5.363123171977039e+154)) * (scale * 0.125);
    /* mu^2 / 64 */
    const pair square = two_prod(part3, part3);
    const pair finish_of = finish(expm1mx_scaled_of.head, expm1mx_scaled_of.tail, square.head, square.tail);
    kl_unit_logvar_parts_t out;
    out.head = choose(mask, finish_of.head, part + part2);
    out.tail = choose(mask, finish_of.tail, 0.0);
    out.unscale = choose(mask, choose(tiny, HEX(0x1p-395, 1.2392294127517818e-119), 32.0), 1.0);
    return out;
}

/* (mu1 - mu2) 2^j / 8 as head and tail, cut where its square makes the result infinite. */
INLINE pair offset(const double mu1, const double mu2, const double j)
{
    const uint64_t mask = less(HEX(0x1p+1000, 1.0715086071862673e+301), larger(fabs(mu1), fabs(mu2)));
    /* the difference of two large means may overflow */
    const double guard = choose(mask, HEX(0x1p-6, 0.015625), 1.0);
    const pair difference = two_sum(product(mu1, guard), product(-mu2, guard));
    /* 2^j in two factors, which never leave the range */
    const double cut = larger(smaller(j, 2040.0), -2040.0);
    const double half = nearest_integer(product(cut, 0.5));
    const double first = power_of_two(half);
    const double second = power_of_two(cut - half) * choose(mask, 8.0, 0.125);
    const double head = product(difference.head * first, second);
    const uint64_t mask2 = less(fabs(head), HEX(0x1p+511, 6.703903964971299e+153));
    const double tail = product(difference.tail * first, second);
    pair out;
    out.head = choose(mask2, head, HEX(0x1p+511, 6.703903964971299e+153));
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
    const uint64_t tiny = equal(std1, std2) & less(fabs(offset_of.head), HEX(0x1p-300, 4.909093465297727e-91));
    /* a tiny offset is enlarged: its square would underflow */
    const double scale = choose(tiny, HEX(0x1p+200, 1.6069380442589903e+60), 1.0);
    const double z = product(offset_of.head, scale);
    /* ((mu1 - mu2) / std2)^2 / 64 */
    const double q = z / split_of2.significand;
    const pair square = two_prod(q, q);
    const double z_tail = product(offset_of.tail, scale);
    const double q_tail = (fma(-q, split_of2.significand, z) + z_tail) / split_of2.significand;
    const pair finish_of = finish(excess_2_of.head, excess_2_of.tail, square.head,
        fma(q * 2.0, q_tail, square.tail));
    const uint64_t special = outside(std1, HEX(0x0.0000000000001p-1022, 5e-324), (double)INFINITY);
    const double lifted = choose(special, std1, larger(std1, HEX(0x1p-1022, 2.2250738585072014e-308)));
    const uint64_t special2 = outside(std2, HEX(0x0.0000000000001p-1022, 5e-324), (double)INFINITY);
    const double lifted2 = choose(special2, std2, larger(std2, HEX(0x1p-1022, 2.2250738585072014e-308)));
    kl_normal_std_parts_t out;
    out.head = choose(mask, finish_of.head,
        choose(less(smaller(std1, std2), 0.0), (double)NAN, (fabs(mu1 - mu2) + fabs(lifted / lifted2))
            + (double)INFINITY));
    out.tail = choose(mask, finish_of.tail, 0.0);
    out.unscale = choose(mask, choose(tiny, HEX(0x1p-395, 1.2392294127517818e-119), 32.0), 1.0);
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
    const uint64_t tiny = equal(var1, var2) & less(fabs(offset_of.head), HEX(0x1p-300, 4.909093465297727e-91));
    /* a tiny offset is enlarged: its square would underflow */
    const double scale = choose(tiny, HEX(0x1p+200, 1.6069380442589903e+60), 1.0);
    const double z = offset_of.head * scale;
    /* (mu1 - mu2)^2 / var2 / 64 */
    const pair square = two_prod(z, z);
    const double divisor = split_of2.significand * power_of_two(fma(2.0, half, split_of2.exponent));
    const double offset2 = square.head / divisor;
    const double z_tail = offset_of.tail * scale;
    const double square_low = fma(z * 2.0, z_tail, square.tail);
    const pair finish_of = finish(excess_1_of.head, excess_1_of.tail, offset2,
        (fma(-offset2, divisor, square.head) + square_low) / divisor);
    const uint64_t special = outside(var1, HEX(0x0.0000000000001p-1022, 5e-324), (double)INFINITY);
    const double lifted = choose(special, var1, larger(var1, HEX(0x1p-1022, 2.2250738585072014e-308)));
    const uint64_t special2 = outside(var2, HEX(0x0.0000000000001p-1022, 5e-324), (double)INFINITY);
    const double lifted2 = choose(special2, var2, larger(var2, HEX(0x1p-1022, 2.2250738585072014e-308)));
    kl_normal_var_parts_t out;
    out.head = choose(mask, finish_of.head,
        choose(less(smaller(var1, var2), 0.0), (double)NAN, (fabs(mu1 - mu2) + fabs(lifted / lifted2))
            + (double)INFINITY));
    out.tail = choose(mask, finish_of.tail, 0.0);
    out.unscale = choose(mask, choose(tiny, HEX(0x1p-395, 1.2392294127517818e-119), 32.0), 1.0);
    return out;
}

typedef struct { double head, tail, half; } exp_negative_t;

/* exp(-x) = (head + tail) 4^half, head in [0.7, 2.9]. */
INLINE exp_negative_t exp_negative(const double x)
{
    /* beyond, no offset of the means makes a difference */
    const double cut = larger(smaller(-x, 2300.0), -2300.0);
    /* x = k log(2) + r + c, with k log(2)'s head subtracted exactly */
    const double k = nearest_integer(product(cut, HEX(0x1.71547652b82fep+0, 1.4426950408889634)));
    const double r = fma(-k, HEX(0x1.62e42fefa2p-1, 0.6931471805592082), cut);
    const pair linear = fast_two_sum(1.0, r);
    const pair expm1mx_reduced_of = expm1mx_reduced(r);
    const pair total = fast_two_sum(linear.head, expm1mx_reduced_of.head);
    /* 2^k = (2^half)^2 times 1 or 2 */
    const double half = nearest_integer(fma(k, 0.5, -0.25));
    const double twice = power_of_two(fma(-2.0, half, k));
    const double c = k * HEX(-0x1.9ef35793c7673p-41, -7.371002565167799e-13);
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

typedef struct { double head, tail, unscale; } kl_normal_logstd_parts_t;

/* kl_normal_logstd = (head + tail) unscale. */
INLINE kl_normal_logstd_parts_t kl_normal_logstd_parts(const double mu1, const double logstd1, const double mu2,
    const double logstd2)
{
    const uint64_t mask = less(fabs(mu1), (double)INFINITY) & less(fabs(mu2), (double)INFINITY)
        & less(fabs(logstd1), (double)INFINITY) & less(fabs(logstd2), (double)INFINITY);
    /* the difference first: exact for near scales */
    const pair u = two_sum(product(logstd1, HEX(0x1p-5, 0.03125)), product(logstd2, HEX(-0x1p-5, -0.03125)));
    const exp_negative_t exp_negative_of = exp_negative(product(logstd2, 2.0));
    const pair offset_of = offset(mu1, mu2, exp_negative_of.half);
    const uint64_t tiny = less(larger(fabs(u.head), fabs(offset_of.head)),
        HEX(0x1p-300, 4.909093465297727e-91));
    /* tiny differences are enlarged: their squares would underflow */
    const double scale = choose(tiny, HEX(0x1p+200, 1.6069380442589903e+60), 1.0);
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
    out.unscale = choose(mask, choose(tiny, HEX(0x1p-395, 1.2392294127517818e-119), 32.0), 1.0);
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
    const pair u = two_sum(product(logvar1, HEX(0x1p-6, 0.015625)), product(logvar2, HEX(-0x1p-6, -0.015625)));
    const exp_negative_t exp_negative_of = exp_negative(product(logvar2, 1.0));
    const pair offset_of = offset(mu1, mu2, exp_negative_of.half);
    const uint64_t tiny = less(larger(fabs(u.head), fabs(offset_of.head)),
        HEX(0x1p-300, 4.909093465297727e-91));
    /* tiny differences are enlarged: their squares would underflow */
    const double scale = choose(tiny, HEX(0x1p+200, 1.6069380442589903e+60), 1.0);
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
    out.unscale = choose(mask, choose(tiny, HEX(0x1p-395, 1.2392294127517818e-119), 32.0), 1.0);
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
    const double u_cut = choose(less(u, HEX(0x1.634cccccccccdp+3, 11.103125)), u,
        HEX(0x1.634cccccccccdp+3, 11.103125));
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
    const double c = k * HEX(-0x1.9ef35793c7673p-41, -7.371002565167799e-13);
    /* the correction c changes exp(r) by c exp(r) */
    const double growth = (1.0 + r) + expm1mx_reduced_of.head;
    pair out;
    out.head = total.head;
    out.tail = fma(s, fma(c, growth, expm1mx_reduced_of.tail), (change.tail + first.tail) + total.tail);
    return out;
}

typedef struct { double d_mu, d_logstd; } kl_unit_logstd_slopes_t;

/* The gradient of kl_unit_logstd. */
INLINE kl_unit_logstd_slopes_t kl_unit_logstd_slopes(const double mu, const double logstd)
{
    const double part = fabs(logstd);
    const uint64_t tiny = less(part, HEX(0x1p-300, 4.909093465297727e-91));
    /* near 0 the derivative is linear: keep the bits of tiny ones */
    const double scale = choose(tiny, HEX(0x1p+200, 1.6069380442589903e+60), 1.0);
    const pair expm1_scaled_of = expm1_scaled(product(logstd, scale * HEX(0x1p-5, 0.03125)));
    const double value = product(expm1_scaled_of.head + expm1_scaled_of.tail,
        choose(tiny, HEX(0x1p-194, 3.982729777831131e-59), 64.0));
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
    const uint64_t tiny = less(part, HEX(0x1p-300, 4.909093465297727e-91));
    /* near 0 the derivative is linear: keep the bits of tiny ones */
    const double scale = choose(tiny, HEX(0x1p+200, 1.6069380442589903e+60), 1.0);
    const pair expm1_scaled_of = expm1_scaled(product(logvar, scale * HEX(0x1p-6, 0.015625)));
    const double value = product(expm1_scaled_of.head + expm1_scaled_of.tail,
        choose(tiny, HEX(0x1p-195, 1.9913648889155653e-59), 32.0));
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
    const double part3 = choose(less(HEX(0x1p+1000, 1.0715086071862673e+301), larger(part, part2)), 0.25, 1.0);
    const double offset = product(mu1, part3) - product(mu2, part3);
    const double part4 = fabs(std1);
    const uint64_t special = outside(part4, HEX(0x0.0000000000001p-1022, 5e-324), (double)INFINITY);
    const double lifted = choose(special, part4, larger(part4, HEX(0x1p-1022, 2.2250738585072014e-308)));
    const double part5 = fabs(std2);
    const uint64_t special2 = outside(part5, HEX(0x0.0000000000001p-1022, 5e-324), (double)INFINITY);
    const double lifted2 = choose(special2, part5, larger(part5, HEX(0x1p-1022, 2.2250738585072014e-308)));
    const double ratio = lifted / lifted2;
    const uint64_t mask = ~(equal(offset, offset) & equal(ratio, ratio)) | less(smaller(std1, std2), 0.0);
    const uint64_t mask2 = less(part, (double)INFINITY) & less(part2, (double)INFINITY);
    const uint64_t mask3 = less(part5, (double)INFINITY) & less(0.0, std2);
    const uint64_t mask4 = mask2 & mask3;
    const difference_t difference_of = difference(mu1, mu2);
    const split_t split_of = split(std2);
    const pair sum = two_prod(split_of.significand, split_of.significand);
    const double part6 = choose(mask, (double)NAN,
        choose(mask4, scale_by(divide(difference_of.head, difference_of.tail, sum.head, sum.tail),
            fma(-2.0, split_of.exponent, difference_of.exponent)), offset / lifted2));
    const uint64_t mask5 = less(part4, (double)INFINITY);
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
    const double part3 = choose(less(HEX(0x1p+1000, 1.0715086071862673e+301), larger(part, part2)), 0.25, 1.0);
    const double offset = product(mu1, part3) - product(mu2, part3);
    const double part4 = fabs(var1);
    const uint64_t special = outside(part4, HEX(0x0.0000000000001p-1022, 5e-324), (double)INFINITY);
    const double lifted = choose(special, part4, larger(part4, HEX(0x1p-1022, 2.2250738585072014e-308)));
    const double part5 = fabs(var2);
    const uint64_t special2 = outside(part5, HEX(0x0.0000000000001p-1022, 5e-324), (double)INFINITY);
    const double lifted2 = choose(special2, part5, larger(part5, HEX(0x1p-1022, 2.2250738585072014e-308)));
    const double ratio = lifted / lifted2;
    const uint64_t mask = ~(equal(offset, offset) & equal(ratio, ratio)) | less(smaller(var1, var2), 0.0);
    const uint64_t mask2 = less(part, (double)INFINITY) & less(part2, (double)INFINITY);
    const uint64_t mask3 = less(part5, (double)INFINITY) & less(0.0, var2);
    const uint64_t mask4 = mask2 & mask3;
    const difference_t difference_of = difference(mu1, mu2);
    const split_t split_of = split(var2);
    const double part6 = choose(mask, (double)NAN,
        choose(mask4, scale_by(divide(difference_of.head, difference_of.tail, split_of.significand, 0.0),
            difference_of.exponent - split_of.exponent), offset / lifted2));
    const uint64_t mask5 = less(part4, (double)INFINITY);
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

typedef struct { double d_mu1, d_logstd1, d_mu2, d_logstd2; } kl_normal_logstd_slopes_t;

/* The gradient of kl_normal_logstd. */
INLINE kl_normal_logstd_slopes_t kl_normal_logstd_slopes(const double mu1, const double logstd1, const double mu2,
    const double logstd2)
{
    const double part = fabs(mu1);
    const double part2 = fabs(mu2);
    const double part3 = choose(less(HEX(0x1p+1000, 1.0715086071862673e+301), larger(part, part2)), 0.25, 1.0);
    const double offset2 = product(mu1, part3) - product(mu2, part3);
    const double ratio = product(logstd1, 0.5) - product(logstd2, 0.5);
    const uint64_t mask = ~(equal(offset2, offset2) & equal(ratio, ratio));
    const uint64_t mask2 = less(part, (double)INFINITY) & less(part2, (double)INFINITY);
    const double part4 = fabs(logstd2);
    const uint64_t mask3 = less(part4, (double)INFINITY);
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
    const uint64_t absent = equal(logstd1, -(double)INFINITY);
    const uint64_t small = less(larger(part6, part4), HEX(0x1p-600, 2.409919865102884e-181));
    /* near 0 the derivative is linear: keep the bits of tiny ones */
    const double grown = choose(small, HEX(0x1p+300, 2.037035976334486e+90), 1.0);
    const double part7 = grown * HEX(0x1p-5, 0.03125);
    const pair u = two_sum(product(logstd1, part7), product(-logstd2, part7));
    /* a first scale of 0 is an ordinary argument of d_s2 */
    const double u2 = choose(absent, HEX(-0x1.7e43c8800759cp+996, -1e+300), u.head);
    const double u_low = choose(absent, 0.0, u.tail);
    const pair expm1_scaled_pair_of = expm1_scaled_pair(u2, u_low);
    const double d_s1 = product(expm1_scaled_pair_of.head + expm1_scaled_pair_of.tail,
        choose(small, HEX(0x1p-294, 3.141819817790545e-89), 64.0));
    const pair offset_of = offset(mu1, mu2, exp_negative_of.half);
    const uint64_t tiny = less(fabs(offset_of.head), HEX(0x1p-300, 4.909093465297727e-91))
        & (small | less(fabs(u2), HEX(0x1p-500, 3.054936363499605e-151)));
    /* both terms times 2^400 where both are tiny */
    const double scale = choose(tiny, HEX(0x1p+200, 1.6069380442589903e+60), 1.0);
    const double linear = (scale * scale) * choose(small, HEX(0x1p-300, 4.909093465297727e-91), 1.0);
    const pair expm1_scaled_pair_of2 = expm1_scaled_pair(product(u2, linear), product(u_low, linear));
    const double part8 = product(offset_of.head, scale);
    const double part9 = product(offset_of.tail, scale);
    const pair multiply_of2 = multiply(part8, part9, part8, part9);
    const pair multiply_of3 = multiply(multiply_of2.head, multiply_of2.tail, exp_negative_of.head,
        exp_negative_of.tail);
    const pair total = two_sum(expm1_scaled_pair_of2.head, multiply_of3.head);
    const double d_s2 = product(total.head + (total.tail + (expm1_scaled_pair_of2.tail + multiply_of3.tail)),
        choose(tiny, HEX(-0x1p-394, -2.4784588255035637e-119), -64.0));
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
    const double part3 = choose(less(HEX(0x1p+1000, 1.0715086071862673e+301), larger(part, part2)), 0.25, 1.0);
    const double offset2 = product(mu1, part3) - product(mu2, part3);
    const double ratio = product(logvar1, 0.5) - product(logvar2, 0.5);
    const uint64_t mask = ~(equal(offset2, offset2) & equal(ratio, ratio));
    const uint64_t mask2 = less(part, (double)INFINITY) & less(part2, (double)INFINITY);
    const double part4 = fabs(logvar2);
    const uint64_t mask3 = less(part4, (double)INFINITY);
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
    const uint64_t absent = equal(logvar1, -(double)INFINITY);
    const uint64_t small = less(larger(part6, part4), HEX(0x1p-600, 2.409919865102884e-181));
    /* near 0 the derivative is linear: keep the bits of tiny ones */
    const double grown = choose(small, HEX(0x1p+300, 2.037035976334486e+90), 1.0);
    const double part7 = grown * HEX(0x1p-6, 0.015625);
    const pair u = two_sum(product(logvar1, part7), product(-logvar2, part7));
    /* a first scale of 0 is an ordinary argument of d_s2 */
    const double u2 = choose(absent, HEX(-0x1.7e43c8800759cp+996, -1e+300), u.head);
    const double u_low = choose(absent, 0.0, u.tail);
    const pair expm1_scaled_pair_of = expm1_scaled_pair(u2, u_low);
    const double d_s1 = product(expm1_scaled_pair_of.head + expm1_scaled_pair_of.tail,
        choose(small, HEX(0x1p-295, 1.5709099088952725e-89), 32.0));
    const pair offset_of = offset(mu1, mu2, exp_negative_of.half);
    const uint64_t tiny = less(fabs(offset_of.head), HEX(0x1p-300, 4.909093465297727e-91))
        & (small | less(fabs(u2), HEX(0x1p-500, 3.054936363499605e-151)));
    /* both terms times 2^400 where both are tiny */
    const double scale = choose(tiny, HEX(0x1p+200, 1.6069380442589903e+60), 1.0);
    const double linear = (scale * scale) * choose(small, HEX(0x1p-300, 4.909093465297727e-91), 1.0);
    const pair expm1_scaled_pair_of2 = expm1_scaled_pair(product(u2, linear), product(u_low, linear));
    const double part8 = product(offset_of.head, scale);
    const double part9 = product(offset_of.tail, scale);
    const pair multiply_of2 = multiply(part8, part9, part8, part9);
    const pair multiply_of3 = multiply(multiply_of2.head, multiply_of2.tail, exp_negative_of.head,
        exp_negative_of.tail);
    const pair total = two_sum(expm1_scaled_pair_of2.head, multiply_of3.head);
    const double d_s2 = product(total.head + (total.tail + (expm1_scaled_pair_of2.tail + multiply_of3.tail)),
        choose(tiny, HEX(-0x1p-395, -1.2392294127517818e-119), -32.0));
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
    return outside(std, HEX(0x1p-22, 2.384185791015625e-07), 512.0)
        | outside(m, 0.0, HEX(0x1p+200, 1.6069380442589903e+60))
            | (equal(std, 1.0) & outside(m, HEX(0x1p-200, 6.223015277861142e-61), (double)INFINITY));
}

/* atanh(f)/f - 1 for |f| <= 1/5. */
INLINE pair atanh_rest_wider(const double f, const double f_tail)
{
    const pair w = two_prod(f, f);
    /* (atanh(f)/f - 1)/f^2, minimax in f^2 */
    const double p6 = fma(HEX(0x1.16d1f402d3dd8p-4, 0.0680713206941087), w.head,
        HEX(0x1.0e8460dda72ffp-4, 0.06604421461311104));
    const double p5 = fma(p6, w.head, HEX(0x1.3b2a4895f05c2p-4, 0.0769446215990888));
    const double p4 = fma(p5, w.head, HEX(0x1.745ca8a88ba6dp-4, 0.09090867883853955));
    const double p3 = fma(p4, w.head, HEX(0x1.c71c72ee1819bp-4, 0.11111111540367917));
    const double p2 = fma(p3, w.head, HEX(0x1.24924923cf0dp-3, 0.14285714283494721));
    const double p1 = fma(p2, w.head, HEX(0x1.9999999999ff7p-3, 0.20000000000004522));
    const double p0 = fma(p1, w.head, HEX(0x1.5555555555555p-2, 0.3333333333333333));
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
    const double anchor = squared + fma(-twice, HEX(0x1.62e42feep-1, 0.6931471803691238), -1.0);
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
        fma(squared, t_square.tail,
            fma(twice, HEX(-0x1.a39ef35793c76p-33, -1.9082149292705877e-10), start.tail + product2.tail)
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
    return outside(var, HEX(0x1p-45, 2.842170943040401e-14), 524288.0)
        | outside(m, 0.0, HEX(0x1p+200, 1.6069380442589903e+60))
            | (equal(var, 1.0) & outside(m, HEX(0x1p-200, 6.223015277861142e-61), (double)INFINITY));
}

/* Twice kl_unit_var, as head and tail, for arguments of ordinary size. */
INLINE pair kl_unit_var_twice(const double mu, const double var)
{
    /* s = 2^k (1 + t) */
    const quotient_scale scale = scale_of_quotient(var, 1.0);
    /* 2^k - 1 - k log(2), exact */
    const double anchor = scale.power + fma(-scale.k, HEX(0x1.62e42feep-1, 0.6931471803691238), -1.0);
    const double change = scale.power - 1.0;
    const double t = product(var, scale.inverse) - 1.0;
    const pair product2 = two_prod(change, t);
    const pair start = fast_two_sum(anchor, product2.head);
    const pair sum = fast_two_sum(2.0, t);
    const double reciprocal = 1.0 / sum.head;
    const double f = product(t, reciprocal);
    const double f_tail = product(fma(-f, sum.tail, fma(-f, sum.head, t)), reciprocal);
    const pair minus_log_of = minus_log(t, f, f_tail);
    const double low = fma(scale.k, HEX(-0x1.a39ef35793c76p-33, -1.9082149292705877e-10), start.tail
        + product2.tail) + minus_log_of.tail;
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
    return outside(size, HEX(0x1p-200, 6.223015277861142e-61), HEX(0x1p+200, 1.6069380442589903e+60))
        | outside(fabs(logstd + HEX(0x1.2p+2, 4.5)), 0.0, HEX(0x1.68p+3, 11.25));
}

typedef struct { double start, square, rest, low; } excess_log_t;

/* exp(x) - 1 - x = start + square (1 + rest) + low for x in [-31.5, 13.5]. */
INLINE excess_log_t excess_log(const double x)
{
    /* x = k log(2) + r + c, with k log(2)'s head subtracted exactly, r in [log(2) - 1, 2 log(2) - 1] */
    const power_scale scale = nearest_power(x - HEX(0x1.4538ef34d6a16p-5, 0.0397),
        HEX(0x1.71547652b82fep+0, 1.4426950408889634));
    const double change = scale.power - 1.0;
    const double r = fma(-scale.k, HEX(0x1.62e42feep-1, 0.6931471803691238), x);
    /* 2^k - 1 - k log(2), exact */
    const double anchor = scale.power + fma(-scale.k, HEX(0x1.62e42feep-1, 0.6931471803691238), -1.0);
    const pair start = fast_two_fma(change, r, anchor);
    /* expm1mx(r) = r^2/2 (1 + rest) */
    const double half = r * 0.5;
    const pair half_square = two_prod(r, half);
    /* (2 expm1mx(r)/r^2 - 1)/r, minimax on [-0.307, 0.387] */
    const double p8 = fma(HEX(0x1.288e755a6aad7p-28, 4.315464730717593e-09), r,
        HEX(0x1.af15b62a1fa45p-25, 5.018487699101349e-08));
    const double p7 = fma(p8, r, HEX(0x1.27e0712fe716dp-21, 5.511133505001422e-07));
    const double p6 = fma(p7, r, HEX(0x1.71de1913ccd6dp-18, 5.511456283180529e-06));
    const double p5 = fma(p6, r, HEX(0x1.a01a03223f7d3p-15, 4.9603177346909916e-05));
    const double p4 = fma(p5, r, HEX(0x1.a01a01a5d8457p-12, 0.0003968253971518612));
    const double p3 = fma(p4, r, HEX(0x1.6c16c16be3e01p-9, 0.002777777777687396));
    const double p2 = fma(p3, r, HEX(0x1.1111111110a0bp-6, 0.01666666666666043));
    const double p1 = fma(p2, r, HEX(0x1.5555555555598p-4, 0.08333333333333426));
    const double p0 = fma(p1, r, HEX(0x1.5555555555556p-2, 0.33333333333333337));
    const double rest = product(r, p0);
    const double square_low = fma(half_square.tail, rest, half_square.tail);
    const double c = scale.k * HEX(-0x1.a39ef35793c76p-33, -1.9082149292705877e-10);
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
    return outside(size, HEX(0x1p-200, 6.223015277861142e-61), HEX(0x1p+200, 1.6069380442589903e+60))
        | outside(fabs(logvar + 9.0), 0.0, HEX(0x1.68p+4, 22.5));
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
    return outside(std2, HEX(0x1p-200, 6.223015277861142e-61), HEX(0x1p+200, 1.6069380442589903e+60))
        | outside(std1, std2 * HEX(0x1p-22, 2.384185791015625e-07), std2 * 512.0)
            | outside(m, 0.0, HEX(0x1p+200, 1.6069380442589903e+60))
                | (equal(std1, std2) & outside(m, HEX(0x1p-200, 6.223015277861142e-61), (double)INFINITY));
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
    const double anchor = squared + fma(-twice, HEX(0x1.62e42feep-1, 0.6931471803691238), -1.0);
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
            fma(twice, HEX(-0x1.a39ef35793c76p-33, -1.9082149292705877e-10),
                fma(change, t_tail, start.tail + product2.tail)) + curved.tail));
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
    return outside(var2, HEX(0x1p-200, 6.223015277861142e-61), HEX(0x1p+200, 1.6069380442589903e+60))
        | outside(var1, var2 * HEX(0x1p-45, 2.842170943040401e-14), var2 * 524288.0)
            | outside(m, 0.0, HEX(0x1p+200, 1.6069380442589903e+60))
                | (equal(var1, var2) & outside(m, HEX(0x1p-200, 6.223015277861142e-61), (double)INFINITY));
}

/* Twice kl_normal_var, as head and tail, for arguments of ordinary size. */
INLINE pair kl_normal_var_twice(const double mu1, const double var1, const double mu2, const double var2)
{
    /* s1 = 2^k (1 + t) s2 */
    const quotient_scale scale = scale_of_quotient(var1, var2);
    /* 2^k - 1 - k log(2), exact */
    const double anchor = scale.power + fma(-scale.k, HEX(0x1.62e42feep-1, 0.6931471803691238), -1.0);
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
    const double low = fma(change, t_tail,
        fma(scale.k, HEX(-0x1.a39ef35793c76p-33, -1.9082149292705877e-10), start.tail + product2.tail))
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
    return outside(size, HEX(0x1p-200, 6.223015277861142e-61), HEX(0x1p+200, 1.6069380442589903e+60))
        | outside(fabs(d + HEX(0x1.2p+2, 4.5)), 0.0, HEX(0x1.68p+3, 11.25))
            | outside(fabs(logstd2), 0.0, 100.0);
}

typedef struct { double start, square, rest, low; } excess_log_pair_t;

/* exp(x) - 1 - x = start + square (1 + rest) + low at x + x_tail, for x in [-31.5, 13.5]. */
INLINE excess_log_pair_t excess_log_pair(const double x, const double x_tail)
{
    /* x = k log(2) + r + c, with k log(2)'s head subtracted exactly, r in [log(2) - 1, 2 log(2) - 1] */
    const power_scale scale = nearest_power(x - HEX(0x1.4538ef34d6a16p-5, 0.0397),
        HEX(0x1.71547652b82fep+0, 1.4426950408889634));
    const double change = scale.power - 1.0;
    const double r = fma(-scale.k, HEX(0x1.62e42feep-1, 0.6931471803691238), x);
    /* 2^k - 1 - k log(2), exact */
    const double anchor = scale.power + fma(-scale.k, HEX(0x1.62e42feep-1, 0.6931471803691238), -1.0);
    const pair start = fast_two_fma(change, r, anchor);
    /* expm1mx(r) = r^2/2 (1 + rest) */
    const double half = r * 0.5;
    const pair half_square = two_prod(r, half);
    /* (2 expm1mx(r)/r^2 - 1)/r, minimax on [-0.307, 0.387] */
    const double p8 = fma(HEX(0x1.288e755a6aad7p-28, 4.315464730717593e-09), r,
        HEX(0x1.af15b62a1fa45p-25, 5.018487699101349e-08));
    const double p7 = fma(p8, r, HEX(0x1.27e0712fe716dp-21, 5.511133505001422e-07));
    const double p6 = fma(p7, r, HEX(0x1.71de1913ccd6dp-18, 5.511456283180529e-06));
    const double p5 = fma(p6, r, HEX(0x1.a01a03223f7d3p-15, 4.9603177346909916e-05));
    const double p4 = fma(p5, r, HEX(0x1.a01a01a5d8457p-12, 0.0003968253971518612));
    const double p3 = fma(p4, r, HEX(0x1.6c16c16be3e01p-9, 0.002777777777687396));
    const double p2 = fma(p3, r, HEX(0x1.1111111110a0bp-6, 0.01666666666666043));
    const double p1 = fma(p2, r, HEX(0x1.5555555555598p-4, 0.08333333333333426));
    const double p0 = fma(p1, r, HEX(0x1.5555555555556p-2, 0.33333333333333337));
    const double rest = product(r, p0);
    /* exp(r) - 1 */
    const double growth = fma(half_square.head, rest, r + half_square.head);
    /* the tail of x acts through the derivative exp(x) - 1 */
    const double slope = fma(scale.power, growth, change);
    const double square_low = fma(half_square.tail, rest, half_square.tail);
    const double c = scale.k * HEX(-0x1.a39ef35793c76p-33, -1.9082149292705877e-10);
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
    const power_scale scale = nearest_power(x, HEX(-0x1.71547652b82fep+0, -1.4426950408889634));
    const double r = fma(-scale.k, HEX(0x1.62e42fefa2p-1, 0.6931471805592082), -x);
    const pair linear = fast_two_sum(1.0, r);
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
    const double factor = fma(r, p0, 0.5);
    const double e = product(square.head, factor);
    const pair total = fast_two_sum(linear.head, e);
    const double c = scale.k * HEX(-0x1.9ef35793c7673p-41, -7.371002565167799e-13);
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
    return outside(size, HEX(0x1p-200, 6.223015277861142e-61), HEX(0x1p+200, 1.6069380442589903e+60))
        | outside(fabs(d + 9.0), 0.0, HEX(0x1.68p+4, 22.5)) | outside(fabs(logvar2), 0.0, 200.0);
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
    const double p12 = fma(HEX(-0x1.3c40e6a9fe144p-5, -0.03860516597336752), t,
        HEX(0x1.5e65891fc0c97p-4, 0.08554605068279596));
    const double p11 = fma(p12, t, HEX(-0x1.787541d50d2a1p-4, -0.09190870013919518));
    const double p10 = fma(p11, t, HEX(0x1.581ac756d1fcfp-4, 0.0840099131283971));
    const double p9 = fma(p10, t, HEX(-0x1.6b27f1e544d34p-4, -0.08866114130460262));
    const double p8 = fma(p9, t, HEX(0x1.982880d5acbe1p-4, 0.09964800191919167));
    const double p7 = fma(p8, t, HEX(-0x1.c7bc3f9c9f07cp-4, -0.11126351211891178));
    const double p6 = fma(p7, t, HEX(0x1.000f9f5ba0b78p-3, 0.12502979753852705));
    const double p5 = fma(p6, t, HEX(-0x1.248fade2b30f9p-3, -0.142852171402758));
    const double p4 = fma(p5, t, HEX(0x1.5554d36aa432ap-3, 0.16666569871133535));
    const double p3 = fma(p4, t, HEX(-0x1.9999a32a107edp-3, -0.2000000712596938));
    const double p2 = fma(p3, t, HEX(0x1.000000b9d414ep-2, 0.25000001081663903));
    const double p1 = fma(p2, t, HEX(-0x1.5555554ff90cfp-2, -0.33333333302131235));
    const double p0 = fma(p1, t, HEX(0x1.ffffffffacef6p-2, 0.4999999999811132));
    /* (2^k - 1) t, and 2^k - 1 - k log(2): both 0 at k = 0 */
    const double change = power - 1.0;
    return fma(t * t, p0, fma(change, t, fma(-k, HEX(0x1.62e42fefa39efp-1, 0.6931471805599453), change)));
}

/* kl_unit_std for binary32 arguments. */
INLINE double kl_unit_std_narrow(const double mu, const double std)
{
    /* 48 bits: exact */
    const double var = product(std, std);
    /* var = 2^k (1 + t) */
    const quotient_scale scale = scale_of_quotient(var, 1.0);
    const double value = fma(fma(mu, mu,
        excess_narrow(scale.power, scale.k, product(var, scale.inverse) - 1.0)), 0.5,
            HEX(0x1p-203, 7.778769097326427e-62));
    return choose(less(0.0, std) & less(std, (double)INFINITY), value,
        choose(less(std, 0.0), (double)NAN, fma(mu, mu, std) + (double)INFINITY));
}

/* kl_unit_var for binary32 arguments. */
INLINE double kl_unit_var_narrow(const double mu, const double var)
{
    /* var = 2^k (1 + t) */
    const quotient_scale scale = scale_of_quotient(var, 1.0);
    const double value = fma(fma(mu, mu,
        excess_narrow(scale.power, scale.k, product(var, scale.inverse) - 1.0)), 0.5,
            HEX(0x1p-203, 7.778769097326427e-62));
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
    const power_scale scale = nearest_power(part, HEX(0x1.71547652b82fep+0, 1.4426950408889634));
    const double r = fma(-scale.k, HEX(0x1.62e42fefa39efp-1, 0.6931471805599453), part);
    /* expm1mx(r)/r^2, minimax on |r| <= log(2)/2 */
    const double p5 = fma(HEX(0x1.a06c2118b0bf6p-16, 2.482070803712027e-05), r,
        HEX(0x1.a1512998502b3p-13, 0.00019899227187105336));
    const double p4 = fma(p5, r, HEX(0x1.6c16fddaf25aep-10, 0.0013888924065546915));
    const double p3 = fma(p4, r, HEX(0x1.1110c66106bf9p-7, 0.008333298554182621));
    const double p2 = fma(p3, r, HEX(0x1.5555553131353p-5, 0.04166666640370544));
    const double p1 = fma(p2, r, HEX(0x1.555555673e1a8p-3, 0.1666666671878947));
    const double p0 = fma(p1, r, HEX(0x1.0000000004a51p-1, 0.5000000000021122));
    const double e = (r * r) * p0;
    /* (2^k - 1) r, and 2^k - 1 - k log(2): both 0 at k = 0 */
    const double change = scale.power - 1.0;
    return fma(scale.power, e, fma(change, r, change - (bounded - r)));
}

/* kl_unit_logstd for binary32 arguments. */
INLINE double kl_unit_logstd_narrow(const double mu, const double logstd)
{
    return fma(fma(mu, mu, expm1mx_narrow(product(logstd, 2.0))), 0.5, HEX(0x1p-203, 7.778769097326427e-62));
}

/* kl_unit_logvar for binary32 arguments. */
INLINE double kl_unit_logvar_narrow(const double mu, const double logvar)
{
    return fma(fma(mu, mu, expm1mx_narrow(logvar)), 0.5, HEX(0x1p-203, 7.778769097326427e-62));
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
            HEX(0x1p-203, 7.778769097326427e-62));
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
        excess_narrow(scale.power, scale.k, product(product(var1, scale.inverse) - var2, by))), 0.5,
            HEX(0x1p-203, 7.778769097326427e-62));
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
    const power_scale scale = nearest_power(part, HEX(0x1.71547652b82fep+0, 1.4426950408889634));
    const double r = fma(-scale.k, HEX(0x1.62e42fefa39efp-1, 0.6931471805599453), part);
    /* expm1mx(r)/r^2, minimax on |r| <= log(2)/2 */
    const double p5 = fma(HEX(0x1.a06c2118b0bf6p-16, 2.482070803712027e-05), r,
        HEX(0x1.a1512998502b3p-13, 0.00019899227187105336));
    const double p4 = fma(p5, r, HEX(0x1.6c16fddaf25aep-10, 0.0013888924065546915));
    const double p3 = fma(p4, r, HEX(0x1.1110c66106bf9p-7, 0.008333298554182621));
    const double p2 = fma(p3, r, HEX(0x1.5555553131353p-5, 0.04166666640370544));
    const double p1 = fma(p2, r, HEX(0x1.555555673e1a8p-3, 0.1666666671878947));
    const double p0 = fma(p1, r, HEX(0x1.0000000004a51p-1, 0.5000000000021122));
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
        HEX(0x1p-203, 7.778769097326427e-62));
}

/* kl_normal_logvar for binary32 arguments. */
INLINE double kl_normal_logvar_narrow(const double mu1, const double logvar1, const double mu2,
    const double logvar2)
{
    const double m = mu1 - mu2;
    const double d = logvar1 - logvar2;
    return fma(fma(m * m, weight_narrow(logvar2), expm1mx_narrow(d)), 0.5,
        HEX(0x1p-203, 7.778769097326427e-62));
}

/* --- the public functions --- */

INLINE double expm1mx_inline(double x)
{
    const expm1mx_parts_t at = expm1mx_parts(x);
    return (at.head + at.tail) * at.unscale;
}

typedef double expm1mx_one(double x);

ONE(return, double, expm1mx, (double x), (x))

INLINE void expm1mx_run(RUN, expm1mx_one *one, int fused)
{
    const double *const x = (const double *)in[0];
    double *const to = (double *)out[0];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            to[i] = one(x[i]);
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        to[i] = expm1mx_inline(x[i]);
    }
}

MANY(expm1mx, expm1mx)

double derive_expm1mx(double x)
{
    return CHOSEN(expm1mx)(x);
}

void derive_expm1mx_array(size_t n, const double *x, double *out)
{
    const void *in[1];
    void *to[1];
    in[0] = x;
    to[0] = out;
    apply(CHOSEN_RUN(expm1mx), NULL, n, sizeof(double), 1, in, 1, to);
}

INLINE float expm1mxf_inline(double x)
{
    const expm1mx_parts_t at = expm1mx_parts(x);
    return (float)(round_to_odd(at.head, at.tail) * at.unscale);
}

typedef float expm1mxf_one(double x);

ONE(return, float, expm1mxf, (double x), (x))

INLINE void expm1mxf_run(RUN, expm1mxf_one *one, int fused)
{
    const float *const x = (const float *)in[0];
    float *const to = (float *)out[0];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            to[i] = one((double)x[i]);
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        to[i] = expm1mxf_inline((double)x[i]);
    }
}

MANY(expm1mxf, expm1mxf)

float derive_expm1mxf(float x)
{
    return CHOSEN(expm1mxf)((double)x);
}

void derive_expm1mx_arrayf(size_t n, const float *x, float *out)
{
    const void *in[1];
    void *to[1];
    in[0] = x;
    to[0] = out;
    apply(CHOSEN_RUN(expm1mxf), NULL, n, sizeof(float), 1, in, 1, to);
}

INLINE double log1pmx_inline(double x)
{
    const log1pmx_parts_t at = log1pmx_parts(x);
    return (at.head + at.tail) * at.unscale;
}

typedef double log1pmx_one(double x);

ONE(return, double, log1pmx, (double x), (x))

INLINE void log1pmx_run(RUN, log1pmx_one *one, int fused)
{
    const double *const x = (const double *)in[0];
    double *const to = (double *)out[0];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            to[i] = one(x[i]);
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        to[i] = log1pmx_inline(x[i]);
    }
}

MANY(log1pmx, log1pmx)

double derive_log1pmx(double x)
{
    return CHOSEN(log1pmx)(x);
}

void derive_log1pmx_array(size_t n, const double *x, double *out)
{
    const void *in[1];
    void *to[1];
    in[0] = x;
    to[0] = out;
    apply(CHOSEN_RUN(log1pmx), NULL, n, sizeof(double), 1, in, 1, to);
}

INLINE float log1pmxf_inline(double x)
{
    const log1pmx_parts_t at = log1pmx_parts(x);
    return (float)(round_to_odd(at.head, at.tail) * at.unscale);
}

typedef float log1pmxf_one(double x);

ONE(return, float, log1pmxf, (double x), (x))

INLINE void log1pmxf_run(RUN, log1pmxf_one *one, int fused)
{
    const float *const x = (const float *)in[0];
    float *const to = (float *)out[0];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            to[i] = one((double)x[i]);
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        to[i] = log1pmxf_inline((double)x[i]);
    }
}

MANY(log1pmxf, log1pmxf)

float derive_log1pmxf(float x)
{
    return CHOSEN(log1pmxf)((double)x);
}

void derive_log1pmx_arrayf(size_t n, const float *x, float *out)
{
    const void *in[1];
    void *to[1];
    in[0] = x;
    to[0] = out;
    apply(CHOSEN_RUN(log1pmxf), NULL, n, sizeof(float), 1, in, 1, to);
}

INLINE double kl_unit_std_inline(double mu, double std, double growth)
{
    if (kl_unit_std_outside(mu, std) >> 63 == 0) {
        const pair twice = kl_unit_std_twice(mu, std);
        return 0.5 * (twice.head + twice.tail) * growth;
    }
    const kl_unit_std_parts_t at = kl_unit_std_parts(mu, std);
    return (at.head + at.tail) * (at.unscale * growth);
}

typedef double kl_unit_std_one(double mu, double std, double growth);

ONE(return, double, kl_unit_std, (double mu, double std, double growth), (mu, std, growth))

INLINE void kl_unit_std_run(RUN, kl_unit_std_one *one, int fused)
{
    const double *const mu = (const double *)in[0];
    const double *const std = (const double *)in[1];
    double *const to = (double *)out[0];
    if (!fused || n != BLOCK || growth != 1.0) {
        for (size_t i = 0; i < n; i++) {
            to[i] = one(mu[i], std[i], growth);
        }
        return;
    }
    double values[BLOCK], *given = to;
    uint64_t unusual = 0;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        unusual |= kl_unit_std_outside(mu[i], std[i]);
    }
    if (unusual >> 63 != 0)
        given = values;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        const pair twice = kl_unit_std_twice(mu[i], std[i]);
        given[i] = 0.5 * (twice.head + twice.tail);
    }
    if (unusual >> 63 != 0) {
        for (size_t i = 0; i < BLOCK; i++)
            if (kl_unit_std_outside(mu[i], std[i]) >> 63 != 0)
                values[i] = one(mu[i], std[i], 1.0);
        memcpy(to, values, sizeof values);
    }
}

MANY(kl_unit_std, kl_unit_std)

double derive_kl_unit_std(double mu, double std)
{
    return CHOSEN(kl_unit_std)(mu, std, 1.0);
}

void derive_kl_unit_std_array(size_t n, const double *mu, const double *std, double *out)
{
    const void *in[2];
    void *to[1];
    in[0] = mu;
    in[1] = std;
    to[0] = out;
    apply(CHOSEN_RUN(kl_unit_std), NULL, n, sizeof(double), 2, in, 1, to);
}

double derive_kl_unit_std_sum(size_t n, const double *mu, const double *std)
{
    const void *in[2];
    in[0] = mu;
    in[1] = std;
    return careful_sum(CHOSEN_RUN(kl_unit_std), n, sizeof(double), 2, in);
}

INLINE float kl_unit_stdf_inline(double mu, double std)
{
    return (float)kl_unit_std_narrow(mu, std);
}

typedef float kl_unit_stdf_one(double mu, double std);

ONE(return, float, kl_unit_stdf, (double mu, double std), (mu, std))

INLINE void kl_unit_stdf_run(RUN, kl_unit_stdf_one *one, int fused)
{
    const float *const mu = (const float *)in[0];
    const float *const std = (const float *)in[1];
    float *const to = (float *)out[0];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            to[i] = one((double)mu[i], (double)std[i]);
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        to[i] = kl_unit_stdf_inline((double)mu[i], (double)std[i]);
    }
}

MANY(kl_unit_stdf, kl_unit_stdf)

float derive_kl_unit_stdf(float mu, float std)
{
    return CHOSEN(kl_unit_stdf)((double)mu, (double)std);
}

void derive_kl_unit_std_arrayf(size_t n, const float *mu, const float *std, float *out)
{
    const void *in[2];
    void *to[1];
    in[0] = mu;
    in[1] = std;
    to[0] = out;
    apply(CHOSEN_RUN(kl_unit_stdf), NULL, n, sizeof(float), 2, in, 1, to);
}

double derive_kl_unit_std_sumf(size_t n, const float *mu, const float *std)
{
    const void *in[2];
    in[0] = mu;
    in[1] = std;
    return careful_sum(CHOSEN_RUN(kl_unit_std), n, sizeof(float), 2, in);
}

INLINE double kl_unit_var_inline(double mu, double var, double growth)
{
    if (kl_unit_var_outside(mu, var) >> 63 == 0) {
        const pair twice = kl_unit_var_twice(mu, var);
        return 0.5 * (twice.head + twice.tail) * growth;
    }
    const kl_unit_var_parts_t at = kl_unit_var_parts(mu, var);
    return (at.head + at.tail) * (at.unscale * growth);
}

typedef double kl_unit_var_one(double mu, double var, double growth);

ONE(return, double, kl_unit_var, (double mu, double var, double growth), (mu, var, growth))

INLINE void kl_unit_var_run(RUN, kl_unit_var_one *one, int fused)
{
    const double *const mu = (const double *)in[0];
    const double *const var = (const double *)in[1];
    double *const to = (double *)out[0];
    if (!fused || n != BLOCK || growth != 1.0) {
        for (size_t i = 0; i < n; i++) {
            to[i] = one(mu[i], var[i], growth);
        }
        return;
    }
    double values[BLOCK], *given = to;
    uint64_t unusual = 0;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        unusual |= kl_unit_var_outside(mu[i], var[i]);
    }
    if (unusual >> 63 != 0)
        given = values;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        const pair twice = kl_unit_var_twice(mu[i], var[i]);
        given[i] = 0.5 * (twice.head + twice.tail);
    }
    if (unusual >> 63 != 0) {
        for (size_t i = 0; i < BLOCK; i++)
            if (kl_unit_var_outside(mu[i], var[i]) >> 63 != 0)
                values[i] = one(mu[i], var[i], 1.0);
        memcpy(to, values, sizeof values);
    }
}

MANY(kl_unit_var, kl_unit_var)

double derive_kl_unit_var(double mu, double var)
{
    return CHOSEN(kl_unit_var)(mu, var, 1.0);
}

void derive_kl_unit_var_array(size_t n, const double *mu, const double *var, double *out)
{
    const void *in[2];
    void *to[1];
    in[0] = mu;
    in[1] = var;
    to[0] = out;
    apply(CHOSEN_RUN(kl_unit_var), NULL, n, sizeof(double), 2, in, 1, to);
}

double derive_kl_unit_var_sum(size_t n, const double *mu, const double *var)
{
    const void *in[2];
    in[0] = mu;
    in[1] = var;
    return careful_sum(CHOSEN_RUN(kl_unit_var), n, sizeof(double), 2, in);
}

INLINE float kl_unit_varf_inline(double mu, double var)
{
    return (float)kl_unit_var_narrow(mu, var);
}

typedef float kl_unit_varf_one(double mu, double var);

ONE(return, float, kl_unit_varf, (double mu, double var), (mu, var))

INLINE void kl_unit_varf_run(RUN, kl_unit_varf_one *one, int fused)
{
    const float *const mu = (const float *)in[0];
    const float *const var = (const float *)in[1];
    float *const to = (float *)out[0];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            to[i] = one((double)mu[i], (double)var[i]);
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        to[i] = kl_unit_varf_inline((double)mu[i], (double)var[i]);
    }
}

MANY(kl_unit_varf, kl_unit_varf)

float derive_kl_unit_varf(float mu, float var)
{
    return CHOSEN(kl_unit_varf)((double)mu, (double)var);
}

void derive_kl_unit_var_arrayf(size_t n, const float *mu, const float *var, float *out)
{
    const void *in[2];
    void *to[1];
    in[0] = mu;
    in[1] = var;
    to[0] = out;
    apply(CHOSEN_RUN(kl_unit_varf), NULL, n, sizeof(float), 2, in, 1, to);
}

double derive_kl_unit_var_sumf(size_t n, const float *mu, const float *var)
{
    const void *in[2];
    in[0] = mu;
    in[1] = var;
    return careful_sum(CHOSEN_RUN(kl_unit_var), n, sizeof(float), 2, in);
}

INLINE double kl_unit_logstd_inline(double mu, double logstd, double growth)
{
    if (kl_unit_logstd_outside(mu, logstd) >> 63 == 0) {
        const pair twice = kl_unit_logstd_twice(mu, logstd);
        return 0.5 * (twice.head + twice.tail) * growth;
    }
    const kl_unit_logstd_parts_t at = kl_unit_logstd_parts(mu, logstd);
    return (at.head + at.tail) * (at.unscale * growth);
}

typedef double kl_unit_logstd_one(double mu, double logstd, double growth);

ONE(return, double, kl_unit_logstd, (double mu, double logstd, double growth), (mu, logstd, growth))

INLINE void kl_unit_logstd_run(RUN, kl_unit_logstd_one *one, int fused)
{
    const double *const mu = (const double *)in[0];
    const double *const logstd = (const double *)in[1];
    double *const to = (double *)out[0];
    if (!fused || n != BLOCK || growth != 1.0) {
        for (size_t i = 0; i < n; i++) {
            to[i] = one(mu[i], logstd[i], growth);
        }
        return;
    }
    double values[BLOCK], *given = to;
    uint64_t unusual = 0;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        unusual |= kl_unit_logstd_outside(mu[i], logstd[i]);
    }
    if (unusual >> 63 != 0)
        given = values;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        const pair twice = kl_unit_logstd_twice(mu[i], logstd[i]);
        given[i] = 0.5 * (twice.head + twice.tail);
    }
    if (unusual >> 63 != 0) {
        for (size_t i = 0; i < BLOCK; i++)
            if (kl_unit_logstd_outside(mu[i], logstd[i]) >> 63 != 0)
                values[i] = one(mu[i], logstd[i], 1.0);
        memcpy(to, values, sizeof values);
    }
}

MANY(kl_unit_logstd, kl_unit_logstd)

double derive_kl_unit_logstd(double mu, double logstd)
{
    return CHOSEN(kl_unit_logstd)(mu, logstd, 1.0);
}

void derive_kl_unit_logstd_array(size_t n, const double *mu, const double *logstd, double *out)
{
    const void *in[2];
    void *to[1];
    in[0] = mu;
    in[1] = logstd;
    to[0] = out;
    apply(CHOSEN_RUN(kl_unit_logstd), NULL, n, sizeof(double), 2, in, 1, to);
}

double derive_kl_unit_logstd_sum(size_t n, const double *mu, const double *logstd)
{
    const void *in[2];
    in[0] = mu;
    in[1] = logstd;
    return careful_sum(CHOSEN_RUN(kl_unit_logstd), n, sizeof(double), 2, in);
}

INLINE float kl_unit_logstdf_inline(double mu, double logstd)
{
    return (float)kl_unit_logstd_narrow(mu, logstd);
}

typedef float kl_unit_logstdf_one(double mu, double logstd);

ONE(return, float, kl_unit_logstdf, (double mu, double logstd), (mu, logstd))

INLINE void kl_unit_logstdf_run(RUN, kl_unit_logstdf_one *one, int fused)
{
    const float *const mu = (const float *)in[0];
    const float *const logstd = (const float *)in[1];
    float *const to = (float *)out[0];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            to[i] = one((double)mu[i], (double)logstd[i]);
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        to[i] = kl_unit_logstdf_inline((double)mu[i], (double)logstd[i]);
    }
}

MANY(kl_unit_logstdf, kl_unit_logstdf)

float derive_kl_unit_logstdf(float mu, float logstd)
{
    return CHOSEN(kl_unit_logstdf)((double)mu, (double)logstd);
}

void derive_kl_unit_logstd_arrayf(size_t n, const float *mu, const float *logstd, float *out)
{
    const void *in[2];
    void *to[1];
    in[0] = mu;
    in[1] = logstd;
    to[0] = out;
    apply(CHOSEN_RUN(kl_unit_logstdf), NULL, n, sizeof(float), 2, in, 1, to);
}

double derive_kl_unit_logstd_sumf(size_t n, const float *mu, const float *logstd)
{
    const void *in[2];
    in[0] = mu;
    in[1] = logstd;
    return careful_sum(CHOSEN_RUN(kl_unit_logstd), n, sizeof(float), 2, in);
}

INLINE double kl_unit_logvar_inline(double mu, double logvar, double growth)
{
    if (kl_unit_logvar_outside(mu, logvar) >> 63 == 0) {
        const pair twice = kl_unit_logvar_twice(mu, logvar);
        return 0.5 * (twice.head + twice.tail) * growth;
    }
    const kl_unit_logvar_parts_t at = kl_unit_logvar_parts(mu, logvar);
    return (at.head + at.tail) * (at.unscale * growth);
}

typedef double kl_unit_logvar_one(double mu, double logvar, double growth);

ONE(return, double, kl_unit_logvar, (double mu, double logvar, double growth), (mu, logvar, growth))

INLINE void kl_unit_logvar_run(RUN, kl_unit_logvar_one *one, int fused)
{
    const double *const mu = (const double *)in[0];
    const double *const logvar = (const double *)in[1];
    double *const to = (double *)out[0];
    if (!fused || n != BLOCK || growth != 1.0) {
        for (size_t i = 0; i < n; i++) {
            to[i] = one(mu[i], logvar[i], growth);
        }
        return;
    }
    double values[BLOCK], *given = to;
    uint64_t unusual = 0;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        unusual |= kl_unit_logvar_outside(mu[i], logvar[i]);
    }
    if (unusual >> 63 != 0)
        given = values;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        const pair twice = kl_unit_logvar_twice(mu[i], logvar[i]);
        given[i] = 0.5 * (twice.head + twice.tail);
    }
    if (unusual >> 63 != 0) {
        for (size_t i = 0; i < BLOCK; i++)
            if (kl_unit_logvar_outside(mu[i], logvar[i]) >> 63 != 0)
                values[i] = one(mu[i], logvar[i], 1.0);
        memcpy(to, values, sizeof values);
    }
}

MANY(kl_unit_logvar, kl_unit_logvar)

double derive_kl_unit_logvar(double mu, double logvar)
{
    return CHOSEN(kl_unit_logvar)(mu, logvar, 1.0);
}

void derive_kl_unit_logvar_array(size_t n, const double *mu, const double *logvar, double *out)
{
    const void *in[2];
    void *to[1];
    in[0] = mu;
    in[1] = logvar;
    to[0] = out;
    apply(CHOSEN_RUN(kl_unit_logvar), NULL, n, sizeof(double), 2, in, 1, to);
}

double derive_kl_unit_logvar_sum(size_t n, const double *mu, const double *logvar)
{
    const void *in[2];
    in[0] = mu;
    in[1] = logvar;
    return careful_sum(CHOSEN_RUN(kl_unit_logvar), n, sizeof(double), 2, in);
}

INLINE float kl_unit_logvarf_inline(double mu, double logvar)
{
    return (float)kl_unit_logvar_narrow(mu, logvar);
}

typedef float kl_unit_logvarf_one(double mu, double logvar);

ONE(return, float, kl_unit_logvarf, (double mu, double logvar), (mu, logvar))

INLINE void kl_unit_logvarf_run(RUN, kl_unit_logvarf_one *one, int fused)
{
    const float *const mu = (const float *)in[0];
    const float *const logvar = (const float *)in[1];
    float *const to = (float *)out[0];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            to[i] = one((double)mu[i], (double)logvar[i]);
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        to[i] = kl_unit_logvarf_inline((double)mu[i], (double)logvar[i]);
    }
}

MANY(kl_unit_logvarf, kl_unit_logvarf)

float derive_kl_unit_logvarf(float mu, float logvar)
{
    return CHOSEN(kl_unit_logvarf)((double)mu, (double)logvar);
}

void derive_kl_unit_logvar_arrayf(size_t n, const float *mu, const float *logvar, float *out)
{
    const void *in[2];
    void *to[1];
    in[0] = mu;
    in[1] = logvar;
    to[0] = out;
    apply(CHOSEN_RUN(kl_unit_logvarf), NULL, n, sizeof(float), 2, in, 1, to);
}

double derive_kl_unit_logvar_sumf(size_t n, const float *mu, const float *logvar)
{
    const void *in[2];
    in[0] = mu;
    in[1] = logvar;
    return careful_sum(CHOSEN_RUN(kl_unit_logvar), n, sizeof(float), 2, in);
}

INLINE double kl_normal_std_inline(double mu1, double std1, double mu2, double std2, double growth)
{
    if (kl_normal_std_outside(mu1, std1, mu2, std2) >> 63 == 0) {
        const pair twice = kl_normal_std_twice(mu1, std1, mu2, std2);
        return 0.5 * (twice.head + twice.tail) * growth;
    }
    const kl_normal_std_parts_t at = kl_normal_std_parts(mu1, std1, mu2, std2);
    return (at.head + at.tail) * (at.unscale * growth);
}

typedef double kl_normal_std_one(double mu1, double std1, double mu2, double std2, double growth);

ONE(return, double, kl_normal_std, (double mu1, double std1, double mu2, double std2, double growth), (mu1, std1, mu2,
    std2, growth))

INLINE void kl_normal_std_run(RUN, kl_normal_std_one *one, int fused)
{
    const double *const mu1 = (const double *)in[0];
    const double *const std1 = (const double *)in[1];
    const double *const mu2 = (const double *)in[2];
    const double *const std2 = (const double *)in[3];
    double *const to = (double *)out[0];
    if (!fused || n != BLOCK || growth != 1.0) {
        for (size_t i = 0; i < n; i++) {
            to[i] = one(mu1[i], std1[i], mu2[i], std2[i], growth);
        }
        return;
    }
    double values[BLOCK], *given = to;
    uint64_t unusual = 0;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        unusual |= kl_normal_std_outside(mu1[i], std1[i], mu2[i], std2[i]);
    }
    if (unusual >> 63 != 0)
        given = values;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        const pair twice = kl_normal_std_twice(mu1[i], std1[i], mu2[i], std2[i]);
        given[i] = 0.5 * (twice.head + twice.tail);
    }
    if (unusual >> 63 != 0) {
        for (size_t i = 0; i < BLOCK; i++)
            if (kl_normal_std_outside(mu1[i], std1[i], mu2[i], std2[i]) >> 63 != 0)
                values[i] = one(mu1[i], std1[i], mu2[i], std2[i], 1.0);
        memcpy(to, values, sizeof values);
    }
}

MANY(kl_normal_std, kl_normal_std)

double derive_kl_normal_std(double mu1, double std1, double mu2, double std2)
{
    return CHOSEN(kl_normal_std)(mu1, std1, mu2, std2, 1.0);
}

void derive_kl_normal_std_array(size_t n, const double *mu1, const double *std1, const double *mu2,
    const double *std2, double *out)
{
    const void *in[4];
    void *to[1];
    in[0] = mu1;
    in[1] = std1;
    in[2] = mu2;
    in[3] = std2;
    to[0] = out;
    apply(CHOSEN_RUN(kl_normal_std), NULL, n, sizeof(double), 4, in, 1, to);
}

double derive_kl_normal_std_sum(size_t n, const double *mu1, const double *std1, const double *mu2,
    const double *std2)
{
    const void *in[4];
    in[0] = mu1;
    in[1] = std1;
    in[2] = mu2;
    in[3] = std2;
    return careful_sum(CHOSEN_RUN(kl_normal_std), n, sizeof(double), 4, in);
}

INLINE float kl_normal_stdf_inline(double mu1, double std1, double mu2, double std2)
{
    return (float)kl_normal_std_narrow(mu1, std1, mu2, std2);
}

typedef float kl_normal_stdf_one(double mu1, double std1, double mu2, double std2);

ONE(return, float, kl_normal_stdf, (double mu1, double std1, double mu2, double std2), (mu1, std1, mu2, std2))

INLINE void kl_normal_stdf_run(RUN, kl_normal_stdf_one *one, int fused)
{
    const float *const mu1 = (const float *)in[0];
    const float *const std1 = (const float *)in[1];
    const float *const mu2 = (const float *)in[2];
    const float *const std2 = (const float *)in[3];
    float *const to = (float *)out[0];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            to[i] = one((double)mu1[i], (double)std1[i], (double)mu2[i], (double)std2[i]);
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        to[i] = kl_normal_stdf_inline((double)mu1[i], (double)std1[i], (double)mu2[i], (double)std2[i]);
    }
}

MANY(kl_normal_stdf, kl_normal_stdf)

float derive_kl_normal_stdf(float mu1, float std1, float mu2, float std2)
{
    return CHOSEN(kl_normal_stdf)((double)mu1, (double)std1, (double)mu2, (double)std2);
}

void derive_kl_normal_std_arrayf(size_t n, const float *mu1, const float *std1, const float *mu2, const float *std2,
    float *out)
{
    const void *in[4];
    void *to[1];
    in[0] = mu1;
    in[1] = std1;
    in[2] = mu2;
    in[3] = std2;
    to[0] = out;
    apply(CHOSEN_RUN(kl_normal_stdf), NULL, n, sizeof(float), 4, in, 1, to);
}

double derive_kl_normal_std_sumf(size_t n, const float *mu1, const float *std1, const float *mu2, const float *std2)
{
    const void *in[4];
    in[0] = mu1;
    in[1] = std1;
    in[2] = mu2;
    in[3] = std2;
    return careful_sum(CHOSEN_RUN(kl_normal_std), n, sizeof(float), 4, in);
}

INLINE double kl_normal_var_inline(double mu1, double var1, double mu2, double var2, double growth)
{
    if (kl_normal_var_outside(mu1, var1, mu2, var2) >> 63 == 0) {
        const pair twice = kl_normal_var_twice(mu1, var1, mu2, var2);
        return 0.5 * (twice.head + twice.tail) * growth;
    }
    const kl_normal_var_parts_t at = kl_normal_var_parts(mu1, var1, mu2, var2);
    return (at.head + at.tail) * (at.unscale * growth);
}

typedef double kl_normal_var_one(double mu1, double var1, double mu2, double var2, double growth);

ONE(return, double, kl_normal_var, (double mu1, double var1, double mu2, double var2, double growth), (mu1, var1, mu2,
    var2, growth))

INLINE void kl_normal_var_run(RUN, kl_normal_var_one *one, int fused)
{
    const double *const mu1 = (const double *)in[0];
    const double *const var1 = (const double *)in[1];
    const double *const mu2 = (const double *)in[2];
    const double *const var2 = (const double *)in[3];
    double *const to = (double *)out[0];
    if (!fused || n != BLOCK || growth != 1.0) {
        for (size_t i = 0; i < n; i++) {
            to[i] = one(mu1[i], var1[i], mu2[i], var2[i], growth);
        }
        return;
    }
    double values[BLOCK], *given = to;
    uint64_t unusual = 0;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        unusual |= kl_normal_var_outside(mu1[i], var1[i], mu2[i], var2[i]);
    }
    if (unusual >> 63 != 0)
        given = values;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        const pair twice = kl_normal_var_twice(mu1[i], var1[i], mu2[i], var2[i]);
        given[i] = 0.5 * (twice.head + twice.tail);
    }
    if (unusual >> 63 != 0) {
        for (size_t i = 0; i < BLOCK; i++)
            if (kl_normal_var_outside(mu1[i], var1[i], mu2[i], var2[i]) >> 63 != 0)
                values[i] = one(mu1[i], var1[i], mu2[i], var2[i], 1.0);
        memcpy(to, values, sizeof values);
    }
}

MANY(kl_normal_var, kl_normal_var)

double derive_kl_normal_var(double mu1, double var1, double mu2, double var2)
{
    return CHOSEN(kl_normal_var)(mu1, var1, mu2, var2, 1.0);
}

void derive_kl_normal_var_array(size_t n, const double *mu1, const double *var1, const double *mu2,
    const double *var2, double *out)
{
    const void *in[4];
    void *to[1];
    in[0] = mu1;
    in[1] = var1;
    in[2] = mu2;
    in[3] = var2;
    to[0] = out;
    apply(CHOSEN_RUN(kl_normal_var), NULL, n, sizeof(double), 4, in, 1, to);
}

double derive_kl_normal_var_sum(size_t n, const double *mu1, const double *var1, const double *mu2,
    const double *var2)
{
    const void *in[4];
    in[0] = mu1;
    in[1] = var1;
    in[2] = mu2;
    in[3] = var2;
    return careful_sum(CHOSEN_RUN(kl_normal_var), n, sizeof(double), 4, in);
}

INLINE float kl_normal_varf_inline(double mu1, double var1, double mu2, double var2)
{
    return (float)kl_normal_var_narrow(mu1, var1, mu2, var2);
}

typedef float kl_normal_varf_one(double mu1, double var1, double mu2, double var2);

ONE(return, float, kl_normal_varf, (double mu1, double var1, double mu2, double var2), (mu1, var1, mu2, var2))

INLINE void kl_normal_varf_run(RUN, kl_normal_varf_one *one, int fused)
{
    const float *const mu1 = (const float *)in[0];
    const float *const var1 = (const float *)in[1];
    const float *const mu2 = (const float *)in[2];
    const float *const var2 = (const float *)in[3];
    float *const to = (float *)out[0];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            to[i] = one((double)mu1[i], (double)var1[i], (double)mu2[i], (double)var2[i]);
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        to[i] = kl_normal_varf_inline((double)mu1[i], (double)var1[i], (double)mu2[i], (double)var2[i]);
    }
}

MANY(kl_normal_varf, kl_normal_varf)

float derive_kl_normal_varf(float mu1, float var1, float mu2, float var2)
{
    return CHOSEN(kl_normal_varf)((double)mu1, (double)var1, (double)mu2, (double)var2);
}

void derive_kl_normal_var_arrayf(size_t n, const float *mu1, const float *var1, const float *mu2, const float *var2,
    float *out)
{
    const void *in[4];
    void *to[1];
    in[0] = mu1;
    in[1] = var1;
    in[2] = mu2;
    in[3] = var2;
    to[0] = out;
    apply(CHOSEN_RUN(kl_normal_varf), NULL, n, sizeof(float), 4, in, 1, to);
}

double derive_kl_normal_var_sumf(size_t n, const float *mu1, const float *var1, const float *mu2, const float *var2)
{
    const void *in[4];
    in[0] = mu1;
    in[1] = var1;
    in[2] = mu2;
    in[3] = var2;
    return careful_sum(CHOSEN_RUN(kl_normal_var), n, sizeof(float), 4, in);
}

INLINE double kl_normal_logstd_inline(double mu1, double logstd1, double mu2, double logstd2, double growth)
{
    if (kl_normal_logstd_outside(mu1, logstd1, mu2, logstd2) >> 63 == 0) {
        const pair twice = kl_normal_logstd_twice(mu1, logstd1, mu2, logstd2);
        return 0.5 * (twice.head + twice.tail) * growth;
    }
    const kl_normal_logstd_parts_t at = kl_normal_logstd_parts(mu1, logstd1, mu2, logstd2);
    return (at.head + at.tail) * (at.unscale * growth);
}

typedef double kl_normal_logstd_one(double mu1, double logstd1, double mu2, double logstd2, double growth);

ONE(return, double, kl_normal_logstd, (double mu1, double logstd1, double mu2, double logstd2, double growth), (mu1,
    logstd1, mu2, logstd2, growth))

INLINE void kl_normal_logstd_run(RUN, kl_normal_logstd_one *one, int fused)
{
    const double *const mu1 = (const double *)in[0];
    const double *const logstd1 = (const double *)in[1];
    const double *const mu2 = (const double *)in[2];
    const double *const logstd2 = (const double *)in[3];
    double *const to = (double *)out[0];
    if (!fused || n != BLOCK || growth != 1.0) {
        for (size_t i = 0; i < n; i++) {
            to[i] = one(mu1[i], logstd1[i], mu2[i], logstd2[i], growth);
        }
        return;
    }
    double values[BLOCK], *given = to;
    uint64_t unusual = 0;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        unusual |= kl_normal_logstd_outside(mu1[i], logstd1[i], mu2[i], logstd2[i]);
    }
    if (unusual >> 63 != 0)
        given = values;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        const pair twice = kl_normal_logstd_twice(mu1[i], logstd1[i], mu2[i], logstd2[i]);
        given[i] = 0.5 * (twice.head + twice.tail);
    }
    if (unusual >> 63 != 0) {
        for (size_t i = 0; i < BLOCK; i++)
            if (kl_normal_logstd_outside(mu1[i], logstd1[i], mu2[i], logstd2[i]) >> 63 != 0)
                values[i] = one(mu1[i], logstd1[i], mu2[i], logstd2[i], 1.0);
        memcpy(to, values, sizeof values);
    }
}

MANY(kl_normal_logstd, kl_normal_logstd)

double derive_kl_normal_logstd(double mu1, double logstd1, double mu2, double logstd2)
{
    return CHOSEN(kl_normal_logstd)(mu1, logstd1, mu2, logstd2, 1.0);
}

void derive_kl_normal_logstd_array(size_t n, const double *mu1, const double *logstd1, const double *mu2,
    const double *logstd2, double *out)
{
    const void *in[4];
    void *to[1];
    in[0] = mu1;
    in[1] = logstd1;
    in[2] = mu2;
    in[3] = logstd2;
    to[0] = out;
    apply(CHOSEN_RUN(kl_normal_logstd), NULL, n, sizeof(double), 4, in, 1, to);
}

double derive_kl_normal_logstd_sum(size_t n, const double *mu1, const double *logstd1, const double *mu2,
    const double *logstd2)
{
    const void *in[4];
    in[0] = mu1;
    in[1] = logstd1;
    in[2] = mu2;
    in[3] = logstd2;
    return careful_sum(CHOSEN_RUN(kl_normal_logstd), n, sizeof(double), 4, in);
}

INLINE float kl_normal_logstdf_inline(double mu1, double logstd1, double mu2, double logstd2)
{
    return (float)kl_normal_logstd_narrow(mu1, logstd1, mu2, logstd2);
}

typedef float kl_normal_logstdf_one(double mu1, double logstd1, double mu2, double logstd2);

ONE(return, float, kl_normal_logstdf, (double mu1, double logstd1, double mu2, double logstd2), (mu1, logstd1, mu2,
    logstd2))

INLINE void kl_normal_logstdf_run(RUN, kl_normal_logstdf_one *one, int fused)
{
    const float *const mu1 = (const float *)in[0];
    const float *const logstd1 = (const float *)in[1];
    const float *const mu2 = (const float *)in[2];
    const float *const logstd2 = (const float *)in[3];
    float *const to = (float *)out[0];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            to[i] = one((double)mu1[i], (double)logstd1[i], (double)mu2[i], (double)logstd2[i]);
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        to[i] = kl_normal_logstdf_inline((double)mu1[i], (double)logstd1[i], (double)mu2[i], (double)logstd2[i]);
    }
}

MANY(kl_normal_logstdf, kl_normal_logstdf)

float derive_kl_normal_logstdf(float mu1, float logstd1, float mu2, float logstd2)
{
    return CHOSEN(kl_normal_logstdf)((double)mu1, (double)logstd1, (double)mu2, (double)logstd2);
}

void derive_kl_normal_logstd_arrayf(size_t n, const float *mu1, const float *logstd1, const float *mu2,
    const float *logstd2, float *out)
{
    const void *in[4];
    void *to[1];
    in[0] = mu1;
    in[1] = logstd1;
    in[2] = mu2;
    in[3] = logstd2;
    to[0] = out;
    apply(CHOSEN_RUN(kl_normal_logstdf), NULL, n, sizeof(float), 4, in, 1, to);
}

double derive_kl_normal_logstd_sumf(size_t n, const float *mu1, const float *logstd1, const float *mu2,
    const float *logstd2)
{
    const void *in[4];
    in[0] = mu1;
    in[1] = logstd1;
    in[2] = mu2;
    in[3] = logstd2;
    return careful_sum(CHOSEN_RUN(kl_normal_logstd), n, sizeof(float), 4, in);
}

INLINE double kl_normal_logvar_inline(double mu1, double logvar1, double mu2, double logvar2, double growth)
{
    if (kl_normal_logvar_outside(mu1, logvar1, mu2, logvar2) >> 63 == 0) {
        const pair twice = kl_normal_logvar_twice(mu1, logvar1, mu2, logvar2);
        return 0.5 * (twice.head + twice.tail) * growth;
    }
    const kl_normal_logvar_parts_t at = kl_normal_logvar_parts(mu1, logvar1, mu2, logvar2);
    return (at.head + at.tail) * (at.unscale * growth);
}

typedef double kl_normal_logvar_one(double mu1, double logvar1, double mu2, double logvar2, double growth);

ONE(return, double, kl_normal_logvar, (double mu1, double logvar1, double mu2, double logvar2, double growth), (mu1,
    logvar1, mu2, logvar2, growth))

INLINE void kl_normal_logvar_run(RUN, kl_normal_logvar_one *one, int fused)
{
    const double *const mu1 = (const double *)in[0];
    const double *const logvar1 = (const double *)in[1];
    const double *const mu2 = (const double *)in[2];
    const double *const logvar2 = (const double *)in[3];
    double *const to = (double *)out[0];
    if (!fused || n != BLOCK || growth != 1.0) {
        for (size_t i = 0; i < n; i++) {
            to[i] = one(mu1[i], logvar1[i], mu2[i], logvar2[i], growth);
        }
        return;
    }
    double values[BLOCK], *given = to;
    uint64_t unusual = 0;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        unusual |= kl_normal_logvar_outside(mu1[i], logvar1[i], mu2[i], logvar2[i]);
    }
    if (unusual >> 63 != 0)
        given = values;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        const pair twice = kl_normal_logvar_twice(mu1[i], logvar1[i], mu2[i], logvar2[i]);
        given[i] = 0.5 * (twice.head + twice.tail);
    }
    if (unusual >> 63 != 0) {
        for (size_t i = 0; i < BLOCK; i++)
            if (kl_normal_logvar_outside(mu1[i], logvar1[i], mu2[i], logvar2[i]) >> 63 != 0)
                values[i] = one(mu1[i], logvar1[i], mu2[i], logvar2[i], 1.0);
        memcpy(to, values, sizeof values);
    }
}

MANY(kl_normal_logvar, kl_normal_logvar)

double derive_kl_normal_logvar(double mu1, double logvar1, double mu2, double logvar2)
{
    return CHOSEN(kl_normal_logvar)(mu1, logvar1, mu2, logvar2, 1.0);
}

void derive_kl_normal_logvar_array(size_t n, const double *mu1, const double *logvar1, const double *mu2,
    const double *logvar2, double *out)
{
    const void *in[4];
    void *to[1];
    in[0] = mu1;
    in[1] = logvar1;
    in[2] = mu2;
    in[3] = logvar2;
    to[0] = out;
    apply(CHOSEN_RUN(kl_normal_logvar), NULL, n, sizeof(double), 4, in, 1, to);
}

double derive_kl_normal_logvar_sum(size_t n, const double *mu1, const double *logvar1, const double *mu2,
    const double *logvar2)
{
    const void *in[4];
    in[0] = mu1;
    in[1] = logvar1;
    in[2] = mu2;
    in[3] = logvar2;
    return careful_sum(CHOSEN_RUN(kl_normal_logvar), n, sizeof(double), 4, in);
}

INLINE float kl_normal_logvarf_inline(double mu1, double logvar1, double mu2, double logvar2)
{
    return (float)kl_normal_logvar_narrow(mu1, logvar1, mu2, logvar2);
}

typedef float kl_normal_logvarf_one(double mu1, double logvar1, double mu2, double logvar2);

ONE(return, float, kl_normal_logvarf, (double mu1, double logvar1, double mu2, double logvar2), (mu1, logvar1, mu2,
    logvar2))

INLINE void kl_normal_logvarf_run(RUN, kl_normal_logvarf_one *one, int fused)
{
    const float *const mu1 = (const float *)in[0];
    const float *const logvar1 = (const float *)in[1];
    const float *const mu2 = (const float *)in[2];
    const float *const logvar2 = (const float *)in[3];
    float *const to = (float *)out[0];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            to[i] = one((double)mu1[i], (double)logvar1[i], (double)mu2[i], (double)logvar2[i]);
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        to[i] = kl_normal_logvarf_inline((double)mu1[i], (double)logvar1[i], (double)mu2[i], (double)logvar2[i]);
    }
}

MANY(kl_normal_logvarf, kl_normal_logvarf)

float derive_kl_normal_logvarf(float mu1, float logvar1, float mu2, float logvar2)
{
    return CHOSEN(kl_normal_logvarf)((double)mu1, (double)logvar1, (double)mu2, (double)logvar2);
}

void derive_kl_normal_logvar_arrayf(size_t n, const float *mu1, const float *logvar1, const float *mu2,
    const float *logvar2, float *out)
{
    const void *in[4];
    void *to[1];
    in[0] = mu1;
    in[1] = logvar1;
    in[2] = mu2;
    in[3] = logvar2;
    to[0] = out;
    apply(CHOSEN_RUN(kl_normal_logvarf), NULL, n, sizeof(float), 4, in, 1, to);
}

double derive_kl_normal_logvar_sumf(size_t n, const float *mu1, const float *logvar1, const float *mu2,
    const float *logvar2)
{
    const void *in[4];
    in[0] = mu1;
    in[1] = logvar1;
    in[2] = mu2;
    in[3] = logvar2;
    return careful_sum(CHOSEN_RUN(kl_normal_logvar), n, sizeof(float), 4, in);
}

INLINE kl_unit_std_slopes_t kl_unit_std_grad_inline(double mu, double std)
{
    return kl_unit_std_slopes(mu, std);
}

typedef kl_unit_std_slopes_t kl_unit_std_grad_one(double mu, double std);

ONE(return, kl_unit_std_slopes_t, kl_unit_std_grad, (double mu, double std), (mu, std))

INLINE void kl_unit_std_grad_run(RUN, kl_unit_std_grad_one *one, int fused)
{
    const double *const mu = (const double *)in[0];
    const double *const std = (const double *)in[1];
    double *const d_mu = (double *)out[0];
    double *const d_std = (double *)out[1];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            const kl_unit_std_slopes_t at = one(mu[i], std[i]);
            d_mu[i] = at.d_mu;
            d_std[i] = at.d_std;
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        const kl_unit_std_slopes_t at = kl_unit_std_grad_inline(mu[i], std[i]);
        d_mu[i] = at.d_mu;
        d_std[i] = at.d_std;
    }
}

MANY(kl_unit_std_grad, kl_unit_std_grad)

void derive_kl_unit_std_grad(double mu, double std, double *d_mu, double *d_std)
{
    const kl_unit_std_slopes_t at = CHOSEN(kl_unit_std_grad)(mu, std);
    *d_mu = at.d_mu;
    *d_std = at.d_std;
}

void derive_kl_unit_std_grad_array(size_t n, const double *mu, const double *std, double *d_mu, double *d_std)
{
    const void *in[2];
    void *to[2];
    in[0] = mu;
    in[1] = std;
    to[0] = d_mu;
    to[1] = d_std;
    apply(NULL, CHOSEN_RUN(kl_unit_std_grad), n, sizeof(double), 2, in, 2, to);
}

void derive_kl_unit_std_value_grad_array(size_t n, const double *mu, const double *std, double *value, double *d_mu,
    double *d_std)
{
    const void *in[2];
    void *to[3];
    in[0] = mu;
    in[1] = std;
    to[0] = value;
    to[1] = d_mu;
    to[2] = d_std;
    apply(CHOSEN_RUN(kl_unit_std), CHOSEN_RUN(kl_unit_std_grad), n, sizeof(double), 2, in, 3, to);
}

INLINE void kl_unit_std_gradf_run(RUN, kl_unit_std_grad_one *one, int fused)
{
    const float *const mu = (const float *)in[0];
    const float *const std = (const float *)in[1];
    float *const d_mu = (float *)out[0];
    float *const d_std = (float *)out[1];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            const kl_unit_std_slopes_t at = one((double)mu[i], (double)std[i]);
            d_mu[i] = (float)at.d_mu;
            d_std[i] = (float)at.d_std;
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        const kl_unit_std_slopes_t at = kl_unit_std_grad_inline((double)mu[i], (double)std[i]);
        d_mu[i] = (float)at.d_mu;
        d_std[i] = (float)at.d_std;
    }
}

MANY(kl_unit_std_gradf, kl_unit_std_grad)

void derive_kl_unit_std_gradf(float mu, float std, float *d_mu, float *d_std)
{
    const kl_unit_std_slopes_t at = CHOSEN(kl_unit_std_grad)((double)mu, (double)std);
    *d_mu = (float)at.d_mu;
    *d_std = (float)at.d_std;
}

void derive_kl_unit_std_grad_arrayf(size_t n, const float *mu, const float *std, float *d_mu, float *d_std)
{
    const void *in[2];
    void *to[2];
    in[0] = mu;
    in[1] = std;
    to[0] = d_mu;
    to[1] = d_std;
    apply(NULL, CHOSEN_RUN(kl_unit_std_gradf), n, sizeof(float), 2, in, 2, to);
}

void derive_kl_unit_std_value_grad_arrayf(size_t n, const float *mu, const float *std, float *value, float *d_mu,
    float *d_std)
{
    const void *in[2];
    void *to[3];
    in[0] = mu;
    in[1] = std;
    to[0] = value;
    to[1] = d_mu;
    to[2] = d_std;
    apply(CHOSEN_RUN(kl_unit_stdf), CHOSEN_RUN(kl_unit_std_gradf), n, sizeof(float), 2, in, 3, to);
}

INLINE kl_unit_var_slopes_t kl_unit_var_grad_inline(double mu, double var)
{
    return kl_unit_var_slopes(mu, var);
}

typedef kl_unit_var_slopes_t kl_unit_var_grad_one(double mu, double var);

ONE(return, kl_unit_var_slopes_t, kl_unit_var_grad, (double mu, double var), (mu, var))

INLINE void kl_unit_var_grad_run(RUN, kl_unit_var_grad_one *one, int fused)
{
    const double *const mu = (const double *)in[0];
    const double *const var = (const double *)in[1];
    double *const d_mu = (double *)out[0];
    double *const d_var = (double *)out[1];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            const kl_unit_var_slopes_t at = one(mu[i], var[i]);
            d_mu[i] = at.d_mu;
            d_var[i] = at.d_var;
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        const kl_unit_var_slopes_t at = kl_unit_var_grad_inline(mu[i], var[i]);
        d_mu[i] = at.d_mu;
        d_var[i] = at.d_var;
    }
}

MANY(kl_unit_var_grad, kl_unit_var_grad)

void derive_kl_unit_var_grad(double mu, double var, double *d_mu, double *d_var)
{
    const kl_unit_var_slopes_t at = CHOSEN(kl_unit_var_grad)(mu, var);
    *d_mu = at.d_mu;
    *d_var = at.d_var;
}

void derive_kl_unit_var_grad_array(size_t n, const double *mu, const double *var, double *d_mu, double *d_var)
{
    const void *in[2];
    void *to[2];
    in[0] = mu;
    in[1] = var;
    to[0] = d_mu;
    to[1] = d_var;
    apply(NULL, CHOSEN_RUN(kl_unit_var_grad), n, sizeof(double), 2, in, 2, to);
}

void derive_kl_unit_var_value_grad_array(size_t n, const double *mu, const double *var, double *value, double *d_mu,
    double *d_var)
{
    const void *in[2];
    void *to[3];
    in[0] = mu;
    in[1] = var;
    to[0] = value;
    to[1] = d_mu;
    to[2] = d_var;
    apply(CHOSEN_RUN(kl_unit_var), CHOSEN_RUN(kl_unit_var_grad), n, sizeof(double), 2, in, 3, to);
}

INLINE void kl_unit_var_gradf_run(RUN, kl_unit_var_grad_one *one, int fused)
{
    const float *const mu = (const float *)in[0];
    const float *const var = (const float *)in[1];
    float *const d_mu = (float *)out[0];
    float *const d_var = (float *)out[1];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            const kl_unit_var_slopes_t at = one((double)mu[i], (double)var[i]);
            d_mu[i] = (float)at.d_mu;
            d_var[i] = (float)at.d_var;
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        const kl_unit_var_slopes_t at = kl_unit_var_grad_inline((double)mu[i], (double)var[i]);
        d_mu[i] = (float)at.d_mu;
        d_var[i] = (float)at.d_var;
    }
}

MANY(kl_unit_var_gradf, kl_unit_var_grad)

void derive_kl_unit_var_gradf(float mu, float var, float *d_mu, float *d_var)
{
    const kl_unit_var_slopes_t at = CHOSEN(kl_unit_var_grad)((double)mu, (double)var);
    *d_mu = (float)at.d_mu;
    *d_var = (float)at.d_var;
}

void derive_kl_unit_var_grad_arrayf(size_t n, const float *mu, const float *var, float *d_mu, float *d_var)
{
    const void *in[2];
    void *to[2];
    in[0] = mu;
    in[1] = var;
    to[0] = d_mu;
    to[1] = d_var;
    apply(NULL, CHOSEN_RUN(kl_unit_var_gradf), n, sizeof(float), 2, in, 2, to);
}

void derive_kl_unit_var_value_grad_arrayf(size_t n, const float *mu, const float *var, float *value, float *d_mu,
    float *d_var)
{
    const void *in[2];
    void *to[3];
    in[0] = mu;
    in[1] = var;
    to[0] = value;
    to[1] = d_mu;
    to[2] = d_var;
    apply(CHOSEN_RUN(kl_unit_varf), CHOSEN_RUN(kl_unit_var_gradf), n, sizeof(float), 2, in, 3, to);
}

INLINE kl_unit_logstd_slopes_t kl_unit_logstd_grad_inline(double mu, double logstd)
{
    return kl_unit_logstd_slopes(mu, logstd);
}

typedef kl_unit_logstd_slopes_t kl_unit_logstd_grad_one(double mu, double logstd);

ONE(return, kl_unit_logstd_slopes_t, kl_unit_logstd_grad, (double mu, double logstd), (mu, logstd))

INLINE void kl_unit_logstd_grad_run(RUN, kl_unit_logstd_grad_one *one, int fused)
{
    const double *const mu = (const double *)in[0];
    const double *const logstd = (const double *)in[1];
    double *const d_mu = (double *)out[0];
    double *const d_logstd = (double *)out[1];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            const kl_unit_logstd_slopes_t at = one(mu[i], logstd[i]);
            d_mu[i] = at.d_mu;
            d_logstd[i] = at.d_logstd;
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        const kl_unit_logstd_slopes_t at = kl_unit_logstd_grad_inline(mu[i], logstd[i]);
        d_mu[i] = at.d_mu;
        d_logstd[i] = at.d_logstd;
    }
}

MANY(kl_unit_logstd_grad, kl_unit_logstd_grad)

void derive_kl_unit_logstd_grad(double mu, double logstd, double *d_mu, double *d_logstd)
{
    const kl_unit_logstd_slopes_t at = CHOSEN(kl_unit_logstd_grad)(mu, logstd);
    *d_mu = at.d_mu;
    *d_logstd = at.d_logstd;
}

void derive_kl_unit_logstd_grad_array(size_t n, const double *mu, const double *logstd, double *d_mu,
    double *d_logstd)
{
    const void *in[2];
    void *to[2];
    in[0] = mu;
    in[1] = logstd;
    to[0] = d_mu;
    to[1] = d_logstd;
    apply(NULL, CHOSEN_RUN(kl_unit_logstd_grad), n, sizeof(double), 2, in, 2, to);
}

void derive_kl_unit_logstd_value_grad_array(size_t n, const double *mu, const double *logstd, double *value,
    double *d_mu, double *d_logstd)
{
    const void *in[2];
    void *to[3];
    in[0] = mu;
    in[1] = logstd;
    to[0] = value;
    to[1] = d_mu;
    to[2] = d_logstd;
    apply(CHOSEN_RUN(kl_unit_logstd), CHOSEN_RUN(kl_unit_logstd_grad), n, sizeof(double), 2, in, 3, to);
}

INLINE void kl_unit_logstd_gradf_run(RUN, kl_unit_logstd_grad_one *one, int fused)
{
    const float *const mu = (const float *)in[0];
    const float *const logstd = (const float *)in[1];
    float *const d_mu = (float *)out[0];
    float *const d_logstd = (float *)out[1];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            const kl_unit_logstd_slopes_t at = one((double)mu[i], (double)logstd[i]);
            d_mu[i] = (float)at.d_mu;
            d_logstd[i] = (float)at.d_logstd;
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        const kl_unit_logstd_slopes_t at = kl_unit_logstd_grad_inline((double)mu[i], (double)logstd[i]);
        d_mu[i] = (float)at.d_mu;
        d_logstd[i] = (float)at.d_logstd;
    }
}

MANY(kl_unit_logstd_gradf, kl_unit_logstd_grad)

void derive_kl_unit_logstd_gradf(float mu, float logstd, float *d_mu, float *d_logstd)
{
    const kl_unit_logstd_slopes_t at = CHOSEN(kl_unit_logstd_grad)((double)mu, (double)logstd);
    *d_mu = (float)at.d_mu;
    *d_logstd = (float)at.d_logstd;
}

void derive_kl_unit_logstd_grad_arrayf(size_t n, const float *mu, const float *logstd, float *d_mu, float *d_logstd)
{
    const void *in[2];
    void *to[2];
    in[0] = mu;
    in[1] = logstd;
    to[0] = d_mu;
    to[1] = d_logstd;
    apply(NULL, CHOSEN_RUN(kl_unit_logstd_gradf), n, sizeof(float), 2, in, 2, to);
}

void derive_kl_unit_logstd_value_grad_arrayf(size_t n, const float *mu, const float *logstd, float *value,
    float *d_mu, float *d_logstd)
{
    const void *in[2];
    void *to[3];
    in[0] = mu;
    in[1] = logstd;
    to[0] = value;
    to[1] = d_mu;
    to[2] = d_logstd;
    apply(CHOSEN_RUN(kl_unit_logstdf), CHOSEN_RUN(kl_unit_logstd_gradf), n, sizeof(float), 2, in, 3, to);
}

INLINE kl_unit_logvar_slopes_t kl_unit_logvar_grad_inline(double mu, double logvar)
{
    return kl_unit_logvar_slopes(mu, logvar);
}

typedef kl_unit_logvar_slopes_t kl_unit_logvar_grad_one(double mu, double logvar);

ONE(return, kl_unit_logvar_slopes_t, kl_unit_logvar_grad, (double mu, double logvar), (mu, logvar))

INLINE void kl_unit_logvar_grad_run(RUN, kl_unit_logvar_grad_one *one, int fused)
{
    const double *const mu = (const double *)in[0];
    const double *const logvar = (const double *)in[1];
    double *const d_mu = (double *)out[0];
    double *const d_logvar = (double *)out[1];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            const kl_unit_logvar_slopes_t at = one(mu[i], logvar[i]);
            d_mu[i] = at.d_mu;
            d_logvar[i] = at.d_logvar;
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        const kl_unit_logvar_slopes_t at = kl_unit_logvar_grad_inline(mu[i], logvar[i]);
        d_mu[i] = at.d_mu;
        d_logvar[i] = at.d_logvar;
    }
}

MANY(kl_unit_logvar_grad, kl_unit_logvar_grad)

void derive_kl_unit_logvar_grad(double mu, double logvar, double *d_mu, double *d_logvar)
{
    const kl_unit_logvar_slopes_t at = CHOSEN(kl_unit_logvar_grad)(mu, logvar);
    *d_mu = at.d_mu;
    *d_logvar = at.d_logvar;
}

void derive_kl_unit_logvar_grad_array(size_t n, const double *mu, const double *logvar, double *d_mu,
    double *d_logvar)
{
    const void *in[2];
    void *to[2];
    in[0] = mu;
    in[1] = logvar;
    to[0] = d_mu;
    to[1] = d_logvar;
    apply(NULL, CHOSEN_RUN(kl_unit_logvar_grad), n, sizeof(double), 2, in, 2, to);
}

void derive_kl_unit_logvar_value_grad_array(size_t n, const double *mu, const double *logvar, double *value,
    double *d_mu, double *d_logvar)
{
    const void *in[2];
    void *to[3];
    in[0] = mu;
    in[1] = logvar;
    to[0] = value;
    to[1] = d_mu;
    to[2] = d_logvar;
    apply(CHOSEN_RUN(kl_unit_logvar), CHOSEN_RUN(kl_unit_logvar_grad), n, sizeof(double), 2, in, 3, to);
}

INLINE void kl_unit_logvar_gradf_run(RUN, kl_unit_logvar_grad_one *one, int fused)
{
    const float *const mu = (const float *)in[0];
    const float *const logvar = (const float *)in[1];
    float *const d_mu = (float *)out[0];
    float *const d_logvar = (float *)out[1];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            const kl_unit_logvar_slopes_t at = one((double)mu[i], (double)logvar[i]);
            d_mu[i] = (float)at.d_mu;
            d_logvar[i] = (float)at.d_logvar;
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        const kl_unit_logvar_slopes_t at = kl_unit_logvar_grad_inline((double)mu[i], (double)logvar[i]);
        d_mu[i] = (float)at.d_mu;
        d_logvar[i] = (float)at.d_logvar;
    }
}

MANY(kl_unit_logvar_gradf, kl_unit_logvar_grad)

void derive_kl_unit_logvar_gradf(float mu, float logvar, float *d_mu, float *d_logvar)
{
    const kl_unit_logvar_slopes_t at = CHOSEN(kl_unit_logvar_grad)((double)mu, (double)logvar);
    *d_mu = (float)at.d_mu;
    *d_logvar = (float)at.d_logvar;
}

void derive_kl_unit_logvar_grad_arrayf(size_t n, const float *mu, const float *logvar, float *d_mu, float *d_logvar)
{
    const void *in[2];
    void *to[2];
    in[0] = mu;
    in[1] = logvar;
    to[0] = d_mu;
    to[1] = d_logvar;
    apply(NULL, CHOSEN_RUN(kl_unit_logvar_gradf), n, sizeof(float), 2, in, 2, to);
}

void derive_kl_unit_logvar_value_grad_arrayf(size_t n, const float *mu, const float *logvar, float *value,
    float *d_mu, float *d_logvar)
{
    const void *in[2];
    void *to[3];
    in[0] = mu;
    in[1] = logvar;
    to[0] = value;
    to[1] = d_mu;
    to[2] = d_logvar;
    apply(CHOSEN_RUN(kl_unit_logvarf), CHOSEN_RUN(kl_unit_logvar_gradf), n, sizeof(float), 2, in, 3, to);
}

INLINE kl_normal_std_slopes_t kl_normal_std_grad_inline(double mu1, double std1, double mu2, double std2)
{
    return kl_normal_std_slopes(mu1, std1, mu2, std2);
}

typedef kl_normal_std_slopes_t kl_normal_std_grad_one(double mu1, double std1, double mu2, double std2);

ONE(return, kl_normal_std_slopes_t, kl_normal_std_grad, (double mu1, double std1, double mu2, double std2), (mu1,
    std1, mu2, std2))

INLINE void kl_normal_std_grad_run(RUN, kl_normal_std_grad_one *one, int fused)
{
    const double *const mu1 = (const double *)in[0];
    const double *const std1 = (const double *)in[1];
    const double *const mu2 = (const double *)in[2];
    const double *const std2 = (const double *)in[3];
    double *const d_mu1 = (double *)out[0];
    double *const d_std1 = (double *)out[1];
    double *const d_mu2 = (double *)out[2];
    double *const d_std2 = (double *)out[3];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            const kl_normal_std_slopes_t at = one(mu1[i], std1[i], mu2[i], std2[i]);
            d_mu1[i] = at.d_mu1;
            d_std1[i] = at.d_std1;
            d_mu2[i] = at.d_mu2;
            d_std2[i] = at.d_std2;
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        const kl_normal_std_slopes_t at = kl_normal_std_grad_inline(mu1[i], std1[i], mu2[i], std2[i]);
        d_mu1[i] = at.d_mu1;
        d_std1[i] = at.d_std1;
        d_mu2[i] = at.d_mu2;
        d_std2[i] = at.d_std2;
    }
}

MANY(kl_normal_std_grad, kl_normal_std_grad)

void derive_kl_normal_std_grad(double mu1, double std1, double mu2, double std2, double *d_mu1, double *d_std1,
    double *d_mu2, double *d_std2)
{
    const kl_normal_std_slopes_t at = CHOSEN(kl_normal_std_grad)(mu1, std1, mu2, std2);
    *d_mu1 = at.d_mu1;
    *d_std1 = at.d_std1;
    *d_mu2 = at.d_mu2;
    *d_std2 = at.d_std2;
}

void derive_kl_normal_std_grad_array(size_t n, const double *mu1, const double *std1, const double *mu2,
    const double *std2, double *d_mu1, double *d_std1, double *d_mu2, double *d_std2)
{
    const void *in[4];
    void *to[4];
    in[0] = mu1;
    in[1] = std1;
    in[2] = mu2;
    in[3] = std2;
    to[0] = d_mu1;
    to[1] = d_std1;
    to[2] = d_mu2;
    to[3] = d_std2;
    apply(NULL, CHOSEN_RUN(kl_normal_std_grad), n, sizeof(double), 4, in, 4, to);
}

void derive_kl_normal_std_value_grad_array(size_t n, const double *mu1, const double *std1, const double *mu2,
    const double *std2, double *value, double *d_mu1, double *d_std1, double *d_mu2, double *d_std2)
{
    const void *in[4];
    void *to[5];
    in[0] = mu1;
    in[1] = std1;
    in[2] = mu2;
    in[3] = std2;
    to[0] = value;
    to[1] = d_mu1;
    to[2] = d_std1;
    to[3] = d_mu2;
    to[4] = d_std2;
    apply(CHOSEN_RUN(kl_normal_std), CHOSEN_RUN(kl_normal_std_grad), n, sizeof(double), 4, in, 5, to);
}

INLINE void kl_normal_std_gradf_run(RUN, kl_normal_std_grad_one *one, int fused)
{
    const float *const mu1 = (const float *)in[0];
    const float *const std1 = (const float *)in[1];
    const float *const mu2 = (const float *)in[2];
    const float *const std2 = (const float *)in[3];
    float *const d_mu1 = (float *)out[0];
    float *const d_std1 = (float *)out[1];
    float *const d_mu2 = (float *)out[2];
    float *const d_std2 = (float *)out[3];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            const kl_normal_std_slopes_t at = one((double)mu1[i], (double)std1[i], (double)mu2[i], (double)std2[i]);
            d_mu1[i] = (float)at.d_mu1;
            d_std1[i] = (float)at.d_std1;
            d_mu2[i] = (float)at.d_mu2;
            d_std2[i] = (float)at.d_std2;
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        const kl_normal_std_slopes_t at = kl_normal_std_grad_inline((double)mu1[i], (double)std1[i],
            (double)mu2[i], (double)std2[i]);
        d_mu1[i] = (float)at.d_mu1;
        d_std1[i] = (float)at.d_std1;
        d_mu2[i] = (float)at.d_mu2;
        d_std2[i] = (float)at.d_std2;
    }
}

MANY(kl_normal_std_gradf, kl_normal_std_grad)

void derive_kl_normal_std_gradf(float mu1, float std1, float mu2, float std2, float *d_mu1, float *d_std1,
    float *d_mu2, float *d_std2)
{
    const kl_normal_std_slopes_t at = CHOSEN(kl_normal_std_grad)((double)mu1, (double)std1, (double)mu2,
        (double)std2);
    *d_mu1 = (float)at.d_mu1;
    *d_std1 = (float)at.d_std1;
    *d_mu2 = (float)at.d_mu2;
    *d_std2 = (float)at.d_std2;
}

void derive_kl_normal_std_grad_arrayf(size_t n, const float *mu1, const float *std1, const float *mu2,
    const float *std2, float *d_mu1, float *d_std1, float *d_mu2, float *d_std2)
{
    const void *in[4];
    void *to[4];
    in[0] = mu1;
    in[1] = std1;
    in[2] = mu2;
    in[3] = std2;
    to[0] = d_mu1;
    to[1] = d_std1;
    to[2] = d_mu2;
    to[3] = d_std2;
    apply(NULL, CHOSEN_RUN(kl_normal_std_gradf), n, sizeof(float), 4, in, 4, to);
}

void derive_kl_normal_std_value_grad_arrayf(size_t n, const float *mu1, const float *std1, const float *mu2,
    const float *std2, float *value, float *d_mu1, float *d_std1, float *d_mu2, float *d_std2)
{
    const void *in[4];
    void *to[5];
    in[0] = mu1;
    in[1] = std1;
    in[2] = mu2;
    in[3] = std2;
    to[0] = value;
    to[1] = d_mu1;
    to[2] = d_std1;
    to[3] = d_mu2;
    to[4] = d_std2;
    apply(CHOSEN_RUN(kl_normal_stdf), CHOSEN_RUN(kl_normal_std_gradf), n, sizeof(float), 4, in, 5, to);
}

INLINE kl_normal_var_slopes_t kl_normal_var_grad_inline(double mu1, double var1, double mu2, double var2)
{
    return kl_normal_var_slopes(mu1, var1, mu2, var2);
}

typedef kl_normal_var_slopes_t kl_normal_var_grad_one(double mu1, double var1, double mu2, double var2);

ONE(return, kl_normal_var_slopes_t, kl_normal_var_grad, (double mu1, double var1, double mu2, double var2), (mu1,
    var1, mu2, var2))

INLINE void kl_normal_var_grad_run(RUN, kl_normal_var_grad_one *one, int fused)
{
    const double *const mu1 = (const double *)in[0];
    const double *const var1 = (const double *)in[1];
    const double *const mu2 = (const double *)in[2];
    const double *const var2 = (const double *)in[3];
    double *const d_mu1 = (double *)out[0];
    double *const d_var1 = (double *)out[1];
    double *const d_mu2 = (double *)out[2];
    double *const d_var2 = (double *)out[3];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            const kl_normal_var_slopes_t at = one(mu1[i], var1[i], mu2[i], var2[i]);
            d_mu1[i] = at.d_mu1;
            d_var1[i] = at.d_var1;
            d_mu2[i] = at.d_mu2;
            d_var2[i] = at.d_var2;
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        const kl_normal_var_slopes_t at = kl_normal_var_grad_inline(mu1[i], var1[i], mu2[i], var2[i]);
        d_mu1[i] = at.d_mu1;
        d_var1[i] = at.d_var1;
        d_mu2[i] = at.d_mu2;
        d_var2[i] = at.d_var2;
    }
}

MANY(kl_normal_var_grad, kl_normal_var_grad)

void derive_kl_normal_var_grad(double mu1, double var1, double mu2, double var2, double *d_mu1, double *d_var1,
    double *d_mu2, double *d_var2)
{
    const kl_normal_var_slopes_t at = CHOSEN(kl_normal_var_grad)(mu1, var1, mu2, var2);
    *d_mu1 = at.d_mu1;
    *d_var1 = at.d_var1;
    *d_mu2 = at.d_mu2;
    *d_var2 = at.d_var2;
}

void derive_kl_normal_var_grad_array(size_t n, const double *mu1, const double *var1, const double *mu2,
    const double *var2, double *d_mu1, double *d_var1, double *d_mu2, double *d_var2)
{
    const void *in[4];
    void *to[4];
    in[0] = mu1;
    in[1] = var1;
    in[2] = mu2;
    in[3] = var2;
    to[0] = d_mu1;
    to[1] = d_var1;
    to[2] = d_mu2;
    to[3] = d_var2;
    apply(NULL, CHOSEN_RUN(kl_normal_var_grad), n, sizeof(double), 4, in, 4, to);
}

void derive_kl_normal_var_value_grad_array(size_t n, const double *mu1, const double *var1, const double *mu2,
    const double *var2, double *value, double *d_mu1, double *d_var1, double *d_mu2, double *d_var2)
{
    const void *in[4];
    void *to[5];
    in[0] = mu1;
    in[1] = var1;
    in[2] = mu2;
    in[3] = var2;
    to[0] = value;
    to[1] = d_mu1;
    to[2] = d_var1;
    to[3] = d_mu2;
    to[4] = d_var2;
    apply(CHOSEN_RUN(kl_normal_var), CHOSEN_RUN(kl_normal_var_grad), n, sizeof(double), 4, in, 5, to);
}

INLINE void kl_normal_var_gradf_run(RUN, kl_normal_var_grad_one *one, int fused)
{
    const float *const mu1 = (const float *)in[0];
    const float *const var1 = (const float *)in[1];
    const float *const mu2 = (const float *)in[2];
    const float *const var2 = (const float *)in[3];
    float *const d_mu1 = (float *)out[0];
    float *const d_var1 = (float *)out[1];
    float *const d_mu2 = (float *)out[2];
    float *const d_var2 = (float *)out[3];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            const kl_normal_var_slopes_t at = one((double)mu1[i], (double)var1[i], (double)mu2[i], (double)var2[i]);
            d_mu1[i] = (float)at.d_mu1;
            d_var1[i] = (float)at.d_var1;
            d_mu2[i] = (float)at.d_mu2;
            d_var2[i] = (float)at.d_var2;
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        const kl_normal_var_slopes_t at = kl_normal_var_grad_inline((double)mu1[i], (double)var1[i],
            (double)mu2[i], (double)var2[i]);
        d_mu1[i] = (float)at.d_mu1;
        d_var1[i] = (float)at.d_var1;
        d_mu2[i] = (float)at.d_mu2;
        d_var2[i] = (float)at.d_var2;
    }
}

MANY(kl_normal_var_gradf, kl_normal_var_grad)

void derive_kl_normal_var_gradf(float mu1, float var1, float mu2, float var2, float *d_mu1, float *d_var1,
    float *d_mu2, float *d_var2)
{
    const kl_normal_var_slopes_t at = CHOSEN(kl_normal_var_grad)((double)mu1, (double)var1, (double)mu2,
        (double)var2);
    *d_mu1 = (float)at.d_mu1;
    *d_var1 = (float)at.d_var1;
    *d_mu2 = (float)at.d_mu2;
    *d_var2 = (float)at.d_var2;
}

void derive_kl_normal_var_grad_arrayf(size_t n, const float *mu1, const float *var1, const float *mu2,
    const float *var2, float *d_mu1, float *d_var1, float *d_mu2, float *d_var2)
{
    const void *in[4];
    void *to[4];
    in[0] = mu1;
    in[1] = var1;
    in[2] = mu2;
    in[3] = var2;
    to[0] = d_mu1;
    to[1] = d_var1;
    to[2] = d_mu2;
    to[3] = d_var2;
    apply(NULL, CHOSEN_RUN(kl_normal_var_gradf), n, sizeof(float), 4, in, 4, to);
}

void derive_kl_normal_var_value_grad_arrayf(size_t n, const float *mu1, const float *var1, const float *mu2,
    const float *var2, float *value, float *d_mu1, float *d_var1, float *d_mu2, float *d_var2)
{
    const void *in[4];
    void *to[5];
    in[0] = mu1;
    in[1] = var1;
    in[2] = mu2;
    in[3] = var2;
    to[0] = value;
    to[1] = d_mu1;
    to[2] = d_var1;
    to[3] = d_mu2;
    to[4] = d_var2;
    apply(CHOSEN_RUN(kl_normal_varf), CHOSEN_RUN(kl_normal_var_gradf), n, sizeof(float), 4, in, 5, to);
}

INLINE kl_normal_logstd_slopes_t kl_normal_logstd_grad_inline(double mu1, double logstd1, double mu2, double logstd2)
{
    return kl_normal_logstd_slopes(mu1, logstd1, mu2, logstd2);
}

typedef kl_normal_logstd_slopes_t kl_normal_logstd_grad_one(double mu1, double logstd1, double mu2, double logstd2);

ONE(return, kl_normal_logstd_slopes_t, kl_normal_logstd_grad, (double mu1, double logstd1, double mu2,
    double logstd2), (mu1, logstd1, mu2, logstd2))

INLINE void kl_normal_logstd_grad_run(RUN, kl_normal_logstd_grad_one *one, int fused)
{
    const double *const mu1 = (const double *)in[0];
    const double *const logstd1 = (const double *)in[1];
    const double *const mu2 = (const double *)in[2];
    const double *const logstd2 = (const double *)in[3];
    double *const d_mu1 = (double *)out[0];
    double *const d_logstd1 = (double *)out[1];
    double *const d_mu2 = (double *)out[2];
    double *const d_logstd2 = (double *)out[3];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            const kl_normal_logstd_slopes_t at = one(mu1[i], logstd1[i], mu2[i], logstd2[i]);
            d_mu1[i] = at.d_mu1;
            d_logstd1[i] = at.d_logstd1;
            d_mu2[i] = at.d_mu2;
            d_logstd2[i] = at.d_logstd2;
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        const kl_normal_logstd_slopes_t at = kl_normal_logstd_grad_inline(mu1[i], logstd1[i], mu2[i], logstd2[i]);
        d_mu1[i] = at.d_mu1;
        d_logstd1[i] = at.d_logstd1;
        d_mu2[i] = at.d_mu2;
        d_logstd2[i] = at.d_logstd2;
    }
}

MANY(kl_normal_logstd_grad, kl_normal_logstd_grad)

void derive_kl_normal_logstd_grad(double mu1, double logstd1, double mu2, double logstd2, double *d_mu1,
    double *d_logstd1, double *d_mu2, double *d_logstd2)
{
    const kl_normal_logstd_slopes_t at = CHOSEN(kl_normal_logstd_grad)(mu1, logstd1, mu2, logstd2);
    *d_mu1 = at.d_mu1;
    *d_logstd1 = at.d_logstd1;
    *d_mu2 = at.d_mu2;
    *d_logstd2 = at.d_logstd2;
}

void derive_kl_normal_logstd_grad_array(size_t n, const double *mu1, const double *logstd1, const double *mu2,
    const double *logstd2, double *d_mu1, double *d_logstd1, double *d_mu2, double *d_logstd2)
{
    const void *in[4];
    void *to[4];
    in[0] = mu1;
    in[1] = logstd1;
    in[2] = mu2;
    in[3] = logstd2;
    to[0] = d_mu1;
    to[1] = d_logstd1;
    to[2] = d_mu2;
    to[3] = d_logstd2;
    apply(NULL, CHOSEN_RUN(kl_normal_logstd_grad), n, sizeof(double), 4, in, 4, to);
}

void derive_kl_normal_logstd_value_grad_array(size_t n, const double *mu1, const double *logstd1, const double *mu2,
    const double *logstd2, double *value, double *d_mu1, double *d_logstd1, double *d_mu2, double *d_logstd2)
{
    const void *in[4];
    void *to[5];
    in[0] = mu1;
    in[1] = logstd1;
    in[2] = mu2;
    in[3] = logstd2;
    to[0] = value;
    to[1] = d_mu1;
    to[2] = d_logstd1;
    to[3] = d_mu2;
    to[4] = d_logstd2;
    apply(CHOSEN_RUN(kl_normal_logstd), CHOSEN_RUN(kl_normal_logstd_grad), n, sizeof(double), 4, in, 5, to);
}

INLINE void kl_normal_logstd_gradf_run(RUN, kl_normal_logstd_grad_one *one, int fused)
{
    const float *const mu1 = (const float *)in[0];
    const float *const logstd1 = (const float *)in[1];
    const float *const mu2 = (const float *)in[2];
    const float *const logstd2 = (const float *)in[3];
    float *const d_mu1 = (float *)out[0];
    float *const d_logstd1 = (float *)out[1];
    float *const d_mu2 = (float *)out[2];
    float *const d_logstd2 = (float *)out[3];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            const kl_normal_logstd_slopes_t at = one((double)mu1[i], (double)logstd1[i], (double)mu2[i],
                (double)logstd2[i]);
            d_mu1[i] = (float)at.d_mu1;
            d_logstd1[i] = (float)at.d_logstd1;
            d_mu2[i] = (float)at.d_mu2;
            d_logstd2[i] = (float)at.d_logstd2;
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        const kl_normal_logstd_slopes_t at = kl_normal_logstd_grad_inline((double)mu1[i], (double)logstd1[i],
            (double)mu2[i], (double)logstd2[i]);
        d_mu1[i] = (float)at.d_mu1;
        d_logstd1[i] = (float)at.d_logstd1;
        d_mu2[i] = (float)at.d_mu2;
        d_logstd2[i] = (float)at.d_logstd2;
    }
}

MANY(kl_normal_logstd_gradf, kl_normal_logstd_grad)

void derive_kl_normal_logstd_gradf(float mu1, float logstd1, float mu2, float logstd2, float *d_mu1, float *d_logstd1,
    float *d_mu2, float *d_logstd2)
{
    const kl_normal_logstd_slopes_t at = CHOSEN(kl_normal_logstd_grad)((double)mu1, (double)logstd1, (double)mu2,
        (double)logstd2);
    *d_mu1 = (float)at.d_mu1;
    *d_logstd1 = (float)at.d_logstd1;
    *d_mu2 = (float)at.d_mu2;
    *d_logstd2 = (float)at.d_logstd2;
}

void derive_kl_normal_logstd_grad_arrayf(size_t n, const float *mu1, const float *logstd1, const float *mu2,
    const float *logstd2, float *d_mu1, float *d_logstd1, float *d_mu2, float *d_logstd2)
{
    const void *in[4];
    void *to[4];
    in[0] = mu1;
    in[1] = logstd1;
    in[2] = mu2;
    in[3] = logstd2;
    to[0] = d_mu1;
    to[1] = d_logstd1;
    to[2] = d_mu2;
    to[3] = d_logstd2;
    apply(NULL, CHOSEN_RUN(kl_normal_logstd_gradf), n, sizeof(float), 4, in, 4, to);
}

void derive_kl_normal_logstd_value_grad_arrayf(size_t n, const float *mu1, const float *logstd1, const float *mu2,
    const float *logstd2, float *value, float *d_mu1, float *d_logstd1, float *d_mu2, float *d_logstd2)
{
    const void *in[4];
    void *to[5];
    in[0] = mu1;
    in[1] = logstd1;
    in[2] = mu2;
    in[3] = logstd2;
    to[0] = value;
    to[1] = d_mu1;
    to[2] = d_logstd1;
    to[3] = d_mu2;
    to[4] = d_logstd2;
    apply(CHOSEN_RUN(kl_normal_logstdf), CHOSEN_RUN(kl_normal_logstd_gradf), n, sizeof(float), 4, in, 5, to);
}

INLINE kl_normal_logvar_slopes_t kl_normal_logvar_grad_inline(double mu1, double logvar1, double mu2, double logvar2)
{
    return kl_normal_logvar_slopes(mu1, logvar1, mu2, logvar2);
}

typedef kl_normal_logvar_slopes_t kl_normal_logvar_grad_one(double mu1, double logvar1, double mu2, double logvar2);

ONE(return, kl_normal_logvar_slopes_t, kl_normal_logvar_grad, (double mu1, double logvar1, double mu2,
    double logvar2), (mu1, logvar1, mu2, logvar2))

INLINE void kl_normal_logvar_grad_run(RUN, kl_normal_logvar_grad_one *one, int fused)
{
    const double *const mu1 = (const double *)in[0];
    const double *const logvar1 = (const double *)in[1];
    const double *const mu2 = (const double *)in[2];
    const double *const logvar2 = (const double *)in[3];
    double *const d_mu1 = (double *)out[0];
    double *const d_logvar1 = (double *)out[1];
    double *const d_mu2 = (double *)out[2];
    double *const d_logvar2 = (double *)out[3];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            const kl_normal_logvar_slopes_t at = one(mu1[i], logvar1[i], mu2[i], logvar2[i]);
            d_mu1[i] = at.d_mu1;
            d_logvar1[i] = at.d_logvar1;
            d_mu2[i] = at.d_mu2;
            d_logvar2[i] = at.d_logvar2;
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        const kl_normal_logvar_slopes_t at = kl_normal_logvar_grad_inline(mu1[i], logvar1[i], mu2[i], logvar2[i]);
        d_mu1[i] = at.d_mu1;
        d_logvar1[i] = at.d_logvar1;
        d_mu2[i] = at.d_mu2;
        d_logvar2[i] = at.d_logvar2;
    }
}

MANY(kl_normal_logvar_grad, kl_normal_logvar_grad)

void derive_kl_normal_logvar_grad(double mu1, double logvar1, double mu2, double logvar2, double *d_mu1,
    double *d_logvar1, double *d_mu2, double *d_logvar2)
{
    const kl_normal_logvar_slopes_t at = CHOSEN(kl_normal_logvar_grad)(mu1, logvar1, mu2, logvar2);
    *d_mu1 = at.d_mu1;
    *d_logvar1 = at.d_logvar1;
    *d_mu2 = at.d_mu2;
    *d_logvar2 = at.d_logvar2;
}

void derive_kl_normal_logvar_grad_array(size_t n, const double *mu1, const double *logvar1, const double *mu2,
    const double *logvar2, double *d_mu1, double *d_logvar1, double *d_mu2, double *d_logvar2)
{
    const void *in[4];
    void *to[4];
    in[0] = mu1;
    in[1] = logvar1;
    in[2] = mu2;
    in[3] = logvar2;
    to[0] = d_mu1;
    to[1] = d_logvar1;
    to[2] = d_mu2;
    to[3] = d_logvar2;
    apply(NULL, CHOSEN_RUN(kl_normal_logvar_grad), n, sizeof(double), 4, in, 4, to);
}

void derive_kl_normal_logvar_value_grad_array(size_t n, const double *mu1, const double *logvar1, const double *mu2,
    const double *logvar2, double *value, double *d_mu1, double *d_logvar1, double *d_mu2, double *d_logvar2)
{
    const void *in[4];
    void *to[5];
    in[0] = mu1;
    in[1] = logvar1;
    in[2] = mu2;
    in[3] = logvar2;
    to[0] = value;
    to[1] = d_mu1;
    to[2] = d_logvar1;
    to[3] = d_mu2;
    to[4] = d_logvar2;
    apply(CHOSEN_RUN(kl_normal_logvar), CHOSEN_RUN(kl_normal_logvar_grad), n, sizeof(double), 4, in, 5, to);
}

INLINE void kl_normal_logvar_gradf_run(RUN, kl_normal_logvar_grad_one *one, int fused)
{
    const float *const mu1 = (const float *)in[0];
    const float *const logvar1 = (const float *)in[1];
    const float *const mu2 = (const float *)in[2];
    const float *const logvar2 = (const float *)in[3];
    float *const d_mu1 = (float *)out[0];
    float *const d_logvar1 = (float *)out[1];
    float *const d_mu2 = (float *)out[2];
    float *const d_logvar2 = (float *)out[3];
    if (!fused || n != BLOCK) {
        for (size_t i = 0; i < n; i++) {
            const kl_normal_logvar_slopes_t at = one((double)mu1[i], (double)logvar1[i], (double)mu2[i],
                (double)logvar2[i]);
            d_mu1[i] = (float)at.d_mu1;
            d_logvar1[i] = (float)at.d_logvar1;
            d_mu2[i] = (float)at.d_mu2;
            d_logvar2[i] = (float)at.d_logvar2;
        }
        return;
    }
    (void)growth;
    INDEPENDENT
    for (size_t i = 0; i < BLOCK; i++) {
        const kl_normal_logvar_slopes_t at = kl_normal_logvar_grad_inline((double)mu1[i], (double)logvar1[i],
            (double)mu2[i], (double)logvar2[i]);
        d_mu1[i] = (float)at.d_mu1;
        d_logvar1[i] = (float)at.d_logvar1;
        d_mu2[i] = (float)at.d_mu2;
        d_logvar2[i] = (float)at.d_logvar2;
    }
}

MANY(kl_normal_logvar_gradf, kl_normal_logvar_grad)

void derive_kl_normal_logvar_gradf(float mu1, float logvar1, float mu2, float logvar2, float *d_mu1, float *d_logvar1,
    float *d_mu2, float *d_logvar2)
{
    const kl_normal_logvar_slopes_t at = CHOSEN(kl_normal_logvar_grad)((double)mu1, (double)logvar1, (double)mu2,
        (double)logvar2);
    *d_mu1 = (float)at.d_mu1;
    *d_logvar1 = (float)at.d_logvar1;
    *d_mu2 = (float)at.d_mu2;
    *d_logvar2 = (float)at.d_logvar2;
}

void derive_kl_normal_logvar_grad_arrayf(size_t n, const float *mu1, const float *logvar1, const float *mu2,
    const float *logvar2, float *d_mu1, float *d_logvar1, float *d_mu2, float *d_logvar2)
{
    const void *in[4];
    void *to[4];
    in[0] = mu1;
    in[1] = logvar1;
    in[2] = mu2;
    in[3] = logvar2;
    to[0] = d_mu1;
    to[1] = d_logvar1;
    to[2] = d_mu2;
    to[3] = d_logvar2;
    apply(NULL, CHOSEN_RUN(kl_normal_logvar_gradf), n, sizeof(float), 4, in, 4, to);
}

void derive_kl_normal_logvar_value_grad_arrayf(size_t n, const float *mu1, const float *logvar1, const float *mu2,
    const float *logvar2, float *value, float *d_mu1, float *d_logvar1, float *d_mu2, float *d_logvar2)
{
    const void *in[4];
    void *to[5];
    in[0] = mu1;
    in[1] = logvar1;
    in[2] = mu2;
    in[3] = logvar2;
    to[0] = value;
    to[1] = d_mu1;
    to[2] = d_logvar1;
    to[3] = d_mu2;
    to[4] = d_logvar2;
    apply(CHOSEN_RUN(kl_normal_logvarf), CHOSEN_RUN(kl_normal_logvar_gradf), n, sizeof(float), 4, in, 5, to);
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

int derive_kl_selftest(void)
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
        is_number(derive_kl_unit_std(not_a_number, zero)))
        return 4;
    {
        static const double rows[][2] = {
            { HEX(0x1.8p-2, 0.375), HEX(0x1.47a513dbef6a6p-4, 0.07999141461820133) },
            { -5.0, HEX(0x1.006e64ff80355p+2, 4.006737946999086) },
            { HEX(0x1.4a9ff8p-2, 0.32287585735321045), HEX(0x1.dcec0fp-5, 0.058218030259013176) },
        };
        for (i = 0; i < 3; i++) {
            const double *const row = rows[i];
            double result[1];
            result[0] = derive_expm1mx(row[0]);
            if (is_off(result, row + 1, 1) != 0)
                return 5;
        }
    }
    {
        static const double rows[][2] = {
            { HEX(0x1.ap-2, 0.40625), HEX(-0x1.0b909029fd8d7p-4, -0.0653234130294068) },
            { HEX(0x1.2a05f2p+33, 10000000000.0), HEX(-0x1.2a05f1f47cb0fp+33, -9999999976.97415) },
            { HEX(0x1.78120cp-17, 1.1207774150534533e-05), HEX(-0x1.1439fbp-34, -6.28066314234399e-11) },
        };
        for (i = 0; i < 3; i++) {
            const double *const row = rows[i];
            double result[1];
            result[0] = derive_log1pmx(row[0]);
            if (is_off(result, row + 1, 1) != 0)
                return 6;
        }
    }
    {
        static const double rows[][3] = {
            { 0.0, 20.0, HEX(0x1.89022f6123072p+7, 196.50426772644602) },
            { HEX(-0x1.8p-1, -0.75), 1.0, HEX(0x1.2p-2, 0.28125) },
            { HEX(0x1.4f8b588e368f1p-17, 1e-05), HEX(0x1.ffffde7210be9p-1, 0.999999), HEX(0x1.c099ca8f45f9ap-35,
                5.1000000333391105e-11) },
        };
        for (i = 0; i < 3; i++) {
            const double *const row = rows[i];
            double result[1];
            result[0] = derive_kl_unit_std(row[0], row[1]);
            if (is_off(result, row + 2, 1) != 0)
                return 7;
        }
    }
    {
        static const double rows[][3] = {
            { 0.0, 20.0, HEX(0x1.00117b091838ep+3, 8.002133863223005) },
            { HEX(-0x1.8p-1, -0.75), 1.0, HEX(0x1.2p-2, 0.28125) },
            { HEX(0x1.4f8b588e368f1p-17, 1e-05), HEX(0x1.ffffde7210be9p-1, 0.999999), HEX(0x1.ba00f0e63aa26p-35,
                5.025000016668118e-11) },
        };
        for (i = 0; i < 3; i++) {
            const double *const row = rows[i];
            double result[1];
            result[0] = derive_kl_unit_var(row[0], row[1]);
            if (is_off(result, row + 2, 1) != 0)
                return 8;
        }
    }
    {
        static const double rows[][3] = {
            { 0.0, 3.0, HEX(0x1.8c6dc5690c08fp+7, 198.21439674636756) },
            { HEX(-0x1.8p-1, -0.75), 0.0, HEX(0x1.2p-2, 0.28125) },
            { HEX(0x1.4f8b588e368f1p-17, 1e-05), HEX(-0x1.0c6f7a0b5ed8dp-20, -1e-06), HEX(0x1.c099c9fbb0dfap-35,
                5.0999999333333674e-11) },
        };
        for (i = 0; i < 3; i++) {
            const double *const row = rows[i];
            double result[1];
            result[0] = derive_kl_unit_logstd(row[0], row[1]);
            if (is_off(result, row + 2, 1) != 0)
                return 9;
        }
    }
    {
        static const double rows[][3] = {
            { 0.0, 3.0, HEX(0x1.015e5bf6fb106p+3, 8.042768461593834) },
            { HEX(-0x1.8p-1, -0.75), 0.0, HEX(0x1.2p-2, 0.28125) },
            { HEX(0x1.4f8b588e368f1p-17, 1e-05), HEX(-0x1.0c6f7a0b5ed8dp-20, -1e-06), HEX(0x1.ba00f0c1555abp-35,
                5.02499999166667e-11) },
        };
        for (i = 0; i < 3; i++) {
            const double *const row = rows[i];
            double result[1];
            result[0] = derive_kl_unit_logvar(row[0], row[1]);
            if (is_off(result, row + 2, 1) != 0)
                return 10;
        }
    }
    {
        static const double rows[][5] = {
            { 0.0, HEX(0x1.8p-1, 0.75), HEX(0x1.4p+0, 1.25), HEX(0x1.12e0be826d695p-30, 1e-09),
                HEX(0x1.d7d843dc3b47fp+59, 1.0624999999999999e+18) },
            { HEX(-0x1.8p-1, -0.75), 1.0, 0.0, 20.0, HEX(0x1.3fb427b73e391p+1, 2.497685398553991) },
            { HEX(0x1.4f8b588e368f1p-17, 1e-05), HEX(0x1.ffffde7210be9p-1, 0.999999), HEX(-0x1.8p-1, -0.75),
                HEX(0x1.8p-1, 0.75), HEX(0x1.33d30689a2c24p-1, 0.6012193720829413) },
        };
        for (i = 0; i < 3; i++) {
            const double *const row = rows[i];
            double result[1];
            result[0] = derive_kl_normal_std(row[0], row[1], row[2], row[3]);
            if (is_off(result, row + 4, 1) != 0)
                return 11;
        }
    }
    {
        static const double rows[][5] = {
            { 0.0, HEX(0x1.8p-1, 0.75), HEX(0x1.4p+0, 1.25), HEX(0x1.12e0be826d695p-30, 1e-09),
                HEX(0x1.13abe61520fb2p+30, 1156249989.282208) },
            { HEX(-0x1.8p-1, -0.75), 1.0, 0.0, 20.0, HEX(0x1.097427b73e391p+0, 1.0369286367769954) },
            { HEX(0x1.4f8b588e368f1p-17, 1e-05), HEX(0x1.ffffde7210be9p-1, 0.999999), HEX(-0x1.8p-1, -0.75),
                HEX(0x1.8p-1, 0.75), HEX(0x1.97622e098b778p-2, 0.3978354638410262) },
        };
        for (i = 0; i < 3; i++) {
            const double *const row = rows[i];
            double result[1];
            result[0] = derive_kl_normal_var(row[0], row[1], row[2], row[3]);
            if (is_off(result, row + 4, 1) != 0)
                return 12;
        }
    }
    {
        static const double rows[][5] = {
            { 0.0, -0.25, HEX(0x1.4p+0, 1.25), -40.0, HEX(0x1.725391149000ap+115, 6.00888991281982e+34) },
            { HEX(-0x1.8p-1, -0.75), 0.0, 0.0, 3.0, HEX(0x1.403f74c0115ep+1, 2.501936525138021) },
            { HEX(0x1.4f8b588e368f1p-17, 1e-05), HEX(-0x1.0c6f7a0b5ed8dp-20, -1e-06), HEX(-0x1.8p-1, -0.75), -0.25,
                HEX(0x1.137e98073d82bp-1, 0.5380752095068194) },
        };
        for (i = 0; i < 3; i++) {
            const double *const row = rows[i];
            double result[1];
            result[0] = derive_kl_normal_logstd(row[0], row[1], row[2], row[3]);
            if (is_off(result, row + 4, 1) != 0)
                return 13;
        }
    }
    {
        static const double rows[][5] = {
            { 0.0, -0.25, HEX(0x1.4p+0, 1.25), -40.0, HEX(0x1.e97b62af75ab5p+57, 2.7555385478449322e+17) },
            { HEX(-0x1.8p-1, -0.75), 0.0, 0.0, 3.0, HEX(0x1.09f5191000bdp+0, 1.0388961471623936) },
            { HEX(0x1.4f8b588e368f1p-17, 1e-05), HEX(-0x1.0c6f7a0b5ed8dp-20, -1e-06), HEX(-0x1.8p-1, -0.75), -0.25,
                HEX(0x1.833ae482f8da8p-2, 0.3781543450297371) },
        };
        for (i = 0; i < 3; i++) {
            const double *const row = rows[i];
            double result[1];
            result[0] = derive_kl_normal_logvar(row[0], row[1], row[2], row[3]);
            if (is_off(result, row + 4, 1) != 0)
                return 14;
        }
    }
    {
        static const double rows[][4] = {
            { 1.0, HEX(0x1.8p-1, 0.75), 1.0, HEX(-0x1.2aaaaaaaaaaabp-1, -0.5833333333333334) },
            { HEX(-0x1.8p-1, -0.75), HEX(0x1.8p-1, 0.75), HEX(-0x1.8p-1, -0.75), HEX(-0x1.2aaaaaaaaaaabp-1,
                -0.5833333333333334) },
            { HEX(0x1.4f8b588e368f1p-17, 1e-05), HEX(0x1.8p-1, 0.75), HEX(0x1.4f8b588e368f1p-17, 1e-05),
                HEX(-0x1.2aaaaaaaaaaabp-1, -0.5833333333333334) },
        };
        for (i = 0; i < 3; i++) {
            const double *const row = rows[i];
            double result[2];
            derive_kl_unit_std_grad(row[0], row[1], result + 0, result + 1);
            if (is_off(result, row + 2, 2) != 0)
                return 15;
        }
    }
    {
        static const double rows[][4] = {
            { 1.0, HEX(0x1.8p-1, 0.75), 1.0, HEX(-0x1.5555555555555p-3, -0.16666666666666666) },
            { HEX(-0x1.8p-1, -0.75), HEX(0x1.8p-1, 0.75), HEX(-0x1.8p-1, -0.75), HEX(-0x1.5555555555555p-3,
                -0.16666666666666666) },
            { HEX(0x1.4f8b588e368f1p-17, 1e-05), HEX(0x1.8p-1, 0.75), HEX(0x1.4f8b588e368f1p-17, 1e-05),
                HEX(-0x1.5555555555555p-3, -0.16666666666666666) },
        };
        for (i = 0; i < 3; i++) {
            const double *const row = rows[i];
            double result[2];
            derive_kl_unit_var_grad(row[0], row[1], result + 0, result + 1);
            if (is_off(result, row + 2, 2) != 0)
                return 16;
        }
    }
    {
        static const double rows[][4] = {
            { 1.0, -0.25, 1.0, HEX(-0x1.92e9a0720d3ecp-2, -0.3934693402873666) },
            { HEX(-0x1.8p-1, -0.75), -0.25, HEX(-0x1.8p-1, -0.75), HEX(-0x1.92e9a0720d3ecp-2, -0.3934693402873666) },
            { HEX(0x1.4f8b588e368f1p-17, 1e-05), -0.25, HEX(0x1.4f8b588e368f1p-17, 1e-05), HEX(-0x1.92e9a0720d3ecp-2,
                -0.3934693402873666) },
        };
        for (i = 0; i < 3; i++) {
            const double *const row = rows[i];
            double result[2];
            derive_kl_unit_logstd_grad(row[0], row[1], result + 0, result + 1);
            if (is_off(result, row + 2, 2) != 0)
                return 17;
        }
    }
    {
        static const double rows[][4] = {
            { 1.0, -0.25, 1.0, HEX(-0x1.c5041854df7d4p-4, -0.11059960846429756) },
            { HEX(-0x1.8p-1, -0.75), -0.25, HEX(-0x1.8p-1, -0.75), HEX(-0x1.c5041854df7d4p-4, -0.11059960846429756) },
            { HEX(0x1.4f8b588e368f1p-17, 1e-05), -0.25, HEX(0x1.4f8b588e368f1p-17, 1e-05), HEX(-0x1.c5041854df7d4p-4,
                -0.11059960846429756) },
        };
        for (i = 0; i < 3; i++) {
            const double *const row = rows[i];
            double result[2];
            derive_kl_unit_logvar_grad(row[0], row[1], result + 0, result + 1);
            if (is_off(result, row + 2, 2) != 0)
                return 18;
        }
    }
    {
        static const double rows[][8] = {
            { 0.0, HEX(0x1.8p-1, 0.75), HEX(0x1.4p+0, 1.25), HEX(0x1.12e0be826d695p-30, 1e-09),
                HEX(-0x1.158e460913cffp+60, -1.2499999999999997e+18), HEX(0x1.4d1120d7b15ffp+59,
                7.499999999999999e+17), HEX(0x1.158e460913cffp+60, 1.2499999999999997e+18),
                HEX(-0x1.b7709034e6c41p+90, -2.1249999999999997e+27) },
            { HEX(-0x1.8p-1, -0.75), 1.0, HEX(0x1.4p+0, 1.25), HEX(0x1.8p-1, 0.75), HEX(-0x1.c71c71c71c71cp+1,
                -3.5555555555555554), HEX(0x1.8e38e38e38e39p-1, 0.7777777777777778), HEX(0x1.c71c71c71c71cp+1,
                3.5555555555555554), HEX(-0x1.5097b425ed098p+3, -10.518518518518519) },
            { HEX(0x1.4f8b588e368f1p-17, 1e-05), HEX(0x1.ffffde7210be9p-1, 0.999999), HEX(-0x1.8p-1, -0.75),
                HEX(0x1.8p-1, 0.75), HEX(0x1.55567f984eb75p+0, 1.3333511111111112), HEX(0x1.8e38865948c1fp-1,
                0.7777749999989999), HEX(-0x1.55567f984eb75p+0, -1.3333511111111112), HEX(-0x1.2f694e58e62d4p+1,
                -2.3704011854245923) },
        };
        for (i = 0; i < 3; i++) {
            const double *const row = rows[i];
            double result[4];
            derive_kl_normal_std_grad(row[0], row[1], row[2], row[3], result + 0, result + 1, result + 2, result + 3);
            if (is_off(result, row + 4, 4) != 0)
                return 19;
        }
    }
    {
        static const double rows[][8] = {
            { 0.0, HEX(0x1.8p-1, 0.75), HEX(-0x1.8p-1, -0.75), 1.0, HEX(0x1.8p-1, 0.75), HEX(-0x1.5555555555555p-3,
                -0.16666666666666666), HEX(-0x1.8p-1, -0.75), HEX(-0x1.4p-3, -0.15625) },
            { HEX(-0x1.8p-1, -0.75), 1.0, HEX(0x1.4p+0, 1.25), HEX(0x1.8p-1, 0.75), HEX(-0x1.5555555555555p+1,
                -2.6666666666666665), HEX(0x1.5555555555555p-3, 0.16666666666666666), HEX(0x1.5555555555555p+1,
                2.6666666666666665), HEX(-0x1.e38e38e38e38ep+1, -3.7777777777777777) },
            { HEX(0x1.4f8b588e368f1p-17, 1e-05), HEX(0x1.6p+0, 1.375), HEX(0x1.4p+0, 1.25), HEX(0x1.ffffde7210be9p-1,
                0.999999), HEX(-0x1.3fff6d32ffa2ep+0, -1.24999124999125), HEX(0x1.1746149040001p-3,
                0.13636413636413638), HEX(0x1.3fff6d32ffa2ep+0, 1.24999124999125), HEX(-0x1.effeae5c080e9p-1,
                -0.9687399375289064) },
        };
        for (i = 0; i < 3; i++) {
            const double *const row = rows[i];
            double result[4];
            derive_kl_normal_var_grad(row[0], row[1], row[2], row[3], result + 0, result + 1, result + 2, result + 3);
            if (is_off(result, row + 4, 4) != 0)
                return 20;
        }
    }
    {
        static const double rows[][8] = {
            { 1.0, 0.0, HEX(-0x1.8p-1, -0.75), HEX(-0x1.0c6f7a0b5ed8dp-20, -1e-06), HEX(0x1.c0003ab8668bap+0,
                1.7500035000035), HEX(0x1.0c6f8ba2f91ecp-19, 2.000002000001333e-06), HEX(-0x1.c0003ab8668bap+0,
                -1.7500035000035), HEX(-0x1.8800442852746p+1, -3.062508125008125) },
            { HEX(-0x1.8p-1, -0.75), HEX(-0x1.0c6f7a0b5ed8dp-20, -1e-06), HEX(0x1.4p+0, 1.25),
                HEX(0x1.0624dd2f1a9fcp-10, 0.001), HEX(-0x1.fefa1e333cd77p+0, -1.9960039973346662),
                HEX(-0x1.0624c649fa3f8p-9, -0.001999997334668265), HEX(0x1.fefa1e333cd77p+0, 1.9960039973346662),
                HEX(-0x1.feb89501aa58ep+1, -3.990007997334664) },
            { HEX(0x1.4f8b588e368f1p-17, 1e-05), HEX(0x1.8p-2, 0.375), HEX(0x1.4p+0, 1.25),
                HEX(-0x1.0c6f7a0b5ed8dp-20, -1e-06), HEX(-0x1.3fff822bab8cep+0, -1.2499924999825),
                HEX(0x1.1df3fd95e48b8p+0, 1.117004250616942), HEX(0x1.3fff822bab8cep+0, 1.2499924999825),
                HEX(-0x1.56f9474adb0cbp+1, -2.679482375670067) },
        };
        for (i = 0; i < 3; i++) {
            const double *const row = rows[i];
            double result[4];
            derive_kl_normal_logstd_grad(row[0], row[1], row[2], row[3], result + 0, result + 1, result + 2,
                result + 3);
            if (is_off(result, row + 4, 4) != 0)
                return 21;
        }
    }
    {
        static const double rows[][8] = {
            { 0.0, -0.25, HEX(0x1.4p+0, 1.25), -40.0, HEX(-0x1.0554843ebe7d3p+58, -2.94231583546275e+17),
                HEX(0x1.45a37ac20f1ddp+56, 9.165911506807138e+16), HEX(0x1.0554843ebe7d3p+58, 2.94231583546275e+17),
                HEX(-0x1.e97b62af75ab6p+57, -2.7555385478449325e+17) },
            { HEX(-0x1.8p-1, -0.75), HEX(-0x1.0c6f7a0b5ed8dp-20, -1e-06), HEX(0x1.4p+0, 1.25),
                HEX(0x1.0624dd2f1a9fcp-10, 0.001), HEX(-0x1.ff7cfe56f1a9ep+0, -1.99800099966675),
                HEX(-0x1.06465ccd23986p-11, -0.0005002495833126709), HEX(0x1.ff7cfe56f1a9ep+0, 1.99800099966675),
                HEX(-0x1.ff5c358b58057p+0, -1.9975007500834374) },
            { HEX(0x1.4f8b588e368f1p-17, 1e-05), -0.25, HEX(-0x1.8p-1, -0.75), HEX(0x1.0624dd2f1a9fcp-10, 0.001),
                HEX(0x1.7f9f0df6b28fep-1, 0.7492603648800296), HEX(-0x1.c69c34f4c8892p-4, -0.11098881422052134),
                HEX(-0x1.7f9f0df6b28fep-1, -0.7492603648800296), HEX(-0x1.5c2271499ae97p-3, -0.16998756891131414) },
        };
        for (i = 0; i < 3; i++) {
            const double *const row = rows[i];
            double result[4];
            derive_kl_normal_logvar_grad(row[0], row[1], row[2], row[3], result + 0, result + 1, result + 2,
                result + 3);
            if (is_off(result, row + 4, 4) != 0)
                return 22;
        }
    }
    return 0;
}
