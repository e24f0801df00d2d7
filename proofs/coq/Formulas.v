(* SPDX-License-Identifier: MIT *)
(** * The closed forms, in every spelling

    Definitions only.  A name carries the parameterisation of the scale: [std]
    (sigma), [var] (sigma^2), [logstd] (log sigma), [logvar] (log sigma^2).
    Arguments in the order mean, scale of the first Gaussian, then of the second.
    [kl_f] takes the standard deviation, [kl_g] the variance.                   *)

From Coq Require Import Reals.
Open Scope R_scope.

Create HintDb kl_defs discriminated.

(** ** The two spellings people argue about *)

Definition kl_f (mu sigma : R) : R := - (1 / 2) * (1 + 2 * ln sigma - sigma ^ 2 - mu ^ 2).
Definition kl_g (mu s : R) : R := - (1 / 2) * (1 + ln s - s - mu ^ 2).

(** ** KL(N(mu1, .) || N(mu2, .)) *)

Definition kl_normal_std (mu1 s1 mu2 s2 : R) : R :=
  ln (s2 / s1) + (s1 ^ 2 + (mu1 - mu2) ^ 2) / (2 * s2 ^ 2) - 1 / 2.

Definition kl_normal_var (mu1 v1 mu2 v2 : R) : R :=
  1 / 2 * (ln (v2 / v1) + (v1 + (mu1 - mu2) ^ 2) / v2 - 1).

Definition kl_normal_logstd (mu1 l1 mu2 l2 : R) : R :=
  l2 - l1 + (exp (2 * l1) + (mu1 - mu2) ^ 2) / (2 * exp (2 * l2)) - 1 / 2.

Definition kl_normal_logvar (mu1 l1 mu2 l2 : R) : R :=
  1 / 2 * (l2 - l1 + (exp l1 + (mu1 - mu2) ^ 2) / exp l2 - 1).

(** ** KL(N(mu, .) || N(0, 1)) *)

Definition kl_unit_std (mu s : R) : R := - ln s + (s ^ 2 + mu ^ 2) / 2 - 1 / 2.
Definition kl_unit_var (mu v : R) : R := 1 / 2 * (v - 1 - ln v + mu ^ 2).
Definition kl_unit_logstd (mu l : R) : R := 1 / 2 * (exp (2 * l) - 1 - 2 * l + mu ^ 2).
Definition kl_unit_logvar (mu l : R) : R := 1 / 2 * (exp l - 1 - l + mu ^ 2).

(** ** The functions that carry the kernels *)

Definition expm1 (x : R) : R := exp x - 1.
Definition log1p (x : R) : R := ln (1 + x).
Definition expm1mx (x : R) : R := exp x - 1 - x.
Definition log1pmx (x : R) : R := ln (1 + x) - x.

(** The area hyperbolic tangent by its logarithm, and the tail of 2 atanh beyond its
    first term: the series of the logarithm's range reduction. *)
Definition atanh (x : R) : R := 1 / 2 * ln ((1 + x) / (1 - x)).
Definition atanh_tail (x : R) : R := ln ((1 + x) / (1 - x)) - 2 * x.

#[export] Hint Unfold
  kl_f kl_g
  kl_normal_std kl_normal_var kl_normal_logstd kl_normal_logvar
  kl_unit_std kl_unit_var kl_unit_logstd kl_unit_logvar
  expm1 log1p expm1mx log1pmx atanh atanh_tail : kl_defs.
