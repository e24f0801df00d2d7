(* SPDX-License-Identifier: MIT *)
(** * The theorems

    is_kl p q v: the integral of p ln(p/q) converges to v; a further family has its own is_kl_..., over
    the points where its densities live. Without counterpart: cost (it counts the operations of
    programs).
    Written by `derive all`, which regenerates it. *)

From Coq Require Import Reals.
From Coquelicot Require Import Coquelicot.
From DeriveKL Require Import Densities Statements Exponential Laplace Poisson.
From DeriveKLEmitted Require Import Definitions.
Open Scope R_scope.

(** ** kl-normal: “KL divergence of one Gaussian from another” *)

Theorem density_p :
  forall x mu1 std1 : R,
  0 < std1 ->
  normal_density mu1 std1 x =
    exp (- ((x - mu1) ^ 2 / (2 * std1 ^ 2))) / (sqrt (2 * PI) * std1).
Proof. solve_kl_density normal_density. Qed.

Theorem density_q :
  forall x mu2 std2 : R,
  0 < std2 ->
  normal_density mu2 std2 x =
    exp (- ((x - mu2) ^ 2 / (2 * std2 ^ 2))) / (sqrt (2 * PI) * std2).
Proof. solve_kl_density normal_density. Qed.

Theorem kl_normal_std :
  forall mu1 std1 mu2 std2 : R,
  0 < std1 ->
  0 < std2 ->
  is_kl (normal_density mu1 std1) (normal_density mu2 std2)
    (ln (std2 / std1) + (std1 ^ 2 + (mu1 - mu2) ^ 2) / (2 * std2 ^ 2) - 1 / 2).
Proof. solve_kl_integral. Qed.

(** ** kl-unit: “KL divergence from the unit Gaussian” *)

Theorem kl_unit_spelling :
  forall mu std : R,
  0 < std ->
  is_kl (normal_density mu std) (normal_density 0 1)
    (f mu std).
Proof. solve_kl_integral. Qed.

Theorem kl_unit_std :
  forall mu std : R,
  0 < std ->
  is_kl (normal_density mu std) (normal_density 0 1)
    (- (1 / 2 * (1 + 2 * ln std - std ^ 2 - mu ^ 2))).
Proof. solve_kl_integral. Qed.

(** ** same-function: “The spellings are one function in four scales” *)

Theorem same_function_two_spellings :
  forall mu std : R,
  0 < std ->
  f mu std =
    g mu (std ^ 2).
Proof. solve_kl_rule. Qed.

Theorem kl_unit_var :
  forall mu var : R,
  0 < var ->
  is_kl (normal_density mu (sqrt var)) (normal_density 0 1)
    (- (1 / 2 * (1 + ln var - var - mu ^ 2))).
Proof. solve_kl_integral. Qed.

Theorem kl_unit_logstd :
  forall mu logstd : R,
  is_kl (normal_density mu (exp logstd)) (normal_density 0 1)
    (- (1 / 2 * (1 + 2 * logstd - exp (2 * logstd) - mu ^ 2))).
Proof. solve_kl_integral. Qed.

Theorem kl_unit_logvar :
  forall mu logvar : R,
  is_kl (normal_density mu (exp (logvar / 2))) (normal_density 0 1)
    (- (1 / 2 * (1 + logvar - exp logvar - mu ^ 2))).
Proof. solve_kl_integral. Qed.

Theorem kl_normal_var :
  forall mu1 mu2 var1 var2 : R,
  0 < var1 ->
  0 < var2 ->
  is_kl (normal_density mu1 (sqrt var1)) (normal_density mu2 (sqrt var2))
    (1 / 2 * (ln (var2 / var1) + (var1 + (mu1 - mu2) ^ 2) / var2 - 1)).
Proof. solve_kl_integral. Qed.

Theorem kl_normal_logstd :
  forall mu1 mu2 logstd1 logstd2 : R,
  is_kl (normal_density mu1 (exp logstd1)) (normal_density mu2 (exp logstd2))
    (logstd2 - logstd1 + (exp (2 * logstd1) + (mu1 - mu2) ^ 2) / (2 * exp (2 * logstd2)) - 1 / 2).
