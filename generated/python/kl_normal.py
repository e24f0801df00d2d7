# SPDX-License-Identifier: MIT
"""The Kullback-Leibler divergence of Gaussians, in the scales std, var, logstd and logvar, with gradients.

Emitted by `derive all`; edit proofs/ or derive/, not this file. It needs NumPy and nothing else: copy it anywhere.

KL is that of the first distribution from the second, in nats. The names say what the scale is, because confusing a
scale with another or with its logarithm is the usual mistake. The value is never negative, 0 for equal arguments, and
finite where the exact value is. An error of 1 ulp is one unit in the last place of the exact value; a derivative that
is a difference of two terms is measured in ulp of the larger of them. No function warns. Errors: TypeError for
arguments that are not real numbers, NumPy's own for shapes that do not broadcast.

`derive verify` enforces the bounds against ball arithmetic and integrals of the definition.
Bounds that are proved under hypotheses suppose that np.exp is off by 0.9 ulp at most, np.expm1 is off by 1 ulp at
most, np.log1p is off by 1 ulp at most, np.log is off by 1 ulp at most, the entries of the tables by 0.53; it
measures that too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

Array = np.ndarray[Any, np.dtype[Any]]
Number = np.floating[Any]

#: Elements handled at a time: so many that a call costs little beside them, so few that temporaries stay in the cache.
_BLOCK = 16384


__all__ = [
    "expm1mx",
    "kl_normal_logstd",
    "kl_normal_logstd_grad",
    "kl_normal_logvar",
    "kl_normal_logvar_grad",
    "kl_normal_std",
    "kl_normal_std_grad",
    "kl_normal_var",
    "kl_normal_var_grad",
    "kl_unit_logstd",
    "kl_unit_logstd_grad",
    "kl_unit_logvar",
    "kl_unit_logvar_grad",
    "kl_unit_std",
    "kl_unit_std_grad",
    "kl_unit_var",
    "kl_unit_var_grad",
    "log1pmx",
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


def _polynomial(x, first, *others, out=None):
    """The polynomial with these coefficients, the highest first, by Horner's rule in one array."""
    value = np.multiply(x, first, out=out)
    for coefficient in others[:-1]:
        value += coefficient
        value *= x
    value += others[-1]
    return value


def _upper_bits(a):
    """a without the lowest 27 bits of its significand."""
    return (a.view(np.int64) & np.int64(-(2**27))).view(np.float64)


def _leading_bits(a):
    """a without the lowest 35 bits of its significand: the square of what is left is exact."""
    return (a.view(np.int64) & np.int64(-(2**35))).view(np.float64)


def _anchor(a):
    """Of the 256th of a binade that a > 0 is in, the end nearer to 1."""
    part = a.view(np.int64) >> 44
    return np.where(a > 0.0, ((part + (a < 1.0)) << 44).view(np.float64), np.nan)


def _power_of_two(k):
    """2^k for an integer k."""
    return np.ldexp(1.0, np.asarray(k).astype(np.int32))


def _exponent_of(x):
    """floor(log2 x) of a positive x."""
    return np.frexp(x)[1] - 1.0


def _significand_of(x):
    """x / 2^floor(log2 x), in [1, 2), of a positive x."""
    return np.frexp(x)[0] * 2.0


# --- tables ---


def _tabulated(numbers, index_of):
    """Makes a function of one number a look-up in a table, made when it is first needed; the ends serve all beyond."""

    def decorate(function):
        @cache
        def table():
            return function(numbers)

        def look_up(x):
            index = index_of(x)
            return tuple(column.take(index, mode="clip") for column in table())

        return look_up

    return decorate


def _integers(low, high):
    """The integers from low to high, and which of them a number is."""

    def index_of(k):
        index = k.astype(np.intp)
        index -= int(low)
        return index

    return np.arange(low, high + 1.0), index_of


def _binade_parts(low, high):
    """A number of each 256th of a binade with an anchor from low < 1 to high > 1, and in which of them a number is."""
    first, last = (int(part) for part in np.array([low, high]).view(np.int64) >> 44)
    first -= 1

    def index_of(x):
        index = x.view(np.int64) >> 44
        index -= first
        return index

    return (np.arange(first, last + 1) << 44).view(np.float64), index_of


# --- kernels for all numbers: the trees that C has ---


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


def _expm1mx_scaled(u):
    """(exp(x) - 1 - x)/64 at x = 64 u, as head and tail."""
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
    c = k * -7.371002565167799e-13
    # the correction c changes exp(r) by c exp(r)
    growth = (1.0 + r) + e
    low = _fma(s, _fma(c, growth, e_tail), ((linear_tail + power_tail) + first_tail) + total_tail)
    return total_head, low


def _expm1mx_parts(x):
    """expm1mx = (head + tail) unscale."""
    part = np.abs(x)
    mask = part < np.inf
    tiny = part < 2.0**-300
    # a tiny x is enlarged: its square would underflow
    scale = np.where(tiny, 2.0**200, 1.0)
    head, tail = _expm1mx_scaled(x * (scale * 0.015625))
    return np.where(mask, head, part), np.where(mask, tail, 0.0), np.where(mask, np.where(tiny, 2.0**-394, 64.0), 1.0)


def _split(x):
    """x = significand 2^exponent for a positive x, significand in [1, 2)."""
    mask = x < 2.0**-1022
    # a subnormal is made normal first
    normal = np.where(mask, x * 2.0**54, x)
    power = _exponent_of(normal) - np.where(mask, 54.0, 0.0)
    return _significand_of(normal), power


def _balance(a, b):
    """a 2^-shift with a quotient by b in [sqrt(1/2), sqrt(2)], for a and b in [1, 2)."""
    mask = (1.4142135623730951 * b) < a
    mask2 = (1.4142135623730951 * a) < b
    return a * np.where(mask, 0.5, np.where(mask2, 2.0, 1.0)), np.where(mask, 1.0, np.where(mask2, -1.0, 0.0))


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


def _log1pmx_scaled(x, scale):
    """(x - log(1 + x))/64 at scale x, as head and tail; scale is 1 unless x is tiny."""
    a_head, a_tail = _two_sum(1.0, x)
    significand, exponent = _split(a_head)
    balanced, shift = _balance(significand, 1.0)
    k = exponent + shift
    # m - 1; at k = 0 it is x
    exact_head, exact_tail = _two_sum(balanced - 1.0, a_tail * _power_of_two(np.maximum(-k, -1000.0)))
    # a tiny x is enlarged, so that its square keeps all bits
    d = exact_head * scale
    d_tail = exact_tail * scale
    s_head, s_tail = _two_sum(2.0, d)
    rough = d / s_head
    s_low = s_tail + d_tail
    rest = (_fma(-rough, s_low, _fma(-rough, s_head, d)) + d_tail) / s_head
    f_head, f_tail = _fast_two_sum(rough, rest)
    phi, phi_tail, power, power_tail = _first_power(d, d_tail, f_head, f_tail)
    head, tail = _assemble(phi, phi_tail, power, power_tail, k)
    return head, tail


def _log1pmx_parts(x):
    """log1pmx = (head + tail) unscale."""
    part = np.abs(x)
    mask = (part < np.inf) & (x > -1.0)
    tiny = part < 2.0**-300
    # a tiny x is enlarged: its square would underflow
    scale = np.where(tiny, 2.0**200, 1.0)
    head, tail = _log1pmx_scaled(x, scale)
    return (
        np.where(mask, 0.0 - head, np.where(x < -1.0, np.nan, np.where(x < 0.0, -np.inf, -x))),
        np.where(mask, -tail, 0.0),
        np.where(mask, np.where(tiny, 2.0**-394, 64.0), 1.0),
    )


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


def _second_power(t, t_tail, f, f_tail):
    """m^2 - 1 - 2 log(m) and m^2, m = 1 + t."""
    # m^2 - 1 - 2 log m = t^2 + 2 (m - 1 - log m)
    both_head, both_tail = _two_prod(t, t)
    # f (t - 2 (atanh(f)/f - 1))
    y_head, y_tail = _fast_two_sum(t, _atanh_rest(f, f_tail) * -2.0)
    leading_head, leading_tail = _two_prod(f, y_head)
    total_head, total_tail = _two_sum(both_head, leading_head * 2.0)
    twice_t = t * 2.0
    low = _fma(f, y_tail + t_tail, _fma(f_tail, y_head, leading_tail))
    rest = _fma(twice_t, t_tail, _fma(2.0, low, both_tail))
    m_head, m_tail = _fast_two_sum(1.0, t)
    # m^2
    square_head, square_tail = _two_prod(m_head, m_head)
    m_low = m_tail + t_tail
    return total_head, total_tail + rest, square_head, _fma(m_head * 2.0, m_low, square_tail)


def _excess_2(a, b, k):
    """(x^2 - 1 - 2 log(x))/64 at x = 2^k a/b with a/b in [sqrt(1/2), sqrt(2)], as head and tail."""
    # exact, since a and b are within a factor 2 of each other
    d = a - b
    s_head, s_tail = _two_sum(a, b)
    t, t_tail, f, f_tail = _quotients(d, b, s_head, s_tail)
    phi, phi_tail, power, power_tail = _second_power(t, t_tail, f, f_tail)
    head, tail = _assemble(phi, phi_tail, power, power_tail, k * 2.0)
    return head, tail


def _finish(excess, excess_tail, square, square_tail):
    """The sum of the two non-negative terms, as head and tail."""
    total_head, total_tail = _two_sum(excess, square)
    # never zero where the value is not
    rest = (excess_tail + square_tail) + 2.0**-732
    return total_head, total_tail + rest


