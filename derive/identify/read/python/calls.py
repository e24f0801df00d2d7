"""What a call means: the entries of the table of accepted functions, with their arguments."""

from __future__ import annotations

import ast
import re
from functools import partial, reduce
from typing import TYPE_CHECKING

from derive.identify.read import functions as table
from derive.identify.read.limits import Position
from derive.identify.read.python.distributions import called
from derive.identify.read.python.syntax import names_in, position, root_name, spelled
from derive.identify.read.tree import (
    LOG,
    NOISE,
    POWER,
    SUM,
    Apply,
    Binary,
    Bound,
    Clamp,
    Marked,
    Named,
    Negate,
    Node,
    Noise,
    Number,
    Reduce,
    Symbol,
    moved,
    number,
    symbols,
)

if TYPE_CHECKING:
    from derive.identify.read.python.expression import Reader


def entry(reader: Reader, name: str, args: list[ast.expr], node: ast.Call) -> Node | None:
    at = position(node)
    given = {k.arg: k.value for k in node.keywords if k.arg}
    if name in table.NOISE:
        return _noise(reader, node, given)
    if name == "log_prob" or name in table.COUNTS:
        return Symbol(at, spelled(node))
    if name in table.FILLED:
        return number(table.FILLED[name], at)
    if not args and "input" in given:
        args = [given.pop("input")]
    if name == "epsilon" and not args:
        return Symbol(at, spelled(node))
    if not args:
        return None
    if name == "log" and len(args) == 2 and not given and root_name(node.func) in ("log", "math", "cmath"):
        return Binary(at, "/", Apply(None, "log", reader.read(args[0])), Apply(None, "log", reader.read(args[1])))
    if name in table.UNARY:
        # A second argument is another base, or softplus with another slope: none of them the function of the table.
        plain = len(args) == 1 and not given.keys() & {"base", "beta", "threshold", "where"}
        if not plain:
            return None
        fn, arg = table.UNARY[name], reader.read(args[0])
        held = _held(arg) if fn == "abs" else None
        if held is not None:
            return Marked(at, spelled(node), held, "held", "|KL - C| is smallest where the divergence is C")
        return Negate(at, arg) if fn == "neg" else Apply(at, fn, arg)
    if name in ("addcmul", "addcdiv") and len(args) >= 3:
        weight = given.get("value")
        op = "*" if name == "addcmul" else "/"
        product: Node = Binary(at, op, reader.read(args[1]), reader.read(args[2]))
        return Binary(
            at, "+", reader.read(args[0]), Binary(at, "*", reader.read(weight), product) if weight else product
        )
    if name in ("stack", "cat", "concat", "concatenate") and isinstance(args[0], ast.GeneratorExp | ast.ListComp):
        return reader.comprehension(args[0])
    if name in table.OPAQUE:
        return Apply(at, name, reader.read(args[0]))
    if name == "add_n" or (table.REDUCTIONS.get(name) == "sum" and isinstance(args[0], ast.List | ast.Tuple)):
        parts = args[0].elts if isinstance(args[0], ast.List | ast.Tuple) else args
        return reduce(partial(Binary, at, "+"), map(reader.read, parts)) if parts else None
    if name in table.REDUCTIONS and not given.keys() & {"weights", "where", "initial"}:
        kind = table.REDUCTIONS[name]
        if isinstance(args[0], ast.GeneratorExp | ast.ListComp):
            whole = _repeated(reader, at, kind, args[0], node)
            start = args[1] if len(args) > 1 else given.get("start")
            return whole if start is None or kind != "sum" else Binary(at, "+", whole, reader.read(start))
        return Reduce(at, kind, reader.read(args[0]), _over(args[1:], given), kept=_kept(args, given))
    if name in table.OF_ROWS and len(args) == 1:
        kind, over = table.OF_ROWS[name]
        return Reduce(at, kind, reader.read(args[0]), over)
    if name in ("masked_mean", "masked_sum") and len(args) > 1:
        return Reduce(at, name[7:], reader.read(args[0]), f"the entries that {spelled(args[1])} keeps")
    if name == "reduce" and len(args) == 3 and all(isinstance(a, ast.Constant) for a in args[1:]):
        return _einops(reader, at, *args)
    if name == "einsum" and isinstance(args[0], ast.Constant) and isinstance(args[0].value, str):
        return _einsum(reader, at, args[0].value, args[1:])
    if name == "norm" and not given.keys() & {"p", "ord"} and (len(args) == 1 or spelled(args[1]) in ("2", "'fro'")):
        square = Binary(at, "**", reader.read(args[0]), number(2))
        return Apply(at, "sqrt", Reduce(at, "sum", square, _over([], given)))
    if name == "l2_loss" and len(args) == 1 and not given.keys() - {"name"}:
        square = Binary(at, "/", Binary(at, "**", reader.read(args[0]), number(2)), number(2))
        root = spelled(node.func).partition(".")[0]  # optax's is of each entry
        return square if root == "optax" else Reduce(at, "sum", square, "all entries") if root in ("tf", "nn") else None
    if name in table.DOTS and len(args) == 2:
        return Reduce(at, "sum", Binary(at, "*", reader.read(args[0]), reader.read(args[1])), "@")
    if name in table.CLAMPS:
        return _clamp(reader, name, args, given, node)
    if name in table.BINARY and "alpha" not in given:
        named = (given[key] for key in ("exponent", "other", "exp", "y") if key in given)
        second = args[1] if len(args) > 1 else next(named, None)
        return None if second is None else _binary(reader, at, table.BINARY[name], args[0], second)
    if name == "logaddexp" and len(args) == 2 and _bound(reader.read(args[0]), args[0]) == 0:
        return Apply(at, "softplus", reader.read(args[1]))
    if name in table.STOPPED:
        return Marked(at, spelled(node), reader.read(args[0]), "stopped", "")
    if name in table.MOVES:
        return moved(at, spelled(node), reader.read(args[0]))
    if name in table.IDENTITY:
        return reader.read(args[0])
    if name == "where" and len(args) == 3:
        method = isinstance(node.func, ast.Attribute) and args[0] is node.func.value  # x.where(test, other)
        return reader.conditional(node, *((args[1], args[0], args[2]) if method else args))
    if name == "masked_fill":
        value = args[2] if len(args) > 2 else given.get("value")
        return None if value is None or len(args) < 2 else reader.conditional(node, args[1], value, args[0])
    if name in ("full", "full_like") and len(args) > 1:
        return reader.read(args[1])
    return None


