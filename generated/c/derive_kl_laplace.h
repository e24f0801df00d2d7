/* SPDX-License-Identifier: MIT */

/* derive_kl_laplace.h: the Kullback-Leibler divergence of Laplace distributions, in the scales scale and logscale.

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

#ifndef DERIVE_KL_LAPLACE_H
#define DERIVE_KL_LAPLACE_H

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
DERIVE_KL_API int derive_kl_laplace_selftest(void);

/* KL divergence, in nats, of the Laplace distribution (mu1, b1) from (mu2, b2).
   kl_laplace_scale = log(b2/b1) + (Abs(mu1 - mu2) + b1*exp(-Abs(mu1 - mu2)/b1))/b2 - 1
   Domain: every real mu1 and mu2; b1 and b2 >= 0.
   NaN where mu1 = mu2 = -inf, or mu1 = mu2 = inf, or b1 = b2 = 0, or b1 = b2 = inf;
   inf elsewhere where mu1 or mu2 is infinite, or b1 or b2 is 0 or infinite;
   NaN where an argument is NaN or outside of its domain.
   Error: binary64: 0.92 ulp, proved; binary32: 0.51 ulp, proved.
   Error of the sum: binary64: 2.34 ulp, proved; binary32: 2.34 ulp, proved.
   Worst found: binary64: 0.7500 ulp at (0x1.6503425fdd6cfp-511, 0x1p+0, 0x0p+0, 0x1p+0); binary32: 0.5000 ulp at
   (0x1.17043ep-43, 0x1.bcp-143, 0x1.17043ep-41, 0x1p-149).
   Worst sum found: binary64: 1.4609 ulp at 1000 copies of (0x1.00000b1ab9d59p+120, 0x1.fffffffffffffp+119,
   0x1.00000adab9d38p+120, 0x1p+120); binary32: 1.3988 ulp at 63 copies of (0x1.ae8674p+8, 0x1.0000ep+59,
   0x1.609f8cp+8, 0x1.fffffep+2).
   Theorem kl-laplace, through stable-laplace-scale; statement 3b858a12d7db8783. */
DERIVE_KL_API double derive_kl_laplace_scale(double mu1, double b1, double mu2, double b2);
DERIVE_KL_API void derive_kl_laplace_scale_array(size_t n, const double *mu1, const double *b1, const double *mu2,
    const double *b2, double *out);
DERIVE_KL_API double derive_kl_laplace_scale_sum(size_t n, const double *mu1, const double *b1, const double *mu2,
    const double *b2);
DERIVE_KL_API float derive_kl_laplace_scalef(float mu1, float b1, float mu2, float b2);
DERIVE_KL_API void derive_kl_laplace_scale_arrayf(size_t n, const float *mu1, const float *b1, const float *mu2,
    const float *b2, float *out);
DERIVE_KL_API double derive_kl_laplace_scale_sumf(size_t n, const float *mu1, const float *b1, const float *mu2,
    const float *b2);

/* KL divergence, in nats, of the Laplace distribution (mu1, logb1) from (mu2, logb2).
   kl_laplace_logscale = logb2 - logb1 + Abs(mu1 - mu2)*exp(-logb2) + exp(logb1 - logb2 - Abs(mu1 - mu2)*exp(-logb1))
   - 1
   Domain: every real mu1, logb1, mu2 and logb2.
   NaN where mu1 = mu2 = -inf, or mu1 = mu2 = inf, or logb1 = logb2 = -inf, or logb1 = logb2 = inf;
   inf elsewhere where mu1 or logb1 or mu2 or logb2 is infinite;
   NaN where an argument is NaN.
   Error: binary64: 0.93 ulp, proved; binary32: 0.51 ulp, proved.
   Error of the sum: binary64: 2.38 ulp, proved; binary32: 2.38 ulp, proved.
   Worst found: binary64: 0.7498 ulp at (0x0p+0, 0x1.3ef9d56ef89cap-511, 0x0p+0, 0x0p+0); binary32: 0.5000 ulp at
   (0x1.1005d2p+71, 0x1.5abc1p+5, 0x1.de0e28p+67, 0x0p+0).
   Worst sum found: binary64: 1.3672 ulp at 1000 copies of (0x0p+0, -0x1p+2, -0x1.0000000000836p+0, 0x0p+0); binary32:
   0.9122 ulp at 63 copies of (0x1.165b08p+5, 0x1.c5adc6p-39, 0x1.1630bap+3, -0x1.abee82p-49).
   Theorem same-function-laplace, through stable-laplace-logscale; statement d218ad6ddda09671. */
DERIVE_KL_API double derive_kl_laplace_logscale(double mu1, double logb1, double mu2, double logb2);
DERIVE_KL_API void derive_kl_laplace_logscale_array(size_t n, const double *mu1, const double *logb1,
    const double *mu2, const double *logb2, double *out);
DERIVE_KL_API double derive_kl_laplace_logscale_sum(size_t n, const double *mu1, const double *logb1,
    const double *mu2, const double *logb2);
DERIVE_KL_API float derive_kl_laplace_logscalef(float mu1, float logb1, float mu2, float logb2);
DERIVE_KL_API void derive_kl_laplace_logscale_arrayf(size_t n, const float *mu1, const float *logb1, const float *mu2,
    const float *logb2, float *out);
DERIVE_KL_API double derive_kl_laplace_logscale_sumf(size_t n, const float *mu1, const float *logb1, const float *mu2,
    const float *logb2);

