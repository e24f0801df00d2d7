(* SPDX-License-Identifier: MIT *)
(** * The rewriting rules of the kernels

    Each cancellation-free form is the divergence itself, or its derivative.
    Written by `derive all`, which regenerates it. *)

From Coq Require Import Reals.
From Coquelicot Require Import Coquelicot.
From DeriveKL Require Import Statements Exponential Laplace Poisson.
From DeriveKLEmitted Require Import Definitions.
Open Scope R_scope.

(** ** stable-functions: “The two functions that carry the divergence” *)

Theorem stable_functions_expm1mx :
  forall x : R,
  expm1mx x =
    exp x - 1 - x.
Proof. solve_kl_rule. Qed.

Theorem stable_functions_log1pmx :
  forall t : R,
  (-1) < t ->
  log1pmx t =
    ln (1 + t) - t.
Proof. solve_kl_rule. Qed.

Theorem stable_functions_one_by_the_other :
  forall x : R,
  log1pmx (exp x - 1) =
    - expm1mx x.
Proof. solve_kl_rule. Qed.

Theorem stable_functions_expm1mx_sign :
  forall x : R,
    expm1mx x >= 0 /\ (expm1mx x = 0 <-> x = 0).
Proof. solve_kl_minimum. Qed.

Theorem stable_functions_log1pmx_sign :
  forall t : R,
  (-1) < t ->
    log1pmx t <= 0 /\ (log1pmx t = 0 <-> t = 0).
Proof. solve_kl_minimum. Qed.

(** ** stable-unit-std: “Cancellation-free form of the divergence from the unit Gaussian, scale std”
    *)

Theorem stable_unit_std :
  forall mu std : R,
  0 < std ->
  is_kl (normal_density mu std) (normal_density 0 1)
    ((mu ^ 2 - log1pmx ((std - 1) * (std + 1))) / 2).
Proof. solve_kl_integral. Qed.

(** ** stable-unit-var: “Cancellation-free form of the divergence from the unit Gaussian, scale var”
    *)

Theorem stable_unit_var :
  forall mu var : R,
  0 < var ->
  is_kl (normal_density mu (sqrt var)) (normal_density 0 1)
    ((mu ^ 2 - log1pmx (var - 1)) / 2).
Proof. solve_kl_integral. Qed.

(** ** stable-unit-logstd: “Cancellation-free form of the divergence from the unit Gaussian, scale
    logstd” *)

Theorem stable_unit_logstd :
  forall mu logstd : R,
  is_kl (normal_density mu (exp logstd)) (normal_density 0 1)
    ((mu ^ 2 + expm1mx (2 * logstd)) / 2).
Proof. solve_kl_integral. Qed.

(** ** stable-unit-logvar: “Cancellation-free form of the divergence from the unit Gaussian, scale
    logvar” *)

Theorem stable_unit_logvar :
  forall mu logvar : R,
  is_kl (normal_density mu (exp (logvar / 2))) (normal_density 0 1)
    ((mu ^ 2 + expm1mx logvar) / 2).
Proof. solve_kl_integral. Qed.

(** ** stable-normal-std: “Cancellation-free form of the divergence of one Gaussian from another,
    scale std” *)

Theorem stable_normal_std :
  forall mu1 std1 mu2 std2 : R,
  0 < std1 ->
  0 < std2 ->
  is_kl (normal_density mu1 std1) (normal_density mu2 std2)
    ((((mu1 - mu2) / std2) ^ 2 - log1pmx ((std1 - std2) * (std1 + std2) / std2 ^ 2)) / 2).
Proof. solve_kl_integral. Qed.

(** ** stable-normal-var: “Cancellation-free form of the divergence of one Gaussian from another,
    scale var” *)

Theorem stable_normal_var :
  forall mu1 var1 mu2 var2 : R,
  0 < var1 ->
  0 < var2 ->
  is_kl (normal_density mu1 (sqrt var1)) (normal_density mu2 (sqrt var2))
    (((mu1 - mu2) ^ 2 / var2 - log1pmx ((var1 - var2) / var2)) / 2).
Proof. solve_kl_integral. Qed.

