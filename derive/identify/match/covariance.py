"""Divergences of Gaussians with a full covariance: recognised by their building blocks, compared exactly.

    KL(N(m1, S1) || N(m2, S2)) = 1/2 (tr(S2^-1 S1) + (m2 - m1)' S2^-1 (m2 - m1) - D + logdet S2 - logdet S1)

The text is read a second time, with matrices for what they are: a product of names and their inverses, a difference of
two means, the logarithm of a determinant. What is outside these blocks is not checked, and never called wrong.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from derive.identify.match.names import promise
from derive.identify.read.python.syntax import root_name

_SAME = frozenset(
    "squeeze unsqueeze item float double to astype asarray array view reshape flatten sum reduce_sum mean contiguous"
    " real expand_dims atleast_2d atleast_1d ravel diagonal clone detach".split()
)
_HALF = Fraction(1, 2)
#: The covariance of a Gaussian that the text does not name.
_UNIT = "I"

#: What a Cholesky factor is called: L, Lq, L_p0, scale_tril.
_TRIANGULAR = re.compile(r"(.*\.)?L(_?[a-z0-9]{1,2})?$|.*(chol|tril)")

#: A power of a named matrix: the name, 1 for itself or -1 for its inverse, 1/2 for its Cholesky factor; a transposed
#: factor has a prime behind its name.
Factor = tuple[str, Fraction]


@dataclass(frozen=True)
class Matrix:
    """A product of named matrices, and perhaps of a vector: the names it is the difference of."""

    factors: tuple[Factor, ...] = ()
    vector: tuple[tuple[str, str], ...] = ()
    scale: Fraction = Fraction(1)
    squared: Fraction = Fraction(0)  # the weight of the squares of its entries, where these are meant

    @property
    def transposed(self) -> Matrix:
        turned = [
            (n.removesuffix("'") if n.endswith("'") else f"{n}'", e) if abs(e) == _HALF else (n, e)
            for n, e in self.factors
        ]
        return replace(self, factors=tuple(reversed(turned)))


#: ("logdet", name) · ("trace", factors) · ("square", factors, one, two) · ("dim", text) · ("one",)
Block = tuple[object, ...]
Scalar = dict[Block, Fraction]


@dataclass(frozen=True)
class Found:
    """What the blocks are: a divergence with its names, or why it is not one."""

    roles: Mapping[str, str]
    factor: Fraction
    trouble: str = ""

    @property
    def wanted(self) -> str:
        """The closed form with its names in it, to hold a formula against."""
        one, first, two, second = (self.roles[name] for name in ("mu1", "scale1", "mu2", "scale2"))
        over = "" if second == _UNIT else f"{second}⁻¹ "
        away = one if two == "0" else two if one == "0" else f"({two} - {one})"
        away = "(the difference of the means)" if away == "0" else away
        logs = [f" {sign} logdet {name}" for sign, name in (("+", second), ("-", first)) if name != _UNIT]
        trace = (over + first).removesuffix(f" {_UNIT}")
        return f"the divergence with this trace: 1/2·(tr({trace}) + {away}ᵀ {over}{away} - D{''.join(logs)})"


def read_blocks(body: Sequence[ast.stmt]) -> Found | None:
    """The divergence that the last formula of a body is; None where there are no blocks of one."""
    reader = _Reader()
    best: Found | None = None
    for statement in body:
        for scalar in reader.statement(statement):
            found = compared(scalar)
            if found is not None and (best is None or best.trouble or not found.trouble):
                best = found
    return best


def compared(scalar: Scalar) -> Found | None:
    """The blocks against the closed form."""
    dets = {b[1]: v for b, v in scalar.items() if b[0] == "logdet"}
    traces = [(b[1], v) for b, v in scalar.items() if b[0] == "trace"]
    squares = [(b[1], b[2], b[3], v) for b, v in scalar.items() if b[0] == "square"]
    if len(dets) not in (1, 2) or len(traces) != 1 or len(squares) > 1:
        return None
    factors, weight = traces[0]
    names = sorted(factors, key=lambda p: p[1]) if isinstance(factors, tuple) else []
    powers = [power for _, power in names]
    if weight == 0 or powers not in ([[-1, 1]] if len(dets) == 2 else [[-1], [1]]):
        return Found({}, Fraction(0), "the trace is not that of one covariance over the other")
    second = names[0][0] if powers[0] == -1 else _UNIT
    first = names[-1][0] if powers[-1] == 1 else _UNIT
    unit = 2 * weight
    wanted = {name: w for name, w in ((first, -weight), (second, weight)) if name != _UNIT}
    inverse = () if second == _UNIT else ((second, Fraction(-1)),)
    trouble = ""
    if dets != wanted:
        trouble = "the log-determinants do not fit the trace"
    elif not _is_dimension({b[0]: v / -weight for b, v in scalar.items() if b[0] in ("dim", "one")}):
        trouble = "the dimension is missing or has another factor"
    elif squares and (squares[0][0] != inverse or squares[0][3] != weight):
        trouble = "the quadratic form does not fit the trace"
    elif not squares:
        trouble = "there is no quadratic form in the means"
    one, two = (str(squares[0][1]), str(squares[0][2])) if squares else ("0", "0")
    of_second = two == "0" and first == _UNIT
    means = (two, one) if of_second else (one, two) if two == "0" else _assigned(one, two, first, second)
    roles = {"mu1": means[0], "scale1": first, "mu2": means[1], "scale2": second}
    return Found(roles, unit, trouble)


def _is_dimension(counted: Mapping[str, Fraction]) -> bool:
    """Whether it is D, once, or a number that may be one."""
    return counted == {"dim": 1} or (
        counted.keys() == {"one"} and counted["one"] > 0 and counted["one"].denominator == 1
    )


def _assigned(one: str, two: str, first: str, second: str) -> tuple[str, str]:
    """The means in the order of their covariances, by the marks of their names."""
    a, b, c, d = (promise(name.partition("·")[0]).mark for name in (one, two, first, second))
    return (two, one) if (a == d or b == c) and a != c and b != d else (one, two)


class _Reader:
    def __init__(self) -> None:
        self.known: dict[str, Matrix | Scalar] = {}

    def statement(self, statement: ast.stmt) -> list[Scalar]:
        match statement:
            case ast.Assign(targets=[ast.Tuple(elts=[_, ast.Name(id=name)])], value=ast.Call() as call) if _last(
                call.func
            ) == "slogdet" and _arguments(call):
                self._keep(name, self._logdet(_arguments(call)[0]))
                return []
            case ast.Assign(targets=[target], value=value) | ast.AnnAssign(target=target, value=value) if (
                value is not None
            ):
                name = ast.unparse(target)
                read = self.read(value)
                self._keep(
                    name, read if not isinstance(read, Matrix) or read != Matrix(((name, Fraction(1)),)) else None
                )
                return [read] if isinstance(read, dict) else []
            case ast.AugAssign(target=target, op=op, value=value):
                read = self.read(ast.BinOp(target, op, value))
                self._keep(ast.unparse(target), read)
                return [read] if isinstance(read, dict) else []
            case ast.Return(value=value) | ast.Expr(value=value) if value is not None:
                read = self.read(value)
                return [read] if isinstance(read, dict) else []
            case ast.FunctionDef(body=body) | ast.With(body=body) | ast.ClassDef(body=body):
                return [s for inner in body for s in self.statement(inner)]
            case ast.If(body=body, orelse=orelse):
                return [s for inner in [*body, *orelse] for s in self.statement(inner)]
        return []

    def _keep(self, name: str, value: Matrix | Scalar | None) -> None:
        if value is None:
            self.known.pop(name, None)
        else:
            self.known[name] = value

    def read(self, node: ast.expr) -> Matrix | Scalar | None:
        """A matrix, a sum of blocks, or None for what is neither."""
        match node:
            case ast.Constant(value=int() | float() as value):
                return {("one",): Fraction(repr(value))}
            case ast.Name() | ast.Attribute() if ast.unparse(node) in self.known:
                return self.known[ast.unparse(node)]
            case ast.Attribute(value=value, attr="T" | "mT"):
                return _transposed(self.read(value))
            case ast.Attribute(value=inner, attr="shape") if inner is not None:
                return {("dim", "D"): Fraction(1)}
            case ast.Subscript(value=ast.Call(func=func, args=args)) if _last(func) == "slogdet" and args:
                return self._logdet(args[0])
            case (
                ast.Subscript(value=ast.Attribute(attr="shape"))
                | ast.Subscript(value=ast.Call(func=ast.Attribute(attr="size")))
            ):
                return {("dim", "D"): Fraction(1)}
            case ast.Subscript(value=value, slice=index) if not isinstance(index, ast.Constant) or index.value is None:
                return self.read(value)
            case ast.Name() | ast.Attribute():
                name = ast.unparse(node)
                triangular = _TRIANGULAR.match(name)
                return Matrix(((f"{name}·{name}ᵀ", _HALF) if triangular else (name, Fraction(1)),))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return _times(self.read(operand), Fraction(-1))
            case ast.BinOp(left=left, op=ast.MatMult(), right=right):
                return _product(self.read(left), self.read(right))
            case ast.BinOp(left=left, op=op, right=right):
                return self._binary(left, op, right)
            case ast.Call():
                return self._call(node)
        return None

    def _binary(self, left: ast.expr, op: ast.operator, right: ast.expr) -> Matrix | Scalar | None:
        a, b = self.read(left), self.read(right)
        if isinstance(op, ast.Add | ast.Sub):
            sign = Fraction(1 if isinstance(op, ast.Add) else -1)
            one, two = _scalar(a), _scalar(b)
            if isinstance(a, Matrix) and isinstance(b, Matrix):
                if sign < 0 and len(a.factors) == len(b.factors) == 1 and not a.vector and not b.vector:
                    return Matrix((), ((a.factors[0][0], b.factors[0][0]),))
                one, two = _scalar(a), _scalar(b)
            return None if one is None or two is None else _sum(one, two, sign)
        if isinstance(op, ast.Pow) and _number(b) == 2:
            return _entries_squared(a)
        if isinstance(op, ast.Mult | ast.Div):
            for value, other, flip in ((a, b, False), (b, a, True)):
                number = _number(value)
                if number is not None and not (flip is False and isinstance(op, ast.Div)):
                    return _times(other, 1 / number if isinstance(op, ast.Div) else number)
        return None

    def _call(self, node: ast.Call) -> Matrix | Scalar | None:
        name, args = _last(node.func), _arguments(node)
        if name in ("len", "size", "numel", "dim"):
            return {("dim", "D"): Fraction(1)}
        if not args:
            return None
        if name == "square" or (name in ("pow", "power") and len(args) == 2 and _number(self.read(args[1])) == 2):
            return _entries_squared(self.read(args[0]))
        if name in ("sum", "reduce_sum") and isinstance(inner := self.read(args[0]), Matrix):
            return _sum_of_squares(inner) if inner.squared else inner
        if name in ("transpose", "permute", "swapaxes", "adjoint", "mT"):
            return _transposed(self.read(args[0]))
        if name in _SAME:
            inner = self.read(args[0])
            averaged = name == "mean" and isinstance(inner, dict) and {b[0] for b in inner} == {"logdet"}
            return None if averaged else inner  # the logarithms of a diagonal are added
        if name in ("logdet", "log_det"):
            return self._logdet(args[0])
        if name == "log":
            return self._log(args[0])
        if name in ("inv", "inverse", "pinv"):
            return _inverse(self.read(args[0]))
        if name == "cholesky":
            inner = self.read(args[0])
            return (
                Matrix(((inner.factors[0][0], _HALF),))
                if isinstance(inner, Matrix) and len(inner.factors) == 1
                else None
            )
        if name in ("solve_triangular", "triangular_solve") and not _is_lower(node):
            return None
        if name in _SOLVERS and len(args) > 1:
            first, second = (args[1], args[0]) if name == "cholesky_solve" else (args[0], args[1])
            if isinstance(first, ast.Tuple):
                first = first.elts[0]
            base = self.read(first)
            if name in ("cho_solve", "cholesky_solve") and isinstance(base, Matrix):
                base = Matrix(tuple((n, 2 * e) for n, e in base.factors))
            return _product(_inverse(base), self.read(second))
        if name in ("trace", "tr"):
            return _trace(self.read(args[0]))
        if name in ("dot", "matmul", "bmm", "mm", "mv", "inner", "vdot", "matvec") and len(args) == 2:
            return _product(self.read(args[0]), self.read(args[1]))
        if name == "einsum":
            return self._einsum(args)
        return None

    def _logdet(self, node: ast.expr) -> Scalar | None:
        inner = self.read(node)
        if isinstance(inner, Matrix) and not inner.vector and not inner.squared and inner.scale == 1:
            found: Scalar = {}
            for name, power in inner.factors:
                found = _sum(found, {("logdet", name): power}, Fraction(1))
            return found
        return None

    def _log(self, node: ast.expr) -> Scalar | None:
        """log det S, log(det S2 / det S1), and the sum of the logarithms of a Cholesky factor's diagonal."""
        match node:
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                one, two = self._log(left), self._log(right)
                return None if one is None or two is None else _sum(one, two, Fraction(-1))
            case ast.Call(args=[inner]) if _last(node.func) in ("det", "prod"):
                return self._logdet(inner)
            case ast.Call() if _last(node.func) in ("diagonal", "diag", "diag_part") and _arguments(node):
                inner_matrix = self.read(_arguments(node)[0])
                if isinstance(inner_matrix, Matrix) and [e for _, e in inner_matrix.factors] == [_HALF]:
                    return {("logdet", inner_matrix.factors[0][0].removesuffix("'")): _HALF}
            case ast.Name() if isinstance(known := self.known.get(node.id), dict):
                return known if any(b[0] == "det" for b in known) else None
        return None

    def _einsum(self, args: list[ast.expr]) -> Matrix | Scalar | None:
        """The trace and the quadratic form as einsum writes them."""
        if not args or not isinstance(args[0], ast.Constant) or not isinstance(args[0].value, str):
            return None
        inputs, _, output = args[0].value.replace(" ", "").replace("...", "").partition("->")
        parts = inputs.split(",")
        read = [self.read(a) for a in args[1:]]
        matrices = [r for r in read if isinstance(r, Matrix)]
        if len(matrices) != len(parts) or len(read) != len(parts):
            return None
        summed = {c for p in parts for c in p} - set(output)
        own = [[c for c in p if c in summed] for p in parts]
        product: Matrix | Scalar | None = matrices[0]
        for other in matrices[1:]:
            product = _joined(product, other)
        if (
            isinstance(product, Matrix)
            and not product.vector
            and len(own) == 2
            and set(own[0]) == set(own[1])
            and len(own[0]) == 2
        ):
            return _trace(product)
        return _squared(product) if isinstance(product, Matrix) else None


