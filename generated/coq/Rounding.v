(* SPDX-License-Identifier: MIT *)
(** * The bounds of their evaluation in binary64

    The evaluation of expm1mx near 0 as in the kernels for C, operation by operation in Flocq's model of
    binary64, with fused multiply-adds: its head and tail; and that of x - ln(1 + x) for an x near 0.
    Horner's rule by Gappa, the rest by the library.
    Written by `derive all`, which regenerates it. *)

From Coq Require Import Reals.
From Coquelicot Require Import Coquelicot.
From Flocq Require Import Core.
From DeriveKL Require Import Formulas Rounding LogRounding.
From DeriveKLEmitted Require Import Approximation.
Open Scope R_scope.

Definition rest (r : R) : R :=
  (fma (fma (fma (fma (fma (fma (fma (fma (fma c9 r c8) r c7) r c6) r c5) r c4) r c3) r c2) r
  c1) r c0).

Definition expm1mx_reduced (r : R) : R :=
  let square_head := rnd (r * r) in
  let factor := fma r (rest r) (1 / 2) in
  let leading_head := rnd (square_head * factor) in
  let factor_tail := fma r (rest r) (rnd ((1 / 2) - factor)) in
  let square_tail := rnd (r * r - rnd (r * r)) in
  let leading_tail := rnd (square_head * factor - rnd (square_head * factor)) in
  leading_head + (fma square_head factor_tail (fma square_tail factor leading_tail)).

#[export] Hint Unfold rest expm1mx_reduced : kl_rounding.

(** By Gappa. *)
Theorem rest_rounded :
  forall r : R,
  binary64 r ->
  Rabs r <= 799159070133282050 * powerRZ 2 (-61) ->
  - (1 * powerRZ 2 (-55)) <= rest r - exponential_rest r <= 1 * powerRZ 2 (-55).
Proof. solve_kl_horner. Qed.

Theorem expm1mx_reduced_rounded :
  forall r : R,
  binary64 r ->
  bpow radix2 (-400) <= Rabs r ->
  Rabs r <= 17329 / 50000 ->
  Rabs (expm1mx_reduced r - expm1mx r) <=
    / 2 ^ 55 * expm1mx r.
Proof. solve_kl_rounding rest_rounded expm1mx_approximated. Qed.

Definition series (w : R) : R :=
  (fma (fma (fma (fma (fma (fma (fma a7 w a6) w a5) w a4) w a3) w a2) w a1) w a0).

#[export] Hint Unfold series : kl_horner.

Definition atanh_rest_rounded (f f_tail : R) : R :=
  let w := fma f f (rnd ((f * 2) * f_tail)) in
  (rnd (w * (series w))).

Definition first_power (t t_tail f f_tail : R) : R :=
  let y_head := rnd (t + ((atanh_rest_rounded f f_tail) * -2)) in
  let leading_head := rnd (f * y_head) in
  let y_tail := rnd (((atanh_rest_rounded f f_tail) * -2) - rnd (y_head - t)) in
  let leading_tail := rnd (f * y_head - rnd (f * y_head)) in
  let low := fma f (rnd (y_tail + t_tail)) (fma f_tail y_head leading_tail) in
  leading_head + low.

Definition log1pmx_near_0 (x : R) : R :=
  let s_head := rnd (2 + x) in
  let rough := rnd (x / s_head) in
  let s_tail := rnd (rnd (2 - rnd (s_head - rnd (s_head - 2))) + rnd (x - rnd (s_head - 2))) in
  let s_low := rnd (s_tail + 0) in
  let rest := rnd ((rnd ((fma (- rough) s_low (fma (- rough) s_head x)) + 0)) / s_head) in
  let f_head := rnd (rough + rest) in
  let f_tail := rnd (rest - rnd (f_head - rough)) in
  first_power x 0 f_head f_tail.

#[export] Hint Unfold atanh_rest_rounded first_power log1pmx_near_0 : kl_rounding.

(** By Gappa. *)
Theorem series_by_horner :
  forall w : R,
  binary64 w ->
  Rabs w <= 69175290276410819 * powerRZ 2 (-61) ->
  - (1 * powerRZ 2 (-54)) <= series w - atanh_rest w <= 1 * powerRZ 2 (-54).
Proof. solve_kl_series. Qed.

Theorem log1pmx_near_0_rounded :
  forall x : R,
  binary64 x ->
  bpow radix2 (-300) <= Rabs x ->
  -2929 / 10000 <= x <= 41422 / 100000 ->
  Rabs (log1pmx_near_0 x - - log1pmx x) <=
    / 2 ^ 54 * - log1pmx x.
Proof. solve_kl_log_rounding atanh_rest atanh_rest_slope series_by_horner log1pmx_approximated. Qed.
