(* SPDX-License-Identifier: MIT *)
(** * What the kernels for C compute in real numbers

    The operations of a tree along the path that a sample point takes, without roundings; a polynomial
    is the function that it approximates, powers of two are collected; k0, k1, ... are the integers of
    the range reductions. The step from here to the text of the kernel is not proved. A formula with a
    corner is left out: along a path it is another on either side. Of the 544 sides of the choices in
    the trees 331 are taken by the sample points, and 187 by no finite argument. On the other 26 a tree
    is its formula but for a rounding: a tiny argument is multiplied by a power of two and stays tiny:
    the leading term is the value but for 2^-90 of it: expm1mx_parts (abs(x) < 2^-300), log1pmx_parts
    (abs(x) < 2^-300); an argument is cut where the result is 0, infinite, or no longer changed by it:
    offset (not abs(head) < 2^511), expm1mx_scaled_pair (not u_cut < 11.1031), expm1_scaled (not u <
    11.1031), expm1_scaled_pair (not u < 11.1031), expm1_scaled_pair (not (u < 11.1031) and (-1.5625 <
    u)); an intermediate result is beyond the format, and so is the value: close (not abs(scaled_head) <
    inf); the exponential stands for its excess, of which it is all but 2^-170:
    kl_exponential_lograte_parts ((0 < difference(lograte2, lograte1)) and (6.5 < difference(lograte2,
    lograte1))), kl_exponential_lograte_slopes ((0 < difference(lograte2, lograte1)) and (6.5 <
    difference(lograte2, lograte1))), kl_poisson_lograte_parts ((0 < difference_or_infinite(lograte2,
    lograte1)) and (6.5 < difference_or_infinite(lograte2, lograte1))), kl_poisson_lograte_slopes ((0 <
    difference_or_infinite(lograte1, lograte2)) and (6.5 < difference_or_infinite(lograte1, lograte2))).
    Written by `derive all`, which regenerates it. *)

From Coq Require Import Reals.
From Coquelicot Require Import Coquelicot.
From DeriveKL Require Import Statements Exponential Laplace Poisson.
From DeriveKLEmitted Require Import Definitions.
Open Scope R_scope.

(** ** kernels-c: expm1mx_parts *)

(** the path of x = 0.125 *)
Theorem c_expm1mx_path1 :
  forall x : R,
  forall k0 : Z,
  expm1mx x =
    powerRZ 2 k0 + powerRZ 2 k0 * (x - ln 2 * IZR k0) + powerRZ 2 k0 * (ln 2 * IZR k0 + exp (x - ln
    2 * IZR k0) - x - 1) - x - 1.
Proof. solve_kl_rule. Qed.

(** ** kernels-c: log1pmx_parts *)

(** the path of x = 0.125 *)
Theorem c_log1pmx_path1 :
  forall x : R,
  forall k0 : Z,
  (-1) < x ->
  log1pmx x =
    ln 2 * IZR k0 + powerRZ 2 (- k0) * (1 + x) + ln ((1 + (powerRZ 2 (- k0) * (1 + x) - 1) / (1 +
    powerRZ 2 (- k0) * (1 + x))) / (1 - (powerRZ 2 (- k0) * (1 + x) - 1) / (1 + powerRZ 2 (- k0) *
    (1 + x)))) - x - (1 - powerRZ 2 (- k0) * (1 + x)) / (1 + powerRZ 2 (- k0) * (1 + x)) - (powerRZ
    2 (1 - k0) * (1 + x) - 2) / (1 + powerRZ 2 (- k0) * (1 + x)) - powerRZ 2 (- k0) * (1 + x) *
    (powerRZ 2 (- k0) * (1 + x) - 1) / (1 + powerRZ 2 (- k0) * (1 + x)) - 1.
Proof. solve_kl_rule. Qed.

(** the path of x = 0.5625 *)
Theorem c_log1pmx_path2 :
  forall x : R,
  forall k0 : Z,
  (-1) < x ->
  log1pmx x =
    powerRZ 2 (- k0 - 1) * (1 + x) + ln 2 * (1 + IZR k0) + ln ((1 + (1 / 2 * powerRZ 2 (- k0) * (1 +
    x) - 1) / (1 + 1 / 2 * powerRZ 2 (- k0) * (1 + x))) / (1 - (1 / 2 * powerRZ 2 (- k0) * (1 + x) -
    1) / (1 + 1 / 2 * powerRZ 2 (- k0) * (1 + x)))) - x - (1 - powerRZ 2 (- k0 - 1) * (1 + x)) / (1
    + 1 / 2 * powerRZ 2 (- k0) * (1 + x)) - (powerRZ 2 (- k0) * (1 + x) - 2) / (1 + 1 / 2 * powerRZ
    2 (- k0) * (1 + x)) - powerRZ 2 (- k0 - 1) * (1 + x) * (powerRZ 2 (- k0 - 1) * (1 + x) - 1) / (1
    + 1 / 2 * powerRZ 2 (- k0) * (1 + x)) - 1.
Proof. solve_kl_rule. Qed.

(** ** kernels-c: kl_unit_std_parts *)

(** the path of mu = 2.25, std = 1.125 *)
Theorem c_kl_unit_std_path1 :
  forall mu std : R,
  forall k0 : Z,
  0 < std ->
  is_kl (normal_density mu std) (normal_density 0 1)
    (mu ^ 2 / 2 + std ^ 2 / 2 + (std * powerRZ 2 (- k0) - 1) ^ 2 / 2 - ln ((1 + (std * powerRZ 2 (-
    k0) - 1) / (1 + std * powerRZ 2 (- k0))) / (1 - (std * powerRZ 2 (- k0) - 1) / (1 + std *
    powerRZ 2 (- k0)))) + (1 - std * powerRZ 2 (- k0)) / (1 + std * powerRZ 2 (- k0)) + (std *
    powerRZ 2 (1 - k0) - 2) / (1 + std * powerRZ 2 (- k0)) - ln 2 * IZR k0 - std ^ 2 * powerRZ 2
    ((-2) * k0 - 1) + std * powerRZ 2 (- k0) * (std * powerRZ 2 (- k0) - 1) / (1 + std * powerRZ 2
    (- k0))).
Proof. solve_kl_integral. Qed.

(** the path of mu = 2.25, std = 7.75 *)
Theorem c_kl_unit_std_path2 :
  forall mu std : R,
  forall k0 : Z,
  0 < std ->
  is_kl (normal_density mu std) (normal_density 0 1)
    (mu ^ 2 / 2 + std ^ 2 / 2 + (std * powerRZ 2 (- k0) / 2 - 1) ^ 2 / 2 - ln ((1 + (std * powerRZ 2
    (- k0) / 2 - 1) / (1 + std * powerRZ 2 (- k0) / 2)) / (1 - (std * powerRZ 2 (- k0) / 2 - 1) / (1
    + std * powerRZ 2 (- k0) / 2))) + (1 - std * powerRZ 2 (- k0 - 1)) / (1 + std * powerRZ 2 (- k0)
    / 2) + (std * powerRZ 2 (- k0) - 2) / (1 + std * powerRZ 2 (- k0) / 2) - std ^ 2 * powerRZ 2
    ((-2) * k0 - 3) - 1 / 2 * ln 2 * (2 + 2 * IZR k0) + std * powerRZ 2 (- k0 - 1) * (std * powerRZ
    2 (- k0 - 1) - 1) / (1 + std * powerRZ 2 (- k0) / 2)).
Proof. solve_kl_integral. Qed.

(** the path of mu = 1.668805393880401e-308, std = 1.0 *)
Theorem c_kl_unit_std_path3 :
  forall mu std : R,
  forall k0 : Z,
  0 < std ->
  std = 1 ->
  is_kl (normal_density mu std) (normal_density 0 1)
    (powerRZ 2 (-401) + mu ^ 2 / 2 - powerRZ 2 ((-2) * k0 - 401) - powerRZ 2 (-400) * ln ((1 +
    (powerRZ 2 (- k0) - 1) / (1 + powerRZ 2 (- k0))) / (1 - (powerRZ 2 (- k0) - 1) / (1 + powerRZ 2
    (- k0)))) + (powerRZ 2 (- k0) - 1) ^ 2 / powerRZ 2 (401) - powerRZ 2 (-400) * ln 2 * IZR k0 + (1
    - powerRZ 2 (- k0)) / (powerRZ 2 (400) * (1 + powerRZ 2 (- k0))) + (powerRZ 2 (1 - k0) - 2) /
    (powerRZ 2 (400) * (1 + powerRZ 2 (- k0))) + powerRZ 2 (- k0 - 400) * (powerRZ 2 (- k0) - 1) /
    (1 + powerRZ 2 (- k0))).
Proof. solve_kl_integral. Qed.

(** ** kernels-c: kl_unit_std_twice *)

(** the path of mu = 2.25, std = 1.125 *)
Theorem c_kl_unit_std_path4 :
  forall mu std : R,
  forall k0 : Z,
  0 < std ->
  is_kl (normal_density mu std) (normal_density 0 1)
    (powerRZ 2 (2 * k0 - 1) + mu ^ 2 / 2 + powerRZ 2 (2 * k0 - 1) * (std * powerRZ 2 (- k0) - 1) ^ 2
    + (1 - std * powerRZ 2 (- k0)) / (1 + std * powerRZ 2 (- k0)) + (std * powerRZ 2 (1 - k0) - 2) /
    (1 + std * powerRZ 2 (- k0)) + 1 / 2 * (std * powerRZ 2 (- k0) - 1) * (powerRZ 2 (1 + 2 * k0) -
    2) + std * powerRZ 2 (- k0) * (std * powerRZ 2 (- k0) - 1) / (1 + std * powerRZ 2 (- k0)) - ln
    ((1 + (std * powerRZ 2 (- k0) - 1) / (1 + std * powerRZ 2 (- k0))) / (1 - (std * powerRZ 2 (-
    k0) - 1) / (1 + std * powerRZ 2 (- k0)))) - ln 2 * IZR k0 - 1 / 2).
Proof. solve_kl_integral. Qed.

(** ** kernels-c: kl_unit_std_narrow *)

(** the path of mu = 2.25, std = 1.125 *)
Theorem c_kl_unit_std_path5 :
  forall mu std : R,
  forall k0 : Z,
  0 < std ->
  is_kl (normal_density mu std) (normal_density 0 1)
    (powerRZ 2 (k0 - 1) + mu ^ 2 / 2 + std ^ 2 * powerRZ 2 (- k0 - 1) + 1 / 2 * (powerRZ 2 k0 - 1) *
    (std ^ 2 * powerRZ 2 (- k0) - 1) - 1 / 2 * ln (std ^ 2 * powerRZ 2 (- k0)) - 1 / 2 * ln 2 * IZR
    k0 - 1).
Proof. solve_kl_integral. Qed.

(** ** kernels-c: kl_unit_var_parts *)

(** the path of mu = 2.25, var = 1.125 *)
Theorem c_kl_unit_var_path1 :
  forall mu var : R,
  forall k0 : Z,
  0 < var ->
  is_kl (normal_density mu (sqrt var)) (normal_density 0 1)
    (var / 2 + mu ^ 2 / 2 - 1 / 2 * ln ((1 + (var * powerRZ 2 (- k0) - 1) / (1 + var * powerRZ 2 (-
    k0))) / (1 - (var * powerRZ 2 (- k0) - 1) / (1 + var * powerRZ 2 (- k0)))) + (1 - var * powerRZ
    2 (- k0)) / (2 * (1 + var * powerRZ 2 (- k0))) + (var * powerRZ 2 (1 - k0) - 2) / (2 * (1 + var
    * powerRZ 2 (- k0))) - var * powerRZ 2 (- k0 - 1) - 1 / 2 * ln 2 * IZR k0 + var * powerRZ 2 (-
    k0 - 1) * (var * powerRZ 2 (- k0) - 1) / (1 + var * powerRZ 2 (- k0))).
Proof. solve_kl_integral. Qed.

(** the path of mu = 2.25, var = 7.75 *)
Theorem c_kl_unit_var_path2 :
  forall mu var : R,
  forall k0 : Z,
  0 < var ->
  is_kl (normal_density mu (sqrt var)) (normal_density 0 1)
    (var / 2 + mu ^ 2 / 2 - 1 / 2 * ln ((1 + (var * powerRZ 2 (- k0) / 2 - 1) / (1 + var * powerRZ 2
    (- k0) / 2)) / (1 - (var * powerRZ 2 (- k0) / 2 - 1) / (1 + var * powerRZ 2 (- k0) / 2))) + (1 -
    var * powerRZ 2 (- k0 - 1)) / (2 * (1 + var * powerRZ 2 (- k0) / 2)) + (var * powerRZ 2 (- k0) -
    2) / (2 * (1 + var * powerRZ 2 (- k0) / 2)) - var * powerRZ 2 (- k0 - 2) - 1 / 2 * ln 2 * (1 +
    IZR k0) + var * powerRZ 2 (- k0 - 2) * (var * powerRZ 2 (- k0 - 1) - 1) / (1 + var * powerRZ 2
    (- k0) / 2)).
Proof. solve_kl_integral. Qed.

(** the path of mu = 1.668805393880401e-308, var = 1.0 *)
Theorem c_kl_unit_var_path3 :
  forall mu var : R,
  forall k0 : Z,
  0 < var ->
  var = 1 ->
  is_kl (normal_density mu (sqrt var)) (normal_density 0 1)
    (powerRZ 2 (-401) + mu ^ 2 / 2 - powerRZ 2 (- k0 - 401) - powerRZ 2 (-401) * ln ((1 + (powerRZ 2
    (- k0) - 1) / (1 + powerRZ 2 (- k0))) / (1 - (powerRZ 2 (- k0) - 1) / (1 + powerRZ 2 (- k0)))) -
    powerRZ 2 (-401) * ln 2 * IZR k0 + (1 - powerRZ 2 (- k0)) / (powerRZ 2 (401) * (1 + powerRZ 2 (-
    k0))) + (powerRZ 2 (1 - k0) - 2) / (powerRZ 2 (401) * (1 + powerRZ 2 (- k0))) + powerRZ 2 (- k0
    - 401) * (powerRZ 2 (- k0) - 1) / (1 + powerRZ 2 (- k0))).
Proof. solve_kl_integral. Qed.

(** ** kernels-c: kl_unit_var_twice *)

(** the path of mu = 2.25, var = 1.125 *)
Theorem c_kl_unit_var_path4 :
  forall mu var : R,
  forall k0 : Z,
  0 < var ->
  is_kl (normal_density mu (sqrt var)) (normal_density 0 1)
    (powerRZ 2 (k0 - 1) + mu ^ 2 / 2 + (1 - var * powerRZ 2 (- k0)) / (2 * (1 + var * powerRZ 2 (-
    k0))) + (var * powerRZ 2 (1 - k0) - 2) / (2 * (1 + var * powerRZ 2 (- k0))) + 1 / 2 * (powerRZ 2
    k0 - 1) * (var * powerRZ 2 (- k0) - 1) + var * powerRZ 2 (- k0 - 1) * (var * powerRZ 2 (- k0) -
    1) / (1 + var * powerRZ 2 (- k0)) - 1 / 2 * ln ((1 + (var * powerRZ 2 (- k0) - 1) / (1 + var *
    powerRZ 2 (- k0))) / (1 - (var * powerRZ 2 (- k0) - 1) / (1 + var * powerRZ 2 (- k0)))) - 1 / 2
    * ln 2 * IZR k0 - 1 / 2).
