(* SPDX-License-Identifier: MIT *)
(** * The functions that the theorems speak of

    Printed from the definitions among the theorems.
    Written by `derive all`, which regenerates it. *)

From Coq Require Import Reals.
From Coquelicot Require Import Coquelicot.
From DeriveKL Require Import Statements Exponential Laplace Poisson.
Open Scope R_scope.

Definition f (mu std : R) : R :=
  - (1 / 2 * (1 + 2 * ln std - std ^ 2 - mu ^ 2)).

Definition g (mu var : R) : R :=
  - (1 / 2 * (1 + ln var - var - mu ^ 2)).

Definition h (t : R) : R :=
  t / (2 + t).

#[export] Hint Unfold f g h : kl_defs.
