# SPDX-License-Identifier: MIT
"""The Kullback-Leibler divergence of Laplace distributions, in the scales scale and logscale, with gradients.

Emitted by `derive all`; edit proofs/ or derive/, not this file. It needs NumPy and nothing else: copy it anywhere.

KL is that of the first distribution from the second, in nats. The names say what the scale is, because confusing a
scale with another or with its logarithm is the usual mistake. The value is never negative, 0 for equal arguments, and
finite where the exact value is. An error of 1 ulp is one unit in the last place of the exact value; a derivative that
is a difference of two terms is measured in ulp of the larger of them. No function warns. Errors: TypeError for
arguments that are not real numbers, NumPy's own for shapes that do not broadcast.

`derive verify` enforces the bounds against ball arithmetic and integrals of the definition.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

Array = np.ndarray[Any, np.dtype[Any]]
Number = np.floating[Any]

#: Elements handled at a time: so many that a call costs little beside them, so few that temporaries stay in the cache.
_BLOCK = 16384


__all__ = [
    "kl_laplace_logscale",
    "kl_laplace_logscale_grad",
    "kl_laplace_scale",
    "kl_laplace_scale_grad",
]


# --- the operations the kernels are written in ---


def _two_sum(a, b):
    """a + b as head and tail."""
    head = a + b
    part = head - a
    return head, (a - (head - part)) + (b - part)


def _two_difference(a, b):
    """a - b as head and tail."""
    head = a - b
    part = head - a
    tail = head - part
    tail = np.subtract(a, tail, out=tail)
    part += b
    tail -= part
    return head, tail


def _fast_two_sum(a, b):
    """a + b as head and tail, where |a| >= |b| or a = 0."""
    head = a + b
    return head, b - (head - a)


def _split_bits(a):
    """a as the sum of its upper 26 bits and the rest; unlike Veltkamp's splitting this cannot overflow."""
    a = np.asarray(a, dtype=np.float64)
    upper = (a.view(np.uint64) & np.uint64(0xFFFFFFFFF8000000)).view(np.float64)
    return upper, a - upper


def _two_prod(a, b):
    """a b as head and tail (Dekker)."""
    head = a * b
    a_upper, a_lower = _split_bits(a)
    b_upper, b_lower = _split_bits(b)
    return head, ((a_upper * b_upper - head) + a_upper * b_lower + a_lower * b_upper) + a_lower * b_lower


def _fma(a, b, c):
    """a b + c with the product's tail: NumPy has no FMA."""
    head, tail = _two_prod(a, b)
    total, rest = _two_sum(head, c)
    return np.where(np.isfinite(head), total + (rest + tail), total)


def _power_of_two(k):
    """2^k for an integer k."""
    return np.ldexp(1.0, np.asarray(k).astype(np.int32))


def _exponent_of(x):
    """floor(log2 x) of a positive x."""
    return np.frexp(x)[1] - 1.0


def _significand_of(x):
    """x / 2^floor(log2 x), in [1, 2), of a positive x."""
    return np.frexp(x)[0] * 2.0


# --- kernels for all numbers: the trees that C has ---


def _split(x):
    """x = significand 2^exponent for a positive x, significand in [1, 2)."""
    mask = x < 2.0**-1022
    # a subnormal is made normal first
    normal = np.where(mask, x * 2.0**54, x)
    power = _exponent_of(normal) - np.where(mask, 54.0, 0.0)
    return _significand_of(normal), power


def _difference(mu1, mu2):
    """mu1 - mu2 = (head + tail) 2^exponent, |head| in [1, 2)."""
    mask = np.maximum(np.abs(mu1), np.abs(mu2)) > 2.0**1000
    # the difference of two large means may overflow
    guard = np.where(mask, 0.015625, 1.0)
    m_head, m_tail = _two_sum(mu1 * guard, -mu2 * guard)
    _, exponent = _split(np.abs(m_head))
    half = np.rint(exponent * -0.5)
    first = _power_of_two(half)
    second = _power_of_two(-exponent - half)
    return (
        (m_head * first) * second,
        (m_tail * first) * second,
        np.where(m_head == 0.0, -5000.0, exponent + np.where(mask, 6.0, 0.0)),
    )


def _positive(x):
    """x >= 0; 0 has a low exponent."""
    mask = x > 0.0
    significand, exponent = _split(x)
    return np.where(mask, significand, 1.0), np.where(mask, exponent, -5000.0)


def _quotient(a, a_tail, b, b_tail):
    """The quotient of two heads and tails."""
    quotient = a / b
    rest = _fma(-quotient, b_tail, _fma(-quotient, b, a)) + a_tail
    return quotient, rest / b


def _normalised(a, a_tail):
    """The same, the tail half an ulp at most."""
    total_head, total_tail = _fast_two_sum(a, a_tail)
    return total_head, total_tail


def _expm1mx_reduced(r):
    """exp(r) - 1 - r for |r| <= log(2)/2, as head and tail."""
    square_head, square_tail = _two_prod(r, r)
    # (expm1mx(r)/r^2 - 1/2)/r, minimax on |r| <= log(2)/2
    p8 = _fma(2.0893628554795206e-09, r, 2.5105398906837407e-08)
    p7 = _fma(p8, r, 2.7557335816316155e-07)
    p6 = _fma(p7, r, 2.7557254851503057e-06)
    p5 = _fma(p6, r, 2.4801587261994254e-05)
    p4 = _fma(p5, r, 0.00019841269875392128)
    p3 = _fma(p4, r, 0.0013888888888909559)
    p2 = _fma(p3, r, 0.0083333333333259)
    p1 = _fma(p2, r, 0.04166666666666664)
    p0 = _fma(p1, r, 0.1666666666666667)
    # expm1mx(r) = r^2 (1/2 + r rest), both factors with a tail
    factor = _fma(r, p0, 0.5)
    leading_head, leading_tail = _two_prod(square_head, factor)
    factor_tail = _fma(r, p0, 0.5 - factor)
    return leading_head, _fma(square_head, factor_tail, _fma(square_tail, factor, leading_tail))


def _expm1mx_scaled_pair(u, u_tail):
    """(exp(x) - 1 - x)/64 at x = 64 (u + u_tail), as head and tail."""
    # beyond, the result is infinite
    u_cut = np.minimum(u, 11.103125)
    # -(1 + x)/64, plus 2^k (1 + r)/64, plus 2^k expm1mx(r)/64
    linear_head, linear_tail = _two_sum(-u_cut, -0.015625)
    # below, exp(x) only decides the rounding
    x = np.maximum(u_cut * 64.0, -100.0)
    # x = k log(2) + r + c, with k log(2)'s head subtracted exactly
    k = np.rint(x * 1.4426950408889634)
    # 2^k / 64
    s = _power_of_two(k - 6.0)
    r = _fma(-k, 0.6931471805592082, x)
    power_head, power_tail = _fast_two_sum(s, s * r)
    first_head, first_tail = _two_sum(linear_head, power_head)
    e, e_tail = _expm1mx_reduced(r)
    total_head, total_tail = _two_sum(first_head, s * e)
    x_tail = np.where(u_cut < 11.103125, u_tail * 64.0, 0.0)
    # the tail of x acts through the derivative (exp(x) - 1)/64
    slope = _fma(s, e, _fma(s, r, s - 0.015625))
    c = k * -7.371002565167799e-13
    # the correction c changes exp(r) by c exp(r)
    growth = (1.0 + r) + e
    low = _fma(s, _fma(c, growth, e_tail), ((linear_tail + power_tail) + first_tail) + total_tail)
    low_end = _fma(x_tail, slope, low)
    return total_head, low_end