Proof. solve_kl_integral. Qed.

(** ** kernels-c: kl_unit_var_narrow *)

(** the path of mu = 2.25, var = 1.125 *)
Theorem c_kl_unit_var_path5 :
  forall mu var : R,
  forall k0 : Z,
  0 < var ->
  is_kl (normal_density mu (sqrt var)) (normal_density 0 1)
    (powerRZ 2 (k0 - 1) + mu ^ 2 / 2 + var * powerRZ 2 (- k0 - 1) + 1 / 2 * (powerRZ 2 k0 - 1) *
    (var * powerRZ 2 (- k0) - 1) - 1 / 2 * ln (var * powerRZ 2 (- k0)) - 1 / 2 * ln 2 * IZR k0 - 1).
Proof. solve_kl_integral. Qed.

(** ** kernels-c: kl_unit_logstd_parts *)

(** the path of mu = 2.25, logstd = 0.125 *)
Theorem c_kl_unit_logstd_path1 :
  forall mu logstd : R,
  forall k0 : Z,
  is_kl (normal_density mu (exp logstd)) (normal_density 0 1)
    (powerRZ 2 (k0 - 1) + mu ^ 2 / 2 + powerRZ 2 (k0 - 1) * (2 * logstd - ln 2 * IZR k0) + powerRZ 2
    (k0 - 1) * (ln 2 * IZR k0 + exp (2 * logstd - ln 2 * IZR k0) - 2 * logstd - 1) - logstd - 1 /
    2).
Proof. solve_kl_integral. Qed.

(** the path of mu = 3.681820098973295e-91, logstd = 0.0 *)
Theorem c_kl_unit_logstd_path2 :
  forall mu logstd : R,
  forall k0 : Z,
  logstd = 0 ->
  is_kl (normal_density mu (exp logstd)) (normal_density 0 1)
    (powerRZ 2 (k0 - 401) + mu ^ 2 / 2 + powerRZ 2 (k0 - 401) * (ln 2 * IZR k0 + exp (- (ln 2 * IZR
    k0)) - 1) - ln 2 * IZR k0 * powerRZ 2 (k0 - 401) - powerRZ 2 (-401)).
Proof. solve_kl_integral. Qed.

(** ** kernels-c: kl_unit_logstd_twice *)

(** the path of mu = 2.25, logstd = 0.125 *)
Theorem c_kl_unit_logstd_path3 :
  forall mu logstd : R,
  forall k0 : Z,
  is_kl (normal_density mu (exp logstd)) (normal_density 0 1)
    (powerRZ 2 (k0 - 1) + mu ^ 2 / 2 + powerRZ 2 (k0 - 2) * (2 * exp (2 * logstd - ln 2 * IZR k0) +
    2 * ln 2 * IZR k0 - 4 * logstd - 2) + 1 / 2 * (powerRZ 2 k0 - 1) * (2 * logstd - ln 2 * IZR k0)
    + powerRZ 2 (k0 - 1) * (logstd - 1 / 2 * ln 2 * IZR k0) * (ln 2 * IZR k0 - 2 * logstd) + powerRZ
    2 (k0 - 1) * (logstd - 1 / 2 * ln 2 * IZR k0) * (2 * logstd - ln 2 * IZR k0) - 1 / 2 * ln 2 *
    IZR k0 - 1 / 2).
Proof. solve_kl_integral. Qed.

(** ** kernels-c: kl_unit_logstd_narrow *)

(** the path of mu = 2.25, logstd = 0.125 *)
Theorem c_kl_unit_logstd_path4 :
  forall mu logstd : R,
  forall k0 : Z,
  is_kl (normal_density mu (exp logstd)) (normal_density 0 1)
    (powerRZ 2 (k0 - 1) + mu ^ 2 / 2 + powerRZ 2 (k0 - 1) * (ln 2 * IZR k0 + exp (2 * logstd - ln 2
    * IZR k0) - 2 * logstd - 1) + 1 / 2 * (powerRZ 2 k0 - 1) * (2 * logstd - ln 2 * IZR k0) - 1 / 2
    * ln 2 * IZR k0 - 1 / 2).
Proof. solve_kl_integral. Qed.

(** ** kernels-c: kl_unit_logvar_parts *)

(** the path of mu = 2.25, logvar = 0.125 *)
Theorem c_kl_unit_logvar_path1 :
  forall mu logvar : R,
  forall k0 : Z,
  is_kl (normal_density mu (exp (logvar / 2))) (normal_density 0 1)
    (powerRZ 2 (k0 - 1) + mu ^ 2 / 2 + powerRZ 2 (k0 - 1) * (logvar - ln 2 * IZR k0) + powerRZ 2 (k0
    - 1) * (ln 2 * IZR k0 + exp (logvar - ln 2 * IZR k0) - logvar - 1) - logvar / 2 - 1 / 2).
Proof. solve_kl_integral. Qed.

(** the path of mu = 3.681820098973295e-91, logvar = 0.0 *)
Theorem c_kl_unit_logvar_path2 :
  forall mu logvar : R,
  forall k0 : Z,
  logvar = 0 ->
  is_kl (normal_density mu (exp (logvar / 2))) (normal_density 0 1)
    (powerRZ 2 (k0 - 401) + mu ^ 2 / 2 + powerRZ 2 (k0 - 401) * (ln 2 * IZR k0 + exp (- (ln 2 * IZR
    k0)) - 1) - ln 2 * IZR k0 * powerRZ 2 (k0 - 401) - powerRZ 2 (-401)).
Proof. solve_kl_integral. Qed.

(** ** kernels-c: kl_unit_logvar_twice *)

(** the path of mu = 2.25, logvar = 0.125 *)
Theorem c_kl_unit_logvar_path3 :
  forall mu logvar : R,
  forall k0 : Z,
  is_kl (normal_density mu (exp (logvar / 2))) (normal_density 0 1)
    (powerRZ 2 (k0 - 1) + mu ^ 2 / 2 + powerRZ 2 (k0 - 2) * (2 * exp (logvar - ln 2 * IZR k0) + 2 *
    ln 2 * IZR k0 - 2 * logvar - 2) + 1 / 2 * (powerRZ 2 k0 - 1) * (logvar - ln 2 * IZR k0) +
    powerRZ 2 (k0 - 1) * (logvar - ln 2 * IZR k0) * (logvar / 2 - 1 / 2 * ln 2 * IZR k0) + powerRZ 2
    (k0 - 1) * (logvar / 2 - 1 / 2 * ln 2 * IZR k0) * (ln 2 * IZR k0 - logvar) - 1 / 2 * ln 2 * IZR
    k0 - 1 / 2).
Proof. solve_kl_integral. Qed.

(** ** kernels-c: kl_unit_logvar_narrow *)

(** the path of mu = 2.25, logvar = 0.125 *)
Theorem c_kl_unit_logvar_path4 :
  forall mu logvar : R,
  forall k0 : Z,
  is_kl (normal_density mu (exp (logvar / 2))) (normal_density 0 1)
    (powerRZ 2 (k0 - 1) + mu ^ 2 / 2 + powerRZ 2 (k0 - 1) * (ln 2 * IZR k0 + exp (logvar - ln 2 *
    IZR k0) - logvar - 1) + 1 / 2 * (powerRZ 2 k0 - 1) * (logvar - ln 2 * IZR k0) - 1 / 2 * ln 2 *
    IZR k0 - 1 / 2).
Proof. solve_kl_integral. Qed.

(** ** kernels-c: kl_normal_std_parts *)

(** the path of mu1 = 2.25, std1 = 1.125, mu2 = -0.5, std2 = 7.75 *)
Theorem c_kl_normal_std_path1 :
  forall mu1 std1 mu2 std2 : R,
  forall k0 k1 : Z,
  0 < std1 ->
  0 < std2 ->
  is_kl (normal_density mu1 std1) (normal_density mu2 std2)
    (powerRZ 2 (2 * k0 - 2 * k1 - 3) * (1 + powerRZ 2 k1 * (2 * std1 * powerRZ 2 (- k0) - std2 *
    powerRZ 2 (- k1)) / std2) ^ 2 + (std1 * powerRZ 2 (2 - k0) - std2 * powerRZ 2 (1 - k1)) / (std2
    * powerRZ 2 (- k1) + 2 * std1 * powerRZ 2 (- k0)) + (mu1 - mu2) ^ 2 / (2 * std2 ^ 2) + powerRZ 2
    (2 * k1 - 1) * (2 * std1 * powerRZ 2 (- k0) - std2 * powerRZ 2 (- k1)) ^ 2 / std2 ^ 2 + powerRZ
    2 k1 * (2 * std1 * powerRZ 2 (- k0) - std2 * powerRZ 2 (- k1)) ^ 2 / (std2 * (std2 * powerRZ 2
    (- k1) + 2 * std1 * powerRZ 2 (- k0))) - ln ((1 + (2 * std1 * powerRZ 2 (- k0) - std2 * powerRZ
    2 (- k1)) / (std2 * powerRZ 2 (- k1) + 2 * std1 * powerRZ 2 (- k0))) / (1 - (2 * std1 * powerRZ
    2 (- k0) - std2 * powerRZ 2 (- k1)) / (std2 * powerRZ 2 (- k1) + 2 * std1 * powerRZ 2 (- k0))))
    - (1 + powerRZ 2 k1 * (2 * std1 * powerRZ 2 (- k0) - std2 * powerRZ 2 (- k1)) / std2) ^ 2 / 2 -
    1 / 2 * ln 2 * (2 * IZR k0 - 2 * IZR k1 - 2)).
Proof. solve_kl_integral. Qed.

(** the path of mu1 = 2.25, std1 = 7.75, mu2 = -0.5, std2 = 0.15625 *)
Theorem c_kl_normal_std_path2 :
  forall mu1 std1 mu2 std2 : R,
  forall k0 k1 : Z,
  0 < std1 ->
  0 < std2 ->
  is_kl (normal_density mu1 std1) (normal_density mu2 std2)
    (powerRZ 2 (1 - 2 * k1 + 2 * k0) * (1 + powerRZ 2 k1 * (std1 * powerRZ 2 (- k0) / 2 - std2 *
    powerRZ 2 (- k1)) / std2) ^ 2 + (std1 * powerRZ 2 (- k0) - std2 * powerRZ 2 (1 - k1)) / (std2 *
    powerRZ 2 (- k1) + std1 * powerRZ 2 (- k0) / 2) + (mu1 - mu2) ^ 2 / (2 * std2 ^ 2) + powerRZ 2
    (2 * k1 - 1) * (std1 * powerRZ 2 (- k0) / 2 - std2 * powerRZ 2 (- k1)) ^ 2 / std2 ^ 2 + powerRZ
    2 k1 * (std1 * powerRZ 2 (- k0) / 2 - std2 * powerRZ 2 (- k1)) ^ 2 / (std2 * (std2 * powerRZ 2
    (- k1) + std1 * powerRZ 2 (- k0) / 2)) - ln ((1 + (std1 * powerRZ 2 (- k0) / 2 - std2 * powerRZ
    2 (- k1)) / (std2 * powerRZ 2 (- k1) + std1 * powerRZ 2 (- k0) / 2)) / (1 - (std1 * powerRZ 2 (-
    k0) / 2 - std2 * powerRZ 2 (- k1)) / (std2 * powerRZ 2 (- k1) + std1 * powerRZ 2 (- k0) / 2))) -
    (1 + powerRZ 2 k1 * (std1 * powerRZ 2 (- k0) / 2 - std2 * powerRZ 2 (- k1)) / std2) ^ 2 / 2 - 1
    / 2 * ln 2 * (2 - 2 * IZR k1 + 2 * IZR k0)).
Proof. solve_kl_integral. Qed.

(** the path of mu1 = 2.25, std1 = 1.125, mu2 = 2.25, std2 = 1.125 *)
Theorem c_kl_normal_std_path3 :
  forall mu1 std1 mu2 std2 : R,
  0 < std1 ->
  0 < std2 ->
  std2 = std1 ->
  is_kl (normal_density mu1 std1) (normal_density mu2 std2)
    ((mu1 - mu2) ^ 2 / (2 * std1 ^ 2)).
Proof. solve_kl_integral. Qed.

(** the path of mu1 = 1.668805393880401e-308, std1 = 5e-324, mu2 = 1.6688053938804248e-308, std2 =
5e-324 *)
Theorem c_kl_normal_std_path4 :
  forall mu1 std1 mu2 std2 : R,
  forall k0 k1 : Z,
  0 < std1 ->
  0 < std2 ->
  is_kl (normal_density mu1 std1) (normal_density mu2 std2)
    (powerRZ 2 (2 * k0 - 2 * k1 - 1) * (1 + powerRZ 2 k1 * (18014398509481984 * std1 * powerRZ 2 (-
    k0) - 18014398509481984 * std2 * powerRZ 2 (- k1)) / (18014398509481984 * std2)) ^ 2 + (std1 *
    powerRZ 2 (55 - k0) - std2 * powerRZ 2 (55 - k1)) / (18014398509481984 * std1 * powerRZ 2 (- k0)
    + 18014398509481984 * std2 * powerRZ 2 (- k1)) + (mu1 - mu2) ^ 2 / (2 * std2 ^ 2) + powerRZ 2 (2
    * k1 - 109) * (18014398509481984 * std1 * powerRZ 2 (- k0) - 18014398509481984 * std2 * powerRZ
    2 (- k1)) ^ 2 / std2 ^ 2 + powerRZ 2 (k1 - 54) * (18014398509481984 * std1 * powerRZ 2 (- k0) -
    18014398509481984 * std2 * powerRZ 2 (- k1)) ^ 2 / (std2 * (18014398509481984 * std1 * powerRZ 2
    (- k0) + 18014398509481984 * std2 * powerRZ 2 (- k1))) - ln ((1 + (18014398509481984 * std1 *
    powerRZ 2 (- k0) - 18014398509481984 * std2 * powerRZ 2 (- k1)) / (18014398509481984 * std1 *
    powerRZ 2 (- k0) + 18014398509481984 * std2 * powerRZ 2 (- k1))) / (1 - (18014398509481984 *
    std1 * powerRZ 2 (- k0) - 18014398509481984 * std2 * powerRZ 2 (- k1)) / (18014398509481984 *
    std1 * powerRZ 2 (- k0) + 18014398509481984 * std2 * powerRZ 2 (- k1)))) - (1 + powerRZ 2 k1 *
    (18014398509481984 * std1 * powerRZ 2 (- k0) - 18014398509481984 * std2 * powerRZ 2 (- k1)) /
    (18014398509481984 * std2)) ^ 2 / 2 - 1 / 2 * ln 2 * (2 * IZR k0 - 2 * IZR k1)).
