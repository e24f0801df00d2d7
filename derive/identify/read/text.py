"""Expanded forms and trees as text: in the plain spelling of ``factor`` and ``offset``, or in the author's
framework.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from derive.identify.match import form as f
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
    walk,
)


def show_generator(generator: f.Generator) -> str:
    kind = generator[0]
    if kind in ("var", "noise"):
        return str(generator[1])
    if kind == "pi":
        return "pi"
    if kind == "log":
        inner = generator[1]
        if inner[0] == "sum" and any(t != f.ONE for t in dict(inner[1])):
            return f"log({show(dict(inner[1]))})"
        return f"log({show_generator(inner)})"
    if kind == "exp":
        return f"exp({show({generator[1]: Fraction(1)})})"
    if kind == "sum":
        plain = dict(generator[1])
        return show(plain) if len(plain) == 1 else f"({show(plain)})"
    if kind == "prod":
        return f"prod({show(dict(generator[1]))})"
    if kind == "fn":
        return f"{generator[1]}({show(dict(generator[2]))})"
    return "entries" if generator == f.SUMMED else ""


def _power(generator: f.Generator, exponent: Fraction) -> str:
    if generator[0] == "exp":
        return f"exp({show({generator[1]: exponent})})"
    base = show_generator(generator)
    if exponent == 1:
        return base
    if exponent == Fraction(1, 2):
        return f"sqrt({base})"
    return f"{base}**{exponent}" if exponent.denominator == 1 else f"{base}**({exponent})"


def show_term(term: f.Term, value: Fraction) -> str:
    """One term with its coefficient, without sign of its own unless negative: ``-mu**2/2``."""
    sign, value = ("-", -value) if value < 0 else ("", value)
    above, below = [], []
    for generator, exponent in sorted(term, key=lambda p: (p[0][0] in ("log", "exp"), f.spelling(frozenset([p])))):
        if generator == f.AVERAGED:
            continue
        if generator[0] != "exp" and exponent < 0:
            below.append(_power(generator, -exponent))
        else:
            above.append(_power(generator, exponent))
    top = "*".join(([str(value.numerator)] if value.numerator != 1 or not above else []) + above)
    bottom = ([str(value.denominator)] if value.denominator != 1 else []) + below
    if not bottom:
        return sign + top
    return f"{sign}{top}/{bottom[0]}" if len(bottom) == 1 else f"{sign}{top}/({'*'.join(bottom)})"


def show(form: f.Form) -> str:
    """A form as one line: ``1/N``, ``-beta``, ``1/2 - log(2)/2``.

    The number of summed entries is ``entries``, because ``n`` is a name that people give to something else.
    """
    if not form:
        return "0"
    parts = [show_term(t, v) for t, v in sorted(form.items(), key=lambda item: (len(item[0]), f.spelling(item[0])))]
    line = parts[0]
    for part in parts[1:]:
        line += f" - {part[1:]}" if part.startswith("-") else f" + {part}"
    return line


@dataclass(frozen=True)
class Framework:
    """How a framework spells what the answers use."""

    name: str
    prefix: str
    where: str = "where"
    clip: str = "clip"
    foreign: bool = False  # its functions are not known here

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
TORCH = Framework("torch", "torch.", clip="clamp")
NUMPY = Framework("numpy", "np.")
JAX = Framework("jax", "jnp.")
TENSORFLOW = Framework("tensorflow", "tf.", clip="clip_by_value")
KERAS = Framework("keras", "keras.ops.")
FOREIGN = Framework("another", "", foreign=True)


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
        ("ops.", replace(KERAS, prefix="ops.")),
        ("K.", TENSORFLOW),
        ("tf.", TENSORFLOW),
        ("torch.", TORCH),
        ("F.", TORCH),
        ("np.", NUMPY),
    ):
        if mark in text:
            return found
    methods = (
        ".exp()",
        ".pow(",
        ".log()",
        ".square()",
        "dim=",
        ".mul(",
        ".sqrt()",
        ".detach()",
        "kl_divergence(Normal(",
    )
    return TORCH if any(m in text for m in methods) else NUMPY


def around(node: Node, inner: str, fw: Framework) -> str | None:
    """A text in the place of a formula, inside the reductions that stand around it; None where one has no spelling, or
    where entries are counted: nothing says which axis they lie along.
    """
    if any(isinstance(n, Reduce) and isinstance(n.arg, Number) for n in walk(node)):
        return None
    found: list[Reduce] = []
    while True:
        if isinstance(node, Binary) and node.op == "/" and any(isinstance(n, Reduce) for n in walk(node.right)):
            return None  # a masked mean
        if isinstance(node, Reduce):
            found.append(node)
            node = node.arg
        elif isinstance(node, Named):
            node = node.value
        else:
            inside = [p for p in node.parts if any(isinstance(n, Reduce) for n in walk(p))]
            if not inside:
                break
            node = inside[0]
    for reduce in reversed(found):
        call = _reduced(reduce, inner, fw)
        if call is None:
            return None
        inner = call
    return inner


def _reduced(node: Reduce, inner: str, fw: Framework) -> str | None:
    """``torch.sum(inner, dim=1)``."""
    kind, _, axis = node.over.partition(" ")
    name = f"reduce_{node.kind}" if fw is TENSORFLOW else node.kind
    if kind in ("dim", "axis") and axis:
        return fw.call(name, inner, f"{'dim' if fw is TORCH else 'axis'}={axis}")
    return fw.call(name, inner) if node.over == "all entries" or fw is PLAIN else None


_BINDS = {"+": 1, "-": 1, "*": 2, "/": 2, "**": 4}


def source(node: Node, fw: Framework) -> str:
    """The tree as source text in a framework's spelling."""
    return _source(node, fw)[0]


def _source(node: Node, fw: Framework) -> tuple[str, int]:
    match node:
        case Number(value=value):
            exact = Fraction(repr(float(value))) == value if abs(value) < 10**15 else False
            text = (
                str(value.numerator)
                if value.denominator == 1
                else repr(float(value))
                if exact
                else f"{value.numerator}/{value.denominator}"
            )
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
            spelled = (
                "nn.functional.softplus"
                if fn == "softplus" and fw is TORCH
                else "nn.softplus"
                if fn == "softplus" and fw in (JAX, TENSORFLOW)
                else fn
            )
            inner = _source(arg, fw)[0]
            if fn == "softplus" and fw is NUMPY:
                return (f"np.logaddexp(0, {inner})", 9)
            return (f"jax.{spelled}({inner})" if fn == "softplus" and fw is JAX else fw.call(spelled, inner), 9)
        case Reduce(kind=kind, arg=arg):
            inner = _source(arg, fw)[0]
            return (_reduced(node, inner, fw) or fw.call(kind, inner), 9)
        case Clamp(arg=arg, low=low, high=high):
            bounds = [str(float(b)) if b is not None else "None" for b in (low, high)]
            return (fw.call(fw.clip, _source(arg, fw)[0], *bounds), 9)
    return ("?", 9)
