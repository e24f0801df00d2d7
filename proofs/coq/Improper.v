(* SPDX-License-Identifier: MIT *)
(** * Improper integrals over the whole real line

    [is_integral f l] says that the integral of [f] over ]-oo, +oo[ converges
    to [l], both ends going to infinity independently of each other.  Proved:

    - it is what a primitive with limits at both infinities gives, and that over
      a half-line what one with a limit gives,
    - it is unique, invariant under an affine change of variable, and depends
      on the values of the integrand only;

    and, for the limits of primitives, that what is at most 1/|x| vanishes at
    both infinities.                                                           *)

From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
Open Scope R_scope.

Notation is_integral f l :=
  (is_RInt_gen (f : R -> R) (Rbar_locally m_infty) (Rbar_locally p_infty) l).

(** ** The fundamental theorem at both infinities *)

Theorem integral_of_primitive (F f : R -> R) (la lb : R) :
  (forall x, is_derive F x (f x)) ->
  (forall x, continuous f x) ->
  is_lim F m_infty la ->
  is_lim F p_infty lb ->
  is_integral f (lb - la).
Proof.
intros HF Hf Ha Hb.
unfold is_RInt_gen.
apply (filterlimi_lim_ext_loc (fun ab => minus (F (snd ab)) (F (fst ab)))).
- apply filter_forall; intros [a b]; cbn [fst snd].
  apply (is_RInt_derive (V := R_CompleteNormedModule)); intros x _; auto.
- change (lb - la) with (plus lb (opp la)).
  apply (filterlim_comp_2 (G := locally lb) (H := locally (opp la))
           (fun ab => F (snd ab)) (fun ab => opp (F (fst ab))) plus).
  + apply filterlim_comp with (1 := filterlim_snd) (2 := Hb).
  + apply filterlim_comp with (G := locally la).
    * apply filterlim_comp with (1 := filterlim_fst) (2 := Ha).
    * apply (filterlim_opp la).
  + apply (filterlim_plus lb (opp la)).
Qed.

(** ** Half-lines *)

(** [is_integral_from c f l]: the integral of [f] over ]c, +oo[ converges to [l]. *)
Notation is_integral_from c f l :=
  (is_RInt_gen (f : R -> R) (at_point c) (Rbar_locally p_infty) l).

Theorem half_line_of_primitive (F f : R -> R) (c l : R) :
  (forall x, is_derive F x (f x)) ->
  (forall x, continuous f x) ->
  is_lim F p_infty l ->
  is_integral_from c f (l - F c).
Proof.
intros HF Hf Hl.
unfold is_RInt_gen.
apply (filterlimi_lim_ext_loc (fun ab => minus (F (snd ab)) (F (fst ab)))).
- apply filter_forall; intros [a b]; cbn [fst snd].
  apply (is_RInt_derive (V := R_CompleteNormedModule)); intros x _; auto.
- change (l - F c) with (plus l (opp (F c))).
  apply (filterlim_comp_2 (G := locally l) (H := locally (opp (F c)))
           (fun ab => F (snd ab)) (fun ab => opp (F (fst ab))) plus).
  + apply filterlim_comp with (1 := filterlim_snd) (2 := Hl).
  + apply filterlim_comp with (G := locally (F c)).
    * apply filterlim_comp with (1 := filterlim_fst).
      intros P HP; exact (locally_singleton _ _ HP).
    * apply (filterlim_opp (F c)).
  + apply (filterlim_plus l (opp (F c))).
Qed.

(** ** Uniqueness, extensionality *)

Lemma integral_unique (f : R -> R) (l1 l2 : R) :
  is_integral f l1 -> is_integral f l2 -> l1 = l2.
Proof.
intros H1 H2.
rewrite <- (is_RInt_gen_unique (V := R_CompleteNormedModule) f l1 H1).
exact (is_RInt_gen_unique (V := R_CompleteNormedModule) f l2 H2).
Qed.

Lemma integral_ext (f g : R -> R) (l : R) :
  (forall x, f x = g x) -> is_integral f l -> is_integral g l.
