"""What the page and the paper say alike: the claims, the theorems as a run has decided them, and the tables."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from derive.document.kernels import Table
from derive.vocabulary.theorem import Registry

if TYPE_CHECKING:
    from derive.prove import CheckedTheorem

TITLE = "KL divergences of Gaussians and other distributions: derived, proved, emitted"

ABSTRACT = (
    "Two spellings of the divergence of a Gaussian from the standard one are in use, $f(\\mu, \\sigma)$ and"
    " $g(\\mu, v)$. Both are right: the first takes the standard deviation, the second the variance. What follows"
    " derives them from the integral that defines the divergence, decides every step by machine, judges what people"
    " say of them, and lists the code that was emitted from the expressions that were proved."
)


@dataclass(frozen=True)
class Contents:
    """The claims; the theorems as this run has decided them; the statements that Coq has accepted on this machine;
    and what is said of the kernels.
    """

    registry: Registry
    checked: tuple[CheckedTheorem, ...]
    judged: Set[str]
    tables: tuple[Table, ...]

    @property
    def steps(self) -> int:
        """How many steps were decided."""
        return sum(item.theorem.to_decide for item in self.checked)
