(* SPDX-License-Identifier: MIT *)
(** * The Gaussian integral

    Proved, from nothing but the definition of the integral:

    - [gaussian_integral]: the integral of exp(-x^2) over the line is sqrt(pi);
    - [gaussian_quadratic]: the integral of exp(-x^2) (a + b x + c x^2) over the
      line is (a + c/2) sqrt(pi).

    With I(t) = int_0^t exp(-x^2) dx and
    G(t) = int_0^1 exp(-t^2 (1 + x^2)) / (1 + x^2) dx, the function I(t)^2 + G(t)
    has derivative 0 (that of G is taken under the integral sign), so it equals
    G(0) = atan 1 = pi/4; and 0 <= G(t) <= exp(-t^2) sends G to 0 at infinity. *)

From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From DeriveKL Require Import Improper.
Open Scope R_scope.

Definition gauss (x : R) : R := exp (- x ^ 2).

(** ** exp(-x^2) and its decay *)

Lemma gauss_pos x : 0 < gauss x.
Proof. apply exp_pos. Qed.

Lemma gauss_derive x : is_derive gauss x (- 2 * x * gauss x).
Proof. unfold gauss; auto_derive; [ exact I | cbn [pow]; ring ]. Qed.

Lemma gauss_continuous x : continuous gauss x.
Proof. apply (ex_derive_continuous gauss); eexists; apply gauss_derive. Qed.

Lemma gauss_le x : gauss x <= / (1 + x ^ 2).
Proof.
unfold gauss; rewrite exp_Ropp.
apply Rinv_le_contravar.
- generalize (pow2_ge_0 x); lra.
- apply exp_ineq1_le.
Qed.

Lemma gauss_moment_bound x : 1 < Rabs x ->
  Rabs (gauss x) <= / Rabs x /\ Rabs (x * gauss x) <= / Rabs x.
Proof.
intros Hx.
assert (G := gauss_le x); assert (P := gauss_pos x).
rewrite <- (pow2_abs x) in G.
assert (Q : / (1 + Rabs x ^ 2) <= / Rabs x ^ 2)
  by (apply Rinv_le_contravar; nra).
assert (E : / Rabs x ^ 2 = / Rabs x * / Rabs x) by (field; lra).
assert (V : 0 < / Rabs x) by (apply Rinv_0_lt_compat; lra).
assert (U : Rabs x * / Rabs x = 1) by (field; lra).
rewrite Rabs_mult, (Rabs_right (gauss x)) by lra.
split; nra.
Qed.

Lemma gauss_lim : is_lim gauss m_infty 0 /\ is_lim gauss p_infty 0.
Proof. apply lim_dominated; intros; now apply gauss_moment_bound. Qed.

Lemma gauss_lim_1 :
  is_lim (fun x => x * gauss x) m_infty 0 /\ is_lim (fun x => x * gauss x) p_infty 0.
Proof. apply lim_dominated; intros; now apply gauss_moment_bound. Qed.

(** ** I, the primitive of exp(-x^2) *)

Definition gaussI (t : R) : R := RInt gauss 0 t.

Lemma gaussI_derive t : is_derive gaussI t (gauss t).
Proof.
apply (is_derive_RInt gauss gaussI 0 t).
- apply filter_forall; intros b.
  apply (RInt_correct gauss 0 b), (ex_RInt_continuous gauss).
  intros; apply gauss_continuous.
- apply gauss_continuous.
Qed.

Lemma gaussI_0 : gaussI 0 = 0.
Proof. exact (RInt_point 0 gauss). Qed.

Lemma gaussI_nonneg t : 0 <= t -> 0 <= gaussI t.
Proof.
intros Ht.
destruct (MVT_gen gaussI 0 t gauss) as [c [_ E]].
- intros; apply gaussI_derive.
- intros; apply derivable_continuous_pt; exists (gauss x).
  apply is_derive_Reals, gaussI_derive.
- rewrite gaussI_0 in E; assert (P := gauss_pos c); nra.
Qed.