Proof. solve_kl_integral. Qed.

Theorem kl_normal_logvar :
  forall mu1 mu2 logvar1 logvar2 : R,
  is_kl (normal_density mu1 (exp (logvar1 / 2))) (normal_density mu2 (exp (logvar2 / 2)))
    (1 / 2 * (logvar2 - logvar1 + (exp logvar1 + (mu1 - mu2) ^ 2) / exp logvar2 - 1)).
Proof. solve_kl_integral. Qed.

(** ** gradient-f: “Gradient of f” *)

Theorem gradient_f_by_scale :
  forall mu std : R,
  0 < std ->
  is_derive (fun std => f mu std) std
    ((std ^ 2 - 1) / std).
Proof. solve_kl_gradient. Qed.

Theorem gradient_f_by_mean :
  forall mu std : R,
  0 < std ->
  is_derive (fun mu => f mu std) mu
    (mu).
Proof. solve_kl_gradient. Qed.

Theorem kl_unit_std_grad_mu :
  forall mu std : R,
  0 < std ->
  is_derive (fun mu => KL mu std 0 1) mu
    (mu).
Proof. solve_kl_gradient. Qed.

Theorem kl_unit_std_grad_s :
  forall mu std : R,
  0 < std ->
  is_derive (fun std => KL mu std 0 1) std
    ((std ^ 2 - 1) / std).
Proof. solve_kl_gradient. Qed.

(** ** gradient-g: “Gradient of g” *)

Theorem gradient_g_by_scale :
  forall mu var : R,
  0 < var ->
  is_derive (fun var => g mu var) var
    (1 / 2 - 1 / (2 * var)).
Proof. solve_kl_gradient. Qed.

Theorem gradient_g_by_mean :
  forall mu var : R,
  0 < var ->
  is_derive (fun mu => g mu var) mu
    (mu).
Proof. solve_kl_gradient. Qed.

Theorem kl_unit_var_grad_mu :
  forall mu var : R,
  0 < var ->
  is_derive (fun mu => KL mu (sqrt var) 0 1) mu
    (mu).
Proof. solve_kl_gradient. Qed.

Theorem kl_unit_var_grad_s :
  forall mu var : R,
  0 < var ->
  is_derive (fun var => KL mu (sqrt var) 0 1) var
    (1 / 2 - 1 / (2 * var)).
Proof. solve_kl_gradient. Qed.

(** ** gradients-unit: “Gradients from the unit Gaussian in the logarithmic scales” *)

Theorem kl_unit_logstd_grad_mu :
  forall mu logstd : R,
  is_derive (fun mu => KL mu (exp logstd) 0 1) mu
    (mu).
Proof. solve_kl_gradient. Qed.

Theorem kl_unit_logstd_grad_s :
  forall mu logstd : R,
  is_derive (fun logstd => KL mu (exp logstd) 0 1) logstd
    (exp (2 * logstd) - 1).
Proof. solve_kl_gradient. Qed.

Theorem kl_unit_logvar_grad_mu :
  forall mu logvar : R,
  is_derive (fun mu => KL mu (exp (logvar / 2)) 0 1) mu
    (mu).
Proof. solve_kl_gradient. Qed.

Theorem kl_unit_logvar_grad_s :
  forall mu logvar : R,
  is_derive (fun logvar => KL mu (exp (logvar / 2)) 0 1) logvar
    ((exp logvar - 1) / 2).
Proof. solve_kl_gradient. Qed.

(** ** gradients-normal: “Gradients between two Gaussians in every scale” *)

Theorem kl_normal_std_grad_mu1 :
  forall mu1 mu2 std1 std2 : R,
  0 < std1 ->
  0 < std2 ->
  is_derive (fun mu1 => KL mu1 std1 mu2 std2) mu1
    ((mu1 - mu2) / std2 ^ 2).
Proof. solve_kl_gradient. Qed.

Theorem kl_normal_std_grad_s1 :
  forall mu1 mu2 std1 std2 : R,
  0 < std1 ->
  0 < std2 ->
  is_derive (fun std1 => KL mu1 std1 mu2 std2) std1
    (std1 / std2 ^ 2 - 1 / std1).
Proof. solve_kl_gradient. Qed.