(** ** stable-normal-logstd: “Cancellation-free form of the divergence of one Gaussian from another,
    scale logstd” *)

Theorem stable_normal_logstd :
  forall mu1 logstd1 mu2 logstd2 : R,
  is_kl (normal_density mu1 (exp logstd1)) (normal_density mu2 (exp logstd2))
    (((mu1 - mu2) ^ 2 * exp (- (2 * logstd2)) + expm1mx (2 * (logstd1 - logstd2))) / 2).
Proof. solve_kl_integral. Qed.

(** ** stable-normal-logvar: “Cancellation-free form of the divergence of one Gaussian from another,
    scale logvar” *)

Theorem stable_normal_logvar :
  forall mu1 logvar1 mu2 logvar2 : R,
  is_kl (normal_density mu1 (exp (logvar1 / 2))) (normal_density mu2 (exp (logvar2 / 2)))
    (((mu1 - mu2) ^ 2 * exp (- logvar2) + expm1mx (logvar1 - logvar2)) / 2).
Proof. solve_kl_integral. Qed.

(** ** stable-grad-unit-std: “Cancellation-free gradient of the divergence from the unit Gaussian,
    scale std” *)

Theorem stable_unit_std_grad_mu :
  forall mu std : R,
  0 < std ->
  is_derive (fun mu => KL mu std 0 1) mu
    (mu).
Proof. solve_kl_gradient. Qed.

Theorem stable_unit_std_grad_s :
  forall mu std : R,
  0 < std ->
  is_derive (fun std => KL mu std 0 1) std
    ((std - 1) * (std + 1) / std).
Proof. solve_kl_gradient. Qed.

(** ** stable-grad-unit-var: “Cancellation-free gradient of the divergence from the unit Gaussian,
    scale var” *)

Theorem stable_unit_var_grad_mu :
  forall mu var : R,
  0 < var ->
  is_derive (fun mu => KL mu (sqrt var) 0 1) mu
    (mu).
Proof. solve_kl_gradient. Qed.

Theorem stable_unit_var_grad_s :
  forall mu var : R,
  0 < var ->
  is_derive (fun var => KL mu (sqrt var) 0 1) var
    ((var - 1) / (2 * var)).
Proof. solve_kl_gradient. Qed.

(** ** stable-grad-unit-logstd: “Cancellation-free gradient of the divergence from the unit
    Gaussian, scale logstd” *)

Theorem stable_unit_logstd_grad_mu :
  forall mu logstd : R,
  is_derive (fun mu => KL mu (exp logstd) 0 1) mu
    (mu).
Proof. solve_kl_gradient. Qed.

Theorem stable_unit_logstd_grad_s :
  forall mu logstd : R,
  is_derive (fun logstd => KL mu (exp logstd) 0 1) logstd
    (exp (2 * logstd) - 1).
Proof. solve_kl_gradient. Qed.

(** ** stable-grad-unit-logvar: “Cancellation-free gradient of the divergence from the unit
    Gaussian, scale logvar” *)

Theorem stable_unit_logvar_grad_mu :
  forall mu logvar : R,
  is_derive (fun mu => KL mu (exp (logvar / 2)) 0 1) mu
    (mu).
Proof. solve_kl_gradient. Qed.

Theorem stable_unit_logvar_grad_s :
  forall mu logvar : R,
  is_derive (fun logvar => KL mu (exp (logvar / 2)) 0 1) logvar
    ((exp logvar - 1) / 2).
Proof. solve_kl_gradient. Qed.

(** ** stable-grad-normal-std: “Cancellation-free gradient of the divergence of one Gaussian from
    another, scale std” *)

Theorem stable_normal_std_grad_mu1 :
  forall mu1 std1 mu2 std2 : R,
  0 < std1 ->
  0 < std2 ->
  is_derive (fun mu1 => KL mu1 std1 mu2 std2) mu1
    ((mu1 - mu2) / (std2 * std2)).
Proof. solve_kl_gradient. Qed.

Theorem stable_normal_std_grad_s1 :
  forall mu1 std1 mu2 std2 : R,
  0 < std1 ->
  0 < std2 ->
  is_derive (fun std1 => KL mu1 std1 mu2 std2) std1
    ((std1 - std2) * (std1 + std2) / (std2 ^ 2 * std1)).
