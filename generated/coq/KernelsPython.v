(* SPDX-License-Identifier: MIT *)
(** * What the kernels for NumPy compute in real numbers

    The paths of the trees for NumPy that the trees for C do not have. Of the 536 sides of the choices
    in the trees 327 are taken by the sample points, and 179 by no finite argument. On the other 30 a
    tree is its formula but for a rounding: a table ends there: the element goes through the tree for
    all arguments, and this result is not used: exponential_entry (not abs(c) < 32), quotient_entry_1
    (not (2^-16 < c) and (c < 2^16)), quotient_entry_2 (not (2^-16 < c) and (c < 2^16)), weight_entry
    (not abs(c) < 32); a tiny argument is multiplied by a power of two and stays tiny: the leading term
    is the value but for 2^-90 of it: expm1mx_parts (abs(x) < 2^-300), log1pmx_parts (abs(x) < 2^-300);
    an argument is cut where the result is 0, infinite, or no longer changed by it: offset (not
    abs(head) < 2^511), expm1mx_scaled_pair (not u_cut < 11.1031), expm1_scaled (not u < 11.1031),
    expm1_scaled_pair (not u < 11.1031), expm1_scaled_pair (not (u < 11.1031) and (-1.5625 < u)); an
    intermediate result is beyond the format, and so is the value: close (not abs(scaled_head) < inf);
    the exponential stands for its excess, of which it is all but 2^-170: kl_exponential_lograte_parts
    ((0 < difference(lograte2, lograte1)) and (6.5 < difference(lograte2, lograte1))),
    kl_exponential_lograte_slopes ((0 < difference(lograte2, lograte1)) and (6.5 < difference(lograte2,
    lograte1))), kl_poisson_lograte_parts ((0 < difference_or_infinite(lograte2, lograte1)) and (6.5 <
    difference_or_infinite(lograte2, lograte1))), kl_poisson_lograte_slopes ((0 <
    difference_or_infinite(lograte1, lograte2)) and (6.5 < difference_or_infinite(lograte1, lograte2))).
    Written by `derive all`, which regenerates it. *)

From Coq Require Import Reals.
From Coquelicot Require Import Coquelicot.
From DeriveKL Require Import Statements Exponential Laplace Poisson.
From DeriveKLEmitted Require Import Definitions.
Open Scope R_scope.

(** ** kernels-python: expm1mx_ordinary *)

(** the path of x = 0.125 *)
Theorem python_expm1mx_path1 :
  forall x : R,
  forall k0 k1 : Z,
  expm1mx x =
    powerRZ 2 k1 + (256 * x - IZR k0) ^ 2 / 131072 + powerRZ 2 k1 * (IZR k0 / 256 - ln 2 * IZR k1) +
    powerRZ 2 k1 * (ln 2 * IZR k1 + exp (IZR k0 / 256 - ln 2 * IZR k1) - IZR k0 / 256 - 1) + (IZR k0
    - 256 * x) * (x / 512 - IZR k0 / 131072) + 1 / 131072 * (256 * x - IZR k0) * (powerRZ 2 (9 + k1)
    + powerRZ 2 (9 + k1) * (IZR k0 / 256 - ln 2 * IZR k1) + powerRZ 2 (9 + k1) * (ln 2 * IZR k1 +
    exp (IZR k0 / 256 - ln 2 * IZR k1) - IZR k0 / 256 - 1) - 512) + 1 / 131072 * (powerRZ 2 (9 + k1)
    + powerRZ 2 (9 + k1) * (IZR k0 / 256 - ln 2 * IZR k1) + powerRZ 2 (9 + k1) * (ln 2 * IZR k1 +
    exp (IZR k0 / 256 - ln 2 * IZR k1) - IZR k0 / 256 - 1) - 512) * (IZR k0 + 256 * exp (x - IZR k0
    / 256) + (256 * x - IZR k0) ^ 2 / 512 + (IZR k0 - 256 * x) * (x / 2 - IZR k0 / 512) - 256 * x -
    256) + exp (x - IZR k0 / 256) - x - 2.
Proof. solve_kl_rule. Qed.

(** ** kernels-python: expm1mx_narrow *)

(** the path of x = 0.125 *)
Theorem python_expm1mx_path2 :
  forall x : R,
  expm1mx x =
    exp x - x - 1.
Proof. solve_kl_rule. Qed.

(** ** kernels-python: log1pmx_ordinary *)

(** the path of x = 0.125 *)
Theorem python_log1pmx_path1 :
  forall x c0 : R,
  forall k1 : Z,
  (-1) < x ->
  0 < c0 ->
  log1pmx x =
    ln 2 * IZR k1 + c0 * powerRZ 2 (- k1) + (c0 - x - 1) ^ 2 / (2 * c0 ^ 2) + ln ((1 + (c0 * powerRZ
    2 (- k1) - 1) / (1 + c0 * powerRZ 2 (- k1))) / (1 - (c0 * powerRZ 2 (- k1) - 1) / (1 + c0 *
    powerRZ 2 (- k1)))) + ln (1 + (1 + x - c0) / c0) - c0 - (1 + x - c0) / c0 - (1 - c0 * powerRZ 2
    (- k1)) / (1 + c0 * powerRZ 2 (- k1)) - (c0 * powerRZ 2 (1 - k1) - 2) / (1 + c0 * powerRZ 2 (-
    k1)) - (1 + x - c0) ^ 2 / (2 * c0 ^ 2) - (2 * c0 - 2) * (1 + x - c0) / (2 * c0) - c0 * powerRZ 2
    (- k1) * (c0 * powerRZ 2 (- k1) - 1) / (1 + c0 * powerRZ 2 (- k1)).
