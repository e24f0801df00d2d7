"""The kinds of steps of a proof: what each claims. How each is decided is in :mod:`derive.prove.steps`.

Some steps derive: their value (a primitive, an expectation) is not typed in but proposed by SymPy when it is first
asked for. A proposal proves nothing; it is decided like everything else.

A new kind of step is a frozen dataclass here, which says

- ``rows()``: its lines, each with the condition under which it holds: ``where=self.where``, and its interval;
- ``premises``: the steps whose conclusions it uses. They have to be decided before it, in the same theorem;

and a decision in derive/prove/steps: a function of the step and its :class:`derive.prove.ground.Ground` that returns in
words how it was decided, entered in the table of :mod:`derive.prove.steps`. The ground reads expressions
(``ground.read`` unfolds, takes derivatives and asks that all be defined) and decides equations (``ground.equal``) and
signs (``ground.facts.positive``), for all values of the variables under the step's conditions. An integral, a sum or a
limit is never evaluated; such a kind exhibits what decides it, and its rows are then what others may use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import sympy as sp

from derive.vocabulary.condition import Condition, within
from derive.vocabulary.formula import Formula, Variable, unfold


@dataclass(frozen=True)
class Row:
    """One line of a proof: ``lhs relation rhs`` with a reason. An lhs of None continues the row above.

    A row is nothing without its condition: ``where`` says for which values of the variables it holds, besides their
    domains; ``only_at`` at which place, and nowhere else, the two sides of >= or <= are equal. Whatever prints a row
    prints both.
    """

    lhs: sp.Expr | None
    relation: str  # "=", ">=", "<=", ">", "<", "!="
    rhs: sp.Expr
    reason: str = ""  # plain words; may hold $...$ maths
    where: tuple[Condition, ...] = field(default=(), kw_only=True)
    only_at: tuple[Condition, ...] = field(default=(), kw_only=True)

    @property
    def free_symbols(self) -> set[sp.Symbol]:
        """Of both sides and of the conditions."""
        sides = [self.lhs, self.rhs, *(side for c in (*self.where, *self.only_at) for side in (c.lhs, c.rhs))]
        return {symbol for side in sides if side is not None for symbol in side.free_symbols}


@dataclass(frozen=True)
class Step:
    """A step of a proof. Subclasses say what is claimed; :mod:`derive.prove` holds one decision per subclass."""

    name: str  # unique within its theorem
    reason: str  # why, in words
    cites: tuple[str, ...] = field(default=(), kw_only=True)  # ids of earlier theorems, or theorem/step
    using: tuple[Formula, ...] = field(default=(), kw_only=True)  # definitions and proved formulas that it unfolds
    where: tuple[Condition, ...] = field(default=(), kw_only=True)  # asked of the variables besides their domains

    @property
    def premises(self) -> tuple[Step, ...]:
        """The steps whose conclusions it uses."""
        return ()

    def rows(self) -> tuple[Row, ...]:
        """The step as lines of mathematics, for LaTeX and the terminal. All of them are decided."""
        raise NotImplementedError

    def conclusions(self) -> tuple[Row, ...]:
        """What is proved once the step is decided: its rows in full, each about the left-hand side of its chain.

        What follows an inequality in a chain is no conclusion about the chain's start.
        """
        found, lhs, equal = [], None, False
        for row in self.rows():
            if row.lhs is not None:
                lhs, equal = row.lhs, True
            if equal:
                found.append(replace(row, lhs=lhs))
            equal &= row.relation == "="
        return tuple(found)


@dataclass(frozen=True)
class Definition(Step):
    """What a head stands for, where the formula's conditions hold: a definition of the registry."""

    formula: Formula

    def rows(self) -> tuple[Row, ...]:
        where = (*self.where, *self.formula.where)
        return (Row(self.formula.head, "=", self.formula.expr, self.reason, where=where),)


@dataclass(frozen=True)
class Identity(Step):
    """chain[0] = chain[1] = ... wherever all are defined."""

    chain: tuple[sp.Expr, ...]

    def rows(self) -> tuple[Row, ...]:
        first, second, *rest = self.chain
        return (
            Row(first, "=", second, self.reason, where=self.where),
            *(Row(None, "=", expr, where=self.where) for expr in rest),
        )


@dataclass(frozen=True)
class Expand(Step):
    """``expr`` with its logarithms expanded and multiplied out: derived."""

    expr: sp.Expr

    @cached_property
    def value(self) -> sp.Expr:
        return in_order(sp.expand(sp.expand_log(unfold(self.expr, self.using).doit())))

    def rows(self) -> tuple[Row, ...]:
        return (Row(self.expr, "=", self.value, self.reason, where=self.where),)