Proof. solve_kl_integral. Qed.

(** the path of mu1 = 1.607262910779401e+301, std1 = 8.218407461554972e+307, mu2 =
1.6072629107794238e+301, std2 = 1.0552644065332767e+308 *)
Theorem c_kl_normal_std_path5 :
  forall mu1 std1 mu2 std2 : R,
  forall k0 k1 : Z,
  0 < std1 ->
  0 < std2 ->
  is_kl (normal_density mu1 std1) (normal_density mu2 std2)
    (powerRZ 2 (1 - 2 * k1 + 2 * k0) * (1 + powerRZ 2 k1 * (std1 * powerRZ 2 (- k0) / 2 - std2 *
    powerRZ 2 (- k1)) / std2) ^ 2 + (std1 * powerRZ 2 (- k0) - std2 * powerRZ 2 (1 - k1)) / (std2 *
    powerRZ 2 (- k1) + std1 * powerRZ 2 (- k0) / 2) + 2048 * (mu1 / 64 - mu2 / 64) ^ 2 / std2 ^ 2 +
    powerRZ 2 (2 * k1 - 1) * (std1 * powerRZ 2 (- k0) / 2 - std2 * powerRZ 2 (- k1)) ^ 2 / std2 ^ 2
    + powerRZ 2 k1 * (std1 * powerRZ 2 (- k0) / 2 - std2 * powerRZ 2 (- k1)) ^ 2 / (std2 * (std2 *
    powerRZ 2 (- k1) + std1 * powerRZ 2 (- k0) / 2)) - ln ((1 + (std1 * powerRZ 2 (- k0) / 2 - std2
    * powerRZ 2 (- k1)) / (std2 * powerRZ 2 (- k1) + std1 * powerRZ 2 (- k0) / 2)) / (1 - (std1 *
    powerRZ 2 (- k0) / 2 - std2 * powerRZ 2 (- k1)) / (std2 * powerRZ 2 (- k1) + std1 * powerRZ 2 (-
    k0) / 2))) - (1 + powerRZ 2 k1 * (std1 * powerRZ 2 (- k0) / 2 - std2 * powerRZ 2 (- k1)) / std2)
    ^ 2 / 2 - 1 / 2 * ln 2 * (2 - 2 * IZR k1 + 2 * IZR k0)).
Proof. solve_kl_integral. Qed.

(** ** kernels-c: kl_normal_std_twice *)

(** the path of mu1 = 2.25, std1 = 1.125, mu2 = -0.5, std2 = 7.75 *)
Theorem c_kl_normal_std_path6 :
  forall mu1 std1 mu2 std2 : R,
  forall k0 : Z,
  0 < std1 ->
  0 < std2 ->
  is_kl (normal_density mu1 std1) (normal_density mu2 std2)
    (powerRZ 2 (2 * k0 - 1) + (std1 * powerRZ 2 (1 - k0) - 2 * std2) / (std2 + std1 * powerRZ 2 (-
    k0)) + (mu1 - mu2) ^ 2 / (2 * std2 ^ 2) + powerRZ 2 (2 * k0 - 1) * (std1 * powerRZ 2 (- k0) -
    std2) ^ 2 / std2 ^ 2 + (std1 * powerRZ 2 (- k0) - std2) ^ 2 / (std2 * (std2 + std1 * powerRZ 2
    (- k0))) + (powerRZ 2 (1 + 2 * k0) - 2) * (std1 * powerRZ 2 (- k0) - std2) / (2 * std2) - ln ((1
    + (std1 * powerRZ 2 (- k0) - std2) / (std2 + std1 * powerRZ 2 (- k0))) / (1 - (std1 * powerRZ 2
    (- k0) - std2) / (std2 + std1 * powerRZ 2 (- k0)))) - ln 2 * IZR k0 - 1 / 2).
Proof. solve_kl_integral. Qed.

(** ** kernels-c: kl_normal_std_narrow *)

(** the path of mu1 = 2.25, std1 = 1.125, mu2 = -0.5, std2 = 7.75 *)
Theorem c_kl_normal_std_path7 :
  forall mu1 std1 mu2 std2 : R,
  forall k0 : Z,
  0 < std1 ->
  0 < std2 ->
  is_kl (normal_density mu1 std1) (normal_density mu2 std2)
    (powerRZ 2 (k0 - 1) + (mu1 - mu2) ^ 2 / (2 * std2 ^ 2) + (std1 ^ 2 * powerRZ 2 (- k0) - std2 ^
    2) / (2 * std2 ^ 2) + (powerRZ 2 k0 - 1) * (std1 ^ 2 * powerRZ 2 (- k0) - std2 ^ 2) / (2 * std2
    ^ 2) - 1 / 2 * ln (1 + (std1 ^ 2 * powerRZ 2 (- k0) - std2 ^ 2) / std2 ^ 2) - 1 / 2 * ln 2 * IZR
    k0 - 1 / 2).
Proof. solve_kl_integral. Qed.

(** ** kernels-c: kl_normal_var_parts *)

(** the path of mu1 = 2.25, var1 = 1.125, mu2 = -0.5, var2 = 7.75 *)
Theorem c_kl_normal_var_path1 :
  forall mu1 var1 mu2 var2 : R,
  forall k0 k1 : Z,
  0 < var1 ->
  0 < var2 ->
  is_kl (normal_density mu1 (sqrt var1)) (normal_density mu2 (sqrt var2))
    (powerRZ 2 (k0 - k1 - 2) * (1 + powerRZ 2 k1 * (var1 * powerRZ 2 (1 - k0) - var2 * powerRZ 2 (-
    k1)) / var2) + (mu1 - mu2) ^ 2 / (2 * var2) + (var1 * powerRZ 2 (2 - k0) - var2 * powerRZ 2 (1 -
    k1)) / (2 * (var2 * powerRZ 2 (- k1) + 2 * var1 * powerRZ 2 (- k0))) + powerRZ 2 (k1 - 1) * (2 *
    var1 * powerRZ 2 (- k0) - var2 * powerRZ 2 (- k1)) ^ 2 / (var2 * (var2 * powerRZ 2 (- k1) + 2 *
    var1 * powerRZ 2 (- k0))) - 1 / 2 * ln ((1 + (2 * var1 * powerRZ 2 (- k0) - var2 * powerRZ 2 (-
    k1)) / (var2 * powerRZ 2 (- k1) + 2 * var1 * powerRZ 2 (- k0))) / (1 - (2 * var1 * powerRZ 2 (-
    k0) - var2 * powerRZ 2 (- k1)) / (var2 * powerRZ 2 (- k1) + 2 * var1 * powerRZ 2 (- k0)))) - 1 /
    2 * ln 2 * (IZR k0 - IZR k1 - 1) - powerRZ 2 (k1 - 1) * (var1 * powerRZ 2 (1 - k0) - var2 *
    powerRZ 2 (- k1)) / var2 - 1 / 2).
Proof. solve_kl_integral. Qed.

(** the path of mu1 = 2.25, var1 = 7.75, mu2 = -0.5, var2 = 0.15625 *)
Theorem c_kl_normal_var_path2 :
  forall mu1 var1 mu2 var2 : R,
  forall k0 k1 : Z,
  0 < var1 ->
  0 < var2 ->
  is_kl (normal_density mu1 (sqrt var1)) (normal_density mu2 (sqrt var2))
    (powerRZ 2 (k0 - k1) * (1 + powerRZ 2 k1 * (var1 * powerRZ 2 (- k0 - 1) - var2 * powerRZ 2 (-
    k1)) / var2) + (mu1 - mu2) ^ 2 / (2 * var2) + (var1 * powerRZ 2 (- k0) - var2 * powerRZ 2 (1 -
    k1)) / (2 * (var2 * powerRZ 2 (- k1) + var1 * powerRZ 2 (- k0) / 2)) + powerRZ 2 (k1 - 1) *
    (var1 * powerRZ 2 (- k0) / 2 - var2 * powerRZ 2 (- k1)) ^ 2 / (var2 * (var2 * powerRZ 2 (- k1) +
    var1 * powerRZ 2 (- k0) / 2)) - 1 / 2 * ln ((1 + (var1 * powerRZ 2 (- k0) / 2 - var2 * powerRZ 2
    (- k1)) / (var2 * powerRZ 2 (- k1) + var1 * powerRZ 2 (- k0) / 2)) / (1 - (var1 * powerRZ 2 (-
    k0) / 2 - var2 * powerRZ 2 (- k1)) / (var2 * powerRZ 2 (- k1) + var1 * powerRZ 2 (- k0) / 2))) -
    1 / 2 * ln 2 * (1 + IZR k0 - IZR k1) - powerRZ 2 (k1 - 1) * (var1 * powerRZ 2 (- k0 - 1) - var2
    * powerRZ 2 (- k1)) / var2 - 1 / 2).
Proof. solve_kl_integral. Qed.

(** the path of mu1 = 2.25, var1 = 1.125, mu2 = 2.25, var2 = 1.125 *)
Theorem c_kl_normal_var_path3 :
  forall mu1 var1 mu2 var2 : R,
  0 < var1 ->
  0 < var2 ->
  var2 = var1 ->
  is_kl (normal_density mu1 (sqrt var1)) (normal_density mu2 (sqrt var2))
    ((mu1 - mu2) ^ 2 / (2 * var1)).
Proof. solve_kl_integral. Qed.

(** ** kernels-c: kl_normal_var_twice *)

(** the path of mu1 = 2.25, var1 = 1.125, mu2 = -0.5, var2 = 7.75 *)
Theorem c_kl_normal_var_path4 :
  forall mu1 var1 mu2 var2 : R,
  forall k0 : Z,
  0 < var1 ->
  0 < var2 ->
  is_kl (normal_density mu1 (sqrt var1)) (normal_density mu2 (sqrt var2))
    (powerRZ 2 (k0 - 1) + (mu1 - mu2) ^ 2 / (2 * var2) + (var1 * powerRZ 2 (1 - k0) - 2 * var2) / (2
    * (var2 + var1 * powerRZ 2 (- k0))) + (var1 * powerRZ 2 (- k0) - var2) ^ 2 / (2 * var2 * (var2 +
    var1 * powerRZ 2 (- k0))) + (powerRZ 2 k0 - 1) * (var1 * powerRZ 2 (- k0) - var2) / (2 * var2) -
    1 / 2 * ln ((1 + (var1 * powerRZ 2 (- k0) - var2) / (var2 + var1 * powerRZ 2 (- k0))) / (1 -
    (var1 * powerRZ 2 (- k0) - var2) / (var2 + var1 * powerRZ 2 (- k0)))) - 1 / 2 * ln 2 * IZR k0 -
    1 / 2).
Proof. solve_kl_integral. Qed.

(** ** kernels-c: kl_normal_var_narrow *)

(** the path of mu1 = 2.25, var1 = 1.125, mu2 = -0.5, var2 = 7.75 *)
Theorem c_kl_normal_var_path5 :
  forall mu1 var1 mu2 var2 : R,
  forall k0 : Z,
  0 < var1 ->
  0 < var2 ->
  is_kl (normal_density mu1 (sqrt var1)) (normal_density mu2 (sqrt var2))
    (powerRZ 2 (k0 - 1) + (mu1 - mu2) ^ 2 / (2 * var2) + (var1 * powerRZ 2 (- k0) - var2) / (2 *
    var2) + (powerRZ 2 k0 - 1) * (var1 * powerRZ 2 (- k0) - var2) / (2 * var2) - 1 / 2 * ln (1 +
    (var1 * powerRZ 2 (- k0) - var2) / var2) - 1 / 2 * ln 2 * IZR k0 - 1 / 2).
Proof. solve_kl_integral. Qed.

(** ** kernels-c: kl_normal_logstd_parts *)

(** the path of mu1 = 2.25, logstd1 = 0.125, mu2 = -0.5, logstd2 = -0.1875 *)
Theorem c_kl_normal_logstd_path1 :
  forall mu1 logstd1 mu2 logstd2 : R,
  forall k0 k3 : Z,
  is_kl (normal_density mu1 (exp logstd1)) (normal_density mu2 (exp logstd2))
    (logstd2 + powerRZ 2 (k3 - 1) + powerRZ 2 (k3 - 1) * (2 * logstd1 - 2 * logstd2 - ln 2 * IZR k3)
    + powerRZ 2 (k3 - 1) * (2 * logstd2 + ln 2 * IZR k3 + exp (2 * logstd1 - 2 * logstd2 - ln 2 *
    IZR k3) - 2 * logstd1 - 1) + powerRZ 2 (k0 - 1) * (mu1 - mu2) ^ 2 * exp (- (2 * logstd2) - ln 2
    * IZR k0) - logstd1 - 1 / 2).
Proof. solve_kl_integral. Qed.

(** the path of mu1 = 2.25, logstd1 = 0.125, mu2 = 2.25, logstd2 = 0.125 *)
Theorem c_kl_normal_logstd_path2 :
  forall mu1 logstd1 mu2 logstd2 : R,
  forall k0 k3 : Z,
  logstd2 = logstd1 ->
  is_kl (normal_density mu1 (exp logstd1)) (normal_density mu2 (exp logstd2))
    (powerRZ 2 (k3 - 401) + powerRZ 2 (k3 - 401) * (ln 2 * IZR k3 + exp (- (ln 2 * IZR k3)) - 1) +
    powerRZ 2 (k0 - 1) * (mu1 - mu2) ^ 2 * exp (- (2 * logstd1) - ln 2 * IZR k0) - ln 2 * IZR k3 *
    powerRZ 2 (k3 - 401) - powerRZ 2 (-401)).
Proof. solve_kl_integral. Qed.

(** ** kernels-c: kl_normal_logstd_twice *)

(** the path of mu1 = 2.25, logstd1 = 0.125, mu2 = -0.5, logstd2 = -0.1875 *)
Theorem c_kl_normal_logstd_path3 :
  forall mu1 logstd1 mu2 logstd2 : R,
  forall k0 k1 : Z,
  is_kl (normal_density mu1 (exp logstd1)) (normal_density mu2 (exp logstd2))
    (powerRZ 2 (k0 - 1) + powerRZ 2 (k0 - 2) * (2 * exp (2 * logstd1 - 2 * logstd2 - ln 2 * IZR k0)
    + 4 * logstd2 + 2 * ln 2 * IZR k0 - 4 * logstd1 - 2) + 1 / 2 * (powerRZ 2 k0 - 1) * (2 * logstd1
    - 2 * logstd2 - ln 2 * IZR k0) + powerRZ 2 (k0 - 1) * (logstd1 - logstd2 - 1 / 2 * ln 2 * IZR
    k0) * (2 * logstd2 + ln 2 * IZR k0 - 2 * logstd1) + powerRZ 2 (k0 - 1) * (logstd1 - logstd2 - 1
    / 2 * ln 2 * IZR k0) * (2 * logstd1 - 2 * logstd2 - ln 2 * IZR k0) + powerRZ 2 (k1 - 1) * (mu1 -
    mu2) ^ 2 * exp (- (2 * logstd2) - ln 2 * IZR k1) - 1 / 2 * ln 2 * IZR k0 - 1 / 2).