Proof. solve_kl_rule. Qed.

(** the path of x = 0.5625 *)
Theorem python_log1pmx_path2 :
  forall x c0 : R,
  forall k1 : Z,
  (-1) < x ->
  0 < c0 ->
  log1pmx x =
    c0 * powerRZ 2 (- k1 - 1) + ln 2 * (1 + IZR k1) + (c0 - x - 1) ^ 2 / (2 * c0 ^ 2) + ln ((1 + (c0
    * powerRZ 2 (- k1) / 2 - 1) / (1 + c0 * powerRZ 2 (- k1) / 2)) / (1 - (c0 * powerRZ 2 (- k1) / 2
    - 1) / (1 + c0 * powerRZ 2 (- k1) / 2))) + ln (1 + (1 + x - c0) / c0) - c0 - (1 + x - c0) / c0 -
    (1 - c0 * powerRZ 2 (- k1 - 1)) / (1 + c0 * powerRZ 2 (- k1) / 2) - (c0 * powerRZ 2 (- k1) - 2)
    / (1 + c0 * powerRZ 2 (- k1) / 2) - (1 + x - c0) ^ 2 / (2 * c0 ^ 2) - (2 * c0 - 2) * (1 + x -
    c0) / (2 * c0) - c0 * powerRZ 2 (- k1 - 1) * (c0 * powerRZ 2 (- k1 - 1) - 1) / (1 + c0 * powerRZ
    2 (- k1) / 2).
Proof. solve_kl_rule. Qed.

(** ** kernels-python: log1pmx_narrow *)

(** the path of x = 0.125 *)
Theorem python_log1pmx_path3 :
  forall x : R,
  (-1) < x ->
  log1pmx x =
    ln (1 + x) - x.
Proof. solve_kl_rule. Qed.

(** ** kernels-python: kl_unit_std_ordinary *)

(** the path of mu = 2.25, std = 1.125 *)
Theorem python_kl_unit_std_path1 :
  forall mu std c0 : R,
  forall k1 : Z,
  0 < std ->
  0 < c0 ->
  is_kl (normal_density mu std) (normal_density 0 1)
    (mu ^ 2 / 2 + c0 ^ 2 / 2 + (c0 * powerRZ 2 (- k1) - 1) ^ 2 / 2 - ln ((1 + (c0 * powerRZ 2 (- k1)
    - 1) / (1 + c0 * powerRZ 2 (- k1))) / (1 - (c0 * powerRZ 2 (- k1) - 1) / (1 + c0 * powerRZ 2 (-
    k1)))) - ln (1 + (std - c0) / c0) + (std - c0) / c0 + (1 - c0 * powerRZ 2 (- k1)) / (1 + c0 *
    powerRZ 2 (- k1)) + (c0 * powerRZ 2 (1 - k1) - 2) / (1 + c0 * powerRZ 2 (- k1)) - ln 2 * IZR k1
    - c0 ^ 2 * powerRZ 2 ((-2) * k1 - 1) - (std - c0) ^ 2 / (2 * c0 ^ 2) + (2 * c0 ^ 2 - 2) * (std -
    c0) / (2 * c0) + (std - c0) ^ 2 * (1 + c0 ^ 2) / (2 * c0 ^ 2) + c0 * powerRZ 2 (- k1) * (c0 *
    powerRZ 2 (- k1) - 1) / (1 + c0 * powerRZ 2 (- k1))).
Proof. solve_kl_integral. Qed.

(** the path of mu = 2.25, std = 7.75 *)
Theorem python_kl_unit_std_path2 :
  forall mu std c0 : R,
  forall k1 : Z,
  0 < std ->
  0 < c0 ->
  is_kl (normal_density mu std) (normal_density 0 1)
    (mu ^ 2 / 2 + c0 ^ 2 / 2 + (c0 * powerRZ 2 (- k1) / 2 - 1) ^ 2 / 2 - ln ((1 + (c0 * powerRZ 2 (-
    k1) / 2 - 1) / (1 + c0 * powerRZ 2 (- k1) / 2)) / (1 - (c0 * powerRZ 2 (- k1) / 2 - 1) / (1 + c0
    * powerRZ 2 (- k1) / 2))) - ln (1 + (std - c0) / c0) + (std - c0) / c0 + (1 - c0 * powerRZ 2 (-
    k1 - 1)) / (1 + c0 * powerRZ 2 (- k1) / 2) + (c0 * powerRZ 2 (- k1) - 2) / (1 + c0 * powerRZ 2
    (- k1) / 2) - c0 ^ 2 * powerRZ 2 ((-2) * k1 - 3) - (std - c0) ^ 2 / (2 * c0 ^ 2) - 1 / 2 * ln 2
    * (2 + 2 * IZR k1) + (2 * c0 ^ 2 - 2) * (std - c0) / (2 * c0) + (std - c0) ^ 2 * (1 + c0 ^ 2) /
    (2 * c0 ^ 2) + c0 * powerRZ 2 (- k1 - 1) * (c0 * powerRZ 2 (- k1 - 1) - 1) / (1 + c0 * powerRZ 2
    (- k1) / 2)).
Proof. solve_kl_integral. Qed.

(** ** kernels-python: kl_unit_std_narrow *)

(** the path of mu = 2.25, std = 1.125 *)
Theorem python_kl_unit_std_path3 :
  forall mu std : R,
  0 < std ->
  is_kl (normal_density mu std) (normal_density 0 1)
    (mu ^ 2 / 2 + std ^ 2 / 2 - ln std - 1 / 2).
Proof. solve_kl_integral. Qed.

