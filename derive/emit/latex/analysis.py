"""Derivatives, integrals, limits and relations as LaTeX."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sympy as sp

from derive.emit import notation
from derive.emit.latex.box import Binding, Box, Height, braced, join
from derive.emit.latex.names import RELATIONS

if TYPE_CHECKING:
    from derive.emit.latex.printer import Printer


def derivative(printer: Printer, expr: sp.Derivative) -> Box:
    r"""The operator before what it is applied to.

    ``\frac{df}{dx}(x^2)`` would read as the derivative of f, taken at x^2, and ``\frac{\partial f}{\partial y}(y, x)``
    as that by the second argument where f(x, y) is how f is defined.
    """
    function, counts = expr.args[0], notation.orders(expr)
    total = sum(counts.values())
    d = r"\partial" if len(function.free_symbols) > 1 else r"\mathrm{d}"
    order = f"^{braced(str(total))}" if total > 1 else ""
    below = "".join(
        join(d, printer.box(symbol).text, f"^{braced(str(count))}" if count > 1 else "")
        for symbol, count in counts.items()
    )
    inner = printer.box(function).within(Binding.PREFIX)
    space = "" if inner.text.startswith((r"\left", r"\bigl", "(")) else r"\,"
    text = join(r"\frac{", d, order, "}{", below, "}", space, inner.text)
    return Box(text, Binding.PREFIX, Height.TALL, inner.width + 3)


def substituted(printer: Printer, expr: sp.Subs) -> Box:
    inner, variables, values = expr.args
    at = ", ".join(f"{printer.latex(v)} = {printer.latex(x)}" for v, x in zip(variables, values, strict=True))
    size = printer.box(inner).within(Binding.PREFIX)
    # The bar has no end on the left: beside anything else the whole is put in parentheses.
    return Box(rf"\left.{size.text}\right|_{{{at}}}", Binding.SUM, Height.TALL, size.width + 4 * len(variables))


def integral(printer: Printer, expr: sp.Integral) -> Box:
    integrand, *limits = expr.args
    inner = printer.box(integrand).within(Binding.PRODUCT)
    signs, ends = "", ""
    for variable, *ends_of in limits:
        bounds = [printer.in_script().latex(end) for end in ends_of]
        signs = r"\int" + (f"_{braced(bounds[0])}^{braced(bounds[1])}" if len(bounds) == 2 else "") + signs
        ends += join(r" \,\mathrm{d}", printer.latex(variable))
    return Box(join(signs, " " + inner.text, ends), Binding.PREFIX, Height.TALL, inner.width + 4.5 * len(limits))


def summation(printer: Printer, expr: sp.Sum) -> Box:
    term, (index, first, last) = expr.args
    inner = printer.box(term).within(Binding.PRODUCT)
    below, above = (printer.in_script().latex(end) for end in (first, last))
    text = rf"\sum_{{{printer.latex(index)} = {below}}}^{braced(above)} {inner.text}"
    return Box(text, Binding.PREFIX, Height.TALL, inner.width + 4)


def limit(printer: Printer, expr: sp.Limit) -> Box:
    inside, variable, point, direction = expr.args
    inner = printer.box(inside).within(Binding.PRODUCT)
    end = printer.in_script().box(point)
    side = "" if point.is_infinite or str(direction) == "+-" else f"^{direction}"
    arrow = rf"{printer.latex(variable)} \to {end.text}"
    text = rf"\lim_{{{arrow}{side}}} {inner.text}"
    return Box(text, Binding.PREFIX, inner.height, inner.width + 5)


def relation(printer: Printer, expr: sp.core.relational.Relational) -> Box:
    left, right = (printer.box(side).within(Binding.SUM) for side in expr.args)
    text = f"{left.text} {RELATIONS[expr.rel_op]} {right.text}"
    return Box(text, Binding.RELATION, max(left.height, right.height), left.width + right.width + 3)


def connective(printer: Printer, word: str, parts: list[sp.Basic]) -> Box:
    boxes = [printer.box(part).within(Binding.RELATION) for part in parts]
    text = word.join(box.text for box in boxes)
    height = max(box.height for box in boxes)
    return Box(text, Binding.LOGIC, height, sum(box.width for box in boxes) + 4 * (len(boxes) - 1))


def pair(printer: Printer, expr: sp.Tuple) -> Box:
    boxes = [printer.box(part) for part in expr.args]
    inside = ", ".join(box.text for box in boxes)
    width = sum(box.width for box in boxes) + len(boxes)
    return Box(inside, Binding.SUM, max(box.height for box in boxes), width).parenthesised()
