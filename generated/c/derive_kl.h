/* SPDX-License-Identifier: MIT */

/* derive_kl.h: the Kullback-Leibler divergence of Gaussians, in the scales std, var, logstd and logvar.
   Emitted by `derive all`; edit proofs/ or derive/, not this file.

   KL is that of N(mu1, .) from N(mu2, .), in nats; kl_unit has mu2 = 0 and standard deviation 1. An error of 1 ulp is
   one unit in the last place of the exact value (of the smallest subnormal below the normal range); the derivative in
   the second scale, which changes sign, is measured in ulp of the larger of its terms. `derive verify` enforces the
   bounds.

   KL is never negative, 0 for equal arguments, and finite where the exact value is; beyond, it is an infinity. No
   function sets errno, allocates, or has state; the rounding mode must be to nearest. Array forms take n = 0, any
   alignment that the type has, and outputs that are inputs or disjoint; their results have the bits of the scalar
   forms.

   A sum adds the values over an array as a double. From float too: its error is then in ulp of float. The values of
   the array form are added without loss, each to one of 32 partial sums by its index, so that the bits depend on
   neither alignment, instruction set nor compiler. A sum of no elements is 0; terms below the normal range are
   rounded
   there one by one. */

#ifndef DERIVE_KL_H
#define DERIVE_KL_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* expm1mx = -1 - x + exp(x)
   Domain: every real x.
   expm1mx(-inf) = expm1mx(inf) = inf.
   Error: binary64: 0.8 ulp, proved; binary32: correctly rounded, tested on all 2^32 arguments.
   Theorem stable-functions, through stable-range-exp; statement 29af94c79659d908. */
double derive_expm1mx(double x);
void derive_expm1mx_array(size_t n, const double *x, double *out);
float derive_expm1mxf(float x);
void derive_expm1mx_arrayf(size_t n, const float *x, float *out);

/* log1pmx = -x + log(1 + x)
   Domain: x > -1.
   log1pmx(-1) = log1pmx(inf) = -inf; NaN below -1.
   Error: binary64: 0.81 ulp, proved; binary32: correctly rounded, tested on all 2^32 arguments.
   Theorem stable-functions, through stable-atanh, stable-log-scale; statement 29af94c79659d908. */
double derive_log1pmx(double x);
void derive_log1pmx_array(size_t n, const double *x, double *out);
float derive_log1pmxf(float x);
void derive_log1pmx_arrayf(size_t n, const float *x, float *out);

/* kl_unit_std = -(((1 + 2*log(std)) - std^2) - mu^2)/2
   Domain: every real mean; std >= 0.
   inf where the scale is zero or infinite or the mean is infinite; NaN for a NaN or a negative scale.
   Error: binary64: 0.88 ulp, proved; binary32: 0.51 ulp, proved.
   Error of the sum: binary64: 2 ulp, tested; binary32: 0.51 ulp, tested.
   Theorem kl-unit, through stable-unit-std; statement 9b841927df73d141. */
double derive_kl_unit_std(double mu, double std);
void derive_kl_unit_std_array(size_t n, const double *mu, const double *std, double *out);
double derive_kl_unit_std_sum(size_t n, const double *mu, const double *std);
float derive_kl_unit_stdf(float mu, float std);
void derive_kl_unit_std_arrayf(size_t n, const float *mu, const float *std, float *out);
double derive_kl_unit_std_sumf(size_t n, const float *mu, const float *std);

/* kl_unit_var = -(((1 + log(var)) - var) - mu^2)/2
   Domain: every real mean; var >= 0.
   inf where the scale is zero or infinite or the mean is infinite; NaN for a NaN or a negative scale.
   Error: binary64: 0.87 ulp, proved; binary32: 0.51 ulp, proved.
   Error of the sum: binary64: 2 ulp, tested; binary32: 0.51 ulp, tested.
   Theorem same-function, through stable-unit-var; statement b8c0b636e100a4b9. */
double derive_kl_unit_var(double mu, double var);
void derive_kl_unit_var_array(size_t n, const double *mu, const double *var, double *out);
double derive_kl_unit_var_sum(size_t n, const double *mu, const double *var);
float derive_kl_unit_varf(float mu, float var);
void derive_kl_unit_var_arrayf(size_t n, const float *mu, const float *var, float *out);
double derive_kl_unit_var_sumf(size_t n, const float *mu, const float *var);

