"""The changes of the sources that tests/mutate_sources.py tries: an operator, a number, a condition, a statement."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: part -> its sources, and the tests that hold it.
PARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "publish": (("derive/publish", "derive/checkout.py"), ("publish", "guards", "cli")),
    "audit": (("derive/audit",), ("audit*", "guards")),
    "campaign": (
        ("derive/campaign", "derive/untrusted.py"),
        ("scratch", "process", "isolation", "cluster", "verify_campaign", "verify_journal", "audit_input"),
    ),
    "prove": (("derive/prove",), ("prove*", "conditions", "guards", "false_claims", "proofs")),
    "lower": (
        ("derive/lower",),
        ("lower*", "*bounds", "analysis", "compose", "emit", "forked", "kernel", "paths", "ranges", "shapes"),
    ),
    "verify": (("derive/verify",), ("verify*", "guards", "hunt", "readback", "sums", "worst")),
    "identify": (("derive/identify",), ("identify*", "guards", "audit", "audit_codes")),
    "judge": (("derive/judge",), ("judge*", "coq_statements", "coq")),
}

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.Pow: ast.Mult, ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.FloorDiv: ast.Mult, ast.LShift: ast.RShift,
}  # fmt: skip
_CALLS = {"any": "all", "all": "any", "min": "max", "max": "min", "sorted": "list", "abs": ""}


@dataclass(frozen=True)
class Mutant:
    """``before`` in a function or class of a file becomes ``after``; of several that are alike, this is the nth."""

    part: str
    path: str
    line: int
    start: int
    place: str
    before: str
    after: str
    nth: int = 1

    @property
    def name(self) -> str:
        which = f" ({self.nth})" if self.nth > 1 else ""
        return f"{self.path}, {self.place}: {' '.join(self.before.split())} -> {' '.join(self.after.split())}{which}"


def mutants(part: str) -> list[Mutant]:
    """Every change of a part, in the order of its files."""
    found = []
    for place in PARTS[part][0]:
        files = [ROOT / place] if place.endswith(".py") else sorted((ROOT / place).rglob("*.py"))
        for file in files:
            text = file.read_text(encoding="utf-8")
            begins = [0]
            for row in text.encode().splitlines(keepends=True):
                begins.append(begins[-1] + len(row))
            data, tree = text.encode(), ast.parse(text)
            places, alike = dict(_places(tree)), Counter[tuple[str, ...]]()
            for node, after in sorted(changes(tree), key=lambda change: (change[0].lineno, change[0].col_offset)):
                start = begins[node.lineno - 1] + node.col_offset
                end = begins[node.end_lineno - 1] + node.end_col_offset
                change = (places[node] or "<module>", data[start:end].decode(), after)
                if change[1] != after:
                    alike[change] += 1
                    path = str(file.relative_to(ROOT))
                    found.append(Mutant(part, path, node.lineno, start, *change, alike[change]))
    return found


def _places(node: ast.AST, place: str = "") -> Iterator[tuple[ast.AST, str]]:
    """Each node with the functions and classes that it stands in."""
    for inner in ast.iter_child_nodes(node):
        yield inner, place
        named = isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        yield from _places(inner, f"{place}.{inner.name}".lstrip(".") if named else place)


def changes(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Nodes and what each becomes. Annotations, docstrings, messages and what runs for types alone are left."""
    quiet = {id(inner) for node in ast.walk(tree) for inner in _not_run(node)}
    for node in ast.walk(tree):
        if id(node) in quiet:
            continue
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _COMPARISONS:
            yield node, _with(node, ops=[_COMPARISONS[type(node.ops[0])]()])
        elif isinstance(node, ast.BoolOp):
            yield node, _with(node, op=ast.And() if isinstance(node.op, ast.Or) else ast.Or())
            yield node, _with(node, values=node.values[:-1]) if len(node.values) > 2 else _bracketed(node.values[0])
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
            yield node, _bracketed(node.operand)
        elif (
            isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS and not (_is_text(node) or _is_even(node.right))
        ):
            yield node, _with(node, op=_OPERATORS[type(node.op)]())
        elif isinstance(node, ast.Constant) and isinstance(node.value, bool | int | float):
            yield node, str(not node.value) if isinstance(node.value, bool) else f"({node.value!r} + 1)"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _CALLS:
            yield (
                node,
                _with(node, func=ast.Name(_CALLS[node.func.id])) if _CALLS[node.func.id] else _bracketed(node.args[0]),
            )
        elif isinstance(node, ast.If | ast.IfExp):
            yield node.test, "False"
        elif isinstance(node, ast.Raise) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
            yield node, "pass"


def _not_run(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes inside this one that are words, that no run reaches, or that assert what every run keeps: sequences are
    equally long, nobody changes a record.
    """
    words = isinstance(node, ast.JoinedStr | ast.ImportFrom | ast.Import | ast.Assert)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        for annotation in (node.returns, *(a.annotation for a in ast.walk(node.args) if isinstance(a, ast.arg))):
            yield from ast.walk(annotation) if annotation else ()
    elif isinstance(node, ast.AnnAssign):
        yield from ast.walk(node.annotation)
    elif isinstance(node, ast.keyword) and node.arg == "frozen":
        yield from ast.walk(node)
    elif isinstance(node, ast.Call) and ast.unparse(node.func) == "zip":
        yield from (inner for keyword in node.keywords for inner in ast.walk(keyword))
    elif isinstance(node, ast.Raise):
        yield from ast.walk(node.exc) if node.exc else ()
    elif words or (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
        yield from ast.walk(node)


def _is_text(node: ast.BinOp) -> bool:
    return any(
        isinstance(side, ast.JoinedStr) or (isinstance(side, ast.Constant) and isinstance(side.value, str))
        for side in (node.left, node.right)
    )


def _is_even(node: ast.expr) -> bool:
    """Whether it is a ball about 0, which is its own negative."""
    return isinstance(node, ast.Call) and ast.unparse(node).startswith("arb(0, ")


def _with(node: ast.AST, **values: object) -> str:
    fields = {name: getattr(node, name) for name in node._fields} | values
    return f"({ast.unparse(ast.fix_missing_locations(type(node)(**fields)))})"


def _bracketed(node: ast.expr) -> str:
    return f"({ast.unparse(node)})"