Theorem kl_normal_std_grad_mu2 :
  forall mu1 mu2 std1 std2 : R,
  0 < std1 ->
  0 < std2 ->
  is_derive (fun mu2 => KL mu1 std1 mu2 std2) mu2
    (- ((mu1 - mu2) / std2 ^ 2)).
Proof. solve_kl_gradient. Qed.

Theorem kl_normal_std_grad_s2 :
  forall mu1 mu2 std1 std2 : R,
  0 < std1 ->
  0 < std2 ->
  is_derive (fun std2 => KL mu1 std1 mu2 std2) std2
    (1 / std2 - (std1 ^ 2 + (mu1 - mu2) ^ 2) / std2 ^ 3).
Proof. solve_kl_gradient. Qed.

Theorem kl_normal_var_grad_mu1 :
  forall mu1 mu2 var1 var2 : R,
  0 < var1 ->
  0 < var2 ->
  is_derive (fun mu1 => KL mu1 (sqrt var1) mu2 (sqrt var2)) mu1
    ((mu1 - mu2) / var2).
Proof. solve_kl_gradient. Qed.

Theorem kl_normal_var_grad_s1 :
  forall mu1 mu2 var1 var2 : R,
  0 < var1 ->
  0 < var2 ->
  is_derive (fun var1 => KL mu1 (sqrt var1) mu2 (sqrt var2)) var1
    ((1 / var2 - 1 / var1) / 2).
Proof. solve_kl_gradient. Qed.

Theorem kl_normal_var_grad_mu2 :
  forall mu1 mu2 var1 var2 : R,
  0 < var1 ->
  0 < var2 ->
  is_derive (fun mu2 => KL mu1 (sqrt var1) mu2 (sqrt var2)) mu2
    (- ((mu1 - mu2) / var2)).
Proof. solve_kl_gradient. Qed.

Theorem kl_normal_var_grad_s2 :
  forall mu1 mu2 var1 var2 : R,
  0 < var1 ->
  0 < var2 ->
  is_derive (fun var2 => KL mu1 (sqrt var1) mu2 (sqrt var2)) var2
    ((1 / var2 - (var1 + (mu1 - mu2) ^ 2) / var2 ^ 2) / 2).
Proof. solve_kl_gradient. Qed.

Theorem kl_normal_logstd_grad_mu1 :
  forall mu1 mu2 logstd1 logstd2 : R,
  is_derive (fun mu1 => KL mu1 (exp logstd1) mu2 (exp logstd2)) mu1
    ((mu1 - mu2) * exp (- (2 * logstd2))).
Proof. solve_kl_gradient. Qed.

Theorem kl_normal_logstd_grad_s1 :
  forall mu1 mu2 logstd1 logstd2 : R,
  is_derive (fun logstd1 => KL mu1 (exp logstd1) mu2 (exp logstd2)) logstd1
    (exp (2 * (logstd1 - logstd2)) - 1).
Proof. solve_kl_gradient. Qed.

Theorem kl_normal_logstd_grad_mu2 :
  forall mu1 mu2 logstd1 logstd2 : R,
  is_derive (fun mu2 => KL mu1 (exp logstd1) mu2 (exp logstd2)) mu2
    (- ((mu1 - mu2) * exp (- (2 * logstd2)))).
Proof. solve_kl_gradient. Qed.

Theorem kl_normal_logstd_grad_s2 :
  forall mu1 mu2 logstd1 logstd2 : R,
  is_derive (fun logstd2 => KL mu1 (exp logstd1) mu2 (exp logstd2)) logstd2
    (1 - (exp (2 * logstd1) + (mu1 - mu2) ^ 2) * exp (- (2 * logstd2))).
Proof. solve_kl_gradient. Qed.

Theorem kl_normal_logvar_grad_mu1 :
  forall mu1 mu2 logvar1 logvar2 : R,
  is_derive (fun mu1 => KL mu1 (exp (logvar1 / 2)) mu2 (exp (logvar2 / 2))) mu1
    ((mu1 - mu2) * exp (- logvar2)).
Proof. solve_kl_gradient. Qed.

