# SPDX-License-Identifier: MIT
"""The Kullback-Leibler divergence of Gaussians for PyTorch, with derivatives of every order in reverse mode.

Emitted by `derive all`; edit proofs/ or derive/, not this file. It needs PyTorch and nothing else: copy it anywhere.

KL is that of the first Gaussian from the second, in nats, element by element. The names say what the scale is, because
confusing a scale with another or with its logarithm is the usual mistake. The value is never negative, and 0 for equal
arguments. No function of the framework is trusted with a formula: all is sums, products, quotients and the bits of
numbers, in the format of the arguments, so that eager, compiled and contracted code stay within the bounds. Errors are
in units of the last place of the exact result; `derive verify` measures them. Bounds that are proved suppose that every
operation rounds to nearest, underflow is gradual and sums are not reordered; products may be fused with sums.

Gradients, vmap, torch.func, forward mode and torch.compile(fullgraph=True) work, but for two things that PyTorch does
not pass on through an autograd.Function, and answers with 0: forward mode inside forward mode (jacfwd of jacfwd; take
torch.func.hessian, or jacrev inside), and in compiled code anything but values and first derivatives in reverse mode.
float16 and bfloat16 are computed in float32 and rounded once.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, TypedDict, Unpack

import torch
from torch import Tensor

__all__ = [
    "expm1mx",
    "kl_normal_logstd",
    "kl_normal_logvar",
    "kl_normal_std",
    "kl_normal_var",
    "kl_unit_logstd",
    "kl_unit_logvar",
    "kl_unit_std",
    "kl_unit_var",
    "log1pmx",
]

Real = Tensor | float

_INF = float("inf")
_NAN = float("nan")


class _Format(NamedTuple):
    """What depends on the format in a kernel."""

    real: torch.dtype
    integer: torch.dtype
    digits: int
    bias: int
    log2_head: float
    log2_tail: float
    inverse_log2: float
    largest_exponent: float
    largest_exponent_scaled: float
    smallest_exponent: float
    largest_weight: float
    tiny: float
    tiny_offset: float
    enlarge: float
    enlarge_twice: float
    reduce_twice: float
    unscale_tiny: float
    above_half_subnormal: float
    tiny_linear: float
    enlarge_linear: float
    reduce_linear: float
    unscale_linear: float
    unscale_twice: float
    tiny_difference: float
    smallest_normal: float
    smallest_subnormal: float
    make_normal: float
    normal_shift: float
    largest_power: float
    smallest_power: float
    largest_mean: float
    largest_offset: float
    largest_unit_offset: float
    largest_shift: float
    no_exponent: float
    negligible: float
    far_below: float
    exponential: tuple[float, ...]
    logarithm: tuple[float, ...]


# --- the operations the kernels are written in ---


def _two_sum(a, b):
    """a + b as head and tail."""
    head = a + b
    part = head - a
    return head, (a - (head - part)) + (b - part)


def _polynomial(x, first, *others):
    """The polynomial with these coefficients, the highest first, by Horner's rule."""
    value = x * first
    for coefficient in others[:-1]:
        value = (value + coefficient) * x
    return value + others[-1]


def _scalars(f, mask, a, b):
    """a where the mask holds, else b, for two plain numbers."""
    return torch.where(mask, torch.scalar_tensor(a, dtype=f.real, device=mask.device), b)


def _divided(f, a, x):
    """a / x for a plain number a, of which PyTorch would multiply the reciprocal."""
    return torch.scalar_tensor(a, dtype=f.real, device=x.device) / x


def _positive(f, x):
    """Whether x is a positive number or inf, subnormal numbers included, by the order of the bits."""
    bits = x.view(f.integer)
    return (bits > 0) & (bits <= (2 * f.bias + 1) << (f.digits - 1))


