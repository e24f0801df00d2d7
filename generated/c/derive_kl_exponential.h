/* SPDX-License-Identifier: MIT */

/* derive_kl_exponential.h: the Kullback-Leibler divergence of exponential distributions, in the scales rate, mean and
   lograte.

   Emitted by `derive all`; edit proofs/ or derive/, not this file.

   KL is that of the first distribution from the second, in nats. An error of 1 ulp is one unit in the last place of
   the exact value (of the smallest subnormal below the normal range); a derivative that is a difference of two terms
   is measured in ulp of the larger of them. `derive verify` enforces the bounds.

   KL is never negative, 0 for equal arguments, and finite where the exact value is; beyond, it is an infinity. No
   function sets errno, allocates, or has state; the rounding mode must be to nearest. Array forms take n = 0, any
   alignment that the type has, and outputs that are inputs or disjoint; their results have the bits of the scalar
   forms.

   A sum is a double: the nearest, within its bound in ulp of double, to the exact sum of the exact values at the
   given numbers, of which there may be 2^29. Numbers given as float are no exception: they are taken as the doubles
   that they are, and the sum has the bits of the sum of those. What is added are values of the array form of double,
   without loss, each to one of 32 partial sums by its index, so that the bits depend on neither alignment,
   instruction set nor compiler; where the sum is tiny, values below the normal range are added before they are
   rounded. The sum of one value is the value, that of equal arguments 0, and a sum of no elements 0. */

#ifndef DERIVE_KL_EXPONENTIAL_H
#define DERIVE_KL_EXPONENTIAL_H

#include <stddef.h>

/* Exported from a shared library, also one that is compiled with -fvisibility=hidden. */
#if !defined(DERIVE_KL_API)
#if defined(__GNUC__) && !defined(_WIN32)
#define DERIVE_KL_API __attribute__((visibility("default")))
#else
#define DERIVE_KL_API
#endif
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* 0 where the compiled code computes as it should, else the number of the first of its checks that fails. To be
   called once, by a program that does not know how this file was compiled: compilers can be told to rearrange sums,
   to divide by reciprocals or to leave out tests for NaN without a macro that says so. It takes microseconds. */
DERIVE_KL_API int derive_kl_exponential_selftest(void);

/* KL divergence, in nats, of the exponential distribution (rate1) from (rate2).
   kl_exponential_rate = log(rate1/rate2) + rate2/rate1 - 1
   Domain: rate1 and rate2 >= 0.
   NaN where rate1 = rate2 = 0, or rate1 = rate2 = inf;
   inf elsewhere where rate1 or rate2 is 0 or infinite;
   NaN where an argument is NaN or outside of its domain.
   Error: binary64: 0.91 ulp, proved; binary32: 0.51 ulp, proved.
   Error of the sum: binary64: 2.32 ulp, proved; binary32: 2.32 ulp, proved.
   Worst found: binary64: 0.5553 ulp at (0x1.76fb7ca9ebbaap-4, 0x1.0af1664feb698p-4); binary32: 0.5000 ulp at (0x1p+0,
   0x1.a664f8p+22).
   Worst sum found: binary64: 1.4297 ulp at 1000 copies of (0x1.ffffffffffc93p-324, 0x1.ffffffffffcdp+214); binary32:
   1.2790 ulp at 63 copies of (0x1.fe00f8p-1, 0x1.fffffcp-1).
   Theorem kl-exponential, through stable-exponential-rate; statement b8e0ef789b389585. */
DERIVE_KL_API double derive_kl_exponential_rate(double rate1, double rate2);
DERIVE_KL_API void derive_kl_exponential_rate_array(size_t n, const double *rate1, const double *rate2, double *out);
DERIVE_KL_API double derive_kl_exponential_rate_sum(size_t n, const double *rate1, const double *rate2);
DERIVE_KL_API float derive_kl_exponential_ratef(float rate1, float rate2);
DERIVE_KL_API void derive_kl_exponential_rate_arrayf(size_t n, const float *rate1, const float *rate2, float *out);
DERIVE_KL_API double derive_kl_exponential_rate_sumf(size_t n, const float *rate1, const float *rate2);

