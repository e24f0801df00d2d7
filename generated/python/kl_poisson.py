# SPDX-License-Identifier: MIT
"""The Kullback-Leibler divergence of Poisson distributions, in the scales rate and lograte, with gradients.

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
    "kl_poisson_lograte",
    "kl_poisson_lograte_grad",
    "kl_poisson_rate",
    "kl_poisson_rate_grad",
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


def _positive(x):
    """x >= 0; 0 has a low exponent."""
    mask = x > 0.0
    significand, exponent = _split(x)
    return np.where(mask, significand, 1.0), np.where(mask, exponent, -5000.0)


def _positive_or_infinite(x):
    """The same, and infinity has a high exponent."""
    mask = x < np.inf
    significand, exponent = _positive(x)
    return np.where(mask, significand, 1.0), np.where(mask, exponent, 5000.0)


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


def _multiply(a, a_tail, b, b_tail):
    """The product of two heads and tails."""
    leading_head, leading_tail = _two_prod(a, b)
    return leading_head, _fma(a, b_tail, _fma(a_tail, b, leading_tail))


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


def _kl_poisson_rate_parts(rate1, rate2):
    """kl_poisson_rate = (head + tail) unscale."""
    mask = (rate2 > 0.0) & (rate2 < np.inf)
    mask2 = rate1 == 0.0
    # the limit is what is computed anyhow
    computed = mask2 & mask
    mask3 = ~(rate1 >= 0.0) | ~(rate2 >= 0.0)
    mask4 = ~((rate1 > 0.0) & (rate1 < np.inf) & mask) & ~(computed & ~mask3)
    significand, exponent = _positive_or_infinite(rate2)
    significand2, exponent2 = _positive_or_infinite(rate1)
    head, tail, exponent3 = _scaled_excess_1(significand, exponent, significand2, exponent2)
    head2, tail2 = _multiply(head, tail, significand2, 0.0)
    head3, tail3, unscale = _close(head2, tail2, exponent3 + exponent2)
    return (
        np.where(
            mask4,
            np.where(
                mask3,
                np.nan,
                np.where((rate1 == np.inf) & (rate2 == np.inf), np.nan, np.where(mask2 & (rate2 == 0.0), 0.0, np.inf)),
            ),
            head3,
        ),
        np.where(mask4, 0.0, tail3),
        np.where(mask4, 1.0, unscale),
    )


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


def _difference_or_infinite(x, y):
    """x - y = (head + tail) 2^exponent; infinity has a high exponent."""
    bounded = np.maximum(np.abs(x), np.abs(y)) < np.inf
    head, tail, exponent = _difference(x, y)
    return (
        np.where(bounded, head, np.where((x - y) < 0.0, -1.0, 1.0)),
        np.where(bounded, tail, 0.0),
        np.where(bounded, exponent, 5000.0),
    )


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


def _normalised(a, a_tail):
    """The same, the tail half an ulp at most."""
    total_head, total_tail = _fast_two_sum(a, a_tail)
    return total_head, total_tail


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


def _kl_poisson_lograte_parts(lograte1, lograte2):
    """kl_poisson_lograte = (head + tail) unscale."""
    mask = np.abs(lograte2) < np.inf
    mask2 = lograte1 == -np.inf
    # the limit is what is computed anyhow
    computed = mask2 & mask
    mask3 = ~~np.isnan(lograte1) | ~~np.isnan(lograte2)
    mask4 = ~((np.abs(lograte1) < np.inf) & mask) & ~(computed & ~mask3)
    head, tail, exponent = _difference_or_infinite(lograte2, lograte1)
    mask5 = (head > 0.0) & (exponent > 6.5)
    head2, tail2, exponent2 = _difference_or_infinite(lograte2, 0.0)
    weight_scale = _power_of_two(np.maximum(np.minimum(exponent2, 900.0), -200.0))
    head3, tail3, k = _exponential(head2 * weight_scale, tail2 * weight_scale)
    head4, tail4 = _normalised(head3, tail3)
    head5, tail5, exponent3 = _scaled_expm1mx(head, tail, exponent)
    head6, tail6, exponent4 = _difference_or_infinite(lograte1, 0.0)
    weight_scale2 = _power_of_two(np.maximum(np.minimum(exponent4, 900.0), -200.0))
    head7, tail7, k2 = _exponential(head6 * weight_scale2, tail6 * weight_scale2)
    head8, tail8 = _normalised(head7, tail7)
    head9, tail9 = _multiply(head5, tail5, head8, tail8)
    head10, tail10, unscale = _close(
        np.where(mask5, head4, head9),
        np.where(mask5, tail4, tail9),
        np.where(mask5, k, exponent3 + k2),
    )
    return (
        np.where(
            mask4,
            np.where(
                mask3,
                np.nan,
                np.where(
                    (lograte1 == np.inf) & (lograte2 == np.inf),
                    np.nan,
                    np.where(mask2 & (lograte2 == -np.inf), 0.0, np.inf),
                ),
            ),
            head10,
        ),
        np.where(mask4, 0.0, tail10),
        np.where(mask4, 1.0, unscale),
    )


def _log_of_quotient(a, i, b, j):
    """log(2^(i - j) a/b) as head and tail, a and b in [1, 2)."""
    balanced, shift = _balance(a, b)
    k = (i - j) + shift
    # exact, since both are within a factor 2 of each other
    d = balanced - b
    s_head, s_tail = _two_sum(balanced, b)
    _, _, f, f_tail = _quotients(d, b, s_head, s_tail)
    # log(m) = 2 f (1 + rest)
    twice = f * 2.0
    near_head, near_tail = _fast_two_sum(twice, twice * _atanh_rest(f, f_tail))
    total_head, total_tail = _two_sum(k * 0.6931471805592082, near_head)
    low = (near_tail + total_tail) + _fma(2.0, f_tail, k * 7.371002565167799e-13)
    return total_head, low


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


def _quotient(a, a_tail, b, b_tail):
    """The quotient of two heads and tails."""
    quotient = a / b
    rest = _fma(-quotient, b_tail, _fma(-quotient, b, a)) + a_tail
    return quotient, rest / b


def _kl_poisson_rate_slopes(rate1, rate2):
    """The gradient of kl_poisson_rate."""
    mask = (rate1 > 0.0) & (rate1 < np.inf)
    mask2 = (rate2 > 0.0) & (rate2 < np.inf)
    mask3 = ~(mask & mask2)
    mask4 = ~(rate1 >= 0.0) | ~(rate2 >= 0.0)
    mask5 = rate1 == np.inf
    mask6 = rate2 == 0.0
    mask7 = (mask5 & mask6) | (mask5 & mask2) | (mask & mask6)
    mask8 = ((rate1 == 0.0) & mask6) | (mask5 & (rate2 == np.inf))
    significand, exponent = _positive(rate1)
    significand2, exponent2 = _positive(rate2)
    head, tail = _log_of_quotient(significand, exponent, significand2, exponent2)
    # a zero has no sign
    rounded = (head + tail) + 0.0
    head2, tail2, exponent3 = _difference_of_powers_1(significand, exponent, significand2, exponent2)
    head3, tail3 = _quotient(-head2, -tail2, significand2, 0.0)
    # a zero has no sign
    rounded2 = (head3 + tail3) + 0.0
    return (
        np.where(
            mask3,
            np.where(mask4, np.nan, np.where(mask7, np.inf, np.where(mask8, np.nan, -np.inf))),
            _scale_by(rounded, 0.0),
        ),
        np.where(
            mask3,
            np.where(mask4, np.nan, np.where(mask7, -np.inf, np.where(mask8, np.nan, 1.0))),
            _scale_by(rounded2, exponent3 - exponent2),
        ),
    )


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


def _kl_poisson_lograte_slopes(lograte1, lograte2):
    """The gradient of kl_poisson_lograte."""
    mask = np.abs(lograte1) < np.inf
    mask2 = np.abs(lograte2) < np.inf
    mask3 = ~(mask & mask2)
    mask4 = ~~np.isnan(lograte1) | ~~np.isnan(lograte2)
    mask5 = lograte2 == np.inf
    mask6 = lograte1 == np.inf
    mask7 = lograte2 == -np.inf
    mask8 = (mask6 & mask7) | (mask6 & mask2)
    mask9 = mask & mask7
    mask10 = lograte1 == -np.inf
    mask11 = mask10 & mask2
    head, tail, exponent = _difference(lograte1, lograte2)
    head2, tail2, exponent2 = _difference(lograte1, 0.0)
    weight_scale = _power_of_two(np.maximum(np.minimum(exponent2, 900.0), -200.0))
    head3, tail3, k = _exponential(head2 * weight_scale, tail2 * weight_scale)
    head4, tail4 = _normalised(head3, tail3)
    head5, tail5 = _multiply(head, tail, head4, tail4)
    # a zero has no sign
    rounded = (head5 + tail5) + 0.0
    # the limit is what is computed anyhow
    computed = mask11 | mask9
    head6, tail6, exponent3 = _difference_or_infinite(lograte1, lograte2)
    mask12 = (head6 > 0.0) & (exponent3 > 6.5)
    head7, tail7, exponent4 = _difference_or_infinite(lograte1, 0.0)
    weight_scale2 = _power_of_two(np.maximum(np.minimum(exponent4, 900.0), -200.0))
    head8, tail8, k2 = _exponential(head7 * weight_scale2, tail7 * weight_scale2)
    head9, tail9 = _normalised(head8, tail8)
    head10, tail10 = _multiply(-1.0, -0.0, head9, tail9)
    head11, tail11, exponent5 = _scaled_expm1(head6, tail6, exponent3)
    head12, tail12, exponent6 = _difference_or_infinite(lograte2, 0.0)
    weight_scale3 = _power_of_two(np.maximum(np.minimum(exponent6, 900.0), -200.0))
    head13, tail13, k3 = _exponential(head12 * weight_scale3, tail12 * weight_scale3)
    head14, tail14 = _normalised(head13, tail13)
    head15, tail15 = _multiply(-head11, -tail11, head14, tail14)
    # a zero has no sign
    rounded2 = (np.where(mask12, head10, head15) + np.where(mask12, tail10, tail15)) + 0.0
    return (
        np.where(
            mask3,
            np.where(
                mask4,
                np.nan,
                np.where(mask & mask5, -np.inf, np.where(mask8 | mask9, np.inf, np.where(mask11, 0.0, np.nan))),
            ),
            _scale_by(rounded, exponent + k),
        ),
        np.where(
            mask3 & ~(computed & ~mask4),
            np.where(
                mask4,
                np.nan,
                np.where(mask6 & mask5, np.nan, np.where(mask8, -np.inf, np.where(mask10 & mask7, 0.0, np.inf))),
            ),
            _scale_by(rounded2, np.where(mask12, 0.0 + k2, exponent5 + k3)),
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


def kl_poisson_rate(rate1: ArrayLike, rate2: ArrayLike, /, *, out: Array | None = None) -> Array | Number:
    """KL divergence, in nats, of the Poisson distribution (rate1) from (rate2).

        kl_poisson_rate = rate1*log(rate1/rate2) + rate2 - rate1

    Parameters
    ----------
    rate1 : array_like, rate
    rate2 : array_like, rate
    out : array of the broadcast shape, optional; it may be one of the arguments

    Returns
    -------
    float32 where all arguments are float32, otherwise float64; NumPy's broadcasting, a scalar for scalars.
    Numbers of Python's own leave a result of float32 arrays float32; subclasses of arrays are taken as arrays.

    Notes
    -----
    Domain: rate1 and rate2 >= 0.
    0 where rate1 = rate2 = 0;
    NaN where rate1 = rate2 = inf;
    the limit of the formula where rate1 = 0 and rate2 is positive and finite;
    inf elsewhere where rate1 or rate2 is 0 or infinite;
    NaN where an argument is NaN or outside of its domain.
    Error: binary64: 0.91 ulp (proved); binary32: 0.51 ulp (proved).
    Theorem kl-poisson, through stable-poisson-rate; statement 77dd84278e1c714f.
    """
    (value,) = _apply(None, None, _rounded(_kl_poisson_rate_parts), (rate1, rate2), 1, out)
    return value


def kl_poisson_lograte(lograte1: ArrayLike, lograte2: ArrayLike, /, *, out: Array | None = None) -> Array | Number:
    """KL divergence, in nats, of the Poisson distribution (lograte1) from (lograte2).

        kl_poisson_lograte = exp(lograte1)*(lograte1 - lograte2) + exp(lograte2) - exp(lograte1)

    Parameters
    ----------
    lograte1 : array_like, logarithm of the rate
    lograte2 : array_like, logarithm of the rate
    out : array of the broadcast shape, optional; it may be one of the arguments

    Returns
    -------
    float32 where all arguments are float32, otherwise float64; NumPy's broadcasting, a scalar for scalars.
    Numbers of Python's own leave a result of float32 arrays float32; subclasses of arrays are taken as arrays.

    Notes
    -----
    Domain: every real lograte1 and lograte2.
    0 where lograte1 = lograte2 = -inf;
    NaN where lograte1 = lograte2 = inf;
    the limit of the formula where lograte1 = -inf and lograte2 is finite;
    inf elsewhere where lograte1 or lograte2 is infinite;
    NaN where an argument is NaN.
    Error: binary64: 0.91 ulp (proved); binary32: 0.51 ulp (proved).
    Theorem same-function-poisson, through stable-poisson-lograte; statement 01f4ae15c436ec7e.
    """
    (value,) = _apply(None, None, _rounded(_kl_poisson_lograte_parts), (lograte1, lograte2), 1, out)
    return value


def kl_poisson_rate_grad(rate1: ArrayLike, rate2: ArrayLike, /) -> tuple[Array | Number, ...]:
    """Partial derivatives of kl_poisson_rate, in the order of its arguments.

        d_rate1 = log(rate1) - log(rate2)
        d_rate2 = 1 - rate1/rate2

    Parameters
    ----------
    rate1 : array_like, rate
    rate2 : array_like, rate

    Returns
    -------
    float32 where all arguments are float32, otherwise float64; NumPy's broadcasting, a scalar for scalars.
    Numbers of Python's own leave a result of float32 arrays float32; subclasses of arrays are taken as arrays.

    Notes
    -----
    Domain: rate1 and rate2 >= 0.
    At special arguments the limits of the formulas, NaN where there is none.
    Error: binary64: 0.78 ulp (proved); binary32: 0.51 ulp (proved).
    Theorem gradients-poisson, through stable-grad-poisson-rate; statement b09a476f723ee650.
    """
    return _apply(None, None, _kl_poisson_rate_slopes, (rate1, rate2), 2)


def kl_poisson_lograte_grad(lograte1: ArrayLike, lograte2: ArrayLike, /) -> tuple[Array | Number, ...]:
    """Partial derivatives of kl_poisson_lograte, in the order of its arguments.

        d_lograte1 = exp(lograte1)*(lograte1 - lograte2)
        d_lograte2 = exp(lograte2) - exp(lograte1)

    Parameters
    ----------
    lograte1 : array_like, logarithm of the rate
    lograte2 : array_like, logarithm of the rate

    Returns
    -------
    float32 where all arguments are float32, otherwise float64; NumPy's broadcasting, a scalar for scalars.
    Numbers of Python's own leave a result of float32 arrays float32; subclasses of arrays are taken as arrays.

    Notes
    -----
    Domain: every real lograte1 and lograte2.
    At special arguments the limits of the formulas, NaN where there is none.
    Error: binary64: 0.78 ulp (proved); binary32: 0.51 ulp (proved).
    Theorem gradients-poisson, through stable-grad-poisson-lograte; statement b09a476f723ee650.
    """
    return _apply(None, None, _kl_poisson_lograte_slopes, (lograte1, lograte2), 2)
