(* SPDX-License-Identifier: MIT *)
(** * The divergence of one exponential distribution from another

    On the half-line, from its defining integral: [exponential_mass] and
    [exponential_mean] are the moments, [kl_exponential] the divergence
    ln(a/b) + b/a - 1, [KL_exponential_optimum] that it is >= 0 and 0 for equal
    rates only.  [KL_exponential] is the integral as a number, to be
    differentiated.                                                            *)

From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From DeriveKL Require Export Statements.
Open Scope R_scope.

(** [is_integral_half_line f l]: the integral of [f] over ]0, +oo[ converges to [l]. *)
Notation is_integral_half_line f l := (is_integral_from 0 f l).

(** [is_kl_half_line p q l]: the divergence of [p] from [q], densities on the half-line, is [l]. *)
Definition is_kl_half_line (p q : R -> R) (l : R) : Prop :=
  is_integral_half_line (fun x => p x * ln (p x / q x)) l.

(** ** The density and its moments *)

Definition exponential_density (rate x : R) : R := rate * exp (- rate * x).

Lemma exponential_density_pos rate x : 0 < rate -> 0 < exponential_density rate x.
Proof. intros H; apply Rmult_lt_0_compat; [ exact H | apply exp_pos ]. Qed.

Lemma lim_exp rate : 0 < rate ->
  is_lim (fun x => exp (- rate * x)) p_infty 0 /\ is_lim (fun x => - rate * x * exp (- rate * x)) p_infty 0.
Proof.
intros H.
assert (L : is_lim (fun x => - rate * x) p_infty m_infty).
{ assert (E : Rbar_mult (- rate) p_infty = m_infty).
  { cbn; destruct (Rle_dec 0 (- rate)); [ exfalso; lra | reflexivity ]. }
  rewrite <- E; apply is_lim_scal_l, is_lim_id. }
split.
- apply (is_lim_comp exp (fun x => - rate * x) p_infty 0 m_infty is_lim_exp_m L).
  exists 0; intros; discriminate.
- apply (is_lim_comp (fun y => y * exp y) (fun x => - rate * x) p_infty 0 m_infty is_lim_mul_exp_m L).
  exists 0; intros; discriminate.
Qed.

(** A linear function times the density. *)
Lemma exponential_linear (rate A B : R) : 0 < rate ->
  is_integral_half_line (fun x => exponential_density rate x * (A + B * x)) (A + B / rate).
Proof.
intros H; destruct (lim_exp rate H) as [L0 L1].
set (F := fun x => - (A + B * (x + / rate)) * exp (- rate * x)).
replace (A + B / rate) with (0 - F 0)
  by (unfold F; rewrite Rmult_0_r, exp_0; field; lra).
apply half_line_of_primitive.
- intros x; unfold F, exponential_density; auto_derive; [ trivial | field; lra ].
- intros x; apply (ex_derive_continuous (V := R_NormedModule)).
  unfold exponential_density; auto_derive; trivial.
- apply (is_lim_ext (fun x => - (A + B / rate) * exp (- rate * x) + B / rate * (- rate * x * exp (- rate * x)))).
  + intros x; unfold F; field; lra.
  + replace (Finite 0) with (Rbar_plus (Rbar_mult (- (A + B / rate)) 0) (Rbar_mult (B / rate) 0))
      by (cbn; f_equal; ring).
    apply (is_lim_plus _ _ p_infty (Rbar_mult (- (A + B / rate)) 0) (Rbar_mult (B / rate) 0));
      [ apply is_lim_scal_l, L0 | apply is_lim_scal_l, L1 | reflexivity ].
Qed.