def _scaled_expm1mx(x, x_tail, exponent):
    """expm1mx((x + x_tail) 2^exponent) as head, tail and exponent, |x| in [1, 2) or 0, below 710."""
    # 2^exponent, cut
    scale = _power_of_two(np.maximum(np.minimum(exponent, 100.0), -200.0))
    head, tail = _expm1mx_scaled_pair((x * scale) * 0.015625, (x_tail * scale) * 0.015625)
    # a tiny excess is a square
    below = np.minimum(exponent - -200.0, 0.0) * 2.0
    return head, tail, (below + np.maximum(exponent - 100.0, 0.0)) + 6.0


def _multiply(a, a_tail, b, b_tail):
    """The product of two heads and tails."""
    leading_head, leading_tail = _two_prod(a, b)
    return leading_head, _fma(a, b_tail, _fma(a_tail, b, leading_tail))


def _balance(a, b):
    """a 2^-shift with a quotient by b in [sqrt(1/2), sqrt(2)], for a and b in [1, 2)."""
    mask = (1.4142135623730951 * b) < a
    mask2 = (1.4142135623730951 * a) < b
    return a * np.where(mask, 0.5, np.where(mask2, 2.0, 1.0)), np.where(mask, 1.0, np.where(mask2, -1.0, 0.0))


def _quotients(d, b, s, s_tail):
    """t = d/b and f = d/(s + s_tail), as heads and tails."""
    # one division serves both quotients; each is corrected by its remainder
    inverse = 1.0 / (b * s)
    inverse_b = s * inverse
    t = d * inverse_b
    t_tail = _fma(-t, b, d) * inverse_b
    inverse_s = b * inverse
    rough = d * inverse_s
    rest = _fma(-rough, s_tail, _fma(-rough, s, d)) * inverse_s
    sum_head, sum_tail = _fast_two_sum(rough, rest)
    return t, t_tail, sum_head, sum_tail


def _atanh_rest(f, f_tail):
    """atanh(f)/f - 1 for |f| <= 0.1716."""
    # f^2, corrected by the tail of f
    w = _fma(f, f, (f * 2.0) * f_tail)
    # (atanh(f)/f - 1)/f^2, minimax in f^2
    p6 = _fma(0.06641664890797706, w, 0.06623502761775099)
    p5 = _fma(p6, w, 0.07693601584004346)
    p4 = _fma(p5, w, 0.09090886962618003)
    p3 = _fma(p4, w, 0.11111111326890756)
    p2 = _fma(p3, w, 0.1428571428459017)
    p1 = _fma(p2, w, 0.20000000000002655)
    p0 = _fma(p1, w, 0.3333333333333333)
    return w * p0


def _first_power(t, t_tail, f, f_tail):
    """m - 1 - log(m) and m = 1 + t."""
    # f (t - 2 (atanh(f)/f - 1))
    y_head, y_tail = _fast_two_sum(t, _atanh_rest(f, f_tail) * -2.0)
    leading_head, leading_tail = _two_prod(f, y_head)
    low = _fma(f, y_tail + t_tail, _fma(f_tail, y_head, leading_tail))
    m_head, m_tail = _fast_two_sum(1.0, t)
    return leading_head, low, m_head, m_tail + t_tail


def _assemble(phi, phi_tail, power, power_tail, k):
    """((2^k - 1) power - k log(2) + phi)/64, as head and tail."""
    # 2^k stays normal; beyond, it is infinite or lost
    clamped = np.maximum(np.minimum(k, 1026.0), -200.0)
    s = _power_of_two(clamped - 6.0)
    # (2^k - 1) m^n / 64
    growth_head, growth_tail = _two_sum(power * s, power * -0.015625)
    # - k log(2) / 64
    shifted_head, shifted_tail = _two_sum(growth_head, k * -0.010830424696237628)
    total_head, total_tail = _two_sum(shifted_head, phi * 0.015625)
    return (
        total_head,
        _fma(
            k,
            -1.1517191508074686e-14,
            _fma(
                phi_tail,
                0.015625,
                ((growth_tail + shifted_tail) + total_tail) + _fma(power_tail, s, power_tail * -0.015625),
            ),
        ),
    )


def _excess_1(a, b, k):
    """(x - 1 - log(x))/64 at x = 2^k a/b with a/b in [sqrt(1/2), sqrt(2)], as head and tail."""
    # exact, since a and b are within a factor 2 of each other
    d = a - b
    s_head, s_tail = _two_sum(a, b)
    t, t_tail, f, f_tail = _quotients(d, b, s_head, s_tail)
    phi, phi_tail, power, power_tail = _first_power(t, t_tail, f, f_tail)
    head, tail = _assemble(phi, phi_tail, power, power_tail, k * 1.0)
    return head, tail


def _scaled_excess_1(a, i, b, j):
    """rho - 1 - log(rho) = (head + tail) 2^exponent at rho = 2^(i - j) a/b, a and b in [1, 2)."""
    balanced, shift = _balance(a, b)
    k = (i - j) + shift
    # beyond, the excess is the power itself
    near = np.minimum(k, 100.0)
    head, tail = _excess_1(balanced, b, near)
    return head, tail, (k - near) * 1.0 + 6.0


def _scaled_sum(a, a_tail, i, b, b_tail, j):
    """(a + a_tail) 2^i + (b + b_tail) 2^j = (head + tail) 2^exponent."""
    # a zero has no say in the common exponent
    first = np.where(a == 0.0, -20000.0, i)
    second = np.where(b == 0.0, -20000.0, j)
    common = np.maximum(first, second)
    left = _power_of_two(np.maximum(first - common, -1000.0))
    right = _power_of_two(np.maximum(second - common, -1000.0))
    total_head, total_tail = _two_sum(a * left, b * right)
    return total_head, total_tail + (a_tail * left + b_tail * right), common


def _close(a, a_tail, exponent):
    """(a + a_tail) 2^exponent = (head + tail) unscale, a not negative."""
    # beyond, the result is 0 or infinite
    cut = np.maximum(np.minimum(exponent, 2040.0), -2040.0)
    # 2^exponent in two factors, which never leave the range
    half = np.rint(cut * 0.5)
    scale = _power_of_two(half)
    scaled_head = a * scale
    last = cut - half
    # never zero where the value is not
    guard = _power_of_two(np.maximum(-1127.0 - last, -1022.0))
    return (
        scaled_head,
        np.where(np.abs(scaled_head) < np.inf, a_tail * scale + np.where(a == 0.0, 0.0, guard), 0.0),
        _power_of_two(last),
    )


