(* SPDX-License-Identifier: MIT *)
(** * What the theorems rest on

    Every main theorem, with the axioms it uses.  Expected: the axioms of the
    classical real numbers and nothing else, that is [sig_not_dec],
    [sig_forall_dec], [functional_extensionality_dep], [classic].               *)

From Coq Require Import Reals.
From DeriveKL Require Import Improper GaussianIntegral Normal Formulas KL Diagonal
  Tactics Gradients SameFunction Claims Stable.

(** Tuples: the axioms of a tuple are those of its parts. *)
Definition integrals :=
  (integral_of_primitive, gaussI_gaussG, gaussian_integral, gaussian_quadratic,
   normal_quadratic, normal_mass, normal_mean, normal_variance,
   kl_normal_shifted, kl_normal, kl_unit, kl_nonneg, kl_zero_iff, is_kl_unique,
   diagonal_kl, diagonal_mass, diagonal_kl_unit, is_integral_n_unique).

Definition claims :=
  (same_function, same_function_logstd, same_function_logvar,
   same_function_f, same_function_g,
   same_function_unit_std, same_function_unit_var,
   same_function_unit_logstd, same_function_unit_logvar,
   same_function_var, same_function_sqrt,
   same_function_exp_logstd, same_function_exp_logvar,
   integral_normal_std, integral_normal_var, integral_normal_logstd, integral_normal_logvar,
   integral_f, integral_g,
   integral_unit_std, integral_unit_var, integral_unit_logstd, integral_unit_logvar,
   same_optimum_f, same_optimum_g,
   curvature_f, curvature_g, curvature_f_at_optimum, curvature_g_at_optimum,
   steeper, steeper_off_optimum, steeper_at_optimum,
   less_stringent, less_stringent_nonneg, less_stringent_le, less_stringent_eq).

Definition gradients :=
  (gradient_f_mu, gradient_f_sigma, gradient_g_mu, gradient_g_s,
   gradient_unit_std_mu, gradient_unit_std_s, gradient_unit_var_mu, gradient_unit_var_v,
   gradient_unit_logstd_mu, gradient_unit_logstd_l,
   gradient_unit_logvar_mu, gradient_unit_logvar_l,
   gradient_normal_std_mu1, gradient_normal_std_s1,
   gradient_normal_std_mu2, gradient_normal_std_s2,
   gradient_normal_var_mu1, gradient_normal_var_v1,
   gradient_normal_var_mu2, gradient_normal_var_v2,
   gradient_normal_logstd_mu1, gradient_normal_logstd_l1,
   gradient_normal_logstd_mu2, gradient_normal_logstd_l2,
   gradient_normal_logvar_mu1, gradient_normal_logvar_l1,
   gradient_normal_logvar_mu2, gradient_normal_logvar_l2).

Definition rules :=
  (stable_unit_logvar, stable_unit_logstd, stable_unit_var, stable_unit_std,
   stable_normal_logvar, stable_normal_logstd, stable_normal_var, stable_normal_std,
   reduce_exp, reduce_expm1mx, reduce_expm1, reduce_ln, reduce_log1pmx,
   reduce_ln_atanh, reduce_log1pmx_series, reduce_square_series, reduce_square).

Print Assumptions integrals.
Print Assumptions claims.
Print Assumptions gradients.
Print Assumptions rules.
