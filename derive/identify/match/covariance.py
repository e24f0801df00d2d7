"""Divergences of Gaussians with a full covariance: recognised by their building blocks, compared exactly.

    KL(N(m1, S1) || N(m2, S2)) = 1/2 (tr(S2^-1 S1) + (m2 - m1)' S2^-1 (m2 - m1) - D + logdet S2 - logdet S1)

The text is read a second time, with matrices for what they are: a product of names and their inverses, a difference of
two means, the logarithm of a determinant. What is outside these blocks is not checked, and never called wrong.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from derive.identify.match.names import promise
from derive.identify.read.python.syntax import root_name

_SAME = frozenset(
    "squeeze unsqueeze item float double to astype asarray array view reshape flatten sum reduce_sum mean contiguous"
    " real expand_dims matrix mat asmatrix cast atleast_2d atleast_1d ravel diagonal clone detach".split()
)
_HALF = Fraction(1, 2)
#: The covariance of a Gaussian that the text does not name.
_UNIT = "I"

#: Behind the name of a matrix, its inverse as a matrix of its own, which has another Cholesky factor.
_INVERSE = "⁻¹"
#: The types whose ``*`` is the product of matrices.
_MATRIX_TYPES = frozenset("matrix mat asmatrix bmat".split())

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
_DIMENSION: Scalar = {("dim", "D"): Fraction(1)}


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
        over = (
            ""
            if second == _UNIT
            else f"{second.removesuffix(_INVERSE) if second.endswith(_INVERSE) else second + _INVERSE} "
        )
        away = one if two == "0" else two if one == "0" else f"({two} - {one})"
        away = "(the difference of the means)" if away == "0" else away
        logs = [f" {sign} logdet {name}" for sign, name in (("+", second), ("-", first)) if name != _UNIT]
        trace = (over + first).removesuffix(f" {_UNIT}")
        return f"the divergence with this trace: 1/2·(tr({trace}) + {away}ᵀ {over}{away} - D{''.join(logs)})"


def read_blocks(body: Sequence[ast.stmt]) -> Found | None:
    """The divergence that the last formula of a body is; None where there are no blocks of one."""
    reader = _Reader(body)
    best: Found | None = None
    for statement in body:
        for scalar in reader.statement(statement):
            found = compared(scalar)
            if found is not None and (best is None or best.trouble or not found.trouble):
                best = found
    return best


def compared(scalar: Scalar) -> Found | None:
    """The blocks against the closed form."""
    scalar = _of_precisions(scalar)
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


def _of_precisions(scalar: Scalar) -> Scalar:
    """The blocks with a matrix that stands for a precision as the inverse of its covariance: one in the trace beside
    another matrix, and alone in the quadratic form.
    """
    inside = next((block[1] for block in scalar if block[0] == "square"), ())
    both = next((block[1] for block in scalar if block[0] == "trace"), ())
    if not (isinstance(inside, tuple) and isinstance(both, tuple) and len(inside) == 1 and len(both) == 2):
        return scalar
    ((name, power),) = inside
    if ("logdet", name) not in scalar or power != 1 or inside[0] not in both or any(e != 1 for _, e in both):
        return scalar
    covariance = f"{name}{_INVERSE}"

    def turned(factors: object) -> tuple[Factor, ...]:
        assert isinstance(factors, tuple)
        return tuple(sorted(((covariance, -e) if n == name else (n, e) for n, e in factors), key=lambda p: p[1]))

    found: Scalar = {}
    for block, value in scalar.items():
        if block == ("logdet", name):
            found["logdet", covariance] = -value
        else:
            found[(block[0], turned(block[1]), *block[2:]) if block[0] in ("trace", "square") else block] = value
    return found


def _is_dimension(counted: Mapping[str, Fraction]) -> bool:
    """Whether it is D, once, or a number that may be one."""
    return counted == {"dim": 1} or (
        counted.keys() == {"one"} and counted["one"] > 0 and counted["one"].denominator == 1
    )


def _assigned(one: str, two: str, first: str, second: str) -> tuple[str, str]:
    """The means in the order of their covariances, by the marks of their names, or else by their last letters."""
    names = [name.partition("·")[0] for name in (one, two, first, second)]
    for a, b, c, d in ([promise(name).mark for name in names], [name.rstrip("])")[-1] for name in names]):
        if a == c or b == d:
            return one, two
        if a == d or b == c:
            return two, one
    return one, two


def _paired(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """The names of an assignment with their values; None where nothing tells them apart."""
    if not isinstance(target, ast.Tuple | ast.List):
        yield target, value
        return
    parts: Sequence[ast.expr | None] = [None] * len(target.elts)
    if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(parts):
        parts = value.elts
    elif isinstance(value, ast.Call) and _last(value.func) == "slogdet" and len(parts) == 2:
        parts = (None, value)
    for part, own in zip(target.elts, parts, strict=True):
        if own is None:
            yield part, None
        else:
            yield from _paired(part, own)


class _Reader:
    """Reads blocks; ``*`` is the product of matrices where a body makes objects of that type."""

    def __init__(self, body: Sequence[ast.stmt]) -> None:
        self.known: dict[str, Matrix | Scalar] = {}
        parts = [part for statement in body for part in ast.walk(statement)]
        self.multiplies = any(
            (isinstance(n, ast.Call) and _last(n.func) in _MATRIX_TYPES)
            or (isinstance(n, ast.Attribute) and n.attr == "I")
            for n in parts
        )

    def statement(self, statement: ast.stmt) -> list[Scalar]:
        """The sums of blocks that a statement has, with what its names stand for from then on."""
        match statement:
            case ast.FunctionDef(body=body) | ast.With(body=body) | ast.ClassDef(body=body) | ast.If(body=body):
                return [s for inner in (*body, *getattr(statement, "orelse", ())) for s in self.statement(inner)]
            case ast.Assign(targets=[target], value=value) | ast.AnnAssign(target=target, value=ast.expr() as value):
                pairs = [(part, None if own is None else self.read(own)) for part, own in _paired(target, value)]
                return [s for part, read in pairs for s in self._assigned(part, read)]
            case ast.AugAssign(target=target, op=op, value=value):
                return self._assigned(target, self.read(ast.BinOp(target, op, value)))
            case ast.Return(value=ast.expr() as value) | ast.Expr(value=value):
                read = self.read(value)
                return [read] if isinstance(read, dict) else []
        return []

    def _assigned(self, target: ast.expr, read: Matrix | Scalar | None) -> list[Scalar]:
        if read is None:
            self.known.pop(ast.unparse(target), None)
        else:
            self.known[ast.unparse(target)] = read
        return [read] if isinstance(read, dict) else []

    def read(self, node: ast.expr) -> Matrix | Scalar | None:
        """A matrix, a sum of blocks, or None for what is neither."""
        match node:
            case ast.Constant(value=int() | float() as value):
                return {("one",): Fraction(repr(value))}
            case ast.Name() | ast.Attribute() if ast.unparse(node) in self.known:
                return self.known[ast.unparse(node)]
            case ast.Attribute(value=value, attr="T" | "mT"):
                return _transposed(self.read(value))
            case ast.Attribute(value=value, attr="I"):
                return _inverse(self.read(value))
            case ast.Attribute(attr="shape"):
                return _DIMENSION
            case ast.Subscript(value=value, slice=index):
                inner = self.read(value)
                number = index.operand if isinstance(index, ast.UnaryOp) else index
                whole = not isinstance(number, ast.Constant | ast.Name) or getattr(number, "value", "") is None
                if whole or isinstance(inner, dict):  # shape[0], slogdet(S)[1]
                    return inner
                return Matrix(((ast.unparse(node), Fraction(1)),)) if _name(inner) else None  # one of several
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
        if isinstance(op, ast.Sub) and _name(a) and _name(b):
            return Matrix((), ((_name(a), _name(b)),))
        if (
            isinstance(op, ast.Add)
            and all(_name(x) or _number(x) is not None for x in (a, b))
            and (_name(a) or _name(b))
        ):
            return None  # S + alpha is a matrix of its own
        if isinstance(op, ast.Add | ast.Sub):
            one, two = _scalar(a), _scalar(b)
            return (
                None if one is None or two is None else _sum(one, two, Fraction(1 if isinstance(op, ast.Add) else -1))
            )
        if isinstance(op, ast.Pow) and _number(b) == 2:
            return _entries_squared(a)
        if isinstance(op, ast.Mult) and _number(a) is not None:
            a, b = b, a
        number = _number(b)
        if number and isinstance(op, ast.Mult | ast.Div):
            return _times(a, 1 / number if isinstance(op, ast.Div) else number)
        if isinstance(op, ast.Mult) and self.multiplies:
            return _product(a, b)
        return None

    def _call(self, node: ast.Call) -> Matrix | Scalar | None:
        name, args = _last(node.func), _arguments(node)
        if name in ("len", "size", "numel", "dim"):
            return _DIMENSION
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
            averaged = name == "mean" and (isinstance(inner, Matrix) or {b[0] for b in inner or ()} == {"logdet"})
            return None if averaged else inner  # a mean of data is none of them; logarithms of a diagonal are added
        if name in ("logdet", "log_det", "slogdet"):
            return self._logdet(args[0])
        if name == "log":
            return self._log(args[0])
        if name in ("inv", "inverse", "pinv"):
            return _inverse(self.read(args[0]))
        if name == "cholesky":
            match self.read(args[0]):
                case Matrix(factors=((of, power),)) as matrix if matrix == Matrix(matrix.factors) and abs(power) == 1:
                    return Matrix(((of if power == 1 else f"{of}{_INVERSE}", _HALF),))
            return None
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
            for name, power in (_plain(*factor) for factor in inner.factors):
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
                matrix = self.read(_arguments(node)[0])
                if isinstance(matrix, Matrix) and [e for _, e in matrix.factors] == [_HALF]:
                    name, power = _plain(matrix.factors[0][0].removesuffix("'"), _HALF)
                    return {("logdet", name): power}
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


def _name(value: Matrix | Scalar | None) -> str:
    """The name that a matrix or a vector is; "" for others."""
    plain = isinstance(value, Matrix) and [e for _, e in value.factors] == [1] and not (value.vector or value.squared)
    return value.factors[0][0] if plain and isinstance(value, Matrix) else ""


def _scalar(value: Matrix | Scalar | None) -> Scalar | None:
    """A term of a sum: m' S^-1 m, where a mean is 0, or a plain name."""
    if not isinstance(value, Matrix) or value.squared:
        return value if isinstance(value, dict) else None
    if len(value.factors) > 1 and value.factors[0] == value.factors[-1] and value.factors[0][1] == 1:
        return None if value.vector else {("square", value.factors[1:-1], value.factors[0][0], "0"): value.scale}
    return {("dim", "D"): value.scale} if _name(value) else None  # a plain name in a sum can only be the dimension


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
            found[-1] = _plain(primed[1], 2 * power)
        else:
            found.append((name, power))
    return tuple(found)


def _plain(name: str, power: Fraction) -> Factor:
    """A power of an inverse as one of the matrix."""
    return (name.removesuffix(_INVERSE), -power) if name.endswith(_INVERSE) else (name, power)


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
