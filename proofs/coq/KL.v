(* SPDX-License-Identifier: MIT *)
(** * The divergence of one Gaussian from another, from its defining integral

    [kl_normal]: for all mu1, mu2 and all sigma1, sigma2 > 0, with p and q the
    densities of N(mu1, sigma1^2) and N(mu2, sigma2^2), the improper integral of
    p ln(p/q) over the line is

      ln(sigma2/sigma1) + (sigma1^2 + (mu1 - mu2)^2) / (2 sigma2^2) - 1/2.

    [kl_unit]: the case mu2 = 0, sigma2 = 1, which is f(mu, sigma).  Gibbs'
    inequality follows: the divergence is >= 0, and 0 for equal arguments only.
    The same closed form in the scales var, logstd, logvar is in [SameFunction]. *)

From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From DeriveKL Require Import Improper GaussianIntegral Normal Formulas.
Open Scope R_scope.

(** [is_kl p q l]: the divergence of the density [p] from the density [q] is [l]. *)
Definition is_kl (p q : R -> R) (l : R) : Prop :=
  is_integral (fun x => p x * ln (p x / q x)) l.

Lemma is_kl_unique (p q : R -> R) (l1 l2 : R) : is_kl p q l1 -> is_kl p q l2 -> l1 = l2.
Proof. intros H1 H2; exact (integral_unique (fun x => p x * ln (p x / q x)) l1 l2 H1 H2). Qed.

(** ** The log-ratio of the densities is a quadratic *)

Lemma log_density mu sigma x : 0 < sigma ->
  ln (normal_density mu sigma x)
  = - ((x - mu) ^ 2 / (2 * sigma ^ 2)) - ln sigma - ln (sqrt (2 * PI)).
Proof.
intros Hs; unfold normal_density; assert (Hr := sqrt_2PI_pos).
rewrite ln_div, ln_exp, ln_mult; trivial; try apply exp_pos; try ring.
now apply Rmult_lt_0_compat.
Qed.

Lemma log_ratio mu1 s1 mu2 s2 x : 0 < s1 -> 0 < s2 ->
  ln (normal_density mu1 s1 x / normal_density mu2 s2 x)
  = ln (s2 / s1) - (x - mu1) ^ 2 / (2 * s1 ^ 2) + (x - mu2) ^ 2 / (2 * s2 ^ 2).
Proof.
intros H1 H2.
rewrite !ln_div, !log_density; trivial; try ring; now apply normal_density_pos.
Qed.

(** ** The integral *)

(** A constant may stand beside the log-ratio; that is what an induction on the
    dimension needs. *)
Theorem kl_normal_shifted (mu1 s1 mu2 s2 k c : R) : 0 < s1 -> 0 < s2 ->
  is_integral
    (fun x => k * normal_density mu1 s1 x
              * (c + ln (normal_density mu1 s1 x / normal_density mu2 s2 x)))
    (k * (c + kl_normal_std mu1 s1 mu2 s2)).
Proof.
intros H1 H2; unfold kl_normal_std.
set (L := ln (s2 / s1)).
set (A := k * (c + L - mu1 ^ 2 / (2 * s1 ^ 2) + mu2 ^ 2 / (2 * s2 ^ 2))).
set (B := k * (mu1 / s1 ^ 2 - mu2 / s2 ^ 2)).
set (C := k * (/ (2 * s2 ^ 2) - / (2 * s1 ^ 2))).
apply (integral_value _ (A + B * mu1 + C * (mu1 ^ 2 + s1 ^ 2))).
- unfold A, B, C; field; lra.
- apply (integral_ext (fun x => normal_density mu1 s1 x * (A + B * x + C * x ^ 2))).
  + intros x; rewrite log_ratio by assumption; fold L.
    unfold A, B, C; field; lra.
  + now apply normal_quadratic.
Qed.

Theorem kl_normal (mu1 s1 mu2 s2 : R) : 0 < s1 -> 0 < s2 ->
  is_kl (normal_density mu1 s1) (normal_density mu2 s2)
    (ln (s2 / s1) + (s1 ^ 2 + (mu1 - mu2) ^ 2) / (2 * s2 ^ 2) - 1 / 2).
