(* SPDX-License-Identifier: MIT *)
(** * Gradients, in every parameterisation

    [gradient_f_*], [gradient_g_*]: of the two spellings f and g.
    [gradient_unit_SCALE_*]: of KL(N(mu, .) || N(0, 1)) in the mean and the scale.
    [gradient_normal_SCALE_*]: of KL(N(mu1, .) || N(mu2, .)) in both means and both
    scales.  SCALE is std, var, logstd or logvar; std and var are positive, the
    rest is any real number.                                                    *)

From Coq Require Import Reals.
From Coquelicot Require Import Coquelicot.
From DeriveKL Require Import Formulas Tactics.
Open Scope R_scope.

(** ** f and g *)

Theorem gradient_f_mu mu sigma : is_derive (fun x => kl_f x sigma) mu mu.
Proof. solve_kl_derive. Qed.

Theorem gradient_f_sigma mu sigma : 0 < sigma ->
  is_derive (fun x => kl_f mu x) sigma ((sigma ^ 2 - 1) / sigma).
Proof. solve_kl_derive. Qed.

Theorem gradient_g_mu mu s : is_derive (fun x => kl_g x s) mu mu.
Proof. solve_kl_derive. Qed.

Theorem gradient_g_s mu s : 0 < s ->
  is_derive (fun x => kl_g mu x) s (1 / 2 - 1 / (2 * s)).
Proof. solve_kl_derive. Qed.

(** ** The unit prior *)

Section Unit.
Variable mu : R.

Theorem gradient_unit_std_mu s : is_derive (fun x => kl_unit_std x s) mu mu.
Proof. solve_kl_derive. Qed.

Theorem gradient_unit_std_s s : 0 < s ->
  is_derive (fun x => kl_unit_std mu x) s ((s - 1) * (s + 1) / s).
Proof. solve_kl_derive. Qed.

Theorem gradient_unit_var_mu v : is_derive (fun x => kl_unit_var x v) mu mu.
Proof. solve_kl_derive. Qed.

Theorem gradient_unit_var_v v : 0 < v ->
  is_derive (fun x => kl_unit_var mu x) v ((v - 1) / (2 * v)).
Proof. solve_kl_derive. Qed.

Theorem gradient_unit_logstd_mu l : is_derive (fun x => kl_unit_logstd x l) mu mu.
Proof. solve_kl_derive. Qed.

Theorem gradient_unit_logstd_l l : is_derive (fun x => kl_unit_logstd mu x) l (expm1 (2 * l)).
Proof. solve_kl_derive. Qed.

Theorem gradient_unit_logvar_mu l : is_derive (fun x => kl_unit_logvar x l) mu mu.
Proof. solve_kl_derive. Qed.

Theorem gradient_unit_logvar_l l : is_derive (fun x => kl_unit_logvar mu x) l (expm1 l / 2).
Proof. solve_kl_derive. Qed.

End Unit.

(** ** Two Gaussians: standard deviations *)

Section Normal.
Variables m1 m2 : R.

Theorem gradient_normal_std_mu1 s1 s2 : 0 < s1 -> 0 < s2 ->
  is_derive (fun x => kl_normal_std x s1 m2 s2) m1 ((m1 - m2) / s2 ^ 2).
Proof. solve_kl_derive. Qed.

Theorem gradient_normal_std_s1 s1 s2 : 0 < s1 -> 0 < s2 ->
  is_derive (fun x => kl_normal_std m1 x m2 s2) s1 ((s1 - s2) * (s1 + s2) / (s1 * s2 ^ 2)).
Proof. solve_kl_derive. Qed.

Theorem gradient_normal_std_mu2 s1 s2 : 0 < s1 -> 0 < s2 ->
  is_derive (fun x => kl_normal_std m1 s1 x s2) m2 (- (m1 - m2) / s2 ^ 2).
Proof. solve_kl_derive. Qed.

Theorem gradient_normal_std_s2 s1 s2 : 0 < s1 -> 0 < s2 ->
  is_derive (fun x => kl_normal_std m1 s1 m2 x) s2
    (- ((s1 - s2) * (s1 + s2) + (m1 - m2) ^ 2) / s2 ^ 3).
Proof. solve_kl_derive. Qed.

(** ** Variances *)

Theorem gradient_normal_var_mu1 v1 v2 : 0 < v1 -> 0 < v2 ->
  is_derive (fun x => kl_normal_var x v1 m2 v2) m1 ((m1 - m2) / v2).
Proof. solve_kl_derive. Qed.

Theorem gradient_normal_var_v1 v1 v2 : 0 < v1 -> 0 < v2 ->
  is_derive (fun x => kl_normal_var m1 x m2 v2) v1 ((v1 - v2) / (2 * v1 * v2)).
Proof. solve_kl_derive. Qed.

Theorem gradient_normal_var_mu2 v1 v2 : 0 < v1 -> 0 < v2 ->
  is_derive (fun x => kl_normal_var m1 v1 x v2) m2 (- (m1 - m2) / v2).
Proof. solve_kl_derive. Qed.

Theorem gradient_normal_var_v2 v1 v2 : 0 < v1 -> 0 < v2 ->
  is_derive (fun x => kl_normal_var m1 v1 m2 x) v2
    (- (v1 - v2 + (m1 - m2) ^ 2) / (2 * v2 ^ 2)).
Proof. solve_kl_derive. Qed.

(** ** Log standard deviations *)

Theorem gradient_normal_logstd_mu1 l1 l2 :
  is_derive (fun x => kl_normal_logstd x l1 m2 l2) m1 ((m1 - m2) * exp (- 2 * l2)).
Proof. solve_kl_derive. Qed.

Theorem gradient_normal_logstd_l1 l1 l2 :
  is_derive (fun x => kl_normal_logstd m1 x m2 l2) l1 (expm1 (2 * (l1 - l2))).
Proof. solve_kl_derive. Qed.

Theorem gradient_normal_logstd_mu2 l1 l2 :
  is_derive (fun x => kl_normal_logstd m1 l1 x l2) m2 (- (m1 - m2) * exp (- 2 * l2)).
Proof. solve_kl_derive. Qed.

Theorem gradient_normal_logstd_l2 l1 l2 :
  is_derive (fun x => kl_normal_logstd m1 l1 m2 x) l2
    (- (expm1 (2 * (l1 - l2)) + (m1 - m2) ^ 2 * exp (- 2 * l2))).
Proof. solve_kl_derive. Qed.

(** ** Log variances *)

Theorem gradient_normal_logvar_mu1 l1 l2 :
  is_derive (fun x => kl_normal_logvar x l1 m2 l2) m1 ((m1 - m2) * exp (- l2)).
Proof. solve_kl_derive. Qed.

Theorem gradient_normal_logvar_l1 l1 l2 :
  is_derive (fun x => kl_normal_logvar m1 x m2 l2) l1 (expm1 (l1 - l2) / 2).
Proof. solve_kl_derive. Qed.

Theorem gradient_normal_logvar_mu2 l1 l2 :
  is_derive (fun x => kl_normal_logvar m1 l1 x l2) m2 (- (m1 - m2) * exp (- l2)).
Proof. solve_kl_derive. Qed.

Theorem gradient_normal_logvar_l2 l1 l2 :
  is_derive (fun x => kl_normal_logvar m1 l1 m2 x) l2
    (- (expm1 (l1 - l2) + (m1 - m2) ^ 2 * exp (- l2)) / 2).
Proof. solve_kl_derive. Qed.

End Normal.
