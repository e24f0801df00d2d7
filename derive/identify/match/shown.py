"""Expanded forms as text, in the plain spelling of ``factor`` and ``offset``."""

from __future__ import annotations

from fractions import Fraction

from derive.identify.match import form as f


def show_generator(generator: f.Generator) -> str:
    kind = generator[0]
    if kind in ("var", "noise"):
        return str(generator[1])
    if kind == "pi":
        return "pi"
    if kind == "log":
        inner = generator[1]
        if inner[0] == "sum" and any(t != f.ONE for t in dict(inner[1])):
            return f"log({show(dict(inner[1]))})"
        return f"log({show_generator(inner)})"
    if kind == "exp":
        return f"exp({show({generator[1]: Fraction(1)})})"
    if kind == "sum":
        plain = dict(generator[1])
        return show(plain) if len(plain) == 1 else f"({show(plain)})"
    if kind == "prod":
        return f"prod({show(dict(generator[1]))})"
    if kind == "fn":
        return f"{generator[1]}({show(dict(generator[2]))})"
    return _MARKS[generator]


_MARKS = {f.SUMMED: "entries", f.ROWS: "rows", f.REPEATED: "repetitions", f.AVERAGED: ""}


def _power(generator: f.Generator, exponent: Fraction) -> str:
    if generator[0] == "exp":
        return f"exp({show({generator[1]: exponent})})"
    base = show_generator(generator)
    if exponent == 1:
        return base
    if exponent == Fraction(1, 2):
        return f"sqrt({base})"
    return f"{base}**{exponent}" if exponent.denominator == 1 else f"{base}**({exponent})"


def show_term(term: f.Term, value: Fraction) -> str:
    """One term with its coefficient, without sign of its own unless negative: ``-mu**2/2``."""
    sign, value = ("-", -value) if value < 0 else ("", value)
    above, below = [], []
    for generator, exponent in sorted(term, key=lambda p: (p[0][0] in ("log", "exp"), f.spelling(frozenset([p])))):
        if generator == f.AVERAGED:
            continue
        if generator[0] != "exp" and exponent < 0:
            below.append(_power(generator, -exponent))
        else:
            above.append(_power(generator, exponent))
    top = "*".join(([str(value.numerator)] if value.numerator != 1 or not above else []) + above)
    bottom = ([str(value.denominator)] if value.denominator != 1 else []) + below
    if not bottom:
        return sign + top
    return f"{sign}{top}/{bottom[0]}" if len(bottom) == 1 else f"{sign}{top}/({'*'.join(bottom)})"


def show(form: f.Form) -> str:
    """A form as one line: ``1/N``, ``-beta``, ``1/2 - log(2)/2``.

    The number of summed entries is ``entries``, because ``n`` is a name that people give to something else.
    """
    if not form:
        return "0"
    parts = [show_term(t, v) for t, v in sorted(form.items(), key=lambda item: (len(item[0]), f.spelling(item[0])))]
    line = parts[0]
    for part in parts[1:]:
        line += f" - {part[1:]}" if part.startswith("-") else f" + {part}"
    return line
