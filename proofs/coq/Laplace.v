(* SPDX-License-Identifier: MIT *)
(** * The divergence of one Laplace distribution from another

    On the line, from its defining integral: [laplace_mass], [laplace_own_distance]
    and [laplace_other_distance] are the moments, [kl_laplace] the divergence
    ln(b2/b1) + (d + b1 exp(-d/b1))/b2 - 1 with d = |mu1 - mu2|,
    [KL_laplace_optimum] that it is >= 0 and 0 for equal parameters only.
    [KL_laplace] is the integral as a number, to be differentiated: by a location
    too, where the locations are equal and |mu1 - mu2| has a corner.
    The densities have corners: each half-line is integrated by itself.         *)

From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From DeriveKL Require Export Statements.
Open Scope R_scope.

(** ** The half-lines *)

(** A linear function times exp(-x), from c on. *)
Lemma tail_linear (A B c : R) :
  is_integral_from c (fun x => exp (- x) * (A + B * x)) (exp (- c) * (A + B * (c + 1))).
Proof.
set (F := fun x => - (A + B * (x + 1)) * exp (- x)).
replace (exp (- c) * (A + B * (c + 1))) with (0 - F c) by (unfold F; ring).
apply half_line_of_primitive.
- intros x; unfold F; auto_derive; [ trivial | ring ].
- intros x; apply (ex_derive_continuous (V := R_NormedModule)); auto_derive; trivial.
- assert (L : is_lim (fun x => - x) p_infty m_infty).
  { apply (is_lim_opp (fun x => x) p_infty p_infty), is_lim_id. }
  assert (L0 : is_lim (fun x => exp (- x)) p_infty 0).
  { apply (is_lim_comp exp (fun x => - x) p_infty 0 m_infty is_lim_exp_m L); exists 0; intros; discriminate. }
  assert (L1 : is_lim (fun x => - x * exp (- x)) p_infty 0).
  { apply (is_lim_comp (fun y => y * exp y) (fun x => - x) p_infty 0 m_infty is_lim_mul_exp_m L).
    exists 0; intros; discriminate. }
  apply (is_lim_ext (fun x => - (A + B) * exp (- x) + B * (- x * exp (- x)))).
  { intros x; unfold F; ring. }
  replace (Finite 0) with (Rbar_plus (Rbar_mult (- (A + B)) 0) (Rbar_mult B 0)) by (cbn; f_equal; ring).
  apply (is_lim_plus _ _ p_infty (Rbar_mult (- (A + B)) 0) (Rbar_mult B 0));
    [ apply is_lim_scal_l, L0 | apply is_lim_scal_l, L1 | reflexivity ].
Qed.

