(* SPDX-License-Identifier: MIT *)
(** * Rounding in binary64: x - ln(1 + x) near 0 as head and tail

    The evaluation for a factor 1 + x that needs no power of two, x from sqrt(1/2) - 1
    to sqrt(2) - 1, in the model of [Rounding]; u is 2^-53.  With F = x/(2 + x), P a
    polynomial with ln((1 + F)/(1 - F)) = 2 F + 2 F^3 P(F^2) but for little, and h its
    value by Horner's rule within 2^-54:

    - [quotient_rounded]: the quotient by a head and tail is F within 2^-101 F;
    - [series_rounded]: w h, w the rounded square of it, is F^2 P(F^2) within 1.21 u F^2;
    - [log1pmx_rounded]: the product of both with x is x - ln(1 + x) within a relative
      2^-54, the error of the polynomial included.

    Sums with tails are computed as in the kernels, six operations or three; that
    the former are exact here is part of [quotient_rounded].                      *)

From Coq Require Import Reals Lra.
From Flocq Require Import Core Sterbenz Relative Mult_error Plus_error.
From Coquelicot Require Import Coquelicot.
From Gappa Require Import Gappa_tactic.
From Interval Require Import Tactic.
From DeriveKL Require Import Formulas Rounding AtanhApproximation.
Open Scope R_scope.

Definition u : R := / 2 ^ 53.

Lemma u_pos : 0 < u.
Proof. unfold u; apply Rinv_0_lt_compat; apply pow_lt; lra. Qed.

Lemma u_small : u <= / 1000000000000000.
Proof. unfold u; apply Rinv_le_contravar; simpl; lra. Qed.

Lemma tiny_pos : 0 < tiny.
Proof. apply bpow_gt_0. Qed.

Lemma within v B : Rabs v <= B -> - (u * B + tiny) <= rnd v - v <= u * B + tiny.
Proof.
intros H; apply Rabs_le_between; apply Rle_trans with (1 := rnd_error v); fold u.
apply Rplus_le_compat_r, Rmult_le_compat_l; [ apply Rlt_le, u_pos | exact H ].
Qed.

Lemma rnd_again v : rnd (rnd v + 0) = rnd v.
Proof. rewrite Rplus_0_r; symmetry; apply rnd_binary64, binary64_rnd. Qed.

Lemma divided a b A : Rabs a <= A -> 17 / 10 <= b -> Rabs (a / b) <= 10 / 17 * A.
Proof.
intros H B; unfold Rdiv at 1; rewrite Rabs_mult, (Rabs_pos_eq (/ b)) by (apply Rlt_le, Rinv_0_lt_compat; lra).
assert (I : / b <= 10 / 17) by (replace (10 / 17) with (/ (17 / 10)) by field; apply Rinv_le_contravar; lra).
assert (0 <= / b) by (apply Rlt_le, Rinv_0_lt_compat; lra).
rewrite (Rmult_comm (10 / 17)); apply Rmult_le_compat; trivial; apply Rabs_pos.
Qed.

(** ** The sum 2 + x, exactly *)

Lemma two_plus x : binary64 x -> -2929 / 10000 <= x <= 41422 / 100000 ->
  let sh := rnd (2 + x) in
  let part := rnd (sh - 2) in
  rnd (rnd (2 - rnd (sh - part)) + rnd (x - part)) = 2 + x - sh
  /\ Rabs (2 + x - sh) <= 3 * u.
Proof.
intros Bx X sh part.
assert (B2 : binary64 2).
{ replace 2 with (bpow radix2 1) by (simpl; lra).
  apply generic_format_bpow; unfold FLT_exp; simpl; easy. }
assert (U := u_small); assert (U0 := u_pos); assert (T0 := tiny_pos).
assert (T : tiny <= / 1000 * u).
{ unfold tiny, u; apply Rle_trans with (bpow radix2 (-100)); [ apply bpow_le; easy | simpl; lra ]. }
assert (E : - (u * (5 / 2) + tiny) <= sh - (2 + x) <= u * (5 / 2) + tiny).
{ apply within; apply Rabs_le; lra. }
assert (P : part = sh - 2).
{ symmetry; apply rnd_binary64, sterbenz; try typeclasses eauto; trivial; [ apply binary64_rnd | lra ]. }
split; [ | apply Rabs_le; lra ].
rewrite P; replace (sh - (sh - 2)) with 2 by ring.
rewrite <- (rnd_binary64 2 B2); replace (2 - 2) with 0 by ring.
assert (D : binary64 (2 + x - sh)).
{ replace (2 + x - sh) with (- (sh - (2 + x))) by ring; apply generic_format_opp.
  unfold sh; rewrite rnd_flocq; apply plus_error; try typeclasses eauto; trivial. }