def _repeated(reader: Reader, at: Position, kind: str, listed: ast.GeneratorExp | ast.ListComp, node: ast.Call) -> Node:
    """A comprehension that is reduced. An index on which its element does not depend only counts: summed over it, the
    element is as many times what it is.
    """
    element, indices = reader.comprehension(listed), [names_in(g.target) for g in listed.generators]
    used = names_in(listed.elt, *(g.iter for g in listed.generators))
    counts = kind in ("sum", "mean") and not element.traits & NOISE  # of noise, each draw is another one
    idle = [g for g, own in zip(listed.generators, indices, strict=True) if counts and not own & used]
    conditions = names_in(*(test for g in listed.generators for test in g.ifs))
    if any(g.ifs or names_in(g.target) & conditions or names_in(g.iter) & set().union(*indices) for g in idle):
        return reader.outside(node, "{}: how often an element is added depends on another index")
    if len(indices) - len(idle) > 1 and not _meet(element, indices):
        why = "{} runs through each mean with each scale: no term has both indices"
        return reader.outside(node, why, "run through both together: for m, s in zip(mu, std)")
    over = ", ".join(spelled(g.target) for g in listed.generators if g not in idle)
    whole = Reduce(at, kind, element, over) if over else element
    for generator in idle if kind == "sum" else ():
        whole = Binary(at, "*", _length(reader, generator.iter), whole)
    return whole


