(* SPDX-License-Identifier: MIT *)
(** * One-call proofs for machine-written statements

    - [kl_pos]: e > 0, e >= 0, e <> 0 (and conjunctions) from the positivity
      hypotheses of the context;
    - [solve_kl_identity]: an equality between closed forms, in any scale;
    - [solve_kl_derive]: [is_derive] of a closed form in one argument;
      both take conjunctions, [let ... in] and equations that name a variable.

    How an equality is decided.  Square roots of a variable are removed by writing
    the variable as a square; logarithms of products, quotients, powers,
    exponentials and exponentials of sums and multiples are expanded, down to
    logarithms and exponentials of what cannot be expanded.  Those are then
    generators, and what is left is a decision on rational functions ([field]).
    The tactics never assume anything: a false statement is left unproved.      *)

From Coq Require Import Reals Lra Psatz ZArith QArith_base Qreals.
From Coquelicot Require Import Coquelicot.
From DeriveKL Require Export Formulas.
Open Scope R_scope.

(** ** Rewriting rules *)

Lemma exp_opp x : exp (- x) = / exp x.
Proof. apply exp_Ropp. Qed.

Lemma exp_minus x y : exp (x - y) = exp x / exp y.
Proof. unfold Rminus, Rdiv; now rewrite exp_plus, exp_Ropp. Qed.

Lemma exp_nat n x : exp (INR n * x) = exp x ^ n.
Proof.
induction n as [ | n IH ].
- simpl; now rewrite Rmult_0_l, exp_0.
- rewrite S_INR; replace ((INR n + 1) * x) with (x + INR n * x) by ring.
  now rewrite exp_plus, IH.
Qed.

Lemma exp_pos_mult p x : exp (IZR (Zpos p) * x) = exp x ^ Pos.to_nat p.
Proof. now rewrite <- positive_nat_Z, <- INR_IZR_INZ, exp_nat. Qed.

Lemma exp_neg_mult p x : exp (IZR (Zneg p) * x) = / exp x ^ Pos.to_nat p.
Proof.
rewrite <- exp_pos_mult, <- exp_Ropp; f_equal.
change (Zneg p) with (- Zpos p)%Z; rewrite opp_IZR; ring.
Qed.

Lemma exp_half x : exp x = exp (x / 2) ^ 2.
Proof. simpl; rewrite Rmult_1_r, <- exp_plus; f_equal; field. Qed.

Lemma sqrt_exp x : sqrt (exp x) = exp (x / 2).
Proof. rewrite exp_half; apply sqrt_pow2, Rlt_le, exp_pos. Qed.

Lemma sqrt_generator v : 0 < v -> exists w, 0 < w /\ v = w ^ 2.
Proof.
intros H; exists (sqrt v); split; [ now apply sqrt_lt_R0 | ].
simpl; rewrite Rmult_1_r, sqrt_sqrt; lra.
Qed.

Lemma ln_power n x : 0 < x -> ln (x ^ n) = IZR (Z.of_nat n) * ln x.
Proof. intros H; now rewrite ln_pow, INR_IZR_INZ. Qed.

Lemma ln_sqrt v : 0 < v -> ln (sqrt v) = ln v / 2.
Proof.
intros H; destruct (sqrt_generator v H) as [w [W ->]].
rewrite sqrt_pow2, ln_power by lra; simpl; field.
Qed.

(** Powers of two and the series variable, for the range reductions. *)
Lemma exp_ln2 k : exp (IZR k * ln 2) = powerRZ 2 k.
Proof. rewrite powerRZ_Rpower by lra; reflexivity. Qed.

Lemma ln_powerRZ k : ln (powerRZ 2 k) = IZR k * ln 2.
Proof. now rewrite <- exp_ln2, ln_exp. Qed.

Lemma series_variable t : -1 < t -> (1 + t / (2 + t)) / (1 - t / (2 + t)) = 1 + t.
Proof. intros H; field; lra. Qed.

Lemma quotient_variable a b c : 0 < a -> 0 < b -> c = a + b ->
  (1 + (a - b) / c) / (1 - (a - b) / c) = a / b.
Proof. intros Ha Hb ->; field; lra. Qed.

Lemma one_and_difference a b : b <> 0 -> 1 + (a - b) / b = a / b.
Proof. intros H; field; exact H. Qed.

Lemma ln_inv x : 0 < x -> ln (/ x) = - ln x.
Proof. exact (ln_Rinv x). Qed.

(** Marks for generators: what carries them is not expanded any more. *)
Definition ln_atom (x : R) : R := ln x.
Definition exp_atom (x : R) : R := exp x.

Lemma exp_ln_atom x : 0 < x -> exp (ln_atom x) = x.
Proof. apply exp_ln. Qed.

Lemma exp_ln2_atom k : exp (IZR k * ln_atom 2) = powerRZ 2 k.
Proof. exact (exp_ln2 k). Qed.