Theorem kl_normal_logvar_grad_s1 :
  forall mu1 mu2 logvar1 logvar2 : R,
  is_derive (fun logvar1 => KL mu1 (exp (logvar1 / 2)) mu2 (exp (logvar2 / 2))) logvar1
    ((exp (logvar1 - logvar2) - 1) / 2).
Proof. solve_kl_gradient. Qed.

Theorem kl_normal_logvar_grad_mu2 :
  forall mu1 mu2 logvar1 logvar2 : R,
  is_derive (fun mu2 => KL mu1 (exp (logvar1 / 2)) mu2 (exp (logvar2 / 2))) mu2
    (- ((mu1 - mu2) * exp (- logvar2))).
Proof. solve_kl_gradient. Qed.

Theorem kl_normal_logvar_grad_s2 :
  forall mu1 mu2 logvar1 logvar2 : R,
  is_derive (fun logvar2 => KL mu1 (exp (logvar1 / 2)) mu2 (exp (logvar2 / 2))) logvar2
    ((1 - (exp logvar1 + (mu1 - mu2) ^ 2) * exp (- logvar2)) / 2).
Proof. solve_kl_gradient. Qed.

(** ** same-optimum: “Both spellings have the unique global minimum 0 at (0, 1)” *)

Theorem same_optimum_minimum_of_f_value :
  f 0 1 =
    0.
Proof. solve_kl_rule. Qed.

Theorem same_optimum_minimum_of_f :
  forall mu std : R,
  0 < std ->
    f mu std >= 0 /\ (f mu std = 0 <-> mu = 0 /\ std = 1).
Proof. solve_kl_minimum. Qed.

Theorem same_optimum_minimum_of_g_value :
  g 0 1 =
    0.
Proof. solve_kl_rule. Qed.

Theorem same_optimum_minimum_of_g :
  forall mu var : R,
  0 < var ->
    g mu var >= 0 /\ (g mu var = 0 <-> mu = 0 /\ var = 1).
Proof. solve_kl_minimum. Qed.

(** ** curvature: “Curvature at the optimum” *)

Theorem curvature_f_at_optimum :
  is_derive_n (fun std => f 0 std) 2 1
    2.
Proof. solve_kl_second (fun std => (1 + std) * (std - 1) / std). Qed.

Theorem curvature_g_at_optimum :
  is_derive_n (fun var => g 0 var) 2 1
    (1 / 2).
Proof. solve_kl_second (fun var => (var - 1) / (2 * var)). Qed.

(** ** steeper: “f is steeper than g at the same argument, by a factor greater than 2 off the
    optimum” *)

Theorem steeper_same_argument :
  forall mu s : R,
  0 < s ->
  Derive (fun s => f mu s) s =
    2 * (s + 1) * Derive (fun s => g mu s) s.
Proof. solve_kl_slopes. Qed.

Theorem steeper_factor :
  forall s : R,
  0 < s ->
    2 * (s + 1) > 2.
Proof. solve_kl_slopes. Qed.

Theorem steeper_below :
  forall mu s : R,
  0 < s ->
  s < 1 ->
    Derive (fun s => f mu s) s ^ 2 > 4 * Derive (fun s => g mu s) s ^ 2.
Proof. solve_kl_slopes. Qed.

Theorem steeper_above :
  forall mu s : R,
  0 < s ->
  1 < s ->
    Derive (fun s => f mu s) s ^ 2 > 4 * Derive (fun s => g mu s) s ^ 2.
Proof. solve_kl_slopes. Qed.

Theorem steeper_less_steep :
  forall std : R,
  0 < std ->
  std < 1 / 2 ->
    2 * std < 1.
Proof. solve_kl_slopes. Qed.

(** ** less-stringent: “At the same argument g is at most f, and equal only at 1” *)

Theorem less_stringent_difference :
  forall mu s : R,
  0 < s ->
  f mu s - g mu s =
    1 / 2 * (s ^ 2 - s - ln s).
Proof. solve_kl_rule. Qed.

Theorem less_stringent_not_negative :
  forall mu s : R,
  0 < s ->
    f mu s >= g mu s /\ (f mu s = g mu s <-> s = 1).
Proof. solve_kl_minimum. Qed.

