"""What was measured: errors against the distance from the optimum, and where the usual formula is negative."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from derive.bench.accuracy import OURS, Errors, evaluated
from derive.bench.formulas import BY_ACCURACY
from derive.pictures.style import INCHES, INK, Picture, Width

#: Colours that remain apart for the colour-blind (Okabe and Ito), and a mark of its own for each line.
_STYLES = (("#D55E00", "o"), ("#E69F00", "s"), ("#0072B2", "^"), ("#009E73", "D"))
_NO_DIGIT = {"binary32": 2.0**24, "binary64": 2.0**53}
#: How far from the optimum the maps of signs go: twice the root of binary32's unit roundoff.
_EXTENT = 5e-4
#: What is marked; where the computed value is positive, as it should be, nothing is.
_SIGNS = {-1: ("negative", "#0072B2"), 0: ("zero", "#E69F00")}


def error_picture(errors: Sequence[Errors]) -> Picture:
    """The plot of the README."""
    return Picture(
        "errors",
        "Largest error in units in the last place against the distance from the optimum, ours and the usual formulas,"
        " in both formats.",
        "The usual formulas lose all digits near the optimum; derive stays at half a unit in the last place.",
        lambda pyplot, width: _errors(pyplot, width, errors),
    )


def sign_picture() -> Picture:
    """The sign of two usual formulas around the optimum."""
    return Picture(
        "negative",
        "The sign of two usual formulas in binary32 around the optimum, where the divergence is positive everywhere but"
        " in the very middle.",
        "Two maps: in stripes around the optimum the first computes zero, in some less; the second computes zero.",
        _signs,
    )


def _errors(pyplot: Any, width: Width, errors: Sequence[Errors]) -> Any:
    wide = width == "text"
    shape = (1, 2) if wide else (2, 1)
    size = (INCHES[width], 3.4 if wide else 5.6)
    figure, panels = pyplot.subplots(*shape, figsize=size, sharex=True, layout="constrained")
    for panel, precision in zip(panels, ("binary32", "binary64"), strict=True):
        chosen = [e for e in errors if e.precision == precision]
        distances = [e.distance for e in chosen]
        lines = (*(usual.name for usual in BY_ACCURACY), OURS)
        for label, (colour, mark) in zip(lines, _STYLES, strict=True):
            heavy = 2.0 if label == OURS else 1.2
            worst = [max(e.worst[label], 0.1) for e in chosen]
            panel.plot(distances, worst, color=colour, marker=mark, markersize=3.2, linewidth=heavy, label=label)
        limit = _NO_DIGIT[precision]
        panel.axhline(limit, color=INK, linewidth=0.8, linestyle=":")
        panel.annotate("no digit right", (1.0, limit), xytext=(0, 2), textcoords="offset points",
                       ha="right", va="bottom", fontsize=7.5)  # fmt: skip
        panel.set(xscale="log", yscale="log", title=precision)
        if wide or precision == "binary64":
            panel.set_xlabel("distance from the optimum")
        panel.set_ylabel("largest error in ulp")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2 if wide else 1)
    return figure


def _signs(pyplot: Any, width: Width) -> Any:
    from matplotlib.patches import Patch

    wide = width == "text"
    figure, panels = pyplot.subplots(
        *((1, 2) if wide else (2, 1)), figsize=(INCHES[width], 3.1 if wide else 5.6), layout="constrained"
    )
    axis = np.linspace(-_EXTENT, _EXTENT, 201)
    mean, logvar = (part.astype(np.float32) for part in np.meshgrid(axis, axis))
    for panel, usual in zip(panels, BY_ACCURACY, strict=False):
        signs = np.sign(evaluated(usual.expression, (mean, logvar)))
        for sign, (_, colour) in _SIGNS.items():
            for height, line in zip(axis, signs == sign, strict=True):
                panel.broken_barh(_runs(axis, line), (height, axis[1] - axis[0]), facecolor=colour, linewidth=0)
        panel.set(xlim=(-_EXTENT, _EXTENT), ylim=(-_EXTENT, _EXTENT))
        panel.set(title=usual.name.partition(": ")[2] or usual.name, xlabel="mean μ · 10⁴", ylabel="log-variance · 10⁴")
        for ticks in (panel.xaxis, panel.yaxis):  # an offset of their own would stand in the title
            ticks.set_major_formatter(lambda value, _: f"{value * 1e4:.0f}".replace("-", "−"))
        panel.locator_params(nbins=5)
    handles = [Patch(facecolor=colour, linewidth=0, label=name) for name, colour in _SIGNS.values()]
    figure.legend(handles=handles, loc="outside lower center", ncols=2)
    return figure


def _runs(axis: Any, chosen: Any) -> list[tuple[float, float]]:
    """Where ``chosen`` is true without a gap: start and length of each stretch."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], chosen.astype(np.int8), [0]))))
    step = axis[1] - axis[0]
    return [(axis[start], (end - start) * step) for start, end in edges.reshape(-1, 2)]