(** ** kernels-python: kl_unit_var_ordinary *)

(** the path of mu = 2.25, var = 1.125 *)
Theorem python_kl_unit_var_path1 :
  forall mu var c0 : R,
  forall k1 : Z,
  0 < var ->
  0 < c0 ->
  is_kl (normal_density mu (sqrt var)) (normal_density 0 1)
    (c0 / 2 + mu ^ 2 / 2 - 1 / 2 * ln ((1 + (c0 * powerRZ 2 (- k1) - 1) / (1 + c0 * powerRZ 2 (-
    k1))) / (1 - (c0 * powerRZ 2 (- k1) - 1) / (1 + c0 * powerRZ 2 (- k1)))) - 1 / 2 * ln (1 + (var
    - c0) / c0) + (var - c0) / (2 * c0) + (1 - c0 * powerRZ 2 (- k1)) / (2 * (1 + c0 * powerRZ 2 (-
    k1))) + (c0 * powerRZ 2 (1 - k1) - 2) / (2 * (1 + c0 * powerRZ 2 (- k1))) - c0 * powerRZ 2 (- k1
    - 1) - 1 / 2 * ln 2 * IZR k1 + (2 * c0 - 2) * (var - c0) / (4 * c0) + c0 * powerRZ 2 (- k1 - 1)
    * (c0 * powerRZ 2 (- k1) - 1) / (1 + c0 * powerRZ 2 (- k1))).
Proof. solve_kl_integral. Qed.

(** the path of mu = 2.25, var = 7.75 *)
Theorem python_kl_unit_var_path2 :
  forall mu var c0 : R,
  forall k1 : Z,
  0 < var ->
  0 < c0 ->
  is_kl (normal_density mu (sqrt var)) (normal_density 0 1)
    (c0 / 2 + mu ^ 2 / 2 - 1 / 2 * ln ((1 + (c0 * powerRZ 2 (- k1) / 2 - 1) / (1 + c0 * powerRZ 2 (-
    k1) / 2)) / (1 - (c0 * powerRZ 2 (- k1) / 2 - 1) / (1 + c0 * powerRZ 2 (- k1) / 2))) - 1 / 2 *
    ln (1 + (var - c0) / c0) + (var - c0) / (2 * c0) + (1 - c0 * powerRZ 2 (- k1 - 1)) / (2 * (1 +
    c0 * powerRZ 2 (- k1) / 2)) + (c0 * powerRZ 2 (- k1) - 2) / (2 * (1 + c0 * powerRZ 2 (- k1) /
    2)) - c0 * powerRZ 2 (- k1 - 2) - 1 / 2 * ln 2 * (1 + IZR k1) + (2 * c0 - 2) * (var - c0) / (4 *
    c0) + c0 * powerRZ 2 (- k1 - 2) * (c0 * powerRZ 2 (- k1 - 1) - 1) / (1 + c0 * powerRZ 2 (- k1) /
    2)).
Proof. solve_kl_integral. Qed.

(** ** kernels-python: kl_unit_var_narrow *)

(** the path of mu = 2.25, var = 1.125 *)
Theorem python_kl_unit_var_path3 :
  forall mu var : R,
  0 < var ->
  is_kl (normal_density mu (sqrt var)) (normal_density 0 1)
    (var / 2 + mu ^ 2 / 2 - 1 / 2 * ln var - 1 / 2).
Proof. solve_kl_integral. Qed.

(** ** kernels-python: kl_unit_logstd_ordinary *)

(** the path of mu = 2.25, logstd = 0.125 *)
Theorem python_kl_unit_logstd_path1 :
  forall mu logstd : R,
  forall k0 k1 : Z,
  is_kl (normal_density mu (exp logstd)) (normal_density 0 1)
    (powerRZ 2 (k1 - 1) + mu ^ 2 / 2 + 1 / 2 * exp (2 * logstd - IZR k0 / 256) + (512 * logstd - IZR
    k0) ^ 2 / 262144 + powerRZ 2 (k1 - 1) * (IZR k0 / 256 - ln 2 * IZR k1) + powerRZ 2 (k1 - 1) *
    (ln 2 * IZR k1 + exp (IZR k0 / 256 - ln 2 * IZR k1) - IZR k0 / 256 - 1) + (IZR k0 - 512 *
    logstd) * (logstd / 512 - IZR k0 / 262144) + 1 / 262144 * (512 * logstd - IZR k0) * (powerRZ 2
    (9 + k1) + powerRZ 2 (9 + k1) * (IZR k0 / 256 - ln 2 * IZR k1) + powerRZ 2 (9 + k1) * (ln 2 *
    IZR k1 + exp (IZR k0 / 256 - ln 2 * IZR k1) - IZR k0 / 256 - 1) - 512) + 1 / 262144 * (powerRZ 2
    (9 + k1) + powerRZ 2 (9 + k1) * (IZR k0 / 256 - ln 2 * IZR k1) + powerRZ 2 (9 + k1) * (ln 2 *
    IZR k1 + exp (IZR k0 / 256 - ln 2 * IZR k1) - IZR k0 / 256 - 1) - 512) * (IZR k0 + 256 * exp (2
    * logstd - IZR k0 / 256) + (512 * logstd - IZR k0) ^ 2 / 512 + (logstd - IZR k0 / 512) * (IZR k0
    - 512 * logstd) - 512 * logstd - 256) - logstd - 1).
Proof. solve_kl_integral. Qed.

(** ** kernels-python: kl_unit_logstd_narrow *)