(** ** stability: “Squaring doubles a relative perturbation and rounds once; cancellation is what
    destroys digits” *)

Theorem stability_squaring :
  forall std delta epsilon : R,
  0 < std ->
  (std * (1 + delta)) ^ 2 * (1 + epsilon) / std ^ 2 - 1 =
    2 * delta + epsilon + delta ^ 2 + (2 * delta + delta ^ 2) * epsilon.
Proof. solve_kl_rule. Qed.

Theorem stability_conditioning :
  forall mu std : R,
  0 < std ->
  f mu std <> 0 ->
  std * Derive (fun std => f mu std) std / f mu std =
    2 * (fun var => var * Derive (fun var => g mu var) var / g mu var) (std ^ 2).
Proof. solve_kl_slopes. Qed.

Theorem stability_cancellation :
  forall var : R,
  0 < var ->
  1 <= var ->
    g 0 var <= (var - 1) ^ 2 / 4 /\ (g 0 var = (var - 1) ^ 2 / 4 <-> var = 1).
Proof. solve_kl_minimum. Qed.

Theorem stability_overflow_square :
    powerRZ 2 (512) ^ 2 > (2 - powerRZ 2 (-52)) * powerRZ 2 (1023).
Proof. solve_kl_number. Qed.

Theorem stability_overflow_value :
    f 0 (powerRZ 2 (512)) < (2 - powerRZ 2 (-52)) * powerRZ 2 (1023).
Proof. solve_kl_number. Qed.

(** ** wrong-scale: “Fed the wrong scale, each spelling is the divergence of another Gaussian” *)

Theorem wrong_scale_g_of_std :
  forall mu std : R,
  0 < std ->
  is_kl (normal_density mu (sqrt std)) (normal_density 0 1)
    (g mu std).
Proof. solve_kl_integral. Qed.

Theorem wrong_scale_f_of_var :
  forall mu var : R,
  0 < var ->
  is_kl (normal_density mu var) (normal_density 0 1)
    (f mu var).
Proof. solve_kl_integral. Qed.

Theorem wrong_scale_log_variance_doubled :
  forall mu logvar : R,
  is_kl (normal_density mu (exp logvar)) (normal_density 0 1)
    (- (1 / 2 * (1 + 2 * logvar - exp (2 * logvar) - mu ^ 2))).
Proof. solve_kl_integral. Qed.

(** ** factor-dropped: “Without the factor 2 of its logarithm f is no divergence: it is negative
    near the optimum” *)

Theorem factor_dropped_negative :
    - (7 / 32) - 1 / 2 * ln (3 / 4) < 0.
Proof. solve_kl_number. Qed.

(** ** kl-exponential: “KL divergence of one exponential distribution from another” *)

Theorem density_exponential_p :
  forall x rate1 : R,
  0 < x ->
  0 < rate1 ->
  exponential_density rate1 x =
    rate1 * exp (- (rate1 * x)).
Proof. solve_kl_density exponential_density. Qed.

Theorem density_exponential_q :
  forall x rate2 : R,
  0 < x ->
  0 < rate2 ->
  exponential_density rate2 x =
    rate2 * exp (- (rate2 * x)).
Proof. solve_kl_density exponential_density. Qed.

Theorem kl_exponential_rate :
  forall rate1 rate2 : R,
  0 < rate1 ->
  0 < rate2 ->
  is_kl_half_line (exponential_density rate1) (exponential_density rate2)
    (ln (rate1 / rate2) + rate2 / rate1 - 1).
Proof. solve_KL_exponential_value. Qed.

(** ** same-function-exponential: “The divergence of exponential distributions in its other scales”
    *)

Theorem kl_exponential_mean :
  forall mean1 mean2 : R,
  0 < mean1 ->
  0 < mean2 ->
  is_kl_half_line (exponential_density (1 / mean1)) (exponential_density (1 / mean2))
    (ln (mean2 / mean1) + mean1 / mean2 - 1).
Proof. solve_KL_exponential_value. Qed.

Theorem kl_exponential_lograte :
  forall lograte1 lograte2 : R,
  is_kl_half_line (exponential_density (exp lograte1)) (exponential_density (exp lograte2))
    (lograte1 - lograte2 + exp (lograte2 - lograte1) - 1).