Proof. solve_kl_integral. Qed.

(** ** kernels-c: kl_normal_logstd_narrow *)

(** the path of mu1 = 2.25, logstd1 = 0.125, mu2 = -0.5, logstd2 = -0.1875 *)
Theorem c_kl_normal_logstd_path4 :
  forall mu1 logstd1 mu2 logstd2 : R,
  forall k0 k1 : Z,
  is_kl (normal_density mu1 (exp logstd1)) (normal_density mu2 (exp logstd2))
    (powerRZ 2 (k1 - 1) + powerRZ 2 (k1 - 1) * (2 * logstd2 + ln 2 * IZR k1 + exp (2 * logstd1 - 2 *
    logstd2 - ln 2 * IZR k1) - 2 * logstd1 - 1) + 1 / 2 * (powerRZ 2 k1 - 1) * (2 * logstd1 - 2 *
    logstd2 - ln 2 * IZR k1) + powerRZ 2 (k0 - 1) * (mu1 - mu2) ^ 2 * exp (- (2 * logstd2) - ln 2 *
    IZR k0) - 1 / 2 * ln 2 * IZR k1 - 1 / 2).
Proof. solve_kl_integral. Qed.

(** ** kernels-c: kl_normal_logvar_parts *)

(** the path of mu1 = 2.25, logvar1 = 0.125, mu2 = -0.5, logvar2 = -0.1875 *)
Theorem c_kl_normal_logvar_path1 :
  forall mu1 logvar1 mu2 logvar2 : R,
  forall k0 k3 : Z,
  is_kl (normal_density mu1 (exp (logvar1 / 2))) (normal_density mu2 (exp (logvar2 / 2)))
    (powerRZ 2 (k3 - 1) + logvar2 / 2 + powerRZ 2 (k3 - 1) * (logvar1 - logvar2 - ln 2 * IZR k3) +
    powerRZ 2 (k3 - 1) * (logvar2 + ln 2 * IZR k3 + exp (logvar1 - logvar2 - ln 2 * IZR k3) -
    logvar1 - 1) + powerRZ 2 (k0 - 1) * (mu1 - mu2) ^ 2 * exp (- logvar2 - ln 2 * IZR k0) - logvar1
    / 2 - 1 / 2).
Proof. solve_kl_integral. Qed.

(** the path of mu1 = 2.25, logvar1 = 0.125, mu2 = 2.25, logvar2 = 0.125 *)
Theorem c_kl_normal_logvar_path2 :
  forall mu1 logvar1 mu2 logvar2 : R,
  forall k0 k3 : Z,
  logvar2 = logvar1 ->
  is_kl (normal_density mu1 (exp (logvar1 / 2))) (normal_density mu2 (exp (logvar2 / 2)))
    (powerRZ 2 (k3 - 401) + powerRZ 2 (k3 - 401) * (ln 2 * IZR k3 + exp (- (ln 2 * IZR k3)) - 1) +
    powerRZ 2 (k0 - 1) * (mu1 - mu2) ^ 2 * exp (- logvar1 - ln 2 * IZR k0) - ln 2 * IZR k3 * powerRZ
    2 (k3 - 401) - powerRZ 2 (-401)).
Proof. solve_kl_integral. Qed.

(** ** kernels-c: kl_normal_logvar_twice *)

(** the path of mu1 = 2.25, logvar1 = 0.125, mu2 = -0.5, logvar2 = -0.1875 *)
Theorem c_kl_normal_logvar_path3 :
  forall mu1 logvar1 mu2 logvar2 : R,
  forall k0 k1 : Z,
  is_kl (normal_density mu1 (exp (logvar1 / 2))) (normal_density mu2 (exp (logvar2 / 2)))
    (powerRZ 2 (k0 - 1) + powerRZ 2 (k0 - 2) * (2 * logvar2 + 2 * exp (logvar1 - logvar2 - ln 2 *
    IZR k0) + 2 * ln 2 * IZR k0 - 2 * logvar1 - 2) + 1 / 2 * (powerRZ 2 k0 - 1) * (logvar1 - logvar2
    - ln 2 * IZR k0) + powerRZ 2 (k0 - 1) * (logvar1 - logvar2 - ln 2 * IZR k0) * (logvar1 / 2 -
    logvar2 / 2 - 1 / 2 * ln 2 * IZR k0) + powerRZ 2 (k0 - 1) * (logvar2 - logvar1 + ln 2 * IZR k0)
    * (logvar1 / 2 - logvar2 / 2 - 1 / 2 * ln 2 * IZR k0) + powerRZ 2 (k1 - 1) * (mu1 - mu2) ^ 2 *
    exp (- logvar2 - ln 2 * IZR k1) - 1 / 2 * ln 2 * IZR k0 - 1 / 2).
Proof. solve_kl_integral. Qed.

(** ** kernels-c: kl_normal_logvar_narrow *)

(** the path of mu1 = 2.25, logvar1 = 0.125, mu2 = -0.5, logvar2 = -0.1875 *)
Theorem c_kl_normal_logvar_path4 :
  forall mu1 logvar1 mu2 logvar2 : R,
  forall k0 k1 : Z,
  is_kl (normal_density mu1 (exp (logvar1 / 2))) (normal_density mu2 (exp (logvar2 / 2)))
    (powerRZ 2 (k1 - 1) + powerRZ 2 (k1 - 1) * (logvar2 + ln 2 * IZR k1 + exp (logvar1 - logvar2 -
    ln 2 * IZR k1) - logvar1 - 1) + 1 / 2 * (powerRZ 2 k1 - 1) * (logvar1 - logvar2 - ln 2 * IZR k1)
    + powerRZ 2 (k0 - 1) * (mu1 - mu2) ^ 2 * exp (- logvar2 - ln 2 * IZR k0) - 1 / 2 * ln 2 * IZR k1
    - 1 / 2).
Proof. solve_kl_integral. Qed.

(** ** kernels-c: kl_unit_std_slopes *)

(** the path of mu = 2.25, std = 1.125 *)
Theorem c_kl_unit_std_grad_mu_path1 :
  forall mu std : R,
  0 < std ->
  is_derive (fun mu => KL mu std 0 1) mu
    (mu).
Proof. solve_kl_gradient. Qed.

(** the path of mu = 2.25, std = 1.125 *)
Theorem c_kl_unit_std_grad_s_path1 :
  forall mu std : R,
  0 < std ->
  is_derive (fun std => KL mu std 0 1) std
    (std - 1 / std).
Proof. solve_kl_gradient. Qed.

(** ** kernels-c: kl_unit_var_slopes *)

(** the path of mu = 2.25, var = 1.125 *)
Theorem c_kl_unit_var_grad_mu_path1 :
  forall mu var : R,
  0 < var ->
  is_derive (fun mu => KL mu (sqrt var) 0 1) mu
    (mu).
Proof. solve_kl_gradient. Qed.

(** the path of mu = 2.25, var = 1.125 *)
Theorem c_kl_unit_var_grad_s_path1 :
  forall mu var : R,
  0 < var ->
  is_derive (fun var => KL mu (sqrt var) 0 1) var
    (1 / 2 - 1 / (2 * var)).
Proof. solve_kl_gradient. Qed.

(** ** kernels-c: kl_unit_logstd_slopes *)

(** the path of mu = 2.25, logstd = 0.125 *)
Theorem c_kl_unit_logstd_grad_mu_path1 :
  forall mu logstd : R,
  is_derive (fun mu => KL mu (exp logstd) 0 1) mu
    (mu).
Proof. solve_kl_gradient. Qed.

(** the path of mu = 2.25, logstd = 0.125 *)
Theorem c_kl_unit_logstd_grad_s_path1 :
  forall mu logstd : R,
  forall k0 : Z,
  is_derive (fun logstd => KL mu (exp logstd) 0 1) logstd
    (powerRZ 2 k0 + powerRZ 2 k0 * (2 * logstd - ln 2 * IZR k0) + powerRZ 2 k0 * (ln 2 * IZR k0 +
    exp (2 * logstd - ln 2 * IZR k0) - 2 * logstd - 1) - 1).
Proof. solve_kl_gradient. Qed.

(** the path of mu = 3.681820098973295e-91, logstd = 0.0 *)
Theorem c_kl_unit_logstd_grad_mu_path2 :
  forall mu logstd : R,
  logstd = 0 ->
  is_derive (fun mu => KL mu (exp logstd) 0 1) mu
    (mu).
Proof. solve_kl_gradient. Qed.

(** the path of mu = 3.681820098973295e-91, logstd = 0.0 *)
Theorem c_kl_unit_logstd_grad_s_path2 :
  forall mu logstd : R,
  forall k0 : Z,
  logstd = 0 ->
  is_derive (fun logstd => KL mu (exp logstd) 0 1) logstd
    (powerRZ 2 (k0 - 200) + powerRZ 2 (k0 - 200) * (ln 2 * IZR k0 + exp (- (ln 2 * IZR k0)) - 1) -
    ln 2 * IZR k0 * powerRZ 2 (k0 - 200) - powerRZ 2 (-200)).
Proof. solve_kl_gradient. Qed.

(** ** kernels-c: kl_unit_logvar_slopes *)

(** the path of mu = 2.25, logvar = 0.125 *)
Theorem c_kl_unit_logvar_grad_mu_path1 :
  forall mu logvar : R,
  is_derive (fun mu => KL mu (exp (logvar / 2)) 0 1) mu
    (mu).
Proof. solve_kl_gradient. Qed.

(** the path of mu = 2.25, logvar = 0.125 *)
Theorem c_kl_unit_logvar_grad_s_path1 :
  forall mu logvar : R,
  forall k0 : Z,
  is_derive (fun logvar => KL mu (exp (logvar / 2)) 0 1) logvar
    (powerRZ 2 (k0 - 1) + powerRZ 2 (k0 - 1) * (logvar - ln 2 * IZR k0) + powerRZ 2 (k0 - 1) * (ln 2
    * IZR k0 + exp (logvar - ln 2 * IZR k0) - logvar - 1) - 1 / 2).
Proof. solve_kl_gradient. Qed.

(** the path of mu = 3.681820098973295e-91, logvar = 0.0 *)
Theorem c_kl_unit_logvar_grad_mu_path2 :
  forall mu logvar : R,
  logvar = 0 ->
  is_derive (fun mu => KL mu (exp (logvar / 2)) 0 1) mu
    (mu).
Proof. solve_kl_gradient. Qed.

(** the path of mu = 3.681820098973295e-91, logvar = 0.0 *)
Theorem c_kl_unit_logvar_grad_s_path2 :
  forall mu logvar : R,
  forall k0 : Z,
  logvar = 0 ->
  is_derive (fun logvar => KL mu (exp (logvar / 2)) 0 1) logvar
    (powerRZ 2 (k0 - 201) + powerRZ 2 (k0 - 201) * (ln 2 * IZR k0 + exp (- (ln 2 * IZR k0)) - 1) -
    ln 2 * IZR k0 * powerRZ 2 (k0 - 201) - powerRZ 2 (-201)).
Proof. solve_kl_gradient. Qed.

(** ** kernels-c: kl_normal_std_slopes *)

(** the path of mu1 = 2.25, std1 = 1.125, mu2 = -0.5, std2 = 7.75 *)
Theorem c_kl_normal_std_grad_mu1_path1 :
  forall mu1 std1 mu2 std2 : R,
  0 < std1 ->
  0 < std2 ->
  is_derive (fun mu1 => KL mu1 std1 mu2 std2) mu1
    ((mu1 - mu2) / std2 ^ 2).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, std1 = 1.125, mu2 = -0.5, std2 = 7.75 *)
Theorem c_kl_normal_std_grad_s1_path1 :
  forall mu1 std1 mu2 std2 : R,
  forall k2 : Z,
  0 < std1 ->
  0 < std2 ->
  is_derive (fun std1 => KL mu1 std1 mu2 std2) std1
    (powerRZ 2 (2 * k2) * (std1 * powerRZ 2 (- k2) + std2 * powerRZ 2 (- k2)) * (std1 * powerRZ 2 (-
    k2) - std2 * powerRZ 2 (- k2)) / (std1 * std2 ^ 2)).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, std1 = 1.125, mu2 = -0.5, std2 = 7.75 *)
Theorem c_kl_normal_std_grad_mu2_path1 :
  forall mu1 std1 mu2 std2 : R,
  0 < std1 ->
  0 < std2 ->
  is_derive (fun mu2 => KL mu1 std1 mu2 std2) mu2
    (- ((mu1 - mu2) / std2 ^ 2)).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, std1 = 1.125, mu2 = -0.5, std2 = 7.75 *)
Theorem c_kl_normal_std_grad_s2_path1 :
  forall mu1 std1 mu2 std2 : R,
  forall k2 : Z,
  0 < std1 ->
  0 < std2 ->
  is_derive (fun std2 => KL mu1 std1 mu2 std2) std2
    (- (powerRZ 2 (2 * k2) * (powerRZ 2 ((-2) * k2) * (mu1 - mu2) ^ 2 + (std1 * powerRZ 2 (- k2) +
    std2 * powerRZ 2 (- k2)) * (std1 * powerRZ 2 (- k2) - std2 * powerRZ 2 (- k2))) / std2 ^ 3)).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, std1 = 7.75, mu2 = -0.5, std2 = 0.15625 *)
Theorem c_kl_normal_std_grad_s1_path2 :
  forall mu1 std1 mu2 std2 : R,
  forall k4 : Z,
  0 < std1 ->
  0 < std2 ->
  is_derive (fun std1 => KL mu1 std1 mu2 std2) std1
    (powerRZ 2 (2 * k4) * (std1 * powerRZ 2 (- k4) + std2 * powerRZ 2 (- k4)) * (std1 * powerRZ 2 (-
    k4) - std2 * powerRZ 2 (- k4)) / (std1 * std2 ^ 2)).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, std1 = 7.75, mu2 = -0.5, std2 = 0.15625 *)
Theorem c_kl_normal_std_grad_s2_path2 :
  forall mu1 std1 mu2 std2 : R,
  forall k4 : Z,
  0 < std1 ->
  0 < std2 ->
  is_derive (fun std2 => KL mu1 std1 mu2 std2) std2
    (- (powerRZ 2 (2 * k4) * (powerRZ 2 ((-2) * k4) * (mu1 - mu2) ^ 2 + (std1 * powerRZ 2 (- k4) +
    std2 * powerRZ 2 (- k4)) * (std1 * powerRZ 2 (- k4) - std2 * powerRZ 2 (- k4))) / std2 ^ 3)).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, std1 = 0.15625, mu2 = -0.5, std2 = 0.46875 *)
