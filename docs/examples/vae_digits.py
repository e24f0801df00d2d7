"""A variational auto-encoder on the digits of scikit-learn, once for each spelling of its KL term.

The encoder's head ``h`` is the log-variance, so that σ = exp(h/2) and v = exp(h). Three runs use a right spelling:
f(μ, σ), g(μ, v), and the one in h. Three use a wrong one: g fed σ, f fed v, and f without its factor 2. All start
from the same weights and see the same batches and the same noise, so that only the spelling tells them apart.

Then one more run has more latent units than it needs and a heavy KL term, so that they collapse: their KL, from heads
in float32, by the usual expression and by ``derive``.

    python docs/examples/vae_digits.py [--epochs 200] [--figure docs/vae_digits.svg] [--record derive/pictures/vae.json]

It needs numpy, scikit-learn and, for the figure, matplotlib: pip install -e '.[example]'
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from derive.generated import kl_unit_logvar, kl_unit_logvar_grad, kl_unit_std_grad, kl_unit_var_grad
from sklearn.datasets import load_digits

Array = np.ndarray[Any, np.dtype[Any]]

HIDDEN, BATCH = 64, 128
#: Of so many digits the latent spaces are shown.
DRAWN = 120


# --- the spellings -----------------------------------------------------------------------------------------------

#: What the loss adds to its gradient: (μ, h) -> (d/dμ, d/dh), through dσ/dh = σ/2 and dv/dh = v.
Slopes = Callable[[Array, Array], tuple[Array, Array]]


def f_of_std(mu: Array, h: Array) -> tuple[Array, Array]:
    std = np.exp(h / 2)
    d_mu, d_std = kl_unit_std_grad(mu, std)
    return d_mu, d_std * std / 2


def g_of_var(mu: Array, h: Array) -> tuple[Array, Array]:
    var = np.exp(h)
    d_mu, d_var = kl_unit_var_grad(mu, var)
    return d_mu, d_var * var


def g_fed_std(mu: Array, h: Array) -> tuple[Array, Array]:
    std = np.exp(h / 2)
    d_mu, d_var = kl_unit_var_grad(mu, std)
    return d_mu, d_var * std / 2


def f_fed_var(mu: Array, h: Array) -> tuple[Array, Array]:
    var = np.exp(h)
    d_mu, d_std = kl_unit_std_grad(mu, var)
    return d_mu, d_std * var


def f_without_its_2(mu: Array, h: Array) -> tuple[Array, Array]:
    """-(1 + log σ - σ² - μ²)/2, which is f + (log σ)/2."""
    d_mu, d_h = f_of_std(mu, h)
    return d_mu, d_h + 0.25


RIGHT: dict[str, Slopes] = {"f(μ, σ)": f_of_std, "g(μ, v)": g_of_var, "log-variance": kl_unit_logvar_grad}
WRONG: dict[str, Slopes] = {"g fed σ": g_fed_std, "f fed v": f_fed_var, "f without its 2": f_without_its_2}


# --- the model ---------------------------------------------------------------------------------------------------


def layer(random: np.random.Generator, inputs: int, outputs: int) -> Array:
    """Weights, and the biases as the last row."""
    return np.vstack([random.normal(0.0, inputs**-0.5, (inputs, outputs)), np.zeros((1, outputs))])


def affine(x: Array, weights: Array) -> Array:
    return x @ weights[:-1] + weights[-1]


def back(x: Array, weights: Array, slope: Array) -> tuple[Array, Array]:
    """From the slope of an affine map's result: those of its weights and of its argument."""
    return np.vstack([x.T @ slope, slope.sum(axis=0, keepdims=True)]), slope @ weights[:-1].T


