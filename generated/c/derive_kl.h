/* SPDX-License-Identifier: MIT */

/* derive_kl.h: the Kullback-Leibler divergence of Gaussians, in the scales std, var, logstd and logvar.

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

#ifndef DERIVE_KL_H
#define DERIVE_KL_H

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
DERIVE_KL_API int derive_kl_selftest(void);

/* expm1mx(x), without cancellation.
   expm1mx = exp(x) - 1 - x
   Domain: every real x.
   expm1mx(-inf) = expm1mx(inf) = inf.
   Error: binary64: 0.8 ulp, proved; binary32: correctly rounded, tested on all 2^32 arguments.
   Worst found: binary64: 0.7500 ulp at (0x1.5a400183b5f8ap-511).
   Theorem stable-functions, through stable-range-exp; statement bc5e42e6d49de4d0. */
DERIVE_KL_API double derive_expm1mx(double x);
DERIVE_KL_API void derive_expm1mx_array(size_t n, const double *x, double *out);
DERIVE_KL_API float derive_expm1mxf(float x);
DERIVE_KL_API void derive_expm1mx_arrayf(size_t n, const float *x, float *out);

/* log1pmx(x), without cancellation.
   log1pmx = log(1 + x) - x
   Domain: x > -1.
   log1pmx(-1) = log1pmx(inf) = -inf; NaN below -1.
   Error: binary64: 0.81 ulp, proved; binary32: correctly rounded, tested on all 2^32 arguments.
   Worst found: binary64: 0.7498 ulp at (0x1.030e14c904e95p-511).
   Theorem stable-functions, through stable-atanh, stable-log-scale; statement bc5e42e6d49de4d0. */
DERIVE_KL_API double derive_log1pmx(double x);
DERIVE_KL_API void derive_log1pmx_array(size_t n, const double *x, double *out);
DERIVE_KL_API float derive_log1pmxf(float x);
DERIVE_KL_API void derive_log1pmx_arrayf(size_t n, const float *x, float *out);

/* KL divergence, in nats, of the Gaussian (mu, std) from N(0, 1).
   kl_unit_std = -(1 + 2*log(std) - std^2 - mu^2)/2
   Domain: every real mu; std >= 0.
   inf where mu is infinite, or std is 0 or infinite;
   NaN where an argument is NaN or outside of its domain.
   Error: binary64: 0.88 ulp, proved; binary32: 0.51 ulp, proved.
   Error of the sum: binary64: 2.4 ulp, proved; binary32: 2.4 ulp, proved.
   Worst found: binary64: 0.7500 ulp at (-0x1.0912902b9c396p-511, 0x1p+0); binary32: 0.5003 ulp at (-0x1.a1a1eep-37,
   0x1.000018p+0).
   Worst sum found: binary64: 1.3281 ulp at 63 copies of (0x1.990dc8a75b5c2p+56, 0x1.0028da0c9fde8p+60); binary32:
   1.2231 ulp at 1000 copies of (-0x1.d2be9cp-15, 0x1.731654p-13).
   Theorem kl-unit, through stable-unit-std; statement 9b841927df73d141. */
DERIVE_KL_API double derive_kl_unit_std(double mu, double std);
DERIVE_KL_API void derive_kl_unit_std_array(size_t n, const double *mu, const double *std, double *out);
DERIVE_KL_API double derive_kl_unit_std_sum(size_t n, const double *mu, const double *std);
DERIVE_KL_API float derive_kl_unit_stdf(float mu, float std);
DERIVE_KL_API void derive_kl_unit_std_arrayf(size_t n, const float *mu, const float *std, float *out);
DERIVE_KL_API double derive_kl_unit_std_sumf(size_t n, const float *mu, const float *std);

/* KL divergence, in nats, of the Gaussian (mu, var) from N(0, 1).
   kl_unit_var = -(1 + log(var) - var - mu^2)/2
   Domain: every real mu; var >= 0.
   inf where mu is infinite, or var is 0 or infinite;
   NaN where an argument is NaN or outside of its domain.
   Error: binary64: 0.87 ulp, proved; binary32: 0.51 ulp, proved.
   Error of the sum: binary64: 2.39 ulp, proved; binary32: 2.39 ulp, proved.
   Worst found: binary64: 0.7500 ulp at (-0x1.0912902b9c396p-511, 0x1p+0); binary32: 0.5002 ulp at (0x1.26d00cp-39,
   0x1.00000cp+0).
   Worst sum found: binary64: 1.4518 ulp at 63 copies of (0x1.6a09fb799d6ebp+484, 0x1.0000000000002p+510); binary32:
   1.1927 ulp at 63 copies of (0x1.6c947ep+7, 0x1.ffe234p-4).
   Theorem same-function, through stable-unit-var; statement b8c0b636e100a4b9. */
