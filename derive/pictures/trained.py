"""What a training run came to: the latent spaces of one auto-encoder under four spellings of its KL term.

``vae.json`` holds them as ``docs/examples/vae_digits.py --record`` wrote them; a report trains nothing.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from derive.pictures.style import COLOURS, INCHES, Picture, Width

_RECORDED = Path(__file__).parent / "vae.json"


def latent_picture() -> Picture:
    """Four latent spaces."""
    return Picture(
        "latent",
        "The latent space of an auto-encoder of digits, trained with the right spelling and with three wrong ones; each"
        " mark is the mean of a digit. Recorded once, with docs/examples/vae_digits.py, and not trained again here.",
        "Four clouds of digits; g fed a standard deviation shrinks the cloud, f fed a variance widens it.",
        _latent,
    )


def _latent(pyplot: Any, width: Width) -> Any:
    recorded = json.loads(_RECORDED.read_text(encoding="utf-8"))
    digits = np.array(recorded["digits"])
    wide = width == "text"
    figure, panels = pyplot.subplots(
        *((1, 4) if wide else (2, 2)), figsize=(INCHES[width], 2.3 if wide else 3.9), sharex=True, sharey=True,
        layout="constrained",
    )  # fmt: skip
    for panel, model in zip(panels.flat, recorded["models"], strict=True):
        for digit in range(10):
            x, y = np.array(model["mu"])[digits == digit].T
            colour = COLOURS[digit % len(COLOURS)]
            panel.plot(x, y, color=colour, marker=f"${digit}$", linestyle="", markersize=3.6, markeredgewidth=0.2)
        panel.set_title(f"{model['name']}\nKL {model['kl']:.2f}, mean σ {model['std']:.2f}")
        panel.set(aspect="equal", xlim=(-2.4, 2.4), ylim=(-2.4, 2.4), xticks=(-2, 0, 2), yticks=(-2, 0, 2))
    return figure
