r"""The tokens of mathematics: what LaTeX commands and signs mean to the reader, and which are passed over."""

from __future__ import annotations

import re

TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\[,;:!> |{}\\\[\]()]|\d+(?:\.\d*)?|\.\d+|[^\W\d_²³½]+(?:[0-9]+)?|[²³½]|\S|\s+")
SKIPPED = frozenset(
    r"\left \right \big \Big \bigg \Bigg \bigl \bigr \Bigl \Bigr \biggl \biggr \, \; \: \! \> \quad \qquad"
    r" \displaystyle \textstyle \limits \nolimits $ & \[ \] \( \) \nonumber \notag \\ ~ \middle".split()
) | {"\\ "}
#: What lays an equation out and says nothing: environments of one formula, labels, the space between two lines.
LAYOUT = re.compile(
    r"\\(?:begin|end)\s*\{(?:align|aligned|alignat|equation|gather|gathered|split|multline|eqnarray|displaymath|math)\*?\}"
    r"|\\(?:label|tag)\*?\s*\{[^{}]*\}|(?<=\\\\)\[[\d.]+[a-z]+\]"
)
STYLES = frozenset(
    r"\mathrm \mathbf \mathit \boldsymbol \bm \text \textrm \textbf \mathcal \mathsf \operatorname \vec \mathbb".split()
)
ACCENTS = {
    r"\hat": "hat",
    r"\tilde": "tilde",
    r"\bar": "bar",
    r"\widehat": "hat",
    r"\widetilde": "tilde",
    r"\overline": "bar",
}
FUNCTIONS = {
    r"\log": "log",
    r"\ln": "log",
    r"\exp": "exp",
    "log": "log",
    "ln": "log",
    "exp": "exp",
    "softplus": "softplus",
    "sqrt": "sqrt",
    r"\sqrt": "sqrt",
    "tr": "tr",
    r"\tr": "tr",
    r"\lg": "log10",
    "log2": "log2",
    "log10": "log10",
    r"\det": "det",
    "det": "det",
    "diag": "id",
    "trace": "tr",
}
TIMES = frozenset({r"\cdot", r"\times", "*", "·", "×", r"\odot", r"\circ", r"\ast", "⋅"})
OPEN = {"(": ")", "[": "]", "{": "}", r"\{": r"\}"}
CLOSE = frozenset([")", "]", "}", r"\}", "|", r"\|", r"\rVert", r"\rvert", r"\Vert"])
GREEK = {"\u00b5": "μ", "−": "-", "–": "-"}
FRACTIONS = frozenset([r"\frac", r"\tfrac", r"\dfrac", r"\cfrac", r"\nicefrac", r"\sfrac"])
BARS = frozenset(["|", r"\|", r"\lVert", r"\lvert", r"\Vert", "‖", r"\vert"])
LETTERS = {
    "\\" + name: {"varepsilon": "epsilon", "varsigma": "sigma", "ell": "l"}.get(name, name)
    for name in (
        "alpha beta gamma delta epsilon varepsilon zeta eta theta iota kappa lambda mu nu xi rho varrho sigma"
        " varsigma pi tau phi varphi chi psi omega Gamma Delta Theta Lambda Xi Sigma Phi Psi Omega ell"
    ).split()
}
