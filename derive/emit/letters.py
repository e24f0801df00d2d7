r"""LaTeX in words to Unicode: ``$\sigma_1^2 \ge 0$`` to ``σ₁² ≥ 0``.

For reasons and assumptions, which hold small pieces of mathematics written by hand, and for the letters of variables.
What has no Unicode form of its own stays readable: ``\frac{a}{b}`` becomes ``a/b``, ``x^{n+1}`` becomes ``x^(n+1)``.
"""

from __future__ import annotations

import re

_NAMES = """alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi
    psi omega varepsilon ell Gamma Delta Theta Lambda Sigma Phi Psi Omega"""
_GREEK = dict(zip(_NAMES.split(), "αβγδεζηθικλμνξπρστυφχψωεℓΓΔΘΛΣΦΨΩ", strict=True))

_SIGNS = """le ≤ leq ≤ ge ≥ geq ≥ ne ≠ neq ≠ infty ∞ to → cdot · times × int ∫ partial ∂ pm ± iff ⇔ implies ⇒ in ∈
    mid | approx ≈ colon : ldots … dots … cdots … sum ∑ sim ~ mapsto ↦ deriveE E deriveexpmomx expm1mx
    derivelogopmx log1pmx"""
_SIZES = "left right bigl bigr Bigl Bigr mathopen"
_COMMANDS = (
    _GREEK
    | dict(zip(_SIGNS.split()[::2], _SIGNS.split()[1::2], strict=True))
    | dict.fromkeys(_SIZES.split(), "")
    | {"quad": " ", "qquad": "  "}
)

_UP = dict(zip("0123456789+-n'", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ′", strict=True))
_DOWN = dict(zip("0123456789+-ijnpkx", "₀₁₂₃₄₅₆₇₈₉₊₋ᵢⱼₙₚₖₓ", strict=True))
_FRACTIONS = {"1/2": "½", "1/4": "¼", "3/4": "¾"}
_GROUP = r"(?:\{((?:[^{}]|\{[^{}]*\})*)\}|(\\[A-Za-z]+|[^\\{}\s]))"


_DEEPEST = 4  # the nesting of a piece written by hand
_INNERMOST = r"(?:\{([^{}^]*)\}|([^\\{}\s]))"


def superscript(text: str) -> str:
    """``2`` as ``²``; ``^(…)`` where a letter has no raised form."""
    return _shifted(text, _UP, "^")


def plain(words: str) -> str:
    """Words with ``$mathematics$``, or bare mathematics without dollar signs, as Unicode text."""
    if "$" not in words:
        return _mathematics(words) if "\\" in words or re.search(r"[_^]", words) else words
    parts = words.split("$")
    return "".join(_mathematics(part) if index % 2 else part for index, part in enumerate(parts))


#: Signs as a keyboard has them, for those that have no name among the commands.
_KEYS = {"−": "-", "‖": "from", "½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3", "⅛": "1/8", "√": "sqrt ",
         "“": '"', "”": '"', "⇒": "implies", "⇔": "iff", "≔": ":=", "→": "to", "·": "*", "×": "*", "≤": "<=", "≥": ">=",
         "≠": "!=", "∞": "infinity", "∫": "integral", "∑": "sum", "∂": "d", "∈": "in", "𝔼": "E"}  # fmt: skip
_NAMED = {letter: name for name, letter in _GREEK.items() if name not in ("epsilon", "phi")} | {"ℓ": "ell"}
_RAISED = {raised: letter for letter, raised in _UP.items()}
_LOWERED = {lowered: letter for letter, lowered in _DOWN.items()}


def spelled(text: str) -> str:
    """Unicode mathematics in the letters of a keyboard, as a screen reader can say it: ``σ₁²`` as ``sigma_1^2``."""
    names = "".join(_NAMED)
    text = _on_the_line(_on_the_line(text, _LOWERED, "_"), _RAISED, "^")
    text = re.sub(rf"(?<=\w)(?=[{names}√])|(?<=[{names}½¼¾⅓⅔⅛])(?=[^\W\d_])", " ", text)
    return "".join(_NAMED.get(c, _KEYS.get(c, c)) for c in text)


def _on_the_line(text: str, table: dict[str, str], mark: str) -> str:
    """Raised or lowered letters behind a mark, and apart from a letter that follows."""

    def written(found: re.Match[str]) -> str:
        follows = text[found.end() : found.end() + 1]
        apart = " " if follows.isalpha() or follows.isdecimal() else ""
        return mark + "".join(table[letter] for letter in found[0]) + apart

    return re.sub(f"[{''.join(table)}]+", written, text)


def _mathematics(text: str) -> str:
    text = text.replace("-", "−").replace(r"\,", " ").replace(r"\|", "‖").replace(r"\{", "❴").replace(r"\}", "❵")
    for _ in range(_DEEPEST):
        text = re.sub(r"\\[td]?frac\s*" + _GROUP + r"\s*" + _GROUP, _quotient, text)
        text = re.sub(r"\\sqrt\s*" + _GROUP, lambda m: "√" + _grouped(m[1] or m[2]), text)
        text = re.sub(r"\\deriveKL" + _GROUP + _GROUP, r"KL(\1 ‖ \3)", text)
        text = re.sub(r"\\deriveN" + _GROUP + _GROUP, r"N(\1, \3)", text)
        text = re.sub(r"\\(?:mathrm|mathcal|mathbb|operatorname|text|mathit)\s*" + _GROUP, lambda m: m[1] or m[2], text)
    text = re.sub(r"\\(" + "|".join(_GREEK) + r")\s+(?=[A-Za-z])", lambda m: _GREEK[m[1]], text)
    text = re.sub(r"\\([A-Za-z]+)", lambda m: _COMMANDS.get(m[1], m[1]), text)
    text = re.sub(r"\b(log|exp|lim|erf)(?=\w)", r"\1 ", text)
    for _ in range(_DEEPEST):
        text = re.sub(r"\^" + _INNERMOST, lambda m: superscript(m[1] or m[2]).replace("^", "↑"), text)
    text = text.replace("↑", "^")
    text = re.sub("_" + _GROUP, lambda m: _shifted(m[1] or m[2], _DOWN, "_"), text)
    return re.sub(r"[{}\\]", "", text).replace("❴", "{").replace("❵", "}")


def _quotient(match: re.Match[str]) -> str:
    above, below = match[1] or match[2], match[3] or match[4]
    return _FRACTIONS.get(f"{above}/{below}", f"{_grouped(above)}/{_grouped(below)}")


def _grouped(text: str) -> str:
    return f"({text})" if re.search(r"[+−/]| ", text.strip()) else text


def _shifted(text: str, table: dict[str, str], mark: str) -> str:
    text = text.replace("−", "-")
    if all(letter in table for letter in text):
        return "".join(table[letter] for letter in text)
    text = text.replace("-", "−")
    return f"{mark}{text}" if len(text) == 1 else f"{mark}({text})"