@dataclass
class Model:
    """64 pixels -> tanh -> (μ, h) -> z -> tanh -> logits of 64 pixels."""

    units: int
    random: np.random.Generator
    weights: list[Array] = field(init=False)
    first: list[Array] = field(init=False)
    second: list[Array] = field(init=False)
    steps: int = 0

    def __post_init__(self) -> None:
        sizes = [(64, HIDDEN), (HIDDEN, 2 * self.units), (self.units, HIDDEN), (HIDDEN, 64)]
        self.weights = [layer(self.random, *size) for size in sizes]
        self.first = [np.zeros_like(w) for w in self.weights]
        self.second = [np.zeros_like(w) for w in self.weights]

    def encode(self, x: Array) -> tuple[Array, Array]:
        heads = affine(np.tanh(affine(x, self.weights[0])), self.weights[1])
        return heads[:, : self.units], heads[:, self.units :]

    def decode(self, z: Array) -> Array:
        return affine(np.tanh(affine(z, self.weights[2])), self.weights[3])

    def step(self, x: Array, slopes: Slopes, rate: float, beta: float) -> None:
        """One step of Adam on the mean over the batch of cross-entropy + beta KL."""
        seen = np.tanh(affine(x, self.weights[0]))
        heads = affine(seen, self.weights[1])
        mu, h = heads[:, : self.units], heads[:, self.units :]
        noise = self.random.standard_normal(mu.shape)
        z = mu + np.exp(h / 2) * noise
        told = np.tanh(affine(z, self.weights[2]))
        logits = affine(told, self.weights[3])

        d_logits = (1 / (1 + np.exp(-logits)) - x) / len(x)
        last, d_told = back(told, self.weights[3], d_logits)
        third, d_z = back(z, self.weights[2], d_told * (1 - told**2))
        d_mu, d_h = slopes(mu, h)
        d_heads = np.hstack(
            [d_z + beta * d_mu / len(x), d_z * noise * np.exp(h / 2) / 2 + beta * d_h / len(x)],
        )
        heads_slope, d_seen = back(seen, self.weights[1], d_heads)
        opening, _ = back(x, self.weights[0], d_seen * (1 - seen**2))

        self.steps += 1
        for i, slope in enumerate([opening, heads_slope, third, last]):
            self.first[i] += 0.1 * (slope - self.first[i])
            self.second[i] += 0.001 * (slope**2 - self.second[i])
            mean, square = self.first[i] / (1 - 0.9**self.steps), self.second[i] / (1 - 0.999**self.steps)
            self.weights[i] = self.weights[i] - rate * mean / (np.sqrt(square) + 1e-8)


def train(slopes: Slopes, *, epochs: int, units: int = 2, beta: float = 1.0, rate: float = 2e-3) -> Model:
    """A model from the same seed as every other; the rate falls to 0 along a cosine."""
    digits = load_digits().data / 16.0
    model = Model(units, np.random.default_rng(1))
    for epoch in range(epochs):
        now = rate * (1 + np.cos(np.pi * epoch / epochs)) / 2
        order = model.random.permutation(len(digits))
        for start in range(0, len(order), BATCH):
            model.step(digits[order[start : start + BATCH]], slopes, now, beta)
    return model


