"""The definition of a divergence, the integral or sum of p log(p/q), and its derivatives, to 30 correct digits.

Points and weights come from the family's record. The rule knows log p and log q as functions and nothing of their
difference. The derivative is that of the integrand: ∂/∂θ1 gives p ∂log p (log p - log q + 1), ∂/∂θ2 gives -p ∂log q.

The working precision is raised by the digits that cancel (the sum of absolute terms over the result), and two rules
that differ in precision, step and range must agree to 30 digits. mpmath's own error estimate is not looked at: at
sigma = 1 + 1e-15 it was off by 13 orders of magnitude.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mpmath import mp

from derive.errors import CheckFailed
from derive.verify.families.record import Definition, Number, Subject
from derive.verify.ulp import Dyadic

AGREEMENT = 30
_GUARD = 8
_MOST_DIGITS = 2000


def divergence(subject: Subject, arguments: Sequence[float]) -> tuple[Number, ...]:
    """Value and partial derivatives of the divergence at exactly these arguments, from its definition.

    Raises
    ------
    CheckFailed
        when the density has not mass one by the rule, or two rules do not agree to 30 digits of the result.
    """
    assert subject.definition is not None
    digits = AGREEMENT + _GUARD
    while digits < _MOST_DIGITS:
        sums, cancelled, mass = _integrate(subject.definition, arguments, digits)
        if not abs(mass - 1) < mp.mpf(10) ** -AGREEMENT:
            where = f"{subject.name}({', '.join(float(a).hex() for a in arguments)})"
            raise CheckFailed(
                f"the mass of the first density of {where} is off one by {mp.nstr(mass - 1, 3)} by its record: "
                "the density is not right there, or the points and weights of its nodes"
            )
        if digits >= AGREEMENT + _GUARD + cancelled:
            finer, *_ = _integrate(subject.definition, arguments, digits + digits // 4)
            _agree(subject, arguments, sums, finer)
            return finer
        digits = AGREEMENT + _GUARD + cancelled + 2
    raise CheckFailed(f"the integral for {subject.name}{tuple(arguments)} cancels more than {_MOST_DIGITS} digits")


def _integrate(
    definition: Definition, arguments: Sequence[float], digits: int
) -> tuple[tuple[Number, ...], int, Number]:
    """The integrals by one rule, how many digits cancelled in the worst of them, and the mass of the first density."""
    first, second = definition.members(arguments)
    with mp.workdps(digits + 5 + definition.spare([mp.mpf(a) for a in first], [mp.mpf(a) for a in second])):
        one, other = [mp.mpf(a) for a in first], [mp.mpf(a) for a in second]
        p, q = definition.density(one), definition.density(other)
        values: list[list[Number]] = [[] for _ in range(len(arguments) + 1)]
        sizes: list[list[Number]] = [[] for _ in values]
        masses: list[Number] = []
        for x, weight in zip(*definition.nodes(one, other, digits), strict=True):
            (log_p, scores_p), (log_q, scores_q) = p(x), q(x)
            mass = weight * mp.exp(log_p)
            masses.append(mass)
            ratio = log_p - log_q
            change = mass * (ratio + 1)
            size = mass * (abs(log_p) + abs(log_q) + 1)
            terms = [mass * ratio, *(change * score for score in scores_p), *(-mass * score for score in scores_q)]
            bounds = [size, *(size * abs(score) for score in scores_p), *map(abs, terms[1 + len(scores_p) :])]
            for index in range(len(values)):
                values[index].append(terms[index])
                sizes[index].append(bounds[index])
        sums, totals = [mp.fsum(column) for column in values], [mp.fsum(column) for column in sizes]
        lost = max(_lost(total, size, digits) for total, size in zip(sums, totals, strict=True))
        return tuple(sums), lost, mp.fsum(masses)


def _lost(total: Number, size: Number, digits: int) -> int:
    """Digits cancelled in a sum; all of them where nothing significant is left, which calls for more precision."""
    if size == 0:
        return 0
    if total == 0:
        return digits
    return max(0, int(mp.ceil(mp.log10(size / abs(total)))))


def _agree(subject: Subject, arguments: Sequence[float], one: Sequence[Number], other: Sequence[Number]) -> None:
    for name, a, b in zip(subject.outputs, one, other, strict=True):
        if abs(a - b) > abs(b) * mp.mpf(10) ** -AGREEMENT:
            apart = mp.nstr(abs(a - b) / max(abs(a), abs(b)), 3)
            raise CheckFailed(
                f"the integral for {name} of {subject.name}{tuple(arguments)}: two rules differ by {apart}"
            )


def as_dyadic(value: Any) -> Dyadic:
    """An mpmath number as an exact value for the ulp metric."""
    sign, mantissa, exponent, _ = value._mpf_
    signed = -int(mantissa) if sign else int(mantissa)
    return Dyadic(signed, exponent, int(mantissa).bit_length() + exponent - 1)
