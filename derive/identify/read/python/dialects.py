"""Formulas in the signs of papers, in Julia, MATLAB and R, as Python spells them, line by line; and repairs of them in
their own dialect again.
"""

from __future__ import annotations

import re

#: Typography of papers that people paste into a program's text.
_TYPOGRAPHY = {
    "−": "-",
    "–": "-",
    "·": "*",
    "×": "*",
    "²": "**2",
    "³": "**3",
    "½": "(1/2)",
    "⁻¹": "**-1",
    "∗": "*",
    "⋅": "*",
}


#: Brackets and operators in the width of Chinese letters, and comments, which stay as they are.
_FULL_WIDTH = re.compile("#[^\n]*|[\uff01-\uff5e]")

_BROADCAST = re.compile(r"\w\.\(|\s\.[-+*/^]|\.\^|@\.")

_R = re.compile(r"^[ \t]*[A-Za-z.][\w.]*[ \t]*<<?-\s", re.MULTILINE)
#: Statements that Python alone has.
_PYTHON = re.compile(r"^[ \t]*(?:def|class|import|from|with|elif|else[ \t]*:|@\w)", re.MULTILINE)
#: A name of R with dots in it; an object's part has a dollar sign before it.
_DOTTED = re.compile(r"(?<![\w.$])[A-Za-z]\w*(?:\.[A-Za-z]\w*)+(?![\w.]*\()")
#: A function of R in one line.
_IN_ONE_LINE = re.compile(r"^[ \t]*([\w.]+)[ \t]*<<?-[ \t]*function[ \t]*\([^()]*\)[ \t]*(?=[^\s{])", re.MULTILINE)
#: What R calls differently; the heads of its functions.
_OF_R = tuple(
    (re.compile(pattern, re.MULTILINE), new)
    for pattern, new in (
        (_IN_ONE_LINE.pattern, r"\1 <- "),
        (r"^.*<<?-[ \t]*function[ \t]*\([^()]*\)[ \t]*\{?[ \t]*$|^[ \t]*\}[ \t]*$", ""),
        (r"<<?-", "="),
        (r"\b(torch|k|tf)_(?=\w+\()", r"\1."),
        (r"\$", "."),
        (r"%\*%", "@"),
        (r"\b(\d+)L\b", r"\1"),
        (r"\bTRUE\b", "True"),
        (r"\bFALSE\b", "False"),
    )
)
#: The head and the end of a function of Julia or MATLAB, and a function of Julia in one line.
_HEAD = re.compile(r"^[ \t]*function\b[^\n]*$|^[ \t]*end[ \t]*;?[ \t]*$", re.MULTILINE)
_DEFINED = re.compile(r"^([ \t]*[^\W\d]\w*)\([\w\s,:.{}]*\)(?=[ \t]*=[^=])", re.MULTILINE)
#: A number before the name that it multiplies, in Julia.
_TIMES = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)(?=[^\W\d_])(?!e[-+]?\d)")
#: A comment of MATLAB, and its sign for a line that goes on.
_COMMENT = re.compile(r"(^|;)[ \t]*%[^\n]*$", re.MULTILINE)
_GOES_ON = re.compile(r"(?<=[-+*/(,\s])\.\.\.[ \t]*$", re.MULTILINE)


def narrow(text: str) -> str:
    """Signs as Chinese keyboards type them in ASCII."""
    return _FULL_WIDTH.sub(lambda sign: sign[0] if sign[0][0] == "#" else chr(ord(sign[0]) - 0xFEE0), text)


def typography(text: str) -> str:
    """Superscripts, minus signs and one half as Python spells them; ``^`` is a power, since a formula holds no xor;
    the dots of Julia's broadcasts, which Python does not know, are left out, and so are the heads of functions.
    """
    if _is(_R, text):
        text = _DOTTED.sub(lambda name: name[0].replace(".", "_"), text)
        for pattern, new in _OF_R:
            text = pattern.sub(new, text)
        text = _unindented(text)
    elif _is(_HEAD, text) or _BROADCAST.search(text):  # else a line that begins with % goes on with a string
        text = _GOES_ON.sub(r"\\", _COMMENT.sub(r"\1", text))
        text = _unindented(_HEAD.sub("", text)) if _is(_HEAD, text) else text
    text = re.sub(r";(?=\s*dims\b)", ",", _DEFINED.sub(r"\1", text))
    if _BROADCAST.search(text):
        text = re.sub(r"@\.\s*|\.(?=[-+*/^(])|(?<=\d)f0\b", "", text)
        text = _TIMES.sub(r"\1*", text)
    for sign, spelling in _TYPOGRAPHY.items():
        text = text.replace(sign, spelling)
    return text.replace("^", "**")


def is_of_another_language(text: str) -> bool:
    """Whether a text is Julia, MATLAB or R: what Python's modules compute is of no use there."""
    return any(_is(mark, text) for mark in (_R, _HEAD, _DEFINED, _BROADCAST))


def _is(mark: re.Pattern[str], text: str) -> bool:
    """Whether a text has the mark of another language, and no statement of Python: its words may be in a docstring."""
    return mark.search(text) is not None and _PYTHON.search(text) is None


def _unindented(text: str) -> str:
    return re.sub(r"^[ \t]+", "", text, flags=re.MULTILINE)


def as_written(text: str, written: str) -> str:
    """A changed text in the dialect of the one that was written: with the dots that :func:`typography` left out, of
    functions too where that is Julia's, its powers, and what R calls differently.
    """
    if _is(_R, written):
        text = re.sub(r"^([ \t]*[\w.]+) = ", r"\1 <- ", text, flags=re.MULTILINE)
        for name in sorted({*_DOTTED.findall(written)}, key=len, reverse=True):
            text = re.sub(rf"\b{name.replace('.', '_')}\b", name, text)
        for part in {*re.findall(r"\$(\w+)", written)}:
            text = re.sub(rf"\.{part}\b", f"${part}", text)
        for module in {*re.findall(r"\b(torch|k|tf|np)[_$]", written)}:
            text = re.sub(rf"\b{module}\.", f"{module}{'$' if f'{module}$' in written else '_'}", text)
    if _BROADCAST.search(written):
        text = re.sub(r" ?(\*\*|[*/]) ?", lambda found: ".^" if found[1] == "**" else f" .{found[1]} ", text)
        if re.search(r"\w\.\(|@\.", written):
            text = re.sub(r"(?<=[\w)\]])(?<!\de) ?([-+]) ?", r" .\1 ", text)
            text = re.sub(r"\b(exp|log|sqrt|abs)\(", r"\1.(", text)
    for head in (*_DEFINED.finditer(written), *_IN_ONE_LINE.finditer(written)):
        text = re.sub(
            rf"^{re.escape(head[1])} (=|<-) ?", head[0] + " = " * (head.re is _DEFINED), text, flags=re.MULTILINE
        )
    return text.replace("**", "^") if "^" in written and "**" not in written else text
