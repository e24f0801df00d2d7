/* SPDX-License-Identifier: MIT */

/* derive_kl_poisson.h: the Kullback-Leibler divergence of Poisson distributions, in the scales rate and lograte.

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

#ifndef DERIVE_KL_POISSON_H
#define DERIVE_KL_POISSON_H

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
DERIVE_KL_API int derive_kl_poisson_selftest(void);

/* KL divergence, in nats, of the Poisson distribution (rate1) from (rate2).
   kl_poisson_rate = rate1*log(rate1/rate2) + rate2 - rate1
   Domain: rate1 and rate2 >= 0.
   0 where rate1 = rate2 = 0;
   NaN where rate1 = rate2 = inf;
   the limit of the formula where rate1 = 0 and rate2 is positive and finite;
   inf elsewhere where rate1 or rate2 is 0 or infinite;
   NaN where an argument is NaN or outside of its domain.
   Error: binary64: 0.91 ulp, proved; binary32: 0.51 ulp, proved.
   Error of the sum: binary64: 2.32 ulp, proved; binary32: 2.32 ulp, proved.
   Worst found: binary64: 0.8130 ulp at (0x1.3dc04de4d1f66p-1018, 0x1.c6e0d3241b6d9p-1019); binary32: 0.5000 ulp at
   (0x1p+0, 0x1.a664f8p+22).
   Worst sum found: binary64: 1.4741 ulp at 1000 copies of (0x1.7fffffffffffcp+0, 0x1.460cbc7f5cf9cp-9); binary32:
   1.0547 ulp at 63 copies of (0x1.6p-146, 0x1p-146).
   Theorem kl-poisson, through stable-poisson-rate; statement 77dd84278e1c714f. */
DERIVE_KL_API double derive_kl_poisson_rate(double rate1, double rate2);
DERIVE_KL_API void derive_kl_poisson_rate_array(size_t n, const double *rate1, const double *rate2, double *out);
DERIVE_KL_API double derive_kl_poisson_rate_sum(size_t n, const double *rate1, const double *rate2);
DERIVE_KL_API float derive_kl_poisson_ratef(float rate1, float rate2);
DERIVE_KL_API void derive_kl_poisson_rate_arrayf(size_t n, const float *rate1, const float *rate2, float *out);
DERIVE_KL_API double derive_kl_poisson_rate_sumf(size_t n, const float *rate1, const float *rate2);

/* KL divergence, in nats, of the Poisson distribution (lograte1) from (lograte2).
   kl_poisson_lograte = exp(lograte1)*(lograte1 - lograte2) + exp(lograte2) - exp(lograte1)
   Domain: every real lograte1 and lograte2.
   0 where lograte1 = lograte2 = -inf;
   NaN where lograte1 = lograte2 = inf;
   the limit of the formula where lograte1 = -inf and lograte2 is finite;
   inf elsewhere where lograte1 or lograte2 is infinite;
   NaN where an argument is NaN.
   Error: binary64: 0.91 ulp, proved; binary32: 0.51 ulp, proved.
   Error of the sum: binary64: 2.33 ulp, proved; binary32: 2.33 ulp, proved.
   Worst found: binary64: 0.8438 ulp at (-0x1.60daeada87d9fp+9, -0x1.60ae80dc67d39p+9); binary32: 0.5000 ulp at
   (-0x1.bec4ap+7, -0x1.9fe368p+6).
   Worst sum found: binary64: 1.4680 ulp at 1000 copies of (-0x1.54639365cf274p-1, -0x1.54639365fda05p-2); binary32:
   1.1032 ulp at 63 copies of (0x1.01c99p-10, -0x1.60466ap-52).
   Theorem same-function-poisson, through stable-poisson-lograte; statement 01f4ae15c436ec7e. */
DERIVE_KL_API double derive_kl_poisson_lograte(double lograte1, double lograte2);
DERIVE_KL_API void derive_kl_poisson_lograte_array(size_t n, const double *lograte1, const double *lograte2,
    double *out);