replace (x - (sh - 2)) with (2 + x - sh) by ring.
rewrite <- (rnd_binary64 _ D).
assert (Z : rnd 0 = 0) by (symmetry; apply rnd_binary64, generic_format_0).
rewrite Z, Rplus_0_l; symmetry; now apply rnd_binary64.
Qed.

(** ** The quotient x / (2 + x) *)

Theorem quotient_rounded x : binary64 x -> bpow radix2 (-300) <= Rabs x ->
  -2929 / 10000 <= x <= 41422 / 100000 ->
  let F := x / (2 + x) in
  let sh := rnd (2 + x) in
  let part := rnd (sh - 2) in
  let st := rnd (rnd (2 - rnd (sh - part)) + rnd (x - part)) in
  let low := rnd (st + 0) in
  let rough := rnd (x / sh) in
  let rest := rnd (rnd (fma (- rough) low (fma (- rough) sh x) + 0) / sh) in
  let f := rnd (rough + rest) in
  let ft := rnd (rest - rnd (f - rough)) in
  Rabs (f + ft - F) <= / 1000000000000 * u * Rabs F
  /\ Rabs (f - F) <= 101 / 100 * u * Rabs F
  /\ Rabs ft <= 102 / 100 * u * Rabs F.
Proof.
intros Bx L X F sh part st low rough rest f ft.
destruct (two_plus x Bx X) as [S S3]; fold sh in S, S3; fold part in S; fold st in S.
assert (U := u_small); assert (U0 := u_pos); assert (T0 := tiny_pos).
assert (Low : low = 2 + x - sh) by (unfold low, st; rewrite rnd_again; exact S).
apply Rabs_le_between in S3; assert (Sh : 17 / 10 <= sh <= 242 / 100) by lra.
set (d := 2 + x - sh) in *.
assert (Fx : F * (2 + x) = x) by (unfold F; field; lra).
set (G := Rabs F).
assert (GX : G * (2 + x) = Rabs x).
{ unfold G; rewrite <- Fx at 2; rewrite Rabs_mult, (Rabs_pos_eq (2 + x)); lra. }
assert (G0 : 0 <= G) by apply Rabs_pos.
assert (GL : bpow radix2 (-302) <= G).
{ replace (bpow radix2 (-302)) with (/ 4 * bpow radix2 (-300)).
  - assert (G * (2 + x) <= G * 4) by (apply Rmult_le_compat_l; lra); lra.
  - replace (/ 4) with (bpow radix2 (-2)) by (simpl; lra); now rewrite <- bpow_plus. }
assert (T : tiny <= / 1000000 * (u * u * G)).
{ apply Rle_trans with (/ 1000000 * (u * u * bpow radix2 (-302))).
  - unfold tiny; apply Rle_trans with (bpow radix2 (-150) * bpow radix2 (-302));
      [ rewrite <- bpow_plus; apply bpow_le; easy | ].
    rewrite <- Rmult_assoc; apply Rmult_le_compat_r; [ apply bpow_ge_0 | unfold u; simpl; lra ].
  - apply Rmult_le_compat_l; [ lra | apply Rmult_le_compat_l; [ apply Rmult_le_pos; lra | exact GL ] ]. }
assert (uG : 0 <= u * G <= / 1000000000000000 * G)
  by (split; [ apply Rmult_le_pos | apply Rmult_le_compat_r ]; lra).
assert (uuG : 0 <= u * u * G <= / 1000000000000000 * (u * G)).
{ rewrite Rmult_assoc; split; [ apply Rmult_le_pos; lra | apply Rmult_le_compat_r; lra ]. }
(* the head of the quotient *)
set (r0 := x / sh) in *.
assert (R0 : r0 * sh = x) by (unfold r0; field; lra).
assert (R0F : r0 * sh = F * sh + F * d) by (rewrite R0; rewrite <- Fx at 1; unfold d; ring).
assert (AF : Rabs F <= G) by apply Rle_refl.
assert (Fd := product_bound F d G (3 * u) AF ltac:(apply Rabs_le; lra)).
assert (R0b : - (2 * u * G) <= r0 - F <= 2 * u * G).
{ assert (Q := divided (F * d) sh (G * (3 * u)) ltac:(apply Rabs_le; exact Fd) ltac:(lra)).
  replace (r0 - F) with (F * d / sh); [ apply Rabs_le_between in Q; lra | ].
  apply (Rmult_eq_reg_r sh); [ | lra ].
  replace (F * d / sh * sh) with (F * d) by (field; lra); lra. }