Lemma gaussI_odd t : gaussI (- t) = - gaussI t.
Proof.
assert (D : forall u, is_derive (fun v => gaussI v + gaussI (- v)) u 0).
{ intros u.
  evar_last.
  - apply (is_derive_plus gaussI (fun v => gaussI (- v))).
    + apply gaussI_derive.
    + apply (is_derive_comp gaussI Ropp).
      * apply gaussI_derive.
      * apply (is_derive_opp (fun v : R => v)); apply is_derive_id.
  - unfold plus, scal, opp, one; simpl; unfold mult; simpl.
    unfold gauss; replace ((- u) ^ 2) with (u ^ 2) by ring; ring. }
destruct (MVT_gen (fun v => gaussI v + gaussI (- v)) 0 t (fun _ => 0)) as [c [_ E]].
- intros; apply D.
- intros; apply derivable_continuous_pt; exists 0; apply is_derive_Reals, D.
- rewrite Ropp_0, gaussI_0 in E; lra.
Qed.

(** ** G, and I^2 + G = pi/4 *)

Definition kernel (t x : R) : R := exp (- (t ^ 2 * (1 + x ^ 2))) / (1 + x ^ 2).
Definition gaussG (t : R) : R := RInt (kernel t) 0 1.

Lemma one_plus_sqr x : 1 + x ^ 2 <> 0.
Proof. generalize (pow2_ge_0 x); lra. Qed.

Lemma kernel_derive t x :
  is_derive (fun u => kernel u x) t (- 2 * t * exp (- (t ^ 2 * (1 + x ^ 2)))).
Proof.
unfold kernel; auto_derive; [ exact I | ].
cbn [pow]; field; apply Rgt_not_eq; nra.
Qed.

Lemma kernel_integrable t : ex_RInt (kernel t) 0 1.
Proof.
apply (ex_RInt_continuous (kernel t)); intros x _.
apply (ex_derive_continuous (kernel t)); unfold kernel; auto_derive.
apply Rgt_not_eq; nra.
Qed.

Lemma gaussG_derive t : is_derive gaussG t (- 2 * gauss t * gaussI t).
Proof.
evar_last.
- apply is_derive_RInt_param.
  + apply filter_forall; intros u x _; eexists; apply kernel_derive.
  + intros x _.
    apply (continuity_2d_pt_ext
             (fun u v => - 2 * u * exp (- (u ^ 2 * (1 + v ^ 2))))).
    { intros u v; symmetry; apply is_derive_unique, kernel_derive. }
    cbn.
    apply continuity_2d_pt_mult.
    * apply continuity_2d_pt_mult;
        [ apply continuity_2d_pt_const | apply continuity_2d_pt_id1 ].
    * apply continuity_1d_2d_pt_comp.
      { apply derivable_continuous_pt, derivable_pt_exp. }
      apply continuity_2d_pt_opp; repeat apply continuity_2d_pt_mult;
        try apply continuity_2d_pt_plus; repeat apply continuity_2d_pt_mult;
        first [ apply continuity_2d_pt_const | apply continuity_2d_pt_id1
              | apply continuity_2d_pt_id2 ].
  + apply filter_forall; intros u; apply kernel_integrable.
- transitivity (RInt (fun x => scal (- 2 * gauss t) (scal t (gauss (t * x + 0)))) 0 1).
  + apply RInt_ext; intros x _.
    transitivity (- 2 * t * exp (- (t ^ 2 * (1 + x ^ 2))));
      [ exact (is_derive_unique _ _ _ (kernel_derive t x)) | ].
    change (- 2 * t * exp (- (t ^ 2 * (1 + x ^ 2)))
            = - 2 * gauss t * (t * gauss (t * x + 0))); unfold gauss.
    replace (- (t ^ 2 * (1 + x ^ 2))) with (- t ^ 2 + - (t * x + 0) ^ 2) by ring.
    rewrite exp_plus; ring.
  + assert (E : forall a b, ex_RInt gauss a b)
      by (intros; apply (ex_RInt_continuous gauss); intros; apply gauss_continuous).
    rewrite (RInt_scal (V := R_CompleteNormedModule)).
    * rewrite (RInt_comp_lin gauss) by apply E.
      rewrite Rmult_0_r, Rmult_1_r, !Rplus_0_r; reflexivity.
    * apply (ex_RInt_comp_lin gauss), E.
