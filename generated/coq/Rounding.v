(* SPDX-License-Identifier: MIT *)
(** * The bound of its evaluation in binary64

    The evaluation of expm1mx near 0 as in the kernels for C, operation by operation in Flocq's model of
    binary64, with fused multiply-adds: its head and tail. Horner's rule by Gappa, the rest by the
    library.
    Written by `derive all`, which regenerates it. *)

From Coq Require Import Reals.
From Flocq Require Import Core.
From DeriveKL Require Import Formulas Rounding.
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
