"""Trees as text, in the author's framework."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from derive.identify.read.tree import (
    Apply,
    Binary,
    Clamp,
    Constant,
    Named,
    Negate,
    Node,
    Noise,
    Number,
    Reduce,
    Symbol,
    is_moved,
    symbols,
    walk,
)


@dataclass(frozen=True)
class Framework:
    """How a framework spells what the answers use."""

    name: str
    prefix: str
    where: str = "where"
    clip: str = "clip"
    softplus: str = "softplus({})"
    foreign: bool = False  # its functions are not known here
    emitted: str = ""  # the module of derive with the divergences for it

    def call(self, fn: str, *args: str) -> str:
        module = "math." if self.name == "tensorflow" and fn in ("log", "log1p", "expm1") else ""
        return f"{self.prefix}{module}{fn}({', '.join(args)})"

    def limited(self, x: str, low: str | None, high: str) -> str:
        """x between two bounds."""
        if self.clip == "clamp":
            return self.call("clamp", x, *([] if low is None else [low]), *([f"max={high}"] if low is None else [high]))
        if low is None:
            return self.call("minimum", x, high)
        return self.call(self.clip, x, low, high)


PLAIN = Framework("plain", "")
TORCH = Framework("torch", "torch.", clip="clamp", softplus="torch.nn.functional.softplus({})", emitted="derive.torch")
NUMPY = Framework("numpy", "np.", softplus="np.logaddexp(0, {})", emitted="derive.generated")
JAX = Framework("jax", "jnp.", softplus="jax.nn.softplus({})", emitted="derive.jax")
TENSORFLOW = Framework("tensorflow", "tf.", clip="clip_by_value", softplus="tf.nn.softplus({})")
KERAS = Framework("keras", "keras.ops.", softplus="keras.ops.softplus({})", emitted="derive.keras")
FOREIGN = Framework("another", "", foreign=True)
#: Julia, MATLAB and R, whose axes are told in other ways.
OTHER_LANGUAGE = Framework("another language", "", foreign=True)


def framework(text: str) -> Framework:
    """The framework of a source text, by the names it uses; methods on quantities are PyTorch's."""
    if re.search(
        r"(?<![\w.])(mx|nd|paddle|chainer|theano|T|TT|tt|mxnet|cupy|cp|tinygrad|oneflow|flow|dy|C)\.\w+[(.]", text
    ):
        return FOREIGN
    for mark, found in (
        ("jnp.", JAX),
        ("jax.", JAX),
        ("keras.ops.", KERAS),
        ("ops.", replace(KERAS, prefix="ops.", softplus="ops.softplus({})")),
        ("K.", TENSORFLOW),
        ("tf.", TENSORFLOW),
        ("torch.", TORCH),
        ("F.", TORCH),
        ("np.", NUMPY),
    ):
        if mark in text:
            return found
    methods = r"\.(?:exp|log|square|sqrt|detach)\(\)|\.(?:pow|mul)\(|dim=|kl_divergence\(Normal\("
    return TORCH if re.search(methods, text) else NUMPY


def around(node: Node, inner: str, fw: Framework) -> str | None:
    """A text in the place of a formula, inside the reductions that stand around it; None where one has no spelling,
    where they are not around all of it, where entries are counted, as nothing says which axis they lie along, or
    where those of a quantity in it are moved to other axes.
    """
    if any(isinstance(n, Reduce) and isinstance(n.arg, Number) for n in walk(node)) or _moved(node, inner):
        return None
    found = _reductions(node, False)
    if found is None:
        return None
    for reduce in reversed(found):
        call = _reduced(reduce, inner, fw)
        if call is None:
            return None
        inner = call
    return inner


