"""What the theorems say, seen: the two spellings, their slopes, their difference, and the divergence as a landscape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import sympy as sp

from derive.pictures.style import COLOURS, DASHES, GRID, INCHES, INK, Picture, Width
from derive.vocabulary.formula import Formula
from derive.vocabulary.theorem import Registry

Evaluated = Callable[..., Any]


def pictures(registry: Registry) -> tuple[Picture, ...]:
    """The pictures of the formulas in the registry."""
    f, g = _definition(registry, "f"), _definition(registry, "g")
    std, logvar = registry.formula("kl_unit_std"), registry.formula("kl_unit_logvar")
    return (
        Picture(
            "spellings",
            "Both spellings at mean 0 as functions of the number they are fed: one common optimum, 0 at 1.",
            "Two curves that touch zero at 1; f rises faster than g on both sides.",
            lambda pyplot, width: _spellings(pyplot, width, f, g),
        ),
        Picture(
            "slopes",
            "Their slopes, and the quotient of the slopes: at the same number, f is steeper by 2(s + 1).",
            "Left, two increasing curves that cross zero at 1. Right, their quotient, a straight line from 2 upwards.",
            lambda pyplot, width: _slopes(pyplot, width, f, g),
        ),
        Picture(
            "difference",
            "At the same number f is never below g; they are equal at 1 alone.",
            "A curve that touches zero at 1 and is positive elsewhere.",
            lambda pyplot, width: _difference(pyplot, width, f, g),
        ),
        Picture(
            "landscape",
            "The divergence from N(0, 1) over mean and standard deviation, and over mean and log-variance.",
            "Two contour maps with closed level lines around the optimum, in the second nearly ellipses.",
            lambda pyplot, width: _landscape(pyplot, width, std, logvar),
        ),
        Picture(
            "wrong",
            "What a slip does: the optimum moves away from standard deviation 1, the value falls below 0, or there is"
            " no optimum.",
            "Five curves over the standard deviation; only the right one has its minimum 0 at 1.",
            lambda pyplot, width: _wrong(pyplot, width, std, logvar),
        ),
    )


def _definition(registry: Registry, name: str) -> Formula:
    return next(formula for formula in registry.definitions if formula.name == name)


def _evaluated(formula: Formula, expr: sp.Expr | None = None) -> Evaluated:
    symbols = [variable.symbol for variable in formula.variables]
    function: Evaluated = sp.lambdify(symbols, (formula.expr if expr is None else expr).doit(), "numpy")
    return function


def _derivative(formula: Formula) -> Evaluated:
    """In the second argument."""
    return _evaluated(formula, sp.diff(formula.expr.doit(), formula.variables[1].symbol))


def _figure(pyplot: Any, width: Width, panels: int, height: float = 2.4) -> tuple[Any, list[Any]]:
    """Panels side by side, in a column one above the other."""
    shape = (1, panels) if width == "text" else (panels, 1)
    size = (INCHES[width], height if width == "text" else height * panels)
    figure, axes = pyplot.subplots(*shape, figsize=size, layout="constrained", squeeze=False)
    return figure, list(axes.flat)


def _spellings(pyplot: Any, width: Width, f: Formula, g: Formula) -> Any:
    figure, (panel,) = _figure(pyplot, width, 1)
    s = np.linspace(0.05, 3.0, 400)
    for index, (formula, name) in enumerate(((f, "f(0, s)"), (g, "g(0, s)"))):
        panel.plot(s, _evaluated(formula)(0.0, s), color=COLOURS[index], linestyle=DASHES[index], label=name)
    panel.plot([1], [0], "o", color=INK, markersize=4.5, clip_on=False, zorder=5)
    panel.annotate("optimum: 0 at s = 1", (1, 0), xytext=(1.05, 1.35), ha="center",
                   arrowprops={"arrowstyle": "-", "color": INK, "linewidth": 0.6, "shrinkB": 3})  # fmt: skip
    panel.set(xlabel="s", ylabel="value", ylim=(0, 2.5), xlim=(0, 3))
    panel.legend()
    return figure


def _slopes(pyplot: Any, width: Width, f: Formula, g: Formula) -> Any:
    figure, (left, right) = _figure(pyplot, width, 2)
    s = np.linspace(0.12, 3.0, 400)
    for index, (formula, name) in enumerate(((f, "∂f/∂s"), (g, "∂g/∂s"))):
        left.plot(s, _derivative(formula)(0.0, s), color=COLOURS[index], linestyle=DASHES[index], label=name)
    left.axhline(0, color=INK, linewidth=0.6)
    left.set(xlabel="s", ylabel="slope", xlim=(0, 3), ylim=(-6, 3), title="slopes at mean 0")
    left.legend(loc="lower right")
    s = s[np.abs(s - 1) > 1e-3]
    right.plot(s, _derivative(f)(0.0, s) / _derivative(g)(0.0, s), color=COLOURS[0])
    right.set(xlabel="s", xlim=(0, 3), ylim=(0, 8), title="their quotient, 2(s + 1)")
    return figure


def _difference(pyplot: Any, width: Width, f: Formula, g: Formula) -> Any:
    figure, (panel,) = _figure(pyplot, width, 1)
    s = np.linspace(0.02, 2.5, 400)
    values = _evaluated(f)(0.0, s) - _evaluated(g)(0.0, s)
    panel.fill_between(s, 0, values, color=COLOURS[0], alpha=0.15, linewidth=0)
    panel.plot(s, values, color=COLOURS[0])
    panel.plot([1], [0], "o", color=INK, markersize=4.5, clip_on=False, zorder=5)
    panel.set(xlabel="s", ylabel="f(μ, s) − g(μ, s)", ylim=(0, 1.8), xlim=(0, 2.5))
    return figure


def _landscape(pyplot: Any, width: Width, std: Formula, logvar: Formula) -> Any:
    figure, panels = _figure(pyplot, width, 2, 2.7)
    levels = [0.02, 0.1, 0.3, 0.6, 1.0, 1.5, 2.0]
    mean = np.linspace(-2, 2, 160)
    seconds = (np.linspace(0.15, 2.4, 160), np.linspace(-3, 2, 160))
    labels = ("standard deviation σ", "log-variance log σ²")
    for panel, formula, second, label in zip(panels, (std, logvar), seconds, labels, strict=True):
        mesh = np.meshgrid(mean, second)
        values = _evaluated(formula)(*mesh)
        panel.contourf(*mesh, values, levels=[0, *levels, 9], cmap="cividis_r", alpha=0.55)
        lines = panel.contour(*mesh, values, levels=levels, colors=INK, linewidths=0.8)
        panel.clabel(lines, fontsize=6.5, colors=INK)
        panel.plot([0], [1 if formula is std else 0], "+", color=INK, markersize=7)
        panel.set(xlabel="mean μ", ylabel=label)
        panel.grid(False)
    return figure


def _wrong(pyplot: Any, width: Width, std: Formula, logvar: Formula) -> Any:
    """Slips are made in the proved formula, a token each: no wrong formula is typed."""
    _, sigma = (variable.symbol for variable in std.variables)
    _, ell = (variable.symbol for variable in logvar.variables)
    log, square = sp.log(sigma), sigma**2
    doubled = logvar.expr.doit().xreplace({sp.exp(ell): sp.exp(ell / 2)}).subs(ell, 2 * ell)
    as_std: tuple[Evaluated, ...] = (lambda s: s, lambda s: 2 * np.log(s))
    slips: tuple[tuple[str, Evaluated, Evaluated], ...] = (
        ("right", _evaluated(std), as_std[0]),
        ("logarithm not doubled", _evaluated(std, std.expr.doit().xreplace({log: log / 2})), as_std[0]),
        ("σ not squared", _evaluated(std, std.expr.doit().xreplace({square: sigma})), as_std[0]),
        ("log-variance doubled", _evaluated(logvar, doubled), as_std[1]),
        ("sign of the logarithm", _evaluated(std, std.expr.doit().xreplace({log: -log})), as_std[0]),
    )
    figure, (panel,) = _figure(pyplot, width, 1, 3.0)
    s = np.linspace(0.08, 3.2, 600)
    panel.axhline(0, color=INK, linewidth=0.6)
    panel.axvline(1, color=GRID, linewidth=1.2)
    for index, (name, function, argument) in enumerate(slips):
        values = function(0.0, argument(s))
        lowest = int(np.argmin(values))
        heavy = 2.2 if index == 0 else 1.4
        panel.plot(s, values, color=COLOURS[index], linestyle=DASHES[index], linewidth=heavy, label=name)
        if 0 < lowest < len(s) - 1:
            panel.plot(s[lowest], values[lowest], "o", color=COLOURS[index], markersize=4.5, zorder=5)
    panel.set(xlabel="standard deviation", ylabel="value at mean 0", xlim=(0, 3.2), ylim=(-1, 2))
    figure.legend(loc="outside lower center", ncols=3 if width == "text" else 2)
    return figure