Lemma half_line_ext (f g : R -> R) (l l' : R) :
  (forall x, f x = g x) -> l = l' -> is_integral_half_line f l -> is_integral_half_line g l'.
Proof.
intros E <-; apply is_RInt_gen_ext, filter_forall; intros ab x _; apply E.
Qed.

Theorem exponential_mass (rate : R) : 0 < rate -> is_integral_half_line (exponential_density rate) 1.
Proof.
intros H; apply (half_line_ext (fun x => exponential_density rate x * (1 + 0 * x)) _ (1 + 0 / rate)).
- intros x; ring.
- field; lra.
- now apply exponential_linear.
Qed.

Theorem exponential_mean (rate : R) : 0 < rate ->
  is_integral_half_line (fun x => x * exponential_density rate x) (1 / rate).
Proof.
intros H; apply (half_line_ext (fun x => exponential_density rate x * (0 + 1 * x)) _ (0 + 1 / rate)).
- intros x; ring.
- field; lra.
- now apply exponential_linear.
Qed.

(** ** The divergence *)

Definition kl_exponential_rate (a b : R) : R := ln (a / b) + b / a - 1.
#[export] Hint Unfold kl_exponential_rate : kl_defs.

Theorem kl_exponential (a b : R) : 0 < a -> 0 < b ->
  is_kl_half_line (exponential_density a) (exponential_density b) (kl_exponential_rate a b).
Proof.
intros Ha Hb; unfold is_kl_half_line, kl_exponential_rate.
apply (half_line_ext (fun x => exponential_density a x * (ln (a / b) + (b - a) * x)) _ (ln (a / b) + (b - a) / a)).
- intros x; f_equal; unfold exponential_density.
  replace (a * exp (- a * x) / (b * exp (- b * x))) with (a / b * exp ((b - a) * x)).
  + rewrite ln_mult, ln_exp; [ reflexivity | now apply Rdiv_lt_0_compat | apply exp_pos ].
  + replace ((b - a) * x) with (- a * x + b * x) by ring.
    rewrite exp_plus; replace (- b * x) with (- (b * x)) by ring; rewrite (exp_Ropp (b * x)).
    assert (E := exp_pos (b * x)); field; lra.
- field; lra.
- now apply exponential_linear.
Qed.

Definition KL_exponential (a b : R) : R :=
  RInt_gen (fun x => exponential_density a x * ln (exponential_density a x / exponential_density b x))
    (at_point 0) (Rbar_locally p_infty).

Theorem KL_exponential_closed (a b : R) : 0 < a -> 0 < b -> KL_exponential a b = kl_exponential_rate a b.
Proof.
intros Ha Hb; unfold KL_exponential.
exact (is_RInt_gen_unique (V := R_CompleteNormedModule) _ _ (kl_exponential a b Ha Hb)).
Qed.

Theorem KL_exponential_optimum (a b : R) : 0 < a -> 0 < b ->
  KL_exponential a b >= 0 /\ (KL_exponential a b = 0 <-> a = b).
Proof.
intros Ha Hb; rewrite KL_exponential_closed by assumption; unfold kl_exponential_rate.
assert (P : 0 < b / a) by now apply Rdiv_lt_0_compat.
assert (E : ln (a / b) = - ln (b / a)) by (rewrite !ln_div by assumption; ring).
rewrite E; assert (L := ln_le_sub_1 _ P); split; [ lra | split ].
- intros Z; destruct (Req_dec (b / a) 1) as [R1 | R1].
  + apply (Rmult_eq_compat_r a) in R1; field_simplify in R1; lra.
  + assert (S := ln_lt_sub_1 _ P R1); lra.
- intros ->; replace (b / b) with 1 by (field; lra); rewrite ln_1; ring.
Qed.

(** ** One-call proofs of what is emitted *)

Lemma KL_exponential_value (a b v : R) : 0 < a -> 0 < b -> v = kl_exponential_rate a b ->
  is_kl_half_line (exponential_density a) (exponential_density b) v.
Proof. intros Ha Hb ->; now apply kl_exponential. Qed.

Lemma KL_exponential_derive (a b : R -> R) x v :
  locally x (fun y => 0 < a y /\ 0 < b y) ->
  is_derive (fun y => kl_exponential_rate (a y) (b y)) x v ->
  is_derive (fun y => KL_exponential (a y) (b y)) x v.
Proof.
intros L; apply is_derive_ext_loc.
generalize L; apply filter_imp; intros y [Ha Hb]; symmetry; now apply KL_exponential_closed.
Qed.

Ltac solve_KL_exponential_value :=
  intros; apply KL_exponential_value; [ kl_pos | kl_pos | solve_kl_rule ].

Ltac solve_KL_exponential_gradient :=
  intros;
  match goal with
  | |- is_derive (fun y => KL_exponential (@?a y) (@?b y)) ?x ?v =>
      apply (KL_exponential_derive a b x v); cbv beta; [ kl_scales | ]
  end;
  solve_kl_gradient.

Ltac solve_KL_exponential_optimum := intros; now apply KL_exponential_optimum.
