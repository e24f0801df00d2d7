"""The usual formulas, as code that people write them in: what the emitted kernels are measured against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Usual:
    """An expression of one pair and scale, in functions that NumPy, numexpr, PyTorch and JAX all have."""

    name: str
    parameters: tuple[str, ...]
    expression: str


#: What each kernel competes with in speed: the textbook formula, typed in.
NAIVE: Mapping[str, Usual] = {
    u.name: u
    for u in (
        Usual("kl_unit_logvar", ("mu", "logvar"), "-0.5 * (1 + logvar - mu**2 - exp(logvar))"),
        Usual("kl_unit_std", ("mu", "std"), "-0.5 * (1 + 2 * log(std) - std**2 - mu**2)"),
        Usual(
            "kl_normal_logvar",
            ("mu1", "logvar1", "mu2", "logvar2"),
            "0.5 * (logvar2 - logvar1 - 1 + (exp(logvar1) + (mu1 - mu2)**2) / exp(logvar2))",
        ),
        Usual(
            "kl_normal_std",
            ("mu1", "std1", "mu2", "std2"),
            "log(std2 / std1) + (std1**2 + (mu1 - mu2)**2) / (2 * std2**2) - 0.5",
        ),
    )
}

#: What kl_unit_logvar competes with in accuracy. The second is what frameworks have for two Gaussians, at the unit one.
BY_ACCURACY: tuple[Usual, ...] = (
    Usual("-(1 + logvar - mu² - exp(logvar))/2", ("mu", "logvar"), NAIVE["kl_unit_logvar"].expression),
    Usual(
        "frameworks: (r + mu² - 1 - log(r))/2, r = std²",
        ("mu", "logvar"),
        "0.5 * (exp(0.5 * logvar)**2 + mu**2 - 1 - log(exp(0.5 * logvar)**2))",
    ),
    Usual("(expm1(logvar) - logvar + mu²)/2", ("mu", "logvar"), "0.5 * (expm1(logvar) - logvar + mu**2)"),
)
