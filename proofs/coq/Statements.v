(* SPDX-License-Identifier: MIT *)
(** * One-call proofs of the statements that [derive] emits

    An emitted statement speaks of the divergence as an integral: [is_kl p q v] says
    that the integral of p ln(p/q) converges to v, and [KL m1 s1 m2 s2] is that
    integral as a number, so that it can be differentiated.

    - [solve_kl_integral]: [is_kl] of two normal densities;
    - [solve_kl_rule]: an equality, powers of two with integer exponents included;
    - [solve_kl_gradient]: [is_derive] of [KL] or of a closed form in one argument;
    - [solve_kl_second d]: a second derivative; d is the first, which is proved too;
    - [solve_kl_minimum]: a sign, and that zero is attained at one point only;
    - [solve_kl_slopes]: an equality or inequality between derivatives [Derive f x].

    None of them assumes anything: a false statement is left unproved.            *)

From Coq Require Import Reals Lra Psatz ZArith.
From Coquelicot Require Import Coquelicot.
From DeriveKL Require Export Improper Normal KL Tactics.
Open Scope R_scope.

(** ** The divergence as a function of its four arguments *)

Definition KL (mu1 s1 mu2 s2 : R) : R :=
  RInt_gen (fun x => normal_density mu1 s1 x
                     * ln (normal_density mu1 s1 x / normal_density mu2 s2 x))
    (Rbar_locally m_infty) (Rbar_locally p_infty).

Theorem KL_closed_form (mu1 s1 mu2 s2 : R) : 0 < s1 -> 0 < s2 ->
  KL mu1 s1 mu2 s2 = kl_normal_std mu1 s1 mu2 s2.
Proof.
intros H1 H2; unfold KL.
exact (is_RInt_gen_unique (V := R_CompleteNormedModule) _ _ (kl_normal mu1 s1 mu2 s2 H1 H2)).
Qed.

Lemma positive_locally (P : R -> Prop) x : 0 < x -> (forall y, 0 < y -> P y) -> locally x P.
Proof.
intros H Q; exists (mkposreal x H); intros y Hy; apply Q.
change (Rabs (y - x) < x) in Hy; apply Rabs_def2 in Hy; lra.
Qed.

Lemma derive_KL (m1 s1 m2 s2 : R -> R) x v :
  locally x (fun y => 0 < s1 y /\ 0 < s2 y) ->
  is_derive (fun y => kl_normal_std (m1 y) (s1 y) (m2 y) (s2 y)) x v ->
  is_derive (fun y => KL (m1 y) (s1 y) (m2 y) (s2 y)) x v.
Proof.
intros L; apply is_derive_ext_loc.
generalize L; apply filter_imp; intros y [H1 H2]; symmetry; now apply KL_closed_form.
Qed.

Lemma integral_of_normals (mu1 s1 mu2 s2 v : R) : 0 < s1 -> 0 < s2 ->
  v = kl_normal_std mu1 s1 mu2 s2 ->
  is_kl (normal_density mu1 s1) (normal_density mu2 s2) v.
Proof. intros H1 H2 ->; now apply kl_normal. Qed.

