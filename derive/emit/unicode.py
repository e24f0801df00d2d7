"""Formulas and rows as lines of Unicode for a terminal: ``log(σ₂/σ₁) + (σ₁² + (μ₁−μ₂)²)/(2σ₂²) − ½``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import zip_longest

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.logic.boolalg import BooleanTrue

from derive.emit import notation
from derive.emit.conditions import comparisons, said_below
from derive.emit.latex.box import Binding
from derive.emit.latex.names import symbol_latex
from derive.emit.latex.printer import variance
from derive.emit.letters import plain, superscript
from derive.vocabulary.theorem import Formula, Row, Variable, expm1mx, log1pmx

RELATIONS = {
    "=": "=", "==": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥",
    "->": "→", "=>": "⇒", "<=>": "⇔", ":=": "≔",
}  # fmt: skip
_SMALL = {(1, 2): "½", (1, 4): "¼", (3, 4): "¾", (1, 3): "⅓", (2, 3): "⅔", (1, 8): "⅛"}


@dataclass(frozen=True)
class Piece:
    """Printed mathematics and how tightly it binds; ``short`` sums, of letters only, are printed tight: μ₁−μ₂."""

    text: str
    binding: Binding = Binding.ATOM
    short: bool = False

    def within(self, least: Binding) -> Piece:
        return self if self.binding >= least else self.parenthesised()

    def parenthesised(self) -> Piece:
        text = self.text.replace(" ", "") if self.short else self.text
        return Piece(f"({text})")


class Printer:
    """Prints expressions on one line; ``letters`` gives symbols their form, the others are read off their names."""

    def __init__(self, letters: Mapping[str, str] | None = None) -> None:
        self.letters = dict(letters or {})

    @classmethod
    def of(cls, variables: tuple[Variable, ...]) -> Printer:
        """A printer that writes these variables as their LaTeX says."""
        return cls({variable.name: plain(variable.latex) for variable in variables})

    def line(self, expr: sp.Basic) -> str:
        """The expression as a line. NotImplementedError for a node that no method prints."""
        return self.piece(expr).text

    def piece(self, expr: sp.Basic) -> Piece:
        if notation.is_exponential(expr):
            return Piece(f"exp{self._bracketed(expr.args[-1])}", Binding.CALL)
        for kind in type(expr).__mro__:
            if kind in _METHODS:
                return _METHODS[kind](self, expr)
        raise NotImplementedError(f"no Unicode for {type(expr).__name__} in {sp.srepr(expr)}")

    def _symbol(self, expr: sp.Symbol) -> Piece:
        return Piece(self.letters.get(expr.name) or plain(symbol_latex(expr.name)))

    def _number(self, expr: sp.Number) -> Piece:
        if expr < 0:
            return Piece("−" + self.line(-expr), Binding.SUM)
        if expr.is_infinite:
            return Piece("∞")
        if expr.is_Integer:
            return Piece(str(expr))
        if not expr.is_Rational:
            raise NotImplementedError(f"a rounded number has no place in a formula: {expr}")
        small = _SMALL.get((expr.p, expr.q))
        return Piece(small) if small else Piece(f"{expr.p}/{expr.q}", Binding.PRODUCT)

    def _sum(self, expr: sp.Add) -> Piece:
        text = ""
        found = notation.terms(expr)
        for index, term in enumerate(found):
            part = self.piece(term.expr).within(Binding.SUM if term.negative else Binding.PRODUCT).text
            if index == 0:
                text = part
            else:
                text += f" − {part.removeprefix('−')}" if term.negative else f" + {part}"
        letters_only = all(arg.is_Symbol or arg.is_Integer or (-arg).is_Symbol for arg in (t.expr for t in found))
        return Piece(text, Binding.SUM, short=letters_only)

    def _product(self, expr: sp.Mul) -> Piece:
        parts = notation.product(expr)
        if parts.coefficient != 1:
            size = self._factors((parts.coefficient, *parts.numerator))
        elif parts.denominator:
            size = self._quotient(parts.numerator, parts.denominator)
        else:
            size = self._factors(parts.numerator)
        return Piece("−" + size.within(Binding.PRODUCT).text, Binding.SUM) if parts.negative else size

    def _quotient(self, numerator: tuple[sp.Expr, ...], denominator: tuple[sp.Expr, ...]) -> Piece:
        above = self._factors(numerator).within(Binding.PRODUCT)
        below = self._factors(denominator).within(Binding.CALL)
        return Piece(f"{above.text}/{below.text}", Binding.PRODUCT)

    def _factors(self, factors: tuple[sp.Expr, ...]) -> Piece:
        if not factors:
            return Piece("1")
        if len(factors) == 1:
            return self.piece(factors[0])
        *front, last = (self.piece(factor) for factor in factors)
        # A quotient inside a product is put in parentheses: a slash has no end of its own.
        pieces = [*(piece.within(Binding.CALL) for piece in front), last.within(Binding.PREFIX)]
        text, last_is_root = pieces[0].text, pieces[0].text.startswith("√")
        for piece in pieces[1:]:
            text += (" " if last_is_root else _gap(text, piece.text)) + piece.text
            last_is_root = piece.text.startswith("√")
        return Piece(text, Binding.PRODUCT)

    def _power(self, expr: sp.Pow) -> Piece:
        base, exponent = expr.args
        under = notation.reciprocal_of(expr)
        if under is not None:
            return self._quotient((), (under,))
        if exponent == notation.HALF:
            inner = self.piece(base)
            return Piece("√" + inner.within(Binding.ATOM).text, Binding.POWER)
        bottom = self.piece(base).within(Binding.ATOM).text
        if exponent.is_Integer and abs(exponent) < notation.LARGE:
            return Piece(bottom + superscript(str(exponent)), Binding.POWER)
        return Piece(f"{bottom}^{self.piece(exponent).within(Binding.ATOM).text}", Binding.POWER)

    def _logarithm(self, expr: sp.log) -> Piece:
        inner = self.piece(expr.args[0])
        if inner.binding is Binding.ATOM and not inner.text.startswith("("):
            return Piece(f"log {inner.text}", Binding.PREFIX)
        return Piece(f"log{inner.parenthesised().text}", Binding.CALL)

    def _applied(self, expr: sp.Function) -> Piece:
        name, told = notation.applied(expr)
        if name == "KL" and len(expr.args) == 4:
            pairs = zip(expr.args[::2], expr.args[1::2], strict=True)
            first, second = (f"N({self.line(mean)}, {self.line(variance(scale))})" for mean, scale in pairs)
            return Piece(f"KL({first} ‖ {second})")
        symbol = plain(notation.distribution(expr))
        if symbol:
            half = len(expr.args) // 2
            first, second = (f"{symbol}{self._bracketed(*part)}" for part in (expr.args[:half], expr.args[half:]))
            return Piece(f"KL({first} ‖ {second})")
        inside = (" ‖ " if name == "KL" else ", ").join(self.line(argument) for argument in told)
        head = name if type(expr) in (expm1mx, log1pmx, sp.erf) or len(name) > 1 else plain(symbol_latex(name))
        return Piece(f"E[{inside}]" if name == "E" else f"{head}{self._bracketed(*told)}")

    def _bracketed(self, *arguments: sp.Basic) -> str:
        if len(arguments) == 1:
            return self.piece(arguments[0]).parenthesised().text
        return "(" + ", ".join(self.line(argument) for argument in arguments) + ")"

    def _absolute(self, expr: sp.Abs) -> Piece:
        inside = self.line(expr.args[0])
        return Piece(f"abs({inside})" if "|" in inside else f"|{inside}|")

    def _factorial(self, expr: sp.factorial) -> Piece:
        return Piece(self.piece(expr.args[0]).within(Binding.ATOM).text + "!", Binding.POWER)

    def _summation(self, expr: sp.Sum) -> Piece:
        term, (index, first, last) = expr.args
        ends = f"{self.line(index)} = {self.line(first)}, …, {self.line(last)}"
        return Piece(f"∑[{ends}] {self.piece(term).within(Binding.PRODUCT).text}", Binding.PREFIX)

    def _derivative(self, expr: sp.Derivative) -> Piece:
        function, counts = expr.args[0], notation.orders(expr)
        d = "∂" if len(function.free_symbols) > 1 else "d"
        total = sum(counts.values())
        below = "".join(d + self.line(s) + (superscript(str(n)) if n > 1 else "") for s, n in counts.items())
        above = d + (superscript(str(total)) if total > 1 else "")
        return Piece(f"{above}/{below} {self.piece(function).within(Binding.CALL).text}", Binding.PREFIX)

    def _substituted(self, expr: sp.Subs) -> Piece:
        inner, variables, values = expr.args
        at = ", ".join(f"{self.line(v)} = {self.line(x)}" for v, x in zip(variables, values, strict=True))
        return Piece(f"[{self.line(inner)} at {at}]")

    def _integral(self, expr: sp.Integral) -> Piece:
        integrand, *limits = expr.args
        signs, ends = "", ""
        for variable, *bounds in limits:
            signs = "∫" + (f"[{self.line(bounds[0])}, {self.line(bounds[1])}]" if len(bounds) == 2 else "") + signs
            ends += f" d{self.line(variable)}"
        return Piece(f"{signs} {self.piece(integrand).within(Binding.PRODUCT).text}{ends}", Binding.PREFIX)

    def _limit(self, expr: sp.Limit) -> Piece:
        inside, variable, point, direction = expr.args
        side = "" if point.is_infinite or str(direction) == "+-" else superscript(str(direction))
        head = f"lim[{self.line(variable)}→{self.line(point)}{side}]"
        return Piece(f"{head} {self.piece(inside).within(Binding.PRODUCT).text}", Binding.PREFIX)

    def _relation(self, expr: sp.core.relational.Relational) -> Piece:
        left, right = (self.piece(side).within(Binding.SUM).text for side in expr.args)
        return Piece(f"{left} {RELATIONS[expr.rel_op]} {right}", Binding.RELATION)

    def _connective(self, word: str, parts: list[sp.Basic]) -> Piece:
        return Piece(word.join(self.piece(part).within(Binding.RELATION).text for part in parts), Binding.LOGIC)

    def _pair(self, expr: sp.Tuple) -> Piece:
        return Piece(self._bracketed(*expr.args) if len(expr.args) > 1 else f"({self.line(expr.args[0])},)")


def formula_line(formula: Formula) -> str:
    """``head = expression``."""
    printer = Printer.of(formula.variables)
    row = Row(formula.head, "=", formula.expr, where=formula.where)
    return f"{printer.line(formula.head)} = {printer.line(formula.expr)}{condition(printer, row)}"


def condition(printer: Printer, row: Row) -> str:
    """``  for 0 < s < 1, with equality only at s = ½``: what follows the row on its line, if anything."""
    said = []
    for words, conditions in (("for", row.where), ("with equality only at", row.only_at)):
        read = []
        for (first, *others), relations in comparisons(conditions):
            text = printer.piece(first).within(Binding.SUM).text
            for relation, side in zip(relations, others, strict=True):
                text += f" {RELATIONS[relation]} {printer.piece(side).within(Binding.SUM).text}"
            read.append(text)
        if read:
            said.append(f"{words} {', '.join(read)}")
    return "  " + ", ".join(said) if said else ""


#: Letters of a left side under whose relation the rows that continue it are set.
SHORT = 7


def row_lines(rows: tuple[Row, ...], variables: tuple[Variable, ...]) -> list[str]:
    """A line for each row; one that continues the row above is set under its relation, or below a long left side."""
    printer = Printer.of(variables)
    lines: list[str] = []
    indent = 0
    for row, following in zip_longest(rows, rows[1:]):
        left = "" if row.lhs is None else printer.piece(row.lhs).within(Binding.SUM).text
        if row.lhs is not None:
            indent = len(left) + 1 if len(left) <= SHORT else 2
        start = f"{left} " if left else " " * indent
        said = "" if said_below(row, following) else condition(printer, row)
        reason = f"    ({plain(row.reason)})" if row.reason else ""
        right = printer.piece(row.rhs).within(Binding.SUM).text
        lines.append(f"{start}{RELATIONS[row.relation]} {right}{said}{reason}")
    return lines


def _gap(before: str, after: str) -> str:
    """Between two factors: nothing between letters and brackets, a dot between numbers, a space beside a word."""
    if after[0].isdigit() and before[-1:].isdigit():
        return "·"
    word_before = before[-1].isascii() and before[-2:].isalpha() and len(before) > 1
    word_after = len(after) > 1 and after[:2].isascii() and after[:2].isalpha()
    if _DERIVATIVE.match(after) or (before[-1].isalpha() and _LETTER_APPLIED.match(after)):
        return " "  # ak(t) would read as the function ak
    return " " if word_before or word_after or before[-1] in "½¼¾⅓⅔⅛" or after[0] in "∂∫" else ""


#: A function that is a letter, to its argument; and the operator of a derivative.
_LETTER_APPLIED, _DERIVATIVE = re.compile(r"[^\W\d_][₀-₉]*\("), re.compile("d[²³⁴]?/d")

_METHODS: dict[type, Callable[[Printer, sp.Basic], Piece]] = {
    sp.Symbol: Printer._symbol,
    sp.Number: Printer._number,
    sp.Add: Printer._sum,
    sp.Mul: Printer._product,
    sp.Pow: Printer._power,
    sp.log: Printer._logarithm,
    sp.Abs: Printer._absolute,
    sp.erf: Printer._applied,
    sp.sign: Printer._applied,
    sp.factorial: Printer._factorial,
    sp.Sum: Printer._summation,
    expm1mx: Printer._applied,
    log1pmx: Printer._applied,
    AppliedUndef: Printer._applied,
    sp.Derivative: Printer._derivative,
    sp.Subs: Printer._substituted,
    sp.Integral: Printer._integral,
    sp.Limit: Printer._limit,
    sp.core.relational.Relational: Printer._relation,
    sp.And: lambda self, expr: self._connective(" and ", sorted(expr.args, key=sp.default_sort_key)),
    sp.Equivalent: lambda self, expr: self._connective(" ⇔ ", sorted(expr.args, key=sp.default_sort_key)),
    sp.Implies: lambda self, expr: self._connective(" ⇒ ", list(expr.args)),
    BooleanTrue: lambda self, expr: Piece("true"),
    sp.Tuple: Printer._pair,
    type(sp.pi): lambda self, expr: Piece("π"),
    type(sp.E): lambda self, expr: Piece("e"),
}