def _meet(node: Node, indices: list[set[str]]) -> bool:
    """Whether a term of a formula depends on two of the indices."""
    rest = [part for part in node.parts if not isinstance(part, Number)]
    added = isinstance(node, Binary) and node.op in "+-"
    if added or isinstance(node, Negate | Named) or (isinstance(node, Binary) and node.op in "*/" and len(rest) == 1):
        return any(_meet(part, indices) for part in rest)
    words = set(re.findall(r"\w+", " ".join(symbols(node))))
    return sum(bool(own & words) for own in indices) > 1


def _length(reader: Reader, iterable: ast.expr) -> Node:
    """How many elements something has that is run through."""
    at, args = position(iterable), getattr(iterable, "args", [])
    if isinstance(iterable, ast.List | ast.Tuple):
        return number(len(iterable.elts), at)
    if called(iterable) == "range" and 1 <= len(args) <= 2:
        last = reader.read(args[-1])
        return last if len(args) == 1 else Binary(at, "-", last, reader.read(args[0]))
    return Symbol(at, f"len({spelled(iterable)})")


def _held(node: Node) -> Node | None:
    """The difference of a formula and a capacity, a quantity of its own or a number; None of others."""
    if not isinstance(node, Binary) or node.op != "-":
        return None
    whole = SUM | LOG | POWER
    turned = not node.left.traits & LOG
    formula, capacity = (node.right, node.left) if turned else (node.left, node.right)
    if formula.traits & whole != whole or capacity.traits & LOG or {*symbols(formula)} & {*symbols(capacity)}:
        return None
    return Binary(node.at, "-", formula, capacity) if turned else node


def _einops(reader: Reader, at: Position, array: ast.expr, pattern: ast.expr, kind: ast.expr) -> Node | None:
    """``reduce(x, "b d -> b", "sum")``: over the axes that its right side leaves out."""
    axes, arrow, left = str(getattr(pattern, "value", "")).partition("->")
    reduction = table.REDUCTIONS.get(str(getattr(kind, "value", "")))
    if not arrow or reduction is None:
        return None
    gone = [k for k, axis in enumerate(axes.split()) if axis not in left.split()]
    return Reduce(at, reduction, reader.read(array), _along(gone) if left.split() else "all entries")


def _along(axes: list[int]) -> str:
    return f"axis {axes[0]}" if len(axes) == 1 else f"axis ({', '.join(map(str, axes))})"


def _einsum(reader: Reader, at: Position, pattern: str, operands: list[ast.expr]) -> Node | None:
    """``einsum("bd,d->b", x, w)``: the sum of the product over the axes that its right side leaves out. None of a
    diagonal and of more than two arrays.
    """
    inputs, arrow, output = pattern.replace(" ", "").replace("...", ".").partition("->")
    terms = inputs.split(",")
    axes = list(dict.fromkeys("".join(terms)))
    if not arrow:
        output = "".join(axis for axis in axes if axis == "." or inputs.count(axis) == 1)
    diagonal = any(len(set(term)) < len(term) for term in terms)
    if len(terms) != len(operands) or len(terms) > 2 or diagonal or not set(output) <= set(axes):
        return None
    product = reduce(partial(Binary, at, "*"), map(reader.read, operands))
    if len(output) == len(axes):
        return product
    whole = max(terms, key=len)
    gone = [k - len(whole) if "." in whole[:k] else k for k, axis in enumerate(whole) if axis not in output]
    over = "all entries" if not output else _along(gone) if set(axes) == set(whole) else "@"
    return Reduce(at, "sum", product, over)


def _binary(reader: Reader, at: Position, op: str, left: ast.expr, right: ast.expr) -> Node:
    if op == "-2":
        return Binary(at, "**", Binary(at, "-", reader.read(left), reader.read(right)), number(2, at))
    return Binary(at, op, reader.read(left), reader.read(right))


