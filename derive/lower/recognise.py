"""How a shape is recognised: a rule's expression as a polynomial in generators, decided by the normal form.

The arguments of ``expm1mx`` and ``log1pmx`` are read as the logarithm of what they are the excess of,

    expm1mx(x) = rho - 1 - log(rho) at log(rho) = x,        -log1pmx(t) = rho - 1 - log(rho) at rho = 1 + t,

so that a rule that is written differently, but is algebraically the same, has the same shape. Parameters are known by
their position in the signature: no name has a say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import permutations

import sympy as sp

from derive.errors import CheckFailed
from derive.lower.shape import (
    ONE,
    Damped,
    Distance,
    Excess,
    Growth,
    Log,
    Logarithm,
    Monomial,
    Offset,
    Power,
    Product,
    Quotient,
    Shape,
    Sign,
    Simple,
    Term,
    numbers,
    order,
)
from derive.vocabulary.theorem import Formula, expm1mx, log1pmx

#: Numerator and denominator of an exponent: a polynomial is factored as one of that degree, which takes 0.2 s here, and
#: for 2^20 more time and memory than there is.
_MOST_EXPONENT = 64


def _evaluated(expr: sp.Expr) -> sp.Expr:
    """What was written without evaluation, evaluated; the two functions of the terms stay as they are."""
    return expr.func(*map(_evaluated, expr.args)) if expr.args else expr


@dataclass
class _Reader:
    """Generators for exponentials, distances and terms, by their canonical meaning."""

    rule: Formula
    position: Mapping[sp.Symbol, int]
    made: dict[object, sp.Symbol] = field(default_factory=dict)

    def generator(self, meaning: object) -> sp.Symbol:
        if meaning not in self.made:
            self.made[meaning] = sp.Symbol(f"generator{len(self.made)}", positive=True)
        return self.made[meaning]

    @property
    def meaning(self) -> dict[sp.Symbol, object]:
        return {symbol: meaning for meaning, symbol in self.made.items()}

    def fail(self, what: str, expr: sp.Expr) -> CheckFailed:
        return CheckFailed(
            f"{self.rule.name}: {expr} {what}",
            "a rule is a sum of products c r^n exp(a l) T of positive factors and one term T: expm1mx or log1pmx of a "
            "logarithm, of a quotient of two parameters or of a distance, or the square of a difference of parameters",
        )

    def plain(self, expr: sp.Expr) -> sp.Expr:
        """The expression as a rational function of parameters and generators."""
        if isinstance(expr, expm1mx):
            return self.generator(Excess(self.argument(self.logarithm(expr.args[0]), expr)))
        if isinstance(expr, log1pmx):
            rho = self.monomial(sp.factor(sp.cancel(1 + self.plain(expr.args[0]))))
            return -self.generator(Excess(self.argument(_log_of(rho), expr)))
        if isinstance(expr, sp.exp):
            return self.exponential(self.logarithm(expr.args[0]), expr)
        if isinstance(expr, sp.log):
            rho = self.monomial(sp.factor(sp.cancel(self.plain(expr.args[0]))))
            if rho.coefficient != 1:
                raise self.fail("is the logarithm of a multiple", expr)
            logs = [sp.log(self.symbol(i)) * e for i, e in rho.powers]
            return sp.Add(*logs, *(self.symbol(i) * e for i, e in rho.exponents))
        if isinstance(expr, sp.Abs | sp.sign):
            offset, multiple = self.offset(expr.args[0])
            if isinstance(expr, sp.sign):
                return sp.sign(multiple) * self.generator(Sign(offset))
            return abs(multiple) * self.generator(offset)
        if expr.is_Pow and expr.exp.is_Rational:
            self.small(expr.exp, expr)
        return expr.func(*map(self.plain, expr.args)) if expr.args else expr

    def small(self, exponent: sp.Rational, expr: sp.Expr) -> None:
        """Refuse what nobody could factor."""
        if max(abs(exponent.p), exponent.q) > _MOST_EXPONENT:
            raise CheckFailed(
                f"{self.rule.name}: the exponent {exponent} in {expr} is out of reach",
                f"in a rule the numerator and the denominator of an exponent are at most {_MOST_EXPONENT}: choose a "
                "scale in which they are",
            )

    def symbol(self, position: int) -> sp.Symbol:
        return next(s for s, i in self.position.items() if i == position)

    def offset(self, expr: sp.Expr) -> tuple[Offset, sp.Rational]:
        """A multiple of a difference of real parameters, or of one of them."""
        terms = sorted(
            (self.position[s], c)
            for s, c in sp.expand(expr).as_coefficients_dict().items()
            if s in self.position and c != 0
        )
        total = sum((c * self.symbol(i) for i, c in terms), sp.Integer(0))
        if (
            not terms
            or len(terms) > 2
            or sp.expand(expr - total) != 0
            or (len(terms) == 2 and terms[0][1] != -terms[1][1])
        ):
            raise self.fail("is no difference of two parameters", expr)
        return Offset(*(i for i, _ in terms)), terms[0][1]

    def logarithm(self, x: sp.Expr) -> dict[object, sp.Rational]:
        """A real number as a combination of logarithms of parameters, of parameters, and of distances."""
        found: dict[object, sp.Rational] = {}
        for part in sp.Add.make_args(sp.expand(self.plain(sp.expand_log(x)))):
            coefficient, rest = part.as_coeff_Mul()
            if isinstance(rest, sp.log):
                key: object = ("log", self.position[rest.args[0]])
            elif rest in self.position:
                key = ("itself", self.position[rest])
            elif rest == 1 and coefficient == 0:
                continue
            else:
                key, coefficient = self.distance(part), sp.Integer(1)
            found[key] = found.get(key, sp.Integer(0)) + coefficient
        return {key: c for key, c in found.items() if c != 0}

    def distance(self, expr: sp.Expr) -> Distance:
        meaning = self.meaning
        offsets = [s for s in expr.free_symbols if isinstance(meaning.get(s), Offset)]
        if len(offsets) != 1 or sp.degree(sp.numer(sp.together(expr)), offsets[0]) != 1:
            raise self.fail("is neither a logarithm nor a distance", expr)
        offset = meaning[offsets[0]]
        assert isinstance(offset, Offset)
        return Distance(offset, self.monomial(sp.factor(expr / offsets[0])))

    def exponential(self, log: Mapping[object, sp.Rational], expr: sp.Expr) -> sp.Expr:
        factors = []
        for key, c in log.items():
            self.small(c, expr)
            if isinstance(key, Distance):
                # exp(d) is 1/exp(-d): one generator for both
                grows = key.by.coefficient > 0
                falling = _opposite(key) if grows else key
                factors.append(self.generator(("exp", falling)) ** (-c if grows else c))
            elif isinstance(key, tuple):
                itself = key[0] == "itself"
                factors.append((self.generator(("exp", key[1])) if itself else self.symbol(key[1])) ** c)
        return sp.Mul(*factors)

    def argument(self, log: Mapping[object, sp.Rational], expr: sp.Expr) -> Simple:
        """The one kind of argument that a logarithm is."""
        if len(log) == 1 and isinstance(key := next(iter(log)), Distance):
            return replace(key, by=key.by * Monomial(log[key]))
        kinds = {key[0] for key in log if isinstance(key, tuple)}
        if len(kinds) != 1 or any(isinstance(key, Distance) for key in log) or len(log) > 2:
            raise self.fail("is a term of more than a pair of parameters", expr)
        by_sign = {c > 0: (key[1], c) for key, c in log.items()}  # type: ignore[index]
        sizes = {abs(c) for c in log.values()}
        if len(by_sign) != len(log) or len(sizes) != 1:
            raise self.fail("is a term of two parameters that is not of their difference or quotient", expr)
        first, second = (by_sign[sign][0] if sign in by_sign else None for sign in (True, False))
        (size,) = sizes
        if kinds == {"itself"}:
            return Logarithm(first, second, size)
        if not size.is_Integer:
            raise self.fail("is a term of a root of parameters", expr)
        return Quotient(first, second, int(size))

    def monomial(self, expr: sp.Expr) -> Monomial:
        """A factored expression that is a product of powers and exponentials of parameters."""
        coefficient, powers, exponents, meaning = sp.Integer(1), {}, {}, self.meaning
        for part in sp.Mul.make_args(expr):
            base, exponent = part.as_base_exp()
            kind = meaning.get(base)
            if part.is_Rational:
                coefficient *= part
            elif base in self.position and base.is_positive and exponent.is_Rational:
                powers[self.position[base]] = exponent
            elif isinstance(kind, tuple) and isinstance(kind[1], int) and exponent.is_Rational:
                exponents[kind[1]] = exponent
            else:
                raise self.fail("is no product of powers and exponentials", expr)
        return Monomial(coefficient, tuple(sorted(powers.items())), tuple(sorted(exponents.items())))

    # --- products -----------------------------------------------------------------------------------------------

    def product(self, expr: sp.Expr) -> Product:
        """A rational function of parameters and generators that is a factor times one term."""
        meaning, rest, offset = self.meaning, ONE, None
        signed, size = 0, 0  # the powers of an offset and of its size
        terms: list[Term] = []
        sign: Sign | None = None
        decay: Distance | None = None
        for part in sp.Mul.make_args(sp.factor(sp.cancel(expr))):
            base, exponent = part.as_base_exp()
            kind = meaning.get(base)
            if isinstance(kind, Excess) and exponent == 1:
                terms.append(kind)
            elif isinstance(kind, Sign) and exponent == 1:
                sign = kind
            elif isinstance(kind, tuple) and isinstance(kind[1], Distance) and exponent.is_Rational:
                decay = replace(kind[1], by=kind[1].by * Monomial(exponent))
            elif isinstance(kind, Offset) and exponent.is_Integer:
                offset, size = kind, int(exponent)
            elif self._is_offset(base) and exponent.is_Integer:
                offset, multiple = self.offset(base)
                rest, signed = rest * multiple**exponent, int(exponent)
            else:
                rest *= part
        order = signed + size
        if offset is not None and order not in (0, 1, 2):
            raise self.fail("has a power of a difference other than the first and the second", expr)
        if offset is not None and size % 2:
            sign = Sign(offset)
        if order == 0:
            offset = None
        logs, rest = _logarithms(rest)
        if logs is not None:
            log = self.logarithm(logs)
            lead = max(log.values(), key=abs)
            argument = self.argument({key: c / abs(lead) for key, c in log.items()}, logs)
            terms, rest = [*terms, Log(argument)], rest * abs(lead)
        rest, growth = self.growth(rest)
        terms += [growth] if growth is not None else []
        terms += [Power(offset, order)] if offset is not None or not terms else []
        if len(terms) != 1:
            raise self.fail("is a product of more than one term", expr)
        return Product(self.monomial(sp.factor(rest)), terms[0], sign, decay)

    def _is_offset(self, expr: sp.Expr) -> bool:
        return bool(expr.free_symbols) and all(s in self.position and not s.is_positive for s in expr.free_symbols)

    def growth(self, expr: sp.Expr) -> tuple[sp.Expr, Growth | None]:
        """A difference of two monomials as one of them times what their quotient exceeds 1 by."""
        parts = sp.Add.make_args(sp.expand(expr))
        if len(parts) == 1:
            return expr, None
        if len(parts) == 3:
            return self.damped(parts, expr)
        if len(parts) != 2:
            raise self.fail("is no difference of two products", expr)
        first, second = sorted(parts, key=lambda part: not part.could_extract_minus_sign(), reverse=True)
        log = self.quotient(-first / second, expr)
        argument = self.argument(log, expr)
        other = self.argument({key: -c for key, c in log.items()}, expr)
        if isinstance(argument, Distance):
            falls = argument.by.coefficient < 0
            return (-second, Growth(argument)) if falls else (-first, Growth(other))
        # Of the two ways the one with the simpler factor, or else the one in the order of the signature.
        assert not isinstance(other, Distance)
        ways = [(-second, argument), (-first, other)]
        factor, simpler = min(ways, key=lambda way: (self.weight(way[0]), way[1].first is None, way[1].first or 0))
        return factor, Growth(simpler)

    def quotient(self, quotient: sp.Expr, expr: sp.Expr) -> dict[object, sp.Rational]:
        """The logarithm of a quotient of two products with equal coefficients."""
        log: dict[object, sp.Rational] = {}
        for part in sp.Mul.make_args(sp.factor(sp.cancel(quotient))):
            base, exponent = part.as_base_exp()
            kind = self.meaning.get(base)
            if part == 1:
                continue
            if isinstance(kind, tuple):
                log[kind[1] if isinstance(kind[1], Distance) else ("itself", kind[1])] = exponent
            elif base in self.position:
                log[("log", self.position[base])] = exponent
            else:
                raise self.fail("is no difference of two products of equal coefficients", expr)
        return log

    def damped(self, parts: Sequence[sp.Expr], expr: sp.Expr) -> tuple[sp.Expr, Growth]:
        """base (1 + d) exp(-d) - 1 with a factor, written out."""
        for whole, times_distance, one in permutations(parts):
            d = sp.factor(sp.cancel(times_distance / whole))
            try:
                distance = self.distance(d)
                log = self.quotient(-whole / one, expr)
            except CheckFailed:
                continue
            if distance.by.coefficient > 0 and log.pop(_opposite(distance), None) == 1:
                base = self.argument(log, expr)
                assert isinstance(base, Quotient | Logarithm)
                return -one, Growth(Damped(base, distance))
        raise self.fail("is no difference of two products", expr)

    def written_out(self, expr: sp.Expr) -> sp.Expr:
        """The excesses of distances as what they are: exp(d) - 1 - d."""
        for meaning, generator in tuple(self.made.items()):
            if isinstance(meaning, Excess) and isinstance(of := meaning.of, Distance):
                d = self.expression(of.by) * self.generator(of.offset)
                expr = expr.xreplace({generator: self.exponential({of: ONE}, expr) - 1 - d})
        return expr

    def expression(self, m: Monomial) -> sp.Expr:
        powers = (self.symbol(i) ** e for i, e in m.powers)
        return m.coefficient * sp.Mul(*powers, *(self.generator(("exp", i)) ** e for i, e in m.exponents))

    def weight(self, expr: sp.Expr) -> int:
        """How many multiplications and exponentials a factor costs."""
        factor = self.monomial(sp.factor(expr))
        return sum(abs(int(e)) for _, e in factor.powers) + 4 * len(factor.exponents)


def _opposite(d: Distance) -> Distance:
    return replace(d, by=d.by * Monomial(sp.Integer(-1)))


def _log_of(rho: Monomial) -> dict[object, sp.Rational]:
    if rho.coefficient != 1:
        raise CheckFailed("a term of a multiple of a quotient is none that is known")
    found: dict[object, sp.Rational] = {("log", i): e for i, e in rho.powers}
    return found | {("itself", i): e for i, e in rho.exponents}


def _logarithms(expr: sp.Expr) -> tuple[sp.Expr | None, sp.Expr]:
    """A factor that is a combination of logarithms, and the rest."""
    logs = [part for part in sp.Mul.make_args(expr) if part.has(sp.log)]
    if len(logs) != 1:
        return None, expr
    return logs[0], sp.cancel(expr / logs[0])


def _reader(rule: Formula) -> _Reader:
    return _Reader(rule, {variable.symbol: i for i, variable in enumerate(rule.variables)})


@cache
def value_shape(rule: Formula) -> Shape:
    """The shape of a divergence. Raises :class:`CheckFailed` where the rule is no sum of terms that are known."""
    reader = _reader(rule)
    whole = sp.expand(reader.plain(_evaluated(rule.expr)))
    products, rest = [], whole
    for meaning, generator in tuple(reader.made.items()):
        if isinstance(meaning, Excess):
            products.append(reader.product(sp.diff(whole, generator) * generator))
            rest = rest.xreplace({generator: sp.Integer(0)})
    if sp.cancel(rest) != 0:
        products.append(reader.product(rest))
    for product in products:
        square = isinstance(product.term, Power) and product.term.order in (0, 2)
        if not (product.factor.coefficient > 0 and (square or isinstance(product.term, Excess))):
            raise reader.fail("has a product that may be negative", rule.expr)
    return Shape(len(rule.variables), tuple(sorted(products, key=order)))


def _parts(expr: sp.Expr, factor: sp.Expr = ONE) -> tuple[sp.Expr, ...]:
    """The parts that a rule names: the two summands of the sum that is left when outer factors are taken off."""
    if expr.is_Add and len(expr.args) == 2:
        return tuple(factor * part for part in expr.args)
    inner = [part for part in expr.args if part.is_Add or part.is_Mul] if expr.is_Mul else []
    if len(inner) != 1:
        return (factor * expr,)
    return _parts(inner[0], factor * sp.Mul(*(part for part in expr.args if part is not inner[0])))


@cache
def gradient_shape(rule: Formula) -> Shape:
    """The shape of a derivative: one product, or the two that the rule names."""
    reader = _reader(rule)
    whole = reader.plain(_evaluated(rule.expr))
    for spelling in dict.fromkeys((whole, reader.written_out(whole))):
        try:
            return Shape(len(rule.variables), (reader.product(spelling),))
        except CheckFailed as error:
            failed = error
    parts = _parts(rule.expr)
    if len(parts) != 2:
        raise failed
    return Shape(len(rule.variables), tuple(reader.product(reader.plain(_evaluated(part))) for part in parts))


def exact(shape: Shape, rule: Formula) -> Shape:
    """The shape of the rule, where doubles hold its numbers: the proof of a tree takes constants for what they are.

    Raises :class:`CheckFailed` for any other number.
    """
    for number in numbers(shape):
        if sp.Rational(float(number)) != number:
            raise CheckFailed(
                f"{rule.name}: the factor {abs(number)} in {rule.expr} is no binary fraction of at most 53 bits",
                "a kernel holds factors exactly: choose the scale so that they are halves, quarters, eighths or the "
                "like, for instance 3/8 in place of 3/10",
            )
    return shape