# --- what came of it ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """Means over the digits, in nats, of a trained model: its true KL, cross-entropy, and their sum; its latent space.

    ``spread`` is the standard deviation of z over digits and noise, which the prior N(0, 1) has as 1; ``std`` is the
    geometric mean of σ.
    """

    kl: float
    cross_entropy: float
    spread: float
    std: float
    mu: Array

    @property
    def loss(self) -> float:
        return self.kl + self.cross_entropy


def outcome(model: Model) -> Outcome:
    digits = load_digits().data / 16.0
    mu, h = model.encode(digits)
    noise = np.random.default_rng(2).standard_normal((20, *mu.shape))
    z = mu + np.exp(h / 2) * noise
    logits = model.decode(z.reshape(-1, model.units)).reshape(20, *digits.shape)
    entropy = np.logaddexp(0.0, logits) - digits * logits
    return Outcome(
        kl=float(kl_unit_logvar(mu, h).sum(axis=1).mean()),
        cross_entropy=float(entropy.sum(axis=2).mean()),
        spread=float(np.sqrt((z**2).mean())),
        std=float(np.exp(h.mean() / 2)),
        mu=mu,
    )


@dataclass(frozen=True)
class Collapse:
    """KL of every digit and unit, from the heads in float32: exactly, by derive, by the usual expression."""

    exact: Array
    ours: Array
    usual: Array


def collapse(*, epochs: int, units: int = 8, beta: float = 10.0) -> Collapse:
    """Train with units to spare."""
    model = train(kl_unit_logvar_grad, epochs=epochs, units=units, beta=beta, rate=1e-2)
    mu, h = (head.astype(np.float32).ravel() for head in model.encode(load_digits().data / 16.0))
    return Collapse(
        exact=kl_unit_logvar(mu.astype(np.float64), h.astype(np.float64)),
        ours=kl_unit_logvar(mu, h),
        usual=np.float32(-0.5) * (1 + h - mu**2 - np.exp(h)),
    )


def draw(outcomes: dict[str, Outcome], collapsed: Collapse, path: str) -> None:
    """The latent spaces, and the collapse; the same numbers give the same bytes."""
    import matplotlib

    matplotlib.rcdefaults()
    matplotlib.use("Agg")
    style = {"svg.fonttype": "none", "svg.hashsalt": "derive", "font.size": 9}
    matplotlib.rcParams.update(style)
    from matplotlib import pyplot

    figure = pyplot.figure(figsize=(9.6, 5.4), layout="constrained")
    above, below = figure.subfigures(2, 1, height_ratios=[1.2, 1])
    labels = load_digits().target[:DRAWN]
    for panel, name in zip(above.subplots(1, 4), ["log-variance", *WRONG], strict=True):
        made = outcomes[name]
        for digit in range(10):
            x, y = made.mu[:DRAWN][labels == digit].T
            panel.plot(x, y, color=f"C{digit}", marker=f"${digit}$", linestyle="", markersize=4, markeredgewidth=0.3)
        panel.set_title(f"{name}\nKL {made.kl:.2f}, mean σ {made.std:.2f}", fontsize=9)
        panel.set(aspect="equal", xlim=(-2.4, 2.4), ylim=(-2.4, 2.4), xlabel=f"μ of {DRAWN} digits")
    panel = below.subplots()
    ranks = np.unique(np.geomspace(1, len(collapsed.exact), 200).astype(int)) - 1
    shown = np.argsort(collapsed.exact)[ranks]  # more of the smallest
    exact = collapsed.exact[shown]
    for computed, colour, label in [
        (collapsed.usual[shown], "#D55E00", "the usual expression"),
        (collapsed.ours[shown], "#009E73", "derive"),
    ]:
        off = np.maximum(np.abs(computed - exact) / exact, 1e-9)
        panel.plot(exact, off, ".", color=colour, markersize=4, label=label)
    panel.axhline(1.0, color="0.45", linewidth=1, linestyle=":")
    panel.set(xscale="log", yscale="log", xlabel="KL of a unit that collapses, in nats", ylabel="relative error")
    panel.set_title("In float32; from the dotted line on the result may be 0 or negative", fontsize=9)
    panel.legend(loc="upper right")
    panel.grid(True, color="0.9")
    panel.set_axisbelow(True)
    figure.savefig(path, metadata={"Date": None} if path.endswith(".svg") else None)
    pyplot.close(figure)


def record(outcomes: dict[str, Outcome]) -> str:
    """The latent spaces as JSON, for the picture of `derive report`."""
    models = [
        {"name": name, "kl": round(made.kl, 4), "std": round(made.std, 4), "mu": made.mu[:DRAWN].round(3).tolist()}
        for name, made in ((name, outcomes[name]) for name in ["log-variance", *WRONG])
    ]
    return json.dumps({"digits": load_digits().target[:DRAWN].tolist(), "models": models}, ensure_ascii=False) + "\n"


def report(outcomes: dict[str, Outcome], collapsed: Collapse) -> str:
    lines = [f"{'KL term':<16} {'true KL':>19} {'loss':>19} {'mean σ':>8} {'spread of z':>12}"]
    for name, made in outcomes.items():
        lines.append(f"{name:<16} {made.kl:>19.15g} {made.loss:>19.15g} {made.std:>8.4f} {made.spread:>12.4f}")
    lines.append(f"of {collapsed.exact.size} values of units that collapse, in float32:")
    for name, computed in [("the usual expression", collapsed.usual), ("derive", collapsed.ours)]:
        off = float(np.max(np.abs(computed - collapsed.exact) / collapsed.exact))
        negative, zero = int((computed < 0).sum()), int((computed == 0).sum())
        lines.append(f"{name:<20} {negative:>4} negative, {zero:>4} zero, largest relative error {off:.1e}")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="A VAE on digits, with right and wrong spellings of its KL term.")
    parser.add_argument("--epochs", type=int, default=200)
    parser.add_argument("--figure", metavar="FILE", help="draw the latent spaces and the collapse; .svg or .png")
    parser.add_argument("--record", metavar="FILE", help="write the latent spaces as JSON")
    given = parser.parse_args(arguments)
    outcomes = {name: outcome(train(slopes, epochs=given.epochs)) for name, slopes in (RIGHT | WRONG).items()}
    collapsed = collapse(epochs=given.epochs)
    print(report(outcomes, collapsed))
    if given.figure:
        draw(outcomes, collapsed, given.figure)
    if given.record:
        with open(given.record, "w", encoding="utf-8") as file:
            file.write(record(outcomes))


if __name__ == "__main__":
    main()