/* KL divergence, in nats, of the exponential distribution (mean1) from (mean2).
   kl_exponential_mean = log(mean2/mean1) + mean1/mean2 - 1
   Domain: mean1 and mean2 >= 0.
   NaN where mean1 = mean2 = 0, or mean1 = mean2 = inf;
   inf elsewhere where mean1 or mean2 is 0 or infinite;
   NaN where an argument is NaN or outside of its domain.
   Error: binary64: 0.91 ulp, proved; binary32: 0.51 ulp, proved.
   Error of the sum: binary64: 2.32 ulp, proved; binary32: 2.32 ulp, proved.
   Worst found: binary64: 0.5898 ulp at (0x1.8068a64e8d8f5p+0, 0x1.16ef56d3680bp+0); binary32: 0.5000 ulp at
   (0x1.7ffff2p+0, 0x1.000002p-48).
   Worst sum found: binary64: 1.4844 ulp at 63 copies of (0x1p+4, 0x1.fffffffffff61p-563); binary32: 1.4569 ulp at 63
   copies of (0x1.0286a8p+11, 0x1.fffffep-48).
   Theorem same-function-exponential, through stable-exponential-mean; statement 6bca359de16d8a22. */
DERIVE_KL_API double derive_kl_exponential_mean(double mean1, double mean2);
DERIVE_KL_API void derive_kl_exponential_mean_array(size_t n, const double *mean1, const double *mean2, double *out);
DERIVE_KL_API double derive_kl_exponential_mean_sum(size_t n, const double *mean1, const double *mean2);
DERIVE_KL_API float derive_kl_exponential_meanf(float mean1, float mean2);
DERIVE_KL_API void derive_kl_exponential_mean_arrayf(size_t n, const float *mean1, const float *mean2, float *out);
DERIVE_KL_API double derive_kl_exponential_mean_sumf(size_t n, const float *mean1, const float *mean2);

/* KL divergence, in nats, of the exponential distribution (lograte1) from (lograte2).
   kl_exponential_lograte = lograte1 - lograte2 + exp(lograte2 - lograte1) - 1
   Domain: every real lograte1 and lograte2.
   NaN where lograte1 = lograte2 = -inf, or lograte1 = lograte2 = inf;
   inf elsewhere where lograte1 or lograte2 is infinite;
   NaN where an argument is NaN.
   Error: binary64: 0.9 ulp, proved; binary32: 0.51 ulp, proved.
   Error of the sum: binary64: 2.32 ulp, proved; binary32: 2.32 ulp, proved.
   Worst found: binary64: 0.7494 ulp at (0x1.2902183b30216p-511, 0x0p+0); binary32: 0.5000 ulp at (0x1.1e7d68p+6,
   0x1.1e79b2p+4).
   Worst sum found: binary64: 1.4708 ulp at 1000 copies of (0x1.0190efb4f7b05p-52, 0x0p+0); binary32: 1.1169 ulp at
   1000 copies of (-0x1.02db48p-33, 0x1.6b6e26p-25).
   Theorem same-function-exponential, through stable-exponential-lograte; statement 6bca359de16d8a22. */
DERIVE_KL_API double derive_kl_exponential_lograte(double lograte1, double lograte2);
DERIVE_KL_API void derive_kl_exponential_lograte_array(size_t n, const double *lograte1, const double *lograte2,
    double *out);
DERIVE_KL_API double derive_kl_exponential_lograte_sum(size_t n, const double *lograte1, const double *lograte2);
DERIVE_KL_API float derive_kl_exponential_logratef(float lograte1, float lograte2);
DERIVE_KL_API void derive_kl_exponential_lograte_arrayf(size_t n, const float *lograte1, const float *lograte2,
    float *out);
DERIVE_KL_API double derive_kl_exponential_lograte_sumf(size_t n, const float *lograte1, const float *lograte2);

/* Partial derivatives of kl_exponential_rate, in the order of its arguments.
   d_rate1 = 1/rate1 - rate2/rate1^2
   d_rate2 = 1/rate1 - 1/rate2
   Domain: rate1 and rate2 >= 0.
   At special arguments the limits of the formulas, NaN where there is none.
   Error: binary64: 0.76 ulp, proved; binary32: 0.51 ulp, proved.
   Worst found: binary64: 0.7500 ulp at (0x1.ffffffffffffbp+1022, inf); binary32: 0.5000 ulp at (0x1.c611f4p-50,
   0x1.fffffap-95).
   Theorem gradients-exponential, through stable-grad-exponential-rate; statement b46d67bca90a138c. */
DERIVE_KL_API void derive_kl_exponential_rate_grad(double rate1, double rate2, double *d_rate1, double *d_rate2);
DERIVE_KL_API void derive_kl_exponential_rate_grad_array(size_t n, const double *rate1, const double *rate2,
    double *d_rate1, double *d_rate2);