apply Rabs_le_between in AF.
assert (E1 := within r0 (101 / 100 * G) ltac:(apply Rabs_le; lra)); fold rough in E1.
assert (Rb : Rabs rough <= 102 / 100 * G) by (apply Rabs_le; lra).
(* the remainder *)
set (v1 := - rough * sh + x).
assert (V1 : v1 = sh * (r0 - rough)) by (unfold v1; rewrite <- R0; ring).
assert (V1b := product_bound sh (r0 - rough) (242 / 100) (102 / 100 * u * G)
                 ltac:(apply Rabs_le; lra) ltac:(apply Rabs_le; lra)); rewrite <- V1 in V1b.
assert (E2 := within v1 (5 / 2 * u * G) ltac:(apply Rabs_le; lra)); fold (fma (- rough) sh x) in E2.
set (e1 := rnd v1) in *.
assert (Rd := product_bound rough d _ (3 * u) Rb ltac:(apply Rabs_le; lra)).
set (v2 := - rough * low + e1).
assert (V2 : Rabs v2 <= 6 * u * G) by (unfold v2; rewrite Low; apply Rabs_le; lra).
assert (E3 := within v2 _ V2).
set (e2 := rnd v2) in *.
assert (Rest : rest = rnd (e2 / sh)).
{ unfold rest, fma; fold v1; fold e1; fold v2; now rewrite rnd_again. }
assert (E2b : Rabs e2 <= 61 / 10 * u * G) by (apply Rabs_le_between in V2; apply Rabs_le; lra).
set (v3 := e2 / sh) in *.
assert (V3s : v3 * sh = e2) by (unfold v3; field; lra).
assert (V3 := divided e2 sh _ E2b ltac:(lra)); fold v3 in V3.
assert (E4 := within v3 _ V3); rewrite <- Rest in E4.
assert (V3d := product_bound v3 d _ (3 * u) V3 ltac:(apply Rabs_le; lra)).
apply Rabs_le_between in V3.
(* the sum of both, against F *)
assert (I : (rough + v3 - F) * (2 + x) = (e1 - v1) + (e2 - v2) + v3 * d).
{ replace ((rough + v3 - F) * (2 + x)) with (rough * (2 + x) + v3 * sh + v3 * d - F * (2 + x)) by (unfold d; ring).
  rewrite V3s, Fx; unfold v2, v1; rewrite Low; unfold d; ring. }
assert (J : Rabs (rough + v3 - F) <= 30 * (u * u * G)).
{ replace (rough + v3 - F) with (((e1 - v1) + (e2 - v2) + v3 * d) / (2 + x)).
  - apply Rle_trans with (10 / 17 * (50 * (u * u * G))); [ | lra ].
    apply divided; [ apply Rabs_le | ]; lra.
  - rewrite <- I; field; lra. }
apply Rabs_le_between in J.
set (v4 := rough + rest) in *.
assert (V4 : - (36 * (u * u * G)) <= v4 - F <= 36 * (u * u * G)) by (unfold v4; lra).
assert (E5 := within v4 (1001 / 1000 * G) ltac:(apply Rabs_le; lra)); fold f in E5.
assert (Fb : - (101 / 100 * u * G) <= f - F <= 101 / 100 * u * G) by lra.
set (v5 := f - rough) in *.
assert (V5 : Rabs v5 <= 6 * (u * G)) by (unfold v5; apply Rabs_le; unfold v4 in *; lra).
assert (E6 := within v5 _ V5).
set (e5 := rnd v5) in *.
assert (V6 : Rabs (rest - e5) <= 1011 / 1000 * (u * G)) by (apply Rabs_le; unfold v5, v4 in *; lra).
assert (E7 := within _ _ V6); fold ft in E7.
assert (K : - (/ 1000000000000 * u * G) <= f + ft - F <= / 1000000000000 * u * G).
{ replace (f + ft - F) with ((ft - (rest - e5)) + (v5 - e5) + (v4 - F)) by (unfold v5, v4; ring); lra. }
repeat split; apply Rabs_le; lra.
Qed.

(** ** The series of the logarithm *)

Theorem series_rounded (P : R -> R) (F f ft h : R) :
  bpow radix2 (-302) <= Rabs F -> Rabs F <= 1716 / 10000 ->
  Rabs (f + ft - F) <= / 1000000000000 * u * Rabs F ->
  Rabs (f - F) <= 101 / 100 * u * Rabs F ->
  Rabs ft <= 102 / 100 * u * Rabs F ->
  (forall v, 0 <= v <= 3 / 100 -> 33 / 100 <= P v <= 34 / 100) ->
  (forall v w, 0 <= v <= 3 / 100 -> 0 <= w <= 3 / 100 -> Rabs (P v - P w) <= / 4 * Rabs (v - w)) ->
  let w := fma f f (rnd (f * 2 * ft)) in
  (0 <= w <= 3 / 100 -> Rabs (h - P w) <= / 2 * u) ->
  0 <= w <= 3 / 100 /\ Rabs (rnd (w * h) - F ^ 2 * P (F ^ 2)) <= 121 / 100 * u * F ^ 2.