def _kl_laplace_scale_parts(mu1, b1, mu2, b2):
    """kl_laplace_scale = (head + tail) unscale."""
    mask = ~((np.abs(mu1) < np.inf) & (b1 > 0.0) & (b1 < np.inf) & (np.abs(mu2) < np.inf) & (b2 > 0.0) & (b2 < np.inf))
    head, tail, exponent = _difference(mu1, mu2)
    significand, exponent2 = _positive(b1)
    head2, tail2 = _quotient(np.abs(head), np.where(head < 0.0, -tail, tail), significand, 0.0)
    head3, tail3 = _normalised(head2, tail2)
    head4, tail4, exponent3 = _scaled_expm1mx(-head3, -tail3, exponent - exponent2)
    head5, tail5 = _multiply(head4, tail4, significand, 0.0)
    significand2, exponent4 = _positive(b2)
    head6, tail6 = _quotient(head5, tail5, significand2, 0.0)
    head7, tail7, exponent5 = _scaled_excess_1(significand, exponent2, significand2, exponent4)
    head8, tail8, exponent6 = _scaled_sum(head6, tail6, (exponent3 + exponent2) - exponent4, head7, tail7, exponent5)
    head9, tail9, unscale = _close(head8, tail8, exponent6)
    return (
        np.where(
            mask,
            np.where(
                ~~np.isnan(mu1) | ~(b1 >= 0.0) | ~~np.isnan(mu2) | ~(b2 >= 0.0),
                np.nan,
                np.where(
                    ((mu1 == -np.inf) & (mu2 == -np.inf))
                    | ((mu1 == np.inf) & (mu2 == np.inf))
                    | ((b1 == 0.0) & (b2 == 0.0))
                    | ((b1 == np.inf) & (b2 == np.inf)),
                    np.nan,
                    np.inf,
                ),
            ),
            head9,
        ),
        np.where(mask, 0.0, tail9),
        np.where(mask, 1.0, unscale),
    )


def _exponential(x, x_tail):
    """exp(x + x_tail) = (head + tail) 2^k, head in [0.7, 1.5]."""
    # beyond, the result is 0 or infinite
    cut = np.maximum(np.minimum(x, 2300.0), -2300.0)
    # x = k log(2) + r + c, with k log(2)'s head subtracted exactly
    k = np.rint(cut * 1.4426950408889634)
    r = _fma(-k, 0.6931471805592082, cut)
    linear_head, linear_tail = _fast_two_sum(1.0, r)
    head, tail = _expm1mx_reduced(r)
    total_head, total_tail = _fast_two_sum(linear_head, head)
    c = k * -7.371002565167799e-13
    correction = c + np.where(cut == x, x_tail, 0.0)
    # exp(correction) - 1
    change = _fma(correction * 0.5, correction, correction)
    return total_head, _fma(change, total_head, (linear_tail + total_tail) + tail), k


def _kl_laplace_logscale_parts(mu1, logb1, mu2, logb2):
    """kl_laplace_logscale = (head + tail) unscale."""
    mask = ~((np.abs(mu1) < np.inf) & (np.abs(logb1) < np.inf) & (np.abs(mu2) < np.inf) & (np.abs(logb2) < np.inf))
    head, tail, exponent = _difference(mu1, mu2)
    head2, tail2, exponent2 = _difference(-logb1, 0.0)
    weight_scale = _power_of_two(np.maximum(np.minimum(exponent2, 900.0), -200.0))
    head3, tail3, k = _exponential(head2 * weight_scale, tail2 * weight_scale)
    part = exponent + k
    mask2 = part > 100.5
    part2 = np.abs(head)
    part3 = np.where(head < 0.0, -tail, tail)
    head4, tail4, exponent3 = _difference(-logb2, 0.0)
    weight_scale2 = _power_of_two(np.maximum(np.minimum(exponent3, 900.0), -200.0))
    head5, tail5, k2 = _exponential(head4 * weight_scale2, tail4 * weight_scale2)
    head6, tail6 = _normalised(head5, tail5)
    head7, tail7 = _multiply(part2, part3, head6, tail6)
    mask3 = part < -100.5
    head8, tail8 = _multiply(part2, part3, part2, part3)
    head9, tail9, exponent4 = _difference(-logb1, logb2)
    weight_scale3 = _power_of_two(np.maximum(np.minimum(exponent4, 900.0), -200.0))
    head10, tail10, k3 = _exponential(head9 * weight_scale3, tail9 * weight_scale3)
    head11, tail11 = _normalised(head10, tail10)
    head12, tail12 = _multiply(head8, tail8, head11, tail11)
    head13, tail13 = _normalised(head3, tail3)
    head14, tail14 = _multiply(part2, part3, head13, tail13)
    head15, tail15 = _normalised(head14, tail14)
    head16, tail16, exponent5 = _scaled_expm1mx(-head15, -tail15, part)
    head17, tail17, exponent6 = _difference(logb1, logb2)
    weight_scale4 = _power_of_two(np.maximum(np.minimum(exponent6, 900.0), -200.0))
    head18, tail18, k4 = _exponential(head17 * weight_scale4, tail17 * weight_scale4)
    head19, tail19 = _normalised(head18, tail18)
    head20, tail20 = _multiply(head16, tail16, head19, tail19)
    mask4 = (head17 > 0.0) & (exponent6 > 6.5)
    head21, tail21, exponent7 = _scaled_expm1mx(head17, tail17, exponent6)
    head22, tail22, exponent8 = _scaled_sum(
        np.where(mask2, head7, np.where(mask3, head12, head20)),
        np.where(mask2, tail7, np.where(mask3, tail12, tail20)),
        np.where(mask2, exponent + k2, np.where(mask3, ((exponent + exponent) - 1.0) + k3, exponent5 + k4)),
        np.where(mask4, head19, head21),
        np.where(mask4, tail19, tail21),
        np.where(mask4, k4, exponent7),
    )
    head23, tail23, unscale = _close(head22, tail22, exponent8)
    return (
        np.where(
            mask,
            np.where(
                ~~np.isnan(mu1) | ~~np.isnan(logb1) | ~~np.isnan(mu2) | ~~np.isnan(logb2),
                np.nan,
                np.where(
                    ((mu1 == -np.inf) & (mu2 == -np.inf))
                    | ((mu1 == np.inf) & (mu2 == np.inf))
                    | ((logb1 == -np.inf) & (logb2 == -np.inf))
                    | ((logb1 == np.inf) & (logb2 == np.inf)),
                    np.nan,
                    np.inf,
                ),
            ),
            head23,
        ),
        np.where(mask, 0.0, tail23),
        np.where(mask, 1.0, unscale),
    )


def _difference_or_infinite(x, y):
    """x - y = (head + tail) 2^exponent; infinity has a high exponent."""
    bounded = np.maximum(np.abs(x), np.abs(y)) < np.inf
    head, tail, exponent = _difference(x, y)
    return (
        np.where(bounded, head, np.where((x - y) < 0.0, -1.0, 1.0)),
        np.where(bounded, tail, 0.0),
        np.where(bounded, exponent, 5000.0),
    )


def _positive_or_infinite(x):
    """The same, and infinity has a high exponent."""
    mask = x < np.inf
    significand, exponent = _positive(x)
    return np.where(mask, significand, 1.0), np.where(mask, exponent, 5000.0)