/* kl_unit_logstd = -(((1 + 2*logstd) - exp(2*logstd)) - mu^2)/2
   Domain: every real mean; every real logstd.
   inf where the logstd is -inf or inf or the mean is infinite; NaN for a NaN.
   Error: binary64: 0.95 ulp, proved; binary32: 0.51 ulp, proved.
   Error of the sum: binary64: 2 ulp, tested; binary32: 0.51 ulp, tested.
   Theorem same-function, through stable-unit-logstd; statement b8c0b636e100a4b9. */
double derive_kl_unit_logstd(double mu, double logstd);
void derive_kl_unit_logstd_array(size_t n, const double *mu, const double *logstd, double *out);
double derive_kl_unit_logstd_sum(size_t n, const double *mu, const double *logstd);
float derive_kl_unit_logstdf(float mu, float logstd);
void derive_kl_unit_logstd_arrayf(size_t n, const float *mu, const float *logstd, float *out);
double derive_kl_unit_logstd_sumf(size_t n, const float *mu, const float *logstd);

/* kl_unit_logvar = -(((1 + logvar) - exp(logvar)) - mu^2)/2
   Domain: every real mean; every real logvar.
   inf where the logvar is -inf or inf or the mean is infinite; NaN for a NaN.
   Error: binary64: 0.95 ulp, proved; binary32: 0.51 ulp, proved.
   Error of the sum: binary64: 2 ulp, tested; binary32: 0.51 ulp, tested.
   Theorem same-function, through stable-unit-logvar; statement b8c0b636e100a4b9. */
double derive_kl_unit_logvar(double mu, double logvar);
void derive_kl_unit_logvar_array(size_t n, const double *mu, const double *logvar, double *out);
double derive_kl_unit_logvar_sum(size_t n, const double *mu, const double *logvar);
float derive_kl_unit_logvarf(float mu, float logvar);
void derive_kl_unit_logvar_arrayf(size_t n, const float *mu, const float *logvar, float *out);
double derive_kl_unit_logvar_sumf(size_t n, const float *mu, const float *logvar);

/* kl_normal_std = (log(std2/std1) + (std1^2 + (mu1 - mu2)^2)/((2*std2^2))) - 1/2
   Domain: every real mean; std1 and std2 >= 0.
   inf where one scale is zero or infinite (or one zero, one infinite), or the means are infinitely far apart;
   NaN for a NaN, a negative scale, both scales zero, both infinite, or both means the same infinity.
   Error: binary64: 0.88 ulp, proved; binary32: 0.51 ulp, proved.
   Error of the sum: binary64: 2 ulp, tested; binary32: 0.51 ulp, tested.
   Theorem kl-normal, through stable-normal-std; statement 508e3fbb66eed03a. */
double derive_kl_normal_std(double mu1, double std1, double mu2, double std2);
void derive_kl_normal_std_array(size_t n, const double *mu1, const double *std1, const double *mu2,
    const double *std2, double *out);
double derive_kl_normal_std_sum(size_t n, const double *mu1, const double *std1, const double *mu2,
    const double *std2);
float derive_kl_normal_stdf(float mu1, float std1, float mu2, float std2);
void derive_kl_normal_std_arrayf(size_t n, const float *mu1, const float *std1, const float *mu2, const float *std2,
    float *out);
double derive_kl_normal_std_sumf(size_t n, const float *mu1, const float *std1, const float *mu2, const float *std2);

/* kl_normal_var = ((log(var2/var1) + (var1 + (mu1 - mu2)^2)/var2) - 1)/2
   Domain: every real mean; var1 and var2 >= 0.
   inf where one scale is zero or infinite (or one zero, one infinite), or the means are infinitely far apart;
   NaN for a NaN, a negative scale, both scales zero, both infinite, or both means the same infinity.
   Error: binary64: 0.92 ulp, proved; binary32: 0.51 ulp, proved.
   Error of the sum: binary64: 2 ulp, tested; binary32: 0.51 ulp, tested.
   Theorem same-function, through stable-normal-var; statement b8c0b636e100a4b9. */
