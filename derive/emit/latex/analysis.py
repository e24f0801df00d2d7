"""Derivatives, integrals, limits and relations as LaTeX."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sympy as sp
from sympy.core.function import AppliedUndef

from derive.emit import notation
from derive.emit.latex.box import Binding, Box, Height, braced, join
from derive.emit.latex.names import RELATIONS, symbol_latex

if TYPE_CHECKING:
    from derive.emit.latex.printer import Printer


def derivative(printer: Printer, expr: sp.Derivative) -> Box:
    function, counts = expr.args[0], notation.orders(expr)
    total = sum(counts.values())
    d = r"\partial" if len(function.free_symbols) > 1 else r"\mathrm{d}"
    order = f"^{braced(str(total))}" if total > 1 else ""
    below = "".join(
        join(d, printer.box(symbol).text, f"^{braced(str(count))}" if count > 1 else "")
        for symbol, count in counts.items()
    )
    if isinstance(function, AppliedUndef) and not notation.has_own_brackets(function):
        head = symbol_latex(type(function).__name__)
        arguments = ", ".join(printer.latex(argument) for argument in function.args)
        text = join(r"\frac{", d, order, head, "}{", below, "}", "(", arguments, ")")
        return Box(text, Binding.CALL, Height.TALL, 4 + 2.0 * len(function.args))
    inner = printer.box(function).within(Binding.PREFIX)
    space = "" if inner.text.startswith((r"\left", r"\bigl", "(")) else r"\,"
    text = join(r"\frac{", d, order, "}{", below, "}", space, inner.text)
    return Box(text, Binding.PREFIX, Height.TALL, inner.width + 3)


def substituted(printer: Printer, expr: sp.Subs) -> Box:
    inner, variables, values = expr.args
    at = ", ".join(f"{printer.latex(v)} = {printer.latex(x)}" for v, x in zip(variables, values, strict=True))
    size = printer.box(inner)
    return Box(rf"\left.{size.text}\right|_{{{at}}}", Binding.CALL, Height.TALL, size.width + 4 * len(variables))


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
