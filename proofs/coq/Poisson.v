(* SPDX-License-Identifier: MIT *)
(** * The divergence of one Poisson distribution from another

    From its defining series: [poisson_mass_one] and [poisson_mean] are the
    moments, [kl_poisson] the divergence a ln(a/b) + b - a,
    [KL_poisson_optimum] that it is >= 0 and 0 for equal rates only.
    [KL_poisson] is the sum as a number, to be differentiated.  The exponential
    series is Coquelicot's [is_exp_Reals].                                     *)

From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From DeriveKL Require Export Statements.
Open Scope R_scope.

(** [is_kl_series p q l]: the divergence of [p] from [q], on the natural numbers, is [l]. *)
Definition is_kl_series (p q : nat -> R) (l : R) : Prop :=
  is_series (fun n => p n * ln (p n / q n)) l.

(** ** The probabilities and their moments *)

Definition poisson_mass (rate : R) (n : nat) : R := rate ^ n * exp (- rate) / INR (fact n).

Lemma series_value (f g : nat -> R) (l l' : R) :
  (forall n, f n = g n) -> l = l' -> is_series f l -> is_series g l'.
Proof. intros E <-; now apply is_series_ext. Qed.

Theorem poisson_mass_one (rate : R) : is_series (poisson_mass rate) 1.
Proof.
apply (series_value (fun n => scal (exp (- rate)) (scal (pow_n rate n) (/ INR (fact n)))) _
         (scal (exp (- rate)) (exp rate))).
- intros n; unfold poisson_mass, scal; cbn; unfold mult; cbn.
  rewrite pow_n_pow; assert (F := INR_fact_neq_0 n); field; exact F.
- unfold scal; cbn; unfold mult; cbn; rewrite <- exp_plus, <- exp_0; f_equal; ring.
- apply (is_series_scal_l (V := R_NormedModule)); exact (is_exp_Reals rate).
Qed.

(** n p(n) is the rate times the probability of n - 1. *)
Theorem poisson_mean (rate : R) : is_series (fun n => INR n * poisson_mass rate n) rate.
Proof.
apply is_series_decr_1.
apply (series_value (fun n => scal rate (poisson_mass rate n)) _ (scal rate 1)).
- intros n; unfold poisson_mass, scal; cbn [scal]; unfold mult; cbn -[fact INR].
  change (fact (S n)) with (S n * fact n)%nat; rewrite mult_INR.
  assert (F := INR_fact_neq_0 n); assert (N := not_0_INR (S n) (Nat.neq_succ_0 n)); field; auto.
- unfold plus, opp, scal; cbn; unfold mult; cbn; ring.
- apply (is_series_scal_l (V := R_NormedModule)), poisson_mass_one.
Qed.

(** ** The divergence *)

Definition kl_poisson_rate (a b : R) : R := a * ln (a / b) + b - a.
#[export] Hint Unfold kl_poisson_rate : kl_defs.

Lemma poisson_log_ratio a b n : 0 < a -> 0 < b ->
  ln (poisson_mass a n / poisson_mass b n) = INR n * ln (a / b) + (b - a).
Proof.
intros Ha Hb; unfold poisson_mass.
assert (An := pow_lt a n Ha); assert (Bn := pow_lt b n Hb); assert (F := INR_fact_neq_0 n).
replace (a ^ n * exp (- a) / INR (fact n) / (b ^ n * exp (- b) / INR (fact n)))
  with ((a / b) ^ n * exp (b - a)).
- assert (Q : 0 < a / b) by now apply Rdiv_lt_0_compat.
  rewrite ln_mult, ln_exp, ln_pow; [ reflexivity | exact Q | now apply pow_lt | apply exp_pos ].
- unfold Rdiv at 1; rewrite Rpow_mult_distr, pow_inv.
  replace (b - a) with (- a + b) by ring; rewrite exp_plus, (exp_Ropp b).
  assert (E := exp_pos b); field; repeat split; lra.
Qed.

Theorem kl_poisson (a b : R) : 0 < a -> 0 < b ->
  is_kl_series (poisson_mass a) (poisson_mass b) (kl_poisson_rate a b).
Proof.
intros Ha Hb; unfold is_kl_series, kl_poisson_rate.
apply (series_value
         (fun n => plus (scal (ln (a / b)) (INR n * poisson_mass a n)) (scal (b - a) (poisson_mass a n))) _
         (plus (scal (ln (a / b)) a) (scal (b - a) 1))).
- intros n; rewrite poisson_log_ratio by assumption.
  unfold plus, scal; cbn -[INR]; unfold mult; cbn -[INR]; ring.
- unfold plus, scal; cbn; unfold mult; cbn; ring.
- apply (is_series_plus (V := R_NormedModule)); apply (is_series_scal_l (V := R_NormedModule)).
  + apply poisson_mean.
  + apply poisson_mass_one.
Qed.

Definition KL_poisson (a b : R) : R :=
  Series (fun n => poisson_mass a n * ln (poisson_mass a n / poisson_mass b n)).

Theorem KL_poisson_closed (a b : R) : 0 < a -> 0 < b -> KL_poisson a b = kl_poisson_rate a b.
Proof. intros Ha Hb; exact (is_series_unique _ _ (kl_poisson a b Ha Hb)). Qed.

Theorem KL_poisson_optimum (a b : R) : 0 < a -> 0 < b ->
  KL_poisson a b >= 0 /\ (KL_poisson a b = 0 <-> a = b).
Proof.
intros Ha Hb; rewrite KL_poisson_closed by assumption; unfold kl_poisson_rate.
assert (P : 0 < b / a) by now apply Rdiv_lt_0_compat.
assert (E : a * ln (a / b) + b - a = a * (b / a - 1 - ln (b / a))).
{ rewrite !ln_div by assumption; field; lra. }
rewrite E; assert (L := ln_le_sub_1 _ P); split; [ | split ].
- apply Rle_ge, Rmult_le_pos; lra.
- intros Z; destruct (Req_dec (b / a) 1) as [R1 | R1].
  + apply (Rmult_eq_compat_r a) in R1; field_simplify in R1; lra.
  + assert (S := ln_lt_sub_1 _ P R1); apply Rmult_integral in Z; lra.
- intros ->; replace (b / b) with 1 by (field; lra); rewrite ln_1; ring.
Qed.

(** ** One-call proofs of what is emitted *)

Lemma KL_poisson_value (a b v : R) : 0 < a -> 0 < b -> v = kl_poisson_rate a b ->
  is_kl_series (poisson_mass a) (poisson_mass b) v.
Proof. intros Ha Hb ->; now apply kl_poisson. Qed.

Lemma KL_poisson_derive (a b : R -> R) x v :
  locally x (fun y => 0 < a y /\ 0 < b y) ->
  is_derive (fun y => kl_poisson_rate (a y) (b y)) x v ->
  is_derive (fun y => KL_poisson (a y) (b y)) x v.
Proof.
intros L; apply is_derive_ext_loc.
generalize L; apply filter_imp; intros y [Ha Hb]; symmetry; now apply KL_poisson_closed.
Qed.

Ltac solve_KL_poisson_value :=
  intros; apply KL_poisson_value; [ kl_pos | kl_pos | solve_kl_rule ].

Ltac solve_KL_poisson_gradient :=
  intros;
  match goal with
  | |- is_derive (fun y => KL_poisson (@?a y) (@?b y)) ?x ?v =>
      apply (KL_poisson_derive a b x v); cbv beta; [ kl_scales | ]
  end;
  solve_kl_gradient.

Ltac solve_KL_poisson_optimum := intros; now apply KL_poisson_optimum.
