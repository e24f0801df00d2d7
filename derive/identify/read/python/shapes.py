"""The axes of arrays, as a text names them: ``B, D = mu.shape``, ``h.view(B, D)``, annotations, comments ``(B, D)``."""

from __future__ import annotations

import ast
import re

from derive.identify.read.python.distributions import called

#: The names of an array's axes, in order.
Shape = tuple[str, ...]

_MAKERS = frozenset(
    "view reshape zeros ones randn rand normal empty full expand Input placeholder broadcast_to".split()
)
_COMMENT = re.compile(r"#[^\n]*?[\[(]((?:\w+\s*,\s*)+\w+)[\])]")


def comments(text: str) -> dict[int, Shape]:
    """By line, the axes that a comment behind it names."""
    found = ((number, _COMMENT.search(line)) for number, line in enumerate(text.split("\n"), 1) if "#" in line)
    return {number: tuple(re.split(r"\s*,\s*", match[1])) for number, match in found if match}


def told(target: ast.expr, source: ast.expr) -> tuple[str, Shape] | None:
    """The array whose axes ``B, D = mu.shape`` names, and their names; so with size() and shape(mu)."""
    names = [n.id if isinstance(n, ast.Name) else "" for n in getattr(target, "elts", [])]
    if isinstance(source, ast.Attribute) and source.attr == "shape":
        return ast.unparse(source.value), tuple(names)
    if isinstance(source, ast.Call) and called(source) in ("size", "shape", "get_shape", "int_shape"):
        own = source.args[0] if source.args else source.func.value if isinstance(source.func, ast.Attribute) else None
        return None if own is None else (ast.unparse(own), tuple(names))
    return None


def asserted(test: ast.expr) -> tuple[str, Shape] | None:
    """The same, for ``assert mu.shape == (B, D)``."""
    if isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Eq) and len(test.comparators) == 1:
        return told(test.comparators[0], test.left)
    return None


def made(value: ast.expr) -> Shape:
    """The axes of what is made or rearranged in a shape whose entries are names; () where nothing names them."""
    if not isinstance(value, ast.Call) or called(value) not in _MAKERS:
        return ()
    args = value.args
    if len(args) == 1 and isinstance(args[0], ast.Tuple | ast.List):
        args = args[0].elts
    names = [ast.unparse(a).rpartition(".")[2] if isinstance(a, ast.Name | ast.Attribute) else "" for a in args]
    return tuple(names) if len(names) > 1 and any(names) else ()


def annotated(annotation: ast.expr | None) -> Shape:
    """The axes of an annotation ``Float[Tensor, "batch latent"]``."""
    parts = (
        annotation.slice.elts
        if isinstance(annotation, ast.Subscript) and isinstance(annotation.slice, ast.Tuple)
        else []
    )
    text = parts[-1].value if parts and isinstance(parts[-1], ast.Constant) else ""
    return tuple(text.split()) if isinstance(text, str) else ()