DERIVE_KL_API double derive_kl_unit_var(double mu, double var);
DERIVE_KL_API void derive_kl_unit_var_array(size_t n, const double *mu, const double *var, double *out);
DERIVE_KL_API double derive_kl_unit_var_sum(size_t n, const double *mu, const double *var);
DERIVE_KL_API float derive_kl_unit_varf(float mu, float var);
DERIVE_KL_API void derive_kl_unit_var_arrayf(size_t n, const float *mu, const float *var, float *out);
DERIVE_KL_API double derive_kl_unit_var_sumf(size_t n, const float *mu, const float *var);

/* KL divergence, in nats, of the Gaussian (mu, logstd) from N(0, 1).
   kl_unit_logstd = -(1 + 2*logstd - exp(2*logstd) - mu^2)/2
   Domain: every real mu and logstd.
   inf where mu or logstd is infinite;
   NaN where an argument is NaN.
   Error: binary64: 0.95 ulp, proved; binary32: 0.51 ulp, proved.
   Error of the sum: binary64: 2.47 ulp, proved; binary32: 2.47 ulp, proved.
   Worst found: binary64: 0.7499 ulp at (-0x1.6b4c622a1ec07p-542, -0x1.fffe60e91ee0cp-512); binary32: 0.5000 ulp at
   (0x1.4e5p-55, 0x0p+0).
   Worst sum found: binary64: 0.9959 ulp at 63 copies of (0x1.6928b89858962p-31, 0x1.0a2b234416966p+1); binary32:
   0.9076 ulp at 63 copies of (-0x1.c00004p+3, -0x1.426176p-20).
   Theorem same-function, through stable-unit-logstd; statement b8c0b636e100a4b9. */
DERIVE_KL_API double derive_kl_unit_logstd(double mu, double logstd);
DERIVE_KL_API void derive_kl_unit_logstd_array(size_t n, const double *mu, const double *logstd, double *out);
DERIVE_KL_API double derive_kl_unit_logstd_sum(size_t n, const double *mu, const double *logstd);
DERIVE_KL_API float derive_kl_unit_logstdf(float mu, float logstd);
DERIVE_KL_API void derive_kl_unit_logstd_arrayf(size_t n, const float *mu, const float *logstd, float *out);
DERIVE_KL_API double derive_kl_unit_logstd_sumf(size_t n, const float *mu, const float *logstd);

/* KL divergence, in nats, of the Gaussian (mu, logvar) from N(0, 1).
   kl_unit_logvar = -(1 + logvar - exp(logvar) - mu^2)/2
   Domain: every real mu and logvar.
   inf where mu or logvar is infinite;
   NaN where an argument is NaN.
   Error: binary64: 0.95 ulp, proved; binary32: 0.51 ulp, proved.
   Error of the sum: binary64: 2.47 ulp, proved; binary32: 2.47 ulp, proved.
   Worst found: binary64: 0.7492 ulp at (0x1.559373b922ec2p-561, -0x1.fe41a99144622p-511); binary32: 0.5007 ulp at
   (-0x1.ab568p-22, -0x1.fffffep-5).
   Worst sum found: binary64: 1.4261 ulp at 1000 copies of (0x1.6bcded772525fp-96, 0x1.6dbc65c34d7dp-50); binary32:
   0.9123 ulp at 63 copies of (0x1.f3665p-12, 0x1.2f772ep-11).
   Theorem same-function, through stable-unit-logvar; statement b8c0b636e100a4b9. */
DERIVE_KL_API double derive_kl_unit_logvar(double mu, double logvar);
DERIVE_KL_API void derive_kl_unit_logvar_array(size_t n, const double *mu, const double *logvar, double *out);
DERIVE_KL_API double derive_kl_unit_logvar_sum(size_t n, const double *mu, const double *logvar);
DERIVE_KL_API float derive_kl_unit_logvarf(float mu, float logvar);
DERIVE_KL_API void derive_kl_unit_logvar_arrayf(size_t n, const float *mu, const float *logvar, float *out);
DERIVE_KL_API double derive_kl_unit_logvar_sumf(size_t n, const float *mu, const float *logvar);