@dataclass(frozen=True)
class Differentiate(Step):
    """The derivative of ``function`` by ``by``, ``order`` times, is ``derivative``."""

    function: sp.Expr
    by: Variable
    derivative: sp.Expr
    order: int = 1

    @property
    def head(self) -> sp.Expr:
        return sp.Derivative(self.function, (self.by.symbol, self.order))

    def rows(self) -> tuple[Row, ...]:
        return (Row(self.head, "=", self.derivative, self.reason, where=self.where),)


@dataclass(frozen=True)
class Integrate(Step):
    """The integral of ``integrand`` over the interval, by default the whole line: primitive and value are derived.

    What is decided: the derivative of the primitive is the integrand all over the open interval, and the limits of the
    primitive at both ends differ by the value. So the integral converges and has that value.

    ``substitution`` (t, phi) is a hint for SymPy: with x = phi(t) the primitive is found in t. It needs no proof,
    because that the derivative of the primitive is the integrand is decided in x.
    """

    integrand: sp.Expr
    by: Variable
    substitution: tuple[Variable, sp.Expr]
    interval: tuple[sp.Expr, sp.Expr] = (-sp.oo, sp.oo)

    @property
    def head(self) -> sp.Expr:
        return sp.Integral(self.integrand, (self.by.symbol, *self.interval))

    @cached_property
    def _in_t(self) -> sp.Expr:
        t, phi = self.substitution
        whole = unfold(self.integrand, self.using).subs(self.by.symbol, phi) * sp.diff(phi, t.symbol)
        return sp.expand(sp.powsimp(sp.simplify(whole)))

    @cached_property
    def primitive(self) -> sp.Expr:
        t, phi = self.substitution
        (inverse,) = sp.solve(sp.Eq(phi, self.by.symbol), t.symbol)
        return sp.expand(sp.integrate(self._in_t, t.symbol)).subs(t.symbol, inverse)

    @cached_property
    def value(self) -> sp.Expr:
        t, phi = self.substitution
        (inverse,) = sp.solve(sp.Eq(phi, self.by.symbol), t.symbol)
        ends = (sp.limit(inverse, self.by.symbol, end, "+-"[k]) for k, end in enumerate(self.interval))
        return sp.integrate(self._in_t, (t.symbol, *ends))

    @cached_property
    def at_ends(self) -> tuple[sp.Expr, sp.Expr]:
        """The limits of the primitive at the lower and at the upper end."""
        x = self.by.symbol
        lower, upper = (sp.limit(self.primitive, x, end, "+-"[k]) for k, end in enumerate(self.interval))
        return lower, upper

    @property
    def gain(self) -> sp.Expr:
        """The limit at the upper end less that at the lower one, as it is written."""
        lower, upper = self.at_ends
        return sp.Add(upper, -lower, evaluate=False)

    def rows(self) -> tuple[Row, ...]:
        inside = self.where + within(self.by.symbol, self.interval)
        derivative = sp.Derivative(self.primitive, self.by.symbol)
        slope = Row(derivative, "=", self.integrand, "an antiderivative", where=inside)
        if not any(self.at_ends):
            return slope, Row(self.head, "=", self.value, "it vanishes at both ends", where=self.where)
        ends = "its limits at the ends"
        if self.primitive.has(sp.erf):
            ends += ", where $\\operatorname{erf}$ tends to $\\pm1$"
        return (
            slope,
            Row(self.head, "=", self.gain, ends, where=self.where),
            Row(None, "=", self.value, self.reason, where=self.where),
        )