double derive_kl_normal_var(double mu1, double var1, double mu2, double var2);
void derive_kl_normal_var_array(size_t n, const double *mu1, const double *var1, const double *mu2,
    const double *var2, double *out);
double derive_kl_normal_var_sum(size_t n, const double *mu1, const double *var1, const double *mu2,
    const double *var2);
float derive_kl_normal_varf(float mu1, float var1, float mu2, float var2);
void derive_kl_normal_var_arrayf(size_t n, const float *mu1, const float *var1, const float *mu2, const float *var2,
    float *out);
double derive_kl_normal_var_sumf(size_t n, const float *mu1, const float *var1, const float *mu2, const float *var2);

/* kl_normal_logstd = ((logstd2 - logstd1) + (exp(2*logstd1) + (mu1 - mu2)^2)/((2*exp(2*logstd2)))) - 1/2
   Domain: every real mean; every real logstd1 and logstd2.
   inf where one logstd is infinite, both are with opposite signs, or the means are infinitely far apart;
   NaN for a NaN, both logstds the same infinity, or both means the same infinity.
   Error: binary64: 0.97 ulp, proved; binary32: 0.51 ulp, proved.
   Error of the sum: binary64: 2 ulp, tested; binary32: 0.51 ulp, tested.
   Theorem same-function, through stable-normal-logstd; statement b8c0b636e100a4b9. */
double derive_kl_normal_logstd(double mu1, double logstd1, double mu2, double logstd2);
void derive_kl_normal_logstd_array(size_t n, const double *mu1, const double *logstd1, const double *mu2,
    const double *logstd2, double *out);
double derive_kl_normal_logstd_sum(size_t n, const double *mu1, const double *logstd1, const double *mu2,
    const double *logstd2);
float derive_kl_normal_logstdf(float mu1, float logstd1, float mu2, float logstd2);
void derive_kl_normal_logstd_arrayf(size_t n, const float *mu1, const float *logstd1, const float *mu2,
    const float *logstd2, float *out);
double derive_kl_normal_logstd_sumf(size_t n, const float *mu1, const float *logstd1, const float *mu2,
    const float *logstd2);

/* kl_normal_logvar = (((logvar2 - logvar1) + (exp(logvar1) + (mu1 - mu2)^2)/exp(logvar2)) - 1)/2
   Domain: every real mean; every real logvar1 and logvar2.
   inf where one logvar is infinite, both are with opposite signs, or the means are infinitely far apart;
   NaN for a NaN, both logvars the same infinity, or both means the same infinity.
   Error: binary64: 0.97 ulp, proved; binary32: 0.51 ulp, proved.
   Error of the sum: binary64: 2 ulp, tested; binary32: 0.51 ulp, tested.
   Theorem same-function, through stable-normal-logvar; statement b8c0b636e100a4b9. */
double derive_kl_normal_logvar(double mu1, double logvar1, double mu2, double logvar2);
void derive_kl_normal_logvar_array(size_t n, const double *mu1, const double *logvar1, const double *mu2,
    const double *logvar2, double *out);
double derive_kl_normal_logvar_sum(size_t n, const double *mu1, const double *logvar1, const double *mu2,
    const double *logvar2);
float derive_kl_normal_logvarf(float mu1, float logvar1, float mu2, float logvar2);
void derive_kl_normal_logvar_arrayf(size_t n, const float *mu1, const float *logvar1, const float *mu2,
    const float *logvar2, float *out);
double derive_kl_normal_logvar_sumf(size_t n, const float *mu1, const float *logvar1, const float *mu2,
    const float *logvar2);

/* d_mu = mu
   d_std = (std^2 - 1)/std
   Domain: every real mean; std >= 0.
   At special arguments the limits of the formulas, NaN where there is none.
   Error: binary64: 2 ulp, tested; binary32: 2 ulp, tested.
   Theorem gradient-f, through stable-grad-unit-std; statement f785221215b21a6c. */
void derive_kl_unit_std_grad(double mu, double std, double *d_mu, double *d_std);
void derive_kl_unit_std_grad_array(size_t n, const double *mu, const double *std, double *d_mu, double *d_std);
void derive_kl_unit_std_gradf(float mu, float std, float *d_mu, float *d_std);
void derive_kl_unit_std_grad_arrayf(size_t n, const float *mu, const float *std, float *d_mu, float *d_std);