/* KL divergence, in nats, of the Gaussian (mu1, std1) from (mu2, std2).
   kl_normal_std = log(std2/std1) + (std1^2 + (mu1 - mu2)^2)/(2*std2^2) - 1/2
   Domain: every real mu1 and mu2; std1 and std2 >= 0.
   NaN where mu1 = mu2 = -inf, or mu1 = mu2 = inf, or std1 = std2 = 0, or std1 = std2 = inf;
   inf elsewhere where mu1 or mu2 is infinite, or std1 or std2 is 0 or infinite;
   NaN where an argument is NaN or outside of its domain.
   Error: binary64: 0.88 ulp, proved; binary32: 0.51 ulp, proved.
   Error of the sum: binary64: 2.4 ulp, proved; binary32: 2.4 ulp, proved.
   Worst found: binary64: 0.7500 ulp at (0x1.6503425fdd6cfp-511, 0x1p+0, 0x0p+0, 0x1p+0); binary32: 0.5002 ulp at
   (0x1.fda5ecp-26, 0x1.02ca8p+0, 0x1.1967fap-66, 0x1.02ca7ap+0).
   Worst sum found: binary64: 1.4844 ulp at 63 copies of (0x0.000023b58f0dcp-1022, 0x1p-1022, 0x0.0000235b0c5ebp-1022,
   0x1p-1022); binary32: 1.4584 ulp at 63 copies of (-0x1.2f061ap+4, 0x1.3c7806p+4, -0x1.2f0616p+0, 0x1.54e004p+6).
   Theorem kl-normal, through stable-normal-std; statement 508e3fbb66eed03a. */
DERIVE_KL_API double derive_kl_normal_std(double mu1, double std1, double mu2, double std2);
DERIVE_KL_API void derive_kl_normal_std_array(size_t n, const double *mu1, const double *std1, const double *mu2,
    const double *std2, double *out);
DERIVE_KL_API double derive_kl_normal_std_sum(size_t n, const double *mu1, const double *std1, const double *mu2,
    const double *std2);
DERIVE_KL_API float derive_kl_normal_stdf(float mu1, float std1, float mu2, float std2);
DERIVE_KL_API void derive_kl_normal_std_arrayf(size_t n, const float *mu1, const float *std1, const float *mu2,
    const float *std2, float *out);
DERIVE_KL_API double derive_kl_normal_std_sumf(size_t n, const float *mu1, const float *std1, const float *mu2,
    const float *std2);

/* KL divergence, in nats, of the Gaussian (mu1, var1) from (mu2, var2).
   kl_normal_var = (log(var2/var1) + (var1 + (mu1 - mu2)^2)/var2 - 1)/2
   Domain: every real mu1 and mu2; var1 and var2 >= 0.
   NaN where mu1 = mu2 = -inf, or mu1 = mu2 = inf, or var1 = var2 = 0, or var1 = var2 = inf;
   inf elsewhere where mu1 or mu2 is infinite, or var1 or var2 is 0 or infinite;
   NaN where an argument is NaN or outside of its domain.
   Error: binary64: 0.92 ulp, proved; binary32: 0.51 ulp, proved.
   Error of the sum: binary64: 2.43 ulp, proved; binary32: 2.43 ulp, proved.
   Worst found: binary64: 0.7500 ulp at (0x1.6503425fdd6cfp-511, 0x1p+0, 0x0p+0, 0x1p+0); binary32: 0.5004 ulp at
   (-0x1.b1bae8p-3, 0x1.5caa6ep-3, -0x1.b1bae8p-3, 0x1.5caca6p-3).
   Worst sum found: binary64: 1.4844 ulp at 63 copies of (0x1.c0ef1d3b2ed8cp+288, 0x1.fffffffffffbep+1023,
   -0x1.f3da62280db88p+0, 0x1.ffffffffff99fp+513); binary32: 1.3604 ulp at 1000 copies of (-0x1.39efcp+1,
   0x1.fffffep+125, 0x1.339c54p+0, 0x1.fffffcp+69).
   Theorem same-function, through stable-normal-var; statement b8c0b636e100a4b9. */
DERIVE_KL_API double derive_kl_normal_var(double mu1, double var1, double mu2, double var2);
DERIVE_KL_API void derive_kl_normal_var_array(size_t n, const double *mu1, const double *var1, const double *mu2,
    const double *var2, double *out);