def _expm1_scaled_pair(u, u_tail):
    """(exp(x) - 1)/64 at x = 64 (u + u_tail), as head and tail."""
    mask = u < 11.103125
    # beyond, the result is infinite
    u_cut = np.where(mask, u, 11.103125)
    # below, exp(x) only decides the rounding
    x = np.maximum(u_cut * 64.0, -100.0)
    # x = k log(2) + r + c, with k log(2)'s head subtracted exactly
    k = np.rint(x * 1.4426950408889634)
    # 2^k / 64
    s = _power_of_two(k - 6.0)
    # (2^k - 1)/64, plus 2^k r/64, plus 2^k expm1mx(r)/64
    change_head, change_tail = _two_sum(s, -0.015625)
    r = _fma(-k, 0.6931471805592082, x)
    first_head, first_tail = _fast_two_sum(change_head, s * r)
    head, tail = _expm1mx_reduced(r)
    total_head, total_tail = _fast_two_sum(first_head, s * head)
    c = k * -7.371002565167799e-13
    c_and_tail = c + np.where(mask & (u > -1.5625), u_tail * 64.0, 0.0)
    # the correction c changes exp(r) by c exp(r)
    growth = (1.0 + r) + head
    return total_head, _fma(s, _fma(c_and_tail, growth, tail), (change_tail + first_tail) + total_tail)


def _scaled_expm1(x, x_tail, exponent):
    """exp((x + x_tail) 2^exponent) - 1 as head, tail and exponent, |x| in [1, 2) or 0."""
    # 2^exponent, cut
    scale = _power_of_two(np.maximum(np.minimum(exponent, 9.0), -200.0))
    head, tail = _expm1_scaled_pair((x * scale) * 0.015625, (x_tail * scale) * 0.015625)
    return head, tail, np.minimum(exponent - -200.0, 0.0) + 6.0


def _scale_by(x, j):
    """x 2^j, rounded once, for x near 1."""
    cut = np.maximum(np.minimum(j, 2040.0), -2040.0)
    half = np.rint(cut * 0.5)
    return (x * _power_of_two(half)) * _power_of_two(cut - half)


def _difference_of_powers_1(a, i, b, j):
    """(a 2^i) - (b 2^j) = (head + tail) 2^exponent."""
    top = np.maximum(i, j)
    first = a * _power_of_two(np.maximum(i - top, -200.0))
    second = b * _power_of_two(np.maximum(j - top, -200.0))
    d_head, d_tail = _two_difference(first, second)
    return d_head, d_tail, top


def _kl_laplace_scale_slopes(mu1, b1, mu2, b2):
    """The gradient of kl_laplace_scale."""
    mask = np.abs(mu1) < np.inf
    mask2 = (b1 > 0.0) & (b1 < np.inf)
    mask3 = mask & mask2
    mask4 = np.abs(mu2) < np.inf
    mask5 = mask3 & mask4
    mask6 = (b2 > 0.0) & (b2 < np.inf)
    mask7 = ~(mask5 & mask6)
    mask8 = b1 == 0.0
    mask9 = mask & mask8
    mask10 = mask9 & mask6
    mask11 = mask8 & mask4
    mask12 = mask11 & mask6
    mask13 = mu1 == -np.inf
    mask14 = mu2 == np.inf
    mask15 = mask13 & mask8 & mask14
    mask16 = mask15 & mask6
    mask17 = mask13 & mask2
    mask18 = mask17 & mask14
    mask19 = mask18 & mask6
    mask20 = mask17 & mask4
    mask21 = mask20 & mask6
    mask22 = mu1 == np.inf
    mask23 = mu2 == -np.inf
    mask24 = mask22 & mask8 & mask23
    mask25 = mask24 & mask6
    mask26 = mask22 & mask2
    mask27 = mask26 & mask23
    mask28 = mask27 & mask6
    mask29 = mask26 & mask4
    mask30 = mask29 & mask6
    mask31 = mask3 & mask23
    mask32 = mask31 & mask6
    mask33 = mask3 & mask14
    mask34 = mask33 & mask6
    mask35 = b2 == 0.0
    mask36 = mask5 & mask35
    # the limit is what is computed anyhow
    computed = mask10 | mask12 | mask16 | mask19 | mask21 | mask25 | mask28 | mask30 | mask32 | mask34 | mask36
    mask37 = ~~np.isnan(mu1) | ~(b1 >= 0.0) | ~~np.isnan(mu2) | ~(b2 >= 0.0)
    mask38 = mu1 == mu2
    mask39 = mask3 & mask35
    mask40 = mask37 | (mask10 & mask38) | (mask39 & mask38)
    mask41 = mask7 & ~(computed & ~mask40)
    mask42 = mask27 & mask35
    mask43 = mask42 | (mask29 & mask35) | (mask31 & mask35)
    mask44 = mask18 & mask35
    mask45 = mask44 | (mask20 & mask35) | (mask33 & mask35)
    mask46 = b2 == np.inf
    mask47 = mask9 & mask46
    mask48 = mask3 & mask46
    mask49 = mask11 & mask46
    mask50 = mask2 & mask4
    mask51 = mask50 & mask46
    mask52 = mask15 & mask46
    mask53 = mask18 & mask46
    mask54 = mask24 & mask46
    mask55 = mask27 & mask46
    mask56 = b1 == np.inf
    mask57 = mask & mask56
    mask58 = mask57 & mask4
    mask59 = mask58 & mask6
    part = np.where(mask47 | mask48 | mask49 | mask51 | mask52 | mask53 | mask54 | mask55 | mask59, 0.0, np.nan)
    head, tail, exponent = _difference_or_infinite(mu1, mu2)
    mask60 = head < 0.0
    significand, exponent2 = _positive_or_infinite(b1)
    head2, tail2 = _quotient(np.abs(head), np.where(mask60, -tail, tail), significand, 0.0)
    head3, tail3 = _normalised(head2, tail2)
    part2 = exponent - exponent2
    head4, tail4, exponent3 = _scaled_expm1(-head3, -tail3, np.minimum(part2, 9.0))
    significand2, exponent4 = _positive_or_infinite(b2)
    head5, tail5 = _quotient(-head4, -tail4, significand2, 0.0)
    part3 = np.where(head == 0.0, 0.0, np.where(mask60, -1.0, 1.0))
    # a zero has no sign
    rounded = (head5 * part3 + tail5 * part3) + 0.0
    part4 = exponent3 - exponent4
    # the limit is what is computed anyhow
    computed2 = mask48 | mask51 | mask53 | mask19 | mask21 | mask55 | mask28 | mask30 | mask59 | mask32 | mask34
    mask61 = ~mask37
    mask62 = part2 > 0.5
    part5 = np.minimum(part2, 12.0)
    weight_scale = _power_of_two(np.maximum(np.minimum(part5, 900.0), -200.0))
    head6, tail6, k = _exponential(-head3 * weight_scale, -tail3 * weight_scale)
    head7, tail7 = _normalised(head6, tail6)
    head8, tail8 = _multiply(head7, tail7, significand, 0.0)
    head9, tail9 = _quotient(head8, tail8, significand2, 0.0)
    head10, tail10, exponent5 = _scaled_sum(1.0, 0.0, 0.0, head3, tail3, part5)
    head11, tail11 = _multiply(head9, tail9, head10, tail10)
    head12, tail12, exponent6 = _scaled_sum(head11, tail11, ((k + exponent2) - exponent4) + exponent5, -1.0, 0.0, 0.0)
    head13, tail13 = _normalised(head12, tail12)
    head14, tail14 = _quotient(head13, tail13, significand, 0.0)
    head15, tail15, exponent7 = _difference_of_powers_1(significand, exponent2, significand2, exponent4)
    head16, tail16 = _multiply(significand, 0.0, significand2, 0.0)
    head17, tail17 = _quotient(head15, tail15, head16, tail16)
    part6 = np.minimum(part2, 7.0)
    head18, tail18, exponent8 = _scaled_expm1mx(head3, tail3, part6)
    weight_scale2 = _power_of_two(np.maximum(np.minimum(part6, 900.0), -200.0))
    head19, tail19, k2 = _exponential(-head3 * weight_scale2, -tail3 * weight_scale2)
    head20, tail20 = _normalised(head19, tail19)
    head21, tail21 = _multiply(head18, tail18, head20, tail20)
    head22, tail22 = _quotient(-head21, -tail21, significand2, 0.0)
    head23, tail23, exponent9 = _scaled_sum(
        head17,
        tail17,
        exponent7 - (exponent2 + exponent4),
        head22,
        tail22,
        (exponent8 + k2) - exponent4,
    )
    # a zero has no sign
    rounded2 = (np.where(mask62, head14, head23) + np.where(mask62, tail14, tail23)) + 0.0
    head24, tail24 = _quotient(head4, tail4, significand2, 0.0)
    # a zero has no sign
    rounded3 = (head24 * part3 + tail24 * part3) + 0.0
    mask63 = mask9 & mask4
    # the limit is what is computed anyhow
    computed3 = mask63 & mask6
    head25, tail25 = _multiply(significand2, 0.0, significand2, 0.0)
    head26, tail26 = _quotient(-head15, -tail15, head25, tail25)
    part7 = exponent4 + exponent4
    head27, tail27, exponent10 = _scaled_expm1mx(-head3, -tail3, part2)
    head28, tail28 = _multiply(-head27, -tail27, significand, 0.0)
    head29, tail29 = _quotient(head28, tail28, head25, tail25)
    head30, tail30, exponent11 = _scaled_sum(
        head26,
        tail26,
        exponent7 - part7,
        head29,
        tail29,
        (exponent10 + exponent2) - part7,
    )
    # a zero has no sign
    rounded4 = (head30 + tail30) + 0.0
    return (
        np.where(
            mask41,
            np.where(mask40, np.nan, np.where(mask43, np.inf, np.where(mask45, -np.inf, part))),
            _scale_by(rounded, part4),
        ),
        np.where(
            mask7 & ~(computed2 & mask61),
            np.where(
                mask37,
                np.nan,
                np.where(
                    (mask58 & mask35) | mask36,
                    np.inf,
                    np.where(mask47 | mask10 | mask49 | mask12 | mask52 | mask16 | mask54 | mask25, -np.inf, np.nan),
                ),
            ),
            _scale_by(rounded2, np.where(mask62, exponent6 - exponent2, exponent9)),
        ),
        np.where(
            mask41,
            np.where(mask40, np.nan, np.where(mask43, -np.inf, np.where(mask45, np.inf, part))),
            _scale_by(rounded3, part4),
        ),
        np.where(
            mask7 & ~(computed3 & mask61),
            np.where(
                mask37,
                np.nan,
                np.where(
                    (mask63 & mask46) | (mask5 & mask46),
                    0.0,
                    np.where(
                        (mask57 & mask35)
                        | (mask57 & mask6)
                        | mask39
                        | (mask13 & mask14 & mask6)
                        | (mask13 & mask4 & mask6)
                        | (mask22 & mask23 & mask6)
                        | (mask22 & mask4 & mask6)
                        | (mask & mask23 & mask6)
                        | (mask & mask14 & mask6)
                        | (mask56 & mask4 & mask35)
                        | (mask50 & mask35)
                        | (mask13 & mask56 & mask14 & mask35)
                        | mask44
                        | (mask22 & mask56 & mask23 & mask35)
                        | mask42,
                        -np.inf,
                        np.nan,
                    ),
                ),
            ),
            _scale_by(rounded4, exponent11),
        ),
    )


