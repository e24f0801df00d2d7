"""Functions whose body is one expression: where they are called, it is read as if it stood there."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from derive.identify.read import functions as table
from derive.identify.read.python.syntax import is_number

_DEFINITION = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
#: Decorators of methods: called on an object, on a class, without either, read like an attribute.
_STATIC, _PROPERTIES = frozenset(["staticmethod"]), frozenset(["property", "cached_property"])
#: Those that leave the value of a function as it is.
_KEEP = table.TRANSFORMS - table.MAPS | _STATIC | _PROPERTIES | {"classmethod", "script", "njit", "cache", "lru_cache"}


@dataclass(frozen=True, eq=False)
class OneLine:
    """A function of one expression, with its parameters and their defaults; ``bound`` where the first is the object
    that it is called on, ``read`` where it is a property.
    """

    parameters: tuple[str, ...]
    defaults: Mapping[str, ast.expr]
    value: ast.expr
    bound: bool = False
    read: bool = False
    lines: tuple[int, int] = (0, 0)

    def given(self, node: ast.Call | ast.Attribute) -> dict[str, ast.expr] | None:
        """The argument of each parameter in a call; None where they cannot be told, or where the value asks for more
        of one than its value: of an object, what belongs to it has another name there.
        """
        func = node.func if isinstance(node, ast.Call) else node
        args, keywords = (node.args, node.keywords) if isinstance(node, ast.Call) else ([], [])
        own = [func.value] if self.bound and isinstance(func, ast.Attribute) else []
        found: dict[str, ast.expr] = dict(zip(self.parameters, [*own, *args], strict=False))
        found |= {k.arg: k.value for k in keywords if k.arg is not None}
        counted = len(own) + len(args) + len(keywords) == len(found)
        left = {name: default for name, default in self.defaults.items() if name not in found}
        found |= left
        if (
            not all(map(is_number, left.values()))
            or not counted
            or found.keys() != {*self.parameters}
            or any(isinstance(a, ast.Starred) for a in args)
        ):
            return None
        renamed = {p for p, arg in found.items() if not (isinstance(arg, ast.Name) and arg.id == p)}
        return None if renamed & _objects(self.value) else found


def one_line(node: ast.Lambda | ast.FunctionDef, in_class: bool = False) -> OneLine | None:
    """A function as what is read where it is called; None of longer ones, and of those that are decorated with what may
    change their value.
    """
    arguments = node.args
    decorators = {_decorator(d) for d in getattr(node, "decorator_list", [])}
    if arguments.vararg or arguments.kwarg or not decorators <= _KEEP:
        return None
    body = node.body
    if isinstance(body, list):
        lines = body[1:] if ast.get_docstring(node, clean=False) is not None else body  # type: ignore[arg-type]
        if len(lines) != 1 or not isinstance(lines[0], ast.Return) or lines[0].value is None:
            return None
        body = lines[0].value
    plain = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
    defaults = dict(zip(plain[len(plain) - len(arguments.defaults) :], arguments.defaults, strict=True))
    defaults |= {a.arg: d for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None}
    parameters = (*plain, *(a.arg for a in arguments.kwonlyargs))
    bound, read = in_class and not decorators & _STATIC, bool(decorators & _PROPERTIES)
    return OneLine(parameters, defaults, body, bound, read, (node.lineno, node.end_lineno or node.lineno))


def _decorator(node: ast.expr) -> str:
    """The last name of a decorator, for ``partial(jax.jit, …)`` of what it applies."""
    if isinstance(node, ast.Call):
        inner = _decorator(node.func)
        return _decorator(node.args[0]) if inner == "partial" and node.args else inner
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _objects(value: ast.expr) -> set[str]:
    """The names of which an expression reads attributes: ``q`` of ``q.mu``, none of ``x.exp()`` and ``x.T``."""
    called = {id(n.func) for n in ast.walk(value) if isinstance(n, ast.Call)}
    read = (n for n in ast.walk(value) if isinstance(n, ast.Attribute) and id(n) not in called and n.attr != "T")
    return {n.value.id for n in read if isinstance(n.value, ast.Name)}


def of_module(body: Sequence[ast.stmt]) -> dict[str, OneLine]:
    """The functions of one expression that a module's own lines define, and bind to nothing else."""
    found = [
        (name, one_line(node))
        for statement in body
        for name, node in (
            [(statement.name, statement)]
            if isinstance(statement, ast.FunctionDef)
            else [(t.id, statement.value) for t in statement.targets if isinstance(t, ast.Name)]
            if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Lambda)
            else []
        )
    ]
    return _once(found, (name for statement in body for name in _bound(statement)))


def _bound(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement binds, in its branches too."""
    own = [statement] if isinstance(statement, _DEFINITION) else ast.walk(statement)
    for node in own:
        if isinstance(node, _DEFINITION):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.alias):
            yield node.asname or node.name.partition(".")[0]


def of_class(node: ast.ClassDef, known: Mapping[str, Mapping[str, OneLine]]) -> dict[str, OneLine]:
    """The methods of one expression of a class as they are called, and those of its bases, which are known."""
    body = [s for s in node.body if isinstance(s, ast.FunctionDef | ast.AsyncFunctionDef)]
    own = {f"self.{s.name}" for s in body}
    bases = [known.get(base.id, {}) for base in reversed(node.bases) if isinstance(base, ast.Name)]
    found = {key: f for base in bases for key, f in base.items() if key.startswith("self.") and key not in own}
    methods = [(s.name, one_line(s, True)) for s in body if isinstance(s, ast.FunctionDef)]
    stored = ast.walk(node) if any(function for _, function in methods) else ()
    attributes = [n.attr for n in stored if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)]
    bound = [*attributes, *(name for s in node.body for name in _bound(s))]
    for method, function in _once(methods, bound).items():
        found[f"self.{method}"] = function
        if not function.bound:
            found[f"{node.name}.{method}"] = function
    return found


def _once(found: list[tuple[str, OneLine | None]], bound: Iterable[str]) -> dict[str, OneLine]:
    """Those whose name is bound once."""
    times = Counter(bound)
    return {name: function for name, function in found if function is not None and times[name] == 1}