Proof. solve_kl_gradient. Qed.

Theorem stable_normal_std_grad_mu2 :
  forall mu1 std1 mu2 std2 : R,
  0 < std1 ->
  0 < std2 ->
  is_derive (fun mu2 => KL mu1 std1 mu2 std2) mu2
    (- ((mu1 - mu2) / (std2 * std2))).
Proof. solve_kl_gradient. Qed.

Theorem stable_normal_std_grad_s2 :
  forall mu1 std1 mu2 std2 : R,
  0 < std1 ->
  0 < std2 ->
  is_derive (fun std2 => KL mu1 std1 mu2 std2) std2
    (- (((std1 - std2) * (std1 + std2) / std2 ^ 2 + ((mu1 - mu2) / std2) ^ 2) / std2)).
Proof. solve_kl_gradient. Qed.

(** ** stable-grad-normal-var: “Cancellation-free gradient of the divergence of one Gaussian from
    another, scale var” *)

Theorem stable_normal_var_grad_mu1 :
  forall mu1 var1 mu2 var2 : R,
  0 < var1 ->
  0 < var2 ->
  is_derive (fun mu1 => KL mu1 (sqrt var1) mu2 (sqrt var2)) mu1
    ((mu1 - mu2) / var2).
Proof. solve_kl_gradient. Qed.

Theorem stable_normal_var_grad_s1 :
  forall mu1 var1 mu2 var2 : R,
  0 < var1 ->
  0 < var2 ->
  is_derive (fun var1 => KL mu1 (sqrt var1) mu2 (sqrt var2)) var1
    ((var1 - var2) / (2 * var2 * var1)).
Proof. solve_kl_gradient. Qed.

Theorem stable_normal_var_grad_mu2 :
  forall mu1 var1 mu2 var2 : R,
  0 < var1 ->
  0 < var2 ->
  is_derive (fun mu2 => KL mu1 (sqrt var1) mu2 (sqrt var2)) mu2
    (- ((mu1 - mu2) / var2)).
Proof. solve_kl_gradient. Qed.

Theorem stable_normal_var_grad_s2 :
  forall mu1 var1 mu2 var2 : R,
  0 < var1 ->
  0 < var2 ->
  is_derive (fun var2 => KL mu1 (sqrt var1) mu2 (sqrt var2)) var2
    (- (((var1 - var2) / var2 + (mu1 - mu2) ^ 2 / var2) / (2 * var2))).
Proof. solve_kl_gradient. Qed.

(** ** stable-grad-normal-logstd: “Cancellation-free gradient of the divergence of one Gaussian from
    another, scale logstd” *)

Theorem stable_normal_logstd_grad_mu1 :
  forall mu1 logstd1 mu2 logstd2 : R,
  is_derive (fun mu1 => KL mu1 (exp logstd1) mu2 (exp logstd2)) mu1
    ((mu1 - mu2) * exp (- (2 * logstd2))).
Proof. solve_kl_gradient. Qed.

Theorem stable_normal_logstd_grad_s1 :
  forall mu1 logstd1 mu2 logstd2 : R,
  is_derive (fun logstd1 => KL mu1 (exp logstd1) mu2 (exp logstd2)) logstd1
    (exp (2 * (logstd1 - logstd2)) - 1).
Proof. solve_kl_gradient. Qed.

Theorem stable_normal_logstd_grad_mu2 :
  forall mu1 logstd1 mu2 logstd2 : R,
  is_derive (fun mu2 => KL mu1 (exp logstd1) mu2 (exp logstd2)) mu2
    (- ((mu1 - mu2) * exp (- (2 * logstd2)))).
Proof. solve_kl_gradient. Qed.

Theorem stable_normal_logstd_grad_s2 :
  forall mu1 logstd1 mu2 logstd2 : R,
  is_derive (fun logstd2 => KL mu1 (exp logstd1) mu2 (exp logstd2)) logstd2
    (- (exp (2 * (logstd1 - logstd2)) - 1 + (mu1 - mu2) ^ 2 * exp (- (2 * logstd2)))).
Proof. solve_kl_gradient. Qed.