Proof. solve_KL_exponential_value. Qed.

(** ** gradients-exponential: “Gradients of the divergence of exponential distributions in every
    scale” *)

Theorem kl_exponential_rate_grad_rate1 :
  forall rate1 rate2 : R,
  0 < rate1 ->
  0 < rate2 ->
  is_derive (fun rate1 => KL_exponential rate1 rate2) rate1
    (1 / rate1 - rate2 / rate1 ^ 2).
Proof. solve_KL_exponential_gradient. Qed.

Theorem kl_exponential_rate_grad_rate2 :
  forall rate1 rate2 : R,
  0 < rate1 ->
  0 < rate2 ->
  is_derive (fun rate2 => KL_exponential rate1 rate2) rate2
    (1 / rate1 - 1 / rate2).
Proof. solve_KL_exponential_gradient. Qed.

Theorem kl_exponential_mean_grad_mean1 :
  forall mean1 mean2 : R,
  0 < mean1 ->
  0 < mean2 ->
  is_derive (fun mean1 => KL_exponential (1 / mean1) (1 / mean2)) mean1
    (1 / mean2 - 1 / mean1).
Proof. solve_KL_exponential_gradient. Qed.

Theorem kl_exponential_mean_grad_mean2 :
  forall mean1 mean2 : R,
  0 < mean1 ->
  0 < mean2 ->
  is_derive (fun mean2 => KL_exponential (1 / mean1) (1 / mean2)) mean2
    (1 / mean2 - mean1 / mean2 ^ 2).
Proof. solve_KL_exponential_gradient. Qed.

Theorem kl_exponential_lograte_grad_lograte1 :
  forall lograte1 lograte2 : R,
  is_derive (fun lograte1 => KL_exponential (exp lograte1) (exp lograte2)) lograte1
    (1 - exp (lograte2 - lograte1)).
Proof. solve_KL_exponential_gradient. Qed.

Theorem kl_exponential_lograte_grad_lograte2 :
  forall lograte1 lograte2 : R,
  is_derive (fun lograte2 => KL_exponential (exp lograte1) (exp lograte2)) lograte2
    (exp (lograte2 - lograte1) - 1).
Proof. solve_KL_exponential_gradient. Qed.

(** ** optimum-exponential: “The divergence of exponential distributions is never negative, and zero
    between equal ones alone” *)

Theorem optimum_exponential_optimum :
  forall rate1 rate2 : R,
  0 < rate1 ->
  0 < rate2 ->
    KL_exponential rate1 rate2 >= 0 /\ (KL_exponential rate1 rate2 = 0 <-> rate1 = rate2).
Proof. solve_KL_exponential_optimum. Qed.

(** ** kl-poisson: “KL divergence of one Poisson distribution from another” *)

Theorem kl_poisson_rate :
  forall rate1 rate2 : R,
  0 < rate1 ->
  0 < rate2 ->
  is_kl_series (poisson_mass rate1) (poisson_mass rate2)
    (rate1 * ln (rate1 / rate2) + rate2 - rate1).
Proof. solve_KL_poisson_value. Qed.

(** ** same-function-poisson: “The divergence of Poisson distributions in its other scales” *)

Theorem kl_poisson_lograte :
  forall lograte1 lograte2 : R,
  is_kl_series (poisson_mass (exp lograte1)) (poisson_mass (exp lograte2))
    (exp lograte1 * (lograte1 - lograte2) + exp lograte2 - exp lograte1).
Proof. solve_KL_poisson_value. Qed.

(** ** gradients-poisson: “Gradients of the divergence of Poisson distributions in every scale” *)

Theorem kl_poisson_rate_grad_rate1 :
  forall rate1 rate2 : R,
  0 < rate1 ->
  0 < rate2 ->
  is_derive (fun rate1 => KL_poisson rate1 rate2) rate1
    (ln rate1 - ln rate2).
Proof. solve_KL_poisson_gradient. Qed.

Theorem kl_poisson_rate_grad_rate2 :
  forall rate1 rate2 : R,
  0 < rate1 ->
  0 < rate2 ->
  is_derive (fun rate2 => KL_poisson rate1 rate2) rate2
    (1 - rate1 / rate2).