Lemma exp_atom_pos x : 0 < exp_atom x.
Proof. apply exp_pos. Qed.

Lemma exp_atom_half x : exp_atom x = exp_atom (x / 2) ^ 2.
Proof. apply exp_half. Qed.

(** ** Positivity *)

Lemma pos_nonzero x : 0 < x -> x <> 0.
Proof. exact (Rgt_not_eq x 0). Qed.

Ltac kl_pos :=
  lazymatch goal with
  | |- True => exact I
  | |- _ /\ _ => split; kl_pos
  | |- ?a > ?b => change (b < a); kl_pos
  | |- _ <> 0 => kl_nonzero
  | |- 0 <> _ => apply not_eq_sym; kl_nonzero
  | |- 0 <= _ => first [ assumption | lra | apply pow2_ge_0 | apply Rlt_le; kl_gt ]
  | |- 0 < _ => kl_gt
  | |- _ => lra
  end
with kl_gt :=
  first
  [ assumption
  | lra
  | lazymatch goal with
    | |- 0 < exp _ => apply exp_pos
    | |- 0 < exp_atom _ => apply exp_atom_pos
    | |- 0 < sqrt _ => apply sqrt_lt_R0; kl_gt
    | |- 0 < _ * _ => apply Rmult_lt_0_compat; kl_gt
    | |- 0 < / _ => apply Rinv_0_lt_compat; kl_gt
    | |- 0 < _ / _ => apply Rdiv_lt_0_compat; kl_gt
    | |- 0 < _ ^ _ => apply pow_lt; kl_gt
    | |- 0 < powerRZ _ _ => apply powerRZ_lt; kl_gt
    | |- 0 < _ + _ => first [ apply Rplus_lt_0_compat; kl_gt | nra | kl_gt_fraction ]
    | |- 0 < _ - _ => first [ nra | kl_gt_fraction ]
    | |- _ => nra
    end ]
with kl_gt_fraction :=
  (* bring a sum to one fraction, whose parts may be positive *)
  let y := fresh "y" in let Y := fresh "Y" in
  match goal with
  | |- 0 < ?e => remember e as y eqn:Y; field_simplify in Y; [ | kl_pos .. ];
                 rewrite Y; clear Y y
  end;
  lazymatch goal with
  | |- 0 < _ / _ => kl_gt
  | |- 0 < _ * _ => kl_gt
  | |- 0 < _ ^ _ => kl_gt
  | |- _ => first [ lra | nra ]
  end
with kl_nonzero :=
  first
  [ assumption
  | lra
  | lazymatch goal with
    | |- _ * _ <> 0 => apply Rmult_integral_contrapositive_currified; kl_nonzero
    | |- _ ^ _ <> 0 => apply pow_nonzero; kl_nonzero
    | |- powerRZ _ _ <> 0 => apply powerRZ_NOR; kl_nonzero
    | |- / _ <> 0 => apply Rinv_neq_0_compat; kl_nonzero
    | |- - _ <> 0 => apply Ropp_neq_0_compat; kl_nonzero
    end
  | apply pos_nonzero; kl_gt ].

(** ** Square roots *)

Ltac kl_sqrt_step :=
  match goal with
  | |- context [sqrt (exp ?a)] => rewrite (sqrt_exp a)
  | |- context [sqrt (?a ^ 2)] => rewrite (sqrt_pow2 a) by kl_pos
  | |- context [sqrt (?a * (?a * 1))] =>
      replace (a * (a * 1)) with (a ^ 2) by reflexivity; rewrite (sqrt_pow2 a) by kl_pos
  | |- context [sqrt (?a * ?a)] => rewrite (sqrt_square a) by kl_pos
  | |- context [sqrt ?v] =>
      is_var v;
      let w := fresh "w" in let W := fresh "W" in let E := fresh "E" in
      destruct (sqrt_generator v ltac:(kl_pos)) as [w [W E]]; subst v
  | |- context [sqrt (?a * ?b)] => rewrite (sqrt_mult a b) by kl_pos
  | |- context [sqrt (?a / ?b)] => rewrite (sqrt_div a b) by kl_pos
  | |- context [sqrt 1] => rewrite sqrt_1
  end.

(** ** Logarithms *)