/* Partial derivatives of kl_laplace_scale, in the order of its arguments.
   d_mu1 = sign(mu1 - mu2)*(1 - exp(-Abs(mu1 - mu2)/b1))/b2
   d_b1 = exp(-Abs(mu1 - mu2)/b1)*(1 + Abs(mu1 - mu2)/b1)/b2 - 1/b1
   d_mu2 = -sign(mu1 - mu2)*(1 - exp(-Abs(mu1 - mu2)/b1))/b2
   d_b2 = 1/b2 - (Abs(mu1 - mu2) + b1*exp(-Abs(mu1 - mu2)/b1))/b2^2
   Domain: every real mu1 and mu2; b1 and b2 >= 0.
   At special arguments the limits of the formulas, NaN where there is none.
   Error: binary64: 1.32 ulp, proved; binary32: 1.01 ulp, proved.
   Worst found: binary64: 1.0412 ulp at (0x1.50144d50d502bp+17, 0x1.03732094b7ef8p+0, 0x1.5014384f917dbp+17,
   0x1.0000018805fccp+0); binary32: 1.0000 ulp at (0x1.2620f4p+4, 0x1.fffffep-2, -0x1.621e0ep-4, 0x1.0016a4p-1).
   Theorem gradients-laplace, through stable-grad-laplace-scale; statement 4363a12607981d8a. */
DERIVE_KL_API void derive_kl_laplace_scale_grad(double mu1, double b1, double mu2, double b2, double *d_mu1,
    double *d_b1, double *d_mu2, double *d_b2);
DERIVE_KL_API void derive_kl_laplace_scale_grad_array(size_t n, const double *mu1, const double *b1,
    const double *mu2, const double *b2, double *d_mu1, double *d_b1, double *d_mu2, double *d_b2);
DERIVE_KL_API void derive_kl_laplace_scale_value_grad_array(size_t n, const double *mu1, const double *b1,
    const double *mu2, const double *b2, double *value, double *d_mu1, double *d_b1, double *d_mu2, double *d_b2);
DERIVE_KL_API void derive_kl_laplace_scale_gradf(float mu1, float b1, float mu2, float b2, float *d_mu1, float *d_b1,
    float *d_mu2, float *d_b2);
DERIVE_KL_API void derive_kl_laplace_scale_grad_arrayf(size_t n, const float *mu1, const float *b1, const float *mu2,
    const float *b2, float *d_mu1, float *d_b1, float *d_mu2, float *d_b2);
DERIVE_KL_API void derive_kl_laplace_scale_value_grad_arrayf(size_t n, const float *mu1, const float *b1,
    const float *mu2, const float *b2, float *value, float *d_mu1, float *d_b1, float *d_mu2, float *d_b2);

/* Partial derivatives of kl_laplace_logscale, in the order of its arguments.
   d_mu1 = sign(mu1 - mu2)*(1 - exp(-Abs(mu1 - mu2)*exp(-logb1)))*exp(-logb2)
   d_logb1 = exp(logb1 - logb2 - Abs(mu1 - mu2)*exp(-logb1))*(1 + Abs(mu1 - mu2)*exp(-logb1)) - 1
   d_mu2 = -sign(mu1 - mu2)*(1 - exp(-Abs(mu1 - mu2)*exp(-logb1)))*exp(-logb2)
   d_logb2 = 1 - exp(logb1 - logb2)*(Abs(mu1 - mu2)*exp(-logb1) + exp(-Abs(mu1 - mu2)*exp(-logb1)))
   Domain: every real mu1, logb1, mu2 and logb2.
   At special arguments the limits of the formulas, NaN where there is none.
   Error: binary64: 1.44 ulp, proved; binary32: 1.01 ulp, proved.
   Worst found: binary64: 1.0359 ulp at (0x1.2cf3dbff7ac42p-14, -0x1.7be1aaa801e5ep+0, -0x1.21c37bbc5a8d7p-4,
   -0x1.89c4b51d7ab73p+0); binary32: 1.0000 ulp at (-0x1.0060cep+122, 0x1.43ac2ap+6, 0x0p+0, -0x1.4b826ep-18).
   Theorem gradients-laplace, through stable-grad-laplace-logscale; statement 4363a12607981d8a. */
DERIVE_KL_API void derive_kl_laplace_logscale_grad(double mu1, double logb1, double mu2, double logb2, double *d_mu1,
    double *d_logb1, double *d_mu2, double *d_logb2);
DERIVE_KL_API void derive_kl_laplace_logscale_grad_array(size_t n, const double *mu1, const double *logb1,
    const double *mu2, const double *logb2, double *d_mu1, double *d_logb1, double *d_mu2, double *d_logb2);
DERIVE_KL_API void derive_kl_laplace_logscale_value_grad_array(size_t n, const double *mu1, const double *logb1,
    const double *mu2, const double *logb2, double *value, double *d_mu1, double *d_logb1, double *d_mu2,
    double *d_logb2);
DERIVE_KL_API void derive_kl_laplace_logscale_gradf(float mu1, float logb1, float mu2, float logb2, float *d_mu1,
    float *d_logb1, float *d_mu2, float *d_logb2);
DERIVE_KL_API void derive_kl_laplace_logscale_grad_arrayf(size_t n, const float *mu1, const float *logb1,
    const float *mu2, const float *logb2, float *d_mu1, float *d_logb1, float *d_mu2, float *d_logb2);
DERIVE_KL_API void derive_kl_laplace_logscale_value_grad_arrayf(size_t n, const float *mu1, const float *logb1,
    const float *mu2, const float *logb2, float *value, float *d_mu1, float *d_logb1, float *d_mu2, float *d_logb2);

#ifdef __cplusplus
}
#endif

#endif
