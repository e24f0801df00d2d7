(* SPDX-License-Identifier: MIT *)
(** * Rounding in binary64: the evaluation of expm1mx near 0 as head and tail

    Flocq's model: rounding to nearest, ties to even, with gradual underflow; [fma]
    rounds once.  With y a value of a polynomial p within 2^-55, for example by
    Horner's rule, which is Gappa's to bound ([solve_kl_horner]):

    - [head_and_tail]: f = fma x y (1/2) and t = fma x y (1/2 - f) are 1/2 + x y
      within 2^-107;
    - [square_times_bracket]: their product with the square of x, which is a head and
      a tail too, within a relative 2^-100;
    - [expm1mx_rounded]: hence expm1mx(x) within a relative 2^-55, the error of the
      polynomial included, where x^2 (1/2 + x p) is expm1mx(x) within 2^-58.     *)

From Coq Require Import Reals Lra.
From Flocq Require Import Core Sterbenz Relative Mult_error.
From Coquelicot Require Import Coquelicot.
From Gappa Require Import Gappa_tactic.
From Interval Require Import Tactic.
From DeriveKL Require Import Formulas.
Open Scope R_scope.

Definition binary64 (x : R) : Prop := generic_format radix2 (FLT_exp (-1074) 53) x.

#[export] Instance binary64_precision : Prec_gt_0 53.
Proof. reflexivity. Qed.

Definition rnd : R -> R := rounding_float rndNE 53 (-1074).
Definition fma (a b c : R) : R := rnd (a * b + c).

(** The rounding of Gappa's library is Flocq's. *)
Lemma rnd_flocq x : rnd x = round radix2 (FLT_exp (-1074) 53) ZnearestE x.
Proof. reflexivity. Qed.

Lemma rnd_binary64 x : binary64 x -> x = rnd x.
Proof.
intros H; rewrite rnd_flocq; symmetry; apply round_generic; [ typeclasses eauto | exact H ].
Qed.

Lemma binary64_rnd x : binary64 (rnd x).
Proof. rewrite rnd_flocq; apply generic_format_round; typeclasses eauto. Qed.

Lemma binary64_half : binary64 (1 / 2).
Proof.
replace (1 / 2) with (bpow radix2 (-1)) by (simpl; lra).
apply generic_format_bpow; unfold FLT_exp; simpl; easy.
Qed.

Lemma rnd_near_half z :
  3 * powerRZ 2 (-3) <= z <= 5 * powerRZ 2 (-3) ->
  - (1 * powerRZ 2 (-54)) <= rnd z - z <= 1 * powerRZ 2 (-54).
Proof. intros H; unfold rnd; gappa. Qed.

Lemma rnd_tail d :
  - (1 * powerRZ 2 (-54)) <= d <= 1 * powerRZ 2 (-54) ->
  - (1 * powerRZ 2 (-107)) <= rnd d - d <= 1 * powerRZ 2 (-107).
Proof. intros H; unfold rnd; gappa. Qed.

Theorem head_and_tail (x y : R) : Rabs (x * y) <= 1 / 8 ->
  let f := fma x y (1 / 2) in
  let t := fma x y (rnd (1 / 2 - f)) in
  Rabs (f - (1 / 2 + x * y)) <= / 2 ^ 54 /\ Rabs (f + t - (1 / 2 + x * y)) <= / 2 ^ 107.
Proof.
intros H f t; apply Rabs_le_between in H.
assert (F : - / 2 ^ 54 <= f - (x * y + 1 / 2) <= / 2 ^ 54).
{ destruct (rnd_near_half (x * y + 1 / 2)) as [A B]; [ simpl; lra | ].
  fold (fma x y (1 / 2)) in A, B; fold f in A, B; simpl in *; lra. }
assert (E : rnd (1 / 2 - f) = 1 / 2 - f).
{ symmetry; apply rnd_binary64, sterbenz; try typeclasses eauto.
  - apply binary64_half.
  - apply binary64_rnd.
  - simpl in F; lra. }
split; [ apply Rabs_le; simpl in *; lra | ].
unfold t; rewrite E; unfold fma.
destruct (rnd_tail (x * y + (1 / 2 - f))) as [A B]; [ simpl in *; lra | ].
apply Rabs_le; simpl in *; lra.
Qed.