def _upper_bits(f, x):
    """x without the lower half of its significand: the square of what is left is exact."""
    return (x.view(f.integer) & -(1 << (f.digits + 1) // 2)).view(f.real)


def _power_of_two(f, k):
    """2^k for an integer k, where that is a normal number."""
    return ((k.to(f.integer) + f.bias) << (f.digits - 1)).view(f.real)


def _exponent_of(f, x):
    """floor(log2 x) of a positive normal x."""
    return ((x.view(f.integer) >> (f.digits - 1)) - f.bias).to(f.real)


def _significand_of(f, x):
    """x / 2^floor(log2 x), in [1, 2), of a positive normal x."""
    fraction = x.view(f.integer) & ((1 << (f.digits - 1)) - 1)
    return (fraction | (f.bias << (f.digits - 1))).view(f.real)


# --- the formats ---


_BINARY32 = _Format(
    real=torch.float32,
    integer=torch.int32,
    digits=24,
    bias=127,
    log2_head=0.693115234375,
    log2_tail=3.194618329871446e-05,
    inverse_log2=1.4426950216293335,
    largest_exponent=91.0,
    largest_exponent_scaled=1.421875,
    smallest_exponent=-33.0,
    largest_weight=320.0,
    tiny=2.0**-47,
    tiny_offset=2.0**-50,
    enlarge=2.0**16,
    enlarge_twice=2.0**32,
    reduce_twice=2.0**-32,
    unscale_tiny=2.0**-27,
    above_half_subnormal=2.0**-146,
    tiny_linear=2.0**-92,
    enlarge_linear=2.0**59,
    reduce_linear=2.0**-59,
    unscale_linear=2.0**-53,
    unscale_twice=2.0**-26,
    tiny_difference=2.0**-93,
    smallest_normal=2.0**-126,
    smallest_subnormal=2.0**-149,
    make_normal=2.0**24,
    normal_shift=24.0,
    largest_power=125.0,
    smallest_power=-126.0,
    largest_mean=2.0**104,
    largest_offset=2.0**63,
    largest_unit_offset=2.0**66,
    largest_shift=248.0,
    no_exponent=-640.0,
    negligible=-100.0,
    far_below=-(2.0**12),
    exponential=(
        5.1772978622466326e-05,
        0.00039948488119989634,
        0.00277708750218153,
        0.016666293144226074,
        0.08333338052034378,
        0.3333333432674408,
    ),
    logarithm=(
        0.16252397000789642,
        -0.22959838807582855,
        0.20739813148975372,
        -0.21734242141246796,
        0.249189093708992,
        -0.28592804074287415,
        0.3333633542060852,
        -0.39999622106552124,
        0.49999967217445374,
        -0.6666666865348816,
    ),
)

_BINARY64 = _Format(
    real=torch.float64,
    integer=torch.int64,
    digits=53,
    bias=1023,
    log2_head=0.6931471805592082,
    log2_tail=7.371002565167799e-13,
    inverse_log2=1.4426950408889634,
    largest_exponent=712.0,
    largest_exponent_scaled=11.125,
    smallest_exponent=-74.0,
    largest_weight=2560.0,
    tiny=2.0**-400,
    tiny_offset=2.0**-403,
    enlarge=2.0**250,
    enlarge_twice=2.0**500,
    reduce_twice=2.0**-500,
    unscale_tiny=2.0**-495,
    above_half_subnormal=2.0**-632,
    tiny_linear=2.0**-600,
    enlarge_linear=2.0**300,
    reduce_linear=2.0**-300,
    unscale_linear=2.0**-294,
    unscale_twice=2.0**-494,
    tiny_difference=2.0**-560,
    smallest_normal=2.0**-1022,
    smallest_subnormal=2.0**-1074,
    make_normal=2.0**53,
    normal_shift=53.0,
    largest_power=1021.0,
    smallest_power=-1022.0,
    largest_mean=2.0**1000,
    largest_offset=2.0**511,
    largest_unit_offset=2.0**514,
    largest_shift=2040.0,
    no_exponent=-5120.0,
    negligible=-900.0,
    far_below=-(2.0**15),
    exponential=(
        2.407617385763972e-11,
        3.223831145886472e-10,
        4.174512660175701e-09,
        5.010384928349686e-08,
        5.511466222811218e-07,
        5.511463899938324e-06,
        4.9603174572298904e-05,
        0.0003968253968212365,
        0.0027777777777795313,
        0.016666666666666805,
        0.0833333333333333,
        0.3333333333333333,
    ),
    logarithm=(
        -0.08309187369170125,
        0.14238156195559246,
        -0.11271376840095226,
        0.08909016084914177,
        -0.10007884518922067,
        0.11228312799478063,
        -0.1183828838379867,
        0.12493207909293949,
        -0.1332724015309529,
        0.1428589754856967,
        -0.1538492747650623,
        0.16666667151243936,
        -0.18181808256720666,
        0.19999999834708895,
        -0.22222222411037845,
        0.2500000000404997,
        -0.28571428569462903,
        0.3333333333329556,
        -0.40000000000009284,
        0.5000000000000011,
        -0.6666666666666665,
    ),
)


# --- kernels in one format's arithmetic: f is its table ---


def _excess_of_exponential(f, u):
    """(exp(x) - 1 - x)/64 at x = 64 u as head and tail."""
    # beyond, the result is infinite
    u_cut = torch.clamp(u, max=f.largest_exponent_scaled)
    x = torch.clamp(torch.clamp(u_cut * 64.0, min=f.smallest_exponent), max=f.largest_exponent)
    near = (x >= -0.5) & (x <= 0.609375)
    # x = k log(2) + r
    k = torch.where(near, 0.0, torch.round(x * f.inverse_log2 - 0.2207))
    # 2^k / 64
    s = _power_of_two(f, k - 6.0)
    r = (x - k * f.log2_head) - k * f.log2_tail
    # (2^k (1 + r) - 1 - x)/64; 0 where k is 0
    linear = ((s - 0.015625) - u_cut) + s * r
    half = s * 0.5
    # its square is exact, so that contraction changes nothing
    cut = _upper_bits(f, r)
    square = cut * cut
    curve = half * square
    heads_head, heads_tail = _two_sum(linear, curve)
    # exp(r) = 1 + r + r^2/2 (1 + rest)
    rest = r * _polynomial(r, *f.exponential)
    low = half * ((r * r) * rest + (r - cut) * (r + cut))
    return heads_head, heads_tail + low


def _expm1mx_value(f, x):
    """expm1mx at x."""
    part = torch.abs(x)
    tiny = part < f.tiny
    # tiny arguments are enlarged: their squares would underflow
    scale = _scalars(f, tiny, f.enlarge, 1.0)
    head, tail = _excess_of_exponential(f, x * (scale * 0.015625))
    return torch.where(part < _INF, (head + tail) * _scalars(f, tiny, f.unscale_twice, 64.0), part)


def _growth(f, u, u_tail):
    """(exp(u + u_tail) - 1)/64 as head and tail."""
    x = torch.clamp(torch.clamp(u, min=f.smallest_exponent), max=f.largest_exponent)
    near = (x >= -0.5) & (x <= 0.609375)
    # x = k log(2) + r
    k = torch.where(near, 0.0, torch.round(x * f.inverse_log2 - 0.2207))
    # 2^k / 64
    s = _power_of_two(f, k - 6.0)
    part = x - k * f.log2_head
    part2 = k * f.log2_tail
    r = part - part2
    linear_head, linear_tail = _two_sum(s - 0.015625, r * s)
    square = r * r
    # exp(r) = 1 + r + r^2/2 (1 + rest)
    rest = r * _polynomial(r, *f.exponential)
    curve = (s * 0.5) * (square + square * rest)
    # the tail of u acts through the derivative
    slope = 0.015625 + (linear_head + curve)
    return (
        linear_head,
        (curve + (linear_tail + s * ((part - r) - part2)))
        + torch.where((u > f.smallest_exponent) & (u < f.largest_exponent), u_tail, 0.0) * slope,
    )


def _expm1mx_slopes(f, x):
    """The derivative of expm1mx."""
    part = torch.abs(x)
    tiny = part < f.tiny_linear
    head, tail = _growth(f, x * _scalars(f, tiny, f.enlarge_linear, 1.0), 0.0)
    return torch.where(
        part < _INF,
        (head + tail) * _scalars(f, tiny, f.unscale_linear, 64.0),
        torch.where(x < 0.0, -1.0, x),
    )


def _weight(f, x):
    """exp(-x) = (1 + change) power 4^half."""
    # beyond, no offset makes a difference
    cut_x = torch.clamp(torch.clamp(-x, max=f.largest_weight), min=-f.largest_weight)
    # -x = k log(2) + r
    k = torch.round(cut_x * f.inverse_log2 - 0.085)
    r = (cut_x - k * f.log2_head) - k * f.log2_tail
    square = r * r
    # exp(r) = 1 + r + r^2/2 (1 + rest)
    rest = r * _polynomial(r, *f.exponential)
    change = r + (square + square * rest) * 0.5
    # 2^k is 4^half, times 1 or 2
    half = torch.round(k * 0.5 - 0.25)
    return change, _power_of_two(f, k - half * 2.0), half


def _scale_by(f, x, j):
    """x 2^j, rounded once, for x near 1."""
    cut = torch.clamp(torch.clamp(j, max=f.largest_shift), min=-f.largest_shift)
    half = torch.round(cut * 0.5)
    return (x * _power_of_two(f, half)) * _power_of_two(f, cut - half)


def _expm1mx_curvature(f, x):
    """The second derivatives of expm1mx, on and above the diagonal, row by row."""
    minus = x * -1.0
    change, power, half = _weight(f, minus)
    near_one = (1.0 + (change - 0.0 * -1.0)) * power
    return _scale_by(f, near_one, half * 2.0)


def _split(f, x):
    """x = significand 2^exponent, significand in [1, 2)."""
    small = x < f.smallest_normal
    # a subnormal is made normal first
    normal = torch.where(small, x * f.make_normal, x)
    return _significand_of(f, normal), _exponent_of(f, normal) - _scalars(f, small, f.normal_shift, 0.0)


def _balance(f, a, b):
    """a 2^-shift, whose quotient by b is near 1, for a and b in [1, 2)."""
    high = (b * 1.375) < a
    low = a < (b * 0.6875)
    return a * torch.where(high, 0.5, _scalars(f, low, 2.0, 1.0)), torch.where(high, 1.0, _scalars(f, low, -1.0, 0.0))


def _excess_of_quotient_1(f, t, t_tail, k):
    """(rho - 1 - log(rho))/64 at rho = 2^k (1 + t + t_tail) as head and tail."""
    # rho^n / 64 = s (1 + t)^n
    s = _power_of_two(f, torch.clamp(torch.clamp(k - 6.0, min=f.smallest_power), max=f.largest_power))
    part = k * 0.015625
    log2_first = part * f.log2_head
    # (1 + n log(2))/64, exact but for the tail of log(2)
    base = log2_first + 0.015625
    part2 = s - 0.015625
    linear = (s - base) + part2 * t
    # its square is exact, so that contraction changes nothing
    cut = _upper_bits(f, t)
    square = cut * cut
    curve = square * 0.0078125
    heads_head, heads_tail = _two_sum(linear, curve)
    # t - log(1 + t) = t^2/2 (1 + rest)
    rest = t * _polynomial(t, *f.logarithm)
    log2_second = part * f.log2_tail
    growing = part2 + (t / (1.0 + t)) * 0.015625
    least = (((t - cut) * (t + cut)) * 0.0078125 - log2_second) + t_tail * growing
    low = (t * t) * (rest * 0.0078125) + least
    return heads_head, heads_tail + low


def _log1pmx_value(f, x):
    """log1pmx at x."""
    part = torch.abs(x)
    tiny = part < f.tiny
    # tiny arguments are enlarged: their squares would underflow
    scale = _scalars(f, tiny, f.enlarge, 1.0)
    y = x * scale
    a_head, a_tail = _two_sum(1.0, y)
    significand, exponent = _split(f, a_head)
    balanced, shift = _balance(f, significand, 1.0)
    k = exponent + shift
    t_head, t_tail = _two_sum(balanced - 1.0, a_tail * _power_of_two(f, torch.clamp(-k, min=f.smallest_power)))
    head, tail = _excess_of_quotient_1(f, t_head, t_tail, k)
    return torch.where(
        (part < _INF) & (x > -1.0),
        -((head + tail) * _scalars(f, tiny, f.unscale_twice, 64.0)),
        torch.where(x < -1.0, _NAN, torch.where(x < 0.0, -_INF, -x)),
    )


def _log1pmx_slopes(f, x):
    """The derivative of log1pmx."""
    return torch.where(
        x < -1.0,
        _NAN,
        torch.where(torch.abs(x) < _INF, -(x / (1.0 + x)), torch.where(x < 0.0, _NAN, torch.where(x == x, -1.0, x))),
    )


def _log1pmx_curvature(f, x):
    """The second derivatives of log1pmx, on and above the diagonal, row by row."""
    base = 1.0 + x
    mask = base > 0.0
    x_ordinary = mask & (base < _INF)
    _, exponent = _split(f, base)
    half = torch.round(exponent * -0.5)
    x_near_one = torch.where(
        x_ordinary,
        (base * _power_of_two(f, half)) * _power_of_two(f, -exponent - half),
        _scalars(f, base >= 0.0, 1.0, _NAN),
    )
    product = _divided(f, 1.0, x_near_one * x_near_one) * -1.0
    x_exponent = torch.where(x_ordinary, exponent, _scalars(f, mask, -f.no_exponent, f.no_exponent))
    return _scale_by(f, product, x_exponent * -2.0)


def _excess_of_quotient_2(f, t, t_tail, k):
    """(rho^2 - 1 - 2 log(rho))/64 at rho = 2^k (1 + t + t_tail) as head and tail."""
    above = k > 1.0
    flat = t * -0.03125
    n = k * 2.0
    # rho^n / 64 = s (1 + t)^n
    s = _power_of_two(f, torch.clamp(torch.clamp(n - 6.0, min=f.smallest_power), max=f.largest_power))
    part = n * 0.015625
    log2_first = part * f.log2_head
    # (1 + n log(2))/64, exact but for the tail of log(2)
    base = log2_first + 0.015625
    rising = k > 0.0
    steep = (s * 2.0) * t
    # beside k = 0 the sums are exact
    last = torch.where(above, s, torch.where(rising, flat, steep))
    linear = ((torch.where(above, flat, s) - base) + torch.where(rising, steep, flat)) + last
    # its square is exact, so that contraction changes nothing
    cut = _upper_bits(f, t)
    square = cut * cut
    one = k == 0.0
    # of s + 1/64 the power of two above
    by = torch.where(one, s + 0.015625, torch.clamp(s, min=0.015625))
    curve = square * by
    heads_head, heads_tail = _two_sum(linear, curve)
    # t - log(1 + t) = t^2/2 (1 + rest)
    rest = t * _polynomial(t, *f.logarithm)
    log2_second = part * f.log2_tail
    part2 = 1.0 + t
    growing = ((s - 0.015625) * part2 + (t + t / part2) * 0.015625) * 2.0
    least = (((t - cut) * (t + cut)) * by - log2_second) + t_tail * growing
    low = (t * t) * (rest * 0.015625 + torch.where(one, 0.0, torch.clamp(s, max=0.015625))) + least
    return heads_head, heads_tail + low


def _kl_unit_std_value(f, mu, std):
    """kl_unit_std, in nats."""
    part = torch.abs(mu)
    valid = (part < _INF) & (torch.abs(std) < _INF) & (std > 0.0)
    significand, exponent = _split(f, std)
    balanced, shift = _balance(f, significand, 1.0)
    head, tail = _excess_of_quotient_2(f, balanced - 1.0, 0.0, exponent + shift)
    tiny = torch.where(std == 1.0, part, 1.0) < f.tiny
    # tiny arguments are enlarged: their squares would underflow
    scale = _scalars(f, tiny, f.enlarge, 1.0)
    # mu^2 / 64 is its square
    offset = torch.clamp(part, max=f.largest_unit_offset) * (scale * 0.125)
    # its square is exact, so that contraction changes nothing
    cut = _upper_bits(f, offset)
    square = cut * cut
    heads_head, heads_tail = _two_sum(head, square)
    offset_tail = (offset - cut) * (offset + cut)
    tails = offset_tail + heads_tail
    small = tail + (tails + _scalars(f, tiny, f.above_half_subnormal, 0.0))
    total = heads_head + small
    unscale = _scalars(f, tiny, f.unscale_tiny, 32.0)
    otherwise = torch.where(std < 0.0, _NAN, (part + std) + _INF)
    return torch.where(valid, total * unscale, otherwise)


def _remainder(f, dividend, quotient, divisor):
    """dividend - quotient divisor, from exact products of halves."""
    q = _upper_bits(f, quotient)
    d = _upper_bits(f, divisor)
    rest = dividend - q * d
    d_low = divisor - d
    q_low = quotient - q
    rest_of_both = (rest - q * d_low) - q_low * d
    return rest_of_both - q_low * d_low


def _kl_unit_std_slopes(f, mu, std):
    """The gradient of kl_unit_std."""
    bad = std < 0.0
    positive = torch.abs(std)
    # std - 1/std
    inverse = _divided(f, 1.0, positive)
    total_head, total_tail = _two_sum(std, -inverse)
    significand, exponent = _split(f, positive)
    numerator = torch.where(significand == significand, 1.0, significand)
    of_significand = _divided(f, 1.0, significand)
    low = total_tail - _scale_by(f, _remainder(f, numerator, of_significand, significand) / significand, -exponent)
    value = total_head + low
    return (
        torch.where(bad, _NAN, torch.where(std == std, mu, std)),
        torch.where(
            bad,
            _NAN,
            torch.where(
                mu == mu,
                torch.where((positive < _INF) & (torch.abs(inverse) < _INF), value, std - inverse),
                mu,
            ),
        ),
    )


def _kl_unit_std_curvature(f, mu, std):
    """The second derivatives of kl_unit_std, on and above the diagonal, row by row."""
    mask = std > 0.0
    std_ordinary = mask & (std < _INF)
    _, exponent = _split(f, std)
    half = torch.round(exponent * -0.5)
    std_near_one = torch.where(
        std_ordinary,
        (std * _power_of_two(f, half)) * _power_of_two(f, -exponent - half),
        _scalars(f, std >= 0.0, 1.0, _NAN),
    )
    product = _divided(f, 1.0, std_near_one * std_near_one)
    std_exponent = torch.where(std_ordinary, exponent, _scalars(f, mask, -f.no_exponent, f.no_exponent))
    exponent2 = torch.where(product == 0.0, f.far_below, std_exponent * -2.0)
    common = torch.clamp(exponent2, min=0.0)
    term = _power_of_two(f, torch.clamp(exponent2 - common, min=f.negligible)) * product
    term2 = _power_of_two(f, torch.clamp(0.0 - common, min=f.negligible))
    return 1.0, 0.0, _scale_by(f, term + term2, common)


def _kl_unit_var_value(f, mu, var):
    """kl_unit_var, in nats."""
    part = torch.abs(mu)
    valid = (part < _INF) & (torch.abs(var) < _INF) & (var > 0.0)
    significand, exponent = _split(f, var)
    balanced, shift = _balance(f, significand, 1.0)
    head, tail = _excess_of_quotient_1(f, balanced - 1.0, 0.0, exponent + shift)
    tiny = torch.where(var == 1.0, part, 1.0) < f.tiny
    # tiny arguments are enlarged: their squares would underflow
    scale = _scalars(f, tiny, f.enlarge, 1.0)
    # mu^2 / 64 is its square
    offset = torch.clamp(part, max=f.largest_unit_offset) * (scale * 0.125)
    # its square is exact, so that contraction changes nothing
    cut = _upper_bits(f, offset)
    square = cut * cut
    heads_head, heads_tail = _two_sum(head, square)
    offset_tail = (offset - cut) * (offset + cut)
    tails = offset_tail + heads_tail
    small = tail + (tails + _scalars(f, tiny, f.above_half_subnormal, 0.0))
    total = heads_head + small
    unscale = _scalars(f, tiny, f.unscale_tiny, 32.0)
    otherwise = torch.where(var < 0.0, _NAN, (part + var) + _INF)
    return torch.where(valid, total * unscale, otherwise)


def _kl_unit_var_slopes(f, mu, var):
    """The gradient of kl_unit_var."""
    bad = var < 0.0
    positive = torch.abs(var)
    # 1/2 - 1/(2 var)
    inverse = _divided(f, 0.5, positive)
    total_head, total_tail = _two_sum(0.5, -inverse)
    significand, exponent = _split(f, positive)
    numerator = torch.where(significand == significand, 0.5, significand)
    of_significand = _divided(f, 0.5, significand)
    low = total_tail - _scale_by(f, _remainder(f, numerator, of_significand, significand) / significand, -exponent)
    value = total_head + low
    return (
        torch.where(bad, _NAN, torch.where(var == var, mu, var)),
        torch.where(
            bad,
            _NAN,
            torch.where(
                mu == mu,
                torch.where((positive < _INF) & (torch.abs(inverse) < _INF), value, 0.5 - inverse),
                mu,
            ),
        ),
    )


def _kl_unit_var_curvature(f, mu, var):
    """The second derivatives of kl_unit_var, on and above the diagonal, row by row."""
    mask = var > 0.0
    var_ordinary = mask & (var < _INF)
    _, exponent = _split(f, var)
    half = torch.round(exponent * -0.5)
    var_near_one = torch.where(
        var_ordinary,
        (var * _power_of_two(f, half)) * _power_of_two(f, -exponent - half),
        _scalars(f, var >= 0.0, 1.0, _NAN),
    )
    product = _divided(f, 1.0, var_near_one * var_near_one) * 0.5
    var_exponent = torch.where(var_ordinary, exponent, _scalars(f, mask, -f.no_exponent, f.no_exponent))
    return 1.0, 0.0, _scale_by(f, product, var_exponent * -2.0)


def _kl_unit_logstd_value(f, mu, logstd):
    """kl_unit_logstd, in nats."""
    part = torch.abs(mu)
    part2 = torch.abs(logstd)
    valid = (part < _INF) & (part2 < _INF)
    tiny = torch.maximum(part, part2) < f.tiny
    # tiny arguments are enlarged: their squares would underflow
    scale = _scalars(f, tiny, f.enlarge, 1.0)
    head, tail = _excess_of_exponential(f, logstd * (scale * 0.03125))
    # mu^2 / 64 is its square
    offset = torch.clamp(part, max=f.largest_unit_offset) * (scale * 0.125)
    # its square is exact, so that contraction changes nothing
    cut = _upper_bits(f, offset)
    square = cut * cut
    heads_head, heads_tail = _two_sum(head, square)
    offset_tail = (offset - cut) * (offset + cut)
    tails = offset_tail + heads_tail
    small = tail + (tails + _scalars(f, tiny, f.above_half_subnormal, 0.0))
    total = heads_head + small
    unscale = _scalars(f, tiny, f.unscale_tiny, 32.0)
    otherwise = part + part2
    return torch.where(valid, total * unscale, otherwise)


def _kl_unit_logstd_slopes(f, mu, logstd):
    """The gradient of kl_unit_logstd."""
    part = torch.abs(logstd)
    tiny = part < f.tiny_linear
    # keep the bits of tiny ones: linear near 0
    scale = _scalars(f, tiny, f.enlarge_linear, 1.0)
    head, tail = _growth(f, logstd * (scale * 2.0), 0.0)
    return (
        torch.where(logstd == logstd, mu, logstd),
        torch.where(
            mu == mu,
            torch.where(
                part < _INF,
                (head + tail) * (_scalars(f, tiny, f.unscale_linear, 64.0) * 1.0),
                torch.where(logstd < 0.0, -1.0, logstd),
            ),
            mu,
        ),
    )


def _kl_unit_logstd_curvature(f, mu, logstd):
    """The second derivatives of kl_unit_logstd, on and above the diagonal, row by row."""
    minus = logstd * -2.0
    change, power, half = _weight(f, minus)
    near_one = (1.0 + (change - 0.0 * -2.0)) * power
    product = near_one * 2.0
    return 1.0, 0.0, _scale_by(f, product, half * 2.0)


def _kl_unit_logvar_value(f, mu, logvar):
    """kl_unit_logvar, in nats."""
    part = torch.abs(mu)
    part2 = torch.abs(logvar)
    valid = (part < _INF) & (part2 < _INF)
    tiny = torch.maximum(part, part2) < f.tiny
    # tiny arguments are enlarged: their squares would underflow
    scale = _scalars(f, tiny, f.enlarge, 1.0)
    head, tail = _excess_of_exponential(f, logvar * (scale * 0.015625))
    # mu^2 / 64 is its square
    offset = torch.clamp(part, max=f.largest_unit_offset) * (scale * 0.125)
    # its square is exact, so that contraction changes nothing
    cut = _upper_bits(f, offset)
    square = cut * cut
    heads_head, heads_tail = _two_sum(head, square)
    offset_tail = (offset - cut) * (offset + cut)
    tails = offset_tail + heads_tail
    small = tail + (tails + _scalars(f, tiny, f.above_half_subnormal, 0.0))
    total = heads_head + small
    unscale = _scalars(f, tiny, f.unscale_tiny, 32.0)
    otherwise = part + part2
    return torch.where(valid, total * unscale, otherwise)


def _kl_unit_logvar_slopes(f, mu, logvar):
    """The gradient of kl_unit_logvar."""
    part = torch.abs(logvar)
    tiny = part < f.tiny_linear
    # keep the bits of tiny ones: linear near 0
    scale = _scalars(f, tiny, f.enlarge_linear, 1.0)
    head, tail = _growth(f, logvar * (scale * 1.0), 0.0)
    return (
        torch.where(logvar == logvar, mu, logvar),
        torch.where(
            mu == mu,
            torch.where(
                part < _INF,
                (head + tail) * (_scalars(f, tiny, f.unscale_linear, 64.0) * 0.5),
                torch.where(logvar < 0.0, -0.5, logvar),
            ),
            mu,
        ),
    )


def _kl_unit_logvar_curvature(f, mu, logvar):
    """The second derivatives of kl_unit_logvar, on and above the diagonal, row by row."""
    minus = logvar * -1.0
    change, power, half = _weight(f, minus)
    near_one = (1.0 + (change - 0.0 * -1.0)) * power
    product = near_one * 0.5
    return 1.0, 0.0, _scale_by(f, product, half * 2.0)


def _offset(f, mu1, mu2, j):
    """(mu1 - mu2) 2^j / 8 as head and tail, cut where its square makes the result infinite."""
    large = torch.maximum(torch.abs(mu1), torch.abs(mu2)) > f.largest_mean
    # the difference of two large means may overflow
    guard = _scalars(f, large, 0.25, 1.0)
    difference_head, difference_tail = _two_sum(mu1 * guard, -(mu2 * guard))
    cut = torch.clamp(torch.clamp(j, max=f.largest_shift), min=-f.largest_shift)
    # 2^j in two factors, which are normal numbers
    half = torch.round(cut * 0.5)
    first = _power_of_two(f, half)
    second = _power_of_two(f, cut - half) * _scalars(f, large, 0.5, 0.125)
    head = (difference_head * first) * second
    fits = torch.abs(head) < f.largest_offset
    return torch.where(fits, head, f.largest_offset), torch.where(fits, (difference_tail * first) * second, 0.0)


def _kl_normal_std_value(f, mu1, std1, mu2, std2):
    """kl_normal_std, in nats."""
    valid = (
        (torch.abs(mu1) < _INF)
        & (torch.abs(mu2) < _INF)
        & (torch.abs(std1) < _INF)
        & (torch.abs(std2) < _INF)
        & (std1 > 0.0)
        & (std2 > 0.0)
    )
    significand, exponent = _split(f, std1)
    significand2, exponent2 = _split(f, std2)
    balanced, shift = _balance(f, significand, significand2)
    # exact, since both are within a factor 2 of each other
    d = balanced - significand2
    t = d / significand2
    t_tail = _remainder(f, d, t, significand2) / significand2
    head, tail = _excess_of_quotient_2(f, t, t_tail, (exponent - exponent2) + shift)
    head2, tail2 = _offset(f, mu1, mu2, -exponent2)
    tiny = torch.where(std1 == std2, torch.abs(head2), 1.0) < f.tiny
    # tiny arguments are enlarged: their squares would underflow
    scale = _scalars(f, tiny, f.enlarge, 1.0)
    z = head2 * scale
    q = z / significand2
    # its square is exact, so that contraction changes nothing
    cut = _upper_bits(f, q)
    square = cut * cut
    heads_head, heads_tail = _two_sum(head, square)
    z_tail = tail2 * scale
    q_tail = (_remainder(f, z, q, significand2) + z_tail) / significand2
    offset_tail = (q - cut) * (q + cut) + (q * 2.0) * q_tail
    tails = offset_tail + heads_tail
    small = tail + (tails + _scalars(f, tiny, f.above_half_subnormal, 0.0))
    total = heads_head + small
    unscale = _scalars(f, tiny, f.unscale_tiny, 32.0)
    special = ~_positive(f, std1)
    lifted = torch.where(special, std1, torch.clamp(std1, min=f.smallest_normal))
    special2 = ~_positive(f, std2)
    lifted2 = torch.where(special2, std2, torch.clamp(std2, min=f.smallest_normal))
    otherwise = torch.where(
        torch.minimum(std1, std2) < 0.0,
        _NAN,
        (torch.abs(mu1 - mu2) + torch.abs(lifted / lifted2)) + _INF,
    )
    return torch.where(valid, total * unscale, otherwise)


def _difference(f, mu1, mu2):
    """mu1 - mu2 = (head + tail) 2^exponent, |head| in [1, 2)."""
    large = torch.maximum(torch.abs(mu1), torch.abs(mu2)) > f.largest_mean
    # the difference of two large means may overflow
    guard = _scalars(f, large, 0.25, 1.0)
    m_head, m_tail = _two_sum(mu1 * guard, -(mu2 * guard))
    _, exponent = _split(f, torch.abs(m_head))
    half = torch.round(exponent * -0.5)
    first = _power_of_two(f, half)
    second = _power_of_two(f, -exponent - half)
    return (
        (m_head * first) * second,
        (m_tail * first) * second,
        torch.where(m_head == 0.0, f.no_exponent, exponent + _scalars(f, large, 2.0, 0.0)),
    )


def _divide(f, x, x_tail, y, y_tail):
    """The quotient of two heads and tails."""
    quotient = (x + x_tail) / (y + y_tail)
    return quotient + ((_remainder(f, x, quotient, y) + x_tail) - quotient * y_tail) / y


def _multiply(f, x, x_tail, y, y_tail):
    """The product of two heads and tails; its head is exact."""
    x_cut = _upper_bits(f, x)
    y_cut = _upper_bits(f, y)
    return x_cut * y_cut, ((x - x_cut) * y + x_cut * (y - y_cut)) + (x * y_tail + x_tail * y)


def _kl_normal_std_slopes(f, mu1, std1, mu2, std2):
    """The gradient of kl_normal_std."""
    part = torch.abs(mu1)
    part2 = torch.abs(mu2)
    part3 = _scalars(f, torch.maximum(part, part2) > f.largest_mean, 0.25, 1.0)
    offset = mu1 * part3 - mu2 * part3
    part4 = torch.abs(std1)
    special = ~_positive(f, part4)
    lifted = torch.where(special, part4, torch.clamp(part4, min=f.smallest_normal))
    part5 = torch.abs(std2)
    special2 = ~_positive(f, part5)
    lifted2 = torch.where(special2, part5, torch.clamp(part5, min=f.smallest_normal))
    ratio = lifted / lifted2
    undefined = ~((offset == offset) & (ratio == ratio)) | (torch.minimum(std1, std2) < 0.0)
    means = (part < _INF) & (part2 < _INF)
    mask = (part5 < _INF) & (std2 > 0.0)
    mask2 = means & mask
    head, tail, exponent = _difference(f, mu1, mu2)
    significand, exponent2 = _split(f, std2)
    # its square is exact, so that contraction changes nothing
    cut = _upper_bits(f, significand)
    square = cut * cut
    part6 = (significand - cut) * (significand + cut)
    part7 = torch.where(
        undefined,
        _NAN,
        torch.where(
            mask2,
            _scale_by(f, _divide(f, head, tail, square, part6), exponent - exponent2 * 2.0),
            offset / lifted2,
        ),
    )
    mask3 = part4 < _INF
    mask4 = std1 > 0.0
    significand2, exponent3 = _split(f, std1)
    # a first scale of 0 is ordinary for d_s2
    above = torch.where(mask4, exponent3, f.no_exponent)
    # s1 - s2 = d 2^top and s1 + s2 = p 2^top
    top = torch.maximum(above, exponent2)
    a_shifted = significand2 * _power_of_two(f, torch.clamp(above - top, min=f.negligible))
    c_shifted = significand * _power_of_two(f, torch.clamp(exponent2 - top, min=f.negligible))
    d_head, d_tail = _two_sum(a_shifted, -c_shifted)
    p_head, p_tail = _two_sum(a_shifted, c_shifted)
    head2, tail2 = _multiply(f, d_head, d_tail, p_head, p_tail)
    head3, tail3 = _multiply(f, square, part6, significand2, 0.0)
    change_power = torch.where(d_head == 0.0, f.far_below, top * 2.0)
    part8 = exponent * 2.0
    # the two terms over a common power of two
    common = torch.maximum(change_power, part8)
    left = _power_of_two(f, torch.clamp(change_power - common, min=f.negligible))
    head4, tail4 = _multiply(f, head, tail, head, tail)
    right = _power_of_two(f, torch.clamp(part8 - common, min=f.negligible))
    total_head, total_tail = _two_sum(head2 * left, head4 * right)
    head5, tail5 = _multiply(f, square, part6, significand, 0.0)
    return (
        part7,
        torch.where(
            undefined,
            _NAN,
            torch.where(
                mask & mask3 & mask4,
                _scale_by(f, _divide(f, head2, tail2, head3, tail3), (top - exponent2) * 2.0 - above),
                torch.where(
                    std1 == 0.0,
                    -_INF,
                    torch.where(std2 == 0.0, _INF, torch.where(std1 == _INF, _INF, -_divided(f, 1.0, part4))),
                ),
            ),
        ),
        -part7,
        torch.where(
            undefined,
            _NAN,
            torch.where(
                mask2 & mask3,
                _scale_by(
                    f,
                    -_divide(f, total_head, (total_tail + tail2 * left) + tail4 * right, head5, tail5),
                    common + exponent2 * -3.0,
                ),
                torch.where(std2 == _INF, _scalars(f, means, 0.0, _NAN), -_INF),
            ),
        ),
    )


def _kl_normal_std_curvature(f, mu1, std1, mu2, std2):
    """The second derivatives of kl_normal_std, on and above the diagonal, row by row."""
    mask = std2 > 0.0
    std2_ordinary = mask & (std2 < _INF)
    _, exponent = _split(f, std2)
    half = torch.round(exponent * -0.5)
    std2_near_one = torch.where(
        std2_ordinary,
        (std2 * _power_of_two(f, half)) * _power_of_two(f, -exponent - half),
        _scalars(f, std2 >= 0.0, 1.0, _NAN),
    )
    part = std2_near_one * std2_near_one
    product = _divided(f, 1.0, part)
    std2_exponent = torch.where(std2_ordinary, exponent, _scalars(f, mask, -f.no_exponent, f.no_exponent))
    part2 = std2_exponent * -2.0
    part3 = _scale_by(f, product, part2)
    product2 = product * -1.0
    means = (torch.abs(mu1) < _INF) & (torch.abs(mu2) < _INF)
    offset = mu1 * 0.5 - mu2 * 0.5
    offset_special = torch.where(means, 1.0, torch.abs(offset))
    std2_special = torch.where(std2_ordinary, 1.0, std2)
    part4 = _divided(f, 1.0, std2_special)
    special = offset_special * part4
    mask2 = special == special
    head, tail, exponent2 = _difference(f, mu1, mu2)
    offset_near_one = torch.where(
        means,
        head + tail,
        torch.where(offset > 0.0, 1.0, _scalars(f, offset < 0.0, -1.0, _NAN)),
    )
    part5 = part * std2_near_one
    part6 = _divided(f, 1.0, part5)
    part7 = offset_near_one * part6
    product3 = torch.where(mask2, part7 * -2.0, _NAN)
    offset_exponent = torch.where(means, exponent2, -f.no_exponent)
    part8 = std2_exponent * -3.0
    part9 = offset_exponent + part8
    mask3 = std1 > 0.0
    std1_ordinary = mask3 & (std1 < _INF)
    _, exponent3 = _split(f, std1)
    half2 = torch.round(exponent3 * -0.5)
    std1_near_one = torch.where(
        std1_ordinary,
        (std1 * _power_of_two(f, half2)) * _power_of_two(f, -exponent3 - half2),
        _scalars(f, std1 >= 0.0, 1.0, _NAN),
    )
    part10 = std1_near_one * std1_near_one
    product4 = _divided(f, 1.0, part10)
    std1_exponent = torch.where(std1_ordinary, exponent3, _scalars(f, mask3, -f.no_exponent, f.no_exponent))
    exponent4 = torch.where(product4 == 0.0, f.far_below, std1_exponent * -2.0)
    exponent5 = torch.where(product == 0.0, f.far_below, part2)
    common = torch.maximum(exponent4, exponent5)
    term = _power_of_two(f, torch.clamp(exponent4 - common, min=f.negligible)) * product4
    term2 = _power_of_two(f, torch.clamp(exponent5 - common, min=f.negligible)) * product
    std1_special = torch.where(std1_ordinary, 1.0, std1)
    special2 = std1_special * part4
    mask4 = special2 == special2
    product5 = torch.where(mask4, (std1_near_one * part6) * -2.0, _NAN)
    product6 = torch.where(mask2, part7 * 2.0, _NAN)
    exponent6 = torch.where(product2 == 0.0, f.far_below, part2)
    part11 = _divided(f, 1.0, part5 * std2_near_one)
    product7 = torch.where(mask2, ((offset_near_one * offset_near_one) * part11) * 3.0, _NAN)
    part12 = std2_exponent * -4.0
    exponent7 = torch.where(product7 == 0.0, f.far_below, offset_exponent * 2.0 + part12)
    product8 = torch.where(mask4, (part10 * part11) * 3.0, _NAN)
    exponent8 = torch.where(product8 == 0.0, f.far_below, std1_exponent * 2.0 + part12)
    common2 = torch.maximum(torch.maximum(exponent6, exponent7), exponent8)
    term3 = _power_of_two(f, torch.clamp(exponent6 - common2, min=f.negligible)) * product2
    term4 = _power_of_two(f, torch.clamp(exponent7 - common2, min=f.negligible)) * product7
    term5 = _power_of_two(f, torch.clamp(exponent8 - common2, min=f.negligible)) * product8
    return (
        part3,
        0.0,
        _scale_by(f, product2, part2),
        _scale_by(f, product3, part9),
        _scale_by(f, term + term2, common),
        0.0,
        _scale_by(f, product5, std1_exponent + part8),
        part3,
        _scale_by(f, product6, part9),
        _scale_by(f, (term3 + term4) + term5, common2),
    )


def _kl_normal_var_value(f, mu1, var1, mu2, var2):
    """kl_normal_var, in nats."""
    valid = (
        (torch.abs(mu1) < _INF)
        & (torch.abs(mu2) < _INF)
        & (torch.abs(var1) < _INF)
        & (torch.abs(var2) < _INF)
        & (var1 > 0.0)
        & (var2 > 0.0)
    )
    significand, exponent = _split(f, var1)
    significand2, exponent2 = _split(f, var2)
    balanced, shift = _balance(f, significand, significand2)
    # exact, since both are within a factor 2 of each other
    d = balanced - significand2
    t = d / significand2
    t_tail = _remainder(f, d, t, significand2) / significand2
    head, tail = _excess_of_quotient_1(f, t, t_tail, (exponent - exponent2) + shift)
    half = torch.round(exponent2 * -0.5 - 0.25)
    head2, tail2 = _offset(f, mu1, mu2, half)
    tiny = torch.where(var1 == var2, torch.abs(head2), 1.0) < f.tiny
    # tiny arguments are enlarged: their squares would underflow
    scale = _scalars(f, tiny, f.enlarge, 1.0)
    z = head2 * scale
    z_cut = _upper_bits(f, z)
    # s2 = divisor 4^-half
    divisor = significand2 * _power_of_two(f, exponent2 + half * 2.0)
    q = z / divisor
    q_cut = _upper_bits(f, q)
    heads_head, heads_tail = _two_sum(head, z_cut * q_cut)
    z_tail = tail2 * scale
    q_tail = (_remainder(f, z, q, divisor) + z_tail) / divisor
    offset_tail = ((z - z_cut) * q + z_cut * (q - q_cut)) + (q_tail * z + q * z_tail)
    tails = offset_tail + heads_tail
    small = tail + (tails + _scalars(f, tiny, f.above_half_subnormal, 0.0))
    total = heads_head + small
    unscale = _scalars(f, tiny, f.unscale_tiny, 32.0)
    special = ~_positive(f, var1)
    lifted = torch.where(special, var1, torch.clamp(var1, min=f.smallest_normal))
    special2 = ~_positive(f, var2)
    lifted2 = torch.where(special2, var2, torch.clamp(var2, min=f.smallest_normal))
    otherwise = torch.where(
        torch.minimum(var1, var2) < 0.0,
        _NAN,
        (torch.abs(mu1 - mu2) + torch.abs(lifted / lifted2)) + _INF,
    )
    return torch.where(valid, total * unscale, otherwise)


def _kl_normal_var_slopes(f, mu1, var1, mu2, var2):
    """The gradient of kl_normal_var."""
    part = torch.abs(mu1)
    part2 = torch.abs(mu2)
    part3 = _scalars(f, torch.maximum(part, part2) > f.largest_mean, 0.25, 1.0)
    offset = mu1 * part3 - mu2 * part3
    part4 = torch.abs(var1)
    special = ~_positive(f, part4)
    lifted = torch.where(special, part4, torch.clamp(part4, min=f.smallest_normal))
    part5 = torch.abs(var2)
    special2 = ~_positive(f, part5)
    lifted2 = torch.where(special2, part5, torch.clamp(part5, min=f.smallest_normal))
    ratio = lifted / lifted2
    undefined = ~((offset == offset) & (ratio == ratio)) | (torch.minimum(var1, var2) < 0.0)
    means = (part < _INF) & (part2 < _INF)
    mask = (part5 < _INF) & (var2 > 0.0)
    mask2 = means & mask
    head, tail, exponent = _difference(f, mu1, mu2)
    significand, exponent2 = _split(f, var2)
    part6 = torch.where(
        undefined,
        _NAN,
        torch.where(
            mask2,
            _scale_by(f, _divide(f, head, tail, significand, 0.0), exponent - exponent2),
            offset / lifted2,
        ),
    )
    mask3 = part4 < _INF
    mask4 = var1 > 0.0
    significand2, exponent3 = _split(f, var1)
    # a first scale of 0 is ordinary for d_s2
    above = torch.where(mask4, exponent3, f.no_exponent)
    # s1 - s2 = d 2^top and s1 + s2 = p 2^top
    top = torch.maximum(above, exponent2)
    a_shifted = significand2 * _power_of_two(f, torch.clamp(above - top, min=f.negligible))
    c_shifted = significand * _power_of_two(f, torch.clamp(exponent2 - top, min=f.negligible))
    d_head, d_tail = _two_sum(a_shifted, -c_shifted)
    head2, tail2 = _multiply(f, significand2, 0.0, significand, 0.0)
    change_power = torch.where(d_head == 0.0, f.far_below, top)
    part7 = exponent * 2.0
    # the two terms over a common power of two
    common = torch.maximum(change_power, part7)
    left = _power_of_two(f, torch.clamp(change_power - common, min=f.negligible))
    head3, tail3 = _multiply(f, head, tail, head, tail)
    right = _power_of_two(f, torch.clamp(part7 - common, min=f.negligible))
    total_head, total_tail = _two_sum(d_head * left, head3 * right)
    # its square is exact, so that contraction changes nothing
    cut = _upper_bits(f, significand)
    square = cut * cut
    return (
        part6,
        torch.where(
            undefined,
            _NAN,
            torch.where(
                mask & mask3 & mask4,
                _scale_by(f, _divide(f, d_head, d_tail, head2, tail2), ((top - above) - exponent2) - 1.0),
                torch.where(
                    var1 == 0.0,
                    -_INF,
                    torch.where(
                        var2 == 0.0,
                        _INF,
                        torch.where(var1 == _INF, _divided(f, 0.5, part5), -_divided(f, 0.5, part4)),
                    ),
                ),
            ),
        ),
        -part6,
        torch.where(
            undefined,
            _NAN,
            torch.where(
                mask2 & mask3,
                _scale_by(
                    f,
                    -_divide(
                        f,
                        total_head,
                        (total_tail + d_tail * left) + tail3 * right,
                        square,
                        (significand - cut) * (significand + cut),
                    ),
                    common + (exponent2 * -2.0 - 1.0),
                ),
                torch.where(var2 == _INF, _scalars(f, means, 0.0, _NAN), -_INF),
            ),
        ),
    )


def _kl_normal_var_curvature(f, mu1, var1, mu2, var2):
    """The second derivatives of kl_normal_var, on and above the diagonal, row by row."""
    mask = var2 > 0.0
    var2_ordinary = mask & (var2 < _INF)
    _, exponent = _split(f, var2)
    half = torch.round(exponent * -0.5)
    var2_near_one = torch.where(
        var2_ordinary,
        (var2 * _power_of_two(f, half)) * _power_of_two(f, -exponent - half),
        _scalars(f, var2 >= 0.0, 1.0, _NAN),
    )
    product = _divided(f, 1.0, var2_near_one)
    var2_exponent = torch.where(var2_ordinary, exponent, _scalars(f, mask, -f.no_exponent, f.no_exponent))
    part = var2_exponent * -1.0
    part2 = _scale_by(f, product, part)
    product2 = product * -1.0
    means = (torch.abs(mu1) < _INF) & (torch.abs(mu2) < _INF)
    offset = mu1 * 0.5 - mu2 * 0.5
    offset_special = torch.where(means, 1.0, torch.abs(offset))
    var2_special = torch.where(var2_ordinary, 1.0, var2)
    part3 = _divided(f, 1.0, var2_special)
    special = offset_special * part3
    mask2 = special == special
    head, tail, exponent2 = _difference(f, mu1, mu2)
    offset_near_one = torch.where(
        means,
        head + tail,
        torch.where(offset > 0.0, 1.0, _scalars(f, offset < 0.0, -1.0, _NAN)),
    )
    part4 = var2_near_one * var2_near_one
    part5 = _divided(f, 1.0, part4)
    part6 = offset_near_one * part5
    product3 = torch.where(mask2, part6 * -1.0, _NAN)
    offset_exponent = torch.where(means, exponent2, -f.no_exponent)
    part7 = var2_exponent * -2.0
    part8 = offset_exponent + part7
    mask3 = var1 > 0.0
    var1_ordinary = mask3 & (var1 < _INF)
    _, exponent3 = _split(f, var1)
    half2 = torch.round(exponent3 * -0.5)
    var1_near_one = torch.where(
        var1_ordinary,
        (var1 * _power_of_two(f, half2)) * _power_of_two(f, -exponent3 - half2),
        _scalars(f, var1 >= 0.0, 1.0, _NAN),
    )
    product4 = _divided(f, 1.0, var1_near_one * var1_near_one) * 0.5
    var1_exponent = torch.where(var1_ordinary, exponent3, _scalars(f, mask3, -f.no_exponent, f.no_exponent))
    product5 = part5 * -0.5
    product6 = torch.where(mask2, part6, _NAN)
    exponent4 = torch.where(product5 == 0.0, f.far_below, part7)
    part9 = _divided(f, 1.0, part4 * var2_near_one)
    product7 = torch.where(mask2, (offset_near_one * offset_near_one) * part9, _NAN)
    part10 = var2_exponent * -3.0
    exponent5 = torch.where(product7 == 0.0, f.far_below, offset_exponent * 2.0 + part10)
    var1_special = torch.where(var1_ordinary, 1.0, var1)
    special2 = var1_special * part3
    product8 = torch.where(special2 == special2, var1_near_one * part9, _NAN)
    exponent6 = torch.where(product8 == 0.0, f.far_below, var1_exponent + part10)
    common = torch.maximum(torch.maximum(exponent4, exponent5), exponent6)
    term = _power_of_two(f, torch.clamp(exponent4 - common, min=f.negligible)) * product5
    term2 = _power_of_two(f, torch.clamp(exponent5 - common, min=f.negligible)) * product7
    term3 = _power_of_two(f, torch.clamp(exponent6 - common, min=f.negligible)) * product8
    return (
        part2,
        0.0,
        _scale_by(f, product2, part),
        _scale_by(f, product3, part8),
        _scale_by(f, product4, var1_exponent * -2.0),
        0.0,
        _scale_by(f, product5, part7),
        part2,
        _scale_by(f, product6, part8),
        _scale_by(f, (term + term2) + term3, common),
    )


def _excess_of_exponential_pair(f, u, u_tail):
    """(exp(x) - 1 - x)/64 at x = 64 (u + u_tail) as head and tail."""
    # beyond, the result is infinite
    u_cut = torch.clamp(u, max=f.largest_exponent_scaled)
    x = torch.clamp(torch.clamp(u_cut * 64.0, min=f.smallest_exponent), max=f.largest_exponent)
    near = (x >= -0.5) & (x <= 0.609375)
    # x = k log(2) + r
    k = torch.where(near, 0.0, torch.round(x * f.inverse_log2 - 0.2207))
    # 2^k / 64
    s = _power_of_two(f, k - 6.0)
    part = s - 0.015625
    r = (x - k * f.log2_head) - k * f.log2_tail
    part2 = s * r
    # (2^k (1 + r) - 1 - x)/64; 0 where k is 0
    linear = (part - u_cut) + part2
    half = s * 0.5
    # its square is exact, so that contraction changes nothing
    cut = _upper_bits(f, r)
    square = cut * cut
    curve = half * square
    heads_head, heads_tail = _two_sum(linear, curve)
    # exp(r) = 1 + r + r^2/2 (1 + rest)
    rest = r * _polynomial(r, *f.exponential)
    low = half * ((r * r) * rest + (r - cut) * (r + cut))
    kept = torch.where(u_cut < f.largest_exponent_scaled, u_tail * 64.0, 0.0)
    # the tail of x acts through the derivative
    slope = part + (part2 + (curve + low))
    low_of_both = low + kept * slope
    return heads_head, heads_tail + low_of_both


def _kl_normal_logstd_value(f, mu1, logstd1, mu2, logstd2):
    """kl_normal_logstd, in nats."""
    valid = (
        (torch.abs(mu1) < _INF) & (torch.abs(mu2) < _INF) & (torch.abs(logstd1) < _INF) & (torch.abs(logstd2) < _INF)
    )
    # the difference first: exact for near scales
    u_head, u_tail = _two_sum(logstd1 * 0.03125, -(logstd2 * 0.03125))
    change, power, half = _weight(f, logstd2 * 2.0)
    head, tail = _offset(f, mu1, mu2, half)
    tiny = torch.maximum(torch.abs(u_head) * 8.0, torch.abs(head)) < f.tiny_offset
    # tiny arguments are enlarged: their squares would underflow
    scale = _scalars(f, tiny, f.enlarge, 1.0)
    head2, tail2 = _excess_of_exponential_pair(f, u_head * scale, u_tail * scale)
    z = head * scale
    # its square is exact, so that contraction changes nothing
    cut = _upper_bits(f, z)
    square = cut * cut
    heads_head, heads_tail = _two_sum(head2, square * power)
    z_tail = tail * scale
    part = (z - cut) * (z + cut) + (z * 2.0) * z_tail
    offset_tail = (part + part * change) * power
    tails = offset_tail + heads_tail
    small = tail2 + (tails + _scalars(f, tiny, f.above_half_subnormal, 0.0))
    low = (square * change) * power + small
    total = heads_head + low
    unscale = _scalars(f, tiny, f.unscale_tiny, 32.0)
    otherwise = torch.abs(mu1 - mu2) + torch.abs(logstd1 - logstd2)
    return torch.where(valid, total * unscale, otherwise)


def _weight_pair(f, x):
    """exp(-x) = (1 + change + change_tail) power 4^half."""
    # beyond, no offset makes a difference
    cut_x = torch.clamp(torch.clamp(-x, max=f.largest_weight), min=-f.largest_weight)
    # -x = k log(2) + r
    k = torch.round(cut_x * f.inverse_log2 - 0.085)
    part = cut_x - k * f.log2_head
    part2 = k * f.log2_tail
    r = part - part2
    square = r * r
    # exp(r) = 1 + r + r^2/2 (1 + rest)
    rest = r * _polynomial(r, *f.exponential)
    part3 = (square + square * rest) * 0.5
    change = r + part3
    # 2^k is 4^half, times 1 or 2
    half = torch.round(k * 0.5 - 0.25)
    return change, ((r - change) + part3) + ((part - r) - part2), _power_of_two(f, k - half * 2.0), half


def _kl_normal_logstd_slopes(f, mu1, logstd1, mu2, logstd2):
    """The gradient of kl_normal_logstd."""
    part = torch.abs(mu1)
    part2 = torch.abs(mu2)
    part3 = _scalars(f, torch.maximum(part, part2) > f.largest_mean, 0.25, 1.0)
    offset2 = mu1 * part3 - mu2 * part3
    ratio = logstd1 * 0.5 - logstd2 * 0.5
    undefined = ~((offset2 == offset2) & (ratio == ratio))
    means = (part < _INF) & (part2 < _INF)
    part4 = torch.abs(logstd2)
    mask = part4 < _INF
    mask2 = means & mask
    head, tail, exponent = _difference(f, mu1, mu2)
    change, change_tail, power, half = _weight_pair(f, logstd2 * 2.0)
    part5 = torch.where(
        undefined,
        _NAN,
        torch.where(
            mask2,
            _scale_by(
                f,
                (head + (head * change + (tail + (tail * change + head * change_tail)))) * power,
                exponent + half * 2.0,
            ),
            offset2 / torch.where(mask, 1.0, _scalars(f, logstd2 < 0.0, 0.0, _INF)),
        ),
    )
    part6 = torch.abs(logstd1)
    absent = logstd1 == -_INF
    small = torch.maximum(part6, part4) < f.tiny_linear
    # keep the bits of tiny ones: linear near 0
    grown = _scalars(f, small, f.enlarge_linear, 0.25)
    u_head, u_tail = _two_sum(logstd1 * grown, -(logstd2 * grown))
    # and let large ones not overflow
    undo = _scalars(f, small, 1.0, 4.0)
    part7 = undo * 2.0
    # a first scale of 0 is ordinary for d_s2
    u = torch.where(absent, -f.largest_mean, u_head * part7)
    u_low = torch.where(absent, 0.0, u_tail * part7)
    head2, tail2 = _growth(f, u, u_low)
    d_s1 = (head2 + tail2) * (_scalars(f, small, f.unscale_linear, 64.0) * 1.0)
    head3, tail3 = _offset(f, mu1, mu2, half)
    tiny = (torch.abs(head3) < f.tiny) & (small | (torch.abs(u) < f.tiny_difference))
    linear = _scalars(f, tiny, f.enlarge_twice, 1.0) * _scalars(f, small, f.reduce_linear, 1.0)
    head4, tail4 = _growth(f, u * linear, u_low * linear)
    growth2 = head4 + tail4
    # both terms are enlarged where both are tiny
    scale = _scalars(f, tiny, f.enlarge, 1.0)
    z = head3 * scale
    # its square is exact, so that contraction changes nothing
    cut = _upper_bits(f, z)
    square = cut * cut
    more = square * change
    raised = square + more
    total_head, total_tail = _two_sum(growth2, raised * power)
    part8 = (z - cut) * (z + cut) + (z * 2.0) * (tail3 * scale)
    z2_tail = ((square - raised) + more) + (part8 + (part8 * change + square * change_tail))
    last = total_head + (total_tail + (((head4 - growth2) + tail4) + z2_tail * power))
    d_s2 = last * (_scalars(f, tiny, f.unscale_twice, 64.0) * -1.0)
    return (
        part5,
        torch.where(undefined, _NAN, torch.where((part6 < _INF) & mask, d_s1, torch.where(ratio < 0.0, -1.0, ratio))),
        -part5,
        torch.where(
            undefined,
            _NAN,
            torch.where(
                mask2 & (logstd1 < _INF),
                d_s2,
                torch.where(logstd2 == _INF, _scalars(f, means, 1.0, _NAN), -_INF),
            ),
        ),
    )


def _kl_normal_logstd_curvature(f, mu1, logstd1, mu2, logstd2):
    """The second derivatives of kl_normal_logstd, on and above the diagonal, row by row."""
    minus = logstd2 * 2.0
    change, power, half = _weight(f, minus)
    near_one = (1.0 + (change - 0.0 * 2.0)) * power
    part = half * 2.0
    part2 = _scale_by(f, near_one, part)
    product = near_one * -1.0
    means = (torch.abs(mu1) < _INF) & (torch.abs(mu2) < _INF)
    offset = mu1 * 0.5 - mu2 * 0.5
    offset_special = torch.where(means, 1.0, torch.abs(offset))
    part3 = torch.abs(minus)
    special = torch.where(part3 < _INF, 1.0, torch.where(minus > 0.0, 0.0, part3))
    special2 = offset_special * special
    mask = special2 == special2
    head, tail, exponent = _difference(f, mu1, mu2)
    offset_near_one = torch.where(
        means,
        head + tail,
        torch.where(offset > 0.0, 1.0, _scalars(f, offset < 0.0, -1.0, _NAN)),
    )
    part4 = offset_near_one * near_one
    product2 = torch.where(mask, part4 * -2.0, _NAN)
    offset_exponent = torch.where(means, exponent, -f.no_exponent)
    part5 = offset_exponent + part
    change_head, change_tail = _two_sum(logstd2, -logstd1)
    minus2 = change_head * 2.0
    change2, power2, half2 = _weight(f, minus2)
    change_tail2 = torch.where(torch.abs(change_head) < f.largest_weight, change_tail, 0.0)
    near_one2 = (1.0 + (change2 - change_tail2 * 2.0)) * power2
    product3 = near_one2 * 2.0
    part6 = half2 * 2.0
    product4 = near_one2 * -2.0
    product5 = torch.where(mask, part4 * 2.0, _NAN)
    exponent2 = torch.where(product3 == 0.0, f.far_below, part6)
    product6 = torch.where(mask, ((offset_near_one * offset_near_one) * near_one) * 2.0, _NAN)
    exponent3 = torch.where(product6 == 0.0, f.far_below, offset_exponent * 2.0 + part)
    common = torch.maximum(exponent2, exponent3)
    term = _power_of_two(f, torch.clamp(exponent2 - common, min=f.negligible)) * product3
    term2 = _power_of_two(f, torch.clamp(exponent3 - common, min=f.negligible)) * product6
    return (
        part2,
        0.0,
        _scale_by(f, product, part),
        _scale_by(f, product2, part5),
        _scale_by(f, product3, part6),
        0.0,
        _scale_by(f, product4, part6),
        part2,
        _scale_by(f, product5, part5),
        _scale_by(f, term + term2, common),
    )


def _kl_normal_logvar_value(f, mu1, logvar1, mu2, logvar2):
    """kl_normal_logvar, in nats."""
    valid = (
        (torch.abs(mu1) < _INF) & (torch.abs(mu2) < _INF) & (torch.abs(logvar1) < _INF) & (torch.abs(logvar2) < _INF)
    )
    # the difference first: exact for near scales
    u_head, u_tail = _two_sum(logvar1 * 0.015625, -(logvar2 * 0.015625))
    change, power, half = _weight(f, logvar2 * 1.0)
    head, tail = _offset(f, mu1, mu2, half)
    tiny = torch.maximum(torch.abs(u_head) * 8.0, torch.abs(head)) < f.tiny_offset
    # tiny arguments are enlarged: their squares would underflow
    scale = _scalars(f, tiny, f.enlarge, 1.0)
    head2, tail2 = _excess_of_exponential_pair(f, u_head * scale, u_tail * scale)
    z = head * scale
    # its square is exact, so that contraction changes nothing
    cut = _upper_bits(f, z)
    square = cut * cut
    heads_head, heads_tail = _two_sum(head2, square * power)
    z_tail = tail * scale
    part = (z - cut) * (z + cut) + (z * 2.0) * z_tail
    offset_tail = (part + part * change) * power
    tails = offset_tail + heads_tail
    small = tail2 + (tails + _scalars(f, tiny, f.above_half_subnormal, 0.0))
    low = (square * change) * power + small
    total = heads_head + low
    unscale = _scalars(f, tiny, f.unscale_tiny, 32.0)
    otherwise = torch.abs(mu1 - mu2) + torch.abs(logvar1 - logvar2)
    return torch.where(valid, total * unscale, otherwise)


def _kl_normal_logvar_slopes(f, mu1, logvar1, mu2, logvar2):
    """The gradient of kl_normal_logvar."""
    part = torch.abs(mu1)
    part2 = torch.abs(mu2)
    part3 = _scalars(f, torch.maximum(part, part2) > f.largest_mean, 0.25, 1.0)
    offset2 = mu1 * part3 - mu2 * part3
    ratio = logvar1 * 0.5 - logvar2 * 0.5
    undefined = ~((offset2 == offset2) & (ratio == ratio))
    means = (part < _INF) & (part2 < _INF)
    part4 = torch.abs(logvar2)
    mask = part4 < _INF
    mask2 = means & mask
    head, tail, exponent = _difference(f, mu1, mu2)
    change, change_tail, power, half = _weight_pair(f, logvar2 * 1.0)
    part5 = torch.where(
        undefined,
        _NAN,
        torch.where(
            mask2,
            _scale_by(
                f,
                (head + (head * change + (tail + (tail * change + head * change_tail)))) * power,
                exponent + half * 2.0,
            ),
            offset2 / torch.where(mask, 1.0, _scalars(f, logvar2 < 0.0, 0.0, _INF)),
        ),
    )
    part6 = torch.abs(logvar1)
    absent = logvar1 == -_INF
    small = torch.maximum(part6, part4) < f.tiny_linear
    # keep the bits of tiny ones: linear near 0
    grown = _scalars(f, small, f.enlarge_linear, 0.25)
    u_head, u_tail = _two_sum(logvar1 * grown, -(logvar2 * grown))
    # and let large ones not overflow
    undo = _scalars(f, small, 1.0, 4.0)
    part7 = undo * 1.0
    # a first scale of 0 is ordinary for d_s2
    u = torch.where(absent, -f.largest_mean, u_head * part7)
    u_low = torch.where(absent, 0.0, u_tail * part7)
    head2, tail2 = _growth(f, u, u_low)
    d_s1 = (head2 + tail2) * (_scalars(f, small, f.unscale_linear, 64.0) * 0.5)
    head3, tail3 = _offset(f, mu1, mu2, half)
    tiny = (torch.abs(head3) < f.tiny) & (small | (torch.abs(u) < f.tiny_difference))
    linear = _scalars(f, tiny, f.enlarge_twice, 1.0) * _scalars(f, small, f.reduce_linear, 1.0)
    head4, tail4 = _growth(f, u * linear, u_low * linear)
    growth2 = head4 + tail4
    # both terms are enlarged where both are tiny
    scale = _scalars(f, tiny, f.enlarge, 1.0)
    z = head3 * scale
    # its square is exact, so that contraction changes nothing
    cut = _upper_bits(f, z)
    square = cut * cut
    more = square * change
    raised = square + more
    total_head, total_tail = _two_sum(growth2, raised * power)
    part8 = (z - cut) * (z + cut) + (z * 2.0) * (tail3 * scale)
    z2_tail = ((square - raised) + more) + (part8 + (part8 * change + square * change_tail))
    last = total_head + (total_tail + (((head4 - growth2) + tail4) + z2_tail * power))
    d_s2 = last * (_scalars(f, tiny, f.unscale_twice, 64.0) * -0.5)
    return (
        part5,
        torch.where(undefined, _NAN, torch.where((part6 < _INF) & mask, d_s1, torch.where(ratio < 0.0, -0.5, ratio))),
        -part5,
        torch.where(
            undefined,
            _NAN,
            torch.where(
                mask2 & (logvar1 < _INF),
                d_s2,
                torch.where(logvar2 == _INF, _scalars(f, means, 0.5, _NAN), -_INF),
            ),
        ),
    )


def _kl_normal_logvar_curvature(f, mu1, logvar1, mu2, logvar2):
    """The second derivatives of kl_normal_logvar, on and above the diagonal, row by row."""
    minus = logvar2 * 1.0
    change, power, half = _weight(f, minus)
    near_one = (1.0 + (change - 0.0 * 1.0)) * power
    part = half * 2.0
    part2 = _scale_by(f, near_one, part)
    product = near_one * -1.0
    means = (torch.abs(mu1) < _INF) & (torch.abs(mu2) < _INF)
    offset = mu1 * 0.5 - mu2 * 0.5
    offset_special = torch.where(means, 1.0, torch.abs(offset))
    part3 = torch.abs(minus)
    special = torch.where(part3 < _INF, 1.0, torch.where(minus > 0.0, 0.0, part3))
    special2 = offset_special * special
    mask = special2 == special2
    head, tail, exponent = _difference(f, mu1, mu2)
    offset_near_one = torch.where(
        means,
        head + tail,
        torch.where(offset > 0.0, 1.0, _scalars(f, offset < 0.0, -1.0, _NAN)),
    )
    part4 = offset_near_one * near_one
    product2 = torch.where(mask, part4 * -1.0, _NAN)
    offset_exponent = torch.where(means, exponent, -f.no_exponent)
    part5 = offset_exponent + part
    change_head, change_tail = _two_sum(logvar1, -logvar2)
    minus2 = change_head * -1.0
    change2, power2, half2 = _weight(f, minus2)
    change_tail2 = torch.where(torch.abs(change_head) < f.largest_weight, change_tail, 0.0)
    near_one2 = (1.0 + (change2 - change_tail2 * -1.0)) * power2
    product3 = near_one2 * 0.5
    part6 = half2 * 2.0
    product4 = near_one2 * -0.5
    product5 = torch.where(mask, part4, _NAN)
    exponent2 = torch.where(product3 == 0.0, f.far_below, part6)
    product6 = torch.where(mask, ((offset_near_one * offset_near_one) * near_one) * 0.5, _NAN)
    exponent3 = torch.where(product6 == 0.0, f.far_below, offset_exponent * 2.0 + part)
    common = torch.maximum(exponent2, exponent3)
    term = _power_of_two(f, torch.clamp(exponent2 - common, min=f.negligible)) * product3
    term2 = _power_of_two(f, torch.clamp(exponent3 - common, min=f.negligible)) * product6
    return (
        part2,
        0.0,
        _scale_by(f, product, part),
        _scale_by(f, product2, part5),
        _scale_by(f, product3, part6),
        0.0,
        _scale_by(f, product4, part6),
        part2,
        _scale_by(f, product5, part5),
        _scale_by(f, term + term2, common),
    )


# --- values and their derivatives ---


def _format_of(x: Tensor) -> _Format:
    return _BINARY64 if x.dtype == torch.float64 else _BINARY32


def _times(weight, factor):
    """The product, which is 0 for the weight 0 also where the factor is infinite; linear in the weight."""
    if isinstance(factor, float):
        return weight * factor
    most = torch.finfo(factor.dtype).max
    return (weight * factor.clamp(-most, most)) * _scalars(_format_of(factor), factor.abs() > most, most, 1.0)


def _weighted(weights, factors, times=_times):
    """The sum of the products, of those that are there: a plain 0 is 0 by its theorem."""
    total = None
    for weight, factor in zip(weights, factors, strict=True):
        if weight is not None and not (isinstance(factor, float) and factor == 0):
            product = times(weight, factor)
            total = product if total is None else total + product
    return total


def _rows(entries, count):
    """The rows of a symmetric matrix whose entries on and above the diagonal these are."""
    upper = iter(entries if isinstance(entries, tuple) else (entries,))
    found = {(i, j): next(upper) for i in range(count) for j in range(i, count)}
    return [[found[min(i, j), max(i, j)] for j in range(count)] for i in range(count)]


class _Value:
    """A value for code that runs now and for code that is compiled, which has neither vmap nor forward mode.

    What runs now on a CPU may be left to other functions of the same results: derive.torch puts compiled C there.
    """

    def __init__(self) -> None:
        self.eager = self.compiled = self.value_on_cpu = self.slopes_on_cpu = None


def _differentiable(value, slopes, curvature) -> _Value:
    """A function of tensors of one format and shape with its first derivatives, and theirs."""
    made = _Value()

    def first(*arguments):
        found = slopes(_format_of(arguments[0]), *arguments)
        return found if isinstance(found, tuple) else (found,)

    def second(*arguments):
        return _rows(curvature(_format_of(arguments[0]), *arguments), len(arguments))

    class Slopes(torch.autograd.Function):
        generate_vmap_rule = True

        @staticmethod
        def forward(*arguments):
            on_cpu = made.slopes_on_cpu if arguments[0].device.type == "cpu" else None
            return (on_cpu or first)(*arguments)

        @staticmethod
        def setup_context(ctx, inputs, output):
            ctx.save_for_backward(*inputs)
            ctx.save_for_forward(*inputs)
            ctx.set_materialize_grads(False)

        @staticmethod
        def backward(ctx, *upstream):
            return tuple(_weighted(upstream, column) for column in second(*ctx.saved_tensors))

        @staticmethod
        def jvp(ctx, *tangents):
            zero = torch.zeros_like(ctx.saved_tensors[0])
            rows = second(*ctx.saved_tensors)
            return tuple(zero if (sum_ := _weighted(tangents, row)) is None else sum_ for row in rows)

    class Eager(torch.autograd.Function):
        generate_vmap_rule = True

        @staticmethod
        def forward(*arguments):
            if made.value_on_cpu is not None and arguments[0].device.type == "cpu":
                return made.value_on_cpu(*arguments)
            return value(_format_of(arguments[0]), *arguments)

        @staticmethod
        def setup_context(ctx, inputs, output):
            ctx.save_for_backward(*inputs)
            ctx.save_for_forward(*inputs)

        @staticmethod
        def backward(ctx, upstream):
            return tuple(upstream * slope for slope in Slopes.apply(*ctx.saved_tensors))

        @staticmethod
        def jvp(ctx, *tangents):
            return _weighted(tangents, Slopes.apply(*ctx.saved_tensors), operator.mul)

    class Compiled(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, *others):
            ctx.save_for_backward(x, *others)
            return value(_format_of(x), x, *others)

        @staticmethod
        def backward(ctx, upstream):
            return tuple(upstream * slope for slope in first(*ctx.saved_tensors))

    made.eager, made.compiled = Eager.apply, Compiled.apply
    return made


class Reduction(TypedDict, total=False):
    """What becomes of the divergences of the elements.

    ``dim`` names the dimensions that are summed first: those of one sample's latent variables. Then ``reduction``
    takes what is left as it is (``"none"``), or its ``"sum"``, its ``"mean"``, or its sum divided by the size of the
    first dimension (``"batchmean"``). Elements where ``mask`` is false count for nothing, whatever they are: a mean
    divides by the number of those that remain, or of the sums over ``dim`` that have one. It is of booleans, in the
    shape of the elements or of what the sum over ``dim`` leaves; dimensions of size 1 are stretched, none is added.
    ``free_nats`` is the least that a divergence (summed over ``dim``) counts; below, its gradient is 0. With
    ``free_nats_mode="batch"`` the divergences are averaged over the first dimension before.
    """

    reduction: Literal["none", "sum", "mean", "batchmean"]
    dim: int | tuple[int, ...] | None
    mask: Tensor | None
    free_nats: float | Tensor
    free_nats_mode: Literal["element", "batch"]


def _summed_axes(axis: Any, count: int, name: str = "axis") -> tuple[int, ...]:
    """The axes that are summed over, of so many, counted from the first.

    Raises
    ------
    TypeError : for what is no integer.
    ValueError : for an axis that is not there, or is named twice.
    """
    given = () if axis is None else tuple(axis) if getattr(axis, "ndim", 1) and hasattr(axis, "__iter__") else (axis,)
    if not all(hasattr(i, "__index__") and not isinstance(i, bool) for i in given):
        raise TypeError(f"{name} is {axis!r}; it must be an integer or a tuple of them")
    numbers = [i.__index__() for i in given]
    if not all(-count <= i < count for i in numbers):
        raise ValueError(f"{name} is {axis!r}; it must name one of the {count} axes of the elements")
    found = tuple(i % count for i in numbers)
    if len(set(found)) < len(found):
        raise ValueError(f"{name} is {axis!r}; it names an axis twice")
    return found


def _shape_beside(mask: Any, elements: Sequence[int], summed: Sequence[int]) -> tuple[int, ...]:
    """The shape in which a mask lies beside the elements, each axis of their size or 1.

    Raises
    ------
    TypeError : for a mask that is not of booleans.
    ValueError : for one that has neither the shape of the elements nor that of their sums.
    """
    if not str(mask.dtype).endswith("bool"):
        raise TypeError(f"mask is of {mask.dtype}; it must be of booleans: mask != 0, and weights multiply the result")
    left = [size for i, size in enumerate(elements) if i not in summed]
    shape = list(mask.shape)
    if len(shape) == len(left):
        for i in sorted(summed):
            shape.insert(i, 1)
    if len(shape) != len(elements) or any(m not in (1, n) for m, n in zip(shape, elements, strict=True)):
        sums = f", or that of the sums, {tuple(left)}" if summed else ""
        raise ValueError(
            f"mask has the shape {tuple(mask.shape)}; it must have that of the elements, {tuple(elements)}{sums}, "
            "where an axis may have the size 1"
        )
    return tuple(shape)


def _refuse_options(reduction: str = "none", free_nats: Any = 0.0, free_nats_mode: str = "element") -> None:
    """Raise ValueError for what the options cannot be; of a number in an array nothing is known until the code runs."""
    if reduction not in ("none", "sum", "mean", "batchmean"):
        raise ValueError(f"reduction must be 'none', 'sum', 'mean' or 'batchmean', not {reduction!r}")
    if free_nats_mode not in ("element", "batch"):
        raise ValueError(f"free_nats_mode must be 'element' or 'batch', not {free_nats_mode!r}")
    if not (free_nats >= 0 if isinstance(free_nats, (int, float)) else getattr(free_nats, "ndim", None) == 0):
        raise ValueError(f"free_nats is {free_nats!r}; it must be a number and not negative")


def _applied(value: _Value, *arguments: Any, dim: Any = None, mask: Tensor | None = None, **reduction: Any) -> Tensor:
    """The value at broadcast arguments, in their common floating-point type, reduced."""
    tensors = [a for a in arguments if isinstance(a, Tensor)]
    if not tensors:
        kinds = ", ".join(type(a).__name__ for a in arguments)
        raise TypeError(f"one argument at least must be a torch.Tensor, not {kinds}; for arrays there is kl_normal.py")
    if any(t.is_complex() for t in tensors):
        raise TypeError("an argument is complex; real numbers are needed")
    real = [t.dtype for t in tensors if t.is_floating_point() and t.ndim]
    real = real or [t.dtype for t in tensors if t.is_floating_point()]  # without dimensions: no say beside others
    result = functools.reduce(torch.promote_types, real) if real else torch.get_default_dtype()
    format_ = result if result in (torch.float32, torch.float64) else torch.float32
    device = tensors[0].device
    numbers = {"dtype": format_, "device": device}
    same = [a.to(format_) if isinstance(a, Tensor) else torch.full((), a, **numbers) for a in arguments]
    elements = torch.broadcast_shapes(*(a.shape for a in same))
    summed = _summed_axes(dim, len(elements), "dim")
    if mask is not None:
        if not isinstance(mask, Tensor):
            raise TypeError(f"mask is a {type(mask).__name__}; it must be a torch.Tensor of booleans")
        mask = mask.reshape(_shape_beside(mask, elements, summed)).to(device)
        same = [torch.where(mask, a, 1.0) for a in same]  # what is masked has no gradient, whatever stands there
    apply = value.compiled if torch.compiler.is_compiling() else value.eager
    values = apply(*torch.broadcast_tensors(*same))
    return _reduced(values if mask is None else torch.where(mask, values, 0.0), mask, summed, **reduction).to(result)


def _reduced(values, mask=None, dims=(), reduction="none", free_nats=0.0, free_nats_mode="element"):
    """What :class:`Reduction` says, of divergences that are 0 where the mask is false."""
    _refuse_options(reduction, free_nats, free_nats_mode)
    kept = None if mask is None else mask.expand_as(values)
    if dims:  # over none of them PyTorch would sum over all
        values = values.sum(dims)
        kept = None if kept is None else kept.sum(dims) > 0
    if (reduction == "batchmean" or free_nats_mode == "batch") and values.ndim == 0:
        raise ValueError("there is no batch: after the sum over dim no dimension is left")
    batch = values.shape[0] if values.ndim else 1
    if kept is not None and values.ndim:
        batch = kept.flatten(1).any(1).sum() if kept.ndim > 1 else kept.sum()
    if free_nats_mode == "batch":
        values = values.sum(0) / (batch if kept is None else kept.sum(0).clamp(min=1))
        kept, batch = None if kept is None else kept.any(0), 1
    if isinstance(free_nats, Tensor):  # whether it is positive, no code can ask that is compiled
        values = torch.where((values < free_nats) & (free_nats > 0), free_nats, values)
    elif free_nats > 0:
        values = torch.where(values < float(free_nats), float(free_nats), values)
    values = values if kept is None else torch.where(kept, values, 0.0)
    if reduction == "none":
        return values
    total = values.sum()
    if reduction == "mean":
        return total / (values.numel() if kept is None else kept.sum())
    return total / batch if reduction == "batchmean" else total


# --- the public functions ---


_expm1mx = _differentiable(_expm1mx_value, _expm1mx_slopes, _expm1mx_curvature)


def expm1mx(x: Real, /) -> Tensor:
    """expm1mx(x), without cancellation.

        expm1mx = exp(x) - 1 - x

    Parameters
    ----------
    x : a number

    Returns
    -------
    A tensor of the broadcast shape and the common floating-point type; Python's own numbers have no say in it.

    Notes
    -----
    Domain: every real x.
    expm1mx(-inf) = expm1mx(inf) = inf.
    Error: binary64: 2.82 ulp (proved); binary32: 2.73 ulp (proved).
    Theorem stable-functions, through stable-range-exp; statement bc5e42e6d49de4d0.
    """
    return _applied(_expm1mx, x)


_log1pmx = _differentiable(_log1pmx_value, _log1pmx_slopes, _log1pmx_curvature)


def log1pmx(x: Real, /) -> Tensor:
    """log1pmx(x), without cancellation.

        log1pmx = log(1 + x) - x

    Parameters
    ----------
    x : a number

    Returns
    -------
    A tensor of the broadcast shape and the common floating-point type; Python's own numbers have no say in it.

    Notes
    -----
    Domain: x > -1.
    log1pmx(-1) = log1pmx(inf) = -inf; NaN below -1.
    Error: binary64: 2.7 ulp (proved); binary32: 2.54 ulp (proved).
    Theorem stable-functions, through stable-atanh, stable-log-scale; statement bc5e42e6d49de4d0.
    """
    return _applied(_log1pmx, x)


_kl_unit_std = _differentiable(_kl_unit_std_value, _kl_unit_std_slopes, _kl_unit_std_curvature)


def kl_unit_std(mu: Real, std: Real, /, **options: Unpack[Reduction]) -> Tensor:
    """KL divergence, in nats, of the Gaussian (mu, std) from N(0, 1).

        kl_unit_std = -(1 + 2*log(std) - std^2 - mu^2)/2

    Parameters
    ----------
    mu : mean
    std : standard deviation
    reduction, dim, mask, free_nats, free_nats_mode : what becomes of the elements; see Reduction

    Returns
    -------
    A tensor of the broadcast shape and the common floating-point type; Python's own numbers have no say in it.

    Notes
    -----
    Domain: every real mu; std >= 0.
    inf where mu is infinite, or std is 0 or infinite;
    NaN where an argument is NaN or outside of its domain.
    Error: binary64: 3.02 ulp (proved); binary32: 2.6 ulp (proved).
    Of the first derivatives: binary64: 2 ulp (tested); binary32: 2 ulp (tested).
    Theorem kl-unit, through stable-unit-std; statement 9b841927df73d141.
    """
    return _applied(_kl_unit_std, mu, std, **options)


_kl_unit_var = _differentiable(_kl_unit_var_value, _kl_unit_var_slopes, _kl_unit_var_curvature)


def kl_unit_var(mu: Real, var: Real, /, **options: Unpack[Reduction]) -> Tensor:
    """KL divergence, in nats, of the Gaussian (mu, var) from N(0, 1).

        kl_unit_var = -(1 + log(var) - var - mu^2)/2

    Parameters
    ----------
    mu : mean
    var : variance
    reduction, dim, mask, free_nats, free_nats_mode : what becomes of the elements; see Reduction

    Returns
    -------
    A tensor of the broadcast shape and the common floating-point type; Python's own numbers have no say in it.

    Notes
    -----
    Domain: every real mu; var >= 0.
    inf where mu is infinite, or var is 0 or infinite;
    NaN where an argument is NaN or outside of its domain.
    Error: binary64: 2.7 ulp (proved); binary32: 2.54 ulp (proved).
    Of the first derivatives: binary64: 2 ulp (tested); binary32: 2 ulp (tested).
    Theorem same-function, through stable-unit-var; statement b8c0b636e100a4b9.
    """
    return _applied(_kl_unit_var, mu, var, **options)


_kl_unit_logstd = _differentiable(_kl_unit_logstd_value, _kl_unit_logstd_slopes, _kl_unit_logstd_curvature)


def kl_unit_logstd(mu: Real, logstd: Real, /, **options: Unpack[Reduction]) -> Tensor:
    """KL divergence, in nats, of the Gaussian (mu, logstd) from N(0, 1).

        kl_unit_logstd = -(1 + 2*logstd - exp(2*logstd) - mu^2)/2

    Parameters
    ----------
    mu : mean
    logstd : logarithm of the standard deviation
    reduction, dim, mask, free_nats, free_nats_mode : what becomes of the elements; see Reduction

    Returns
    -------
    A tensor of the broadcast shape and the common floating-point type; Python's own numbers have no say in it.

    Notes
    -----
    Domain: every real mu and logstd.
    inf where mu or logstd is infinite;
    NaN where an argument is NaN.
    Error: binary64: 2.82 ulp (proved); binary32: 2.74 ulp (proved).
    Of the first derivatives: binary64: 2 ulp (tested); binary32: 2 ulp (tested).
    Theorem same-function, through stable-unit-logstd; statement b8c0b636e100a4b9.
    """
    return _applied(_kl_unit_logstd, mu, logstd, **options)


_kl_unit_logvar = _differentiable(_kl_unit_logvar_value, _kl_unit_logvar_slopes, _kl_unit_logvar_curvature)


def kl_unit_logvar(mu: Real, logvar: Real, /, **options: Unpack[Reduction]) -> Tensor:
    """KL divergence, in nats, of the Gaussian (mu, logvar) from N(0, 1).

        kl_unit_logvar = -(1 + logvar - exp(logvar) - mu^2)/2

    Parameters
    ----------
    mu : mean
    logvar : logarithm of the variance
    reduction, dim, mask, free_nats, free_nats_mode : what becomes of the elements; see Reduction

    Returns
    -------
    A tensor of the broadcast shape and the common floating-point type; Python's own numbers have no say in it.

    Notes
    -----
    Domain: every real mu and logvar.
    inf where mu or logvar is infinite;
    NaN where an argument is NaN.
    Error: binary64: 2.82 ulp (proved); binary32: 2.73 ulp (proved).
    Of the first derivatives: binary64: 2 ulp (tested); binary32: 2 ulp (tested).
    Theorem same-function, through stable-unit-logvar; statement b8c0b636e100a4b9.
    """
    return _applied(_kl_unit_logvar, mu, logvar, **options)


_kl_normal_std = _differentiable(_kl_normal_std_value, _kl_normal_std_slopes, _kl_normal_std_curvature)


def kl_normal_std(mu1: Real, std1: Real, mu2: Real, std2: Real, /, **options: Unpack[Reduction]) -> Tensor:
    """KL divergence, in nats, of the Gaussian (mu1, std1) from (mu2, std2).

        kl_normal_std = log(std2/std1) + (std1^2 + (mu1 - mu2)^2)/(2*std2^2) - 1/2

    Parameters
    ----------
    mu1 : mean of the first Gaussian
    std1 : standard deviation
    mu2 : mean of the second Gaussian
    std2 : standard deviation
    reduction, dim, mask, free_nats, free_nats_mode : what becomes of the elements; see Reduction

    Returns
    -------
    A tensor of the broadcast shape and the common floating-point type; Python's own numbers have no say in it.

    Notes
    -----
    Domain: every real mu1 and mu2; std1 and std2 >= 0.
    NaN where mu1 = mu2 = -inf, or mu1 = mu2 = inf, or std1 = std2 = 0, or std1 = std2 = inf;
    inf elsewhere where mu1 or mu2 is infinite, or std1 or std2 is 0 or infinite;
    NaN where an argument is NaN or outside of its domain.
    Error: binary64: 3.02 ulp (proved); binary32: 2.61 ulp (proved).
    Of the first derivatives: binary64: 2 ulp (tested); binary32: 2 ulp (tested).
    Theorem kl-normal, through stable-normal-std; statement 508e3fbb66eed03a.
    """
    return _applied(_kl_normal_std, mu1, std1, mu2, std2, **options)


_kl_normal_var = _differentiable(_kl_normal_var_value, _kl_normal_var_slopes, _kl_normal_var_curvature)


def kl_normal_var(mu1: Real, var1: Real, mu2: Real, var2: Real, /, **options: Unpack[Reduction]) -> Tensor:
    """KL divergence, in nats, of the Gaussian (mu1, var1) from (mu2, var2).

        kl_normal_var = (log(var2/var1) + (var1 + (mu1 - mu2)^2)/var2 - 1)/2

    Parameters
    ----------
    mu1 : mean of the first Gaussian
    var1 : variance
    mu2 : mean of the second Gaussian
    var2 : variance
    reduction, dim, mask, free_nats, free_nats_mode : what becomes of the elements; see Reduction

    Returns
    -------
    A tensor of the broadcast shape and the common floating-point type; Python's own numbers have no say in it.

    Notes
    -----
    Domain: every real mu1 and mu2; var1 and var2 >= 0.
    NaN where mu1 = mu2 = -inf, or mu1 = mu2 = inf, or var1 = var2 = 0, or var1 = var2 = inf;
    inf elsewhere where mu1 or mu2 is infinite, or var1 or var2 is 0 or infinite;
    NaN where an argument is NaN or outside of its domain.
    Error: binary64: 2.7 ulp (proved); binary32: 2.54 ulp (proved).
    Of the first derivatives: binary64: 2 ulp (tested); binary32: 2 ulp (tested).
    Theorem same-function, through stable-normal-var; statement b8c0b636e100a4b9.
    """
    return _applied(_kl_normal_var, mu1, var1, mu2, var2, **options)


_kl_normal_logstd = _differentiable(_kl_normal_logstd_value, _kl_normal_logstd_slopes, _kl_normal_logstd_curvature)


def kl_normal_logstd(mu1: Real, logstd1: Real, mu2: Real, logstd2: Real, /, **options: Unpack[Reduction]) -> Tensor:
    """KL divergence, in nats, of the Gaussian (mu1, logstd1) from (mu2, logstd2).

        kl_normal_logstd = logstd2 - logstd1 + (exp(2*logstd1) + (mu1 - mu2)^2)/(2*exp(2*logstd2)) - 1/2

    Parameters
    ----------
    mu1 : mean of the first Gaussian
    logstd1 : logarithm of the standard deviation
    mu2 : mean of the second Gaussian
    logstd2 : logarithm of the standard deviation
    reduction, dim, mask, free_nats, free_nats_mode : what becomes of the elements; see Reduction

    Returns
    -------
    A tensor of the broadcast shape and the common floating-point type; Python's own numbers have no say in it.

    Notes
    -----
    Domain: every real mu1, logstd1, mu2 and logstd2.
    NaN where mu1 = mu2 = -inf, or mu1 = mu2 = inf, or logstd1 = logstd2 = -inf, or logstd1 = logstd2 = inf;
    inf elsewhere where mu1 or logstd1 or mu2 or logstd2 is infinite;
    NaN where an argument is NaN.
    Error: binary64: 2.92 ulp (proved); binary32: 2.83 ulp (proved).
    Of the first derivatives: binary64: 2 ulp (tested); binary32: 2 ulp (tested).
    Theorem same-function, through stable-normal-logstd; statement b8c0b636e100a4b9.
    """
    return _applied(_kl_normal_logstd, mu1, logstd1, mu2, logstd2, **options)


_kl_normal_logvar = _differentiable(_kl_normal_logvar_value, _kl_normal_logvar_slopes, _kl_normal_logvar_curvature)


def kl_normal_logvar(mu1: Real, logvar1: Real, mu2: Real, logvar2: Real, /, **options: Unpack[Reduction]) -> Tensor:
    """KL divergence, in nats, of the Gaussian (mu1, logvar1) from (mu2, logvar2).

        kl_normal_logvar = (logvar2 - logvar1 + (exp(logvar1) + (mu1 - mu2)^2)/exp(logvar2) - 1)/2

    Parameters
    ----------
    mu1 : mean of the first Gaussian
    logvar1 : logarithm of the variance
    mu2 : mean of the second Gaussian
    logvar2 : logarithm of the variance
    reduction, dim, mask, free_nats, free_nats_mode : what becomes of the elements; see Reduction

    Returns
    -------
    A tensor of the broadcast shape and the common floating-point type; Python's own numbers have no say in it.

    Notes
    -----
    Domain: every real mu1, logvar1, mu2 and logvar2.
    NaN where mu1 = mu2 = -inf, or mu1 = mu2 = inf, or logvar1 = logvar2 = -inf, or logvar1 = logvar2 = inf;
    inf elsewhere where mu1 or logvar1 or mu2 or logvar2 is infinite;
    NaN where an argument is NaN.
    Error: binary64: 2.92 ulp (proved); binary32: 2.83 ulp (proved).
    Of the first derivatives: binary64: 2 ulp (tested); binary32: 2 ulp (tested).
    Theorem same-function, through stable-normal-logvar; statement b8c0b636e100a4b9.
    """
    return _applied(_kl_normal_logvar, mu1, logvar1, mu2, logvar2, **options)