DERIVE_KL_API double derive_kl_poisson_lograte_sum(size_t n, const double *lograte1, const double *lograte2);
DERIVE_KL_API float derive_kl_poisson_logratef(float lograte1, float lograte2);
DERIVE_KL_API void derive_kl_poisson_lograte_arrayf(size_t n, const float *lograte1, const float *lograte2,
    float *out);
DERIVE_KL_API double derive_kl_poisson_lograte_sumf(size_t n, const float *lograte1, const float *lograte2);

/* Partial derivatives of kl_poisson_rate, in the order of its arguments.
   d_rate1 = log(rate1) - log(rate2)
   d_rate2 = 1 - rate1/rate2
   Domain: rate1 and rate2 >= 0.
   At special arguments the limits of the formulas, NaN where there is none.
   Error: binary64: 0.78 ulp, proved; binary32: 0.51 ulp, proved.
   Worst found: binary64: 0.5086 ulp at (0x1.55912083d73e1p-3, 0x1.ffffffffffffcp-3); binary32: 0.5000 ulp at (0x1p+1,
   0x1.fffffep-48).
   Theorem gradients-poisson, through stable-grad-poisson-rate; statement b09a476f723ee650. */
DERIVE_KL_API void derive_kl_poisson_rate_grad(double rate1, double rate2, double *d_rate1, double *d_rate2);
DERIVE_KL_API void derive_kl_poisson_rate_grad_array(size_t n, const double *rate1, const double *rate2,
    double *d_rate1, double *d_rate2);
DERIVE_KL_API void derive_kl_poisson_rate_value_grad_array(size_t n, const double *rate1, const double *rate2,
    double *value, double *d_rate1, double *d_rate2);
DERIVE_KL_API void derive_kl_poisson_rate_gradf(float rate1, float rate2, float *d_rate1, float *d_rate2);
DERIVE_KL_API void derive_kl_poisson_rate_grad_arrayf(size_t n, const float *rate1, const float *rate2,
    float *d_rate1, float *d_rate2);
DERIVE_KL_API void derive_kl_poisson_rate_value_grad_arrayf(size_t n, const float *rate1, const float *rate2,
    float *value, float *d_rate1, float *d_rate2);

/* Partial derivatives of kl_poisson_lograte, in the order of its arguments.
   d_lograte1 = exp(lograte1)*(lograte1 - lograte2)
   d_lograte2 = exp(lograte2) - exp(lograte1)
   Domain: every real lograte1 and lograte2.
   At special arguments the limits of the formulas, NaN where there is none.
   Error: binary64: 0.78 ulp, proved; binary32: 0.51 ulp, proved.
   Worst found: binary64: 0.7261 ulp at (-0x1.6317ad5a5e07ep+9, -0x1.619561340a48cp+9); binary32: 0.5000 ulp at
   (0x1.fffffep-23, 0x0p+0).
   Theorem gradients-poisson, through stable-grad-poisson-lograte; statement b09a476f723ee650. */
DERIVE_KL_API void derive_kl_poisson_lograte_grad(double lograte1, double lograte2, double *d_lograte1,
    double *d_lograte2);
DERIVE_KL_API void derive_kl_poisson_lograte_grad_array(size_t n, const double *lograte1, const double *lograte2,
    double *d_lograte1, double *d_lograte2);
DERIVE_KL_API void derive_kl_poisson_lograte_value_grad_array(size_t n, const double *lograte1,
    const double *lograte2, double *value, double *d_lograte1, double *d_lograte2);
DERIVE_KL_API void derive_kl_poisson_lograte_gradf(float lograte1, float lograte2, float *d_lograte1,
    float *d_lograte2);
DERIVE_KL_API void derive_kl_poisson_lograte_grad_arrayf(size_t n, const float *lograte1, const float *lograte2,
    float *d_lograte1, float *d_lograte2);
DERIVE_KL_API void derive_kl_poisson_lograte_value_grad_arrayf(size_t n, const float *lograte1, const float *lograte2,
    float *value, float *d_lograte1, float *d_lograte2);

#ifdef __cplusplus
}
#endif

#endif