(** ** stable-grad-normal-logvar: “Cancellation-free gradient of the divergence of one Gaussian from
    another, scale logvar” *)

Theorem stable_normal_logvar_grad_mu1 :
  forall mu1 logvar1 mu2 logvar2 : R,
  is_derive (fun mu1 => KL mu1 (exp (logvar1 / 2)) mu2 (exp (logvar2 / 2))) mu1
    ((mu1 - mu2) * exp (- logvar2)).
Proof. solve_kl_gradient. Qed.

Theorem stable_normal_logvar_grad_s1 :
  forall mu1 logvar1 mu2 logvar2 : R,
  is_derive (fun logvar1 => KL mu1 (exp (logvar1 / 2)) mu2 (exp (logvar2 / 2))) logvar1
    ((exp (logvar1 - logvar2) - 1) / 2).
Proof. solve_kl_gradient. Qed.

Theorem stable_normal_logvar_grad_mu2 :
  forall mu1 logvar1 mu2 logvar2 : R,
  is_derive (fun mu2 => KL mu1 (exp (logvar1 / 2)) mu2 (exp (logvar2 / 2))) mu2
    (- ((mu1 - mu2) * exp (- logvar2))).
Proof. solve_kl_gradient. Qed.

Theorem stable_normal_logvar_grad_s2 :
  forall mu1 logvar1 mu2 logvar2 : R,
  is_derive (fun logvar2 => KL mu1 (exp (logvar1 / 2)) mu2 (exp (logvar2 / 2))) logvar2
    (- ((exp (logvar1 - logvar2) - 1 + (mu1 - mu2) ^ 2 * exp (- logvar2)) / 2)).
Proof. solve_kl_gradient. Qed.

(** ** stable-range-exp: “Range reduction of expm1mx” *)

Theorem stable_range_exp_exponential :
  forall r : R,
  forall k : Z,
  exp (r + ln 2 * IZR k) =
    powerRZ 2 k * exp r.
Proof. solve_kl_rule. Qed.

Theorem stable_range_exp_reduced :
  forall r : R,
  forall k : Z,
  expm1mx (r + ln 2 * IZR k) =
    powerRZ 2 k * (1 + r + expm1mx r) - 1 - (r + ln 2 * IZR k).
Proof. solve_kl_rule. Qed.

(** ** stable-atanh: “log1pmx by an odd function” *)

Theorem stable_atanh_logarithm :
  forall t : R,
  (-1) < t ->
  ln (1 + t) =
    2 * h t + (ln ((1 + h t) / (1 - h t)) - 2 * h t).
Proof. solve_kl_rule. Qed.

Theorem stable_atanh_reduced :
  forall t : R,
  (-1) < t ->
  - log1pmx t =
    t * h t - (ln ((1 + h t) / (1 - h t)) - 2 * h t).
Proof. solve_kl_rule. Qed.

(** ** stable-log-scale: “The logarithm of a scale by its significand” *)

Theorem stable_log_scale_logarithm :
  forall m : R,
  forall k : Z,
  0 < m ->
  ln (powerRZ 2 k * m) =
    ln 2 * IZR k + ln m.
Proof. solve_kl_rule. Qed.

Theorem stable_log_scale_reduced :
  forall m : R,
  forall k : Z,
  0 < m ->
  powerRZ 2 k * m - 1 - ln (powerRZ 2 k * m) =
    powerRZ 2 k * m - 1 - ln 2 * IZR k - ln m.
Proof. solve_kl_rule. Qed.

(** ** stable-square: “log1pmx of a square by an odd function” *)

Theorem stable_square_reduced :
  forall t : R,
  (-1) < t ->
  (1 + t) ^ 2 - 1 - 2 * ln (1 + t) =
    t ^ 2 + 2 * t * h t - 2 * (ln ((1 + h t) / (1 - h t)) - 2 * h t).
Proof. solve_kl_rule. Qed.

Theorem stable_square_by_scale :
  forall t : R,
  (-1) < t ->
  (1 + t) ^ 2 - 1 - 2 * ln (1 + t) =
    t ^ 2 - 2 * log1pmx t.
Proof. solve_kl_rule. Qed.

(** ** stable-pair: “The reduced arguments of a pair of scales by their difference” *)