DERIVE_KL_API double derive_kl_normal_var_sum(size_t n, const double *mu1, const double *var1, const double *mu2,
    const double *var2);
DERIVE_KL_API float derive_kl_normal_varf(float mu1, float var1, float mu2, float var2);
DERIVE_KL_API void derive_kl_normal_var_arrayf(size_t n, const float *mu1, const float *var1, const float *mu2,
    const float *var2, float *out);
DERIVE_KL_API double derive_kl_normal_var_sumf(size_t n, const float *mu1, const float *var1, const float *mu2,
    const float *var2);

/* KL divergence, in nats, of the Gaussian (mu1, logstd1) from (mu2, logstd2).
   kl_normal_logstd = logstd2 - logstd1 + (exp(2*logstd1) + (mu1 - mu2)^2)/(2*exp(2*logstd2)) - 1/2
   Domain: every real mu1, logstd1, mu2 and logstd2.
   NaN where mu1 = mu2 = -inf, or mu1 = mu2 = inf, or logstd1 = logstd2 = -inf, or logstd1 = logstd2 = inf;
   inf elsewhere where mu1 or logstd1 or mu2 or logstd2 is infinite;
   NaN where an argument is NaN.
   Error: binary64: 0.97 ulp, proved; binary32: 0.51 ulp, proved.
   Error of the sum: binary64: 2.48 ulp, proved; binary32: 2.48 ulp, proved.
   Worst found: binary64: 0.7510 ulp at (-0x1.06ef3afb864b4p-30, 0x1.4d450fc61c2fcp+8, -0x0p+0, 0x1.4d450fc61c2fcp+8);
   binary32: 0.5004 ulp at (0x1.dc43cap-3, -0x1.f898e6p+0, 0x1.dc6a2ep-3, -0x1.02908ap+1).
   Worst sum found: binary64: 1.4528 ulp at 63 copies of (0x1.60ef6e70ef541p-148, 0x1.3729fcce84d46p+0,
   -0x1.b0ad4a4661672p-2, 0x1.37ac36aec6ce4p+0); binary32: 0.9724 ulp at 63 copies of (0x1.8p-1, -0x1.fcdd7p-18,
   -0x1.008p+10, 0x0p+0).
   Theorem same-function, through stable-normal-logstd; statement b8c0b636e100a4b9. */
DERIVE_KL_API double derive_kl_normal_logstd(double mu1, double logstd1, double mu2, double logstd2);
DERIVE_KL_API void derive_kl_normal_logstd_array(size_t n, const double *mu1, const double *logstd1,
    const double *mu2, const double *logstd2, double *out);
DERIVE_KL_API double derive_kl_normal_logstd_sum(size_t n, const double *mu1, const double *logstd1,
    const double *mu2, const double *logstd2);
DERIVE_KL_API float derive_kl_normal_logstdf(float mu1, float logstd1, float mu2, float logstd2);
DERIVE_KL_API void derive_kl_normal_logstd_arrayf(size_t n, const float *mu1, const float *logstd1, const float *mu2,
    const float *logstd2, float *out);
DERIVE_KL_API double derive_kl_normal_logstd_sumf(size_t n, const float *mu1, const float *logstd1, const float *mu2,
    const float *logstd2);

/* KL divergence, in nats, of the Gaussian (mu1, logvar1) from (mu2, logvar2).
   kl_normal_logvar = (logvar2 - logvar1 + (exp(logvar1) + (mu1 - mu2)^2)/exp(logvar2) - 1)/2
   Domain: every real mu1, logvar1, mu2 and logvar2.
   NaN where mu1 = mu2 = -inf, or mu1 = mu2 = inf, or logvar1 = logvar2 = -inf, or logvar1 = logvar2 = inf;
   inf elsewhere where mu1 or logvar1 or mu2 or logvar2 is infinite;
   NaN where an argument is NaN.
   Error: binary64: 0.97 ulp, proved; binary32: 0.51 ulp, proved.
   Error of the sum: binary64: 2.48 ulp, proved; binary32: 2.48 ulp, proved.
   Worst found: binary64: 0.7507 ulp at (0x1.1b0a4bfc60ef1p+4, 0x1.51c351fb57dbap+9, 0x1.1b0a4be0bbbdep+4,
   0x1.51c351fb57dbap+9); binary32: 0.5004 ulp at (0x1.62ee6cp-4, 0x1.f39158p+0, 0x1.62f0ccp-4, 0x1.051752p+1).
   Worst sum found: binary64: 1.5049 ulp at 63 copies of (0x0p+0, -0x1.550fa8766aa6bp-2, -0x1.b17ceb29c3ec8p-28,
   -0x1.550fa8766aa6cp-2); binary32: 1.3309 ulp at 63 copies of (0x1.8p+0, -0x1.e79308p-11, -0x1.008p+11,
   -0x1.54c82cp-36).
   Theorem same-function, through stable-normal-logvar; statement b8c0b636e100a4b9. */
