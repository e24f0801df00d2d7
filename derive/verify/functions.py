"""The functions that the emitted files promise, by family: two unary functions and one family per pair and scale."""

from __future__ import annotations

from dataclasses import dataclass

#: Domain convention per scale: ``std`` and ``var`` are non-negative, ``logstd`` and ``logvar`` any real number.
SCALES = ("std", "var", "logstd", "logvar")

#: Scales whose argument is the logarithm of a positive quantity.
LOG_SCALES = frozenset({"logstd", "logvar"})


@dataclass(frozen=True)
class Family:
    """A value and, for the divergences, its gradient: both are functions of the same arguments.

    ``pair`` is ``"unit"`` for KL(N(mu, s) ‖ N(0, 1)), ``"normal"`` for KL(N(mu1, s1) ‖ N(mu2, s2)), and ``""`` for the
    unary functions, which have no scale and no gradient.
    """

    name: str
    pair: str
    scale: str
    arity: int

    @property
    def gradient(self) -> str:
        """Name of the gradient function; empty where there is none."""
        return f"{self.name}_grad" if self.pair else ""

    @property
    def functions(self) -> tuple[str, ...]:
        """Names of the value function and, for a divergence, of the gradient."""
        return (self.name, self.gradient) if self.pair else (self.name,)

    @property
    def scale_positions(self) -> tuple[int, ...]:
        """Positions of the scales among the arguments (mu, s) or (mu1, s1, mu2, s2)."""
        return tuple(range(1, self.arity, 2))

    def columns(self, function: str) -> slice:
        """Which of the exact outputs (value, then partial derivatives) the function returns."""
        return slice(0, 1) if function == self.name else slice(1, None)

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the value and the partial derivatives, in the order of the closed form."""
        if not self.pair:
            return ("value",)
        return ("value", "d_mu", "d_s") if self.pair == "unit" else ("value", "d_mu1", "d_s1", "d_mu2", "d_s2")


FAMILIES = (
    Family("expm1mx", "", "", 1),
    Family("log1pmx", "", "", 1),
    *(Family(f"kl_unit_{scale}", "unit", scale, 2) for scale in SCALES),
    *(Family(f"kl_normal_{scale}", "normal", scale, 4) for scale in SCALES),
)

FAMILY_OF = {function: family for family in FAMILIES for function in family.functions}
