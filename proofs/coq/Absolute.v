(* SPDX-License-Identifier: MIT *)
(** * Absolute convergence, by comparison

    [integral_by_comparison]: the integral over the line of a continuous function
    between 0 and a function whose integral converges, converges too.
    [kl_absolutely]: hence that of |p ln(p/q)| for two normal densities: the
    log-ratio is a quadratic, which lies below a sum of an even one and a constant
    ([kl_integrand_below]).  The divergence is an integral in every order of
    summation, and Lebesgue's integral too (the last is not stated here).       *)

From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From DeriveKL Require Import Improper GaussianIntegral Normal Formulas KL.
Open Scope R_scope.

(** ** Increasing and bounded: a limit *)

Lemma increasing_lim (F : R -> R) (M : R) :
  (forall a b, a <= b -> F a <= F b) -> (forall a, F a <= M) ->
  exists l : R, is_lim F p_infty l.
Proof.
intros I B.
destruct (completeness (fun y => exists x, y = F x)) as [l [U L]].
- exists M; intros y [x ->]; apply B.
- exists (F 0), 0; reflexivity.
- exists l; apply is_lim_spec; intros eps.
  assert (E : exists x, l - eps < F x).
  { destruct (Classical_Prop.classic (exists x, l - eps < F x)) as [E | N]; [ exact E | exfalso ].
    assert (l <= l - eps); [ | destruct eps as [e He]; simpl in *; lra ].
    apply L; intros y [x ->]; apply Rnot_lt_le; intros H; apply N; now exists x. }
  destruct E as [x Hx]; exists x; intros y Hy.
  assert (A := U (F y) (ex_intro _ y eq_refl)); assert (C := I x y (Rlt_le _ _ Hy)).
  apply Rabs_def1; destruct eps as [e He]; simpl in *; lra.
Qed.

(** ** Comparison *)

Section Comparison.

Variables f g : R -> R.
Variable l : R.
Hypothesis f_continuous : forall x, continuous f x.
Hypothesis g_continuous : forall x, continuous g x.
Hypothesis below : forall x, 0 <= f x <= g x.
Hypothesis g_integral : is_integral g l.

Let f_integrable a b : ex_RInt f a b.
Proof. apply (ex_RInt_continuous (V := R_CompleteNormedModule)); intros; apply f_continuous. Qed.

Let g_integrable a b : ex_RInt g a b.
Proof. apply (ex_RInt_continuous (V := R_CompleteNormedModule)); intros; apply g_continuous. Qed.

Lemma part_le (h : R -> R) a' a b b' : (forall x, continuous h x) -> (forall x, 0 <= h x) ->
  a' <= a -> a <= b -> b <= b' -> RInt h a b <= RInt h a' b'.
Proof.
intros C P H1 H2 H3.
assert (E : forall u v, ex_RInt h u v).
{ intros; apply (ex_RInt_continuous (V := R_CompleteNormedModule)); intros; apply C. }
rewrite <- (RInt_Chasles (V := R_CompleteNormedModule) h a' a b') by apply E.
rewrite <- (RInt_Chasles (V := R_CompleteNormedModule) h a b b') by apply E.
assert (0 <= RInt h a' a) by (apply RInt_ge_0; trivial; intros; apply P).
assert (0 <= RInt h b b') by (apply RInt_ge_0; trivial; intros; apply P).
unfold plus; simpl; lra.
Qed.

Let g_part a b : a <= b -> RInt g a b <= l.
Proof.
intros H; apply Rnot_lt_le; intros N.
assert (e : 0 < RInt g a b - l) by lra.
destruct (g_integral (fun y => Rabs (y - l) < RInt g a b - l)) as [Q1 Q2 [M1 H1] [M2 H2] HQ].
{ exists (mkposreal _ e); intros y Hy; exact Hy. }
set (u := Rmin a M1 - 1); set (v := Rmax b M2 + 1).
assert (Ma := Rmin_l a M1); assert (Mb := Rmin_r a M1).
assert (Mc := Rmax_l b M2); assert (Md := Rmax_r b M2).
destruct (HQ u v) as [y [Y D]]; [ apply H1; unfold u; lra | apply H2; unfold v; lra | ].
cbn [fst snd] in Y; apply (is_RInt_unique (V := R_CompleteNormedModule)) in Y.
assert (P : RInt g a b <= RInt g u v).
{ apply part_le; trivial; [ intros x; assert (B := below x); lra | unfold u | unfold v ]; lra. }
apply Rabs_def2 in D; lra.
Qed.

Let part a b : a <= b -> 0 <= RInt f a b <= l.
Proof.
intros H; split.
- apply RInt_ge_0; trivial; intros; apply below.
- apply Rle_trans with (2 := g_part a b H).
  apply RInt_le; trivial; intros; apply below.
Qed.

Let primitive x : is_derive (fun t => RInt f 0 t) x (f x).
Proof.
apply (is_derive_RInt f (fun t => RInt f 0 t) 0 x).
- apply filter_forall; intros b; apply (RInt_correct (V := R_CompleteNormedModule)), f_integrable.
- apply f_continuous.
Qed.

Let between a b : RInt f 0 b - RInt f 0 a = RInt f a b.
Proof.
rewrite <- (RInt_Chasles (V := R_CompleteNormedModule) f 0 a b) by apply f_integrable.
unfold plus; simpl; ring.
Qed.

Theorem integral_by_comparison : exists v : R, is_integral f v.
Proof.
assert (I : forall a b, a <= b -> RInt f 0 a <= RInt f 0 b).
{ intros a b H; assert (E := between a b); assert (P := part a b H); lra. }
assert (Z : RInt f 0 0 = 0) by exact (RInt_point 0 f).
destruct (increasing_lim (fun t => RInt f 0 t) l) as [lb Lb]; [ exact I | | ].
{ intros a; destruct (Rle_lt_dec 0 a) as [H | H].
  - apply part, H.
  - assert (J := I a 0 (Rlt_le _ _ H)); assert (P := part 0 0 (Rle_refl 0)); lra. }
destruct (increasing_lim (fun t => - RInt f 0 (- t)) l) as [la La].
{ intros a b H; assert (J := I (- b) (- a)); lra. }
{ intros a; destruct (Rle_lt_dec 0 a) as [H | H].
  - assert (E := between (- a) 0); assert (P := part (- a) 0); lra.
  - assert (J := I 0 (- a)); assert (P := part 0 0 (Rle_refl 0)); lra. }
exists (lb - - la); apply (integral_of_primitive (fun t => RInt f 0 t)); trivial.
apply (is_lim_ext (fun t => - (fun s => - RInt f 0 (- s)) (- t))).
{ intros t; rewrite !Ropp_involutive; reflexivity. }
apply (is_lim_opp (fun t => - RInt f 0 (- - t)) m_infty la).
exact (filterlim_comp _ _ _ Ropp (fun s => - RInt f 0 (- s)) _ _ _ (filterlim_Rbar_opp m_infty) La).
Qed.

End Comparison.

(** ** The integral of |p ln(p/q)| *)

(** [is_absolute f]: the integral of |f| over the line converges. *)
Definition is_absolute (f : R -> R) : Prop := exists v : R, is_integral (fun x => Rabs (f x)) v.

Lemma normal_density_continuous mu sigma x : 0 < sigma -> continuous (normal_density mu sigma) x.
Proof.
intros H; apply (ex_derive_continuous (V := R_NormedModule)).
assert (S := sqrt_2PI_pos); unfold normal_density; auto_derive; repeat split; nra.
Qed.

Lemma quadratic_below A B C x : Rabs (A + B * x + C * x ^ 2) <= (Rabs A + Rabs B) + (Rabs B + Rabs C) * x ^ 2.
Proof.
assert (X : Rabs x <= 1 + x ^ 2) by (rewrite <- pow2_abs; assert (P := Rabs_pos x); nra).
assert (Q := pow2_ge_0 x); assert (PB := Rabs_pos B).
apply Rle_trans with (1 := Rabs_triang _ _).
apply Rle_trans with (1 := Rplus_le_compat_r _ _ _ (Rabs_triang _ _)).
rewrite !Rabs_mult, (Rabs_pos_eq (x ^ 2)) by exact Q; nra.
Qed.

(** The log-ratio is a quadratic. *)
Lemma log_ratio_quadratic mu1 s1 mu2 s2 : 0 < s1 -> 0 < s2 ->
  exists A B C, forall x,
  ln (normal_density mu1 s1 x / normal_density mu2 s2 x) = A + B * x + C * x ^ 2.
Proof.
intros H1 H2.
exists (ln (s2 / s1) - mu1 ^ 2 / (2 * s1 ^ 2) + mu2 ^ 2 / (2 * s2 ^ 2)),
  (mu1 / s1 ^ 2 - mu2 / s2 ^ 2), (/ (2 * s2 ^ 2) - / (2 * s1 ^ 2)).
intros x; rewrite log_ratio by assumption; field; lra.
Qed.

Theorem kl_absolutely (mu1 s1 mu2 s2 : R) : 0 < s1 -> 0 < s2 ->
  is_absolute (fun x => normal_density mu1 s1 x * ln (normal_density mu1 s1 x / normal_density mu2 s2 x)).
Proof.
intros H1 H2; destruct (log_ratio_quadratic mu1 s1 mu2 s2 H1 H2) as [A [B [C E]]].
set (f := fun x => normal_density mu1 s1 x * (A + B * x + C * x ^ 2)).
set (a := Rabs A + Rabs B); set (c := Rabs B + Rabs C).
assert (Q : forall u v w x, continuous (fun x => normal_density mu1 s1 x * (u + v * x + w * x ^ 2)) x).
{ intros u v w x; apply (continuous_mult (K := R_AbsRing)).
  - now apply normal_density_continuous.
  - apply (ex_derive_continuous (V := R_NormedModule)); auto_derive; exact I. }
destruct (integral_by_comparison (fun x => Rabs (f x))
            (fun x => normal_density mu1 s1 x * (a + 0 * x + c * x ^ 2))
            (a + 0 * mu1 + c * (mu1 ^ 2 + s1 ^ 2))) as [v V].
- intros x; apply (continuous_comp f Rabs); [ apply Q | apply continuous_Rabs ].
- intros x; apply Q.
- intros x; split; [ apply Rabs_pos | ].
  assert (P := normal_density_pos mu1 s1 x H1).
  unfold f; rewrite Rabs_mult, (Rabs_pos_eq (normal_density mu1 s1 x)) by lra.
  apply Rmult_le_compat_l; [ lra | ].
  assert (L := quadratic_below A B C x); fold a c in L; lra.
- now apply normal_quadratic.
- exists v; apply (integral_ext (fun x => Rabs (f x))); [ | exact V ].
  intros x; unfold f; now rewrite E.
Qed.

(** ** Gibbs' inequality, of the integral *)

(** What the integral of p ln(p/q) converges to is not negative, and zero for equal
    parameters alone. *)
Theorem kl_integral_optimum (mu1 s1 mu2 s2 v : R) : 0 < s1 -> 0 < s2 ->
  is_kl (normal_density mu1 s1) (normal_density mu2 s2) v ->
  0 <= v /\ (v = 0 <-> mu1 = mu2 /\ s1 = s2).
Proof.
intros H1 H2 V.
assert (E : v = kl_normal_std mu1 s1 mu2 s2)
  by exact (is_kl_unique _ _ _ _ V (kl_normal mu1 s1 mu2 s2 H1 H2)).
rewrite E; split; [ now apply kl_nonneg | now apply kl_zero_iff ].
Qed.
