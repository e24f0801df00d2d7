(* SPDX-License-Identifier: MIT *)
(** * From the slope of a polynomial to a bound for the series of the logarithm

    [atanh_approximation]: where |2/(1 - w) - S(w)| <= eps for 0 <= w <= top, S(w) being
    6 P(w) + 4 w P'(w), there |ln((1 + f)/(1 - f)) - 2 f - 2 f^3 P(f^2)| <= eps/3 |f|^3
    for f^2 <= top: the derivative of what is on the left is f^2 (2/(1 - f^2) - S(f^2)).
    The inequality is between fractions: interval arithmetic decides it
    ([solve_kl_atanh]), and no quotient 0/0 is in it.                             *)

From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From Interval Require Import Tactic.
From DeriveKL Require Import Formulas Approximation.
Open Scope R_scope.

Definition atanh_error (P : R -> R) (f : R) : R := ln ((1 + f) / (1 - f)) - 2 * f - 2 * f ^ 3 * P (f ^ 2).

(** A function that vanishes at 0 and whose slope is at most eps t^2 is at most eps/3 |t|^3. *)
Lemma cubic_bound (E E' : R -> R) (eps top f : R) : 0 <= eps ->
  E 0 = 0 ->
  (forall t, Rabs t <= top -> is_derive E t (E' t) /\ Rabs (E' t) <= eps * t ^ 2) ->
  Rabs f <= top ->
  Rabs (E f) <= eps / 3 * Rabs f ^ 3.
Proof.
intros e0 Z D F.
assert (G : forall s, Rabs s <= 1 -> exists c, Rabs c <= top
              /\ E f - s * (eps / 3 * f ^ 3) = (E' c - s * (eps * c ^ 2)) * f).
{ intros s S.
  destruct (MVT_gen (fun t => E t - s * (eps / 3 * t ^ 3)) 0 f (fun t => E' t - s * (eps * t ^ 2)))
    as [c [C M]].
  - intros t T; assert (B : Rabs t <= top).
    { apply Rle_trans with (2 := F); unfold Rmin, Rmax in T; destruct (Rle_dec 0 f);
        [ rewrite !Rabs_pos_eq | rewrite !Rabs_left1 ]; lra. }
    destruct (D t B) as [H _]; apply (is_derive_minus E (fun t => s * (eps / 3 * t ^ 3))); [ exact H | ].
    auto_derive; [ exact I | field ].
  - intros t T; assert (B : Rabs t <= top).
    { apply Rle_trans with (2 := F); unfold Rmin, Rmax in T; destruct (Rle_dec 0 f);
        [ rewrite !Rabs_pos_eq | rewrite !Rabs_left1 ]; lra. }
    destruct (D t B) as [H _].
    apply continuity_pt_minus.
    + apply derivable_continuous_pt; exists (E' t); now apply is_derive_Reals.
    + apply derivable_continuous_pt; exists (s * (eps * t ^ 2)); apply is_derive_Reals.
      auto_derive; [ exact I | field ].
  - exists c; split.
    + apply Rle_trans with (2 := F); unfold Rmin, Rmax in C; destruct (Rle_dec 0 f);
        [ rewrite !Rabs_pos_eq | rewrite !Rabs_left1 ]; lra.
    + rewrite Z, Rminus_0_r in M; rewrite <- M; ring. }
destruct (G 1) as [c [C A]]; [ rewrite Rabs_R1; lra | ].
destruct (G (-1)) as [d [B H]]; [ rewrite Rabs_left; lra | ].
destruct (D c C) as [_ Dc]; destruct (D d B) as [_ Dd].
apply Rabs_le_between in Dc; apply Rabs_le_between in Dd.
destruct (Rle_lt_dec 0 f) as [P | P].
- rewrite (Rabs_pos_eq f P); apply Rabs_le; split.
  + assert (0 <= (E' d - -1 * (eps * d ^ 2)) * f) by (apply Rmult_le_pos; lra); lra.
  + assert (0 <= - (E' c - 1 * (eps * c ^ 2)) * f) by (apply Rmult_le_pos; lra); lra.
- rewrite (Rabs_left f P); replace ((- f) ^ 3) with (- f ^ 3) by ring; apply Rabs_le; split.
  + assert (0 <= - (E' c - 1 * (eps * c ^ 2)) * - f) by (apply Rmult_le_pos; lra); lra.
  + assert (0 <= (E' d - -1 * (eps * d ^ 2)) * - f) by (apply Rmult_le_pos; lra); lra.
Qed.

Theorem atanh_approximation (P P' : R -> R) (eps top f : R) : 0 <= eps -> top < 1 ->
  let S := fun w => 6 * P w + 4 * w * P' w in
  (forall t, Rabs t <= top -> is_derive (atanh_error P) t (t ^ 2 * (2 / (1 - t ^ 2) - S (t ^ 2)))) ->
  (forall t, Rabs t <= top -> Rabs (2 / (1 - t ^ 2) - S (t ^ 2)) <= eps) ->
  Rabs f <= top ->
  Rabs (atanh_error P f) <= eps / 3 * Rabs f ^ 3.
Proof.
intros e0 T1 S D B F.
apply (cubic_bound _ (fun t => t ^ 2 * (2 / (1 - t ^ 2) - S (t ^ 2))) eps top); trivial.
- unfold atanh_error; replace ((1 + 0) / (1 - 0)) with 1 by field; rewrite ln_1; ring.
- intros t T; split; [ now apply D | ].
  rewrite Rabs_mult, Rabs_pos_eq by apply pow2_ge_0; rewrite Rmult_comm.
  apply Rmult_le_compat_r; [ apply pow2_ge_0 | now apply B ].
Qed.

(** [P] and its derivative [P'] are polynomials with numbers for coefficients, once unfolded. *)
Ltac solve_kl_atanh P P' top :=
  let f := fresh "f" in let H := fresh "H" in let t := fresh "t" in let T := fresh "T" in
  intros f H;
  match goal with
  | |- _ <= ?e / 3 * _ => apply (atanh_approximation P P' e top)
  end;
  [ interval with (i_prec 60) | lra
  | intros t T; cbv zeta; apply Rabs_le_between in T; unfold atanh_error, P, P';
    auto_derive;
    [ repeat split; try lra; apply Rdiv_lt_0_compat; lra | field; split; nra ]
  | intros t T; cbv zeta beta; assert (T2 : 0 <= t ^ 2 <= top ^ 2)
      by (split; [ apply pow2_ge_0 | rewrite <- (pow2_abs t); apply pow_incr; split; [ apply Rabs_pos | exact T ] ]);
    generalize dependent (t ^ 2); clear; intros w W; autounfold with kl_polynomials;
    interval with (i_prec 110, i_bisect w, i_taylor w, i_degree 14, i_depth 20)
  | exact H ].