/* d_mu = mu
   d_var = 1/2 - 1/(2*var)
   Domain: every real mean; var >= 0.
   At special arguments the limits of the formulas, NaN where there is none.
   Error: binary64: 2 ulp, tested; binary32: 2 ulp, tested.
   Theorem gradient-g, through stable-grad-unit-var; statement aa75635ac320f877. */
void derive_kl_unit_var_grad(double mu, double var, double *d_mu, double *d_var);
void derive_kl_unit_var_grad_array(size_t n, const double *mu, const double *var, double *d_mu, double *d_var);
void derive_kl_unit_var_gradf(float mu, float var, float *d_mu, float *d_var);
void derive_kl_unit_var_grad_arrayf(size_t n, const float *mu, const float *var, float *d_mu, float *d_var);

/* d_mu = mu
   d_logstd = exp(2*logstd) - 1
   Domain: every real mean; every real logstd.
   At special arguments the limits of the formulas, NaN where there is none.
   Error: binary64: 2 ulp, tested; binary32: 2 ulp, tested.
   Theorem gradients-unit, through stable-grad-unit-logstd; statement c0640b767f5be2f3. */
void derive_kl_unit_logstd_grad(double mu, double logstd, double *d_mu, double *d_logstd);
void derive_kl_unit_logstd_grad_array(size_t n, const double *mu, const double *logstd, double *d_mu,
    double *d_logstd);
void derive_kl_unit_logstd_gradf(float mu, float logstd, float *d_mu, float *d_logstd);
void derive_kl_unit_logstd_grad_arrayf(size_t n, const float *mu, const float *logstd, float *d_mu, float *d_logstd);

/* d_mu = mu
   d_logvar = (exp(logvar) - 1)/2
   Domain: every real mean; every real logvar.
   At special arguments the limits of the formulas, NaN where there is none.
   Error: binary64: 2 ulp, tested; binary32: 2 ulp, tested.
   Theorem gradients-unit, through stable-grad-unit-logvar; statement c0640b767f5be2f3. */
void derive_kl_unit_logvar_grad(double mu, double logvar, double *d_mu, double *d_logvar);
void derive_kl_unit_logvar_grad_array(size_t n, const double *mu, const double *logvar, double *d_mu,
    double *d_logvar);
void derive_kl_unit_logvar_gradf(float mu, float logvar, float *d_mu, float *d_logvar);
void derive_kl_unit_logvar_grad_arrayf(size_t n, const float *mu, const float *logvar, float *d_mu, float *d_logvar);

/* d_mu1 = (mu1 - mu2)/(std2^2)
   d_std1 = std1/(std2^2) - 1/std1
   d_mu2 = (-(mu1 - mu2))/(std2^2)
   d_std2 = 1/std2 - (std1^2 + (mu1 - mu2)^2)/(std2^3)
   Domain: every real mean; std1 and std2 >= 0.
   At special arguments the limits of the formulas, NaN where there is none.
   Error: binary64: 2 ulp, tested; binary32: 2 ulp, tested.
   Theorem gradients-normal, through stable-grad-normal-std; statement 09a906cbd1c4fcb9. */
void derive_kl_normal_std_grad(double mu1, double std1, double mu2, double std2, double *d_mu1, double *d_std1,
    double *d_mu2, double *d_std2);
void derive_kl_normal_std_grad_array(size_t n, const double *mu1, const double *std1, const double *mu2,
    const double *std2, double *d_mu1, double *d_std1, double *d_mu2, double *d_std2);
void derive_kl_normal_std_gradf(float mu1, float std1, float mu2, float std2, float *d_mu1, float *d_std1,
    float *d_mu2, float *d_std2);
void derive_kl_normal_std_grad_arrayf(size_t n, const float *mu1, const float *std1, const float *mu2,
    const float *std2, float *d_mu1, float *d_std1, float *d_mu2, float *d_std2);