Ltac kl_ln_step :=
  match goal with
  | |- context [ln ?e] =>
      lazymatch e with
      | 1 => rewrite ln_1
      | exp ?a => rewrite (ln_exp a)
      | powerRZ 2 ?k => rewrite (ln_powerRZ k)
      | (1 + ?t / (2 + ?t)) / (1 - ?t / (2 + ?t)) => rewrite (series_variable t) by lra
      | (1 + (?a - ?b) / ?c) / (1 - (?a - ?b) / ?c) =>
          rewrite (quotient_variable a b c) by first [ ring | kl_pos ]
      | 1 + (?a - ?b) / ?b => rewrite (one_and_difference a b) by kl_pos
      | sqrt ?a => rewrite (ln_sqrt a) by kl_pos
      | ?a * ?b => rewrite (ln_mult a b) by kl_pos
      | ?a / ?b => rewrite (ln_div a b) by kl_pos
      | / ?a => rewrite (ln_inv a) by kl_pos
      | ?a ^ ?n => rewrite (ln_power n a) by kl_pos; cbn [Z.of_nat Pos.of_succ_nat Pos.succ]
      end
  | |- context [ln ?e] =>
      (* a sum, say: bring it to one fraction, which may be a product *)
      let y := fresh "y" in let Y := fresh "Y" in
      remember e as y eqn:Y in |- *;
      field_simplify in Y; [ | kl_pos .. ];
      lazymatch type of Y with
      | _ = e => fail
      | _ = ?e' => rewrite Y; clear Y y; kl_ln_tidy e'
      end
  | |- context [ln ?e] => change (ln e) with (ln_atom e)
  end
with kl_ln_tidy e :=
  lazymatch e with
  | 1 => idtac
  | _ * _ => idtac | _ / _ => idtac | _ ^ _ => idtac | exp _ => idtac
  | _ => change (ln e) with (ln_atom e)
  end.

(** ** Exponentials *)

Ltac kl_exp_step :=
  match goal with
  | |- context [exp ?e] =>
      lazymatch e with
      | 0 => rewrite exp_0
      | 0 / ?a => replace (0 / a) with 0 by (unfold Rdiv; symmetry; apply Rmult_0_l)
      | ln_atom ?a => rewrite (exp_ln_atom a) by kl_pos
      | ?a + ?b => rewrite (exp_plus a b)
      | ?a - ?b => rewrite (exp_minus a b)
      | - ?a => rewrite (exp_opp a)
      | IZR ?k * ln_atom 2 => rewrite (exp_ln2_atom k)
      | IZR (Zpos ?p) * ?a => rewrite (exp_pos_mult p a); kl_to_nat p
      | IZR (Zneg ?p) * ?a => rewrite (exp_neg_mult p a); kl_to_nat p
      | ?a * IZR ?k => replace (a * IZR k) with (IZR k * a) by apply Rmult_comm
      | 1 / 2 * ?a => replace (1 / 2 * a) with (a / 2) by field
      | / 2 * ?a => replace (/ 2 * a) with (a / 2) by field
      | 5 / 10 * ?a => replace (5 / 10 * a) with (a / 2) by field
      | -5 / 10 * ?a => replace (-5 / 10 * a) with (- (a / 2)) by field
      | ?a * / 2 => change (a * / 2) with (a / 2)
      | ?a * (1 / 2) => replace (a * (1 / 2)) with (a / 2) by field
      | (?a + ?b) / 2 => replace ((a + b) / 2) with (a / 2 + b / 2) by field
      | (?a - ?b) / 2 => replace ((a - b) / 2) with (a / 2 - b / 2) by field
      | (- ?a) / 2 => replace (- a / 2) with (- (a / 2)) by field
      | (IZR ?k * ?a) / 2 => replace (IZR k * a / 2) with (IZR k * (a / 2)) by field
      | _ => change (exp e) with (exp_atom e)
      end
  end
with kl_to_nat p :=
  let n := eval cbv in (Pos.to_nat p) in change (Pos.to_nat p) with n.

Ltac kl_halves :=
  repeat match goal with
  | |- context [exp_atom (?a / 2)] =>
      match goal with
      | |- context [exp_atom a] => rewrite (exp_atom_half a)
      end
  end.

(** 0.5 is the rational number 5#10 to the parser. *)
Ltac kl_decimals :=
  repeat match goal with
  | |- context [Q2R (QArith_base.Qmake ?p ?q)] =>
      change (Q2R (QArith_base.Qmake p q)) with (IZR p / IZR (Zpos q))
  end.

Ltac kl_expand :=
  repeat kl_sqrt_step;
  repeat kl_ln_step;
  repeat kl_exp_step;
  kl_halves.

(** ** The two calls *)

Ltac kl_unfold := autounfold with kl_defs in *; kl_decimals.

(** A value, in a ring whose generators are logarithms and exponentials. *)
Ltac kl_field := first [ ring | field; kl_pos ].

(** Local definitions, equations that name a variable, conjunctions. *)
Ltac kl_intro :=
  intros; cbv zeta in *;
  repeat match goal with H : ?x = _ |- _ => is_var x; subst x end;
  repeat match goal with H : _ /\ _ |- _ => destruct H end;
  repeat match goal with |- _ /\ _ => split end.

Ltac solve_kl_identity :=
  kl_intro; kl_unfold; cbn [pow]; kl_expand; solve [ kl_field ].

Ltac solve_kl_derive :=
  kl_intro; kl_unfold;
  match goal with
  | |- is_derive _ _ _ => auto_derive; [ kl_pos | ]
  end;
  solve_kl_identity.