DERIVE_KL_API double derive_kl_normal_logvar(double mu1, double logvar1, double mu2, double logvar2);
DERIVE_KL_API void derive_kl_normal_logvar_array(size_t n, const double *mu1, const double *logvar1,
    const double *mu2, const double *logvar2, double *out);
DERIVE_KL_API double derive_kl_normal_logvar_sum(size_t n, const double *mu1, const double *logvar1,
    const double *mu2, const double *logvar2);
DERIVE_KL_API float derive_kl_normal_logvarf(float mu1, float logvar1, float mu2, float logvar2);
DERIVE_KL_API void derive_kl_normal_logvar_arrayf(size_t n, const float *mu1, const float *logvar1, const float *mu2,
    const float *logvar2, float *out);
DERIVE_KL_API double derive_kl_normal_logvar_sumf(size_t n, const float *mu1, const float *logvar1, const float *mu2,
    const float *logvar2);

/* Partial derivatives of kl_unit_std, in the order of its arguments.
   d_mu = mu
   d_std = (std^2 - 1)/std
   Domain: every real mu; std >= 0.
   At special arguments the limits of the formulas, NaN where there is none.
   Error: binary64: 0.76 ulp, proved; binary32: 0.51 ulp, proved.
   Worst found: binary64: 0.5000 ulp at (0x0p+0, 0x1.fffffffffffffp-269); binary32: 0.5000 ulp at (0x1.7bb0b8p+2,
   0x1.fffffep-25).
   Theorem gradient-f, through stable-grad-unit-std; statement f785221215b21a6c. */
DERIVE_KL_API void derive_kl_unit_std_grad(double mu, double std, double *d_mu, double *d_std);
DERIVE_KL_API void derive_kl_unit_std_grad_array(size_t n, const double *mu, const double *std, double *d_mu,
    double *d_std);
DERIVE_KL_API void derive_kl_unit_std_value_grad_array(size_t n, const double *mu, const double *std, double *value,
    double *d_mu, double *d_std);
DERIVE_KL_API void derive_kl_unit_std_gradf(float mu, float std, float *d_mu, float *d_std);
DERIVE_KL_API void derive_kl_unit_std_grad_arrayf(size_t n, const float *mu, const float *std, float *d_mu,
    float *d_std);
DERIVE_KL_API void derive_kl_unit_std_value_grad_arrayf(size_t n, const float *mu, const float *std, float *value,
    float *d_mu, float *d_std);

/* Partial derivatives of kl_unit_var, in the order of its arguments.
   d_mu = mu
   d_var = 1/2 - 1/(2*var)
   Domain: every real mu; var >= 0.
   At special arguments the limits of the formulas, NaN where there is none.
   Error: binary64: 0.76 ulp, proved; binary32: 0.51 ulp, proved.
   Worst found: binary64: 0.5000 ulp at (0x1.d0b65ab8b6badp-56, 0x1.fffffffffffffp-1); binary32: 0.5000 ulp at
   (0x0p+0, 0x1.fffffep-49).
   Theorem gradient-g, through stable-grad-unit-var; statement aa75635ac320f877. */
DERIVE_KL_API void derive_kl_unit_var_grad(double mu, double var, double *d_mu, double *d_var);
DERIVE_KL_API void derive_kl_unit_var_grad_array(size_t n, const double *mu, const double *var, double *d_mu,
    double *d_var);
DERIVE_KL_API void derive_kl_unit_var_value_grad_array(size_t n, const double *mu, const double *var, double *value,
    double *d_mu, double *d_var);
DERIVE_KL_API void derive_kl_unit_var_gradf(float mu, float var, float *d_mu, float *d_var);
DERIVE_KL_API void derive_kl_unit_var_grad_arrayf(size_t n, const float *mu, const float *var, float *d_mu,
    float *d_var);
DERIVE_KL_API void derive_kl_unit_var_value_grad_arrayf(size_t n, const float *mu, const float *var, float *value,
    float *d_mu, float *d_var);