def _noise(reader: Reader, node: ast.Call, given: dict[str, ast.expr]) -> Node:
    at = position(node)
    if spelled(node.func) in table.DRAWN:
        given = dict(zip(("mean", "std"), node.args, strict=False)) | given
    spread = next((given[k] for k in ("stddev", "std", "scale", "sigma") if k in given), None)
    mean = next((reader.read(given[k]) for k in ("mean", "loc", "mu") if k in given), number(0))
    draw = Noise(at, spelled(node))
    scale = number(1) if spread is None else reader.read(spread)
    noise = draw if isinstance(scale, Number) and scale.value == 1 else Binary(at, "*", scale, draw)
    return noise if isinstance(mean, Number) and mean.value == 0 else Binary(at, "+", mean, noise)


def _clamp(reader: Reader, name: str, args: list[ast.expr], given: dict[str, ast.expr], node: ast.Call) -> Node | None:
    at = position(node)
    if name in ("max", "min", "maximum", "minimum", "fmax", "fmin", "clamp_min", "clamp_max"):
        axis = name in ("max", "min") and isinstance(node.func, ast.Attribute)  # torch.max(x, 1), x.max(1)
        if len(args) < 2:
            return None
        if axis and spelled(args[1]).lstrip("-").isdigit():
            return reader.outside(node, "{} of an axis is one entry of it, and no sum", "for a limit, write clamp")
        pairs = ((reader.read(arg), arg) for arg in args[:2])
        (first, _), (second, limit) = sorted(pairs, key=lambda pair: (isinstance(pair[0], Number), -pair[0].size))
        bound = _bound(second, limit)
        if isinstance(bound, str):  # max(kl, free_nats)
            formula = SUM | LOG
            shared = {*symbols(first)} & {*symbols(second)}
            if isinstance(first, Symbol) or second.traits & formula == formula or shared:
                return reader.outside(node, "of {} of two formulas, neither is meant", "ask for each by itself")
        floor = "max" in name.replace("clamp_max", "min")
        return Clamp(at, first, bound, None) if floor else Clamp(at, first, None, bound)
    bounds: list[Bound | None] = []
    for index, keys in (
        (1, ("min", "min_value", "a_min", "clip_value_min", "x_min")),
        (2, ("max", "max_value", "a_max", "clip_value_max", "x_max")),
    ):
        part = args[index] if len(args) > index else next((given[k] for k in keys if k in given), None)
        if part is None or (isinstance(part, ast.Constant) and part.value is None):
            bounds.append(None)
        else:
            bounds.append(_bound(type(reader)(strict=False).read(part), part))
    return Clamp(at, reader.read(args[0]), bounds[0], bounds[1])


def _bound(node: Node, written: ast.expr) -> Bound:
    return node.value if isinstance(node, Number) else spelled(written)


def _kept(args: list[ast.expr], given: dict[str, ast.expr]) -> str:
    """The text of what says that the axes of a sum stay; "" where they go."""
    says = next((given[key] for key in ("keepdim", "keepdims", "keep_dims") if key in given), None)
    third = args[2] if len(args) > 2 and isinstance(args[2], ast.Constant) else None  # sum(x, 1, True)
    text = "" if (found := says or third) is None else spelled(found)
    return "" if text in ("False", "None") else text


def _over(args: list[ast.expr], given: dict[str, ast.expr]) -> str:
    for key in ("dim", "axis", "reduction_indices", "axes"):
        if key in given:
            return f"{'dim' if key == 'dim' else 'axis'} {spelled(given[key])}"
    if "dims" in given:
        return f"dims {spelled(given['dims'])}"  # Julia's, which are counted from 1
    return f"dim {spelled(args[0])}" if args and not isinstance(args[0], ast.GeneratorExp) else "all entries"
