(* SPDX-License-Identifier: MIT *)
(** * Machine-written statements, as an emitter prints them

    Values and gradients closed by one tactic call each; mutants (a coefficient,
    a sign, a swapped argument), for which the same call fails.                 *)

From Coq Require Import Reals.
From Coquelicot Require Import Coquelicot.
From DeriveKL Require Import Formulas Tactics.
Open Scope R_scope.

(** ** Closed forms *)

Example value_unit_std : forall mu s : R, 0 < s ->
  kl_unit_std mu s = - ln s + (s ^ 2 + mu ^ 2) / 2 - 1 / 2.
Proof. solve_kl_identity. Qed.

Example value_unit_std_kernel : forall mu s : R, 0 < s ->
  kl_unit_std mu s = 1 / 2 * (- log1pmx ((s - 1) * (s + 1)) + mu ^ 2).
Proof. solve_kl_identity. Qed.

Example value_normal_std_from_var : forall mu1 mu2 v1 v2 : R, 0 < v1 -> 0 < v2 ->
  kl_normal_var mu1 v1 mu2 v2 = kl_normal_std mu1 (sqrt v1) mu2 (sqrt v2).
Proof. solve_kl_identity. Qed.

Example value_normal_logvar : forall mu1 mu2 lv1 lv2 : R,
  kl_normal_logvar mu1 lv1 mu2 lv2
  = 1 / 2 * (expm1mx (lv1 - lv2) + (mu1 - mu2) ^ 2 * exp (- lv2)).
Proof. solve_kl_identity. Qed.

Example value_normal_logvar_from_std : forall mu1 mu2 lv1 lv2 : R,
  kl_normal_std mu1 (exp (lv1 / 2)) mu2 (exp (1 / 2 * lv2))
  = 1 / 2 * (lv2 - lv1 + (exp lv1 + (mu1 - mu2) ^ 2) / exp lv2 - 1).
Proof. solve_kl_identity. Qed.

Example value_normal_logstd : forall mu1 mu2 ls1 ls2 : R,
  kl_normal_logstd mu1 ls1 mu2 ls2
  = 1 / 2 * (expm1mx (2 * (ls1 - ls2)) + ((mu1 - mu2) * exp (- ls2)) ^ 2).
Proof. solve_kl_identity. Qed.

Example value_normal_std_kernel : forall mu1 mu2 s1 s2 : R, 0 < s1 -> 0 < s2 ->
  kl_normal_std mu1 s1 mu2 s2
  = 1 / 2 * (- log1pmx ((s1 - s2) * (s1 + s2) / s2 ^ 2) + ((mu1 - mu2) / s2) ^ 2).
Proof. solve_kl_identity. Qed.

Example value_normal_std_kernel_2 : forall mu1 mu2 s1 s2 : R, 0 < s1 -> 0 < s2 ->
  kl_normal_std mu1 s1 mu2 s2
  = 1 / 2 * (- log1pmx ((s1 - s2) / s2 * ((s1 + s2) / s2)) + ((mu1 - mu2) / s2) ^ 2).
Proof. solve_kl_identity. Qed.

Example value_normal_var_kernel : forall mu1 mu2 v1 v2 : R, 0 < v1 -> 0 < v2 ->
  kl_normal_var mu1 v1 mu2 v2
  = 1 / 2 * (- log1pmx ((v1 - v2) / v2) + (mu1 - mu2) ^ 2 / v2).
Proof. solve_kl_identity. Qed.

(** Decimals, local definitions, and equations that name a step. *)
Example value_normal_std_steps : forall mu1 mu2 s1 s2 : R, 0 < s1 -> 0 < s2 ->
  kl_normal_std mu1 s1 mu2 s2
  = let t := (s1 - s2) / s2 in
    let z := (mu1 - mu2) / s2 in
    0.5 * (- log1pmx (t * (t + 2)) + z * z).
Proof. solve_kl_identity. Qed.

Example value_reduced_exp : forall (k : Z) (x r : R), r = x - IZR k * ln 2 ->
  expm1mx x = powerRZ 2 k * (1 + r + expm1mx r) - 1 - x.
Proof. solve_kl_identity. Qed.

Example value_reduced_log : forall (k : Z) (m t f u : R), 0 < m ->
  t = m - 1 -> f = t / (2 + t) -> u = powerRZ 2 k * m - 1 ->
  - log1pmx u = u - IZR k * ln 2 - (2 * f + atanh_tail f).
Proof. solve_kl_identity. Qed.

(** ** Gradients *)

Example grad_unit_std : forall mu s : R, 0 < s ->
  is_derive (fun x => kl_unit_std mu x) s ((s - 1) * (s + 1) / s).
Proof. solve_kl_derive. Qed.

Example grad_unit_mu : forall mu s : R, 0 < s ->
  is_derive (fun x => kl_unit_std x s) mu mu.
Proof. solve_kl_derive. Qed.

Example grad_unit_logvar : forall mu lv : R,
  is_derive (fun x => kl_unit_logvar mu x) lv (expm1 lv / 2).
