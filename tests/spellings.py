"""Random spellings of the divergence, right and wrong: terms in any order, any framework, methods or functions,
weights and reductions.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

_NAMES = {
    "std": ("sigma", "std", "stddev", "self.std"),
    "var": ("var", "variance", "sigma_sq"),
    "logstd": ("log_sigma", "logstd", "log_std"),
    "logvar": ("logvar", "log_var", "z_log_var", "self.logvar"),
    "precision": ("precision", "prec"),
    "softplus": ("rho",),
}


@dataclass(frozen=True)
class Spelling:
    text: str
    scale: str
    pair: str
    direction: str
    roles: tuple[str, ...]
    factor: float


class Writer:
    """Writes formulas in one randomly chosen style."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.prefix = rng.choice(["torch.", "np.", "tf.", "K.", "jnp.", ""])
        self.methods = self.prefix == "torch." and rng.random() < 0.5

    def fn(self, name: str, arg: str) -> str:
        if self.methods and arg.replace(".", "").replace("_", "").isalnum():
            return f"{arg}.{name}()"
        return f"{self.prefix}{name}({arg})"

    def square(self, x: str) -> str:
        simple = x.replace(".", "").replace("_", "").isalnum() or (x.endswith(")") and not x.startswith("("))
        options = [f"{x}**2" if simple else f"({x})**2", f"{self.prefix}square({x})"]
        if self.methods and simple:
            options += [f"{x}.pow(2)", f"{x}.square()"]
        if simple:
            options.append(f"{x}*{x}")
        return self.rng.choice(options)

    def spread(self, scale: str, x: str) -> tuple[list[tuple[float, str]], str, str]:
        """log(variance) as (coefficient, text) terms, the variance, and a factor that divides by it."""
        log, exp = lambda t: self.fn("log", t), lambda t: self.fn("exp", t)
        pick = self.rng.choice
        if scale == "std":
            return [pick([(2.0, log(x)), (1.0, log(f"{x}**2"))])], self.square(x), f" / {x}**2"
        if scale == "var":
            return [pick([(1.0, log(x)), (2.0, log(f"{self.fn('sqrt', x)}"))])], x, f" / {x}"
        if scale == "logstd":
            return (
                [(2.0, x)],
                pick([exp(f"2*{x}"), self.square(exp(x)), exp(f"{x} + {x}")]),
                pick([f" * {exp(f'-2*{x}')}", f" / {exp(f'2*{x}')}"]),
            )
        if scale == "logvar":
            return [(1.0, x)], exp(x), pick([f" * {exp(f'-{x}')}", f" / {exp(x)}"])
        if scale == "precision":
            return [(-1.0, log(x))], f"1/{x}", f" * {x}"
        soft = pick([self.fn("softplus", x), log(f"1 + {exp(x)}"), self.fn("log1p", exp(x))])
        return [(2.0, self.fn("log", soft))], f"{soft}**2", f" / {soft}**2"

    def joined(self, terms: list[tuple[float, str]]) -> str:
        self.rng.shuffle(terms)
        out = ""
        for coefficient, text in terms:
            size = abs(coefficient)
            number = "" if size == 1 else f"{size:g} * "
            sign = "-" if coefficient < 0 else "+"
            out += f" {sign} {number}{text}" if out else f"{'-' if sign == '-' else ''}{number}{text}"
        return out


def spelling(rng: random.Random) -> tuple[Spelling, list[tuple[float, str]], Writer]:
    """A right formula, its terms (twice the divergence), and its writer."""
    writer = Writer(rng)
    scale = rng.choice(list(_NAMES))
    base = rng.choice(_NAMES[scale])
    pair = rng.choice(["unit", "unit", "normal"])
    direction = rng.choice(["forward", "forward", "reverse"])
    if pair == "unit":
        mean = rng.choice(["mu", "mean", "z_mean", "self.mu"])
        logs, variance, over = writer.spread(scale, base)
        if direction == "forward":
            terms = [(-c, t) for c, t in logs] + [(1.0, variance), (1.0, writer.square(mean)), (-1.0, "1")]
        else:
            terms = [*logs, (1.0, f"(1 + {writer.square(mean)}){over}"), (-1.0, "1")]
        roles: tuple[str, ...] = (mean, base)
    else:
        marks = rng.choice([("_q", "_p"), ("1", "2"), ("_post", "_prior")])
        base = base.removeprefix("self.")
        x1, x2 = base + marks[0], base + marks[1]
        m1, m2 = "mu" + marks[0], "mu" + marks[1]
        roles = (m1, x1, m2, x2)
        if direction == "reverse":
            x1, x2, m1, m2 = x2, x1, m2, m1
        logs1, variance1, _ = writer.spread(scale, x1)
        logs2, _, over2 = writer.spread(scale, x2)
        means = rng.choice([f"{m1} - {m2}", f"{m2} - {m1}"])
        top = f"({variance1} + {writer.square(f'({means})')})"
        terms = [*logs2, *((-c, t) for c, t in logs1), (1.0, top + over2), (-1.0, "1")]
    return Spelling("", scale, pair, direction, roles, 1.0), terms, writer


