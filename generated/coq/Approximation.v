(* SPDX-License-Identifier: MIT *)
(** * The bounds of the polynomials of expm1mx and log1pmx

    With the coefficients of the kernels. By interval arithmetic, coq-interval.
    Written by `derive all`, which regenerates it. *)

From Coq Require Import Reals.
From Coquelicot Require Import Coquelicot.
From Interval Require Import Tactic.
From DeriveKL Require Import Formulas Approximation AtanhApproximation.
Open Scope R_scope.

Definition c0 : R := 6004799503160663 * powerRZ 2 (-55).  (* 0x1.5555555555557p-3 *)
Definition c1 : R := 6004799503160657 * powerRZ 2 (-57).  (* 0x1.5555555555551p-5 *)
Definition c2 : R := 1200959900631061 * powerRZ 2 (-57).  (* 0x1.1111111110054p-7 *)
Definition c3 : R := 6405119470047571 * powerRZ 2 (-62).  (* 0x1.6c16c16c19153p-10 *)
Definition c4 : R := 57188566795119 * powerRZ 2 (-58).  (* 0x1.a01a01ac1b780p-13 *)
Definition c5 : R := 7320136525500525 * powerRZ 2 (-68).  (* 0x1.a01a0194f506dp-16 *)
Definition c6 : R := 1626693208382937 * powerRZ 2 (-69).  (* 0x1.71de01b607764p-19 *)
Definition c7 : R := 5205433560646185 * powerRZ 2 (-74).  (* 0x1.27e507248c229p-22 *)
Definition c8 : R := 7587641237550157 * powerRZ 2 (-78).  (* 0x1.af4eb64a5b44dp-26 *)
Definition c9 : R := 5051769405065883 * powerRZ 2 (-81).  (* 0x1.1f28eb8e04a9bp-29 *)

Definition exponential_rest (x : R) : R :=
  ((((((((c9 * x + c8) * x + c7) * x + c6) * x + c5) * x + c4) * x + c3) * x + c2) * x + c1) * x
  + c0.

#[export] Hint Unfold c0 c1 c2 c3 c4 c5 c6 c7 c8 c9 exponential_rest : kl_polynomials.

Theorem expm1mx_approximated :
  forall x : R,
  Rabs x <= 17329 / 50000 ->
  Rabs (x ^ 2 * (1 / 2 + x * exponential_rest x) - expm1mx x) <=
    / 2 ^ 58 * expm1mx x.
Proof. solve_kl_approximation (fun x => 1 / 2 + x * exponential_rest x). Qed.

Definition a0 : R := 6004799503160661 * powerRZ 2 (-54).  (* 0x1.5555555555555p-2 *)
Definition a1 : R := 3602879701896875 * powerRZ 2 (-54).  (* 0x1.9999999999d56p-3 *)
Definition a2 : R := 5146971002304133 * powerRZ 2 (-55).  (* 0x1.249249242f685p-3 *)
Definition a3 : R := 8006399493033169 * powerRZ 2 (-56).  (* 0x1.c71c725b64cd1p-4 *)
Definition a4 : R := 3275337210985099 * powerRZ 2 (-55).  (* 0x1.745cdbdf5f516p-4 *)
Definition a5 : R := 5543824196297445 * powerRZ 2 (-56).  (* 0x1.3b21427eae2e5p-4 *)
Definition a6 : R := 2386368365585423 * powerRZ 2 (-55).  (* 0x1.0f4c75d77c81ep-4 *)
Definition a7 : R := 4785823924370601 * powerRZ 2 (-56).  (* 0x1.100ae76f83ca9p-4 *)

Definition atanh_rest (x : R) : R :=
  ((((((a7 * x + a6) * x + a5) * x + a4) * x + a3) * x + a2) * x + a1) * x + a0.

Definition atanh_rest_slope (x : R) : R :=
  (((((7 * a7 * x + 6 * a6) * x + 5 * a5) * x + 4 * a4) * x + 3 * a3) * x + 2 * a2) * x + 1 *
  a1.

#[export] Hint Unfold a0 a1 a2 a3 a4 a5 a6 a7 atanh_rest atanh_rest_slope : kl_polynomials.

Theorem log1pmx_approximated :
  forall f : R,
  Rabs f <= 1716 / 10000 ->
  Rabs (atanh_error atanh_rest f) <=
    / 2 ^ 52 / 3 * Rabs f ^ 3.
Proof. solve_kl_atanh atanh_rest atanh_rest_slope (1716 / 10000). Qed.