(** the path of mu = 2.25, logstd = 0.125 *)
Theorem python_kl_unit_logstd_path2 :
  forall mu logstd : R,
  is_kl (normal_density mu (exp logstd)) (normal_density 0 1)
    (mu ^ 2 / 2 + 1 / 2 * exp (2 * logstd) - logstd - 1 / 2).
Proof. solve_kl_integral. Qed.

(** ** kernels-python: kl_unit_logvar_ordinary *)

(** the path of mu = 2.25, logvar = 0.125 *)
Theorem python_kl_unit_logvar_path1 :
  forall mu logvar : R,
  forall k0 k1 : Z,
  is_kl (normal_density mu (exp (logvar / 2))) (normal_density 0 1)
    (powerRZ 2 (k1 - 1) + mu ^ 2 / 2 + 1 / 2 * exp (logvar - IZR k0 / 256) + (256 * logvar - IZR k0)
    ^ 2 / 262144 + powerRZ 2 (k1 - 1) * (IZR k0 / 256 - ln 2 * IZR k1) + powerRZ 2 (k1 - 1) * (ln 2
    * IZR k1 + exp (IZR k0 / 256 - ln 2 * IZR k1) - IZR k0 / 256 - 1) + (IZR k0 - 256 * logvar) *
    (logvar / 1024 - IZR k0 / 262144) + 1 / 262144 * (256 * logvar - IZR k0) * (powerRZ 2 (9 + k1) +
    powerRZ 2 (9 + k1) * (IZR k0 / 256 - ln 2 * IZR k1) + powerRZ 2 (9 + k1) * (ln 2 * IZR k1 + exp
    (IZR k0 / 256 - ln 2 * IZR k1) - IZR k0 / 256 - 1) - 512) + 1 / 262144 * (powerRZ 2 (9 + k1) +
    powerRZ 2 (9 + k1) * (IZR k0 / 256 - ln 2 * IZR k1) + powerRZ 2 (9 + k1) * (ln 2 * IZR k1 + exp
    (IZR k0 / 256 - ln 2 * IZR k1) - IZR k0 / 256 - 1) - 512) * (IZR k0 + 256 * exp (logvar - IZR k0
    / 256) + (256 * logvar - IZR k0) ^ 2 / 512 + (IZR k0 - 256 * logvar) * (logvar / 2 - IZR k0 /
    512) - 256 * logvar - 256) - logvar / 2 - 1).
Proof. solve_kl_integral. Qed.

(** ** kernels-python: kl_unit_logvar_narrow *)

(** the path of mu = 2.25, logvar = 0.125 *)
Theorem python_kl_unit_logvar_path2 :
  forall mu logvar : R,
  is_kl (normal_density mu (exp (logvar / 2))) (normal_density 0 1)
    (mu ^ 2 / 2 + 1 / 2 * exp logvar - logvar / 2 - 1 / 2).
Proof. solve_kl_integral. Qed.

(** ** kernels-python: kl_normal_std_ordinary *)

(** the path of mu1 = 2.25, std1 = 1.125, mu2 = -0.5, std2 = 7.75 *)
Theorem python_kl_normal_std_path1 :
  forall mu1 std1 mu2 std2 c0 : R,
  forall k1 : Z,
  0 < std1 ->
  0 < std2 ->
  0 < c0 ->
  is_kl (normal_density mu1 std1) (normal_density mu2 std2)
    (c0 ^ 2 / 2 + (c0 * powerRZ 2 (- k1) - 1) ^ 2 / 2 - ln ((1 + (c0 * powerRZ 2 (- k1) - 1) / (1 +
    c0 * powerRZ 2 (- k1))) / (1 - (c0 * powerRZ 2 (- k1) - 1) / (1 + c0 * powerRZ 2 (- k1)))) - ln
    (1 + (std1 - c0 * std2) / (c0 * std2)) + (1 - c0 * powerRZ 2 (- k1)) / (1 + c0 * powerRZ 2 (-
    k1)) + (c0 * powerRZ 2 (1 - k1) - 2) / (1 + c0 * powerRZ 2 (- k1)) + (mu1 - mu2) ^ 2 / (2 * std2
    ^ 2) - ln 2 * IZR k1 - c0 ^ 2 * powerRZ 2 ((-2) * k1 - 1) + (std1 - c0 * std2) / (c0 * std2) -
    (c0 * std2 - std1) ^ 2 / (2 * c0 ^ 2 * std2 ^ 2) + c0 * powerRZ 2 (- k1) * (c0 * powerRZ 2 (-
    k1) - 1) / (1 + c0 * powerRZ 2 (- k1)) + (2 * c0 ^ 2 - 2) * (std1 - c0 * std2) / (2 * c0 * std2)
    + (std1 - c0 * std2) ^ 2 * (1 + c0 ^ 2) / (2 * c0 ^ 2 * std2 ^ 2)).
Proof. solve_kl_integral. Qed.