Qed.

Lemma gaussG_0 : gaussG 0 = PI / 4.
Proof.
apply is_RInt_unique.
apply (is_RInt_ext (fun x => / (1 + Rsqr x))).
{ intros x _; unfold kernel; rewrite Rsqr_pow2.
  replace (- (0 ^ 2 * (1 + x ^ 2))) with 0 by ring.
  rewrite exp_0; change (/ (1 + x ^ 2) = 1 / (1 + x ^ 2)).
  field; apply one_plus_sqr. }
evar_last.
- apply (is_RInt_derive atan (fun x => / (1 + Rsqr x))).
  + intros x _; apply is_derive_atan.
  + intros x _; apply (ex_derive_continuous (fun y => / (1 + Rsqr y))).
    unfold Rsqr; auto_derive; generalize (Rle_0_sqr x); unfold Rsqr; lra.
- rewrite atan_0, atan_1; unfold minus, plus, opp; cbn; ring.
Qed.

Lemma gaussG_bounds t : 0 <= gaussG t <= gauss t.
Proof.
assert (B : forall x, 0 <= kernel t x <= gauss t).
{ intros x; unfold kernel, gauss, Rdiv.
  assert (P := pow2_ge_0 x); assert (Q := pow2_ge_0 t).
  assert (V : 0 < / (1 + x ^ 2) <= 1).
  { split; [ apply Rinv_0_lt_compat; lra | rewrite <- Rinv_1; apply Rinv_le_contravar; lra ]. }
  assert (L : exp (- (t ^ 2 * (1 + x ^ 2))) <= exp (- t ^ 2)).
  { destruct (Req_dec (t ^ 2 * x ^ 2) 0) as [Z | Z].
    - right; f_equal; lra.
    - left; apply exp_increasing; nra. }
  assert (Z := exp_pos (- (t ^ 2 * (1 + x ^ 2)))).
  split; nra. }
split.
- replace 0 with (RInt (fun _ => 0) 0 1)
    by (rewrite RInt_const; unfold scal; simpl; unfold mult; simpl; ring).
  apply RInt_le; [ lra | apply ex_RInt_const | apply kernel_integrable | ].
  intros; apply B.
- replace (gauss t) with (RInt (fun _ => gauss t) 0 1)
    by (rewrite RInt_const; unfold scal; simpl; unfold mult; simpl; ring).
  apply RInt_le; [ lra | apply kernel_integrable | apply ex_RInt_const | ].
  intros; apply B.
Qed.

Theorem gaussI_gaussG t : gaussI t ^ 2 + gaussG t = PI / 4.
Proof.
assert (D : forall u, is_derive (fun v => gaussI v ^ 2 + gaussG v) u 0).
{ intros u; evar_last.
  - apply (is_derive_plus (fun v => gaussI v ^ 2) gaussG).
    + apply is_derive_pow, gaussI_derive.
    + apply gaussG_derive.
  - unfold plus; cbn; ring. }
destruct (MVT_gen (fun v => gaussI v ^ 2 + gaussG v) 0 t (fun _ => 0)) as [c [_ E]].
- intros; apply D.
- intros; apply derivable_continuous_pt; exists 0; apply is_derive_Reals, D.
- rewrite gaussI_0, gaussG_0 in E; lra.
Qed.

(** ** The limits of I *)

Lemma sqrt_PI_pos : 0 < sqrt PI.
Proof. apply sqrt_lt_R0, PI_RGT_0. Qed.

Lemma sqrt_PI_sqr : sqrt PI * sqrt PI = PI.
Proof. apply sqrt_sqrt; left; apply PI_RGT_0. Qed.

Lemma gaussI_lim_p : is_lim gaussI p_infty (sqrt PI / 2).
Proof.
assert (P := sqrt_PI_pos); assert (S := sqrt_PI_sqr).
destruct gauss_lim as [_ L].
apply (is_lim_le_le_loc (fun t => sqrt PI / 2 - 2 / sqrt PI * gauss t)
         (fun t => sqrt PI / 2)).