/* Partial derivatives of kl_unit_logstd, in the order of its arguments.
   d_mu = mu
   d_logstd = exp(2*logstd) - 1
   Domain: every real mu and logstd.
   At special arguments the limits of the formulas, NaN where there is none.
   Error: binary64: 0.78 ulp, proved; binary32: 0.51 ulp, proved.
   Worst found: binary64: 0.5017 ulp at (-0x1.3f503a2ef096bp-48, -0x1.8102f069aa10bp-3); binary32: 0.5000 ulp at
   (0x1.8p-1, 0x1.fffffep-24).
   Theorem gradients-unit, through stable-grad-unit-logstd; statement c0640b767f5be2f3. */
DERIVE_KL_API void derive_kl_unit_logstd_grad(double mu, double logstd, double *d_mu, double *d_logstd);
DERIVE_KL_API void derive_kl_unit_logstd_grad_array(size_t n, const double *mu, const double *logstd, double *d_mu,
    double *d_logstd);
DERIVE_KL_API void derive_kl_unit_logstd_value_grad_array(size_t n, const double *mu, const double *logstd,
    double *value, double *d_mu, double *d_logstd);
DERIVE_KL_API void derive_kl_unit_logstd_gradf(float mu, float logstd, float *d_mu, float *d_logstd);
DERIVE_KL_API void derive_kl_unit_logstd_grad_arrayf(size_t n, const float *mu, const float *logstd, float *d_mu,
    float *d_logstd);
DERIVE_KL_API void derive_kl_unit_logstd_value_grad_arrayf(size_t n, const float *mu, const float *logstd,
    float *value, float *d_mu, float *d_logstd);

/* Partial derivatives of kl_unit_logvar, in the order of its arguments.
   d_mu = mu
   d_logvar = (exp(logvar) - 1)/2
   Domain: every real mu and logvar.
   At special arguments the limits of the formulas, NaN where there is none.
   Error: binary64: 0.78 ulp, proved; binary32: 0.51 ulp, proved.
   Worst found: binary64: 0.5102 ulp at (-0x1.f0be0daf4181cp+1, 0x1.62e43c75b7924p-2); binary32: 0.5000 ulp at
   (0x1.51cp-138, 0x1.2d72e4p-127).
   Theorem gradients-unit, through stable-grad-unit-logvar; statement c0640b767f5be2f3. */
DERIVE_KL_API void derive_kl_unit_logvar_grad(double mu, double logvar, double *d_mu, double *d_logvar);
DERIVE_KL_API void derive_kl_unit_logvar_grad_array(size_t n, const double *mu, const double *logvar, double *d_mu,
    double *d_logvar);
DERIVE_KL_API void derive_kl_unit_logvar_value_grad_array(size_t n, const double *mu, const double *logvar,
    double *value, double *d_mu, double *d_logvar);
DERIVE_KL_API void derive_kl_unit_logvar_gradf(float mu, float logvar, float *d_mu, float *d_logvar);
DERIVE_KL_API void derive_kl_unit_logvar_grad_arrayf(size_t n, const float *mu, const float *logvar, float *d_mu,
    float *d_logvar);
DERIVE_KL_API void derive_kl_unit_logvar_value_grad_arrayf(size_t n, const float *mu, const float *logvar,
    float *value, float *d_mu, float *d_logvar);

/* Partial derivatives of kl_normal_std, in the order of its arguments.
   d_mu1 = (mu1 - mu2)/std2^2
   d_std1 = std1/std2^2 - 1/std1
   d_mu2 = -(mu1 - mu2)/std2^2
   d_std2 = 1/std2 - (std1^2 + (mu1 - mu2)^2)/std2^3
   Domain: every real mu1 and mu2; std1 and std2 >= 0.
   At special arguments the limits of the formulas, NaN where there is none.
   Error: binary64: 1.13 ulp, proved; binary32: 1.01 ulp, proved.
   Worst found: binary64: 1.0000 ulp at (0x1.0000955624639p+511, 0x1.0000000000002p+510, 0x1.00009516243e5p+511,
   0x1p+510); binary32: 1.0000 ulp at (0x1.973176p-1, 0x1.000002p+0, 0x1.9784a2p-1, 0x1p+0).
   Theorem gradients-normal, through stable-grad-normal-std; statement 09a906cbd1c4fcb9. */
DERIVE_KL_API void derive_kl_normal_std_grad(double mu1, double std1, double mu2, double std2, double *d_mu1,
    double *d_std1, double *d_mu2, double *d_std2);
