"""The plot of the README: error in ulp against distance from the optimum, both axes logarithmic."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from derive.bench.accuracy import OURS, Errors
from derive.bench.formulas import BY_ACCURACY
from derive.errors import MissingTool

#: Colours that remain apart for the colour-blind (Okabe and Ito), and a mark of its own for each line.
_STYLES = (("#D55E00", "o"), ("#E69F00", "s"), ("#0072B2", "^"), ("#009E73", "D"))
_NO_DIGIT = {"binary32": 2.0**24, "binary64": 2.0**53}


def _pyplot() -> Any:
    try:
        matplotlib = import_module("matplotlib")
        matplotlib.rcdefaults()  # whatever a matplotlibrc in the working folder says
        matplotlib.use("Agg")
        return import_module("matplotlib.pyplot")
    except ImportError as error:
        raise MissingTool("matplotlib is not installed", "pip install matplotlib") from error


def draw(errors: Sequence[Errors], path: Path) -> None:
    """Write the plot; the ending of the name says the format. The same errors give the same bytes."""
    pyplot = _pyplot()
    # Text stays text in SVG, ids do not depend on the run, and no date is written.
    pyplot.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "derive", "font.size": 10, "axes.titlesize": 11})
    figure, panels = pyplot.subplots(1, 2, figsize=(9.6, 4.4), sharex=True, layout="constrained")
    for panel, precision in zip(panels, ("binary32", "binary64"), strict=True):
        chosen = [e for e in errors if e.precision == precision]
        distances = [e.distance for e in chosen]
        lines = (*(usual.name for usual in BY_ACCURACY), OURS)
        for label, (colour, mark) in zip(lines, _STYLES, strict=True):
            width = 2.4 if label == OURS else 1.5
            worst = [max(e.worst[label], 0.1) for e in chosen]
            panel.plot(distances, worst, color=colour, marker=mark, markersize=4.5, linewidth=width, label=label)
        limit = _NO_DIGIT[precision]
        panel.axhline(limit, color="0.45", linewidth=1, linestyle=":")
        panel.annotate("no digit right", (1.0, limit), xytext=(0, 3), textcoords="offset points",
                       ha="right", va="bottom", color="0.35", fontsize=8.5)  # fmt: skip
        panel.set(xscale="log", yscale="log", title=precision, xlabel="distance from the optimum")
        panel.grid(True, which="major", color="0.9", linewidth=0.8)
        panel.set_axisbelow(True)
        for side in ("top", "right"):
            panel.spines[side].set_visible(False)
    panels[0].set_ylabel("largest error in ulp")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, frameon=False)
    figure.suptitle("KL(N(μ, e^logvar) ‖ N(0, 1)) with μ and logvar drawn from N(0, distance²)", fontsize=11)
    path.parent.mkdir(parents=True, exist_ok=True)
    metadata = {"Date": None} if path.suffix == ".svg" else {"Software": None}
    figure.savefig(path, dpi=144, metadata=metadata)
    pyplot.close(figure)