(** the path of mu1 = 2.25, std1 = 7.75, mu2 = -0.5, std2 = 0.15625 *)
Theorem python_kl_normal_std_path2 :
  forall mu1 std1 mu2 std2 c0 : R,
  forall k1 : Z,
  0 < std1 ->
  0 < std2 ->
  0 < c0 ->
  is_kl (normal_density mu1 std1) (normal_density mu2 std2)
    (c0 ^ 2 / 2 + (c0 * powerRZ 2 (- k1) / 2 - 1) ^ 2 / 2 - ln ((1 + (c0 * powerRZ 2 (- k1) / 2 - 1)
    / (1 + c0 * powerRZ 2 (- k1) / 2)) / (1 - (c0 * powerRZ 2 (- k1) / 2 - 1) / (1 + c0 * powerRZ 2
    (- k1) / 2))) - ln (1 + (std1 - c0 * std2) / (c0 * std2)) + (1 - c0 * powerRZ 2 (- k1 - 1)) / (1
    + c0 * powerRZ 2 (- k1) / 2) + (c0 * powerRZ 2 (- k1) - 2) / (1 + c0 * powerRZ 2 (- k1) / 2) +
    (mu1 - mu2) ^ 2 / (2 * std2 ^ 2) - c0 ^ 2 * powerRZ 2 ((-2) * k1 - 3) - 1 / 2 * ln 2 * (2 + 2 *
    IZR k1) + (std1 - c0 * std2) / (c0 * std2) - (c0 * std2 - std1) ^ 2 / (2 * c0 ^ 2 * std2 ^ 2) +
    c0 * powerRZ 2 (- k1 - 1) * (c0 * powerRZ 2 (- k1 - 1) - 1) / (1 + c0 * powerRZ 2 (- k1) / 2) +
    (2 * c0 ^ 2 - 2) * (std1 - c0 * std2) / (2 * c0 * std2) + (std1 - c0 * std2) ^ 2 * (1 + c0 ^ 2)
    / (2 * c0 ^ 2 * std2 ^ 2)).
Proof. solve_kl_integral. Qed.

(** ** kernels-python: kl_normal_std_narrow *)

(** the path of mu1 = 2.25, std1 = 1.125, mu2 = -0.5, std2 = 7.75 *)
Theorem python_kl_normal_std_path3 :
  forall mu1 std1 mu2 std2 : R,
  0 < std1 ->
  0 < std2 ->
  is_kl (normal_density mu1 std1) (normal_density mu2 std2)
    ((std1 - std2) / std2 + (mu1 - mu2) ^ 2 / (2 * std2 ^ 2) + (std1 - std2) ^ 2 / (2 * std2 ^ 2) -
    ln (1 + (std1 - std2) / std2)).
Proof. solve_kl_integral. Qed.

(** ** kernels-python: kl_normal_var_ordinary *)

(** the path of mu1 = 2.25, var1 = 1.125, mu2 = -0.5, var2 = 7.75 *)
Theorem python_kl_normal_var_path1 :
  forall mu1 var1 mu2 var2 c0 : R,
  forall k1 : Z,
  0 < var1 ->
  0 < var2 ->
  0 < c0 ->
  is_kl (normal_density mu1 (sqrt var1)) (normal_density mu2 (sqrt var2))
    (c0 / 2 - 1 / 2 * ln ((1 + (c0 * powerRZ 2 (- k1) - 1) / (1 + c0 * powerRZ 2 (- k1))) / (1 - (c0
    * powerRZ 2 (- k1) - 1) / (1 + c0 * powerRZ 2 (- k1)))) - 1 / 2 * ln (1 + (var1 - c0 * var2) /
    (c0 * var2)) + (mu1 - mu2) ^ 2 / (2 * var2) + (1 - c0 * powerRZ 2 (- k1)) / (2 * (1 + c0 *
    powerRZ 2 (- k1))) + (c0 * powerRZ 2 (1 - k1) - 2) / (2 * (1 + c0 * powerRZ 2 (- k1))) - c0 *
    powerRZ 2 (- k1 - 1) - 1 / 2 * ln 2 * IZR k1 + (var1 - c0 * var2) / (2 * c0 * var2) - (c0 * var2
    - var1) ^ 2 / (4 * c0 ^ 2 * var2 ^ 2) + (var1 - c0 * var2) ^ 2 / (4 * c0 ^ 2 * var2 ^ 2) + c0 *
    powerRZ 2 (- k1 - 1) * (c0 * powerRZ 2 (- k1) - 1) / (1 + c0 * powerRZ 2 (- k1)) + (2 * c0 - 2)
    * (var1 - c0 * var2) / (4 * c0 * var2)).
Proof. solve_kl_integral. Qed.

(** the path of mu1 = 2.25, var1 = 7.75, mu2 = -0.5, var2 = 0.15625 *)
Theorem python_kl_normal_var_path2 :
  forall mu1 var1 mu2 var2 c0 : R,
  forall k1 : Z,
  0 < var1 ->
  0 < var2 ->
  0 < c0 ->
  is_kl (normal_density mu1 (sqrt var1)) (normal_density mu2 (sqrt var2))
    (c0 / 2 - 1 / 2 * ln ((1 + (c0 * powerRZ 2 (- k1) / 2 - 1) / (1 + c0 * powerRZ 2 (- k1) / 2)) /
    (1 - (c0 * powerRZ 2 (- k1) / 2 - 1) / (1 + c0 * powerRZ 2 (- k1) / 2))) - 1 / 2 * ln (1 + (var1
    - c0 * var2) / (c0 * var2)) + (mu1 - mu2) ^ 2 / (2 * var2) + (1 - c0 * powerRZ 2 (- k1 - 1)) /
    (2 * (1 + c0 * powerRZ 2 (- k1) / 2)) + (c0 * powerRZ 2 (- k1) - 2) / (2 * (1 + c0 * powerRZ 2
    (- k1) / 2)) - c0 * powerRZ 2 (- k1 - 2) - 1 / 2 * ln 2 * (1 + IZR k1) + (var1 - c0 * var2) / (2
    * c0 * var2) - (c0 * var2 - var1) ^ 2 / (4 * c0 ^ 2 * var2 ^ 2) + (var1 - c0 * var2) ^ 2 / (4 *
    c0 ^ 2 * var2 ^ 2) + c0 * powerRZ 2 (- k1 - 2) * (c0 * powerRZ 2 (- k1 - 1) - 1) / (1 + c0 *
    powerRZ 2 (- k1) / 2) + (2 * c0 - 2) * (var1 - c0 * var2) / (4 * c0 * var2)).