DERIVE_KL_API void derive_kl_normal_std_grad_array(size_t n, const double *mu1, const double *std1, const double *mu2,
    const double *std2, double *d_mu1, double *d_std1, double *d_mu2, double *d_std2);
DERIVE_KL_API void derive_kl_normal_std_value_grad_array(size_t n, const double *mu1, const double *std1,
    const double *mu2, const double *std2, double *value, double *d_mu1, double *d_std1, double *d_mu2,
    double *d_std2);
DERIVE_KL_API void derive_kl_normal_std_gradf(float mu1, float std1, float mu2, float std2, float *d_mu1,
    float *d_std1, float *d_mu2, float *d_std2);
DERIVE_KL_API void derive_kl_normal_std_grad_arrayf(size_t n, const float *mu1, const float *std1, const float *mu2,
    const float *std2, float *d_mu1, float *d_std1, float *d_mu2, float *d_std2);
DERIVE_KL_API void derive_kl_normal_std_value_grad_arrayf(size_t n, const float *mu1, const float *std1,
    const float *mu2, const float *std2, float *value, float *d_mu1, float *d_std1, float *d_mu2, float *d_std2);

/* Partial derivatives of kl_normal_var, in the order of its arguments.
   d_mu1 = (mu1 - mu2)/var2
   d_var1 = (1/var2 - 1/var1)/2
   d_mu2 = -(mu1 - mu2)/var2
   d_var2 = (1/var2 - (var1 + (mu1 - mu2)^2)/var2^2)/2
   Domain: every real mu1 and mu2; var1 and var2 >= 0.
   At special arguments the limits of the formulas, NaN where there is none.
   Error: binary64: 1.11 ulp, proved; binary32: 1.01 ulp, proved.
   Worst found: binary64: 1.0000 ulp at (0x1.43568a2e9ed03p+11, 0x1.000000065123bp+0, 0x1.435689ddc92dcp+11, 0x1p+0);
   binary32: 1.0000 ulp at (0x1.57547ap-3, 0x1.000028p+0, 0x1.53ee3ap-3, 0x1p+0).
   Theorem gradients-normal, through stable-grad-normal-var; statement 09a906cbd1c4fcb9. */
DERIVE_KL_API void derive_kl_normal_var_grad(double mu1, double var1, double mu2, double var2, double *d_mu1,
    double *d_var1, double *d_mu2, double *d_var2);
DERIVE_KL_API void derive_kl_normal_var_grad_array(size_t n, const double *mu1, const double *var1, const double *mu2,
    const double *var2, double *d_mu1, double *d_var1, double *d_mu2, double *d_var2);
DERIVE_KL_API void derive_kl_normal_var_value_grad_array(size_t n, const double *mu1, const double *var1,
    const double *mu2, const double *var2, double *value, double *d_mu1, double *d_var1, double *d_mu2,
    double *d_var2);
DERIVE_KL_API void derive_kl_normal_var_gradf(float mu1, float var1, float mu2, float var2, float *d_mu1,
    float *d_var1, float *d_mu2, float *d_var2);
DERIVE_KL_API void derive_kl_normal_var_grad_arrayf(size_t n, const float *mu1, const float *var1, const float *mu2,
    const float *var2, float *d_mu1, float *d_var1, float *d_mu2, float *d_var2);
DERIVE_KL_API void derive_kl_normal_var_value_grad_arrayf(size_t n, const float *mu1, const float *var1,
    const float *mu2, const float *var2, float *value, float *d_mu1, float *d_var1, float *d_mu2, float *d_var2);

/* Partial derivatives of kl_normal_logstd, in the order of its arguments.
   d_mu1 = (mu1 - mu2)*exp(-2*logstd2)
   d_logstd1 = exp(2*(logstd1 - logstd2)) - 1
   d_mu2 = -(mu1 - mu2)*exp(-2*logstd2)
   d_logstd2 = 1 - (exp(2*logstd1) + (mu1 - mu2)^2)*exp(-2*logstd2)
   Domain: every real mu1, logstd1, mu2 and logstd2.
   At special arguments the limits of the formulas, NaN where there is none.
   Error: binary64: 1.22 ulp, proved; binary32: 1.01 ulp, proved.
   Worst found: binary64: 1.0074 ulp at (0x1.8000000591341p-1, 0x1.0e646c4113be8p-1, -0x1.a834302cb185p-2, 0x0p+0);
   binary32: 1.0000 ulp at (0x1.2b40e6p-6, 0x1.219a9ap-53, 0x1.2b40d4p-6, 0x0p+0).
   Theorem gradients-normal, through stable-grad-normal-logstd; statement 09a906cbd1c4fcb9. */