Theorem c_kl_normal_std_grad_s2_path3 :
  forall mu1 std1 mu2 std2 : R,
  forall k0 k2 : Z,
  0 < std1 ->
  0 < std2 ->
  is_derive (fun std2 => KL mu1 std1 mu2 std2) std2
    (- (powerRZ 2 (2 * k0) * (powerRZ 2 ((-2) * k0) * (mu1 - mu2) ^ 2 + powerRZ 2 (2 * k2 - 2 * k0)
    * (std1 * powerRZ 2 (- k2) + std2 * powerRZ 2 (- k2)) * (std1 * powerRZ 2 (- k2) - std2 *
    powerRZ 2 (- k2))) / std2 ^ 3)).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 1.668805393880401e-308, std1 = 5e-324, mu2 = 1.6688053938804248e-308, std2 =
5e-324 *)
Theorem c_kl_normal_std_grad_mu1_path2 :
  forall mu1 std1 mu2 std2 : R,
  0 < std1 ->
  0 < std2 ->
  std2 = std1 ->
  is_derive (fun mu1 => KL mu1 std1 mu2 std2) mu1
    ((mu1 - mu2) / std1 ^ 2).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 1.668805393880401e-308, std1 = 5e-324, mu2 = 1.6688053938804248e-308, std2 =
5e-324 *)
Theorem c_kl_normal_std_grad_s1_path3 :
  forall mu1 std1 mu2 std2 : R,
  0 < std1 ->
  0 < std2 ->
  std2 = std1 ->
  is_derive (fun std1 => KL mu1 std1 mu2 std2) std1
    (0).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 1.668805393880401e-308, std1 = 5e-324, mu2 = 1.6688053938804248e-308, std2 =
5e-324 *)
Theorem c_kl_normal_std_grad_mu2_path2 :
  forall mu1 std1 mu2 std2 : R,
  0 < std1 ->
  0 < std2 ->
  std2 = std1 ->
  is_derive (fun mu2 => KL mu1 std1 mu2 std2) mu2
    (- ((mu1 - mu2) / std1 ^ 2)).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 1.668805393880401e-308, std1 = 5e-324, mu2 = 1.6688053938804248e-308, std2 =
5e-324 *)
Theorem c_kl_normal_std_grad_s2_path4 :
  forall mu1 std1 mu2 std2 : R,
  0 < std1 ->
  0 < std2 ->
  std2 = std1 ->
  is_derive (fun std2 => KL mu1 std1 mu2 std2) std2
    (- ((mu1 - mu2) ^ 2 / std1 ^ 3)).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 1.668805393880401e-308, std1 = 1.125, mu2 = 1.668805393880401e-308, std2 =
7.75 *)
Theorem c_kl_normal_std_grad_mu1_path3 :
  forall mu1 std1 mu2 std2 : R,
  0 < std1 ->
  0 < std2 ->
  mu2 = mu1 ->
  is_derive (fun mu1 => KL mu1 std1 mu2 std2) mu1
    (0).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 1.668805393880401e-308, std1 = 1.125, mu2 = 1.668805393880401e-308, std2 =
7.75 *)
Theorem c_kl_normal_std_grad_s1_path4 :
  forall mu1 std1 mu2 std2 : R,
  forall k2 : Z,
  0 < std1 ->
  0 < std2 ->
  mu2 = mu1 ->
  is_derive (fun std1 => KL mu1 std1 mu2 std2) std1
    (powerRZ 2 (2 * k2) * (std1 * powerRZ 2 (- k2) + std2 * powerRZ 2 (- k2)) * (std1 * powerRZ 2 (-
    k2) - std2 * powerRZ 2 (- k2)) / (std1 * std2 ^ 2)).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 1.668805393880401e-308, std1 = 1.125, mu2 = 1.668805393880401e-308, std2 =
7.75 *)
Theorem c_kl_normal_std_grad_mu2_path3 :
  forall mu1 std1 mu2 std2 : R,
  0 < std1 ->
  0 < std2 ->
  mu2 = mu1 ->
  is_derive (fun mu2 => KL mu1 std1 mu2 std2) mu2
    (0).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 1.668805393880401e-308, std1 = 1.125, mu2 = 1.668805393880401e-308, std2 =
7.75 *)
Theorem c_kl_normal_std_grad_s2_path5 :
  forall mu1 std1 mu2 std2 : R,
  forall k2 : Z,
  0 < std1 ->
  0 < std2 ->
  mu2 = mu1 ->
  is_derive (fun std2 => KL mu1 std1 mu2 std2) std2
    (- (powerRZ 2 (2 * k2) * (std1 * powerRZ 2 (- k2) + std2 * powerRZ 2 (- k2)) * (std1 * powerRZ 2
    (- k2) - std2 * powerRZ 2 (- k2)) / std2 ^ 3)).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 1.607262910779401e+301, std1 = 8.218407461554972e+307, mu2 =
1.6072629107794238e+301, std2 = 1.0552644065332767e+308 *)
Theorem c_kl_normal_std_grad_mu1_path4 :
  forall mu1 std1 mu2 std2 : R,
  0 < std1 ->
  0 < std2 ->
  is_derive (fun mu1 => KL mu1 std1 mu2 std2) mu1
    (64 * (mu1 / 64 - mu2 / 64) / std2 ^ 2).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 1.607262910779401e+301, std1 = 8.218407461554972e+307, mu2 =
1.6072629107794238e+301, std2 = 1.0552644065332767e+308 *)
Theorem c_kl_normal_std_grad_mu2_path4 :
  forall mu1 std1 mu2 std2 : R,
  0 < std1 ->
  0 < std2 ->
  is_derive (fun mu2 => KL mu1 std1 mu2 std2) mu2
    (- (64 * (mu1 / 64 - mu2 / 64) / std2 ^ 2)).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 1.607262910779401e+301, std1 = 8.218407461554972e+307, mu2 =
1.6072629107794238e+301, std2 = 1.0552644065332767e+308 *)
Theorem c_kl_normal_std_grad_s2_path6 :
  forall mu1 std1 mu2 std2 : R,
  forall k2 : Z,
  0 < std1 ->
  0 < std2 ->
  is_derive (fun std2 => KL mu1 std1 mu2 std2) std2
    (- (powerRZ 2 (2 * k2) * (powerRZ 2 (12 - 2 * k2) * (mu1 / 64 - mu2 / 64) ^ 2 + (std1 * powerRZ
    2 (- k2) + std2 * powerRZ 2 (- k2)) * (std1 * powerRZ 2 (- k2) - std2 * powerRZ 2 (- k2))) /
    std2 ^ 3)).
Proof. solve_kl_gradient. Qed.

(** ** kernels-c: kl_normal_var_slopes *)

(** the path of mu1 = 2.25, var1 = 1.125, mu2 = -0.5, var2 = 7.75 *)
Theorem c_kl_normal_var_grad_mu1_path1 :
  forall mu1 var1 mu2 var2 : R,
  0 < var1 ->
  0 < var2 ->
  is_derive (fun mu1 => KL mu1 (sqrt var1) mu2 (sqrt var2)) mu1
    ((mu1 - mu2) / var2).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, var1 = 1.125, mu2 = -0.5, var2 = 7.75 *)
Theorem c_kl_normal_var_grad_s1_path1 :
  forall mu1 var1 mu2 var2 : R,
  forall k2 : Z,
  0 < var1 ->
  0 < var2 ->
  is_derive (fun var1 => KL mu1 (sqrt var1) mu2 (sqrt var2)) var1
    (powerRZ 2 (k2 - 1) * (var1 * powerRZ 2 (- k2) - var2 * powerRZ 2 (- k2)) / (var1 * var2)).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, var1 = 1.125, mu2 = -0.5, var2 = 7.75 *)
Theorem c_kl_normal_var_grad_mu2_path1 :
  forall mu1 var1 mu2 var2 : R,
  0 < var1 ->
  0 < var2 ->
  is_derive (fun mu2 => KL mu1 (sqrt var1) mu2 (sqrt var2)) mu2
    (- ((mu1 - mu2) / var2)).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, var1 = 1.125, mu2 = -0.5, var2 = 7.75 *)
Theorem c_kl_normal_var_grad_s2_path1 :
  forall mu1 var1 mu2 var2 : R,
  forall k2 : Z,
  0 < var1 ->
  0 < var2 ->
  is_derive (fun var2 => KL mu1 (sqrt var1) mu2 (sqrt var2)) var2
    (- (powerRZ 2 (k2 - 1) * (var1 * powerRZ 2 (- k2) + powerRZ 2 (- k2) * (mu1 - mu2) ^ 2 - var2 *
    powerRZ 2 (- k2)) / var2 ^ 2)).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, var1 = 7.75, mu2 = -0.5, var2 = 0.15625 *)
Theorem c_kl_normal_var_grad_s1_path2 :
  forall mu1 var1 mu2 var2 : R,
  forall k4 : Z,
  0 < var1 ->
  0 < var2 ->
  is_derive (fun var1 => KL mu1 (sqrt var1) mu2 (sqrt var2)) var1
    (powerRZ 2 (k4 - 1) * (var1 * powerRZ 2 (- k4) - var2 * powerRZ 2 (- k4)) / (var1 * var2)).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, var1 = 7.75, mu2 = -0.5, var2 = 0.15625 *)
Theorem c_kl_normal_var_grad_s2_path2 :
  forall mu1 var1 mu2 var2 : R,
  forall k4 : Z,
  0 < var1 ->
  0 < var2 ->
  is_derive (fun var2 => KL mu1 (sqrt var1) mu2 (sqrt var2)) var2
    (- (powerRZ 2 (k4 - 1) * (var1 * powerRZ 2 (- k4) + powerRZ 2 (- k4) * (mu1 - mu2) ^ 2 - var2 *
    powerRZ 2 (- k4)) / var2 ^ 2)).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, var1 = 0.15625, mu2 = -0.5, var2 = 0.46875 *)
Theorem c_kl_normal_var_grad_s2_path3 :
  forall mu1 var1 mu2 var2 : R,
  forall k0 k2 : Z,
  0 < var1 ->
  0 < var2 ->
  is_derive (fun var2 => KL mu1 (sqrt var1) mu2 (sqrt var2)) var2
    (- (powerRZ 2 (2 * k0 - 1) * (powerRZ 2 ((-2) * k0) * (mu1 - mu2) ^ 2 + powerRZ 2 (k2 - 2 * k0)
    * (var1 * powerRZ 2 (- k2) - var2 * powerRZ 2 (- k2))) / var2 ^ 2)).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 1.668805393880401e-308, var1 = 5e-324, mu2 = 1.6688053938804248e-308, var2 =
5e-324 *)
Theorem c_kl_normal_var_grad_mu1_path2 :
  forall mu1 var1 mu2 var2 : R,
  0 < var1 ->
  0 < var2 ->
  var2 = var1 ->
  is_derive (fun mu1 => KL mu1 (sqrt var1) mu2 (sqrt var2)) mu1
    ((mu1 - mu2) / var1).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 1.668805393880401e-308, var1 = 5e-324, mu2 = 1.6688053938804248e-308, var2 =
5e-324 *)
Theorem c_kl_normal_var_grad_s1_path3 :
  forall mu1 var1 mu2 var2 : R,
  0 < var1 ->
  0 < var2 ->
  var2 = var1 ->
  is_derive (fun var1 => KL mu1 (sqrt var1) mu2 (sqrt var2)) var1
    (0).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 1.668805393880401e-308, var1 = 5e-324, mu2 = 1.6688053938804248e-308, var2 =
5e-324 *)
Theorem c_kl_normal_var_grad_mu2_path2 :
  forall mu1 var1 mu2 var2 : R,
  0 < var1 ->
  0 < var2 ->
  var2 = var1 ->
  is_derive (fun mu2 => KL mu1 (sqrt var1) mu2 (sqrt var2)) mu2
    (- ((mu1 - mu2) / var1)).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 1.668805393880401e-308, var1 = 5e-324, mu2 = 1.6688053938804248e-308, var2 =
5e-324 *)
Theorem c_kl_normal_var_grad_s2_path4 :
  forall mu1 var1 mu2 var2 : R,
  0 < var1 ->
  0 < var2 ->
  var2 = var1 ->
  is_derive (fun var2 => KL mu1 (sqrt var1) mu2 (sqrt var2)) var2
    (- ((mu1 - mu2) ^ 2 / (2 * var1 ^ 2))).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 1.607262910779401e+301, var1 = 8.218407461554972e+307, mu2 =
1.6072629107794238e+301, var2 = 1.0552644065332767e+308 *)
Theorem c_kl_normal_var_grad_mu1_path3 :
  forall mu1 var1 mu2 var2 : R,
  0 < var1 ->
  0 < var2 ->
  is_derive (fun mu1 => KL mu1 (sqrt var1) mu2 (sqrt var2)) mu1
    (64 * (mu1 / 64 - mu2 / 64) / var2).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 1.607262910779401e+301, var1 = 8.218407461554972e+307, mu2 =
1.6072629107794238e+301, var2 = 1.0552644065332767e+308 *)
Theorem c_kl_normal_var_grad_mu2_path3 :
  forall mu1 var1 mu2 var2 : R,
  0 < var1 ->
  0 < var2 ->
  is_derive (fun mu2 => KL mu1 (sqrt var1) mu2 (sqrt var2)) mu2
    (- (64 * (mu1 / 64 - mu2 / 64) / var2)).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 1.607262910779401e+301, var1 = 8.218407461554972e+307, mu2 =
1.6072629107794238e+301, var2 = 1.0552644065332767e+308 *)
Theorem c_kl_normal_var_grad_s2_path5 :
  forall mu1 var1 mu2 var2 : R,
  forall k0 k2 : Z,
  0 < var1 ->
  0 < var2 ->
  is_derive (fun var2 => KL mu1 (sqrt var1) mu2 (sqrt var2)) var2
    (- (powerRZ 2 (11 + 2 * k0) * (powerRZ 2 ((-2) * k0) * (mu1 / 64 - mu2 / 64) ^ 2 + powerRZ 2 (k2
    - 2 * k0 - 12) * (var1 * powerRZ 2 (- k2) - var2 * powerRZ 2 (- k2))) / var2 ^ 2)).
Proof. solve_kl_gradient. Qed.

(** ** kernels-c: kl_normal_logstd_slopes *)

(** the path of mu1 = 2.25, logstd1 = 0.125, mu2 = -0.5, logstd2 = -0.1875 *)
Theorem c_kl_normal_logstd_grad_mu1_path1 :
  forall mu1 logstd1 mu2 logstd2 : R,
  forall k2 : Z,
  is_derive (fun mu1 => KL mu1 (exp logstd1) mu2 (exp logstd2)) mu1
    (powerRZ 2 k2 * (mu1 - mu2) * exp (- (2 * logstd2) - ln 2 * IZR k2)).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, logstd1 = 0.125, mu2 = -0.5, logstd2 = -0.1875 *)