Proof. solve_KL_poisson_gradient. Qed.

Theorem kl_poisson_lograte_grad_lograte1 :
  forall lograte1 lograte2 : R,
  is_derive (fun lograte1 => KL_poisson (exp lograte1) (exp lograte2)) lograte1
    (exp lograte1 * (lograte1 - lograte2)).
Proof. solve_KL_poisson_gradient. Qed.

Theorem kl_poisson_lograte_grad_lograte2 :
  forall lograte1 lograte2 : R,
  is_derive (fun lograte2 => KL_poisson (exp lograte1) (exp lograte2)) lograte2
    (exp lograte2 - exp lograte1).
Proof. solve_KL_poisson_gradient. Qed.

(** ** optimum-poisson: “The divergence of Poisson distributions is never negative, and zero between
    equal ones alone” *)

Theorem optimum_poisson_optimum :
  forall rate1 rate2 : R,
  0 < rate1 ->
  0 < rate2 ->
    KL_poisson rate1 rate2 >= 0 /\ (KL_poisson rate1 rate2 = 0 <-> rate1 = rate2).
Proof. solve_KL_poisson_optimum. Qed.

(** ** kl-laplace: “KL divergence of one Laplace distribution from another” *)

Theorem density_laplace_p :
  forall x mu1 b1 : R,
  0 < b1 ->
  laplace_density mu1 b1 x =
    exp (- (Rabs (x - mu1) / b1)) / (2 * b1).
Proof. solve_kl_density laplace_density. Qed.

Theorem density_laplace_q :
  forall x mu2 b2 : R,
  0 < b2 ->
  laplace_density mu2 b2 x =
    exp (- (Rabs (x - mu2) / b2)) / (2 * b2).
Proof. solve_kl_density laplace_density. Qed.

Theorem kl_laplace_scale :
  forall mu1 b1 mu2 b2 : R,
  0 < b1 ->
  0 < b2 ->
  is_kl (laplace_density mu1 b1) (laplace_density mu2 b2)
    (ln (b2 / b1) + (Rabs (mu1 - mu2) + b1 * exp (- (Rabs (mu1 - mu2) / b1))) / b2 - 1).
Proof. solve_KL_laplace_value. Qed.

(** ** same-function-laplace: “The divergence of Laplace distributions in its other scales” *)

Theorem kl_laplace_logscale :
  forall mu1 logb1 mu2 logb2 : R,
  is_kl (laplace_density mu1 (exp logb1)) (laplace_density mu2 (exp logb2))
    (logb2 - logb1 + Rabs (mu1 - mu2) * exp (- logb2) + exp (logb1 - logb2 - Rabs (mu1 - mu2) * exp
    (- logb1)) - 1).
Proof. solve_KL_laplace_value. Qed.

(** ** gradients-laplace: “Gradients of the divergence of Laplace distributions in every scale” *)

Theorem kl_laplace_scale_grad_mu1 :
  forall mu1 b1 mu2 b2 : R,
  0 < b1 ->
  0 < b2 ->
  is_derive (fun mu1 => KL_laplace mu1 b1 mu2 b2) mu1
    (sign (mu1 - mu2) * (1 - exp (- (Rabs (mu1 - mu2) / b1))) / b2).
Proof. solve_KL_laplace_gradient. Qed.

Theorem kl_laplace_scale_grad_b1 :
  forall mu1 b1 mu2 b2 : R,
  0 < b1 ->
  0 < b2 ->
  is_derive (fun b1 => KL_laplace mu1 b1 mu2 b2) b1
    (exp (- (Rabs (mu1 - mu2) / b1)) * (1 + Rabs (mu1 - mu2) / b1) / b2 - 1 / b1).
Proof. solve_KL_laplace_gradient. Qed.

Theorem kl_laplace_scale_grad_mu2 :
  forall mu1 b1 mu2 b2 : R,
  0 < b1 ->
  0 < b2 ->
  is_derive (fun mu2 => KL_laplace mu1 b1 mu2 b2) mu2
    (- (sign (mu1 - mu2) * (1 - exp (- (Rabs (mu1 - mu2) / b1))) / b2)).
