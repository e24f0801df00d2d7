(* SPDX-License-Identifier: MIT *)
(** * The densities that the theorems speak of

    The library defines densities by hand; what they are is printed from the
    proofs once more: [solve_kl_density d] proves that d is that formula.       *)

From Coq Require Import Reals.
From DeriveKL Require Import Statements.
Open Scope R_scope.

Tactic Notation "solve_kl_density" reference(d) :=
  intros; unfold d; assert (0 < PI) by exact PI_RGT_0;
  rewrite ?Ropp_mult_distr_l_reverse; solve_kl_rule.