def right(rng: random.Random) -> Spelling:
    """A right formula times a random weight, perhaps reduced."""
    shape, terms, writer = spelling(rng)
    factor = rng.choice([1.0, 1.0, 1.0, -1.0, 2.0, 0.5])
    flip = rng.random() < 0.5
    terms = [(-c, t) for c, t in terms] if flip else terms
    half = 0.5 * factor * (-1 if flip else 1)
    body = writer.joined(terms)
    prefix = writer.prefix
    call = {"tf.": "tf.reduce_sum", "": "sum"}.get(prefix, f"{prefix}sum")
    text = rng.choice(
        [f"{half:g} * ({body})", f"{half:g} * {call}({body})", f"({body}) * {half:g}", f"{call}({half:g} * ({body}))"]
    )
    return Spelling(text, shape.scale, shape.pair, shape.direction, shape.roles, factor)


#: Formulas as they stand in books, papers and code, in the places of :data:`PLACES`.
TEXTBOOK = (
    "log({s2}/{s1}) + ({s1}**2 + ({m1}-{m2})**2)/(2*{s2}**2) - 0.5",
    "0.5*(log({v2}/{v1}) + {v1}/{v2} + ({m1}-{m2})**2/{v2} - 1)",
    "0.5*({l2} - {l1} + exp({l1}-{l2}) + ({m1}-{m2})**2*exp(-{l2}) - 1)",
    "0.5*({l2}-{l1}) + (exp({l1})+({m1}-{m2})**2)/(2*exp({l2})) - 0.5",
    "0.5*(({s1}/{s2})**2 + (({m1}-{m2})/{s2})**2 - 1 - 2*log({s1}/{s2}))",
    "log({s2}) - log({s1}) + ({s1}**2 + ({m1}-{m2})**2)/(2*{s2}**2) - 0.5",
    "{k2} - {k1} + (exp(2*{k1}) + ({m1}-{m2})**2)/(2*exp(2*{k2})) - 0.5",
    "-0.5*sum(1 + {l1} - {l2} - ({m1}-{m2})**2/exp({l2}) - exp({l1})/exp({l2}))",
    "0.5*sum({v1} + {m1}**2 - 1 - log({v1}))",
    "sum(-log({s1}) + 0.5*({s1}**2 + {m1}**2) - 0.5)",
    "-0.5*sum(1 + 2*{k1} - square({m1}) - exp(2*{k1}))",
    "0.5*sum(exp({l1}) + {m1}**2 - 1 - {l1})",
)

#: Names that promise nothing, that promise all, and of objects: std, mean, var, logvar and logstd of each Gaussian.
PLACES = (
    ("s1 s2", "m1 m2", "v1 v2", "l1 l2", "k1 k2"),
    ("sq sp", "mq mp", "vq vp", "lq lp", "lsq lsp"),
    ("q.std p.std", "q.mean p.mean", "q.var p.var", "q.logvar p.logvar", "q.logstd p.logstd"),
    ("sigma_q sigma_p", "mu_q mu_p", "var_q var_p", "logvar_q logvar_p", "log_sigma_q log_sigma_p"),
    ("post_s prior_s", "post_m prior_m", "post_v prior_v", "post_lv prior_lv", "post_ls prior_ls"),
)


def textbook(rng: random.Random) -> str:
    """A right formula as people write it, in random names."""
    names = dict(zip("smvlk", (pair.split() for pair in rng.choice(PLACES)), strict=True))
    given = {f"{letter}{k + 1}": name for letter, pair in names.items() for k, name in enumerate(pair)}
    return rng.choice(TEXTBOOK).format(**given)


def wrong(rng: random.Random) -> Spelling:
    """A formula with one term's coefficient or sign changed."""
    shape, terms, writer = spelling(rng)
    index = rng.choice([i for i, (_, t) in enumerate(terms) if t != "1"])
    terms[index] = (terms[index][0] * rng.choice([2.0, 0.5, -1.0]), terms[index][1])
    return Spelling(f"0.5 * ({writer.joined(terms)})", shape.scale, shape.pair, shape.direction, shape.roles, 1.0)