@dataclass(frozen=True)
class Expectation(Step):
    """``quantity``, by definition the integral of density times ``of``, where ``of`` is a polynomial in x - about.

    The coefficients and the value are derived; the value is linear in the moments, which are earlier steps.
    """

    quantity: sp.Expr
    density: sp.Expr
    of: Expand
    by: Variable
    about: Variable
    moments: tuple[Integrate, ...]

    @property
    def premises(self) -> tuple[Step, ...]:
        return (self.of, *self.moments)

    @cached_property
    def coefficients(self) -> tuple[sp.Expr, ...]:
        x, centre, y = self.by.symbol, self.about.symbol, sp.Dummy("y", real=True)
        polynomial = sp.Poly(sp.expand(self.of.value.subs(x, y + centre)), y)
        return tuple(_in_powers(polynomial.coeff_monomial(y**k)) for k in range(len(self.moments)))

    @property
    def polynomial(self) -> sp.Expr:
        deviation = self.by.symbol - self.about.symbol
        terms = [c * deviation**k for k, c in enumerate(self.coefficients)]
        return sp.Add(*reversed(terms), evaluate=False)

    @cached_property
    def value(self) -> sp.Expr:
        constant, *rest = self.coefficients
        first, *moments = (moment.value for moment in self.moments)
        return in_order(constant * first + sp.expand(sum(c * m for c, m in zip(rest, moments, strict=True))))

    @property
    def combined(self) -> sp.Expr:
        """The coefficients times the moments that do not vanish, as it is written, the highest first."""
        pairs = zip(reversed(self.coefficients), reversed(self.moments), strict=True)
        terms = (c if m.value == 1 else sp.Mul(c, m.value, evaluate=False) for c, m in pairs if m.value != 0)
        return sp.Add(*terms, evaluate=False)

    @property
    def integral(self) -> sp.Expr:
        return sp.Integral(self.density * self.of.expr, (self.by.symbol, *self.moments[0].interval))

    def rows(self) -> tuple[Row, ...]:
        inside = self.where + within(self.by.symbol, self.moments[0].interval)
        polynomial = f"a polynomial in ${self.by.latex} - {self.about.latex}$"
        return (
            Row(self.of.expr, "=", self.polynomial, polynomial, where=inside),
            Row(self.quantity, "=", self.integral, "by definition", where=self.where),
            Row(None, "=", self.combined, self.reason, where=self.where),
            Row(None, "=", self.value, where=self.where),
        )


def in_order(expr: sp.Expr) -> sp.Expr:
    """A sum as people write it: logarithms, then falling powers of the symbol that most terms hold, then numbers.

    Of two terms of one kind the positive one comes first.
    """
    terms = sp.Add.make_args(expr)
    symbols = sorted(expr.free_symbols, key=lambda s: s.name)
    degrees = {
        s: [int(sp.Poly(t, s).degree()) if t.is_polynomial(s) and t.has(s) else 0 for t in terms] for s in symbols
    }
    main = max(symbols, key=lambda s: sum(d > 0 for d in degrees[s]), default=None)

    def place(numbered: tuple[int, sp.Expr]) -> tuple[object, ...]:
        index, term = numbered
        kind = 2 if term.is_number else 0 if term.has(sp.log) else 1
        return kind, -degrees[main][index] if main else 0, term.could_extract_minus_sign(), index

    return sp.Add(*(term for _, term in sorted(enumerate(terms), key=place)), evaluate=False)


def _in_powers(expr: sp.Expr) -> sp.Expr:
    """Logarithms apart, the rest in the shorter of its factored and its expanded form."""
    rest, logs = expr.as_independent(sp.log, as_Add=True)
    return logs + min((sp.factor(rest), sp.expand(rest)), key=sp.count_ops)


@dataclass(frozen=True)
class Conclude(Step):
    """The derived value of an earlier step is ``textbook``, the form in which the result is known."""

    derived: Expectation
    textbook: sp.Expr

    @property
    def premises(self) -> tuple[Step, ...]:
        return (self.derived,)

    def rows(self) -> tuple[Row, ...]:
        derived = Row(self.derived.quantity, "=", self.derived.value, "as derived", where=self.where)
        return (derived, Row(None, "=", self.textbook, self.reason, where=self.where))


@dataclass(frozen=True)
class Inequality(Step):
    """``lhs relation rhs`` for every ``by`` in the interval (other symbols in their domains).

    Without ``by`` both sides are numbers, or the sign follows from the domains alone. Where ``lowest`` is given,
    lhs - rhs falls before it and rises after it, and its value there decides; with >= or <= equality holds there alone.
    A ``lowest`` that is an end of the interval belongs to it.
    """

    lhs: sp.Expr
    relation: str  # ">=", ">", "<=", "<"
    rhs: sp.Expr
    by: Variable | None = None
    interval: tuple[sp.Expr, sp.Expr] = (-sp.oo, sp.oo)
    lowest: sp.Expr | None = None

    @property
    def difference(self) -> sp.Expr:
        """What must be positive or zero: lhs - rhs, or rhs - lhs."""
        return self.lhs - self.rhs if self.relation[0] == ">" else self.rhs - self.lhs

    @cached_property
    def slope(self) -> sp.Expr:
        assert self.by is not None
        return sp.factor(sp.diff(unfold(self.difference, self.using).doit(), self.by.symbol))

    @property
    def conclusion(self) -> Row:
        """What is claimed, with its interval and the one place of equality."""
        where, only_at = self.where, tuple[Condition, ...]()
        if self.by is not None:
            closed = self.lowest == self.interval[0], self.lowest == self.interval[1]
            where += within(self.by.symbol, self.interval, closed=closed)
            if self.lowest is not None and "=" in self.relation:
                only_at += (Condition(self.by.symbol, "=", self.lowest),)
        return Row(self.lhs, self.relation, self.rhs, self.reason, where=where, only_at=only_at)

    def rows(self) -> tuple[Row, ...]:
        claim = self.conclusion
        if self.by is None or self.lowest is None:
            return (claim,)
        place = f"${self.by.latex} = {sp.latex(self.lowest)}$"
        below, above = (self.lowest != end for end in self.interval)
        reason = ", ".join([f"negative below {place}"] * below + [f"positive above {place}"] * above)
        slope = Row(sp.Derivative(self.difference, self.by.symbol), "=", self.slope, reason, where=claim.where)
        return (slope, claim)


