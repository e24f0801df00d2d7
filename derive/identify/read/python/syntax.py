"""Questions about Python's syntax trees: how a part is spelled, what a sum is made of, which names it holds."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from derive.identify.read.limits import Position


def position(node: ast.expr | ast.stmt) -> Position:
    line, column = node.end_lineno, node.end_col_offset
    end = (line, column + 1) if line is not None and column is not None else None
    return Position(node.lineno, node.col_offset + 1, end)


def spelled(node: ast.expr) -> str:
    """The source of a part, as one line; a quantity that the table does not explain is known by it."""
    names, inner = [], node
    while isinstance(inner, ast.Attribute):
        names.append(inner.attr)
        inner = inner.value
    if isinstance(inner, ast.Name):
        return ".".join((inner.id, *reversed(names)))
    try:
        text = ast.unparse(node)
    except (RecursionError, ValueError):
        text = f"<{type(node).__name__} at {position(node)}>"
    return " ".join(text.split())


def is_named(node: ast.expr) -> bool:
    """Whether a part is a name, or an attribute of one."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def is_number(node: ast.expr) -> bool:
    while isinstance(node, ast.UnaryOp):
        node = node.operand
    return isinstance(node, ast.Constant)


_NO_NUMBER = frozenset("isnan is_nan isinf is_inf isfinite is_finite isposinf isneginf".split())


def is_a_guard(test: ast.expr) -> bool:
    """Whether a condition asks for nothing but whether a value is a number."""
    called = [n.func for n in ast.walk(test) if isinstance(n, ast.Call)]
    names = {f.attr if isinstance(f, ast.Attribute) else getattr(f, "id", "") for f in called}
    compared = any(isinstance(n, ast.Compare) for n in ast.walk(test))
    return bool(names & _NO_NUMBER) and names <= _NO_NUMBER | {"all", "any", "logical_not", "exp"} and not compared


def summands(node: ast.expr) -> list[ast.expr]:
    """The terms of a sum, from left to right."""
    found = list[ast.expr]()
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        found, node = [node.right, *found], node.left
    return [node, *found]


def factors(node: ast.expr) -> list[ast.expr]:
    """The factors and divisors of a product, from left to right."""
    found = list[ast.expr]()
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div):
        found, node = [node.right, *found], node.left
    return [node, *found]


def is_of_scales(term: ast.expr) -> bool:
    """Whether a term has an exponential, a logarithm, or a name for one, as a divergence has."""
    return re.search(r"exp|log|ln|lv|kl", spelled(term), re.IGNORECASE) is not None


def calls(term: ast.expr) -> Iterator[ast.Call | ast.IfExp]:
    """The call or the choice that a term is, weighted or reduced as it may be, and the calls by which it is reduced."""
    while isinstance(term, ast.UnaryOp | ast.BinOp):
        term = term.operand if isinstance(term, ast.UnaryOp) else term.right
    if isinstance(term, ast.IfExp):
        yield term
    while isinstance(term, ast.Call):
        yield term
        of = term.func.value if isinstance(term.func, ast.Attribute) else term.func
        term = term.args[0] if term.args and not isinstance(of, ast.Call) else of


def leaves(*nodes: ast.expr) -> set[str]:
    """The names and attributes in expressions, but for those of functions that are called."""
    found, waiting = set[str](), list[ast.AST](nodes)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name | ast.Attribute):
            found.add(spelled(node))
        called = node.func if isinstance(node, ast.Call) else None
        method = [called.value] if isinstance(called, ast.Attribute) else []
        waiting += method if called is not None else []
        waiting += [] if isinstance(node, ast.Attribute) else [n for n in ast.iter_child_nodes(node) if n is not called]
    return found


def names_in(*nodes: ast.expr) -> set[str]:
    """All names in expressions, those of modules and functions too."""
    return {n.id for node in nodes for n in ast.walk(node) if isinstance(n, ast.Name)}


def root_name(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def only_reshapes(index: ast.expr) -> bool:
    """``x[:, None]`` and ``x[...]`` are x: they select nothing."""
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    return all(
        (isinstance(p, ast.Slice) and p.lower is p.upper is p.step is None)
        or (isinstance(p, ast.Constant) and p.value in (None, ...))
        for p in parts
    )
