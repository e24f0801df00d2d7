"""The truth about a formula, by evaluation and numerical integration: shares no code with derive.identify.

A corpus formula is our own text, so it may be evaluated: every framework's functions are the same functions of floats
here. The divergence is the integral of p log(p/q), by quadrature.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from types import SimpleNamespace

import numpy as np


class Number(float):
    """A float with a tensor's methods and arithmetic."""

    def __getattr__(self, name: str):
        function = getattr(FUNCTIONS, name.rstrip("_") if not name.startswith("__") else name)
        return lambda *args, **kwargs: function(self, *args, **kwargs)


def _arithmetic(name: str):
    plain = getattr(float, name)
    return lambda self, *others: Number(plain(self, *(float(o) for o in others)))


for _name in ("add", "sub", "mul", "truediv", "pow"):
    setattr(Number, f"__{_name}__", _arithmetic(f"__{_name}__"))
    setattr(Number, f"__r{_name}__", _arithmetic(f"__r{_name}__"))
Number.__neg__ = _arithmetic("__neg__")


def _same(x, *_args, **_kwargs):
    return Number(x)


def _unary(function):
    return lambda x: Number(function(float(x)))


def _softplus(x):
    return Number(math.log1p(math.exp(x)))


FUNCTIONS = SimpleNamespace(
    **{name: _unary(getattr(math, name)) for name in ("exp", "log", "expm1", "log1p", "sqrt")},
    **dict.fromkeys("sum mean reduce_sum reduce_mean mean_flat item view size".split(), _same),
    square=lambda x: Number(x * x),
    pow=lambda x, n: Number(float(x) ** float(n)),
    softplus=_softplus,
    pi=math.pi,
    e=math.e,
    add=lambda x, y: Number(float(x) + float(y)),
    mul=lambda x, y: Number(float(x) * float(y)),
    log_prob=_same,
)
FUNCTIONS.math = FUNCTIONS


class _Names(dict):
    """Variables of the formula; dotted ones live on objects."""

    def __missing__(self, name: str):
        if hasattr(FUNCTIONS, name):
            return getattr(FUNCTIONS, name)
        if name in ("torch", "th", "tf", "K", "np", "jnp", "F", "math", "ops", "keras"):
            return FUNCTIONS
        raise KeyError(name)


def value(text: str, variables: dict[str, float]) -> float:
    """The formula at a point: the last line of a block."""
    names = _Names()
    for name, number in variables.items():
        head, _, tail = name.partition(".")
        if tail:
            names.setdefault(head, SimpleNamespace())
            setattr(names[head], tail, Number(number))
        else:
            names[head] = Number(number)
    *before, last = text.strip().split("\n")
    for line in before:
        exec(line, {"__builtins__": {}}, names)
    target, sign, expression = last.rpartition("*= ") if "*= " in last else ("", "", last)
    if sign:
        return float(names[target.strip()]) * float(eval(expression, {"__builtins__": {}}, names))
    head, sign, tail = last.partition(" = ")
    return float(eval((tail if sign and head.isidentifier() else last).strip(), {"__builtins__": {}}, names))


STD = {
    "std": lambda s: s,
    "var": math.sqrt,
    "logstd": math.exp,
    "logvar": lambda s: math.exp(s / 2),
    "precision": lambda s: 1 / math.sqrt(s),
    "softplus": lambda s: math.log1p(math.exp(s)),
}

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(400)


def divergence(mu1: float, std1: float, mu2: float, std2: float) -> float:
    """KL(N(mu1, std1^2) || N(mu2, std2^2)) by quadrature of p log(p/q) over ten standard deviations."""
    x = mu1 + 10 * std1 * _NODES
    log_p = -0.5 * ((x - mu1) / std1) ** 2 - math.log(std1) - 0.5 * math.log(2 * math.pi)
    log_q = -0.5 * ((x - mu2) / std2) ** 2 - math.log(std2) - 0.5 * math.log(2 * math.pi)
    return float(np.sum(_WEIGHTS * np.exp(log_p) * (log_p - log_q)) * 10 * std1)


def expectation(function, mu: float, std: float) -> float:
    """The mean of a function under a Gaussian, by quadrature."""
    x = mu + 10 * std * _NODES
    density = np.exp(-0.5 * ((x - mu) / std) ** 2) / (std * math.sqrt(2 * math.pi))
    return float(np.sum(_WEIGHTS * density * np.array([function(t) for t in x])) * 10 * std)


def affine_residual(formula: Sequence[float], kl: Sequence[float]) -> float:
    """How far the formula's values are from any a * KL + b with a != 0, relative to their spread."""
    columns = np.stack([np.asarray(kl), np.ones(len(kl))], axis=1)
    target = np.asarray(formula)
    solution, *_ = np.linalg.lstsq(columns, target, rcond=None)
    return float(np.max(np.abs(columns @ solution - target)) / (np.ptp(target) + 1e-300))
