"""The textbook spelling of the divergence in the author's names and framework, and a reading in words."""

from __future__ import annotations

from fractions import Fraction

from derive.identify.match import form as f
from derive.identify.match.match import Match, unmarked
from derive.identify.match.parameterisations import PARAMETERISATIONS
from derive.identify.match.readings import Gaussian, Reading
from derive.identify.match.shown import show, show_generator
from derive.identify.read.text import PLAIN, Framework, around
from derive.identify.read.tree import Node
from derive.proofs.scales import SCALES


def spread_source(gaussian: Gaussian, fw: Framework) -> tuple[str, str, str]:
    """log(variance), variance and 1/variance (as a factor) in source text."""
    if gaussian.spread is None or gaussian.scale is None:
        return "", "1", ""
    how = PARAMETERISATIONS[gaussian.scale].spelled
    x = show_generator(gaussian.spread)
    return _in_source(how.log, x, fw), _in_source(how.variance, x, fw), _in_source(how.over, x, fw)


def std_source(gaussian: Gaussian, fw: Framework) -> str:
    """The standard deviation in source text."""
    if gaussian.spread is None or gaussian.scale is None:
        return "1"
    return _in_source(PARAMETERISATIONS[gaussian.scale].spelled.std, show_generator(gaussian.spread), fw)


def _in_source(template: str, x: str, fw: Framework) -> str:
    functions = {fn: fw.call(fn, "{}").partition("(")[0] for fn in ("exp", "log", "sqrt")}
    return template.format(x=x, softplus=fw.softplus.format(x), **functions)


def textbook(reading: Reading, factor: f.Form, fw: Framework) -> str:
    """``factor * KL`` as people write it, entry by entry, of a reading whose quantities are all roles."""
    a, b = reading.first, reading.second
    log1, var1, _ = spread_source(a, fw)
    log2, _, over2 = spread_source(b, fw)
    means = " - ".join(map(show_generator, reading.means))
    square = "" if not means else f"({means})**2" if " - " in means else f"{means}**2"
    if b.spread is None:
        half, body = -Fraction(1, 2), f"1{_signed(log1)}{f' - {square}' if square else ''} - {var1}"
    else:
        top = f"({var1} + {square})" if square else var1
        half = Fraction(1, 2)
        body = f"{log2}{_signed(log1, negated=True) if log1 else ''} + {top}{over2} - 1"
    lead = show(f.scale(unmarked(factor), half))
    spelled = {"1": "", "-1": "-", "1/2": "0.5*", "-1/2": "-0.5*"}
    return f"{spelled.get(lead, f'{lead}*' if lead.isalnum() else f'({lead})*')}({body})"


def _signed(term: str, negated: bool = False) -> str:
    minus = term.startswith("-") != negated
    return f" {'-' if minus else '+'} {term.removeprefix('-')}"


def emitted(match: Match, node: Node, fw: Framework) -> str:
    """The call of the emitted function in the place of a divergence, inside its reductions; "" where there is none."""
    reading = match.reading
    gaussians = [reading.first] if reading.pair == "unit" else [reading.first, reading.second]
    roles = [g for gaussian in gaussians for g in (gaussian.mean, gaussian.spread)]
    scale = reading.first.scale
    fixed = reading.fixed_variance is not None or reading.fixed_mean is not None or reading.relative
    alike = scale in {s.name for s in SCALES} and all(gaussian.scale == scale for gaussian in gaussians)
    if fixed or not alike or not fw.emitted or any(g is None or g[0] != "var" for g in roles):
        return ""
    factor = show(unmarked(match.factor))
    lead = {"1": "", "-1": "-"}.get(factor, f"{factor}*" if factor.isalnum() else f"({factor})*")
    call = f"{fw.emitted}.kl_{reading.pair}_{scale}({', '.join(str(g[1]) for g in roles if g is not None)})"
    return around(node, lead + call, fw) or ""


def unicode_gaussian(gaussian: Gaussian, fixed_mean: f.Form | None = None, fixed_variance: f.Form | None = None) -> str:
    """``N(mu, exp(logvar))``: mean and variance."""
    if fixed_variance is not None or fixed_mean is not None:
        return f"N({show(fixed_mean or {})}, {show(fixed_variance or f.constant(1))})"
    mean = show_generator(gaussian.mean) if gaussian.mean else "0"
    if gaussian.spread is None or gaussian.scale is None:
        return f"N({mean}, 1)"
    variance = spread_source(gaussian, PLAIN)[1].replace("**2", "²").replace("*", "·")
    return f"N({mean}, {variance})"


def unicode_divergence(reading: Reading) -> str:
    """``KL(N(mu, exp(logvar)) ‖ N(0, 1))``."""
    second = unicode_gaussian(reading.second, reading.fixed_mean, reading.fixed_variance)
    first = unicode_gaussian(reading.first)
    if reading.relative:
        first = f"{first[:-1]}·{spread_source(reading.second, PLAIN)[1].replace('**2', '²').replace('*', '·')})"
    return f"KL({first} ‖ {second})"


def in_words(reading: Reading) -> str:
    """``logvar is the logarithm of the variance``, for every scale of the reading."""
    found: list[str] = []
    for spread, scale in reading.scales:
        meaning = PARAMETERISATIONS[scale].meaning.removeprefix("the ")
        ratio = " in units of the other's" if reading.relative and not found else ""
        both = " of both Gaussians" if reading.shared else ""
        found.append(f"{show_generator(spread)} is the {meaning}{ratio}{both}")
    return ", ".join(dict.fromkeys(found))