Theorem expm1mx_bracket (p : R -> R) (x y : R) :
  Rabs x <= 347 / 1000 ->
  Rabs (x * p x) <= 7 / 100 ->
  Rabs (x ^ 2 * (1 / 2 + x * p x) - expm1mx x) <= / 2 ^ 58 * expm1mx x ->
  Rabs (y - p x) <= / 2 ^ 55 ->
  let f := fma x y (1 / 2) in
  let t := fma x y (rnd (1 / 2 - f)) in
  (2 / 5 <= f <= 3 / 5 /\ Rabs t <= / 2 ^ 53)
  /\ Rabs (x ^ 2 * (f + t) - expm1mx x) <= 15 / 16 * / 2 ^ 55 * expm1mx x.
Proof.
intros X P A Y f t.
assert (D : Rabs (x * (y - p x)) <= 347 / 1000 * / 2 ^ 55).
{ rewrite Rabs_mult; apply Rmult_le_compat; auto using Rabs_pos. }
assert (T := head_and_tail x y); cbv zeta in T; fold f t in T.
apply Rabs_le_between in D; apply Rabs_le_between in P; apply Rabs_le_between in A.
assert (XY : x * y = x * p x + x * (y - p x)) by ring.
assert (B : Rabs (x * y) <= 1 / 8) by (apply Rabs_le; simpl in *; lra).
destruct (T B) as [F T']; clear T; rename T' into T.
apply Rabs_le_between in T; apply Rabs_le_between in F.
apply Rabs_le_between in B.
split.
{ split; [ | apply Rabs_le ]; simpl in *; lra. }
set (z := x * p x) in *; set (d := x * (y - p x)) in *.
set (E := expm1mx x) in *; set (q := x ^ 2) in *.
assert (Q : 0 <= q) by apply pow2_ge_0.
assert (E0 : 0 <= E) by (unfold E, expm1mx; assert (I := exp_ineq1_le x); lra).
set (r := f + t - (1 / 2 + z)).
assert (R1 : - (349 / 1000 * / 2 ^ 55) <= r <= 349 / 1000 * / 2 ^ 55).
{ unfold r; rewrite XY in T; simpl in *; lra. }
assert (S : q * (43 / 100) <= (1 + / 2 ^ 58) * E).
{ apply Rle_trans with (q * (1 / 2 + z)); [ apply Rmult_le_compat_l; lra | lra ]. }
assert (U : - (q * (349 / 1000 * / 2 ^ 55)) <= q * r <= q * (349 / 1000 * / 2 ^ 55)).
{ split; [ rewrite <- Ropp_mult_distr_r_reverse | ]; apply Rmult_le_compat_l; lra. }
replace (q * (f + t)) with (q * (1 / 2 + z) + q * r) by (unfold r; ring).
apply Rabs_le; simpl in *; lra.
Qed.

(** ** A square times the bracket, as head and tail *)

(** The smallest rounding error of a sum below the normal range. *)
Definition tiny : R := bpow radix2 (-1075).

Lemma rnd_error u : Rabs (rnd u - u) <= / 2 ^ 53 * Rabs u + tiny.
Proof.
destruct (error_N_FLT radix2 (-1074) 53 ltac:(reflexivity) (fun n => negb (Z.even n)) u)
  as [e [h [He [Hh [_ E]]]]].
replace (rnd u) with (u * (1 + e) + h) by (symmetry; exact E).
replace (u * (1 + e) + h - u) with (e * u + h) by ring.
apply Rle_trans with (1 := Rabs_triang _ _); rewrite Rabs_mult.
apply Rplus_le_compat.
- apply Rmult_le_compat_r; [ apply Rabs_pos | ].
  apply Rle_trans with (1 := He); simpl; lra.
- apply Rle_trans with (1 := Hh); unfold tiny.
  replace (/ 2) with (bpow radix2 (-1)) by (simpl; lra).
  rewrite <- bpow_plus; apply Rle_refl.
Qed.

Lemma exact_tail a b : binary64 a -> binary64 b -> bpow radix2 (-900) <= Rabs (a * b) ->
  rnd (a * b - rnd (a * b)) = a * b - rnd (a * b).
Proof.
intros A B H; symmetry; apply rnd_binary64.
replace (a * b - rnd (a * b)) with (- (rnd (a * b) - a * b)) by ring.
apply generic_format_opp; rewrite rnd_flocq.
apply mult_error_FLT; try typeclasses eauto; trivial; intros _.
apply Rle_trans with (2 := H); apply bpow_le; easy.
Qed.

Lemma product_bound a b A B : Rabs a <= A -> Rabs b <= B -> - (A * B) <= a * b <= A * B.
Proof.
intros Ha Hb; apply Rabs_le_between; rewrite Rabs_mult.
apply Rmult_le_compat; auto using Rabs_pos.
Qed.

Theorem square_times_bracket (x f t : R) :
  binary64 x -> binary64 f -> bpow radix2 (-400) <= Rabs x ->
  2 / 5 <= f <= 3 / 5 -> Rabs t <= / 2 ^ 53 ->
  let sh := rnd (x * x) in
  let st := rnd (x * x - sh) in
  let ph := rnd (sh * f) in
  let pt := rnd (sh * f - ph) in
  Rabs (ph + fma sh t (fma st f pt) - x ^ 2 * (f + t)) <= / 2 ^ 100 * x ^ 2.
Proof.
intros Bx Bf L F T sh st ph pt.
set (q := x * x).
assert (Lq : bpow radix2 (-800) <= q).
{ unfold q; rewrite <- (Rabs_pos_eq (x * x)), Rabs_mult by apply Rle_0_sqr.
  change (-800)%Z with (-400 + -400)%Z; rewrite bpow_plus.
  apply Rmult_le_compat; trivial; apply bpow_ge_0. }
assert (T0 : 0 < tiny) by apply bpow_gt_0.
assert (Tq : tiny <= / 2 ^ 106 * q).
{ unfold tiny; apply Rle_trans with (/ 2 ^ 106 * bpow radix2 (-800)).
  - replace (/ 2 ^ 106) with (bpow radix2 (-106)) by (simpl; lra).
    rewrite <- bpow_plus; apply bpow_le; easy.
  - apply Rmult_le_compat_l; [ simpl; lra | exact Lq ]. }
assert (Q : 0 < q) by (apply Rlt_le_trans with (2 := Lq); apply bpow_gt_0).
assert (Q' : Rabs q = q) by (apply Rabs_pos_eq; lra).
assert (Es := rnd_error q); fold q in sh; fold sh in Es; rewrite Q' in Es.
apply Rabs_le_between in Es.
assert (St : st = q - sh).
{ unfold st, sh, q; apply exact_tail; trivial.
  fold q; rewrite Q'; apply Rle_trans with (2 := Lq); apply bpow_le; easy. }
assert (Sh : Rabs sh <= 2 * q) by (apply Rabs_le; simpl in *; lra).
assert (Sb : Rabs st <= / 2 ^ 52 * q) by (rewrite St; apply Rabs_le; simpl in *; lra).
assert (Fa : Rabs f <= 3 / 5) by (apply Rabs_le; lra).
assert (Pb := product_bound sh f _ _ Sh Fa).
assert (Pa : Rabs (sh * f) <= 6 / 5 * q) by (apply Rabs_le; lra).
assert (Ep := rnd_error (sh * f)); fold ph in Ep; apply Rabs_le_between in Ep.
assert (Pt : pt = sh * f - ph).
{ unfold pt, ph; apply exact_tail; trivial; [ apply binary64_rnd | ].
  apply Rle_trans with (/ 4 * q).
  - apply Rle_trans with (/ 4 * bpow radix2 (-800)); [ | apply Rmult_le_compat_l; lra ].
    replace (/ 4) with (bpow radix2 (-2)) by (simpl; lra).
    rewrite <- bpow_plus; apply bpow_le; easy.
  - rewrite Rabs_mult, (Rabs_pos_eq f), (Rabs_pos_eq sh) by (simpl in *; lra).
    apply Rle_trans with (3 / 4 * q * (2 / 5)); [ lra | ].
    apply Rmult_le_compat; simpl in *; lra. }
assert (Sf := product_bound st f _ _ Sb Fa).
assert (Ub : Rabs (st * f + pt) <= 5 * / 2 ^ 53 * q).
{ rewrite Pt; apply Rabs_le; simpl in *; lra. }
assert (E1 := rnd_error (st * f + pt)); fold (fma st f pt) in E1.
set (t1 := fma st f pt) in *; apply Rabs_le_between in E1; apply Rabs_le_between in Ub.
assert (Ub' : Rabs (st * f + pt) <= 5 * / 2 ^ 53 * q) by (apply Rabs_le; lra).
assert (Ht := product_bound sh t _ _ Sh T).
assert (Vb : Rabs (sh * t + t1) <= 9 * / 2 ^ 53 * q) by (apply Rabs_le; simpl in *; lra).
assert (E2 := rnd_error (sh * t + t1)); fold (fma sh t t1) in E2.
set (t2 := fma sh t t1) in *; apply Rabs_le_between in E2.
assert (Stt := product_bound st t _ _ Sb T).
assert (I : ph + t2 - x ^ 2 * (f + t)
            = (t2 - (sh * t + t1)) + (t1 - (st * f + pt)) - st * t).
{ rewrite Pt, St; unfold q; ring. }
rewrite I; replace (x ^ 2) with q by (unfold q; ring).
apply Rabs_le; simpl in *; lra.
Qed.

Theorem expm1mx_rounded (p : R -> R) (x y : R) :
  binary64 x -> bpow radix2 (-400) <= Rabs x -> Rabs x <= 347 / 1000 ->
  Rabs (x * p x) <= 7 / 100 ->
  Rabs (x ^ 2 * (1 / 2 + x * p x) - expm1mx x) <= / 2 ^ 58 * expm1mx x ->
  Rabs (y - p x) <= / 2 ^ 55 ->
  let f := fma x y (1 / 2) in
  let t := fma x y (rnd (1 / 2 - f)) in
  let sh := rnd (x * x) in
  let st := rnd (x * x - sh) in
  let ph := rnd (sh * f) in
  let pt := rnd (sh * f - ph) in
  Rabs (ph + fma sh t (fma st f pt) - expm1mx x) <= / 2 ^ 55 * expm1mx x.
Proof.
intros B L X P A Y f t sh st ph pt.
destruct (expm1mx_bracket p x y X P A Y) as [[F T] E]; fold f t in F, T, E.
assert (S := square_times_bracket x f t B (binary64_rnd _) L F T).
cbv zeta in S; fold sh in S; fold st in S; fold ph in S; fold pt in S.
set (v := ph + fma sh t (fma st f pt)) in *.
apply Rabs_le_between in S; apply Rabs_le_between in E.
apply Rabs_le_between in P; apply Rabs_le_between in A.
set (e := expm1mx x) in *; set (q := x ^ 2) in *; set (z := x * p x) in *.
assert (Q : 0 <= q) by apply pow2_ge_0.
assert (C : q * (43 / 100) <= (1 + / 2 ^ 58) * e).
{ apply Rle_trans with (q * (1 / 2 + z)); [ apply Rmult_le_compat_l; lra | lra ]. }
apply Rabs_le; simpl in *; lra.
Qed.

(** ** The calls *)

Create HintDb kl_rounding discriminated.

Ltac solve_kl_horner :=
  let x := fresh "x" in let B := fresh "B" in let L := fresh "L" in
  intros x B; rewrite (rnd_binary64 x B); clear B; intros L;
  autounfold with kl_rounding kl_polynomials; unfold fma, rnd in *; gappa.

(** From the bound [H] of Horner's rule and that of the polynomial, [A]. *)
Ltac solve_kl_rounding H A :=
  let x := fresh "x" in let B := fresh "B" in let L := fresh "L" in let U := fresh "U" in
  intros x B L U; autounfold with kl_rounding; cbv zeta;
  match type of A with
  | forall x, _ -> Rabs (_ * (1 / 2 + _ * ?p _) - _) <= _ =>
      apply (expm1mx_rounded p x);
      [ exact B | exact L | lra
      | apply Rabs_le_between in U; autounfold with kl_polynomials; interval with (i_prec 60)
      | apply A; exact U
      | apply Rabs_le; change (/ 2 ^ 55) with (powerRZ 2 (-55)); rewrite <- (Rmult_1_l (powerRZ 2 (-55)));
        apply (H x B); apply Rle_trans with (1 := U); interval with (i_prec 80) ]
  end.