Theorem stable_pair_fraction :
  forall a b : R,
  0 < a ->
  0 < b ->
  h ((a - b) / b) =
    (a - b) / (a + b).
Proof. solve_kl_rule. Qed.

Theorem stable_pair_product :
  forall a b : R,
  0 < a ->
  0 < b ->
  (a - b) * ((a - b) / (a + b)) / b =
    (a - b) ^ 2 / (b * (a + b)).
Proof. solve_kl_rule. Qed.

Theorem stable_pair_square :
  forall a b : R,
  0 < a ->
  0 < b ->
  ((a - b) / b) ^ 2 + 2 * ((a - b) / b) * ((a - b) / (a + b)) =
    (a - b) ^ 2 * (a + 3 * b) / (b ^ 2 * (a + b)).
Proof. solve_kl_rule. Qed.

Theorem stable_pair_ratio :
  forall a b : R,
  0 < a ->
  0 < b ->
  ln ((1 + (a - b) / (a + b)) / (1 - (a - b) / (a + b))) =
    ln (a / b).
Proof. solve_kl_rule. Qed.

(** ** stable-exponential-rate: “Cancellation-free form of the divergence of exponential
    distributions, from rates” *)

Theorem stable_exponential_rate :
  forall rate1 rate2 : R,
  0 < rate1 ->
  0 < rate2 ->
  is_kl_half_line (exponential_density rate1) (exponential_density rate2)
    (- log1pmx ((rate2 - rate1) / rate1)).
Proof. solve_KL_exponential_value. Qed.

(** ** stable-exponential-mean: “Cancellation-free form of the divergence of exponential
    distributions, from means” *)

Theorem stable_exponential_mean :
  forall mean1 mean2 : R,
  0 < mean1 ->
  0 < mean2 ->
  is_kl_half_line (exponential_density (1 / mean1)) (exponential_density (1 / mean2))
    (- log1pmx ((mean1 - mean2) / mean2)).
Proof. solve_KL_exponential_value. Qed.

(** ** stable-exponential-lograte: “Cancellation-free form of the divergence of exponential
    distributions, from logarithms of rates” *)

Theorem stable_exponential_lograte :
  forall lograte1 lograte2 : R,
  is_kl_half_line (exponential_density (exp lograte1)) (exponential_density (exp lograte2))
    (expm1mx (lograte2 - lograte1)).
Proof. solve_KL_exponential_value. Qed.

(** ** stable-grad-exponential-rate: “Cancellation-free gradient of the divergence of exponential
    distributions, from rates” *)

Theorem stable_exponential_rate_grad_rate1 :
  forall rate1 rate2 : R,
  0 < rate1 ->
  0 < rate2 ->
  is_derive (fun rate1 => KL_exponential rate1 rate2) rate1
    ((rate1 - rate2) / (rate1 * rate1)).
Proof. solve_KL_exponential_gradient. Qed.

Theorem stable_exponential_rate_grad_rate2 :
  forall rate1 rate2 : R,
  0 < rate1 ->
  0 < rate2 ->
  is_derive (fun rate2 => KL_exponential rate1 rate2) rate2
    ((rate2 - rate1) / (rate1 * rate2)).
Proof. solve_KL_exponential_gradient. Qed.

(** ** stable-grad-exponential-mean: “Cancellation-free gradient of the divergence of exponential
    distributions, from means” *)

Theorem stable_exponential_mean_grad_mean1 :
  forall mean1 mean2 : R,
  0 < mean1 ->
  0 < mean2 ->
  is_derive (fun mean1 => KL_exponential (1 / mean1) (1 / mean2)) mean1
    ((mean1 - mean2) / (mean2 * mean1)).
Proof. solve_KL_exponential_gradient. Qed.

Theorem stable_exponential_mean_grad_mean2 :
  forall mean1 mean2 : R,
  0 < mean1 ->
  0 < mean2 ->
  is_derive (fun mean2 => KL_exponential (1 / mean1) (1 / mean2)) mean2
    ((mean2 - mean1) / (mean2 * mean2)).
Proof. solve_KL_exponential_gradient. Qed.

