"""The expanded form of a formula: a sum of products of generators with exact coefficients, made for comparing
coefficients.

Generators are the quantities of the formula, ``log`` of a generator, ``exp`` of a product, sums that cannot be
multiplied out (inside a logarithm, a root or a denominator), and marks for the reductions around a term. Quantities
inside a logarithm or under a root are positive, so ``log(s**2) = 2 log(s)``; softplus is the logarithm of ``1 +
exp``. A term is a set of (generator, exponent) pairs, a form maps terms to rationals.

This is a means of *search*: what it finds is decided by :mod:`derive.identify.match.decide` before anyone is told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from operator import attrgetter
from typing import Any
from weakref import WeakValueDictionary

from sympy import integer_nthroot

from derive.identify.read.limits import MAX_BITS, MAX_EXPONENT, MAX_FORM, MAX_TERMS, NotUnderstood, spend


class TooLarge(NotUnderstood):
    """Multiplying out would exceed the limits."""

    def __init__(self) -> None:
        super().__init__(
            "the formula is too large to be multiplied out",
            None,
            f"at most {MAX_TERMS} terms, exponents up to {MAX_EXPONENT}",
        )


class Generator:
    """A factor of a term: ("var", name) · ("noise", text) · ("pi",) · ("log", generator) · ("exp", term) · ("sum", key)
    · ("fn", name, key) · ("prod", key) · ("mark", kind).

    There is one object for each generator, so that comparing and hashing it costs the same however deep it nests; it
    keeps its spelling (a digest stands for what is long), its quantities and its size, which its parts give.
    """

    __slots__ = ("__weakref__", "names", "parts", "size", "spelling")

    def __init__(self, parts: tuple[Any, ...], spelling: str, names: frozenset[str], size: int) -> None:
        self.parts = parts
        self.spelling = spelling
        self.names = names
        self.size = size

    def __getitem__(self, index: int | slice) -> Any:
        return self.parts[index]

    def __repr__(self) -> str:
        return self.spelling


Term = frozenset[tuple[Generator, Fraction]]
Form = Mapping[Term, Fraction]

_INTERNED: WeakValueDictionary[tuple[Any, ...], Generator] = WeakValueDictionary()
_LONGEST_SPELLING = 400


def generator(kind: str, *parts: Any) -> Generator:
    """The generator of this kind, the same object whenever it is asked for."""
    content = (kind, *parts)
    found = _INTERNED.get(content)
    if found is None:
        spend(1)
        inner = _inside(parts)
        size = 1 + sum(g.size for g in inner)
        if size > MAX_FORM:
            raise TooLarge
        own = frozenset(parts) if kind == "var" else frozenset("~") if kind == "noise" else frozenset()
        text = f"{kind}({','.join(map(_spelled, parts))})"
        if len(text) > _LONGEST_SPELLING:
            text = f"{text[:60]}…{hashlib.sha256(text.encode()).hexdigest()}"
        found = Generator(content, text, own.union(*(g.names for g in inner)), size)
        _INTERNED[content] = found
    return found


def _inside(part: Any) -> list[Generator]:
    """The generators directly inside a part of another."""
    if isinstance(part, Generator):
        return [part]
    return [g for p in part for g in _inside(p)] if isinstance(part, tuple | frozenset) else []


def _spelled(part: Any) -> str:
    if isinstance(part, Generator):
        return part.spelling
    if isinstance(part, frozenset):
        return "{" + ",".join(sorted(map(_spelled, part))) + "}"
    return f"({','.join(map(_spelled, part))})" if isinstance(part, tuple) else str(part)


def variable(name: str) -> Generator:
    return generator("var", name)


#: The order of generators: the same in every process, whatever the order of sets.
by_spelling = attrgetter("spelling")


ONE: Term = frozenset()


SUMMED = generator("mark", "sum")
AVERAGED = generator("mark", "mean")
#: Of a sum that is added to every entry of another one, and so counted as often as that has entries.
REPEATED = generator("mark", "repeated")
#: Of a number beside sums that are added up.
ROWS = generator("mark", "rows")
#: One over a sum: with a sum of the same weight it makes a mean.
_PER_SUM = (generator("per sum"), Fraction(1))
_SUM = (SUMMED, Fraction(1))
_ROWS = (ROWS, Fraction(1))


def constant(value: Fraction | int) -> dict[Term, Fraction]:
    return {ONE: Fraction(value)} if value else {}


def single(generator: Generator, exponent: Fraction | int = 1) -> dict[Term, Fraction]:
    return {frozenset([(generator, Fraction(exponent))]): Fraction(1)}


def add(*forms: Form) -> dict[Term, Fraction]:
    result: dict[Term, Fraction] = {}
    spend(sum(map(len, forms)))
    for form in forms:
        for term, value in form.items():
            _accumulate(result, term, value)
    if len(result) > MAX_TERMS:
        raise TooLarge
    return result


def _accumulate(form: dict[Term, Fraction], term: Term, value: Fraction) -> None:
    """Add to a coefficient; a term that was not there costs no arithmetic."""
    old = form.get(term)
    if old is None:
        form[term] = value
    elif total := old + value:
        form[term] = _bounded(total)
    else:
        del form[term]


def renamed(form: Form, change: Callable[[Term], Term]) -> dict[Term, Fraction]:
    """The form with each term changed; those that become alike are one."""
    result: dict[Term, Fraction] = {}
    spend(len(form))
    for term, value in form.items():
        _accumulate(result, change(term), value)
    return result


def scale(form: Form, factor: Fraction | int) -> dict[Term, Fraction]:
    return {term: _bounded(value * factor) for term, value in form.items()} if factor else {}


def _bounded(value: Fraction) -> Fraction:
    if value.numerator.bit_length() + value.denominator.bit_length() > MAX_BITS:
        raise TooLarge
    return value


@lru_cache(maxsize=20_000)
def times(a: Term, b: Term) -> Term:
    """The product of two terms."""
    if not a or not b:
        return a or b
    merged = dict(a)
    for generator, exponent in b:
        total = merged.get(generator, 0) + exponent
        if total:
            merged[generator] = total
        else:
            merged.pop(generator, None)
    return frozenset(merged.items())


def multiply(a: Form, b: Form) -> dict[Term, Fraction]:
    if len(a) * len(b) > MAX_TERMS * 10:
        raise TooLarge
    spend(len(a) * len(b))
    result: dict[Term, Fraction] = {}
    surds = any(map(_numbers, a)) and any(map(_numbers, b))
    for s, x in a.items():
        for t, y in b.items():
            term, value = _whole_apart(times(s, t)) if surds else (times(s, t), Fraction(1))
            if _PER_SUM in term and _SUM in term:
                term = term - {_PER_SUM, _SUM} | {(AVERAGED, Fraction(1))}
            _accumulate(result, term, _bounded(x * y * value))
    if len(result) > MAX_TERMS:
        raise TooLarge
    return result


def quotient(a: Form, b: Form) -> Fraction | None:
    """a/b where that is a rational number."""
    ratios = {a[t] / b[t] for t in a} if a.keys() == b.keys() else set()
    return ratios.pop() if len(ratios) == 1 else None


def key(form: Form) -> frozenset[tuple[Term, Fraction]]:
    return frozenset(form.items())


def lead(form: Form) -> tuple[Term, Fraction]:
    """The common part of all terms, and the coefficient of one of them chosen by its spelling: what a sum is divided
    by to compare it.
    """
    terms = list(form)
    common: dict[Generator, Fraction] = dict(terms[0])
    for term in terms[1:]:
        exponents = dict(term)
        common = {
            g: min(e, exponents[g]) for g, e in common.items() if g in exponents and (e > 0) == (exponents[g] > 0)
        }
    first = min(terms, key=lambda t: (len(t), spelling(t)))
    return frozenset(common.items()), form[first]


@lru_cache(maxsize=20_000)
def spelling(term: Term) -> str:
    return "*".join(sorted(f"{generator.spelling}^{exponent}" for generator, exponent in term))


def power(form: Form, exponent: Fraction) -> dict[Term, Fraction]:
    """``form ** exponent``: multiplied out for one term or a small natural exponent, else a generator of its own."""
    if abs(exponent) > MAX_EXPONENT or exponent.denominator > MAX_EXPONENT:
        raise TooLarge
    if exponent == 0:
        return constant(1)
    if not form:
        if exponent < 0:
            raise NotUnderstood("a division by zero")
        return {}
    if exponent == 1:
        return dict(form)
    if any(_reduced(t) for t in form):
        ((term, value),) = list(form.items())[:1]
        if len(form) == 1 and exponent == -1 and _reduced(term) == {_SUM}:
            return multiply(power({term - {_SUM}: value}, exponent), {frozenset([_PER_SUM]): Fraction(1)})
        return single(generator("sum", key(form)), exponent)  # a power of a sum is no sum of powers
    if len(form) == 1:
        ((term, value),) = form.items()
        root = _rational_power(value, exponent)
        if root is None:
            return multiply(_surd(value, exponent), power({term: Fraction(1)}, exponent))
        if _numbers(term):
            result = power({term - _numbers(term): value}, exponent)
            for inner, own in _numbers(term):
                result = multiply(result, _surd(_number(inner), own * exponent))
            return result
        whole = [(g, e * exponent) for g, e in term if _opens(g, e * exponent)]
        product = {frozenset((g, e * exponent) for g, e in term if not _opens(g, e * exponent)): root}
        for inner, total in whole:
            product = multiply(product, power(dict(inner[-1]), total))
        return product
    if exponent.denominator == 1 and exponent > 0:
        result = dict(form)
        for _ in range(int(exponent) - 1):
            result = multiply(result, form)
        return result
    common, first = lead(form)
    reduced = {times(t, _inverse(common)): v / first for t, v in form.items()}
    outer = power({common: first}, exponent)
    return multiply(outer, single(generator("sum", key(reduced)), exponent))


def _is_number(inner: Generator) -> bool:
    return inner[0] == "sum" and not inner.names and [t for t, _ in inner[1]] == [ONE]


def _number(inner: Generator) -> Fraction:
    ((_, value),) = inner[1]
    return Fraction(value)


@lru_cache(maxsize=20_000)
def _numbers(term: Term) -> Term:
    """The roots of numbers in a term."""
    return frozenset((g, e) for g, e in term if _is_number(g))


@lru_cache(maxsize=2_000)
def _whole_apart(term: Term) -> tuple[Term, Fraction]:
    """A term whose roots of numbers have exponents between 0 and 1, and the number that is left: sqrt(2)**2 is 2."""
    parts, factor = set(term - _numbers(term)), Fraction(1)
    for inner, exponent in _numbers(term):
        ((roots, value),) = _surd(_number(inner), exponent).items()
        parts |= roots
        factor = _bounded(factor * value)
    return frozenset(parts), factor


def _surd(number: Fraction, exponent: Fraction) -> dict[Term, Fraction]:
    """A power of a positive number as one term: a rational number, and roots of primes with exponents between 0 and 1;
    a number that is not factored is its own prime.
    """
    top, bottom = _factors(number.numerator), _factors(number.denominator)
    primes = [(number, 1)] if top is None or bottom is None else [*top, *((p, -n) for p, n in bottom)]
    roots, factor = [], Fraction(1)
    for prime, count in primes:
        whole, rest = divmod(count * exponent, 1)
        factor = _bounded(factor * (_rational_power(Fraction(prime), Fraction(whole)) or 1))
        if rest:
            roots.append((generator("sum", key(constant(prime))), rest))
    return {frozenset(roots): factor}


def _reduced(term: Term) -> Term:
    return frozenset((g, e) for g, e in term if g[0] == "mark")


def entangled(form: Form) -> bool:
    """Whether a sum or mean over entries stands inside a function, a power or a product with another one, but for a
    factor of all terms, or a product over entries inside anything but a logarithm: then nothing that holds entry by
    entry holds of it.
    """
    common = frozenset.intersection(*form) if form else ONE
    if len(form) == 1 and any(g[0] == "prod" for g, _ in common):
        return True
    return any(e != 1 if g[0] == "mark" else _reduces(g) or _holds_a_reduction(g) for t in form for g, e in t - common)


def _reduces(part: Generator) -> bool:
    return part[0] in ("mark", "prod") or part is _PER_SUM[0]


def alike(form: Form, names: frozenset[str]) -> bool:
    """Whether all terms of these quantities are under the same sums and means: what holds entry by entry holds then."""
    return len({_reduced(term) for term in form if variables(term) & names}) == 1


@lru_cache(maxsize=20_000)
def _holds_a_reduction(part: Generator) -> bool:
    return any(_reduces(g) or _holds_a_reduction(g) for g in _inside(part.parts))


def _opens(inner: Generator, exponent: Fraction) -> bool:
    """Whether a power of a sum that was kept can be multiplied out: of sqrt(a + b)**2, of |a - b|**2."""
    natural = exponent > 0 and exponent.denominator == 1
    return natural and (inner[0] == "sum" or (inner[:2] == ("fn", "abs") and exponent % 2 == 0))


def absolute(form: Form) -> dict[Term, Fraction]:
    """|form|: of a product, factor by factor, those that are never negative as they are; |a - b| is |b - a|."""
    if len(form) > 1:
        sign = 1 if form[min(form, key=spelling)] > 0 else -1
        return single(generator("fn", "abs", key(scale(form, sign))))
    result: dict[Term, Fraction] = {}
    for term, value in form.items():
        parts = [
            (g if g[0] in ("exp", "pi", "mark") or e.numerator % 2 == 0 or e.denominator > 1 else _absolute(g), e)
            for g, e in term
        ]
        result[frozenset(parts)] = abs(value)
    return result


def _absolute(inner: Generator) -> Generator:
    return inner if inner[:2] == ("fn", "abs") else generator("fn", "abs", key(single(inner)))


def _inverse(term: Term) -> Term:
    return frozenset((g, -e) for g, e in term)


def _rational_power(value: Fraction, exponent: Fraction) -> Fraction | None:
    if exponent.denominator == 1:
        n = int(exponent)
        if abs(n) * (value.numerator.bit_length() + value.denominator.bit_length()) > MAX_BITS:
            raise TooLarge
        return Fraction(value) ** n
    if value < 0:
        raise NotUnderstood("a root of a negative number")
    top, whole = integer_nthroot(value.numerator, exponent.denominator)
    bottom, whole_below = integer_nthroot(value.denominator, exponent.denominator)
    if whole and whole_below:
        return _rational_power(Fraction(int(top), int(bottom)), Fraction(exponent.numerator))
    return None


def logarithm(form: Form) -> dict[Term, Fraction]:
    """log of a positive form: of a product, a sum of logarithms; of anything else, a generator of its own."""
    if not form:
        raise NotUnderstood("the logarithm of zero")
    if len(form) > 1:
        common, first = lead(form)
        if first < 0:
            common, first = common, -first
        reduced = {times(t, _inverse(common)): v / first for t, v in form.items()}
        return add(logarithm({common: first}), single(generator("log", generator("sum", key(reduced)))))
    ((term, value),) = form.items()
    if SUMMED in dict(term) or AVERAGED in dict(term):
        return single(generator("fn", "log", key(form)))
    parts = [_log_rational(value)]
    for inner, exponent in term:
        if inner[0] == "exp":
            parts.append({inner[1]: exponent})
        elif inner[:2] == ("fn", "abs") and len(inner[2]) == 1:
            parts.append(scale(logarithm(dict(inner[2])), exponent))  # what a logarithm is taken of is positive
        elif inner[0] == "prod":
            parts.append(scale(marked(logarithm(dict(inner[1])), SUMMED), exponent))
        else:
            parts.append(scale(single(generator("log", inner)), exponent))
    return add(*parts)


@lru_cache(maxsize=2_000)
def _factors(n: int) -> tuple[tuple[int, int], ...] | None:
    found, prime = [], 2
    while prime * prime <= n:
        if prime > 2_000:
            return None
        count = 0
        while n % prime == 0:
            n, count = n // prime, count + 1
        if count:
            found.append((prime, count))
        prime += 1 if prime == 2 else 2
    return tuple(found + ([(n, 1)] if n > 1 else []))


def _log_rational(value: Fraction) -> dict[Term, Fraction]:
    if value == 1:
        return {}
    if value < 0:
        raise NotUnderstood("the logarithm of a negative quantity")
    top, bottom = _factors(value.numerator), _factors(value.denominator)
    if top is None or bottom is None:
        return single(generator("log", generator("sum", key(constant(value)))))
    parts = [scale(single(generator("log", generator("sum", key(constant(p))))), n) for p, n in top]
    return add(*parts, *(scale(single(generator("log", generator("sum", key(constant(p))))), -n) for p, n in bottom))


def exponential(form: Form) -> dict[Term, Fraction]:
    """exp of a sum: a product of powers; exp(c log g) is g**c."""
    powers: Term = ONE
    factor = Fraction(1)
    for term, value in form.items():
        if abs(value) > MAX_EXPONENT * 16 and term:
            raise TooLarge
        base = generator("exp", term)
        if len(term) == 1:
            ((inner, exponent),) = term
            if inner[0] == "log" and exponent == 1:
                if abs(value) > MAX_EXPONENT:
                    raise TooLarge
                base = inner[1]
                if _is_number(base):
                    ((roots, rational),) = _surd(_number(base), value).items()
                    powers, factor = times(powers, roots), _bounded(factor * rational)
                    continue
        powers = times(powers, frozenset([(base, value)]))
    return {powers: _bounded(factor)}


def marked(form: Form, mark: Generator, whole: bool = False) -> dict[Term, Fraction]:
    """The form under a sum or mean, ``whole`` if over all entries: every term carries the mark once; the mean of a
    number is that number.
    """
    result = {}
    form = _repeated(form, whole) if mark == SUMMED else form
    for term, value in form.items():
        mean = mark == AVERAGED or _PER_SUM in term
        kept = term - {_PER_SUM}
        plain = all(g[0] in ("mark", "pi") or (g[0] == "log" and not variables(kept)) for g, _ in kept)
        if (mean and plain) or dict(kept).get(mark, 0) > 1 or _ROWS in kept:
            result[kept] = value  # a product of sums stays marked as one: sum(x)**2 is not sum(x**2)
        else:
            own = AVERAGED if mean else mark
            result[frozenset([*(pair for pair in kept if pair[0] != own), (own, Fraction(1))])] = value
    return result


def _repeated(form: Form, whole: bool) -> Form:
    """What is summed, with the marks of sums that stand beside what is not summed yet; a mean beside it, summed over
    all, is the sum. A number beside sums is added as often as there are sums.
    """
    quantities = [term for term in form if variables(term)]
    entries = [term for term in quantities if not _reduced(term)]
    if quantities and all(_SUM in term for term in quantities):
        numbers = {term for term in form if not variables(term) and not _reduced(term)}
        return {term | {_ROWS} if term in numbers else term: value for term, value in form.items()}
    if not any(variables(one) & variables(other) for one in entries for other in quantities if other != one):
        return form  # a loss that has a name, or none

    def own(term: Term) -> Term:
        if whole and _SUM not in term:
            return frozenset(p for p in term if p[0] != AVERAGED)
        return frozenset([*term, (REPEATED, Fraction(1))]) if _reduced(term) else term

    return {own(term): value for term, value in form.items()}


def variables(part: object) -> frozenset[str]:
    """The names of the quantities on which a generator, term or key depends; noise counts as ``~``."""
    if isinstance(part, Generator):
        return part.names
    if isinstance(part, frozenset):
        return _names(part)
    return _all_names(part) if isinstance(part, tuple) else frozenset()


def _all_names(parts: Iterable[object]) -> frozenset[str]:
    return frozenset().union(*(variables(p) for p in parts if not isinstance(p, Fraction)))


_names = lru_cache(maxsize=20_000)(_all_names)


def depends(form: Form) -> frozenset[str]:
    return frozenset().union(*map(_names, form))
