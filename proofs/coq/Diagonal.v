(* SPDX-License-Identifier: MIT *)
(** * Diagonal Gaussians in any dimension

    The integral over R^n is an iterated improper integral, one coordinate after
    the other, defined by recursion on n ([is_integral_n]); a point of R^n is a
    list of n reals.  For product densities P, Q with n normal factors each, by
    induction on n:

    - [diagonal_mass]: P has mass 1;
    - [diagonal_kl]: the integral of P ln(P/Q) is the sum over the coordinates of
      the one-dimensional closed form;
    - [diagonal_kl_unit]: against N(0, 1)^n it is the sum of f(mu_i, sigma_i).   *)

From Coq Require Import Reals Lra List.
From Coquelicot Require Import Coquelicot.
From DeriveKL Require Import Improper Normal Formulas KL.
Open Scope R_scope.

(** ** Iterated integrals *)

Fixpoint is_integral_n (n : nat) (F : list R -> R) (l : R) : Prop :=
  match n with
  | O => F nil = l
  | S m => exists inner : R -> R,
      (forall x, is_integral_n m (fun v => F (x :: v)) (inner x))
      /\ is_integral inner l
  end.

Lemma is_integral_n_ext n F G l :
  (forall v, length v = n -> F v = G v) -> is_integral_n n F l -> is_integral_n n G l.
Proof.
revert F G l; induction n as [ | n IH ]; intros F G l E; simpl.
- now rewrite E.
- intros [h [Hh H]]; exists h; split; [ | exact H ].
  intros x; apply (IH (fun v => F (x :: v))); [ | apply Hh ].
  intros v Hv; apply E; simpl; now rewrite Hv.
Qed.

Lemma is_integral_n_unique n F l1 l2 :
  is_integral_n n F l1 -> is_integral_n n F l2 -> l1 = l2.
Proof.
revert F l1 l2; induction n as [ | n IH ]; intros F l1 l2; simpl.
- congruence.
- intros [h1 [Hh1 H1]] [h2 [Hh2 H2]].
  refine (integral_unique h2 l1 l2 (integral_ext h1 h2 l1 _ H1) H2).
  intros x; exact (IH _ _ _ (Hh1 x) (Hh2 x)).
Qed.

(** ** A pair of product densities, coordinate by coordinate *)

Record coordinate := Coordinate { mu1 : R; sigma1 : R; mu2 : R; sigma2 : R }.

Definition valid (c : coordinate) : Prop := 0 < sigma1 c /\ 0 < sigma2 c.

Fixpoint density1 (d : list coordinate) (v : list R) : R :=
  match d, v with
  | c :: d', x :: v' => normal_density (mu1 c) (sigma1 c) x * density1 d' v'
  | _, _ => 1
  end.

Fixpoint density2 (d : list coordinate) (v : list R) : R :=
  match d, v with
  | c :: d', x :: v' => normal_density (mu2 c) (sigma2 c) x * density2 d' v'
  | _, _ => 1
  end.

(** The sum over the coordinates of the one-dimensional divergences. *)
Fixpoint kl_sum (d : list coordinate) : R :=
  match d with
  | nil => 0
  | c :: d' => kl_normal_std (mu1 c) (sigma1 c) (mu2 c) (sigma2 c) + kl_sum d'
  end.

Lemma density_pos d v : List.Forall valid d -> 0 < density1 d v /\ 0 < density2 d v.
Proof.
intros V; revert v; induction V as [ | c d [H1 H2] V IH ]; intros v; simpl.
- lra.
- destruct v as [ | x v ]; [ lra | ].
  destruct (IH v) as [P1 P2].
  split; apply Rmult_lt_0_compat; trivial; now apply normal_density_pos.
Qed.

Lemma log_ratio_cons c d x v : valid c -> List.Forall valid d ->
  ln (density1 (c :: d) (x :: v) / density2 (c :: d) (x :: v))
  = ln (normal_density (mu1 c) (sigma1 c) x / normal_density (mu2 c) (sigma2 c) x)
    + ln (density1 d v / density2 d v).
Proof.
intros [H1 H2] V; destruct (density_pos d v V) as [P1 P2]; simpl.
assert (N1 := normal_density_pos (mu1 c) _ x H1).
assert (N2 := normal_density_pos (mu2 c) _ x H2).
rewrite !ln_div, !ln_mult; trivial; try (apply Rmult_lt_0_compat; trivial); ring.
Qed.