(** ** stable-grad-exponential-lograte: “Cancellation-free gradient of the divergence of exponential
    distributions, from logarithms of rates” *)

Theorem stable_exponential_lograte_grad_lograte1 :
  forall lograte1 lograte2 : R,
  is_derive (fun lograte1 => KL_exponential (exp lograte1) (exp lograte2)) lograte1
    (- (exp (lograte2 - lograte1) - 1)).
Proof. solve_KL_exponential_gradient. Qed.

Theorem stable_exponential_lograte_grad_lograte2 :
  forall lograte1 lograte2 : R,
  is_derive (fun lograte2 => KL_exponential (exp lograte1) (exp lograte2)) lograte2
    (exp (lograte2 - lograte1) - 1).
Proof. solve_KL_exponential_gradient. Qed.

(** ** stable-poisson-rate: “Cancellation-free form of the divergence of Poisson distributions, from
    rates” *)

Theorem stable_poisson_rate :
  forall rate1 rate2 : R,
  0 < rate1 ->
  0 < rate2 ->
  is_kl_series (poisson_mass rate1) (poisson_mass rate2)
    (rate1 * (- log1pmx ((rate2 - rate1) / rate1))).
Proof. solve_KL_poisson_value. Qed.

(** ** stable-poisson-lograte: “Cancellation-free form of the divergence of Poisson distributions,
    from logarithms of rates” *)

Theorem stable_poisson_lograte :
  forall lograte1 lograte2 : R,
  is_kl_series (poisson_mass (exp lograte1)) (poisson_mass (exp lograte2))
    (expm1mx (lograte2 - lograte1) * exp lograte1).
Proof. solve_KL_poisson_value. Qed.

(** ** stable-grad-poisson-rate: “Cancellation-free gradient of the divergence of Poisson
    distributions, from rates” *)

Theorem stable_poisson_rate_grad_rate1 :
  forall rate1 rate2 : R,
  0 < rate1 ->
  0 < rate2 ->
  is_derive (fun rate1 => KL_poisson rate1 rate2) rate1
    (ln (rate1 / rate2)).
Proof. solve_KL_poisson_gradient. Qed.

Theorem stable_poisson_rate_grad_rate2 :
  forall rate1 rate2 : R,
  0 < rate1 ->
  0 < rate2 ->
  is_derive (fun rate2 => KL_poisson rate1 rate2) rate2
    ((rate2 - rate1) / rate2).
Proof. solve_KL_poisson_gradient. Qed.

(** ** stable-grad-poisson-lograte: “Cancellation-free gradient of the divergence of Poisson
    distributions, from logarithms of rates” *)

Theorem stable_poisson_lograte_grad_lograte1 :
  forall lograte1 lograte2 : R,
  is_derive (fun lograte1 => KL_poisson (exp lograte1) (exp lograte2)) lograte1
    (exp lograte1 * (lograte1 - lograte2)).
Proof. solve_KL_poisson_gradient. Qed.

Theorem stable_poisson_lograte_grad_lograte2 :
  forall lograte1 lograte2 : R,
  is_derive (fun lograte2 => KL_poisson (exp lograte1) (exp lograte2)) lograte2
    (exp lograte1 * (exp (lograte2 - lograte1) - 1)).
Proof. solve_KL_poisson_gradient. Qed.

(** ** stable-laplace-scale: “Cancellation-free form of the divergence of Laplace distributions,
    from scales” *)

Theorem stable_laplace_scale :
  forall mu1 b1 mu2 b2 : R,
  0 < b1 ->
  0 < b2 ->
  is_kl (laplace_density mu1 b1) (laplace_density mu2 b2)
    (b1 * expm1mx (- (Rabs (mu1 - mu2) / b1)) / b2 - log1pmx ((b1 - b2) / b2)).
Proof. solve_KL_laplace_value. Qed.

(** ** stable-laplace-logscale: “Cancellation-free form of the divergence of Laplace distributions,
    from logarithms of scales” *)

Theorem stable_laplace_logscale :
  forall mu1 logb1 mu2 logb2 : R,
  is_kl (laplace_density mu1 (exp logb1)) (laplace_density mu2 (exp logb2))
    (expm1mx (- (Rabs (mu1 - mu2) * exp (- logb1))) * exp (logb1 - logb2) + expm1mx (logb1 -
    logb2)).