Proof. solve_kl_integral. Qed.

(** ** kernels-python: kl_normal_var_narrow *)

(** the path of mu1 = 2.25, var1 = 1.125, mu2 = -0.5, var2 = 7.75 *)
Theorem python_kl_normal_var_path3 :
  forall mu1 var1 mu2 var2 : R,
  0 < var1 ->
  0 < var2 ->
  is_kl (normal_density mu1 (sqrt var1)) (normal_density mu2 (sqrt var2))
    ((mu1 - mu2) ^ 2 / (2 * var2) + (var1 - var2) / (2 * var2) - 1 / 2 * ln (1 + (var1 - var2) /
    var2)).
Proof. solve_kl_integral. Qed.

(** ** kernels-python: kl_normal_logstd_ordinary *)

(** the path of mu1 = 2.25, logstd1 = 0.125, mu2 = -0.5, logstd2 = -0.1875 *)
Theorem python_kl_normal_logstd_path1 :
  forall mu1 logstd1 mu2 logstd2 : R,
  forall k0 k1 : Z,
  is_kl (normal_density mu1 (exp logstd1)) (normal_density mu2 (exp logstd2))
    (logstd2 + powerRZ 2 (k1 - 1) + 1 / 2 * exp (2 * logstd1 - 2 * logstd2 - IZR k0 / 256) + (512 *
    logstd1 - IZR k0 - 512 * logstd2) ^ 2 / 262144 + powerRZ 2 (k1 - 1) * (IZR k0 / 256 - ln 2 * IZR
    k1) + powerRZ 2 (k1 - 1) * (ln 2 * IZR k1 + exp (IZR k0 / 256 - ln 2 * IZR k1) - IZR k0 / 256 -
    1) + (IZR k0 - 512 * logstd1 + 512 * logstd2) * (logstd1 / 512 - logstd2 / 512 - IZR k0 /
    262144) + 1 / 2 * (mu1 - mu2) ^ 2 * exp (- (2 * logstd2)) + 1 / 262144 * (512 * logstd1 - IZR k0
    - 512 * logstd2) * (powerRZ 2 (9 + k1) + powerRZ 2 (9 + k1) * (IZR k0 / 256 - ln 2 * IZR k1) +
    powerRZ 2 (9 + k1) * (ln 2 * IZR k1 + exp (IZR k0 / 256 - ln 2 * IZR k1) - IZR k0 / 256 - 1) -
    512) + 1 / 262144 * (powerRZ 2 (9 + k1) + powerRZ 2 (9 + k1) * (IZR k0 / 256 - ln 2 * IZR k1) +
    powerRZ 2 (9 + k1) * (ln 2 * IZR k1 + exp (IZR k0 / 256 - ln 2 * IZR k1) - IZR k0 / 256 - 1) -
    512) * (IZR k0 + 256 * exp (2 * logstd1 - 2 * logstd2 - IZR k0 / 256) + 512 * logstd2 + (512 *
    logstd1 - IZR k0 - 512 * logstd2) ^ 2 / 512 + (logstd1 - logstd2 - IZR k0 / 512) * (IZR k0 - 512
    * logstd1 + 512 * logstd2) - 512 * logstd1 - 256) - logstd1 - 1).
Proof. solve_kl_integral. Qed.

(** ** kernels-python: kl_normal_logstd_narrow *)

(** the path of mu1 = 2.25, logstd1 = 0.125, mu2 = -0.5, logstd2 = -0.1875 *)
Theorem python_kl_normal_logstd_path2 :
  forall mu1 logstd1 mu2 logstd2 : R,
  is_kl (normal_density mu1 (exp logstd1)) (normal_density mu2 (exp logstd2))
    (logstd2 + 1 / 2 * exp (2 * logstd1 - 2 * logstd2) + 1 / 2 * (mu1 - mu2) ^ 2 * exp (- (2 *
    logstd2)) - logstd1 - 1 / 2).
Proof. solve_kl_integral. Qed.

(** ** kernels-python: kl_normal_logvar_ordinary *)

(** the path of mu1 = 2.25, logvar1 = 0.125, mu2 = -0.5, logvar2 = -0.1875 *)
Theorem python_kl_normal_logvar_path1 :
  forall mu1 logvar1 mu2 logvar2 : R,
  forall k0 k1 : Z,
  is_kl (normal_density mu1 (exp (logvar1 / 2))) (normal_density mu2 (exp (logvar2 / 2)))
    (powerRZ 2 (k1 - 1) + logvar2 / 2 + 1 / 2 * exp (logvar1 - logvar2 - IZR k0 / 256) + (256 *
    logvar1 - IZR k0 - 256 * logvar2) ^ 2 / 262144 + powerRZ 2 (k1 - 1) * (IZR k0 / 256 - ln 2 * IZR
    k1) + powerRZ 2 (k1 - 1) * (ln 2 * IZR k1 + exp (IZR k0 / 256 - ln 2 * IZR k1) - IZR k0 / 256 -
    1) + (IZR k0 - 256 * logvar1 + 256 * logvar2) * (logvar1 / 1024 - logvar2 / 1024 - IZR k0 /
    262144) + 1 / 2 * (mu1 - mu2) ^ 2 * exp (- logvar2) + 1 / 262144 * (256 * logvar1 - IZR k0 - 256
    * logvar2) * (powerRZ 2 (9 + k1) + powerRZ 2 (9 + k1) * (IZR k0 / 256 - ln 2 * IZR k1) + powerRZ
    2 (9 + k1) * (ln 2 * IZR k1 + exp (IZR k0 / 256 - ln 2 * IZR k1) - IZR k0 / 256 - 1) - 512) + 1
    / 262144 * (powerRZ 2 (9 + k1) + powerRZ 2 (9 + k1) * (IZR k0 / 256 - ln 2 * IZR k1) + powerRZ 2
    (9 + k1) * (ln 2 * IZR k1 + exp (IZR k0 / 256 - ln 2 * IZR k1) - IZR k0 / 256 - 1) - 512) * (IZR
    k0 + 256 * logvar2 + 256 * exp (logvar1 - logvar2 - IZR k0 / 256) + (256 * logvar1 - IZR k0 -
    256 * logvar2) ^ 2 / 512 + (IZR k0 - 256 * logvar1 + 256 * logvar2) * (logvar1 / 2 - logvar2 / 2
    - IZR k0 / 512) - 256 * logvar1 - 256) - logvar1 / 2 - 1).
