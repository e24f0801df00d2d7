"""The second derivatives of the frameworks at scales whose powers leave the format, against formulas from a book.

An entry is judged in units of its terms: a sum of two of opposite signs may be nothing of what it is made of. Where
the exact derivative is beyond the format, the answer is an infinity of its sign.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy as sp

MU, S, MU2, S2, OFFSET = sp.symbols("mu s mu2 s2 offset", real=True)

#: PyTorch warns of its own TorchScript where it differentiates forward.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::FutureWarning")

#: What a scale is the variance of, in the book's formula of two variances and the offset of two means.
VARIANCES: dict[str, Callable[[sp.Expr], sp.Expr]] = {
    "std": lambda s: s**2,
    "var": lambda s: s,
    "logstd": lambda s: sp.exp(2 * s),
    "logvar": sp.exp,
}

#: Powers of ten of the scales and the offsets.
REACH = {"float32": (-44, -30, -7, 0, 7, 30, 38), "float64": (-310, -200, -70, 0, 70, 200, 307)}
LOGS = {
    "float32": (-3e38, -150.0, -44.0, 0.0, 0.5, 44.0, 150.0),
    "float64": (-1e308, -900.0, -350.0, 0.5, 350.0, 900.0),
}


def divergence(name: str) -> tuple[sp.Expr, list[sp.Symbol]]:
    """The closed form, with the offset of two means as a variable."""
    _, pair, scale = name.split("_")
    of = VARIANCES[scale]
    v1, v2 = of(S), (of(S2) if pair == "normal" else sp.Integer(1))
    mean = OFFSET if pair == "normal" else MU
    logs = sp.expand_log(sp.log(v2), force=True) - sp.expand_log(sp.log(v1), force=True)
    return (v1 / v2 + mean**2 / v2 - 1 + logs) / 2, [mean, S, S2][: 3 if pair == "normal" else 2]


@functools.cache
def entries(name: str) -> dict[tuple[int, int], list[sp.Expr]]:
    """The terms of each second derivative, by the positions of the two arguments."""
    closed, variables = divergence(name)
    places = [(0, 1), (1, 1), (3, 1), (2, -1)] if "normal" in name else [(0, 1), (1, 1)]  # and the sign of the offset's
    order = [variables[0], variables[1], *([variables[2], variables[0]] if "normal" in name else [])]
    found = {}
    for (i, x), (j, y) in itertools.product(zip(places, order, strict=True), repeat=2):
        second = sp.powsimp(sp.expand(sp.diff(closed, x, y)))
        found[i[0], j[0]] = [i[1] * j[1] * term for term in sp.Add.make_args(second)]
    return found


def points(name: str, dtype: str, flushes: bool) -> Iterator[tuple[float, ...]]:
    """Arguments that are numbers of the format, no subnormal ones where those are 0: scales, and means of each size."""
    exact = np.dtype(dtype).type
    with np.errstate(over="ignore", under="ignore"):
        reach = [exact(1.7 * 10.0**k) for k in REACH[dtype]]
        powers = [float(x) for x in reach if not flushes or x >= np.finfo(dtype).smallest_normal]
        scales = [float(exact(x)) for x in LOGS[dtype]] if "log" in name else powers
    means = [0.0, powers[1], 0.75, -powers[-2]]
    if "unit" in name:
        yield from itertools.product(means, scales)
    else:  # every pair of scales; the means take turns
        turns = itertools.cycle([(mean, 0.0) for mean in means] + [(3.0, 1.0)])
        for (s1, s2), (mu1, mu2) in zip(itertools.product(scales, scales), turns, strict=False):
            yield mu1, s1, mu2, s2


def judge(name: str, dtype: str, found: dict[tuple[int, int], np.ndarray], flushes: bool) -> None:
    """All entries at all points, in units of the last place of the largest term."""
    info, at = np.finfo(dtype), list(points(name, dtype, flushes))
    mean = OFFSET if "normal" in name else MU
    with mpmath.workprec(2400):
        for pair, terms in entries(name).items():
            if pair[0] > pair[1]:
                np.testing.assert_array_equal(found[pair], found[pair[::-1]])
                continue
            compute = [sp.lambdify([mean, S, S2], term, "mpmath") for term in terms]
            for number, arguments in enumerate(at):
                a = [mpmath.mpf(x) for x in (*arguments, 0.0, 0.0)[:4]]
                parts = [f(a[0] - a[2] if "normal" in name else a[0], a[1], a[3]) for f in compute]
                exact, size = mpmath.fsum(parts), max(map(abs, parts))
                got = float(found[pair][number])
                where = f"{name} {dtype} {pair} at {arguments}: {got}, exact {mpmath.nstr(exact, 9)}"
                assert got == got, where
                if abs(exact) > float(info.max):
                    assert got == (np.inf if exact > 0 else -np.inf) or abs(exact) < 1.0001 * float(info.max), where
                else:
                    assert np.isfinite(got), where
                    least = float(info.smallest_normal) if flushes else float(info.smallest_subnormal)
                    error = abs(mpmath.mpf(got) - exact) / (float(info.eps) / 2 * size + least)
                    assert error <= 12, f"{where}: off by {mpmath.nstr(error, 3)} units"


def columns(name: str, dtype: str, flushes: bool = False) -> list[np.ndarray]:
    return [np.array(column, dtype) for column in zip(*points(name, dtype, flushes), strict=True)]


def by_torch(name: str, dtype: str) -> dict[tuple[int, int], np.ndarray]:
    import torch

    from derive import torch as kl

    a = [torch.tensor(column, requires_grad=True) for column in columns(name, dtype)]
    slopes = torch.autograd.grad(getattr(kl, name)(*a).sum(), a, create_graph=True)
    found = {}
    for i, slope in enumerate(slopes):
        rows = torch.autograd.grad(slope.sum(), a, retain_graph=True, allow_unused=True)
        for j, row in enumerate(rows):
            found[i, j] = np.zeros(len(a[0]), dtype) if row is None else row.numpy()
    return found


def by_jax(name: str, dtype: str) -> dict[tuple[int, int], np.ndarray]:
    import jax

    from derive import jax as kl

    with jax.enable_x64(dtype == "float64"):
        function: Any = getattr(kl, name)
        a = columns(name, dtype, flushes=True)
        second = jax.jit(jax.vmap(jax.hessian(function, argnums=tuple(range(len(a))))))(*a)
        return {(i, j): np.asarray(second[i][j]) for i, j in itertools.product(range(len(a)), repeat=2)}


FRAMEWORKS = {"torch": (by_torch, False), "jax": (by_jax, True)}
NAMES = [f"kl_{pair}_{scale}" for pair in ("unit", "normal") for scale in VARIANCES]


@pytest.mark.parametrize("dtype", list(REACH))
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("framework", list(FRAMEWORKS))
def test_no_power_leaves_the_format_before_the_derivative(
    need_module: Callable[[str, str], ModuleType], framework: str, name: str, dtype: str
) -> None:
    need_module(framework, f"pip install {framework}")
    derivatives, flushes = FRAMEWORKS[framework]
    judge(name, dtype, derivatives(name, dtype), flushes)


def test_limits(need_module: Callable[[str, str], ModuleType]) -> None:
    jax: Any = need_module("jax", "pip install jax")
    from derive import jax as kl

    def second(function: Any, argnum: int, *at: float) -> float:
        return float(jax.grad(jax.grad(function, argnum), argnum)(*at))

    inf = float("inf")
    assert second(kl.kl_unit_std, 1, 0.5, 0.0) == inf
    assert second(kl.kl_unit_std, 1, 0.5, inf) == 1.0
    assert second(kl.kl_unit_var, 1, 0.5, inf) == 0.0
    assert second(kl.kl_unit_logvar, 1, 0.5, -inf) == 0.0
    assert second(kl.kl_normal_std, 3, 0.5, 1.0, 0.25, 0.0) == inf  # not 3 std1^2 times infinity less infinity
    assert second(kl.kl_normal_std, 3, 0.5, 1.0, 0.25, inf) == 0.0
    assert np.isnan(second(kl.kl_normal_std, 3, 0.5, 0.0, 0.25, 0.0))
    assert np.isnan(second(kl.kl_normal_var, 3, inf, 1.0, 0.25, inf))


def test_a_direction_without_a_part_has_none_where_a_derivative_is_infinite(
    need_module: Callable[[str, str], ModuleType],
) -> None:
    torch: Any = need_module("torch", "pip install torch")
    jax: Any = need_module("jax", "pip install jax")
    from derive import jax as of_jax
    from derive import torch as of_torch

    at, along = (0.5, 1e-30), (1.0, 0.0)
    _, turned = jax.jvp(jax.grad(of_jax.kl_unit_std, (0, 1)), at, along)
    assert [float(x) for x in turned] == [1.0, 0.0]
    a, v = torch.tensor(at), torch.tensor(along)
    _, product = torch.autograd.functional.hvp(lambda x: of_torch.kl_unit_std(x[0], x[1]), a, v)
    assert product.tolist() == [1.0, 0.0]
    whole = torch.func.hessian(lambda x: of_torch.kl_unit_std(x[0], x[1]))(a)
    assert whole.tolist() == [[1.0, 0.0], [0.0, float("inf")]]