Proof. solve_kl_derive. Qed.

Example grad_normal_std_2 : forall mu1 mu2 s1 s2 : R, 0 < s1 -> 0 < s2 ->
  is_derive (fun x => kl_normal_std mu1 s1 mu2 x) s2
    (- ((s1 - s2) * (s1 + s2) + (mu1 - mu2) ^ 2) / s2 ^ 3).
Proof. solve_kl_derive. Qed.

Example grad_normal_logvar_2 : forall mu1 mu2 lv1 lv2 : R,
  is_derive (fun x => kl_normal_logvar mu1 lv1 mu2 x) lv2
    (- (expm1 (lv1 - lv2) + (mu1 - mu2) ^ 2 * exp (- lv2)) / 2).
Proof. solve_kl_derive. Qed.

Example grad_normal_logstd_1 : forall mu1 mu2 ls1 ls2 : R,
  is_derive (fun x => kl_normal_logstd mu1 x mu2 ls2) ls1 (expm1 (2 * (ls1 - ls2))).
Proof. solve_kl_derive. Qed.

Example grad_normal_var_2 : forall mu1 mu2 v1 v2 : R, 0 < v1 -> 0 < v2 ->
  is_derive (fun x => 1 / 2 * (- log1pmx ((v1 - x) / x) + (mu1 - mu2) ^ 2 / x)) v2
    (1 / 2 * ((v2 - v1) / v2 - (mu1 - mu2) ^ 2 / v2) / v2).
Proof. solve_kl_derive. Qed.

Example grad_unit_std_both : forall mu s : R, 0 < s ->
  is_derive (fun x => kl_unit_std x s) mu mu
  /\ is_derive (fun x => kl_unit_std mu x) s (s - 1 / s).
Proof. solve_kl_derive. Qed.

(** ** Mutants *)

(** A coefficient: the factor 2 of log sigma is lost. *)
Goal forall mu s : R, 0 < s ->
  kl_f mu s = - (1 / 2) * (1 + ln s - s ^ 2 - mu ^ 2).
Proof. Fail solve_kl_identity. Abort.

(** A sign. *)
Goal forall mu1 mu2 lv1 lv2 : R,
  kl_normal_logvar mu1 lv1 mu2 lv2
  = 1 / 2 * (expm1mx (lv1 - lv2) - (mu1 - mu2) ^ 2 * exp (- lv2)).
Proof. Fail solve_kl_identity. Abort.

(** Swapped arguments. *)
Goal forall mu1 mu2 s1 s2 : R, 0 < s1 -> 0 < s2 ->
  kl_normal_std mu1 s1 mu2 s2
  = 1 / 2 * (- log1pmx ((s2 - s1) * (s2 + s1) / s1 ^ 2) + ((mu1 - mu2) / s2) ^ 2).
Proof. Fail solve_kl_identity. Abort.

(** The exponent's sign. *)
Goal forall mu1 mu2 ls1 ls2 : R,
  kl_normal_logstd mu1 ls1 mu2 ls2
  = 1 / 2 * (expm1mx (2 * (ls1 - ls2)) + ((mu1 - mu2) * exp ls2) ^ 2).
Proof. Fail solve_kl_identity. Abort.

(** A standard deviation fed to the formula of the variance. *)
Goal forall mu1 mu2 v1 v2 : R, 0 < v1 -> 0 < v2 ->
  kl_normal_var mu1 v1 mu2 v2 = kl_normal_std mu1 v1 mu2 v2.
Proof. Fail solve_kl_identity. Abort.

(** A range reduction with the wrong sign of k. *)
Goal forall (k : Z) (x r : R), r = x + IZR k * ln 2 ->
  expm1mx x = powerRZ 2 k * (1 + r + expm1mx r) - 1 - x.
Proof. Fail solve_kl_identity. Abort.

(** Gradients: a coefficient, a sign, a swapped argument. *)
Goal forall mu s : R, 0 < s ->
  is_derive (fun x => kl_unit_std mu x) s ((s - 1) * (s + 1) / (2 * s)).
Proof. Fail solve_kl_derive. Abort.

Goal forall mu1 mu2 lv1 lv2 : R,
  is_derive (fun x => kl_normal_logvar mu1 lv1 mu2 x) lv2
    ((expm1 (lv1 - lv2) + (mu1 - mu2) ^ 2 * exp (- lv2)) / 2).
Proof. Fail solve_kl_derive. Abort.

Goal forall mu1 mu2 ls1 ls2 : R,
  is_derive (fun x => kl_normal_logstd mu1 x mu2 ls2) ls1 (expm1 (2 * (ls2 - ls1))).
Proof. Fail solve_kl_derive. Abort.

(** A missing hypothesis: nothing is claimed outside the domain. *)
Goal forall mu s : R,
  is_derive (fun x => kl_unit_std mu x) s ((s - 1) * (s + 1) / s).
Proof. Fail solve_kl_derive. Abort.