(** ** The integrals, by induction on the dimension *)

Lemma diagonal_shifted d k a : List.Forall valid d ->
  is_integral_n (length d)
    (fun v => k * density1 d v * (a + ln (density1 d v / density2 d v)))
    (k * (a + kl_sum d)).
Proof.
intros V; revert k a; induction V as [ | c d Vc V IH ]; intros k a; simpl length.
- simpl; replace (1 / 1) with 1 by field; rewrite ln_1; ring.
- set (p := normal_density (mu1 c) (sigma1 c)).
  set (q := normal_density (mu2 c) (sigma2 c)).
  exists (fun x => k * p x * (a + ln (p x / q x) + kl_sum d)); split.
  + intros x.
    apply (is_integral_n_ext _
             (fun v => k * p x * density1 d v
                       * (a + ln (p x / q x) + ln (density1 d v / density2 d v)))).
    * intros v _; rewrite log_ratio_cons by assumption; fold p q.
      change (density1 (c :: d) (x :: v)) with (p x * density1 d v); ring.
    * apply IH.
  + destruct Vc as [H1 H2].
    apply (integral_ext (fun x => k * p x * (a + kl_sum d + ln (p x / q x)))).
    * intros x; ring.
    * refine (integral_value _ _ _ _ (kl_normal_shifted _ _ _ _ k (a + kl_sum d) H1 H2)).
      simpl; ring.
Qed.

Theorem diagonal_kl (d : list coordinate) : List.Forall valid d ->
  is_integral_n (length d)
    (fun v => density1 d v * ln (density1 d v / density2 d v))
    (kl_sum d).
Proof.
intros V; replace (kl_sum d) with (1 * (0 + kl_sum d)) by ring.
apply (is_integral_n_ext _
         (fun v => 1 * density1 d v * (0 + ln (density1 d v / density2 d v)))).
- intros v _; ring.
- now apply diagonal_shifted.
Qed.

Lemma diagonal_mass_scaled d k : List.Forall valid d ->
  is_integral_n (length d) (fun v => k * density1 d v) k.
Proof.
intros V; revert k; induction V as [ | c d [H1 H2] V IH ]; intros k; simpl length.
- simpl; ring.
- exists (fun x => k * normal_density (mu1 c) (sigma1 c) x); split.
  + intros x.
    apply (is_integral_n_ext _
             (fun v => k * normal_density (mu1 c) (sigma1 c) x * density1 d v)).
    * intros v _; simpl; ring.
    * apply IH.
  + apply (integral_ext (fun x => normal_density (mu1 c) (sigma1 c) x
                                  * (k + 0 * x + 0 * x ^ 2))).
    * intros x; ring.
    * refine (integral_value _ _ _ _ (normal_quadratic _ _ k 0 0 H1)); ring.
Qed.

Theorem diagonal_mass (d : list coordinate) : List.Forall valid d ->
  is_integral_n (length d) (density1 d) 1.
Proof.
intros V; apply (is_integral_n_ext _ (fun v => 1 * density1 d v)).
- intros v _; ring.
- now apply diagonal_mass_scaled.
Qed.

(** ** The unit prior *)

Definition against_unit (m : R * R) : coordinate := Coordinate (fst m) (snd m) 0 1.

Fixpoint kl_f_sum (ms : list (R * R)) : R :=
  match ms with
  | nil => 0
  | m :: ms' => kl_f (fst m) (snd m) + kl_f_sum ms'
  end.

Theorem diagonal_kl_unit (ms : list (R * R)) :
  List.Forall (fun m => 0 < snd m) ms ->
  is_integral_n (length ms)
    (fun v => density1 (map against_unit ms) v
              * ln (density1 (map against_unit ms) v / density2 (map against_unit ms) v))
    (kl_f_sum ms).
Proof.
intros V.
assert (E : kl_f_sum ms = kl_sum (map against_unit ms)).
{ induction V as [ | [m s] ms Hm V IH ]; simpl; [ reflexivity | ].
  rewrite IH; f_equal; simpl in Hm; unfold kl_f, kl_normal_std.
  rewrite ln_div, ln_1 by lra; field. }
rewrite E; rewrite <- (map_length against_unit ms).
apply diagonal_kl.
clear E; induction V as [ | m ms Hm V IH ]; simpl; constructor; trivial.
split; simpl; [ exact Hm | lra ].
Qed.
