(* SPDX-License-Identifier: MIT *)
(** * One function in many spellings

    [same_function_*]: f(mu, sigma) = g(mu, sigma^2), the log-sigma and log-variance
    spellings, and each unit closed form as the general one under its
    reparameterisation.  [integral_*]: hence each of the eight closed forms is the
    divergence of the Gaussians it names, as an improper integral; in particular g
    fed a number v is the divergence of N(mu, v), whatever v was meant to be.   *)

From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From DeriveKL Require Import Improper Normal Formulas KL Tactics.
Open Scope R_scope.

(** ** f, g and their logarithmic spellings *)

Theorem same_function mu sigma : 0 < sigma -> kl_f mu sigma = kl_g mu (sigma ^ 2).
Proof. solve_kl_identity. Qed.

Theorem same_function_logstd mu l : kl_f mu (exp l) = kl_unit_logstd mu l.
Proof. solve_kl_identity. Qed.

Theorem same_function_logvar mu l : kl_g mu (exp l) = kl_unit_logvar mu l.
Proof. solve_kl_identity. Qed.

Theorem same_function_f mu sigma : 0 < sigma -> kl_f mu sigma = kl_unit_std mu sigma.
Proof. solve_kl_identity. Qed.

Theorem same_function_g mu v : 0 < v -> kl_g mu v = kl_unit_var mu v.
Proof. solve_kl_identity. Qed.

(** ** The unit closed forms are the general ones at (0, 1) *)

Theorem same_function_unit_std mu s : 0 < s -> kl_unit_std mu s = kl_normal_std mu s 0 1.
Proof. solve_kl_identity. Qed.

Theorem same_function_unit_var mu v : 0 < v -> kl_unit_var mu v = kl_normal_var mu v 0 1.
Proof. solve_kl_identity. Qed.

Theorem same_function_unit_logstd mu l : kl_unit_logstd mu l = kl_normal_logstd mu l 0 0.
Proof. solve_kl_identity. Qed.

Theorem same_function_unit_logvar mu l : kl_unit_logvar mu l = kl_normal_logvar mu l 0 0.
Proof. solve_kl_identity. Qed.

(** ** The scales are reparameterisations of the standard deviation *)

Section Scales.
Variables m1 m2 : R.

Theorem same_function_var s1 s2 : 0 < s1 -> 0 < s2 ->
  kl_normal_std m1 s1 m2 s2 = kl_normal_var m1 (s1 ^ 2) m2 (s2 ^ 2).
Proof. solve_kl_identity. Qed.

Theorem same_function_sqrt v1 v2 : 0 < v1 -> 0 < v2 ->
  kl_normal_var m1 v1 m2 v2 = kl_normal_std m1 (sqrt v1) m2 (sqrt v2).
Proof. solve_kl_identity. Qed.

Theorem same_function_exp_logstd l1 l2 :
  kl_normal_logstd m1 l1 m2 l2 = kl_normal_std m1 (exp l1) m2 (exp l2).
Proof. solve_kl_identity. Qed.

Theorem same_function_exp_logvar l1 l2 :
  kl_normal_logvar m1 l1 m2 l2 = kl_normal_std m1 (exp (l1 / 2)) m2 (exp (l2 / 2)).
Proof. solve_kl_identity. Qed.

(** ** Each closed form is the integral *)

Theorem integral_normal_std s1 s2 : 0 < s1 -> 0 < s2 ->
  is_kl (normal_density m1 s1) (normal_density m2 s2) (kl_normal_std m1 s1 m2 s2).
Proof. exact (kl_normal m1 s1 m2 s2). Qed.

Theorem integral_normal_var v1 v2 : 0 < v1 -> 0 < v2 ->
  is_kl (normal_density m1 (sqrt v1)) (normal_density m2 (sqrt v2))
    (kl_normal_var m1 v1 m2 v2).
Proof.
intros; rewrite same_function_sqrt by assumption.
apply integral_normal_std; now apply sqrt_lt_R0.
Qed.

Theorem integral_normal_logstd l1 l2 :
  is_kl (normal_density m1 (exp l1)) (normal_density m2 (exp l2))
    (kl_normal_logstd m1 l1 m2 l2).
Proof. rewrite same_function_exp_logstd; apply integral_normal_std; apply exp_pos. Qed.

Theorem integral_normal_logvar l1 l2 :
  is_kl (normal_density m1 (exp (l1 / 2))) (normal_density m2 (exp (l2 / 2)))
    (kl_normal_logvar m1 l1 m2 l2).
Proof. rewrite same_function_exp_logvar; apply integral_normal_std; apply exp_pos. Qed.

End Scales.

Theorem integral_f mu sigma : 0 < sigma ->
  is_kl (normal_density mu sigma) (normal_density 0 1) (kl_f mu sigma).
Proof. exact (kl_unit mu sigma). Qed.

Theorem integral_g mu v : 0 < v ->
  is_kl (normal_density mu (sqrt v)) (normal_density 0 1) (kl_g mu v).
Proof.
intros H; replace (kl_g mu v) with (kl_f mu (sqrt v)) by solve_kl_identity.
apply integral_f; now apply sqrt_lt_R0.
Qed.

Theorem integral_unit_std mu s : 0 < s ->
  is_kl (normal_density mu s) (normal_density 0 1) (kl_unit_std mu s).
Proof. intros; rewrite <- same_function_f by assumption; now apply integral_f. Qed.

Theorem integral_unit_var mu v : 0 < v ->
  is_kl (normal_density mu (sqrt v)) (normal_density 0 1) (kl_unit_var mu v).
Proof. intros; rewrite <- same_function_g by assumption; now apply integral_g. Qed.

Theorem integral_unit_logstd mu l :
  is_kl (normal_density mu (exp l)) (normal_density 0 1) (kl_unit_logstd mu l).
Proof. rewrite <- same_function_logstd; apply integral_f, exp_pos. Qed.

Theorem integral_unit_logvar mu l :
  is_kl (normal_density mu (exp (l / 2))) (normal_density 0 1) (kl_unit_logvar mu l).
Proof.
replace (kl_unit_logvar mu l) with (kl_f mu (exp (l / 2))) by solve_kl_identity.
apply integral_f, exp_pos.
Qed.
