(* SPDX-License-Identifier: MIT *)
(** * The bound of the polynomial of expm1mx

    With the coefficients of the kernels. By interval arithmetic, coq-interval.
    Written by `derive all`, which regenerates it. *)

From Coq Require Import Reals.
From Interval Require Import Tactic.
From DeriveKL Require Import Formulas Approximation.
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
  ((((((((c9 * x + c8) * x + c7) * x + c6) * x + c5) * x + c4) * x + c3) * x + c2) * x + c1) * x + c0.

#[export] Hint Unfold c0 c1 c2 c3 c4 c5 c6 c7 c8 c9 exponential_rest : kl_polynomials.

Theorem expm1mx_approximated :
  forall x : R,
  Rabs x <= 17329 / 50000 ->
  Rabs (x ^ 2 * (1 / 2 + x * exponential_rest x) - expm1mx x) <=
    / 2 ^ 58 * expm1mx x.
Proof. solve_kl_approximation (fun x => 1 / 2 + x * exponential_rest x). Qed.