Lemma derive_twice (f f' : R -> R) x v : 0 < x ->
  (forall y, 0 < y -> is_derive f y (f' y)) -> is_derive f' x v -> is_derive_n f 2 x v.
Proof.
intros H D; simpl; apply is_derive_ext_loc.
apply positive_locally; [ exact H | ].
intros y Hy; symmetry; now apply is_derive_unique, D.
Qed.

(** ** Powers of two with integer exponents *)

Lemma power_add a b : powerRZ 2 (a + b) = powerRZ 2 a * powerRZ 2 b.
Proof. apply powerRZ_add; lra. Qed.

Lemma power_opp a : powerRZ 2 (- a) = / powerRZ 2 a.
Proof. rewrite <- !exp_ln2, opp_IZR, <- exp_Ropp; f_equal; ring. Qed.

Lemma power_sub a b : powerRZ 2 (a - b) = powerRZ 2 a / powerRZ 2 b.
Proof. unfold Zminus; now rewrite power_add, power_opp. Qed.

Lemma power_pos p a : powerRZ 2 (Zpos p * a) = powerRZ 2 a ^ Pos.to_nat p.
Proof. now rewrite <- !exp_ln2, mult_IZR, Rmult_assoc, exp_pos_mult. Qed.

Lemma power_neg p a : powerRZ 2 (Zneg p * a) = / powerRZ 2 a ^ Pos.to_nat p.
Proof. now rewrite <- !exp_ln2, mult_IZR, Rmult_assoc, exp_neg_mult. Qed.

Ltac kl_power_step :=
  match goal with
  | |- context [powerRZ 2 (?a + ?b)] => rewrite (power_add a b)
  | |- context [powerRZ 2 (?a - ?b)] => rewrite (power_sub a b)
  | |- context [powerRZ 2 (- ?a)] => rewrite (power_opp a)
  | |- context [powerRZ 2 (Zpos ?p * ?a)] => rewrite (power_pos p a); kl_to_nat p
  | |- context [powerRZ 2 (Zneg ?p * ?a)] => rewrite (power_neg p a); kl_to_nat p
  | |- context [powerRZ 2 (Zpos ?p)] =>
      let r := eval cbv in (2 ^ Zpos p)%Z in
      replace (powerRZ 2 (Zpos p)) with (IZR r) by (simpl; ring)
  | |- context [powerRZ 2 (Zneg ?p)] =>
      let r := eval cbv in (2 ^ Zpos p)%Z in
      replace (powerRZ 2 (Zneg p)) with (/ IZR r) by (simpl; f_equal; ring)
  end.

(** A power of two is positive and its logarithm is a multiple of ln 2: a variable. *)
Ltac kl_powers :=
  cbv zeta in *; autounfold with kl_defs in *; repeat kl_power_step;
  rewrite ?plus_IZR, ?minus_IZR, ?mult_IZR, ?opp_IZR.

(** ** The calls *)

Ltac solve_kl_rule := intros; kl_powers; solve_kl_identity.

Ltac solve_kl_integral :=
  intros; apply integral_of_normals; [ kl_pos | kl_pos | solve_kl_rule ].

Ltac kl_scales :=
  first
  [ apply filter_forall; intros; split; kl_pos
  | match goal with
    | |- locally ?x _ => apply (positive_locally _ x); [ assumption | intros; split; kl_pos ]
    end ].

Ltac solve_kl_gradient :=
  intros; cbv zeta in *;
  first
  [ match goal with
    | |- is_derive (fun y => KL (@?m1 y) (@?s1 y) (@?m2 y) (@?s2 y)) ?x ?v =>
        apply (derive_KL m1 s1 m2 s2 x v); cbv beta; [ kl_scales | ]
    end
  | idtac ];
  autounfold with kl_defs;
  match goal with
  | |- is_derive _ _ _ => auto_derive; [ kl_pos | ]
  end;
  solve_kl_rule.

Ltac solve_kl_second d :=
  intros; apply (derive_twice _ d); [ kl_pos | intros; solve_kl_gradient | solve_kl_gradient ].

(** ** Bounds of the logarithm and the exponential, strict off one point *)

Lemma ln_lower x : 0 < x -> 1 - / x <= ln x.
Proof.
intros H; assert (L := ln_le_sub_1 (/ x) (Rinv_0_lt_compat x H)).
rewrite ln_inv in L by exact H; lra.
Qed.

(** One order more: the derivative of ln x - (x - 1) + (x - 1)^2/2 is (x - 1)^2/x. *)
Lemma ln_quadratic x : 1 < x -> x - 1 - (x - 1) ^ 2 / 2 < ln x.
Proof.
intros H.
destruct (MVT_cor2 (fun y => ln y - (y - 1) + (y - 1) ^ 2 / 2) (fun y => (y - 1) ^ 2 / y) 1 x H) as [c [E C]].
- intros c C; apply is_derive_Reals; auto_derive; [ lra | field; lra ].
- rewrite ln_1 in E; assert (P : 0 < (c - 1) ^ 2 / c * (x - 1)); [ | lra ].
  apply Rmult_lt_0_compat; [ apply Rdiv_lt_0_compat; [ apply pow_lt | ] | ]; lra.
Qed.

Lemma exp_gt_succ x : x <> 0 -> x + 1 < exp x.
Proof. intros H; assert (E := exp_ineq1 x H); lra. Qed.

Ltac kl_bound_ln x :=
  let P := fresh "P" in assert (P : 0 < x) by kl_pos;
  let L := fresh "L" in
  destruct (Req_dec x 1) as [L | L];
  [ rewrite L in *; rewrite ?ln_1 in *
  | assert (ln x < x - 1) by (now apply ln_lt_sub_1);
    try assert (x - 1 - (x - 1) ^ 2 / 2 < ln x) by (apply ln_quadratic; lra) ].

Ltac kl_bound_exp x :=
  let L := fresh "L" in
  destruct (Req_dec x 0) as [L | L];
  [ rewrite L in *; rewrite ?exp_0 in *
  | assert (x + 1 < exp x) by (now apply exp_gt_succ) ].

Ltac kl_bounds :=
  lazymatch goal with
  | |- context [ln ?x] => kl_bound_ln x
  | |- context [exp ?x] => kl_bound_exp x
  end.

Ltac kl_squares :=
  repeat match goal with
  | x : R |- _ =>
      lazymatch goal with
      | _ : 0 <= x ^ 2 |- _ => fail
      | _ => assert (0 <= x ^ 2) by apply pow2_ge_0
      end
  end.

(** A sum of squares that vanishes. *)
Ltac kl_zero := first [ lra | nra | apply Rsqr_0_uniq; unfold Rsqr; nra ].

Ltac solve_kl_minimum :=
  intros; autounfold with kl_defs; kl_decimals; kl_squares; kl_bounds;
  repeat split; intros;
  repeat match goal with H : _ /\ _ |- _ => destruct H end;
  subst; rewrite ?ln_1, ?exp_0 in *; try (exfalso; nra); kl_zero.

(** ** Statements between derivatives *)

Ltac kl_slope :=
  match goal with
  | |- context [Derive ?f ?x] =>
      let l := fresh "l" in let D := fresh "D" in
      evar (l : R);
      assert (D : is_derive f x l);
      [ autounfold with kl_defs; auto_derive; [ kl_pos | unfold l; reflexivity ]
      | rewrite (is_derive_unique f x l D); unfold l; clear D; subst l ]
  end.

(** A strict inequality between fractions, off the point 1. *)
Ltac kl_strict :=
  match goal with
  | x : R, P : 0 < ?x |- _ =>
      assert (0 < (x - 1) ^ 2) by nra; assert (0 < x * (x - 1) ^ 2) by nra
  end;
  apply Rminus_gt_0_lt;
  match goal with
  | |- 0 < ?e => let y := fresh "y" in let Y := fresh "Y" in
      remember e as y eqn:Y; field_simplify in Y; [ | kl_pos .. ]; rewrite Y; clear Y y
  end;
  apply Rdiv_lt_0_compat; [ nra | kl_pos ].

(** An equality between quotients by what a hypothesis says is not zero. *)
Ltac kl_quotient :=
  kl_powers; kl_intro; cbn [pow]; kl_expand; field; repeat split;
  first
  [ kl_pos
  | match goal with
    | H : _ <> 0 |- _ => let Z := fresh "Z" in intros Z; apply H; unfold ln_atom, exp_atom in *; lra
    end ].

Ltac solve_kl_slopes :=
  intros; cbv beta; repeat kl_slope;
  first [ solve_kl_rule | kl_quotient | autounfold with kl_defs; lra | kl_strict ].

(** A number: 1 - 1/x <= ln x <= x - 1; ln (2^k) = k ln 2. *)
Ltac solve_kl_number :=
  autounfold with kl_defs; rewrite ?ln_powerRZ;
  try match goal with
  | |- context [ln ?x] =>
      let P := fresh "P" in assert (P : 0 < x) by kl_pos;
      assert (L := ln_lower x P); assert (U := ln_le_sub_1 x P); field_simplify in L
  end;
  kl_powers; first [ lra | apply Rlt_not_eq; lra | apply Rgt_not_eq; lra ].
