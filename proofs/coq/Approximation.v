(* SPDX-License-Identifier: MIT *)
(** * From a polynomial close to Taylor's to a relative bound for expm1mx

    [expm1mx_approximation]: where P lies between (1 - eps) T and (1 + eps) T with
    a little to spare, T of degree 14 from Taylor's polynomial of exp, there
    |x^2 P(x) - expm1mx(x)| <= eps expm1mx(x).  The two inequalities are between
    polynomials: interval arithmetic decides them ([solve_kl_approximation]).     *)

From Coq Require Import Reals Lra ZArith.
From Coquelicot Require Import Coquelicot.
From Interval Require Import Tactic.
From DeriveKL Require Import Formulas ExpTaylor.
Open Scope R_scope.

(** (exp x - 1 - x) / x^2, by Taylor's polynomial of degree 16. *)
Definition expm1mx_taylor (x : R) : R :=
  1 / 2 + x * (1 / 6 + x * (1 / 24 + x * (1 / 120 + x * (1 / 720 + x * (1 / 5040
  + x * (1 / 40320 + x * (1 / 362880 + x * (1 / 3628800 + x * (1 / 39916800
  + x * (1 / 479001600 + x * (1 / 6227020800 + x * (1 / 87178291200
  + x * (1 / 1307674368000 + x * (1 / 20922789888000)))))))))))))).

Lemma taylor_16 x : taylor 16 x = 1 + x + x ^ 2 * expm1mx_taylor x.
Proof. cbv [taylor factorial Z.of_nat Pos.of_succ_nat Pos.succ expm1mx_taylor]; field. Qed.

(** What the remainder may use: 2^-68. *)
Lemma taylor_16_remainder x : Rabs x <= 7 / 20 ->
  3 * Rabs x ^ 15 / 355687428096000 * 2 <= / 2 ^ 68.
Proof. intros H; assert (N := Rabs_pos x); interval with (i_prec 60). Qed.

Theorem expm1mx_approximation (P : R -> R) (eps x : R) :
  0 < eps <= 1 -> Rabs x <= 7 / 20 ->
  P x - expm1mx_taylor x - eps * expm1mx_taylor x <= - / 2 ^ 68 ->
  expm1mx_taylor x - P x - eps * expm1mx_taylor x <= - / 2 ^ 68 ->
  Rabs (x ^ 2 * P x - expm1mx x) <= eps * expm1mx x.
Proof.
intros [e0 e1] H A B.
assert (C := taylor_16_remainder x H).
assert (E := exp_taylor 16 x ltac:(lra)).
rewrite taylor_16 in E.
replace (3 * Rabs x ^ 17 / factorial 17)
  with (x ^ 2 * (3 * Rabs x ^ 15 / 355687428096000)) in E.
2: { rewrite <- (pow2_abs x).
     cbv [factorial Z.of_nat Pos.of_succ_nat Pos.succ]; field. }
assert (R0 : 0 <= 3 * Rabs x ^ 15 / 355687428096000).
{ assert (Q := pow_le (Rabs x) 15 (Rabs_pos x)); lra. }
set (r := 3 * Rabs x ^ 15 / 355687428096000) in *.
set (slack := / 2 ^ 68) in *; set (T := expm1mx_taylor x) in *.
assert (Q := pow2_ge_0 x); set (q := x ^ 2) in *.
apply Rabs_le_between in E; unfold expm1mx; apply Rabs_le.
assert (A' : q * (P x - T - eps * T) <= q * - slack) by (now apply Rmult_le_compat_l).
assert (B' : q * (T - P x - eps * T) <= q * - slack) by (now apply Rmult_le_compat_l).
assert (C' : q * (r * (1 + eps)) <= q * slack).
{ apply Rmult_le_compat_l; [ exact Q | ]; apply Rle_trans with (2 := C); nra. }
assert (F : eps * (q * T - (exp x - 1 - x)) <= eps * (q * r)) by
  (apply Rmult_le_compat_l; lra).
assert (G : eps * ((exp x - 1 - x) - q * T) <= eps * (q * r)) by
  (apply Rmult_le_compat_l; lra).
split; lra.
Qed.

(** [P] is to be unfolded to a polynomial with numbers for coefficients. *)
Ltac solve_kl_approximation P :=
  let x := fresh "x" in let H := fresh "H" in
  intros x H; apply (expm1mx_approximation P);
  [ split; interval with (i_prec 60)
  | lra
  | apply Rabs_le_between in H; cbv beta; autounfold with kl_polynomials; unfold expm1mx_taylor;
    interval with (i_prec 110, i_bisect x, i_taylor x, i_degree 14, i_depth 20)
  | apply Rabs_le_between in H; cbv beta; autounfold with kl_polynomials; unfold expm1mx_taylor;
    interval with (i_prec 110, i_bisect x, i_taylor x, i_degree 14, i_depth 20) ].

Create HintDb kl_polynomials discriminated.