Theorem c_kl_normal_logstd_grad_s1_path1 :
  forall mu1 logstd1 mu2 logstd2 : R,
  forall k5 : Z,
  is_derive (fun logstd1 => KL mu1 (exp logstd1) mu2 (exp logstd2)) logstd1
    (powerRZ 2 k5 + powerRZ 2 k5 * (2 * logstd1 - 2 * logstd2 - ln 2 * IZR k5) + powerRZ 2 k5 * (2 *
    logstd2 + ln 2 * IZR k5 + exp (2 * logstd1 - 2 * logstd2 - ln 2 * IZR k5) - 2 * logstd1 - 1) -
    1).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, logstd1 = 0.125, mu2 = -0.5, logstd2 = -0.1875 *)
Theorem c_kl_normal_logstd_grad_mu2_path1 :
  forall mu1 logstd1 mu2 logstd2 : R,
  forall k2 : Z,
  is_derive (fun mu2 => KL mu1 (exp logstd1) mu2 (exp logstd2)) mu2
    (- (powerRZ 2 k2 * (mu1 - mu2) * exp (- (2 * logstd2) - ln 2 * IZR k2))).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, logstd1 = 0.125, mu2 = -0.5, logstd2 = -0.1875 *)
Theorem c_kl_normal_logstd_grad_s2_path1 :
  forall mu1 logstd1 mu2 logstd2 : R,
  forall k2 k5 : Z,
  is_derive (fun logstd2 => KL mu1 (exp logstd1) mu2 (exp logstd2)) logstd2
    (1 - powerRZ 2 k5 - powerRZ 2 k5 * (2 * logstd1 - 2 * logstd2 - ln 2 * IZR k5) - powerRZ 2 k5 *
    (2 * logstd2 + ln 2 * IZR k5 + exp (2 * logstd1 - 2 * logstd2 - ln 2 * IZR k5) - 2 * logstd1 -
    1) - powerRZ 2 k2 * (mu1 - mu2) ^ 2 * exp (- (2 * logstd2) - ln 2 * IZR k2)).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, logstd1 = 0.125, mu2 = 2.25, logstd2 = 0.125 *)
Theorem c_kl_normal_logstd_grad_mu1_path2 :
  forall mu1 logstd1 mu2 logstd2 : R,
  mu2 = mu1 ->
  logstd2 = logstd1 ->
  is_derive (fun mu1 => KL mu1 (exp logstd1) mu2 (exp logstd2)) mu1
    (0).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, logstd1 = 0.125, mu2 = 2.25, logstd2 = 0.125 *)
Theorem c_kl_normal_logstd_grad_s1_path2 :
  forall mu1 logstd1 mu2 logstd2 : R,
  forall k5 : Z,
  mu2 = mu1 ->
  logstd2 = logstd1 ->
  is_derive (fun logstd1 => KL mu1 (exp logstd1) mu2 (exp logstd2)) logstd1
    (powerRZ 2 k5 + powerRZ 2 k5 * (ln 2 * IZR k5 + exp (- (ln 2 * IZR k5)) - 1) - ln 2 * IZR k5 *
    powerRZ 2 k5 - 1).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, logstd1 = 0.125, mu2 = 2.25, logstd2 = 0.125 *)
Theorem c_kl_normal_logstd_grad_mu2_path2 :
  forall mu1 logstd1 mu2 logstd2 : R,
  mu2 = mu1 ->
  logstd2 = logstd1 ->
  is_derive (fun mu2 => KL mu1 (exp logstd1) mu2 (exp logstd2)) mu2
    (0).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, logstd1 = 0.125, mu2 = 2.25, logstd2 = 0.125 *)
Theorem c_kl_normal_logstd_grad_s2_path2 :
  forall mu1 logstd1 mu2 logstd2 : R,
  forall k5 : Z,
  mu2 = mu1 ->
  logstd2 = logstd1 ->
  is_derive (fun logstd2 => KL mu1 (exp logstd1) mu2 (exp logstd2)) logstd2
    (powerRZ 2 (-400) - powerRZ 2 (k5 - 400) - powerRZ 2 (k5 - 400) * (ln 2 * IZR k5 + exp (- (ln 2
    * IZR k5)) - 1) + ln 2 * IZR k5 * powerRZ 2 (k5 - 400)).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, logstd1 = 1.668805393880401e-308, mu2 = -0.5, logstd2 =
1.668805393880401e-308 *)
Theorem c_kl_normal_logstd_grad_mu1_path3 :
  forall mu1 logstd1 mu2 logstd2 : R,
  forall k2 : Z,
  logstd2 = logstd1 ->
  is_derive (fun mu1 => KL mu1 (exp logstd1) mu2 (exp logstd2)) mu1
    (powerRZ 2 k2 * (mu1 - mu2) * exp (- (2 * logstd1) - ln 2 * IZR k2)).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, logstd1 = 1.668805393880401e-308, mu2 = -0.5, logstd2 =
1.668805393880401e-308 *)
Theorem c_kl_normal_logstd_grad_s1_path3 :
  forall mu1 logstd1 mu2 logstd2 : R,
  forall k5 : Z,
  logstd2 = logstd1 ->
  is_derive (fun logstd1 => KL mu1 (exp logstd1) mu2 (exp logstd2)) logstd1
    (powerRZ 2 (k5 - 300) + powerRZ 2 (k5 - 300) * (ln 2 * IZR k5 + exp (- (ln 2 * IZR k5)) - 1) -
    ln 2 * IZR k5 * powerRZ 2 (k5 - 300) - powerRZ 2 (-300)).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, logstd1 = 1.668805393880401e-308, mu2 = -0.5, logstd2 =
1.668805393880401e-308 *)
Theorem c_kl_normal_logstd_grad_mu2_path3 :
  forall mu1 logstd1 mu2 logstd2 : R,
  forall k2 : Z,
  logstd2 = logstd1 ->
  is_derive (fun mu2 => KL mu1 (exp logstd1) mu2 (exp logstd2)) mu2
    (- (powerRZ 2 k2 * (mu1 - mu2) * exp (- (2 * logstd1) - ln 2 * IZR k2))).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, logstd1 = 1.668805393880401e-308, mu2 = -0.5, logstd2 =
1.668805393880401e-308 *)
Theorem c_kl_normal_logstd_grad_s2_path3 :
  forall mu1 logstd1 mu2 logstd2 : R,
  forall k2 k5 : Z,
  logstd2 = logstd1 ->
  is_derive (fun logstd2 => KL mu1 (exp logstd1) mu2 (exp logstd2)) logstd2
    (1 - powerRZ 2 k5 - powerRZ 2 k5 * (ln 2 * IZR k5 + exp (- (ln 2 * IZR k5)) - 1) + ln 2 * IZR k5
    * powerRZ 2 k5 - powerRZ 2 k2 * (mu1 - mu2) ^ 2 * exp (- (2 * logstd1) - ln 2 * IZR k2)).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 1.607262910779401e+301, logstd1 = 693.5526456680535, mu2 =
1.6072629107794238e+301, logstd2 = 693.8026456680535 *)
Theorem c_kl_normal_logstd_grad_mu1_path4 :
  forall mu1 logstd1 mu2 logstd2 : R,
  forall k2 : Z,
  is_derive (fun mu1 => KL mu1 (exp logstd1) mu2 (exp logstd2)) mu1
    (powerRZ 2 (6 + k2) * (mu1 / 64 - mu2 / 64) * exp (- (2 * logstd2) - ln 2 * IZR k2)).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 1.607262910779401e+301, logstd1 = 693.5526456680535, mu2 =
1.6072629107794238e+301, logstd2 = 693.8026456680535 *)
Theorem c_kl_normal_logstd_grad_mu2_path4 :
  forall mu1 logstd1 mu2 logstd2 : R,
  forall k2 : Z,
  is_derive (fun mu2 => KL mu1 (exp logstd1) mu2 (exp logstd2)) mu2
    (- (powerRZ 2 (6 + k2) * (mu1 / 64 - mu2 / 64) * exp (- (2 * logstd2) - ln 2 * IZR k2))).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 1.607262910779401e+301, logstd1 = 693.5526456680535, mu2 =
1.6072629107794238e+301, logstd2 = 693.8026456680535 *)
Theorem c_kl_normal_logstd_grad_s2_path4 :
  forall mu1 logstd1 mu2 logstd2 : R,
  forall k2 k5 : Z,
  is_derive (fun logstd2 => KL mu1 (exp logstd1) mu2 (exp logstd2)) logstd2
    (1 - powerRZ 2 k5 - powerRZ 2 k5 * (2 * logstd1 - 2 * logstd2 - ln 2 * IZR k5) - powerRZ 2 k5 *
    (2 * logstd2 + ln 2 * IZR k5 + exp (2 * logstd1 - 2 * logstd2 - ln 2 * IZR k5) - 2 * logstd1 -
    1) - powerRZ 2 (12 + k2) * (mu1 / 64 - mu2 / 64) ^ 2 * exp (- (2 * logstd2) - ln 2 * IZR k2)).
Proof. solve_kl_gradient. Qed.

(** ** kernels-c: kl_normal_logvar_slopes *)

(** the path of mu1 = 2.25, logvar1 = 0.125, mu2 = -0.5, logvar2 = -0.1875 *)
Theorem c_kl_normal_logvar_grad_mu1_path1 :
  forall mu1 logvar1 mu2 logvar2 : R,
  forall k2 : Z,
  is_derive (fun mu1 => KL mu1 (exp (logvar1 / 2)) mu2 (exp (logvar2 / 2))) mu1
    (powerRZ 2 k2 * (mu1 - mu2) * exp (- logvar2 - ln 2 * IZR k2)).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, logvar1 = 0.125, mu2 = -0.5, logvar2 = -0.1875 *)
Theorem c_kl_normal_logvar_grad_s1_path1 :
  forall mu1 logvar1 mu2 logvar2 : R,
  forall k5 : Z,
  is_derive (fun logvar1 => KL mu1 (exp (logvar1 / 2)) mu2 (exp (logvar2 / 2))) logvar1
    (powerRZ 2 (k5 - 1) + powerRZ 2 (k5 - 1) * (logvar1 - logvar2 - ln 2 * IZR k5) + powerRZ 2 (k5 -
    1) * (logvar2 + ln 2 * IZR k5 + exp (logvar1 - logvar2 - ln 2 * IZR k5) - logvar1 - 1) - 1 / 2).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, logvar1 = 0.125, mu2 = -0.5, logvar2 = -0.1875 *)
Theorem c_kl_normal_logvar_grad_mu2_path1 :
  forall mu1 logvar1 mu2 logvar2 : R,
  forall k2 : Z,
  is_derive (fun mu2 => KL mu1 (exp (logvar1 / 2)) mu2 (exp (logvar2 / 2))) mu2
    (- (powerRZ 2 k2 * (mu1 - mu2) * exp (- logvar2 - ln 2 * IZR k2))).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, logvar1 = 0.125, mu2 = -0.5, logvar2 = -0.1875 *)
Theorem c_kl_normal_logvar_grad_s2_path1 :
  forall mu1 logvar1 mu2 logvar2 : R,
  forall k2 k5 : Z,
  is_derive (fun logvar2 => KL mu1 (exp (logvar1 / 2)) mu2 (exp (logvar2 / 2))) logvar2
    (1 / 2 - powerRZ 2 (k5 - 1) - powerRZ 2 (k5 - 1) * (logvar1 - logvar2 - ln 2 * IZR k5) - powerRZ
    2 (k5 - 1) * (logvar2 + ln 2 * IZR k5 + exp (logvar1 - logvar2 - ln 2 * IZR k5) - logvar1 - 1) -
    powerRZ 2 (k2 - 1) * (mu1 - mu2) ^ 2 * exp (- logvar2 - ln 2 * IZR k2)).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, logvar1 = 0.125, mu2 = 2.25, logvar2 = 0.125 *)
Theorem c_kl_normal_logvar_grad_mu1_path2 :
  forall mu1 logvar1 mu2 logvar2 : R,
  mu2 = mu1 ->
  logvar2 = logvar1 ->
  is_derive (fun mu1 => KL mu1 (exp (logvar1 / 2)) mu2 (exp (logvar2 / 2))) mu1
    (0).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, logvar1 = 0.125, mu2 = 2.25, logvar2 = 0.125 *)
Theorem c_kl_normal_logvar_grad_s1_path2 :
  forall mu1 logvar1 mu2 logvar2 : R,
  forall k5 : Z,
  mu2 = mu1 ->
  logvar2 = logvar1 ->
  is_derive (fun logvar1 => KL mu1 (exp (logvar1 / 2)) mu2 (exp (logvar2 / 2))) logvar1
    (powerRZ 2 (k5 - 1) + powerRZ 2 (k5 - 1) * (ln 2 * IZR k5 + exp (- (ln 2 * IZR k5)) - 1) - ln 2
    * IZR k5 * powerRZ 2 (k5 - 1) - 1 / 2).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, logvar1 = 0.125, mu2 = 2.25, logvar2 = 0.125 *)
Theorem c_kl_normal_logvar_grad_mu2_path2 :
  forall mu1 logvar1 mu2 logvar2 : R,
  mu2 = mu1 ->
  logvar2 = logvar1 ->
  is_derive (fun mu2 => KL mu1 (exp (logvar1 / 2)) mu2 (exp (logvar2 / 2))) mu2
    (0).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, logvar1 = 0.125, mu2 = 2.25, logvar2 = 0.125 *)
Theorem c_kl_normal_logvar_grad_s2_path2 :
  forall mu1 logvar1 mu2 logvar2 : R,
  forall k5 : Z,
  mu2 = mu1 ->
  logvar2 = logvar1 ->
  is_derive (fun logvar2 => KL mu1 (exp (logvar1 / 2)) mu2 (exp (logvar2 / 2))) logvar2
    (powerRZ 2 (-401) - powerRZ 2 (k5 - 401) - powerRZ 2 (k5 - 401) * (ln 2 * IZR k5 + exp (- (ln 2
    * IZR k5)) - 1) + ln 2 * IZR k5 * powerRZ 2 (k5 - 401)).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, logvar1 = 1.668805393880401e-308, mu2 = -0.5, logvar2 =
1.668805393880401e-308 *)
Theorem c_kl_normal_logvar_grad_mu1_path3 :
  forall mu1 logvar1 mu2 logvar2 : R,
  forall k2 : Z,
  logvar2 = logvar1 ->
  is_derive (fun mu1 => KL mu1 (exp (logvar1 / 2)) mu2 (exp (logvar2 / 2))) mu1
    (powerRZ 2 k2 * (mu1 - mu2) * exp (- logvar1 - ln 2 * IZR k2)).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, logvar1 = 1.668805393880401e-308, mu2 = -0.5, logvar2 =
1.668805393880401e-308 *)
Theorem c_kl_normal_logvar_grad_s1_path3 :
  forall mu1 logvar1 mu2 logvar2 : R,
  forall k5 : Z,
  logvar2 = logvar1 ->
  is_derive (fun logvar1 => KL mu1 (exp (logvar1 / 2)) mu2 (exp (logvar2 / 2))) logvar1
    (powerRZ 2 (k5 - 301) + powerRZ 2 (k5 - 301) * (ln 2 * IZR k5 + exp (- (ln 2 * IZR k5)) - 1) -
    ln 2 * IZR k5 * powerRZ 2 (k5 - 301) - powerRZ 2 (-301)).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, logvar1 = 1.668805393880401e-308, mu2 = -0.5, logvar2 =
