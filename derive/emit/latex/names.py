"""Names to LaTeX: Greek letters with indices, named functions, relations."""

from __future__ import annotations

import re

#: Functions whose name is more than a letter.
FUNCTIONS = {
    "expm1mx": r"\deriveexpmomx",
    "log1pmx": r"\derivelogopmx",
    "erf": r"\operatorname{erf}",
    "sign": r"\operatorname{sgn}",
}

#: Relations as :class:`derive.vocabulary.theorem.Row` and SymPy spell them.
RELATIONS = {
    "=": "=",
    "==": "=",
    "!=": r"\ne",
    "<": "<",
    "<=": r"\le",
    ">": ">",
    ">=": r"\ge",
    "->": r"\to",
    "=>": r"\implies",
    "<=>": r"\iff",
    ":=": r"\mathrel{:=}",
    "in": r"\in",
}

GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi "
    "omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell"
).split()


def symbol_latex(name: str) -> str:
    r"""``mu1`` is ``\mu_1``, ``x_i`` is ``x_i``, ``lambda`` is ``\lambda``, ``std`` is ``\mathrm{std}``.

    Raises
    ------
    NotImplementedError : for a name of another form; give its LaTeX through a :class:`Variable` of the vocabulary.
    """
    match = re.fullmatch(r"([A-Za-z]+)_?([0-9]*)", name) or re.fullmatch(r"([A-Za-z]+)_([A-Za-z0-9])", name)
    if match is None:
        raise NotImplementedError(f"no LaTeX for a symbol of the name {name!r}: declare it as a Variable")
    letters, index = match.groups()
    head = "\\" + letters if letters in GREEK else letters if len(letters) == 1 else rf"\mathrm{{{letters}}}"
    return head if not index else f"{head}_{index}" if len(index) == 1 else f"{head}_{{{index}}}"