Proof. solve_KL_laplace_gradient. Qed.

Theorem kl_laplace_scale_grad_b2 :
  forall mu1 b1 mu2 b2 : R,
  0 < b1 ->
  0 < b2 ->
  is_derive (fun b2 => KL_laplace mu1 b1 mu2 b2) b2
    (1 / b2 - (Rabs (mu1 - mu2) + b1 * exp (- (Rabs (mu1 - mu2) / b1))) / b2 ^ 2).
Proof. solve_KL_laplace_gradient. Qed.

Theorem kl_laplace_logscale_grad_mu1 :
  forall mu1 mu2 logb1 logb2 : R,
  is_derive (fun mu1 => KL_laplace mu1 (exp logb1) mu2 (exp logb2)) mu1
    (sign (mu1 - mu2) * (1 - exp (- (Rabs (mu1 - mu2) * exp (- logb1)))) * exp (- logb2)).
Proof. solve_KL_laplace_gradient. Qed.

Theorem kl_laplace_logscale_grad_logb1 :
  forall mu1 mu2 logb1 logb2 : R,
  is_derive (fun logb1 => KL_laplace mu1 (exp logb1) mu2 (exp logb2)) logb1
    (exp (logb1 - logb2 - Rabs (mu1 - mu2) * exp (- logb1)) * (1 + Rabs (mu1 - mu2) * exp (- logb1))
    - 1).
Proof. solve_KL_laplace_gradient. Qed.

Theorem kl_laplace_logscale_grad_mu2 :
  forall mu1 mu2 logb1 logb2 : R,
  is_derive (fun mu2 => KL_laplace mu1 (exp logb1) mu2 (exp logb2)) mu2
    (- (sign (mu1 - mu2) * (1 - exp (- (Rabs (mu1 - mu2) * exp (- logb1)))) * exp (- logb2))).
Proof. solve_KL_laplace_gradient. Qed.

Theorem kl_laplace_logscale_grad_logb2 :
  forall mu1 mu2 logb1 logb2 : R,
  is_derive (fun logb2 => KL_laplace mu1 (exp logb1) mu2 (exp logb2)) logb2
    (1 - exp (logb1 - logb2) * (Rabs (mu1 - mu2) * exp (- logb1) + exp (- (Rabs (mu1 - mu2) * exp (-
    logb1))))).
Proof. solve_KL_laplace_gradient. Qed.

Theorem gradients_laplace_laplace_scale_grad_mu1 :
  forall b1 mu2 b2 : R,
  0 < b1 ->
  0 < b2 ->
  is_derive (fun mu1 => KL_laplace mu1 b1 mu2 b2) mu2
    0.
Proof. solve_KL_laplace_gradient. Qed.

Theorem gradients_laplace_laplace_scale_grad_mu2 :
  forall mu1 b1 b2 : R,
  0 < b1 ->
  0 < b2 ->
  is_derive (fun mu2 => KL_laplace mu1 b1 mu2 b2) mu1
    0.
Proof. solve_KL_laplace_gradient. Qed.

Theorem gradients_laplace_laplace_logscale_grad_mu1 :
  forall mu2 logb1 logb2 : R,
  is_derive (fun mu1 => KL_laplace mu1 (exp logb1) mu2 (exp logb2)) mu2
    0.
Proof. solve_KL_laplace_gradient. Qed.

Theorem gradients_laplace_laplace_logscale_grad_mu2 :
  forall mu1 logb1 logb2 : R,
  is_derive (fun mu2 => KL_laplace mu1 (exp logb1) mu2 (exp logb2)) mu1
    0.
Proof. solve_KL_laplace_gradient. Qed.

(** ** optimum-laplace: “The divergence of Laplace distributions is never negative, and zero between
    equal ones alone” *)

Theorem optimum_laplace_optimum :
  forall mu1 b1 mu2 b2 : R,
  0 < b1 ->
  0 < b2 ->
    KL_laplace mu1 b1 mu2 b2 >= 0 /\ (KL_laplace mu1 b1 mu2 b2 = 0 <-> mu1 = mu2 /\ b1 = b2).
Proof. solve_KL_laplace_optimum. Qed.

