"""The parts of the emitted C that do not depend on any kernel: guards, dispatch, and the operations of the language."""

HEX = """\
/* A constant as a hex float, and in decimal for C++ before 2017, which cannot read that. */
#if defined(__cplusplus) && __cplusplus < 201703L
#define HEX(hex, decimal) decimal
#else
#define HEX(hex, decimal) hex
#endif
"""

REFUSALS = """\
#if defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__) || defined(_M_FP_FAST) || \\
    defined(__ASSOCIATIVE_MATH__) || defined(__RECIPROCAL_MATH__)
#error "derive_kl.c: -ffast-math and its parts break error-free transforms: use -fno-fast-math"
#endif
/* 16, on processors with half precision, and 1, of which only float arithmetic is touched, leave double as it is. */
#if defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 1 && FLT_EVAL_METHOD != 16
#error "derive_kl.c: needs FLT_EVAL_METHOD 0 (on 32-bit x86: -msse2 -mfpmath=sse)"
#endif
"""

DISPATCH = """\
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
#if defined(__x86_64__) && \\
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
#define HAS_WIDE() \\
    (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && \\
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
#elif defined(__FMA__) || defined(__FP_FAST_FMA) || defined(__aarch64__) || defined(__s390x__) || \\
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
#define ONE(give, type, name, parameters, arguments) \\
    APART FUSED type name##_fused parameters { give name##_inline arguments; } \\
    APART type name##_base parameters { give name##_inline arguments; }
#define CHOSEN(name) (HAS_FUSED() ? name##_fused : name##_base)
#else
#define ONE(give, type, name, parameters, arguments) \\
    APART BASE type name##_base parameters { give name##_inline arguments; }
#define CHOSEN(name) name##_base
#endif
#define RUN const void *const *in, void *const *out, size_t n, double growth
#define COPY(name, kind, attributes, one, fused) \\
    static attributes void name##_run_##kind(RUN) { name##_run(in, out, n, growth, one, fused); }
#if defined(FUSED) && defined(HAS_WIDE)
#define MANY(name, one) \\
    COPY(name, wide, WIDE, one##_fused, 1) \\
    COPY(name, fused, FUSED, one##_fused, 1) \\
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
"""

FMA = """\
/* --- a b + c, rounded once --- */

/* The fma() of glibc and of Darwin is exact; that of mingw-w64 rounds twice. Where the compiler does not make an
   instruction of it and the library is another one, or DERIVE_KL_SOFTWARE_FMA is defined, it is computed here. */
#if defined(DERIVE_KL_SOFTWARE_FMA) || \\
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
"""

OPERATIONS = """\
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
"""