1.668805393880401e-308 *)
Theorem c_kl_normal_logvar_grad_mu2_path3 :
  forall mu1 logvar1 mu2 logvar2 : R,
  forall k2 : Z,
  logvar2 = logvar1 ->
  is_derive (fun mu2 => KL mu1 (exp (logvar1 / 2)) mu2 (exp (logvar2 / 2))) mu2
    (- (powerRZ 2 k2 * (mu1 - mu2) * exp (- logvar1 - ln 2 * IZR k2))).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, logvar1 = 1.668805393880401e-308, mu2 = -0.5, logvar2 =
1.668805393880401e-308 *)
Theorem c_kl_normal_logvar_grad_s2_path3 :
  forall mu1 logvar1 mu2 logvar2 : R,
  forall k2 k5 : Z,
  logvar2 = logvar1 ->
  is_derive (fun logvar2 => KL mu1 (exp (logvar1 / 2)) mu2 (exp (logvar2 / 2))) logvar2
    (1 / 2 - powerRZ 2 (k5 - 1) - powerRZ 2 (k5 - 1) * (ln 2 * IZR k5 + exp (- (ln 2 * IZR k5)) - 1)
    + ln 2 * IZR k5 * powerRZ 2 (k5 - 1) - powerRZ 2 (k2 - 1) * (mu1 - mu2) ^ 2 * exp (- logvar1 -
    ln 2 * IZR k2)).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 1.607262910779401e+301, logvar1 = 1387.105291336107, mu2 =
1.6072629107794238e+301, logvar2 = 1387.355291336107 *)
Theorem c_kl_normal_logvar_grad_mu1_path4 :
  forall mu1 logvar1 mu2 logvar2 : R,
  forall k2 : Z,
  is_derive (fun mu1 => KL mu1 (exp (logvar1 / 2)) mu2 (exp (logvar2 / 2))) mu1
    (powerRZ 2 (6 + k2) * (mu1 / 64 - mu2 / 64) * exp (- logvar2 - ln 2 * IZR k2)).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 1.607262910779401e+301, logvar1 = 1387.105291336107, mu2 =
1.6072629107794238e+301, logvar2 = 1387.355291336107 *)
Theorem c_kl_normal_logvar_grad_mu2_path4 :
  forall mu1 logvar1 mu2 logvar2 : R,
  forall k2 : Z,
  is_derive (fun mu2 => KL mu1 (exp (logvar1 / 2)) mu2 (exp (logvar2 / 2))) mu2
    (- (powerRZ 2 (6 + k2) * (mu1 / 64 - mu2 / 64) * exp (- logvar2 - ln 2 * IZR k2))).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 1.607262910779401e+301, logvar1 = 1387.105291336107, mu2 =
1.6072629107794238e+301, logvar2 = 1387.355291336107 *)
Theorem c_kl_normal_logvar_grad_s2_path4 :
  forall mu1 logvar1 mu2 logvar2 : R,
  forall k2 k5 : Z,
  is_derive (fun logvar2 => KL mu1 (exp (logvar1 / 2)) mu2 (exp (logvar2 / 2))) logvar2
    (1 / 2 - powerRZ 2 (k5 - 1) - powerRZ 2 (k5 - 1) * (logvar1 - logvar2 - ln 2 * IZR k5) - powerRZ
    2 (k5 - 1) * (logvar2 + ln 2 * IZR k5 + exp (logvar1 - logvar2 - ln 2 * IZR k5) - logvar1 - 1) -
    powerRZ 2 (11 + k2) * (mu1 / 64 - mu2 / 64) ^ 2 * exp (- logvar2 - ln 2 * IZR k2)).
Proof. solve_kl_gradient. Qed.

(** ** kernels-c: kl_exponential_rate_parts *)

(** the path of rate1 = 1.125, rate2 = 7.75 *)
Theorem c_kl_exponential_rate_path1 :
  forall rate1 rate2 : R,
  forall k0 k1 : Z,
  0 < rate1 ->
  0 < rate2 ->
  is_kl_half_line (exponential_density rate1) (exponential_density rate2)
    ((rate2 * powerRZ 2 (- k0) - rate1 * powerRZ 2 (1 - k1)) / (rate1 * powerRZ 2 (- k1) + rate2 *
    powerRZ 2 (- k0) / 2) + 64 * powerRZ 2 (k0 - k1 - 5) * (1 + powerRZ 2 k1 * (rate2 * powerRZ 2 (-
    k0 - 1) - rate1 * powerRZ 2 (- k1)) / rate1) + 64 * powerRZ 2 (k1 - 6) * (rate2 * powerRZ 2 (-
    k0) / 2 - rate1 * powerRZ 2 (- k1)) ^ 2 / (rate1 * (rate1 * powerRZ 2 (- k1) + rate2 * powerRZ 2
    (- k0) / 2)) - ln ((1 + (rate2 * powerRZ 2 (- k0) / 2 - rate1 * powerRZ 2 (- k1)) / (rate1 *
    powerRZ 2 (- k1) + rate2 * powerRZ 2 (- k0) / 2)) / (1 - (rate2 * powerRZ 2 (- k0) / 2 - rate1 *
    powerRZ 2 (- k1)) / (rate1 * powerRZ 2 (- k1) + rate2 * powerRZ 2 (- k0) / 2))) - ln 2 * (1 +
    IZR k0 - IZR k1) - 64 * powerRZ 2 (k1 - 6) * (rate2 * powerRZ 2 (- k0 - 1) - rate1 * powerRZ 2
    (- k1)) / rate1 - 1).
Proof. solve_KL_exponential_value. Qed.

(** the path of rate1 = 7.75, rate2 = 0.15625 *)
Theorem c_kl_exponential_rate_path2 :
  forall rate1 rate2 : R,
  forall k0 k1 : Z,
  0 < rate1 ->
  0 < rate2 ->
  is_kl_half_line (exponential_density rate1) (exponential_density rate2)
    ((rate2 * powerRZ 2 (2 - k0) - rate1 * powerRZ 2 (1 - k1)) / (rate1 * powerRZ 2 (- k1) + 2 *
    rate2 * powerRZ 2 (- k0)) + 64 * powerRZ 2 (k0 - k1 - 7) * (1 + powerRZ 2 k1 * (rate2 * powerRZ
    2 (1 - k0) - rate1 * powerRZ 2 (- k1)) / rate1) + 64 * powerRZ 2 (k1 - 6) * (2 * rate2 * powerRZ
    2 (- k0) - rate1 * powerRZ 2 (- k1)) ^ 2 / (rate1 * (rate1 * powerRZ 2 (- k1) + 2 * rate2 *
    powerRZ 2 (- k0))) - ln ((1 + (2 * rate2 * powerRZ 2 (- k0) - rate1 * powerRZ 2 (- k1)) / (rate1
    * powerRZ 2 (- k1) + 2 * rate2 * powerRZ 2 (- k0))) / (1 - (2 * rate2 * powerRZ 2 (- k0) - rate1
    * powerRZ 2 (- k1)) / (rate1 * powerRZ 2 (- k1) + 2 * rate2 * powerRZ 2 (- k0)))) - ln 2 * (IZR
    k0 - IZR k1 - 1) - 64 * powerRZ 2 (k1 - 6) * (rate2 * powerRZ 2 (1 - k0) - rate1 * powerRZ 2 (-
    k1)) / rate1 - 1).
Proof. solve_KL_exponential_value. Qed.

(** the path of rate1 = 1.125, rate2 = 1.125 *)
Theorem c_kl_exponential_rate_path3 :
  forall rate1 rate2 : R,
  forall k0 k1 : Z,
  0 < rate1 ->
  0 < rate2 ->
  is_kl_half_line (exponential_density rate1) (exponential_density rate2)
    ((rate2 * powerRZ 2 (1 - k0) - rate1 * powerRZ 2 (1 - k1)) / (rate1 * powerRZ 2 (- k1) + rate2 *
    powerRZ 2 (- k0)) + 64 * powerRZ 2 (k0 - k1 - 6) * (1 + powerRZ 2 k1 * (rate2 * powerRZ 2 (- k0)
    - rate1 * powerRZ 2 (- k1)) / rate1) + 64 * powerRZ 2 (k1 - 6) * (rate2 * powerRZ 2 (- k0) -
    rate1 * powerRZ 2 (- k1)) ^ 2 / (rate1 * (rate1 * powerRZ 2 (- k1) + rate2 * powerRZ 2 (- k0)))
    - ln ((1 + (rate2 * powerRZ 2 (- k0) - rate1 * powerRZ 2 (- k1)) / (rate1 * powerRZ 2 (- k1) +
    rate2 * powerRZ 2 (- k0))) / (1 - (rate2 * powerRZ 2 (- k0) - rate1 * powerRZ 2 (- k1)) / (rate1
    * powerRZ 2 (- k1) + rate2 * powerRZ 2 (- k0)))) - ln 2 * (IZR k0 - IZR k1) - 64 * powerRZ 2 (k1
    - 6) * (rate2 * powerRZ 2 (- k0) - rate1 * powerRZ 2 (- k1)) / rate1 - 1).
Proof. solve_KL_exponential_value. Qed.

(** ** kernels-c: kl_exponential_mean_parts *)

(** the path of mean1 = 1.125, mean2 = 7.75 *)
Theorem c_kl_exponential_mean_path1 :
  forall mean1 mean2 : R,
  forall k0 k1 : Z,
  0 < mean1 ->
  0 < mean2 ->
  is_kl_half_line (exponential_density (1 / mean1)) (exponential_density (1 / mean2))
    ((mean1 * powerRZ 2 (2 - k0) - mean2 * powerRZ 2 (1 - k1)) / (mean2 * powerRZ 2 (- k1) + 2 *
    mean1 * powerRZ 2 (- k0)) + 64 * powerRZ 2 (k0 - k1 - 7) * (1 + powerRZ 2 k1 * (mean1 * powerRZ
    2 (1 - k0) - mean2 * powerRZ 2 (- k1)) / mean2) + 64 * powerRZ 2 (k1 - 6) * (2 * mean1 * powerRZ
    2 (- k0) - mean2 * powerRZ 2 (- k1)) ^ 2 / (mean2 * (mean2 * powerRZ 2 (- k1) + 2 * mean1 *
    powerRZ 2 (- k0))) - ln ((1 + (2 * mean1 * powerRZ 2 (- k0) - mean2 * powerRZ 2 (- k1)) / (mean2
    * powerRZ 2 (- k1) + 2 * mean1 * powerRZ 2 (- k0))) / (1 - (2 * mean1 * powerRZ 2 (- k0) - mean2
    * powerRZ 2 (- k1)) / (mean2 * powerRZ 2 (- k1) + 2 * mean1 * powerRZ 2 (- k0)))) - ln 2 * (IZR
    k0 - IZR k1 - 1) - 64 * powerRZ 2 (k1 - 6) * (mean1 * powerRZ 2 (1 - k0) - mean2 * powerRZ 2 (-
    k1)) / mean2 - 1).
Proof. solve_KL_exponential_value. Qed.

(** the path of mean1 = 7.75, mean2 = 0.15625 *)
Theorem c_kl_exponential_mean_path2 :
  forall mean1 mean2 : R,
  forall k0 k1 : Z,
  0 < mean1 ->
  0 < mean2 ->
  is_kl_half_line (exponential_density (1 / mean1)) (exponential_density (1 / mean2))
    ((mean1 * powerRZ 2 (- k0) - mean2 * powerRZ 2 (1 - k1)) / (mean2 * powerRZ 2 (- k1) + mean1 *
    powerRZ 2 (- k0) / 2) + 64 * powerRZ 2 (k0 - k1 - 5) * (1 + powerRZ 2 k1 * (mean1 * powerRZ 2 (-
    k0 - 1) - mean2 * powerRZ 2 (- k1)) / mean2) + 64 * powerRZ 2 (k1 - 6) * (mean1 * powerRZ 2 (-
    k0) / 2 - mean2 * powerRZ 2 (- k1)) ^ 2 / (mean2 * (mean2 * powerRZ 2 (- k1) + mean1 * powerRZ 2
    (- k0) / 2)) - ln ((1 + (mean1 * powerRZ 2 (- k0) / 2 - mean2 * powerRZ 2 (- k1)) / (mean2 *
    powerRZ 2 (- k1) + mean1 * powerRZ 2 (- k0) / 2)) / (1 - (mean1 * powerRZ 2 (- k0) / 2 - mean2 *
    powerRZ 2 (- k1)) / (mean2 * powerRZ 2 (- k1) + mean1 * powerRZ 2 (- k0) / 2))) - ln 2 * (1 +
    IZR k0 - IZR k1) - 64 * powerRZ 2 (k1 - 6) * (mean1 * powerRZ 2 (- k0 - 1) - mean2 * powerRZ 2
    (- k1)) / mean2 - 1).
Proof. solve_KL_exponential_value. Qed.

(** ** kernels-c: kl_exponential_lograte_parts *)

(** the path of lograte1 = 0.125, lograte2 = -0.1875 *)
Theorem c_kl_exponential_lograte_path1 :
  forall lograte1 lograte2 : R,
  forall k2 : Z,
  is_kl_half_line (exponential_density (exp lograte1)) (exponential_density (exp lograte2))
    (lograte1 + 64 * powerRZ 2 (k2 - 6) + 64 * powerRZ 2 (k2 - 6) * (lograte2 - lograte1 - ln 2 *
    IZR k2) + 64 * powerRZ 2 (k2 - 6) * (lograte1 + ln 2 * IZR k2 + exp (lograte2 - lograte1 - ln 2
    * IZR k2) - lograte2 - 1) - lograte2 - 1).
Proof. solve_KL_exponential_value. Qed.

(** ** kernels-c: kl_exponential_rate_slopes *)

(** the path of rate1 = 1.125, rate2 = 7.75 *)
Theorem c_kl_exponential_rate_grad_rate1_path1 :
  forall rate1 rate2 : R,
  forall k0 : Z,
  0 < rate1 ->
  0 < rate2 ->
  is_derive (fun rate1 => KL_exponential rate1 rate2) rate1
    (powerRZ 2 k0 * (rate1 * powerRZ 2 (- k0) - rate2 * powerRZ 2 (- k0)) / rate1 ^ 2).
Proof. solve_KL_exponential_gradient. Qed.

(** the path of rate1 = 1.125, rate2 = 7.75 *)
Theorem c_kl_exponential_rate_grad_rate2_path1 :
  forall rate1 rate2 : R,
  forall k0 : Z,
  0 < rate1 ->
  0 < rate2 ->
  is_derive (fun rate2 => KL_exponential rate1 rate2) rate2
    (powerRZ 2 k0 * (rate2 * powerRZ 2 (- k0) - rate1 * powerRZ 2 (- k0)) / (rate1 * rate2)).
Proof. solve_KL_exponential_gradient. Qed.