def _kl_laplace_logscale_slopes(mu1, logb1, mu2, logb2):
    """The gradient of kl_laplace_logscale."""
    mask = np.abs(mu1) < np.inf
    mask2 = np.abs(logb1) < np.inf
    mask3 = mask & mask2
    mask4 = np.abs(mu2) < np.inf
    mask5 = mask3 & mask4
    mask6 = np.abs(logb2) < np.inf
    mask7 = ~(mask5 & mask6)
    mask8 = logb1 == -np.inf
    mask9 = mask & mask8
    mask10 = mask9 & mask6
    mask11 = mask8 & mask4
    mask12 = mask11 & mask6
    mask13 = mu1 == -np.inf
    mask14 = mu2 == np.inf
    mask15 = mask13 & mask8 & mask14
    mask16 = mask15 & mask6
    mask17 = mask13 & mask2
    mask18 = mask17 & mask14
    mask19 = mask18 & mask6
    mask20 = mask17 & mask4
    mask21 = mask20 & mask6
    mask22 = mu1 == np.inf
    mask23 = mu2 == -np.inf
    mask24 = mask22 & mask8 & mask23
    mask25 = mask24 & mask6
    mask26 = mask22 & mask2
    mask27 = mask26 & mask23
    mask28 = mask27 & mask6
    mask29 = mask26 & mask4
    mask30 = mask29 & mask6
    mask31 = mask3 & mask23
    mask32 = mask31 & mask6
    mask33 = mask3 & mask14
    mask34 = mask33 & mask6
    mask35 = logb2 == -np.inf
    mask36 = mask5 & mask35
    # the limit is what is computed anyhow
    computed = mask10 | mask12 | mask16 | mask19 | mask21 | mask25 | mask28 | mask30 | mask32 | mask34 | mask36
    mask37 = ~~np.isnan(mu1) | ~~np.isnan(logb1) | ~~np.isnan(mu2) | ~~np.isnan(logb2)
    mask38 = mu1 == mu2
    mask39 = mask3 & mask35
    mask40 = mask37 | (mask10 & mask38) | (mask39 & mask38)
    mask41 = mask7 & ~(computed & ~mask40)
    mask42 = mask27 & mask35
    mask43 = mask42 | (mask29 & mask35) | (mask31 & mask35)
    mask44 = mask18 & mask35
    mask45 = mask44 | (mask20 & mask35) | (mask33 & mask35)
    mask46 = logb2 == np.inf
    mask47 = mask9 & mask46
    mask48 = mask3 & mask46
    mask49 = mask11 & mask46
    mask50 = mask2 & mask4
    mask51 = mask50 & mask46
    mask52 = mask15 & mask46
    mask53 = mask18 & mask46
    mask54 = mask24 & mask46
    mask55 = mask27 & mask46
    mask56 = logb1 == np.inf
    mask57 = mask & mask56
    mask58 = mask57 & mask4
    mask59 = mask58 & mask6
    part = np.where(mask47 | mask48 | mask49 | mask51 | mask52 | mask53 | mask54 | mask55 | mask59, 0.0, np.nan)
    head, tail, exponent = _difference_or_infinite(mu1, mu2)
    head2, tail2, exponent2 = _difference_or_infinite(-logb1, 0.0)
    weight_scale = _power_of_two(np.maximum(np.minimum(exponent2, 900.0), -200.0))
    head3, tail3, k = _exponential(head2 * weight_scale, tail2 * weight_scale)
    part2 = exponent + k
    mask60 = part2 < -100.5
    part3 = np.abs(head)
    mask61 = head < 0.0
    part4 = np.where(mask61, -tail, tail)
    head4, tail4, exponent3 = _difference_or_infinite(-logb1, logb2)
    weight_scale2 = _power_of_two(np.maximum(np.minimum(exponent3, 900.0), -200.0))
    head5, tail5, k2 = _exponential(head4 * weight_scale2, tail4 * weight_scale2)
    head6, tail6 = _normalised(head5, tail5)
    head7, tail7 = _multiply(part3, part4, head6, tail6)
    head8, tail8 = _normalised(head3, tail3)
    head9, tail9 = _multiply(part3, part4, head8, tail8)
    head10, tail10 = _normalised(head9, tail9)
    head11, tail11, exponent4 = _scaled_expm1(-head10, -tail10, np.minimum(part2, 9.0))
    head12, tail12, exponent5 = _difference_or_infinite(-logb2, 0.0)
    weight_scale3 = _power_of_two(np.maximum(np.minimum(exponent5, 900.0), -200.0))
    head13, tail13, k3 = _exponential(head12 * weight_scale3, tail12 * weight_scale3)
    head14, tail14 = _normalised(head13, tail13)
    head15, tail15 = _multiply(-head11, -tail11, head14, tail14)
    part5 = np.where(head == 0.0, 0.0, np.where(mask61, -1.0, 1.0))
    # a zero has no sign
    rounded = (np.where(mask60, head7, head15) * part5 + np.where(mask60, tail7, tail15) * part5) + 0.0
    part6 = np.where(mask60, exponent + k2, exponent4 + k3)
    head16, tail16, exponent6 = _difference(mu1, mu2)
    head17, tail17, exponent7 = _difference(-logb1, 0.0)
    weight_scale4 = _power_of_two(np.maximum(np.minimum(exponent7, 900.0), -200.0))
    head18, tail18, k4 = _exponential(head17 * weight_scale4, tail17 * weight_scale4)
    part7 = exponent6 + k4
    mask62 = part7 > 0.5
    head19, tail19, exponent8 = _difference(logb1, logb2)
    head20, tail20 = _normalised(head18, tail18)
    head21, tail21 = _multiply(np.abs(head16), np.where(head16 < 0.0, -tail16, tail16), head20, tail20)
    head22, tail22 = _normalised(head21, tail21)
    part8 = np.minimum(part7, 1100.0)
    head23, tail23, exponent9 = _scaled_sum(head19, tail19, exponent8, -head22, -tail22, part8)
    mask63 = exponent9 > 12.5
    head24, tail24 = _normalised(head23, tail23)
    weight_scale5 = _power_of_two(np.maximum(np.minimum(np.where(mask63, exponent9, exponent9), 900.0), -200.0))
    head25, tail25, k5 = _exponential(
        np.where(mask63, head24, head23) * weight_scale5,
        np.where(mask63, tail24, tail23) * weight_scale5,
    )
    head26, tail26 = _normalised(head25, tail25)
    head27, tail27, exponent10 = _scaled_sum(1.0, 0.0, 0.0, head22, tail22, part8)
    head28, tail28 = _multiply(head26, tail26, head27, tail27)
    head29, tail29, exponent11 = _scaled_sum(head28, tail28, k5 + exponent10, -1.0, 0.0, 0.0)
    head30, tail30 = _normalised(head29, tail29)
    mask64 = (head19 > 0.0) & (exponent8 > 6.5)
    weight_scale6 = _power_of_two(np.maximum(np.minimum(exponent8, 900.0), -200.0))
    head31, tail31, k6 = _exponential(head19 * weight_scale6, tail19 * weight_scale6)
    head32, tail32 = _normalised(head31, tail31)
    head33, tail33, exponent12 = _scaled_expm1(head19, tail19, exponent8)
    part9 = np.minimum(part7, 7.0)
    head34, tail34, exponent13 = _scaled_expm1mx(head22, tail22, part9)
    weight_scale7 = _power_of_two(np.maximum(np.minimum(part9, 900.0), -200.0))
    head35, tail35, k7 = _exponential(-head22 * weight_scale7, -tail22 * weight_scale7)
    head36, tail36 = _normalised(head35, tail35)
    head37, tail37 = _multiply(head34, tail34, head36, tail36)
    head38, tail38 = _multiply(-head37, -tail37, head32, tail32)
    head39, tail39, exponent14 = _scaled_sum(
        np.where(mask64, head32, head33),
        np.where(mask64, tail32, tail33),
        np.where(mask64, k6, exponent12),
        head38,
        tail38,
        (exponent13 + k7) + k6,
    )
    # a zero has no sign
    rounded2 = (np.where(mask62, head30, head39) + np.where(mask62, tail30, tail39)) + 0.0
    head40, tail40 = _multiply(-part3, -part4, head6, tail6)
    head41, tail41 = _multiply(head11, tail11, head14, tail14)
    # a zero has no sign
    rounded3 = (np.where(mask60, head40, head41) * part5 + np.where(mask60, tail40, tail41) * part5) + 0.0
    mask65 = mask9 & mask4
    # the limit is what is computed anyhow
    computed2 = mask65 & mask6
    head42, tail42, exponent15 = _difference_or_infinite(logb1, logb2)
    mask66 = (head42 > 0.0) & (exponent15 > 6.5)
    weight_scale8 = _power_of_two(np.maximum(np.minimum(exponent15, 900.0), -200.0))
    head43, tail43, k8 = _exponential(head42 * weight_scale8, tail42 * weight_scale8)
    head44, tail44 = _normalised(head43, tail43)
    head45, tail45 = _multiply(-1.0, -0.0, head44, tail44)
    head46, tail46, exponent16 = _scaled_expm1(head42, tail42, exponent15)
    mask67 = part2 > 100.5
    head47, tail47 = _multiply(-part3, -part4, head14, tail14)
    head48, tail48 = _multiply(part3, part4, part3, part4)
    head49, tail49 = _multiply(-head48, -tail48, head6, tail6)
    head50, tail50, exponent17 = _scaled_expm1mx(-head10, -tail10, part2)
    head51, tail51 = _multiply(-head50, -tail50, head44, tail44)
    head52, tail52, exponent18 = _scaled_sum(
        np.where(mask66, head45, -head46),
        np.where(mask66, tail45, -tail46),
        np.where(mask66, 0.0 + k8, exponent16),
        np.where(mask67, head47, np.where(mask60, head49, head51)),
        np.where(mask67, tail47, np.where(mask60, tail49, tail51)),
        np.where(mask67, exponent + k3, np.where(mask60, ((exponent + exponent) - 1.0) + k2, exponent17 + k8)),
    )
    # a zero has no sign
    rounded4 = (head52 + tail52) + 0.0
    return (
        np.where(
            mask41,
            np.where(mask40, np.nan, np.where(mask43, np.inf, np.where(mask45, -np.inf, part))),
            _scale_by(rounded, part6),
        ),
        np.where(
            mask7,
            np.where(
                mask37,
                np.nan,
                np.where(
                    (mask58 & mask35) | mask59 | mask36,
                    np.inf,
                    np.where(
                        mask47
                        | mask10
                        | mask48
                        | mask49
                        | mask12
                        | mask51
                        | mask52
                        | mask16
                        | mask53
                        | mask19
                        | mask21
                        | mask54
                        | mask25
                        | mask55
                        | mask28
                        | mask30
                        | mask32
                        | mask34,
                        -1.0,
                        np.nan,
                    ),
                ),
            ),
            _scale_by(rounded2, np.where(mask62, exponent11, exponent14)),
        ),
        np.where(
            mask41,
            np.where(mask40, np.nan, np.where(mask43, -np.inf, np.where(mask45, np.inf, part))),
            _scale_by(rounded3, part6),
        ),
        np.where(
            mask7 & ~(computed2 & ~mask37),
            np.where(
                mask37,
                np.nan,
                np.where(
                    (mask65 & mask46) | (mask5 & mask46),
                    1.0,
                    np.where(
                        (mask57 & mask35)
                        | (mask57 & mask6)
                        | mask39
                        | (mask13 & mask14 & mask6)
                        | (mask13 & mask4 & mask6)
                        | (mask22 & mask23 & mask6)
                        | (mask22 & mask4 & mask6)
                        | (mask & mask23 & mask6)
                        | (mask & mask14 & mask6)
                        | (mask56 & mask4 & mask35)
                        | (mask50 & mask35)
                        | (mask13 & mask56 & mask14 & mask35)
                        | mask44
                        | (mask22 & mask56 & mask23 & mask35)
                        | mask42,
                        -np.inf,
                        np.nan,
                    ),
                ),
            ),
            _scale_by(rounded4, exponent18),
        ),
    )