def _moved(node: Node, inner: str) -> bool:
    """Whether entries are moved to other axes between a formula and the names that a text in its place uses."""
    pending, seen = [node], set[Node]()
    while pending:
        part = pending.pop()
        if is_moved(part):
            return True
        own = isinstance(part, Named) and re.search(rf"(?<![\w.]){re.escape(part.name)}(?!\w)", inner)
        if part not in seen and not own:
            seen.add(part)
            pending += part.parts
    return False


def _reductions(node: Node, summed: bool) -> list[Reduce] | None:
    """The reductions around a formula, from the outside in; None of a masked mean, and where its parts have others, or,
    in a sum or mean, only some of them have one.
    """
    if isinstance(node, Reduce):
        inner = _reductions(node.arg, True)
        return None if inner is None else [node, *inner]
    if isinstance(node, Named):
        return _reductions(node.value, summed)
    inside = [p for p in node.parts if any(isinstance(n, Reduce) for n in walk(p))]
    if isinstance(node, Binary) and inside:
        if node.op == "/" and node.right in inside:
            return None
        bare = [p for p in node.parts if p not in inside and not isinstance(p, Symbol) and symbols(p)]
        if summed and node.op in "+-" and bare:
            return None
    found = [_reductions(part, summed) for part in inside]
    first = next(iter(found), [])
    if any(f is None or [*map(_meant, f)] != [*map(_meant, first or ())] for f in found):
        return None
    return first


def _meant(node: Reduce) -> tuple[str, str, str]:
    return node.kind, node.over, node.kept


def _reduced(node: Reduce, inner: str, fw: Framework) -> str | None:
    """``torch.sum(inner, dim=1, keepdim=True)``."""
    kind, _, axis = node.over.partition(" ")
    name = f"reduce_{node.kind}" if fw is TENSORFLOW else node.kind
    kept = [f"{'keepdim' if fw is TORCH else 'keepdims'}={node.kept}"] * bool(node.kept)
    if kind in ("dim", "axis") and axis and fw is not OTHER_LANGUAGE:
        return fw.call(name, inner, f"{'dim' if fw is TORCH else 'axis'}={axis}", *kept)
    return fw.call(name, inner, *kept) if node.over == "all entries" or fw is PLAIN else None


_BINDS = {"+": 1, "-": 1, "*": 2, "/": 2, "**": 4}


def source(node: Node, fw: Framework) -> str:
    """The tree as source text in a framework's spelling."""
    return _source(node, fw)[0]


def _source(node: Node, fw: Framework) -> tuple[str, int]:
    match node:
        case Number(value=value):
            exact = abs(value) < 10**15 and Fraction(repr(float(value))) == value
            text = repr(float(value)) if exact and value.denominator != 1 else str(value)
            return (text, 3 if value < 0 else 2 if "/" in text else 9)
        case Symbol(name=name) | Constant(name=name) | Named(name=name):
            return (name, 9)
        case Noise(text=text):
            return (text, 9)
        case Negate(part=part):
            text, binds = _source(part, fw)
            return (f"-{text}" if binds >= 2 else f"-({text})", 2)
        case Binary(op=op, left=left, right=right):
            own = _BINDS[op]
            (a, x), (b, y) = _source(left, fw), _source(right, fw)
            a = a if x > own or (x == own and op != "**") else f"({a})"
            b = b if y > own or (y == own and op in "+*") else f"({b})"
            return (f"{a} {op} {b}" if own < 4 else f"{a}{op}{b}", own)
        case Apply(fn=fn, arg=arg):
            inner = _source(arg, fw)[0]
            return (fw.softplus.format(inner) if fn == "softplus" else fw.call(fn, inner), 9)
        case Reduce(kind=kind, arg=arg):
            inner = _source(arg, fw)[0]
            return (_reduced(node, inner, fw) or fw.call(kind, inner), 9)
        case Clamp(arg=arg, low=low, high=high):
            bounds = [str(b) if b is None or isinstance(b, str) else str(float(b)) for b in (low, high)]
            return (fw.call(fw.clip, _source(arg, fw)[0], *bounds), 9)
    return ("?", 9)