Proof.
intros E.
apply is_RInt_gen_ext.
apply filter_forall; intros ab x _; apply E.
Qed.

Lemma integral_value (f : R -> R) (l l' : R) :
  l = l' -> is_integral f l -> is_integral f l'.
Proof. now intros ->. Qed.

(** ** Affine change of variable *)

Lemma integral_affine (f : R -> R) (m s l : R) :
  0 < s -> is_integral f l ->
  is_integral (fun x => f ((x - m) / s) / s) l.
Proof.
intros Hs H P HP.
destruct (H P HP) as [Q1 Q2 [M1 H1] [M2 H2] HQ].
exists (fun a => Q1 ((a - m) / s)) (fun b => Q2 ((b - m) / s)).
- exists (M1 * s + m); intros a Ha; apply H1.
  apply (Rmult_lt_reg_r s); [ exact Hs | ].
  replace ((a - m) / s * s) with (a - m) by (field; lra); lra.
- exists (M2 * s + m); intros b Hb; apply H2.
  apply (Rmult_lt_reg_r s); [ exact Hs | ].
  replace ((b - m) / s * s) with (b - m) by (field; lra); lra.
- intros a b Ha Hb.
  destruct (HQ _ _ Ha Hb) as [y [Hy HPy]]; cbn [fst snd] in *.
  exists y; split; [ | exact HPy ].
  apply (is_RInt_ext (fun x => scal (/ s) (f (/ s * x + (- m / s))))).
  + intros x _; change (/ s * f (/ s * x + - m / s) = f ((x - m) / s) / s).
    replace (/ s * x + - m / s) with ((x - m) / s) by (field; lra).
    field; lra.
  + apply (is_RInt_comp_lin f (/ s) (- m / s) a b y).
    replace (/ s * a + - m / s) with ((a - m) / s) by (field; lra).
    replace (/ s * b + - m / s) with ((b - m) / s) by (field; lra).
    exact Hy.
Qed.

(** ** Limits at both infinities *)

Lemma lim_inv_infty : is_lim (fun x => / x) p_infty 0 /\ is_lim (fun x => / x) m_infty 0.
Proof.
split.
- apply (is_lim_inv (fun x => x) p_infty p_infty (is_lim_id _)); discriminate.
- apply (is_lim_inv (fun x => x) m_infty m_infty (is_lim_id _)); discriminate.
Qed.

(** A function that is at most 1/|x| in absolute value for |x| > 1 vanishes at
    both infinities. *)
Lemma lim_dominated (h : R -> R) :
  (forall x, 1 < Rabs x -> Rabs (h x) <= / Rabs x) ->
  is_lim h m_infty 0 /\ is_lim h p_infty 0.
Proof.
intros H; destruct lim_inv_infty as [Hp Hm]; split.
- apply (is_lim_le_le_loc (fun x => / x) (fun x => - / x) h m_infty 0).
  + exists (-1); intros x Hx.
    assert (A := H x); rewrite !(Rabs_left x) in A by lra.
    rewrite Rinv_opp in A.
    assert (B : Rabs (h x) <= - / x) by (apply A; lra).
    apply Rabs_le_between in B; lra.
  + exact Hm.
  + apply (is_lim_ext (fun x => -1 * / x)); [ intros; ring | ].
    replace (Finite 0) with (Rbar_mult (-1) 0) by (cbn; f_equal; ring).
    now apply is_lim_scal_l.
- apply (is_lim_le_le_loc (fun x => - / x) (fun x => / x) h p_infty 0).
  + exists 1; intros x Hx.
    assert (A := H x); rewrite !(Rabs_right x) in A by lra.
    assert (B : Rabs (h x) <= / x) by (apply A; lra).
    apply Rabs_le_between in B; lra.
  + apply (is_lim_ext (fun x => -1 * / x)); [ intros; ring | ].
    replace (Finite 0) with (Rbar_mult (-1) 0) by (cbn; f_equal; ring).
    now apply is_lim_scal_l.
  + exact Hp.
Qed.
