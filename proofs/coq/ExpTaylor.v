(* SPDX-License-Identifier: MIT *)
(** * Taylor's polynomial of exp with a bound for its remainder

    [exp_taylor]: for |x| <= 1,
    |exp x - sum_{k <= n} x^k / k!| <= 3 |x|^(n+1) / (n+1)!.
    It removes the quotient 0/0 from (exp x - 1 - x) / x^2 at 0, where interval
    arithmetic alone cannot go.                                                 *)

From Coq Require Import Reals Lra ZArith.
From Coquelicot Require Import Coquelicot.
Open Scope R_scope.

(** The factorial as a product of integer constants: nothing unary is computed. *)
Fixpoint factorial (n : nat) : R :=
  match n with O => 1 | S m => IZR (Z.of_nat n) * factorial m end.

Lemma factorial_fact n : INR (fact n) = factorial n.
Proof.
induction n as [ | n IH ]; [ reflexivity | ].
rewrite fact_simpl, mult_INR, IH.
change (factorial (S n)) with (IZR (Z.of_nat (S n)) * factorial n).
now rewrite <- INR_IZR_INZ.
Qed.

Lemma factorial_pos n : 0 < factorial n.
Proof. rewrite <- factorial_fact; apply INR_fact_lt_0. Qed.

Fixpoint taylor (n : nat) (x : R) : R :=
  match n with O => 1 | S m => taylor m x + x ^ n / factorial n end.

Lemma taylor_sum n x : taylor n x = sum_f_R0 (fun m => x ^ m / INR (fact m)) n.
Proof.
induction n as [ | n IH ].
- simpl; field.
- rewrite tech5, <- IH, factorial_fact; reflexivity.
Qed.

Lemma exp_le_3_below_1 z : z <= 1 -> exp z <= 3.
Proof.
intros H; apply Rle_trans with (exp 1); [ | exact exp_le_3 ].
destruct H as [H | ->]; [ left; now apply exp_increasing | right; reflexivity ].
Qed.

Lemma exp_smooth k t : ex_derive_n exp k t.
Proof.
destruct k as [ | k ]; [ exact I | ].
exists (exp t); apply (is_derive_n_exp (S k)).
Qed.

(** The remainder in Lagrange's form, on either side of 0. *)
Lemma exp_taylor_lagrange n x : x <> 0 ->
  exists z, Rmin 0 x < z < Rmax 0 x
            /\ exp x = taylor n x + x ^ S n / factorial (S n) * exp z.
Proof.
intros N.
destruct (Rtotal_order x 0) as [H | [H | H]]; [ | contradiction | ].
- (* exp (- t), from 0 to - x *)
  assert (D : forall k t, is_derive_n (fun u => exp (- u)) k t ((-1) ^ k * exp (- t))).
  { intros k t; apply (is_derive_n_comp_opp exp).
    - apply filter_forall; intros y j _; apply exp_smooth.
    - apply is_derive_n_exp. }
  destruct (Taylor_Lagrange (fun u => exp (- u)) n 0 (- x)) as [z [Hz E]].
  + lra.
  + intros t _ k _; destruct k as [ | k ]; [ exact I | ].
    exists ((-1) ^ S k * exp (- t)); apply (D (S k)).
  + exists (- z); rewrite Rmin_right, Rmax_left by lra; split; [ lra | ].
    rewrite Ropp_involutive in E; rewrite E, taylor_sum; f_equal.
    * apply sum_eq; intros i _; rewrite (is_derive_n_unique _ _ _ _ (D i 0)).
      rewrite Ropp_0, exp_0, Rmult_1_r, Rminus_0_r.
      replace (x ^ i) with ((- x) ^ i * (-1) ^ i)
        by (rewrite <- Rpow_mult_distr; f_equal; ring).
      field; apply INR_fact_neq_0.
    * rewrite (is_derive_n_unique _ _ _ _ (D (S n) z)), factorial_fact, Rminus_0_r.
      replace (x ^ S n) with ((- x) ^ S n * (-1) ^ S n)
        by (rewrite <- Rpow_mult_distr; f_equal; ring).
      field; apply Rgt_not_eq, factorial_pos.
- destruct (Taylor_Lagrange exp n 0 x H) as [z [Hz E]].
  + intros t _ k _; apply exp_smooth.
  + exists z; rewrite Rmin_left, Rmax_right by lra; split; [ exact Hz | ].
    rewrite E, taylor_sum, Rminus_0_r; f_equal.
    * apply sum_eq; intros i _.
      rewrite (is_derive_n_unique _ _ _ _ (is_derive_n_exp i 0)), exp_0; ring.
    * rewrite (is_derive_n_unique _ _ _ _ (is_derive_n_exp (S n) z)), factorial_fact.
      reflexivity.
Qed.

Theorem exp_taylor n x : Rabs x <= 1 ->
  Rabs (exp x - taylor n x) <= 3 * Rabs x ^ S n / factorial (S n).
Proof.
intros H; assert (F := factorial_pos (S n)).
destruct (Req_dec x 0) as [Z | N].
- replace (exp x) with (taylor n x).
  + rewrite Rminus_eq_0, Rabs_R0.
    apply Rmult_le_pos; [ | left; now apply Rinv_0_lt_compat ].
    assert (P := pow_le (Rabs x) (S n) (Rabs_pos x)); lra.
  + rewrite Z, exp_0; clear; induction n as [ | n IH ]; [ reflexivity | ].
    change (taylor (S n) 0) with (taylor n 0 + 0 ^ S n / factorial (S n)).
    rewrite IH, pow_ne_zero by discriminate; unfold Rdiv; ring.
- destruct (exp_taylor_lagrange n x N) as [z [Hz E]].
  replace (exp x - taylor n x) with (x ^ S n * / factorial (S n) * exp z)
    by (rewrite E; unfold Rdiv; ring).
  rewrite !Rabs_mult, <- RPow_abs, (Rabs_right (/ _)), (Rabs_right (exp z)).
  + assert (L : exp z <= 3).
    { apply exp_le_3_below_1; apply Rabs_le_between in H.
      unfold Rmax in Hz; destruct (Rle_dec 0 x); lra. }
    assert (P := pow_le (Rabs x) (S n) (Rabs_pos x)).
    assert (V := Rinv_0_lt_compat _ F).
    unfold Rdiv; assert (W : 0 <= Rabs x ^ S n * / factorial (S n)) by nra.
    nra.
  + left; apply exp_pos.
  + left; now apply Rinv_0_lt_compat.
Qed.