(** the path of rate1 = 7.75, rate2 = 0.15625 *)
Theorem c_kl_exponential_rate_grad_rate1_path2 :
  forall rate1 rate2 : R,
  forall k1 : Z,
  0 < rate1 ->
  0 < rate2 ->
  is_derive (fun rate1 => KL_exponential rate1 rate2) rate1
    (powerRZ 2 k1 * (rate1 * powerRZ 2 (- k1) - rate2 * powerRZ 2 (- k1)) / rate1 ^ 2).
Proof. solve_KL_exponential_gradient. Qed.

(** the path of rate1 = 7.75, rate2 = 0.15625 *)
Theorem c_kl_exponential_rate_grad_rate2_path2 :
  forall rate1 rate2 : R,
  forall k1 : Z,
  0 < rate1 ->
  0 < rate2 ->
  is_derive (fun rate2 => KL_exponential rate1 rate2) rate2
    (powerRZ 2 k1 * (rate2 * powerRZ 2 (- k1) - rate1 * powerRZ 2 (- k1)) / (rate1 * rate2)).
Proof. solve_KL_exponential_gradient. Qed.

(** ** kernels-c: kl_exponential_mean_slopes *)

(** the path of mean1 = 1.125, mean2 = 7.75 *)
Theorem c_kl_exponential_mean_grad_mean1_path1 :
  forall mean1 mean2 : R,
  forall k1 : Z,
  0 < mean1 ->
  0 < mean2 ->
  is_derive (fun mean1 => KL_exponential (1 / mean1) (1 / mean2)) mean1
    (powerRZ 2 k1 * (mean1 * powerRZ 2 (- k1) - mean2 * powerRZ 2 (- k1)) / (mean1 * mean2)).
Proof. solve_KL_exponential_gradient. Qed.

(** the path of mean1 = 1.125, mean2 = 7.75 *)
Theorem c_kl_exponential_mean_grad_mean2_path1 :
  forall mean1 mean2 : R,
  forall k1 : Z,
  0 < mean1 ->
  0 < mean2 ->
  is_derive (fun mean2 => KL_exponential (1 / mean1) (1 / mean2)) mean2
    (powerRZ 2 k1 * (mean2 * powerRZ 2 (- k1) - mean1 * powerRZ 2 (- k1)) / mean2 ^ 2).
Proof. solve_KL_exponential_gradient. Qed.

(** the path of mean1 = 7.75, mean2 = 0.15625 *)
Theorem c_kl_exponential_mean_grad_mean1_path2 :
  forall mean1 mean2 : R,
  forall k0 : Z,
  0 < mean1 ->
  0 < mean2 ->
  is_derive (fun mean1 => KL_exponential (1 / mean1) (1 / mean2)) mean1
    (powerRZ 2 k0 * (mean1 * powerRZ 2 (- k0) - mean2 * powerRZ 2 (- k0)) / (mean1 * mean2)).
Proof. solve_KL_exponential_gradient. Qed.

(** the path of mean1 = 7.75, mean2 = 0.15625 *)
Theorem c_kl_exponential_mean_grad_mean2_path2 :
  forall mean1 mean2 : R,
  forall k0 : Z,
  0 < mean1 ->
  0 < mean2 ->
  is_derive (fun mean2 => KL_exponential (1 / mean1) (1 / mean2)) mean2
    (powerRZ 2 k0 * (mean2 * powerRZ 2 (- k0) - mean1 * powerRZ 2 (- k0)) / mean2 ^ 2).
Proof. solve_KL_exponential_gradient. Qed.

(** ** kernels-c: kl_exponential_lograte_slopes *)

(** the path of lograte1 = 0.125, lograte2 = -0.1875 *)
Theorem c_kl_exponential_lograte_grad_lograte1_path1 :
  forall lograte1 lograte2 : R,
  forall k2 : Z,
  is_derive (fun lograte1 => KL_exponential (exp lograte1) (exp lograte2)) lograte1
    (1 - 64 * powerRZ 2 (k2 - 6) - 64 * powerRZ 2 (k2 - 6) * (lograte2 - lograte1 - ln 2 * IZR k2) -
    64 * powerRZ 2 (k2 - 6) * (lograte1 + ln 2 * IZR k2 + exp (lograte2 - lograte1 - ln 2 * IZR k2)
    - lograte2 - 1)).
Proof. solve_KL_exponential_gradient. Qed.

(** the path of lograte1 = 0.125, lograte2 = -0.1875 *)
Theorem c_kl_exponential_lograte_grad_lograte2_path1 :
  forall lograte1 lograte2 : R,
  forall k2 : Z,
  is_derive (fun lograte2 => KL_exponential (exp lograte1) (exp lograte2)) lograte2
    (64 * powerRZ 2 (k2 - 6) + 64 * powerRZ 2 (k2 - 6) * (lograte2 - lograte1 - ln 2 * IZR k2) + 64
    * powerRZ 2 (k2 - 6) * (lograte1 + ln 2 * IZR k2 + exp (lograte2 - lograte1 - ln 2 * IZR k2) -
    lograte2 - 1) - 1).
Proof. solve_KL_exponential_gradient. Qed.

(** ** kernels-c: kl_poisson_rate_parts *)

(** the path of rate1 = 1.125, rate2 = 7.75 *)
Theorem c_kl_poisson_rate_path1 :
  forall rate1 rate2 : R,
  forall k0 k1 : Z,
  0 < rate1 ->
  0 < rate2 ->
  is_kl_series (poisson_mass rate1) (poisson_mass rate2)
    (64 * rate1 * (powerRZ 2 (k0 - k1 - 5) * (1 + powerRZ 2 k1 * (rate2 * powerRZ 2 (- k0 - 1) -
    rate1 * powerRZ 2 (- k1)) / rate1) + (rate2 * powerRZ 2 (- k0) - rate1 * powerRZ 2 (1 - k1)) /
    (64 * (rate1 * powerRZ 2 (- k1) + rate2 * powerRZ 2 (- k0) / 2)) + powerRZ 2 (k1 - 6) * (rate2 *
    powerRZ 2 (- k0) / 2 - rate1 * powerRZ 2 (- k1)) ^ 2 / (rate1 * (rate1 * powerRZ 2 (- k1) +
    rate2 * powerRZ 2 (- k0) / 2)) - 1 / 64 * ln ((1 + (rate2 * powerRZ 2 (- k0) / 2 - rate1 *
    powerRZ 2 (- k1)) / (rate1 * powerRZ 2 (- k1) + rate2 * powerRZ 2 (- k0) / 2)) / (1 - (rate2 *
    powerRZ 2 (- k0) / 2 - rate1 * powerRZ 2 (- k1)) / (rate1 * powerRZ 2 (- k1) + rate2 * powerRZ 2
    (- k0) / 2))) - 1 / 64 * ln 2 * (1 + IZR k0 - IZR k1) - powerRZ 2 (k1 - 6) * (rate2 * powerRZ 2
    (- k0 - 1) - rate1 * powerRZ 2 (- k1)) / rate1 - 1 / 64)).
Proof. solve_KL_poisson_value. Qed.

(** the path of rate1 = 7.75, rate2 = 0.15625 *)
Theorem c_kl_poisson_rate_path2 :
  forall rate1 rate2 : R,
  forall k0 k1 : Z,
  0 < rate1 ->
  0 < rate2 ->
  is_kl_series (poisson_mass rate1) (poisson_mass rate2)
    (64 * rate1 * (powerRZ 2 (k0 - k1 - 7) * (1 + powerRZ 2 k1 * (rate2 * powerRZ 2 (1 - k0) - rate1
    * powerRZ 2 (- k1)) / rate1) + (rate2 * powerRZ 2 (2 - k0) - rate1 * powerRZ 2 (1 - k1)) / (64 *
    (rate1 * powerRZ 2 (- k1) + 2 * rate2 * powerRZ 2 (- k0))) + powerRZ 2 (k1 - 6) * (2 * rate2 *
    powerRZ 2 (- k0) - rate1 * powerRZ 2 (- k1)) ^ 2 / (rate1 * (rate1 * powerRZ 2 (- k1) + 2 *
    rate2 * powerRZ 2 (- k0))) - 1 / 64 * ln ((1 + (2 * rate2 * powerRZ 2 (- k0) - rate1 * powerRZ 2
    (- k1)) / (rate1 * powerRZ 2 (- k1) + 2 * rate2 * powerRZ 2 (- k0))) / (1 - (2 * rate2 * powerRZ
    2 (- k0) - rate1 * powerRZ 2 (- k1)) / (rate1 * powerRZ 2 (- k1) + 2 * rate2 * powerRZ 2 (-
    k0)))) - 1 / 64 * ln 2 * (IZR k0 - IZR k1 - 1) - powerRZ 2 (k1 - 6) * (rate2 * powerRZ 2 (1 -
    k0) - rate1 * powerRZ 2 (- k1)) / rate1 - 1 / 64)).
Proof. solve_KL_poisson_value. Qed.

(** ** kernels-c: kl_poisson_lograte_parts *)

(** the path of lograte1 = 0.125, lograte2 = -0.1875 *)
Theorem c_kl_poisson_lograte_path1 :
  forall lograte1 lograte2 : R,
  forall k5 k8 : Z,
  is_kl_series (poisson_mass (exp lograte1)) (poisson_mass (exp lograte2))
    (powerRZ 2 (6 + k8) * (powerRZ 2 (k5 - 6) + lograte1 / 64 + powerRZ 2 (k5 - 6) * (lograte2 -
    lograte1 - ln 2 * IZR k5) + powerRZ 2 (k5 - 6) * (lograte1 + ln 2 * IZR k5 + exp (lograte2 -
    lograte1 - ln 2 * IZR k5) - lograte2 - 1) - lograte2 / 64 - 1 / 64) * exp (lograte1 - ln 2 * IZR
    k8)).
Proof. solve_KL_poisson_value. Qed.

(** the path of lograte1 = 3060.0, lograte2 = 3060.0 *)
Theorem c_kl_poisson_lograte_path2 :
  forall lograte1 lograte2 : R,
  forall k4 k5 : Z,
  lograte2 = lograte1 ->
  is_kl_series (poisson_mass (exp lograte1)) (poisson_mass (exp lograte2))
    (powerRZ 2 (-2040) * (powerRZ 2 (k5 - 6) + powerRZ 2 (k5 - 6) * (ln 2 * IZR k5 + exp (- (ln 2 *
    IZR k5)) - 1) - ln 2 * IZR k5 * powerRZ 2 (k5 - 6) - 1 / 64) * exp (2300 - ln 2 * IZR k4)).
Proof. solve_KL_poisson_value. Qed.

(** ** kernels-c: kl_poisson_rate_slopes *)

(** the path of rate1 = 1.125, rate2 = 7.75 *)
Theorem c_kl_poisson_rate_grad_rate1_path1 :
  forall rate1 rate2 : R,
  forall k0 k1 : Z,
  0 < rate1 ->
  0 < rate2 ->
  is_derive (fun rate1 => KL_poisson rate1 rate2) rate1
    (ln 2 * (IZR k0 - IZR k1 - 1) + ln ((1 + (2 * rate1 * powerRZ 2 (- k0) - rate2 * powerRZ 2 (-
    k1)) / (rate2 * powerRZ 2 (- k1) + 2 * rate1 * powerRZ 2 (- k0))) / (1 - (2 * rate1 * powerRZ 2
    (- k0) - rate2 * powerRZ 2 (- k1)) / (rate2 * powerRZ 2 (- k1) + 2 * rate1 * powerRZ 2 (-
    k0))))).
Proof. solve_KL_poisson_gradient. Qed.

(** the path of rate1 = 1.125, rate2 = 7.75 *)
Theorem c_kl_poisson_rate_grad_rate2_path1 :
  forall rate1 rate2 : R,
  forall k1 : Z,
  0 < rate1 ->
  0 < rate2 ->
  is_derive (fun rate2 => KL_poisson rate1 rate2) rate2
    (powerRZ 2 k1 * (rate2 * powerRZ 2 (- k1) - rate1 * powerRZ 2 (- k1)) / rate2).
Proof. solve_KL_poisson_gradient. Qed.

(** the path of rate1 = 7.75, rate2 = 0.15625 *)
Theorem c_kl_poisson_rate_grad_rate1_path2 :
  forall rate1 rate2 : R,
  forall k0 k1 : Z,
  0 < rate1 ->
  0 < rate2 ->
  is_derive (fun rate1 => KL_poisson rate1 rate2) rate1
    (ln 2 * (1 + IZR k0 - IZR k1) + ln ((1 + (rate1 * powerRZ 2 (- k0) / 2 - rate2 * powerRZ 2 (-
    k1)) / (rate2 * powerRZ 2 (- k1) + rate1 * powerRZ 2 (- k0) / 2)) / (1 - (rate1 * powerRZ 2 (-
    k0) / 2 - rate2 * powerRZ 2 (- k1)) / (rate2 * powerRZ 2 (- k1) + rate1 * powerRZ 2 (- k0) /
    2)))).
Proof. solve_KL_poisson_gradient. Qed.

(** the path of rate1 = 7.75, rate2 = 0.15625 *)
Theorem c_kl_poisson_rate_grad_rate2_path2 :
  forall rate1 rate2 : R,
  forall k0 : Z,
  0 < rate1 ->
  0 < rate2 ->
  is_derive (fun rate2 => KL_poisson rate1 rate2) rate2
    (powerRZ 2 k0 * (rate2 * powerRZ 2 (- k0) - rate1 * powerRZ 2 (- k0)) / rate2).
Proof. solve_KL_poisson_gradient. Qed.

(** ** kernels-c: kl_poisson_lograte_slopes *)

(** the path of lograte1 = 0.125, lograte2 = -0.1875 *)
Theorem c_kl_poisson_lograte_grad_lograte1_path1 :
  forall lograte1 lograte2 : R,
  forall k4 : Z,
  is_derive (fun lograte1 => KL_poisson (exp lograte1) (exp lograte2)) lograte1
    (powerRZ 2 k4 * (lograte1 - lograte2) * exp (lograte1 - ln 2 * IZR k4)).
Proof. solve_KL_poisson_gradient. Qed.

(** the path of lograte1 = 0.125, lograte2 = -0.1875 *)
Theorem c_kl_poisson_lograte_grad_lograte2_path1 :
  forall lograte1 lograte2 : R,
  forall k6 k9 : Z,
  is_derive (fun lograte2 => KL_poisson (exp lograte1) (exp lograte2)) lograte2
    (powerRZ 2 (6 + k9) * (1 / 64 - powerRZ 2 (k6 - 6) - powerRZ 2 (k6 - 6) * (lograte1 - lograte2 -
    ln 2 * IZR k6) - powerRZ 2 (k6 - 6) * (lograte2 + ln 2 * IZR k6 + exp (lograte1 - lograte2 - ln
    2 * IZR k6) - lograte1 - 1)) * exp (lograte2 - ln 2 * IZR k9)).
Proof. solve_KL_poisson_gradient. Qed.

