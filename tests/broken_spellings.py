"""True formulas broken by one of the edits that people make."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator

_TWINS = {"_q": "_p", "_p": "_q", "1": "2", "2": "1", "_post": "_prior", "_prior": "_post"}


def broken(text: str, rng: random.Random) -> tuple[str, str] | None:
    """The text with one slip in it, and which; None where there is no place for the slip that was drawn."""
    module = ast.parse(text, mode="eval")
    places = [(kind, node) for node in ast.walk(module) for kind in _slips(node)]
    kinds = sorted({kind for kind, _ in places})
    if not kinds:
        return None
    kind = rng.choice(kinds)
    node = rng.choice([n for k, n in places if k == kind])
    return ast.unparse(_Slip(kind, node).visit(module)), kind


def _last(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _argument(node: ast.Call) -> ast.expr:
    return node.args[0] if node.args and _last(node) != "pow" else node.func.value  # type: ignore[attr-defined]


def _is_two(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value in (2, 2.0)


def _slips(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.BinOp(op=ast.Pow(), right=right) if _is_two(right):
            yield "square forgotten"
        case ast.BinOp(op=ast.Mult(), left=left, right=right) if ast.dump(left) == ast.dump(right):
            yield "square forgotten"
        case ast.BinOp(op=ast.Mult(), left=left) if _is_two(left):
            yield "two forgotten"
        case ast.BinOp(op=ast.Add() | ast.Sub(), right=right) if not isinstance(right, ast.Constant):
            yield "sign"
        case ast.BinOp(op=ast.Div(), left=left) if not isinstance(left, ast.Constant):
            yield "quotient inverted"
        case ast.Call() if _last(node) in ("square", "pow"):
            yield "square forgotten"
        case ast.Call(args=[ast.UnaryOp()]) if _last(node) == "exp":
            yield "minus forgotten"
        case ast.Call() if _last(node) == "exp":
            yield "exponential forgotten"
        case ast.Call() if _last(node) == "log":
            yield "logarithm forgotten"
        case ast.Name(id=name) | ast.Attribute(attr=name) if any(name.endswith(m) for m in _TWINS):
            yield "other name"


class _Slip(ast.NodeTransformer):
    def __init__(self, kind: str, node: ast.AST) -> None:
        self.kind, self.node = kind, node

    def visit(self, node: ast.AST) -> ast.AST:
        if node is not self.node:
            return self.generic_visit(node)
        match self.kind, node:
            case "square forgotten", ast.BinOp(left=left):
                return left
            case "square forgotten" | "exponential forgotten", ast.Call():
                return _argument(node)
            case "logarithm forgotten", ast.Call():
                return _argument(node)
            case "minus forgotten", ast.Call(func=func, args=[ast.UnaryOp(operand=operand)]):
                return ast.Call(func, [operand], [])
            case "two forgotten", ast.BinOp(right=right):
                return right
            case "sign", ast.BinOp(left=left, op=op, right=right):
                return ast.BinOp(left, ast.Sub() if isinstance(op, ast.Add) else ast.Add(), right)
            case "quotient inverted", ast.BinOp(left=left, op=op, right=right):
                return ast.BinOp(right, op, left)
            case "other name", ast.Name(id=name, ctx=ctx):
                mark = next(m for m in _TWINS if name.endswith(m))
                return ast.Name(name.removesuffix(mark) + _TWINS[mark], ctx)
        return node