def _kl_unit_std_parts(mu, std):
    """kl_unit_std = (head + tail) unscale."""
    part = np.abs(mu)
    mask = (part < np.inf) & (np.abs(std) < np.inf) & (std > 0.0)
    significand, exponent = _split(std)
    balanced, shift = _balance(significand, 1.0)
    head, tail = _excess_2(balanced, 1.0, exponent + shift)
    tiny = (std == 1.0) & (part < 2.0**-300)
    # a tiny offset is enlarged: its square would underflow
    scale = np.where(tiny, 2.0**200, 1.0)
    part2 = np.minimum(part, 2.0**514) * (scale * 0.125)
    # mu^2 / 64
    square_head, square_tail = _two_prod(part2, part2)
    head2, tail2 = _finish(head, tail, square_head, square_tail)
    return (
        np.where(mask, head2, np.where(std < 0.0, np.nan, (part + std) + np.inf)),
        np.where(mask, tail2, 0.0),
        np.where(mask, np.where(tiny, 2.0**-395, 32.0), 1.0),
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


def _kl_unit_var_parts(mu, var):
    """kl_unit_var = (head + tail) unscale."""
    part = np.abs(mu)
    mask = (part < np.inf) & (np.abs(var) < np.inf) & (var > 0.0)
    significand, exponent = _split(var)
    balanced, shift = _balance(significand, 1.0)
    head, tail = _excess_1(balanced, 1.0, exponent + shift)
    tiny = (var == 1.0) & (part < 2.0**-300)
    # a tiny offset is enlarged: its square would underflow
    scale = np.where(tiny, 2.0**200, 1.0)
    part2 = np.minimum(part, 2.0**514) * (scale * 0.125)
    # mu^2 / 64
    square_head, square_tail = _two_prod(part2, part2)
    head2, tail2 = _finish(head, tail, square_head, square_tail)
    return (
        np.where(mask, head2, np.where(var < 0.0, np.nan, (part + var) + np.inf)),
        np.where(mask, tail2, 0.0),
        np.where(mask, np.where(tiny, 2.0**-395, 32.0), 1.0),
    )


def _kl_unit_logstd_parts(mu, logstd):
    """kl_unit_logstd = (head + tail) unscale."""
    part = np.abs(mu)
    part2 = np.abs(logstd)
    mask = (part < np.inf) & (part2 < np.inf)
    tiny = np.maximum(part, part2) < 2.0**-300
    # tiny arguments are enlarged: their squares would underflow
    scale = np.where(tiny, 2.0**200, 1.0)
    head, tail = _expm1mx_scaled(logstd * (scale * 0.03125))
    part3 = np.minimum(part, 2.0**514) * (scale * 0.125)
    # mu^2 / 64
    square_head, square_tail = _two_prod(part3, part3)
    head2, tail2 = _finish(head, tail, square_head, square_tail)
    return (
        np.where(mask, head2, part + part2),
        np.where(mask, tail2, 0.0),
        np.where(mask, np.where(tiny, 2.0**-395, 32.0), 1.0),
    )


def _kl_unit_logvar_parts(mu, logvar):
    """kl_unit_logvar = (head + tail) unscale."""
    part = np.abs(mu)
    part2 = np.abs(logvar)
    mask = (part < np.inf) & (part2 < np.inf)
    tiny = np.maximum(part, part2) < 2.0**-300
    # tiny arguments are enlarged: their squares would underflow
    scale = np.where(tiny, 2.0**200, 1.0)
    head, tail = _expm1mx_scaled(logvar * (scale * 0.015625))
    part3 = np.minimum(part, 2.0**514) * (scale * 0.125)
    # mu^2 / 64
    square_head, square_tail = _two_prod(part3, part3)
    head2, tail2 = _finish(head, tail, square_head, square_tail)
    return (
        np.where(mask, head2, part + part2),
        np.where(mask, tail2, 0.0),
        np.where(mask, np.where(tiny, 2.0**-395, 32.0), 1.0),
    )


def _offset(mu1, mu2, j):
    """(mu1 - mu2) 2^j / 8 as head and tail, cut where its square makes the result infinite."""
    mask = np.maximum(np.abs(mu1), np.abs(mu2)) > 2.0**1000
    # the difference of two large means may overflow
    guard = np.where(mask, 0.015625, 1.0)
    difference_head, difference_tail = _two_sum(mu1 * guard, -mu2 * guard)
    # 2^j in two factors, which never leave the range
    cut = np.maximum(np.minimum(j, 2040.0), -2040.0)
    half = np.rint(cut * 0.5)
    first = _power_of_two(half)
    second = _power_of_two(cut - half) * np.where(mask, 8.0, 0.125)
    head = (difference_head * first) * second
    mask2 = np.abs(head) < 2.0**511
    tail = (difference_tail * first) * second
    return np.where(mask2, head, 2.0**511), np.where(mask2, tail, 0.0)


def _kl_normal_std_parts(mu1, std1, mu2, std2):
    """kl_normal_std = (head + tail) unscale."""
    mask = (
        (np.abs(mu1) < np.inf)
        & (np.abs(mu2) < np.inf)
        & (np.abs(std1) < np.inf)
        & (np.abs(std2) < np.inf)
        & (std1 > 0.0)
        & (std2 > 0.0)
    )
    significand, exponent = _split(std1)
    significand2, exponent2 = _split(std2)
    balanced, shift = _balance(significand, significand2)
    head, tail = _excess_2(balanced, significand2, (exponent - exponent2) + shift)
    head2, tail2 = _offset(mu1, mu2, -exponent2)
    tiny = (std1 == std2) & (np.abs(head2) < 2.0**-300)
    # a tiny offset is enlarged: its square would underflow
    scale = np.where(tiny, 2.0**200, 1.0)
    z = head2 * scale
    # ((mu1 - mu2) / std2)^2 / 64
    q = z / significand2
    square_head, square_tail = _two_prod(q, q)
    z_tail = tail2 * scale
    q_tail = (_fma(-q, significand2, z) + z_tail) / significand2
    head3, tail3 = _finish(head, tail, square_head, _fma(q * 2.0, q_tail, square_tail))
    special = ~((std1 >= 2.0**-1074) & (std1 <= np.inf))
    lifted = np.where(special, std1, np.maximum(std1, 2.0**-1022))
    special2 = ~((std2 >= 2.0**-1074) & (std2 <= np.inf))
    lifted2 = np.where(special2, std2, np.maximum(std2, 2.0**-1022))
    return (
        np.where(
            mask,
            head3,
            np.where(np.minimum(std1, std2) < 0.0, np.nan, (np.abs(mu1 - mu2) + np.abs(lifted / lifted2)) + np.inf),
        ),
        np.where(mask, tail3, 0.0),
        np.where(mask, np.where(tiny, 2.0**-395, 32.0), 1.0),
    )


def _kl_normal_var_parts(mu1, var1, mu2, var2):
    """kl_normal_var = (head + tail) unscale."""
    mask = (
        (np.abs(mu1) < np.inf)
        & (np.abs(mu2) < np.inf)
        & (np.abs(var1) < np.inf)
        & (np.abs(var2) < np.inf)
        & (var1 > 0.0)
        & (var2 > 0.0)
    )
    significand, exponent = _split(var1)
    significand2, exponent2 = _split(var2)
    balanced, shift = _balance(significand, significand2)
    head, tail = _excess_1(balanced, significand2, (exponent - exponent2) + shift)
    # var2 = significand 4^-half, times 1 or 1/2
    half = np.rint(_fma(exponent2, -0.5, -0.25))
    head2, tail2 = _offset(mu1, mu2, half)
    tiny = (var1 == var2) & (np.abs(head2) < 2.0**-300)
    # a tiny offset is enlarged: its square would underflow
    scale = np.where(tiny, 2.0**200, 1.0)
    z = head2 * scale
    # (mu1 - mu2)^2 / var2 / 64
    square_head, square_tail = _two_prod(z, z)
    divisor = significand2 * _power_of_two(_fma(2.0, half, exponent2))
    offset2 = square_head / divisor
    z_tail = tail2 * scale
    square_low = _fma(z * 2.0, z_tail, square_tail)
    head3, tail3 = _finish(head, tail, offset2, (_fma(-offset2, divisor, square_head) + square_low) / divisor)
    special = ~((var1 >= 2.0**-1074) & (var1 <= np.inf))
    lifted = np.where(special, var1, np.maximum(var1, 2.0**-1022))
    special2 = ~((var2 >= 2.0**-1074) & (var2 <= np.inf))
    lifted2 = np.where(special2, var2, np.maximum(var2, 2.0**-1022))
    return (
        np.where(
            mask,
            head3,
            np.where(np.minimum(var1, var2) < 0.0, np.nan, (np.abs(mu1 - mu2) + np.abs(lifted / lifted2)) + np.inf),
        ),
        np.where(mask, tail3, 0.0),
        np.where(mask, np.where(tiny, 2.0**-395, 32.0), 1.0),
    )


def _exp_negative(x):
    """exp(-x) = (head + tail) 4^half, head in [0.7, 2.9]."""
    # beyond, no offset of the means makes a difference
    cut = np.maximum(np.minimum(-x, 2300.0), -2300.0)
    # x = k log(2) + r + c, with k log(2)'s head subtracted exactly
    k = np.rint(cut * 1.4426950408889634)
    r = _fma(-k, 0.6931471805592082, cut)
    linear_head, linear_tail = _fast_two_sum(1.0, r)
    head, tail = _expm1mx_reduced(r)
    total_head, total_tail = _fast_two_sum(linear_head, head)
    # 2^k = (2^half)^2 times 1 or 2
    half = np.rint(_fma(k, 0.5, -0.25))
    twice = _power_of_two(_fma(-2.0, half, k))
    c = k * -7.371002565167799e-13
    low = _fma(c, total_head, (linear_tail + total_tail) + tail)
    return total_head * twice, low * twice, half


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


def _kl_normal_logstd_parts(mu1, logstd1, mu2, logstd2):
    """kl_normal_logstd = (head + tail) unscale."""
    mask = (np.abs(mu1) < np.inf) & (np.abs(mu2) < np.inf) & (np.abs(logstd1) < np.inf) & (np.abs(logstd2) < np.inf)
    # the difference first: exact for near scales
    u_head, u_tail = _two_sum(logstd1 * 0.03125, logstd2 * -0.03125)
    head, tail, half = _exp_negative(logstd2 * 2.0)
    head2, tail2 = _offset(mu1, mu2, half)
    tiny = np.maximum(np.abs(u_head), np.abs(head2)) < 2.0**-300
    # tiny differences are enlarged: their squares would underflow
    scale = np.where(tiny, 2.0**200, 1.0)
    head3, tail3 = _expm1mx_scaled_pair(u_head * scale, u_tail * scale)
    z = head2 * scale
    # (mu1 - mu2)^2 exp(-logvar2) / 64
    square_head, square_tail = _two_prod(z, z)
    offset_head, offset_tail = _two_prod(square_head, head)
    z_tail = tail2 * scale
    square_low = _fma(z * 2.0, z_tail, square_tail)
    head4, tail4 = _finish(head3, tail3, offset_head, _fma(square_head, tail, _fma(square_low, head, offset_tail)))
    return (
        np.where(mask, head4, np.abs(mu1 - mu2) + np.abs(logstd1 - logstd2)),
        np.where(mask, tail4, 0.0),
        np.where(mask, np.where(tiny, 2.0**-395, 32.0), 1.0),
    )


def _kl_normal_logvar_parts(mu1, logvar1, mu2, logvar2):
    """kl_normal_logvar = (head + tail) unscale."""
    mask = (np.abs(mu1) < np.inf) & (np.abs(mu2) < np.inf) & (np.abs(logvar1) < np.inf) & (np.abs(logvar2) < np.inf)
    # the difference first: exact for near scales
    u_head, u_tail = _two_sum(logvar1 * 0.015625, logvar2 * -0.015625)
    head, tail, half = _exp_negative(logvar2 * 1.0)
    head2, tail2 = _offset(mu1, mu2, half)
    tiny = np.maximum(np.abs(u_head), np.abs(head2)) < 2.0**-300
    # tiny differences are enlarged: their squares would underflow
    scale = np.where(tiny, 2.0**200, 1.0)
    head3, tail3 = _expm1mx_scaled_pair(u_head * scale, u_tail * scale)
    z = head2 * scale
    # (mu1 - mu2)^2 exp(-logvar2) / 64
    square_head, square_tail = _two_prod(z, z)
    offset_head, offset_tail = _two_prod(square_head, head)
    z_tail = tail2 * scale
    square_low = _fma(z * 2.0, z_tail, square_tail)
    head4, tail4 = _finish(head3, tail3, offset_head, _fma(square_head, tail, _fma(square_low, head, offset_tail)))
    return (
        np.where(mask, head4, np.abs(mu1 - mu2) + np.abs(logvar1 - logvar2)),
        np.where(mask, tail4, 0.0),
        np.where(mask, np.where(tiny, 2.0**-395, 32.0), 1.0),
    )


def _kl_unit_std_slopes(mu, std):
    """The gradient of kl_unit_std."""
    bad = std < 0.0
    part = np.abs(std)
    # std - 1/std
    inverse = 1.0 / part
    total_head, total_tail = _two_difference(std, inverse)
    rest = _fma(-inverse, part, 1.0) / part
    value = total_head + (total_tail - rest)
    return (
        np.where(bad, np.nan, np.where(~np.isnan(std), mu, std)),
        np.where(
            bad,
            np.nan,
            np.where(~np.isnan(mu), np.where((part < np.inf) & (np.abs(inverse) < np.inf), value, std - inverse), mu),
        ),
    )


def _kl_unit_var_slopes(mu, var):
    """The gradient of kl_unit_var."""
    bad = var < 0.0
    part = np.abs(var)
    # 1/2 - 1/(2 var)
    inverse = 0.5 / part
    total_head, total_tail = _two_difference(0.5, inverse)
    rest = _fma(-inverse, part, 0.5) / part
    value = total_head + (total_tail - rest)
    return (
        np.where(bad, np.nan, np.where(~np.isnan(var), mu, var)),
        np.where(
            bad,
            np.nan,
            np.where(~np.isnan(mu), np.where((part < np.inf) & (np.abs(inverse) < np.inf), value, 0.5 - inverse), mu),
        ),
    )


def _expm1_scaled(u):
    """(exp(x) - 1)/64 at x = 64 u, as head and tail."""
    # beyond, the result is infinite
    u_cut = np.where(u < 11.103125, u, 11.103125)
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
    # the correction c changes exp(r) by c exp(r)
    growth = (1.0 + r) + head
    return total_head, _fma(s, _fma(c, growth, tail), (change_tail + first_tail) + total_tail)


def _kl_unit_logstd_slopes(mu, logstd):
    """The gradient of kl_unit_logstd."""
    part = np.abs(logstd)
    tiny = part < 2.0**-300
    # near 0 the derivative is linear: keep the bits of tiny ones
    scale = np.where(tiny, 2.0**200, 1.0)
    head, tail = _expm1_scaled(logstd * (scale * 0.03125))
    value = (head + tail) * np.where(tiny, 2.0**-194, 64.0)
    return (
        np.where(~np.isnan(logstd), mu, logstd),
        np.where(~np.isnan(mu), np.where(part < np.inf, value, np.where(logstd < 0.0, -1.0, logstd)), mu),
    )


def _kl_unit_logvar_slopes(mu, logvar):
    """The gradient of kl_unit_logvar."""
    part = np.abs(logvar)
    tiny = part < 2.0**-300
    # near 0 the derivative is linear: keep the bits of tiny ones
    scale = np.where(tiny, 2.0**200, 1.0)
    head, tail = _expm1_scaled(logvar * (scale * 0.015625))
    value = (head + tail) * np.where(tiny, 2.0**-195, 32.0)
    return (
        np.where(~np.isnan(logvar), mu, logvar),
        np.where(~np.isnan(mu), np.where(part < np.inf, value, np.where(logvar < 0.0, -0.5, logvar)), mu),
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


def _divide(a, a_tail, b, b_tail):
    """The quotient of two heads and tails, rounded."""
    quotient = a / b
    rest = _fma(-quotient, b_tail, _fma(-quotient, b, a)) + a_tail
    return quotient + rest / b


def _scale_by(x, j):
    """x 2^j, rounded once, for x near 1."""
    cut = np.maximum(np.minimum(j, 2040.0), -2040.0)
    half = np.rint(cut * 0.5)
    return (x * _power_of_two(half)) * _power_of_two(cut - half)


def _multiply(a, a_tail, b, b_tail):
    """The product of two heads and tails."""
    leading_head, leading_tail = _two_prod(a, b)
    return leading_head, _fma(a, b_tail, _fma(a_tail, b, leading_tail))


def _kl_normal_std_slopes(mu1, std1, mu2, std2):
    """The gradient of kl_normal_std."""
    part = np.abs(mu1)
    part2 = np.abs(mu2)
    part3 = np.where(np.maximum(part, part2) > 2.0**1000, 0.25, 1.0)
    offset = mu1 * part3 - mu2 * part3
    part4 = np.abs(std1)
    special = ~((part4 >= 2.0**-1074) & (part4 <= np.inf))
    lifted = np.where(special, part4, np.maximum(part4, 2.0**-1022))
    part5 = np.abs(std2)
    special2 = ~((part5 >= 2.0**-1074) & (part5 <= np.inf))
    lifted2 = np.where(special2, part5, np.maximum(part5, 2.0**-1022))
    ratio = lifted / lifted2
    mask = ~(~np.isnan(offset) & ~np.isnan(ratio)) | (np.minimum(std1, std2) < 0.0)
    mask2 = (part < np.inf) & (part2 < np.inf)
    mask3 = (part5 < np.inf) & (std2 > 0.0)
    mask4 = mask2 & mask3
    head, tail, exponent = _difference(mu1, mu2)
    significand, exponent2 = _split(std2)
    sum_head, sum_tail = _two_prod(significand, significand)
    part6 = np.where(
        mask,
        np.nan,
        np.where(
            mask4,
            _scale_by(_divide(head, tail, sum_head, sum_tail), _fma(-2.0, exponent2, exponent)),
            offset / lifted2,
        ),
    )
    mask5 = part4 < np.inf
    mask6 = std1 > 0.0
    significand2, exponent3 = _split(std1)
    # a first scale of 0 is an ordinary argument of d_s2
    above = np.where(mask6, exponent3, -5000.0)
    # s1 - s2 = d 2^top and s1 + s2 = p 2^top
    top = np.maximum(above, exponent2)
    a_shifted = significand2 * _power_of_two(np.maximum(above - top, -200.0))
    c_shifted = significand * _power_of_two(np.maximum(exponent2 - top, -200.0))
    d_head, d_tail = _two_difference(a_shifted, c_shifted)
    p_head, p_tail = _two_sum(a_shifted, c_shifted)
    head2, tail2 = _multiply(d_head, d_tail, p_head, p_tail)
    head3, tail3 = _multiply(sum_head, sum_tail, significand2, 0.0)
    change_power = np.where(head2 == 0.0, -20000.0, top * 2.0)
    part7 = exponent * 2.0
    # the two terms over a common power of two
    common = np.maximum(change_power, part7)
    left = _power_of_two(np.maximum(change_power - common, -900.0))
    head4, tail4 = _multiply(head, tail, head, tail)
    right = _power_of_two(np.maximum(part7 - common, -900.0))
    total_head, total_tail = _two_sum(head2 * left, head4 * right)
    head5, tail5 = _multiply(sum_head, sum_tail, significand, 0.0)
    return (
        part6,
        np.where(
            mask,
            np.nan,
            np.where(
                mask3 & mask5 & mask6,
                _scale_by(_divide(head2, tail2, head3, tail3), _fma(2.0, top - exponent2, -above)),
                np.where(
                    std1 == 0.0,
                    -np.inf,
                    np.where(std2 == 0.0, np.inf, np.where(std1 == np.inf, np.inf, -(1.0 / part4))),
                ),
            ),
        ),
        -part6,
        np.where(
            mask,
            np.nan,
            np.where(
                mask4 & mask5,
                _scale_by(
                    -_divide(total_head, _fma(tail4, right, _fma(tail2, left, total_tail)), head5, tail5),
                    common + exponent2 * -3.0,
                ),
                np.where(std2 == np.inf, np.where(mask2, 0.0, np.nan), -np.inf),
            ),
        ),
    )


def _kl_normal_var_slopes(mu1, var1, mu2, var2):
    """The gradient of kl_normal_var."""
    part = np.abs(mu1)
    part2 = np.abs(mu2)
    part3 = np.where(np.maximum(part, part2) > 2.0**1000, 0.25, 1.0)
    offset = mu1 * part3 - mu2 * part3
    part4 = np.abs(var1)
    special = ~((part4 >= 2.0**-1074) & (part4 <= np.inf))
    lifted = np.where(special, part4, np.maximum(part4, 2.0**-1022))
    part5 = np.abs(var2)
    special2 = ~((part5 >= 2.0**-1074) & (part5 <= np.inf))
    lifted2 = np.where(special2, part5, np.maximum(part5, 2.0**-1022))
    ratio = lifted / lifted2
    mask = ~(~np.isnan(offset) & ~np.isnan(ratio)) | (np.minimum(var1, var2) < 0.0)
    mask2 = (part < np.inf) & (part2 < np.inf)
    mask3 = (part5 < np.inf) & (var2 > 0.0)
    mask4 = mask2 & mask3
    head, tail, exponent = _difference(mu1, mu2)
    significand, exponent2 = _split(var2)
    part6 = np.where(
        mask,
        np.nan,
        np.where(mask4, _scale_by(_divide(head, tail, significand, 0.0), exponent - exponent2), offset / lifted2),
    )
    mask5 = part4 < np.inf
    mask6 = var1 > 0.0
    significand2, exponent3 = _split(var1)
    # a first scale of 0 is an ordinary argument of d_s2
    above = np.where(mask6, exponent3, -5000.0)
    # s1 - s2 = d 2^top and s1 + s2 = p 2^top
    top = np.maximum(above, exponent2)
    a_shifted = significand2 * _power_of_two(np.maximum(above - top, -200.0))
    c_shifted = significand * _power_of_two(np.maximum(exponent2 - top, -200.0))
    d_head, d_tail = _two_difference(a_shifted, c_shifted)
    sum_head, sum_tail = _two_prod(significand2, significand)
    change_power = np.where(d_head == 0.0, -20000.0, top)
    part7 = exponent * 2.0
    # the two terms over a common power of two
    common = np.maximum(change_power, part7)
    left = _power_of_two(np.maximum(change_power - common, -900.0))
    head2, tail2 = _multiply(head, tail, head, tail)
    right = _power_of_two(np.maximum(part7 - common, -900.0))
    total_head, total_tail = _two_sum(d_head * left, head2 * right)
    sum_head2, sum_tail2 = _two_prod(significand, significand)
    return (
        part6,
        np.where(
            mask,
            np.nan,
            np.where(
                mask3 & mask5 & mask6,
                _scale_by(_divide(d_head, d_tail, sum_head, sum_tail), ((top - above) - exponent2) - 1.0),
                np.where(
                    var1 == 0.0,
                    -np.inf,
                    np.where(var2 == 0.0, np.inf, np.where(var1 == np.inf, 0.5 / part5, -(0.5 / part4))),
                ),
            ),
        ),
        -part6,
        np.where(
            mask,
            np.nan,
            np.where(
                mask4 & mask5,
                _scale_by(
                    -_divide(total_head, _fma(tail2, right, _fma(d_tail, left, total_tail)), sum_head2, sum_tail2),
                    common + _fma(-2.0, exponent2, -1.0),
                ),
                np.where(var2 == np.inf, np.where(mask2, 0.0, np.nan), -np.inf),
            ),
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


def _kl_normal_logstd_slopes(mu1, logstd1, mu2, logstd2):
    """The gradient of kl_normal_logstd."""
    part = np.abs(mu1)
    part2 = np.abs(mu2)
    part3 = np.where(np.maximum(part, part2) > 2.0**1000, 0.25, 1.0)
    offset2 = mu1 * part3 - mu2 * part3
    ratio = logstd1 * 0.5 - logstd2 * 0.5
    mask = ~(~np.isnan(offset2) & ~np.isnan(ratio))
    mask2 = (part < np.inf) & (part2 < np.inf)
    part4 = np.abs(logstd2)
    mask3 = part4 < np.inf
    mask4 = mask2 & mask3
    head, tail, exponent = _difference(mu1, mu2)
    head2, tail2, half = _exp_negative(logstd2 * 2.0)
    head3, tail3 = _multiply(head, tail, head2, tail2)
    part5 = np.where(
        mask,
        np.nan,
        np.where(
            mask4,
            _scale_by(head3 + tail3, _fma(2.0, half, exponent)),
            offset2 / np.where(mask3, 1.0, np.where(logstd2 < 0.0, 0.0, np.inf)),
        ),
    )
    part6 = np.abs(logstd1)
    absent = logstd1 == -np.inf
    small = np.maximum(part6, part4) < 2.0**-600
    # near 0 the derivative is linear: keep the bits of tiny ones
    grown = np.where(small, 2.0**300, 1.0)
    part7 = grown * 0.03125
    u_head, u_tail = _two_sum(logstd1 * part7, -logstd2 * part7)
    # a first scale of 0 is an ordinary argument of d_s2
    u = np.where(absent, -1e300, u_head)
    u_low = np.where(absent, 0.0, u_tail)
    head4, tail4 = _expm1_scaled_pair(u, u_low)
    d_s1 = (head4 + tail4) * np.where(small, 2.0**-294, 64.0)
    head5, tail5 = _offset(mu1, mu2, half)
    tiny = (np.abs(head5) < 2.0**-300) & (small | (np.abs(u) < 2.0**-500))
    # both terms times 2^400 where both are tiny
    scale = np.where(tiny, 2.0**200, 1.0)
    linear = (scale * scale) * np.where(small, 2.0**-300, 1.0)
    head6, tail6 = _expm1_scaled_pair(u * linear, u_low * linear)
    part8 = head5 * scale
    part9 = tail5 * scale
    head7, tail7 = _multiply(part8, part9, part8, part9)
    head8, tail8 = _multiply(head7, tail7, head2, tail2)
    total_head, total_tail = _two_sum(head6, head8)
    d_s2 = (total_head + (total_tail + (tail6 + tail8))) * np.where(tiny, -(2.0**-394), -64.0)
    return (
        part5,
        np.where(mask, np.nan, np.where((part6 < np.inf) & mask3, d_s1, np.where(ratio < 0.0, -1.0, ratio))),
        -part5,
        np.where(
            mask,
            np.nan,
            np.where(
                mask4 & (logstd1 < np.inf),
                d_s2,
                np.where(logstd2 == np.inf, np.where(mask2, 1.0, np.nan), -np.inf),
            ),
        ),
    )


def _kl_normal_logvar_slopes(mu1, logvar1, mu2, logvar2):
    """The gradient of kl_normal_logvar."""
    part = np.abs(mu1)
    part2 = np.abs(mu2)
    part3 = np.where(np.maximum(part, part2) > 2.0**1000, 0.25, 1.0)
    offset2 = mu1 * part3 - mu2 * part3
    ratio = logvar1 * 0.5 - logvar2 * 0.5
    mask = ~(~np.isnan(offset2) & ~np.isnan(ratio))
    mask2 = (part < np.inf) & (part2 < np.inf)
    part4 = np.abs(logvar2)
    mask3 = part4 < np.inf
    mask4 = mask2 & mask3
    head, tail, exponent = _difference(mu1, mu2)
    head2, tail2, half = _exp_negative(logvar2 * 1.0)
    head3, tail3 = _multiply(head, tail, head2, tail2)
    part5 = np.where(
        mask,
        np.nan,
        np.where(
            mask4,
            _scale_by(head3 + tail3, _fma(2.0, half, exponent)),
            offset2 / np.where(mask3, 1.0, np.where(logvar2 < 0.0, 0.0, np.inf)),
        ),
    )
    part6 = np.abs(logvar1)
    absent = logvar1 == -np.inf
    small = np.maximum(part6, part4) < 2.0**-600
    # near 0 the derivative is linear: keep the bits of tiny ones
    grown = np.where(small, 2.0**300, 1.0)
    part7 = grown * 0.015625
    u_head, u_tail = _two_sum(logvar1 * part7, -logvar2 * part7)
    # a first scale of 0 is an ordinary argument of d_s2
    u = np.where(absent, -1e300, u_head)
    u_low = np.where(absent, 0.0, u_tail)
    head4, tail4 = _expm1_scaled_pair(u, u_low)
    d_s1 = (head4 + tail4) * np.where(small, 2.0**-295, 32.0)
    head5, tail5 = _offset(mu1, mu2, half)
    tiny = (np.abs(head5) < 2.0**-300) & (small | (np.abs(u) < 2.0**-500))
    # both terms times 2^400 where both are tiny
    scale = np.where(tiny, 2.0**200, 1.0)
    linear = (scale * scale) * np.where(small, 2.0**-300, 1.0)
    head6, tail6 = _expm1_scaled_pair(u * linear, u_low * linear)
    part8 = head5 * scale
    part9 = tail5 * scale
    head7, tail7 = _multiply(part8, part9, part8, part9)
    head8, tail8 = _multiply(head7, tail7, head2, tail2)
    total_head, total_tail = _two_sum(head6, head8)
    d_s2 = (total_head + (total_tail + (tail6 + tail8))) * np.where(tiny, -(2.0**-395), -32.0)
    return (
        part5,
        np.where(mask, np.nan, np.where((part6 < np.inf) & mask3, d_s1, np.where(ratio < 0.0, -0.5, ratio))),
        -part5,
        np.where(
            mask,
            np.nan,
            np.where(
                mask4 & (logvar1 < np.inf),
                d_s2,
                np.where(logvar2 == np.inf, np.where(mask2, 0.5, np.nan), -np.inf),
            ),
        ),
    )


# --- kernels for ordinary numbers ---


@_tabulated(*_integers(-(2.0**13), 2.0**13))
def _exponential_entry(k):
    """2^17 (exp(c) - 1 - c) and 2^9 (exp(c) - 1) at c = k/256 for an integer k."""
    c = k * 0.00390625
    scaled = c * 0.015625
    head, tail = _expm1mx_scaled(scaled)
    # exp(c) - 1, where c and head cancel for small exp(c)
    growth_head, growth_tail = _two_sum(scaled, head)
    return np.where(np.abs(c) < 32.0, head + tail, np.nan) * 2.0**23, (growth_head + (growth_tail + tail)) * 2.0**15


def _expm1mx_step(y):
    """2^17 (exp(x) - 1 - x) at x = y/256; NaN for |x| >= 32."""
    k = np.trunc(y)
    start, slope = _exponential_entry(k)
    r = np.subtract(y, k, out=k)
    # r in 18 bits, and the rest of it
    leading = _leading_bits(r)
    rest = r - leading
    p0 = _polynomial(r, 6.467518910445343e-13, 9.934111974523306e-10, 1.271565755208377e-06, 0.0013020833333332205)
    # 2^17 expm1mx(r/256)
    square = leading * leading
    square += (r + leading) * rest + (p0 * r) * (r * r)
    # 256 (exp(r/256) - 1), without the leading bits
    low = square * 0.001953125
    low += rest
    curve = np.multiply(slope, low, out=low)
    curve += square
    value = np.multiply(slope, leading, out=slope)
    value += curve
    value += start
    return value


def _expm1mx_ordinary(x):
    """expm1mx, and for which elements it holds."""
    value = _expm1mx_step(x * 256.0)
    value *= 2.0**-17
    ordinary = value >= 2.0**-560
    if not ordinary.all():
        ordinary |= x == 0.0
    return value, ordinary


@_tabulated(*_binade_parts(2.0**-16, 2.0**16))
def _quotient_entry_1(x):
    """c, next to x, and 2 (c - 1 - log(c))."""
    c = _anchor(x)
    significand, exponent = _split(c)
    balanced, shift = _balance(significand, 1.0)
    head, tail = _excess_1(balanced, 1.0, exponent + shift)
    return c, np.where((c > 2.0**-16) & (c < 2.0**16), (head + tail) * 128.0, np.nan)


def _step_1(c, start, leading, rest):
    """2 (x - 1 - log(x)) at x = c (1 + u), u = leading + rest, from start, its value at c."""
    slope = c - 1.0
    slope *= 2.0
    u = leading + rest
    p0 = _polynomial(
        u,
        -0.2857198910892111,
        0.3333386450617218,
        -0.3999999999600365,
        0.4999999999749195,
        -0.6666666666666667,
    )
    cubic = np.multiply(p0, u, out=p0)
    cubic *= u * u
    low = np.add(u, leading, out=u)
    low += slope
    low *= rest
    low += cubic
    value = np.multiply(slope, leading, out=slope)
    value += leading * leading + low
    value += start
    return value


def _log1pmx_ordinary(x):
    """log1pmx, and for which elements it holds."""
    c, start = _quotient_entry_1(x + 1.0)
    difference = c - 1.0
    difference = np.subtract(x, difference, out=difference)
    # u in 18 bits, and the rest of it from the remainder
    leading = _leading_bits(difference / c)
    rest = leading * c
    rest = np.subtract(difference, rest, out=rest)
    rest /= c
    value = _step_1(c, start, leading, rest)
    value *= -0.5
    ordinary = value <= -(2.0**-560)
    if not ordinary.all():
        ordinary |= x == 0.0
    return value, ordinary


@_tabulated(*_binade_parts(2.0**-16, 2.0**16))
def _quotient_entry_2(x):
    """c, next to x, and c^2 - 1 - 2 log(c)."""
    c = _anchor(x)
    significand, exponent = _split(c)
    balanced, shift = _balance(significand, 1.0)
    head, tail = _excess_2(balanced, 1.0, exponent + shift)
    return c, np.where((c > 2.0**-16) & (c < 2.0**16), (head + tail) * 64.0, np.nan)


def _step_2(c, start, leading, rest):
    """x^2 - 1 - 2 log(x) at x = c (1 + u), u = leading + rest, from start, its value at c."""
    power = c * c
    slope = power - 1.0
    slope *= 2.0
    curve = np.add(power, 1.0, out=power)
    u = leading + rest
    p0 = _polynomial(
        u,
        -0.2857198910892111,
        0.3333386450617218,
        -0.3999999999600365,
        0.4999999999749195,
        -0.6666666666666667,
    )
    cubic = np.multiply(p0, u, out=p0)
    cubic *= u * u
    low = np.add(u, leading, out=u)
    low *= curve
    low += slope
    low *= rest
    low += cubic
    value = np.multiply(slope, leading, out=slope)
    value += (leading * leading) * curve + low
    value += start
    return value


def _excess_2_step(x):
    """x^2 - 1 - 2 log(x); NaN outside of (2^-16, 2^16)."""
    c, start = _quotient_entry_2(x)
    difference = x - c
    # u in 18 bits, and the rest of it from the remainder
    leading = _leading_bits(difference / c)
    rest = leading * c
    rest = np.subtract(difference, rest, out=rest)
    rest /= c
    return _step_2(c, start, leading, rest)


def _kl_unit_std_ordinary(mu, std):
    """kl_unit_std, and for which elements it holds."""
    square = mu * mu
    value = _excess_2_step(std)
    value += square
    value *= 0.5
    ordinary = (value >= 2.0**-560) & (value < np.inf)
    if not ordinary.all():
        ordinary |= (std == 1.0) & (mu == 0.0)
    return value, ordinary


def _excess_1_step(x):
    """2 (x - 1 - log(x)); NaN outside of (2^-16, 2^16)."""
    c, start = _quotient_entry_1(x)
    difference = x - c
    # u in 18 bits, and the rest of it from the remainder
    leading = _leading_bits(difference / c)
    rest = leading * c
    rest = np.subtract(difference, rest, out=rest)
    rest /= c
    return _step_1(c, start, leading, rest)


def _kl_unit_var_ordinary(mu, var):
    """kl_unit_var, and for which elements it holds."""
    square = mu * 2.0
    square *= mu
    value = _excess_1_step(var)
    value += square
    value *= 0.25
    ordinary = (value >= 2.0**-560) & (value < np.inf)
    if not ordinary.all():
        ordinary |= (var == 1.0) & (mu == 0.0)
    return value, ordinary


def _kl_unit_logstd_ordinary(mu, logstd):
    """kl_unit_logstd, and for which elements it holds."""
    square = mu * 2.0**17
    square *= mu
    value = _expm1mx_step(logstd * 512.0)
    value += square
    value *= 2.0**-18
    ordinary = (value >= 2.0**-560) & (value < np.inf)
    if not ordinary.all():
        ordinary |= (logstd == 0.0) & (mu == 0.0)
    return value, ordinary


def _kl_unit_logvar_ordinary(mu, logvar):
    """kl_unit_logvar, and for which elements it holds."""
    square = mu * 2.0**17
    square *= mu
    value = _expm1mx_step(logvar * 256.0)
    value += square
    value *= 2.0**-18
    ordinary = (value >= 2.0**-560) & (value < np.inf)
    if not ordinary.all():
        ordinary |= (logvar == 0.0) & (mu == 0.0)
    return value, ordinary


def _step_2_more(c, start, leading, rest, more):
    """x^2 - 1 - 2 log(x) + more at x = c (1 + u), from start, its value at c."""
    power = c * c
    slope = power - 1.0
    slope *= 2.0
    curve = np.add(power, 1.0, out=power)
    u = leading + rest
    p0 = _polynomial(
        u,
        -0.2857198910892111,
        0.3333386450617218,
        -0.3999999999600365,
        0.4999999999749195,
        -0.6666666666666667,
    )
    cubic = np.multiply(p0, u, out=p0)
    cubic *= u * u
    low = np.add(u, leading, out=u)
    low *= curve
    low += slope
    low *= rest
    low += cubic
    value = np.multiply(slope, leading, out=slope)
    value += (leading * leading) * curve + (low + more)
    value += start
    return value


def _excess_2_of_quotient(x, y, more):
    """q^2 - 1 - 2 log(q) + more at q = x/y; NaN outside of (2^-16, 2^16)."""
    c, start = _quotient_entry_2(x / y)
    # both parts of y are so short that their products below are exact
    upper = _upper_bits(y)
    lower = y - upper
    # x - c y
    difference = c * upper
    difference = np.subtract(x, difference, out=difference)
    difference -= c * lower
    divisor = c * y
    # u in 18 bits, and the rest of it
    leading = _leading_bits(difference / divisor)
    short = leading * c
    rest = np.multiply(short, upper, out=upper)
    rest = np.subtract(difference, rest, out=rest)
    rest -= short * lower
    rest /= divisor
    return _step_2_more(c, start, leading, rest, more)


def _kl_normal_std_ordinary(mu1, std1, mu2, std2):
    """kl_normal_std, and for which elements it holds."""
    m_head, m_tail = _two_difference(mu1, mu2)
    # 18 bits, of which the square is exact, and the rest
    m_leading = _leading_bits(m_head)
    m_rest = m_head - m_leading
    m_rest += m_tail
    divisor = std2 * std2
    cross = m_head + m_leading
    cross *= m_rest
    cross /= divisor
    square = m_leading * m_leading
    square /= divisor
    value = _excess_2_of_quotient(std1, std2, cross)
    value += square
    value *= 0.5
    ordinary = (value >= 2.0**-560) & (value < np.inf) & (std2 >= 2.0**-180) & (std2 <= 2.0**180)
    if not ordinary.all():
        ordinary |= (value == 0.0) & (m_head == 0.0) & (std2 > 0.0)
    return value, ordinary


def _step_1_more(c, start, leading, rest, more):
    """2 (x - 1 - log(x)) + more at x = c (1 + u), from start, its value at c."""
    slope = c - 1.0
    slope *= 2.0
    u = leading + rest
    p0 = _polynomial(
        u,
        -0.2857198910892111,
        0.3333386450617218,
        -0.3999999999600365,
        0.4999999999749195,
        -0.6666666666666667,
    )
    cubic = np.multiply(p0, u, out=p0)
    cubic *= u * u
    low = np.add(u, leading, out=u)
    low += slope
    low *= rest
    low += cubic
    value = np.multiply(slope, leading, out=slope)
    value += leading * leading + (low + more)
    value += start
    return value


def _excess_1_of_quotient(x, y, more):
    """2 (q - 1 - log(q)) + more at q = x/y; NaN outside of (2^-16, 2^16)."""
    c, start = _quotient_entry_1(x / y)
    # both parts of y are so short that their products below are exact
    upper = _upper_bits(y)
    lower = y - upper
    # x - c y
    difference = c * upper
    difference = np.subtract(x, difference, out=difference)
    difference -= c * lower
    divisor = c * y
    # u in 18 bits, and the rest of it
    leading = _leading_bits(difference / divisor)
    short = leading * c
    rest = np.multiply(short, upper, out=upper)
    rest = np.subtract(difference, rest, out=rest)
    rest -= short * lower
    rest /= divisor
    return _step_1_more(c, start, leading, rest, more)


def _kl_normal_var_ordinary(mu1, var1, mu2, var2):
    """kl_normal_var, and for which elements it holds."""
    m_head, m_tail = _two_difference(mu1, mu2)
    # 18 bits, of which the square is exact, and the rest
    m_leading = _leading_bits(m_head)
    m_rest = m_head - m_leading
    m_rest += m_tail
    divisor = var2 * 0.5
    cross = m_head + m_leading
    cross *= m_rest
    cross /= divisor
    square = m_leading * m_leading
    square /= divisor
    value = _excess_1_of_quotient(var1, var2, cross)
    value += square
    value *= 0.25
    ordinary = (value >= 2.0**-560) & (value < np.inf) & (var2 >= 2.0**-180) & (var2 <= 2.0**180)
    if not ordinary.all():
        ordinary |= (value == 0.0) & (m_head == 0.0) & (var2 > 0.0)
    return value, ordinary


def _expm1mx_step_pair(y, y_tail, more):
    """2^17 (exp(x) - 1 - x) + more at x = (y + y_tail)/256; NaN for |x| >= 32."""
    k = np.trunc(y)
    start, slope = _exponential_entry(k)
    r = np.subtract(y, k, out=k)
    # r in 18 bits, and the rest of it
    leading = _leading_bits(r)
    rest = r - leading
    rest += y_tail
    p0 = _polynomial(r, 6.467518910445343e-13, 9.934111974523306e-10, 1.271565755208377e-06, 0.0013020833333332205)
    # 2^17 expm1mx(r/256)
    square = leading * leading
    square += (r + leading) * rest + (p0 * r) * (r * r)
    # 256 (exp(r/256) - 1), without the leading bits
    low = square * 0.001953125
    low += rest
    curve = np.multiply(slope, low, out=low)
    curve += more
    curve += square
    value = np.multiply(slope, leading, out=slope)
    value += curve
    value += start
    return value


def _kl_normal_logstd_ordinary(mu1, logstd1, mu2, logstd2):
    """kl_normal_logstd, and for which elements it holds."""
    d_head, d_tail = _two_difference(logstd1, logstd2)
    y = np.multiply(d_head, 512.0, out=d_head)
    y_tail = np.multiply(d_tail, 512.0, out=d_tail)
    m_head, m_tail = _two_difference(mu1, mu2)
    # 18 bits, of which the square is exact, and the rest
    m_leading = _leading_bits(m_head)
    m_rest = m_head - m_leading
    m_rest += m_tail
    weight = logstd2 * -2.0
    np.exp(weight, out=weight)
    scaled = weight * 2.0**17
    cross = m_head + m_leading
    cross *= m_rest
    cross *= scaled
    square = m_leading * m_leading
    square *= scaled
    value = _expm1mx_step_pair(y, y_tail, cross)
    value += square
    value *= 2.0**-18
    ordinary = (value >= 2.0**-560) & (value < np.inf) & (weight >= 2.0**-360) & (weight <= 2.0**360)
    if not ordinary.all():
        ordinary |= (value == 0.0) & (m_head == 0.0)
    return value, ordinary


def _kl_normal_logvar_ordinary(mu1, logvar1, mu2, logvar2):
    """kl_normal_logvar, and for which elements it holds."""
    d_head, d_tail = _two_difference(logvar1, logvar2)
    y = np.multiply(d_head, 256.0, out=d_head)
    y_tail = np.multiply(d_tail, 256.0, out=d_tail)
    m_head, m_tail = _two_difference(mu1, mu2)
    # 18 bits, of which the square is exact, and the rest
    m_leading = _leading_bits(m_head)
    m_rest = m_head - m_leading
    m_rest += m_tail
    weight = np.exp(-logvar2)
    scaled = weight * 2.0**17
    cross = m_head + m_leading
    cross *= m_rest
    cross *= scaled
    square = m_leading * m_leading
    square *= scaled
    value = _expm1mx_step_pair(y, y_tail, cross)
    value += square
    value *= 2.0**-18
    ordinary = (value >= 2.0**-560) & (value < np.inf) & (weight >= 2.0**-360) & (weight <= 2.0**360)
    if not ordinary.all():
        ordinary |= (value == 0.0) & (m_head == 0.0)
    return value, ordinary


def _kl_unit_std_grad_ordinary(mu, std):
    """kl_unit_std_grad, and for which elements it holds."""
    d = std - 1.0
    d_std = d / std
    d_std += d
    ordinary = (std >= 2.0**-180) & (std <= 2.0**180) & (np.abs(mu) <= 2.0**280)
    return mu, d_std, ordinary


def _kl_unit_var_grad_ordinary(mu, var):
    """kl_unit_var_grad, and for which elements it holds."""
    d = var - 1.0
    d_var = np.multiply(d, 0.5, out=d)
    d_var /= var
    ordinary = (var >= 2.0**-180) & (var <= 2.0**180) & (np.abs(mu) <= 2.0**280)
    return mu, d_var, ordinary


def _kl_unit_logstd_grad_ordinary(mu, logstd):
    """kl_unit_logstd_grad, and for which elements it holds."""
    part = logstd * 2.0
    d_logstd = np.expm1(part)
    part2 = np.abs(part)
    ordinary = (part2 <= 250.0) & (np.abs(mu) <= 2.0**280) & (part2 >= 2.0**-280)
    return mu, d_logstd, ordinary


def _kl_unit_logvar_grad_ordinary(mu, logvar):
    """kl_unit_logvar_grad, and for which elements it holds."""
    d_logvar = np.expm1(logvar)
    d_logvar *= 0.5
    part = np.abs(logvar)
    ordinary = (part <= 250.0) & (np.abs(mu) <= 2.0**280) & (part >= 2.0**-280)
    return mu, d_logvar, ordinary


def _kl_normal_var_grad_ordinary(mu1, var1, mu2, var2):
    """kl_normal_var_grad, and for which elements it holds."""
    m_head, m_tail = _two_difference(mu1, mu2)
    d_mu1 = m_head / var2
    d_head, d_tail = _two_difference(var1, var2)
    d_var1 = d_head * 0.5
    d_var1 /= var2
    d_var1 /= var1
    d_mu2 = -d_mu1
    # 18 bits, of which the square is exact, and the rest
    m_leading = _leading_bits(m_head)
    # var1 - var2 + (mu1 - mu2)^2
    total_head, total_tail = _two_sum(d_head, m_leading * m_leading)
    # 26 bits, above var2: the square is exact; and what it leaves out
    upper = _upper_bits(var2 * 1.0000000596046448)
    divisor = upper * -2.0
    divisor *= upper
    quotient = np.divide(total_head, divisor, out=total_head)
    m_rest = m_head - m_leading
    m_rest += m_tail
    low = np.add(m_head, m_leading, out=m_leading)
    low *= m_rest
    low += d_tail
    low += total_tail
    left_out = var2 + upper
    left_out *= -2.0
    left_out *= var2 - upper
    d_var2 = quotient * left_out
    d_var2 = np.subtract(low, d_var2, out=d_var2)
    d_var2 /= divisor + left_out
    d_var2 += quotient
    part = np.abs(m_head)
    ordinary = (
        (part <= 2.0**280)
        & ((part >= 2.0**-280) | (m_head == 0.0))
        & (np.minimum(var1, var2) >= 2.0**-180)
        & (np.maximum(var1, var2) <= 2.0**180)
    )
    return d_mu1, d_var1, d_mu2, d_var2, ordinary


@_tabulated(*_integers(-(2.0**13), 2.0**13))
def _weight_entry(k):
    """exp(-k/256) for an integer k: 17 bits of it, and the rest."""
    c = k * 0.00390625
    head, tail, half = _exp_negative(c)
    # 17 bits, and the rest
    upper = (head + 206158430208.0) - 206158430208.0
    scale = _power_of_two(half * 2.0)
    lower = (head - upper) + tail
    return np.where(np.abs(c) < 32.0, upper * scale, np.nan), lower * scale


def _weight(y):
    """exp(-y/256): 17 bits that are near to it, and the rest; NaN for |y| >= 32 * 256."""
    k = np.trunc(y)
    upper, lower = _weight_entry(k)
    r = np.subtract(k, y, out=k)
    # 256 (exp(r/256) - 1)
    growth = r * r
    growth *= _polynomial(
        r,
        6.467518910445343e-13,
        9.934111974523306e-10,
        1.271565755208377e-06,
        0.0013020833333332205,
        1.0,
    )
    growth *= 0.001953125
    growth += r
    low = upper + lower
    low *= growth * 0.00390625
    low += lower
    return upper, low


def _kl_normal_logstd_grad_ordinary(mu1, logstd1, mu2, logstd2):
    """kl_normal_logstd_grad, and for which elements it holds."""
    m_head, m_tail = _two_difference(mu1, mu2)
    upper, low = _weight(logstd2 * 512.0)
    weight2 = upper + low
    d_mu = m_head * weight2
    d_head, d_tail = _two_difference(logstd1, logstd2)
    part = np.multiply(d_head, 2.0, out=d_head)
    # nearer to 0 than the difference: an ulp of its growth is not above one of d_s1
    start = _upper_bits(part)
    growth = np.expm1(start)
    rest = np.subtract(part, start, out=start)
    rest += d_tail * 2.0
    # what the rest adds to the growth
    more = rest * 0.5
    more *= rest
    more += rest
    more *= growth + 1.0
    change = growth + more
    d_mu2 = -d_mu
    # 18 bits, of which the square is exact, and the rest
    m_leading = _leading_bits(m_head)
    of_leading = m_leading * m_leading
    m_rest = m_head - m_leading
    m_rest += m_tail
    small = np.multiply(of_leading, low, out=low)
    small += ((m_head + m_leading) * m_rest) * weight2
    small += more
    d_logstd2 = -((growth + small) + of_leading * upper)
    part2 = np.abs(m_head)
    part3 = np.abs(part)
    ordinary = (
        (part2 <= 2.0**280)
        & ((part2 >= 2.0**-280) | (m_head == 0.0))
        & (part3 <= 64.0)
        & (part3 >= 2.0**-280)
        & (weight2 > 0.0)
    )
    return d_mu, change, d_mu2, d_logstd2, ordinary


def _kl_normal_logvar_grad_ordinary(mu1, logvar1, mu2, logvar2):
    """kl_normal_logvar_grad, and for which elements it holds."""
    m_head, m_tail = _two_difference(mu1, mu2)
    upper, low = _weight(logvar2 * 256.0)
    weight2 = upper + low
    d_mu = m_head * weight2
    d_head, d_tail = _two_difference(logvar1, logvar2)
    # nearer to 0 than the difference: an ulp of its growth is not above one of d_s1
    start = _upper_bits(d_head)
    growth = np.expm1(start)
    rest = np.subtract(d_head, start, out=start)
    rest += d_tail
    # what the rest adds to the growth
    more = rest * 0.5
    more *= rest
    more += rest
    more *= growth + 1.0
    change = growth + more
    d_logvar1 = np.multiply(change, 0.5, out=change)
    d_mu2 = -d_mu
    # 18 bits, of which the square is exact, and the rest
    m_leading = _leading_bits(m_head)
    of_leading = m_leading * m_leading
    m_rest = m_head - m_leading
    m_rest += m_tail
    small = np.multiply(of_leading, low, out=low)
    small += ((m_head + m_leading) * m_rest) * weight2
    small += more
    d_logvar2 = -((growth + small) + of_leading * upper)
    d_logvar2 *= 0.5
    part = np.abs(m_head)
    part2 = np.abs(d_head)
    ordinary = (
        (part <= 2.0**280)
        & ((part >= 2.0**-280) | (m_head == 0.0))
        & (part2 <= 64.0)
        & (part2 >= 2.0**-280)
        & (weight2 > 0.0)
    )
    return d_mu, d_logvar1, d_mu2, d_logvar2, ordinary


# --- kernels for float32, in float64 ---


def _expm1mx_narrow(x):
    """expm1mx of binary32 arguments, and where it holds."""
    value = np.expm1(x)
    value -= x
    ordinary = value >= 2.0**-45
    return value, ordinary


def _log1pmx_narrow(x):
    """log1pmx of binary32 arguments, and where it holds."""
    value = np.log1p(x)
    value -= x
    ordinary = value <= -(2.0**-45)
    return value, ordinary


def _kl_unit_std_narrow(mu, std):
    """kl_unit_std of binary32 arguments, and where it holds."""
    square = mu * mu
    value = std * std
    value -= 1.0
    value -= np.log(std) * 2.0
    value += square
    value *= 0.5
    ordinary = value >= 2.0**-120
    if not ordinary.all():
        ordinary |= (std == 1.0) & (mu == 0.0)
    return value, ordinary


def _kl_unit_var_narrow(mu, var):
    """kl_unit_var of binary32 arguments, and where it holds."""
    square = mu * mu
    value = var - 1.0
    value -= np.log(var)
    value += square
    value *= 0.5
    ordinary = value >= 2.0**-120
    if not ordinary.all():
        ordinary |= (var == 1.0) & (mu == 0.0)
    return value, ordinary


def _kl_unit_logstd_narrow(mu, logstd):
    """kl_unit_logstd of binary32 arguments, and where it holds."""
    x = logstd * 2.0
    square = mu * mu
    value = np.expm1(x)
    value -= x
    value += square
    value *= 0.5
    ordinary = value >= 2.0**-45
    if not ordinary.all():
        ordinary |= (logstd == 0.0) & (mu == 0.0)
    return value, ordinary


def _kl_unit_logvar_narrow(mu, logvar):
    """kl_unit_logvar of binary32 arguments, and where it holds."""
    square = mu * mu
    value = np.expm1(logvar)
    value -= logvar
    value += square
    value *= 0.5
    ordinary = value >= 2.0**-45
    if not ordinary.all():
        ordinary |= (logvar == 0.0) & (mu == 0.0)
    return value, ordinary


def _kl_normal_std_narrow(mu1, std1, mu2, std2):
    """kl_normal_std of binary32 arguments, and where it holds."""
    by = 1.0 / std2
    t = std1 - std2
    t *= by
    m = mu1 - mu2
    z = np.multiply(m, by, out=by)
    squares = t * t
    squares += z * z
    squares *= 0.5
    value = np.log1p(t)
    value = np.subtract(t, value, out=value)
    value += squares
    mask = std2 > 0.0
    ordinary = (value >= 2.0**-120) & (t >= -0.9999990463256836) & mask
    if not ordinary.all():
        ordinary |= (std1 == std2) & (m == 0.0) & mask
    return value, ordinary


def _kl_normal_var_narrow(mu1, var1, mu2, var2):
    """kl_normal_var of binary32 arguments, and where it holds."""
    by = 1.0 / var2
    t = var1 - var2
    t *= by
    m = mu1 - mu2
    square = m * m
    square *= by
    value = np.log1p(t)
    value = np.subtract(t, value, out=value)
    value += square
    value *= 0.5
    mask = var2 > 0.0
    ordinary = (value >= 2.0**-120) & (t >= -0.9999990463256836) & mask
    if not ordinary.all():
        ordinary |= (var1 == var2) & (m == 0.0) & mask
    return value, ordinary


def _kl_normal_logstd_narrow(mu1, logstd1, mu2, logstd2):
    """kl_normal_logstd of binary32 arguments, and where it holds."""
    d = logstd1 - logstd2
    x = d * 2.0
    m = mu1 - mu2
    square = m * m
    square *= np.exp(logstd2 * -2.0)
    value = np.expm1(x)
    value -= x
    value += square
    value *= 0.5
    ordinary = value >= 2.0**-45
    if not ordinary.all():
        ordinary |= (value == 0.0) & (d == 0.0) & (m == 0.0)
    return value, ordinary


def _kl_normal_logvar_narrow(mu1, logvar1, mu2, logvar2):
    """kl_normal_logvar of binary32 arguments, and where it holds."""
    d = logvar1 - logvar2
    m = mu1 - mu2
    square = m * m
    square *= np.exp(-logvar2)
    value = np.expm1(d)
    value -= d
    value += square
    value *= 0.5
    ordinary = value >= 2.0**-45
    if not ordinary.all():
        ordinary |= (value == 0.0) & (d == 0.0) & (m == 0.0)
    return value, ordinary


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


def expm1mx(x: ArrayLike, /) -> Array | Number:
    """expm1mx(x), without cancellation.

        expm1mx = exp(x) - 1 - x

    Parameters
    ----------
    x : array_like, a number

    Returns
    -------
    float32 where all arguments are float32, otherwise float64; NumPy's broadcasting, a scalar for scalars.
    Numbers of Python's own leave a result of float32 arrays float32; subclasses of arrays are taken as arrays.

    Notes
    -----
    Domain: every real x.
    expm1mx(-inf) = expm1mx(inf) = inf.
    Error: binary64: 2.48 ulp (proved under hypotheses); binary32: 0.54 ulp (proved under hypotheses).
    Theorem stable-functions, through stable-range-exp; statement bc5e42e6d49de4d0.
    """
    (value,) = _apply(_expm1mx_ordinary, _expm1mx_narrow, _rounded(_expm1mx_parts), (x,), 1)
    return value


def log1pmx(x: ArrayLike, /) -> Array | Number:
    """log1pmx(x), without cancellation.

        log1pmx = log(1 + x) - x

    Parameters
    ----------
    x : array_like, a number

    Returns
    -------
    float32 where all arguments are float32, otherwise float64; NumPy's broadcasting, a scalar for scalars.
    Numbers of Python's own leave a result of float32 arrays float32; subclasses of arrays are taken as arrays.

    Notes
    -----
    Domain: x > -1.
    log1pmx(-1) = log1pmx(inf) = -inf; NaN below -1.
    Error: binary64: 2.34 ulp (proved under hypotheses); binary32: 0.63 ulp (proved under hypotheses).
    Theorem stable-functions, through stable-atanh, stable-log-scale; statement bc5e42e6d49de4d0.
    """
    (value,) = _apply(_log1pmx_ordinary, _log1pmx_narrow, _rounded(_log1pmx_parts), (x,), 1)
    return value


def kl_unit_std(mu: ArrayLike, std: ArrayLike, /, *, out: Array | None = None) -> Array | Number:
    """KL divergence, in nats, of the Gaussian (mu, std) from N(0, 1).

        kl_unit_std = -(1 + 2*log(std) - std^2 - mu^2)/2

    Parameters
    ----------
    mu : array_like, mean
    std : array_like, standard deviation
    out : array of the broadcast shape, optional; it may be one of the arguments

    Returns
    -------
    float32 where all arguments are float32, otherwise float64; NumPy's broadcasting, a scalar for scalars.
    Numbers of Python's own leave a result of float32 arrays float32; subclasses of arrays are taken as arrays.

    Notes
    -----
    Domain: every real mu; std >= 0.
    inf where mu is infinite, or std is 0 or infinite;
    NaN where an argument is NaN or outside of its domain.
    Error: binary64: 3.58 ulp (proved under hypotheses); binary32: 0.57 ulp (proved under hypotheses).
    Theorem kl-unit, through stable-unit-std; statement 9b841927df73d141.
    """
    (value,) = _apply(_kl_unit_std_ordinary, _kl_unit_std_narrow, _rounded(_kl_unit_std_parts), (mu, std), 1, out)
    return value


def kl_unit_var(mu: ArrayLike, var: ArrayLike, /, *, out: Array | None = None) -> Array | Number:
    """KL divergence, in nats, of the Gaussian (mu, var) from N(0, 1).

        kl_unit_var = -(1 + log(var) - var - mu^2)/2

    Parameters
    ----------
    mu : array_like, mean
    var : array_like, variance
    out : array of the broadcast shape, optional; it may be one of the arguments

    Returns
    -------
    float32 where all arguments are float32, otherwise float64; NumPy's broadcasting, a scalar for scalars.
    Numbers of Python's own leave a result of float32 arrays float32; subclasses of arrays are taken as arrays.

    Notes
    -----
    Domain: every real mu; var >= 0.
    inf where mu is infinite, or var is 0 or infinite;
    NaN where an argument is NaN or outside of its domain.
    Error: binary64: 3.47 ulp (proved under hypotheses); binary32: 0.63 ulp (proved under hypotheses).
    Theorem same-function, through stable-unit-var; statement b8c0b636e100a4b9.
    """
    (value,) = _apply(_kl_unit_var_ordinary, _kl_unit_var_narrow, _rounded(_kl_unit_var_parts), (mu, var), 1, out)
    return value


def kl_unit_logstd(mu: ArrayLike, logstd: ArrayLike, /, *, out: Array | None = None) -> Array | Number:
    """KL divergence, in nats, of the Gaussian (mu, logstd) from N(0, 1).

        kl_unit_logstd = -(1 + 2*logstd - exp(2*logstd) - mu^2)/2

    Parameters
    ----------
    mu : array_like, mean
    logstd : array_like, logarithm of the standard deviation
    out : array of the broadcast shape, optional; it may be one of the arguments

    Returns
    -------
    float32 where all arguments are float32, otherwise float64; NumPy's broadcasting, a scalar for scalars.
    Numbers of Python's own leave a result of float32 arrays float32; subclasses of arrays are taken as arrays.

    Notes
    -----
    Domain: every real mu and logstd.
    inf where mu or logstd is infinite;
    NaN where an argument is NaN.
    Error: binary64: 3.62 ulp (proved under hypotheses); binary32: 0.54 ulp (proved under hypotheses).
    Theorem same-function, through stable-unit-logstd; statement b8c0b636e100a4b9.
    """
    (value,) = _apply(
        _kl_unit_logstd_ordinary,
        _kl_unit_logstd_narrow,
        _rounded(_kl_unit_logstd_parts),
        (mu, logstd),
        1,
        out,
    )
    return value


def kl_unit_logvar(mu: ArrayLike, logvar: ArrayLike, /, *, out: Array | None = None) -> Array | Number:
    """KL divergence, in nats, of the Gaussian (mu, logvar) from N(0, 1).

        kl_unit_logvar = -(1 + logvar - exp(logvar) - mu^2)/2

    Parameters
    ----------
    mu : array_like, mean
    logvar : array_like, logarithm of the variance
    out : array of the broadcast shape, optional; it may be one of the arguments

    Returns
    -------
    float32 where all arguments are float32, otherwise float64; NumPy's broadcasting, a scalar for scalars.
    Numbers of Python's own leave a result of float32 arrays float32; subclasses of arrays are taken as arrays.

    Notes
    -----
    Domain: every real mu and logvar.
    inf where mu or logvar is infinite;
    NaN where an argument is NaN.
    Error: binary64: 3.62 ulp (proved under hypotheses); binary32: 0.54 ulp (proved under hypotheses).
    Theorem same-function, through stable-unit-logvar; statement b8c0b636e100a4b9.
    """
    (value,) = _apply(
        _kl_unit_logvar_ordinary,
        _kl_unit_logvar_narrow,
        _rounded(_kl_unit_logvar_parts),
        (mu, logvar),
        1,
        out,
    )
    return value


def kl_normal_std(
    mu1: ArrayLike, std1: ArrayLike, mu2: ArrayLike, std2: ArrayLike, /, *, out: Array | None = None
) -> Array | Number:
    """KL divergence, in nats, of the Gaussian (mu1, std1) from (mu2, std2).

        kl_normal_std = log(std2/std1) + (std1^2 + (mu1 - mu2)^2)/(2*std2^2) - 1/2

    Parameters
    ----------
    mu1 : array_like, mean of the first Gaussian
    std1 : array_like, standard deviation
    mu2 : array_like, mean of the second Gaussian
    std2 : array_like, standard deviation
    out : array of the broadcast shape, optional; it may be one of the arguments

    Returns
    -------
    float32 where all arguments are float32, otherwise float64; NumPy's broadcasting, a scalar for scalars.
    Numbers of Python's own leave a result of float32 arrays float32; subclasses of arrays are taken as arrays.

    Notes
    -----
    Domain: every real mu1 and mu2; std1 and std2 >= 0.
    NaN where mu1 = mu2 = -inf, or mu1 = mu2 = inf, or std1 = std2 = 0, or std1 = std2 = inf;
    inf elsewhere where mu1 or mu2 is infinite, or std1 or std2 is 0 or infinite;
    NaN where an argument is NaN or outside of its domain.
    Error: binary64: 3.72 ulp (proved under hypotheses); binary32: 0.63 ulp (proved under hypotheses).
    Theorem kl-normal, through stable-normal-std; statement 508e3fbb66eed03a.
    """
    (value,) = _apply(
        _kl_normal_std_ordinary,
        _kl_normal_std_narrow,
        _rounded(_kl_normal_std_parts),
        (mu1, std1, mu2, std2),
        1,
        out,
    )
    return value


def kl_normal_var(
    mu1: ArrayLike, var1: ArrayLike, mu2: ArrayLike, var2: ArrayLike, /, *, out: Array | None = None
) -> Array | Number:
    """KL divergence, in nats, of the Gaussian (mu1, var1) from (mu2, var2).

        kl_normal_var = (log(var2/var1) + (var1 + (mu1 - mu2)^2)/var2 - 1)/2

    Parameters
    ----------
    mu1 : array_like, mean of the first Gaussian
    var1 : array_like, variance
    mu2 : array_like, mean of the second Gaussian
    var2 : array_like, variance
    out : array of the broadcast shape, optional; it may be one of the arguments

    Returns
    -------
    float32 where all arguments are float32, otherwise float64; NumPy's broadcasting, a scalar for scalars.
    Numbers of Python's own leave a result of float32 arrays float32; subclasses of arrays are taken as arrays.

    Notes
    -----
    Domain: every real mu1 and mu2; var1 and var2 >= 0.
    NaN where mu1 = mu2 = -inf, or mu1 = mu2 = inf, or var1 = var2 = 0, or var1 = var2 = inf;
    inf elsewhere where mu1 or mu2 is infinite, or var1 or var2 is 0 or infinite;
    NaN where an argument is NaN or outside of its domain.
    Error: binary64: 3.47 ulp (proved under hypotheses); binary32: 0.63 ulp (proved under hypotheses).
    Theorem same-function, through stable-normal-var; statement b8c0b636e100a4b9.
    """
    (value,) = _apply(
        _kl_normal_var_ordinary,
        _kl_normal_var_narrow,
        _rounded(_kl_normal_var_parts),
        (mu1, var1, mu2, var2),
        1,
        out,
    )
    return value


def kl_normal_logstd(
    mu1: ArrayLike, logstd1: ArrayLike, mu2: ArrayLike, logstd2: ArrayLike, /, *, out: Array | None = None
) -> Array | Number:
    """KL divergence, in nats, of the Gaussian (mu1, logstd1) from (mu2, logstd2).

        kl_normal_logstd = logstd2 - logstd1 + (exp(2*logstd1) + (mu1 - mu2)^2)/(2*exp(2*logstd2)) - 1/2

    Parameters
    ----------
    mu1 : array_like, mean of the first Gaussian
    logstd1 : array_like, logarithm of the standard deviation
    mu2 : array_like, mean of the second Gaussian
    logstd2 : array_like, logarithm of the standard deviation
    out : array of the broadcast shape, optional; it may be one of the arguments

    Returns
    -------
    float32 where all arguments are float32, otherwise float64; NumPy's broadcasting, a scalar for scalars.
    Numbers of Python's own leave a result of float32 arrays float32; subclasses of arrays are taken as arrays.

    Notes
    -----
    Domain: every real mu1, logstd1, mu2 and logstd2.
    NaN where mu1 = mu2 = -inf, or mu1 = mu2 = inf, or logstd1 = logstd2 = -inf, or logstd1 = logstd2 = inf;
    inf elsewhere where mu1 or logstd1 or mu2 or logstd2 is infinite;
    NaN where an argument is NaN.
    Error: binary64: 3.86 ulp (proved under hypotheses); binary32: 0.54 ulp (proved under hypotheses).
    Theorem same-function, through stable-normal-logstd; statement b8c0b636e100a4b9.
    """
    (value,) = _apply(
        _kl_normal_logstd_ordinary,
        _kl_normal_logstd_narrow,
        _rounded(_kl_normal_logstd_parts),
        (mu1, logstd1, mu2, logstd2),
        1,
        out,
    )
    return value


def kl_normal_logvar(
    mu1: ArrayLike, logvar1: ArrayLike, mu2: ArrayLike, logvar2: ArrayLike, /, *, out: Array | None = None
) -> Array | Number:
    """KL divergence, in nats, of the Gaussian (mu1, logvar1) from (mu2, logvar2).

        kl_normal_logvar = (logvar2 - logvar1 + (exp(logvar1) + (mu1 - mu2)^2)/exp(logvar2) - 1)/2

    Parameters
    ----------
    mu1 : array_like, mean of the first Gaussian
    logvar1 : array_like, logarithm of the variance
    mu2 : array_like, mean of the second Gaussian
    logvar2 : array_like, logarithm of the variance
    out : array of the broadcast shape, optional; it may be one of the arguments

    Returns
    -------
    float32 where all arguments are float32, otherwise float64; NumPy's broadcasting, a scalar for scalars.
    Numbers of Python's own leave a result of float32 arrays float32; subclasses of arrays are taken as arrays.

    Notes
    -----
    Domain: every real mu1, logvar1, mu2 and logvar2.
    NaN where mu1 = mu2 = -inf, or mu1 = mu2 = inf, or logvar1 = logvar2 = -inf, or logvar1 = logvar2 = inf;
    inf elsewhere where mu1 or logvar1 or mu2 or logvar2 is infinite;
    NaN where an argument is NaN.
    Error: binary64: 3.86 ulp (proved under hypotheses); binary32: 0.54 ulp (proved under hypotheses).
    Theorem same-function, through stable-normal-logvar; statement b8c0b636e100a4b9.
    """
    (value,) = _apply(
        _kl_normal_logvar_ordinary,
        _kl_normal_logvar_narrow,
        _rounded(_kl_normal_logvar_parts),
        (mu1, logvar1, mu2, logvar2),
        1,
        out,
    )
    return value


def kl_unit_std_grad(mu: ArrayLike, std: ArrayLike, /) -> tuple[Array | Number, ...]:
    """Partial derivatives of kl_unit_std, in the order of its arguments.

        d_mu = mu
        d_std = (std^2 - 1)/std

    Parameters
    ----------
    mu : array_like, mean
    std : array_like, standard deviation

    Returns
    -------
    float32 where all arguments are float32, otherwise float64; NumPy's broadcasting, a scalar for scalars.
    Numbers of Python's own leave a result of float32 arrays float32; subclasses of arrays are taken as arrays.

    Notes
    -----
    Domain: every real mu; std >= 0.
    At special arguments the limits of the formulas, NaN where there is none.
    Error: binary64: 3.01 ulp (proved); binary32: 0.51 ulp (proved).
    Theorem gradient-f, through stable-grad-unit-std; statement f785221215b21a6c.
    """
    return _apply(_kl_unit_std_grad_ordinary, _kl_unit_std_grad_ordinary, _kl_unit_std_slopes, (mu, std), 2)


def kl_unit_var_grad(mu: ArrayLike, var: ArrayLike, /) -> tuple[Array | Number, ...]:
    """Partial derivatives of kl_unit_var, in the order of its arguments.

        d_mu = mu
        d_var = 1/2 - 1/(2*var)

    Parameters
    ----------
    mu : array_like, mean
    var : array_like, variance

    Returns
    -------
    float32 where all arguments are float32, otherwise float64; NumPy's broadcasting, a scalar for scalars.
    Numbers of Python's own leave a result of float32 arrays float32; subclasses of arrays are taken as arrays.

    Notes
    -----
    Domain: every real mu; var >= 0.
    At special arguments the limits of the formulas, NaN where there is none.
    Error: binary64: 2.04 ulp (proved); binary32: 0.51 ulp (proved).
    Theorem gradient-g, through stable-grad-unit-var; statement aa75635ac320f877.
    """
    return _apply(_kl_unit_var_grad_ordinary, _kl_unit_var_grad_ordinary, _kl_unit_var_slopes, (mu, var), 2)


def kl_unit_logstd_grad(mu: ArrayLike, logstd: ArrayLike, /) -> tuple[Array | Number, ...]:
    """Partial derivatives of kl_unit_logstd, in the order of its arguments.

        d_mu = mu
        d_logstd = exp(2*logstd) - 1

    Parameters
    ----------
    mu : array_like, mean
    logstd : array_like, logarithm of the standard deviation

    Returns
    -------
    float32 where all arguments are float32, otherwise float64; NumPy's broadcasting, a scalar for scalars.
    Numbers of Python's own leave a result of float32 arrays float32; subclasses of arrays are taken as arrays.

    Notes
    -----
    Domain: every real mu and logstd.
    At special arguments the limits of the formulas, NaN where there is none.
    Error: binary64: 1.01 ulp (proved under hypotheses); binary32: 0.51 ulp (proved under hypotheses).
    Theorem gradients-unit, through stable-grad-unit-logstd; statement c0640b767f5be2f3.
    """
    return _apply(_kl_unit_logstd_grad_ordinary, _kl_unit_logstd_grad_ordinary, _kl_unit_logstd_slopes, (mu, logstd), 2)


def kl_unit_logvar_grad(mu: ArrayLike, logvar: ArrayLike, /) -> tuple[Array | Number, ...]:
    """Partial derivatives of kl_unit_logvar, in the order of its arguments.

        d_mu = mu
        d_logvar = (exp(logvar) - 1)/2

    Parameters
    ----------
    mu : array_like, mean
    logvar : array_like, logarithm of the variance

    Returns
    -------
    float32 where all arguments are float32, otherwise float64; NumPy's broadcasting, a scalar for scalars.
    Numbers of Python's own leave a result of float32 arrays float32; subclasses of arrays are taken as arrays.

    Notes
    -----
    Domain: every real mu and logvar.
    At special arguments the limits of the formulas, NaN where there is none.
    Error: binary64: 1.01 ulp (proved under hypotheses); binary32: 0.51 ulp (proved under hypotheses).
    Theorem gradients-unit, through stable-grad-unit-logvar; statement c0640b767f5be2f3.
    """
    return _apply(_kl_unit_logvar_grad_ordinary, _kl_unit_logvar_grad_ordinary, _kl_unit_logvar_slopes, (mu, logvar), 2)


def kl_normal_std_grad(
    mu1: ArrayLike, std1: ArrayLike, mu2: ArrayLike, std2: ArrayLike, /
) -> tuple[Array | Number, ...]:
    """Partial derivatives of kl_normal_std, in the order of its arguments.

        d_mu1 = (mu1 - mu2)/std2^2
        d_std1 = std1/std2^2 - 1/std1
        d_mu2 = -(mu1 - mu2)/std2^2
        d_std2 = 1/std2 - (std1^2 + (mu1 - mu2)^2)/std2^3

    Parameters
    ----------
    mu1 : array_like, mean of the first Gaussian
    std1 : array_like, standard deviation
    mu2 : array_like, mean of the second Gaussian
    std2 : array_like, standard deviation

    Returns
    -------
    float32 where all arguments are float32, otherwise float64; NumPy's broadcasting, a scalar for scalars.
    Numbers of Python's own leave a result of float32 arrays float32; subclasses of arrays are taken as arrays.

    Notes
    -----
    Domain: every real mu1 and mu2; std1 and std2 >= 0.
    At special arguments the limits of the formulas, NaN where there is none.
    Error: binary64: 1.13 ulp (proved); binary32: 1.01 ulp (proved).
    Theorem gradients-normal, through stable-grad-normal-std; statement 09a906cbd1c4fcb9.
    """
    return _apply(None, None, _kl_normal_std_slopes, (mu1, std1, mu2, std2), 4)


def kl_normal_var_grad(
    mu1: ArrayLike, var1: ArrayLike, mu2: ArrayLike, var2: ArrayLike, /
) -> tuple[Array | Number, ...]:
    """Partial derivatives of kl_normal_var, in the order of its arguments.

        d_mu1 = (mu1 - mu2)/var2
        d_var1 = (1/var2 - 1/var1)/2
        d_mu2 = -(mu1 - mu2)/var2
        d_var2 = (1/var2 - (var1 + (mu1 - mu2)^2)/var2^2)/2

    Parameters
    ----------
    mu1 : array_like, mean of the first Gaussian
    var1 : array_like, variance
    mu2 : array_like, mean of the second Gaussian
    var2 : array_like, variance

    Returns
    -------
    float32 where all arguments are float32, otherwise float64; NumPy's broadcasting, a scalar for scalars.
    Numbers of Python's own leave a result of float32 arrays float32; subclasses of arrays are taken as arrays.

    Notes
    -----
    Domain: every real mu1 and mu2; var1 and var2 >= 0.
    At special arguments the limits of the formulas, NaN where there is none.
    Error: binary64: 3.01 ulp (proved); binary32: 1.01 ulp (proved).
    Theorem gradients-normal, through stable-grad-normal-var; statement 09a906cbd1c4fcb9.
    """
    return _apply(
        _kl_normal_var_grad_ordinary,
        _kl_normal_var_grad_ordinary,
        _kl_normal_var_slopes,
        (mu1, var1, mu2, var2),
        4,
    )


def kl_normal_logstd_grad(
    mu1: ArrayLike, logstd1: ArrayLike, mu2: ArrayLike, logstd2: ArrayLike, /
) -> tuple[Array | Number, ...]:
    """Partial derivatives of kl_normal_logstd, in the order of its arguments.

        d_mu1 = (mu1 - mu2)*exp(-2*logstd2)
        d_logstd1 = exp(2*(logstd1 - logstd2)) - 1
        d_mu2 = -(mu1 - mu2)*exp(-2*logstd2)
        d_logstd2 = 1 - (exp(2*logstd1) + (mu1 - mu2)^2)*exp(-2*logstd2)

    Parameters
    ----------
    mu1 : array_like, mean of the first Gaussian
    logstd1 : array_like, logarithm of the standard deviation
    mu2 : array_like, mean of the second Gaussian
    logstd2 : array_like, logarithm of the standard deviation

    Returns
    -------
    float32 where all arguments are float32, otherwise float64; NumPy's broadcasting, a scalar for scalars.
    Numbers of Python's own leave a result of float32 arrays float32; subclasses of arrays are taken as arrays.

    Notes
    -----
    Domain: every real mu1, logstd1, mu2 and logstd2.
    At special arguments the limits of the formulas, NaN where there is none.
    Error: binary64: 3.29 ulp (proved under hypotheses); binary32: 1.01 ulp (proved under hypotheses).
    Theorem gradients-normal, through stable-grad-normal-logstd; statement 09a906cbd1c4fcb9.
    """
    return _apply(
        _kl_normal_logstd_grad_ordinary,
        _kl_normal_logstd_grad_ordinary,
        _kl_normal_logstd_slopes,
        (mu1, logstd1, mu2, logstd2),
        4,
    )


def kl_normal_logvar_grad(
    mu1: ArrayLike, logvar1: ArrayLike, mu2: ArrayLike, logvar2: ArrayLike, /
) -> tuple[Array | Number, ...]:
    """Partial derivatives of kl_normal_logvar, in the order of its arguments.

        d_mu1 = (mu1 - mu2)*exp(-logvar2)
        d_logvar1 = (exp(logvar1 - logvar2) - 1)/2
        d_mu2 = -(mu1 - mu2)*exp(-logvar2)
        d_logvar2 = (1 - (exp(logvar1) + (mu1 - mu2)^2)*exp(-logvar2))/2

    Parameters
    ----------
    mu1 : array_like, mean of the first Gaussian
    logvar1 : array_like, logarithm of the variance
    mu2 : array_like, mean of the second Gaussian
    logvar2 : array_like, logarithm of the variance

    Returns
    -------
    float32 where all arguments are float32, otherwise float64; NumPy's broadcasting, a scalar for scalars.
    Numbers of Python's own leave a result of float32 arrays float32; subclasses of arrays are taken as arrays.

    Notes
    -----
    Domain: every real mu1, logvar1, mu2 and logvar2.
    At special arguments the limits of the formulas, NaN where there is none.
    Error: binary64: 3.29 ulp (proved under hypotheses); binary32: 1.01 ulp (proved under hypotheses).
    Theorem gradients-normal, through stable-grad-normal-logvar; statement 09a906cbd1c4fcb9.
    """
    return _apply(
        _kl_normal_logvar_grad_ordinary,
        _kl_normal_logvar_grad_ordinary,
        _kl_normal_logvar_slopes,
        (mu1, logvar1, mu2, logvar2),
        4,
    )