@dataclass(frozen=True)
class GlobalMinimum(Step):
    """``function`` has the unique global minimum ``value`` at ``at``; it is a sum of functions of one variable each."""

    function: sp.Expr
    variables: tuple[Variable, ...]
    intervals: tuple[tuple[sp.Expr, sp.Expr], ...]
    at: tuple[sp.Expr, ...]
    value: sp.Expr

    def section(self, k: int) -> sp.Expr:
        """The function along variable k through the minimum."""
        where = {v.symbol: a for v, a in zip(self.variables, self.at, strict=True)}
        del where[self.variables[k].symbol]
        return unfold(self.function, self.using).subs(where)

    @property
    def at_minimum(self) -> sp.Expr:
        return self.function.subs({v.symbol: a for v, a in zip(self.variables, self.at, strict=True)})

    def rows(self) -> tuple[Row, ...]:
        slopes = tuple(
            Row(
                sp.Derivative(self.function, v.symbol),
                "=",
                sp.factor(sp.diff(self.section(k), v.symbol)),
                f"changes sign from negative to positive at ${v.latex} = {sp.latex(self.at[k])}$ alone",
                where=self.region,
            )
            for k, v in enumerate(self.variables)
        )
        return (*slopes, *self.conclusion)

    @property
    def region(self) -> tuple[Condition, ...]:
        """The box in which the minimum is one."""
        boxes = zip(self.variables, self.intervals, strict=True)
        return self.where + tuple(condition for v, interval in boxes for condition in within(v.symbol, interval))

    @property
    def conclusion(self) -> tuple[Row, Row]:
        """The value at the minimum, and that it is one, attained nowhere else."""
        only_at = tuple(Condition(v.symbol, "=", a) for v, a in zip(self.variables, self.at, strict=True))
        return (
            Row(self.at_minimum, "=", self.value),
            Row(self.function, ">=", self.value, self.reason, where=self.region, only_at=only_at),
        )


#: What holds where a relation fails.
_OPPOSITE = {"=": "!=", ">=": "<", "<=": ">", ">": "<=", "<": ">="}


@dataclass(frozen=True)
class Counterexample(Step):
    """``lhs relation rhs`` is false at ``at``: a claim is refuted by exact rational numbers."""

    lhs: sp.Expr
    relation: str
    rhs: sp.Expr
    at: Mapping[str, sp.Rational]

    def rows(self) -> tuple[Row, ...]:
        if self.relation not in _OPPOSITE:
            raise ValueError(f"{self.relation!r} is no relation that can be refuted")
        values = {symbol: self.at[symbol.name] for symbol in self.lhs.free_symbols | self.rhs.free_symbols}
        where = self.lhs.subs(values, simultaneous=True), self.rhs.subs(values, simultaneous=True)
        return (Row(where[0], _OPPOSITE[self.relation], where[1], self.reason),)


#: The head of what a computation costs; no other says it, and no formula may.
cost = sp.Function("cost")


@dataclass(frozen=True)
class OperationCount(Step):
    """cost(function, expr, (symbol, part), ...) = ``total``: what it costs to evaluate ``function`` as ``expr``.

    The cost model is stated in :mod:`derive.prove.steps.cost`. It counts what is written, so the row says what that is:
    ``expr``, and in ``shared`` what is computed before, once each and in this order, under names that are used again.
    """

    function: sp.Expr
    expr: sp.Expr
    total: sp.Expr
    shared: tuple[tuple[sp.Symbol, sp.Expr], ...] = ()

    @property
    def quantity(self) -> sp.Expr:
        return cost(self.function, self.expr, *(sp.Tuple(symbol, part) for symbol, part in self.shared))

    def rows(self) -> tuple[Row, ...]:
        return (Row(self.quantity, "=", self.total, self.reason, where=self.where),)
