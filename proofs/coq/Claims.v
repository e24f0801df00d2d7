(* SPDX-License-Identifier: MIT *)
(** * What people claim about f and g

    With f(mu, sigma) = -1/2 (1 + 2 ln sigma - sigma^2 - mu^2) and
    g(mu, s) = -1/2 (1 + ln s - s - mu^2), each in its own second argument:

    - [same_optimum_*]: the unique global minimum is 0, at (0, 1);
    - [curvature_*]: the second derivatives there are 2 and 1/2;
    - [steeper], [steeper_off_optimum]: df/dsigma = 2 (sigma + 1) dg/dsigma at the
      same argument, so |df/dsigma| > 2 |dg/dsigma| wherever sigma is not 1;
    - [less_stringent*]: f - g = 1/2 (s^2 - s - ln s) >= 0, equality iff s = 1. *)

From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From DeriveKL Require Import Formulas KL Tactics Gradients SameFunction.
Open Scope R_scope.

(** ** same-optimum *)

Theorem same_optimum_g mu s : 0 < s ->
  0 <= kl_g mu s /\ (kl_g mu s = 0 <-> mu = 0 /\ s = 1).
Proof.
intros H; assert (Q := pow2_ge_0 mu).
assert (E : kl_g mu s = 1 / 2 * (s - 1 - ln s + mu ^ 2)) by solve_kl_identity.
rewrite E; assert (L := ln_le_sub_1 s H).
split; [ lra | split ].
- intros Z; destruct (Req_dec s 1) as [S | S].
  + split; [ | exact S ].
    rewrite S, ln_1 in Z.
    destruct (Req_dec mu 0) as [M | M]; [ exact M | ].
    assert (P := pow2_gt_0 mu M); lra.
  + assert (L' := ln_lt_sub_1 s H S); lra.
- intros [-> ->]; rewrite ln_1; ring.
Qed.

Theorem same_optimum_f mu sigma : 0 < sigma ->
  0 <= kl_f mu sigma /\ (kl_f mu sigma = 0 <-> mu = 0 /\ sigma = 1).
Proof.
intros H; rewrite same_function by exact H.
destruct (same_optimum_g mu (sigma ^ 2)) as [N U]; [ now apply pow_lt | ].
split; [ exact N | rewrite U; split; intros [M S]; split; trivial ].
- nra.
- rewrite S; ring.
Qed.

(** ** curvature *)

Theorem curvature_f mu sigma : 0 < sigma ->
  is_derive_n (fun x => kl_f mu x) 2 sigma (1 + 1 / sigma ^ 2).
Proof.
intros H; simpl.
apply (is_derive_ext_loc (fun x => (x ^ 2 - 1) / x)).
- exists (mkposreal sigma H); intros y Hy.
  change (Rabs (y - sigma) < sigma) in Hy; apply Rabs_def2 in Hy.
  symmetry; apply is_derive_unique, gradient_f_sigma; lra.
- solve_kl_derive.
Qed.

Theorem curvature_g mu s : 0 < s ->
  is_derive_n (fun x => kl_g mu x) 2 s (1 / (2 * s ^ 2)).
Proof.
intros H; simpl.
apply (is_derive_ext_loc (fun x => 1 / 2 - 1 / (2 * x))).
- exists (mkposreal s H); intros y Hy.
  change (Rabs (y - s) < s) in Hy; apply Rabs_def2 in Hy.
  symmetry; apply is_derive_unique, gradient_g_s; lra.
- solve_kl_derive.
Qed.

Theorem curvature_f_at_optimum mu : is_derive_n (fun x => kl_f mu x) 2 1 2.
Proof.
assert (C := curvature_f mu 1 Rlt_0_1).
replace (1 + 1 / 1 ^ 2) with 2 in C by field; exact C.
Qed.

Theorem curvature_g_at_optimum mu : is_derive_n (fun x => kl_g mu x) 2 1 (1 / 2).
Proof.
assert (C := curvature_g mu 1 Rlt_0_1).
replace (1 / (2 * 1 ^ 2)) with (1 / 2) in C by field; exact C.
Qed.

(** ** steeper *)

Theorem steeper mu sigma df dg : 0 < sigma ->
  is_derive (fun x => kl_f mu x) sigma df ->
  is_derive (fun x => kl_g mu x) sigma dg ->
  df = 2 * (sigma + 1) * dg.
Proof.
intros H Df Dg.
apply is_derive_unique in Df; apply is_derive_unique in Dg.
rewrite <- Df, <- Dg.
rewrite (is_derive_unique _ _ _ (gradient_f_sigma mu sigma H)).
rewrite (is_derive_unique _ _ _ (gradient_g_s mu sigma H)).
change ((sigma ^ 2 - 1) / sigma = 2 * (sigma + 1) * (1 / 2 - 1 / (2 * sigma))).
field; lra.
Qed.

Theorem steeper_off_optimum mu sigma df dg : 0 < sigma -> sigma <> 1 ->
  is_derive (fun x => kl_f mu x) sigma df ->
  is_derive (fun x => kl_g mu x) sigma dg ->
  2 * Rabs dg < Rabs df.
Proof.
intros H N Df Dg.
rewrite (steeper mu sigma df dg H Df Dg).
rewrite Rabs_mult, (Rabs_right (2 * (sigma + 1))) by lra.
assert (P : 0 < Rabs dg).
{ apply Rabs_pos_lt; intros Z; apply N.
  apply is_derive_unique in Dg.
  rewrite (is_derive_unique _ _ _ (gradient_g_s mu sigma H)), Z in Dg.
  apply (Rmult_eq_reg_r (/ (2 * sigma))); [ | apply Rinv_neq_0_compat; lra ].
  transitivity (1 / 2); [ field; lra | ].
  transitivity (1 / (2 * sigma)); [ lra | field; lra ]. }
nra.
Qed.

(** Both vanish at the optimum, where no factor is meant. *)
Theorem steeper_at_optimum mu :
  is_derive (fun x => kl_f mu x) 1 0 /\ is_derive (fun x => kl_g mu x) 1 0.
Proof. split; solve_kl_derive. Qed.

(** ** less-stringent *)

Theorem less_stringent mu s : 0 < s ->
  kl_f mu s - kl_g mu s = 1 / 2 * (s ^ 2 - s - ln s).
Proof. solve_kl_identity. Qed.

Theorem less_stringent_nonneg s : 0 < s -> 0 <= 1 / 2 * (s ^ 2 - s - ln s).
Proof. intros H; assert (L := ln_le_sub_1 s H); nra. Qed.

Theorem less_stringent_le mu s : 0 < s -> kl_g mu s <= kl_f mu s.
Proof.
intros H; assert (E := less_stringent mu s H); assert (N := less_stringent_nonneg s H); lra.
Qed.

Theorem less_stringent_eq mu s : 0 < s -> (kl_f mu s = kl_g mu s <-> s = 1).
Proof.
intros H; assert (E := less_stringent mu s H); split.
- intros Z; rewrite Z in E.
  destruct (Req_dec s 1) as [S | S]; [ exact S | ].
  assert (L := ln_lt_sub_1 s H S); nra.
- intros ->; rewrite ln_1 in E; lra.
Qed.
