"""SymPy to LaTeX, in written order and in the typography of a paper.

One method per kind of node, found through the table at the end; a node without a method is an error, never SymPy's
default printing. Sign, numerator and denominator come from :mod:`derive.emit.notation`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import pairwise

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.logic.boolalg import BooleanTrue

from derive.emit import notation
from derive.emit.latex import analysis
from derive.emit.latex.box import Binding, Box, Height, applied, braced, join
from derive.emit.latex.names import FUNCTIONS, symbol_latex
from derive.vocabulary.theorem import expm1mx, log1pmx

#: An exponent wider than this, or one that holds an integral, is printed as \exp(...).
WIDEST_EXPONENT = 9.0
#: The width of a letter of an upright word, in those of mathematics.
_WORD = 0.8


class Printer:
    """Prints expressions whose symbols have the given LaTeX; a symbol that is not in the table is read off its name.

    ``script`` is the style of exponents and limits: quotients with a slash instead of a bar.
    """

    def __init__(self, symbols: Mapping[str, str] | None = None, *, script: bool = False) -> None:
        self.symbols = dict(symbols or {})
        self.script = script

    def latex(self, expr: sp.Basic) -> str:
        """The LaTeX of an expression or of a relation between expressions.

        Raises
        ------
        NotImplementedError : for a node that no method prints.
        """
        return self.box(expr).text

    def in_script(self) -> Printer:
        """The printer of exponents and limits."""
        return Printer(self.symbols, script=True)

    def box(self, expr: sp.Basic) -> Box:
        if notation.is_exponential(expr):
            return self._exponential(expr)
        for kind in type(expr).__mro__:
            if kind in _METHODS:
                return _METHODS[kind](self, expr)
        raise NotImplementedError(f"no LaTeX for {type(expr).__name__} in {sp.srepr(expr)}")

    # --- leaves --------------------------------------------------------------------------------------------------

    def _symbol(self, expr: sp.Symbol) -> Box:
        text = self.symbols.get(expr.name) or symbol_latex(expr.name)
        binding = Binding.POWER if "^" in text or "'" in text else Binding.ATOM
        return Box(text, binding, width=1.0 + 0.6 * ("_" in text))

    def _number(self, expr: sp.Number) -> Box:
        if expr < 0:
            size = self.box(-expr)
            return Box("-" + size.text, Binding.SUM, size.height, size.width + 1)
        if expr.is_infinite:
            return Box(r"\infty", width=1.4)
        if expr.is_Integer:
            return Box(str(expr), width=float(len(str(expr))))
        if not expr.is_Rational:
            raise NotImplementedError(f"a rounded number has no place in a formula: {expr}")
        if self.script:
            return Box(f"{expr.p}/{expr.q}", Binding.PRODUCT, width=len(str(expr.p)) + len(str(expr.q)) + 0.5)
        digits = f"{expr.p}{expr.q}"
        text = rf"\tfrac{digits}" if len(digits) == 2 else rf"\tfrac{{{expr.p}}}{{{expr.q}}}"
        return Box(text, Binding.FRACTION, Height.PARENTHESES, 0.8 * max(len(str(expr.p)), len(str(expr.q))))

    # --- arithmetic ----------------------------------------------------------------------------------------------

    def summands(self, expr: sp.Add) -> tuple[Box, ...]:
        """The summands, each with its sign: ``a``, ``- b``, ``+ c``."""
        boxes = []
        for index, term in enumerate(notation.terms(expr)):
            box = self.box(term.expr).within(Binding.SUM if term.negative else Binding.PRODUCT)
            if index == 0:
                boxes.append(box)
            elif term.negative:
                boxes.append(Box("- " + box.text.removeprefix("-"), box.binding, box.height, box.width + 1))
            else:
                boxes.append(Box("+ " + box.text, box.binding, box.height, box.width + 2))
        return tuple(boxes)

    def _sum(self, expr: sp.Add) -> Box:
        boxes = self.summands(expr)
        text = " ".join(box.text for box in boxes)
        return Box(text, Binding.SUM, max(box.height for box in boxes), sum(box.width for box in boxes))

    def _product(self, expr: sp.Mul) -> Box:
        parts = notation.product(expr)
        if parts.coefficient != 1:
            size = self._row_of_factors((parts.coefficient, *parts.numerator))
        elif parts.denominator:
            size = self._fraction(parts)
        else:
            size = self._row_of_factors(parts.numerator)
        return self._negated(size) if parts.negative else size

    @staticmethod
    def _negated(size: Box) -> Box:
        size = size.within(Binding.PRODUCT)
        return Box("-" + size.text, Binding.SUM, size.height, size.width + 1)

    def _fraction(self, parts: notation.Product) -> Box:
        """A quotient; what is too tall to stand above the bar at full size follows it: 1/(2b) (a/b + ...)."""
        tall = () if self.script else tuple(f for f in parts.numerator if self.box(f).height is Height.TALL)
        if not tall:
            return self._quotient(parts.numerator, parts.denominator)
        low = tuple(f for f in parts.numerator if f not in tall)
        value = sp.Mul(*low, *(sp.Pow(f, -1) for f in parts.denominator))
        front = self.box(value) if value.is_Rational else self._quotient(low, parts.denominator)
        return self._side_by_side([front, *(self.box(factor) for factor in tall)])

    def _quotient(self, numerator: tuple[sp.Expr, ...], denominator: tuple[sp.Expr, ...]) -> Box:
        above, below = self._row_of_factors(numerator), self._row_of_factors(denominator)
        if not self.script:
            text = join(r"\frac", "{" + above.text + "}", "{" + below.text + "}")
            return Box(text, Binding.FRACTION, Height.TALL, max(above.width, below.width) + 0.5)
        above, below = above.within(Binding.PRODUCT), below.within(Binding.FRACTION)
        return Box(
            f"{above.text}/{below.text}",
            Binding.PRODUCT,
            max(above.height, below.height),
            above.width + below.width + 0.5,
        )

    def _row_of_factors(self, factors: tuple[sp.Expr, ...]) -> Box:
        """Factors side by side. One factor alone keeps its own binding: a sum above a bar needs no parentheses."""
        if not factors:
            return Box("1")
        boxes = [self.box(factor) for factor in factors]
        return boxes[0] if len(boxes) == 1 else self._side_by_side(boxes)

    @staticmethod
    def _side_by_side(boxes: list[Box]) -> Box:
        *front, last = boxes
        boxes = [*(box.within(Binding.CALL) for box in front), last.within(Binding.PRODUCT)]
        text = boxes[0].text
        for before, after in pairwise(boxes):
            text = join(text, _between(before, after), after.text)
        width = sum(box.width for box in boxes) + 0.2 * (len(boxes) - 1)
        return Box(text, Binding.PRODUCT, max(box.height for box in boxes), width)

    def _power(self, expr: sp.Pow) -> Box:
        base, exponent = expr.args
        under = notation.reciprocal_of(expr)
        if under is not None:
            return self._quotient((), (under,))
        if exponent == notation.HALF:
            inner = self.box(base)
            return Box(join(r"\sqrt{", inner.text, "}"), Binding.ATOM, inner.height, inner.width + 1)
        bottom, top = self.box(base).within(Binding.ATOM), self.in_script().box(exponent)
        return Box(
            f"{bottom.text}^{braced(top.text)}",
            Binding.POWER,
            max(bottom.height, top.height),
            # An exponent above an index takes no room of its own.
            bottom.width + (0.1 if "_" in bottom.text[-3:] else 0.7 * top.width),
        )

    # --- named functions -----------------------------------------------------------------------------------------

    def _exponential(self, expr: sp.Expr) -> Box:
        argument = expr.args[-1]
        if not argument.has(sp.Integral) and not _has_quotient_of_sums(argument):
            top = self.in_script().box(argument)
            if top.width <= WIDEST_EXPONENT and not self.script:
                height = Height.PARENTHESES if top.height else Height.FLAT
                return Box(f"e^{braced(top.text)}", Binding.POWER, height, 1 + 0.7 * top.width)
        inner = self.box(argument).parenthesised()
        return Box(applied(r"\exp", inner), Binding.CALL, inner.height, inner.width + 2.5)

    def _logarithm(self, expr: sp.log) -> Box:
        inner = self.box(expr.args[0])
        # log x^2 would be read in two ways: anything but a single letter or a quotient is put in parentheses.
        if inner.binding in (Binding.ATOM, Binding.FRACTION):
            return Box(join(r"\log", inner.text), Binding.PREFIX, inner.height, inner.width + 2.0)
        inner = inner.parenthesised()
        return Box(applied(r"\log", inner), Binding.CALL, inner.height, inner.width + 2.0)

    def _absolute(self, expr: sp.Abs) -> Box:
        inner = self.box(expr.args[0])
        if r"\rvert" in inner.text and inner.binding < Binding.CALL:
            inner = inner.parenthesised()  # |a|b|c| would read as |a| b |c|
        left, right = (r"\left\lvert", r"\right\rvert") if inner.height is Height.TALL else (r"\lvert", r"\rvert")
        return Box(join(left, inner.text, right), Binding.ATOM, inner.height, inner.width + 1)

    def _applied(self, expr: sp.Function) -> Box:
        name, told = notation.applied(expr)
        if name == "KL":
            return self._divergence(expr)
        symbol = notation.distribution(expr)
        if symbol:
            return self._divergence_of(symbol, expr)
        arguments = [self.box(argument) for argument in told]
        height = max(box.height for box in arguments)
        width = sum(box.width for box in arguments) + 0.8 * len(arguments) + 1.2
        inside = ", ".join(box.text for box in arguments)
        if name == "E":
            left, right = (r"\left[", r"\right]") if height is Height.TALL else (r"\bigl[", r"\bigr]")
            return Box(join(r"\deriveE", left, inside, right), Binding.ATOM, Height(max(height, 1)), width + 1)
        inner = Box(inside, Binding.SUM, height).parenthesised()
        head = FUNCTIONS.get(name) or symbol_latex(name)
        # f(x) inside parentheses asks for no bigger ones
        height = Height.FLAT if height is Height.FLAT else inner.height
        return Box(applied(head, inner), Binding.ATOM, height, width + (1 if len(head) == 1 else _WORD * len(name) + 1))

    def _divergence(self, expr: sp.Function) -> Box:
        if len(expr.args) == 4:
            first, second = (
                self._normal(mean, scale) for mean, scale in zip(expr.args[::2], expr.args[1::2], strict=True)
            )
        elif len(expr.args) == 2:
            first, second = (self.box(argument) for argument in expr.args)
        else:
            raise NotImplementedError(f"KL takes two distributions or (mu1, sigma1, mu2, sigma2): {expr}")
        text = rf"\deriveKL{{{first.text}}}{{{second.text}}}"
        return Box(text, Binding.ATOM, Height.PARENTHESES, first.width + second.width + 5)

    def _divergence_of(self, symbol: str, expr: sp.Function) -> Box:
        """Of two members of another family: its symbol with the parameters of each."""
        half = len(expr.args) // 2
        named = 1.2 + _WORD * len(symbol.removeprefix(r"\mathrm{").removesuffix("}"))
        boxes = [self.in_script().box(argument) for argument in expr.args]
        first, second = (", ".join(box.text for box in part) for part in (boxes[:half], boxes[half:]))
        text = rf"\deriveKL{{{symbol}({first})}}{{{symbol}({second})}}"
        return Box(text, Binding.ATOM, Height.PARENTHESES, sum(box.width for box in boxes) + 2 * named + 7)

    def _factorial(self, expr: sp.factorial) -> Box:
        inner = self.box(expr.args[0]).within(Binding.ATOM)
        return Box(inner.text + "!", Binding.POWER, inner.height, inner.width + 0.5)

    def _normal(self, mean: sp.Expr, scale: sp.Expr) -> Box:
        inside = [self.box(argument) for argument in (mean, variance(scale))]
        text = rf"\deriveN{{{inside[0].text}}}{{{inside[1].text}}}"
        return Box(text, Binding.ATOM, max(box.height for box in inside), inside[0].width + inside[1].width + 3)


def variance(scale: sp.Expr) -> sp.Expr:
    """The square of a standard deviation, in the letters it is given in: sqrt(v) gives v, exp(l/2) gives exp(l)."""
    if scale.is_Pow and scale.args[1] == notation.HALF:
        return scale.args[0]
    if notation.is_exponential(scale):
        return sp.exp(2 * scale.args[-1])
    return scale if scale.is_Integer and scale == 1 else sp.Pow(scale, 2, evaluate=False)


def _between(before: Box, after: Box) -> str:
    """What separates two factors: a dot numbers and big fractions, a space roots and words."""
    fraction_after = after.text.startswith((r"\tfrac", r"\frac"))
    if fraction_after and before.binding is Binding.FRACTION and not before.text.startswith(r"\tfrac"):
        return r" \cdot "
    if before.text[-1:].isdigit() and (after.text[:1].isdigit() or after.text.startswith(r"\tfrac")):
        return r" \cdot "
    if _LETTER_APPLIED.match(after.text) or (after.text.startswith("e^") and before.binding is Binding.POWER):
        # th(t) would read as the function th, 2^ke^r as a power of 2^k e.
        return r"\,"
    word = (before.text.endswith("}") and r"\mathrm{" in before.text) or after.text.startswith(r"\mathrm{")
    return r"\," if word or before.text.startswith(r"\sqrt") else ""


#: A function that is a letter, to its argument.
_LETTER_APPLIED = re.compile(r"[A-Za-z](?:_\w|_\{[^}]*\})?(?:\(|\\[bB]igl\(|\\mathopen)")


def _has_quotient_of_sums(expr: sp.Expr) -> bool:
    """A quotient by more than a number is hard to read in an exponent."""
    if expr.is_Mul and any(not part.is_Number for part in notation.product(expr).denominator):
        return True
    return any(_has_quotient_of_sums(argument) for argument in expr.args)


_METHODS: dict[type, Callable[[Printer, sp.Basic], Box]] = {
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
    expm1mx: Printer._applied,
    log1pmx: Printer._applied,
    AppliedUndef: Printer._applied,
    sp.Derivative: analysis.derivative,
    sp.Subs: analysis.substituted,
    sp.Integral: analysis.integral,
    sp.Sum: analysis.summation,
    sp.Limit: analysis.limit,
    sp.core.relational.Relational: analysis.relation,
    sp.And: lambda self, expr: analysis.connective(self, r" \text{ and } ", sorted(expr.args, key=sp.default_sort_key)),
    sp.Equivalent: lambda self, expr: analysis.connective(self, r" \iff ", sorted(expr.args, key=sp.default_sort_key)),
    sp.Implies: lambda self, expr: analysis.connective(self, r" \implies ", list(expr.args)),
    BooleanTrue: lambda self, expr: Box(r"\text{true}", width=4.0),
    sp.Tuple: analysis.pair,
    type(sp.pi): lambda self, expr: Box(r"\pi"),
    type(sp.E): lambda self, expr: Box("e"),
    type(sp.S.Integers): lambda self, expr: Box(r"\mathbb{Z}", width=1.2),
    type(sp.S.Naturals0): lambda self, expr: Box(r"\{0, 1, 2, \dots\}", width=8.0),
}