def _rounded(parts):
    """The value (head + tail) unscale of a careful function."""

    def value(*arguments):
        head, tail, unscale = parts(*arguments)
        return ((head + tail) * unscale,)

    return value


# --- how the kernels are applied to arrays ---


def _above_zero(values):
    """What rounds to half of float32's smallest number in binary64 may be more, and must not become 0."""
    return [np.where(value == 2.0**-150, 2.0**-149, value) for value in values]


def _pieces(shape):
    """Indices that cut an array of this shape into pieces of at most _BLOCK elements."""
    axis, inner = len(shape), 1
    while axis and inner * shape[axis - 1] <= _BLOCK:
        axis -= 1
        inner *= shape[axis]
    if axis == 0:
        yield ...
        return
    length = shape[axis - 1]
    step = -(-length // -(-length * inner // _BLOCK))
    for outer in np.ndindex(shape[: axis - 1]):
        for first in range(0, length, step):
            yield (*outer, slice(first, first + step))


def _doubles(array, shape):
    """The elements, broadcast to this shape, in a row: NumPy's exp and log have other bits on strided numbers."""
    if array.dtype == np.float64 and array.shape == shape and array.flags.c_contiguous and array.flags.aligned:
        return array.reshape(-1)
    row = np.empty(shape)
    row[...] = array
    return row.reshape(-1)


def _writable(out, arrays, result):
    """Checks ``out``, and says whether it may be written to while the arguments are still read."""
    if not isinstance(out, np.ndarray):
        raise TypeError(f"out must be an array, not {type(out).__name__}")
    if not np.can_cast(result, out.dtype, "same_kind"):
        raise TypeError(f"results of dtype {result} could not be cast to out, of dtype {out.dtype}")
    if not out.flags.writeable:
        raise ValueError("out is read-only")
    place = (out.__array_interface__["data"], out.shape, out.strides, out.dtype)
    others = [a for a in arrays if (a.__array_interface__["data"], a.shape, a.strides, a.dtype) != place]
    return not any(np.may_share_memory(out, a) for a in others)


def _apply(
    block: Callable[..., Any] | None,
    narrow: Callable[..., Any] | None,
    careful: Callable[..., Any],
    arguments: Sequence[Any],
    results: int,
    out: Any = None,
) -> tuple[Any, ...]:
    """The kernel on broadcast arguments, piece by piece: ``narrow`` for float32, else ``block``.

    Elements that these do not hold for go through ``careful``; without them all do. A ``narrow`` that is not ``block``
    gives no tiny numbers.
    """
    arrays = [np.asarray(a) for a in arguments]
    for position, array in enumerate(arrays, 1):
        if array.dtype.kind not in "fiub":
            raise TypeError(f"argument {position} has dtype {array.dtype}; real numbers are needed")
    # Numbers of Python's own have no say in the type of the result, and are of that type, as NumPy has it.
    weak = [type(x) in (bool, int, float) for x in arguments]
    single = {a.dtype.type for own, a in zip(weak, arrays, strict=True) if not own} == {np.float32}
    if single:
        with np.errstate(all="ignore"):
            arrays = [a.astype(np.float32) if own else a for own, a in zip(weak, arrays, strict=True)]
    numbers, tiny = (narrow, narrow is block) if single else (block, False)
    result = np.dtype(np.float32 if single else np.float64)
    direct = out is not None and _writable(out, arrays, result)
    shape = np.broadcast(*arrays, *([] if out is None else [out])).shape
    if out is not None and out.shape != shape:
        raise ValueError(f"out has shape {out.shape}, and the arguments broadcast to {shape}")
    # An array in Fortran's order is gone through, and answered, in its own order.
    turned = len(shape) > 1 and all(a.flags.fnc for a in arrays if a.ndim)
    made = [out] if direct else [np.empty(shape, result, "F" if turned else "C") for _ in range(results)]
    sources, targets = arrays, made
    if turned or made[0].size > _BLOCK:
        sources = [np.broadcast_to(a, shape) for a in arrays]
    if turned:
        sources, targets = [source.T for source in sources], [target.T for target in made]
    with np.errstate(all="ignore"):
        for index in _pieces(targets[0].shape):
            goals = [target[index] for target in targets]
            inputs = [_doubles(source[index], goals[0].shape) for source in sources]
            if numbers is None:
                *values, ordinary = *careful(*inputs), np.True_
            else:
                *values, ordinary = numbers(*inputs)
            rare = None if ordinary.all() else ~ordinary
            others = () if rare is None else careful(*(x[rare] for x in inputs))
            # From here on an input may be overwritten: it may be the place of the result.
            for goal, value in zip(goals, _above_zero(values) if tiny else values, strict=True):
                goal[...] = value.reshape(goal.shape)
            if rare is not None:
                place = rare.reshape(goals[0].shape)
                for goal, value in zip(goals, _above_zero(others) if single else others, strict=True):
                    goal[place] = value
    if out is not None and not direct:
        out[...] = made[0]
    return (out,) if out is not None else tuple(array[()] for array in made)


# --- the public functions ---


def kl_laplace_scale(
    mu1: ArrayLike, b1: ArrayLike, mu2: ArrayLike, b2: ArrayLike, /, *, out: Array | None = None
) -> Array | Number:
    """KL divergence, in nats, of the Laplace distribution (mu1, b1) from (mu2, b2).

        kl_laplace_scale = log(b2/b1) + (Abs(mu1 - mu2) + b1*exp(-Abs(mu1 - mu2)/b1))/b2 - 1

    Parameters
    ----------
    mu1 : array_like, location of the first distribution
    b1 : array_like, scale of the first distribution
    mu2 : array_like, location of the second distribution
    b2 : array_like, scale of the second distribution
    out : array of the broadcast shape, optional; it may be one of the arguments

    Returns
    -------
    float32 where all arguments are float32, otherwise float64; NumPy's broadcasting, a scalar for scalars.
    Numbers of Python's own leave a result of float32 arrays float32; subclasses of arrays are taken as arrays.

    Notes
    -----
    Domain: every real mu1 and mu2; b1 and b2 >= 0.
    NaN where mu1 = mu2 = -inf, or mu1 = mu2 = inf, or b1 = b2 = 0, or b1 = b2 = inf;
    inf elsewhere where mu1 or mu2 is infinite, or b1 or b2 is 0 or infinite;
    NaN where an argument is NaN or outside of its domain.
    Error: binary64: 0.92 ulp (proved); binary32: 0.51 ulp (proved).
    Theorem kl-laplace, through stable-laplace-scale; statement 3b858a12d7db8783.
    """
    (value,) = _apply(None, None, _rounded(_kl_laplace_scale_parts), (mu1, b1, mu2, b2), 1, out)
    return value


def kl_laplace_logscale(
    mu1: ArrayLike, logb1: ArrayLike, mu2: ArrayLike, logb2: ArrayLike, /, *, out: Array | None = None
) -> Array | Number:
    """KL divergence, in nats, of the Laplace distribution (mu1, logb1) from (mu2, logb2).

        kl_laplace_logscale = logb2 - logb1 + Abs(mu1 - mu2)*exp(-logb2) + exp(logb1 - logb2 - Abs(mu1 -
            mu2)*exp(-logb1)) - 1

    Parameters
    ----------
    mu1 : array_like, location of the first distribution
    logb1 : array_like, logarithm of the scale of the first distribution
    mu2 : array_like, location of the second distribution
    logb2 : array_like, logarithm of the scale of the second distribution
    out : array of the broadcast shape, optional; it may be one of the arguments

    Returns
    -------
    float32 where all arguments are float32, otherwise float64; NumPy's broadcasting, a scalar for scalars.
    Numbers of Python's own leave a result of float32 arrays float32; subclasses of arrays are taken as arrays.

    Notes
    -----
    Domain: every real mu1, logb1, mu2 and logb2.
    NaN where mu1 = mu2 = -inf, or mu1 = mu2 = inf, or logb1 = logb2 = -inf, or logb1 = logb2 = inf;
    inf elsewhere where mu1 or logb1 or mu2 or logb2 is infinite;
    NaN where an argument is NaN.
    Error: binary64: 0.93 ulp (proved); binary32: 0.51 ulp (proved).
    Theorem same-function-laplace, through stable-laplace-logscale; statement d218ad6ddda09671.
    """
    (value,) = _apply(None, None, _rounded(_kl_laplace_logscale_parts), (mu1, logb1, mu2, logb2), 1, out)
    return value


def kl_laplace_scale_grad(
    mu1: ArrayLike, b1: ArrayLike, mu2: ArrayLike, b2: ArrayLike, /
) -> tuple[Array | Number, ...]:
    """Partial derivatives of kl_laplace_scale, in the order of its arguments.

        d_mu1 = sign(mu1 - mu2)*(1 - exp(-Abs(mu1 - mu2)/b1))/b2
        d_b1 = exp(-Abs(mu1 - mu2)/b1)*(1 + Abs(mu1 - mu2)/b1)/b2 - 1/b1
        d_mu2 = -sign(mu1 - mu2)*(1 - exp(-Abs(mu1 - mu2)/b1))/b2
        d_b2 = 1/b2 - (Abs(mu1 - mu2) + b1*exp(-Abs(mu1 - mu2)/b1))/b2^2

    Parameters
    ----------
    mu1 : array_like, location of the first distribution
    b1 : array_like, scale of the first distribution
    mu2 : array_like, location of the second distribution
    b2 : array_like, scale of the second distribution

    Returns
    -------
    float32 where all arguments are float32, otherwise float64; NumPy's broadcasting, a scalar for scalars.
    Numbers of Python's own leave a result of float32 arrays float32; subclasses of arrays are taken as arrays.

    Notes
    -----
    Domain: every real mu1 and mu2; b1 and b2 >= 0.
    At special arguments the limits of the formulas, NaN where there is none.
    Error: binary64: 1.32 ulp (proved); binary32: 1.01 ulp (proved).
    Theorem gradients-laplace, through stable-grad-laplace-scale; statement 4363a12607981d8a.
    """
    return _apply(None, None, _kl_laplace_scale_slopes, (mu1, b1, mu2, b2), 4)


def kl_laplace_logscale_grad(
    mu1: ArrayLike, logb1: ArrayLike, mu2: ArrayLike, logb2: ArrayLike, /
) -> tuple[Array | Number, ...]:
    """Partial derivatives of kl_laplace_logscale, in the order of its arguments.

        d_mu1 = sign(mu1 - mu2)*(1 - exp(-Abs(mu1 - mu2)*exp(-logb1)))*exp(-logb2)
        d_logb1 = exp(logb1 - logb2 - Abs(mu1 - mu2)*exp(-logb1))*(1 + Abs(mu1 - mu2)*exp(-logb1)) - 1
        d_mu2 = -sign(mu1 - mu2)*(1 - exp(-Abs(mu1 - mu2)*exp(-logb1)))*exp(-logb2)
        d_logb2 = 1 - exp(logb1 - logb2)*(Abs(mu1 - mu2)*exp(-logb1) + exp(-Abs(mu1 - mu2)*exp(-logb1)))

    Parameters
    ----------
    mu1 : array_like, location of the first distribution
    logb1 : array_like, logarithm of the scale of the first distribution
    mu2 : array_like, location of the second distribution
    logb2 : array_like, logarithm of the scale of the second distribution

    Returns
    -------
    float32 where all arguments are float32, otherwise float64; NumPy's broadcasting, a scalar for scalars.
    Numbers of Python's own leave a result of float32 arrays float32; subclasses of arrays are taken as arrays.

    Notes
    -----
    Domain: every real mu1, logb1, mu2 and logb2.
    At special arguments the limits of the formulas, NaN where there is none.
    Error: binary64: 1.44 ulp (proved); binary32: 1.01 ulp (proved).
    Theorem gradients-laplace, through stable-grad-laplace-logscale; statement 4363a12607981d8a.
    """
    return _apply(None, None, _kl_laplace_logscale_slopes, (mu1, logb1, mu2, logb2), 4)
