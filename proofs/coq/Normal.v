(* SPDX-License-Identifier: MIT *)
(** * The normal distribution N(mu, sigma^2) on the line

    For every real mu and every sigma > 0, as improper integrals over the line:

    - [normal_quadratic]: the expectation of a + b x + c x^2 is
      a + b mu + c (mu^2 + sigma^2);
    - [normal_mass], [normal_mean], [normal_variance]: mass 1, mean mu,
      variance sigma^2.                                                        *)

From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From DeriveKL Require Import Improper GaussianIntegral.
Open Scope R_scope.

Definition normal_density (mu sigma x : R) : R :=
  exp (- ((x - mu) ^ 2 / (2 * sigma ^ 2))) / (sigma * sqrt (2 * PI)).

Lemma sqrt_2PI_pos : 0 < sqrt (2 * PI).
Proof. apply sqrt_lt_R0; generalize PI_RGT_0; lra. Qed.

Lemma normal_density_pos mu sigma x : 0 < sigma -> 0 < normal_density mu sigma x.
Proof.
intros Hs; apply Rdiv_lt_0_compat; [ apply exp_pos | ].
apply Rmult_lt_0_compat; [ exact Hs | apply sqrt_2PI_pos ].
Qed.

(** The density is the Gaussian in u = (x - mu) / (sigma sqrt 2). *)
Lemma normal_density_gauss mu sigma x : 0 < sigma ->
  normal_density mu sigma x
  = gauss ((x - mu) / (sigma * sqrt 2)) / (sigma * sqrt 2) / sqrt PI.
Proof.
intros Hs; unfold normal_density, gauss.
assert (T := sqrt_lt_R0 2 ltac:(lra)); assert (P := sqrt_PI_pos).
rewrite sqrt_mult by (generalize PI_RGT_0; lra).
replace (- ((x - mu) / (sigma * sqrt 2)) ^ 2) with (- ((x - mu) ^ 2 / (2 * sigma ^ 2))).
- field; lra.
- replace (2 * sigma ^ 2) with ((sqrt 2 * sqrt 2) * sigma ^ 2)
    by (rewrite sqrt_sqrt; lra).
  field; lra.
Qed.

(** ** The expectation of an arbitrary quadratic *)

Theorem normal_quadratic (mu sigma a b c : R) : 0 < sigma ->
  is_integral (fun x => normal_density mu sigma x * (a + b * x + c * x ^ 2))
    (a + b * mu + c * (mu ^ 2 + sigma ^ 2)).
Proof.
intros Hs.
assert (T := sqrt_lt_R0 2 ltac:(lra)); assert (P := sqrt_PI_pos).
assert (T2 := sqrt_sqrt 2 ltac:(lra)).
set (s := sigma * sqrt 2).
assert (Hs' : 0 < s) by (apply Rmult_lt_0_compat; assumption).
assert (S2 : s ^ 2 = 2 * sigma ^ 2).
{ unfold s; transitivity (sqrt 2 * sqrt 2 * sigma ^ 2); [ ring | now rewrite T2 ]. }
set (A := (a + b * mu + c * mu ^ 2) / sqrt PI).
set (B := (b + 2 * c * mu) * s / sqrt PI).
set (C := c * s ^ 2 / sqrt PI).
apply (integral_value _ ((A + C / 2) * sqrt PI)).
- unfold A, C; rewrite S2; field; lra.
- apply (integral_ext
           (fun x => (fun u => gauss u * (A + B * u + C * u ^ 2)) ((x - mu) / s) / s)).
  + intros x; rewrite normal_density_gauss by exact Hs; fold s.
    generalize (gauss ((x - mu) / s)); intros e.
    unfold A, B, C; field; lra.
  + exact (integral_affine (fun u => gauss u * (A + B * u + C * u ^ 2)) mu s _
             Hs' (gaussian_quadratic A B C)).
Qed.

(** ** Mass, mean, variance *)

Theorem normal_mass (mu sigma : R) : 0 < sigma ->
  is_integral (normal_density mu sigma) 1.
Proof.
intros Hs.
apply (integral_ext (fun x => normal_density mu sigma x * (1 + 0 * x + 0 * x ^ 2))).
- intros x; ring.
- apply (integral_value _ (1 + 0 * mu + 0 * (mu ^ 2 + sigma ^ 2))); [ ring | ].
  now apply normal_quadratic.
Qed.

Theorem normal_mean (mu sigma : R) : 0 < sigma ->
  is_integral (fun x => normal_density mu sigma x * x) mu.
Proof.
intros Hs.
apply (integral_ext (fun x => normal_density mu sigma x * (0 + 1 * x + 0 * x ^ 2))).
- intros x; ring.
- apply (integral_value _ (0 + 1 * mu + 0 * (mu ^ 2 + sigma ^ 2))); [ ring | ].
  now apply normal_quadratic.
Qed.

Theorem normal_variance (mu sigma : R) : 0 < sigma ->
  is_integral (fun x => normal_density mu sigma x * (x - mu) ^ 2) (sigma ^ 2).
Proof.
intros Hs.
apply (integral_ext
         (fun x => normal_density mu sigma x * (mu ^ 2 + (- 2 * mu) * x + 1 * x ^ 2))).
- intros x; ring.
- apply (integral_value _ (mu ^ 2 + (- 2 * mu) * mu + 1 * (mu ^ 2 + sigma ^ 2))); [ ring | ].
  now apply normal_quadratic.
Qed.
