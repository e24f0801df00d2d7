"""How a picture looks, and in what form it leaves."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from derive.errors import MissingTool

Width = Literal["column", "text"]

#: In inches: a column of a two-column paper, and its text.
INCHES: Mapping[Width, float] = {"column": 3.3, "text": 6.9}

#: Colours that remain apart for the colour-blind and, by lightness, in grey (Okabe and Ito); each line has a dash too.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00")
DASHES = ("-", (0, (5, 1.5)), (0, (1, 1.2)), (0, (4, 1.2, 1, 1.2)), (0, (8, 2)))
#: Stand for the colours of the page that a picture is set into.
INK, GRID = "#222221", "#ccccca"

_OPTIONS = {
    "svg.fonttype": "none",
    "svg.hashsalt": "derive",
    "pdf.fonttype": 42,
    "ps.fonttype": 42,
    "font.size": 8.5,
    "axes.titlesize": 9,
    "legend.fontsize": 7.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "mathtext.fontset": "dejavusans",
}


@dataclass(frozen=True)
class Picture:
    """A picture: its name, what it shows, what stands for it where it is not seen, and how it is drawn."""

    name: str
    caption: str
    alternative: str
    draw: Callable[[Any, Width], Any]  # of pyplot and the width: a figure


def require() -> None:
    """Raise :class:`MissingTool` at once, not after minutes of work, where there is no matplotlib."""
    _pyplot()


def _pyplot() -> Any:
    try:
        matplotlib = import_module("matplotlib")
        matplotlib.rcdefaults()  # whatever a matplotlibrc in the working folder says
        matplotlib.use("Agg")
        return import_module("matplotlib.pyplot")
    except ImportError as error:
        raise MissingTool("matplotlib is not installed", "pip install matplotlib, or derive-kl[report]") from error


@contextmanager
def drawn(picture: Picture, width: Width) -> Iterator[Any]:
    """The figure, closed again afterwards."""
    pyplot = _pyplot()
    with pyplot.rc_context(_OPTIONS):
        figure = picture.draw(pyplot, width)
        try:
            yield figure
        finally:
            pyplot.close(figure)


def save(picture: Picture, path: Path, width: Width) -> None:
    """Write it; the ending of the name says the format. The same numbers give the same bytes."""
    with drawn(picture, width) as figure:
        path.parent.mkdir(parents=True, exist_ok=True)
        metadata = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}.get(path.suffix, {"Software": None})
        figure.savefig(path, dpi=200, metadata=metadata)


def inline(picture: Picture, width: Width = "text") -> str:
    """An ``svg`` element for a page, in the page's own colours, with ids that no other picture has."""
    with drawn(picture, width) as figure:
        out = io.StringIO()
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None})
    text = out.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'(id="|url\(#|href="#)', rf"\1{picture.name}-", text)
    text = text.replace(INK, "currentColor").replace(GRID, "var(--rule)")
    text = text.replace(COLOURS[0].lower(), "var(--first)")
    head = f'<svg role="img" aria-labelledby="{picture.name}-what" '
    return text.replace("<svg ", head, 1).replace(
        "<defs>", f'<title id="{picture.name}-what">{picture.alternative}</title><defs>', 1
    )