Proof. solve_KL_laplace_value. Qed.

(** ** stable-grad-laplace-scale: “Cancellation-free gradient of the divergence of Laplace
    distributions, from scales” *)

Theorem stable_laplace_scale_grad_mu1 :
  forall mu1 b1 mu2 b2 : R,
  0 < b1 ->
  0 < b2 ->
  is_derive (fun mu1 => KL_laplace mu1 b1 mu2 b2) mu1
    (- (sign (mu1 - mu2) * (exp (- (Rabs (mu1 - mu2) / b1)) - 1) / b2)).
Proof. solve_KL_laplace_gradient. Qed.

Theorem stable_laplace_scale_grad_b1 :
  forall mu1 b1 mu2 b2 : R,
  0 < b1 ->
  0 < b2 ->
  is_derive (fun b1 => KL_laplace mu1 b1 mu2 b2) b1
    (((b1 - b2) / b2 - b1 * exp (- (Rabs (mu1 - mu2) / b1)) * expm1mx (Rabs (mu1 - mu2) / b1) / b2)
    / b1).
Proof. solve_KL_laplace_gradient. Qed.

Theorem stable_laplace_scale_grad_mu2 :
  forall mu1 b1 mu2 b2 : R,
  0 < b1 ->
  0 < b2 ->
  is_derive (fun mu2 => KL_laplace mu1 b1 mu2 b2) mu2
    (sign (mu1 - mu2) * (exp (- (Rabs (mu1 - mu2) / b1)) - 1) / b2).
Proof. solve_KL_laplace_gradient. Qed.

Theorem stable_laplace_scale_grad_b2 :
  forall mu1 b1 mu2 b2 : R,
  0 < b1 ->
  0 < b2 ->
  is_derive (fun b2 => KL_laplace mu1 b1 mu2 b2) b2
    (- (((b1 - b2) / b2 + b1 * expm1mx (- (Rabs (mu1 - mu2) / b1)) / b2) / b2)).
Proof. solve_KL_laplace_gradient. Qed.

(** ** stable-grad-laplace-logscale: “Cancellation-free gradient of the divergence of Laplace
    distributions, from logarithms of scales” *)

Theorem stable_laplace_logscale_grad_mu1 :
  forall mu1 logb1 mu2 logb2 : R,
  is_derive (fun mu1 => KL_laplace mu1 (exp logb1) mu2 (exp logb2)) mu1
    (- (sign (mu1 - mu2) * (exp (- (Rabs (mu1 - mu2) * exp (- logb1))) - 1) * exp (- logb2))).
Proof. solve_KL_laplace_gradient. Qed.

Theorem stable_laplace_logscale_grad_logb1 :
  forall mu1 logb1 mu2 logb2 : R,
  is_derive (fun logb1 => KL_laplace mu1 (exp logb1) mu2 (exp logb2)) logb1
    (exp (logb1 - logb2) - 1 - exp (logb1 - logb2) * exp (- (Rabs (mu1 - mu2) * exp (- logb1))) *
    expm1mx (Rabs (mu1 - mu2) * exp (- logb1))).
Proof. solve_KL_laplace_gradient. Qed.

Theorem stable_laplace_logscale_grad_mu2 :
  forall mu1 logb1 mu2 logb2 : R,
  is_derive (fun mu2 => KL_laplace mu1 (exp logb1) mu2 (exp logb2)) mu2
    (sign (mu1 - mu2) * (exp (- (Rabs (mu1 - mu2) * exp (- logb1))) - 1) * exp (- logb2)).
Proof. solve_KL_laplace_gradient. Qed.

Theorem stable_laplace_logscale_grad_logb2 :
  forall mu1 logb1 mu2 logb2 : R,
  is_derive (fun logb2 => KL_laplace mu1 (exp logb1) mu2 (exp logb2)) logb2
    (- (exp (logb1 - logb2) - 1 + expm1mx (- (Rabs (mu1 - mu2) * exp (- logb1))) * exp (logb1 -
    logb2))).
Proof. solve_KL_laplace_gradient. Qed.