Proof. solve_kl_integral. Qed.

(** ** kernels-python: kl_normal_logvar_narrow *)

(** the path of mu1 = 2.25, logvar1 = 0.125, mu2 = -0.5, logvar2 = -0.1875 *)
Theorem python_kl_normal_logvar_path2 :
  forall mu1 logvar1 mu2 logvar2 : R,
  is_kl (normal_density mu1 (exp (logvar1 / 2))) (normal_density mu2 (exp (logvar2 / 2)))
    (logvar2 / 2 + 1 / 2 * exp (logvar1 - logvar2) + 1 / 2 * (mu1 - mu2) ^ 2 * exp (- logvar2) -
    logvar1 / 2 - 1 / 2).
Proof. solve_kl_integral. Qed.

(** ** kernels-python: kl_unit_std_grad_ordinary *)

(** the path of mu = 2.25, std = 1.125 *)
Theorem python_kl_unit_std_grad_s_path1 :
  forall mu std : R,
  0 < std ->
  is_derive (fun std => KL mu std 0 1) std
    (std + (std - 1) / std - 1).
Proof. solve_kl_gradient. Qed.

(** ** kernels-python: kl_unit_var_grad_ordinary *)

(** the path of mu = 2.25, var = 1.125 *)
Theorem python_kl_unit_var_grad_s_path1 :
  forall mu var : R,
  0 < var ->
  is_derive (fun var => KL mu (sqrt var) 0 1) var
    ((var / 2 - 1 / 2) / var).
Proof. solve_kl_gradient. Qed.

(** ** kernels-python: kl_unit_logstd_grad_ordinary *)

(** the path of mu = 2.25, logstd = 0.125 *)
Theorem python_kl_unit_logstd_grad_s_path1 :
  forall mu logstd : R,
  is_derive (fun logstd => KL mu (exp logstd) 0 1) logstd
    (exp (2 * logstd) - 1).
Proof. solve_kl_gradient. Qed.

(** ** kernels-python: kl_unit_logvar_grad_ordinary *)

(** the path of mu = 2.25, logvar = 0.125 *)
Theorem python_kl_unit_logvar_grad_s_path1 :
  forall mu logvar : R,
  is_derive (fun logvar => KL mu (exp (logvar / 2)) 0 1) logvar
    (1 / 2 * exp logvar - 1 / 2).
Proof. solve_kl_gradient. Qed.

(** ** kernels-python: kl_normal_var_grad_ordinary *)

(** the path of mu1 = 2.25, var1 = 1.125, mu2 = -0.5, var2 = 7.75 *)
Theorem python_kl_normal_var_grad_mu1_path1 :
  forall mu1 var1 mu2 var2 : R,
  0 < var1 ->
  0 < var2 ->
  is_derive (fun mu1 => KL mu1 (sqrt var1) mu2 (sqrt var2)) mu1
    ((mu1 - mu2) / var2).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, var1 = 1.125, mu2 = -0.5, var2 = 7.75 *)
Theorem python_kl_normal_var_grad_s1_path1 :
  forall mu1 var1 mu2 var2 : R,
  0 < var1 ->
  0 < var2 ->
  is_derive (fun var1 => KL mu1 (sqrt var1) mu2 (sqrt var2)) var1
    ((var1 / 2 - var2 / 2) / (var1 * var2)).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, var1 = 1.125, mu2 = -0.5, var2 = 7.75 *)
Theorem python_kl_normal_var_grad_mu2_path1 :
  forall mu1 var1 mu2 var2 : R,
  0 < var1 ->
  0 < var2 ->
  is_derive (fun mu2 => KL mu1 (sqrt var1) mu2 (sqrt var2)) mu2
    (- ((mu1 - mu2) / var2)).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, var1 = 1.125, mu2 = -0.5, var2 = 7.75 *)
Theorem python_kl_normal_var_grad_s2_path1 :
  forall mu1 var1 mu2 var2 : R,
  0 < var1 ->
  0 < var2 ->
  is_derive (fun var2 => KL mu1 (sqrt var1) mu2 (sqrt var2)) var2
    (- (140737488355328 * (var1 + (mu1 - mu2) ^ 2 - var2) / (281475010265089 * var2 ^ 2)) -
    (33554433 / 281475010265089 * var1 + 33554433 / 281475010265089 * (mu1 - mu2) ^ 2 - 33554433 /
    281475010265089 * var2) / (2 * var2 ^ 2)).
Proof. solve_kl_gradient. Qed.

(** ** kernels-python: kl_normal_logstd_grad_ordinary *)

