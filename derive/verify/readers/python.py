"""The functions of the NumPy file as trees, by Python's own parser.

Arrays are cells whose content changes: ``out=``, ``x += y`` and ``mask |= other`` write into a cell, and every name of
that array sees it, as in NumPy. A function that writes into its argument, or says anything that is not known here, is
not read: nothing is guessed.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from derive.verify.readers.source import parsed
from derive.verify.readers.tree import Read, Tree, argument, constant, result, tree

#: The file's own functions of elementary operations, and NumPy's, typed here again: how each is called in a tree.
OPERATIONS: Mapping[str, str] = {
    "_fma": "fma",
    "_upper_bits": "upper",
    "_leading_bits": "short",
    "_anchor": "anchor",
    "_power_of_two": "pow2",
    "_exponent_of": "exponent",
    "_significand_of": "significand",
    "np.sqrt": "sqrt",
    "np.abs": "abs",
    "np.minimum": "min",
    "np.maximum": "max",
    "np.where": "select",
    "np.rint": "round",
    "np.trunc": "trunc",
    "np.exp": "exp",
    "np.log": "log",
    "np.expm1": "expm1",
    "np.log1p": "log1p",
    "np.add": "add",
    "np.subtract": "sub",
    "np.multiply": "mul",
    "np.divide": "div",
}
_PAIRS = {"_two_sum": "two_sum", "_fast_two_sum": "fast_two_sum", "_two_prod": "two_prod"}
_SIGNS: Mapping[type, str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.BitAnd: "and",
    ast.BitOr: "or",
}


class Unreadable(Exception):
    """The text says what this reader has no meaning for."""


@dataclass
class _Cell:
    """An array: what it holds now, and whether it belongs to the caller."""

    holds: Tree
    given: bool = False

    def write(self, content: Tree) -> _Cell:
        if self.given:
            raise Unreadable("it writes into its argument")
        self.holds = content
        return self


@dataclass
class _Reader:
    known: Mapping[str, int]  # the functions of the file by the number of their results
    cells: dict[str, _Cell] = field(default_factory=dict)

    def value(self, node: ast.expr) -> _Cell:
        match node:
            case ast.Name(id=name) if name in self.cells:
                return self.cells[name]
            case ast.Constant(value=int() | float() as literal):
                return _Cell(constant(float(literal)))
            case ast.Attribute(value=ast.Name(id="np"), attr="inf" | "nan" as word):
                return _Cell(constant(float(word)))
            case ast.BinOp(left=ast.Constant(value=float(base)), op=ast.Pow(), right=right):
                return _Cell(constant(base ** int(ast.literal_eval(right))))
            case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _SIGNS:
                both = [self.value(side).holds for side in (left, right)]
                return _Cell(tree(_SIGNS[type(sign)], *both))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return _Cell(tree("neg", self.value(operand).holds))
            case ast.UnaryOp(op=ast.Invert(), operand=operand):
                if isinstance(operand, ast.Call) and ast.unparse(operand.func) == "np.isnan":
                    number = self.value(operand.args[0]).holds
                    return _Cell(tree("eq", number, number))
                return _Cell(_negation(self.value(operand).holds))
            case ast.Compare(left=left, ops=[sign], comparators=[right]):
                return _Cell(_comparison(sign, self.value(left).holds, self.value(right).holds))
            case ast.Call():
                return self.call(node)
        raise Unreadable(f"line {node.lineno}: {ast.unparse(node)}")

    def call(self, node: ast.Call) -> _Cell:
        name = ast.unparse(node.func)
        args = [self.value(a).holds for a in node.args]
        out = {k.arg: k.value for k in node.keywords}
        if set(out) - {"out"}:
            raise Unreadable(f"line {node.lineno}: {ast.unparse(node)}")
        if name in OPERATIONS:
            made = tree(OPERATIONS[name], *args)
        elif name == "_polynomial":
            made = args[1]
            for coefficient in args[2:]:
                made = tree("add", tree("mul", made, args[0]), coefficient)
        elif self.known.get(name.removeprefix("_")) == 1:
            made = tree("call", *args, value=name.removeprefix("_"))
        else:
            raise Unreadable(f"line {node.lineno}: {ast.unparse(node)}")
        return self.value(out["out"]).write(made) if out else _Cell(made)

    def several(self, node: ast.Call) -> list[_Cell]:
        """The results of what returns a tuple."""
        name = ast.unparse(node.func)
        args = [self.value(a).holds for a in node.args]
        if node.keywords:
            raise Unreadable(f"line {node.lineno}: {ast.unparse(node)}")
        if name == "_two_difference":
            made, count = tree("two_sum", args[0], tree("neg", args[1])), 2
        elif name in _PAIRS:
            made, count = tree(_PAIRS[name], *args), 2
        elif name.removeprefix("_") in self.known:
            made, count = tree("call", *args, value=name.removeprefix("_")), self.known[name.removeprefix("_")]
        else:
            raise Unreadable(f"line {node.lineno}: {ast.unparse(node)}")
        return [_Cell(result(made, str(i))) for i in range(count)]

    def statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                self.cells[name] = self.value(value)
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Call() as value):
                for target, cell in zip(names, self.several(value), strict=True):
                    self.cells[ast.unparse(target)] = cell
            case ast.AugAssign(target=ast.Name(id=name), op=sign, value=value) if type(sign) in _SIGNS:
                cell = self.cells[name]
                cell.write(tree(_SIGNS[type(sign)], cell.holds, self.value(value).holds))
            case ast.If(
                test=ast.UnaryOp(op=ast.Not(), operand=test), body=[ast.AugAssign(op=ast.BitOr()) as only], orelse=[]
            ):
                # Where all are true already, the other alternative changes nothing.
                if ast.unparse(test) != f"{ast.unparse(only.target)}.all()":
                    raise Unreadable(f"line {node.lineno}: {ast.unparse(test)}")
                self.statement(only)
            case ast.Expr(value=ast.Call(keywords=[ast.keyword(arg="out")]) as value):
                self.call(value)
            case ast.Expr(value=ast.Constant(value=str())):
                pass
            case _:
                raise Unreadable(f"line {node.lineno}: {ast.unparse(node)}")


def _negation(inside: Tree) -> Tree:
    """Not a mask; not low <= x <= high is ``outside``."""
    if inside.op == "and" and len(inside.args) == 2:
        for first, second in (inside.args, inside.args[::-1]):
            if first.op == second.op == "le" and first.args[1] == second.args[0]:
                return tree("outside", second.args[0], first.args[0], second.args[1])
    return tree("not", inside)


def _comparison(sign: ast.cmpop, left: Tree, right: Tree) -> Tree:
    match sign:
        case ast.Lt():
            return tree("lt", left, right)
        case ast.Gt():
            return tree("lt", right, left)
        case ast.LtE():
            return tree("le", left, right)
        case ast.GtE():
            return tree("le", right, left)
        case ast.Eq():
            return tree("eq", left, right)
    raise Unreadable(f"a comparison by {type(sign).__name__}")


def read(text: str) -> dict[str, Read | str]:
    """What each function of the file computes, by its name; where that cannot be read, why."""
    module = parsed(text)
    found = [node for node in module.body if isinstance(node, ast.FunctionDef)]
    known = {node.name.removeprefix("_"): _count(node) for node in found}
    return {node.name.removeprefix("_"): _function(node, known) for node in found}


def _returned(node: ast.FunctionDef) -> list[ast.expr]:
    last = node.body[-1]
    if not isinstance(last, ast.Return) or last.value is None:
        return []
    return last.value.elts if isinstance(last.value, ast.Tuple) else [last.value]


def _count(node: ast.FunctionDef) -> int:
    return len(_returned(node))


def _function(node: ast.FunctionDef, known: Mapping[str, int]) -> Read | str:
    reader = _Reader(known)
    reader.cells = {a.arg: _Cell(argument(i), given=True) for i, a in enumerate(node.args.args)}
    try:
        for statement in node.body[:-1]:
            reader.statement(statement)
        results = {str(i): reader.value(v).holds for i, v in enumerate(_returned(node))}
    except Unreadable as error:
        return str(error)
    return Read(node.name.removeprefix("_"), results) if results else "it does not end with what it returns"