DERIVE_KL_API void derive_kl_exponential_rate_value_grad_array(size_t n, const double *rate1, const double *rate2,
    double *value, double *d_rate1, double *d_rate2);
DERIVE_KL_API void derive_kl_exponential_rate_gradf(float rate1, float rate2, float *d_rate1, float *d_rate2);
DERIVE_KL_API void derive_kl_exponential_rate_grad_arrayf(size_t n, const float *rate1, const float *rate2,
    float *d_rate1, float *d_rate2);
DERIVE_KL_API void derive_kl_exponential_rate_value_grad_arrayf(size_t n, const float *rate1, const float *rate2,
    float *value, float *d_rate1, float *d_rate2);

/* Partial derivatives of kl_exponential_mean, in the order of its arguments.
   d_mean1 = 1/mean2 - 1/mean1
   d_mean2 = 1/mean2 - mean1/mean2^2
   Domain: mean1 and mean2 >= 0.
   At special arguments the limits of the formulas, NaN where there is none.
   Error: binary64: 0.76 ulp, proved; binary32: 0.51 ulp, proved.
   Worst found: binary64: 0.7500 ulp at (0x1.ffffffffffffbp+1022, inf); binary32: 0.5000 ulp at (0x1.fa6f52p-50,
   0x1.fffffep-2).
   Theorem gradients-exponential, through stable-grad-exponential-mean; statement b46d67bca90a138c. */
DERIVE_KL_API void derive_kl_exponential_mean_grad(double mean1, double mean2, double *d_mean1, double *d_mean2);
DERIVE_KL_API void derive_kl_exponential_mean_grad_array(size_t n, const double *mean1, const double *mean2,
    double *d_mean1, double *d_mean2);
DERIVE_KL_API void derive_kl_exponential_mean_value_grad_array(size_t n, const double *mean1, const double *mean2,
    double *value, double *d_mean1, double *d_mean2);
DERIVE_KL_API void derive_kl_exponential_mean_gradf(float mean1, float mean2, float *d_mean1, float *d_mean2);
DERIVE_KL_API void derive_kl_exponential_mean_grad_arrayf(size_t n, const float *mean1, const float *mean2,
    float *d_mean1, float *d_mean2);
DERIVE_KL_API void derive_kl_exponential_mean_value_grad_arrayf(size_t n, const float *mean1, const float *mean2,
    float *value, float *d_mean1, float *d_mean2);

/* Partial derivatives of kl_exponential_lograte, in the order of its arguments.
   d_lograte1 = 1 - exp(lograte2 - lograte1)
   d_lograte2 = exp(lograte2 - lograte1) - 1
   Domain: every real lograte1 and lograte2.
   At special arguments the limits of the formulas, NaN where there is none.
   Error: binary64: 0.78 ulp, proved; binary32: 0.51 ulp, proved.
   Worst found: binary64: 0.5125 ulp at (0x1.20b639411c54dp-2, 0x1.d57e5563f09d5p-53); binary32: 0.5000 ulp at
   (0x1.e10c9ap-53, 0x1.9c936ep-54).
   Theorem gradients-exponential, through stable-grad-exponential-lograte; statement b46d67bca90a138c. */
DERIVE_KL_API void derive_kl_exponential_lograte_grad(double lograte1, double lograte2, double *d_lograte1,
    double *d_lograte2);
DERIVE_KL_API void derive_kl_exponential_lograte_grad_array(size_t n, const double *lograte1, const double *lograte2,
    double *d_lograte1, double *d_lograte2);
DERIVE_KL_API void derive_kl_exponential_lograte_value_grad_array(size_t n, const double *lograte1,
    const double *lograte2, double *value, double *d_lograte1, double *d_lograte2);
DERIVE_KL_API void derive_kl_exponential_lograte_gradf(float lograte1, float lograte2, float *d_lograte1,
    float *d_lograte2);
DERIVE_KL_API void derive_kl_exponential_lograte_grad_arrayf(size_t n, const float *lograte1, const float *lograte2,
    float *d_lograte1, float *d_lograte2);
DERIVE_KL_API void derive_kl_exponential_lograte_value_grad_arrayf(size_t n, const float *lograte1,
    const float *lograte2, float *value, float *d_lograte1, float *d_lograte2);

#ifdef __cplusplus
}
#endif

#endif