Proof.
intros L B A0 A1 A2 Pb Pl w H.
assert (U := u_small); assert (U0 := u_pos); assert (T0 := tiny_pos).
set (G := Rabs F) in *; assert (G0 : 0 <= G) by apply Rabs_pos.
set (q := F ^ 2); assert (Q : q = G * G) by (unfold q, G; rewrite <- pow2_abs; ring).
assert (QL : bpow radix2 (-604) <= q).
{ rewrite Q; change (-604)%Z with (-302 + -302)%Z; rewrite bpow_plus.
  apply Rmult_le_compat; trivial; apply bpow_ge_0. }
assert (Qu : q <= 295 / 10000).
{ rewrite Q; apply Rle_trans with (1716 / 10000 * (1716 / 10000)); [ apply Rmult_le_compat; lra | lra ]. }
assert (Q0 : 0 < q) by (apply Rlt_le_trans with (2 := QL); apply bpow_gt_0).
assert (T : tiny <= / 1000000 * (u * u * q)).
{ apply Rle_trans with (/ 1000000 * (u * u * bpow radix2 (-604))).
  - unfold tiny; apply Rle_trans with (bpow radix2 (-150) * bpow radix2 (-604));
      [ rewrite <- bpow_plus; apply bpow_le; easy | ].
    rewrite <- Rmult_assoc; apply Rmult_le_compat_r; [ apply bpow_ge_0 | unfold u; simpl; lra ].
  - apply Rmult_le_compat_l; [ lra | apply Rmult_le_compat_l; [ apply Rmult_le_pos; lra | exact QL ] ]. }
assert (uq : 0 <= u * q <= / 1000000000000000 * q)
  by (split; [ apply Rmult_le_pos | apply Rmult_le_compat_r ]; lra).
assert (uuq : 0 <= u * u * q <= / 1000000000000000 * (u * q)).
{ rewrite Rmult_assoc; split; [ apply Rmult_le_pos; lra | apply Rmult_le_compat_r; lra ]. }
assert (uuuq : 0 <= u * u * u * q <= / 1000000000000000 * (u * u * q)).
{ replace (u * u * u * q) with (u * (u * u * q)) by ring.
  split; [ apply Rmult_le_pos; lra | apply Rmult_le_compat_r; lra ]. }
assert (uG : 0 <= u * G <= / 1000000000000000 * G)
  by (split; [ apply Rmult_le_pos | apply Rmult_le_compat_r ]; lra).