Proof.
intros H1 H2; unfold is_kl.
apply (integral_ext
    (fun x => 1 * normal_density mu1 s1 x
              * (0 + ln (normal_density mu1 s1 x / normal_density mu2 s2 x)))).
- intros x; ring.
- apply (integral_value _ (1 * (0 + kl_normal_std mu1 s1 mu2 s2))).
  + unfold kl_normal_std; ring.
  + now apply kl_normal_shifted.
Qed.

(** ** The unit prior *)

Theorem kl_unit (mu sigma : R) : 0 < sigma ->
  is_kl (normal_density mu sigma) (normal_density 0 1) (kl_f mu sigma).
Proof.
intros Hs.
apply (integral_value _
         (ln (1 / sigma) + (sigma ^ 2 + (mu - 0) ^ 2) / (2 * 1 ^ 2) - 1 / 2)).
- unfold kl_f; rewrite ln_div, ln_1 by lra; field.
- apply kl_normal; lra.
Qed.

(** ** Gibbs' inequality *)

Lemma ln_lt_sub_1 x : 0 < x -> x <> 1 -> ln x < x - 1.
Proof.
intros Hx H1.
assert (N : ln x <> 0).
{ intros E; apply H1; rewrite <- (exp_ln x Hx), E; apply exp_0. }
assert (I := exp_ineq1 _ N); rewrite exp_ln in I by exact Hx; lra.
Qed.

Lemma ln_le_sub_1 x : 0 < x -> ln x <= x - 1.
Proof.
intros Hx; destruct (Req_dec x 1) as [-> | H1].
- rewrite ln_1; lra.
- left; now apply ln_lt_sub_1.
Qed.

Lemma kl_normal_std_split mu1 s1 mu2 s2 : 0 < s1 -> 0 < s2 ->
  kl_normal_std mu1 s1 mu2 s2
  = / 2 * ((s1 / s2) ^ 2 - 1 - ln ((s1 / s2) ^ 2) + ((mu1 - mu2) / s2) ^ 2).
Proof.
intros H1 H2; unfold kl_normal_std.
assert (H : 0 < s1 / s2) by now apply Rdiv_lt_0_compat.
rewrite ln_pow, !ln_div by assumption; cbn [INR]; field; lra.
Qed.

Theorem kl_nonneg (mu1 s1 mu2 s2 : R) : 0 < s1 -> 0 < s2 ->
  0 <= kl_normal_std mu1 s1 mu2 s2.
Proof.
intros H1 H2; rewrite kl_normal_std_split by assumption.
assert (H : 0 < (s1 / s2) ^ 2) by now apply pow_lt, Rdiv_lt_0_compat.
assert (L := ln_le_sub_1 _ H); assert (Z := pow2_ge_0 ((mu1 - mu2) / s2)); lra.
Qed.

Theorem kl_zero_iff (mu1 s1 mu2 s2 : R) : 0 < s1 -> 0 < s2 ->
  (kl_normal_std mu1 s1 mu2 s2 = 0 <-> mu1 = mu2 /\ s1 = s2).
Proof.
intros H1 H2; rewrite kl_normal_std_split by assumption.
assert (Hr : 0 < s1 / s2) by now apply Rdiv_lt_0_compat.
assert (H : 0 < (s1 / s2) ^ 2) by now apply pow_lt.
assert (Z := pow2_ge_0 ((mu1 - mu2) / s2)).
split.
- intros E; assert (L := ln_le_sub_1 _ H).
  destruct (Req_dec ((s1 / s2) ^ 2) 1) as [R1 | R1].
  + rewrite R1, ln_1 in E.
    assert (Z0 : (mu1 - mu2) / s2 = 0) by nra.
    assert (R0 : s1 / s2 = 1) by nra.
    split.
    * replace mu1 with (mu2 + (mu1 - mu2) / s2 * s2) by (field; lra); rewrite Z0; ring.
    * replace s1 with (s1 / s2 * s2) by (field; lra); rewrite R0; ring.
  + assert (S := ln_lt_sub_1 _ H R1); lra.
- intros [-> ->].
  replace (s2 / s2) with 1 by (field; lra).
  replace ((mu2 - mu2) / s2) with 0 by (field; lra).
  rewrite pow1, ln_1; field.
Qed.