/* d_mu1 = (mu1 - mu2)/var2
   d_var1 = (1/var2 - 1/var1)/2
   d_mu2 = (-(mu1 - mu2))/var2
   d_var2 = (1/var2 - (var1 + (mu1 - mu2)^2)/(var2^2))/2
   Domain: every real mean; var1 and var2 >= 0.
   At special arguments the limits of the formulas, NaN where there is none.
   Error: binary64: 2 ulp, tested; binary32: 2 ulp, tested.
   Theorem gradients-normal, through stable-grad-normal-var; statement 09a906cbd1c4fcb9. */
void derive_kl_normal_var_grad(double mu1, double var1, double mu2, double var2, double *d_mu1, double *d_var1,
    double *d_mu2, double *d_var2);
void derive_kl_normal_var_grad_array(size_t n, const double *mu1, const double *var1, const double *mu2,
    const double *var2, double *d_mu1, double *d_var1, double *d_mu2, double *d_var2);
void derive_kl_normal_var_gradf(float mu1, float var1, float mu2, float var2, float *d_mu1, float *d_var1,
    float *d_mu2, float *d_var2);
void derive_kl_normal_var_grad_arrayf(size_t n, const float *mu1, const float *var1, const float *mu2,
    const float *var2, float *d_mu1, float *d_var1, float *d_mu2, float *d_var2);

/* d_mu1 = (mu1 - mu2)*exp(-2*logstd2)
   d_logstd1 = exp(2*(logstd1 - logstd2)) - 1
   d_mu2 = (-(mu1 - mu2))*exp(-2*logstd2)
   d_logstd2 = 1 - (exp(2*logstd1) + (mu1 - mu2)^2)*exp(-2*logstd2)
   Domain: every real mean; every real logstd1 and logstd2.
   At special arguments the limits of the formulas, NaN where there is none.
   Error: binary64: 2 ulp, tested; binary32: 2 ulp, tested.
   Theorem gradients-normal, through stable-grad-normal-logstd; statement 09a906cbd1c4fcb9. */
void derive_kl_normal_logstd_grad(double mu1, double logstd1, double mu2, double logstd2, double *d_mu1,
    double *d_logstd1, double *d_mu2, double *d_logstd2);
void derive_kl_normal_logstd_grad_array(size_t n, const double *mu1, const double *logstd1, const double *mu2,
    const double *logstd2, double *d_mu1, double *d_logstd1, double *d_mu2, double *d_logstd2);
void derive_kl_normal_logstd_gradf(float mu1, float logstd1, float mu2, float logstd2, float *d_mu1, float *d_logstd1,
    float *d_mu2, float *d_logstd2);
void derive_kl_normal_logstd_grad_arrayf(size_t n, const float *mu1, const float *logstd1, const float *mu2,
    const float *logstd2, float *d_mu1, float *d_logstd1, float *d_mu2, float *d_logstd2);

/* d_mu1 = (mu1 - mu2)*exp(-logvar2)
   d_logvar1 = (exp(logvar1 - logvar2) - 1)/2
   d_mu2 = (-(mu1 - mu2))*exp(-logvar2)
   d_logvar2 = (1 - (exp(logvar1) + (mu1 - mu2)^2)*exp(-logvar2))/2
   Domain: every real mean; every real logvar1 and logvar2.
   At special arguments the limits of the formulas, NaN where there is none.
   Error: binary64: 2 ulp, tested; binary32: 2 ulp, tested.
   Theorem gradients-normal, through stable-grad-normal-logvar; statement 09a906cbd1c4fcb9. */
void derive_kl_normal_logvar_grad(double mu1, double logvar1, double mu2, double logvar2, double *d_mu1,
    double *d_logvar1, double *d_mu2, double *d_logvar2);
void derive_kl_normal_logvar_grad_array(size_t n, const double *mu1, const double *logvar1, const double *mu2,
    const double *logvar2, double *d_mu1, double *d_logvar1, double *d_mu2, double *d_logvar2);
void derive_kl_normal_logvar_gradf(float mu1, float logvar1, float mu2, float logvar2, float *d_mu1, float *d_logvar1,
    float *d_mu2, float *d_logvar2);
void derive_kl_normal_logvar_grad_arrayf(size_t n, const float *mu1, const float *logvar1, const float *mu2,
    const float *logvar2, float *d_mu1, float *d_logvar1, float *d_mu2, float *d_logvar2);

#ifdef __cplusplus
}
#endif

#endif