assert (FG : - G <= F <= G) by (apply Rabs_le_between; apply Rle_refl).
assert (A1' := A1); apply Rabs_le_between in A1'.
assert (fG : Rabs f <= 1001 / 1000 * G) by (apply Rabs_le; lra).
assert (A0' := A0); apply Rabs_le_between in A0'.
(* the square *)
assert (P5 := product_bound f ft _ _ fG A2).
assert (V5 : Rabs (f * 2 * ft) <= 205 / 100 * (u * q)) by (apply Rabs_le; rewrite Q in *; lra).
assert (E5 := within _ _ V5).
set (v5 := rnd (f * 2 * ft)) in *.
set (v6 := f * f + v5).
assert (P6 := product_bound (f + ft - F) (f + ft + F) _ (21 / 10 * G) A0 ltac:(apply Rabs_le; lra)).
assert (P7 := product_bound ft ft _ _ A2 A2).
assert (V6 : - (/ 100000000000 * (u * q)) <= v6 - q <= / 100000000000 * (u * q)).
{ replace (v6 - q) with ((v5 - f * 2 * ft) + (f + ft - F) * (f + ft + F) - ft * ft) by (unfold v6, q; ring).
  rewrite Q in *; lra. }
assert (E6 := within v6 (1001 / 1000 * q) ltac:(apply Rabs_le; lra)).
assert (W : - (101 / 100 * (u * q)) <= w - q <= 101 / 100 * (u * q)).
{ unfold w, fma; fold v5; fold v6; lra. }
assert (W0 : 0 <= w <= 3 / 100) by lra.
split; [ exact W0 | ].
specialize (H W0); apply Rabs_le_between in H.
assert (Q3 : 0 <= q <= 3 / 100) by lra.
assert (Pw := Pb w W0); assert (Lw := Pl w q W0 Q3).
assert (Lq : Rabs (P w - P q) <= 26 / 100 * (u * q)).
{ apply Rle_trans with (1 := Lw); assert (Rabs (w - q) <= 101 / 100 * (u * q)) by (apply Rabs_le; lra); lra. }
assert (hb : Rabs h <= 341 / 1000) by (apply Rabs_le; lra).
assert (qb : Rabs q <= q) by (apply Rabs_le; lra).
assert (P8 := product_bound (w - q) h _ _ ltac:(apply Rabs_le; exact W) hb).
assert (P9 := product_bound q (h - P w) _ _ qb ltac:(apply Rabs_le; exact H)).
assert (P10 := product_bound q (P w - P q) _ _ qb Lq).
assert (P11 : q * (26 / 100 * (u * q)) <= / 100 * (u * q)).
{ replace (q * (26 / 100 * (u * q))) with (26 / 100 * q * (u * q)) by ring; apply Rmult_le_compat_r; lra. }
assert (I : w * h - q * P q = (w - q) * h + q * (h - P w) + q * (P w - P q)) by ring.
assert (V : Rabs (w * h) <= 35 / 100 * q).
{ apply Rle_trans with (w * Rabs h); [ rewrite Rabs_mult, (Rabs_pos_eq w); lra | ].
  apply Rle_trans with (w * (341 / 1000)); [ apply Rmult_le_compat_l; lra | lra ]. }
assert (E := within _ _ V); apply Rabs_le; lra.
Qed.

(** ** The product *)

Theorem log1pmx_rounded (P horner : R -> R) (x : R) :
  binary64 x -> bpow radix2 (-300) <= Rabs x -> -2929 / 10000 <= x <= 41422 / 100000 ->
  (forall f, Rabs f <= 1716 / 10000 -> Rabs (atanh_error P f) <= / 2 ^ 52 / 3 * Rabs f ^ 3) ->
  (forall v, 0 <= v <= 3 / 100 -> 33 / 100 <= P v <= 34 / 100) ->
  (forall v w, 0 <= v <= 3 / 100 -> 0 <= w <= 3 / 100 -> Rabs (P v - P w) <= / 4 * Rabs (v - w)) ->
  (forall w, binary64 w -> 0 <= w <= 3 / 100 -> Rabs (horner w - P w) <= / 2 ^ 54) ->
  let sh := rnd (2 + x) in
  let part := rnd (sh - 2) in
  let st := rnd (rnd (2 - rnd (sh - part)) + rnd (x - part)) in
  let low := rnd (st + 0) in
  let rough := rnd (x / sh) in
  let rest := rnd (rnd (fma (- rough) low (fma (- rough) sh x) + 0) / sh) in
  let f := rnd (rough + rest) in
  let ft := rnd (rest - rnd (f - rough)) in
  let w := fma f f (rnd (f * 2 * ft)) in
  let r := rnd (w * horner w) in
  let yh := rnd (x + r * -2) in
  let yt := rnd (r * -2 - rnd (yh - x)) in
  let ph := rnd (f * yh) in
  let pt := rnd (f * yh - ph) in
  Rabs (ph + fma f (rnd (yt + 0)) (fma ft yh pt) - - log1pmx x) <= / 2 ^ 54 * - log1pmx x.
Proof.
intros Bx L X A Pb Pl Hw sh part st low rough rest f ft w r yh yt ph pt.
replace (- log1pmx x) with (x - ln (1 + x)) by (unfold log1pmx; ring).
assert (H : 0 <= w <= 3 / 100 -> Rabs (horner w - P w) <= / 2 * u).
{ replace (/ 2 * u) with (/ 2 ^ 54) by (unfold u; simpl; lra); apply Hw, binary64_rnd. }
set (h := horner w) in *.
destruct (quotient_rounded x Bx L X) as [K0 [K1 K2]].
fold sh in K0, K1, K2; fold part in K0, K1, K2; fold st in K0, K1, K2; fold low in K0, K1, K2.
fold rough in K0, K1, K2; fold rest in K0, K1, K2; fold f in K0, K1, K2; fold ft in K0, K2.
set (F := x / (2 + x)) in *.
assert (Fx : F * (2 + x) = x) by (unfold F; field; lra).
set (G := Rabs F) in *; assert (G0 : 0 <= G) by apply Rabs_pos.
assert (GX : G * (2 + x) = Rabs x).
{ unfold G; rewrite <- Fx at 2; rewrite Rabs_mult, (Rabs_pos_eq (2 + x)); lra. }
assert (Gx : G * x <= G * (41422 / 100000)) by (apply Rmult_le_compat_l; lra).
assert (Gx' : G * (-2929 / 10000) <= G * x) by (apply Rmult_le_compat_l; lra).
assert (GL : bpow radix2 (-302) <= G).
{ replace (bpow radix2 (-302)) with (/ 4 * bpow radix2 (-300)).
  - assert (G * (2 + x) <= G * 4) by (apply Rmult_le_compat_l; lra); lra.
  - replace (/ 4) with (bpow radix2 (-2)) by (simpl; lra); now rewrite <- bpow_plus. }
assert (GB : G <= 1716 / 10000).
{ unfold G; apply Rabs_le; split.
  - apply Rmult_le_reg_r with (2 + x); [ lra | rewrite Fx; lra ].
  - apply Rmult_le_reg_r with (2 + x); [ lra | rewrite Fx; lra ]. }
destruct (series_rounded P F f ft h GL GB K0 K1 K2 Pb Pl H) as [W S]; fold w r in S.
assert (U := u_small); assert (U0 := u_pos); assert (T0 := tiny_pos).
set (q := F ^ 2) in *; assert (Q : q = G * G) by (unfold q, G; rewrite <- pow2_abs; ring).
assert (QL : bpow radix2 (-604) <= q).
{ rewrite Q; change (-604)%Z with (-302 + -302)%Z; rewrite bpow_plus.
  apply Rmult_le_compat; trivial; apply bpow_ge_0. }
assert (QG : q <= 1716 / 10000 * G) by (rewrite Q; apply Rmult_le_compat_r; lra).
assert (Q0 : 0 < q) by (apply Rlt_le_trans with (2 := QL); apply bpow_gt_0).
assert (T : tiny <= / 1000000 * (u * u * q)).
{ apply Rle_trans with (/ 1000000 * (u * u * bpow radix2 (-604))).
  - unfold tiny; apply Rle_trans with (bpow radix2 (-150) * bpow radix2 (-604));
      [ rewrite <- bpow_plus; apply bpow_le; easy | ].
    rewrite <- Rmult_assoc; apply Rmult_le_compat_r; [ apply bpow_ge_0 | unfold u; simpl; lra ].
  - apply Rmult_le_compat_l; [ lra | apply Rmult_le_compat_l; [ apply Rmult_le_pos; lra | exact QL ] ]. }
assert (uq : 0 <= u * q <= / 1000000000000000 * q)
  by (split; [ apply Rmult_le_pos | apply Rmult_le_compat_r ]; lra).
assert (uuq : 0 <= u * u * q <= / 1000000000000000 * (u * q)).
{ rewrite Rmult_assoc; split; [ apply Rmult_le_pos; lra | apply Rmult_le_compat_r; lra ]. }
assert (uuuq : 0 <= u * u * u * q <= / 1000000000000000 * (u * u * q)).
{ replace (u * u * u * q) with (u * (u * u * q)) by ring.
  split; [ apply Rmult_le_pos; lra | apply Rmult_le_compat_r; lra ]. }
assert (uG : 0 <= u * G <= / 1000000000000000 * G)
  by (split; [ apply Rmult_le_pos | apply Rmult_le_compat_r ]; lra).
assert (uuG : 0 <= u * u * G <= / 1000000000000000 * (u * G)).
{ rewrite Rmult_assoc; split; [ apply Rmult_le_pos; lra | apply Rmult_le_compat_r; lra ]. }
assert (uqG : u * q <= 1716 / 10000 * (u * G)).
{ replace (1716 / 10000 * (u * G)) with (u * (1716 / 10000 * G)) by ring; apply Rmult_le_compat_l; lra. }
assert (uuqG : u * u * q <= 1716 / 10000 * (u * u * G)).
{ replace (1716 / 10000 * (u * u * G)) with (u * u * (1716 / 10000 * G)) by ring.
  apply Rmult_le_compat_l; [ apply Rmult_le_pos; lra | exact QG ]. }
assert (XG : Rabs x <= 242 / 100 * G) by lra.
assert (XG' := XG); apply Rabs_le_between in XG'.
(* what the product is in real numbers *)
assert (Pq := Pb q ltac:(lra)).
set (a := 2 * (q * P q)).
assert (qP : q * (33 / 100) <= q * P q <= q * (34 / 100)) by (split; apply Rmult_le_compat_l; lra).
assert (Ab : Rabs a <= 68 / 100 * q) by (unfold a; apply Rabs_le; lra).
specialize (A F GB); fold G in A.
assert (Phi : x - ln (1 + x) = F * (x - a) - atanh_error P F).
{ unfold atanh_error, a.
  replace ((1 + F) / (1 - F)) with (1 + x).
  - replace (2 * F ^ 3 * P (F ^ 2)) with (F * (2 * (q * P q))) by (unfold q; ring).
    replace (F * (x - 2 * (q * P q))) with (F * (2 + x) - 2 * F - F * (2 * (q * P q))) by ring.
    rewrite Fx; ring.
  - unfold F; field; lra. }
set (e := atanh_error P F) in *.
assert (Eb : - (1145 / 10000 * (u * q)) <= e <= 1145 / 10000 * (u * q)).
{ apply Rabs_le_between; apply Rle_trans with (1 := A).
  replace (/ 2 ^ 52) with (2 * u) by (unfold u; simpl; lra).
  replace (2 * u / 3 * G ^ 3) with (2 / 3 * (u * q) * G) by (rewrite Q; field).
  apply Rle_trans with (2 / 3 * (u * q) * (1716 / 10000)); [ apply Rmult_le_compat_l; lra | lra ]. }
set (phi := x - ln (1 + x)) in *.
assert (FF : F * x = q * (2 + x)) by (rewrite <- Fx at 1; unfold q; ring).
assert (qx : q * (17071 / 10000) <= q * (2 + x)) by (apply Rmult_le_compat_l; lra).
assert (FG : Rabs F <= G) by apply Rle_refl.
assert (Fa := product_bound F a G _ FG Ab).
assert (Gq : G * (68 / 100 * q) <= 1167 / 10000 * q).
{ replace (G * (68 / 100 * q)) with (68 / 100 * G * q) by ring; apply Rmult_le_compat_r; lra. }
assert (PhiL : 159 / 100 * q <= phi) by (rewrite Phi; replace (F * (x - a)) with (F * x - F * a) by ring; lra).
(* the bracket *)
apply Rabs_le_between in S.
assert (Rb : - (242 / 100 * (u * q)) <= 2 * r - a <= 242 / 100 * (u * q)) by (unfold a; lra).
apply Rabs_le_between in Ab.
assert (V1 : Rabs (x + r * -2) <= 255 / 100 * G) by (apply Rabs_le; lra).
assert (E1 := within _ _ V1); fold yh in E1.
set (v2 := yh - x) in *.
assert (V2 : Rabs v2 <= 118 / 1000 * G) by (unfold v2; apply Rabs_le; lra).
assert (E2 := within _ _ V2).
set (e2 := rnd v2) in *.
assert (V3 : Rabs (r * -2 - e2) <= 27 / 10 * (u * G)) by (unfold v2 in *; apply Rabs_le; lra).
assert (E3 := within _ _ V3); fold yt in E3.
assert (D : - (1182 / 10000 * (u * G)) <= yh + yt - (x - 2 * r) <= 1182 / 10000 * (u * G)) by (unfold v2 in *; lra).
assert (Yh : Rabs yh <= 256 / 100 * G) by (apply Rabs_le; lra).
assert (Yt : Rabs yt <= 271 / 100 * (u * G)) by (apply Rabs_le_between in V3; apply Rabs_le; lra).
(* the product with its tail *)
assert (K1' := K1); apply Rabs_le_between in K1'; apply Rabs_le_between in FG.
assert (fb : Rabs f <= 1001 / 1000 * G) by (apply Rabs_le; lra).
assert (P1 := product_bound f yh _ _ fb Yh).
assert (V4 : Rabs (f * yh) <= 257 / 100 * q) by (rewrite Q in *; apply Rabs_le; lra).
assert (E4 := within _ _ V4); fold ph in E4.
assert (Low : rnd (yt + 0) = yt) by (unfold yt; apply rnd_again).
assert (Pt : pt = f * yh - ph).
{ unfold pt, ph; apply exact_tail; [ apply binary64_rnd | apply binary64_rnd | ].
  apply Rle_trans with (/ 4 * bpow radix2 (-604)).
  - replace (/ 4) with (bpow radix2 (-2)) by (simpl; lra); rewrite <- bpow_plus; apply bpow_le; easy.
  - apply Rle_trans with (/ 4 * q); [ lra | rewrite Q, Rabs_mult ].
    replace (/ 4 * (G * G)) with (/ 2 * G * (/ 2 * G)) by field.
    assert (Gf : G <= Rabs f + Rabs (f - F)).
    { unfold G; replace F with (f + - (f - F)) at 1 by ring.
      rewrite <- (Rabs_Ropp (f - F)); apply Rabs_triang. }
    assert (Gy : Rabs x <= Rabs yh + Rabs v2).
    { unfold v2; replace x with (yh + - (yh - x)) at 1 by ring.
      rewrite <- (Rabs_Ropp (yh - x)); apply Rabs_triang. }
    apply Rmult_le_compat; lra. }
assert (P2 := product_bound ft yh _ _ K2 Yh).
assert (V5 : Rabs (ft * yh + pt) <= 53 / 10 * (u * q)) by (rewrite Pt, Q in *; apply Rabs_le; lra).
assert (E5 := within _ _ V5); fold (fma ft yh pt) in E5.
set (t1 := fma ft yh pt) in *.
assert (P3 := product_bound f yt _ _ fb Yt).
assert (V6 : Rabs (f * yt + t1) <= 81 / 10 * (u * q)).
{ apply Rabs_le_between in V5; rewrite Q in *; apply Rabs_le; lra. }
assert (E6 := within _ _ V6); rewrite Low; fold (fma f yt t1) in E6.
set (t2 := fma f yt t1) in *.
assert (P4 := product_bound ft yt _ _ K2 Yt).
assert (P5 := product_bound (f + ft - F) (yh + yt) _ (26 / 10 * G) K0).
assert (P5' := P5 ltac:(apply Rabs_le_between in Yh; apply Rabs_le_between in Yt; apply Rabs_le; lra)); clear P5.
assert (Y : Rabs (yh + yt - (x - a)) <= 5337 / 10000 * (u * G)) by (apply Rabs_le; lra).
assert (P6 := product_bound F (yh + yt - (x - a)) G _ (Rle_refl G) Y).
assert (I : ph + t2 - phi
            = (t2 - (f * yt + t1)) + (t1 - (ft * yh + pt)) - ft * yt
              + (f + ft - F) * (yh + yt) + F * (yh + yt - (x - a)) + e).
{ rewrite Phi, Pt; ring. }
replace (/ 2 ^ 54) with (/ 2 * u) by (unfold u; simpl; lra).
assert (uP : u * (159 / 100 * q) <= u * phi) by (apply Rmult_le_compat_l; lra).
rewrite I; rewrite Q in *; apply Rabs_le; lra.
Qed.

(** ** The calls *)

Create HintDb kl_horner discriminated.

Ltac solve_kl_series :=
  let x := fresh "x" in let B := fresh "B" in let L := fresh "L" in
  intros x B; rewrite (rnd_binary64 x B); clear B; intros L;
  autounfold with kl_horner kl_polynomials; unfold fma, rnd in *; gappa.

Lemma slope_bound (P P' : R -> R) (v w : R) :
  (forall t, 0 <= t <= 3 / 100 -> is_derive P t (P' t) /\ Rabs (P' t) <= / 4) ->
  0 <= v <= 3 / 100 -> 0 <= w <= 3 / 100 -> Rabs (P v - P w) <= / 4 * Rabs (v - w).
Proof.
intros D V W.
assert (B : forall t, Rmin w v <= t <= Rmax w v -> 0 <= t <= 3 / 100).
{ intros t T; unfold Rmin, Rmax in T; destruct (Rle_dec w v); lra. }
destruct (MVT_gen P w v P') as [c [C M]].
- intros t T; apply D, B; lra.
- intros t T; destruct (D t (B t T)) as [H _].
  apply derivable_continuous_pt; exists (P' t); now apply is_derive_Reals.
- rewrite M, Rabs_mult; apply Rmult_le_compat_r; [ apply Rabs_pos | apply D, B, C ].
Qed.

(** From the bound [H] of Horner's rule and that of the polynomial, [A]; [P'] is its derivative. *)
Ltac solve_kl_log_rounding P P' H A :=
  let x := fresh "x" in let B := fresh "B" in let L := fresh "L" in let X := fresh "X" in
  let t := fresh "t" in let T := fresh "T" in let v := fresh "v" in let w := fresh "w" in
  intros x B L X; autounfold with kl_rounding;
  match type of H with
  | forall w, _ -> _ -> _ <= ?h _ - _ <= _ => apply (log1pmx_rounded P h x)
  end;
  [ exact B | exact L | exact X | exact A
  | intros t T; autounfold with kl_polynomials; interval with (i_prec 60)
  | intros v w; apply (slope_bound P P'); intros t T; split;
    [ unfold P, P'; auto_derive; [ exact I | ring ]
    | autounfold with kl_polynomials; interval with (i_prec 60) ]
  | intros t B2 T; apply Rabs_le; change (/ 2 ^ 54) with (powerRZ 2 (-54));
    rewrite <- (Rmult_1_l (powerRZ 2 (-54))); apply (H t B2); apply Rabs_le; interval with (i_prec 80) ].
