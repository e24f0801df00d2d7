"""SymPy to one line of Unicode, for a terminal: ½ (σ² + μ² − 1) − log σ.

The order and the signs come from :mod:`derive.emit.notation`, as in every target that prints for people.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import IntEnum

import sympy as sp
from sympy.core.function import AppliedUndef

from derive.emit import notation
from derive.theorem import expm1mx, log1pmx

_LETTERS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "eta": "η", "theta": "θ",
    "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ",
    "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "ell": "ℓ", "infty": "∞", "partial": "∂", "int": "∫",
    "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "to": "→", "implies": "⇒", "iff": "⇔",
    "approx": "≈", "cdot": "·", "times": "×", "pm": "±", "in": "∈", "sqrt": "√", "sum": "∑", "dots": "…", "ldots": "…",
    "mid": "|", "|": "‖", "parallel": "‖", "Vert": "‖", "R": "ℝ", "quad": " ", ",": " ", "!": "", ";": " ", " ": " ",
    "left": "", "right": "", "bigl": "", "bigr": "", "Bigl": "", "Bigr": "", "mapsto": "↦", "equiv": "≡", "sim": "~",
    "{": "{", "}": "}", "%": "%", "_": "_", "&": "&", "#": "#", "deriveE": "E", "deriveexpmomx": "expm1mx",
    "derivelogopmx": "log1pmx",
}  # fmt: skip
_RELATIONS = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥", "->": "→", "=>": "⇒", "<=>": "⇔", ":=": "≔"}
_FRACTIONS = {(1, 2): "½", (1, 4): "¼", (3, 4): "¾", (1, 3): "⅓", (2, 3): "⅔", (1, 8): "⅛"}
_RAISED = dict(zip("0123456789+-−n()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ⁽⁾", strict=True))
_LOWERED = dict(zip("0123456789+-ijkptx", "₀₁₂₃₄₅₆₇₈₉₊₋ᵢⱼₖₚₜₓ", strict=True))
_GROUP = r"\{((?:[^{}]|\{[^{}]*\})*)\}"


def words(text: str) -> str:
    """Words with ``$mathematics$`` in them as one line: ``$\\sigma_1^2 > 0$`` is σ₁² > 0."""
    parts = " ".join(text.split()).split("$")
    return "".join(letters(part) if index % 2 else part for index, part in enumerate(parts))


def letters(latex: str) -> str:
    """Simple LaTeX mathematics as Unicode: letters, indices, exponents, fractions, relations."""
    text = latex
    for name in ("mathrm", "mathcal", "mathbb", "operatorname", "text", "mathrel"):
        text = re.sub(rf"\\{name}{_GROUP}", r"\1", text)
    text = re.sub(rf"\\deriveKL{_GROUP}{_GROUP}", r"KL(\1 ‖ \2)", text)
    text = re.sub(rf"\\deriveN{_GROUP}{_GROUP}", r"N(\1, \2)", text)
    text = re.sub(rf"\\[td]?frac{_GROUP}{_GROUP}", lambda m: _quotient(letters(m[1]), letters(m[2])), text)
    text = re.sub(r"\\[td]?frac(\d)(\d)", lambda m: _quotient(m[1], m[2]), text)
    text = re.sub(rf"\\sqrt{_GROUP}", lambda m: "√" + _enclosed(letters(m[1])), text)
    text = re.sub(r"\\([A-Za-z]+|.) ?(?=(.?))", _named, text)
    text = re.sub(rf"\^(?:{_GROUP}|(.))", lambda m: raised((m[1] or m[2]).strip()), text)
    text = re.sub(rf"_(?:{_GROUP}|(.))", lambda m: _shifted((m[1] or m[2]).strip(), _LOWERED, "_"), text)
    return re.sub(r" +", " ", text.replace("{", "").replace("}", "")).strip()


def _named(match: re.Match[str]) -> str:
    """A command as its letter; a function is set off from an argument that stands without parentheses."""
    name, after = match[1], match[2]
    if name not in _LETTERS:
        return name + " " * (after.isalnum() or after == "\\")
    return _LETTERS[name] + " " * (match[0].endswith(" ") and not _LETTERS[name].isalpha())


def raised(text: str) -> str:
    return _shifted(text, _RAISED, "^")


def _shifted(text: str, table: Mapping[str, str], mark: str) -> str:
    if text and all(letter in table for letter in text):
        return "".join(table[letter] for letter in text)
    return mark + _enclosed(text)


def _enclosed(text: str) -> str:
    return text if re.fullmatch(r"\w+|\(.*\)", text) else f"({text})"


def _quotient(above: str, below: str) -> str:
    if above.isdigit() and below.isdigit() and (int(above), int(below)) in _FRACTIONS:
        return _FRACTIONS[int(above), int(below)]
    return f"{_enclosed(above)}/{_enclosed(below)}"


class _Binding(IntEnum):
    """How tightly the outermost operation binds; a part that binds less tightly than its place asks is enclosed."""

    RELATION = 0
    SUM = 1
    PRODUCT = 2
    PREFIX = 3
    POWER = 4
    ATOM = 5


_Piece = tuple[str, _Binding]


class Printer:
    """Prints expressions whose symbols have the given Unicode; any other symbol is read off its name."""

    def __init__(self, symbols: Mapping[str, str] | None = None) -> None:
        self.symbols = dict(symbols or {})

    def line(self, expr: sp.Basic) -> str:
        """The expression on one line; what has no method here is printed as SymPy spells it."""
        return self._piece(expr)[0]

    def relation(self, name: str) -> str:
        return _RELATIONS.get(name, name)

    def _within(self, expr: sp.Basic, least: _Binding) -> str:
        text, binding = self._piece(expr)
        return text if binding >= least else f"({text})"

    def _piece(self, expr: sp.Basic) -> _Piece:
        if notation.is_exponential(expr):
            return f"exp({self.line(expr.args[-1])})", _Binding.ATOM
        for kind in type(expr).__mro__:
            if kind in _METHODS:
                return _METHODS[kind](self, expr)
        return str(expr), _Binding.ATOM

    def _symbol(self, expr: sp.Symbol) -> _Piece:
        known = self.symbols.get(expr.name)
        return known or letters(re.sub(r"^([a-z]+?)_?(\d*)$", _spelled, expr.name)), _Binding.ATOM

    def _number(self, expr: sp.Number) -> _Piece:
        if expr.is_infinite:
            return ("∞", _Binding.ATOM) if expr > 0 else ("−∞", _Binding.SUM)
        if expr < 0:
            return "−" + self._within(-expr, _Binding.PRODUCT), _Binding.SUM
        if expr.is_Rational and not expr.is_Integer:
            text = _quotient(str(expr.p), str(expr.q))
            return text, _Binding.ATOM if len(text) == 1 else _Binding.PRODUCT
        return str(expr), _Binding.ATOM

    def _sum(self, expr: sp.Add) -> _Piece:
        text = ""
        for term in notation.terms(expr):
            part = self._within(term.expr, _Binding.SUM if term.negative else _Binding.PRODUCT)
            if term.negative:
                text += (" − " if text else "−") + part.removeprefix("−")
            else:
                text += (" + " if text else "") + part
        return text, _Binding.SUM

    def _product(self, expr: sp.Mul) -> _Piece:
        parts = notation.product(expr)
        front = () if parts.coefficient == 1 else (parts.coefficient,)
        text = self._factors((*front, *parts.numerator))
        if parts.denominator:
            below = self._factors(parts.denominator)
            text += "/" + (below if len(parts.denominator) == 1 and _is_atom(below) else f"({below})")
        return ("−" + text, _Binding.SUM) if parts.negative else (text, _Binding.PRODUCT)

    def _factors(self, factors: tuple[sp.Expr, ...]) -> str:
        if not factors:
            return "1"
        return " ".join(self._within(factor, _Binding.PREFIX) for factor in factors)

    def _power(self, expr: sp.Pow) -> _Piece:
        under = notation.reciprocal_of(expr)
        if under is not None:
            return "1/" + self._within(under, _Binding.POWER), _Binding.PRODUCT
        base, exponent = expr.args
        if exponent == notation.HALF:
            return "√" + _enclosed(self.line(base)), _Binding.POWER
        return self._within(base, _Binding.ATOM) + raised(self.line(exponent)), _Binding.POWER

    def _log(self, expr: sp.log) -> _Piece:
        text, binding = self._piece(expr.args[0])
        return (f"log {text}", _Binding.PREFIX) if binding is _Binding.ATOM else (f"log({text})", _Binding.ATOM)

    def _applied(self, expr: sp.Function) -> _Piece:
        inside = [self.line(argument) for argument in expr.args]
        name = letters(type(expr).__name__)
        if name == "KL" and len(inside) == 4:
            means, scales = inside[::2], [raised_square(scale) for scale in inside[1::2]]
            return "KL({} ‖ {})".format(*(f"N({m}, {s})" for m, s in zip(means, scales, strict=True))), _Binding.ATOM
        left, right = ("[", "]") if name == "E" else ("(", ")")
        return f"{name}{left}{', '.join(inside)}{right}", _Binding.ATOM

    def _absolute(self, expr: sp.Abs) -> _Piece:
        return f"|{self.line(expr.args[0])}|", _Binding.ATOM

    def _derivative(self, expr: sp.Derivative) -> _Piece:
        function, *steps = expr.args
        d = "∂" if len(function.free_symbols) > 1 else "d"
        total = sum(int(count) for _, count in steps)
        order = raised(str(total)) if total > 1 else ""
        below = "".join(d + self.line(s) + (raised(str(n)) if n > 1 else "") for s, n in steps)
        below = below if len(steps) == 1 and total == 1 else f"({below})"
        return f"{d}{order}/{below} {self._within(function, _Binding.PREFIX)}", _Binding.PREFIX

    def _substituted(self, expr: sp.Subs) -> _Piece:
        inner, variables, values = expr.args
        at = ", ".join(f"{self.line(v)} = {self.line(x)}" for v, x in zip(variables, values, strict=True))
        return f"[{self.line(inner)}] at {at}", _Binding.PREFIX

    def _integral(self, expr: sp.Integral) -> _Piece:
        integrand, *limits = expr.args
        signs, ends = "", ""
        for variable, *bounds in limits:
            span = "[{}, {}] ".format(*map(self.line, bounds)) if len(bounds) == 2 else " "
            signs, ends = f"∫{span}{signs}", f"{ends} d{self.line(variable)}"
        return signs + self._within(integrand, _Binding.PRODUCT) + ends, _Binding.PREFIX

    def _limit(self, expr: sp.Limit) -> _Piece:
        inside, variable, point, direction = expr.args
        side = "" if point.is_infinite or str(direction) == "+-" else raised(str(direction))
        arrow = f"{self.line(variable)} → {self.line(point)}{side}"
        return f"lim[{arrow}] {self._within(inside, _Binding.PRODUCT)}", _Binding.PREFIX

    def _relation(self, expr: sp.core.relational.Relational) -> _Piece:
        left, right = (self._within(side, _Binding.SUM) for side in expr.args)
        return f"{left} {self.relation(expr.rel_op)} {right}", _Binding.RELATION

    def _connective(self, word: str, parts: list[sp.Basic]) -> _Piece:
        return f" {word} ".join(self.line(part) for part in parts), _Binding.RELATION


def raised_square(text: str) -> str:
    """The square of a standard deviation that is printed already."""
    return text if text == "1" else _enclosed(text) + "²"


def _is_atom(text: str) -> bool:
    return re.fullmatch(r"\w+[⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉]*", text) is not None


def _spelled(match: re.Match[str]) -> str:
    name = "\\" + match[1] if match[1] in _LETTERS else match[1]
    return f"{name}_{{{match[2]}}}" if match[2] else name


_METHODS: dict[type, Callable[[Printer, sp.Basic], _Piece]] = {
    sp.Symbol: Printer._symbol,
    sp.Number: Printer._number,
    sp.Add: Printer._sum,
    sp.Mul: Printer._product,
    sp.Pow: Printer._power,
    sp.log: Printer._log,
    sp.Abs: Printer._absolute,
    sp.erf: Printer._applied,
    expm1mx: Printer._applied,
    log1pmx: Printer._applied,
    AppliedUndef: Printer._applied,
    sp.Derivative: Printer._derivative,
    sp.Subs: Printer._substituted,
    sp.Integral: Printer._integral,
    sp.Limit: Printer._limit,
    sp.core.relational.Relational: Printer._relation,
    sp.And: lambda self, expr: self._connective("and", sorted(expr.args, key=sp.default_sort_key)),
    sp.Equivalent: lambda self, expr: self._connective("⇔", sorted(expr.args, key=sp.default_sort_key)),
    sp.Implies: lambda self, expr: self._connective("⇒", list(expr.args)),
    type(sp.pi): lambda self, expr: ("π", _Binding.ATOM),
    type(sp.E): lambda self, expr: ("e", _Binding.ATOM),
}