- exists 0; intros t Ht.
  assert (N := gaussI_nonneg t (Rlt_le _ _ Ht)).
  assert (B := gaussG_bounds t); assert (E := gaussI_gaussG t).
  set (c := sqrt PI / 2) in *.
  assert (C : 0 < c) by (unfold c; lra).
  replace (2 / sqrt PI) with (/ c) by (unfold c; field; lra).
  assert (F : (c - gaussI t) * (c + gaussI t) = gaussG t) by (unfold c in *; lra).
  assert (U : gaussI t <= c) by nra.
  split; [ | exact U ].
  apply Rmult_le_reg_l with c; [ exact C | ].
  replace (c * (c - / c * gauss t)) with (c * c - gauss t) by (field; lra).
  nra.
- replace (Finite (sqrt PI / 2)) with (Finite (sqrt PI / 2 - 2 / sqrt PI * 0))
    by (f_equal; ring).
  apply is_lim_minus'; [ apply is_lim_const | ].
  now apply (is_lim_scal_l gauss (2 / sqrt PI) p_infty 0).
- apply is_lim_const.
Qed.

Lemma gaussI_lim_m : is_lim gaussI m_infty (- (sqrt PI / 2)).
Proof.
apply (is_lim_ext (fun t => - gaussI (- t))).
{ intros t; rewrite gaussI_odd; ring. }
apply (is_lim_opp (fun t => gaussI (- t)) m_infty (sqrt PI / 2)).
exact (filterlim_comp _ _ _ Ropp gaussI _ _ _ (filterlim_Rbar_opp m_infty) gaussI_lim_p).
Qed.

(** ** The integrals *)

(** exp(-x^2) times any quadratic: the primitive is
    (a + c/2) I(x) - (b + c x) exp(-x^2) / 2. *)
Theorem gaussian_quadratic (a b c : R) :
  is_integral (fun x => gauss x * (a + b * x + c * x ^ 2)) ((a + c / 2) * sqrt PI).
Proof.
set (F := fun x => (a + c / 2) * gaussI x - (b / 2 * gauss x + c / 2 * (x * gauss x))).
assert (L : forall (x : Rbar) (l : R), is_lim gaussI x l -> is_lim gauss x 0 ->
              is_lim (fun y => y * gauss y) x 0 -> is_lim F x ((a + c / 2) * l)).
{ intros x l HI H0 H1.
  replace (Finite ((a + c / 2) * l))
    with (Finite ((a + c / 2) * l - (b / 2 * 0 + c / 2 * 0))) by (f_equal; ring).
  apply is_lim_minus'; [ now apply (is_lim_scal_l gaussI _ x l) | ].
  apply is_lim_plus'; [ now apply (is_lim_scal_l gauss _ x 0) | ].
  now apply (is_lim_scal_l (fun y => y * gauss y) _ x 0). }
apply (integral_value _ ((a + c / 2) * (sqrt PI / 2) - (a + c / 2) * - (sqrt PI / 2)));
  [ field | ].
apply (integral_of_primitive F).
- intros x; unfold F.
  assert (D := gauss_derive x); assert (DI := gaussI_derive x).
  auto_derive.
  + repeat split; eexists; eassumption.
  + apply is_derive_unique in D; apply is_derive_unique in DI.
    change (Derive (fun y => gauss y) x) with (Derive gauss x).
    change (Derive (fun y => gaussI y) x) with (Derive gaussI x).
    rewrite D, DI; field.
- intros x.
  apply (ex_derive_continuous (fun y => gauss y * (a + b * y + c * y ^ 2))).
  unfold gauss; auto_derive; exact I.
- apply L; [ apply gaussI_lim_m | apply gauss_lim | apply gauss_lim_1 ].
- apply L; [ apply gaussI_lim_p | apply gauss_lim | apply gauss_lim_1 ].
Qed.

Theorem gaussian_integral : is_integral (fun x => exp (- x ^ 2)) (sqrt PI).
Proof.
apply (integral_ext (fun x => gauss x * (1 + 0 * x + 0 * x ^ 2))).
- intros x; unfold gauss; ring.
- apply (integral_value _ ((1 + 0 / 2) * sqrt PI)); [ field | apply gaussian_quadratic ].
Qed.