_SOLVERS = frozenset("solve cho_solve solve_triangular triangular_solve cholesky_solve".split())


def _is_lower(node: ast.Call) -> bool:
    """Whether a triangular matrix is said to be a lower one, and is not transposed first."""
    said = {k.arg: ast.unparse(k.value) for k in node.keywords}
    if said.get("lower", root_name(node.func) == "tf" and "True") != "True" and said.get("upper") != "False":
        return False
    return said.keys() <= {"lower", "upper", "check_finite", "name"}


_MODULES = frozenset("torch np numpy jnp tf th linalg scipy jax K onp xp".split())


def _last(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def _arguments(node: ast.Call) -> list[ast.expr]:
    """The arguments of a call, what has the method first."""
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    return list(node.args) if owner is None or root_name(owner) in _MODULES else [owner, *node.args]


def _number(value: Matrix | Scalar | None) -> Fraction | None:
    return value[("one",)] if isinstance(value, dict) and set(value) == {("one",)} else None


def _as_dim(value: Matrix) -> Scalar | None:
    """A plain name among the terms of a sum can only be the dimension."""
    return (
        {("dim", "D"): value.scale}
        if len(value.factors) == 1 and value.factors[0][1] == 1 and not value.vector
        else None
    )


def _scalar(value: Matrix | Scalar | None) -> Scalar | None:
    """A term of a sum: m' S^-1 m, where a mean is 0, or a plain name."""
    if not isinstance(value, Matrix) or value.squared:
        return value if isinstance(value, dict) else None
    if len(value.factors) > 1 and value.factors[0] == value.factors[-1] and value.factors[0][1] == 1:
        return None if value.vector else {("square", value.factors[1:-1], value.factors[0][0], "0"): value.scale}
    return _as_dim(value)


def _sum(one: Scalar, two: Scalar, sign: Fraction) -> Scalar:
    total = dict(one)
    for block, value in two.items():
        total[block] = total.get(block, Fraction(0)) + sign * value
    return {b: v for b, v in total.items() if v}


def _scaled(value: Scalar, number: Fraction) -> Scalar:
    return {b: v * number for b, v in value.items() if v * number}


def _times(value: Matrix | Scalar | None, number: Fraction) -> Matrix | Scalar | None:
    if not isinstance(value, Matrix):
        return value and _scaled(value, number)
    if value.squared:
        return replace(value, squared=value.squared * number)
    return replace(value, scale=value.scale * number)


def _transposed(value: Matrix | Scalar | None) -> Matrix | Scalar | None:
    return value.transposed if isinstance(value, Matrix) else value


def _entries_squared(value: Matrix | Scalar | None) -> Matrix | None:
    """Entry by entry; their sum is a quadratic form, or the trace of a matrix with itself."""
    return replace(value, squared=Fraction(1)) if isinstance(value, Matrix) and not value.squared else None


def _sum_of_squares(value: Matrix) -> Scalar | None:
    """tr(M' M), which is |M m|^2 for a vector m."""
    plain = replace(value, squared=Fraction(0))
    product = _joined(plain.transposed, plain)
    if product is None or not product.factors:
        return None
    of_a_mean = not product.vector and value.factors[-1][1] == 1
    total = _squared(product) if product.vector else _scalar(product) if of_a_mean else _trace(product)
    return total and _scaled(total, value.squared)


def _inverse(value: Matrix | Scalar | None) -> Matrix | None:
    if not isinstance(value, Matrix) or value.vector or value.squared:
        return None
    return Matrix(tuple((n, -e) for n, e in reversed(value.factors)), (), 1 / value.scale)


def _joined(one: Matrix | Scalar | None, two: Matrix | Scalar | None) -> Matrix | None:
    if not isinstance(one, Matrix) or not isinstance(two, Matrix) or one.squared or two.squared:
        return None
    return Matrix(_multiplied((*one.factors, *two.factors)), (*one.vector, *two.vector), one.scale * two.scale)


def _multiplied(factors: Sequence[Factor]) -> tuple[Factor, ...]:
    """Factors with L L' as S, and L'^-1 L^-1 as S^-1."""
    found: list[Factor] = []
    for name, power in factors:
        before = found[-1] if found else ("", Fraction(0))
        primed = (before[0], name) if power == -_HALF else (name, before[0])
        if abs(power) == _HALF and before[1] == power and primed[0] == f"{primed[1]}'":
            found[-1] = (primed[1], 2 * power)
        else:
            found.append((name, power))
    return tuple(found)


def _product(one: Matrix | Scalar | None, two: Matrix | Scalar | None) -> Matrix | Scalar | None:
    product = _joined(one, two)
    if product is None:
        return None
    return _squared(product) if len(product.vector) == 2 else product


def _squared(product: Matrix) -> Scalar | None:
    """d' S^-1 d, for d or -d on either side."""
    if len(product.vector) != 2:
        return None
    (a, b), (c, d) = product.vector
    sign = 1 if (a, b) == (c, d) else -1 if (a, b) == (d, c) else 0
    return {("square", product.factors, a, b): sign * product.scale} if sign else None


def _trace(value: Matrix | Scalar | None) -> Scalar | None:
    if not isinstance(value, Matrix) or value.vector or value.squared or not value.factors:
        return None
    turned = _multiplied((*value.factors[1:], value.factors[0]))  # the trace of A B is that of B A
    factors = min(value.factors, turned, key=len)
    return {("trace", tuple(sorted(factors, key=lambda p: p[1]))): value.scale}
