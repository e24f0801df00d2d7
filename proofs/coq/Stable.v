(* SPDX-License-Identifier: MIT *)
(** * The rewriting rules of the kernels, over the real numbers

    [stable_*]: each closed form with its cancellation taken out, in terms of
    expm1mx(x) = exp x - 1 - x and log1pmx(x) = ln(1 + x) - x.
    [reduce_*]: the range reductions behind those two functions, with exact powers
    of two and, for the logarithm, the series variable t / (2 + t).
    Equalities between real numbers: rounding is not spoken of here.            *)

From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From DeriveKL Require Import Formulas Tactics.
Open Scope R_scope.

(** ** The unit prior *)

Theorem stable_unit_logvar mu l :
  kl_unit_logvar mu l = 1 / 2 * (expm1mx l + mu ^ 2).
Proof. solve_kl_identity. Qed.

Theorem stable_unit_logstd mu l :
  kl_unit_logstd mu l = 1 / 2 * (expm1mx (2 * l) + mu ^ 2).
Proof. solve_kl_identity. Qed.

Theorem stable_unit_var mu v : 0 < v ->
  kl_unit_var mu v = 1 / 2 * (- log1pmx (v - 1) + mu ^ 2).
Proof. solve_kl_identity. Qed.

Theorem stable_unit_std mu s : 0 < s ->
  kl_unit_std mu s = 1 / 2 * (- log1pmx ((s - 1) * (s + 1)) + mu ^ 2).
Proof. solve_kl_identity. Qed.

(** ** Two Gaussians *)

Section Normal.
Variables m1 m2 : R.

Theorem stable_normal_logvar l1 l2 :
  kl_normal_logvar m1 l1 m2 l2
  = 1 / 2 * (expm1mx (l1 - l2) + (m1 - m2) ^ 2 * exp (- l2)).
Proof. solve_kl_identity. Qed.

Theorem stable_normal_logstd l1 l2 :
  kl_normal_logstd m1 l1 m2 l2
  = 1 / 2 * (expm1mx (2 * (l1 - l2)) + (m1 - m2) ^ 2 * exp (- 2 * l2)).
Proof. solve_kl_identity. Qed.

Theorem stable_normal_var v1 v2 : 0 < v1 -> 0 < v2 ->
  kl_normal_var m1 v1 m2 v2
  = 1 / 2 * (- log1pmx ((v1 - v2) / v2) + (m1 - m2) ^ 2 / v2).
Proof. solve_kl_identity. Qed.

Theorem stable_normal_std s1 s2 : 0 < s1 -> 0 < s2 ->
  kl_normal_std m1 s1 m2 s2
  = 1 / 2 * (- log1pmx ((s1 - s2) * (s1 + s2) / s2 ^ 2) + ((m1 - m2) / s2) ^ 2).
Proof. solve_kl_identity. Qed.

End Normal.

(** ** Range reduction of the exponential *)

Theorem reduce_exp k x :
  exp x = powerRZ 2 k * exp (x - IZR k * ln 2).
Proof. rewrite <- exp_ln2, <- exp_plus; f_equal; ring. Qed.

Theorem reduce_expm1mx k x r : r = x - IZR k * ln 2 ->
  expm1mx x = powerRZ 2 k * (1 + r + expm1mx r) - 1 - x.
Proof. intros ->; unfold expm1mx; rewrite (reduce_exp k x); ring. Qed.

Theorem reduce_expm1 k x r : r = x - IZR k * ln 2 ->
  expm1 x = powerRZ 2 k * (1 + r + expm1mx r) - 1.
Proof. intros ->; unfold expm1, expm1mx; rewrite (reduce_exp k x); ring. Qed.

(** ** Range reduction of the logarithm *)

Theorem reduce_ln k m : 0 < m -> ln (powerRZ 2 k * m) = IZR k * ln 2 + ln m.
Proof.
intros H; rewrite <- exp_ln2, ln_mult, ln_exp by (trivial; apply exp_pos); reflexivity.
Qed.

(** -log1pmx((a - b)/b) for a/b = 2^k m. *)
Theorem reduce_log1pmx k a b m : 0 < b -> 0 < m -> a / b = powerRZ 2 k * m ->
  - log1pmx ((a - b) / b) = (a - b) / b - IZR k * ln 2 - ln m.
Proof.
intros Hb Hm E; unfold log1pmx.
replace (1 + (a - b) / b) with (powerRZ 2 k * m) by (rewrite <- E; field; lra).
rewrite reduce_ln by exact Hm; ring.
Qed.

Theorem reduce_ln_atanh m t f : 0 < m -> m = 1 + t -> f = t / (2 + t) ->
  ln m = 2 * atanh f.
Proof.
intros H E ->; unfold atanh; rewrite series_variable, <- E by lra; field.
Qed.

Theorem reduce_log1pmx_series t f : -1 < t -> f = t / (2 + t) ->
  - log1pmx t = t * f - atanh_tail f.
Proof.
intros H ->; unfold log1pmx, atanh_tail; rewrite series_variable by exact H; field; lra.
Qed.

(** The same for a square: 1 + u = m^2, as the standard deviations need it. *)
Theorem reduce_square_series m t f : 0 < m -> m = 1 + t -> f = t / (2 + t) ->
  m ^ 2 - 1 - 2 * ln m = t ^ 2 + 2 * t * f - 2 * atanh_tail f.
Proof.
intros H -> ->; unfold atanh_tail; rewrite series_variable by lra; field; lra.
Qed.

Theorem reduce_square m : 0 < m -> - log1pmx ((m - 1) * (m + 1)) = m ^ 2 - 1 - 2 * ln m.
Proof. solve_kl_identity. Qed.