Lemma tail_ext (f g : R -> R) (c l l' : R) :
  (forall x, c < x -> f x = g x) -> l = l' -> is_integral_from c f l -> is_integral_from c g l'.
Proof.
intros E <-; apply is_RInt_gen_ext.
exists (fun a => a = c) (fun b => c < b); [ reflexivity | now exists c | ].
intros a b -> H x; cbn [fst snd]; rewrite Rmin_left by lra; intros [X _]; now apply E.
Qed.

(** exp(-x) times a line with one corner, at any point. *)
Lemma half_corner (A B C m : R) :
  is_integral_from 0 (fun x => exp (- x) * (A + B * x + C * Rabs (x - m)))
    (A + B + C * (Rmax m 0 + 2 * exp (- Rmax m 0) - 1 + Rmax (- m) 0)).
Proof.
destruct (Rle_lt_dec m 0) as [H | H].
- rewrite Rmax_right by lra.
  apply (tail_ext (fun x => exp (- x) * (A - C * m + (B + C) * x)) _ _
    (exp (- 0) * (A - C * m + (B + C) * (0 + 1)))).
  + intros x X; rewrite Rabs_pos_eq by lra; ring.
  + rewrite Ropp_0, exp_0, Rmax_left by lra; ring.
  + apply tail_linear.
- rewrite Rmax_left, (Rmax_right (- m)) by lra.
  replace (A + B + C * (m + 2 * exp (- m) - 1 + 0))
    with (plus ((A + B - C + C * m) - exp (- m) * (A + B * (m + 1) - C))
               (exp (- m) * (A - C * m + (B + C) * (m + 1)))) by (unfold plus; cbn; ring).
  apply (is_RInt_gen_Chasles (V := R_CompleteNormedModule) _ m).
  + apply is_RInt_gen_at_point.
    apply (is_RInt_ext (fun x => exp (- x) * (A + C * m + (B - C) * x))).
    { intros x; rewrite Rmin_left, Rmax_right by lra; intros X.
      rewrite Rabs_left by lra; cbn; ring. }
    set (F := fun x => - (A + C * m + (B - C) * (x + 1)) * exp (- x)).
    replace (A + B - C + C * m - exp (- m) * (A + B * (m + 1) - C)) with (minus (F m) (F 0))
      by (unfold F, minus, plus, opp; cbn; rewrite Ropp_0, exp_0; ring).
    apply (is_RInt_derive (V := R_CompleteNormedModule)); intros x _.
    * unfold F; auto_derive; [ trivial | ring ].
    * apply (ex_derive_continuous (V := R_NormedModule)); auto_derive; trivial.
  + apply (tail_ext (fun x => exp (- x) * (A - C * m + (B + C) * x)) _ _
    (exp (- m) * (A - C * m + (B + C) * (m + 1)))).
    * intros x X; rewrite Rabs_pos_eq by lra; ring.
    * reflexivity.
    * apply tail_linear.
Qed.

Lemma tail_reflected (f : R -> R) (l : R) :
  is_integral_from 0 (fun x => f (- x)) l -> is_RInt_gen f (Rbar_locally m_infty) (at_point 0) l.
Proof.
intros H P HP; destruct (H P HP) as [Q1 Q2 H1 [M H2] HQ].
exists (fun a => Q2 (- a)) (fun b => Q1 (- b)).
- exists (- M); intros a Ha; apply H2; lra.
- unfold at_point in *; now rewrite Ropp_0.
- intros a b Ha Hb; destruct (HQ _ _ Hb Ha) as [y [Hy HPy]]; cbn [fst snd] in *.
  exists y; split; [ | exact HPy ].
  apply (is_RInt_comp_opp (V := R_NormedModule)), is_RInt_swap, (is_RInt_opp (V := R_NormedModule)) in Hy.
  rewrite opp_opp in Hy; apply is_RInt_ext with (2 := Hy).
  intros x _; rewrite opp_opp, Ropp_involutive; reflexivity.
Qed.

(** The standard density times a line with corners at 0 and at any point. *)
Lemma line_corners (A B C m : R) :
  is_integral (fun x => exp (- Rabs x) / 2 * (A + B * Rabs x + C * Rabs (x - m)))
    (A + B + C * (Rabs m + exp (- Rabs m))).
Proof.
set (value := fun n => / 2 * (A + B + C * (Rmax n 0 + 2 * exp (- Rmax n 0) - 1 + Rmax (- n) 0))).
replace (A + B + C * (Rabs m + exp (- Rabs m))) with (plus (value (- m)) (value m)).
2: { unfold value, plus; cbn; rewrite Ropp_involutive; destruct (Rle_lt_dec 0 m) as [H | H].
  - rewrite (Rmax_left m), (Rmax_right (- m)), Rabs_pos_eq, Ropp_0, exp_0 by lra; field.
  - rewrite (Rmax_right m), (Rmax_left (- m)), Rabs_left, Ropp_0, exp_0 by lra; field. }
assert (half : forall n, is_integral_from 0 (fun x => / 2 * (exp (- x) * (A + B * x + C * Rabs (x - n)))) (value n)).
{ intros n; exact (is_RInt_gen_scal (V := R_NormedModule) _ (/ 2) _ (half_corner A B C n)). }
apply (is_RInt_gen_Chasles (V := R_CompleteNormedModule) _ 0).
- apply tail_reflected, (tail_ext _ _ _ _ _) with (3 := half (- m)); [ | reflexivity ].
  intros x X; rewrite Rabs_Ropp, (Rabs_pos_eq x) by lra.
  replace (- x - m) with (- (x - - m)) by ring; rewrite Rabs_Ropp; field.
- apply (tail_ext _ _ _ _ _) with (3 := half m); [ | reflexivity ].
  intros x X; rewrite (Rabs_pos_eq x) by lra; field.
Qed.

(** ** The density and its moments *)

Definition laplace_density (mu b x : R) : R := exp (- (Rabs (x - mu) / b)) / (2 * b).

Lemma laplace_density_pos mu b x : 0 < b -> 0 < laplace_density mu b x.
Proof. intros H; apply Rdiv_lt_0_compat; [ apply exp_pos | lra ]. Qed.

Lemma Rabs_scaled (b x : R) : 0 < b -> Rabs (x / b) = Rabs x / b.
Proof. intros H; rewrite Rabs_div, (Rabs_pos_eq b) by lra; reflexivity. Qed.

(** The mean distance from a point that lies [t] off the location. *)
Definition laplace_distance (b t : R) : R := Rabs t + b * exp (- (Rabs t / b)).

Lemma laplace_corners (mu1 b mu2 A B C : R) : 0 < b ->
  is_integral (fun x => laplace_density mu1 b x * (A + B * Rabs (x - mu1) + C * Rabs (x - mu2)))
    (A + B * b + C * laplace_distance b (mu1 - mu2)).
Proof.
intros H; unfold laplace_distance; set (m := (mu2 - mu1) / b).
assert (M : Rabs m = Rabs (mu1 - mu2) / b) by (unfold m; rewrite Rabs_scaled by exact H; now rewrite Rabs_minus_sym).
apply (integral_value _ (A + B * b + C * b * (Rabs m + exp (- Rabs m)))).
{ rewrite M; field; lra. }
apply (integral_ext (fun x => (fun y => exp (- Rabs y) / 2 * (A + B * b * Rabs y + C * b * Rabs (y - m)))
                                ((x - mu1) / b) / b)).
- intros x; unfold laplace_density, m.
  replace ((x - mu1) / b - (mu2 - mu1) / b) with ((x - mu2) / b) by (field; lra).
  rewrite !Rabs_scaled by exact H; field; lra.
- exact (integral_affine _ mu1 b _ H (line_corners A (B * b) (C * b) m)).
Qed.

Theorem laplace_mass (mu b : R) : 0 < b -> is_integral (laplace_density mu b) 1.
Proof.
intros H; apply (integral_value _ (1 + 0 * b + 0 * laplace_distance b (mu - mu))); [ ring | ].
apply (integral_ext (fun x => laplace_density mu b x * (1 + 0 * Rabs (x - mu) + 0 * Rabs (x - mu))));
  [ intros; ring | now apply laplace_corners ].
Qed.

Theorem laplace_own_distance (mu b : R) : 0 < b ->
  is_integral (fun x => Rabs (x - mu) * laplace_density mu b x) b.
Proof.
intros H; apply (integral_value _ (0 + 1 * b + 0 * laplace_distance b (mu - mu))); [ ring | ].
apply (integral_ext (fun x => laplace_density mu b x * (0 + 1 * Rabs (x - mu) + 0 * Rabs (x - mu))));
  [ intros; ring | now apply laplace_corners ].
Qed.

Theorem laplace_other_distance (mu1 b mu2 : R) : 0 < b ->
  is_integral (fun x => Rabs (x - mu2) * laplace_density mu1 b x) (laplace_distance b (mu1 - mu2)).
Proof.
intros H; apply (integral_value _ (0 + 0 * b + 1 * laplace_distance b (mu1 - mu2))); [ ring | ].
apply (integral_ext (fun x => laplace_density mu1 b x * (0 + 0 * Rabs (x - mu1) + 1 * Rabs (x - mu2))));
  [ intros; ring | now apply laplace_corners ].
Qed.

(** ** The divergence *)

Definition kl_laplace_scale (mu1 b1 mu2 b2 : R) : R :=
  ln (b2 / b1) + (Rabs (mu1 - mu2) + b1 * exp (- (Rabs (mu1 - mu2) / b1))) / b2 - 1.
#[export] Hint Unfold kl_laplace_scale : kl_defs.

Lemma laplace_log_ratio mu1 b1 mu2 b2 x : 0 < b1 -> 0 < b2 ->
  ln (laplace_density mu1 b1 x / laplace_density mu2 b2 x)
  = ln (b2 / b1) - Rabs (x - mu1) / b1 + Rabs (x - mu2) / b2.
Proof.
intros H1 H2; unfold laplace_density.
assert (E1 := exp_pos (- (Rabs (x - mu1) / b1))); assert (E2 := exp_pos (- (Rabs (x - mu2) / b2))).
rewrite !ln_div, !ln_exp, !ln_mult by first [ lra | apply Rdiv_lt_0_compat; lra ]; ring.
Qed.

Theorem kl_laplace (mu1 b1 mu2 b2 : R) : 0 < b1 -> 0 < b2 ->
  is_kl (laplace_density mu1 b1) (laplace_density mu2 b2) (kl_laplace_scale mu1 b1 mu2 b2).
Proof.
intros H1 H2; unfold is_kl, kl_laplace_scale; fold (laplace_distance b1 (mu1 - mu2)).
apply (integral_value _ (ln (b2 / b1) + - / b1 * b1 + / b2 * laplace_distance b1 (mu1 - mu2))).
- field; lra.
- apply (integral_ext
      (fun x => laplace_density mu1 b1 x * (ln (b2 / b1) + - / b1 * Rabs (x - mu1) + / b2 * Rabs (x - mu2)))).
  + intros x; rewrite laplace_log_ratio by assumption; field; lra.
  + now apply laplace_corners.
Qed.

Definition KL_laplace (mu1 b1 mu2 b2 : R) : R :=
  RInt_gen (fun x => laplace_density mu1 b1 x * ln (laplace_density mu1 b1 x / laplace_density mu2 b2 x))
    (Rbar_locally m_infty) (Rbar_locally p_infty).

Theorem KL_laplace_closed (mu1 b1 mu2 b2 : R) : 0 < b1 -> 0 < b2 ->
  KL_laplace mu1 b1 mu2 b2 = kl_laplace_scale mu1 b1 mu2 b2.
Proof.
intros H1 H2; unfold KL_laplace.
exact (is_RInt_gen_unique (V := R_CompleteNormedModule) _ _ (kl_laplace mu1 b1 mu2 b2 H1 H2)).
Qed.

Theorem KL_laplace_optimum (mu1 b1 mu2 b2 : R) : 0 < b1 -> 0 < b2 ->
  KL_laplace mu1 b1 mu2 b2 >= 0 /\ (KL_laplace mu1 b1 mu2 b2 = 0 <-> mu1 = mu2 /\ b1 = b2).
Proof.
intros H1 H2; rewrite KL_laplace_closed by assumption; unfold kl_laplace_scale.
set (d := Rabs (mu1 - mu2) / b1); assert (R0 : 0 < b1 / b2) by now apply Rdiv_lt_0_compat.
replace (ln (b2 / b1) + (Rabs (mu1 - mu2) + b1 * exp (- d)) / b2 - 1)
  with (b1 / b2 * (exp (- d) - (- d + 1)) + (b1 / b2 - 1 - ln (b1 / b2)))
  by (unfold d; rewrite !ln_div by assumption; field; lra).
assert (L := ln_le_sub_1 _ R0).
assert (N : mu1 <> mu2 -> 0 < exp (- d) - (- d + 1)).
{ intros D; assert (P : 0 < d) by (apply Rdiv_lt_0_compat; [ apply Rabs_pos_lt; lra | exact H1 ]).
  assert (E := exp_gt_succ (- d)); lra. }
assert (Z : mu1 = mu2 -> exp (- d) - (- d + 1) = 0).
{ intros ->; unfold d; replace (mu2 - mu2) with 0 by ring.
  rewrite Rabs_R0; unfold Rdiv; rewrite Rmult_0_l, Ropp_0, exp_0; ring. }
destruct (Req_dec mu1 mu2) as [D | D].
- rewrite (Z D), Rmult_0_r, Rplus_0_l; split; [ lra | split ].
  + intros V; split; [ exact D | ]; destruct (Req_dec (b1 / b2) 1) as [R1 | R1].
    * apply (Rmult_eq_compat_r b2) in R1; field_simplify in R1; lra.
    * assert (S := ln_lt_sub_1 _ R0 R1); lra.
  + intros [_ ->]; replace (b2 / b2) with 1 by (field; lra); rewrite ln_1; ring.
- assert (P := Rmult_lt_0_compat _ _ R0 (N D)); split; [ lra | split ].
  + intros V; lra.
  + intros [E _]; contradiction.
Qed.

(** ** By a location *)

(** The mean distance has a derivative at 0 too, where |t| has none: z - 1 + exp(-z) <= z^2. *)
Lemma distance_derive (b t : R) : 0 < b ->
  is_derive (laplace_distance b) t (sign t * (1 - exp (- (Rabs t / b)))).
Proof.
intros H; unfold laplace_distance; destruct (total_order_T t 0) as [[T | ->] | T].
- rewrite sign_eq_m1, (Rabs_left t) by exact T.
  apply (is_derive_ext_loc (fun t => - t + b * exp (- (- t / b)))).
  + exists (mkposreal (- t) ltac:(lra)); intros y Y; change (Rabs (y - t) < - t) in Y.
    apply Rabs_def2 in Y; now rewrite Rabs_left by lra.
  + auto_derive; [ trivial | unfold Rdiv; field; lra ].
- rewrite sign_0, Rmult_0_l; apply is_derive_Reals; intros eps E.
  exists (mkposreal (eps * b) (Rmult_lt_0_compat _ _ E H)); intros h N S; cbn [pos] in S.
  rewrite Rplus_0_l, Rabs_R0, Rminus_0_r; replace (0 / b) with 0 by (field; lra).
  rewrite Ropp_0, exp_0; set (z := Rabs h / b).
  assert (P : 0 < Rabs h) by now apply Rabs_pos_lt.
  assert (Z : 0 < z) by now apply Rdiv_lt_0_compat.
  assert (L := exp_ineq1_le (- z)); assert (U := exp_ineq1_le z).
  assert (X : exp (- z) * (1 + z) <= 1).
  { apply Rle_trans with (exp (- z) * exp z).
    - apply Rmult_le_compat_l; [ apply Rlt_le, exp_pos | exact U ].
    - rewrite <- exp_plus, Rplus_opp_l, exp_0; lra. }
  assert (Q : 0 <= Rabs h + b * exp (- z) - (0 + b * 1) <= Rabs h * z).
  { replace (Rabs h) with (b * z) by (unfold z; field; lra).
    assert (K : exp (- z) <= 1 - z + z * z) by nra.
    replace (b * z + b * exp (- z) - (0 + b * 1)) with (b * (z + exp (- z) - 1)) by ring.
    split; [ apply Rmult_le_pos; lra | rewrite Rmult_assoc; apply Rmult_le_compat_l; lra ]. }
  rewrite Rabs_div, (Rabs_pos_eq _ (proj1 Q)) by exact N.
  apply Rle_lt_trans with z; [ | unfold z; apply (Rmult_lt_reg_r b); [ exact H | field_simplify; lra ] ].
  apply (Rmult_le_reg_r (Rabs h)); [ exact P | ].
  unfold Rdiv; rewrite Rmult_assoc, Rinv_l by lra; lra.
- rewrite sign_eq_1, (Rabs_pos_eq t) by lra.
  apply (is_derive_ext_loc (fun t => t + b * exp (- (t / b)))).
  + exists (mkposreal t T); intros y Y; change (Rabs (y - t) < t) in Y.
    apply Rabs_def2 in Y; now rewrite Rabs_pos_eq by lra.
  + auto_derive; [ trivial | unfold Rdiv; field; lra ].
Qed.

Lemma affine_derive (f : R -> R) (a c s t x l : R) :
  is_derive f (s * x + t) l -> is_derive (fun y => a + c * f (s * y + t)) x (c * s * l).
Proof.
intros D; auto_derive; [ now exists l | ].
match goal with |- context [Derive ?g ?y] => replace (Derive g y) with l by (symmetry; now apply is_derive_unique) end.
ring.
Qed.

(** By either location: [s] is 1 for the first and -1 for the second. *)
Lemma KL_laplace_location (KL : R -> R) (b1 b2 s t x v : R) : 0 < b1 -> 0 < b2 ->
  (forall y, KL y = ln (b2 / b1) + laplace_distance b1 (s * y + t) / b2 - 1) ->
  v = s * sign (s * x + t) * (1 - exp (- (Rabs (s * x + t) / b1))) / b2 -> is_derive KL x v.
Proof.
intros H1 H2 E ->.
apply (is_derive_ext (fun y => ln (b2 / b1) - 1
                               + / b2 * laplace_distance b1 (s * y + t))).
- intros y; rewrite E; match goal with |- ?a = ?b => change (@eq R a b) end; field; lra.
- replace (s * sign (s * x + t) * (1 - exp (- (Rabs (s * x + t) / b1))) / b2)
    with (/ b2 * s * (sign (s * x + t) * (1 - exp (- (Rabs (s * x + t) / b1))))) by (field; lra).
  now apply affine_derive, distance_derive.
Qed.

Lemma KL_laplace_first (mu1 b1 mu2 b2 v : R) : 0 < b1 -> 0 < b2 ->
  v = sign (mu1 - mu2) * (1 - exp (- (Rabs (mu1 - mu2) / b1))) / b2 ->
  is_derive (fun y => KL_laplace y b1 mu2 b2) mu1 v.
Proof.
intros H1 H2 ->; apply (KL_laplace_location _ b1 b2 1 (- mu2)); trivial.
- intros y; rewrite KL_laplace_closed by assumption; unfold kl_laplace_scale, laplace_distance.
  now replace (1 * y + - mu2) with (y - mu2) by ring.
- replace (1 * mu1 + - mu2) with (mu1 - mu2) by ring; field; lra.
Qed.

Lemma KL_laplace_second (mu1 b1 mu2 b2 v : R) : 0 < b1 -> 0 < b2 ->
  v = - sign (mu1 - mu2) * (1 - exp (- (Rabs (mu1 - mu2) / b1))) / b2 ->
  is_derive (fun y => KL_laplace mu1 b1 y b2) mu2 v.
Proof.
intros H1 H2 ->; apply (KL_laplace_location _ b1 b2 (-1) mu1); trivial.
- intros y; rewrite KL_laplace_closed by assumption; unfold kl_laplace_scale, laplace_distance.
  now replace (-1 * y + mu1) with (mu1 - y) by ring.
- replace (-1 * mu2 + mu1) with (mu1 - mu2) by ring; field; lra.
Qed.

(** ** One-call proofs of what is emitted *)

Lemma KL_laplace_value (mu1 b1 mu2 b2 v : R) : 0 < b1 -> 0 < b2 -> v = kl_laplace_scale mu1 b1 mu2 b2 ->
  is_kl (laplace_density mu1 b1) (laplace_density mu2 b2) v.
Proof. intros H1 H2 ->; now apply kl_laplace. Qed.

Lemma KL_laplace_derive (mu1 mu2 : R) (b1 b2 : R -> R) x v :
  locally x (fun y => 0 < b1 y /\ 0 < b2 y) ->
  is_derive (fun y => kl_laplace_scale mu1 (b1 y) mu2 (b2 y)) x v ->
  is_derive (fun y => KL_laplace mu1 (b1 y) mu2 (b2 y)) x v.
Proof.
intros L; apply is_derive_ext_loc.
generalize L; apply filter_imp; intros y [H1 H2]; symmetry; now apply KL_laplace_closed.
Qed.

(** Of the locations only the distance and its sign are left, as variables. *)
Ltac kl_laplace_distance :=
  unfold Rdiv;
  rewrite ?Rminus_eq_0, ?sign_0; autounfold with kl_defs; unfold Rdiv;
  repeat match goal with
  | |- context [Rabs ?e] => generalize (Rabs e); intros ?
  | |- context [sign ?e] => generalize (sign e); intros ?
  end.

Ltac solve_KL_laplace_value :=
  intros; apply KL_laplace_value; [ kl_pos | kl_pos | kl_laplace_distance; solve_kl_rule ].

Ltac solve_KL_laplace_gradient :=
  intros;
  lazymatch goal with
  | |- is_derive (fun y => KL_laplace y ?b1 ?m2 ?b2) ?x ?v =>
      apply (KL_laplace_first x b1 m2 b2 v); [ kl_pos | kl_pos | kl_laplace_distance; solve_kl_rule ]
  | |- is_derive (fun y => KL_laplace ?m1 ?b1 y ?b2) ?x ?v =>
      apply (KL_laplace_second m1 b1 x b2 v); [ kl_pos | kl_pos | kl_laplace_distance; solve_kl_rule ]
  | |- is_derive (fun y => KL_laplace ?m1 (@?b1 y) ?m2 (@?b2 y)) ?x ?v =>
      apply (KL_laplace_derive m1 m2 b1 b2 x v); cbv beta; [ kl_scales | kl_laplace_distance; solve_kl_gradient ]
  end.

Ltac solve_KL_laplace_optimum := intros; now apply KL_laplace_optimum.