(** the path of mu1 = 2.25, logstd1 = 0.125, mu2 = -0.5, logstd2 = -0.1875 *)
Theorem python_kl_normal_logstd_grad_mu1_path1 :
  forall mu1 logstd1 mu2 logstd2 : R,
  forall k0 k1 : Z,
  is_derive (fun mu1 => KL mu1 (exp logstd1) mu2 (exp logstd2)) mu1
    ((mu1 - mu2) * (powerRZ 2 k1 * exp (- (IZR k0 / 256) - ln 2 * IZR k1) + powerRZ 2 k1 * (exp (IZR
    k0 / 256 - 2 * logstd2) - 1) * exp (- (IZR k0 / 256) - ln 2 * IZR k1))).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, logstd1 = 0.125, mu2 = -0.5, logstd2 = -0.1875 *)
Theorem python_kl_normal_logstd_grad_s1_path1 :
  forall mu1 logstd1 mu2 logstd2 : R,
  is_derive (fun logstd1 => KL mu1 (exp logstd1) mu2 (exp logstd2)) logstd1
    (exp (2 * logstd1 - 2 * logstd2) - 1).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, logstd1 = 0.125, mu2 = -0.5, logstd2 = -0.1875 *)
Theorem python_kl_normal_logstd_grad_mu2_path1 :
  forall mu1 logstd1 mu2 logstd2 : R,
  forall k0 k1 : Z,
  is_derive (fun mu2 => KL mu1 (exp logstd1) mu2 (exp logstd2)) mu2
    (- ((mu1 - mu2) * (powerRZ 2 k1 * exp (- (IZR k0 / 256) - ln 2 * IZR k1) + powerRZ 2 k1 * (exp
    (IZR k0 / 256 - 2 * logstd2) - 1) * exp (- (IZR k0 / 256) - ln 2 * IZR k1)))).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, logstd1 = 0.125, mu2 = -0.5, logstd2 = -0.1875 *)
Theorem python_kl_normal_logstd_grad_s2_path1 :
  forall mu1 logstd1 mu2 logstd2 : R,
  forall k0 k1 : Z,
  is_derive (fun logstd2 => KL mu1 (exp logstd1) mu2 (exp logstd2)) logstd2
    (1 - exp (2 * logstd1 - 2 * logstd2) - powerRZ 2 k1 * (mu1 - mu2) ^ 2 * exp (- (IZR k0 / 256) -
    ln 2 * IZR k1) - powerRZ 2 k1 * (mu1 - mu2) ^ 2 * (exp (IZR k0 / 256 - 2 * logstd2) - 1) * exp
    (- (IZR k0 / 256) - ln 2 * IZR k1)).
Proof. solve_kl_gradient. Qed.

(** ** kernels-python: kl_normal_logvar_grad_ordinary *)

(** the path of mu1 = 2.25, logvar1 = 0.125, mu2 = -0.5, logvar2 = -0.1875 *)
Theorem python_kl_normal_logvar_grad_mu1_path1 :
  forall mu1 logvar1 mu2 logvar2 : R,
  forall k0 k1 : Z,
  is_derive (fun mu1 => KL mu1 (exp (logvar1 / 2)) mu2 (exp (logvar2 / 2))) mu1
    ((mu1 - mu2) * (powerRZ 2 k1 * exp (- (IZR k0 / 256) - ln 2 * IZR k1) + powerRZ 2 k1 * (exp (IZR
    k0 / 256 - logvar2) - 1) * exp (- (IZR k0 / 256) - ln 2 * IZR k1))).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, logvar1 = 0.125, mu2 = -0.5, logvar2 = -0.1875 *)
Theorem python_kl_normal_logvar_grad_s1_path1 :
  forall mu1 logvar1 mu2 logvar2 : R,
  is_derive (fun logvar1 => KL mu1 (exp (logvar1 / 2)) mu2 (exp (logvar2 / 2))) logvar1
    (1 / 2 * exp (logvar1 - logvar2) - 1 / 2).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, logvar1 = 0.125, mu2 = -0.5, logvar2 = -0.1875 *)
Theorem python_kl_normal_logvar_grad_mu2_path1 :
  forall mu1 logvar1 mu2 logvar2 : R,
  forall k0 k1 : Z,
  is_derive (fun mu2 => KL mu1 (exp (logvar1 / 2)) mu2 (exp (logvar2 / 2))) mu2
    (- ((mu1 - mu2) * (powerRZ 2 k1 * exp (- (IZR k0 / 256) - ln 2 * IZR k1) + powerRZ 2 k1 * (exp
    (IZR k0 / 256 - logvar2) - 1) * exp (- (IZR k0 / 256) - ln 2 * IZR k1)))).
Proof. solve_kl_gradient. Qed.

(** the path of mu1 = 2.25, logvar1 = 0.125, mu2 = -0.5, logvar2 = -0.1875 *)
Theorem python_kl_normal_logvar_grad_s2_path1 :
  forall mu1 logvar1 mu2 logvar2 : R,
  forall k0 k1 : Z,
  is_derive (fun logvar2 => KL mu1 (exp (logvar1 / 2)) mu2 (exp (logvar2 / 2))) logvar2
    (1 / 2 - 1 / 2 * exp (logvar1 - logvar2) - powerRZ 2 (k1 - 1) * (mu1 - mu2) ^ 2 * exp (- (IZR k0
    / 256) - ln 2 * IZR k1) - powerRZ 2 (k1 - 1) * (mu1 - mu2) ^ 2 * (exp (IZR k0 / 256 - logvar2) -
    1) * exp (- (IZR k0 / 256) - ln 2 * IZR k1)).
Proof. solve_kl_gradient. Qed.