DERIVE_KL_API void derive_kl_normal_logstd_grad(double mu1, double logstd1, double mu2, double logstd2, double *d_mu1,
    double *d_logstd1, double *d_mu2, double *d_logstd2);
DERIVE_KL_API void derive_kl_normal_logstd_grad_array(size_t n, const double *mu1, const double *logstd1,
    const double *mu2, const double *logstd2, double *d_mu1, double *d_logstd1, double *d_mu2, double *d_logstd2);
DERIVE_KL_API void derive_kl_normal_logstd_value_grad_array(size_t n, const double *mu1, const double *logstd1,
    const double *mu2, const double *logstd2, double *value, double *d_mu1, double *d_logstd1, double *d_mu2,
    double *d_logstd2);
DERIVE_KL_API void derive_kl_normal_logstd_gradf(float mu1, float logstd1, float mu2, float logstd2, float *d_mu1,
    float *d_logstd1, float *d_mu2, float *d_logstd2);
DERIVE_KL_API void derive_kl_normal_logstd_grad_arrayf(size_t n, const float *mu1, const float *logstd1,
    const float *mu2, const float *logstd2, float *d_mu1, float *d_logstd1, float *d_mu2, float *d_logstd2);
DERIVE_KL_API void derive_kl_normal_logstd_value_grad_arrayf(size_t n, const float *mu1, const float *logstd1,
    const float *mu2, const float *logstd2, float *value, float *d_mu1, float *d_logstd1, float *d_mu2,
    float *d_logstd2);

/* Partial derivatives of kl_normal_logvar, in the order of its arguments.
   d_mu1 = (mu1 - mu2)*exp(-logvar2)
   d_logvar1 = (exp(logvar1 - logvar2) - 1)/2
   d_mu2 = -(mu1 - mu2)*exp(-logvar2)
   d_logvar2 = (1 - (exp(logvar1) + (mu1 - mu2)^2)*exp(-logvar2))/2
   Domain: every real mu1, logvar1, mu2 and logvar2.
   At special arguments the limits of the formulas, NaN where there is none.
   Error: binary64: 1.22 ulp, proved; binary32: 1.01 ulp, proved.
   Worst found: binary64: 1.0029 ulp at (0x0.0000000000001p-1022, 0x1.fe9c55081014cp-1, 0x1.046a8ca3dd9b1p+0,
   0x0.0000000000001p-1022); binary32: 1.0000 ulp at (0x1.fd267cp-7, 0x1.fa50eap-53, 0x1.fd2686p-7, 0x0p+0).
   Theorem gradients-normal, through stable-grad-normal-logvar; statement 09a906cbd1c4fcb9. */
DERIVE_KL_API void derive_kl_normal_logvar_grad(double mu1, double logvar1, double mu2, double logvar2, double *d_mu1,
    double *d_logvar1, double *d_mu2, double *d_logvar2);
DERIVE_KL_API void derive_kl_normal_logvar_grad_array(size_t n, const double *mu1, const double *logvar1,
    const double *mu2, const double *logvar2, double *d_mu1, double *d_logvar1, double *d_mu2, double *d_logvar2);
DERIVE_KL_API void derive_kl_normal_logvar_value_grad_array(size_t n, const double *mu1, const double *logvar1,
    const double *mu2, const double *logvar2, double *value, double *d_mu1, double *d_logvar1, double *d_mu2,
    double *d_logvar2);
DERIVE_KL_API void derive_kl_normal_logvar_gradf(float mu1, float logvar1, float mu2, float logvar2, float *d_mu1,
    float *d_logvar1, float *d_mu2, float *d_logvar2);
DERIVE_KL_API void derive_kl_normal_logvar_grad_arrayf(size_t n, const float *mu1, const float *logvar1,
    const float *mu2, const float *logvar2, float *d_mu1, float *d_logvar1, float *d_mu2, float *d_logvar2);
DERIVE_KL_API void derive_kl_normal_logvar_value_grad_arrayf(size_t n, const float *mu1, const float *logvar1,
    const float *mu2, const float *logvar2, float *value, float *d_mu1, float *d_logvar1, float *d_mu2,
    float *d_logvar2);

#ifdef __cplusplus
}
#endif

#endif
